// The user's handle of a running query.

import type { EngineError } from '../../planner/errors/index.js';
import type { UnresolvedPlan } from '../../planner/tree.js';
import { columnsOf, type Dropped } from '../runtime/kept-rows.js';
import type { QueryManager, StreamingQueryListener } from '../runtime/manager.js';
import type { QueryLedger, StreamingQueryProgress } from '../runtime/progress.js';
import type { StreamingQueryHandle, StreamingQueryStatus } from '../runtime/handle.js';
import type { Why } from '../runtime/why.js';
import { checked, type Kind, NAME, NUMBER, OBJECT, type Signature } from './checked.js';
import { INSPECT } from './inspect.js';
import { holderPlan } from './local.js';

/** The rows that a query counted as late or rejected, as they are when the plan is run. */
export const droppedPlan = (handle: StreamingQueryHandle, dropped: Dropped): UnresolvedPlan =>
  holderPlan({ fields: columnsOf(dropped) }, { batches: () => handle.droppedRows(dropped) }, `${dropped}_rows`);

export class Query {
  private readonly handle: StreamingQueryHandle;
  private readonly frame: (plan: UnresolvedPlan) => object;
  constructor(handle: StreamingQueryHandle, frame: (plan: UnresolvedPlan) => object) { this.handle = handle; this.frame = frame; }
  get id(): string { return this.handle.id; }
  get runId(): string { return this.handle.runId; }
  get name(): string | undefined { return this.handle.name; }
  get isActive(): boolean { return this.handle.isActive; }
  get status(): StreamingQueryStatus { return this.handle.status; }
  get lastProgress(): StreamingQueryProgress | null { return this.handle.lastProgress; }
  get recentProgress(): readonly StreamingQueryProgress[] { return this.handle.recentProgress; }
  get exception(): EngineError | undefined { return this.handle.exception; }
  processAllAvailable(): Promise<void> { return this.handle.processAllAvailable(); }
  async awaitTermination(timeoutMillis?: number): Promise<boolean> { return this.handle.awaitTermination(timeoutMillis); }
  stop(): Promise<void> { return this.handle.stop(); }
  explain(): string { return this.handle.explain(); }
  why(): Why { return this.handle.why(); }
  get ledger(): QueryLedger { return this.handle.ledger; }
  lateRows(): object { return this.frame(droppedPlan(this.handle, 'late')); }
  rejectedRows(): object { return this.frame(droppedPlan(this.handle, 'rejected')); }
  /** For console.log. */
  [INSPECT](_depth: number, options: object, inspect: (value: object, options: object) => string): string {
    const { name, id, runId, status: { message }, lastProgress } = this;
    return `StreamingQuery ${inspect({ name, id, runId, status: message, epoch: lastProgress?.batchId }, options)}`;
  }
}

const TIMEOUT: Kind = { expected: 'a number of milliseconds from 0', holds: (v) => NUMBER.holds(v) && (v as number) >= 0 };
checked(Query.prototype, 'query', { processAllAvailable: [], awaitTermination: [['timeoutMillis', TIMEOUT, 'optional']], stop: [], explain: [], why: [], lateRows: [], rejectedRows: [] });

/** The queries of a session as users see them. */
export class Streams {
  private readonly manager: QueryManager;
  private readonly frame: (plan: UnresolvedPlan) => object;
  private readonly known = new WeakMap<StreamingQueryHandle, Query>();
  constructor(manager: QueryManager, frame: (plan: UnresolvedPlan) => object) { this.manager = manager; this.frame = frame; }

  /** The same object for the same start of a query. */
  queryOf(handle: StreamingQueryHandle): Query {
    const query = this.known.get(handle) ?? new Query(handle, this.frame);
    this.known.set(handle, query);
    return query;
  }
  get active(): readonly Query[] { return this.manager.active.map((handle) => this.queryOf(handle)); }
  get(id: string): Query | undefined { const handle = this.manager.get(id); return handle && this.queryOf(handle); }
  async awaitAnyTermination(timeoutMillis?: number): Promise<boolean> { return this.manager.awaitAnyTermination(timeoutMillis); }
  resetTerminated(): void { this.manager.resetTerminated(); }
  addListener(listener: StreamingQueryListener): void { this.manager.addListener(listener); }
  removeListener(listener: StreamingQueryListener): void { this.manager.removeListener(listener); }
  listListeners(): readonly StreamingQueryListener[] { return this.manager.listListeners(); }
}
const listener: Signature = [['listener', OBJECT]];
checked(Streams.prototype, 'session.streams', {
  queryOf: [['handle', OBJECT]], get: [['id', NAME]], awaitAnyTermination: [['timeoutMillis', TIMEOUT, 'optional']], resetTerminated: [], addListener: listener, removeListener: listener, listListeners: [],
});
