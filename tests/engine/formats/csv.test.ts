// CSV as recorded from Spark 4.3.0: quotes, blanks, wrong numbers of fields, modes, values, and what is written.

import * as fc from 'fast-check';
import { batchOf } from '../../../engine/columnar/build.js';
import { rows } from '../../../engine/columnar/read.js';
import { blockOf } from '../../../engine/formats/block.js';
import { BytesWriter } from '../../../engine/formats/bytes-writer.js';
import { csvDecoder, csvHeader, csvLines, csvOptions } from '../../../engine/formats/csv.js';
import * as T from '../../../planner/types.js';
import type { Row, Value } from '../../../planner/values.js';

const schemaOf = (...fields: (readonly [string, T.DataType])[]): T.Schema => ({ fields: fields.map(([n, t]) => T.field(n, t)) });
function read(text: string, schema: T.Schema, given: Record<string, string> = {}, columns = schema.fields.map((_, i) => i)): Value[][] {
  const decoder = csvDecoder(schema, columns, csvOptions((n) => given[n], 'UTC', 'read'));
  const batch = decoder.decode(blockOf(Buffer.from(text)));
  return batch ? rows(batch) : [];
}
const FILE = 'a,b,c\n1,x,2.5\n2,"q ""w"" e",\n3\n4,y,1,9\n\n  \nbad,z,3\n5,"un\\"esc",1\n6, lead ,1 \n7,"",1\n8,"a\nb",2\n9,a"b"c,1\n10,"x"y,1\n#c,1,2\n';
const ABC = schemaOf(['a', T.INT], ['b', T.STRING], ['c', T.DOUBLE]);
const USUAL: Row[] = [[1, 'x', 2.5], [2, '"q ""w"" e"', null], [3, null, null], [4, 'y', 1], [null, 'z', 3], [5, 'un"esc', 1], [6, ' lead ', 1], [7, null, 1], [8, 'a', null],
  [null, '2', null], [9, 'a"b"c', 1], [10, '"x"y', 1], [null, '1', 2]];

test('the usual reading', () => { expect(read(FILE, ABC, { header: 'true' })).toEqual(USUAL); });
test('the header is a row unless it is asked for', () => { expect(read(FILE, ABC)).toEqual([[null, 'b', null], ...USUAL]); });
test('DROPMALFORMED drops records with a bad value or a wrong number of fields', () => {
  expect(read(FILE, ABC, { header: 'true', mode: 'DROPMALFORMED' })).toEqual([0, 1, 5, 6, 7, 10, 11].map((i) => USUAL[i]));
});
test('FAILFAST', () => { expect(() => read(FILE, ABC, { header: 'true', mode: 'FAILFAST' })).toThrow(/MALFORMED_RECORD_IN_PARSING/); });
test('multiLine: quoted line ends, and a line of blanks is a record', () => {
  expect(read(FILE, ABC, { header: 'true', multiLine: 'true' })).toEqual([...USUAL.slice(0, 4), [null, null, null], ...USUAL.slice(4, 8), [8, 'a\nb', 2], ...USUAL.slice(10)]);
});
test('comment, nullValue, emptyValue, trimming, escape by doubling', () => {
  expect(read(FILE, ABC, { header: 'true', comment: '#' })).toEqual(USUAL.slice(0, 12));
  expect(read('#a,b\nx,#y\n', schemaOf(['a', T.STRING], ['b', T.STRING]), { comment: '#' })).toEqual([['x', '#y']]);
  const marked = read(FILE, ABC, { header: 'true', nullValue: 'x', emptyValue: 'EMPTY' });
  expect([marked[0], marked[7]]).toEqual([[1, null, 2.5], [7, 'EMPTY', 1]]);
  expect(read(FILE, ABC, { header: 'true', ignoreLeadingWhiteSpace: 'true', ignoreTrailingWhiteSpace: 'true' })[6]).toEqual([6, 'lead', 1]);
  const doubled = read(FILE, ABC, { header: 'true', escape: '"' });
  expect([doubled[1], doubled[5]]).toEqual([[2, 'q "w" e', null], [5, '"un\\"esc"', 1]]);
});
test('the corrupt record', () => {
  const got = read(FILE, schemaOf(['a', T.INT], ['b', T.STRING], ['c', T.DOUBLE], ['_corrupt_record', T.STRING]), { header: 'true' });
  expect(got.map((r) => r[3])).toEqual([null, null, '3', '4,y,1,9', 'bad,z,3', null, null, null, '8,"a', 'b",2', null, null, '#c,1,2']);
});
test('enforceSchema=false compares the header', () => {
  expect(() => read(FILE, schemaOf(['c', T.DOUBLE], ['a', T.INT]), { header: 'true', enforceSchema: 'false' })).toThrow(/CSV_HEADER_MISMATCH/);
});
test('values', () => {
  const text = '2024-02-29,2024-02-29 12:34:56,2024-02-29T12:34:56.123Z,true,1.25,NaN,"AQI=",9223372036854775807,300\nx,y,z,TRUE,1e2,Inf,AQ,1.5,-129\n'
    + ' 2024-02-29 ,2024-02-29T12:34:56,2024-02-29, false,"1,234.5",-Inf,,  7,8\n2024,2024,2024-02-29T12:34:56,1,.5,1e400,,+7,+8\n';
  const schema = schemaOf(['d', T.DATE], ['t', T.TIMESTAMP], ['n', T.TIMESTAMP_NTZ], ['b', T.BOOLEAN], ['dec', T.decimal(6, 2)], ['f', T.DOUBLE], ['bin', T.BINARY], ['l', T.BIGINT], ['y', T.TINYINT]);
  const at = (s: string): bigint => BigInt(Date.parse(s)) * 1000n;
  const bytes = (s: string): Uint8Array => new Uint8Array(Buffer.from(s));
  expect(read(text, schema)).toEqual([
    [19782, at('2024-02-29T12:34:56Z'), null, true, 125n, Number.NaN, bytes('AQI='), 9223372036854775807n, null],
    [null, null, null, true, 10000n, Infinity, bytes('AQ'), null, null],
    [19782, at('2024-02-29T12:34:56Z'), at('2024-02-29T00:00:00Z'), null, 123450n, -Infinity, null, null, 8],
    [19723, at('2024-01-01T00:00:00Z'), at('2024-02-29T12:34:56Z'), null, 50n, Infinity, null, 7n, 8]]);
});
test('other separators and quotes', () => {
  const abc = schemaOf(['a', T.STRING], ['b', T.STRING], ['c', T.STRING]);
  expect(read("1;x|y;'a;b'\n\t2;;\n", abc, { sep: ';', quote: "'" })).toEqual([['1', 'x|y', 'a;b'], ['\t2', null, null]]);
  expect(read('a||b\n1||2||3\n', schemaOf(['a', T.STRING], ['b', T.STRING]), { sep: '||' })).toEqual([['a', 'b'], ['1', '2']]);
});

const WRITE = schemaOf(['a', T.INT], ['b', T.STRING], ['c', T.STRING], ['d', T.STRING], ['e', T.STRING], ['t', T.TIMESTAMP], ['dt', T.DATE], ['f', T.STRING], ['g', T.STRING], ['h', T.STRING],
  ['dec', T.decimal(3, 2)], ['bs', T.STRING]);
const VALUES: Row[] = [[1, ' x ', null, '', 'q"w', 1709210096123456n, 19782, 'a,b', 'x\ny', '#h', 150n, 'a\\b'], new Array<Value>(12).fill(null)];
function write(given: Record<string, string> = {}, schema = WRITE, values = VALUES): string {
  const options = csvOptions((n) => given[n], 'UTC', 'write');
  const out = new BytesWriter();
  if (options.header) out.text(csvHeader(schema, options));
  csvLines(schema, options)(batchOf(schema.fields.map((f) => f.type), values), out);
  return Buffer.from(out.finish()).toString();
}
test('writing', () => {
  expect(write()).toBe('1,x,,"","q\\"w",2024-02-29T12:34:56.123Z,2024-02-29,"a,b","x\ny",#h,1.50,a\\b\n,,,,,,,,,,,\n');
  expect(write({ header: 'true', quoteAll: 'true' })).toBe('"a","b","c","d","e","t","dt","f","g","h","dec","bs"\n"1","x","","","q\\"w","2024-02-29T12:34:56.123Z","2024-02-29","a,b","x\ny","#h","1.50","a\\\\b"\n'
    + '"","","","","","","","","","","",""\n');
  expect(write({ sep: ';', nullValue: 'NUL', emptyValue: 'EMP', ignoreLeadingWhiteSpace: 'false', ignoreTrailingWhiteSpace: 'false' }))
    .toBe('1; x ;NUL;EMP;"q\\"w";2024-02-29T12:34:56.123Z;2024-02-29;a,b;"x\ny";#h;1.50;a\\b\nNUL;NUL;NUL;NUL;NUL;NUL;NUL;NUL;NUL;NUL;NUL;NUL\n');
  expect(write({ escapeQuotes: 'false' })).toContain(',q"w,');
  expect(write({}, schemaOf(['a', T.INT]), [[null]])).toBe('');
  expect(write({}, schemaOf(['a', T.STRING]), [['']])).toBe('""\n');
});

test('the fast tier says what the careful one says', () => {
  const types = [T.BIGINT, T.STRING, T.INT, T.DOUBLE, T.decimal(9, 2), T.TIMESTAMP, T.DATE, T.BOOLEAN, T.TINYINT, T.TIMESTAMP_NTZ, T.FLOAT, T.decimal(30, 3)];
  const schema = { fields: [...types.map((t, i) => T.field(`c${i}`, t)), T.field('_corrupt_record', T.STRING)] };
  const whole = fc.constantFrom('', '0', '-0', '+5', '00012', '127', '-128', '1', '99');
  const long = fc.oneof(whole, fc.constantFrom('9223372036854775807', '-9223372036854775808', '9223372036854775808', '-9223372036854775809', '12345678901234567890', '00000000000000000012'), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String), fc.maxSafeInteger().map(String));
  const decimal = fc.oneof(whole, fc.constantFrom('5.', '.5', '1e3', '0.1', '-0.00', '1234567.895', '1,5', '12.345'), fc.integer({ min: -999_999_999, max: 999_999_999 }).map((n) => (n / 100).toFixed(2)));
  const double = fc.oneof(decimal, fc.double().map(String), fc.constantFrom('NaN', 'Inf', '9007199254740993', '123456789012345.6', '0.000001'));
  const date = fc.oneof(fc.constantFrom('2024-02-29', '1600-01-01', '2024-2-3', '2024'), fc.date({ min: new Date(-1e12), max: new Date(4e12), noInvalidDate: true }).map((d) => d.toISOString().slice(0, 10)));
  const time = fc.oneof(date, fc.constantFrom('2024-01-01T10:00:00.123456Z', '2024-01-01 10:00:00.5', '2024-01-01T10:00:00.1234567', '2024-01-01 10:00', '1600-01-01 00:00:00', '2024-01-01 10:00:00+02:00', '2024-01-01 10:00:00.25-18:00', '2024-01-01 10:00:00+17:60', '2024-01-01 10:00:00+2:00', '2024-03-31 02:30:00', '2024-10-27 02:30:00.', '2024-01-01 10:00:00.'),
    fc.date({ min: new Date(-1e12), max: new Date(4e12), noInvalidDate: true }).map((d) => d.toISOString()));
  const text = fc.oneof(fc.constantFrom('', 'é', ' ', ' x ', '""', '"a"', '"a,b"', '"a""b"', '"a\\"b"', 'a"b', '"a" ', '"a"b', '#', 'NULL', '\u00a0', '12:30'), fc.string({ maxLength: 5, unit: 'grapheme' }).map((t) => t.replace(/[\r\n,]/g, '')));
  const flags = fc.constantFrom('true', 'false', 'TRUE', '', '"true"');
  const cells = [long, text, fc.oneof(whole, fc.integer().map(String)), double, decimal, time, date, flags, whole, time, double, decimal];
  const junk = fc.oneof(text, double, time);
  const line = fc.oneof({ weight: 8, arbitrary: fc.tuple(...cells) }, { weight: 2, arbitrary: fc.tuple(...cells.map((c) => fc.oneof({ weight: 9, arbitrary: c }, junk))) }, { weight: 1, arbitrary: fc.array(junk, { maxLength: 15 }) }).map((l) => l.join(','));
  const projection = fc.constantFrom(schema.fields.map((_, i) => i), types.map((_, i) => i), [0, 3, 5], [1], [7, 2], []);
  const given = fc.record({ header: fc.constantFrom('true', 'false'), nullValue: fc.constantFrom('', 'NULL'), comment: fc.constantFrom('\0', '#'), mode: fc.constantFrom('PERMISSIVE', 'DROPMALFORMED'), timeZone: fc.constantFrom('UTC', '+03:00', 'Europe/Berlin') });
  const decode = (text: string, columns: readonly number[], options: Readonly<Record<string, string>>): unknown => {
    const decoder = csvDecoder(schema, columns, csvOptions((n) => options[n], 'UTC', 'read'));
    decoder.startFile('f');
    const batch = decoder.decode(blockOf(Buffer.from(text)));
    return [batch === undefined ? [] : rows(batch), decoder.malformedRows];
  };
  fc.assert(fc.property(fc.array(line, { maxLength: 8 }), projection, given, (lines, columns, options) => {
    const text = lines.join('\n');
    // A limit to the characters of a column is the careful tier's business.
    expect(decode(text, columns, options)).toEqual(decode(text, columns, { ...options, maxCharsPerColumn: '1000000' }));
  }), { numRuns: 1500 });
});
