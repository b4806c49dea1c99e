// What a query tells about itself: progress objects with Spark's keys in Spark's order, and beside them our row ledger by operator.
//
// source: Spark StreamingQueryProgress; rates are left out where they are no number.

import type { Json, SourceMetrics } from '../connect/contract.js';
import { isoMillisText } from '../formats/datetime.js';
import { UTC } from '../formats/zone.js';
import type { RowCounts, StateMetrics } from '../operators/operator.js';

export interface SourceProgress {
  readonly description: string;
  readonly startOffset: Json;
  readonly endOffset: Json;
  readonly latestOffset: Json;
  readonly numInputRows: number;
  readonly inputRowsPerSecond?: number;
  readonly processedRowsPerSecond?: number;
  readonly metrics?: SourceMetrics;
}
export interface StateOperatorProgress {
  readonly operatorName: string;
  readonly numRowsTotal: number;
  readonly numRowsUpdated: number;
  readonly allUpdatesTimeMs: number;
  readonly numRowsRemoved: number;
  readonly allRemovalsTimeMs: number;
  readonly commitTimeMs: number;
  readonly memoryUsedBytes: number;
  readonly numRowsDroppedByWatermark: number;
  readonly numShufflePartitions: number;
  readonly numStateStoreInstances: number;
  readonly customMetrics: Readonly<Record<string, number>>;
}
/** Ours: where each operator's rows of the epoch went; in = used + filtered + late + rejected + deduplicated. */
export interface OperatorLedger extends Readonly<RowCounts> {
  readonly operator: string;
  /** Tells operators of a kind apart; what late and rejected rows name. */
  readonly id: string;
}
/** The same since this start of the query; `total` sums its operators. */
export interface QueryLedger { readonly total: Readonly<RowCounts>; readonly operators: readonly OperatorLedger[] }

export interface StreamingQueryProgress {
  readonly id: string;
  readonly runId: string;
  readonly name: string | null;
  /** Start of the trigger, ISO in UTC. */
  readonly timestamp: string;
  readonly batchId: number;
  readonly batchDuration: number;
  readonly numInputRows: number;
  readonly inputRowsPerSecond?: number;
  readonly processedRowsPerSecond?: number;
  readonly durationMs: Readonly<Record<string, number>>;
  /** Empty in a query without a watermark; min, max and avg only if the epoch had rows. */
  readonly eventTime: { readonly avg?: string; readonly max?: string; readonly min?: string; readonly watermark?: string };
  readonly stateOperators: readonly StateOperatorProgress[];
  readonly sources: readonly SourceProgress[];
  readonly sink: { readonly description: string; readonly numOutputRows: number };
  readonly operators: readonly OperatorLedger[];
}

/** `2024-02-29T12:34:56.123Z`, of any time that a TIMESTAMP can hold. */
export const isoTime = (millis: number): string => isoMillisText(BigInt(millis) * 1000n, UTC);

/** Rows a second, or nothing where the time is none. */
export const rate = <K extends string>(key: K, rows: number, millis: number): { readonly [P in K]?: number } =>
  millis > 0 ? { [key]: Math.round((rows * 10_000) / millis) / 10 } as { readonly [P in K]?: number } : {};

export const stateProgress = (metrics: StateMetrics, commitTimeMs: number): StateOperatorProgress => ({
  operatorName: metrics.operatorName, numRowsTotal: metrics.numRowsTotal, numRowsUpdated: metrics.numRowsUpdated, allUpdatesTimeMs: 0,
  numRowsRemoved: metrics.numRowsRemoved, allRemovalsTimeMs: 0, commitTimeMs: Math.round(commitTimeMs), memoryUsedBytes: metrics.memoryUsedBytes,
  numRowsDroppedByWatermark: metrics.numRowsDroppedByWatermark, numShufflePartitions: 1, numStateStoreInstances: 1,
  customMetrics: Object.fromEntries(Object.entries(metrics.customMetrics).sort(([a], [b]) => (a < b ? -1 : 1))),
});
