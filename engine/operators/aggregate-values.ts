// The values of groups whose rows may be taken back, for functions that cannot take a row back by arithmetic: one state table by group and
// value, with how often the value is there, so that an epoch writes the values that it touched and not those of whole groups. For functions
// that give a value from one end of an order (min, max_by, first) each group has a heap over its values: taking one back costs the
// logarithm of their number. The others see the values again, in order of arrival, whenever their group is looked at.
//
// Invariant: a value with a count above 0 is in its group's heap, no other is. Heaps and chains are made again after a recovery.

import type { DataType, Field } from '../../planner/types.js';
import { DOUBLE, field, INT } from '../../planner/types.js';
import type { Value } from '../../planner/values.js';
import { type Column, fixedColumn, isValid } from '../columnar/column.js';
import { valueComparator } from '../columnar/compare.js';
import { gather, gatherDoubles } from '../columnar/gather.js';
import { grown } from '../columnar/grow.js';
import { reader } from '../columnar/read.js';
import type { Accumulator, EndRule } from '../functions/define.js';
import { RowChains } from '../state/row-chains.js';
import type { SlotValues, StateStore, StateTable } from '../state/store.js';

export interface GroupBagSpec {
  readonly types: readonly DataType[];
  readonly end: EndRule | undefined;
  /** The function over rows that stay. */
  readonly insertOnly: () => Accumulator;
}

/** By entry: how often the value is there, when it came, its place in the group's heap. */
class Entries implements SlotValues {
  counts = new Float64Array(0);
  order = new Float64Array(0);
  place = new Int32Array(0);
  readonly fields: readonly Field[] = [field('count', DOUBLE), field('order', DOUBLE)];
  get memoryUsedBytes(): number { return 20 * this.counts.length; }
  reserve(count: number): void {
    this.counts = grown(this.counts, count); this.order = grown(this.order, count); this.place = grown(this.place, count, -1);
  }
  save(slots: Int32Array): readonly Column[] {
    return [this.counts, this.order].map((values) => fixedColumn(DOUBLE, slots.length, gatherDoubles(values, slots)));
  }
  load(slots: Int32Array, [counts, order]: readonly Column[]): void {
    for (let k = 0; k < slots.length; k++) { this.counts[slots[k]!] = Number(counts!.values[k]!); this.order[slots[k]!] = Number(order!.values[k]!); }
  }
  reset(slots: Int32Array): void { for (let k = 0; k < slots.length; k++) { this.counts[slots[k]!] = 0; this.place[slots[k]!] = -1; } }
}

export class GroupBags implements Accumulator {
  /** Nothing is kept beside the group's keys. */
  readonly stateTypes: readonly DataType[] = [];
  private readonly spec: GroupBagSpec;
  private readonly entries = new Entries();
  private table: StateTable | undefined;
  /** Entries by group. */
  private readonly chains = new RowChains();
  private readonly heaps: (number[] | undefined)[] = [];
  /** What the heap compares, by entry. */
  private readonly ordering: Value[] = [];
  private readonly before: (a: number, b: number) => boolean;
  private arrivals = 0;

  constructor(spec: GroupBagSpec) {
    this.spec = spec;
    this.before = spec.end ? this.comparison(spec.end) : () => false;
  }

  private comparison({ by, greatest, latest }: EndRule): (a: number, b: number) => boolean {
    const { entries, ordering } = this;
    const arrived = (a: number, b: number): boolean => latest ? entries.order[a]! > entries.order[b]! : entries.order[a]! < entries.order[b]!;
    if (by === undefined) return arrived;
    const compare = valueComparator(this.spec.types[by]!);
    return (a, b) => {
      const c = compare(ordering[a]!, ordering[b]!);
      return c === 0 ? arrived(a, b) : (c > 0) === greatest;
    };
  }

  /** Opens the table, after that of the groups, whose slots its keys are. */
  open(store: StateStore, name: string): void {
    const { types } = this.spec;
    const table = store.table({ name, key: [field('group', INT), ...types.map((t, i) => field(`a${i}`, t))], value: this.entries.fields, exact: true }, this.entries);
    this.table = table;
    const slots = table.slots().sort((a, b) => this.entries.order[a]! - this.entries.order[b]!);
    if (slots.length === 0) return;
    const [groups, ...args] = table.keys(slots);
    const read = this.spec.end?.by === undefined ? undefined : reader(args[this.spec.end.by]!);
    slots.forEach((slot, k) => {
      this.link(slot, groups!.values[k] as number, read?.(k) ?? null);
      if (this.entries.counts[slot]! > 0) this.push(slot);
    });
    this.arrivals = this.entries.order[slots.at(-1)!]! + 1;
  }

  get memoryUsedBytes(): number { return this.chains.memoryUsedBytes; }
  /** Groups have chains once they have entries. */
  reserve(): void { /* nothing by group */ }

  update(n: number, rows: Int32Array | null, slots: Int32Array, args: readonly Column[], weights: Int32Array | null): void {
    const { entries, spec } = this;
    const needed = (spec.end?.needs ?? []).map((a) => args[a]!).filter((c) => c.validity !== null || c.type.kind === 'void');
    const length = rows === null ? n : rows.reduce((most, i) => Math.max(most, i + 1), 0);
    const groups = new Int32Array(length);
    const kept = new Int32Array(n);
    let count = 0;
    for (let k = 0; k < n; k++) {
      const i = rows === null ? k : rows[k]!;
      if (needed.some((c) => !isValid(c.validity, i) || c.type.kind === 'void')) continue;
      groups[i] = slots[k]!;
      kept[count++] = i;
    }
    if (count === 0) return;
    const found = this.table!.resolve(count, kept.subarray(0, count), [fixedColumn(INT, length, groups), ...args]);
    const read = spec.end?.by === undefined ? undefined : reader(args[spec.end.by]!);
    for (let k = 0; k < count; k++) {
      const entry = found[k]!;
      const i = kept[k]!;
      if (this.chains.keyOf(entry) < 0) { this.link(entry, groups[i]!, read?.(i) ?? null); entries.order[entry] = this.arrivals++; }
      const weight = weights === null ? 1 : weights[i]!;
      const before = entries.counts[entry]!;
      const after = before + weight;
      entries.counts[entry] = after;
      if (before > 0 && after <= 0) this.take(entry);
      else if (weight > 0 && before > 0 && spec.end?.latest === true) { this.take(entry); entries.order[entry] = this.arrivals++; this.push(entry); }
      else if (before <= 0 && after > 0) this.push(entry);
    }
    this.drop(Int32Array.from(new Set(found)).filter((entry) => entries.counts[entry] === 0));
  }

  private link(entry: number, group: number, ordering: Value): void {
    this.chains.append(entry, group);
    if (this.spec.end?.by !== undefined) this.ordering[entry] = ordering;
  }

  /** Entries that no row holds any more. */
  private drop(gone: Int32Array): void {
    for (const entry of gone) {
      this.take(entry);
      this.chains.remove(entry);
    }
    this.table!.remove(gone);
  }

  // ── Heaps ─────────────────────────────────────────────────────────────────────────────────────

  private push(entry: number): void {
    if (!this.spec.end) return;
    const group = this.chains.keyOf(entry);
    let heap = this.heaps[group];
    if (heap === undefined) { heap = []; this.heaps[group] = heap; }
    heap.push(entry);
    this.rise(heap, heap.length - 1, entry);
  }
  private take(entry: number): void {
    const at = this.entries.place[entry]!;
    if (at < 0) return;
    this.entries.place[entry] = -1;
    const heap = this.heaps[this.chains.keyOf(entry)]!;
    const last = heap.pop()!;
    if (last === entry) return;
    this.rise(heap, at, last);
    this.sink(heap, this.entries.place[last]!, last);
  }
  private rise(heap: number[], from: number, entry: number): void {
    const { place } = this.entries;
    let at = from;
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (!this.before(entry, heap[up]!)) break;
      heap[at] = heap[up]!;
      place[heap[at]!] = at;
      at = up;
    }
    heap[at] = entry;
    place[entry] = at;
  }
  private sink(heap: number[], from: number, entry: number): void {
    const { place } = this.entries;
    let at = from;
    for (;;) {
      let down = 2 * at + 1;
      if (down >= heap.length) break;
      if (down + 1 < heap.length && this.before(heap[down + 1]!, heap[down]!)) down++;
      if (!this.before(heap[down]!, entry)) break;
      heap[at] = heap[down]!;
      place[heap[at]!] = at;
      at = down;
    }
    heap[at] = entry;
    place[entry] = at;
  }

  // ── Results ───────────────────────────────────────────────────────────────────────────────────

  result(slots: Int32Array): Column { return this.spec.end ? this.ends(slots, this.spec.end) : this.replay(slots); }

  private ends(slots: Int32Array, { value }: EndRule): Column {
    const found: number[] = [];
    const rows = slots.map((slot) => { const heap = this.heaps[slot]; return heap === undefined || heap.length === 0 ? -1 : found.push(heap[0]!) - 1; });
    return gather(this.table!.keys(Int32Array.from(found))[1 + value]!, rows);
  }

  private replay(slots: Int32Array): Column {
    const { entries } = this;
    const target = this.spec.insertOnly();
    target.reserve(slots.length);
    const found: number[] = [];
    const targets: number[] = [];
    slots.forEach((slot, k) => {
      for (let entry = this.chains.first(slot); entry >= 0; entry = this.chains.next(entry)) if (entries.counts[entry]! > 0) { found.push(entry); targets.push(k); }
    });
    const [, ...columns] = this.table!.keys(Int32Array.from(found));
    target.update(found.length, null, Int32Array.from(targets), columns, Int32Array.from(found, (entry) => entries.counts[entry]!));
    return target.result(slots.map((_, k) => k));
  }

  /** The groups are gone, and their values with them. Before the table is open its own files say so. */
  reset(slots: Int32Array): void {
    if (!this.table) return;
    const gone: number[] = [];
    for (const slot of slots) for (let entry = this.chains.first(slot); entry >= 0; entry = this.chains.next(entry)) gone.push(entry);
    this.drop(Int32Array.from(gone));
    for (const slot of slots) this.heaps[slot] = undefined;
  }
  save(): readonly Column[] { return []; }
  load(): void { /* the table has been read already */ }
  merge(): void { /* only sessions merge groups, and they take no rows back */ }
}
