// Closures over the rows of each key: mapGroups and flatMapGroups see the rows of one epoch; mapGroupsWithState and flatMapGroupsWithState keep
// one state value for each key, too. The rows of an epoch wait until its end. Then the closure is called once for each key with rows, and after
// that once for each key whose timeout has passed; any call clears the key's timeout. A key is in the table while it has a state or a timeout.
//
// source: Spark's flatMapGroupsWithState; late rows are dropped only with timeouts by event time.

import { raise } from '../../planner/errors/index.js';
import { eventTimesOf, isStreaming, outputOf } from '../../planner/plan/properties.js';
import { parseDurationText } from '../../planner/sql/durations.js';
import type { GroupCall, PlanOf } from '../../planner/tree.js';
import * as T from '../../planner/types.js';
import type { Value } from '../../planner/values.js';
import { columnOf } from '../columnar/build.js';
import type { Column, Delta } from '../columnar/column.js';
import { reader } from '../columnar/read.js';
import { parseCalendar } from '../formats/interval-text.js';
import type { UserConverter } from '../kernels/compiler.js';
import type { SlotValues, StateStore, StateTable } from '../state/store.js';
import { TIME_MODES } from './group-handle.js';
import { processorOperator } from './group-processor.js';
import { type Group, GroupedRows, GroupOutput, type GroupSpec, guarded, InitialStates, METHOD } from './group-rows.js';
import { type ValueCodec, valueCodec } from './group-values.js';
import { type Emit, type EpochContext, type Held, type Millis, noCounts, type Operator, type PhysicalNode, type StateMetrics } from './operator.js';
import type { LoweringTools, NodeInput } from './tools.js';

export function groupStateNode(plan: PlanOf<'group_state'>, initial: NodeInput | undefined, input: NodeInput, tools: LoweringTools, convert: UserConverter): PhysicalNode {
  const { call } = plan;
  const times = isStreaming(plan) ? eventTimesOf(plan.input) : new Map<number, unknown>();
  const time = input.output.findIndex((c) => times.has(c.id));
  const outputTime = plan.columns.findIndex((c) => c.id === plan.eventTime);
  const own: GroupSpec = {
    call, bare: plan.bare, input: input.output, output: plan.columns, convert, compatSpark: tools.settings.compatSpark,
    skipInitial: tools.settings.conf.get('spark.sql.streaming.flatMapGroupsWithState.skipEmittingInitialStateKeys') === 'true',
    eventTime: time < 0 ? undefined : time, outputTime: outputTime < 0 || !isStreaming(plan) ? undefined : outputTime,
  };
  const spec: GroupSpec = initial === undefined ? own : { ...own, initial: { ...own, call: initialCall(call), bare: plan.initialBare === true, input: initial.output, eventTime: undefined } };
  const inputs = [...(initial ? [initial.index] : []), input.index];
  const base = { name: call.operation, inputs, output: outputOf(plan), ports: inputs.map(() => 'insert' as const), detail: tools.detail(plan) };
  const named = { ...(plan.stateId !== undefined && { stateId: plan.stateId }) };
  switch (call.operation) {
    case 'map_groups': case 'flat_map_groups': return { ...base, create: () => new GroupsOperator(spec) };
    case 'transform_with_state': return { ...base, ...named, stateOperator: 'transformWithStateExec', create: ({ store, query }) => processorOperator(spec, store, query) };
    default: return { ...base, ...named, stateOperator: 'flatMapGroupsWithState', create: ({ store }) => new GroupStateOperator(spec, store) };
  }
}

/** The call as the rows of initial states see it. */
function initialCall(call: GroupCall): GroupCall {
  const { value: _, ...rest } = call;
  return { ...rest, ...call.initial! };
}

/** mapGroups, flatMapGroups: nothing is kept from one epoch to the next. */
class GroupsOperator implements Operator {
  readonly counts = noCounts();
  private readonly spec: GroupSpec;
  private readonly groups: GroupedRows;
  private readonly output: GroupOutput;

  constructor(spec: GroupSpec) { this.spec = spec; this.groups = new GroupedRows(spec); this.output = new GroupOutput(spec, this.counts); }

  process(input: Delta, _port: number, context: EpochContext): void { this.groups.admit(input, context, this.counts); }
  *finish(context: EpochContext, emit: Emit): Generator<void> {
    const { operation } = this.spec.call;
    const call = this.spec.call.fn as (key: unknown, rows: readonly unknown[]) => unknown;
    for (const { key, rows, text } of this.groups.take()) {
      guarded(operation, METHOD[operation], `the key ${text}`, context.epoch, () => {
        if (operation === 'map_groups') this.output.add(call(key, rows)); else this.output.addAll(call(key, rows));
      });
      if (this.output.full) { this.output.flush(emit); yield; }
    }
    this.output.flush(emit);
  }
}

/** State and timeout by slot; NaN: no timeout. */
class States implements SlotValues {
  readonly states: Value[] = [];
  readonly timeouts: number[] = [];
  private readonly type: T.DataType;
  constructor(type: T.DataType) { this.type = type; }
  get fields(): readonly T.Field[] { return [T.field('state', this.type), T.field('timeoutMillis', T.BIGINT)]; }
  reserve(count: number): void { while (this.states.length < count) { this.states.push(null); this.timeouts.push(Number.NaN); } }
  save(slots: Int32Array): readonly Column[] {
    const list = Array.from(slots);
    return [columnOf(this.type, list.map((s) => this.states[s]!)), columnOf(T.BIGINT, list.map((s) => Number.isNaN(this.timeouts[s]!) ? null : BigInt(this.timeouts[s]!)))];
  }
  load(slots: Int32Array, columns: readonly Column[]): void {
    const [state, timeout] = columns.map(reader);
    slots.forEach((slot, k) => {
      const at = timeout!(k);
      this.states[slot] = state!(k);
      this.timeouts[slot] = at === null ? Number.NaN : Number(at);
    });
  }
  reset(slots: Int32Array): void { for (const slot of slots) { this.states[slot] = null; this.timeouts[slot] = Number.NaN; } }
}

/** What the closure gets as `state`: good for one call. */
class GroupStateOf {
  value: Value;
  timeout = Number.NaN;
  readonly hasTimedOut: boolean;
  private readonly codec: ValueCodec;
  private readonly time: GroupCall['time'];
  private readonly context: EpochContext;
  /** Whether the input has a watermark. */
  private readonly watermark: boolean;

  constructor(value: Value, hasTimedOut: boolean, codec: ValueCodec, time: GroupCall['time'], context: EpochContext, watermark: boolean) {
    this.value = value;
    this.hasTimedOut = hasTimedOut;
    this.codec = codec;
    this.time = time;
    this.context = context;
    this.watermark = watermark;
  }

  get exists(): boolean { return this.value !== null; }
  getOption(): unknown { return this.value === null ? undefined : this.codec.decode(this.value); }
  get(): unknown {
    if (this.value === null) raise('INVALID_GROUP_STATE_CALL', { method: 'get', reason: 'the key has no state, or its state has been removed' }, { hint: 'Ask `exists` first, or call getOption.' });
    return this.codec.decode(this.value);
  }
  update(state: unknown): void {
    if (state === null || state === undefined) raise('INVALID_GROUP_STATE_CALL', { method: 'update', reason: `${String(state)} is not a state` }, { hint: 'Call remove to forget the state.' });
    this.value = this.codec.encode(state);
  }
  remove(): void { this.value = null; }

  setTimeoutDuration(duration: string | number): void {
    if (this.time !== 'processing_time') raise('_LEGACY_ERROR_TEMP_2203');
    const millis = positiveMillis('setTimeoutDuration', typeof duration === 'string' ? durationOf('setTimeoutDuration', duration) : duration);
    this.timeout = this.context.timestampMillis + millis;
  }
  setTimeoutTimestamp(time: Date | number, additional?: string): void {
    if (this.time !== 'event_time') raise('_LEGACY_ERROR_TEMP_2205');
    const millis = positiveMillis('setTimeoutTimestamp', time instanceof Date ? time.getTime() : time, additional);
    if (!this.context.final && millis < this.context.evictWatermark) {
      raise('INVALID_GROUP_STATE_CALL', { method: 'setTimeoutTimestamp', reason: `the time ${millis} is before the watermark ${this.context.evictWatermark}` });
    }
    this.timeout = millis;
  }
  getCurrentWatermarkMs(): number {
    if (!this.watermark) raise('_LEGACY_ERROR_TEMP_2204');
    return this.context.evictWatermark;
  }
  getCurrentProcessingTimeMs(): number { return this.context.timestampMillis; }
}

/** The sum of a number and a duration. Closures are not always type-checked. @throws INVALID_GROUP_STATE_CALL */
function positiveMillis(method: string, given: unknown, additional?: string): number {
  const millis = typeof given === 'number' ? given + (additional === undefined ? 0 : durationOf(method, additional)) : Number.NaN;
  if (!Number.isSafeInteger(millis) || millis <= 0) {
    raise('INVALID_GROUP_STATE_CALL', { method, reason: `${String(typeof given === 'number' ? millis : given)} is not a whole number of milliseconds above zero` });
  }
  return millis;
}

/** The milliseconds of an interval text; a month counts 31 days. */
function durationOf(method: string, text: string): number {
  const interval = parseCalendar(text);
  const millis = interval === undefined ? parseDurationText(text) : (interval.months * 31 + interval.days) * 86_400_000 + Math.trunc(Number(interval.micros) / 1000);
  return millis !== undefined && millis >= 0 ? millis
    : raise('INVALID_GROUP_STATE_CALL', { method, reason: `'${text}' is not a duration` }, { hint: "Write it as '10 seconds' or '1 hour'." });
}

/** Closures called between two places to breathe. */
const CALLS_A_STEP = 1024;

class GroupStateOperator implements Operator {
  readonly counts = noCounts();
  private readonly spec: GroupSpec;
  private readonly store: StateStore;
  private readonly groups: GroupedRows;
  private readonly initial: InitialStates;
  private readonly output: GroupOutput;
  private readonly codec: ValueCodec;
  private readonly values: States;
  private readonly table: StateTable;
  private late = 0;
  private lateBefore = 0;
  private updated = 0;
  private removed = 0;

  constructor(spec: GroupSpec, store: StateStore) {
    const { call, convert } = spec;
    this.spec = spec;
    this.store = store;
    this.groups = new GroupedRows(spec);
    this.initial = new InitialStates(spec, store);
    this.output = new GroupOutput(spec, this.counts);
    this.codec = valueCodec(call.stateType, convert, `the state of ${METHOD[call.operation]}`);
    this.values = new States(this.codec.type);
    this.table = store.table({
      name: 'groups', key: [T.field('key', this.groups.keys.type)], value: this.values.fields,
      fixed: { timeout: TIME_MODES[call.time] },
      changed: (_, before, now) => raise('STATE_STORE_VALUE_SCHEMA_NOT_COMPATIBLE', { storedValueSchema: `state with timeouts of ${before}`, newValueSchema: `state with timeouts of ${now}` }),
    }, this.values);
    this.setDeadlines(this.table.slots());
  }

  private setDeadlines(slots: Int32Array): void {
    this.table.expireAt(slots, Float64Array.from(slots, (slot) => Number.isNaN(this.values.timeouts[slot]!) ? Number.POSITIVE_INFINITY : this.values.timeouts[slot]!));
  }

  wantsPort(port: number): boolean { return this.initial.wanted(port); }
  process(input: Delta, port: number, context: EpochContext): void {
    if (!this.initial.takes(input, port, context, this.counts)) this.late += this.groups.admit(input, context, this.counts);
  }

  *finish(context: EpochContext, emit: Emit): Generator<void> {
    this.updated = this.removed = 0;
    this.lateBefore = this.late;
    this.late = 0;
    const groups = this.begin(this.groups.take());
    if (groups.length > 0) {
      const slots = this.table.resolve(groups.length, null, [columnOf(this.groups.keys.type, groups.map((g) => g.value))]);
      yield* this.calls(slots, (k) => groups[k]!, false, context, emit);
    }
    if (context.final || this.spec.call.time === 'none') return;
    const due = this.table.expired(this.threshold(context.timestampMillis, context.evictWatermark));
    if (due.length === 0) return;
    this.table.touch(due);
    const key = reader(this.table.keys(due)[0]!);
    const { keys } = this.groups;
    yield* this.calls(due, (k) => { const value = key(k); return { key: keys.decode(value), text: keys.text(value), rows: [] }; }, true, context, emit);
  }

  /** Puts the states that keys begin with in their places. @returns the groups of the epoch, with those of keys that have nothing but a state behind them */
  private begin(groups: readonly Group[]): readonly Group[] {
    const initial = this.initial.take();
    if (initial.length === 0) return groups;
    const slots = this.table.resolve(initial.length, null, [columnOf(this.groups.keys.type, initial.map((g) => g.value))]);
    initial.forEach(({ text, rows }, k) => {
      if (rows.length > 1) raise('DUPLICATE_INITIAL_STATE', { key: text });
      const state = rows[0];
      this.values.states[slots[k]!] = state === null || state === undefined ? null : this.codec.encode(state);
    });
    if (this.spec.skipInitial) return groups;
    const present = new Set(groups.map((g) => g.text));
    return [...groups, ...initial.filter((g) => !present.has(g.text)).map((g) => ({ ...g, rows: [] }))];
  }

  /** A timeout fires when the time has passed it. */
  private threshold(now: Millis, watermark: Millis): Millis { return (this.spec.call.time === 'processing_time' ? now : watermark) - 1; }

  private *calls(slots: Int32Array, group: (k: number) => { readonly key: unknown; readonly text: string; readonly rows: readonly unknown[] }, timedOut: boolean, context: EpochContext, emit: Emit): Generator<void> {
    const { call, eventTime } = this.spec;
    const { operation } = call;
    const fn = call.fn as (key: unknown, rows: readonly unknown[], state: GroupStateOf) => unknown;
    const { states, timeouts } = this.values;
    const gone: number[] = [];
    for (let k = 0; k < slots.length; k++) {
      const slot = slots[k]!;
      const { key, text, rows } = group(k);
      const state = new GroupStateOf(states[slot]!, timedOut, this.codec, call.time, context, eventTime !== undefined);
      guarded(operation, METHOD[operation], `the key ${text}`, context.epoch, () => {
        if (operation === 'map_groups_with_state') this.output.add(fn(key, rows, state)); else this.output.addAll(fn(key, rows, state));
      });
      states[slot] = state.value;
      timeouts[slot] = state.timeout;
      if (state.value === null && Number.isNaN(state.timeout)) gone.push(slot);
      if (this.output.full) this.output.flush(emit);
      if (k % CALLS_A_STEP === CALLS_A_STEP - 1) yield;
    }
    this.output.flush(emit);
    this.setDeadlines(slots);
    const known = gone.filter((slot) => !this.table.isNew(slot)).length;
    this.removed += known;
    this.updated += slots.length - gone.length;
    this.table.remove(Int32Array.from(gone));
  }

  wantsEpoch(newWatermark: Millis, lastEvictWatermark: Millis, now: Millis): boolean {
    switch (this.spec.call.time) {
      case 'none': return false;
      case 'event_time': return newWatermark > lastEvictWatermark;
      case 'processing_time': return this.spec.compatSpark || this.table.expired(this.threshold(now, 0)).length > 0;
    }
  }
  nextTimer(by: 'event_time' | 'processing_time'): Millis | undefined {
    const earliest = this.spec.call.time === by ? this.table.earliestDeadline() : undefined;
    return earliest === undefined ? undefined : earliest + 1;
  }
  holds(): Held | undefined {
    const until = this.nextTimer('event_time');
    return until === undefined ? undefined : { rows: this.table.size, until };
  }
  stateMetrics(): StateMetrics {
    return {
      operatorName: 'flatMapGroupsWithState', numRowsTotal: this.table.size, numRowsUpdated: this.updated, numRowsRemoved: this.removed,
      numRowsDroppedByWatermark: this.lateBefore, memoryUsedBytes: this.store.memoryUsedBytes, customMetrics: {},
    };
  }
}
