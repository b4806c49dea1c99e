// Files of json, csv or text. A stream writes one file a partition and epoch, with names that depend on the epoch only, and then the
// epoch's entry in the manifest `_spark_metadata`: readers that follow the manifest see each committed row once. A second write of an
// epoch that is in the manifest changes nothing; one that is not replaces the files of the crashed attempt.
// The manifest has Spark's format, so Spark reads the directory too.
// source: Spark FileStreamSink, FileStreamSinkLog, ManifestFileCommitProtocol.

import {
  COMPACT_EVERY, type ConnectContext, createFile, entriesInForce, entryName, type FileSystem, type Host, isCompaction, listDirectory, makeDurableDirectory, MANIFEST, manifestEntries, raise,
  readManifest, settleDirectory, type Sink, type SinkDefinition, type SinkOpen,
} from '../../engine/plugin.js';
import { CSV_WRITE_OPTIONS, FILE_WRITE_OPTIONS, JSON_WRITE_OPTIONS, TEXT_WRITE_OPTIONS } from './options.js';
import { extensionOf, type FileFormat, isGzip, partitionColumns, PartitionedWriter, rootOf, type WrittenFile } from './part-files.js';
import { writeTable } from './table.js';

/** In the manifest's directory: the id of the query that writes. Readers, Spark's too, look at numbered files only. */
const OWNER = '_query';

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
    const extension = extensionOf(this.format, this.request.options);
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
