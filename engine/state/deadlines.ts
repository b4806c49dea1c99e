// Slots by deadline: chains in buckets of one second, a heap of the buckets, so that what is due is found without looking at the other slots. A bucket b holds the deadlines in
// (1000 (b − 1), 1000 b], so that windows that end on a full second leave whole.
//
// source: eviction of the state prototype (docs/decisions: vectorised state).

import { grown } from '../columnar/grow.js';

const BUCKET_MILLIS = 1000;

/** The first whole millisecond at or after a time in microseconds, by the two words of it. Microseconds themselves are no exact doubles after 2255. */
export const ceilMillis = (low: number, high: number): number => high * 4_294_967 + Math.ceil((high * 296 + (low >>> 0)) / 1000);

export class Deadlines {
  /** First slot of each bucket in the heap; −1: none any more. */
  private readonly heads = new Map<number, number>();
  /** Bucket numbers, the least first: those below position i are at 2 i + 1 and 2 i + 2. */
  private readonly heap: number[] = [];
  private next = new Int32Array(16);
  private previous = new Int32Array(16);
  /** NaN: the slot is in no chain. */
  private millis = new Float64Array(16).fill(Number.NaN);

  get memoryUsedBytes(): number { return 16 * this.next.length; }

  reserve(count: number): void {
    this.next = grown(this.next, count); this.previous = grown(this.previous, count); this.millis = grown(this.millis, count, Number.NaN);
  }

  of(slot: number): number { return this.millis[slot]!; }

  set(slot: number, millis: number): void {
    this.clear(slot);
    const bucket = Math.ceil(millis / BUCKET_MILLIS);
    let head = this.heads.get(bucket);
    if (head === undefined) { head = -1; this.open(bucket); }
    this.next[slot] = head;
    this.previous[slot] = -1;
    if (head >= 0) this.previous[head] = slot;
    this.heads.set(bucket, slot);
    this.millis[slot] = millis;
  }

  clear(slot: number): void {
    const millis = this.millis[slot]!;
    if (Number.isNaN(millis)) return;
    const next = this.next[slot]!;
    const previous = this.previous[slot]!;
    if (next >= 0) this.previous[next] = previous;
    if (previous >= 0) this.next[previous] = next;
    else this.heads.set(Math.ceil(millis / BUCKET_MILLIS), next);
    this.millis[slot] = Number.NaN;
  }

  private open(bucket: number): void {
    const { heap } = this;
    let at = heap.push(bucket) - 1;
    for (let up = (at - 1) >> 1; at > 0 && heap[up]! > bucket; at = up, up = (at - 1) >> 1) heap[at] = heap[up]!;
    heap[at] = bucket;
  }
  /** Takes the least bucket out of the heap. */
  private least(): number {
    const { heap } = this;
    const least = heap[0]!;
    const last = heap.pop()!;
    let at = 0;
    for (let down = 1; down < heap.length; down = 2 * at + 1) {
      if (down + 1 < heap.length && heap[down + 1]! < heap[down]!) down++;
      if (heap[down]! >= last) break;
      heap[at] = heap[down]!;
      at = down;
    }
    if (heap.length > 0) heap[at] = last;
    return least;
  }

  /** Slots with deadline ≤ `watermark`, earliest deadline first. */
  due(watermark: number): Int32Array {
    const out: number[] = [];
    const open: number[] = [];
    while (this.heap.length > 0 && (this.heap[0]! - 1) * BUCKET_MILLIS < watermark) {
      const bucket = this.least();
      let slot = this.heads.get(bucket)!;
      if (slot < 0) { this.heads.delete(bucket); continue; }
      open.push(bucket);
      const from = out.length;
      const whole = bucket * BUCKET_MILLIS <= watermark;
      for (; slot >= 0; slot = this.next[slot]!) if (whole || this.millis[slot]! <= watermark) out.push(slot);
      if (out.length > from) sortTail(out, from, this.millis);
    }
    // They are empty when their slots have been cleared, and go when they are met again.
    for (const bucket of open) this.open(bucket);
    return Int32Array.from(out);
  }

  /** The earliest deadline, undefined if there is none. Looks at the slots of one bucket. */
  earliest(): number | undefined {
    while (this.heap.length > 0 && this.heads.get(this.heap[0]!)! < 0) this.heads.delete(this.least());
    if (this.heap.length === 0) return undefined;
    let earliest = Number.POSITIVE_INFINITY;
    for (let slot = this.heads.get(this.heap[0]!)!; slot >= 0; slot = this.next[slot]!) earliest = Math.min(earliest, this.millis[slot]!);
    return earliest;
  }
}

/** Chains are built from the newest end: back to insertion order, by deadline. */
function sortTail(slots: number[], from: number, millis: Float64Array): void {
  const tail = slots.splice(from).reverse();
  let sorted = true;
  for (let i = 1; i < tail.length && sorted; i++) sorted = millis[tail[i - 1]!]! <= millis[tail[i]!]!;
  if (!sorted) tail.sort((a, b) => millis[a]! - millis[b]!);
  for (const slot of tail) slots.push(slot);
}
