// Finding texts in texts under a collation. A text is looked at by its units (UTF8_LCASE: code points; else a letter with its marks), which are found whole: the
// forms of some neighbours, one after another, are the form of what is looked for. Places are UTF-16 indices. source: Spark CollationAwareUTF8String, ICU's StringSearch.

import type { Collation } from '../../planner/collations.js';
import type { TextRules } from './collation.js';

export interface Found { readonly start: number; readonly end: number }
export interface TextSearch {
  readonly collation: Collation;
  equal(a: string, b: string): boolean;
  /** The first place at or after `from`. An empty text is nowhere. */
  find(text: string, pattern: string, from?: number): Found | undefined;
  /** The last place that begins at or before `upTo`. */
  findLast(text: string, pattern: string, upTo?: number): Found | undefined;
  /** What lies between places that do not overlap, in at most so many parts. */
  split(text: string, pattern: string, most?: number): readonly string[];
  /** How far the text at `at` is one of the patterns, or, with `before`, what ends there: the longest counts, 0 is none. */
  covered(text: string, at: number, patterns: readonly string[], before?: boolean): number;
}

/** Unit i is [starts[i], starts[i + 1]) of the text. */
interface Units { readonly starts: readonly number[]; readonly forms: readonly string[] }
const ASCII = /^[\0-\x7f]*$/;
const POINT = /./gsu;
const LETTER = /\P{M}\p{M}*|\p{M}+/gsu;

export function textSearch({ collation, compare, untrimmed }: TextRules): TextSearch {
  const unit = collation.base.startsWith('UTF8_') ? POINT : LETTER;
  let last: { readonly text: string; readonly units: Units } | undefined;
  let wanted: readonly [pattern: string, form: string] = ['', ''];
  const formOf = (pattern: string): string => {
    if (wanted[0] !== pattern) wanted = [pattern, untrimmed(pattern)];
    return wanted[1];
  };
  const unitsOf = (text: string): Units => {
    if (last?.text === text) return last.units;
    const starts: number[] = [];
    const forms: string[] = [];
    for (const m of text.matchAll(unit)) { starts.push(m.index); forms.push(untrimmed(m[0])); }
    starts.push(text.length);
    last = { text, units: { starts, forms } };
    return last.units;
  };
  let aligned: readonly [text: string, form: string | undefined] = ['', ''];
  /** The form of a text of ASCII, letter by letter: what is found there is found in the text. Undefined: the text has no such form. */
  const alignedForm = (text: string): string | undefined => {
    if (aligned[0] !== text) {
      const form = ASCII.test(text) ? untrimmed(text) : undefined;
      aligned = [text, form?.length === text.length ? form : undefined];
    }
    return aligned[1];
  };
  /** The unit behind a place that begins with unit i; −1: there is none. Ignorable units begin no place. */
  const endFrom = ({ forms }: Units, i: number, wanted: string): number => {
    if (wanted === '' || forms[i] === '') return -1;
    for (let at = 0, j = i; j < forms.length && wanted.startsWith(forms[j]!, at); j++) {
      at += forms[j]!.length;
      if (at === wanted.length) return j + 1;
    }
    return -1;
  };
  /** The first unit of a place that ends before unit `end`; −1: there is none. */
  const startTo = ({ forms }: Units, end: number, wanted: string): number => {
    if (wanted === '') return -1;
    for (let at = wanted.length, i = end - 1; i >= 0 && wanted.endsWith(forms[i]!, at); i--) {
      at -= forms[i]!.length;
      if (at === 0 && forms[i] !== '') return i;
    }
    return -1;
  };
  /** The first unit that begins at or after the place. */
  const unitAt = ({ starts }: Units, at: number): number => {
    let [low, high] = [0, starts.length];
    while (low < high) { const middle = (low + high) >> 1; if (starts[middle]! < at) low = middle + 1; else high = middle; }
    return low;
  };
  const search = (text: string, pattern: string, from: number, step: 1 | -1): Found | undefined => {
    const [units, form] = [unitsOf(text), formOf(pattern)];
    const { starts, forms } = units;
    for (let i = step > 0 ? from : Math.min(from, forms.length - 1); i >= 0 && i < forms.length; i += step) {
      const end = endFrom(units, i, form);
      if (end > 0) return { start: starts[i]!, end: starts[end]! };
    }
    return undefined;
  };
  const at = (index: number, length: number): Found | undefined => index < 0 || length === 0 ? undefined : { start: index, end: index + length };
  const find = (text: string, pattern: string, from = 0): Found | undefined => {
    const form = alignedForm(text);
    return form === undefined ? search(text, pattern, unitAt(unitsOf(text), from), 1) : at(form.indexOf(formOf(pattern), from), formOf(pattern).length);
  };
  return {
    collation, find,
    equal: (a, b) => compare(a, b) === 0,
    findLast(text, pattern, upTo = text.length) {
      const form = alignedForm(text);
      if (form === undefined) return search(text, pattern, unitAt(unitsOf(text), upTo + 1) - 1, -1);
      return upTo < 0 ? undefined : at(form.lastIndexOf(formOf(pattern), upTo), formOf(pattern).length);
    },
    split(text, pattern, most = Number.POSITIVE_INFINITY) {
      const parts: string[] = [];
      let from = 0;
      for (let place = find(text, pattern); place && parts.length + 1 < most; place = find(text, pattern, from)) { parts.push(text.slice(from, place.start)); from = place.end; }
      return [...parts, text.slice(from)];
    },
    covered(text, at, patterns, before = false) {
      const units = unitsOf(text);
      const i = unitAt(units, at);
      if (units.starts[i] !== at) return 0;
      const lengths = patterns.map((p) => {
        const other = before ? startTo(units, i, untrimmed(p)) : endFrom(units, i, untrimmed(p));
        return other < 0 ? 0 : Math.abs(units.starts[other]! - at);
      });
      return Math.max(0, ...lengths);
    },
  };
}
