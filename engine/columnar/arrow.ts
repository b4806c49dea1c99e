// The border to Apache Arrow, and the only importer of apache-arrow in the engine (loaded at the first use, which takes 100 ms). Fixed
// widths, offsets and bytes pass through without a copy in both directions; strings held as views are gathered, booleans become bits,
// decimals 16 bytes. Timestamps are microseconds, with the zone UTC or none. What Arrow's types cannot say (fields of an interval,
// precision of a TIME, collations, VARIANT) stands in the metadata of the field.

import type * as Arrow from 'apache-arrow';
import { raise } from '../../planner/errors/index.js';
import * as T from '../../planner/types.js';
import type { DataType, Field, Schema } from '../../planner/types.js';
import { sliceBits } from './bitmap.js';
import { columnOf } from './build.js';
import { byteBuffer } from './bytes.js';
import { bitmapBytes, bytesColumn, type Column, fixedColumn, isBytes, isWideDecimal, listColumn, type RecordBatch, structColumn, type Table, voidColumn } from './column.js';
import { compacted, concat, gather } from './gather.js';

export type { Table as ArrowTable } from 'apache-arrow';

let library: typeof Arrow | undefined;
function arrow(): typeof Arrow {
  library ??= require('apache-arrow') as typeof Arrow;
  return library;
}
const TYPE_KEY = 'millrace.type';

// ── Types ───────────────────────────────────────────────────────────────────────────────────────

export function arrowType(type: DataType): Arrow.DataType {
  const A = arrow();
  switch (type.kind) {
    case 'void': return new A.Null();
    case 'boolean': return new A.Bool();
    case 'tinyint': return new A.Int8();
    case 'smallint': return new A.Int16();
    case 'int': return new A.Int32();
    case 'bigint': return new A.Int64();
    case 'float': return new A.Float32();
    case 'double': return new A.Float64();
    case 'string': return new A.Utf8();
    case 'binary': case 'variant': return new A.Binary();
    case 'date': return new A.DateDay();
    case 'timestamp': return new A.Timestamp(A.TimeUnit.MICROSECOND, 'UTC');
    case 'timestamp_ntz': return new A.Timestamp(A.TimeUnit.MICROSECOND, null);
    case 'time': return new A.TimeMicrosecond();
    case 'decimal': return new A.Decimal(type.scale, type.precision, 128);
    case 'year_month_interval': return new A.IntervalYearMonth();
    case 'day_time_interval': return new A.DurationMicrosecond();
    case 'interval': return new A.IntervalMonthDayNano();
    case 'array': return new A.List(arrowField(T.field('element', type.element, type.containsNull)));
    case 'map': return new A.Map_(A.Field.new({ name: 'entries', nullable: false,
      type: new A.Struct<{ key: Arrow.DataType; value: Arrow.DataType }>([arrowField(T.field('key', type.key, false)), arrowField(T.field('value', type.value, type.valueContainsNull))]) }));
    case 'struct': return new A.Struct(type.fields.map(arrowField));
  }
}
function arrowField(field: Field): Arrow.Field {
  const { type } = field;
  const told = type.kind === 'variant' || type.kind === 'time' || type.kind === 'year_month_interval' || type.kind === 'day_time_interval' || (type.kind === 'string' && type.collation);
  const metadata = new Map<string, string>();
  if (told) metadata.set(TYPE_KEY, JSON.stringify(type));
  if (field.comment !== undefined) metadata.set('comment', field.comment);
  return arrow().Field.new({ name: field.name, type: arrowType(type), nullable: field.nullable, metadata });
}
export const arrowSchema = (schema: Schema): Arrow.Schema => new (arrow().Schema)(schema.fields.map(arrowField));

/** @throws NOT_SUPPORTED_YET for types without a counterpart (unions, 256-bit decimals of more than 38 digits). */
export function typeOfArrow(field: Arrow.Field): DataType {
  const told = field.metadata.get(TYPE_KEY);
  return told === undefined ? ownType(field.type as Arrow.DataType) : JSON.parse(told) as DataType;
}
function ownType(type: Arrow.DataType): DataType {
  const A = arrow();
  const { DataType: is } = A;
  if (is.isNull(type)) return T.VOID;
  if (is.isBool(type)) return T.BOOLEAN;
  if (is.isInt(type)) return intType(type);
  if (is.isFloat(type)) return type.precision === A.Precision.DOUBLE ? T.DOUBLE : T.FLOAT;
  if (is.isUtf8(type) || is.isLargeUtf8(type) || is.isUtf8View(type)) return T.STRING;
  if (is.isBinary(type) || is.isLargeBinary(type) || is.isBinaryView(type) || is.isFixedSizeBinary(type)) return T.BINARY;
  if (is.isDate(type)) return T.DATE;
  if (is.isTimestamp(type)) return type.timezone ? T.TIMESTAMP : T.TIMESTAMP_NTZ;
  if (is.isTime(type)) return T.TIME;
  if (is.isDuration(type)) return T.DAY_TIME;
  if (is.isInterval(type)) return type.unit === A.IntervalUnit.YEAR_MONTH ? T.YEAR_MONTH : T.CALENDAR_INTERVAL;
  if (is.isDecimal(type) && type.precision <= 38) return T.decimal(type.precision, type.scale);
  if (is.isDictionary(type)) return ownType(type.dictionary as Arrow.DataType);
  if (is.isList(type) || is.isFixedSizeList(type) || is.isLargeList(type)) { const [element] = type.children; return T.array(typeOfArrow(element!), element!.nullable); }
  if (is.isStruct(type)) return T.struct((type.children as Arrow.Field[]).map(fieldOfArrow));
  if (is.isMap(type)) { const [key, value] = (type.children[0]!.type as unknown as Arrow.Struct).children; return T.map(typeOfArrow(key!), typeOfArrow(value!), value!.nullable); }
  return raise('NOT_SUPPORTED_YET', { feature: `Reading the Arrow type ${type}` });
}
function intType({ bitWidth, isSigned }: Arrow.Int): DataType {
  const width = isSigned ? bitWidth : bitWidth * 2;
  return width === 8 ? T.TINYINT : width === 16 ? T.SMALLINT : width === 32 ? T.INT : width === 64 ? T.BIGINT : T.decimal(20, 0);
}
function fieldOfArrow(field: Arrow.Field): Field {
  const comment = field.metadata.get('comment');
  return { name: field.name, type: typeOfArrow(field), nullable: field.nullable, ...(comment !== undefined && { comment }) };
}
export const schemaOfArrow = (schema: Arrow.Schema): Schema => ({ fields: (schema.fields as Arrow.Field[]).map(fieldOfArrow) });

// ── To Arrow ────────────────────────────────────────────────────────────────────────────────────

/** The rows that count. Shares buffers with the batch where the layouts agree. */
export function toArrowBatch(batch: RecordBatch, schema: Schema): Arrow.RecordBatch {
  const A = arrow();
  const { columns, length } = compacted(batch);
  const target = arrowSchema(schema);
  const children = columns.map((c, i) => toData(c, target.fields[i]!.type as Arrow.DataType));
  return new A.RecordBatch(target, A.makeData({ type: new A.Struct(target.fields as Arrow.Field[]), length, nullCount: 0, children }) as Arrow.Data<Arrow.Struct>);
}
export const toArrowTable = (table: Table): Arrow.Table =>
  new (arrow().Table)(arrowSchema(table.schema), table.batches.map((b) => toArrowBatch(b, table.schema)));

function toData(column: Column, type: Arrow.DataType): Arrow.Data {
  const A = arrow();
  const { length, values, children } = column;
  const kind = column.type.kind;
  const nullBitmap = column.validity?.subarray(0, bitmapBytes(length));
  const make = (rest: object): Arrow.Data => A.makeData({ type, length, ...(nullBitmap ? { nullBitmap } : { nullCount: 0 }), ...rest } as never) as Arrow.Data;
  if (kind === 'void') return A.makeData({ type: type as Arrow.Null, length, nullCount: length });
  if (isBytes(column.type)) { const { data, valueOffsets } = offsetBytes(column); return make({ data, valueOffsets }); }
  switch (kind) {
    case 'boolean': return make({ data: packBits(values as Uint8Array, length) });
    case 'decimal': return make({ data: new Uint32Array(wideWords(column).buffer, 0, length * 4) });
    case 'interval': return make({ data: monthDayNano(column) });
    case 'struct': return make({ children: children.map((c, i) => toData(c, (type.children as Arrow.Field[])[i]!.type as Arrow.DataType)) });
    case 'array': { const { rows, valueOffsets } = offsetLists(column); return make({ valueOffsets, child: toData(rows(children[0]!), type.children[0]!.type as Arrow.DataType) }); }
    case 'map': {
      const { rows, valueOffsets } = offsetLists(column);
      const entries = type.children[0]!.type as unknown as Arrow.Struct;
      const parts = children.map((c, i) => toData(rows(c), entries.children[i]!.type as Arrow.DataType));
      return make({ valueOffsets, child: A.makeData({ type: entries, length: parts[0]!.length, nullCount: 0, children: parts }) });
    }
    default: return make({ data: values.subarray(0, length) });
  }
}
const validAt = (validity: Uint8Array | null, i: number): boolean => validity === null || ((validity[i >> 3]! >> (i & 7)) & 1) === 1;

function packBits(values: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(bitmapBytes(length));
  for (let i = 0; i < length; i++) out[i >> 3]! |= values[i]! << (i & 7);
  return out;
}
function wideWords(column: Column): BigInt64Array {
  const values = column.values as BigInt64Array;
  if (isWideDecimal(column.type)) return values.slice(0, column.length * 2);
  const out = new BigInt64Array(column.length * 2);
  for (let i = 0; i < column.length; i++) { out[2 * i] = values[i]!; out[2 * i + 1] = values[i]! >> 63n; }
  return out;
}
function monthDayNano(column: Column): Int32Array {
  const [months, days, micros] = column.children.map((c) => c.values) as [Int32Array, Int32Array, BigInt64Array];
  const out = new Int32Array(column.length * 4);
  const nanos = new BigInt64Array(out.buffer);
  for (let i = 0; i < column.length; i++) {
    if (!validAt(column.validity, i)) continue;
    const n = micros[i]! * 1000n;
    if (n !== BigInt.asIntN(64, n)) raise('DATETIME_OVERFLOW', { operation: 'write an interval of that many microseconds as nanoseconds' });
    out[4 * i] = months[i]!;
    out[4 * i + 1] = days[i]!;
    nanos[2 * i + 1] = n;
  }
  return out;
}

/** Arrow's offsets, over the bytes themselves if they lie in order without gaps, else over a copy. */
function offsetBytes({ length, values, start, end, validity }: Column): { readonly data: Uint8Array; readonly valueOffsets: Int32Array } {
  const bytes = values as Uint8Array;
  const valueOffsets = new Int32Array(length + 1);
  const from = length > 0 ? start![0]! : 0;
  let inOrder = true;
  let total = 0;
  for (let i = 0; i < length; i++) {
    if (start![i] !== from + total) inOrder = false;
    if (validAt(validity, i) || inOrder) total += end![i]! - start![i]!;
    valueOffsets[i + 1] = total;
  }
  if (inOrder) return { data: bytes.subarray(from, from + total), valueOffsets };
  total = 0;
  for (let i = 0; i < length; i++) { if (validAt(validity, i)) total += end![i]! - start![i]!; valueOffsets[i + 1] = total; }
  const data = byteBuffer(total);
  for (let i = 0; i < length; i++) {
    const at = valueOffsets[i]!;
    const size = valueOffsets[i + 1]! - at;
    const s = start![i]!;
    if (size < 64) for (let k = 0; k < size; k++) data[at + k] = bytes[s + k]!;
    else data.set(bytes.subarray(s, s + size), at);
  }
  return { data, valueOffsets };
}
/** The same for elements: `rows` gives a child column that the offsets fit. */
function offsetLists({ length, start, end, validity }: Column): { readonly rows: (child: Column) => Column; readonly valueOffsets: Int32Array } {
  const valueOffsets = new Int32Array(length + 1);
  let inOrder = true;
  let total = 0;
  for (let i = 0; i < length; i++) {
    const size = validAt(validity, i) ? end![i]! - start![i]! : 0;
    if (size > 0 && start![i] !== total) inOrder = false;
    total += size;
    valueOffsets[i + 1] = total;
  }
  if (inOrder) return { rows: (child) => child.length === total ? child : { ...child, length: total }, valueOffsets };
  const picks = new Int32Array(total);
  for (let i = 0; i < length; i++) for (let k = valueOffsets[i]!; k < valueOffsets[i + 1]!; k++) picks[k] = start![i]! + k - valueOffsets[i]!;
  return { rows: (child) => gather(child, picks), valueOffsets };
}

// ── From Arrow ──────────────────────────────────────────────────────────────────────────────────

/** Shares buffers with the Arrow batch where the layouts agree: they must not be changed afterwards. */
export function fromArrowBatch(batch: Arrow.RecordBatch): RecordBatch {
  const columns = (batch.schema.fields as Arrow.Field[]).map((f, i) => fromData(batch.data.children[i]!, typeOfArrow(f)));
  return { length: batch.numRows, columns, selection: null };
}
export const fromArrowTable = (table: Arrow.Table): Table => ({ schema: schemaOfArrow(table.schema), batches: table.batches.map(fromArrowBatch) });

function fromData(data: Arrow.Data, type: DataType): Column {
  const A = arrow();
  const { DataType: is } = A;
  const { length, offset } = data;
  const source = data.type as Arrow.DataType;
  if (type.kind === 'void') return voidColumn(length);
  const validity = data.nullCount > 0 && data.nullBitmap.length > 0 ? sliceBits(data.nullBitmap, offset, length) : null;
  if (is.isDictionary(source)) {
    const dictionary = data.dictionary!;
    const words = concat(type, dictionary.data.map((d) => fromData(d, type)));
    const codes = new Int32Array(length);
    for (let i = 0; i < length; i++) codes[i] = validAt(validity, i) ? Number((data.values as Int32Array)[i]) : -1;
    return gather(words, codes);
  }
  if (is.isUtf8View(source) || is.isBinaryView(source)) {
    const vector = new A.Vector([data]);
    return columnOf(type, Array.from({ length }, (_, i) => vector.get(i) as string));
  }
  if (is.isFixedSizeBinary(source)) {
    const width = source.byteWidth;
    return bytesColumn(type, length, data.values as Uint8Array, Int32Array.from({ length }, (_, i) => i * width), Int32Array.from({ length }, (_, i) => (i + 1) * width), validity);
  }
  if (isBytes(type)) { const o = narrow(data.valueOffsets); return bytesColumn(type, length, data.values as Uint8Array, o.subarray(0, length), o.subarray(1, length + 1), validity); }
  switch (type.kind) {
    case 'boolean': return fixedColumn(type, length, unpackBits(data.values as Uint8Array, offset, length), validity);
    case 'struct': return structColumn(type, length, type.fields.map((f, i) => fromData(data.children[i]!, f.type)), validity);
    case 'interval': return fromMonthDayNano(data, length, validity);
    case 'array': {
      const element = fromData(data.children[0]!, type.element);
      if (is.isFixedSizeList(source)) {
        const size = source.listSize;
        return listColumn(type, length, Int32Array.from({ length }, (_, i) => i * size), Int32Array.from({ length }, (_, i) => (i + 1) * size), [element], validity);
      }
      const o = narrow(data.valueOffsets);
      return listColumn(type, length, o.subarray(0, length), o.subarray(1, length + 1), [element], validity);
    }
    case 'map': {
      const o = narrow(data.valueOffsets);
      const entries = data.children[0]!;
      return listColumn(type, length, o.subarray(0, length), o.subarray(1, length + 1), [fromData(entries.children[0]!, type.key), fromData(entries.children[1]!, type.value)], validity);
    }
    case 'decimal': return fixedColumn(type, length, decimalWords(data, type), validity);
    default: return fixedColumn(type, length, fixedValues(data, source, length) as never, validity);
  }
}
const narrow = (offsets: Int32Array | BigInt64Array): Int32Array => offsets instanceof Int32Array ? offsets : Int32Array.from(offsets, Number);

function unpackBits(bits: Uint8Array, from: number, length: number): Uint8Array {
  const out = new Uint8Array(length);
  for (let i = 0, at = from; i < length; i++, at++) out[i] = (bits[at >> 3]! >> (at & 7)) & 1;
  return out;
}
function decimalWords(data: Arrow.Data, type: DataType): BigInt64Array {
  const source = data.type as Arrow.DataType;
  if (arrow().DataType.isInt(source)) return wideFrom(BigInt64Array.from(data.values as BigUint64Array), data.values as BigUint64Array);
  const stride = (source as Arrow.Decimal).bitWidth >> 6;
  const raw = data.values as Uint32Array;
  const aligned = (raw.byteOffset & 7) === 0 ? raw : raw.slice();
  const words = new BigInt64Array(aligned.buffer, aligned.byteOffset, data.length * stride);
  if (isWideDecimal(type) && stride === 2) return words;
  const wide = isWideDecimal(type);
  const out = new BigInt64Array(wide ? 2 * data.length : data.length);
  for (let i = 0; i < data.length; i++) if (wide) { out[2 * i] = words[i * stride]!; out[2 * i + 1] = words[i * stride + 1]!; } else out[i] = words[i * stride]!;
  return out;
}
/** Unsigned 64-bit integers as DECIMAL(20, 0). */
function wideFrom(low: BigInt64Array, unsigned: BigUint64Array): BigInt64Array {
  const out = new BigInt64Array(2 * unsigned.length);
  for (let i = 0; i < unsigned.length; i++) out[2 * i] = low[i]!;
  return out;
}
function fromMonthDayNano(data: Arrow.Data, length: number, validity: Uint8Array | null): Column {
  const raw = data.values as Int32Array;
  const A = arrow();
  const months = new Int32Array(length), days = new Int32Array(length), micros = new BigInt64Array(length);
  if ((data.type as unknown as Arrow.Interval).unit === A.IntervalUnit.DAY_TIME) {
    for (let i = 0; i < length; i++) { days[i] = raw[2 * i]!; micros[i] = BigInt(raw[2 * i + 1]!) * 1000n; }
  } else {
    const words = raw.slice(0, length * 4);
    const nanos = new BigInt64Array(words.buffer);
    for (let i = 0; i < length; i++) { months[i] = words[4 * i]!; days[i] = words[4 * i + 1]!; micros[i] = nanos[2 * i + 1]! / 1000n; }
  }
  return structColumn(T.CALENDAR_INTERVAL, length, [fixedColumn(T.INT, length, months), fixedColumn(T.INT, length, days), fixedColumn(T.BIGINT, length, micros)], validity);
}

/** Times in microseconds, dates in days, unsigned integers in the next wider signed type. */
function fixedValues(data: Arrow.Data, source: Arrow.DataType, length: number): ArrayLike<number | bigint> {
  const A = arrow();
  const { DataType: is, TimeUnit, DateUnit } = A;
  const values = data.values as Int32Array | BigInt64Array;
  if (is.isTimestamp(source) || is.isTime(source) || is.isDuration(source)) {
    if (source.unit === TimeUnit.MICROSECOND) return values.subarray(0, length);
    const factor = source.unit === TimeUnit.SECOND ? 1_000_000n : source.unit === TimeUnit.MILLISECOND ? 1000n : 0n;
    const out = new BigInt64Array(length);
    for (let i = 0; i < length; i++) { const v = BigInt(values[i]!); out[i] = factor > 0n ? v * factor : floorThousandth(v); }
    return out;
  }
  if (is.isDate(source) && source.unit === DateUnit.MILLISECOND) return Int32Array.from(values as BigInt64Array, (v) => Math.floor(Number(v) / 86_400_000));
  if (is.isInt(source) && !source.isSigned) {
    return source.bitWidth === 8 ? Int16Array.from(data.values as Uint8Array) : source.bitWidth === 16 ? Int32Array.from(data.values as Uint16Array) : BigInt64Array.from(data.values as Uint32Array, BigInt);
  }
  if (is.isFloat(source) && source.precision === A.Precision.HALF) { const vector = new A.Vector([data]); return Float32Array.from({ length }, (_, i) => (vector.get(i) as number | null) ?? 0); }
  return values.subarray(0, length);
}
const floorThousandth = (v: bigint): bigint => v >= 0n || v % 1000n === 0n ? v / 1000n : v / 1000n - 1n;

// ── IPC ─────────────────────────────────────────────────────────────────────────────────────────

/** The table in Arrow's IPC format. A stream can be appended to and read as it comes; a file can be read from its end. */
export const toIpc = (table: Table, format: 'stream' | 'file' = 'stream'): Uint8Array => arrow().tableToIPC(toArrowTable(table), format);
/** Either IPC format. */
export const fromIpc = (bytes: Uint8Array): Table => fromArrowTable(arrow().tableFromIPC(bytes));
