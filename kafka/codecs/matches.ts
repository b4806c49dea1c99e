// Where bytes repeat: a greedy search with one hash table of four-byte words, which LZ4 and Snappy both encode. Within 64 KB blocks, so that
// every distance fits two bytes; where nothing repeats the steps grow, so that packed data costs little.
// source: the LZ4 and Snappy reference compressors (acceleration by skipping).

/** Positions in one block. */
const BLOCK_BYTES = 1 << 16;
const HASH_BITS = 14;
const table = new Int32Array(1 << HASH_BITS);

/** What is told of a block: `literals` bytes as they are, then `length` bytes (0 at the end) that were `distance` bytes before. */
export type Emit = (literalsFrom: number, literalsTo: number, distance: number, length: number) => void;

const word = (b: Uint8Array, i: number): number => b[i]! | (b[i + 1]! << 8) | (b[i + 2]! << 16) | (b[i + 3]! << 24);

/** Splits bytes[from, to), at most 64 KB, into literals and matches of four bytes or more. The last `tail` bytes are literals, and no match
 *  begins in the last `lead` bytes. */
export function findMatches(bytes: Uint8Array, from: number, to: number, lead: number, tail: number, emit: Emit): void {
  table.fill(-1);
  const last = to - lead;
  const end = to - tail;
  let anchor = from;
  let i = from;
  let misses = 32;
  while (i < last) {
    const w = word(bytes, i);
    const hash = Math.imul(w, 0x9e3779b1) >>> (32 - HASH_BITS);
    const candidate = table[hash]!;
    table[hash] = i;
    if (candidate < 0 || i - candidate >= BLOCK_BYTES || word(bytes, candidate) !== w) { i += misses++ >> 5; continue; }
    let length = 4;
    while (i + length < end && bytes[candidate + length] === bytes[i + length]) length++;
    emit(anchor, i, i - candidate, length);
    i += length;
    anchor = i;
    misses = 32;
  }
  emit(anchor, to, 0, 0);
}
export { BLOCK_BYTES };
