// `npm run conformance -- [options] DIR|FILE…`: runs recorded cases of both kinds, prints each family's score and every failing case
// with one line, and closes with the totals. Exit code 1 if a case failed.

import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { headOf } from './head.js';
import type { CaseResult } from './result.js';
import { runSqlFile } from './sql.js';
import '../support/raised.js';

// The engine looks at itself while it works: every operator's rows are counted twice.
process.env['NODE_ENV'] ??= 'test';

const USAGE = `usage: npm run conformance -- [options] DIR|FILE…
  --family NAME     only families whose name contains NAME
  --case NAME       only cases whose name contains NAME
  --default-mode    without Spark's refusals: the streaming cases that Spark accepts, which must give the same answer
  --failures-only   no line for families without a failure
  --verbose         notes too: differing error parameters and positions
  --json FILE       all results as JSON`;

function filesIn(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).sort().flatMap((name) => {
    const inner = join(path, name);
    return statSync(inner).isDirectory() || name.endsWith('.json') ? filesIn(inner) : [];
  });
}

/** Loaded when needed: it brings the whole runtime. */
const runStreaming = async (file: string, defaultMode: boolean): Promise<readonly CaseResult[]> => (await import('./streaming.js')).runStreamingFile(file, { defaultMode });

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { family: { type: 'string' }, case: { type: 'string' }, 'default-mode': { type: 'boolean' }, 'failures-only': { type: 'boolean' }, verbose: { type: 'boolean' }, json: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help || positionals.length === 0) { process.stdout.write(`${USAGE}\n`); return values.help ? 0 : 2; }
  const say = (line: string): void => { process.stdout.write(`${line}\n`); };
  const results: CaseResult[] = [];
  let family: CaseResult[] = [];
  let broken = 0;
  const flush = (): void => {
    const first = family[0];
    if (!first) return;
    const failures = family.filter((r) => r.status === 'failed');
    const skipped = family.filter((r) => r.status === 'skipped').length;
    if (failures.length > 0 || !values['failures-only']) say(`${first.family} ${family.filter((r) => r.status === 'passed').length}/${family.length}${skipped > 0 ? ` (${skipped} skipped)` : ''}`);
    for (const r of failures) say(`  ${r.level}: ${r.name}\n      ${r.reason}`);
    if (values.verbose) for (const r of family) for (const note of r.notes ?? []) say(`  note: ${r.name}\n      ${note}`);
    results.push(...family);
    family = [];
  };
  for (const file of positionals.flatMap(filesIn)) {
    const head = headOf(file);
    if (typeof head === 'string') { say(`${file}: ${head}`); broken++; continue; }
    const name = head.family ?? head.name!.replace(/\/[^/]*$/, '');
    if (values.family !== undefined && !name.includes(values.family)) continue;
    if (head.family === undefined && values.case !== undefined && !head.name!.includes(values.case)) continue;
    const found = head.family === undefined ? await runStreaming(file, values['default-mode'] ?? false) : await runSqlFile(file, values.case);
    if (family.length > 0 && found.length > 0 && family[0]!.family !== found[0]!.family) flush();
    family.push(...found);
  }
  flush();
  const count = (status: CaseResult['status']): number => results.filter((r) => r.status === status).length;
  const noted = (kind: RegExp): number => results.filter((r) => r.notes?.some((n) => kind.test(n))).length;
  if (results.some((r) => r.notes)) say(`errors with other parameters: ${noted(/^parameter/)}, with another place: ${noted(/^at |^no place/)}`);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 1)}\n`);
  say(`${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped${broken > 0 ? `, ${broken} ${broken === 1 ? 'file' : 'files'} without a case` : ''}`);
  return count('failed') + broken > 0 ? 1 : 0;
}

main().then((code) => { process.exitCode = code; }, (error: unknown) => { process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`); process.exitCode = 2; });
