// GROUP BY: keys resolve to slots, accumulators work on slots. Three emissions: on_close (a group once, when the watermark has passed its
// event time, and then it is gone), on_touch (the groups that the epoch touched), all (every group). A static query is the same
// operator whose one epoch is final: everything is released. An aggregate without functions is DISTINCT.
//
// A row is late if the event time among its keys is at or before the late watermark; rows without one are never late, and their groups never
// close before the final epoch. With retractions in the input a group whose last row is taken back is gone.
//
// source: Spark's StateStoreSaveExec; streaming-algorithms (b): what is late, what is evicted, in which order.

import { outputOf } from '../../planner/plan/properties.js';
import type { PlanOf } from '../../planner/tree.js';
import type { Column, Delta } from '../columnar/column.js';
import { shownAtCall } from '../columnar/place.js';
import type { StateStore, StateTable } from '../state/store.js';
import { DistinctRows } from './aggregate-distinct.js';
import { GroupBags } from './aggregate-values.js';
import { type AggregateSpec, aggregateSpec, argumentsOf, CHUNK_ROWS, emitColumns, evaluateGroups, GroupValues, resultsOf } from './grouping.js';
import { LateRows } from './late-rows.js';
import { type Emit, type EpochContext, type Held, type Millis, noCounts, type Operator, type PhysicalNode, type StateMetrics } from './operator.js';
import { sessionNode } from './session.js';
import { StateCounts } from './state-counts.js';
import type { LoweringTools, NodeInput } from './tools.js';

export function aggregateNode(plan: PlanOf<'aggregate'>, input: NodeInput, tools: LoweringTools, options: { readonly retractions?: boolean } = {}): PhysicalNode {
  const spec = aggregateSpec(plan, input, tools, options.retractions === true);
  if (plan.session) return sessionNode(plan, spec, input, tools);
  return {
    name: 'aggregate', inputs: [input.index], output: outputOf(plan), ports: ['retract'], detail: tools.detail(plan),
    ...(plan.stateId !== undefined && { stateId: plan.stateId, stateOperator: STATE_OPERATOR }), create: ({ store }) => new AggregateOperator(spec, store),
  };
}

const STATE_OPERATOR = 'stateStoreSave';

class AggregateOperator implements Operator {
  readonly counts = noCounts();
  private readonly spec: AggregateSpec;
  private readonly values: GroupValues;
  private readonly table: StateTable;
  private readonly store: StateStore;
  private readonly distinct: readonly (DistinctRows | null)[];
  private readonly late: LateRows;
  /** DISTINCT over rows that are never taken back only gains groups: nothing else of it changes. */
  private readonly grows: boolean;
  private readonly remembers: boolean;
  /** Groups as they were before the epoch touched them (on_touch with retractions). */
  private before: { readonly slots: Int32Array; readonly columns: readonly Column[] }[] = [];
  private touchedSeen = 0;
  private readonly stateCounts = new StateCounts();

  constructor(spec: AggregateSpec, store: StateStore) {
    this.spec = spec;
    this.store = store;
    const keyed = spec.keys.length > 0;
    this.values = new GroupValues(spec.functions.map((f) => shownAtCall(f, () => f.make())), spec.retract && keyed);
    const eventTime = spec.eventTime === undefined || spec.emission === 'all' ? {} : { eventTime: spec.eventTime };
    this.table = store.table({ name: 'groups', key: spec.keys, value: this.values.fields, ...eventTime }, this.values);
    this.distinct = distinctTables(spec, store, eventTime.eventTime !== undefined);
    this.values.accumulators.forEach((a, i) => { if (a instanceof GroupBags) a.open(store, `values${i}`); });
    this.grows = spec.retractions && spec.functions.length === 0 && !spec.retract;
    this.remembers = spec.retractions && !this.grows;
    this.late = new LateRows(spec.keys, spec.emission === 'all' ? undefined : spec.eventTime);
  }

  process(input: Delta, _port: number, context: EpochContext): void {
    this.begin(context);
    const { spec, table } = this;
    const columns = spec.groups[0]!.projection(input, context);
    const keys = columns.slice(0, spec.keys.length);
    const rows = this.late.drop(input, keys, context, this.counts);
    this.stateCounts.late = this.late.groups;
    const n = rows === null ? input.length : rows.length;
    if (n === 0) return;
    const slots = spec.keys.length === 0 ? this.onlySlot(n) : table.resolve(n, rows, keys);
    const { weights } = input;
    if (this.remembers) this.remember();
    if (this.values.rows) addRows(this.values.rows, n, rows, slots, weights);
    const results = evaluateGroups(spec, columns, input, rows, slots, context);
    spec.functions.forEach((f, i) => {
      const group = results[f.group]!;
      const count = group.rows === null ? input.length : group.rows.length;
      if (count === 0) return;
      const args = argumentsOf(f, group.columns, input.length);
      const distinct = this.distinct[i]!;
      const accumulator = this.values.accumulators[i]!;
      shownAtCall(f, () => {
        if (distinct === null) { accumulator.update(count, group.rows, group.slots, args, weights); return; }
        const changes = distinct.changes(count, group.rows, group.slots, args, weights, input.length);
        if (changes.count > 0) accumulator.update(changes.count, changes.rows, changes.slots, changes.args, changes.weights);
      });
    });
  }

  /** An aggregate without keys has one group, which exists from the start. */
  private onlySlot(n: number): Int32Array { return new Int32Array(n).fill(this.table.resolve(1, null, [])[0]!); }

  /** Keeps what the newly touched groups that had been there before looked like. */
  private remember(): void {
    const touched = this.table.touched(this.touchedSeen);
    const old = touched.filter((slot) => !this.table.isNew(slot));
    this.touchedSeen += touched.length;
    if (old.length > 0) this.before.push({ slots: old, columns: this.outputOf(old) });
  }

  private outputOf(slots: Int32Array): readonly Column[] { return [...this.table.keys(slots), ...resultsOf(this.spec, this.values, slots)]; }

  private begin(context: EpochContext): void {
    if (!this.stateCounts.begins(context)) return;
    this.touchedSeen = 0;
    this.before = [];
    this.late.begin();
  }

  *finish(context: EpochContext, emit: Emit): Iterable<void> {
    this.begin(context);
    const { spec, table } = this;
    if (spec.keys.length === 0) { this.onlySlot(1); if (this.remembers) this.remember(); }
    const gone = this.emptyGroups();
    const touched = table.touched();
    this.stateCounts.updated = touched.length;
    const out = (slots: Int32Array): Generator<void> => this.emitChunks(slots, emit);
    if (context.final || spec.emission === 'all') {
      this.remove(gone);
      yield* out(table.slots());
    } else if (spec.emission === 'on_close') {
      this.remove(gone);
      yield* this.emitChunks(table.expired(context.evictWatermark), emit, (chunk) => { this.remove(chunk); });
    } else {
      for (const { slots, columns } of this.before) { emitColumns(slots.length, columns, -1, this.counts, emit); yield; }
      this.remove(gone);
      const current = gone.length === 0 ? touched : table.touched();
      yield* out(this.grows ? current.filter((slot) => table.isNew(slot)) : current);
      this.remove(table.expired(context.evictWatermark));
    }
  }

  /** `then`: what happens to the groups of a chunk once it is out. */
  private *emitChunks(slots: Int32Array, emit: Emit, then?: (chunk: Int32Array) => void): Generator<void> {
    for (let from = 0; from < slots.length; from += CHUNK_ROWS) {
      const chunk = slots.subarray(from, Math.min(slots.length, from + CHUNK_ROWS));
      emitColumns(chunk.length, this.outputOf(chunk), 1, this.counts, emit);
      then?.(chunk);
      yield;
    }
  }

  /** Groups that all rows have been taken back from. */
  private emptyGroups(): Int32Array {
    const { rows } = this.values;
    return rows === null ? new Int32Array(0) : this.table.touched().filter((slot) => rows[slot] === 0);
  }

  private remove(slots: Int32Array): void {
    this.stateCounts.removed += slots.length;
    for (const d of this.distinct) d?.forget(slots);
    this.table.remove(slots);
  }

  wantsEpoch(newWatermark: Millis, lastEvictWatermark: Millis): boolean { return this.spec.emission !== 'all' && newWatermark > lastEvictWatermark; }

  holds(): Held | undefined {
    return this.spec.emission === 'on_close' && this.table.size > 0 ? { rows: this.table.size, until: this.table.earliestDeadline() } : undefined;
  }
  stateMetrics(): StateMetrics {
    return this.stateCounts.metrics(STATE_OPERATOR, this.table.size, this.store.memoryUsedBytes);
  }
}

/** One DISTINCT table for each set of arguments and filter, shared by the functions that have them. */
function distinctTables(spec: AggregateSpec, store: StateStore, forgets: boolean): (DistinctRows | null)[] {
  return spec.functions.map((f, i) => f.distinct === null ? null
    : new DistinctRows(store, `distinct${i}`, f.distinct, spec.retract, forgets));
}

function addRows(rows: Float64Array, n: number, selection: Int32Array | null, slots: Int32Array, weights: Int32Array | null): void {
  if (weights === null) { for (let k = 0; k < n; k++) rows[slots[k]!]!++; return; }
  for (let k = 0; k < n; k++) rows[slots[k]!]! += weights[selection === null ? k : selection[k]!]!;
}
