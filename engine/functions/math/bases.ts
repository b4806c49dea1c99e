// Numbers in other bases and their bits: bin, hex, unhex, conv, bit_count, bit_get, factorial, signum, width_bucket.
// source: Spark mathExpressions, NumberConverter.

import { raise } from '../../../planner/errors/index.js';
import { printExpr, sqlType } from '../../../planner/expr/print.js';
import type { BoundExpr, Call } from '../../../planner/tree.js';
import * as T from '../../../planner/types.js';
import { scalar, type RowFunction, type ScalarFunction } from '../define.js';
import { cls, oneOf, operator, overflow, type } from '../operators/shared.js';

const FACTORIALS: readonly bigint[] = Array.from({ length: 21 }, (_, n) => { let f = 1n; for (let i = 2n; i <= BigInt(n); i++) f *= i; return f; });
const unsigned = (x: bigint): bigint => BigInt.asUintN(64, x);

/** Numbers among numbers, intervals among intervals of their kind. */
function sameKinds(call: Call): void {
  const shown = call.types.slice(0, 3).map((t) => T.isNumeric(t) || t.kind === 'void' ? T.DOUBLE : t);
  const kinds = new Set(call.args.slice(0, 3).flatMap((a, i) => innermost(a).type.kind === 'void' ? [] : [shown[i]!.kind]));
  if (kinds.size < 2) return;
  raise('DATATYPE_MISMATCH.DATA_DIFF_TYPES', { functionName: '`width_bucket`', dataType: `(${shown.map((t) => sqlType(t)).join(' or ')})`, sqlExpr: `"width_bucket(${call.args.map(printExpr).join(', ')})"` });
}
const innermost = (e: BoundExpr): BoundExpr => e.kind === 'cast' && e.origin === 'implicit' ? innermost(e.arg) : e;

const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyz';
const MAX = 2n ** 64n - 1n;
/** conv: the leading digits of the text in one base, written in another; a negative target base writes signed numbers. */
function convert(ansi: boolean): RowFunction {
  return (text: string, from: number, to: number) => {
    if (from < 2 || from > 36 || Math.abs(to) < 2 || Math.abs(to) > 36) return null;
    const trimmed = text.replace(/^ +| +$/g, '').toLowerCase();
    if (trimmed === '') return null;
    const negative = trimmed.startsWith('-');
    let value = 0n;
    for (let i = negative ? 1 : 0; i < trimmed.length; i++) {
      const digit = DIGITS.indexOf(trimmed[i]!);
      if (digit < 0 || digit >= from) break;
      value = value * BigInt(from) + BigInt(digit);
      if (value > MAX) { if (ansi) overflow('Overflow in function conv()'); value = MAX; break; }
    }
    if (negative && to > 0) value = value >= 2n ** 63n ? MAX : unsigned(-value);
    const signed = to < 0 && (negative || value >= 2n ** 63n);
    if (to < 0 && !negative && value >= 2n ** 63n) value = unsigned(-value);
    return `${signed ? '-' : ''}${value.toString(Math.abs(to))}`.toUpperCase();
  };
}

const hexBytes = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex').toUpperCase();
/** The bytes of hexadecimal digits, an odd number of them led by a 0; null for anything else. */
export function unhex(text: string): Uint8Array | null {
  if (!/^[0-9a-fA-F]*$/.test(text)) return null;
  return new Uint8Array(Buffer.from(text.length % 2 === 1 ? `0${text}` : text, 'hex'));
}
function bitCount(x: number | bigint | boolean): number {
  let rest = unsigned(BigInt(x));
  let n = 0;
  for (; rest !== 0n; rest &= rest - 1n) n++;
  return n;
}
const WIDTHS: Readonly<Record<string, number>> = { tinyint: 8, smallint: 16, int: 32, bigint: 64 };

const ARITHMETIC = oneOf(type(T.DOUBLE), type(T.YEAR_MONTH), type(T.DAY_TIME));
function widthBucket(v: number, min: number, max: number, buckets: bigint): bigint | null {
  if (buckets <= 0n || buckets === 2n ** 63n - 1n || Number.isNaN(v) || min === max || !Number.isFinite(min) || !Number.isFinite(max)) return null;
  const [lower, upper] = min < max ? [min, max] : [max, min];
  if (min < max) {
    if (v < lower) return 0n;
    if (v >= upper) return buckets + 1n;
    return BigInt(Math.trunc((Number(buckets) * (v - lower)) / (upper - lower))) + 1n;
  }
  if (v > upper) return 0n;
  if (v <= lower) return buckets + 1n;
  return BigInt(Math.trunc((Number(buckets) * (upper - v)) / (upper - lower))) + 1n;
}

export const bases: readonly ScalarFunction[] = [
  scalar('bin(bigint) -> string', { doc: 'The bits of a BIGINT.', examples: ["bin(13) = '1101'"], row: (x: bigint) => unsigned(x).toString(2) }),
  operator([oneOf(type(T.BIGINT), type(T.BINARY), type(T.STRING))], { name: 'hex', collation: { kept: true }, doc: 'Hexadecimal digits of a number, of bytes or of the UTF-8 bytes of a text.', examples: ["hex(17) = '11'", "hex('Spark') = '537061726B'"],
    result: () => T.STRING, bind: (call): RowFunction => call.types[0]!.kind === 'bigint' ? (x: bigint) => unsigned(x).toString(16).toUpperCase()
      : call.types[0]!.kind === 'binary' ? hexBytes : (x: string) => Buffer.from(x, 'utf8').toString('hex').toUpperCase() }),
  scalar('unhex(string) -> binary', { doc: 'The bytes of hexadecimal digits, NULL for anything else.', examples: ["unhex('41') = X'41'"], nullable: () => true, row: unhex }),
  scalar('conv(string, int, int) -> string', { collation: { kept: true }, doc: 'A number written in another base.', examples: ["conv('100', 2, 10) = '4'"], nullable: () => true, bind: (call) => convert(call.settings.ansi) }),
  operator([{ name: 'expr', accepts: oneOf(cls('integral'), type(T.BOOLEAN)), exact: true }], { name: 'bit_count', doc: 'The number of bits set.', examples: ['bit_count(7) = 3'], result: () => T.INT, bind: () => bitCount }),
  operator([cls('integral'), { name: 'pos', accepts: type(T.INT) }], { name: 'bit_get', aliases: ['getbit'], doc: 'The bit at a position, from the right, from 0.', examples: ['bit_get(11, 0) = 1Y'], result: () => T.TINYINT,
    bind: (call) => {
      const width = WIDTHS[call.types[0]!.kind] ?? 32;
      return (x: number | bigint, at: number) => {
        if (at < 0 || at >= width) raise('INVALID_PARAMETER_VALUE.BIT_POSITION_RANGE', { functionName: `\`${call.name}\``, parameter: '`pos`', upper: String(width), invalidValue: String(at) }, { nowhere: true });
        return Number((BigInt(x) >> BigInt(at)) & 1n);
      };
    } }),
  scalar('factorial(int) -> bigint', { doc: 'The factorial of 0 to 20, else NULL.', examples: ['factorial(5) = 120L'], nullable: () => true, row: (n: number) => FACTORIALS[n] ?? null }),
  operator([ARITHMETIC], { name: 'sign', aliases: ['signum'], doc: '-1, 0 or 1 as a DOUBLE.', examples: ['sign(-5) = -1.0D'], print: (args, call) => `${call.name === 'signum' ? 'SIGNUM' : 'sign'}(${args[0]})`, result: () => T.DOUBLE,
    bind: (): RowFunction => (x: number | bigint) => typeof x === 'bigint' ? (x > 0n ? 1 : x < 0n ? -1 : 0) : Math.sign(x) }),
  operator([ARITHMETIC, ARITHMETIC, ARITHMETIC, type(T.BIGINT)], { name: 'width_bucket', doc: 'The number of the bucket that a value falls into, among equal ones between two bounds.',
    examples: ['width_bucket(5, 0, 10, 5) = 3L'], nullable: () => true, result: () => T.BIGINT, check: sameKinds,
    bind: (): RowFunction => (v: number | bigint, min: number | bigint, max: number | bigint, n: bigint) => widthBucket(Number(v), Number(min), Number(max), n) }),
];
