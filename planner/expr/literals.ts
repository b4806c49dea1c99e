// Values as SQL literals, the way Spark prints them in names and messages. TIMESTAMP is printed in UTC: where a session's zone counts, the
// binder gives the constant its text. source: Spark `Literal.sql`, Java's Double.toString and BigDecimal.toString.

import { EngineError } from '../errors/index.js';
import { decimalText, doubleText, floatText } from '../number-text.js';
import type { DataType, DayTimeField, TypeOf } from '../types.js';
import type { Span } from '../spans.js';
import * as T from '../types.js';
import type { CalendarInterval, Value } from '../values.js';

/** What may stand before a text as the type of a literal, beside INTERVAL and X. */
export const LITERAL_TYPES: ReadonlyMap<string, DataType> = new Map<string, DataType>([
  ['DATE', T.DATE], ['TIMESTAMP', T.TIMESTAMP], ['TIMESTAMP_LTZ', T.TIMESTAMP], ['TIMESTAMP_NTZ', T.TIMESTAMP_NTZ], ['TIME', T.TIME],
]);
const SUPPORTED_LITERALS = '"DATE", "TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP", "INTERVAL", "X", "TIME"';
export const unsupportedLiteral = (word: string, span: Span | undefined): EngineError =>
  new EngineError('UNSUPPORTED_TYPED_LITERAL', { unsupportedType: `"${word}"`, supportedTypes: SUPPORTED_LITERALS }, { span });

/** A value as it appears in the name of a column: strings bare, numbers as Java prints them, the rest as SQL literals. */
export function literalText(value: Value, type: DataType): string {
  if (value === null) return 'NULL';
  switch (type.kind) {
    case 'string': return T.isCollated(type) ? `${quotedText(value as string)} collate ${type.collation}` : value as string;
    case 'float': return floatText(value as number);
    case 'double': return doubleText(value as number);
    case 'decimal': return bigDecimalText(value as bigint, type.scale);
    case 'binary': return `X'${Array.from(value as Uint8Array, (byte) => byte.toString(16).padStart(2, '0')).join('').toUpperCase()}'`;
    case 'date': return `DATE '${dateText(value as number)}'`;
    case 'timestamp': return `TIMESTAMP '${timestampText(value as bigint)}'`;
    case 'timestamp_ntz': return `TIMESTAMP_NTZ '${timestampText(value as bigint)}'`;
    case 'time': return `TIME '${clockText(value as bigint)}'`;
    case 'year_month_interval': return yearMonthText(value as number, type);
    case 'day_time_interval': return dayTimeText(value as bigint, type);
    case 'interval': return `INTERVAL '${calendarText(value as CalendarInterval)}'`;
    case 'array': return `ARRAY(${(value as readonly Value[]).map((v) => nestedText(v, type.element)).join(', ')})`;
    case 'map': return `MAP(${(value as readonly (readonly [Value, Value])[]).map(([k, v]) => `${nestedText(k, type.key)}, ${nestedText(v, type.value)}`).join(', ')})`;
    case 'struct': return `NAMED_STRUCT(${type.fields.map((f, i) => `'${f.name}', ${nestedText((value as readonly Value[])[i]!, f.type)}`).join(', ')})`;
    default: return String(value);
  }
}

const nestedText = (value: Value, type: DataType): string => type.kind === 'string' && value !== null ? quotedText(value as string) : literalText(value, type);

/** A string as a SQL literal: `'it\'s'`. */
export const quotedText = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** A value as error parameters quote it (Spark's toSQLValue): `'text'`, `5L`, `1.5D`. */
export function valueText(value: Value, type: DataType): string {
  if (value === null) return 'NULL';
  switch (type.kind) {
    case 'string': return quotedText(value as string);
    case 'tinyint': return `${String(value)}Y`;
    case 'smallint': return `${String(value)}S`;
    case 'bigint': return `${String(value)}L`;
    case 'decimal': return `${bigDecimalText(value as bigint, type.scale)}BD`;
    case 'float': case 'double': {
      const text = literalText(value, type);
      return Number.isFinite(value as number) ? (type.kind === 'float' ? `CAST(${text} AS FLOAT)` : `${text}D`) : text;
    }
    default: return literalText(value, type);
  }
}

/** Java's BigDecimal.toString: with an exponent where the value is below 10^-6. */
export function bigDecimalText(unscaled: bigint, scale: number): string {
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString();
  const exponent = digits.length - 1 - scale;
  if (exponent >= -6) return decimalText(unscaled, scale);
  return `${unscaled < 0n ? '-' : ''}${digits[0]}${digits.length > 1 ? `.${digits.slice(1)}` : ''}E${exponent}`;
}

/** Days since 1970-01-01 as `2024-01-31`; years outside 0…9999 with a sign. */
export function dateText(days: number): string {
  // Civil date from days: eras of 400 years that begin on 1 March (Hinnant).
  const z = days + 719468;
  const era = Math.floor(z / 146097);
  const dayOfEra = z - era * 146097;
  const yearOfEra = Math.floor((dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36524) - Math.floor(dayOfEra / 146096)) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1;
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const yearText = String(Math.abs(year)).padStart(4, '0');
  return `${year > 9999 ? '+' : year < 0 ? '-' : ''}${yearText}-${two(month)}-${two(day)}`;
}

const two = (x: number | bigint): string => String(x).padStart(2, '0');
const DAY_MICROS = 86_400_000_000n;

function timestampText(micros: bigint): string {
  const rest = ((micros % DAY_MICROS) + DAY_MICROS) % DAY_MICROS;
  return `${dateText(Number((micros - rest) / DAY_MICROS))} ${clockText(rest)}`;
}

function clockText(micros: bigint): string {
  const seconds = micros / 1_000_000n;
  return `${two(seconds / 3600n)}:${two(seconds / 60n % 60n)}:${two(seconds % 60n)}${fractionText(micros % 1_000_000n)}`;
}
const fractionText = (micros: bigint): string => micros === 0n ? '' : `.${String(micros).padStart(6, '0').replace(/0+$/, '')}`;

function yearMonthText(months: number, type: TypeOf<'year_month_interval'>): string {
  const sign = months < 0 ? '-' : '';
  const size = Math.abs(months);
  if (type.from !== type.to) return `INTERVAL '${sign}${Math.floor(size / 12)}-${size % 12}' YEAR TO MONTH`;
  return type.from === 'year' ? `INTERVAL '${sign}${Math.floor(size / 12)}' YEAR` : `INTERVAL '${sign}${size}' MONTH`;
}

const FIELDS: readonly DayTimeField[] = ['day', 'hour', 'minute', 'second'];
const FIELD_MICROS: Readonly<Record<DayTimeField, bigint>> = { day: DAY_MICROS, hour: 3_600_000_000n, minute: 60_000_000n, second: 1_000_000n };

function dayTimeText(micros: bigint, type: TypeOf<'day_time_interval'>): string {
  let rest = micros < 0n ? -micros : micros;
  let text = micros < 0n ? '-' : '';
  for (const field of FIELDS.slice(FIELDS.indexOf(type.from), FIELDS.indexOf(type.to) + 1)) {
    const unit = FIELD_MICROS[field];
    const count = rest / unit;
    rest %= unit;
    if (field !== type.from) text += field === 'hour' ? ' ' : ':';
    text += field === 'day' ? String(count) : two(count);
    if (field === 'second') text += fractionText(rest);
  }
  const to = type.from === type.to ? '' : ` TO ${type.to.toUpperCase()}`;
  return `INTERVAL '${text}' ${type.from.toUpperCase()}${to}`;
}

function calendarText(x: CalendarInterval): string {
  const parts: string[] = [];
  const add = (count: number | bigint, unit: string): void => { if (count !== 0 && count !== 0n) parts.push(`${count} ${unit}`); };
  add(Math.trunc(x.months / 12), 'years');
  add(x.months % 12, 'months');
  add(x.days, 'days');
  const [hours, minutes, rest] = [x.micros / 3_600_000_000n, x.micros / 60_000_000n % 60n, x.micros % 60_000_000n];
  add(hours, 'hours');
  add(minutes, 'minutes');
  if (rest !== 0n) {
    const size = rest < 0n ? -rest : rest;
    parts.push(`${rest < 0n ? '-' : ''}${size / 1_000_000n}${fractionText(size % 1_000_000n)} seconds`);
  }
  return parts.length === 0 ? '0 seconds' : parts.join(' ');
}
