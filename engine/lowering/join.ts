// What a join's condition says: equalities between the sides become keys, the rest is evaluated over candidate pairs.

import { conjunctsOf } from '../../planner/expr/conjuncts.js';
import { columnIds } from '../../planner/plan/columns.js';
import { outputOf } from '../../planner/plan/properties.js';
import type { BoundExpr, ColumnId, LogicalPlan } from '../../planner/tree.js';
import { isCollated, sameType } from '../../planner/types.js';

export interface Equality { readonly left: BoundExpr; readonly right: BoundExpr; readonly nullSafe: boolean }
export interface Condition { readonly equalities: readonly Equality[]; readonly rest: readonly BoundExpr[] }

const within = (expr: BoundExpr, ids: ReadonlySet<ColumnId>): boolean => {
  const used = columnIds(expr);
  return used.size > 0 && [...used].every((id) => ids.has(id));
};
/** A type whose values are hashed as keys: all that can be compared. */
const isKey = (expr: BoundExpr): boolean => expr.type.kind !== 'map' && expr.type.kind !== 'variant' && expr.type.kind !== 'void'
  && !isCollated(expr.type);

export function splitCondition(condition: BoundExpr | null, left: LogicalPlan, right: LogicalPlan): Condition {
  const [leftIds, rightIds] = [left, right].map((p) => new Set(outputOf(p).map((c) => c.id))) as [Set<ColumnId>, Set<ColumnId>];
  const equalities: Equality[] = [];
  const rest: BoundExpr[] = [];
  for (const c of conjunctsOf(condition)) {
    const [a, b] = c.kind === 'apply' && (c.fn.name === '=' || c.fn.name === '<=>') ? c.args : [];
    const nullSafe = c.kind === 'apply' && c.fn.name === '<=>';
    if (!a || !b || !sameType(a.type, b.type) || !isKey(a)) rest.push(c);
    else if (within(a, leftIds) && within(b, rightIds)) equalities.push({ left: a, right: b, nullSafe });
    else if (within(b, leftIds) && within(a, rightIds)) equalities.push({ left: b, right: a, nullSafe });
    else rest.push(c);
  }
  return { equalities, rest };
}
