// Starting: import of the package, and a process of the command line until the first row of a ten-row answer, in wall time (medians).

import { spawn } from 'node:child_process';
import path from 'node:path';
import type { BenchResult } from './result.js';

const RUNS = 7;
const median = (of: readonly number[]): number => [...of].sort((a, b) => a - b)[of.length >> 1]!;

/** Milliseconds until the process's first output; it is waited for, and has to succeed. */
async function firstOutput(args: readonly string[]): Promise<{ readonly ms: number; readonly text: string }> {
  const begin = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let ms = 0;
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => { if (text === '') ms = performance.now() - begin; text += chunk.toString(); });
  const code = await new Promise<number | null>((resolve) => { child.on('close', resolve); });
  if (code !== 0 || text === '') throw new Error(`${args.join(' ')} failed`);
  return { ms, text };
}

export async function run(): Promise<BenchResult[]> {
  const root = path.join(__dirname, '..', '..', 'bundle');
  const timed = `const b = performance.now(); require(${JSON.stringify(path.join(root, 'index.js'))}); console.log(performance.now() - b);`;
  const imports: number[] = [];
  const answers: number[] = [];
  for (let i = 0; i < RUNS; i++) {
    imports.push(Number((await firstOutput(['-e', timed])).text));
    answers.push((await firstOutput([path.join(root, 'cli', 'main.js'), 'sql', '-e', 'SELECT id FROM range(10)'])).ms);
  }
  return [
    { name: 'startup: import of the package', value: Math.round(median(imports)), unit: 'ms' },
    { name: 'startup: process to first row', value: Math.round(median(answers)), unit: 'ms', note: 'SELECT of ten rows by the command line' },
  ];
}
