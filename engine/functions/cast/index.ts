// CAST: one function from a value of a type to the value of another, for every pair that the analyzer lets through (legality is its
// own). ANSI mode raises; legacy wraps, cuts or gives NULL; TRY is ANSI with NULL in place of its own failures.
// A cast is a function of its value alone: text with a time but no date ('12:34'), which Spark puts on the day of the query, is no TIMESTAMP here.
// source: Spark Cast, its recorded cases, and the classes it names in each family.

import { EngineError, raise } from '../../../planner/errors/index.js';
import type { Settings } from '../../../planner/tree.js';
import * as T from '../../../planner/types.js';
import type { DataType, TypeOf } from '../../../planner/types.js';
import type { Value, VariantValue } from '../../../planner/values.js';
import { pow10 } from '../../formats/decimal.js';
import { parseCalendar } from '../../formats/interval-text.js';
import { DAY, floorDays } from '../../formats/micros.js';
import { renderer } from '../../formats/render.js';
import { zoneOf } from '../../formats/zone.js';
import type { Inline } from '../define.js';
import { type CastFunction, type Context, identity, of } from './convert.js';
import { toBoolean, toDecimal, toFractional, toIntegral } from './to-number.js';
import { toDate, toDayTime, toTime, toTimestamp, toTimestampNtz, toYearMonth } from './to-time.js';
import { fromVariant, toVariant } from './variant.js';

export type CastMode = 'ansi' | 'legacy' | 'try';

// ── Strings, binaries, containers ──

function toText(from: DataType, c: Context): CastFunction {
  if (from.kind === 'string') return identity;
  if (from.kind === 'binary') return of((v: Uint8Array) => Buffer.from(v.buffer, v.byteOffset, v.byteLength).toString('utf8'));
  if (from.kind === 'variant') return of((v: VariantValue) => fromVariant(v, T.STRING, castVariantScalar(c), c.zone));
  return renderer(from, { zone: c.zone, nullText: 'null', bytesAsText: true });
}
function toBinary(from: DataType, c: Context): CastFunction | undefined {
  switch (from.kind) {
    case 'string': return of((v: string) => new Uint8Array(Buffer.from(v, 'utf8')));
    case 'tinyint': return of((v: number) => Uint8Array.of(v & 255));
    case 'smallint': return of((v: number) => Uint8Array.of((v >> 8) & 255, v & 255));
    case 'int': return of((v: number) => Uint8Array.of(v >>> 24, (v >> 16) & 255, (v >> 8) & 255, v & 255));
    case 'bigint': return of((v: bigint) => { const out = Buffer.alloc(8); out.writeBigInt64BE(v); return new Uint8Array(out); });
    default: return c.mode === 'legacy' ? () => null : undefined;
  }
}
const nullable = (f: CastFunction): CastFunction => (v) => v === null ? null : f(v);
function toArray(from: DataType, to: TypeOf<'array'>, c: Context): CastFunction | undefined {
  if (from.kind !== 'array') return undefined;
  const element = nullable(between(from.element, to.element, c));
  return of((v: readonly Value[]) => v.map(element));
}
function toMap(from: DataType, to: TypeOf<'map'>, c: Context): CastFunction | undefined {
  if (from.kind !== 'map') return undefined;
  const key = between(from.key, to.key, c);
  const value = nullable(between(from.value, to.value, c));
  return of((v: readonly (readonly Value[])[]) => v.map(([k, x]) => [key(k!), value(x ?? null)]));
}
function toStruct(from: DataType, to: TypeOf<'struct'>, c: Context): CastFunction | undefined {
  if (from.kind !== 'struct') return undefined;
  const fields = to.fields.map((f, i) => nullable(between(from.fields[i]!.type, f.type, c)));
  return of((v: readonly Value[]) => v.map((x, i) => fields[i]!(x)));
}
/** How a scalar inside of a variant becomes a value of a type. */
const castVariantScalar = (c: Context) => (from: DataType, to: DataType): CastFunction => between(from, to, { ...c, mode: 'ansi', tries: false });

// ── The table ──

function pick(from: DataType, to: DataType, c: Context): CastFunction | undefined {
  if (from.kind === 'variant' && to.kind !== 'variant' && to.kind !== 'string') {
    const scalar = castVariantScalar(c);
    return of((v: VariantValue) => fromVariant(v, to, scalar, c.zone, c.tries));
  }
  switch (to.kind) {
    case 'boolean': return toBoolean(from, to, c);
    case 'tinyint': case 'smallint': case 'int': case 'bigint': return toIntegral(from, to, c);
    case 'float': case 'double': return toFractional(from, to, c);
    case 'decimal': return toDecimal(from, to, c);
    case 'string': return toText(from, c);
    case 'binary': return toBinary(from, c);
    case 'date': return toDate(from, to, c);
    case 'timestamp': return toTimestamp(from, to, c);
    case 'timestamp_ntz': return toTimestampNtz(from, to, c);
    case 'time': return toTime(from, to, c);
    case 'year_month_interval': return toYearMonth(from, to, c);
    case 'day_time_interval': return toDayTime(from, to, c);
    case 'interval': {
      // The one cast of a text that never fails.
      if (from.kind === 'string') return of((v: string) => parseCalendar(v) ?? null);
      if (from.kind === 'year_month_interval') return of((v: number) => ({ months: v, days: 0, micros: 0n }));
      return from.kind === 'day_time_interval' ? of((v: bigint) => ({ months: 0, days: Number(v / DAY), micros: v % DAY })) : undefined;
    }
    case 'variant': return of((v: Value) => toVariant(v, from));
    case 'array': return toArray(from, to, c);
    case 'map': return toMap(from, to, c);
    case 'struct': return toStruct(from, to, c);
    default: return undefined;
  }
}
function between(from: DataType, to: DataType, c: Context): CastFunction {
  if (from.kind === 'void') return () => null;
  if (T.sameType(from, to) && from.kind !== 'struct') return identity;
  const f = pick(from, to, c) ?? raise('NOT_SUPPORTED_YET', { feature: `CAST from ${T.sqlName(from)} to ${T.sqlName(to)}` });
  return c.tries && !total(from, to) && (from.kind === 'variant' || !isContainer(to)) ? nullOnFailure(f) : f;
}
const isContainer = (t: DataType): boolean => t.kind === 'array' || t.kind === 'map' || t.kind === 'struct';
function nullOnFailure(f: CastFunction): CastFunction {
  return (v) => {
    try { return f(v); } catch (error) { if (error instanceof EngineError) return null; throw error; }
  };
}

/** The cast of values that are not NULL. `try`: NULL where the cast itself fails. */
export function castRow(from: DataType, to: DataType, mode: CastMode, settings: Settings): CastFunction {
  const zone = zoneOf(settings.timeZone);
  return between(from, to, { mode: mode === 'legacy' ? mode : 'ansi', tries: mode === 'try', settings, zone });
}

/** Never fails, never gives NULL: numbers to wider numbers, everything to text. */
function total(from: DataType, to: DataType): boolean {
  if (from.kind === 'void') return false;
  if (T.sameType(from, to) && T.isAtomic(from)) return true;
  const order = ['tinyint', 'smallint', 'int', 'bigint', 'float', 'double'];
  const [f, t] = [order.indexOf(from.kind), order.indexOf(to.kind)];
  if (f >= 0 && t >= 0) return f <= t;
  if (from.kind === 'decimal' && to.kind === 'decimal') return to.scale >= from.scale && to.precision - to.scale >= from.precision - from.scale;
  if (from.kind === 'decimal') return t >= 4;
  if (from.kind === 'boolean') return t >= 0;
  if (from.kind === 'date') return to.kind === 'timestamp' || to.kind === 'timestamp_ntz';
  if (from.kind === 'timestamp' || from.kind === 'timestamp_ntz') return to.kind === 'date' || to.kind === 'timestamp' || to.kind === 'timestamp_ntz' || t >= 4;
  if (to.kind === 'decimal' && f >= 0 && f < 4) return to.precision - to.scale >= [3, 5, 10, 20][f]!;
  return false;
}

/** Generated code for the casts that are met in hot loops; undefined: the row function is called. */
export function castInline(from: DataType, to: DataType, mode: CastMode, settings: Settings): Inline | undefined {
  if (from.kind === 'void' || T.isAtomic(from) === false || T.isAtomic(to) === false) return undefined;
  const safe = total(from, to);
  if (to.kind === 'decimal' && from.kind === 'decimal' && safe) {
    const up = pow10(to.scale - from.scale);
    return { code: ([a]) => up === 1n ? a! : to.precision <= 18 ? `BigInt.asIntN(64, ${a} * ${up}n)` : `(${a} * ${up}n)`, total: true };
  }
  if (to.kind === 'decimal' && safe && T.isIntegral(from)) {
    const up = pow10(to.scale);
    return { code: ([a]) => from.kind === 'bigint' ? `(${a} * ${up}n)` : `(BigInt(${a}) * ${up}n)`, total: true };
  }
  if (from.kind === 'boolean' && safe) return { code: ([a]) => to.kind === 'bigint' ? `(${a} ? 1n : 0n)` : `(${a} ? 1 : 0)`, total: true };
  const fixed = zoneOf(settings.timeZone).fixed;
  if (fixed === 0 && from.kind === 'timestamp' && to.kind === 'timestamp_ntz') return { code: ([a]) => a!, total: true };
  if (fixed === 0 && from.kind === 'timestamp_ntz' && to.kind === 'timestamp') return { code: ([a]) => a!, total: true };
  if (to.kind === 'date' && (from.kind === 'timestamp_ntz' || (from.kind === 'timestamp' && fixed === 0))) return { code: ([a], use) => `${use(floorDays)}(${a})`, total: true };
  if (fixed === 0 && from.kind === 'date' && to.kind === 'timestamp') return { code: ([a]) => `(BigInt(${a}) * 86400000000n)`, total: true };
  if (from.kind === 'date' && to.kind === 'timestamp_ntz') return { code: ([a]) => `(BigInt(${a}) * 86400000000n)`, total: true };
  if (mode === 'try' && !safe) return undefined;
  const row = castRow(from, to, mode, settings);
  return { code: ([a], use) => `${use(row)}(${a})`, ...(safe && { total: true as const }) };
}

/** What the evaluators take casts from. */
export const casts = { row: castRow, inline: castInline };
