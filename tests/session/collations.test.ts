// Texts with a collation: what is found under it, what results have, which of several wins, and what is refused. Answers are Spark's.

import { Session } from '../../index.js';

const session = new Session();
afterAll(() => session.stop());
const answer = async (sql: string): Promise<unknown> => Object.values((await session.sql(`SELECT ${sql} AS v FROM (SELECT s, s COLLATE UTF8_LCASE AS l FROM VALUES ('Ab') AS t(s))`).collect())[0]!)[0];

test.each([
  ["s COLLATE UTF8_LCASE LIKE 'aB%'", true], ["contains(s COLLATE UTF8_LCASE, 'B')", true], ["startswith(s, 'a' COLLATE UTF8_LCASE)", true], ["endswith(s COLLATE UTF8_LCASE, 'x')", false],
  ["instr(s COLLATE UTF8_LCASE, 'B')", 2], ["s COLLATE UTF8_LCASE RLIKE '^a'", true], ["regexp_count(s COLLATE UTF8_LCASE, '[A-Z]')", 2],
  ["upper(s COLLATE UTF8_LCASE) = 'ab'", true], ["(s COLLATE UTF8_LCASE || 'c') = 'aBC'", true], ["trim(s COLLATE UTF8_LCASE) IN ('AB')", true], ["upper(s) = 'ab'", false],
])('%s', async (sql, expected) => { expect(await answer(sql)).toBe(expected); });

test.each([
  // Under the rules of Unicode a letter with its marks is found whole.
  ["contains('caf\u00e9' COLLATE UNICODE_CI, 'FE')", false], ["contains('caf\u00e9' COLLATE UNICODE_CI_AI, 'FE')", true], ["replace('stra\u00dfe' COLLATE UNICODE_CI_AI, 'SS', '-')", 'stra-e'],
  ["replace(s COLLATE UTF8_LCASE, 'B', 'c')", 'Ac'], ["trim('b' FROM s COLLATE UTF8_LCASE)", 'A'], ["split_part(s COLLATE UNICODE_CI, 'B', 1)", 'A'],
  ["substring_index('aXbxc' COLLATE UTF8_LCASE, 'x', -1)", 'c'], ["translate('Abc' COLLATE UTF8_LCASE, 'aB', '12')", '12c'], ["find_in_set('A' COLLATE UTF8_LCASE, 'b,a')", 2],
  ["instr('xAbab' COLLATE UNICODE_CI, 'AB', 3)", 4], ["instr('xAbab' COLLATE UNICODE_CI, 'AB', -1)", 4], ["locate('AB', 'xab' COLLATE UNICODE_CI, 3)", 0],
  ["upper('i\u0131' COLLATE tr)", '\u0130I'], ["upper('i' COLLATE tr)", 'I'], ["initcap('co-op' COLLATE UNICODE)", 'Co-Op'],
  ["contains('a b' COLLATE UTF8_LCASE_RTRIM, 'B ')", true], ["replace('a b' COLLATE UTF8_LCASE_RTRIM, 'B ', '')", 'a b'], ["struct(l, 1) = struct('AB', 1)", true],
  // What is written wins over columns, these over literals; names of types say what was written.
  ["typeof(concat(s COLLATE UNICODE, 'x'))", 'string collate UNICODE'], ["typeof(l || 'x' COLLATE UNICODE)", 'string collate UNICODE'], ["typeof(coalesce('x', l))", 'string collate UTF8_LCASE'],
  ["typeof(CASE WHEN true THEN array(l) ELSE array('x') END)", 'array<string collate UTF8_LCASE>'], ["typeof(l || s)", 'string collate null'], ["typeof('x' COLLATE UTF8_BINARY)", 'string collate UTF8_BINARY'],
])('%s', async (sql, expected) => { expect(await answer(sql)).toBe(expected); });

test('literals show the collation that they have come to', async () => {
  const { fields } = await session.sql("SELECT contains(l, 'B'), l || 'c', split(l, 'B'), nullif(l, 'A') FROM (SELECT s COLLATE UTF8_LCASE AS l FROM VALUES ('Ab') AS t(s))").schema();
  expect(fields.map((f) => f.name)).toEqual(["contains(l, 'B' collate UTF8_LCASE)", "concat(l, 'c' collate UTF8_LCASE)", 'split(l, B, -1)', 'nullif(l, A)']);
});

test.each([
  ["'a' COLLATE UNICODE = 'a' COLLATE UTF8_LCASE", 'COLLATION_MISMATCH.EXPLICIT'], ['l = s', 'INDETERMINATE_COLLATION_IN_EXPRESSION'], ['upper(l || s)', 'INDETERMINATE_COLLATION_IN_EXPRESSION'],
  ['l || s', 'INDETERMINATE_COLLATION_IN_SCHEMA'], ['array_contains(array(l), s)', 'INDETERMINATE_COLLATION'], ["s COLLATE UNICODE LIKE 'a'", 'DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE'],
  ["contains(s COLLATE UNICODE_AI, 'a')", 'DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE'], ["s COLLATE UNICODE_CI_CI", 'COLLATION_INVALID_NAME'], ['collect_set(l)', 'DATATYPE_MISMATCH.UNSUPPORTED_INPUT_TYPE'],
])('%s raises %s', async (sql, condition) => { await expect(answer(sql)).rejects.toThrow(expect.objectContaining({ condition })); });

test('a name that is none is answered with the nearest ones', async () => {
  await expect(answer("s COLLATE de_AT")).rejects.toThrow(expect.objectContaining({ parameters: { collationName: 'de_AT', proposals: 'de_AUT' } }));
});
