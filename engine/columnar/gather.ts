// Columns made of rows of other columns: picking rows in any order, and putting batches end to end. Bytes of strings and elements of lists are
// shared, not copied, by `gather`; `concat` copies the bytes that the rows use. Who keeps a few rows of a batch for long takes `ownRows`, else
// they keep all that it was read from alive, a decoder's block.

import { invariant } from '../../planner/errors/index.js';
import type { DataType } from '../../planner/types.js';
import { allocateValues, allSet, bitmapBytes, type Column, isBytes, isValid, isWideDecimal, type RecordBatch, rowCount, voidColumn } from './column.js';
import { sliceBits } from './bitmap.js';
import { byteBuffer, copyBytes, packBytes, viewOf } from './bytes.js';
import { columnBuilder } from './build.js';

/** Row rows[k] of the column at k; −1 gives NULL. */
export function gather(column: Column, rows: Int32Array): Column {
  const n = rows.length;
  const { type, children } = column;
  if (type.kind === 'void') return voidColumn(n);
  const validity = gatherValidity(column.validity, rows);
  if (type.kind === 'struct' || type.kind === 'interval') return { ...column, length: n, validity, children: children.map((c) => gather(c, rows)) };
  if (column.start !== null) return { ...column, length: n, validity, start: gatherInts(column.start, rows), end: gatherInts(column.end!, rows) };
  const values = allocateValues(type, n);
  const source = column.values;
  if (isWideDecimal(type)) {
    const [from, to] = [source as BigInt64Array, values as BigInt64Array];
    for (let k = 0; k < n; k++) { const i = rows[k]!; if (i >= 0) { to[2 * k] = from[2 * i]!; to[2 * k + 1] = from[2 * i + 1]!; } }
  } else if (values instanceof BigInt64Array) gatherWords(source as BigInt64Array, rows, values);
  else if (values instanceof Float64Array) gatherDoubles(source as Float64Array, rows, values);
  else if (values instanceof Int32Array) gatherInts(source as Int32Array, rows, values);
  else for (let k = 0; k < n; k++) { const i = rows[k]!; if (i >= 0) values[k] = source[i]! as number; }
  return { ...column, length: n, validity, values };
}

export const gatherColumns = (columns: readonly Column[], rows: Int32Array): Column[] => columns.map((c) => gather(c, rows));

/** The selected rows alone. */
export const compacted = (batch: RecordBatch): RecordBatch =>
  batch.selection === null ? batch : { length: batch.selection.length, columns: gatherColumns(batch.columns, batch.selection), selection: null };

/** The selected rows alone, in memory of their own that is no larger than they are. */
export const ownRows = (batch: RecordBatch): RecordBatch =>
  ({ length: rowCount(batch), columns: compacted(batch).columns.map(own), selection: null });

/** The column with copies of what its rows share with others. */
function own(column: Column): Column {
  const { type, length, validity, children } = column;
  if (type.kind === 'struct' || type.kind === 'interval') return { ...column, children: children.map((c) => own(trimmed(c, length))) };
  if (column.start === null) {
    const needed = length * column.values.BYTES_PER_ELEMENT * (isWideDecimal(type) ? 2 : 1);
    return column.values.buffer.byteLength > 2 * needed ? gather(column, upTo(length)) : column;
  }
  const start = new Int32Array(length);
  const end = new Int32Array(length);
  let used = 0;
  for (let i = 0; i < length; i++) {
    start[i] = used;
    if (isValid(validity, i)) used += column.end![i]! - column.start[i]!;
    end[i] = used;
  }
  if (isBytes(type)) {
    const values = byteBuffer(used);
    const [from, to] = [viewOf(column.values as Uint8Array), viewOf(values)];
    for (let i = 0; i < length; i++) copyBytes(from, column.start[i]!, to, start[i]!, end[i]! - start[i]!);
    return { ...column, values, start, end };
  }
  const elements = new Int32Array(used);
  for (let i = 0; i < length; i++) for (let k = start[i]!; k < end[i]!; k++) elements[k] = column.start[i]! + k - start[i]!;
  return { ...column, start, end, children: children.map((c) => own(gather(c, elements))) };
}
const upTo = (length: number): Int32Array => Int32Array.from({ length }, (_, i) => i);

// One loop a type: a shared one would be megamorphic.
/** Element rows[k] at k; −1 leaves 0. */
export function gatherInts(from: Int32Array, rows: Int32Array, to: Int32Array = new Int32Array(rows.length)): Int32Array {
  for (let k = 0; k < rows.length; k++) { const i = rows[k]!; if (i >= 0) to[k] = from[i]!; }
  return to;
}
function gatherWords(from: BigInt64Array, rows: Int32Array, to: BigInt64Array): void {
  for (let k = 0; k < rows.length; k++) { const i = rows[k]!; if (i >= 0) to[k] = from[i]!; }
}
/** Element rows[k] at k; −1 leaves 0. */
export function gatherDoubles(from: Float64Array, rows: Int32Array, to: Float64Array = new Float64Array(rows.length)): Float64Array {
  for (let k = 0; k < rows.length; k++) { const i = rows[k]!; if (i >= 0) to[k] = from[i]!; }
  return to;
}
/** Element rows[k] at k; −1 leaves 0. */
export function gatherBytes(from: Uint8Array, rows: Int32Array): Uint8Array {
  const to = new Uint8Array(rows.length);
  for (let k = 0; k < rows.length; k++) { const i = rows[k]!; if (i >= 0) to[k] = from[i]!; }
  return to;
}
export function gatherValidity(validity: Uint8Array | null, rows: Int32Array): Uint8Array | null {
  let out: Uint8Array | null = null;
  for (let k = 0; k < rows.length; k++) {
    const i = rows[k]!;
    if (i >= 0 && (validity === null || ((validity[i >> 3]! >> (i & 7)) & 1) === 1)) continue;
    out ??= allSet(rows.length);
    out[k >> 3]! &= ~(1 << (k & 7));
  }
  return out;
}

/** Rows [from, to) of a column, over the same buffers. */
export function sliceColumn(column: Column, from: number, to: number): Column {
  const { type, start, end, children } = column;
  const length = to - from;
  const validity = column.validity === null ? null : sliceBits(column.validity, from, length);
  if (start !== null) return { ...column, length, validity, start: start.subarray(from, to), end: end!.subarray(from, to) };
  if (type.kind === 'struct' || type.kind === 'interval') return { ...column, length, validity, children: children.map((c) => sliceColumn(c, from, to)) };
  const words = isWideDecimal(type) ? 2 : 1;
  return { ...column, length, validity, values: column.values.subarray(from * words, to * words) };
}
/** Physical rows [from, to) of a batch, with those selected among them. */
export function sliceBatch(batch: RecordBatch, from: number, to: number): RecordBatch {
  const selection = batch.selection === null ? null : batch.selection.filter((row) => row >= from && row < to).map((row) => row - from);
  return { length: to - from, columns: batch.columns.map((c) => sliceColumn(c, from, to)), selection };
}

/** The columns one after the other; all of one type. */
export function concat(type: DataType, columns: readonly Column[]): Column {
  if (columns.length === 1) return columns[0]!;
  const length = columns.reduce((sum, c) => sum + c.length, 0);
  if (type.kind === 'void') return voidColumn(length);
  if (columns.length === 0) return columnBuilder(type, 0).finish();
  const first = columns[0]!;
  invariant(columns.every((c) => c.type.kind === type.kind), 'columns of one type');
  const validity = concatValidity(columns, length);
  if (type.kind === 'struct' || type.kind === 'interval') {
    return { ...first, length, validity, children: first.children.map((c, i) => concat(c.type, columns.map((x) => trimmed(x.children[i]!, x.length)))) };
  }
  if (isBytes(type)) return concatBytes(first, columns, length, validity);
  if (first.start !== null) return concatLists(first, columns, length, validity);
  const values = allocateValues(type, length);
  const words = isWideDecimal(type) ? 2 : 1;
  let at = 0;
  for (const c of columns) { values.set(c.values.subarray(0, c.length * words) as never, at); at += c.length * words; }
  return { ...first, length, validity, values };
}

const trimmed = (column: Column, length: number): Column => column.length === length ? column : { ...column, length };

function concatValidity(columns: readonly Column[], length: number): Uint8Array | null {
  if (columns.every((c) => c.validity === null)) return null;
  const out = new Uint8Array(bitmapBytes(length)).fill(255);
  let at = 0;
  for (const { validity, length: n } of columns) {
    if (validity !== null) for (let i = 0; i < n; i++) if (((validity[i >> 3]! >> (i & 7)) & 1) === 0) out[(at + i) >> 3]! &= ~(1 << ((at + i) & 7));
    at += n;
  }
  return out;
}

function concatBytes(first: Column, columns: readonly Column[], length: number, validity: Uint8Array | null): Column {
  let total = 0;
  for (const c of columns) for (let i = 0; i < c.length; i++) total += c.end![i]! - c.start![i]!;
  const values = byteBuffer(total);
  const start = new Int32Array(length);
  const end = new Int32Array(length);
  let row = 0;
  let at = 0;
  for (const c of columns) {
    packBytes(c.values as Uint8Array, c.start!, c.end!, c.length, values, at);
    for (let i = 0; i < c.length; i++, row++) {
      start[row] = at;
      at += c.end![i]! - c.start![i]!;
      end[row] = at;
    }
  }
  return { ...first, length, validity, values, start, end };
}

function concatLists(first: Column, columns: readonly Column[], length: number, validity: Uint8Array | null): Column {
  const start = new Int32Array(length);
  const end = new Int32Array(length);
  let row = 0;
  let base = 0;
  for (const c of columns) {
    for (let i = 0; i < c.length; i++, row++) { start[row] = c.start![i]! + base; end[row] = c.end![i]! + base; }
    base += c.children[0]!.length;
  }
  return { ...first, length, validity, start, end, children: first.children.map((child, i) => concat(child.type, columns.map((c) => c.children[i]!))) };
}

/** The rows of all batches as one without a selection. */
export function concatBatches(types: readonly DataType[], batches: readonly RecordBatch[]): RecordBatch {
  const dense = batches.map(compacted);
  const length = dense.reduce((sum, b) => sum + b.length, 0);
  return { length, columns: types.map((t, i) => concat(t, dense.map((b) => trimmed(b.columns[i]!, b.length)))), selection: null };
}
