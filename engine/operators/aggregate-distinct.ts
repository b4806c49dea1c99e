// DISTINCT inside an aggregate function: one state table by group and value, with how often the value is there. A function sees a value
// when it comes the first time, and (with retractions) loses it when it has gone the last time.

import type { Column } from '../columnar/column.js';
import type { StateStore, StateTable, StateTableSpec } from '../state/store.js';
import { SlotSums } from './net-changes.js';

export interface DistinctChanges {
  readonly count: number;
  readonly rows: Int32Array;
  /** Group slots, aligned with rows. */
  readonly slots: Int32Array;
  /** By physical row; null: all +1. */
  readonly weights: Int32Array | null;
}

export class DistinctRows {
  private readonly values = new SlotSums();
  private readonly table: StateTable;
  private readonly retract: boolean;
  constructor(store: StateStore, spec: Omit<StateTableSpec, 'value'>, retract: boolean) {
    this.table = store.table({ ...spec, value: this.values.fields }, this.values);
    this.retract = retract;
  }

  /** Which of the rows change their group's set of values. */
  changes(n: number, rows: Int32Array | null, slots: Int32Array, keys: readonly Column[], args: readonly Column[], weights: Int32Array | null, length: number): DistinctChanges {
    const entries = this.table.resolve(n, rows, [...keys, ...args]);
    const { sums: counts } = this.values;
    const outRows = new Int32Array(n);
    const outSlots = new Int32Array(n);
    const outWeights = this.retract ? new Int32Array(length) : null;
    let count = 0;
    for (let k = 0; k < n; k++) {
      const i = rows === null ? k : rows[k]!;
      const entry = entries[k]!;
      const before = counts[entry]!;
      if (!this.retract) {
        if (before > 0) continue;
        counts[entry] = 1;
      } else {
        const after = before + (weights === null ? 1 : weights[i]!);
        counts[entry] = after;
        if ((before > 0) === (after > 0)) continue;
        outWeights![i] = after > 0 ? 1 : -1;
      }
      outRows[count] = i;
      outSlots[count++] = slots[k]!;
    }
    if (this.retract) this.table.remove(unique(entries).filter((entry) => counts[entry] === 0));
    return { count, rows: outRows.subarray(0, count), slots: outSlots.subarray(0, count), weights: outWeights };
  }

  evict(watermarkMillis: number): void { this.table.remove(this.table.expired(watermarkMillis)); }
}

const unique = (slots: Int32Array): Int32Array => Int32Array.from(new Set(slots));
