// Order of strings under a collation: UTF8_LCASE by the lower-case text, UNICODE and language collations by the Unicode rules of Intl,
// with the suffixes CI, AI and RTRIM. source: Spark CollationFactory.

import type { DataType } from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';
import { type Comparator, compareText, valueComparator, valueEquals } from '../../columnar/compare.js';

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
  if (name === 'UTF8_BINARY') return compareText;
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

const collated = (type: DataType): string | undefined => type.kind === 'string' && type.collation && type.collation !== 'UTF8_BINARY' ? type.collation : undefined;
/** Order of values that are not NULL, a string's collation included. */
export function comparator(type: DataType): Comparator {
  const collation = collated(type);
  return collation ? collator(collation) as Comparator : valueComparator(type);
}
export function equality(type: DataType): (a: Value, b: Value) => boolean {
  const collation = collated(type);
  if (!collation) return valueEquals(type);
  const compare = collator(collation);
  return (a, b) => compare(a as string, b as string) === 0;
}
