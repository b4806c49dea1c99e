// The code of the pages: every ```ts block compiles; every ```ts run and ```sql run block runs, and prints what the ```text block behind it says.
// A block without imports has the whole public API and a session. Blocks run in order, in one directory a page. With UPDATE_SNIPPETS=1 the
// ```text blocks are rewritten: look at the diff.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { transformSync } from '@swc/core';
import * as millrace from '../../index.js';
import * as plugin from '../../engine/plugin.js';

const root = path.join(__dirname, '..', '..');
const PAGES = ['README.md', 'docs/guide.md', 'docs/state.md', 'docs/sql.md', 'docs/plugins.md', 'docs/operations.md', 'docs/architecture.md', 'CONTRIBUTING.md'];

interface Block { readonly page: string; readonly line: number; readonly language: string; readonly run: boolean; readonly code: string; readonly output: string | undefined }
function blocksOf(page: string): Block[] {
  const text = readFileSync(path.join(root, page), 'utf8');
  const fences = [...text.matchAll(/^```(\w+)?([^\n]*)\n([\s\S]*?)^```$/gm)];
  return fences.map((m, i): Block => {
    const next = fences[i + 1];
    const follows = next?.[1] === 'text' && text.slice(m.index + m[0].length, next.index).trim() === '';
    return { page, line: text.slice(0, m.index).split('\n').length, language: m[1] ?? '', run: m[2]!.trim() === 'run', code: m[3]!, output: follows ? next[3]! : undefined };
  });
}
const blocks = PAGES.flatMap(blocksOf);
const PRELUDE = `import { ${Object.keys(millrace).join(', ')}, type GroupState } from 'millrace';\nconst session = new Session();\n`;
const whole = ({ code }: Block): string => (/^import /m.test(code) ? code : PRELUDE + code);

test('code of the pages compiles', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'millrace-snippets-'));
  try {
    symlinkSync(path.join(root, 'node_modules'), path.join(directory, 'node_modules'), 'dir');
    const names = blocks.filter((b) => b.language === 'ts').map((b) => {
      const name = `${b.page.replaceAll('/', '-')}-line-${b.line}.mts`;
      writeFileSync(path.join(directory, name), `${whole(b)}\nexport {};\n`);
      return name;
    });
    const compilerOptions = {
      target: 'es2022', lib: ['es2023'], module: 'nodenext', moduleResolution: 'nodenext', strict: true, noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true, noEmit: true,
      skipLibCheck: true, types: ['node'], rootDir: '/', paths: { millrace: [path.join(root, 'index.ts')], 'millrace/plugin': [path.join(root, 'engine', 'plugin.ts')] },
    };
    writeFileSync(path.join(directory, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: names }));
    const { stdout } = spawnSync(process.execPath, [path.join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', directory], { encoding: 'utf8' });
    expect(stdout.split('\n').filter((line) => line.includes('.mts'))).toEqual([]);
  } finally { rmSync(directory, { recursive: true, force: true }); }
});

type Sessions = InstanceType<typeof millrace.Session>[];
/** The public API, with sessions that are known to the test and print to it. */
function apiFor(opened: Sessions, print: (text: string) => void): object {
  const Session = class extends (millrace.Session as unknown as new (options: object) => object) {
    constructor(options: object = {}) { super({ print, warn: () => undefined, ...options }); opened.push(this as unknown as Sessions[number]); }
  };
  return { ...millrace, Session };
}

async function runBlock(block: Block): Promise<string> {
  let printed = '';
  const print = (text: string): void => { printed += text; };
  const opened: Sessions = [];
  const api = apiFor(opened, print);
  try {
    if (block.language === 'sql') {
      const session = new (api as typeof millrace).Session();
      await session.runScript(block.code, async (frame, kind) => {
        if (kind === 'explain') print(`${String(((await frame.collect())[0] as { plan: string }).plan)}\n`);
        else await frame.show(1000, false);
      });
      while (session.streams.active.length > 0) { await session.streams.awaitAnyTermination(); session.streams.resetTerminated(); }
    } else {
      const { code } = transformSync(whole(block), { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } });
      const modules: Readonly<Record<string, unknown>> = { millrace: api, 'millrace/plugin': plugin };
      const load = (name: string): unknown => modules[name] ?? require(name);
      const out = { log: (...values: unknown[]) => { print(`${values.map((v) => (typeof v === 'string' ? v : inspect(v))).join(' ')}\n`); } };
      const AsyncFunction = (async () => undefined).constructor as new (...args: string[]) => (...args: unknown[]) => Promise<void>;
      await new AsyncFunction('require', 'exports', 'console', code)(load, {}, out);
    }
  } finally { await Promise.all(opened.map((s) => s.stop())); }
  return printed;
}
/** Puts what a block printed into its page. */
function rewrite(block: Block, printed: string): void {
  const file = path.join(root, block.page);
  const text = readFileSync(file, 'utf8');
  const at = text.indexOf(block.code) + block.code.length;
  const begin = text.indexOf('```text\n', at) + 8;
  writeFileSync(file, `${text.slice(0, begin)}${trimmed(printed)}\n${text.slice(text.startsWith('```', begin) ? begin : text.indexOf('\n```', begin) + 1)}`);
}
const trimmed = (text: string): string => text.split('\n').map((l) => l.trimEnd()).join('\n').trim();

const cwd = process.cwd();
describe.each(PAGES.filter((page) => blocks.some((b) => b.page === page && b.run)))('%s', (page) => {
  const directory = mkdtempSync(path.join(tmpdir(), 'millrace-page-'));
  beforeAll(() => { mkdirSync(directory, { recursive: true }); process.chdir(directory); });
  afterAll(() => { process.chdir(cwd); rmSync(directory, { recursive: true, force: true }); });
  test.each(blocks.filter((b) => b.page === page && b.run).map((b) => [b.line, b] as const))('the block at line %i', async (_line, block) => {
    const printed = await runBlock(block);
    if (process.env['UPDATE_SNIPPETS'] === '1' && block.output !== undefined) rewrite(block, printed);
    else if (block.output !== undefined) expect(trimmed(printed)).toBe(trimmed(block.output));
  });
});
