// round, bround, ceil, floor: to a number of digits, on the decimal text of doubles, exactly for decimals.
// source: Spark RoundBase, Ceil, Floor.

import { raise } from '../../../planner/errors/index.js';
import type { Call } from '../../../planner/tree.js';
import * as T from '../../../planner/types.js';
import type { DataType, TypeOf } from '../../../planner/types.js';
import { decimalText, floatText } from '../../formats/number-text.js';
import { divideFloor, divideHalfEven, divideHalfUp, fits, parseDigits, pow10 } from '../../formats/decimal.js';
import type { RowFunction, ScalarFunction } from '../define.js';
import { cls, inlineCall, oneOf, operator, overflow, type } from '../operators/shared.js';

type Rounding = (n: bigint, d: bigint) => bigint;
const divideCeil: Rounding = (n, d) => -divideFloor(-n, d);

/** The constant number of digits; 0 for NULL. */
function scaleOf(call: Call): number {
  const scale = call.constant(1);
  return typeof scale === 'number' ? scale : 0;
}
/** After rounding one more digit may be needed before the point. */
function roundedDecimal({ precision, scale }: TypeOf<'decimal'>, digits: number): TypeOf<'decimal'> {
  const whole = precision - scale + 1;
  if (digits < 0) return T.decimal(Math.min(38, Math.max(whole, 1 - digits)), 0);
  const s = Math.min(scale, digits);
  return T.decimal(Math.min(38, whole + s), s);
}
function roundedOutOfRange(units: bigint, digits: number, rounded: bigint, to: TypeOf<'decimal'>): never {
  return raise('NUMERIC_VALUE_OUT_OF_RANGE.WITHOUT_SUGGESTION',
    { roundedValue: decimalText(rounded, to.scale), originalValue: javaDecimalText(units, digits), precision: String(to.precision), scale: String(to.scale) }, { nowhere: true });
}
/** BigDecimal.toString of what is rounded to the left of the point: in powers of ten. */
function javaDecimalText(units: bigint, digits: number): string {
  if (digits >= 0) return decimalText(units, digits);
  const text = String(units < 0n ? -units : units);
  return `${units < 0n ? '-' : ''}${text[0]}${text.length > 1 ? `.${text.slice(1)}` : ''}E+${text.length - 1 - digits}`;
}
function roundDecimal(from: TypeOf<'decimal'>, to: TypeOf<'decimal'>, digits: number, rounding: Rounding, ansi: boolean): RowFunction {
  const drop = from.scale - digits;
  if (drop <= 0) return (v: bigint) => v;
  const unit = pow10(drop);
  const back = digits < 0 ? pow10(-digits) : 1n;
  return (v: bigint) => {
    const units = rounding(v, unit);
    const r = units * back;
    return fits(r, to.precision) ? r : ansi ? roundedOutOfRange(units, digits, r, to) : null;
  };
}
function roundDouble(t: DataType, digits: number, rounding: Rounding): RowFunction {
  const text = t.kind === 'float' ? floatText : String;
  return (x: number) => {
    if (!Number.isFinite(x)) return x;
    const d = parseDigits(text(x))!;
    const drop = d.scale - digits;
    if (drop <= 0) return x + 0;
    if (drop > 400) return 0;
    const r = rounding(d.unscaled, pow10(drop));
    const n = Number(`${r}e${-digits}`);
    return (t.kind === 'float' ? Math.fround(n) : n) + 0;
  };
}
function roundWhole(t: DataType, digits: number, rounding: Rounding, ansi: boolean): RowFunction {
  if (digits >= 0) return (v: never) => v;
  const unit = pow10(-digits);
  const bits = t.kind === 'tinyint' ? 8 : t.kind === 'smallint' ? 16 : t.kind === 'int' ? 32 : 64;
  return (v: number | bigint) => {
    const r = rounding(BigInt(v), unit) * unit;
    const wrapped = BigInt.asIntN(bits, r);
    if (wrapped !== r && ansi) overflow('Overflow');
    return bits === 64 ? wrapped : Number(wrapped);
  };
}
function roundingBody(rounding: Rounding) {
  return (call: Call): RowFunction => {
    const t = call.types[0]!;
    const digits = scaleOf(call);
    const body = t.kind === 'decimal' ? roundDecimal(t, (call.type ?? roundedDecimal(t, digits)) as TypeOf<'decimal'>, digits, rounding, call.settings.ansi)
      : t.kind === 'float' || t.kind === 'double' ? roundDouble(t, digits, rounding) : roundWhole(t, digits, rounding, call.settings.ansi);
    return body;
  };
}
const DIGITS = { name: 'scale', accepts: type(T.INT), default: { type: T.INT, value: 0 }, constant: true as const };
const rounded = (name: string, rounding: Rounding, doc: string, examples: readonly string[]): ScalarFunction => operator([cls('numeric'), DIGITS], {
  name, doc, examples, bind: roundingBody(rounding),
  result: (call) => { const t = call.types[0]!; return t.kind === 'decimal' ? roundedDecimal(t, scaleOf(call)) : t.kind === 'void' ? T.DOUBLE : t; },
});

function wholeDecimal({ precision, scale }: TypeOf<'decimal'>): TypeOf<'decimal'> {
  return scale === 0 ? T.decimal(precision, 0) : T.decimal(Math.min(38, precision - scale + 1), 0);
}
const TWO_63 = 2 ** 63;
const LONG_MAX = 2n ** 63n - 1n;
/** A whole double as a BIGINT; without ANSI mode the nearest one that there is. */
const wholeLong = (ansi: boolean, r: number): bigint => r < TWO_63 && r >= -TWO_63 ? BigInt(r) : Number.isNaN(r) ? 0n : ansi ? overflow() : r > 0 ? LONG_MAX : -LONG_MAX - 1n;
const { ceil, floor } = Math;
const WHOLE = {
  ceil: { strict: (x: number): bigint => wholeLong(true, ceil(x)), lenient: (x: number): bigint => wholeLong(false, ceil(x)) },
  floor: { strict: (x: number): bigint => wholeLong(true, floor(x)), lenient: (x: number): bigint => wholeLong(false, floor(x)) },
};

/** ceil and floor: to a whole number, or with a second argument to digits, always as a decimal. */
function towards(name: 'ceil' | 'floor', aliases: readonly string[], rounding: Rounding, doc: string, examples: readonly string[]): ScalarFunction {
  const ofDouble = (call: Call): ((x: number) => bigint) => call.settings.ansi ? WHOLE[name].strict : WHOLE[name].lenient;
  return operator([oneOf(type(T.BIGINT), type(T.DOUBLE), cls('decimal')), { name: 'scale', accepts: type(T.INT), optional: true, constant: true }], {
    name, aliases, doc, examples,
    print: (args, call) => `${args.length === 1 && call.name !== 'ceiling' ? name.toUpperCase() : call.name}(${args.join(', ')})`,
    result: (call) => {
      const t = call.types[0]!;
      if (call.args.length > 1) return t.kind === 'decimal' ? roundedDecimal(t, scaleOf(call)) : T.BIGINT;
      return t.kind === 'decimal' ? wholeDecimal(t) : T.BIGINT;
    },
    resolve: (call) => {
      const t = call.types[0]?.kind;
      if (call.args.length === 1 && (t === 'float' || t === 'string')) return call.apply(call.name, [call.cast(call.args[0]!, T.DOUBLE)]);
      if (call.args.length !== 2) return undefined;
      if (call.types[1]!.kind !== 'int' || typeof call.constant(1) !== 'number') raise('NON_FOLDABLE_ARGUMENT', { funcName: `\`${call.name}\``, paramName: '`scale`', paramType: '"INT"' }, { span: call.span });
      const to = t === 'double' ? T.decimal(30, 15) : t === 'float' ? T.decimal(14, 7) : undefined;
      return call.apply(`${name}_to`, to ? [call.cast(call.args[0]!, to), call.args[1]!] : call.args);
    },
    bind: (call) => {
      const t = call.types[0]!;
      if (t.kind !== 'decimal') return t.kind === 'bigint' ? (v: bigint) => v : ofDouble(call);
      const unit = pow10(t.scale);
      return (v: bigint) => rounding(v, unit);
    },
    inline: (call) => call.types[0]!.kind === 'double' ? inlineCall(ofDouble(call)) : undefined,
  });
}
/** The two-argument forms, over decimals. */
const towardsDigits = (name: string, shown: string, rounding: Rounding): ScalarFunction => operator([cls('decimal'), DIGITS], {
  name, doc: `${shown} to a number of digits.`, print: (args) => `${shown}(${args.join(', ')})`,
  result: (call) => call.types[0]!.kind === 'decimal' ? roundedDecimal(call.types[0] as TypeOf<'decimal'>, scaleOf(call)) : T.DOUBLE, bind: roundingBody(rounding),
});

export const rounding: readonly ScalarFunction[] = [
  rounded('round', divideHalfUp, 'Rounded to a number of digits, halves away from zero.', ['round(2.5, 0) = 3']),
  rounded('bround', divideHalfEven, 'Rounded to a number of digits, halves to the even one.', ['bround(2.5, 0) = 2']),
  towards('ceil', ['ceiling'], divideCeil, 'The least whole number that is not less.', ['ceil(-0.1) = 0']),
  towards('floor', [], divideFloor, 'The greatest whole number that is not greater.', ['floor(-0.1) = -1']),
  towardsDigits('ceil_to', 'ceil', divideCeil), towardsDigits('floor_to', 'floor', divideFloor),
];
