// What a frame is to the compiler: its row type, its aliases, and how each operation changes them; with what hangs on it (writers, query
// handles, state by key), as all of these refer to each other.

import type { ArrowTable } from '../../columnar/arrow.js';
import type { StreamingQueryHandle, StreamingQueryStatus } from '../../runtime/handle.js';
import type { QueryLedger, StreamingQueryProgress } from '../../runtime/progress.js';
import type { Why, WhyReason } from '../../runtime/why.js';
import type { Bind, Call, Column, ColumnLike, KeyOf, Names, Ref, Selectable, Selected, ValueOf } from './column.js';
import type { FromDdl, FromType, Schema } from './ddl.js';
import type { SelectedSql } from './sql.js';
import type { AsTarget, Columns, IsOpen, NameOf, Path, Put, Renamed, Timestamp, Unchecked, UnknownRow, Without } from './types.js';

export type Condition<R, Q extends string> = Names<R, Q> extends infer N extends string ? string | Column<unknown, string, N> : never;

export interface JoinTypes {
  inner: 'inner'; cross: 'inner'; left: 'left'; leftouter: 'left'; left_outer: 'left'; right: 'right'; rightouter: 'right'; right_outer: 'right';
  full: 'full'; outer: 'full'; fullouter: 'full'; full_outer: 'full'; semi: 'semi'; leftsemi: 'semi'; left_semi: 'semi'; anti: 'semi'; leftanti: 'semi'; left_anti: 'semi';
}
export type JoinType = keyof JoinTypes;
/** Rows of a join. K: key columns that appear once (USING); the side that may be missing becomes nullable. */
export type Joined<L, R, K, J extends JoinType> = JoinTypes[J] extends 'semi' ? L
  : IsOpen<L> extends true ? UnknownRow : IsOpen<R> extends true ? L & UnknownRow
  : { [P in keyof L | keyof R]: P extends K ? KeyValue<L, R, P, JoinTypes[J]>
      : P extends keyof L ? P extends keyof R ? Pad<L[P], J, 'right' | 'full'> | Pad<R[P], J, 'left' | 'full'> : Pad<L[P], J, 'right' | 'full'>
      : P extends keyof R ? Pad<R[P], J, 'left' | 'full'> : never } & {};
type KeyValue<L, R, P, J> = J extends 'right' ? R[P & keyof R] : J extends 'full' ? L[P & keyof L] | R[P & keyof R] : L[P & keyof L];
type Pad<T, J extends JoinType, When> = JoinTypes[J] extends When ? T | null : T;
type CommonKey<L, R> = IsOpen<L> extends true ? Path<R> : IsOpen<R> extends true ? Path<L> : keyof Columns<L> & keyof Columns<R> & string;

/** Durations, as `'30 seconds'`. `idleAfter`: a stream without rows for so long holds no other watermark of the query back. `maxFutureSkew`: rows whose
 *  event time is further ahead of the clock are rejected. */
export interface WatermarkBounds { readonly idleAfter?: string; readonly maxFutureSkew?: string }

declare const row: unique symbol;
declare const aliases: unique symbol;
type Of<R, Q extends string> = DataFrame<R, Q>;

/** A lazy query. R: its row; Q: its aliases, for `alias.column`. A bare `DataFrame` is any frame, unchecked.
 *  Methods on columns take R from `this`, so R occurs in one property only: the interface is covariant, and comparing two frames compares two rows. */
export interface DataFrame<out R = Unchecked, out Q extends string = Unchecked> {
  readonly [row]: R; readonly [aliases]: Q;
  schema(): Promise<Schema<R>>;
  columns(): Promise<string[]>;
  /** Names and types as Spark's short texts, such as `bigint`. */
  dtypes(): Promise<[name: string, type: string][]>;
  printSchema(): Promise<void>;
  as<const A extends string>(alias: A): DataFrame<R, A>;
  as<T extends AsTarget<R>>(): DataFrame<T, never>;
  alias<const A extends string>(alias: A): DataFrame<R, A>;
  col<R, Q extends string, const N extends Names<R, Q>>(this: Of<R, Q>, name: N): Column<ValueOf<N, Columns<R>>, KeyOf<N>, N>;

  select<R, Q extends string, const E extends readonly Selectable<R, Q>[]>(this: Of<R, Q>, ...columns: E): DataFrame<Selected<R, E>, Q>;
  selectExpr<R, Q extends string, const E extends readonly string[]>(this: Of<R, Q>, ...expressions: E): DataFrame<SelectedSql<Columns<R>, E>, Q>;
  filter<U extends R>(test: (row: R) => row is U): DataFrame<U, Q>;
  filter<R, Q extends string>(this: Of<R, Q>, condition: Condition<R, Q> | ((row: R) => boolean)): DataFrame<R, Q>;
  where<R, Q extends string>(this: Of<R, Q>, condition: Condition<R, Q>): DataFrame<R, Q>;
  withColumn<R, Q extends string, const N extends string, C extends Column<unknown, string, Names<R, Q>>>(this: Of<R, Q>, name: N, column: C): DataFrame<Put<Columns<R>, N, ValueOf<C, Columns<R>>>, Q>;
  withColumns<R, Q extends string, const M extends { readonly [name: string]: Column<unknown, string, Names<R, Q>> }>(this: Of<R, Q>, columns: M): DataFrame<Merged<Columns<R>, { -readonly [K in keyof M]: ValueOf<M[K], Columns<R>> }>, Q>;
  withColumnRenamed<R, Q extends string, const N extends Path<R>, const M extends string>(this: Of<R, Q>, from: N, to: M): DataFrame<Renamed<Columns<R>, { [K in N]: M }>, Q>;
  withColumnsRenamed<R, Q extends string, const M extends { readonly [K in keyof Columns<R>]?: string }>(this: Of<R, Q>, names: M): DataFrame<Renamed<Columns<R>, M>, Q>;
  drop<R, Q extends string, const N extends ColumnLike<R, Q>>(this: Of<R, Q>, ...names: readonly N[]): DataFrame<Without<Columns<R>, KeyOf<N>>, Q>;
  distinct(): DataFrame<R, Q>;
  dropDuplicates<R, Q extends string>(this: Of<R, Q>, ...names: readonly (Path<R> | readonly Path<R>[])[]): DataFrame<R, Q>;
  dropDuplicatesWithinWatermark<R, Q extends string>(this: Of<R, Q>, ...names: readonly Path<R>[]): DataFrame<R, Q>;
  withWatermark<R, Q extends string>(this: Of<R, Q>, column: NameOf<R, Date>, delay: string, bounds?: WatermarkBounds): DataFrame<R, Q>;
  orderBy<R, Q extends string>(this: Of<R, Q>, ...columns: readonly ColumnLike<R, Q>[]): DataFrame<R, Q>;
  sort<R, Q extends string>(this: Of<R, Q>, ...columns: readonly ColumnLike<R, Q>[]): DataFrame<R, Q>;
  /** As `sort`: there is one partition. */
  sortWithinPartitions<R, Q extends string>(this: Of<R, Q>, ...columns: readonly ColumnLike<R, Q>[]): DataFrame<R, Q>;
  limit(count: number): DataFrame<R, Q>;
  offset(count: number): DataFrame<R, Q>;
  /** By position: names are the left ones, so only values can be told. */
  union<R, Q extends string, R2>(this: Of<R, Q>, other: DataFrame<R2>): DataFrame<United<Columns<R>, Columns<R2>>, Q>;
  unionAll<R, Q extends string, R2>(this: Of<R, Q>, other: DataFrame<R2>): DataFrame<United<Columns<R>, Columns<R2>>, Q>;
  unionByName<R, Q extends string, R2 extends SameNames<R>>(this: Of<R, Q>, other: DataFrame<R2>): DataFrame<United<Columns<R>, Columns<R2>>, Q>;
  /** Columns that one side does not have are NULL there. */
  unionByName(other: DataFrame, allowMissingColumns: true): DataFrame<UnknownRow, Q>;

  join<R, Q extends string, R2, Q2 extends string, const K extends CommonKey<R, R2> = never, const J extends JoinType = 'inner'>(this: Of<R, Q>, other: DataFrame<R2, Q2>, on: K | readonly K[] | Column<unknown, string, Names<R, Q> | Names<R2, Q2>>, type?: J): DataFrame<Joined<Columns<R>, Columns<R2>, K, J>, Q | Q2>;
  /** Each row with the row of `other` whose time is the nearest one that satisfies the condition: equalities of keys, and one of >=, >, <= and < between two times.
   *  Of two tables, two streams with watermarks, or a stream and a table. `inner`: rows without such a row are left out. @throws AS_OF_JOIN.INVALID_CONDITION */
  joinAsOf<R, Q extends string, R2, Q2 extends string, const J extends 'inner' | 'left' = 'inner'>(this: Of<R, Q>, other: DataFrame<R2, Q2>, on: Column<unknown, string, Names<R, Q> | Names<R2, Q2>>, type?: J): DataFrame<Joined<Columns<R>, Columns<R2>, never, J>, Q | Q2>;
  crossJoin<R, Q extends string, R2, Q2 extends string>(this: Of<R, Q>, other: DataFrame<R2, Q2>): DataFrame<Joined<Columns<R>, Columns<R2>, never, 'inner'>, Q | Q2>;

  intersect(other: DataFrame): DataFrame<R, Q>;
  intersectAll(other: DataFrame): DataFrame<R, Q>;
  except(other: DataFrame): DataFrame<R, Q>;
  exceptAll(other: DataFrame): DataFrame<R, Q>;

  toDF(...names: readonly string[]): DataFrame<UnknownRow, Q>;
  /** Each row as one JSON text, as `to_json` makes it: BIGINT and DECIMAL to the last digit, fields that are NULL left out. source: Spark Dataset.toJSON */
  toJSON(): DataFrame<{ value: string }, 'value'>;
  /** What `change` makes of this frame: for chains of one's own functions. */
  transform<F extends DataFrame>(change: (frame: DataFrame<R, Q>) => F): F;
  /** A row for each of the columns `values`, with its name and its value, NULL included. */
  unpivot<R, Q extends string>(this: Of<R, Q>, ids: readonly ColumnLike<R, Q>[], values: readonly ColumnLike<R, Q>[], variableColumnName: string, valueColumnName: string): DataFrame<UnknownRow, never>;
  /** Rows with missing values. */
  readonly na: MissingValues<R, Q>;
  /** About `fraction` of the rows; the same ones with the same seed. */
  sample(fraction: number, options?: { readonly seed?: number; readonly withReplacement?: boolean }): DataFrame<R, Q>;
  /** Taken for the sake of programs for clusters: there is one partition. */
  repartition(count: number, ...columns: readonly (string | Column)[]): DataFrame<R, Q>;
  repartition(...columns: readonly (string | Column)[]): DataFrame<R, Q>;
  coalesce(count: number): DataFrame<R, Q>;
  hint(name: string, ...parameters: readonly unknown[]): DataFrame<R, Q>;

  groupBy<R, Q extends string, const E extends readonly ColumnLike<R, Q>[]>(this: Of<R, Q>, ...keys: E): GroupedData<R, Selected<R, E>, Q>;
  /** By all keys, by all but the last, … and over all rows; keys left out are NULL. */
  rollup<R, Q extends string, const E extends readonly ColumnLike<R, Q>[]>(this: Of<R, Q>, ...keys: E): GroupedData<R, OrNull<Selected<R, E>>, Q>;
  /** By every subset of the keys; keys left out are NULL. */
  cube<R, Q extends string, const E extends readonly ColumnLike<R, Q>[]>(this: Of<R, Q>, ...keys: E): GroupedData<R, OrNull<Selected<R, E>>, Q>;
  agg<R, Q extends string, const E extends readonly Column<unknown, string, Names<R, Q>>[]>(this: Of<R, Q>, ...aggregates: E): DataFrame<Selected<R, E>, never>;
  /** Functions by their names: `{ price: 'avg', '*': 'count' }`. */
  agg<R, Q extends string>(this: Of<R, Q>, functions: { readonly [N in Path<R> | '*']?: string }): DataFrame<UnknownRow, never>;
  count(): Promise<bigint>;

  /** Without a schema a closure returns text: one column `value STRING`. Any other result names its columns. */
  map<U extends string | null>(fn: (row: R) => U): DataFrame<U, never>;
  map<const D extends string>(fn: (row: R) => FromDdl<D>, schema: D): DataFrame<FromDdl<D>, never>;
  flatMap<U extends string | null>(fn: (row: R) => Iterable<U>): DataFrame<U, never>;
  flatMap<const D extends string>(fn: (row: R) => Iterable<FromDdl<D>>, schema: D): DataFrame<FromDdl<D>, never>;
  /** Rows by the key that a closure gives them. `type`: of the key, as a type or as the fields of a struct; count and reduceGroups need it for keys that are not text. */
  groupByKey<const D extends string>(key: (row: R) => KeyFromDdl<D>, type: D): KeyedDataFrame<KeyFromDdl<D>, R>;
  groupByKey<K>(key: (row: R) => K): KeyedDataFrame<K, R>;

  collect(): Promise<R[]>;
  /** The rows as an apache-arrow table. */
  toArrow(): Promise<ArrowTable>;
  first(): Promise<R | undefined>;
  take(count: number): Promise<R[]>;
  head(count: number): Promise<R[]>;
  isEmpty(): Promise<boolean>;
  toLocalIterator(): AsyncIterable<R>;
  show(rows?: number, truncate?: boolean | number): Promise<void>;
  explain(extended?: boolean): Promise<void>;
  readonly isStreaming: boolean;
  /** The output mode that suits a look at the result: complete where it aggregates a stream, else append. */
  defaultOutputMode(): Promise<OutputMode>;
  createOrReplaceTempView(name: string): void;
  readonly write: DataFrameWriter<R>;
  readonly writeStream: DataStreamWriter<R>;
}
type United<A, B> = IsOpen<A> extends true ? A : IsOpen<B> extends true ? { [K in keyof A]: unknown } & {}
  : { [K in keyof A]: A[K] | (K extends keyof B ? B[K] : B[keyof B]) } & {};
type OrNull<K> = { [P in keyof K]: K[P] | null } & {};
type SameNames<R> = { readonly [K in keyof Columns<R>]: unknown };

export interface MissingValues<out R, out Q extends string> {
  /** Without rows that have a NULL (or NaN) in any, or in all, of the columns; by default of all columns. */
  drop(how?: 'any' | 'all', columns?: readonly string[]): DataFrame<R, Q>;
  /** With the value in place of NULL (and NaN), in the columns whose type it fits. */
  fill(value: string | number | bigint | boolean, columns?: readonly string[]): DataFrame<R, Q>;
}

declare const keys: unique symbol;
type Grouped<R, K, Q extends string> = GroupedData<R, K, Q>;
export interface GroupedData<out R = Unchecked, out K = Unchecked, out Q extends string = Unchecked> {
  readonly [row]: R; readonly [keys]: K; readonly [aliases]: Q;
  count<R, K, Q extends string>(this: Grouped<R, K, Q>): DataFrame<Put<K, 'count', bigint>, never>;
  /** A column for each value of another one, after groupBy. Without `values` the input is read for them first: not on streams. */
  pivot<R, K, Q extends string>(this: Grouped<R, K, Q>, column: ColumnLike<R, Q>, values?: readonly (string | number | bigint | boolean | Date | null)[]): GroupedData<R, K & UnknownRow, Q>;
  agg<R, K, Q extends string, const E extends readonly Column<unknown, string, Names<R, Q>>[]>(this: Grouped<R, K, Q>, ...aggregates: E): DataFrame<Merged<K, Selected<R, E>>, never>;
  agg<R, K, Q extends string>(this: Grouped<R, K, Q>, functions: { readonly [N in Path<R> | '*']?: string }): DataFrame<K & UnknownRow, never>;
  sum<R, K, Q extends string, const N extends Path<R>>(this: Grouped<R, K, Q>, ...names: readonly N[]): DataFrame<Merged<K, { [P in N as `sum(${P})`]: Bind<Call<'sum', Ref<P>>, Columns<R>> }>, never>;
  max<R, K, Q extends string, const N extends Path<R>>(this: Grouped<R, K, Q>, ...names: readonly N[]): DataFrame<Merged<K, { [P in N as `max(${P})`]: ValueOf<P, Columns<R>> | null }>, never>;
  min<R, K, Q extends string, const N extends Path<R>>(this: Grouped<R, K, Q>, ...names: readonly N[]): DataFrame<Merged<K, { [P in N as `min(${P})`]: ValueOf<P, Columns<R>> | null }>, never>;
  avg<R, K, Q extends string, const N extends Path<R>>(this: Grouped<R, K, Q>, ...names: readonly N[]): DataFrame<Merged<K, { [P in N as `avg(${P})`]: Bind<Call<'average', Ref<P>>, Columns<R>> }>, never>;
  mean<R, K, Q extends string, const N extends Path<R>>(this: Grouped<R, K, Q>, ...names: readonly N[]): DataFrame<Merged<K, { [P in N as `avg(${P})`]: Bind<Call<'average', Ref<P>>, Columns<R>> }>, never>;
}
export type Merged<A, B> = { [K in keyof A | keyof B]: K extends keyof B ? B[K] : K extends keyof A ? A[K] : never } & {};

// ── Writers and queries ─────────────────────────────────────────────────────────────────────────

export type OutputMode = 'append' | 'update' | 'complete' | 'changelog';
export type OptionValue = string | number | boolean;
/** When epochs start. Default: the next one as soon as there is something to do. */
export type Trigger = { readonly processingTime: string } | { readonly availableNow: true } | { readonly once: true };
export interface ForeachWriter<R> {
  /** False: the rows of this epoch are not wanted. */
  open?(partition: number, epoch: number): boolean | Promise<boolean>;
  process(row: R): void | Promise<void>;
  close?(error: Error | undefined): void | Promise<void>;
}

/** A change of the result: the row, and whether it came or went. */
export type Change<R> = unknown extends R ? R : Merged<Columns<R>, { op: 'insert' | 'delete' }>;
/** How a streaming query's rows leave it. Each call changes this writer and gives it back. */
export interface DataStreamWriter<R> {
  readonly [row]: R;
  outputMode(mode: 'changelog'): DataStreamWriter<Change<R>>;
  outputMode(mode: OutputMode): DataStreamWriter<R>;
  format(name: string): DataStreamWriter<R>;
  option(name: string, value: OptionValue): DataStreamWriter<R>;
  options(options: { readonly [name: string]: OptionValue }): DataStreamWriter<R>;
  queryName(name: string): DataStreamWriter<R>;
  trigger(trigger: Trigger): DataStreamWriter<R>;
  partitionBy(...names: readonly string[]): DataStreamWriter<R>;
  /** Each epoch's rows as a DataFrame. The same epoch may come again after a crash: make the effect idempotent by its number. */
  foreachBatch(fn: (batch: DataFrame<R>, epoch: number) => void | Promise<void>): DataStreamWriter<R>;
  foreach(writer: ForeachWriter<R> | ((row: R) => void | Promise<void>)): DataStreamWriter<R>;
  /** Analyzes the query and starts it. @throws EngineError for everything that is wrong with query, sink or checkpoint */
  start(path?: string): Promise<StreamingQuery<R>>;
  /** Into a memory table of this name. */
  toTable(name: string): Promise<StreamingQuery<R>>;
}

export type QueryStatus = StreamingQueryStatus;
export type QueryProgress = StreamingQueryProgress;
export type { QueryLedger, Why, WhyReason };

/** A row that was too late for an operator. `row`: its columns as they came to the operator, an object of plain values. */
export interface LateRow { epoch: bigint; operator: string; watermark: Timestamp; event_time: Timestamp | null; row: { readonly [column: string]: unknown } }
/** `raw` and `position`: of a record that could not be read; `row`: of one that could. */
export interface RejectedRow {
  epoch: bigint; operator: string; source: string | null; position: string | null; reason: string; event_time: Timestamp | null;
  row: { readonly [column: string]: unknown } | null; raw: string | null;
}

/** A running query. */
export interface StreamingQuery<R = Unchecked> extends Omit<StreamingQueryHandle, 'droppedRows'> {
  readonly [row]: R;
  /** Rows of committed epochs that an operator dropped as late, the newest ones (setting millrace.keptRows); also after the query has ended. */
  lateRows(): DataFrame<LateRow, never>;
  /** Records that could not be read and were dropped, and rows beyond the bound of a watermark; as lateRows. */
  rejectedRows(): DataFrame<RejectedRow, never>;
}

/** How a bounded query's rows are written. */
export interface DataFrameWriter<R> {
  readonly [row]: R;
  format(name: string): DataFrameWriter<R>;
  mode(mode: 'append' | 'overwrite' | 'ignore' | 'error'): DataFrameWriter<R>;
  option(name: string, value: OptionValue): DataFrameWriter<R>;
  options(options: { readonly [name: string]: OptionValue }): DataFrameWriter<R>;
  partitionBy(...names: readonly string[]): DataFrameWriter<R>;
  save(path?: string): Promise<void>;
  json(path: string): Promise<void>;
  csv(path: string): Promise<void>;
  text(path: string): Promise<void>;
}
/** An Arrow table of apache-arrow. */
export type { ArrowTable };

// ── State by key ────────────────────────────────────────────────────────────────────────────────

/** State of one key. S as the user declares it on the callback's parameter: `state: GroupState<Session>`. */
export interface GroupState<S> {
  readonly exists: boolean; get(): S; getOption(): S | undefined; update(state: S): void; remove(): void; readonly hasTimedOut: boolean;
  setTimeoutDuration(duration: string | number): void; setTimeoutTimestamp(time: Date | number, additional?: string): void;
  getCurrentWatermarkMs(): number; getCurrentProcessingTimeMs(): number;
}
/** `state`: the type of the state, as a type or as the fields of a struct; without it a state is any JavaScript value. `output`: the columns of the
 *  result; without it the result is text. `initialState`: a table's rows by key, one a key, each the state that the key begins with. */
export interface StateOptions<K = Unchecked, S = Unchecked> { readonly initialState?: KeyedDataFrame<K, S>; readonly timeout?: 'none' | 'processing-time' | 'event-time'; readonly state?: string; readonly output?: string }
export interface TransformOptions {
  readonly timeMode?: 'none' | 'processing-time' | 'event-time'; readonly outputMode?: 'append' | 'update'; readonly output?: string;
  /** The column of the output that carries event time on. */
  readonly eventTimeColumn?: string;
}
type KeyFromDdl<D extends string> = string extends D ? unknown : unknown extends FromType<D> ? FromDdl<D> : FromType<D> | null;
export interface KeyedDataFrame<K, R> {
  readonly key?: K; readonly row?: R;
  /** `type`: of the values, for reduceGroups. */
  mapValues<V>(fn: (row: R) => V, type?: string): KeyedDataFrame<K, V>;
  count(): DataFrame<{ key: K; 'count(1)': bigint }>;
  reduceGroups(fn: (a: R, b: R) => R): DataFrame<{ key: K; value: R }>;
  mapGroups<const D extends string>(fn: (key: K, rows: Iterable<R>) => FromDdl<D>, output: D): DataFrame<FromDdl<D>, never>;
  mapGroups<U>(fn: (key: K, rows: Iterable<R>) => U): DataFrame<U, never>;
  flatMapGroups<const D extends string>(fn: (key: K, rows: Iterable<R>) => Iterable<FromDdl<D>>, output: D): DataFrame<FromDdl<D>, never>;
  flatMapGroups<U>(fn: (key: K, rows: Iterable<R>) => Iterable<U>): DataFrame<U, never>;
  mapGroupsWithState<S, const D extends string>(fn: (key: K, rows: Iterable<R>, state: GroupState<S>) => FromDdl<D>, options: StateOptions<K, S> & { readonly output: D }): DataFrame<FromDdl<D>, never>;
  mapGroupsWithState<S, U>(fn: (key: K, rows: Iterable<R>, state: GroupState<S>) => U, options?: StateOptions<K, S>): DataFrame<U, never>;
  flatMapGroupsWithState<S, const D extends string>(fn: (key: K, rows: Iterable<R>, state: GroupState<S>) => Iterable<FromDdl<D>>, options: StateOptions<K, S> & { readonly outputMode: 'append' | 'update'; readonly output: D }): DataFrame<FromDdl<D>, never>;
  flatMapGroupsWithState<S, U>(fn: (key: K, rows: Iterable<R>, state: GroupState<S>) => Iterable<U>, options: StateOptions<K, S> & { readonly outputMode: 'append' | 'update' }): DataFrame<U, never>;
  transformWithState<S, const D extends string>(processor: ProcessorWithInitialState<K, R, FromDdl<D>, S>, options: TransformOptions & { readonly output: D; readonly initialState: KeyedDataFrame<K, S> }): DataFrame<FromDdl<D>>;
  transformWithState<S, O>(processor: ProcessorWithInitialState<K, R, O, S>, options: TransformOptions & { readonly initialState: KeyedDataFrame<K, S> }): DataFrame<O>;
  transformWithState<const D extends string>(processor: Processor<K, R, FromDdl<D>>, options: TransformOptions & { readonly output: D }): DataFrame<FromDdl<D>>;
  transformWithState<O>(processor: Processor<K, R, O>, options?: TransformOptions): DataFrame<O>;
}
export interface ValueState<T> { exists(): boolean; get(): T | undefined; update(value: T): void; clear(): void }
export interface ListState<T> { exists(): boolean; get(): Iterable<T>; put(values: Iterable<T>): void; appendValue(value: T): void; appendList(values: Iterable<T>): void; clear(): void }
export interface MapState<K, V> { exists(): boolean; getValue(key: K): V | undefined; updateValue(key: K, value: V): void; containsKey(key: K): boolean; removeKey(key: K): void; entries(): Iterable<readonly [K, V]>; keys(): Iterable<K>; values(): Iterable<V>; clear(): void }
/** `type`: of the values, `keyType` of a map's keys; without them they are any JavaScript value. `ttl`: how long what was written lives, by processing time. */
export interface StateVariableOptions { readonly type?: string; readonly ttl?: string }
export interface StateHandle {
  getValueState<T>(name: string, options?: StateVariableOptions): ValueState<T>;
  getListState<T>(name: string, options?: StateVariableOptions): ListState<T>;
  getMapState<K, V>(name: string, options?: StateVariableOptions & { readonly keyType?: string }): MapState<K, V>;
  /** In `init` only: a state that earlier runs of the query had is none of it any more, and what the checkpoint holds of it is forgotten. */
  deleteIfExists(name: string): void;
  /** Calls handleExpiredTimer for the key at hand when `time` (ms) has come. A key may have several. */
  registerTimer(time: number): void;
  deleteTimer(time: number): void;
  /** The key's timers, the earliest first. */
  listTimers(): Iterable<number>;
  /** Of a static query all zeros. */
  getQueryInfo(): QueryInfo;
}
export interface QueryInfo { getQueryId(): string; getRunId(): string; getBatchId(): number }
export interface TimerValues { getCurrentProcessingTimeMs(): number; getCurrentWatermarkMs(): number }
/** What transformWithState takes: a StatefulProcessor. */
export interface Processor<K, I, O> {
  init(outputMode: 'append' | 'update', timeMode: 'none' | 'processing-time' | 'event-time'): void;
  handleInputRows(key: K, rows: Iterable<I>, timers: TimerValues): Iterable<O>;
  handleExpiredTimer(key: K, timers: TimerValues, expired: number): Iterable<O>;
  close(): void;
}
/** A StatefulProcessorWithInitialState. */
export interface ProcessorWithInitialState<K, I, O, S> extends Processor<K, I, O> { handleInitialState(key: K, initialState: S, timers: TimerValues): void }
