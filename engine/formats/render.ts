// Values as people read them: what a cast to STRING prints, used by the console sink and for nested cells of CSV.
// source: Spark ToStringBase; Dataset.showString prints NULL in capitals and binary as [01 FF].

import type { DataType, DayTimeField, YearMonthField } from '../../planner/types.js';
import type { CalendarInterval, Value, VariantValue } from '../../planner/values.js';
import { dateText, timestampText } from './datetime.js';
import { UTC, type Zone } from './zone.js';
import { decimalText, doubleText, floatText } from './number-text.js';

export interface Rendering {
  readonly zone: Zone;
  /** Of NULLs within arrays, maps and structs. */
  readonly nullText: string;
  /** Bytes as the UTF-8 text that they are, not as [01 FF]. */
  readonly bytesAsText?: true;
}
/** A printer of non-NULL values of a type. */
export function renderer(type: DataType, rendering: Rendering): (value: Value) => string {
  switch (type.kind) {
    case 'string': return (v) => v as string;
    case 'binary': return (v) => rendering.bytesAsText ? Buffer.from(v as Uint8Array).toString('utf8') : `[${Array.from(v as Uint8Array, (b) => b.toString(16).toUpperCase().padStart(2, '0')).join(' ')}]`;
    case 'float': return (v) => floatText(v as number);
    case 'double': return (v) => doubleText(v as number);
    case 'decimal': return (v) => decimalText(v as bigint, type.scale);
    case 'date': return (v) => dateText(v as number);
    case 'timestamp': return (v) => timestampText(v as bigint, rendering.zone);
    case 'timestamp_ntz': return (v) => timestampText(v as bigint, UTC);
    case 'time': return (v) => timestampText(v as bigint, UTC).slice(11);
    case 'year_month_interval': return (v) => yearMonthText(v as number, type.from, type.to);
    case 'day_time_interval': return (v) => dayTimeText(v as bigint, type.from, type.to);
    case 'interval': return (v) => calendarText(v as CalendarInterval);
    case 'variant': return (v) => variantText(v as VariantValue, rendering.zone);
    case 'array': {
      const element = orNull(type.element, rendering);
      return (v) => `[${joined((v as readonly Value[]).map(element), rendering)}]`;
    }
    case 'map': {
      const key = renderer(type.key, rendering);
      const value = orNull(type.value, rendering);
      return (v) => `{${(v as readonly [Value, Value][]).map(([k, x]) => { const text = value(x); return text === '' ? `${key(k)} ->` : `${key(k)} -> ${text}`; }).join(', ')}}`;
    }
    case 'struct': {
      const fields = type.fields.map((f) => orNull(f.type, rendering));
      return (v) => `{${joined((v as readonly Value[]).map((x, i) => fields[i]!(x)), rendering)}}`;
    }
    default: return (v) => String(v);
  }
}
function orNull(type: DataType, rendering: Rendering): (value: Value) => string {
  const print = renderer(type, rendering);
  return (v) => v === null ? rendering.nullText : print(v);
}
/** A NULL that prints as nothing leaves no blank before it. */
const joined = (cells: readonly string[], rendering: Rendering): string => cells.map((c, i) => i === 0 ? c : c === '' && rendering.nullText === '' ? ',' : `, ${c}`).join('');

export function yearMonthText(months: number, from: YearMonthField, to: YearMonthField): string {
  const sign = months < 0 ? '-' : '';
  const a = Math.abs(months);
  const body = from === to ? (from === 'year' ? `${Math.floor(a / 12)}` : `${a}`) : `${Math.floor(a / 12)}-${a % 12}`;
  return `INTERVAL '${sign}${body}' ${from === to ? from.toUpperCase() : 'YEAR TO MONTH'}`;
}
const DAY_TIME_FIELDS: readonly DayTimeField[] = ['day', 'hour', 'minute', 'second'];
const DAY_TIME_MICROS = [86_400_000_000n, 3_600_000_000n, 60_000_000n];
export function dayTimeText(micros: bigint, from: DayTimeField, to: DayTimeField): string {
  const first = DAY_TIME_FIELDS.indexOf(from);
  const last = DAY_TIME_FIELDS.indexOf(to);
  let rest = micros < 0n ? -micros : micros;
  let body = '';
  for (let f = first; f <= last; f++) {
    const pad = f === first ? 1 : 2;
    if (f < 3) {
      const unit = DAY_TIME_MICROS[f]!;
      body += String(rest / unit).padStart(f === first && f > 0 ? 2 : pad, '0');
      rest %= unit;
    } else body += secondsText(rest, 2);
    if (f < last) body += f === 0 ? ' ' : ':';
  }
  return `INTERVAL '${micros < 0n ? '-' : ''}${body}' ${from === to ? from.toUpperCase() : `${from} to ${to}`.toUpperCase()}`;
}
function secondsText(micros: bigint, pad: number): string {
  const fraction = micros % 1_000_000n;
  const whole = String(micros / 1_000_000n).padStart(pad, '0');
  return fraction === 0n ? whole : `${whole}.${String(fraction).padStart(6, '0').replace(/0+$/, '')}`;
}
export function calendarText(value: CalendarInterval): string {
  const parts: string[] = [];
  const add = (n: number | bigint, unit: string): void => { if (Number(n) !== 0) parts.push(`${n} ${unit}`); };
  add(Math.trunc(value.months / 12), 'years');
  add(value.months % 12, 'months');
  add(value.days, 'days');
  add(value.micros / 3_600_000_000n, 'hours');
  add((value.micros % 3_600_000_000n) / 60_000_000n, 'minutes');
  const rest = value.micros % 60_000_000n;
  if (rest !== 0n) parts.push(`${rest < 0n ? '-' : ''}${secondsText(rest < 0n ? -rest : rest, 1)} seconds`);
  return parts.length === 0 ? '0 seconds' : parts.join(' ');
}
/** A VARIANT as JSON. */
export function variantText(value: VariantValue, zone: Zone): string {
  switch (value.kind) {
    case 'null': return 'null';
    case 'array': return `[${value.elements.map((e) => variantText(e, zone)).join(',')}]`;
    case 'object': return `{${value.entries.map(([k, e]) => `${JSON.stringify(k)}:${variantText(e, zone)}`).join(',')}}`;
    case 'scalar': {
      const { type, value: v } = value;
      if (type.kind === 'string') return JSON.stringify(v);
      if (type.kind === 'boolean' || type.kind === 'bigint' || type.kind === 'int' || type.kind === 'smallint' || type.kind === 'tinyint') return String(v);
      if (type.kind === 'binary') return `"${Buffer.from(v as Uint8Array).toString('base64')}"`;
      const text = type.kind === 'decimal' ? decimalText(v as bigint, type.scale).replace(/\.?0+$/, (zeros) => type.scale === 0 ? zeros : '') : renderer(type, { zone, nullText: 'null' })(v);
      const bare = type.kind === 'decimal' || ((type.kind === 'double' || type.kind === 'float') && Number.isFinite(v as number));
      if (!bare) return `"${type.kind === 'timestamp' ? `${text}${zone.fixed === 0 ? '+00:00' : ''}` : text}"`;
      return text;
    }
  }
}
