// Slots in lists by key, each in the order in which its slots were appended; and such lists with an index of the keys, for the rows of a join.
// They are in no file: whoever has the slots makes them again after a recovery.
//
// Invariant: a slot is in at most one list; a key is in the index as long as its list has a slot.

import { type DataType, field } from '../../planner/types.js';
import type { Column } from '../columnar/column.js';
import { grown } from '../columnar/grow.js';
import { KeyedTable } from './table.js';

/** Keys and slots are whole numbers from 0, dense: there is an entry for each up to the greatest. */
export class RowChains {
  // By key.
  private heads = new Int32Array(0);
  private tails = new Int32Array(0);
  // By slot.
  private nexts = new Int32Array(0);
  private previouses = new Int32Array(0);
  private keys = new Int32Array(0);

  get memoryUsedBytes(): number { return 8 * this.heads.length + 12 * this.keys.length; }
  /** First slot of a key, −1 for none; `next` goes on. */
  first(key: number): number { return key < this.heads.length ? this.heads[key]! : -1; }
  next(slot: number): number { return this.nexts[slot]!; }
  /** Key of the list that a slot is in; −1: it is in none. */
  keyOf(slot: number): number { return slot < this.keys.length ? this.keys[slot]! : -1; }

  /** Puts a slot that is in no list at the end of the key's. */
  append(slot: number, key: number): void {
    if (key >= this.heads.length) { this.heads = grown(this.heads, key + 1, -1); this.tails = grown(this.tails, key + 1, -1); }
    if (slot >= this.keys.length) { this.nexts = grown(this.nexts, slot + 1); this.previouses = grown(this.previouses, slot + 1); this.keys = grown(this.keys, slot + 1, -1); }
    const last = this.tails[key]!;
    this.keys[slot] = key;
    this.nexts[slot] = -1;
    this.previouses[slot] = last;
    if (last < 0) this.heads[key] = slot; else this.nexts[last] = slot;
    this.tails[key] = slot;
  }

  /** Takes a slot out of its list. @returns whether that has none left */
  remove(slot: number): boolean {
    const [key, before, after] = [this.keys[slot]!, this.previouses[slot]!, this.nexts[slot]!];
    if (before < 0) this.heads[key] = after; else this.nexts[before] = after;
    if (after < 0) this.tails[key] = before; else this.previouses[after] = before;
    this.keys[slot] = -1;
    return before < 0 && after < 0;
  }
}

/** Slots by the values of key columns. */
export class KeyChains {
  private readonly index: KeyedTable;
  private readonly chains = new RowChains();

  constructor(types: readonly DataType[]) { this.index = new KeyedTable({ name: 'keys', key: types.map((t, i) => field(`k${i}`, t)), value: [] }); }

  get memoryUsedBytes(): number { return this.index.memoryUsedBytes + this.chains.memoryUsedBytes; }
  first(key: number): number { return this.chains.first(key); }
  next(slot: number): number { return this.chains.next(slot); }
  /** The number of a slot's key, as long as the key has slots; −1: the slot is in no list. */
  keyOf(slot: number): number { return this.chains.keyOf(slot); }

  /** First slot of each row's key, −1 for none; `next` goes on. `rows`: physical rows of the columns, null: all. */
  find(n: number, rows: Int32Array | null, keys: readonly Column[]): Int32Array {
    const found = this.index.find(n, rows, keys);
    for (let k = 0; k < n; k++) if (found[k]! >= 0) found[k] = this.chains.first(found[k]!);
    return found;
  }

  /** Puts each slot at the end of the list of its row's key. */
  append(slots: Int32Array, rows: Int32Array | null, keys: readonly Column[]): void {
    const of = this.index.resolve(slots.length, rows, keys);
    for (let k = 0; k < slots.length; k++) this.chains.append(slots[k]!, of[k]!);
  }

  remove(slots: Int32Array): void {
    const empty: number[] = [];
    for (let k = 0; k < slots.length; k++) {
      const key = this.chains.keyOf(slots[k]!);
      if (this.chains.remove(slots[k]!)) empty.push(key);
    }
    this.index.remove(Int32Array.from(empty));
  }

  /** The epoch is over: what the index remembers of it can go. */
  committed(): void { this.index.committed(); }
}
