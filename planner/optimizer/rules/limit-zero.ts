// LIMIT 0 of a static input is no rows, and nothing below it is computed. What stands over rows written in the query is computed once
// all the same. source: Spark's OptimizeLimitZero, which comes after ConvertToLocalRelation.

import { isStreaming, outputOf } from '../../plan/properties.js';
import { transformUp } from '../../plan/walk.js';
import type { LogicalPlan } from '../../tree.js';
import type { Rule } from '../rule.js';

/** Rows that are written in the query, and what is made of them row by row or in an order. A SELECT without FROM has no such rows. */
const isLocal = (plan: LogicalPlan): boolean => plan.kind === 'values' ? plan.columns.length > 0 : (plan.kind === 'project' || plan.kind === 'filter' || plan.kind === 'sort' || plan.kind === 'limit') && isLocal(plan.input);

export const limitZero: Rule = {
  name: 'limit-zero',
  apply: (plan) => transformUp(plan, (node) => node.kind !== 'limit' || node.limit !== 0 || isStreaming(node.input) || isLocal(node.input) ? node : { kind: 'values', columns: outputOf(node), rows: [] }),
};
