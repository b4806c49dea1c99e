// NDJSON blocks to rows: modes and corrupt records as recorded from Spark 4.3.0, and the generated tier against the careful one.

import fc from 'fast-check';
import { blockOf } from '../../../engine/formats/block.js';
import { jsonDecoder } from '../../../engine/formats/json-decoder.js';
import { jsonOptions } from '../../../engine/formats/json-options.js';
import { rows } from '../../../engine/columnar/read.js';
import * as T from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';
import { document, NESTED } from './documents.js';

const schemaOf = (fields: readonly [string, T.DataType][]): T.Schema => ({ fields: fields.map(([n, t]) => T.field(n, t)) });
function decode(text: string | Uint8Array, schema: T.Schema, given: Record<string, string> = {}, columns = schema.fields.map((_, i) => i)): Value[][] {
  const decoder = jsonDecoder(schema, columns, jsonOptions((name) => given[name], 'UTC'));
  const batch = decoder.decode(blockOf(typeof text === 'string' ? Buffer.from(text) : text));
  return batch ? rows(batch) : [];
}
/** The rows of a block that a decoder reads after a first one, whose layout and length of lines it knows. */
function decodeNext(first: string, text: string | Uint8Array, schema: T.Schema, columns = schema.fields.map((_, i) => i), zone = 'UTC'): Value[][] {
  const decoder = jsonDecoder(schema, columns, jsonOptions(() => undefined, zone));
  decoder.decode(blockOf(Buffer.from(first)));
  const batch = decoder.decode(blockOf(typeof text === 'string' ? Buffer.from(text) : text));
  return batch ? rows(batch) : [];
}
const MIXED = '{"a":1,"b":"x"}\n\n   \n{"a":"bad","b":"y"}\n{"a":3\n[{"a":4},{"a":5}]\n{"a":6}trailing\n5\n"s"\nnull\n{"a":7}';
const AB = schemaOf([['a', T.INT], ['b', T.STRING]]);
const WITH_CORRUPT = schemaOf([['a', T.INT], ['b', T.STRING], ['_corrupt_record', T.STRING]]);

test('PERMISSIVE: bad fields are NULL, broken lines all NULL, arrays are several rows', () => {
  expect(decode(MIXED, AB)).toEqual([[1, 'x'], [null, 'y'], [null, null], [4, null], [5, null], [6, null], [null, null], [null, null], [null, null], [7, null]]);
  expect(decode(MIXED, WITH_CORRUPT)).toEqual([[1, 'x', null], [null, 'y', '{"a":"bad","b":"y"}'], [null, null, '{"a":3'], [4, null, null], [5, null, null],
    [6, null, null], [null, null, '5'], [null, null, '"s"'], [null, null, 'null'], [7, null, null]]);
});
test('only asked columns are read, so only they can be bad', () => {
  expect(decode(MIXED, AB, { mode: 'DROPMALFORMED' })).toEqual([[1, 'x'], [4, null], [5, null], [6, null], [7, null]]);
  expect(decode(MIXED, AB, { mode: 'DROPMALFORMED' }, [1])).toEqual([['x'], ['y'], [null], [null], [null], [null]]);
});
test('FAILFAST names the record', () => {
  expect(() => decode('{"a":1,"b":"x"}\n{"a":"bad","b":"y"}', AB, { mode: 'FAILFAST' })).toThrow(expect.objectContaining({
    condition: 'MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION', parameters: { badRecord: '[null,y]', failFastMode: 'FAILFAST' } }));
});
test('lines without arrays keep the corrupt text too', () => {
  expect(decode('{"a":1,"b":"x"}\n{"a":3\n{"b":"q\\"","a":2}', WITH_CORRUPT)).toEqual([[1, 'x', null], [null, null, '{"a":3'], [2, 'q"', null]]);
});
test('separators, byte order mark and bad UTF-8', () => {
  const bytes = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from('{"a":"v"}\r\n{"a":"'), Buffer.from([0xff, 0xc3]), Buffer.from('x"}\r{"a":"y"}\n')]);
  expect(decode(bytes, schemaOf([['a', T.STRING]]))).toEqual([['v'], [null], ['y']]);
  expect(decode('{"a":1}|{"a":2}|', schemaOf([['a', T.INT]]), { lineSep: '|' })).toEqual([[1], [2]]);
});

test('a later block is read as the first one is, whatever its lines are', () => {
  const first = '{"a":1,"b":"x"}\n';
  const broken = '{"a":1,"b":"y"}\n{"a":2,\n"b":"z"}\n{"a":3,"b":"z"} \n';
  for (const text of [MIXED, '\n\n', '\n{"a":2,"b":"y"}\n\n\n{"a":3,"b":"z"}', '{"a":2,"b":"y"}\r\n{"a":3,"b":"z"}\r\n', '{"a":2,"b":"y"}\r{"a":3,"b":"z"}\n', '{"a":2,\r"b":"y"}\n',
    '{"b":"y"}\n'.repeat(100), '{}\n'.repeat(100), '\ufeff{"a":2,"b":"y"}\n{"a":3}\n', '{"a":[\r],"b":"y"}\n', broken, '{"a":2,"b":"y"}'])
    expect(decodeNext(first, text, WITH_CORRUPT)).toEqual(decode(text, WITH_CORRUPT));
  expect(decodeNext(first, '{"a":2,"b":"y"}\r\n\n{"a":3,"b":"z"}', AB)).toEqual([[2, 'y'], [3, 'z']]);
  expect(decodeNext('{"a":1}\n{"a":1}\n', '{"a":2}\n\n{"a":3}', AB)).toEqual([[2, null], [3, null]]);
});

test('multiLine: a file is one document', () => {
  expect(decode('{"a":\n 1,\n "b": "x"}\n', AB, { multiLine: 'true' })).toEqual([[1, 'x']]);
  expect(decode('[\n{"a":1},\n{"b":"y"}]', AB, { multiLine: 'true' })).toEqual([[1, null], [null, 'y']]);
});

const FIELDS: readonly [string, T.DataType][] = [['i', T.INT], ['l', T.BIGINT], ['s', T.STRING], ['d', T.DOUBLE], ['b', T.BOOLEAN], ['t', T.TIMESTAMP], ['n', T.TIMESTAMP_NTZ],
  ['dt', T.DATE], ['m', T.decimal(12, 3)], ['y', T.TINYINT], ['o', T.struct([T.field('x', T.INT)])], ['r', T.array(T.INT)], ['f', T.FLOAT], ['h', T.SMALLINT], ['s2', T.STRING]];
const pick = <V>(...values: readonly V[]): fc.Arbitrary<V> => fc.constantFrom(...values);
const raw: Record<string, fc.Arbitrary<string>> = {
  i: pick('0', '-0', '7', '-12', '2147483647', '2147483648', '-2147483648', '01', '1.0', '"x"', 'null', '123456789', '1234567890'),
  l: pick('0', '-1', '999999999', '1000000000', '123456789012345', '1234567890123456', '-1700000000000000001', '4294967296000000000', '-9223372036854775808', '9223372036854775807', '-9223372036854775807', '12345678901234567890', '1234567890123456.5', '9223372036854775808', '1e3', 'null', 'true'),
  s: pick('""', '"a"', '"abcdefghijk"', '"é😀"', '"q\\"uote"', '"\\u0041"', '"\\x"', 'null', '1.50', '{"k": 1}', '12', '-0', '-5', '0', '007', '123456789012345678901234567890',
    '"a\\u00e9\\ud83d\\ude00\\/b"', '"\\ud83d"', '"\\ude00\\ud83d\\ude00"', '"\\u12g4"', '"\\b\\f\\n\\r\\t\\\\\\"é"'),
  d: pick('0', '-0', '-0.0', '0.1', '123.456', '1e10', '12345678901234567', '0.3333333333333333', '"NaN"', 'NaN', '1.', '.5', '-5.25', 'null', '100.10'),
  b: pick('true', 'false', 'null', 'TRUE', '"true"'),
  t: pick('"2024-02-29T12:34:56.123Z"', '"2024-02-29 12:34:56"', '"2024-02-30T00:00:00Z"', '"2024-02-29T12:34:56.1234567Z"', '"1969-12-31T23:59:59.5Z"', '"0001-01-01T00:00:00Z"',
    '"9999-12-31T23:59:59.999999Z"', '"2024-02-29T12:34:61Z"', '"2024-02-29T12:34:56+01:00"', '"2024-02-29T12:34:56.5-09:30"', '"2024-02-29T12:34:56+18:00"', '"2024-02-29T12:34:56+17:59"',
    '"2024-02-29T12:34:56+05:60"', '"2024-02-29T12:34:56+1:00"', '"2024-02-29T12:34:56 +01:00"', '"2024-03-31T02:30:00"', '"2024-10-27T02:30:00.75"', '"2024-07-01T00:00:00"', '"2024"', '5', 'null', '"2024-02-29T12:34:56.Z"'),
  n: pick('"2024-02-29T12:34:56.5"', '"2024-02-29T12:34:56Z"', '"2024-02-29T12:34:56+01:00"', 'null', '"x"'),
  dt: pick('"2024-02-29"', '"2023-02-29"', '"2024-2-9"', '"+2024-01-1"', 'null', '"2024-13-01"', '"1970-01-01"', '"19700"'),
  m: pick('1.2345', '"1.5"', '123456789012', '123456789.012', '1000000000', '-999999999.999', 'null', '1e2', '-0.0005', '12.5', '-0', '-0.1', '01.5', '1.', '0.123', '1.5.2'), y: pick('127', '128', '255', '256', '-128', '-129', 'null'),
  o: pick('{"x":1}', '{"x":"b"}', '{}', 'null', '[1]', '{"x":1,'), r: pick('[1,2]', '[]', '[null]', '[1,"x"]', 'null', '1'),
  f: pick('0.1', '-0', '16777217', '1e40', 'null', '3.5'), h: pick('32767', '32768', '-32768', 'null'), x: pick('{"a":[1,{"b":"x\\"y"}]}', '[1, 2]', '[1,2,]', '{"a" : true, "b":null}', '[nul]', '"\\q"', '"\\u00e9"', '-1.5e3', 'tru', '1', '[[[]],{}]', '{"a":}', '[01]', '{}'), s2: pick('"z"', '"\\n"', 'null', '"0123456789abcdef"'),
};
const line = fc.record(raw).chain((values) => fc.record({
  values: fc.constant(values), absent: fc.subarray(FIELDS.map(([n]) => n), { maxLength: 2 }), swap: fc.boolean(), space: pick('', '', '', ' '), tail: pick('', '', '', ' ', 'x', ',') }))
  .map(({ values, absent, swap, space, tail }) => {
    const names = [...FIELDS.map(([n]) => n), 'x'].filter((n) => absent.length === 0 || !absent.includes(n));
    if (swap && names.length > 3) names.push(names.shift()!, names[0]!);
    return `{${names.map((n) => `"${n}":${space}${values[n as keyof typeof values]}`).join(',')}}${tail}`;
  });
const GOOD = '{"i":1,"l":1,"s":"a","d":1.5,"b":true,"t":"2024-01-01T00:00:00Z","n":"2024-01-01T00:00:00","dt":"2024-01-01","m":1,"y":1,"o":{"x":1},"r":[1],"f":1.0,"h":1,"s2":"z","x":[1]}';

test('tier 1 gives what tier 2 gives, with every projection', () => {
  const schema = schemaOf([...FIELDS, ['_corrupt_record', T.STRING]]);
  fc.assert(fc.property(fc.array(line, { minLength: 1, maxLength: 8 }), fc.subarray(schema.fields.map((_, i) => i), { minLength: 1 }), pick('UTC', '+03:00', 'Europe/Berlin'), (lines, columns, timeZone) => {
    // A first line of the usual layout makes tier 1; one that is an array at the top (no rows) makes the block go row by row.
    const fast = decode(`${GOOD}\n${lines.join('\n')}`, schema, { timeZone }, columns);
    const careful = decode(`[]\n${GOOD}\n${lines.join('\n')}`, schema, { timeZone }, columns);
    expect(fast).toEqual(careful);
    expect(decodeNext(GOOD, `${GOOD}\n${lines.join('\n')}`, schema, columns, timeZone)).toEqual(careful);
  }), { numRuns: 1000 });
});

test('nested values: tier 1 gives what tier 2 gives, whatever the sample line has', () => {
  const schema = schemaOf([...NESTED, ['_corrupt_record', T.STRING]]);
  const lines = pick('', '', ' ').chain((blank) => fc.array(document(T.struct(NESTED.map(([n, t]) => T.field(n, t))), blank), { minLength: 2, maxLength: 12 })).filter((all) => all[0]!.startsWith('{"'));
  fc.assert(fc.property(lines, fc.subarray(schema.fields.map((_, i) => i), { minLength: 1 }), (all, columns) => {
    const careful = decode(`[]\n${all.join('\n')}`, schema, {}, columns);
    expect(decode(all.join('\n'), schema, {}, columns)).toEqual(careful);
    // Again where the layout is known, and behind a line that gives another one.
    expect(decodeNext(all[0]!, all.join('\n'), schema, columns)).toEqual(careful);
    expect(decodeNext(all.at(-1)!, all.join('\n'), schema, columns)).toEqual(careful);
  }), { numRuns: 400 });
});

test('lists longer than there was room for', () => {
  const schema = schemaOf([['id', T.INT], ['r', T.array(T.struct([T.field('v', T.array(T.BIGINT)), T.field('s', T.STRING)]))], ['m', T.map(T.STRING, T.DOUBLE)]]);
  const lines = Array.from({ length: 50 }, (_, i) => JSON.stringify({
    id: i, r: Array.from({ length: (i * 7) % 40 }, (_, k) => ({ v: Array.from({ length: k % 9 }, (_, n) => n), s: `s${k}` })), m: Object.fromEntries(Array.from({ length: i }, (_, k) => [`k${k}`, k / 2])),
  }));
  const text = lines.join('\n');
  expect(decode(text, schema)).toEqual(decode(`[]\n${text}`, schema));
  expect(decodeNext(lines[3]!, text, schema)).toEqual(decode(`[]\n${text}`, schema));
});

test('tier 1 finds the end of a string wherever it is in a word, and every byte that is not plain text', () => {
  const schema = schemaOf([['s', T.STRING], ['_corrupt_record', T.STRING]]);
  const special = [...Array.from({ length: 128 }, (_, c) => String.fromCharCode(c)), '\u0080', '\u00a2', '\u20dc', '\u{1f600}'].filter((c) => c !== '\n' && c !== '\r');
  const lines = special.flatMap((c) => Array.from({ length: 18 }, (_, n) => `{"s":"${'!é'.repeat(9).slice(0, n)}${c}!"}`));
  const fast = decode(`{"s":"a"}\n${lines.join('\n')}`, schema);
  expect(fast).toEqual(decode(`[]\n{"s":"a"}\n${lines.join('\n')}`, schema));
  expect(decodeNext('{"s":"a"}', `{"s":"a"}\n${lines.join('\n')}`, schema)).toEqual(fast);
  const plain = lines.map((text, i) => { try { return [i + 1, (JSON.parse(text) as { s: string }).s] as const; } catch { return undefined; } }).filter((p) => p !== undefined);
  expect(plain.length).toBeGreaterThan(1600);
  for (const [row, s] of plain) expect(fast[row]![0]).toBe(s);
});
