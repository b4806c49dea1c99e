// Intervals read from text: `1-2` or `INTERVAL '1-2' YEAR TO MONTH` for the two ANSI families, in exactly the fields of the type; `1 year
// -2 days 3.5 seconds` for calendar intervals. source: Spark IntervalUtils.

import { FIELD_MICROS } from './micros.js';
import type { DayTimeField, TypeOf } from '../../planner/types.js';
import type { CalendarInterval } from '../../planner/values.js';
import { trimControls } from './datetime.js';

const FIELDS: readonly DayTimeField[] = ['day', 'hour', 'minute', 'second'];

const LITERAL = /^INTERVAL\s+([+-]?)'([^']*)'\s+(\w+)(?:\s+TO\s+(\w+))?$/i;
/** The signed body: text as it is, or what stands in an INTERVAL literal of these fields. */
function body(text: string, from: string, to: string): { readonly sign: bigint; readonly digits: string } | undefined {
  const trimmed = trimControls(text);
  const literal = LITERAL.exec(trimmed);
  if (literal && (literal[3]!.toLowerCase() !== from || (literal[4]?.toLowerCase() ?? from) !== to)) return undefined;
  const inner = literal ? literal[2]! : trimmed;
  const negative = inner.startsWith('-');
  const outer = literal?.[1] === '-' ? -1n : 1n;
  return { sign: negative ? -outer : outer, digits: inner.replace(/^[+-]/, '') };
}

/** Why text is no interval: not in the fields of the type, or too large for it. */
export type BadInterval = 'unmatched' | 'overflow';

/** Months. */
export function parseYearMonth(text: string, type: TypeOf<'year_month_interval'>): number | BadInterval {
  const b = body(text, type.from, type.to);
  const m = b && (type.from === type.to ? /^(\d+)$/ : /^(\d+)-(\d+)$/).exec(b.digits);
  if (!b || !m || Number(m[2] ?? 0) > 11) return 'unmatched';
  const total = b.sign * (type.from === 'year' ? BigInt(m[1]!) * 12n + BigInt(m[2] ?? 0) : BigInt(m[1]!));
  return total === BigInt.asIntN(32, total) ? Number(total) : 'overflow';
}

const dayTimePatterns = new Map<string, RegExp>();
function dayTimePattern(from: DayTimeField, to: DayTimeField): RegExp {
  const key = `${from} ${to}`;
  let pattern = dayTimePatterns.get(key);
  if (!pattern) {
    const fields = FIELDS.slice(FIELDS.indexOf(from), FIELDS.indexOf(to) + 1);
    const source = fields.map((f, i) => `${i === 0 ? '' : fields[i - 1] === 'day' ? ' ' : ':'}${i === 0 ? '(\\d+)' : '(\\d{1,2})'}${f === 'second' ? '(?:\\.(\\d{1,9}))?' : ''}`).join('');
    pattern = new RegExp(`^${source}$`);
    dayTimePatterns.set(key, pattern);
  }
  return pattern;
}
/** Microseconds. */
export function parseDayTime(text: string, type: TypeOf<'day_time_interval'>): bigint | BadInterval {
  const b = body(text, type.from, type.to);
  const m = b && dayTimePattern(type.from, type.to).exec(b.digits);
  if (!b || !m) return 'unmatched';
  const fields = FIELDS.slice(FIELDS.indexOf(type.from), FIELDS.indexOf(type.to) + 1);
  let total = 0n;
  for (let i = 0; i < fields.length; i++) {
    const n = Number(m[i + 1]);
    if (i > 0 && n > (fields[i] === 'hour' ? 23 : 59)) return 'unmatched';
    total += BigInt(m[i + 1]!) * FIELD_MICROS[fields[i]!];
  }
  const fraction = type.to === 'second' ? m[fields.length + 1] : undefined;
  if (fraction) total += BigInt(fraction.padEnd(9, '0').slice(0, 6));
  total *= b.sign;
  return total === BigInt.asIntN(64, total) ? total : 'overflow';
}

const UNITS: Readonly<Record<string, { readonly months?: number; readonly days?: number; readonly micros?: bigint }>> = {
  year: { months: 12 }, month: { months: 1 }, week: { days: 7 }, day: { days: 1 }, hour: { micros: 3_600_000_000n }, minute: { micros: 60_000_000n },
  second: { micros: 1_000_000n }, millisecond: { micros: 1000n }, microsecond: { micros: 1n },
};
const ITEM = /\s*([+-]?)\s*(\d+)(?:\.(\d*))?\s+([a-z]+)(?=\s|$)\s*/y;
const LEADING_POINT = /\s*([+-]?)\s*()\.(\d+)\s+([a-z]+)(?=\s|$)\s*/y;
/** `[interval] n unit …`; undefined for anything else. Only seconds may have a fraction. */
export function parseCalendar(text: string): CalendarInterval | undefined {
  const lower = trimControls(text).toLowerCase().replace(/^interval\s+/, '');
  if (lower === '') return undefined;
  let [at, months, days, micros] = [0, 0, 0, 0n];
  while (at < lower.length) {
    ITEM.lastIndex = LEADING_POINT.lastIndex = at;
    const m = ITEM.exec(lower) ?? LEADING_POINT.exec(lower);
    if (!m) return undefined;
    at += m[0].length;
    const word = m[4]!;
    const unit = UNITS[word.endsWith('s') ? word.slice(0, -1) : word];
    if (!unit) return undefined;
    const sign = m[1] === '-' ? -1 : 1;
    if (m[3] !== undefined && (unit.micros !== 1_000_000n || m[3].length > 9)) return undefined;
    if (unit.months) months += sign * Number(m[2]) * unit.months;
    else if (unit.days) days += sign * Number(m[2]) * unit.days;
    else micros += BigInt(sign) * (BigInt(m[2] || 0) * unit.micros! + (m[3] ? BigInt(m[3].padEnd(9, '0').slice(0, 6)) : 0n));
  }
  if (months !== (months | 0) || days !== (days | 0) || micros !== BigInt.asIntN(64, micros)) return undefined;
  return { months: months | 0, days: days | 0, micros };
}
