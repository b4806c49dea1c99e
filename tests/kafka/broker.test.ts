// The harness itself: a broker that all files share, ZooKeeper. (Nodes that are killed and come back: delivery.test.ts, nodes.test.ts.)

import { useBroker } from './broker/shared.js';
import { ZooKeeper } from './broker/zookeeper.js';

describe('the shared broker', () => {
  const broker = useBroker();

  test('has topics of any number of partitions, and gives what was written', async () => {
    const topic = await broker.topic(2);
    const producer = broker.kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    await producer.send({ topic, messages: [{ key: 'k', value: 'a', partition: 1 }, { value: null, partition: 0 }, { value: 'b', partition: 1, headers: { h: 'x' } }] });
    await producer.disconnect();
    const records = await broker.records(topic);
    expect(records.map((r) => [r.partition, r.offset, r.key?.toString() ?? null, r.value?.toString() ?? null])).toEqual([[0, 0, null, null], [1, 0, 'k', 'a'], [1, 1, null, 'b']]);
  });
  test('runs Kafka\'s own tools', async () => {
    const topic = await broker.topic(3);
    expect(await broker.tool('topics', ['--describe', '--topic', topic])).toContain('PartitionCount: 3');
    await expect(broker.tool('topics', ['--describe', '--topic', `${topic}-no`])).rejects.toThrow('does not exist');
  });
});

test('a ZooKeeper answers, dies, and comes back', async () => {
  const server = await ZooKeeper.start();
  try {
    expect(await server.ask('ruok')).toBe('imok');
    await server.kill();
    expect(await server.ask('ruok')).toBe('');
    await server.restart();
    expect(await server.ask('srvr')).toContain('Mode: standalone');
  } finally { await server.destroy(); }
});
