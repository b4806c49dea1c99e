// Watermarks of a query: what each watermark node has seen, the global watermark made of it, and what each operator may assume of it.
// Invariant: no value ever goes back.
//
// source: Spark WatermarkTracker and WatermarkPropagator, as sharpened by the recorded cases: nothing is propagated while the global
// watermark is 0; a node that has never been heard counts as 0; static inputs are undefined, not 0.

import { raise } from '../../planner/errors/index.js';
import type { Millis, PhysicalPlan, WatermarkRule } from '../operators/operator.js';

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

/** A watermark node as it stands at some moment. */
export interface WatermarkState {
  readonly nodeId: string;
  /** Undefined: it has never seen a row, and counts as 0. */
  readonly watermark: Millis | undefined;
  readonly idle: boolean;
  /** The timestamp of the newest epoch in which rows came, or of the first one; known where there is a rule for idle nodes. */
  readonly activeAt: Millis | undefined;
}
/** What has been found out, as the commit log keeps it. */
export interface WatermarkMemory { readonly perNode: Readonly<Record<string, number>>; readonly activeAt: Readonly<Record<string, number>> }

/** The watermark of each node and the global one. A node with a rule for that is idle when no row has come for so long, by the timestamps of
 *  epochs: under the policy `min` it is left out then. Of nodes that are all idle the greatest counts, as nothing is expected of any.
 *  source: Flink's withIdleness and StatusWatermarkValve; their clock is the process's, ours the offset log. */
export class WatermarkTracker {
  readonly policy: WatermarkPolicy;
  private readonly rules: readonly WatermarkRule[];
  private readonly perNode: Map<string, Millis>;
  private readonly activeAt: Map<string, Millis>;
  private current: Millis;

  /** `rules`: of the plan's watermark nodes. */
  constructor(policy: WatermarkPolicy, rules: readonly WatermarkRule[], global: Millis, { perNode, activeAt }: WatermarkMemory) {
    this.policy = policy;
    this.rules = rules;
    this.current = global;
    this.perNode = new Map(Object.entries(perNode));
    this.activeAt = new Map(Object.entries(activeAt));
  }
  get global(): Millis { return this.current; }
  get memory(): WatermarkMemory { return { perNode: Object.fromEntries(this.perNode), activeAt: Object.fromEntries(this.activeAt) }; }

  /** At the end of an epoch with this timestamp: the greatest event time that each node saw, by the order of the rules; undefined if no row came. */
  update(seen: readonly (Millis | undefined)[], timestamp: Millis): void {
    this.rules.forEach(({ nodeId, delayMillis, idleMillis }, i) => {
      const max = seen[i];
      const known = this.perNode.get(nodeId);
      if (max !== undefined) this.perNode.set(nodeId, Math.max(known ?? Number.NEGATIVE_INFINITY, max - delayMillis));
      else if (known === undefined) this.perNode.set(nodeId, 0);
      if (idleMillis !== undefined && (max !== undefined || !this.activeAt.has(nodeId))) this.activeAt.set(nodeId, timestamp);
    });
    this.current = this.at(timestamp);
  }

  /** The global watermark after an epoch without rows at this time. */
  at(timestamp: Millis): Millis {
    if (this.rules.length === 0) return this.current;
    const values = (rules: readonly WatermarkRule[]): Millis[] => rules.map((r) => this.perNode.get(r.nodeId) ?? 0);
    const awake = this.rules.filter((r) => !this.idle(r, timestamp));
    const next = this.policy === 'min' && awake.length > 0 ? Math.min(...values(awake)) : Math.max(...values(this.rules));
    return Math.max(this.current, next);
  }
  private idle({ nodeId, idleMillis }: WatermarkRule, timestamp: Millis): boolean {
    const active = this.activeAt.get(nodeId);
    return idleMillis !== undefined && active !== undefined && timestamp - active >= idleMillis;
  }

  /** When nodes that are not idle yet will be, without rows; ascending. */
  idleTimes(after: Millis): readonly Millis[] {
    const times = this.rules.flatMap(({ nodeId, idleMillis }) => { const active = this.activeAt.get(nodeId); return idleMillis === undefined || active === undefined ? [] : [active + idleMillis]; });
    return [...new Set(times)].filter((t) => t > after).sort((a, b) => a - b);
  }

  /** By the order of the rules. */
  states(timestamp: Millis): readonly WatermarkState[] {
    return this.rules.map((r) => ({ nodeId: r.nodeId, watermark: this.perNode.get(r.nodeId), idle: this.idle(r, timestamp), activeAt: this.activeAt.get(r.nodeId) }));
  }
}
