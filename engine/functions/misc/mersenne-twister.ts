// The Mersenne Twister with bounded numbers and permutations as Spark's shuffle draws them.
// source: Matsumoto, Nishimura: Mersenne Twister (1998), MT19937 with its initialisation by an array; Apache Commons Math (nextInt), Spark
// RandomIndicesGenerator.

const SIZE = 624;
const SHIFT = 397;
const { imul } = Math;

export class MersenneTwister {
  private readonly state = new Int32Array(SIZE);
  private next = SIZE;

  constructor(seed: bigint) {
    const key = [Number(BigInt.asIntN(32, seed >> 32n)), Number(BigInt.asIntN(32, seed))];
    const s = this.state;
    s[0] = 19650218;
    const before = (i: number): number => s[i - 1]! ^ (s[i - 1]! >>> 30);
    for (let i = 1; i < SIZE; i++) s[i] = imul(1812433253, before(i)) + i;
    let i = 1;
    const step = (): void => { if (++i === SIZE) { s[0] = s[SIZE - 1]!; i = 1; } };
    for (let k = 0; k < SIZE; k++, step()) s[i] = (s[i]! ^ imul(before(i), 1664525)) + key[k & 1]! + (k & 1);
    for (let k = 1; k < SIZE; k++, step()) s[i] = (s[i]! ^ imul(before(i), 1566083941)) - i;
    s[0] = 0x80000000 | 0;
  }

  /** 31 bits. */
  private draw(): number {
    const s = this.state;
    if (this.next === SIZE) {
      for (let i = 0; i < SIZE; i++) {
        const y = (s[i]! & 0x80000000) | (s[(i + 1) % SIZE]! & 0x7fffffff);
        s[i] = s[(i + SHIFT) % SIZE]! ^ (y >>> 1) ^ ((y & 1) === 0 ? 0 : 0x9908b0df);
      }
      this.next = 0;
    }
    let y = s[this.next++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    return y >>> 1;
  }
  private below(limit: number): number {
    if ((limit & -limit) === limit) return Math.floor((limit * this.draw()) / 2 ** 31);
    for (;;) {
      const bits = this.draw();
      const value = bits % limit;
      // The last, incomplete run of remainders is drawn again.
      if (bits - value + limit - 1 < 2 ** 31) return value;
    }
  }
  /** 0 to length − 1 in a random order. */
  permutation(length: number): readonly number[] {
    const order: number[] = [];
    for (let i = 0; i < length; i++) {
      const j = this.below(i + 1);
      if (j !== i) order[i] = order[j]!;
      order[j] = i;
    }
    return order;
  }
}
