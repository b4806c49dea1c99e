// Long chains are shallow, deep nesting is refused by a typed error on the stack that every process has, and nesting costs no more than its length.

import { Session } from '../../index.js';
import { parseExpression, parseStatement } from '../../planner/sql/index.js';

const times = (text: string, n: number, between = ''): string => Array.from({ length: n }, () => text).join(between);
const nested = (open: string, inner: string, close: string, n: number): string => times(open, n) + inner + times(close, n);
const session = new Session();
session.createDataFrame([{ a: 1 }], 'a INT').createOrReplaceTempView('t');
const answer = async (text: string): Promise<string> => {
  try { return JSON.stringify(await session.sql(text).collect()); } catch (e) { return (e as { readonly condition?: string }).condition ?? String(e); }
};

test.each([
  ['AND', `SELECT a FROM t WHERE ${times('a > 0', 5000, ' AND ')}`],
  ['OR', `SELECT a FROM t WHERE ${times('a = 1', 5000, ' OR ')}`],
  ['UNION', times('SELECT a FROM t', 2000, ' UNION ')],
  ['IN', `SELECT a FROM t WHERE a IN (${times('1', 5000, ',')})`],
  ['a CTE on a CTE in a CTE', `${times('WITH c AS (', 100)} SELECT a FROM t ${times(') SELECT * FROM c', 100)}`],
  ['TRIM that is no TRIM … FROM', `SELECT 1 AS a FROM t WHERE ${nested('trim(', "'x'", ')', 200)} = 'x'`],
  ['a query that turns out to be an expression', `SELECT 1 AS a FROM t WHERE ${nested('((SELECT 1) + ', '1', ')', 60)} = 61`],
])('%s is answered', async (_, text) => { expect(await answer(text)).toBe('[{"a":1}]'); });

test.each([
  ['brackets', `SELECT ${nested('(', '1', ')', 100_000)}`], ['queries in brackets', nested('(', 'SELECT 1', ')', 100_000)], ['subqueries', nested('SELECT * FROM (', 'SELECT 1', ')', 5000)],
  ['calls', `SELECT ${nested('abs(', '1', ')', 5000)}`], ['CASE', `SELECT ${nested('CASE WHEN true THEN ', '1', ' END', 5000)}`], ['POSITION', `SELECT ${nested('position(', "'a'", " IN 'a')", 5000)}`],
  ['lambdas', `SELECT ${nested('transform(array(1), x -> ', '1', ')', 5000)}`], ['EXPLAIN', `${times('EXPLAIN ', 5000)} SELECT 1`], ['types', `SELECT CAST(NULL AS ${nested('ARRAY<', 'INT', '>', 5000)})`],
  ['levels of binary operators', `SELECT ${nested('1 = (1 | (1 ^ (1 & (1 << (1 + (1 * (', '1', ')))))))', 1000)}`],
  ['+', `SELECT ${times('a', 5000, '+')} FROM t`], ['||', `SELECT ${times("'a'", 5000, '||')}`], ['NOT', `SELECT ${times('NOT ', 5000)} true`], ['-', `SELECT ${times('- ', 5000)} a FROM t`],
  ['::', `SELECT a${times('::INT', 5000)} FROM t`], ['JOIN', `SELECT 1 FROM ${times('t', 5000, ' CROSS JOIN ')}`], ['INTERSECT', times('SELECT 1', 5000, ' INTERSECT ')], ['pipes', `FROM t ${times('|> WHERE a > 0 ', 5000)}`],
])('%s beyond the limit is refused', async (_, text) => { expect(await answer(text)).toBe('FAILED_TO_PARSE_TOO_COMPLEX'); });

test('a chain of views, or of calls of a frame, counts as well', async () => {
  let frame = session.table('t');
  for (let i = 0; i < 20_000; i++) frame = frame.filter('a > 0');
  await expect(frame.collect()).rejects.toMatchObject({ condition: 'FAILED_TO_PARSE_TOO_COMPLEX', parameters: { limit: '500' } });
  session.sql('CREATE OR REPLACE TEMP VIEW v0 AS SELECT * FROM t');
  // CREATE VIEW binds its query: the view that is too deep is refused, not the one who reads it.
  const chain = (): void => { for (let i = 1; i < 600; i++) session.sql(`CREATE OR REPLACE TEMP VIEW v${i} AS SELECT * FROM v${i - 1}`); };
  expect(chain).toThrow(/FAILED_TO_PARSE_TOO_COMPLEX/);
  expect(await answer('SELECT count(*) > 0 AS a FROM v99')).toBe('[{"a":true}]');
});

test('a CTE is bound once; its uses have columns of their own; a chain that doubles is refused before memory ends', async () => {
  const doubling = (n: number): string => `WITH c0 AS (SELECT 1 AS x)${Array.from({ length: n }, (_, i) => `, c${i + 1} AS (SELECT l.x + r.x AS x FROM c${i} l JOIN c${i} r ON l.x = r.x)`).join('')} SELECT x AS a FROM c${n}`;
  expect(await answer(doubling(6))).toBe('[{"a":64}]');
  expect(await answer(doubling(40))).toBe('QUERY_TOO_LARGE');
  expect(await answer('WITH c AS (SELECT a, (SELECT max(u.a) FROM t u WHERE u.a = t.a) AS m, row_number() OVER (ORDER BY a) AS r FROM t GROUP BY a) SELECT x.m + y.r AS s FROM c x, c y WHERE x.a = y.a')).toBe('[{"s":2}]');
});

test('AND and OR make the tree that Spark makes', async () => {
  const columns = (await session.sql('SELECT a OR (b AND c) OR d OR e OR (a OR b), a AND b AND c AND d AND e FROM VALUES (true, true, true, true, true) AS v(a, b, c, d, e)').collect())[0]!;
  expect(Object.keys(columns)).toEqual(['(((a OR (b AND c)) OR d) OR (e OR (a OR b)))', '(((a AND b) AND c) AND (d AND e))']);
});

test('a type that closes with >> is read again where a form was tried before', () => {
  expect(parseExpression("trim(CAST(x AS ARRAY<ARRAY<INT>>)[0])")).toMatchObject({ kind: 'call', name: ['trim'] });
  expect(parseStatement('SELECT ((SELECT CAST(NULL AS ARRAY<ARRAY<INT>>))[0])')).toMatchObject({ kind: 'query' });
});
