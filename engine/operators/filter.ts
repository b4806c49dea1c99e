// Keeps the rows for which the predicate is TRUE, by narrowing the selection: nothing is copied. What is left of a batch is compacted only
// when it is so sparse that every later operator would pay for the gaps, and whoever keeps it for all that it was read from.

import { type Delta, rowCount } from '../columnar/column.js';
import { ownRows } from '../columnar/gather.js';
import { pickedPlaces } from '../columnar/place.js';
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

function compact(input: Delta, selection: Int32Array): Delta {
  const { length, columns, weights } = input;
  return { ...ownRows({ length, columns, selection }), weights: weights === null ? null : selection.map((i) => weights[i]!), place: pickedPlaces(input, selection) };
}
