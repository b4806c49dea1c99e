// Membership of byte strings in a fixed set (IN over literals), without decoding: open addressing over the members. The length and three
// bytes tell most strings apart and are all of a short one, so that most rows cost no look at their other bytes; where members have too
// many of these in common, all bytes are hashed.

import { equalBytes } from '../columnar/compare.js';
import { hashBytes } from '../columnar/hash.js';

const { imul } = Math;

export const EMPTY = new Uint8Array(0);
export const encode = (text: string): Uint8Array => text === '' ? EMPTY : Buffer.from(text, 'utf8');

export type BytesTest = (bytes: Uint8Array, from: number, to: number) => boolean;

/** Strings up to this length and shorter than 256 bytes are told apart by their ends. */
const SHORT = 3;
/** The first, the middle and the last byte, and the length's low byte; 0 for no bytes. */
const endsOf = (bytes: Uint8Array, from: number, to: number): number =>
  from === to ? 0 : bytes[from]! | (bytes[from + ((to - from) >> 1)]! << 8) | (bytes[to - 1]! << 16) | ((to - from) << 24);
const spread = (ends: number): number => { const h = imul(ends, 0x9e3779b1); return h ^ (h >>> 15); };
/** So many members with the same ends are too many. */
const MOST_ALIKE = 4;

/** Whether the bytes [from, to) are a member. */
export function bytesSet(members: readonly (string | Uint8Array)[]): BytesTest {
  const all = members.map((m) => typeof m === 'string' ? encode(m) : m);
  const alike = new Map<number, number>();
  for (const m of all) { const ends = endsOf(m, 0, m.length); alike.set(ends, (alike.get(ends) ?? 0) + 1); }
  return Math.max(0, ...alike.values()) > MOST_ALIKE ? hashedSet(all) : endsSet(all);
}

/** Members by hash: −1, or the number of one. */
function tableOf(all: readonly Uint8Array[], hash: (member: Uint8Array) => number): Int32Array {
  let size = 4;
  while (size < 4 * all.length) size *= 2;
  const table = new Int32Array(size).fill(-1);
  all.forEach((m, k) => {
    let at = hash(m) & (size - 1);
    while (table[at] !== -1) at = (at + 1) & (size - 1);
    table[at] = k;
  });
  return table;
}
function endsSet(all: readonly Uint8Array[]): BytesTest {
  const table = tableOf(all, (m) => spread(endsOf(m, 0, m.length)));
  const mask = table.length - 1;
  const memberEnds = Int32Array.from(all, (m) => endsOf(m, 0, m.length));
  return (bytes, from, to) => {
    const ends = endsOf(bytes, from, to);
    for (let at = spread(ends) & mask; table[at] !== -1; at = (at + 1) & mask) {
      const k = table[at]!;
      if (memberEnds[k] !== ends) continue;
      const m = all[k]!;
      if (to - from <= SHORT ? m.length <= SHORT : equalBytes(m, 0, m.length, bytes, from, to)) return true;
    }
    return false;
  };
}
function hashedSet(all: readonly Uint8Array[]): BytesTest {
  const table = tableOf(all, (m) => hashBytes(m, 0, m.length));
  const mask = table.length - 1;
  return (bytes, from, to) => {
    for (let at = hashBytes(bytes, from, to) & mask; table[at] !== -1; at = (at + 1) & mask) {
      const m = all[table[at]!]!;
      if (equalBytes(m, 0, m.length, bytes, from, to)) return true;
    }
    return false;
  };
}
