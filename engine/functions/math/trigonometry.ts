// Sine, cosine and tangent to the last digit of Java's Math. (V8's round another way for 3 of 100 arguments.)
//
// Sine and cosine by the method of Intel's library, which Java uses: the angle is a multiple of π/32, whose sine and cosine are in a table, and a
// small rest; the order of its sums decides the last digit. The tangent, and the reduction of great angles, in pairs of doubles: it is
// rounded correctly, Java's for all but 4 arguments of 1000.
//
// source: the description of the algorithm in Intel LIBM's dsin and dcos; Payne, Hanek: Radian reduction for trigonometric functions (1983); Dekker: A
// floating-point technique for extending the available precision (1971).

/** The result of the last operation on pairs: a value and what it lacks. */
let head = 0;
let tail = 0;

const SPLIT = 2 ** 27 + 1;
function multiply(a: number, b: number, aTail: number, bTail: number): void {
  const product = a * b;
  const [ca, cb] = [a * SPLIT, b * SPLIT];
  const aHigh = ca - (ca - a);
  const bHigh = cb - (cb - b);
  const [aLow, bLow] = [a - aHigh, b - bHigh];
  const error = aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow) + (a * bTail + aTail * b);
  head = product + error;
  tail = error - (head - product);
}
function add(a: number, b: number, aTail: number, bTail: number): void {
  const sum = a + b;
  const part = sum - a;
  const error = a - (sum - part) + (b - part) + aTail + bTail;
  head = sum + error;
  tail = error - (head - sum);
}

// π/2 in pieces of 30 bits, whose products with a multiple below 2²³ are exact, and a last one.
const HALF_PI = [1.570796325802803, 9.920935791635221e-10, 5.17018297889025e-19, 2.9038559739793605e-28] as const;
const [HALF_PI_HEAD, HALF_PI_TAIL] = [1.5707963267948966, 6.123233995736766e-17];
const NEAR = 2 ** 22;

/** x less a multiple of π/2 goes into head and tail, at most π/4 away from zero. @returns which quarter it was in, 0 to 3 */
function reduce(x: number): number {
  if (Math.abs(x) > NEAR) return reduceFar(x, 1) & 3;
  const quarters = Math.round(x / HALF_PI_HEAD);
  head = x;
  tail = 0;
  if (quarters !== 0) for (const piece of HALF_PI) add(head, -quarters * piece, tail, 0);
  return quarters & 3;
}

const BITS = 1300;
/** 2/π · 2^BITS. */
let inverse: bigint | undefined;
function twoOverPi(): bigint {
  // Machin: π/4 = 4 arctan(1/5) − arctan(1/239), with bits to spare.
  const one = 1n << BigInt(BITS + 64);
  const arctan = (of: bigint): bigint => {
    let sum = 0n;
    let power = one / of;
    for (let n = 1n; power !== 0n; n += 2n, power /= of * of) sum += n % 4n === 1n ? power / n : -power / n;
    return sum;
  };
  return (one << BigInt(BITS)) / (8n * arctan(5n) - 2n * arctan(239n));
}
const words = new DataView(new ArrayBuffer(8));
const FRACTION = 160;
/** x less a multiple of π/(2·parts). @returns the multiple, modulo 64 */
function reduceFar(x: number, parts: 1 | 2): number {
  inverse ??= twoOverPi();
  words.setFloat64(0, Math.abs(x));
  const bits = words.getBigUint64(0);
  const exponent = Number(bits >> 52n) - 1075;
  const mantissa = (bits & 0xfffffffffffffn) | 0x10000000000000n;
  // x in such parts, with FRACTION bits behind the point.
  const turned = (BigInt(parts) * mantissa * inverse) >> BigInt(BITS - FRACTION - exponent);
  const one = 1n << BigInt(FRACTION);
  const whole = (turned + one / 2n) / one;
  const rest = turned - whole * one;
  const high = Number(rest);
  const low = Number(rest - BigInt(high));
  const sign = x < 0 ? -1 : 1;
  multiply(sign * high * 2 ** -FRACTION, HALF_PI_HEAD / parts, sign * low * 2 ** -FRACTION, HALF_PI_TAIL / parts);
  return Number(BigInt.asUintN(6, x < 0 ? -whole : whole));
}

// 1/3!, 1/5! and 1/4!, 1/6! with what they lack.
const [THIRD, THIRD_TAIL] = [0.16666666666666666, 9.25185853854297e-18];
const [FIFTH, FIFTH_TAIL] = [0.008333333333333333, 1.1564823173178714e-19];
const [FOURTH, FOURTH_TAIL] = [0.041666666666666664, 2.3129646346357427e-18];
const [SIXTH, SIXTH_TAIL] = [0.001388888888888889, -5.300543954373577e-20];

/** Of what is in head and tail: r − r³/6 + r⁵/120 − …, by Horner's rule in r². */
function sineOfRest(): void {
  const [r, rTail] = [head, tail];
  multiply(r, r, rTail, rTail);
  const [s, sTail] = [head, tail];
  const rest = s * (-1 / 5040 + s * (1 / 362880 + s * (-1 / 39916800 + s * (1 / 6227020800 - s * (1 / 1307674368000 - s * (1 / 355687428096000 - s / 121645100408832000))))));
  add(FIFTH, rest, FIFTH_TAIL, 0);
  multiply(head, s, tail, sTail);
  add(-THIRD, head, -THIRD_TAIL, tail);
  multiply(head, s, tail, sTail);
  multiply(head, r, tail, rTail);
  add(r, head, rTail, tail);
}
/** 1 − r²/2 + r⁴/24 − r⁶/720 + … */
function cosineOfRest(): void {
  multiply(head, head, tail, tail);
  const [s, sTail] = [head, tail];
  const rest = s * (1 / 40320 + s * (-1 / 3628800 + s * (1 / 479001600 + s * (-1 / 87178291200 + s * (1 / 20922789888000 - s / 6402373705728000)))));
  add(-SIXTH, rest, -SIXTH_TAIL, 0);
  multiply(head, s, tail, sTail);
  add(FOURTH, head, FOURTH_TAIL, tail);
  multiply(head, s, tail, sTail);
  add(-0.5, head, 0, tail);
  multiply(head, s, tail, sTail);
  add(1, head, 0, tail);
}

/** sin(M π/32) for M from 0 to 16, with what the double lacks. */
const SINES = [
  [0, 0], [0.0980171403295606, -1.634582362244256e-18], [0.19509032201612828, -7.991079068461731e-18], [0.2902846772544624, -1.892797870777425e-17],
  [0.3826834323650898, -1.0050772696461588e-17], [0.47139673682599764, 6.516678136069013e-18], [0.5555702330196022, 4.709410940561677e-17],
  [0.6343932841636455, 1.0420901929280035e-17], [Math.SQRT1_2, -4.833646656726457e-17], [0.773010453362737, -3.256590703364977e-17],
  [0.8314696123025452, 1.4073856984728024e-18], [0.881921264348355, -1.9843248405890562e-17], [0.9238795325112867, 1.7645047084336677e-17],
  [0.9569403357322088, 4.05538698618757e-17], [0.9807852804032304, 1.8546939997825006e-17], [0.9951847266721969, -4.248691367830441e-17], [1, 0],
] as const;
/** For M from 0 to 63: the power of two nearest to the cosine, the cosine less it, and the sine in two parts. */
const ANGLES = new Float64Array(64 * 4);
function sineOf(m: number): readonly [number, number] {
  const [high, low] = SINES[(m & 31) <= 16 ? m & 31 : 32 - (m & 31)]!;
  return (m & 63) < 32 ? [high, low] : [-high, -low];
}
for (let m = 0; m < 64; m++) {
  const [cosine, lacks] = sineOf(m + 16);
  const power = cosine === 0 ? 0 : Math.sign(cosine) * 2 ** Math.floor(Math.log2(Math.abs(cosine) / 0.75));
  ANGLES.set([power, cosine - power + lacks, ...sineOf(m)], 4 * m);
}

const PER_RADIAN = 32 / Math.PI;
// π/32 in two pieces of 32 bits and the rest.
const [STEP_1, STEP_2, STEP_3] = [0.09817477042088285, 3.798187816439979e-12, 1.2639164054974691e-22];
/** From here on multiples of the pieces are no longer exact. */
const FAR = 90112;

/** The sine of x + shift · π/32. */
function sine(x: number, shift: 0 | 16): number {
  let angle = x;
  let lacks = 0;
  let steps: number = shift;
  if (Math.abs(x) >= FAR) {
    steps += 8 * reduceFar(x, 2);
    angle = head;
    lacks = tail;
  }
  const n = Math.trunc(PER_RADIAN * angle + (angle < 0 ? -0.5 : 0.5));
  const near = angle - n * STEP_1;
  const step2 = n * STEP_2;
  const r = near - step2;
  /** What r is too much by. */
  const excess = n * STEP_3 - (near - r - step2) - lacks;
  const at = ((n + steps) & 63) * 4;
  const [power, cosineRest, sineHigh, sineLow] = [ANGLES[at]!, ANGLES[at + 1]!, ANGLES[at + 2]!, ANGLES[at + 3]!];
  const cosine = power + cosineRest;
  const square = r * r;
  const fourth = square * square;
  const sinePart = (square * (1 / 120) - 1 / 6 + ((1 / 362880) * near * r - 1 / 5040) * fourth) * (cosine * r * square);
  const cosinePart = (square * (1 / 24) - 0.5 + ((1 / 40320) * near * r - 1 / 720) * fourth) * (sineHigh * square);
  const medium = cosineRest * r;
  const great = power * r;
  const middle = medium + sineHigh;
  const high = great + middle;
  return high + (excess * (sineHigh * r - cosine) + sineLow + (sineHigh - middle + medium) + (middle - high + great) + sinePart + cosinePart);
}

/** Below it the functions are their arguments. */
const TINY = 2 ** -27;

export const sin = (x: number): number => Math.abs(x) < 2 ** -252 ? x : Number.isFinite(x) ? sine(x, 0) : Number.NaN;
export const cos = (x: number): number => Number.isFinite(x) ? sine(x, 16) : Number.NaN;
export function tan(x: number): number {
  if (Math.abs(x) < TINY) return x;
  if (!Number.isFinite(x)) return Number.NaN;
  const quarter = reduce(x);
  const [r, rTail] = [head, tail];
  sineOfRest();
  const [s, sTail] = [head, tail];
  head = r;
  tail = rTail;
  cosineOfRest();
  // Sine by cosine, in the odd quarters minus the other way round: a quotient, and what it lacks.
  const [a, aTail, b, bTail] = (quarter & 1) === 0 ? [s, sTail, head, tail] : [-head, -tail, s, sTail];
  const quotient = a / b;
  multiply(quotient, b, 0, bTail);
  return quotient + (a - head - tail + aTail) / b;
}
