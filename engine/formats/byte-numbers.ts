// Decimal numbers read from bytes without making text, where their digits are more than a double is exact in.

import { decodeText } from '../columnar/read.js';

const isDigit = (c: number): boolean => (c - 48) >>> 0 < 10;
/** Where the JSON number at p ends; −1 if there is none, or if no comma or closing bracket follows it. */
export function numberEnd(b: Uint8Array, p: number): number {
  let q = b[p] === 45 ? p + 1 : p;
  const first = q;
  while (isDigit(b[q]!)) q++;
  if (q === first || (b[first] === 48 && q > first + 1)) return -1;
  if (b[q] === 46) {
    const point = q++;
    while (isDigit(b[q]!)) q++;
    if (q === point + 1) return -1;
  }
  if ((b[q]! | 32) === 101) {
    q++;
    if (b[q] === 43 || b[q] === 45) q++;
    const exponent = q;
    while (isDigit(b[q]!)) q++;
    if (q === exponent) return -1;
  }
  return b[q] === 44 || b[q] === 125 || b[q] === 93 ? q : -1;
}

/**
 * The digits at p, at most 19, as the two words of an int64 at `words[at]`. @returns where they end; −1: there are none, more, or more than a BIGINT holds
 */
export function longInto(b: Uint8Array, p: number, negative: boolean, words: Int32Array, at: number): number {
  let [q, first, rest, power] = [p, 0, 0, 1];
  for (let c = b[q]! - 48; c >>> 0 < 10 && q - p < 15; c = b[++q]! - 48) first = first * 10 + c;
  for (let c = b[q]! - 48; c >>> 0 < 10; c = b[++q]! - 48) { rest = rest * 10 + c; power *= 10; if (power > 10_000) return -1; }
  if (q === p) return -1;
  const high = Math.floor(first / 4294967296);
  let low = (first - high * 4294967296) * power + rest;
  const carry = Math.floor(low / 4294967296);
  low -= carry * 4294967296;
  const top = high * power + carry;
  if (top >= 2147483648) return -1;
  words[at] = negative ? -low : low;
  words[at + 1] = negative ? low === 0 ? -top : -top - 1 : top;
  return q;
}

/** Powers of ten that a double is exact in. */
const POWERS = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));
/** 2^27 + 1, which splits a double into halves whose products are exact (Dekker). */
const SPLIT = 134217729;
/** What is smaller than this, relative to a remainder, its computation may be wrong by. */
const DOUBT = 2 ** -48;

/**
 * The nearest double of the digits between p and q: a sign, digits, and a point with digits; at most 19 digits from the first that is not 0, and
 * 22 behind the point. NaN: something else, or too near to the middle between two doubles to tell.
 *
 * The digits are the exact sum of two doubles, the power of ten is exact; the quotient is improved by its remainder once, and taken where the
 * rounding does not depend on what the remainder's own rounding may be wrong by.
 * source: Dekker, A Floating-Point Technique for Extending the Available Precision; Ziv's rounding test.
 */
export function doubleBetween(b: Uint8Array, p: number, q: number): number {
  const negative = b[p] === 45;
  let at = negative ? p + 1 : p;
  let [high, low, digits, tail, point] = [0, 0, 0, 0, -1];
  const from = at;
  for (; at < q; at++) {
    const c = b[at]! - 48;
    if (c >>> 0 < 10) {
      if (digits < 15) { high = high * 10 + c; if (high > 0) digits++; }
      else if (tail < 4) { low = low * 10 + c; tail++; }
      else return Number.NaN;
    } else if (c === -2 && point < 0 && at > from && at + 1 < q) point = at;
    else return Number.NaN;
  }
  const scale = point < 0 ? 0 : q - point - 1;
  if (at === from || scale > 22) return Number.NaN;
  // high * 10^tail + low, exactly, as sum + rest.
  const product = high * POWERS[tail]!;
  const sum = product + low;
  const rest = productError(high, POWERS[tail]!, product) + (low - (sum - product));
  const divisor = POWERS[scale]!;
  const quotient = sum / divisor;
  const back = quotient * divisor;
  const more = ((sum - back) - productError(quotient, divisor, back) + rest) / divisor;
  const value = quotient + more * (1 + DOUBT);
  if (value !== quotient + more * (1 - DOUBT)) return Number.NaN;
  return negative ? -value : value;
}
/** x·y minus what the product was rounded to. */
function productError(x: number, y: number, product: number): number {
  const a = SPLIT * x;
  const xHigh = a - (a - x);
  const c = SPLIT * y;
  const yHigh = c - (c - y);
  const [xLow, yLow] = [x - xHigh, y - yHigh];
  return ((xHigh * yHigh - product) + xHigh * yLow + xLow * yHigh) + xLow * yLow;
}

/** Longer ones are left to the careful parser. */
const LONGEST = 40;
/** The nearest double of the JSON number between p and q; NaN if it is longer than is looked at here. */
export function jsonDouble(b: Uint8Array, p: number, q: number): number {
  const value = doubleBetween(b, p, q);
  return !Number.isNaN(value) || q - p > LONGEST ? value : Number(decodeText(b, p, q));
}
