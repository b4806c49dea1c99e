// CREATE FUNCTION f(x INT DEFAULT 1) RETURNS INT RETURN x + 1: functions written in SQL.
// source: Spark's createUserDefinedFunction.

import { EngineError } from '../errors/index.js';
import type { Expr, SqlFunction, SqlParameter, Statement } from '../tree.js';
import type { DataType, Field } from '../types.js';
import type { Cursor } from './cursor.js';
import { startsQuery } from './clauses.js';
import { parseExpr } from './parse-expr.js';
import { parseQuery } from './parse-query.js';
import { parseField, parseType } from './parse-type.js';

type CreateFunction = Extract<Statement, { kind: 'create_function' }>;

/** From the name on, which `readName` reads; `from`: where the statement begins. */
export function parseFunction(c: Cursor, from: number, orReplace: boolean, temporary: boolean, readName: () => readonly string[]): CreateFunction {
  const ifNotExists = c.takeWord('IF', 'NOT', 'EXISTS');
  const name = readName();
  const params = parameters(c);
  const returns = c.takeWord('RETURNS') ? returned(c) : undefined;
  const characteristics = parseCharacteristics(c);
  if (!c.takeWord('RETURN')) c.fail(c.peek().kind === 'eof' ? '' : ": missing 'RETURN'");
  const begin = c.peek().start;
  const query = startsQuery(c) ? c.attempt('body', () => { const plan = parseQuery(c); return c.peek().kind === 'eof' || c.isSymbol(';') ? plan : c.fail(); }) : undefined;
  const body = query ?? parseExpr(c);
  const span = c.spanFrom(from);
  if (ifNotExists && orReplace) c.later(new EngineError('INVALID_SQL_SYNTAX.CREATE_ROUTINE_WITH_IF_NOT_EXISTS_AND_REPLACE', {}, { span }));
  if (ifNotExists && temporary) c.later(new EngineError('INVALID_SQL_SYNTAX.CREATE_TEMP_FUNC_WITH_IF_NOT_EXISTS', {}, { span }));
  const definition: SqlFunction = {
    name: name.at(-1) ?? '', params, ...characteristics, ...(query ? { query } : { body: body as Expr }), text: c.text.slice(begin, span.stop),
    ...(returns && { table: returns.table }), ...(returns?.type && { returns: returns.type }), ...(returns?.columns && { columns: returns.columns }),
  };
  return { kind: 'create_function', name, temporary, orReplace, ifNotExists, definition };
}

function parameters(c: Cursor): readonly SqlParameter[] {
  c.expectSymbol('(');
  const list = c.isSymbol(')') ? [] : c.list(() => parameter(c));
  c.expectSymbol(')');
  return list;
}
function parameter(c: Cursor): SqlParameter {
  const from = c.position;
  const name = c.identifier();
  const type = parseType(c);
  let given: { readonly default: Expr; readonly defaultText: string } | undefined;
  let comment: string | undefined;
  for (;;) {
    const at = c.position;
    if (c.takeWord('NOT', 'NULL')) { const { text, start, stop } = c.spanFrom(from); c.later(new EngineError('USER_DEFINED_FUNCTIONS.NOT_NULL_ON_FUNCTION_PARAMETERS', { input: text.slice(start, stop) }, { span: c.spanFrom(at) })); }
    else if (c.takeWord('DEFAULT')) { const first = c.position; const value = parseExpr(c); const { text, start, stop } = c.spanFrom(first); given = { default: value, defaultText: text.slice(start, stop) }; }
    else if (c.takeWord('COMMENT')) comment = c.string();
    else return { name, type, ...given, ...(comment !== undefined && { comment }) };
  }
}

/** A type, TABLE, or TABLE (columns). */
function returned(c: Cursor): { readonly table: boolean; readonly type?: DataType; readonly columns?: readonly Field[] } {
  if (!c.takeWord('TABLE')) return { table: false, type: parseType(c) };
  return c.isSymbol('(') ? { table: true, columns: c.parenthesized(() => c.list(() => parseField(c))) } : { table: true };
}

/** What is said between the types and the body; LANGUAGE SQL is the only one. */
function parseCharacteristics(c: Cursor): Pick<SqlFunction, 'deterministic' | 'readsData' | 'comment'> {
  let said: Pick<SqlFunction, 'deterministic' | 'readsData' | 'comment'> = {};
  for (;;) {
    if (c.takeWord('LANGUAGE')) c.expectWord('SQL');
    else if (c.takeWord('DETERMINISTIC')) said = { ...said, deterministic: true };
    else if (c.takeWord('NOT', 'DETERMINISTIC')) said = { ...said, deterministic: false };
    else if (c.takeWord('CONTAINS', 'SQL')) said = { ...said, readsData: false };
    else if (c.takeWord('READS', 'SQL', 'DATA')) said = { ...said, readsData: true };
    else if (c.takeWord('COMMENT')) said = { ...said, comment: c.string() };
    else return said;
  }
}
