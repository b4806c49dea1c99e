// Join whose rows may be taken back, of two streams or of a stream and a table whose rows the result shows by themselves. Each side is kept
// as distinct rows with their counts; a row that is shown only with or only without a partner counts its partners. A change of a row on one
// side changes the pairs with the stored rows of the other by the product of the weights; what depends on whether there is a partner
// (rows padded with NULL, semi and anti joins, EXISTS as a column) is settled once an epoch, from what it was before and what it is now.
//
// A table beside a stream is read anew in each epoch: what differs from the time before are its changes. Rows of an input that only grows
// are late as in Spark; a change of a row is late if the row itself has been evicted, so that what was taken in can be taken back as long as
// it is there. Rows that are evicted keep counting as partners.
//
// source: incremental view maintenance by weights (DBSP: a join is bilinear); late rows and eviction as stream-join.ts.

import { changesOf, eventTimesOf, isStreaming, outputOf } from '../../planner/plan/properties.js';
import { raise } from '../../planner/errors/index.js';
import type { Span } from '../../planner/spans.js';
import type { BoundExpr, PlanOf } from '../../planner/tree.js';
import { BOOLEAN, field } from '../../planner/types.js';
import { type Column, type Delta, fixedColumn, isValid, type RecordBatch, rowCount } from '../columnar/column.js';
import { gatherColumns } from '../columnar/gather.js';
import type { Projection } from '../kernels/evaluator.js';
import type { StateStore } from '../state/store.js';
import { CountedSide, type CountedSideSpec, type NetRows } from './counting-join-state.js';
import { dropLate } from './late-rows.js';
import { type Emit, type EpochContext, type Millis, noCounts, type Operator, type PhysicalNode, type StateMetrics } from './operator.js';
import { StateCounts } from './state-counts.js';
import { rowsOf, sequence } from './stateless.js';
import { evictionOf } from './stream-join.js';
import { noColumns } from './stream-join-state.js';
import { layoutOf, type LoweringTools, type NodeInput } from './tools.js';

interface Side extends CountedSideSpec {
  /** Ordinal of the column that rows are late by; undefined: none is late. */
  readonly late: { readonly time: Projection; /** The input takes rows back: late is what has been evicted. */ readonly evicted: boolean } | undefined;
  readonly evictBy: ((watermark: Millis) => Millis) | null;
  /** What is shown of a row depends on whether it has partners. */
  readonly tracked: boolean;
  /** A table, read anew in each epoch. */
  readonly table: boolean;
}
interface CountingJoinSpec {
  readonly type: PlanOf<'join'>['type'];
  readonly sides: readonly [left: Side, right: Side];
  /** What the keys do not say, over left then right columns; null-aware: the whole condition. */
  readonly residual: Projection | null;
  /** A condition that is NULL counts as a match. */
  readonly nullAware: boolean;
  readonly span: Span | undefined;
}
/** A join's condition in parts: equalities between the sides, and the rest as a boolean over both. */
export interface JoinKeys { readonly equalities: readonly { readonly left: BoundExpr; readonly right: BoundExpr; readonly nullSafe: boolean }[]; readonly residual: Projection | null }

const STATE_OPERATOR = 'countingJoin';

export function countingJoinNode(plan: PlanOf<'join'>, left: NodeInput, right: NodeInput, { equalities, residual }: JoinKeys, tools: LoweringTools): PhysicalNode {
  const { compiler, settings } = tools;
  const { type } = plan;
  const eviction = evictionOf(plan, equalities.map((e) => [e.left, e.right] as const), [left.output, right.output], tools);
  const side = (s: 0 | 1): Side => {
    const [name, input, below] = s === 0 ? ['left' as const, left, plan.left] as const : ['right' as const, right, plan.right] as const;
    const layout = layoutOf(input.output);
    // A table is read whole in each epoch, whatever its rows' times.
    const table = !isStreaming(below);
    const { time, evictBy } = table ? { time: undefined, evictBy: null } : eviction.sides[s];
    const deadline = time ? compiler.projection([time], layout, settings) : null;
    const times = eventTimesOf(below);
    const alive = input.output.find((c) => times.has(c.id));
    const grows = changesOf(below) === 'insert';
    return {
      name, fields: input.output.map((c, i) => field(`c${i}`, c.type)), deadline, evictBy, table,
      keys: compiler.projection(equalities.map((e) => e[name]), layout, settings), keyTypes: equalities.map((e) => e.left.type), nullSafe: equalities.map((e) => e.nullSafe),
      late: grows ? alive && { time: compiler.projection([{ ...alive, kind: 'column' }], layout, settings), evicted: false } : deadline && evictBy ? { time: deadline, evicted: true } : undefined,
      tracked: type === 'full' || (s === 1 ? type === 'right' : type !== 'right' && type !== 'inner'),
    };
  };
  const spec: CountingJoinSpec = { type, sides: [side(0), side(1)], residual, nullAware: plan.nullAware === true, span: plan.span };
  return {
    name: 'counting_join', inputs: [left.index, right.index], output: outputOf(plan), ports: ['retract', 'retract'], detail: tools.detail(plan),
    ...(plan.stateId !== undefined && { stateId: plan.stateId, stateOperator: STATE_OPERATOR }), create: ({ store }) => new CountingJoin(spec, store),
    outputWatermark: eviction.outputWatermark,
  };
}

/** Candidate pairs looked at in one go, and rows emitted in one. */
const PAIRS = 8192;

class CountingJoin implements Operator {
  readonly counts = noCounts();
  private readonly spec: CountingJoinSpec;
  private readonly store: StateStore;
  private readonly states: readonly [CountedSide, CountedSide];
  private readonly showsPairs: boolean;
  private readonly stateCounts = new StateCounts();
  /** Rows of a table as this epoch has them, by slot. */
  private readonly tables: readonly Map<number, number>[] = [new Map(), new Map()];
  private running: Generator<void> | undefined;

  constructor(spec: CountingJoinSpec, store: StateStore) {
    this.spec = spec;
    this.store = store;
    this.states = [new CountedSide(spec.sides[0], store), new CountedSide(spec.sides[1], store)];
    this.showsPairs = spec.type !== 'left_semi' && spec.type !== 'left_anti' && spec.type !== 'existence';
  }

  process(input: Delta, port: number, context: EpochContext, emitTo: Emit): void {
    this.stateCounts.begins(context);
    const side = this.spec.sides[port]!;
    const n = rowCount(input);
    this.counts.in += n;
    let rows = rowsOf(input);
    if (side.late) {
      const watermark = side.late.evicted ? { ...context, lateWatermark: side.evictBy!(context.lateWatermark) } : context;
      const found = dropLate(input, port, side.late.time(input, context)[0]!, watermark, this.counts);
      if (found) { this.stateCounts.late += found.late.length; rows = found.kept; }
    }
    this.counts.used += rows.length;
    if (rows.length === 0) return;
    const net = this.states[port]!.net(input, rows, input.weights);
    if (side.table) {
      const seen = this.tables[port]!;
      net.slots.forEach((slot, k) => { seen.set(slot, (seen.get(slot) ?? 0) + net.weights[k]!); });
      // Rows that are new to it wait for the end of the table, as those that it no longer has.
      return;
    }
    this.running = this.join(input, port, net, context, emitTo);
  }

  /** A table has been read: what differs from the epoch before goes on. */
  finishPort(port: number, context: EpochContext, emit: Emit): void {
    this.stateCounts.begins(context);
    if (!this.spec.sides[port]!.table) return;
    const state = this.states[port]!;
    const seen = this.tables[port]!;
    const slots = state.slots().filter((slot) => (seen.get(slot) ?? 0) !== state.counts[slot]);
    const weights = Float64Array.from(slots, (slot) => (seen.get(slot) ?? 0) - state.counts[slot]!);
    seen.clear();
    if (slots.length === 0) return;
    const net: NetRows = { slots, weights, rows: sequence(slots.length), fresh: Uint8Array.from(slots, (slot) => state.counts[slot] === 0 ? 1 : 0) };
    state.touch(slots);
    this.running = this.join({ length: slots.length, columns: state.rows(slots), selection: null }, port, net, context, emit);
  }

  /** Goes on with the delta at hand by at most PAIRS pairs. */
  more(): boolean {
    if (this.running?.next().done === false) return true;
    this.running = undefined;
    return false;
  }

  private *join(batch: RecordBatch, port: number, { slots, weights, rows, fresh }: NetRows, context: EpochContext, emit: Emit): Generator<void> {
    const side = this.spec.sides[port]!;
    const [own, other] = [this.states[port]!, this.states[1 - port]!];
    const tracksOther = this.spec.sides[1 - port]!.tracked;
    const n = slots.length;
    for (let k = 0; k < n; k++) { own.change(slots[k]!); own.counts[slots[k]!]! += weights[k]!; }
    this.stateCounts.updated += n;
    const first = other.find(n, rows, side.keys({ length: batch.length, columns: batch.columns, selection: rows }, context));
    const positions = new Int32Array(PAIRS);
    const partners = new Int32Array(PAIRS);
    let count = 0;
    for (let k = 0; k < n; k++) {
      // A row that is known already knows its partners.
      if (!(fresh[k] === 1 && side.tracked) && (weights[k] === 0 || !(this.showsPairs || tracksOther))) continue;
      for (const partner of this.candidates(own, other, slots[k]!, first[k]!)) {
        positions[count] = k;
        partners[count++] = partner;
        if (count === PAIRS) { this.pairs(batch, port, { slots, weights, rows, fresh }, positions, partners, context, emit); count = 0; yield; }
      }
    }
    if (count > 0) this.pairs(batch, port, { slots, weights, rows, fresh }, positions.subarray(0, count), partners.subarray(0, count), context, emit);
  }

  private *candidates(own: CountedSide, other: CountedSide, slot: number, first: number): Generator<number> {
    const nullKey = own.hasNullKey(slot);
    if (!nullKey) for (let partner = first; partner >= 0; partner = other.next(partner)) yield partner;
    if (!this.spec.nullAware) return;
    yield* nullKey ? other.slots() : other.nulls;
  }

  private pairs(batch: RecordBatch, port: number, net: NetRows, positions: Int32Array, partners: Int32Array, context: EpochContext, emit: Emit): void {
    const { spec } = this;
    const [own, other] = [this.states[port]!, this.states[1 - port]!];
    const n = positions.length;
    let columns: readonly Column[] | undefined;
    const both = (): readonly Column[] => {
      const mine = gatherColumns(batch.columns, positions.map((k) => net.rows[k]!));
      const theirs = other.rows(partners);
      return port === 0 ? [...mine, ...theirs] : [...theirs, ...mine];
    };
    let passed = sequence(n);
    if (spec.residual !== null) {
      columns = both();
      const verdict = spec.residual({ length: n, columns, selection: null }, context)[0]!;
      const known = verdict.type.kind !== 'void';
      passed = passed.filter((k) => known && isValid(verdict.validity, k) ? verdict.values[k] === 1 : spec.nullAware);
    }
    if (passed.length === 0) return;
    if (spec.sides[port]!.tracked) for (const k of passed) if (net.fresh[positions[k]!] === 1) own.matches[net.slots[positions[k]!]!]! += other.counts[partners[k]!]!;
    if (spec.sides[1 - port]!.tracked) {
      for (const k of passed) { other.change(partners[k]!); other.matches[partners[k]!]! += net.weights[positions[k]!]!; }
      other.touch(passed.map((k) => partners[k]!));
    }
    if (!this.showsPairs) return;
    const weights = new Int32Array(n);
    for (const k of passed) weights[k] = net.weights[positions[k]!]! * other.counts[partners[k]!]!;
    const shown = passed.filter((k) => weights[k] !== 0);
    if (shown.length > 0) this.put({ length: n, columns: columns ?? both(), selection: shown.length === n ? null : shown, weights }, emit);
  }

  private put(delta: Delta, emit: Emit): void { this.counts.out += rowCount(delta); emit(delta); }

  *finish(context: EpochContext, emit: Emit): Generator<void> {
    this.stateCounts.begins(context);
    for (const port of [0, 1] as const) {
      const { tracked, evictBy } = this.spec.sides[port];
      const state = this.states[port];
      const { changed } = state;
      for (let from = 0; tracked && from < changed.length; from += PAIRS) { this.settle(port, changed.subarray(from, from + PAIRS), emit); yield; }
      const gone = changed.filter((slot) => state.counts[slot] === 0);
      state.end();
      state.remove(gone);
      const evicted = evictBy ? state.expired(evictBy(context.evictWatermark)) : new Int32Array(0);
      state.remove(evicted);
      this.stateCounts.removed += gone.length + evicted.length;
    }
  }

  /** What is shown of rows by whether they have partners: out with what was, in with what is. */
  private settle(port: 0 | 1, slots: Int32Array, emit: Emit): void {
    const { type, span } = this.spec;
    const state = this.states[port];
    const { counts, matches, countsBefore, matchesBefore } = state;
    if (type === 'left_single' && slots.some((slot) => counts[slot]! > 0 && matches[slot]! > 1)) raise('SCALAR_SUBQUERY_TOO_MANY_ROWS', {}, { span });
    if (type === 'existence') {
      for (const exists of [false, true]) this.show(port, slots, (slot) => (matches[slot]! > 0 === exists ? counts[slot]! : 0) - (matchesBefore[slot]! > 0 === exists ? countsBefore[slot]! : 0), emit, exists);
      return;
    }
    const wants = type === 'left_semi';
    this.show(port, slots, (slot) => (matches[slot]! > 0 === wants ? counts[slot]! : 0) - (matchesBefore[slot]! > 0 === wants ? countsBefore[slot]! : 0), emit);
  }

  private show(port: 0 | 1, slots: Int32Array, difference: (slot: number) => number, emit: Emit, exists?: boolean): void {
    const shown = slots.filter((slot) => difference(slot) !== 0);
    const n = shown.length;
    if (n === 0) return;
    const own = this.states[port].rows(shown);
    const padded = (): readonly Column[] => {
      const nothing = noColumns(this.spec.sides[1 - port]!.fields.map((f) => f.type), n);
      return port === 0 ? [...own, ...nothing] : [...nothing, ...own];
    };
    const columns = exists !== undefined ? [...own, fixedColumn(BOOLEAN, n, new Uint8Array(n).fill(exists ? 1 : 0))] : this.showsPairs ? padded() : own;
    this.put({ length: n, columns, selection: null, weights: Int32Array.from(shown, difference) }, emit);
  }

  wantsEpoch(newWatermark: Millis, lastEvictWatermark: Millis): boolean {
    return newWatermark > lastEvictWatermark && this.spec.sides.some((side) => side.evictBy !== null);
  }

  stateMetrics(): StateMetrics {
    return this.stateCounts.metrics(STATE_OPERATOR, this.states[0].size + this.states[1].size, this.store.memoryUsedBytes + this.states[0].memoryUsedBytes + this.states[1].memoryUsedBytes);
  }
}
