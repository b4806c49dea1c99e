// Operators that need all rows of their input before the first one goes out: sort, window functions, set operations, recursion. In a
// static query the input is all of it; above an aggregate in complete mode it is the epoch's whole result, so nothing is kept across epochs.

import type { DataType } from '../../planner/types.js';
import { type RecordBatch, rowCount } from '../columnar/column.js';
import { concatBatches } from '../columnar/gather.js';
import { type Emit, type EpochContext, noCounts, type Operator } from './operator.js';

/** Calls `run` with the rows of every port, in order of arrival, when the last one has ended. */
export function collecting(ports: readonly (readonly DataType[])[], run: (inputs: readonly RecordBatch[], context: EpochContext, emit: Emit) => Iterable<void>): Operator {
  const counts = noCounts();
  let collected: RecordBatch[][] = ports.map(() => []);
  return {
    counts,
    process({ length, columns, selection }, port) {
      const batch = { length, columns, selection };
      counts.in += rowCount(batch);
      counts.used += rowCount(batch);
      collected[port]!.push(batch);
    },
    finish(context, emit) {
      const inputs = ports.map((types, port) => concatBatches(types, collected[port]!));
      collected = ports.map(() => []);
      return run(inputs, context, (output) => { counts.out += rowCount(output); emit(output); });
    },
  };
}

/** Rows given out at a time by operators that hold a whole result. */
export const OUTPUT_ROWS = 8192;
