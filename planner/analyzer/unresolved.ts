// Walking unresolved expressions: what the query half must see before binding (calls that change the plan, names, subqueries aside).

import { mapList } from '../plan/walk.js';
import type { Span } from '../spans.js';
import type { Expr, SortItem, UnresolvedPlan, WindowSpec } from '../tree.js';

const mapSort = (items: readonly SortItem[], f: (e: Expr) => Expr): readonly SortItem[] => mapList(items, (s) => { const expr = f(s.expr); return expr === s.expr ? s : { ...s, expr }; });
export function mapSpec(spec: WindowSpec, f: (e: Expr) => Expr): WindowSpec {
  const partitionBy = mapList(spec.partitionBy, f);
  const orderBy = mapSort(spec.orderBy, f);
  return partitionBy === spec.partitionBy && orderBy === spec.orderBy ? spec : { ...spec, partitionBy, orderBy };
}

/** The expression over other children; itself if none changes. Plans of subqueries are left alone. */
export function mapUnresolved(expr: Expr, f: (e: Expr) => Expr): Expr {
  switch (expr.kind) {
    case 'call': {
      const args = mapList(expr.args, (a) => { const value = f(a.value); return value === a.value ? a : { ...a, value }; });
      const filter = expr.filter && f(expr.filter);
      const withinGroup = expr.withinGroup && mapSort(expr.withinGroup, f);
      const over = expr.over && mapSpec(expr.over, f);
      if (args === expr.args && filter === expr.filter && withinGroup === expr.withinGroup && over === expr.over) return expr;
      return { ...expr, args, ...(filter && { filter }), ...(withinGroup && { withinGroup }), ...(over && { over }) };
    }
    case 'user_call': case 'in_subquery': { const args = mapList(expr.args, f); return args === expr.args ? expr : { ...expr, args }; }
    case 'cast': case 'field': case 'alias': { const arg = f(expr.arg); return arg === expr.arg ? expr : { ...expr, arg }; }
    case 'lambda': { const body = f(expr.body); return body === expr.body ? expr : { ...expr, body }; }
    default: return expr;
  }
}

/** Top-down: what `change` returns is final, undefined goes on below. */
export function rewriteUnresolved(expr: Expr, change: (e: Expr) => Expr | undefined): Expr {
  return change(expr) ?? mapUnresolved(expr, (e) => rewriteUnresolved(e, change));
}

export function containsSubquery(expr: Expr): boolean {
  let found = false;
  rewriteUnresolved(expr, (e) => { if (e.kind === 'subquery' || e.kind === 'in_subquery') found = true; return found ? e : undefined; });
  return found;
}

export const unaliased = (expr: Expr): Expr => expr.kind === 'alias' ? unaliased(expr.arg) : expr;

/** The name of a plain call (no operator), lower-case. */
export const callName = (expr: Expr): string | undefined =>
  expr.kind === 'call' && !expr.operator && expr.name.length === 1 ? expr.name[0]!.toLowerCase() : undefined;

/** A name that no user can write stands for what was bound already; `print` is for people who see it in an error. */
export const placeholder = (key: string, like: Expr): Expr => ({ kind: 'name', parts: [`\u0000${key}`], ...(like.span && { span: like.span }) });
export const isPlaceholder = (parts: readonly string[]): boolean => parts.length === 1 && parts[0]!.startsWith('\u0000');

/** Where a query says what its column `index` is: the item of a SELECT list, else the whole of it. */
export const columnPlace = (plan: UnresolvedPlan, index: number): Span | undefined =>
  (plan.kind === 'select' && !plan.items.some((i) => i.kind === 'star') ? plan.items[index]?.span : undefined) ?? plan.span;
