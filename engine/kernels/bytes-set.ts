// Membership of byte strings in a fixed set (IN over literals), without decoding: open addressing over the members' bytes.

import { equalBytes } from '../columnar/compare.js';
import { hashBytes } from '../columnar/hash.js';

export const EMPTY = new Uint8Array(0);
export const encode = (text: string): Uint8Array => text === '' ? EMPTY : Buffer.from(text, 'utf8');

/** Whether the bytes [from, to) are a member. */
export function bytesSet(members: readonly (string | Uint8Array)[]): (bytes: Uint8Array, from: number, to: number) => boolean {
  const all = members.map((m) => typeof m === 'string' ? encode(m) : m);
  let size = 4;
  while (size < 2 * all.length) size *= 2;
  const table = new Int32Array(size).fill(-1);
  const mask = size - 1;
  all.forEach((m, k) => {
    let at = hashBytes(m, 0, m.length) & mask;
    while (table[at] !== -1) at = (at + 1) & mask;
    table[at] = k;
  });
  return (bytes, from, to) => {
    for (let at = hashBytes(bytes, from, to) & mask; table[at] !== -1; at = (at + 1) & mask) {
      const m = all[table[at]!]!;
      if (equalBytes(m, 0, m.length, bytes, from, to)) return true;
    }
    return false;
  };
}
