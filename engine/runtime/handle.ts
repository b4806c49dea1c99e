// What a caller holds of a running query, and what the query tells of itself.

import type { EngineError } from '../../planner/errors/index.js';
import type { RecordBatch } from '../columnar/column.js';
import type { Dropped } from './kept-rows.js';
import type { QueryLedger, StreamingQueryProgress } from './progress.js';
import type { Why } from './why.js';

export interface StreamingQueryStatus { readonly message: string; readonly isDataAvailable: boolean; readonly isTriggerActive: boolean }

/** What a caller holds of a running query. */
export interface StreamingQueryHandle {
  /** The same over restarts from a checkpoint. */
  readonly id: string;
  /** Of this start. */
  readonly runId: string;
  readonly name: string | undefined;
  readonly isActive: boolean;
  readonly status: StreamingQueryStatus;
  /** Spark's StreamingQueryProgress, same keys. */
  readonly lastProgress: StreamingQueryProgress | null;
  readonly recentProgress: readonly StreamingQueryProgress[];
  /** What ended the query, if it failed: STREAM_FAILED with its cause. */
  readonly exception: EngineError | undefined;
  /** Resolves when everything that was there at the call is in the sink and no epoch is due. @throws the query's error, QUERY_WAITS_FOR_ITSELF */
  processAllAvailable(): Promise<void>;
  /** Resolves when the query has ended: true; or false after `timeoutMillis`. @throws the query's error, QUERY_WAITS_FOR_ITSELF */
  awaitTermination(timeoutMillis?: number): Promise<boolean>;
  /** Ends the query after the epoch that runs. One whose source or sink is trying again (a server that is away) is given up, and one that takes
   *  longer than spark.sql.streaming.stopTimeout: it is run again at the next start.
   *  Called by the query's own sink (foreachBatch) it resolves at once, and the query ends after that epoch. @throws STREAM_STOP_TIMEOUT if then it does not end either */
  stop(): Promise<void>;
  explain(): string;
  /** Why there is no output yet, or no further one: which operator holds rows, what pins its watermark, what would release them; what was dropped, and
   *  why; what has not come. `String(query.why())` is its text. */
  why(): Why;
  /** Where the rows of each operator went since this start, also when the query has ended: in = used + filtered + late + rejected + deduplicated. */
  readonly ledger: QueryLedger;
  /** Late or rejected rows of committed epochs that are kept, with the columns of columnsOf; also when the query has ended. */
  droppedRows(dropped: Dropped): readonly RecordBatch[];
}

export interface QueryEvents {
  progress(progress: StreamingQueryProgress): void;
  idle(timestamp: string): void;
  terminated(exception: EngineError | undefined): void;
}
