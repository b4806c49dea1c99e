// Rows that are in the process already, as a source: an epoch's batches in foreachBatch, an Arrow table, the table of a memory sink.

import type { UnresolvedPlan } from '../../planner/tree.js';
import type { Schema } from '../../planner/types.js';
import type { RecordBatch } from '../columnar/column.js';
import type { SourceDefinition } from '../connect/contract.js';

/** Something whose batches can be read at any moment: each read sees what is there then. */
export interface BatchHolder { batches(): readonly RecordBatch[] | Promise<readonly RecordBatch[]> }
const FORMAT = 'local-batches';

export const holderPlan = (schema: Schema, holder: BatchHolder, name?: string): Extract<UnresolvedPlan, { kind: 'source' }> =>
  ({ kind: 'source', streaming: false, source: { format: FORMAT, options: {}, schema: schema.fields, object: holder, ...(name !== undefined && { name }) } });
export const batchesPlan = (schema: Schema, batches: readonly RecordBatch[]): UnresolvedPlan => holderPlan(schema, { batches: () => batches });

const unreachable = async (): Promise<never> => { throw new Error('local batches are read statically, with their schema'); };
/** The source that reads such holders; every session knows it. */
export const localBatchesSource: SourceDefinition = {
  format: FORMAT, options: [], replayable: false, describe: () => 'LocalBatches', schema: unreachable, open: unreachable,
  async *read(request) {
    for (const b of await (request.object as BatchHolder).batches()) yield { ...b, columns: request.columns.map((c) => b.columns[c]!) };
  },
};
