// Groups and transactions: what the coordinators answer, fencing, and that everything may be asked twice.

import { parseOptions } from '../../engine/connect/options.js';
import { realHost } from '../../engine/host/real.js';
import { Cluster } from '../../kafka/cluster.js';
import { connectionSettings, KAFKA_OPTIONS } from '../../kafka/options.js';
import { useBroker } from './broker/shared.js';

const broker = useBroker();
let cluster: Cluster;
beforeAll(async () => {
  const options = parseOptions('kafka', { 'kafka.bootstrap.servers': broker.brokers }, KAFKA_OPTIONS);
  cluster = new Cluster(await connectionSettings(options, realHost.files, 'tests'), { clock: realHost.clock, random: realHost.random, warn: () => undefined });
});
afterAll(() => cluster.close());

test('offsets of a group without members are published, read back, and shown by Kafka\'s own tool', async () => {
  const topic = await broker.topic(2);
  const group = broker.name('group');
  expect(await cluster.groupOffsets(group)).toEqual([]);
  await cluster.publishOffsets(group, [{ topic, partition: 0, offset: 5, metadata: '' }, { topic, partition: 1, offset: 7, metadata: 'noted' }]);
  expect([...await cluster.groupOffsets(group)].sort((a, b) => a.partition - b.partition))
    .toEqual([{ topic, partition: 0, offset: 5, metadata: '' }, { topic, partition: 1, offset: 7, metadata: 'noted' }]);
  expect(await broker.tool('groups', ['--describe', '--group', group])).toMatch(new RegExp(`${topic}\\s+1\\s+7\\s`));
});

test('offsets of a transaction are there after its commit only, and its end may be asked for twice', async () => {
  const topic = await broker.topic();
  const id = broker.name('transaction');
  const mark = (offset: number): { topic: string; partition: number; offset: number; metadata: string } => ({ topic, partition: 0, offset, metadata: `{"epoch":${offset}}` });
  const producer = await cluster.producer(id, 10_000);
  await cluster.commitOffsets(id, producer, id, [mark(1)]);
  await cluster.endTransaction(id, producer, true);
  await cluster.endTransaction(id, producer, true);
  expect(await cluster.groupOffsets(id)).toEqual([mark(1)]);
  await cluster.addPartitions(id, producer, [{ topic, partition: 0 }]);
  await cluster.addPartitions(id, producer, [{ topic, partition: 0 }]);
  await cluster.commitOffsets(id, producer, id, [mark(2)]);
  await cluster.endTransaction(id, producer, false);
  expect(await cluster.groupOffsets(id)).toEqual([mark(1)]);
});

test('a new holder of a transactional id ends what the one before has open, and that one can do no more', async () => {
  const topic = await broker.topic();
  const id = broker.name('transaction');
  const first = await cluster.producer(id, 10_000);
  await cluster.commitOffsets(id, first, id, [{ topic, partition: 0, offset: 1, metadata: '' }]);
  const second = await cluster.producer(id, 10_000);
  expect(second.producerEpoch).toBeGreaterThan(first.producerEpoch);
  expect(await cluster.groupOffsets(id)).toEqual([]);
  await expect(cluster.endTransaction(id, first, true)).rejects.toMatchObject({ condition: 'KAFKA_REQUEST_FAILED', message: expect.stringMatching(/INVALID_PRODUCER_EPOCH|PRODUCER_FENCED/) as unknown });
  await expect(cluster.addPartitions(id, first, [{ topic, partition: 0 }])).rejects.toMatchObject({ condition: 'KAFKA_REQUEST_FAILED' });
});

test('a transactional id must have a time-out that the broker allows', async () => {
  await expect(cluster.producer(broker.name(), 3_600_000)).rejects.toMatchObject({ condition: 'KAFKA_REQUEST_FAILED', message: expect.stringContaining('INVALID_TRANSACTION_TIMEOUT') as unknown });
});
