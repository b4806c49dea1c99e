// Which columns expressions and plans refer to, and putting others in their place. Ids are unique within an analysis, so a column is free in
// a plan exactly if nothing in the plan produces it.

import { meaningHash, sameExpr } from '../expr/equal.js';
import { children, find, isDeterministic, transform } from '../expr/walk.js';
import type { BoundColumn, BoundExpr, BoundSubquery, ColumnId, LogicalPlan } from '../tree.js';
import { outputOf } from './properties.js';
import { expressionsOf, mapChildren, mapExpressions, visit } from './walk.js';

/** Calls `see` for every column reference in the expression, those of subqueries' plans to columns outside of them included. */
export function eachColumn(expr: BoundExpr, see: (column: BoundColumn) => void): void {
  if (expr.kind === 'column') { see(expr); return; }
  if (expr.kind === 'subquery') {
    for (const c of freeColumns(expr.plan)) see(c);
    for (const arg of expr.args) eachColumn(arg, see);
    return;
  }
  for (const child of children(expr)) eachColumn(child, see);
}
export function columnIds(...exprs: readonly BoundExpr[]): ReadonlySet<ColumnId> {
  const out = new Set<ColumnId>();
  for (const e of exprs) eachColumn(e, (c) => { out.add(c.id); });
  return out;
}

const free = new WeakMap<LogicalPlan, readonly BoundColumn[]>();
/** References in the plan to columns that it does not produce, in order, once per occurrence. */
export function freeColumns(plan: LogicalPlan): readonly BoundColumn[] {
  let known = free.get(plan);
  if (!known) {
    const produced = new Set<ColumnId>();
    const used: BoundColumn[] = [];
    visit(plan, (node) => {
      for (const c of outputOf(node)) produced.add(c.id);
      if (node.kind === 'aggregate' && node.session) produced.add(node.session.column.id);
      for (const e of expressionsOf(node)) eachColumn(e, (c) => { used.push(c); });
    });
    known = used.filter((c) => !produced.has(c.id));
    free.set(plan, known);
  }
  return known;
}

/** The expression with its columns marked as those of an enclosing query. */
export const asOuter = (expr: BoundExpr): BoundExpr =>
  transform(expr, (e) => e.kind === 'column' && !e.outer ? { ...e, outer: true } : e);

export type Replacement = (column: BoundColumn) => BoundExpr | undefined;

/** Other expressions in place of columns, also inside of subqueries (where they are outer ones). */
export function replaceColumns(expr: BoundExpr, by: Replacement): BoundExpr {
  return transform(expr, (e) => {
    if (e.kind === 'column') return by(e) ?? e;
    return e.kind === 'subquery' ? replaceInSubquery(e, by) : e;
  });
}
/** The plan with other expressions in place of columns, in every node. */
export const replaceInPlan = (plan: LogicalPlan, by: Replacement): LogicalPlan =>
  mapExpressions(mapChildren(plan, (input) => replaceInPlan(input, by)), (e) => replaceColumns(e, by));

function replaceInSubquery(subquery: BoundSubquery, by: Replacement): BoundSubquery {
  if (!freeColumns(subquery.plan).some((c) => by(c))) return subquery;
  const plan = replaceInPlan(subquery.plan, (c) => { const other = by(c); return other && asOuter(other); });
  return { ...subquery, plan, outer: freeColumns(plan) };
}

/** Columns replaced by id. */
export const byId = (map: ReadonlyMap<ColumnId, BoundExpr>): Replacement => (c) => map.get(c.id);

/** Whether two expressions mean the same, subqueries included: these are compared by their text with their own columns numbered. */
export function sameMeaning(a: BoundExpr, b: BoundExpr): boolean {
  if (sameExpr(a, b)) return true;
  const isSubquery = (e: BoundExpr): boolean => e.kind === 'subquery';
  return find(a, isSubquery) !== undefined && find(b, isSubquery) !== undefined && isDeterministic(a) && canonical(a) === canonical(b);
}

/** Things that are found again by the meaning of an expression; of one meaning the first holds. */
export class ByMeaning<T> {
  private readonly byHash = new Map<number, { readonly expr: BoundExpr; readonly value: T }[]>();

  add(expr: BoundExpr, value: T): void {
    const hash = meaningHash(expr);
    const entries = this.byHash.get(hash);
    if (entries) entries.push({ expr, value });
    else this.byHash.set(hash, [{ expr, value }]);
  }
  find(expr: BoundExpr): T | undefined {
    return this.byHash.size === 0 ? undefined : this.byHash.get(meaningHash(expr))?.find((e) => sameMeaning(e.expr, expr))?.value;
  }
}

/** What is for display only. */
const DISPLAY = new Set(['span', 'written', 'outer', 'origin', 'name', 'text']);
function canonical(expr: BoundExpr): string {
  const own = new Map<ColumnId, number>();
  const number = (e: BoundExpr): void => {
    if (e.kind === 'subquery') visit(e.plan, (node) => {
      for (const c of outputOf(node)) if (!own.has(c.id)) own.set(c.id, own.size);
      expressionsOf(node).forEach(number);
    });
    children(e).forEach(number);
  };
  number(expr);
  return JSON.stringify(expr, (key, value: unknown) => {
    if (DISPLAY.has(key)) return undefined;
    if (key === 'fn') return (value as { readonly name: string }).name;
    if (key === 'id' && typeof value === 'number') return own.has(value) ? `own ${own.get(value)}` : value;
    return typeof value === 'bigint' ? `${value}n` : value;
  });
}
