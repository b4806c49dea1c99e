// The broker that the Kafka benchmarks measure against: the one at KAFKA_BROKERS, or one of our own for the time of the run. It works on the same
// machine, so only the CPU time of the client is a measure.

import { spawn } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Starts a broker unless KAFKA_BROKERS names one, and sets KAFKA_BROKERS. It ends with this process. */
export function prepareBroker(): void {
  if (process.env['KAFKA_BROKERS'] !== undefined) return;
  const directory = mkdtempSync(path.join(os.tmpdir(), 'millrace-bench-'));
  const file = path.join(directory, 'out');
  const out = openSync(file, 'w');
  const broker = spawn(process.execPath, [path.join(__dirname, '..', 'tests', 'kafka', 'broker', 'main.js'), '--optimized'], { stdio: ['ignore', out, 'inherit'] });
  broker.unref();
  process.on('exit', () => { broker.kill('SIGTERM'); rmSync(directory, { recursive: true, force: true }); });
  const wait = new Int32Array(new SharedArrayBuffer(4));
  for (let waited = 0; ; waited += 100) {
    const found = /^KAFKA_BROKERS=(.+)$/m.exec(readFileSync(file, 'utf8'))?.[1];
    if (found !== undefined) { process.env['KAFKA_BROKERS'] = found; return; }
    if (waited > 120_000) throw new Error('no broker could be started for the benchmark');
    Atomics.wait(wait, 0, 0, 100);
  }
}
