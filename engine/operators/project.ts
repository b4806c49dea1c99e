// Projection: each output column is an expression over the row. Expand: several projections of each row (grouping sets, unpivot).

import type { Projection } from '../kernels/evaluator.js';
import type { Operator } from './operator.js';
import { stateless, withColumns } from './stateless.js';

export const projectOperator = (projection: Projection): Operator =>
  stateless((input, emit, context) => { emit(withColumns(input, projection(input, context))); });

/** One delta a projection: rows keep their order within it. */
export const expandOperator = (projections: readonly Projection[]): Operator =>
  stateless((input, emit, context) => { for (const projection of projections) emit(withColumns(input, projection(input, context))); });
