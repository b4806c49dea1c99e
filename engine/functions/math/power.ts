// The power of two doubles to the last digit of Java's StrictMath: log₂ of the base in a pair of doubles, times the exponent, and two to that power.
// (V8's own rounds another way for 4 of 100.)
//
// source: the method of fdlibm's pow (Sun Microsystems, 1993): its reduction to [√¾, √1½) around 1 or 1½, its series and where it cuts a number to its
// upper half decide the last digit.

const bits = new DataView(new ArrayBuffer(8));
function upperWord(x: number): number { bits.setFloat64(0, x); return bits.getInt32(0); }
function withUpperWord(x: number, word: number): number { bits.setFloat64(0, x); bits.setInt32(0, word); return bits.getFloat64(0); }
/** x without the lower 32 bits of its fraction. */
function cut(x: number): number { bits.setFloat64(0, x); bits.setInt32(4, 0); return bits.getFloat64(0); }

// atanh-like series of the logarithm around 1 or 1½, in units of its argument squared.
const LOG_SERIES = [0.5999999999999946, 0.4285714285785502, 0.33333332981837743, 0.272728123808534, 0.23066074577556175, 0.20697501780033842] as const;
// z·(1 − e^z)-like series of the exponential.
const EXP_SERIES = [0.16666666666666602, -0.0027777777777015593, 0.00006613756321437934, -0.0000016533902205465252, 4.1381367970572385e-8] as const;
/** 2/(3 ln 2), ln 2, 1/ln 2 and log₂ 1½: whole, or only as upper and lower part. */
const [TWO_THIRDS, TWO_THIRDS_UPPER, TWO_THIRDS_LOWER] = [0.9617966939259756, 0.9617967009544373, -7.028461650952758e-9];
const [LN2_UPPER, LN2_LOWER] = [0.6931471824645996, -1.904654299957768e-9];
const [INVERSE_LN2_UPPER, INVERSE_LN2_LOWER] = [1.4426950216293335, 1.9259629911266175e-8];
const [LOG_HALF_MORE_UPPER, LOG_HALF_MORE_LOWER] = [0.5849624872207642, 1.350039202129749e-8];
/** How far above 1024 log₂ of the result may be before it overflows. */
const OVERFLOW_SLACK = 8.008566259537294e-17;

const NEAR_ONE_BELOW = 0x3fefffff;
const ONE = 0x3ff00000;

/** log₂ of the base. */
let logUpper = 0;
let logLower = 0;
/** The base is so near to 1 that four terms are enough: the exponent is beyond 2³¹. */
function logNearOne(base: number): void {
  const t = base - 1;
  const w = (t * t) * (0.5 - t * (1 / 3 - t * 0.25));
  const u = INVERSE_LN2_UPPER * t;
  const v = t * INVERSE_LN2_LOWER - w * Math.LOG2E;
  logUpper = cut(u + v);
  logLower = v - (logUpper - u);
}
function logOf(base: number): void {
  let exponent = 0;
  let x = base;
  let word = upperWord(x);
  if (word < 0x00100000) { x *= 2 ** 53; exponent = -53; word = upperWord(x); }
  exponent += (word >> 20) - 0x3ff;
  const fraction = word & 0xfffff;
  word = fraction | ONE;
  const around = fraction > 0x3988e && fraction < 0xbb67a ? 1 : 0;
  if (fraction >= 0xbb67a) { exponent++; word -= 0x00100000; }
  x = withUpperWord(x, word);
  const middle = around === 1 ? 1.5 : 1;
  // s = (x − middle) / (x + middle), in two parts.
  const u = x - middle;
  const v = 1 / (x + middle);
  const s = u * v;
  const sUpper = cut(s);
  const sum = withUpperWord(0, ((word >> 1) | 0x20000000) + 0x00080000 + (around << 18));
  const sumLower = x - (sum - middle);
  const sLower = v * ((u - sUpper * sum) - sUpper * sumLower);
  const square = s * s;
  const [l1, l2, l3, l4, l5, l6] = LOG_SERIES;
  let r = square * square * (l1 + square * (l2 + square * (l3 + square * (l4 + square * (l5 + square * l6)))));
  r += sLower * (sUpper + s);
  const squareUpper = sUpper * sUpper;
  const t = cut(3 + squareUpper + r);
  const tLower = r - ((t - 3) - squareUpper);
  const p = sUpper * t;
  const q = sLower * t + tLower * s;
  const pUpper = cut(p + q);
  const pLower = q - (pUpper - p);
  const zUpper = TWO_THIRDS_UPPER * pUpper;
  const zLower = TWO_THIRDS_LOWER * pUpper + pLower * TWO_THIRDS + (around === 1 ? LOG_HALF_MORE_LOWER : 0);
  const more = around === 1 ? LOG_HALF_MORE_UPPER : 0;
  logUpper = cut(((zUpper + zLower) + more) + exponent);
  logLower = zLower - (((logUpper - exponent) - more) - zUpper);
}

/** 2 to the power of upper + lower, in [−1075, 1024]. */
function exp2(upper: number, lower: number): number {
  const z = upper + lower;
  const word = upperWord(z);
  const size = word & 0x7fffffff;
  let whole = 0;
  let rest = upper;
  if (size > 0x3fe00000) {
    // The nearest whole number.
    const rounded = word + (0x00100000 >> ((size >> 20) - 0x3ff + 1));
    const place = ((rounded & 0x7fffffff) >> 20) - 0x3ff;
    whole = ((rounded & 0xfffff) | 0x00100000) >> (20 - place);
    if (word < 0) whole = -whole;
    rest -= withUpperWord(0, rounded & ~(0xfffff >> place));
  }
  const t = cut(lower + rest);
  const u = t * LN2_UPPER;
  const v = (lower - (t - rest)) * Math.LN2 + t * LN2_LOWER;
  const x = u + v;
  const w = v - (x - u);
  const square = x * x;
  const [p1, p2, p3, p4, p5] = EXP_SERIES;
  const t1 = x - square * (p1 + square * (p2 + square * (p3 + square * (p4 + square * p5))));
  const result = 1 - ((x * t1) / (t1 - 2) - (w + x * w) - x);
  const raised = upperWord(result) + (whole << 20);
  // A result below the normal numbers is rounded once more, as it must.
  return raised >> 20 <= 0 ? result * 2 ** (whole + 1000) * 2 ** -1000 : withUpperWord(result, raised);
}

/** @throws never: NaN, infinities and zeros as in IEEE 754, but NaN for a base of ±1 with an infinite exponent (Java). */
export function power(base: number, exponent: number): number {
  if (exponent === 0) return 1;
  if (exponent === 1) return base;
  if (exponent === 2) return base * base;
  // V8 is exact where there is nothing to round.
  if (exponent === -1 || base === 0 || !Number.isFinite(base) || !Number.isFinite(exponent) || Math.abs(base) === 1) return base ** exponent;
  if (exponent === 0.5) return base < 0 ? Number.NaN : Math.sqrt(base);
  if (base < 0 && !Number.isInteger(exponent)) return Number.NaN;
  const size = Math.abs(base);
  const sign = base < 0 && Math.abs(exponent) % 2 === 1 ? -1 : 1;
  if (Math.abs(exponent) > 2 ** 31) {
    const word = upperWord(size);
    if (word < NEAR_ONE_BELOW) return sign * (exponent < 0 ? Number.POSITIVE_INFINITY : 0);
    if (word > ONE) return sign * (exponent > 0 ? Number.POSITIVE_INFINITY : 0);
    logNearOne(size);
  } else logOf(size);
  const exponentUpper = cut(exponent);
  const lower = (exponent - exponentUpper) * logUpper + exponent * logLower;
  const upper = exponentUpper * logUpper;
  const z = lower + upper;
  if (z > 1024 || (z === 1024 && lower + OVERFLOW_SLACK > z - upper)) return sign * Number.POSITIVE_INFINITY;
  if (z < -1075 || (z === -1075 && lower <= z - upper)) return sign * 0;
  return sign * exp2(upper, lower);
}
