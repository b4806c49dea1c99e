// The primitive types of Kafka's protocol, written and read. Reading checks every length against what is there: an answer that is cut
// off or broken is a WireError, never a wrong value or a huge allocation.
// source: the Kafka protocol guide, "Protocol Primitive Types"

/** An answer of a broker that does not have the form it must have. */
export class WireError extends Error { override readonly name = 'WireError'; }

export class WireWriter {
  private bytes: Buffer;
  private used = 0;
  constructor(capacity = 256) { this.bytes = Buffer.allocUnsafe(capacity); }
  private room(count: number): number {
    const at = this.used;
    if (at + count > this.bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(at + count, this.bytes.length * 2));
      this.bytes.copy(grown, 0, 0, at);
      this.bytes = grown;
    }
    this.used = at + count;
    return at;
  }
  int8(value: number): this { const at = this.room(1); this.bytes.writeInt8(value, at); return this; }
  int16(value: number): this { const at = this.room(2); this.bytes.writeInt16BE(value, at); return this; }
  int32(value: number): this { const at = this.room(4); this.bytes.writeInt32BE(value, at); return this; }
  int64(value: number | bigint): this { const at = this.room(8); this.bytes.writeBigInt64BE(BigInt(value), at); return this; }
  boolean(value: boolean): this { return this.int8(value ? 1 : 0); }
  raw(value: Uint8Array): this { const at = this.room(value.length); this.bytes.set(value, at); return this; }
  /** Unsigned, seven bits a byte. */
  uvarint(value: number): this {
    let rest = value;
    while (rest > 127) { this.int8(((rest & 127) | 128) << 24 >> 24); rest = Math.floor(rest / 128); }
    return this.int8(rest);
  }
  string(value: string | null): this {
    if (value === null) return this.int16(-1);
    const text = Buffer.from(value, 'utf8');
    return this.int16(text.length).raw(text);
  }
  compactString(value: string | null): this {
    if (value === null) return this.uvarint(0);
    const text = Buffer.from(value, 'utf8');
    return this.uvarint(text.length + 1).raw(text);
  }
  /** Length, then each item; null: no array. */
  array<T>(items: readonly T[] | null, write: (item: T) => void): this {
    this.int32(items === null ? -1 : items.length);
    items?.forEach(write);
    return this;
  }
  compactArray<T>(items: readonly T[] | null, write: (item: T) => void): this {
    this.uvarint(items === null ? 0 : items.length + 1);
    items?.forEach(write);
    return this;
  }
  /** The end of a structure of a flexible version: no tagged fields. */
  tags(): this { return this.uvarint(0); }
  finish(): Buffer { return this.bytes.subarray(0, this.used); }
}

export class WireReader {
  private readonly bytes: Buffer;
  private at: number;
  constructor(bytes: Uint8Array, from = 0) { this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength); this.at = from; }
  private take(count: number): number {
    const from = this.at;
    if (count < 0 || from + count > this.bytes.length) throw new WireError(`an answer ends at byte ${this.bytes.length}, within a value of ${count} bytes at byte ${from}`);
    this.at = from + count;
    return from;
  }
  get rest(): number { return this.bytes.length - this.at; }
  int8(): number { const from = this.take(1); return this.bytes.readInt8(from); }
  int16(): number { const from = this.take(2); return this.bytes.readInt16BE(from); }
  int32(): number { const from = this.take(4); return this.bytes.readInt32BE(from); }
  big64(): bigint { const from = this.take(8); return this.bytes.readBigInt64BE(from); }
  /** An int64 that is an offset or a time. @throws WireError where a number cannot hold it exactly */
  int64(): number {
    const from = this.take(8);
    const value = this.bytes.readInt32BE(from) * 4294967296 + this.bytes.readUInt32BE(from + 4);
    if (!Number.isSafeInteger(value)) throw new WireError(`the number ${this.bytes.readBigInt64BE(from)} is too large`);
    return value;
  }
  boolean(): boolean { return this.int8() !== 0; }
  uvarint(): number {
    let value = 0;
    for (let scale = 1; scale <= 2 ** 28; scale *= 128) {
      const b = this.bytes[this.take(1)]!;
      value += (b & 127) * scale;
      if (b < 128) return value;
    }
    throw new WireError('a length has more than five bytes');
  }
  bytesOf(length: number): Buffer { const from = this.take(length); return this.bytes.subarray(from, from + length); }
  nullableString(): string | null { const n = this.int16(); return n < 0 ? null : this.bytesOf(n).toString('utf8'); }
  string(): string { return this.nullableString() ?? ''; }
  compactNullableString(): string | null { const n = this.uvarint(); return n === 0 ? null : this.bytesOf(n - 1).toString('utf8'); }
  compactString(): string { return this.compactNullableString() ?? ''; }
  /** A null array is an empty one. */
  array<T>(read: () => T): T[] { return this.items(this.int32(), read); }
  compactArray<T>(read: () => T): T[] { return this.items(this.uvarint() - 1, read); }
  private items<T>(count: number, read: () => T): T[] {
    // Every item takes a byte at least, so a broken count is found here and not by running out of memory.
    if (count > this.rest) throw new WireError(`an answer has ${count} items in ${this.rest} bytes`);
    const out: T[] = [];
    for (let i = 0; i < count; i++) out.push(read());
    return out;
  }
  uuid(): string { return this.bytesOf(16).toString('hex'); }
  /** Tagged fields of a flexible version are for optional things: left out. */
  tags(): void { for (let n = this.uvarint(); n > 0; n--) { this.uvarint(); this.bytesOf(this.uvarint()); } }
}
