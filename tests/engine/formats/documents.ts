// JSON documents of nested types for property tests.

import fc from 'fast-check';
import * as T from '../../../planner/types.js';

const pick = <V>(...values: readonly V[]): fc.Arbitrary<V> => fc.constantFrom(...values);
const POINT = T.struct([T.field('x', T.INT), T.field('n', T.STRING), T.field('deep', T.struct([T.field('t', T.TIMESTAMP), T.field('x', T.DOUBLE)]))]);
export const NESTED: readonly [string, T.DataType][] = [['id', T.BIGINT], ['p', POINT], ['x', T.INT], ['tags', T.array(T.STRING)], ['items', T.array(T.struct([T.field('s', T.STRING), T.field('q', T.INT), T.field('of', T.array(T.DOUBLE))]))],
  ['m', T.map(T.STRING, T.BIGINT)], ['ms', T.map(T.STRING, POINT)], ['grid', T.array(T.array(T.INT))], ['dec', T.array(T.decimal(30, 2))], ['n', T.STRING]];
const within = (open: string, close: string, parts: readonly string[], blank = ''): string => `${open}${parts.join(`,${blank}`)}${close}`;
/** A document of the type, mostly as it should be. */
export function document(type: T.DataType, blank: string): fc.Arbitrary<string> {
  const odd = (usual: fc.Arbitrary<string>): fc.Arbitrary<string> => fc.oneof({ weight: 30, arbitrary: usual }, { weight: 2, arbitrary: fc.constant('null') }, { weight: 1, arbitrary: pick('[]', '{}', '"7"', '1.5', '[1', '{"x":1,"x":2}') });
  switch (type.kind) {
    case 'struct': {
      const fields = type.fields.map((f) => document(f.type, blank).map((v) => `"${f.name}":${blank}${v}`));
      return odd(fc.tuple(fc.tuple(...fields), fc.subarray([...fields.keys()], { minLength: Math.max(0, fields.length - 1) }), pick('', '', '', '', '"more":{"a":[1,{}]}')).map(([texts, kept, more]) =>
        within('{', '}', [...kept.map((i) => texts[i]!), ...(more === '' ? [] : [more])], blank)));
    }
    case 'array': return odd(fc.array(document(type.element, blank), { maxLength: 4 }).map((v) => within('[', ']', v, blank)));
    case 'map': return odd(fc.array(fc.tuple(pick('"a"', '"b"', '"é"', '"q\\""'), document(type.value, blank)), { maxLength: 3 }).map((v) => within('{', '}', v.map(([k, x]) => `${k}:${blank}${x}`), blank)));
    case 'int': case 'bigint': return odd(pick('0', '7', '-12', '123456789012'));
    case 'double': case 'decimal': return odd(pick('0', '1.5', '-0.25', '1e2'));
    case 'timestamp': return odd(pick('"2024-02-29T12:34:56.123Z"', '"2024-02-29T12:34:57Z"', '"x"'));
    default: return odd(pick('"a"', '"abcdefghijk"', '"é"', '"q\\"u"'));
  }
}
