// Dates and times as text: Spark's lenient reading of ISO-like text, and its default printing. Exact in microseconds.
// source: Spark DateTimeUtils.stringToDate / stringToTimestamp, TimestampFormatter.

import { civilOfDays, daysOfCivil, isDate } from './civil.js';
import { findZone, localTime, localToUtc, UTC, type Zone } from './zone.js';
const { floor } = Math;

// ── Reading ──────────────────────────────────────────────────────────────────────────────────────

/** Blanks and control characters around, as Spark's casts drop them. */
export function trimControls(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && isControl(text.charCodeAt(from))) from++;
  while (to > from && isControl(text.charCodeAt(to - 1))) to--;
  return from === 0 && to === text.length ? text : text.slice(from, to);
}
const isControl = (c: number): boolean => c <= 32 || c === 127;

const DATE_TEXT = /^([+-]?)(\d{4,7})(?:-(\d{1,2})(?:-(\d{1,2})(?:[ T].*)?)?)?$/s;
/** Days of `2024`, `2024-3`, `2024-3-1`, `2024-03-01T…`; undefined if it is no date. */
export function parseDateText(text: string): number | undefined {
  const m = DATE_TEXT.exec(trimControls(text));
  if (!m) return undefined;
  const year = Number(m[2]) * (m[1] === '-' ? -1 : 1);
  const month = m[3] === undefined ? 1 : Number(m[3]);
  const day = m[4] === undefined ? 1 : Number(m[4]);
  return isDate(year, month, day) ? daysOfCivil(year, month, day) : undefined;
}

export interface TimestampReading {
  /** The zone of text without one. */
  readonly zone: Zone;
  /** TIMESTAMP_NTZ: text with a zone is refused, or its zone is ignored. */
  readonly local?: boolean | 'ignore_zone';
  /** The date of a time alone; without it such text is no timestamp. */
  readonly today?: number;
}
const TIMESTAMP_TEXT = /^(?:([+-]?)(\d{4,6})(?:-(\d{1,2})(?:-(\d{1,2})(?=$|[ T]))?)?(?=$|[ T]))?(?:(^T?|[ T])(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:\.(\d*))?(.*))?)?)?$/s;
/** Microseconds of ISO-like text; digits after the sixth are cut. Undefined if it is no timestamp. */
export function parseTimestampText(text: string, reading: TimestampReading): bigint | undefined {
  const trimmed = trimControls(text);
  const m = TIMESTAMP_TEXT.exec(trimmed);
  if (!m || trimmed === '') return undefined;
  let days: number;
  if (m[2] === undefined) {
    if (reading.today === undefined || m[7] === undefined) return undefined;
    days = reading.today;
  } else {
    const year = Number(m[2]) * (m[1] === '-' ? -1 : 1);
    const month = m[3] === undefined ? 1 : Number(m[3]);
    const day = m[4] === undefined ? 1 : Number(m[4]);
    if (!isDate(year, month, day) || (m[6] !== undefined && m[4] === undefined)) return undefined;
    days = daysOfCivil(year, month, day);
  }
  const hour = Number(m[6] ?? 0);
  const minute = Number(m[7] ?? 0);
  const second = Number(m[8] ?? 0);
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const local = days * 86400 + hour * 3600 + minute * 60 + second;
  const micros = BigInt((m[9] ?? '').slice(0, 6).padEnd(6, '0'));
  const zoneName = (m[10] ?? '').trim();
  if (reading.local) return zoneName === '' || (reading.local === 'ignore_zone' && findZone(zoneName)) ? BigInt(local) * 1_000_000n + micros : undefined;
  const zone = zoneName === '' ? reading.zone : findZone(zoneName);
  return zone && BigInt(localToUtc(local, zone)) * 1_000_000n + micros;
}

// ── Printing ─────────────────────────────────────────────────────────────────────────────────────

/** Two digits at least. */
export const two = (n: number): string => n < 10 ? `0${n}` : `${n}`;
export function yearText(year: number): string {
  if (year > 9999) return `+${year}`;
  return year < 0 ? `-${String(-year).padStart(4, '0')}` : String(year).padStart(4, '0');
}
/** `2024-02-29`. */
export function dateText(days: number): string {
  const [y, m, d] = civilOfDays(days);
  return `${yearText(y)}-${two(m)}-${two(d)}`;
}
/** `2024-02-29 12:34:56.1`: as casts to STRING print, without trailing zeros of the fraction. */
export function timestampText(micros: bigint, zone: Zone): string {
  const t = localTime(micros, zone);
  const fraction = t.micros === 0 ? '' : `.${String(t.micros).padStart(6, '0').replace(/0+$/, '')}`;
  return `${yearText(t.year)}-${two(t.month)}-${two(t.day)} ${two(t.hour)}:${two(t.minute)}:${two(t.second)}${fraction}`;
}
/** `Z` or `+02:00[:ss]`. */
export function offsetText(offset: number, zulu: string, colon: string, seconds: boolean): string {
  if (offset === 0 && zulu !== '') return zulu;
  const a = Math.abs(offset);
  const tail = seconds && a % 60 !== 0 ? `${colon}${two(a % 60)}` : '';
  return `${offset < 0 ? '-' : '+'}${two(floor(a / 3600))}${colon}${two(floor(a / 60) % 60)}${tail}`;
}
/** `2024-02-29T12:34:56.123Z`: Spark's default in JSON and CSV (milliseconds); without a zone for TIMESTAMP_NTZ. */
export function isoMillisText(micros: bigint, zone: Zone | undefined): string {
  const t = localTime(micros, zone ?? UTC);
  const day = `${yearText(t.year)}-${two(t.month)}-${two(t.day)}T${two(t.hour)}:${two(t.minute)}:${two(t.second)}`;
  return `${day}.${String(floor(t.micros / 1000)).padStart(3, '0')}${zone ? offsetText(t.offset, 'Z', ':', true) : ''}`;
}
