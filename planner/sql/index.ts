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
import { refusal, type Whole } from './places/refusal.js';
import { syntaxHint } from './syntax-hint.js';
import { unsupportedForm } from './unsupported.js';

export { balanced };
export { unsupportedStatement } from './unsupported.js';

type Read<T> = (c: Cursor) => T;

/** A text that the usual reading does not take, though Spark's grammar does, is read again with other choices, this often. */
const READINGS = 12;
/** Where the usual reading of some word as the beginning of a clause, or as a name, leads nowhere, the other one of the last such words. */
function otherwise<T>(text: string, read: Read<T>, within: Span | undefined, usual: Cursor): T | undefined {
  let fault: EngineError | undefined;
  const waiting = [...usual.choices].map((place) => [place]);
  for (let n = 0; n < READINGS && waiting.length > 0; n++) {
    const turned = waiting.pop()!;
    const cursor = new Cursor(text, readQuery, within, new Set(turned));
    try { return cursor.whole(read); } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      // Read, but for something beside the syntax: told if no reading is without fault.
      if (error.condition !== 'PARSE_SYNTAX_ERROR') fault ??= error.shownAt(cursor.spanFrom(Math.max(0, cursor.position - 1)));
    }
    if (turned.length === 1) for (const place of cursor.choices) if (place > turned[0]!) waiting.push([...turned, place]);
  }
  if (fault) throw fault;
  return undefined;
}

/** Too deep to be read again, or nothing to be read at all. */
const isUnread = (error: EngineError | undefined): boolean => error?.condition === 'FAILED_TO_PARSE_TOO_COMPLEX' || (error?.condition === 'PARSE_EMPTY_STATEMENT' && !error.span);
/** What is refused is refused for the reason, and at the place, that Spark's parser has. */
function whole<T>(text: string, read: Read<T>, kind: Whole, within?: Span): T {
  const cursor = new Cursor(text, readQuery, within);
  cursor.models(kind);
  let result: T | undefined;
  let error: EngineError | undefined;
  try {
    result = cursor.whole(read);
    if (typeof result === 'object' && result !== null) checkDepth(result);
  } catch (e) {
    if (!(e instanceof EngineError)) throw e;
    error = e;
  }
  if (!error && !cursor.unread) return result!;
  const { model } = cursor;
  const refused = !model || isUnread(error) ? undefined : refusal(text, cursor.from(model.at), model.whole);
  if (!refused && !error) return result!;
  if (refused === null && error?.condition === 'PARSE_SYNTAX_ERROR' && !cursor.kept(error)) {
    const other = otherwise(text, read, within, cursor);
    if (other !== undefined) return other;
    if (kind === 'start' || kind === 'loneQuery') error = unsupportedForm(cursor.from(0), error);
  }
  const told = refused ?? error!;
  if (told.condition !== 'PARSE_SYNTAX_ERROR' || !told.span) throw told.shownAt(cursor.spanFrom(Math.max(0, cursor.position - 1)));
  const { start, stop } = within ?? { start: 0, stop: text.length };
  throw restated(told, { hint: syntaxHint(text.slice(start, stop), told.span.start - start, (part, missing) => {
    const again = new Cursor(part, readQuery);
    again.missing = missing;
    again.whole(read);
  }) });
}

function readStatement(c: Cursor): Statement {
  if (c.isBlank) raise('PARSE_EMPTY_STATEMENT');
  return readAnyStatement(c);
}

/** @throws PARSE_SYNTAX_ERROR and the conditions of literals and types, with their span; so do the others */
export const parseStatement = (text: string): Statement => whole(text, readStatement, 'start');
export const parseQuery = (text: string): UnresolvedPlan => whole(text, readQuery, 'loneQuery');
/** One expression. */
export const parseExpression = (text: string): Expr => whole(text, parseExpr, 'loneExpression');
/** One item of a SELECT list: an expression with an alias, or a star. */
export const parseSelectItem = (text: string): Expr => whole(text, selectItem, 'loneItem');
/** `expr [ASC|DESC] [NULLS FIRST|LAST]` */
export const parseSortItem = (text: string): ReturnType<typeof readSortItem> => whole(text, readSortItem, 'loneSortKey');
export const parseDataType = (text: string): DataType => whole(text, parseType, 'loneType');
/** A type, or the fields of a struct without its brackets: `BIGINT`, `n BIGINT, at TIMESTAMP`. */
export function parseTypeOrFields(text: string): DataType {
  try { return parseDataType(text); } catch (error) {
    try { return { kind: 'struct', fields: parseSchema(text) }; } catch { throw error; }
  }
}
/** `a INT NOT NULL, b STRING`; a bare STRUCT<…> gives its fields. */
export const parseSchema = (text: string): readonly Field[] => whole(text, readSchema, 'loneColumns');
const withoutLengths = <T>(read: (c: Cursor) => T) => (c: Cursor): T => { c.refusesLengths = true; return read(c); };
/** The schema of a function that reads text: fields, or one type. Lengths are refused. @throws UNSUPPORTED_CHAR_OR_VARCHAR_AS_STRING too */
export const parseReadSchema = (text: string): readonly Field[] => whole(text, withoutLengths(readSchema), 'loneColumns');
export const parseReadType = (text: string): DataType => whole(text, withoutLengths(parseType), 'loneType');
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
export const parseStatementAt = (span: Span): Statement => whole(span.text, readStatement, 'start', span);
