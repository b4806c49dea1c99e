// What the stateless operators share: counting rows, and a batch with other columns or another selection over the same rows.

import { type Column, type Delta, rowCount } from '../columnar/column.js';
import { type Emit, type EpochContext, noCounts, type Operator, type RowCounts } from './operator.js';

/** An operator that turns each delta into deltas at once. `transform` accounts for filtered and rejected rows itself: those that it does not count are used. */
export function stateless(transform: (input: Delta, emit: Emit, context: EpochContext, counts: RowCounts) => void): Operator {
  const counts = noCounts();
  return {
    counts,
    process(input, _port, context, emit) {
      const n = rowCount(input);
      const unused = counts.filtered + counts.rejected;
      transform(input, (output) => { counts.out += rowCount(output); emit(output); }, context, counts);
      counts.in += n;
      counts.used += n - (counts.filtered + counts.rejected - unused);
    },
  };
}

export const withColumns = (input: Delta, columns: readonly Column[]): Delta =>
  ({ ...input, columns });
export const withSelection = (input: Delta, selection: Int32Array | null): Delta =>
  ({ ...input, selection });

/** Physical rows that count: the selection, or all of them. */
export function rowsOf(input: { readonly length: number; readonly selection: Int32Array | null }): Int32Array {
  return input.selection ?? sequence(input.length);
}
export function sequence(length: number): Int32Array {
  const rows = new Int32Array(length);
  for (let i = 0; i < length; i++) rows[i] = i;
  return rows;
}
