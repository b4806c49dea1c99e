// Samples rows by a seeded generator: each row is kept (or repeated) by a draw of its own. The generator starts anew in each epoch, as in
// Spark, where every micro-batch is an execution of its own.
//
// source: Spark XORShiftRandom, BernoulliCellSampler; the draws of a sample without replacement are Spark's own. With replacement the
// numbers of repetitions are Poisson, but not Spark's.

import type { Operator } from './operator.js';
import { rowsOf, stateless, withSelection } from './stateless.js';

const { imul } = Math;

/** MurmurHash3 of 8 bytes (big-endian), as Scala's bytesHash. */
function mix(value: bigint, seed: number): number {
  let h = seed;
  for (const shift of [32n, 0n]) {
    const word = Number((value >> shift) & 0xffffffffn);
    // bytesHash reads little-endian words of the big-endian buffer.
    let k = ((word & 0xff) << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);
    k = imul(k, 0xcc9e2d51);
    k = (k << 15) | (k >>> 17);
    h ^= imul(k, 0x1b873593);
    h = (h << 13) | (h >>> 19);
    h = (imul(h, 5) + 0xe6546b64) | 0;
  }
  h ^= 8;
  h = imul(h ^ (h >>> 16), 0x85ebca6b);
  h = imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** Uniform doubles in [0, 1) from a seed: the same sequence as Spark's rand(seed) on one partition. */
export function xorShift(seed: bigint): () => number {
  const low = mix(BigInt.asIntN(64, seed), 0x3c074a61);
  const high = mix(BigInt.asIntN(64, seed), low);
  let state = BigInt.asUintN(64, (BigInt(high) << 32n) | BigInt.asUintN(32, BigInt(low)));
  const next = (bits: bigint): number => {
    state ^= BigInt.asUintN(64, state << 21n);
    state ^= state >> 35n;
    state ^= BigInt.asUintN(64, state << 4n);
    return Number(state & ((1n << bits) - 1n));
  };
  return () => (next(26n) * 134217728 + next(27n)) * 2 ** -53;
}

export interface SampleSpec { readonly lower: number; readonly upper: number; readonly seed: bigint; readonly withReplacement: boolean }

export function sampleOperator({ lower, upper, seed, withReplacement }: SampleSpec): Operator {
  let epoch = -1;
  let draw = xorShift(seed);
  const floor = Math.exp(-(upper - lower));
  const repetitions = (): number => {
    let times = 0;
    for (let p = draw(); p > floor; p *= draw()) times++;
    return times;
  };
  return stateless((input, emit, context, counts) => {
    if (context.epoch !== epoch) { epoch = context.epoch; draw = xorShift(seed); }
    const rows = rowsOf(input);
    if (!withReplacement) {
      const kept = rows.filter(() => { const x = draw(); return x >= lower && x < upper; });
      counts.filtered += rows.length - kept.length;
      emit(withSelection(input, kept));
      return;
    }
    const rounds: number[][] = [];
    for (const i of rows) {
      const times = repetitions();
      if (times === 0) counts.filtered++;
      for (let t = 0; t < times; t++) { rounds[t] ??= []; rounds[t]!.push(i); }
    }
    for (const round of rounds) emit(withSelection(input, Int32Array.from(round)));
  });
}
