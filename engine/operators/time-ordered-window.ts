// Window functions in the order of event time, in append mode: when the watermark has passed a row, all rows before it are there, and it goes
// out with its values, once. A row whose frame goes on after it waits for the end of the frame. Of the rows that are out only those stay that a
// frame of a later row can reach; frames that begin with the partition, and ranks, are carried on as numbers and groups.
//
// Rows without an event time have no place in the order and are rejected.
//
// source: Flink's OVER over event time (its OverAggregate functions by rows and by range); late rows and release as of Spark's watermarks.

import { outputOf } from '../../planner/plan/properties.js';
import { type Reach, reachOf } from '../../planner/plan/window-reach.js';
import type { PlanOf } from '../../planner/tree.js';
import { type DataType, field } from '../../planner/types.js';
import type { CalendarInterval, Value } from '../../planner/values.js';
import { type Column, type Delta, isValid } from '../columnar/column.js';
import { columnComparator } from '../columnar/compare.js';
import { gatherColumns } from '../columnar/gather.js';
import { reader } from '../columnar/read.js';
import type { Accumulator } from '../functions/define.js';
import type { StateStore } from '../state/store.js';
import { CHUNK_ROWS, emitColumns } from './grouping.js';
import { dropLate } from './late-rows.js';
import { type Emit, type EpochContext, type Held, type Millis, noCounts, type Operator, type PhysicalNode, type StateMetrics } from './operator.js';
import { StateCounts } from './state-counts.js';
import { rowsOf } from './stateless.js';
import { TimeOrderedRows, type TimeOrderedSpec } from './time-ordered-rows.js';
import type { LoweringTools, NodeInput } from './tools.js';
import { type Carried, evaluate, rangeKey, ranksOf, sortedIn, type WindowCall, type WindowSpec } from './window.js';
import { boundMover, frames, type Sorted } from './window-frame.js';

interface Spec extends WindowSpec {
  readonly rows: TimeOrderedSpec;
  /** By function. */
  readonly reaches: readonly Reach[];
}

const STATE_OPERATOR = 'windowFunctions';

export function timeOrderedWindowNode(plan: PlanOf<'window'>, window: WindowSpec, input: NodeInput, tools: LoweringTools): PhysicalNode {
  const rows: TimeOrderedSpec = { ...window, partition: plan.partitionBy.map((e, i) => field(`p${i}`, e.type)) };
  const spec: Spec = { ...window, rows, reaches: plan.functions.map(reachOf) };
  const settles = longest(spec, 'ahead');
  return {
    name: 'time_ordered_window', inputs: [input.index], output: outputOf(plan), ports: ['insert'], detail: tools.detail(plan),
    ...(plan.stateId !== undefined && { stateId: plan.stateId, stateOperator: STATE_OPERATOR }), create: ({ store }) => new TimeOrderedWindow(spec, store),
    // A row is out when the watermark has passed the end of its frame.
    outputWatermark: ([watermark]) => watermark === undefined ? undefined : watermark - (settles === Number.POSITIVE_INFINITY ? 0 : settles),
  };
}

/** Of a distance in time, the longest that it can be: a month of 31 days, days of 25 hours. */
function longestMillis(offset: Value, type: DataType | undefined): Millis {
  const [months, days, micros] = type?.kind === 'year_month_interval' ? [offset as number, 0, 0n] : type?.kind === 'day_time_interval' ? [0, 0, offset as bigint]
    : [(offset as CalendarInterval).months, (offset as CalendarInterval).days, (offset as CalendarInterval).micros];
  const day = 86_400_000;
  // A day-time interval counts its whole days by the clock on the wall.
  return Math.ceil(months * 31 * day + days * (day + 3_600_000) + Number(micros) / 1000 + (type?.kind === 'day_time_interval' && micros >= BigInt(day) * 1000n ? 3_600_000 : 0));
}

/** The first millisecond at or after a time in µs, or the one after that. */
const ceilMillis = (micros: Value): Millis => Number(((micros as bigint) + 999n) / 1000n);

/** Partitions that are looked at in one go. */
const PARTITIONS = 8192;
const MISSING = 'it has no event time, which its window functions are ordered by';
const RANKS = ['row_number', 'rank', 'dense_rank'] as const;

class TimeOrderedWindow implements Operator {
  readonly counts = noCounts();
  private readonly spec: Spec;
  private readonly store: StateStore;
  private readonly rows: TimeOrderedRows;
  /** Of the functions over frames that begin with the partition. */
  private readonly accumulators = new Map<WindowCall, Accumulator>();
  /** Ranks are read, so the place of a chain's first row counts. */
  private readonly numbered: boolean;
  /** ms after its time in which a row that is out can still be seen, and in which one that waits goes out; Infinity: rows decide that, not time. */
  private readonly leaves: Millis;
  private readonly settles: Millis;
  /** Rows of chains that are not out. */
  private waiting: number;
  private readonly stateCounts = new StateCounts();

  constructor(spec: Spec, store: StateStore) {
    this.spec = spec;
    this.store = store;
    spec.functions.forEach((fn, i) => { if (fn.body.kind === 'aggregate' && spec.reaches[i]!.behind === 'summary') this.accumulators.set(fn, fn.body.accumulator()); });
    this.numbered = spec.top !== null || spec.functions.some((f) => f.body.kind === 'rank');
    this.leaves = this.keepsPartitions ? Number.POSITIVE_INFINITY : longest(spec, 'behind');
    this.settles = longest(spec, 'ahead');
    this.rows = new TimeOrderedRows(spec.rows, [...this.accumulators.values()], store);
    const partitions = this.rows.partitions();
    this.waiting = partitions.reduce((sum, p) => sum + this.rows.numbers.waiting[p]!, 0);
    this.wake(partitions, Number.NEGATIVE_INFINITY);
  }

  /** Something of a partition outlives its rows. */
  private get keepsPartitions(): boolean { return this.numbered || this.accumulators.size > 0; }

  process(input: Delta, _port: number, context: EpochContext): void {
    this.stateCounts.begins(context);
    const { counts } = this;
    const time = this.spec.orderBy(input, context)[0]!;
    const late = dropLate(input, 0, time, context, counts);
    const rows = late === null ? rowsOf(input) : late.kept;
    const missing = rows.filter((row) => !isValid(time.validity, row));
    if (missing.length > 0) context.aside?.rejected(input, 0, missing, time, MISSING);
    const placed = missing.length === 0 ? rows : rows.filter((row) => isValid(time.validity, row));
    this.rows.add(input, time, placed);
    this.stateCounts.late += late === null ? 0 : late.late.length;
    counts.in += rows.length + (late === null ? 0 : late.late.length);
    counts.rejected += missing.length;
    counts.used += placed.length;
    this.stateCounts.updated += placed.length;
  }

  *finish(context: EpochContext, emit: Emit): Iterable<void> {
    this.stateCounts.begins(context);
    const watermark = context.final ? Number.POSITIVE_INFINITY : context.evictWatermark;
    const before = this.rows.waiting;
    const fresh = this.rows.release(watermark);
    this.waiting += before - this.rows.waiting;
    const partitions = new Set(fresh);
    for (const slot of this.rows.due(watermark)) partitions.add(this.rows.partition(slot));
    const list = Int32Array.from(partitions);
    for (let at = 0; at < list.length; at += PARTITIONS) { this.advance(list.subarray(at, at + PARTITIONS), watermark, context, emit); yield; }
  }

  /** Hands out what has become final in some partitions, and forgets what no later row can see. */
  private advance(partitions: Int32Array, watermark: Millis, context: EpochContext, emit: Emit): void {
    const { spec, rows } = this;
    const { slots, starts } = rows.rowsOf(partitions);
    const columns = rows.columns(slots);
    const keys = spec.orderBy({ length: slots.length, columns, selection: null }, context);
    const sorted = sortedIn(slots.length, starts, keys);
    const { waiting } = rows.numbers;
    const from = partitions.map((p, i) => starts[i + 1]! - waiting[p]!);
    const until = this.settled(sorted, from, keys, watermark);
    const first = Object.fromEntries(RANKS.map((r) => [r, Float64Array.from(partitions, (p) => rows.numbers[r][p]!)])) as unknown as Carried['first'];
    const carried: Carried = { first, from, until, groups: partitions, accumulators: this.accumulators };
    this.emitSettled(columns, keys, sorted, carried, context, emit);
    const keep = this.stillSeen(sorted, carried, keys, watermark);
    const ranks = this.numbered ? RANKS.map((r) => ranksOf(sorted, r, carried)) : [];
    const gone: number[] = [];
    for (let i = 0; i < partitions.length; i++) {
      const p = partitions[i]!;
      ranks.forEach((values, r) => { if (keep[i]! < starts[i + 1]!) rows.numbers[RANKS[r]!][p] = values[keep[i]!]!; });
      this.waiting -= until[i]! - from[i]!;
      waiting[p] = starts[i + 1]! - until[i]!;
      for (let k = starts[i]!; k < keep[i]!; k++) gone.push(slots[k]!);
    }
    rows.touchPartitions(partitions);
    rows.forget(Int32Array.from(gone));
    this.stateCounts.removed += gone.length;
    this.wake(partitions, watermark);
    if (!this.keepsPartitions) rows.forgetEmpty(partitions);
  }

  /** The row of each partition before which all rows are final. */
  private settled({ partitions }: Sorted, from: Int32Array, keys: readonly Column[], watermark: Millis): Int32Array {
    const until = from.map((_, i) => partitions[i + 1]!);
    if (watermark === Number.POSITIVE_INFINITY) return until;
    const time = reader(keys[0]!);
    const passed = BigInt(watermark) * 1000n;
    this.spec.functions.forEach((fn, f) => {
      const { ahead } = this.spec.reaches[f]!;
      if (ahead === 'rows') for (let i = 0; i < until.length; i++) until[i] = Math.max(from[i]!, Math.min(until[i]!, partitions[i + 1]! - Number(fn.frame.end.offset)));
      if (ahead !== 'range') return;
      const end = boundMover(fn.frame.end, 1, rangeKey(fn, keys, this.spec)!);
      for (let i = 0; i < until.length; i++) {
        let k = from[i]!;
        while (k < until[i]! && (end(time(k)) as bigint) <= passed) k++;
        until[i] = k;
      }
    });
    return until;
  }

  private emitSettled(columns: readonly Column[], keys: readonly Column[], sorted: Sorted, carried: Carried, context: EpochContext, emit: Emit): void {
    const { spec } = this;
    const { from, until } = carried;
    const top = spec.top === null ? null : { n: spec.top.n, rank: ranksOf(sorted, spec.top.rank, carried) };
    const picked: number[] = [];
    for (let i = 0; i < from.length; i++) for (let k = from[i]!; k < until[i]!; k++) if (top === null || top.rank[k]! <= top.n) picked.push(k);
    if (until.every((k, i) => k === from[i])) return;
    const output = [...columns, ...spec.functions.map((fn) => evaluate(fn, columns, keys, spec, sorted, context, carried))];
    const time = columnComparator([keys[0]!], [spec.order[0]!]);
    const rows = Int32Array.from(picked).sort((a, b) => time(a, b) || a - b);
    for (let k = 0; k < rows.length; k += CHUNK_ROWS) {
      const chunk = rows.subarray(k, k + CHUNK_ROWS);
      emitColumns(chunk.length, gatherColumns(output, chunk), 1, this.counts, emit);
    }
  }

  /** The first row of each partition that the frame of a row which is not out can reach. Where none of those is there, the earliest that can come counts. */
  private stillSeen(sorted: Sorted, { until }: Carried, keys: readonly Column[], watermark: Millis): Int32Array {
    const { partitions: starts } = sorted;
    const keep = this.keepsPartitions ? until.map((k, i) => Math.max(starts[i]!, k - 1)) : until.slice();
    if (watermark === Number.POSITIVE_INFINITY) return keep;
    const least = (i: number, k: number): void => { keep[i] = Math.max(starts[i]!, Math.min(keep[i]!, k)); };
    this.spec.functions.forEach((fn, f) => {
      const { behind } = this.spec.reaches[f]!;
      const { unit, start, end } = fn.frame;
      if (behind === 'all') { for (let i = 0; i < keep.length; i++) keep[i] = starts[i]!; return; }
      if (behind === 'rows') {
        const back = Number(start.offset) * (start.kind === 'preceding' ? 1 : -1);
        for (let i = 0; i < keep.length; i++) least(i, until[i]! - back);
        return;
      }
      if (behind === 'none' || (behind === 'summary' && fn.body.kind === 'rank')) return;
      const key = rangeKey(fn, keys, this.spec);
      const bounds = frames(sorted, unit, start, end, key);
      if (behind === 'summary') { for (let i = 0; i < keep.length; i++) if (until[i]! > starts[i]!) least(i, bounds.to[until[i]! - 1]!); return; }
      const time = reader(keys[0]!);
      const earliest = boundMover(start, 0, key!)(BigInt(watermark) * 1000n + 1n) as bigint;
      for (let i = 0; i < keep.length; i++) {
        let k = starts[i]!;
        if (until[i]! < starts[i + 1]!) k = bounds.from[until[i]!]!;
        else while (k < keep[i]! && (time(k) as bigint) < earliest) k++;
        least(i, k);
      }
    });
    return keep;
  }

  /** Says when the rows of partitions are to be looked at again even if nothing comes. */
  private wake(partitions: Int32Array, watermark: Millis): void {
    if (this.leaves === Number.POSITIVE_INFINITY && this.settles === Number.POSITIVE_INFINITY) return;
    const { slots, starts } = this.rows.rowsOf(partitions);
    const time = reader(this.timesOf(slots));
    const { waiting } = this.rows.numbers;
    const millis = new Float64Array(slots.length);
    for (let i = 0; i < partitions.length; i++) {
      const out = starts[i + 1]! - waiting[partitions[i]!]!;
      for (let k = starts[i]!; k < starts[i + 1]!; k++) {
        const at = ceilMillis(time(k)) + (k < out ? this.leaves : this.settles);
        // What time has not settled by now, rows will.
        millis[k] = at > watermark ? at : Number.POSITIVE_INFINITY;
      }
    }
    this.rows.wakeAt(slots, millis);
  }
  private timesOf(slots: Int32Array): Column { return this.spec.orderBy({ length: slots.length, columns: this.rows.columns(slots), selection: null }, { epoch: 0, timestampMillis: 0 })[0]!; }

  wantsEpoch(newWatermark: Millis, lastEvictWatermark: Millis): boolean { return newWatermark > lastEvictWatermark; }

  holds(): Held | undefined {
    const rows = this.rows.waiting + this.waiting;
    if (rows === 0) return undefined;
    if (this.spec.reaches.some((r) => r.ahead === 'rows')) return { rows, until: undefined, because: 'they wait for the rows after them that their frames take in' };
    const range = this.settles === Number.POSITIVE_INFINITY ? 0 : this.settles;
    const { slots, starts } = this.rows.rowsOf(this.rows.partitions());
    const time = reader(this.timesOf(slots));
    let until = (this.rows.earliestPending() ?? Number.POSITIVE_INFINITY) + range;
    this.rows.partitions().forEach((p, i) => { const k = starts[i + 1]! - this.rows.numbers.waiting[p]!; if (k < starts[i + 1]!) until = Math.min(until, ceilMillis(time(k)) + range); });
    return { rows, until };
  }

  stateMetrics(): StateMetrics {
    return this.stateCounts.metrics(STATE_OPERATOR, this.rows.size, this.store.memoryUsedBytes + this.rows.memoryUsedBytes);
  }
}

/** ms after which time alone settles what a row sees ahead, or who sees it from behind; Infinity: where rows count, and where there is nothing to wait for ahead. */
function longest({ functions, reaches }: Pick<Spec, 'functions' | 'reaches'>, side: keyof Reach): Millis {
  const spans = functions.map(({ frame }, i) => {
    const reach = reaches[i]![side];
    const [bound, which] = side === 'ahead' ? [frame.end, 1] as const : [frame.start, 0] as const;
    return reach === 'none' ? 0 : reach === 'range' ? longestMillis(bound.offset, frame.offsetTypes[which]) : Number.POSITIVE_INFINITY;
  });
  const most = Math.max(0, ...spans);
  return side === 'ahead' && most === 0 ? Number.POSITIVE_INFINITY : most;
}
