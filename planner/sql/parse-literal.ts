// Number and binary literals, exactly.

import { raise } from '../errors/index.js';
import type { Span } from '../spans.js';
import * as T from '../types.js';
import type { DataType } from '../types.js';
import type { Value } from '../values.js';

interface Literal { readonly type: DataType; readonly value: Value }

const INTEGRAL: Readonly<Record<string, { readonly type: DataType; readonly bits: bigint }>> = {
  Y: { type: T.TINYINT, bits: 8n }, S: { type: T.SMALLINT, bits: 16n }, L: { type: T.BIGINT, bits: 64n },
};

/** `text` as lexed, with its suffix; `negative`: a minus belongs to it.
 *  @throws INVALID_NUMERIC_LITERAL_RANGE, DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION */
export function numberLiteral(text: string, negative: boolean, span: Span): Literal {
  const suffix = /(BD|[YSLFD])$/i.exec(text)?.[0].toUpperCase() ?? '';
  const digits = text.slice(0, text.length - suffix.length);
  const sign = negative ? '-' : '';
  const outOfRange = (typeName: string, minValue: string, maxValue: string): never =>
    raise('INVALID_NUMERIC_LITERAL_RANGE', { rawStrippedQualifier: sign + digits, minValue, maxValue, typeName }, { span });
  const integral = INTEGRAL[suffix];
  if (integral) {
    if (!/^\d+$/.test(digits)) return raise('PARSE_SYNTAX_ERROR', { error: `'${text}'`, hint: '' }, { span });
    const value = BigInt(sign + digits);
    const max = (1n << (integral.bits - 1n)) - 1n;
    if (value > max || value < -max - 1n) outOfRange(T.simpleName(integral.type), String(-max - 1n), String(max));
    return { type: integral.type, value: integral.type === T.BIGINT ? value : Number(value) };
  }
  if (suffix === 'F') {
    const value = Math.fround(Number(sign + digits));
    if (!Number.isFinite(value)) outOfRange('float', '-3.4028234663852886E+38', '3.4028234663852886E+38');
    return { type: T.FLOAT, value };
  }
  if (suffix === 'D' || (suffix === '' && /e/i.test(digits))) {
    const value = Number(sign + digits);
    if (!Number.isFinite(value)) outOfRange('double', '-1.7976931348623157E+308', '1.7976931348623157E+308');
    return { type: T.DOUBLE, value };
  }
  if (suffix === '' && !digits.includes('.')) {
    const value = BigInt(sign + digits);
    if (value >= -2147483648n && value <= 2147483647n) return { type: T.INT, value: Number(value) };
    if (value >= -9223372036854775808n && value <= 9223372036854775807n) return { type: T.BIGINT, value };
  }
  return decimalLiteral(digits, negative, span);
}

function decimalLiteral(text: string, negative: boolean, span: Span): Literal {
  const [mantissa, exponent = '0'] = text.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa!.split('.');
  const shift = Number(exponent);
  let digits = (whole + fraction).replace(/^0+(?=\d)/, '');
  let scale = fraction.length - shift;
  if (scale < 0) { digits = digits === '0' ? '0' : digits + '0'.repeat(Math.min(-scale, 100)); scale = 0; }
  const precision = Math.max(digits === '0' ? 0 : digits.length, scale, 1);
  if (precision > 38) return raise('DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION', { precision: String(precision), maxPrecision: '38' }, { span });
  return { type: T.decimal(precision, scale), value: BigInt((negative ? '-' : '') + digits) };
}

/** X'1F2' reads as if it had a leading zero. Undefined: not hexadecimal. */
export function binaryLiteral(text: string): Uint8Array | undefined {
  if (!/^[0-9a-fA-F]*$/.test(text)) return undefined;
  return Uint8Array.from(Buffer.from(text.length % 2 === 1 ? `0${text}` : text, 'hex'));
}
