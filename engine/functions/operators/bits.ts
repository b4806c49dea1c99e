// Operators on bits: `& | ^ ~ << >> >>>`. Shifts keep the type of their left side (INT or BIGINT); the count counts modulo its width.

import type { Call } from '../../../planner/tree.js';
import * as T from '../../../planner/types.js';
import type { Inline, RowFunction, ScalarFunction } from '../define.js';
import { cls, inlineCode, operator, type } from './shared.js';

const NUMBER: Readonly<Record<string, (a: number, b: number) => number>> = { '&': (a, b) => a & b, '|': (a, b) => a | b, '^': (a, b) => a ^ b };
const LONG: Readonly<Record<string, (a: bigint, b: bigint) => bigint>> = { '&': (a, b) => a & b, '|': (a, b) => a | b, '^': (a, b) => a ^ b };
const isLong = (call: Call): boolean => call.types[0]!.kind === 'bigint';
const first = (call: Call): T.DataType => call.types[0]!.kind === 'void' ? call.types[1] ?? T.INT : call.types[0]!;

const binary = (symbol: string, doc: string, example: string): ScalarFunction => operator([cls('integral'), cls('integral')], {
  name: symbol, doc, examples: [example], result: first, print: (args) => `(${args[0]} ${symbol} ${args[1]})`,
  bind: (call): RowFunction => isLong(call) ? LONG[symbol]! : NUMBER[symbol]!, inline: () => ({ ...inlineCode((a, b) => `(${a} ${symbol} ${b})`), total: true }),
});

const SHIFTS: Readonly<Record<string, { readonly int: (a: number, n: number) => number; readonly long: (a: bigint, n: number) => bigint }>> = {
  '<<': { int: (a, n) => a << n, long: (a, n) => BigInt.asIntN(64, a << BigInt(n & 63)) },
  '>>': { int: (a, n) => a >> n, long: (a, n) => a >> BigInt(n & 63) },
  '>>>': { int: (a, n) => (a >>> n) | 0, long: (a, n) => BigInt.asIntN(64, BigInt.asUintN(64, a) >> BigInt(n & 63)) },
};
const intShift = (symbol: string): Inline => inlineCode((a, n) => symbol === '>>>' ? `(${a} >>> ${n} | 0)` : `(${a} ${symbol} ${n})`);
const shift = (symbol: string, word: string, doc: string, example: string): ScalarFunction => operator([cls('integral'), type(T.INT)], {
  name: symbol, aliases: [word], doc, examples: [example], result: (call) => isLong(call) ? T.BIGINT : T.INT,
  print: (args, call) => call.name === word ? `${word}(${args.join(', ')})` : `(${args[0]} ${symbol} ${args[1]})`,
  bind: (call): RowFunction => isLong(call) ? SHIFTS[symbol]!.long : SHIFTS[symbol]!.int, inline: (call) => isLong(call) ? undefined : intShift(symbol),
});

export const bits: readonly ScalarFunction[] = [
  binary('&', 'Bits set on both sides.', '5 & 3 = 1'),
  binary('|', 'Bits set on either side.', '5 | 3 = 7'),
  binary('^', 'Bits set on one side only.', '5 ^ 3 = 6'),
  operator([cls('integral')], { name: '~', doc: 'All bits turned over.', examples: ['~5 = -6'], result: (call) => call.types[0]!.kind === 'void' ? T.INT : call.types[0]!, print: (args) => `~${args[0]}`,
    bind: (call): RowFunction => isLong(call) ? (a: bigint) => ~a : (a: number) => ~a, inline: () => ({ ...inlineCode((a) => `(~${a})`), total: true }) }),
  shift('<<', 'shiftleft', 'Bits moved to the left.', '1 << 3 = 8'),
  shift('>>', 'shiftright', 'Bits moved to the right, keeping the sign.', '-8 >> 1 = -4'),
  shift('>>>', 'shiftrightunsigned', 'Bits moved to the right, zeros coming in.', '-1 >>> 31 = 1'),
];
