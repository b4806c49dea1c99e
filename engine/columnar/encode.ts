// One value of any type as bytes, equal bytes for equal keys: NULL equals NULL, all NaN are one, -0.0 is 0.0, the order of a map's
// entries does not count. Keys of types without a fixed width go through it, and so do values kept as objects in a multiset. An exact writer
// keeps zeros and entries as they are: what it wrote is the value itself.

import { invariant } from '../../planner/errors/index.js';
import type { DataType } from '../../planner/types.js';
import type { CalendarInterval, Value, VariantValue } from '../../planner/values.js';
import { collationForm } from './collation.js';
import { decodeVariant, encodeVariant } from './variant.js';

export class ByteWriter {
  bytes = new Uint8Array(256);
  view = new DataView(this.bytes.buffer);
  length = 0;
  readonly exact: boolean;
  constructor(exact = false) { this.exact = exact; }
  private room(n: number): number {
    const at = this.length;
    if (at + n > this.bytes.length) {
      const grown = new Uint8Array(Math.max(this.bytes.length * 2, at + n));
      grown.set(this.bytes);
      this.bytes = grown;
      this.view = new DataView(grown.buffer);
    }
    this.length = at + n;
    return at;
  }
  byte(v: number): void { const at = this.room(1); this.bytes[at] = v; }
  int(v: number): void { const at = this.room(4); this.view.setInt32(at, v, true); }
  long(v: bigint): void { const at = this.room(8); this.view.setBigInt64(at, v, true); }
  double(v: number): void { const at = this.room(8); this.view.setFloat64(at, Number.isNaN(v) ? Number.NaN : this.exact ? v : v + 0, true); }
  raw(v: Uint8Array): void { this.int(v.length); const at = this.room(v.length); this.bytes.set(v, at); }
}

export function writeValue(type: DataType, value: Value, out: ByteWriter): void {
  if (value === null) { out.byte(0); return; }
  out.byte(1);
  switch (type.kind) {
    case 'boolean': out.byte(value ? 1 : 0); return;
    case 'tinyint': case 'smallint': case 'int': case 'date': case 'year_month_interval': out.int(value as number); return;
    case 'bigint': case 'timestamp': case 'timestamp_ntz': case 'time': case 'day_time_interval': out.long(value as bigint); return;
    case 'float': case 'double': out.double(value as number); return;
    case 'decimal': out.long(BigInt.asIntN(64, value as bigint)); out.long((value as bigint) >> 64n); return;
    case 'string': out.raw(Buffer.from(value as string, 'utf8')); return;
    case 'binary': out.raw(value as Uint8Array); return;
    case 'variant': out.raw(encodeVariant(value as VariantValue)); return;
    case 'array': {
      const elements = value as readonly Value[];
      out.int(elements.length);
      for (const e of elements) writeValue(type.element, e, out);
      return;
    }
    case 'map': {
      const entries = (value as readonly (readonly Value[])[]).map(([k, v]) => ({ key: encodeValue(type.key, k!, out.exact), value: v! }));
      if (!out.exact) entries.sort((a, b) => Buffer.compare(a.key, b.key));
      out.int(entries.length);
      for (const e of entries) { out.raw(e.key); writeValue(type.value, e.value, out); }
      return;
    }
    case 'struct': type.fields.forEach((f, i) => { writeValue(f.type, (value as readonly Value[])[i]!, out); }); return;
    case 'interval': { const v = value as CalendarInterval; out.int(v.months); out.int(v.days); out.long(v.micros); return; }
    case 'void': return;
  }
}

export function encodeValue(type: DataType, value: Value, exact = false): Uint8Array {
  const out = new ByteWriter(exact);
  writeValue(type, value, out);
  return out.bytes.subarray(0, out.length);
}

/** A value as a key of a Map: equal for equal values (NULL, NaN and zeros as in grouping), texts by their bytes. */
export function keyOf(type: DataType): (value: Value) => unknown {
  switch (type.kind) {
    case 'boolean': case 'tinyint': case 'smallint': case 'int': case 'date': case 'year_month_interval':
    case 'bigint': case 'timestamp': case 'timestamp_ntz': case 'time': case 'day_time_interval': case 'decimal': case 'string': return (v) => v;
    case 'float': case 'double': return (v) => v === 0 ? 0 : v;
    default: return (v) => v === null ? null : Buffer.from(encodeValue(type, v)).toString('latin1');
  }
}
/** The same, texts by their collation. */
export function collatedKeyOf(type: DataType): (value: Value) => unknown {
  const [key, form] = [keyOf(type), collationForm(type)];
  return form ? (v) => key(form(v)) : key;
}

/** The value written at [from, to). */
export function decodeValue(type: DataType, bytes: Uint8Array, from: number, to: number): Value {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = from;
  const int = (): number => { at += 4; return view.getInt32(at - 4, true); };
  const long = (): bigint => { at += 8; return view.getBigInt64(at - 8, true); };
  const raw = (): Uint8Array => { const n = int(); at += n; return bytes.slice(at - n, at); };
  const read = (t: DataType): Value => {
    if (bytes[at++] === 0) return null;
    switch (t.kind) {
      case 'boolean': return bytes[at++] === 1;
      case 'tinyint': case 'smallint': case 'int': case 'date': case 'year_month_interval': return int();
      case 'bigint': case 'timestamp': case 'timestamp_ntz': case 'time': case 'day_time_interval': return long();
      case 'float': case 'double': at += 8; return view.getFloat64(at - 8, true);
      case 'decimal': { const low = BigInt.asUintN(64, long()); return (long() << 64n) | low; }
      case 'string': return Buffer.from(raw()).toString('utf8');
      case 'binary': return raw();
      case 'variant': { const b = raw(); return decodeVariant(b, 0, b.length); }
      case 'array': return Array.from({ length: int() }, () => read(t.element));
      case 'map': return Array.from({ length: int() }, () => { int(); const key = read(t.key); return [key, read(t.value)] as const; });
      case 'struct': return t.fields.map((f) => read(f.type));
      case 'interval': return { months: int(), days: int(), micros: long() };
      case 'void': return null;
    }
  };
  const value = read(type);
  invariant(at === to, 'an encoded value ends where its bytes end');
  return value;
}
