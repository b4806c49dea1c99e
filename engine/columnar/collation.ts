// Order of strings under a collation: UTF8_LCASE by the lower-case text, UNICODE and language collations by the Unicode rules of Intl,
// with the suffixes CI, AI and RTRIM. Equal texts have equal forms, which keys are hashed by. source: Spark CollationFactory.

import type { DataType } from '../../planner/types.js';
import type { Value } from '../../planner/values.js';

export const BINARY = 'UTF8_BINARY';
/** The collation of a type of texts. */
export const collationOf = (type: DataType): string => (type.kind === 'string' && type.collation) || BINARY;

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

const cache = new Map<string, (a: string, b: string) => number>();

/** The comparator of a collation's name. */
export function collator(name: string): (a: string, b: string) => number {
  const known = cache.get(name);
  if (known) return known;
  const made = make(name.toUpperCase());
  cache.set(name, made);
  return made;
}
function make(name: string): (a: string, b: string) => number {
  if (name.endsWith('_RTRIM')) {
    const base = make(name.slice(0, -6));
    return (a, b) => base(a.replace(/ +$/, ''), b.replace(/ +$/, ''));
  }
  if (name === BINARY) return compareText;
  if (name === 'UTF8_LCASE') return (a, b) => compareText(lowerText(a), lowerText(b));
  const insensitive = name.includes('_CI');
  const accents = !name.includes('_AI');
  const locale = name.replace(/_(CI|AI|CS|AS)\b/g, '').replace(/_.*/, '').toLowerCase();
  const sensitivity = insensitive ? (accents ? 'accent' : 'base') : accents ? 'variant' : 'case';
  const intl = new Intl.Collator(locale === 'unicode' ? 'und' : locale, { sensitivity, caseFirst: 'lower' });
  return (a, b) => intl.compare(a, b);
}
/** Lower case code point by code point, as UTF8_LCASE compares. */
export function lowerText(text: string): string {
  let out = '';
  for (const c of text) out += c.toLowerCase();
  return out;
}

/** Values of a type with their texts in the form that stands for all that are equal under the text's collation; undefined: as they are. */
export function collationForm(type: DataType): ((value: Value) => Value) | undefined {
  switch (type.kind) {
    case 'string': { const form = textForm(collationOf(type).toUpperCase()); return form && ((text) => text === null ? null : form(text as string)); }
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
function textForm(name: string): ((text: string) => string) | undefined {
  if (name.endsWith('_RTRIM')) {
    const base = textForm(name.slice(0, -6));
    return (text) => { const trimmed = text.replace(/ +$/, ''); return base ? base(trimmed) : trimmed; };
  }
  if (name === BINARY) return undefined;
  if (name === 'UTF8_LCASE') return lowerText;
  const [insensitive, bare] = [name.includes('_CI'), name.includes('_AI')];
  if (!insensitive && !bare) return (text) => text.normalize('NFC');
  return (text) => {
    const parts = text.normalize(insensitive ? 'NFKD' : 'NFD');
    const plain = bare ? parts.replace(/\p{M}/gu, '') : parts;
    return insensitive ? plain.toLowerCase() : plain;
  };
}
