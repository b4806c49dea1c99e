// Random values: rand, randn, uniform, randstr, shuffle, uuid. With a seed the sequence is Spark's for one partition.
// source: Spark XORShiftRandom, java.util.Random (nextDouble, nextGaussian), scala MurmurHash3 for hashing the seed.

import { raise } from '../../../planner/errors/index.js';
import { sqlExpr } from '../../../planner/expr/print.js';
import { isFoldable } from '../../../planner/expr/walk.js';
import type { Call, Param } from '../../../planner/tree.js';
import * as T from '../../../planner/types.js';
import type { DataType } from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';
import { type BindContext, type RowFunction, scalar, type ScalarFunction } from '../define.js';
import { cls, oneOf, operator, type } from '../operators/shared.js';
import { MersenneTwister } from './mersenne-twister.js';

const { imul } = Math;
const rotate = (x: number, by: number): number => (x << by) | (x >>> (32 - by));
/** scala.util.hashing.MurmurHash3.bytesHash of whole words. */
function bytesHash(bytes: DataView, seed: number): number {
  let h = seed;
  for (let i = 0; i < bytes.byteLength; i += 4) {
    const k = imul(rotate(imul(bytes.getInt32(i, true), 0xcc9e2d51), 15), 0x1b873593);
    h = (imul(rotate(h ^ k, 13), 5) + 0xe6546b64) | 0;
  }
  h ^= bytes.byteLength;
  h = imul(h ^ (h >>> 16), 0x85ebca6b);
  h = imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
function hashSeed(seed: bigint): bigint {
  const bytes = new DataView(new ArrayBuffer(8));
  bytes.setBigInt64(0, seed);
  const low = bytesHash(bytes, 0x3c074a61);
  const high = bytesHash(bytes, low);
  return (BigInt(high) << 32n) | BigInt(low >>> 0);
}

/** The generator of one expression. */
export class XorShift {
  private state: bigint;
  private spare: number | undefined;
  constructor(seed: bigint) { this.state = BigInt.asIntN(64, hashSeed(seed)); }
  bits(count: number): number {
    let s = this.state;
    s ^= BigInt.asIntN(64, s << 21n);
    s ^= BigInt.asUintN(64, s) >> 35n;
    s = BigInt.asIntN(64, s);
    s ^= BigInt.asIntN(64, s << 4n);
    this.state = s;
    return Number(BigInt.asIntN(32, s & ((1n << BigInt(count)) - 1n)));
  }
  double(): number { return (this.bits(26) * 134217728 + this.bits(27)) * 2 ** -53; }
  gaussian(): number {
    if (this.spare !== undefined) { const s = this.spare; this.spare = undefined; return s; }
    for (;;) {
      const [x, y] = [2 * this.double() - 1, 2 * this.double() - 1];
      const size = x * x + y * y;
      if (size >= 1 || size === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(size)) / size);
      this.spare = y * factor;
      return x * factor;
    }
  }
}

let generators = 0n;
/** A seed for calls that give none: another one for each expression and epoch, a function of the epoch's timestamp. */
const freshSeed = ({ epoch }: BindContext): bigint => BigInt(Math.trunc(epoch.timestampMillis)) * 1_000_003n + BigInt(epoch.epoch) * 8191n + generators++;
function seedOf(call: Call, index: number, context: BindContext): bigint {
  const seed = call.args.length > index ? call.constant(index) : undefined;
  if (seed === undefined) return freshSeed(context);
  return seed === null ? 0n : BigInt(seed as number | bigint);
}
const SEED = { name: 'seed', accepts: oneOf(type(T.INT), type(T.BIGINT)), optional: true as const, constant: true as const, exact: true as const };
const bound = (name: string): Param => ({ name, accepts: cls('numeric'), exact: true });
/** Bounds and lengths are constants; what else they may be is said in words of their own. */
function requireFoldable(call: Call, index: number, inputName: string, inputType: string): void {
  const arg = call.args[index]!;
  if (!isFoldable(arg)) raise('DATATYPE_MISMATCH.NON_FOLDABLE_INPUT', { inputName: `\`${inputName}\``, inputType, inputExpr: sqlExpr(arg) });
}
const drawing = (name: string, aliases: readonly string[], doc: string, example: string, draw: (r: XorShift) => number): ScalarFunction => operator([SEED], {
  name, aliases, doc, examples: [example], nulls: 'custom', nullable: () => false, deterministic: false, result: () => T.DOUBLE,
  bind: (call, context): RowFunction => { const random = new XorShift(seedOf(call, 0, context)); return () => draw(random); },
});

/** The wider of the two bounds, which of decimals is the one with more digits. */
function uniformType(call: Call): DataType {
  const kinds = ['void', 'tinyint', 'smallint', 'int', 'bigint', 'decimal', 'float', 'double'];
  const [a, b] = [call.types[0]!, call.types[1]!];
  if (a.kind === 'void' || b.kind === 'void') return T.VOID;
  if (a.kind === 'decimal' && b.kind === 'decimal') return a.precision > b.precision ? a : b;
  return kinds.indexOf(a.kind) >= kinds.indexOf(b.kind) ? a : b;
}
const hex = '0123456789abcdef';

export const random: readonly ScalarFunction[] = [
  drawing('rand', ['random'], 'A random DOUBLE in [0, 1).', 'rand(0) = 0.7604953758285915D', (r) => r.double()),
  drawing('randn', [], 'A random DOUBLE of the standard normal distribution.', 'randn(0) = 1.6034991609278433D', (r) => r.gaussian()),
  operator([bound('min'), bound('max'), SEED], { name: 'uniform',
    check: (call) => { requireFoldable(call, 0, 'min', 'integer or floating-point'); requireFoldable(call, 1, 'max', 'integer or floating-point'); }, doc: 'A random number between two constants.',
      examples: ['uniform(10, 20, 0) = 17'], nulls: 'custom', deterministic: false, result: uniformType,
    bind: (call, context): RowFunction => {
      const random = new XorShift(seedOf(call, 2, context));
      const to = uniformType(call);
      const number = (v: Value, t: DataType): number => t.kind === 'decimal' ? Number(v) / 10 ** t.scale : Number(v);
      return (min: Value, max: Value) => {
        if (min === null || max === null) return null;
        const [a, b] = [number(min, call.types[0]!), number(max, call.types[1]!)];
        const x = a + random.double() * (b - a);
        if (to.kind === 'bigint') return BigInt(Math.trunc(x));
        if (to.kind === 'decimal') return BigInt(Math.round(x * 10 ** to.scale));
        return to.kind === 'double' ? x : to.kind === 'float' ? Math.fround(x) : Math.trunc(x);
      };
    } }),
  operator([type(T.INT), SEED], { name: 'randstr', doc: 'A random text of letters and digits.',
    examples: ["randstr(3, 0) = 'ceV'"], nulls: 'custom', deterministic: false, result: () => T.STRING, nullable: () => false,
    check: (call) => {
      requireFoldable(call, 0, 'length', 'integer');
      const length = call.constant(0);
      if (typeof length === 'number' && length < 0) raise('DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE', { exprName: '`length`', valueRange: '[0, 2147483647]', currentValue: String(length) });
    },
    bind: (call, context): RowFunction => {
      const random = new XorShift(seedOf(call, 1, context));
      const letters = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
      return (length: number | null) => Array.from({ length: length ?? 0 }, () => letters[Math.abs(random.bits(32) % 62)]).join('');
    } }),
  scalar('shuffle(array: array<any>, seed: const bigint?) -> void', { doc: 'The elements in a random order.', examples: ['array_sort(shuffle(array(2, 1))) = array(1, 2)'], deterministic: false,
    result: (call) => call.types[0]!, nullable: (call) => call.args[0]!.nullable,
    bind: (call, context): RowFunction => {
      const twister = new MersenneTwister(seedOf(call, 1, context));
      return (list: readonly Value[]) => twister.permutation(list.length).map((i) => list[i]!);
    } }),
  operator([], { name: 'uuid', doc: 'A random UUID.',
    examples: ['length(uuid()) = 36'], nullable: () => false, deterministic: false, result: () => T.STRING,
    bind: (call, context): RowFunction => {
      const random = new XorShift(seedOf(call, 0, context));
      const word = (): string => (random.bits(32) >>> 0).toString(16).padStart(8, '0');
      return () => {
        const [a, b, c, d] = [word(), word(), word(), word()];
        return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-${hex[8 + (c.charCodeAt(0) & 3)]}${c.slice(1, 4)}-${c.slice(4)}${d}`;
      };
    } }),
];
