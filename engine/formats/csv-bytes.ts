// The fast tier of the CSV decoder: fields of plain lines found among the bytes, then read column by column. It takes only what can be read
// one way: one-byte separator and quote, no escapes, as many fields as columns, values in their usual form. Every other row it leaves to
// the careful tier (csv.ts), which reads it as a whole. Invariant: a row that it takes has the values that the careful tier would give it.

import type { DataType } from '../../planner/types.js';
import type { Value } from '../../planner/values.js';
import { decodeText } from '../columnar/read.js';
import { doubleBetween, longInto } from './byte-numbers.js';
import { dayAt, minuteAt, offsetAt } from './byte-times.js';
import type { LineIndex } from './block.js';
import { liesBetweenFloats } from './number-text.js';
import type { CsvOptions } from './csv-options.js';
import type { RowTargets, Target } from './decode-targets.js';
import { instantsIn } from './zone.js';

/** Marks of rows. */
const TAKEN = 0;
export const LEFT = 1;

/** Reads column `target` of the rows that are not LEFT and not NULL; what it cannot read is LEFT. */
type ReadColumn = (bytes: Uint8Array, start: Int32Array, end: Int32Array, rows: Uint8Array, n: number, target: Target, slow: SlowCell) => void;
/** The careful reading of one cell; false if it does not fit. */
type SlowCell = (row: number, from: number, to: number) => boolean;

export interface CsvBytesSpec {
  /** Fields of a line. */
  readonly width: number;
  /** Whether a line must have so many fields; else the columns asked for are enough. */
  readonly counted: boolean;
  /** Per target: its position in a line, or -1 (always NULL), and the careful reading of its text. */
  readonly columns: readonly { readonly at: number; readonly type: DataType; readonly read: ((text: string) => Value | undefined) | undefined }[];
  readonly options: CsvOptions;
}

/** Undefined where the options ask for more than this tier can do. */
export function csvBytes(spec: CsvBytesSpec): CsvBytes | undefined {
  const { separator, quote, escape: escaper, comment, trimLeft, trimRight, multiLine, maxCharsPerColumn, maxColumns } = spec.options;
  const oneByte = (text: string, empty: boolean): boolean => text === '' ? empty : text.length === 1 && text < '\x80';
  const able = oneByte(separator, false) && oneByte(quote, true) && oneByte(escaper, true) && oneByte(comment, true) && separator !== quote;
  return able && !trimLeft && !trimRight && !multiLine && maxCharsPerColumn < 0 && spec.width <= maxColumns && spec.width > 0 ? new CsvBytes(spec) : undefined;
}

export class CsvBytes {
  private readonly spec: CsvBytesSpec;
  private readonly separator: number;
  private readonly quote: number;
  private readonly escaper: number;
  private readonly comment: number;
  /** Slots of `starts` and `ends` by position in a line; -1: not asked for. */
  private readonly slots: Int32Array;
  private readonly last: number;
  private readonly readers: readonly (ReadColumn | undefined)[];
  private readonly nullBytes: Uint8Array;
  private starts: readonly Int32Array[] = [];
  private ends: readonly Int32Array[] = [];
  /** TAKEN or LEFT, by line. */
  rows = new Uint8Array(0);

  constructor(spec: CsvBytesSpec) {
    this.spec = spec;
    const { separator, quote, escape: escaper, comment, nullValue, temporal } = spec.options;
    const code = (text: string): number => text === '' ? -1 : text.charCodeAt(0);
    this.separator = code(separator);
    this.quote = code(quote);
    this.escaper = code(escaper);
    this.comment = code(comment);
    this.slots = new Int32Array(spec.width).fill(-1);
    spec.columns.forEach(({ at }, k) => { if (at >= 0) this.slots[at] = k; });
    this.last = spec.counted ? spec.width : Math.max(0, ...spec.columns.map((c) => c.at + 1));
    this.nullBytes = Buffer.from(nullValue, 'utf8');
    this.readers = spec.columns.map(({ type }) => readerOf(type, temporal));
  }

  /** Fills the targets from the lines; afterwards `rows` says which of them are LEFT to the careful tier. */
  read(bytes: Uint8Array, lines: LineIndex, targets: RowTargets): void {
    const n = lines.count;
    if (this.rows.length < n) {
      const size = n + (n >> 1);
      this.rows = new Uint8Array(size);
      this.starts = this.spec.columns.map(() => new Int32Array(size));
      this.ends = this.spec.columns.map(() => new Int32Array(size));
    }
    const { rows } = this;
    for (let r = 0; r < n; r++) rows[r] = this.fields(bytes, lines.start[r]!, lines.end[r]!, r) ? TAKEN : LEFT;
    this.spec.columns.forEach(({ at, read }, k) => {
      const target = targets.list[k]!;
      if (at < 0 || read === undefined) { target.nulls.fill(1, 0, n); return; }
      const [start, end] = [this.starts[k]!, this.ends[k]!];
      this.nulls(bytes, start, end, target.nulls, n);
      const slow: SlowCell = (row, from, to) => {
        const v = read(decodeText(bytes, from, to));
        if (v === undefined) return false;
        targets.store(k, row, v);
        return true;
      };
      const reader = this.readers[k];
      if (reader) { reader(bytes, start, end, rows, n, target, slow); return; }
      for (let r = 0; r < n; r++) if (rows[r] === TAKEN && target.nulls[r] === 0 && !slow(r, start[r]!, end[r]!)) rows[r] = LEFT;
    });
  }

  /** Finds the fields of a line; false: the line is LEFT. */
  private fields(bytes: Uint8Array, from: number, to: number, row: number): boolean {
    const { separator, quote, slots, last } = this;
    const first = bytes[from]!;
    // Lines of blanks are no records, comments neither: only a line that surely is none of them is taken.
    if (first === this.comment || ((first <= 32 || first >= 128) && (separator <= 32 || last < 2))) return false;
    let at = from;
    for (let f = 0; f < last; f++) {
      if (at > to) return false;
      let start = at;
      let end: number;
      if (at < to && bytes[at] === quote) {
        start++;
        for (end = start; bytes[end] !== quote; end++) if (bytes[end] === this.escaper || end >= to) return false;
        if (end === start || end >= to || (end + 1 < to && bytes[end + 1] !== separator)) return false;
        at = end + 1;
      } else {
        while (at < to && bytes[at] !== separator) at++;
        end = at;
      }
      const slot = slots[f]!;
      if (slot >= 0) { this.starts[slot]![row] = start; this.ends[slot]![row] = end; }
      at++;
    }
    return !this.spec.counted || at > to;
  }

  /** Fields without text are NULL, and those of the option nullValue. */
  private nulls(bytes: Uint8Array, start: Int32Array, end: Int32Array, nulls: Uint8Array, n: number): void {
    const { nullBytes } = this;
    const size = nullBytes.length;
    for (let r = 0; r < n; r++) {
      const length = end[r]! - start[r]!;
      if (length === 0) { nulls[r] = 1; continue; }
      nulls[r] = 0;
      if (size === 0 || length !== size) continue;
      let i = 0;
      while (i < size && bytes[start[r]! + i] === nullBytes[i]) i++;
      if (i === size) nulls[r] = 1;
    }
  }
}

function readerOf(type: DataType, temporal: CsvOptions['temporal']): ReadColumn | undefined {
  switch (type.kind) {
    case 'string': return readStrings;
    case 'tinyint': return readWhole(127);
    case 'smallint': return readWhole(32767);
    case 'int': return readWhole(2147483647);
    case 'bigint': return readScaled(0, LONG_DIGITS);
    case 'decimal': return type.precision <= 18 ? readScaled(type.scale, Math.min(15, type.precision)) : undefined;
    case 'float': case 'double': return readDoubles;
    case 'boolean': return readBooleans;
    case 'date': return temporal.defaultDate ? readDates : undefined;
    case 'timestamp': return temporal.defaultTimestamp ? readTimestamps(instantsIn(temporal.zone)) : undefined;
    case 'timestamp_ntz': return temporal.defaultTimestampNtz ? readTimestamps(undefined) : undefined;
    default: return undefined;
  }
}

const readStrings: ReadColumn = (_bytes, start, end, _rows, n, target) => { target.start.set(start.subarray(0, n)); target.end.set(end.subarray(0, n)); };

function readWhole(most: number): ReadColumn {
  return (bytes, start, end, rows, n, { values, nulls }, slow) => {
    for (let r = 0; r < n; r++) {
      if (rows[r] !== TAKEN || nulls[r] !== 0) continue;
      const to = end[r]!;
      const negative = bytes[start[r]!] === 45;
      let at = negative ? start[r]! + 1 : start[r]!;
      let x = 0;
      if (at < to && to - at <= 10) for (let c = bytes[at]! - 48; at < to && c >>> 0 < 10; c = bytes[++at]! - 48) x = x * 10 + c; else at = -1;
      if (at === to && x <= most) values[r] = negative ? -x : x;
      else if (!slow(r, start[r]!, to)) rows[r] = LEFT;
    }
  };
}

const LONG_DIGITS = 15;
/** Unscaled int64 of plain numbers: exact in a double up to 15 digits. */
function readScaled(scale: number, most: number): ReadColumn {
  return (bytes, start, end, rows, n, { words, nulls }, slow) => {
    for (let r = 0; r < n; r++) {
      if (rows[r] !== TAKEN || nulls[r] !== 0) continue;
      const to = end[r]!;
      const negative = bytes[start[r]!] === 45;
      const from = negative ? start[r]! + 1 : start[r]!;
      let at = from;
      let x = 0;
      for (let c = bytes[at]! - 48; at < to && c >>> 0 < 10 && at - from < 16; c = bytes[++at]! - 48) x = x * 10 + c;
      let digits = at - from;
      const whole = digits > 0;
      let missing = scale;
      if (whole && scale > 0 && at < to && bytes[at] === 46) {
        for (let c = bytes[++at]! - 48; at < to && missing > 0 && c >>> 0 < 10; c = bytes[++at]! - 48) { x = x * 10 + c; missing--; digits++; }
      }
      digits += missing;
      if (whole && at === to && digits <= most) {
        for (; missing > 0; missing--) x *= 10;
        if (negative) x = -x;
        const high = Math.floor(x / 4294967296);
        words[2 * r] = x - high * 4294967296;
        words[2 * r + 1] = high;
      } else if (!(scale === 0 && most === LONG_DIGITS && longInto(bytes, from, negative, words, 2 * r) === to) && !slow(r, start[r]!, to)) rows[r] = LEFT;
    }
  };
}

/** At most 15 digits over a power of ten that is exact, too: the quotient is the nearest double. */
const readDoubles: ReadColumn = (bytes, start, end, rows, n, { values, nulls }, slow) => {
  const single = values instanceof Float32Array;
  for (let r = 0; r < n; r++) {
    if (rows[r] !== TAKEN || nulls[r] !== 0) continue;
    const to = end[r]!;
    const negative = bytes[start[r]!] === 45;
    const from = negative ? start[r]! + 1 : start[r]!;
    let at = from;
    let x = 0;
    let scale = 1;
    for (let c = bytes[at]! - 48; at < to && c >>> 0 < 10; c = bytes[++at]! - 48) x = x * 10 + c;
    const whole = at > from;
    if (whole && at < to && bytes[at] === 46) for (let c = bytes[++at]! - 48; at < to && c >>> 0 < 10; c = bytes[++at]! - 48) { x = x * 10 + c; scale *= 10; }
    if (whole && at === to && to - from <= 16 && (to - from < 16 || scale > 1) && !(single && liesBetweenFloats(x / scale))) { x /= scale; values[r] = negative ? -x : x; continue; }
    const long = single ? Number.NaN : doubleBetween(bytes, start[r]!, to);
    if (!Number.isNaN(long)) values[r] = long;
    else if (!slow(r, start[r]!, to)) rows[r] = LEFT;
  }
};

const readBooleans: ReadColumn = (bytes, start, end, rows, n, { values, nulls }, slow) => {
  for (let r = 0; r < n; r++) {
    if (rows[r] !== TAKEN || nulls[r] !== 0) continue;
    const at = start[r]!;
    const size = end[r]! - at;
    if (size === 4 && bytes[at] === 116 && bytes[at + 1] === 114 && bytes[at + 2] === 117 && bytes[at + 3] === 101) values[r] = 1;
    else if (size === 5 && bytes[at] === 102 && bytes[at + 1] === 97 && bytes[at + 2] === 108 && bytes[at + 3] === 115 && bytes[at + 4] === 101) values[r] = 0;
    else if (!slow(r, at, end[r]!)) rows[r] = LEFT;
  }
};

const readDates: ReadColumn = (bytes, start, end, rows, n, { values, nulls }, slow) => {
  for (let r = 0; r < n; r++) {
    if (rows[r] !== TAKEN || nulls[r] !== 0) continue;
    const days = end[r]! - start[r]! === 10 ? dayAt(bytes, start[r]!) : Number.NaN;
    if (!Number.isNaN(days)) values[r] = days;
    else if (!slow(r, start[r]!, end[r]!)) rows[r] = LEFT;
  }
};

/** `YYYY-MM-DD(T| )HH:MM:SS[.f…][Z|±HH:MM]`, at most six digits of a fraction. `toUtc`: of the session's zone; undefined: local times, without a zone. */
function readTimestamps(toUtc: ((local: number) => number) | undefined): ReadColumn {
  return (bytes, start, end, rows, n, { words, nulls }, slow) => {
    for (let r = 0; r < n; r++) {
      if (rows[r] !== TAKEN || nulls[r] !== 0) continue;
      const from = start[r]!;
      const to = end[r]!;
      let x = to - from >= 19 ? minuteAt(bytes, from) : Number.NaN;
      const tens = bytes[from + 17]! - 48;
      const ones = bytes[from + 18]! - 48;
      if (bytes[from + 16] !== 58 || tens >>> 0 > 5 || ones >>> 0 > 9) x = Number.NaN;
      x += (tens * 10 + ones) * 1_000_000;
      let at = from + 19;
      if (at < to && bytes[at] === 46) {
        const digits = ++at;
        for (let c = bytes[at]! - 48, unit = 100_000; at < to && unit >= 1 && c >>> 0 < 10; c = bytes[++at]! - 48, unit /= 10) x += c * unit;
        if (at === digits) x = Number.NaN;
      }
      if (toUtc) {
        if (at + 1 === to && bytes[at] === 90) at++;
        else if (at + 6 === to) { x -= offsetAt(bytes, at); at += 6; }
        else if (at === to) x = toUtc(x);
      }
      if (at === to && !Number.isNaN(x)) {
        const high = Math.floor(x / 4294967296);
        words[2 * r] = x - high * 4294967296;
        words[2 * r + 1] = high;
      } else if (!slow(r, from, to)) rows[r] = LEFT;
    }
  };
}
