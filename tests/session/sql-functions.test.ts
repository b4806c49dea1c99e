// Functions written in SQL. The answers and refusals are those that Spark 4.3.0 gave to the same statements.

import { cleanUp, open, raised } from './support.js';

afterEach(cleanUp);

const VIEW = 'CREATE OR REPLACE TEMP VIEW v AS SELECT * FROM VALUES (1, 10), (1, 20), (2, 30) AS v(k, a)';
const SETUP = `
  ${VIEW};
  CREATE TEMPORARY FUNCTION f(x INT) RETURNS INT RETURN x + 2;
  CREATE FUNCTION p(x INT COMMENT 'the x', y INT DEFAULT 5) RETURNS INT COMMENT 'adds' RETURN x + y;
  CREATE FUNCTION noret(x INT) RETURN x * 2.5;
  CREATE FUNCTION one(x DOUBLE DEFAULT rand()) RETURNS DOUBLE RETURN x - x;
  CREATE FUNCTION above(x INT) RETURNS INT RETURN SELECT x WHERE x > 1;
  CREATE TEMPORARY FUNCTION best(x INT) RETURNS INT RETURN (SELECT max(a) FROM v WHERE k = x);
  CREATE TEMPORARY FUNCTION shadowed(k INT) RETURNS INT RETURN (SELECT max(a) FROM v WHERE v.k = shadowed.k);
  CREATE TEMPORARY FUNCTION noargs() RETURNS STRING RETURN 'hi';
  CREATE TEMPORARY FUNCTION upper(x STRING) RETURNS STRING RETURN 'mine';
  CREATE TEMPORARY FUNCTION t(n INT) RETURNS TABLE (a INT, b STRING COMMENT 'bb') RETURN SELECT k, 'x' || a FROM v WHERE k = n;
  CREATE TEMPORARY FUNCTION t2(n INT) RETURNS TABLE RETURN SELECT n AS c, n + 1 AS d;
  CREATE TEMPORARY FUNCTION r3(x DECIMAL(5,2)) RETURNS DECIMAL(5,1) RETURN x;
  CREATE TEMPORARY FUNCTION r4(a INT, b INT) RETURNS INT RETURN CASE WHEN b = 0 THEN 0 ELSE a DIV b END;`;

async function prepared() {
  const opened = open();
  await opened.session.runScript(SETUP);
  return opened;
}

test('calls give what Spark gives, under its names', async () => {
  const { session } = await prepared();
  const cases: readonly (readonly [sql: string, names: string, rows: string])[] = [
    ["SELECT f(1), f('2'), f(x => 3)", 'f(1), f(2), f(3)', '3 4 5'],
    ['SELECT p(1), p(1, 2), p(y => 3, x => 1), default.p(1), spark_catalog.default.p(2)', 'spark_catalog.default.p(1), spark_catalog.default.p(1, 2), spark_catalog.default.p(1, 3), spark_catalog.default.p(1), spark_catalog.default.p(2)', '6 3 4 6 7'],
    ['SELECT noret(2)', 'spark_catalog.default.noret(2)', '5.0'],
    ['SELECT p(1.7D)', 'spark_catalog.default.p(1.7)', '6'],
    ['SELECT one(), one(rand())', 'spark_catalog.default.one(), spark_catalog.default.one(rand())', '0.0 0.0'],
    ['SELECT above(1), above(2)', 'spark_catalog.default.above(1), spark_catalog.default.above(2)', 'null 2'],
    ['SELECT k, best(k) FROM v', 'k, best(k)', '1 20|1 20|2 30'],
    ['SELECT shadowed(1)', 'shadowed(1)', '20'],
    ['SELECT k, f(sum(a)), sum(f(a)) FROM v GROUP BY k ORDER BY k', 'k, f(sum(a)), sum(f(a))', '1 32 34|2 32 32'],
    ['SELECT f(k), count(*) FROM v GROUP BY f(k) ORDER BY 1', 'f(k), count(1)', '3 2|4 1'],
    ['SELECT a FROM v WHERE f(k) = 3', 'a', '10|20'],
    ['SELECT v.a, w.a FROM v JOIN v w ON f(v.k) = f(w.k) - 1', 'a, a', '10 30|20 30'],
    ["SELECT noargs(), upper('a'), builtin.upper('a'), session.upper('a')", 'noargs(), upper(a), upper(a), upper(a)', 'hi A A mine'],
    ['SELECT * FROM t(1)', 'a, b', '1 x10|1 x20'],
    ['SELECT * FROM t(n => 2) AS q(c, d)', 'c, d', '2 x30'],
    ['SELECT v.k, t.* FROM v, LATERAL t(v.k) ORDER BY 1, 3', 'k, a, b', '1 1 x10|1 1 x10|1 1 x20|1 1 x20|2 2 x30'],
    ['SELECT v.k, count(t.a) FROM v LEFT JOIN LATERAL t(v.k + 1) ON true GROUP BY v.k ORDER BY 1', 'k, count(a)', '1 2|2 0'],
    ['SELECT * FROM t2(1)', 'c, d', '1 2'],
    ['SELECT r3(1.257)', 'r3(1.257)', '1.3'],
    ['SELECT r4(1, 0), r4(NULL, 2), r4(4, 2) + r4(6, r4(4, 2))', 'r4(1, 0), r4(NULL, 2), (r4(4, 2) + r4(6, r4(4, 2)))', '0 null 5'],
    ['SELECT sum(a) OVER (PARTITION BY f(k)) FROM v', 'sum(a) OVER (PARTITION BY f(k) ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)', '30|30|30'],
  ];
  for (const [sql, names, rows] of cases) {
    const table = await session.sql(sql).toArrow();
    expect([sql, table.schema.fields.map((f) => f.name).join(', ')]).toEqual([sql, names]);
    const collected = await session.sql(`SELECT concat_ws(' ', array(${table.schema.fields.map((_, i) => `ifnull(string(c${i}), 'null')`).join(', ')})) AS r FROM (${sql}) AS q(${table.schema.fields.map((_, i) => `c${i}`).join(', ')})`).collect();
    expect([sql, collected.map((r) => (r as { r: string }).r).join('|')]).toEqual([sql, rows]);
  }
});

test('Spark refuses these to be ordered by, we do not', async () => {
  const { session } = await prepared();
  expect(await session.sql('SELECT a FROM v ORDER BY f(-a)').collect()).toEqual([{ a: 30 }, { a: 20 }, { a: 10 }]);
  expect(await session.sql('SELECT transform(array(4, 6), x -> r4(x, 2)) AS r').collect()).toEqual([{ r: [2, 3] }]);
});

test('what is wrong with a call is said as Spark says it', async () => {
  const { session } = await prepared();
  const cases: readonly (readonly [sql: string, condition: string, parameters: Readonly<Record<string, string>>])[] = [
    ['SELECT p()', 'WRONG_NUM_ARGS.WITHOUT_SUGGESTION', { functionName: '`spark_catalog`.`default`.`p`', expectedNum: '2', actualNum: '0' }],
    ['SELECT p(1, 2, 3)', 'WRONG_NUM_ARGS.WITHOUT_SUGGESTION', { functionName: '`spark_catalog`.`default`.`p`', expectedNum: '2', actualNum: '3' }],
    ['SELECT p(z => 1)', 'UNRECOGNIZED_PARAMETER_NAME', { routineName: '`spark_catalog`.`default`.`p`', argumentName: '`z`', proposal: '`x` `y`' }],
    ['SELECT p(1, x => 1)', 'DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT.BOTH_POSITIONAL_AND_NAMED', { routineName: '`spark_catalog`.`default`.`p`', parameterName: '`x`' }],
    ["SELECT p('a')", 'CAST_INVALID_INPUT', { expression: "'a'", targetType: '"INT"' }],
    ['SELECT p(array(1))', 'DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION', { srcType: '"ARRAY<INT>"', targetType: '"INT"', sqlExpr: '"array(1)"' }],
    ['SELECT f(a), count(*) FROM v GROUP BY k', 'MISSING_AGGREGATION', { expression: '"a"' }],
    ['SELECT noargs', 'UNRESOLVED_COLUMN.WITHOUT_SUGGESTION', { objectName: '`noargs`' }],
    ['SELECT f(DISTINCT 1)', 'INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX', { prettyName: '`f`', syntax: 'DISTINCT' }],
    ['SELECT * FROM f(1)', 'NOT_A_TABLE_FUNCTION', { functionName: '`f`' }],
    ['SELECT t(1)', 'NOT_A_SCALAR_FUNCTION', { functionName: '`t`' }],
    ['SELECT * FROM t()', 'WRONG_NUM_ARGS.WITHOUT_SUGGESTION', { functionName: '`t`', expectedNum: '1', actualNum: '0' }],
    ["SELECT * FROM t('x')", 'CAST_INVALID_INPUT', { expression: "'x'" }],
    ['SELECT * FROM t(TABLE(v))', 'TABLE_VALUED_ARGUMENTS_NOT_YET_IMPLEMENTED_FOR_SQL_FUNCTIONS', { functionName: '`t`' }],
    ['SELECT r3(123456)', 'NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION', { value: '123456', precision: '5', scale: '2' }],
    ['SELECT f(explode(array(1)))', 'UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS', { expression: '"f(explode(array(1)))"' }],
    ['SELECT best(count(*)) FROM v', 'NOT_SUPPORTED_YET', {}],
  ];
  for (const [sql, condition, parameters] of cases) {
    const error = await raised(() => session.sql(sql).collect());
    expect([sql, error.condition, error.parameters]).toEqual([sql, condition, expect.objectContaining(parameters)]);
  }
});

test('an error in a body points into its text', async () => {
  const { session } = open();
  session.sql('CREATE TEMPORARY FUNCTION ratio(x INT) RETURNS INT RETURN 10 / x');
  const error = await raised(() => session.sql('SELECT ratio(0)').collect());
  expect(error.condition).toBe('DIVIDE_BY_ZERO');
  expect(error.span!.text.slice(error.span!.start, error.span!.stop)).toBe('10 / x');
});

test('what is wrong with a definition is said as Spark says it', async () => {
  const { session } = await prepared();
  const cases: readonly (readonly [sql: string, condition: string, parameters?: Readonly<Record<string, string>>])[] = [
    ['CREATE TEMPORARY FUNCTION f(x INT) RETURNS INT RETURN x', 'ROUTINE_ALREADY_EXISTS', { routineName: '`f`' }],
    ['CREATE FUNCTION p(x INT) RETURN x', 'ROUTINE_ALREADY_EXISTS', { routineName: '`default`.`p`' }],
    ['CREATE OR REPLACE FUNCTION IF NOT EXISTS p(x INT) RETURN x', 'INVALID_SQL_SYNTAX.CREATE_ROUTINE_WITH_IF_NOT_EXISTS_AND_REPLACE'],
    ['CREATE TEMPORARY FUNCTION IF NOT EXISTS f(x INT) RETURN x', 'INVALID_SQL_SYNTAX.CREATE_TEMP_FUNC_WITH_IF_NOT_EXISTS'],
    ['CREATE FUNCTION d1(x INT DEFAULT 1, y INT) RETURNS INT RETURN x', 'USER_DEFINED_FUNCTIONS.NOT_A_VALID_DEFAULT_PARAMETER_POSITION', { functionName: 'd1', parameterName: 'x', nextParameterName: 'y' }],
    ['CREATE FUNCTION d3(x INT DEFAULT array(1)) RETURNS INT RETURN x', 'DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION', { sqlExpr: '"array(1)"' }],
    ['CREATE FUNCTION d4(x INT DEFAULT (SELECT 1)) RETURNS INT RETURN x', 'USER_DEFINED_FUNCTIONS.NOT_A_VALID_DEFAULT_EXPRESSION', { functionName: 'd4', parameterName: 'x' }],
    ['CREATE FUNCTION d5(x INT DEFAULT sum(1)) RETURNS INT RETURN x', 'USER_DEFINED_FUNCTIONS.CANNOT_CONTAIN_COMPLEX_FUNCTIONS', { queryText: 'x' }],
    ['CREATE FUNCTION d7(x INT, y INT DEFAULT x) RETURNS INT RETURN x', 'UNRESOLVED_COLUMN.WITHOUT_SUGGESTION', { objectName: '`x`' }],
    ['CREATE FUNCTION dup(x INT, X INT) RETURNS INT RETURN x', 'DUPLICATE_ROUTINE_PARAMETER_NAMES', { routineName: 'dup', names: '`x`' }],
    ['CREATE OR REPLACE FUNCTION p(x INT, y INT DEFAULT 5) RETURNS INT RETURN p(x)', 'CYCLIC_FUNCTION_REFERENCE', { path: 'spark_catalog.default.p -> spark_catalog.default.p' }],
    ['CREATE FUNCTION b1(x INT) RETURNS INT RETURN z', 'UNRESOLVED_COLUMN.WITH_SUGGESTION', { objectName: '`z`', proposal: '`x`' }],
    ['CREATE FUNCTION b2(x INT) RETURNS INT RETURN sum(x)', 'USER_DEFINED_FUNCTIONS.CANNOT_CONTAIN_COMPLEX_FUNCTIONS', { queryText: 'sum(x)' }],
    ['CREATE FUNCTION b3(x INT) RETURNS INT RETURN row_number() OVER (ORDER BY x)', 'USER_DEFINED_FUNCTIONS.CANNOT_CONTAIN_COMPLEX_FUNCTIONS', { queryText: 'row_number() OVER (ORDER BY x)' }],
    ['CREATE FUNCTION b5(x INT) RETURNS INT RETURN array(x)', 'DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION', { sqlExpr: '"array(x)"' }],
    ['CREATE FUNCTION b6(x INT) RETURNS INT RETURN SELECT x, x', 'INVALID_SUBQUERY_EXPRESSION.SCALAR_SUBQUERY_RETURN_MORE_THAN_ONE_OUTPUT_COLUMN', { number: '2' }],
    ['CREATE TEMPORARY FUNCTION t3(n INT) RETURNS TABLE RETURN SELECT n, n + 1', 'USER_DEFINED_FUNCTIONS.SQL_TABLE_UDF_MISSING_COLUMN_NAMES', { functionName: '`t3`' }],
    ['CREATE TEMPORARY FUNCTION t4(n INT) RETURNS TABLE(a INT) RETURN SELECT n, n', 'USER_DEFINED_FUNCTIONS.RETURN_COLUMN_COUNT_MISMATCH', { outputSize: '2', returnParamSize: '1', name: 't4' }],
    ['CREATE TEMPORARY FUNCTION t5(n INT) RETURNS TABLE(a INT, A INT) RETURN SELECT n, n', 'DUPLICATE_ROUTINE_RETURNS_COLUMNS', { routineName: 't5', columns: '`a`' }],
    ['CREATE TEMPORARY FUNCTION t6(n INT) RETURNS TABLE(a INT) RETURN n + 1', 'USER_DEFINED_FUNCTIONS.SQL_TABLE_UDF_BODY_MUST_BE_A_QUERY', { name: 't6' }],
    ['CREATE TEMPORARY FUNCTION t8(n INT) RETURNS TABLE(a INT) RETURN VALUES (n), (n + 1)', 'INVALID_INLINE_TABLE.CANNOT_EVALUATE_EXPRESSION_IN_INLINE_TABLE'],
    ['CREATE TEMPORARY FUNCTION q4(x INT) RETURNS INT CONTAINS SQL RETURN (SELECT max(a) FROM v)', 'INVALID_SQL_FUNCTION_DATA_ACCESS'],
    ['CREATE FUNCTION q6(x INT NOT NULL) RETURNS INT RETURN x', 'USER_DEFINED_FUNCTIONS.NOT_NULL_ON_FUNCTION_PARAMETERS', { input: 'x INT NOT NULL' }],
    ['CREATE FUNCTION q8(x INT)', 'PARSE_SYNTAX_ERROR', { error: 'end of input', hint: '' }],
    ["CREATE FUNCTION q7(x INT) RETURNS INT AS 'x'", 'PARSE_SYNTAX_ERROR', { error: "'AS'", hint: '' }],
    ['CREATE FUNCTION a.b.c(x INT) RETURNS INT RETURN x', 'REQUIRES_SINGLE_PART_NAMESPACE', { identifier: '`a`.`b`.`c`' }],
    ['CREATE TEMPORARY FUNCTION a.b(x INT) RETURNS INT RETURN x', 'INVALID_TEMP_OBJ_QUALIFIER', { objectName: '`b`', qualifier: '`a`' }],
    ['CREATE FUNCTION nodb.c(x INT) RETURNS INT RETURN x', 'SCHEMA_NOT_FOUND', { schemaName: '`spark_catalog`.`nodb`' }],
    ['DROP FUNCTION nope', 'ROUTINE_NOT_FOUND', { routineName: '`default`.`nope`' }],
    ['DROP TEMPORARY FUNCTION nope', 'ROUTINE_NOT_FOUND', { routineName: '`nope`' }],
    ['DROP FUNCTION f', 'EXPECT_PERSISTENT_FUNCTION_NOT_TEMP', { functionName: '`f`' }],
    ['DROP FUNCTION abs', 'FORBIDDEN_OPERATION', { statement: 'DROP', objectType: 'FUNCTION', objectName: '`abs`' }],
    ['DESCRIBE FUNCTION nope', 'UNRESOLVED_ROUTINE', { routineName: '`nope`' }],
  ];
  for (const [sql, condition, parameters = {}] of cases) {
    const error = await raised(() => session.sql(sql).collect());
    expect([sql, error.condition, error.parameters]).toEqual([sql, condition, expect.objectContaining(parameters)]);
  }
});

test('functions refer to each other by name, and cannot go in circles', async () => {
  const { session } = open();
  await session.runScript('CREATE FUNCTION a(x INT) RETURNS INT RETURN x + 1; CREATE FUNCTION b(x INT) RETURNS INT RETURN a(x) * 10');
  expect(await session.sql('SELECT b(1) AS r').collect()).toEqual([{ r: 20 }]);
  session.sql('CREATE OR REPLACE FUNCTION a(x INT) RETURNS INT RETURN x + 2');
  expect(await session.sql('SELECT b(1) AS r').collect()).toEqual([{ r: 30 }]);
  expect((await raised(() => session.sql('CREATE OR REPLACE FUNCTION a(x INT) RETURNS INT RETURN b(x)'))).parameters)
    .toEqual({ path: 'spark_catalog.default.a -> spark_catalog.default.b -> spark_catalog.default.a' });
  session.sql('DROP FUNCTION a');
  expect((await raised(() => session.sql('SELECT b(1)').collect())).condition).toBe('UNRESOLVED_ROUTINE');
});

test('calls in calls end in an answer or in a clear refusal', async () => {
  const { session } = open();
  await session.runScript('CREATE FUNCTION sq(x DOUBLE) RETURNS DOUBLE RETURN x * x - x; CREATE FUNCTION f0(x INT) RETURNS INT RETURN x + 1');
  const nested = (depth: number): string => `${'sq('.repeat(depth)}n${')'.repeat(depth)}`;
  const by = (depth: number): number => { let x = 2; for (let i = 0; i < depth; i++) x = x * x - x; return x; };
  expect(await session.sql(`SELECT ${nested(12)} AS r FROM VALUES (2) AS t(n)`).collect()).toEqual([{ r: by(12) }]);
  for (let i = 1; i <= 40; i++) session.sql(`CREATE FUNCTION f${i}(x INT) RETURNS INT RETURN x + 1`);
  const doubled = (i: number): void => { session.sql(`CREATE OR REPLACE FUNCTION f${i}(x INT) RETURNS INT RETURN f${i - 1}(x) + f${i - 1}(x + 1)`); };
  expect((await raised(() => { for (let i = 1; i <= 40; i++) doubled(i); })).condition).toBe('QUERY_TOO_LARGE');
});

test('SHOW and DESCRIBE tell of them', async () => {
  const { session } = await prepared();
  const lines = async (sql: string): Promise<readonly unknown[]> => (await session.sql(sql).collect()).map((row) => Object.values(row as object)[0]);
  expect(await lines('SHOW USER FUNCTIONS')).toEqual(['best', 'f', 'noargs', 'r3', 'r4', 'shadowed', 'spark_catalog.default.above', 'spark_catalog.default.noret', 'spark_catalog.default.one', 'spark_catalog.default.p', 't', 't2', 'upper']);
  expect(await lines("SHOW SYSTEM FUNCTIONS LIKE 'noarg*|uppe*'")).toEqual(['upper']);
  expect(await lines("SHOW FUNCTIONS LIKE 'noarg*|uppe*'")).toEqual(['noargs', 'upper', 'upper']);
  expect(await lines('DESCRIBE FUNCTION p')).toEqual(['Function: spark_catalog.default.p', 'Type:     SCALAR', 'Input:    x INT', '          y INT', 'Returns:  INT']);
  expect(await lines('DESCRIBE FUNCTION EXTENDED p')).toEqual([
    'Function:      spark_catalog.default.p', 'Type:          SCALAR', "Input:         x INT 'the x'", '               y INT DEFAULT 5', 'Returns:       INT', 'Comment:       adds',
    'Deterministic: true', 'Data Access:   CONTAINS SQL', 'Body:          x + y']);
  expect(await lines('DESCRIBE FUNCTION EXTENDED t')).toEqual([
    'Function:      t', 'Type:          TABLE', 'Input:         n INT', 'Returns:       a INT', "               b STRING 'bb'", 'Deterministic: true', 'Data Access:   READS SQL DATA',
    "Body:          SELECT k, 'x' || a FROM v WHERE k = n"]);
  await session.runScript('DROP TEMPORARY FUNCTION f; DROP FUNCTION IF EXISTS nope; DROP FUNCTION p; DROP TEMPORARY FUNCTION IF EXISTS nope; CREATE FUNCTION IF NOT EXISTS noret(x INT) RETURN 0');
  expect(await lines('SHOW USER FUNCTIONS')).not.toContain('f');
  expect(await session.sql('SELECT noret(2) AS r').collect()).toEqual([{ r: '5.0' }]);
});

test('a stream is queried with them, and a table function may read one', async () => {
  const { session } = open();
  await session.runScript(`
    CREATE STREAM events USING events OPTIONS (rows 400, startTimestamp 0, latePercent 0);
    CREATE FUNCTION kind(action STRING) RETURNS STRING RETURN CASE WHEN action = 'purchase' THEN 'buy' ELSE 'look' END;
    CREATE FUNCTION of_kind(wanted STRING) RETURNS TABLE (action STRING) RETURN SELECT action FROM events WHERE kind(action) = wanted;
    START QUERY q INTO memory OUTPUT MODE complete TRIGGER AVAILABLE NOW AS SELECT kind(action) AS kind, count(*) AS n FROM events GROUP BY kind(action);
    START QUERY r INTO memory OUTPUT MODE complete TRIGGER AVAILABLE NOW AS SELECT count(*) AS n FROM of_kind('buy')`);
  await Promise.all(session.streams.active.map((query) => query.awaitTermination()));
  expect(await session.sql('SELECT * FROM q ORDER BY kind').collect()).toEqual([{ kind: 'buy', n: 21n }, { kind: 'look', n: 379n }]);
  expect(await session.sql('SELECT * FROM r').collect()).toEqual([{ n: 21n }]);
});
