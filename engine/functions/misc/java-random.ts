// java.util.Random, whose numbers some functions of Spark show.

const MULTIPLIER = 0x5deece66dn;
const MASK = (1n << 48n) - 1n;

/** The next so many bits, at most 31, as a number from 0 on. */
export function javaRandom(seed: bigint): (bits: number) => number {
  let state = (seed ^ MULTIPLIER) & MASK;
  return (bits) => {
    state = (state * MULTIPLIER + 0xbn) & MASK;
    return Number(state >> BigInt(48 - bits));
  };
}
