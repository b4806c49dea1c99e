// What is left of a part of a streaming plan that Spark's optimizer removes: nothing of it runs, but its sources are read on, and its watermark nodes
// count among those that the watermark waits for. Only with `millrace.compat=spark`.
// source: Spark EliminateOuterJoin, OptimizeLimitZero, WatermarkTracker.

import { isStreaming, outputOf } from '../plan/properties.js';
import { children, transformUp } from '../plan/walk.js';
import type { BoundConst, BoundExpr, ColumnId, LogicalPlan, OutputColumn } from '../tree.js';
import { BOOLEAN } from '../types.js';

const NEVER: BoundConst = { kind: 'const', type: BOOLEAN, nullable: false, value: false };

/** No rows, with these columns (of fresh ids), from the silent sources of a streaming plan: one plan for each of its watermark nodes and other sources. */
export function silentInputs(plan: LogicalPlan, columns: readonly OutputColumn[], freshId: () => ColumnId): readonly LogicalPlan[] {
  return sourcesOf(plan).map((input): LogicalPlan => {
    // Columns of the source itself stay, with the event time that they carry.
    const own = new Map(outputOf(input).map((c) => [c.id, c]));
    const expr = ({ id, name, type, nullable }: OutputColumn): BoundExpr => (own.has(id) ? { kind: 'column', id, name, type, nullable } : { kind: 'const', type, nullable: true, value: null });
    return { kind: 'project', input, items: columns.map((c) => ({ id: freshId(), name: c.name, expr: expr(c) })) };
  });
}
function sourcesOf(plan: LogicalPlan): readonly LogicalPlan[] {
  if (!isStreaming(plan)) return [];
  if (plan.kind === 'watermark' || plan.kind === 'scan') return [transformUp(plan, (node) => (node.kind === 'scan' && node.streaming ? { kind: 'filter', input: node, predicate: NEVER } : node))];
  return children(plan).flatMap(sourcesOf);
}

/** Below LIMIT 0 nothing runs. */
export function emptyLimits(plan: LogicalPlan, freshId: () => ColumnId): LogicalPlan {
  return transformUp(plan, (node) => {
    if (node.kind !== 'limit' || node.limit !== 0 || !isStreaming(node)) return node;
    const columns = outputOf(node);
    const inputs = silentInputs(node.input, columns, freshId);
    // A union gives the columns their ids back.
    return { ...node, input: { kind: 'union', inputs, columns } };
  });
}
