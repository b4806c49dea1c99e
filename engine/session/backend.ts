// What frames need of their session. A plan travels unresolved, so that a remote session could take it as well.

import type { OutputMode, SinkRef, Trigger, UnresolvedPlan } from '../../planner/tree.js';
import type { Schema } from '../../planner/types.js';
import type { RecordBatch } from '../columnar/column.js';
import type { StreamingQueryHandle } from '../runtime/handle.js';
import type { Converter } from './convert.js';
import type { Query } from './query.js';

export interface StartRequest {
  readonly sink: SinkRef;
  readonly mode: OutputMode;
  readonly name?: string | undefined;
  readonly trigger?: Trigger | undefined;
  readonly checkpoint?: string | undefined;
}
export type SaveMode = 'error' | 'append' | 'overwrite' | 'ignore';

export interface Result { readonly schema: Schema; readonly batches: AsyncIterable<RecordBatch> }

export interface Backend {
  readonly convert: Converter;
  readonly print: (text: string) => void;
  /** Uniform in [0, 1). */
  random(): number;
  /** The session's zone, in which values are printed. */
  timeZone(): string;
  schema(plan: UnresolvedPlan): Promise<Schema>;
  /** Runs a bounded plan. @throws if it reads a stream */
  run(plan: UnresolvedPlan): Promise<Result>;
  start(plan: UnresolvedPlan, request: StartRequest): Promise<StreamingQueryHandle>;
  /** What users hold of a running query. */
  queryOf(handle: StreamingQueryHandle): Query;
  write(plan: UnresolvedPlan, sink: SinkRef, save: SaveMode): Promise<void>;
  explain(plan: UnresolvedPlan, extended: boolean): Promise<string>;
  isStreaming(plan: UnresolvedPlan): boolean;
  /** complete where the plan aggregates a stream, else append. */
  defaultMode(plan: UnresolvedPlan): Promise<OutputMode>;
  createView(name: string, plan: UnresolvedPlan): void;
}
