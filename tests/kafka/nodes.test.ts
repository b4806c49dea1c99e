// Three nodes that die and come back under the source and the sink: leaders of partitions, coordinators of transactions, the only node that has a
// topic; and no broker at all. One cluster for all of it, as three nodes take long to start.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { delta } from '../../engine/columnar/column.js';
import { batchOf } from '../../engine/columnar/build.js';
import { rows } from '../../engine/columnar/read.js';
import { realHost } from '../../engine/host/real.js';
import { EngineError, Session } from '../../index.js';
import * as T from '../../planner/types.js';
import type { Row } from '../../planner/values.js';
import { kafkaSink } from '../../sinks/kafka/sink.js';
import { kafkaSource } from '../../sources/kafka/source.js';
import { bench, never, openSink, openSource, schemaOf } from '../support/connect.js';
import { useCluster } from './broker/shared.js';
import { eventually, sleep } from '../support/wait.js';

const { broker, cluster } = useCluster({ nodes: 3 });
let scratch = '';
beforeAll(() => { scratch = mkdtempSync(path.join(tmpdir(), 'millrace-kafka-failures-')); });
afterAll(() => { rmSync(scratch, { recursive: true, force: true }); });

const SCHEMA = schemaOf(['value', T.STRING]);

test('three nodes know each other, also after one was silent for a moment', async () => {
  const admin = await broker.admin();
  const nodes = (count: number) => eventually(`${count} nodes`, async () => (await admin.describeCluster()).brokers.length === count || undefined);
  await nodes(3);
  await cluster().pause(3);
  await cluster().resume(3);
  await nodes(3);
});

test.each([['exactly-once', 1], ['at-least-once', 2]] as const)('%s: writing goes on when node %d dies in the middle of an epoch; each row is there once', async (delivery, node) => {
  const topic = await broker.topic(6);
  const sink = await openSink(kafkaSink, { 'kafka.bootstrap.servers': broker.brokers, topic, delivery, 'kafka.default.api.timeout.ms': '600000', transactionTimeout: '10 minutes' }, SCHEMA, { ...bench(realHost), queryId: broker.name('query') });
  const rows = (from: number, count: number): Row[] => Array.from({ length: count }, (_, i): Row => [`${from + i} ${'x'.repeat(500)}`]);
  for (let number = 0; number < 3; number++) {
    await sink.addBatch({ epoch: number, mode: 'append', changes: (async function* () {
      for (let i = 0; i < 10; i++) {
        if (number === 1 && i === 4) await cluster().kill(node);
        yield delta(batchOf([T.STRING], rows(number * 5000 + i * 500, 500)));
        await sleep(20);
      }
    })() }, never);
  }
  await cluster().startNode(node);
  const found = (await broker.records(topic, 15_000)).map((r) => Number.parseInt(r.value!.toString(), 10)).sort((a, b) => a - b);
  expect(found).toHaveLength(15_000);
  expect(found.filter((n, i) => n !== i)).toEqual([]);
  await sink.close();
});

test('the leader of a partition is killed under a running query, and comes back', async () => {
  const topic = await broker.topic(3, { 'min.insync.replicas': '1' });
  const admin = await broker.admin();
  const producer = broker.kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  let sent = 0;
  const send = async (count: number): Promise<void> => {
    await producer.send({ topic, messages: Array.from({ length: count }, (_, i) => ({ value: String(sent + i), partition: (sent + i) % 3 })) });
    sent += count;
  };
  const seen: number[] = [];
  const session = new Session();
  const query = await session.readStream.format('kafka').option('kafka.bootstrap.servers', broker.brokers).option('subscribe', topic).option('startingOffsets', 'earliest').option('valueFormat', 'text')
    .option('fetchOffset.numRetries', '1000').option('kafka.default.api.timeout.ms', '600000').load().select('value').writeStream.foreachBatch(async (frame) => { for (const row of await frame.collect()) seen.push(Number((row as unknown as { value: string }).value)); })
    .option('checkpointLocation', path.join(scratch, 'leader')).start();
  await send(300);
  await query.processAllAvailable();
  const [state] = (await admin.fetchTopicMetadata({ topics: [topic] })).topics;
  const leader = state!.partitions.find((p) => p.partitionId === 0)!.leader;
  await cluster().kill(leader);
  await send(300);
  await eventually('the records of the new leader', () => seen.length >= 600 || undefined);
  await cluster().startNode(leader);
  await send(300);
  await eventually('the records after its return', () => seen.length >= 900 || undefined);
  await query.processAllAvailable();
  await query.stop();
  await producer.disconnect();
  expect(query.exception).toBeUndefined();
  expect([...seen].sort((a, b) => a - b)).toEqual(Array.from({ length: sent }, (_, i) => i));
});

test('the only node that has a topic is killed in the middle of a read and started again', async () => {
  const topic = await broker.topic(1);
  const admin = await broker.admin();
  const node = (await admin.fetchTopicMetadata({ topics: [topic] })).topics[0]!.partitions[0]!.leader;
  const producer = broker.kafka.producer();
  await producer.connect();
  for (let i = 0; i < 6000; i += 200) await producer.send({ topic, messages: Array.from({ length: 200 }, (_, k) => ({ value: `${i + k} ${'x'.repeat(200)}` })) });
  await producer.disconnect();
  const warnings: string[] = [];
  const context = { ...bench(realHost), warn: (message: string) => { warnings.push(message); } };
  const source = await openSource(kafkaSource, { 'kafka.bootstrap.servers': broker.brokers, subscribe: topic, startingOffsets: 'earliest', valueFormat: 'text', 'kafka.max.partition.fetch.bytes': '60000', 'fetchOffset.numRetries': '1000', 'kafka.default.api.timeout.ms': '600000' }, undefined, context);
  const upTo = await source.latestOffset(undefined, true);
  expect(upTo).toEqual({ [topic]: { 0: 6000 } });
  const seen: number[] = [];
  let starting: Promise<void> | undefined;
  for await (const batch of source.getBatch(undefined, upTo!, never)) {
    for (const row of rows(batch)) seen.push(Number.parseInt(String(row[1]), 10));
    if (!starting) {
      await cluster().kill(node);
      starting = sleep(1500).then(() => cluster().startNode(node));
    }
  }
  await starting;
  await source.close();
  expect(seen).toEqual(Array.from({ length: 6000 }, (_, i) => i));
  expect(warnings.length).toBeGreaterThan(0);
});

test('no broker: one error within the time-out, and stop() does not wait for it', async () => {
  const session = new Session();
  const frame = (timeout: string) => session.readStream.format('kafka').options({ 'kafka.bootstrap.servers': '127.0.0.1:1', subscribe: 't', 'kafka.default.api.timeout.ms': timeout }).load();
  const query = await frame('1000').writeStream.format('noop').option('checkpointLocation', path.join(scratch, 'none')).start();
  const error = await query.awaitTermination().then(() => undefined, (e: Error) => e);
  let cause: unknown = error;
  while (cause instanceof EngineError && cause.condition === 'STREAM_FAILED') cause = cause.cause;
  expect(cause).toMatchObject({ condition: 'KAFKA_BROKERS_UNREACHABLE', parameters: { brokers: '127.0.0.1:1', timeout: '1000' } });
  const other = await frame('3600000').writeStream.format('noop').option('checkpointLocation', path.join(scratch, 'stopped')).start();
  await eventually('a status with the reason', () => other.status.message.includes('ECONNREFUSED') || undefined);
  await other.stop();
});
