// Sends sealed batches: those of one partition in their order, one at a time and numbered, so that a broker takes a repeated batch once; those of
// different partitions together, a request a node. Every batch sent must have an answer. What may pass is repeated; a batch that a broker finds
// too large is halved.
//
// source: KIP-98 (idempotent producer, transactions); Apache Kafka Sender.

import { raise } from '../engine/plugin.js';
import type { KafkaClient, ProducedPartition, ProducerIdentity, TopicPartition } from './client.js';
import { type BatchCodec, RecordBatchWriter, type SealedBatch } from './encode.js';
import {
  DUPLICATE_SEQUENCE_NUMBER, INVALID_PRODUCER_EPOCH, MESSAGE_TOO_LARGE, NO_ERROR, OUT_OF_ORDER_SEQUENCE_NUMBER, PRODUCER_FENCED, RECORD_LIST_TOO_LARGE, UNKNOWN_PRODUCER_ID,
} from './error-codes.js';
import { check, ConnectionFailure, mayRetry } from './errors.js';

export interface ProducerOptions {
  /** Null: no transactions. */
  readonly transactionalId: string | null;
  readonly transactionTimeoutMillis: number;
  readonly acks: -1 | 1;
  readonly requestTimeoutMillis: number;
  readonly codec: BatchCodec | undefined;
  readonly warn: (message: string) => void;
}
interface Pending extends TopicPartition {
  readonly queue: SealedBatch[];
  /** Of the first batch in the queue, once it was sent. */
  sequence: number;
  /** In the open transaction. */
  added: boolean;
}
/** What partitions have failed with. */
type Failures = Map<Pending, unknown>;
/** What is sent in one request at most, beyond the first batch. */
const REQUEST_BYTES = 4 << 20;
/** Sequence numbers go on from 0 after the greatest int32. */
const SEQUENCES = 2 ** 31;
const NO_IDENTITY: ProducerIdentity = { producerId: -1n, producerEpoch: -1 };

export class Producer {
  private readonly client: KafkaClient;
  private readonly options: ProducerOptions;
  private identity: ProducerIdentity = NO_IDENTITY;
  private readonly partitions = new Map<string, Map<number, Pending>>();
  private waiting = 0;
  private sending: Promise<void> | undefined;
  private failure: unknown;
  /** A broker does not know our identity any more. */
  private forgotten = false;
  /** Tells who waits for room. */
  private wake: (() => void) | undefined;

  constructor(client: KafkaClient, options: ProducerOptions) { this.client = client; this.options = options; }

  /** Memory of what was offered and is not yet acknowledged. */
  get waitingBytes(): number { return this.waiting; }
  get producer(): ProducerIdentity { return this.identity; }

  /** Takes a new identity: with a transactional id this ends what its holders before have open. */
  async begin(): Promise<void> {
    const { transactionalId, transactionTimeoutMillis, acks } = this.options;
    // Without all acknowledgements brokers do not promise to know a batch again, as in Kafka's own producer.
    if (acks !== -1 && transactionalId === null) return;
    this.identity = await this.client.producer(transactionalId, transactionTimeoutMillis);
    for (const topic of this.partitions.values()) for (const p of topic.values()) p.sequence = 0;
  }
  /** Gives a batch to be sent after those of its partition; sending goes on by itself. @throws what sending has failed with */
  offer(topic: string, partition: number, batch: SealedBatch): void {
    if (this.failure !== undefined) throw this.failure;
    let of = this.partitions.get(topic);
    if (!of) { of = new Map(); this.partitions.set(topic, of); }
    let pending = of.get(partition);
    if (!pending) { pending = { topic, partition, queue: [], sequence: 0, added: false }; of.set(partition, pending); }
    pending.queue.push(batch);
    this.waiting += batch.heldBytes;
    this.run();
  }
  /** Sends until nothing is waiting, unless that is being done. What is offered while a run is about to end begins another. */
  private run(): void {
    if (this.sending || this.waiting === 0 || this.failure !== undefined) return;
    this.sending = this.send().catch((error: unknown) => { this.failure ??= error; }).finally(() => { this.sending = undefined; this.run(); });
  }
  /** Resolves when no more than `bytes` are waiting; 0: when everything is acknowledged. @throws what sending has failed with */
  async room(bytes: number): Promise<void> {
    for (;;) {
      if (this.failure !== undefined) throw this.failure;
      if (this.waiting <= bytes) return;
      this.run();
      await Promise.race([this.sending, new Promise<void>((resolve) => { this.wake = resolve; })]);
    }
  }

  /** Sends nothing more, not even what was offered. Resolves when no request is under way: what came to a broker after the end of its transaction could belong to none, or to the next. */
  async abandon(): Promise<void> {
    this.failure ??= new Error('nothing more is sent');
    await this.sending;
  }

  /** A transaction has ended: the next batch begins another. */
  endTransaction(): void { for (const topic of this.partitions.values()) for (const p of topic.values()) p.added = false; }

  private *open(): Iterable<Pending> { for (const topic of this.partitions.values()) for (const p of topic.values()) if (p.queue.length > 0) yield p; }

  private async send(): Promise<void> {
    // Batches that are offered at the same time go together.
    await Promise.resolve();
    const more = (): boolean => this.waiting > 0 && this.failure === undefined;
    while (more()) {
      await this.client.persist('a write', async (progress) => {
        const failures: Failures = new Map();
        while (more()) await this.round(progress, failures);
      });
    }
  }
  /** One request to each node that leads a partition with something to send. Partitions that have failed for a while wait until the others have
   *  nothing more: one without a leader holds up none that has one. @throws then */
  private async round(progress: () => void, failures: Failures): Promise<void> {
    if (this.forgotten) { await this.begin(); this.forgotten = false; }
    const nodes = new Map<number, Pending[]>();
    const sizes = new Map<number, number>();
    for (const pending of this.open()) {
      if (failures.has(pending)) continue;
      const node = await this.leader(pending, failures);
      if (node === undefined) continue;
      const size = (sizes.get(node) ?? 0) + pending.queue[0]!.sizeBytes;
      if (size > REQUEST_BYTES && sizes.has(node)) continue;
      sizes.set(node, size);
      const list = nodes.get(node);
      if (list) list.push(pending); else nodes.set(node, [pending]);
    }
    if (nodes.size > 0) await this.addToTransaction([...nodes.values()].flat());
    await Promise.all([...nodes].map(async ([node, list]) => {
      try { await this.request(node, list, progress, failures); } catch (error) { for (const pending of list) failures.set(pending, error); }
    }));
    const found = [...failures.values()];
    // One that repeating cannot help says more than one that it can.
    const failure = found.find((f) => !mayRetry(f)) ?? (nodes.size === 0 ? found[0] : undefined);
    if (failure !== undefined) throw failure;
  }
  /** Undefined: there is none just now. */
  private async leader(pending: Pending, failures: Failures): Promise<number | undefined> {
    try { return await this.client.leader(pending.topic, pending.partition); } catch (error) {
      // Brokers that do not answer have nothing to say of the other partitions either.
      if (error instanceof ConnectionFailure || !mayRetry(error)) throw error;
      failures.set(pending, error);
      return undefined;
    }
  }
  private async addToTransaction(list: readonly Pending[]): Promise<void> {
    const { transactionalId } = this.options;
    const missing = transactionalId === null ? [] : list.filter((p) => !p.added);
    if (missing.length === 0) return;
    await this.client.addPartitions(transactionalId!, this.identity, missing);
    for (const p of missing) p.added = true;
  }
  private async request(node: number, list: readonly Pending[], progress: () => void, failures: Failures): Promise<void> {
    const { transactionalId, acks, requestTimeoutMillis } = this.options;
    const { producerId, producerEpoch } = this.identity;
    const numbered = producerId >= 0n;
    const answers = await this.client.produce(node, {
      transactionalId, acks, timeoutMillis: requestTimeoutMillis,
      partitions: list.map((p) => ({ topic: p.topic, partition: p.partition, records: [p.queue[0]!.bytes({ producerId, producerEpoch, baseSequence: numbered ? p.sequence : -1, transactional: transactionalId !== null })] })),
    });
    const found = new Map(answers.map((a) => [`${a.partition} ${a.topic}`, a]));
    for (const pending of list) {
      const answer = found.get(`${pending.partition} ${pending.topic}`);
      // Not to be told is not to be written.
      if (!answer) { failures.set(pending, new ConnectionFailure('network', `node ${node}`, `its answer to a write leaves out ${pending.topic}-${pending.partition}`)); continue; }
      try { if (await this.settle(pending, answer, node)) progress(); } catch (error) { failures.set(pending, error); }
    }
    this.wake?.();
  }
  /** @returns whether something is done with */
  private async settle(pending: Pending, { error }: ProducedPartition, node: number): Promise<boolean> {
    const batch = pending.queue[0]!;
    const { topic, partition } = pending;
    switch (error) {
      case NO_ERROR: case DUPLICATE_SEQUENCE_NUMBER:
        pending.queue.shift();
        pending.sequence = (pending.sequence + batch.count) % SEQUENCES;
        this.waiting -= batch.heldBytes;
        return true;
      case MESSAGE_TOO_LARGE: case RECORD_LIST_TOO_LARGE: {
        if (batch.count === 1) return raise('KAFKA_RECORD_TOO_LARGE', { topic, partition: String(partition), size: String(batch.records.length), limit: 'the broker\'s message.max.bytes or the topic\'s max.message.bytes' });
        const halves = RecordBatchWriter.halves(batch, this.options.codec);
        pending.queue.splice(0, 1, ...halves);
        this.waiting += halves[0].heldBytes + halves[1].heldBytes - batch.heldBytes;
        return true;
      }
      case INVALID_PRODUCER_EPOCH: case PRODUCER_FENCED: return raise('KAFKA_PRODUCER_FENCED', { transactionalId: String(this.options.transactionalId) });
      case OUT_OF_ORDER_SEQUENCE_NUMBER: case UNKNOWN_PRODUCER_ID:
        if (this.options.transactionalId === null) {
          // The broker has forgotten this producer (its records have expired, or a leader was elected that lacked them): at least once, it goes on under a new number.
          this.options.warn(`Kafka does not know the last batches of ${topic}-${partition} any more: rows of this epoch may be there twice`);
          this.forgotten = true;
          return true;
        }
        break;
      default:
    }
    check(error, 'a write', { broker: `node ${node} of ${this.client.brokers}`, topic, partition });
    return false;
  }
}
