// CREATE, SHOW CREATE, DESCRIBE, INSERT, TRUNCATE of relations. Refusals and casts are those that Spark 4.3.0 gave to the same statements.

import { writeFileSync } from 'node:fs';
import type { Session } from '../../index.js';
import { cleanUp, open, raised, temporary } from './support.js';

afterEach(cleanUp);

const rows = (session: Session, sql: string): Promise<readonly unknown[]> => session.sql(sql).collect();
const created = async (session: Session, what: string): Promise<string> => ((await rows(session, `SHOW CREATE ${what}`)) as { createtab_stmt: string }[])[0]!.createtab_stmt;
async function refuses(session: Session, cases: readonly (readonly [sql: string, condition: string, parameters?: Readonly<Record<string, string>>])[]): Promise<void> {
  for (const [sql, condition, parameters = {}] of cases) {
    const error = await raised(() => session.sql(sql).collect());
    expect([sql, error.condition, error.parameters]).toEqual([sql, condition, expect.objectContaining(parameters)]);
  }
}

test('SHOW CREATE gives the text that makes the same again', async () => {
  const { session } = open();
  const directory = temporary();
  writeFileSync(`${directory}/x.csv`, 'a,b\n1,2\n');
  const statements: readonly (readonly [what: string, sql: string])[] = [
    ['STREAM', `CREATE STREAM clicks (\`the user\` STRING COMMENT 'who', at TIMESTAMP NOT NULL, n DECIMAL(10,2), WATERMARK FOR at AS at - INTERVAL '10' SECOND IDLE AFTER '30s')
       USING json OPTIONS (path '${directory}', maxFilesPerTrigger 3) COMMENT 'it''s \\ all'`],
    ['TABLE', "CREATE TABLE t (a INT COMMENT 'the a', s STRUCT<x: ARRAY<INT>, `y z`: MAP<STRING, DATE>>)"],
    ['TABLE', `CREATE TABLE untyped USING csv OPTIONS (path '${directory}', header 'true')`],
    ['VIEW', "CREATE VIEW v (x COMMENT 'cx', y) COMMENT 'cv' AS SELECT a, s.x FROM t WHERE a > 1 -- not all"],
    ['STREAM', 'CREATE STREAM r USING rate'],
  ];
  for (const [what, sql] of statements) {
    session.sql(sql);
    const name = (await rows(session, 'SHOW TABLES')).map((r) => (r as { name: string }).name).find((n) => new RegExp(`${what} ${n}\\b`, 'i').test(sql))!;
    const text = await created(session, `${what} ${name}`);
    const described = await rows(session, `DESCRIBE EXTENDED ${name}`);
    session.sql(text.replace(`CREATE ${what}`, `CREATE OR REPLACE ${what}`));
    expect(await created(session, `TABLE ${name}`)).toBe(text);
    expect(await rows(session, `DESCRIBE EXTENDED ${name}`)).toEqual(described);
  }
  expect(await created(session, 'STREAM clicks')).toBe(`CREATE STREAM clicks (
  \`the user\` STRING COMMENT 'who',
  at TIMESTAMP NOT NULL,
  n DECIMAL(10,2),
  WATERMARK FOR at AS at - INTERVAL '10' SECOND IDLE AFTER '30s')
USING json
OPTIONS (
  'path' = '${directory}',
  'maxFilesPerTrigger' = '3')
COMMENT 'it\\'s  all'`);
  expect(await rows(session, 'DESCRIBE EXTENDED clicks')).toEqual([
    { col_name: 'the user', data_type: 'string', comment: 'who' }, { col_name: 'at', data_type: 'timestamp', comment: null }, { col_name: 'n', data_type: 'decimal(10,2)', comment: null },
    { col_name: '', data_type: '', comment: null }, { col_name: '# Detailed Information', data_type: '', comment: null }, { col_name: 'Kind', data_type: 'stream', comment: null },
    { col_name: 'Format', data_type: 'json', comment: null }, { col_name: 'Option path', data_type: directory, comment: null }, { col_name: 'Option maxFilesPerTrigger', data_type: '3', comment: null },
    { col_name: 'Watermark', data_type: "WATERMARK FOR at AS at - INTERVAL '10' SECOND IDLE AFTER '30s'", comment: null }, { col_name: 'Comment', data_type: "it's  all", comment: null },
  ]);
  session.createDataFrame([{ a: 1 }]).createOrReplaceTempView('made');
  session.sql("EXECUTE IMMEDIATE 'CREATE VIEW given AS SELECT  ? AS c, ? AS d, ? AS at' USING 1, 'it''s', TIMESTAMP '2024-01-01 00:00:00Z'");
  expect(await created(session, 'TABLE given')).toBe("CREATE VIEW given\nAS SELECT 1 AS c, 'it\\'s' AS d, TIMESTAMP '2024-01-01 00:00:00Z' AS at");
  await refuses(session, [
    ['SHOW CREATE VIEW made', 'VIEW_WITHOUT_TEXT', { viewName: '`made`' }],
    ['SHOW CREATE STREAM t', 'WRONG_COMMAND_FOR_OBJECT_TYPE', { operation: 'SHOW CREATE STREAM', alternative: 'SHOW CREATE TABLE t' }],
    ['SHOW CREATE TABLE nope', 'TABLE_OR_VIEW_NOT_FOUND', { relationName: '`nope`', searchPath: '[`system`.`session`, `spark_catalog`.`default`]' }],
  ]);
});

test('secrets are in no text', async () => {
  const { session } = open();
  session.sql("CREATE STREAM k USING kafka OPTIONS (kafka.bootstrap.servers 'localhost:1', subscribe 't', kafka.sasl.jaas.config 'password=hunter2')");
  expect(await created(session, 'STREAM k')).toContain("'kafka.sasl.jaas.config' = '***'");
  expect(JSON.stringify([await rows(session, 'SELECT * FROM information_schema.tables')])).not.toContain('hunter2');
});

test('CREATE TABLE … AS keeps the rows of a query, in memory or in files', async () => {
  const { session } = open();
  const directory = temporary();
  const as = (name: string, query: string): Promise<unknown> => session.sql(`CREATE TABLE ${name} USING json OPTIONS (path '${directory}/${name.replaceAll(' ', '')}') AS ${query}`).collect();
  await as('f', "SELECT 1 AS a, TIMESTAMP '2024-01-01 00:00:00' AS t, array(1.5) AS d");
  await session.sql("CREATE TABLE m COMMENT 'kept' AS SELECT a + 1 AS b FROM f").collect();
  expect(await rows(session, 'SELECT string(t) AS t, d, b FROM f, m')).toEqual([{ t: '2024-01-01 00:00:00', d: ['1.5'], b: 2 }]);
  expect(await rows(session, 'DESCRIBE f')).toEqual([{ col_name: 'a', data_type: 'int', comment: null }, { col_name: 't', data_type: 'timestamp', comment: null }, { col_name: 'd', data_type: 'array<decimal(2,1)>', comment: null }]);
  await session.sql('CREATE TABLE IF NOT EXISTS m AS SELECT 9 AS q').collect();
  expect(await rows(session, 'SELECT * FROM m')).toEqual([{ b: 2 }]);
  await session.sql('CREATE OR REPLACE TABLE m AS SELECT b * 10 AS b FROM m').collect();
  expect(await rows(session, 'SELECT * FROM m')).toEqual([{ b: 20 }]);
  session.sql('CREATE STREAM r USING rate');
  await refuses(session, [
    ['CREATE TABLE f AS SELECT 1 AS a', 'TABLE_OR_VIEW_ALREADY_EXISTS', { relationName: '`f`' }],
    [`CREATE TABLE g USING json OPTIONS (path '${directory}/f') AS SELECT 1 AS a`, 'PATH_ALREADY_EXISTS'],
    ['CREATE TABLE g (a INT) AS SELECT 1 AS a', '_LEGACY_ERROR_TEMP_0035', { message: 'Schema may not be specified in a Create Table As Select (CTAS) statement' }],
    ['CREATE TABLE g (a) AS SELECT 1', 'PARSE_SYNTAX_ERROR', { error: "')'" }],
    ['CREATE TABLE g AS SELECT 1, 1', 'COLUMN_ALREADY_EXISTS', { columnName: '`1`' }],
    ['CREATE TABLE g AS SELECT * FROM r', '_LEGACY_ERROR_TEMP_3102'],
    ['CREATE STREAM g AS SELECT * FROM r', 'NOT_SUPPORTED_YET'],
    ['SELECT * FROM g', 'TABLE_OR_VIEW_NOT_FOUND'],
  ]);
});

test('a view is checked when it is made', async () => {
  const { session } = open();
  session.sql('CREATE TEMP VIEW tv AS SELECT 1 AS q');
  await refuses(session, [
    ['CREATE VIEW bad AS SELECT nope', 'UNRESOLVED_COLUMN.WITHOUT_SUGGESTION', { objectName: '`nope`' }],
    ['CREATE TEMP VIEW bad AS SELECT 1 AS a, 2 AS a', 'COLUMN_ALREADY_EXISTS', { columnName: '`a`' }],
    ['CREATE TEMP VIEW bad (x) AS SELECT 1 AS a, 2 AS b', 'CREATE_VIEW_COLUMN_ARITY_MISMATCH.TOO_MANY_DATA_COLUMNS', { viewName: '`bad`', viewColumns: '`x`', dataColumns: '`a`, `b`' }],
    ['CREATE TEMP VIEW bad (x, y, z) AS SELECT 1 AS a, 2 AS b', 'CREATE_VIEW_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS', { viewColumns: '`x`, `y`, `z`' }],
    ['CREATE TEMP VIEW rc AS SELECT * FROM rc', 'TABLE_OR_VIEW_NOT_FOUND', { relationName: '`rc`' }],
    ['CREATE OR REPLACE TEMP VIEW tv AS SELECT * FROM tv', 'RECURSIVE_VIEW', { viewIdent: '`tv`', newPath: '`tv` -> `tv`' }],
    ['CREATE OR REPLACE VIEW IF NOT EXISTS vx AS SELECT 1', 'CREATE_VIEW_WITH_IF_NOT_EXISTS_AND_REPLACE', { viewName: 'vx' }],
    ['CREATE TABLE t9 (a INT, A STRING)', 'COLUMN_ALREADY_EXISTS', { columnName: '`a`' }],
    ['CREATE TABLE db.t11 (a INT)', 'SCHEMA_NOT_FOUND', { schemaName: '`spark_catalog`.`db`' }],
    ['SELECT * FROM nodb.tv', 'TABLE_OR_VIEW_NOT_FOUND', { relationName: '`nodb`.`tv`' }],
    ['DROP VIEW db.tv', 'SCHEMA_NOT_FOUND'],
  ]);
  expect(await rows(session, 'SELECT * FROM tv')).toEqual([{ q: 1 }]);
  await session.runScript('CREATE TABLE default.t (a INT); INSERT INTO spark_catalog.default.t VALUES (1)');
  expect(await rows(session, 'SELECT * FROM default.t, session.tv')).toEqual([{ a: 1, q: 1 }]);
});

test('literals of a view are read in the zone that was set when it was made', async () => {
  const { session } = open();
  session.sql("SET spark.sql.session.timeZone = UTC");
  session.sql("CREATE TEMP VIEW moments AS SELECT TIMESTAMP'2024-06-06 08:00:00' AS at");
  session.sql("SET spark.sql.session.timeZone = Europe/Berlin");
  expect(await rows(session, 'SELECT cast(at AS STRING) AS t FROM moments')).toEqual([{ t: '2024-06-06 10:00:00' }]);
});

test('INSERT casts what keeps its meaning and refuses the rest; TRUNCATE empties', async () => {
  const { session } = open();
  const directory = temporary();
  await session.runScript(`CREATE TABLE t (a INT, b STRING, at TIMESTAMP, d DECIMAL(4,2), xs ARRAY<STRING>); CREATE VIEW v AS SELECT 1 AS a; CREATE TABLE j (a INT) USING json OPTIONS (path '${directory}/j')`);
  await session.runScript("INSERT INTO t BY NAME SELECT 'q' AS b, 3 AS a; INSERT INTO t (at, a, d, xs) VALUES (DATE '2024-01-01', 10.5, 1.239, array(1, 2)); INSERT INTO j VALUES (1), (2)");
  expect(await rows(session, 'SELECT a, b, string(at) AS at, string(d) AS d, xs FROM t')).toEqual([
    { a: 3, b: 'q', at: null, d: null, xs: null }, { a: 10, b: null, at: '2024-01-01 00:00:00', d: '1.24', xs: ['1', '2'] },
  ]);
  const tableName = '`spark_catalog`.`default`.`t`';
  await refuses(session, [
    ["INSERT INTO t (a) VALUES ('5')", 'INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST', { tableName, colName: '`a`', srcType: '"STRING"', targetType: '"INT"' }],
    ["INSERT INTO t (at) VALUES ('2024-01-01')", 'INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST', { srcType: '"STRING"', targetType: '"TIMESTAMP"' }],
    ['INSERT INTO t (a) VALUES (array(1))', 'INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST', { srcType: '"ARRAY<INT>"' }],
    ["INSERT INTO t (xs) VALUES (map('a', 1))", 'INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST', {}],
    ['INSERT INTO t (b, a) VALUES (1, 10000000000)', 'CAST_OVERFLOW_IN_TABLE_INSERT', { sourceType: '"BIGINT"', targetType: '"INT"', columnName: '`a`' }],
    ['INSERT INTO t (d) VALUES (1000)', 'CAST_OVERFLOW_IN_TABLE_INSERT', { sourceType: '"INT"', targetType: '"DECIMAL(4,2)"', columnName: '`d`' }],
    ['INSERT INTO t (a) SELECT CAST(10000000000 AS INT)', 'CAST_OVERFLOW'],
    ['INSERT INTO t (a, nope) VALUES (1, 2)', 'UNRESOLVED_COLUMN.WITH_SUGGESTION', { objectName: '`nope`' }],
    ['INSERT INTO t (a, A) VALUES (1, 2)', 'COLUMN_ALREADY_EXISTS', { columnName: '`a`' }],
    ['INSERT INTO t BY NAME SELECT 1 AS z', 'INCOMPATIBLE_DATA_FOR_TABLE.EXTRA_COLUMNS', { tableName, extraColumns: '`z`' }],
    ['INSERT INTO j BY NAME SELECT 1 AS a, 2 AS z', 'INSERT_COLUMN_ARITY_MISMATCH.TOO_MANY_DATA_COLUMNS', { tableColumns: '`a`', dataColumns: '`a`, `z`' }],
    ['TRUNCATE TABLE v', 'EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE', { viewName: '`spark_catalog`.`default`.`v`', operation: 'TRUNCATE TABLE' }],
    ['TRUNCATE TABLE nope', 'TABLE_OR_VIEW_NOT_FOUND', { relationName: '`nope`' }],
  ]);
  await session.runScript('TRUNCATE TABLE t; TRUNCATE TABLE j');
  expect(await rows(session, 'SELECT (SELECT count(*) FROM t) AS t, (SELECT count(*) FROM j) AS j')).toEqual([{ t: 0n, j: 0n }]);
  await session.runScript('INSERT INTO j VALUES (7)');
  expect(await rows(session, 'SELECT * FROM j')).toEqual([{ a: 7 }]);
});

test('a session keeps nothing of the paths that queries name, and reads what is there each time', async () => {
  const { session } = open();
  const directory = temporary();
  const write = (n: number, text: string): void => { writeFileSync(`${directory}/${n}.json`, `${text}\n`); };
  for (let n = 0; n < 5; n++) write(n, `{"v":${n}}`);
  const one = (n: number): Promise<readonly unknown[]> => rows(session, `SELECT a.v + b.v AS s FROM json.\`${directory}/${n}.json\` a JOIN json.\`${directory}/${n}.json\` b ON a.v = b.v`);
  expect(await Promise.all([0, 1, 2, 3, 4].map(one))).toEqual([0, 1, 2, 3, 4].map((n) => [{ s: BigInt(2 * n) }]));
  await session.sql(`CREATE FUNCTION least_of() RETURNS BIGINT RETURN SELECT min(v) FROM json.\`${directory}/3.json\``).collect();
  expect(await rows(session, 'SELECT least_of() AS s')).toEqual([{ s: 3n }]);
  expect((session as unknown as { readonly paths: ReadonlyMap<string, unknown> }).paths.size).toBe(0);
  write(4, '{"v":1.5}');
  expect(await one(4)).toEqual([{ s: 3 }]);
});

test('DEFAULT of columns: what Spark takes as one, and where INSERT puts it', async () => {
  const { session } = open();
  await session.runScript(`CREATE TABLE d (a INT DEFAULT 5 COMMENT 'c', b STRING DEFAULT 'x' || 'y', c BIGINT);
    INSERT INTO d VALUES (DEFAULT, DEFAULT, DEFAULT);
    INSERT INTO d (c) VALUES (7);
    INSERT INTO d (c, a) VALUES (8, DEFAULT), (DEFAULT, 1);
    INSERT INTO d SELECT DEFAULT, 'w', 3;
    INSERT INTO d BY NAME SELECT 9 AS c;
    INSERT INTO d (c, a) SELECT id, DEFAULT FROM range(10, 12) ORDER BY id DESC LIMIT 1;
    INSERT INTO d SELECT default, 'named', 1 FROM VALUES (70) AS t(default);
    INSERT INTO d SELECT * FROM VALUES (DEFAULT, 'all', 2);
    INSERT INTO d (b) VALUES DEFAULT`);
  const shown = async (): Promise<unknown> => (await session.sql('SELECT * FROM d').collect() as { a: number; b: string; c: bigint | null }[]).map((r) => `${r.a} ${r.b} ${r.c}`);
  expect(await shown()).toEqual(['5 xy null', '5 xy 7', '5 xy 8', '1 xy null', '5 w 3', '5 xy 9', '5 xy 11', '70 named 1', '5 all 2', '5 xy null']);
  expect(await created(session, 'TABLE d')).toBe("CREATE TABLE d (\n  a INT DEFAULT 5 COMMENT 'c',\n  b STRING DEFAULT 'x' || 'y',\n  c BIGINT)");
  expect((await rows(session, 'DESCRIBE d')).slice(3)).toEqual([
    { col_name: '', data_type: '', comment: '' }, { col_name: '# Column Default Values', data_type: '', comment: '' }, { col_name: 'a', data_type: 'int', comment: '5' }, { col_name: 'b', data_type: 'string', comment: "'x' || 'y'" },
  ]);
  await session.runScript(`CREATE TABLE e (a INT DEFAULT 1.5, b INT DEFAULT '12', c STRING DEFAULT 5, d DECIMAL(10,2) DEFAULT 5, f FLOAT DEFAULT 1.5, g DATE DEFAULT '2020-01-01', t TIMESTAMP NOT NULL DEFAULT current_timestamp(),
    s STRUCT<x: INT> DEFAULT named_struct('x', 1), m MAP<STRING, INT> DEFAULT map('a', 1), n ARRAY<INT> DEFAULT array(), z INT DEFAULT NULL); INSERT INTO e (z) VALUES (DEFAULT)`);
  expect(await session.sql('SELECT a, b, c, d, f, string(g) AS g, t IS NULL AS t, s.x AS x, m.a AS m, size(n) AS n, z FROM e').collect()).toEqual([{ a: 1, b: 12, c: '5', d: '5.00', f: 1.5, g: '2020-01-01', t: false, x: 1, m: 1, n: 0, z: null }]);
  session.sql('DECLARE va INT DEFAULT 1');
  const bad = (of: string, condition: string, value: string): readonly [string, string, Record<string, string>] => [`CREATE TABLE bad (${of})`, `INVALID_DEFAULT_VALUE.${condition}`, { statement: 'CREATE TABLE', colName: '`a`', defaultValue: value }];
  await refuses(session, [
    ["CREATE TABLE bad (a INT DEFAULT 'abc')", 'INVALID_DEFAULT_VALUE.DATA_TYPE', { statement: 'CREATE TABLE', colName: '`a`', defaultValue: "'abc'", expectedType: '"INT"', actualType: '"STRING"' }],
    ['CREATE TABLE bad (a TINYINT DEFAULT 300)', 'INVALID_DEFAULT_VALUE.DATA_TYPE'], ['CREATE TABLE bad (a INT DEFAULT true)', 'INVALID_DEFAULT_VALUE.DATA_TYPE'],
    bad('a INT DEFAULT (SELECT 1)', 'SUBQUERY_EXPRESSION', '(SELECT 1)'), bad('a DOUBLE DEFAULT rand()', 'NON_DETERMINISTIC', 'rand()'), bad('a INT DEFAULT b, b INT', 'NOT_CONSTANT', 'b'), bad('a INT DEFAULT va', 'NOT_CONSTANT', 'va'),
    bad('a INT DEFAULT row_number() OVER (ORDER BY 1)', 'NOT_CONSTANT', 'row_number() OVER (ORDER BY 1)'), ['CREATE TABLE bad (a INT DEFAULT nosuch(1))', 'UNRESOLVED_ROUTINE'],
    ['CREATE TABLE bad (a INT DEFAULT 1 NOT NULL DEFAULT 2)', 'CREATE_TABLE_COLUMN_DESCRIPTOR_DUPLICATE', { columnName: 'a', optionName: 'DEFAULT' }], ['CREATE TABLE bad (a INT DEFAULT)', 'PARSE_SYNTAX_ERROR'],
    ["CREATE STREAM bad (a INT DEFAULT 1) USING json OPTIONS (path 'x')", 'NOT_SUPPORTED_YET'],
    ["INSERT INTO d VALUES (DEFAULT + 1, 'x', 1)", 'DEFAULT_PLACEMENT_INVALID'], ["INSERT INTO d SELECT DEFAULT AS x, 'w', 3", 'DEFAULT_PLACEMENT_INVALID'], ['INSERT INTO d BY NAME SELECT DEFAULT AS a', 'DEFAULT_PLACEMENT_INVALID'],
    ["INSERT INTO d VALUES (1, 'w', 3, DEFAULT)", 'UNRESOLVED_COLUMN.WITHOUT_SUGGESTION'], ["INSERT INTO d SELECT DEFAULT, 'w', 3 UNION ALL SELECT 1, 'w', 3", 'UNRESOLVED_COLUMN.WITHOUT_SUGGESTION'],
    ["INSERT INTO d SELECT DISTINCT DEFAULT, 'w', 3", 'UNRESOLVED_COLUMN.WITHOUT_SUGGESTION'], ["INSERT INTO d SELECT DEFAULT, 'w', 3 WHERE DEFAULT = 1", 'UNRESOLVED_COLUMN.WITHOUT_SUGGESTION'],
    ['INSERT INTO d VALUES DEFAULT', 'INSERT_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS'],
  ]);
});
