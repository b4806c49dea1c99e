// Where decompressed record batches of one answer lie one behind another, so that their records are rows of one record batch. Positions stay
// what they are when it grows; the bytes are handed over at the end.

/** Bytes that decoders of JSON and CSV may read behind the data. */
const SLACK = 64;

export class Arena {
  bytes: Uint8Array;
  used = 0;
  constructor(capacity = 1 << 16) { this.bytes = new Uint8Array(capacity); }
  /** Makes room for `count` more bytes behind `used`. */
  room(count: number): void {
    const needed = this.used + count + SLACK;
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.used));
    this.bytes = grown;
  }
}
