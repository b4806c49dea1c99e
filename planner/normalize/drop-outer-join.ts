// A left or right join of two streams below an aggregate that does not mind duplicates and reads columns of the kept side only. Spark drops
// it, and with it the other input's watermark node, for which it waits for ever: under policy min the watermark stays at the epoch. Only with
// `millrace.compat=spark`; by default the join stays, which gives the rows that Spark never gives.
//
// Before: aggregate over projections over an outer join. After: a union of the kept side and of the other side without its rows, so that the
// watermark nodes of the other side are there and silent.
// source: Spark EliminateOuterJoin, WatermarkTracker; findings on outer joins below DISTINCT, max, min.

import { isDeterministic } from '../expr/walk.js';
import { columnIds } from '../plan/columns.js';
import { isStreaming, outputOf } from '../plan/properties.js';
import { transformUp } from '../plan/walk.js';
import type { BoundExpr, ColumnId, LogicalPlan } from '../tree.js';
import { silentInputs } from './silent.js';

export function dropOuterJoin(plan: LogicalPlan, freshId: () => ColumnId): LogicalPlan {
  return transformUp(plan, (node) => {
    if (node.kind !== 'aggregate' || !node.aggregates.every((a) => a.aggregate.distinct || a.aggregate.fn.duplicateInsensitive)) return node;
    const exprs = [...node.grouping.map((g) => g.expr), ...node.aggregates.map((a) => a.aggregate), ...(node.session ? [node.session.time, node.session.gap] : [])];
    const input = dropBelow(node.input, exprs, freshId);
    return input ? { ...node, input } : node;
  });
}

/** The input without its join; undefined if there is none to drop. `exprs` are what stands above. */
function dropBelow(plan: LogicalPlan, exprs: readonly BoundExpr[], freshId: () => ColumnId): LogicalPlan | undefined {
  if (plan.kind === 'project') {
    const used = new Set(exprs.flatMap((e) => [...columnIds(e)]));
    const items = plan.items.filter((i) => used.has(i.id));
    const input = items.every((i) => isDeterministic(i.expr)) ? dropBelow(plan.input, items.map((i) => i.expr), freshId) : undefined;
    return input && { ...plan, items, input };
  }
  // Of overlapping windows each row is in several: to Spark that is an operator between the two.
  if (plan.kind === 'time_window' && plan.slideMicros === plan.lengthMicros) {
    const input = dropBelow(plan.input, [...exprs.filter((e) => !columnIds(e).has(plan.column.id)), plan.time], freshId);
    return input && { ...plan, input };
  }
  if (plan.kind !== 'join' || (plan.type !== 'left' && plan.type !== 'right') || !isStreaming(plan.left) || !isStreaming(plan.right)) return undefined;
  const [kept, other] = plan.type === 'left' ? [plan.left, plan.right] : [plan.right, plan.left];
  const ids = new Set(outputOf(kept).map((c) => c.id));
  return exprs.every((e) => [...columnIds(e)].every((id) => ids.has(id))) ? silenced(kept, other, freshId) : undefined;
}

function silenced(kept: LogicalPlan, other: LogicalPlan, freshId: () => ColumnId): LogicalPlan {
  const columns = outputOf(kept);
  // The union keeps the kept side's columns as they are known above.
  const inner = columns.map((c) => ({ ...c, id: freshId() }));
  const renamed: LogicalPlan = { kind: 'project', input: kept, items: columns.map((c, i) => ({ id: inner[i]!.id, name: c.name, expr: { kind: 'column', id: c.id, name: c.name, type: c.type, nullable: c.nullable } })) };
  return { kind: 'union', inputs: [renamed, ...silentInputs(other, columns, freshId)], columns };
}
