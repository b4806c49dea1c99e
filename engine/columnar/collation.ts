// Order and equality of texts under a collation: UTF8_LCASE by the text in lower case, UNICODE and languages by the rules of Unicode (Intl), RTRIM without
// the blanks at the end. Equal texts have equal forms, which keys are hashed by and which texts are searched by. source: Spark CollationFactory.

import { type Collation, INDETERMINATE, localeOf, parseCollation, UTF8_BINARY } from '../../planner/collations.js';
import { invariant, raise } from '../../planner/errors/index.js';
import type { DataType } from '../../planner/types.js';
import type { Value } from '../../planner/values.js';

/** The collation of a type of texts. */
export const collationOf = (type: DataType): string => (type.kind === 'string' && type.collation) || UTF8_BINARY;

/** JavaScript strings in the order of their UTF-8 bytes: UTF-16 units, but for surrogates, which are above all else. */
export function compareText(a: string, b: string): number {
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return x >= 0xd800 && y >= 0xd800 ? fixSurrogate(x) - fixSurrogate(y) : x - y;
  }
  return a.length - b.length;
}
const fixSurrogate = (unit: number): number => unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;

/** What a text's collation means. */
export interface TextRules {
  readonly collation: Collation;
  compare(a: string, b: string): number;
  /** The form that all texts have that are equal, each being the forms of its units one after another; undefined: texts are their own forms. */
  readonly form: ((text: string) => string) | undefined;
  /** The same where blanks at the end count: the form of a part of a text. */
  untrimmed(text: string): string;
}
const cache = new Map<string, TextRules>();
/** The rules of a collation by its canonical name. @throws INDETERMINATE_COLLATION */
export function textRules(name: string): TextRules {
  const known = cache.get(name);
  if (known) return known;
  if (name === INDETERMINATE) return raise('INDETERMINATE_COLLATION', {}, { nowhere: true });
  const collation = parseCollation(name);
  invariant(collation, `${name} is a collation`);
  const made = rulesOf(collation);
  cache.set(name, made);
  return made;
}
function rulesOf(collation: Collation): TextRules {
  const { compare, form } = collation.base === UTF8_BINARY ? { compare: compareText, form: undefined }
    : collation.base === 'UTF8_LCASE' ? { compare: (a: string, b: string) => compareText(lowerText(a), lowerText(b)), form: lowerText } : byUnicode(collation);
  const untrimmed = form ?? ((text: string) => text);
  if (!collation.trims) return { collation, compare, form, untrimmed };
  return { collation, compare: (a, b) => compare(withoutBlanks(a), withoutBlanks(b)), form: (text) => untrimmed(withoutBlanks(text)), untrimmed };
}
/** The text without blanks at its end. */
export function withoutBlanks(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 32) end--;
  return end === text.length ? text : text.slice(0, end);
}
/** The comparator of a collation's name. */
export const collator = (name: string): (a: string, b: string) => number => textRules(name).compare;

/** Lower case code point by code point, as UTF8_LCASE compares: both small sigmas are one. */
export function lowerText(text: string): string {
  let plain = 0;
  while (plain < text.length && text.charCodeAt(plain) < 128) plain++;
  if (plain === text.length) return text.toLowerCase();
  let out = '';
  for (const c of text) out += c === '\u03c2' ? '\u03c3' : c.toLowerCase();
  return out;
}

// ── The rules of Unicode ────────────────────────────────────────────────────────────────────────

function byUnicode(collation: Collation): { readonly compare: (a: string, b: string) => number; readonly form: (text: string) => string } {
  const { ignoresCase, ignoresAccents } = collation;
  const sensitivity = ignoresCase ? ignoresAccents ? 'base' : 'accent' : ignoresAccents ? 'case' : 'variant';
  const { compare } = new Intl.Collator(localeOf(collation), { sensitivity });
  const form = formBy(compare);
  // Forms have the last word on what is equal, so that comparisons and keys agree.
  return { compare: (a, b) => a === b ? 0 : compare(a, b) || compareText(form(a), form(b)), form };
}

/** Code points that some collations hold equal to these texts, in place of what Unicode says that they consist of. */
const EQUALS: ReadonlyMap<string, string> = new Map([['\u00e5', 'aa'], ['\u00c5', 'Aa'], ['\u0140', 'l'], ['\u013f', 'L'], ['\u0130', 'i']]);
/** Texts of several letters that other code points are equal to. */
const LIGATURES: readonly string[] = ['ae', 'AE', 'oe', 'OE', 'th', 'TH', 'dz', 'a/s', '\u00e4', '\u00e7', '\u00f6', '\u00fc', ...Array.from({ length: 11 }, (_, i) => String(10 + i))];
/** A letter with marks as the letter without the last one, and that. */
function withoutMark(c: string): string | undefined {
  const parts = Array.from(c.normalize('NFD'));
  return parts.length < 2 ? undefined : parts.slice(0, -1).join('').normalize('NFC') + parts[parts.length - 1]!;
}

/** The form of a text under a comparator: each code point of its composed form stands for all that are equal to it, the ignorable ones for nothing. What is kept is as
 *  much as there are code points in the texts that came. */
function formBy(compare: (a: string, b: string) => number): (text: string) => string {
  const forms = new Map<string, string>();
  /** A text of each class of equal ones that are no other text's parts, in order, and its form. */
  const classes: (readonly [text: string, form: string])[] = [];
  const classOf = (text: string, form: string): string => {
    let low = 0;
    let high = classes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const order = compare(classes[middle]![0], text);
      if (order === 0) return classes[middle]![1];
      if (order < 0) low = middle + 1; else high = middle;
    }
    classes.splice(low, 0, [text, form]);
    return form;
  };
  /** By texts that are nearer to the end: several letters, fewer marks, lower case. */
  const formOf = (c: string): string => {
    if (compare(c, '') === 0) return '';
    const several = [c.normalize('NFKD'), c.toUpperCase()].filter((other) => Array.from(other).length > 1);
    for (const other of [EQUALS.get(c), withoutMark(c), ...several, c.toLowerCase()]) {
      if (other === undefined || other === c) continue;
      const form = Array.from(other, known).join('');
      if (compare(c, form) === 0) return form;
    }
    return classOf(c, c);
  };
  const known = (c: string): string => {
    let form = forms.get(c);
    if (form === undefined) { form = formOf(c); forms.set(c, form); }
    return form;
  };
  for (const text of LIGATURES) classOf(text, Array.from(text, known).join(''));
  return (text) => {
    let out = '';
    for (const c of text.normalize('NFC')) out += known(c);
    return out;
  };
}

/** Values of a type with their texts in the form that stands for all that are equal under the text's collation; undefined: as they are. */
export function collationForm(type: DataType): ((value: Value) => Value) | undefined {
  switch (type.kind) {
    case 'string': { const { form } = textRules(collationOf(type)); return form && ((text) => text === null ? null : form(text as string)); }
    case 'array': { const element = collationForm(type.element); return element && ((list) => list === null ? null : (list as readonly Value[]).map(element)); }
    case 'struct': {
      const fields = type.fields.map((f) => collationForm(f.type));
      return fields.some((f) => f) ? (row) => row === null ? null : (row as readonly Value[]).map((v, i) => fields[i]?.(v) ?? v) : undefined;
    }
    case 'map': {
      const [key, value] = [collationForm(type.key), collationForm(type.value)];
      if (!key && !value) return undefined;
      return (map) => map === null ? null : (map as readonly (readonly [Value, Value])[]).map(([k, v]): readonly [Value, Value] => [key?.(k) ?? k, value?.(v) ?? v]) as Value;
    }
    default: return undefined;
  }
}
