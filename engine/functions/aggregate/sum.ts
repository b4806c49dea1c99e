// sum, avg and their try_ forms. Integers and decimals are summed exactly; doubles in order of arrival. An overflow raises under ANSI,
// wraps (BIGINT) or is NULL (DECIMAL) without it, and is NULL for good in the try_ forms.
//
// source: Spark's Sum and Average: result types, the decimal buffer of 38 digits, what overflows.

import { raise } from '../../../planner/errors/index.js';
import type { Accepts, Call } from '../../../planner/tree.js';
import type { DataType } from '../../../planner/types.js';
import * as T from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';
import { columnOf } from '../../columnar/build.js';
import { bitmapBytes, type Column, fixedColumn, isValid, type Values } from '../../columnar/column.js';
import { divideHalfUp } from '../../formats/decimal.js';
import { outOfRange } from '../cast/decimal.js';
import { type Accumulator, aggregate, type AggregateCall, type AggregateFunction } from '../define.js';
import { objectAccumulator } from './object.js';
import { doubleResult, doubleState, gather, longState, seenState, seenValidity, typedAccumulator } from './typed.js';

const ADDABLE: Accepts = { kind: 'class', class: 'addable' };
const MOST = 10n ** 38n;

type Mode = 'raise' | 'wrap' | 'null';
const modeOf = (call: AggregateCall, tries: boolean): Mode => tries ? 'null' : call.settings.ansi ? 'raise' : 'wrap';
const config = '"spark.sql.ansi.enabled"';

function overflow(type: DataType): never {
  if (T.isInterval(type)) return raise('INTERVAL_ARITHMETIC_OVERFLOW.WITH_SUGGESTION', { functionName: '`try_add`' });
  if (type.kind === 'decimal') return raise('ARITHMETIC_OVERFLOW', { message: 'Overflow in sum of decimals', alternative: " Use 'try_sum' to tolerate overflow and return NULL instead.", config });
  return raise('ARITHMETIC_OVERFLOW', { message: 'overflow', alternative: " Use 'try_add' to tolerate overflow and return NULL instead.", config });
}

const sumType = (t: DataType): DataType => {
  if (T.isIntegral(t)) return T.BIGINT;
  if (t.kind === 'decimal') return T.decimal(Math.min(38, t.precision + 10), t.scale);
  return T.isInterval(t) ? t : T.DOUBLE;
};
const avgType = (t: DataType): DataType => {
  if (t.kind === 'decimal') {
    const scale = t.scale + 4;
    return T.decimal(Math.min(38, t.precision + 4), Math.min(38, scale));
  }
  return t.kind === 'day_time_interval' ? T.DAY_TIME : t.kind === 'year_month_interval' ? T.YEAR_MONTH : T.DOUBLE;
};

/** Rows counted in a double beside each total: NULL while it is 0, and NaN (for good) after an overflow that gives NULL. */
const rowsState = doubleState;
const present = (rows: number): boolean => rows > 0;
const validTotals = (rows: Values, slots: Int32Array): Uint8Array | null => {
  let validity: Uint8Array | null = null;
  for (let k = 0; k < slots.length; k++) {
    if (present(rows[slots[k]!] as number)) continue;
    validity ??= new Uint8Array(bitmapBytes(slots.length)).fill(255);
    validity[k >> 3]! &= ~(1 << (k & 7));
  }
  return validity;
};

/** Exact totals of a group as bigint and its rows; undefined: NULL. */
type Totals = (slot: number, states: readonly Values[]) => { readonly total: bigint; readonly rows: number } | undefined;
type Finish = (total: bigint, rows: number) => Value;

/** A total without retractions only needs to know whether there is one; it is kept in files as one nullable BIGINT, as Spark does. */
const seenOf = (column: Column): Column => {
  const { validity, length } = column;
  const seen = new Uint8Array(length);
  for (let k = 0; k < length; k++) seen[k] = isValid(validity, k) ? 1 : 0;
  return fixedColumn(T.BOOLEAN, length, seen);
};

/** int32 and narrower: a double that carries into an int64 before it could round. */
function smallIntegers(type: DataType, finish: Finish, counted: boolean): Accumulator {
  const carry = 'if (t > 4503599627370496 || t < -4503599627370496) { S1[s] += BigInt(t); S0[s] = 0; } else S0[s] = t;';
  const total = (slot: number, [low, high]: readonly Values[]): bigint => (high![slot] as bigint) + BigInt(low![slot]!);
  return typedAccumulator({
    id: `sum-small:${counted}`, states: [doubleState, longState, counted ? rowsState : seenState], reads: ['value'],
    add: (weighted) => `const t = S0[s] + x0${weighted ? ' * w' : ''}; ${counted ? `S2[s] += ${weighted ? 'w' : '1'}` : 'S2[s] = 1'}; ${carry}`,
    merge: `const t = S0[s] + x0; S1[s] += x1; ${counted ? 'S2[s] += x2' : 'S2[s] |= x2'}; ${carry}`,
    result: exact(type, (slot, states) => totals(states[2]![slot] as number, () => total(slot, states)), finish),
    ...(!counted && type.kind === 'bigint' && { saved: {
      type: T.BIGINT,
      save: (slots, states) => fixedColumn(T.BIGINT, slots.length, BigInt64Array.from(Array.from(slots, (slot) => total(slot, states))), seenValidity(states[2]!, slots)),
      expand: (column) => [fixedColumn(T.DOUBLE, column.length, new Float64Array(column.length)), { ...column, validity: null }, seenOf(column)],
    } }),
  });
}
const totals = (rows: number, total: () => bigint): ReturnType<Totals> => present(rows) ? { total: total(), rows } : undefined;
const exact = (type: DataType, of: Totals, finish: Finish) => (slots: Int32Array, states: readonly Values[]): Column =>
  columnOf(type, Array.from(slots, (slot) => { const t = of(slot, states); return t === undefined ? null : finish(t.total, t.rows); }));

/** int64 that overflows where the result does. */
function longs(type: DataType, mode: Mode, counted: boolean): Accumulator {
  const check = mode === 'wrap' ? '' : `if ((y >= 0n) !== (r >= t)) ${mode === 'raise' ? 'h()' : 'S1[s] = NaN'};`;
  const note = (rows: string): string => counted ? `S1[s] += ${rows};` : 'S1[s] = 1;';
  return typedAccumulator({
    id: `sum-long:${mode}:${counted}`, states: [longState, counted ? rowsState : seenState], reads: ['value'], helper: () => overflow(type),
    add: (weighted) => `const t = S0[s], y = ${weighted ? 'BigInt.asIntN(64, x0 * BigInt(w))' : 'x0'}, r = BigInt.asIntN(64, t + y); S0[s] = r; ${note(weighted ? 'w' : '1')} ${check}`,
    merge: `const t = S0[s], y = x0, r = BigInt.asIntN(64, t + y); S0[s] = r; ${counted ? 'S1[s] += x1' : 'S1[s] |= x1'}; ${check}`,
    result: (slots, [total, rows]) => fixedColumn(type, slots.length, gather(total!, slots), counted ? validTotals(rows!, slots) : seenValidity(rows!, slots)),
    ...(!counted && { saved: {
      type: T.BIGINT,
      save: (slots, [total, seen]) => fixedColumn(T.BIGINT, slots.length, gather(total!, slots), seenValidity(seen!, slots)),
      expand: (column) => [{ ...column, validity: null }, seenOf(column)],
    } }),
  });
}

/** int64 with a second word that takes what overflows: total = S1 · 2^62 + S0. */
function wideLongs(type: DataType, finish: Finish): Accumulator {
  const carry = 'if ((y >= 0n) !== (r >= t)) { const e = t + y; S1[s] += e >> 62n; S0[s] = BigInt.asUintN(62, e); } else S0[s] = r;';
  return typedAccumulator({
    id: 'sum-wide', states: [longState, longState, rowsState], reads: ['value'],
    add: (weighted) => `const t = S0[s], y = ${weighted ? 'BigInt.asIntN(64, x0 * BigInt(w))' : 'x0'}, r = BigInt.asIntN(64, t + y); S2[s] += ${weighted ? 'w' : '1'}; ${carry}`,
    merge: `const t = S0[s], y = x0, r = BigInt.asIntN(64, t + y); S1[s] += x1; S2[s] += x2; ${carry}`,
    result: exact(type, (slot, [low, high, rows]) => totals(rows![slot] as number, () => ((high![slot] as bigint) << 62n) + (low![slot] as bigint)), finish),
  });
}

/** Decimals above 18 digits. Once a total has more than 38 digits it is lost, as Spark's buffer is. */
function decimals(type: DataType, mode: Mode, finish: Finish): Accumulator {
  interface Total { total: bigint; rows: number }
  const add = (s: Total, value: bigint, rows: number): Total => {
    s.total += value;
    s.rows += rows;
    if (s.total >= MOST || s.total <= -MOST) { if (mode === 'raise') overflow(type); s.rows = Number.NaN; s.total = 0n; }
    return s;
  };
  const stateType = T.struct([T.field('total', T.decimal(38, 0)), T.field('rows', T.DOUBLE)]);
  return objectAccumulator<Total>({
    init: () => ({ total: 0n, rows: 0 }), skipNulls: [0], type, stateType,
    add: (s, [v]) => add(s, v as bigint, 1),
    merge: (s, o) => add(s, o.total, o.rows),
    result: (s) => present(s.rows) ? finish(s.total, s.rows) : null,
    save: (s) => [s.total, s.rows],
    load: (v) => { const [total, rows] = v as [bigint, number]; return { total, rows }; },
  });
}

function doubles(average: boolean): Accumulator {
  return typedAccumulator({
    id: 'sum-double', states: [doubleState, rowsState], reads: ['double'],
    add: (weighted) => `S0[s] += x0${weighted ? ' * w' : ''}; S1[s] += ${weighted ? 'w' : '1'};`,
    merge: 'S0[s] += x0; S1[s] += x1;',
    result: (slots, [total, rows]) => doubleResult(slots, (slot) => {
      const n = rows![slot] as number;
      return present(n) ? (total![slot] as number) / (average ? n : 1) : undefined;
    }),
  });
}

function fits(type: DataType, mode: Mode): (v: bigint) => Value {
  if (type.kind === 'decimal') {
    const limit = 10n ** BigInt(type.precision);
    return (v) => v < limit && v > -limit ? v : mode === 'raise' ? overflow(type) : null;
  }
  if (type.kind === 'year_month_interval') return (v) => BigInt.asIntN(32, v) === v ? Number(v) : mode === 'null' ? null : overflow(type);
  return (v) => BigInt.asIntN(64, v) === v ? v : mode === 'wrap' ? BigInt.asIntN(64, v) : mode === 'null' ? null : overflow(type);
}

function sumAccumulator(call: AggregateCall, tries: boolean): Accumulator {
  const from = call.types[0]!;
  const type = sumType(from);
  const mode = modeOf(call, tries);
  const inRange = fits(type, mode);
  const counted = call.retract || tries;
  switch (from.kind) {
    case 'tinyint': case 'smallint': case 'int': case 'year_month_interval': return smallIntegers(type, inRange, counted);
    case 'bigint': case 'day_time_interval': return longs(type, type.kind === 'bigint' ? mode : mode === 'null' ? 'null' : 'raise', counted);
    case 'decimal': return from.precision <= 18 ? wideLongs(type, inRange) : decimals(type, mode, inRange);
    default: return doubles(false);
  }
}

function avgAccumulator(call: AggregateCall, tries: boolean): Accumulator {
  const from = call.types[0]!;
  const type = avgType(from);
  const mode = modeOf(call, tries);
  const inRange = fits(type, mode);
  switch (from.kind) {
    case 'decimal': {
      const factor = 10n ** BigInt((type as T.TypeOf<'decimal'>).scale - from.scale);
      const limit = 10n ** BigInt((type as T.TypeOf<'decimal'>).precision);
      const finish: Finish = (total, rows) => {
        const mean = divideHalfUp(total * factor, BigInt(rows));
        return mean < limit && mean > -limit ? mean : mode === 'raise' ? outOfRange(mean, (type as T.TypeOf<'decimal'>).scale, type as T.TypeOf<'decimal'>) : null;
      };
      return from.precision <= 18 ? wideLongs(type, finish) : decimals(type, mode, finish);
    }
    case 'year_month_interval': return smallIntegers(type, (total, rows) => inRange(divideHalfUp(total, BigInt(rows))), true);
    case 'day_time_interval': return wideLongs(type, (total, rows) => inRange(divideHalfUp(total, BigInt(rows))));
    default: return doubles(true);
  }
}

/** No total of some of the values reaches 2^53 (a double) or 2^63 (an int64); decimals up to 18 digits are added without a limit. */
function exactParts(from: DataType, average: boolean, column: Column): boolean {
  const { length, values, validity } = column;
  switch (from.kind) {
    case 'tinyint': case 'smallint': case 'int': return !average || length < 2 ** 22;
    case 'year_month_interval': return true;
    case 'decimal': return from.precision <= 18;
    case 'bigint': case 'day_time_interval': {
      if (average && from.kind === 'day_time_interval') return true;
      let most = 0n;
      for (let i = 0; i < length; i++) if (isValid(validity, i)) { const v = values[i] as bigint; if (v > most) most = v; else if (-v > most) most = -v; }
      return most * BigInt(length) < (average ? 1n << 53n : 1n << 63n);
    }
    default: return false;
  }
}

/** What has been added cannot be taken off again: digits are lost, or an overflow has been noted. */
const losesDigits = (type: DataType): boolean => T.isFractional(type) || (type.kind === 'decimal' && type.precision > 18);

const family = (name: string, doc: string, example: string, result: (t: DataType) => DataType, accumulator: (call: AggregateCall) => Accumulator, aliases: readonly string[] = []): AggregateFunction =>
  aggregate(`${name}(any) -> double`, {
    doc, examples: [example], aliases, params: [{ name: 'expr', accepts: ADDABLE, requires: '"NUMERIC" or "ANSI INTERVAL"' }],
    result: (call: Call) => result(call.types[0]!), nullable: () => true, retract: (call) => losesDigits(call.types[0]!) ? 'multiset' : 'invertible', accumulator,
    exactParts: (call, args) => exactParts(call.types[0]!, result === avgType, args[0]!),
  });

export const sum = family('sum', 'Total of the values that are not NULL; NULL if there are none.',
  '(SELECT sum(a) FROM VALUES (1), (2), (NULL) AS t(a)) = 3', sumType, (call) => sumAccumulator(call, false));
export const trySum = family('try_sum', 'As sum, but NULL where the total does not fit.',
  '(SELECT try_sum(a) FROM VALUES (9223372036854775807L), (1L) AS t(a)) = NULL', sumType, (call) => sumAccumulator(call, true));
export const avg = family('avg', 'Mean of the values that are not NULL; NULL if there are none.',
  '(SELECT avg(a) FROM VALUES (1), (2), (NULL) AS t(a)) = 1.5D', avgType, (call) => avgAccumulator(call, false), ['mean']);
export const tryAvg = family('try_avg', 'As avg, but NULL where it does not fit.',
  '(SELECT try_avg(a) FROM VALUES (1), (2) AS t(a)) = 1.5D', avgType, (call) => avgAccumulator(call, true));
