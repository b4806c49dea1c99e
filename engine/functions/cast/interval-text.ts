// Text cast to ANSI intervals: what cannot be read is an error that says what could. source: Spark IntervalUtils.

import { raise } from '../../../planner/errors/index.js';
import { unmatchedInterval } from '../../../planner/sql/interval-shape.js';
import type { TypeOf } from '../../../planner/types.js';
import { type BadInterval, parseDayTime, parseYearMonth } from '../../formats/interval-text.js';

function read<V extends number | bigint>(value: V | BadInterval, text: string, type: TypeOf<'year_month_interval'> | TypeOf<'day_time_interval'>): V {
  if (value === 'overflow') return raise('INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION', {}, { nowhere: true });
  return typeof value === 'string' ? unmatchedInterval(text, type) : value;
}

/** Months. @throws INVALID_INTERVAL_FORMAT, INTERVAL_ARITHMETIC_OVERFLOW */
export function castYearMonth(text: string, type: TypeOf<'year_month_interval'>): number {
  const months = type.from === type.to ? undefined : /^\s*(?:INTERVAL\s+)?[+-]?'?[+-]?\d+-(\d+)'?/i.exec(text)?.[1];
  if (Number(months) > 11) raise('INVALID_INTERVAL_FORMAT.INTERVAL_PARSING', { input: text, interval: 'year-month' }, { nowhere: true });
  return read<number>(parseYearMonth(text, type), text, type);
}
/** Microseconds. @throws INVALID_INTERVAL_FORMAT, INTERVAL_ARITHMETIC_OVERFLOW */
export const castDayTime = (text: string, type: TypeOf<'day_time_interval'>): bigint => read<bigint>(parseDayTime(text, type), text, type);
