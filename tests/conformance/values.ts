// SQL values in the JSON form of the recorded cases, both ways to one canonical text, so that rows compare as strings.

import type { DataType } from '../../planner/types.js';
import type { Value } from '../../planner/values.js';

export type Json = null | boolean | number | string | readonly Json[];

const pad = (n: number | bigint, width: number): string => String(n).padStart(width, '0');

function year(y: number): string {
  if (y > 9999) return `+${y}`;
  return y < 0 ? `-${pad(-y, 4)}` : pad(y, 4);
}
/** Proleptic Gregorian date of a day number. */
export function dateText(days: number): string {
  const z = days + 719468;
  const era = Math.floor(z / 146097);
  const ofEra = z - era * 146097;
  const yearOfEra = Math.floor((ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36524) - Math.floor(ofEra / 146096)) / 365);
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * ofYear + 2) / 153);
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  return `${year(yearOfEra + era * 400 + (month <= 2 ? 1 : 0))}-${pad(month, 2)}-${pad(ofYear - Math.floor((153 * shifted + 2) / 5) + 1, 2)}`;
}
const DAY = 86_400_000_000n;
export function timeText(micros: bigint): string {
  const seconds = micros / 1_000_000n;
  return `${pad(seconds / 3600n, 2)}:${pad(seconds / 60n % 60n, 2)}:${pad(seconds % 60n, 2)}.${pad(micros % 1_000_000n, 6)}`;
}
export function timestampText(micros: bigint): string {
  const ofDay = ((micros % DAY) + DAY) % DAY;
  return `${dateText(Number((micros - ofDay) / DAY))}T${timeText(ofDay)}`;
}
export function decimalText(unscaled: bigint, scale: number): string {
  const digits = pad(unscaled < 0n ? -unscaled : unscaled, scale + 1);
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return unscaled < 0n ? `-${text}` : text;
}
function floatJson(v: number): Json {
  if (Number.isNaN(v)) return 'NaN';
  if (!Number.isFinite(v)) return v > 0 ? 'Infinity' : '-Infinity';
  return Object.is(v, -0) ? '-0.0' : v;
}
const integerJson = (v: bigint): Json => v >= -9007199254740991n && v <= 9007199254740991n ? Number(v) : String(v);

/** Text of an interval or variant, as the engine itself casts it. */
export type Print = (type: DataType, value: Value) => string;

export function toJson(type: DataType, value: Value, print: Print): Json {
  if (value === null) return null;
  switch (type.kind) {
    case 'bigint': return integerJson(value as bigint);
    case 'float': case 'double': return floatJson(value as number);
    case 'decimal': return decimalText(value as bigint, type.scale);
    case 'binary': return Buffer.from(value as Uint8Array).toString('base64');
    case 'date': return dateText(value as number);
    case 'timestamp': return `${timestampText(value as bigint)}Z`;
    case 'timestamp_ntz': return timestampText(value as bigint);
    case 'time': return timeText(value as bigint);
    case 'interval': case 'year_month_interval': case 'day_time_interval': case 'variant': return print(type, value);
    case 'array': return (value as readonly Value[]).map((v) => toJson(type.element, v, print));
    case 'map': return (value as readonly (readonly Value[])[]).map((e) => [toJson(type.key, e[0]!, print), toJson(type.value, e[1]!, print)]);
    case 'struct': return (value as readonly Value[]).map((v, i) => toJson(type.fields[i]!.type, v, print));
    case 'string': return Buffer.from(value as string, 'utf8').toString('utf8');
    default: return value as Json;
  }
}

/** One text for equal values: map entries sorted, floats at their width, big integers as digits. */
export function canonical(type: DataType, json: Json): string {
  if (json === null) return 'null';
  switch (type.kind) {
    case 'float': return typeof json === 'number' ? String(Math.fround(json)) : json as string;
    // Small ones were recorded by way of Java's engineering notation, which pads with zeros beyond the scale.
    case 'decimal': return (json as string).replace(new RegExp(`(\\.\\d{${type.scale}})0+$`), '$1');
    case 'array': return `[${(json as readonly Json[]).map((j) => canonical(type.element, j)).join(',')}]`;
    case 'map': return `{${(json as readonly (readonly Json[])[]).map((e) => `${canonical(type.key, e[0]!)}:${canonical(type.value, e[1]!)}`).sort().join(',')}}`;
    case 'struct': return Array.isArray(json) ? `(${(json as readonly Json[]).map((j, i) => canonical(type.fields[i]?.type ?? { kind: 'string' }, j)).join(',')})` : JSON.stringify(json);
    case 'string': return JSON.stringify(json);
    default: return String(json);
  }
}

/** Equal up to the tolerances; floats at any depth. `relative` 0: exactly. */
export function close(type: DataType, a: Json, b: Json, relative: number): boolean {
  if (a === null || b === null) return a === b;
  switch (type.kind) {
    case 'float': case 'double': {
      const x = Number(a);
      const y = Number(b);
      if (!Number.isFinite(x) || !Number.isFinite(y)) return canonical(type, a) === canonical(type, b);
      const tolerance = type.kind === 'float' && relative > 0 ? Math.max(relative, 1e-6) : relative;
      return Math.abs(x - y) <= Math.max(1e-12, tolerance * Math.max(Math.abs(x), Math.abs(y)));
    }
    case 'array': return list(a, b, () => type.element, relative);
    case 'struct': return list(a, b, (i) => type.fields[i]!.type, relative);
    case 'map': {
      const left = a as readonly (readonly Json[])[];
      const right = b as readonly (readonly Json[])[];
      return left.length === right.length && left.every((e) => right.some((f) => close(type.key, e[0]!, f[0]!, relative) && close(type.value, e[1]!, f[1]!, relative)));
    }
    default: return canonical(type, a) === canonical(type, b);
  }
}
const list = (a: Json, b: Json, type: (i: number) => DataType, relative: number): boolean =>
  Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((x, i) => close(type(i), x as Json, b[i] as Json, relative));

/** The first difference between rows and expected rows, in words; undefined if there is none. */
export function compareRows(types: readonly DataType[], actual: readonly (readonly Json[])[], expected: readonly (readonly Json[])[], ordered: boolean, relative: number): string | undefined {
  if (actual.length !== expected.length) return `${actual.length} rows instead of ${expected.length}: ${brief(actual)} instead of ${brief(expected)}`;
  const text = (row: readonly Json[]): string => types.map((t, i) => canonical(t, row[i] ?? null)).join(', ');
  if (relative === 0) {
    const left = actual.map(text);
    const right = expected.map(text);
    if (!ordered) { left.sort(); right.sort(); }
    const at = left.findIndex((l, i) => l !== right[i]);
    return at === -1 ? undefined : `row ${at}: ${clip(left[at]!)} instead of ${clip(right[at]!)}`;
  }
  const same = (a: readonly Json[], b: readonly Json[]): boolean => types.every((t, i) => close(t, a[i] ?? null, b[i] ?? null, relative));
  const left = [...expected];
  for (const [i, row] of actual.entries()) {
    const at = ordered ? (same(row, left[i]!) ? i : -1) : left.findIndex((e) => same(row, e));
    if (at === -1) return `row ${i}: ${clip(text(row))} is not among the expected: ${brief(left)}`;
    if (!ordered) left.splice(at, 1);
  }
  return undefined;
}
const clip = (text: string): string => text.length > 160 ? `${text.slice(0, 157)}…` : text;
const brief = (rows: readonly (readonly Json[])[]): string => clip(JSON.stringify(rows));
