// npm run bench -- NAME… [--data DIR] [--json FILE] [--repeat N]: runs benchmarks, each measurement in a fresh process, and prints a line
// a result. NAME may name one part: nexmark:q7. Without a name: all of them.

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import type { BenchResult } from './result.js';

interface Options { readonly data?: string; readonly part?: string }
interface Benchmark {
  run(options: Options): Promise<BenchResult[]>;
  /** Work that is not measured, such as making files. */
  prepare?(options: Options): void;
  /** Measurements that want a process each. */
  readonly parts?: readonly string[];
}
const BENCHMARKS: Readonly<Record<string, () => Promise<Benchmark>>> = {
  decode: () => import('./decode.js'),
  formats: async () => { const { run } = await import('./formats.js'); return { run: () => run() }; },
  kafka: () => import('./kafka.js'),
  'kafka-write': () => import('./kafka-write.js'),
  kernels: async () => { const { run } = await import('./kernels.js'); return { run: () => run() }; },
  latency: () => import('./latency.js'),
  nexmark: () => import('./nexmark.js'),
  parse: () => import('./parse.js'),
  startup: async () => { const { run } = await import('./startup.js'); return { run: () => run() }; },
  state: async () => { const { run } = await import('./state.js'); return { run: async () => [...await run()] }; },
};

const HELP = `usage: npm run bench -- [NAME[:PART]…] [--data DIR] [--json FILE] [--repeat N]\nbenchmarks: ${Object.keys(BENCHMARKS).join(', ')}`;
function parse(args: readonly string[]): { readonly names: readonly string[]; readonly flags: ReadonlyMap<string, string> } {
  const names: string[] = [];
  const flags = new Map<string, string>();
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (!arg.startsWith('--')) { names.push(arg); continue; }
    const value = args[++i];
    if (value === undefined || !['--data', '--json', '--repeat', '--child'].includes(arg)) throw new Error(HELP);
    flags.set(arg.slice(2), value);
  }
  return { names, flags };
}
const load = async (name: string): Promise<Benchmark> => {
  const found = BENCHMARKS[name];
  if (!found) throw new Error(`there is no benchmark ${name}\n${HELP}`);
  return found();
};

async function main(): Promise<void> {
  const { names, flags } = parse(process.argv.slice(2));
  const data = flags.get('data');
  const options: Options = data === undefined ? {} : { data };
  const child = flags.get('child');
  if (child !== undefined) {
    const [name, part] = child.split(':') as [string, string | undefined];
    process.stdout.write(`${JSON.stringify(await (await load(name)).run({ ...options, ...(part !== undefined && { part }) }))}\n`);
    return;
  }
  const repeat = Number(flags.get('repeat') ?? 1);
  const all: BenchResult[] = [];
  for (const wanted of names.length > 0 ? names : Object.keys(BENCHMARKS)) {
    const [name, part] = wanted.split(':') as [string, string | undefined];
    const benchmark = await load(name);
    benchmark.prepare?.(options);
    for (const one of part !== undefined ? [wanted] : benchmark.parts?.map((p) => `${name}:${p}`) ?? [name]) {
      // The middle one of several runs, by its first figure.
      const runs: BenchResult[][] = [];
      for (let i = 0; i < repeat; i++) runs.push(measure(one, data));
      runs.sort((a, b) => (a[0]?.value ?? 0) - (b[0]?.value ?? 0));
      for (const r of runs[runs.length >> 1]!) {
        all.push(r);
        process.stdout.write(`${r.name.padEnd(48)} ${String(r.value).padStart(12)} ${r.unit}${r.note ? `  (${r.note})` : ''}\n`);
      }
    }
  }
  const file = flags.get('json');
  if (file !== undefined) fs.writeFileSync(file, `${JSON.stringify(all, undefined, 1)}\n`);
}
function measure(name: string, data: string | undefined): BenchResult[] {
  // The heap grows as in the `millrace` command (docs/operations.md).
  const args = ['--heap-growing-percent=300', ...process.execArgv, process.argv[1]!, '--child', name, ...(data === undefined ? [] : ['--data', data])];
  const { status, stdout } = spawnSync(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 26 });
  if (status !== 0) throw new Error(`the benchmark ${name} failed`);
  return JSON.parse(stdout.toString().trim().split('\n').at(-1)!) as BenchResult[];
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
