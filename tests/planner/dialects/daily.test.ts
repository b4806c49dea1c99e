// What users of each dialect write every day, beside what it means in ours: the trees are the same. Then answers, where functions of the
// same name differ by dialect.

import { dialectOf, parseDialectQuery } from '../../../planner/dialects/index.js';
import { Session } from '../../../index.js';
import { catalog } from '../../../engine/functions/index.js';
import { parseQuery } from '../../../planner/sql/index.js';

const builtin = (name: string): boolean => catalog.lookup(name) !== undefined;
/** Without places, and without the text of a word that a function takes for a literal. */
const shape = (tree: unknown): unknown => JSON.parse(JSON.stringify(tree, (key, value: unknown) => key === 'span' || key === 'text' && typeof value === 'string' && /^[A-Z_]+$/.test(value) ? undefined : typeof value === 'bigint' ? `${value}n` : value));

const POSTGRESQL: readonly (readonly [theirs: string, ours: string])[] = [
  ['SELECT a::numeric(10,2), - x::int, b::timestamptz, c::text[] FROM t', 'SELECT a::decimal(10,2), - (x::int), b::timestamp, CAST(c AS ARRAY<STRING>) FROM t'],
  ["SELECT date_part('month', ts), extract(dow FROM ts), extract(isodow FROM ts) FROM t", "SELECT extract(MONTH FROM ts), extract(DOW FROM ts) - 1, extract(DOW_ISO FROM ts) FROM t"],
  ["SELECT to_char(ts, 'YYYY-MM-DD HH24:MI:SS'), to_date(a, 'DD.MM.YYYY') FROM t", "SELECT date_format(ts, 'yyyy-MM-dd HH:mm:ss'), to_date(a, 'dd.MM.yyyy') FROM t"],
  ["SELECT substring(a from 1 for 3), position('x' in a), trim(both ' ' from a), btrim(a, 'x') FROM t", "SELECT substring(a, 1, 3), position('x' IN a), trim(BOTH ' ' FROM a), trim(BOTH 'x' FROM a) FROM t"],
  ["SELECT string_agg(a, ',' ORDER BY b DESC), count(*) FILTER (WHERE a > 'x') FROM t", "SELECT listagg(a, ',') WITHIN GROUP (ORDER BY b DESC NULLS FIRST), count(*) FILTER (WHERE a > 'x') FROM t"],
  ["SELECT a LIKE 'x!%' ESCAPE '!', a IS NOT DISTINCT FROM b + 1, NOT a IS DISTINCT FROM b, c IS UNKNOWN FROM t", "SELECT a LIKE 'x!%' ESCAPE '!', a <=> b + 1, NOT (NOT (a <=> b)), c IS NULL FROM t"],
  ['SELECT a, c, sum(b), grouping(a) FROM t GROUP BY GROUPING SETS ((a, c), a, (), ROLLUP (a))', 'SELECT a, c, sum(b), grouping(a) FROM t GROUP BY GROUPING SETS ((a, c), a, (), ROLLUP (a))'],
  ['SELECT a FROM t GROUP BY CUBE ((a, b), c), d', 'SELECT a FROM t GROUP BY CUBE ((a, b), c), d'],
  ["WITH v(id) AS MATERIALIZED (SELECT 1), r AS (TABLE u) SELECT * FROM v, (VALUES (3, 'x')) AS w(n, s)", "WITH v(id) AS (SELECT 1), r AS (TABLE u) SELECT * FROM v, (VALUES (3, 'x')) AS w(n, s)"],
  ['SELECT sum(b) OVER w, first_value(b) OVER (PARTITION BY a ORDER BY c ROWS UNBOUNDED PRECEDING) FROM t WINDOW w AS (PARTITION BY a ORDER BY b)', 'SELECT sum(b) OVER w, first_value(b) OVER (PARTITION BY a ORDER BY c NULLS LAST ROWS UNBOUNDED PRECEDING) FROM t WINDOW w AS (PARTITION BY a ORDER BY b NULLS LAST)'],
  ['SELECT * FROM a LEFT JOIN LATERAL (SELECT * FROM b WHERE b.id = a.id LIMIT 1) x ON true', 'SELECT * FROM a LEFT JOIN LATERAL (SELECT * FROM b WHERE b.id = a.id LIMIT 1) x ON true'],
  ['SELECT x, (ARRAY[1,2])[1] FROM t, unnest(t.arr) AS x', 'SELECT x, get(array(1, 2), 0) FROM t, LATERAL explode(t.arr) AS x(x)'],
  ['SELECT a FROM t INTERSECT ALL (SELECT a FROM u ORDER BY a LIMIT 1) EXCEPT SELECT 1', 'SELECT a FROM t INTERSECT ALL (SELECT a FROM u ORDER BY a NULLS LAST LIMIT 1) EXCEPT SELECT 1'],
  ['SELECT a FROM t ORDER BY a NULLS FIRST, b DESC OFFSET 5 ROWS FETCH NEXT 10 ROWS ONLY', 'SELECT a FROM t ORDER BY a NULLS FIRST, b DESC NULLS FIRST LIMIT 10 OFFSET 5'],
  ['SELECT * FROM t WHERE (a, b) IN ((1, 2), (3, 4)) AND (a, b) = (1, 2)', 'SELECT * FROM t WHERE (a, b) IN ((1, 2), (3, 4)) AND (a, b) = (1, 2)'],
  ["SELECT ts - interval '1 day 2 hours', ts + interval '1' day FROM t", "SELECT ts - interval '1 day 2 hours', ts + interval '1' day FROM t"],
];
const MYSQL: typeof POSTGRESQL = [
  ["SELECT DATE_ADD(ts, INTERVAL 1 DAY), DATE_SUB(ts, INTERVAL 2 HOUR), TIMESTAMPDIFF(SECOND, a, b), DATEDIFF(a, b) FROM t", 'SELECT ts + INTERVAL 1 DAY, ts - INTERVAL 2 HOUR, timestampdiff(SECOND, a, b), datediff(a, b) FROM t'],
  ["SELECT DATE_FORMAT(ts, '%Y-%m-%d %H:%i'), STR_TO_DATE(a, '%d.%m.%Y'), STR_TO_DATE(a, '%d.%m.%Y %H:%i') FROM t", "SELECT date_format(ts, 'yyyy-MM-dd HH:mm'), to_date(a, 'dd.MM.yyyy'), to_timestamp_ntz(a, 'dd.MM.yyyy HH:mm') FROM t"],
  ["SELECT GROUP_CONCAT(DISTINCT a ORDER BY a SEPARATOR ';'), GROUP_CONCAT(a), STDDEV(a), VARIANCE(a) FROM t", "SELECT listagg(DISTINCT a, ';') WITHIN GROUP (ORDER BY a), listagg(a, ','), stddev_pop(a), var_pop(a) FROM t"],
  ['SELECT LENGTH(a), CHAR_LENGTH(a), LOCATE(\'x\', a), MID(a, 1, 2), LEFT(a, 3) FROM t', "SELECT octet_length(a), char_length(a), instr(a, 'x'), substring(a, 1, 2), left(a, 3) FROM t"],
  ['SELECT a, COUNT(*) c FROM t GROUP BY a, b WITH ROLLUP HAVING c > 1 ORDER BY c DESC LIMIT 5, 10', 'SELECT a, count(*) c FROM t GROUP BY a, b WITH ROLLUP HAVING c > 1 ORDER BY c DESC LIMIT 10 OFFSET 5'],
  ['SELECT SUM(a) OVER w FROM t WINDOW w AS (PARTITION BY b)', 'SELECT sum(a) OVER w FROM t WINDOW w AS (PARTITION BY b)'],
  ['SELECT CONVERT(a, SIGNED), CAST(a AS DATETIME), a DIV 2, a / 4 FROM t', 'SELECT CAST(a AS BIGINT), CAST(a AS TIMESTAMP_NTZ), a DIV 2, a / 4 FROM t'],
  ["SELECT a LIKE 'x|%' ESCAPE '|' FROM a JOIN b", "SELECT a LIKE 'x|%' ESCAPE '|' FROM a JOIN b"],
  ['SELECT a FROM t EXCEPT SELECT b FROM u', 'SELECT a FROM t EXCEPT SELECT b FROM u'],
  ['SELECT a OR b XOR c AND d FROM t x NATURAL LEFT JOIN (SELECT 1) y', 'SELECT a OR (CAST(b AS BOOLEAN) <> CAST(c AND d AS BOOLEAN)) FROM t x NATURAL LEFT JOIN (SELECT 1) y'],
  ['SELECT * FROM a JOIN b USING (id) WHERE a <> 1 AND NOT EXISTS (SELECT 1 FROM c WHERE c.id = a.id)', 'SELECT * FROM a JOIN b USING (id) WHERE a <> 1 AND NOT EXISTS (SELECT 1 FROM c WHERE c.id = a.id)'],
];
const SNOWFLAKE: typeof POSTGRESQL = [
  ["SELECT datediff(day, a, b), datediff('hour', a, b) FROM t", "SELECT timestampdiff(DAY, date_trunc('DAY', a), date_trunc('DAY', b)), timestampdiff(HOUR, date_trunc('HOUR', a), date_trunc('HOUR', b)) FROM t"],
  ["SELECT to_char(ts, 'YYYY-MM-DD'), iff(a, 1, 2), charindex('x', a), booland_agg(b) FROM t", "SELECT date_format(ts, 'yyyy-MM-dd'), if(a, 1, 2), instr(a, 'x'), bool_and(b) FROM t"],
  ['SELECT * EXCLUDE (a, b) FROM t', 'SELECT * EXCEPT (a, b) FROM t'], ['SELECT t.* EXCLUDE a FROM t', 'SELECT t.* EXCEPT (a) FROM t'],
  ['SELECT a, sum(b) FROM t GROUP BY ALL HAVING sum(b) > 1 QUALIFY row_number() OVER (PARTITION BY a ORDER BY b DESC) = 1', 'SELECT a, sum(b) FROM t GROUP BY ALL HAVING sum(b) > 1 QUALIFY row_number() OVER (PARTITION BY a ORDER BY b DESC NULLS FIRST) = 1'],
  ["SELECT * FROM VALUES (1, 'a'), (2, 'b') AS v(id, name)", "SELECT * FROM VALUES (1, 'a'), (2, 'b') AS v(id, name)"],
  ["SELECT lag(a, 1, 0) IGNORE NULLS OVER (ORDER BY b), last_value(a IGNORE NULLS) OVER (ORDER BY b), listagg(a, ',') WITHIN GROUP (ORDER BY a) FROM t", "SELECT lag(a, 1, 0) IGNORE NULLS OVER (ORDER BY b NULLS LAST), last_value(a) IGNORE NULLS OVER (ORDER BY b NULLS LAST), listagg(a, ',') WITHIN GROUP (ORDER BY a NULLS LAST) FROM t"],
  ["SELECT v:a.b[0]['c d']::int, t.v:select.\"From\" || 'x' FROM t NATURAL JOIN u AS w", "SELECT CAST(v:a.b[0]['c d'] AS INT), t.v:select.From || 'x' FROM t NATURAL JOIN u AS w"],
  ['SELECT a FROM t MINUS SELECT b FROM u INTERSECT SELECT c FROM v', 'SELECT a FROM t EXCEPT SELECT b FROM u INTERSECT SELECT c FROM v'],
  ["SELECT db.s.t.a, '2024-01-01'::date FROM db.s.t", "SELECT db.s.t.a, '2024-01-01'::date FROM db.s.t"],
];
const BIGQUERY: typeof POSTGRESQL = [
  ['SELECT TIMESTAMP_TRUNC(ts, HOUR) AS h, COUNT(*) FROM t GROUP BY h', "SELECT date_trunc('HOUR', ts) AS h, count(*) FROM t GROUP BY h"],
  ["SELECT DATE_ADD(d, INTERVAL 1 DAY), TIMESTAMP_DIFF(a, b, SECOND), FORMAT_DATE('%Y-%m', d), PARSE_DATE('%F', s) FROM t", "SELECT d + INTERVAL 1 DAY, timestampdiff(SECOND, b, a), date_format(d, 'yyyy-MM'), to_date(s, 'yyyy-MM-dd') FROM t"],
  ['SELECT arr[OFFSET(0)], arr[SAFE_OFFSET(1)], arr[ORDINAL(1)], [1, 2] FROM t', 'SELECT arr[0], get(arr, 1), element_at(arr, 1), array(1, 2) FROM t'],
  ['SELECT * EXCEPT (a) FROM t QUALIFY ROW_NUMBER() OVER w = 1 WINDOW w AS (PARTITION BY a ORDER BY b DESC)', 'SELECT * EXCEPT (a) FROM t WINDOW w AS (PARTITION BY a ORDER BY b DESC) QUALIFY row_number() OVER w = 1'],
  ['SELECT x FROM t CROSS JOIN UNNEST(t.arr) AS x', 'SELECT x FROM t CROSS JOIN LATERAL explode(t.arr) AS x(x)'],
  ["SELECT STRUCT(1 AS a, 'x' AS b), ANY_VALUE(a), SAFE_DIVIDE(a, b), DIV(a, b) FROM t", "SELECT named_struct('a', 1, 'b', 'x'), any_value(a, true), try_divide(a, b), a div b FROM t"],
  ['SELECT a FROM t UNION DISTINCT SELECT b FROM u', 'SELECT a FROM t UNION SELECT b FROM u'], ['SELECT CAST(a AS ARRAY<INT64>) FROM t GROUP BY GROUPING SETS ((a), ())', 'SELECT CAST(a AS ARRAY<BIGINT>) FROM t GROUP BY GROUPING SETS ((a), ())'],
];
const TRINO: typeof POSTGRESQL = [
  ["SELECT date_diff('second', a, b), day_of_week(ts), date_format(ts, '%Y-%m-%d') FROM t", "SELECT timestampdiff(SECOND, a, b), weekday(ts) + 1, date_format(ts, 'yyyy-MM-dd') FROM t"],
  ['SELECT transform(arr, x -> x + 1), any_match(arr, x -> x > 1), reduce_it(arr, (s, x) -> s + x) FROM t', 'SELECT transform(arr, x -> x + 1), exists(arr, x -> x > 1), reduce_it(arr, (s, x) -> s + x) FROM t'],
  ['SELECT u.x, arr[1], element_at(m, \'k\') FROM t CROSS JOIN UNNEST(arr) AS u(x)', "SELECT u.x, element_at(arr, 1), try_element_at(m, 'k') FROM t CROSS JOIN LATERAL explode(arr) AS u(x)"],
  ['SELECT CAST(a AS array(varchar)), CAST(b AS map(varchar, bigint)), CAST(c AS row(x bigint, y varchar)) FROM t', 'SELECT CAST(a AS ARRAY<STRING>), CAST(b AS MAP<STRING, BIGINT>), CAST(c AS STRUCT<x BIGINT, y STRING>) FROM t'],
  ['SELECT first_value(a) IGNORE NULLS OVER (ORDER BY b) FROM t OFFSET 5 LIMIT 10', 'SELECT first_value(a) IGNORE NULLS OVER (ORDER BY b NULLS LAST) FROM t LIMIT 10 OFFSET 5'],
  ['SELECT a FROM t WHERE a IS DISTINCT FROM b EXCEPT SELECT b FROM u', 'SELECT a FROM t WHERE NOT (a <=> b) EXCEPT SELECT b FROM u'],
  ['SELECT * FROM a CROSS JOIN LATERAL (SELECT * FROM b WHERE b.id = a.id) AS x', 'SELECT * FROM a CROSS JOIN LATERAL (SELECT * FROM b WHERE b.id = a.id) AS x'],
];
const FLINKSQL: typeof POSTGRESQL = [
  ["SELECT window_start, COUNT(*) FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '10' MINUTES)) GROUP BY window_start, window_end, GROUPING SETS ((k), ())", "SELECT window_start, count(*) FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '10' MINUTES)) GROUP BY window_start, window_end, GROUPING SETS ((k), ())"],
  ["SELECT * FROM TABLE(SESSION(DATA => TABLE t PARTITION BY k, TIMECOL => DESCRIPTOR(ts), GAP => INTERVAL '5' MINUTE))", "SELECT * FROM TABLE(SESSION(DATA => TABLE t PARTITION BY k, TIMECOL => DESCRIPTOR(ts), GAP => INTERVAL '5' MINUTE))"],
  ['SELECT * FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY ts DESC) AS rn FROM t) WHERE rn = 1', 'SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY k ORDER BY ts DESC) AS rn FROM t) WHERE rn = 1'],
  ["SELECT k, SUM(v) FILTER (WHERE a = 'x') AS s FROM t GROUP BY k", "SELECT k, sum(v) FILTER (WHERE a = 'x') AS s FROM t GROUP BY k"],
  ["SELECT SUM(v) OVER (PARTITION BY k ORDER BY ts RANGE BETWEEN INTERVAL '1' HOUR PRECEDING AND CURRENT ROW) FROM t", "SELECT sum(v) OVER (PARTITION BY k ORDER BY ts RANGE BETWEEN INTERVAL '1' HOUR PRECEDING AND CURRENT ROW) FROM t"],
  ["SELECT FLOOR(ts TO HOUR), ts + INTERVAL '1 02:00:00' DAY TO SECOND, MAP['a', 1], arr[1], m['a'], r.f.g FROM t", "SELECT date_trunc('HOUR', ts), ts + INTERVAL '1 02:00:00' DAY TO SECOND, map('a', 1), element_at(arr, 1), m['a'], r.f.g FROM t"],
  ['SELECT * FROM t, LATERAL TABLE(my_split(a)) AS s(w)', 'SELECT * FROM t, LATERAL my_split(a) AS s(w)'],
  ["SELECT * FROM orders o JOIN shipments s ON o.id = s.id AND s.ts BETWEEN o.ts AND o.ts + INTERVAL '4' HOUR", "SELECT * FROM orders o JOIN shipments s ON o.id = s.id AND s.ts BETWEEN o.ts AND o.ts + INTERVAL '4' HOUR"],
  ['SELECT a FROM t ORDER BY a ASC NULLS LAST OFFSET 5 ROWS FETCH NEXT 10 ROWS ONLY', 'SELECT a FROM t ORDER BY a ASC NULLS LAST LIMIT 10 OFFSET 5'],
  ['SELECT CAST(a AS ARRAY<STRING>), CAST(b AS ROW<x INT, y STRING>) FROM (VALUES (1, 2)) AS t(a, b)', 'SELECT CAST(a AS ARRAY<STRING>), CAST(b AS STRUCT<x INT, y STRING>) FROM (VALUES (1, 2)) AS t(a, b)'],
];

const DAILY = Object.entries({ postgresql: POSTGRESQL, mysql: MYSQL, snowflake: SNOWFLAKE, bigquery: BIGQUERY, trino: TRINO, flinksql: FLINKSQL }).flatMap(([dialect, pairs]) => pairs.map(([theirs, ours]) => [dialect, theirs, ours] as const));
test.each(DAILY)('%s: %s', (dialect, theirs, ours) => expect(shape(parseDialectQuery(theirs, dialectOf(dialect), builtin))).toEqual(shape(parseQuery(ours))));

test('what is translated is what was meant', () => {
  for (const [dialect, theirs, ours] of DAILY) {
    const [translated] = new Session({ conf: { 'millrace.sql.dialect': dialect } }).translate(theirs);
    expect([theirs, shape(parseQuery(translated!))]).toEqual([theirs, shape(parseQuery(ours))]);
  }
  const session = new Session({ conf: { 'millrace.sql.dialect': 'mysql' } });
  expect(session.translate('SELECT "a b" AS `c d` FROM t LIMIT 5, 10; CREATE VIEW v AS SELECT IFNULL(a, 0) FROM t;')).toEqual(["SELECT 'a b' AS `c d` FROM t LIMIT 10 OFFSET 5", 'CREATE VIEW v AS SELECT ifnull(a, 0) FROM t']);
  expect(session.translate('SELECT a / b FROM t')).toEqual(['SELECT a / nullif(b, 0) FROM t']);
  const trino = new Session({ conf: { 'millrace.sql.dialect': 'trino' } });
  expect(() => trino.translate('SELECT 1; SELECT a / b FROM t')).toThrow(expect.objectContaining({ condition: 'NOT_TRANSLATABLE', parameters: { dialect: 'trino', construct: '/' }, span: expect.objectContaining({ start: 10 }) }));
});

test('VALUES as a statement, and in INSERT', async () => {
  const session = new Session({ conf: { 'millrace.sql.dialect': 'postgresql' } });
  expect(await session.sql("VALUES (1, 'it''s'), (2, 'a\\n')").collect()).toEqual([{ column1: 1, column2: "it's" }, { column1: 2, column2: 'a\\n' }]);
  await session.sql('CREATE TABLE t (a INT, s STRING)').collect();
  await session.sql("INSERT INTO t VALUES (7 / 2, 'x\\y')").collect();
  expect(await session.sql('SELECT * FROM t').collect()).toEqual([{ a: 3, s: 'x\\y' }]);
});

test.each([
  ['mysql', "SELECT CAST(TIMESTAMP '2024-01-01 00:00:00' AS CHAR) AS a", { a: '2024-01-01 00:00:00' }],
  ['postgresql', 'SELECT round(2.5::float8) AS a, round(2.5) AS b, extract(dow FROM DATE \'2024-01-07\') AS c, substring(\'abc\', 2) AS d', { a: 2, b: '3', c: 0, d: 'bc' }],
  ['postgresql', "SELECT column1 AS a, column2 AS b FROM (VALUES (1, 'x')) v", { a: 1, b: 'x' }],
  ['postgresql', "SELECT ltrim('xxa', 'x') AS a, log(100) AS b, (ARRAY[1,2])[3] AS c", { a: 'a', b: 2, c: null }],
  ['mysql', "SELECT 1 / 0 AS a, 5 % 0 AS b, 1 / (2 - 2) AS c, LENGTH('é') AS d, LTRIM('  a') AS e", { a: null, b: null, c: null, d: 2, e: 'a' }],
  ['mysql', 'SELECT 1 XOR 2 AS a, true OR false XOR true AND false AS b, true XOR true XOR true AS c, NOT false XOR true AS d, NULL XOR true AS e', { a: false, b: true, c: true, d: false, e: null }],
  ['mysql', "SELECT CAST(DATE_ADD('2024-01-31', INTERVAL 1 DAY) AS CHAR) AS a, STR_TO_DATE('31.01.2024', '%d.%m.%Y') = DATE '2024-01-31' AS b", { a: '2024-02-01 00:00:00', b: true }],
  ['snowflake', "SELECT datediff(day, '2024-01-01 23:00:00'::timestamp, '2024-01-02 01:00:00'::timestamp) AS a, dateadd(month, 1, '2024-01-31'::date)::varchar AS b, dateadd(hour, 1, '2024-01-31'::date)::varchar AS c", { a: 1n, b: '2024-02-29', c: '2024-01-31 01:00:00' }],
  ['bigquery', "SELECT DATE_DIFF(DATE '2024-02-01', DATE '2024-01-31', MONTH) AS a, CAST(DATE_TRUNC(DATE '2024-02-15', MONTH) AS STRING) AS b, EXTRACT(DAYOFWEEK FROM DATE '2024-01-07') AS c, LOG(8, 2) AS d", { a: 1n, b: '2024-02-01', c: 1, d: 3 }],
  ['trino', "SELECT date_diff('day', TIMESTAMP '2024-01-01 23:00:00', TIMESTAMP '2024-01-02 01:00:00') AS a, day_of_week(DATE '2024-01-07') AS b, element_at(ARRAY[1], 2) AS c, CAST(date_add('day', 1, DATE '2024-01-31') AS varchar) AS d", { a: 0n, b: 7, c: null, d: '2024-02-01' }],
  ['flinksql', "SELECT EXPR$0 + 1 AS a, 7 / 2 AS b, REGEXP_REPLACE('a1b2', '[0-9]', '') AS c FROM (VALUES (1))", { a: 2, b: 3, c: 'ab' }],
] as const)('%s answers %s', async (dialect, text, answer) => expect(await new Session({ conf: { 'millrace.sql.dialect': dialect } }).sql(text).collect()).toEqual([answer]));
