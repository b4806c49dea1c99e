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
const POINT = /./gsu;
const LETTER = /\P{M}\p{M}*|\p{M}+/gsu;

export function textSearch({ collation, compare, untrimmed }: TextRules): TextSearch {
  const unit = collation.base.startsWith('UTF8_') ? POINT : LETTER;
  let last: { readonly text: string; readonly units: Units } | undefined;
  const unitsOf = (text: string): Units => {
    if (last?.text === text) return last.units;
    const starts: number[] = [];
    const forms: string[] = [];
    for (const m of text.matchAll(unit)) { starts.push(m.index); forms.push(untrimmed(m[0])); }
    starts.push(text.length);
    last = { text, units: { starts, forms } };
    return last.units;
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
    const [units, wanted] = [unitsOf(text), untrimmed(pattern)];
    const { starts, forms } = units;
    for (let i = step > 0 ? from : Math.min(from, forms.length - 1); i >= 0 && i < forms.length; i += step) {
      const end = endFrom(units, i, wanted);
      if (end > 0) return { start: starts[i]!, end: starts[end]! };
    }
    return undefined;
  };
  const find = (text: string, pattern: string, from = 0): Found | undefined => search(text, pattern, unitAt(unitsOf(text), from), 1);
  return {
    collation, find,
    equal: (a, b) => compare(a, b) === 0,
    findLast: (text, pattern, upTo = text.length) => search(text, pattern, unitAt(unitsOf(text), upTo + 1) - 1, -1),
    split(text, pattern, most = Number.POSITIVE_INFINITY) {
      const parts: string[] = [];
      let from = 0;
      for (let at = find(text, pattern); at && parts.length + 1 < most; at = find(text, pattern, from)) { parts.push(text.slice(from, at.start)); from = at.end; }
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
