// Numbers by a pattern such as `#,##0.00;(#)` or `0.###E0`, rounded half to even on their exact value.
// source: java.text.DecimalFormat (Java 17), English symbols.

import { raise } from '../../planner/errors/index.js';
import { shortestDigits } from './java-format.js';

/** A number as digits with a point among them: 0.05 is `{ digits: '5', point: -1 }`. */
interface Digits { readonly negative: boolean; readonly digits: string; readonly point: number; /** How the exact value compares with the digits: below, equal, above. */ readonly error: number }
export interface DecimalFormat {
  double(value: number): string;
  /** `unscaled` · 10^-scale. */
  decimal(unscaled: bigint, scale: number): string;
}

interface Side { readonly prefix: string; readonly suffix: string; readonly multiplier: number }
interface Shape {
  readonly positive: Side; readonly negative: Side | undefined;
  readonly minInt: number; readonly maxInt: number; readonly minFraction: number; readonly maxFraction: number;
  readonly group: number; readonly pointAlways: boolean; readonly exponentDigits: number;
}

/** Grouped thousands and so many digits after the point. */
export const grouping = (fraction: number): DecimalFormat => formatOf({
  positive: { prefix: '', suffix: '', multiplier: 1 }, negative: undefined, minInt: 1, maxInt: Infinity, minFraction: fraction, maxFraction: fraction, group: 3, pointAlways: false, exponentDigits: 0,
});

/** @throws INVALID_FORMAT.FORMAT_STRING */
export const decimalFormat = (pattern: string): DecimalFormat => formatOf(parse(pattern));

function parse(pattern: string): Shape {
  const bad = (reason: string): never => raise('INVALID_FORMAT.FORMAT_STRING', { format: `'${pattern}'`, reason }, { nowhere: true });
  let at = 0;
  /** Text around the number; ends before one of `stops`. */
  const affix = (stops: string): { readonly text: string; readonly multiplier: number } => {
    let text = '';
    let multiplier = 1;
    let quoted = false;
    for (; at < pattern.length; at++) {
      const c = pattern[at]!;
      if (c === '\'') { if (pattern[at + 1] === '\'') { text += c; at++; } else quoted = !quoted; continue; }
      if (!quoted) {
        if (stops.includes(c)) break;
        if (c === '%' || c === '\u2030') { if (multiplier !== 1) bad('it has two signs of percent'); multiplier = c === '%' ? 100 : 1000; }
        else if (c === '\u00a4') { text += '$'; continue; }
      }
      text += c;
    }
    return { text, multiplier };
  };
  const side = (): { readonly side: Side; readonly shape: Omit<Shape, 'positive' | 'negative'> } => {
    const before = affix('#0,.;');
    let [left, zeros, right, point, group, exponentDigits] = [0, 0, 0, -1, -1, 0];
    for (; at < pattern.length; at++) {
      const c = pattern[at]!;
      if (c === '#') { if (zeros > 0) right++; else left++; if (group >= 0 && point < 0) group++; }
      else if (c === '0') { if (right > 0) bad('a 0 comes after a #'); zeros++; if (group >= 0 && point < 0) group++; }
      else if (c === ',') group = 0;
      else if (c === '.') { if (point >= 0) bad('it has two points'); point = left + zeros + right; }
      else if (c === 'E') {
        while (pattern[at + 1] === '0') { exponentDigits++; at++; }
        if (left + zeros < 1 || exponentDigits < 1) bad('its exponent has no digits');
        at++;
        break;
      } else break;
    }
    if (zeros === 0 && left > 0 && point >= 0) {
      const n = Math.max(1, point);
      right = left - n;
      left = n - 1;
      zeros = 1;
    }
    if ((point >= 0 && (point < left || point > left + zeros)) || group === 0) bad('its digits are in no order');
    const after = affix('#0,.;');
    if (at < pattern.length && pattern[at] !== ';') bad('it has digits in two places');
    const total = left + zeros + right;
    const minInt = (point >= 0 ? point : total) - left;
    return {
      side: { prefix: before.text, suffix: after.text, multiplier: before.multiplier * after.multiplier },
      shape: {
        minInt, maxInt: exponentDigits > 0 ? left + minInt : Infinity, minFraction: point >= 0 ? left + zeros - point : 0, maxFraction: point >= 0 ? total - point : 0,
        group: Math.max(0, group), pointAlways: point === 0 || point === total, exponentDigits,
      },
    };
  };
  const first = side();
  let negative: Side | undefined;
  if (pattern[at] === ';') { at++; if (at < pattern.length) negative = side().side; }
  if (at < pattern.length) bad('it has more than two parts');
  const same = negative && negative.prefix === first.side.prefix && negative.suffix === first.side.suffix;
  return { positive: first.side, negative: same ? undefined : negative, ...first.shape };
}

function formatOf(shape: Shape): DecimalFormat {
  const { positive, negative, minInt, maxInt, minFraction, maxFraction, group, pointAlways, exponentDigits } = shape;
  const around = (body: string, below: boolean): string => {
    if (!below) return positive.prefix + body + positive.suffix;
    return negative ? negative.prefix + body + negative.suffix : `-${positive.prefix}${body}${positive.suffix}`;
  };
  const plain = (n: Digits): string => {
    const { digits, point } = rounded(n, n.point + maxFraction);
    const whole = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '';
    const fraction = `${'0'.repeat(Math.max(0, -point))}${digits.slice(Math.max(0, point))}`.replace(/0+$/, '').padEnd(minFraction, '0');
    let text = whole.padStart(minInt, '0');
    if (text === '' && fraction === '') text = '0';
    if (group > 0) text = text.replace(new RegExp(`\\B(?=(?:\\d{${group}})+$)`, 'g'), ',');
    return fraction !== '' ? `${text}.${fraction}` : pointAlways ? `${text}.` : text;
  };
  const scientific = (n: Digits): string => {
    const zero = /^0*$/.test(n.digits);
    const { digits, point } = zero ? { digits: '', point: 0 } : rounded(n, maxInt + maxFraction);
    const kept = digits.replace(/0+$/, '');
    const engineering = maxInt > 1 && maxInt > minInt;
    const step = (x: number): number => Math.trunc(x / maxInt) * maxInt;
    const exponent = zero ? 0 : engineering ? (point >= 1 ? step(point - 1) : step(point - maxInt)) : point - minInt;
    const least = engineering ? 1 : minInt;
    const before = zero ? least : point - exponent;
    const count = Math.max(kept.length, minInt + minFraction, before);
    const text = kept.padEnd(count, '0');
    const mantissa = count > before ? `${text.slice(0, before)}.${text.slice(before)}` : pointAlways ? `${text}.` : text;
    return `${mantissa}E${exponent < 0 ? '-' : ''}${String(Math.abs(exponent)).padStart(exponentDigits, '0')}`;
  };
  const write = (n: Digits): string => around(exponentDigits > 0 ? scientific(n) : plain(n), n.negative);
  return {
    double(value) {
      if (Number.isNaN(value)) return 'NaN';
      const scaled = value * positive.multiplier;
      const below = scaled < 0 || Object.is(scaled, -0);
      if (!Number.isFinite(scaled)) return around('\u221e', below);
      const size = Math.abs(scaled);
      const { digits, point } = shortestDigits(size);
      // Java takes whole numbers that fit a long for larger than their digits, so that their ties go up.
      const error = Number.isInteger(size) && size < 2 ** 63 ? 1 : exactError(size, digits, point);
      return write({ negative: below, digits, point, error });
    },
    decimal(unscaled, scale) {
      const value = unscaled * BigInt(positive.multiplier);
      const text = (value < 0n ? -value : value).toString();
      return write({ negative: value < 0n, digits: text, point: text.length - scale, error: 0 });
    },
  };
}

/** The first `count` digits, half to even. */
function rounded({ digits, point, error }: Digits, count: number): { readonly digits: string; readonly point: number } {
  if (count >= digits.length) return { digits, point };
  if (count < 0) return { digits: '', point };
  const kept = digits.slice(0, count);
  const next = digits.charCodeAt(count) - 48;
  const tie = next === 5 && /^0*$/.test(digits.slice(count + 1));
  const up = tie && error === 0 ? count > 0 && kept.charCodeAt(count - 1) % 2 === 1 : tie ? error > 0 : next >= 5;
  if (!up) return { digits: kept, point };
  const text = (BigInt(kept || '0') + 1n).toString().padStart(count, '0');
  return { digits: text, point: point + (text.length - count) };
}
/** Sign of the exact binary value less its shortest digits. */
function exactError(value: number, digits: string, point: number): number {
  const bits = new BigUint64Array(Float64Array.of(value).buffer)[0]!;
  const stored = Number(bits >> 52n);
  let exact = (bits & 0xfffffffffffffn) | (stored === 0 ? 0n : 1n << 52n);
  const power = (stored === 0 ? 1 : stored) - 1075;
  let short = BigInt(digits);
  const tens = point - digits.length;
  if (power >= 0) exact <<= BigInt(power); else short <<= BigInt(-power);
  if (tens >= 0) short *= 10n ** BigInt(tens); else exact *= 10n ** BigInt(-tens);
  return exact > short ? 1 : exact < short ? -1 : 0;
}
