// The interner of a key column whose texts have a collation: texts that are equal under it have one id, and are shown as the first of them
// came. Texts within arrays, maps and structs count by their collation, too.
//
// source: Spark groups by the collation key of a text.

import type { DataType } from '../../planner/types.js';
import { byteBuffer } from '../columnar/bytes.js';
import type { Column } from '../columnar/column.js';
import { decodeValue, encodeValue } from '../columnar/encode.js';
import type { collationForm } from '../columnar/collation.js';
import { Interner, type KeyInterner } from './interner.js';

const decoder = new TextDecoder();
const encoder = new TextEncoder();

export class CollatedInterner implements KeyInterner {
  private readonly keys = new Interner();
  /** By id. */
  private readonly shown: (Uint8Array | undefined)[] = [];
  private shownBytes = 0;
  private readonly keyOf: (bytes: Uint8Array, from: number, to: number) => Uint8Array;

  /** @param form that of `collationForm(type)` */
  constructor(type: DataType, form: NonNullable<ReturnType<typeof collationForm>>) {
    this.keyOf = type.kind === 'string' ? (bytes, from, to) => encoder.encode(form(decoder.decode(bytes.subarray(from, to))) as string)
      : (bytes, from, to) => encodeValue(type, form(decodeValue(type, bytes, from, to)));
  }

  get size(): number { return this.keys.size; }
  get memoryUsedBytes(): number { return this.keys.memoryUsedBytes + this.shownBytes; }

  resolve(n: number, rows: Int32Array | null, from: number, column: Column, out: Int32Array, insert: boolean): void {
    const { validity, start, end } = column;
    for (let k = 0; k < n; k++) {
      const i = rows === null ? from + k : rows[from + k]!;
      const valid = validity === null || ((validity[i >> 3]! >> (i & 7)) & 1) === 1;
      out[k] = valid ? this.intern(column.values as Uint8Array, start![i]!, end![i]!, insert) : 0;
    }
  }

  intern(source: Uint8Array, from: number, to: number, insert: boolean): number {
    const key = this.keyOf(source, from, to);
    const id = this.keys.intern(key, 0, key.length, insert);
    if (id >= 0 && this.shown[id] === undefined) {
      this.shown[id] = source.slice(from, to);
      this.shownBytes += to - from;
    }
    return id;
  }

  retain(id: number): void { this.keys.retain(id); }

  release(id: number): boolean {
    const gone = this.keys.release(id);
    if (gone) {
      this.shownBytes -= this.shown[id]!.length;
      this.shown[id] = undefined;
    }
    return gone;
  }

  views(ids: Int32Array): { readonly bytes: Uint8Array; readonly start: Int32Array; readonly end: Int32Array } {
    const start = new Int32Array(ids.length);
    const end = new Int32Array(ids.length);
    let length = 0;
    for (let k = 0; k < ids.length; k++) {
      start[k] = length;
      // The word of a NULL is 0, which may be nobody's id.
      length += this.shown[ids[k]!]?.length ?? 0;
      end[k] = length;
    }
    const bytes = byteBuffer(length);
    for (let k = 0; k < ids.length; k++) { const text = this.shown[ids[k]!]; if (text) bytes.set(text, start[k]!); }
    return { bytes, start, end };
  }
}
