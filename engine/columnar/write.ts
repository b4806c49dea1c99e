// Filling a column of known length in any order of rows: what evaluators and joins write their results with. A row never set is
// unspecified (or NULL, for strings and nested types); `setNull` makes it NULL.

import type { DataType } from '../../planner/types.js';
import type { Value, VariantValue } from '../../planner/values.js';
import { columnOf, writeText } from './build.js';
import { grownBytes } from './bytes.js';
import { allocateValues, allSet, bytesColumn, type Column, fixedColumn, isBytes, isWideDecimal, type Values } from './column.js';
import { encodeVariant } from './variant.js';

export interface ColumnWriter {
  /** Null sets NULL. */
  set(i: number, value: Value): void;
  setNull(i: number): void;
  finish(): Column;
}

export function columnWriter(type: DataType, length: number): ColumnWriter {
  if (isBytes(type)) return new BytesWriter(type, length);
  switch (type.kind) {
    case 'array': case 'map': case 'struct': case 'interval': case 'void': return new ValuesWriter(type, length);
    default: return new FixedWriter(type, length);
  }
}

/** Generated code stores into `values` itself. */
export class FixedWriter implements ColumnWriter {
  readonly values: Values;
  validity: Uint8Array | null = null;
  private readonly type: DataType;
  private readonly length: number;
  private readonly wide: boolean;
  constructor(type: DataType, length: number) { this.type = type; this.length = length; this.values = allocateValues(type, length); this.wide = isWideDecimal(type); }
  set(i: number, value: Value): void {
    if (value === null) { this.setNull(i); return; }
    if (this.wide) { const words = this.values as BigInt64Array; words[2 * i] = value as bigint; words[2 * i + 1] = (value as bigint) >> 64n; return; }
    this.values[i] = (typeof value === 'boolean' ? +value : value) as never;
  }
  setNull(i: number): void {
    if (this.validity === null) this.validity = allSet(this.length);
    this.validity[i >> 3]! &= ~(1 << (i & 7));
  }
  finish(): Column { return fixedColumn(this.type, this.length, this.values, this.validity); }
}

export class BytesWriter implements ColumnWriter {
  private bytes: Uint8Array;
  private used = 0;
  private readonly start: Int32Array;
  private readonly end: Int32Array;
  private validity: Uint8Array | null = null;
  private readonly type: DataType;
  private readonly length: number;
  constructor(type: DataType, length: number) {
    this.type = type;
    this.length = length;
    this.start = new Int32Array(length);
    this.end = new Int32Array(length);
    this.bytes = new Uint8Array(Math.max(64, length * 8));
  }
  set(i: number, value: Value): void {
    if (value === null) this.setNull(i);
    else if (this.type.kind === 'string') this.text(i, value as string);
    else { const raw = this.type.kind === 'variant' ? encodeVariant(value as VariantValue) : value as Uint8Array; this.copy(i, raw, 0, raw.length); }
  }
  /** The bytes [from, to) become row i. */
  copy(i: number, bytes: Uint8Array, from: number, to: number): void {
    const length = to - from;
    const at = this.used;
    if (at + length > this.bytes.length) this.grow(length);
    if (length < 64) { const out = this.bytes; for (let k = 0; k < length; k++) out[at + k] = bytes[from + k]!; }
    else this.bytes.set(bytes.subarray(from, to), at);
    this.start[i] = at;
    this.end[i] = this.used = at + length;
  }
  setNull(i: number): void {
    if (this.validity === null) this.validity = allSet(this.length);
    this.validity[i >> 3]! &= ~(1 << (i & 7));
  }
  private text(i: number, text: string): void {
    if (this.used + text.length * 3 > this.bytes.length) this.grow(text.length * 3);
    this.start[i] = this.used;
    this.end[i] = this.used = writeText(this.bytes, this.used, text);
  }
  private grow(more: number): void {
    this.bytes = grownBytes(this.bytes, this.used + more);
  }
  finish(): Column { return bytesColumn(this.type, this.length, this.bytes.subarray(0, this.used), this.start, this.end, this.validity); }
}

class ValuesWriter implements ColumnWriter {
  private readonly values: Value[];
  private readonly type: DataType;
  constructor(type: DataType, length: number) { this.type = type; this.values = new Array<Value>(length).fill(null); }
  set(i: number, value: Value): void { this.values[i] = value; }
  setNull(i: number): void { this.values[i] = null; }
  finish(): Column { return columnOf(this.type, this.values); }
}
