// How texts sound and differ, their words, and texts made unreadable: levenshtein, soundex, sentences, mask, overlay, luhn_check.
// source: Spark stringExpressions, Mask, UTF8String.soundex / levenshteinDistance; sentences and words are those of Unicode (Intl.Segmenter), near to java.text.BreakIterator.

import { raise } from '../../../planner/errors/index.js';
import { printExpr, sqlType } from '../../../planner/expr/print.js';
import type { Call, Param } from '../../../planner/tree.js';
import * as T from '../../../planner/types.js';
import { type RowFunction, scalar, type ScalarFunction } from '../define.js';
import { isBasic, lengthOf, range, slice } from './code-points.js';

const points = (text: string): readonly string[] => isBasic(text) ? text.split('') : Array.from(text);

/** Insertions, removals and replacements between two texts; -1 if there are more than `limit`. */
function levenshtein(left: string, right: string, limit?: number): number {
  const [a, b] = [points(left), points(right)];
  if (limit !== undefined && Math.abs(a.length - b.length) > limit) return -1;
  let row = Int32Array.from({ length: b.length + 1 }, (_, i) => i);
  let next = new Int32Array(b.length + 1);
  for (let i = 1; i <= a.length; i++) {
    next[0] = i;
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const d = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
      next[j] = d;
      if (d < least) least = d;
    }
    if (limit !== undefined && least > limit) return -1;
    [row, next] = [next, row];
  }
  const distance = row[b.length]!;
  return limit !== undefined && distance > limit ? -1 : distance;
}

/** Groups of letters that sound alike; 7: passed over. */
const SOUNDS = '01230127022455012623017202';
function soundex(text: string): string {
  const first = text.charCodeAt(0) & ~32;
  if (!/^[A-Za-z]/.test(text)) return text;
  let out = String.fromCharCode(first);
  let last = SOUNDS[first - 65]!;
  for (let i = 1; i < text.length && out.length < 4; i++) {
    const c = text.charCodeAt(i) & ~32;
    if (text.charCodeAt(i) > 127 || c < 65 || c > 90) { last = '0'; continue; }
    const sound = SOUNDS[c - 65]!;
    if (sound === '7') continue;
    if (sound !== '0' && sound !== last) out += sound;
    last = sound;
  }
  return out.padEnd(4, '0');
}

/** Jaro's similarity, raised by up to four equal first characters; counted in UTF-16 units, as Java's strings are. The shorter text looks for its
 *  characters in the longer one. */
function jaroWinkler(left: string, right: string): number {
  const [a, b] = left.length <= right.length ? [left.split(''), right.split('')] : [right.split(''), left.split('')];
  if (left === right) return 1;
  if (a.length === 0 || b.length === 0) return 0;
  const reach = Math.max(0, Math.floor(Math.max(a.length, b.length) / 2) - 1);
  const taken = new Uint8Array(b.length);
  const matched: string[] = [];
  a.forEach((c, i) => {
    for (let j = Math.max(0, i - reach); j < Math.min(b.length, i + reach + 1); j++) {
      if (taken[j] === 0 && b[j] === c) { taken[j] = 1; matched.push(c); return; }
    }
  });
  const m = matched.length;
  if (m === 0) return 0;
  let moved = 0;
  b.filter((_, j) => taken[j] === 1).forEach((c, k) => { if (c !== matched[k]) moved++; });
  const jaro = (m / a.length + m / b.length + (m - moved / 2) / m) / 3;
  let prefix = 0;
  while (prefix < Math.min(4, a.length, b.length) && a[prefix] === b[prefix]) prefix++;
  return jaro + prefix * 0.1 * (1 - jaro);
}

/** Digits whose last one checks the others. */
function luhn(text: string): boolean {
  if (!/^[0-9]+$/.test(text)) return false;
  let sum = 0;
  for (let i = text.length - 1, twice = false; i >= 0; i--, twice = !twice) {
    const d = (text.charCodeAt(i) - 48) * (twice ? 2 : 1);
    sum += d > 9 ? d - 9 : d;
  }
  return sum % 10 === 0;
}

// ── Sentences ───────────────────────────────────────────────────────────────────────────────────

function sentences(text: string, language: string, country: string): readonly (readonly string[])[] {
  let locale: string[] = [];
  try { locale = Intl.getCanonicalLocales(country === '' ? language || 'en-US' : `${language}-${country}`); } catch { locale = ['en-US']; }
  const parts = new Intl.Segmenter(locale, { granularity: 'sentence' });
  // The end of a line is no end of a sentence to Java.
  return Array.from(parts.segment(text.replace(/[\r\n]/g, ' ')), ({ segment }) => words(segment));
}
/** Points and quotes between letters or digits, commas between digits, hyphens between letters and a percent sign after a digit belong to a word; so does
 *  the currency, number sign or point before a number, and what does not begin with a letter or a digit is no word: `$5` is none. */
const WORD = /(?:[\p{Sc}#.](?=\p{Nd}))?[\p{L}\p{Nd}](?:[\p{L}\p{M}\p{N}_]|['’".](?=[\p{L}\p{Nd}])|(?<=\p{Nd}),(?=\p{Nd})|(?<=[\p{L}\p{M}])-(?=\p{L})|(?<=\p{Nd})[%‰](?![\p{L}\p{Nd}]))*/gu;
const words = (sentence: string): readonly string[] => sentence.match(WORD)?.filter((word) => /^[\p{L}\p{Nd}]/u.test(word)) ?? [];

// ── mask ────────────────────────────────────────────────────────────────────────────────────────

const UPPER = /\p{Lu}/u;
const LOWER = /\p{Ll}/u;
const DIGIT = /\p{Nd}/u;
const MASKS = ['upperChar', 'lowerChar', 'digitChar', 'otherChar'] as const;
const maskParam = (name: string, value: string | null): Param => ({ name, accepts: { kind: 'type', type: T.STRING }, exact: true, constant: true, default: { type: T.STRING, value } });
function checkMasks(call: Call): void {
  MASKS.forEach((exprName, i) => {
    const value = call.constant(i + 1);
    if (typeof value === 'string' && lengthOf(value) !== 1) raise('DATATYPE_MISMATCH.INPUT_SIZE_NOT_ONE', { exprName });
  });
}
/** NULL as a mask keeps the characters. */
const mask: RowFunction = (text: string | null, upper: string | null, lower: string | null, digit: string | null, other: string | null) => {
  if (text === null) return null;
  let out = '';
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    out += (UPPER.test(c) ? upper : LOWER.test(c) ? lower : DIGIT.test(c) ? digit : other) ?? c;
  }
  return out;
};

// ── overlay ─────────────────────────────────────────────────────────────────────────────────────

/** A length below 0 is that of the replacement. */
const overlay: RowFunction = (value: string | Uint8Array, by: string | Uint8Array, position: number, count: number) => {
  if (typeof value === 'string') {
    const length = lengthOf(value);
    const part = (at: number, size: number): string => { const [from, to] = range(length, at, size); return to > from ? slice(value, from, to) : ''; };
    return part(1, position - 1) + (by as string) + part(position + (count < 0 ? lengthOf(by as string) : count), Infinity);
  }
  const part = (at: number, size: number): Uint8Array => { const [from, to] = range(value.length, at, size); return value.subarray(from, Math.max(from, to)); };
  return new Uint8Array(Buffer.concat([part(1, position - 1), by as Uint8Array, part(position + (count < 0 ? by.length : count), Infinity)]));
};

const text = { kind: 'type', type: T.STRING } as const;
const textOrBytes = { kind: 'one_of', options: [text, { kind: 'type', type: T.BINARY }] } as const;

export const wordStrings: readonly ScalarFunction[] = [
  scalar('levenshtein(string, string, int?) -> int', { collation: { meets: true }, doc: 'How many characters must be put in, taken out or replaced to make one text the other; -1 if more than the limit.', examples: ["levenshtein('kitten', 'sitting') = 3"], nulls: 'custom',
    // A limit that is NULL is 0, unless NULL is written.
    resolve: (call) => call.args[2]?.kind === 'const' && call.args[2].value === null ? { kind: 'const', value: null, type: T.INT, nullable: true } : undefined,
    nullable: (call) => call.args.slice(0, 2).some((a) => a.nullable), row: (a: string | null, b: string | null, limit?: number | null) => a === null || b === null ? null : levenshtein(a, b, limit === null ? 0 : limit) }),
  scalar('soundex(string) -> string', { exact: true, doc: 'The code of how an English name sounds.', examples: ["soundex('Miller') = 'M460'"], row: soundex }),
  scalar('jaro_winkler_similarity(string, string) -> double', { doc: 'How alike two texts are, from 0 to 1, the same beginning counting more.',
    examples: ["round(jaro_winkler_similarity('MARTHA', 'MARHTA'), 3) = 0.961D"], row: jaroWinkler }),
  scalar("sentences(string, string = '', string = '') -> array<array<string>>", { collation: { kept: true }, doc: 'The words of each sentence of a text.', examples: ["sentences('Hi there! Good morning.') = array(array('Hi', 'there'), array('Good', 'morning'))"],
    nulls: 'custom', nullable: (call) => call.args[0]!.nullable, row: (text: string | null, language: string | null, country: string | null) => text === null ? null : sentences(text, language ?? '', country ?? '') }),
  scalar('luhn_check(string) -> boolean', { doc: 'Whether the last of a text of digits is their check digit, by the formula of Luhn.', examples: ["luhn_check('79927398713') = true"], row: luhn }),
  scalar('mask(string) -> string', { collation: { meets: true, kept: true }, doc: 'The text with upper-case letters, lower-case letters, digits and other characters each replaced by a character; NULL keeps them.', examples: ["mask('AbCD123-@') = 'XxXXnnn-@'"],
    byName: true, params: [{ name: 'str', accepts: text, exact: true }, maskParam('upperChar', 'X'), maskParam('lowerChar', 'x'), maskParam('digitChar', 'n'), maskParam('otherChar', null)],
    nulls: 'custom', nullable: (call) => call.args[0]!.nullable, check: checkMasks, row: mask }),
  scalar('overlay(string|binary, string|binary, int, int = -1) -> string', { collation: { meets: true, kept: true }, doc: 'The text with the part that begins at a position replaced by another.', examples: ["overlay('Spark SQL', 'tructured', 2, 4) = 'Structured SQL'"],
    params: [{ name: 'input', accepts: textOrBytes }, { name: 'replace', accepts: textOrBytes }, { name: 'pos', accepts: { kind: 'type', type: T.INT } }, { name: 'len', accepts: { kind: 'type', type: T.INT }, default: { type: T.INT, value: -1 } }],
    check: (call) => {
      const [a, b] = [call.types[0]!, call.types[1]!];
      if (a.kind !== b.kind && call.constant(0) !== null && call.constant(1) !== null) raise('DATATYPE_MISMATCH.DATA_DIFF_TYPES', { functionName: '`overlay`', dataType: `(${sqlType(a)} or ${sqlType(b)})`, sqlExpr: `"overlay(${call.args.map(printExpr).join(', ')})"` });
    },
    result: (call) => call.types[0]!.kind === 'binary' ? T.BINARY : T.STRING, row: overlay }),
];
