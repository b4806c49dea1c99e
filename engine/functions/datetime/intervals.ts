// Intervals of their parts, and functions of TIME.
// source: Spark intervalExpressions, timeExpressions.

import { EngineError, raise } from '../../../planner/errors/index.js';
import type { Call, Param } from '../../../planner/tree.js';
import * as T from '../../../planner/types.js';
import { dateTimePattern } from '../../formats/datetime-pattern.js';
import { UTC } from '../../formats/zone.js';
import { parseTimeText } from '../cast/to-time.js';
import { type RowFunction, scalar, type ScalarFunction } from '../define.js';
import { overflowNowhere } from '../operators/shared.js';
import { DAY, floorDiv, HOUR, SECOND } from '../../formats/micros.js';
import { needsTime } from './shared.js';

const int = (name: string): Param => ({ name, accepts: { kind: 'type', type: T.INT }, default: { type: T.INT, value: 0 } });
const seconds = (precision: number): Param => ({ name: 'secs', accepts: { kind: 'type', type: T.decimal(precision, 6) }, default: { type: T.decimal(precision, 6), value: 0n } });
const overflow = (): never => raise('INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION');
const inInt = (n: number): number => n === (n | 0) ? n : overflow();
const inLong = (n: bigint): bigint => n === BigInt.asIntN(64, n) ? n : overflow();
const micros = (hours: number, minutes: number, secs: bigint): bigint => BigInt(hours) * HOUR + BigInt(minutes) * 60n * SECOND + secs;
const orNull = (run: RowFunction): RowFunction => (...args: never[]) => { try { return run(...args); } catch (e) { if (e instanceof EngineError) return null; throw e; } };
const calendar: RowFunction = (y: number, m: number, w: number, d: number, h: number, mi: number, s: bigint) => {
  const [months, days, time] = [y * 12 + m, w * 7 + d, micros(h, mi, s)];
  return months !== (months | 0) || days !== (days | 0) || time !== BigInt.asIntN(64, time) ? overflowNowhere() : { months, days, micros: time };
};

const TIME_UNITS: Readonly<Record<string, bigint>> = { MICROSECOND: 1n, MILLISECOND: 1000n, SECOND, MINUTE: 60n * SECOND, HOUR: HOUR };
function timeUnit(unit: string, name: string): bigint {
  return TIME_UNITS[unit.toUpperCase()] ?? raise('INVALID_PARAMETER_VALUE.TIME_UNIT', { parameter: '`unit`', functionName: `\`${name}\``, invalidValue: `'${unit}'` }, { nowhere: true });
}
const outOfBounds = (field: string, max: number, value: number | bigint): never =>
  raise('DATETIME_FIELD_OUT_OF_BOUNDS.WITHOUT_SUGGESTION', { rangeMessage: `Invalid value for ${field} (valid values 0 - ${max}): ${value}` }, { nowhere: true });
const time: Param = { name: 'time', accepts: { kind: 'type', type: T.TIME } };
const text: Param = { name: 'unit', accepts: { kind: 'type', type: T.STRING } };
/** TIME of a number since midnight. */
const timeFrom = (name: string, accepts: 'numeric' | 'integral', unit: bigint, example: string): ScalarFunction => scalar(`${name}(${accepts}) -> time`, {
  exact: true, doc: `The time so many ${name.slice(10).replace(/^(milli|micro)s$/, '$1seconds')} after midnight.`, examples: [example], result: () => T.TIME, namesPosition: false, resolve: needsTime,
  bind: (call: Call) => (n: number | bigint) => {
    const type = call.types[0]!;
    const value = type.kind === 'decimal' ? ((n as bigint) * unit) / 10n ** BigInt(type.scale) : typeof n === 'number' ? BigInt(Math.trunc(n * Number(unit))) : n * unit;
    if (value < 0n || value >= DAY) raise('DATETIME_FIELD_OUT_OF_BOUNDS.WITHOUT_SUGGESTION', { rangeMessage: `Invalid TIME value: must be between 00:00:00 and 23:59:59.999999999, but got ${value * 1000n} nanoseconds` });
    return value;
  },
});

/** Without a pattern as a cast reads it. */
const toTime = (name: string, tries: boolean): ScalarFunction => scalar(`${name}(string, string?) -> time`, {
  doc: `Reads a time${tries ? ', NULL where the text is none' : ''}: as a cast does, or by a pattern.`, examples: [`${name}('12:34') = TIME '12:34:00'`], nullable: () => true,
  params: [{ name: 'str', accepts: { kind: 'type', type: T.STRING }, exact: true }, { name: 'format', accepts: { kind: 'type', type: T.STRING }, optional: true, exact: true }],
  resolve: needsTime, ...(tries && { print: (args: readonly string[]) => `try_to_time(to_time(${args.join(', ')}))` }),
  bind: (): RowFunction => (text: string, pattern?: string) => {
    const read = pattern === undefined ? parseTimeText(text) : dateTimePattern(pattern, true).parse(text, { zone: UTC, local: true });
    if (read !== undefined) return ((read % DAY) + DAY) % DAY;
    return tries ? null : raise('CANNOT_PARSE_TIME', { input: `'${text}'`, format: `'${pattern ?? 'HH:mm:ss.SSSSSS'}'` }, { nowhere: true });
  },
});

export const intervalFunctions: readonly ScalarFunction[] = [
  scalar('make_interval() -> calendar_interval', { doc: 'A calendar interval of years, months, weeks, days, hours, minutes and seconds.', examples: ["(DATE '2024-01-31' + make_interval(0, 1, 0, 1)) = DATE '2024-03-01'"], params: [int('years'), int('months'), int('weeks'), int('days'), int('hours'), int('mins'), seconds(18)], nullable: () => true,
    bind: (call) => call.settings.ansi ? calendar : orNull(calendar) }),
  scalar('try_make_interval() -> calendar_interval', { doc: 'As make_interval, NULL where it is too long.',
    examples: ["(DATE '2024-01-31' + try_make_interval(0, 1)) = DATE '2024-02-29'", 'try_make_interval(2147483647) IS NULL'], params: [{ name: 'years', accepts: { kind: 'type', type: T.INT } }, int('months'), int('weeks'), int('days'), int('hours'), int('mins'), seconds(18)], nullable: () => true, row: orNull(calendar) }),
  scalar('make_dt_interval() -> day_time_interval', { doc: 'An interval of days, hours, minutes and seconds.', examples: ["make_dt_interval(1, 12, 30, 1.5) = INTERVAL '1 12:30:01.5' DAY TO SECOND"], params: [int('days'), int('hours'), int('mins'), seconds(18)], row: (d: number, h: number, m: number, s: bigint) => inLong(BigInt(d) * DAY + micros(h, m, s)) }),
  scalar('make_ym_interval() -> year_month_interval', { doc: 'An interval of years and months.', examples: ["make_ym_interval(1, 2) = INTERVAL '1-2' YEAR TO MONTH"], params: [int('years'), int('months')], row: (y: number, m: number) => inInt(y * 12 + m) }),
  scalar('make_time(int, int, decimal) -> time', { resolve: needsTime, doc: 'A time of hour, minute and second.', examples: ["make_time(6, 30, 45.5) = TIME '06:30:45.5'"], params: [{ name: 'hour', accepts: { kind: 'type', type: T.INT } }, { name: 'minute', accepts: { kind: 'type', type: T.INT } }, { name: 'second', accepts: { kind: 'type', type: T.decimal(16, 6) } }], result: () => T.TIME,
    row: (h: number, m: number, s: bigint) => {
      if (h < 0 || h > 23) outOfBounds('HourOfDay', 23, h);
      if (m < 0 || m > 59) outOfBounds('MinuteOfHour', 59, m);
      return s < 0n || s >= 60n * SECOND ? outOfBounds('SecondOfMinute', 59, s / SECOND) : micros(h, m, s);
    } }),
  scalar('time_diff(unit: string, time, time) -> bigint', { resolve: needsTime, doc: 'Whole units from the first time to the second.', examples: ["time_diff('HOUR', TIME '20:30:29', TIME '21:30:29') = 1"], params: [text, time, time], result: () => T.BIGINT, row: (unit: string, a: bigint, b: bigint) => (b - a) / timeUnit(unit, 'time_diff') }),
  scalar('time_trunc(unit: string, time) -> time', { resolve: needsTime, doc: 'The beginning of the unit that holds the time.', examples: ["time_trunc('HOUR', TIME '09:32:05') = TIME '09:00:00'"], params: [text, time], result: () => T.TIME, row: (unit: string, t: bigint) => { const u = timeUnit(unit, 'time_trunc'); return floorDiv(t, u) * u; } }),
  timeFrom('time_from_seconds', 'numeric', SECOND, "time_from_seconds(60.5) = TIME '00:01:00.5'"),
  timeFrom('time_from_millis', 'integral', 1000n, "time_from_millis(60500) = TIME '00:01:00.5'"),
  timeFrom('time_from_micros', 'integral', 1n, "time_from_micros(60500000) = TIME '00:01:00.5'"),
  scalar('time_to_seconds(time) -> void', { resolve: needsTime, exact: true, doc: 'Seconds since midnight.', examples: ["time_to_seconds(TIME '00:01:00.5') = 60.5"], params: [time], result: () => T.decimal(14, 6), row: (t: bigint) => t }),
  scalar('time_to_millis(time) -> bigint', { resolve: needsTime, exact: true, doc: 'Milliseconds since midnight.', examples: ["time_to_millis(TIME '00:01:00.5') = 60500"], params: [time], result: () => T.BIGINT, row: (t: bigint) => t / 1000n }),
  scalar('time_to_micros(time) -> bigint', { resolve: needsTime, exact: true, doc: 'Microseconds since midnight.', examples: ["time_to_micros(TIME '00:01:00.5') = 60500000"], params: [time], result: () => T.BIGINT, row: (t: bigint) => t }),
  toTime('to_time', false), toTime('try_to_time', true),
];
