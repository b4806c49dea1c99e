// One value of any type by slot, NULL included: what first, last, min and max of strings and nested types, min_by and max_by keep, and the
// stored rows of joins and windows.

import { allocateValues, type Column, fixedColumn, isBytes, isValid, isWideDecimal, structColumn, type Values } from '../../columnar/column.js';
import { columnOf } from '../../columnar/build.js';
import { gather, gatherValidity } from '../../columnar/gather.js';
import { grown } from '../../columnar/grow.js';
import { reader } from '../../columnar/read.js';
import * as T from '../../../planner/types.js';
import type { DataType } from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';
import { BytesSlots } from './bytes-slots.js';

export interface ValueSlots {
  reserve(count: number): void;
  /** Row rows[k] of the column (or k) into slots[k], in this order. */
  write(slots: Int32Array, rows: Int32Array | null, column: Column): void;
  clear(slots: Int32Array): void;
  /** The values of slots, copied. */
  column(slots: Int32Array): Column;
  /** 0 where values are objects. */
  readonly memoryUsedBytes: number;
}

/** Rows chosen one by one, to be written at once. */
export class RowPicks {
  private readonly slots: Int32Array;
  private readonly rows: Int32Array;
  private count = 0;
  /** At most `most` of them. */
  constructor(most: number) { this.slots = new Int32Array(most); this.rows = new Int32Array(most); }
  add(slot: number, row: number): void { this.slots[this.count] = slot; this.rows[this.count++] = row; }
  writeTo(values: ValueSlots, column: Column): void { values.write(this.slots.subarray(0, this.count), this.rows.subarray(0, this.count), column); }
}

export function valueSlots(type: DataType): ValueSlots {
  if (isBytes(type)) return new BytesSlots(type);
  switch (type.kind) {
    case 'struct': return new StructSlots(type, type.fields.map((f) => f.type));
    case 'interval': return new StructSlots(type, [T.INT, T.INT, T.BIGINT]);
    case 'array': case 'map': case 'void': return new ObjectSlots(type);
    default: return new FixedSlots(type);
  }
}

/** One bit a slot: whether it has a value. */
class ValidSlots {
  bits = new Uint8Array(0);
  reserve(count: number): void { this.bits = grown(this.bits, (count + 7) >> 3); }
  write(slots: Int32Array, rows: Int32Array | null, validity: Uint8Array | null): void {
    const { bits } = this;
    for (let k = 0; k < slots.length; k++) {
      const slot = slots[k]!;
      if (isValid(validity, rows === null ? k : rows[k]!)) bits[slot >> 3]! |= 1 << (slot & 7); else bits[slot >> 3]! &= ~(1 << (slot & 7));
    }
  }
  clear(slots: Int32Array): void { for (let k = 0; k < slots.length; k++) this.bits[slots[k]! >> 3]! &= ~(1 << (slots[k]! & 7)); }
}

class FixedSlots implements ValueSlots {
  private values: Values;
  private readonly valid = new ValidSlots();
  private readonly type: DataType;
  private readonly width: number;
  constructor(type: DataType) { this.type = type; this.values = allocateValues(type, 0); this.width = isWideDecimal(type) ? 2 : 1; }
  reserve(count: number): void {
    this.values = grown(this.values, count * this.width);
    this.valid.reserve(count);
  }
  get memoryUsedBytes(): number { return this.values.byteLength + this.valid.bits.length; }
  write(slots: Int32Array, rows: Int32Array | null, { validity, values }: Column): void {
    this.valid.write(slots, rows, validity);
    const own = this.values;
    if (this.width === 2) {
      scatterWords(values as BigInt64Array, rows, slots, own as BigInt64Array, 2, 0);
      scatterWords(values as BigInt64Array, rows, slots, own as BigInt64Array, 2, 1);
    } else if (own instanceof BigInt64Array) scatterWords(values as BigInt64Array, rows, slots, own, 1, 0);
    else if (own instanceof Float64Array) scatterDoubles(values as Float64Array, rows, slots, own);
    else for (let k = 0; k < slots.length; k++) own[slots[k]!] = values[rows === null ? k : rows[k]!]! as number;
  }
  clear(slots: Int32Array): void { this.valid.clear(slots); }
  column(slots: Int32Array): Column { return gather(fixedColumn(this.type, this.values.length / this.width, this.values, this.valid.bits), slots); }
}
// One loop a type: a shared one would be megamorphic.
function scatterWords(from: BigInt64Array, rows: Int32Array | null, slots: Int32Array, to: BigInt64Array, width: number, word: number): void {
  for (let k = 0; k < slots.length; k++) to[width * slots[k]! + word] = from[width * (rows === null ? k : rows[k]!) + word]!;
}
function scatterDoubles(from: Float64Array, rows: Int32Array | null, slots: Int32Array, to: Float64Array): void {
  for (let k = 0; k < slots.length; k++) to[slots[k]!] = from[rows === null ? k : rows[k]!]!;
}

class StructSlots implements ValueSlots {
  private readonly type: DataType;
  private readonly fields: readonly ValueSlots[];
  private readonly valid = new ValidSlots();
  constructor(type: DataType, fields: readonly DataType[]) { this.type = type; this.fields = fields.map(valueSlots); }
  reserve(count: number): void {
    for (const f of this.fields) f.reserve(count);
    this.valid.reserve(count);
  }
  get memoryUsedBytes(): number { return this.fields.reduce((sum, f) => sum + f.memoryUsedBytes, this.valid.bits.length); }
  write(slots: Int32Array, rows: Int32Array | null, { validity, children }: Column): void {
    this.valid.write(slots, rows, validity);
    this.fields.forEach((f, c) => { f.write(slots, rows, children[c]!); });
  }
  clear(slots: Int32Array): void {
    for (const f of this.fields) f.clear(slots);
    this.valid.clear(slots);
  }
  column(slots: Int32Array): Column {
    return structColumn(this.type, slots.length, this.fields.map((f) => f.column(slots)), gatherValidity(this.valid.bits, slots));
  }
}

export class ObjectSlots implements ValueSlots {
  readonly memoryUsedBytes = 0;
  readonly values: Value[] = [];
  private readonly type: DataType;
  constructor(type: DataType) { this.type = type; }
  reserve(count: number): void { while (this.values.length < count) this.values.push(null); }
  write(slots: Int32Array, rows: Int32Array | null, column: Column): void {
    const read = reader(column);
    for (let k = 0; k < slots.length; k++) this.values[slots[k]!] = read(rows === null ? k : rows[k]!);
  }
  clear(slots: Int32Array): void { for (const slot of slots) this.values[slot] = null; }
  column(slots: Int32Array): Column { return columnOf(this.type, Array.from(slots, (slot) => this.values[slot] ?? null)); }
}
