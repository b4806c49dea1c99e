// The rows that window functions in the order of event time keep. Until the watermark has passed it a row waits, in no order. Then it goes to
// the end of its partition's chain, and leaves the chain at its beginning when no row that can still come looks at it. What remains of rows
// that are gone is kept by partition: the ranks of the chain's first row, and the groups of frames that begin with the partition.
//
// Invariant: chains, and how many rows of each are out, are functions of the tables; a recovery makes them again.

import type { TopRows } from '../../planner/tree.js';
import { BIGINT, type DataType, DOUBLE, type Field, field, TIMESTAMP } from '../../planner/types.js';
import { type Column, fixedColumn, type RecordBatch } from '../columnar/column.js';
import { gather, gatherDoubles } from '../columnar/gather.js';
import { grown } from '../columnar/grow.js';
import { sortedRows } from '../columnar/sort-rows.js';
import { type ValueSlots, valueSlots } from '../functions/aggregate/values.js';
import type { Accumulator, EpochInfo } from '../functions/define.js';
import { RowChains } from '../state/row-chains.js';
import { inOrderOfNumber, numbersFrom } from '../state/serial.js';
import type { SlotValues, StateStore, StateTable } from '../state/store.js';
import { GroupValues } from './grouping.js';
import type { WindowSpec } from './window.js';

export interface TimeOrderedSpec extends Pick<WindowSpec, 'types' | 'partitionBy' | 'orderBy' | 'order'> {
  readonly partition: readonly Field[];
}

class RowValues implements SlotValues {
  private readonly columns: readonly ValueSlots[];
  readonly fields: readonly Field[];
  constructor(types: readonly DataType[]) { this.columns = types.map(valueSlots); this.fields = types.map((t, i) => field(`c${i}`, t)); }
  get memoryUsedBytes(): number { return this.columns.reduce((sum, c) => sum + c.memoryUsedBytes, 0); }
  reserve(count: number): void { for (const c of this.columns) c.reserve(count); }
  save(slots: Int32Array): readonly Column[] { return this.columns.map((c) => c.column(slots)); }
  load(slots: Int32Array, columns: readonly Column[]): void { this.put(slots, columns, null); }
  reset(slots: Int32Array): void { for (const c of this.columns) c.clear(slots); }
  put(slots: Int32Array, columns: readonly Column[], rows: Int32Array | null): void {
    this.columns.forEach((c, i) => { c.write(slots, rows, columns[i]!); });
  }
}

const NUMBERS = ['row_number', 'rank', 'dense_rank', 'waiting'] as const;

/** By partition: ranks of the chain's first row, how many rows at its end are not out yet, and the groups of growing frames. */
class PartitionValues implements SlotValues {
  readonly numbers: Record<TopRows['rank'] | 'waiting', Float64Array> = { row_number: new Float64Array(0), rank: new Float64Array(0), dense_rank: new Float64Array(0), waiting: new Float64Array(0) };
  private readonly groups: GroupValues;
  constructor(accumulators: readonly Accumulator[]) { this.groups = new GroupValues(accumulators, false); }
  get memoryUsedBytes(): number { return this.groups.memoryUsedBytes + 32 * this.numbers.rank.length; }
  get fields(): readonly Field[] { return [...NUMBERS.map((n) => field(n, DOUBLE, false)), ...this.groups.fields]; }
  reserve(count: number): void {
    this.groups.reserve(count);
    for (const n of NUMBERS) this.numbers[n] = grown(this.numbers[n], count);
  }
  save(slots: Int32Array): readonly Column[] {
    return [...NUMBERS.map((n) => fixedColumn(DOUBLE, slots.length, gatherDoubles(this.numbers[n], slots))), ...this.groups.save(slots)];
  }
  load(slots: Int32Array, columns: readonly Column[]): void {
    NUMBERS.forEach((n, i) => { for (let k = 0; k < slots.length; k++) this.numbers[n][slots[k]!] = columns[i]!.values[k] as number; });
    this.groups.load(slots, columns.slice(NUMBERS.length));
  }
  reset(slots: Int32Array): void {
    this.groups.reset(slots);
    for (const n of NUMBERS) for (let k = 0; k < slots.length; k++) this.numbers[n][slots[k]!] = 0;
  }
}

const UNIT: EpochInfo = { epoch: 0, timestampMillis: 0 };

export class TimeOrderedRows {
  private readonly spec: TimeOrderedSpec;
  private readonly pendingValues: RowValues;
  private readonly chainValues: RowValues;
  private readonly partitionValues: PartitionValues;
  private readonly pending: StateTable;
  private readonly chained: StateTable;
  private readonly table: StateTable;
  /** Slots of `chained` by partition. */
  private readonly chains = new RowChains();
  private nextPending = 0n;
  private nextChained = 0n;

  constructor(spec: TimeOrderedSpec, accumulators: readonly Accumulator[], store: StateStore) {
    this.spec = spec;
    this.pendingValues = new RowValues(spec.types);
    this.chainValues = new RowValues(spec.types);
    this.partitionValues = new PartitionValues(accumulators);
    this.pending = store.table({ name: 'pending', key: [field('id', BIGINT, false), field('time', TIMESTAMP, false)], value: this.pendingValues.fields, eventTime: 1, serial: true }, this.pendingValues);
    this.chained = store.table({ name: 'chains', key: [field('id', BIGINT, false)], value: this.chainValues.fields, serial: true }, this.chainValues);
    this.table = store.table({ name: 'partitions', key: spec.partition, value: this.partitionValues.fields }, this.partitionValues);
    this.recover();
  }

  private recover(): void {
    this.nextPending = inOrderOfNumber(this.pending).next;
    const { slots, next } = inOrderOfNumber(this.chained);
    this.nextChained = next;
    if (slots.length > 0) this.link(slots, this.find(this.columns(slots), slots.length));
  }

  get waiting(): number { return this.pending.size; }
  get size(): number { return this.pending.size + this.chained.size; }
  get memoryUsedBytes(): number { return this.chains.memoryUsedBytes; }
  earliestPending(): number | undefined { return this.pending.earliestDeadline(); }
  /** The numbers of partitions, by slot. */
  get numbers(): PartitionValues['numbers'] { return this.partitionValues.numbers; }
  /** All of them. */
  partitions(): Int32Array { return this.table.slots(); }
  columns(slots: Int32Array): readonly Column[] { return this.chainValues.save(slots); }
  partition(slot: number): number { return this.chains.keyOf(slot); }

  private find(columns: readonly Column[], length: number): Int32Array {
    const keys = this.spec.partitionBy({ length, columns, selection: null }, UNIT);
    return keys.length === 0 ? new Int32Array(length).fill(this.table.resolve(1, null, keys)[0]!) : this.table.resolve(length, null, keys);
  }

  /** Rows that have come; none of their times is NULL. */
  add(batch: RecordBatch, time: Column, rows: Int32Array): void {
    const n = rows.length;
    const ids = fixedColumn(BIGINT, n, numbersFrom(this.nextPending, n));
    this.nextPending += BigInt(n);
    this.pendingValues.put(this.pending.resolve(n, null, [ids, gather(time, rows)]), batch.columns, rows);
  }

  /** Puts the rows that the watermark has passed at the ends of their chains; those equal in the order as they came. @returns partitions that have got some */
  release(watermarkMillis: number): Int32Array {
    const due = this.pending.expired(watermarkMillis);
    const n = due.length;
    if (n === 0) return due;
    const columns = this.pendingValues.save(due);
    const partitions = this.find(columns, n);
    const order = this.spec.orderBy({ length: n, columns, selection: null }, UNIT);
    const up = { ascending: true, nullsFirst: true };
    const rows = sortedRows(n, [...order, this.pending.keys(due)[0]!], [...this.spec.order, up]);
    const slots = this.chained.resolve(n, null, [fixedColumn(BIGINT, n, numbersFrom(this.nextChained, n))]);
    this.nextChained += BigInt(n);
    this.chainValues.put(slots, columns, rows);
    this.pending.remove(due);
    const of = rows.map((row) => partitions[row]!);
    this.link(slots, of);
    const { waiting, row_number: number, rank, dense_rank: dense } = this.numbers;
    const list: number[] = [];
    const seen = new Set<number>();
    for (const p of of) {
      waiting[p] = waiting[p]! + 1;
      if (number[p] === 0) number[p] = rank[p] = dense[p] = 1;
      if (!seen.has(p)) { seen.add(p); list.push(p); }
    }
    return Int32Array.from(list);
  }

  private link(slots: Int32Array, partitions: Int32Array): void {
    for (let k = 0; k < slots.length; k++) this.chains.append(slots[k]!, partitions[k]!);
  }

  /** The chains of partitions one after the other, with their starts. */
  rowsOf(partitions: Int32Array): { readonly slots: Int32Array; readonly starts: Int32Array } {
    const slots: number[] = [];
    const starts = new Int32Array(partitions.length + 1);
    for (let p = 0; p < partitions.length; p++) {
      for (let slot = this.chains.first(partitions[p]!); slot >= 0; slot = this.chains.next(slot)) slots.push(slot);
      starts[p + 1] = slots.length;
    }
    return { slots: Int32Array.from(slots), starts };
  }

  /** Forgets rows at the beginnings of their chains. */
  forget(slots: Int32Array): void {
    for (const slot of slots) this.chains.remove(slot);
    this.chained.remove(slots);
  }
  touchPartitions(partitions: Int32Array): void { this.table.touch(partitions); }
  /** Forgets those of the partitions that have no row left. */
  forgetEmpty(partitions: Int32Array): void { this.table.remove(partitions.filter((p) => this.chains.first(p) < 0)); }

  /** When each row of a chain is looked at again, if nothing comes to its partition; Infinity: never. */
  wakeAt(slots: Int32Array, millis: Float64Array): void { this.chained.expireAt(slots, millis); }
  /** Rows of chains whose time has come, until it is set anew. */
  due(watermarkMillis: number): Int32Array { return this.chained.expired(watermarkMillis); }
}
