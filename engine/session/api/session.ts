// The session and its readers.

import type { Host } from '../../host/host.js';
import type { SinkDefinition, SourceDefinition } from '../../connect/contract.js';
import type { StreamingQueryListener } from '../../runtime/manager.js';
import type { ArrowTable, DataFrame, OptionValue, StreamingQuery } from './dataframe.js';
import type { FromDdl, FromSchema, FromType, SchemaLike } from './ddl.js';
import type { UserFunction } from './functions.js';
import type { SqlArgument, SqlRow } from './sql.js';
import type { Given, Timestamp, UnknownRow } from './types.js';

declare const row: unique symbol;
/** Tables that `session.sql` and `session.table` know at compile time; users add to it by `declare module 'millrace'`. */
// biome-ignore lint/suspicious/noEmptyInterface: it is there to be augmented
export interface Tables {}

/** Rows of sources whose schema is fixed. */
export interface Formats {
  socket: { value: string | null };
  text: { value: string | null };
  rate: { timestamp: Timestamp; value: bigint };
  kafka: { key: Uint8Array | null; value: Uint8Array | null; topic: string; partition: number; offset: bigint; timestamp: Timestamp; timestampType: number };
}
export interface Reader<R> {
  readonly [row]: R;
  format<const F extends string>(name: F): Reader<F extends keyof Formats ? Formats[F] : R>;
  option(name: string, value: OptionValue): Reader<R>;
  options(options: { readonly [name: string]: OptionValue }): Reader<R>;
  schema<const S extends SchemaLike>(schema: S): Reader<FromSchema<S>>;
  load(path?: string): DataFrame<R, never>;
  json(path: string): DataFrame<R, never>; csv(path: string): DataFrame<R, never>;
  text(path: string): DataFrame<{ value: string | null }>;
  table<const N extends string>(name: N): DataFrame<UnknownRow, never>;
}
export interface Udfs {
  /** Makes the closure a SQL function of this name. Its arguments and result are SQL values as JavaScript values. */
  register<P extends readonly unknown[], const D extends string>(name: string, fn: (...args: P) => unknown, type: D): UserFunction<P, FromType<D> | null>;
}

export type QueryListener = StreamingQueryListener;
/** The queries of a session. */
export interface StreamsManager {
  readonly active: readonly StreamingQuery[];
  get(id: string): StreamingQuery | undefined;
  awaitAnyTermination(timeoutMillis?: number): Promise<boolean>;
  resetTerminated(): void;
  addListener(listener: QueryListener): void;
  removeListener(listener: QueryListener): void;
  listListeners(): readonly QueryListener[];
}
/** Settings by name (`spark.sql.session.timeZone`, `millrace.compat`). */
export interface SessionConf {
  get(name: string): string | undefined;
  set(name: string, value: OptionValue): void;
  unset(name: string): void;
  getAll(): Readonly<Record<string, string>>;
}
export interface SessionOptions {
  /** Directory below which queries without a checkpoint of their own keep theirs, by name. */
  readonly checkpoint?: string;
  readonly conf?: Readonly<Record<string, OptionValue>>;
  /** Where the console sink and warnings print; default: standard output and error. */
  readonly print?: (text: string) => void;
  readonly warn?: (message: string) => void;
  /** Clock, files and randomness; default: the real ones. */
  readonly host?: Host;
}
/** Rows added by the program: a stream for tests and embedding. */
export interface MemoryStream<R> {
  add(...rows: readonly Given<R>[]): void;
  toDF(): DataFrame<R, never>;
}

/** Where queries are written, started and kept. T: the tables that the compiler knows. */
export interface TypedSession<T = Tables> {
  readonly tables?: T;
  readonly readStream: Reader<UnknownRow>;
  readonly read: Reader<UnknownRow>;
  readonly udf: Udfs;
  readonly conf: SessionConf;
  readonly streams: StreamsManager;
  /** A query is lazy; any other statement is carried out at once (START QUERY and INSERT: awaited by `collect()` of what comes back). */
  sql<const Q extends string>(text: SqlArgument<Q, T>, args?: { readonly [name: string]: unknown } | readonly unknown[]): DataFrame<SqlRow<Q, T>, never>;
  /** A template: each value is bound as a parameter, never spliced into the text. @throws UNUSED_SQL_PARAMETER for a value inside of quotes */
  sql(text: TemplateStringsArray, ...values: readonly unknown[]): DataFrame<SqlRow<string, T>, never>;
  /** Carries out the statements of a script, one after another. What has rows to show (queries, SHOW, DESCRIBE, EXPLAIN) is handed to `each`, with the
   *  statement's kind and text. */
  runScript(script: string, each?: (result: DataFrame, kind: string, statement: string) => void | Promise<void>): Promise<void>;
  /** The statements of a script in Spark SQL, on one line each: what queries in the session's dialect mean, nothing of which is run.
   *  @throws what reading them raises; NOT_TRANSLATABLE for what Spark's grammar has no form of */
  translate(script: string): readonly string[];
  table<R>(query: StreamingQuery<R>): DataFrame<R, never>;
  table<const N extends keyof T & string>(name: N): DataFrame<T[N], never>;
  table<R = UnknownRow>(name: string): DataFrame<R, never>;
  createStream<const S extends SchemaLike>(name: string, schema: S, options: { readonly using: string; readonly options?: { readonly [name: string]: OptionValue } }): DataFrame<FromSchema<S>, never>;
  createDataFrame<const S extends SchemaLike>(rows: readonly Given<FromSchema<S>>[], schema: S): DataFrame<FromSchema<S>, never>;
  createDataFrame<R>(rows: readonly R[]): DataFrame<R, never>;
  fromArrow(table: ArrowTable): DataFrame<UnknownRow, never>;
  memoryStream<const D extends string>(schema: D): MemoryStream<FromDdl<D>>;
  /** Adds a source or a sink of one's own (see the plugin guide). */
  registerSource(definition: SourceDefinition): void;
  registerSink(definition: SinkDefinition): void;
  /** Same session; the compiler now knows one more table. */
  withTable<const N extends string, R>(name: N, frame: DataFrame<R, never>): TypedSession<T & { [K in N]: R }>;
  /** Stops all queries. */
  stop(): Promise<void>;
}
