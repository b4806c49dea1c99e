// The rows of an epoch by the key that the user's closure gives them, and the rows that closures give back, in batches. Groups come in order
// of their first row; a group's rows in order of arrival.

import { EngineError, raise } from '../../planner/errors/index.js';
import type { GroupCall, OutputColumn } from '../../planner/tree.js';
import type { Row, Value } from '../../planner/values.js';
import { batchOf } from '../columnar/build.js';
import { type Delta, delta, rowCount } from '../columnar/column.js';
import type { UserConverter } from '../kernels/compiler.js';
import { type ValueCodec, valueCodec } from './group-values.js';
import type { StateStore } from '../state/store.js';
import { dropLate } from './late-rows.js';
import type { Emit, EpochContext, RowCounts } from './operator.js';
import { rowsOf } from './stateless.js';
import { rowReader, userRows } from './user-rows.js';

export interface GroupSpec {
  readonly call: GroupCall;
  /** Closures get the bare value of a single column. */
  readonly bare: boolean;
  readonly input: readonly OutputColumn[];
  readonly output: readonly OutputColumn[];
  /** Ordinal of the input's event-time column. */
  readonly eventTime: number | undefined;
  /** Ordinal of the output column that carries it on. */
  readonly outputTime: number | undefined;
  /** As Spark: timers by processing time ask for an epoch at any time, not only when one is due; a timer fires that another one deleted. */
  readonly compatSpark: boolean;
  /** Keys that have nothing but an initial state are not called. */
  readonly skipInitial: boolean;
  readonly convert: UserConverter;
  /** How the rows of port 0 are read, which hold the states that keys begin with; the input is port 1 then. */
  readonly initial?: GroupSpec;
}

/** The operation as users write it. */
export const METHOD: Readonly<Record<GroupCall['operation'], string>> = {
  map_groups: 'mapGroups', flat_map_groups: 'flatMapGroups', map_groups_with_state: 'mapGroupsWithState', flat_map_groups_with_state: 'flatMapGroupsWithState',
  transform_with_state: 'transformWithState',
};

export interface Group {
  readonly text: string;
  readonly key: unknown;
  readonly value: Value;
  readonly rows: unknown[];
}

export class GroupedRows {
  readonly keys: ValueCodec;
  private readonly spec: GroupSpec;
  private readonly mapped: ((row: unknown) => unknown) | undefined;
  private readonly read: ReturnType<typeof userRows>;
  private groups = new Map<string, Group>();

  constructor(spec: GroupSpec) {
    const { call, input, bare, convert } = spec;
    this.spec = spec;
    this.keys = valueCodec(call.keyType, convert, 'the key given to groupByKey');
    this.mapped = call.value as ((row: unknown) => unknown) | undefined;
    this.read = userRows(input, bare, convert);
  }

  private add(input: Delta, rows: Int32Array, epoch: number): void {
    const user = this.read(input);
    const key = this.spec.call.key as (row: unknown) => unknown;
    guarded(this.spec.call.operation, 'groupByKey', 'a row', epoch, () => {
      for (const i of rows) {
        const row = user(i);
        const value = this.keys.encode(key(row));
        const text = this.keys.text(value);
        let group = this.groups.get(text);
        if (group === undefined) { group = { text, key: this.keys.decode(value), value, rows: [] }; this.groups.set(text, group); }
        const seen = this.mapped === undefined ? row : this.mapped(row);
        for (let w = input.weights === null ? 1 : input.weights[i]!; w > 0; w--) group.rows.push(seen);
      }
    });
  }
  /** Adds a batch without its late rows; how many were late. Only what goes by event time drops them. */
  admit(input: Delta, context: EpochContext, counts: RowCounts): number {
    const { eventTime, call } = this.spec;
    const found = call.time !== 'event_time' || eventTime === undefined ? null : dropLate(input, 0, input.columns[eventTime]!, context, counts);
    const late = found === null ? 0 : found.late.length;
    const n = rowCount(input);
    counts.in += n;
    counts.used += n - late;
    this.add(input, found === null ? rowsOf(input) : found.kept, context.epoch);
    return late;
  }
  /** The groups so far; the next ones begin anew. */
  take(): readonly Group[] {
    const groups = [...this.groups.values()];
    this.groups = new Map();
    return groups;
  }
}

/** The rows with the states that keys begin with: they count in the first epoch of the query, and again where that is run again. */
export class InitialStates {
  private readonly rows: GroupedRows | undefined;
  private pending: boolean;
  constructor(spec: GroupSpec, store: StateStore) {
    this.rows = spec.initial && new GroupedRows(spec.initial);
    this.pending = spec.initial !== undefined && store.version === 0;
  }
  /** Whether a port is not the one of the initial states, or they are still to come. */
  wanted(port: number): boolean { return this.rows === undefined || port > 0 || this.pending; }
  /** Takes a batch if it is one of theirs. */
  takes(input: Delta, port: number, context: EpochContext, counts: RowCounts): boolean {
    if (this.rows === undefined || port > 0) return false;
    if (this.pending) { this.rows.admit(input, context, counts); return true; }
    counts.in += rowCount(input);
    counts.filtered += rowCount(input);
    return true;
  }
  /** All of them, by key: once. */
  take(): readonly Group[] {
    if (!this.pending) return [];
    this.pending = false;
    return this.rows!.take();
  }
}

/** Rows out are handed on when so many have come. */
const CHUNK_ROWS = 4096;

/** What closures return, checked against the output's columns and handed on in batches. */
export class GroupOutput {
  private readonly columns: readonly OutputColumn[];
  private readonly read: (made: unknown) => Row;
  private readonly counts: RowCounts;
  private readonly time: number | undefined;
  private readonly where: string;
  private rows: Row[] = [];
  /** Event times before it are refused, ms. */
  watermark = 0;

  constructor({ call, output, outputTime, convert }: GroupSpec, counts: RowCounts) {
    this.columns = output;
    this.where = `the result of ${METHOD[call.operation]}`;
    this.read = rowReader(output, convert, this.where);
    this.time = outputTime;
    this.counts = counts;
  }

  add(made: unknown): void {
    const row = this.read(made);
    const time = this.time === undefined ? null : row[this.time] as bigint | null;
    if (time !== null && time < BigInt(this.watermark) * 1000n) {
      raise('EMITTING_ROWS_OLDER_THAN_WATERMARK_NOT_ALLOWED', { currentWatermark: String(this.watermark), emittedRowEventTime: String(time / 1000n) });
    }
    this.rows.push(row);
  }
  addAll(made: unknown): void {
    if (typeof made !== 'object' || made === null || !(Symbol.iterator in made)) raise('INVALID_USER_VALUE', { where: this.where, value: typeof made, type: 'list of rows' });
    for (const row of made as Iterable<unknown>) this.add(row);
  }
  get full(): boolean { return this.rows.length >= CHUNK_ROWS; }
  flush(emit: Emit): void {
    if (this.rows.length === 0) return;
    const batch = batchOf(this.columns.map((c) => c.type), this.rows);
    this.rows = [];
    this.counts.out += batch.length;
    emit(delta(batch));
  }
}

/** Runs a closure of the user; what it throws names the function, what it was called for, and the epoch. Errors of the engine (a wrong value, a wrong call) stay what they are. */
export function guarded<T>(operation: GroupCall['operation'], fn: string, key: string, epoch: number, run: () => T): T {
  try { return run(); } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    const parameters = { function: fn, key, epoch: String(epoch), reason };
    throw new EngineError(operation === 'transform_with_state' ? 'TRANSFORM_WITH_STATE_USER_FUNCTION_ERROR' : 'FLATMAPGROUPSWITHSTATE_USER_FUNCTION_ERROR', parameters, { cause });
  }
}
