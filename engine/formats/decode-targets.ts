// The columns that a decoder of lines is filling: values by row number in any order, strings as views into the block. Text that is not in the
// block (escapes taken out, defaults) is appended behind its data. The fields of a struct are columns with the same row numbers; the elements of
// a list are rows of the columns inside of it, in the order in which they were read.

import type { DataType } from '../../planner/types.js';
import type { Value } from '../../planner/values.js';
import { columnOf, writeText } from '../columnar/build.js';
import { grownBytes } from '../columnar/bytes.js';
import { allocateValues, bitmapBytes, bytesColumn, type Column, fixedColumn, listColumn, structColumn, type Values } from '../columnar/column.js';
import { grown } from '../columnar/grow.js';
import { decodeText } from '../columnar/read.js';
import type { Block } from './block.js';
import { stringEnd, writeUnescaped } from './byte-json.js';
import { jsonDouble, longInto, numberEnd } from './byte-numbers.js';

/** How a column is kept while decoding. `list`: also a map, as a list of keys and values. */
export type Storage = 'view' | 'fixed' | 'slow' | 'struct' | 'list';

/** What generated functions and loops see of one column. */
export interface Target {
  /** Its place in RowTargets.all. */
  readonly id: number;
  readonly type: DataType;
  readonly storage: Storage;
  /** The fields of a struct; the element of an array; key and value of a map. */
  readonly children: readonly Target[];
  values: Values;
  /** The halves of 64-bit values. */
  words: Int32Array;
  start: Int32Array;
  end: Int32Array;
  /** 1: NULL. Scratch, cleared after use. */
  nulls: Uint8Array;
  slow: Value[];
  /** Elements of a list so far, and how many there is room for. */
  count: number;
  room: number;
}

const NONE = new Uint8Array(0);
const NO_WORDS = new Int32Array(0);
const storageOf = (type: DataType): Storage => {
  switch (type.kind) {
    case 'string': return 'view';
    case 'boolean': case 'tinyint': case 'smallint': case 'int': case 'bigint': case 'float': case 'double': case 'timestamp': case 'timestamp_ntz': case 'date': return 'fixed';
    case 'decimal': return type.precision <= 18 ? 'fixed' : 'slow';
    case 'struct': return 'struct';
    case 'array': return 'list';
    case 'map': return type.key.kind === 'string' ? 'list' : 'slow';
    default: return 'slow';
  }
};
const inside = (type: DataType): readonly DataType[] => {
  switch (type.kind) {
    case 'struct': return type.fields.map((f) => f.type);
    case 'array': return [type.element];
    case 'map': return [type.key, type.value];
    default: return [];
  }
};

export class RowTargets {
  readonly list: readonly Target[];
  /** The columns and all that is inside of them, each before what it has inside. */
  readonly all: Target[] = [];
  /** The block's bytes; grows by a copy when text is appended. */
  bytes: Uint8Array = NONE;
  private tail = 0;
  constructor(types: readonly DataType[]) { this.list = types.map((type) => this.make(type)); }
  private make(type: DataType): Target {
    const storage = storageOf(type);
    const children: Target[] = [];
    const target: Target = { id: this.all.length, type, storage, children, values: NONE, words: NO_WORDS, start: NO_WORDS, end: NO_WORDS, nulls: NONE, slow: [], count: 0, room: 0 };
    this.all.push(target);
    if (storage === 'struct' || storage === 'list') for (const t of inside(type)) children.push(this.make(t));
    return target;
  }

  /** Room for n rows of the block; no value is NULL yet, and none is there. */
  begin(block: Block, n: number): void {
    this.bytes = block.bytes;
    this.tail = block.length + 1;
    for (const t of this.list) this.open(t, n);
  }
  private open(t: Target, n: number): void {
    if (t.nulls.length < n) t.nulls = new Uint8Array(n + (n >> 1));
    switch (t.storage) {
      case 'fixed':
        t.values = allocateValues(t.type, n);
        if (t.values instanceof BigInt64Array) t.words = new Int32Array(t.values.buffer);
        break;
      case 'slow': t.slow = new Array(n).fill(null); break;
      case 'struct': for (const c of t.children) this.open(c, n); break;
      case 'view': case 'list':
        t.start = new Int32Array(n);
        t.end = new Int32Array(n);
        if (t.storage === 'view') break;
        // As many elements as in the block before, as a guess.
        t.room = Math.max(16, t.count + (t.count >> 3));
        t.count = 0;
        for (const c of t.children) this.open(c, t.room);
    }
  }
  /** Room for twice as many elements of a list. */
  grow(t: Target): void {
    t.room *= 2;
    for (const c of t.children) this.extend(c, t.room);
  }
  private extend(t: Target, n: number): void {
    t.nulls = grown(t.nulls, n);
    switch (t.storage) {
      case 'fixed':
        t.values = grown(t.values, n);
        if (t.values instanceof BigInt64Array) t.words = new Int32Array(t.values.buffer);
        break;
      case 'slow': while (t.slow.length < n) t.slow.push(null); break;
      case 'struct': for (const c of t.children) this.extend(c, n); break;
      case 'view': case 'list':
        t.start = grown(t.start, n);
        t.end = grown(t.end, n);
    }
  }

  /** The value of row `row` of column k. */
  store(k: number, row: number, v: Value): void { this.put(this.list[k]!, row, v); }
  /** The same of any target. */
  put(t: Target, row: number, v: Value): void {
    if (v === null) { this.clearTarget(t, row); return; }
    t.nulls[row] = 0;
    switch (t.storage) {
      case 'fixed': t.values[row] = (typeof v === 'boolean' ? +v : v) as never; break;
      case 'slow': t.slow[row] = v; break;
      case 'view': this.append(t, row, v as string); break;
      case 'struct': for (const [i, c] of t.children.entries()) this.put(c, row, (v as readonly Value[])[i]!); break;
      case 'list': {
        const start = t.count;
        for (const element of v as readonly Value[]) {
          if (t.count === t.room) this.grow(t);
          const at = t.count++;
          if (t.children.length === 1) this.put(t.children[0]!, at, element);
          else for (const [i, c] of t.children.entries()) this.put(c, at, (element as readonly Value[])[i]!);
        }
        t.start[row] = start;
        t.end[row] = t.count;
      }
    }
  }
  /** The bytes [from, to) of the block as a string. */
  storeView(k: number, row: number, from: number, to: number): void {
    const t = this.list[k]!;
    t.start[row] = from;
    t.end[row] = to;
    t.nulls[row] = 0;
  }
  /** A row of NULLs, before its fields are stored. */
  clear(row: number): void { for (const t of this.list) this.clearTarget(t, row); }
  private clearTarget(t: Target, row: number): void {
    t.nulls[row] = 1;
    if (t.storage === 'slow') t.slow[row] = null;
    else if (t.storage === 'struct') for (const c of t.children) this.clearTarget(c, row);
  }
  /** NULL in rows [0, n) of a column for which generated code finds nothing. */
  absent(t: Target, n: number): void {
    t.nulls.fill(1, 0, n);
    if (t.storage === 'struct') for (const c of t.children) this.absent(c, n);
  }
  valueAt(t: Target, row: number): Value {
    if (t.nulls[row] === 1) return null;
    switch (t.storage) {
      case 'slow': return t.slow[row]!;
      case 'view': return decodeText(this.bytes, t.start[row]!, t.end[row]!);
      case 'struct': return t.children.map((c) => this.valueAt(c, row));
      case 'list': return Array.from({ length: t.end[row]! - t.start[row]! }, (_, i) => {
        const parts = t.children.map((c) => this.valueAt(c, t.start[row]! + i));
        return parts.length === 1 ? parts[0]! : parts;
      }) as Value;
      default: return t.type.kind === 'boolean' ? t.values[row] === 1 : t.values[row]!;
    }
  }

  /** A JSON value as programs write it, of a target: a string with escapes, a whole number as a text, a number of many digits. @returns behind it; −1: it is none */
  storeUsual(k: number, row: number, p: number, end: number): number {
    const t = this.all[k]!;
    const { bytes } = this;
    switch (t.type.kind) {
      case 'string': return bytes[p] === 34 ? this.storeEscaped(t, row, p, end) : this.storeDigits(t, row, p);
      case 'bigint': {
        const negative = bytes[p] === 45;
        const from = negative ? p + 1 : p;
        const to = bytes[from] === 48 ? -1 : longInto(bytes, from, negative, t.words, 2 * row);
        if (to >= 0) t.nulls[row] = 0;
        return to;
      }
      case 'double': {
        const to = numberEnd(bytes, p);
        const value = to < 0 ? Number.NaN : jsonDouble(bytes, p, to);
        if (Number.isNaN(value)) return -1;
        t.values[row] = value;
        t.nulls[row] = 0;
        return to;
      }
      default: return -1;
    }
  }
  /** A whole number is a text as it is written, but for -0. */
  private storeDigits(t: Target, row: number, p: number): number {
    const { bytes } = this;
    const to = numberEnd(bytes, p);
    if (to < 0 || bytes[p] === 45) return -1;
    for (let q = p; q < to; q++) if ((bytes[q]! - 48) >>> 0 > 9) return -1;
    t.start[row] = p;
    t.end[row] = to;
    t.nulls[row] = 0;
    return to;
  }
  private storeEscaped(t: Target, row: number, p: number, end: number): number {
    const to = stringEnd(this.bytes, p, end);
    if (to < 0) return -1;
    this.bytes = grownBytes(this.bytes, this.tail + to - p);
    t.start[row] = this.tail;
    this.tail = writeUnescaped(this.bytes, p + 1, to - 1, this.bytes, this.tail);
    t.end[row] = this.tail;
    t.nulls[row] = 0;
    return to;
  }
  private append(t: Target, row: number, text: string): void {
    this.bytes = grownBytes(this.bytes, this.tail + text.length * 3);
    t.start[row] = this.tail;
    this.tail = writeText(this.bytes, this.tail, text);
    t.end[row] = this.tail;
  }

  /** The columns of n rows. */
  finish(n: number): readonly Column[] { return this.list.map((t) => this.column(t, n)); }
  private column(t: Target, n: number): Column {
    if (t.storage === 'slow') {
      t.nulls.fill(0, 0, n);
      t.slow.length = n;
      const column = columnOf(t.type, t.slow);
      t.slow = [];
      return column;
    }
    const validity = packNulls(t.nulls, n);
    switch (t.storage) {
      case 'view': return bytesColumn(t.type, n, this.bytes, t.start, t.end, validity);
      case 'struct': return structColumn(t.type, n, t.children.map((c) => this.column(c, n)), validity);
      case 'list': return listColumn(t.type, n, t.start, t.end, t.children.map((c) => { this.shorten(c, t.count); return this.column(c, t.count); }), validity);
      default: return fixedColumn(t.type, n, t.values, validity);
    }
  }
  /** There are n rows only, of those that there was room for. */
  trim(n: number): void { for (const t of this.list) this.shorten(t, n); }
  private shorten(t: Target, n: number): void {
    t.nulls.fill(0, n);
    switch (t.storage) {
      case 'fixed': t.values = t.values.subarray(0, n); break;
      case 'slow': t.slow.length = n; break;
      case 'struct': for (const c of t.children) this.shorten(c, n); break;
      case 'view': case 'list':
        t.start = t.start.subarray(0, n);
        t.end = t.end.subarray(0, n);
    }
  }
  /** Nothing of the block is wanted after all. */
  forget(): void { for (const t of this.all) { t.nulls.fill(0); t.count = 0; } }
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
