// The front end for other dialects: node-sql-parser reads a text in which names, texts and numbers are marks; what it makes of it is
// turned into the same unresolved plan that our own parser builds, and every token is accounted for on the way. What does not come out
// even is refused: a dialect is read exactly or not at all. Statements other than queries are in the engine's own language.

import { raise } from '../errors/index.js';
import type { Span } from '../spans.js';
import type { Expr, UnresolvedPlan } from '../tree.js';
import { type Dialect, type DialectName, DIALECTS } from './dialect.js';
import { readExpression } from './expressions.js';
import { readQuery } from './queries.js';
import { Reader } from './reader.js';
import { scan } from './scan.js';

export type { Dialect, DialectName } from './dialect.js';
export const DIALECT_NAMES: readonly string[] = Object.keys(DIALECTS);

/** @throws DIALECT_UNKNOWN with the list of those that there are */
export function dialectOf(name: string): Dialect {
  const found = DIALECTS[(ALIASES[name.toLowerCase()] ?? name.toLowerCase()) as DialectName];
  return found ?? raise('DIALECT_UNKNOWN', { dialect: name, dialects: ['spark', ...DIALECT_NAMES].join(', ') });
}
const ALIASES: Readonly<Record<string, DialectName>> = { postgres: 'postgresql', flink: 'flinksql', presto: 'trino', mariadb: 'mysql' };

/** A query in another dialect: the text at `whole`.
 *  @param builtin whether Spark has a function of this name
 *  @throws DIALECT_NOT_INSTALLED, PARSE_SYNTAX_ERROR, DIALECT_FEATURE (read, but not the same here), DIALECT_NOT_TRUSTED (the foreign parser misread it) */
export function parseDialectQueryAt(whole: Span, dialect: Dialect, builtin: (name: string) => boolean): UnresolvedPlan {
  const r = readerOf(whole, dialect, builtin);
  return readQuery(r, { from: 0, to: r.tokens.length });
}
function readerOf(whole: Span, dialect: Dialect, builtin: (name: string) => boolean): Reader {
  const tokens = scan(whole, dialect);
  const end = tokens.findLastIndex((t) => !(t.kind === 'symbol' && t.text === ';')) + 1;
  if (end === 0) raise('PARSE_EMPTY_STATEMENT', {}, { span: whole });
  const several = tokens.findIndex((t) => t.kind === 'symbol' && t.text === ';');
  const r = new Reader(tokens.slice(0, end), whole, dialect, builtin, { query: readQuery, expression: readExpression });
  return several >= 0 && several < end ? r.refuse('several statements at once', tokens[several]!.span) : r;
}

export const parseDialectQuery = (text: string, dialect: Dialect, builtin: (name: string) => boolean): UnresolvedPlan =>
  parseDialectQueryAt({ text, start: 0, stop: text.length }, dialect, builtin);
/** One expression in another dialect. */
export function parseDialectExpression(text: string, dialect: Dialect, builtin: (name: string) => boolean): Expr {
  const r = readerOf({ text, start: 0, stop: text.length }, dialect, builtin);
  return readExpression(r, { from: 0, to: r.tokens.length });
}
