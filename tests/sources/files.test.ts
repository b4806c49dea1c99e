// File sources: what is found, what an epoch takes, and that a range is the same files after a restart or an error.

import { gzipSync } from 'node:zlib';
import type { RecordBatch } from '../../engine/columnar/column.js';
import { rows } from '../../engine/columnar/read.js';
import { memoryStore } from '../../engine/durable/metadata-store.js';
import { parseOptions } from '../../engine/connect/options.js';
import * as T from '../../planner/types.js';
import { csvSource, jsonSource, textSource } from '../../sources/files/source.js';
import { globRegex } from '../../sources/files/patterns.js';
import { bench, never, openSource, put, readAll, schemaOf, simulatedBench } from '../support/connect.js';
import type { Offset, Source } from '../../engine/connect/contract.js';

const A = schemaOf(['a', T.INT]);
const line = (...values: number[]): string => values.map((a) => `{"a":${a}}\n`).join('');
const take = async (source: Source, after: Offset | undefined): Promise<{ offset: Offset | undefined; rows: unknown[] }> => {
  const offset = await source.latestOffset(after, false);
  if (offset === undefined || JSON.stringify(offset) === JSON.stringify(after)) return { offset, rows: [] };
  return { offset, rows: (await readAll(source.getBatch(after, offset, never))).flat() };
};

test('new files in the order of their times; hidden ones are not there', async () => {
  const b = simulatedBench();
  await put(b.host, '/in/b.json', line(1, 2));
  b.host.clock.advance(1000);
  await put(b.host, '/in/a.json', line(3));
  await put(b.host, '/in/.half.json', line(9));
  await put(b.host, '/in/_tmp', line(9));
  const source = await openSource(jsonSource, { path: '/in', maxFilesPerTrigger: '1' }, A, b);
  const first = await take(source, undefined);
  expect(first).toEqual({ offset: { logOffset: 0 }, rows: [1, 2] });
  const second = await take(source, first.offset);
  expect(second.rows).toEqual([3]);
  expect(await take(source, second.offset)).toEqual({ offset: { logOffset: 1 }, rows: [] });
  b.host.clock.advance(1000);
  await put(b.host, '/in/c.json', line(4));
  expect((await take(source, second.offset)).rows).toEqual([4]);
});

test('a restart replays the logged files, not what the directory holds by then; many entries are compacted', async () => {
  const b = simulatedBench();
  const metadata = memoryStore();
  const names = Array.from({ length: 25 }, (_, i) => `/in/f${String(i).padStart(2, '0')}.json`);
  for (const [i, name] of names.entries()) { await put(b.host, name, line(i)); b.host.clock.advance(10); }
  const options = { path: '/in/*.json', maxFilesPerTrigger: '1' };
  let offset: Offset | undefined;
  let previous: Offset | undefined;
  for (let i = 0; i < 23; i++) {
    const source = await openSource(jsonSource, options, A, bench(b.host, metadata));
    if (i > 0) expect((await readAll(source.getBatch(previous, offset!, never))).flat()).toEqual([i - 1]);
    const got = await take(source, offset);
    expect(got.rows).toEqual([i]);
    if (offset) await source.commit(offset);
    previous = offset;
    offset = got.offset;
  }
  expect((await metadata.keys()).length).toBeLessThan(8);
});

test('of many old files only some are looked at again, in turns: a listing costs what is new, and a change is noticed still', async () => {
  const b = simulatedBench();
  for (let i = 0; i < 200; i++) await put(b.host, `/in/f${i}.json`, line(i));
  let asked = 0;
  const { files } = b.host;
  const stat = files.stat.bind(files);
  files.stat = (path) => { asked++; return stat(path); };
  const source = await openSource(jsonSource, { path: '/in' }, A, b);
  const first = await take(source, undefined);
  expect(first.rows).toHaveLength(200);
  b.host.clock.advance(5000);
  await put(b.host, '/in/f150.json', line(150, 151));
  await put(b.host, '/in/new.json', line(500));
  asked = 0;
  const second = await take(source, first.offset);
  expect(second.rows).toEqual([500]);
  expect(asked).toBeLessThan(20);
  for (let i = 0; i < 30; i++) expect((await take(source, second.offset)).rows).toEqual([]);
  expect(b.warnings).toEqual([expect.stringContaining('/in/f150.json was changed')]);
});

test('a file that is gone or was changed is an error on replay, and a later change is ignored with a warning', async () => {
  const b = simulatedBench();
  await put(b.host, '/in/a.json', line(1));
  const source = await openSource(jsonSource, { path: '/in' }, A, b);
  const { offset } = await take(source, undefined);
  b.host.clock.advance(5000);
  await put(b.host, '/in/a.json', line(1, 2));
  expect((await take(source, offset)).rows).toEqual([]);
  expect(b.warnings).toHaveLength(1);
  await expect(readAll(source.getBatch(undefined, offset!, never))).rejects.toMatchObject({ condition: 'FILE_CHANGED_AFTER_READ' });
  await b.host.files.unlink('/in/a.json');
  await expect(readAll(source.getBatch(undefined, offset!, never))).rejects.toMatchObject({ condition: 'FAILED_READ_FILE.FILE_NOT_EXIST' });
});

test('limits, order and age', async () => {
  const b = simulatedBench();
  for (let i = 0; i < 4; i++) { await put(b.host, `/in/${i}.json`, line(i)); b.host.clock.advance(1000); }
  const bytes = await openSource(jsonSource, { path: '/in', maxBytesPerTrigger: '17b' }, A, bench(b.host));
  expect((await take(bytes, undefined)).rows).toEqual([0, 1]);
  const latest = await openSource(jsonSource, { path: '/in', maxFilesPerTrigger: '2', latestFirst: 'true' }, A, bench(b.host));
  expect((await take(latest, undefined)).rows).toEqual([3, 2]);
  const aged = await openSource(jsonSource, { path: '/in', maxFileAge: '1 second' }, A, bench(b.host));
  const first = await take(aged, undefined);
  expect(first.rows).toEqual([0, 1, 2, 3]);
  b.host.clock.advance(60_000);
  await put(b.host, '/in/new.json', line(7));
  const second = await take(aged, first.offset);
  expect(second.rows).toEqual([7]);
  await expect(openSource(jsonSource, { path: '/in', maxFilesPerTrigger: '2', maxBytesPerTrigger: '1' }, A, bench(b.host))).rejects.toMatchObject({ condition: 'CONFLICTING_OPTIONS' });
  await expect(openSource(jsonSource, { path: '/nowhere' }, A, bench(b.host))).rejects.toMatchObject({ condition: 'PATH_NOT_FOUND' });
});

test('freeze: what comes later is not of this run', async () => {
  const b = simulatedBench();
  await put(b.host, '/in/a.json', line(1));
  await put(b.host, '/in/b.json', line(2));
  const source = await openSource(jsonSource, { path: '/in', maxFilesPerTrigger: '1' }, A, b);
  await source.freeze!();
  await put(b.host, '/in/c.json', line(3));
  const first = await take(source, undefined);
  const second = await take(source, first.offset);
  expect([...first.rows, ...second.rows]).toEqual([1, 2]);
  expect((await take(source, second.offset)).rows).toEqual([]);
});

test('cleanSource moves or removes what is committed', async () => {
  const b = simulatedBench();
  await put(b.host, '/in/a.json', line(1));
  const source = await openSource(jsonSource, { path: '/in', cleanSource: 'archive', sourceArchiveDir: '/old' }, A, b);
  const { offset } = await take(source, undefined);
  await source.commit(offset!);
  expect(await b.host.files.stat('/in/a.json')).toBeUndefined();
  expect(await b.host.files.stat('/old/in/a.json')).toBeDefined();
});

test('partition directories are columns', async () => {
  const b = simulatedBench();
  await put(b.host, '/in/day=5/country=d%20e/a.json', line(1, 2));
  await put(b.host, '/in/day=__HIVE_DEFAULT_PARTITION__/country=fr/b.json', line(3));
  const source = await openSource(jsonSource, { path: '/in' }, A, b);
  const offset = await source.latestOffset(undefined, true);
  expect(await readAll(source.getBatch(undefined, offset!, never))).toEqual([[1, 5, 'd e'], [2, 5, 'd e'], [3, null, 'fr']]);
});

test('FAILFAST names file and record; malformed records are counted', async () => {
  const b = simulatedBench();
  await put(b.host, '/in/a.json', '{"a":1}\n{"a":\n');
  const strict = await openSource(jsonSource, { path: '/in', mode: 'FAILFAST' }, A, bench(b.host));
  await expect(take(strict, undefined)).rejects.toMatchObject({ condition: 'FAILED_READ_FILE.NO_HINT', parameters: { path: 'file:///in/a.json' } });
  const lax = await openSource(jsonSource, { path: '/in' }, A, bench(b.host));
  expect((await take(lax, undefined)).rows).toEqual([1, null]);
  expect(lax.metrics!().malformedRows).toBe(1);
});

test('files larger than a block, with escapes near its end, lose nothing', async () => {
  const b = simulatedBench();
  const schema = schemaOf(['a', T.INT], ['s', T.STRING]);
  const n = 60_000;
  const expected = Array.from({ length: n }, (_, i) => [i, i % 7 === 0 ? `q"${i}\n` : `plain ${i} ${'x'.repeat(i % 50)}`]);
  await put(b.host, '/in/a.json', expected.map(([a, s]) => JSON.stringify({ a, s })).join('\n'));
  const source = await openSource(jsonSource, { path: '/in' }, schema, b);
  const offset = await source.latestOffset(undefined, true);
  expect(await readAll(source.getBatch(undefined, offset!, never))).toEqual(expected);
  expect(await readAll(source.getBatch(undefined, offset!, never))).toEqual(expected);
});

test.each([['INT', 'a'], ['STRING', 's'], ['ARRAY', 't']] as const)('batches of a file of many blocks stay as they are while the next are read: %s', async (_, name) => {
  const b = simulatedBench();
  const n = 40_000;
  const record = (a: number) => ({ a, s: `text ${a}`, t: [`${a}`], more: 'x'.repeat(60) });
  await put(b.host, '/in/a.json', Array.from({ length: n }, (__, i) => `${JSON.stringify(record(i))}\n`).join(''));
  const source = await openSource(jsonSource, { path: '/in' }, schemaOf([name, { a: T.INT, s: T.STRING, t: T.array(T.STRING) }[name]]), b);
  const batches: RecordBatch[] = [];
  for await (const batch of source.getBatch(undefined, (await source.latestOffset(undefined, true))!, never)) batches.push(batch);
  const read = batches.flatMap((batch) => rows(batch));
  expect([batches.length > 3, read.length, read.findIndex(([value], i) => JSON.stringify(value) !== JSON.stringify(record(i)[name]))]).toEqual([true, n, -1]);
});

test('csv without a schema takes the header; text has one column', async () => {
  const b = simulatedBench();
  await put(b.host, '/csv/a.csv', 'id,name\n1,x\n2,\n');
  const csv = await openSource(csvSource, { path: '/csv', header: 'true' }, undefined, b);
  expect(await readAll(csv.getBatch(undefined, (await csv.latestOffset(undefined, true))!, never))).toEqual([['1', 'x'], ['2', null]]);
  await put(b.host, '/text/a.txt', 'l1\n\nl2\r\nl3\rx');
  const plain = await openSource(textSource, { path: '/text' }, undefined, bench(b.host));
  expect(await readAll(plain.getBatch(undefined, (await plain.latestOffset(undefined, true))!, never))).toEqual([['l1'], [''], ['l2'], ['l3'], ['x']]);
});

test('patterns', () => {
  const fits = (glob: string, name: string): boolean => globRegex(glob).test(name);
  expect([fits('*.json', 'a.json'), fits('*.json', 'a.json.x'), fits('a?c', 'abc'), fits('{a,b}*', 'bx'), fits('[a-c]1', 'b1'), fits('[^a]1', 'a1'), fits('a.b', 'axb')]).toEqual([true, false, true, true, true, false, false]);
});

test('json without a schema: what all records fit', async () => {
  const b = simulatedBench();
  await put(b.host, '/in/a.json', '{"a":1,"b":"x","c":1.5}\n{"a":2.5,"c":"y","d":{"e":[1,null]}}\n{"a":9223372036854775808,"f":null,"g":true,"h":[]}\nbad\n'
    + '{"i":"2024-01-01","j":12345678901234567890123456789012345678901}');
  const infer = async (given: Record<string, string>): Promise<string> => T.simpleName(T.struct((await jsonSource.schema(parseOptions('json', { path: '/in', ...given }, jsonSource.options), undefined, b)).fields));
  expect(await infer({})).toBe('struct<_corrupt_record:string,a:double,b:string,c:string,d:struct<e:array<bigint>>,f:string,g:boolean,h:array<string>,i:string,j:double>');
  expect(await infer({ primitivesAsString: 'true' })).toBe('struct<_corrupt_record:string,a:string,b:string,c:string,d:struct<e:array<string>>,f:string,g:string,h:array<string>,i:string,j:string>');
  expect(await infer({ prefersDecimal: 'true' })).toBe('struct<_corrupt_record:string,a:decimal(21,1),b:string,c:string,d:struct<e:array<bigint>>,f:string,g:boolean,h:array<string>,i:string,j:double>');
  await put(b.host, '/none/a.json', '');
  await expect(openSource(jsonSource, { path: '/none' }, undefined, b)).rejects.toMatchObject({ condition: 'UNABLE_TO_INFER_SCHEMA' });
});

test('packed files are read; one that is cut says which', async () => {
  const b = simulatedBench();
  const packed = gzipSync('{"n":1}\n{"n":2}\n');
  const write = async (bytes: Uint8Array): Promise<void> => { const file = await b.host.files.open('/in/a.json.gz', 'truncate'); await file.write([bytes]); await file.close(); };
  await put(b.host, '/in/b.json', '{"n":3}\n');
  await write(packed);
  const read = (declared: T.Schema | undefined) => async (): Promise<unknown> => {
    const source = await openSource(jsonSource, { path: '/in' }, declared, bench(b.host));
    return (await readAll(source.getBatch(undefined, (await source.latestOffset(undefined, true))!, never))).map(([n]) => Number(n)).sort();
  };
  for (const run of [read(schemaOf(['n', T.INT])), read(undefined)]) expect(await run()).toEqual([1, 2, 3]);
  await write(packed.subarray(0, packed.length - 9));
  for (const run of [read(schemaOf(['n', T.INT])), read(undefined)]) await expect(run()).rejects.toMatchObject({ condition: 'FAILED_READ_FILE.NO_HINT', parameters: { path: 'file:///in/a.json.gz', reason: 'unexpected end of file' } });
});

test('a lost entry of the log is told before other files get its number', async () => {
  const b = simulatedBench();
  await put(b.host, '/in/a.json', line(1));
  const offset = (await take(await openSource(jsonSource, { path: '/in' }, A, b), undefined)).offset;
  await b.metadata.delete('0');
  await put(b.host, '/in/b.json', line(2));
  const again = await openSource(jsonSource, { path: '/in' }, A, b);
  await expect(again.latestOffset(offset, false)).rejects.toMatchObject({ condition: 'CHECKPOINT_LOG_GAP', parameters: { reason: "the file source's entry 0 is missing" } });
});

test('a partition directory that comes with other columns is refused; below one every directory is looked into', async () => {
  const b = simulatedBench();
  await put(b.host, '/in/Day=1/deep/a.json', '{"v":1}');
  const source = await openSource(jsonSource, { path: '/in' }, { fields: [T.field('v', T.INT)] }, b);
  const offset = await source.latestOffset(undefined, true);
  expect(await readAll(source.getBatch(undefined, offset!, never))).toEqual([[1, 1]]);
  await put(b.host, '/in/month=2/b.json', '{"v":2}');
  await expect(source.latestOffset(offset, true)).rejects.toMatchObject({ condition: 'CONFLICTING_PARTITION_COLUMN_NAMES', parameters: { suspiciousPaths: '\n\tfile:/in/Day=1/deep\n\tfile:/in/month=2' } });
});
