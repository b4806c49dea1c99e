// Casts to whole numbers, fractions, decimals and booleans. source: Spark Cast and the exact numerics of ANSI mode.

import { raise } from '../../../planner/errors/index.js';
import type { DataType, TypeOf } from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';
import { trimControls } from '../../formats/datetime.js';
import { decimalToDouble, fits, parseDigits, pow10, rescale, toScale } from '../../formats/decimal.js';
import { FIELD_MICROS, floorSeconds } from '../../formats/micros.js';
import { decimalText, floatOfText, floatText, parseDouble, parseInteger } from '../../formats/number-text.js';
import { type CastFunction, CONFIG, type Context, identity, isLong, LONG_MAX, LONG_MIN, of, overflowed, saturatedLong, TWO_63, unreadable } from './convert.js';
import { outOfRange } from './decimal.js';

interface Range { readonly min: number; readonly max: number; readonly shift: number }
const RANGES: Readonly<Partial<Record<DataType['kind'], Range>>> = {
  tinyint: { min: -128, max: 127, shift: 24 }, smallint: { min: -32768, max: 32767, shift: 16 }, int: { min: -2147483648, max: 2147483647, shift: 0 },
};
const { fround, trunc } = Math;
/** A whole number as a value of the type; undefined where it does not fit, unless it is to wrap. */
function fromWhole(to: DataType, wrap: boolean): (whole: bigint) => number | bigint | undefined {
  const range = RANGES[to.kind];
  if (!range) return (w) => { const long = BigInt.asIntN(64, w); return long === w || wrap ? long : undefined; };
  const { min, max, shift } = range;
  return (w) => { const n = Number(w); return n >= min && n <= max ? n : wrap ? Number(BigInt.asIntN(32 - shift, w)) : undefined; };
}

const LONG_DIGITS = 18;
const SHORT_DIGITS = /^[+-]?\d+$/;
export function toIntegral(from: DataType, to: DataType, c: Context): CastFunction | undefined {
  const legacy = c.mode === 'legacy';
  const range = RANGES[to.kind];
  const fail = (v: Value): Value => overflowed(v, from, to, c);
  const [whole, exact] = [fromWhole(to, legacy), fromWhole(to, false)];
  switch (from.kind) {
    case 'boolean': return range ? of((v: boolean) => v ? 1 : 0) : of((v: boolean) => v ? 1n : 0n);
    case 'tinyint': case 'smallint': case 'int': {
      if (!range) return of((v: number) => BigInt(v));
      const { min, max, shift } = range;
      return of((v: number) => v >= min && v <= max ? v : legacy ? (v << shift) >> shift : fail(v));
    }
    case 'bigint': {
      if (!range) return identity;
      const { min, max } = range;
      return of((v: bigint) => { const n = Number(v); return n >= min && n <= max ? n : legacy ? Number(BigInt.asIntN(32 - range.shift, v)) : fail(v); });
    }
    case 'float': case 'double': {
      if (!range) return of((v: number) => legacy || isLong(v) ? saturatedLong(v) : v === TWO_63 ? LONG_MAX : fail(v));
      const { min, max, shift } = range;
      return of((v: number) => {
        const n = trunc(v);
        if (n >= min && n <= max) return n | 0;
        return legacy ? ((Number.isNaN(n) ? 0 : Math.min(2147483647, Math.max(-2147483648, n))) << shift) >> shift : fail(v);
      });
    }
    case 'decimal': {
      const unit = pow10(from.scale);
      if (range && from.precision > LONG_DIGITS) {
        // More digits than a long has go to the narrow types by way of a double: 2.99999999999999999999 is 3.
        const double = decimalToDouble(from.scale);
        return of((v: bigint) => { const d = double(v); return Math.floor(d) <= range.max && Math.ceil(d) >= range.min ? trunc(d) | 0 : (legacy ? whole(v / unit) : undefined) ?? fail(v); });
      }
      return of((v: bigint) => whole(v / unit) ?? fail(v));
    }
    case 'string': {
      const bad = unreadable(c, to);
      const [min, max] = range ? [BigInt(range.min), BigInt(range.max)] : [LONG_MIN, LONG_MAX];
      return of((v: string) => {
        const text = trimControls(v);
        if (range && text.length < 10 && SHORT_DIGITS.test(text)) { const n = Number(text) | 0; return n >= range.min && n <= range.max ? n : bad(v); }
        const n = parseInteger(text, min, max, legacy);
        return n === undefined ? bad(v) : range ? Number(n) : n;
      });
    }
    case 'timestamp': return of((v: bigint) => exact(floorSeconds(v)) ?? (legacy ? null : fail(v)));
    case 'time': return of((v: bigint) => whole(v / 1_000_000n) ?? fail(v));
    case 'year_month_interval': {
      const unit = from.to === 'year' ? 12 : 1;
      return of((v: number) => exact(BigInt(trunc(v / unit))) ?? fail(v));
    }
    case 'day_time_interval': {
      const unit = FIELD_MICROS[from.to];
      return of((v: bigint) => exact(v / unit) ?? fail(v));
    }
    case 'date': return legacy ? () => null : undefined;
    default: return undefined;
  }
}
export function toFractional(from: DataType, to: DataType, c: Context): CastFunction | undefined {
  const round = to.kind === 'float' ? fround : (x: number): number => x;
  switch (from.kind) {
    case 'boolean': return of((v: boolean) => v ? 1 : 0);
    case 'tinyint': case 'smallint': case 'int': case 'float': case 'double': return to.kind === 'float' ? of(fround) : identity;
    case 'bigint': return of((v: bigint) => round(Number(v)));
    case 'decimal': { const read = decimalToDouble(from.scale); return of((v: bigint) => round(read(v))); }
    case 'string': {
      const bad = unreadable(c, to);
      return of((v: string) => { const n = parseDouble(v); return n === undefined ? bad(v) : to.kind === 'float' ? floatOfText(v.trim(), n) : n; });
    }
    case 'timestamp': return of((v: bigint) => round(Number(v) / 1e6));
    case 'time': return of((v: bigint) => round(Number(v) / 1e6));
    case 'date': return c.mode === 'legacy' ? () => null : undefined;
    default: return undefined;
  }
}

export function toDecimal(from: DataType, to: TypeOf<'decimal'>, c: Context): CastFunction | undefined {
  const strict = c.mode === 'ansi' && !c.tries;
  const settle = (unscaled: bigint, scale: number): Value => {
    const r = rescale(unscaled, scale, to.scale);
    return fits(r, to.precision) ? r : strict ? outOfRange(unscaled, scale, to) : null;
  };
  switch (from.kind) {
    case 'boolean': return of((v: boolean) => settle(v ? 1n : 0n, 0));
    case 'tinyint': case 'smallint': case 'int': return of((v: number) => settle(BigInt(v), 0));
    case 'bigint': return of((v: bigint) => settle(v, 0));
    case 'decimal': return decimalToDecimal(from, to, settle);
    case 'float': case 'double': {
      const text = from.kind === 'float' ? floatText : String;
      return of((v: number) => {
        if (!Number.isFinite(v)) return null;
        const digits = parseDigits(text(v))!;
        return toScale(digits, to) ?? (strict ? outOfRange(digits.unscaled * pow10(Math.max(0, -digits.scale)), Math.max(0, digits.scale), to) : null);
      });
    }
    case 'string': {
      const bad = unreadable(c, to);
      return of((v: string) => {
        const digits = parseDigits(trimControls(v));
        if (!digits) return bad(v);
        const n = toScale(digits, to);
        if (n !== undefined) return n;
        if (!strict) return null;
        if (String(digits.unscaled).replace('-', '').length - digits.scale > 38) return raise('NUMERIC_OUT_OF_SUPPORTED_RANGE', { value: v }, { nowhere: true });
        return raise('NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION', { value: plainDigits(digits.unscaled, digits.scale), precision: String(to.precision), scale: String(to.scale), config: CONFIG });
      });
    }
    case 'timestamp': case 'time': return of((v: bigint) => settle(v, 6));
    case 'year_month_interval': return of((v: number) => settle(BigInt(from.to === 'year' ? trunc(v / 12) : v), 0));
    case 'day_time_interval': {
      const unit = FIELD_MICROS[from.to];
      return from.to === 'second' ? of((v: bigint) => settle(v, 6)) : of((v: bigint) => settle(v / unit, 0));
    }
    case 'date': return c.mode === 'legacy' ? () => null : undefined;
    default: return undefined;
  }
}
function plainDigits(unscaled: bigint, scale: number): string {
  return scale >= 0 ? decimalText(unscaled, Math.min(scale, 400)) : `${unscaled}${'0'.repeat(Math.min(-scale, 400))}`;
}
function decimalToDecimal(from: TypeOf<'decimal'>, to: TypeOf<'decimal'>, settle: (unscaled: bigint, scale: number) => Value): CastFunction {
  if (to.scale >= from.scale && to.precision - to.scale >= from.precision - from.scale) {
    const up = pow10(to.scale - from.scale);
    return up === 1n ? identity : of((v: bigint) => v * up);
  }
  return of((v: bigint) => settle(v, from.scale));
}

export function toBoolean(from: DataType, to: DataType, c: Context): CastFunction | undefined {
  switch (from.kind) {
    case 'tinyint': case 'smallint': case 'int': case 'float': case 'double': return of((v: number) => v !== 0);
    case 'bigint': case 'decimal': case 'timestamp': return of((v: bigint) => v !== 0n);
    case 'string': {
      const bad = unreadable(c, to);
      return of((v: string) => {
        const word = trimControls(v).toLowerCase();
        return TRUE_WORDS.has(word) ? true : FALSE_WORDS.has(word) ? false : bad(v);
      });
    }
    case 'date': return c.mode === 'legacy' ? () => null : undefined;
    default: return undefined;
  }
}
const TRUE_WORDS = new Set(['t', 'true', 'y', 'yes', '1']);
const FALSE_WORDS = new Set(['f', 'false', 'n', 'no', '0']);
