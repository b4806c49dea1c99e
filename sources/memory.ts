// The memory source: reads the rows that the program adds to a MemoryStream.

import { type ConnectContext, MemoryStream, raise, type Schema, type SourceDefinition } from '../engine/plugin.js';

export { MemoryStream };

/** A stream of rows with this schema. */
export const memoryStream = (schema: Schema): MemoryStream => new MemoryStream(schema);

function streamOf(object: object | undefined): MemoryStream {
  return object instanceof MemoryStream ? object : raise('MISSING_OPTION', { format: 'memory', option: 'stream', doc: 'the MemoryStream to read, given to the reader as an object' });
}

export const memorySource: SourceDefinition = {
  format: 'memory',
  options: [],
  replayable: true,
  schema: async (_options, declared, { object }) => declared ?? streamOf(object).schema,
  open: async (request, _context: ConnectContext) => streamOf(request.object).open(request.columns),
  read: (request) => { const stream = streamOf(request.object); return stream.open(request.columns).getBatch(undefined, stream.end, new AbortController().signal); },
  describe: () => 'MemoryStream',
};
