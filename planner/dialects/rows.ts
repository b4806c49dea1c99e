// VALUES, and lists of names.

import type { UnresolvedPlan } from '../tree.js';
import type { Reader, Stretch } from './reader.js';

/** Names between commas. */
export const readNames = (r: Reader, at: Stretch): string[] => r.split(at).map((item) => item.to === item.from + 1 && r.isName(item.from) ? r.tokens[item.from]!.text : r.fail(item.from));

export function readValues(r: Reader, at: Stretch): UnresolvedPlan & { readonly kind: 'inline_table' } {
  const rows = r.split(at).map((row) => {
    const open = r.dialect.name === 'mysql' && r.spelled(row.from, 'ROW') ? row.from + 1 : row.from;
    return r.isSymbol(open, '(') && r.close(open) === row.to - 1 ? r.expressions({ from: open + 1, to: row.to - 1 }) : [r.expression(row)];
  });
  return rows.length === 0 ? r.fail(at.from) : { kind: 'inline_table', rows, span: r.span(at) };
}

/** The columns of VALUES as the dialect calls them. */
export const unnamed = (r: Reader, plan: UnresolvedPlan & { readonly kind: 'inline_table' }): UnresolvedPlan =>
  r.dialect.unnamed === undefined ? plan : { kind: 'to_df', input: plan, names: plan.rows[0]!.map((_, i) => r.dialect.unnamed!(i)) };
