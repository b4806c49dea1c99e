// Validity bitmaps as wholes: 32 bits a step where the buffers allow it. Bits past the length are unspecified.

import { bitmapBytes } from './column.js';

const words = (bits: Uint8Array, count: number): Int32Array | null =>
  (bits.byteOffset & 3) === 0 ? new Int32Array(bits.buffer, bits.byteOffset, count) : null;

function combine(a: Uint8Array, b: Uint8Array, length: number, and: boolean): Uint8Array {
  const bytes = bitmapBytes(length);
  const count = bytes >> 2;
  const out = new Uint8Array(bytes);
  const x = words(a, count), y = words(b, count), z = words(out, count);
  let from = 0;
  if (x && y && z) {
    if (and) for (let i = 0; i < count; i++) z[i] = x[i]! & y[i]!;
    else for (let i = 0; i < count; i++) z[i] = x[i]! | y[i]!;
    from = count * 4;
  }
  for (let i = from; i < bytes; i++) out[i] = and ? a[i]! & b[i]! : a[i]! | b[i]!;
  return out;
}

/** Valid where both are; null means all valid. May return one of its arguments. */
export function andBitmaps(a: Uint8Array | null, b: Uint8Array | null, length: number): Uint8Array | null {
  if (a === null || a === b) return b;
  return b === null ? a : combine(a, b, length, true);
}
/** Valid where one is; null means all valid. May return one of its arguments. */
export function orBitmaps(a: Uint8Array | null, b: Uint8Array | null, length: number): Uint8Array | null {
  if (a === null || b === null) return null;
  return a === b ? a : combine(a, b, length, false);
}

/** How many of the first `length` bits are set. */
export function countBits(bits: Uint8Array | null, length: number): number {
  if (bits === null) return length;
  const whole = length >> 5;
  const x = words(bits, whole);
  let total = 0;
  let at = 0;
  if (x) {
    for (let i = 0; i < whole; i++) {
      let w = x[i]!;
      w -= (w >>> 1) & 0x55555555;
      w = (w & 0x33333333) + ((w >>> 2) & 0x33333333);
      total += Math.imul((w + (w >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
    }
    at = whole << 5;
  }
  for (; at < length; at++) total += (bits[at >> 3]! >> (at & 7)) & 1;
  return total;
}

/** `length` bits from bit `from` on, moved to bit 0. */
export function sliceBits(bits: Uint8Array, from: number, length: number): Uint8Array {
  if ((from & 7) === 0) return bits.subarray(from >> 3, (from >> 3) + bitmapBytes(length));
  const out = new Uint8Array(bitmapBytes(length));
  const shift = from & 7;
  for (let i = 0, at = from >> 3; i < out.length; i++, at++) out[i] = (bits[at]! >> shift) | ((bits[at + 1] ?? 0) << (8 - shift));
  return out;
}
