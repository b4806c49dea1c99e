// The front end of the engine's own dialect: Spark SQL with streaming statements, read into unresolved plans and statements.

import { EngineError, raise, restated } from '../errors/index.js';
import { checkDepth } from '../plan/depth.js';
import type { Span } from '../spans.js';
import type { Expr, Statement, UnresolvedPlan } from '../tree.js';
import type { DataType, Field } from '../types.js';
import { Cursor } from './cursor.js';
import { tokenize } from './lexer.js';
import { balanced, parseExpr, sortItem as readSortItem } from './parse-expr.js';
import { parseQuery as readQuery, selectItem } from './parse-query.js';
import { parseStatement as readAnyStatement } from './parse-statement.js';
import { parseField, parseType } from './parse-type.js';
import { syntaxHint } from './syntax-hint.js';

export { balanced };

/** Texts that do not parse are read again with other choices, this often. */
const READINGS = 12;
/** Reads the text; where the usual reading of some word as the beginning of a clause, or as a name, leads nowhere, tries the other one of the last such
 *  words. What no reading takes is refused where the one that came furthest was. */
function readings<T>(text: string, read: (c: Cursor) => T, within: Span | undefined): T {
  type Reading = { readonly cursor: Cursor; readonly result: T } | { readonly cursor: Cursor; readonly error: EngineError };
  const attempt = (turned: readonly number[]): Reading => {
    const cursor = new Cursor(text, readQuery, within, new Set(turned));
    try { return { result: cursor.whole(read), cursor }; } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      if (error.condition !== 'PARSE_SYNTAX_ERROR') throw error.shownAt(cursor.spanFrom(Math.max(0, cursor.position - 1)));
      return { error, cursor };
    }
  };
  let best = attempt([]);
  const waiting = [...best.cursor.choices].map((place) => [place]);
  for (let n = 0; 'error' in best && n < READINGS && waiting.length > 0; n++) {
    const turned = waiting.pop()!;
    let next: Reading;
    // What parses so, but has something else wrong, is not what was meant.
    try { next = attempt(turned); } catch (error) { if (error instanceof EngineError) continue; throw error; }
    if ('result' in next || next.cursor.reached > best.cursor.reached) best = next;
    if (turned.length === 1) for (const place of next.cursor.choices) if (place > turned[0]!) waiting.push([...turned, place]);
  }
  if ('error' in best) throw best.error;
  return best.result;
}

function whole<T>(text: string, read: (c: Cursor) => T, within?: Span): T {
  try {
    const result = readings(text, read, within);
    if (typeof result === 'object' && result !== null) checkDepth(result);
    return result;
  } catch (error) {
    if (!(error instanceof EngineError) || error.condition !== 'PARSE_SYNTAX_ERROR' || !error.span) throw error;
    const { start, stop } = within ?? { start: 0, stop: text.length };
    throw restated(error, { hint: syntaxHint(text.slice(start, stop), error.span.start - start, (part, missing) => {
      const again = new Cursor(part, readQuery);
      again.missing = missing;
      again.whole(read);
    }) });
  }
}

function readStatement(c: Cursor): Statement {
  if (c.peek().kind === 'eof' && c.peek().unclosed === undefined) raise('PARSE_EMPTY_STATEMENT');
  return readAnyStatement(c);
}

/** @throws PARSE_SYNTAX_ERROR and the conditions of literals and types, with their span; so do the others */
export const parseStatement = (text: string): Statement => whole(text, readStatement);
export const parseQuery = (text: string): UnresolvedPlan => whole(text, readQuery);
/** One expression. */
export const parseExpression = (text: string): Expr => whole(text, parseExpr);
/** One item of a SELECT list: an expression with an alias, or a star. */
export const parseSelectItem = (text: string): Expr => whole(text, selectItem);
/** `expr [ASC|DESC] [NULLS FIRST|LAST]` */
export const parseSortItem = (text: string): ReturnType<typeof readSortItem> => whole(text, readSortItem);
export const parseDataType = (text: string): DataType => whole(text, parseType);
/** A type, or the fields of a struct without its brackets: `BIGINT`, `n BIGINT, at TIMESTAMP`. */
export function parseTypeOrFields(text: string): DataType {
  try { return parseDataType(text); } catch (error) {
    try { return { kind: 'struct', fields: parseSchema(text) }; } catch { throw error; }
  }
}
/** `a INT NOT NULL, b STRING`; a bare STRUCT<…> gives its fields. */
export const parseSchema = (text: string): readonly Field[] => whole(text, readSchema);
const withoutLengths = <T>(read: (c: Cursor) => T) => (c: Cursor): T => { c.refusesLengths = true; return read(c); };
/** The schema of a function that reads text: fields, or one type. Lengths are refused. @throws UNSUPPORTED_CHAR_OR_VARCHAR_AS_STRING too */
export const parseReadSchema = (text: string): readonly Field[] => whole(text, withoutLengths(readSchema));
export const parseReadType = (text: string): DataType => whole(text, withoutLengths(parseType));
function readSchema(c: Cursor): readonly Field[] {
  if (c.isWord('STRUCT') && c.isSymbol('<', 1)) { const type = parseType(c); return type.kind === 'struct' ? type.fields : c.fail(); }
  return c.peek().kind === 'eof' ? [] : c.list(() => parseField(c));
}

/** The statements of a script, each with its place in the whole text, so that errors point there. */
export function splitStatements(text: string): readonly Span[] {
  const spans: Span[] = [];
  let start: number | undefined;
  let stop = 0;
  for (const t of tokenize(text)) {
    if (t.kind === 'eof' || (t.kind === 'symbol' && t.text === ';')) {
      if (t.unclosed !== undefined) { start ??= t.unclosed; stop = text.length; }
      if (start !== undefined) spans.push({ text, start, stop });
      start = undefined;
    } else { start ??= t.start; stop = t.stop; }
  }
  return spans;
}
/** One statement of a script. */
export const parseStatementAt = (span: Span): Statement => whole(span.text, readStatement, span);
