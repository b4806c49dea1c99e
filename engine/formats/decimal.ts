// Exact decimal arithmetic on unscaled bigints: rescaling, rounding, bounds, and digits read from text. Every result is computed exactly and
// rounded once, HALF_UP, to the scale of its type; what then has too many digits is out of range.
// source: Spark Decimal, DecimalPrecision (the result types are the planner's).

import { decimalText } from '../../planner/number-text.js';
import type { TypeOf } from '../../planner/types.js';

const POWERS: readonly bigint[] = Array.from({ length: 120 }, (_, i) => 10n ** BigInt(i));
/** 10ⁿ. */
export const pow10 = (n: number): bigint => POWERS[n] ?? 10n ** BigInt(n);

/** n / d to the nearest whole, halves away from zero; d > 0. */
export function divideHalfUp(n: bigint, d: bigint): bigint {
  const q = n / d;
  const r = n - q * d;
  if (r < 0n) return -2n * r >= d ? q - 1n : q;
  return 2n * r >= d ? q + 1n : q;
}
/** As divideHalfUp, halves to the even neighbour. */
export function divideHalfEven(n: bigint, d: bigint): bigint {
  const q = n / d;
  const twice = 2n * (n - q * d);
  const size = twice < 0n ? -twice : twice;
  if (size < d || (size === d && (q & 1n) === 0n)) return q;
  return n < 0n ? q - 1n : q + 1n;
}
export function divideFloor(n: bigint, d: bigint): bigint {
  const q = n / d;
  return q * d > n ? q - 1n : q;
}

/** The value of scale `from` at scale `to`, HALF_UP. */
export const rescale = (value: bigint, from: number, to: number): bigint =>
  to >= from ? value * pow10(to - from) : divideHalfUp(value, pow10(from - to));

/** Whether |value| has at most `precision` digits. */
export function fits(value: bigint, precision: number): boolean {
  const bound = pow10(precision);
  return value < bound && value > -bound;
}

/** A number written out: unscaled digits and a scale, which is negative for `1e5`. */
export interface Digits { readonly unscaled: bigint; readonly scale: number }
const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;
/** Digits of `[+-]ddd[.ddd][e[+-]dd]`; undefined for anything else or an exponent beyond an int. */
export function parseDigits(text: string): Digits | undefined {
  const m = NUMBER.exec(text);
  if (!m || (m[2] === '' && !m[3])) return undefined;
  const exponent = m[4] === undefined ? 0 : Number(m[4]);
  if (Math.abs(exponent) > 0x7fffffff) return undefined;
  const fraction = m[3] ?? '';
  const size = BigInt(m[2] + fraction);
  return { unscaled: m[1] === '-' ? -size : size, scale: fraction.length - exponent };
}
/** The digits at a scale, HALF_UP; undefined if that needs more than `precision` digits. */
export function toScale({ unscaled, scale }: Digits, type: TypeOf<'decimal'>): bigint | undefined {
  if (unscaled === 0n) return 0n;
  if (type.scale - scale > 80) return undefined;
  if (scale - type.scale > 1000) return 0n;
  const value = rescale(unscaled, scale, type.scale);
  return fits(value, type.precision) ? value : undefined;
}
/** The unscaled value of text, HALF_UP; undefined if it is no number or has too many digits. */
export function parseDecimal(text: string, type: TypeOf<'decimal'>): bigint | undefined {
  const digits = parseDigits(text);
  return digits && toScale(digits, type);
}

/** A decimal as the nearest double: its digits are read as text where a division would round twice. */
export function decimalToDouble(scale: number): (v: bigint) => number {
  const unit = 10 ** scale;
  return (v) => {
    const n = Number(v);
    return scale <= 22 && n <= Number.MAX_SAFE_INTEGER && n >= -Number.MAX_SAFE_INTEGER ? n / unit : Number(decimalText(v, scale));
  };
}
