// What a statement is about: a name, or IDENTIFIER(expression), whose value says the name when the statement runs.

import type { Expr, VariableName } from '../tree.js';
import type { Cursor } from './cursor.js';
import { parseExpr } from './parse-expr.js';

/** `a.b`, or IDENTIFIER(expression) as `named`: then the name has no parts yet. */
export function parseName(c: Cursor): { readonly name: readonly string[]; readonly named?: Expr } {
  const named = c.isWord('IDENTIFIER') && c.isSymbol('(', 1) ? c.attempt('identifier', () => { c.next(); const e = c.parenthesized(() => parseExpr(c)); return c.isSymbol('.') ? c.fail() : e; }) : undefined;
  if (named) return { name: [], named };
  const name = [c.identifier()];
  while (c.takeSymbol('.')) name.push(c.identifier());
  return { name };
}
export function parseVariableName(c: Cursor): VariableName {
  const from = c.position;
  return { ...parseName(c), span: c.spanFrom(from) };
}
