// SQL values to and from the user's JavaScript values: bigint for BIGINT, digits for DECIMAL, Timestamp for TIMESTAMP, objects for structs,
// Map for maps. The one place where the representation of planner/values.ts meets the user's.

import { refuseUserValue } from '../operators/user-rows.js';
import { type DataType, type Field, sqlName, type TypeOf } from '../../planner/types.js';
import type { Value, VariantValue } from '../../planner/values.js';
import { parseDigits, pow10, toScale } from '../formats/decimal.js';
import { decimalText } from '../formats/number-text.js';

/** A point in time with microseconds; as a Date it is cut to milliseconds. */
export class TimestampValue extends Date {
  readonly micros: bigint;
  constructor(micros: bigint) {
    super(Number(micros >= 0n || micros % 1000n === 0n ? micros / 1000n : micros / 1000n - 1n));
    this.micros = micros;
  }
  /** Six digits of fraction. */
  override toJSON(): string {
    const fraction = ((this.micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
    return `${this.toISOString().slice(0, -4)}${String(fraction).padStart(6, '0')}Z`;
  }
}

/** Text of types that users get as text (intervals, times); the session gives the engine's CAST. */
export type TextOf = (type: DataType) => (value: Value) => string;

export interface Converter {
  toUser(type: DataType): (value: Value) => unknown;
  /** @throws INVALID_USER_VALUE */
  fromUser(type: DataType, where?: string): (value: unknown) => Value;
  /** A row as an object by column name. */
  rowToUser(fields: readonly Pick<Field, 'name' | 'type'>[]): (values: readonly Value[]) => Record<string, unknown>;
}

export function makeConverter(textOf: TextOf): Converter {
  const toUser = (type: DataType): ((value: Value) => unknown) => {
    const convert = validToUser(type);
    return convert === undefined ? (v) => v : (v) => v === null ? null : convert(v);
  };
  /** Undefined: as it is. */
  const validToUser = (type: DataType): ((value: Value) => unknown) | undefined => {
    switch (type.kind) {
      case 'decimal': return (v) => decimalText(v as bigint, type.scale);
      case 'date': return (v) => new Date((v as number) * 86_400_000);
      case 'timestamp': case 'timestamp_ntz': return (v) => new TimestampValue(v as bigint);
      case 'time': case 'interval': case 'year_month_interval': case 'day_time_interval': return textOf(type);
      case 'array': { const element = toUser(type.element); return (v) => (v as readonly Value[]).map(element); }
      case 'map': {
        const key = toUser(type.key);
        const value = toUser(type.value);
        return (v) => new Map((v as readonly (readonly [Value, Value])[]).map(([k, x]) => [key(k), value(x)]));
      }
      case 'struct': return rowToUser(type.fields) as (v: Value) => unknown;
      case 'variant': return (v) => variantToUser(v as VariantValue, toUser);
      default: return undefined;
    }
  };
  const rowToUser = (fields: readonly Pick<Field, 'name' | 'type'>[]) => {
    const converters = fields.map((f) => toUser(f.type));
    return (values: readonly Value[]): Record<string, unknown> => {
      const row: Record<string, unknown> = {};
      for (let i = 0; i < fields.length; i++) Object.defineProperty(row, fields[i]!.name, { value: converters[i]!(values[i]!), enumerable: true, writable: true, configurable: true });
      return row;
    };
  };
  const fromUser = (type: DataType, where = 'a value'): ((value: unknown) => Value) => {
    const bad = (value: unknown): never => refuseUserValue(where, value, sqlName(type));
    const convert = readValue(type, where, bad);
    return (value) => value === null || value === undefined ? null : convert(value);
  };
  const readValue = (type: DataType, where: string, bad: (value: unknown) => never): ((value: unknown) => Value) => {
    const integer = (bits: bigint): ((v: unknown) => Value) => {
      const max = (1n << (bits - 1n)) - 1n;
      return (v) => {
        if (typeof v === 'number' ? !Number.isInteger(v) : typeof v !== 'bigint') return bad(v);
        const big = BigInt(v as number | bigint);
        if (big > max || big < -max - 1n) return bad(v);
        return bits === 64n ? big : Number(big);
      };
    };
    switch (type.kind) {
      case 'boolean': return (v) => typeof v === 'boolean' ? v : bad(v);
      case 'tinyint': return integer(8n);
      case 'smallint': return integer(16n);
      case 'int': return integer(32n);
      case 'bigint': return integer(64n);
      case 'float': return (v) => typeof v === 'number' ? Math.fround(v) : bad(v);
      case 'double': return (v) => typeof v === 'number' ? v : bad(v);
      case 'decimal': return (v) => {
        const unscaled = typeof v === 'string' || typeof v === 'number' || typeof v === 'bigint' ? exactDecimal(String(v), type) : undefined;
        return unscaled ?? bad(v);
      };
      case 'string': return (v) => typeof v === 'string' ? v : bad(v);
      case 'binary': return (v) => v instanceof Uint8Array ? v : bad(v);
      case 'date': return (v) => isDate(v) ? Math.floor(v.getTime() / 86_400_000) : bad(v);
      case 'timestamp': case 'timestamp_ntz': return (v) => {
        if (v instanceof TimestampValue) return v.micros;
        if (isDate(v)) return BigInt(v.getTime()) * 1000n;
        return bad(v);
      };
      case 'array': {
        const element = fromUser(type.element, where);
        return (v) => Array.isArray(v) ? v.map(element) : bad(v);
      }
      case 'map': {
        const key = fromUser(type.key, where);
        const value = fromUser(type.value, where);
        return (v) => {
          if (typeof v !== 'object' || isValueObject(v)) return bad(v);
          const entries: Iterable<readonly [unknown, unknown]> = v instanceof Map ? v : Object.entries(v as object);
          return [...entries].map(([k, x]) => [key(k), value(x)]);
        };
      }
      case 'struct': {
        const fields = type.fields.map((f) => ({ name: f.name, read: fromUser(f.type, `${where}.${f.name}`) }));
        return (v) => typeof v === 'object' && !isValueObject(v) && !(v instanceof Map) ? fields.map((f) => f.read((v as Record<string, unknown>)[f.name])) : bad(v);
      }
      case 'variant': return (v) => variantFromUser(v, bad);
      default: return bad;
    }
  };
  return { toUser, fromUser, rowToUser };
}

const isDate = (value: unknown): value is Date => value instanceof Date && !Number.isNaN(value.getTime());
/** An object that is one value, not fields or entries. */
const isValueObject = (value: unknown): boolean => Array.isArray(value) || value instanceof Date || ArrayBuffer.isView(value);
/** Undefined: no number, or one that the type does not hold exactly. */
function exactDecimal(text: string, type: TypeOf<'decimal'>): bigint | undefined {
  const digits = parseDigits(text.trim());
  if (!digits) return undefined;
  const value = toScale(digits, type);
  if (value === undefined || digits.unscaled === 0n) return value;
  const cut = digits.scale - type.scale;
  return cut <= 0 || (value !== 0n && value * pow10(cut) === digits.unscaled) ? value : undefined;
}

function variantToUser(v: VariantValue, toUser: (type: DataType) => (value: Value) => unknown): unknown {
  switch (v.kind) {
    case 'null': return null;
    case 'scalar': return toUser(v.type)(v.value);
    case 'array': return v.elements.map((e) => variantToUser(e, toUser));
    case 'object': return Object.fromEntries(v.entries.map(([k, e]) => [k, variantToUser(e, toUser)]));
  }
}
function variantFromUser(value: unknown, bad: (value: unknown) => never): VariantValue {
  if (value === null) return { kind: 'null' };
  if (typeof value === 'boolean') return { kind: 'scalar', type: { kind: 'boolean' }, value };
  if (typeof value === 'string') return { kind: 'scalar', type: { kind: 'string' }, value };
  if (typeof value === 'bigint') return { kind: 'scalar', type: { kind: 'bigint' }, value };
  if (typeof value === 'number') return Number.isInteger(value) ? { kind: 'scalar', type: { kind: 'bigint' }, value: BigInt(value) } : { kind: 'scalar', type: { kind: 'double' }, value };
  if (Array.isArray(value)) return { kind: 'array', elements: value.map((v) => variantFromUser(v, bad)) };
  if (typeof value === 'object') {
    return { kind: 'object', entries: Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => [k, variantFromUser(v, bad)]) };
  }
  return bad(value);
}
