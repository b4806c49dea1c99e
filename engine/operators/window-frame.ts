// Frames of window functions: for every row of a sorted partition the rows [from, to) that its frame holds, from ROWS offsets or from
// RANGE distances in the one order key.
//
// source: Spark's WindowFunctionFrame and BoundOrdering; NULL keys form a peer group of their own, which no distance reaches.

import { invariant, raise } from '../../planner/errors/index.js';
import type { FrameBound } from '../../planner/tree.js';
import type { DataType } from '../../planner/types.js';
import type { CalendarInterval, Value } from '../../planner/values.js';
import { type Column, isValid } from '../columnar/column.js';
import { type Comparator, valueComparator } from '../columnar/compare.js';
import { reader } from '../columnar/read.js';
import { DAY } from '../formats/micros.js';
import { UTC, type Zone } from '../formats/zone.js';
import { addMonths, addToTimestamp } from '../functions/operators/datetime.js';

/** Partitions and peer groups of sorted rows, as starts: partition p is [starts[p], starts[p + 1]). */
export interface Sorted {
  readonly length: number;
  readonly partitions: Int32Array;
  /** First row of each row's peer group, and the row after its last. */
  readonly peerFrom: Int32Array;
  readonly peerTo: Int32Array;
}

/** Groups of neighbouring rows that are the same, as starts, with `length` at the end. */
export function groupStarts(length: number, same: (i: number, j: number) => boolean): Int32Array {
  const starts: number[] = [];
  for (let i = 0; i < length; i++) if (i === 0 || !same(i - 1, i)) starts.push(i);
  starts.push(length);
  return Int32Array.from(starts);
}

export interface FrameSide { readonly kind: FrameBound['kind']; /** Rows, or a distance in the key's own type; of a preceding or following side. */ readonly offset: Value }
export interface RangeKey { readonly column: Column; readonly ascending: boolean; readonly offsetTypes: readonly (DataType | undefined)[]; /** Of the session: what a day is. */ readonly zone: Zone }
export interface Frames { readonly from: Int32Array; readonly to: Int32Array }

export function frames(sorted: Sorted, unit: 'rows' | 'range', start: FrameSide, end: FrameSide, key: RangeKey | undefined): Frames {
  const from = new Int32Array(sorted.length);
  const to = new Int32Array(sorted.length);
  for (let p = 0; p + 1 < sorted.partitions.length; p++) {
    const [first, last] = [sorted.partitions[p]!, sorted.partitions[p + 1]!];
    if (unit === 'rows') rowsFrame(first, last, start, end, from, to);
    else { rangeSide(sorted, first, last, start, key, 0, from); rangeSide(sorted, first, last, end, key, 1, to); }
  }
  for (let i = 0; i < sorted.length; i++) if (to[i]! < from[i]!) to[i] = from[i]!;
  return { from, to };
}

function rowsFrame(first: number, last: number, start: FrameSide, end: FrameSide, from: Int32Array, to: Int32Array): void {
  const distance = (side: FrameSide): number => side.kind === 'current_row' ? 0 : side.kind === 'preceding' ? -Number(side.offset) : Number(side.offset);
  const clamp = (i: number): number => Math.max(first, Math.min(i, last));
  for (let i = first; i < last; i++) {
    from[i] = start.kind === 'unbounded_preceding' ? first : start.kind === 'unbounded_following' ? last : clamp(i + distance(start));
    to[i] = end.kind === 'unbounded_following' ? last : end.kind === 'unbounded_preceding' ? first : clamp(i + distance(end) + 1);
  }
}

/** `which` 0: the first row of the frame, 1: the row after its last. */
function rangeSide(sorted: Sorted, first: number, last: number, side: FrameSide, key: RangeKey | undefined, which: 0 | 1, out: Int32Array): void {
  switch (side.kind) {
    case 'unbounded_preceding': out.fill(first, first, last); return;
    case 'unbounded_following': out.fill(last, first, last); return;
    case 'current_row': out.set((which === 0 ? sorted.peerFrom : sorted.peerTo).subarray(first, last), first); return;
    default: distanceSide(sorted, first, last, side, key, which, out);
  }
}

function distanceSide(sorted: Sorted, first: number, last: number, side: FrameSide, key: RangeKey | undefined, which: 0 | 1, out: Int32Array): void {
  invariant(key, 'a range frame with a distance has one order key');
  const { column, ascending } = key;
  const read = reader(column);
  const compare = ascending ? valueComparator(column.type) : reversed(valueComparator(column.type));
  const move = boundMover(side, which, key);
  // Rows with a key are neighbours; the bound only moves forward.
  let low = first;
  let high = last;
  while (low < last && !isValid(column.validity, low)) low++;
  while (high > low && !isValid(column.validity, high - 1)) high--;
  let at = low;
  for (let i = first; i < last; i++) {
    if (i < low || i >= high) { out[i] = which === 0 ? sorted.peerFrom[i]! : sorted.peerTo[i]!; continue; }
    const bound = move(read(i));
    while (at < high && (which === 0 ? compare(read(at), bound) < 0 : compare(read(at), bound) <= 0)) at++;
    out[i] = at;
  }
}
const reversed = (compare: Comparator): Comparator => (a, b) => compare(b, a);

/** What moves a key to a bound of its frame. */
export const boundMover = (side: FrameSide, which: 0 | 1, { column, ascending, offsetTypes, zone }: RangeKey): (key: Value) => Value =>
  mover(column.type, offsetTypes[which], side.offset, (side.kind === 'preceding') === ascending, zone);

/** The key moved by the offset: down if `minus`. */
function mover(type: DataType, offsetType: DataType | undefined, offset: Value, minus: boolean, zone: Zone): (key: Value) => Value {
  const sign = minus ? -1 : 1;
  if (offsetType?.kind === 'interval') {
    const { months, days, micros } = offset as CalendarInterval;
    return shift(type, sign * months, sign * days, minus ? -micros : micros, zone);
  }
  if (offsetType?.kind === 'year_month_interval' && type.kind !== 'year_month_interval') return shift(type, sign * (offset as number), 0, 0n, zone);
  if (offsetType?.kind === 'day_time_interval' && type.kind !== 'day_time_interval' && type.kind !== 'time') {
    const micros = minus ? -(offset as bigint) : offset as bigint;
    return shift(type, 0, Number(micros / DAY), micros % DAY, zone);
  }
  switch (type.kind) {
    case 'tinyint': case 'smallint': case 'int': {
      const by = sign * Number(offset);
      const most = type.kind === 'int' ? 0x7fffffff : type.kind === 'smallint' ? 0x7fff : 0x7f;
      return (k) => inRange((k as number) + by, -most - 1, most);
    }
    case 'date': case 'year_month_interval': case 'float': case 'double': { const by = sign * Number(offset); return (k) => (k as number) + by; }
    case 'decimal': {
      const scale = offsetType?.kind === 'decimal' ? type.scale - offsetType.scale : type.scale;
      const by = BigInt(offset as number | bigint) * 10n ** BigInt(Math.max(scale, 0)) / 10n ** BigInt(Math.max(-scale, 0)) * BigInt(sign);
      return (k) => (k as bigint) + by;
    }
    case 'bigint': { const by = BigInt(offset as number | bigint) * BigInt(sign); return (k) => inRange((k as bigint) + by, -(1n << 63n), (1n << 63n) - 1n); }
    default: { const by = BigInt(offset as number | bigint) * BigInt(sign); return (k) => (k as bigint) + by; }
  }
}
/** @throws ARITHMETIC_OVERFLOW as the addition of the offset does */
function inRange<T extends number | bigint>(bound: T, low: T, high: T): T {
  if (bound < low || bound > high) raise('ARITHMETIC_OVERFLOW', { message: 'overflow', alternative: " Use 'try_add' to tolerate overflow and return NULL instead.", config: '"spark.sql.ansi.enabled"' }, { nowhere: true });
  return bound;
}

/** Dates and timestamps by months, days and µs; days of a timestamp are those of its clock on the wall. */
function shift(type: DataType, months: number, days: number, micros: bigint, zone: Zone): (key: Value) => Value {
  if (type.kind === 'date') return (k) => addMonths(k as number, months) + days;
  const local = type.kind === 'timestamp' ? zone : UTC;
  return (k) => addToTimestamp(k as bigint, months, days, micros, local);
}
