// Record batches (format 2) into rows. Everything is checked before it is used: lengths against what is there, the batch's CRC-32C, the
// counts; what does not fit is a RecordError, never a wrong row. Control batches are left out, batches of aborted transactions too where
// only committed records are wanted. Keys and values stay where they are: in the answer, or where their batch was unpacked.
//
// The base offset and the length of a batch are not under its checksum; a base offset is only believed if batches ascend.
//
// source: Kafka protocol guide, "Record Batch"; KIP-98 for transactions; Kafka's CompletedFetch for which batches are aborted.

import type { AbortedTransaction, FetchedPartition, Isolation, TopicPartition } from './client.js';
import type { Arena } from './codecs/arena.js';
import { decompress } from './codecs/decompress.js';
import { CodecError } from './codecs/error.js';
import { crc32c } from './crc32c.js';
import type { RecordRows } from './record-rows.js';

/** Records that are not what they must be; `offset`: where the batch begins. */
export class RecordError extends Error {
  override readonly name = 'RecordError';
  readonly offset: number;
  constructor(offset: number, reason: string, cause?: unknown) { super(reason, cause === undefined ? undefined : { cause }); this.offset = offset; }
}

const HEAD_BYTES = 61;
/** Of the bytes that the length field counts. */
const LENGTH_LEAST = HEAD_BYTES - 12;
/** Length, attributes, two deltas, two lengths, number of headers: a byte each. */
const RECORD_LEAST = 7;
const CODEC = 7;
const LOG_APPEND_TIME = 8;
const TRANSACTIONAL = 16;
const CONTROL = 32;

/** One batch of a record set, by its head. */
export interface BatchHead {
  /** Where it lies in the record set, [at, to). */
  readonly at: number;
  readonly to: number;
  readonly baseOffset: number;
  readonly lastOffset: number;
}

const number64 = (view: DataView, at: number): number => view.getInt32(at, false) * 4294967296 + view.getUint32(at + 4, false);

/** The whole batches of a record set; the last one may be cut off and is left out. @throws RecordError */
export function batchHeads(records: Uint8Array): readonly BatchHead[] {
  const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
  const heads: BatchHead[] = [];
  let at = 0;
  let next = 0;
  while (at + 17 <= records.length) {
    const baseOffset = number64(view, at);
    const length = view.getInt32(at + 8, false);
    const magic = view.getInt8(at + 16);
    if (magic !== 2) throw new RecordError(baseOffset, magic === 0 || magic === 1 ? `they have the format ${magic}, of Kafka before 0.11` : `there is no format ${magic}`);
    if (length < LENGTH_LEAST) throw new RecordError(baseOffset, `a batch has ${length} bytes`);
    const to = at + 12 + length;
    if (to > records.length) break;
    const lastOffset = baseOffset + view.getInt32(at + 23, false);
    if (!Number.isSafeInteger(baseOffset) || baseOffset < next || lastOffset < baseOffset) throw new RecordError(baseOffset, `a batch with the offsets ${baseOffset} to ${lastOffset} cannot be here`);
    heads.push({ at, to, baseOffset, lastOffset });
    next = lastOffset + 1;
    at = to;
  }
  return heads;
}
/** Where reading goes on after these batches; `from` if there are none. */
export const positionAfter = (heads: readonly BatchHead[], from: number): number => Math.max(from, (heads.at(-1)?.lastOffset ?? -1) + 1);

export interface DecodeOptions { readonly isolation: Isolation; readonly checkCrc: boolean }
/** Rows and the bytes that they point into, as they come: one batch of rows for what lies in one buffer. */
export interface RowSink {
  /** Rows over the answer itself. `bytes` begin where the positions do. */
  inPlace(bytes: Uint8Array): RecordRows;
  /** Rows over unpacked batches. */
  unpacked(): { readonly rows: RecordRows; readonly arena: Arena };
}

/** The rows of one partition's answer with offsets in [from, to). @throws RecordError */
export function decodeRecords(answer: FetchedPartition, heads: readonly BatchHead[], from: number, to: number, options: DecodeOptions, sink: RowSink): void {
  const { records } = answer;
  const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
  // Positions count from the start of the answer's memory, so that rows of all its partitions share one buffer.
  const whole = new Uint8Array(records.buffer);
  const aborted = new AbortedBatches(options.isolation === 1 ? answer.aborted : []);
  for (const head of heads) {
    if (head.baseOffset >= to) return;
    const attributes = view.getInt16(head.at + 21, false);
    const control = (attributes & CONTROL) !== 0;
    aborted.pass(head.lastOffset);
    if (head.lastOffset < from && !control) continue;
    if (options.checkCrc && view.getUint32(head.at + 17, false) !== crc32c(records, head.at + 21, head.to)) throw new RecordError(head.baseOffset, 'the checksum of a batch is wrong');
    if (control) { aborted.marker(view, head, records); continue; }
    if ((attributes & TRANSACTIONAL) !== 0 && aborted.has(view.getBigInt64(head.at + 43, false))) continue;
    const count = view.getInt32(head.at + 57, false);
    const codec = attributes & CODEC;
    const body = head.at + HEAD_BYTES;
    if (codec === 0) {
      decodeBatch(answer, view, head, attributes, count, whole, records.byteOffset + body, records.byteOffset + head.to, from, to, sink.inPlace(whole));
      continue;
    }
    const { rows, arena } = sink.unpacked();
    const begin = arena.used;
    try { decompress(codec, records, body, head.to, arena); } catch (error) {
      if (error instanceof CodecError) throw new RecordError(head.baseOffset, error.message, error);
      throw error;
    }
    decodeBatch(answer, view, head, attributes, count, arena.bytes, begin, arena.used, from, to, rows);
  }
}

/** Which producers' records are being taken back at a place in the record set. */
class AbortedBatches {
  private readonly pending: readonly AbortedTransaction[];
  private next = 0;
  private readonly producers = new Set<bigint>();
  constructor(aborted: readonly AbortedTransaction[]) { this.pending = aborted.length > 1 ? [...aborted].sort((a, b) => a.firstOffset - b.firstOffset) : aborted; }
  /** A batch that ends at `lastOffset` comes. */
  pass(lastOffset: number): void {
    while (this.next < this.pending.length && this.pending[this.next]!.firstOffset <= lastOffset) this.producers.add(this.pending[this.next++]!.producerId);
  }
  has(producer: bigint): boolean { return this.producers.size > 0 && this.producers.has(producer); }
  /** A control batch: a marker of an abort ends what its producer takes back. */
  marker(view: DataView, head: BatchHead, records: Uint8Array): void {
    if (this.producers.size === 0) return;
    // The key of the one record: version, then 0 for an abort, 1 for a commit.
    const cursor = new Cursor(records, head.at + HEAD_BYTES, head.to, head.baseOffset);
    cursor.varint();
    cursor.skip(1);
    cursor.varlong();
    cursor.varint();
    const length = cursor.varint();
    if (length < 4) throw new RecordError(head.baseOffset, 'a control record has no kind');
    const at = cursor.skip(length);
    if (view.getInt16(at + 2, false) === 0) this.producers.delete(view.getBigInt64(head.at + 43, false));
  }
}

/** Reading where speed does not matter. */
class Cursor {
  at: number;
  private readonly bytes: Uint8Array;
  private readonly end: number;
  private readonly offset: number;
  constructor(bytes: Uint8Array, at: number, end: number, offset: number) { this.bytes = bytes; this.at = at; this.end = end; this.offset = offset; }
  /** Moves on by `count` bytes. @returns where they begin */
  skip(count: number): number {
    const from = this.at;
    if (count < 0 || count > this.end - from) throw new RecordError(this.offset, 'a record reaches beyond its batch');
    this.at += count;
    return from;
  }
  varint(): number { const v = this.varlong(); if (v !== (v | 0)) throw new RecordError(this.offset, 'a length has more than 32 bits'); return v; }
  /** Zigzag, up to ten bytes; exact below 2^53. */
  varlong(): number {
    let value = 0;
    let scale = 1;
    let odd = 0;
    for (let i = 0; i < 10; i++) {
      const b = this.bytes[this.skip(1)]!;
      if (i === 0) { odd = b & 1; value = (b & 127) >> 1; scale = 64; } else { value += (b & 127) * scale; scale *= 128; }
      if (b < 128) return odd === 0 ? value : -value - 1;
    }
    throw new RecordError(this.offset, 'a number has more than ten bytes');
  }
}

function decodeBatch(
  where: TopicPartition, view: DataView, head: BatchHead, attributes: number, count: number, b: Uint8Array, begin: number, end: number, from: number, to: number, rows: RecordRows,
): void {
  const { baseOffset, lastOffset } = head;
  if (count < 0 || count > Math.floor((end - begin) / RECORD_LEAST)) throw new RecordError(baseOffset, `a batch says that it has ${count} records in ${end - begin} bytes`);
  rows.room(count);
  const { offsets, times, timeTypes, keyStart, keyEnd, valueStart, valueEnd, nulls, headers } = rows;
  const first = rows.length;
  const appendTime = (attributes & LOG_APPEND_TIME) !== 0;
  const timeType = appendTime ? 1 : 0;
  const baseTime = number64(view, head.at + 27);
  const maxTime = number64(view, head.at + 35);
  const cursor = new Cursor(b, begin, end, baseOffset);
  let n = first;
  let p = begin;
  let previous = -1;
  for (let i = 0; i < count; i++) {
    // Each number is one byte, or for lengths two, nearly always; the cursor reads the others.
    let v = 0;
    let c = p < end ? b[p]! : 255;
    if (c < 128) { v = (c >>> 1) ^ -(c & 1); p++; }
    else if (p + 1 < end && b[p + 1]! < 128) { v = (c & 127) | (b[p + 1]! << 7); v = (v >>> 1) ^ -(v & 1); p += 2; }
    else { cursor.at = p; v = cursor.varint(); p = cursor.at; }
    const stop = p + v;
    if (v < RECORD_LEAST - 1 || stop > end) throw new RecordError(baseOffset, 'a record reaches beyond its batch');
    // The attributes of a record mean nothing yet.
    p++;
    c = b[p]!;
    let time = 0;
    if (c < 128) { time = (c >>> 1) ^ -(c & 1); p++; }
    else { cursor.at = p; time = cursor.varlong(); p = cursor.at; }
    c = b[p]!;
    if (c < 128) { v = (c >>> 1) ^ -(c & 1); p++; }
    else { cursor.at = p; v = cursor.varint(); p = cursor.at; }
    const offset = baseOffset + v;
    if (v <= previous || offset > lastOffset) throw new RecordError(baseOffset, `a record has the offset ${offset}`);
    previous = v;
    let bits = 0;
    c = b[p]!;
    if (c < 128) { v = (c >>> 1) ^ -(c & 1); p++; }
    else { cursor.at = p; v = cursor.varint(); p = cursor.at; }
    keyStart[n] = p;
    if (v < 0) bits = 1; else p += v;
    keyEnd[n] = p;
    if (p >= stop) throw new RecordError(baseOffset, 'a record is longer than it says');
    c = b[p]!;
    if (c < 128) { v = (c >>> 1) ^ -(c & 1); p++; }
    else if (p + 1 < stop && b[p + 1]! < 128) { v = (c & 127) | (b[p + 1]! << 7); v = (v >>> 1) ^ -(v & 1); p += 2; }
    else { cursor.at = p; v = cursor.varint(); p = cursor.at; }
    valueStart[n] = p;
    if (v < 0) bits |= 2; else p += v;
    valueEnd[n] = p;
    if (p >= stop) throw new RecordError(baseOffset, 'a record is longer than it says');
    const wanted = offset >= from && offset < to;
    if (b[p] === 0) {
      p++;
      if (headers) { headers.start[n] = headers.count; headers.end[n] = headers.count; }
    } else if (headers && wanted) {
      cursor.at = p;
      readHeaders(cursor, stop, headers, n, baseOffset);
      p = cursor.at;
    } else p = stop;
    if (p !== stop) throw new RecordError(baseOffset, 'a record is not as long as it says');
    if (!wanted) continue;
    offsets[n] = offset;
    times[n] = appendTime ? maxTime : baseTime + time;
    timeTypes[n] = timeType;
    nulls[n] = bits;
    if (bits !== 0) { rows.nullKeys += bits & 1; rows.nullValues += bits >> 1; }
    n++;
  }
  if (p !== end) throw new RecordError(baseOffset, 'a batch has more bytes than its records');
  rows.length = n;
  if (n > first) rows.run(where, first);
}

function readHeaders(cursor: Cursor, stop: number, headers: NonNullable<RecordRows['headers']>, row: number, baseOffset: number): void {
  const count = cursor.varint();
  if (count < 0 || count > stop - cursor.at) throw new RecordError(baseOffset, `a record says that it has ${count} headers`);
  headers.room(count);
  headers.start[row] = headers.count;
  for (let i = 0; i < count; i++) {
    const h = headers.count++;
    const keyLength = cursor.varint();
    headers.keyStart[h] = cursor.skip(keyLength);
    headers.keyEnd[h] = cursor.at;
    const valueLength = cursor.varint();
    headers.nulls[h] = valueLength < 0 ? 1 : 0;
    if (valueLength < 0) headers.anyNull = true;
    headers.valueStart[h] = cursor.skip(Math.max(0, valueLength));
    headers.valueEnd[h] = cursor.at;
  }
  headers.end[row] = headers.count;
}
