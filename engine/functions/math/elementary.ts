// Functions of doubles: powers, logarithms, angles. Logarithms of what has none are NULL, everything else follows IEEE 754.
// source: Spark mathExpressions over java.lang.StrictMath (fdlibm, as V8's Math is but for exp(1), pow and cbrt) and java.lang.Math (sin, cos, tan).

import { scalar, type ScalarFunction } from '../define.js';
import { power } from './power.js';
import { cos, sin, tan } from './trigonometry.js';

const { log, sqrt, exp: fdExp } = Math;
/** V8 returns E itself for 1, fdlibm the neighbour above. */
const exp = (x: number): number => x === 1 ? Math.E + 2 ** -51 : fdExp(x);
const positive = (f: (x: number) => number) => (x: number): number | null => x <= 0 ? null : f(x);
const halfEven = (x: number): number => {
  const r = Math.round(x);
  if (r - x === 0.5 && r % 2 !== 0) return r - 1;
  return r === 0 && (x < 0 || Object.is(x, -0)) ? -0 : r;
};

/** As fdlibm has it for x below zero and |y/x| above 2^60, where V8 gives π/2: π − (π/2 − …), one digit more. */
function angle(y: number, x: number): number {
  const a = Math.atan2(y + 0, x + 0);
  return x < 0 && Math.abs(a) === Math.PI / 2 && Number.isFinite(y) && Math.abs(y / x) > 2 ** 60 ? Math.sign(a) * (Math.PI - (Math.PI / 2 - PI_LOW)) : a;
}
const PI_LOW = 1.2246467991473532e-16;

const unary = (name: string, doc: string, example: string, row: (x: number) => number, more: Partial<ScalarFunction> = {}): ScalarFunction => scalar(`${name}(double) -> double`, {
  doc, examples: [example], fixedName: name.toUpperCase(), row, inline: () => ({ code: ([x], use) => `${use(row)}(${x})`, total: true }), ...more,
});
/** NULL outside of the function's domain. */
const partial = (name: string, doc: string, example: string, row: (x: number) => number | null): ScalarFunction =>
  scalar(`${name}(double) -> double`, { doc, examples: [example], fixedName: name === 'ln' ? name : name.toUpperCase(), nullable: () => true, row });

export const elementary: readonly ScalarFunction[] = [
  unary('acos', 'The arc cosine.', 'acos(1) = 0.0D', Math.acos),
  unary('acosh', 'The inverse hyperbolic cosine.', 'acosh(1) = 0.0D', Math.acosh),
  unary('asin', 'The arc sine.', 'asin(0) = 0.0D', Math.asin),
  unary('asinh', 'The inverse hyperbolic sine.', 'asinh(0) = 0.0D', Math.asinh),
  unary('atan', 'The arc tangent.', 'atan(0) = 0.0D', Math.atan),
  unary('atanh', 'The inverse hyperbolic tangent.', 'atanh(0) = 0.0D', (x) => 0.5 * (Math.log1p(x) - Math.log1p(-x))),
  scalar('atan2(double, double) -> double', { doc: 'The angle of the point (x, y) given as y, x.', examples: ['atan2(0, 1) = 0.0D'], fixedName: 'ATAN2', row: angle }),
  unary('cbrt', 'The cube root.', 'cbrt(27) = 3.0D', cubeRoot),
  unary('cos', 'The cosine.', 'cos(0) = 1.0D', cos),
  unary('cosh', 'The hyperbolic cosine.', 'cosh(0) = 1.0D', (x) => Math.abs(x) === 1 ? exp(1) / 2 + 0.5 / exp(1) : Math.cosh(x)),
  unary('cot', 'The cotangent.', 'round(cot(1), 4) = 0.6421D', (x) => 1 / tan(x)),
  unary('csc', 'The cosecant.', 'round(csc(1), 4) = 1.1884D', (x) => 1 / sin(x)),
  unary('degrees', 'Radians as degrees.', 'degrees(0) = 0.0D', (x) => x * 57.29577951308232),
  scalar('e() -> double', { doc: "Euler's number.", examples: ['e() = 2.718281828459045D'], fixedName: 'E', row: () => Math.E }),
  unary('exp', 'e to the power of the argument.', 'exp(0) = 1.0D', exp),
  unary('expm1', 'exp(x) - 1, exact near zero.', 'expm1(0) = 0.0D', Math.expm1),
  scalar('hypot(double, double) -> double', { doc: 'The length of the hypotenuse.', examples: ['hypot(3, 4) = 5.0D'], fixedName: 'HYPOT', row: hypot }),
  partial('ln', 'The natural logarithm, NULL for zero and less.', 'ln(1) = 0.0D', positive(log)),
  scalar('log(base: double, expr: double ?) -> double', { doc: 'The natural logarithm, or the one to a base.', examples: ['log(2, 8) = 3.0D'], print: (args) => `LOG(${args.length === 1 ? 'E(), ' : ''}${args.join(', ')})`, nullable: () => true,
    row: (a: number, b?: number) => b === undefined ? (a <= 0 ? null : log(a)) : a <= 0 || b <= 0 ? null : log(b) / log(a) }),
  partial('log10', 'The logarithm to base 10, NULL for zero and less.', 'log10(1000) = 3.0D', positive(log10)),
  partial('log1p', 'ln(1 + x), exact near zero; NULL for -1 and less.', 'log1p(0) = 0.0D', (x) => x <= -1 ? null : Math.log1p(x)),
  partial('log2', 'The logarithm to base 2, NULL for zero and less.', 'log2(8) = 3.0D', positive((x) => log(x) / log(2))),
  scalar('pi() -> double', { doc: 'The ratio of circumference and diameter.', examples: ['pi() = 3.141592653589793D'], fixedName: 'PI', row: () => Math.PI }),
  scalar('pow(double, double) -> double', { doc: 'The first argument to the power of the second.', examples: ['pow(2, 3) = 8.0D'], aliases: ['power'],
    print: (args, call) => `${call.name === 'power' ? 'POWER' : 'pow'}(${args.join(', ')})`, row: power }),
  unary('radians', 'Degrees as radians.', 'radians(0) = 0.0D', (x) => x * 0.017453292519943295),
  unary('rint', 'The nearest whole double, halves to the even one.', 'rint(2.5) = 2.0D', halfEven, { fixedName: 'rint' }),
  unary('sec', 'The secant.', 'sec(0) = 1.0D', (x) => 1 / cos(x)),
  unary('sin', 'The sine.', 'sin(0) = 0.0D', sin),
  unary('sinh', 'The hyperbolic sine.', 'sinh(0) = 0.0D', Math.sinh),
  unary('sqrt', 'The square root, NaN for less than zero.', 'sqrt(4) = 2.0D', sqrt),
  unary('tan', 'The tangent.', 'tan(0) = 0.0D', tan),
  unary('tanh', 'The hyperbolic tangent.', 'tanh(0) = 0.0D', Math.tanh),
];

const words = new DataView(new ArrayBuffer(8));
/** fdlibm's cube root: a guess by a third of the exponent, a rational step to 23 bits, cut to 20 and a Newton step. V8 has a later version that rounds otherwise. */
function cubeRoot(x: number): number {
  if (x === 0 || !Number.isFinite(x)) return x;
  const size = Math.abs(x);
  const scale = size < 2 ** -1022 ? 2 ** 54 : 1;
  words.setFloat64(0, size * scale);
  words.setInt32(0, Math.trunc(words.getInt32(0) / 3) + (scale === 1 ? 715_094_163 : 696_219_795));
  words.setInt32(4, 0);
  let t = words.getFloat64(0);
  const s = 19 / 35 + ((t * t) / size) * t;
  t *= 5 / 14 + 45 / 28 / (s + 99 / 70 + -864 / 1225 / s);
  words.setFloat64(0, t);
  words.setInt32(0, words.getInt32(0) + 1);
  words.setInt32(4, 0);
  t = words.getFloat64(0);
  const r = size / (t * t);
  t += t * ((r - t) / (t + t + r));
  return x < 0 ? -t : t;
}

function hypot(a: number, b: number): number {
  if (Math.abs(a) === Infinity || Math.abs(b) === Infinity) return Infinity;
  let [long, short] = Math.abs(a) >= Math.abs(b) ? [Math.abs(a), Math.abs(b)] : [Math.abs(b), Math.abs(a)];
  if (Number.isNaN(a) || Number.isNaN(b) || short === 0 || long / short > 2 ** 60) return long + short;
  let unit = 1;
  if (long > 2 ** 500) unit = 2 ** 600;
  else if (short < 2 ** -500) unit = 2 ** -600;
  long /= unit;
  short /= unit;
  const difference = long - short;
  if (difference > short) {
    const head = upperHalf(long);
    return unit * sqrt(head * head - (short * -short - (long - head) * (long + head)));
  }
  const [double, head] = [2 * long, upperHalf(short)];
  const top = upperHalf(double);
  return unit * sqrt(top * head - (difference * -difference - (top * (short - head) + (double - top) * short)));
}
const halves = new DataView(new ArrayBuffer(8));
/** x without the lower 32 bits of its fraction: squares of such numbers are exact. */
function upperHalf(x: number): number {
  halves.setFloat64(0, x);
  halves.setInt32(4, 0);
  return halves.getFloat64(0);
}
/** Exact for powers of ten. */
function log10(x: number): number { return Math.log10(x); }
