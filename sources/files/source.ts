// The file sources text, csv and json: each epoch takes new files of a directory or pattern, in the order of their modification times.
// Files must be moved into the directory whole and never changed: a range is replayed from the logged files, and one whose size or time
// differs is an error. Half-written files are kept out by names that start with `_` or `.`.
// source: Spark FileStreamSource.

import {
  type ConnectContext, errorCode, makeDurableDirectory, type Offset, type OptionSet, raise, type RecordBatch, type Schema, type Source, type SourceDefinition, type SourceOpen, types,
} from '../../engine/plugin.js';
import { type FoundFile, type Known, listFiles } from './listing.js';
import { SeenFiles } from './log.js';
import { CSV_OPTIONS, FILE_OPTIONS, JSON_OPTIONS, STREAM_FILE_OPTIONS, TEXT_OPTIONS } from './options.js';
import { type Partition, partitionOf, withPartitions } from './partitions.js';
import { plainPath } from './patterns.js';
import { type FileFormat, FileReader } from './read.js';
import { csvRecordSchema, jsonRecordSchema } from './schema.js';

const entryOf = (offset: Offset | undefined): number => (typeof offset === 'object' && offset !== null && 'logOffset' in offset ? Number(offset.logOffset) : -1);
const offsetOf = (entry: number): Offset => ({ logOffset: entry });

const BYTE_UNITS: Readonly<Record<string, number>> = { k: 1024, m: 1024 ** 2, g: 1024 ** 3 };
function bytesOf(text: string): number {
  const m = /^(\d+)\s*([kmg])?b?$/i.exec(text.trim());
  return m ? Number(m[1]) * (BYTE_UNITS[(m[2] ?? '').toLowerCase()] ?? 1) : Number.NaN;
}

/** Files read before that are looked at again in a listing, in turns: a change is noticed, and a listing costs what is new. */
const CHECKED_AGAIN = 8;

class FileSource implements Source {
  private readonly format: FileFormat;
  private readonly request: SourceOpen;
  private readonly context: ConnectContext;
  private readonly reader: FileReader;
  private readonly log: SeenFiles;
  private readonly maxFiles: number | undefined;
  private readonly maxBytes: number | undefined;
  private readonly latestFirst: boolean;
  private readonly maxAgeMillis: number;
  private readonly maxCached: number;
  /** Found and not yet taken, from the last listing. */
  private pending: FoundFile[] = [];
  private frozen = false;
  private committed = -1;
  private readonly rewritten = new Set<string>();
  private checkedUpTo = 0;
  private readonly partition: (path: string) => Partition;

  constructor(format: FileFormat, request: SourceOpen, context: ConnectContext, log: SeenFiles) {
    const { options } = request;
    this.format = format;
    this.request = request;
    this.context = context;
    this.log = log;
    this.partition = partitionOf(options, context.host.files);
    this.reader = new FileReader(format, options, request.schema, request.columns, context.timeZone, context.host.files, context.reject);
    this.maxFiles = options.int('maxFilesPerTrigger');
    this.maxBytes = options.has('maxBytesPerTrigger') ? bytesOf(options.required('maxBytesPerTrigger')) : undefined;
    if (this.maxFiles !== undefined && this.maxBytes !== undefined) raise('CONFLICTING_OPTIONS', { format, options: 'maxFilesPerTrigger, maxBytesPerTrigger' });
    this.latestFirst = options.boolean('latestFirst');
    const limited = this.maxFiles !== undefined || this.maxBytes !== undefined;
    this.maxAgeMillis = this.latestFirst && limited ? Number.POSITIVE_INFINITY : options.duration('maxFileAge')!;
    this.maxCached = options.int('maxCachedFiles')!;
    if (options.get('cleanSource') === 'archive' && !options.has('sourceArchiveDir')) raise('MISSING_OPTION', { format, option: 'sourceArchiveDir', doc: 'where cleanSource=archive moves files' });
  }

  /** Files not seen before, in the order in which they are to be read. */
  private async discover(): Promise<FoundFile[]> {
    let old = 0;
    const known: Known = (path) => {
      const seen = this.log.find(path);
      if (!seen) return undefined;
      const turn = old++ - this.checkedUpTo;
      return turn >= 0 && turn < CHECKED_AGAIN ? undefined : { ...seen, path };
    };
    const found = await listFiles(this.context.host.files, this.request.options, known, this.partition);
    this.checkedUpTo = this.checkedUpTo + CHECKED_AGAIN < old ? this.checkedUpTo + CHECKED_AGAIN : 0;
    const oldest = this.log.newestMillis - this.maxAgeMillis;
    const fresh = found.filter((f) => {
      const seen = this.log.find(f.path);
      if (!seen) return !(f.modifiedMillis < oldest);
      if ((seen.sizeBytes !== f.sizeBytes || seen.modifiedMillis !== f.modifiedMillis) && !this.rewritten.has(f.path)) {
        this.rewritten.add(f.path);
        this.context.warn(`the file ${f.path} was changed after it had been read; the change is ignored`);
      }
      return false;
    });
    return this.latestFirst ? fresh.reverse() : fresh;
  }

  async latestOffset(after: Offset | undefined, unlimited: boolean): Promise<Offset | undefined> {
    this.log.require(entryOf(after));
    const limited = !unlimited && (this.maxFiles !== undefined || this.maxBytes !== undefined);
    const enough = limited && !this.latestFirst && this.pending.length > 0 && (this.maxFiles === undefined || this.pending.length >= this.maxFiles);
    if (!this.frozen && !enough) this.pending = await this.discover();
    let count = this.pending.length;
    if (limited && this.maxFiles !== undefined) count = Math.min(count, this.maxFiles);
    if (limited && this.maxBytes !== undefined) {
      let bytes = 0;
      count = this.pending.findIndex((f, i) => { bytes += f.sizeBytes; return i > 0 && bytes > this.maxBytes!; });
      if (count < 0) count = this.pending.length;
    }
    if (count > 0) {
      const taken = this.pending.splice(0, count);
      if (!this.frozen && this.pending.length > this.maxCached) this.pending.length = this.maxCached;
      await this.log.append(taken, Math.max(this.log.newestMillis, ...taken.slice(-1000).map((f) => f.modifiedMillis)) - this.maxAgeMillis, this.committed);
    }
    return this.log.newest < 0 ? undefined : offsetOf(this.log.newest);
  }
  async freeze(): Promise<void> {
    this.pending = await this.discover();
    this.frozen = true;
  }

  async *getBatch(after: Offset | undefined, upTo: Offset, signal: AbortSignal): AsyncGenerator<RecordBatch, void, undefined> {
    const { options } = this.request;
    for (const file of this.log.between(entryOf(after), entryOf(upTo))) {
      if (signal.aborted) return;
      const stat = await this.context.host.files.stat(file.path);
      if (!stat) {
        if (!options.boolean('ignoreMissingFiles')) raise('FAILED_READ_FILE.FILE_NOT_EXIST', { path: `file://${file.path}` });
        this.context.warn(`the file ${file.path} is gone and was skipped`);
        continue;
      }
      if (stat.sizeBytes !== file.sizeBytes || Math.floor(stat.modifiedMillis) !== Math.floor(file.modifiedMillis)) {
        const text = (size: number, time: number): string => `${size} bytes, modified at ${new Date(time).toISOString()}`;
        raise('FILE_CHANGED_AFTER_READ', { path: file.path, logged: text(file.sizeBytes, file.modifiedMillis), found: text(stat.sizeBytes, stat.modifiedMillis) });
      }
      yield* readTolerantly(this.reader, file.path, options, this.context, signal);
    }
  }

  async commit(upTo: Offset): Promise<void> {
    const entry = entryOf(upTo);
    const clean = this.request.options.get('cleanSource')!.toLowerCase();
    if (clean !== 'off') for (const file of this.log.between(this.committed, entry)) await this.clean(file.path, clean);
    this.committed = Math.max(this.committed, entry);
  }
  private async clean(path: string, how: string): Promise<void> {
    const { files } = this.context.host;
    try {
      if (how === 'delete') { await files.unlink(path); return; }
      const target = `${plainPath(this.request.options.required('sourceArchiveDir'))}/${path.replace(/^\/+/, '')}`;
      await makeDurableDirectory(files, target.slice(0, target.lastIndexOf('/')));
      await files.rename(path, target);
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') this.context.warn(`the file ${path} could not be cleaned up: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  async newestOffset(): Promise<Offset | undefined> { return this.log.newest < 0 ? undefined : offsetOf(this.log.newest); }
  metrics(): { readonly malformedRows?: number } { return this.format === 'text' ? {} : { malformedRows: this.reader.malformedRows }; }
  async close(): Promise<void> { /* nothing is held open */ }
}

/** The batches of a file; with ignoreCorruptFiles what cannot be read ends the file with a warning. */
async function* readTolerantly(reader: FileReader, path: string, options: OptionSet, context: Pick<ConnectContext, 'warn'>, signal: AbortSignal): AsyncGenerator<RecordBatch, void, undefined> {
  if (!options.boolean('ignoreCorruptFiles')) { yield* reader.read(path, signal); return; }
  try { yield* reader.read(path, signal); } catch (error) {
    context.warn(`the rest of the file ${path} was skipped: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const nullable = (schema: Schema): Schema => ({ fields: schema.fields.map((f) => types.field(f.name, f.type, true)) });

/** The definition of a file format. */
function fileSource(format: FileFormat, own: SourceDefinition['options']): SourceDefinition {
  return {
    format,
    options: [...FILE_OPTIONS, ...STREAM_FILE_OPTIONS, ...own],
    replayable: true,
    async schema(options, declared, context) {
      const partition = partitionOf(options, context.host.files);
      const found = await listFiles(context.host.files, options, undefined, partition);
      let schema = declared && nullable(declared);
      if (!schema && format === 'text') schema = { fields: [types.field('value', types.STRING)] };
      if (!schema && format === 'csv') schema = await csvRecordSchema(found, options, context);
      if (!schema) schema = await jsonRecordSchema(found, options, context);
      schema = withPartitions(schema, declared !== undefined, found, partition);
      if (format === 'text' && (schema.fields[0]?.type.kind !== 'string')) raise('UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE', { format: 'Text', columnName: `\`${schema.fields[0]?.name ?? ''}\``, columnType: '' });
      return schema;
    },
    async open(request, context) {
      await listFiles(context.host.files, request.options);
      return new FileSource(format, request, context, await SeenFiles.open(context.metadata, request.options.boolean('fileNameOnly')));
    },
    async *read(request, context, signal) {
      const { files } = context.host;
      const reader = new FileReader(format, request.options, request.schema, request.columns, context.timeZone, files);
      for (const file of await listFiles(files, request.options)) yield* readTolerantly(reader, file.path, request.options, context, signal);
    },
    describe: (options) => `FileStreamSource[file:${plainPath(options.get('path') ?? '')}]`,
  };
}
export const jsonSource = fileSource('json', JSON_OPTIONS);
export const csvSource = fileSource('csv', CSV_OPTIONS);
export const textSource = fileSource('text', TEXT_OPTIONS);
