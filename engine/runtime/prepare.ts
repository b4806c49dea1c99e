// A streaming plan made ready to run: uncorrelated subqueries become values, and static parts that must come to an end of their own (an
// aggregate, a sort or a join below a stream's join) leave the plan; each epoch runs them first, as the static queries that they are.

import { freeColumns } from '../../planner/plan/columns.js';
import { isStreaming, outputOf } from '../../planner/plan/properties.js';
import { children, mapChildren } from '../../planner/plan/walk.js';
import type { LogicalPlan, PlanKind } from '../../planner/tree.js';
import type { RecordBatch } from '../columnar/column.js';
import { lower } from '../lowering/lower.js';
import type { PhysicalPlan } from '../operators/operator.js';
import { type StaticEnv, streamStatic } from './static.js';

/** The rows of a static part in an epoch with this timestamp. */
export type StaticPart = (timestampMillis: number, signal: AbortSignal) => AsyncIterable<RecordBatch>;
export interface StreamPlan {
  readonly plan: PhysicalPlan;
  /** By the `loop` of the plan's given leaves. */
  readonly statics: ReadonlyMap<number, StaticPart>;
}

/** Kinds of nodes that hold rows until their input ends, or count them. */
const ENDING: ReadonlySet<PlanKind> = new Set<PlanKind>(['aggregate', 'deduplicate', 'join', 'dependent_join', 'set_operation', 'sort', 'limit', 'window', 'sample', 'recursive', 'group_state']);
const ends = (plan: LogicalPlan): boolean => ENDING.has(plan.kind) || children(plan).some(ends);

/** Lowers the logical plan of a query's epochs. */
export function lowerStream(logical: LogicalPlan, env: StaticEnv): StreamPlan {
  const statics = new Map<number, StaticPart>();
  const split = (plan: LogicalPlan): LogicalPlan => {
    if (isStreaming(plan)) return plan.kind === 'dependent_join' ? { ...plan, left: split(plan.left) } : mapChildren(plan, split);
    if (!ends(plan) || freeColumns(plan).length > 0) return plan;
    const loop = -1 - statics.size;
    statics.set(loop, (timestampMillis, signal) => streamStatic(plan, { ...env, timestampMillis, signal }));
    return { kind: 'recursive_ref', loop, columns: outputOf(plan) };
  };
  return { plan: lower(split(logical), env.lowering), statics };
}
