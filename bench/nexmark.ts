// Nexmark queries end to end: file source (one file an epoch, AVAILABLE NOW), checkpoint on, noop sink. The queries
// are in nexmark-queries.ts; tests/bench compares their answers with DuckDB's. One measurement is a fresh process; start-up of Node and of the session is outside of the measured time.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Session } from '../index.js';
import { generate, type Kind } from './generate.js';
import { QUERIES } from './nexmark-queries.js';
import type { BenchResult } from './result.js';

const SCHEMAS: Readonly<Record<Kind, string>> = {
  person: 'id BIGINT, name STRING, emailAddress STRING, creditCard STRING, city STRING, state STRING, dateTime TIMESTAMP, extra STRING',
  auction: 'id BIGINT, itemName STRING, description STRING, initialBid BIGINT, reserve BIGINT, dateTime TIMESTAMP, expires TIMESTAMP, seller BIGINT, category BIGINT, extra STRING',
  bid: 'auction BIGINT, bidder BIGINT, price BIGINT, channel STRING, url STRING, dateTime TIMESTAMP, extra STRING',
};

/** Where the events are: the given directory, or made once in the system's temporary one. */
export function eventsAt(data: string | undefined, kinds: readonly Kind[] = ['bid']): string {
  const made = data ?? path.join(os.tmpdir(), 'millrace-nexmark-2m');
  const missing = kinds.filter((kind) => !fs.existsSync(path.join(made, kind)));
  if (missing.length > 0) generate(made, { events: 2_000_000, files: 20, kinds: missing });
  return made;
}

/** The names of the single measurements; each wants a process of its own. */
export const parts: readonly string[] = Object.keys(QUERIES);
export function prepare(options: { readonly data?: string }): void { eventsAt(options.data); }

export async function run(options: { readonly data?: string; readonly part?: string } = {}): Promise<BenchResult[]> {
  const results: BenchResult[] = [];
  for (const name of options.part === undefined ? parts : [options.part]) {
    const query = QUERIES[name];
    if (!query) throw new Error(`there is no query ${name}; there are ${parts.join(', ')}`);
    const checkpoint = fs.mkdtempSync(path.join(os.tmpdir(), 'millrace-bench-'));
    const session = new Session({ conf: { 'millrace.warnUnboundedState': 'false' } });
    try {
      const kinds = query.inputs.filter((input): input is Kind => input !== 'side_input');
      const data = eventsAt(options.data, kinds);
      for (const kind of kinds) {
        const events = session.readStream.schema(SCHEMAS[kind]).option('maxFilesPerTrigger', 1).json(path.join(data, kind));
        (query.watermark ? events.withWatermark('dateTime', '4 seconds') : events).createOrReplaceTempView(kind);
      }
      session.sql('SELECT id AS key, CAST(id AS STRING) AS value FROM range(10000)').createOrReplaceTempView('side_input');
      const begin = process.cpuUsage();
      const clock = performance.now();
      const running = await session.sql(query.sql).writeStream.format('noop').queryName(name).outputMode(query.mode).option('checkpointLocation', checkpoint).trigger({ availableNow: true }).start();
      await running.awaitTermination();
      const { user, system } = process.cpuUsage(begin);
      const cpu = (user + system) / 1e6;
      const wall = (performance.now() - clock) / 1000;
      const progress = running.recentProgress;
      const rows = progress.reduce((n, p) => n + p.numInputRows, 0);
      results.push({ name: `nexmark ${name}`, value: Math.round(rows / cpu), unit: 'rows/CPU s', note: `${rows} rows, ${progress.length} epochs, ${cpu.toFixed(2)} CPU s, ${wall.toFixed(2)} s, peak ${Math.round(process.resourceUsage().maxRSS / 1024)} MB` });
    } finally {
      await session.stop();
      fs.rmSync(checkpoint, { recursive: true, force: true });
    }
  }
  return results;
}
