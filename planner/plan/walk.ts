// Traversal of logical plans. One typed table says which fields of a node hold inputs, and all walking comes from it: a node kind with a
// missing or extra key does not compile. Rewrites keep the node (same reference) where nothing below it changed.

import type { BoundExpr, BoundSort, LogicalPlan, NamedAggregate, NamedExpr, NamedWindow, PlanKind } from '../tree.js';

type ChildKey<N> = { [P in keyof N]-?: NonNullable<N[P]> extends LogicalPlan | readonly LogicalPlan[] ? P : never }[keyof N];
type ChildKeys = { readonly [K in PlanKind]: { readonly [P in ChildKey<Extract<LogicalPlan, { kind: K }>>]: true } };

/** Which fields hold inputs, in order; one may be absent. */
export const childKeys: ChildKeys = {
  scan: {}, values: {}, range: {}, recursive_ref: {},
  project: { input: true }, filter: { input: true }, aggregate: { input: true }, expand: { input: true }, time_window: { input: true },
  watermark: { input: true }, deduplicate: { input: true }, sort: { input: true }, limit: { input: true }, generate: { input: true },
  window: { input: true }, sample: { input: true }, map_rows: { input: true }, group_state: { initial: true, input: true }, write: { input: true },
  join: { left: true, right: true }, dependent_join: { left: true, right: true }, set_operation: { left: true, right: true },
  union: { inputs: true }, materialize: { input: true }, recursive: { anchor: true, step: true },
};

type Fields = Readonly<Record<string, LogicalPlan | readonly LogicalPlan[] | undefined>>;
const KEYS = new Map(Object.entries(childKeys).map(([kind, keys]) => [kind, Object.keys(keys)]));
const keysOf = (plan: LogicalPlan): readonly string[] => KEYS.get(plan.kind)!;
const isList = (x: LogicalPlan | readonly LogicalPlan[]): x is readonly LogicalPlan[] => Array.isArray(x);

/** The inputs of a node, left to right. */
export function children(plan: LogicalPlan): readonly LogicalPlan[] {
  const out: LogicalPlan[] = [];
  for (const key of keysOf(plan)) {
    const value = (plan as unknown as Fields)[key];
    if (value === undefined) continue;
    if (isList(value)) out.push(...value);
    else out.push(value);
  }
  return out;
}

/** The node over other inputs; `plan` itself if `change` returns each input unchanged. */
export function mapChildren(plan: LogicalPlan, change: (input: LogicalPlan) => LogicalPlan): LogicalPlan {
  let patch: Record<string, LogicalPlan | readonly LogicalPlan[]> | undefined;
  for (const key of keysOf(plan)) {
    const value = (plan as unknown as Fields)[key];
    if (value === undefined) continue;
    const next = isList(value) ? mapList(value, change) : change(value);
    if (next !== value) { patch ??= {}; patch[key] = next; }
  }
  return patch ? { ...plan, ...patch } as LogicalPlan : plan;
}

/** The list itself if no item changes. */
export function mapList<T>(list: readonly T[], change: (item: T) => T): readonly T[] {
  let out: T[] | undefined;
  list.forEach((item, i) => {
    const next = change(item);
    if (next !== item) out ??= list.slice();
    if (out) out[i] = next;
  });
  return out ?? list;
}

/** Inputs first, then the node over the rewritten inputs. */
export const transformUp = (plan: LogicalPlan, change: (node: LogicalPlan) => LogicalPlan): LogicalPlan =>
  change(mapChildren(plan, (input) => transformUp(input, change)));

/** The node first, then the inputs of what it became. */
export const transformDown = (plan: LogicalPlan, change: (node: LogicalPlan) => LogicalPlan): LogicalPlan =>
  mapChildren(change(plan), (input) => transformDown(input, change));

/** Every node of the tree, inputs before their users; not the plans inside subquery expressions. */
export function visit(plan: LogicalPlan, see: (node: LogicalPlan) => void): void {
  for (const input of children(plan)) visit(input, see);
  see(plan);
}

/** The expressions that a node itself holds, in order; not those of its inputs. */
export function expressionsOf(plan: LogicalPlan): readonly BoundExpr[] {
  const out: BoundExpr[] = [];
  mapExpressions(plan, (e) => { out.push(e); return e; });
  return out;
}

/** The node with other expressions; `plan` itself if `change` returns each unchanged. An aggregate or window must stay one. */
export function mapExpressions(plan: LogicalPlan, change: (expr: BoundExpr) => BoundExpr): LogicalPlan {
  const patch = <T extends LogicalPlan>(node: T, fields: Partial<T>): T =>
    Object.entries(fields).some(([key, value]) => value !== node[key as keyof T]) ? { ...node, ...fields } : node;
  const named = (list: readonly NamedExpr[]): readonly NamedExpr[] => mapList(list, (n) => { const expr = change(n.expr); return expr === n.expr ? n : { ...n, expr }; });
  const sorts = (list: readonly BoundSort[]): readonly BoundSort[] => mapList(list, (s) => { const expr = change(s.expr); return expr === s.expr ? s : { ...s, expr }; });
  switch (plan.kind) {
    case 'project': return patch(plan, { items: named(plan.items) });
    case 'filter': return patch(plan, { predicate: change(plan.predicate) });
    case 'aggregate': {
      const grouping = named(plan.grouping);
      const aggregates = mapList(plan.aggregates, (n): NamedAggregate => {
        const aggregate = change(n.aggregate);
        return aggregate === n.aggregate || aggregate.kind !== 'aggregate' ? n : { ...n, aggregate };
      });
      if (!plan.session) return patch(plan, { grouping, aggregates });
      const time = change(plan.session.time);
      const gap = change(plan.session.gap);
      const session = time === plan.session.time && gap === plan.session.gap ? plan.session : { ...plan.session, time, gap };
      return patch(plan, { grouping, aggregates, session });
    }
    case 'expand': return patch(plan, { projections: mapList(plan.projections, (p) => mapList(p, change)) });
    case 'time_window': return patch(plan, { time: change(plan.time) });
    case 'join': case 'dependent_join': return plan.condition ? patch<typeof plan>(plan, { condition: change(plan.condition) }) : plan;
    case 'sort': return patch(plan, { order: sorts(plan.order) });
    case 'generate': { const generator = change(plan.generator); return generator.kind === 'generator' ? patch(plan, { generator }) : plan; }
    case 'window': {
      const functions = mapList(plan.functions, (n): NamedWindow => { const window = change(n.window); return window === n.window || window.kind !== 'window' ? n : { ...n, window }; });
      return patch(plan, { functions, partitionBy: mapList(plan.partitionBy, change), orderBy: sorts(plan.orderBy) });
    }
    default: return plan;
  }
}
