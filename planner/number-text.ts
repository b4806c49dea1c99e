// Numbers as text: Java's shortest form of doubles and floats, decimals with all their digits. Pure; the engine and the names of columns
// print the same.
// source: Java Double.toString, Float.toString; Spark Decimal.

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
/** Java's Double.toString. */
export function doubleText(value: number): string {
  if (Number.isInteger(value) && value < 1e7 && value > -1e7 && value !== 0) return `${value}.0`;
  return javaText(value < 1e-320 && value > -1e-320 ? twoDigits(String(value), value) : String(value), value);
}
/** Java's Float.toString: the fewest digits that read back as the same float. */
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
