// Dates and times as text: Spark's lenient reading of ISO-like text, its default printing, Java's patterns, and time zones with
// Java's rules for gaps and overlaps. Exact in microseconds. Nothing here reads the clock.
// source: Spark DateTimeUtils.stringToDate / stringToTimestamp, java.time.format.DateTimeFormatter.

import type * as Luxon from 'luxon';
import { raise } from '../../planner/errors/index.js';

const { floor } = Math;
const MICROS_PER_DAY = 86_400_000_000n;

/** Days since 1970-01-01 of a proleptic Gregorian date; months may not overflow. */
export function daysOfCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = floor(y / 400);
  const yoe = y - era * 400;
  const doy = floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146097 + yoe * 365 + floor(yoe / 4) - floor(yoe / 100) + doy - 719468;
}
/** Year, month, day of days since 1970-01-01. */
export function civilOfDays(days: number): [number, number, number] {
  const z = days + 719468;
  const era = floor(z / 146097);
  const doe = z - era * 146097;
  const yoe = floor((doe - floor(doe / 1460) + floor(doe / 36524) - floor(doe / 146096)) / 365);
  const doy = doe - (365 * yoe + floor(yoe / 4) - floor(yoe / 100));
  const mp = floor((5 * doy + 2) / 153);
  const month = mp < 10 ? mp + 3 : mp - 9;
  return [yoe + era * 400 + (month <= 2 ? 1 : 0), month, doy - floor((153 * mp + 2) / 5) + 1];
}
const LENGTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const isLeap = (y: number): boolean => y % 4 === 0 && (y % 100 !== 0 || y % 400 === 0);
const isDate = (y: number, m: number, d: number): boolean => m >= 1 && m <= 12 && d >= 1 && d <= LENGTHS[m - 1]! && (m !== 2 || d < 29 || isLeap(y));

// ── Zones ────────────────────────────────────────────────────────────────────────────────────────

export interface Zone {
  readonly name: string;
  /** Seconds east of UTC at an instant in seconds. */
  offsetAt(utcSeconds: number): number;
  /** The offset of every instant, where there is only one. */
  readonly fixed: number | undefined;
}
const fixedZone = (name: string, seconds: number): Zone => ({ name, fixed: seconds, offsetAt: () => seconds });
export const UTC: Zone = fixedZone('UTC', 0);

/** Three-letter zones that Java maps to regions or offsets. */
const SHORT: Readonly<Record<string, string>> = {
  ACT: 'Australia/Darwin', AET: 'Australia/Sydney', AGT: 'America/Argentina/Buenos_Aires', ART: 'Africa/Cairo', AST: 'America/Anchorage',
  BET: 'America/Sao_Paulo', BST: 'Asia/Dhaka', CAT: 'Africa/Harare', CNT: 'America/St_Johns', CST: 'America/Chicago', CTT: 'Asia/Shanghai',
  EAT: 'Africa/Addis_Ababa', ECT: 'Europe/Paris', IET: 'America/Indiana/Indianapolis', IST: 'Asia/Kolkata', JST: 'Asia/Tokyo', MIT: 'Pacific/Apia',
  NET: 'Asia/Yerevan', NST: 'Pacific/Auckland', PLT: 'Asia/Karachi', PNT: 'America/Phoenix', PRT: 'America/Puerto_Rico', PST: 'America/Los_Angeles',
  SST: 'Pacific/Guadalcanal', VST: 'Asia/Ho_Chi_Minh', EST: '-05:00', MST: '-07:00', HST: '-10:00',
};
const zones = new Map<string, Zone | undefined>();
/** The zone of a name: a region, `Z`, `+1:30`, `UTC+2`, Java's short names. Undefined if there is none. */
export function findZone(name: string): Zone | undefined {
  if (!zones.has(name)) { if (zones.size > 1000) zones.clear(); zones.set(name, makeZone(name)); }
  return zones.get(name);
}
/** As findZone. @throws INVALID_TIMEZONE */
export const zoneOf = (name: string): Zone => findZone(name) ?? raise('INVALID_TIMEZONE', { timeZone: name });

function makeZone(name: string): Zone | undefined {
  const offset = /^(?:UTC|GMT|UT)?([+-])(\d{1,2})(?::?(\d{1,2})(?::?(\d{2}))?)?$/.exec(name);
  if (offset) {
    const seconds = Number(offset[2]) * 3600 + Number(offset[3] ?? 0) * 60 + Number(offset[4] ?? 0);
    return seconds <= 64800 && Number(offset[3] ?? 0) < 60 ? fixedZone(name, offset[1] === '-' ? -seconds : seconds) : undefined;
  }
  if (/^(Z|UTC|GMT|UT|Etc\/UTC|Etc\/GMT)$/.test(name)) return fixedZone(name, 0);
  const short = SHORT[name];
  if (short) return makeZone(short);
  if (!/^[A-Za-z][A-Za-z0-9~/._+-]+$/.test(name)) return undefined;
  // Loaded at the first zone of a region: most sessions are in UTC.
  const { IANAZone } = require('luxon') as typeof Luxon;
  const region = new IANAZone(name);
  if (!region.isValid) return undefined;
  return regionZone(name, (utcSeconds) => Math.round(region.offset(utcSeconds * 1000) * 60));
}

/** About half a year, and the steps in which it is searched for changes: no zone changes twice within eight days. */
const BLOCK = 2 ** 24;
const STEP = BLOCK / 24;
/** Instants that JavaScript's calendar knows. */
const LAST_SECOND = 8_640_000_000_000;
/** A zone whose changes are looked up once for each half year that is asked for, exact to the second. A look-up near the last one is two comparisons. */
function regionZone(name: string, read: (utcSeconds: number) => number): Zone {
  const blocks = new Map<number, { readonly starts: readonly number[]; readonly offsets: readonly number[] }>();
  const makeBlock = (first: number): { readonly starts: readonly number[]; readonly offsets: readonly number[] } => {
    const starts = [first];
    const offsets = [read(first)];
    for (let at = first; at < first + BLOCK; at += STEP) {
      const next = read(Math.min(at + STEP, first + BLOCK - 1));
      if (next === offsets[offsets.length - 1]) continue;
      let [low, high] = [at, at + STEP];
      while (high - low > 1) { const middle = floor((low + high) / 2); if (read(middle) === next) high = middle; else low = middle; }
      starts.push(high);
      offsets.push(next);
    }
    return { starts, offsets };
  };
  let [from, until, current] = [0, 0, 0];
  const find = (utcSeconds: number): number => {
    const at = Math.min(LAST_SECOND - BLOCK, Math.max(-LAST_SECOND, utcSeconds));
    const key = floor(at / BLOCK);
    let block = blocks.get(key);
    if (!block) { if (blocks.size > 4096) blocks.clear(); block = makeBlock(Math.max(-LAST_SECOND, key * BLOCK)); blocks.set(key, block); }
    let i = block.starts.length - 1;
    while (i > 0 && block.starts[i]! > at) i--;
    from = block.starts[i]!;
    until = block.starts[i + 1] ?? (key + 1) * BLOCK;
    current = block.offsets[i]!;
    return current;
  };
  return { name, fixed: undefined, offsetAt: (utcSeconds) => utcSeconds >= from && utcSeconds < until ? current : find(utcSeconds) };
}
/** The instant of a local time: the earlier offset in an overlap, forward by the gap in a gap. Seconds. */
export function localToUtc(local: number, zone: Zone): number {
  if (zone.fixed !== undefined) return local - zone.fixed;
  const before = zone.offsetAt(local - 86400);
  const after = zone.offsetAt(local + 86400);
  const early = local - before;
  if (before === after || zone.offsetAt(early) === before) return early;
  const late = local - after;
  return zone.offsetAt(late) === after ? late : early;
}

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

const two = (n: number): string => n < 10 ? `0${n}` : `${n}`;
export function yearText(year: number): string {
  if (year > 9999) return `+${year}`;
  return year < 0 ? `-${String(-year).padStart(4, '0')}` : String(year).padStart(4, '0');
}
/** `2024-02-29`. */
export function dateText(days: number): string {
  const [y, m, d] = civilOfDays(days);
  return `${yearText(y)}-${two(m)}-${two(d)}`;
}
/** Parts of a local time. */
export interface LocalTime {
  readonly year: number; readonly month: number; readonly day: number; readonly hour: number; readonly minute: number; readonly second: number;
  readonly micros: number; readonly days: number; readonly offset: number;
}
export function localTime(micros: bigint, zone: Zone): LocalTime {
  let rest = micros % 1_000_000n;
  if (rest < 0n) rest += 1_000_000n;
  const utc = Number((micros - rest) / 1_000_000n);
  const offset = zone.fixed ?? zone.offsetAt(utc);
  const local = utc + offset;
  const days = floor(local / 86400);
  const second = local - days * 86400;
  const [year, month, day] = civilOfDays(days);
  return { year, month, day, hour: floor(second / 3600), minute: floor(second / 60) % 60, second: second % 60, micros: Number(rest), days, offset };
}
/** `2024-02-29 12:34:56.1`: as casts to STRING print, without trailing zeros of the fraction. */
export function timestampText(micros: bigint, zone: Zone): string {
  const t = localTime(micros, zone);
  const fraction = t.micros === 0 ? '' : `.${String(t.micros).padStart(6, '0').replace(/0+$/, '')}`;
  return `${yearText(t.year)}-${two(t.month)}-${two(t.day)} ${two(t.hour)}:${two(t.minute)}:${two(t.second)}${fraction}`;
}
/** `Z` or `+02:00[:ss]`. */
function offsetText(offset: number, zulu: string, colon: string, seconds: boolean): string {
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

// ── Patterns ─────────────────────────────────────────────────────────────────────────────────────

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

type Piece = { readonly letter: string; readonly count: number } | { readonly text: string } | { readonly optional: readonly Piece[] };

export interface DateTimePattern {
  format(micros: bigint, zone: Zone): string;
  /** Microseconds (UTC; local where `local`); undefined if the text does not fit. */
  parse(text: string, reading: TimestampReading): bigint | undefined;
  /** Days. */
  parseDate(text: string): number | undefined;
}
const patterns = new Map<string, DateTimePattern>();
/** A pattern of the letters G y M L d D g F Q q E a H k h K m s S V v z O X x Z with quotes and [optional] parts. `local`: of values without a zone,
 *  which Spark's versions before 3.0 did not have, so that what is wrong is wrong in one way only.
 *  @throws INVALID_DATETIME_PATTERN.… and INCONSISTENT_BEHAVIOR_CROSS_VERSION.… */
export function dateTimePattern(pattern: string, local = false): DateTimePattern {
  const key = local ? `local ${pattern}` : pattern;
  let made = patterns.get(key);
  if (!made) { if (patterns.size > 500) patterns.clear(); made = makePattern(pattern, local); patterns.set(key, made); }
  return made;
}

const unrecognized = (pattern: string): never =>
  raise('INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION', { config: '"spark.sql.legacy.timeParserPolicy"', pattern: `'${pattern}'` });

/** How many times each letter may stand in a row. */
const MOST: Readonly<Record<string, number>> = { G: 4, y: 6, D: 3, M: 4, L: 4, Q: 4, q: 4, d: 2, E: 4, F: 1, a: 1, g: 19, h: 2, H: 2, k: 2, K: 2, m: 2, s: 2, S: 9, V: 2, v: 4, z: 4, O: 4, X: 5, x: 5, Z: 5 };
/** What is wrong with a pattern: the condition and its letter. Spark tells patterns apart that its versions before 3.0 knew: those must not change their meaning in silence. */
function checkPattern(pattern: string, reading: boolean, local: boolean): void {
  const parts = pattern.split("'").filter((_, i) => i % 2 === 0);
  const bare = parts.join("'");
  const open = pattern.split("'").length % 2 === 0;
  const runs = bare.match(/([A-Za-z])\1*/g) ?? [];
  const misused = open || /[{}#]/.test(bare) || closesTooMuch(bare) || runs.some((r) => !(r.length <= (MOST[r[0]!] ?? 0)) || (r[0] === 'V' && r.length !== 2) || ('Ov'.includes(r[0]!) && r.length !== 1 && r.length !== 4));
  const week = /[YWwuec]/.exec(bare)?.[0];
  const illegal = (reading ? /[ABnNpEFqQ]/ : /[ABnNp]/).exec(bare)?.[0];
  if (week === undefined && illegal === undefined && !misused) return;
  const wrong = (): never => raise('INVALID_DATETIME_PATTERN.WITH_SUGGESTION', { pattern: `'${pattern.replaceAll("'", "\\'")}'` });
  if (local) wrong();
  if (!open && runs.every((r) => 'GyMLwDdFEuaHkKhmsSzZXYW'.includes(r[0]!) && (r[0] !== 'X' || r.length <= 3))) unrecognized(pattern);
  if (week !== undefined) raise('INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_WEEK_BASED_PATTERN', { c: week });
  if (illegal !== undefined) raise('INVALID_DATETIME_PATTERN.ILLEGAL_CHARACTER', { c: illegal, pattern });
  if (runs.some((r) => r.length === 5 && 'qQ'.includes(r[0]!))) raise('INVALID_DATETIME_PATTERN.LENGTH', { pattern });
  wrong();
}
function closesTooMuch(bare: string): boolean {
  let depth = 0;
  for (const c of bare) { if (c === '[') depth++; else if (c === ']' && --depth < 0) return true; }
  return false;
}
function scan(pattern: string): readonly Piece[] {
  let at = 0;
  const read = (nested: boolean): Piece[] => {
    const pieces: Piece[] = [];
    while (at < pattern.length) {
      const c = pattern[at]!;
      if (c === '[') { at++; pieces.push({ optional: read(true) }); continue; }
      if (c === ']' && nested) { at++; return pieces; }
      if (c === '\'') {
        let text = '';
        for (at++; at < pattern.length && !(pattern[at] === '\'' && pattern[at + 1] !== '\''); at++) { text += pattern[at]; if (pattern[at] === '\'') at++; }
        at++;
        pieces.push({ text: text === '' ? '\'' : text });
        continue;
      }
      if (/[A-Za-z]/.test(c)) {
        let count = 0;
        while (pattern[at] === c) { at++; count++; }
        pieces.push({ letter: c, count });
        continue;
      }
      pieces.push({ text: c });
      at++;
    }
    return pieces;
  };
  return read(false);
}

function formatPiece(letter: string, count: number, t: LocalTime, micros: bigint, zone: Zone, era: boolean): string {
  const pad = (n: number): string => String(n).padStart(count, '0');
  switch (letter) {
    case 'G': return t.year > 0 ? (count === 4 ? 'Anno Domini' : 'AD') : count === 4 ? 'Before Christ' : 'BC';
    case 'y': {
      const year = era && t.year <= 0 ? 1 - t.year : t.year;
      if (count === 2) return two(Math.abs(year) % 100);
      const digits = pad(Math.abs(year));
      return year < 0 ? `-${digits}` : count >= 4 && digits.length > count ? `+${digits}` : digits;
    }
    case 'Q': case 'q': { const q = floor((t.month + 2) / 3); return count <= 2 ? pad(q) : count === 3 ? `Q${q}` : `${q}${['st', 'nd', 'rd', 'th'][q - 1]} quarter`; }
    case 'M': case 'L': return count <= 2 ? pad(t.month) : count === 3 ? MONTHS[t.month - 1]!.slice(0, 3) : MONTHS[t.month - 1]!;
    case 'd': return pad(t.day);
    case 'F': return String(((t.day - 1) % 7) + 1);
    // The modified Julian day.
    case 'g': return pad(t.days + 40_587);
    case 'D': return pad(t.days - daysOfCivil(t.year, 1, 1) + 1);
    case 'H': return pad(t.hour);
    case 'k': return pad(t.hour === 0 ? 24 : t.hour);
    case 'K': return pad(t.hour % 12);
    case 'h': return pad(t.hour % 12 === 0 ? 12 : t.hour % 12);
    case 'm': return pad(t.minute);
    case 's': return pad(t.second);
    case 'S': return String(t.micros).padStart(6, '0').padEnd(9, '0').slice(0, count);
    case 'a': return t.hour < 12 ? 'AM' : 'PM';
    case 'E': { const name = DAYS[(((t.days + 3) % 7) + 7) % 7]!; return count <= 3 ? name.slice(0, 3) : name; }
    case 'X': return count === 1 ? offsetText(t.offset, 'Z', '', false).replace(/^([+-]\d\d)00$/, '$1') : offsetText(t.offset, 'Z', count === 3 || count === 5 ? ':' : '', count > 3);
    case 'x': return count === 1 ? offsetText(t.offset, '', '', false).replace(/^([+-]\d\d)00$/, '$1') : offsetText(t.offset, '', count === 3 || count === 5 ? ':' : '', count > 3);
    case 'Z': return count === 5 ? offsetText(t.offset, 'Z', ':', true) : count === 4 ? `GMT${t.offset === 0 ? '' : offsetText(t.offset, '', ':', true)}` : offsetText(t.offset, '', '', false);
    case 'O': {
      if (t.offset === 0) return 'GMT';
      const text = offsetText(t.offset, '', ':', true);
      return `GMT${count === 4 ? text : text.replace(/^([+-])0/, '$1').replace(/^([+-]\d+):00$/, '$1')}`;
    }
    case 'z': return zoneName(zone, micros, count === 4 ? 'long' : 'short');
    case 'v': return zoneName(zone, micros, count === 4 ? 'longGeneric' : 'shortGeneric');
    default: return zone.name;
  }
}

/** Abbreviations that are not the first letters of the name. */
const ABBREVIATIONS: Readonly<Record<string, string>> = {
  'Central European Standard Time': 'CET', 'Eastern European Standard Time': 'EET', 'Western European Standard Time': 'WET', 'Moscow Standard Time': 'MSK', 'Moscow Summer Time': 'MSD',
};
type NameStyle = 'short' | 'long' | 'shortGeneric' | 'longGeneric';
function zoneName(zone: Zone, micros: bigint, style: NameStyle): string {
  const long = style === 'long' || style === 'longGeneric';
  if (zone.fixed !== undefined) return zone.fixed === 0 && long ? 'Coordinated Universal Time' : zone.name;
  const name = (as: NameStyle): string => {
    const format = new Intl.DateTimeFormat('en-US', { timeZone: SHORT[zone.name] ?? zone.name, timeZoneName: as });
    const at = (millis: number): string => format.formatToParts(new Date(millis)).find((p) => p.type === 'timeZoneName')?.value ?? zone.name;
    const found = at(Number(micros / 1000n));
    // Before zones had names the later name is used.
    return found.startsWith('GMT') ? at(946_684_800_000) : found;
  };
  const found = name(style);
  if (style !== 'short' || !/^GMT./.test(found)) return found;
  const full = name('long');
  return ABBREVIATIONS[full] ?? (full.startsWith('GMT') ? found : full.split(/[ -]/).map((word) => word[0]).join(''));
}

/** Offsets as X to XXXXX write them. */
const OFFSETS: readonly string[] = ['', '[+-]\\d{2}(?:\\d{2})?', '[+-]\\d{4}', '[+-]\\d{2}:\\d{2}', '[+-]\\d{4}(?:\\d{2})?', '[+-]\\d{2}:\\d{2}(?::\\d{2})?'];
/** The regular expression of a piece when reading. */
function pieceSource(letter: string, count: number, next: Piece | undefined): string {
  // Digits that follow without a separator take exactly their count.
  const tight = next !== undefined && 'letter' in next;
  const digits = (most: number): string => count > 1 || tight ? `\\d{${count}}` : `\\d{1,${most}}`;
  switch (letter) {
    case 'y': return count === 2 ? '\\d{2}' : tight && count >= 4 ? `\\d{${count}}` : count >= 4 ? `\\d{${count}}|\\+\\d{${count + 1},9}|-\\d{${count},9}` : '-?\\d{1,9}';
    case 'M': case 'L': return count <= 2 ? digits(2) : count === 3 ? MONTHS.map((m) => m.slice(0, 3)).join('|') : MONTHS.join('|');
    case 'D': return digits(3);
    case 'S': return `\\d{1,${count}}`;
    case 'a': return '[AaPp][Mm]';
    case 'g': return '-?\\d{1,19}';
    case 'G': return count === 4 ? 'Anno Domini|Before Christ' : 'AD|BC';
    case 'X': return `Z|${OFFSETS[count]}`;
    case 'x': return OFFSETS[count]!;
    case 'Z': return count < 4 ? OFFSETS[2]! : count === 4 ? `GMT(?:${OFFSETS[5]})?` : `Z|${OFFSETS[5]}`;
    case 'O': return `GMT(?:${count === 4 ? OFFSETS[5] : '[+-]\\d{1,2}(?::\\d{2}(?::\\d{2})?)?'})?`;
    case 'V': case 'v': case 'z': return '[A-Za-z][A-Za-z0-9~/._+:-]*|[+-]\\d{1,2}(?::?\\d{2})?';
    default: return digits(2);
  }
}

type Print = (t: LocalTime, micros: bigint, zone: Zone) => string;
/** The printing of a pattern; the numbers of two digits, which most are made of, go straight. */
function printing(list: readonly Piece[], era: boolean): Print {
  const prints = list.map((p): Print => {
    if ('optional' in p) return printing(p.optional, era);
    if ('text' in p) return () => p.text;
    const { letter, count } = p;
    if (count === 2) {
      switch (letter) {
        case 'M': case 'L': return (t) => two(t.month);
        case 'd': return (t) => two(t.day);
        case 'H': return (t) => two(t.hour);
        case 'm': return (t) => two(t.minute);
        case 's': return (t) => two(t.second);
      }
    }
    if (letter === 'y' && count === 4 && !era) return (t) => t.year > 999 && t.year < 10_000 ? String(t.year) : formatPiece(letter, count, t, 0n, UTC, era);
    return (t, micros, zone) => formatPiece(letter, count, t, micros, zone, era);
  });
  return (t, micros, zone) => {
    let out = '';
    for (const print of prints) out += print(t, micros, zone);
    return out;
  };
}

function makePattern(pattern: string, local: boolean): DateTimePattern {
  checkPattern(pattern, false, local);
  const pieces = scan(pattern);
  const letters: string[] = [];
  const source = (list: readonly Piece[]): string => list.map((p, i) => {
    if ('optional' in p) return `(?:${source(p.optional)})?`;
    if ('text' in p) return p.text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
    letters.push(p.letter);
    return `(${pieceSource(p.letter, p.count, list[i + 1])})`;
  }).join('');
  const regex = new RegExp(`^${source(pieces)}$`, 'is');
  const era = letters.includes('G');
  const print = printing(pieces, era);
  // Days of the week and quarters print, but Spark does not read them.
  const unreadable = letters.some((l) => 'EFqQ'.includes(l));
  const read = (text: string): { local: number; micros: number; zone: string | undefined } | undefined => {
    if (unreadable) checkPattern(pattern, true, local);
    const m = regex.exec(text);
    if (!m) return undefined;
    const got: Record<string, string> = {};
    letters.forEach((l, i) => { if (m[i + 1] !== undefined) got[l] = m[i + 1]!; });
    const num = (l: string, missing: number): number => got[l] === undefined ? missing : Number(got[l]);
    const yearPart = got['y'];
    let year = yearPart === undefined ? 1970 : Number(yearPart);
    if (yearPart !== undefined && /^\d{2}$/.test(yearPart)) year += 2000;
    if (got['G']?.toUpperCase().startsWith('B')) year = 1 - year;
    const monthPart = got['M'] ?? got['L'];
    const month = monthPart === undefined ? 1 : /^\d/.test(monthPart) ? Number(monthPart) : MONTHS.findIndex((n) => n.slice(0, 3).toLowerCase() === monthPart.slice(0, 3).toLowerCase()) + 1;
    let days: number;
    if (got['g'] !== undefined) days = Number(got['g']) - 40_587;
    else if (got['D'] !== undefined && monthPart === undefined) {
      const day = Number(got['D']);
      if (day < 1 || day > (isLeap(year) ? 366 : 365)) return undefined;
      days = daysOfCivil(year, 1, 1) + day - 1;
    } else {
      const day = num('d', 1);
      if (!isDate(year, month, day)) return undefined;
      days = daysOfCivil(year, month, day);
    }
    let hour = got['k'] !== undefined ? num('k', 0) % 24 : num('H', 0);
    if (got['h'] !== undefined || got['K'] !== undefined) hour = (got['h'] !== undefined ? num('h', 0) % 12 : num('K', 0)) + (got['a']?.toUpperCase() === 'PM' ? 12 : 0);
    if (num('h', 1) < 1 || num('h', 1) > 12 || num('K', 0) > 11 || num('k', 1) < 1 || num('k', 1) > 24) return undefined;
    const minute = num('m', 0);
    const second = num('s', 0);
    if (hour > 23 || minute > 59 || second > 59) return undefined;
    const micros = got['S'] !== undefined ? Number(got['S'].padEnd(6, '0').slice(0, 6)) : 0;
    return { local: days * 86400 + hour * 3600 + minute * 60 + second, micros, zone: got['X'] ?? got['x'] ?? got['Z'] ?? got['O'] ?? got['V'] ?? got['z'] ?? got['v'] };
  };
  return {
    format: (micros, zone) => print(localTime(micros, zone), micros, zone),
    parse(text, reading) {
      const r = read(text);
      if (!r) return undefined;
      if (reading.local) return BigInt(r.local) * 1_000_000n + BigInt(r.micros);
      const zone = r.zone === undefined ? reading.zone : findZone(r.zone);
      return zone && BigInt(localToUtc(r.local, zone)) * 1_000_000n + BigInt(r.micros);
    },
    parseDate(text) { const r = read(text); return r && floor(r.local / 86400); },
  };
}
/** Midnight UTC of a date, for printing it by a pattern. */
export const dateToMicros = (days: number): bigint => BigInt(days) * MICROS_PER_DAY;
