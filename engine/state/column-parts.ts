// Columns as raw parts of a file and back: typed arrays as they lie (little-endian), strings gathered, a small descriptor beside them. Parts
// start at multiples of 8 bytes.

import type { DataType } from '../../planner/types.js';
import * as T from '../../planner/types.js';
import { byteBuffer, packBytes } from '../columnar/bytes.js';
import { allocateValues, type Column, isBytes } from '../columnar/column.js';

/** Where a column's parts are: [length, …part numbers, …children]. −1: no part. */
export type ColumnParts = { readonly n: number; readonly validity: number; readonly values: number; readonly start: number; readonly end: number; readonly children: readonly ColumnParts[] };

/** The parts are not copied: what they are of must stay as it is until they are written. */
export class PartWriter {
  readonly parts: Uint8Array[] = [];
  readonly lengths: number[] = [];
  /** Of all parts. */
  bytes = 0;
  add(array: ArrayBufferView): number {
    this.parts.push(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
    this.lengths.push(array.byteLength);
    this.bytes += array.byteLength;
    return this.parts.length - 1;
  }
  column(column: Column): ColumnParts {
    const { type, length, validity } = column;
    const bits = validity === null ? -1 : this.add(validity);
    if (isBytes(type)) {
      const { bytes, ends } = packed(column);
      return { n: length, validity: bits, values: this.add(bytes), start: -1, end: this.add(ends), children: [] };
    }
    const list = column.start !== null;
    return {
      n: length, validity: bits, values: column.values.length === 0 ? -1 : this.add(column.values),
      start: list ? this.add(column.start!) : -1, end: list ? this.add(column.end!) : -1, children: column.children.map((c) => this.column(c)),
    };
  }
}

/** The bytes of all rows one after the other, and where each row ends: the column's own where they lie so. */
function packed({ length, values, start, end }: Column): { readonly bytes: Uint8Array; readonly ends: Int32Array } {
  const source = values as Uint8Array;
  const ends = new Int32Array(length);
  let used = 0;
  let apart = false;
  for (let i = 0; i < length; i++) {
    apart ||= start![i] !== used;
    used += end![i]! - start![i]!;
    ends[i] = used;
  }
  if (!apart) return { bytes: source.subarray(0, used), ends };
  const bytes = byteBuffer(used);
  packBytes(source, start!, end!, length, bytes, 0);
  return { bytes, ends };
}

/** The types of the columns inside of a nested type. */
function childTypes(type: DataType): readonly DataType[] {
  switch (type.kind) {
    case 'array': return [type.element];
    case 'map': return [type.key, type.value];
    case 'struct': return type.fields.map((f) => f.type);
    case 'interval': return [T.INT, T.INT, T.BIGINT];
    default: return [];
  }
}

/** Reads columns of known types; `part(i)` gives the bytes of a part in a buffer of its own. */
export function readColumn(type: DataType, parts: ColumnParts, part: (i: number) => Uint8Array): Column {
  const ints = (i: number): Int32Array | null => { if (i < 0) return null; const b = part(i); return new Int32Array(b.buffer, b.byteOffset, b.byteLength >> 2); };
  const validity = parts.validity < 0 ? null : part(parts.validity);
  const end = ints(parts.end);
  if (isBytes(type)) {
    const start = new Int32Array(parts.n);
    start.set(end!.subarray(0, Math.max(0, parts.n - 1)), 1 <= parts.n ? 1 : 0);
    return { type, length: parts.n, validity, values: part(parts.values), start, end, children: [] };
  }
  const children = childTypes(type);
  return {
    type, length: parts.n, validity, values: valuesOf(type, parts.values < 0 ? new Uint8Array(0) : part(parts.values)), start: ints(parts.start), end,
    children: parts.children.map((c, i) => readColumn(children[i]!, c, part)),
  };
}

function valuesOf(type: DataType, bytes: Uint8Array): Column['values'] {
  const sample = allocateValues(type, 0);
  const make = sample.constructor as new (buffer: ArrayBufferLike, offset: number, length: number) => Column['values'];
  return new make(bytes.buffer, bytes.byteOffset, bytes.byteLength / sample.BYTES_PER_ELEMENT);
}
