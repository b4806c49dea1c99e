// NDJSON blocks to columns, in two tiers. Tier 1 is generated from the schema and the physical layout of a sample line: the exact bytes
// between values are compared as words, each value has a code block by its type. What does not fit (escapes, other order, repeated
// keys, unusual numbers, anything broken) goes to tier 2, the careful parser, which overwrites the row. Strings are views into the block.
// Invariant: a row that tier 1 accepts has the values that tier 2 would give it.
// Generated text holds engine-made names, byte constants and lengths only; at most GROUP values a function, since V8 does not optimise
// functions of unbounded size. Where code generation is forbidden tier 2 reads every line.
// source: own design; value rules in json-parser.ts.

import { isUtf8 } from 'node:buffer';
import { raise } from '../../planner/errors/index.js';
import type { DataType, Schema } from '../../planner/types.js';
import type { Value } from '../../planner/values.js';
import { columnBuilder } from '../columnar/build.js';
import type { RecordBatch } from '../columnar/column.js';
import { decodeText } from '../columnar/read.js';
import { afterMark, type Block, type BlockDecoder, type DroppedRecord, LineIndex, type RecordIndex } from './block.js';
import { RowTargets } from './decode-targets.js';
import type { JsonOptions } from './json-options.js';
import type { LineEnd } from './json-generate.js';
import { LearnedLayout } from './json-layout.js';
import { BAD, isMalformed, JsonParser, type Parsed, plainEnd } from './json-parser.js';
import { renderer } from './render.js';

/** Why a line is malformed. */
const BROKEN = 'it is not a JSON document of the schema';
const UNFIT = 'a value does not fit its column';
const NONE = new Uint8Array(0);
const NO_WORDS = new Int32Array(0);
/** After so many blocks whose lines a walk could not find there are no more walks. */
const WALK_TRIES = 4;

/** Columns of the requested ordinals of NDJSON lines. A corrupt-record column is filled with the raw line of bad records. */
export function jsonDecoder(schema: Schema, columns: readonly number[], options: JsonOptions): BlockDecoder { return new JsonDecoder(schema, columns, options); }

class JsonDecoder implements BlockDecoder {
  malformedRows = 0;
  row = 0;
  private given = false;
  onDrop: ((record: DroppedRecord) => void) | undefined;
  /** Lines of the block at hand that are left out as malformed: start, end, why. */
  private refused: [from: number, to: number, reason: string][] = [];
  private readonly options: JsonOptions;
  private readonly types: readonly DataType[];
  private readonly names: readonly string[];
  private readonly index: ReadonlyMap<string, number>;
  private readonly corrupt: number;
  private readonly parser: JsonParser;
  private readonly lines = new LineIndex();
  private readonly separator: Uint8Array | undefined;
  private readonly targets: RowTargets;
  private readonly layout: LearnedLayout;
  /** Of the block before, to judge how many rows a block has. */
  private bytesPerRow = 0;
  /** Row i of the batch that was made last is line i of its block. */
  private numbered = false;
  private failedWalks = 0;
  private pos = NO_WORDS;
  private dropped: Uint8Array = NONE;
  private anyDropped = false;

  constructor(schema: Schema, columns: readonly number[], options: JsonOptions) {
    this.options = options;
    this.types = columns.map((c) => schema.fields[c]!.type);
    this.names = columns.map((c) => schema.fields[c]!.name);
    this.corrupt = columns.findIndex((c) => schema.fields[c]!.name === options.corruptColumn && schema.fields[c]!.type.kind === 'string');
    this.index = new Map(this.names.map((n, i) => [n, i] as const).filter(([, i]) => i !== this.corrupt));
    this.parser = new JsonParser(options);
    this.separator = options.lineSeparator === undefined ? undefined : Buffer.from(options.lineSeparator, 'utf8');
    this.targets = new RowTargets(this.types);
    this.layout = new LearnedLayout(this.targets, new Map([...this.index].map(([name, k]) => [name, this.targets.list[k]!] as const)), this.parser, options);
  }

  startFile(): void { /* nothing is kept from file to file */ }

  recordAt(row: number): number | undefined { return this.numbered ? this.lines.start[row] : undefined; }

  decode(block: Block, records?: RecordIndex): RecordBatch | undefined {
    const batch = this.rows(block, records);
    if (this.refused.length > 0) {
      for (const [from, to, reason] of this.refused) this.onDrop?.({ offset: from, reason, raw: () => decodeText(block.bytes, from, to) });
      this.refused = [];
    }
    return batch;
  }
  private rows(block: Block, records?: RecordIndex): RecordBatch | undefined {
    const before = this.malformedRows;
    this.numbered = true;
    const lines = this.lines;
    this.given = records !== undefined;
    this.parser.verbatim = !this.given;
    const clean = isUtf8(block.bytes.subarray(0, block.length));
    const walked = clean && !records && this.walk(block);
    if (!walked) { if (records) lines.given(records); else if (this.options.multiLine) lines.whole(block); else lines.find(block, this.separator, false); }
    const n = lines.count;
    if (n === 0) return undefined;
    this.bytesPerRow = block.length / n;
    if (!walked) this.readLines(block, n, clean);
    const pos = this.pos;
    let missed = 0;
    let lastMissed = -1;
    for (let r = 0; r < n; r++) {
      if (pos[r]! >= 0) continue;
      missed++;
      lastMissed = r;
      this.row = r;
      if (this.line(r, lines.start[r]!, lines.end[r]!, clean)) { this.malformedRows = before; this.refused = []; return this.rowByRow(clean); }
    }
    if (missed * 2 > n && clean) this.layout.learn(lines.start[lastMissed]!, lines.end[lastMissed]!);
    return this.batch(n);
  }

  /** Tier 1 over a block whose lines it finds itself; false if it cannot. */
  private walk(block: Block): boolean {
    const walk = this.layout.known?.walk;
    if (!walk || this.options.multiLine || this.separator || this.failedWalks === WALK_TRIES) return false;
    const room = Math.ceil((block.length / this.bytesPerRow) * 1.125) + 16;
    const { lines, targets } = this;
    lines.reserve(room);
    this.prepare(block, room);
    const buffer = Buffer.from(block.bytes.buffer, block.bytes.byteOffset, block.length + 1);
    const lineEnd: LineEnd = (at) => {
      const to = buffer.indexOf(10, at);
      return buffer.subarray(at, to).includes(13) ? -1 : to;
    };
    const n = walk(block.bytes, viewOf(block), this.pos, lines.start, lines.end, room, block.length, targets, this.layout.reads, lineEnd);
    if (n < 0) { this.failedWalks++; targets.forget(); return false; }
    lines.count = n;
    targets.trim(n);
    return true;
  }
  /** Tier 1 over lines that are known. */
  private readLines(block: Block, n: number, clean: boolean): void {
    this.prepare(block, n);
    const { pos, lines } = this;
    if (clean && this.layout.known === undefined) {
      this.layout.learnFirst(lines, n, (i) => i);
    }
    if (!clean || this.layout.known === undefined) { pos.fill(-1, 0, n); return; }
    pos.set(lines.start.subarray(0, n));
    const view = viewOf(block);
    for (const group of this.layout.known.groups) group(block.bytes, view, pos, lines.end, n, this.targets, this.layout.reads);
  }
  private prepare(block: Block, n: number): void {
    if (this.pos.length < n) { this.pos = new Int32Array(n + (n >> 1)); this.dropped = new Uint8Array(n + (n >> 1)); }
    this.targets.begin(block, n);
  }

  /** Tier 2 for one line. True: the line holds an array, which may be any number of rows. */
  private line(row: number, from: number, to: number, clean: boolean): boolean {
    const p = this.parser;
    const { targets } = this;
    const { bytes } = targets;
    p.reset(bytes, this.given ? from : afterMark(bytes, from), to);
    targets.clear(row);
    try {
      if (!clean && !isUtf8(bytes.subarray(from, to))) p.fail();
      const c = p.peek();
      if (c < 0) { if (!this.given) { this.dropped[row] = 1; this.anyDropped = true; } return false; }
      if (c === 91 && !this.given) return true;
      if (c !== 123) p.fail();
      p.enter();
      for (let first = true; ; first = false) {
        const key = p.key(first);
        if (key === undefined) break;
        const k = this.index.get(key);
        if (k === undefined) { p.skip(); continue; }
        const t = targets.list[k]!;
        if (t.storage === 'view' && p.peek() === 34) {
          const at = p.at + 1;
          const end = plainEnd(bytes, at, to);
          if (end >= 0) { targets.storeView(k, row, at, end); p.at = end + 1; continue; }
        }
        const v = p.value(t.type);
        if (v === BAD) p.bad = true; else targets.store(k, row, v);
      }
    } catch (thrown) {
      if (!isMalformed(thrown)) throw thrown;
      targets.clear(row);
      this.badRow(row, from, to, BROKEN);
      return false;
    }
    if (p.bad) this.badRow(row, from, to, UNFIT);
    return false;
  }
  private badRow(row: number, from: number, to: number, reason: string): void {
    this.malformedRows++;
    const { mode } = this.options;
    if (mode === 'DROPMALFORMED') { this.dropped[row] = 1; this.anyDropped = true; this.refused.push([from, to, reason]); }
    else if (mode === 'FAILFAST') raise('MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION', { badRecord: this.partialText(row), failFastMode: 'FAILFAST' }, { hint: decodeText(this.targets.bytes, from, Math.min(to, from + 200)) });
    else if (this.corrupt >= 0) this.targets.storeView(this.corrupt, row, from, to);
  }
  /** `[1,null]`: what could be read of the row. */
  private partialText(row: number): string {
    const cells = this.targets.list.map((t) => {
      const v = this.targets.valueAt(t, row);
      return v === null ? 'null' : renderer(t.type, { zone: this.options.temporal.zone, nullText: 'null' })(v);
    });
    return `[${cells.join(',')}]`;
  }

  /** A block with arrays at the top: rows are made one by one. */
  private rowByRow(clean: boolean): RecordBatch | undefined {
    const { lines } = this;
    this.numbered = false;
    const builders = this.types.map((t) => columnBuilder(t, lines.count));
    let length = 0;
    const { bytes } = this.targets;
    this.targets.forget();
    for (let r = 0; r < lines.count; r++) {
      const from = lines.start[r]!;
      const to = lines.end[r]!;
      const rows: Parsed[][] = [];
      let bad = false;
      let reason = UNFIT;
      const p = this.parser;
      p.reset(bytes, afterMark(bytes, from), to);
      try {
        if (!clean && !isUtf8(bytes.subarray(from, to))) p.fail();
        const c = p.peek();
        if (c < 0) continue;
        if (c === 91) { p.enter(); for (let first = true; p.element(first); first = false) { if (p.peek() !== 123) p.fail(); rows.push(this.record()); } }
        else if (c === 123) rows.push(this.record());
        else p.fail();
        bad = p.bad;
      } catch (thrown) {
        if (!isMalformed(thrown)) throw thrown;
        bad = true;
        reason = BROKEN;
        rows.length = 0;
        rows.push(new Array(this.types.length).fill(null));
      }
      if (bad) {
        this.malformedRows++;
        if (this.options.mode === 'DROPMALFORMED') { this.refused.push([from, to, reason]); continue; }
        if (this.options.mode === 'FAILFAST') raise('MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION', { badRecord: '[null]', failFastMode: 'FAILFAST' }, { hint: decodeText(bytes, from, Math.min(to, from + 200)) });
        if (this.corrupt >= 0) for (const row of rows) row[this.corrupt] = decodeText(bytes, from, to);
      }
      for (const row of rows) { for (let k = 0; k < builders.length; k++) builders[k]!.append(row[k] as Value); length++; }
    }
    this.clearDropped();
    return length === 0 ? undefined : { length, columns: builders.map((b) => b.finish()), selection: null };
  }
  private record(): Parsed[] {
    const p = this.parser;
    const row: Parsed[] = new Array(this.types.length).fill(null);
    p.enter();
    for (let first = true; ; first = false) {
      const key = p.key(first);
      if (key === undefined) return row;
      const k = this.index.get(key);
      if (k === undefined) { p.skip(); continue; }
      const v = p.value(this.types[k]!);
      if (v === BAD) p.bad = true; else row[k] = v;
    }
  }

  private batch(n: number): RecordBatch | undefined {
    const columns = this.targets.finish(n);
    let selection: Int32Array | null = null;
    if (this.anyDropped) {
      const kept = new Int32Array(n);
      let k = 0;
      for (let r = 0; r < n; r++) if (this.dropped[r] === 0) kept[k++] = r;
      this.clearDropped();
      if (k === 0) return undefined;
      selection = kept.subarray(0, k);
    }
    return { length: n, columns, selection };
  }
  private clearDropped(): void { if (this.anyDropped) { this.dropped.fill(0); this.anyDropped = false; } }
}

const viewOf = ({ bytes }: Block): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
