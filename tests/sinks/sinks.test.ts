// Console text as Spark prints it, the sinks that call the program, and the memory table.

import { MemoryTable } from '../../engine/connect/memory-table.js';
import { rows } from '../../engine/columnar/read.js';
import * as T from '../../planner/types.js';
import { consoleSink } from '../../sinks/console.js';
import { foreachBatchSink, foreachSink } from '../../sinks/foreach.js';
import { memorySink } from '../../sinks/memory.js';
import { epoch, openSink, schemaOf, simulatedBench } from '../support/connect.js';

const AB = schemaOf(['a', T.INT], ['b', T.STRING]);
const HEAD = (n: number): string => `${'-'.repeat(43)}\nBatch: ${n}\n${'-'.repeat(43)}\n`;

test('console', async () => {
  const b = simulatedBench();
  const schema = schemaOf(['a', T.INT], ['b', T.STRING], ['c', T.INT], ['d', T.array(T.INT)], ['e', T.map(T.STRING, T.INT)], ['f', T.struct([T.field('x', T.INT), T.field('y', T.INT)])],
    ['g', T.BINARY], ['h', T.DOUBLE], ['i', T.TIMESTAMP], ['j', T.STRING], ['k', T.STRING], ['l', T.BOOLEAN], ['m', { kind: 'day_time_interval', from: 'day', to: 'day' }]);
  const sink = await openSink(consoleSink, {}, schema, b);
  await sink.addBatch(epoch(schema, 3, [[1, 'abcdefghijklmnopqrstuvwxyz', null, [1, null], [['a', 1]], [1, null], Uint8Array.of(1, 255), 1.5, 1709210096100000n, 'x\ny\tz', '日本', true, 86_400_000_000n]]), new AbortController().signal);
  expect(b.printed.join('')).toBe(`${HEAD(3)}\
+---+--------------------+----+---------+--------+---------+-------+---+--------------------+-------+----+----+----------------+
|  a|                   b|   c|        d|       e|        f|      g|  h|                   i|      j|   k|   l|               m|
+---+--------------------+----+---------+--------+---------+-------+---+--------------------+-------+----+----+----------------+
|  1|abcdefghijklmnopq...|NULL|[1, NULL]|{a -> 1}|{1, NULL}|[01 FF]|1.5|2024-02-29 12:34:...|x\\ny\\tz|日本|true|INTERVAL '1' DAY|
+---+--------------------+----+---------+--------+---------+-------+---+--------------------+-------+----+----+----------------+

`);
});
test('console: an empty epoch, many rows, whole cells', async () => {
  const b = simulatedBench();
  const sink = await openSink(consoleSink, { numRows: '2', truncate: 'false' }, AB, b);
  const { signal } = new AbortController();
  await sink.addBatch(epoch(AB, 0, []), signal);
  await sink.addBatch(epoch(AB, 1, [[1, 'a'], [2, 'abcdefghijklmnopqrstuvwxyz'], [3, 'c'], [4, 'd']]), signal);
  expect(b.printed).toEqual([`${HEAD(0)}+---+---+\n|a  |b  |\n+---+---+\n+---+---+\n\n`,
    `${HEAD(1)}+---+--------------------------+\n|a  |b                         |\n+---+--------------------------+\n|1  |a                         |\n|2  |abcdefghijklmnopqrstuvwxyz|\n+---+--------------------------+\nonly showing top 2 rows\n`]);
});
test('foreach: open, process, close; false skips; an error reaches close and the query', async () => {
  const calls: unknown[] = [];
  const writer = {
    open: (p: number, e: number) => { calls.push(['open', p, e]); return e !== 1; },
    process: async (row: unknown) => { calls.push(row); if ((row as unknown[])[0] === 9) throw new Error('no nines'); },
    close: (error: Error | undefined) => { calls.push(['close', error?.message]); },
  };
  const sink = await openSink(foreachSink, {}, AB, simulatedBench(), 'append', writer);
  const { signal } = new AbortController();
  await sink.addBatch(epoch(AB, 0, [[1, 'x'], [2, 'y']]), signal);
  await sink.addBatch(epoch(AB, 1, [[3, 'z']]), signal);
  await expect(sink.addBatch(epoch(AB, 2, [[9, 'z'], [10, 'z']]), signal)).rejects.toMatchObject({ condition: 'FOREACH_USER_FUNCTION_ERROR', parameters: { reason: 'no nines' } });
  expect(calls).toEqual([['open', 0, 0], [1, 'x'], [2, 'y'], ['close', undefined], ['open', 0, 1], ['close', undefined], ['open', 0, 2], [9, 'z'], ['close', 'no nines']]);
});
test.each([['at once', () => { throw new Error('close'); }], ['later', async () => { throw new Error('close'); }]] as const)('foreach: the error of an epoch is not hidden by what close throws %s', async (_, close) => {
  const sink = await openSink(foreachSink, {}, AB, simulatedBench(), 'append', { process: () => { throw new Error('row'); }, close });
  await expect(sink.addBatch(epoch(AB, 1, [[1, 'x']]), new AbortController().signal)).rejects.toMatchObject({ condition: 'FOREACH_USER_FUNCTION_ERROR', message: expect.stringContaining('row') });
});
test('foreachBatch gets the epoch as batches', async () => {
  const got: unknown[] = [];
  const sink = await openSink(foreachBatchSink, {}, AB, simulatedBench(), 'append', { call: (schema: T.Schema, batches: Parameters<typeof rows>[0][], n: number) => { got.push(schema, n, batches.flatMap(rows)); } });
  await sink.addBatch(epoch(AB, 4, [[1, 'x']]), new AbortController().signal);
  expect(got).toEqual([AB, 4, [[1, 'x']]]);
});
test('memory: rows add up, complete replaces, an epoch counts once', async () => {
  const table = new MemoryTable();
  const sink = await openSink(memorySink, {}, AB, simulatedBench(), 'append', table);
  const { signal } = new AbortController();
  const now = () => table.batches().flatMap(rows);
  await sink.addBatch(epoch(AB, 0, [[1, 'x']]), signal);
  await sink.addBatch(epoch(AB, 0, [[1, 'x']]), signal);
  await sink.addBatch(epoch(AB, 1, [[2, 'y']]), signal);
  expect(now()).toEqual([[1, 'x'], [2, 'y']]);
  await sink.addBatch(epoch(AB, 2, [[3, 'z']], 'complete'), signal);
  expect(now()).toEqual([[3, 'z']]);
});
