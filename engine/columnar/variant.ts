// VARIANT values as bytes in a column: a tag byte, then the value. Our own layout (not Spark's or Parquet's), little-endian:
//   0 null | 1 array: count, elements | 2 object: count, (key, value)… sorted by key | 3 scalar: type text, payload by type.

import { invariant } from '../../planner/errors/index.js';
import type { DataType } from '../../planner/types.js';
import * as T from '../../planner/types.js';
import type { Scalar, VariantValue } from '../../planner/values.js';

const SCALAR_TYPES: readonly DataType[] = [T.BOOLEAN, T.TINYINT, T.SMALLINT, T.INT, T.BIGINT, T.FLOAT, T.DOUBLE, T.STRING, T.BINARY, T.DATE,
  T.TIMESTAMP, T.TIMESTAMP_NTZ, T.TIME, T.YEAR_MONTH, T.DAY_TIME];
const DECIMAL_TAG = 100;

/** An object of entries in any order: its keys are in the order of Java's strings, by UTF-16 units. */
export const variantObject = (entries: readonly (readonly [string, VariantValue])[]): VariantValue =>
  ({ kind: 'object', entries: [...entries].sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0) });

export function encodeVariant(value: VariantValue): Uint8Array {
  const out: number[] = [];
  const int = (n: number): void => { out.push(n & 255, (n >> 8) & 255, (n >> 16) & 255, (n >> 24) & 255); };
  const text = (s: string): void => { const b = Buffer.from(s, 'utf8'); int(b.length); for (const x of b) out.push(x); };
  const big = (b: bigint): void => { for (let i = 0n; i < 16n; i++) out.push(Number((b >> (8n * i)) & 255n)); };
  const write = (v: VariantValue): void => {
    switch (v.kind) {
      case 'null': out.push(0); return;
      case 'array': out.push(1); int(v.elements.length); v.elements.forEach(write); return;
      case 'object': out.push(2); int(v.entries.length); for (const [k, e] of v.entries) { text(k); write(e); } return;
      case 'scalar': {
        out.push(3);
        const { type, value: x } = v;
        if (type.kind === 'decimal') { out.push(DECIMAL_TAG, type.precision, type.scale); big(x as bigint); return; }
        const tag = SCALAR_TYPES.findIndex((t) => t.kind === type.kind);
        invariant(tag >= 0, `a variant cannot hold ${type.kind}`);
        out.push(tag);
        if (typeof x === 'string') text(x);
        else if (typeof x === 'bigint') big(x);
        else if (typeof x === 'boolean') out.push(x ? 1 : 0);
        else if (typeof x === 'number') out.push(...new Uint8Array(new Float64Array([x]).buffer));
        else { int(x.length); for (const b of x) out.push(b); }
      }
    }
  };
  write(value);
  return Uint8Array.from(out);
}

export function decodeVariant(bytes: Uint8Array, from: number, to: number): VariantValue {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = from;
  const int = (): number => { const n = view.getInt32(at, true); at += 4; return n; };
  const text = (): string => { const n = int(); at += n; return Buffer.from(bytes.buffer, bytes.byteOffset + at - n, n).toString('utf8'); };
  const big = (): bigint => { at += 16; return (view.getBigInt64(at - 8, true) << 64n) | view.getBigUint64(at - 16, true); };
  const read = (): VariantValue => {
    const tag = bytes[at++];
    if (tag === 0) return { kind: 'null' };
    if (tag === 1) { const n = int(); return { kind: 'array', elements: Array.from({ length: n }, read) }; }
    if (tag === 2) { const n = int(); return { kind: 'object', entries: Array.from({ length: n }, () => [text(), read()] as const) }; }
    const kind = bytes[at++]!;
    if (kind === DECIMAL_TAG) { const type = T.decimal(bytes[at]!, bytes[at + 1]!); at += 2; return { kind: 'scalar', type, value: big() }; }
    const type = SCALAR_TYPES[kind]!;
    let value: Scalar;
    switch (type.kind) {
      case 'boolean': value = bytes[at++] === 1; break;
      case 'string': value = text(); break;
      case 'binary': { const n = int(); value = bytes.slice(at, at + n); at += n; break; }
      case 'bigint': case 'timestamp': case 'timestamp_ntz': case 'time': case 'day_time_interval': value = big(); break;
      default: value = view.getFloat64(at, true); at += 8;
    }
    return { kind: 'scalar', type, value };
  };
  const value = read();
  invariant(at === to, 'a variant ends where its bytes end');
  return value;
}
