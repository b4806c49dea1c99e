// Numbers read from text as Java and Spark read them; printing is the planner's (names of columns show the same digits).
// source: java.lang.Double.valueOf, UTF8String.toLong, Cast.processFloatingPointSpecialLiterals.

import { trimControls } from './datetime.js';

export { decimalText, doubleText, floatText } from '../../planner/number-text.js';

const DECIMAL_FORM = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[dDfF]?$/;
const HEX_FORM = /^([+-]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?\d+)[dDfF]?$/;
const WORDS: Readonly<Record<string, number>> = {
  'nan': Number.NaN, 'inf': Infinity, '+inf': Infinity, 'infinity': Infinity, '+infinity': Infinity, '-inf': -Infinity, '-infinity': -Infinity,
};
/** The double that text stands for, with Java's suffixes and hexadecimal form and Spark's words; undefined if none. */
export function parseDouble(text: string): number | undefined {
  const trimmed = trimControls(text);
  if (DECIMAL_FORM.test(trimmed)) return Number(/[dDfF]$/.test(trimmed) ? trimmed.slice(0, -1) : trimmed);
  const hex = HEX_FORM.exec(trimmed);
  if (hex && (hex[2] !== '' || hex[3] !== '')) {
    const [, sign, whole = '', fraction = '', exponent] = hex;
    const size = Number(BigInt(`0x${whole}${fraction}`)) * 2 ** (Number(exponent) - 4 * fraction.length);
    return sign === '-' ? -size : size;
  }
  return /^[+-]NaN$/.test(trimmed) ? Number.NaN : WORDS[trimmed.toLowerCase()];
}

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
