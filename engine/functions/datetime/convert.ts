// Between dates, times, numbers and text: to_date, to_timestamp, date_format, unix_timestamp, make_date …
// source: Spark datetimeExpressions; patterns are those of engine/formats/datetime.

import { EngineError, raise } from '../../../planner/errors/index.js';
import { printExpr, sqlExpr, sqlType } from '../../../planner/expr/print.js';
import type { BoundExpr, Call, Param, RawCall } from '../../../planner/tree.js';
import * as T from '../../../planner/types.js';
import type { DataType } from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';
import { daysInMonth, daysOfCivil } from '../../formats/civil.js';
import { dateTimePattern, type DateTimePattern } from '../../formats/datetime-pattern.js';
import { localMicrosToUtc, UTC, utcMicrosToLocal, type Zone, zoneOf } from '../../formats/zone.js';
import { decimalText } from '../../formats/number-text.js';
import { saturatedLong } from '../cast/convert.js';
import { type RowFunction, scalar, type ScalarFunction } from '../define.js';
import { DAY, floorDiv, SECOND } from '../../formats/micros.js';
import { zoneOfType } from './shared.js';

const of = (type: DataType): Param['accepts'] => ({ kind: 'type', type });
const nullable = (): boolean => true;
const DEFAULT_PATTERN = 'yyyy-MM-dd HH:mm:ss';

/** A constant pattern is compiled once. */
function patternOf(call: Call, index: number, compile: (text: string) => DateTimePattern = dateTimePattern): (text: string) => DateTimePattern {
  const constant = call.constant(index);
  if (typeof constant !== 'string') return (text) => compile(text);
  let made: DateTimePattern | undefined;
  return () => (made ??= compile(constant));
}
const localPattern = (text: string): DateTimePattern => dateTimePattern(text, true);
/** A TIME has no date to show: what is optional of it is left out. @throws INVALID_PARAMETER_VALUE.PATTERN */
function clockPattern(text: string): DateTimePattern {
  localPattern(text);
  const shown = text.replace(/\[[^\]]*\]/g, (part) => DATE_LETTERS.test(bare(part)) ? '' : part);
  if (DATE_LETTERS.test(bare(shown))) raise('INVALID_PARAMETER_VALUE.PATTERN', { functionName: '`date_format`', parameter: '`format`', value: `'${text}'` }, { nowhere: true, hint: "A TIME has no date: use HH, mm, ss and S only, as in 'HH:mm:ss'." });
  return localPattern(shown);
}
const DATE_LETTERS = /[GyMLdDgFQqEVvzOXxZ]/;
const bare = (pattern: string): string => pattern.replace(/'[^']*'/g, '');
const unparsed = (text: string, format: string, func: string): never => raise('CANNOT_PARSE_TIMESTAMP', { message: `Text '${text}' could not be parsed`, func: `\`${func}\`` },
  { hint: `It does not fit the format '${format}': correct one of the two, or use ${func} to get NULL instead.` });

/** Two forms: without a pattern a cast, with one text read by it. */
function parsing(name: string, target: DataType, tries: boolean, func: string, example: string): ScalarFunction {
  const numbers = target.kind === 'timestamp';
  return scalar(`${name}(any, string?) -> void`, {
    doc: `Reads a ${target.kind} from text${tries ? ', NULL where it is none' : ''}: as a cast does, or by a pattern.`, examples: [example],
    nullable,
    resolve: (call) => {
      if (call.args.length < 1 || call.args.length > 2) return undefined;
      const text = call.types[0]!;
      if (!T.isAtomic(text) && text.kind !== 'void') wrongType(call, 0, numbers ? '("STRING" or "DATE" or "TIMESTAMP" or "TIMESTAMP_NTZ" or "NUMERIC")' : '("STRING" or "DATE" or "TIMESTAMP" or "TIMESTAMP_NTZ")');
      const time = text.kind === 'date' || text.kind === 'timestamp' || text.kind === 'timestamp_ntz';
      // What is neither a time nor, where they count as seconds, a number is read as text.
      const arg = time || text.kind === 'string' || text.kind === 'void' || (numbers && T.isNumeric(text)) ? call.args[0]! : call.cast(call.args[0]!, T.STRING);
      if (call.args.length === 1) {
        const bound: BoundExpr = tries ? { kind: 'cast', arg, type: target, nullable: true, mode: T.isNumeric(arg.type) ? 'legacy' : 'try', origin: 'function', span: call.span } : { ...call.cast(arg, target), span: call.span };
        return { ...bound, written: { name: call.name, args: call.args } };
      }
      if (!T.isAtomic(call.types[1]!) && call.types[1]!.kind !== 'void') wrongType(call, 1, '"STRING"');
      if (time || (numbers && T.isNumeric(text))) return { ...call.cast(arg, target), written: { name: call.name, args: call.args } };
      const args = [call.cast(arg, T.STRING), call.cast(call.args[1]!, T.STRING)];
      return { kind: 'apply', fn: call.fn, name: call.name, args, type: target, nullable: true, span: call.span };
    },
    bind: (call): RowFunction => {
      const pattern = patternOf(call, 1, target.kind === 'timestamp_ntz' ? localPattern : dateTimePattern);
      const fail = (text: string, format: string): null => tries || !call.settings.ansi ? null : unparsed(text, format, func);
      if (target.kind === 'date') return (text: string, format: string) => pattern(format).parseDate(text) ?? fail(text, format);
      const zone = zoneOfType(target, call);
      return (text: string, format: string) => pattern(format).parse(text, { zone, local: target.kind === 'timestamp_ntz' }) ?? fail(text, format);
    },
  });
}

const UNIX_INPUTS = '("STRING" or "DATE" or "TIMESTAMP" or "TIMESTAMP_NTZ" or "(TIMESTAMP_LTZ(P) OR TIMESTAMP_NTZ(P) WITH P IN [7, 9])")';
/** Seconds since 1970 of a date, a time, or text read by a pattern. */
function unixTime(name: string): ScalarFunction {
  return scalar(`${name}(any${name === 'unix_timestamp' ? '?' : ''}, string?) -> bigint`, {
    doc: 'Seconds since 1970 of a date or time, or of text read by a pattern; cut toward zero.', examples: [`${name}('2016-04-08', 'yyyy-MM-dd') = 1460073600`], nullable,
    exact: true,
    ...(name === 'unix_timestamp' && { perEpoch: true as const }),
    resolve: (call) => {
      const [given, pattern] = call.args;
      const time = given ?? call.apply('current_timestamp', []);
      const args = [time, pattern ?? { kind: 'const' as const, type: T.STRING, nullable: false, value: DEFAULT_PATTERN }];
      const text = `${name}(${args.map(printExpr).join(', ')})`;
      if (!['string', 'date', 'timestamp', 'timestamp_ntz', 'void'].includes(time.type.kind)) wrongType(call, 0, UNIX_INPUTS, text);
      // What is no text is read without the pattern, be it NULL.
      const unread = pattern?.type.kind === 'string' && time.type.kind !== 'string' && time.type.kind !== 'void' && !(pattern.kind === 'const' && pattern.value === DEFAULT_PATTERN);
      if (given && pattern && !unread) return undefined;
      const read = unread ? [time, { kind: 'const' as const, type: T.STRING, nullable: false, value: DEFAULT_PATTERN }] : args;
      return { ...call.apply(name, read), written: { name, args, print: text } };
    },
    bind: (call): RowFunction => {
      const type = call.types[0]!;
      const zone = zoneOf(call.settings.timeZone);
      if (type.kind === 'date') return (days: number) => localMicrosToUtc(BigInt(days) * DAY, zone) / SECOND;
      if (type.kind === 'timestamp') return (t: bigint) => t / SECOND;
      if (type.kind === 'timestamp_ntz') return (t: bigint) => localMicrosToUtc(t, zone) / SECOND;
      const pattern = patternOf(call, 1);
      return (text: string, format: string) => {
        const t = pattern(format).parse(text, { zone, local: false });
        return t === undefined ? (call.settings.ansi ? unparsed(text, format, 'try_to_timestamp') : null) : t / SECOND;
      };
    },
  });
}

const MONTH_NAMES = ['JANUARY', 'FEBRUARY', 'MARCH', 'APRIL', 'MAY', 'JUNE', 'JULY', 'AUGUST', 'SEPTEMBER', 'OCTOBER', 'NOVEMBER', 'DECEMBER'];
const outOfBounds = (rangeMessage: string): never => raise('DATETIME_FIELD_OUT_OF_BOUNDS.WITHOUT_SUGGESTION', { rangeMessage });
function checkedDay(year: number, month: number, day: number): number {
  if (month < 1 || month > 12) return outOfBounds(`Invalid value for MonthOfYear (valid values 1 - 12): ${month}`);
  if (day < 1 || day > 31) return outOfBounds(`Invalid value for DayOfMonth (valid values 1 - 28/31): ${day}`);
  if (day > daysInMonth(year, month)) return outOfBounds(month === 2 && day === 29 ? `Invalid date 'February 29' as '${year}' is not a leap year` : `Invalid date '${MONTH_NAMES[month - 1]} ${day}'`);
  return daysOfCivil(year, month, day);
}
/** Local microseconds of parts; `seconds` is unscaled with six digits. 60 seconds are the next minute. */
function localMicros(year: number, month: number, day: number, hour: number, minute: number, seconds: bigint): bigint {
  const days = checkedDay(year, month, day);
  if (hour < 0 || hour > 23) outOfBounds(`Invalid value for HourOfDay (valid values 0 - 23): ${hour}`);
  if (minute < 0 || minute > 59) outOfBounds(`Invalid value for MinuteOfHour (valid values 0 - 59): ${minute}`);
  if (seconds > 60n * SECOND && seconds < 61n * SECOND) raise('INVALID_FRACTION_OF_SECOND', { secAndMicros: decimalText(seconds, 6).replace(/0+$/, '') }, { nowhere: true });
  if (seconds < 0n || seconds > 60n * SECOND) outOfBounds(`Invalid value for SecondOfMinute (valid values 0 - 59): ${seconds / SECOND}`);
  return BigInt(days) * DAY + BigInt(hour) * 3600n * SECOND + BigInt(minute) * 60n * SECOND + seconds;
}
/** NULL instead of a failure, where the function is a try_ one or ANSI mode is off. */
const forgiving = (call: Call, tries: boolean, run: RowFunction): RowFunction => !tries && call.settings.ansi ? run : ((...args: never[]) => {
  try { return run(...args); } catch (e) { if (e instanceof EngineError) return null; throw e; }
});
const wrongType = (call: RawCall, index: number, required: string, text?: string): never => raise('DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE', {
  sqlExpr: `"${text ?? `${call.name}(${call.args.map(printExpr).join(', ')})`}"`, paramIndex: ['first', 'second'][index]!, requiredType: required, inputSql: sqlExpr(call.args[index]!), inputType: sqlType(call.types[index]!),
}, { span: call.span });
/** Of six parts (and a zone), or of a date and a time (and a zone): `counts` are the numbers of arguments, with those that Spark names when there are others. */
function makeTimestamp(name: string, kind: 'timestamp' | 'timestamp_ntz', tries: boolean, counts: readonly number[], told: string, examples: readonly string[]): ScalarFunction {
  const target = kind === 'timestamp' ? T.TIMESTAMP : T.TIMESTAMP_NTZ;
  const zoned = kind === 'timestamp';
  const parts = ['year', 'month', 'day', 'hour', 'min'].map((n): Param => ({ name: n, accepts: of(T.INT), optional: true }));
  return scalar(`${name}(any) -> void`, {
    doc: `A ${kind} of its parts${zoned ? ' (and of a zone)' : ''}, or of a date and a time${tries ? '; NULL where there is no such time' : ''}.`, examples, result: () => target, nullable,
    params: [...parts, { name: 'sec', accepts: of(T.decimal(16, 6)), optional: true }, ...(zoned ? [{ name: 'timezone', accepts: of(T.STRING), optional: true as const }] : [])],
    resolve: (call) => {
      if (!counts.includes(call.args.length)) raise('WRONG_NUM_ARGS.WITHOUT_SUGGESTION', { functionName: `\`${call.name}\``, expectedNum: told, actualNum: String(call.args.length) }, { span: call.span });
      if (call.args.length > 3) return undefined;
      const [date, time, zone] = call.args as [BoundExpr, BoundExpr?, BoundExpr?];
      if (date.type.kind !== 'date' && date.type.kind !== 'void') wrongType(call, 0, '"DATE"');
      if (time && time.type.kind !== 'time' && time.type.kind !== 'void') wrongType(call, 1, '"TIME"');
      const args = [call.cast(date, T.DATE), ...(time ? [call.cast(time, T.TIME)] : []), ...(zone ? [call.cast(zone, T.STRING)] : [])];
      const list = call.args.map(printExpr).join(', ');
      const written = { name, args: call.args, print: zoned ? `${name === 'try_make_timestamp' ? name : 'make_timestamp'}(${list})` : tries ? `${name}(make_timestamp_ntz(${list}))` : `${name}(${list})` };
      return { kind: 'apply', fn: call.fn, name: call.name, args, type: target, nullable: args.some((a) => a.nullable), span: call.span, written };
    },
    bind: (call) => {
      const session = zoneOfType(target, call);
      if (call.types[0]!.kind === 'date') return (days: number, time = 0n, zone?: string) => localMicrosToUtc(BigInt(days) * DAY + time, zone === undefined ? session : zoneOf(zone));
      return forgiving(call, tries, (y: number, mo: number, d: number, h: number, mi: number, s: bigint, zone?: string) => {
        const local = localMicros(y, mo, d, h, mi, s);
        return zoned ? localMicrosToUtc(local, zone === undefined ? session : zoneOf(zone)) : local;
      });
    },
  });
}

const unitWord = (short: string): string => short.replace(/^(milli|micro)s$/, '$1seconds');
/** TIMESTAMP of a number of seconds (with fraction), milliseconds or microseconds. */
function fromUnix(name: string, unit: bigint, numbers: 'numeric' | 'integral', example: string): ScalarFunction {
  return scalar(`${name}(${numbers}) -> timestamp`, {
    exact: true, doc: `The time so many ${unitWord(name.slice(10))} after 1970.`, examples: [example], nullable, namesPosition: false,
    bind: (call) => {
      const type = call.types[0]!;
      const checked = (t: bigint, n: Value): bigint => t === BigInt.asIntN(64, t) ? t : raise('DATETIME_OVERFLOW', { operation: `create a TIMESTAMP from ${String(n)}L ${unitWord(name.slice(10))} since the epoch` });
      if (type.kind === 'decimal') { const scale = 10n ** BigInt(type.scale); return (n: bigint) => checked((n * unit) / scale, n); }
      if (T.isFractional(type)) return (n: number) => Number.isFinite(n) ? saturatedLong(n * Number(unit)) : null;
      return (n: number | bigint) => checked(BigInt(n) * unit, n);
    },
  });
}
const UNIX_TIMES = '("(TIMESTAMP OR TIMESTAMP WITHOUT TIME ZONE)" or "(TIMESTAMP_LTZ(P) OR TIMESTAMP_NTZ(P) WITH P IN [7, 9])")';
const toUnix = (name: string, unit: bigint, example: string): ScalarFunction => scalar(`${name}(timestamp) -> bigint`, {
  doc: `The ${unitWord(name.slice(5))} since 1970, rounded down.`, examples: [example], params: [{ name: 'time', accepts: { kind: 'one_of', options: [of(T.TIMESTAMP), of(T.TIMESTAMP_NTZ)] }, requires: UNIX_TIMES, exact: true }],
  bind: (call) => { const zone = zoneOf(call.settings.timeZone); return call.types[0]!.kind === 'timestamp_ntz' ? (t: bigint) => floorDiv(localMicrosToUtc(t, zone), unit) : (t: bigint) => floorDiv(t, unit); },
});

/** A clock's reading in one zone as if it were another's. */
const shift = (t: bigint, from: Zone, to: Zone): bigint => utcMicrosToLocal(localMicrosToUtc(t, from), to);

export const dateConversions: readonly ScalarFunction[] = [
  parsing('to_date', T.DATE, false, 'try_to_date', "to_date('29.02.2024', 'dd.MM.yyyy') = DATE '2024-02-29'"),
  parsing('try_to_date', T.DATE, true, 'try_to_date', "try_to_date('30.02.2024', 'dd.MM.yyyy') = NULL"),
  parsing('to_timestamp', T.TIMESTAMP, false, 'try_to_timestamp', "to_timestamp('29.02.2024 12:34', 'dd.MM.yyyy HH:mm') = TIMESTAMP '2024-02-29 12:34:00'"),
  parsing('try_to_timestamp', T.TIMESTAMP, true, 'try_to_timestamp', "try_to_timestamp('2024-02-30 12:34:00') = NULL"),
  parsing('to_timestamp_ltz', T.TIMESTAMP, false, 'try_to_timestamp', "to_timestamp_ltz('29.02.2024 12:34', 'dd.MM.yyyy HH:mm') = TIMESTAMP_LTZ '2024-02-29 12:34:00'"),
  parsing('to_timestamp_ntz', T.TIMESTAMP_NTZ, false, 'try_to_timestamp', "to_timestamp_ntz('29.02.2024 12:34', 'dd.MM.yyyy HH:mm') = TIMESTAMP_NTZ '2024-02-29 12:34:00'"),
  unixTime('unix_timestamp'), unixTime('to_unix_timestamp'),
  scalar(`from_unixtime(bigint, string = '${DEFAULT_PATTERN}') -> string`, { doc: 'The time so many seconds after 1970 as text, by a pattern.', examples: ["from_unixtime(0) = '1970-01-01 00:00:00'"],
    bind: (call) => { const pattern = patternOf(call, 1); const zone = zoneOf(call.settings.timeZone); return (n: bigint, format: string) => pattern(format).format(BigInt.asIntN(64, n * SECOND), zone); } }),
  scalar('date_format(timestamp, format: string) -> string', { doc: 'A time as text, by a pattern of letters (yyyy, MM, dd, HH, mm, ss …).', examples: ["date_format(TIMESTAMP '2024-02-29 12:34:56', 'dd.MM.yyyy') = '29.02.2024'"],
    params: [{ name: 'timestamp', accepts: { kind: 'one_of', options: [of(T.TIMESTAMP), of(T.TIMESTAMP_NTZ), of(T.TIME)] }, requires: '"(TIMESTAMP OR TIMESTAMP WITHOUT TIME ZONE)"' }, { name: 'fmt', accepts: of(T.STRING) }],
    bind: (call) => formatter(call) }),
  fromUnix('timestamp_seconds', SECOND, 'numeric', "timestamp_seconds(1230219000.5) = TIMESTAMP '2008-12-25 15:30:00.5 UTC'"),
  fromUnix('timestamp_millis', 1000n, 'integral', "timestamp_millis(1230219000123) = TIMESTAMP '2008-12-25 15:30:00.123 UTC'"),
  fromUnix('timestamp_micros', 1n, 'integral', "timestamp_micros(1230219000123456) = TIMESTAMP '2008-12-25 15:30:00.123456 UTC'"),
  toUnix('unix_seconds', SECOND, "unix_seconds(TIMESTAMP '2008-12-25 15:30:00.123456 UTC') = 1230219000"),
  toUnix('unix_millis', 1000n, "unix_millis(TIMESTAMP '2008-12-25 15:30:00.123456 UTC') = 1230219000123"),
  toUnix('unix_micros', 1n, "unix_micros(TIMESTAMP '2008-12-25 15:30:00.123456 UTC') = 1230219000123456"),
  scalar('unix_nanos(any) -> void', { doc: 'Nanoseconds since 1970, of timestamps of that precision; there are none here.',
    examples: ['unix_nanos(NULL) = NULL'], result: () => T.decimal(21, 0), nullable,
    check: (call) => call.types[0]!.kind === 'void' ? undefined : raise('DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE', { paramIndex: 'first', requiredType: '"(TIMESTAMP_LTZ(P) OR TIMESTAMP_NTZ(P) WITH P IN [7, 9])"', inputSql: sqlExpr(call.args[0]!), inputType: sqlType(call.types[0]!) }), row: () => null }),
  scalar('timestamp_nanos(integral|decimal) -> timestamp', { exact: true, doc: 'The time so many nanoseconds after 1970: refused, as no type here is that fine.', examples: ['timestamp_nanos(1) -- NOT_SUPPORTED_YET'],
    check: (call) => raise('NOT_SUPPORTED_YET', { feature: 'timestamps of nanoseconds' }, { span: call.span }), row: () => null }),
  scalar('unix_date(date) -> int', { exact: true, doc: 'Days since 1970-01-01.', examples: ["unix_date(DATE '1970-01-02') = 1"], row: (d: number) => d }),
  scalar('date_from_unix_date(int) -> date', { doc: 'The date so many days after 1970-01-01.', examples: ["date_from_unix_date(1) = DATE '1970-01-02'"], row: (d: number) => d }),
  scalar('make_date(int, int, int) -> date', { doc: 'A date of year, month and day.', examples: ["make_date(2024, 2, 29) = DATE '2024-02-29'"], nullable, bind: (call) => forgiving(call, false, checkedDay) }),
  makeTimestamp('make_timestamp', 'timestamp', false, [1, 2, 3, 6, 7], '[1, 2, 3, 6, 7]', ["make_timestamp(2024, 2, 29, 12, 34, 56.5) = TIMESTAMP '2024-02-29 12:34:56.5'", "make_timestamp(2024, 2, 29, 12, 34, 56.5, 'Europe/Paris') = TIMESTAMP '2024-02-29 11:34:56.5 UTC'"]),
  makeTimestamp('make_timestamp_ltz', 'timestamp', false, [2, 3, 6, 7], '[2, 6]', ["make_timestamp_ltz(2024, 2, 29, 12, 34, 56.5) = TIMESTAMP_LTZ '2024-02-29 12:34:56.5'"]),
  makeTimestamp('make_timestamp_ntz', 'timestamp_ntz', false, [2, 6], '[2, 6]', ["make_timestamp_ntz(2024, 2, 29, 12, 34, 56.5) = TIMESTAMP_NTZ '2024-02-29 12:34:56.5'"]),
  makeTimestamp('try_make_timestamp', 'timestamp', true, [1, 2, 3, 6, 7], '[1, 2, 3, 6, 7]', ['try_make_timestamp(2023, 2, 29, 12, 34, 56.5) = NULL']),
  makeTimestamp('try_make_timestamp_ltz', 'timestamp', true, [2, 3, 6, 7], '6', ['try_make_timestamp_ltz(2023, 2, 29, 12, 34, 56.5) = NULL']),
  makeTimestamp('try_make_timestamp_ntz', 'timestamp_ntz', true, [2, 6], '6', ['try_make_timestamp_ntz(2023, 2, 29, 12, 34, 56.5) = NULL']),
  scalar('from_utc_timestamp(timestamp, string) -> timestamp', { doc: 'What a clock of the zone shows when one of UTC shows the time.', examples: ["from_utc_timestamp('2016-08-31', 'Asia/Seoul') = TIMESTAMP '2016-08-31 09:00:00'"], row: (t: bigint, zone: string) => utcMicrosToLocal(t, zoneOf(zone)) }),
  scalar('to_utc_timestamp(timestamp, string) -> timestamp', { doc: 'What a clock of UTC shows when one of the zone shows the time.', examples: ["to_utc_timestamp('2016-08-31', 'Asia/Seoul') = TIMESTAMP '2016-08-30 15:00:00'"], row: (t: bigint, zone: string) => localMicrosToUtc(t, zoneOf(zone)) }),
  scalar('convert_timezone(string, string, timestamp_ntz?) -> timestamp_ntz', { doc: "A clock's reading in one zone as that of another; the session's where the first is left out.", examples: ["convert_timezone('Europe/Brussels', 'America/Los_Angeles', TIMESTAMP_NTZ '2021-12-06 00:00:00') = TIMESTAMP_NTZ '2021-12-05 15:00:00'"],
    resolve: (call) => {
      if (call.args.length !== 2) return undefined;
      const bound = call.apply(call.name, [call.apply('current_timezone', []), ...call.args]);
      return { ...bound, written: { name: call.name, args: call.args, print: `${call.name}(${['current_timezone()', ...call.args.map(printExpr)].join(', ')})` } };
    },
    row: (from: string, to: string, t: bigint) => shift(t, zoneOf(from), zoneOf(to)) }),
];

/** The text of a pattern changes with its smallest unit only: that of the last day, hour, minute or second is kept. */
function formatter(call: Call): RowFunction {
  if (call.types[0]!.kind === 'time') { const pattern = patternOf(call, 1, clockPattern); return (t: bigint, format: string) => pattern(format).format(t, UTC); }
  const pattern = patternOf(call, 1);
  const zone = zoneOfType(call.types[0], call);
  const constant = call.constant(1);
  const letters = typeof constant === 'string' ? bare(constant) : 'S';
  if (/[Sz]/.test(letters)) return (t: bigint, format: string) => pattern(format).format(t, zone);
  const unit = letters.includes('s') ? SECOND : letters.includes('m') ? 60n * SECOND : /[aHhKk]/.test(letters) ? 3600n * SECOND : DAY;
  let from = 1n;
  let to = 0n;
  let text = '';
  return (t: bigint, format: string) => {
    if (t >= from && t < to) return text;
    text = pattern(format).format(t, zone);
    if (unit === SECOND) { from = floorDiv(t, SECOND) * SECOND; to = from + SECOND; return text; }
    const offset = utcMicrosToLocal(t, zone) - t;
    from = floorDiv(t + offset, unit) * unit - offset;
    to = from + unit;
    // Where the clock is moved meanwhile, nothing is kept.
    if (zone.fixed === undefined && (utcMicrosToLocal(from, zone) - from !== offset || utcMicrosToLocal(to - 1n, zone) - to + 1n !== offset)) to = from;
    return text;
  };
}
