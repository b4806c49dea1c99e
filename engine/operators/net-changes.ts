// Rows by what they add up to. `consolidate` cancels what an epoch puts in and takes out again, so that a sink never sees a row that stood for a
// moment only; `materialize` keeps the sum over all epochs, and hands the whole of it out in each.

import { outputOf } from '../../planner/plan/properties.js';
import type { PlanOf } from '../../planner/tree.js';
import { type DataType, DOUBLE, type Field, field } from '../../planner/types.js';
import { type Column, type Delta, fixedColumn, rowCount } from '../columnar/column.js';
import { gatherDoubles } from '../columnar/gather.js';
import { grown } from '../columnar/grow.js';
import { KeyedTable } from '../state/table.js';
import type { SlotValues, StateStore, StateTable } from '../state/store.js';
import { type Emit, noCounts, type Operator, type PhysicalNode, type StateMetrics } from './operator.js';
import { rowsOf } from './stateless.js';
import type { LoweringTools, NodeInput } from './tools.js';

/** Rows emitted in one go. */
const CHUNK = 8192;

/** A number for each slot, 0 at first. */
export class SlotSums implements SlotValues {
  sums = new Float64Array(0);
  readonly fields: readonly Field[] = [field('count', DOUBLE)];
  get memoryUsedBytes(): number { return this.sums.byteLength; }
  reserve(count: number): void { this.sums = grown(this.sums, count); }
  save(slots: Int32Array): readonly Column[] { return [fixedColumn(DOUBLE, slots.length, gatherDoubles(this.sums, slots))]; }
  load(slots: Int32Array, [sums]: readonly Column[]): void { for (let k = 0; k < slots.length; k++) this.sums[slots[k]!] = Number(sums!.values[k]!); }
  reset(slots: Int32Array): void { for (let k = 0; k < slots.length; k++) this.sums[slots[k]!] = 0; }
}

/** The columns as the key of a table of whole rows. */
export const rowFields = (types: readonly DataType[]): readonly Field[] => types.map((t, i) => field(`c${i}`, t));

function add(input: Delta, table: StateTable, values: SlotSums): void {
  const rows = rowsOf(input);
  const slots = table.resolve(rows.length, rows, input.columns);
  for (let k = 0; k < rows.length; k++) values.sums[slots[k]!]! += input.weights === null ? 1 : input.weights[rows[k]!]!;
}

/** What an epoch changes in the end: rows taken out, then rows put in, each once with how often. */
export function consolidateOperator(types: readonly DataType[]): Operator {
  const counts = noCounts();
  let epoch: { readonly table: KeyedTable; readonly values: SlotSums } | undefined;
  return {
    counts,
    process(input) {
      counts.in += rowCount(input);
      counts.used += rowCount(input);
      if (epoch === undefined) { const values = new SlotSums(); epoch = { values, table: new KeyedTable({ name: 'rows', key: rowFields(types), value: values.fields, exact: true }, values) }; }
      add(input, epoch.table, epoch.values);
    },
    *finish(_context, emit) {
      if (epoch === undefined) return;
      const { table, values: { sums } } = epoch;
      epoch = undefined;
      const all = table.slots();
      for (const wanted of [all.filter((slot) => sums[slot]! < 0), all.filter((slot) => sums[slot]! > 0)]) {
        for (let from = 0; from < wanted.length; from += CHUNK) {
          const slots = wanted.subarray(from, from + CHUNK);
          counts.out += slots.length;
          emit({ length: slots.length, columns: table.keys(slots), selection: null, weights: Int32Array.from(gatherDoubles(sums, slots)) });
          yield;
        }
      }
    },
  };
}

export function materializeNode(plan: PlanOf<'materialize'>, input: NodeInput, tools: LoweringTools): PhysicalNode {
  const types = input.output.map((c) => c.type);
  return {
    name: 'materialize', inputs: [input.index], output: outputOf(plan), ports: ['retract'], detail: tools.detail(plan),
    ...(plan.stateId !== undefined && { stateId: plan.stateId }), create: ({ store }) => new Materialize(types, store),
  };
}

class Materialize implements Operator {
  readonly counts = noCounts();
  private readonly store: StateStore;
  private readonly values = new SlotSums();
  private readonly table: StateTable;
  private updated = 0;
  private removed = 0;

  constructor(types: readonly DataType[], store: StateStore) {
    this.store = store;
    this.table = store.table({ name: 'rows', key: rowFields(types), value: this.values.fields, exact: true }, this.values);
  }

  process(input: Delta): void {
    this.counts.in += rowCount(input);
    this.counts.used += rowCount(input);
    add(input, this.table, this.values);
  }

  *finish(_context: unknown, emit: Emit): Generator<void> {
    const { sums } = this.values;
    const touched = this.table.touched();
    const gone = touched.filter((slot) => sums[slot] === 0);
    this.updated = touched.length - gone.length;
    this.removed = gone.length;
    this.table.remove(gone);
    const slots = this.table.slots();
    for (let from = 0; from < slots.length; from += CHUNK) {
      const copies: number[] = [];
      for (const slot of slots.subarray(from, from + CHUNK)) for (let n = sums[slot]!; n > 0; n--) copies.push(slot);
      this.counts.out += copies.length;
      emit({ length: copies.length, columns: this.table.keys(Int32Array.from(copies)), selection: null, weights: null });
      yield;
    }
  }

  stateMetrics(): StateMetrics {
    return {
      operatorName: 'materialize', numRowsTotal: this.table.size, numRowsUpdated: this.updated, numRowsRemoved: this.removed, numRowsDroppedByWatermark: 0,
      memoryUsedBytes: this.store.memoryUsedBytes, customMetrics: {},
    };
  }
}
