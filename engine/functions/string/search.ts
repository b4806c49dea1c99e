// Finding, joining, splitting and replacing plain text. Regular expressions have files of their own.
// source: Spark stringExpressions.

import { raise } from '../../../planner/errors/index.js';
import { commonType } from '../../../planner/coercion.js';
import { ordinalWord, sqlExpr, sqlType } from '../../../planner/expr/print.js';
import type { BoundExpr, RawCall } from '../../../planner/tree.js';
import * as T from '../../../planner/types.js';
import { isAtomic } from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';
import { type RowFunction, scalar, type ScalarFunction } from '../define.js';
import type { TextSearch } from '../../columnar/text-search.js';
import { BYTES } from './basic.js';
import * as collated from './collated.js';
import { lengthOf, pointsBefore, unitIndex } from './code-points.js';

const bytesOf = (v: string | Uint8Array): Uint8Array => typeof v === 'string' ? Buffer.from(v, 'utf8') : v;
/** What is compared with a text comes to one collation with it. */
const SEARCHING = { meets: true, decided: true, takes: 'searchable' } as const;
const test = (name: 'contains' | 'startswith' | 'endswith', under: (search: TextSearch) => RowFunction, onText: (a: string, b: string) => boolean, onBytes: (a: Buffer, b: Uint8Array) => boolean): ScalarFunction =>
  scalar(`${name}(string|binary, string|binary) -> boolean`, {
    collation: SEARCHING, collated: under, doc: `Whether the first text ${name === 'contains' ? 'holds' : name === 'startswith' ? 'begins with' : 'ends with'} the second.`, examples: [`${name}('abcabc', 'abc') = true`],
    params: [BYTES, { ...BYTES, name: 'right' }], resolve: (call) => bothBinary(call),
    row: (a: string | Uint8Array, b: string | Uint8Array) => typeof a === 'string' && typeof b === 'string' ? onText(a, b) : onBytes(Buffer.from(bytesOf(a)), bytesOf(b)),
  });
/** Bytes are compared with bytes only; otherwise both arguments are text. */
function bothBinary(call: RawCall): BoundExpr | undefined {
  const kinds = call.types.map((t) => t.kind);
  if (kinds.length !== 2 || !kinds.includes('binary') || kinds.every((k) => k === 'binary')) return undefined;
  const other = call.types.find((t) => t.kind !== 'binary')!;
  return isAtomic(other) ? call.apply(call.name, call.args.map((a) => call.cast(a, T.STRING))) : undefined;
}

/** 1-based position in code points from a 1-based start, 0 if there is none. */
const locate: RowFunction = (needle: string | null, text: string | null, start: number | null) => {
  if (start === null) return 0;
  if (needle === null || text === null) return null;
  if (start < 1) return 0;
  if (needle === '') return 1;
  const at = text.indexOf(needle, unitIndex(text, start - 1));
  return at < 0 ? 0 : pointsBefore(text, at) + 1;
};

function substringIndex(text: string, delimiter: string, count: number): string {
  if (count === 0 || delimiter === '') return '';
  let at = count > 0 ? -1 : text.length;
  if (count > 0) {
    for (let n = 0; n < count; n++) { at = text.indexOf(delimiter, at + 1); if (at < 0) return text; }
    return text.slice(0, at);
  }
  for (let n = 0; n < -count; n++) { at = at === 0 ? -1 : text.lastIndexOf(delimiter, at - 1); if (at < 0) return text; }
  return text.slice(at + delimiter.length);
}

const splitPart = (split: (text: string, delimiter: string) => readonly string[]): RowFunction => (text: string, delimiter: string, n: number) => {
  if (n === 0) raise('INVALID_INDEX_OF_ZERO', {}, { nowhere: true });
  const parts = split(text, delimiter);
  return parts[n > 0 ? n - 1 : parts.length + n] ?? '';
};

function translate(text: string, from: string, to: string): string {
  const target = Array.from(to);
  const map = new Map<string, string>();
  Array.from(from).forEach((c, i) => { if (!map.has(c)) map.set(c, target[i] ?? ''); });
  let out = '';
  for (const c of text) out += map.get(c) ?? c;
  return out;
}

/** Every non-null text, those of arrays among them, with the separator between. */
const concatWs: RowFunction = (separator: Value, ...parts: Value[]) => {
  if (separator === null) return null;
  const texts: string[] = [];
  for (const p of parts) {
    if (p === null) continue;
    if (typeof p === 'string') texts.push(p);
    else for (const e of p as readonly Value[]) if (e !== null) texts.push(e as string);
  }
  return texts.join(separator as string);
};

const concatRow: RowFunction = (...parts: (string | Uint8Array | readonly Value[])[]) => {
  const [first] = parts;
  if (first === undefined || typeof first === 'string') return parts.join('');
  return first instanceof Uint8Array ? new Uint8Array(Buffer.concat(parts as Uint8Array[])) : (parts as (readonly Value[])[]).flat(1);
};
/** All BINARY stays so; arrays come to one type; anything else becomes text. */
function concatResolve(call: RawCall): BoundExpr | undefined {
  const { types } = call;
  if (types.length === 0) return undefined;
  if (types.every((t) => t.kind === 'binary')) return node(call, call.args, T.BINARY);
  const isText = (t: T.DataType): boolean => t.kind !== 'array' && t.kind !== 'map' && t.kind !== 'struct';
  if (types.every(isText)) {
    const text = types.find((t) => t.kind === 'string') ?? T.STRING;
    // Collations that have not met, as those of fields that from_json makes.
    if (types.some((t) => t.kind === 'string' && !T.sameType(t, text))) differ(call, call.args);
    return node(call, call.args.map((a) => a.type.kind === 'string' ? a : call.cast(a, text)), text);
  }
  const other = types.findIndex((t) => !isText(t) && t.kind !== 'array');
  if (other >= 0) {
    raise('DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE', { sqlExpr: sqlExpr(node(call, call.args, T.STRING)), paramIndex: ordinalWord(other), requiredType: '("STRING" or "BINARY" or "ARRAY")',
      inputSql: sqlExpr(call.args[other]!), inputType: sqlType(types[other]!) }, { span: call.span });
  }
  // What is no array is text, a bare NULL too: the two never meet.
  const common = types.every((t) => t.kind === 'array') ? commonType(types, { strings: true }) : undefined;
  if (!common) {
    differ(call, call.args.map((a) => isText(a.type) ? call.cast(a, T.STRING) : a));
  }
  return node(call, call.args.map((a) => call.cast(a, common)), common);
}
function differ(call: RawCall, args: readonly BoundExpr[]): never {
  return raise('DATATYPE_MISMATCH.DATA_DIFF_TYPES', { functionName: '`concat`', dataType: `(${args.map((a) => sqlType(a.type)).join(' or ')})`, sqlExpr: sqlExpr(node(call, args, T.STRING)) }, { span: call.span });
}
const node = (call: RawCall, args: readonly BoundExpr[], type: T.DataType): BoundExpr =>
  ({ kind: 'apply', fn: call.fn, name: call.name, args, type, nullable: args.some((a) => a.nullable), span: call.span });

export const searchStrings: readonly ScalarFunction[] = [
  test('contains', collated.contains, (a, b) => a.includes(b), (a, b) => a.indexOf(b) >= 0), test('startswith', collated.startsWith, (a, b) => a.startsWith(b), (a, b) => a.subarray(0, b.length).equals(b)),
  test('endswith', collated.endsWith, (a, b) => a.endsWith(b), (a, b) => b.length <= a.length && a.subarray(a.length - b.length).equals(b)),
  scalar('instr(string, string, int?, occurrence: int?) -> int', { collation: SEARCHING, collated: collated.instr, doc: 'The position of the second text in the first (from a start, the n-th one), from 1; 0 if it is not there. A negative start counts from the end, and looks toward the beginning.', examples: ["instr('SparkSQL', 'SQL') = 6"],
    row: (text: string, needle: string, start = 1, occurrence = 1) => nth(text, needle, start, occurrence) }),
  scalar('locate(string, string, int = 1) -> int', { collation: SEARCHING, collated: collated.locate, aliases: ['position'], doc: 'The position of the first text in the second, from a start on; 0 if it is not there.', examples: ["locate('bar', 'foobarbar', 5) = 7"],
    nulls: 'custom', row: locate }),
  scalar('replace(string, string, string = \'\') -> string', { collation: { ...SEARCHING, kept: true }, collated: collated.replace, doc: 'The text with every occurrence of another replaced.', examples: ["replace('ABCabc', 'abc', 'DEF') = 'ABCDEF'"],
    row: (text: string, search: string, by: string) => search === '' ? text : text.replaceAll(search, () => by) }),
  scalar('translate(string, string, string) -> string', { collation: { ...SEARCHING, kept: true }, collated: collated.translate, doc: 'The text with each character of the second argument replaced by the one in its place in the third, or dropped.', examples: ["translate('AaBbCc', 'abc', '123') = 'A1B2C3'"], row: translate }),
  scalar('substring_index(string, string, int) -> string', { collation: { ...SEARCHING, kept: true }, collated: collated.substringIndex, doc: 'What stands before the n-th delimiter, or, for a negative n, after the n-th from the end.', examples: ["substring_index('www.a.org', '.', 2) = 'www.a'"], row: substringIndex }),
  scalar('split_part(string, string, int) -> string', { doc: 'The n-th part between delimiters, from 1 or, negative, from the end; empty past the ends.', examples: ["split_part('11.12.13', '.', 3) = '13'"],
    collation: { meets: true, takes: 'searchable', kept: true }, row: splitPart((text, delimiter) => delimiter === '' ? [text] : text.split(delimiter)),
    collated: (s) => splitPart(collated.split(s) as (text: string, delimiter: string) => readonly string[]) }),
  scalar('concat(any...) -> string', { collation: { meets: true, kept: true }, doc: 'Texts, binaries or arrays, one after another.', examples: ["concat('a', 1, true) = 'a1true'"], resolve: concatResolve, variadic: { min: 0 }, lazy: 'all', row: concatRow }),
  scalar('concat_ws(string, string|array<string>...) -> string', { collation: { meets: true, kept: true }, doc: 'Texts and the elements of arrays with a separator between; NULLs are left out.', examples: ["concat_ws('-', 'a', NULL, 'b') = 'a-b'"], nulls: 'custom',
    variadic: { min: 1 }, nullable: (call) => call.args[0]!.nullable, row: concatWs }),
  scalar('find_in_set(string, string) -> int', { collation: { meets: true, decided: true }, collated: collated.findInSet, doc: 'The place of the first text among the parts of the second between commas, from 1; 0 if it is not there.', examples: ["find_in_set('ab', 'abc,b,ab,c') = 3"],
    row: (word: string, set: string) => word.includes(',') ? 0 : set.split(',').indexOf(word) + 1 }),
  scalar('elt(int, string...) -> string', { collation: { meets: true, kept: true }, doc: 'The n-th of the arguments that follow.', examples: ["elt(2, 'a', 'b') = 'b'"], nulls: 'custom', variadic: { min: 2 },
    bind: (call) => (n: number | null, ...texts: (string | null)[]) => {
      if (n === null) return null;
      if (n >= 1 && n <= texts.length) return texts[n - 1]!;
      return call.settings.ansi ? raise('INVALID_ARRAY_INDEX', { indexValue: String(n), arraySize: String(texts.length) }, { hint: 'elt counts its values from 1; get(array(…), n - 1) gives NULL where there is none.' }) : null;
    } }),
];

/** Where the n-th occurrence is, of those that begin at `from` or before it (characters from 0), counted toward the beginning. */
function nthFromEnd(text: string, needle: string, from: number, occurrence: number): number {
  let at = from < 0 ? -1 : unitIndex(text, from);
  for (let n = 0; at >= 0; at--) {
    at = text.lastIndexOf(needle, at);
    if (at >= 0 && ++n === occurrence) return lengthOf(text.slice(0, at)) + 1;
  }
  return 0;
}
function nth(text: string, needle: string, start: number, occurrence: number): number {
  if (occurrence < 1) raise('INVALID_PARAMETER_VALUE.OCCURRENCE', { functionName: '`instr`', parameter: '`occurrence`', actual: String(occurrence) }, { nowhere: true });
  if (start === 0) return 0;
  if (needle === '') return 1;
  if (start < 0) return nthFromEnd(text, needle, lengthOf(text) + start, occurrence);
  let at = unitIndex(text, start - 1) - 1;
  for (let n = 0; n < occurrence; n++) { at = text.indexOf(needle, at + 1); if (at < 0) return 0; }
  return lengthOf(text.slice(0, at)) + 1;
}
