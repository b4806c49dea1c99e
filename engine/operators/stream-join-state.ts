// The stored rows of one side of a join of two streams: each row a slot of a state table keyed by its number, chained by join key in order
// of arrival. The chains are not kept in files: after a recovery they are made again from the rows.

import type { DataType, Field } from '../../planner/types.js';
import { BIGINT, BOOLEAN, field } from '../../planner/types.js';
import { type Column, fixedColumn, isValid, type RecordBatch } from '../columnar/column.js';
import { gatherBytes, gatherColumns } from '../columnar/gather.js';
import { grown } from '../columnar/grow.js';
import { type ValueSlots, valueSlots } from '../functions/aggregate/values.js';
import type { EpochInfo } from '../functions/define.js';
import type { Projection } from '../kernels/evaluator.js';
import { ceilMillis } from '../state/deadlines.js';
import { int32View } from '../state/key-layout.js';
import { KeyChains } from '../state/row-chains.js';
import { inOrderOfNumber, numbersFrom } from '../state/serial.js';
import type { SlotValues, StateStore, StateTable } from '../state/store.js';

export interface SideSpec {
  readonly name: 'left' | 'right';
  readonly types: readonly DataType[];
  readonly keys: Projection;
  readonly keyTypes: readonly DataType[];
  /** The time by which a row is evicted, as a column of timestamps or windows; null: never. */
  readonly deadline: Projection | null;
}

/** Rows that a recovery chains at a time. */
const RECOVERED = 16384;
const UNIT: EpochInfo = { epoch: 0, timestampMillis: 0 };

/** The columns of the rows by slot, and whether a match was found. */
class StoredRows implements SlotValues {
  readonly columns: readonly ValueSlots[];
  readonly types: readonly DataType[];
  matched = new Uint8Array(0);
  constructor(types: readonly DataType[]) { this.types = types; this.columns = types.map(valueSlots); }
  get fields(): readonly Field[] { return [...this.types.map((t, i) => field(`c${i}`, t)), field('matched', BOOLEAN, false)]; }
  reserve(count: number): void {
    for (const c of this.columns) c.reserve(count);
    this.matched = grown(this.matched, count);
  }
  get memoryUsedBytes(): number { return this.columns.reduce((sum, c) => sum + c.memoryUsedBytes, this.matched.length); }
  rows(slots: Int32Array): Column[] { return this.columns.map((c) => c.column(slots)); }
  save(slots: Int32Array): readonly Column[] { return [...this.rows(slots), fixedColumn(BOOLEAN, slots.length, gatherBytes(this.matched, slots))]; }
  load(slots: Int32Array, columns: readonly Column[]): void {
    this.columns.forEach((c, i) => { c.write(slots, null, columns[i]!); });
    const matched = columns.at(-1)!.values;
    for (let k = 0; k < slots.length; k++) this.matched[slots[k]!] = Number(matched[k]!);
  }
  reset(slots: Int32Array): void {
    for (const c of this.columns) c.clear(slots);
    for (let k = 0; k < slots.length; k++) this.matched[slots[k]!] = 0;
  }
}

export class JoinSide {
  private readonly spec: SideSpec;
  private readonly stored: StoredRows;
  private readonly table: StateTable;
  private readonly chains: KeyChains;
  private nextId = 0n;

  constructor(spec: SideSpec, store: StateStore) {
    this.spec = spec;
    this.stored = new StoredRows(spec.types);
    this.chains = new KeyChains(spec.keyTypes);
    this.table = store.table({ name: spec.name, key: [field('id', BIGINT, false)], value: this.stored.fields, serial: true }, this.stored);
    this.recover();
  }

  private recover(): void {
    const { slots, next } = inOrderOfNumber(this.table);
    this.nextId = next;
    for (let from = 0; from < slots.length; from += RECOVERED) {
      const some = slots.subarray(from, from + RECOVERED);
      this.chain(some, { length: some.length, columns: this.stored.rows(some), selection: null }, null);
    }
  }

  get size(): number { return this.table.size; }
  get memoryUsedBytes(): number { return this.chains.memoryUsedBytes; }
  matched(slot: number): boolean { return this.stored.matched[slot] === 1; }
  match(slots: Int32Array): void {
    const { matched } = this.stored;
    const first = new Int32Array(slots.length);
    let n = 0;
    for (let k = 0; k < slots.length; k++) if (matched[slots[k]!] === 0) { matched[slots[k]!] = 1; first[n++] = slots[k]!; }
    this.table.touch(first.subarray(0, n));
  }
  rows(slots: Int32Array): Column[] { return this.stored.rows(slots); }

  /** First stored row of each key, −1 for none; `next` goes on. */
  find(n: number, rows: Int32Array, keys: readonly Column[]): Int32Array { return this.chains.find(n, rows, keys); }
  next(slot: number): number { return this.chains.next(slot); }

  /** Stores rows of a batch. `matched` by position in `rows`. */
  add(batch: RecordBatch, rows: Int32Array, matched: Uint8Array): void {
    const n = rows.length;
    if (n === 0) return;
    const slots = this.table.resolve(n, null, [fixedColumn(BIGINT, n, numbersFrom(this.nextId, n))]);
    this.nextId += BigInt(n);
    this.stored.columns.forEach((c, i) => { c.write(slots, rows, batch.columns[i]!); });
    for (let k = 0; k < n; k++) this.stored.matched[slots[k]!] = matched[k]!;
    this.chain(slots, batch, rows);
  }

  /** Puts stored rows at the end of their keys' chains and sets their deadlines. */
  private chain(slots: Int32Array, batch: RecordBatch, rows: Int32Array | null): void {
    const selected = { ...batch, selection: rows };
    this.chains.append(slots, rows, this.spec.keys(selected, UNIT));
    if (this.spec.deadline) this.table.expireAt(slots, deadlines(this.spec.deadline(selected, UNIT)[0]!, slots.length, rows));
  }

  expired(watermark: number): Int32Array { return this.table.expired(watermark); }
  all(): Int32Array { return this.table.slots(); }
  earliestDeadline(): number | undefined { return this.table.earliestDeadline(); }

  remove(slots: Int32Array): void {
    this.chains.remove(slots);
    this.table.remove(slots);
  }
  /** The epoch is over: what the index remembers of it can go. */
  end(): void { this.chains.committed(); }
}

/** Milliseconds at which each row's time is passed by a watermark: the time, or a window's end, rounded up; NULL never is. */
export function deadlines(column: Column, n: number, rows: Int32Array | null): Float64Array {
  const inner = column.children.length > 0 ? column.children[1]! : column;
  const words = int32View(inner.values as BigInt64Array);
  const out = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const i = rows === null ? k : rows[k]!;
    out[k] = isValid(column.validity, i) && isValid(inner.validity, i) ? ceilMillis(words[2 * i]!, words[2 * i + 1]!) : Number.POSITIVE_INFINITY;
  }
  return out;
}

export const noColumns = (types: readonly DataType[], length: number): Column[] =>
  gatherColumns(types.map((t) => valueSlots(t).column(new Int32Array(0))), new Int32Array(length).fill(-1));
