// Columns, batches and deltas: Arrow's buffers held in plain objects of one shape, so that loops over them stay monomorphic.
//
//   type                                  values                         start/end             children
//   boolean                               Uint8Array, one byte a value (0 or 1; bits only at Arrow's boundary)
//   tinyint smallint int                  Int8Array Int16Array Int32Array
//   bigint timestamp timestamp_ntz time day_time_interval   BigInt64Array (µs for times)
//   float double                          Float32Array Float64Array
//   date year_month_interval              Int32Array (days; months)
//   decimal, precision ≤ 18               BigInt64Array, unscaled
//   decimal, precision > 18               BigInt64Array, two words a value: low, high (little-endian 128 bits, as Arrow)
//   string binary variant                 Uint8Array, the bytes           [start, end) into values
//   array                                 empty                           [start, end) into the element column   [element]
//   map                                   empty                           [start, end) into the entry columns    [key, value]
//   struct                                empty                           null                                  one a field
//   interval (calendar)                   empty                           null                                  [months int, days int, micros bigint]
//   void                                  empty; every value is NULL
//
// `start` and `end` are two arrays: views into a decoder's block are as good as Arrow's offsets (then both are subarrays of one).
// A null slot's value, start and end are unspecified but in range. Buffers are never changed once a batch has been handed on.

import type { DataType, Schema } from '../../planner/types.js';

export type Values = Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array | BigInt64Array;

export interface Column {
  readonly type: DataType;
  readonly length: number;
  /** ⌈length/8⌉ bytes or more; bit i & 7 of byte i >> 3 is 1 where the value is valid. Null: all valid (void: none). */
  readonly validity: Uint8Array | null;
  readonly values: Values;
  readonly start: Int32Array | null;
  readonly end: Int32Array | null;
  readonly children: readonly Column[];
}

/** Rows in `selection` (ascending) count, all `length` of them when it is null: a filter copies nothing. */
export interface RecordBatch {
  readonly length: number;
  readonly columns: readonly Column[];
  readonly selection: Int32Array | null;
  /** Absent: rows of no one place. */
  readonly place?: Place | undefined;
}
/** Where the record lies that a physical row was made of: `in/a.json, byte 120`. Asked while the batch is on its way. */
export type Place = (row: number) => string;
/** A change: physical row i counts weights[i] times; null means all +1. An update is −1 of the old row and +1 of the new. */
export interface Delta extends RecordBatch {
  readonly weights: Int32Array | null;
}
/** A batch with its schema, as sources, sinks and users see it. */
export interface Table {
  readonly schema: Schema;
  readonly batches: readonly RecordBatch[];
}

export const rowCount = (batch: RecordBatch): number => batch.selection === null ? batch.length : batch.selection.length;

export const isValid = (validity: Uint8Array | null, i: number): boolean => validity === null || ((validity[i >> 3]! >> (i & 7)) & 1) === 1;
export const bitmapBytes = (length: number): number => (length + 7) >> 3;
export function allNull(length: number): Uint8Array { return new Uint8Array(bitmapBytes(length)); }
export function allSet(length: number): Uint8Array { return new Uint8Array(bitmapBytes(length)).fill(255); }

const NO_BYTES = new Uint8Array(0);

export const isWideDecimal = (type: DataType): boolean => type.kind === 'decimal' && type.precision > 18;
/** Types held as [start, end) into bytes. */
export const isBytes = (type: DataType): boolean => type.kind === 'string' || type.kind === 'binary' || type.kind === 'variant';

/** Words of `values` for `length` slots of a fixed-width type; empty for the others. */
export function allocateValues(type: DataType, length: number): Values {
  switch (type.kind) {
    case 'boolean': return new Uint8Array(length);
    case 'tinyint': return new Int8Array(length);
    case 'smallint': return new Int16Array(length);
    case 'int': case 'date': case 'year_month_interval': return new Int32Array(length);
    case 'bigint': case 'timestamp': case 'timestamp_ntz': case 'time': case 'day_time_interval': return new BigInt64Array(length);
    case 'float': return new Float32Array(length);
    case 'double': return new Float64Array(length);
    case 'decimal': return new BigInt64Array(type.precision > 18 ? 2 * length : length);
    default: return NO_BYTES;
  }
}

/** A fixed-width column over `values` as they are. */
export const fixedColumn = (type: DataType, length: number, values: Values, validity: Uint8Array | null = null): Column =>
  ({ type, length, validity, values, start: null, end: null, children: [] });
/** A column of strings, binaries or variants over [start, end) of `bytes`. */
export const bytesColumn = (type: DataType, length: number, bytes: Uint8Array, start: Int32Array, end: Int32Array, validity: Uint8Array | null = null): Column =>
  ({ type, length, validity, values: bytes, start, end, children: [] });
export const listColumn = (type: DataType, length: number, start: Int32Array, end: Int32Array, children: readonly Column[], validity: Uint8Array | null = null): Column =>
  ({ type, length, validity, values: NO_BYTES, start, end, children });
export const structColumn = (type: DataType, length: number, children: readonly Column[], validity: Uint8Array | null = null): Column =>
  ({ type, length, validity, values: NO_BYTES, start: null, end: null, children });
export const voidColumn = (length: number): Column => ({ type: { kind: 'void' }, length, validity: allNull(length), values: NO_BYTES, start: null, end: null, children: [] });

export const delta = (batch: RecordBatch, weights: Int32Array | null = null): Delta =>
  ({ length: batch.length, columns: batch.columns, selection: batch.selection, weights, place: batch.place });
