// What compiling expressions gives. Two evaluators implement it: fused.ts (generated loops, `new Function`) and vectorized.ts (node by
// node, the reference, and the fallback where code generation is forbidden). They must agree on every expression.
//
// Laziness (FunctionSpec.lazy) is the only thing that narrows the rows an argument runs on:
//   and, or           three-valued; the right side runs only where the left is not FALSE (not TRUE)
//   branch            args c1, v1, c2, v2, …, [else]: each condition on the rows left over, each value on its rows
//   first_non_null    each argument where all before it are NULL
//   until_match       x, c1, c2, …: IN; a candidate runs where x is not NULL and none matched; NULL if none matched and something was NULL
//   try               the argument, NULL where computing it raised
//   right_then_left   an argument only where those behind it are not NULL (division: divisor first)
//   all               every argument on every row (concat)
//   none of them      an argument only where those before it are not NULL; on every row if the function has its own rule for NULLs
// Rows outside of the batch's selection are never evaluated: their results are unspecified. An error is raised for an active row only.

import type { BoundExpr, ColumnId, Settings } from '../../planner/tree.js';
import type { Column, RecordBatch } from '../columnar/column.js';
import type { EpochInfo } from '../functions/define.js';

/** Where each column of the input stands: ordinal by id. */
export type Layout = ReadonlyMap<ColumnId, number>;

/** The values of each expression, aligned with the batch's physical rows (the selection stays in force). A bare column reference is passed on. */
export type Projection = (batch: RecordBatch, epoch: EpochInfo) => Column[];
/** The rows of the batch (ascending) for which the predicate is TRUE; the batch's own selection if it is all of them (null: all). */
export type Predicate = (batch: RecordBatch, epoch: EpochInfo) => Int32Array | null;

export interface Compiler {
  projection(exprs: readonly BoundExpr[], layout: Layout, settings: Settings): Projection;
  predicate(expr: BoundExpr, layout: Layout, settings: Settings): Predicate;
}
