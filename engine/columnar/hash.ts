// Hashes of keys: of byte strings, and of keys that are a few 32-bit words. Low bits are for indexing, top bits for partitions. Never stored,
// so the functions may change. Generated loops (engine/state/probe.ts) are made of the same constants.

const { imul } = Math;

/** Spreads the bits of a hash, as code on the variable h; every step is reversible. */
export const FINISH = 'h ^= h >>> 15; h = imul(h, 0x2c1b3c6d); h ^= h >>> 13;';
function finish(h: number): number {
  const a = imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return a ^ (a >>> 13);
}
/** Odd, another for each word. */
export const multiplier = (word: number): number => (0x9e3779b1 + word * 0x3c6ef372) | 1;

/** The hash of `count` words from `at` on: the exclusive or of each times its own multiplier, finished. */
export function hashWords(words: Int32Array, at: number, count: number): number {
  let h = 0;
  for (let j = 0; j < count; j++) h ^= imul(words[at + j]!, multiplier(j));
  return finish(h);
}

/** The hash of the bytes [from, to): four bytes a step. */
export function hashBytes(bytes: Uint8Array, from: number, to: number): number {
  let h = to - from;
  let i = from;
  for (; i + 4 <= to; i += 4) {
    h = imul(h ^ (bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24)), 0x85ebca6b);
    h ^= h >>> 15;
  }
  for (; i < to; i++) h = imul(h ^ bytes[i]!, 0x01000193);
  return finish(h);
}
