// Exactly once: the number of an epoch is committed with its records, in one transaction, as the offset of a group (its mark). A start first takes
// the transactional id, which ends what the run before had open and keeps it from writing, then tells the group that nothing is open (settle), and only
// then reads the mark: it cannot move any more.
// Then it writes the mark again under its own name. So a run that finds itself fenced can tell by the name whether another has taken over (it
// stops for good) or its transaction has just expired.
//
// source: KIP-98; the design of Kafka Streams' "read-process-write" with offsets in the transaction.

import { type ConnectContext, EngineError, raise } from '../../engine/plugin.js';
import type { KafkaClient } from '../../kafka/client.js';
import { INVALID_PRODUCER_EPOCH, INVALID_PRODUCER_ID_MAPPING, INVALID_TXN_STATE, PRODUCER_FENCED } from '../../kafka/error-codes.js';
import { RequestFailure } from '../../kafka/errors.js';
import type { Producer } from '../../kafka/producer.js';

/** In the sink's own store: that a mark was written once, so that its absence means that it was lost. */
const CLAIMED = 'kafka-mark';
const LOST_IDENTITY = new Set([INVALID_PRODUCER_EPOCH, INVALID_PRODUCER_ID_MAPPING, INVALID_TXN_STATE, PRODUCER_FENCED]);
const NO_EPOCH = -1;
/** Brokers forget identities and marks that are not used for days: after a pause as long as this a run takes both anew. */
const IDLE_MILLIS = 3_600_000;

interface Mark { readonly epoch: number; readonly run: string }
function markOf(text: string): Mark | undefined {
  try {
    const { epoch, run } = JSON.parse(text) as Partial<Mark>;
    return Number.isSafeInteger(epoch) && typeof run === 'string' ? { epoch: epoch!, run } : undefined;
  } catch { return undefined; }
}
const lostIdentity = (error: unknown): boolean => error instanceof EngineError
  && (error.condition === 'KAFKA_PRODUCER_FENCED' || (error.cause instanceof RequestFailure && LOST_IDENTITY.has(error.cause.code)));

/** Ends a transaction that cannot be finished because of `error`: readers need not wait for its time-out. If this fails, or there was no answer
 *  for long already, the next start does it, or the time-out. */
export async function takeBack(client: KafkaClient, producer: Producer, transactionalId: string, error: unknown): Promise<void> {
  if (error instanceof EngineError && error.condition === 'KAFKA_BROKERS_UNREACHABLE') return;
  await producer.abandon();
  await client.endTransaction(transactionalId, producer.producer, false).catch(() => undefined);
}

export interface LedgerContext {
  readonly client: KafkaClient;
  readonly producer: Producer;
  readonly transactionalId: string;
  readonly group: string;
  /** The mark is an offset of its partition 0. */
  readonly topic: string;
  readonly transactionTimeoutMillis: number;
}

export class Ledger {
  private readonly context: LedgerContext;
  private readonly connect: ConnectContext;
  private readonly run: string;
  private claimed = false;
  private newest = NO_EPOCH;
  /** Monotonic ms of the last commit. */
  private used = 0;

  constructor(context: LedgerContext, connect: ConnectContext) { this.context = context; this.connect = connect; this.run = connect.host.uuid(); }

  /** The newest epoch that is in Kafka, -1: none. `replay`: somebody depends on it, as an epoch may or may not be there. @throws KAFKA_MARK_LOST if there was a mark and there is none */
  async lastCommitted(replay: boolean): Promise<number> {
    if (this.claimed) return this.newest;
    const { client, producer, group } = this.context;
    const { metadata } = this.connect;
    await producer.begin();
    await this.settle();
    const mark = await this.read();
    if (!mark && replay && await metadata.get(CLAIMED)) raise('KAFKA_MARK_LOST', { group, file: `sink/${CLAIMED}` });
    await this.commit(Math.max(mark?.epoch ?? NO_EPOCH, this.newest), client);
    // After the mark, so that it is never asked for in vain; before any epoch, so that one that was written has it.
    if (!await metadata.get(CLAIMED)) await metadata.put(CLAIMED, Buffer.from(JSON.stringify({ group })));
    this.claimed = true;
    return this.newest;
  }
  /** An empty transaction over the group, taken back. A coordinator that came up while the end of an older transaction was written may not have seen
   *  it, and would hold that one's mark for undecided, and answer to no question for the offsets, until the same producer ends another. */
  private async settle(): Promise<void> {
    const { client, producer, transactionalId, group } = this.context;
    await client.commitOffsets(transactionalId, producer.producer, group, []);
    await client.endTransaction(transactionalId, producer.producer, false);
  }
  private async read(): Promise<Mark | undefined> {
    const { client, group } = this.context;
    let newest: Mark | undefined;
    for (const { metadata } of await client.groupOffsets(group)) {
      const mark = markOf(metadata);
      // Another topic's old mark may say as much as ours.
      if (mark && (!newest || mark.epoch > newest.epoch || (mark.epoch === newest.epoch && mark.run === this.run))) newest = mark;
    }
    return newest;
  }
  /** Ends the open transaction with the mark of an epoch. */
  private async commit(epoch: number, client: KafkaClient): Promise<void> {
    const { producer, transactionalId, group, topic } = this.context;
    await client.commitOffsets(transactionalId, producer.producer, group, [{ topic, partition: 0, offset: epoch + 1, metadata: JSON.stringify({ epoch, run: this.run } satisfies Mark) }]);
    await client.endTransaction(transactionalId, producer.producer, true);
    producer.endTransaction();
    this.newest = epoch;
    this.used = this.connect.host.clock.monotonic();
  }
  /** Writes an epoch that is not in Kafka yet. `write` tells how many records it wrote: without any there is nothing to commit.
   *  @throws KAFKA_PRODUCER_FENCED, KAFKA_TRANSACTION_EXPIRED, and what `write` throws; then nothing of the epoch is visible, or all of it */
  async epoch(epoch: number, write: () => Promise<number>): Promise<void> {
    const { client, producer, transactionalId, transactionTimeoutMillis } = this.context;
    if (this.claimed && this.connect.host.clock.monotonic() - this.used > IDLE_MILLIS) {
      const mark = await this.read();
      if (mark && mark.run !== this.run) raise('KAFKA_PRODUCER_FENCED', { transactionalId });
      this.claimed = false;
    }
    if (await this.lastCommitted(false) >= epoch) return;
    try {
      if (await write() > 0) await this.commit(epoch, client);
    } catch (error) {
      if (!lostIdentity(error)) {
        await takeBack(client, producer, transactionalId, error);
        throw error;
      }
      const mark = await this.read();
      if (mark?.run === this.run && mark.epoch === epoch) { this.newest = epoch; this.claimed = false; return; }
      if (mark?.run === this.run) raise('KAFKA_TRANSACTION_EXPIRED', { epoch: String(epoch), transactionalId, timeout: String(transactionTimeoutMillis) }, { cause: error });
      raise('KAFKA_PRODUCER_FENCED', { transactionalId }, { cause: error });
    }
  }
}
