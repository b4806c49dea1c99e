// Spark's answers of from_json, each recorded from Spark 4.3.0: values that fit, values that make their field NULL, broken documents.

import { parseJsonValue } from '../../../engine/formats/json-parser.js';
import { jsonOptions } from '../../../engine/formats/json-options.js';
import { renderer } from '../../../engine/formats/render.js';
import { UTC } from '../../../engine/formats/zone.js';
import * as T from '../../../planner/types.js';

const options = (given: Record<string, string> = {}) => jsonOptions((name) => given[name], 'UTC');
/** The answer as a cast to STRING prints it. */
function answer(json: string, type: T.DataType, given: Record<string, string> = {}): string | undefined | null {
  const { value } = parseJsonValue(json, type, options(given));
  return value === undefined ? undefined : value === null ? null : renderer(type, { zone: UTC, nullText: 'null' })(value);
}
const a = (type: T.DataType): T.DataType => T.struct([T.field('a', type)]);
const INT2 = T.struct([T.field('a', T.INT), T.field('b', T.INT)]);

test.each<[string, T.DataType, string | null | undefined]>([
  ['{"a":255}', a(T.TINYINT), '{-1}'],
  ['{"a":256}', a(T.TINYINT), '{null}'],
  ['{"a":-129}', a(T.TINYINT), '{null}'],
  ['{"a":32768}', a(T.SMALLINT), '{null}'],
  ['{"a":2147483648}', a(T.INT), '{null}'],
  ['{"a":9223372036854775808}', a(T.BIGINT), '{null}'],
  ['{"a":9223372036854775807}', a(T.BIGINT), '{9223372036854775807}'],
  ['{"a":1e2}', a(T.BIGINT), '{null}'],
  ['{"a":"1.5"}', a(T.DOUBLE), '{null}'],
  ['{"a":"+INF"}', a(T.DOUBLE), '{Infinity}'],
  ['{"a":"INF"}', a(T.DOUBLE), '{null}'],
  ['{"a":+Infinity}', a(T.DOUBLE), '{Infinity}'],
  ['{"a":INF}', a(T.DOUBLE), '{null}'],
  ['{"a":1e400}', a(T.DOUBLE), '{Infinity}'],
  ['{"a":16777217}', a(T.FLOAT), '{1.6777216E7}'],
  ['{"a":"1.555"}', a(T.decimal(5, 2)), '{1.56}'],
  ['{"a":123.456}', a(T.decimal(5, 2)), '{123.46}'],
  ['{"a":12345.6}', a(T.decimal(5, 2)), '{null}'],
  ['{"a":" 1.5 "}', a(T.decimal(5, 2)), '{null}'],
  ['{"a":"1,234.5"}', a(T.decimal(10, 2)), '{1234.50}'],
  ['{"a":1.50e2}', a(T.STRING), '{150.0}'],
  ['{"a":-0}', a(T.STRING), '{0}'],
  ['{"a":[1, 2.50,"x\\u00e9"]}', a(T.STRING), '{[1,2.5,"xé"]}'],
  ['{"a":{"b" : "c\\n\\/"}}', a(T.STRING), '{{"b":"c\\n/"}}'],
  ['{"a":NaN}', a(T.STRING), '{"NaN"}'],
  ['{"a":null}', a(T.STRING), '{null}'],
  ['{"a":1700000000}', a(T.TIMESTAMP), '{2023-11-14 22:13:20}'],
  ['{"a":1.5}', a(T.TIMESTAMP), '{null}'],
  ['{"a":1}', a(T.TIMESTAMP_NTZ), '{null}'],
  ['{"a":"2024-02-29T12:34:56.123456789+02:00"}', a(T.TIMESTAMP), '{2024-02-29 10:34:56.123456}'],
  ['{"a":"2024"}', a(T.TIMESTAMP), '{2024-01-01 00:00:00}'],
  ['{"a":" 2024-02-29 "}', a(T.TIMESTAMP), '{2024-02-29 00:00:00}'],
  ['{"a":"2024-02-30"}', a(T.TIMESTAMP), '{null}'],
  ['{"a":"2024-02-29 12:34:56.5 America/Los_Angeles"}', a(T.TIMESTAMP), '{2024-02-29 20:34:56.5}'],
  ['{"a":"20240229"}', a(T.DATE), '{+57385-11-12}'],
  ['{"a":"19700"}', a(T.DATE), '{+19700-01-01}'],
  ['{"a":"2024-02-29T12:34:56Z"}', a(T.TIMESTAMP_NTZ), '{null}'],
  ['{"a":"AQI="}', a(T.BINARY), '{[01 02]}'],
  ['{"a":"A!"}', a(T.BINARY), '{null}'],
  ['{"a":"1-2"}', a(T.YEAR_MONTH), "{INTERVAL '1-2' YEAR TO MONTH}"],
  ["{\"a\":\"INTERVAL '1-2' YEAR TO MONTH\"}", a(T.YEAR_MONTH), "{INTERVAL '1-2' YEAR TO MONTH}"],
  ['{"a":"1 02:03:04.5"}', a(T.DAY_TIME), "{INTERVAL '1 02:03:04.5' DAY TO SECOND}"],
  ['{"a":"1 day 2 hours"}', a(T.CALENDAR_INTERVAL), '{1 days 2 hours}'],
  ['[{"a":1}]', a(T.INT), '{null}'],
  ['{"a":1}', T.array(a(T.INT)), '[{1}]'],
  ['[{"a":1},{"a":"x"}]', T.array(a(T.INT)), '[{1}, {null}]'],
  ['[1,"x"]', T.array(T.INT), null],
  ['1', T.array(T.INT), null],
  ['{"a":1,"b":"x"}', T.map(T.STRING, T.INT), null],
  ['{"a":1,"b":2,"a":3}', T.map(T.STRING, T.INT), '{a -> 1, b -> 2, a -> 3}'],
  ['{"a":1} x', a(T.INT), '{1}'],
  ['{"a":1, "b":', INT2, '{null, null}'],
  ['{"a":1,"b":2,}', INT2, '{null, null}'],
  ['{"s":{"x":"bad","y":2},"z":1}', T.struct([T.field('s', T.struct([T.field('x', T.INT), T.field('y', T.INT)])), T.field('z', T.INT)]), '{{null, 2}, 1}'],
  ['{"a":[1,"x",3],"b":1}', T.struct([T.field('a', T.array(T.INT)), T.field('b', T.INT)]), '{null, 1}'],
  ['{"a":[{"a":1},{"a":"b","b":2}],"b":1}', T.struct([T.field('a', T.array(INT2)), T.field('b', T.INT)]), '{[{1, null}, {null, 2}], 1}'],
  ['{"a":1,"a":"x"}', a(T.INT), '{1}'],
  ['{"a":1,"a":null}', a(T.INT), '{null}'],
  ['{"A":1}', a(T.INT), '{null}'],
  ["{'a':'q\"'}", a(T.STRING), '{q"}'],
  ['{"a":01}', a(T.INT), '{null}'],
  ['{"a":.5}', a(T.DOUBLE), '{null}'],
  ['{"a":5.}', a(T.DOUBLE), '{null}'],
  ['{"a":"x\ty"}', a(T.STRING), '{null}'],
  ['{"a":"x\\q"}', a(T.STRING), '{null}'],
  ['{"a":"\\ud83d\\ude00 \\ud800"}', a(T.STRING), '{😀 ?}'],
  ['  ', a(T.INT), undefined],
  ['null', a(T.INT), '{null}'],
  ['{}', a(T.INT), '{null}'],
  ['{"a":{"b":[1,2,{"c":null}]}}', a(T.VARIANT), '{{"b":[1,2,{"c":null}]}}'],
  ['{"a":1.0}', a(T.BIGINT), '{null}'],
  ['{"__proto__":1,"a":2}', a(T.INT), '{2}'],
])('%s', (json, type, expected) => { expect(answer(json, type)).toBe(expected); });

test.each<[string, T.DataType, Record<string, string>, string]>([
  ['{"a":"29/02/2024 13:05"}', a(T.TIMESTAMP), { timestampFormat: 'dd/MM/yyyy HH:mm' }, '{2024-02-29 13:05:00}'],
  ['{"a":"2024-02-29 13:05:00"}', a(T.TIMESTAMP), { timestampFormat: 'dd/MM/yyyy HH:mm' }, '{null}'],
  ['{"a":"2024-02-29"}', a(T.DATE), { dateFormat: 'dd/MM/yyyy' }, '{null}'],
  ['{"a":"29.02.2024"}', a(T.DATE), { dateFormat: 'dd.MM.yyyy' }, '{2024-02-29}'],
  ['{"a":"2024-02-29 10:00:00"}', a(T.TIMESTAMP), { timeZone: 'America/Los_Angeles' }, '{2024-02-29 18:00:00}'],
  ['/*c*/{"a":1}', a(T.INT), { allowComments: 'true' }, '{1}'],
  ['{"a":01}', a(T.INT), { allowNumericLeadingZeros: 'true' }, '{1}'],
  ['{"a":"x\\q"}', a(T.STRING), { allowBackslashEscapingAnyCharacter: 'true' }, '{xq}'],
  ['{"a":"x\ty"}', a(T.STRING), { allowUnquotedControlChars: 'true' }, '{x\ty}'],
  ['{"a":NaN}', a(T.DOUBLE), { allowNonNumericNumbers: 'false' }, '{null}'],
  ["{'a':1}", a(T.INT), { allowSingleQuotes: 'false' }, '{null}'],
  ['{a: 1}', a(T.INT), { allowUnquotedFieldNames: 'true' }, '{1}'],
])('%s with %j', (json, type, given, expected) => { expect(answer(json, type, given)).toBe(expected); });

test('nesting beyond the limit is a malformed document, not a crash', () => {
  expect(answer('['.repeat(200_000), T.array(T.STRING))).toBeNull();
  expect(answer(`{"a":${'['.repeat(200_000)}`, a(T.STRING))).toBe('{null}');
});
