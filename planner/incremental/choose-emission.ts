// When aggregates emit: the one place where the output mode reaches an operator. Append: every streaming aggregate when the watermark
// closes a group. Update: the groups that an epoch touched. Complete: the topmost aggregate of each path all of its groups, and what
// stands above it runs on that snapshot; aggregates below it as in update.

import { raise } from '../errors/index.js';
import { eventTimesOf, isStreaming } from '../plan/properties.js';
import { mapChildren } from '../plan/walk.js';
import type { Emission, LogicalPlan, OutputMode, PlanOf } from '../tree.js';

/** @throws UNSUPPORTED_STREAMING_OPERATOR_WITHOUT_WATERMARK, _LEGACY_ERROR_TEMP_3068 */
export function chooseEmission(plan: LogicalPlan, mode: OutputMode): LogicalPlan { return choose(plan, mode, mode === 'complete' ? 'all' : undefined); }

function choose(plan: LogicalPlan, mode: OutputMode, top: Emission | undefined): LogicalPlan {
  if (!isStreaming(plan)) return plan;
  const below = plan.kind === 'aggregate' ? undefined : top;
  const node = mapChildren(plan, (input) => choose(input, mode, below));
  if (node.kind !== 'aggregate') return node;
  if (node.session) checkSession(node);
  const emission: Emission = top ?? (mode === 'append' ? 'on_close' : 'on_touch');
  if (emission === 'on_close' && !node.grouping.some((g) => eventTimesOf(node).has(g.id))) {
    raise('UNSUPPORTED_STREAMING_OPERATOR_WITHOUT_WATERMARK', { outputMode: 'append', statefulOperator: 'aggregations' }, { span: node.span });
  }
  return { ...node, emission };
}

/** A session needs a key that is not constant: else all rows of the stream would be one group of sessions. */
function checkSession(node: PlanOf<'aggregate'>): void {
  const { session } = node;
  const other = node.grouping.some((g) => g.expr.kind !== 'const' && !(g.expr.kind === 'column' && g.expr.id === session!.column.id));
  if (!other) raise('_LEGACY_ERROR_TEMP_3068', {}, { span: node.span });
}
