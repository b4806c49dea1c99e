// ORDER BY on a bounded or complete input: a stable sort of row numbers by the key columns, then rows in bounded chunks. With a limit
// above, only the first rows are kept while reading: the rows are cut back whenever twice as many have come.

import type { BoundSort } from '../../planner/tree.js';
import type { DataType } from '../../planner/types.js';
import { delta, type RecordBatch, rowCount } from '../columnar/column.js';
import { concatBatches, gatherColumns } from '../columnar/gather.js';
import { sortedRows } from '../columnar/sort-rows.js';
import type { Projection } from '../kernels/evaluator.js';
import { OUTPUT_ROWS } from './collect.js';
import { type EpochContext, noCounts, type Operator } from './operator.js';
import { sequence } from './stateless.js';

export interface SortSpec {
  readonly types: readonly DataType[];
  readonly keys: Projection;
  readonly order: readonly Pick<BoundSort, 'ascending' | 'nullsFirst'>[];
  /** Rows wanted by a limit above; null: all. */
  readonly first: number | null;
}

export function sortOperator(spec: SortSpec): Operator {
  const counts = noCounts();
  let collected: RecordBatch[] = [];
  let rows = 0;
  const first = (context: EpochContext): RecordBatch => {
    const all = concatBatches(spec.types, collected);
    const sorted = sortedRows(all.length, spec.keys(all, context), spec.order);
    const wanted = spec.first === null ? sorted : sorted.subarray(0, spec.first);
    return { length: wanted.length, columns: gatherColumns(all.columns, wanted), selection: null };
  };
  return {
    counts,
    process({ length, columns, selection }, _port, context) {
      const batch = { length, columns, selection };
      counts.in += rowCount(batch);
      counts.used += rowCount(batch);
      collected.push(batch);
      rows += rowCount(batch);
      if (spec.first !== null && rows > 2 * spec.first + OUTPUT_ROWS) { collected = [first(context)]; rows = collected[0]!.length; }
    },
    *finish(context, emit) {
      const { length, columns } = first(context);
      collected = [];
      rows = 0;
      for (let from = 0; from < length; from += OUTPUT_ROWS) {
        const to = Math.min(from + OUTPUT_ROWS, length);
        const selection = length <= OUTPUT_ROWS ? null : sequence(to - from).map((i) => i + from);
        const output = delta({ length, columns, selection });
        counts.out += rowCount(output);
        emit(output);
        yield;
      }
    },
  };
}
