// Starting queries, and the queries of one session: which run, how they ended, who listens. A checkpoint and a name belong to one
// running query at a time.
//
// source: Spark StreamingQueryManager, StreamingQueryListener; onQueryStarted is called before start() returns.

import { type EngineError, raise } from '../../planner/errors/index.js';
import { nearestFirst } from '../../planner/similar.js';
import type { OutputMode, Settings, SinkRef, Trigger } from '../../planner/tree.js';
import { openCheckpoint, temporaryCheckpoint } from '../checkpoint/checkpoint.js';
import type { ConnectContext } from '../connect/contract.js';
import { parseOptions } from '../connect/options.js';
import type { FormatRegistry } from '../connect/registry.js';
import { explained } from '../host/errors.js';
import type { Host } from '../host/host.js';
import type { PhysicalPlan } from '../operators/operator.js';
import type { StateBackend } from '../state/store.js';
import { openInputs } from './inputs.js';
import { KeptRows } from './kept-rows.js';
import { KeptRowsLog } from './kept-rows-log.js';
import type { StreamPlan } from './prepare.js';
import { Occasion } from './occasion.js';
import { isoTime, type StreamingQueryProgress } from './progress.js';
import type { QueryEvents, StreamingQueryHandle } from './handle.js';
import { StreamingQuery } from './query.js';
import { readSettings } from './settings.js';

export interface QueryStartedEvent { readonly id: string; readonly runId: string; readonly name: string | undefined; readonly timestamp: string }
export interface QueryProgressEvent { readonly progress: StreamingQueryProgress }
export interface QueryIdleEvent { readonly id: string; readonly runId: string; readonly timestamp: string }
export interface QueryTerminatedEvent { readonly id: string; readonly runId: string; readonly exception: EngineError | undefined }
/** An error of a listener is a warning, never the query's. */
export interface StreamingQueryListener {
  onQueryStarted?(event: QueryStartedEvent): void;
  onQueryProgress?(event: QueryProgressEvent): void;
  /** At most every 10 seconds while no epoch runs. */
  onQueryIdle?(event: QueryIdleEvent): void;
  onQueryTerminated?(event: QueryTerminatedEvent): void;
}

export interface StartOptions {
  readonly name?: string | undefined;
  /** The lowered plan of the result, without the write. */
  readonly plan: PhysicalPlan;
  /** Its static parts (lowerStream). */
  readonly statics?: StreamPlan['statics'];
  readonly planText: string;
  readonly sink: SinkRef;
  readonly mode: OutputMode;
  /** Default: the next epoch as soon as there is something to do. */
  readonly trigger?: Trigger | undefined;
  /** Directory; undefined: the session's default, or none where the sink allows it. */
  readonly checkpoint?: string | undefined;
  readonly settings: Settings;
}
export interface QueryEnvironment {
  readonly host: Host;
  readonly formats: FormatRegistry;
  /** State below a directory; in memory without one. */
  readonly openState: (directory: string | undefined) => StateBackend;
  readonly print: (text: string) => void;
  readonly warn: (message: string) => void;
}

/** How many ended queries can still be asked. */
const ENDED_QUERIES = 100;

/** Checkpoints in use, per host: two sessions of one process may not share one either. */
const inUse = new WeakMap<Host, Map<string, string>>();

export class QueryManager {
  private readonly environment: QueryEnvironment;
  private readonly running = new Map<string, StreamingQuery>();
  private readonly names = new Set<string>();
  private readonly listeners = new Set<StreamingQueryListener>();
  /** Since the last resetTerminated: set if a query has ended, with the error of the first that failed. */
  private terminated: { readonly failure: EngineError | undefined } | undefined;
  /** The newest queries that have ended, by id, for who asks what became of their rows. */
  private readonly ended = new Map<string, StreamingQueryHandle>();
  private readonly termination = new Occasion();

  constructor(environment: QueryEnvironment) { this.environment = environment; }

  get active(): readonly StreamingQueryHandle[] { return [...this.running.values()]; }
  /** Those that run, then the newest that have ended, oldest first. */
  get known(): readonly StreamingQueryHandle[] { return [...this.running.values(), ...[...this.ended.values()].filter((q) => !this.running.has(q.id))]; }
  /** The running query with this id. */
  get(id: string): StreamingQueryHandle | undefined { return this.running.get(id); }
  /** A query by its name or id: one that runs, else the newest one that has ended. @throws QUERY_NOT_FOUND */
  find(nameOrId: string): StreamingQueryHandle {
    const key = nameOrId.toLowerCase();
    const named = (q: StreamingQueryHandle): boolean => q.name?.toLowerCase() === key || q.id === key;
    return this.active.find(named) ?? [...this.ended.values()].findLast(named) ?? this.unknown(nameOrId);
  }
  /** @throws QUERY_NOT_FOUND */
  unknown(name: string): never {
    const names = this.active.map((q) => q.name ?? q.id);
    return raise('QUERY_NOT_FOUND', { name, known: names.join(', ') || 'none' }, { hint: names.length === 0 ? 'No query runs.' : nearestFirst(name, names, 'These run') });
  }
  addListener(listener: StreamingQueryListener): void { this.listeners.add(listener); }
  removeListener(listener: StreamingQueryListener): void { this.listeners.delete(listener); }
  listListeners(): readonly StreamingQueryListener[] { return [...this.listeners]; }

  /** Resolves when some query has ended since the start or the last resetTerminated: true; or false after `timeoutMillis`.
   *  @throws the error of a query that failed */
  async awaitAnyTermination(timeoutMillis?: number): Promise<boolean> {
    if (this.terminated === undefined) await this.termination.wait(this.environment.host.clock, timeoutMillis);
    if (this.terminated?.failure) throw this.terminated.failure;
    return this.terminated !== undefined;
  }
  /** Forgets the queries that have ended. */
  resetTerminated(): void { this.terminated = undefined; }

  /** Stops all queries. @throws STREAM_STOP_TIMEOUT of the first that does not end, when the others have */
  async stopAll(): Promise<void> {
    const stopped = await Promise.allSettled([...this.running.values()].map((query) => query.stop()));
    for (const result of stopped) if (result.status === 'rejected') throw result.reason;
  }

  /** Starts a query. @throws CONCURRENT_QUERY, CHECKPOINT_LOCATION_REQUIRED, STREAMING_OUTPUT_MODE.UNSUPPORTED_DATASOURCE, FILE_SYSTEM_ERROR, and what opening its parts raises */
  async start(start: StartOptions): Promise<StreamingQueryHandle> {
    const { host, formats, openState, print, warn } = this.environment;
    const { name, plan, sink: sinkRef, mode, settings } = start;
    const definition = formats.sink(sinkRef.format);
    if (mode !== 'changelog' && !definition.modes.includes(mode)) {
      raise('STREAMING_OUTPUT_MODE.UNSUPPORTED_DATASOURCE', { className: definition.format, outputMode: mode, valid: definition.modes.join(', ') });
    }
    const options = parseOptions(sinkRef.format, sinkRef.options, definition.options);
    const directory = checkpointDirectory(start, definition.temporaryCheckpoint, options.all.get('checkpointlocation'), host);
    const release = this.reserve(name, directory);
    const opened: { close(): Promise<void> }[] = [];
    try {
      const checkpoint = directory === undefined ? temporaryCheckpoint(host) : await openCheckpoint(host, directory);
      const { recovery } = checkpoint;
      const connect: Omit<ConnectContext, 'metadata'> = { host, queryId: checkpoint.queryId, queryName: name, timeZone: settings.timeZone, print, warn };
      const querySettings = readSettings(settings, (recovery.pending ?? recovery.offsets)?.conf);
      const inputs = await openInputs(plan, formats, connect, (position) => checkpoint.sourceStore(position), querySettings.compatSpark ? undefined : (recovery.pending ?? recovery.offsets)?.inputs, directory);
      opened.push(...inputs.map((input) => input.source));
      if (directory !== undefined) for (const { replayable, description } of inputs) if (!replayable) warn(`the source ${description} cannot replay: after a crash the rows of the unfinished epoch are lost, and the query needs a new checkpoint`);
      const schema = { fields: plan.output.map(({ name: column, type, nullable }) => ({ name: column, type, nullable })) };
      const sink = await definition.open({ options, schema, mode, ...(sinkRef.object ? { object: sinkRef.object } : {}) }, { ...connect, metadata: checkpoint.sinkStore() });
      opened.push(sink);
      const state = openState(directory === undefined ? undefined : `${directory}/state`);
      opened.push(state);
      const kept = new KeptRows(plan, querySettings.keptRows);
      const keptLog = querySettings.keptRowsDurable ? await KeptRowsLog.open(checkpoint.droppedStore(), kept, recovery.committed) : undefined;
      let query: StreamingQuery | undefined;
      const events: QueryEvents = {
        progress: (progress) => this.tell((l) => l.onQueryProgress?.({ progress })),
        idle: (timestamp) => this.tell((l) => l.onQueryIdle?.({ id: query!.id, runId: query!.runId, timestamp })),
        terminated: (exception) => { release(); this.onTerminated(query!, exception); },
      };
      query = new StreamingQuery({
        host, name, plan, statics: start.statics ?? new Map(), planText: start.planText, mode, sink, sinkRef, sinkDescription: definition.describe(options),
        trigger: start.trigger ?? { kind: 'processing_time', intervalMillis: 0 }, inputs, formats, checkpoint, state, connect, settings, options: querySettings, events, kept, keptLog,
      });
      const { id, runId } = query;
      this.running.set(id, query);
      this.tell((l) => l.onQueryStarted?.({ id, runId, name, timestamp: isoTime(host.clock.now()) }));
      return query;
    } catch (error) {
      release();
      for (const part of opened) await part.close().catch(() => undefined);
      throw explained(error);
    }
  }

  /** Takes the name and the checkpoint, until released. @throws CONCURRENT_QUERY */
  private reserve(name: string | undefined, directory: string | undefined): () => void {
    const { host } = this.environment;
    const used = inUse.get(host) ?? new Map<string, string>();
    inUse.set(host, used);
    if (name !== undefined && this.names.has(name)) raise('CONCURRENT_QUERY', { name, where: 'under this name' });
    if (directory !== undefined && used.has(directory)) raise('CONCURRENT_QUERY', { name: used.get(directory)!, where: `on the checkpoint ${directory}` });
    if (name !== undefined) this.names.add(name);
    if (directory !== undefined) used.set(directory, name ?? '(no name)');
    return () => {
      if (name !== undefined) this.names.delete(name);
      if (directory !== undefined) used.delete(directory);
    };
  }

  private onTerminated(query: StreamingQuery, exception: EngineError | undefined): void {
    this.running.delete(query.id);
    this.terminated = { failure: this.terminated?.failure ?? exception };
    this.ended.delete(query.id);
    this.ended.set(query.id, query);
    if (this.ended.size > ENDED_QUERIES) this.ended.delete(this.ended.keys().next().value!);
    this.tell((l) => l.onQueryTerminated?.({ id: query.id, runId: query.runId, exception }));
    this.termination.happen();
  }

  /** `event` gives what the listener gave: one that is asynchronous may fail later. */
  private tell(event: (listener: StreamingQueryListener) => unknown): void {
    const warn = (error: unknown): void => { this.environment.warn(`a query listener failed: ${error instanceof Error ? error.message : String(error)}`); };
    for (const listener of this.listeners) {
      try { Promise.resolve(event(listener)).catch(warn); } catch (error) { warn(error); }
    }
  }
}

function checkpointDirectory(start: StartOptions, temporary: boolean, option: string | undefined, host: Host): string | undefined {
  const given = start.checkpoint ?? option;
  const root = start.settings.conf.get('spark.sql.streaming.checkpointLocation');
  const text = given ?? (root === undefined || root === '' ? root : `${root}/${start.name ?? host.uuid()}`);
  if (text === '' || (text === undefined && !temporary)) return raise('CHECKPOINT_LOCATION_REQUIRED', { format: start.sink.format });
  return text && host.files.absolute(text.replace(/^file:(\/\/)?(?=\/)/, ''));
}
