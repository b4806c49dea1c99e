// Arithmetic: `+ - * / % div`, their try_ forms, signs and abs, over numbers, decimals and intervals of one type.
// Whole numbers fail on overflow (they wrap where ANSI mode is off); decimals are computed exactly and rounded to the result's
// scale; doubles only refuse a zero divisor. source: Spark arithmetic expressions, IntervalUtils.

import type { Call } from '../../../planner/tree.js';
import * as T from '../../../planner/types.js';
import type { DataType, TypeOf } from '../../../planner/types.js';
import type { CalendarInterval, Value } from '../../../planner/values.js';
import { decimalOf, decimalResult } from '../../../planner/coercion.js';
import { divideHalfEven, divideHalfUp, fits, pow10 } from '../../formats/decimal.js';
import { outOfRange } from '../cast/decimal.js';
import type { Inline, RowFunction, ScalarFunction } from '../define.js';
import { cls, divideByZero, inlineCall, inlineCode, intervalOverflow, isLongKind, operator, oneOf, overflow, overflowNowhere, remainderByZero, resultType,
  smallOverflow } from './shared.js';

const { fround, abs } = Math;
const asLong = (x: bigint): bigint => BigInt.asIntN(64, x);
type Symbol = '+' | '-' | '*';
type Two<V> = (a: V, b: V) => V;
const ALTERNATIVE: Readonly<Record<Symbol | '/', string>> = { '+': 'try_add', '-': 'try_subtract', '*': 'try_multiply', '/': 'try_divide' };

// ── Whole numbers ──

export const addInt = (a: number, b: number): number => { const r = a + b; return r === (r | 0) ? r : overflow('overflow', 'try_add'); };
export const subtractInt = (a: number, b: number): number => { const r = a - b; return r === (r | 0) ? r : overflow('overflow', 'try_subtract'); };
/** A product of two ints that fits an int is exact as a double. */
export const multiplyInt = (a: number, b: number): number => {
  const r = a * b;
  return r >= -2147483648 && r <= 2147483647 ? r | 0 : overflow('overflow', 'try_multiply');
};
export const addLong = (a: bigint, b: bigint): bigint => {
  const r = BigInt.asIntN(64, a + b);
  if (b >= 0n ? r < a : r >= a) overflow('overflow', 'try_add');
  return r;
};
export const subtractLong = (a: bigint, b: bigint): bigint => {
  const r = BigInt.asIntN(64, a - b);
  if (b >= 0n ? r > a : r <= a) overflow('overflow', 'try_subtract');
  return r;
};
/** V8 multiplies in 64 bits with an overflow test as long as no product has overflowed, and then it is an error anyway. */
export const multiplyLong = (a: bigint, b: bigint): bigint => {
  const r = a * b;
  if (r !== BigInt.asIntN(64, r)) overflow('overflow', 'try_multiply');
  return BigInt.asIntN(64, r);
};
const wrapInt: Readonly<Record<Symbol, Two<number>>> = { '+': (a, b) => (a + b) | 0, '-': (a, b) => (a - b) | 0, '*': Math.imul };
const wrapLong: Readonly<Record<Symbol, Two<bigint>>> = { '+': (a, b) => asLong(a + b), '-': (a, b) => asLong(a - b), '*': (a, b) => asLong(a * b) };
/** The checks as expressions: some three times as fast as calls. */
function checkedInline(symbol: Symbol, kind: 'small' | 'int' | 'long', check: unknown, shift = 0): Inline {
  return { code: ([a, b], use, temp) => {
    const fail = `${use(check)}(${a}, ${b})`;
    const t = temp();
    if (kind === 'long' && symbol === '*') return `((${t} = ${a} * ${b}) !== BigInt.asIntN(64, ${t}) ? ${fail} : BigInt.asIntN(64, ${t}))`;
    if (kind === 'long') return `(${t} = BigInt.asIntN(64, ${a} ${symbol} ${b}), (${b} >= 0n ? ${symbol === '+' ? `${t} < ${a} : ${t} >= ${a}` : `${t} > ${a} : ${t} <= ${a}`}) ? ${fail} : ${t})`;
    if (kind === 'small') return `(((${t} = ${a} ${symbol} ${b}) << ${shift}) >> ${shift} === ${t} ? ${t} | 0 : ${fail})`;
    return symbol === '*' ? `((${t} = ${a} * ${b}) <= 2147483647 && ${t} >= -2147483648 ? ${t} | 0 : ${fail})` : `((${t} = ${a} ${symbol} ${b}) === (${t} | 0) ? ${t} : ${fail})`;
  } };
}
const checkInt: Readonly<Record<Symbol, Two<number>>> = { '+': addInt, '-': subtractInt, '*': multiplyInt };
const checkLong: Readonly<Record<Symbol, Two<bigint>>> = { '+': addLong, '-': subtractLong, '*': multiplyLong };

const plain: Readonly<Record<Symbol, Two<number>>> = { '+': (a, b) => a + b, '-': (a, b) => a - b, '*': (a, b) => a * b };
function checkSmall(symbol: Symbol, bits: 8 | 16): Two<number> {
  const [compute, shift] = [plain[symbol], 32 - bits];
  return (a, b) => {
    const r = compute(a, b);
    return (r << shift) >> shift === r ? r | 0 : smallOverflow(symbol, ALTERNATIVE[symbol], a, b);
  };
}
const SMALL: Readonly<Record<Symbol, Readonly<Record<'tinyint' | 'smallint', Two<number>>>>> = {
  '+': { tinyint: checkSmall('+', 8), smallint: checkSmall('+', 16) }, '-': { tinyint: checkSmall('-', 8), smallint: checkSmall('-', 16) },
  '*': { tinyint: checkSmall('*', 8), smallint: checkSmall('*', 16) },
};
function wrapSmall(symbol: Symbol, bits: 8 | 16): Two<number> {
  const [compute, shift] = [plain[symbol], 32 - bits];
  return (a, b) => (compute(a, b) << shift) >> shift;
}

// ── Decimals ──

const asDecimal = (t: DataType): TypeOf<'decimal'> => decimalOf(t) ?? T.decimal(10, 0);

/** What a decimal operator does, worked out once: the exact result's scale, the type, and whether it can have too many digits. */
interface DecimalPlan { readonly a: TypeOf<'decimal'>; readonly b: TypeOf<'decimal'>; readonly exact: number; readonly to: TypeOf<'decimal'>; readonly sure: boolean }
function decimalPlan(symbol: Symbol | '/' | '%', call: Call): DecimalPlan {
  const a = asDecimal(call.types[0]!);
  const b = asDecimal(call.types[1]!);
  const to = resultType(call) as TypeOf<'decimal'>;
  const exact = symbol === '*' ? a.scale + b.scale : Math.max(a.scale, b.scale);
  const rule = decimalResult(symbol, a, b);
  const unbounded = symbol === '*' ? a.precision + b.precision + 1 : Math.max(a.precision - a.scale, b.precision - b.scale) + exact + 1;
  const sure = (symbol === '%' || unbounded <= 38) && to.precision - to.scale >= rule.precision - rule.scale && to.scale >= exact;
  return { a, b, exact, to, sure };
}
/** Rounds the exact value to the result's scale; `failed` decides what a value that does not fit gives. */
function settle(plan: DecimalPlan, failed: (value: bigint, scale: number) => bigint | null): (value: bigint) => bigint | null {
  const { exact, to, sure } = plan;
  if (sure) return to.scale === exact ? (v) => v : (v) => v * pow10(to.scale - exact);
  const bound = pow10(to.precision);
  if (to.scale >= exact) {
    const up = pow10(to.scale - exact);
    return (v) => { const r = v * up; return r < bound && r > -bound ? r : failed(v, exact); };
  }
  const down = pow10(exact - to.scale);
  return (v) => { const r = divideHalfUp(v, down); return r < bound && r > -bound ? r : failed(v, exact); };
}
const failing = (to: TypeOf<'decimal'>) => (value: bigint, scale: number): never => outOfRange(value, scale, to);
const giveNull = (): null => null;

function decimalRow(symbol: Symbol | '/' | '%', call: Call, strict: boolean): (a: bigint, b: bigint) => bigint | null {
  const plan = decimalPlan(symbol, call);
  const { a, b, to } = plan;
  const failed = strict ? failing(to) : giveNull;
  if (symbol === '/') {
    // to.scale more digits than the quotient of the unscaled values has
    const shift = to.scale + b.scale - a.scale;
    return (x, y) => {
      if (y === 0n) return divideByZero();
      const n = y < 0n ? -x : x;
      const d = y < 0n ? -y : y;
      const r = shift >= 0 ? divideHalfUp(n * pow10(shift), d) : divideHalfUp(n, d * pow10(-shift));
      return fits(r, to.precision) ? r : failed(r, to.scale);
    };
  }
  const finish = settle(plan, failed);
  if (symbol === '*') return (x, y) => finish(x * y);
  const [ua, ub] = [pow10(plan.exact - a.scale), pow10(plan.exact - b.scale)];
  if (symbol === '%') return (x, y) => y === 0n ? remainderByZero() : finish((x * ua) % (y * ub));
  return symbol === '+' ? (x, y) => finish(x * ua + y * ub) : (x, y) => finish(x * ua - y * ub);
}
function decimalInline(symbol: Symbol, call: Call): Inline {
  const plan = decimalPlan(symbol, call);
  const scaled = (arg: string, by: number): string => by === 0 ? arg : `${arg} * ${pow10(by)}n`;
  const { a, b, exact, to, sure } = plan;
  const body = (x: string, y: string): string => symbol === '*' ? `${x} * ${y}` : `${scaled(x, exact - a.scale)} ${symbol} ${scaled(y, exact - b.scale)}`;
  if (sure && to.scale === exact) return { ...inlineCode((x, y) => to.precision <= 18 ? `BigInt.asIntN(64, ${body(x!, y!)})` : `(${body(x!, y!)})`), total: true };
  const finish = settle(plan, failing(to));
  return { code: ([x, y], use) => `${use(finish)}(${body(x!, y!)})` };
}

// ── Calendar intervals ──

function addCalendar(a: CalendarInterval, b: CalendarInterval, sign: 1 | -1, alternative: string): CalendarInterval {
  const months = a.months + sign * b.months;
  const days = a.days + sign * b.days;
  const micros = a.micros + BigInt(sign) * b.micros;
  if (months !== (months | 0) || days !== (days | 0) || micros !== asLong(micros)) intervalOverflow(alternative);
  return { months, days, micros };
}

// ── + - * ──

const isNumberKind = (t: DataType): boolean => t.kind === 'float' || t.kind === 'double' || t.kind === 'int' || t.kind === 'tinyint' || t.kind === 'smallint' || t.kind === 'year_month_interval';

function additiveRow(symbol: Symbol, call: Call, strict: boolean): RowFunction {
  const t = call.types[0]!;
  if (t.kind === 'decimal' || call.types[1]!.kind === 'decimal') return decimalRow(symbol, call, strict);
  switch (t.kind) {
    case 'tinyint': case 'smallint': return strict ? SMALL[symbol][t.kind] : wrapSmall(symbol, t.kind === 'tinyint' ? 8 : 16);
    case 'int': return strict ? checkInt[symbol] : wrapInt[symbol];
    case 'bigint': return strict ? checkLong[symbol] : wrapLong[symbol];
    case 'float': { const f = plain[symbol]; return (a: number, b: number) => fround(f(a, b)); }
    case 'double': return plain[symbol];
    case 'year_month_interval': { const f = plain[symbol]; return (a: number, b: number) => { const r = f(a, b); return r === (r | 0) ? r : intervalOverflow(ALTERNATIVE[symbol]); }; }
    case 'day_time_interval': {
      const add = symbol === '+';
      return (a: bigint, b: bigint) => { const r = add ? a + b : a - b; return r === asLong(r) ? r : intervalOverflow(ALTERNATIVE[symbol]); };
    }
    case 'interval': { const sign = symbol === '+' ? 1 : -1; return (a: CalendarInterval, b: CalendarInterval) => addCalendar(a, b, sign, ALTERNATIVE[symbol]); }
    default: return () => null;
  }
}
function additiveInline(symbol: Symbol, call: Call): Inline | undefined {
  const { ansi } = call.settings;
  const t = call.types[0]!;
  if (t.kind === 'decimal' || call.types[1]!.kind === 'decimal') return ansi ? decimalInline(symbol, call) : undefined;
  switch (t.kind) {
    case 'tinyint': case 'smallint': return ansi ? checkedInline(symbol, 'small', SMALL[symbol][t.kind], t.kind === 'tinyint' ? 24 : 16) : inlineCall(wrapSmall(symbol, t.kind === 'tinyint' ? 8 : 16));
    case 'int': return ansi ? checkedInline(symbol, 'int', checkInt[symbol]) : symbol === '*' ? inlineCall(Math.imul) : { ...inlineCode((a, b) => `(${a} ${symbol} ${b} | 0)`), total: true };
    case 'bigint': return ansi ? checkedInline(symbol, 'long', checkLong[symbol]) : { ...inlineCode((a, b) => `BigInt.asIntN(64, ${a} ${symbol} ${b})`), total: true };
    case 'float': return { code: ([a, b], use) => `${use(fround)}(${a} ${symbol} ${b})`, total: true };
    case 'double': return { ...inlineCode((a, b) => `(${a} ${symbol} ${b})`), total: true };
    default: return inlineCall(additiveRow(symbol, call, true));
  }
}

const common = (call: Call): DataType => call.types[0]!.kind === 'void' ? call.types[1] ?? T.VOID : call.types[0]!;
function arithmeticResult(symbol: Symbol | '/' | '%'): (call: Call) => DataType {
  return (call) => {
    const [a, b] = [call.types[0]!, call.types[1]!];
    if (a.kind !== 'decimal' && b.kind !== 'decimal') return common(call);
    return T.isNumeric(a) && T.isNumeric(b) ? decimalResult(symbol, asDecimal(a), asDecimal(b)) : common(call);
  };
}
const infix = (symbol: string) => (args: readonly string[], call: Call): string =>
  /^[a-z_]+$/.test(call.name) && call.name !== symbol ? `${call.name}(${args.join(', ')})` : `(${args[0]} ${symbol} ${args[1]})`;
const NUMBERS = [oneOf(cls('numeric'), cls('interval')), oneOf(cls('numeric'), cls('interval'))];

function additive(symbol: Symbol, doc: string, examples: readonly string[]): ScalarFunction {
  return operator(NUMBERS, { name: symbol, doc, examples, result: arithmeticResult(symbol), print: infix(symbol),
    bind: (call) => additiveRow(symbol, call, call.settings.ansi), inline: (call) => additiveInline(symbol, call), nullable: mayOverflow });
}
/** Beside NULL arguments: decimal results that do not fit are NULL where ANSI mode is off. */
function mayOverflow(call: Call): boolean {
  return call.args.some((a) => a.nullable) || (!call.settings.ansi && call.types.some((t) => t.kind === 'decimal'));
}

/** Runs `f`, NULL in place of the overflows and zero divisors that it raises. */
export const tolerant = (f: RowFunction): RowFunction => (...args: never[]) => {
  try { return f(...args); } catch (error) { if (isArithmetic(error)) return null; throw error; }
};
const TOLERATED = new Set(['ARITHMETIC_OVERFLOW', 'BINARY_ARITHMETIC_OVERFLOW', 'NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION', 'DIVIDE_BY_ZERO', 'REMAINDER_BY_ZERO',
  'INTERVAL_ARITHMETIC_OVERFLOW.WITH_SUGGESTION', 'INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION', 'INTERVAL_DIVIDED_BY_ZERO', 'DATETIME_OVERFLOW']);
export const isArithmetic = (error: unknown): boolean => TOLERATED.has((error as { condition?: string }).condition ?? '');

// ── / % div ──

function divideRow(call: Call, strict: boolean): RowFunction {
  const t = call.types[0]!;
  return t.kind === 'decimal' || call.types[1]!.kind === 'decimal' ? decimalRow('/', call, strict) : divideDouble;
}
export const divideDouble = (a: number, b: number): number => b === 0 ? divideByZero() : a / b;

const LONG_MIN = -(2n ** 63n);
export const integralDivide = (a: bigint, b: bigint): bigint => {
  if (b === 0n) divideByZero();
  if (b === -1n && a === LONG_MIN) overflow('Overflow in integral divide', 'try_divide');
  return a / b;
};
function integralDivideRow(call: Call): (a: never, b: never) => bigint {
  const [a, b] = [call.types[0]!, call.types[1]!];
  if (a.kind === 'decimal' || b.kind === 'decimal') {
    const exact = Math.max(asDecimal(a).scale, asDecimal(b).scale);
    const [ua, ub] = [pow10(exact - asDecimal(a).scale), pow10(exact - asDecimal(b).scale)];
    return (x: bigint, y: bigint) => y === 0n ? divideByZero() : asLong((x * ua) / (y * ub));
  }
  if (isNumberKind(a)) return (x: number, y: number) => y === 0 ? divideByZero() : BigInt(Math.trunc(x / y));
  return call.settings.ansi ? integralDivide : (x: bigint, y: bigint) => y === 0n ? divideByZero() : asLong(x / y);
}

export const remainderInt = (a: number, b: number): number => b === 0 ? remainderByZero() : (a % b) | 0;
export const remainderLong = (a: bigint, b: bigint): bigint => { if (b === 0n) remainderByZero(); return a % b; };
export const remainderDouble = (a: number, b: number): number => b === 0 ? remainderByZero() : a % b;
function remainderRow(call: Call, strict: boolean): RowFunction {
  const t = call.types[0]!;
  if (t.kind === 'decimal' || call.types[1]!.kind === 'decimal') return decimalRow('%', call, strict);
  return t.kind === 'bigint' ? remainderLong : T.isIntegral(t) ? remainderInt : remainderDouble;
}

/** pmod: the remainder with the sign of the divisor's size, never negative for a positive divisor. */
function positiveRemainder(call: Call): RowFunction {
  const t = call.types[0]!;
  if (t.kind === 'decimal' || call.types[1]!.kind === 'decimal') {
    const plan = decimalPlan('%', call);
    const failed = call.settings.ansi ? failing(plan.to) : giveNull;
    // The remainder of a negative number can be larger than both.
    const finish = settle({ ...plan, sure: false }, failed);
    const [ua, ub] = [pow10(plan.exact - plan.a.scale), pow10(plan.exact - plan.b.scale)];
    return (x: bigint, y: bigint) => {
      if (y === 0n) return remainderByZero();
      const n = y * ub;
      const r = (x * ua) % n;
      return finish(r < 0n ? (r + n) % n : r);
    };
  }
  if (t.kind === 'bigint') return (x: bigint, y: bigint) => { if (y === 0n) return remainderByZero(); const r = x % y; return r < 0n ? asLong(r + y) % y : r; };
  const round = t.kind === 'float' ? fround : t.kind === 'double' ? (v: number) => v : wrapTo(t);
  return (x: number, y: number) => { if (y === 0) return remainderByZero(); const r = x % y; return round(r < 0 ? round(r + y) % y : r); };
}
function wrapTo(t: DataType): (v: number) => number {
  const shift = t.kind === 'tinyint' ? 24 : t.kind === 'smallint' ? 16 : 0;
  return (v) => (v << shift) >> shift;
}

// ── Signs ──

const NEGATE_MIN: Readonly<Partial<Record<DataType['kind'], number>>> = { tinyint: -128, smallint: -32768, int: -2147483648, year_month_interval: -2147483648 };
/** Spark turns the sign of a decimal round within 34 digits (Scala's BigDecimal). */
const MATH_CONTEXT = 34;
function toMathContext(x: bigint): bigint {
  const size = x < 0n ? -x : x;
  if (size < pow10(MATH_CONTEXT)) return x;
  const unit = pow10(String(size).length - MATH_CONTEXT);
  return divideHalfEven(x, unit) * unit;
}
function negateRow(t: DataType, ansi: boolean): RowFunction {
  if (t.kind === 'float' || t.kind === 'double') return (x: number) => -x;
  if (t.kind === 'decimal') return t.precision > MATH_CONTEXT ? (x: bigint) => -toMathContext(x) : (x: bigint) => -x;
  if (t.kind === 'interval') {
    return (x: CalendarInterval) => addCalendar({ months: 0, days: 0, micros: 0n }, x, -1, '');
  }
  const interval = T.isInterval(t);
  if (isLongKind(t)) {
    return (x: bigint) => x !== LONG_MIN ? -x : interval ? intervalOverflow() : ansi ? overflowNowhere() : x;
  }
  const min = NEGATE_MIN[t.kind];
  return (x: number) => x !== min ? (-x | 0) : interval ? intervalOverflow() : ansi ? overflowNowhere() : x;
}
function negateInline(call: Call): Inline | undefined {
  const t = call.types[0]!;
  if (t.kind === 'float' || t.kind === 'double' || (t.kind === 'decimal' && t.precision <= MATH_CONTEXT)) return { ...inlineCode((x) => `(-${x})`), total: true };
  return t.kind === 'interval' ? undefined : inlineCall(negateRow(t, call.settings.ansi));
}
function absRow(t: DataType, ansi: boolean): RowFunction {
  if (t.kind === 'float' || t.kind === 'double') return abs;
  const negate = negateRow(t, ansi) as (x: Value) => Value;
  if (isLongKind(t) || t.kind === 'decimal') return (x: bigint) => x < 0n ? negate(x) : x;
  return (x: number) => x < 0 ? negate(x) : x;
}

const tried = (name: string, symbol: '+' | '-' | '*' | '/' | '%', doc: string, examples: readonly string[]): ScalarFunction => operator(NUMBERS, {
  name, doc, examples, nullable: () => true, ...((symbol === '/' || symbol === '%') && { lazy: 'right_then_left' as const, nullOnZero: () => true }), result: arithmeticResult(symbol),
  bind: (call) => symbol === '/' ? divideRow(call, false) : symbol === '%' ? remainderRow(call, false) : tolerant(additiveRow(symbol, call, true)),
});
const lenient = (call: Call): boolean => !call.settings.ansi;
/** Division and remainder: the divisor comes first. */
const dividing = { lazy: 'right_then_left' as const, nullOnZero: lenient, nullable: (call: Call): boolean => lenient(call) || call.args.some((a) => a.nullable) };

export const arithmetic: readonly ScalarFunction[] = [
  additive('+', 'The sum. Fails on overflow.', ['1 + 2 = 3']),
  additive('-', 'The difference. Fails on overflow.', ['1 - 2 = -1']),
  additive('*', 'The product. Fails on overflow.', ['3 * 4 = 12']),
  operator(NUMBERS, { name: '/', doc: 'The quotient as a DOUBLE, or a decimal if one side is one. Fails if the divisor is zero.', examples: ['3 / 2 = 1.5D'],
    ...dividing, result: arithmeticResult('/'), print: infix('/'), bind: (call) => divideRow(call, call.settings.ansi), inline: (call) => call.settings.ansi ? inlineCall(divideRow(call, true)) : undefined }),
  operator(NUMBERS, { name: 'div', doc: 'The quotient without its fraction, as a BIGINT.', examples: ['7 div 2 = 3L'],
    ...dividing, result: () => T.BIGINT, print: infix('div'), bind: integralDivideRow, inline: (call) => inlineCall(integralDivideRow(call)) }),
  operator(NUMBERS, { name: '%', aliases: ['mod'], doc: 'The remainder, with the sign of the dividend.', examples: ['-7 % 3 = -1', 'mod(7, 3) = 1'],
    ...dividing, result: arithmeticResult('%'), print: infix('%'), bind: (call) => remainderRow(call, call.settings.ansi), inline: (call) => call.settings.ansi ? inlineCall(remainderRow(call, true)) : undefined }),
  operator(NUMBERS, { name: 'pmod', doc: 'The remainder, not negative for a positive divisor.', examples: ['pmod(-7, 3) = 2'],
    ...dividing, result: arithmeticResult('%'), bind: positiveRemainder }),
  tried('try_add', '+', 'The sum, NULL on overflow.', ['try_add(2147483647, 1) = NULL']),
  tried('try_subtract', '-', 'The difference, NULL on overflow.', ['try_subtract(1, 2) = -1']),
  tried('try_multiply', '*', 'The product, NULL on overflow.', ['try_multiply(2, 3) = 6']),
  tried('try_divide', '/', 'The quotient, NULL if the divisor is zero.', ['try_divide(1, 0) = NULL']),
  tried('try_mod', '%', 'The remainder, NULL if the divisor is zero.', ['try_mod(5, 0) = NULL']),
  operator([oneOf(cls('numeric'), cls('interval'))], { name: 'negative', doc: 'The value with its sign turned round.', examples: ['negative(1) = -1'],
    print: (args, call) => call.name === 'negative' ? `negative(${args[0]})` : `(- ${args[0]})`, result: common, bind: (call) => negateRow(call.types[0]!, call.settings.ansi), inline: negateInline }),
  operator([oneOf(cls('numeric'), cls('interval'))], { name: 'positive', doc: 'The value itself.', examples: ['positive(1) = 1'], print: (args) => `(+ ${args[0]})`,
    result: common, bind: () => (x: never) => x, inline: () => inlineCode((x) => `${x}`) }),
  operator([oneOf(cls('numeric'), cls('interval'))], { name: 'abs', doc: 'The value without its sign.', examples: ['abs(-1) = 1'],
    result: common, bind: (call) => absRow(call.types[0]!, call.settings.ansi),
    inline: (call) => call.types[0]!.kind === 'interval' ? undefined : inlineCall(absRow(call.types[0]!, call.settings.ansi)) }),
];
