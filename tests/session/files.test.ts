// Jobs over files: a stream joined with a table, windows, duplicates; sinks read back; restarts go on where they were.

import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { window } from '../../index.js';
import { cleanUp, open, temporary } from './support.js';

afterEach(cleanUp);

function clicks(): string {
  const root = temporary();
  mkdirSync(`${root}/in`);
  writeFileSync(`${root}/users.csv`, 'id,country\nu1,AT\nu2,DE\n');
  return root;
}
const drop = (root: string, name: string, rows: readonly (readonly [string, string])[]): void =>
  writeFileSync(`${root}/in/${name}.json`, rows.map(([user, at]) => `${JSON.stringify({ user, at: `2026-01-01T00:${at}Z` })}\n`).join(''));

test('the windowed join of the README, in TypeScript and as a script, over a restart', async () => {
  const root = clicks();
  const script = `
    CREATE STREAM clicks (user STRING, at TIMESTAMP, WATERMARK FOR at AS at - INTERVAL 10 SECONDS) USING json OPTIONS (path '${root}/in');
    CREATE TABLE users (id STRING, country STRING) USING csv OPTIONS (path '${root}/users.csv', header 'true');
    START QUERY hits INTO json OPTIONS (path '${root}/sql') OUTPUT MODE append TRIGGER AVAILABLE NOW CHECKPOINT '${root}/c1' AS
      SELECT window.start, country, count(*) AS n FROM clicks JOIN users ON clicks.user = users.id GROUP BY window(at, '1 minute'), country;`;
  const run = async (): Promise<void> => {
    const { session } = open();
    await session.runScript(script);
    const stream = session.readStream.format('json').schema('user STRING, at TIMESTAMP').load(`${root}/in`);
    const users = session.read.schema('id STRING, country STRING').option('header', true).csv(`${root}/users.csv`);
    const hits = stream.withWatermark('at', '10 seconds').join(users, stream.col('user').equalTo(users.col('id'))).groupBy(window('at', '1 minute'), 'country').count();
    const query = await hits.selectExpr('window.start', 'country', 'count AS n').writeStream.format('json').outputMode('append').option('checkpointLocation', `${root}/c2`).trigger({ availableNow: true }).start(`${root}/df`);
    await query.awaitTermination();
    await Promise.all(session.streams.active.map((q) => q.awaitTermination()));
  };
  drop(root, 'a', [['u1', '00:01'], ['u2', '00:02'], ['u1', '00:03'], ['u9', '00:04']]);
  await run();
  drop(root, 'b', [['u1', '00:59'], ['u2', '02:00']]);
  await run();
  drop(root, 'c', [['u1', '00:30'], ['u2', '05:00']]);
  await run();
  const { session } = open();
  for (const place of ['sql', 'df']) {
    const found = await session.read.schema('start TIMESTAMP, country STRING, n BIGINT').json(`${root}/${place}`).orderBy('start', 'country').collect();
    expect(JSON.stringify(found, (_, v) => typeof v === 'bigint' ? Number(v) : v)).toBe(JSON.stringify([
      { start: '2026-01-01T00:00:00.000000Z', country: 'AT', n: 3 }, { start: '2026-01-01T00:00:00.000000Z', country: 'DE', n: 1 }, { start: '2026-01-01T00:02:00.000000Z', country: 'DE', n: 1 },
    ]));
  }
});

test('one query reads what another one writes, while both run', async () => {
  const root = temporary();
  const { session } = open();
  const numbers = session.memoryStream('n INT');
  const first = await numbers.toDF().writeStream.format('json').option('checkpointLocation', `${root}/c1`).start(`${root}/stage`);
  const second = await session.readStream.schema('n INT').json(`${root}/stage`).writeStream.format('csv').option('checkpointLocation', `${root}/c2`).start(`${root}/out`);
  for (let n = 0; n < 12; n++) {
    numbers.add({ n });
    await first.processAllAvailable();
    await second.processAllAvailable();
  }
  await session.stop();
  const rows = await session.read.schema('n INT').csv(`${root}/out`).orderBy('n').collect();
  expect(rows.map((r) => r.n)).toEqual(Array.from({ length: 12 }, (_, n) => n));
});

test('a format and a path name files in FROM; what is in them is looked up each time', async () => {
  const root = temporary();
  const { session } = open();
  writeFileSync(`${root}/a.json`, '{"n":1}\n');
  const rows = (text: string): Promise<unknown[]> => session.sql(text).collect();
  const all = `SELECT * FROM JSON.\`${root}/*.json\``;
  expect(await rows(all)).toEqual([{ n: 1n }]);
  await rows(`CREATE VIEW v AS ${all}`);
  writeFileSync(`${root}/b.json`, '{"n":2,"t":"x"}\n');
  const found = [{ n: 1n, t: null }, { n: 2n, t: 'x' }];
  expect(await rows(`${all} ORDER BY n`)).toEqual(found);
  expect(await rows('SELECT * FROM v ORDER BY n')).toEqual(found);
  expect(await rows(`SELECT a.n, b.value FROM json.\`${root}/a.json\` a, text.\`${root}/b.json\` b`)).toEqual([{ n: 1n, value: '{"n":2,"t":"x"}' }]);
  await expect(rows(`SELECT * FROM csv.\`${root}/none\``)).rejects.toMatchObject({ condition: 'PATH_NOT_FOUND' });
  for (const name of ['rate', 'memory', 'kafka', 'nothing']) await expect(rows(`SELECT * FROM ${name}.\`${root}/a.json\``)).rejects.toMatchObject({ condition: 'TABLE_OR_VIEW_NOT_FOUND' });
});

test('options of a stream in FROM count for the columns that it has', async () => {
  const root = temporary();
  const { session } = open();
  mkdirSync(`${root}/in`);
  writeFileSync(`${root}/in/a.csv`, 'who;n\nada;1\n');
  await session.runScript(`CREATE STREAM s USING csv OPTIONS (path '${root}/in')`);
  expect(await session.sql("SELECT * FROM STREAM s WITH ('header' = 'true', 'sep' = ';')" as string).columns()).toEqual(['who', 'n']);
  expect(await session.sql('SELECT * FROM STREAM s' as string).columns()).toEqual(['_c0']);
});

test('duplicates within the watermark, into a memory table that SQL reads', async () => {
  const root = clicks();
  const { session } = open();
  const query = await session.readStream.format('json').schema('user STRING, at TIMESTAMP').load(`${root}/in`)
    .withWatermark('at', '1 minute').dropDuplicatesWithinWatermark('user').writeStream.toTable('seen');
  drop(root, 'a', [['u1', '00:01'], ['u1', '00:02'], ['u2', '00:03']]);
  await query.processAllAvailable();
  drop(root, 'b', [['u2', '00:04'], ['u3', '10:00']]);
  await query.processAllAvailable();
  drop(root, 'c', [['u1', '11:00'], ['u3', '11:00'], ['u4', '01:00']]);
  await query.processAllAvailable();
  expect(await session.sql('SELECT user, count(*) AS n FROM seen GROUP BY user ORDER BY user').collect()).toEqual([{ user: 'u1', n: 2n }, { user: 'u2', n: 1n }, { user: 'u3', n: 1n }]);
  expect(await session.table(query).count()).toBe(4n);
});

test.each(['json', 'csv'] as const)('a %s sink, partitioned, gives back what it was given', async (format) => {
  const { session } = open();
  const root = temporary();
  const rows = session.memoryStream('id BIGINT, text STRING, amount DECIMAL(10,2), kind STRING');
  const query = await rows.toDF().writeStream.format(format).options(format === 'csv' ? { header: true } : {}).partitionBy('kind').option('checkpointLocation', `${root}/c`).start(`${root}/out`);
  const given = [{ id: 9007199254740993n, text: 'a "b", c\nd', amount: '1.50', kind: 'x' }, { id: -1n, text: '-', amount: null, kind: 'y=z' }, { id: 0n, text: null, amount: '-0.01', kind: null }];
  rows.add(...given);
  await query.processAllAvailable();
  await query.stop();
  expect(readdirSync(`${root}/out`).filter((name) => name.startsWith('kind')).sort()).toEqual(['kind=__HIVE_DEFAULT_PARTITION__', 'kind=x', 'kind=y%3Dz']);
  const read = session.read.schema('id BIGINT, text STRING, amount DECIMAL(10,2), kind STRING');
  const back = format === 'csv' ? read.option('header', true).option('multiLine', true).csv(`${root}/out`) : read.json(`${root}/out`);
  expect(await back.orderBy('id').collect()).toEqual([given[1], given[2], given[0]]);
  // Partition columns are found in the paths, declared or not.
  const bare = session.read.schema('id BIGINT').options(format === 'csv' ? { header: true, multiLine: true } : {}).format(format).load(`${root}/out`);
  expect(await bare.orderBy('id').collect()).toEqual([-1, 0, 1].map((i) => expect.objectContaining({ kind: i < 0 ? 'y=z' : i === 0 ? null : 'x' })));
});
