// The rate-micro-batch source: the same number of rows in every epoch, whatever the clock says. An offset is the number of batches so far.
// source: Spark RatePerMicroBatchStream.

import { type Offset, raise, type Source, type SourceDefinition } from '../engine/plugin.js';
import { RATE_SCHEMA, rowsOf } from './rate.js';

interface Position { readonly offset: number; readonly timestamp: number }
const positionOf = (offset: Offset | undefined, start: number): Position => {
  if (typeof offset !== 'object' || offset === null || !('offset' in offset)) return { offset: 0, timestamp: start };
  return { offset: Number(offset.offset), timestamp: Number(offset.timestamp) };
};

export const rateMicroBatchSource: SourceDefinition = {
  format: 'rate-micro-batch',
  options: [
    { name: 'rowsPerBatch', type: 'int', least: 1, required: true, doc: 'rows in an epoch' },
    { name: 'startTimestamp', type: 'int', least: 0, default: '0', doc: 'time of the first batch, ms' },
    { name: 'advanceMillisPerBatch', type: 'int', least: 0, default: '1000', doc: 'how far the time of the next batch lies behind' },
    { name: 'numPartitions', type: 'int', doc: 'taken and without effect: rows come in order' },
  ],
  replayable: true,
  schema: async (_options, declared) => (declared ? raise('SCHEMA_NOT_ALLOWED', { format: 'rate-micro-batch' }) : RATE_SCHEMA),
  async open({ options, columns }) {
    const rowsPerBatch = options.int('rowsPerBatch')!;
    const start = options.int('startTimestamp')!;
    const advance = options.int('advanceMillisPerBatch')!;
    /** After `freeze`: one more batch, then none. */
    let left = Number.POSITIVE_INFINITY;
    const source: Source = {
      async latestOffset(after) {
        if (left <= 0) return after;
        left--;
        const at = positionOf(after, start);
        return { offset: at.offset + rowsPerBatch, timestamp: at.timestamp + advance };
      },
      async freeze() { left = 1; },
      async *getBatch(after, upTo) {
        const end = positionOf(upTo, start).offset;
        let { offset, timestamp } = positionOf(after, start);
        for (; offset < end; offset += rowsPerBatch, timestamp += advance) yield rowsOf(new Array<number>(Math.min(rowsPerBatch, end - offset)).fill(timestamp), offset, columns);
      },
      async commit() { /* nothing is kept */ },
      async close() { /* nothing is open */ },
    };
    return source;
  },
  describe: (options) => `RatePerMicroBatchStream[rowsPerBatch=${options.get('rowsPerBatch')}]`,
};
