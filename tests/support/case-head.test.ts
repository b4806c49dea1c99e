// Files that are no cases, or that nobody has recorded: the runner says so in a line each, and goes on.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { headOf } from '../conformance/head.js';

const folder = mkdtempSync(join(tmpdir(), 'cases-'));
afterAll(() => rmSync(folder, { recursive: true }));
const said = (text: string): unknown => {
  const file = join(folder, 'case.json');
  writeFileSync(file, text);
  return headOf(file);
};

test.each([
  ['{"a"', /^not JSON: /],
  ['{"name": "x/y"}', /^not a case file$/],
  ['{"steps": []}', /^not a case file$/],
  ['{"name": "x/y", "steps": [{}]}', /it has not been recorded$/],
  ['{"family": "f", "cases": [{"sql": "SELECT 1", "error": {}}, {"sql": "SELECT 2"}]}', /expected of case 1: it has not been recorded$/],
])('%s is no case', (text, reason) => { expect(said(text)).toMatch(reason); });

test.each([
  '{"name": "x/y", "schema": "n INT", "steps": [{"batches": []}]}',
  '{"name": "x/y", "error": {"at": "start", "condition": "X"}, "steps": [{}]}',
  '{"family": "f", "cases": [{"sql": "SELECT 1", "schema": "`1` INT", "rows": [[1]]}]}',
])('%s is one', (text) => { expect(said(text)).toEqual(JSON.parse(text)); });
