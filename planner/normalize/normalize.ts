// The rewrites of streaming plans that change answers and are therefore never optional, in their order. Correlated subqueries have been
// turned into joins before (decorrelate.ts).

import { Calls } from '../expr/conjuncts.js';
import { sameExpr } from '../expr/equal.js';
import { isStreaming } from '../plan/properties.js';
import { transformUp } from '../plan/walk.js';
import type { ColumnId, LogicalPlan } from '../tree.js';
import { dropOuterJoin } from './drop-outer-join.js';
import { exceptTables } from './except-tables.js';
import { pruneColumns } from './prune-columns.js';
import { type PushEnv, pushFilters } from './push-filters.js';
import { emptyLimits } from './silent.js';
import { topRows } from './top-rows.js';

interface NormalizeEnv extends PushEnv { readonly freshId: () => ColumnId }

/** A streaming plan with its filters where Spark has them and its unneeded columns gone; a static plan as it is. */
export function normalizeStreaming(plan: LogicalPlan, env: NormalizeEnv): LogicalPlan {
  if (!isStreaming(plan)) return plan;
  const calls = new Calls(env.functions);
  const merged = mergeLimits(exceptTables(plan, calls, env));
  const pushed = topRows(pushFilters(env.settings.compatSpark ? emptyLimits(merged, env.freshId) : merged, env), calls);
  return pruneColumns(env.settings.compatSpark ? readLess(dropOuterJoin(pruneColumns(forgetDistinct(pushed)), env.freshId)) : pushed);
}

/** Spark plans a streaming aggregate without a look at DISTINCT, if all of them are over the same values. Only its check keeps users from it. */
function forgetDistinct(plan: LogicalPlan): LogicalPlan {
  return transformUp(plan, (node) => {
    if (node.kind !== 'aggregate' || !isStreaming(node)) return node;
    const [first, ...others] = node.aggregates.filter((a) => a.aggregate.distinct).map((a) => a.aggregate.args);
    if (!first || others.some((args) => args.length !== first.length || args.some((a, i) => !sameExpr(a, first[i]!)))) return node;
    return { ...node, aggregates: node.aggregates.map((a) => ({ ...a, aggregate: { ...a.aggregate, distinct: false } })) };
  });
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

/** Spark's limit stops to read an epoch's rows once it has as many as it may let through at all, so that a watermark below it sees no more. */
function readLess(plan: LogicalPlan): LogicalPlan {
  return transformUp(plan, (node) => {
    if (node.kind !== 'limit' || node.limit === null || !isStreaming(node)) return node;
    const input = limitBelow(node.input, node.limit);
    return input === undefined ? node : { ...node, input };
  });
}
/** The plan with a limit of an epoch's rows below its watermarks, in each branch; undefined if none of those has a row for each of the plan's. */
function limitBelow(plan: LogicalPlan, limit: number, watermarked = false): LogicalPlan | undefined {
  switch (plan.kind) {
    case 'watermark': return { ...plan, input: limitBelow(plan.input, limit, true)! };
    case 'project': {
      const input = limitBelow(plan.input, limit, watermarked);
      return input && { ...plan, input };
    }
    case 'union': {
      const inputs = plan.inputs.map((input) => limitBelow(input, limit, watermarked));
      return inputs.some((input) => input !== undefined) ? { ...plan, inputs: plan.inputs.map((input, i) => inputs[i] ?? input) } : undefined;
    }
    default: return watermarked ? { kind: 'limit', input: plan, limit, offset: 0, byEpoch: true } : undefined;
  }
}
