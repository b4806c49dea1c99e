// Keeps the rows for which the predicate is TRUE, by narrowing the selection: nothing is copied. What is left of a batch is compacted only
// when it is so sparse that every later operator would pay for the gaps.

import { type Delta, rowCount } from '../columnar/column.js';
import { gatherColumns } from '../columnar/gather.js';
import type { Predicate } from '../kernels/evaluator.js';
import type { Operator } from './operator.js';
import { stateless, withSelection } from './stateless.js';

/** Below one row in this many a batch is compacted. */
const SPARSE = 32;

export function filterOperator(predicate: Predicate): Operator {
  return stateless((input, emit, context, counts) => {
    const selection = predicate(input, context);
    const kept = selection === null ? input.length : selection.length;
    counts.filtered += rowCount(input) - kept;
    emit(selection !== null && kept * SPARSE < input.length ? compact(input, selection) : withSelection(input, selection));
  });
}

/** The selected rows alone. */
export function compact(input: Delta, rows: Int32Array): Delta {
  const { weights } = input;
  return { length: rows.length, columns: gatherColumns(input.columns, rows), selection: null, weights: weights === null ? null : rows.map((i) => weights[i]!) };
}
