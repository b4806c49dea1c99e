// What fails on a row says where that row lies, through all operators that make a row of one row.

import { mkdirSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { EngineError, expr, functions, sum, window } from '../../index.js';
import { cleanUp, open, temporary } from './support.js';

afterEach(cleanUp);

const LINES = ['{"n": 1, "list": [1]}', '', '{"n": 2, "list": [2, 7]}', '{"n": 0, "list": [5, 0]}', '{"n": 4, "list": []}'];
const AT = `byte ${LINES.slice(0, 3).join('\n').length + 1}`;

function files(): { readonly root: string; readonly json: string } {
  const root = temporary();
  for (const name of ['json', 'csv', 'text', 'arrays', 'zipped/day=7']) mkdirSync(`${root}/${name}`, { recursive: true });
  writeFileSync(`${root}/json/a.json`, '{"n": 9, "list": [9]}\n');
  writeFileSync(`${root}/json/b.json`, `${LINES.join('\n')}\n`);
  writeFileSync(`${root}/csv/a.csv`, 'n,m\n1,1\n0,1\n');
  writeFileSync(`${root}/text/a.txt`, '1\n\n0\n');
  writeFileSync(`${root}/arrays/a.json`, '[{"n": 1}, {"n": 0}]\n');
  writeFileSync(`${root}/zipped/day=7/a.json.gz`, gzipSync('{"n": 1}\n{"n": 0}\n'));
  return { root, json: `${root}/json` };
}
async function failure(work: Promise<unknown>): Promise<EngineError> {
  try { await work; } catch (error) { if (error instanceof EngineError) return error; throw error; }
  throw new Error('it did not fail');
}

test('a row that an expression or a closure fails on is named by the file and the byte where it begins', async () => {
  const { json } = files();
  const { session } = open();
  const inverse = (n: number | null): number => { if (n === 0) throw new RangeError('none'); return 1 / (n ?? 1); };
  session.udf.register('inverse', inverse, 'DOUBLE');
  const input = session.readStream.format('json').schema('n INT, list ARRAY<INT>').load(json);
  const frames = {
    expression: input.selectExpr('1 / n AS x'),
    'function of the user': input.selectExpr('inverse(n) AS x'),
    'filters and projections below': input.filter('n <> 2').selectExpr('n + 1 AS m', 'n').filter('1 / n > 0'),
    map: input.map(({ n }) => ({ x: inverse(n) }), 'x DOUBLE'),
    filter: input.filter(({ n }) => inverse(n) > 0),
    'map and flatMap': input.map(({ n }) => ({ m: n }), 'm INT').flatMap(({ m }) => [{ x: 1.5 }, { x: inverse(m) }], 'x DOUBLE'),
    'a value that does not fit': input.map(({ n }) => ({ m: n === 0 ? 'zero' : n }) as never, 'm INT'),
    'rows of a list': input.selectExpr('explode(list) AS e').selectExpr('1 / e AS x'),
    'a window': input.withColumn('at', functions.timestampSeconds('n')).withWatermark('at', '1 second').groupBy(window('at', '1 second')).agg(sum(expr('1 / n')).as('x')),
  };
  const place = `${json}/b.json, ${AT}`;
  for (const [name, frame] of Object.entries(frames)) {
    const query = await frame.writeStream.queryName(name).format('noop').start();
    const error = await failure(query.awaitTermination());
    expect(error).toMatchObject({ condition: 'STREAM_FAILED', row: place, cause: { row: place }, message: expect.stringContaining(`The query ${name} (`) });
    expect(error.message).toContain(`reading FileStreamSource[file:${json}] (null, {"logOffset":0}], at ${place}: [`);
  }
});

test.each([
  ['csv', 'csv', 'n INT, m INT', '/csv/a.csv, byte 8'],
  ['text', 'text', 'value STRING', '/text/a.txt, byte 3'],
  ['json', 'arrays', 'n INT', '/arrays/a.json'],
  ['json', 'zipped', 'n INT, day INT', '/zipped/day=7/a.json.gz, byte 9'],
])('so is a row of a table: %s, %s', async (format, folder, schema, place) => {
  const { root } = files();
  const { session } = open();
  const table = session.read.format(format).schema(schema).options(format === 'csv' ? { header: true } : {}).load(`${root}/${folder}`);
  const error = await failure(table.selectExpr(format === 'text' ? "CASE WHEN value = '0' THEN 1 / 0 END AS x" : '1 / n AS x').collect());
  expect(error).toMatchObject({ condition: 'DIVIDE_BY_ZERO', row: `${root}${place}` });
  expect(String(error)).toContain(`\nRow: ${root}${place}\nHint: `);
});

test('a source without places counts its rows; where a row is made of several there is none', async () => {
  const { session } = open();
  const numbers = session.memoryStream('n INT');
  const inverted = await numbers.toDF().filter('n < 9').selectExpr('1 / n AS x').writeStream.format('noop').start();
  const sums = await numbers.toDF().groupBy().agg(sum('n').as('s')).selectExpr('1 / s AS x').writeStream.outputMode('complete').format('noop').start();
  numbers.add({ n: 9 }, { n: 1 }, { n: 0 }, { n: -10 });
  expect(await failure(inverted.awaitTermination())).toMatchObject({ condition: 'STREAM_FAILED', row: 'row 3 of MemoryStream in the epoch' });
  expect(await failure(sums.awaitTermination())).toMatchObject({ condition: 'STREAM_FAILED', row: undefined });
});
