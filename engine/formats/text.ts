// Plain text: a line (or a whole file) a row, in the one column `value`. Bytes are passed on as they are.
// source: Spark TextFileFormat.

import { raise } from '../../planner/errors/index.js';
import { field, type Schema, STRING } from '../../planner/types.js';
import { bytesColumn, isValid, type RecordBatch, rowCount } from '../columnar/column.js';
import { afterMark, type Block, type BlockDecoder, LineIndex } from './block.js';
import type { BytesWriter } from './bytes-writer.js';

export const TEXT_SCHEMA: Schema = { fields: [field('value', STRING)] };

/** Lines as rows; with `whole` a block (which must be a whole file) is one row. `columns`: how often the value is wanted, 0 or 1. */
export function textDecoder(columns: readonly number[], lineSeparator: string | undefined, whole: boolean): BlockDecoder {
  const lines = new LineIndex();
  const separator = lineSeparator === undefined ? undefined : Buffer.from(lineSeparator, 'utf8');
  let first = true;
  return {
    malformedRows: 0,
    startFile() { first = true; },
    recordAt: (row) => whole ? 0 : lines.start[row],
    decode(block: Block): RecordBatch | undefined {
      if (!whole) lines.find(block, separator, true);
      if (!whole && first && lines.count > 0) lines.start[0] = afterMark(block.bytes, lines.start[0]!);
      first = false;
      const length = whole ? 1 : lines.count;
      if (length === 0) return undefined;
      const start = whole ? Int32Array.of(0) : lines.start.slice(0, length);
      const end = whole ? Int32Array.of(block.length) : lines.end.slice(0, length);
      return { length, columns: columns.map(() => bytesColumn(STRING, length, block.bytes, start, end)), selection: null };
    },
  };
}
/** A line a row; NULL is an empty line. @throws UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE unless there is one STRING column */
export function textLines(schema: Schema, lineSeparator: string | undefined): (batch: RecordBatch, out: BytesWriter) => void {
  const wrong = schema.fields.find((f) => f.type.kind !== 'string') ?? (schema.fields.length === 1 ? undefined : schema.fields[1]);
  if (wrong || schema.fields.length !== 1) raise('UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE', { format: 'Text', columnName: `\`${wrong?.name ?? ''}\``, columnType: `"${(wrong?.type.kind ?? 'void').toUpperCase()}"` });
  const end = Buffer.from(lineSeparator ?? '\n', 'utf8');
  return (batch, out) => {
    const column = batch.columns[0]!;
    const bytes = column.values as Uint8Array;
    const n = rowCount(batch);
    for (let i = 0; i < n; i++) {
      const r = batch.selection === null ? i : batch.selection[i]!;
      if (isValid(column.validity, r)) out.range(bytes, column.start![r]!, column.end![r]!);
      out.raw(end);
    }
  };
}
