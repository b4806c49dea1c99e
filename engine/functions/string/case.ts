// Capitals at the beginning of words.

/** What Unicode writes at the beginning of a word, where that is not the upper case: of two letters in one, and where a letter becomes several. */
const TITLES: Readonly<Record<string, string>> = { 'ǆ': 'ǅ', 'ǉ': 'ǈ', 'ǌ': 'ǋ', 'ǳ': 'ǲ', 'ŉ': 'ʼN' };
/** A code point as it begins a word, perhaps in a language with letters of its own. */
export function titleCase(c: string, language?: string): string {
  const upper = language === undefined ? c.toUpperCase() : c.toLocaleUpperCase(language);
  const title = TITLES[c.toLowerCase()];
  if (upper.length === c.length && title === undefined) return upper;
  return title ?? upper.slice(0, 1) + upper.slice(1).toLowerCase();
}

/** Words begin after a blank only; the rest of a word is lower case. */
export const initcap = (text: string): string => text.replace(/([^ ])([^ ]*)/gu, (word, first: string) => titleCase(first) + word.toLowerCase().slice(first.toLowerCase().length));
