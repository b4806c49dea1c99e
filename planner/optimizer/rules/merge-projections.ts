// Two projections over each other become one: the upper's references are replaced by the lower's expressions. Not where an expression that
// costs something would be computed more often than before, or one that gives another value each time. A projection that only
// repeats its input goes.

import { isDeterministic } from '../../expr/walk.js';
import { eachColumn, replaceColumns } from '../../plan/columns.js';
import { outputOf } from '../../plan/properties.js';
import { transformUp } from '../../plan/walk.js';
import type { BoundExpr, ColumnId, LogicalPlan, PlanOf } from '../../tree.js';
import type { Rule } from '../rule.js';

const cheap = (e: BoundExpr): boolean => e.kind === 'column' || e.kind === 'const';

function merged(upper: PlanOf<'project'>, lower: PlanOf<'project'>): LogicalPlan | undefined {
  const uses = new Map<ColumnId, number>();
  for (const item of upper.items) eachColumn(item.expr, (c) => { uses.set(c.id, (uses.get(c.id) ?? 0) + 1); });
  if (lower.items.some((i) => !cheap(i.expr) && ((uses.get(i.id) ?? 0) > 1 || !isDeterministic(i.expr)))) return undefined;
  const below = new Map(lower.items.map((i) => [i.id, i.expr]));
  return { ...upper, input: lower.input, items: upper.items.map((i) => ({ ...i, expr: replaceColumns(i.expr, (c) => below.get(c.id)) })) };
}

const repeats = (plan: PlanOf<'project'>): boolean => {
  const input = outputOf(plan.input);
  return input.length === plan.items.length && plan.items.every((item, i) => item.expr.kind === 'column' && item.expr.id === input[i]!.id && item.id === input[i]!.id && item.name === input[i]!.name);
};

export const mergeProjections: Rule = {
  name: 'merge-projections',
  apply: (plan) => transformUp(plan, (node) => {
    if (node.kind !== 'project') return node;
    const one = node.input.kind === 'project' ? merged(node, node.input) ?? node : node;
    return one.kind === 'project' && repeats(one) ? one.input : one;
  }),
};
