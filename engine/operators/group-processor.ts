// transformWithState: a processor object handles the rows of each key at the end of an epoch, with states of its own making, and after them
// the timers that are due, the earliest first; several for one key are several calls. A timer fires at its time, not after it, and stays until its handler has
// returned; timers set meanwhile wait for the next epoch. States with a time to live are hidden when it is over and go at the end of an epoch.
//
// source: Spark's transformWithState. Late rows are dropped only by event time.

import { raise } from '../../planner/errors/index.js';
import type { GroupCall } from '../../planner/tree.js';
import * as T from '../../planner/types.js';
import type { Delta } from '../columnar/column.js';
import type { StateStore } from '../state/store.js';
import { EntryTable } from './group-entries.js';
import { type ProcessorHandle, type Scope, type StateDeclaration, TIME_MODES, type Variable } from './group-handle.js';
import { GroupedRows, GroupOutput, type GroupSpec, guarded, InitialStates } from './group-rows.js';
import { encodeText, valueCodec } from './group-values.js';
import { type Emit, type EpochContext, type Held, type Millis, noCounts, type Operator, type QueryIds, type StateMetrics } from './operator.js';

/** The user's processor and the handle that it was made with. */
export interface ProcessorFace {
  readonly handle: ProcessorHandle;
  init(mode: 'append' | 'update', time: 'none' | 'processing-time' | 'event-time'): void;
  handleInputRows(key: unknown, rows: readonly unknown[], times: TimerValues): unknown;
  handleExpiredTimer(key: unknown, times: TimerValues, expired: number): unknown;
  /** Absent: the processor takes no initial states. */
  handleInitialState?(key: unknown, state: unknown, times: TimerValues): void;
  close(): void;
}
export interface TimerValues { getCurrentProcessingTimeMs(): number; getCurrentWatermarkMs(): number }

export const processorOperator = (spec: GroupSpec, store: StateStore, query: QueryIds | undefined): Operator => new ProcessorOperator(spec, store, query ?? STATIC_QUERY);
/** source: Spark's ids of a static query */
const STATIC_QUERY: QueryIds = { id: '00000000-0000-0000-0000-000000000000', runId: '00000000-0000-0000-0000-000000000000' };

/** How users write the time modes. */
const TIMES: Readonly<Record<GroupCall['time'], 'none' | 'processing-time' | 'event-time'>> = { none: 'none', processing_time: 'processing-time', event_time: 'event-time' };
/** A table of the store that is a state's. */
const tableName = (state: string): string => `state:${state}`;
/** Spark's names of the kinds of state. */
const KINDS: Readonly<Record<StateDeclaration['kind'], string>> = { value: 'ValueState', list: 'ListState', map: 'MapState' };
/** Handlers called between two places to breathe. */
const CALLS_A_STEP = 1024;

class ProcessorOperator implements Operator {
  readonly counts = noCounts();
  private readonly spec: GroupSpec;
  private readonly time: GroupCall['time'];
  private readonly store: StateStore;
  private readonly face: ProcessorFace;
  private readonly query: QueryIds;
  private readonly groups: GroupedRows;
  private readonly initial: InitialStates;
  private readonly output: GroupOutput;
  private readonly variables: ReadonlyMap<string, Variable>;
  private readonly timers: EntryTable;
  private late = 0;
  private metrics: StateMetrics;

  constructor(spec: GroupSpec, store: StateStore, query: QueryIds) {
    const { call } = spec;
    this.spec = spec;
    this.time = call.time;
    this.store = store;
    this.query = query;
    this.groups = new GroupedRows(spec);
    this.initial = new InitialStates(spec, store);
    this.output = new GroupOutput(spec, this.counts);
    this.face = (call.fn as () => ProcessorFace)();
    const { states, deleted } = this.face.handle.open({ ...query, epoch: store.version }, () => guarded(call.operation, 'init', 'the query', 0, () => this.face.init(call.mode, TIMES[call.time])));
    try {
      const group = { group: this.groups.keys.type, groupText: this.groups.keys.text };
      this.timers = new EntryTable({
        ...group, name: 'timers', id: T.BIGINT, value: undefined, expires: false, timers: true, idText: String,
        fixed: { timeMode: TIME_MODES[this.time], outputMode: call.mode === 'append' ? 'Append' : 'Update' },
        changed: (configName, oldConfig, newConfig) => raise('STATE_STORE_INVALID_CONFIG_AFTER_RESTART', { configName, oldConfig, newConfig }),
      }, store);
      this.variables = new Map(states.map((declaration) => [declaration.name, this.variable(declaration)]));
      this.keepUndeclared(deleted);
    } catch (error) {
      // What is stored is of other states: nobody else knows the processor yet.
      this.face.close();
      throw error;
    }
    this.metrics = this.measure(0);
  }

  private variable(declaration: StateDeclaration): Variable {
    const { name, kind, type, keyType, ttlMillis } = declaration;
    if (ttlMillis !== undefined && this.time !== 'processing_time') raise('STATEFUL_PROCESSOR_INCORRECT_TIME_MODE_TO_ASSIGN_TTL', { stateName: name, timeMode: TIME_MODES[this.time] });
    const { convert } = this.spec;
    const values = valueCodec(type, convert, `the state ${name}`);
    const keys = valueCodec(keyType, convert, `a key of the state ${name}`);
    const { keys: groups } = this.groups;
    const table = new EntryTable({
      name: tableName(name), group: groups.type, groupText: groups.text, id: kind === 'value' ? undefined : kind === 'list' ? T.BIGINT : keys.type,
      idText: kind === 'value' ? () => '' : kind === 'list' ? String : keys.text, value: values.type, expires: ttlMillis !== undefined, timers: false,
      fixed: { kind: KINDS[kind] },
      changed: (_, oldType, newType) => raise('STATE_STORE_INVALID_VARIABLE_TYPE_CHANGE', { stateVarName: name, oldType, newType }),
    }, this.store);
    return { declaration, table, values, keys };
  }

  /** Opens what the checkpoint holds of states that the processor does not declare, so that it stays: only deleteIfExists takes it away. */
  private keepUndeclared(deleted: ReadonlySet<string>): void {
    const known = new Set([...this.variables.keys(), ...deleted].map(tableName));
    for (const { name, key, value, fixed } of this.store.stored) {
      if (!name.startsWith(tableName('')) || known.has(name)) continue;
      new EntryTable({
        name, group: key[0]!.type, groupText: this.groups.keys.text, id: key[1]?.type, idText: (id) => encodeText(id, name),
        value: value[0]!.type, expires: value.length > 1, timers: false, ...(fixed && { fixed }),
      }, this.store);
    }
  }

  wantsPort(port: number): boolean { return this.initial.wanted(port); }
  process(input: Delta, port: number, context: EpochContext): void {
    if (!this.initial.takes(input, port, context, this.counts)) this.late += this.groups.admit(input, context, this.counts);
  }

  *finish(context: EpochContext, emit: Emit): Generator<void> {
    const { timers, variables, time, output, face } = this;
    const { call, compatSpark } = this.spec;
    const { timestampMillis: now, evictWatermark: watermark, lateWatermark, epoch } = context;
    const { keys } = this.groups;
    const times: TimerValues = { getCurrentProcessingTimeMs: () => now, getCurrentWatermarkMs: () => context.final ? -1 : watermark };
    const query = { ...this.query, epoch };
    const scope = (group: Scope['group']): Scope => ({ group, now, variables, timers, time, query });
    output.watermark = lateWatermark;
    let calls = 0;
    const handle = (fn: 'handleInputRows' | 'handleExpiredTimer', group: Scope['group'], run: () => unknown): boolean => {
      guarded(call.operation, fn, `the key ${group.text}`, epoch, () => face.handle.within(scope(group), () => { output.addAll(run()); }));
      if (output.full) output.flush(emit);
      return ++calls % CALLS_A_STEP === 0;
    };
    for (const group of this.initial.take()) {
      for (const state of group.rows) {
        guarded(call.operation, 'handleInitialState', `the key ${group.text}`, epoch, () => face.handle.within(scope(group), () => { face.handleInitialState!(group.key, state, times); }));
      }
      if (++calls % CALLS_A_STEP === 0) yield;
    }
    for (const group of this.groups.take()) {
      if (handle('handleInputRows', group, () => face.handleInputRows(group.key, group.rows, times))) yield;
    }
    timers.flush();
    let fired = 0;
    for (const timer of this.due(context)) {
      // Spark fires a timer that the handler of an earlier one has deleted.
      if (!timer.live && !compatSpark) continue;
      const group = { text: keys.text(timer.group), value: timer.group };
      const breathe = handle('handleExpiredTimer', group, () => face.handleExpiredTimer(keys.decode(timer.group), times, timer.until));
      timers.delete(group.text, String(timer.until));
      fired++;
      if (breathe) yield;
    }
    output.flush(emit);
    timers.flush();
    for (const { table, declaration } of variables.values()) { table.flush(); if (declaration.ttlMillis !== undefined) table.expire(now); }
    this.metrics = this.measure(fired);
  }

  private due({ timestampMillis, evictWatermark, final }: EpochContext): ReturnType<EntryTable['due']> {
    if (this.time === 'processing_time') return this.timers.due(timestampMillis);
    return this.time === 'event_time' && !final ? this.timers.due(evictWatermark) : [];
  }

  private measure(fired: number): StateMetrics {
    const all = [...this.variables.values()];
    const sum = (of: (table: EntryTable) => number): number => all.reduce((n, v) => n + of(v.table), 0);
    const count = (kind: StateDeclaration['kind'], ttl: boolean): number => all.filter(({ declaration: d }) => d.kind === kind && (d.ttlMillis !== undefined) === ttl).length;
    const metrics: StateMetrics = {
      operatorName: 'transformWithStateExec', numRowsTotal: sum((t) => t.size), numRowsUpdated: sum((t) => t.updated), numRowsRemoved: sum((t) => t.removed),
      numRowsDroppedByWatermark: this.late, memoryUsedBytes: this.store.memoryUsedBytes,
      customMetrics: {
        numValueStateVars: count('value', false), numListStateVars: count('list', false), numMapStateVars: count('map', false),
        numValueStateWithTTLVars: count('value', true), numListStateWithTTLVars: count('list', true), numMapStateWithTTLVars: count('map', true),
        numRegisteredTimers: this.timers.updated, numDeletedTimers: this.timers.removed, numExpiredTimers: fired,
      },
    };
    for (const table of [...all.map((v) => v.table), this.timers]) table.updated = table.removed = 0;
    this.late = 0;
    return metrics;
  }

  wantsEpoch(newWatermark: Millis, lastEvictWatermark: Millis, now: Millis): boolean {
    return this.time === 'processing_time' ? this.spec.compatSpark || this.timers.due(now).length > 0 : newWatermark > lastEvictWatermark;
  }
  nextTimer(by: 'event_time' | 'processing_time'): Millis | undefined { return this.time === by ? this.timers.earliest() : undefined; }
  holds(): Held | undefined {
    const until = this.nextTimer('event_time');
    return until === undefined ? undefined : { rows: this.timers.size, until };
  }
  stateMetrics(): StateMetrics { return this.metrics; }

  close(): void { this.face.close(); }
}
