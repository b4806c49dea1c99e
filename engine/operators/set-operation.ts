// INTERSECT and EXCEPT, with and without ALL, by counting equal rows on both sides (NULL equals NULL): what the result holds of a row depends on
// its two counts alone. An epoch hands on how that has changed for the rows that it touched, in the order in which they came first;
// in a static query all rows are new. Above an aggregate that gives its whole result in each epoch nothing is kept. A table beside a
// stream is read anew in each epoch: its counts are those of the epoch.
//
// source: SQL bag semantics: EXCEPT ALL max(0, l - r), INTERSECT ALL min(l, r), without ALL whether the row is there.

import { isSnapshot, isStreaming, outputOf } from '../../planner/plan/properties.js';
import type { PlanOf } from '../../planner/tree.js';
import { type DataType, DOUBLE, type Field, field } from '../../planner/types.js';
import { type Column, type Delta, fixedColumn, rowCount } from '../columnar/column.js';
import { gatherDoubles } from '../columnar/gather.js';
import { memoryStore } from '../state/memory.js';
import type { SlotValues, StateStore, StateTable } from '../state/store.js';
import { rowFields, SlotSums } from './net-changes.js';
import { type Emit, type EpochContext, noCounts, type Operator, type PhysicalNode, type StateMetrics } from './operator.js';
import { StateCounts } from './state-counts.js';
import { rowsOf } from './stateless.js';
import type { LoweringTools, NodeInput } from './tools.js';

interface SetOperationSpec {
  readonly op: 'intersect' | 'except';
  readonly all: boolean;
  readonly types: readonly DataType[];
  /** Of each port: its rows come anew in every epoch. */
  readonly anew: readonly [boolean, boolean];
}
const STATE_OPERATOR = 'setOperation';
/** Rows emitted in one go. */
const CHUNK = 8192;

export function setOperationNode(plan: PlanOf<'set_operation'>, left: NodeInput, right: NodeInput, tools: LoweringTools): PhysicalNode {
  const anew = (side: 'left' | 'right'): boolean => !isStreaming(plan[side]) || isSnapshot(plan[side]);
  const spec: SetOperationSpec = { op: plan.op, all: plan.all, types: plan.columns.map((c) => c.type), anew: [anew('left'), anew('right')] };
  return {
    name: `${plan.op}${plan.all ? '_all' : ''}`, inputs: [left.index, right.index], output: outputOf(plan), ports: ['retract', 'retract'], detail: tools.detail(plan),
    ...(plan.stateId !== undefined && { stateId: plan.stateId, stateOperator: STATE_OPERATOR }),
    create: ({ store }) => new SetOperation(spec, plan.stateId === undefined ? undefined : store),
  };
}

/** How often a row is on either side, and what was handed on of it up to the epoch before. */
class Sides implements SlotValues {
  private readonly parts = [new SlotSums(), new SlotSums(), new SlotSums()] as const;
  readonly fields: readonly Field[] = ['left', 'right', 'shown'].map((name) => field(name, DOUBLE));
  get left(): Float64Array { return this.parts[0].sums; }
  get right(): Float64Array { return this.parts[1].sums; }
  get shown(): Float64Array { return this.parts[2].sums; }
  get memoryUsedBytes(): number { return this.parts.reduce((sum, p) => sum + p.memoryUsedBytes, 0); }
  reserve(count: number): void { for (const p of this.parts) p.reserve(count); }
  save(slots: Int32Array): readonly Column[] { return this.parts.map((p) => fixedColumn(DOUBLE, slots.length, gatherDoubles(p.sums, slots))); }
  load(slots: Int32Array, columns: readonly Column[]): void { this.parts.forEach((p, i) => { p.load(slots, [columns[i]!]); }); }
  reset(slots: Int32Array): void { for (const p of this.parts) p.reset(slots); }
}

/** Each of the slots as often as its number says. */
function repeated(slots: Int32Array, times: Int32Array): Int32Array {
  const out = new Int32Array(times.reduce((sum, n) => sum + n, 0));
  let at = 0;
  for (let k = 0; k < slots.length; k++) for (let n = times[k]!; n > 0; n--) out[at++] = slots[k]!;
  return out;
}

class SetOperation implements Operator {
  readonly counts = noCounts();
  private readonly spec: SetOperationSpec;
  /** Undefined: every epoch begins with nothing. */
  private readonly store: StateStore | undefined;
  private sides = new Sides();
  private table: StateTable;
  private readonly stateCounts = new StateCounts();

  constructor(spec: SetOperationSpec, store: StateStore | undefined) {
    this.spec = spec;
    this.store = store;
    this.table = this.open();
  }
  private open(): StateTable {
    return (this.store ?? memoryStore()).table({ name: 'rows', key: rowFields(this.spec.types), value: this.sides.fields }, this.sides);
  }

  private begin(context: EpochContext): void {
    if (!this.stateCounts.begins(context)) return;
    if (this.store === undefined) { this.sides = new Sides(); this.table = this.open(); return; }
    for (const [port, anew] of this.spec.anew.entries()) {
      if (!anew) continue;
      const counts = port === 0 ? this.sides.left : this.sides.right;
      const known = this.table.slots().filter((slot) => counts[slot] !== 0);
      for (const slot of known) counts[slot] = 0;
      this.table.touch(known);
    }
  }

  process(input: Delta, port: number, context: EpochContext): void {
    this.begin(context);
    const rows = rowsOf(input);
    this.counts.in += rows.length;
    this.counts.used += rows.length;
    const slots = this.table.resolve(rows.length, rows, input.columns);
    const counts = port === 0 ? this.sides.left : this.sides.right;
    for (let k = 0; k < rows.length; k++) counts[slots[k]!]! += input.weights === null ? 1 : input.weights[rows[k]!]!;
  }

  private wanted(slot: number): number {
    const { op, all } = this.spec;
    const [left, right] = [this.sides.left[slot]!, this.sides.right[slot]!];
    if (all) return op === 'intersect' ? Math.min(left, right) : Math.max(0, left - right);
    return left > 0 && (right > 0) === (op === 'intersect') ? 1 : 0;
  }

  *finish(context: EpochContext, emit: Emit): Generator<void> {
    this.begin(context);
    const { shown } = this.sides;
    const touched = this.table.touched();
    const changed = touched.filter((slot) => this.wanted(slot) !== shown[slot]);
    for (let from = 0; from < changed.length; from += CHUNK) {
      const slots = changed.subarray(from, from + CHUNK);
      const differences = new Int32Array(slots.length);
      for (let k = 0; k < slots.length; k++) {
        const wanted = this.wanted(slots[k]!);
        differences[k] = wanted - shown[slots[k]!]!;
        shown[slots[k]!] = wanted;
      }
      this.put(slots, differences, emit);
      yield;
    }
    const gone = touched.filter((slot) => this.sides.left[slot] === 0 && this.sides.right[slot] === 0);
    this.table.remove(gone);
    this.stateCounts.updated = touched.length - gone.length;
    this.stateCounts.removed = gone.length;
  }

  /** Rows with how much they became more or less. Where none became less each is there as often: consumers of insertions know no weights. */
  private put(slots: Int32Array, differences: Int32Array, emit: Emit): void {
    const less = differences.some((d) => d < 0);
    const rows = less ? slots : repeated(slots, differences);
    const output: Delta = { length: rows.length, columns: this.table.keys(rows), selection: null, weights: less ? differences : null };
    this.counts.out += rowCount(output);
    emit(output);
  }

  stateMetrics(): StateMetrics {
    return this.stateCounts.metrics(STATE_OPERATOR, this.table.size, this.store?.memoryUsedBytes ?? 0);
  }
}
