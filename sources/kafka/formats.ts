// How the bytes of keys and values become declared columns. A new format: an entry of the list at the end.

import { type BlockDecoder, blockOfTexts, bytesColumn, type Column, csvDecoder, csvOptions, jsonDecoder, jsonOptions, raise, type RecordIndex, type Schema, type Texts, types } from '../../engine/plugin.js';

/** Bytes of n keys or values. */
export interface RecordTexts extends Texts {
  /** Null: none is NULL. */
  readonly validity: Uint8Array | null;
}
export interface RecordColumns {
  /** As long as the texts, in the order asked for. */
  readonly columns: readonly Column[];
  /** Rows that stay; null: all of them. */
  readonly selection: Int32Array | null;
}
export type OnDrop = (row: number, reason: string, raw: () => string) => void;
export interface RecordDecoder {
  /** A record is one row; an empty or NULL one a row of NULLs. `onDrop` is told of records that are left out as malformed. */
  decode(texts: RecordTexts, onDrop?: OnDrop): RecordColumns;
  readonly malformedRows: number;
  /** Number of the record that was read last, for messages. */
  readonly row: number;
}
export interface RecordFormat {
  readonly name: string;
  /** `columns`: ordinals in `schema` that are read. @throws KAFKA_COLUMNS_REQUIRED and what the options are refused with */
  open(schema: Schema, columns: readonly number[], option: (name: string) => string | undefined, timeZone: string): RecordDecoder;
}

/** The record that begins at a place of the block. */
function rowAt({ start, count }: RecordIndex, at: number): number {
  let low = 0;
  let high = count - 1;
  while (low < high) { const middle = (low + high + 1) >> 1; if (start[middle]! <= at) low = middle; else high = middle - 1; }
  return low;
}

function ofLines(decoder: BlockDecoder): RecordDecoder {
  return {
    get malformedRows() { return decoder.malformedRows; },
    get row() { return decoder.row ?? 0; },
    decode(texts, onDrop) {
      const { block, records } = blockOfTexts(texts);
      decoder.onDrop = onDrop && (({ offset, reason, raw }) => { onDrop(rowAt(records, offset), reason, raw); });
      const batch = decoder.decode(block, records);
      return batch ? { columns: batch.columns, selection: batch.selection } : { columns: [], selection: new Int32Array(0) };
    },
  };
}

/** The bytes themselves, in the one column there is. */
function plain(name: string, kind: 'string' | 'binary'): RecordFormat {
  return {
    name,
    open(schema, columns) {
      const wrong = schema.fields.find((f) => f.type.kind !== kind) ?? schema.fields[1];
      if (wrong) raise('UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE', { format: name, columnName: `\`${wrong.name}\``, columnType: `"${wrong.type.kind.toUpperCase()}" (it has one column of type ${kind.toUpperCase()})` });
      const type = kind === 'string' ? types.STRING : types.BINARY;
      return {
        malformedRows: 0, row: 0,
        decode: ({ bytes, start, end, length, validity }) => ({ columns: columns.map(() => bytesColumn(type, length, bytes, start, end, validity)), selection: null }),
      };
    },
  };
}

export const recordFormats: readonly RecordFormat[] = [
  plain('raw', 'binary'), plain('text', 'string'),
  { name: 'json', open: (schema, columns, option, timeZone) => ofLines(jsonDecoder(schema, columns, { ...jsonOptions(option, timeZone), multiLine: false })) },
  { name: 'csv', open: (schema, columns, option, timeZone) => ofLines(csvDecoder(schema, columns, { ...csvOptions(option, timeZone, 'read'), multiLine: false, header: false })) },
];
export const recordFormat = (name: string): RecordFormat => recordFormats.find((f) => f.name === name.toLowerCase())
  ?? raise('INVALID_OPTION_VALUE', { format: 'kafka', option: 'valueFormat', value: name, expected: `one of ${recordFormats.map((f) => f.name).join(', ')}` });
