// Random types and values of them, for the tests of columns.

import * as fc from 'fast-check';
import * as T from '../../../planner/types.js';
import type { DataType } from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';

const LONG = fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.bigInt({ min: -3n, max: 3n }));
const DOUBLE = fc.oneof(fc.double(), fc.constantFrom(0, -0, 1, Number.NaN));
const FLAT: readonly (readonly [DataType, fc.Arbitrary<Value>])[] = [
  [T.BOOLEAN, fc.boolean()], [T.TINYINT, fc.integer({ min: -128, max: 127 })], [T.SMALLINT, fc.integer({ min: -32768, max: 32767 })],
  [T.INT, fc.oneof(fc.integer(), fc.integer({ min: -2, max: 2 }))], [T.BIGINT, LONG], [T.FLOAT, DOUBLE.map(Math.fround)], [T.DOUBLE, DOUBLE],
  [T.STRING, fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.constantFrom('', 'a', 'b'))], [T.BINARY, fc.uint8Array({ maxLength: 10 })], [T.DATE, fc.integer({ min: -100000, max: 100000 })],
  [T.TIMESTAMP, LONG], [T.TIMESTAMP_NTZ, LONG], [T.TIME, fc.bigInt({ min: 0n, max: 86399999999n })], [T.YEAR_MONTH, fc.integer()], [T.DAY_TIME, LONG],
  [T.decimal(12, 2), fc.bigInt({ min: -999999999999n, max: 999999999999n })], [T.decimal(38, 10), fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n })],
  [T.CALENDAR_INTERVAL, fc.record({ months: fc.integer(), days: fc.integer(), micros: fc.bigInt({ min: -(2n ** 53n), max: 2n ** 53n }) })],
  [T.VARIANT, fc.integer().map((value) => ({ kind: 'scalar', type: T.INT, value }))], [T.VOID, fc.constant(null)],
];

export interface Sample { readonly type: DataType; readonly values: readonly Value[] }
interface Typed { readonly type: DataType; readonly value: fc.Arbitrary<Value> }

const typed: fc.Arbitrary<Typed> = fc.letrec<{ typed: Typed }>((tie) => ({
  typed: fc.oneof({ maxDepth: 3 }, fc.constantFrom(...FLAT).map(([type, value]) => ({ type, value })),
    tie('typed').map(({ type, value }) => ({ type: T.array(type), value: fc.array(type.kind === 'void' ? value : fc.option(value), { maxLength: 4 }) })),
    fc.array(tie('typed'), { minLength: 1, maxLength: 3 }).map((parts) => ({ type: T.struct(parts.map((p, i) => T.field(`f${i}`, p.type))), value: fc.tuple(...parts.map((p) => fc.option(p.value))) })),
    fc.tuple(fc.constantFrom([T.STRING, fc.string({ maxLength: 4 })] as const, [T.INT, fc.integer({ min: 0, max: 5 })] as const), tie('typed')).map(([[key, keys], { type, value }]) => ({
      type: T.map(key, type), value: fc.uniqueArray(fc.tuple(keys as fc.Arbitrary<Value>, fc.option(value)), { maxLength: 4, selector: ([k]) => k }) })))
})).typed;

/** A type with up to 30 values, half of the time some of them NULL. */
export const samples: fc.Arbitrary<Sample> = typed.chain(({ type, value }) =>
  fc.oneof(fc.array(value, { maxLength: 30 }), fc.array(fc.option(value, { freq: 3 }), { maxLength: 30 })).map((values) => ({ type, values })));
