// Building columns value by value. Grows by doubling; validity is made only once a NULL comes. Never Arrow's builders (70 × slower).

import { invariant } from '../../planner/errors/index.js';
import type { DataType } from '../../planner/types.js';
import type { CalendarInterval, Row, Value, VariantValue } from '../../planner/values.js';
import { grownBytes } from './bytes.js';
import { allocateValues, bitmapBytes, type Column, isBytes, isWideDecimal, type RecordBatch, type Values } from './column.js';
import { grown } from './grow.js';
import * as T from '../../planner/types.js';
import { encodeVariant } from './variant.js';

export interface ColumnBuilder {
  readonly length: number;
  append(value: Value): void;
  /** The rows so far as a column; the builder must not be used afterwards. */
  finish(): Column;
}

export function columnBuilder(type: DataType, capacity = 16): ColumnBuilder {
  if (isBytes(type)) return new BytesBuilder(type, capacity);
  switch (type.kind) {
    case 'array': return new ListBuilder(type, capacity, [columnBuilder(type.element, capacity)]);
    case 'map': return new ListBuilder(type, capacity, [columnBuilder(type.key, capacity), columnBuilder(type.value, capacity)]);
    case 'struct': return new StructBuilder(type, type.fields.map((f) => columnBuilder(f.type, capacity)));
    case 'interval': return new StructBuilder(type, [T.INT, T.INT, T.BIGINT].map((t) => columnBuilder(t, capacity)));
    case 'void': return new VoidBuilder();
    default: return new FixedBuilder(type, capacity);
  }
}

/** A column of the given values. */
export function columnOf(type: DataType, values: readonly Value[]): Column {
  const builder = columnBuilder(type, values.length);
  for (const v of values) builder.append(v);
  return builder.finish();
}

/** A batch of the given rows. */
export function batchOf(types: readonly DataType[], rows: readonly Row[]): RecordBatch {
  const builders = types.map((t) => columnBuilder(t, rows.length));
  for (const row of rows) for (let c = 0; c < builders.length; c++) builders[c]!.append(row[c] ?? null);
  return { length: rows.length, columns: builders.map((b) => b.finish()), selection: null };
}

/** Bits that are all 1 until the first `clear`. */
class Validity {
  bits: Uint8Array | null = null;
  clear(i: number): void {
    const needed = bitmapBytes(i + 1);
    if (this.bits === null) this.bits = new Uint8Array(Math.max(needed, 8)).fill(255);
    else if (needed > this.bits.length) { const grown = new Uint8Array(needed * 2).fill(255); grown.set(this.bits); this.bits = grown; }
    this.bits[i >> 3]! &= ~(1 << (i & 7));
  }
  finish(length: number): Uint8Array | null {
    if (this.bits === null) return null;
    const needed = bitmapBytes(length);
    if (this.bits.length >= needed) return this.bits.subarray(0, needed);
    const grown = new Uint8Array(needed).fill(255);
    grown.set(this.bits);
    return grown;
  }
}

class FixedBuilder implements ColumnBuilder {
  length = 0;
  private values: Values;
  private readonly validity = new Validity();
  private readonly type: DataType;
  private readonly wide: boolean;
  constructor(type: DataType, capacity: number) { this.type = type; this.wide = isWideDecimal(type); this.values = allocateValues(type, capacity); }
  append(value: Value): void {
    const i = this.length++;
    const words = this.wide ? 2 * this.length : this.length;
    if (words > this.values.length) this.values = grown(this.values, words);
    if (value === null) { this.validity.clear(i); return; }
    if (this.wide) { const big = this.values as BigInt64Array; big[2 * i] = value as bigint; big[2 * i + 1] = (value as bigint) >> 64n; return; }
    this.values[i] = (typeof value === 'boolean' ? +value : value) as never;
  }
  finish(): Column {
    const n = this.length;
    return { type: this.type, length: n, validity: this.validity.finish(n), values: this.values.subarray(0, this.wide ? 2 * n : n), start: null, end: null, children: [] };
  }
}

class BytesBuilder implements ColumnBuilder {
  length = 0;
  private bytes: Uint8Array;
  private used = 0;
  private offsets: Int32Array;
  private readonly validity = new Validity();
  private readonly type: DataType;
  constructor(type: DataType, capacity: number) { this.type = type; this.bytes = new Uint8Array(capacity * 16); this.offsets = new Int32Array(capacity + 1); }
  append(value: Value): void {
    const i = this.length++;
    if (i + 2 > this.offsets.length) this.offsets = grown(this.offsets, i + 2);
    if (value === null) this.validity.clear(i);
    else if (this.type.kind === 'string') this.text(value as string);
    else this.raw(this.type.kind === 'variant' ? encodeVariant(value as VariantValue) : value as Uint8Array);
    this.offsets[i + 1] = this.used;
  }
  private text(text: string): void {
    const most = this.used + text.length * 3;
    this.bytes = grownBytes(this.bytes, most);
    this.used = writeText(this.bytes, this.used, text);
  }
  private raw(bytes: Uint8Array): void {
    this.bytes = grownBytes(this.bytes, this.used + bytes.length);
    this.bytes.set(bytes, this.used);
    this.used += bytes.length;
  }
  finish(): Column {
    const n = this.length;
    return { type: this.type, length: n, validity: this.validity.finish(n), values: this.bytes.subarray(0, this.used),
      start: this.offsets.subarray(0, n), end: this.offsets.subarray(1, n + 1), children: [] };
  }
}

/** Writes text as UTF-8 at `at`, which must have 3 bytes a UTF-16 unit of room; returns where it ends. A lone surrogate becomes U+FFFD. */
export function writeText(bytes: Uint8Array, at: number, text: string): number {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 127) return at + Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).write(text.slice(i), at, 'utf8');
    bytes[at++] = unit;
  }
  return at;
}

class ListBuilder implements ColumnBuilder {
  length = 0;
  private offsets: Int32Array;
  private readonly validity = new Validity();
  private readonly type: DataType;
  private readonly children: readonly ColumnBuilder[];
  constructor(type: DataType, capacity: number, children: readonly ColumnBuilder[]) { this.type = type; this.offsets = new Int32Array(capacity + 1); this.children = children; }
  append(value: Value): void {
    const i = this.length++;
    if (i + 2 > this.offsets.length) this.offsets = grown(this.offsets, i + 2);
    if (value === null) this.validity.clear(i);
    else if (this.children.length === 1) for (const element of value as readonly Value[]) this.children[0]!.append(element);
    else for (const entry of value as readonly (readonly Value[])[]) { this.children[0]!.append(entry[0]!); this.children[1]!.append(entry[1]!); }
    this.offsets[i + 1] = this.children[0]!.length;
  }
  finish(): Column {
    const n = this.length;
    return { type: this.type, length: n, validity: this.validity.finish(n), values: new Uint8Array(0), start: this.offsets.subarray(0, n), end: this.offsets.subarray(1, n + 1),
      children: this.children.map((c) => c.finish()) };
  }
}

class StructBuilder implements ColumnBuilder {
  length = 0;
  private readonly validity = new Validity();
  private readonly type: DataType;
  private readonly children: readonly ColumnBuilder[];
  constructor(type: DataType, children: readonly ColumnBuilder[]) { this.type = type; this.children = children; }
  append(value: Value): void {
    const i = this.length++;
    if (value === null) { this.validity.clear(i); for (const c of this.children) c.append(null); return; }
    if (this.type.kind === 'interval') {
      const v = value as CalendarInterval;
      this.children[0]!.append(v.months); this.children[1]!.append(v.days); this.children[2]!.append(v.micros);
      return;
    }
    const fields = value as readonly Value[];
    invariant(fields.length === this.children.length, 'a struct value has a value for each field');
    for (let f = 0; f < fields.length; f++) this.children[f]!.append(fields[f]!);
  }
  finish(): Column {
    return { type: this.type, length: this.length, validity: this.validity.finish(this.length), values: new Uint8Array(0), start: null, end: null, children: this.children.map((c) => c.finish()) };
  }
}

class VoidBuilder implements ColumnBuilder {
  length = 0;
  append(): void { this.length++; }
  finish(): Column { return { type: T.VOID, length: this.length, validity: new Uint8Array(bitmapBytes(this.length)), values: new Uint8Array(0), start: null, end: null, children: [] }; }
}
