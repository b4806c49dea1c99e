// Capitals at the beginning of words.

/** What Unicode writes at the beginning of a word, where that is not the upper case: of two letters in one, and where a letter becomes several. */
const TITLES: Readonly<Record<string, string>> = { 'ǆ': 'ǅ', 'ǉ': 'ǈ', 'ǌ': 'ǋ', 'ǳ': 'ǲ', 'ŉ': 'ʼN' };
/** A code point as it begins a word, perhaps of a language. */
export function titleCase(c: string, language?: string): string {
  const upper = language === undefined ? c.toUpperCase() : c.toLocaleUpperCase(language);
  if (upper.length === c.length && !(c in TITLES)) return upper;
  return TITLES[c] ?? upper.slice(0, 1) + upper.slice(1).toLowerCase();
}

/** Words begin after a blank only; the rest of a word is lower case. */
export const initcap = (text: string): string => text.toLowerCase().replace(/(?<=^| )[^ ]/gu, (c) => titleCase(c));
