// Three nodes: a leader dies in the middle of an epoch, its partitions get another, the coordinator of the transaction maybe, too.

import { delta } from '../../engine/columnar/column.js';
import { batchOf } from '../../engine/columnar/build.js';
import { realHost } from '../../engine/host/real.js';
import type { Row } from '../../planner/values.js';
import * as T from '../../planner/types.js';
import { kafkaSink } from '../../sinks/kafka/sink.js';
import { bench, never, openSink, schemaOf } from '../support/connect.js';
import { sleep } from './broker/process.js';
import { useCluster } from './broker/shared.js';

const { broker, cluster } = useCluster({ nodes: 3 });
const SCHEMA = schemaOf(['value', T.STRING]);

test('a cluster of three nodes loses one and gets it back', async () => {
  const admin = await broker.admin();
  expect((await admin.describeCluster()).brokers).toHaveLength(3);
  await cluster().pause(3);
  await cluster().resume(3);
  expect((await admin.describeCluster()).brokers.length).toBeGreaterThanOrEqual(2);
});

test.each([['exactly-once', 1], ['at-least-once', 2]] as const)('%s: writing goes on when node %d dies in the middle of an epoch; each row is there once', async (delivery, node) => {
  const topic = await broker.topic(6);
  const sink = await openSink(kafkaSink, { 'kafka.bootstrap.servers': broker.brokers, topic, delivery }, SCHEMA, { ...bench(realHost), queryId: broker.name('query') });
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
}, 90_000);
