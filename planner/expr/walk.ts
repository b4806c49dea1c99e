// Traversal of bound expressions. One typed table says which fields of a node hold expressions, and all walking comes from it: a node
// kind with a missing or extra key does not compile. Rewrites keep the node (same reference) where nothing below it changed.
// `written` is display only and is not walked; nor are the plans inside subqueries.

import type { BoundExpr, BoundFrameBound, BoundSort } from '../tree.js';

type Nested = BoundExpr | readonly BoundExpr[] | readonly BoundSort[];
type NodeOf<K extends BoundExpr['kind']> = Extract<BoundExpr, { kind: K }>;
type ChildKey<N> = Exclude<{ [P in keyof N]-?: NonNullable<N[P]> extends Nested ? P : never }[keyof N], 'written'>;
type ChildKeys = { readonly [K in BoundExpr['kind']]: { readonly [P in ChildKey<NodeOf<K>>]: true } };

/** Which fields hold expressions, in order. A window's frame bounds come after these. */
export const childKeys: ChildKeys = {
  column: {}, const: {}, variable: {},
  apply: { args: true }, cast: { arg: true }, lambda: { body: true }, aggregate: { args: true, filter: true, orderBy: true },
  window: { fn: true, partitionBy: true, orderBy: true }, generator: { args: true }, subquery: { args: true, outer: true }, user_call: { args: true },
};

type Fields = Readonly<Record<string, Nested | undefined>>;
const KEYS = new Map(Object.entries(childKeys).map(([kind, keys]) => [kind, Object.keys(keys)]));
const isSort = (x: BoundExpr | BoundSort): x is BoundSort => 'expr' in x;
const isList = (x: Nested): x is readonly BoundExpr[] | readonly BoundSort[] => Array.isArray(x);

/** The expressions directly below a node, in order. */
export function children(expr: BoundExpr): readonly BoundExpr[] {
  const out: BoundExpr[] = [];
  for (const key of KEYS.get(expr.kind)!) {
    const value = (expr as unknown as Fields)[key];
    if (value === undefined) continue;
    if (isList(value)) for (const item of value) out.push(isSort(item) ? item.expr : item);
    else out.push(value);
  }
  if (expr.kind === 'window') for (const bound of [expr.frame.start, expr.frame.end]) if (bound.offset) out.push(bound.offset);
  return out;
}

/** The node over other children; `expr` itself if `change` returns each unchanged. Its type is kept. */
export function mapChildren(expr: BoundExpr, change: (child: BoundExpr) => BoundExpr): BoundExpr {
  let patch: Record<string, unknown> | undefined;
  const set = (key: string, value: unknown): void => { patch ??= {}; patch[key] = value; };
  for (const key of KEYS.get(expr.kind)!) {
    const value = (expr as unknown as Fields)[key];
    if (value === undefined) continue;
    if (!isList(value)) {
      const next = change(value);
      if (next !== value) set(key, next);
      continue;
    }
    const next = (value as readonly (BoundExpr | BoundSort)[]).map((item) => {
      if (!isSort(item)) return change(item);
      const to = change(item.expr);
      return to === item.expr ? item : { ...item, expr: to };
    });
    if (next.some((item, i) => item !== value[i])) set(key, next);
  }
  if (expr.kind === 'window') {
    const bound = (b: BoundFrameBound): BoundFrameBound => {
      const offset = b.offset && change(b.offset);
      return offset === b.offset || !offset ? b : { ...b, offset };
    };
    const [start, end] = [bound(expr.frame.start), bound(expr.frame.end)];
    if (start !== expr.frame.start || end !== expr.frame.end) set('frame', { ...expr.frame, start, end });
  }
  return patch ? { ...expr, ...patch } as BoundExpr : expr;
}

/** Children first, then the node over its rewritten children. */
export const transform = (expr: BoundExpr, change: (node: BoundExpr) => BoundExpr): BoundExpr =>
  change(mapChildren(expr, (child) => transform(child, change)));

/** The node first; where `change` gives another node, that one is taken as it is, else its children are rewritten. */
export function transformDown(expr: BoundExpr, change: (node: BoundExpr) => BoundExpr): BoundExpr {
  const next = change(expr);
  return next === expr ? mapChildren(expr, (child) => transformDown(child, change)) : next;
}

/** Every node, parents before children. `see` returning false leaves out what is below. */
export function walk(expr: BoundExpr, see: (node: BoundExpr) => unknown): void {
  if (see(expr) === false) return;
  for (const child of children(expr)) walk(child, see);
}

/** The first node, parents before children, for which the test holds. */
export function find<T extends BoundExpr>(expr: BoundExpr, test: (node: BoundExpr) => node is T): T | undefined;
export function find(expr: BoundExpr, test: (node: BoundExpr) => boolean): BoundExpr | undefined;
export function find(expr: BoundExpr, test: (node: BoundExpr) => boolean): BoundExpr | undefined {
  if (test(expr)) return expr;
  for (const child of children(expr)) {
    const hit = find(child, test);
    if (hit) return hit;
  }
  return undefined;
}

/** False if it may give another value each time: it is evaluated anew for each row. */
export const isDeterministic = (expr: BoundExpr): boolean => !find(expr, (node) =>
  ((node.kind === 'apply' || node.kind === 'aggregate' || node.kind === 'generator') && node.fn.deterministic === false)
  || (node.kind === 'user_call' && !node.fn.deterministic));

/** Whether it has one value, known without any row: no columns, aggregates, subqueries or per-epoch functions in it. */
export function isFoldable(expr: BoundExpr): boolean {
  const bound = new Set<number>();
  const test = (node: BoundExpr): boolean => {
    switch (node.kind) {
      case 'const': return true;
      case 'variable': return bound.has(node.id);
      case 'lambda': for (const p of node.params) bound.add(p.id); return test(node.body);
      case 'cast': return test(node.arg);
      case 'apply': return node.fn.deterministic !== false && !node.fn.perEpoch && node.args.every(test);
      case 'user_call': case 'column': case 'aggregate': case 'window': case 'generator': case 'subquery': return false;
    }
  };
  return test(expr);
}
