// Sources that change places in a query keep what was read of them and its state, or the query says that it cannot tell them apart; two
// readings of one path with other types are two sources.

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cleanUp, open, raised, temporary } from './support.js';

afterEach(cleanUp);

function bench() {
  const directory = temporary();
  let files = 0;
  const at = (name: string): string => path.join(directory, name);
  for (const name of ['x', 'y']) mkdirSync(at(name));
  const put = (name: string, rows: number): void => { writeFileSync(path.join(at(name), `${files++}.json`), '{"k":"a"}\n'.repeat(rows)); };
  const run = async (query: string, named: boolean): Promise<unknown[]> => {
    const { session } = open();
    for (const name of ['x', 'y']) {
      if (named) await session.sql(`CREATE STREAM ${name} (k STRING) USING json OPTIONS (path '${at(name)}')`);
      else session.readStream.schema('k STRING').json(at(name)).createOrReplaceTempView(name);
    }
    const rows: unknown[] = [];
    const running = await session.sql(query).writeStream.outputMode('update').foreachBatch(async (batch) => { rows.push(...(await batch.collect()).map((row) => Object.values(row).join(' '))); })
      .option('checkpointLocation', at('checkpoint')).trigger({ availableNow: true }).start();
    await running.awaitTermination();
    return rows.sort();
  };
  return { put, run };
}
const counts = (name: string): string => `SELECT '${name}' AS source, count(*) AS n FROM ${name} GROUP BY k`;
const rows = (name: string): string => `SELECT '${name}' AS source FROM ${name}`;

test('streams with names keep their offsets and their state', async () => {
  const { put, run } = bench();
  put('x', 5);
  put('y', 70);
  expect(await run(`${counts('x')} UNION ALL ${counts('y')}`, true)).toEqual(['x 5', 'y 70']);
  put('x', 1);
  put('y', 2);
  expect(await run(`${counts('y')} UNION ALL ${counts('x')}`, true)).toEqual(['x 6', 'y 72']);
  put('x', 1);
  expect((await run(`${counts('x')} UNION ALL ${counts('y')}`, true))).toEqual(['x 7']);
});

test('sources without names keep their offsets where nothing keeps state; else the query is refused', async () => {
  const { put, run } = bench();
  put('x', 1);
  put('y', 2);
  expect(await run(`${rows('x')} UNION ALL ${rows('y')}`, false)).toEqual(['x', 'y', 'y']);
  put('x', 1);
  expect(await run(`${rows('y')} UNION ALL ${rows('x')}`, false)).toEqual(['x']);
  const other = bench();
  other.put('x', 5);
  other.put('y', 70);
  await other.run(`${counts('x')} UNION ALL ${counts('y')}`, false);
  expect(await raised(() => other.run(`${counts('y')} UNION ALL ${counts('x')}`, false))).toMatchObject({ condition: 'CHECKPOINT_SOURCES_CHANGED', message: expect.stringMatching(/x\], .*y\]; the query has .*y\], .*x\]/) });
});

test('one path with two types is two sources', async () => {
  const directory = temporary();
  writeFileSync(path.join(directory, 'a.json'), '{"v":1}\n');
  const { session } = open();
  const frame = session.readStream.schema('v INT').json(directory).selectExpr('v + 1 AS n').union(session.readStream.schema('v STRING').json(directory).selectExpr('length(v) AS n'));
  const query = await frame.writeStream.format('memory').queryName('both').trigger({ availableNow: true }).start();
  await query.awaitTermination();
  expect((await session.sql('SELECT n FROM both ORDER BY n').collect()).map((row) => row.n)).toEqual([1, 2]);
});
