// What is long or wide stays cheap: no step of the planner looks at every column for every column. Counted is what the planner does, and
// not for how long: the reads of a column's name.

import { columnsNamed, matchName } from '../../planner/analyzer/scope.js';
import type { ScopeColumn } from '../../planner/analyzer/binder.js';
import { INT } from '../../planner/types.js';
import { Session } from '../../index.js';

const list = (n: number, of: (i: number) => string, by = ', '): string => Array.from({ length: n }, (_, i) => of(i)).join(by);
const wide = (n: number): string => `SELECT ${list(n, (i) => `${i} AS c${i}`)}`;

test('a name is found among many without a look at each', () => {
  let reads = 0;
  const columns = Array.from({ length: 1000 }, (_, i): ScopeColumn => ({ id: i, get name() { reads++; return `c${i}`; }, type: INT, nullable: false, qualifier: ['t'] }));
  for (let i = 0; i < 1000; i++) expect(matchName(columns, ['T', `C${i}`])?.columns.map((c) => c.id)).toEqual([i]);
  expect(reads).toBe(1000);
  expect(columnsNamed(columns, 'none')).toEqual([]);
});

test.each([
  ['a condition of 12000 parts', `SELECT a FROM (SELECT 1 AS a) WHERE ${list(12_000, (i) => `a <> ${i + 5}`, ' AND ')}`, [{ a: 1 }]],
  ['alternatives', `SELECT a FROM (SELECT 1 AS a, 2 AS b) WHERE ${list(1000, (i) => `a = ${i + 5} OR b = ${i + 2}`, ' OR ')}`, [{ a: 1 }]],
  ['USING of 1000 columns', `SELECT count(*) AS n FROM (${wide(1000)}) a JOIN (${wide(1000)}) b USING (${list(1000, (i) => `c${i}`)})`, [{ n: 1n }]],
  ['a NATURAL JOIN of 1000 columns', `SELECT count(*) AS n FROM (${wide(1000)}) a NATURAL JOIN (${wide(1000)}) b`, [{ n: 1n }]],
  ['a star without 4000 columns', `SELECT * EXCEPT (${list(3999, (i) => `c${i + 1}`)}) FROM (${wide(4000)})`, [{ c0: 0 }]],
  ['ORDER BY of 500 columns', `SELECT c0 FROM (SELECT * FROM (${wide(500)}) ORDER BY ${list(500, (i) => `c${i}`)})`, [{ c0: 0 }]],
])('%s', async (_, text, answer) => expect(await new Session().sql(text).collect()).toEqual(answer));

test('what a star leaves out', async () => {
  const of = async (except: string): Promise<unknown> => {
    try { return await new Session().sql(`SELECT * EXCEPT (${except}) FROM (SELECT 1 AS a, named_struct('x', 2, 'y', 3, 'z', 4) AS s, 5 AS b, 6 AS c, 7 AS d, 8 AS e, 9 AS f, 10 AS g, 11 AS h) t`).collect(); } catch (error) { return (error as { condition?: string }).condition; }
  };
  const rest = { d: 7, e: 8, f: 9, g: 10, h: 11 };
  expect(await of('b, t.c, s.x, t.s.y')).toEqual([{ a: 1, s: { z: 4 }, ...rest }]);
  expect(await of('S, b, C')).toEqual([{ a: 1, ...rest }]);
  expect(await of('s, s.x')).toBe('EXCEPT_OVERLAPPING_COLUMNS');
  expect(await of('a, A')).toBe('EXCEPT_OVERLAPPING_COLUMNS');
  expect(await of('a, none')).toBe('UNRESOLVED_COLUMN.WITH_SUGGESTION');
});
