// Bounded plans: a static query is a stream of one epoch that is marked final, run by the same operators over throw-away state.
// Uncorrelated subqueries are plans of their own that run first; their values take their place as constants.

import { invariant, raise } from '../../planner/errors/index.js';
import { transform } from '../../planner/expr/walk.js';
import { isStreaming, outputOf } from '../../planner/plan/properties.js';
import { mapExpressions, transformUp } from '../../planner/plan/walk.js';
import type { BoundConst, BoundSubquery, LogicalPlan, OutputColumn, PlanOf } from '../../planner/tree.js';
import type { Value } from '../../planner/values.js';
import { type Delta, type RecordBatch, rowCount } from '../columnar/column.js';
import { reader } from '../columnar/read.js';
import type { Clock } from '../host/host.js';
import { lower, type LowerOptions } from '../lowering/lower.js';
import { createOperators } from '../operators/flow.js';
import type { EpochContext } from '../operators/operator.js';
import { memoryStore } from '../state/memory.js';
import { runEpoch } from './driver.js';

export interface StaticEnv {
  readonly lowering: LowerOptions;
  readonly clock: Clock;
  /** now() of the query. */
  readonly timestampMillis: number;
  /** All rows of a bounded source. */
  read(scan: PlanOf<'scan'>): AsyncIterable<RecordBatch>;
  readonly signal?: AbortSignal;
}

/** The rows of a bounded plan, as they are made. */
export async function* streamStatic(plan: LogicalPlan, env: StaticEnv): AsyncGenerator<Delta, void, undefined> {
  invariant(!isStreaming(plan), 'a static query reads no stream');
  const physical = lower(await withSubqueryValues(plan, env), env.lowering);
  const context: EpochContext = { epoch: 0, timestampMillis: env.timestampMillis, lateWatermark: 0, evictWatermark: 0, final: true };
  const scans = new Map(physical.sources.map((s) => [s.node, s.scan]));
  yield* runEpoch({
    plan: physical, operators: createOperators(physical, memoryStore), clock: env.clock, signal: env.signal,
    context: () => context, feed: (node) => env.read(scans.get(node)!),
  });
}

/** All rows of a bounded plan. */
export async function runStatic(plan: LogicalPlan, env: StaticEnv): Promise<{ readonly output: readonly OutputColumn[]; readonly batches: readonly RecordBatch[] }> {
  const batches: RecordBatch[] = [];
  for await (const { length, columns, selection } of streamStatic(plan, env)) batches.push({ length, columns, selection });
  return { output: outputOf(plan), batches };
}

/** The plan with each uncorrelated scalar or EXISTS subquery replaced by its value. @throws SCALAR_SUBQUERY_TOO_MANY_ROWS */
export async function withSubqueryValues(plan: LogicalPlan, env: StaticEnv): Promise<LogicalPlan> {
  const found = new Map<BoundSubquery, BoundConst>();
  const find = (change: (sub: BoundSubquery) => BoundConst | BoundSubquery): LogicalPlan =>
    transformUp(plan, (node) => mapExpressions(node, (expr) => transform(expr, (e) => e.kind === 'subquery' && e.outer.length === 0 ? change(e) : e)));
  const pending: BoundSubquery[] = [];
  find((sub) => { if (!pending.includes(sub)) pending.push(sub); return sub; });
  if (pending.length === 0) return plan;
  for (const sub of pending) found.set(sub, { kind: 'const', value: await subqueryValue(sub, env), type: sub.type, nullable: sub.nullable });
  return find((sub) => found.get(sub)!);
}

async function subqueryValue(sub: BoundSubquery, env: StaticEnv): Promise<Value> {
  invariant(sub.use !== 'in', 'IN (subquery) has become a join');
  let value: Value = null;
  let count = 0;
  for await (const batch of streamStatic(sub.plan, env)) {
    if (sub.use === 'exists') return true;
    count += rowCount(batch);
    if (count > 1) raise('SCALAR_SUBQUERY_TOO_MANY_ROWS', {}, { span: sub.span });
    value = reader(batch.columns[0]!)(batch.selection?.[0] ?? 0);
  }
  return sub.use === 'exists' ? false : value;
}
