// A join of two streams hands out what one delta matches in bounded pieces, each read before the next is made.

import { batchOf } from '../../../engine/columnar/build.js';
import { rowCount } from '../../../engine/columnar/column.js';
import { createOperators, flow } from '../../../engine/operators/flow.js';
import { memoryStore } from '../../../engine/state/memory.js';
import { INT } from '../../../planner/types.js';
import { lowerQuery, streamsOf } from '../../support/stream-plan.js';

test.each([['a.k, b.v FROM a JOIN b ON a.k = b.k', 90_000], ['a.k FROM a LEFT SEMI JOIN b ON a.k = b.k', 300]])('SELECT %s', async (rest, expected) => {
  const { plan } = await lowerQuery(`SELECT ${rest}`, streamsOf({ a: 'k INT, v INT', b: 'k INT, v INT' }), 'append', { 'spark.sql.streaming.unsupportedOperationCheck': 'false' });
  const operators = createOperators(plan, memoryStore);
  const join = operators[plan.nodes.findIndex((n) => n.name === 'stream_join')]!;
  const context = { epoch: 0, timestampMillis: 0, lateWatermark: 0, evictWatermark: 0, final: false };
  const feed = (node: number) => [batchOf(plan.nodes[node]!.output.map(() => INT), Array.from({ length: 300 }, (_, i) => plan.nodes[node]!.output.map((c) => c.name === 'k' ? 1 : i)))];
  let [seen, ahead] = [0, 0];
  for (const event of flow({ plan, operators, context: () => context, feed, checked: true })) {
    if (event === undefined || event instanceof Promise) continue;
    seen += rowCount(event);
    ahead = Math.max(ahead, join.counts.out - seen);
  }
  expect(seen).toBe(expected);
  expect(ahead).toBeLessThanOrEqual(8192);
});
