// Sorting many rows without comparing them: 64 bits of a column at a time in an order-preserving form, by a radix sort from the low byte to
// the high one, which leaves equal rows as they are; then what is equal in these by the next bytes of a string, or the next column. Few rows,
// columns of other types, texts with a collation and long common beginnings of strings are left to the comparator.

import { isCollated } from '../../planner/types.js';
import { type Column, isBytes, isValid, isWideDecimal } from './column.js';
import { columnComparator, type SortDirection } from './compare.js';

/** So few rows are compared. */
const FEW = 128;
/** Bytes of a string that go into 64 bits; beside them stands how many there are. */
const WINDOW = 7;
/** Strings that have this many bytes in common are compared. */
const MOST_IN_COMMON = 8 * WINDOW;

/** Row numbers in ORDER BY terms; equal rows keep their order. */
export function sortedRows(length: number, columns: readonly Column[], order: readonly SortDirection[]): Int32Array {
  const rows = new Int32Array(length);
  for (let i = 0; i < length; i++) rows[i] = i;
  const compare = columnComparator(columns, order);
  const compared = (from: number, to: number): void => { rows.subarray(from, to).sort((i, j) => compare(i, j) || i - j); };
  if (length <= FEW) { compared(0, length); return rows; }
  const space: Space = { rows: [new Int32Array(length), new Int32Array(length)], words: [new Int32Array(length), new Int32Array(length)] };
  // By row.
  const high = new Int32Array(length);
  const low = new Int32Array(length);

  /** Rows of [from, to) are equal in the columns before `c`, and in the first `offset` bytes of it. */
  const sort = (from: number, to: number, c: number, offset: number): void => {
    if (c === columns.length || to - from < 2) return;
    const column = columns[c]!;
    if (to - from <= FEW || offset >= MOST_IN_COMMON || !hasWords(column)) { compared(from, to); return; }
    const [first, last] = apart(rows, space.rows[0], from, to, column.validity, order[c]!.nullsFirst);
    if (first > from) sort(from, first, c + 1, 0);
    if (last < to) sort(last, to, c + 1, 0);
    fillWords(column, rows, first, last, offset, high, low);
    if (!order[c]!.ascending) for (let k = first; k < last; k++) { const row = rows[k]!; high[row] = ~high[row]!; low[row] = ~low[row]!; }
    if (first < last) for (const words of [low, high]) byWords(rows, first, last, words, space);
    const text = isBytes(column.type);
    if (!text && c + 1 === columns.length) return;
    for (let begin = first; begin < last;) {
      const [h, l] = [high[rows[begin]!]!, low[rows[begin]!]!];
      let end = begin + 1;
      while (end < last && high[rows[end]!] === h && low[rows[end]!] === l) end++;
      const goesOn = text && ((order[c]!.ascending ? l : ~l) & 255) > WINDOW;
      sort(begin, end, goesOn ? c : c + 1, goesOn ? offset + WINDOW : 0);
      begin = end;
    }
  };
  sort(0, length, 0, 0);
  return rows;
}

/** Moves NULLs to one end, the others stay in order. @returns where the others are */
function apart(rows: Int32Array, scratch: Int32Array, from: number, to: number, validity: Uint8Array | null, nullsFirst: boolean): readonly [number, number] {
  if (validity === null) return [from, to];
  let valid = from;
  let nulls = 0;
  for (let k = from; k < to; k++) { const row = rows[k]!; if (isValid(validity, row)) rows[valid++] = row; else scratch[nulls++] = row; }
  if (nullsFirst) rows.copyWithin(from + nulls, from, valid);
  rows.set(scratch.subarray(0, nulls), nullsFirst ? from : valid);
  return nullsFirst ? [from + nulls, to] : [from, valid];
}

/** Puts rows in the order of their words, from the low byte to the high one; bytes that are the same in all cost nothing. */
function byWords(rows: Int32Array, from: number, to: number, words: Int32Array, space: Space): void {
  const n = to - from;
  const counts = new Int32Array(4 * 256);
  let [rowsIn, rowsOut, wordsIn, wordsOut] = [space.rows[0], space.rows[1], space.words[0], space.words[1]];
  for (let k = 0; k < n; k++) {
    const row = rows[from + k]!;
    const word = words[row]!;
    rowsIn[k] = row;
    wordsIn[k] = word;
    counts[word & 255]!++;
    counts[256 + ((word >>> 8) & 255)]!++;
    counts[512 + ((word >>> 16) & 255)]!++;
    counts[768 + (word >>> 24)]!++;
  }
  let moved = false;
  for (let digit = 0; digit < 4; digit++) {
    const at = counts.subarray(256 * digit, 256 * digit + 256);
    const shift = 8 * digit;
    if (at[(wordsIn[0]! >>> shift) & 255] === n) continue;
    for (let value = 0, sum = 0; value < 256; value++) { const count = at[value]!; at[value] = sum; sum += count; }
    for (let k = 0; k < n; k++) {
      const word = wordsIn[k]!;
      const place = at[(word >>> shift) & 255]!++;
      rowsOut[place] = rowsIn[k]!;
      wordsOut[place] = word;
    }
    [rowsIn, rowsOut, wordsIn, wordsOut] = [rowsOut, rowsIn, wordsOut, wordsIn];
    moved = true;
  }
  if (moved) rows.set(rowsIn.subarray(0, n), from);
}
/** Room for all rows, twice. */
interface Space { readonly rows: readonly [Int32Array, Int32Array]; readonly words: readonly [Int32Array, Int32Array] }

/** The bytes of a text with a collation are not in its order. */
const hasWords = ({ type }: Column): boolean => isBytes(type) ? !isCollated(type) : !(isWideDecimal(type) || ['array', 'map', 'struct', 'interval', 'void'].includes(type.kind));

const SIGN = 0x80000000 | 0;
/** 64 bits of each row that are ordered, unsigned, as the values are. */
function fillWords(column: Column, rows: Int32Array, from: number, to: number, offset: number, high: Int32Array, low: Int32Array): void {
  const { values } = column;
  if (isBytes(column.type)) { fillText(column, rows, from, to, offset, high, low); return; }
  if (values instanceof BigInt64Array) {
    const words = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
    for (let k = from; k < to; k++) { const row = rows[k]!; high[row] = words[2 * row + 1]! ^ SIGN; low[row] = words[2 * row]!; }
    return;
  }
  if (values instanceof Float64Array || values instanceof Float32Array) {
    const one = new Float64Array(1);
    const bits = new Int32Array(one.buffer);
    for (let k = from; k < to; k++) {
      const row = rows[k]!;
      const value = values[row]!;
      // NaN is the greatest whatever its sign, and there is one zero.
      one[0] = Number.isNaN(value) ? Number.NaN : value + 0;
      const negative = value < 0;
      high[row] = negative ? ~bits[1]! : bits[1]! ^ SIGN;
      low[row] = negative ? ~bits[0]! : bits[0]!;
    }
    return;
  }
  const numbers = values as Int32Array;
  for (let k = from; k < to; k++) { const row = rows[k]!; high[row] = numbers[row]! ^ SIGN; low[row] = 0; }
}
/** The bytes from `offset` on, the first one highest, and in the lowest byte how many there are: more than WINDOW counts as one more. */
function fillText(column: Column, rows: Int32Array, from: number, to: number, offset: number, high: Int32Array, low: Int32Array): void {
  const bytes = column.values as Uint8Array;
  const [start, end] = [column.start!, column.end!];
  for (let k = from; k < to; k++) {
    const row = rows[k]!;
    const at = start[row]! + offset;
    const left = end[row]! - at;
    high[row] = left >= 4 ? (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!
      : (left > 0 ? bytes[at]! << 24 : 0) | (left > 1 ? bytes[at + 1]! << 16 : 0) | (left > 2 ? bytes[at + 2]! << 8 : 0);
    low[row] = (left > 4 ? bytes[at + 4]! << 24 : 0) | (left > 5 ? bytes[at + 5]! << 16 : 0) | (left > 6 ? bytes[at + 6]! << 8 : 0) | Math.min(left, WINDOW + 1);
  }
}
