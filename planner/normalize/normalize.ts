// The rewrites of streaming plans that change answers and are therefore never optional, in their order. Correlated subqueries have been
// turned into joins before (decorrelate.ts).

import { Calls } from '../expr/conjuncts.js';
import { isStreaming } from '../plan/properties.js';
import { transformUp } from '../plan/walk.js';
import type { FunctionCatalog, LogicalPlan } from '../tree.js';
import { pruneColumns } from './prune-columns.js';
import { pushFilters } from './push-filters.js';

/** A streaming plan with its filters where Spark has them and its unneeded columns gone; a static plan as it is. */
export function normalizeStreaming(plan: LogicalPlan, functions: FunctionCatalog): LogicalPlan {
  if (!isStreaming(plan)) return plan;
  const pushed = pushFilters(mergeLimits(plan), new Calls(functions));
  return pruneColumns(pushed);
}

/** Two limits over each other, projections between, are the smaller one: one operator with state instead of two. */
function mergeLimits(plan: LogicalPlan): LogicalPlan {
  return transformUp(plan, (node) => {
    if (node.kind !== 'limit' || node.offset > 0 || node.limit === null) return node;
    const lowered = lowerLimit(node.input, node.limit);
    return lowered === undefined ? node : lowered;
  });
}
/** The plan with the limit under its projections lowered to `limit`; undefined if there is none. */
function lowerLimit(plan: LogicalPlan, limit: number): LogicalPlan | undefined {
  if (plan.kind === 'limit' && plan.offset === 0 && plan.limit !== null) return { ...plan, limit: Math.min(plan.limit, limit) };
  if (plan.kind !== 'project') return undefined;
  const input = lowerLimit(plan.input, limit);
  return input && { ...plan, input };
}
