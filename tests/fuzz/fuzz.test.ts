// Inputs that nobody writes, texts written in another way, and names that want to be code.

import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { tokenize } from '../../planner/sql/lexer.js';
import { parseStatement } from '../../planner/sql/index.js';
import { seed } from '../support/seed.js';
import { cleanUp, open } from '../session/support.js';
import { random, recordedStatements } from './mutate.js';
import { bare } from './printing.js';

afterEach(cleanUp);
const corpus = recordedStatements(path.join(__dirname, '..', 'conformance', 'cases'));

// In a process of its own: jest makes every error many times as dear.
test('100,000 mutated statements are accepted, or refused by an error of ours, and none hangs', () => {
  const root = path.join(__dirname, '..', '..');
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(root, 'dist', 'tests', 'fuzz', 'main.js'), '--inputs', '100000', '--seed', String(seed)], { encoding: 'utf8', maxBuffer: 1 << 26 });
  const last = stdout.trimEnd().split('\n').at(-1)!;
  expect({ status, faults: stdout.split('\n').filter((l) => l.startsWith('FAULT')).slice(0, 5), stderr }).toEqual({ status: 0, faults: [], stderr: '' });
  expect(last).toMatch(/^100000 inputs: \d{4,} accepted, \d{4,} refused, 0 faults/);
});

test('a statement printed token by token, with other blanks and comments between, is the same statement', () => {
  const next = random(seed);
  const GAPS = [' ', '\n', '\t', '  ', ' /* gap */ ', ' -- gap\n', '\r\n'];
  let compared = 0;
  for (const text of corpus.statements) {
    let tree: string;
    try { tree = bare(parseStatement(text)); } catch { continue; }
    const tokens = tokenize(text).slice(0, -1);
    const print = (gap: () => string): string => tokens.map((t, i) => {
      // A hint is a comment with meaning; an option's key is one name as long as nothing parts it.
      const touching = i > 0 && tokens[i - 1]!.stop === t.start;
      return (i === 0 || touching ? '' : gap()) + text.slice(t.start, t.stop);
    }).join('');
    const once = print(() => GAPS[Math.floor(next() * GAPS.length)]!);
    expect([text, bare(parseStatement(once))]).toEqual([text, tree]);
    compared++;
  }
  expect(compared).toBeGreaterThan(15_000);
});

test('names and texts of SQL never reach generated source', async () => {
  const marks = ['x`y', "x'y", 'x"y', '$' + '{process.exit(1)}', '`+alert()+`', 'a*/b', '\u2028', '\\', '__proto__', 'constructor', 'a\nb', '];throw 1;//', '</script>', 'ｆｕｎ', '0; }', 'toString'].map((m) => `zq${m}qz`);
  const sources: string[] = [];
  const made = globalThis.Function;
  const spy = new Proxy(made, { construct: (target, args: string[]) => { sources.push(...args); return Reflect.construct(target, args) as object; } });
  globalThis.Function = spy;
  try {
    const { session } = open();
    for (const mark of marks) {
      const name = `\`${mark.replaceAll('`', '``')}\``;
      const literal = `'${mark.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
      const [row] = await session.sql(`SELECT ${name}, upper(${name}) || ${literal} AS u, CASE WHEN ${name} IN (${literal}, 'b') THEN n + 1 ELSE n END AS c, named_struct(${literal}, n).${name} AS f
        FROM (SELECT s AS ${name}, n FROM VALUES (${literal}, 1) AS t(s, n)) WHERE ${name} = ${literal} AND ${name} <> 'other' ORDER BY ${name}`).collect() as Record<string, unknown>[];
      expect(row).toEqual({ [mark]: mark, u: mark.toUpperCase() + mark, c: 2, f: 1 });
      const stream = session.memoryStream(`${name} STRING, at TIMESTAMP`);
      stream.toDF().createOrReplaceTempView(mark);
      const query = await session.sql(`SELECT ${name}, count(DISTINCT at) AS n, max(${name}) AS m FROM ${name} WHERE contains(${name}, ${literal}) GROUP BY ${name}`).writeStream.outputMode('complete').format('memory').queryName('held').start();
      stream.add({ [mark]: mark, at: new Date(0) } as never);
      await query.processAllAvailable();
      expect(await session.table('held').collect()).toEqual([{ [mark]: mark, n: 1n, m: mark }]);
      await query.stop();
    }
  } finally { globalThis.Function = made; }
  expect(sources.length).toBeGreaterThan(10);
  expect(sources.filter((s) => s.includes('zq'))).toEqual([]);
});
