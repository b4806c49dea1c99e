import * as T from '../../../planner/types.js';
import { decimalFormat, grouping } from '../../../engine/formats/decimal-format.js';
import { javaFormat, type FormatKind, type FormatValue } from '../../../engine/formats/java-format.js';
import { outcome, run } from './call.js';

const format = (template: string, ...args: readonly (readonly [FormatKind, FormatValue])[]): unknown =>
  outcome(() => javaFormat(template)(args.map(([kind]) => kind), args.map(([, value]) => value), () => 0));

test('format strings', () => {
  // biome-ignore lint/suspicious/noApproximativeNumericConstant: digits to round, not the number pi.
  expect([format('%,.2f|%010.3f|%+.1e', ['double', 12345.678], ['double', -3.14159], ['double', 12345.678]), format('%(,d|%+08d|%-8d|', ['int', -12345], ['int', 5], ['int', 5])])
    .toEqual(['12,345.68|-00003.142|+1.2e+04', '(12,345)|+0000005|5       |']);
  // Rounded half up from the shortest digits, not from the binary value.
  expect(format('%.2f %.1f %.0f %.20f', ['double', 1.005], ['double', 0.25], ['double', 2.5], ['double', 0.1])).toBe('1.01 0.3 3 0.10000000000000000000');
  expect(format('%g %g %.3g %g', ['double', 0.0001], ['double', 123456.789], ['double', 1234567], ['double', 999999.5])).toBe('0.000100000 123457 1.23e+06 1.00000e+06');
  expect(format('%x %X %o %#x', ['byte', -1], ['long', -255n], ['int', -8], ['int', 255])).toBe('ff FFFFFFFFFFFFFF01 37777777770 0xff');
  expect(format('%2$s %1$s %<s %s', ['text', 'a'], ['text', 'b'])).toBe('b a a a');
  expect(format('%.2s|%5s|%b|%.2f|%5%|%n', ['text', 'abc'], ['text', null], ['text', 'x'], ['double', null])).toBe('ab| null|true|nu|    %|\n');
  expect(format('%a %a', ['double', 1], ['double', -0.1])).toBe('0x1.0p0 -0x1.999999999999ap-4');
  for (const bad of ['%d', '%q', '%-d', '%s %s', '%', '%tY', '%<s', '%,x']) expect(format(bad, ['text', 'x'])).toBe('! INVALID_FORMAT.FORMAT_STRING');
  expect(format('%2000000000d', ['int', 1])).toBe('! RESULT_TOO_LONG');
});

test('numbers by patterns round half to even on the exact value', () => {
  const by = (pattern: string, x: number): unknown => outcome(() => decimalFormat(pattern).double(x));
  expect([grouping(1).double(0.15), grouping(2).double(1.005), grouping(0).double(2.5), grouping(0).double(-0.5), grouping(0).double(1e20), grouping(2).decimal(-12345n, 1)]).toEqual(['0.1', '1.00', '2', '-0', '100,000,000,000,000,000,000', '-1,234.50']);
  expect([by('#,##0.00;(#)', -1234.5), by('0.0%', 0.256), by('0.###E0', 12345), by('##0.##E0', 12345), by('00.00', 0.5), by('#.##', 0.5), by("'#'0", 12), by('0abc', 1.5), by('.00', 0.5)]).toEqual(['(1,234.50)', '25.6%', '1.235E4', '12.345E3', '00.50', '0.5', '#12', '2abc', '.50']);
  expect(by('0.0.0', 1)).toBe('! INVALID_FORMAT.FORMAT_STRING');
});

test('character sets refuse what they cannot express', () => {
  const decode = (bytes: readonly number[], set: string): unknown => outcome(() => run('decode', [T.BINARY, T.STRING], [Uint8Array.from(bytes), set]));
  expect([decode([0xff, 0xfe, 0x61, 0], 'utf-16'), decode([0, 0x61], 'UTF-16'), decode([0xd8], 'utf-16'), decode([0xff], 'utf-8'), decode([0, 1, 0xf6, 0], 'utf-32'), decode([0x80], 'us-ascii')])
    .toEqual(['a', 'a', '! MALFORMED_CHARACTER_CODING', '! MALFORMED_CHARACTER_CODING', '😀', '! MALFORMED_CHARACTER_CODING']);
  expect(outcome(() => run('encode', [T.STRING, T.STRING], ['€', 'ISO-8859-1']))).toBe('! MALFORMED_CHARACTER_CODING');
  expect(outcome(() => run('encode', [T.STRING, T.STRING], ['a', 'latin']))).toBe('! INVALID_PARAMETER_VALUE.CHARSET');
});

test('base64 is read as mail programs do, or strictly', () => {
  const unbase64 = (text: string): unknown => outcome(() => { const v = run('unbase64', [T.STRING], [text]); return Buffer.from(v as Uint8Array).toString('latin1'); });
  expect([unbase64('U3Bh\r\n cms='), unbase64('!!!!'), unbase64('YWJ'), unbase64('Y-_/')]).toEqual(['Spark', '', 'ab', 'c']);
  for (const bad of ['a', 'Y===', 'YW=Jj', 'YQ==YQ==']) expect(unbase64(bad)).toBe('! CONVERSION_INVALID_INPUT');
  const strict = (text: string): unknown => outcome(() => run('to_binary', [T.STRING, T.STRING], [text, 'base64']));
  expect([strict('aG k='), strict('aGk')].map((v) => Buffer.from(v as Uint8Array).toString())).toEqual(['hi', 'hi']);
  for (const bad of ['aGk==', 'a', 'aGk!']) expect(strict(bad)).toBe('! CONVERSION_INVALID_INPUT');
  expect((run('base64', [T.BINARY], [new Uint8Array(100)]) as string).indexOf('\r\n')).toBe(76);
});

test('to_char and to_number', () => {
  const char = (unscaled: bigint, scale: number, format_: string): unknown => outcome(() => run('to_char', [T.decimal(20, scale), T.STRING], [unscaled, format_]));
  expect([char(12345n, 3, 'S99999.999'), char(-500n, 3, 'S99999.999'), char(-124548n, 1, '99G999D9S'), char(-5n, 0, '999PR'), char(5n, 0, '999PR'), char(12345n, 0, '999'), char(234n, 0, '0,000'), char(5n, 1, '9.99'), char(0n, 0, '999'), char(-5n, 0, '$9,999MI')])
    .toEqual(['   +12.345', '     -.500', '12,454.8-', '  <5>', '  5  ', '###', '0,234', '0.50', '   ', '$    5-']);
  for (const [bad, condition] of [['9.9.9', 'WRONG_NUM_TOKEN'], ['', 'EMPTY'], ['9,', 'CONT_THOUSANDS_SEPS'], ['99$', 'CUR_MUST_BEFORE_DIGIT'], ['9S9', 'UNEXPECTED_TOKEN'], ['abc', 'WRONG_NUM_DIGIT'], ['9.9,9', 'THOUSANDS_SEPS_MUST_BEFORE_DEC']] as const) {
    expect(char(1n, 0, bad)).toBe(`! INVALID_FORMAT.${condition}`);
  }
  const number = (text: string, format_: string): unknown => outcome(() => run('to_number', [T.STRING, T.STRING], [text, format_]));
  expect([number('12,454.8-', '99,999.9S'), number('<12>', '99PR'), number('$78.12', '$99.99'), number('1.2', '0.00'), number('.5', '9.9'), number('1 2', '99')]).toEqual([-124548n, -12n, 7812n, 120n, 5n, 12n]);
  for (const [text, format_] of [['1234', '999'], ['12', '000'], ['', '9'], ['-', 'S9'], ['<12', '99PR'], ['1234', '9,999'], ['5', '$9']] as const) expect(number(text, format_)).toBe('! INVALID_FORMAT.MISMATCH_INPUT');
});

test('words', () => {
  const jaro = (a: string, b: string): unknown => run('jaro_winkler_similarity', [T.STRING, T.STRING], [a, b]);
  expect([jaro('MARTHA', 'MARHTA'), jaro('DIXON', 'DICKSONX'), jaro('', 'a'), jaro('', '')]).toEqual([0.9611111111111111, 0.8133333333333332, 0, 1]);
  expect(['Ashcraft', 'Tymczak', 'Pfister', "O'Hara", '123', ''].map((w) => run('soundex', [T.STRING], [w]))).toEqual(['A261', 'T522', 'P236', 'O600', '123', '']);
  const distance = (a: string, b: string, limit: number): unknown => run('levenshtein', [T.STRING, T.STRING, T.INT], [a, b, limit]);
  expect([distance('kitten', 'sitting', 2), distance('kitten', 'sitting', 3), distance('😀a', 'b', 5), distance('a', 'a', -1)]).toEqual([-1, 3, 2, -1]);
  expect(run('sentences', [T.STRING, T.STRING, T.STRING], ["Mr. Smith's 3.5 miles, e.g. this.\nI'm fine!", '', ''])).toEqual([['Mr'], ["Smith's", '3.5', 'miles', 'e.g', 'this'], ["I'm", 'fine']]);
});
