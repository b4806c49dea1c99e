// The optimizer: an ordered list of rules, each in its own file, each run once. Switching it off (`millrace.optimizer.enabled` = false)
// changes no answer, but may fail in a part that need not be computed.

import type { LogicalPlan } from '../tree.js';
import type { Rule, RuleEnv } from './rule.js';
import { foldConstantsRule } from './rules/fold-constants.js';
import { limitZero } from './rules/limit-zero.js';
import { mergeProjections } from './rules/merge-projections.js';
import { pruneColumnsRule } from './rules/prune-columns.js';
import { pushFiltersRule } from './rules/push-filters.js';
import { simplifyExpressions } from './rules/simplify-expressions.js';
import { trivialFilters } from './rules/trivial-filters.js';

export const RULES: readonly Rule[] = [limitZero, foldConstantsRule, simplifyExpressions, pushFiltersRule, trivialFilters, pruneColumnsRule, mergeProjections];

/** The plan, made cheaper. */
export function optimize(plan: LogicalPlan, env: RuleEnv): LogicalPlan {
  if (env.settings.conf.get('millrace.optimizer.enabled') === 'false') return plan;
  return RULES.reduce((p, rule) => rule.apply(p, env), plan);
}
