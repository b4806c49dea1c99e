// Join of two streams: every row is held against the stored rows of the other side, then stored itself, until the watermark says that no
// partner can come; an outer row that found none goes out then, padded with NULL. A row is stored even if it can be evicted at once: the rest
// of its epoch may still match it, so the order of the ports does not matter. Rows that the side's own part of the condition refuses are never
// stored. Semi and anti: a left row is not kept after its first match; semi, it goes out then; anti, those that are left go out at the end.
//
// source: Spark StreamingSymmetricHashJoinExec; streaming-algorithms (c).

import { conjunctsOf } from '../../planner/expr/conjuncts.js';
import { columnIds } from '../../planner/plan/columns.js';
import { type StateBound, stateBounds } from '../../planner/plan/join-bound.js';
import { eventTimesOf, outputOf } from '../../planner/plan/properties.js';
import type { BoundExpr, OutputColumn, PlanOf } from '../../planner/tree.js';
import { BOOLEAN, sameType } from '../../planner/types.js';
import { type Column, type Delta, rowCount } from '../columnar/column.js';
import { gatherColumns, gatherInts } from '../columnar/gather.js';
import type { Predicate } from '../kernels/evaluator.js';
import type { StateStore } from '../state/store.js';
import { dropLate } from './late-rows.js';
import { type Emit, type EpochContext, type Held, type Millis, noCounts, type Operator, type PhysicalNode, type StateMetrics } from './operator.js';
import { StateCounts } from './state-counts.js';
import { rowsOf, sequence } from './stateless.js';
import { JoinSide, noColumns, type SideSpec } from './stream-join-state.js';
import { layoutOf, leastWhere, type LoweringTools, type NodeInput } from './tools.js';

type JoinType = PlanOf<'join'>['type'];
interface Side extends SideSpec {
  /** Ordinal of the column with event time that is alive in the input. */
  readonly eventTime: number | undefined;
  readonly pre: Predicate | null;
  /** Unmatched rows go out. */
  readonly outer: boolean;
  /** Watermark that evicts, from the input watermark; null: nothing is evicted. */
  readonly evictBy: ((watermark: Millis) => Millis) | null;
  /** Null keys match nothing (SQL's `=`). */
  readonly strictKeys: readonly boolean[];
}
interface StreamJoinSpec {
  readonly type: JoinType;
  readonly sides: readonly [left: Side, right: Side];
  readonly post: Predicate | null;
}

const STATE_OPERATOR = 'symmetricHashJoin';
const KEY_PADDING: BoundExpr = { kind: 'const', value: true, type: BOOLEAN, nullable: false };

export function streamJoinNode(plan: PlanOf<'join'>, left: NodeInput, right: NodeInput, tools: LoweringTools): PhysicalNode {
  const { compiler, settings } = tools;
  const columns: readonly [readonly OutputColumn[], readonly OutputColumn[]] = [left.output, right.output];
  const ids = columns.map((list) => new Set(list.map((c) => c.id)));
  const within = (e: BoundExpr, side: 0 | 1): boolean => { const used = columnIds(e); return used.size > 0 && [...used].every((id) => ids[side]!.has(id)); };
  const keys: (readonly [BoundExpr, BoundExpr])[] = [];
  const strict: boolean[] = [];
  const pre: [BoundExpr[], BoundExpr[]] = [[], []];
  const post: BoundExpr[] = [];
  for (const e of conjunctsOf(plan.condition)) {
    const equality = e.kind === 'apply' && (e.fn.name === '=' || e.fn.name === '<=>') && sameType(e.args[0]!.type, e.args[1]!.type);
    if (within(e, 0)) pre[0].push(e);
    else if (within(e, 1)) pre[1].push(e);
    else if (e.kind === 'apply' && equality && within(e.args[0]!, 0) && within(e.args[1]!, 1)) { keys.push([e.args[0]!, e.args[1]!]); strict.push(e.fn.name === '='); }
    else if (e.kind === 'apply' && equality && within(e.args[1]!, 0) && within(e.args[0]!, 1)) { keys.push([e.args[1]!, e.args[0]!]); strict.push(e.fn.name === '='); }
    else post.push(e);
  }
  if (keys.length === 0) { keys.push([KEY_PADDING, KEY_PADDING]); strict.push(false); }
  const all = (list: readonly BoundExpr[], over: readonly OutputColumn[]): Predicate | null => {
    if (list.length === 0) return null;
    const tests = list.map((e) => compiler.predicate(e, layoutOf(over), settings));
    return (batch, epoch) => tests.reduce<Int32Array | null>((selection, test) => test({ ...batch, selection }, epoch), batch.selection);
  };
  const times = [eventTimesOf(plan.left), eventTimesOf(plan.right)];
  const eviction = evictionOf(plan, settings.compatSpark ? keys.filter((_, i) => strict[i]) : keys, columns, tools);
  const side = (s: 0 | 1): Side => {
    const layout = layoutOf(columns[s]);
    const eventTime = columns[s].findIndex((c) => times[s]!.has(c.id));
    const { time, evictBy } = eviction.sides[s];
    return {
      name: s === 0 ? 'left' : 'right', types: columns[s].map((c) => c.type),
      keys: compiler.projection(keys.map((k) => k[s]!), layout, settings), keyTypes: keys.map((k) => k[s]!.type),
      strictKeys: strict.map((x) => x && !settings.compatSpark),
      deadline: time ? compiler.projection([time], layout, settings) : null,
      eventTime: eventTime < 0 ? undefined : eventTime, pre: all(pre[s], columns[s]),
      outer: plan.type === 'full' || plan.type === (s === 0 ? 'left' : 'right') || (plan.type === 'left_anti' && s === 0),
      evictBy,
    };
  };
  const spec: StreamJoinSpec = { type: plan.type, sides: [side(0), side(1)], post: all(post, [...left.output, ...right.output]) };
  return {
    name: 'stream_join', inputs: [left.index, right.index], output: outputOf(plan), ports: ['insert', 'insert'], detail: tools.detail(plan),
    ...(plan.stateId !== undefined && { stateId: plan.stateId, stateOperator: STATE_OPERATOR }), create: ({ store }) => new StreamJoin(spec, store),
    outputWatermark: eviction.outputWatermark,
  };
}

interface SideEviction {
  /** What a row is evicted by; undefined: it is kept for ever. */
  readonly time: BoundExpr | undefined;
  readonly evictBy: ((watermark: Millis) => Millis) | null;
}
const KEPT: SideEviction = { time: undefined, evictBy: null };
/** By what the rows of each side are evicted, and what downstream may assume of the pairs. `keys`: the equalities that may
 *  bound state, left and right; under `millrace.compat=spark` only those with `=`. */
export function evictionOf(plan: PlanOf<'join'>, keys: readonly (readonly [BoundExpr, BoundExpr])[], columns: readonly [readonly OutputColumn[], readonly OutputColumn[]], tools: LoweringTools): {
  readonly sides: readonly [SideEviction, SideEviction]; readonly outputWatermark: NonNullable<PhysicalNode['outputWatermark']>;
} {
  const times = [eventTimesOf(plan.left), eventTimesOf(plan.right)];
  /** The key that carries event time. */
  const timeKey = [0, 1].map((s) => keys.findIndex((k) => { const e = k[s]!; return e.kind === 'column' && times[s]!.has(e.id); }));
  const timed = timeKey[0]! >= 0 ? timeKey[0]! : timeKey[1]!;
  const side = (s: 0 | 1): SideEviction => {
    if (timed >= 0) return { time: keys[timed]![s]!, evictBy: (w) => w };
    const eventTime = columns[s].find((c) => times[s]!.has(c.id));
    if (!eventTime && tools.settings.compatSpark) return KEPT;
    const all = stateBounds(plan, s === 0 ? 'left' : 'right', tools.settings.compatSpark ? 'run' : 'strict');
    const by = eventTime ?? columns[s].find((c) => c.id === all[0]?.column);
    // Of a side without event time one column says when its rows go.
    const bounds = eventTime ? all : all.filter((b) => b.column === by?.id);
    return bounds.length === 0 ? KEPT : { time: { ...by!, kind: 'column' }, evictBy: (w) => Math.min(...bounds.map((b) => boundAt(b, w))) };
  };
  const sides = [side(0), side(1)] as const;
  const held = timed >= 0 ? [] : sides.flatMap((s) => s.evictBy ? [s.evictBy] : []);
  const outputWatermark = (inputs: readonly (Millis | undefined)[]): Millis | undefined => {
    const defined = inputs.filter((w) => w !== undefined);
    if (defined.length === 0) return undefined;
    const input = Math.min(...defined);
    return Math.min(input, ...held.map((evictBy) => evictBy(input)));
  };
  return { sides, outputWatermark };
}

const boundAt = ({ offsetMicros, watermarks, inclusive }: StateBound, watermark: Millis): Millis =>
  Math.trunc((offsetMicros + watermarks * watermark * 1000) / 1000) - (inclusive ? 1 : 0);

/** Candidate pairs looked at in one go. */
const PAIRS = 8192;

/** Where the walk over candidate pairs is: a row's place, and the stored row to be looked at next. */
interface PairsAt { row: number; slot: number }

/** Rows that are NULL have no candidates. */
function leaveNulls(heads: Int32Array, rows: Int32Array, validity: Uint8Array): void {
  for (let k = 0; k < rows.length; k++) if (((validity[rows[k]! >> 3]! >> (rows[k]! & 7)) & 1) === 0) heads[k] = -1;
}

class StreamJoin implements Operator {
  readonly counts = noCounts();
  private readonly spec: StreamJoinSpec;
  private readonly store: StateStore;
  private readonly states: readonly [JoinSide, JoinSide];
  private readonly stateCounts = new StateCounts();
  /** Whether the first match settles a left row. */
  private readonly once: boolean;
  /** Stored left rows that the delta at hand has settled. */
  private readonly taken = new Set<number>();
  /** Pairs at hand: the place of a row of the delta, and the slot of a stored one. */
  private readonly positions = new Int32Array(PAIRS);
  private readonly partners = new Int32Array(PAIRS);
  /** The delta at hand, as long as it has pairs that have not been looked at. */
  private running: Generator<void> | undefined;

  constructor(spec: StreamJoinSpec, store: StateStore) {
    this.spec = spec;
    this.store = store;
    this.states = [new JoinSide(spec.sides[0], store), new JoinSide(spec.sides[1], store)];
    this.once = spec.type === 'left_semi' || spec.type === 'left_anti';
  }

  process(input: Delta, port: number, context: EpochContext, emitTo: Emit): void {
    this.stateCounts.begins(context);
    const emit: Emit = (output) => { this.counts.out += rowCount(output); emitTo(output); };
    const side = this.spec.sides[port]!;
    this.counts.in += rowCount(input);
    let rows = rowsOf(input);
    const found = side.eventTime === undefined ? null : dropLate(input, port, input.columns[side.eventTime]!, context, this.counts);
    if (found) { this.stateCounts.late += found.late.length; rows = found.kept; }
    if (side.pre && rows.length > 0) {
      const passed = side.pre({ ...input, selection: rows }, context) ?? rows;
      if (passed.length < rows.length) {
        const kept = new Set(passed);
        const refused = rows.filter((i) => !kept.has(i));
        if (side.outer) { this.pad(port, gatherColumns(input.columns, refused), refused.length, emit); this.counts.used += refused.length; }
        else this.counts.filtered += refused.length;
        rows = passed;
      }
    }
    this.counts.used += rows.length;
    if (rows.length > 0) this.running = this.join(input, port, rows, context, emit);
  }

  /** Goes on with the delta at hand by at most PAIRS pairs. */
  more(): boolean {
    if (this.running?.next().done === false) return true;
    this.running = undefined;
    return false;
  }

  private *join(input: Delta, port: number, rows: Int32Array, context: EpochContext, emit: Emit): Generator<void> {
    const { spec } = this;
    const side = spec.sides[port]!;
    const [own, other] = [this.states[port]!, this.states[1 - port]!];
    const { once } = this;
    const keys = side.keys({ ...input, selection: rows }, context);
    const heads = other.find(rows.length, rows, keys);
    for (const [k, { validity }] of keys.entries()) if (side.strictKeys[k] && validity !== null) leaveNulls(heads, rows, validity);
    const hit = new Uint8Array(rows.length);
    const at: PairsAt = { row: 0, slot: heads[0]! };
    for (;;) {
      const n = this.candidates(at, heads, port, hit, other);
      if (n > 0) this.pairs(input, port, rows, this.positions.subarray(0, n), this.partners.subarray(0, n), hit, context, emit);
      if (at.row === rows.length) break;
      yield;
    }
    if (once && port === 1) { other.remove(Int32Array.from(this.taken)); this.taken.clear(); }
    const kept = once && port === 0 ? sequence(rows.length).filter((k) => hit[k] === 0) : null;
    own.add(input, kept === null ? rows : kept.map((k) => rows[k]!), kept === null ? hit : new Uint8Array(kept.length));
    this.stateCounts.updated += kept === null ? rows.length : kept.length;
  }
  /** Puts at most PAIRS pairs, from `at` on, into positions and partners. @returns how many */
  private candidates(at: PairsAt, heads: Int32Array, port: number, hit: Uint8Array, other: JoinSide): number {
    const { once, positions, partners } = this;
    let { row, slot } = at;
    let n = 0;
    while (row < heads.length && n < PAIRS) {
      if (slot < 0) { row++; slot = row < heads.length ? heads[row]! : -1; continue; }
      if (!once || (port === 0 ? hit[row] === 0 : !this.taken.has(slot))) { positions[n] = row; partners[n++] = slot; }
      slot = other.next(slot);
    }
    at.row = row;
    at.slot = slot;
    return n;
  }

  private pairs(input: Delta, port: number, rows: Int32Array, positions: Int32Array, partners: Int32Array, hit: Uint8Array, context: EpochContext, emit: Emit): void {
    const { spec } = this;
    const other = this.states[1 - port]!;
    const n = positions.length;
    const mine = gatherColumns(input.columns, gatherInts(rows, positions));
    const theirs = other.rows(partners);
    const columns: readonly Column[] = port === 0 ? [...mine, ...theirs] : [...theirs, ...mine];
    let passed = spec.post ? spec.post({ length: n, columns, selection: null }, context) : null;
    if (this.once) {
      // Each left row once, whichever of its pairs comes first.
      const first: number[] = [];
      for (const k of passed ?? sequence(n)) {
        if (port === 0 ? hit[positions[k]!] === 1 : this.taken.has(partners[k]!)) continue;
        if (port === 0) hit[positions[k]!] = 1; else this.taken.add(partners[k]!);
        first.push(k);
      }
      passed = Int32Array.from(first);
      if (passed.length > 0 && spec.type === 'left_semi') emit({ length: n, columns: port === 0 ? mine : theirs, selection: passed, weights: null });
      return;
    }
    const hits = passed ?? sequence(n);
    for (let h = 0; h < hits.length; h++) hit[positions[hits[h]!]!] = 1;
    // Kept for inner joins too: the query may come back as an outer one.
    other.match(passed === null ? partners : gatherInts(partners, passed));
    if (hits.length > 0) emit({ length: n, columns, selection: passed, weights: null });
  }

  /** Rows of one side that found no partner, with NULLs for the other side if it has columns in the result. */
  private pad(port: number, columns: readonly Column[], length: number, emit: Emit): void {
    if (length === 0) return;
    if (this.spec.type === 'left_anti') { emit({ length, columns, selection: null, weights: null }); return; }
    const nothing = noColumns(this.spec.sides[1 - port]!.types, length);
    emit({ length, columns: port === 0 ? [...columns, ...nothing] : [...nothing, ...columns], selection: null, weights: null });
  }

  *finish(context: EpochContext, emitTo: Emit): Generator<void> {
    this.stateCounts.begins(context);
    const emit: Emit = (output) => { this.counts.out += rowCount(output); emitTo(output); };
    for (const port of [0, 1]) {
      const { evictBy, outer } = this.spec.sides[port]!;
      const state = this.states[port]!;
      const gone = context.final ? state.all() : evictBy ? state.expired(evictBy(context.evictWatermark)) : new Int32Array(0);
      for (let from = 0; from < gone.length; from += PAIRS) {
        const slots = gone.subarray(from, from + PAIRS);
        const unmatched = outer ? slots.filter((slot) => !state.matched(slot)) : new Int32Array(0);
        this.pad(port, state.rows(unmatched), unmatched.length, emit);
        state.remove(slots);
        this.stateCounts.removed += slots.length;
        yield;
      }
      state.end();
    }
  }

  wantsEpoch(newWatermark: Millis, lastEvictWatermark: Millis): boolean {
    return newWatermark > lastEvictWatermark && this.spec.sides.some((side) => side.evictBy !== null);
  }

  /** Rows without a partner that an outer join will pad. */
  holds(): Held | undefined {
    let rows = 0;
    let until: Millis | undefined;
    this.states.forEach((state, s) => {
      const { outer, evictBy } = this.spec.sides[s]!;
      if (!outer) return;
      rows += state.all().filter((slot) => !state.matched(slot)).length;
      const deadline = state.earliestDeadline();
      if (evictBy !== null && deadline !== undefined) until = Math.min(until ?? Number.POSITIVE_INFINITY, leastWhere((w) => evictBy(w) >= deadline, deadline) ?? Number.POSITIVE_INFINITY);
    });
    return rows === 0 ? undefined : { rows, until };
  }
  stateMetrics(): StateMetrics {
    return this.stateCounts.metrics(STATE_OPERATOR, this.states[0].size + this.states[1].size, this.store.memoryUsedBytes + this.states[0].memoryUsedBytes + this.states[1].memoryUsedBytes);
  }
}
