// The interner of one key column: byte strings to dense ids, so that a key is a few Int32 words whatever its type. It owns its copies of
// the bytes (never a slice of input). Ids are counted by the keys that hold them; an id without keys is given out again.
// Buffers that were handed out as column views are never overwritten: appending and compaction make new ones.
//
// source: layout of the state prototype (docs/decisions: vectorised state).

import { invariant } from '../../planner/errors/index.js';
import type { Column } from '../columnar/column.js';
import { grownBytes } from '../columnar/bytes.js';
import { grown } from '../columnar/grow.js';
import { hashBytes } from '../columnar/hash.js';

/** Ids of the values of a key column. An id is held by the keys that were retained, and given out again when the last has been released. */
export interface KeyInterner {
  readonly size: number;
  readonly memoryUsedBytes: number;
  /** Id of each row's bytes into out[k]; rows that are NULL give 0. `insert` false: −1 where they are not known. */
  resolve(n: number, rows: Int32Array | null, from: number, column: Column, out: Int32Array, insert: boolean): void;
  intern(source: Uint8Array, from: number, to: number, insert: boolean): number;
  retain(id: number): void;
  /** A key lets go of it; `slot`: that of the key. */
  release(id: number, slot: number): void;
  /** The bytes of ids, which the keys at these slots hold, as views: [start[k], end[k]) into the returned buffer. */
  views(ids: Int32Array, slots: Int32Array): { readonly bytes: Uint8Array; readonly start: Int32Array; readonly end: Int32Array };
  /** Where values that are equal are not the same: what is resolved now has these bytes in row k. */
  resolving?(bytes: (k: number) => Uint8Array): void;
  /** The keys made at these slots are shown as those rows k. Called after each resolve, also without any. */
  show?(slots: readonly number[], rows: readonly number[]): void;
}

const COMPACT_ABOVE = 65536;

export class Interner implements KeyInterner {
  private bytes: Uint8Array = new Uint8Array(1024);
  private used = 0;
  private dead = 0;
  private start = new Int32Array(16);
  private end = new Int32Array(16);
  private references = new Int32Array(16);
  /** Pairs [hash, id + 1]; linear probing, at most half full. */
  private index = new Int32Array(64);
  private next = 0;
  private live = 0;
  private readonly free: number[] = [];

  get size(): number { return this.live; }
  get memoryUsedBytes(): number { return this.bytes.length + 12 * this.start.length + 4 * this.index.length; }

  resolve(n: number, rows: Int32Array | null, from: number, column: Column, out: Int32Array, insert: boolean): void {
    const { validity, start, end } = column;
    const bytes = column.values as Uint8Array;
    for (let k = 0; k < n; k++) {
      const i = rows === null ? from + k : rows[from + k]!;
      if (validity !== null && ((validity[i >> 3]! >> (i & 7)) & 1) === 0) out[k] = 0;
      else out[k] = this.intern(bytes, start![i]!, end![i]!, insert);
    }
  }

  intern(source: Uint8Array, from: number, to: number, insert: boolean): number {
    const hash = hashBytes(source, from, to);
    const length = to - from;
    const index = this.index;
    const mask = (index.length >> 1) - 1;
    let p = hash & mask;
    for (let id = index[2 * p + 1]!; id !== 0; id = index[2 * p + 1]!) {
      if (index[2 * p] === hash && this.equals(id - 1, source, from, length)) return id - 1;
      p = (p + 1) & mask;
    }
    return insert ? this.add(hash, source, from, length) : -1;
  }

  private equals(id: number, source: Uint8Array, from: number, length: number): boolean {
    const at = this.start[id]!;
    if (this.end[id]! - at !== length) return false;
    const bytes = this.bytes;
    for (let i = 0; i < length; i++) if (bytes[at + i] !== source[from + i]) return false;
    return true;
  }

  private add(hash: number, source: Uint8Array, from: number, length: number): number {
    const id = this.free.length > 0 ? this.free.pop()! : this.next++;
    if (id >= this.start.length) { this.start = grown(this.start, id + 1); this.end = grown(this.end, id + 1); this.references = grown(this.references, id + 1); }
    this.bytes = grownBytes(this.bytes, this.used + length);
    const at = this.used;
    if (length < 64) for (let i = 0; i < length; i++) this.bytes[at + i] = source[from + i]!;
    else this.bytes.set(source.subarray(from, from + length), at);
    this.used += length;
    this.start[id] = at;
    this.end[id] = at + length;
    this.live++;
    if (this.live * 4 > this.index.length) this.rehash();
    place(this.index, hash, id);
    return id;
  }

  private rehash(): void {
    const old = this.index;
    this.index = new Int32Array(old.length * 2);
    for (let p = 0; p < old.length; p += 2) if (old[p + 1] !== 0) place(this.index, old[p]!, old[p + 1]! - 1);
  }

  retain(id: number): void { this.references[id]!++; }

  release(id: number): void {
    if (--this.references[id]! > 0) return;
    invariant(this.references[id] === 0, 'an interned id is released as often as it was retained');
    const at = this.start[id]!;
    const to = this.end[id]!;
    removeFrom(this.index, hashBytes(this.bytes, at, to), id);
    this.live--;
    this.dead += to - at;
    this.free.push(id);
    this.start[id] = this.end[id] = 0;
    if (this.dead > COMPACT_ABOVE && this.dead * 2 > this.used) this.compact();
  }

  private compact(): void {
    const bytes = new Uint8Array(Math.max(1024, this.used - this.dead));
    let used = 0;
    for (let id = 0; id < this.next; id++) {
      const at = this.start[id]!;
      const length = this.end[id]! - at;
      bytes.set(this.bytes.subarray(at, at + length), used);
      this.start[id] = used;
      used += length;
      this.end[id] = used;
    }
    this.bytes = bytes;
    this.used = used;
    this.dead = 0;
  }

  views(ids: Int32Array): { readonly bytes: Uint8Array; readonly start: Int32Array; readonly end: Int32Array } {
    const start = new Int32Array(ids.length);
    const end = new Int32Array(ids.length);
    for (let k = 0; k < ids.length; k++) { start[k] = this.start[ids[k]!]!; end[k] = this.end[ids[k]!]!; }
    return { bytes: this.bytes, start, end };
  }
}

/** Puts [hash, id] into an index of pairs that has room. */
export function place(index: Int32Array, hash: number, id: number): void {
  const mask = (index.length >> 1) - 1;
  let p = hash & mask;
  while (index[2 * p + 1] !== 0) p = (p + 1) & mask;
  index[2 * p] = hash;
  index[2 * p + 1] = id + 1;
}

/** Takes [hash, id] out and closes the gap, so that no probe ever meets a tombstone. */
export function removeFrom(index: Int32Array, hash: number, id: number): void {
  const mask = (index.length >> 1) - 1;
  let hole = hash & mask;
  while (index[2 * hole + 1] !== id + 1) {
    invariant(index[2 * hole + 1] !== 0, 'an entry that is removed is in the index');
    hole = (hole + 1) & mask;
  }
  for (let p = (hole + 1) & mask; index[2 * p + 1] !== 0; p = (p + 1) & mask) {
    const home = index[2 * p]! & mask;
    if (((p - home) & mask) < ((p - hole) & mask)) continue;
    index[2 * hole] = index[2 * p]!;
    index[2 * hole + 1] = index[2 * p + 1]!;
    hole = p;
  }
  index[2 * hole] = 0;
  index[2 * hole + 1] = 0;
}
