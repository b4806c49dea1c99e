// Numbers read from bytes are what Number makes of their text, or are left to others; what people's programs write is not left.

import * as fc from 'fast-check';
import { doubleBetween, jsonDouble, numberEnd } from '../../../engine/formats/byte-numbers.js';

const read = (text: string): number => doubleBetween(Buffer.from(text), 0, text.length);
const digits = (most: number): fc.Arbitrary<string> => fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: most }).map((d) => d.join(''));
const plain = fc.tuple(fc.constantFrom('', '-'), digits(20), fc.option(digits(24), { nil: undefined })).map(([sign, whole, part]) => `${sign}${whole}${part === undefined ? '' : `.${part}`}`);
/** The middle between two neighbouring doubles, and what stands a little to its left and right. */
const nearTie = fc.tuple(fc.bigInt({ min: 0n, max: 2n ** 52n - 1n }), fc.integer({ min: 14, max: 18 }), fc.integer({ min: -1, max: 1 })).map(([k, length, off]) =>
  `1.${String(((2n * k + 1n) * 10n ** BigInt(length)) / 2n ** 53n + BigInt(off)).padStart(length, '0').replace(/^-.*/, '0')}`);

test('the nearest double, or none', () => {
  fc.assert(fc.property(fc.oneof(plain, nearTie), (text) => {
    const value = read(text);
    expect(Number.isNaN(value) || Object.is(value, Number(text))).toBe(true);
  }), { numRuns: 20_000 });
});
test('what is printed shortest, or to two places, is read', () => {
  fc.assert(fc.property(fc.double({ min: 1e-6, max: 1e15, noNaN: true }), (x) => {
    for (const text of [String(x), x.toFixed(2)]) expect(read(text)).toBe(Number(text));
  }), { numRuns: 2000 });
  expect(['0', '-0', '0.5', '-12.25', '0.8483090316728454', '9007199254740995.1', '123456.7890123456'].map(read)).toEqual([0, -0, 0.5, -12.25, 0.8483090316728454, 9007199254740996, 123456.7890123456]);
  expect(['', '-', '.5', '5.', '1e5', '1.2.3', 'NaN', '12345678901234567890', ' 1', '9007199254740993'].map(read)).toEqual(Array(10).fill(Number.NaN));
});
test('a JSON number ends where its grammar ends it', () => {
  const part = fc.constantFrom('0', '1', '12', '.', '-', '+', 'e', 'E', '05', ' ', 'x');
  fc.assert(fc.property(fc.array(part, { maxLength: 8 }).map((p) => p.join('')), fc.constantFrom(',', '}', ']', ' ', ':'), (text, after) => {
    const whole = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text) && ',}]'.includes(after);
    expect(numberEnd(Buffer.from(text + after), 0)).toBe(whole ? text.length : -1);
  }), { numRuns: 5000 });
  expect(['1e5', '-2.5E-3', '12345678901234567000'].map((text) => jsonDouble(Buffer.from(text), 0, text.length))).toEqual([1e5, -0.0025, 12345678901234567000]);
});
