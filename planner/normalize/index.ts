// The rewrites that are never optional, in their order: those that make a plan runnable, and on streams those that change answers.

import type { LogicalPlan, Settings } from '../tree.js';
import { decorrelate, type RewriteEnv } from './decorrelate.js';
import { normalizeStreaming } from './normalize.js';

/** A bound plan made ready for the optimizer and for lowering. */
export function normalize(plan: LogicalPlan, env: RewriteEnv & { readonly settings: Settings }): LogicalPlan {
  return normalizeStreaming(decorrelate(plan, env), env);
}
