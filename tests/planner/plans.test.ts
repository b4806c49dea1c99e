// The shape of plans: what the analyzer, the normalizer and the optimizer make of a query, as EXPLAIN prints it; and that walking keeps
// what it does not change.

import { makeEngine, settingsOf } from '../../engine/session/environment.js';
import { analyze } from '../../planner/analyzer/analyze.js';
import type { Relation } from '../../planner/analyzer/context.js';
import { similarNames } from '../../planner/analyzer/scope.js';
import { editDistance } from '../../planner/similar.js';
import { printExpr } from '../../planner/expr/print.js';
import { find } from '../../planner/expr/walk.js';
import { normalize } from '../../planner/normalize/index.js';
import { optimize } from '../../planner/optimizer/index.js';
import { freeColumns } from '../../planner/plan/columns.js';
import { printPlan } from '../../planner/plan/print.js';
import { changesOf, eventTimesOf, isStreaming, keyOf, outputOf } from '../../planner/plan/properties.js';
import { children, expressionsOf, mapExpressions, transformUp, visit } from '../../planner/plan/walk.js';
import { parseQuery, parseSchema } from '../../planner/sql/index.js';
import type { LogicalPlan, UnresolvedPlan } from '../../planner/tree.js';

const source = (schema: string, streaming: boolean): Relation => ({ kind: streaming ? 'stream' : 'table', plan: { kind: 'source', streaming, source: { format: 'memory', options: {}, schema: parseSchema(schema) } } });
const RELATIONS = new Map<string, Relation>([
  ['t', source('id INT, k STRING, d INT, s INT', false)], ['u', source('d INT, name STRING', false)], ['clicks', source('at TIMESTAMP, who STRING, n INT', true)],
]);
const { analysis } = makeEngine();
const env = analysis(settingsOf(new Map()), { lookup: (name) => RELATIONS.get(name.at(-1)!.toLowerCase()), names: [...RELATIONS.keys()] });
const analyzed = (query: string | UnresolvedPlan): LogicalPlan => analyze(typeof query === 'string' ? parseQuery(query) : query, env);
const ready = (sql: string): LogicalPlan => optimize(normalize(analyzed(sql), env), env);
const kinds = (plan: LogicalPlan): string[] => { const out: string[] = []; visit(plan, (n) => { out.push(n.kind === 'join' || n.kind === 'dependent_join' ? `${n.kind} ${n.type}` : n.kind); }); return out; };

test('no subquery is left, and the join fits the use', () => {
  const joinOf = (sql: string): string[] => {
    const plan = normalize(analyzed(sql), env);
    visit(plan, (n) => { for (const e of expressionsOf(n)) expect(find(e, (x) => x.kind === 'subquery')).toBeUndefined(); });
    expect(freeColumns(plan)).toEqual([]);
    return kinds(plan).filter((k) => k.includes('join'));
  };
  expect(joinOf('SELECT id FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.d = t.d)')).toEqual(['join left_semi']);
  expect(joinOf('SELECT id FROM t WHERE d NOT IN (SELECT d FROM u)')).toEqual(['join left_anti']);
  expect(joinOf('SELECT id FROM t WHERE id = 1 OR d IN (SELECT d FROM u)')).toEqual(['join existence']);
  expect(joinOf('SELECT (SELECT max(d) FROM u) FROM t')).toEqual(['join left_single']);
  expect(joinOf('SELECT (SELECT count(*) FROM u WHERE u.d = t.d) FROM t')).toEqual(['join left']);
  expect(joinOf('SELECT (SELECT count(*) FROM u WHERE u.d > t.d) FROM t')).toEqual(['dependent_join left_single']);
  expect(joinOf('SELECT id, x.name FROM t, LATERAL (SELECT name FROM u WHERE u.d = t.d) x')).toEqual(['join inner']);
});

test('a scan reads only the columns that are used, not so below a closure', () => {
  const scans = (plan: LogicalPlan): string[][] => { const out: string[][] = []; visit(plan, (n) => { if (n.kind === 'scan') out.push(n.columns.map((c) => c.name)); }); return out; };
  expect(scans(ready('SELECT k FROM t WHERE s > 1'))).toEqual([['k', 's']]);
  const mapped: UnresolvedPlan = { kind: 'select', items: [{ kind: 'name', parts: ['id'] }], from: { kind: 'map_rows', mode: 'filter', fn: () => true, input: { kind: 'relation', name: ['t'] } } };
  expect(scans(optimize(normalize(analyzed(mapped), env), env))).toEqual([['id', 'k', 'd', 's']]);
});

test('filters of static plans, and of the static side of a stream, move to where the rows come from', () => {
  /** Each join with its type and condition, each filter with its condition and what is below it. */
  const shape = (sql: string): string[] => {
    const out: string[] = [];
    visit(ready(sql), (n) => {
      if (n.kind === 'join') out.push(`${n.type} on ${n.condition ? printExpr(n.condition) : 'nothing'}`);
      if (n.kind === 'filter') out.push(`${printExpr(n.predicate)} over ${n.input.kind}`);
    });
    return out;
  };
  expect(shape('SELECT k, name FROM t, u WHERE t.d = u.d AND s > 1')).toEqual(['(s > 1) over scan', 'inner on (d = d)']);
  expect(shape('SELECT * FROM (SELECT id, s / d AS q FROM t) WHERE id > 1')).toEqual(['(id > 1) over scan']);
  expect(shape('SELECT * FROM t LEFT JOIN u ON t.d = u.d WHERE u.d > 1')).toEqual(['(d > 1) over scan', '(d > 1) over scan', 'inner on (d = d)']);
  expect(shape('SELECT * FROM t LEFT JOIN u ON t.d = u.d WHERE coalesce(u.d, 2) > 1')).toEqual(['left on (d = d)', '(coalesce(d, 2) > 1) over join']);
  expect(shape('SELECT id, explode(array(1, 2)) AS e FROM t WHERE id > 1')).toEqual(['(id > 1) over scan']);
  expect(shape('SELECT * FROM (SELECT k, count(*) AS n FROM t GROUP BY k) WHERE k > \'a\' AND n > 1')).toEqual(['(k > a) over scan', '(count(1) > 1) over aggregate']);
  expect(shape('SELECT who FROM clicks JOIN (SELECT d, upper(name) AS up FROM u) ON n = d WHERE up = \'A\'')).toContainEqual(expect.stringMatching(/upper\(name\) = A.* over scan$/));
  // Texts that a collation holds equal are not the same text.
  const collated = "SELECT * FROM (SELECT k COLLATE UTF8_LCASE AS a FROM t) JOIN (SELECT name COLLATE UTF8_LCASE AS b FROM u) ON a = b WHERE hex(a) = '61'";
  expect(shape(collated).filter((line) => line.includes('hex(') && line.endsWith('over scan'))).toHaveLength(1);
  expect(shape(collated.replaceAll(' COLLATE UTF8_LCASE', '')).filter((line) => line.includes('hex(') && line.endsWith('over scan'))).toHaveLength(2);
  // What is computed over literal rows is computed before anything moves, and fails where it fails.
  expect(shape('SELECT * FROM (SELECT a, 1 / b AS q FROM VALUES (1, 0) AS v(a, b)) WHERE a > 1')).toEqual(['(a > 1) over project']);
});

test('a NULL argument says what comes out, but over literal rows', () => {
  const items = (sql: string): string => { let out = ''; visit(ready(sql), (n) => { if (n.kind === 'project') out = printExpr(n.items[0]!.expr); }); return out; };
  expect(items("SELECT date_add('x', NULL)")).toBe('NULL');
  expect(items('SELECT cast(k AS INT) + NULL FROM t')).toBe('NULL');
  expect(items('SELECT concat(k, NULL) FROM t')).toContain('concat');
  expect(items("SELECT cast(k AS INT) + NULL FROM VALUES ('x') AS v(k)")).toContain('+');
});

test('each use of a relation has columns of its own', () => {
  const ids: number[] = [];
  visit(analyzed('WITH c AS (SELECT * FROM t) SELECT * FROM c a JOIN c b ON a.id = b.id'), (n) => { if (n.kind === 'scan') ids.push(...n.columns.map((c) => c.id)); });
  expect(new Set(ids).size).toBe(8);
});

test('a plan prints as a tree with what is derived of it', () => {
  const plan = analyzed("SELECT window.start, who, count(*) AS n FROM clicks WATERMARK at DELAY OF INTERVAL '10' SECONDS WHERE n > 1 GROUP BY window(at, '1 minute'), who");
  expect(printPlan(plan)).toBe([
    'project items=[window.start AS start, who, count(1) AS n] streaming changes=retract',
    '  aggregate grouping=[window, who] aggregates=[count(1)] streaming changes=retract eventTime=[window]',
    '    time_window time=at length=60s streaming changes=insert eventTime=[at, window]',
    '      filter predicate=(n > 1) streaming changes=insert eventTime=[at]',
    '        watermark column=at delay=10000ms streaming changes=insert eventTime=[at]',
    '          scan format=memory columns=[at timestamp, who string, n int] streaming changes=insert',
  ].join('\n'));
  expect(isStreaming(plan)).toBe(true);
  expect(changesOf(plan)).toBe('retract');
  expect(keyOf(plan)).toBeUndefined();
  const [aggregate] = children(plan);
  expect([...eventTimesOf(aggregate!).keys()]).toEqual([outputOf(aggregate!)[0]!.id]);
});

test('walking keeps nodes that do not change', () => {
  const plan = analyzed('SELECT k, sum(s) FROM t JOIN u USING (d) GROUP BY GROUPING SETS ((k), ()) HAVING sum(s) > 1 ORDER BY k LIMIT 3');
  expect(transformUp(plan, (n) => mapExpressions(n, (e) => e))).toBe(plan);
  let scans = 0;
  const changed = transformUp(plan, (n) => n.kind === 'scan' && scans++ === 0 ? { ...n, streaming: true } : n);
  expect(changed).not.toBe(plan);
  expect(isStreaming(plan)).toBe(false);
  expect(isStreaming(changed)).toBe(true);
});

test('long chains of operators and of unions do not exhaust the stack', () => {
  const union = Array.from({ length: 2000 }, (_, i) => `SELECT ${i} AS x`).join(' UNION ALL ');
  expect(kinds(analyzed(union)).filter((k) => k === 'union')).toHaveLength(1);
});

test('names are proposed by distance', () => {
  expect(editDistance('kitten', 'sitting')).toBe(3);
  expect(similarNames('nope', [['e', 'boss'], ['e', 'id'], ['e', 'name']])).toEqual(['`id`', '`name`', '`boss`']);
  expect(similarNames('q.nam', [['e', 'id'], ['e', 'name']])[0]).toBe('`e`.`name`');
});
