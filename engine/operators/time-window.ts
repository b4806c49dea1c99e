// Assigns event-time windows: adds a STRUCT<start, end> column, one row for each window that holds the row's time. Rows without a time
// are in no window: dropped and counted as filtered. Windows are aligned to 1970-01-01 UTC plus the start offset, exactly in µs.
//
// source: Spark TimeWindowing; Flink's CUMULATE for windows that grow. A sliding window gives one delta for each of the ⌈length/slide⌉ overlapping positions, over shared columns.

import type { OutputColumn } from '../../planner/tree.js';
import { type Column, type Delta, fixedColumn, isValid, structColumn } from '../columnar/column.js';
import type { Projection } from '../kernels/evaluator.js';
import type { Operator } from './operator.js';
import { stateless } from './stateless.js';

export interface TimeWindowSpec {
  readonly lengthMicros: bigint;
  readonly slideMicros: bigint;
  readonly startMicros: bigint;
  readonly column: OutputColumn;
  readonly cumulative?: true;
}

/** Start of the newest window that began at or before each time: t − floorMod(t − offset, slide). */
export function windowStarts(times: BigInt64Array, slide: bigint, offset: bigint): BigInt64Array {
  const n = times.length;
  const starts = new BigInt64Array(n);
  for (let i = 0; i < n; i++) {
    const t = times[i]!;
    const part = BigInt.asIntN(64, BigInt.asIntN(64, t - offset) % slide);
    starts[i] = BigInt.asIntN(64, t - (part < 0n ? BigInt.asIntN(64, part + slide) : part));
  }
  return starts;
}
function shifted(values: BigInt64Array, by: bigint): BigInt64Array {
  const n = values.length;
  const out = new BigInt64Array(n);
  for (let i = 0; i < n; i++) out[i] = BigInt.asIntN(64, values[i]! + by);
  return out;
}

/** `time`: one column of timestamps. */
export function timeWindowOperator(time: Projection, spec: TimeWindowSpec): Operator {
  const { lengthMicros: length, slideMicros: slide, startMicros: offset } = spec;
  const { type } = spec.column;
  if (type.kind !== 'struct') throw new Error('a window column is a struct');
  const timeType = type.fields[0]!.type;
  const positions = Number((length + slide - 1n) / slide);
  /** Every time lies in every position: no test a row. */
  const exact = length % slide === 0n;
  const windows = (n: number, starts: BigInt64Array): Column =>
    structColumn(type, n, [fixedColumn(timeType, n, starts), fixedColumn(timeType, n, shifted(starts, length))]);

  return stateless((input, emit, context, counts) => {
    const column = time(input, context)[0]!;
    const times = (column.values as BigInt64Array).subarray(0, input.length);
    let { selection } = input;
    if (column.validity !== null) {
      const before = selection?.length ?? input.length;
      selection = validRows(input, column);
      counts.filtered += before - (selection?.length ?? input.length);
    }
    if (spec.cumulative) {
      // All windows of a stretch begin with it and end after one slide, two, …, all: those that end after the time.
      const starts = windowStarts(times, length, offset);
      const column = fixedColumn(timeType, input.length, starts);
      for (let size = slide; size <= length; size += slide) {
        const within = size === length ? selection : rowsInside(input.length, selection, times, starts, size);
        emit({ ...input, columns: [...input.columns, structColumn(type, input.length, [column, fixedColumn(timeType, input.length, shifted(starts, size))])], selection: within });
      }
      return;
    }
    const newest = windowStarts(times, slide, offset);
    for (let p = 0; p < positions; p++) {
      const starts = p === 0 ? newest : shifted(newest, -slide * BigInt(p));
      const within = exact ? selection : rowsInside(input.length, selection, times, starts, length);
      emit({ ...input, columns: [...input.columns, windows(input.length, starts)], selection: within });
    }
  });
}

function validRows(input: Delta, column: Column): Int32Array | null {
  const n = input.selection?.length ?? input.length;
  const rows = new Int32Array(n);
  let count = 0;
  for (let k = 0; k < n; k++) {
    const i = input.selection === null ? k : input.selection[k]!;
    if (isValid(column.validity, i)) rows[count++] = i;
  }
  return count === n ? input.selection : rows.subarray(0, count);
}

function rowsInside(length: number, selection: Int32Array | null, times: BigInt64Array, starts: BigInt64Array, size: bigint): Int32Array {
  const n = selection?.length ?? length;
  const rows = new Int32Array(n);
  let count = 0;
  for (let k = 0; k < n; k++) {
    const i = selection === null ? k : selection[k]!;
    if (times[i]! < BigInt.asIntN(64, starts[i]! + size)) rows[count++] = i;
  }
  return rows.subarray(0, count);
}
