// Writing to a Kafka broker, by CPU time of the client, start-up included: rows in memory → the sink → one topic of four partitions, all replicas
// acknowledging. Beside it kafkajs's own producer with the same values.

import { Kafka, logLevel } from 'kafkajs';
import { batchOf } from '../engine/columnar/build.js';
import type { RecordBatch } from '../engine/columnar/column.js';
import type { ConnectContext } from '../engine/connect/contract.js';
import { parseOptions } from '../engine/connect/options.js';
import { memoryStore } from '../engine/durable/metadata-store.js';
import { realHost } from '../engine/host/real.js';
import * as T from '../planner/types.js';
import { kafkaSink } from '../sinks/kafka/sink.js';
import { prepareBroker } from './kafka-broker.js';
import type { BenchResult } from './result.js';

const PARTITIONS = 4;
const BATCH_ROWS = 8192;

/** A JSON text of about `size` bytes, different for each row. */
const textOf = (row: number, size: number): string => {
  const head = `{"id":${row},"user":"user${(row * 7919) % 100_003}","page":"/products/${(row * 31) % 977}","text":"`;
  return `${head}${'lorem ipsum dolor sit amet '.repeat(Math.ceil(size / 27)).slice(0, Math.max(0, size - head.length - 2))}"}`;
};
interface Part { readonly client: 'sink' | 'kafkajs'; readonly rows: number; readonly size: number; readonly codec?: string; readonly exactlyOnce?: true }
const PARTS: Readonly<Record<string, Part>> = {
  '100B': { client: 'sink', rows: 1_000_000, size: 100 }, '1KB': { client: 'sink', rows: 200_000, size: 1000 }, 'exactly-once': { client: 'sink', rows: 1_000_000, size: 100, exactlyOnce: true },
  gzip: { client: 'sink', rows: 300_000, size: 100, codec: 'gzip' }, snappy: { client: 'sink', rows: 1_000_000, size: 100, codec: 'snappy' }, lz4: { client: 'sink', rows: 1_000_000, size: 100, codec: 'lz4' },
  'kafkajs-100B': { client: 'kafkajs', rows: 300_000, size: 100 }, 'kafkajs-1KB': { client: 'kafkajs', rows: 100_000, size: 1000 },
};
export const parts: readonly string[] = Object.keys(PARTS);
export const prepare = prepareBroker;

const connection = (): Kafka => new Kafka({ clientId: 'bench', brokers: process.env['KAFKA_BROKERS']!.split(','), logLevel: logLevel.NOTHING });
async function newTopic(): Promise<string> {
  const topic = `write-${process.pid}-${Date.now()}`;
  const admin = connection().admin();
  await admin.connect();
  await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: PARTITIONS }] });
  await admin.disconnect();
  return topic;
}
async function bySink({ rows, size, codec, exactlyOnce }: Part, topic: string): Promise<() => Promise<void>> {
  const batches: RecordBatch[] = [];
  for (let from = 0; from < rows; from += BATCH_ROWS) batches.push(batchOf([T.STRING], Array.from({ length: Math.min(BATCH_ROWS, rows - from) }, (_, i) => [textOf(from + i, size)])));
  const schema: T.Schema = { fields: [T.field('value', T.STRING)] };
  const options = parseOptions('kafka', {
    'kafka.bootstrap.servers': process.env['KAFKA_BROKERS']!, topic, ...(codec === undefined ? {} : { 'kafka.compression.type': codec }), ...(exactlyOnce ? { delivery: 'exactly-once' } : {}),
  }, kafkaSink.options);
  const context: ConnectContext = { host: realHost, metadata: memoryStore(), queryId: 'bench', queryName: undefined, timeZone: 'UTC', print: () => undefined, warn: (text) => process.stderr.write(`${text}\n`) };
  const all = async function* (): AsyncGenerator<RecordBatch> { yield* batches; };
  return () => kafkaSink.write!({ options, schema, mode: 'append' }, all(), 'append', context, new AbortController().signal);
}
async function byKafkajs({ rows, size }: Part, topic: string): Promise<() => Promise<void>> {
  const messages = Array.from({ length: rows }, (_, i) => ({ value: textOf(i, size) }));
  const producer = connection().producer({ idempotent: true, maxInFlightRequests: 1 });
  // As many in one call as a batch of the broker's limit holds for each partition.
  const count = Math.floor((900_000 * PARTITIONS) / (size + 20));
  return async () => {
    await producer.connect();
    for (let from = 0; from < rows; from += count) await producer.send({ topic, acks: -1, messages: messages.slice(from, from + count) });
    await producer.disconnect();
  };
}

export async function run({ part }: { readonly part?: string }): Promise<BenchResult[]> {
  const chosen = PARTS[part ?? '100B'];
  if (!chosen) throw new Error(`there is no part ${part}`);
  const topic = await newTopic();
  const write = await (chosen.client === 'sink' ? bySink(chosen, topic) : byKafkajs(chosen, topic));
  const begin = process.cpuUsage();
  const from = performance.now();
  await write();
  const { user, system } = process.cpuUsage(begin);
  const seconds = (performance.now() - from) / 1000;
  const cpu = (user + system) / 1e6;
  return [{ name: `kafka write ${part}`, value: Math.round(chosen.rows / cpu / 1000), unit: 'k records/CPU s', note: `${Math.round(chosen.rows / seconds / 1000)} k/s, ${Math.round((chosen.rows * chosen.size) / seconds / 1e6)} MB/s` }];
}
