// The short loop of every test run: real processes of the built command line, killed and restarted. The long one: npm run kill-loop.

import { spawnSync } from 'node:child_process';
import { appendFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

jest.setTimeout(1_200_000);
const cli = process.env['MILLRACE_DIST'] === undefined ? [] : ['--cli', path.join(process.env['MILLRACE_DIST'], 'cli', 'main.js')];
interface Verdict { readonly results: readonly { readonly name: string; readonly lost: number; readonly doubled: number }[]; readonly problems: readonly string[] }
/** The judge runs in a process of its own. */
const check = (root: string): Verdict =>
  JSON.parse(spawnSync(process.execPath, ['-p', `JSON.stringify(require(${JSON.stringify(path.join(__dirname, 'check.js'))}).checkFiles(${JSON.stringify(root)}))`], { encoding: 'utf8' }).stdout) as Verdict;

test('25 kills lose and double nothing; the judge sees it when a row is', () => {
  const { status, stdout } = spawnSync(process.execPath, [path.join(__dirname, 'kill-loop.js'), 'files', '--kills', '25', '--keep', ...cli], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stdout);
  expect(stdout).toMatch(/^ok: 25 kills, [1-9]\d* epochs cut in two/m);
  const root = /^left in (.+)$/m.exec(stdout)![1]!;
  const parts = readdirSync(path.join(root, 'out/rows')).filter((name) => name.startsWith('part-')).map((name) => path.join(root, 'out/rows', name));
  const [first = '', ...rest] = readFileSync(parts[0]!, 'utf8').split('\n');
  appendFileSync(parts[1]!, `${first}\n`);
  expect(check(root).results[0]).toMatchObject({ name: 'rows', lost: 0, doubled: 1 });
  writeFileSync(parts[0]!, rest.slice(1).join('\n'));
  expect(check(root).results[0]).toMatchObject({ name: 'rows', lost: 1, doubled: 0 });
  rmSync(root, { recursive: true, force: true });
});

test('10 kills of a program with foreachBatch: the same rows for the same epoch, counts and uniqueness kept', () => {
  const { status, stdout } = spawnSync(process.execPath, [path.join(__dirname, 'kill-loop.js'), 'batches', '--kills', '10', ...cli], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stdout);
  expect(stdout).toMatch(/^ok: 10 kills/m);
});
