// The columns of the source: Spark's fixed ones, or declared ones that come from the value, the key, or what Kafka knows of a record. And
// how a chunk of rows becomes a batch of those that a query reads.
//
// source: Spark KafkaRecordToRowConverter for the fixed columns; Flink's Kafka connector for METADATA columns and key fields.

import { type Column, type ConnectContext, type DataType, EngineError, type OptionSet, type Place, raise, type RecordBatch, type Schema, types } from '../../engine/plugin.js';
import { HEADER_TYPE, type RecordRows } from '../../kafka/record-rows.js';
import { type RecordColumns, type RecordDecoder, recordFormat, type RecordTexts } from './formats.js';
import type { RowChunk } from './ranges.js';

/** What Kafka knows of a record: the name and the types that a column of it may have. */
const METADATA: Readonly<Record<string, { readonly types: readonly DataType[]; readonly column: (chunk: RowChunk, type: DataType) => Column }>> = {
  key: { types: [types.BINARY, types.STRING], column: ({ rows, bytes }, type) => rows.keyColumn(bytes, type as typeof types.BINARY) },
  value: { types: [types.BINARY, types.STRING], column: ({ rows, bytes }, type) => rows.valueColumn(bytes, type as typeof types.BINARY) },
  topic: { types: [types.STRING], column: ({ rows }) => rows.topicColumn() },
  partition: { types: [types.INT], column: ({ rows }) => rows.partitionColumn() },
  offset: { types: [types.BIGINT], column: ({ rows }) => rows.offsetColumn() },
  timestamp: { types: [types.TIMESTAMP], column: ({ rows }) => rows.timestampColumn() },
  timestampType: { types: [types.INT], column: ({ rows }) => rows.timestampTypeColumn() },
  headers: { types: [HEADER_TYPE], column: ({ rows, bytes }) => rows.headersColumn(bytes) },
};
const FIXED = ['key', 'value', 'topic', 'partition', 'offset', 'timestamp', 'timestampType'];

/** Where a column of the schema comes from. */
type Origin = { readonly kind: 'metadata'; readonly key: string } | { readonly kind: 'value' | 'key'; /** Place among the columns of value or key. */ readonly ordinal: number };
export interface KafkaColumns {
  readonly schema: Schema;
  readonly origins: readonly Origin[];
  readonly value: Schema;
  readonly key: Schema;
}

const sameType = (a: DataType, b: DataType): boolean => {
  if (a.kind !== b.kind) return false;
  if (a.kind === 'array' && b.kind === 'array') return sameType(a.element, b.element);
  if (a.kind === 'struct' && b.kind === 'struct') return a.fields.length === b.fields.length && a.fields.every((f, i) => f.name === b.fields[i]!.name && sameType(f.type, b.fields[i]!.type));
  return true;
};
/** Whether columns are declared by a format, not Spark's fixed ones. */
const declares = (options: OptionSet): boolean => options.has('valueFormat') || options.has('keyFormat') || [...options.all.keys()].some((name) => name.startsWith('metadata.'));

/** @throws SCHEMA_NOT_ALLOWED for columns without a format, KAFKA_COLUMNS_REQUIRED for a format without columns, KAFKA_METADATA_COLUMN */
export function kafkaColumns(options: OptionSet, declared: Schema | undefined): KafkaColumns {
  const valueFormat = options.required('valueFormat').toLowerCase();
  const keyFormat = options.required('keyFormat').toLowerCase();
  if (!declared) {
    for (const [what, format] of [['values', valueFormat], ['keys', keyFormat]]) if (format === 'json' || format === 'csv') raise('KAFKA_COLUMNS_REQUIRED', { what: `${what} as ${format}` });
    const names = options.boolean('includeHeaders') ? [...FIXED, 'headers'] : FIXED;
    const typeOf = (name: string): DataType => ((name === 'value' && valueFormat === 'text') || (name === 'key' && keyFormat === 'text') ? types.STRING : METADATA[name]!.types[0]!);
    return { schema: { fields: names.map((name) => types.field(name, typeOf(name))) }, origins: names.map((key) => ({ kind: 'metadata', key })), value: { fields: [] }, key: { fields: [] } };
  }
  if (!declares(options)) raise('SCHEMA_NOT_ALLOWED', { format: 'kafka' }, { hint: "Leave the columns out, or say how values become columns: valueFormat 'json'." });
  const metadata = new Map([...options.all].filter(([name]) => name.startsWith('metadata.')).map(([name, key]) => [name.slice('metadata.'.length), key]));
  const keyColumns = new Set((options.get('keyColumns') ?? '').split(',').map((f) => f.trim().toLowerCase()).filter((f) => f !== ''));
  const known = new Set(declared.fields.map((f) => f.name.toLowerCase()));
  const valid = Object.keys(METADATA).join(', ');
  for (const [column, key] of metadata) if (!known.has(column)) raise('KAFKA_METADATA_COLUMN', { column, key, reason: 'it is not declared', valid });
  for (const column of keyColumns) if (!known.has(column)) raise('INVALID_OPTION_VALUE', { format: 'kafka', option: 'keyColumns', value: column, expected: `declared columns: ${[...known].join(', ')}` });
  if (keyColumns.size === 0 && options.has('keyFormat')) raise('MISSING_OPTION', { format: 'kafka', option: 'keyColumns', doc: 'the declared columns that are in the key, separated by commas' });
  const value: Schema['fields'][number][] = [];
  const key: Schema['fields'][number][] = [];
  const origins = declared.fields.map((f): Origin => {
    const name = f.name.toLowerCase();
    const wanted = metadata.get(name);
    if (wanted !== undefined) {
      const found = Object.keys(METADATA).find((k) => k.toLowerCase() === wanted.toLowerCase().replace(/-/g, ''));
      if (found === undefined) return raise('KAFKA_METADATA_COLUMN', { column: f.name, key: wanted, reason: 'there is none of this name', valid });
      if (!METADATA[found]!.types.some((t) => sameType(t, f.type))) return raise('KAFKA_METADATA_COLUMN', { column: f.name, key: wanted, reason: `its type must be ${METADATA[found]!.types.map((t) => types.sqlName(t)).join(' or ')}`, valid });
      return { kind: 'metadata', key: found };
    }
    const list = keyColumns.has(name) ? key : value;
    return { kind: keyColumns.has(name) ? 'key' : 'value', ordinal: list.push(types.field(f.name, f.type, true)) - 1 };
  });
  return { schema: { fields: declared.fields.map((f) => types.field(f.name, f.type, true)) }, origins, value: { fields: value }, key: { fields: key } };
}

/** The same of the schema that `kafkaColumns` gave: Spark's columns are not declared ones. Bytes and text alone cannot fill as many. */
export function openedColumns(options: OptionSet, schema: Schema): KafkaColumns {
  const plain = [options.required('valueFormat'), options.required('keyFormat')].every((f) => /^(raw|text)$/i.test(f)) && !options.has('keyColumns') && ![...options.all.keys()].some((n) => n.startsWith('metadata.'));
  return kafkaColumns(options, plain && FIXED.every((name, i) => schema.fields[i]?.name === name) ? undefined : schema);
}

/** Makes batches of the columns that are read. */
export class BatchMaker {
  readonly needsHeaders: boolean;
  private readonly schema: Schema;
  private readonly columns: readonly number[];
  private readonly origins: readonly Origin[];
  private readonly decoders: Partial<Record<'value' | 'key', RecordDecoder>> = {};
  /** For each column its place among those that its decoder gives. */
  private readonly places: readonly number[];

  private readonly reject: ConnectContext['reject'];

  constructor(of: KafkaColumns, columns: readonly number[], options: OptionSet, context: Pick<ConnectContext, 'timeZone' | 'reject'>) {
    this.reject = context.reject;
    this.schema = of.schema;
    this.columns = columns;
    this.origins = of.origins;
    this.needsHeaders = columns.some((c) => { const o = of.origins[c]!; return o.kind === 'metadata' && o.key === 'headers'; });
    const wanted: Record<'value' | 'key', number[]> = { value: [], key: [] };
    this.places = columns.map((c) => { const o = of.origins[c]!; return o.kind === 'metadata' ? -1 : wanted[o.kind].push(o.ordinal) - 1; });
    const option = (name: string): string | undefined => options.all.get(name.toLowerCase());
    const strict = (option('mode') ?? 'PERMISSIVE').toUpperCase() !== 'PERMISSIVE';
    for (const part of ['value', 'key'] as const) {
      const schema = of[part];
      if (schema.fields.length === 0) continue;
      const decoder = recordFormat(options.required(`${part}Format`)).open(schema, wanted[part], option, context.timeZone);
      // Where nothing of it is read, only a mode that rejects records has a reason to look at them.
      if (wanted[part].length > 0 || strict) this.decoders[part] = decoder;
    }
  }
  get malformedRows(): number { return (this.decoders.value?.malformedRows ?? 0) + (this.decoders.key?.malformedRows ?? 0); }

  /** Undefined: no row is left. @throws MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION in mode FAILFAST, with topic, partition and offset */
  batch(chunk: RowChunk): RecordBatch | undefined {
    const { rows } = chunk;
    const decoded: Partial<Record<'value' | 'key', RecordColumns>> = {};
    let selection: Int32Array | null = null;
    for (const part of ['value', 'key'] as const) {
      const decoder = this.decoders[part];
      if (!decoder) continue;
      const got = this.decode(decoder, part === 'value' ? rows.valueColumn(chunk.bytes) : rows.keyColumn(chunk.bytes), rows);
      decoded[part] = got;
      selection = selection === null ? got.selection : got.selection === null ? selection : both(selection, got.selection);
      if (selection?.length === 0) return undefined;
    }
    const columns = this.columns.map((c, i): Column => {
      const origin = this.origins[c]!;
      return origin.kind === 'metadata' ? METADATA[origin.key]!.column(chunk, this.schema.fields[c]!.type) : decoded[origin.kind]!.columns[this.places[i]!]!;
    });
    return { length: rows.length, columns, selection, place: placeIn(rows) };
  }
  private decode(decoder: RecordDecoder, { values, start, end, length, validity }: Column, rows: RecordRows): RecordColumns {
    const texts: RecordTexts = { bytes: values as Uint8Array, start: start!, end: end!, length, validity };
    const { reject } = this;
    const place = placeIn(rows);
    try { return decoder.decode(texts, reject && ((row, reason, raw) => { reject({ position: place(row), reason, raw }); })); } catch (error) {
      if (!(error instanceof EngineError) || !error.condition.startsWith('MALFORMED_RECORD')) throw error;
      return raise(error.condition, error.parameters, { cause: error, hint: `The record is ${place(decoder.row)}: ${error.hint ?? ''}` });
    }
  }
}
const placeIn = (rows: RecordRows): Place => (row) => { const run = rows.runs.find((r) => row >= r.from && row < r.to)!; return `${run.topic}-${run.partition}, offset ${rows.offsets[row]}`; };
/** What is in both of two ascending lists. */
function both(a: Int32Array, b: Int32Array): Int32Array {
  const out = new Int32Array(Math.min(a.length, b.length));
  let n = 0;
  for (let i = 0, k = 0; i < a.length && k < b.length;) {
    if (a[i]! < b[k]!) i++; else if (a[i]! > b[k]!) k++; else { out[n++] = a[i]!; i++; k++; }
  }
  return out.subarray(0, n);
}
