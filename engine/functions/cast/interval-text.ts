// Text cast to ANSI intervals: what cannot be read is an error that says what could. source: Spark IntervalUtils.

import { raise } from '../../../planner/errors/index.js';
import type { DayTimeField, TypeOf, YearMonthField } from '../../../planner/types.js';
import { simpleName } from '../../../planner/types.js';
import { type BadInterval, parseDayTime, parseYearMonth } from '../../formats/interval-text.js';

const FIELDS: readonly DayTimeField[] = ['day', 'hour', 'minute', 'second'];
const SHAPES: Readonly<Record<YearMonthField | DayTimeField, string>> = { year: 'y', month: 'm', day: 'd', hour: 'h', minute: 'm', second: 's.n' };

/** What may stand between the quotes, as messages show it. */
function shape(from: YearMonthField | DayTimeField, to: YearMonthField | DayTimeField): string {
  if (from === to) return SHAPES[from];
  if (from === 'year') return 'y-m';
  const fields = FIELDS.slice(FIELDS.indexOf(from as DayTimeField), FIELDS.indexOf(to as DayTimeField) + 1);
  const times = fields.filter((f) => f !== 'day').map((f) => SHAPES[f]).join(':');
  return fields[0] === 'day' ? `d ${times}` : times;
}
function unmatched(text: string, type: TypeOf<'year_month_interval'> | TypeOf<'day_time_interval'>): never {
  const body = shape(type.from, type.to);
  const words = type.from === type.to ? type.from.toUpperCase() : `${type.from} TO ${type.to}`.toUpperCase();
  const family = type.kind === 'year_month_interval' ? 'year-month' : 'day-time';
  const parameters = { input: text, intervalStr: family, typeName: simpleName(type), supportedFormat: `\`[+|-]${body}\`, \`INTERVAL [+|-]'[+|-]${body}' ${words}\`` };
  return raise(type.kind === 'year_month_interval' ? 'INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING' : 'INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING_WITH_NOTICE',
    parameters, { nowhere: true });
}
function read<V extends number | bigint>(value: V | BadInterval, text: string, type: TypeOf<'year_month_interval'> | TypeOf<'day_time_interval'>): V {
  if (value === 'overflow') return raise('INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION', {}, { nowhere: true });
  return typeof value === 'string' ? unmatched(text, type) : value;
}

/** Months. @throws INVALID_INTERVAL_FORMAT, INTERVAL_ARITHMETIC_OVERFLOW */
export function castYearMonth(text: string, type: TypeOf<'year_month_interval'>): number {
  const months = type.from === type.to ? undefined : /^\s*(?:INTERVAL\s+)?[+-]?'?[+-]?\d+-(\d+)'?/i.exec(text)?.[1];
  if (Number(months) > 11) raise('INVALID_INTERVAL_FORMAT.INTERVAL_PARSING', { input: text, interval: 'year-month' }, { nowhere: true });
  return read<number>(parseYearMonth(text, type), text, type);
}
/** Microseconds. @throws INVALID_INTERVAL_FORMAT, INTERVAL_ARITHMETIC_OVERFLOW */
export const castDayTime = (text: string, type: TypeOf<'day_time_interval'>): bigint => read<bigint>(parseDayTime(text, type), text, type);
