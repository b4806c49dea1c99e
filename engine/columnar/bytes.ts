// Moving strings: the bytes of many rows from one buffer to another, a few dozen each. Up to LONG bytes they go as words through a
// DataView, above by the platform's copy, whose call costs as much as that many words; rows that lie one after the other go as one piece.
//
// source: measured, ns a copy of 8 / 24 / 70 / 150 bytes: byte by byte 8 / 41 / 118 / 259, words 2 / 11 / 31 / 61, set(subarray) 37 to 47.

import { raise } from '../../planner/errors/index.js';

const LONG = 112;
/** The offsets of a column are Int32. */
const MOST_BYTES = 2 ** 31 - 1;

/** Memory for the bytes of one column. @throws COLUMN_TOO_LARGE above 2 GiB − 1 */
export function byteBuffer(size: number): Uint8Array {
  if (size > MOST_BYTES) raise('COLUMN_TOO_LARGE', { bytes: String(size), limit: String(MOST_BYTES) });
  return new Uint8Array(size);
}
/** The buffer itself if `size` bytes fit, else a copy of at least twice its length, as far as that may be. @throws COLUMN_TOO_LARGE */
export function grownBytes(bytes: Uint8Array, size: number): Uint8Array {
  if (size <= bytes.length) return bytes;
  const made = byteBuffer(Math.max(size, Math.min(bytes.length * 2, MOST_BYTES)));
  made.set(bytes);
  return made;
}

export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Copies `length` bytes; the places must not overlap. */
export function copyBytes(source: DataView, from: number, target: DataView, to: number, length: number): void {
  if (length > LONG) {
    new Uint8Array(target.buffer, target.byteOffset + to, length).set(new Uint8Array(source.buffer, source.byteOffset + from, length));
    return;
  }
  if (length < 4) { for (let i = 0; i < length; i++) target.setUint8(to + i, source.getUint8(from + i)); return; }
  // The last word may cover bytes of the one before it.
  const last = length - 4;
  for (let i = 0; i < last; i += 4) target.setInt32(to + i, source.getInt32(from + i, true), true);
  target.setInt32(to + last, source.getInt32(from + last, true), true);
}

/** The bytes [start[i], end[i]) of the first n rows, one after the other, into `target` from `at` on. @returns where they end */
export function packBytes(source: Uint8Array, start: Int32Array, end: Int32Array, n: number, target: Uint8Array, at: number): number {
  const [from, to] = [viewOf(source), viewOf(target)];
  let [runFrom, runTo] = [0, 0];
  for (let i = 0; i < n; i++) {
    const begin = start[i]!;
    if (begin !== runTo) {
      copyBytes(from, runFrom, to, at, runTo - runFrom);
      at += runTo - runFrom;
      runFrom = begin;
    }
    runTo = end[i]!;
  }
  copyBytes(from, runFrom, to, at, runTo - runFrom);
  return at + runTo - runFrom;
}
