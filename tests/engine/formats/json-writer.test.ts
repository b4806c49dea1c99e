// JSON as Spark 4.3.0 writes it, from values (to_json) and from columns; and writing then reading gives the values back.

import fc from 'fast-check';
import { batchOf } from '../../../engine/columnar/build.js';
import { rows } from '../../../engine/columnar/read.js';
import { blockOf } from '../../../engine/formats/block.js';
import { BytesWriter } from '../../../engine/formats/bytes-writer.js';
import { jsonDecoder } from '../../../engine/formats/json-decoder.js';
import { jsonOptions } from '../../../engine/formats/json-options.js';
import { jsonLines, jsonText } from '../../../engine/formats/json-writer.js';
import * as T from '../../../planner/types.js';
import type { Row, Value } from '../../../planner/values.js';

const options = (given: Record<string, string> = {}) => jsonOptions((n) => given[n], 'UTC');
const struct = (...fields: (readonly [string, T.DataType])[]): T.TypeOf<'struct'> => T.struct(fields.map(([n, t]) => T.field(n, t)));
const text = (type: T.DataType, value: Value, given: Record<string, string> = {}): string => jsonText(type, options(given))(value);
const XY = struct(['x', T.INT], ['y', T.INT]);

test.each<[T.DataType, Value, string]>([
  [struct(['a', T.TIMESTAMP_NTZ], ['b', T.DATE], ['c', T.YEAR_MONTH], ['d', T.DAY_TIME], ['e', T.CALENDAR_INTERVAL]),
    [1709210096123456n, 19782, 14, 93784500000n, { months: 14, days: 3, micros: 14706700000n }],
    '{"a":"2024-02-29T12:34:56.123","b":"2024-02-29","c":"INTERVAL \'1-2\' YEAR TO MONTH","d":"INTERVAL \'1 02:03:04.5\' DAY TO SECOND","e":"1 years 2 months 3 days 4 hours 5 minutes 6.7 seconds"}'],
  [struct(['a', T.array(T.INT)], ['b', T.array(XY)], ['c', T.map(T.INT, T.STRING)], ['d', T.map(struct(['k', T.INT]), T.INT)], ['e', T.map(T.DATE, T.TIMESTAMP)]),
    [[1, null], [[null, 1]], [[1, 'x']], [[[1], 2]], [[19723, 1704067200123456n]]],
    '{"a":[1,null],"b":[{"y":1}],"c":{"1":"x"},"d":{"[1]":2},"e":{"19723":"2024-01-01T00:00:00.123Z"}}'],
  [struct(['a', T.STRING]), ['q"\\/\t\n\u0001\u007fé😀'], '{"a":"q\\"\\\\/\\t\\n\\u0001\u007fé😀"}'],
  [struct(['b', T.TIMESTAMP], ['c', T.DATE], ['d', T.DOUBLE], ['e', T.DOUBLE], ['f', T.FLOAT], ['g', T.decimal(20, 10)]),
    [253402300800000000n, -719893, 1e-7, -0, 1e10, 10000000000n], '{"b":"+10000-01-01T00:00:00.000Z","c":"-0001-01-01","d":1.0E-7,"e":-0.0,"f":1.0E10,"g":1.0000000000}'],
  [struct(['t', T.INT], ['u', T.STRING], ['v', struct(['x', T.INT])]), [1, null, [null]], '{"t":1,"v":{}}'],
  [T.map(T.STRING, XY), [['a', [null, null]]], '{"a":{}}'],
  [struct(['n', T.DOUBLE], ['i', T.DOUBLE], ['x', T.FLOAT], ['b', T.BINARY], ['l', T.BIGINT]), [Number.NaN, Infinity, Math.fround(0.1), Uint8Array.of(1, 2), 9223372036854775807n],
    '{"n":"NaN","i":"Infinity","x":0.1,"b":"AQI=","l":9223372036854775807}'],
])('%# as JSON', (type, value, expected) => { expect(text(type, value)).toBe(expected); });

test('options', () => {
  expect(text(struct(['a', T.INT], ['b', T.STRING]), [null, 'x'], { ignoreNullFields: 'false' })).toBe('{"a":null,"b":"x"}');
  expect(text(struct(['a', T.INT]), [1], { pretty: 'true' })).toBe('{\n  "a" : 1\n}');
  expect(text(struct(['t', T.TIMESTAMP]), [1719792000123456n], { timestampFormat: 'yyyy/MM/dd HH:mm:ss.SSSSSS', timeZone: 'America/Los_Angeles' })).toBe('{"t":"2024/06/30 17:00:00.123456"}');
});

const schema: T.Schema = { fields: [['i', T.INT], ['l', T.BIGINT], ['s', T.STRING], ['d', T.DOUBLE], ['b', T.BOOLEAN], ['m', T.decimal(30, 4)], ['o', XY]].map(([n, t]) => T.field(n as string, t as T.DataType)) };
const maybe = <V extends Value>(value: fc.Arbitrary<V>): fc.Arbitrary<V | null> => fc.option(value, { freq: 5 });
const row: fc.Arbitrary<Row> = fc.tuple(maybe(fc.integer()), maybe(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })), maybe(fc.string({ unit: 'binary' })),
  maybe(fc.double()), maybe(fc.boolean()), maybe(fc.bigInt({ min: -(10n ** 30n) + 1n, max: 10n ** 30n - 1n })), maybe(fc.tuple(maybe(fc.integer()), maybe(fc.integer()))));

test('what is written is read back', () => {
  fc.assert(fc.property(fc.array(row, { minLength: 1, maxLength: 6 }), (values) => {
    const out = new BytesWriter(8);
    jsonLines(schema, options())(batchOf(schema.fields.map((f) => f.type), values), out);
    const batch = jsonDecoder(schema, schema.fields.map((_, i) => i), options()).decode(blockOf(out.finish()))!;
    expect(rows(batch)).toEqual(values);
  }), { numRuns: 300 });
});
