// What an optimizer rule is. A rule changes no answer; it returns the plan itself where it does not apply.

import type { BoundExpr, FunctionCatalog, LogicalPlan, Settings } from '../tree.js';
import type { Value } from '../values.js';

export interface RuleEnv {
  readonly settings: Settings;
  readonly functions: FunctionCatalog;
  readonly evaluate: (expr: BoundExpr, settings: Settings) => Value;
}
export interface Rule {
  readonly name: string;
  apply(plan: LogicalPlan, env: RuleEnv): LogicalPlan;
}
