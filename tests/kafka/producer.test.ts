// The producer against a broker in memory that fails in every way there is: answers that are lost after and before the write, that leave a partition
// out, that say "not the leader" or "too large", identities that are forgotten. Every record must be there once and in order.

import fc from 'fast-check';
import type { KafkaClient, ProduceRequest, ProducedPartition, ProducerIdentity } from '../../kafka/client.js';
import { RecordBatchWriter } from '../../kafka/encode.js';
import { ConnectionFailure, mayRetry, NoLeader } from '../../kafka/errors.js';
import { Producer } from '../../kafka/producer.js';

const NOT_LEADER = 6;
const MESSAGE_TOO_LARGE = 10;
const OUT_OF_ORDER = 45;
const DUPLICATE = 46;
const NODES = 2;

interface Log { readonly ids: number[]; expected: number; producerId: bigint; last: { readonly sequence: number; readonly count: number } | undefined }
/** Takes batches as a broker does, and fails as `next` says. */
class FakeBroker {
  readonly logs = new Map<number, Log>();
  forgotten = 0;
  private identities = 0n;
  private readonly next: () => number;
  private readonly recordsMax: number;
  constructor(next: () => number, recordsMax: number) { this.next = next; this.recordsMax = recordsMax; }

  log(partition: number): Log {
    let log = this.logs.get(partition);
    if (!log) { log = { ids: [], expected: 0, producerId: -1n, last: undefined }; this.logs.set(partition, log); }
    return log;
  }
  private take(partition: number, bytes: Buffer): number {
    const log = this.log(partition);
    const [producerId, sequence, count] = [bytes.readBigInt64BE(43), bytes.readInt32BE(53), bytes.readInt32BE(57)];
    if (count > this.recordsMax) return MESSAGE_TOO_LARGE;
    if (producerId !== log.producerId) { log.producerId = producerId; log.expected = 0; log.last = undefined; }
    if (log.last && log.last.sequence === sequence && log.last.count === count) return DUPLICATE;
    if (sequence !== log.expected) return OUT_OF_ORDER;
    // Records of this test: length, attributes, times, key NULL, value of four bytes, no headers.
    for (let i = 0, at = 61; i < count; i++) {
      while (bytes[at++]! > 127) { /* its length */ }
      at += 2;
      while (bytes[at++]! > 127) { /* its offset */ }
      log.ids.push(bytes.readInt32BE(at + 2));
      at += 7;
    }
    log.expected = sequence + count;
    log.last = { sequence, count };
    return 0;
  }
  client(): KafkaClient {
    const produce = async (_node: number, request: ProduceRequest): Promise<readonly ProducedPartition[]> => {
      for (let turns = this.next() % 4; turns > 0; turns--) await Promise.resolve();
      const fate = this.next() % 16;
      if (fate === 0) throw new ConnectionFailure('network', 'fake', 'before the write');
      const answers = request.partitions.map(({ topic, partition, records }) => ({ topic, partition, baseOffset: 0, error: this.next() % 12 === 0 ? NOT_LEADER : this.take(partition, Buffer.from(records[0]!)) }));
      if (fate === 1) throw new ConnectionFailure('timeout', 'fake', 'after the write');
      return fate === 2 ? answers.slice(1) : answers;
    };
    const persist = async <T>(_what: string, work: (progress: () => void) => Promise<T>): Promise<T> => {
      for (;;) try { return await work(() => undefined); } catch (error) { if (!mayRetry(error)) throw error; }
    };
    const producer = async (): Promise<ProducerIdentity> => ({ producerId: this.identities++, producerEpoch: 0 });
    return { brokers: 'fake', produce, persist, producer, leader: async (_topic: string, partition: number) => partition % NODES } as unknown as KafkaClient;
  }
}
const value = (id: number): { bytes: Uint8Array; from: number; to: number } => { const bytes = Buffer.alloc(4); bytes.writeInt32BE(id); return { bytes, from: 0, to: 4 }; };
const NULL = { bytes: new Uint8Array(0), from: -1, to: 0 };
const OPTIONS = { transactionalId: null, transactionTimeoutMillis: 1000, acks: -1 as const, requestTimeoutMillis: 1000, codec: undefined, warn: () => undefined };

test('each record is there once, in the order of its partition, whatever fails', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.nat(1000), { minLength: 40, maxLength: 400 }), fc.integer({ min: 1, max: 20 }), async (numbers, recordsMax) => {
    let at = 0;
    const next = (): number => numbers[at++ % numbers.length]! + (at % 7);
    const broker = new FakeBroker(next, recordsMax);
    const producer = new Producer(broker.client(), OPTIONS);
    await producer.begin();
    const sent = new Map<number, number[]>();
    let id = 0;
    for (const n of numbers) {
      const partition = n % 5;
      const writer = new RecordBatchWriter();
      for (let i = 1 + (n % 13); i > 0; i--) { sent.set(partition, [...sent.get(partition) ?? [], id]); writer.append(NULL, value(id++)); }
      producer.offer('t', partition, writer.seal(undefined, 0));
      // Turns of the event loop between offers, so that they fall into every place of a run of sending.
      for (let turns = n % 6; turns > 0; turns--) await Promise.resolve();
      if (n % 4 === 0) {
        await producer.room(n % 3 === 0 ? 0 : 200);
        if (n % 3 === 0) expect(producer.waitingBytes).toBe(0);
        for (let turns = (n * 7) % 16; turns > 0; turns--) await Promise.resolve();
      }
    }
    await producer.room(0);
    expect(producer.waitingBytes).toBe(0);
    for (const [partition, ids] of sent) expect(broker.log(partition).ids).toEqual(ids);
  }), { numRuns: 150 });
});

test('a partition without a leader holds up no other one, and is written when it has one', async () => {
  const broker = new FakeBroker(() => 3, 100);
  let attempts = 0;
  const done: number[] = [];
  const client = {
    ...broker.client(),
    leader: async (topic: string, partition: number) => { if (partition === 1 && attempts < 3) throw new NoLeader(topic, partition); return partition % NODES; },
    persist: async <T>(_what: string, work: (progress: () => void) => Promise<T>): Promise<T> => {
      for (;;) try { return await work(() => undefined); } catch (error) { if (!mayRetry(error)) throw error; attempts++; done.push(broker.log(0).ids.length + broker.log(2).ids.length); }
    },
  };
  const producer = new Producer(client, OPTIONS);
  await producer.begin();
  for (let id = 0; id < 30; id++) { const w = new RecordBatchWriter(); w.append(NULL, value(id)); producer.offer('t', id % 3, w.seal(undefined, 0)); }
  await producer.room(0);
  expect(done).toEqual([20, 20, 20]);
  for (const p of [0, 1, 2]) expect(broker.log(p).ids).toEqual(Array.from({ length: 10 }, (_, i) => i * 3 + p));
});

test('a broker that forgets the identity gets a new one, and nothing is lost', async () => {
  const broker = new FakeBroker(() => 3, 100);
  const warned: string[] = [];
  const producer = new Producer(broker.client(), { ...OPTIONS, warn: (m) => { warned.push(m); } });
  await producer.begin();
  const send = async (id: number): Promise<void> => { const w = new RecordBatchWriter(); w.append(NULL, value(id)); producer.offer('t', 0, w.seal(undefined, 0)); await producer.room(0); };
  await send(1);
  broker.log(0).expected = 77;
  broker.log(0).last = undefined;
  await send(2);
  expect(broker.log(0).ids).toEqual([1, 2]);
  expect(warned.join()).toContain('t-0');
});

test('what cannot be repeated fails what is offered and what waits', async () => {
  const broker = new FakeBroker(() => 3, 0);
  const producer = new Producer(broker.client(), OPTIONS);
  await producer.begin();
  const w = new RecordBatchWriter();
  w.append(NULL, value(1));
  producer.offer('t', 0, w.seal(undefined, 0));
  await expect(producer.room(0)).rejects.toMatchObject({ condition: 'KAFKA_RECORD_TOO_LARGE', parameters: { topic: 't', partition: '0' } });
  expect(() => producer.offer('t', 0, new RecordBatchWriter().seal(undefined, 0))).toThrow(expect.objectContaining({ condition: 'KAFKA_RECORD_TOO_LARGE' }) as Error);
});

test('what is abandoned waits for the request that is under way, and sends no other', async () => {
  let answer: (() => void) | undefined;
  let requests = 0;
  const client = {
    brokers: 'fake', leader: async () => 1, persist: async <T>(_what: string, work: (progress: () => void) => Promise<T>) => work(() => undefined),
    produce: (_node: number, { partitions: [first] }: ProduceRequest) => new Promise((resolve) => { requests++; answer = () => { resolve([{ topic: first!.topic, partition: first!.partition, error: 0, baseOffset: 0 }]); }; }),
  } as unknown as KafkaClient;
  const producer = new Producer(client, OPTIONS);
  for (let id = 0; id < 3; id++) {
    const writer = new RecordBatchWriter();
    writer.append(NULL, value(id));
    producer.offer('t', 0, writer.seal(undefined, 0));
  }
  await new Promise(setImmediate);
  let over = false;
  const abandoned = producer.abandon().then(() => { over = true; });
  await new Promise(setImmediate);
  expect([requests, over]).toEqual([1, false]);
  answer!();
  await abandoned;
  await new Promise(setImmediate);
  expect(requests).toBe(1);
  await expect(producer.room(0)).rejects.toThrow('nothing more is sent');
});
