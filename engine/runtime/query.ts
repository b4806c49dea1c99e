// One running streaming query: the loop that decides which epochs run, and the protocol of one epoch.
//
//   offsets/N → read, compute → state commit → sink → commits/N → source commit
//
// Invariants: whatever varies by epoch (offsets, timestamp, watermarks) is in the log before it is used, and a replay uses the log's
// values; the epochs that run are those that Spark would run, empty ones included, because they decide which rows of the next epoch are
// late. The plan is lowered once and its operators live as long as the query.
//
// source: Spark MicroBatchExecution; streaming-algorithms (epoch decision, watermarks, restart).

import { EngineError, raise } from '../../planner/errors/index.js';
import type { OutputMode, Settings, SinkRef, Trigger } from '../../planner/tree.js';
import { type Checkpoint, type OffsetEntry, RETAINED_EPOCHS, type SourceRange } from '../checkpoint/checkpoint.js';
import type { Delta, RecordBatch } from '../columnar/column.js';
import type { ConnectContext, Offset, Sink } from '../connect/contract.js';
import { MemoryTable } from '../connect/memory-table.js';
import type { FormatRegistry } from '../connect/registry.js';
import { explained } from '../host/errors.js';
import type { Host } from '../host/host.js';
import type { EpochContext, Millis, Operator, PhysicalPlan } from '../operators/operator.js';
import type { StateBackend, StateStore } from '../state/store.js';
import { closeOperators, createOperators } from '../operators/flow.js';
import { runEpoch } from './driver.js';
import { EpochChanges } from './epoch-changes.js';
import type { QueryEvents, StreamingQueryHandle, StreamingQueryStatus } from './handle.js';
import { type Input, readStatic, sameOffset } from './inputs.js';
import type { StaticPart } from './prepare.js';
import type { Dropped, KeptRows } from './kept-rows.js';
import type { KeptRowsLog } from './kept-rows-log.js';
import { Occasion } from './occasion.js';
import { callingOut, isCalledBy } from './own-call.js';
import { isoTime, type QueryLedger, type StreamingQueryProgress } from './progress.js';
import { observed, Reports } from './reports.js';
import type { QuerySettings } from './settings.js';
import { checkStoredOperators, downstreamFirst, type StatefulNode } from './stateful-nodes.js';
import { Timings } from './timings.js';
import { propagate, WatermarkTracker } from './watermarks.js';
import { explainSilence, type Why } from './why.js';

/** Everything a query runs on; made by startQuery. */
export interface QueryParts {
  readonly host: Host;
  readonly name: string | undefined;
  readonly plan: PhysicalPlan;
  readonly statics: ReadonlyMap<number, StaticPart>;
  readonly planText: string;
  readonly mode: OutputMode;
  readonly sink: Sink;
  readonly sinkRef: SinkRef;
  readonly sinkDescription: string;
  readonly trigger: Trigger;
  readonly inputs: readonly Input[];
  readonly formats: FormatRegistry;
  readonly checkpoint: Checkpoint;
  readonly state: StateBackend;
  readonly connect: Omit<ConnectContext, 'metadata'>;
  readonly settings: Settings;
  readonly options: QuerySettings;
  readonly events: QueryEvents;
  readonly kept: KeptRows;
  /** Where they are durable; undefined: nowhere. */
  readonly keptLog: KeptRowsLog | undefined;
}

/** How often old log entries are removed, in epochs. */
const PURGE_EVERY = 10;
/** The event loop gets a turn at least this often while epochs follow each other. */
const BREATHE_MILLIS = 15;
/** How often a query that is being stopped is asked whether its epoch waits for a system that is away: such an epoch is given up, as it is run again. */
const STOP_LOOK_MILLIS = 1000;
/** Sources and sinks that heed their signal have ended this long after it. */
const HEED_MILLIS = 10_000;

export class StreamingQuery implements StreamingQueryHandle {
  readonly id: string;
  readonly runId: string;
  readonly name: string | undefined;
  private readonly parts: QueryParts;
  private readonly watermarks: WatermarkTracker;
  private readonly watermarkNodes: readonly number[];
  /** Nodes with state, the most downstream first. */
  private readonly statefulNodes: readonly StatefulNode[];
  private operators: readonly Operator[] = [];
  private stores: ReadonlyMap<number, StateStore> = new Map();
  private nextEpoch: number;
  private lastTimestamp: number;
  /** End of each source in the newest epoch. */
  private positions: (Offset | undefined)[];
  private pending: OffsetEntry | undefined;
  /** The watermark that the epoch before the next one logged; undefined: there was none. */
  private loggedWatermark: Millis | undefined;
  /** What the newest epoch evicted by, per node; undefined: no epoch was run, and none is remembered. */
  private lastEvict: readonly Millis[] | undefined;
  private readonly kept: KeptRows;
  private current: { readonly epoch: number; readonly ranges: readonly SourceRange[] } | undefined;

  private stopping = false;
  private readonly aborted = new AbortController();
  /** From the call of `stop` on. */
  private readonly unwanted = new AbortController();
  private wake: (() => void) | undefined;
  private idleWaiters: { resolve: () => void; reject: (error: unknown) => void }[] = [];
  private ended = false;
  private readonly end = new Occasion();
  private failure: EngineError | undefined;
  private readonly done: Promise<void>;
  private state: StreamingQueryStatus = { message: 'Initializing sources', isDataAvailable: false, isTriggerActive: false };
  private readonly reports: Reports;
  private lastEventMillis: number;

  constructor(parts: QueryParts) {
    const { checkpoint, options, plan, host } = parts;
    const { recovery } = checkpoint;
    const { pending, commit, offsets } = recovery;
    this.parts = parts;
    this.id = checkpoint.queryId;
    this.runId = host.uuid();
    this.name = parts.name;
    this.pending = pending;
    this.nextEpoch = recovery.committed + 1;
    this.lastTimestamp = offsets?.timestampMillis ?? 0;
    this.loggedWatermark = offsets?.watermarkMillis;
    this.watermarkNodes = plan.nodes.flatMap((n, i) => (n.watermark ? [i] : []));
    this.watermarks = new WatermarkTracker(options.policy, this.watermarkNodes.map((node) => plan.nodes[node]!.watermark!), pending?.watermarkMillis ?? commit?.nextWatermarkMillis ?? 0,
      options.compatSpark || commit === undefined ? { perNode: {}, activeAt: {} } : commit);
    const stored = (pending ?? offsets)?.sources;
    if (stored && stored.length !== parts.inputs.length) {
      raise('CHECKPOINT_SOURCES_CHANGED', { directory: checkpoint.directory ?? '', stored: `${stored.length}`, current: `${parts.inputs.length}` });
    }
    this.positions = offsets ? offsets.sources.map((s) => s.upTo) : parts.inputs.map(() => undefined);
    this.statefulNodes = downstreamFirst(plan);
    this.reports = new Reports({
      id: this.id, runId: this.runId, name: this.name, plan, inputs: parts.inputs, watermarkNodes: this.watermarkNodes, statefulNodes: this.statefulNodes,
      sinkDescription: parts.sinkDescription, keep: options.recentProgress,
    });
    this.kept = parts.kept;
    for (const input of parts.inputs) {
      input.onReject = (node, record) => { this.kept.reject(node, this.current!.epoch, input.description, record); };
    }
    this.lastEventMillis = host.clock.now();
    this.done = this.loop();
  }

  get isActive(): boolean { return !this.ended; }
  get status(): StreamingQueryStatus {
    const trouble = this.ended ? undefined : this.trouble();
    return trouble === undefined ? this.state : { ...this.state, message: `${this.state.message}; trying again: ${trouble}` };
  }
  private trouble(): string | undefined { return [...this.parts.inputs.map((input) => input.source), this.parts.sink].map((part) => part.trouble?.()).find((text) => text !== undefined); }
  get exception(): EngineError | undefined { return this.failure; }
  get recentProgress(): readonly StreamingQueryProgress[] { return this.reports.recent; }
  get lastProgress(): StreamingQueryProgress | null { return this.reports.last ?? null; }
  explain(): string { return this.parts.planText; }
  droppedRows(dropped: Dropped): readonly RecordBatch[] { return this.kept.batches(dropped); }
  why(): Why {
    const { plan, inputs, trigger, options, host: { clock } } = this.parts;
    const interval = trigger.kind === 'processing_time' ? trigger.intervalMillis : 0;
    const sources = new Map(inputs.flatMap(({ description, scans }) => scans.map(({ node }) => {
      const name = plan.sources.find((s) => s.node === node)?.scan.source.name;
      return [node, name === undefined ? description : `${name} (${description})`] as const;
    })));
    const { reports } = this;
    const states = this.watermarks.states(this.lastTimestamp);
    return explainSilence({
      query: this.name ?? this.id, plan, failure: this.failure?.message, ended: this.ended, epochs: reports.epochs,
      nextTrigger: interval === 0 || this.ended ? undefined : (Math.floor(clock.now() / interval) + 1) * interval,
      rowsOut: reports.rowsOut, rowsOutOfLastEpoch: reports.last?.sink.numOutputRows ?? 0,
      counts: reports.nodeCounts(), lastCounts: reports.lastNodeCounts(),
      held: plan.nodes.map((_, i) => this.operators[i]?.holds?.()), source: (node) => sources.get(node),
      policy: options.policy, allowMultiple: options.allowMultiple, global: this.watermarks.global,
      watermarks: this.watermarkNodes.map((node, i) => ({ ...states[i]!, node, delayMillis: plan.nodes[node]!.watermark!.delayMillis })),
    });
  }
  get ledger(): QueryLedger { return this.reports.ledger; }

  /** Its sink is a function of the program. */
  private get callsProgram(): boolean { const { object } = this.parts.sinkRef; return object !== undefined && !(object instanceof MemoryTable); }
  private refuseOwnCall(method: string): void { if (isCalledBy(this)) raise('QUERY_WAITS_FOR_ITSELF', { method, queryName: this.name ?? '(no name)', queryId: this.id }); }

  async processAllAvailable(): Promise<void> {
    this.refuseOwnCall('processAllAvailable');
    if (this.failure) throw this.failure;
    if (this.ended) return;
    const idle = new Promise<void>((resolve, reject) => { this.idleWaiters.push({ resolve, reject }); });
    if (this.parts.trigger.kind !== 'processing_time' || this.parts.trigger.intervalMillis === 0) this.wake?.();
    await idle;
  }

  async awaitTermination(timeoutMillis?: number): Promise<boolean> {
    if (timeoutMillis === undefined) this.refuseOwnCall('awaitTermination');
    if (!this.ended) await this.end.wait(this.parts.host.clock, timeoutMillis);
    if (this.failure) throw this.failure;
    return this.ended;
  }

  async stop(): Promise<void> {
    this.stopping = true;
    this.unwanted.abort();
    this.wake?.();
    if (isCalledBy(this)) return;
    const { host: { clock }, options: { stopTimeoutMillis } } = this.parts;
    const until = stopTimeoutMillis > 0 ? clock.monotonic() + stopTimeoutMillis : Number.POSITIVE_INFINITY;
    for (let now = clock.monotonic(); !this.ended && now < until; now = clock.monotonic()) {
      await this.end.wait(clock, Math.min(STOP_LOOK_MILLIS, until - now));
      if (this.trouble() !== undefined) break;
    }
    this.aborted.abort();
    if (stopTimeoutMillis > 0 && !this.ended) {
      await this.end.wait(clock, HEED_MILLIS);
      if (!this.ended) raise('STREAM_STOP_TIMEOUT', { queryName: this.name ?? '(no name)', queryId: this.id, timeout: String(stopTimeoutMillis), status: this.state.message });
    }
    await this.done;
  }

  // ── The loop ──────────────────────────────────────────────────────────────────────────────────

  private async loop(): Promise<void> {
    let failure: unknown;
    try {
      await this.parts.host.clock.sleep(0);
      await this.runTriggers();
    } catch (error) {
      if (!this.stopping || !this.aborted.signal.aborted) failure = error;
    }
    await this.close(failure);
  }

  private async runTriggers(): Promise<void> {
    const { trigger, inputs, host: { clock } } = this.parts;
    const once = trigger.kind === 'once' || (trigger.kind === 'available_now' && !inputs.every((input) => input.freezable));
    if (once) { await this.step({ unlimited: true, noData: false }); return; }
    if (trigger.kind === 'available_now') {
      for (const input of inputs) await input.source.freeze!(this.unwanted.signal);
      while (!this.stopping && await this.step({ unlimited: false, noData: true })) await this.breathe();
      return;
    }
    const interval = trigger.kind === 'processing_time' ? trigger.intervalMillis : 0;
    while (!this.stopping) {
      const started = clock.monotonic();
      const left = interval > 0 ? interval - clock.now() % interval : 0;
      const waiting = this.idleWaiters.length;
      const ran = await this.step({ unlimited: false, noData: true });
      // Who began to wait during the step waits for the next one.
      if (!ran) for (const waiter of this.idleWaiters.splice(0, waiting)) waiter.resolve();
      if (this.stopping) return;
      if (interval > 0) {
        this.setStatus('Waiting for next trigger', false);
        await this.sleep(left - (clock.monotonic() - started), false);
      } else if (ran) await this.breathe();
      else if (this.idleWaiters.length === 0) {
        this.setStatus('Waiting for data to arrive', false);
        await this.sleep(this.parts.options.pollingMillis, true, this.nextTimer());
      }
    }
  }

  private breathedAt = 0;
  private async breathe(): Promise<void> {
    const { clock } = this.parts.host;
    if (clock.monotonic() - this.breathedAt < BREATHE_MILLIS) return;
    await clock.sleep(0);
    this.breathedAt = clock.monotonic();
  }

  /** Sleeps, or until a source may have data (`data`; then polls only if some source cannot tell), or until woken; never past `until`. */
  private async sleep(millis: number, data: boolean, until = Number.POSITIVE_INFINITY): Promise<void> {
    if (millis <= 0) return;
    const { inputs, host: { clock } } = this.parts;
    const over = new AbortController();
    const woken = new Promise<void>((resolve) => { this.wake = resolve; });
    const waits: Promise<void>[] = [woken];
    let quiet = inputs.length > 0;
    if (data) for (const { source } of inputs) { if (source.changed) waits.push(source.changed(over.signal)); else quiet = false; }
    waits.push(clock.sleep(Math.min(data && quiet ? this.parts.options.idleEventMillis : millis, Math.max(1, until - clock.now())), over.signal));
    try { await Promise.race(waits); } finally { this.wake = undefined; over.abort(); }
  }

  /** When the next timer by processing time is due, or a source becomes idle whose watermark something waits for. */
  private nextTimer(): Millis {
    const idle = !this.parts.options.noDataEpochs ? undefined : this.watermarks.idleTimes(this.lastTimestamp).find((t) => this.watermarks.at(t) > this.watermarks.global && this.wanted(this.watermarks.at(t), t));
    return Math.min(idle ?? Number.POSITIVE_INFINITY, ...this.operators.map((operator) => operator.nextTimer?.('processing_time') ?? Number.POSITIVE_INFINITY));
  }

  private setStatus(message: string, active: boolean, data = active && this.state.isDataAvailable): void {
    this.state = { message, isDataAvailable: data, isTriggerActive: active };
  }

  /** One trigger: runs the epoch that is due, if one is. */
  private async step(how: { readonly unlimited: boolean; readonly noData: boolean }): Promise<boolean> {
    const { inputs, host: { clock }, options } = this.parts;
    const timings = new Timings(clock.monotonic());
    const triggered = clock.now();
    if (this.pending) {
      const entry = this.pending;
      await this.epoch(entry, true, triggered, timings, entry.sources.map((s) => s.upTo));
      this.pending = undefined;
      return true;
    }
    this.setStatus('Getting offsets from the sources', true);
    const found = await timings.measure(clock, 'latestOffset', () => Promise.all(inputs.map(({ source }, i) => source.latestOffset(this.positions[i], how.unlimited, this.unwanted.signal))))
      .catch((error: unknown) => { if (this.stopping) return undefined; throw error; });
    if (found === undefined) return false;
    const ranges = this.positions.map((after, i): SourceRange => ({ after, upTo: found[i] ?? after }));
    const hasData = ranges.some((r) => !sameOffset(r.after, r.upTo));
    if (!hasData && !(how.noData && options.noDataEpochs && await this.wantsEpoch(Math.max(triggered, this.lastTimestamp)))) {
      const now = clock.now();
      if (now - this.lastEventMillis >= options.idleEventMillis) { this.lastEventMillis = now; this.parts.events.idle(isoTime(now)); }
      return false;
    }
    this.setStatus('Processing new data', true, hasData);
    const entry: OffsetEntry = {
      epoch: this.nextEpoch, timestampMillis: Math.max(triggered, this.lastTimestamp), watermarkMillis: this.watermarks.global, sources: ranges, inputs: inputs.map((input) => input.text),
      conf: options.pinned, operators: this.statefulNodes.map((s) => [s.stateId, s.name]),
    };
    await this.epoch(entry, false, triggered, timings, found.map((f, i) => f ?? this.positions[i]));
    return true;
  }

  /** Whether an epoch without rows is due at `now`: Spark's reasons, or that a source has become idle and no longer holds the watermark back. */
  private async wantsEpoch(now: Millis): Promise<boolean> {
    const { plan, options } = this.parts;
    if (this.lastEvict === undefined) {
      // After a restart the newest committed epoch's eviction is read from the log, so that an epoch held back by it runs; Spark has forgotten it.
      if (options.compatSpark || this.loggedWatermark === undefined || this.statefulNodes.length === 0) return false;
      if (this.operators.length === 0) await this.open();
      this.lastEvict = propagate(plan, this.loggedWatermark, options.allowMultiple);
    }
    return this.wanted(this.watermarks.global, now) || this.wanted(this.watermarks.at(now), now);
  }
  /** Whether some operator wants an epoch with this global watermark. */
  private wanted(global: Millis, now: Millis): boolean {
    const { plan, options } = this.parts;
    const last = this.lastEvict;
    if (last === undefined) return false;
    const watermarks = propagate(plan, global, options.allowMultiple);
    return this.operators.some((operator, i) => operator.wantsEpoch?.(watermarks[i]!, last[i]!, now) === true);
  }

  // ── One epoch ─────────────────────────────────────────────────────────────────────────────────

  private async epoch(entry: OffsetEntry, replay: boolean, triggered: number, timings: Timings, newest: readonly (Offset | undefined)[]): Promise<void> {
    const { plan, options, checkpoint, inputs, sink, mode, host: { clock } } = this.parts;
    const { epoch } = entry;
    this.current = { epoch, ranges: entry.sources };
    const startWatermark = entry.watermarkMillis;
    if (!replay) await timings.measure(clock, 'walCommit', () => checkpoint.logOffsets(entry));
    if (this.operators.length === 0) await timings.measure(clock, 'queryPlanning', () => this.open());
    const evict = propagate(plan, startWatermark, options.allowMultiple);
    const late = !options.allowMultiple ? evict : this.loggedWatermark === undefined ? plan.nodes.map(() => 0) : propagate(plan, this.loggedWatermark, options.allowMultiple);
    for (const input of inputs) input.rows = 0;
    this.kept.begin();
    const written = await timings.measure(clock, 'addBatch', async () => {
      const run = this.compute(entry, late, evict, timings);
      const changes = new EpochChanges(run);
      try {
        const write = (): Promise<void> => sink.addBatch({ epoch, mode, changes }, this.aborted.signal);
        if (!(replay && (await sink.lastCommitted?.() ?? -1) >= epoch)) await (this.callsProgram ? callingOut(this, write) : write());
        await changes.drain();
      } catch (error) { await run.return(); throw error; }
      return changes.rows;
    });
    this.watermarks.update(this.watermarkNodes.map((node) => observed(this.operators[node]!)?.max), entry.timestampMillis);
    await this.parts.keptLog?.write(epoch);
    await timings.measure(clock, 'commitOffsets', () => checkpoint.logCommit({ epoch, nextWatermarkMillis: this.watermarks.global, ...this.watermarks.memory }));
    this.kept.commit();
    await this.parts.keptLog?.trim();
    this.nextEpoch = epoch + 1;
    this.lastTimestamp = entry.timestampMillis;
    this.positions = entry.sources.map((s) => s.upTo);
    this.loggedWatermark = startWatermark;
    this.lastEvict = evict;
    for (const [i, input] of inputs.entries()) {
      const range = entry.sources[i]!;
      if (range.upTo !== undefined && !sameOffset(range.after, range.upTo)) await input.source.commit(range.upTo);
    }
    if (epoch % PURGE_EVERY === 0 && epoch > RETAINED_EPOCHS) {
      await checkpoint.purge(epoch - RETAINED_EPOCHS);
      await this.parts.state.purge(epoch - RETAINED_EPOCHS);
    }
    this.current = undefined;
    const progress = this.reports.add(this.operators, { entry, triggered, timings, totalMillis: clock.monotonic() - timings.start, rowsOut: written, newest });
    this.lastEventMillis = clock.now();
    this.parts.events.progress(progress);
  }

  /** The root's deltas; when they have all been taken the state of the epoch is durable. */
  private async *compute(entry: OffsetEntry, late: readonly Millis[], evict: readonly Millis[], timings: Timings): AsyncGenerator<Delta, void, undefined> {
    const { plan, inputs, formats, connect, statics, host: { clock } } = this.parts;
    const { signal } = this.aborted;
    const scans = new Map(inputs.flatMap((input, i) => input.scans.map((scan) => [scan.node, { input, scan, range: entry.sources[i]! }] as const)));
    const context = (node: number): EpochContext => {
      const now = { epoch: entry.epoch, timestampMillis: entry.timestampMillis, lateWatermark: late[node]!, evictWatermark: evict[node]!, final: false };
      return { ...now, aside: this.kept.aside(node, now) };
    };
    yield* runEpoch({
      plan, operators: this.operators, context, clock, signal,
      feed: (node) => {
        const given = plan.given?.find((g) => g.node === node);
        if (given) return statics.get(given.loop)!(entry.timestampMillis, signal);
        const reader = scans.get(node);
        return reader ? reader.input.read(reader.scan, reader.range, signal) : readStatic(plan.sources.find((s) => s.node === node)!.scan, formats, connect, signal);
      },
      refused: (node) => scans.get(node)?.input.refused(node) ?? 0,
    });
    await timings.measure(clock, 'stateCommit', async () => { for (const { node } of this.statefulNodes) await this.stores.get(node)!.commit(entry.epoch); });
  }

  /** Opens the state and makes the operators: in the first epoch, as what is wrong with stored state is an error of that epoch. */
  private async open(): Promise<void> {
    const { plan, state, checkpoint: { recovery } } = this.parts;
    checkStoredOperators(recovery.offsets?.operators, this.statefulNodes, this.parts.options.compatSpark);
    const stores = new Map<number, StateStore>();
    for (const { node, stateId, name } of this.statefulNodes) stores.set(node, await state.open(stateId, name, recovery.committed + 1));
    this.stores = stores;
    this.operators = createOperators(plan, (node) => stores.get(node) ?? NO_STORE, { id: this.id, runId: this.runId });
    this.reports.begin(this.operators);
  }

  // ── The end ───────────────────────────────────────────────────────────────────────────────────

  private async close(failure: unknown): Promise<void> {
    const { inputs, sink, state } = this.parts;
    if (failure !== undefined) this.failure = this.failed(failure);
    const closed = closeOperators(this.operators);
    if (closed) this.failure ??= this.failed(closed.error);
    for (const release of [...inputs.map((input) => () => input.source.close()), () => sink.close(), () => state.close()]) {
      try { await release(); } catch (error) { this.failure ??= this.failed(error); }
    }
    // What is asked of an ended query needs none of its state.
    this.operators = [];
    this.stores = new Map();
    this.ended = true;
    this.state = { message: this.failure ? `Terminated with exception: ${this.failure.message}` : 'Stopped', isDataAvailable: false, isTriggerActive: false };
    for (const waiter of this.idleWaiters) { if (this.failure) waiter.reject(this.failure); else waiter.resolve(); }
    this.idleWaiters = [];
    this.parts.events.terminated(this.failure);
    this.end.happen();
  }

  private failed(error: unknown): EngineError {
    const cause = explained(error);
    const known = cause instanceof EngineError ? cause : undefined;
    const message = cause instanceof Error ? cause.message : String(cause);
    const sources = this.parts.inputs.map((input, i) => {
      const range = this.current?.ranges[i] ?? { after: this.positions[i], upTo: undefined };
      return `${input.description} (${JSON.stringify(range.after ?? null)}, ${JSON.stringify(range.upTo ?? null)}]`;
    }).join('; ');
    return new EngineError('STREAM_FAILED', {
      queryName: this.name ?? '(no name)', queryId: this.id, runId: this.runId, epoch: String(this.current?.epoch ?? this.nextEpoch), message, sources: known?.row === undefined ? sources : `${sources}, at ${known.row}`,
    }, { cause, span: known?.span, focus: known?.focus, row: known?.row, hint: known?.hint });
  }
}

/** What a stateless operator gets. */
const NO_STORE: StateStore = {
  version: 0, stored: [], memoryUsedBytes: 0, commit: async () => undefined,
  table: () => { throw new Error('invariant violated: an operator without a state id keeps no state'); },
};
