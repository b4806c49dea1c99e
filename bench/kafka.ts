// Reading from a Kafka broker, by CPU time of the client, start-up included: a topic of four partitions with records of 100 B, without and with
// each codec, checksums and transactions observed; the same records decoded from JSON into a windowed count; and kafkajs's own consumer.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { rowCount } from '../engine/columnar/column.js';
import type { ConnectContext } from '../engine/connect/contract.js';
import { parseOptions } from '../engine/connect/options.js';
import { memoryStore } from '../engine/durable/metadata-store.js';
import { realHost } from '../engine/host/real.js';
import { Session } from '../index.js';
import { Cluster } from '../kafka/cluster.js';
import { batchCodec } from '../kafka/codecs/compress.js';
import { crc32c } from '../kafka/crc32c.js';
import { type Cell, RecordBatchWriter } from '../kafka/encode.js';
import { connectionSettings } from '../kafka/options.js';
import { batchHeads } from '../kafka/record-batch.js';
import { kafkaSink } from '../sinks/kafka/sink.js';
import { kafkaSource } from '../sources/kafka/source.js';
import { prepareBroker } from './kafka-broker.js';
import type { BenchResult } from './result.js';

const PARTITIONS = 4;
const ROWS = 1_000_000;
export const parts: readonly string[] = ['100B', 'gzip', 'snappy', 'lz4', 'zstd', 'count', 'count-gzip', 'kafkajs', 'crc'];
export const prepare = prepareBroker;

const brokers = (): string => process.env['KAFKA_BROKERS']!;
const kafkajs = (): Kafka => new Kafka({ clientId: 'bench', brokers: brokers().split(','), logLevel: logLevel.NOTHING });
const context: ConnectContext = { host: realHost, metadata: memoryStore(), queryId: 'bench', queryName: undefined, timeZone: 'UTC', print: () => undefined, warn: (text) => process.stderr.write(`${text}\n`) };
const never = new AbortController().signal;
const two = (n: number): string => String(n).padStart(2, '0');
/** A click of 100 bytes; a hundred of them a second. */
function click(row: number): string {
  const second = Math.floor(row / 100);
  const head = `{"user":"user${(row * 7919) % 10_007}","page":"/products/${(row * 31) % 97}","at":"2026-01-01T${two(Math.floor(second / 3600) % 24)}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)}Z","x":"`;
  return `${head}${'abcdefghijklmnopqrstuvwxyz'.slice(0, Math.max(0, 98 - head.length))}"}`;
}

/** A new topic with the records. @returns its name */
async function fill(codec: string): Promise<string> {
  const topic = `read-${codec}-${process.pid}-${Date.now()}`;
  const admin = kafkajs().admin();
  await admin.connect();
  await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: PARTITIONS }] });
  await admin.disconnect();
  const cluster = new Cluster(await connectionSettings(parseOptions('kafka', { 'kafka.bootstrap.servers': brokers() }, kafkaSink.options), realHost.files, 'bench'), { clock: realHost.clock, random: Math.random, warn: context.warn });
  let partition = 0;
  for (const records of codec === 'zstd' ? javaBatches() : ownBatches(codec)) {
    await cluster.produce(await cluster.leader(topic, partition), { transactionalId: null, acks: 1, timeoutMillis: 10_000, partitions: [{ topic, partition, records: [records] }] });
    partition = (partition + 1) % PARTITIONS;
  }
  await cluster.close();
  return topic;
}
/** The clicks in batches of 16 kB before they are packed, as most producers make them. */
function* ownBatches(codec: string): Generator<Uint8Array> {
  const packed = batchCodec(codec);
  const none: Cell = { bytes: new Uint8Array(0), from: -1, to: 0 };
  for (let row = 0; row < ROWS;) {
    const writer = new RecordBatchWriter();
    for (; row < ROWS && writer.length < BATCH_BYTES; row++) {
      const bytes = Buffer.from(click(row), 'utf8');
      writer.append(none, { bytes, from: 0, to: bytes.length });
    }
    yield writer.seal(packed, Date.now()).bytes(ANYBODY);
  }
}
const BATCH_BYTES = 16_384;
/** No producer that a broker knows. */
const ANYBODY = { producerId: -1n, producerEpoch: -1, baseSequence: -1, transactional: false };
/** Node.js 20 cannot write Zstandard: batches of Kafka's Java producer, again and again. */
function* javaBatches(): Generator<Uint8Array> {
  const fixture = path.join(__dirname, '..', '..', 'tests', 'kafka', 'fixtures', 'java-batches.json');
  const set = Buffer.from((JSON.parse(readFileSync(fixture, 'utf8')) as { readonly zstd: string }).zstd, 'base64');
  const batches = batchHeads(set).map((h) => anonymous(Buffer.from(set.subarray(h.at, h.to))));
  for (let n = 0; n < ROWS; n += 400) yield* batches;
}

/** The batch without its producer and sequence, by which a broker would take it once. */
function anonymous(batch: Buffer): Buffer {
  batch.writeBigInt64BE(0n, 0);
  batch.fill(255, 43, 57);
  batch.writeUInt32BE(crc32c(batch, 21), 17);
  return batch;
}

async function readRaw(topic: string): Promise<number> {
  const options = parseOptions('kafka', { 'kafka.bootstrap.servers': brokers(), subscribe: topic }, kafkaSource.options);
  const schema = await kafkaSource.schema(options, undefined, context);
  let rows = 0;
  for await (const batch of kafkaSource.read!({ options, schema, columns: [1, 4, 5] }, context, never)) rows += rowCount(batch);
  return rows;
}
async function windowedCount(topic: string): Promise<number> {
  const session = new Session();
  await session.sql(`CREATE STREAM clicks (user STRING, page STRING, at TIMESTAMP, WATERMARK FOR at AS at - INTERVAL 10 SECONDS)
    USING kafka OPTIONS (subscribe '${topic}', \`kafka.bootstrap.servers\` '${brokers()}', valueFormat 'json', startingOffsets 'earliest')`).collect();
  const query = await session.sql("SELECT window.start AS start, page, count(*) AS n FROM clicks GROUP BY window(at, '1 minute'), page").writeStream.format('noop').outputMode('update').trigger({ availableNow: true }).start();
  await query.awaitTermination();
  return query.recentProgress.reduce((n, p) => n + p.numInputRows, 0);
}
async function byKafkajs(topic: string): Promise<number> {
  const consumer = kafkajs().consumer({ groupId: `bench-${process.pid}`, maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  let rows = 0;
  await new Promise<void>((resolve) => {
    consumer.run({ autoCommit: false, eachBatch: async ({ batch }) => { rows += batch.messages.length; if (rows >= ROWS) resolve(); } });
  });
  await consumer.disconnect();
  return rows;
}
function checksum(): BenchResult {
  const data = Buffer.alloc(1 << 20, 'some bytes of a record batch ');
  for (let i = 0; i < 20; i++) crc32c(data);
  const begin = process.cpuUsage();
  for (let i = 0; i < 100; i++) crc32c(data);
  const { user, system } = process.cpuUsage(begin);
  return { name: 'CRC-32C', value: Math.round((100 * data.length) / (user + system)), unit: 'MB/CPU s' };
}

export async function run({ part = '100B' }: { readonly part?: string }): Promise<BenchResult[]> {
  if (part === 'crc') return [checksum()];
  const topic = await fill(part === '100B' || part === 'count' || part === 'kafkajs' ? 'none' : part.replace('count-', ''));
  const read = part.startsWith('count') ? windowedCount : part === 'kafkajs' ? byKafkajs : readRaw;
  const begin = process.cpuUsage();
  const from = performance.now();
  const rows = await read(topic);
  const { user, system } = process.cpuUsage(begin);
  const seconds = (performance.now() - from) / 1000;
  if (rows < ROWS) throw new Error(`${rows} rows of ${ROWS} were read`);
  return [{ name: `kafka read ${part}`, value: Math.round((rows / (user + system)) * 1000), unit: 'k records/CPU s', note: `${Math.round(rows / seconds / 1000)} k/s` }];
}
