import { UTC } from '../../../engine/formats/zone.js';
import { variantText } from '../../../engine/formats/render.js';
import * as T from '../../../planner/types.js';
import type { Value, VariantValue } from '../../../planner/values.js';
import { outcome, run } from './call.js';

const parse = (json: string): Value => run('parse_json', [T.STRING], [json]);
const text = (v: Value): string | null => v === null ? null : variantText(v as VariantValue, UTC);
const change = (name: string, json: string, path: string, ...values: number[]): Value =>
  outcome(() => text(run(name, [T.VARIANT, T.STRING, T.INT], [parse(json), path, ...values])));

test('changes by path', () => {
  expect([change('variant_insert', '{"b":1}', '$.a.c[1]', 2), change('variant_insert', '[1,2]', '$[0]', 0), change('variant_insert', '[1]', '$[3]', 2)])
    .toEqual(['{"a":{"c":[null,2]},"b":1}', '[0,1,2]', '[1,null,null,2]']);
  expect([change('variant_insert', '{"a":1}', '$.a', 2), change('variant_insert', '{"a":1}', '$.a.b', 2), change('variant_insert', '1', '$', 2)])
    .toEqual(['! VARIANT_DUPLICATE_KEY', '! VARIANT_PATH_TYPE_MISMATCH', '! INVALID_VARIANT_PATH']);
  expect([change('variant_array_append', '{"a":[1]}', '$.a', 2), change('variant_array_append', '{"a":[1]}', '$.b', 2), change('try_variant_array_append', '{"a":1}', '$.a', 2)])
    .toEqual(['{"a":[1,2]}', '{"a":[1]}', null]);
  expect(text(run('variant_set', [T.VARIANT, T.STRING, T.INT, T.BOOLEAN], [parse('{"a":1}'), '$.b', 2, false]))).toBe('{"a":1}');
  const keys = run('to_variant_object', [T.map(T.STRING, T.INT)], [[['😀', 1], ['\uff5a', 2]]]);
  expect(text(run('variant_set', [T.VARIANT, T.STRING, T.INT, T.BOOLEAN], [keys, '$.😀', 3, true]))).toBe('{"😀":3,"\uff5a":2}');
  const before = parse('{"a":{"x":1},"b":[1]}');
  run('variant_delete', [T.VARIANT, T.STRING, T.STRING], [before, '$.a.x', '$.b[0]']);
  expect(text(before)).toBe('{"a":{"x":1},"b":[1]}');
});

test('reading by path', () => {
  const value = parse('{"a":{"b c":[5,"x"]}}');
  const at = (path: string, type: string, name = 'variant_get'): Value => outcome(() => run(name, [T.VARIANT, T.STRING, T.STRING], [value, path, type]));
  expect([at('$.a["b c"][0]', 'int'), at("$['a'].b c[1]", 'int'), at('$.a.z', 'int'), at('a', 'int')]).toEqual([5, '! INVALID_VARIANT_CAST', null, '! INVALID_VARIANT_GET_PATH']);
  expect(at("$.a['b c']", 'array<int>', 'try_variant_get')).toEqual([5, null]);
});

test('schemas join by their values', () => {
  const schema = (json: string): Value => run('schema_of_variant', [T.VARIANT], [parse(json)]);
  expect([schema('[1,2.50]'), schema('[1,"x"]'), schema('[{"b":1},{"a":null}]'), schema('[1.5,1e3,null]')])
    .toEqual(['ARRAY<DECIMAL(21,1)>', 'ARRAY<VARIANT>', 'ARRAY<OBJECT<a: VOID, b: BIGINT>>', 'ARRAY<DOUBLE>']);
  expect([outcome(() => parse('{"a":1,"a":2}')), run('try_parse_json', [T.STRING], ["{'a':1}"])]).toEqual(['! MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION', null]);
});
