// The generated functions of the JSON decoder: one for each group of at most GROUP values of a line, run over the whole batch. `pos[row]`
// is where the next group starts, -1 once a row must go to tier 2. For a short line there is also a walk, the code of the whole line that
// finds the lines as well: the next one begins after the line feed behind the last value. Compiled functions are kept by their text, so that
// queries, files and runs of one layout share them. A branch that is first met once the code is optimised has it thrown away, so rare
// branches are shared where they can be.
// source: own design, see json-decoder.ts.

import type { DataType } from '../../planner/types.js';
import { CodeCache } from '../columnar/generate.js';
import { dayAt, minuteAt } from './byte-times.js';
import type { Storage, Target } from './decode-targets.js';
import type { TemporalText } from './json-options.js';

/** One value of the sample line. `end`: what follows the last value. */
export interface Slot {
  /** The bytes from the previous value (or the line's start) up to this one. */
  readonly before: Uint8Array;
  /** -1: not asked for. */
  readonly column: number;
  readonly kind: 'string' | 'bare' | 'nested' | 'other' | 'end';
}
export type SlowRead = (column: number, row: number, at: number, lineEnd: number) => number;
export type Group = (bytes: Uint8Array, view: DataView, pos: Int32Array, ends: Int32Array, rows: number, targets: readonly Target[], slow: SlowRead) => void;
/** The end of the line that `at` is in, as a position; -1 if a carriage return is in it from there on. */
export type LineEnd = (at: number) => number;
/** Reads the lines of the first `length` bytes and notes where they begin and end. Their number; -1 if they are more than `room`, or if a
 *  line holds a carriage return, which may be a separator: then what was written means nothing. */
export type Walk = (bytes: Uint8Array, view: DataView, pos: Int32Array, starts: Int32Array, ends: Int32Array, room: number, length: number, targets: readonly Target[], slow: SlowRead, lineEnd: LineEnd) => number;
export interface Layout { readonly groups: readonly Group[]; readonly walk: Walk | undefined }

/** Values a function: what V8's compiler does to one grows faster than the function. */
const GROUP = 8;
/** Slots of a line that a walk takes. */
const WALK = 12;

type Compiled = (bytes: Uint8Array, view: DataView, pos: Int32Array, starts: Int32Array, ends: Int32Array, rows: number, length: number, slow: SlowRead, lineEnd: LineEnd | undefined,
  minute: typeof minuteAt, day: typeof dayAt, outputs: readonly unknown[], columns: readonly number[]) => number;
const compiled = new CodeCache<Compiled>(500);

export function generateLayout(slots: readonly Slot[], absent: readonly number[], types: readonly DataType[], storage: readonly Storage[], temporal: TemporalText): Layout {
  const missing = (targets: readonly Target[], rows: number): void => { for (const k of absent) targets[k]!.nulls.fill(1, 0, rows); };
  const groups: Group[] = [];
  for (let from = 0; from < slots.length; from += GROUP) {
    const code = generate(slots.slice(from, from + GROUP), types, storage, temporal, false);
    groups.push((bytes, view, pos, ends, rows, targets, slow) => { code(bytes, view, pos, ends, ends, rows, 0, targets, slow, undefined); });
  }
  if (absent.length > 0) groups.push((_bytes, _view, _pos, _ends, rows, targets) => missing(targets, rows));
  if (slots.length > WALK) return { groups, walk: undefined };
  const code = generate(slots, types, storage, temporal, true);
  return {
    groups, walk: (bytes, view, pos, starts, ends, room, length, targets, slow, lineEnd) => {
      const rows = code(bytes, view, pos, starts, ends, room, length, targets, slow, lineEnd);
      if (rows > 0) missing(targets, rows);
      return rows;
    },
  };
}

type Generated = (bytes: Uint8Array, view: DataView, pos: Int32Array, starts: Int32Array, ends: Int32Array, rows: number, length: number, targets: readonly Target[], slow: SlowRead, lineEnd: LineEnd | undefined) => number;
function generate(slots: readonly Slot[], types: readonly DataType[], storage: readonly Storage[], temporal: TemporalText, walk: boolean): Generated {
  // Outputs are numbered by their place in the group, so that equal layouts give equal text.
  const outputs: { readonly column: number; readonly part: 'values' | 'words' | 'start' | 'end' | 'nulls' }[] = [];
  const declarations: string[] = [];
  const head: string[] = [];
  const output = (column: number, part: 'values' | 'words' | 'start' | 'end' | 'nulls'): string => {
    let at = outputs.findIndex((o) => o.column === column && o.part === part);
    if (at < 0) { at = outputs.length; outputs.push({ column, part }); declarations.push(`const o${at} = outputs[${at}];`); }
    return `o${at}`;
  };
  const columns: number[] = [];
  const columnName = (column: number): string => {
    if (column < 0) return '-1';
    let at = columns.indexOf(column);
    if (at < 0) at = columns.push(column) - 1;
    return `columns[${at}]`;
  };
  const body = slots.map((slot, i) => slotCode(slot, i)).join('\n');

  function slotCode(slot: Slot, i: number): string {
    const match = matches(slot.before);
    const end = `p + ${slot.before.length}`;
    if (slot.kind === 'end') return walk ? `pos[r] = ends[r] = ${match} && b[${end}] === 10 ? ${end} : -1; continue;` : `pos[r] = ${match} && ${end} === e ? e : -1; continue;`;
    const { column } = slot;
    const missing = column < 0 ? '' : `else ${output(column, 'nulls')}[r] = 1;`;
    return `if (${match}) { p += ${slot.before.length};\n${valueCode(slot, i)}\n} ${missing}`;
  }
  function valueCode(slot: Slot, i: number): string {
    const { column } = slot;
    const slow = `{ p = slow(${columnName(column)}, r, p, ${walk ? 'lineEnd(p)' : 'e'}); if (p < 0) { pos[r] = -1; continue; } }`;
    if (column < 0) return slot.kind === 'string' ? scanString(i, '', slow) : slot.kind === 'bare' ? scanDigits(slow) : slow;
    const type = types[column]!;
    const nulls = output(column, 'nulls');
    const otherwise = `if (v.getInt32(p, true) === ${word('null')}) { ${nulls}[r] = 1; p += 4; } else ${slow}`;
    if (storage[column] === 'view') return scanString(i, `${output(column, 'start')}[r] = p + 1; ${output(column, 'end')}[r] = q${i};`, otherwise);
    if (storage[column] === 'slow') return slow;
    switch (type.kind) {
      case 'boolean': {
        const values = output(column, 'values');
        return `if (v.getInt32(p, true) === ${word('true')}) { ${values}[r] = 1; p += 4; }
else if (v.getInt32(p, true) === ${word('fals')} && b[p + 4] === 101) { ${values}[r] = 0; p += 5; } else ${otherwise}`;
      }
      case 'tinyint': return readInteger(i, output(column, 'values'), 'small', 127, otherwise, slow);
      case 'smallint': return readInteger(i, output(column, 'values'), 'small', 32767, otherwise, slow);
      case 'int': return readInteger(i, output(column, 'values'), 'small', 999999999, otherwise, slow);
      case 'bigint': return readInteger(i, output(column, 'words'), 'long', 0, otherwise, slow);
      case 'float': case 'double': return readDouble(i, output(column, 'values'), type.kind === 'float', otherwise, slow);
      case 'timestamp': return temporal.defaultTimestamp && temporal.zone.fixed !== undefined
        ? readTimestamp(i, output(column, 'words'), temporal.zone.fixed, otherwise, slow) : slow;
      case 'timestamp_ntz': return temporal.defaultTimestampNtz ? readTimestamp(i, output(column, 'words'), undefined, otherwise, slow) : slow;
      case 'date': return temporal.defaultDate
        ? `if (b[p] === 34 && b[p + 11] === 34) { const d = day(b, p + 1); if (d === d) { ${output(column, 'values')}[r] = d; p += 12; } else ${slow} } else ${otherwise}` : slow;
      default: return slow;
    }
  }
  /** A minute seen last, for timestamps in order. */
  function readTimestamp(i: number, words: string, zoneSeconds: number | undefined, otherwise: string, slow: string): string {
    head.push(`let m${i}a = 0, m${i}b = 0, m${i}c = 0, m${i}d = 0, m${i} = NaN;`);
    return `if (b[p] === 34) {
const wa = v.getInt32(p + 1, true), wb = v.getInt32(p + 5, true), wc = v.getInt32(p + 9, true), wd = v.getInt32(p + 13, true);
if (wa !== m${i}a || wb !== m${i}b || wc !== m${i}c || wd !== m${i}d) { m${i}a = wa; m${i}b = wb; m${i}c = wc; m${i}d = wd; m${i} = minute(b, p + 1); }
const s1 = b[p + 18] - 48, s2 = b[p + 19] - 48;
let x = m${i};
if (x === x && b[p + 17] === 58 && s1 >>> 0 < 6 && s2 >>> 0 < 10) {
x += (s1 * 10 + s2) * 1000000;
let q = p + 20;
if (b[q] === 46) {
let f = 0, c = 0, scale = 1000000;
q++;
while ((c = b[q] - 48) >>> 0 < 10 && scale > 1) { f = f * 10 + c; scale /= 10; q++; }
x += f * scale;
while ((b[q] - 48) >>> 0 < 10) q++;
}
${zoneSeconds === undefined ? '' : `if (b[q] === 90) q++;${zoneSeconds === 0 ? '' : ` else x -= ${zoneSeconds * 1e6};`}`}
if (b[q] === 34) { const h = floor(x / 4294967296); ${words}[2 * r] = x - h * 4294967296; ${words}[2 * r + 1] = h; p = q + 1; } else ${slow}
} else ${slow}
} else ${otherwise}`;
  }

  // In a walk a row's code is a loop of one turn, so that `continue` leaves it there too.
  const loop = walk ? `let r = 0, at = 0;
for (; ; r++) {
while (at < length && b[at] === 10) at++;
if (at >= length) return r;
if (r === n) return -1;
let p = starts[r] = at;
do {
${body}
} while (false);
if (pos[r] < 0 && (ends[r] = lineEnd(at)) < 0) return -1;
at = ends[r] + 1;
}` : `for (let r = 0; r < n; r++) {
let p = pos[r];
if (p < 0) continue;
const e = ends[r];
${body}
pos[r] = p;
}
return n;`;
  const source = `'use strict';
const { clz32, floor, fround } = Math;
return (b, v, pos, starts, ends, n, length, slow, lineEnd, minute, day, outputs, columns) => {
${declarations.join('\n')}
${head.join('\n')}
${loop}
};`;
  const code = compiled.get(source, () => `(() => {${source}\n})()`);
  return (bytes, view, pos, starts, ends, rows, length, targets, slow, lineEnd) => {
    // Pushed, not mapped: an array of another kind would have optimised code thrown away.
    const given: unknown[] = [];
    for (const o of outputs) given.push(targets[o.column]![o.part]);
    return code(bytes, view, pos, starts, ends, rows, length, slow, lineEnd, minuteAt, dayAt, given, columns);
  };
}

/** `text` as a little-endian word. */
const word = (text: string): number => Buffer.from(text, 'latin1').readInt32LE(0);

/** A test that the bytes at p are these. */
function matches(bytes: Uint8Array): string {
  const n = bytes.length;
  if (n === 0) return 'true';
  const buffer = Buffer.from(bytes);
  if (n < 4) return Array.from(bytes, (c, i) => `b[p + ${i}] === ${c}`).join(' && ');
  const tests: string[] = [];
  for (let i = 0; i + 4 <= n; i += 4) tests.push(`v.getInt32(p + ${i}, true) === ${buffer.readInt32LE(i)}`);
  if (n % 4 !== 0) tests.push(`v.getInt32(p + ${n - 4}, true) === ${buffer.readInt32LE(n - 4)}`);
  return tests.join(' && ');
}
/** A word whose lowest set bit is the top bit of the first byte of w that is a quote, a backslash or a control character; 0 if there is
 *  none. With 2 flipped quote and control characters are all bytes up to 0x20; borrows only reach bytes above the first hit. */
const special = (w: string): string => `(((${w} ^ 0x02020202) - 0x21212121) | ((${w} ^ 0x5c5c5c5c) - 0x01010101)) & ~${w} & ${0x80808080 | 0}`;
/** From the quote at p to its partner, eight bytes a step; anything but plain text goes elsewhere. */
function scanString(i: number, store: string, otherwise: string): string {
  return `if (b[p] === 34) {
let q${i} = p + 1, t = 0;
for (;;) {
let w = v.getInt32(q${i}, true);
t = ${special('w')};
if (t !== 0) break;
q${i} += 4;
w = v.getInt32(q${i}, true);
t = ${special('w')};
if (t !== 0) break;
q${i} += 4;
}
q${i} += (31 - clz32(t & -t)) >> 3;
if (b[q${i}] !== 34) { pos[r] = -1; continue; }
${store}
p = q${i} + 1;
} else ${otherwise}`;
}
/** Passes over a whole number; anything else elsewhere. */
function scanDigits(slow: string): string {
  return `{ let q = b[p] === 45 ? p + 1 : p; const s = q;
while ((b[q] - 48) >>> 0 < 10) q++;
if (q > s && (b[s] !== 48 || q === s + 1) && (b[q] === 44 || b[q] === 125)) p = q; else ${slow} }`;
}
/** Whole numbers: up to 9 digits in int32, up to 15 as a double in two words; longer ones by the careful parser. */
function readInteger(i: number, values: string, size: 'small' | 'long', most: number, otherwise: string, slow: string): string {
  const store = size === 'small' ? `if (x > ${most}) ${slow} else { ${values}[r] = neg ? -x : x; p = q; }`
    : `if (neg) x = -x; ${values}[2 * r] = x; ${values}[2 * r + 1] = x < 0 ? -1 : 0; p = q;`;
  const long = size === 'small' ? slow : `{ let y = x, c = 0;
while ((c = b[q] - 48) >>> 0 < 10 && q - s < 15) { y = y * 10 + c; q++; }
if ((b[q] - 48) >>> 0 < 10) ${slow} else { if (neg) y = -y; const h = floor(y / 4294967296); ${values}[2 * r] = y - h * 4294967296; ${values}[2 * r + 1] = h; p = q; } }`;
  return `{ const neg = b[p] === 45; const s = neg ? p + 1 : p; let q = s, x = 0, c${i} = b[s] - 48;
if (c${i} >>> 0 > 9) { ${otherwise} } else if (c${i} === 0 && (b[s + 1] - 48) >>> 0 < 10) { pos[r] = -1; continue; } else {
do { x = (x * 10 + c${i}) | 0; q++; c${i} = b[q] - 48; } while (c${i} >>> 0 < 10 && q - s < 9);
if (c${i} >>> 0 < 10) ${long} else { ${store} }
} }`;
}
/** Numbers of at most 15 digits and 22 after the point: exact, since both sides of the division are. Without a point -0 is 0, a whole number.
 *  `single`: what lies half way between two floats is read from its text (floatOfText). */
function readDouble(i: number, values: string, single: boolean, otherwise: string, slow: string): string {
  return `{ const neg = b[p] === 45; const s = neg ? p + 1 : p; let q = s, x = 0, digits = 0, c${i} = b[s] - 48;
if (c${i} >>> 0 > 9) { ${otherwise} } else if (c${i} === 0 && (b[s + 1] - 48) >>> 0 < 10) { pos[r] = -1; continue; } else {
do { x = x * 10 + c${i}; digits++; q++; c${i} = b[q] - 48; } while (c${i} >>> 0 < 10 && digits < 16);
let scale = 1;
if (b[q] === 46 && (b[q + 1] - 48) >>> 0 < 10) { q++; c${i} = b[q] - 48; do { x = x * 10 + c${i}; scale *= 10; digits++; q++; c${i} = b[q] - 48; } while (c${i} >>> 0 < 10 && digits < 16); }
if (digits > 15 || (b[q] | 32) === 101) ${slow} else { x /= scale; ${single ? `if (fround(x) !== x && fround(2 * x - fround(x)) === 2 * x - fround(x)) ${slow} else ` : ''}{ ${values}[r] = neg ? scale === 1 ? 0 - x : -x : x; p = q; } }
} }`;
}
