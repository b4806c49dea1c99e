// The rows that window functions over a stream keep: each a slot of a state table, chained in order by partition. Where rows are only ever
// put in, a row's key is its number, and rows equal in the order stand as they came; only the rows within the top are kept. Where rows are
// taken back, the key is the row itself with the number of its copies, and equal rows stand by their contents, so that the order does not
// depend on what came when.
//
// Invariant: the chains are a function of the table; they are not in files, a recovery makes them again.

import type { TopRows } from '../../planner/tree.js';
import type { DataType, Field } from '../../planner/types.js';
import { BIGINT, DOUBLE, field } from '../../planner/types.js';
import { type Column, fixedColumn, type RecordBatch } from '../columnar/column.js';
import { columnComparator, type SortDirection } from '../columnar/compare.js';
import { concat, gatherDoubles } from '../columnar/gather.js';
import { grown } from '../columnar/grow.js';
import { type ValueSlots, valueSlots } from '../functions/aggregate/values.js';
import type { EpochInfo } from '../functions/define.js';
import type { Projection } from '../kernels/evaluator.js';
import { inOrderOfNumber, numbersFrom } from '../state/serial.js';
import type { SlotValues, StateStore, StateTable } from '../state/store.js';
import { KeyedTable } from '../state/table.js';

export interface PartitionRowsSpec {
  readonly types: readonly DataType[];
  readonly partition: readonly Field[];
  readonly partitionBy: Projection;
  /** Index of the partitioning column with event time. */
  readonly eventTime: number | undefined;
  readonly orderBy: Projection;
  readonly orderTypes: readonly DataType[];
  /** Of each of these, which column of the row it is; −1: none. */
  readonly orderColumns: readonly number[];
  readonly order: readonly SortDirection[];
  readonly top: TopRows | null;
  /** The input takes rows back. */
  readonly retract: boolean;
}
/** Rows in order, partition p at [starts[p], starts[p + 1]); a row that counts several times is there as often. */
export interface OrderedRows { readonly slots: Int32Array; readonly starts: Int32Array }

const UNIT: EpochInfo = { epoch: 0, timestampMillis: 0 };
const UP: SortDirection = { ascending: true, nullsFirst: true };

/** What is kept of a row: its columns unless they are its key, its place in the chain, the values it is ordered by. */
class RowSlots implements SlotValues {
  readonly columns: readonly ValueSlots[];
  readonly order: readonly ValueSlots[];
  /** Those of the values it is ordered by that are not columns which are kept anyway: their places in the order. */
  readonly apart: readonly number[];
  private readonly types: readonly DataType[];
  private readonly counted: boolean;
  /** Copies of the row. */
  count = new Float64Array(0);
  next = new Int32Array(0);
  /** Different for every row that a slot has held. */
  serial = new Float64Array(0);
  constructor(spec: PartitionRowsSpec) {
    this.counted = spec.retract;
    this.types = spec.retract ? [] : spec.types;
    this.columns = this.types.map(valueSlots);
    this.order = spec.orderTypes.map((type, i) => this.columns[spec.orderColumns[i]!] ?? valueSlots(type));
    this.apart = [...this.order.keys()].filter((i) => !this.columns.includes(this.order[i]!));
  }
  private get own(): readonly ValueSlots[] { return [...this.columns, ...this.apart.map((i) => this.order[i]!)]; }
  get fields(): readonly Field[] { return this.counted ? [field('count', DOUBLE, false)] : this.types.map((t, i) => field(`c${i}`, t)); }
  get memoryUsedBytes(): number { return this.own.reduce((sum, c) => sum + c.memoryUsedBytes, 20 * this.next.length); }
  reserve(count: number): void {
    for (const c of this.own) c.reserve(count);
    this.next = grown(this.next, count);
    this.count = grown(this.count, count);
    this.serial = grown(this.serial, count);
  }
  save(slots: Int32Array): readonly Column[] {
    if (!this.counted) return this.columns.map((c) => c.column(slots));
    return [fixedColumn(DOUBLE, slots.length, gatherDoubles(this.count, slots))];
  }
  load(slots: Int32Array, columns: readonly Column[]): void {
    if (!this.counted) { this.columns.forEach((c, i) => { c.write(slots, null, columns[i]!); }); return; }
    for (let k = 0; k < slots.length; k++) this.count[slots[k]!] = Number(columns[0]!.values[k]!);
  }
  reset(slots: Int32Array): void {
    for (const c of this.own) c.clear(slots);
    for (let k = 0; k < slots.length; k++) { this.count[slots[k]!] = 0; this.serial[slots[k]!] = 0; }
  }
}

export class PartitionRows {
  private readonly spec: PartitionRowsSpec;
  private readonly values: RowSlots;
  private readonly table: StateTable;
  private readonly partitions: KeyedTable;
  /** First row of each partition; −1: none. */
  private head = new Int32Array(0);
  /** Number of a partition among those at hand, plus one. */
  private mark = new Int32Array(0);
  private nextId = 0n;
  private nextSerial = 1;

  constructor(spec: PartitionRowsSpec, store: StateStore) {
    this.spec = spec;
    this.values = new RowSlots(spec);
    const key = spec.retract ? spec.types.map((t, i) => field(`c${i}`, t)) : [field('id', BIGINT, false)];
    this.table = store.table({ name: spec.retract ? 'counted' : 'rows', key, value: this.values.fields, ...(spec.retract ? { exact: true } : { serial: true }) }, this.values);
    this.partitions = new KeyedTable({ name: 'partitions', key: spec.partition, value: [], ...(spec.eventTime !== undefined && { eventTime: spec.eventTime }) });
    this.recover();
  }

  private recover(): void {
    const { slots, next } = this.spec.retract ? { slots: this.table.slots(), next: 0n } : inOrderOfNumber(this.table);
    if (slots.length === 0) return;
    this.nextId = next;
    const batch: RecordBatch = { length: slots.length, columns: this.columns(slots), selection: null };
    const partitionOf = this.resolve(slots.length, null, this.spec.partitionBy(batch, UNIT));
    const keys = this.spec.orderBy(batch, UNIT);
    this.describe(slots, keys, null);
    const groups = this.group(partitionOf, slots.length, false);
    this.sort(groups, this.comparator(keys, () => batch.columns), 0);
    this.chain(groups, groups.sizes, (place) => slots[place - groups.old.length]!);
    this.end();
  }

  get size(): number { return this.table.size; }
  get memoryUsedBytes(): number { return this.partitions.memoryUsedBytes + 4 * (this.head.length + this.mark.length); }
  get slotCount(): number { return this.table.slotCount; }
  columns(slots: Int32Array): readonly Column[] { return this.spec.retract ? this.table.keys(slots) : this.values.columns.map((c) => c.column(slots)); }
  orderKeys(slots: Int32Array): readonly Column[] { return this.values.order.map((c) => c.column(slots)); }
  serials(slots: Int32Array): Float64Array { return gatherDoubles(this.values.serial, slots); }

  /** Partition of each row, by physical row. */
  resolve(n: number, rows: Int32Array | null, keys: readonly Column[]): Int32Array {
    const slots = keys.length === 0 ? new Int32Array(n).fill(this.partitions.resolve(1, null, keys)[0]!) : this.partitions.resolve(n, rows, keys);
    this.head = grown(this.head, this.partitions.slotCount, -1);
    this.mark = grown(this.mark, this.partitions.slotCount);
    return slots;
  }
  /** All partitions. */
  all(): Int32Array { return this.partitions.slots(); }
  expired(watermark: number): Int32Array { return this.partitions.expired(watermark); }
  earliestDeadline(): number | undefined { return this.partitions.earliestDeadline(); }
  /** Forgets those of the partitions that have no row left. */
  removeEmpty(partitions: Int32Array): void {
    this.partitions.remove(partitions.filter((p) => this.head[p]! < 0 && this.partitions.isLive(p)));
  }
  /** The partitions with all their rows are gone. */
  remove(partitions: Int32Array): number {
    const rows: number[] = [];
    for (const p of partitions) {
      for (let slot = this.head[p]!; slot >= 0; slot = this.values.next[slot]!) rows.push(slot);
      this.head[p] = -1;
    }
    this.table.remove(Int32Array.from(rows));
    this.partitions.remove(partitions);
    return rows.length;
  }
  /** The epoch is over: what the index remembers of it can go. */
  end(): void { this.partitions.committed(); }

  /** The rows of the partitions, in order; within the top if there is one. */
  ordered(partitions: Int32Array): OrderedRows {
    const slots: number[] = [];
    const starts = new Int32Array(partitions.length + 1);
    const { next, count } = this.values;
    const { retract } = this.spec;
    for (let p = 0; p < partitions.length; p++) {
      for (let slot = this.head[partitions[p]!]!; slot >= 0; slot = next[slot]!) {
        if (!retract) slots.push(slot);
        else for (let n = count[slot]!; n > 0; n--) slots.push(slot);
      }
      starts[p + 1] = slots.length;
    }
    return { slots: Int32Array.from(slots), starts };
  }

  /** Takes rows in, without a selection. `partitionOf` by row. @returns how many rows were put in or changed */
  fold(fresh: RecordBatch, partitionOf: Int32Array, weights: Int32Array | null): number {
    const keys = this.spec.orderBy(fresh, UNIT);
    return this.spec.retract ? this.foldCounted(fresh, keys, partitionOf, weights) : this.foldNew(fresh, keys, partitionOf);
  }

  private foldNew(fresh: RecordBatch, keys: readonly Column[], partitionOf: Int32Array): number {
    const groups = this.group(partitionOf, fresh.length, true);
    const before = groups.old.length;
    const compare = this.comparator(this.withOld(groups.old, keys), () => []);
    this.sort(groups, compare, before);
    const kept = this.cut(groups, compare);
    const dropped: number[] = [];
    const taken = new Uint8Array(fresh.length);
    for (let g = 0; g < kept.length; g++) {
      const [from, to] = [groups.starts[g]!, groups.starts[g]! + groups.sizes[g]!];
      for (let at = from; at < to; at++) {
        const place = groups.places[at]!;
        if (place < before) { if (at - from >= kept[g]!) dropped.push(groups.old[place]!); } else if (at - from < kept[g]!) taken[place - before] = 1;
      }
    }
    this.table.remove(Int32Array.from(dropped));
    const rows = ones(taken);
    const slots = this.table.resolve(rows.length, null, [fixedColumn(BIGINT, rows.length, numbersFrom(this.nextId, rows.length))]);
    this.nextId += BigInt(rows.length);
    this.values.columns.forEach((c, i) => { c.write(slots, rows, fresh.columns[i]!); });
    this.describe(slots, keys, rows);
    const slotOf = new Int32Array(fresh.length);
    for (let k = 0; k < rows.length; k++) slotOf[rows[k]!] = slots[k]!;
    this.chain(groups, kept, (place) => place < before ? groups.old[place]! : slotOf[place - before]!);
    return rows.length + dropped.length;
  }

  private foldCounted(fresh: RecordBatch, keys: readonly Column[], partitionOf: Int32Array, weights: Int32Array | null): number {
    const n = fresh.length;
    const slots = this.table.resolve(n, null, fresh.columns);
    const { count, serial } = this.values;
    /** Rows that are not in a chain yet, the first of each slot. */
    const first = new Uint8Array(n);
    for (let k = 0; k < n; k++) {
      const slot = slots[k]!;
      count[slot] = count[slot]! + (weights === null ? 1 : weights[k]!);
      if (serial[slot] === 0) { first[k] = 1; serial[slot] = this.nextSerial++; }
    }
    const rows = ones(first);
    const made = rows.map((k) => slots[k]!);
    for (const i of this.values.apart) this.values.order[i]!.write(made, rows, keys[i]!);
    const groups = this.group(partitionOf, n, true, first);
    const before = groups.old.length;
    const at = new Int32Array(before + n);
    at.set(groups.old);
    at.set(slots, before);
    this.sort(groups, this.comparator(this.withOld(groups.old, keys), () => this.columns(at)), before);
    // Rows without a copy leave.
    const kept = new Int32Array(groups.sizes.length);
    const gone: number[] = [];
    for (let g = 0; g < kept.length; g++) {
      const from = groups.starts[g]!;
      for (let k = from; k < from + groups.sizes[g]!; k++) {
        const place = groups.places[k]!;
        if (count[at[place]!] === 0) gone.push(at[place]!); else groups.places[from + kept[g]!++] = place;
      }
    }
    this.chain(groups, kept, (place) => at[place]!);
    this.table.remove(Int32Array.from(gone));
    return rows.length + gone.length;
  }

  /** What stored rows are ordered by, and new rows behind them. */
  private withOld(old: Int32Array, keys: readonly Column[]): readonly (() => Column)[] {
    return this.values.order.map((c, i) => () => concat(keys[i]!.type, [c.column(old), keys[i]!]));
  }

  /** Puts order values and serials of rows that are new in a slot. */
  private describe(slots: Int32Array, keys: readonly Column[], rows: Int32Array | null): void {
    for (const i of this.values.apart) this.values.order[i]!.write(slots, rows, keys[i]!);
    for (let k = 0; k < slots.length; k++) this.values.serial[slots[k]!] = this.nextSerial++;
  }

  /** The rows of the partitions that new rows are of: place i < old.length is the stored row old[i], the others are new rows. `only`: the new rows that count. */
  private group(partitionOf: Int32Array, n: number, stored: boolean, only?: Uint8Array): Groups {
    const list: number[] = [];
    const sizes: number[] = [];
    for (let k = 0; k < n; k++) {
      const p = partitionOf[k]!;
      if (this.mark[p] === 0) { list.push(p); sizes.push(0); this.mark[p] = list.length; }
      if (only === undefined || only[k] === 1) sizes[this.mark[p]! - 1]!++;
    }
    const old: number[] = [];
    const begins = new Int32Array(list.length + 1);
    for (let g = 0; g < list.length; g++) {
      if (stored) for (let slot = this.head[list[g]!]!; slot >= 0; slot = this.values.next[slot]!) old.push(slot);
      begins[g + 1] = old.length;
    }
    const starts = new Int32Array(list.length + 1);
    for (let g = 0; g < list.length; g++) starts[g + 1] = starts[g]! + sizes[g]! + begins[g + 1]! - begins[g]!;
    const places = new Int32Array(starts[list.length]!);
    const at = starts.slice();
    for (let g = 0; g < list.length; g++) for (let place = begins[g]!; place < begins[g + 1]!; place++) places[at[g]!++] = place;
    for (let k = 0; k < n; k++) {
      if (only !== undefined && only[k] === 0) continue;
      const g = this.mark[partitionOf[k]!]! - 1;
      places[at[g]!++] = old.length + k;
    }
    for (const p of list) this.mark[p] = 0;
    return { list: Int32Array.from(list), old: Int32Array.from(old), starts, sizes: Int32Array.from(list, (_, g) => starts[g + 1]! - starts[g]!), places };
  }

  /** Of places: by the order's columns, then by contents where rows are counted, else as they came. */
  private comparator(keys: readonly (Column | (() => Column))[], columns: () => readonly Column[]): (i: number, j: number) => number {
    const all = this.spec.retract ? [...keys, ...columns()] : keys;
    if (all.length === 0) return () => 0;
    return columnComparator(all, [...this.spec.order, ...all.slice(keys.length).map(() => UP)]);
  }

  /** Groups in order. The places below `before` come first in each, in order already; equal ones stay in the order of their numbers. */
  private sort({ starts, sizes, places }: Groups, compare: (i: number, j: number) => number, before: number): void {
    const total = (i: number, j: number): number => compare(i, j) || i - j;
    for (let g = 0; g < sizes.length; g++) {
      const [from, to] = [starts[g]!, starts[g]! + sizes[g]!];
      let old = from;
      while (old < to && places[old]! < before) old++;
      if (to - old > FEW) places.subarray(old, to).sort(total); else insert(places, old, old + 1, to, total);
      if (old > from && old < to) { if (to - old > FEW) merge(places, from, old, to, total); else insert(places, from, old, to, total); }
    }
  }

  /** How many rows of each group are within the top. */
  private cut({ starts, sizes, places }: Groups, compare: (i: number, j: number) => number): Int32Array {
    const { top } = this.spec;
    if (top === null) return sizes;
    const { rank, n } = top;
    if (rank === 'row_number') return sizes.map((size) => Math.min(size, n));
    return sizes.map((size, g) => {
      const from = starts[g]!;
      let groups = 0;
      for (let k = 0; k < size; k++) {
        if (k > 0 && compare(places[from + k - 1]!, places[from + k]!) === 0) continue;
        if ((rank === 'rank' ? k : groups++) >= n) return k;
      }
      return size;
    });
  }

  private chain({ list, starts, places }: Groups, kept: Int32Array, slotOf: (place: number) => number): void {
    const { next } = this.values;
    for (let g = 0; g < list.length; g++) {
      let last = -1;
      for (let k = 0; k < kept[g]!; k++) {
        const slot = slotOf(places[starts[g]! + k]!);
        if (last < 0) this.head[list[g]!] = slot; else next[last] = slot;
        last = slot;
      }
      if (last < 0) this.head[list[g]!] = -1; else next[last] = -1;
    }
  }
}

/** So many places are put in one by one. */
const FEW = 16;
type Comparator = (i: number, j: number) => number;

/** Puts each of places [at, to) where it belongs among those from `from` on, which are in order. */
function insert(places: Int32Array, from: number, at: number, to: number, compare: Comparator): void {
  for (let k = at; k < to; k++) {
    const place = places[k]!;
    let into = k;
    while (into > from && compare(places[into - 1]!, place) > 0) { places[into] = places[into - 1]!; into--; }
    places[into] = place;
  }
}
/** Makes one order of those of [from, middle) and [middle, to). */
function merge(places: Int32Array, from: number, middle: number, to: number, compare: Comparator): void {
  const tail = places.slice(middle, to);
  let [left, right] = [middle - 1, tail.length - 1];
  for (let into = to - 1; right >= 0; into--) {
    places[into] = left >= from && compare(places[left]!, tail[right]!) > 0 ? places[left--]! : tail[right--]!;
  }
}

interface Groups {
  /** The partitions. */
  readonly list: Int32Array;
  readonly old: Int32Array;
  readonly starts: Int32Array;
  readonly sizes: Int32Array;
  readonly places: Int32Array;
}

function ones(flags: Uint8Array): Int32Array {
  const rows = new Int32Array(flags.length);
  let n = 0;
  for (let i = 0; i < flags.length; i++) if (flags[i] === 1) rows[n++] = i;
  return rows.subarray(0, n);
}
