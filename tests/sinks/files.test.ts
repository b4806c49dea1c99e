// The file sink: each committed row is seen once through its manifest, whatever crashes; and batch writes with their save modes.

import { batchOf } from '../../engine/columnar/build.js';
import type { RecordBatch } from '../../engine/columnar/column.js';
import { parseOptions } from '../../engine/connect/options.js';
import { simulatedHost } from '../../engine/host/simulated.js';
import * as T from '../../planner/types.js';
import type { Row } from '../../planner/values.js';
import { csvSink, jsonSink, textSink } from '../../sinks/files/sink.js';
import { csvSource, jsonSource } from '../../sources/files/source.js';
import { bench, epoch, never, openSink, openSource, put, readAll, schemaOf, simulatedBench, text } from '../support/connect.js';

const AB = schemaOf(['a', T.INT], ['b', T.STRING]);
const { signal } = new AbortController();
async function readBack(host: Parameters<typeof bench>[0], schema = AB): Promise<unknown[][]> {
  const source = await openSource(jsonSource, { path: '/out' }, schema, bench(host));
  const offset = await source.latestOffset(undefined, true);
  return offset === undefined ? [] : readAll(source.getBatch(undefined, offset, never));
}

test('an epoch is a file with a fixed name and a manifest entry; a second time changes nothing', async () => {
  const b = simulatedBench();
  const sink = await openSink(jsonSink, { path: '/out' }, AB, b);
  await sink.addBatch(epoch(AB, 0, [[1, 'x'], [2, null]]), signal);
  await sink.addBatch(epoch(AB, 0, [[1, 'x'], [2, null]]), signal);
  expect(await text(b.host, '/out/part-00000-q-0.c000.json')).toBe('{"a":1,"b":"x"}\n{"a":2}\n');
  expect(await text(b.host, '/out/_spark_metadata/0')).toBe(`v1\n${JSON.stringify({ path: 'file:///out/part-00000-q-0.c000.json', size: 24, isDir: false, modificationTime: 1_700_000_000_000, blockReplication: 1, blockSize: 33554432, action: 'add' })}`);
  await put(b.host, '/out/part-00000-q-1.c000.json', '{"a":99}\n');
  expect(await readBack(b.host)).toEqual([[1, 'x'], [2, null]]);
  const again = await openSink(jsonSink, { path: '/out' }, AB, bench(b.host));
  expect(await again.lastCommitted!()).toBe(0);
  await again.addBatch(epoch(AB, 1, [[3, 'z']]), signal);
  expect(await readBack(b.host)).toEqual([[1, 'x'], [2, null], [3, 'z']]);
});

test('a crash at any effect, by kill or power loss, loses and doubles nothing', async () => {
  const rowsOf = (n: number): Row[] => [[n, 'x'], [n, 'y']];
  for (const kind of ['kill', 'power'] as const) {
    for (let at = 0; at < 150; at++) {
      const host = simulatedHost(at * 2 + (kind === 'kill' ? 0 : 1), 1_700_000_000_000);
      let crashed = false;
      host.files.beforeEffect = (number) => { if (number === at) { crashed = true; throw new Error('crash'); } };
      let next = 0;
      try {
        const sink = await openSink(jsonSink, { path: '/out', partitionBy: 'b' }, AB, bench(host));
        for (; next < 3; next++) await sink.addBatch(epoch(AB, next, rowsOf(next)), signal);
      } catch { /* the crash */ }
      host.files.beforeEffect = undefined;
      if (!crashed) continue;
      host.files.crash(kind);
      const sink = await openSink(jsonSink, { path: '/out', partitionBy: 'b' }, AB, bench(host));
      const last = await sink.lastCommitted!() ?? -1;
      expect(last).toBeGreaterThanOrEqual(next - 1);
      // Recovery writes the epoch again that may not have been written.
      for (let n = next; n < 3; n++) await sink.addBatch(epoch(AB, n, rowsOf(n)), signal);
      expect((await readBack(host)).map((r) => `${r[0]}${r[1]}`).sort()).toEqual(['0x', '0y', '1x', '1y', '2x', '2y']);
    }
  }
});

test('a directory belongs to the query that began it: the epochs of another one would be taken for written already', async () => {
  const b = simulatedBench();
  const sink = await openSink(jsonSink, { path: '/out' }, AB, b);
  await sink.addBatch(epoch(AB, 0, [[1, 'x']]), signal);
  const other = { ...bench(b.host), queryId: 'r' };
  await expect(openSink(jsonSink, { path: '/out' }, AB, other)).rejects.toMatchObject({ condition: 'SINK_DIRECTORY_TAKEN', parameters: { path: '/out', by: 'the query q', epoch: '0' } });
  await put(b.host, '/spark/_spark_metadata/4', 'v1');
  await expect(openSink(jsonSink, { path: '/spark' }, AB, b)).rejects.toMatchObject({ condition: 'SINK_DIRECTORY_TAKEN', parameters: { path: '/spark', by: 'another program', epoch: '4' } });
});

test.each<[string, string, string | undefined, object]>([
  ['an entry is gone', '_spark_metadata/2', undefined, { condition: 'CHECKPOINT_LOG_GAP', parameters: { directory: '/out/_spark_metadata', reason: 'its entry 2 is missing' } }],
  ['the first entry is gone', '_spark_metadata/0', undefined, { condition: 'CHECKPOINT_LOG_GAP', parameters: { directory: '/out/_spark_metadata', reason: 'its entry 0 is missing' } }],
  ['an entry is empty', '_spark_metadata/1', '', { condition: 'CHECKPOINT_CORRUPT', parameters: { file: '/out/_spark_metadata/1', reason: 'it does not begin with v1' } }],
  ['a line is cut', '_spark_metadata/3', 'v1\n{"path":"file:///out/pa', { condition: 'CHECKPOINT_CORRUPT', parameters: { file: '/out/_spark_metadata/3' } }],
  ['a line is another one', '_spark_metadata/3', 'v1\n{"x":1}', { condition: 'CHECKPOINT_CORRUPT', parameters: { file: '/out/_spark_metadata/3' } }],
  ['a file is shorter than it was', 'part-00000-q-2.c000.json', '{"a":2}\n', { condition: 'FAILED_READ_FILE.NO_HINT', parameters: { path: 'file:///out/part-00000-q-2.c000.json', reason: 'It has 8 bytes; /out/_spark_metadata says 16.' } }],
  ['a file is gone', 'part-00000-q-2.c000.json', undefined, { condition: 'FAILED_READ_FILE.FILE_NOT_EXIST', parameters: { path: 'file:///out/part-00000-q-2.c000.json' } }],
])('what was committed and is not there is told, not left out: %s', async (_, name, now, error) => {
  const b = simulatedBench();
  const sink = await openSink(jsonSink, { path: '/out' }, AB, b);
  for (let n = 0; n < 5; n++) await sink.addBatch(epoch(AB, n, [[n, 'x']]), signal);
  if (now === undefined) await b.host.files.unlink(`/out/${name}`); else await put(b.host, `/out/${name}`, now);
  await expect(readBack(b.host)).rejects.toMatchObject(error);
  await expect(readAll(jsonSource.read!({ options: parseOptions('json', { path: '/out' }, jsonSource.options), schema: AB, columns: [0, 1] }, bench(b.host), never))).rejects.toMatchObject(error);
  // Nor is it lost for good when older entries are put together.
  const goOn = async (): Promise<void> => { const again = await openSink(jsonSink, { path: '/out' }, AB, b); for (let n = 5; n < 10; n++) await again.addBatch(epoch(AB, n, [[n, 'x']]), signal); };
  if (name.startsWith('_')) await expect(goOn()).rejects.toMatchObject(error);
});

test('a directory that was moved is read, and written on, where it is', async () => {
  const b = simulatedBench();
  const sink = await openSink(jsonSink, { path: '/was/out', partitionBy: 'b' }, AB, b);
  for (let n = 0; n < 3; n++) await sink.addBatch(epoch(AB, n, [[n, 'x'], [n, 'y=/z']]), signal);
  await b.host.files.makeDirectory('/is');
  await b.host.files.rename('/was/out', '/is/out');
  const now = await openSink(jsonSink, { path: '/is/out', partitionBy: 'b' }, AB, b);
  for (let n = 3; n < 12; n++) await now.addBatch(epoch(AB, n, [[n, 'x']]), signal);
  const source = await openSource(jsonSource, { path: '/is/out' }, AB, bench(b.host));
  const rows = await readAll(source.getBatch(undefined, (await source.latestOffset(undefined, true))!, never));
  expect(rows.map(([a, t]) => `${a}${t}`).sort()).toEqual([...Array.from({ length: 12 }, (_, n) => `${n}x`), '0y=/z', '1y=/z', '2y=/z'].sort());
});

test('the manifest has paths as URIs, whatever stands in them', async () => {
  const b = simulatedBench();
  const path = '/a#b?c%41 d/out';
  const sink = await openSink(jsonSink, { path }, AB, b);
  await sink.addBatch(epoch(AB, 0, [[1, 'x']]), signal);
  expect(await text(b.host, `${path}/_spark_metadata/0`)).toContain('"path":"file:///a%23b%3Fc%2541%20d/out/part-');
  const source = await openSource(jsonSource, { path }, AB, bench(b.host));
  expect(await readAll(source.getBatch(undefined, (await source.latestOffset(undefined, true))!, never))).toEqual([[1, 'x']]);
});

test('more partitions than files may be open: each is closed and gone on with', async () => {
  const b = simulatedBench();
  const sink = await openSink(csvSink, { path: '/out', partitionBy: 'a', header: 'true' }, AB, b);
  const rows: Row[] = Array.from({ length: 1200 }, (_, i) => [i % 600, `v${i}`]);
  await sink.addBatch({ ...epoch(AB, 0, []), changes: (async function* () { for (let i = 0; i < rows.length; i += 100) yield { ...batchOf(AB.fields.map((f) => f.type), rows.slice(i, i + 100)), weights: null }; })() }, signal);
  expect(await text(b.host, '/out/a=7/part-00007-q-0.c000.csv')).toBe('b\nv7\nv607\n');
  const source = await openSource(csvSource, { path: '/out', header: 'true' }, schemaOf(['b', T.STRING], ['a', T.INT]), bench(b.host));
  const found = await readAll(source.getBatch(undefined, (await source.latestOffset(undefined, true))!, never));
  expect(found.length).toBe(1200);
});

test('many epochs: the manifest is compacted and complete', async () => {
  const b = simulatedBench();
  const sink = await openSink(jsonSink, { path: '/out' }, AB, b);
  for (let n = 0; n < 32; n++) await sink.addBatch(epoch(AB, n, [[n, null]]), signal);
  expect((await readBack(b.host)).map((r) => r[0]).sort((x, y) => (x as number) - (y as number))).toEqual(Array.from({ length: 32 }, (_, i) => i));
  expect((await b.host.files.readDirectory('/out/_spark_metadata')).length).toBeLessThan(15);
});

test('partitions are directories, and read back as columns', async () => {
  const b = simulatedBench();
  const sink = await openSink(jsonSink, { path: '/out', partitionBy: '["b"]' }, AB, b);
  await sink.addBatch(epoch(AB, 0, [[1, 'x/y'], [2, null], [3, 'x/y']]), signal);
  expect((await b.host.files.readDirectory('/out')).filter((n) => n.includes('='))).toEqual(['b=__HIVE_DEFAULT_PARTITION__', 'b=x%2Fy']);
  expect((await readBack(b.host)).sort()).toEqual([[1, 'x/y'], [2, null], [3, 'x/y']]);
  await expect(openSink(jsonSink, { path: '/out', partitionBy: 'zz' }, AB, bench(b.host))).rejects.toMatchObject({ condition: 'INVALID_OPTION_VALUE' });
});

test('csv with a header, text, and types that a format does not hold', async () => {
  const b = simulatedBench();
  const csv = await openSink(csvSink, { path: '/csv', header: 'true' }, AB, b);
  await csv.addBatch(epoch(AB, 0, [[1, 'x,y'], [null, '']]), signal);
  expect(await text(b.host, '/csv/part-00000-q-0.c000.csv')).toBe('a,b\n1,"x,y"\n,""\n');
  const one = schemaOf(['v', T.STRING]);
  const plain = await openSink(textSink, { path: '/text' }, one, b);
  await plain.addBatch(epoch(one, 0, [['a\nb'], [null], ['']]), signal);
  expect(await text(b.host, '/text/part-00000-q-0.c000.txt')).toBe('a\nb\n\n\n');
  const wrong = await openSink(textSink, { path: '/text2' }, AB, b);
  await expect(wrong.addBatch(epoch(AB, 0, [[1, 'x']]), signal)).rejects.toMatchObject({ condition: 'UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE' });
});

test('save modes', async () => {
  const b = simulatedBench();
  const write = (save: 'error' | 'append' | 'overwrite' | 'ignore', rows: Row[], fail = false) => jsonSink.write!(
    { options: parseOptions('json', { path: '/out' }, jsonSink.options), schema: AB, mode: 'append' },
    (async function* (): AsyncGenerator<RecordBatch> { yield batchOf([T.INT, T.STRING], rows); if (fail) throw new Error('boom'); })(), save, b, signal);
  const now = async () => (await readBack(b.host)).map((r) => r[0]).sort();
  await write('error', [[1, 'x']]);
  await expect(write('error', [[2, 'x']])).rejects.toMatchObject({ condition: 'PATH_ALREADY_EXISTS' });
  await write('ignore', [[3, 'x']]);
  expect(await now()).toEqual([1]);
  await write('append', [[4, 'x']]);
  expect(await now()).toEqual([1, 4]);
  await expect(write('overwrite', [[5, 'x']], true)).rejects.toThrow('boom');
  expect(await now()).toEqual([1, 4]);
  await write('overwrite', [[6, 'x']]);
  expect(await now()).toEqual([6]);
});

/** Writes of a table in partitions, which may fail or be cut off. */
function table() {
  const b = simulatedBench();
  const write = (save: 'error' | 'append' | 'overwrite', rows: Row[]) => jsonSink.write!(
    { options: parseOptions('json', { path: '/out', partitionBy: 'b' }, jsonSink.options), schema: AB, mode: 'append' },
    (async function* (): AsyncGenerator<RecordBatch> { yield batchOf([T.INT, T.STRING], rows); })(), save, b, signal);
  const now = async () => (await readAll(jsonSource.read!({ options: parseOptions('json', { path: '/out' }, jsonSource.options), schema: AB, columns: [0, 1] }, bench(b.host), never))).map((r) => r[0]).sort();
  return { ...b, write, now };
}

test.each(['failure', 'kill', 'power'] as const)('an overwrite that ends by %s leaves the old rows or the new ones, and can be done again', async (how) => {
  let effects = Number.POSITIVE_INFINITY;
  for (let at = 0; at < effects; at++) {
    const b = table();
    await b.write('error', [[1, 'x'], [2, 'y']]);
    let first: number | undefined;
    effects = 0;
    b.host.files.beforeEffect = (number) => {
      first ??= number;
      effects = number - first + 1;
      // After a crash nothing is done any more, not even what an error would have cleaned up.
      if (how === 'failure' ? effects === at + 1 : effects > at) throw new Error('broken');
    };
    const failed = await b.write('overwrite', [[3, 'x'], [4, 'z']]).then(() => false, () => true);
    b.host.files.beforeEffect = undefined;
    if (how !== 'failure') b.host.files.crash(how);
    const rows = await b.now();
    expect([at, rows.join().startsWith('1,2') || rows.join().endsWith('3,4')]).toEqual([at, true]);
    if (!failed) expect(rows).toEqual([3, 4]);
    await b.write('overwrite', [[5, 'y']]);
    expect(await b.now()).toEqual([5]);
    effects = failed ? Number.POSITIVE_INFINITY : at;
  }
});

test('a table that an overwrite takes from a stream is a plain one, and a write that fails leaves no directory', async () => {
  const b = table();
  const sink = await openSink(jsonSink, { path: '/out', partitionBy: 'b' }, AB, b);
  await sink.addBatch(epoch(AB, 0, [[1, 'x']]), signal);
  await b.write('overwrite', [[2, 'x']]);
  expect(await b.now()).toEqual([2]);
  expect((await b.host.files.readDirectory('/out')).filter((name) => !name.startsWith('.'))).toEqual(['_SUCCESS', 'b=x']);
  const other = table();
  other.host.files.beforeEffect = (_, name) => { if (name === 'sync') throw new Error('broken'); };
  await expect(other.write('error', [[1, 'x']])).rejects.toThrow('broken');
  other.host.files.beforeEffect = undefined;
  await other.write('error', [[1, 'x']]);
});

test('a column whose name begins with a bracket is one to partition by', async () => {
  const b = simulatedBench();
  const schema = { fields: [T.field('v', T.INT), T.field('[p', T.STRING)] };
  for (const partitionBy of ['[p', '["[p"]']) {
    const sink = await openSink(jsonSink, { path: `/${partitionBy.length}`, partitionBy }, schema, b);
    await sink.addBatch(epoch(schema, 0, [[1, '[x']]), signal);
    const source = await openSource(jsonSource, { path: `/${partitionBy.length}` }, undefined, bench(b.host));
    expect(await readAll(source.getBatch(undefined, (await source.latestOffset(undefined, true))!, never))).toEqual([[1n, '[x']]);
  }
});

test('what may be partitioned by, and how a directory is named', async () => {
  const b = simulatedBench();
  const fields = [T.field('v', T.INT), T.field('w', T.BINARY), T.field('s', T.struct([T.field('x', T.INT)])), T.field('c', { kind: 'string', collation: 'UTF8_LCASE' } as T.DataType)];
  const condition = (partitionBy: string, of = fields): Promise<unknown> => openSink(jsonSink, { path: '/no', partitionBy }, { fields: of }, b).then(() => 'none', (e) => [e.condition, e.parameters]);
  expect(await condition('v, V')).toEqual(['COLUMN_ALREADY_EXISTS', { columnName: '`v`' }]);
  expect(await condition('s')).toEqual(['INVALID_PARTITION_COLUMN_DATA_TYPE', { type: '"STRUCT<x: INT>"' }]);
  expect(await condition('c')).toEqual(['INVALID_PARTITION_COLUMN_DATA_TYPE', { type: '"STRING COLLATE UTF8_LCASE"' }]);
  expect(await condition('v', fields.slice(0, 1))).toEqual(['ALL_PARTITION_COLUMNS_NOT_ALLOWED', {}]);
  const sink = await openSink(jsonSink, { path: '/out', partitionBy: 'W' }, { fields: fields.slice(0, 2) }, b);
  await sink.addBatch(epoch({ fields: fields.slice(0, 2) }, 0, [[1, Buffer.from('ab')]]), signal);
  expect((await b.host.files.readDirectory('/out')).filter((name) => !name.startsWith('_'))).toEqual(['W=ab']);
});

test('a batch without rows is a file without rows, in which a CSV has its header', async () => {
  const b = simulatedBench();
  const none = async function* (): AsyncGenerator<RecordBatch> { /* nothing */ };
  for (const [path, more] of [['/all', {}], ['/parts', { partitionBy: 'b' }]] as const) {
    await csvSink.write!({ options: parseOptions('csv', { path, header: 'true', ...more }, csvSink.options), schema: AB, mode: 'append' }, none(), 'error', b, signal);
  }
  const names = await b.host.files.readDirectory('/all');
  expect(await text(b.host, `/all/${names.find((name) => name.startsWith('part-'))}`)).toBe('a,b\n');
  expect(await b.host.files.readDirectory('/parts')).toEqual(['_SUCCESS']);
});
