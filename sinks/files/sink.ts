// Files of json, csv or text. A stream writes one file a partition and epoch, with names that depend on the epoch only, and then the
// epoch's entry in the manifest `_spark_metadata`: readers that follow the manifest see each committed row once. A second write of an
// epoch that is in the manifest changes nothing; one that is not replaces the files of the crashed attempt.
// The manifest has Spark's format, so Spark reads the directory too.
// source: Spark FileStreamSink, FileStreamSinkLog, ManifestFileCommitProtocol; DataFrameWriter's save modes.

import { gzipSync } from 'node:zlib';
import {
  BytesWriter, COMPACT_EVERY, type ConnectContext, createFile, csvHeader, csvLines, csvOptions, entriesInForce, entryName, type FileSystem, type Host,
  isCompaction, jsonLines, jsonOptions, listDirectory, makeDurableDirectory, MANIFEST, manifestEntries, type OptionSet, raise, reader, readManifest, type RecordBatch, replaceFile, rowCount, type Schema, settleDirectory, type Sink, type SinkDefinition, type SinkOpen, tableCellText, textLines, type WritableFile,
} from '../../engine/plugin.js';
import { CSV_WRITE_OPTIONS, FILE_WRITE_OPTIONS, JSON_WRITE_OPTIONS, TEXT_WRITE_OPTIONS } from './options.js';

export type FileFormat = 'json' | 'csv' | 'text';
/** In the manifest's directory: the id of the query that writes. Readers, Spark's too, look at numbered files only. */
const OWNER = '_query';
/** What is written and not yet in a file, in all files together. */
const FLUSH_BYTES = 4 << 20;
const EXTENSION: Readonly<Record<FileFormat, string>> = { json: 'json', csv: 'csv', text: 'txt' };

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
const isGzip = (options: OptionSet): boolean => {
  const codec = (options.get('compression') ?? 'none').toLowerCase();
  if (codec === 'none' || codec === 'uncompressed') return false;
  return codec === 'gzip' || raise('INVALID_OPTION_VALUE', { format: 'file', option: 'compression', value: codec, expected: 'none or gzip' });
};
const rootOf = (options: OptionSet, files: FileSystem): string => files.absolute(options.required('path').replace(/^file:(\/\/)?(?=\/)/, ''));

export interface WrittenFile { readonly path: string; readonly sizeBytes: number }

/** Files open at a time; of more partitions those written to longest ago are closed and appended to later. */
const MAX_OPEN = 256;

interface PartFile { readonly path: string; size: number; open: { readonly file: WritableFile; readonly out: BytesWriter } | undefined }

/** Writes rows into files below a directory, one for each combination of partition values. */
class PartitionedWriter {
  private readonly parts = new Map<string, PartFile>();
  /** Those that are open, the one written to longest ago first. */
  private readonly open = new Set<PartFile>();
  private readonly files: FileSystem;
  private readonly root: string;
  private readonly made: Set<string>;
  private readonly nameOf: (index: number) => string;
  private readonly format: Format;
  private readonly gzip: boolean;
  private readonly partition: readonly number[];
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
    this.kept = schema.fields.map((_, i) => i).filter((i) => !this.partition.includes(i));
    this.format = formatOf(format, { fields: this.kept.map((i) => schema.fields[i]!) }, options, context.timeZone);
  }

  async add(batch: RecordBatch): Promise<void> {
    if (rowCount(batch) === 0) return;
    const columns = this.kept.map((i) => batch.columns[i]!);
    if (this.partition.length === 0) { await this.write('', { length: batch.length, columns, selection: batch.selection }); return; }
    for (const [directory, selection] of this.split(batch)) await this.write(directory, { length: batch.length, columns, selection });
  }
  private split(batch: RecordBatch): ReadonlyMap<string, Int32Array> {
    const parts = this.partition.map((i) => {
      const { name, type } = this.schema.fields[i]!;
      const read = reader(batch.columns[i]!);
      const text = tableCellText(type, this.timeZone);
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

function partitionColumns(options: OptionSet, schema: Schema, format: string): readonly number[] {
  const given = options.get('partitionBy');
  if (given === undefined) return [];
  const names: unknown = given.trim().startsWith('[') ? JSON.parse(given) : given.split(',').map((n) => n.trim());
  const columns = (names as readonly string[]).map((name) => {
    const at = schema.fields.findIndex((f) => f.name.toLowerCase() === name.toLowerCase());
    return at >= 0 ? at : raise('INVALID_OPTION_VALUE', { format, option: 'partitionBy', value: name, expected: `columns of ${schema.fields.map((f) => f.name).join(', ')}` });
  });
  if (columns.length === schema.fields.length) raise('INVALID_OPTION_VALUE', { format, option: 'partitionBy', value: given, expected: 'fewer columns than there are' });
  return columns;
}

// ── Streams ──────────────────────────────────────────────────────────────────────────────────────

class FileSink implements Sink {
  private readonly format: FileFormat;
  private readonly request: SinkOpen;
  private readonly context: ConnectContext;
  private readonly root: string;
  private readonly log: string;
  private readonly made = new Set<string>();
  private latest: number | undefined;

  private constructor(format: FileFormat, request: SinkOpen, context: ConnectContext, latest: number | undefined) {
    this.format = format;
    this.request = request;
    this.context = context;
    this.root = rootOf(request.options, context.host.files);
    this.log = `${this.root}/${MANIFEST}`;
    this.latest = latest;
  }
  static async open(format: FileFormat, request: SinkOpen, context: ConnectContext): Promise<FileSink> {
    const { files } = context.host;
    const log = `${rootOf(request.options, files)}/${MANIFEST}`;
    partitionColumns(request.options, request.schema, format);
    isGzip(request.options);
    await makeDurableDirectory(files, log);
    const latest = entriesInForce(await settleDirectory(files, log)).at(-1)?.number;
    await ownDirectory(files, log, context.queryId, latest);
    await manifestEntries(files, log);
    return new FileSink(format, request, context, latest);
  }
  async lastCommitted(): Promise<number | undefined> { return this.latest; }

  async addBatch({ epoch, changes }: Parameters<Sink['addBatch']>[0]): Promise<void> {
    if (this.latest !== undefined && epoch <= this.latest) return;
    const { host, queryId } = this.context;
    const extension = `${EXTENSION[this.format]}${isGzip(this.request.options) ? '.gz' : ''}`;
    const writer = new PartitionedWriter(this.root, (i) => `part-${String(i).padStart(5, '0')}-${queryId}-${epoch}.c000.${extension}`, this.format, this.request, this.context, this.made);
    let written: readonly WrittenFile[];
    try {
      for await (const change of changes) await writer.add(change);
      written = await writer.finish();
    } catch (error) { await writer.abandon(); throw error; }
    await this.commit(epoch, written, host);
    this.latest = epoch;
  }

  private async commit(epoch: number, written: readonly WrittenFile[], host: Host): Promise<void> {
    const { files } = host;
    const now = host.clock.now();
    const lines = written.map(({ path, sizeBytes }) => entryLine(path, sizeBytes, now));
    const compact = isCompaction(epoch);
    if (compact) lines.unshift(...await this.older(files, now));
    await createFile(files, this.log, entryName(epoch), [Buffer.from(['v1', ...lines].join('\n'), 'utf8')]);
    if (compact) await this.purge(files, epoch);
  }
  /** The lines of all entries so far, without those older than the option `retention`. */
  private async older(files: FileSystem, now: number): Promise<readonly string[]> {
    const from = now - (this.request.options.duration('retention') ?? Number.POSITIVE_INFINITY);
    return (await readManifest(files, this.log)).filter((line) => line.modificationTime >= from).map((line) => JSON.stringify(line));
  }
  private async purge(files: FileSystem, epoch: number): Promise<void> {
    for (const name of await listDirectory(files, this.log)) {
      const m = /^(\d+)(\.compact)?$/.exec(name);
      // The last compacted one stays: a reader may be in the middle of it.
      if (m && Number(m[1]) < epoch - COMPACT_EVERY) await files.unlink(`${this.log}/${name}`).catch(() => undefined);
    }
  }
  async close(): Promise<void> { /* files are closed with their epoch */ }
}
/** Epochs are numbered by a query's checkpoint: those of another query would be taken for written already, and lost.
 *  @throws SINK_DIRECTORY_TAKEN */
async function ownDirectory(files: FileSystem, log: string, queryId: string, latest: number | undefined): Promise<void> {
  const names = await files.readDirectory(log);
  const taken = (by: string): never => raise('SINK_DIRECTORY_TAKEN', { path: log.slice(0, -MANIFEST.length - 1), by, epoch: String(latest ?? 'none') });
  if (!names.includes(OWNER)) {
    if (latest !== undefined) taken('another program');
    await createFile(files, log, OWNER, [Buffer.from(queryId, 'utf8')]);
    return;
  }
  const owner = Buffer.from(await files.readFile(`${log}/${OWNER}`)).toString('utf8');
  if (owner !== queryId) taken(`the query ${owner}`);
}
/** As a URI: what would end its path is escaped, too. */
const entryLine = (path: string, sizeBytes: number, now: number): string =>
  JSON.stringify({ path: `file://${encodeURI(path).replace(/[?#]/g, encodeURIComponent)}`, size: sizeBytes, isDir: false, modificationTime: now, blockReplication: 1, blockSize: 33554432, action: 'add' });

// ── Batches ──────────────────────────────────────────────────────────────────────────────────────

async function writeTable(format: FileFormat, request: SinkOpen, batches: AsyncIterable<RecordBatch>, save: 'error' | 'append' | 'overwrite' | 'ignore', context: ConnectContext): Promise<void> {
  const { files } = context.host;
  const root = rootOf(request.options, files);
  if (await files.stat(root)) {
    if (save === 'error') raise('PATH_ALREADY_EXISTS', { outputPath: `file:${root}` });
    if (save === 'ignore') return;
  }
  // Written aside, then moved into place: a failed write leaves the old table.
  const id = context.host.uuid();
  const aside = `${root}/_temporary-${id}`;
  const extension = `${EXTENSION[format]}${isGzip(request.options) ? '.gz' : ''}`;
  const writer = new PartitionedWriter(aside, (i) => `part-${String(i).padStart(5, '0')}-${id}.c000.${extension}`, format, request, context);
  try {
    for await (const batch of batches) await writer.add(batch);
    const written = await writer.finish();
    await makeDurableDirectory(files, root);
    if (save === 'overwrite') for (const name of await files.readDirectory(root)) if (name !== `_temporary-${id}`) await files.removeDirectory(`${root}/${name}`);
    for (const { path } of written) {
      const target = root + path.slice(aside.length);
      await makeDurableDirectory(files, target.slice(0, target.lastIndexOf('/')));
      await files.rename(path, target);
    }
    await replaceFile(files, root, '_SUCCESS', []);
  } catch (error) { await writer.abandon(); throw error; } finally {
    if (await files.stat(aside)) await files.removeDirectory(aside);
  }
}

function fileSink(format: FileFormat, own: SinkDefinition['options']): SinkDefinition {
  return {
    format, options: [...FILE_WRITE_OPTIONS, ...own], modes: ['append'], temporaryCheckpoint: false,
    open: (request, context) => FileSink.open(format, request, context),
    write: (request, batches, save, context) => writeTable(format, request, batches, save, context),
    describe: (options) => `FileSink[${options.get('path') ?? ''}]`,
  };
}
export const jsonSink = fileSink('json', JSON_WRITE_OPTIONS);
export const csvSink = fileSink('csv', CSV_WRITE_OPTIONS);
export const textSink = fileSink('text', TEXT_WRITE_OPTIONS);
