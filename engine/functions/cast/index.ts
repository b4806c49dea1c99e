// CAST: one function from a value of a type to the value of another, for every pair that the analyzer lets through (legality is its
// own). ANSI mode raises; legacy wraps, cuts or gives NULL; TRY is ANSI with NULL in place of its own failures.
// A cast is a function of its value alone: text with a time but no date ('12:34'), which Spark puts on the day of the query, is no TIMESTAMP here.
// source: Spark Cast, its recorded cases, and the classes it names in each family.

import { EngineError, raise } from '../../../planner/errors/index.js';
import type { Settings } from '../../../planner/tree.js';
import * as T from '../../../planner/types.js';
import type { DataType, DayTimeField, TypeOf } from '../../../planner/types.js';
import type { Value, VariantValue } from '../../../planner/values.js';
import { dateText, localToUtc, parseDateText, parseTimestampText, timestampText, trimControls, UTC, type Zone, zoneOf } from '../../formats/datetime.js';
import { decimalToDouble, divideHalfUp, fits, parseDigits, pow10, rescale, toScale } from '../../formats/decimal.js';
import { parseCalendar } from '../../formats/interval-text.js';
import { decimalText, doubleText, floatOfText, floatText, parseDouble, parseInteger } from '../../formats/number-text.js';
import { dayTimeText, renderer, yearMonthText } from '../../formats/render.js';
import type { Inline } from '../define.js';
import { outOfRange } from './decimal.js';
import { castDayTime, castYearMonth } from './interval-text.js';
import { fromVariant, toVariant } from './variant.js';

export type CastMode = 'ansi' | 'legacy' | 'try';
/** Of values that are not NULL. */
export type CastFunction = (value: Value) => Value;

/** `tries`: what fails is NULL, inside of arrays, maps and structs too. */
interface Context { readonly mode: 'ansi' | 'legacy'; readonly tries: boolean; readonly settings: Settings; readonly zone: Zone }
type Convert<V> = (value: V) => Value;
const of = <V>(f: Convert<V>): CastFunction => f as CastFunction;
const identity: CastFunction = (v) => v;

const CONFIG = '"spark.sql.ansi.enabled"';
const quotedType = (t: DataType): string => `"${T.sqlName(t, false)}"`;
/** A string as a SQL literal in a message. */
const quotedText = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** The value as a literal of its type, as messages print it. */
function literal(value: Value, from: DataType, zone: Zone): string {
  switch (from.kind) {
    case 'bigint': return `${value}L`;
    case 'smallint': return `${value}S`;
    case 'tinyint': return `${value}Y`;
    case 'double': return Number.isFinite(value as number) ? `${doubleText(value as number)}D` : String(value);
    case 'float': return Number.isFinite(value as number) ? floatText(value as number) : String(value);
    case 'decimal': return `${decimalText(value as bigint, from.scale)}BD`;
    case 'string': return quotedText(value as string);
    case 'timestamp': return `TIMESTAMP '${timestampText(value as bigint, zone)}'`;
    case 'timestamp_ntz': return `TIMESTAMP_NTZ '${timestampText(value as bigint, UTC)}'`;
    case 'date': return `DATE '${dateText(value as number)}'`;
    case 'time': return `TIME '${timestampText(value as bigint, UTC).slice(11)}'`;
    case 'year_month_interval': return yearMonthText(value as number, from.from, from.to);
    case 'day_time_interval': return dayTimeText(value as bigint, from.from, from.to);
    default: return String(value);
  }
}
function overflowed(value: Value, from: DataType, to: DataType, zone: Zone): never {
  return raise('CAST_OVERFLOW', { value: literal(value, from, zone), sourceType: quotedType(from), targetType: quotedType(to), ansiConfig: CONFIG }, { nowhere: true });
}
function invalid(value: Value, from: DataType, to: DataType): never {
  return raise('CAST_INVALID_INPUT', { expression: literal(value, from, UTC), sourceType: quotedType(from), targetType: quotedType(to), ansiConfig: CONFIG });
}
/** A string that cannot be read: an error in ANSI mode, else NULL. */
const unreadable = (mode: Context['mode'], to: DataType) => (text: string): null => mode === 'ansi' ? invalid(text, T.STRING, to) : null;

// ── To numbers ──

interface Range { readonly min: number; readonly max: number; readonly shift: number }
const RANGES: Readonly<Partial<Record<DataType['kind'], Range>>> = {
  tinyint: { min: -128, max: 127, shift: 24 }, smallint: { min: -32768, max: 32767, shift: 16 }, int: { min: -2147483648, max: 2147483647, shift: 0 },
};
const LONG_MIN = -(2n ** 63n);
const LONG_MAX = 2n ** 63n - 1n;
const TWO_63 = 2 ** 63;
/** Fits a BIGINT once its fraction is cut. */
const isLong = (x: number): boolean => x < TWO_63 && x >= -TWO_63;
const { fround, trunc } = Math;
/** Cut toward zero, at the limits of BIGINT where it is beyond them. */
export const saturatedLong = (x: number): bigint => Number.isNaN(x) ? 0n : x >= TWO_63 ? LONG_MAX : x <= -TWO_63 ? LONG_MIN : BigInt(trunc(x));

/** A whole number as a value of the type; undefined where it does not fit, unless it is to wrap. */
function fromWhole(to: DataType, wrap: boolean): (whole: bigint) => number | bigint | undefined {
  const range = RANGES[to.kind];
  if (!range) return (w) => { const long = BigInt.asIntN(64, w); return long === w || wrap ? long : undefined; };
  const { min, max, shift } = range;
  return (w) => { const n = Number(w); return n >= min && n <= max ? n : wrap ? Number(BigInt.asIntN(32 - shift, w)) : undefined; };
}

const LONG_DIGITS = 18;
const SHORT_DIGITS = /^[+-]?\d+$/;
function toIntegral(from: DataType, to: DataType, c: Context): CastFunction | undefined {
  const legacy = c.mode === 'legacy';
  const range = RANGES[to.kind];
  const fail = (v: Value): Value => overflowed(v, from, to, c.zone);
  const [whole, exact] = [fromWhole(to, legacy), fromWhole(to, false)];
  switch (from.kind) {
    case 'boolean': return range ? of((v: boolean) => v ? 1 : 0) : of((v: boolean) => v ? 1n : 0n);
    case 'tinyint': case 'smallint': case 'int': {
      if (!range) return of((v: number) => BigInt(v));
      const { min, max, shift } = range;
      return of((v: number) => v >= min && v <= max ? v : legacy ? (v << shift) >> shift : fail(v));
    }
    case 'bigint': {
      if (!range) return identity;
      const { min, max } = range;
      return of((v: bigint) => { const n = Number(v); return n >= min && n <= max ? n : legacy ? Number(BigInt.asIntN(32 - range.shift, v)) : fail(v); });
    }
    case 'float': case 'double': {
      if (!range) return of((v: number) => legacy || isLong(v) ? saturatedLong(v) : v === TWO_63 ? LONG_MAX : fail(v));
      const { min, max, shift } = range;
      return of((v: number) => {
        const n = trunc(v);
        if (n >= min && n <= max) return n | 0;
        return legacy ? ((Number.isNaN(n) ? 0 : Math.min(2147483647, Math.max(-2147483648, n))) << shift) >> shift : fail(v);
      });
    }
    case 'decimal': {
      const unit = pow10(from.scale);
      if (range && from.precision > LONG_DIGITS) {
        // More digits than a long has go to the narrow types by way of a double: 2.99999999999999999999 is 3.
        const double = decimalToDouble(from.scale);
        return of((v: bigint) => { const d = double(v); return Math.floor(d) <= range.max && Math.ceil(d) >= range.min ? trunc(d) | 0 : (legacy ? whole(v / unit) : undefined) ?? fail(v); });
      }
      return of((v: bigint) => whole(v / unit) ?? fail(v));
    }
    case 'string': {
      const bad = unreadable(c.mode, to);
      const [min, max] = range ? [BigInt(range.min), BigInt(range.max)] : [LONG_MIN, LONG_MAX];
      return of((v: string) => {
        const text = trimControls(v);
        if (range && text.length < 10 && SHORT_DIGITS.test(text)) { const n = Number(text) | 0; return n >= range.min && n <= range.max ? n : bad(v); }
        const n = parseInteger(text, min, max, legacy);
        return n === undefined ? bad(v) : range ? Number(n) : n;
      });
    }
    case 'timestamp': return of((v: bigint) => exact(floorSeconds(v)) ?? (legacy ? null : fail(v)));
    case 'time': return of((v: bigint) => whole(v / 1_000_000n) ?? fail(v));
    case 'year_month_interval': {
      const unit = from.to === 'year' ? 12 : 1;
      return of((v: number) => exact(BigInt(trunc(v / unit))) ?? fail(v));
    }
    case 'day_time_interval': {
      const unit = FIELD_MICROS[from.to];
      return of((v: bigint) => exact(v / unit) ?? fail(v));
    }
    case 'date': return legacy ? () => null : undefined;
    default: return undefined;
  }
}
const floorSeconds = (micros: bigint): bigint => { const s = micros / 1_000_000n; return s * 1_000_000n > micros ? s - 1n : s; };

function toFractional(from: DataType, to: DataType, c: Context): CastFunction | undefined {
  const round = to.kind === 'float' ? fround : (x: number): number => x;
  switch (from.kind) {
    case 'boolean': return of((v: boolean) => v ? 1 : 0);
    case 'tinyint': case 'smallint': case 'int': case 'float': case 'double': return to.kind === 'float' ? of(fround) : identity;
    case 'bigint': return of((v: bigint) => round(Number(v)));
    case 'decimal': { const read = decimalToDouble(from.scale); return of((v: bigint) => round(read(v))); }
    case 'string': {
      const bad = unreadable(c.mode, to);
      return of((v: string) => { const n = parseDouble(v); return n === undefined ? bad(v) : to.kind === 'float' ? floatOfText(v.trim(), n) : n; });
    }
    case 'timestamp': return of((v: bigint) => round(Number(v) / 1e6));
    case 'time': return of((v: bigint) => round(Number(v) / 1e6));
    case 'date': return c.mode === 'legacy' ? () => null : undefined;
    default: return undefined;
  }
}

function toDecimal(from: DataType, to: TypeOf<'decimal'>, c: Context): CastFunction | undefined {
  const strict = c.mode === 'ansi';
  const settle = (unscaled: bigint, scale: number): Value => {
    const r = rescale(unscaled, scale, to.scale);
    return fits(r, to.precision) ? r : strict ? outOfRange(unscaled, scale, to) : null;
  };
  switch (from.kind) {
    case 'boolean': return of((v: boolean) => settle(v ? 1n : 0n, 0));
    case 'tinyint': case 'smallint': case 'int': return of((v: number) => settle(BigInt(v), 0));
    case 'bigint': return of((v: bigint) => settle(v, 0));
    case 'decimal': return decimalToDecimal(from, to, settle);
    case 'float': case 'double': {
      const text = from.kind === 'float' ? floatText : String;
      return of((v: number) => {
        if (!Number.isFinite(v)) return null;
        const digits = parseDigits(text(v))!;
        return toScale(digits, to) ?? (strict ? outOfRange(digits.unscaled * pow10(Math.max(0, -digits.scale)), Math.max(0, digits.scale), to) : null);
      });
    }
    case 'string': {
      const bad = unreadable(c.mode, to);
      return of((v: string) => {
        const digits = parseDigits(trimControls(v));
        if (!digits) return bad(v);
        const n = toScale(digits, to);
        if (n !== undefined) return n;
        if (!strict) return null;
        if (String(digits.unscaled).replace('-', '').length - digits.scale > 38) return raise('NUMERIC_OUT_OF_SUPPORTED_RANGE', { value: v }, { nowhere: true });
        return raise('NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION', { value: plainDigits(digits.unscaled, digits.scale), precision: String(to.precision), scale: String(to.scale), config: CONFIG });
      });
    }
    case 'timestamp': case 'time': return of((v: bigint) => settle(v, 6));
    case 'year_month_interval': return of((v: number) => settle(BigInt(from.to === 'year' ? trunc(v / 12) : v), 0));
    case 'day_time_interval': {
      const unit = FIELD_MICROS[from.to];
      return from.to === 'second' ? of((v: bigint) => settle(v, 6)) : of((v: bigint) => settle(v / unit, 0));
    }
    case 'date': return c.mode === 'legacy' ? () => null : undefined;
    default: return undefined;
  }
}
function plainDigits(unscaled: bigint, scale: number): string {
  return scale >= 0 ? decimalText(unscaled, Math.min(scale, 400)) : `${unscaled}${'0'.repeat(Math.min(-scale, 400))}`;
}
function decimalToDecimal(from: TypeOf<'decimal'>, to: TypeOf<'decimal'>, settle: (unscaled: bigint, scale: number) => Value): CastFunction {
  if (to.scale >= from.scale && to.precision - to.scale >= from.precision - from.scale) {
    const up = pow10(to.scale - from.scale);
    return up === 1n ? identity : of((v: bigint) => v * up);
  }
  return of((v: bigint) => settle(v, from.scale));
}

function toBoolean(from: DataType, to: DataType, c: Context): CastFunction | undefined {
  switch (from.kind) {
    case 'tinyint': case 'smallint': case 'int': case 'float': case 'double': return of((v: number) => v !== 0);
    case 'bigint': case 'decimal': case 'timestamp': return of((v: bigint) => v !== 0n);
    case 'string': {
      const bad = unreadable(c.mode, to);
      return of((v: string) => {
        const word = trimControls(v).toLowerCase();
        return TRUE_WORDS.has(word) ? true : FALSE_WORDS.has(word) ? false : bad(v);
      });
    }
    case 'date': return c.mode === 'legacy' ? () => null : undefined;
    default: return undefined;
  }
}
const TRUE_WORDS = new Set(['t', 'true', 'y', 'yes', '1']);
const FALSE_WORDS = new Set(['f', 'false', 'n', 'no', '0']);

// ── To dates and times ──

const MILLION = 1_000_000n;
const DAY_MICROS = 86_400n * MILLION;
const FIELD_MICROS: Readonly<Record<DayTimeField, bigint>> = { day: DAY_MICROS, hour: 3600n * MILLION, minute: 60n * MILLION, second: MILLION };
const floorDays = (micros: bigint): number => { const d = micros / DAY_MICROS; return Number(d * DAY_MICROS > micros ? d - 1n : d); };
/** Instant of a local time. */
export const localMicrosToUtc = (local: bigint, zone: Zone): bigint => {
  const seconds = floorSeconds(local);
  return BigInt(localToUtc(Number(seconds), zone)) * MILLION + (local - seconds * MILLION);
};
/** Local time at an instant. */
export const utcMicrosToLocal = (micros: bigint, zone: Zone): bigint => micros + BigInt(zone.fixed ?? zone.offsetAt(Number(floorSeconds(micros)))) * MILLION;

function toDate(from: DataType, to: DataType, c: Context): CastFunction | undefined {
  const { zone } = c;
  switch (from.kind) {
    case 'string': { const bad = unreadable(c.mode, to); return of((v: string) => parseDateText(v) ?? bad(v)); }
    case 'timestamp': return of((v: bigint) => floorDays(utcMicrosToLocal(v, zone)));
    case 'timestamp_ntz': return of(floorDays);
    default: return undefined;
  }
}
function toTimestamp(from: DataType, to: DataType, c: Context): CastFunction | undefined {
  const { zone } = c;
  switch (from.kind) {
    case 'string': { const bad = unreadable(c.mode, to); return of((v: string) => parseTimestampText(v, { zone }) ?? bad(v)); }
    case 'boolean': return of((v: boolean) => v ? 1n : 0n);
    case 'tinyint': case 'smallint': case 'int': return of((v: number) => BigInt(v) * MILLION);
    case 'bigint': return of((v: bigint) => { const r = v * MILLION; return r > LONG_MAX ? LONG_MAX : r < LONG_MIN ? LONG_MIN : r; });
    case 'float': case 'double': return of((v: number) => {
      if (!Number.isFinite(v)) return c.mode === 'ansi' ? raise('CAST_INVALID_INPUT', { expression: String(v), sourceType: '"DOUBLE"', targetType: quotedType(to), ansiConfig: CONFIG }) : null;
      const micros = v * 1e6;
      if (c.mode === 'legacy' || isLong(micros)) return saturatedLong(micros);
      return overflowed(micros, T.DOUBLE, T.BIGINT, zone);
    });
    case 'decimal': { const shift = 6 - from.scale; return of((v: bigint) => BigInt.asIntN(64, shift >= 0 ? v * pow10(shift) : v / pow10(-shift))); }
    case 'date': return of((v: number) => BigInt(localToUtc(v * 86400, zone)) * MILLION);
    case 'timestamp_ntz': return of((v: bigint) => localMicrosToUtc(v, zone));
    default: return undefined;
  }
}
function toTimestampNtz(from: DataType, to: DataType, c: Context): CastFunction | undefined {
  const { zone } = c;
  switch (from.kind) {
    case 'string': { const bad = unreadable(c.mode, to); return of((v: string) => parseTimestampText(v, { zone, local: 'ignore_zone' }) ?? bad(v)); }
    case 'date': return of((v: number) => BigInt(v) * DAY_MICROS);
    case 'timestamp': return of((v: bigint) => utcMicrosToLocal(v, zone));
    default: return undefined;
  }
}

const TIME_TEXT = /^T?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{0,9}))?)?(?:\s*([AP]M))?$/i;
/** Microseconds of `12:34`, `1:2:3.5`, `12:34:56 PM`; undefined if it is no time. */
export function parseTimeText(text: string): bigint | undefined {
  const m = TIME_TEXT.exec(trimControls(text));
  if (!m) return undefined;
  let hour = Number(m[1]);
  const [minute, second] = [Number(m[2]), Number(m[3] ?? 0)];
  if (m[5]) {
    if (hour < 1 || hour > 12) return undefined;
    hour = (hour % 12) + (m[5].toUpperCase() === 'PM' ? 12 : 0);
  }
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  return BigInt(hour * 3600 + minute * 60 + second) * MILLION + BigInt((m[4] ?? '').slice(0, 6).padEnd(6, '0'));
}
/** Digits of the fraction beyond the type's are cut. */
export const cutTime = (precision: number): ((v: bigint) => bigint) => { const unit = pow10(6 - Math.min(6, precision)); return (v) => v - v % unit; };
function toTime(from: DataType, to: TypeOf<'time'>, c: Context): CastFunction | undefined {
  const cut = cutTime(to.precision);
  switch (from.kind) {
    case 'string': { const bad = unreadable(c.mode, to); return of((v: string) => { const t = parseTimeText(v); return t === undefined ? bad(v) : cut(t); }); }
    case 'time': return of(cut);
    case 'timestamp': return of((v: bigint) => cut(timeOfDay(utcMicrosToLocal(v, c.zone))));
    case 'timestamp_ntz': return of((v: bigint) => cut(timeOfDay(v)));
    default: return undefined;
  }
}
const timeOfDay = (local: bigint): bigint => local - BigInt(floorDays(local)) * DAY_MICROS;

// ── To intervals ──

function toYearMonth(from: DataType, to: TypeOf<'year_month_interval'>, c: Context): CastFunction | undefined {
  const unit = to.to === 'year' ? 12n : 1n;
  const fail = (v: Value): never => overflowed(v, from, to, c.zone);
  const settle = (v: Value, months: bigint): Value => months === BigInt.asIntN(32, months) ? Number(months) : fail(v);
  switch (from.kind) {
    case 'string': return of((v: string) => castYearMonth(v, to));
    case 'tinyint': case 'smallint': case 'int': return of((v: number) => settle(v, BigInt(v) * unit));
    case 'bigint': return of((v: bigint) => settle(v, v * unit));
    case 'decimal': return of((v: bigint) => settle(v, divideHalfUp(v * unit, pow10(from.scale))));
    case 'year_month_interval': return to.to === 'year' ? of((v: number) => v - v % 12) : identity;
    default: return undefined;
  }
}
function toDayTime(from: DataType, to: TypeOf<'day_time_interval'>, c: Context): CastFunction | undefined {
  const unit = FIELD_MICROS[to.to];
  const fail = (v: Value): never => overflowed(v, from, to, c.zone);
  const settle = (v: Value, micros: bigint): Value => micros === BigInt.asIntN(64, micros) ? micros : fail(v);
  switch (from.kind) {
    case 'string': return of((v: string) => castDayTime(v, to));
    case 'tinyint': case 'smallint': case 'int': return of((v: number) => settle(v, BigInt(v) * unit));
    case 'bigint': return of((v: bigint) => settle(v, v * unit));
    case 'decimal': return of((v: bigint) => settle(v, divideHalfUp(v * unit, pow10(from.scale))));
    case 'day_time_interval': return of((v: bigint) => v - v % unit);
    default: return undefined;
  }
}

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
      return from.kind === 'day_time_interval' ? of((v: bigint) => ({ months: 0, days: Number(v / DAY_MICROS), micros: v % DAY_MICROS })) : undefined;
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
