// A state variable or the timers of transformWithState: entries by key of the group and, within it, by an id of their own (a position in a list,
// a key of a map, the time of a timer). Handlers work on the entries; what they changed goes to the state table in one go when the epoch ends.
//
// Invariant: between epochs the table holds exactly the live entries, each entry knows its slot, and bySlot leads back to it.

import type { DataType, Field } from '../../planner/types.js';
import * as T from '../../planner/types.js';
import type { Value } from '../../planner/values.js';
import { columnOf } from '../columnar/build.js';
import type { Column } from '../columnar/column.js';
import { reader } from '../columnar/read.js';
import type { SlotValues, StateStore, StateTable } from '../state/store.js';

export interface Entry {
  readonly group: Value;
  readonly id: Value;
  value: Value;
  /** Milliseconds; Infinity: never. For timers the time at which they fire. */
  until: number;
  /** -1 until it is in the table. */
  slot: number;
  live: boolean;
  touched: boolean;
}
export class EntriesOfGroup extends Map<string, Entry> {
  /** Position of the next entry of a list. */
  next = 0n;
}

export interface EntryTableSpec {
  readonly name: string;
  readonly group: DataType;
  /** Of ids; undefined: a group has one entry. */
  readonly id: DataType | undefined;
  /** Of values; undefined: the entry is all there is. */
  readonly value: DataType | undefined;
  /** Entries expire. */
  readonly expires: boolean;
  /** Their ids are the times at which they are due. */
  readonly timers: boolean;
  /** What may not change while the entries are kept, and what is raised where it has. */
  readonly fixed?: Readonly<Record<string, string>>;
  changed?(name: string, before: string, now: string): never;
  groupText(value: Value): string;
  idText(value: Value): string;
}

export class EntryTable implements SlotValues {
  updated = 0;
  removed = 0;
  private readonly spec: EntryTableSpec;
  private readonly table: StateTable;
  private readonly groups = new Map<string, EntriesOfGroup>();
  private bySlot: (Entry | undefined)[] = [];
  private readonly changed: Entry[] = [];
  private readonly gone: number[] = [];
  /** What recovery read, by slot. */
  private readonly loaded = new Map<number, { readonly value: Value; readonly until: number }>();

  constructor(spec: EntryTableSpec, store: StateStore) {
    this.spec = spec;
    const key = [T.field('key', spec.group), ...(spec.id === undefined ? [] : [T.field('id', spec.id)])];
    this.table = store.table({ name: spec.name, key, value: this.fields, optional: true, ...(spec.fixed && { fixed: spec.fixed }), ...(spec.changed && { changed: spec.changed }) }, this);
    this.adopt();
  }

  get size(): number { return this.table.size; }
  private get fields(): readonly Field[] {
    const { value, expires } = this.spec;
    return [...(value === undefined ? [] : [T.field('value', value)]), ...(expires ? [T.field('untilMillis', T.BIGINT)] : [])];
  }

  // ── The table's side ──────────────────────────────────────────────────────────────────────────

  reserve(): void { /* entries come with their slots */ }
  save(slots: Int32Array): readonly Column[] {
    const entries = Array.from(slots, (slot) => this.bySlot[slot]!);
    const { value, expires } = this.spec;
    return [
      ...(value === undefined ? [] : [columnOf(value, entries.map((e) => e.value))]),
      ...(expires ? [columnOf(T.BIGINT, entries.map((e) => BigInt(e.until)))] : []),
    ];
  }
  load(slots: Int32Array, columns: readonly Column[]): void {
    const readers = columns.map(reader);
    const { value, expires } = this.spec;
    slots.forEach((slot, k) => {
      this.loaded.set(slot, { value: value === undefined ? null : readers[0]!(k), until: expires ? Number(readers.at(-1)!(k)) : Number.POSITIVE_INFINITY });
    });
  }
  reset(slots: Int32Array): void { for (const slot of slots) { this.bySlot[slot] = undefined; this.loaded.delete(slot); } }

  /** Entries for what recovery read. */
  private adopt(): void {
    const slots = this.table.slots();
    if (slots.length === 0) return;
    const [group, id] = this.table.keys(slots).map(reader);
    const order = Array.from(slots.keys());
    // Lists are in order of their positions; slots need not be.
    if (this.spec.id?.kind === 'bigint') order.sort((a, b) => Number((id!(a) as bigint) - (id!(b) as bigint)));
    for (const k of order) {
      const slot = slots[k]!;
      const read = this.loaded.get(slot) ?? { value: null, until: Number.POSITIVE_INFINITY };
      const key = id === undefined ? null : id(k);
      const until = this.spec.timers ? Number(key) : read.until;
      const entry: Entry = { group: group!(k), id: key, value: read.value, until, slot, live: true, touched: false };
      this.bySlot[slot] = entry;
      const entries = this.ofGroup(this.spec.groupText(entry.group));
      entries.set(this.spec.idText(key), entry);
      if (typeof key === 'bigint') entries.next = key + 1n;
    }
    this.loaded.clear();
    this.setDeadlines(slots);
  }
  private ofGroup(text: string): EntriesOfGroup {
    let entries = this.groups.get(text);
    if (entries === undefined) { entries = new EntriesOfGroup(); this.groups.set(text, entries); }
    return entries;
  }
  private setDeadlines(slots: Int32Array): void {
    if (this.spec.expires || this.spec.timers) this.table.expireAt(slots, Float64Array.from(slots, (slot) => this.bySlot[slot]!.until));
  }

  // ── The handlers' side ────────────────────────────────────────────────────────────────────────

  entries(group: string): EntriesOfGroup | undefined { return this.groups.get(group); }
  find(group: string, id: string): Entry | undefined { return this.groups.get(group)?.get(id); }

  /** At the end of a list. */
  append(group: { readonly text: string; readonly value: Value }, value: Value, until?: number): void {
    const { next } = this.ofGroup(group.text);
    this.put(group, next, value, until);
    this.ofGroup(group.text).next = next + 1n;
  }
  put(group: { readonly text: string; readonly value: Value }, id: Value, value: Value, until = Number.POSITIVE_INFINITY): void {
    const entries = this.ofGroup(group.text);
    const text = this.spec.idText(id);
    let entry = entries.get(text);
    if (entry === undefined) { entry = { group: group.value, id, value, until, slot: -1, live: true, touched: false }; entries.set(text, entry); }
    entry.value = value;
    entry.until = until;
    this.updated++;
    if (!entry.touched) { entry.touched = true; this.changed.push(entry); }
  }
  delete(group: string, id: string): void {
    const entries = this.groups.get(group);
    const entry = entries?.get(id);
    if (entries === undefined || entry === undefined) return;
    entries.delete(id);
    if (entries.size === 0) this.groups.delete(group);
    entry.live = false;
    this.removed++;
    if (entry.slot >= 0) { this.gone.push(entry.slot); this.bySlot[entry.slot] = undefined; }
  }
  clear(group: string): void { for (const id of [...this.groups.get(group)?.keys() ?? []]) this.delete(group, id); }

  // ── The end of an epoch ───────────────────────────────────────────────────────────────────────

  /** Brings the table up to date. */
  flush(): void {
    this.table.remove(Int32Array.from(this.gone.splice(0)));
    const changed = this.changed.splice(0).filter((e) => { e.touched = false; return e.live; });
    if (changed.length === 0) return;
    const { group, id } = this.spec;
    const slots = this.table.resolve(changed.length, null, [columnOf(group, changed.map((e) => e.group)), ...(id === undefined ? [] : [columnOf(id, changed.map((e) => e.id))])]);
    changed.forEach((entry, k) => { entry.slot = slots[k]!; this.bySlot[entry.slot] = entry; });
    this.setDeadlines(slots);
  }
  /** Entries due at or before a time, the earliest first. Only right after a flush. */
  due(millis: number): readonly Entry[] { return Array.from(this.table.expired(millis), (slot) => this.bySlot[slot]!); }
  earliest(): number | undefined { return this.table.earliestDeadline(); }
  /** Removes what has expired. */
  expire(now: number): void {
    for (const entry of this.due(now)) this.delete(this.spec.groupText(entry.group), this.spec.idText(entry.id));
    this.flush();
  }
}
