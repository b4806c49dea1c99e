// What an operator's state did in an epoch, for progress: counted from the first call of the epoch, whichever that is, and told after its end.

import type { EpochContext, StateMetrics } from './operator.js';

export class StateCounts {
  updated = 0;
  removed = 0;
  /** Rows, or for aggregates distinct groups, as Spark's metric counts them. */
  late = 0;
  private epoch = -1;

  /** Whether the epoch is a new one: its counts begin then, and so does what else the operator keeps by epoch. */
  begins({ epoch }: EpochContext): boolean {
    if (epoch === this.epoch) return false;
    this.epoch = epoch;
    this.updated = this.removed = this.late = 0;
    return true;
  }

  metrics(operatorName: string, numRowsTotal: number, memoryUsedBytes: number, customMetrics: StateMetrics['customMetrics'] = {}): StateMetrics {
    return { operatorName, numRowsTotal, numRowsUpdated: this.updated, numRowsRemoved: this.removed, numRowsDroppedByWatermark: this.late, memoryUsedBytes, customMetrics };
  }
}
