// dropDuplicates over rows that may be taken back: all rows of a key are kept with their counts. The first to come stands for the key, and
// stays as long as it is there; when it goes, the oldest of the others takes its place.
//
// A row is late if its key has been evicted, which is by the event time among the key's columns: what was taken in can be taken back.

import { invariant } from '../../planner/errors/index.js';
import { eventTimesOf, outputOf } from '../../planner/plan/properties.js';
import type { BoundExpr, PlanOf } from '../../planner/tree.js';
import { field } from '../../planner/types.js';
import { type Delta, rowCount } from '../columnar/column.js';
import type { StateStore } from '../state/store.js';
import { CountedSide, type CountedSideSpec } from './counting-join-state.js';
import { dropLate } from './late-rows.js';
import { type Emit, type EpochContext, type Millis, noCounts, type Operator, type PhysicalNode, type StateMetrics } from './operator.js';
import { StateCounts } from './state-counts.js';
import { rowsOf } from './stateless.js';
import { layoutOf, type LoweringTools, type NodeInput } from './tools.js';

const STATE_OPERATOR = 'dedupeChanges';
/** Keys settled in one go. */
const CHUNK = 8192;

export function deduplicateChangesNode(plan: PlanOf<'deduplicate'>, input: NodeInput, tools: LoweringTools): PhysicalNode {
  const { compiler, settings } = tools;
  const layout = layoutOf(input.output);
  const times = eventTimesOf(plan.input);
  const keys = plan.keys.map((id): BoundExpr => {
    const column = input.output.find((c) => c.id === id);
    invariant(column, 'a key of a deduplication is a column of its input');
    return { ...column, kind: 'column' };
  });
  const time = keys.find((k) => k.kind === 'column' && times.has(k.id));
  const spec: CountedSideSpec = {
    name: 'left', fields: input.output.map((c, i) => field(`c${i}`, c.type)), keys: compiler.projection(keys, layout, settings),
    keyTypes: keys.map((k) => k.type), nullSafe: keys.map(() => true), deadline: time ? compiler.projection([time], layout, settings) : null,
  };
  return {
    name: 'deduplicate', inputs: [input.index], output: outputOf(plan), ports: ['retract'], detail: tools.detail(plan),
    ...(plan.stateId !== undefined && { stateId: plan.stateId, stateOperator: STATE_OPERATOR }), create: ({ store }) => new DeduplicateChanges(spec, store),
  };
}

class DeduplicateChanges implements Operator {
  readonly counts = noCounts();
  private readonly spec: CountedSideSpec;
  private readonly store: StateStore;
  /** `matches` of a row: 1 while it stands for its key, else less than 0, by the order in which they came (0: a checkpoint from before that was kept). */
  private readonly rows: CountedSide;
  /** The row that stands for a key, by the key's number in this process. */
  private readonly standing = new Map<number, number>();
  private arrivals = 0;
  private readonly stateCounts = new StateCounts();

  constructor(spec: CountedSideSpec, store: StateStore) {
    this.spec = spec;
    this.store = store;
    this.rows = new CountedSide(spec, store, (matches) => -matches);
    for (const slot of this.rows.slots()) {
      const matches = this.rows.matches[slot]!;
      if (matches === 1) this.standing.set(this.rows.keyOf(slot), slot); else this.arrivals = Math.max(this.arrivals, -matches);
    }
  }

  process(input: Delta, port: number, context: EpochContext): void {
    this.stateCounts.begins(context);
    this.counts.in += rowCount(input);
    const { deadline } = this.spec;
    const found = deadline ? dropLate(input, port, deadline({ length: input.length, columns: input.columns, selection: null }, context)[0]!, context, this.counts) : null;
    this.stateCounts.late += found?.late.length ?? 0;
    const rows = found?.kept ?? rowsOf(input);
    this.counts.used += rows.length;
    if (rows.length === 0) return;
    const { slots, weights, fresh } = this.rows.net(input, rows, input.weights);
    for (let k = 0; k < slots.length; k++) {
      this.rows.change(slots[k]!);
      this.rows.counts[slots[k]!]! += weights[k]!;
      if (fresh[k] === 1) this.rows.matches[slots[k]!] = -++this.arrivals;
    }
    this.stateCounts.updated += slots.length;
  }

  *finish(context: EpochContext, emit: Emit): Generator<void> {
    this.stateCounts.begins(context);
    const { rows, standing } = this;
    const { changed } = rows;
    const keys = Int32Array.from(new Set(changed.map((slot) => rows.keyOf(slot))));
    for (let from = 0; from < keys.length; from += CHUNK) { this.settle(keys.subarray(from, from + CHUNK), emit); yield; }
    const gone = changed.filter((slot) => rows.counts[slot] === 0);
    rows.end();
    rows.remove(gone);
    const evicted = this.spec.deadline ? rows.expired(context.evictWatermark) : new Int32Array(0);
    for (const slot of evicted) standing.delete(rows.keyOf(slot));
    rows.remove(evicted);
    this.stateCounts.removed = gone.length + evicted.length;
  }

  /** Who stands for each key now. */
  private settle(keys: Int32Array, emit: Emit): void {
    const { rows, standing } = this;
    const slots: number[] = [];
    const weights: number[] = [];
    for (const key of keys) {
      const old = standing.get(key);
      if (old !== undefined && rows.counts[old]! > 0) continue;
      let next = rows.first(key);
      while (next >= 0 && rows.counts[next]! <= 0) next = rows.next(next);
      if (old !== undefined) { rows.matches[old] = 0; slots.push(old); weights.push(-1); standing.delete(key); }
      if (next >= 0) { rows.matches[next] = 1; slots.push(next); weights.push(1); standing.set(key, next); }
    }
    if (slots.length === 0) return;
    const settled = Int32Array.from(slots);
    rows.touch(settled);
    this.counts.out += settled.length;
    emit({ length: settled.length, columns: rows.rows(settled), selection: null, weights: Int32Array.from(weights) });
  }

  wantsEpoch(newWatermark: Millis, lastEvictWatermark: Millis): boolean { return newWatermark > lastEvictWatermark; }

  stateMetrics(): StateMetrics {
    return this.stateCounts.metrics(STATE_OPERATOR, this.rows.size, this.store.memoryUsedBytes + this.rows.memoryUsedBytes);
  }
}
