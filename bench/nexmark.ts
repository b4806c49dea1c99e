// Nexmark queries end to end: file source (one file an epoch, AVAILABLE NOW), checkpoint on, noop sink. The SQL is what the same queries
// are in Spark. One measurement is a fresh process; start-up of Node and of the session is outside of the measured time.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Session } from '../index.js';
import { generate } from './generate.js';
import type { BenchResult } from './result.js';

const WINDOW = "window(dateTime, '10 seconds')";
interface NexmarkQuery { readonly mode: 'append' | 'update'; /** With a watermark of 4 seconds. */ readonly watermark: boolean; readonly sql: string }
export const QUERIES: Readonly<Record<string, NexmarkQuery>> = {
  q0: { mode: 'append', watermark: false, sql: 'SELECT auction, bidder, price, dateTime, extra FROM bid' },
  q1: { mode: 'append', watermark: false, sql: 'SELECT auction, bidder, 0.908 * price AS price, dateTime, extra FROM bid' },
  q2: { mode: 'append', watermark: false, sql: 'SELECT auction, price FROM bid WHERE auction % 123 = 0' },
  q5r: { mode: 'append', watermark: true, sql: `SELECT window, max(struct(num, auction)) AS hot FROM (SELECT auction, window, count(*) AS num FROM bid
    GROUP BY auction, window(dateTime, '10 seconds', '2 seconds')) GROUP BY window` },
  q7: { mode: 'append', watermark: true, sql: `SELECT window, max(struct(price, auction, bidder, dateTime, extra)) AS top FROM bid GROUP BY ${WINDOW}` },
  q12: { mode: 'append', watermark: true, sql: `SELECT bidder, count(*) AS n, window FROM bid GROUP BY bidder, ${WINDOW}` },
  q17: { mode: 'update', watermark: false, sql: `SELECT auction, date_format(dateTime, 'yyyy-MM-dd') AS day, count(*) AS total, count(*) FILTER (WHERE price < 10000) AS r1,
    count(*) FILTER (WHERE price >= 10000 AND price < 1000000) AS r2, count(*) FILTER (WHERE price >= 1000000) AS r3,
    min(price), max(price), avg(price), sum(price) FROM bid GROUP BY auction, date_format(dateTime, 'yyyy-MM-dd')` },
  // Spark refuses these two.
  q18: { mode: 'update', watermark: false, sql: `SELECT auction, bidder, price, channel, url, dateTime, extra
    FROM (SELECT *, row_number() OVER (PARTITION BY bidder, auction ORDER BY dateTime DESC) AS place FROM bid) WHERE place <= 1` },
  q19: { mode: 'update', watermark: false, sql: 'SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY auction ORDER BY price DESC) AS place FROM bid) WHERE place <= 10' },
};
const BID = 'auction BIGINT, bidder BIGINT, price BIGINT, channel STRING, url STRING, dateTime TIMESTAMP, extra STRING';

/** Where the events are: the given directory, or made once in the system's temporary one. */
export function eventsAt(data: string | undefined): string {
  if (data !== undefined && fs.existsSync(path.join(data, 'bid'))) return data;
  const made = data ?? path.join(os.tmpdir(), 'millrace-nexmark-2m');
  generate(made, { events: 2_000_000, files: 20, kinds: ['bid'] });
  return made;
}

/** The names of the single measurements; each wants a process of its own. */
export const parts: readonly string[] = Object.keys(QUERIES);
export function prepare(options: { readonly data?: string }): void { eventsAt(options.data); }

export async function run(options: { readonly data?: string; readonly part?: string } = {}): Promise<BenchResult[]> {
  const data = eventsAt(options.data);
  const results: BenchResult[] = [];
  for (const name of options.part === undefined ? parts : [options.part]) {
    const query = QUERIES[name];
    if (!query) throw new Error(`there is no query ${name}; there are ${parts.join(', ')}`);
    const checkpoint = fs.mkdtempSync(path.join(os.tmpdir(), 'millrace-bench-'));
    const session = new Session();
    try {
      const bids = session.readStream.schema(BID).option('maxFilesPerTrigger', 1).json(path.join(data, 'bid'));
      (query.watermark ? bids.withWatermark('dateTime', '4 seconds') : bids).createOrReplaceTempView('bid');
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
