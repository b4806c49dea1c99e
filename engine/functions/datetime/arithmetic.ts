// Functions that move dates and times, measure between them, and cut them off.
// source: Spark datetimeExpressions, DateTimeUtils.

import { raise } from '../../../planner/errors/index.js';
import { printExpr, sqlExpr, sqlType } from '../../../planner/expr/print.js';
import type { BoundExpr, Call, Param, RawCall } from '../../../planner/tree.js';
import * as T from '../../../planner/types.js';
import { civilOfDays, daysInMonth, daysOfCivil } from '../../formats/civil.js';
import { localMicrosToUtc, localTime, UTC, utcMicrosToLocal, type Zone, zoneOf } from '../../formats/zone.js';
import { type RowFunction, scalar, type ScalarFunction } from '../define.js';
import { addMonths, addToTimestamp } from '../operators/datetime.js';
import { overflowNowhere } from '../operators/shared.js';
import { DAY, floorDiv, HOUR, SECOND } from '../../formats/micros.js';
import { floor, weekdayOf, zoneOfType } from './shared.js';

const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
const FULL = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'];
function weekdayNamed(text: string): number | undefined {
  const name = text.trim().toUpperCase();
  const at = WEEKDAYS.findIndex((short, i) => name === short || name === FULL[i] || name === FULL[i]!.slice(0, 3));
  return at < 0 ? undefined : at;
}

interface Step { readonly months?: number; readonly days?: number; readonly micros?: bigint }
const UNITS: Readonly<Record<string, Step>> = {
  MICROSECOND: { micros: 1n }, MILLISECOND: { micros: 1000n }, SECOND: { micros: SECOND }, MINUTE: { micros: 60n * SECOND }, HOUR: { micros: HOUR },
  DAY: { days: 1 }, DAYOFYEAR: { days: 1 }, WEEK: { days: 7 }, MONTH: { months: 1 }, QUARTER: { months: 3 }, YEAR: { months: 12 },
};
/** The unit is a word; a text in its place is refused. */
function unitOf(call: Call): Step {
  const [unit] = call.args;
  const name = call.constant(0);
  const written = unit?.kind === 'const' && unit.text !== undefined;
  const step = typeof name === 'string' && written ? UNITS[name.toUpperCase()] : undefined;
  return step ?? raise('INVALID_PARAMETER_VALUE.DATETIME_UNIT', { parameter: '`unit`', functionName: `\`${call.name}\``, invalidValue: `'${String(name)}'` }, { span: call.span });
}

/** Whole months from a to b by the wall clock; the time of day counts. */
function monthsFrom(a: bigint, b: bigint): number {
  const [x, y] = [localTime(a, { name: 'UTC', fixed: 0, offsetAt: () => 0 }), localTime(b, { name: 'UTC', fixed: 0, offsetAt: () => 0 })];
  let months = (y.year - x.year) * 12 + y.month - x.month;
  const rest = (t: typeof x, micros: bigint): bigint => BigInt(t.day) * DAY + micros - floorDiv(micros, DAY) * DAY;
  const [ra, rb] = [rest(x, a), rest(y, b)];
  if (months > 0 && rb < ra) months--;
  else if (months < 0 && rb > ra) months++;
  return months;
}

function monthsBetween(zone: Zone): RowFunction {
  return (a: bigint, b: bigint, round: boolean) => {
    const [x, y] = [localTime(a, zone), localTime(b, zone)];
    const months = (x.year - y.year) * 12 + x.month - y.month;
    const last = (t: typeof x): boolean => t.day === daysInMonth(t.year, t.month);
    if (x.day === y.day || (last(x) && last(y))) return months;
    const seconds = (t: typeof x): number => t.hour * 3600 + t.minute * 60 + t.second;
    const difference = (x.day - y.day) * 86400 + seconds(x) - seconds(y);
    const exact = months + difference / (31 * 86400);
    return round ? Math.round(exact * 1e8) / 1e8 : exact;
  };
}

/** First day of the period that holds a day; undefined: no such unit. */
function truncatedDays(unit: string): ((days: number) => number) | undefined {
  switch (unit.toUpperCase()) {
    case 'WEEK': return (d) => d - weekdayOf(d);
    case 'MONTH': case 'MON': case 'MM': return (d) => d - civilOfDays(d)[2] + 1;
    case 'QUARTER': return (d) => { const [y, m] = civilOfDays(d); return daysOfCivil(y, floor((m - 1) / 3) * 3 + 1, 1); };
    case 'YEAR': case 'YYYY': case 'YY': return (d) => daysOfCivil(civilOfDays(d)[0], 1, 1);
    default: return undefined;
  }
}
/** As truncatedDays, for timestamps; below a day the local time is cut. */
function truncatedMicros(unit: string, zone: Zone): ((micros: bigint) => bigint) | undefined {
  const cut = (step: bigint) => (micros: bigint): bigint => {
    if (step <= SECOND) return floorDiv(micros, step) * step;
    const local = utcMicrosToLocal(micros, zone);
    return micros - (local - floorDiv(local, step) * step);
  };
  switch (unit.toUpperCase()) {
    case 'MICROSECOND': return (m) => m;
    case 'MILLISECOND': return cut(1000n);
    case 'SECOND': return cut(SECOND);
    case 'MINUTE': return cut(60n * SECOND);
    case 'HOUR': return cut(HOUR);
    default: {
      const days = /^(DAY|DD)$/i.test(unit) ? (d: number): number => d : truncatedDays(unit);
      return days && ((m) => localMicrosToUtc(BigInt(days(Number(floorDiv(utcMicrosToLocal(m, zone), DAY)))) * DAY, zone));
    }
  }
}
/** A constant unit is looked up once. */
function perUnit<R>(call: Call, index: number, find: (unit: string) => R | undefined): (unit: string) => R | undefined {
  const constant = call.constant(index);
  if (typeof constant !== 'string') return find;
  const found = find(constant);
  return () => found;
}

/** A unit that is not known is NULL, behind which the time is not looked at. */
const knownUnit = (name: string, known: (unit: string) => boolean): ScalarFunction =>
  scalar(`${name}(string) -> string`, { doc: 'The unit, if it is one that a time can be cut to; else NULL.', nullable: () => true, row: (unit: string) => known(unit) ? unit : null });
const dateUnit = knownUnit('date_unit', (unit) => truncatedDays(unit) !== undefined);
const timeUnit = knownUnit('timestamp_unit', (unit) => truncatedMicros(unit, UTC) !== undefined);
const unitFirst = (unit: 0 | 1, test: string, target: T.DataType) => (call: RawCall): BoundExpr | undefined => {
  const time = call.args[1 - unit];
  if (call.args.length !== 2 || call.types[unit]!.kind !== 'string' || !['date', 'timestamp', 'timestamp_ntz', 'string'].includes(time!.type.kind)) return undefined;
  const pair = [call.apply(test, [call.args[unit]!]), call.cast(time!, target)];
  return { kind: 'apply', fn: call.fn, name: call.name, args: unit === 0 ? pair : pair.reverse(), type: target, nullable: true, span: call.span, written: { name: call.name, args: call.args } };
};

/** Where the months of a calendar count from an origin, the last day of a month stands for a day that it does not have. */
function monthBucket(months: number, zone: Zone): (t: bigint, origin: bigint) => bigint {
  return (t, origin) => {
    const [local, from] = [utcMicrosToLocal(t, zone), utcMicrosToLocal(origin, zone)];
    const [day, rest] = [floorDiv(from, DAY), ((from % DAY) + DAY) % DAY];
    const at = (k: number): bigint => BigInt(addMonthsTo(Number(day), k * months)) * DAY + rest;
    const distance = (monthNumber(local) - monthNumber(from)) / months;
    let k = floor(distance) + 1;
    while (at(k) > local) k--;
    return localMicrosToUtc(at(k), zone);
  };
}
const monthNumber = (local: bigint): number => { const [y, m] = civilOfDays(Number(floorDiv(local, DAY))); return y * 12 + m; };
const addMonthsTo = addMonths as (days: number, months: number) => number;

const BUCKET: Param = { name: 'bucketSize', accepts: { kind: 'class', class: 'any' } };
const timeBucket: ScalarFunction = scalar('time_bucket(any, any, any?) -> void', {
  doc: 'The beginning of the bucket of a fixed length, counted from an origin, that holds the time.', examples: ["time_bucket(INTERVAL '15' MINUTE, TIMESTAMP '2024-01-01 10:07:30') = TIMESTAMP '2024-01-01 10:00:00'"],
  params: [BUCKET, { name: 'time', accepts: { kind: 'class', class: 'any' } }, { name: 'origin', accepts: { kind: 'class', class: 'any' }, optional: true }],
  resolve: (call) => {
    const [size, time, given] = call.args;
    if (!size || !time) return undefined;
    const target = time.type.kind === 'timestamp_ntz' ? T.TIMESTAMP_NTZ : T.TIMESTAMP;
    const zero = target.kind === 'timestamp' ? localMicrosToUtc(0n, zoneOf(call.settings.timeZone)) : 0n;
    const origin: BoundExpr = given ?? { kind: 'const', type: target, value: zero, nullable: false, text: `${T.sqlName(target)} '1970-01-01 00:00:00'` };
    const all = [size, time, origin];
    const text = `time_bucket(${all.map(printExpr).join(', ')})`;
    const refuse = (index: number, requiredType: string): never => raise('DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE',
      { sqlExpr: `"${text}"`, paramIndex: ['first', 'second', 'third'][index]!, requiredType, inputSql: sqlExpr(all[index]!), inputType: sqlType(all[index]!.type) }, { span: call.span });
    if (!['day_time_interval', 'year_month_interval', 'void'].includes(size.type.kind)) refuse(0, '("INTERVAL DAY TO SECOND" or "INTERVAL YEAR TO MONTH")');
    if (!['timestamp', 'timestamp_ntz', 'void'].includes(time.type.kind)) refuse(1, '"(TIMESTAMP OR TIMESTAMP WITHOUT TIME ZONE)"');
    if (origin.type.kind !== target.kind && origin.type.kind !== 'void') refuse(2, sqlType(target));
    const length = call.constant(0);
    if (length === undefined) return raise('DATATYPE_MISMATCH.NON_FOLDABLE_INPUT', { sqlExpr: `"${text}"`, inputName: '`bucketSize`', inputType: sqlType(size.type), inputExpr: sqlExpr(size) }, { span: call.span });
    if (length !== null && (length as number | bigint) <= 0) raise('DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE', { sqlExpr: `"${text}"`, exprName: '`bucketSize`', valueRange: '(0, inf)', currentValue: printExpr(size) }, { span: call.span });
    const args = [size, call.cast(time, target), call.cast(origin, target)];
    return { kind: 'apply', fn: call.fn, name: call.name, args, type: target, nullable: args.some((a) => a.nullable), span: call.span, written: { name: call.name, args: all, print: text } };
  },
  bind: (call): RowFunction => {
    const length = call.constant(0);
    const zone = zoneOfType(call.types[1], call);
    if (length === null) return () => null;
    if (typeof length === 'number') { const bucket = monthBucket(length, zone); return (_size: number, t: bigint, origin: bigint) => bucket(t, origin); }
    const cut = (size: bigint, t: bigint, origin: bigint): bigint => origin + floorDiv(t - origin, size) * size;
    // Whole days are days of the calendar.
    if (zone.fixed !== undefined || (length as bigint) % DAY !== 0n) return cut;
    return (size: bigint, t: bigint, origin: bigint) => localMicrosToUtc(cut(size, utcMicrosToLocal(t, zone), utcMicrosToLocal(origin, zone)), zone);
  },
});

export const dateArithmetic: readonly ScalarFunction[] = [
  scalar('add_months(date, int) -> date', { doc: 'The date some months later; the last day of the month where the day does not exist there.', examples: ["add_months(DATE '2024-01-31', 1) = DATE '2024-02-29'"], row: (d: number, months: number) => { const moved = addMonths(d, months); return moved === (moved | 0) ? moved : overflowNowhere(); } }),
  scalar('next_day(date, string) -> date', { doc: 'The next such day of the week after a date.', examples: ["next_day(DATE '2015-01-14', 'TU') = DATE '2015-01-20'"], nullable: () => true,
    bind: (call) => (d: number, name: string) => {
      const day = weekdayNamed(name);
      if (day === undefined) return call.settings.ansi ? raise('ILLEGAL_DAY_OF_WEEK', { string: name }) : null;
      return d + ((day - weekdayOf(d) + 6) % 7) + 1;
    } }),
  scalar('datediff(date, date) -> int', { aliases: ['date_diff'], doc: 'Days from the second date to the first.', examples: ["datediff(DATE '2024-03-01', DATE '2024-02-28') = 2"], row: (a: number, b: number) => a - b }),
  scalar('months_between(timestamp, timestamp, boolean = true) -> double', { doc: 'Months from the second time to the first, with fractions of 31 days; rounded to 8 digits unless told not to.', examples: ["months_between('1997-02-28 10:30:00', '1996-10-30') = 3.94959677"],
    bind: (call) => monthsBetween(zoneOfType(T.TIMESTAMP, call)) }),
  scalar('timestampadd(any, bigint, timestamp) -> timestamp', { doc: 'A time so many units later.', examples: ["timestampadd(HOUR, 1, TIMESTAMP '2024-01-01 00:00:00') = TIMESTAMP '2024-01-01 01:00:00'"], fixedName: 'timestampadd', check: unitOf,
    params: [{ name: 'unit', accepts: { kind: 'class', class: 'any' } }, { name: 'quantity', accepts: { kind: 'type', type: T.BIGINT } }, { name: 'timestamp', accepts: { kind: 'one_of', options: [T.TIMESTAMP, T.TIMESTAMP_NTZ].map((type) => ({ kind: 'type' as const, type })) } }],
    result: (call) => call.types[2]!.kind === 'timestamp_ntz' ? T.TIMESTAMP_NTZ : T.TIMESTAMP,
    bind: (call) => {
      const { months = 0, days = 0, micros = 0n } = unitOf(call);
      const zone = zoneOfType(call.types[2], call);
      return (_unit: string, n: bigint, t: bigint) => {
        if (n !== BigInt.asIntN(32, n) && micros === 0n) raise('DATETIME_OVERFLOW', { operation: `add ${n} units to a time` });
        return addToTimestamp(t, months * Number(n), days * Number(n), micros * n, zone);
      };
    } }),
  scalar('timestampdiff(any, timestamp, timestamp) -> bigint', { doc: 'Whole units from the first time to the second, by the wall clock.', examples: ["timestampdiff(MONTH, DATE '2024-01-31', DATE '2024-02-29') = 0"], fixedName: 'timestampdiff', check: unitOf,
    bind: (call) => {
      const { months = 0, days = 0, micros = 0n } = unitOf(call);
      const zone = zoneOfType(T.TIMESTAMP, call);
      return (_unit: string, from: bigint, to: bigint) => {
        const [a, b] = [utcMicrosToLocal(from, zone), utcMicrosToLocal(to, zone)];
        return months > 0 ? BigInt(Math.trunc(monthsFrom(a, b) / months)) : (b - a) / (days > 0 ? BigInt(days) * DAY : micros);
      };
    } }),
  scalar('trunc(date, string) -> date', { doc: 'The first day of the week, month, quarter or year; NULL for another unit.', examples: ["trunc(DATE '2024-02-29', 'MM') = DATE '2024-02-01'"], nullable: () => true, lazy: 'right_then_left', resolve: unitFirst(1, 'date_unit', T.DATE),
    bind: (call) => { const find = perUnit(call, 1, truncatedDays); return (d: number, unit: string) => find(unit)?.(d) ?? null; } }),
  scalar('date_trunc(string, timestamp) -> timestamp', { doc: 'The beginning of the unit that holds the time; NULL for an unknown unit.', examples: ["date_trunc('HOUR', TIMESTAMP '2024-02-29 12:34:56') = TIMESTAMP '2024-02-29 12:00:00'"], nullable: () => true, resolve: unitFirst(0, 'timestamp_unit', T.TIMESTAMP),
    bind: (call) => { const zone = zoneOfType(T.TIMESTAMP, call); const find = perUnit(call, 0, (unit) => truncatedMicros(unit, zone)); return (unit: string, t: bigint) => find(unit)?.(t) ?? null; } }),
  dateUnit, timeUnit, timeBucket,
];
