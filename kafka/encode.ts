// Record batches (format 2) written straight from columns: one growing buffer a batch, no object a record. The head is filled in when the
// batch is sealed, as only then its size, its codec and the producer's numbers are known.
//
//   0 base offset 8 · 8 length 4 · 12 leader epoch 4 · 16 magic 1 · 17 CRC-32C 4 · 21 attributes 2 · 23 last offset delta 4 · 27 base timestamp 8 ·
//   35 max timestamp 8 · 43 producer id 8 · 51 producer epoch 2 · 53 base sequence 4 · 57 count 4 · 61 records, each:
//   length · attributes 1 · timestamp delta · offset delta · key length, key · value length, value · count of headers (key length, key, value length, value)…
//
// source: Apache Kafka documentation, "Message Format"; all numbers without a size above are zigzag varints, a length of -1 is NULL.

import { crc32c } from './crc32c.js';

export const HEAD_BYTES = 61;
/** How batches are compressed. `compress` gets the records without the head. */
export interface BatchCodec {
  /** Bits 0 to 2 of the attributes. */
  readonly id: number;
  compress(records: Uint8Array): Uint8Array;
}
/** Who writes a batch: for idempotence and transactions. */
export interface BatchOwner {
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  readonly transactional: boolean;
}
/** A cell of bytes; `from` -1: NULL. */
export interface Cell { bytes: Uint8Array; from: number; to: number }
/** Headers of one record, name and value alternating: cells [0, count). The cells are reused from record to record. */
export interface HeaderCells { readonly cells: Cell[]; count: number }

const TRANSACTIONAL = 16;
const NO_HEADERS: HeaderCells = { cells: [], count: 0 };

/** Bytes of the zigzag varint of a number that is not negative. */
function varintBytes(value: number): number {
  return value < 64 ? 1 : value < 8192 ? 2 : value < 1048576 ? 3 : value < 134217728 ? 4 : 5;
}
const cellBytes = (from: number, to: number): number => from < 0 ? 1 : varintBytes(to - from) + to - from;
function headersBytes({ cells, count }: HeaderCells): number {
  let size = varintBytes(count >> 1);
  for (let i = 0; i < count; i++) size += cellBytes(cells[i]!.from, cells[i]!.to);
  return size;
}
/** Bytes that a record takes in a batch at most, its length included: whatever its place in the batch is. */
export const recordBytesMax = (key: Cell, value: Cell, headers: HeaderCells = NO_HEADERS): number => 12 + cellBytes(key.from, key.to) + cellBytes(value.from, value.to) + headersBytes(headers);

/** Records of one partition, gathered until they are sealed into a batch. */
export class RecordBatchWriter {
  private buffer: Buffer;
  /** Bytes so far, head included. */
  length = HEAD_BYTES;
  /** Records so far. */
  count = 0;

  constructor(capacity = 1 << 14) { this.buffer = Buffer.allocUnsafeSlow(capacity); }

  private reserve(more: number): void {
    const needed = this.length + more;
    if (needed <= this.buffer.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.buffer.length * 2));
    this.buffer.copy(grown, 0, 0, this.length);
    this.buffer = grown;
  }
  /** Appends a record. The bytes are copied. */
  append(key: Cell, value: Cell, headers: HeaderCells = NO_HEADERS): void {
    const body = 2 + varintBytes(this.count) + cellBytes(key.from, key.to) + cellBytes(value.from, value.to) + headersBytes(headers);
    this.reserve(5 + body);
    const target = this.buffer;
    let at = putVarint(target, this.length, body);
    target[at++] = 0;
    target[at++] = 0;
    at = putVarint(target, at, this.count);
    at = putCell(target, at, key);
    at = putCell(target, at, value);
    at = putVarint(target, at, headers.count >> 1);
    for (let i = 0; i < headers.count; i++) at = putCell(target, at, headers.cells[i]!);
    this.length = at;
    this.count++;
  }
  /** Appends what follows the offset delta of a record that was encoded before. */
  private appendRest(bytes: Uint8Array, from: number, to: number): void {
    const body = 2 + varintBytes(this.count) + to - from;
    this.reserve(5 + body);
    let at = putVarint(this.buffer, this.length, body);
    this.buffer[at++] = 0;
    this.buffer[at++] = 0;
    at = putVarint(this.buffer, at, this.count);
    this.buffer.set(bytes.subarray(from, to), at);
    this.length = at + to - from;
    this.count++;
  }
  /** Ends the batch; the writer must not be used afterwards. The owner's numbers come with `SealedBatch.bytes`. `timestamp`: ms, of all records. */
  seal(codec: BatchCodec | undefined, timestamp: number): SealedBatch {
    const records = this.buffer.subarray(HEAD_BYTES, this.length);
    if (codec === undefined) return new SealedBatch(this.buffer.subarray(0, this.length), records, this.count, 0, timestamp);
    const packed = codec.compress(records);
    const bytes = Buffer.allocUnsafeSlow(HEAD_BYTES + packed.length);
    bytes.set(packed, HEAD_BYTES);
    return new SealedBatch(bytes, records, this.count, codec.id, timestamp);
  }
  /** The two halves of a batch that a broker found too large, in order; at least two records. */
  static halves(batch: SealedBatch, codec: BatchCodec | undefined): readonly [SealedBatch, SealedBatch] {
    const parts = [new RecordBatchWriter(), new RecordBatchWriter()] as const;
    const { records, count } = batch;
    const half = count >> 1;
    const cursor: Cursor = { at: 0 };
    for (let i = 0; i < count; i++) {
      const body = takeVarint(records, cursor);
      const end = cursor.at + body;
      cursor.at += 2;
      takeVarint(records, cursor);
      parts[i < half ? 0 : 1].appendRest(records, cursor.at, end);
      cursor.at = end;
    }
    return [parts[0].seal(codec, batch.timestamp), parts[1].seal(codec, batch.timestamp)];
  }
}

/** A batch whose records do not change any more. */
export class SealedBatch {
  readonly count: number;
  readonly timestamp: number;
  /** Uncompressed, for splitting. */
  readonly records: Uint8Array;
  private readonly whole: Buffer;

  constructor(whole: Buffer, records: Uint8Array, count: number, codec: number, timestamp: number) {
    this.whole = whole;
    this.records = records;
    this.count = count;
    this.timestamp = timestamp;
    whole.fill(0, 0, HEAD_BYTES);
    whole.writeInt32BE(whole.length - 12, 8);
    whole.writeInt32BE(-1, 12);
    whole[16] = 2;
    whole.writeInt16BE(codec, 21);
    whole.writeInt32BE(count - 1, 23);
    whole.writeBigInt64BE(BigInt(timestamp), 27);
    whole.writeBigInt64BE(BigInt(timestamp), 35);
    whole.writeInt32BE(count, 57);
  }
  get sizeBytes(): number { return this.whole.length; }
  /** Memory that it keeps: packed ones keep their records, too. */
  get heldBytes(): number { return this.whole.buffer.byteLength + (this.records.buffer === this.whole.buffer ? 0 : this.records.buffer.byteLength); }
  /** The batch as it goes to a broker; what was given out before is changed. */
  bytes(owner: BatchOwner): Uint8Array {
    const { whole } = this;
    whole.writeInt16BE((whole.readInt16BE(21) & 7) | (owner.transactional ? TRANSACTIONAL : 0), 21);
    whole.writeBigInt64BE(owner.producerId, 43);
    whole.writeInt16BE(owner.producerEpoch, 51);
    whole.writeInt32BE(owner.baseSequence, 53);
    whole.writeUInt32BE(crc32c(whole, 21, whole.length), 17);
    return whole;
  }
}

function putVarint(target: Uint8Array, from: number, value: number): number {
  let at = from;
  let rest = value << 1;
  while (rest > 127) { target[at++] = (rest & 127) | 128; rest >>>= 7; }
  target[at++] = rest;
  return at;
}
/** Shorter runs are copied faster by a loop than by a call. */
const SHORT = 48;
function putCell(target: Buffer, from: number, cell: Cell): number {
  if (cell.from < 0) { target[from] = 1; return from + 1; }
  const { bytes } = cell;
  const length = cell.to - cell.from;
  const at = putVarint(target, from, length);
  if (length <= SHORT) for (let i = cell.from, to = at; i < cell.to; i++, to++) target[to] = bytes[i]!;
  else target.set(bytes.subarray(cell.from, cell.to), at);
  return at + length;
}
interface Cursor { at: number }
/** Of a number that is not negative, written by ourselves. */
function takeVarint(bytes: Uint8Array, cursor: Cursor): number {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const b = bytes[cursor.at++]!;
    value |= (b & 127) << shift;
    if (b < 128) return value >>> 1;
  }
}
