// The foreign parser's trees, which its own types do not describe: plain objects, read field by field. A field that is not expected and
// not empty is a construct that we would lose: it is refused.

import type { Ledger } from './ledger.js';

export type Ast = Readonly<Record<string, unknown>>;
export const isAst = (value: unknown): value is Ast => typeof value === 'object' && value !== null && !Array.isArray(value);
export const asts = (value: unknown): readonly Ast[] => Array.isArray(value) ? value.filter(isAst) : isAst(value) ? [value] : [];

const IGNORED = new Set(['type', 'loc', 'tableList', 'columnList', 'parentheses', 'parentheses_symbol', 'notations', 'separator', 'surround', 'brackets']);
const empty = (value: unknown): boolean => value === null || value === undefined || value === '' || value === false
  || (Array.isArray(value) && value.every(empty)) || (isAst(value) && Object.values(value).every(empty));

/** @throws DIALECT_FEATURE if the node says more than the fields that are read of it */
export function only(node: Ast, ledger: Ledger, ...fields: readonly string[]): void {
  for (const [key, value] of Object.entries(node)) if (!IGNORED.has(key) && !fields.includes(key) && !empty(value)) ledger.refuse(`the clause ${key} of ${String(node['type'] ?? 'a relation')}`);
}
