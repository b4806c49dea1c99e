import { visit } from '../../../planner/plan/walk.js';
import { EngineError } from '../../../planner/errors/index.js';
import type { LogicalPlan, OutputMode } from '../../../planner/tree.js';
import { planQuery, streamsOf } from '../../support/stream-plan.js';

const streams = streamsOf({ e: 'at TIMESTAMP, key STRING, value INT' });
const marked = '(SELECT * FROM e WATERMARK at DELAY OF INTERVAL 10 SECONDS)';
const plan = (sql: string, mode: OutputMode, conf?: Readonly<Record<string, string>>): LogicalPlan => planQuery(sql, streams, mode, conf).logical;
function found(logical: LogicalPlan): string[] {
  const out: string[] = [];
  visit(logical, (n) => { if (n.kind === 'aggregate') out.push(`${n.emission} ${n.stateId}`); else if (n.kind === 'limit' || n.kind === 'deduplicate') out.push(`${n.kind} ${n.stateId}`); else if (n.kind === 'watermark') out.push(`watermark ${n.nodeId}`); });
  return out;
}
const conditionOf = (sql: string, mode: OutputMode, conf?: Readonly<Record<string, string>>): string => {
  try { plan(sql, mode, conf); return 'accepted'; } catch (e) { return e instanceof EngineError ? e.condition : String(e); }
};
const SPARK = { 'millrace.compat': 'spark' };

test('emissions follow the mode, names by place the operators from the sink down', () => {
  const chain = `SELECT window(w.end, '20 seconds') AS v, sum(n) AS n FROM (SELECT window AS w, count(*) AS n FROM ${marked} GROUP BY window(at, '10 seconds')) GROUP BY window(w.end, '20 seconds')`;
  expect(conditionOf(chain, 'update', SPARK)).toBe('_LEGACY_ERROR_TEMP_3102');
  expect(found(plan(chain, 'update')).map((s) => s.split(' ')[0])).toEqual(['watermark', 'on_touch', 'on_touch']);
  expect(conditionOf('SELECT key, count(DISTINCT value) FROM e GROUP BY key', 'update', SPARK)).toBe('_LEGACY_ERROR_TEMP_3102');
  expect(conditionOf('SELECT key, count(DISTINCT value) FROM e GROUP BY key', 'update')).toBe('accepted');
  expect(conditionOf("SELECT key FROM e UNION ALL SELECT 'x'", 'append', SPARK)).toBe('_LEGACY_ERROR_TEMP_3102');
  const windows = `SELECT window, key, count(*) AS n FROM ${marked} GROUP BY window(at, '10 seconds'), key`;
  expect(found(plan(windows, 'append', SPARK))).toEqual(['watermark 0', 'on_close 0']);
  expect(found(plan(windows, 'update', SPARK))).toEqual(['watermark 0', 'on_touch 0']);
  // Above a snapshot a limit counts anew in each epoch.
  expect(found(plan(`${windows} ORDER BY n LIMIT 2`, 'complete', SPARK))).toEqual(['watermark 0', 'all 0', 'limit undefined']);
  expect(found(plan('SELECT key FROM e LIMIT 2', 'append', SPARK))).toEqual(['limit 0']);
});

test('a name by meaning survives changes that do not touch the state, and no others', () => {
  const id = (sql: string): string => found(plan(sql, 'update')).find((s) => s.startsWith('on_touch'))!;
  const first = id('SELECT key, count(*) AS n FROM e GROUP BY key');
  expect(id('SELECT upper(key), count(*) AS other FROM e WHERE value > 3 GROUP BY key')).toBe(first);
  expect(id(`SELECT key, count(*) AS n FROM ${marked} GROUP BY key`)).toBe(first);
  expect(id('SELECT key, sum(value) AS n FROM e GROUP BY key')).not.toBe(first);
  expect(id('SELECT value, count(*) AS n FROM e GROUP BY value')).not.toBe(first);
  const windows = ["'5 seconds'", "'10 seconds'", "'10 seconds', '5 seconds'", "'10 seconds', '10 seconds', '1 second'"].map((w) => id(`SELECT window, count(*) AS n FROM ${marked} GROUP BY window(at, ${w})`));
  expect(new Set(windows).size).toBe(windows.length);
});

test.each([
  ['no stream', 'SELECT 1', 'append', 'WRITE_STREAM_NOT_ALLOWED'],
  ['no watermark', 'SELECT key, count(*) FROM e GROUP BY key', 'append', 'STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION'],
  ['no aggregate', 'SELECT key FROM e ORDER BY key', 'complete', 'STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION'],
  ['NOT IN, which nothing makes final', 'SELECT key FROM e WHERE value NOT IN (SELECT value FROM e)', 'append', '_LEGACY_ERROR_TEMP_3102'],
  ['NOT IN', 'SELECT key FROM e WHERE value NOT IN (SELECT value FROM e)', 'update', 'accepted'],
  ['IN, which only grows', 'SELECT key FROM e WHERE value IN (SELECT value FROM e)', 'append', 'accepted'],
  ['an outer join that nothing bounds', 'SELECT a.key FROM e AS a LEFT JOIN e AS b ON a.key = b.key', 'append', '_LEGACY_ERROR_TEMP_3102'],
  ['an outer join that nothing bounds, taken back', 'SELECT a.key FROM e AS a LEFT JOIN e AS b ON a.key = b.key', 'changelog', 'accepted'],
  ['EXCEPT', 'SELECT key FROM e EXCEPT SELECT key FROM e WHERE value > 1', 'append', '_LEGACY_ERROR_TEMP_3102'],
  ['EXCEPT, taken back', 'SELECT key FROM e EXCEPT SELECT key FROM e WHERE value > 1', 'complete', 'accepted'],
  ['sessions over rows that change', `SELECT n, count(*) FROM (SELECT at, count(*) AS n FROM ${marked} GROUP BY at) GROUP BY n, session_window(at, '5 seconds')`, 'complete', 'STREAMING_CHANGES_NOT_SUPPORTED'],
  ['a subquery that is no join', 'SELECT key, (SELECT max(i.value + o.value) FROM e AS i WHERE i.key = o.key) FROM e AS o', 'update', 'STREAMING_CHANGES_NOT_SUPPORTED'],
  ['rows beside an aggregate', 'SELECT key, count(*) FROM e GROUP BY key UNION ALL SELECT key, value FROM e', 'complete', 'accepted'],
  ['sorting', 'SELECT key FROM e ORDER BY key', 'append', '_LEGACY_ERROR_TEMP_3102'],
  ['a global session', `SELECT count(*) FROM ${marked} GROUP BY session_window(at, '5 seconds')`, 'append', 'accepted'],
  ['two event times', `SELECT window, at, count(*) FROM ${marked} GROUP BY window(at, '5 seconds'), at`, 'append', 'MULTIPLE_EVENT_TIME_COLUMNS'],
  ['a union with a static table', "SELECT key FROM e UNION ALL SELECT 'x'", 'append', 'accepted'],
  ['the second branch of a union marks nothing', `SELECT at, count(*) FROM (SELECT at FROM e UNION ALL SELECT at FROM ${marked}) GROUP BY at`, 'append', 'STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION'],
  ['the first branch marks all', `SELECT at, count(*) FROM (SELECT at FROM ${marked} UNION ALL SELECT at FROM e) GROUP BY at`, 'append', 'accepted'],
] as const)('%s', (_, sql, mode, condition) => { expect(conditionOf(sql, mode)).toBe(condition); });

test('without the checks a join that nothing makes final is refused in append mode, and Spark has its refusals', () => {
  const sql = 'SELECT key FROM e WHERE value NOT IN (SELECT value FROM e)';
  expect(conditionOf(sql, 'append', { 'spark.sql.streaming.unsupportedOperationCheck': 'false' })).toBe('STREAMING_CHANGES_NOT_SUPPORTED');
  expect(conditionOf(sql, 'update', SPARK)).toBe('INVALID_SUBQUERY_EXPRESSION.STREAMING_QUERY');
  expect(conditionOf('SELECT a.key FROM e AS a LEFT JOIN e AS b ON a.key = b.key', 'changelog', SPARK)).toBe('_LEGACY_ERROR_TEMP_3102');
  expect(conditionOf(`SELECT count(*) FROM ${marked} GROUP BY session_window(at, '5 seconds')`, 'append', SPARK)).toBe('_LEGACY_ERROR_TEMP_3068');
});
