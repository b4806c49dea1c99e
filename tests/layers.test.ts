// Who may import whom (type imports included), no import cycle of any size, no file that no entry reaches, Node's effects in the host only.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';

const ROOT = join(__dirname, '..');
const TOPS = ['planner', 'engine', 'sources', 'sinks', 'kafka', 'cli', 'bench', 'examples', 'tools'];

function sourceFiles(path: string): string[] {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return path.endsWith('.ts') ? [path] : [];
  return readdirSync(path).flatMap((name) => sourceFiles(join(path, name)));
}
const files = [join(ROOT, 'index.ts'), ...TOPS.flatMap((top) => sourceFiles(join(ROOT, top)))].filter((f) => existsSync(f)).map((f) => relative(ROOT, f));

const IMPORT = /(?:^|[\s;])(?:import|export)\s+(?:type\s+)?(?:[\w*{}\s,$]+?\s+from\s+)?'([^']+)'|(?:import|require)\('([^']+)'\)/g;
interface Edge { readonly to: string; readonly external: boolean }
const edges = new Map<string, readonly Edge[]>(files.map((file) => {
  const code = readFileSync(join(ROOT, file), 'utf8').replace(/^\s*(?:\/\/|\*|\/\*).*$/gm, '');
  return [file, [...code.matchAll(IMPORT)].map((m): Edge => {
    const target = (m[1] ?? m[2])!;
    if (!target.startsWith('.')) return { to: target, external: true };
    return { to: normalize(join(dirname(file), target)).replace(/\.js$/, '.ts'), external: false };
  })];
}));

/** Folders from the lowest to the highest; a folder may import its own row and the rows before it that it names. */
const ENGINE: Readonly<Record<string, readonly string[]>> = {
  host: [], durable: ['host'], columnar: [], formats: ['columnar'], kernels: ['columnar', 'formats'],
  functions: ['columnar', 'formats', 'kernels'], state: ['columnar', 'formats', 'kernels', 'functions', 'host', 'durable'],
  operators: ['columnar', 'formats', 'kernels', 'functions', 'state'], lowering: ['columnar', 'formats', 'kernels', 'functions', 'state', 'operators'],
  connect: ['columnar', 'host'], checkpoint: ['connect', 'host', 'durable', 'columnar'],
  runtime: ['host', 'durable', 'columnar', 'formats', 'kernels', 'functions', 'state', 'operators', 'lowering', 'connect', 'checkpoint'],
  session: ['host', 'durable', 'columnar', 'formats', 'kernels', 'functions', 'state', 'operators', 'lowering', 'connect', 'checkpoint', 'runtime'],
};
/** Files of types only, which lower folders may see. */
const TYPES_ONLY = new Set(['engine/functions/define.ts']);
const PLANNER: Readonly<Record<string, readonly string[]>> = {
  errors: [], functions: ['errors'], expr: ['errors', 'functions'], plan: ['errors', 'functions', 'expr'],
  sql: ['errors', 'functions', 'expr', 'plan'], dialects: ['errors', 'functions', 'expr', 'plan', 'sql'],
  analyzer: ['errors', 'functions', 'expr', 'plan'], normalize: ['errors', 'functions', 'expr', 'plan'],
  optimizer: ['errors', 'functions', 'expr', 'plan', 'normalize'], incremental: ['errors', 'functions', 'expr', 'plan', 'normalize'],
};
const ANY_OF_ENGINE = ['planner', 'engine', 'sources', 'sinks', 'kafka'];

const layer = (file: string): readonly [top: string, folder: string] => {
  const parts = file.split('/');
  return [parts[0]!, parts.length > 2 ? parts[1]! : ''];
};

function allowed(from: string, to: string): boolean {
  const [top, folder] = layer(from);
  const [toTop, toFolder] = layer(to);
  switch (top) {
    case 'planner': return toTop === 'planner' && (folder === '' || toFolder === '' || toFolder === folder || PLANNER[folder]!.includes(toFolder));
    case 'engine':
      if (toTop === 'planner') return true;
      if (toTop !== 'engine') return false;
      // engine/plugin.ts ties together what authors of sources and sinks see.
      return folder === '' || toFolder === folder || TYPES_ONLY.has(to) || ENGINE[folder]!.includes(toFolder);
    case 'kafka': return toTop === top || to === 'engine/plugin.ts';
    case 'sources': case 'sinks': return toTop === top || to === 'engine/plugin.ts' || (toTop === 'kafka' && folder === 'kafka');
    case 'index.ts': return ANY_OF_ENGINE.includes(toTop);
    case 'cli': return toTop === 'cli' || to === 'index.ts';
    default: return toTop === top || to === 'index.ts' || ANY_OF_ENGINE.includes(toTop);
  }
}

test('the table of layers names every folder', () => {
  const folders = new Set(files.map((f) => layer(f).join('/')));
  const known = new Set([...Object.keys(ENGINE).map((f) => `engine/${f}`), ...Object.keys(PLANNER).map((f) => `planner/${f}`), 'engine/', 'planner/']);
  expect([...folders].filter((f) => /^(engine|planner)\//.test(f) && !known.has(f))).toEqual([]);
});

test('imports keep to the layers', () => {
  const wrong = [...edges].flatMap(([file, targets]) => targets.filter((t) => !t.external && !allowed(file, t.to)).map((t) => `${file} → ${t.to}`));
  expect(wrong).toEqual([]);
});

test('every relative import is a file', () => {
  const missing = [...edges].flatMap(([file, targets]) => targets.filter((t) => !t.external && !edges.has(t.to)).map((t) => `${file} → ${t.to}`));
  expect(missing).toEqual([]);
});

test('no import cycle, type imports included', () => {
  const state = new Map<string, 'open' | 'done'>();
  const cycles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') { cycles.push([...path.slice(path.indexOf(file)), file].join(' → ')); return; }
    state.set(file, 'open');
    for (const t of edges.get(file) ?? []) if (!t.external && edges.has(t.to)) visit(t.to, [...path, file]);
    state.set(file, 'done');
  };
  for (const file of files) visit(file, []);
  expect(cycles).toEqual([]);
});

test('every file is reached from an entry', () => {
  const entries = files.filter((f) => f === 'index.ts' || f === 'engine/plugin.ts' || f === 'cli/main.ts' || f === 'bench/main.ts' || f === 'tools/docs/main.ts' || f.startsWith('examples/'));
  const reached = new Set<string>();
  const open = [...entries];
  while (open.length > 0) {
    const file = open.pop()!;
    if (reached.has(file)) continue;
    reached.add(file);
    for (const t of edges.get(file) ?? []) if (!t.external) open.push(t.to);
  }
  expect(files.filter((f) => !reached.has(f))).toEqual([]);
});

test('Node\'s effects are in the host; apache-arrow has one importer in the engine, kafkajs one but for the benchmarks that compare with it', () => {
  const effects = /^(node:)?(fs|fs\/promises|net|http|https|child_process|worker_threads|timers|timers\/promises|os|process|dgram|dns|tls)$/;
  const wrong = [...edges].flatMap(([file, targets]) => targets
    .filter((t) => t.external && ((effects.test(t.to) && /^(planner|engine)\//.test(file) && !file.startsWith('engine/host/')) || (t.to === 'apache-arrow' && file.startsWith('engine/') && file !== 'engine/columnar/arrow.ts')
      || (file.startsWith('planner/') && t.to.startsWith('node:')) || (/^kafkajs(\/|$)/.test(t.to) && !/^(kafka\/kafkajs|bench\/kafka(-write)?)\.ts$/.test(file))))
    .map((t) => `${file} → ${t.to}`));
  expect(wrong).toEqual([]);
});
