// What closures remember and are keyed by, as values that a state table can hold. With a declared type it is a value of that type; without
// one it is the text of a JavaScript value: JSON, with `{"$": kind, "v": …}` for what JSON cannot say. Reading back gives an equal value, never
// the same object: what a closure does to an object without writing it again is forgotten, as in a replay.
//
// Keys are written canonically: equal keys have equal texts, whatever the order of their fields.

import { raise } from '../../planner/errors/index.js';
import { type DataType, STRING, TIMESTAMP } from '../../planner/types.js';
import type { Value } from '../../planner/values.js';
import type { UserConverter } from '../kernels/compiler.js';

/** Values of one kind (keys, states) between closures and tables. */
export interface ValueCodec {
  /** Of the table's column. */
  readonly type: DataType;
  /** @throws INVALID_USER_VALUE */
  encode(value: unknown): Value;
  decode(value: Value): unknown;
  /** Equal for equal values only. */
  text(value: Value): string;
}

/** `where` names the value in errors. */
export function valueCodec(type: DataType | undefined, convert: UserConverter, where: string): ValueCodec {
  if (type === undefined) {
    const timestamp = convert.toUser(TIMESTAMP);
    return { type: STRING, encode: (value) => encodeText(value, where), decode: (value) => decodeText(value as string, timestamp), text: (value) => value as string };
  }
  const text = (value: Value): string => {
    switch (typeof value) {
      case 'string': return JSON.stringify(value);
      case 'number': case 'bigint': case 'boolean': return String(value);
      default: return encodeText(value, where);
    }
  };
  return { type, encode: convert.fromUser(type, where), decode: convert.toUser(type), text };
}

/** Deeper values are taken for circular ones. */
const MAX_DEPTH = 200;

/** The text of a JavaScript value. @throws INVALID_USER_VALUE for functions, symbols, instances of classes and circular objects */
export function encodeText(value: unknown, where: string): string {
  const refuse = (what: string): never => raise('INVALID_USER_VALUE', { where, value: what, type: 'plain value' },
    { hint: 'Texts, numbers, bigints, booleans, dates, bytes, arrays, maps, sets and plain objects can be kept.' });
  const tagged = (kind: string, v: string): string => `{"$":"${kind}","v":${v}}`;
  const list = (values: Iterable<unknown>, depth: number): string => `[${Array.from(values, (v) => write(v, depth)).join(',')}]`;
  const write = (v: unknown, depth: number): string => {
    switch (typeof v) {
      case 'string': return JSON.stringify(v);
      case 'boolean': return String(v);
      case 'number': return Number.isFinite(v) ? String(v === 0 ? 0 : v) : tagged('number', `"${v}"`);
      case 'bigint': return tagged('bigint', `"${v}"`);
      case 'undefined': return tagged('undefined', 'null');
      case 'object': return v === null ? 'null' : object(v, depth + 1);
      default: return refuse(typeof v);
    }
  };
  const object = (v: object, depth: number): string => {
    if (depth > MAX_DEPTH) return refuse('object without an end');
    if (Array.isArray(v)) return list(v, depth);
    if (v instanceof Date) {
      const micros = (v as { micros?: unknown }).micros;
      return typeof micros === 'bigint' ? tagged('timestamp', `"${micros}"`) : tagged('date', Number.isNaN(v.getTime()) ? 'null' : String(v.getTime()));
    }
    if (v instanceof Map) return tagged('map', list(Array.from(v), depth));
    if (v instanceof Set) return tagged('set', list(v, depth));
    if (v instanceof Uint8Array) return tagged('bytes', `"${Buffer.from(v.buffer, v.byteOffset, v.byteLength).toString('base64')}"`);
    const prototype: unknown = Object.getPrototypeOf(v);
    if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return refuse((v as { constructor?: { name?: string } }).constructor?.name ?? 'object');
    const entries = Object.entries(v).filter(([, x]) => x !== undefined).sort(([a], [b]) => (a < b ? -1 : 1));
    if ('$' in v) return tagged('object', list(entries, depth));
    return `{${entries.map(([k, x]) => `${JSON.stringify(k)}:${write(x, depth)}`).join(',')}}`;
  };
  return write(value, 0);
}

/** The value of a text. `timestamp` makes one of microseconds. */
export function decodeText(text: string, timestamp: (micros: Value) => unknown): unknown {
  if (!text.includes('{"$":')) return JSON.parse(text);
  return JSON.parse(text, (_key, v: unknown) => {
    if (typeof v !== 'object' || v === null || !('$' in v)) return v;
    const { $: kind, v: x } = v as { readonly $: string; readonly v: unknown };
    switch (kind) {
      case 'number': return Number(x);
      case 'bigint': return BigInt(x as string);
      case 'timestamp': return timestamp(BigInt(x as string));
      case 'date': return new Date(x === null ? Number.NaN : x as number);
      case 'map': return new Map(x as [unknown, unknown][]);
      case 'set': return new Set(x as unknown[]);
      case 'bytes': return new Uint8Array(Buffer.from(x as string, 'base64'));
      case 'object': return Object.fromEntries(x as [string, unknown][]);
      default: return undefined;
    }
  });
}
