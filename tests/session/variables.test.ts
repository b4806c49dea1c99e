// Session variables, EXECUTE IMMEDIATE and IDENTIFIER. The answers and refusals are those that Spark 4.3.0 gave to the same statements.

import type { Session } from '../../index.js';
import { cleanUp, open, raised, temporary } from './support.js';

afterEach(cleanUp);

const SETUP = `
  CREATE OR REPLACE TEMP VIEW v AS SELECT * FROM VALUES (1, 10), (1, 20), (2, 30) AS v(k, a);
  DECLARE VARIABLE x INT DEFAULT 5;
  DECLARE y DEFAULT 1.5;
  DECLARE z STRING = 'zz';
  DECLARE arr ARRAY<INT> DEFAULT array(1, 2);
  DECLARE st STRUCT<f: INT> DEFAULT named_struct('f', 4)`;

async function prepared(): Promise<Session> {
  const { session } = open();
  await session.runScript(SETUP);
  return session;
}
/** Names of the columns and the rows, each as JSON. */
async function answer(session: Session, sql: string): Promise<string> {
  const table = await session.sql(sql).toArrow();
  const rows = await session.sql(sql).collect();
  return `${table.schema.fields.map((f) => f.name).join(', ')}: ${rows.map((r) => JSON.stringify(Object.values(r as object), (_, v: unknown) => typeof v === 'bigint' ? Number(v) : v)).join(' ')}`;
}
async function check(session: Session, cases: readonly (readonly [sql: string, expected: string])[]): Promise<void> {
  for (const [sql, expected] of cases) expect([sql, await answer(session, sql)]).toEqual([sql, expected]);
}
async function refuses(session: Session, cases: readonly (readonly [sql: string, condition: string, parameters?: Readonly<Record<string, string>>])[]): Promise<void> {
  for (const [sql, condition, parameters = {}] of cases) {
    const error = await raised(() => session.sql(sql).collect());
    expect([sql, error.condition, error.parameters]).toEqual([sql, condition, expect.objectContaining(parameters)]);
  }
}

test('a variable is a constant where there is no column of its name', async () => {
  await check(await prepared(), [
    ['SELECT x, y, z, session.x AS w', 'x, y, z, w: [5,"1.5","zz",5]'],
    ['SELECT system.session.x, x + 1', 'x, (variablereference(system.session.x=5) + 1): [5,6]'],
    ['SELECT session.x AS a, x FROM (SELECT 9 AS x)', 'a, x: [5,9]'],
    ['SELECT k + x FROM v', '(k + variablereference(system.session.x=5)): [6] [6] [7]'],
    ['SELECT k, x FROM v GROUP BY k ORDER BY k', 'k, x: [1,5] [2,5]'],
    ['SELECT x, count(*) FROM v GROUP BY x', 'x, count(1): [5,3]'],
    ['SELECT k FROM v LIMIT x - 4', 'k: [1]'],
    ['SELECT a FROM v ORDER BY x, a', 'a: [10] [20] [30]'],
    ['SELECT 1 AS x, x + 1', 'x, (lateralAliasReference(x) + 1): [1,2]'],
    ['SELECT transform(array(1), x -> x + 1) AS a, transform(array(1), q -> x + q) AS b', 'a, b: [[2],[6]]'],
    ['SELECT (SELECT max(a) FROM v WHERE k < x)', 'scalarsubquery(): [30]'],
    ['SELECT arr[1], arr', 'variablereference(system.session.arr=ARRAY(1, 2))[1], arr: [2,[1,2]]'],
    ['SELECT st.f', 'f: [4]'],
    ['SELECT session.st.f', 'f: [4]'],
  ]);
});

test('SET VARIABLE gives values, of a query too, or none of them', async () => {
  const session = await prepared();
  const after = async (sql: string, names: string): Promise<string> => { await session.sql(sql).collect(); return answer(session, `SELECT ${names}`); };
  expect(await after('SET VAR x = 7', 'x')).toBe('x: [7]');
  expect(await after('SET VARIABLE x = x + 1, y = 2', 'x, y')).toBe('x, y: [8,"2.0"]');
  expect(await after("SET VAR x = '12'", 'x')).toBe('x: [12]');
  expect(await after('SET VAR session.x = 1.9', 'x')).toBe('x: [1]');
  expect(await after('SET VAR x = DEFAULT', 'x')).toBe('x: [5]');
  expect(await after('SET VAR x = NULL', 'x')).toBe('x: [null]');
  expect(await after("SET VAR (x, z) = (SELECT max(a), 'q' FROM v)", 'x, z')).toBe('x, z: [30,"q"]');
  expect(await after("SET VAR (x, z) = (SELECT a, 'q' FROM v WHERE false)", 'x, z')).toBe('x, z: [null,null]');
  expect(await after('SET VAR x = (SELECT max(a) FROM v)', 'x')).toBe('x: [30]');
  expect(await after('SET VAR x = sum(1)', 'x')).toBe('x: [1]');
  await refuses(session, [
    ["SET VAR x = 'abc'", 'CAST_INVALID_INPUT', { expression: "'abc'", sourceType: '"STRING"', targetType: '"INT"' }],
    ["SET VAR (x, z) = (SELECT a, 'q' FROM v)", 'ROW_SUBQUERY_TOO_MANY_ROWS'],
    ['SET VAR (x, z) = (SELECT 1)', 'ASSIGNMENT_ARITY_MISMATCH', { numTarget: '2', numExpr: '1' }],
    ['SET VAR (x, x) = (SELECT 1, 2)', 'DUPLICATE_ASSIGNMENTS', { nameList: '`x`' }],
    ['SET VAR z = 1, x = 1, x = 2', 'DUPLICATE_ASSIGNMENTS', { nameList: '`x`' }],
    ['SET VAR nosuch = 1', 'UNRESOLVED_VARIABLE', { variableName: '`nosuch`', searchPath: '[`system`.`builtin`, `system`.`session`, `spark_catalog`.`default`]' }],
    ['SET VAR a.b.x = 3', 'UNRESOLVED_VARIABLE', { variableName: '`a`.`b`.`x`' }],
    ['SET VAR builtin.x = 3', 'UNRESOLVED_VARIABLE', { variableName: '`builtin`.`x`' }],
    ['SET VAR x = (SELECT a FROM v)', 'SCALAR_SUBQUERY_TOO_MANY_ROWS'],
    ['SET x = 3', 'UNSUPPORTED_FEATURE.SET_VARIABLE_USING_SET', { variableName: '`x`' }],
    ['SET VAR x = array(1)', 'DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION', { srcType: '"ARRAY<INT>"', targetType: '"INT"' }],
    ['SET VAR x = k', 'UNRESOLVED_COLUMN.WITHOUT_SUGGESTION', { objectName: '`k`' }],
  ]);
  expect(await answer(session, 'SELECT x, z')).toBe('x, z: [1,null]');
});

test('DECLARE makes them, DROP TEMPORARY VARIABLE takes them away', async () => {
  const session = await prepared();
  await session.runScript('DECLARE a1, a2 INT DEFAULT 3; DECLARE OR REPLACE x INT DEFAULT 6; DECLARE session.s1 INT; DECLARE d3 INT DEFAULT x + 1; DECLARE r DOUBLE DEFAULT rand(); DECLARE now DEFAULT current_timestamp()');
  await check(session, [['SELECT a1, a2, x, s1, d3, r = r AS same', 'a1, a2, x, s1, d3, same: [3,3,6,null,7,true]'], ['SELECT now > TIMESTAMP \'2024-01-01\' AS n', 'n: [true]']]);
  await refuses(session, [
    ['DECLARE VARIABLE x INT', 'VARIABLE_ALREADY_EXISTS', { variableName: '`system`.`session`.`x`' }],
    ['DECLARE w', 'INVALID_SQL_SYNTAX.VARIABLE_TYPE_OR_DEFAULT_REQUIRED'],
    ["DECLARE d1 INT DEFAULT 'a'", 'CAST_INVALID_INPUT', { expression: "'a'", targetType: '"INT"' }],
    ['DECLARE d2 INT DEFAULT array(1)', 'DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION', { srcType: '"ARRAY<INT>"' }],
    ['DECLARE d4 INT DEFAULT (SELECT 1)', 'INVALID_DEFAULT_VALUE.SUBQUERY_EXPRESSION', { statement: 'DECLARE VARIABLE', colName: '`system`.`session`.`d4`', defaultValue: '(SELECT 1)' }],
    ['DECLARE d5 INT DEFAULT k', 'UNRESOLVED_COLUMN.WITHOUT_SUGGESTION', { objectName: '`k`' }],
    ['DECLARE d7 INT NOT NULL DEFAULT 1', 'PARSE_SYNTAX_ERROR', { error: "'NOT'" }],
    ['DECLARE a.s2 INT DEFAULT 1', 'UNRESOLVED_VARIABLE', { variableName: '`a`.`s2`', searchPath: '[`system`.`session`]' }],
    ['DROP VARIABLE x', 'PARSE_SYNTAX_ERROR', { error: "'VARIABLE'" }],
    ['DROP TEMPORARY VARIABLE nope', 'VARIABLE_NOT_FOUND', { variableName: '`system`.`session`.`nope`' }],
  ]);
  await session.runScript('DROP TEMPORARY VARIABLE x; DROP TEMPORARY VARIABLE IF EXISTS x');
  expect((await raised(() => session.sql('SELECT x').collect())).condition).toBe('UNRESOLVED_COLUMN.WITHOUT_SUGGESTION');
});

test('views and functions read the value of the moment; a query that runs keeps the one that it began with', async () => {
  const session = await prepared();
  await session.runScript('CREATE TEMPORARY VIEW tv AS SELECT x AS c; CREATE TEMPORARY FUNCTION vf() RETURNS INT RETURN x; SET VAR x = 77');
  await check(session, [['SELECT c, vf() AS f FROM tv', 'c, f: [77,77]']]);
  const stream = session.memoryStream('n INT');
  stream.toDF().createOrReplaceTempView('numbers');
  const query = await session.sql('SELECT n + x AS s FROM numbers').writeStream.outputMode('append').queryName('sums').format('memory').start();
  stream.add({ n: 1 });
  await query.processAllAvailable();
  session.sql('SET VAR x = 0');
  stream.add({ n: 2 });
  await query.processAllAvailable();
  expect(await session.sql('SELECT * FROM sums').collect()).toEqual([{ s: 78 }, { s: 79 }]);
});

test('EXECUTE IMMEDIATE runs what a text says, with values and into variables', async () => {
  const session = await prepared();
  const after = async (sql: string, names: string): Promise<string> => { await session.sql(sql).collect(); return answer(session, `SELECT ${names}`); };
  expect(await after("EXECUTE IMMEDIATE 'SELECT ?' INTO x USING 11", 'x')).toBe('x: [11]');
  expect(await after("EXECUTE IMMEDIATE 'SELECT a FROM v WHERE false' INTO x", 'x')).toBe('x: [null]');
  expect(await after("EXECUTE IMMEDIATE 'SELECT max(k), ''t'' FROM v' INTO x, z", 'x, z')).toBe('x, z: [2,"t"]');
  session.sql("DECLARE qs STRING DEFAULT 'SELECT :p + x AS r'");
  await check(session, [
    ['EXECUTE IMMEDIATE qs USING 4 AS p', 'r: [6]'], ['EXECUTE IMMEDIATE qs USING (4 AS p)', 'r: [6]'], ["EXECUTE IMMEDIATE 'SELECT ?' USING x", '2: [2]'],
    ["EXECUTE IMMEDIATE 'EXECUTE IMMEDIATE ''SELECT 1'''", '1: [1]'],
  ]);
  expect(await after("EXECUTE IMMEDIATE 'SET VAR x = 5'", 'x')).toBe('x: [5]');
  expect(await after("EXECUTE IMMEDIATE 'DECLARE dyn INT DEFAULT 8'", 'dyn')).toBe('dyn: [8]');
  expect(await after("EXECUTE IMMEDIATE 'CREATE TEMPORARY VIEW dv AS SELECT ? AS c' USING 1", '* FROM dv')).toBe('c: [1]');
  await refuses(session, [
    ["EXECUTE IMMEDIATE 'SELECT 1, 2' INTO x", 'ASSIGNMENT_ARITY_MISMATCH', { numTarget: '1', numExpr: '2' }],
    ["EXECUTE IMMEDIATE 'SELECT a FROM v' INTO x", 'ROW_SUBQUERY_TOO_MANY_ROWS'],
    ["EXECUTE IMMEDIATE 'SELECT 1, 2' INTO x, x", 'DUPLICATE_ASSIGNMENTS', { nameList: '`x`' }],
    ["EXECUTE IMMEDIATE 'SELECT ?, :a' USING x, 1 AS a", 'INVALID_QUERY_MIXED_QUERY_PARAMETERS'],
    ["EXECUTE IMMEDIATE 'SET VAR x = 5' INTO x", 'INVALID_STATEMENT_FOR_EXECUTE_INTO'],
    ['EXECUTE IMMEDIATE CAST(NULL AS STRING)', 'NULL_QUERY_STRING_EXECUTE_IMMEDIATE', { varName: '`CAST(NULL AS STRING)`' }],
    ['EXECUTE IMMEDIATE 1', 'INVALID_EXPR_TYPE_FOR_QUERY_EXECUTE_IMMEDIATE', { exprType: '"INT"' }],
    ["EXECUTE IMMEDIATE 'SELECT ?' USING (SELECT 1)", 'UNSUPPORTED_EXPR_FOR_PARAMETER', { invalidExprSql: '"scalarsubquery()"' }],
    ["EXECUTE IMMEDIATE 'SELECT 1' USING nosuch", 'UNRESOLVED_COLUMN.WITHOUT_SUGGESTION', { objectName: '`nosuch`' }],
    ["EXECUTE IMMEDIATE ''", 'PARSE_EMPTY_STATEMENT'],
  ]);
});

test('IDENTIFIER names columns, relations and functions by constants and variables', async () => {
  const session = await prepared();
  const directory = temporary();
  await session.runScript(`DECLARE fname STRING DEFAULT 'coalesce'; DECLARE tname STRING DEFAULT 'v'; CREATE TEMPORARY FUNCTION g(x INT) RETURNS INT RETURN x;
    CREATE TABLE made (a INT) USING json OPTIONS (path '${directory}/t'); INSERT INTO made VALUES (4); CREATE TABLE found USING json OPTIONS (path '${directory}/t');
    CREATE TEMPORARY FUNCTION all_found() RETURNS TABLE (a BIGINT) RETURN SELECT a FROM found`);
  await check(session, [
    ["SELECT IDENTIFIER('upper')('a')", 'upper(a): ["A"]'],
    ["SELECT IDENTIFIER('builtin.upper')('a') AS u, IDENTIFIER('g')(3)", 'u, g(3): ["A",3]'],
    ["SELECT IDENTIFIER(fname)(NULL, 3), IDENTIFIER('su' || 'm')(DISTINCT a), IDENTIFIER('sum')(a) FILTER (WHERE a > 10) FROM v", 'coalesce(NULL, 3), sum(DISTINCT a), sum(a) FILTER (WHERE (a > 10)): [3,60,50]'],
    ["SELECT IDENTIFIER('row_number')() OVER (ORDER BY a) FROM v", 'row_number() OVER (ORDER BY a ASC NULLS FIRST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW): [1] [2] [3]'],
    ["SELECT * FROM IDENTIFIER('range')(3)", 'id: [0] [1] [2]'],
    ['SELECT * FROM IDENTIFIER(tname) WHERE k = 2', 'k, a: [2,30]'],
    ["SELECT IDENTIFIER('v.a') FROM v", 'a: [10] [20] [30]'],
    ["SELECT * FROM IDENTIFIER('fou' || 'nd')", 'a: [4]'],
    ["SELECT * FROM IDENTIFIER('all_found')()", 'a: [4]'],
  ]);
  await refuses(session, [
    ["SELECT IDENTIFIER('nosuch')(1)", 'UNRESOLVED_ROUTINE', { routineName: '`nosuch`' }],
    ["SELECT * FROM IDENTIFIER('nope')", 'TABLE_OR_VIEW_NOT_FOUND', { relationName: '`nope`' }],
    ['SELECT IDENTIFIER(NULL)', 'NOT_A_CONSTANT_STRING.WRONG_TYPE', { expr: 'NULL', dataType: 'void' }],
    ['SELECT IDENTIFIER(1)', 'NOT_A_CONSTANT_STRING.WRONG_TYPE', { expr: '1', dataType: 'int' }],
    ['SELECT IDENTIFIER(z || k) FROM v', 'NOT_A_CONSTANT_STRING.NOT_CONSTANT'],
    ["SELECT IDENTIFIER('')", 'PARSE_EMPTY_STATEMENT'],
    ["SELECT IDENTIFIER('a b')", 'PARSE_SYNTAX_ERROR', { error: "'b'", hint: ": extra input 'b'" }],
  ]);
});

test('IDENTIFIER names the variables of DECLARE, SET VARIABLE and INTO', async () => {
  const { session } = open();
  await session.runScript(`DECLARE IDENTIFIER('va') INT DEFAULT 1; DECLARE VARIABLE IDENTIFIER('v' || 'b'), IDENTIFIER('session.vc') INT DEFAULT 2; DECLARE identifier INT;
    SET VAR IDENTIFIER('va') = 5, vb = 6; SET VAR (IDENTIFIER('vc'), identifier) = (SELECT 7, 8); EXECUTE IMMEDIATE 'SELECT 9' INTO IDENTIFIER('vb'); SET VAR IDENTIFIER('session').va = va + 1`);
  await check(session, [['SELECT va, vb, vc, identifier', 'va, vb, vc, identifier: [6,9,7,8]']]);
  await refuses(session, [
    ["DECLARE IDENTIFIER('a.b.c.d') = 3", 'UNRESOLVED_VARIABLE', { variableName: '`a`.`b`.`c`.`d`', searchPath: '[`system`.`session`]' }], ['DECLARE IDENTIFIER(1) = 3', 'NOT_A_CONSTANT_STRING.WRONG_TYPE', { name: 'IDENTIFIER', expr: '1', dataType: 'int' }],
    ["SET VAR IDENTIFIER('nope') = 3", 'UNRESOLVED_VARIABLE', { variableName: '`nope`' }], ["SET VAR IDENTIFIER('va').x = 1", 'UNRESOLVED_VARIABLE', { variableName: '`va`.`x`' }],
    ["DECLARE IDENTIFIER('vz')", 'INVALID_SQL_SYNTAX.VARIABLE_TYPE_OR_DEFAULT_REQUIRED', {}], ["DECLARE (IDENTIFIER('a')) INT", 'PARSE_SYNTAX_ERROR', { error: "'('" }],
  ]);
});
