// Slots by deadline: chains in buckets of one second, found without looking at the other slots. A bucket b holds the deadlines in
// (1000 (b − 1), 1000 b], so that windows that end on a full second leave whole.
//
// source: eviction of the state prototype (docs/decisions: vectorised state).

import { grown } from '../columnar/grow.js';

const BUCKET_MILLIS = 1000;

/** The first whole millisecond at or after a time in microseconds, by the two words of it. Microseconds themselves are no exact doubles after 2255. */
export const ceilMillis = (low: number, high: number): number => high * 4_294_967 + Math.ceil((high * 296 + (low >>> 0)) / 1000);

export class Deadlines {
  private readonly heads = new Map<number, number>();
  /** Bucket numbers with a chain, ascending. */
  private readonly buckets: number[] = [];
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
    const { buckets } = this;
    if (buckets.length === 0 || bucket > buckets.at(-1)!) { buckets.push(bucket); return; }
    buckets.splice(lowerBound(buckets, bucket), 0, bucket);
  }

  /** Slots with deadline ≤ `watermark`, earliest deadline first. */
  due(watermark: number): Int32Array {
    const out: number[] = [];
    for (const bucket of this.buckets) {
      if ((bucket - 1) * BUCKET_MILLIS >= watermark) break;
      let slot = this.heads.get(bucket)!;
      if (slot < 0) continue;
      const from = out.length;
      const whole = bucket * BUCKET_MILLIS <= watermark;
      for (; slot >= 0; slot = this.next[slot]!) if (whole || this.millis[slot]! <= watermark) out.push(slot);
      if (out.length > from) sortTail(out, from, this.millis);
    }
    while (this.buckets.length > 0 && this.heads.get(this.buckets[0]!)! < 0) this.heads.delete(this.buckets.shift()!);
    return Int32Array.from(out);
  }

  /** The earliest deadline, undefined if there is none. Looks at the slots of one bucket. */
  earliest(): number | undefined {
    for (const bucket of this.buckets) {
      let slot = this.heads.get(bucket)!;
      if (slot < 0) continue;
      let least = Number.POSITIVE_INFINITY;
      for (; slot >= 0; slot = this.next[slot]!) least = Math.min(least, this.millis[slot]!);
      return least;
    }
    return undefined;
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

function lowerBound(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1; else high = middle;
  }
  return low;
}
