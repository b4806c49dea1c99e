// Arithmetic of dates, times and intervals. Days and months move on the calendar of the session's zone (the wall clock stays), hours
// and less by elapsed time. source: Spark datetimeExpressions, intervalExpressions, DateTimeUtils.

import { raise } from '../../../planner/errors/index.js';
import type { Call } from '../../../planner/tree.js';
import * as T from '../../../planner/types.js';
import type { DataType } from '../../../planner/types.js';
import type { CalendarInterval } from '../../../planner/values.js';
import { dateToMicros, DAY, floorDays, timeOfDay } from '../../formats/micros.js';
import { civilOfDays, daysInMonth, daysOfCivil } from '../../formats/civil.js';
import { timestampText } from '../../formats/datetime.js';
import { localMicrosToUtc, UTC, utcMicrosToLocal, type Zone, zoneOf } from '../../formats/zone.js';
import { dayTimeText } from '../../formats/render.js';
import { divideHalfUp, pow10 } from '../../formats/decimal.js';
import type { RowFunction, ScalarFunction } from '../define.js';
import { tolerant } from './arithmetic.js';
import { cls, inlineCode, intervalOverflow, oneOf, operator, overflow, overflowNowhere, type, variable } from './shared.js';

const asLong = (x: bigint): bigint => BigInt.asIntN(64, x);

/** The date some months later; the last day of the month where the day does not exist there. */
export function addMonths(days: number, months: number): number {
  const [year, month, day] = civilOfDays(days);
  const total = year * 12 + month - 1 + months;
  const y = Math.floor(total / 12);
  const m = total - y * 12 + 1;
  return daysOfCivil(y, m, Math.min(day, daysInMonth(y, m)));
}
/** Months and days by the local calendar, then microseconds by elapsed time. */
export function addToTimestamp(micros: bigint, months: number, days: number, rest: bigint, zone: Zone): bigint {
  let result = micros;
  if (months !== 0 || days !== 0) {
    const local = utcMicrosToLocal(micros, zone);
    const day = floorDays(local);
    const moved = (months === 0 ? day : addMonths(day, months)) + days;
    result = localMicrosToUtc(dateToMicros(moved) + timeOfDay(local), zone);
  }
  result += rest;
  return result === asLong(result) ? result : overflow('long overflow');
}
/** Whole days of the interval by the local calendar, then the rest by elapsed time. */
export function addDayTime(micros: bigint, interval: bigint, zone: Zone): bigint {
  const days = interval / DAY;
  return addToTimestamp(micros, 0, Number(days), interval - days * DAY, zone);
}

/** Zone in which the calendar of a type runs: TIMESTAMP_NTZ has none. */
const zoneFor = (t: DataType, call: Call): Zone => t.kind === 'timestamp' ? zoneOf(call.settings.timeZone) : UTC;
const unsigned = (sign: 1 | -1, x: bigint): bigint => sign === 1 ? x : -x;

/** timestamp ± interval, date ± year-month or calendar interval, time ± day-time interval. */
function addInterval(call: Call, sign: 1 | -1): RowFunction {
  const [start, interval] = [call.types[0]!, call.types[1]!];
  if (start.kind === 'time') return addToTime(interval, sign);
  if (start.kind === 'date') return addToDate(interval, sign);
  const zone = zoneFor(start, call);
  switch (interval.kind) {
    case 'year_month_interval': return (t: bigint, months: number) => addToTimestamp(t, sign * months, 0, 0n, zone);
    case 'day_time_interval': {
      if (zone.fixed !== undefined) return (t: bigint, micros: bigint) => addToTimestamp(t, 0, 0, unsigned(sign, micros), zone);
      return (t: bigint, micros: bigint) => addDayTime(t, unsigned(sign, micros), zone);
    }
    default: return (t: bigint, i: CalendarInterval) => addToTimestamp(t, sign * i.months, sign * i.days, unsigned(sign, i.micros), zone);
  }
}
function addToTime(interval: DataType, sign: 1 | -1): RowFunction {
  return (time: bigint, micros: bigint) => {
    const result = time + unsigned(sign, micros);
    if (result >= 0n && result < DAY) return result;
    const text = interval.kind === 'day_time_interval' ? dayTimeText(unsigned(sign, micros), interval.from, interval.to) : String(micros);
    return raise('DATETIME_OVERFLOW', { operation: `add ${text} to the time value TIME '${timestampText(time, UTC).slice(11)}'` }, { nowhere: true });
  };
}
function addToDate(interval: DataType, sign: 1 | -1): RowFunction {
  switch (interval.kind) {
    case 'year_month_interval': return (d: number, months: number) => checkDays(addMonths(d, sign * months));
    case 'day_time_interval': return (d: number, micros: bigint) => checkDays(d + sign * Number(micros / DAY));
    default: return (d: number, i: CalendarInterval) => {
      if (i.micros !== 0n) raise('INVALID_INTERVAL_WITH_MICROSECONDS_ADDITION', {}, { nowhere: true });
      return checkDays(addMonths(d, sign * i.months) + sign * i.days);
    };
  }
}
const checkDays = (days: number): number => days === (days | 0) ? days : overflow('integer overflow');

function subtractDates(call: Call): RowFunction {
  const result = call.type ?? call.fn.result(call);
  if (result.kind === 'interval') return (a: number, b: number): CalendarInterval => monthsAndDays(b, a);
  return (a: number, b: number) => BigInt(a - b) * DAY;
}
function monthsAndDays(from: number, to: number): CalendarInterval {
  const [y1, m1, d1] = civilOfDays(from);
  const [y2, m2, d2] = civilOfDays(to);
  let months = (y2 - y1) * 12 + m2 - m1;
  if (months > 0 && d2 < d1) months--;
  else if (months < 0 && d2 > d1) months++;
  return { months, days: to - addMonths(from, months), micros: 0n };
}
/** Difference of wall clocks. */
function subtractTimestamps(call: Call): RowFunction {
  const zone = call.types[0]!.kind === 'timestamp' || call.types[1]!.kind === 'timestamp' ? zoneOf(call.settings.timeZone) : UTC;
  const result = call.type ?? call.fn.result(call);
  if (result.kind === 'interval') return (a: bigint, b: bigint): CalendarInterval => ({ months: 0, days: 0, micros: a - b });
  if (zone.fixed !== undefined) return (a: bigint, b: bigint) => a - b;
  return (a: bigint, b: bigint) => utcMicrosToLocal(a, zone) - utcMicrosToLocal(b, zone);
}

// ── Scaling ──

const asMonths = (total: bigint, where: 'nowhere' | 'here' = 'here'): number => total === BigInt.asIntN(32, total) ? Number(total) : where === 'nowhere' ? intervalOverflow() : overflowNowhere('integer overflow');
const asMicros = (total: bigint): bigint => total === asLong(total) ? total : overflowNowhere('long overflow');
const LONG = 2 ** 63;
/** Half up, as Java's DoubleMath with RoundingMode.HALF_UP: away from zero. */
const roundDouble = (x: number): number => x < 0 ? -Math.round(-x) : Math.round(x);
const monthsOfDouble = (x: number): number => { const r = roundDouble(x); return r === (r | 0) ? r | 0 : overflowNowhere('not in range'); };
const microsOfDouble = (x: number): bigint => { const r = roundDouble(x); return r < LONG && r >= -LONG ? BigInt(r) : overflowNowhere('not in range'); };

function multiply(call: Call): RowFunction {
  const [interval, factor] = [call.types[0]!, call.types[1]!];
  const decimalUnit = factor.kind === 'decimal' ? pow10(factor.scale) : 1n;
  if (interval.kind === 'interval') return (i: CalendarInterval, x: number | bigint) => scaleCalendar(i, asNumber(x, factor));
  const monthly = interval.kind === 'year_month_interval';
  switch (factor.kind) {
    case 'float': case 'double': return monthly ? (m: number, x: number) => monthsOfDouble(m * x) : (m: bigint, x: number) => microsOfDouble(Number(m) * x);
    case 'decimal': return monthly ? (m: number, x: bigint) => asMonths(divideHalfUp(BigInt(m) * x, decimalUnit)) : (m: bigint, x: bigint) => asMicros(divideHalfUp(m * x, decimalUnit));
    default: return monthly ? (m: number, x: number | bigint) => asMonths(BigInt(m) * BigInt(x)) : (m: bigint, x: number | bigint) => asMicros(m * BigInt(x));
  }
}
const intervalByZero = (nowhere = false): never => raise('INTERVAL_DIVIDED_BY_ZERO', {}, { nowhere });
function divide(call: Call): RowFunction {
  const [interval, divisor] = [call.types[0]!, call.types[1]!];
  if (interval.kind === 'interval') return (i: CalendarInterval, x: number | bigint) => { const n = asNumber(x, divisor); return n === 0 ? intervalByZero(true) : divideCalendar(i, n); };
  const monthly = interval.kind === 'year_month_interval';
  switch (divisor.kind) {
    case 'float': case 'double': return monthly ? (m: number, x: number) => x === 0 ? intervalByZero() : monthsOfDouble(m / x) : (m: bigint, x: number) => x === 0 ? intervalByZero() : microsOfDouble(Number(m) / x);
    default: {
      const unit = divisor.kind === 'decimal' ? pow10(divisor.scale) : 1n;
      const quotient = (m: bigint, x: bigint): bigint => x < 0n ? divideHalfUp(-m * unit, -x) : divideHalfUp(m * unit, x);
      return monthly ? (m: number, x: number | bigint) => Number(x) === 0 ? intervalByZero() : asMonths(quotient(BigInt(m), BigInt(x)))
        : (m: bigint, x: number | bigint) => Number(x) === 0 ? intervalByZero() : asMicros(quotient(m, BigInt(x)));
    }
  }
}
const asNumber = (x: number | bigint, t: DataType): number => t.kind === 'decimal' ? Number(x) / 10 ** t.scale : Number(x);
function calendarOf(months: number, days: number, micros: number): CalendarInterval {
  const wholeMonths = Math.trunc(months);
  const wholeDays = Math.trunc(days);
  if (wholeMonths !== (wholeMonths | 0) || wholeDays !== (wholeDays | 0)) overflowNowhere();
  // A fraction of a month is dropped, a fraction of a day becomes time.
  return { months: wholeMonths | 0, days: wholeDays | 0, micros: BigInt(Math.round(micros + (days - wholeDays) * 86_400_000_000)) };
}
const scaleCalendar = (i: CalendarInterval, x: number): CalendarInterval => calendarOf(i.months * x, i.days * x, Number(i.micros) * x);
const divideCalendar = (i: CalendarInterval, x: number): CalendarInterval => calendarOf(i.months / x, i.days / x, Number(i.micros) / x);

/** Results of scaling lose their fields: YEAR TO MONTH, DAY TO SECOND. */
function wholeInterval(call: Call): DataType {
  const t = call.types[0]!;
  return t.kind === 'year_month_interval' ? T.YEAR_MONTH : t.kind === 'day_time_interval' ? T.DAY_TIME : T.CALENDAR_INTERVAL;
}

// ── Definitions ──

const DAYS = oneOf(type(T.INT), type(T.SMALLINT), type(T.TINYINT));
const INTERVALS = cls('interval');
const startType = (call: Call): DataType => {
  const [start, interval] = [call.types[0]!, call.types[1]!];
  return start.kind === 'date' && interval.kind === 'day_time_interval' && interval.to !== 'day' ? T.TIMESTAMP : start;
};
const plusText = (sign: string) => (args: readonly string[]): string => `${args[0]} ${sign} ${args[1]}`;
const addDays = (symbol: '+' | '-', name: string, doc: string, example: string, aliases: readonly string[]): ScalarFunction => operator([type(T.DATE), DAYS], {
  name, doc, aliases, examples: [example], fixedName: name, result: () => T.DATE,
  bind: (): RowFunction => symbol === '+' ? (d: number, n: number) => (d + n) | 0 : (d: number, n: number) => (d - n) | 0,
  inline: () => ({ ...inlineCode((d, n) => `(${d} ${symbol} ${n} | 0)`), total: true }),
});
const shifting = (name: string, sign: 1 | -1, accepts: 'timestamp' | 'date', doc: string): ScalarFunction => operator(
  [accepts === 'date' ? type(T.DATE) : oneOf(type(T.TIMESTAMP), type(T.TIMESTAMP_NTZ), type(T.TIME)), INTERVALS], {
    name, doc, result: startType, print: plusText(sign === 1 ? '+' : '-'), bind: (call) => addInterval(call, sign),
    inline: (call) => ['timestamp', 'timestamp_ntz'].includes(call.types[0]!.kind) && call.types[1]!.kind === 'day_time_interval' && zoneFor(call.types[0]!, call).fixed !== undefined
      ? { code: ([t, i], use) => `${use(sign === 1 ? addElapsed : subtractElapsed)}(${t}, ${i})` } : undefined,
  });
const addElapsed = (t: bigint, i: bigint): bigint => { const r = asLong(t + i); return (i >= 0n ? r < t : r >= t) ? overflow('long overflow') : r; };
const subtractElapsed = (t: bigint, i: bigint): bigint => { const r = asLong(t - i); return (i >= 0n ? r > t : r <= t) ? overflow('long overflow') : r; };

const scaling = (name: string, symbol: string, body: (call: Call) => RowFunction, doc: string): ScalarFunction => operator([INTERVALS, cls('numeric')], {
  name, doc, ...(symbol === '/' && { lazy: 'right_then_left' as const }), result: wholeInterval, bind: body,
  print: (args, call) => call.types[0]!.kind === 'interval' ? `${symbol === '/' ? 'divide' : 'multiply'}_interval(${args.join(', ')})` : `(${args[0]} ${symbol} ${args[1]})`,
});

export const datetimeOperators: readonly ScalarFunction[] = [
  addDays('+', 'date_add', 'The date some days later.', "date_add(DATE'2024-02-28', 2) = DATE'2024-03-01'", ['dateadd']),
  addDays('-', 'date_sub', 'The date some days earlier.', "date_sub(DATE'2024-03-01', 1) = DATE'2024-02-29'", []),
  shifting('timestamp_add_interval', 1, 'timestamp', 'A timestamp plus an interval.'),
  shifting('timestamp_sub_interval', -1, 'timestamp', 'A timestamp minus an interval.'),
  shifting('date_add_year_month', 1, 'date', 'A date plus months.'),
  shifting('date_sub_year_month', -1, 'date', 'A date minus months.'),
  shifting('date_add_interval', 1, 'date', 'A date plus a calendar interval.'),
  shifting('date_sub_interval', -1, 'date', 'A date minus a calendar interval.'),
  scaling('interval_multiply', '*', multiply, 'An interval times a number.'),
  scaling('interval_divide', '/', divide, 'An interval divided by a number.'),
  scaling('try_interval_multiply', '*', (call) => tolerant(multiply(call)), 'An interval times a number, NULL on overflow.'),
  scaling('try_interval_divide', '/', (call) => tolerant(divide(call)), 'An interval divided by a number, NULL on overflow or zero.'),
  ...([['time_add_interval', 1], ['time_sub_interval', -1]] as const).map(([name, sign]) => operator([type(T.TIME), INTERVALS], {
    name, doc: 'A time of day moved by an interval; it may not leave the day.', result: () => T.TIME, bind: (call) => addInterval(call, sign) })),
  operator([type(T.TIME), type(T.TIME)], { name: 'subtract_times', doc: 'The time between two times of day as an interval.',
    result: () => ({ kind: 'day_time_interval', from: 'hour', to: 'second' }), bind: (): RowFunction => (a: bigint, b: bigint) => a - b }),
  operator([cls('any')], { name: 'try_eval', doc: 'The argument, NULL where computing it fails.', nulls: 'custom', lazy: 'try', nullable: () => true, result: (call) => call.types[0]! }),
  operator([variable('A'), variable('A')], { name: 'subtract_dates', doc: 'The days between two dates as an interval.',
    result: () => ({ kind: 'day_time_interval', from: 'day', to: 'day' }), print: (args) => `(${args[0]} - ${args[1]})`, bind: subtractDates }),
  operator([variable('A'), variable('A')], { name: 'subtract_timestamps', doc: 'The time between two timestamps on the wall clock, as an interval.',
    result: () => T.DAY_TIME, print: (args) => `(${args[0]} - ${args[1]})`, bind: subtractTimestamps }),
];
