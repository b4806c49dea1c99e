// One file to batches: bytes in blocks of whole lines through a decoder, partition values from the path as constant columns.
// Compressed files (.gz, .deflate) are unpacked whole, up to a limit.

import { gunzipSync, inflateSync } from 'node:zlib';
import {
  type Block, type BlockDecoder, blockOf, type Column, columnOf, csvDecoder, csvOptions, csvValue, EngineError, errorCode, type FileSystem, jsonDecoder, jsonOptions, type OptionSet,
  raise, type RecordBatch, type RejectedRecord, type Schema, SLACK, textDecoder, types, type Value,
} from '../../engine/plugin.js';
import { type Partition, partitionOf } from './partitions.js';

const CHUNK = 1 << 20;
const MAX_RECORD_BYTES = 16 << 20;
const MAX_UNPACKED_BYTES = 1 << 30;
/** What unpacks a file, by the end of its name. */
const UNPACK: Readonly<Record<string, (bytes: Uint8Array, options: { readonly maxOutputLength: number }) => Uint8Array>> = { gz: gunzipSync, deflate: inflateSync };
/** Compressed in ways that Spark reads and we do not. */
const NOT_UNPACKED = new Set(['bz2', 'lz4', 'snappy', 'zst']);
const endOf = (path: string): string => path.slice(path.lastIndexOf('.') + 1).toLowerCase();

export type FileFormat = 'json' | 'csv' | 'text';

/** Whether the column's values lie in the buffer. */
const isOver = (column: Column, buffer: ArrayBufferLike): boolean => column.values.buffer === buffer || column.children.some((c) => isOver(c, buffer));

/** Reads files of one source. A buffer that no row of its block is a view into serves for the next block. */
export class FileReader {
  private readonly format: FileFormat;
  private readonly options: OptionSet;
  private readonly schema: Schema;
  private readonly columns: readonly number[];
  private readonly timeZone: string;
  private readonly files: FileSystem;
  private readonly partition: (path: string) => Partition;
  private readonly separator: Uint8Array | undefined;
  /** Whether a carriage return is a character like others. */
  private readonly lineFeedOnly: boolean;
  /** A file is one record. */
  private readonly undivided: boolean;
  private readonly decoders = new Map<string, BlockDecoder>();
  private readonly reject: ((record: RejectedRecord) => void) | undefined;
  /** A buffer that nothing is a view into. */
  private spare: ArrayBuffer | undefined;
  /** Where the block at hand begins in its file. */
  private blockOffset = 0;
  /** What a decoder made last: it knows where these rows begin. */
  private latest: RecordBatch | undefined;

  constructor(format: FileFormat, options: OptionSet, schema: Schema, columns: readonly number[], timeZone: string, files: FileSystem, reject?: (record: RejectedRecord) => void) {
    this.reject = reject;
    this.format = format;
    this.options = options;
    this.schema = schema;
    this.columns = columns;
    this.timeZone = timeZone;
    this.files = files;
    this.partition = partitionOf(options, files);
    const separator = options.get('lineSep');
    this.lineFeedOnly = separator === '\n';
    this.separator = separator === undefined || this.lineFeedOnly ? undefined : Buffer.from(separator, 'utf8');
    this.undivided = options.boolean('multiLine') || options.boolean('wholetext');
    this.decoder([]);
  }
  get malformedRows(): number { return [...this.decoders.values()].reduce((n, d) => n + d.malformedRows, 0); }

  /** The decoder of files whose path gives these columns. */
  private decoder(fromPath: readonly number[]): BlockDecoder {
    const key = fromPath.join(',');
    let decoder = this.decoders.get(key);
    if (decoder) return decoder;
    const kept = this.schema.fields.map((_, i) => i).filter((i) => !fromPath.includes(i));
    const schema: Schema = { fields: kept.map((i) => this.schema.fields[i]!) };
    const columns = this.columns.filter((c) => !fromPath.includes(c)).map((c) => kept.indexOf(c));
    const get = (name: string): string | undefined => this.options.all.get(name.toLowerCase());
    switch (this.format) {
      case 'json': decoder = jsonDecoder(schema, columns, jsonOptions(get, this.timeZone)); break;
      case 'csv': decoder = csvDecoder(schema, columns, csvOptions(get, this.timeZone, 'read')); break;
      case 'text': decoder = textDecoder(columns, this.options.get('lineSep'), this.options.boolean('wholetext')); break;
    }
    this.decoders.set(key, decoder);
    return decoder;
  }

  /** @throws INVALID_PARTITION_VALUE; FAILED_READ_FILE.NO_HINT around what the decoder raises, and for records that are too long */
  async *read(path: string, signal: AbortSignal): AsyncGenerator<RecordBatch, void, undefined> {
    const partitions = this.partition(path).byName;
    const fromPath = this.schema.fields.map((_, i) => i).filter((i) => partitions.has(this.schema.fields[i]!.name.toLowerCase()));
    const decoder = this.decoder(fromPath);
    decoder.startFile(path);
    const { reject } = this;
    if (reject) decoder.onDrop = ({ offset, reason, raw }) => { reject({ position: `${path}, byte ${this.blockOffset + offset}`, reason, raw }); };
    try {
      for await (const block of this.blocks(path, signal)) {
        if (signal.aborted) return;
        const batch = decoder.decode(block);
        if (!batch?.columns.some((c) => isOver(c, block.bytes.buffer))) this.spare = block.bytes.buffer as ArrayBuffer;
        if (!batch) continue;
        const from = this.blockOffset;
        this.latest = batch;
        const place = (row: number): string => {
          const at = this.latest === batch ? decoder.recordAt?.(row) : undefined;
          return at === undefined ? path : `${path}, byte ${from + at}`;
        };
        yield { ...fromPath.length === 0 ? batch : this.withPartitions(batch, partitions, fromPath), place };
      }
    } catch (error) {
      if (error instanceof EngineError && error.condition === 'MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION') {
        raise('FAILED_READ_FILE.NO_HINT', { path: `file://${path}`, reason: error.hint ? `${error.message} The record: ${error.hint}` : error.message }, { cause: error });
      }
      throw error;
    }
  }

  private withPartitions(batch: RecordBatch, partitions: Partition['byName'], fromPath: readonly number[]): RecordBatch {
    let next = 0;
    const columns = this.columns.map((c): Column => {
      if (!fromPath.includes(c)) return batch.columns[next++]!;
      const { name, type } = this.schema.fields[c]!;
      const text = partitions.get(name.toLowerCase()) ?? null;
      const value: Value = text === null ? null : csvValue(type, csvOptions(() => undefined, this.timeZone, 'read'))(text)
        ?? raise('INVALID_PARTITION_VALUE', { value: text, dataType: types.sqlName(type), columnName: name });
      return columnOf(type, new Array<Value>(batch.length).fill(value));
    });
    return { length: batch.length, columns, selection: batch.selection };
  }

  /** What reads the file gives. @throws FAILED_READ_FILE */
  private async reading<T>(path: string, read: Promise<T>): Promise<T> {
    try { return await read; } catch (error) {
      if (errorCode(error) === 'ENOENT') raise('FAILED_READ_FILE.FILE_NOT_EXIST', { path: `file://${path}` }, { cause: error });
      return raise('FAILED_READ_FILE.NO_HINT', { path: `file://${path}`, reason: (error as Error).message }, { cause: error });
    }
  }
  private async whole(path: string): Promise<Uint8Array> {
    const bytes = await this.files.readFile(path);
    return UNPACK[endOf(path)]?.(bytes, { maxOutputLength: MAX_UNPACKED_BYTES }) ?? bytes;
  }

  /** The file in blocks of whole records. @throws FAILED_READ_FILE */
  async *blocks(path: string, signal: AbortSignal): AsyncGenerator<Block, void, undefined> {
    this.blockOffset = 0;
    if (NOT_UNPACKED.has(endOf(path))) raise('FAILED_READ_FILE.NO_HINT', { path: `file://${path}`, reason: `Files ending in .${endOf(path)} are compressed in a way that is not supported.` });
    if (this.undivided || endOf(path) in UNPACK) {
      const bytes = await this.reading(path, this.whole(path));
      if (bytes.byteLength > 0) yield blockOf(bytes);
      return;
    }
    const file = await this.reading(path, this.files.openRead(path));
    try {
      let offset = 0;
      let size = CHUNK;
      while (!signal.aborted && offset < file.sizeBytes) {
        const buffer = this.buffer(Math.min(size, file.sizeBytes - offset));
        const bytes = buffer.subarray(0, await this.reading(path, file.read(buffer, offset)));
        if (bytes.byteLength === 0) return;
        const last = bytes.byteLength < size;
        const cut = this.lastCut(bytes, last);
        if (cut === undefined) {
          if (last) { this.blockOffset = offset; yield blockOf(bytes); return; }
          if (size > MAX_RECORD_BYTES) raise('FAILED_READ_FILE.NO_HINT', { path: `file://${path}`, reason: `The record at byte ${offset} has more than ${MAX_RECORD_BYTES} bytes.` });
          size *= 4;
          continue;
        }
        this.blockOffset = offset;
        yield cut.inPlace ? { bytes, length: cut.length } : blockOf(bytes.subarray(0, cut.length));
        offset += cut.next;
        size = CHUNK;
      }
    } finally { await file.close(); }
  }
  /** Memory for one read. */
  private buffer(sizeBytes: number): Uint8Array {
    const { spare } = this;
    this.spare = undefined;
    return spare !== undefined && spare.byteLength >= sizeBytes ? new Uint8Array(spare, 0, sizeBytes) : new Uint8Array(sizeBytes);
  }
  /** Where the last whole record of a chunk ends. In place: the chunk itself serves as a block, with its own bytes as slack. */
  private lastCut(bytes: Uint8Array, last: boolean): { readonly length: number; readonly next: number; readonly inPlace: boolean } | undefined {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (this.separator) {
      const at = buffer.lastIndexOf(this.separator);
      return at < 0 || last ? undefined : { length: at, next: at + this.separator.length, inPlace: false };
    }
    const at = buffer.lastIndexOf(10, Math.max(0, bytes.byteLength - SLACK));
    if (at > 0) return { length: at, next: at + 1, inPlace: true };
    if (last) return undefined;
    if (this.lineFeedOnly) return undefined;
    // Lines that end in carriage returns; the last byte may be half of a pair.
    const back = buffer.lastIndexOf(13, bytes.byteLength - 2);
    return back < 0 ? undefined : { length: back, next: back + (bytes[back + 1] === 10 ? 2 : 1), inPlace: false };
  }
}
