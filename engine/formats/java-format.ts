// Text by Java's format strings: `%-8s|%,.2f`. Floating-point numbers are rounded half up from their shortest digits, as Java does it.
// Dates (%t) are refused: values come here as the numbers that Spark passes, which no date conversion reads sensibly.
// source: java.util.Formatter (Java 17), English.

import { raise } from '../../planner/errors/index.js';
import { doubleText } from './number-text.js';

/** What a value is to Java: whole numbers by their width, `text` for everything that is only printed. */
export type FormatKind = 'byte' | 'short' | 'int' | 'long' | 'double' | 'boolean' | 'text';
export type FormatValue = number | bigint | boolean | string | null;
/** `hash` is Java's hashCode of a text, for %h. */
export type Formatter = (kinds: readonly FormatKind[], values: readonly FormatValue[], hash: (text: string) => number) => string;

interface Directive { readonly index: number; readonly flags: string; readonly width: number; readonly precision: number; readonly conversion: string; readonly upper: boolean; readonly written: string }

const BITS: Readonly<Partial<Record<FormatKind, number>>> = { byte: 8, short: 16, int: 32, long: 64 };
const LENGTH_MAX = 100_000_000;
const DIRECTIVE = /%(?:(\d+)\$)?([-#+ 0,(<]*)(\d+)?(?:\.(\d+))?([tT]?[a-zA-Z%])/y;
/** The flags that each conversion takes. */
const FLAGS: Readonly<Record<string, string>> = { b: '-', h: '-', s: '-', c: '-', d: '-+ 0,(', x: '-#0', o: '-#0', e: '-#+ 0(', f: '-#+ 0,(', g: '-+ 0,(', a: '-#+ 0', '%': '-', n: '' };

const refuse = (format: string, reason: string): never => raise('INVALID_FORMAT.FORMAT_STRING', { format: `'${format}'`, reason }, { nowhere: true });

/** @throws INVALID_FORMAT.FORMAT_STRING, here and from the result */
export function javaFormat(template: string): Formatter {
  const pieces: (string | Directive)[] = [];
  let last = -1;
  let ordinary = -1;
  for (let at = 0; at < template.length;) {
    const next = template.indexOf('%', at);
    if (next !== at) pieces.push(template.slice(at, next < 0 ? undefined : next));
    if (next < 0) break;
    DIRECTIVE.lastIndex = next;
    const m = DIRECTIVE.exec(template);
    if (!m) return refuse(template, `no conversion begins with ${template.slice(next, next + 2)}`);
    at = DIRECTIVE.lastIndex;
    const [written, position, flags = '', width, precision, letter = ''] = m;
    const conversion = letter.toLowerCase();
    const upper = letter !== conversion;
    if (upper && !'bhscxega'.includes(conversion)) refuse(template, `there is no conversion ${written}`);
    const directive: Directive = { index: -1, flags: flags.replace('<', ''), width: width === undefined ? -1 : Number(width), precision: precision === undefined ? -1 : Number(precision), conversion, upper, written };
    check(directive, template);
    if (conversion === '%' || conversion === 'n') { pieces.push(conversion === 'n' ? '\n' : justified('%', directive)); continue; }
    if (flags.includes('<')) { if (last < 0) refuse(template, `${written} follows no other conversion`); }
    else if (position !== undefined) last = Number(position) - 1;
    else last = ++ordinary;
    pieces.push({ ...directive, index: last });
  }
  return (kinds, values, hash) => {
    let out = '';
    for (const piece of pieces) {
      if (typeof piece === 'string') { out += piece; continue; }
      if (piece.index >= values.length || piece.index < 0) refuse(template, `there is no argument for ${piece.written}`);
      out += convert(piece, kinds[piece.index]!, values[piece.index]!, hash, template);
    }
    return out;
  };
}

function check({ flags, width, precision, conversion, written }: Directive, template: string): void {
  const allowed = FLAGS[conversion];
  if (allowed === undefined) refuse(template, `there is no conversion ${written}`);
  for (const flag of flags) if (!allowed!.includes(flag) || flags.indexOf(flag) !== flags.lastIndexOf(flag)) refuse(template, `${written} has the flag '${flag}'`);
  if ((flags.includes('-') || flags.includes('0')) && width < 0) refuse(template, `${written} has no width`);
  if ((flags.includes('-') && flags.includes('0')) || (flags.includes('+') && flags.includes(' '))) refuse(template, `the flags of ${written} exclude each other`);
  if (precision >= 0 && 'cdxo%n'.includes(conversion)) refuse(template, `${written} has a precision`);
  if (width >= 0 && conversion === 'n') refuse(template, `${written} has a width`);
  if (Math.max(width, precision) > LENGTH_MAX) raise('RESULT_TOO_LONG', { length: String(Math.max(width, precision)), max: String(LENGTH_MAX) });
}

const justified = (text: string, { flags, width }: Directive): string => width <= text.length ? text : flags.includes('-') ? text.padEnd(width) : text.padStart(width);
/** As %s prints: cut to the precision, then brought to the width. */
const printed = (text: string, d: Directive): string => { const cut = d.precision >= 0 ? text.slice(0, d.precision) : text; return justified(d.upper ? cut.toUpperCase() : cut, d); };

function convert(d: Directive, kind: FormatKind, value: FormatValue, hash: (text: string) => number, template: string): string {
  const wrong = (): never => refuse(template, `${d.written} does not take the value ${String(value)}`);
  switch (d.conversion) {
    case 'b': return printed(String(value === null ? false : kind === 'boolean' ? value : true), d);
    case 's': return printed(value === null ? 'null' : kind === 'double' ? doubleText(value as number) : String(value), d);
    case 'h': return printed(value === null ? 'null' : (hashOf(kind, value, hash) >>> 0).toString(16), d);
    default: if (value === null) return printed('null', { ...d, flags: d.flags.replace('0', '') });
  }
  if (d.conversion === 'c') {
    if (BITS[kind] === undefined || kind === 'long' || Number(value) < 0 || Number(value) > 0x10ffff) return wrong();
    return printed(String.fromCodePoint(Number(value)), d);
  }
  if ('dxo'.includes(d.conversion)) {
    if (BITS[kind] === undefined) return wrong();
    const whole = BigInt(value as number | bigint);
    if (d.conversion === 'd') return signed(grouped((whole < 0n ? -whole : whole).toString(), d), whole < 0n, d);
    const digits = BigInt.asUintN(BITS[kind]!, whole).toString(d.conversion === 'x' ? 16 : 8);
    const prefix = d.flags.includes('#') ? d.conversion === 'x' ? '0x' : '0' : '';
    const text = prefix + (d.flags.includes('0') ? digits.padStart(d.width - prefix.length, '0') : digits);
    return justified(d.upper ? text.toUpperCase() : text, d);
  }
  return kind === 'double' ? floating(d, value as number) : wrong();
}

function hashOf(kind: FormatKind, value: Exclude<FormatValue, null>, hash: (text: string) => number): number {
  if (kind === 'text') return hash(String(value));
  if (kind === 'boolean') return value ? 1231 : 1237;
  if (kind !== 'long' && kind !== 'double') return Number(value);
  const bits = kind === 'long' ? BigInt.asUintN(64, BigInt(value)) : bitsOf(Number(value));
  return Number(BigInt.asIntN(32, bits ^ (bits >> 32n)));
}
const bitsOf = (value: number): bigint => new BigUint64Array(Float64Array.of(value).buffer)[0]!;

/** Separators of thousands, in what stands before the point. */
const grouped = (digits: string, { flags }: { readonly flags: string }): string => flags.includes(',') ? digits.replace(/^\d+/, (whole) => whole.replace(/\B(?=(?:\d{3})+$)/g, ',')) : digits;
/** Sign, brackets, zeros up to the width. */
function signed(magnitude: string, negative: boolean, d: Directive, zeros = true): string {
  const { flags, width } = d;
  const bracket = negative && flags.includes('(');
  const sign = bracket ? '(' : negative ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  const body = flags.includes('0') && zeros ? magnitude.padStart(width - sign.length - (bracket ? 1 : 0), '0') : magnitude;
  return justified(`${sign}${body}${bracket ? ')' : ''}`, d);
}

function floating(d: Directive, value: number): string {
  const cased = (text: string): string => d.upper ? text.toUpperCase() : text;
  const size = Math.abs(value);
  const negative = value < 0 || Object.is(value, -0);
  if (!Number.isFinite(value)) return signed(cased(Number.isNaN(value) ? 'NaN' : 'Infinity'), negative, d, false);
  const precision = d.precision < 0 ? 6 : d.precision;
  const point = (text: string): string => d.flags.includes('#') && !text.includes('.') ? `${text}.` : text;
  switch (d.conversion) {
    case 'f': return signed(grouped(point(fixed(size, precision)), d), negative, d);
    case 'e': { const [mantissa, exponent] = scientific(size, precision); return signed(cased(`${point(mantissa)}e${exponent}`), negative, d); }
    case 'g': {
      const significant = precision === 0 ? 1 : precision;
      if (size === 0) return signed(fixed(0, significant - 1), negative, d);
      // Where rounding brings it to the next power of ten, that one decides.
      const [mantissa, exponent] = scientific(size, significant - 1);
      const at = Number(exponent);
      return signed(at >= -4 && at < significant ? grouped(fixed(size, significant - 1 - at), d) : cased(`${mantissa}e${exponent}`), negative, d);
    }
    default: return signed(cased(hexadecimal(size, d.precision)), negative, { ...d, flags: d.flags.replace('(', '') });
  }
}

/** The shortest digits of a positive number, and where its point stands among them. */
export function shortestDigits(value: number): { readonly digits: string; readonly point: number } {
  if (value === 0) return { digits: '0', point: 1 };
  const [mantissa, exponent] = value.toExponential().split('e') as [string, string];
  return { digits: mantissa.replace('.', ''), point: Number(exponent) + 1 };
}
/** The first digits of a number as a whole number, rounded half up. */
function leading(digits: string, count: number): bigint {
  if (count < 0) return 0n;
  const whole = BigInt(digits.slice(0, count).padEnd(count, '0') || '0');
  return digits.charCodeAt(count) >= 53 ? whole + 1n : whole;
}
function fixed(value: number, precision: number): string {
  const { digits, point } = shortestDigits(value);
  const text = leading(digits, point + precision).toString().padStart(precision + 1, '0');
  return precision === 0 ? text : `${text.slice(0, -precision)}.${text.slice(-precision)}`;
}
function scientific(value: number, precision: number): readonly [mantissa: string, exponent: string] {
  const { digits, point } = shortestDigits(value);
  let text = leading(digits, precision + 1).toString().padEnd(precision + 1, '0');
  let exponent = value === 0 ? 0 : point - 1;
  if (text.length > precision + 1) { text = text.slice(0, -1); exponent++; }
  return [precision === 0 ? text : `${text[0]}.${text.slice(1)}`, `${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`];
}
/** `0x1.8p1`; a precision rounds half to even. */
function hexadecimal(value: number, precision: number): string {
  if (value === 0) return `0x0.${'0'.repeat(Math.max(1, precision))}p0`;
  const bits = bitsOf(value);
  const stored = Number(bits >> 52n);
  let fraction = bits & 0xfffffffffffffn;
  let lead = stored === 0 ? 0n : 1n;
  let exponent = stored === 0 ? -1022 : stored - 1023;
  const keep = Math.max(1, precision);
  if (precision >= 0 && keep < 13) {
    while (lead === 0n) { fraction <<= 1n; lead = fraction >> 52n; fraction &= 0xfffffffffffffn; exponent--; }
    const drop = BigInt(52 - 4 * keep);
    const all = (1n << 52n) | fraction;
    const half = 1n << (drop - 1n);
    const rest = all & ((1n << drop) - 1n);
    let rounded = all >> drop;
    if (rest > half || (rest === half && (rounded & 1n) === 1n)) rounded++;
    lead = rounded >> BigInt(4 * keep);
    fraction = (rounded & ((1n << BigInt(4 * keep)) - 1n)) << drop;
    if (lead === 2n) { lead = 1n; fraction >>= 1n; exponent++; }
  }
  const hex = fraction.toString(16).padStart(13, '0');
  return `0x${lead}.${precision < 0 ? hex.replace(/0+$/, '') || '0' : hex.slice(0, keep).padEnd(keep, '0')}p${exponent}`;
}
