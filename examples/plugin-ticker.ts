// A source and a sink of one's own: docs/plugins.md explains it line by line. `ticker` makes up prices, one for each symbol at every tick; `journal` keeps one
// file of JSON lines an epoch. In a package of its own the imports are 'millrace/plugin' and 'millrace'.

import {
  batchOf, BytesWriter, createFile, jsonLines, jsonOptions, listDirectory, makeDurableDirectory, type Offset, raise, type Row, type Schema, type SinkDefinition, type Source, type SourceDefinition, types,
} from '../engine/plugin.js';
import { Session } from '../index.js';

const SCHEMA: Schema = { fields: [types.field('at', types.TIMESTAMP), types.field('symbol', types.STRING), types.field('price', types.DOUBLE)] };

/** An offset is the number of ticks so far. */
const ticksOf = (offset: Offset | undefined): number => (typeof offset === 'number' ? offset : 0);

export const tickerSource: SourceDefinition = {
  format: 'ticker',
  options: [
    { name: 'symbols', type: 'string', required: true, doc: 'what is priced, parted by commas' },
    { name: 'every', type: 'duration', default: '1 second', doc: 'time between two ticks' },
    { name: 'maxTicksPerTrigger', type: 'int', doc: 'at most so many ticks an epoch' },
  ],
  replayable: true,
  schema: async (_options, declared) => (declared ? raise('SCHEMA_NOT_ALLOWED', { format: 'ticker' }) : SCHEMA),
  async open({ options, columns }, { host, metadata }) {
    const symbols = options.required('symbols').split(',').map((s) => s.trim());
    const every = options.duration('every')!;
    if (every < 1) raise('INVALID_OPTION_VALUE', { format: 'ticker', option: 'every', value: String(every), expected: 'at least a millisecond' });
    const most = options.int('maxTicksPerTrigger') ?? Number.POSITIVE_INFINITY;
    // The first start is part of the checkpoint: after a restart a tick is still the same rows.
    const stored = await metadata.get('start');
    const start = stored ? Number(Buffer.from(stored).toString()) : host.clock.now();
    if (!stored) await metadata.put('start', Buffer.from(String(start)));
    let frozen: number | undefined;
    const now = (): number => frozen ?? Math.floor((host.clock.now() - start) / every) + 1;
    const row = (tick: number, s: number): Row => [BigInt(start + tick * every) * 1000n, symbols[s]!, 100 + Math.round(1000 * Math.sin(tick / 7 + s)) / 100];
    const columnTypes = columns.map((c) => SCHEMA.fields[c]!.type);
    const source: Source = {
      async latestOffset(after, unlimited) { return Math.max(ticksOf(after), Math.min(now(), unlimited ? Number.POSITIVE_INFINITY : ticksOf(after) + most)); },
      async *getBatch(after, upTo) {
        for (let tick = ticksOf(after); tick < ticksOf(upTo); tick++) {
          yield batchOf(columnTypes, symbols.map((_, s) => { const r = row(tick, s); return columns.map((c) => r[c]!); }));
        }
      },
      async commit() { /* nothing is kept that could be let go */ },
      async freeze() { frozen = now(); },
      async newestOffset() { return now(); },
      async close() { /* nothing is open */ },
    };
    return source;
  },
  describe: (options) => `Ticker[${options.get('symbols')}]`,
};

export const journalSink: SinkDefinition = {
  format: 'journal',
  options: [{ name: 'path', type: 'string', required: true, doc: 'the directory of the epochs\' files' }],
  modes: ['append', 'update'],
  temporaryCheckpoint: false,
  async open({ options, schema }, { host, timeZone }) {
    const { files } = host;
    const directory = files.absolute(options.required('path'));
    const write = jsonLines(schema, jsonOptions(() => undefined, timeZone));
    await makeDurableDirectory(files, directory);
    let newest = Math.max(-1, ...(await listDirectory(files, directory)).map((name) => Number.parseInt(name, 10)).filter(Number.isInteger));
    return {
      async lastCommitted() { return newest < 0 ? undefined : newest; },
      async addBatch({ epoch, changes }) {
        // A replay after a crash: the epoch is here already, or not at all, as createFile gives a file its name when it is whole.
        if (epoch <= newest) return;
        const out = new BytesWriter();
        for await (const change of changes) write(change, out);
        await createFile(files, directory, `${epoch}.json`, [out.take()]);
        newest = epoch;
      },
      async close() { /* no file stays open */ },
    };
  },
  describe: (options) => `Journal[${options.get('path')}]`,
};

async function main(): Promise<void> {
  const session = new Session();
  session.registerSource(tickerSource);
  session.registerSink(journalSink);
  await session.runScript(`
    CREATE STREAM prices USING ticker OPTIONS (symbols 'ABC, XYZ', every '100 ms');
    START QUERY highs INTO journal OPTIONS (path 'prices') OUTPUT MODE update CHECKPOINT 'prices-checkpoint' AS
      SELECT symbol, max(price) AS high FROM prices GROUP BY symbol;
  `);
  await session.streams.awaitAnyTermination(5_000);
  await session.stop();
}
if (require.main === module) main().catch((error: unknown) => { process.stderr.write(`${String(error)}\n`); process.exit(1); });
