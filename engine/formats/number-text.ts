// Numbers read from text as Java and Spark read them; printing is the planner's (names of columns show the same digits).
// source: java.lang.Double.valueOf, UTF8String.toLong, Cast.processFloatingPointSpecialLiterals.

import { trimControls } from './datetime.js';
import { parseDigits, pow10 } from './decimal.js';

export { decimalText, doubleText, floatText } from '../../planner/number-text.js';

const DECIMAL_FORM = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[dDfF]?$/;
const HEX_FORM = /^([+-]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?\d+)[dDfF]?$/;
const WORDS: Readonly<Record<string, number>> = {
  'nan': Number.NaN, 'inf': Infinity, '+inf': Infinity, 'infinity': Infinity, '+infinity': Infinity, '-inf': -Infinity, '-infinity': -Infinity,
};
/** The double that text stands for to Java, suffixes and the hexadecimal form included; undefined if none. */
export function parseJavaDouble(text: string): number | undefined {
  const trimmed = trimControls(text);
  if (DECIMAL_FORM.test(trimmed)) return Number(/[dDfF]$/.test(trimmed) ? trimmed.slice(0, -1) : trimmed);
  const hex = HEX_FORM.exec(trimmed);
  if (hex && (hex[2] !== '' || hex[3] !== '')) {
    const [, sign, whole = '', fraction = '', exponent] = hex;
    const size = Number(BigInt(`0x${whole}${fraction}`)) * 2 ** (Number(exponent) - 4 * fraction.length);
    return sign === '-' ? -size : size;
  }
  const word = /^([+-]?)(NaN|Infinity)$/.exec(trimmed);
  return word ? (word[2] === 'NaN' ? Number.NaN : word[1] === '-' ? -Infinity : Infinity) : undefined;
}
/** As Java, and Spark's words. */
export function parseDouble(text: string): number | undefined {
  const value = parseJavaDouble(text);
  return value !== undefined ? value : WORDS[trimControls(text).toLowerCase()];
}
/** Whether a double is half way between two floats. */
export const liesBetweenFloats = (x: number): boolean => { const float = Math.fround(x); return float !== x && Math.fround(2 * x - float) === 2 * x - float; };
const SCALE = 2 ** 150;
/** The float nearest to decimal text, given the nearest double: rounding that once more errs where it lies half way between two floats. */
export function floatOfText(text: string, double: number): number {
  const float = Math.fround(double);
  const away = Number.isFinite(float) ? 2 * double - float : Math.sign(double) * MAX_FLOAT;
  if (float === double || Number.isNaN(double) || Math.fround(away) !== away || (!Number.isFinite(float) && Math.abs(double) !== FLOAT_OVERFLOW)) return float;
  const digits = parseDigits(text);
  if (!digits) return float;
  // Both as whole numbers of the same unit: text against double.
  const written = digits.unscaled * 2n ** 150n * pow10(Math.max(0, -digits.scale));
  const halfWay = BigInt(double * SCALE) * pow10(Math.max(0, digits.scale));
  if (written === halfWay) return float;
  return (written > halfWay) === (float > away) ? float : away;
}
const MAX_FLOAT = (2 - 2 ** -23) * 2 ** 127;
/** From here on doubles are infinite as floats. */
const FLOAT_OVERFLOW = (2 - 2 ** -24) * 2 ** 127;

/** A whole number in [min, max] from text without blanks; `cut`: a fraction is allowed and dropped. Undefined if it is none. */
export function parseInteger(text: string, min: bigint, max: bigint, cut: boolean): bigint | undefined {
  if (!(cut ? /^[+-]?(?:\d+\.?\d*|\.\d*)$/ : /^[+-]?\d+$/).test(text)) return undefined;
  const point = text.indexOf('.');
  const whole = point < 0 ? text : text.slice(0, point);
  const value = whole === '' || whole === '+' || whole === '-' ? 0n : whole[0] === '+' ? BigInt(whole.slice(1)) : BigInt(whole);
  return value < min || value > max ? undefined : value;
}
const LONG_MAX = 9223372036854775807n;
/** An integer of `[+-]digits` within [-2^(bits-1), 2^(bits-1)); undefined otherwise. */
export function parseIntegerText(text: string, bits: 8 | 16 | 32 | 64): bigint | undefined {
  const most = LONG_MAX >> BigInt(64 - bits);
  return parseInteger(text, -most - 1n, most, false);
}
