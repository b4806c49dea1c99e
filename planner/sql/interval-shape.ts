// What the text of an ANSI interval looks like, for the errors that say so; of literals and of casts. source: Spark IntervalUtils.

import { raise } from '../errors/index.js';
import type { Span } from '../spans.js';
import type { DayTimeField, TypeOf, YearMonthField } from '../types.js';
import { simpleName } from '../types.js';

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

/** @throws INVALID_INTERVAL_FORMAT with the form that the type has; `span`: of the literal, if it is one */
export function unmatchedInterval(text: string, type: TypeOf<'year_month_interval'> | TypeOf<'day_time_interval'>, span?: Span): never {
  const body = shape(type.from, type.to);
  const words = type.from === type.to ? type.from.toUpperCase() : `${type.from} TO ${type.to}`.toUpperCase();
  const family = type.kind === 'year_month_interval' ? 'year-month' : 'day-time';
  const parameters = { input: text, intervalStr: family, typeName: simpleName(type), supportedFormat: `\`[+|-]${body}\`, \`INTERVAL [+|-]'[+|-]${body}' ${words}\`` };
  return raise(type.kind === 'year_month_interval' ? 'INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING' : 'INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING_WITH_NOTICE',
    parameters, span ? { span } : { nowhere: true });
}
