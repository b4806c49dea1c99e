// What event time says about window functions on a stream: when a partition is complete, and when a row's values are final.

import type { BoundExpr, PlanOf } from '../tree.js';
import { type EventTimes, eventTimesOf } from './properties.js';
import { type Reach, reachOf } from './window-reach.js';

type WindowPlan = PlanOf<'window'>;

const carries = (e: BoundExpr, times: EventTimes): boolean => e.kind === 'column' && times.has(e.id);

/** Index of the partitioning expression that carries event time: the partition is complete when the watermark has passed it. −1: none. */
export function partitionTime(plan: WindowPlan): number {
  const times = eventTimesOf(plan.input);
  return plan.partitionBy.findIndex((e) => carries(e, times));
}

/** How far the functions of a node reach whose rows are final one after the other, as the watermark passes the event time that they are ordered by; undefined:
 *  they are not. source: Flink's OVER over event time. */
export function settledByTime(plan: WindowPlan): readonly Reach[] | undefined {
  const first = plan.orderBy[0];
  if (!first?.ascending || !carries(first.expr, eventTimesOf(plan.input)) || first.expr.type.kind === 'struct') return undefined;
  const reaches = plan.functions.map(reachOf);
  return reaches.some((r) => r.ahead === 'all') ? undefined : reaches;
}
