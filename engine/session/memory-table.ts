// Tables in memory: those of CREATE TABLE without a format, and those that the memory sink fills.

import { type RecordBatch, rowCount } from '../columnar/column.js';
import type { Result } from './backend.js';
import type { BatchHolder } from './local.js';

/** A table that INSERT writes. */
export function tableHolder(): BatchHolder & { insert(rows: Result, overwrite: boolean): Promise<void> } {
  let batches: readonly RecordBatch[] = [];
  return {
    batches: () => batches,
    async insert(rows, overwrite) {
      const added: RecordBatch[] = [];
      for await (const batch of rows.batches) if (rowCount(batch) > 0) added.push(batch);
      batches = overwrite ? added : [...batches, ...added];
    },
  };
}
