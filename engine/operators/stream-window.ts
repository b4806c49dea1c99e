// Window functions over a stream whose rows may come in any order: the rows of each partition are kept in their order, and the functions
// of a partition are run again when an epoch has touched it. What has changed goes out: rows that are new or whose values are, the old
// ones as −1 beside them. Under a filter on a rank (`top`) only the rows within it are kept. Three emissions, as of an aggregate:
// on_touch the changes, all the whole result, on_close a partition once, when the watermark has passed the event time among its columns.
//
// source: Flink's Top-N and over aggregation, RisingWave's OverWindow and GroupTopN; lateness and eviction as of Spark's aggregates.

import { changesOf, outputOf } from '../../planner/plan/properties.js';
import { partitionTime } from '../../planner/plan/window-time.js';
import type { PlanOf, Emission } from '../../planner/tree.js';
import { field } from '../../planner/types.js';
import type { Column, Delta, RecordBatch } from '../columnar/column.js';
import { columnsEqual } from '../columnar/compare.js';
import { concatBatches, gatherColumns } from '../columnar/gather.js';
import { grown } from '../columnar/grow.js';
import type { StateStore } from '../state/store.js';
import { CHUNK_ROWS, emitColumns } from './grouping.js';
import { LateRows } from './late-rows.js';
import { type Emit, type EpochContext, type Held, type Millis, noCounts, type Operator, type PhysicalNode, type StateMetrics } from './operator.js';
import { type OrderedRows, PartitionRows, type PartitionRowsSpec } from './partition-rows.js';
import { StateCounts } from './state-counts.js';
import { rowsOf } from './stateless.js';
import type { LoweringTools, NodeInput } from './tools.js';
import { evaluate, sortedIn, topOf, type WindowSpec } from './window.js';

interface StreamWindowSpec extends WindowSpec {
  readonly rows: PartitionRowsSpec;
  readonly emission: Emission;
  /** The rows that are taken back are wanted. */
  readonly retractions: boolean;
}

export function streamWindowNode(plan: PlanOf<'window'>, window: WindowSpec, input: NodeInput, tools: LoweringTools, retractions: boolean): PhysicalNode {
  const eventTime = partitionTime(plan);
  const columns = outputOf(plan.input);
  const rows: PartitionRowsSpec = {
    types: window.types, partition: plan.partitionBy.map((e, i) => field(`p${i}`, e.type)), partitionBy: window.partitionBy, eventTime: eventTime < 0 || plan.emission === 'all' ? undefined : eventTime,
    orderBy: window.orderBy, orderTypes: plan.orderBy.map((o) => o.expr.type),
    orderColumns: plan.orderBy.map(({ expr }) => expr.kind === 'column' ? columns.findIndex((c) => c.id === expr.id) : -1), order: plan.orderBy, top: window.top, retract: changesOf(plan.input) !== 'insert',
  };
  const spec: StreamWindowSpec = { ...window, rows, emission: plan.emission!, retractions };
  const stateOperator = plan.top ? 'topRows' : 'windowFunctions';
  return {
    name: plan.top ? 'top_rows' : 'stream_window', inputs: [input.index], output: outputOf(plan), ports: ['retract'], detail: tools.detail(plan),
    ...(plan.stateId !== undefined && { stateId: plan.stateId, stateOperator }), create: ({ store }) => new StreamWindow(spec, store, stateOperator),
  };
}

/** Rows that wait before they are taken into the partitions: each time the partitions that they are of are put in order, which costs more the
 *  longer these are. Within a top they are short. */
const FOLD_ROWS = 65_536;
const FOLD_TOP_ROWS = 2048;
/** Partitions that are looked at in one go. */
const PARTITIONS = 8192;

interface Waiting { readonly batch: RecordBatch; readonly rows: Int32Array; readonly partitions: Int32Array; readonly weights: Int32Array | null }
/** Partitions as they were when the epoch first touched them. `columns`: of the input, null where nobody wants them. */
interface Before extends OrderedRows { readonly partitions: Int32Array; readonly serials: Float64Array; readonly columns: readonly Column[] | null; readonly values: readonly Column[] }

class StreamWindow implements Operator {
  readonly counts = noCounts();
  private readonly spec: StreamWindowSpec;
  private readonly store: StateStore;
  private readonly operatorName: string;
  private readonly rows: PartitionRows;
  private readonly late: LateRows;
  private waiting: Waiting[] = [];
  private waitingRows = 0;
  private before: Before[] = [];
  /** Epoch that a partition was last touched in, plus one. */
  private touched = new Int32Array(0);
  /** A slot's place among the old rows; copies of one row are neighbours. −1 between uses. */
  private place = new Int32Array(0);
  private readonly stateCounts = new StateCounts();
  /** All functions are ranks: they read no columns; or row numbers: nor what the rows are ordered by. */
  private readonly ranksOnly: boolean;
  private readonly numbersOnly: boolean;

  constructor(spec: StreamWindowSpec, store: StateStore, operatorName: string) {
    this.spec = spec;
    this.store = store;
    this.operatorName = operatorName;
    this.rows = new PartitionRows(spec.rows, store);
    this.late = new LateRows(spec.rows.partition, spec.rows.eventTime);
    this.ranksOnly = spec.functions.every((f) => f.body.kind === 'rank');
    this.numbersOnly = spec.functions.every((f) => f.body.kind === 'rank' && f.body.rank === 'row_number');
  }

  private begin(context: EpochContext): void {
    if (!this.stateCounts.begins(context)) return;
    this.before = [];
    this.late.begin();
  }

  process(input: Delta, _port: number, context: EpochContext): void {
    this.begin(context);
    const keys = this.spec.partitionBy(input, context);
    const selection = this.late.drop(input, keys, context, this.counts);
    this.stateCounts.late = this.late.groups;
    const rows = rowsOf({ length: input.length, selection });
    if (rows.length === 0) return;
    const partitions = this.rows.resolve(rows.length, selection, keys);
    const { weights } = input;
    // A row that only counts is there as often.
    const waits: Waiting = weights === null || this.spec.rows.retract ? { batch: input, rows, partitions, weights } : repeated(input, rows, partitions, weights);
    this.waiting.push(waits);
    this.waitingRows += waits.rows.length;
    if (this.waitingRows >= (this.spec.top !== null && !this.spec.rows.retract ? FOLD_TOP_ROWS : FOLD_ROWS)) this.fold(context);
  }

  private fold(context: EpochContext): void {
    const { waiting } = this;
    if (waiting.length === 0) return;
    const batch = concatBatches(this.spec.types, waiting.map(({ batch: b, rows }) => ({ length: b.length, columns: b.columns, selection: rows })));
    const partitions = new Int32Array(this.waitingRows);
    const weights = waiting.some((w) => w.weights !== null) ? new Int32Array(this.waitingRows).fill(1) : null;
    let at = 0;
    for (const w of waiting) {
      partitions.set(w.partitions, at);
      if (w.weights !== null) for (let k = 0; k < w.rows.length; k++) weights![at + k] = w.weights[w.rows[k]!]!;
      at += w.rows.length;
    }
    this.waiting = [];
    this.waitingRows = 0;
    this.remember(partitions, context);
    this.stateCounts.updated += this.rows.fold(batch, partitions, weights);
  }

  /** Keeps what the partitions that the epoch touches for the first time look like. */
  private remember(partitions: Int32Array, context: EpochContext): void {
    const most = partitions.reduce((a, b) => Math.max(a, b), 0);
    this.touched = grown(this.touched, most + 1);
    const fresh: number[] = [];
    for (let k = 0; k < partitions.length; k++) {
      const p = partitions[k]!;
      if (this.touched[p] === context.epoch + 1) continue;
      this.touched[p] = context.epoch + 1;
      fresh.push(p);
    }
    const first = Int32Array.from(fresh);
    for (let from = 0; from < first.length; from += PARTITIONS) {
      const list = first.subarray(from, from + PARTITIONS);
      if (this.spec.emission !== 'on_touch') { this.before.push({ partitions: list, slots: NONE, starts: NONE, serials: NO_SERIALS, columns: null, values: [] }); continue; }
      const rows = this.within(list);
      const columns = this.spec.retractions || !this.ranksOnly ? this.rows.columns(rows.slots) : null;
      this.before.push({ ...rows, partitions: list, serials: this.rows.serials(rows.slots), columns: this.spec.retractions ? columns : null, values: this.values(rows, columns ?? [], context) });
    }
  }

  /** The rows of partitions, cut to the top (which rows that are taken back may have moved). */
  private within(partitions: Int32Array): OrderedRows {
    const all = this.rows.ordered(partitions);
    const { top, rows: { retract } } = this.spec;
    if (top === null || !retract) return all;
    const picked = topOf(sortedIn(all.slots.length, all.starts, this.rows.orderKeys(all.slots)), top);
    const starts = new Int32Array(all.starts.length);
    for (let p = 0, k = 0; p + 1 < starts.length; p++) { while (k < picked.length && picked[k]! < all.starts[p + 1]!) k++; starts[p + 1] = k; }
    return { slots: picked.map((i) => all.slots[i]!), starts };
  }

  /** The functions' values for rows in order. */
  private values({ slots, starts }: OrderedRows, columns: readonly Column[], context: EpochContext): readonly Column[] {
    const { functions } = this.spec;
    if (functions.length === 0) return [];
    const keys = this.numbersOnly ? [] : this.rows.orderKeys(slots);
    const sorted = sortedIn(slots.length, starts, keys);
    return functions.map((fn) => evaluate(fn, columns, keys, this.spec, sorted, context));
  }

  *finish(context: EpochContext, emit: Emit): Iterable<void> {
    this.begin(context);
    this.fold(context);
    const { emission, rows: { eventTime } } = this.spec;
    if (context.final || emission === 'all') yield* this.give(this.rows.all(), context, emit);
    else if (emission === 'on_close') yield* this.give(this.rows.expired(context.evictWatermark), context, emit, true);
    else for (const before of this.before) { this.changes(before, context, emit); yield; }
    if (!context.final && emission === 'on_touch' && eventTime !== undefined) this.stateCounts.removed += this.rows.remove(this.rows.expired(context.evictWatermark));
    for (const { partitions } of this.before) this.rows.removeEmpty(partitions);
    this.before = [];
    this.rows.end();
  }

  /** Whole partitions; `close`: they are gone then. */
  private *give(partitions: Int32Array, context: EpochContext, emit: Emit, close = false): Generator<void> {
    for (let from = 0; from < partitions.length; from += PARTITIONS) {
      const list = partitions.subarray(from, from + PARTITIONS);
      const rows = this.within(list);
      const columns = this.rows.columns(rows.slots);
      const output = [...columns, ...this.values(rows, columns, context)];
      for (let row = 0; row < rows.slots.length; row += CHUNK_ROWS) {
        const picked = Int32Array.from({ length: Math.min(CHUNK_ROWS, rows.slots.length - row) }, (_, k) => row + k);
        emitColumns(picked.length, gatherColumns(output, picked), 1, this.counts, emit);
        yield;
      }
      if (close) this.stateCounts.removed += this.rows.remove(list);
    }
  }

  /** The rows of partitions that differ from what they were. */
  private changes(before: Before, context: EpochContext, emit: Emit): void {
    const now = this.within(before.partitions);
    const columns = this.ranksOnly ? null : this.rows.columns(now.slots);
    const values = this.values(now, columns ?? [], context);
    const serials = this.rows.serials(now.slots);
    if (this.place.length < this.rows.slotCount) this.place = new Int32Array(2 * this.rows.slotCount).fill(-1);
    const { place } = this;
    for (let b = before.slots.length - 1; b >= 0; b--) place[before.slots[b]!] = b;
    const same = values.length === 0 ? () => true : columnsEqual(before.values, values);
    const stays = new Uint8Array(before.slots.length);
    const added: number[] = [];
    for (let a = 0; a < now.slots.length; a++) {
      const slot = now.slots[a]!;
      const b = place[slot]!;
      const known = b >= 0 && b < before.slots.length && before.slots[b] === slot && before.serials[b] === serials[a];
      if (known) place[slot] = b + 1;
      if (known && same(b, a)) stays[b] = 1; else added.push(a);
    }
    for (let b = 0; b < before.slots.length; b++) place[before.slots[b]!] = -1;
    if (before.columns !== null) {
      const old: number[] = [];
      for (let b = 0; b < stays.length; b++) if (stays[b] === 0) old.push(b);
      emitColumns(old.length, gatherColumns([...before.columns, ...before.values], Int32Array.from(old)), -1, this.counts, emit);
    }
    const picked = Int32Array.from(added);
    const fresh = columns === null ? this.rows.columns(picked.map((a) => now.slots[a]!)) : gatherColumns(columns, picked);
    emitColumns(added.length, [...fresh, ...gatherColumns(values, picked)], 1, this.counts, emit);
  }

  wantsEpoch(newWatermark: Millis, lastEvictWatermark: Millis): boolean { return this.spec.rows.eventTime !== undefined && newWatermark > lastEvictWatermark; }

  holds(): Held | undefined {
    return this.spec.emission === 'on_close' && this.rows.size > 0 ? { rows: this.rows.size, until: this.rows.earliestDeadline() } : undefined;
  }
  stateMetrics(): StateMetrics {
    return this.stateCounts.metrics(this.operatorName, this.rows.size, this.store.memoryUsedBytes + this.rows.memoryUsedBytes);
  }
}

function repeated(batch: RecordBatch, rows: Int32Array, partitions: Int32Array, weights: Int32Array): Waiting {
  const picked: number[] = [];
  rows.forEach((row, k) => { for (let n = weights[row]!; n > 0; n--) picked.push(k); });
  const by = Int32Array.from(picked);
  return { batch, rows: by.map((k) => rows[k]!), partitions: by.map((k) => partitions[k]!), weights: null };
}

const NONE = new Int32Array(0);
const NO_SERIALS = new Float64Array(0);
