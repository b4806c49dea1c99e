// Rows into files of json, csv or text: one for each combination of partition values, in a directory column=value for each of them.
// source: Spark FileFormatWriter, DynamicPartitionDataWriter; Hive's names of partition directories.

import { gzipSync } from 'node:zlib';
import {
  BytesWriter, columnOf, type ConnectContext, csvHeader, csvLines, csvOptions, type FileSystem, jsonLines, jsonOptions, makeDurableDirectory, type OptionSet, raise, reader, type RecordBatch, rowCount,
  type Schema, type SinkOpen, tableCellText, textLines, types, type Value, type WritableFile,
} from '../../engine/plugin.js';

export type FileFormat = 'json' | 'csv' | 'text';
/** What is written and not yet in a file, in all files together. */
const FLUSH_BYTES = 4 << 20;
const EXTENSION: Readonly<Record<FileFormat, string>> = { json: 'json', csv: 'csv', text: 'txt' };
/** Of the files' names, without the dot. */
export const extensionOf = (format: FileFormat, options: OptionSet): string => `${EXTENSION[format]}${isGzip(options) ? '.gz' : ''}`;

type WriteRows = (batch: RecordBatch, out: BytesWriter) => void;
interface Format { readonly header: string; readonly write: WriteRows }
function formatOf(format: FileFormat, schema: Schema, options: OptionSet, timeZone: string): Format {
  const get = (name: string): string | undefined => options.all.get(name.toLowerCase());
  switch (format) {
    case 'json': return { header: '', write: jsonLines(schema, jsonOptions(get, timeZone)) };
    case 'csv': { const o = csvOptions(get, timeZone, 'write'); return { header: o.header ? csvHeader(schema, o) : '', write: csvLines(schema, o) }; }
    case 'text': return { header: '', write: textLines(schema, get('lineSep')) };
  }
}
export const isGzip = (options: OptionSet): boolean => {
  const codec = (options.get('compression') ?? 'none').toLowerCase();
  if (codec === 'none' || codec === 'uncompressed') return false;
  return codec === 'gzip' || raise('INVALID_OPTION_VALUE', { format: 'file', option: 'compression', value: codec, expected: 'none or gzip' });
};
/** The directory that is written into. */
export const rootOf = (options: OptionSet, files: FileSystem): string => files.absolute(options.required('path').replace(/^file:(\/\/)?(?=\/)/, ''));

export interface WrittenFile { readonly path: string; readonly sizeBytes: number }

/** Files open at a time; of more partitions those written to longest ago are closed and appended to later. */
const MAX_OPEN = 256;

interface PartFile { readonly path: string; size: number; open: { readonly file: WritableFile; readonly out: BytesWriter } | undefined }

/** Writes rows into files below a directory, one for each combination of partition values. */
export class PartitionedWriter {
  private readonly parts = new Map<string, PartFile>();
  /** Those that are open, the one written to longest ago first. */
  private readonly open = new Set<PartFile>();
  private readonly files: FileSystem;
  private readonly root: string;
  private readonly made: Set<string>;
  private readonly nameOf: (index: number) => string;
  private readonly format: Format;
  private readonly gzip: boolean;
  private readonly partition: readonly PartitionColumn[];
  private readonly kept: readonly number[];
  private readonly schema: Schema;
  private readonly timeZone: string;

  /** `made`: folders that are known to be there, durably; shared by the epochs of a sink. */
  constructor(root: string, nameOf: (index: number) => string, format: FileFormat, request: SinkOpen, context: ConnectContext, made = new Set<string>()) {
    const { options, schema } = request;
    this.made = made;
    this.files = context.host.files;
    this.root = root;
    this.nameOf = nameOf;
    this.gzip = isGzip(options);
    this.schema = schema;
    this.timeZone = context.timeZone;
    this.partition = partitionColumns(options, schema, format);
    this.kept = schema.fields.map((_, i) => i).filter((i) => !this.partition.some((p) => p.at === i));
    this.format = formatOf(format, { fields: this.kept.map((i) => schema.fields[i]!) }, options, context.timeZone);
  }

  async add(batch: RecordBatch): Promise<void> {
    if (rowCount(batch) === 0) return;
    const columns = this.kept.map((i) => batch.columns[i]!);
    if (this.partition.length === 0) { await this.write('', { length: batch.length, columns, selection: batch.selection }); return; }
    for (const [directory, selection] of this.split(batch)) await this.write(directory, { length: batch.length, columns, selection });
  }
  /** Without rows there is a file, too: a CSV's header tells the columns. Not where rows would be in partitions. */
  async addNothing(): Promise<void> {
    if (this.partition.length === 0 && this.parts.size === 0) await this.write('', { length: 0, columns: this.kept.map((i) => columnOf(this.schema.fields[i]!.type, [])), selection: null });
  }
  private split(batch: RecordBatch): ReadonlyMap<string, Int32Array> {
    const parts = this.partition.map(({ at, name }) => {
      const { type } = this.schema.fields[at]!;
      const read = reader(batch.columns[at]!);
      const text = type.kind === 'binary' ? (v: Value): string => Buffer.from(v as Uint8Array).toString('utf8') : tableCellText(type, this.timeZone);
      return (r: number): string => { const v = read(r); const cell = v === null ? null : text(v); return `${escapeName(name)}=${cell === null || cell === '' ? '__HIVE_DEFAULT_PARTITION__' : escapeName(cell)}`; };
    });
    const rowsOf = new Map<string, number[]>();
    const n = rowCount(batch);
    for (let i = 0; i < n; i++) {
      const r = batch.selection ? batch.selection[i]! : i;
      const key = parts.map((p) => p(r)).join('/');
      const list = rowsOf.get(key);
      if (list) list.push(r); else rowsOf.set(key, [r]);
    }
    return new Map([...rowsOf].map(([key, list]) => [key, Int32Array.from(list)]));
  }
  private async write(directory: string, batch: RecordBatch): Promise<void> {
    let part = this.parts.get(directory);
    const begun = part !== undefined;
    if (!part) {
      const folder = directory === '' ? this.root : `${this.root}/${directory}`;
      if (!this.made.has(folder)) { await makeDurableDirectory(this.files, folder); this.made.add(folder); }
      part = { path: `${folder}/${this.nameOf(this.parts.size)}`, size: 0, open: undefined };
      this.parts.set(directory, part);
    }
    part.open ??= { file: await this.files.open(part.path, begun ? 'append' : 'truncate'), out: new BytesWriter() };
    this.open.delete(part);
    this.open.add(part);
    const { out } = part.open;
    if (!begun && this.format.header !== '') out.text(this.format.header);
    this.format.write(batch, out);
    if (out.length >= FLUSH_BYTES / this.open.size) await this.flush(part);
    if (this.open.size > MAX_OPEN) for (const oldest of this.open) { await this.shut(oldest); break; }
  }
  private async flush(part: PartFile): Promise<void> {
    const { file, out } = part.open!;
    if (out.length === 0) return;
    const bytes = this.gzip ? gzipSync(out.take()) : out.take();
    await file.write([bytes]);
    part.size += bytes.byteLength;
  }
  /** What was written is durable, and the file closed. */
  private async shut(part: PartFile): Promise<void> {
    await this.flush(part);
    await part.open!.file.sync();
    await part.open!.file.close();
    part.open = undefined;
    this.open.delete(part);
  }
  /** Everything durable; the files in the order in which they were begun. */
  async finish(): Promise<readonly WrittenFile[]> {
    const written: WrittenFile[] = [];
    const folders = new Set<string>();
    for (const part of this.parts.values()) {
      if (part.open) await this.shut(part);
      written.push({ path: part.path, sizeBytes: part.size });
      folders.add(part.path.slice(0, part.path.lastIndexOf('/')));
    }
    this.parts.clear();
    for (const folder of folders) await this.files.syncDirectory(folder);
    return written;
  }
  /** Closes what is open after a failure. */
  async abandon(): Promise<void> { for (const { open } of this.open) await open!.file.close().catch(() => undefined); this.open.clear(); }
}
// biome-ignore lint/suspicious/noControlCharactersInRegex: exactly what Hive escapes in names
const escapeName = (text: string): string => text.replace(/[\u0001-\u001f"#%'*/:=?\\{[\]^\u007f]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);

/** A column that becomes directories: its position, and its name as it was given. */
export interface PartitionColumn { readonly at: number; readonly name: string }
/** @throws INVALID_OPTION_VALUE, COLUMN_ALREADY_EXISTS, INVALID_PARTITION_COLUMN_DATA_TYPE, ALL_PARTITION_COLUMNS_NOT_ALLOWED */
export function partitionColumns(options: OptionSet, schema: Schema, format: string): readonly PartitionColumn[] {
  const given = options.get('partitionBy');
  if (given === undefined) return [];
  const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
  const names = columnNames(given);
  const twice = names.find((name, i) => names.findIndex((other) => same(other, name)) !== i);
  if (twice !== undefined) raise('COLUMN_ALREADY_EXISTS', { columnName: `\`${twice.toLowerCase()}\`` });
  const columns = names.map((name): PartitionColumn => {
    const at = schema.fields.findIndex((f) => same(f.name, name));
    if (at < 0) raise('INVALID_OPTION_VALUE', { format, option: 'partitionBy', value: name, expected: `columns of ${schema.fields.map((f) => f.name).join(', ')}` });
    const { type } = schema.fields[at]!;
    if (NO_NAMES.has(type.kind) || (type.kind === 'string' && type.collation !== undefined)) raise('INVALID_PARTITION_COLUMN_DATA_TYPE', { type: `"${types.sqlName(type)}"` });
    return { at, name };
  });
  if (columns.length === schema.fields.length) raise('ALL_PARTITION_COLUMNS_NOT_ALLOWED');
  return columns;
}
/** Types whose values name no directory. */
const NO_NAMES: ReadonlySet<types.DataType['kind']> = new Set<types.DataType['kind']>(['struct', 'array', 'map', 'variant', 'interval', 'void']);
/** As a JSON list, or separated by commas. */
function columnNames(given: string): readonly string[] {
  let list: unknown;
  try { list = JSON.parse(given); } catch { /* it is none */ }
  return Array.isArray(list) && list.every((name) => typeof name === 'string') ? list : given.split(',').map((name) => name.trim());
}
