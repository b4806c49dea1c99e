import { conjunctsOf } from '../../../planner/expr/conjuncts.js';
import { printExpr } from '../../../planner/expr/print.js';
import { visit } from '../../../planner/plan/walk.js';
import type { LogicalPlan, OutputMode } from '../../../planner/tree.js';
import { planQuery, streamsOf } from '../../support/stream-plan.js';

const streams = streamsOf({ e: 'at TIMESTAMP, key STRING, value INT, tags ARRAY<STRING>' });
const FROM = 'FROM e WATERMARK at DELAY OF INTERVAL 10 SECONDS';

/** Conjuncts of the filters below the watermark node, and of those above it. */
function filters(sql: string, mode: OutputMode = 'append'): { below: string[]; above: string[] } {
  const out = { below: [] as string[], above: [] as string[] };
  const look = (plan: LogicalPlan, to: string[]): void => {
    visit(plan, (node) => { if (node.kind === 'filter' && !found.has(node)) { found.add(node); to.push(...conjunctsOf(node.predicate).map((e) => printExpr(e))); } });
  };
  const found = new Set<LogicalPlan>();
  const { logical } = planQuery(sql, streams, mode);
  visit(logical, (node) => { if (node.kind === 'watermark') look(node.input, out.below); });
  look(logical, out.above);
  return { below: out.below.sort(), above: out.above.sort() };
}

test.each([
  ['a filter that does not read the event time', `SELECT key ${FROM} WHERE value > 1`, ['(value > 1)', '(value IS NOT NULL)'], []],
  ['each conjunct by itself', `SELECT key ${FROM} WHERE value > 1 AND at > TIMESTAMP '2024-01-01'`, ['(value > 1)', '(value IS NOT NULL)'], ["(at > TIMESTAMP '2024-01-01 00:00:00')", '(at IS NOT NULL)']],
  ['the not-null part alone, where the filter must stay', `SELECT key ${FROM} WHERE at > CAST(value AS TIMESTAMP)`, ['(value IS NOT NULL)'], ['(at > CAST(value AS TIMESTAMP))', '(at IS NOT NULL)']],
  ['NOT over OR', `SELECT key ${FROM} WHERE NOT (value > 1 OR key = 'a')`, ["(NOT (key = a))", '(key IS NOT NULL)', '(value <= 1)', '(value IS NOT NULL)'], []],
  ['the factor that both sides of an OR have', `SELECT key ${FROM} WHERE (key = 'a' AND value > 1) OR (key = 'a' AND at IS NULL)`, ['(key = a)', '(key IS NOT NULL)'], ['((value > 1) OR (at IS NULL))']],
  ['not through a limit', `SELECT key FROM (SELECT * ${FROM} LIMIT 5) WHERE value > 1`, [], ['(value > 1)', '(value IS NOT NULL)']],
])('below the watermark: %s', (_, sql, below, above) => { expect(filters(sql)).toEqual({ below, above }); });

test('HAVING on a grouping key moves; on an aggregate it stays', () => {
  const { below, above } = filters(`SELECT window, key, count(*) AS n ${FROM} GROUP BY window(at, '10 seconds'), key HAVING key <> 'x' AND count(*) > 1`);
  expect(below).toEqual(['(NOT (key = x))', '(key IS NOT NULL)']);
  expect(above).toContain('(count(1) > 1)');
});

test('explode of a column drops empty lists below the watermark, of an expression it does not', () => {
  expect(filters(`SELECT explode(tags) AS t ${FROM}`).below).toEqual(['(size(tags) > 0)', '(tags IS NOT NULL)']);
  expect(filters(`SELECT explode(array(key)) AS t ${FROM}`).below).toEqual([]);
});
