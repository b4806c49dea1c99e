// Text and bytes: case, length, parts, padding, trimming.
// source: Spark stringExpressions; UTF8String for positions, padding and case.

import { raise } from '../../../planner/errors/index.js';
import { printExpr } from '../../../planner/expr/print.js';
import { implicitCast } from '../../../planner/coercion.js';
import type { BoundExpr, Param } from '../../../planner/tree.js';
import * as T from '../../../planner/types.js';
import type { TextSearch } from '../../columnar/text-search.js';
import { type RowFunction, scalar, type ScalarFunction } from '../define.js';
import { initcap } from './case.js';
import * as collated from './collated.js';
import { isBasic, lengthOf, range, slice } from './code-points.js';

/** Text or bytes; another type is told that text is wanted. */
export const BYTES: Param = { name: 'str', accepts: { kind: 'one_of', options: [{ kind: 'type', type: T.STRING }, { kind: 'type', type: T.BINARY }] }, requires: '"STRING"' };
const EMPTY = new Uint8Array(0);

const substring: RowFunction = (value: string | Uint8Array, position: number, count: number) => {
  const text = typeof value === 'string';
  const length = text ? lengthOf(value) : value.length;
  const [from, to] = range(length, position, count);
  if (to <= from) return text ? '' : EMPTY;
  return text ? slice(value, from, to) : value.slice(from, to);
};

/** Longest text that a function makes, in UTF-16 units: V8's strings end a little above. */
const LENGTH_MAX = 500_000_000;
export function room(length: number): void { if (length > LENGTH_MAX) raise('RESULT_TOO_LONG', { length: String(length), max: String(LENGTH_MAX) }); }

function pad(left: boolean): RowFunction {
  return (value: string | Uint8Array, length: number, filling: string | Uint8Array) => {
    if (typeof value !== 'string') return padBytes(value, length, filling as Uint8Array, left);
    const have = lengthOf(value);
    if (length <= have) return slice(value, 0, Math.max(0, length));
    const unit = filling as string;
    const width = lengthOf(unit);
    if (width === 0) return value;
    const missing = length - have;
    room(missing * unit.length);
    const fill = slice(unit.repeat(Math.ceil(missing / width)), 0, missing);
    return left ? fill + value : value + fill;
  };
}
function padBytes(value: Uint8Array, length: number, filling: Uint8Array, left: boolean): Uint8Array {
  if (length <= value.length) return value.slice(0, Math.max(0, length));
  if (filling.length === 0) return value;
  room(length);
  const out = new Uint8Array(length);
  const missing = length - value.length;
  for (let i = 0; i < missing; i++) out[left ? i : value.length + i] = filling[i % filling.length]!;
  out.set(value, left ? missing : 0);
  return out;
}
const isBytes = (e: BoundExpr): boolean => e.type.kind === 'binary';
/** Without a filling: blanks for text, zero bytes for binary. The name of the call shows the blank. */
const padding = (name: 'lpad' | 'rpad'): ScalarFunction => scalar(`${name}(string|binary, int, string|binary = ' ') -> string`, {
  collation: { meets: true, kept: true }, doc: `Makes the text exactly so long: cut, or filled up ${name === 'lpad' ? 'on the left' : 'on the right'}.`,
  examples: [name === 'lpad' ? "lpad('hi', 5, '?') = '???hi'" : "rpad('hi', 5, '?') = 'hi???'"],
  params: [BYTES, { name: 'len', accepts: { kind: 'type', type: T.INT } }, { ...BYTES, name: 'pad', optional: true }],
  resolve: (call) => {
    const [value, length, filling] = call.args;
    if (!value || !length || (filling && isBytes(value) === isBytes(filling))) return undefined;
    if (filling && !implicitCast(value.type, T.STRING)) return undefined;
    if (filling) return call.apply(name, [call.cast(value, T.STRING), length, call.cast(filling, T.STRING)]);
    const args: BoundExpr[] = [value, length, isBytes(value) ? { kind: 'const', type: T.BINARY, nullable: false, value: Uint8Array.of(0) } : { kind: 'const', type: T.STRING, nullable: false, value: ' ' }];
    const padded = call.apply(name, args);
    return { ...padded, written: { name, args, print: printExpr(padded) } };
  },
  result: (call) => call.types[0]!.kind === 'binary' && call.types[2]!.kind === 'binary' ? T.BINARY : T.STRING,
  bind: () => pad(name === 'lpad'),
});

/** Code points of `chars` off the ends. */
function strip(text: string, chars: string, left: boolean, right: boolean): string {
  if (chars === ' ') {
    let from = 0;
    let to = text.length;
    if (left) while (from < to && text.charCodeAt(from) === 32) from++;
    if (right) while (to > from && text.charCodeAt(to - 1) === 32) to--;
    return text.slice(from, to);
  }
  const set = new Set(chars);
  const points = isBasic(text) ? text.split('') : Array.from(text);
  let from = 0;
  let to = points.length;
  if (left) while (from < to && set.has(points[from]!)) from++;
  if (right) while (to > from && set.has(points[to - 1]!)) to--;
  return points.slice(from, to).join('');
}
const TRIMMING = { meets: true, decided: true, takes: 'searchable', kept: true } as const;
/** Functions take the text last if there are two arguments; `TRIM(LEADING x FROM s)` prints so whichever way it was written. */
function trimming(name: string, side: string, left: boolean, right: boolean): ScalarFunction[] {
  const row: RowFunction = (a: string, b?: string) => b === undefined ? strip(a, ' ', left, right) : strip(b, a, left, right);
  const collation = TRIMMING;
  const under = (s: TextSearch): RowFunction => (a: string, b?: string) => b === undefined ? strip(a, ' ', left, right) : collated.strip(s, b, a, left, right);
  const print = (args: readonly string[]): string => args.length === 1 ? `${name}(${args[0]})` : `TRIM(${side} ${args[0]} FROM ${args[1]})`;
  return [
    scalar(`${name}(string, string?) -> string`, { collation, collated: under, doc: `Takes blanks, or the characters of the first of two arguments, off ${left ? right ? 'both ends' : 'the beginning' : 'the end'} of the text.`,
      examples: [`${name}('  a ') = '${left ? '' : '  '}a${right ? '' : ' '}'`], print, row }),
    scalar(`trim_from_${side.toLowerCase()}(string, string?) -> string`, { collation, collated: under, doc: `TRIM(${side} … FROM …).`, print, row }),
  ];
}

const reverseText = (text: string): string => isBasic(text) ? text.split('').reverse().join('') : Array.from(text).reverse().join('');
const asciiOf = (text: string): number => text === '' ? 0 : text.codePointAt(0)!;
const characterOf = (n: bigint): string => n < 0n ? '' : String.fromCharCode(Number(n & 255n));

const CASED = { decided: true, kept: true } as const;
export const basicStrings: readonly ScalarFunction[] = [
  scalar('upper(string) -> string', { collation: CASED, collated: collated.upper, aliases: ['ucase'], doc: 'The text in upper case.', examples: ["upper('aß') = 'ASS'"], row: (text: string) => text.toUpperCase() }),
  scalar('lower(string) -> string', { collation: CASED, collated: collated.lower, aliases: ['lcase'], doc: 'The text in lower case.', examples: ["lower('AB') = 'ab'"], row: (text: string) => text.toLowerCase() }),
  scalar('initcap(string) -> string', { collation: CASED, collated: collated.initcap, doc: 'Each word with a capital, the rest in lower case.', examples: ["initcap('sPark sql') = 'Spark Sql'"], row: initcap }),
  scalar('length(string|binary) -> int', { aliases: ['char_length', 'character_length', 'len'], doc: 'Code points of a text, bytes of a binary.', examples: ["length('ab ') = 3"],
    row: (v: string | Uint8Array) => typeof v === 'string' ? lengthOf(v) : v.length }),
  scalar('octet_length(string|binary) -> int', { doc: 'Bytes of the UTF-8 text or the binary.', examples: ["octet_length('ä') = 2"], row: (v: string | Uint8Array) => typeof v === 'string' ? Buffer.byteLength(v, 'utf8') : v.length }),
  scalar('bit_length(string|binary) -> int', { doc: 'Bits of the UTF-8 text or the binary.', examples: ["bit_length('ab') = 16"], row: (v: string | Uint8Array) => 8 * (typeof v === 'string' ? Buffer.byteLength(v, 'utf8') : v.length) }),
  scalar('ascii(string) -> int', { doc: 'The code point of the first character, 0 for an empty text.', examples: ["ascii('A') = 65"], row: asciiOf }),
  scalar('chr(bigint) -> string', { aliases: ['char'], doc: 'The character of a code, modulo 256; an empty text for negative ones.', examples: ["chr(65) = 'A'"], row: characterOf }),
  scalar('substring(string|binary, int, int = 2147483647) -> string', { collation: { kept: true }, aliases: ['substr'], doc: 'The part that begins at a position, counted from 1 or, negative, from the end.',
    examples: ["substring('Spark SQL', 5, 1) = 'k'", "substring('Spark SQL', -3) = 'SQL'"], result: (call) => call.types[0]!.kind === 'binary' ? T.BINARY : T.STRING, row: substring }),
  scalar('left(string|binary, int) -> string', { collation: { kept: true }, doc: 'The first characters.', examples: ["left('Spark', 3) = 'Spa'"], result: (call) => call.types[0]!.kind === 'binary' ? T.BINARY : T.STRING,
    row: (v: string | Uint8Array, n: number) => substring(...[v, 1, n] as never[]) }),
  scalar('right(string, int) -> string', { collation: { kept: true }, doc: 'The last characters.', examples: ["right('Spark', 3) = 'ark'"], row: (v: string, n: number) => n <= 0 ? '' : slice(v, Math.max(0, lengthOf(v) - n), lengthOf(v)) }),
  padding('lpad'), padding('rpad'),
  ...trimming('trim', 'BOTH', true, true), ...trimming('ltrim', 'LEADING', true, false), ...trimming('rtrim', 'TRAILING', false, true),
  scalar('btrim(string, string?) -> string', {  doc: 'Takes blanks, or the characters of the second argument, off both ends.', examples: ["btrim('xax', 'x') = 'a'"],
    resolve: (call) => call.apply('trim', [...call.args].reverse()) }),
  scalar('reverse(string|array<any>) -> string', { collation: { kept: true }, doc: 'The characters or elements the other way round.', examples: ["reverse('abc') = 'cba'"],
    resolve: (call) => call.types[0]?.kind === 'void' ? call.apply('reverse', [call.cast(call.args[0]!, T.STRING)]) : undefined,
    result: (call) => call.types[0]!, row: (v: string | readonly never[]) => typeof v === 'string' ? reverseText(v) : [...v].reverse() }),
  scalar('repeat(string, int) -> string', { collation: { kept: true }, doc: 'The text so many times.', examples: ["repeat('ab', 2) = 'abab'"], row: (text: string, n: number) => { if (n > 0) room(text.length * n); return text.repeat(Math.max(0, n)); } }),
  scalar('space(int) -> string', { doc: 'So many blanks.', examples: ["concat('a', space(2), 'b') = 'a  b'"], row: (n: number) => { room(n); return ' '.repeat(Math.max(0, n)); } }),
  scalar('quote(string) -> string', { doc: 'The text as a literal in single quotes.', examples: ["quote('Spark') = '\\'Spark\\''"], row: (text: string) => `'${text.replaceAll("'", "\\'")}'` }),
  scalar('is_valid_utf8(string|binary) -> boolean', { doc: 'Whether the bytes are well-formed UTF-8.',
    examples: ["is_valid_utf8(X'80') = false"], params: [BYTES], row: isUtf8 }),
  scalar('make_valid_utf8(string|binary) -> string', { collation: { kept: true }, doc: 'The text with U+FFFD in place of malformed bytes.',
    examples: ["make_valid_utf8(X'6180') = 'a\\uFFFD'"], params: [BYTES], row: (v: string | Uint8Array) => typeof v === 'string' ? v : Buffer.from(v).toString('utf8') }),
  scalar('validate_utf8(string|binary) -> string', { collation: { kept: true }, doc: 'The text, if its bytes are well-formed UTF-8, else an error.',
    examples: ["validate_utf8('Spark') = 'Spark'", "validate_utf8(X'80') -- INVALID_UTF8_STRING"], params: [BYTES],
    row: (v: string | Uint8Array) => isUtf8(v) ? Buffer.from(v).toString('utf8') : raise('INVALID_UTF8_STRING', { str: Array.from(Buffer.from(v), (b) => `\\x${b.toString(16).toUpperCase().padStart(2, '0')}`).join('') }) }),
  scalar('try_validate_utf8(string|binary) -> string', { collation: { kept: true }, doc: 'The text, if its bytes are well-formed UTF-8, else NULL.',
    examples: ["try_validate_utf8(X'80') = NULL"], params: [BYTES], nullable: () => true,
    row: (v: string | Uint8Array) => isUtf8(v) ? Buffer.from(v).toString('utf8') : null }),
];
/** Malformed bytes have become U+FFFD in a text. */
function isUtf8(v: string | Uint8Array): boolean { return typeof v === 'string' ? !v.includes('\ufffd') : Buffer.compare(Buffer.from(Buffer.from(v).toString('utf8'), 'utf8'), v) === 0; }
