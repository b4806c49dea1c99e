// Reading single values out of columns in the representation of planner/values.ts. For row functions, sinks and tests; loops over
// whole columns read the buffers themselves.

import { raise } from '../../planner/errors/index.js';
import type { DataType } from '../../planner/types.js';
import type { CalendarInterval, Value } from '../../planner/values.js';
import { type Column, isValid, isWideDecimal } from './column.js';
import { decodeVariant } from './variant.js';

/** The value at i, NULL included. Made once a column: the type is looked at here, not for each row. */
export function reader(column: Column): (i: number) => Value {
  const { validity } = column;
  if (column.type.kind === 'void') return () => null;
  const read = validReader(column);
  return validity === null ? read : (i) => ((validity[i >> 3]! >> (i & 7)) & 1) === 1 ? read(i) : null;
}

/** As `reader`, for rows known to be valid. */
export function validReader(column: Column): (i: number) => Value {
  const { type, start, end, children } = column;
  switch (type.kind) {
    case 'boolean': { const v = column.values; return (i) => v[i] === 1; }
    case 'bigint': case 'timestamp': case 'timestamp_ntz': case 'time': case 'day_time_interval': { const v = column.values as BigInt64Array; return (i) => v[i]!; }
    case 'decimal': {
      const v = column.values as BigInt64Array;
      return isWideDecimal(type) ? (i) => (v[2 * i + 1]! << 64n) | BigInt.asUintN(64, v[2 * i]!) : (i) => v[i]!;
    }
    case 'string': { const bytes = column.values as Uint8Array; return (i) => decodeText(bytes, start![i]!, end![i]!); }
    case 'binary': { const bytes = column.values as Uint8Array; return (i) => bytes.slice(start![i]!, end![i]!); }
    case 'variant': { const bytes = column.values as Uint8Array; return (i) => decodeVariant(bytes, start![i]!, end![i]!); }
    case 'array': { const element = reader(children[0]!); return (i) => range(start![i]!, end![i]!, element); }
    case 'map': {
      const key = reader(children[0]!);
      const value = reader(children[1]!);
      return (i) => range(start![i]!, end![i]!, (j) => [key(j), value(j)]);
    }
    case 'struct': { const fields = children.map(reader); return (i) => fields.map((f) => f(i)); }
    case 'interval': {
      const [months, days, micros] = children.map((c) => c.values) as [Int32Array, Int32Array, BigInt64Array];
      return (i): CalendarInterval => ({ months: months[i]!, days: days[i]!, micros: micros[i]! });
    }
    case 'void': return () => null;
    default: { const v = column.values; return (i) => v[i] as number; }
  }
}

function range(from: number, to: number, read: (i: number) => Value): Value[] {
  const out: Value[] = new Array(to - from);
  for (let i = from; i < to; i++) out[i - from] = read(i);
  return out;
}

const fromCharCode = String.fromCharCode;
/** UTF-8 to string; invalid bytes become U+FFFD. Short ASCII, the usual case, never leaves JavaScript. */
export function decodeText(bytes: Uint8Array, from: number, to: number): string {
  const length = to - from;
  if (length <= 24) {
    let text = '';
    for (let i = from; i < to; i++) {
      const b = bytes[i]!;
      if (b > 127) return utf8(bytes, from, to);
      text += fromCharCode(b);
    }
    return text;
  }
  return utf8(bytes, from, to);
}
function utf8(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('utf8');
}

/** All rows that count, as values in column order. */
export function rows(batch: { readonly length: number; readonly columns: readonly Column[]; readonly selection: Int32Array | null }): Value[][] {
  const readers = batch.columns.map(reader);
  const n = batch.selection ? batch.selection.length : batch.length;
  const out: Value[][] = new Array(n);
  for (let k = 0; k < n; k++) { const i = batch.selection ? batch.selection[k]! : k; out[k] = readers.map((r) => r(i)); }
  return out;
}

export function unsupported(type: DataType, what: string): never { return raise('NOT_SUPPORTED_YET', { feature: `${what} of type ${type.kind}` }); }
export { isValid };
