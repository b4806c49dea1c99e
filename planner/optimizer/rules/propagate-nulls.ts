// A constant NULL among the arguments of a function that passes NULL on says what comes out, so the others are not evaluated, even where they would
// raise. What is computed over literal rows is left: Spark evaluates it before its rule is applied.
// source: Spark NullPropagation, ConvertToLocalRelation.

import { transformDown } from '../../expr/walk.js';
import { mapExpressions, transformUp } from '../../plan/walk.js';
import type { BoundExpr, LogicalPlan } from '../../tree.js';
import type { Rule } from '../rule.js';

export const propagateNulls: Rule = {
  name: 'propagate-nulls',
  apply: (plan) => transformUp(plan, (node) => ofLiteralRows(node) ? node : mapExpressions(node, (e) => transformDown(e, nullOfNull))),
};

/** Projections and filters of an inline table; a SELECT without FROM has no rows of its own. */
function ofLiteralRows(node: LogicalPlan): boolean {
  let below = node;
  while (below.kind === 'project' || below.kind === 'filter') below = below.input;
  return below.kind === 'values' && below.columns.length > 0;
}

function nullOfNull(e: BoundExpr): BoundExpr {
  const gone = e.kind === 'apply' && e.fn.kind === 'scalar' && e.fn.nulls === 'propagate' && e.fn.lazy !== 'all' && e.fn.deterministic !== false && e.args.some((a) => a.kind === 'const' && a.value === null);
  return gone ? { kind: 'const', type: e.type, nullable: true, value: null, span: e.span } : e;
}
