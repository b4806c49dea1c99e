// LIMIT and OFFSET: the rows from `offset` on, at most `limit` of them, in order of arrival. On a stream they count over the whole life of the
// query; above an aggregate that hands out all of its groups in every epoch they count each epoch's snapshot.
//
// source: Spark's StreamingGlobalLimit.

import { outputOf } from '../../planner/plan/properties.js';
import { visit } from '../../planner/plan/walk.js';
import type { PlanOf } from '../../planner/tree.js';
import * as T from '../../planner/types.js';
import type { Delta } from '../columnar/column.js';
import type { StateStore, StateTable } from '../state/store.js';
import { SlotSums } from './net-changes.js';
import { type Emit, type EpochContext, noCounts, type Operator, type PhysicalNode, type StateMetrics } from './operator.js';
import { StateCounts } from './state-counts.js';
import type { LoweringTools, NodeInput } from './tools.js';

const STATE_OPERATOR = 'globalLimit';
interface LimitSpec { readonly limit: number; readonly offset: number }

export function limitNode(plan: PlanOf<'limit'>, input: NodeInput, tools: LoweringTools): PhysicalNode {
  const spec: LimitSpec = { limit: plan.limit ?? Number.POSITIVE_INFINITY, offset: plan.offset };
  let snapshot = false;
  visit(plan.input, (node) => { if (node.kind === 'aggregate' && node.emission === 'all') snapshot = true; });
  const base = { name: 'limit', inputs: [input.index], output: outputOf(plan), ports: ['insert'] as const, detail: tools.detail(plan) };
  return plan.stateId === undefined || snapshot || spec.limit === 0
    ? { ...base, create: () => new EpochLimit(spec) }
    : { ...base, stateId: plan.stateId, stateOperator: STATE_OPERATOR, create: ({ store }) => new StreamLimit(spec, store) };
}

/** The part of a delta that stands at positions [offset, offset + limit), where its first row stands at `seen`. */
function cut(input: Delta, seen: number, { limit, offset }: LimitSpec): Delta | null {
  const n = input.selection === null ? input.length : input.selection.length;
  const from = Math.min(n, Math.max(0, offset - seen));
  const to = Math.max(from, Math.min(n, offset + limit - seen));
  if (from === to) return null;
  if (from === 0 && to === n) return input;
  const selection = input.selection === null ? Int32Array.from({ length: to - from }, (_, k) => from + k) : input.selection.subarray(from, to);
  return { length: input.length, columns: input.columns, selection, weights: null };
}

/** Counts from the start of each epoch. */
class EpochLimit implements Operator {
  readonly counts = noCounts();
  private readonly spec: LimitSpec;
  private seen = 0;
  /** Nothing comes after this epoch: what is below need not be read to its end. */
  private final = false;
  constructor(spec: LimitSpec) { this.spec = spec; }

  wantsPort(): boolean { return !this.final || this.seen < this.spec.offset + this.spec.limit; }
  process(input: Delta, _port: number, context: EpochContext, emit: Emit): void {
    this.final = context.final;
    const n = input.selection === null ? input.length : input.selection.length;
    const output = cut(input, this.seen, this.spec);
    const kept = output === null ? 0 : output.selection === null ? output.length : output.selection.length;
    this.seen += n;
    this.counts.in += n;
    this.counts.used += kept;
    this.counts.filtered += n - kept;
    this.counts.out += kept;
    if (output !== null) emit(output);
  }
  finish(): undefined { this.seen = 0; }
}

/** Counts over the life of the query; the count is the state. */
class StreamLimit implements Operator {
  readonly counts = noCounts();
  private readonly spec: LimitSpec;
  private readonly store: StateStore;
  private readonly counter = new SlotSums();
  private readonly table: StateTable;
  private slot: number | undefined;
  private readonly stateCounts = new StateCounts();
  constructor(spec: LimitSpec, store: StateStore) {
    this.spec = spec;
    this.store = store;
    this.table = store.table({ name: 'count', key: [], value: [T.field('rows', T.DOUBLE)] }, this.counter);
    this.slot = this.table.slots()[0];
  }

  process(input: Delta, _port: number, context: EpochContext, emit: Emit): void {
    this.stateCounts.begins(context);
    const n = input.selection === null ? input.length : input.selection.length;
    this.slot ??= this.table.resolve(1, null, [])[0]!;
    const seen = this.counter.sums[this.slot]!;
    const output = cut(input, seen, this.spec);
    const kept = output === null ? 0 : output.selection === null ? output.length : output.selection.length;
    this.counts.in += n;
    this.counts.used += kept;
    this.counts.filtered += n - kept;
    this.counts.out += kept;
    const end = this.spec.offset + this.spec.limit;
    if (seen < end) {
      this.counter.sums[this.slot] = Math.min(end, seen + n);
      this.table.touch(Int32Array.of(this.slot));
      this.stateCounts.updated = 1;
    }
    if (output !== null) emit(output);
  }
  finish(context: EpochContext): undefined { this.stateCounts.begins(context); }

  stateMetrics(): StateMetrics { return this.stateCounts.metrics(STATE_OPERATOR, this.table.size, this.store.memoryUsedBytes); }
}
