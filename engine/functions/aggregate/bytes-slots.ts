// Strings and binaries by slot (ValueSlots of values.ts), in chunks that are never copied as a whole: a value goes behind the last one, or over the slot's old one
// where it fits. A chunk whose values are all gone is dropped; where more lies waste than is in use, chunks that are half empty are
// emptied into new ones.
//
// Invariant: rows that are only ever put in lie in the order in which they came, without gaps.

import { bitmapBytes, bytesColumn, type Column, isValid } from '../../columnar/column.js';
import { byteBuffer, copyBytes, viewOf } from '../../columnar/bytes.js';
import { compareBytes } from '../../columnar/compare.js';
import { grown } from '../../columnar/grow.js';
import type { DataType } from '../../../planner/types.js';

/** Chunks double up to this size; a longer value has one of its own. */
const CHUNK_BYTES = 1 << 22;
/** Room that a value gets which has been too long for its slot before is rounded up to this. */
const SLACK = 32;

interface Chunk {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  used: number;
  /** Bytes that belong to slots. */
  live: number;
}
const chunkOf = (size: number): Chunk => { const bytes = new Uint8Array(size); return { bytes, view: viewOf(bytes), used: 0, live: 0 }; };
const NO_CHUNK = chunkOf(0);

export class BytesSlots {
  private readonly type: DataType;
  private readonly chunks: Chunk[] = [NO_CHUNK];
  /** Chunks without bytes, to be used again. */
  private readonly free: number[] = [];
  /** The chunk that is being filled. */
  private current = 0;
  /** Bytes of all chunks, and those of them that belong to slots. */
  private size = 0;
  private live = 0;
  private chunk = new Int32Array(0);
  private start = new Int32Array(0);
  /** −1: NULL. */
  private length = new Int32Array(0);
  private capacity = new Int32Array(0);
  constructor(type: DataType) { this.type = type; }

  reserve(count: number): void {
    this.chunk = grown(this.chunk, count);
    this.start = grown(this.start, count);
    this.capacity = grown(this.capacity, count);
    this.length = grown(this.length, count, -1);
  }
  get memoryUsedBytes(): number { return this.size + 16 * this.length.length; }

  has(slot: number): boolean { return this.length[slot]! >= 0; }
  /** Below zero: the bytes come before those of the slot. */
  compare(slot: number, bytes: Uint8Array, from: number, to: number): number {
    const at = this.start[slot]!;
    return compareBytes(bytes, from, to, this.chunks[this.chunk[slot]!]!.bytes, at, at + this.length[slot]!);
  }

  write(slots: Int32Array, rows: Int32Array | null, column: Column): void {
    const { validity, start, end } = column;
    const source = viewOf(column.values as Uint8Array);
    for (let k = 0; k < slots.length; k++) {
      const i = rows === null ? k : rows[k]!;
      if (isValid(validity, i)) this.set(slots[k]!, source, start![i]!, end![i]!); else this.length[slots[k]!] = -1;
    }
  }
  set(slot: number, source: DataView, from: number, to: number): void {
    const length = to - from;
    const capacity = this.capacity[slot]!;
    if (length > capacity) {
      this.release(slot);
      if (this.size > 2 * this.live + CHUNK_BYTES) this.compact();
      this.place(slot, capacity === 0 ? length : (length + SLACK - 1) & -SLACK);
    }
    copyBytes(source, from, this.chunks[this.chunk[slot]!]!.view, this.start[slot]!, length);
    this.length[slot] = length;
  }

  private place(slot: number, capacity: number): void {
    let chunk = this.chunks[this.current]!;
    if (chunk.used + capacity > chunk.bytes.length) chunk = this.open(capacity);
    this.chunk[slot] = this.current;
    this.start[slot] = chunk.used;
    this.capacity[slot] = capacity;
    chunk.used += capacity;
    chunk.live += capacity;
    this.live += capacity;
  }
  private open(needed: number): Chunk {
    const chunk = chunkOf(Math.max(needed, Math.min(CHUNK_BYTES, Math.max(256, this.size))));
    const full = this.current;
    this.current = this.free.pop() ?? this.chunks.length;
    this.chunks[this.current] = chunk;
    this.size += chunk.bytes.length;
    if (this.chunks[full]!.live === 0) this.drop(full);
    return chunk;
  }
  private release(slot: number): void {
    const capacity = this.capacity[slot]!;
    if (capacity === 0) return;
    const at = this.chunk[slot]!;
    const chunk = this.chunks[at]!;
    this.capacity[slot] = 0;
    this.live -= capacity;
    chunk.live -= capacity;
    if (chunk.live === 0 && at !== this.current) this.drop(at);
  }
  private drop(at: number): void {
    if (this.chunks[at] === NO_CHUNK) return;
    this.size -= this.chunks[at]!.bytes.length;
    this.chunks[at] = NO_CHUNK;
    this.free.push(at);
  }
  private compact(): void {
    const sparse = Uint8Array.from(this.chunks, (c) => +(c.live * 2 < c.bytes.length));
    sparse[this.current] = 0;
    for (let slot = 0; slot < this.length.length; slot++) {
      const at = this.chunk[slot]!;
      const capacity = this.capacity[slot]!;
      if (capacity === 0 || at >= sparse.length || sparse[at] === 0) continue;
      const [{ view }, from] = [this.chunks[at]!, this.start[slot]!];
      this.release(slot);
      this.place(slot, capacity);
      copyBytes(view, from, this.chunks[this.chunk[slot]!]!.view, this.start[slot]!, capacity);
    }
  }

  clear(slots: Int32Array): void {
    for (let k = 0; k < slots.length; k++) { this.release(slots[k]!); this.length[slots[k]!] = -1; }
  }

  column(slots: Int32Array): Column {
    const n = slots.length;
    const offsets = new Int32Array(n + 1);
    let validity: Uint8Array | null = null;
    let used = 0;
    for (let k = 0; k < n; k++) {
      const length = this.length[slots[k]!]!;
      if (length >= 0) used += length;
      else { validity ??= new Uint8Array(bitmapBytes(n)).fill(255); validity[k >> 3]! &= ~(1 << (k & 7)); }
      offsets[k + 1] = used;
    }
    const bytes = byteBuffer(used);
    this.pack(slots, viewOf(bytes));
    return bytesColumn(this.type, n, bytes, offsets.subarray(0, n), offsets.subarray(1), validity);
  }
  /** The values one after the other; what lies so already goes as one piece. */
  private pack(slots: Int32Array, target: DataView): void {
    let [run, runFrom, runTo, at] = [0, 0, 0, 0];
    for (let k = 0; k < slots.length; k++) {
      const slot = slots[k]!;
      const length = this.length[slot]!;
      if (length <= 0) continue;
      const begin = this.start[slot]!;
      if (begin !== runTo || this.chunk[slot] !== run) {
        copyBytes(this.chunks[run]!.view, runFrom, target, at, runTo - runFrom);
        at += runTo - runFrom;
        run = this.chunk[slot]!;
        runFrom = begin;
      }
      runTo = begin + length;
    }
    copyBytes(this.chunks[run]!.view, runFrom, target, at, runTo - runFrom);
  }
}
