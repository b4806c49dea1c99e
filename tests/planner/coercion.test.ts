import { acceptAs, canCast, commonType, decimalResult, requiredType, widerDecimal } from '../../planner/coercion.js';
import { parseDataType } from '../../planner/sql/index.js';
import type { Accepts } from '../../planner/tree.js';
import { decimal, INT, sqlName, STRING, BINARY, SMALLINT, TINYINT, BIGINT, TIMESTAMP, TIMESTAMP_NTZ } from '../../planner/types.js';

const t = parseDataType;
const name = (type: ReturnType<typeof commonType>): string => type ? sqlName(type) : 'none';
const of = (...types: readonly (typeof INT)[]): Accepts => ({ kind: 'one_of', options: types.map((type) => ({ kind: 'type', type })) });

test.each([
  ['TINYINT, FLOAT', 'DOUBLE', 'DOUBLE'], ['INT, DECIMAL(2,1)', 'DECIMAL(11,1)', 'DECIMAL(11,1)'], ['STRING, INT', 'none', 'BIGINT'], ['STRING, INT, DOUBLE', 'none', 'DOUBLE'],
  ['STRING, DATE', 'none', 'DATE'], ['DATE, TIMESTAMP_NTZ, TIMESTAMP', 'TIMESTAMP', 'TIMESTAMP'], ['BOOLEAN, INT', 'none', 'none'], ['STRING, INTERVAL DAY', 'none', 'none'],
  ['INTERVAL DAY, INTERVAL HOUR TO SECOND', 'INTERVAL DAY TO SECOND', 'INTERVAL DAY TO SECOND'], ['ARRAY<INT>, ARRAY<BIGINT>', 'ARRAY<BIGINT>', 'ARRAY<BIGINT>'],
  ['STRUCT<a: INT>, STRUCT<A: BIGINT>', 'STRUCT<a: BIGINT>', 'STRUCT<a: BIGINT>'], ['STRUCT<a: INT>, STRUCT<b: INT>', 'none', 'none'],
  ['DECIMAL(38,37), DECIMAL(38,0)', 'DECIMAL(38,0)', 'DECIMAL(38,0)'],
])('the common type of %s is %s, with strings %s', (types, without, withStrings) => {
  const list = types.split(/, (?![^<]*>)/).map(t);
  expect(name(commonType(list, { strings: false }))).toBe(without);
  expect(name(commonType([...list].reverse(), { strings: true }))).toBe(withStrings.replace('a: ', list[0]!.kind === 'struct' ? 'A: ' : 'a: '));
});

test('decimal results give up scale before digits, but keep six', () => {
  expect(decimalResult('/', decimal(38, 18), decimal(38, 18))).toEqual(decimal(38, 6));
  expect(decimalResult('/', decimal(8, 3), decimal(1, 0))).toEqual(decimal(11, 6));
  expect(decimalResult('*', decimal(10, 2), decimal(10, 2))).toEqual(decimal(21, 4));
  expect(decimalResult('%', decimal(3, 2), decimal(10, 0))).toEqual(decimal(3, 2));
  expect(widerDecimal(decimal(38, 37), decimal(38, 0))).toEqual(decimal(38, 0));
});

test('collections take what fits, else the nearest; small integers only themselves', () => {
  expect(acceptAs(of(STRING, BINARY), INT)).toEqual(STRING);
  expect(acceptAs(of(BIGINT, BINARY, STRING), decimal(2, 1))).toEqual(BIGINT);
  expect(acceptAs(of(INT, BIGINT), TINYINT)).toEqual(INT);
  expect(acceptAs(of(INT, SMALLINT, TINYINT), BIGINT)).toBeUndefined();
  expect(acceptAs(of(INT, SMALLINT, TINYINT), STRING)).toEqual(INT);
  expect(requiredType(of(STRING, BINARY))).toBe('("STRING" or "BINARY")');
  expect(requiredType(of(TIMESTAMP, TIMESTAMP_NTZ))).toBe('"(TIMESTAMP OR TIMESTAMP WITHOUT TIME ZONE)"');
});

test.each([
  ['INT', 'BINARY', 'with_conf'], ['INT', 'DATE', 'with_function'], ['DATE', 'INT', 'with_function'], ['DATE', 'BOOLEAN', 'with_conf'], ['TIMESTAMP', 'BOOLEAN', 'with_conf'],
  ['ARRAY<INT>', 'ARRAY<STRING>', 'yes'], ['ARRAY<INT>', 'STRING', 'yes'], ['MAP<STRING, INT>', 'VARIANT', 'without_suggestion'], ['DOUBLE', 'INTERVAL DAY', 'without_suggestion'],
  ['INT', 'INTERVAL YEAR', 'yes'], ['BIGINT', 'TIMESTAMP_NTZ', 'without_suggestion'], ['STRUCT<a: INT>', 'STRUCT<b: STRING>', 'yes'], ['STRUCT<a: INT>', 'STRUCT<b: STRING, c: INT>', 'without_suggestion'],
])('CAST(%s AS %s): %s', (from, to, expected) => { expect(canCast(t(from), t(to)).kind).toBe(expected); });
