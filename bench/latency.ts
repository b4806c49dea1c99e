// Epochs of 100 rows, written as a file one after another for a running query with a checkpoint on disk: wall and CPU time of each, from the write until
// all is processed, stateless and with a windowed count. Where event time moves, an epoch includes the no-data epoch that follows it.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Session } from '../index.js';
import type { BenchResult } from './result.js';

const ROWS = 100;
const WARM = 50;
const EPOCHS = 200;
const QUERIES: Readonly<Record<string, string>> = {
  stateless: 'SELECT k, at FROM events WHERE k % 2 = 0',
  window: "SELECT k, window, count(*) AS n FROM events GROUP BY k, window(at, '10 seconds')",
};
export const parts: readonly string[] = Object.keys(QUERIES);

const quantile = (of: readonly number[], q: number): number => Number([...of].sort((a, b) => a - b)[Math.min(of.length - 1, Math.floor(of.length * q))]!.toFixed(2));

async function measure(name: string): Promise<BenchResult[]> {
  const sql = QUERIES[name];
  if (sql === undefined) throw new Error(`there is no part ${name}; there are ${parts.join(', ')}`);
  const checkpoint = fs.mkdtempSync(path.join(os.tmpdir(), 'millrace-bench-'));
  const session = new Session();
  try {
    const input = path.join(checkpoint, 'input');
    fs.mkdirSync(input);
    session.readStream.schema('k BIGINT, at TIMESTAMP').json(input).withWatermark('at', '4 seconds').createOrReplaceTempView('events');
    const query = await session.sql(sql).writeStream.format('noop').outputMode('append').option('checkpointLocation', path.join(checkpoint, 'checkpoint')).start();
    const wall: number[] = [];
    const cpu: number[] = [];
    for (let epoch = 0; epoch < WARM + EPOCHS; epoch++) {
      const rows = Array.from({ length: ROWS }, (_, i) => `{"k":${i},"at":"${new Date(epoch * 1000).toISOString()}"}\n`).join('');
      const begin = process.cpuUsage();
      const clock = performance.now();
      fs.writeFileSync(path.join(input, `.${epoch}`), rows);
      fs.renameSync(path.join(input, `.${epoch}`), path.join(input, `${epoch}.json`));
      await query.processAllAvailable();
      const { user, system } = process.cpuUsage(begin);
      if (epoch < WARM) continue;
      wall.push(performance.now() - clock);
      cpu.push((user + system) / 1000);
    }
    await query.stop();
    return [['CPU', cpu], ['wall', wall]].flatMap(([what, of]) => [0.5, 0.99].map((q): BenchResult =>
      ({ name: `latency ${name}: ${String(what)}, p${q * 100}`, value: quantile(of as number[], q), unit: 'ms', note: `${ROWS} rows, ${EPOCHS} epochs` })));
  } finally {
    await session.stop();
    fs.rmSync(checkpoint, { recursive: true, force: true });
  }
}

export async function run(options: { readonly part?: string } = {}): Promise<BenchResult[]> {
  const results: BenchResult[] = [];
  for (const name of options.part === undefined ? parts : [options.part]) results.push(...await measure(name));
  return results;
}
