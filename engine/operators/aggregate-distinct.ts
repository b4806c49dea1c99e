// DISTINCT inside an aggregate function: one state table by group and value, with how often the value is there. A function sees a value
// when it comes the first time, and (with retractions) loses it when it has gone the last time. A group is its slot in the table of groups,
// so that its keys are neither looked up nor stored again for each value.

import { type Field, field, INT } from '../../planner/types.js';
import { type Column, fixedColumn } from '../columnar/column.js';
import { gatherColumns } from '../columnar/gather.js';
import { RowChains } from '../state/row-chains.js';
import type { StateStore, StateTable } from '../state/store.js';
import { SlotSums } from './net-changes.js';

export interface DistinctChanges {
  readonly count: number;
  /** Of `args`; null: all in order. */
  readonly rows: Int32Array | null;
  /** Group slots, aligned with rows. */
  readonly slots: Int32Array;
  readonly args: readonly Column[];
  /** By row of `args`; null: all +1. */
  readonly weights: Int32Array | null;
}

export interface DistinctSpec {
  readonly values: readonly Field[];
  /** Of each argument of the function, which of the values it is; −1: none of them. */
  readonly argumentValues: readonly number[];
}

export class DistinctRows {
  private readonly values = new SlotSums();
  private readonly table: StateTable;
  private readonly retract: boolean;
  /** Values by group, where groups are forgotten with values in them. */
  private readonly chains: RowChains | null;

  private readonly argumentValues: readonly number[];

  /** Opened after the table of groups. `forgets`: groups close while they have rows. */
  constructor(store: StateStore, name: string, { values, argumentValues }: DistinctSpec, retract: boolean, forgets: boolean) {
    this.argumentValues = argumentValues;
    this.table = store.table({ name, key: [field('group', INT, false), ...values], value: this.values.fields }, this.values);
    this.retract = retract;
    this.chains = forgets ? new RowChains() : null;
    const slots = this.table.slots();
    if (slots.length > 0) this.link(slots, this.table.keys(slots)[0]!.values as Int32Array, null);
  }

  /** Which of the rows change their group's set of values. */
  changes(n: number, rows: Int32Array | null, slots: Int32Array, args: readonly Column[], weights: Int32Array | null, length: number): DistinctChanges {
    const groups = rows === null ? slots : new Int32Array(length);
    if (rows !== null) for (let k = 0; k < n; k++) groups[rows[k]!] = slots[k]!;
    const entries = this.table.resolve(n, rows, [fixedColumn(INT, length, groups), ...args.slice(0, this.table.spec.key.length - 1)]);
    this.link(entries, groups, rows);
    const { sums: counts } = this.values;
    const outRows = new Int32Array(n);
    const outSlots = new Int32Array(n);
    const outEntries = new Int32Array(n);
    const outWeights = new Int32Array(n);
    let count = 0;
    for (let k = 0; k < n; k++) {
      const i = rows === null ? k : rows[k]!;
      const entry = entries[k]!;
      const before = counts[entry]!;
      const after = this.retract ? before + (weights === null ? 1 : weights[i]!) : 1;
      counts[entry] = after;
      if ((before > 0) === (after > 0)) continue;
      outRows[count] = i;
      outEntries[count] = entry;
      outWeights[count] = after > 0 ? 1 : -1;
      outSlots[count++] = slots[k]!;
    }
    const changed = { count, slots: outSlots.subarray(0, count) };
    if (!this.retract) return { ...changed, rows: outRows.subarray(0, count), args, weights: null };
    // A value that a collation holds equal, or zero of another sign, is taken back as it was put in.
    const [, ...values] = this.table.keys(outEntries.subarray(0, count));
    const own = gatherColumns(args.filter((_, a) => this.argumentValues[a]! < 0), outRows.subarray(0, count));
    let next = 0;
    const given = this.argumentValues.map((v) => v >= 0 ? values[v]! : own[next++]!);
    this.remove(unique(entries).filter((entry) => counts[entry] === 0));
    return { ...changed, rows: null, args: given, weights: outWeights.subarray(0, count) };
  }

  /** The groups are gone, and their values with them. */
  forget(groups: Int32Array): void {
    if (this.chains === null) return;
    const gone: number[] = [];
    for (const group of groups) for (let entry = this.chains.first(group); entry >= 0; entry = this.chains.next(entry)) gone.push(entry);
    this.remove(Int32Array.from(gone));
  }

  private remove(entries: Int32Array): void {
    if (this.chains !== null) for (const entry of entries) this.chains.remove(entry);
    this.table.remove(entries);
  }
  /** Puts entries that are in no chain into that of their group, which stands at their row. */
  private link(entries: Int32Array, groups: Int32Array, rows: Int32Array | null): void {
    const { chains } = this;
    if (chains === null) return;
    for (let k = 0; k < entries.length; k++) if (chains.keyOf(entries[k]!) < 0) chains.append(entries[k]!, groups[rows === null ? k : rows[k]!]!);
  }
}

const unique = (slots: Int32Array): Int32Array => Int32Array.from(new Set(slots));
