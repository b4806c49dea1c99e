// Rows to JSON: one object a line from columns, and single values for to_json. Numbers keep their exact digits; NULL fields of structs
// are left out unless asked for; NULL elements and map values stay.
// source: Spark JacksonGenerator.

import type { DataType, Schema } from '../../planner/types.js';
import type { Value, VariantValue } from '../../planner/values.js';
import { type Column, isValid, type RecordBatch, rowCount } from '../columnar/column.js';
import { validReader } from '../columnar/read.js';
import type { BytesWriter } from './bytes-writer.js';
import type { JsonOptions } from './json-options.js';
import { jsonQuote } from './json-parser.js';
import { decimalText, doubleText, floatText } from './number-text.js';
import { renderer, variantText } from './render.js';

type Print = (value: Value) => string;

/** A printer of values as JSON, made once a type. */
export function jsonText(type: DataType, options: JsonOptions): Print {
  return options.pretty ? (v) => prettyText(printer(type, options)(v)) : printer(type, options);
}
function printer(type: DataType, options: JsonOptions): Print {
  const print = validPrinter(type, options);
  return (v) => v === null ? 'null' : print(v);
}
function validPrinter(type: DataType, options: JsonOptions): Print {
  const { temporal } = options;
  switch (type.kind) {
    case 'boolean': case 'tinyint': case 'smallint': case 'int': case 'bigint': return String;
    case 'float': return (v) => finite(v as number, floatText);
    case 'double': return (v) => finite(v as number, doubleText);
    case 'decimal': return (v) => decimalText(v as bigint, type.scale);
    case 'string': return (v) => jsonQuote(v as string);
    case 'binary': return (v) => `"${Buffer.from(v as Uint8Array).toString('base64')}"`;
    case 'date': return (v) => jsonQuote(temporal.dateText(v as number));
    case 'timestamp': return (v) => jsonQuote(temporal.timestampText(v as bigint));
    case 'timestamp_ntz': return (v) => jsonQuote(temporal.timestampNtzText(v as bigint));
    case 'variant': return (v) => variantText(v as VariantValue, temporal.zone);
    case 'void': return () => 'null';
    case 'array': {
      const element = printer(type.element, options);
      return (v) => `[${(v as readonly Value[]).map(element).join(',')}]`;
    }
    case 'map': {
      const key = mapKey(type.key);
      const value = printer(type.value, options);
      return (v) => `{${(v as readonly [Value, Value][]).map(([k, x]) => `${jsonQuote(key(k))}:${value(x)}`).join(',')}}`;
    }
    case 'struct': {
      const fields = type.fields.map((f) => ({ name: `${jsonQuote(f.name)}:`, print: printer(f.type, options) }));
      return (v) => {
        const parts: string[] = [];
        (v as readonly Value[]).forEach((x, i) => { if (x !== null || !options.ignoreNullFields) parts.push(fields[i]!.name + fields[i]!.print(x)); });
        return `{${parts.join(',')}}`;
      };
    }
    default: { const text = renderer(type, { zone: temporal.zone, nullText: 'null' }); return (v) => jsonQuote(text(v)); }
  }
}
const finite = (v: number, text: (v: number) => string): string => Number.isFinite(v) ? text(v) : `"${text(v)}"`;
/** Keys are printed as they are held: a date is its number of days. */
function mapKey(type: DataType): Print {
  switch (type.kind) {
    case 'date': case 'timestamp': case 'timestamp_ntz': case 'time': case 'year_month_interval': case 'day_time_interval': return String;
    case 'struct': {
      const fields = type.fields.map((f) => mapKey(f.type));
      return (v) => `[${(v as readonly Value[]).map((x, i) => x === null ? 'null' : fields[i]!(x)).join(',')}]`;
    }
    default: return renderer(type, { zone: { name: 'UTC', fixed: 0, offsetAt: () => 0 }, nullText: 'null' });
  }
}
/** Jackson's indented form of compact JSON. */
function prettyText(json: string): string {
  const print = (v: unknown, indent: string): string => {
    if (v instanceof RawNumber) return v.text;
    const deeper = `${indent}  `;
    if (Array.isArray(v)) return v.length === 0 ? '[ ]' : `[ ${v.map((x) => print(x, indent)).join(', ')} ]`;
    if (v instanceof Map) return v.size === 0 ? '{ }' : `{\n${[...v].map(([k, x]) => `${deeper}${jsonQuote(k as string)} : ${print(x, deeper)}`).join(',\n')}\n${indent}}`;
    return typeof v === 'string' ? jsonQuote(v) : String(v);
  };
  return print(readExact(json), '');
}
class RawNumber { readonly text: string; constructor(text: string) { this.text = text; } }
/** Our own JSON read back with its numbers and its key order as they stand. */
function readExact(json: string): unknown {
  const tokens = json.match(/"(?:[^"\\]|\\.)*"|[[\]{}:,]|[^[\]{}:,"\s]+/gs)!;
  let i = 0;
  const read = (): unknown => {
    const t = tokens[i++]!;
    if (t === '[') {
      const out: unknown[] = [];
      while (tokens[i] !== ']') { if (tokens[i] === ',') i++; out.push(read()); }
      i++;
      return out;
    }
    if (t === '{') {
      const out = new Map<unknown, unknown>();
      while (tokens[i] !== '}') { if (tokens[i] === ',') i++; const k = read(); i++; out.set(k, read()); }
      i++;
      return out;
    }
    return t.startsWith('"') ? JSON.parse(t) as string : new RawNumber(t);
  };
  return read();
}

// ── Columns ──────────────────────────────────────────────────────────────────────────────────────

/** Writes the value of a valid row. */
type WriteCell = (out: BytesWriter, row: number) => void;

function cellWriter(column: Column, options: JsonOptions): WriteCell {
  const { type, start, end } = column;
  switch (type.kind) {
    case 'boolean': { const v = column.values; return (out, r) => out.text(v[r] === 1 ? 'true' : 'false'); }
    case 'tinyint': case 'smallint': case 'int': { const v = column.values as Int32Array; return (out, r) => out.integer(v[r]!); }
    case 'bigint': { const v = column.values as BigInt64Array; return (out, r) => out.long(v[r]!); }
    case 'string': { const bytes = column.values as Uint8Array; return (out, r) => writeQuoted(out, bytes, start![r]!, end![r]!); }
    default: {
      const read = validReader(column);
      const print = validPrinter(type, options);
      return (out, r) => out.text(print(read(r)));
    }
  }
}
const HEX = Buffer.from('0123456789ABCDEF');
const SHORT_ESCAPE = new Map([[34, 34], [92, 92], [8, 98], [9, 116], [10, 110], [12, 102], [13, 114]]);
/** UTF-8 bytes in quotes, escaped. */
function writeQuoted(out: BytesWriter, bytes: Uint8Array, from: number, to: number): void {
  out.reserve(6 * (to - from) + 2);
  const target = out.bytes;
  let at = out.length;
  target[at++] = 34;
  for (let i = from; i < to; i++) {
    const c = bytes[i]!;
    if (c >= 32 && c !== 34 && c !== 92) { target[at++] = c; continue; }
    target[at++] = 92;
    const short = SHORT_ESCAPE.get(c);
    if (short !== undefined) { target[at++] = short; continue; }
    target[at] = 117;
    target[at + 1] = 48;
    target[at + 2] = 48;
    target[at + 3] = HEX[c >> 4]!;
    target[at + 4] = HEX[c & 15]!;
    at += 5;
  }
  target[at++] = 34;
  out.length = at;
}

/** One object a line from batches of a schema. */
export function jsonLines(schema: Schema, options: JsonOptions): (batch: RecordBatch, out: BytesWriter) => void {
  const names = schema.fields.map((f) => Buffer.from(`${jsonQuote(f.name)}:`, 'utf8'));
  const separator = Buffer.from(options.lineSeparator ?? '\n', 'utf8');
  const nullText = Buffer.from('null');
  const write = jsonObjects(names, options, nullText);
  return (batch, out) => write(batch, out, separator, undefined);
}
/** The rows of a batch as objects one after the other, where each ends in `ends`: for to_json on columns. */
export function jsonColumn(schema: Schema, options: JsonOptions): (batch: RecordBatch, out: BytesWriter, ends: Int32Array) => void {
  const write = jsonObjects(schema.fields.map((f) => Buffer.from(`${jsonQuote(f.name)}:`, 'utf8')), options, Buffer.from('null'));
  return (batch, out, ends) => write(batch, out, undefined, ends);
}
function jsonObjects(names: readonly Uint8Array[], options: JsonOptions, nullText: Uint8Array): (batch: RecordBatch, out: BytesWriter, separator: Uint8Array | undefined, ends: Int32Array | undefined) => void {
  return (batch, out, separator, ends) => {
    const { columns, selection } = batch;
    const cells = columns.map((c) => cellWriter(c, options));
    const n = rowCount(batch);
    for (let i = 0; i < n; i++) {
      const r = selection === null ? i : selection[i]!;
      out.byte(123);
      let first = true;
      for (let k = 0; k < columns.length; k++) {
        const column = columns[k]!;
        const valid = isValid(column.validity, r) && column.type.kind !== 'void';
        if (!valid && options.ignoreNullFields) continue;
        if (!first) out.byte(44);
        first = false;
        out.raw(names[k]!);
        if (valid) cells[k]!(out, r);
        else out.raw(nullText);
      }
      out.byte(125);
      if (separator !== undefined) out.raw(separator);
      if (ends !== undefined) ends[i] = out.length;
    }
  };
}
