// The table that a memory sink fills: what the session registers under the query's name, reads statically, and gives to the sink as its object.
// Append and update add rows, complete replaces them. An epoch that is already in it changes nothing.
// source: Spark MemorySink.

import type { OutputMode } from '../../planner/tree.js';
import type { Schema } from '../../planner/types.js';
import { type RecordBatch, rowCount } from '../columnar/column.js';
import { ownRows } from '../columnar/gather.js';

export class MemoryTable {
  /** Known once the sink is open. */
  schema: Schema = { fields: [] };
  private held: RecordBatch[] = [];
  private newest = -1;

  /** The newest epoch in the table, -1: none. */
  get epoch(): number { return this.newest; }
  get rowCount(): number { return this.held.reduce((n, b) => n + rowCount(b), 0); }
  /** As they are now. */
  batches(): readonly RecordBatch[] { return [...this.held]; }

  addEpoch(epoch: number, mode: OutputMode, batches: readonly RecordBatch[]): void {
    if (epoch <= this.newest) return;
    if (mode === 'complete') this.held = [];
    for (const batch of batches) this.held.push(ownRows(batch));
    this.newest = epoch;
  }
  clear(): void { this.held = []; this.newest = -1; }
}
