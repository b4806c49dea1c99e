// A growing buffer that text formats are written into, without strings where it matters.

import { writeText } from '../columnar/build.js';

const { floor } = Math;

export class BytesWriter {
  bytes: Uint8Array;
  length = 0;
  constructor(capacity = 1 << 16) { this.bytes = new Uint8Array(capacity); }

  /** Room for `more` bytes. */
  reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.length + more, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }
  byte(b: number): void { this.reserve(1); this.bytes[this.length++] = b; }
  raw(bytes: Uint8Array): void { this.range(bytes, 0, bytes.length); }
  range(bytes: Uint8Array, from: number, to: number): void {
    const n = to - from;
    this.reserve(n);
    const target = this.bytes;
    let at = this.length;
    if (n > 64) target.set(bytes.subarray(from, to), at);
    else for (let i = from; i < to; i++) target[at++] = bytes[i]!;
    this.length += n;
  }
  text(text: string): void {
    this.reserve(text.length * 3);
    this.length = writeText(this.bytes, this.length, text);
  }
  /** A whole number of at most 2^53. */
  integer(value: number): void {
    this.reserve(20);
    const target = this.bytes;
    let at = this.length;
    let x = value;
    if (x < 0) { target[at++] = 45; x = -x; }
    let digits = 1;
    for (let limit = 10; x >= limit && digits < 17; limit *= 10) digits++;
    let i = at + digits;
    while (x > 2147483647) { const q = floor(x / 10); target[--i] = 48 + (x - q * 10); x = q; }
    let y = x | 0;
    do { const q = (y / 10) | 0; target[--i] = 48 + (y - q * 10); y = q; } while (y !== 0);
    this.length = at + digits;
  }
  long(value: bigint): void {
    if (value >= -9007199254740991n && value <= 9007199254740991n) this.integer(Number(value));
    else this.text(value.toString());
  }
  /** What was written; the writer must not be used afterwards. */
  finish(): Uint8Array { return this.bytes.subarray(0, this.length); }
  /** A copy of what was written; the writer starts anew. */
  take(): Uint8Array {
    const out = this.bytes.slice(0, this.length);
    this.length = 0;
    return out;
  }
}
