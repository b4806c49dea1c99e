// How much the writer of the sink takes in while the brokers do not acknowledge: a bounded amount, whatever the codec makes of it and however many
// partitions there are. And the sizes of its batches.

import { batchOf } from '../../engine/columnar/build.js';
import type { RecordBatch } from '../../engine/columnar/column.js';
import { parseOptions } from '../../engine/connect/options.js';
import { simulatedHost } from '../../engine/host/simulated.js';
import type { KafkaClient, ProducedPartition, ProduceRequest } from '../../kafka/client.js';
import { batchCodec } from '../../kafka/codecs/compress.js';
import { Producer } from '../../kafka/producer.js';
import * as T from '../../planner/types.js';
import { kafkaSink } from '../../sinks/kafka/sink.js';
import type { KafkaSinkSettings } from '../../sinks/kafka/options.js';
import { recordLayout } from '../../sinks/kafka/rows.js';
import { RecordWriter } from '../../sinks/kafka/writer.js';
import { schemaOf } from '../support/connect.js';

/** A writer to a topic of a cluster that is played. */
function open(partitions: number, produce: (request: ProduceRequest) => Promise<readonly ProducedPartition[]>, more: Partial<KafkaSinkSettings>): RecordWriter {
  const host = simulatedHost(1, 0);
  const client = {
    brokers: 'played', leader: async () => 1, producer: async () => ({ producerId: 1n, producerEpoch: 0 }),
    topics: async () => [{ topic: 't', id: undefined, internal: false, partitions: Array.from({ length: partitions }, (_, partition) => ({ partition, leader: 1 })) }],
    persist: async <R>(_what: string, work: (progress: () => void) => Promise<R>) => work(() => undefined),
    produce: (_node: number, request: ProduceRequest) => produce(request),
  } as unknown as KafkaClient;
  const settings = { topic: 't', recordBytesMax: 1 << 20, blockMillis: 1000, connection: { metadataMaxAgeMillis: 1e9 }, ...more } as unknown as KafkaSinkSettings;
  const producer = new Producer(client, { transactionalId: null, transactionTimeoutMillis: 1000, acks: -1, requestTimeoutMillis: 1000, codec: settings.codec, warn: () => undefined });
  const layout = recordLayout(SCHEMA, parseOptions('kafka', { topic: 't', 'kafka.bootstrap.servers': 'b:1' }, kafkaSink.options), false, 'UTC');
  return new RecordWriter(layout, { client, producer, clock: host.clock, random: () => 0.5, settings });
}
const SCHEMA = schemaOf(['key', T.STRING], ['value', T.STRING]);

/** Megabytes that the writer reads before it waits. */
async function takenIn(partitions: number, codec: string, offered: number): Promise<number> {
  const writer = open(partitions, () => new Promise(() => undefined), { codec: batchCodec(codec) });
  const value = 'x'.repeat(1000);
  let taken = 0;
  const rows = async function* (): AsyncGenerator<RecordBatch> {
    for (; taken < offered; taken++) yield batchOf([T.STRING, T.STRING], Array.from({ length: 1000 }, (_, i) => [`key ${taken * 1000 + i}`, value]));
  };
  void writer.write(rows());
  for (let last = -1; last !== taken;) { last = taken; for (let i = 0; i < 50; i++) await new Promise(setImmediate); }
  return taken;
}

test('packed batches count with what they were made of', async () => { expect(await takenIn(4, 'gzip', 80)).toBeLessThan(30); });
test('thousands of partitions are not each given a megabyte', async () => { expect(await takenIn(3000, 'none', 200)).toBeLessThan(100); });

/** Bytes of the batches that rows without a key become, by the partition. */
async function batches(lengths: readonly number[], batchBytes?: number): Promise<readonly (readonly [partition: number, bytes: number, records: number])[]> {
  const out: [number, number, number][] = [];
  const writer = open(2, async ({ partitions }) => partitions.map(({ topic, partition, records }) => {
    const bytes = Buffer.concat(records);
    out.push([partition, bytes.length, bytes.readInt32BE(57)]);
    return { topic, partition, error: 0, baseOffset: 0 };
  }), { batchBytes });
  await writer.write((async function* () { yield batchOf([T.STRING, T.STRING], lengths.map((n) => [null, 'x'.repeat(n)])); })());
  return out;
}
test('a batch has a megabyte at most, or what kafka.batch.size says, or one record that is longer', async () => {
  const ones = Array.from({ length: 3000 }, () => 1000);
  const whole = await batches(ones);
  expect(whole.reduce((n, [, , records]) => n + records, 0)).toBe(3000);
  expect(Math.max(...whole.map(([, bytes]) => bytes))).toBeGreaterThan(900_000);
  expect(Math.max(...whole.map(([, bytes]) => bytes))).toBeLessThanOrEqual(1_000_000);
  const small = await batches([...ones, 9000], 5000);
  expect(small.reduce((n, [, , records]) => n + records, 0)).toBe(3001);
  expect(small.filter(([, bytes, records]) => bytes > 5000 && records > 1)).toEqual([]);
  expect(small.filter(([, , records]) => records === 4).length).toBeGreaterThan(700);
  // Partitions take turns with each batch, as with Kafka's own producer.
  for (const p of [0, 1]) expect(small.filter(([partition]) => partition === p).length).toBeGreaterThan(300);
  expect((await batches([10, 10, 10], 0)).map(([, , records]) => records)).toEqual([1, 1, 1]);
});
