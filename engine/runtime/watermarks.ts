// Watermarks of a query: what each watermark node has seen, the global watermark made of it, and what each operator may assume of it.
// Invariant: no value ever goes back.
//
// source: Spark WatermarkTracker and WatermarkPropagator, as sharpened by the recorded cases: nothing is propagated while the global
// watermark is 0; a node that has never been heard counts as 0; static inputs are undefined, not 0.

import { raise } from '../../planner/errors/index.js';
import type { Millis, PhysicalPlan } from '../operators/operator.js';

export type WatermarkPolicy = 'min' | 'max';

/** Input watermark of every node of the plan. @throws _LEGACY_ERROR_TEMP_3076 for a watermark node above another one */
export function propagate(plan: PhysicalPlan, global: Millis, multiple: boolean): readonly Millis[] {
  const { nodes } = plan;
  if (global === 0) return nodes.map(() => 0);
  if (!multiple) return nodes.map(() => global);
  const outputs: (Millis | undefined)[] = [];
  return nodes.map((node, i) => {
    const inputs = node.inputs.map((input) => outputs[input]);
    const defined = inputs.filter((w) => w !== undefined);
    const least = defined.length === 0 ? undefined : Math.min(...defined);
    if (node.watermark && least !== undefined) raise('_LEGACY_ERROR_TEMP_3076', { config: 'spark.sql.streaming.statefulOperator.allowMultiple' });
    outputs[i] = node.watermark ? global : node.outputWatermark ? node.outputWatermark(inputs, global) : least;
    return Math.max(0, least ?? 0);
  });
}

/** The watermark of each node and the global one. */
export class WatermarkTracker {
  readonly policy: WatermarkPolicy;
  private readonly perNode: Map<string, Millis>;
  private current: Millis;

  constructor(policy: WatermarkPolicy, global: Millis, perNode: Readonly<Record<string, number>>) {
    this.policy = policy;
    this.current = global;
    this.perNode = new Map(Object.entries(perNode));
  }
  get global(): Millis { return this.current; }
  get nodes(): Readonly<Record<string, number>> { return Object.fromEntries(this.perNode); }

  /** At the end of an epoch: each watermark node of the plan with the greatest event time it saw, undefined if no row came. */
  update(seen: readonly { readonly nodeId: string; readonly delayMillis: Millis; readonly max: Millis | undefined }[]): void {
    if (seen.length === 0) return;
    for (const { nodeId, delayMillis, max } of seen) {
      const known = this.perNode.get(nodeId);
      if (max !== undefined) this.perNode.set(nodeId, Math.max(known ?? Number.NEGATIVE_INFINITY, max - delayMillis));
      else if (known === undefined) this.perNode.set(nodeId, 0);
    }
    const values = seen.map((s) => this.perNode.get(s.nodeId)!);
    this.current = Math.max(this.current, this.policy === 'min' ? Math.min(...values) : Math.max(...values));
  }
}
