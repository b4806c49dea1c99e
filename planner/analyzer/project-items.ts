// The plan of a select list: generators, window functions, QUALIFY, and a projection for each step of lateral aliases.

import { transform } from '../expr/walk.js';
import { outputOf } from '../plan/properties.js';
import type { BoundExpr, LogicalPlan, NamedExpr, OutputColumn } from '../tree.js';
import { extractWindows } from './bind-window.js';
import { type Binder, pass, project, ref } from './binder.js';
import type { Item } from './select-list.js';

/**
 * Puts the nodes that the items need over `input`; `exprs` are the items in terms of it, in their order. `computed`: what the clauses above need
 * besides. `selected` and `extra` are what the last projection is to give for both.
 */
export function projectItems(
  binder: Binder, input: LogicalPlan, items: readonly Item[], exprs: readonly BoundExpr[], computed: readonly NamedExpr[], qualify: BoundExpr | undefined,
): { readonly plan: LogicalPlan; readonly selected: readonly NamedExpr[]; readonly extra: readonly NamedExpr[] } {
  const generated: OutputColumn[] = [];
  const levels = Math.max(0, ...items.map((i) => i.level));
  let plan = generate(input, exprs, 0);
  // Window functions of every level run below the projections: no lateral alias may stand in them.
  const all = extractWindows(binder, plan, [...exprs, ...computed.map((c) => c.expr), ...(qualify ? [qualify] : [])]);
  plan = qualify ? { kind: 'filter', input: all.plan, predicate: all.exprs.at(-1)! } : all.plan;
  const over = all.exprs.slice(0, exprs.length);
  for (let level = 0; level < levels; level++) {
    const present = outputOf(plan);
    const own = items.flatMap((item, i): NamedExpr[] => item.level === level && over[i]!.kind !== 'generator' && item.outputs.every((o) => !present.some((c) => c.id === o.id))
      ? [{ id: item.outputs[0]!.id, name: item.outputs[0]!.name, expr: bare(over[i]!) }] : []);
    plan = generate(project(plan, [...present.map(pass), ...own]), over, level + 1);
  }
  const available = new Set(outputOf(plan).map((c) => c.id));
  const selected = items.flatMap((item, i): NamedExpr[] => {
    const expr = over[i]!;
    if (expr.kind === 'generator') return item.outputs.map((o) => ({ ...o, expr: ref(generated.find((c) => c.id === o.id)!) }));
    const o = item.outputs[0]!;
    const done = item.level < levels && available.has(o.id) && !(expr.kind === 'column' && expr.id === o.id);
    return [{ ...o, expr: done ? { kind: 'column', id: o.id, name: o.name, type: expr.type, nullable: expr.nullable } : bare(expr) }];
  });
  return { plan, selected, extra: computed.map((c, i) => ({ ...c, expr: all.exprs[exprs.length + i]! })) };

  function generate(below: LogicalPlan, of: readonly BoundExpr[], level: number): LogicalPlan {
    return items.reduce((under, item, i): LogicalPlan => {
      const generator = of[i]!;
      if (item.level !== level || generator.kind !== 'generator') return under;
      const outer = generator.fn.name.endsWith('_outer');
      const columns = generator.columns.map((c, k): OutputColumn => ({ id: item.outputs[k]!.id, name: item.outputs[k]!.name, type: c.type, nullable: c.nullable || outer }));
      generated.push(...columns);
      return { kind: 'generate', input: under, generator, outer, columns };
    }, below);
  }
}

/** References to lateral aliases without their printed form. */
const bare = (e: BoundExpr): BoundExpr => transform(e, (n) => {
  if (n.kind !== 'column' || !n.written) return n;
  const { written: _, ...rest } = n;
  return rest;
});
