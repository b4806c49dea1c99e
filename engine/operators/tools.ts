// What lowering hands to the factories of operators, and the small things that they all need of it.

import { callOf } from '../../planner/expr/print.js';
import { isFoldable } from '../../planner/expr/walk.js';
import type { BoundAggregate, BoundExpr, LogicalPlan, OutputColumn, Settings } from '../../planner/tree.js';
import type { DataType } from '../../planner/types.js';
import type { Value } from '../../planner/values.js';
import { columnOf } from '../columnar/build.js';
import type { Column } from '../columnar/column.js';
import { reader } from '../columnar/read.js';
import type { AggregateCall } from '../functions/define.js';
import type { Compiler, Layout } from '../kernels/evaluator.js';

export interface LoweringTools {
  readonly compiler: Compiler;
  readonly settings: Settings;
  /** Facts of the node for EXPLAIN. */
  detail(plan: LogicalPlan): string;
}
/** The node below: its columns and its index in the physical plan. */
export interface NodeInput {
  readonly output: readonly OutputColumn[];
  readonly index: number;
}

export const layoutOf = (columns: readonly OutputColumn[]): Layout => new Map(columns.map((c, i) => [c.id, i]));

/** Value of an expression without columns; undefined for one with columns. */
export function constantValue(expr: BoundExpr, tools: LoweringTools): Value | undefined {
  if (expr.kind === 'const') return expr.value;
  if (!isFoldable(expr)) return undefined;
  const column = tools.compiler.projection([expr], new Map(), tools.settings)({ length: 1, columns: [], selection: null }, { epoch: 0, timestampMillis: 0 })[0]!;
  return reader(column)(0);
}

/** The call of an aggregate as its function sees it. */
export function aggregateCall(node: BoundAggregate, retract: boolean, tools: LoweringTools): AggregateCall {
  const constants = node.args.map((a) => constantValue(a, tools));
  return {
    ...callOf(node, tools.settings), type: node.type, orderBy: node.orderBy ?? [], ignoreNulls: node.ignoreNulls === true, retract,
    ...(node.respectNulls && { respectNulls: true as const }), constant: (index) => constants[index],
  };
}

/** A column that holds one value in every row, of at least the length asked for; made anew only to grow. */
export function constantColumn(type: DataType, value: Value): (length: number) => Column {
  let column = columnOf(type, []);
  return (length) => {
    if (column.length < length) column = columnOf(type, new Array<Value>(Math.max(length, column.length * 2, 1024)).fill(value));
    return column;
  };
}

/** The least whole number for which a test that stays true once it is true holds, near `guess`; undefined: none does within 2^52. */
export function leastWhere(test: (n: number) => boolean, guess: number): number | undefined {
  const far = 2 ** 52;
  let [low, high, step] = [Math.floor(guess), Math.floor(guess), 1];
  while (high <= far && !test(high)) { low = high; high += step; step *= 2; }
  if (!test(high)) return undefined;
  for (step = 1; low >= -far && test(low); step *= 2) low -= step;
  while (high - low > 1) { const middle = Math.floor((low + high) / 2); if (test(middle)) high = middle; else low = middle; }
  return high;
}
