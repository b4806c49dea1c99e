// INTERVAL literals: `INTERVAL '1-2' YEAR TO MONTH`, `INTERVAL 1 DAY 2 HOURS`, `INTERVAL '1 day 3 minutes'`. A literal is of one family:
// months, or days and time.

import { EngineError, raise } from '../errors/index.js';
import type { Span } from '../spans.js';
import { unmatchedInterval } from './interval-shape.js';
import type { DataType, DayTimeField, YearMonthField } from '../types.js';
import type { Cursor } from './cursor.js';

interface Unit { readonly field: YearMonthField | DayTimeField; readonly months?: bigint; readonly micros?: bigint }
const SECOND = 1_000_000n;
const DAY = 86_400n * SECOND;
const YEAR_MONTH: readonly YearMonthField[] = ['year', 'month'];
const DAY_TIME: readonly DayTimeField[] = ['day', 'hour', 'minute', 'second'];
const MICROS: Readonly<Record<DayTimeField, bigint>> = { day: DAY, hour: 3600n * SECOND, minute: 60n * SECOND, second: SECOND };
const UNITS = new Map<string, Unit>();
for (const [names, unit] of [
  ['YEAR', { field: 'year', months: 12n }], ['MONTH', { field: 'month', months: 1n }], ['WEEK', { field: 'day', micros: 7n * DAY }], ['DAY', { field: 'day', micros: DAY }],
  ['HOUR', { field: 'hour', micros: MICROS.hour }], ['MINUTE', { field: 'minute', micros: MICROS.minute }], ['SECOND', { field: 'second', micros: SECOND }],
  ['MILLISECOND', { field: 'second', micros: 1000n }], ['MICROSECOND', { field: 'second', micros: 1n }],
] as readonly [string, Unit][]) { UNITS.set(names, unit); UNITS.set(`${names}S`, unit); }

export const isIntervalUnit = (word: string): boolean => UNITS.has(word);

export interface IntervalLiteral { readonly type: DataType; readonly value: number | bigint }
export class BadInterval extends Error {}
/** Stands for a literal that is refused. */
const NOTHING: IntervalLiteral = { type: { kind: 'day_time_interval', from: 'day', to: 'second' }, value: 0n };

const MAX_MONTHS = 2_147_483_647n;
const MAX_MICROS = 9_223_372_036_854_775_807n;
function months(total: bigint, from: YearMonthField, to: YearMonthField): IntervalLiteral {
  if (total > MAX_MONTHS || total < -MAX_MONTHS - 1n) raise('INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION');
  return { type: { kind: 'year_month_interval', from, to }, value: Number(total) };
}
function micros(total: bigint, from: DayTimeField, to: DayTimeField): IntervalLiteral {
  if (total > MAX_MICROS || total < -MAX_MICROS - 1n) raise('INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION');
  return { type: { kind: 'day_time_interval', from, to }, value: total };
}

/** Sum of `value unit` pairs; the fields run from the largest unit named to the smallest. @throws BadInterval */
export function sumUnits(pairs: readonly (readonly [value: string, unit: string])[]): IntervalLiteral {
  const units = pairs.map(([, u]) => { const unit = UNITS.get(u.toUpperCase()); if (!unit) throw new BadInterval(u); return unit; });
  const monthly = units.filter((u) => u.months !== undefined).length;
  if (units.length === 0 || (monthly > 0 && monthly < units.length)) throw new BadInterval('year-month and day-time fields in one literal');
  let total = 0n;
  units.forEach((unit, i) => { total += scaled(pairs[i]![0], unit, pairs[i]![1]); });
  const order: readonly string[] = monthly > 0 ? YEAR_MONTH : DAY_TIME;
  const ranks = units.map((u) => order.indexOf(u.field));
  const from = order[Math.min(...ranks)]!;
  const to = order[Math.max(...ranks)]!;
  return monthly > 0 ? months(total, from as YearMonthField, to as YearMonthField) : micros(total, from as DayTimeField, to as DayTimeField);
}
function scaled(value: string, unit: Unit, word: string): bigint {
  const parts = /^\s*([+-]?)\s*(\d*)(?:\.(\d*))?\s*$/.exec(value);
  if (!parts || (parts[2] === '' && !parts[3])) {
    const parameters = { input: ` ${value} ${word}` };
    if (!/^\s*[+-]?\s*[\d.]/.test(value)) raise('INVALID_INTERVAL_FORMAT.UNRECOGNIZED_NUMBER', { ...parameters, number: value.trim() }, { nowhere: true });
    raise('INVALID_INTERVAL_FORMAT.INVALID_VALUE', { ...parameters, value: value.trim() }, { nowhere: true });
  }
  const factor = unit.months ?? unit.micros!;
  let total = BigInt(parts[2] || 0) * factor;
  if (parts[3]) {
    if (unit.field !== 'second') raise('INVALID_INTERVAL_FORMAT.INVALID_FRACTION', { input: ` ${value} ${word}`, unit: word.toLowerCase() }, { nowhere: true });
    if (parts[3].length > 9) throw new BadInterval(value);
    total += (BigInt(parts[3].padEnd(9, '0')) * factor) / 1_000_000_000n;
  }
  return parts[1] === '-' ? -total : total;
}

const num = (text: string | undefined, max: number): bigint => {
  const n = Number(text);
  if (text === undefined || !/^\d+$/.test(text) || n > max) throw new BadInterval(text ?? '');
  return BigInt(text);
};
/** The text of an interval whose fields run `from` TO `to`: `1-2`, `10 11:12:13.5`. @throws BadInterval */
export function readFields(text: string, from: string, to: string): IntervalLiteral {
  const body = text.trim();
  const sign = body.startsWith('-') ? -1n : 1n;
  const digits = body.replace(/^[+-]/, '');
  if (from === 'year' && to === 'month') {
    const m = /^(\d+)-(\d+)$/.exec(digits);
    if (!m) throw new BadInterval(text);
    return months(sign * (BigInt(m[1]!) * 12n + num(m[2], 11)), 'year', 'month');
  }
  const first = DAY_TIME.indexOf(from as DayTimeField);
  const last = DAY_TIME.indexOf(to as DayTimeField);
  if (first < 0 || last <= first) throw new BadInterval(`${from} TO ${to}`);
  const pieces = first === 0 ? splitOnce(digits) : ['', digits];
  const times = pieces[1]!.split(':');
  const names = DAY_TIME.slice(Math.max(first, 1), last + 1);
  if (times.length !== names.length) throw new BadInterval(text);
  let total = first === 0 ? num(pieces[0], Number.MAX_SAFE_INTEGER) * DAY : 0n;
  names.forEach((name, i) => {
    const limit = i === 0 && first !== 0 ? Number.MAX_SAFE_INTEGER : name === 'hour' ? 23 : 59;
    const [whole, fraction] = times[i]!.split('.');
    total += num(whole, limit) * MICROS[name];
    if (fraction !== undefined) {
      if (name !== 'second' || !/^\d{1,9}$/.test(fraction)) throw new BadInterval(text);
      total += BigInt(fraction.padEnd(9, '0')) / 1000n;
    }
  });
  return micros(sign * total, from as DayTimeField, to as DayTimeField);
}
function splitOnce(text: string): [string, string] {
  const m = /^(\S+)[ T]+(\S+)$/.exec(text);
  if (!m) throw new BadInterval(text);
  return [m[1]!, m[2]!];
}

/** The text of `INTERVAL '…'` without units: `1 day 2 hours`. @throws BadInterval */
export function readUnits(text: string): IntervalLiteral {
  const body = text.trim().replace(/^interval\s+/i, '');
  const pairs: [string, string][] = [];
  const rest = body.replace(/([+-]?\s*\d*\.?\d+|[+-]?\s*\d+\.)\s+([a-zA-Z]+)\s*/g, (_, v: string, u: string) => { pairs.push([v, u]); return ''; });
  if (rest !== '' || pairs.length === 0) throw new BadInterval(text);
  return sumUnits(pairs);
}

/** After the word INTERVAL, if what follows is a literal; the word has been taken. Undefined: INTERVAL is an ordinary name here. */
export function parseInterval(c: Cursor, from: number): IntervalLiteral | undefined {
  const signed = c.isSymbol('-') || c.isSymbol('+');
  const value = c.peek(signed ? 1 : 0);
  if (value.kind !== 'string' && value.kind !== 'number') return undefined;
  const guard = (body: () => IntervalLiteral): IntervalLiteral => c.lenient(() => {
    try { return body(); } catch (e) {
      const span: Span = c.spanFrom(from);
      if (e instanceof BadInterval) return raise('CANNOT_PARSE_INTERVAL', { intervalString: `'${span.text.slice(span.start, span.stop)}'` }, { span, cause: e });
      throw e;
    }
  }, NOTHING);
  if (value.kind === 'string' && !signed && !isIntervalUnit(c.peek(1).upper) && !c.isString(1)) {
    const text = c.string();
    try { return readUnits(text); } catch (e) {
      if (!(e instanceof BadInterval || (e instanceof EngineError && e.condition.startsWith('INVALID_INTERVAL_FORMAT')))) throw e;
      c.later(new EngineError('INVALID_TYPED_LITERAL', { value: `'${text}'`, valueType: '"INTERVAL"' }, { span: c.spanFrom(from), hint: "Write for example INTERVAL '5' MINUTE or INTERVAL '1 day 2 hours'; the units are year, month, week, day, hour, minute, second, millisecond and microsecond." }));
      return NOTHING;
    }
  }
  const pairs: [string, string][] = [];
  const at = c.position;
  do {
    const sign = c.takeSymbol('-') ? '-' : c.takeSymbol('+') ? '+' : '';
    const text = c.peek().kind === 'number' ? c.next().text : c.string();
    if (!isIntervalUnit(c.peek().upper)) c.fail();
    const unit = c.next().upper;
    if (pairs.length === 0 && c.isWord('TO') && isIntervalUnit(c.peek(1).upper)) {
      c.next();
      const to = c.next().upper;
      const [first, last] = [UNITS.get(unit)!.field, UNITS.get(to)!.field];
      const body = sign === '-' ? negate(text) : text;
      return c.lenient(() => {
        checkFields(first, last, body, c.spanFrom(at));
        try { return readFields(body, first, last); } catch (e) {
          if (!(e instanceof BadInterval)) throw e;
          // checkFields has seen that they are of one family.
          const type = { kind: first === 'year' || first === 'month' ? 'year_month_interval' : 'day_time_interval', from: first, to: last } as Parameters<typeof unmatchedInterval>[1];
          return unmatchedInterval(body, type, c.spanFrom(at));
        }
      }, NOTHING);
    }
    pairs.push([sign === '-' ? negate(text) : text, unit]);
  } while (continues(c));
  return guard(() => sumUnits(pairs));
}
/** `x TO y` of one family, from the larger; a month is below 12. */
function checkFields(from: string, to: string, input: string, span: Span): void {
  const family: readonly string[] = from === 'year' || from === 'month' ? YEAR_MONTH : DAY_TIME;
  if (family.indexOf(to) <= family.indexOf(from)) raise('INVALID_INTERVAL_FORMAT.UNSUPPORTED_FROM_TO_EXPRESSION', { input, from, to }, { span });
  const months = /^\s*[+-]?\d+-(\d+)\s*$/.exec(input)?.[1];
  if (family === YEAR_MONTH && months !== undefined && Number(months) > 11) raise('INVALID_INTERVAL_FORMAT.INTERVAL_PARSING', { input, interval: 'year-month' }, { span });
}
const negate = (text: string): string => text.trim().startsWith('-') ? text.trim().slice(1) : `-${text.trim()}`;
/** Another `value unit` pair follows. */
function continues(c: Cursor): boolean {
  const signed = c.isSymbol('-') || c.isSymbol('+') ? 1 : 0;
  const { kind } = c.peek(signed);
  return (kind === 'number' || kind === 'string') && isIntervalUnit(c.peek(signed + 1).upper);
}
