// A NULL written as an argument of a function that passes NULL on says what comes out: the others are not evaluated, even where they would raise.
// What is computed over literal rows is left, as Spark evaluates it before its rule is applied.
// source: Spark NullPropagation, ConvertToLocalRelation.

import { transform } from '../expr/walk.js';
import { mapExpressions, transformUp } from '../plan/walk.js';
import type { BoundExpr, LogicalPlan } from '../tree.js';

export const propagateNulls = (plan: LogicalPlan): LogicalPlan =>
  transformUp(plan, (node) => overLiteralRows(node) ? node : mapExpressions(node, nullsPropagated));

export const nullsPropagated = (e: BoundExpr): BoundExpr => transform(e, nullOfNull);

/** Projections and filters of an inline table, which Spark evaluates before it moves anything; a SELECT without FROM has no rows of its own. */
export function overLiteralRows(node: LogicalPlan): boolean {
  let below = node;
  while (below.kind === 'project' || below.kind === 'filter') below = below.input;
  return below.kind === 'values' && below.columns.length > 0;
}

const isNull = (e: BoundExpr): boolean => e.kind === 'const' && e.value === null;
function nullOfNull(e: BoundExpr): BoundExpr {
  const gone = e.kind === 'cast' ? isNull(e.arg)
    : e.kind === 'apply' && e.fn.kind === 'scalar' && e.fn.nulls === 'propagate' && e.fn.lazy !== 'all' && e.fn.deterministic !== false && e.args.some(isNull);
  return gone ? { kind: 'const', type: e.type, nullable: true, value: null, span: e.span } : e;
}
