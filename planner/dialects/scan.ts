// The tokens of a text in another dialect: its quotes, escapes and comments, and which words are keywords wherever they stand.

import { raise } from '../errors/index.js';
import type { Span } from '../spans.js';
import type { Dialect } from './dialect.js';
import type { Token } from './token.js';

const SYMBOL = /^(?:<=>|->>|->|=>|::|\|\||&&|<>|!=|<=|>=|<<|>>|[=<>+\-*/%&|^~!.,()[\]{};?:@#$])/;
const NUMBER = /^(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/;
const WORD = /^[\p{L}_][\p{L}\p{N}_$]*/u;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', 0: '\0', Z: '\x1a' };

/** @throws PARSE_SYNTAX_ERROR for what is no token of the dialect */
export const scan = (span: Span, dialect: Dialect): readonly Token[] => classify([...rawTokens(span, dialect)]);

/** Tokens one after another, all words as written. */
export function* rawTokens({ text, start: from, stop: until }: Span, dialect: Dialect): Generator<Token, void, undefined> {
  let before: Token | undefined;
  const fail = (start: number, stop: number, hint = ''): never => raise('PARSE_SYNTAX_ERROR', { error: `'${text.slice(start, stop)}'`, hint }, { span: { text, start, stop } });
  let at = from;
  while (at < until) {
    const start = at;
    const rest = text.slice(at, Math.min(until, at + 512));
    const c = text[at]!;
    const token = (kind: Token['kind'], value: string, stop: number): Token => { at = stop; before = { kind, text: value, spelling: kind === 'word' ? value.toUpperCase() : '', span: { text, start, stop } }; return before; };
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
const STRUCTURE = new Set(`SELECT DISTINCT ALL FROM WHERE GROUP BY HAVING QUALIFY ORDER ASC DESC LIMIT UNION INTERSECT EXCEPT WITH RECURSIVE AS ON USING JOIN INNER LEFT RIGHT FULL OUTER CROSS NATURAL SEMI
  ANTI ASOF LATERAL AND OR NOT IN BETWEEN LIKE ILIKE RLIKE REGEXP IS NULL TRUE FALSE CASE WHEN THEN ELSE END EXISTS DIV XOR ESCAPE`.split(/\s+/));

const classify = (tokens: readonly Token[]): Token[] => tokens.map((token, i): Token => {
  if (token.kind !== 'word') return token;
  const dotted = [tokens[i - 1], tokens[i + 1]].some((t) => t?.kind === 'symbol' && t.text === '.');
  return STRUCTURE.has(token.spelling) && !dotted ? { ...token, text: token.spelling } : { ...token, kind: 'name' };
});
