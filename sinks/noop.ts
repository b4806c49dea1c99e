// The noop sink: computes every row of an epoch and drops it. For measuring.

import type { SinkDefinition } from '../engine/plugin.js';

export const noopSink: SinkDefinition = {
  format: 'noop', options: [], modes: ['append', 'update', 'complete'], temporaryCheckpoint: true,
  open: async () => ({ async addBatch({ changes }) { for await (const _ of changes) { /* dropped */ } }, async close() { /* nothing is open */ } }),
  async write(_request, batches) { for await (const _ of batches) { /* dropped */ } },
  describe: () => 'NoopTable',
};
