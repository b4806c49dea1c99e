// Bodies of functions over texts whose collation is not UTF8_BINARY: what equals, is found, and is cut off goes by it.
// source: Spark CollationSupport and CollationAwareUTF8String.

import { localeOf, UTF8_BINARY } from '../../../planner/collations.js';
import { raise } from '../../../planner/errors/index.js';
import { withoutBlanks } from '../../columnar/collation.js';
import type { TextSearch } from '../../columnar/text-search.js';
import type { RowFunction } from '../define.js';
import { initcap as words, titleCase } from './case.js';
import { lengthOf, pointsBefore, unitIndex } from './code-points.js';

type Body = (search: TextSearch) => RowFunction;
/** What is looked for, and a text whose end counts: under RTRIM without the blanks at the end. */
const bare = ({ collation }: TextSearch, text: string): string => collation.trims ? withoutBlanks(text) : text;

export const contains: Body = (s) => (text: string, part: string) => bare(s, part) === '' || s.find(text, bare(s, part)) !== undefined;
export const startsWith: Body = (s) => (text: string, part: string) => bare(s, part) === '' || s.covered(text, 0, [bare(s, part)]) > 0;
export const endsWith: Body = (s) => (text: string, part: string) => {
  const [whole, end] = [bare(s, text), bare(s, part)];
  return end === '' || s.covered(whole, whole.length, [end], true) > 0;
};

/** The n-th place that begins at or after `from`, or, with a negative step, at or before it; they may overlap. */
function nth(s: TextSearch, text: string, part: string, from: number, count: number, step: 1 | -1 = 1): { readonly start: number; readonly end: number } | undefined {
  let found = step > 0 ? s.find(text, part, from) : s.findLast(text, part, from);
  for (let n = 1; n < count && found; n++) found = step > 0 ? s.find(text, part, found.start + 1) : s.findLast(text, part, found.start - 1);
  return found;
}
/** From 1, by code points; 0: nowhere. */
const position = (text: string, found: { readonly start: number } | undefined): number => found ? pointsBefore(text, found.start) + 1 : 0;

export const instr: Body = (s) => (text: string, written: string, start = 1, occurrence = 1) => {
  const part = bare(s, written);
  if (occurrence < 1) raise('INVALID_PARAMETER_VALUE.OCCURRENCE', { functionName: '`instr`', parameter: '`occurrence`', actual: String(occurrence) }, { nowhere: true });
  if (start === 0) return 0;
  if (part === '') return 1;
  const from = start > 0 ? start - 1 : lengthOf(text) + start;
  return from < 0 ? 0 : position(text, nth(s, text, part, unitIndex(text, from), occurrence, start > 0 ? 1 : -1));
};
export const locate: Body = (s) => (part: string | null, text: string | null, start: number | null) => {
  if (start === null) return 0;
  if (part === null || text === null) return null;
  if (start < 1) return 0;
  return bare(s, part) === '' ? 1 : position(text, s.find(text, bare(s, part), unitIndex(text, start - 1)));
};
export const findInSet: Body = (s) => (word: string, set: string) => word.includes(',') ? 0 : set.split(',').findIndex((part) => s.equal(part, word)) + 1;

export const replace: Body = (s) => (text: string, part: string, by: string) => part === '' || text === '' ? text : s.split(text, part).join(by);
export const split: Body = (s) => (text: string, delimiter: string) => bare(s, delimiter) === '' || text === '' ? [text] : s.split(text, bare(s, delimiter));
export const substringIndex: Body = (s) => (text: string, written: string, count: number) => {
  const delimiter = bare(s, written);
  if (count === 0 || delimiter === '') return '';
  const found = nth(s, text, delimiter, count > 0 ? 0 : text.length, Math.abs(count), count > 0 ? 1 : -1);
  return !found ? text : count > 0 ? text.slice(0, found.start) : text.slice(found.end);
};
export const translate: Body = (s) => (text: string, from: string, to: string) => {
  const target = Array.from(to);
  const pairs = Array.from(from, (c, i) => [c, target[i] ?? ''] as const);
  let out = '';
  for (let at = 0; at < text.length;) {
    let longest = 0;
    let by: string = text[at]!;
    for (const [c, replacement] of pairs) {
      const length = s.covered(text, at, [c]);
      if (length > longest) { longest = length; by = replacement; }
    }
    out += by;
    at += Math.max(1, longest);
  }
  return out;
};

/** Takes characters off the ends. RTRIM passes over blanks at the end that are not to be taken off. */
export function strip(s: TextSearch, text: string, characters: string, left: boolean, right: boolean): string {
  const patterns = [...new Set(characters)];
  let from = 0;
  if (left) for (let n = s.covered(text, 0, patterns); n > 0; n = s.covered(text, from, patterns)) from += n;
  if (!right) return text.slice(from);
  let end = text.length;
  if (s.collation.trims && !patterns.includes(' ')) while (end > from && text[end - 1] === ' ') end--;
  let to = end;
  for (let n = s.covered(text, to, patterns, true); n > 0 && to > from; n = s.covered(text, to, patterns, true)) to -= n;
  return text.slice(from, to) + text.slice(end);
}

/** The language whose letters a collation changes; none for those of UTF-8. */
const languageOf = ({ collation }: TextSearch): string | undefined => collation.base.startsWith('UTF8') ? undefined : localeOf(collation);
/** Texts of ASCII are changed as in no language. */
const ASCII = /^[\0-\x7f]*$/;
export const upper: Body = (s) => { const language = languageOf(s); return (text: string) => language === undefined || ASCII.test(text) ? text.toUpperCase() : text.toLocaleUpperCase(language); };
export const lower: Body = (s) => { const language = languageOf(s); return (text: string) => language === undefined || ASCII.test(text) ? text.toLowerCase() : text.toLocaleLowerCase(language); };
/** Words are those of Unicode, but for UTF8_BINARY those between blanks. */
export const initcap: Body = (s) => {
  if (s.collation.base === UTF8_BINARY) return words;
  const language = languageOf(s);
  const segments = new Intl.Segmenter(language ?? 'und', { granularity: 'word' });
  const small = (text: string): string => language === undefined ? text.toLowerCase() : text.toLocaleLowerCase(language);
  return (text: string) => {
    let out = '';
    for (const { segment } of segments.segment(text)) {
      const first = /[\p{L}\p{N}\p{S}\p{Co}]/u.exec(segment);
      if (!first) out += segment;
      else {
        const begins = first.index + first[0].length;
        // Only the upper case of Greek is without accents.
        const capital = language === undefined || language === 'el' ? titleCase(first[0]) : titleCase(first[0], language);
        out += segment.slice(0, first.index) + capital + small(segment.slice(begins));
      }
    }
    return out;
  };
};
