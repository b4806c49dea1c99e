// Numbers as text: Java's shortest form of doubles and floats, decimals with all their digits, and exact readings that refuse what
// does not fit.
// source: Java Double.toString, java.math.BigDecimal; Spark Decimal (rounds half up to the scale, refuses too many digits).

/** Java's text of a shortest-digits number: plain between 10^-3 and 10^7, else `1.0E7`. */
function javaText(shortest: string, value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Infinity) return 'Infinity';
  if (value === -Infinity) return '-Infinity';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const negative = value < 0;
  const [mantissa, exponentText] = (negative ? shortest.slice(1) : shortest).split('e') as [string, string | undefined];
  const dot = mantissa.indexOf('.');
  let digits = mantissa.replace('.', '');
  let point = (dot < 0 ? mantissa.length : dot) + Number(exponentText ?? 0);
  const leading = /^0*/.exec(digits)![0].length;
  digits = digits.slice(leading).replace(/0+$/, '');
  point -= leading;
  const sign = negative ? '-' : '';
  if (point > 7 || point < -2) return `${sign}${digits[0]}.${digits.slice(1) || '0'}E${point - 1}`;
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  return `${sign}${digits.slice(0, point).padEnd(point, '0')}.${digits.slice(point) || '0'}`;
}
/** Where one digit is enough Java takes the nearest of two: they differ among the smallest numbers only (`4.9E-324`). */
const twoDigits = (shortest: string, value: number): string => /^-?\d(?:e|$)/.test(shortest) ? value.toPrecision(2) : shortest;
export function doubleText(value: number): string {
  if (Number.isInteger(value) && value < 1e7 && value > -1e7 && value !== 0) return `${value}.0`;
  return javaText(value < 1e-320 && value > -1e-320 ? twoDigits(String(value), value) : String(value), value);
}
/** The fewest digits that read back as the same float. */
export function floatText(value: number): string {
  if (!Number.isFinite(value) || value === 0) return javaText('', value);
  for (let digits = 1; digits <= 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return javaText(twoDigits(String(Number(text)), value), value);
  }
  return javaText(String(value), value);
}
/** All `scale` digits after the point, never an exponent. */
export function decimalText(unscaled: bigint, scale: number): string {
  const negative = unscaled < 0n;
  const digits = (negative ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return negative ? `-${text}` : text;
}

const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,10}))?$/;
/** Unscaled value at `scale`, rounded half up; undefined if it is no number or has more than `precision` digits. */
export function parseDecimalText(text: string, precision: number, scale: number): bigint | undefined {
  const m = NUMBER.exec(text);
  if (!m) return undefined;
  const fraction = m[3] ?? '';
  const digits = m[2]! + fraction;
  if (digits === '') return undefined;
  const shift = Number(m[4] ?? 0) - fraction.length + scale;
  let unscaled: bigint;
  if (shift >= 0) {
    const significant = digits.replace(/^0+/, '');
    if (significant !== '' && significant.length + shift > precision) return undefined;
    unscaled = significant === '' ? 0n : BigInt(significant) * 10n ** BigInt(shift);
  } else {
    const keep = digits.length + shift;
    if (keep < 0) return 0n;
    unscaled = BigInt(digits.slice(0, keep) || '0') + (digits.charCodeAt(keep) >= 53 ? 1n : 0n);
  }
  if (unscaled.toString().length > precision && unscaled !== 0n) return undefined;
  return m[1] === '-' ? -unscaled : unscaled;
}
const LONG_MAX = 9223372036854775807n;
/** An integer of `[+-]digits` within [-2^(bits-1), 2^(bits-1)); undefined otherwise. */
export function parseIntegerText(text: string, bits: 8 | 16 | 32 | 64): bigint | undefined {
  if (!/^[+-]?\d{1,40}$/.test(text)) return undefined;
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
  const most = LONG_MAX >> BigInt(64 - bits);
  return value <= most && value >= -most - 1n ? value : undefined;
}
