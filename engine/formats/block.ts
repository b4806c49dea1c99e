// Blocks of whole lines, and what a decoder of lines is. A block's buffer has SLACK bytes after its data, the first of them a line feed,
// so that decoders may read words past the end without testing.

import type { RecordBatch } from '../columnar/column.js';

export const SLACK = 64;

export interface Block {
  /** At least length + SLACK bytes; bytes[length] is a line feed. Owned by the decoder from now on: columns are views into it. */
  readonly bytes: Uint8Array;
  readonly length: number;
}
/** Where records begin and end in a block, where they are not its lines: [start[i], end[i]) for i < count. */
export interface RecordIndex { readonly start: Int32Array; readonly end: Int32Array; readonly count: number }
/** Turns blocks of one kind of text into batches. Holds scratch memory; not re-entrant. */
export interface BlockDecoder {
  /** Undefined: no rows. Columns in the order asked for. With `records` row i of the batch is record i, a row of NULLs if it is empty, and a
   *  record is one row or malformed. @throws MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION in mode FAILFAST */
  decode(block: Block, records?: RecordIndex): RecordBatch | undefined;
  /** A new file begins (headers). */
  startFile(path: string): void;
  /** Malformed records seen so far. */
  readonly malformedRows: number;
  /** Number of the record of the block that was read last, for messages about it. */
  readonly row?: number;
  /** Where the record begins in the block that a physical row of the batch that was made last is; undefined where records are not numbered as rows are. */
  recordAt?(row: number): number | undefined;
  /** Told of each record that the mode DROPMALFORMED leaves out, before `decode` returns. */
  onDrop?: ((record: DroppedRecord) => void) | undefined;
}
export interface DroppedRecord {
  /** Of its first byte in the block. */
  readonly offset: number;
  readonly reason: string;
  /** Its text; good until the call returns. */
  readonly raw: () => string;
}

/** Behind the byte order mark at `at`, if there is one. */
export const afterMark = (bytes: Uint8Array, at: number): number => bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf ? at + 3 : at;

/** A block over a copy of the data. */
export function blockOf(data: Uint8Array): Block {
  const bytes = new Uint8Array(data.length + SLACK);
  bytes.set(data);
  bytes[data.length] = 10;
  return { bytes, length: data.length };
}

/** Texts of n rows: [start[i], end[i]) of `bytes`, which is not changed. */
export interface Texts {
  readonly bytes: Uint8Array;
  readonly start: Int32Array;
  readonly end: Int32Array;
  readonly length: number;
}
/** Texts that are no farther apart are copied together: values of a topic without keys lie in its record batches with some bytes of heads between. */
const NEAR_BYTES = 48;
/** The texts one behind another with line feeds between, as decoders of lines want them: all of them can be checked for UTF-8 at once. */
export function blockOfTexts({ bytes, start, end, length }: Texts): { readonly block: Block; readonly records: RecordIndex } {
  /** Bytes between text i and the one before it in the copy. */
  const between = (i: number): number => { const gap = start[i]! - end[i - 1]!; return gap > 0 && gap <= NEAR_BYTES ? gap : 1; };
  let total = length;
  for (let i = 0; i < length; i++) total += end[i]! - start[i]! + (i > 0 ? between(i) - 1 : 0);
  const out = new Uint8Array(total + SLACK);
  const from = new Int32Array(length);
  const to = new Int32Array(length);
  let o = 0;
  for (let i = 0; i < length;) {
    let next = i + 1;
    while (next < length && start[next]! > end[next - 1]! && start[next]! - end[next - 1]! <= NEAR_BYTES) next++;
    const begin = start[i]!;
    const stop = end[next - 1]!;
    if (stop - begin > 64) out.set(bytes.subarray(begin, stop), o); else for (let k = begin; k < stop; k++) out[o + k - begin] = bytes[k]!;
    const shift = o - begin;
    for (; i < next; i++) {
      from[i] = start[i]! + shift;
      to[i] = end[i]! + shift;
      // What is between them is theirs no more.
      if (i + 1 < next) for (let k = to[i]!; k < start[i + 1]! + shift; k++) out[k] = 10;
    }
    o = stop + shift;
    out[o++] = 10;
  }
  out[o] = 10;
  return { block: { bytes: out, length: o }, records: { start: from, end: to, count: length } };
}

/** Where lines begin and end (without their separator): `\n`, `\r\n`, `\r`, or the given separator. Empty lines are left out unless `keepEmpty`. */
export class LineIndex {
  start: Int32Array = new Int32Array(4096);
  end: Int32Array = new Int32Array(4096);
  count = 0;

  /** Room for n lines. */
  reserve(n: number): void { if (this.start.length < n) this.grow(n); }
  private grow(size: number): void {
    const start = new Int32Array(size);
    const end = new Int32Array(size);
    start.set(this.start);
    end.set(this.end);
    this.start = start;
    this.end = end;
  }
  private add(from: number, to: number): void {
    if (this.count === this.start.length) this.grow(this.start.length * 2);
    this.start[this.count] = from;
    this.end[this.count++] = to;
  }
  /** These records. */
  given({ start, end, count }: RecordIndex): void {
    this.start = start;
    this.end = end;
    this.count = count;
  }
  /** The whole block as one line. */
  whole(block: Block): void {
    this.count = 0;
    if (block.length > 0) this.add(0, block.length);
  }
  find(block: Block, separator: Uint8Array | undefined, keepEmpty: boolean): void {
    const { bytes, length } = block;
    this.count = 0;
    let from = 0;
    // Buffer's search is a memchr; a Uint8Array's is a plain loop, five times slower.
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, length + 1);
    if (separator !== undefined && !(separator.length === 1 && separator[0] === 10)) {
      const data = buffer.subarray(0, length);
      while (from < length) {
        const found = data.indexOf(separator, from);
        const to = found < 0 ? length : found;
        if (to > from || keepEmpty) this.add(from, to);
        from = to + separator.length;
      }
      return;
    }
    const returns = separator === undefined && buffer.includes(13);
    if (!returns) {
      while (from < length) {
        const to = buffer.indexOf(10, from);
        if (to > from || keepEmpty) this.add(from, to);
        from = to + 1;
      }
      return;
    }
    for (let i = 0; i <= length; i++) {
      const c = bytes[i];
      if (c !== 10 && c !== 13) continue;
      if (i === length && from >= length) break;
      if (i > from || keepEmpty) this.add(from, i);
      if (c === 13 && i + 1 < length && bytes[i + 1] === 10) i++;
      from = i + 1;
    }
  }
}
