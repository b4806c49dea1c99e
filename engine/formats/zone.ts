// Time zones, with Java's names and rules for gaps and overlaps, and the local times in them. Nothing here reads the clock.
// source: java.time.ZoneId and ZoneRules, as Spark uses them.

import type * as Luxon from 'luxon';
import { raise } from '../../planner/errors/index.js';
import { civilOfDays } from './civil.js';
import { floorSeconds, SECOND } from './micros.js';

const { floor } = Math;

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
export const SHORT_ZONES: Readonly<Record<string, string>> = {
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
  const short = SHORT_ZONES[name];
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
/** Instant of a local time. */
export const localMicrosToUtc = (local: bigint, zone: Zone): bigint => {
  const seconds = floorSeconds(local);
  return BigInt(localToUtc(Number(seconds), zone)) * SECOND + (local - seconds * SECOND);
};
/** The same in doubles, exact where they are; NaN of NaN. */
export function instantsIn(zone: Zone): (local: number) => number {
  const { fixed } = zone;
  if (fixed !== undefined) return (local) => local - fixed * 1_000_000;
  return (local) => { const second = floor(local / 1_000_000); return local + (localToUtc(second, zone) - second) * 1_000_000; };
}
/** Local time at an instant. */
export const utcMicrosToLocal = (micros: bigint, zone: Zone): bigint => micros + BigInt(zone.fixed ?? zone.offsetAt(Number(floorSeconds(micros)))) * SECOND;
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
