// Text functions over texts with a collation: what they find under UTF8_LCASE, what they keep, and what is refused. Answers are Spark's.

import { Session } from '../../index.js';

const session = new Session();
afterAll(() => session.stop());
const value = async (sql: string): Promise<unknown> => Object.values((await session.sql(`SELECT ${sql} AS v FROM VALUES ('Ab') AS t(s)`).collect())[0]!)[0];

test.each([
  ["s COLLATE UTF8_LCASE LIKE 'aB%'", true], ["contains(s COLLATE UTF8_LCASE, 'B')", true], ["startswith(s, 'a' COLLATE UTF8_LCASE)", true], ["endswith(s COLLATE UTF8_LCASE, 'x')", false],
  ["instr(s COLLATE UTF8_LCASE, 'B')", 2], ["s COLLATE UTF8_LCASE RLIKE '^a'", true], ["regexp_count(s COLLATE UTF8_LCASE, '[A-Z]')", 2],
  ["upper(s COLLATE UTF8_LCASE) = 'ab'", true], ["(s COLLATE UTF8_LCASE || 'c') = 'aBC'", true], ["trim(s COLLATE UTF8_LCASE) IN ('AB')", true], ["upper(s) = 'ab'", false],
])('%s', async (sql, expected) => { expect(await value(sql)).toBe(expected); });

test('a call prints as it was written', async () => {
  const { fields } = await session.sql("SELECT contains(s COLLATE UTF8_LCASE, 'B'), l || 'c' FROM (SELECT s, s COLLATE UTF8_LCASE AS l FROM VALUES ('Ab') AS t(s))").schema();
  expect(fields.map((f) => f.name)).toEqual(['contains(collate(s, UTF8_LCASE), B)', "concat(l, 'c' collate UTF8_LCASE)"]);
});

test.each(["contains(s COLLATE UNICODE_CI, 'B')", "replace(s COLLATE UTF8_LCASE, 'B', 'c')", "trim('b' FROM s COLLATE UTF8_LCASE)"])('%s is refused', async (sql) => {
  await expect(value(sql)).rejects.toThrow(expect.objectContaining({ condition: 'NOT_SUPPORTED_YET', hint: expect.stringContaining('COLLATE UTF8_BINARY') }));
});
