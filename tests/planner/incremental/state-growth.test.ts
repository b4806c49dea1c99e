// How the state of each operator grows, as EXPLAIN labels it and as a query that starts warns of it.

import { printPlan } from '../../../planner/plan/print.js';
import { unboundedState } from '../../../planner/plan/state-growth.js';
import type { OutputMode } from '../../../planner/tree.js';
import { planQuery, streamsOf } from '../../support/stream-plan.js';

const MARKED = '(SELECT * FROM s WATERMARK at DELAY OF INTERVAL 1 SECOND)';
const OTHER = '(SELECT * FROM t WATERMARK at DELAY OF INTERVAL 1 SECOND)';
test.each<[sql: string, mode: OutputMode, bounds: string, why?: RegExp]>([
  [`SELECT k, count(*) FROM ${MARKED} GROUP BY window(at, '1 minute'), k`, 'append', 'watermark'],
  [`SELECT k, count(*) FROM ${MARKED} GROUP BY window(at, '1 minute'), k`, 'update', 'watermark'],
  [`SELECT k, count(*) FROM ${MARKED} GROUP BY window(at, '1 minute'), k`, 'complete', 'none', /complete mode keeps all of them/],
  ["SELECT k, count(*) FROM s GROUP BY window(at, '1 minute'), k", 'update', 'none', /no watermark lets them go/],
  ['SELECT k, count(DISTINCT k) FROM s GROUP BY k', 'update', 'keys'],
  ['SELECT count(*) FROM s', 'complete', 'constant'],
  ['SELECT k, collect_list(at) FROM s GROUP BY k', 'update', 'none', /collect_list keeps a value for every row/],
  [`SELECT collect_list(k) FROM ${MARKED} GROUP BY window(at, '1 minute')`, 'append', 'watermark'],
  [`SELECT k, count(*) FROM ${MARKED} GROUP BY session_window(at, '1 minute'), k`, 'append', 'watermark'],
  ['SELECT DISTINCT k FROM s', 'update', 'keys'],
  [`SELECT * FROM ${MARKED} a JOIN ${OTHER} b ON a.k = b.k AND a.at = b.at`, 'append', 'watermark'],
  [`SELECT * FROM ${MARKED} a JOIN ${OTHER} b ON a.k = b.k AND b.at BETWEEN a.at AND a.at + INTERVAL 1 MINUTE`, 'append', 'watermark'],
  [`SELECT * FROM ${MARKED} a JOIN ${OTHER} b ON a.k = b.k AND b.at > a.at`, 'append', 'none', /its left side/],
  // One watermark lets the rows of the side without go.
  [`SELECT * FROM ${MARKED} a JOIN t b ON a.k = b.k AND b.at BETWEEN a.at AND a.at + INTERVAL 1 MINUTE`, 'append', 'none', /its left side/],
  ['SELECT * FROM s a JOIN t b ON a.k = b.k', 'append', 'none', /its left and its right side/],
  ['SELECT * FROM s LIMIT 3', 'append', 'constant'],
  [`SELECT count(*) OVER (PARTITION BY k ORDER BY at RANGE BETWEEN INTERVAL '1' MINUTE PRECEDING AND CURRENT ROW) FROM ${MARKED}`, 'append', 'watermark'],
  [`SELECT lag(k) OVER (PARTITION BY k ORDER BY at), sum(k) OVER (PARTITION BY k ORDER BY at) FROM ${MARKED}`, 'append', 'keys'],
  [`SELECT lag(k) IGNORE NULLS OVER (PARTITION BY k ORDER BY at) FROM ${MARKED}`, 'append', 'none', /looks at all rows before/],
  [`SELECT collect_list(k) OVER (PARTITION BY k ORDER BY at) FROM ${MARKED}`, 'append', 'none', /keeps a value for every row before/],
  [`SELECT * FROM ${MARKED} QUALIFY row_number() OVER (PARTITION BY k ORDER BY at) = 1`, 'append', 'keys'],
  [`SELECT row_number() OVER (PARTITION BY at ORDER BY at) FROM ${MARKED}`, 'append', 'watermark'],
])('%s, %s', (...[sql, mode, bounds, why]) => {
  const { logical } = planQuery(sql, streamsOf({ s: 'k INT, at TIMESTAMP', t: 'k INT, at TIMESTAMP' }), mode);
  expect([...printPlan(logical).matchAll(/stateBound=(\w+)/g)].map((m) => m[1]).join(' ')).toBe(bounds);
  expect(unboundedState(logical).length).toBe(why ? 1 : 0);
  if (why) expect(unboundedState(logical)[0]!.why).toMatch(why);
});
