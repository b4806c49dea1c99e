// Bounded plans: a static query is a stream of one epoch that is marked final, run by the same operators over throw-away state.
// Subqueries have become joins before (planner/normalize/decorrelate.ts).

import { invariant } from '../../planner/errors/index.js';
import { isStreaming, outputOf } from '../../planner/plan/properties.js';
import type { LogicalPlan, OutputColumn, PlanOf } from '../../planner/tree.js';
import type { Delta, RecordBatch } from '../columnar/column.js';
import type { Clock } from '../host/host.js';
import { lower, type LowerOptions } from '../lowering/lower.js';
import { closeOperators, createOperators } from '../operators/flow.js';
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
  const physical = lower(plan, env.lowering);
  const context: EpochContext = { epoch: 0, timestampMillis: env.timestampMillis, lateWatermark: 0, evictWatermark: 0, final: true };
  const scans = new Map(physical.sources.map((s) => [s.node, s.scan]));
  const operators = createOperators(physical, memoryStore);
  let closed: ReturnType<typeof closeOperators>;
  try {
    yield* runEpoch({
      plan: physical, operators, clock: env.clock, signal: env.signal,
      context: () => context, feed: (node) => env.read(scans.get(node)!),
    });
  } finally { closed = closeOperators(operators); }
  if (closed) throw closed.error;
}

/** All rows of a bounded plan. */
export async function runStatic(plan: LogicalPlan, env: StaticEnv): Promise<{ readonly output: readonly OutputColumn[]; readonly batches: readonly RecordBatch[] }> {
  const batches: RecordBatch[] = [];
  for await (const { length, columns, selection } of streamStatic(plan, env)) batches.push({ length, columns, selection });
  return { output: outputOf(plan), batches };
}
