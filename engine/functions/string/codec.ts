// Text as bytes and bytes as text: character sets, base64, base32.
// source: Spark Encode, StringDecode, Base64, UnBase64, ToBinary; java.util.Base64's MIME form; commons-codec Base32.

import { raise } from '../../../planner/errors/index.js';
import type { BoundExpr, Call, RawCall } from '../../../planner/tree.js';
import { printExpr } from '../../../planner/expr/print.js';
import * as T from '../../../planner/types.js';
import { type RowFunction, scalar, type ScalarFunction } from '../define.js';
import { unhex } from '../math/bases.js';

// ── Character sets ──────────────────────────────────────────────────────────────────────────────

interface Charset { encode(text: string): Uint8Array; /** Undefined for bytes that are none of it. */ decode(bytes: Uint8Array): string | undefined; /** Whether all characters can be written. */ readonly fits?: RegExp }
const bytes = (b: Buffer): Uint8Array => new Uint8Array(b.buffer, b.byteOffset, b.length);
const decoding = (name: string) => (b: Uint8Array): string | undefined => { try { return new TextDecoder(name, { fatal: true, ignoreBOM: true }).decode(b); } catch { return undefined; } };
const swapped = (b: Uint8Array): Buffer => { const out = Buffer.from(b); out.swap16(); return out; };
const bigEndian = (text: string): Uint8Array => bytes(swapped(Buffer.from(text, 'utf16le')));
const decodeLittle = decoding('utf-16le');
const decodeBig = (b: Uint8Array): string | undefined => b.length % 2 === 1 ? undefined : decodeLittle(swapped(b));
const utf32 = (text: string): Uint8Array => {
  const points = Array.from(text, (c) => c.codePointAt(0)!);
  const view = new DataView(new ArrayBuffer(4 * points.length));
  points.forEach((p, i) => { view.setUint32(4 * i, p); });
  return new Uint8Array(view.buffer);
};
function fromUtf32(b: Uint8Array): string | undefined {
  if (b.length % 4 !== 0) return undefined;
  const view = new DataView(b.buffer, b.byteOffset, b.length);
  const little = b.length > 0 && view.getUint32(0) === 0xfffe0000;
  let text = '';
  for (let i = little || (b.length > 0 && view.getUint32(0) === 0xfeff) ? 4 : 0; i < b.length; i += 4) {
    const point = view.getUint32(i, little);
    if (point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) return undefined;
    text += String.fromCodePoint(point);
  }
  return text;
}
const CHARSETS: Readonly<Record<string, Charset>> = {
  'iso-8859-1': { fits: /^[\0-\xff]*$/, encode: (s) => bytes(Buffer.from(s, 'latin1')), decode: (b) => Buffer.from(b).toString('latin1') },
  'us-ascii': { fits: /^[\0-\x7f]*$/, encode: (s) => bytes(Buffer.from(s, 'latin1')), decode: (b) => b.some((x) => x > 0x7f) ? undefined : Buffer.from(b).toString('latin1') },
  // A mark of the byte order goes before any text, and decides when reading.
  'utf-16': {
    encode: (s) => s === '' ? new Uint8Array(0) : bigEndian(`\ufeff${s}`),
    decode: (b) => b[0] === 0xff && b[1] === 0xfe ? decodeLittle(b.subarray(2)) : decodeBig(b[0] === 0xfe && b[1] === 0xff ? b.subarray(2) : b),
  },
  'utf-16be': { encode: bigEndian, decode: decodeBig },
  'utf-16le': { encode: (s) => bytes(Buffer.from(s, 'utf16le')), decode: decodeLittle },
  'utf-32': { encode: utf32, decode: fromUtf32 },
  'utf-8': { encode: (s) => bytes(Buffer.from(s, 'utf8')), decode: decoding('utf-8') },
};
export const charsetOf = (name: string, func: string): Charset =>
  CHARSETS[name.toLowerCase()] ?? raise('INVALID_PARAMETER_VALUE.CHARSET', { parameter: '`charset`', functionName: `\`${func}\``, charset: name, charsets: Object.keys(CHARSETS).join(', ') }, { nowhere: true });
const malformed = (func: string, charset: string): never => raise('MALFORMED_CHARACTER_CODING', { function: `\`${func}\``, charset }, { nowhere: true });

/** More than two arguments: a choice among values. */
function decodeResolve(call: RawCall): BoundExpr | undefined {
  const [value, ...rest] = call.args;
  if (value === undefined || rest.length === 0) raise('WRONG_NUM_ARGS.WITHOUT_SUGGESTION', { functionName: '`decode`', expectedNum: '2', actualNum: String(call.args.length) }, { span: call.span });
  if (rest.length === 1) return undefined;
  const branches: BoundExpr[] = [];
  for (let i = 0; i + 1 < rest.length; i += 2) branches.push(call.apply('<=>', [value!, rest[i]!]), rest[i + 1]!);
  const last: BoundExpr = rest.length % 2 === 1 ? rest[rest.length - 1]! : { kind: 'const', type: T.STRING, nullable: true, value: null };
  return call.apply('when', [...branches, last]);
}

// ── Base64 and base32 ───────────────────────────────────────────────────────────────────────────

const toBase64 = (b: Uint8Array): string => Buffer.from(b.buffer, b.byteOffset, b.length).toString('base64').replace(/.{76}(?=.)/g, '$&\r\n');
/** Whatever is no letter of the alphabet is passed over; the padding ends the text. Undefined where its last group is none. */
function fromBase64(text: string): Uint8Array | undefined {
  const clean = text.replace(/[^A-Za-z0-9+/=]/g, '');
  const end = clean.indexOf('=');
  const data = end < 0 ? clean : clean.slice(0, end);
  if (data.length % 4 === 1) return undefined;
  if (end >= 0) {
    const padding = text.slice(text.indexOf('='));
    if (data.length % 4 === 0 || (data.length % 4 === 2 && padding[1] !== '=')) return undefined;
    if (/[A-Za-z0-9+/]/.test(padding)) return undefined;
  }
  return bytes(Buffer.from(data, 'base64'));
}
/** As strict as to_binary: blanks apart, only the alphabet, and padding that fits or none. */
const strictBase64 = (text: string): Uint8Array | undefined => {
  const clean = text.replace(/[\t-\r ]/g, '');
  const m = /^([A-Za-z0-9+/]*)(={0,2})$/.exec(clean);
  return m && m[1]!.length % 4 !== 1 && (m[2] === '' || clean.length % 4 === 0) ? bytes(Buffer.from(m[1]!, 'base64')) : undefined;
};

const ALPHABET32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
function toBase32(b: Uint8Array): string {
  let [out, buffer, count] = ['', 0, 0];
  for (const byte of b) {
    buffer = ((buffer << 8) | byte) & 0xfff;
    for (count += 8; count >= 5; count -= 5) out += ALPHABET32[(buffer >> (count - 5)) & 31];
  }
  if (count > 0) out += ALPHABET32[(buffer << (5 - count)) & 31];
  return out.padEnd(Math.ceil(out.length / 8) * 8, '=');
}
/** Lenient: strange characters are passed over. One letter alone still makes a byte, of its upper bits. */
function fromBase32(text: string): Uint8Array {
  const digits = Array.from(text.replace(/=.*$/s, '').replace(/[^A-Za-z2-7]/g, '').toUpperCase()).flatMap((c) => { const d = ALPHABET32.indexOf(c); return d < 0 ? [] : [d]; });
  const out: number[] = [];
  let [buffer, count] = [0, 0];
  for (const d of digits) {
    buffer = ((buffer << 5) | d) & 0xfff;
    count += 5;
    if (count >= 8) { count -= 8; out.push((buffer >> count) & 255); }
  }
  if (digits.length % 8 === 1) out.push(digits[digits.length - 1]! >> 2);
  return Uint8Array.from(out);
}

// ── to_binary ───────────────────────────────────────────────────────────────────────────────────

const BINARY_FORMATS: Readonly<Record<string, (text: string) => Uint8Array | null | undefined>> = {
  hex: unhex, 'utf-8': (text) => bytes(Buffer.from(text, 'utf8')), utf8: (text) => bytes(Buffer.from(text, 'utf8')), base64: strictBase64,
};
function toBinary(name: string, tries: boolean): ScalarFunction {
  const formatOf = (call: Call): string | null => { const f = call.args.length > 1 ? call.constant(1) : 'hex'; return f === undefined || f === null ? null : String(f); };
  return scalar(`${name}(string, const string?) -> binary`, {
    doc: `The bytes that a text stands for: 'hex' (which goes without saying), 'utf-8' or 'base64'${tries ? '; NULL where it stands for none' : ''}.`, examples: [`${name}('616263') = X'616263'`], nullable: () => true,
    params: [{ name: 'expr', accepts: { kind: 'type', type: T.STRING } }, { name: 'fmt', accepts: { kind: 'type', type: T.STRING }, optional: true, constant: true }],
    // What the format is comes before the type of the text.
    resolve: (call) => {
      const format = formatOf(call);
      if (format === null || BINARY_FORMATS[format.toLowerCase()] || tries) return undefined;
      return raise('DATATYPE_MISMATCH.INVALID_ARG_VALUE', {
        inputName: 'fmt', requireType: 'case-insensitive "STRING"', validValues: "'hex', 'utf-8', 'utf8', or 'base64'", inputValue: `'${format}'`, sqlExpr: `"${name}(${call.args.map(printExpr).join(', ')})"`,
      });
    },
    bind: (call): RowFunction => {
      const format = formatOf(call);
      const read = format === null ? undefined : BINARY_FORMATS[format.toLowerCase()];
      if (!read) return () => null;
      return (text: string) => read(text) ?? (tries ? null : raise('CONVERSION_INVALID_INPUT', { str: `'${text}'`, fmt: `'${format!.toUpperCase()}'`, targetType: '"BINARY"', suggestion: '`try_to_binary`' }, { nowhere: true }));
    },
  });
}

const text = { kind: 'type', type: T.STRING } as const;
export const codecs: readonly ScalarFunction[] = [
  scalar('encode(string, charset: string) -> binary', { doc: 'The bytes of a text in a character set.', examples: ["encode('abc', 'utf-8') = X'616263'"],
    bind: (call): RowFunction => (value: string, name: string) => { const set = charsetOf(name, call.name); return set.fits?.test(value) === false ? malformed(call.name, name) : set.encode(value); } }),
  scalar('decode(binary, charset: string) -> string', { doc: 'The text of bytes in a character set. With more arguments: what stands after the first value that the first argument equals, or the last argument.', examples: ["decode(X'616263', 'utf-8') = 'abc'", "decode(2, 1, 'a', 2, 'b', 'c') = 'b'"],
    params: [{ name: 'bin', accepts: { kind: 'type', type: T.BINARY } }, { name: 'charset', accepts: text }], variadic: { min: 0 }, resolve: decodeResolve,
    bind: (call): RowFunction => (value: Uint8Array, name: string) => charsetOf(name, call.name).decode(value) ?? malformed(call.name, name) }),
  scalar('base64(binary) -> string', { doc: 'Bytes in base 64, in lines of 76 characters.', examples: ["base64('Spark SQL') = 'U3BhcmsgU1FM'"], row: toBase64 }),
  scalar('unbase64(string) -> binary', { doc: 'The bytes of a text in base 64.', examples: ["unbase64('YWJj') = X'616263'"],
    row: (value: string) => fromBase64(value) ?? raise('CONVERSION_INVALID_INPUT', { str: `'${value}'`, fmt: "'BASE64'", targetType: '"BINARY"', suggestion: '`try_to_binary`' }, { nowhere: true }) }),
  scalar('to_base32(binary) -> string', { doc: 'Bytes in base 32.', examples: ["to_base32('Spark') = 'KNYGC4TL'"], row: toBase32 }),
  scalar('from_base32(string) -> binary', { doc: 'The bytes of a text in base 32.', examples: ["from_base32('KNYGC4TL') = X'537061726B'"], row: fromBase32 }),
  toBinary('to_binary', false), toBinary('try_to_binary', true),
];
