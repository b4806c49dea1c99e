// Rows that may be taken back, one side of a join that counts: each distinct row a slot with how often it is there and with how many rows of the other side it matches
// (by their weights), chained by join key. Chains are not kept in files: after a recovery they are made again from the rows.
//
// Invariants: a live slot is in exactly one chain, or among `nulls` if its key is NULL where NULL matches nothing; `matches` of a live slot
// is the sum of the counts of its partners, also while its own count is 0 in the course of an epoch; evicted partners still count.

import type { DataType, Field } from '../../planner/types.js';
import { DOUBLE, field } from '../../planner/types.js';
import { type Column, fixedColumn, isValid, type RecordBatch } from '../columnar/column.js';
import { gatherDoubles } from '../columnar/gather.js';
import { grown } from '../columnar/grow.js';
import type { EpochInfo } from '../functions/define.js';
import type { Projection } from '../kernels/evaluator.js';
import { KeyChains } from '../state/row-chains.js';
import type { SlotValues, StateStore, StateTable } from '../state/store.js';
import { sequence } from './stateless.js';
import { deadlines } from './stream-join-state.js';

export interface CountedSideSpec {
  readonly name: 'left' | 'right';
  readonly fields: readonly Field[];
  readonly keys: Projection;
  readonly keyTypes: readonly DataType[];
  /** Of each key: NULL matches NULL. */
  readonly nullSafe: readonly boolean[];
  /** The time by which a row is evicted, as a column of timestamps or windows; null: never. */
  readonly deadline: Projection | null;
}

const UNIT: EpochInfo = { epoch: 0, timestampMillis: 0 };

class Counts implements SlotValues {
  counts = new Float64Array(0);
  matches = new Float64Array(0);
  /** As they were before the epoch, for slots in `changed`. */
  countsBefore = new Float64Array(0);
  matchesBefore = new Float64Array(0);
  changing = new Uint8Array(0);
  readonly fields: readonly Field[] = [field('count', DOUBLE), field('matches', DOUBLE)];
  reserve(count: number): void {
    this.counts = grown(this.counts, count); this.matches = grown(this.matches, count);
    this.countsBefore = grown(this.countsBefore, count); this.matchesBefore = grown(this.matchesBefore, count);
    this.changing = grown(this.changing, count);
  }
  get memoryUsedBytes(): number { return 33 * this.counts.length; }
  save(slots: Int32Array): readonly Column[] {
    const gathered = (values: Float64Array): Column => fixedColumn(DOUBLE, slots.length, gatherDoubles(values, slots));
    return [gathered(this.counts), gathered(this.matches)];
  }
  load(slots: Int32Array, [counts, matches]: readonly Column[]): void {
    for (let k = 0; k < slots.length; k++) { this.counts[slots[k]!] = Number(counts!.values[k]!); this.matches[slots[k]!] = Number(matches!.values[k]!); }
  }
  reset(slots: Int32Array): void {
    for (let k = 0; k < slots.length; k++) { const slot = slots[k]!; this.counts[slot] = this.matches[slot] = this.changing[slot] = 0; }
  }
}

/** The distinct rows of a delta with what they add up to. */
export interface NetRows {
  readonly slots: Int32Array;
  readonly weights: Float64Array;
  /** A physical row of the delta for each. */
  readonly rows: Int32Array;
  /** Whether the slot was made for this delta. */
  readonly fresh: Uint8Array;
}

export class CountedSide {
  private readonly spec: CountedSideSpec;
  private readonly values = new Counts();
  private readonly table: StateTable;
  private readonly chains: KeyChains;
  /** Rows with a key that is NULL where NULL matches nothing: they are in no chain. */
  readonly nulls = new Set<number>();
  /** Slots that the epoch has changed, in order. */
  private changedSlots: number[] = [];

  /** `order`: where a row that was kept stands among those of its key, by the matches that were kept of it; without it anywhere. */
  constructor(spec: CountedSideSpec, store: StateStore, order?: (matches: number) => number) {
    this.spec = spec;
    this.chains = new KeyChains(spec.keyTypes);
    this.table = store.table({ name: spec.name, key: spec.fields, value: this.values.fields, exact: true }, this.values);
    const slots = this.table.slots();
    if (order) slots.sort((a, b) => order(this.matches[a]!) - order(this.matches[b]!));
    if (slots.length > 0) this.link(slots, { length: slots.length, columns: this.table.keys(slots), selection: null }, null);
  }

  get size(): number { return this.table.size; }
  get memoryUsedBytes(): number { return this.chains.memoryUsedBytes; }
  get counts(): Float64Array { return this.values.counts; }
  get matches(): Float64Array { return this.values.matches; }
  get countsBefore(): Float64Array { return this.values.countsBefore; }
  get matchesBefore(): Float64Array { return this.values.matchesBefore; }
  get changed(): Int32Array { return Int32Array.from(this.changedSlots); }
  rows(slots: Int32Array): readonly Column[] { return this.table.keys(slots); }
  slots(): Int32Array { return this.table.slots(); }
  hasNullKey(slot: number): boolean { return this.nulls.has(slot); }
  /** Number of a row's key, and the first row of it. */
  keyOf(slot: number): number { return this.chains.keyOf(slot); }
  first(key: number): number { return this.chains.first(key); }
  next(slot: number): number { return this.chains.next(slot); }

  /** First stored row of each key, −1 for none. */
  find(n: number, rows: Int32Array, keys: readonly Column[]): Int32Array { return this.chains.find(n, rows, keys); }

  /** Adds rows of a batch to nothing yet: their slots, each once, with what their weights (by physical row, null: 1) add up to. */
  net(batch: RecordBatch, rows: Int32Array, weights: Int32Array | null): NetRows {
    const n = rows.length;
    const all = this.table.resolve(n, rows, batch.columns);
    const at = new Map<number, number>();
    const slots = new Int32Array(n);
    const first = new Int32Array(n);
    const sums = new Float64Array(n);
    let count = 0;
    for (let k = 0; k < n; k++) {
      let i = at.get(all[k]!);
      if (i === undefined) { i = count++; at.set(all[k]!, i); slots[i] = all[k]!; first[i] = rows[k]!; }
      sums[i]! += weights === null ? 1 : weights[rows[k]!]!;
    }
    const fresh = new Uint8Array(count);
    for (let i = 0; i < count; i++) if (this.chains.keyOf(slots[i]!) < 0 && !this.nulls.has(slots[i]!)) fresh[i] = 1;
    const made = Int32Array.from({ length: count }, (_, i) => i).filter((i) => fresh[i] === 1);
    this.link(made.map((i) => slots[i]!), batch, made.map((i) => first[i]!));
    return { slots: slots.subarray(0, count), weights: sums.subarray(0, count), rows: first.subarray(0, count), fresh };
  }

  /** Remembers the slot as it was before the epoch. */
  change(slot: number): void {
    const { values } = this;
    if (values.changing[slot] === 1) return;
    values.changing[slot] = 1;
    values.countsBefore[slot] = values.counts[slot]!;
    values.matchesBefore[slot] = values.matches[slot]!;
    this.changedSlots.push(slot);
  }
  /** The slots' values are written with the epoch's state. */
  touch(slots: Int32Array): void { this.table.touch(slots); }

  /** Puts slots at the ends of their keys' chains and sets their deadlines. `rows`: the batch's rows that they hold; null: all. */
  private link(slots: Int32Array, batch: RecordBatch, rows: Int32Array | null): void {
    const n = slots.length;
    if (n === 0) return;
    const selected: RecordBatch = { ...batch, selection: rows };
    const columns = this.spec.keys(selected, UNIT);
    const strict = columns.filter((c, i) => !this.spec.nullSafe[i] && (c.validity !== null || c.type.kind === 'void'));
    if (strict.length === 0) this.chains.append(slots, rows, columns);
    else {
      const physical = rows ?? sequence(n);
      const keyed = sequence(n).filter((k) => {
        const known = strict.every((c) => isValid(c.validity, physical[k]!));
        if (!known) this.nulls.add(slots[k]!);
        return known;
      });
      this.chains.append(keyed.map((k) => slots[k]!), keyed.map((k) => physical[k]!), columns);
    }
    if (this.spec.deadline) this.table.expireAt(slots, deadlines(this.spec.deadline(selected, UNIT)[0]!, n, rows));
  }

  expired(watermark: number): Int32Array { return this.table.expired(watermark); }

  remove(slots: Int32Array): void {
    this.chains.remove(this.nulls.size === 0 ? slots : slots.filter((slot) => !this.nulls.delete(slot)));
    this.table.remove(slots);
  }

  /** The epoch is over: rows that are gone leave. */
  end(): void {
    for (const slot of this.changedSlots) this.values.changing[slot] = 0;
    this.changedSlots = [];
    this.chains.committed();
  }
}
