// When aggregates emit: the one place where the output mode reaches an operator. Append: every streaming aggregate when the watermark
// closes a group. Update: the groups that an epoch touched. Complete: the topmost aggregate of each path all of its groups, and what
// stands above it runs on that snapshot; aggregates below it as in update.

import { raise } from '../errors/index.js';
import { printExpr } from '../expr/print.js';
import { eventTimesOf, isStreaming } from '../plan/properties.js';
import { mapChildren } from '../plan/walk.js';
import { partitionTime, releasedInOrder } from '../plan/window-time.js';
import { isSnapshot } from './assign-state-ids.js';
import type { Emission, LogicalPlan, OutputMode, PlanOf } from '../tree.js';

/** @throws UNSUPPORTED_STREAMING_OPERATOR_WITHOUT_WATERMARK, _LEGACY_ERROR_TEMP_3068 */
export function chooseEmission(plan: LogicalPlan, mode: OutputMode): LogicalPlan { return choose(plan, mode, mode === 'complete' ? 'all' : undefined); }

function choose(plan: LogicalPlan, mode: OutputMode, top: Emission | undefined): LogicalPlan {
  if (!isStreaming(plan)) return plan;
  if (plan.kind === 'window') return chooseWindow(plan, mode, top);
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

/** Window functions over a snapshot run on it anew; all others keep their rows. */
function chooseWindow(plan: PlanOf<'window'>, mode: OutputMode, top: Emission | undefined): LogicalPlan {
  const node = { ...plan, input: choose(plan.input, mode, top) };
  if (isSnapshot(node.input)) return node;
  if (mode !== 'append') return { ...node, emission: top ?? 'on_touch' };
  if (releasedInOrder(node)) return { ...node, emission: 'in_order' };
  if (partitionTime(node) >= 0) return { ...node, emission: 'on_close' };
  return raise('STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION', {
    outputMode: mode, operation: `window functions whose rows never become final: ${plan.functions.length === 0 ? 'a rank' : plan.functions.map((f) => printExpr(f.window)).join(', ')}`,
    advice: 'Order by a column with a watermark and look at rows before alone, partition by such a column or a time window over it, or use the update, changelog or complete mode.',
  }, { span: plan.functions[0]?.window.span ?? plan.span });
}

/** A session needs a key that is not constant: else all rows of the stream would be one group of sessions. */
function checkSession(node: PlanOf<'aggregate'>): void {
  const { session } = node;
  const other = node.grouping.some((g) => g.expr.kind !== 'const' && !(g.expr.kind === 'column' && g.expr.id === session!.column.id));
  if (!other) raise('_LEGACY_ERROR_TEMP_3068', {}, { span: node.span });
}
