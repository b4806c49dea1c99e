// The generated pages of docs/ are those that the generator makes now, and the table of settings names what the code reads.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { functions } from '../../engine/functions/index.js';
import { BEHIND_GRAMMAR } from '../../planner/functions/behind-grammar.js';
import { pages } from '../../tools/docs/pages.js';
import { SETTINGS } from '../../engine/session/setting-list.js';

const root = path.join(__dirname, '..', '..');

test.each(Object.entries(pages))('%s is up to date (npm run docs)', (name, make) => {
  expect(readFileSync(path.join(root, name), 'utf8')).toBe(make());
});

const sourceFiles = (at: string): string[] => statSync(at).isDirectory() ? readdirSync(at).flatMap((name) => sourceFiles(path.join(at, name))) : at.endsWith('.ts') ? [at] : [];

test('every setting that the code names is described, and no other', () => {
  const named = new Set<string>();
  for (const file of ['planner', 'engine', 'sources', 'sinks'].flatMap((top) => sourceFiles(path.join(root, top)))) {
    if (file.startsWith(path.join(root, 'planner', 'errors')) || file.endsWith('setting-list.ts')) continue;
    const text = readFileSync(file, 'utf8').replace(/\$\{STREAMING\}/g, 'spark.sql.streaming.');
    for (const [, name] of text.matchAll(/['`]((?:spark\.sql|millrace)\.[a-zA-Z.]+[a-zA-Z])['`]/g)) named.add(name!);
    if (file.endsWith(path.join('runtime', 'settings.ts'))) for (const [, name] of text.matchAll(/(?:boolean|millis)\('([\w.]+)'/g)) named.add(`spark.sql.streaming.${name}`);
  }
  // A key in the metadata of Arrow fields.
  named.delete('millrace.type');
  expect([...named].sort()).toEqual(SETTINGS.map((s) => s.name).sort());
});

test('what stands behind the grammar are functions', () => {
  const names = new Set(functions.map((fn) => fn.name));
  expect([...BEHIND_GRAMMAR].filter((name) => !names.has(name))).toEqual([]);
});
