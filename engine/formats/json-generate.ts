// The generated functions of the JSON decoder: one for each group of at most GROUP values of a line, run over the whole batch. `pos[row]`
// is where the next group starts, -1 once a row must go to tier 2. For a short line there is also a walk, the code of the whole line that
// finds the lines as well: the next one begins after the line feed behind the last value. Compiled functions are kept by their text, so that
// queries, files and runs of one layout share them. A branch that is first met once the code is optimised has it thrown away, so rare
// branches are shared where they can be.
// source: own design, see json-decoder.ts.

import { CodeCache } from '../columnar/generate.js';
import { dayAt, minuteAt, offsetAt } from './byte-times.js';
import type { RowTargets, Target } from './decode-targets.js';
import { inZone, isNull, LEAVE, matches, readDecimal, readDouble, readInteger, scanNumber, scanString, word } from './json-code.js';
import type { TemporalText } from './json-options.js';

/** One step of reading a line as the sample line is laid out. `before`: the bytes from the previous step up to this one. `guard`: the target of the
 *  struct that the step is inside of, whose fields are there only where it is not NULL; −1: none. */
export type Step =
  /** A value; `target` −1: not asked for. `elements`: how a list's element, or a map's value, is read. */
  | { readonly step: 'value'; readonly before: Uint8Array; readonly target: number; readonly guard: number; readonly kind: 'string' | 'bare' | 'nested' | 'other'; readonly elements?: readonly Step[] }
  /** A struct begins, its brace behind `before`; or NULL in its place. */
  | { readonly step: 'open'; readonly before: Uint8Array; readonly target: number; readonly guard: number; /** Targets inside of it that the sample does not have. */ readonly absent: readonly number[] }
  /** A struct ends, where it is not NULL. */
  | { readonly step: 'close'; readonly before: Uint8Array; readonly target: number }
  /** What follows the last value of the line. */
  | { readonly step: 'end'; readonly before: Uint8Array };
/** Reads a value of a target at `at`; where it ends, or -1. The value ends before `end`; its line there, or where `lineEnd` says. */
export type SlowRead = (target: number, row: number, at: number, end: number, lineEnd: LineEnd | undefined) => number;
/** How generated code reads what it does not read itself. */
export interface Reads {
  readonly slow: SlowRead;
  /** The instant of a local time of the options' zone, both in microseconds. */
  readonly toUtc: (local: number) => number;
}
export type Group = (bytes: Uint8Array, view: DataView, pos: Int32Array, ends: Int32Array, rows: number, targets: RowTargets, reads: Reads) => void;
/** The end of the line that `at` is in, as a position; -1 if a carriage return is in it from there on. */
export type LineEnd = (at: number) => number;
/** Reads the lines of the first `length` bytes and notes where they begin and end. Their number; -1 if they are more than `room`, or if a
 *  line holds a carriage return, which may be a separator: then what was written means nothing. */
export type Walk = (bytes: Uint8Array, view: DataView, pos: Int32Array, starts: Int32Array, ends: Int32Array, room: number, length: number, targets: RowTargets, reads: Reads, lineEnd: LineEnd) => number;
export interface Layout { readonly groups: readonly Group[]; readonly walk: Walk | undefined }

/** Steps a function, those of elements among them: what V8's compiler does to one grows faster than the function. */
const GROUP = 8;
/** Steps of a line that a walk takes. */
const WALK = 12;
/** Steps of an element; longer ones are left to the careful parser. */
export const ELEMENT = 24;

/** What generated code calls. */
const READERS = { minuteAt, dayAt, offsetAt };
type Compiled = (bytes: Uint8Array, view: DataView, pos: Int32Array, starts: Int32Array, ends: Int32Array, rows: number, length: number, reads: Reads, lineEnd: LineEnd | undefined,
  readers: typeof READERS, outputs: readonly unknown[], targets: readonly number[], lists: readonly Target[], grow: (list: number) => void) => number;
const compiled = new CodeCache<Compiled>(500);

const weight = (step: Step): number => 1 + (step.step === 'value' ? weightOf(step.elements ?? []) : step.step === 'open' ? step.absent.length / 4 : 0);
export const weightOf = (steps: readonly Step[]): number => steps.reduce((sum, step) => sum + weight(step), 0);

/** `absent`: targets of columns that the line does not have. */
export function generateLayout(steps: readonly Step[], absent: readonly number[], all: readonly Target[], temporal: TemporalText): Layout {
  const missing = (targets: RowTargets, rows: number): void => { for (const k of absent) targets.absent(targets.all[k]!, rows); };
  const groups: Group[] = [];
  for (let from = 0, to = 0; from < steps.length; from = to) {
    for (let sum = 0; to < steps.length && (to === from || sum + weight(steps[to]!) <= GROUP); to++) sum += weight(steps[to]!);
    const code = generate(steps.slice(from, to), all, temporal, false);
    groups.push((bytes, view, pos, ends, rows, targets, reads) => { code(bytes, view, pos, ends, ends, rows, 0, targets, reads, undefined); });
  }
  if (absent.length > 0) groups.push((_bytes, _view, _pos, _ends, rows, targets) => missing(targets, rows));
  if (weightOf(steps) > WALK) return { groups, walk: undefined };
  const code = generate(steps, all, temporal, true);
  return {
    groups, walk: (bytes, view, pos, starts, ends, room, length, targets, reads, lineEnd) => {
      const rows = code(bytes, view, pos, starts, ends, room, length, targets, reads, lineEnd);
      if (rows > 0) missing(targets, rows);
      return rows;
    },
  };
}

type Generated = (bytes: Uint8Array, view: DataView, pos: Int32Array, starts: Int32Array, ends: Int32Array, rows: number, length: number, targets: RowTargets, reads: Reads, lineEnd: LineEnd | undefined) => number;
type Part = 'values' | 'words' | 'start' | 'end' | 'nulls';

function generate(steps: readonly Step[], all: readonly Target[], temporal: TemporalText, walk: boolean): Generated {
  // Outputs, lists and targets are numbered by their place in the group, so that equal layouts give equal text.
  const outputs: { readonly target: number; readonly part: Part }[] = [];
  const head: string[] = [];
  const output = (target: number, part: Part): string => {
    let at = outputs.findIndex((o) => o.target === target && o.part === part);
    if (at < 0) at = outputs.push({ target, part }) - 1;
    return `o${at}`;
  };
  const numbered = (list: number[], target: number): number => { const at = list.indexOf(target); return at < 0 ? list.push(target) - 1 : at; };
  const slowTargets: number[] = [];
  const lists: number[] = [];
  let names = 0;
  const body = steps.map((step) => stepCode(step, 'r')).join('\n');

  /** `row`: the name of the row, or of the element, that is read. */
  function stepCode(step: Step, row: string): string {
    const match = matches(step.before);
    const n = step.before.length;
    switch (step.step) {
      case 'end': return walk ? `pos[r] = ends[r] = ${match} && b[p + ${n}] === 10 ? p + ${n} : -1; break row;` : `pos[r] = ${match} && p + ${n} === e ? e : -1; break row;`;
      case 'close': return `if (${output(step.target, 'nulls')}[${row}] === 0) { if (${match}) p += ${n}; else ${LEAVE} }`;
      case 'open': {
        const nulls = output(step.target, 'nulls');
        return `${step.absent.map((k) => `${output(k, 'nulls')}[${row}] = 1;`).join(' ')}
if (${guarded(step.guard, row)}${match}) { p += ${n};
if (b[p] === 123) p++; else if (${isNull()}) { ${nulls}[${row}] = 1; p += 4; } else ${LEAVE}
} else ${nulls}[${row}] = 1;`;
      }
      case 'value': {
        const missing = step.target < 0 ? '' : `else ${output(step.target, 'nulls')}[${row}] = 1;`;
        const code = valueCode(step, row);
        return n === 0 && step.guard < 0 ? code : `if (${guarded(step.guard, row)}${match}) { p += ${n};\n${code}\n} ${missing}`;
      }
    }
  }
  function guarded(guard: number, row: string): string { return guard < 0 ? '' : `${output(guard, 'nulls')}[${row}] === 0 && `; }
  /** Elements between brackets, or entries between braces. A number of an element is used once, also if reading it fails: NULL flags are only ever set. */
  function listCode(target: Target, elements: readonly Step[], row: string): string {
    const at = numbered(lists, target.id);
    const i = names++;
    const [open, close] = target.children.length === 1 ? [91, 93] : [123, 125];
    const afterBlank = 'if (b[p] === 32) p++;';
    const key = target.children.length === 1 ? '' : `${scanString(names++, (q) => `${output(target.children[0]!.id, 'start')}[e${i}] = p + 1; ${output(target.children[0]!.id, 'end')}[e${i}] = ${q};`, LEAVE, LEAVE)}
if (b[p] !== 58) ${LEAVE} p++; ${afterBlank}`;
    return `if (b[p] === ${open}) { p++;
const from${i} = n${at};
if (b[p] === ${close}) p++; else for (;;) {
if (n${at} === room${at}) { grow(${at}); room${at} = lists[${at}].room; RELOAD }
const e${i} = n${at}++;
${key}
${elements.map((step) => stepCode(step, `e${i}`)).join('\n')}
if (b[p] === 44) { p++; ${afterBlank} continue; }
if (b[p] === ${close}) { p++; break; }
${LEAVE}
}
${output(target.id, 'start')}[${row}] = from${i}; ${output(target.id, 'end')}[${row}] = n${at};
} else if (${isNull()}) { ${output(target.id, 'nulls')}[${row}] = 1; p += 4; } else ${LEAVE}`;
  }
  function valueCode({ target: k, kind, elements }: Step & { readonly step: 'value' }, row: string): string {
    const i = names++;
    const slow = `{ p = slow(${k < 0 ? '-1' : `targets[${numbered(slowTargets, k)}]`}, ${row}, p, ${walk ? 'length, lineEnd' : 'e, undefined'}); if (p < 0) ${LEAVE} }`;
    if (k < 0) return kind === 'string' ? scanString(i, () => '', slow, slow) : kind === 'bare' ? scanNumber(slow) : slow;
    const { type, storage } = all[k]!;
    if (storage === 'list' && elements !== undefined) return listCode(all[k]!, elements, row);
    const nulls = output(k, 'nulls');
    const otherwise = `if (${isNull()}) { ${nulls}[${row}] = 1; p += 4; } else ${slow}`;
    if (storage === 'view') return scanString(i, (q) => `${output(k, 'start')}[${row}] = p + 1; ${output(k, 'end')}[${row}] = ${q};`, otherwise, slow);
    if (storage !== 'fixed') return slow;
    switch (type.kind) {
      case 'boolean': {
        const values = output(k, 'values');
        return `if (v.getInt32(p, true) === ${word('true')}) { ${values}[${row}] = 1; p += 4; }
else if (v.getInt32(p, true) === ${word('fals')} && b[p + 4] === 101) { ${values}[${row}] = 0; p += 5; } else ${otherwise}`;
      }
      case 'tinyint': return readInteger(i, row, output(k, 'values'), 'small', 127, otherwise, slow);
      case 'smallint': return readInteger(i, row, output(k, 'values'), 'small', 32767, otherwise, slow);
      case 'int': return readInteger(i, row, output(k, 'values'), 'small', 999999999, otherwise, slow);
      case 'bigint': return readInteger(i, row, output(k, 'words'), 'long', 0, otherwise, slow);
      case 'float': case 'double': return readDouble(i, row, output(k, 'values'), type.kind === 'float', otherwise, slow);
      case 'decimal': return readDecimal(i, row, output(k, 'words'), type.precision, type.scale, otherwise, slow);
      case 'timestamp': return temporal.defaultTimestamp ? readTimestamp(i, row, output(k, 'words'), inZone(temporal.zone), otherwise, slow) : slow;
      case 'timestamp_ntz': return temporal.defaultTimestampNtz ? readTimestamp(i, row, output(k, 'words'), '', otherwise, slow) : slow;
      case 'date': return temporal.defaultDate
        ? `if (b[p] === 34 && b[p + 11] === 34) { const d = dayAt(b, p + 1); if (d === d) { ${output(k, 'values')}[${row}] = d; p += 12; } else ${slow} } else ${otherwise}` : slow;
      default: return slow;
    }
  }
  /** A minute seen last, for timestamps in order. `zone`: reads what follows the seconds, and makes x an instant; empty for local times. */
  function readTimestamp(i: number, row: string, words: string, zone: string, otherwise: string, slow: string): string {
    head.push(`let m${i}a = 0, m${i}b = 0, m${i}c = 0, m${i}d = 0, m${i} = NaN;`);
    return `if (b[p] === 34) {
const wa = v.getInt32(p + 1, true), wb = v.getInt32(p + 5, true), wc = v.getInt32(p + 9, true), wd = v.getInt32(p + 13, true);
if (wa !== m${i}a || wb !== m${i}b || wc !== m${i}c || wd !== m${i}d) { m${i}a = wa; m${i}b = wb; m${i}c = wc; m${i}d = wd; m${i} = minuteAt(b, p + 1); }
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
${zone}
if (b[q] === 34 && x === x) { const h = floor(x / 4294967296); ${words}[2 * ${row}] = x - h * 4294967296; ${words}[2 * ${row} + 1] = h; p = q + 1; } else ${slow}
} else ${slow}
} else ${otherwise}`;
  }

  const loop = walk ? `let r = 0, at = 0;
for (; ; r++) {
while (at < length && b[at] === 10) at++;
if (at >= length) break;
if (r === n) return -1;
let p = starts[r] = at;
row: {
${body}
}
if (pos[r] < 0 && (ends[r] = lineEnd(at)) < 0) return -1;
at = ends[r] + 1;
}` : `let r = 0;
for (; r < n; r++) {
let p = pos[r];
if (p < 0) continue;
const e = ends[r];
row: {
${body}
pos[r] = p;
}
}`;
  const source = `'use strict';
const { clz32, floor, fround } = Math;
return (b, v, pos, starts, ends, n, length, { slow, toUtc }, lineEnd, { minuteAt, dayAt, offsetAt }, outputs, targets, lists, grow) => {
${outputs.map((_, i) => `${lists.length > 0 ? 'let' : 'const'} o${i} = outputs[${i}];`).join('\n')}
${lists.map((_, i) => `let n${i} = lists[${i}].count, room${i} = lists[${i}].room;`).join('\n')}
${head.join('\n')}
${loop.replaceAll('RELOAD', outputs.map((_, i) => `o${i} = outputs[${i}];`).join(' '))}
${lists.map((_, i) => `lists[${i}].count = n${i};`).join('\n')}
return r;
};`;
  const code = compiled.get(source, () => `(() => {${source}\n})()`);
  return (bytes, view, pos, starts, ends, rows, length, targets, reads, lineEnd) => {
    // Pushed, not mapped: an array of another kind would have optimised code thrown away.
    const given: unknown[] = [];
    for (const o of outputs) given.push(targets.all[o.target]![o.part]);
    const listTargets = lists.map((k) => targets.all[k]!);
    const grow = (list: number): void => {
      targets.grow(listTargets[list]!);
      outputs.forEach((o, i) => { given[i] = targets.all[o.target]![o.part]; });
    };
    return code(bytes, view, pos, starts, ends, rows, length, reads, lineEnd, READERS, given, slowTargets, listTargets, grow);
  };
}
