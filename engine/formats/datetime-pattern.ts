// Java's patterns of dates and times, for reading and printing.
// source: java.time.format.DateTimeFormatter, and Spark's checks of a pattern.

import { raise } from '../../planner/errors/index.js';
import { daysOfCivil, isDate, isLeap } from './civil.js';
import { offsetText, type TimestampReading, two } from './datetime.js';
import { findZone, type LocalTime, localTime, localToUtc, SHORT_ZONES, UTC, type Zone } from './zone.js';
const { floor } = Math;

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
    const format = new Intl.DateTimeFormat('en-US', { timeZone: SHORT_ZONES[zone.name] ?? zone.name, timeZoneName: as });
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
