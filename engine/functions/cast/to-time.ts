// Casts to dates, timestamps, TIME and intervals. source: Spark Cast, DateTimeUtils.

import { raise } from '../../../planner/errors/index.js';
import * as T from '../../../planner/types.js';
import type { DataType, TypeOf } from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';
import { parseDateText, parseTimestampText, trimControls } from '../../formats/datetime.js';
import { divideHalfUp, pow10 } from '../../formats/decimal.js';
import { DAY, FIELD_MICROS, floorDays, SECOND, timeOfDay } from '../../formats/micros.js';
import { localMicrosToUtc, localToUtc, utcMicrosToLocal } from '../../formats/zone.js';
import { type CastFunction, CONFIG, type Context, identity, isLong, LONG_MAX, LONG_MIN, of, overflowed, quotedType, saturatedLong, unreadable } from './convert.js';
import { castDayTime, castYearMonth } from './interval-text.js';

export function toDate(from: DataType, to: DataType, c: Context): CastFunction | undefined {
  const { zone } = c;
  switch (from.kind) {
    case 'string': { const bad = unreadable(c, to); return of((v: string) => parseDateText(v) ?? bad(v)); }
    case 'timestamp': return of((v: bigint) => floorDays(utcMicrosToLocal(v, zone)));
    case 'timestamp_ntz': return of(floorDays);
    default: return undefined;
  }
}
export function toTimestamp(from: DataType, to: DataType, c: Context): CastFunction | undefined {
  const { zone } = c;
  switch (from.kind) {
    case 'string': { const bad = unreadable(c, to); return of((v: string) => parseTimestampText(v, { zone }) ?? bad(v)); }
    case 'boolean': return of((v: boolean) => v ? 1n : 0n);
    case 'tinyint': case 'smallint': case 'int': return of((v: number) => BigInt(v) * SECOND);
    case 'bigint': return of((v: bigint) => { const r = v * SECOND; if (r > LONG_MAX) return LONG_MAX; if (r < LONG_MIN) return LONG_MIN; return r; });
    case 'float': case 'double': return of((v: number) => {
      if (!Number.isFinite(v)) return c.mode === 'ansi' ? raise('CAST_INVALID_INPUT', { expression: String(v), sourceType: '"DOUBLE"', targetType: quotedType(to), ansiConfig: CONFIG }) : null;
      const micros = v * 1e6;
      if (c.mode === 'legacy' || isLong(micros)) return saturatedLong(micros);
      return overflowed(micros, T.DOUBLE, T.BIGINT, c);
    });
    case 'decimal': { const shift = 6 - from.scale; return of((v: bigint) => BigInt.asIntN(64, shift >= 0 ? v * pow10(shift) : v / pow10(-shift))); }
    case 'date': return of((v: number) => BigInt(localToUtc(v * 86400, zone)) * SECOND);
    case 'timestamp_ntz': return of((v: bigint) => localMicrosToUtc(v, zone));
    default: return undefined;
  }
}
export function toTimestampNtz(from: DataType, to: DataType, c: Context): CastFunction | undefined {
  const { zone } = c;
  switch (from.kind) {
    case 'string': { const bad = unreadable(c, to); return of((v: string) => parseTimestampText(v, { zone, local: 'ignore_zone' }) ?? bad(v)); }
    case 'date': return of((v: number) => BigInt(v) * DAY);
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
  return BigInt(hour * 3600 + minute * 60 + second) * SECOND + BigInt((m[4] ?? '').slice(0, 6).padEnd(6, '0'));
}
/** Digits of the fraction beyond the type's are cut. */
export const cutTime = (precision: number): ((v: bigint) => bigint) => { const unit = pow10(6 - Math.min(6, precision)); return (v) => v - v % unit; };
export function toTime(from: DataType, to: TypeOf<'time'>, c: Context): CastFunction | undefined {
  const cut = cutTime(to.precision);
  switch (from.kind) {
    case 'string': { const bad = unreadable(c, to); return of((v: string) => { const t = parseTimeText(v); return t === undefined ? bad(v) : cut(t); }); }
    case 'time': return of(cut);
    case 'timestamp': return of((v: bigint) => cut(timeOfDay(utcMicrosToLocal(v, c.zone))));
    case 'timestamp_ntz': return of((v: bigint) => cut(timeOfDay(v)));
    default: return undefined;
  }
}

export function toYearMonth(from: DataType, to: TypeOf<'year_month_interval'>, c: Context): CastFunction | undefined {
  const unit = to.to === 'year' ? 12n : 1n;
  const fail = (v: Value): null => overflowed(v, from, to, c);
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
export function toDayTime(from: DataType, to: TypeOf<'day_time_interval'>, c: Context): CastFunction | undefined {
  const unit = FIELD_MICROS[to.to];
  const fail = (v: Value): null => overflowed(v, from, to, c);
  const settle = (v: Value, micros: bigint): Value => micros === BigInt.asIntN(64, micros) ? micros : fail(v);
  switch (from.kind) {
    case 'string': return of((v: string) => castDayTime(v, to));
    case 'tinyint': case 'smallint': case 'int': return of((v: number) => settle(v, BigInt(v) * unit));
    case 'bigint': return of((v: bigint) => settle(v, v * unit));
    case 'decimal': return of((v: bigint) => settle(v, divideHalfUp(v * unit, pow10(from.scale))));
    case 'day_time_interval': return to.to === 'second' ? identity : of((v: bigint) => v - v % unit);
    default: return undefined;
  }
}
