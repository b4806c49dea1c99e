// The user's handle of a running query.

import { raise, type EngineError } from '../../planner/errors/index.js';
import type { StreamingQueryProgress } from '../runtime/progress.js';
import type { StreamingQueryHandle, StreamingQueryStatus } from '../runtime/query.js';

export class Query {
  private readonly handle: StreamingQueryHandle;
  constructor(handle: StreamingQueryHandle) { this.handle = handle; }
  get id(): string { return this.handle.id; }
  get runId(): string { return this.handle.runId; }
  get name(): string | undefined { return this.handle.name; }
  get isActive(): boolean { return this.handle.isActive; }
  get status(): StreamingQueryStatus { return this.handle.status; }
  get lastProgress(): StreamingQueryProgress | null { return this.handle.lastProgress; }
  get recentProgress(): readonly StreamingQueryProgress[] { return this.handle.recentProgress; }
  get exception(): EngineError | undefined { return this.handle.exception; }
  processAllAvailable(): Promise<void> { return this.handle.processAllAvailable(); }
  awaitTermination(timeoutMillis?: number): Promise<boolean> { return this.handle.awaitTermination(timeoutMillis); }
  stop(): Promise<void> { return this.handle.stop(); }
  explain(): string { return this.handle.explain(); }
  lateRows(): never { return raise('NOT_SUPPORTED_YET', { feature: 'lateRows()' }); }
  rejectedRows(): never { return raise('NOT_SUPPORTED_YET', { feature: 'rejectedRows()' }); }
}
