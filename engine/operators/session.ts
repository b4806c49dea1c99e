// GROUP BY session_window(time, gap): each row is a session [time, time + gap), and sessions of a key that overlap or touch are one. Rows of an
// epoch wait until its end; then, key by key, the sessions in state and the new ones are merged by start, which is also the order in which
// aggregates see them. A session that grows changes its key:
// its state moves to a new slot. Rows without a time or with a gap that is missing or not positive vanish; late rows (by the end of
// their own session, before merging) are dropped in every mode, so that one never bridges two sessions.
//
// source: Spark's session window operators; streaming-algorithms (d).

import { invariant } from '../../planner/errors/index.js';
import { outputOf } from '../../planner/plan/properties.js';
import type { PlanOf } from '../../planner/tree.js';
import { BIGINT, type Field, INT } from '../../planner/types.js';
import type { CalendarInterval } from '../../planner/values.js';
import { type Column, type Delta, fixedColumn, isValid, structColumn } from '../columnar/column.js';
import { gatherColumns } from '../columnar/gather.js';
import { grown } from '../columnar/grow.js';
import { reader } from '../columnar/read.js';
import { sortedRows } from '../columnar/sort-rows.js';
import { shownAtCall } from '../columnar/place.js';
import { UTC, type Zone, zoneOf } from '../formats/zone.js';
import { addDayTime, addToTimestamp } from '../functions/operators/datetime.js';
import type { StateStore, StateTable } from '../state/store.js';
import { KeyedTable } from '../state/table.js';
import { type AggregateSpec, argumentsOf, CHUNK_ROWS, emitColumns, evaluateGroups, GroupValues, resultsOf } from './grouping.js';
import { type Emit, type EpochContext, type Held, type Millis, noCounts, type Operator, type PhysicalNode, type StateMetrics } from './operator.js';
import { StateCounts } from './state-counts.js';
import type { LoweringTools, NodeInput } from './tools.js';

export interface SessionSpec extends AggregateSpec {
  /** Index of the session among the keys. */
  readonly session: number;
  /** In which days and months of a gap are counted. */
  readonly zone: Zone;
}

export function sessionNode(plan: PlanOf<'aggregate'>, spec: AggregateSpec, input: NodeInput, tools: LoweringTools): PhysicalNode {
  const id = plan.session!.column.id;
  const session = plan.grouping.findIndex((g) => g.expr.kind === 'column' && g.expr.id === id);
  invariant(session >= 0, 'the session is one of the grouping columns');
  const zone = plan.session!.time.type.kind === 'timestamp' ? zoneOf(tools.settings.timeZone) : UTC;
  const full: SessionSpec = { ...spec, session, zone, ...(spec.eventTime !== undefined && { eventTime: session }) };
  return {
    name: 'session_aggregate', inputs: [input.index], output: outputOf(plan), ports: ['insert'], detail: tools.detail(plan),
    ...(plan.stateId !== undefined && { stateId: plan.stateId, stateOperator: STATE_OPERATOR }), create: ({ store }) => new SessionOperator(full, store),
  };
}

const STATE_OPERATOR = 'sessionWindowStateStoreSaveExec';

/** Rows of one delta that wait for the end of the epoch. */
interface Waiting {
  readonly input: Delta;
  readonly columns: readonly Column[];
  readonly rows: Int32Array;
  /** Slot of each row's key among `keys`, and its session. */
  readonly keySlots: Int32Array;
  readonly start: BigInt64Array;
  readonly end: BigInt64Array;
}
/** A session that rows came into: those at [from, to) of the sweep. `old`: slots of the sessions that it goes on from. */
interface Session { start: bigint; end: bigint; readonly old: number[]; from: number; to: number; readonly key: number }
const UP = { ascending: true, nullsFirst: true };
/** The waiting rows by key and start: row `at[i]` of part `part[i]`, in this order, behind `rank[i]` of the sessions that its own goes on from; `slot`: of its session. */
interface Sweep { readonly part: Int32Array; readonly at: Int32Array; readonly rank: Int32Array; readonly slot: Int32Array; readonly sessions: readonly Session[] }

class SessionOperator implements Operator {
  readonly counts = noCounts();
  private readonly spec: SessionSpec;
  private readonly store: StateStore;
  private readonly values: GroupValues;
  private readonly table: StateTable;
  private readonly keyFields: readonly Field[];
  /** Keys without the session; the sessions of each as slots of `table`, ascending by start. Rebuilt from `table` at the start. */
  private readonly keys: KeyedTable;
  private readonly sessions: (number[] | undefined)[] = [];
  private start = new BigInt64Array(0);
  private end = new BigInt64Array(0);
  private waiting: Waiting[] = [];
  private retracted: { readonly count: number; readonly columns: readonly Column[] }[] = [];
  private readonly stateCounts = new StateCounts();

  constructor(spec: SessionSpec, store: StateStore) {
    this.spec = spec;
    this.store = store;
    this.values = new GroupValues(spec.functions.map((f) => shownAtCall(f, () => f.make())), false);
    const eventTime = spec.eventTime === undefined ? {} : { eventTime: spec.eventTime };
    this.table = store.table({ name: 'sessions', key: spec.keys, value: this.values.fields, ...eventTime }, this.values);
    this.keyFields = spec.keys.filter((_, i) => i !== spec.session);
    this.keys = new KeyedTable({ name: 'keys', key: this.keyFields, value: [] });
    const slots = this.table.slots();
    this.enlist(slots, this.table.keys(slots));
  }

  /** Notes new sessions: their bounds, and that their key has them. */
  private enlist(slots: Int32Array, columns: readonly Column[]): void {
    if (slots.length === 0) return;
    const [start, end] = columns[this.spec.session]!.children.map((c) => c.values) as [BigInt64Array, BigInt64Array];
    const keySlots = this.keys.resolve(slots.length, null, columns.filter((_, i) => i !== this.spec.session));
    this.start = grown(this.start, this.table.slotCount);
    this.end = grown(this.end, this.table.slotCount);
    for (let k = 0; k < slots.length; k++) {
      const slot = slots[k]!;
      this.start[slot] = start[k]!;
      this.end[slot] = end[k]!;
      const list = this.sessions[keySlots[k]!];
      if (list) list.push(slot); else this.sessions[keySlots[k]!] = [slot];
    }
    // Each key once: it may have many sessions.
    for (const key of new Set(keySlots)) this.sessions[key]!.sort((a, b) => this.start[a]! < this.start[b]! ? -1 : 1);
  }

  private begin(context: EpochContext): void {
    if (!this.stateCounts.begins(context)) return;
    this.waiting = [];
    this.retracted = [];
    this.keys.committed();
  }

  process(input: Delta, _port: number, context: EpochContext): void {
    this.begin(context);
    const { spec, counts } = this;
    const columns = spec.groups[0]!.projection(input, context);
    const keyCount = this.keyFields.length;
    const time = columns[keyCount]!;
    const micros = time.values as BigInt64Array;
    const gapEnd = gapEnds(columns[keyCount + 1]!, spec.zone);
    const limit = BigInt(context.lateWatermark) * 1000n;
    const n = input.selection === null ? input.length : input.selection.length;
    const rows = new Int32Array(n);
    const start = new BigInt64Array(n);
    const end = new BigInt64Array(n);
    const late: number[] = [];
    let count = 0;
    for (let k = 0; k < n; k++) {
      const i = input.selection === null ? k : input.selection[k]!;
      counts.in++;
      const to = isValid(time.validity, i) ? gapEnd(i, micros[i]!) : null;
      if (to === null || to <= micros[i]!) { counts.filtered++; continue; }
      if (!context.final && spec.eventTime !== undefined && to <= limit) { late.push(i); continue; }
      counts.used++;
      rows[count] = i;
      start[count] = micros[i]!;
      end[count++] = to;
    }
    counts.late += late.length;
    this.stateCounts.late += late.length;
    if (late.length > 0) context.aside?.late(input, 0, Int32Array.from(late), time);
    if (count === 0) return;
    const kept = rows.subarray(0, count);
    const keySlots = this.keys.resolve(count, kept, columns.slice(0, keyCount));
    this.waiting.push({ input, columns, rows: kept, keySlots, start: start.subarray(0, count), end: end.subarray(0, count) });
  }

  *finish(context: EpochContext, emit: Emit): Iterable<void> {
    this.begin(context);
    this.mergeEpoch(context);
    yield;
    const { spec, table } = this;
    const touched = table.touched();
    for (const key of new Set(this.waiting.flatMap((w) => Array.from(w.keySlots)))) this.stateCounts.updated += this.sessions[key]!.length;
    this.waiting = [];
    if (context.final || spec.emission === 'all') { yield* this.emitChunks(table.slots(), emit); return; }
    if (spec.emission === 'on_touch') {
      for (const { count, columns } of this.retracted) { emitColumns(count, columns, -1, this.counts, emit); yield; }
      yield* this.emitChunks(touched, emit);
    }
    const closed = table.expired(context.evictWatermark);
    if (spec.emission === 'on_close') yield* this.emitChunks(closed, emit);
    this.stateCounts.removed += closed.length;
    this.forget(closed, true);
  }

  /** Merges the epoch's rows with the sessions of their keys. */
  private mergeEpoch(context: EpochContext): void {
    const total = this.waiting.reduce((sum, w) => sum + w.rows.length, 0);
    if (total === 0) return;
    const sweep = this.sweep(total);
    const same: Session[] = [];
    const made: Session[] = [];
    for (const s of sweep.sessions) (s.old.length === 1 && this.start[s.old[0]!] === s.start && this.end[s.old[0]!] === s.end ? same : made).push(s);
    for (const s of same) this.assign(sweep, s, s.old[0]!);
    const reused = Int32Array.from(same, (s) => s.old[0]!);
    if (this.spec.retractions) this.retract(reused.filter((slot) => !this.table.isNew(slot)));
    this.table.touch(reused);
    if (made.length === 0) { this.accumulate(sweep, null, context); return; }
    // The state of sessions that grow or join is taken out before their slots are freed.
    const old = Int32Array.from(made.flatMap((s) => s.old));
    const state = this.values.save(old);
    if (this.spec.retractions) this.retract(old);
    this.forget(old, false);
    for (const s of made) this.stateCounts.removed += Math.max(0, s.old.length - 1);
    const columns = this.keyColumns(made);
    const slots = this.table.resolve(made.length, null, columns);
    this.enlist(slots, columns);
    /** By their place among those of their session: which of `old` go into which slot. */
    const goOn: { readonly from: number[]; readonly into: number[] }[] = [];
    let next = 0;
    made.forEach((s, m) => {
      this.assign(sweep, s, slots[m]!);
      for (let o = 0; o < s.old.length; o++) {
        goOn[o] ??= { from: [], into: [] };
        const { from, into } = goOn[o]!;
        from.push(next++);
        into.push(slots[m]!);
      }
    });
    for (let rank = 0; rank <= Math.max(1, goOn.length); rank++) {
      this.accumulate(sweep, rank, context);
      const olds = goOn[rank];
      if (olds) this.values.merge(Int32Array.from(olds.into), gatherColumns(state, Int32Array.from(olds.from)));
    }
  }

  /** All waiting rows by key and start, merged with what their keys have: only sessions that rows came into. */
  private sweep(total: number): Sweep {
    const parts = new Int32Array(total);
    const rows = new Int32Array(total);
    const keys = new Int32Array(total);
    const starts = new BigInt64Array(total);
    const { waiting } = this;
    let n = 0;
    waiting.forEach((w, p) => {
      keys.set(w.keySlots, n);
      starts.set(w.start, n);
      for (let k = 0; k < w.rows.length; k++) { parts[n] = p; rows[n++] = k; }
    });
    const order = sortedRows(total, [fixedColumn(INT, total, keys), fixedColumn(BIGINT, total, starts)], [UP, UP]);
    const part = order.map((i) => parts[i]!);
    const at = order.map((i) => rows[i]!);
    const rank = new Int32Array(total);
    const keyAt = (i: number): number => waiting[part[i]!]!.keySlots[at[i]!]!;
    const out: Session[] = [];
    for (let from = 0; from < total;) {
      const key = keyAt(from);
      let to = from;
      while (to < total && keyAt(to) === key) to++;
      const existing = this.sessions[key] ?? [];
      let e = 0;
      let current: Session | undefined;
      const take = (start: bigint, end: bigint): Session => {
        if (current === undefined || start > current.end) {
          if (current && current.to > current.from) out.push(current);
          current = { start, end, old: [], from: 0, to: 0, key };
        } else if (end > current.end) current.end = end;
        return current;
      };
      for (let o = from; o < to || e < existing.length;) {
        const w = o < to ? waiting[part[o]!]! : undefined;
        const k = o < to ? at[o]! : 0;
        const slot = existing[e];
        if (slot !== undefined && (w === undefined || this.start[slot]! <= w.start[k]!)) { take(this.start[slot]!, this.end[slot]!).old.push(slot); e++; }
        else {
          const session = take(w!.start[k]!, w!.end[k]!);
          if (session.to === 0) session.from = o;
          rank[o] = session.old.length;
          session.to = ++o;
        }
      }
      if (current !== undefined && (current as Session).to > (current as Session).from) out.push(current);
      from = to;
    }
    return { part, at, rank, slot: new Int32Array(total), sessions: out };
  }

  private assign(sweep: Sweep, { from, to }: Session, slot: number): void { sweep.slot.fill(slot, from, to); }

  private keyColumns(made: readonly Session[]): Column[] {
    const n = made.length;
    const key = this.keys.keys(Int32Array.from(made, (s) => s.key));
    const type = this.spec.keys[this.spec.session]!.type;
    invariant(type.kind === 'struct', 'a session is a struct of start and end');
    const bounds = [made.map((s) => s.start), made.map((s) => s.end)].map((v, i) => fixedColumn(type.fields[i]!.type, n, BigInt64Array.from(v)));
    const columns = [...key];
    columns.splice(this.spec.session, 0, structColumn(type, n, bounds));
    return columns;
  }

  /** Sessions as they were go out as −1. */
  private retract(slots: Int32Array): void { if (slots.length > 0) this.retracted.push({ count: slots.length, columns: this.outputOf(slots) }); }

  /** The slots are no sessions any more. `dropKeys`: neither are keys without one. */
  private forget(slots: Int32Array, dropKeys: boolean): void {
    if (slots.length === 0) return;
    const keySlots = this.keys.find(slots.length, null, this.table.keys(slots).filter((_, i) => i !== this.spec.session));
    const leaving = new Set(slots);
    const gone: number[] = [];
    for (const key of new Set(keySlots)) {
      const left = this.sessions[key]!.filter((slot) => !leaving.has(slot));
      this.sessions[key] = left;
      if (left.length > 0 || !dropKeys) continue;
      gone.push(key);
      this.sessions[key] = undefined;
    }
    this.keys.remove(Int32Array.from(gone));
    this.table.remove(slots);
  }

  /** Adds the waiting rows of a rank (null: of all), each delta's by key and start. */
  private accumulate(sweep: Sweep, rank: number | null, context: EpochContext): void {
    const parts = this.waiting.map((w) => ({ rows: new Int32Array(w.rows.length), slots: new Int32Array(w.rows.length), count: 0 }));
    for (let i = 0; i < sweep.part.length; i++) {
      if (rank !== null && sweep.rank[i] !== rank) continue;
      const p = sweep.part[i]!;
      const part = parts[p]!;
      part.rows[part.count] = this.waiting[p]!.rows[sweep.at[i]!]!;
      part.slots[part.count++] = sweep.slot[i]!;
    }
    for (const [p, { rows, slots, count: taken }] of parts.entries()) {
      if (taken === 0) continue;
      const w = this.waiting[p]!;
      const groups = evaluateGroups(this.spec, w.columns, w.input, rows.subarray(0, taken), slots.subarray(0, taken), context);
      this.spec.functions.forEach((f, i) => {
        const group = groups[f.group]!;
        const count = group.rows === null ? w.input.length : group.rows.length;
        if (count === 0) return;
        const args = argumentsOf(f, group.columns, w.input.length);
        shownAtCall(f, () => { this.values.accumulators[i]!.update(count, group.rows, group.slots, args, null); });
      });
    }
  }

  private outputOf(slots: Int32Array): readonly Column[] { return [...this.table.keys(slots), ...resultsOf(this.spec, this.values, slots)]; }

  private *emitChunks(slots: Int32Array, emit: Emit): Generator<void> {
    for (let from = 0; from < slots.length; from += CHUNK_ROWS) {
      const chunk = slots.subarray(from, Math.min(slots.length, from + CHUNK_ROWS));
      emitColumns(chunk.length, this.outputOf(chunk), 1, this.counts, emit);
      yield;
    }
  }

  wantsEpoch(newWatermark: Millis, lastEvictWatermark: Millis): boolean { return this.spec.emission !== 'all' && newWatermark > lastEvictWatermark; }

  holds(): Held | undefined {
    return this.spec.emission === 'on_close' && this.table.size > 0 ? { rows: this.table.size, until: this.table.earliestDeadline() } : undefined;
  }
  stateMetrics(): StateMetrics {
    return this.stateCounts.metrics(STATE_OPERATOR, this.table.size, this.store.memoryUsedBytes);
  }
}

/** time + gap for row i, as the operator + adds them: months and days are those of the clock on the wall. Null where the gap is. */
function gapEnds(gap: Column, zone: Zone): (i: number, micros: bigint) => bigint | null {
  if (gap.type.kind === 'day_time_interval') {
    const values = gap.values as BigInt64Array;
    return (i, micros) => isValid(gap.validity, i) ? addDayTime(micros, values[i]!, zone) : null;
  }
  invariant(gap.type.kind === 'interval', 'a session gap is an interval');
  const read = reader(gap);
  return (i, micros) => {
    const value = read(i) as CalendarInterval | null;
    return value === null ? null : addToTimestamp(micros, value.months, value.days, value.micros, zone);
  };
}
