// Tables in memory: those of CREATE TABLE without a format, and those that the memory sink fills.

import { raise } from '../../planner/errors/index.js';
import type { Field } from '../../planner/types.js';
import { type RecordBatch, rowCount } from '../columnar/column.js';
import { ownRows } from '../columnar/gather.js';
import { reader } from '../columnar/read.js';
import type { Result } from './backend.js';
import type { BatchHolder } from './local.js';

/** A table that INSERT writes. @throws NOT_NULL_ASSERT_VIOLATION, and then takes none of the rows */
export function tableHolder(fields: readonly Field[]): BatchHolder & { insert(rows: Result, overwrite: boolean): Promise<void> } {
  let batches: readonly RecordBatch[] = [];
  return {
    batches: () => batches,
    async insert(rows, overwrite) {
      const added: RecordBatch[] = [];
      for await (const batch of rows.batches) if (rowCount(batch) > 0) { refuseNulls(batch, fields); added.push(ownRows(batch)); }
      batches = overwrite ? added : [...batches, ...added];
    },
  };
}

function refuseNulls(batch: RecordBatch, fields: readonly Field[]): void {
  for (const [i, { name, nullable }] of fields.entries()) {
    if (nullable) continue;
    const read = reader(batch.columns[i]!);
    for (let k = 0; k < rowCount(batch); k++) if (read(batch.selection?.[k] ?? k) === null) raise('NOT_NULL_ASSERT_VIOLATION', { walkedTypePath: `\`${name}\`` });
  }
}
