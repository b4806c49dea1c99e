// The memory sink: the query's rows as a table of the session, under the query's name. The table is the sink's object.
// source: Spark MemorySink.

import { MemoryTable, raise, type RecordBatch, type SinkDefinition } from '../engine/plugin.js';

export const memorySink: SinkDefinition = {
  format: 'memory', options: [], modes: ['append', 'update', 'complete'], temporaryCheckpoint: true,
  open: async ({ object, schema }) => {
    if (!(object instanceof MemoryTable)) return raise('SINK_FUNCTION_REQUIRED', { format: 'memory' });
    object.schema = schema;
    return {
      lastCommitted: async () => (object.epoch < 0 ? undefined : object.epoch),
      async addBatch({ epoch, mode, changes }) {
        const batches: RecordBatch[] = [];
        for await (const { length, columns, selection } of changes) batches.push({ length, columns, selection });
        object.addEpoch(epoch, mode, batches);
      },
      async close() { /* the table outlives the query */ },
    };
  },
  describe: () => 'MemorySink',
};
