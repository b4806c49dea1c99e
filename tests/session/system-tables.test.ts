// information_schema and system: what a session tells of itself by SELECT.

import type { Session } from '../../index.js';
import { cleanUp, open } from './support.js';

afterEach(cleanUp);
const rows = (session: Session, sql: string): Promise<readonly unknown[]> => session.sql(sql).collect();

test('information_schema has relations, columns, functions, settings and variables', async () => {
  const { session } = open({ 'my.own': '1' });
  await session.runScript(`CREATE STREAM r USING rate OPTIONS (rowsPerSecond 5); CREATE TABLE t (a INT NOT NULL COMMENT 'the a', b ARRAY<STRING>) COMMENT 'tab'; CREATE VIEW v AS SELECT a FROM t;
    CREATE FUNCTION plus(x INT) RETURNS INT RETURN x + 1; DECLARE x STRING DEFAULT 'it'`);
  session.udf.register('own', (n: number) => n, 'INT');
  expect(await rows(session, "SELECT * EXCEPT (table_catalog, table_schema) FROM information_schema.tables WHERE table_schema = 'default' ORDER BY table_name")).toEqual([
    { table_name: 'r', table_type: 'STREAM', format: 'rate', options: new Map([['rowsPerSecond', '5']]), comment: null, definition: null },
    { table_name: 't', table_type: 'TABLE', format: 'memory', options: new Map(), comment: 'tab', definition: null },
    { table_name: 'v', table_type: 'VIEW', format: null, options: new Map(), comment: null, definition: 'SELECT a FROM t' },
  ]);
  expect(await rows(session, "SELECT table_name AS t, column_name AS c, ordinal_position AS n, is_nullable AS nullable, data_type AS type, comment FROM information_schema.columns WHERE table_schema = 'default' ORDER BY ALL")).toEqual([
    { t: 'r', c: 'timestamp', n: 1, nullable: 'YES', type: 'TIMESTAMP', comment: null }, { t: 'r', c: 'value', n: 2, nullable: 'YES', type: 'BIGINT', comment: null },
    { t: 't', c: 'a', n: 1, nullable: 'NO', type: 'INT', comment: 'the a' }, { t: 't', c: 'b', n: 2, nullable: 'YES', type: 'ARRAY<STRING>', comment: null },
    { t: 'v', c: 'a', n: 1, nullable: 'NO', type: 'INT', comment: null },
  ]);
  expect(await rows(session, "SELECT routine_schema AS s, routine_name AS n, routine_type AS k, data_type AS t, routine_definition AS d FROM information_schema.routines WHERE routine_schema <> 'builtin' OR routine_name = 'upper' ORDER BY n")).toEqual([
    { s: 'session', n: 'own', k: 'SCALAR', t: null, d: null }, { s: 'default', n: 'plus', k: 'SCALAR', t: 'INT', d: 'x + 1' }, { s: 'builtin', n: 'upper', k: 'SCALAR', t: 'STRING', d: null },
  ]);
  expect(await rows(session, "SELECT name, value, default_value FROM spark_catalog.information_schema.settings WHERE name IN ('my.own', 'spark.sql.ansi.enabled') ORDER BY name")).toEqual([
    { name: 'my.own', value: '1', default_value: null }, { name: 'spark.sql.ansi.enabled', value: 'true', default_value: 'true' },
  ]);
  expect(await rows(session, 'SELECT * FROM information_schema.variables')).toEqual([{ variable_name: 'x', data_type: 'STRING', value: "'it'" }]);
  expect(await rows(session, "SHOW SCHEMAS LIKE 'inf*|sys*'")).toEqual([{ namespace: 'information_schema' }, { namespace: 'system' }]);
  expect(await rows(session, 'SHOW VARIABLES')).toEqual([{ name: 'x', type: 'STRING', value: "'it'" }]);
});

test('every column of every system table is described, and can be read', async () => {
  const { session } = open();
  const named = await rows(session, "SELECT table_schema AS s, table_name AS t, count(*) AS n FROM information_schema.columns WHERE table_schema <> 'default' GROUP BY ALL") as { s: string; t: string; n: bigint }[];
  expect(named.map(({ s, t }) => `${s}.${t}`).sort()).toEqual(['information_schema.columns', 'information_schema.routines', 'information_schema.settings', 'information_schema.tables', 'information_schema.variables',
    'system.operators', 'system.progress', 'system.queries', 'system.sources', 'system.state']);
  for (const { s, t, n } of named) {
    await rows(session, `SELECT * FROM ${s}.${t}`);
    expect((await rows(session, `DESCRIBE ${s}.${t}`)).length).toBe(Number(n));
  }
});

test('system has the queries, their epochs, sources, state and operators, also of those that have ended', async () => {
  const { session } = open();
  await session.runScript(`CREATE STREAM events USING events OPTIONS (rows 400, startTimestamp 0, latePercent 0);
    START QUERY sums INTO memory OUTPUT MODE append TRIGGER AVAILABLE NOW AS SELECT window.start AS s, count(*) AS n FROM events WATERMARK at DELAY OF INTERVAL 1 SECOND GROUP BY window(at, '1 second')`);
  await session.streams.active[0]?.awaitTermination();
  const numbers = session.memoryStream('n INT');
  const live = await numbers.toDF().writeStream.outputMode('append').queryName('live').format('noop').start();
  numbers.add({ n: 1 }, { n: 2 });
  await live.processAllAvailable();
  expect(await rows(session, 'SELECT name, is_active, status <> \'\' AS told, epoch >= 0 AS ran, watermark IS NULL AS no_watermark, error FROM system.queries ORDER BY name')).toEqual([
    { name: 'live', is_active: true, told: true, ran: true, no_watermark: true, error: null }, { name: 'sums', is_active: false, told: true, ran: true, no_watermark: false, error: null },
  ]);
  expect(await rows(session, 'SELECT name, sum(input_rows) AS n, sum(output_rows) > 0 AS out, min(durations_ms[\'triggerExecution\']) >= 0 AS timed FROM system.progress GROUP BY name ORDER BY name')).toEqual([
    { name: 'live', n: 2n, out: true, timed: true }, { name: 'sums', n: 400n, out: true, timed: true },
  ]);
  expect(await rows(session, "SELECT q.name, s.operator, s.rows > 0 AS some, s.epoch = q.epoch AS same FROM system.state s JOIN system.queries q ON s.id = q.id")).toEqual([{ name: 'sums', operator: expect.any(String) as string, some: true, same: true }]);
  expect(await rows(session, "SELECT input_rows AS n, end_offset FROM system.sources WHERE name = 'live'")).toEqual([{ n: 2n, end_offset: expect.any(String) as string }]);
  expect(await rows(session, "SELECT max(rows_in) AS n FROM system.operators WHERE name = 'sums'")).toEqual([{ n: 400n }]);
  expect(await rows(session, "SELECT system.queries.name, queries.epoch >= 0 AS ran FROM system.queries WHERE system.queries.is_active")).toEqual([{ name: 'live', ran: true }]);
  expect(await rows(session, "SHOW QUERIES LIKE 'l*'")).toMatchObject([{ name: 'live' }]);
  expect(await rows(session, "SHOW QUERIES LIKE 'x*'")).toEqual([]);
});

test('a running query reads a system table once each epoch, as any table', async () => {
  const { session } = open();
  session.sql('DECLARE first INT DEFAULT 1');
  const numbers = session.memoryStream('n INT');
  numbers.toDF().createOrReplaceTempView('numbers');
  const query = await session.sql('SELECT n, variable_name AS v FROM numbers CROSS JOIN information_schema.variables').writeStream.outputMode('append').queryName('joined').format('memory').start();
  numbers.add({ n: 1 });
  await query.processAllAvailable();
  session.sql('DECLARE second INT DEFAULT 1');
  numbers.add({ n: 2 });
  await query.processAllAvailable();
  expect(await rows(session, 'SELECT * FROM joined ORDER BY ALL')).toEqual([{ n: 1, v: 'first' }, { n: 2, v: 'first' }, { n: 2, v: 'second' }]);
});
