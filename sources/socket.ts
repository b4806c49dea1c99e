// The socket source: lines of text from a TCP server, for trying things out. Lines are kept until their epoch is committed and cannot be
// asked for again after a restart. The connection is the one effect that does not go through the host.
// source: Spark TextSocketMicroBatchStream.

import net from 'node:net';
import { batchOf, EngineError, type Offset, raise, type RecordBatch, type Row, type Schema, type Source, type SourceDefinition, types } from '../engine/plugin.js';

const BATCH_ROWS = 8192;
const numberOf = (offset: Offset | undefined): number => (typeof offset === 'number' ? offset : -1);

const schemaOf = (timed: boolean): Schema => ({ fields: timed ? [types.field('value', types.STRING), types.field('timestamp', types.TIMESTAMP)] : [types.field('value', types.STRING)] });

export const socketSource: SourceDefinition = {
  format: 'socket',
  options: [
    { name: 'host', type: 'string', required: true, doc: 'name or address of the server' },
    { name: 'port', type: 'int', least: 1, most: 65535, required: true, doc: 'the port of the server' },
    { name: 'includeTimestamp', type: 'boolean', default: 'false', doc: 'also the time at which a line came' },
    { name: 'numPartitions', type: 'int', doc: 'taken and without effect: lines come in order' },
  ],
  replayable: false,
  schema: async (options, declared) => (declared ? raise('SCHEMA_NOT_ALLOWED', { format: 'socket' }) : schemaOf(options.boolean('includeTimestamp'))),
  async open({ options, schema, columns }, { host, warn }) {
    const address = { host: options.required('host'), port: options.int('port')! };
    const failure = (error: unknown): EngineError => new EngineError('SOCKET_FAILED', { host: address.host, port: String(address.port), reason: error instanceof Error ? error.message || String('code' in error ? error.code : error.name) : String(error) }, { cause: error });
    const socket = await new Promise<net.Socket>((resolve, reject) => {
      const made = net.connect(address);
      made.once('connect', () => { made.removeAllListeners('error'); resolve(made); });
      made.once('error', (error) => { made.destroy(); reject(failure(error)); });
    });
    /** Lines from number `first` on, with their times. */
    let lines: Row[] = [];
    let first = 0;
    let rest = '';
    let failed: EngineError | undefined;
    let frozen: number | undefined;
    let listeners = new Set<() => void>();
    const tell = (): void => { const all = listeners; listeners = new Set(); for (const l of all) l(); };
    const add = (line: string): void => { lines.push([line.endsWith('\r') ? line.slice(0, -1) : line, BigInt(host.clock.now()) * 1000n]); };
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      const parts = (rest + text).split('\n');
      rest = parts.pop()!;
      for (const line of parts) add(line);
      if (parts.length > 0) tell();
    });
    socket.on('error', (error) => { failed = failure(error); tell(); });
    socket.on('end', () => {
      if (rest !== '') add(rest);
      rest = '';
      warn(`the socket source's server ${address.host}:${address.port} has closed the connection`);
      tell();
    });
    /** Number of the newest line, -1: none. */
    const end = (): number => frozen ?? first + lines.length - 1;
    let based = false;
    let seen = -1;
    const columnTypes = columns.map((c) => schema.fields[c]!.type);
    const source: Source = {
      async latestOffset(after) {
        if (failed) throw failed;
        // After a restart lines are numbered on from the checkpoint's offset.
        if (!based) { based = true; first = numberOf(after) + 1; }
        seen = end();
        return seen < 0 ? undefined : seen;
      },
      async freeze() { frozen = first + lines.length - 1; },
      async *getBatch(after, upTo, signal): AsyncGenerator<RecordBatch, void, undefined> {
        const from = numberOf(after) + 1;
        if (!based || from < first) raise('OFFSETS_NOT_AVAILABLE', { source: 'socket', after: String(from - 1), first: String(first - 1) });
        for (let at = from; at <= numberOf(upTo) && !signal.aborted; at += BATCH_ROWS) {
          const part = lines.slice(at - first, Math.min(at + BATCH_ROWS, numberOf(upTo) + 1) - first);
          yield batchOf(columnTypes, part.map((line) => columns.map((c) => line[c]!)));
        }
      },
      async commit(upTo) {
        const count = numberOf(upTo) + 1 - first;
        if (count > 0) { lines = lines.slice(count); first += count; }
      },
      async newestOffset() { return end() < 0 ? undefined : end(); },
      async changed(signal) {
        if (signal.aborted || end() > seen || failed) return;
        await new Promise<void>((resolve) => {
          const done = (): void => { listeners.delete(done); signal.removeEventListener('abort', done); resolve(); };
          listeners.add(done);
          signal.addEventListener('abort', done);
        });
      },
      async close() { socket.removeAllListeners('end'); socket.on('error', () => undefined); socket.destroy(); },
    };
    return source;
  },
  describe: (options) => `TextSocketV2[host: ${options.get('host')}, port: ${options.get('port')}]`,
};
