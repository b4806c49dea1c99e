// Where dialects differ from ours: quotes, orders, division, functions, types; and the traps of the foreign parser, each of which is
// either repaired or refused.

import { dialectOf, parseDialectExpression, parseDialectQuery } from '../../../planner/dialects/index.js';
import { caret } from '../../../planner/spans.js';
import { EngineError } from '../../../planner/errors/index.js';
import { Session } from '../../../index.js';
import { parseExpression, parseQuery } from '../../../planner/sql/index.js';

const BUILTIN = new Set(['concat', 'date_trunc', 'regexp_replace', 'array_agg', 'to_char', 'explode', 'greatest']);
const builtin = (name: string): boolean => BUILTIN.has(name);
const shape = (tree: unknown): unknown => JSON.parse(JSON.stringify(tree, (key, value: unknown) => key === 'span' ? undefined : typeof value === 'bigint' ? `${value}n` : value));
const query = (dialect: string, text: string) => shape(parseDialectQuery(text, dialectOf(dialect), builtin));
const expression = (dialect: string, text: string) => shape(parseDialectExpression(text, dialectOf(dialect), builtin));
const ours = (text: string) => shape(parseQuery(text));
const refused = (dialect: string, text: string): string => {
  try { parseDialectQuery(text, dialectOf(dialect), builtin); } catch (error) { if (error instanceof EngineError) return error.condition; throw error; }
  return 'read';
};

test.each([
  ['postgresql', `SELECT "a b", 'it''s', 'c\\n' FROM "T"`, "SELECT `a b`, 'it\\'s', 'c\\\\n' FROM `T`"],
  ['mysql', 'SELECT `a b`, "it\'s", \'c\\n\', \'x\'\'y\' FROM t # remark', "SELECT `a b`, 'it\\'s', 'c\\n', 'x\\'y' FROM t"],
  ['snowflake', `SELECT "a b" FROM t // remark\nQUALIFY row_number() OVER (PARTITION BY b ORDER BY c) = 1`, 'SELECT `a b` FROM t QUALIFY row_number() OVER (PARTITION BY b ORDER BY c NULLS LAST) = 1'],
  ['bigquery', 'SELECT SAFE_CAST(a AS INT64), countif(b) FROM `t`', 'SELECT TRY_CAST(a AS BIGINT), count_if(b) FROM t'],
  ['trino', 'SELECT approx_distinct(a), TRY_CAST(b AS VARCHAR) FROM t', 'SELECT approx_count_distinct(a), TRY_CAST(b AS STRING) FROM t'],
  ['flinksql', "SELECT TUMBLE_START(ts, INTERVAL '1' MINUTE), count(*) FROM t GROUP BY TUMBLE(ts, INTERVAL '1' MINUTE)", "SELECT window(ts, INTERVAL '1' MINUTE).start, count(*) FROM t GROUP BY window(ts, INTERVAL '1' MINUTE)"],
  ['flinksql', "SELECT count(*) FROM t GROUP BY HOP(ts, INTERVAL '1' MINUTE, INTERVAL '5' MINUTE)", "SELECT count(*) FROM t GROUP BY window(ts, INTERVAL '5' MINUTE, INTERVAL '1' MINUTE)"],
  ['postgresql', "SELECT a::int, TIMESTAMP '2024-01-01 00:00:00', strpos(b, 'x') FROM t", "SELECT a::int, TIMESTAMP_NTZ '2024-01-01 00:00:00', instr(b, 'x') FROM t"],
  ['postgresql', 'SELECT concat(a, b) FROM t', "SELECT concat_ws('', a, b) FROM t"],
  ['mysql', 'SELECT a FROM t ORDER BY a LIMIT 5, 10', 'SELECT a FROM t ORDER BY a LIMIT 10 OFFSET 5'],
  ['postgresql', 'SELECT a FROM t UNION SELECT b FROM u INTERSECT SELECT c FROM v ORDER BY 1 LIMIT 3', 'SELECT a FROM t UNION SELECT b FROM u INTERSECT SELECT c FROM v ORDER BY 1 NULLS LAST LIMIT 3'],
  ['postgresql', 'WITH w(n) AS (SELECT 1) SELECT value, timestamp, k.offset FROM w, kafka k', 'WITH w(n) AS (SELECT 1) SELECT value, timestamp, k.offset FROM w, kafka k'],
  // What the foreign grammars lack.
  ['trino', 'SELECT (SELECT max(b) FROM u WHERE u.a = t.a) FROM t WHERE EXISTS (SELECT 1 FROM v WHERE v.a > (SELECT min(c) FROM w))', 'SELECT (SELECT max(b) FROM u WHERE u.a = t.a) FROM t WHERE EXISTS (SELECT 1 FROM v WHERE v.a > (SELECT min(c) FROM w))'],
  ['postgresql', 'SELECT sum(DISTINCT a), count(DISTINCT b), coalesce((SELECT 1), avg(DISTINCT c)) FROM t, (SELECT sum(DISTINCT b) AS b FROM u) AS s', 'SELECT sum(DISTINCT a), count(DISTINCT b), coalesce((SELECT 1), avg(DISTINCT c)) FROM t, (SELECT sum(DISTINCT b) AS b FROM u) AS s'],
  ['bigquery', 'SELECT a IN (SELECT b FROM u WHERE b > (SELECT 1)) FROM (SELECT 1 AS a) AS x CROSS JOIN (SELECT (SELECT 2) AS c) AS y, (SELECT 3 AS d) AS z', 'SELECT a IN (SELECT b FROM u WHERE b > (SELECT 1)) FROM (SELECT 1 AS a) AS x CROSS JOIN (SELECT (SELECT 2) AS c) AS y, (SELECT 3 AS d) AS z'],
  ['trino', 'SELECT a FROM t ORDER BY a FETCH FIRST 5 ROWS ONLY', 'SELECT a FROM t ORDER BY a NULLS LAST LIMIT 5'],
  ['postgresql', 'SELECT fetch, only FROM fetch FETCH NEXT 1 ROW ONLY', 'SELECT fetch, only FROM fetch LIMIT 1'],
  // Words that the foreign parser takes for aliases are joins again.
  ['snowflake', 'SELECT * FROM t CROSS JOIN u', 'SELECT * FROM t CROSS JOIN u'],
  ['postgresql', 'SELECT * FROM t NATURAL JOIN u', 'SELECT * FROM t NATURAL JOIN u'],
])('%s: %s', (dialect, text, wanted) => expect(query(dialect, text)).toEqual(ours(wanted)));

test.each(['postgresql', 'mysql', 'snowflake', 'bigquery', 'trino', 'flinksql'])('%s: AND before OR, NOT before AND, whatever the foreign parser thinks', (dialect) => {
  for (const e of ['a = 1 OR b = 2 AND c = 3', 'a AND b OR c', 'NOT (a) = b AND c', 'a OR b AND (c OR d) AND e', 'NOT (a) + 1 = 2 OR c']) expect(expression(dialect, e)).toEqual(shape(parseExpression(e)));
});

test('where NULLs come in an order', () => {
  const nulls = (dialect: string): readonly boolean[] => ['a', 'a DESC'].map((o) => ((parseDialectQuery(`SELECT a FROM t ORDER BY ${o}`, dialectOf(dialect), builtin)) as unknown as { order: { nullsFirst: boolean }[] }).order[0]!.nullsFirst);
  expect(['mysql', 'bigquery', 'flinksql', 'postgresql', 'snowflake', 'trino'].map((d) => [d, ...nulls(d)])).toEqual([
    ['mysql', true, false], ['bigquery', true, false], ['flinksql', true, false], ['postgresql', false, true], ['snowflake', false, true], ['trino', false, false]]);
});

test.each([
  // Another thing there than here.
  ['mysql', 'SELECT a || b FROM t', 'DIALECT_FEATURE'], ['postgresql', 'SELECT 2 ^ 3', 'PARSE_SYNTAX_ERROR'], ['postgresql', 'SELECT array_agg(a) FROM t', 'DIALECT_FEATURE'],
  ['bigquery', 'SELECT date_trunc(a, WEEK) FROM t', 'DIALECT_FEATURE'], ['trino', "SELECT regexp_replace(a, 'b') FROM t", 'DIALECT_FEATURE'], ['postgresql', 'SELECT a[b] FROM t', 'DIALECT_FEATURE'],
  ['postgresql', 'SELECT CAST(a AS NUMERIC) FROM t', 'DIALECT_FEATURE'], ['postgresql', 'SELECT DISTINCT ON (a) b FROM t', 'PARSE_SYNTAX_ERROR'], ['postgresql', 'SELECT to_char(a) FROM t', 'DIALECT_FEATURE'],
  // Misread by the foreign parser without a word.
  ['snowflake', 'SELECT * FROM t SEMI JOIN u ON t.a = u.a', 'DIALECT_FEATURE'], ['postgresql', 'SELECT * FROM t ANTI JOIN u ON t.a = u.a', 'DIALECT_FEATURE'], ['trino', 'SELECT * FROM t ASOF JOIN u ON t.a = u.a', 'DIALECT_FEATURE'],
  ['mysql', 'SELECT a::int FROM t', 'PARSE_SYNTAX_ERROR'], ['postgresql', 'SELECT 0x1F', 'PARSE_SYNTAX_ERROR'], ['snowflake', 'SELECT 10L', 'PARSE_SYNTAX_ERROR'],
  ['mysql', "SELECT 'a' 'b'", 'DIALECT_NOT_TRUSTED'], ['postgresql', 'SELECT 1 2', 'PARSE_SYNTAX_ERROR'], ['flinksql', 'SELECT f(a, x -> x > 1) FROM t', 'DIALECT_FEATURE'],
  ['postgresql', "SELECT E'a\\n'", 'PARSE_SYNTAX_ERROR'], ['bigquery', "SELECT r'a'", 'PARSE_SYNTAX_ERROR'], ['flinksql', 'SELECT "a" FROM t', 'PARSE_SYNTAX_ERROR'],
  ['trino', 'SELECT a FROM t ORDER BY a LIMIT 1 UNION ALL SELECT b FROM u', 'PARSE_SYNTAX_ERROR'], ['postgresql', 'SELECT a FROM t; DROP TABLE t', 'DIALECT_FEATURE'], ['postgresql', 'SELECT a FROM t; SELECT b FROM t', 'DIALECT_FEATURE'], ['postgresql', 'SELECT 1 FROM t JOIN u ON (a) = (b), v', 'DIALECT_FEATURE'],
  ['postgresql', 'SELECT', 'PARSE_SYNTAX_ERROR'], ['postgresql', '', 'PARSE_EMPTY_STATEMENT'], ['flinksql', `SELECT ${'('.repeat(100_000)}1${')'.repeat(100_000)}`, 'DIALECT_FEATURE'], ['flinksql', `SELECT ${'(1 + '.repeat(200)}1${')'.repeat(200)}`, 'read'],
])('%s refuses %s', (dialect, text, condition) => expect(refused(dialect, text)).toBe(condition));

test('errors point at the token in the text as it was written', () => {
  const at = (dialect: string, text: string): string => {
    try { parseDialectQuery(text, dialectOf(dialect), builtin); } catch (error) { return caret((error as EngineError).span!); }
    return '';
  };
  expect(at('postgresql', `SELECT "a b", FROM t`)).toBe('SELECT "a b", FROM t\n              ^^^^');
  expect(at('postgresql', "SELECT 'it''s', array_agg(a) FROM t")).toBe("SELECT 'it''s', array_agg(a) FROM t\n                ^^^^^^^^^");
  expect(at('trino', 'SELECT a FROM t WHERE a > (SELECT array_agg(b) FROM u)')).toBe('SELECT a FROM t WHERE a > (SELECT array_agg(b) FROM u)\n                                  ^^^^^^^^^');
  expect(at('trino', 'SELECT a + (SELECT FROM u) FROM t')).toBe('SELECT a + (SELECT FROM u) FROM t\n                   ^^^^');
  expect(() => dialectOf('oracle')).toThrow(/DIALECT_UNKNOWN/);
});

test.each([['postgresql', 3], ['trino', 3], ['flinksql', 3], ['mysql', 3.5], ['snowflake', 3.5], ['bigquery', 3.5]])('%s: 7 / 2 is %d', async (dialect, quotient) => {
  const session = new Session({ conf: { 'millrace.sql.dialect': dialect } });
  expect(await session.sql('SELECT 7 / 2 AS q, 7.0 / 2 AS r, CAST(7 AS BIGINT) / 2 AS s FROM (SELECT 1 AS one) AS t'.replace('CAST(7 AS BIGINT)', dialect === 'bigquery' ? 'CAST(7 AS INT64)' : dialect === 'mysql' ? 'CAST(7 AS SIGNED)' : 'CAST(7 AS BIGINT)')).collect())
    .toEqual([{ q: quotient, r: '3.500000', s: quotient === 3 ? 3n : quotient }]);
});

test('a script: heads are ours, queries the dialect, which SET changes on the way; names of users\' functions are free', async () => {
  const session = new Session({ print: () => {} });
  session.udf.register('twice', (x: number) => x * 2, 'INT');
  const answers: unknown[] = [];
  await session.runScript(`SET millrace.sql.dialect = postgresql; -- it's a remark
    CREATE VIEW v AS SELECT 7 / 2 AS "a;b", 'it''s' AS s; SELECT twice("a;b") AS t, s FROM v;
    SET millrace.sql.dialect = mysql; SELECT \`a;b\` AS "x" FROM v # remark; with a quote '
    ; RESET millrace.sql.dialect; SELECT 1 <=> NULL AS same`.replace('AS "x"', 'AS x'), async (frame, kind) => { if (kind === 'query') answers.push(...await frame.collect()); });
  expect(answers).toEqual([{ t: 6, s: "it's" }, { x: 3 }, { same: false }]);
});

test.each([
  ['postgresql', "SELECT * FROM t WHERE a ~ 'x'", 'RLIKE'], ['postgresql', "SELECT * FROM t WHERE a !~* 'x'", '(?i)'], ['postgresql', "SELECT a ->> 'x' FROM t", 'get_json_object'],
  ['postgresql', "SELECT a #>> '{x}' FROM t", 'get_json_object'], ['postgresql', "SELECT a AT TIME ZONE 'UTC' FROM t", 'to_utc_timestamp'], ['postgresql', "SELECT a SIMILAR TO 'x' FROM t", 'RLIKE'],
  ['postgresql', 'SELECT DISTINCT ON (a) b FROM t', 'QUALIFY'], ['snowflake', 'SELECT f.value FROM t, LATERAL FLATTEN(input => t.a) f', 'explode'], ['bigquery', 'SELECT a -> b FROM t', 'get_json_object'],
  ['snowflake', "SELECT * FROM t PIVOT (sum(a) FOR b IN ('x')) p", 'PIVOT'], ['bigquery', 'SELECT x FROM UNNEST([1, 2]) AS x WITH OFFSET AS o', 'posexplode'], ['bigquery', 'SELECT * REPLACE (1 AS a) FROM t', 'EXCEPT'],
  ['mysql', 'SELECT * FROM a NATURAL JOIN b ON a.x = b.x', 'USING'], ['snowflake', 'SELECT v:a[i] FROM t', 'get_json_object'], ['mysql', "SELECT a REGEXP 'x' FROM t", 'RLIKE'], ['mysql', 'SELECT a || b FROM t', 'OR'],
])('%s: %s is refused with the form that Spark has', (dialect, text, form) => {
  let hint = '';
  try { parseDialectQuery(text, dialectOf(dialect), () => true); } catch (error) { hint = (error as { hint?: string }).hint ?? ''; }
  expect(hint).toMatch(/^In the dialect spark: /);
  expect(hint).toContain(form);
});
