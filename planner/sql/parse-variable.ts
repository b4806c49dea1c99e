// DECLARE, SET VARIABLE, EXECUTE IMMEDIATE.
// source: Spark's grammar (createVariable, setVariable, executeImmediate).

import { EngineError } from '../errors/index.js';
import type { Arg, Expr, Statement } from '../tree.js';
import type { Cursor } from './cursor.js';
import { startsQuery } from './clauses.js';
import { parseExpr } from './parse-expr.js';
import { parseVariableName } from './parse-name.js';
import { parseQuery } from './parse-query.js';
import { parseType } from './parse-type.js';

/** `DECLARE [OR REPLACE] [VARIABLE] name, … [type] [(DEFAULT | =) expression]` */
export function parseDeclare(c: Cursor): Statement {
  const from = c.position;
  c.next();
  const orReplace = c.takeWord('OR', 'REPLACE');
  if ((c.isWord('VARIABLE') || c.isWord('VAR')) && c.isIdentifier(1) && !c.isWord('DEFAULT', 1)) c.next();
  const names = c.list(() => parseVariableName(c));
  const value = (): boolean => c.takeWord('DEFAULT') || c.takeSymbol('=');
  const type = c.isIdentifier() && !c.isWord('DEFAULT') ? parseType(c) : undefined;
  const start = c.position + 1;
  const given = value() ? parseExpr(c) : undefined;
  if (!type && !given) c.later(new EngineError('INVALID_SQL_SYNTAX.VARIABLE_TYPE_OR_DEFAULT_REQUIRED', {}, { span: c.spanFrom(from) }));
  return { kind: 'declare', names, orReplace, ...(type && { type }), ...(given && { default: given, defaultText: textFrom(c, start) }) };
}
const textFrom = (c: Cursor, from: number): string => { const { text, start, stop } = c.spanFrom(from); return text.slice(start, stop); };

/** Behind SET: `VARIABLE a = 1, b = DEFAULT`, `VAR (a, b) = (query)`. Undefined: it is a setting. */
export function parseSetVariables(c: Cursor): Statement | undefined {
  if (!(c.isWord('VARIABLE') || c.isWord('VAR')) || !(c.isIdentifier(1) || c.isSymbol('(', 1))) return undefined;
  c.next();
  if (c.isSymbol('(')) {
    const names = c.parenthesized(() => c.list(() => parseVariableName(c)));
    c.expectSymbol('=');
    if (!c.isSymbol('(') || !startsQuery(c, 1)) c.fail();
    return { kind: 'set_variables', names, values: c.parenthesized(() => parseQuery(c)) };
  }
  const items = c.list(() => {
    const name = parseVariableName(c);
    c.expectSymbol('=');
    const byDefault = c.isWord('DEFAULT') && (c.peek(1).kind === 'eof' || c.isSymbol(',', 1) || c.isSymbol(';', 1));
    return { name, value: byDefault && c.takeWord('DEFAULT') ? undefined : parseExpr(c) };
  });
  return { kind: 'set_variables', names: items.map((i) => i.name), values: items.map((i) => i.value) };
}

/** `EXECUTE IMMEDIATE text [INTO name, …] [USING expression [AS name], …]` */
export function parseExecute(c: Cursor): Statement {
  c.next();
  c.expectWord('IMMEDIATE');
  const query = parseExpr(c);
  const into = c.takeWord('INTO') ? c.list(() => parseVariableName(c)) : undefined;
  // The first value may begin with a bracket of its own.
  const inBrackets = (): Arg[] => { const list = c.parenthesized(() => c.list(() => using(c))); return c.peek().kind === 'eof' || c.isSymbol(';') ? list : c.fail(); };
  const args = c.takeWord('USING') ? (c.isSymbol('(') && c.attempt('using', inBrackets)) || c.list(() => using(c)) : [];
  return { kind: 'execute_immediate', query, args, ...(into && { into }) };
}
function using(c: Cursor): Arg {
  const value: Expr = parseExpr(c);
  return c.takeWord('AS') || (c.isIdentifier()) ? { name: c.identifier(), value } : { value };
}
