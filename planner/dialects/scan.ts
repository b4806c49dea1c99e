// The tokens of a text in another dialect, and the text that is given to the foreign parser in its place. Names, strings and numbers are
// put in as marks that carry the number of their token: the parser cannot misread what it does not see, words that it reserves may be
// names, and every mark that comes back tells its exact place in the user's text.

import { raise } from '../errors/index.js';
import type { Span } from '../spans.js';
import type { Dialect } from './dialect.js';
import { type Folded, withLimits } from './fold.js';
import type { Token } from './token.js';

const SYMBOL = /^(?:<=>|->>|->|=>|::|\|\||&&|<>|!=|<=|>=|<<|>>|[=<>+\-*/%&|^~!.,()[\]{};?:@#$])/;
const NUMBER = /^(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/;
const WORD = /^[\p{L}_][\p{L}\p{N}_$]*/u;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', 0: '\0', Z: '\x1a' };

/** @throws PARSE_SYNTAX_ERROR for what is no token of the dialect */
export const scan = (span: Span, dialect: Dialect): readonly Token[] => dialect.fetches ? withLimits(classify([...rawTokens(span, dialect)])) : classify([...rawTokens(span, dialect)]);

/** Tokens one after another, all words as written. */
export function* rawTokens({ text, start: from, stop: until }: Span, dialect: Dialect): Generator<Token, void, undefined> {
  let before: Token | undefined;
  const fail = (start: number, stop: number, hint = ''): never => raise('PARSE_SYNTAX_ERROR', { error: `'${text.slice(start, stop)}'`, hint }, { span: { text, start, stop } });
  let at = from;
  while (at < until) {
    const start = at;
    const rest = text.slice(at, Math.min(until, at + 512));
    const c = text[at]!;
    const token = (kind: Token['kind'], value: string, stop: number): Token => { at = stop; before = { kind, text: value, span: { text, start, stop } }; return before; };
    if (/\s/.test(c)) { at++; continue; }
    if (dialect.lineComments.some((mark) => rest.startsWith(mark))) { const end = text.indexOf('\n', at); at = end < 0 ? until : end + 1; continue; }
    if (rest.startsWith('/*')) { const end = text.indexOf('*/', at + 2); if (end < 0 || end + 2 > until) fail(at, at + 2); at = end + 2; continue; }
    if (c === "'" || c === '"' || c === '`') {
      const named = dialect.identifierQuotes.includes(c);
      if (!named && c !== "'" && !(c === '"' && dialect.backslash && dialect.name !== 'snowflake')) fail(at, at + 1, `: ${dialect.title} has no text in ${c}`);
      let value = '';
      let i = at + 1;
      for (; ; i++) {
        const d = text[i];
        if (d === undefined || i >= until) fail(start, start + 1, ': the quote is not closed');
        if (d === c) { if (text[i + 1] !== c) break; i++; value += c; continue; }
        if (d === '\\' && dialect.backslash && !named) {
          const e = text[++i] ?? '';
          // LIKE's escapes stay escapes, as in MySQL.
          value += ESCAPES[e] ?? (e === '%' || e === '_' ? `\\${e}` : e);
          continue;
        }
        value += d;
      }
      // A word that touches the quote would give it another meaning: E'…', r'…', X'…'.
      if (!named && before?.kind === 'word' && before.span.stop === start) fail(before.span.start, i + 1, `: this kind of literal is not read from ${dialect.title}`);
      yield token(named ? 'name' : 'string', value, i + 1);
      continue;
    }
    const number = NUMBER.exec(rest)?.[0];
    if (number !== undefined && !(c === '.' && before?.kind !== 'symbol')) {
      if (WORD.test(text.slice(at + number.length, at + number.length + 1))) fail(at, at + number.length + 1);
      yield token('number', number, at + number.length);
      continue;
    }
    const word = WORD.exec(rest)?.[0];
    if (word !== undefined) { yield token('word', word, at + word.length); continue; }
    const symbol = SYMBOL.exec(rest)?.[0];
    if (symbol === undefined) fail(at, at + 1);
    yield token('symbol', symbol!, at + symbol!.length);
  }
}

/** Words of the grammar wherever they stand; all others are names unless their place says that they are not. */
const STRUCTURE = new Set(`SELECT DISTINCT ALL FROM WHERE GROUP BY HAVING QUALIFY ORDER ASC DESC LIMIT UNION INTERSECT EXCEPT WITH RECURSIVE AS ON USING JOIN INNER LEFT RIGHT FULL OUTER CROSS NATURAL SEMI ANTI
  ASOF LATERAL AND OR NOT IN BETWEEN LIKE ILIKE RLIKE REGEXP IS NULL TRUE FALSE CASE WHEN THEN ELSE END EXISTS OVER DIV XOR ESCAPE UNBOUNDED PRECEDING FOLLOWING CURRENT_DATE CURRENT_TIMESTAMP TABLESAMPLE
  ROLLUP CUBE GROUPING`.split(/\s+/));
const TYPED = new Set(['DATE', 'TIME', 'TIMESTAMP', 'DATETIME', 'INTERVAL']);
const CASTS = new Set(['CAST', 'TRY_CAST', 'SAFE_CAST']);

function classify(tokens: readonly Token[]): Token[] {
  const casts: boolean[] = [];
  let typeUntil: 'no' | 'bracket' | 'words' = 'no';
  return tokens.map((token, i): Token => {
    const before = tokens[i - 1];
    const after = tokens[i + 1];
    const isWord = (t: Token | undefined, ...words: readonly string[]): boolean => t?.kind === 'word' && words.includes(t.text.toUpperCase());
    const isSymbol = (t: Token | undefined, text: string): boolean => t?.kind === 'symbol' && t.text === text;
    if (isSymbol(token, '(')) casts.push(before?.kind === 'word' && CASTS.has(before.text.toUpperCase()));
    if (isSymbol(token, ')')) { if (casts.pop()) typeUntil = 'no'; }
    if (token.kind !== 'word') { if (typeUntil === 'words' && !isSymbol(token, '(')) typeUntil = isSymbol(token, '::') ? 'words' : 'no'; return token; }
    const upper = token.text.toUpperCase();
    const word: Token = { ...token, text: upper };
    const name: Token = { ...token, kind: 'name' };
    if (isSymbol(before, '::')) { typeUntil = 'words'; return word; }
    if (typeUntil === 'bracket') return word;
    if (typeUntil === 'words') { if (['PRECISION', 'VARYING', 'WITH', 'WITHOUT', 'TIME', 'ZONE'].includes(upper) && !(upper === 'WITH' && !isWord(after, 'TIME'))) return word; typeUntil = 'no'; }
    if (upper === 'AS' && casts.at(-1)) { typeUntil = 'bracket'; return word; }
    if (isSymbol(before, '.') || isSymbol(after, '.')) return name;
    if (STRUCTURE.has(upper)) return word;
    if (isSymbol(after, '(')) return isWord(before, 'AS') || isWord(before, 'WITH', 'RECURSIVE') ? name : word;
    if (after?.kind === 'string' && TYPED.has(upper)) return word;
    if (upper === 'INTERVAL' && after?.kind === 'number') return word;
    if (isWord(tokens[i - 2], 'INTERVAL') && (before?.kind === 'string' || before?.kind === 'number')) return word;
    if (isWord(after, 'FROM') && isSymbol(before, '(') && isWord(tokens[i - 2], 'EXTRACT')) return word;
    switch (upper) {
      case 'OFFSET': return after?.kind === 'number' ? word : name;
      case 'PARTITION': return isWord(after, 'BY') ? word : name;
      case 'NULLS': return isWord(after, 'FIRST', 'LAST') ? word : name;
      case 'FIRST': case 'LAST': return isWord(before, 'NULLS') ? word : name;
      case 'ROWS': case 'RANGE': return isWord(after, 'BETWEEN', 'UNBOUNDED', 'CURRENT') || after?.kind === 'number' ? word : name;
      case 'CURRENT': return isWord(after, 'ROW') ? word : name;
      case 'ROW': return isWord(before, 'CURRENT') ? word : name;
      default: return name;
    }
  });
}

/** Numbers stand in for numbers: none of the user's is in the text, so that none can be mistaken. */
const NUMBER_BASE = 700_000_000;
export const numberMark = (value: unknown): number | undefined => {
  const n = typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value)) ? Number(value) - NUMBER_BASE : Number.NaN;
  return n >= 0 && n < NUMBER_BASE ? n : undefined;
};
export const wordMark = (value: unknown): number | undefined => {
  const m = typeof value === 'string' ? /^mr(\d+)x$/i.exec(value) : null;
  return m ? Number(m[1]) : undefined;
};
/** The text that the foreign parser reads. Token i is at `starts[i]` of it. */
export function marked(tokens: readonly Token[], { queries, distinct, hidden }: Folded): { readonly text: string; readonly starts: readonly number[] } {
  let text = '';
  const starts: number[] = [];
  tokens.forEach((token, i) => {
    if (hidden.has(i)) { starts.push(text.length); return; }
    // A space where there was one, so that what touched touches still.
    if (i > 0 && tokens[i - 1]!.span.stop < token.span.start) text += ' ';
    starts.push(text.length);
    text += token.kind === 'name' || queries.has(i) || distinct.has(i) ? `mr${i}x` : token.kind === 'string' ? `'mr${i}x'` : token.kind === 'number' ? String(NUMBER_BASE + i) : token.text;
  });
  return { text, starts };
}
