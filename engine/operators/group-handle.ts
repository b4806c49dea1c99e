// What a StatefulProcessor calls: the handle that declares states and sets timers, and the states themselves. They may be made before the
// query runs (in field initialisers, in `init`); each call of the processor lends them the scope of one key, and only then do they reach data.
// So one processor may serve several queries.
//
// source: Spark's StatefulProcessorHandle.

import { raise } from '../../planner/errors/index.js';
import { parseDurationText } from '../../planner/sql/durations.js';
import { parseTypeOrFields } from '../../planner/sql/index.js';
import type { GroupCall } from '../../planner/tree.js';
import type { DataType } from '../../planner/types.js';
import type { Value } from '../../planner/values.js';
import type { Entry, EntryTable } from './group-entries.js';
import type { ValueCodec } from './group-values.js';
import type { QueryIds } from './operator.js';

export interface StateDeclaration {
  readonly name: string;
  readonly kind: 'value' | 'list' | 'map';
  /** Absent: any JavaScript value. */
  readonly type: DataType | undefined;
  readonly keyType: DataType | undefined;
  readonly ttlMillis: number | undefined;
}
export interface StateOptions { readonly type?: string; readonly keyType?: string; readonly ttl?: string }

/** A declared state with its data. */
export interface Variable {
  readonly declaration: StateDeclaration;
  readonly table: EntryTable;
  readonly values: ValueCodec;
  /** Of a map's keys. */
  readonly keys: ValueCodec;
}
/** One key in one epoch. */
export interface Scope {
  readonly group: { readonly text: string; readonly value: Value };
  readonly now: number;
  readonly variables: ReadonlyMap<string, Variable>;
  readonly timers: EntryTable;
  readonly time: GroupCall['time'];
  readonly query: RunningQuery;
}
interface RunningQuery extends QueryIds { readonly epoch: number }

/** Spark's names of the time modes. */
export const TIME_MODES: Readonly<Record<GroupCall['time'], string>> = { none: 'NoTime', processing_time: 'ProcessingTime', event_time: 'EventTime' };

export class ProcessorHandle {
  private readonly declared = new Map<string, StateDeclaration>();
  private readonly deleted = new Set<string>();
  private phase: 'CREATED' | 'INITIALIZED' = 'CREATED';
  private scope: Scope | undefined;
  /** While `init` runs. */
  private starting: RunningQuery | undefined;

  getValueState(name: string, options?: StateOptions): ValueStateOf { this.declare('value', name, options); return new ValueStateOf(this, name); }
  getListState(name: string, options?: StateOptions): ListStateOf { this.declare('list', name, options); return new ListStateOf(this, name); }
  getMapState(name: string, options?: StateOptions): MapStateOf { this.declare('map', name, options); return new MapStateOf(this, name); }

  /** In `init`: the state is none of this query's, also if an initialiser declares it; what the checkpoint holds of it is forgotten. */
  deleteIfExists(name: string): void {
    if (this.phase !== 'CREATED') raise('STATEFUL_PROCESSOR_CANNOT_PERFORM_OPERATION_WITH_INVALID_HANDLE_STATE', { operationType: 'delete_if_exists', handleState: this.phase });
    this.declared.delete(name);
    this.deleted.add(name);
  }

  private declare(kind: StateDeclaration['kind'], name: string, { type, keyType, ttl }: StateOptions = {}): void {
    if (this.phase !== 'CREATED') raise('STATEFUL_PROCESSOR_CANNOT_PERFORM_OPERATION_WITH_INVALID_HANDLE_STATE', { operationType: `get_${kind}_state`, handleState: this.phase });
    if (this.declared.has(name)) raise('STATEFUL_PROCESSOR_DUPLICATE_STATE_VARIABLE_DEFINED', { stateVarName: name });
    const ttlMillis = ttl === undefined ? undefined : Math.trunc(parseDurationText(ttl) ?? 0);
    if (ttlMillis !== undefined && ttlMillis <= 0) raise('STATEFUL_PROCESSOR_TTL_DURATION_MUST_BE_POSITIVE', { operationType: `get_${kind}_state`, stateName: name });
    const read = (text: string | undefined): DataType | undefined => text === undefined ? undefined : parseTypeOrFields(text);
    this.declared.set(name, { name, kind, type: read(type), keyType: read(keyType), ttlMillis });
  }

  /** The states of a query that starts: those declared with the processor and those that `init` adds; and the names that it deletes. */
  open(query: RunningQuery, init: () => void): { readonly states: readonly StateDeclaration[]; readonly deleted: ReadonlySet<string> } {
    const before = new Map(this.declared);
    this.phase = 'CREATED';
    this.deleted.clear();
    this.starting = query;
    try {
      init();
      return { states: [...this.declared.values()], deleted: new Set(this.deleted) };
    } finally {
      this.phase = 'INITIALIZED';
      this.starting = undefined;
      this.declared.clear();
      for (const [name, declaration] of before) this.declared.set(name, declaration);
    }
  }
  /** States and timers are those of this key while `run` runs. */
  within<R>(scope: Scope, run: () => R): R {
    const outer = this.scope;
    this.scope = scope;
    try { return run(); } finally { this.scope = outer; }
  }
  /** @throws STATEFUL_PROCESSOR_CANNOT_PERFORM_OPERATION_WITH_INVALID_HANDLE_STATE outside of a call */
  here(operationType: string): Scope {
    return this.scope ?? raise('STATEFUL_PROCESSOR_CANNOT_PERFORM_OPERATION_WITH_INVALID_HANDLE_STATE', { operationType, handleState: this.phase });
  }

  /** The query that calls, of a static one zeros. */
  getQueryInfo(): { getQueryId(): string; getRunId(): string; getBatchId(): number } {
    const { id, runId, epoch } = this.starting ?? this.here('get_query_info').query;
    return { getQueryId: () => id, getRunId: () => runId, getBatchId: () => epoch };
  }

  private timed(operationType: string): Scope {
    const scope = this.here(operationType);
    if (scope.time === 'none') raise('STATEFUL_PROCESSOR_CANNOT_PERFORM_OPERATION_WITH_INVALID_TIME_MODE', { operationType, timeMode: TIME_MODES.none });
    return scope;
  }
  registerTimer(time: number): void {
    const { timers, group } = this.timed('register_timer');
    if (!Number.isSafeInteger(time)) raise('INVALID_USER_VALUE', { where: 'registerTimer', value: String(time), type: 'whole number of milliseconds' });
    if (!timers.find(group.text, String(time))) timers.put(group, BigInt(time), null, time);
  }
  deleteTimer(time: number): void {
    const { timers, group } = this.timed('delete_timer');
    timers.delete(group.text, String(time));
  }
  /** The key's timers, the earliest first. */
  listTimers(): readonly number[] {
    const { timers, group } = this.timed('list_timers');
    return [...timers.entries(group.text)?.values() ?? []].map((e) => e.until).sort((a, b) => a - b);
  }
}

/** What the three kinds of state share: their entries of the key at hand, without those whose time to live is over. */
abstract class StateOf {
  private readonly handle: ProcessorHandle;
  private readonly name: string;
  constructor(handle: ProcessorHandle, name: string) { this.handle = handle; this.name = name; }

  protected get scope(): Scope { return this.handle.here('use_state'); }
  protected get variable(): Variable {
    return this.scope.variables.get(this.name)
      ?? raise('STATEFUL_PROCESSOR_CANNOT_PERFORM_OPERATION_WITH_INVALID_HANDLE_STATE', { operationType: `use_state ${this.name}`, handleState: 'CLOSED' });
  }
  protected get stateName(): string { return this.name; }
  protected get table(): EntryTable { return this.variable.table; }
  protected get group(): Scope['group'] { return this.scope.group; }
  protected one(id: string): Entry | undefined {
    const { group, now } = this.scope;
    const entry = this.table.find(group.text, id);
    return entry === undefined || entry.until <= now ? undefined : entry;
  }
  protected all(): readonly Entry[] {
    const { group, now } = this.scope;
    return [...this.table.entries(group.text)?.values() ?? []].filter((e) => e.until > now);
  }
  /** Until when what is written now lives. */
  protected get until(): number | undefined {
    const { ttlMillis } = this.variable.declaration;
    return ttlMillis === undefined ? undefined : this.scope.now + ttlMillis;
  }
  protected read(entry: Entry): unknown { return this.variable.values.decode(entry.value); }
  protected made(value: unknown): Value {
    if (value === null || value === undefined) raise('ILLEGAL_STATE_STORE_VALUE.NULL_VALUE', { stateName: this.name });
    return this.variable.values.encode(value);
  }
  clear(): void { this.table.clear(this.group.text); }
}

export class ValueStateOf extends StateOf {
  exists(): boolean { return this.one('') !== undefined; }
  get(): unknown { const entry = this.one(''); return entry && this.read(entry); }
  /** NULL is no value: the state is gone. */
  update(value: unknown): void {
    if (value === null || value === undefined) { this.clear(); return; }
    this.table.put(this.group, null, this.made(value), this.until);
  }
}

export class ListStateOf extends StateOf {
  exists(): boolean { return this.all().length > 0; }
  get(): readonly unknown[] { return this.all().map((e) => this.read(e)); }
  put(values: Iterable<unknown>): void {
    const made = Array.from(values, (v) => this.made(v));
    if (made.length === 0) raise('ILLEGAL_STATE_STORE_VALUE.EMPTY_LIST_VALUE', { stateName: this.stateName });
    this.clear();
    for (const value of made) this.table.append(this.group, value, this.until);
  }
  appendValue(value: unknown): void { this.table.append(this.group, this.made(value), this.until); }
  appendList(values: Iterable<unknown>): void {
    const made = Array.from(values, (v) => this.made(v));
    if (made.length === 0) raise('ILLEGAL_STATE_STORE_VALUE.EMPTY_LIST_VALUE', { stateName: this.stateName });
    for (const value of made) this.table.append(this.group, value, this.until);
  }
}

export class MapStateOf extends StateOf {
  private key(key: unknown): { readonly value: Value; readonly text: string } {
    if (key === null || key === undefined) raise('ILLEGAL_STATE_STORE_VALUE.NULL_VALUE', { stateName: this.stateName });
    const { keys } = this.variable;
    const value = keys.encode(key);
    return { value, text: keys.text(value) };
  }
  exists(): boolean { return this.all().length > 0; }
  containsKey(key: unknown): boolean { return this.one(this.key(key).text) !== undefined; }
  getValue(key: unknown): unknown { const entry = this.one(this.key(key).text); return entry && this.read(entry); }
  updateValue(key: unknown, value: unknown): void { this.table.put(this.group, this.key(key).value, this.made(value), this.until); }
  removeKey(key: unknown): void { this.table.delete(this.group.text, this.key(key).text); }
  /** In the order of the keys' texts: the same before and after a restart. */
  entries(): readonly (readonly [unknown, unknown])[] {
    const { keys } = this.variable;
    const sorted = this.all().map((e) => ({ e, text: keys.text(e.id) })).sort((a, b) => (a.text < b.text ? -1 : 1));
    return sorted.map(({ e }) => [keys.decode(e.id), this.read(e)]);
  }
  keys(): readonly unknown[] { return this.entries().map(([key]) => key); }
  values(): readonly unknown[] { return this.entries().map(([, value]) => value); }
}

