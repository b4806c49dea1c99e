// The columns that a decoder of lines is filling: values by row number in any order, strings as views into the block. Text that is not in the
// block (escapes taken out, defaults) is appended behind its data.

import type { DataType } from '../../planner/types.js';
import type { Value } from '../../planner/values.js';
import { columnOf, writeText } from '../columnar/build.js';
import { grownBytes } from '../columnar/bytes.js';
import { allocateValues, bitmapBytes, bytesColumn, type Column, fixedColumn, type Values } from '../columnar/column.js';
import { decodeText } from '../columnar/read.js';
import type { Block } from './block.js';

/** How a column is kept while decoding. */
export type Storage = 'view' | 'fixed' | 'slow';

/** What generated functions and loops see of one column. */
export interface Target {
  readonly type: DataType;
  readonly storage: Storage;
  values: Values;
  /** The halves of 64-bit values. */
  words: Int32Array;
  start: Int32Array;
  end: Int32Array;
  /** 1: NULL. Scratch, cleared after use. */
  nulls: Uint8Array;
  slow: Value[];
}

const NONE = new Uint8Array(0);
const NO_WORDS = new Int32Array(0);
const storageOf = (type: DataType): Storage => {
  switch (type.kind) {
    case 'string': return 'view';
    case 'boolean': case 'tinyint': case 'smallint': case 'int': case 'bigint': case 'float': case 'double': case 'timestamp': case 'timestamp_ntz': case 'date': return 'fixed';
    case 'decimal': return type.precision <= 18 ? 'fixed' : 'slow';
    default: return 'slow';
  }
};

export class RowTargets {
  readonly list: readonly Target[];
  /** The block's bytes; grows by a copy when text is appended. */
  bytes: Uint8Array = NONE;
  private tail = 0;
  constructor(types: readonly DataType[]) {
    this.list = types.map((type) => ({ type, storage: storageOf(type), values: NONE, words: NO_WORDS, start: NO_WORDS, end: NO_WORDS, nulls: NONE, slow: [] }));
  }

  /** Room for n rows of the block; no value is NULL yet, and none is there. */
  begin(block: Block, n: number): void {
    this.bytes = block.bytes;
    this.tail = block.length + 1;
    for (const t of this.list) {
      if (t.nulls.length < n) t.nulls = new Uint8Array(n + (n >> 1));
      if (t.storage === 'fixed') {
        t.values = allocateValues(t.type, n);
        if (t.values instanceof BigInt64Array) t.words = new Int32Array(t.values.buffer);
      } else if (t.storage === 'view') {
        t.start = new Int32Array(n);
        t.end = new Int32Array(n);
      } else t.slow = new Array(n).fill(null);
    }
  }

  store(k: number, row: number, v: Value): void {
    const t = this.list[k]!;
    if (v === null) { t.nulls[row] = 1; if (t.storage === 'slow') t.slow[row] = null; return; }
    t.nulls[row] = 0;
    if (t.storage === 'fixed') t.values[row] = (typeof v === 'boolean' ? +v : v) as never;
    else if (t.storage === 'slow') t.slow[row] = v;
    else this.append(t, row, v as string);
  }
  /** The bytes [from, to) of the block as a string. */
  storeView(k: number, row: number, from: number, to: number): void {
    const t = this.list[k]!;
    t.start[row] = from;
    t.end[row] = to;
    t.nulls[row] = 0;
  }
  /** A row of NULLs, before its fields are stored. */
  clear(row: number): void { for (const t of this.list) { t.nulls[row] = 1; if (t.storage === 'slow') t.slow[row] = null; } }
  valueAt(t: Target, row: number): Value {
    if (t.nulls[row] === 1) return null;
    if (t.storage === 'slow') return t.slow[row]!;
    if (t.storage === 'view') return decodeText(this.bytes, t.start[row]!, t.end[row]!);
    return t.type.kind === 'boolean' ? t.values[row] === 1 : t.values[row]!;
  }

  private append(t: Target, row: number, text: string): void {
    const most = this.tail + text.length * 3;
    this.bytes = grownBytes(this.bytes, most);
    t.start[row] = this.tail;
    this.tail = writeText(this.bytes, this.tail, text);
    t.end[row] = this.tail;
  }

  /** The columns of n rows. */
  finish(n: number): readonly Column[] {
    return this.list.map((t) => {
      if (t.storage === 'slow') {
        t.nulls.fill(0, 0, n);
        const column = columnOf(t.type, t.slow);
        t.slow = [];
        return column;
      }
      const validity = packNulls(t.nulls, n);
      return t.storage === 'view' ? bytesColumn(t.type, n, this.bytes, t.start, t.end, validity) : fixedColumn(t.type, n, t.values, validity);
    });
  }
  /** There are n rows only, of those that there was room for. */
  trim(n: number): void {
    for (const t of this.list) {
      t.nulls.fill(0, n);
      if (t.storage === 'fixed') t.values = t.values.subarray(0, n);
      else if (t.storage === 'view') { t.start = t.start.subarray(0, n); t.end = t.end.subarray(0, n); }
      else t.slow.length = n;
    }
  }
  /** Nothing of the block is wanted after all. */
  forget(n: number): void { for (const t of this.list) t.nulls.fill(0, 0, n); }
}

/** The validity of scratch NULL flags, which are cleared; null if there are none. */
function packNulls(nulls: Uint8Array, n: number): Uint8Array | null {
  const first = nulls.indexOf(1);
  if (first < 0 || first >= n) return null;
  const validity = new Uint8Array(bitmapBytes(n));
  for (let r = 0; r < n; r++) if (nulls[r] === 0) validity[r >> 3]! |= 1 << (r & 7);
  nulls.fill(0, 0, n);
  return validity;
}
