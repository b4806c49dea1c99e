// Rows as records: which columns are key, value, topic, partition and headers, and how the others are packed into one of them. What is wrong
// with the columns is found when the first rows are written, where Spark finds it.
// source: Spark KafkaWriter, KafkaRowWriter.

import {
  type Column, csvColumn, csvOptions, BytesWriter, type Field, isValid, jsonColumn, jsonOptions, type OptionSet, raise, type RecordBatch, rowCount, type Schema, types,
} from '../../engine/plugin.js';
import type { Cell, HeaderCells } from '../../kafka/encode.js';
import type { ValueFormat } from './options.js';

const HEADERS = types.array(types.struct([types.field('key', types.STRING), types.field('value', types.BINARY)]));
const refuseColumns = (msg: string): never => raise('_LEGACY_ERROR_TEMP_3080', { msg });

/** Sets `cell` to the bytes of the i-th row that counts, which is row r of the batch. */
type ReadCell = (cell: Cell, i: number, r: number) => void;
/** What is read of one batch. */
export interface RecordRows {
  readonly count: number;
  /** Row of the batch. */
  row(i: number): number;
  readonly key: ReadCell;
  readonly value: ReadCell;
  readonly topic: Column | undefined;
  readonly partition: Column | undefined;
  headers(cells: HeaderCells, r: number): void;
  /** Of a changelog: whether the row is taken out. */
  deleted(r: number): boolean;
}
export interface RecordLayout {
  /** Rows of a changelog that become upserts and tombstones by key. */
  readonly upserts: boolean;
  rows(batch: RecordBatch): RecordRows;
}

interface Role { readonly name: string; readonly ordinal: number }
function roleOf(schema: Schema, name: string, expected: readonly string[], fits: (field: Field) => boolean): Role | undefined {
  const ordinal = schema.fields.findIndex((f) => f.name === name);
  if (ordinal < 0) return undefined;
  const field = schema.fields[ordinal]!;
  if (!fits(field)) refuseColumns(`${name} attribute unsupported type ${types.simpleName(field.type)}. ${name} must be a(n) ${expected.join(' or ')}`);
  return { name, ordinal };
}
const isText = ({ type }: Field): boolean => type.kind === 'string' || type.kind === 'binary';

/** The bytes of a column of texts or bytes. */
function bytesOf(column: Column): ReadCell {
  const { validity, start, end } = column;
  const bytes = column.values as Uint8Array;
  return (cell, _i, r) => {
    if (!isValid(validity, r)) { cell.from = -1; return; }
    cell.bytes = bytes;
    cell.from = start![r]!;
    cell.to = end![r]!;
  };
}
/** Columns packed into one text a row. */
function packed(format: Exclude<ValueFormat, 'raw'>, schema: Schema, ordinals: readonly number[], options: OptionSet, timeZone: string): (batch: RecordBatch) => ReadCell {
  const fields = ordinals.map((o) => schema.fields[o]!);
  const get = (name: string): string | undefined => options.all.get(name.toLowerCase());
  if (format === 'text') {
    if (fields.length !== 1 || !isText(fields[0]!)) {
      const wrong = fields.find((f) => !isText(f)) ?? fields[1];
      raise('UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE', { format: 'Text', columnName: `\`${wrong?.name ?? ''}\``, columnType: `"${types.simpleName(wrong?.type ?? types.VOID).toUpperCase()}"` });
    }
    return ({ columns }) => bytesOf(columns[ordinals[0]!]!);
  }
  const part = { fields };
  const write = format === 'json' ? jsonColumn(part, jsonOptions(get, timeZone)) : csvColumn(part, csvOptions(get, timeZone, 'write'));
  const out = new BytesWriter();
  return (batch) => {
    out.length = 0;
    const ends = new Int32Array(rowCount(batch));
    write({ length: batch.length, columns: ordinals.map((o) => batch.columns[o]!), selection: batch.selection }, out, ends);
    const { bytes } = out;
    return (cell, i) => {
      cell.bytes = bytes;
      cell.from = i === 0 ? 0 : ends[i - 1]!;
      cell.to = ends[i]!;
    };
  };
}
const nothing: ReadCell = (cell) => { cell.from = -1; };

function headersOf(column: Column): RecordRows['headers'] {
  const { validity, start, end, children: [entries] } = column;
  const [names, values] = entries!.children;
  const name = bytesOf(names!);
  const value = bytesOf(values!);
  return (into, r) => {
    into.count = 0;
    if (!isValid(validity, r)) return;
    for (let h = start![r]!; h < end![r]!; h++) {
      if (!isValid(entries!.validity, h)) continue;
      for (const read of [name, value]) {
        if (into.cells.length === into.count) into.cells.push({ bytes: new Uint8Array(0), from: -1, to: 0 });
        read(into.cells[into.count++]!, h, h);
      }
    }
  };
}
const noHeaders: RecordRows['headers'] = (into) => { into.count = 0; };

function keyOrdinals(schema: Schema, options: OptionSet): readonly number[] | undefined {
  const given = options.get('keyColumns');
  return given?.split(',').map((n) => n.trim()).map((name) => {
    const at = schema.fields.findIndex((f) => f.name.toLowerCase() === name.toLowerCase());
    return at >= 0 ? at : raise('INVALID_OPTION_VALUE', { format: 'kafka', option: 'keyColumns', value: given, expected: `columns of ${schema.fields.map((f) => f.name).join(', ')}` });
  });
}

/** @throws _LEGACY_ERROR_TEMP_3080, INVALID_OPTION_VALUE, UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE */
export function recordLayout(schema: Schema, options: OptionSet, changelog: boolean, timeZone: string): RecordLayout {
  const format = (name: string): ValueFormat | undefined => options.get(name)?.toLowerCase() as ValueFormat | undefined;
  const topic = options.has('topic') ? undefined : roleOf(schema, 'topic', ['string'], (f) => f.type.kind === 'string');
  if (!options.has('topic') && !topic) refuseColumns('topic option required when no \'topic\' attribute is present. Use the topic option for setting a topic.');
  const key = roleOf(schema, 'key', ['string', 'binary'], isText);
  const partition = roleOf(schema, 'partition', ['int'], (f) => f.type.kind === 'int');
  const headers = roleOf(schema, 'headers', [types.simpleName(HEADERS)], (f) => types.simpleName(f.type) === types.simpleName(HEADERS));

  const keyColumns = keyOrdinals(schema, options);
  // One column of text or bytes is a key as it is, as the source reads it.
  const plainKey = keyColumns?.length === 1 && isText(schema.fields[keyColumns[0]!]!);
  const keyFormat = format('keyFormat') ?? (keyColumns && !plainKey ? 'json' : 'raw');
  if (keyFormat !== 'raw' && !keyColumns) raise('CONFLICTING_OPTIONS', { format: 'kafka', options: `keyFormat ${keyFormat} without keyColumns` });
  const op = changelog ? schema.fields.length - 1 : -1;
  const upserts = changelog && (key !== undefined || keyColumns !== undefined);

  const roles = new Set(['key', 'topic', 'partition', 'headers']);
  const others = schema.fields.flatMap((f, i) => (roles.has(f.name) || (i === op && upserts) ? [] : [i]));
  const hasValue = schema.fields.some((f) => f.name === 'value');
  const valueFormat = format('valueFormat') ?? (hasValue || others.length === 0 ? 'raw' : 'json');
  const value = valueFormat === 'raw' ? roleOf(schema, 'value', ['string', 'binary'], isText) ?? refuseColumns('Required attribute \'value\' not found.') : undefined;
  if (valueFormat === 'raw' && changelog && !upserts) {
    raise('STREAMING_OUTPUT_MODE.UNSUPPORTED_DATASOURCE', { className: 'kafka', outputMode: 'changelog', valid: 'changelog with a key, or with a valueFormat that packs the column op' });
  }
  const pack = value ? undefined : packed(valueFormat as Exclude<ValueFormat, 'raw'>, schema, others, options, timeZone);
  const packKey = keyColumns ? packed(keyFormat === 'raw' ? 'text' : keyFormat, schema, keyColumns, options, timeZone) : undefined;
  return {
    upserts,
    rows(batch) {
      const { columns, selection } = batch;
      const at = (role: Role | undefined): Column | undefined => role && columns[role.ordinal];
      const operations = columns[op];
      return {
        count: rowCount(batch), row: selection === null ? (i) => i : (i) => selection[i]!,
        key: packKey ? packKey(batch) : key ? bytesOf(columns[key.ordinal]!) : nothing,
        value: pack ? pack(batch) : bytesOf(columns[value!.ordinal]!),
        topic: at(topic), partition: at(partition), headers: headers ? headersOf(columns[headers.ordinal]!) : noHeaders,
        // insert or delete: the first letter says it.
        deleted: operations ? (r) => (operations.values as Uint8Array)[operations.start![r]!] === 100 : () => false,
      };
    },
  };
}
