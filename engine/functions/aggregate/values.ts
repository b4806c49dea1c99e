// One value of any type by slot, NULL included: what first, last, min and max of strings and nested types, min_by and max_by keep.

import { isBytes, isWideDecimal, allocateValues, bitmapBytes, bytesColumn, type Column, fixedColumn, isValid, type Values } from '../../columnar/column.js';
import { compareBytes } from '../../columnar/compare.js';
import { columnOf } from '../../columnar/build.js';
import { reader } from '../../columnar/read.js';
import type { DataType } from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';

export interface ValueSlots {
  reserve(count: number): void;
  /** What puts row i of the column into a slot. Made once a batch. */
  writer(column: Column): (slot: number, i: number) => void;
  clear(slots: Int32Array): void;
  column(slots: Int32Array): Column;
  /** 0 where values are objects. */
  readonly memoryUsedBytes: number;
}

/** Row k of the column into slots[k]. */
export function loadSlots(values: ValueSlots, slots: Int32Array, column: Column): void {
  const write = values.writer(column);
  for (let k = 0; k < slots.length; k++) write(slots[k]!, k);
}

export function valueSlots(type: DataType): ValueSlots {
  if (isBytes(type)) return new BytesSlots(type);
  switch (type.kind) {
    case 'array': case 'map': case 'struct': case 'interval': case 'void': return new ObjectSlots(type);
    case 'decimal': return isWideDecimal(type) ? new ObjectSlots(type) : new FixedSlots(type);
    default: return new FixedSlots(type);
  }
}

class FixedSlots implements ValueSlots {
  private values: Values;
  private valid = new Uint8Array(0);
  private readonly type: DataType;
  constructor(type: DataType) { this.type = type; this.values = allocateValues(type, 0); }
  reserve(count: number): void {
    if (count <= this.valid.length) return;
    const size = Math.max(count, this.valid.length * 2, 16);
    const values = allocateValues(this.type, size);
    values.set(this.values as never);
    this.values = values;
    const valid = new Uint8Array(size);
    valid.set(this.valid);
    this.valid = valid;
  }
  get memoryUsedBytes(): number { return this.values.byteLength + this.valid.length; }
  writer(column: Column): (slot: number, i: number) => void {
    const { validity, values } = column;
    const { values: own, valid } = this;
    return (slot, i) => {
      if (isValid(validity, i)) { own[slot] = values[i]! as never; valid[slot] = 1; } else valid[slot] = 0;
    };
  }
  clear(slots: Int32Array): void { for (let k = 0; k < slots.length; k++) this.valid[slots[k]!] = 0; }
  column(slots: Int32Array): Column {
    const values = allocateValues(this.type, slots.length);
    let validity: Uint8Array | null = null;
    for (let k = 0; k < slots.length; k++) {
      const slot = slots[k]!;
      if (this.valid[slot] === 1) { values[k] = this.values[slot]! as never; continue; }
      validity ??= new Uint8Array(bitmapBytes(slots.length)).fill(255);
      validity[k >> 3]! &= ~(1 << (k & 7));
    }
    return fixedColumn(this.type, slots.length, values, validity);
  }
}

/** Strings and binaries in one growing buffer: overwritten in place where they fit, rebuilt when more than half is waste. */
export class BytesSlots implements ValueSlots {
  private bytes = new Uint8Array(256);
  private used = 0;
  private waste = 0;
  private start = new Int32Array(0);
  /** −1: NULL. */
  private length = new Int32Array(0);
  private capacity = new Int32Array(0);
  private readonly type: DataType;
  constructor(type: DataType) { this.type = type; }
  reserve(count: number): void {
    const old = this.length.length;
    if (count <= old) return;
    const size = Math.max(count, old * 2, 16);
    const grown = (a: Int32Array): Int32Array<ArrayBuffer> => { const g = new Int32Array(size); g.set(a); return g; };
    this.start = grown(this.start);
    this.capacity = grown(this.capacity);
    this.length = grown(this.length).fill(-1, old);
  }
  get memoryUsedBytes(): number { return this.bytes.length + 12 * this.length.length; }
  has(slot: number): boolean { return this.length[slot]! >= 0; }
  /** Below zero: the bytes come before those of the slot. */
  compare(slot: number, bytes: Uint8Array, from: number, to: number): number {
    const at = this.start[slot]!;
    return compareBytes(bytes, from, to, this.bytes, at, at + this.length[slot]!);
  }
  set(slot: number, source: Uint8Array, from: number, to: number): void {
    const length = to - from;
    if (length > this.capacity[slot]!) {
      this.waste += this.capacity[slot]!;
      this.capacity[slot] = 0;
      this.length[slot] = -1;
      const capacity = (length + 7) & ~7;
      if (this.used + capacity > this.bytes.length) this.grow(capacity);
      this.start[slot] = this.used;
      this.capacity[slot] = capacity;
      this.used += capacity;
    }
    const at = this.start[slot]!;
    if (length < 64) for (let i = 0; i < length; i++) this.bytes[at + i] = source[from + i]!;
    else this.bytes.set(source.subarray(from, to), at);
    this.length[slot] = length;
  }
  private grow(more: number): void {
    const old = this.bytes;
    const needed = this.used - this.waste + more;
    const bytes = new Uint8Array(Math.max(this.waste * 2 > this.used ? 0 : old.length * 2, needed * 2));
    let used = 0;
    for (let slot = 0; slot < this.length.length; slot++) {
      const capacity = this.capacity[slot]!;
      if (capacity === 0) continue;
      bytes.set(old.subarray(this.start[slot]!, this.start[slot]! + capacity), used);
      this.start[slot] = used;
      used += capacity;
    }
    this.bytes = bytes;
    this.used = used;
    this.waste = 0;
  }
  writer(column: Column): (slot: number, i: number) => void {
    const { validity, start, end } = column;
    const bytes = column.values as Uint8Array;
    return (slot, i) => { if (isValid(validity, i)) this.set(slot, bytes, start![i]!, end![i]!); else this.length[slot] = -1; };
  }
  clear(slots: Int32Array): void { for (let k = 0; k < slots.length; k++) this.length[slots[k]!] = -1; }
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
    const bytes = new Uint8Array(used);
    for (let k = 0; k < n; k++) {
      const at = this.start[slots[k]!]!;
      const to = offsets[k]!;
      const length = offsets[k + 1]! - to;
      if (length < 64) for (let i = 0; i < length; i++) bytes[to + i] = this.bytes[at + i]!;
      else bytes.set(this.bytes.subarray(at, at + length), to);
    }
    return bytesColumn(this.type, n, bytes, offsets.subarray(0, n), offsets.subarray(1), validity);
  }
}

export class ObjectSlots implements ValueSlots {
  readonly memoryUsedBytes = 0;
  readonly values: Value[] = [];
  private readonly type: DataType;
  constructor(type: DataType) { this.type = type; }
  reserve(count: number): void { while (this.values.length < count) this.values.push(null); }
  writer(column: Column): (slot: number, i: number) => void {
    const read = reader(column);
    return (slot, i) => { this.values[slot] = read(i); };
  }
  clear(slots: Int32Array): void { for (const slot of slots) this.values[slot] = null; }
  column(slots: Int32Array): Column { return columnOf(this.type, Array.from(slots, (slot) => this.values[slot] ?? null)); }
}
