// OVER: functions over a window of each row. The rows are sorted once by partition and order; ranking and offset functions see whole
// partitions, aggregates run over frames: one group a partition where the frame is all of it, growing with the rows where it begins at the
// partition's start, else each frame anew (Spark does so too, and sums of doubles show it). Wide frames of aggregates that do not care
// where their rows are cut are put together from shared parts.
//
// source: Spark WindowExec and its frames.

import { invariant } from '../../planner/errors/index.js';
import type { Span } from '../../planner/spans.js';
import type { BoundSort, TopRows } from '../../planner/tree.js';
import type { DataType } from '../../planner/types.js';
import type { Value } from '../../planner/values.js';
import { columnBuilder } from '../columnar/build.js';
import { type Column, delta, fixedColumn, isValid } from '../columnar/column.js';
import { columnsEqual } from '../columnar/compare.js';
import { concat, gather, gatherColumns } from '../columnar/gather.js';
import { shownAtCall } from '../columnar/place.js';
import { reader } from '../columnar/read.js';
import { sortedRows } from '../columnar/sort-rows.js';
import type { Zone } from '../formats/zone.js';
import type { Accumulator, EpochInfo, WindowPartition } from '../functions/define.js';
import type { Projection } from '../kernels/evaluator.js';
import { collecting, OUTPUT_ROWS } from './collect.js';
import type { Operator } from './operator.js';
import { sequence } from './stateless.js';
import { type Frames, frames, type FrameSide, groupStarts, type RangeKey, type Sorted } from './window-frame.js';

export interface WindowCall {
  readonly type: DataType;
  /** The call in the text of the query. */
  readonly span: Span | undefined;
  readonly args: Projection;
  readonly frame: { readonly unit: 'rows' | 'range'; readonly start: FrameSide; readonly end: FrameSide; readonly offsetTypes: readonly (DataType | undefined)[] };
  readonly body:
    | { readonly kind: 'rank'; readonly rank: TopRows['rank'] }
    | { readonly kind: 'window'; readonly evaluate: (partition: WindowPartition) => readonly Value[] }
    | { readonly kind: 'aggregate'; readonly accumulator: () => Accumulator; readonly exactParts: (args: readonly Column[]) => boolean; readonly filter: Projection | null };
}
export interface WindowSpec {
  readonly types: readonly DataType[];
  readonly partitionBy: Projection;
  readonly orderBy: Projection;
  readonly partitions: number;
  readonly order: readonly Pick<BoundSort, 'ascending' | 'nullsFirst'>[];
  readonly functions: readonly WindowCall[];
  /** The rows of a partition that go out; null: all. */
  readonly top: TopRows | null;
  /** Of the session. */
  readonly zone: Zone;
}

export function windowOperator(spec: WindowSpec): Operator {
  return collecting([spec.types], function* ([all], context, emit) {
    const { length } = all!;
    const partitionBy = spec.partitions === 0 ? [] : spec.partitionBy(all!, context);
    const orderBy = spec.order.length === 0 ? [] : spec.orderBy(all!, context);
    const up = { ascending: true, nullsFirst: true };
    const rows = partitionBy.length + orderBy.length === 0 ? sequence(length) : sortedRows(length, [...partitionBy, ...orderBy], [...partitionBy.map(() => up), ...spec.order]);
    const columns = gatherColumns(all!.columns, rows);
    const keys = gatherColumns(orderBy, rows);
    const partition = gatherColumns(partitionBy, rows);
    const samePartition = partition.length === 0 ? () => true : columnsEqual(partition, partition);
    const sorted = sortedIn(length, groupStarts(length, samePartition), keys);
    yield;
    const results: Column[] = [];
    for (const fn of spec.functions) { results.push(evaluate(fn, columns, keys, spec, sorted, context)); yield; }
    const output = [...columns, ...results];
    const wanted = spec.top === null ? sequence(length) : topOf(sorted, spec.top);
    for (let from = 0; from < wanted.length; from += OUTPUT_ROWS) {
      const selection = wanted.length === length && length <= OUTPUT_ROWS ? null : wanted.subarray(from, Math.min(wanted.length, from + OUTPUT_ROWS));
      emit(delta({ length, columns: output, selection }));
      yield;
    }
  });
}

/** The rows within the top of their partitions. */
export function topOf({ partitions, peerFrom, length }: Sorted, { rank, n }: TopRows): Int32Array {
  const rows = new Int32Array(length);
  let count = 0;
  for (let p = 0; p + 1 < partitions.length; p++) {
    const first = partitions[p]!;
    let groups = 0;
    for (let i = first; i < partitions[p + 1]!; i++) {
      if (peerFrom[i] === i) groups++;
      const place = rank === 'row_number' ? i - first + 1 : rank === 'rank' ? peerFrom[i]! - first + 1 : groups;
      if (place > n) break;
      rows[count++] = i;
    }
  }
  return rows.subarray(0, count);
}

/** What rows in order are to window functions. `partitions`: starts, with `length` at the end. */
export function sortedIn(length: number, partitions: Int32Array, keys: readonly Column[]): Sorted {
  const sameKey = keys.length === 0 ? () => true : columnsEqual(keys, keys);
  const peerFrom = new Int32Array(length);
  const peerTo = new Int32Array(length);
  for (let p = 0; p + 1 < partitions.length; p++) {
    for (let from = partitions[p]!; from < partitions[p + 1]!;) {
      let to = from + 1;
      while (to < partitions[p + 1]! && sameKey(to - 1, to)) to++;
      peerFrom.fill(from, from, to);
      peerTo.fill(to, from, to);
      from = to;
    }
  }
  return { length, partitions, peerFrom, peerTo };
}

/** What is left of rows that are gone from the beginning of each partition. */
export interface Carried {
  /** Ranks of the first row that is there. */
  readonly first: Readonly<Record<TopRows['rank'], Float64Array>>;
  /** The rows of each partition whose values are wanted: [from, until). */
  readonly from: Int32Array;
  readonly until: Int32Array;
  /** For frames that begin with the partition: a group for each partition, with the rows of the frame of row from − 1. */
  readonly groups: Int32Array;
  readonly accumulators: ReadonlyMap<WindowCall, Accumulator>;
}

/** A rank of each row. */
export function ranksOf({ length, partitions, peerFrom }: Sorted, rank: TopRows['rank'], carried?: Carried): Int32Array {
  const values = new Int32Array(length);
  for (let p = 0; p + 1 < partitions.length; p++) {
    const first = partitions[p]!;
    const at = carried === undefined ? 1 : carried.first[rank][p]!;
    const number = carried === undefined ? 1 : carried.first.row_number[p]!;
    let groups = at - 1;
    for (let i = first; i < partitions[p + 1]!; i++) {
      if (peerFrom[i] === i) groups++;
      values[i] = rank === 'row_number' ? number + i - first : rank === 'dense_rank' ? groups : peerFrom[i] === first ? at : number + peerFrom[i]! - first;
    }
  }
  return values;
}

/** The function's value for each row. `columns`: of the input, in order; `keys`: those of the order. `carried`: the partitions lack rows at their
 *  beginning; then only the rows that it says have a value that counts. */
export const evaluate = (
  fn: WindowCall, columns: readonly Column[], keys: readonly Column[], spec: Pick<WindowSpec, 'order' | 'zone'>, sorted: Sorted, context: EpochInfo, carried?: Carried,
): Column => shownAtCall(fn, () => values(fn, columns, keys, spec, sorted, context, carried));

function values(fn: WindowCall, columns: readonly Column[], keys: readonly Column[], spec: Pick<WindowSpec, 'order' | 'zone'>, sorted: Sorted, context: EpochInfo, carried?: Carried): Column {
  if (fn.body.kind === 'rank') return fixedColumn(fn.type, sorted.length, ranksOf(sorted, fn.body.rank, carried));
  const batch = { length: sorted.length, columns, selection: null };
  const args = fn.args(batch, context);
  const { unit, start, end } = fn.frame;
  const key = rangeKey(fn, keys, spec);
  if (fn.body.kind === 'window') return partitionwise(fn, fn.body.evaluate, args, sorted, () => frames(sorted, unit, start, end, key));
  const passed = fn.body.filter === null ? null : fn.body.filter(batch, context)[0]!;
  const whole = start.kind === 'unbounded_preceding' && end.kind === 'unbounded_following';
  const open = carried?.accumulators.get(fn);
  const run = new FrameAggregate(open ?? fn.body.accumulator(), args, passed);
  if (whole) return run.whole(sorted);
  const bounds = frames(sorted, unit, start, end, key);
  if (open !== undefined) return run.growing(sorted, bounds, carried);
  if (carried !== undefined) emptyUnwanted(bounds, sorted, carried);
  const [mean, most] = widths(bounds);
  // Growing frames of many partitions advance together; of few they cost a call a row.
  const growing = start.kind === 'unbounded_preceding';
  if ((growing ? sorted.partitions.length * STEPS < sorted.length : mean > WIDE) && fn.body.exactParts(args)) return run.shared(sorted, bounds, most, fn.type);
  return growing ? run.growing(sorted, bounds) : run.anew(sorted, bounds, fn.type);
}

/** Frames of rows whose values do not count hold nothing. */
function emptyUnwanted({ from, to }: Frames, { partitions }: Sorted, carried: Carried): void {
  for (let p = 0; p + 1 < partitions.length; p++) {
    for (let i = partitions[p]!; i < partitions[p + 1]!; i++) if (i < carried.from[p]! || i >= carried.until[p]!) to[i] = from[i]!;
  }
}

/** What distances of a RANGE frame are measured in. */
export const rangeKey = (fn: WindowCall, keys: readonly Column[], { order, zone }: Pick<WindowSpec, 'order' | 'zone'>): RangeKey | undefined =>
  keys.length === 1 ? { column: keys[0]!, ascending: order[0]!.ascending, offsetTypes: fn.frame.offsetTypes, zone } : undefined;

/** Frames that hold more rows than this on the average are put together from parts. */
const WIDE = 48;
/** Rows a partition from which on growing frames are, too. */
const STEPS = 256;

/** Rows of the frames: on the average, and of the widest. */
function widths({ from, to }: Frames): readonly [mean: number, most: number] {
  let [sum, most] = [0, 0];
  for (let i = 0; i < from.length; i++) { const width = to[i]! - from[i]!; sum += width; if (width > most) most = width; }
  return [sum / Math.max(1, from.length), most];
}

function partitionwise(fn: WindowCall, body: (partition: WindowPartition) => readonly Value[], args: readonly Column[], sorted: Sorted, bounds: () => Frames): Column {
  const out = columnBuilder(fn.type, sorted.length);
  const readers = args.map(reader);
  let made: Frames | undefined;
  for (let p = 0; p + 1 < sorted.partitions.length; p++) {
    const first = sorted.partitions[p]!;
    const length = sorted.partitions[p + 1]! - first;
    if (length === 0) continue;
    const values = body({
      length,
      arg: (a, i) => readers[a]!(first + i),
      frame: (i) => { made ??= bounds(); return [made.from[first + i]! - first, made.to[first + i]! - first]; },
      peers: (i) => [sorted.peerFrom[first + i]! - first, sorted.peerTo[first + i]! - first],
    });
    invariant(values.length === length, 'a window function gives a value for each row');
    for (const v of values) out.append(v);
  }
  return out.finish();
}

/** Row and slot pairs that are added in one call. */
const PAIRS = 65_536;

class FrameAggregate {
  private readonly accumulator: Accumulator;
  private readonly args: readonly Column[];
  private readonly passed: Column | null;
  private readonly rows = new Int32Array(PAIRS);
  private readonly slots = new Int32Array(PAIRS);
  private n = 0;

  constructor(accumulator: Accumulator, args: readonly Column[], passed: Column | null) { this.accumulator = accumulator; this.args = args; this.passed = passed; }

  private add(row: number, slot: number): void {
    if (this.passed !== null && !(isValid(this.passed.validity, row) && this.passed.values[row] === 1)) return;
    this.rows[this.n] = row;
    this.slots[this.n++] = slot;
    if (this.n === PAIRS) this.flush();
  }
  private flush(): void {
    if (this.n > 0) this.accumulator.update(this.n, this.rows.subarray(0, this.n), this.slots.subarray(0, this.n), this.args, null);
    this.n = 0;
  }

  /** One group a partition. */
  whole(sorted: Sorted): Column {
    const count = sorted.partitions.length - 1;
    const groups = new Int32Array(sorted.length);
    this.accumulator.reserve(count);
    for (let p = 0; p < count; p++) for (let i = sorted.partitions[p]!; i < sorted.partitions[p + 1]!; i++) { groups[i] = p; this.add(i, p); }
    this.flush();
    return gather(this.accumulator.result(sequence(count)), groups);
  }

  /** Frames that begin where the partition does: step t adds what row t of every partition sees more than the row before. */
  growing(sorted: Sorted, { to }: Frames, carried?: Carried): Column {
    const count = sorted.partitions.length - 1;
    const [from, until] = carried === undefined ? [sorted.partitions, sorted.partitions.subarray(1)] : [carried.from, carried.until];
    const groups = carried === undefined ? sequence(count) : carried.groups;
    if (carried === undefined) this.accumulator.reserve(count);
    const reached = sequence(count).map((p) => from[p]! > sorted.partitions[p]! ? to[from[p]! - 1]! : from[p]!);
    /** Position of each row's value among the results. */
    const place = new Int32Array(sorted.length);
    const results: Column[] = [];
    let made = 0;
    let open = sequence(count).filter((p) => from[p]! < until[p]!);
    for (let t = 0; open.length > 0; t++) {
      for (const p of open) {
        const end = to[from[p]! + t]!;
        for (let i = reached[p]!; i < end; i++) this.add(i, groups[p]!);
        if (end > reached[p]!) reached[p] = end;
      }
      this.flush();
      results.push(this.accumulator.result(carried === undefined ? open : open.map((p) => groups[p]!)));
      for (const p of open) place[from[p]! + t] = made++;
      open = open.filter((p) => from[p]! + t + 1 < until[p]!);
    }
    return results.length === 0 ? this.accumulator.result(new Int32Array(0)) : gather(concat(results[0]!.type, results), place);
  }

  /** Frames from parts of 1, 2, 4 … rows that many of them share: node v of the tree holds those of 2 v and 2 v + 1, row i is node size + i.
   *  The parts of a frame are added from left to right. */
  shared(sorted: Sorted, { from, to }: Frames, most: number, type: DataType): Column {
    const size = 2 ** Math.ceil(Math.log2(Math.max(1, sorted.length)));
    const { accumulator } = this;
    accumulator.reserve(2 * size + OUTPUT_ROWS);
    for (let i = 0; i < sorted.length; i++) this.add(i, size + i);
    this.flush();
    for (let level = size >> 1; level >= 1 && size / level <= most; level >>= 1) {
      const filled = Math.ceil(sorted.length / (size / level));
      const nodes = sequence(filled).map((v) => v + level);
      accumulator.merge(nodes, accumulator.save(nodes.map((v) => 2 * v)));
      accumulator.merge(nodes, accumulator.save(nodes.map((v) => 2 * v + 1)));
    }
    const results: Column[] = [];
    const right: number[] = [];
    const [targets, parts] = [this.slots, this.rows];
    let n = 0;
    const merge = (): void => { if (n > 0) accumulator.merge(targets.subarray(0, n), accumulator.save(parts.subarray(0, n))); n = 0; };
    for (let first = 0; first < sorted.length; first += OUTPUT_ROWS) {
      const count = Math.min(OUTPUT_ROWS, sorted.length - first);
      const slots = sequence(count).map((k) => 2 * size + k);
      for (let k = 0; k < count; k++) {
        if (n > PAIRS - 128) merge();
        let [l, r] = [size + from[first + k]!, size + to[first + k]!];
        for (; l < r; l >>= 1, r >>= 1) {
          if ((l & 1) === 1) { targets[n] = slots[k]!; parts[n++] = l++; }
          if ((r & 1) === 1) right.push(--r);
        }
        for (; right.length > 0; n++) { targets[n] = slots[k]!; parts[n] = right.pop()!; }
      }
      merge();
      results.push(accumulator.result(slots));
      accumulator.reset(slots);
    }
    return concat(type, results);
  }

  /** Every frame for itself, many at a time. */
  anew(sorted: Sorted, { from, to }: Frames, type: DataType): Column {
    const results: Column[] = [];
    for (let row = 0; row < sorted.length;) {
      const first = row;
      for (let pairs = 0; row < sorted.length && pairs < PAIRS && row - first < OUTPUT_ROWS; row++) pairs += to[row]! - from[row]!;
      const slots = sequence(row - first);
      this.accumulator.reserve(slots.length);
      for (let r = first; r < row; r++) for (let i = from[r]!; i < to[r]!; i++) this.add(i, r - first);
      this.flush();
      results.push(this.accumulator.result(slots));
      this.accumulator.reset(slots);
    }
    return concat(type, results);
  }
}
