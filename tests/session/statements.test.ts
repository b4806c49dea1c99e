// Statements: relations, settings, what SHOW and DESCRIBE tell, INSERT, and errors with their place.

import { Session } from '../../index.js';
import { eventually } from '../support/wait.js';
import { cleanUp, open, raised, temporary } from './support.js';

afterEach(cleanUp);

test('tables in memory and in files take INSERT; views follow what they read', async () => {
  const { session } = open();
  const directory = temporary();
  await session.runScript(`
    CREATE TABLE t (a INT, b STRING);
    CREATE TABLE f (a INT, b STRING) USING json OPTIONS (path '${directory}/f');
    CREATE VIEW v AS SELECT a + 1 AS c FROM t WHERE b IS NOT NULL;
    INSERT INTO t VALUES (1, 'x; y'), (2, NULL);
    INSERT INTO t (b) VALUES ('z');
    INSERT INTO f SELECT a, b FROM t WHERE a = 1;
    INSERT INTO f VALUES (5, NULL);`);
  const rows = (table: string) => session.sql(`SELECT * FROM ${table} ORDER BY 1`).collect();
  expect(await rows('t')).toEqual([{ a: null, b: 'z' }, { a: 1, b: 'x; y' }, { a: 2, b: null }]);
  expect(await rows('v')).toEqual([{ c: null }, { c: 2 }]);
  expect(await rows('f')).toEqual([{ a: 1, b: 'x; y' }, { a: 5, b: null }]);
  await session.sql("INSERT OVERWRITE f VALUES (7, 'q')").collect();
  await session.sql('INSERT OVERWRITE t SELECT * FROM f').collect();
  expect(await rows('f')).toEqual([{ a: 7, b: 'q' }]);
  expect(await rows('v')).toEqual([{ c: 8 }]);
  expect((await raised(() => session.sql('INSERT INTO v VALUES (1)').collect())).condition).toBe('UNSUPPORTED_INSERT.RDD_BASED');
  session.sql('DROP VIEW v');
  expect((await raised(() => session.sql('SELECT * FROM v').collect())).condition).toBe('TABLE_OR_VIEW_NOT_FOUND');
  expect((await raised(() => session.sql('DROP VIEW v'))).condition).toBe('TABLE_OR_VIEW_NOT_FOUND');
  session.sql('DROP VIEW IF EXISTS v');
  expect((await raised(() => session.sql('CREATE TABLE t (a INT)'))).condition).toBe('TABLE_OR_VIEW_ALREADY_EXISTS');
  session.sql('CREATE TABLE IF NOT EXISTS t (z INT)');
  session.sql('CREATE OR REPLACE TEMP VIEW v AS SELECT 1 AS one');
  expect(await rows('v')).toEqual([{ one: 1 }]);
});

test('SET, RESET, SHOW and DESCRIBE', async () => {
  const { session } = open();
  const answer = (sql: string) => session.sql(sql).collect();
  expect(await answer('SET millrace.compat = spark')).toEqual([{ key: 'millrace.compat', value: 'spark' }]);
  expect(session.conf.get('millrace.compat')).toBe('spark');
  session.conf.set('a.b', 1);
  expect(await answer('SET')).toEqual([{ key: 'a.b', value: '1' }, { key: 'millrace.compat', value: 'spark' }]);
  expect(await answer('SET no.such')).toEqual([{ key: 'no.such', value: '<undefined>' }]);
  await answer('RESET a.b');
  expect(session.conf.getAll()).toEqual({ 'millrace.compat': 'spark' });
  await answer('RESET');
  expect(session.conf.getAll()).toEqual({});
  await session.runScript('CREATE STREAM r USING rate; CREATE VIEW evens AS SELECT * FROM r WHERE value % 2 = 0; CREATE TABLE t (a INT NOT NULL, b ARRAY<STRING>)');
  expect(await answer('SHOW TABLES')).toEqual([{ name: 'evens', kind: 'view' }, { name: 'r', kind: 'stream' }, { name: 't', kind: 'table' }]);
  expect(await answer("SHOW TABLES LIKE 'e*|t'")).toEqual([{ name: 'evens', kind: 'view' }, { name: 't', kind: 'table' }]);
  expect(await answer('SHOW STREAMS')).toEqual([{ name: 'r', format: 'rate' }]);
  expect(await answer('SHOW VIEWS')).toEqual([{ name: 'evens' }]);
  expect((await answer('SHOW SOURCES')).map((r) => (r as { format: string }).format)).toEqual(['csv', 'events', 'json', 'kafka', 'memory', 'rate', 'rate-micro-batch', 'socket', 'text']);
  expect(await answer("SHOW FUNCTIONS LIKE 'explode*'")).toEqual([{ function: 'explode' }, { function: 'explode_outer' }]);
  expect(await answer('SHOW COLUMNS IN t')).toEqual([{ col_name: 'a' }, { col_name: 'b' }]);
  expect(await answer('DESCRIBE evens')).toEqual([{ col_name: 'timestamp', data_type: 'timestamp', comment: null }, { col_name: 'value', data_type: 'bigint', comment: null }]);
  expect(await answer('DESCRIBE SELECT b FROM t')).toEqual([{ col_name: 'b', data_type: 'array<string>', comment: null }]);
  expect(await answer('DESCRIBE FUNCTION explode')).toContainEqual({ function_desc: 'Function: explode' });
  expect(await answer('EXPLAIN SELECT a FROM t WHERE a > 1')).toEqual([{ plan: expect.stringMatching(/^filter .*\n {2}scan /) }]);
  await answer('START QUERY q INTO memory OUTPUT MODE append AS SELECT value FROM evens');
  expect(await answer('SHOW QUERIES')).toMatchObject([{ name: 'q' }]);
  await answer('STOP QUERY q');
  expect(await answer('SHOW QUERIES')).toEqual([]);
  expect(await raised(() => answer('STOP QUERY q'))).toMatchObject({ condition: 'QUERY_NOT_FOUND' });
});

test('SHOW SETTINGS has all settings with their defaults, SET -v too', async () => {
  const { session } = open({ 'my.own': '1' });
  session.conf.set('spark.sql.session.timeZone', 'Asia/Tokyo');
  expect(await session.sql("SHOW SETTINGS LIKE 'spark.sql.session.timeZone|my*'").collect()).toEqual([
    { key: 'spark.sql.session.timeZone', value: 'Asia/Tokyo', default: 'UTC', meaning: expect.stringContaining('zone') as string }, { key: 'my.own', value: '1', default: null, meaning: null },
  ]);
  expect((await session.sql('SET -v').collect()).length).toBeGreaterThan(20);
});

test('errors say what, where, and what is there instead', async () => {
  const { session } = open();
  const directory = temporary();
  const rate = session.readStream.format('rate').load();
  for (const [condition, message, run] of [
    ['UNRESOLVED_COLUMN.WITH_SUGGESTION', '== line 2, column 3 ==\n  idd FROM range(3)\n  ^^^', () => session.sql('SELECT\n  idd FROM range(3)').collect()],
    ['PARSE_SYNTAX_ERROR', '== line 2, column 6 ==\nFORM t\n     ^', () => session.sql('SELECT a, b\nFORM t')],
    ['DATA_SOURCE_NOT_FOUND', 'csv, events, json, kafka, memory, rate, rate-micro-batch, socket, text.', () => session.readStream.format('sockt').load().writeStream.format('console').start()],
    ['DATA_SOURCE_NOT_FOUND', 'console, csv, foreach, foreachbatch, json, kafka, memory, noop, text.', () => rate.writeStream.format('consol').start()],
    ['INVALID_OPTION_VALUE', 'a whole number from 1 to 65535', () => session.readStream.format('socket').option('host', 'x').option('port', 99_999).load().writeStream.format('console').start()],
    ['INVALID_OPTION_VALUE', 'a whole number of at least 1', () => session.readStream.format('rate').option('rowsPerSecond', 0).load().writeStream.format('console').start()],
    ['INVALID_OPTION_VALUE', 'true, false, or a number', () => session.readStream.format('rate').load().writeStream.format('console').option('truncate', 'x').start()],
    ['UNKNOWN_OPTION', 'host, includeTimestamp, numPartitions, port.', () => session.readStream.format('socket').option('hots', 'x').load().writeStream.format('console').start()],
    ['MISSING_OPTION', 'host', () => session.readStream.format('socket').load().writeStream.format('console').start()],
    ['SOCKET_FAILED', 'connect ECONNREFUSED 127.0.0.1:1', () => session.readStream.format('socket').option('host', '127.0.0.1').option('port', 1).load().writeStream.format('console').start()],
    ['PATH_NOT_FOUND', `${directory}/none`, () => session.readStream.format('json').schema('a INT').load(`${directory}/none`).writeStream.format('console').start()],
    ['CHECKPOINT_LOCATION_REQUIRED', 'checkpointLocation', () => rate.writeStream.format('json').start(`${directory}/out`)],
    ['STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION', 'append', () => rate.groupBy('value').count().writeStream.format('console').start()],
    ['WRITE_STREAM_NOT_ALLOWED', 'readStream', () => session.sql('SELECT 1').writeStream.format('console').start()],
    ['_LEGACY_ERROR_TEMP_3102', 'writeStream', () => rate.collect()],
    ['MEMORY_SINK_NEEDS_NAME', '', () => rate.writeStream.format('memory').start()],
    ['STREAMING_OUTPUT_MODE.INVALID', 'upsert', () => rate.writeStream.outputMode('upsert' as 'append')],
    ['INVALID_STATEMENT_OPTION', '2 parsecs', () => rate.writeStream.trigger({ processingTime: '2 parsecs' })],
    ['INVALID_TIMEZONE', 'Mars/Olympus', () => session.sql("SET TIME ZONE 'Mars/Olympus'")],
    ['INSERT_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS', '`a`, `b`', () => { session.sql('CREATE TABLE t (a INT, b INT NOT NULL)'); return session.sql('INSERT INTO t VALUES (1)').collect(); }],
    ['INSERT_COLUMN_ARITY_MISMATCH.TOO_MANY_DATA_COLUMNS', '`a`', () => session.sql('INSERT INTO t (a) VALUES (1, 2)').collect()],
    ['NOT_NULL_ASSERT_VIOLATION', '`b`', () => session.sql('INSERT INTO t (a) VALUES (1)').collect()],
    ['UNBOUND_SQL_PARAMETER', '^', () => session.sql('SELECT :zz').collect()],
    ['WRONG_NUM_ARGS.WITHOUT_SUGGESTION', 'one', () => { session.udf.register('one', (a: bigint) => a, 'BIGINT'); return session.sql('SELECT one(1, 2)').collect(); }],
  ] as const) {
    const error = await raised(run);
    expect([condition, error.condition]).toEqual([condition, condition]);
    expect(error.toString()).toContain(message);
  }
});

test('a failure of a statement that nobody waits for is a warning', async () => {
  const { session, warned } = open();
  session.sql('STOP QUERY nobody');
  await eventually('a warning', () => warned[0]);
  expect(warned).toEqual([expect.stringContaining('QUERY_NOT_FOUND')]);
});

test('parameters: names from an object, places from a list, values of a template; they are bound, never part of the text', async () => {
  const session = new Session();
  const hostile = "x' OR '1' = '1";
  expect(await session.sql('SELECT :a AS a, :b + 1 AS b', { a: hostile, b: 2 }).collect()).toEqual([{ a: hostile, b: 3 }]);
  expect(await session.sql('SELECT ? AS a, ? AS b, ? AS c', [hostile, 5n, null]).collect()).toEqual([{ a: hostile, b: 5n, c: null }]);
  const [low, high] = [2, 4];
  expect(await session.sql`SELECT id FROM range(10) WHERE id BETWEEN ${low} AND ${high} AND ${hostile} <> ''`.collect()).toEqual([{ id: 2n }, { id: 3n }, { id: 4n }]);
  expect(() => session.sql`SELECT '${hostile}' AS a`).toThrow('UNUSED_SQL_PARAMETER');
  await expect(session.sql('SELECT ? AS a, ? AS b', [1]).collect()).rejects.toMatchObject({ condition: 'UNBOUND_SQL_PARAMETER' });
  await expect(session.sql('SELECT :toString AS a', {}).collect()).rejects.toMatchObject({ condition: 'UNBOUND_SQL_PARAMETER' });
  await session.sql('CREATE TABLE t (a INT, b STRING)').collect();
  await session.sql`INSERT INTO t VALUES (${7}, ${hostile})`.collect();
  expect(await session.table('t').collect()).toEqual([{ a: 7, b: hostile }]);
  expect(await session.sql('EXPLAIN SELECT ? AS a', [8]).collect()).toEqual([{ plan: expect.stringContaining('8 AS a') }]);
});

test('EXECUTE IMMEDIATE evaluates its text and its arguments, and takes nothing but a text', async () => {
  const { session } = open();
  expect(await session.sql("EXECUTE IMMEDIATE 'SELECT ' || ':a + :b AS r, :d AS d' USING 3 AS a, 4 + 1 AS b, upper('x') AS d").collect()).toEqual([{ r: 8, d: 'X' }]);
  expect(() => session.sql('EXECUTE IMMEDIATE 5')).toThrow(expect.objectContaining({ condition: 'INVALID_EXPR_TYPE_FOR_QUERY_EXECUTE_IMMEDIATE' }) as Error);
  expect(() => session.sql('EXECUTE IMMEDIATE CAST(NULL AS STRING)')).toThrow(expect.objectContaining({ condition: 'NULL_QUERY_STRING_EXECUTE_IMMEDIATE' }) as Error);
  await expect(session.sql("EXECUTE IMMEDIATE 'SELECT ?'").collect()).rejects.toMatchObject({ condition: 'UNBOUND_SQL_PARAMETER' });
});

test("a setting of Spark's that looks like a slip is taken, as Spark does, and warned of", async () => {
  const { session, warned } = open();
  await session.runScript('SET spark.sql.session.timezone = Asia/Tokyo; SET spark.sql.anything.else = 1; SET spark.sql.ansi.enabled = true');
  expect(session.conf.get('spark.sql.session.timezone')).toBe('Asia/Tokyo');
  expect(warned).toEqual(['nothing reads the setting spark.sql.session.timezone: did you mean spark.sql.session.timeZone?']);
});

test('IDENTIFIER names what a statement is about, from constants, variables and parameters', async () => {
  const { session } = open();
  await session.runScript(`
    DECLARE base STRING DEFAULT 'wo';
    CREATE TABLE IDENTIFIER(base || 'rds') (a INT, b STRING);
    INSERT INTO IDENTIFIER('words') (b) VALUES ('x');
    CREATE TEMP VIEW IDENTIFIER('v' || 1) AS SELECT b FROM IDENTIFIER('words');
    CREATE TEMPORARY FUNCTION IDENTIFIER('twi' || 'ce')(x INT) RETURNS INT RETURN 2 * x;`);
  const answer = (sql: string, args?: Record<string, unknown>) => session.sql(sql, args).collect();
  expect(await answer('INSERT INTO IDENTIFIER(:t) VALUES (1, :b)', { t: 'words', b: 'y' })).toEqual([]);
  expect(await answer('SELECT b, twice(a) AS a FROM words ORDER BY b')).toEqual([{ b: 'x', a: null }, { b: 'y', a: 2 }]);
  expect(await answer('SHOW COLUMNS IN IDENTIFIER(:t)', { t: '`words`' })).toEqual([{ col_name: 'a' }, { col_name: 'b' }]);
  expect(await answer("DESCRIBE IDENTIFIER('v1')")).toEqual([{ col_name: 'b', data_type: 'string', comment: null }]);
  await answer("TRUNCATE TABLE IDENTIFIER('words')");
  expect(await answer('SELECT * FROM v1')).toEqual([]);
  for (const sql of ["DROP VIEW IDENTIFIER('v1')", "DROP TEMPORARY FUNCTION IDENTIFIER('twice')", "DROP TEMPORARY VARIABLE IDENTIFIER('base')"]) session.sql(sql);
  expect(await answer('DROP TABLE IF EXISTS IDENTIFIER(:t)', { t: 'words' })).toEqual([]);
  expect(await answer('SHOW TABLES')).toEqual([]);
  session.sql('CREATE TABLE identifier (a INT, b INT)');
  expect(await answer('SHOW COLUMNS IN identifier')).toEqual([{ col_name: 'a' }, { col_name: 'b' }]);
  for (const [sql, condition] of [
    ['DROP TABLE IDENTIFIER(1)', 'NOT_A_CONSTANT_STRING.WRONG_TYPE'], ['DROP TABLE IDENTIFIER(rand())', 'NOT_A_CONSTANT_STRING.NOT_CONSTANT'], ["DROP TABLE IDENTIFIER('a b')", 'PARSE_SYNTAX_ERROR'],
    ["DROP VIEW IDENTIFIER('nosuch')", 'TABLE_OR_VIEW_NOT_FOUND'], ['DROP TABLE IDENTIFIER(:t)', 'UNBOUND_SQL_PARAMETER'],
  ] as const) expect([sql, (await raised(() => session.sql(sql))).condition]).toEqual([sql, condition]);
});
