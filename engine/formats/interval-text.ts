// Intervals read from text: `1-2`, `INTERVAL '1 02:03:04.5' DAY TO SECOND`, `1 day 2 hours`.
// source: Spark IntervalUtils.

import type { DayTimeField, TypeOf } from '../../planner/types.js';
import type { CalendarInterval } from '../../planner/values.js';

/** The quoted part of `INTERVAL '…' FIELDS`, or the text itself. */
function body(text: string, fields: string): { readonly text: string; readonly negative: boolean } | undefined {
  const m = /^\s*interval\s+([+-]?)'([^']*)'\s+([a-z ]+?)\s*$/i.exec(text);
  if (!m) return { text: text.trim(), negative: false };
  return m[3]!.toLowerCase().replace(/\s+/g, ' ') === fields ? { text: m[2]!.trim(), negative: m[1] === '-' } : undefined;
}
/** Months. */
export function parseYearMonthText(text: string, type: TypeOf<'year_month_interval'>): number | undefined {
  const inner = body(text, type.from === type.to ? type.from : 'year to month');
  if (!inner) return undefined;
  const m = type.from === type.to ? /^([+-]?)(\d{1,10})$/.exec(inner.text) : /^([+-]?)(\d{1,9})-(\d{1,2})$/.exec(inner.text);
  if (!m) return undefined;
  const months = type.from !== type.to ? Number(m[2]) * 12 + Number(m[3]) : type.from === 'year' ? Number(m[2]) * 12 : Number(m[2]);
  if (months > 2147483647 || (type.from !== type.to && Number(m[3]) > 11)) return undefined;
  return (m[1] === '-') !== inner.negative ? -months : months;
}
const FIELDS: readonly DayTimeField[] = ['day', 'hour', 'minute', 'second'];
const UNIT: Readonly<Record<DayTimeField, bigint>> = { day: 86_400_000_000n, hour: 3_600_000_000n, minute: 60_000_000n, second: 1_000_000n };
/** Microseconds. */
export function parseDayTimeText(text: string, type: TypeOf<'day_time_interval'>): bigint | undefined {
  const inner = body(text, type.from === type.to ? type.from : `${type.from} to ${type.to}`);
  if (!inner) return undefined;
  const fields = FIELDS.slice(FIELDS.indexOf(type.from), FIELDS.indexOf(type.to) + 1);
  const source = fields.map((f, i) => (i === 0 ? '' : fields[i - 1] === 'day' ? ' ' : ':') + (f === 'second' ? '(\\d{1,18})(?:\\.(\\d{1,9}))?' : '(\\d{1,18})')).join('');
  const m = new RegExp(`^([+-]?)${source}$`).exec(inner.text);
  if (!m) return undefined;
  let micros = 0n;
  for (let i = 0; i < fields.length; i++) {
    const amount = BigInt(m[i + 2]!);
    if (i > 0 && amount > (fields[i] === 'hour' ? 23n : 59n)) return undefined;
    micros += amount * UNIT[fields[i]!];
  }
  if (type.to === 'second') micros += BigInt((m[fields.length + 2] ?? '').slice(0, 6).padEnd(6, '0'));
  if (micros > 9223372036854775807n) return undefined;
  return (m[1] === '-') !== inner.negative ? -micros : micros;
}
const CALENDAR: Readonly<Record<string, readonly ['months' | 'days' | 'micros', bigint]>> = {
  year: ['months', 12n], month: ['months', 1n], week: ['days', 7n], day: ['days', 1n], hour: ['micros', UNIT.hour], minute: ['micros', UNIT.minute],
  second: ['micros', UNIT.second], millisecond: ['micros', 1000n], microsecond: ['micros', 1n],
};
/** A calendar interval of `1 year -2 months 3.5 seconds`; fractions of seconds only. */
export function parseCalendarText(text: string): CalendarInterval | undefined {
  const inner = text.trim().replace(/^interval\s+/i, '').toLowerCase();
  if (!/^([+-]?\s*\d+(\.\d+)?\s+[a-z]+\s*)+$/.test(inner)) return undefined;
  const total = { months: 0n, days: 0n, micros: 0n };
  for (const [, sign, amount, fraction, unit] of inner.matchAll(/([+-]?)\s*(\d{1,18})(?:\.(\d+))?\s+([a-z]+)/g)) {
    const known = CALENDAR[unit!.replace(/s$/, '')];
    if (!known || (fraction !== undefined && known[1] !== UNIT.second)) return undefined;
    const value = BigInt(amount!) * known[1] + (fraction === undefined ? 0n : BigInt(fraction.slice(0, 6).padEnd(6, '0')));
    total[known[0]] += sign === '-' ? -value : value;
  }
  const fits = (v: bigint): boolean => v >= -2147483648n && v <= 2147483647n;
  return fits(total.months) && fits(total.days) ? { months: Number(total.months), days: Number(total.days), micros: BigInt.asIntN(64, total.micros) } : undefined;
}
