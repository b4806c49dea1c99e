// The records of one answer as arrays, a row a record: where keys and values lie in one buffer, offsets, times, headers. What is asked for
// of them becomes columns; nothing is copied but 64-bit numbers.

import { bytesColumn, type Column, fixedColumn, grown, listColumn, raise, structColumn, types } from '../engine/plugin.js';
import type { TopicPartition } from './client.js';

export const HEADER_TYPE = types.array(types.struct([types.field('key', types.STRING), types.field('value', types.BINARY)]));
/** Rows of one partition, one behind another. */
export interface Run extends TopicPartition { readonly from: number; to: number }

const NULL_KEY = 1;
const NULL_VALUE = 2;

/** Headers of all rows: entries, and which row has which. */
export class Headers {
  start = new Int32Array(0);
  end = new Int32Array(0);
  count = 0;
  keyStart = new Int32Array(64);
  keyEnd = new Int32Array(64);
  valueStart = new Int32Array(64);
  valueEnd = new Int32Array(64);
  nulls = new Uint8Array(64);
  anyNull = false;
  /** Room for `more` entries. */
  room(more: number): void {
    const length = this.count + more;
    this.keyStart = grown(this.keyStart, length);
    this.keyEnd = grown(this.keyEnd, length);
    this.valueStart = grown(this.valueStart, length);
    this.valueEnd = grown(this.valueEnd, length);
    this.nulls = grown(this.nulls, length);
  }
}

const validityOf = (n: number, valid: (i: number) => boolean): Uint8Array => {
  const bits = new Uint8Array((n + 7) >> 3);
  for (let i = 0; i < n; i++) if (valid(i)) bits[i >> 3]! |= 1 << (i & 7);
  return bits;
};

export class RecordRows {
  length = 0;
  offsets = new Float64Array(0);
  /** ms since 1970. */
  times = new Float64Array(0);
  timeTypes = new Uint8Array(0);
  keyStart = new Int32Array(0);
  keyEnd = new Int32Array(0);
  valueStart = new Int32Array(0);
  valueEnd = new Int32Array(0);
  /** Bit 0: the key is NULL; bit 1: the value. */
  nulls = new Uint8Array(0);
  nullKeys = 0;
  nullValues = 0;
  readonly headers: Headers | undefined;
  readonly runs: Run[] = [];

  constructor(withHeaders: boolean) { this.headers = withHeaders ? new Headers() : undefined; }

  /** Room for `more` rows. */
  room(more: number): void {
    const length = this.length + more;
    this.offsets = grown(this.offsets, length);
    this.times = grown(this.times, length);
    this.timeTypes = grown(this.timeTypes, length);
    this.keyStart = grown(this.keyStart, length);
    this.keyEnd = grown(this.keyEnd, length);
    this.valueStart = grown(this.valueStart, length);
    this.valueEnd = grown(this.valueEnd, length);
    this.nulls = grown(this.nulls, length);
    if (this.headers) { this.headers.start = grown(this.headers.start, length); this.headers.end = grown(this.headers.end, length); }
  }
  /** Rows from `from` on are of this partition. */
  run({ topic, partition }: TopicPartition, from: number): void {
    const last = this.runs.at(-1);
    if (last && last.topic === topic && last.partition === partition) last.to = this.length;
    else if (this.length > from) this.runs.push({ topic, partition, from, to: this.length });
  }

  keyColumn(bytes: Uint8Array, type = types.BINARY): Column { return this.bytesOf(bytes, type, this.keyStart, this.keyEnd, this.nullKeys, NULL_KEY); }
  valueColumn(bytes: Uint8Array, type = types.BINARY): Column { return this.bytesOf(bytes, type, this.valueStart, this.valueEnd, this.nullValues, NULL_VALUE); }
  private bytesOf(bytes: Uint8Array, type: Column['type'], start: Int32Array, end: Int32Array, nullCount: number, bit: number): Column {
    const n = this.length;
    return bytesColumn(type, n, bytes, start.subarray(0, n), end.subarray(0, n), nullCount === 0 ? null : validityOf(n, (i) => (this.nulls[i]! & bit) === 0));
  }
  isNullKey(i: number): boolean { return (this.nulls[i]! & NULL_KEY) !== 0; }
  isNullValue(i: number): boolean { return (this.nulls[i]! & NULL_VALUE) !== 0; }

  topicColumn(): Column {
    const names = [...new Set(this.runs.map((r) => r.topic))].map((name) => Buffer.from(name, 'utf8'));
    const bytes = new Uint8Array(Buffer.concat(names));
    const at = new Map<string, readonly [number, number]>();
    let used = 0;
    for (const name of names) { at.set(name.toString('utf8'), [used, used + name.length]); used += name.length; }
    const start = new Int32Array(this.length);
    const end = new Int32Array(this.length);
    for (const r of this.runs) { const [from, to] = at.get(r.topic)!; start.fill(from, r.from, r.to); end.fill(to, r.from, r.to); }
    return bytesColumn(types.STRING, this.length, bytes, start, end);
  }
  partitionColumn(): Column {
    const values = new Int32Array(this.length);
    for (const r of this.runs) values.fill(r.partition, r.from, r.to);
    return fixedColumn(types.INT, this.length, values);
  }
  offsetColumn(): Column { return longs(types.BIGINT, this.offsets, this.length, 1); }
  /** @throws DATETIME_OVERFLOW for a time that TIMESTAMP cannot hold */
  timestampColumn(): Column { return longs(types.TIMESTAMP, this.times, this.length, 1000); }
  timestampTypeColumn(): Column { return fixedColumn(types.INT, this.length, Int32Array.from(this.timeTypes.subarray(0, this.length))); }
  headersColumn(bytes: Uint8Array): Column {
    const h = this.headers!;
    const n = this.length;
    const key = bytesColumn(types.STRING, h.count, bytes, h.keyStart.subarray(0, h.count), h.keyEnd.subarray(0, h.count));
    const value = bytesColumn(types.BINARY, h.count, bytes, h.valueStart.subarray(0, h.count), h.valueEnd.subarray(0, h.count), h.anyNull ? validityOf(h.count, (i) => h.nulls[i] === 0) : null);
    const entry = structColumn(HEADER_TYPE.element, h.count, [key, value]);
    // A record without headers has NULL, as in Spark.
    return listColumn(HEADER_TYPE, n, h.start.subarray(0, n), h.end.subarray(0, n), [entry], validityOf(n, (i) => h.end[i]! > h.start[i]!));
  }
}

const EXACT = Number.MAX_SAFE_INTEGER;
/** numbers[i] * scale as 64-bit values: by halves, as a bigint a row costs ten times as much. */
function longs(type: Column['type'], numbers: Float64Array, n: number, scale: number): Column {
  const values = new BigInt64Array(n);
  const words = new Int32Array(values.buffer);
  for (let i = 0; i < n; i++) {
    const x = numbers[i]! * scale;
    if (x > EXACT || x < -EXACT) {
      const value = BigInt(numbers[i]!) * BigInt(scale);
      if (value !== BigInt.asIntN(64, value)) raise('DATETIME_OVERFLOW', { operation: `hold the timestamp ${numbers[i]} ms of a Kafka record` });
      values[i] = value;
      continue;
    }
    const high = Math.floor(x / 4294967296);
    words[2 * i] = x - high * 4294967296;
    words[2 * i + 1] = high;
  }
  return fixedColumn(type, n, values);
}
