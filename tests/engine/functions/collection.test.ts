import { Session } from '../../../index.js';
import { tightest, ValueIndex } from '../../../engine/functions/collection/shared.js';
import * as T from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';
import { outcome, run } from './call.js';

const INTS = T.array(T.INT);

test('a type that neither side has is not made', () => {
  expect([tightest(T.INT, T.decimal(2, 1)), tightest(T.INT, T.decimal(12, 1)), tightest(T.decimal(5, 2), T.DOUBLE), tightest(INTS, T.array(T.BIGINT)), tightest(T.STRING, T.INT)])
    .toEqual([undefined, T.decimal(12, 1), undefined, T.array(T.BIGINT), undefined]);
});

test('sets of values: NaN is itself, zeros are one, NULL counts once', () => {
  const doubles = T.array(T.DOUBLE);
  const out = run('array_union', [doubles, doubles], [[-0, Number.NaN, null], [0, Number.NaN, null, 1]]) as readonly Value[];
  expect(out).toEqual([0, Number.NaN, null, 1]);
  expect(Object.is(out[0], 0)).toBe(true);
  const index = new ValueIndex(INTS);
  expect([index.add([1]), index.add([2]), index.add([1]), index.has([null])]).toEqual([0, 1, 0, false]);
});

test('a value is found among many without a look at each, whatever its type', () => {
  let reads = 0;
  const list = (n: number): Value => Object.defineProperty([n, 0], 1, { get: () => { reads++; return n; } });
  const index = new ValueIndex(INTS);
  for (let round = 0; round < 2; round++) for (let n = 0; n < 500; n++) expect(index.add(list(n))).toBe(n);
  expect(reads).toBe(1000);
  const lower: T.DataType = { kind: 'string', collation: 'UTF8_LCASE' };
  const texts = new ValueIndex(T.struct([T.field('a', lower)]));
  expect([texts.add(['a']), texts.add(['b']), texts.add(['A']), texts.has(['B']), texts.has([null])]).toEqual([0, 1, 0, true, false]);
});

test('places in arrays', () => {
  const insert = (at: number): Value => outcome(() => run('array_insert', [INTS, T.INT, T.INT], [[1, 2], at, 9]));
  expect([insert(1), insert(3), insert(5), insert(-1), insert(-3), insert(-5), insert(0)])
    .toEqual([[9, 1, 2], [1, 2, 9], [1, 2, null, null, 9], [1, 2, 9], [9, 1, 2], [9, null, null, 1, 2], '! INVALID_INDEX_OF_ZERO']);
  const slice = (from: number, n: number): Value => outcome(() => run('slice', [INTS, T.INT, T.INT], [[1, 2, 3], from, n]));
  expect([slice(2, 9), slice(-2, 1), slice(-9, 2), slice(0, 1), slice(1, -1)]).toEqual([[2, 3], [2], [], '! INVALID_PARAMETER_VALUE.START', '! INVALID_PARAMETER_VALUE.LENGTH']);
});

test('steps of sequences', () => {
  const ends = [T.DATE, T.DATE, T.DAY_TIME] as const;
  const dates = (stop: number, hours: bigint): Value => outcome(() => run('sequence', ends, [0, stop, hours * 3_600_000_000n]));
  expect([dates(3, 36n), dates(2, 24n), dates(-2, -24n), dates(2, 12n), dates(2, -24n)]).toEqual([[0, 1, 3], [0, 1, 2], [0, -1, -2], '! ILLEGAL_SEQUENCE_BOUNDARIES', '! ILLEGAL_SEQUENCE_BOUNDARIES']);
  expect(run('sequence', [T.INT, T.INT], [3, 1])).toEqual([3, 2, 1]);
  expect(run('sequence', [T.BIGINT, T.BIGINT, T.BIGINT], [5n, -6n, -4n])).toEqual([5n, 1n, -3n]);
});

test('a sequence that is too long is refused before it is made', () => {
  const tooMany = (count: bigint): string => `An array of ${count} elements or more cannot be made by \`sequence\``;
  expect(() => run('sequence', [T.BIGINT, T.BIGINT], [1n, 1n << 62n])).toThrow(tooMany(1n << 62n));
  expect(() => run('sequence', [T.BIGINT, T.BIGINT, T.BIGINT], [1n << 62n, 0n, -2n])).toThrow(tooMany((1n << 61n) + 1n));
  expect(() => run('sequence', [T.TIMESTAMP, T.TIMESTAMP, T.DAY_TIME], [0n, -(1n << 60n), -1000n])).toThrow(tooMany((1n << 60n) / 1000n));
  expect(run('sequence', [T.DATE, T.DATE, T.YEAR_MONTH], [0, 100_000_000, 12_000_000])).toHaveLength(1);
});

test('values without an order are in no set, and no key', async () => {
  const session = new Session();
  const condition = async (expression: string): Promise<unknown> => session.sql(`SELECT ${expression}`).collect().catch((error: { condition?: string }) => error.condition);
  const values = ["map('a', 1)", 'make_interval(1)', "parse_json('1')", "struct(parse_json('1'))"];
  for (const call of ['array_distinct(array(x))', 'array_union(array(x), array(x))', 'array_intersect(array(x), array(x))', 'array_except(array(x), array(x))', 'arrays_overlap(array(x), array(x))', 'array_contains(array(x), x)',
    'array_position(array(x), x)', 'array_remove(array(x), x)']) {
    for (const value of values) expect([call, value, await condition(call.replace(/\bx\b/g, value))]).toEqual([call, value, 'DATATYPE_MISMATCH.INVALID_ORDERING_TYPE']);
  }
  for (const call of ['map(x, 1)', 'map_from_arrays(array(x), array(1))']) {
    for (const value of values.filter((v) => !v.includes('interval'))) expect([call, value, await condition(call.replace(/\bx\b/, value))]).toEqual([call, value, 'DATATYPE_MISMATCH.INVALID_MAP_KEY_TYPE']);
  }
});
