// CSV by Spark's rules: fields of one record, records of a block to columns, rows to text. A record with too few or too many fields is
// malformed but keeps what it has; a value that does not fit is NULL and marks the record. Lines of blanks are no records (without
// multiLine). Plain lines are read among the bytes (csv-bytes.ts). Also the value rules of from_csv and to_csv.
// source: Spark UnivocityParser, CSVOptions, UnivocityGenerator; behaviour of univocity-parsers as the recorded answers show it.

import { isUtf8 } from 'node:buffer';
import { raise } from '../../planner/errors/index.js';
import type { DataType, Schema } from '../../planner/types.js';
import type { Value, VariantValue } from '../../planner/values.js';
import { columnBuilder } from '../columnar/build.js';
import { isValid, type RecordBatch, rowCount } from '../columnar/column.js';
import { decodeText, validReader } from '../columnar/read.js';
import { type Block, type BlockDecoder, type DroppedRecord, LineIndex, type RecordIndex } from './block.js';
import { type CsvBytes, type CsvBytesSpec, csvBytes, LEFT } from './csv-bytes.js';
import { type CsvOptions, csvOptions } from './csv-options.js';
import { RowTargets } from './decode-targets.js';
import type { BytesWriter } from './bytes-writer.js';
import { parseDecimal } from './decimal.js';
import { parseCalendar, parseDayTime, parseYearMonth } from './interval-text.js';
import { decimalText, doubleText, floatOfText, floatText, parseIntegerText, parseJavaDouble } from './number-text.js';
import { renderer, variantText } from './render.js';

export { type CsvOptions, csvOptions };

const isBlank = (c: string | undefined): boolean => c !== undefined && c <= ' ';
function trimLeft(text: string): string { let i = 0; while (isBlank(text[i])) i++; return text.slice(i); }
function trimRight(text: string): string { let i = text.length; while (i > 0 && isBlank(text[i - 1])) i--; return text.slice(0, i); }

/** Whether a line is left out as one of blanks. */
export const isBlankLine = (text: string): boolean => { for (let i = 0; i < text.length; i++) if (!isBlank(text[i])) return false; return true; };

/** Splits text into records of fields. A field is null where nothing stood between separators. */
export class CsvTokenizer {
  at = 0;
  /** What ends a record; undefined: the end of the text. */
  private lineEnd: string | undefined;
  /** Whether line ends were found out: then they become line feeds in quotes, and a line feed is one too where a field would begin. */
  private normal = false;
  private readonly o: CsvOptions;
  constructor(options: CsvOptions) {
    this.o = options;
    this.lineEnd = options.multiLine ? '\n' : undefined;
  }
  /** Begins a text of records that end so. Undefined: as univocity finds it out, by the first line end there is, be it in quotes; another one
   *  is then a character like others. */
  start(text: string, lineSeparator: string | undefined): string {
    this.at = 0;
    this.normal = lineSeparator === undefined;
    this.lineEnd = lineSeparator ?? /\r\n?|\n/.exec(text)?.[0] ?? '\n';
    return this.lineEnd;
  }
  /** The fields of the record that starts at `at`, which moves behind the record's line end. */
  record(text: string): (string | null)[] {
    const { separator, quote, maxColumns } = this.o;
    const fields: (string | null)[] = [];
    for (;;) {
      if (fields.length >= maxColumns) raise('MALFORMED_CSV_RECORD', { badRecord: text });
      let from = this.at;
      if (this.o.trimLeft) while (isBlank(text[from]) && !this.isLineEnd(text, from) && !text.startsWith(separator, from)) from++;
      if (this.normal && text[from] === '\n') { fields.push(null); this.at = from + 1; return fields; }
      if (quote !== '' && text[from] === quote) fields.push(this.normalized(this.quoted(text, from)));
      else fields.push(this.plain(text, from));
      if (text.startsWith(separator, this.at)) { this.at += separator.length; continue; }
      if (this.at < text.length) this.at += this.lineEnd!.length;
      return fields;
    }
  }
  private isLineEnd(text: string, i: number): boolean { return this.lineEnd !== undefined && text.startsWith(this.lineEnd, i); }
  private stop(text: string, from: number): number {
    const { separator } = this.o;
    if (this.lineEnd === undefined) { const found = text.indexOf(separator, from); return found < 0 ? text.length : found; }
    let i = from;
    while (i < text.length && !text.startsWith(separator, i) && !this.isLineEnd(text, i)) i++;
    return i;
  }
  private normalized(value: string): string { return this.normal && this.lineEnd !== '\n' ? value.replaceAll(this.lineEnd!, '\n') : value; }
  private plain(text: string, from: number): string | null {
    const end = this.stop(text, from);
    this.at = end;
    const value = this.limit(text.slice(from, end));
    const trimmed = this.o.trimRight ? trimRight(value) : value;
    return trimmed === '' ? null : trimmed;
  }
  private limit(value: string): string {
    const most = this.o.maxCharsPerColumn;
    if (most >= 0 && value.length > most) raise('MALFORMED_CSV_RECORD', { badRecord: value });
    return value;
  }
  private quoted(text: string, from: number): string {
    const { quote, escape: escaper, charToEscapeQuoteEscaping, separator } = this.o;
    let out = '';
    let i = from + 1;
    let run = i;
    while (i < text.length) {
      const c = text[i]!;
      if (c === escaper && escaper !== quote && (text[i + 1] === quote || (text[i + 1] === escaper && charToEscapeQuoteEscaping === escaper))) {
        out += text.slice(run, i);
        run = i + 1;
        i += 2;
        continue;
      }
      if (c === quote) {
        if (escaper === quote && text[i + 1] === quote) { out += text.slice(run, i + 1); i += 2; run = i; continue; }
        let after = i + 1;
        while (isBlank(text[after]) && !this.isLineEnd(text, after) && !text.startsWith(separator, after)) after++;
        if (after >= text.length || text.startsWith(separator, after) || this.isLineEnd(text, after)) {
          this.at = after;
          const value = this.limit(out + text.slice(run, i));
          return value === '' ? this.o.emptyValue : value;
        }
        // A quote inside that nothing escapes: by default the field is read as if it had not been quoted.
        if (this.o.unescapedQuoteHandling === 'STOP_AT_CLOSING_QUOTE') { i++; continue; }
        if (this.o.unescapedQuoteHandling === 'RAISE_ERROR') raise('MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION', { badRecord: text.slice(from, from + 100), failFastMode: 'RAISE_ERROR' });
        const end = this.stop(text, i);
        this.at = end;
        return this.o.unescapedQuoteHandling === 'SKIP_VALUE' ? '' : this.limit(quote + out + text.slice(run, end));
      }
      i++;
    }
    this.at = text.length;
    // A quote that opens nothing is the value.
    return this.limit(from + 1 === text.length ? quote : out + text.slice(run));
  }
}

/** The records of a text of several lines: their fields, their text without its line end, and the byte at which they begin. */
export function eachRecord(tokens: CsvTokenizer, { comment, lineSeparator }: CsvOptions, text: string, add: (fields: readonly (string | null)[], raw: string, offset: number) => void): void {
  const lineEnd = tokens.start(text, lineSeparator);
  let [counted, bytes] = [0, 0];
  while (tokens.at < text.length) {
    const from = tokens.at;
    if (text.startsWith(lineEnd, from)) { tokens.at += lineEnd.length; continue; }
    if (text[from] === '\n' && lineSeparator === undefined) { tokens.at++; continue; }
    if (comment !== '' && text.startsWith(comment, from)) {
      const end = text.indexOf(lineEnd, from);
      tokens.at = end < 0 ? text.length : end + lineEnd.length;
      continue;
    }
    const fields = tokens.record(text);
    bytes += Buffer.byteLength(text.slice(counted, from));
    counted = from;
    add(fields, text.slice(from, tokens.at).replace(/[\r\n]+$/, ''), bytes);
  }
}

/** Reads one field as a type; undefined if it does not fit. Made once a column. */
export function csvValue(type: DataType, options: CsvOptions): (text: string) => Value | undefined {
  const { temporal } = options;
  const small = (bits: 8 | 16 | 32) => (text: string): Value | undefined => { const v = parseIntegerText(text, bits); return v === undefined ? undefined : Number(v); };
  const double = (text: string): number | undefined => {
    if (text === options.nanValue) return Number.NaN;
    if (text === options.positiveInf) return Infinity;
    if (text === options.negativeInf) return -Infinity;
    return parseJavaDouble(text);
  };
  switch (type.kind) {
    case 'string': return (text) => text;
    case 'boolean': return (text) => /^true$/i.test(text) ? true : /^false$/i.test(text) ? false : undefined;
    case 'tinyint': return small(8);
    case 'smallint': return small(16);
    case 'int': return small(32);
    case 'bigint': return (text) => parseIntegerText(text, 64);
    case 'float': return (text) => { const v = double(text); return v === undefined ? undefined : floatOfText(text, v); };
    case 'double': return double;
    case 'decimal': return (text) => parseDecimal(text.replaceAll(',', ''), type);
    case 'date': return temporal.date;
    case 'timestamp': return temporal.timestamp;
    case 'timestamp_ntz': return temporal.timestampNtz;
    case 'time': return (text) => temporal.timestampNtz(`1970-01-01 ${text}`);
    case 'binary': return (text) => new Uint8Array(Buffer.from(text, 'utf8'));
    case 'year_month_interval': return (text) => { const v = parseYearMonth(text, type); return typeof v === 'string' ? undefined : v; };
    case 'day_time_interval': return (text) => { const v = parseDayTime(text, type); return typeof v === 'string' ? undefined : v; };
    case 'interval': return parseCalendar;
    default: return raise('UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE', { format: 'CSV', columnName: '', columnType: type.kind.toUpperCase() });
  }
}

/** Where the requested columns are in a record, and how their text is read. */
function csvColumns(schema: Schema, columns: readonly number[], options: CsvOptions): CsvBytesSpec {
  // The corrupt-record column is not in the file.
  const data = schema.fields.map((f, i) => ({ f, i })).filter(({ f }) => !(f.name === options.corruptColumn && f.type.kind === 'string'));
  const place = new Map(data.map(({ i }, k) => [i, k]));
  return {
    width: data.length, options,
    counted: columns.length === schema.fields.length || columns.some((c) => !place.has(c)) || data.every(({ i }) => columns.includes(i)),
    columns: columns.map((c) => ({ at: place.get(c) ?? -1, type: schema.fields[c]!.type, read: place.has(c) ? csvValue(schema.fields[c]!.type, options) : undefined })),
  };
}
export interface CsvRecord { readonly values: readonly Value[]; readonly bad: boolean }
/** Fields to values of the requested columns. */
export const csvRecordReader = (schema: Schema, columns: readonly number[], options: CsvOptions): ((fields: readonly (string | null)[]) => CsvRecord) =>
  recordReader(csvColumns(schema, columns, options));
function recordReader({ width, counted, columns, options }: CsvBytesSpec): (fields: readonly (string | null)[]) => CsvRecord {
  return (fields) => {
    let bad = counted && fields.length !== width;
    const values = columns.map(({ at, read }): Value => {
      const text = at < 0 || at >= fields.length ? null : fields[at]!;
      if (text === null || text === options.nullValue || read === undefined) return null;
      const v = read(text);
      if (v === undefined) { bad = true; return null; }
      return v;
    });
    return { values, bad };
  };
}

/** Blocks of CSV to batches. Quoted line ends need `multiLine`, and then a block must be a whole file. */
export function csvDecoder(schema: Schema, columns: readonly number[], options: CsvOptions): BlockDecoder { return new CsvDecoder(schema, columns, options); }

class CsvDecoder implements BlockDecoder {
  malformedRows = 0;
  row = 0;
  onDrop: ((record: DroppedRecord) => void) | undefined;
  private readonly o: CsvOptions;
  private readonly schema: Schema;
  private readonly columns: readonly number[];
  private readonly read: (fields: readonly (string | null)[]) => CsvRecord;
  private readonly tokens: CsvTokenizer;
  private readonly fast: CsvBytes | undefined;
  private readonly targets: RowTargets;
  private readonly corrupt: number;
  private readonly separator: Uint8Array | undefined;
  private readonly lines = new LineIndex();
  private headerNext: boolean;
  private first = true;
  private path = '';

  constructor(schema: Schema, columns: readonly number[], options: CsvOptions) {
    this.o = options;
    this.schema = schema;
    this.columns = columns;
    const spec = csvColumns(schema, columns, options);
    this.read = recordReader(spec);
    this.fast = csvBytes(spec);
    this.targets = new RowTargets(columns.map((c) => schema.fields[c]!.type));
    this.tokens = new CsvTokenizer(options);
    this.corrupt = columns.findIndex((c) => schema.fields[c]!.name === options.corruptColumn && schema.fields[c]!.type.kind === 'string');
    this.separator = options.lineSeparator === undefined ? undefined : Buffer.from(options.lineSeparator, 'utf8');
    this.headerNext = options.header;
  }
  startFile(path: string): void { this.path = path; this.headerNext = this.o.header; this.first = true; }

  recordAt(row: number): number | undefined { return this.o.multiLine ? undefined : this.lines.start[row]; }

  decode(block: Block, records?: RecordIndex): RecordBatch | undefined {
    if (records) return this.byLines(block, 0, records);
    let from = 0;
    if (this.first) {
      this.first = false;
      if (block.bytes[0] === 0xef && block.bytes[1] === 0xbb && block.bytes[2] === 0xbf) from = 3;
    }
    return this.o.multiLine ? this.whole(block, from) : this.byLines(block, from);
  }

  /** Lines that are plain among the bytes, the others as text. */
  private byLines(block: Block, from: number, records?: RecordIndex): RecordBatch | undefined {
    const { lines, targets, o } = this;
    if (records) lines.given(records); else lines.find(block, this.separator, false);
    const n = lines.count;
    if (n === 0) return undefined;
    if (lines.start[0]! < from) lines.start[0] = from;
    targets.begin(block, n);
    const fast = isUtf8(block.bytes.subarray(0, block.length)) ? this.fast : undefined;
    fast?.read(block.bytes, lines, targets);
    const kept = new Int32Array(n);
    let count = 0;
    for (let r = 0; r < n; r++) {
      this.row = r;
      if (fast !== undefined && !this.headerNext && fast.rows[r] !== LEFT) { kept[count++] = r; continue; }
      const text = decodeText(block.bytes, lines.start[r]!, lines.end[r]!);
      if (records && isBlankLine(text)) { targets.clear(r); kept[count++] = r; continue; }
      if (isBlankLine(text) || (o.comment !== '' && text.startsWith(o.comment))) continue;
      this.tokens.at = 0;
      const record = this.record(this.tokens.record(text), text, lines.start[r]!);
      if (record === undefined) continue;
      record.values.forEach((v, k) => { targets.store(k, r, k === this.corrupt && record.bad ? text : v); });
      kept[count++] = r;
    }
    if (count === 0) { targets.forget(); return undefined; }
    return { length: n, columns: targets.finish(n), selection: count === n ? null : kept.subarray(0, count) };
  }

  /** A record's values; undefined for a header, and for a malformed record that is dropped. */
  private record(fields: readonly (string | null)[], raw: string, offset: number): CsvRecord | undefined {
    if (this.headerNext) { this.headerNext = false; this.checkHeader(fields); return undefined; }
    const record = this.read(fields);
    if (!record.bad) return record;
    this.malformedRows++;
    if (this.o.mode === 'DROPMALFORMED') { this.onDrop?.({ offset, reason: 'its fields do not fit the columns', raw: () => raw }); return undefined; }
    if (this.o.mode === 'FAILFAST') raise('MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION', { badRecord: `[${record.values.map((v) => v === null ? 'null' : String(v)).join(',')}]`, failFastMode: 'FAILFAST' }, { hint: raw.slice(0, 200) });
    return record;
  }

  private whole(block: Block, from: number): RecordBatch | undefined {
    const builders = this.columns.map((c) => columnBuilder(this.schema.fields[c]!.type, 256));
    let length = 0;
    eachRecord(this.tokens, this.o, decodeText(block.bytes, from, block.length), (fields, raw, offset) => {
      const record = this.record(fields, raw, from + offset);
      if (record === undefined) return;
      for (let k = 0; k < builders.length; k++) builders[k]!.append(k === this.corrupt && record.bad ? raw : record.values[k]!);
      length++;
    });
    return length === 0 ? undefined : { length, columns: builders.map((b) => b.finish()), selection: null };
  }
  private checkHeader(fields: readonly (string | null)[]): void {
    if (this.o.enforceSchema) return;
    const names = this.schema.fields.filter((f) => f.name !== this.o.corruptColumn).map((f) => f.name);
    const same = names.length === fields.length && names.every((n, i) => n.toLowerCase() === fields[i]?.trim().toLowerCase());
    if (!same) raise('CSV_HEADER_MISMATCH', { path: this.path, header: fields.join(', '), schema: names.join(', ') });
  }
}

// ── Writing ──────────────────────────────────────────────────────────────────────────────────────

/** A value as the text of a cell, before quoting. */
export function csvText(type: DataType, options: CsvOptions): (value: Value) => string {
  const { temporal } = options;
  switch (type.kind) {
    case 'string': return (v) => v as string;
    case 'float': return (v) => floatText(v as number);
    case 'double': return (v) => doubleText(v as number);
    case 'decimal': return (v) => decimalText(v as bigint, type.scale);
    case 'date': return (v) => temporal.dateText(v as number);
    case 'timestamp': return (v) => temporal.timestampText(v as bigint);
    case 'timestamp_ntz': return (v) => temporal.timestampNtzText(v as bigint);
    case 'variant': return (v) => variantText(v as VariantValue, temporal.zone);
    default: return renderer(type, { zone: temporal.zone, nullText: options.nullValue });
  }
}

/** One record of cells (null: NULL) without its line end. */
export function csvLine(cells: readonly (string | null)[], options: CsvOptions): string {
  return cells.map((c, i) => csvCell(c, options, i === 0)).join(options.separator);
}
/** `first`: the first cell of its line, which must not look like a comment to univocity. */
function csvCell(cell: string | null, o: CsvOptions, first: boolean): string {
  if (cell === null) return o.quoteAll ? `${o.quote}${o.nullValue}${o.quote}` : o.nullValue;
  let text = cell;
  if (o.trimLeft) text = trimLeft(text);
  if (o.trimRight) text = trimRight(text);
  if (text === '') return o.quoteAll ? `${o.quote}${o.emptyValue === '""' ? '' : o.emptyValue}${o.quote}` : o.emptyValue;
  const { quote, escape: escaper, separator } = o;
  if (quote === '') return text;
  const hasQuote = text.includes(quote);
  const must = o.quoteAll || (first && text.startsWith(o.comment || '#')) || text.includes(separator) || /[\r\n]/.test(text) || (o.escapeQuotes && hasQuote) || (!o.escapeQuotes && text.startsWith(quote));
  if (!must) return text;
  const inner = escaper === quote ? text.replaceAll(quote, quote + quote) : text.replaceAll(escaper, escaper + escaper).replaceAll(quote, escaper + quote);
  return quote + inner + quote;
}
/** Records of batches, each with its line end. A single NULL column that prints as nothing gives no line. */
export function csvLines(schema: Schema, options: CsvOptions): (batch: RecordBatch, out: BytesWriter) => void {
  const records = csvRecords(schema, options);
  const end = options.lineSeparator ?? '\n';
  return (batch, out) => records(batch, (line) => { if (line !== '') out.text(line + end); });
}
/** The rows of a batch as records one after the other, without line ends, where each ends in `ends`. */
export function csvColumn(schema: Schema, options: CsvOptions): (batch: RecordBatch, out: BytesWriter, ends: Int32Array) => void {
  const records = csvRecords(schema, options);
  return (batch, out, ends) => records(batch, (line, i) => { out.text(line); ends[i] = out.length; });
}
function csvRecords(schema: Schema, options: CsvOptions): (batch: RecordBatch, emit: (line: string, index: number) => void) => void {
  for (const f of schema.fields) {
    if (f.type.kind === 'array' || f.type.kind === 'map' || f.type.kind === 'struct' || f.type.kind === 'variant') {
      raise('UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE', { format: 'CSV', columnName: `\`${f.name}\``, columnType: `"${f.type.kind.toUpperCase()}"` });
    }
  }
  const print = schema.fields.map((f) => csvText(f.type, options));
  return (batch, emit) => {
    const read = batch.columns.map(validReader);
    const n = rowCount(batch);
    const cells: (string | null)[] = new Array(print.length);
    for (let i = 0; i < n; i++) {
      const r = batch.selection === null ? i : batch.selection[i]!;
      for (let k = 0; k < print.length; k++) cells[k] = isValid(batch.columns[k]!.validity, r) ? print[k]!(read[k]!(r)) : null;
      emit(csvLine(cells, options), i);
    }
  };
}
/** The line of column names. */
export const csvHeader = (schema: Schema, options: CsvOptions): string => csvLine(schema.fields.map((f) => f.name), options) + (options.lineSeparator ?? '\n');
