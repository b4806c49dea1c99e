// The rewrites that are never optional, in their order: those that make a plan runnable, and on streams those that change answers.

import { Calls } from '../expr/conjuncts.js';
import { find } from '../expr/walk.js';
import { isStreaming } from '../plan/properties.js';
import { expressionsOf, visit } from '../plan/walk.js';
import type { ColumnId, LogicalPlan, OutputMode } from '../tree.js';
import { decorrelate, type RewriteEnv } from './decorrelate.js';
import { normalizeStreaming } from './normalize.js';
import { propagateNulls } from './propagate-nulls.js';
import { type PushEnv, pushFilters } from './push-filters.js';
import { limitsAsTopRows } from './top-limits.js';

/** A bound plan made ready for the optimizer and for lowering. */
export function normalize(plan: LogicalPlan, env: RewriteEnv & PushEnv): LogicalPlan {
  // A condition with a subquery moves like any other, below the watermark too, and becomes a join where it has come to rest.
  const moved = isStreaming(plan) && hasSubqueryFilter(plan) ? pushFilters(plan, env) : plan;
  return normalizeStreaming(propagateNulls(decorrelate(moved, env)), env);
}

/** The plan with its subqueries as the joins that they mean if one of them reads a stream: it is then what is checked. */
export function streamSubqueriesAsJoins(plan: LogicalPlan, env: RewriteEnv): LogicalPlan {
  let found = false;
  visit(plan, (node) => { found ||= expressionsOf(node).some((e) => find(e, (x) => x.kind === 'subquery' && isStreaming(x.plan)) !== undefined); });
  return found ? decorrelate(plan, env) : plan;
}

/** The plan with what a stream has no operator for as what it means in its mode: it is then what is checked. Not under compatSpark. */
export const meantOnStreams = (plan: LogicalPlan, mode: OutputMode, env: RewriteEnv & { readonly freshId: () => ColumnId }): LogicalPlan =>
  limitsAsTopRows(streamSubqueriesAsJoins(plan, env), mode, new Calls(env.functions), env);

function hasSubqueryFilter(plan: LogicalPlan): boolean {
  let found = false;
  visit(plan, (node) => { found ||= node.kind === 'filter' && expressionsOf(node).some((e) => find(e, (x) => x.kind === 'subquery') !== undefined); });
  return found;
}
