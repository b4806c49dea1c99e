// The interner of a key column whose texts have a collation: texts that are equal under it have one id, and each key is shown as the first of its own
// texts came, whatever other keys have. Texts within arrays, maps and structs count by their collation, too.
//
// source: Spark groups by the collation key of a text, and gives the first text of the group.

import type { DataType } from '../../planner/types.js';
import type { Column } from '../columnar/column.js';
import { decodeValue, encodeValue } from '../columnar/encode.js';
import type { collationForm } from '../columnar/collation.js';
import { grown } from '../columnar/grow.js';
import { Interner, type KeyInterner } from './interner.js';

const decoder = new TextDecoder();
const encoder = new TextEncoder();

export class CollatedInterner implements KeyInterner {
  private readonly keys = new Interner();
  /** As they came. */
  private readonly texts = new Interner();
  /** By slot, the id of its text; −1: none. */
  private shown = new Int32Array(0);
  private bytesOf: ((k: number) => Uint8Array) | undefined;
  private readonly keyOf: (bytes: Uint8Array, from: number, to: number) => Uint8Array;

  /** @param form that of `collationForm(type)` */
  constructor(type: DataType, form: NonNullable<ReturnType<typeof collationForm>>) {
    this.keyOf = type.kind === 'string' ? (bytes, from, to) => encoder.encode(form(decoder.decode(bytes.subarray(from, to))) as string)
      : (bytes, from, to) => encodeValue(type, form(decodeValue(type, bytes, from, to)));
  }

  get size(): number { return this.keys.size; }
  get memoryUsedBytes(): number { return this.keys.memoryUsedBytes + this.texts.memoryUsedBytes + this.shown.byteLength; }

  resolve(n: number, rows: Int32Array | null, from: number, column: Column, out: Int32Array, insert: boolean): void {
    const { validity, start, end } = column;
    const bytes = column.values as Uint8Array;
    const row = (k: number): number => rows === null ? from + k : rows[from + k]!;
    if (insert) this.resolving((k) => bytes.subarray(start![row(k)]!, end![row(k)]!));
    for (let k = 0; k < n; k++) {
      const i = row(k);
      const valid = validity === null || ((validity[i >> 3]! >> (i & 7)) & 1) === 1;
      out[k] = valid ? this.intern(bytes, start![i]!, end![i]!, insert) : 0;
    }
  }

  intern(source: Uint8Array, from: number, to: number, insert: boolean): number {
    const key = this.keyOf(source, from, to);
    return this.keys.intern(key, 0, key.length, insert);
  }

  resolving(bytes: (k: number) => Uint8Array): void { this.bytesOf = bytes; }

  show(slots: readonly number[], rows: readonly number[]): void {
    const { bytesOf } = this;
    this.bytesOf = undefined;
    slots.forEach((slot, f) => {
      const bytes = bytesOf!(rows[f]!);
      const id = this.texts.intern(bytes, 0, bytes.length, true);
      this.texts.retain(id);
      this.shown = grown(this.shown, slot + 1, -1);
      this.shown[slot] = id;
    });
  }

  retain(id: number): void { this.keys.retain(id); }

  release(id: number, slot: number): void {
    this.keys.release(id);
    this.texts.release(this.shown[slot]!);
    this.shown[slot] = -1;
  }

  /** Of a key that is NULL there, nobody's. */
  views(_ids: Int32Array, slots: Int32Array): { readonly bytes: Uint8Array; readonly start: Int32Array; readonly end: Int32Array } {
    return this.texts.views(slots.map((slot) => Math.max(0, this.shown[slot] ?? 0)));
  }
}
