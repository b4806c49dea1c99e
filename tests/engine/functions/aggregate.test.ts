// Accumulators by themselves: every aggregate function over random rows gives the same however its state was split, saved, loaded and merged.

import * as fc from 'fast-check';
import { columnOf } from '../../../engine/columnar/build.js';
import { valueComparator } from '../../../engine/columnar/compare.js';
import { reader } from '../../../engine/columnar/read.js';
import { aggregates } from '../../../engine/functions/aggregate/index.js';
import { accumulatorOf } from '../../../engine/functions/aggregate/object.js';
import type { Accumulator, AggregateCall } from '../../../engine/functions/define.js';
import { EngineError } from '../../../planner/errors/index.js';
import * as T from '../../../planner/types.js';
import type { DataType } from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';

const settings = { timeZone: 'UTC', ansi: true, compatSpark: false, conf: new Map<string, string>() };
function callOf(name: string, types: readonly DataType[], constants: readonly (Value | undefined)[] = [], ansi = true): AggregateCall {
  const fn = aggregates.find((f) => f.name === name || f.aliases?.includes(name))!;
  const base = { fn, name, args: types.map((type) => ({ kind: 'column' as const, id: 1, name: 'c', type, nullable: true })), types, settings: { ...settings, ansi }, constant: (i: number) => constants[i] };
  return { ...base, type: fn.result(base), orderBy: [], ignoreNulls: false, retract: false };
}
const first = (a: Accumulator): Value => reader(a.result(Int32Array.of(0)))(0);
function over(call: AggregateCall, ...args: readonly (readonly Value[])[]): Value {
  const a = accumulatorOf(call);
  const n = args[0]!.length;
  a.reserve(1);
  a.update(n, null, new Int32Array(n), args.map((v, i) => columnOf(call.types[i]!, v)), null);
  return first(a);
}

const SMALL = fc.option(fc.integer({ min: -50, max: 50 }), { freq: 5 });
const OF: readonly (readonly [DataType, (n: number) => Value])[] = [[T.INT, (n) => n], [T.BIGINT, BigInt], [T.DOUBLE, (n) => n / 4], [T.STRING, (n) => `s${n}`], [T.decimal(12, 2), BigInt], [T.decimal(30, 2), BigInt], [T.BOOLEAN, (n) => n > 0], [T.FLOAT, (n) => n / 2],
  [T.array(T.INT), (n) => [n, null]], [T.array(T.FLOAT), (n) => [n / 2, n % 7 === 0 ? null : n]]];
const NUMERIC = new Set(['sum', 'try_sum', 'avg', 'try_avg', 'percentile', 'median', 'approx_percentile', 'histogram_numeric']);
const DOUBLES = new Set(['stddev_samp', 'stddev_pop', 'var_samp', 'var_pop', 'skewness', 'kurtosis', 'covar_pop', 'covar_samp', 'corr']);
/** A call of each function for a type, undefined where it does not take it. */
function calls(type: DataType): AggregateCall[] {
  const out: AggregateCall[] = [];
  for (const { name } of aggregates) {
    if (name.startsWith('bitmap') || name.startsWith('hll_union') || name === 'collect_union' || name === 'percentile_cont' || name === 'percentile_disc') continue;
    const two = name.startsWith('regr') || name.startsWith('covar') || name === 'corr';
    if ((DOUBLES.has(name) || two) && type.kind !== 'double') continue;
    if (NUMERIC.has(name) && !T.isNumeric(type)) continue;
    if ((name.startsWith('bool') || name === 'count_if') && type.kind !== 'boolean') continue;
    if (name.startsWith('bit') && !T.isIntegral(type)) continue;
    if (name === 'listagg' && type.kind !== 'string') continue;
    if ((name.startsWith('vector') && !T.sameType(type, T.array(T.FLOAT))) || name === 'schema_of_variant_agg') continue;
    if (name === 'percentile' || name === 'approx_percentile') out.push(callOf(name, [type, T.DOUBLE], [undefined, 0.3]));
    else if (name === 'count_min_sketch') { if (T.isIntegral(type) || type.kind === 'string') out.push(callOf(name, [type, T.DOUBLE, T.DOUBLE, T.INT], [undefined, 0.1, 0.9, 7])); }
    else if (name === 'histogram_numeric') out.push(callOf(name, [type, T.INT], [undefined, 100]));
    else if (name.endsWith('_by') || two) out.push(callOf(name, [type, type]));
    else out.push(callOf(name, [type]));
  }
  return out;
}
const text = (v: unknown): string => JSON.stringify(v, (_, x: unknown) => typeof x === 'bigint' ? `${x}n` : x);
/** Equal but for the last digits of doubles, which the order of additions decides. */
const alike = (a: unknown, b: unknown): boolean =>
  typeof a === 'number' && typeof b === 'number' ? Object.is(a, b) || Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b))
    : Array.isArray(a) && Array.isArray(b) ? a.length === b.length && a.every((x, i) => alike(x, b[i])) : text(a) === text(b);
function expectAlike(name: string, got: Value, wanted: Value): void { if (!alike(got, wanted)) expect([name, text(got)]).toEqual([name, text(wanted)]); }

test('extremes of structs are those of the whole comparison: NULLs first, NaN last, ties by the next field', () => {
  const type = T.struct([T.field('a', T.DOUBLE), T.field('b', T.STRING)]);
  const value = fc.option(fc.tuple(fc.option(fc.constantFrom(-0, 0, 1.5, Number.NaN), { freq: 3 }), fc.option(fc.constantFrom('x', 'y'), { freq: 3 })), { freq: 4 });
  const compare = valueComparator(type);
  fc.assert(fc.property(fc.array(value, { maxLength: 12 }), (rows) => {
    const all = rows.filter((v) => v !== null);
    const wanted = (sign: number): Value => all.reduce<Value>((best, v) => best === null || compare(v, best) * sign > 0 ? v : best, null);
    expect([over(callOf('max', [type]), rows), over(callOf('min', [type]), rows)]).toEqual([wanted(1), wanted(-1)]);
  }));
});

test.each(OF)('saved, loaded and merged states of %j', (type, of) => {
  fc.assert(fc.property(fc.array(SMALL, { maxLength: 30 }), fc.nat(30), (numbers, at) => {
    const values = numbers.map((n) => n === null ? null : of(n));
    const cut = Math.min(at, values.length);
    for (const call of calls(type)) {
      const column = (from: number, to: number) => call.types.map((t, i) => columnOf(t, values.slice(from, to).map((v) => t === type ? v : call.constant(i) ?? null)));
      const whole = accumulatorOf(call);
      whole.reserve(1);
      whole.update(values.length, null, new Int32Array(values.length), column(0, values.length), null);
      const [a, b, c] = [accumulatorOf(call), accumulatorOf(call), accumulatorOf(call)];
      for (const x of [a, b, c]) x.reserve(4);
      a.update(cut, null, new Int32Array(cut).fill(3), column(0, cut), null);
      b.update(values.length - cut, null, new Int32Array(values.length - cut).fill(2), column(cut, values.length), null);
      c.load(Int32Array.of(0), a.save(Int32Array.of(3)));
      c.merge(Int32Array.of(0), b.save(Int32Array.of(2)));
      expectAlike(call.name, first(c), first(whole));
      c.reset(Int32Array.of(0));
      c.update(values.length, null, new Int32Array(values.length), column(0, values.length), null);
      expectAlike(call.name, first(c), first(whole));
    }
  }), { numRuns: 25 });
});

test('sums are exact, and overflow as the mode says', () => {
  const top = 2n ** 63n - 1n;
  expect(over(callOf('sum', [T.BIGINT]), [top, -5n, 5n])).toBe(top);
  expect(() => over(callOf('sum', [T.BIGINT]), [top, 1n])).toThrow(EngineError);
  expect(over(callOf('try_sum', [T.BIGINT]), [top, 1n, -9n])).toBeNull();
  expect(over(callOf('sum', [T.BIGINT], [], false), [top, 1n])).toBe(-(2n ** 63n));
  expect(over(callOf('sum', [T.decimal(18, 0)]), new Array<bigint>(100).fill(10n ** 18n - 1n))).toBe(100n * (10n ** 18n - 1n));
  expect(() => over(callOf('sum', [T.decimal(38, 0)]), [10n ** 38n - 1n, 1n])).toThrow(EngineError);
  expect(over(callOf('try_sum', [T.decimal(38, 0)]), [10n ** 38n - 1n, 1n, -5n])).toBeNull();
  expect(over(callOf('avg', [T.decimal(4, 2)]), [1n, 1n, 0n])).toBe(6667n);
  expect(over(callOf('avg', [T.BIGINT]), [2n ** 53n + 1n])).toBe(2 ** 53);
});

test('NaN is the greatest number, the first of equal zeros stays', () => {
  expect(over(callOf('max', [T.DOUBLE]), [1, Number.NaN, 2])).toBeNaN();
  expect(over(callOf('min', [T.DOUBLE]), [Number.NaN, 1, 2])).toBe(1);
  expect(over(callOf('min', [T.DOUBLE]), [Number.NaN, null])).toBeNaN();
  expect(Object.is(over(callOf('max', [T.DOUBLE]), [-0, 0]), -0)).toBe(true);
  expect(over(callOf('max_by', [T.STRING, T.INT]), ['a', 'b', 'c', 'd'], [1, 5, 5, null])).toBe('c');
});

test('approx_count_distinct keeps to its deviation', () => {
  for (const n of [10, 300, 5000, 100000]) {
    const got = Number(over(callOf('approx_count_distinct', [T.INT, T.DOUBLE], [undefined, 0.02]), Array.from({ length: n }, (_, i) => i * 7), new Array<number>(n).fill(0.02)));
    expect(Math.abs(got - n) / n).toBeLessThan(0.06);
  }
});

test('the schema of variants outlives its state', () => {
  const call = callOf('schema_of_variant_agg', [T.VARIANT]);
  const scalar = (type: DataType, value: bigint | string): Value => ({ kind: 'scalar', type, value });
  const [a, b] = [accumulatorOf(call), accumulatorOf(call)];
  const rows: readonly Value[] = [
    { kind: 'object', entries: [['a', scalar(T.BIGINT, 1n)], ['c', { kind: 'array', elements: [scalar(T.decimal(3, 1), 125n)] }]] } as Value,
    { kind: 'object', entries: [['a', { kind: 'null' }], ['b', scalar(T.STRING, 'x')], ['c', { kind: 'array', elements: [scalar(T.BIGINT, 1n), { kind: 'null' }] }]] } as Value,
  ];
  const slot = Int32Array.of(0);
  for (const [x, row] of [[a, rows[0]], [b, rows[1]]] as const) { x.reserve(1); x.update(1, null, slot, [columnOf(T.VARIANT, [row!])], null); }
  a.merge(slot, b.save(slot));
  expect(first(a)).toBe('OBJECT<a: BIGINT, b: STRING, c: ARRAY<DECIMAL(21,1)>>');
});

test.each(['UTF8_LCASE', 'UNICODE_CI'])('texts that %s holds equal count together', (collation) => {
  const texts = ['a', 'A', 'b', 'B ', 'a ', 'á', null];
  const of = (name: string, ...constants: Value[]): Value => over(callOf(name, [{ kind: 'string', collation }, ...constants.map(() => T.INT)], [undefined, ...constants]), texts);
  expect([of('mode'), of('approx_count_distinct'), (of('approx_top_k', 5, 100) as readonly Value[])[0]]).toEqual(['A', 5n, ['a', 2n]]);
});
