import type { BoundGenerator, LogicalPlan, OutputColumn } from '../../../planner/tree.js';
import { array, BIGINT, type DataType, field, INT, map, STRING, struct, TIMESTAMP } from '../../../planner/types.js';
import type { Row, Value } from '../../../planner/values.js';
import { catalog } from '../../../engine/functions/index.js';
import { call, col, column, constant, run, sorted, values } from './plans.js';

const window = (length: bigint, slide: bigint, start: bigint, times: readonly (bigint | null)[]): LogicalPlan => ({
  kind: 'time_window', input: values([column(1, TIMESTAMP)], times.map((t) => [t])), time: col(1, TIMESTAMP), lengthMicros: length, slideMicros: slide, startMicros: start,
  column: column(2, struct([field('start', TIMESTAMP), field('end', TIMESTAMP)])),
});

it('assigns tumbling windows, before 1970 and with an offset too; no time, no window', async () => {
  expect(await run(window(10n, 10n, 0n, [0n, 9n, 10n, -1n, -10n, null]))).toEqual([
    [0n, [0n, 10n]], [9n, [0n, 10n]], [10n, [10n, 20n]], [-1n, [-10n, 0n]], [-10n, [-10n, 0n]],
  ]);
  expect(await run(window(10n, 10n, 3n, [0n, 3n, 12n]))).toEqual([[0n, [-7n, 3n]], [3n, [3n, 13n]], [12n, [3n, 13n]]]);
});
it('assigns every sliding window that holds the time, also where the slide does not divide the length', async () => {
  expect(sorted(await run(window(10n, 5n, 0n, [7n])))).toEqual(sorted([[7n, [5n, 15n]], [7n, [0n, 10n]]]));
  expect(sorted(await run(window(5n, 3n, 0n, [0n, 2n])))).toEqual(sorted([[0n, [0n, 5n]], [0n, [-3n, 2n]], [2n, [0n, 5n]]]));
});

const generate = (name: string, type: DataType, columns: readonly OutputColumn[], data: readonly Value[], outer = false): LogicalPlan => {
  const generator: BoundGenerator = { kind: 'generator', fn: catalog.lookup(name)!, name, args: [col(2, type)], columns: columns.map((c) => field(c.name, c.type)), type, nullable: true };
  return { kind: 'generate', input: values([column(1), column(2, type)], data.map((v, i) => [i, v])), generator, outer, columns };
};
it('explodes arrays and maps', async () => {
  const lists = [[7, null], null, [], [8]];
  expect((await run(generate('explode', array(INT), [column(3)], lists))).map((r) => [r[0], r[2]])).toEqual([[0, 7], [0, null], [3, 8]]);
  expect((await run(generate('posexplode_outer', array(INT), [column(3), column(4)], lists))).map((r) => [r[0], r[2], r[3]])).toEqual([[0, 0, 7], [0, 1, null], [1, null, null], [2, null, null], [3, 0, 8]]);
  expect((await run(generate('explode', map(STRING, INT), [column(3, STRING), column(4)], [[['a', 1], ['b', null]], null], true))).map((r) => [r[0], r[2], r[3]])).toEqual([[0, 'a', 1], [0, 'b', null], [1, null, null]]);
  expect((await run(generate('inline', array(struct([field('x', INT), field('y', STRING)])), [column(3), column(4, STRING)], [[[1, 'a'], null], null]))).map((r) => r.slice(2))).toEqual([[1, 'a'], [null, null]]);
});

const A: readonly Row[] = [[1, null], [1, null], [2, 3], [2, 3], [2, 3]];
const B: readonly Row[] = [[1, null], [2, 3], [2, 3], [4, 4]];
it.each([
  ['intersect', false, [[1, null], [2, 3]]], ['intersect', true, [[1, null], [2, 3], [2, 3]]], ['except', false, []], ['except', true, [[1, null], [2, 3]]],
] as const)('%s all=%s counts equal rows, NULL being equal to NULL', async (op, all, expected) => {
  const columns = [column(5), column(6)];
  expect(await run({ kind: 'set_operation', op, all, left: values([column(1), column(2)], A), right: values([column(3), column(4)], B), columns })).toEqual(expected);
});

it('sorts by several keys, keeping the order of equal rows', async () => {
  const data = [[2, 1], [null, 2], [1, 3], [2, 4], [1, null]];
  expect(await run({ kind: 'sort', global: true, input: values([column(1), column(2)], data), order: [{ expr: col(1), ascending: false, nullsFirst: true }] })).toEqual([[null, 2], [2, 1], [2, 4], [1, 3], [1, null]]);
});

const counting = (limit: number, more: Partial<Extract<LogicalPlan, { kind: 'recursive' }>> = {}): LogicalPlan => ({
  kind: 'recursive', loop: 1, distinct: false, columns: [column(1)], anchor: values([column(2)], [[1]]),
  step: { kind: 'project', items: [{ id: 5, name: 'n', expr: call('+', [col(4), constant(1)], INT) }],
    input: { kind: 'filter', predicate: call('<', [col(4), constant(limit)]), input: { kind: 'recursive_ref', loop: 1, columns: [column(4)] } } },
  ...more,
});
it('recurses until nothing is added, and at most a hundred levels', async () => {
  expect(await run(counting(5))).toEqual([[1], [2], [3], [4], [5]]);
  await expect(run(counting(1000))).rejects.toMatchObject({ condition: 'RECURSION_LEVEL_LIMIT_EXCEEDED' });
  expect((await run(counting(1000, { limit: 7 }))).length).toBe(7);
});
it('UNION in a recursion ends when rows repeat', async () => {
  const step: LogicalPlan = { kind: 'project', items: [{ id: 5, name: 'n', expr: call('%', [call('+', [col(4), constant(1)], INT), constant(3)], INT) }], input: { kind: 'recursive_ref', loop: 1, columns: [column(4)] } };
  expect(await run(counting(0, { distinct: true, step }))).toEqual([[1], [2], [0]]);
});

it('samples by the seed', async () => {
  const data = Array.from({ length: 1000 }, (_, i) => [i]);
  const plan: LogicalPlan = { kind: 'sample', input: values([column(1)], data), lower: 0, upper: 0.3, seed: 42n, withReplacement: false };
  const kept = await run(plan);
  expect(kept.length).toBeGreaterThan(230);
  expect(kept.length).toBeLessThan(370);
  expect(await run(plan)).toEqual(kept);
});

it('unions by position and expands projections', async () => {
  expect(await run({ kind: 'union', inputs: [values([column(1)], [[1]]), values([column(2)], [[2], [3]])], columns: [column(3)] })).toEqual([[1], [2], [3]]);
  const plan: LogicalPlan = { kind: 'expand', input: values([column(1)], [[1], [2]]), columns: [column(2), column(3, BIGINT)], projections: [[col(1), constant(0n, BIGINT)], [constant(null), constant(1n, BIGINT)]] };
  expect(await run(plan)).toEqual([[1, 0n], [2, 0n], [null, 1n], [null, 1n]]);
});
