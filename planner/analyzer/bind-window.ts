// Window functions: taken out of the expressions that hold them, innermost first, one node for all that share partitioning and order.
// source: Spark's ExtractWindowExpressions.

import { sameExpr } from '../expr/equal.js';
import { find, transformDown, walk } from '../expr/walk.js';
import type { BoundExpr, BoundSort, BoundWindow, LogicalPlan, NamedWindow } from '../tree.js';
import type { Binder } from './binder.js';

export const isWindow = (e: BoundExpr): e is BoundWindow => e.kind === 'window';
const innermost = (w: BoundWindow): boolean => [w.fn, ...w.partitionBy, ...w.orderBy.map((s) => s.expr)].every((e) => !find(e, isWindow));
const sameSort = (a: BoundSort, b: BoundSort): boolean => a.ascending === b.ascending && a.nullsFirst === b.nullsFirst && sameExpr(a.expr, b.expr);
const sameSpec = (a: BoundWindow, b: BoundWindow): boolean =>
  a.partitionBy.length === b.partitionBy.length && a.orderBy.length === b.orderBy.length
  && a.partitionBy.every((e, i) => sameExpr(e, b.partitionBy[i]!)) && a.orderBy.every((s, i) => sameSort(s, b.orderBy[i]!));

/** The expressions over window nodes above `input`, with columns in place of the functions. */
export function extractWindows(binder: Binder, input: LogicalPlan, exprs: readonly BoundExpr[]): { readonly plan: LogicalPlan; readonly exprs: readonly BoundExpr[] } {
  let plan = input;
  let rest = exprs;
  while (rest.some((e) => find(e, isWindow))) {
    const found: NamedWindow[] = [];
    for (const e of rest) {
      walk(e, (node) => {
        if (node.kind === 'window' && innermost(node) && !found.some((f) => sameExpr(f.window, node))) found.push({ id: binder.env.freshId(), name: node.fn.name, window: node });
      });
    }
    const specs: NamedWindow[][] = [];
    for (const f of found) {
      const group = specs.find((s) => sameSpec(s[0]!.window, f.window));
      if (group) group.push(f);
      else specs.push([f]);
    }
    for (const functions of specs) {
      const { partitionBy, orderBy } = functions[0]!.window;
      plan = { kind: 'window', input: plan, functions, partitionBy, orderBy };
    }
    rest = rest.map((e) => transformDown(e, (node) => {
      if (node.kind !== 'window') return node;
      const f = found.find((w) => sameExpr(w.window, node));
      return f ? { kind: 'column', id: f.id, name: f.name, type: node.type, nullable: node.nullable, ...(node.span && { span: node.span }) } : node;
    }));
  }
  return { plan, exprs: rest };
}
