import * as T from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';
import { bodyOf, callOf, outcome, run, scalarOf } from './call.js';

const get = (json: string, path: string): unknown => run('get_json_object', [T.STRING, T.STRING], [json, path]);

test('paths through JSON', () => {
  const books = '{"a":[{"b":[1,2]},{"b":[3]},{"c":"x"}]}';
  expect([get(books, '$.a[*].b'), get(books, '$.a[*].b[*]'), get(books, '$.a[2].c'), get(books, '$.a[*].c'), get(books, '$.a[*]')])
    .toEqual(['[[1,2],[3]]', '[[1,2],[3]]', 'x', '"x"', '[{"b":[1,2]},{"b":[3]},{"c":"x"}]']);
  expect([get('[[1,2],[3]]', '$[*][*]'), get('[[1,2],[3]]', '$[0][*]'), get('{"a":[]}', '$.a[*]')]).toEqual(['[1,2,3]', '[1,2]', null]);
  expect([get('{"a":null,"a":2,"a":3}', '$.a'), get('{"a":1} tail', '$.a'), get('{"a":1', '$.a'), get("{'a':1e2}", '$.a'), get('{"a":NaN}', '$.a')]).toEqual(['2', '1', null, '100.0', null]);
  expect([get('{"a b":{"c.d":1}}', "$['a b']['c.d']"), get('{"a":1}', 'a'), get('{"a":1}', '$..a'), get('{"a":1}', '$.*'), get('[1]', '$[-1]')]).toEqual(['1', null, null, null, null]);
  expect(get('{"a":["é😀"],"b":1}', '$.a')).toBe('["é\\uD83D\\uDE00"]');
});

test('the bytes of a text are read within its bounds', () => {
  const inline = scalarOf('json_array_length').inline!(callOf('json_array_length', [T.STRING]))!;
  let body: ((bytes: Uint8Array, from: number, to: number) => Value) | undefined;
  inline.code(['x'], (v) => { body = v as typeof body; return 'f'; }, () => '', []);
  expect(body!(Buffer.from('xx[1,[2,3]],4]'), 2, 11)).toBe(2);
});

test('from_json keeps the record that it cannot read, or fails', () => {
  const read = (json: string, schema: string, options: Value = []): Value => bodyOf(callOf('from_json', [T.STRING, T.STRING, T.map(T.STRING, T.STRING)], [json, schema, options]))(json);
  expect(read('{"b":1,"a":"x"}', 'a INT, _corrupt_record STRING, b INT')).toEqual([null, '{"b":1,"a":"x"}', 1]);
  expect(read('{"b":1,"a":2}', 'a INT, _corrupt_record STRING, b INT')).toEqual([2, null, 1]);
  expect(outcome(() => read('{"a":"x"}', 'a INT', [['MODE', 'failfast']]))).toBe('! MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION');
  expect([read(' ', 'a INT'), read('[{"a":1}]', 'ARRAY<STRUCT<a: INT>>'), read('{"a":1}', '{"type":"struct","fields":[{"name":"a","type":"long"}]}')]).toEqual([null, [[1]], [1n]]);
  expect(outcome(() => read('1', 'a INT b'))).toMatch(/^! PARSE_SYNTAX_ERROR/);
});

test('schemas of examples', () => {
  const schema = (name: string, text: string): Value => bodyOf(callOf(name, [T.STRING], [text]))();
  expect(schema('schema_of_json', '{"b":[1,2.5],"a":{"d":null},"f":12345678901234567890,"g h":true}')).toBe('STRUCT<a: STRUCT<d: STRING>, b: ARRAY<DOUBLE>, f: DECIMAL(20,0), `g h`: BOOLEAN>');
  expect([schema('schema_of_json', '[{}]'), schema('schema_of_json', ''), outcome(() => schema('schema_of_json', '{'))]).toEqual(['ARRAY<STRUCT<>>', 'STRING', '! MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION']);
  expect(schema('schema_of_csv', '1,12345678901,12345678901234567890,1.,1e5,NaN,TRUE,2024-01-01,2024-1-1,,x'))
    .toBe('STRUCT<_c0: INT, _c1: BIGINT, _c2: DECIMAL(20,0), _c3: DECIMAL(1,0), _c4: DOUBLE, _c5: DOUBLE, _c6: BOOLEAN, _c7: DATE, _c8: TIMESTAMP, _c9: STRING, _c10: STRING>');
});
