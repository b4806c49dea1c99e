// The contracts of sources and sinks, for our own and for third parties' (see engine/plugin.ts). Exactly-once in two sentences:
// getBatch(after, upTo] gives the same rows for ever, and addBatch with an epoch that is already in the sink changes nothing.
//
// source: Spark's Source and Sink traits.

import type { OutputMode } from '../../planner/tree.js';
import type { Schema } from '../../planner/types.js';
import type { Delta, RecordBatch } from '../columnar/column.js';
import type { Host } from '../host/host.js';
import type { OptionSet, OptionSpec } from './options.js';

export type { OptionSpec };

/** JSON, opaque to the engine, compared by canonical text. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type Offset = Json;

/** A small durable store of the source's or sink's own in the checkpoint (for a static query: in memory). Keys are plain file names. */
export interface MetadataStore {
  get(key: string): Promise<Uint8Array | undefined>;
  /** Atomic and durable; replaces. */
  put(key: string, value: Uint8Array): Promise<void>;
  delete(key: string): Promise<void>;
  keys(): Promise<readonly string[]>;
}

export interface ConnectContext {
  readonly host: Host;
  readonly metadata: MetadataStore;
  readonly queryId: string;
  readonly queryName: string | undefined;
  /** Session time zone: how timestamps in text are read and printed. */
  readonly timeZone: string;
  /** Where people see the console sink's tables and warnings. */
  readonly print: (text: string) => void;
  readonly warn: (message: string) => void;
  /** A source calls it while it gives a range, once for each record that it leaves out because no row could be made of it: the record is counted, and
   *  kept for who asks the query for its rejected rows. Absent where nobody counts (static queries, sinks). */
  readonly reject?: (record: RejectedRecord) => void;
}
export interface RejectedRecord {
  /** Where it stands in the source, for people: `/in/1.json, line 12`. */
  readonly position: string;
  readonly reason: string;
  /** Its text; called at once or never. */
  readonly raw: () => string;
}

/** Rows that did not parse, and the like; summed since the source was opened. Texts where Spark has texts. */
export interface SourceMetrics { readonly malformedRows?: number; readonly [name: string]: number | string | undefined }

export interface Source {
  /** What is there to read after `after` (undefined: from the start), within the source's own read limits; undefined or `after` itself: nothing new.
   *  `unlimited`: ignores the limits (trigger once). `signal`: the query is being stopped and the answer no longer wanted; nothing else will be
   *  asked of the source. One that may wait long should give up then, and reject. */
  latestOffset(after: Offset | undefined, unlimited: boolean, signal?: AbortSignal): Promise<Offset | undefined>;
  /** Rows in (after, upTo]; the same rows, in the same order, every time, also after a restart. Columns as asked for in `open`. */
  getBatch(after: Offset | undefined, upTo: Offset, signal: AbortSignal): AsyncIterable<RecordBatch>;
  /** Nothing at or before `upTo` will be asked for again. */
  commit(upTo: Offset): Promise<void>;
  /** AVAILABLE NOW: what is there now is the end; later calls of latestOffset never go past it. `signal`: as of latestOffset. */
  freeze?(signal?: AbortSignal): Promise<void>;
  /** For progress: where the input ends just now, if cheap to know. */
  newestOffset?(): Promise<Offset | undefined>;
  metrics?(): SourceMetrics;
  /** Why it is trying something again just now: shown in the status of the query. Undefined: it is not. */
  trouble?(): string | undefined;
  /** Resolves when new data may be there, so that the loop need not poll; else it polls. */
  changed?(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
export interface SourceOpen {
  readonly options: OptionSet;
  /** The whole schema of the table. */
  readonly schema: Schema;
  /** Ordinals in `schema` of the columns that are read, in the order of the batches' columns. */
  readonly columns: readonly number[];
  /** In-process object given by the user: a memory stream. */
  readonly object?: object;
}
export interface SourceDefinition {
  readonly format: string;
  readonly options: readonly OptionSpec[];
  /** Whether getBatch can give old ranges again after a restart. False: such a query cannot promise exactly-once, and says so. */
  readonly replayable: boolean;
  /** The schema where the user gave none (`declared` undefined), or the completed declared one. @throws if a schema is required. */
  schema(options: OptionSet, declared: Schema | undefined, context: Pick<ConnectContext, 'host' | 'timeZone'> & { /** In-process object given by the user. */ readonly object?: object }): Promise<Schema>;
  open(request: SourceOpen, context: ConnectContext): Promise<Source>;
  /** One batch read of everything (session.read). Absent: the format cannot be read statically. */
  read?(request: SourceOpen, context: ConnectContext, signal: AbortSignal): AsyncIterable<RecordBatch>;
  /** For progress: `FileStreamSource[file:/in]`. */
  describe(options: OptionSet): string;
}

export interface SinkBatch {
  readonly epoch: number;
  readonly mode: OutputMode;
  /** The rows of the epoch: append: new rows; update: the rows after the change (with `op` for a changelog); complete: the whole result. */
  readonly changes: AsyncIterable<Delta>;
}
export interface Sink {
  /** The newest epoch known to be in the sink; recovery asks it. Absent: the sink cannot say, addBatch decides by itself. */
  lastCommitted?(): Promise<number | undefined>;
  /** Resolves when durable; a second call with the same epoch changes nothing. Never shows half an epoch. `signal`: the query is being stopped and
   *  the epoch given up; it is run again at the next start. */
  addBatch(batch: SinkBatch, signal: AbortSignal): Promise<void>;
  /** Why it is trying something again just now: shown in the status of the query. Undefined: it is not. */
  trouble?(): string | undefined;
  close(): Promise<void>;
}
export interface SinkOpen {
  readonly options: OptionSet;
  readonly schema: Schema;
  readonly mode: OutputMode;
  /** In-process object given by the user: the function of foreachBatch, the name's table of the memory sink. */
  readonly object?: object;
}
export interface SinkDefinition {
  readonly format: string;
  readonly options: readonly OptionSpec[];
  readonly modes: readonly OutputMode[];
  /** Whether a query without a checkpoint location may use it (console, memory, foreach, noop). */
  readonly temporaryCheckpoint: boolean;
  open(request: SinkOpen, context: ConnectContext): Promise<Sink>;
  /** Batch write (df.write). Absent: not possible. mode: Spark's save modes. */
  write?(request: SinkOpen, batches: AsyncIterable<RecordBatch>, save: 'error' | 'append' | 'overwrite' | 'ignore', context: ConnectContext, signal: AbortSignal): Promise<void>;
  describe(options: OptionSet): string;
}
