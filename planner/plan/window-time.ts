// What event time says about window functions on a stream: when a partition is complete.

import type { BoundExpr, PlanOf } from '../tree.js';
import { type EventTimes, eventTimesOf } from './properties.js';

type WindowPlan = PlanOf<'window'>;

const carries = (e: BoundExpr, times: EventTimes): boolean => e.kind === 'column' && times.has(e.id);

/** Index of the partitioning expression that carries event time: the partition is complete when the watermark has passed it. −1: none. */
export function partitionTime(plan: WindowPlan): number {
  const times = eventTimesOf(plan.input);
  return plan.partitionBy.findIndex((e) => carries(e, times));
}
