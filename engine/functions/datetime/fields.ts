// Parts of dates, times and intervals: year(d) … second(t), extract, date_part.
// source: Spark datetimeExpressions, intervalExpressions (Extract and its field names).

import { raise } from '../../../planner/errors/index.js';
import { sqlExpr } from '../../../planner/expr/print.js';
import type { Accepts, BoundExpr, Param, RawCall } from '../../../planner/tree.js';
import * as T from '../../../planner/types.js';
import type { DataType } from '../../../planner/types.js';
import type { CalendarInterval } from '../../../planner/values.js';
import { civilOfDays, daysInMonth } from '../../formats/civil.js';
import { scalar, type ScalarFunction } from '../define.js';
import { DAY, SECOND } from '../../formats/micros.js';
import { dayOfYear, floor, isoWeek, localOf, needsTime, weekdayOf } from './shared.js';

const dateField = (name: string, aliases: string[], doc: string, example: string, field: (days: number) => number): ScalarFunction =>
  scalar(`${name}(date) -> int`, { aliases, doc, examples: [example], row: field });

const TIMES: Accepts = { kind: 'one_of', options: [T.TIMESTAMP, T.TIMESTAMP_NTZ].map((type) => ({ kind: 'type' as const, type })) };
const TIME_REQUIRED = '"(TIMESTAMP OR TIMESTAMP WITHOUT TIME ZONE)"';
const ANYTHING: Param = { name: 'ignored', accepts: { kind: 'class', class: 'any' }, optional: true, printed: false };
/** Of a timestamp in its zone, or of a TIME. Spark's look-up of these three lets further arguments pass unseen. */
const timeField = (name: 'hour' | 'minute' | 'second', doc: string, of: (secondOfDay: number) => number): ScalarFunction => scalar(`${name}(timestamp) -> int`, {
  doc, examples: [`${name}(TIMESTAMP '2024-02-29 12:34:56') = ${of(45296)}`], params: [{ name: 'time', accepts: TIMES, requires: TIME_REQUIRED }, ANYTHING, ANYTHING, ANYTHING, ANYTHING],
  print: (args) => `${name}(${args[0]})`,
  resolve: (call) => {
    if (call.args.length === 0) raise('WRONG_NUM_ARGS.WITHOUT_SUGGESTION', { functionName: `\`${call.name}\``, expectedNum: '> 0', actualNum: '0', docroot: '' }, { span: call.span });
    const [arg] = call.args;
    if (arg!.type.kind === 'time') needsTime(call);
    else return call.args.length > 1 ? call.apply(call.name, [arg!]) : undefined;
    return { kind: 'apply', fn: call.fn, name: call.name, args: [arg!], type: T.INT, nullable: arg!.nullable, span: call.span };
  },
  bind: (call) => {
    if (call.types[0]!.kind === 'time') return (micros: bigint) => of(Number(micros / SECOND));
    const local = localOf(call);
    return (micros: bigint) => { const t = local(micros); return of(t.hour * 3600 + t.minute * 60 + t.second); };
  },
});

const NAMES = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Field names of extract by what they mean. */
const FIELDS: Readonly<Record<string, string>> = {};
for (const [field, names] of Object.entries({
  yearofweek: ['YEAROFWEEK'], year: ['YEAR', 'Y', 'YEARS', 'YR', 'YRS'], quarter: ['QUARTER', 'QTR'], month: ['MONTH', 'MON', 'MONS', 'MONTHS'], weekofyear: ['WEEK', 'W', 'WEEKS'],
  day: ['DAY', 'D', 'DAYS'], dayofweek: ['DAYOFWEEK', 'DOW'], dayofweek_iso: ['DAYOFWEEK_ISO', 'DOW_ISO'], dayofyear: ['DOY'], hour: ['HOUR', 'H', 'HOURS', 'HR', 'HRS'],
  minute: ['MINUTE', 'M', 'MIN', 'MINS', 'MINUTES'], seconds: ['SECOND', 'S', 'SEC', 'SECONDS', 'SECS'],
})) for (const name of names) (FIELDS as Record<string, string>)[name] = field;

const INTERVAL_TYPES: Readonly<Record<string, DataType>> = { year: T.INT, month: T.TINYINT, day: T.INT, hour: T.TINYINT, minute: T.TINYINT, seconds: T.decimal(8, 6), quarter: T.INT };
function extractResolve(call: RawCall): BoundExpr | undefined {
  if (call.args.length !== 2) return undefined;
  const source = call.args[1]!;
  const name = call.constant(0);
  const written = { name: call.name, args: call.args, print: printExtract(call) };
  if (name === null && call.types[0]!.kind !== 'void' && call.types[0]!.kind !== 'string') raise('NON_FOLDABLE_ARGUMENT', { funcName: `\`${call.name}\``, paramName: '`field`', paramType: '"STRING"' }, { span: call.span });
  if (name === null) return { kind: 'const', value: null, type: T.DOUBLE, nullable: true, span: call.span, written };
  if (typeof name !== 'string') raise('NON_FOLDABLE_ARGUMENT', { funcName: `\`${call.name}\``, paramName: '`field`', paramType: '"STRING"' }, { span: call.span });
  const what = FIELDS[String(name).toUpperCase()];
  const bad = (): never => raise('INVALID_EXTRACT_FIELD', { field: `\`${name}\``, expr: sqlExpr(source) }, { span: call.span });
  const { kind } = source.type;
  if (T.isInterval(source.type)) {
    const parts = partsOf(source.type);
    if (what === undefined || !parts.includes(what)) return bad();
    return { ...call.apply(`interval_${what}`, [source]), written };
  }
  if (what === undefined) return bad();
  if (kind === 'time' && !['hour', 'minute', 'seconds'].includes(what)) return bad();
  if (kind === 'time') needsTime(call);
  return { ...call.apply(what === 'seconds' ? 'seconds_with_fraction' : what, [source]), written };
}
/** The fields that an interval of the type has. */
function partsOf(type: DataType): readonly string[] {
  if (type.kind !== 'year_month_interval' && type.kind !== 'day_time_interval') return Object.keys(INTERVAL_TYPES);
  const all = type.kind === 'year_month_interval' ? ['year', 'month'] : ['day', 'hour', 'minute', 'second'];
  return all.slice(all.indexOf(type.from), all.indexOf(type.to) + 1).map((part) => part === 'second' ? 'seconds' : part);
}
const printExtract = (call: RawCall): string => {
  const [field, source] = call.args.map((a) => sqlExpr(a).slice(1, -1));
  return call.name === 'date_part' ? `date_part(${field}, ${source})` : `${call.name}(${field} FROM ${source})`;
};

/** One field of an interval of any family. */
function intervalField(what: string): ScalarFunction {
  const of = (months: number, days: number, micros: bigint): number | bigint => {
    switch (what) {
      case 'year': return Math.trunc(months / 12);
      case 'quarter': return Math.trunc((months % 12) / 3) + 1;
      case 'month': return months % 12;
      case 'day': return days;
      case 'hour': return Number(micros / (3600n * SECOND));
      case 'minute': return Number((micros / (60n * SECOND)) % 60n);
      default: return micros % (60n * SECOND);
    }
  };
  return scalar(`interval_${what}(interval) -> int`, {
    doc: `The ${what} of an interval, as EXTRACT takes it.`, result: () => INTERVAL_TYPES[what]!,
    bind: (call) => {
      switch (call.types[0]!.kind) {
        case 'year_month_interval': return (months: number) => of(months, 0, 0n);
        case 'day_time_interval': return (micros: bigint) => of(0, Number(micros / DAY), micros % DAY);
        default: return (v: CalendarInterval) => of(v.months, v.days, v.micros);
      }
    },
  });
}

export const dateFields: readonly ScalarFunction[] = [
  dateField('year', [], 'The year.', "year(DATE '2024-02-29') = 2024", (d) => civilOfDays(d)[0]),
  dateField('quarter', [], 'The quarter, 1 to 4.', "quarter(DATE '2024-05-01') = 2", (d) => floor((civilOfDays(d)[1] + 2) / 3)),
  dateField('month', [], 'The month, 1 to 12.', "month(DATE '2024-02-29') = 2", (d) => civilOfDays(d)[1]),
  dateField('day', ['dayofmonth'], 'The day of the month.', "day(DATE '2024-02-29') = 29", (d) => civilOfDays(d)[2]),
  dateField('dayofweek', [], 'The day of the week, Sunday is 1.', "dayofweek(DATE '2024-02-29') = 5", (d) => (weekdayOf(d) + 1) % 7 + 1),
  dateField('dayofweek_iso', [], 'The day of the week, Monday is 1.', "EXTRACT(DOW_ISO FROM DATE '2024-02-29') = 4", (d) => weekdayOf(d) + 1),
  dateField('weekday', [], 'The day of the week, Monday is 0.', "weekday(DATE '2024-02-29') = 3", weekdayOf),
  dateField('dayofyear', [], 'The day of the year, from 1.', "dayofyear(DATE '2024-02-29') = 60", dayOfYear),
  dateField('weekofyear', [], 'The ISO week of the year.', "weekofyear(DATE '2024-02-29') = 9", (d) => isoWeek(d).week),
  dateField('yearofweek', [], 'The year that the ISO week belongs to.', "EXTRACT(YEAROFWEEK FROM DATE '2021-01-01') = 2020", (d) => isoWeek(d).year),
  timeField('hour', 'The hour.', (s) => floor(s / 3600)), timeField('minute', 'The minute.', (s) => floor(s / 60) % 60), timeField('second', 'The second.', (s) => s % 60),
  scalar('seconds_with_fraction(timestamp) -> void', {
    doc: 'The second with its fraction, as EXTRACT takes it.', params: [{ name: 'time', accepts: { kind: 'one_of', options: [T.TIMESTAMP, T.TIMESTAMP_NTZ, T.TIME].map((type) => ({ kind: 'type' as const, type })) } }],
    result: () => T.decimal(8, 6), row: (micros: bigint) => ((micros % (60n * SECOND)) + 60n * SECOND) % (60n * SECOND),
  }),
  scalar('dayname(date) -> string', { doc: 'The short name of the day.', examples: ["dayname(DATE '2024-02-29') = 'Thu'"], row: (d: number) => NAMES[weekdayOf(d)]! }),
  scalar('monthname(date) -> string', { doc: 'The short name of the month.', examples: ["monthname(DATE '2024-02-29') = 'Feb'"], row: (d: number) => MONTHS[civilOfDays(d)[1] - 1]! }),
  scalar('last_day(date) -> date', { doc: 'The last day of the month.', examples: ["last_day(DATE '2024-02-01') = DATE '2024-02-29'"], row: (d: number) => { const [y, m, day] = civilOfDays(d); return d - day + daysInMonth(y, m); } }),
  scalar('extract(field: any, any) -> void', { aliases: ['datepart', 'date_part'], doc: 'A field of a date, a time or an interval.', examples: ["extract(MONTH FROM DATE '2024-02-29') = 2"], resolve: extractResolve }),
  ...Object.keys(INTERVAL_TYPES).map(intervalField),
];
