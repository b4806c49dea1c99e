// A state table: keys to dense slots. Values are not here: the operator keeps them in columns by slot (SlotValues). The table knows which
// slots are live, which an epoch touched, made or removed (what a delta must hold), and which are due by event time.
//
// Invariants: every live slot is in the index once; touched ⊇ new; a removed slot that existed at the last commit stays in `removed`
// until the next one, also if it is used again.

import { invariant } from '../../planner/errors/index.js';
import type { Column } from '../columnar/column.js';
import { grown } from '../columnar/grow.js';
import { hashWords } from '../columnar/hash.js';
import { ceilMillis, Deadlines } from './deadlines.js';
import { place, removeFrom } from './interner.js';
import { keyColumns, keyLayout, type KeyLayout, type KeyNode, keySources, signature } from './key-layout.js';
import { LIVE, NEW, probeFor, type ProbeMode, type ProbeState, TOUCHED } from './probe.js';
import type { SlotValues, StateTable, StateTableSpec } from './store.js';

const NO_VALUES: SlotValues = { reserve() { /* none */ }, save: () => [], load() { /* none */ }, reset() { /* none */ } };

/** Rows resolved at a time: bounds what is reserved ahead of keys that may not come. */
const CHUNK = 16384;

/** What happened since the last commit. */
export interface TableChanges {
  /** Slots of the last commit that are gone. */
  readonly removed: Int32Array;
  /** Live slots made since, in order. */
  readonly fresh: Int32Array;
  /** Live slots touched since, the fresh ones among them. */
  readonly touched: Int32Array;
}

export class KeyedTable implements StateTable {
  readonly spec: StateTableSpec;
  private readonly layout: KeyLayout;
  private readonly state: ProbeState;
  private readonly interned: readonly KeyNode[];
  private readonly values: SlotValues;
  private readonly inserting: ProbeMode;
  private deadlines: Deadlines | undefined;
  /** First word of the event time in the key, and the bits that say it is NULL. */
  private readonly eventTime: { readonly word: number; readonly mask: number } | undefined;
  private capacity = 0;
  private live = 0;
  private removed: number[] = [];
  private removals = false;

  /** Without `values` it only finds slots. */
  constructor(spec: StateTableSpec, values: SlotValues = NO_VALUES) {
    this.spec = spec;
    this.values = values;
    this.inserting = spec.serial === true ? 'append' : 'resolve';
    this.layout = keyLayout(spec.key, spec.eventTime, spec.exact === true);
    this.interned = this.layout.nodes.filter((n) => n.interner);
    this.eventTime = this.layout.eventTime && eventTimeWord(this.layout.eventTime);
    if (this.eventTime) this.deadlines = new Deadlines();
    const none = new Int32Array(0);
    this.state = { index: new Int32Array(32), words: none, flags: new Uint8Array(0), touched: none, touchedCount: 0, next: 0, free: none, freeCount: 0, fresh: none, freshCount: 0 };
  }

  get size(): number { return this.live; }
  /** Slots that have been used so far: all slots are below. */
  get slotCount(): number { return this.state.next; }
  get memoryUsedBytes(): number {
    const { index, words, flags, touched } = this.state;
    return 4 * (index.length + words.length + touched.length) + flags.length + (this.deadlines?.memoryUsedBytes ?? 0) + (this.values.memoryUsedBytes ?? 0)
      + this.interned.reduce((sum, n) => sum + n.interner!.memoryUsedBytes, 0);
  }

  resolve(n: number, rows: Int32Array | null, keys: readonly Column[]): Int32Array {
    const out = new Int32Array(n);
    for (let from = 0; from < n; from += CHUNK) {
      const count = Math.min(CHUNK, n - from);
      this.reserve(count);
      const sources = keySources(this.layout, count, rows, from, keys, true, this.spec.eventTime);
      probeFor(signature(this.layout, sources), this.layout, sources, this.inserting)(count, rows, from, out, this.state, sources);
      this.adopt(this.state.fresh.subarray(0, this.state.freshCount), out, from);
    }
    return out;
  }

  find(n: number, rows: Int32Array | null, keys: readonly Column[]): Int32Array {
    const out = new Int32Array(n);
    invariant(this.inserting === 'resolve', 'keys of a table of rows by number are not looked for');
    const sources = keySources(this.layout, n, rows, 0, keys, false, this.spec.eventTime);
    probeFor(signature(this.layout, sources), this.layout, sources, 'find')(n, rows, 0, out, this.state, sources);
    return out;
  }

  /** Makes room for `count` more keys. */
  private reserve(count: number): void {
    this.reserveSlots(this.state.next + count);
    this.reserveKeys(count);
  }
  private reserveSlots(needed: number): void {
    if (needed <= this.capacity) return;
    const s = this.state;
    const capacity = Math.max(needed, this.capacity * 2);
    s.words = grown(s.words, capacity * this.layout.words);
    s.flags = grown(s.flags, capacity);
    s.free = grown(s.free, capacity);
    this.capacity = capacity;
    this.values.reserve(capacity);
    this.deadlines?.reserve(capacity);
  }
  private reserveKeys(count: number): void {
    const s = this.state;
    s.touched = grown(s.touched, s.touchedCount + count);
    if (s.fresh.length < count) s.fresh = new Int32Array(Math.max(count, 1024));
    if (this.inserting === 'resolve' && (this.live + count) * 4 > s.index.length) this.reindex(this.live + count);
  }

  private reindex(keys: number): void {
    const s = this.state;
    const old = s.index;
    let length = Math.max(32, old.length);
    while (keys * 4 > length) length *= 2;
    s.index = new Int32Array(length);
    for (let p = 0; p < old.length; p += 2) if (old[p + 1] !== 0) place(s.index, old[p]!, old[p + 1]! - 1);
  }

  /** Slots just made, in the order of their rows, whose slots begin in `out` at `from`: their strings are held, their deadlines set. */
  private adopt(fresh: Int32Array, out: Int32Array, from: number): void {
    this.live += fresh.length;
    const W = this.layout.words;
    const { words } = this.state;
    for (const { interner, word, bit } of this.interned) {
      const kept = interner!.show && fresh.filter((slot) => ((words[slot * W]! >>> bit) & 1) === 0);
      if (kept) interner!.show!(Array.from(kept), firstRows(kept, out, from));
      for (let f = 0; f < fresh.length; f++) {
        const at = fresh[f]! * W;
        if (((words[at]! >>> bit) & 1) === 0) interner!.retain(words[at + word]!);
      }
    }
    if (this.eventTime) {
      const { word, mask } = this.eventTime;
      for (let f = 0; f < fresh.length; f++) {
        const at = fresh[f]! * W;
        if ((words[at]! & mask) !== 0) continue;
        this.deadlines!.set(fresh[f]!, ceilMillis(words[at + word]!, words[at + word + 1]!));
      }
    }
  }

  touched(from = 0): Int32Array {
    const s = this.state;
    if (!this.removals) return s.touched.slice(from, s.touchedCount);
    invariant(from === 0, 'positions among touched slots hold while none is removed');
    const SEEN = 8;
    const out = new Int32Array(s.touchedCount);
    let n = 0;
    for (let t = 0; t < s.touchedCount; t++) {
      const slot = s.touched[t]!;
      if ((s.flags[slot]! & (TOUCHED | SEEN)) !== TOUCHED) continue;
      s.flags[slot]! |= SEEN;
      out[n++] = slot;
    }
    for (let k = 0; k < n; k++) s.flags[out[k]!]! &= ~SEEN;
    return out.subarray(0, n);
  }

  isNew(slot: number): boolean { return (this.state.flags[slot]! & NEW) !== 0; }
  isLive(slot: number): boolean { return (this.state.flags[slot]! & LIVE) !== 0; }

  touch(slots: Int32Array): void {
    const s = this.state;
    s.touched = grown(s.touched, s.touchedCount + slots.length);
    for (let k = 0; k < slots.length; k++) {
      const slot = slots[k]!;
      if ((s.flags[slot]! & (LIVE | TOUCHED)) !== LIVE) continue;
      s.flags[slot]! |= TOUCHED;
      s.touched[s.touchedCount++] = slot;
    }
  }

  slots(): Int32Array {
    const { next, flags } = this.state;
    const out = new Int32Array(this.live);
    let n = 0;
    for (let slot = 0; slot < next; slot++) if ((flags[slot]! & LIVE) !== 0) out[n++] = slot;
    return out;
  }

  keys(slots: Int32Array): readonly Column[] { return keyColumns(this.layout, this.state.words, slots); }

  expired(watermarkMillis: number): Int32Array { return this.deadlines === undefined ? new Int32Array(0) : this.deadlines.due(watermarkMillis); }

  expireAt(slots: Int32Array, millis: Float64Array): void {
    if (this.deadlines === undefined) { this.deadlines = new Deadlines(); this.deadlines.reserve(this.capacity); }
    for (let k = 0; k < slots.length; k++) {
      if (millis[k] === Number.POSITIVE_INFINITY) this.deadlines.clear(slots[k]!); else this.deadlines.set(slots[k]!, millis[k]!);
    }
  }

  earliestDeadline(): number | undefined { return this.deadlines?.earliest(); }

  remove(slots: Int32Array): void {
    if (slots.length === 0) return;
    this.removals = true;
    const s = this.state;
    const W = this.layout.words;
    for (let k = 0; k < slots.length; k++) {
      const slot = slots[k]!;
      const at = slot * W;
      invariant((s.flags[slot]! & LIVE) !== 0, 'a slot that is removed is live');
      if (this.inserting === 'resolve') removeFrom(s.index, hashWords(s.words, at, W), slot);
      for (const { interner, word, bit } of this.interned) if (((s.words[at]! >>> bit) & 1) === 0) interner!.release(s.words[at + word]!, slot);
      this.deadlines?.clear(slot);
      if ((s.flags[slot]! & NEW) === 0) this.removed.push(slot);
      s.flags[slot] = 0;
      s.free[s.freeCount++] = slot;
    }
    this.live -= slots.length;
    this.values.reset(slots);
  }

  /** For the backend: what a delta holds. */
  changes(): TableChanges {
    const touched = this.touched();
    const { flags } = this.state;
    const fresh = new Int32Array(touched.length);
    let n = 0;
    for (let t = 0; t < touched.length; t++) if ((flags[touched[t]!]! & NEW) !== 0) fresh[n++] = touched[t]!;
    return { removed: Int32Array.from(this.removed), fresh: fresh.subarray(0, n), touched };
  }

  /** For the backend: the changes are durable (or need not be). */
  committed(): void {
    const s = this.state;
    for (let t = 0; t < s.touchedCount; t++) s.flags[s.touched[t]!]! &= LIVE;
    s.touchedCount = 0;
    this.removed = [];
    this.removals = false;
  }

  /** For recovery: frees slots as a delta says. */
  restoreRemoved(slots: Int32Array): void {
    this.remove(slots.filter((slot) => this.isLive(slot)));
    this.removed = [];
  }

  /** For recovery: puts keys at the slots that they had. `slotCount` slots were in use then. */
  restoreKeys(slots: Int32Array, keys: readonly Column[], slotCount: number): void {
    const n = slots.length;
    const s = this.state;
    this.reserveSlots(Math.max(slotCount, s.next));
    this.reserveKeys(n);
    const out = new Int32Array(n);
    const before = s.next;
    for (let from = 0; from < n; from += CHUNK) {
      const count = Math.min(CHUNK, n - from);
      this.reserveKeys(count);
      const sources = keySources(this.layout, count, null, from, keys, true, this.spec.eventTime);
      // The loop hands out the slots that it finds on the free list: those of the file, last first.
      s.freeCount = 0;
      for (let k = count - 1; k >= 0; k--) s.free[s.freeCount++] = slots[from + k]!;
      probeFor(signature(this.layout, sources), this.layout, sources, this.inserting)(count, null, from, out, s, sources);
      invariant(s.freshCount === count && s.freeCount === 0, 'the keys of a state file are all different');
      this.adopt(s.fresh.subarray(0, count), out, from);
    }
    s.next = Math.max(before, slotCount);
  }

  /** For recovery: all files have been read; slots without a key are free. */
  restored(): void {
    const s = this.state;
    this.committed();
    s.freeCount = 0;
    for (let slot = s.next - 1; slot >= 0; slot--) if ((s.flags[slot]! & LIVE) === 0) s.free[s.freeCount++] = slot;
  }
}

/** Of slots in the order of their rows, the first row of each; `out` has the rows' slots from `from` on. */
function firstRows(slots: Int32Array, out: Int32Array, from: number): number[] {
  const rows: number[] = [];
  let k = 0;
  for (const slot of slots) { while (out[from + k] !== slot) k++; rows.push(k); }
  return rows;
}

function eventTimeWord(root: KeyNode): { readonly word: number; readonly mask: number } {
  const node = root.children.length > 0 ? root.children[1]! : root;
  invariant(node.kind === 'i64', 'event time is a timestamp, or the end of a window');
  return { word: node.word, mask: (1 << root.bit) | (1 << node.bit) };
}
