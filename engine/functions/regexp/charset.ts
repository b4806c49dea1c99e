// Sets of characters as sorted ranges of code points, and the names that Java's patterns have for them.
// source: java.util.regex.Pattern, CharPredicates (Java 17); properties are those of Unicode as JavaScript knows them.

/** `[from, to, from, to, …]`, sorted, apart from each other. */
export type CharSet = readonly number[];

const LAST = 0x10ffff;
export const ANY: CharSet = [0, LAST];
export const NONE: CharSet = [];

export function union(...sets: readonly CharSet[]): CharSet {
  if (sets.length === 1) return sets[0]!;
  const pairs: [number, number][] = [];
  for (const s of sets) for (let i = 0; i < s.length; i += 2) pairs.push([s[i]!, s[i + 1]!]);
  pairs.sort((a, b) => a[0] - b[0]);
  const out: number[] = [];
  for (const [from, to] of pairs) {
    if (out.length > 0 && from <= out[out.length - 1]! + 1) out[out.length - 1] = Math.max(out[out.length - 1]!, to);
    else out.push(from, to);
  }
  return out;
}
export function negate(set: CharSet): CharSet {
  const out: number[] = [];
  let from = 0;
  for (let i = 0; i < set.length; i += 2) {
    if (set[i]! > from) out.push(from, set[i]! - 1);
    from = set[i + 1]! + 1;
  }
  if (from <= LAST) out.push(from, LAST);
  return out;
}
export const intersect = (a: CharSet, b: CharSet): CharSet => negate(union(negate(a), negate(b)));

/** Membership: a table below 256, a search above. */
export function tester(set: CharSet): (point: number) => boolean {
  const low = new Uint8Array(256);
  for (let i = 0; i < set.length; i += 2) for (let c = set[i]!; c <= set[i + 1]! && c < 256; c++) low[c] = 1;
  if ((set[set.length - 1] ?? 0) < 256) return (c) => c < 256 && low[c] === 1;
  return (c) => {
    if (c < 256) return low[c] === 1;
    let [from, to] = [0, set.length >> 1];
    while (from < to) { const middle = (from + to) >> 1; if (set[2 * middle + 1]! < c) from = middle + 1; else to = middle; }
    return 2 * from < set.length && set[2 * from]! <= c;
  };
}

// ── Case ────────────────────────────────────────────────────────────────────────────────────────

/** Letters that differ in case only, by either of them. Made when the first pattern asks for it. */
let partners: ReadonlyMap<number, readonly number[]> | undefined;
function casePartners(): ReadonlyMap<number, readonly number[]> {
  if (partners) return partners;
  const single = (text: string, otherwise: number): number => { const p = text.codePointAt(0)!; return text.length === (p > 0xffff ? 2 : 1) ? p : otherwise; };
  const byFold = new Map<number, number[]>();
  for (let c = 65; c <= 0x1e943; c++) {
    if (c >= 0xd800 && c < 0xe000) continue;
    const text = String.fromCodePoint(c);
    const fold = single(String.fromCodePoint(single(text.toUpperCase(), c)).toLowerCase(), c);
    if (fold === c && text.toLowerCase() === text && text.toUpperCase() === text) continue;
    const list = byFold.get(fold);
    if (list) list.push(c); else byFold.set(fold, fold === c ? [c] : [fold, c]);
  }
  const made = new Map<number, readonly number[]>();
  for (const list of byFold.values()) for (const c of new Set(list)) made.set(c, list);
  partners = made;
  return made;
}
/** Both cases of the letters: of ASCII, or of all. */
export function foldCase(set: CharSet, unicode: boolean): CharSet {
  const more: number[] = [];
  for (let i = 0; i < set.length; i += 2) {
    for (const [from, shift] of [[65, 32], [97, -32]] as const) {
      const [a, b] = [Math.max(set[i]!, from), Math.min(set[i + 1]!, from + 25)];
      if (a <= b) more.push(a + shift, b + shift);
    }
  }
  if (unicode) for (const [c, list] of casePartners()) if (contains(set, c)) for (const p of list) more.push(p, p);
  return more.length === 0 ? set : union(set, ...pairsOf(more));
}
const contains = (set: CharSet, c: number): boolean => { for (let i = 0; i < set.length; i += 2) if (c >= set[i]! && c <= set[i + 1]!) return true; return false; };
const pairsOf = (list: readonly number[]): readonly CharSet[] => Array.from({ length: list.length >> 1 }, (_, i) => [list[2 * i]!, list[2 * i + 1]!]);

// ── Names ───────────────────────────────────────────────────────────────────────────────────────

const range = (...list: readonly (string | number)[]): CharSet => union(...pairsOf(list.map((x) => typeof x === 'number' ? x : x.codePointAt(0)!)));
const points = (text: string): CharSet => union(...Array.from(text, (c): CharSet => [c.codePointAt(0)!, c.codePointAt(0)!]));

export const DIGIT = range('0', '9');
export const WORD = union(range('a', 'z', 'A', 'Z', '_', '_'), DIGIT);
export const SPACE = range(9, 13, 32, 32);
export const HORIZONTAL = union(points('\t \u00a0\u1680\u180e\u202f\u205f\u3000'), range(0x2000, 0x200a));
export const VERTICAL = union(range(10, 13), points('\u0085\u2028\u2029'));
/** What `.` does not match. */
export const LINE_ENDS = points('\n\r\u0085\u2028\u2029');
export const POSIX: Readonly<Record<string, CharSet>> = {
  Lower: range('a', 'z'), Upper: range('A', 'Z'), ASCII: range(0, 127), Alpha: range('a', 'z', 'A', 'Z'), Digit: DIGIT, Alnum: range('a', 'z', 'A', 'Z', '0', '9'), Punct: range('!', '/', ':', '@', '[', '`', '{', '~'),
  Graph: range('!', '~'), Print: range(' ', '~'), Blank: points(' \t'), Cntrl: range(0, 31, 127, 127), XDigit: range('0', '9', 'a', 'f', 'A', 'F'), Space: SPACE,
};
/** With the flag U, POSIX names mean properties. */
const POSIX_UNICODE: Readonly<Record<string, string>> = {
  Lower: 'Lowercase', Upper: 'Uppercase', Alpha: 'Alphabetic', Digit: 'Nd', Alnum: '[\\p{Alphabetic}\\p{Nd}]', Punct: 'P', Graph: '[^\\p{White_Space}\\p{Cc}\\p{Cs}\\p{Cn}]', Blank: '[\\p{Zs}\\t]', Cntrl: 'Cc',
  XDigit: '[\\p{Nd}\\p{Hex_Digit}]', Space: 'White_Space', Print: '[^\\p{Cc}\\p{Cs}\\p{Cn}\\p{Zl}\\p{Zp}]',
};
const JAVA: Readonly<Record<string, string>> = {
  LowerCase: 'Lowercase', UpperCase: 'Uppercase', TitleCase: 'Lt', Digit: 'Nd', Letter: 'L', LetterOrDigit: '[\\p{L}\\p{Nd}]', Alphabetic: 'Alphabetic', Ideographic: 'Ideographic', ISOControl: 'Cc', Mirrored: 'Bidi_Mirrored',
  Defined: '\\P{Cn}', SpaceChar: 'Z', Whitespace: '[\\t-\\r\\u001c-\\u001f\\p{Zl}\\p{Zp}\\u0020\\u1680\\u2000-\\u2006\\u2008-\\u200a\\u205f\\u3000]',
};
const BINARY: Readonly<Record<string, string>> = {
  ALPHABETIC: 'Alphabetic', LETTER: 'L', IDEOGRAPHIC: 'Ideographic', LOWERCASE: 'Lowercase', UPPERCASE: 'Uppercase', TITLECASE: 'Lt', WHITE_SPACE: 'White_Space', WHITESPACE: 'White_Space', CONTROL: 'Cc', PUNCTUATION: 'P',
  HEX_DIGIT: '[\\p{Nd}\\p{Hex_Digit}]', HEXDIGIT: '[\\p{Nd}\\p{Hex_Digit}]', ASSIGNED: '\\P{Cn}', NONCHARACTER_CODE_POINT: 'Noncharacter_Code_Point', DIGIT: 'Nd', ALNUM: '[\\p{Alphabetic}\\p{Nd}]', JOIN_CONTROL: 'Join_Control', WORD: '[\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}]',
  EMOJI: 'Emoji', EMOJI_PRESENTATION: 'Emoji_Presentation', EMOJI_MODIFIER: 'Emoji_Modifier', EXTENDED_PICTOGRAPHIC: 'Extended_Pictographic',
};
/** The blocks that are asked for; names without blanks, hyphens and underscores. */
const BLOCKS: Readonly<Record<string, CharSet>> = {
  BASICLATIN: [0, 0x7f], LATIN1SUPPLEMENT: [0x80, 0xff], LATINEXTENDEDA: [0x100, 0x17f], LATINEXTENDEDB: [0x180, 0x24f], GREEK: [0x370, 0x3ff], GREEKANDCOPTIC: [0x370, 0x3ff], CYRILLIC: [0x400, 0x4ff], ARMENIAN: [0x530, 0x58f],
  HEBREW: [0x590, 0x5ff], ARABIC: [0x600, 0x6ff], DEVANAGARI: [0x900, 0x97f], THAI: [0xe00, 0xe7f], LATINEXTENDEDADDITIONAL: [0x1e00, 0x1eff], GENERALPUNCTUATION: [0x2000, 0x206f], CURRENCYSYMBOLS: [0x20a0, 0x20cf],
  ARROWS: [0x2190, 0x21ff], MATHEMATICALOPERATORS: [0x2200, 0x22ff], BOXDRAWING: [0x2500, 0x257f], CJKSYMBOLSANDPUNCTUATION: [0x3000, 0x303f], HIRAGANA: [0x3040, 0x309f], KATAKANA: [0x30a0, 0x30ff], CJKUNIFIEDIDEOGRAPHS: [0x4e00, 0x9fff], HANGULSYLLABLES: [0xac00, 0xd7af],
};

/** Code points that are looked at together; the surrogates of either kind fill two of them. */
const CHUNK = 0x400;
const scanned = new Map<string, CharSet>();
/** The code points that a class of JavaScript's matches; undefined if it knows none of that name. */
function scan(property: string): CharSet | undefined {
  const source = /^[[\\]/.test(property) ? property : `\\p{${property}}`;
  const known = scanned.get(source);
  if (known) return known;
  let regex: RegExp;
  try { regex = new RegExp(`(?:${source})+`, 'gu'); } catch { return undefined; }
  const out: number[] = [];
  for (let from = 0; from <= LAST; from += CHUNK) {
    const text = String.fromCodePoint(...Array.from({ length: CHUNK }, (_, i) => from + i));
    // Each surrogate stands alone: the chunk that ends with the high ones ends there.
    for (const m of text.matchAll(regex)) out.push(m[0].codePointAt(0)!, m[0].codePointAt(m[0].length - (m[0].charCodeAt(m[0].length - 1) >= 0xdc00 && m[0].charCodeAt(m[0].length - 1) < 0xe000 && m[0].length > 1 && from > 0xffff ? 2 : 1))!);
  }
  const set = union(...pairsOf(out));
  scanned.set(source, set);
  return set;
}
export const unicodeDigit = (): CharSet => scan('Nd')!;
export const unicodeWord = (): CharSet => scan(BINARY['WORD']!)!;
export const unicodeSpace = (): CharSet => scan('White_Space')!;
/** Letters and digits, as the word boundary sees them; `_` counts too, and marks after them. */
export const letterOrDigit = (): CharSet => scan('[\\p{L}\\p{Nd}]')!;
export const marks = (): CharSet => scan('Mn')!;

/** The set of `\p{name}`; undefined if there is none. `unicode`: the flag U; `anyCase`: the flag i, with which classes of one case are those of all. */
export function namedSet(name: string, unicode: boolean, anyCase: boolean): CharSet | undefined {
  if (anyCase) {
    if (/^(?:Lower|Upper)$/.test(name) && !unicode) return POSIX['Alpha'];
    if (/^(?:(?:Is|gc=|general_category=)?(?:Lu|Ll|Lt))$/.test(name)) return scan('[\\p{Lu}\\p{Ll}\\p{Lt}]');
    if (/^(?:Lower|Upper|java(?:Lower|Upper|Title)Case|Is(?:Lower|Upper|Title)case)$/i.test(name)) return scan('[\\p{Lowercase}\\p{Uppercase}\\p{Lt}]');
  }
  const [key, value] = name.split('=') as [string, string | undefined];
  if (value !== undefined) {
    if (/^(sc|script)$/i.test(key)) return scan(`Script=${titled(value)}`);
    if (/^(blk|block)$/i.test(key)) return BLOCKS[value.replace(/[ _-]/g, '').toUpperCase()];
    return /^(gc|general_category)$/i.test(key) ? category(value) : undefined;
  }
  if (name.startsWith('java')) { const java = JAVA[name.slice(4)]; return java === undefined ? undefined : scan(java); }
  if (name.startsWith('In')) return BLOCKS[name.slice(2).replace(/[ _-]/g, '').toUpperCase()];
  if (name.startsWith('Is')) {
    const bare = name.slice(2);
    const binary = BINARY[bare.toUpperCase()];
    return binary === undefined ? category(bare) ?? scan(`Script=${titled(bare)}`) : scan(binary);
  }
  const posix = POSIX[name];
  if (posix) return unicode && POSIX_UNICODE[name] !== undefined ? scan(POSIX_UNICODE[name]!) : posix;
  if (name === 'all') return ANY;
  if (name === 'L1') return [0, 255];
  return category(name);
}
const category = (name: string): CharSet | undefined => /^(?:L[ultmoC]?|M[nce]?|N[dlo]?|P[cdseifo]?|S[mcko]?|Z[slp]?|C[cfson]?)$/.test(name) ? scan(name === 'LC' ? '[\\p{Lu}\\p{Ll}\\p{Lt}]' : name) : undefined;
const titled = (script: string): string => script.length === 4 && script !== 'Thai' && !['Cham', 'Lisu'].includes(script) ? script : script.toLowerCase().replace(/(^|_)([a-z])/g, (_all, bar: string, c: string) => bar + c.toUpperCase());
