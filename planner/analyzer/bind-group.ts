// GROUP BY: which expressions group (positions, aliases, ALL, sets), and the rewriting of everything above the aggregate in terms of its
// output: grouping expressions are found again by meaning, aggregate functions are collected, what is left over is an error.
// source: Spark's aggregate resolution, grouping analytics (an Expand below the aggregate) and their conditions.

import { isOrderable } from '../coercion.js';
import { raise } from '../errors/index.js';
import { sameExpr } from '../expr/equal.js';
import { printExpr, sqlExpr, sqlType } from '../expr/print.js';
import { find, mapChildren, walk } from '../expr/walk.js';
import { expandSets } from '../plan/grouping-sets.js';
import { byId, ByMeaning, freeColumns, replaceInPlan } from '../plan/columns.js';
import { outputOf } from '../plan/properties.js';
import type { BoundAggregate, BoundColumn, BoundExpr, ColumnId, Expr, GroupBy, GroupItem, LogicalPlan, NamedAggregate, NamedExpr, OutputColumn, PlanOf } from '../tree.js';
import { BIGINT, type DataType, TINYINT } from '../types.js';
import type { Span } from '../spans.js';
import { type Binder, constant, fail, failNowhere, project, quoted, ref } from './binder.js';
import { selectedSession } from './selected-session.js';

export const isAggregate = (e: BoundExpr): e is BoundAggregate => e.kind === 'aggregate';
/** Whether the expression holds an aggregate function that is not itself the function of a window. */
export const hasAggregate = (e: BoundExpr): boolean => findAggregate(e) !== undefined;
export function findAggregate(e: BoundExpr): BoundAggregate | undefined {
  if (e.kind === 'aggregate') return e;
  if (e.kind === 'window') {
    for (const part of [...(e.fn.args), ...e.partitionBy, ...e.orderBy.map((s) => s.expr)]) { const hit = findAggregate(part); if (hit) return hit; }
    return undefined;
  }
  let hit: BoundAggregate | undefined;
  mapChildren(e, (c) => { hit ??= findAggregate(c); return c; });
  return hit;
}

/** The sets of grouping expressions of a GROUP BY, each a list of indices into `keys`. One set of all keys is a plain GROUP BY. */
export interface Grouping { readonly keys: readonly GroupKey[]; readonly sets: readonly (readonly number[])[]; readonly analytic: boolean }
export interface GroupKey { readonly expr: BoundExpr; readonly written: Expr }

/** Reads the clause. `bind` gives what an item means: a position, a select alias, an expression. */
export function readGrouping(groupBy: GroupBy, bind: (item: Expr) => BoundExpr): Grouping {
  const keys: GroupKey[] = [];
  const known = new ByMeaning<number>();
  const indexOf = (item: Expr): number => {
    const expr = bind(item);
    const at = known.find(expr);
    if (at !== undefined) return at;
    known.add(expr, keys.length);
    return keys.push({ expr, written: item }) - 1;
  };
  const setsOf = (kind: 'rollup' | 'cube' | 'grouping_sets', sets: readonly (readonly Expr[])[]): (readonly number[])[] =>
    expandSets(kind, sets.map((set) => set.map(indexOf)));
  const singles = groupBy.keys.map(plain);
  if (groupBy.kind === 'rollup' || groupBy.kind === 'cube') return { sets: setsOf(groupBy.kind, singles), keys, analytic: true };
  if (groupBy.kind === 'grouping_sets') {
    for (const key of singles.flat()) indexOf(key);
    return { sets: setsOf('grouping_sets', groupBy.sets ?? []), keys, analytic: true };
  }
  let sets: (readonly number[])[] = [[]];
  let analytic = false;
  for (const item of groupBy.keys) {
    analytic ||= isGrouping(item);
    const more = isGrouping(item) ? setsOf(item.of, item.sets) : [[indexOf(item)]];
    sets = sets.flatMap((set) => more.map((m) => [...set, ...m]));
  }
  return { keys, sets, analytic };
}
type GroupingItem = Exclude<GroupItem, Expr>;
const isGrouping = (item: GroupItem): item is GroupingItem => item.kind === 'grouping';
const plain = (item: GroupItem): readonly Expr[] => isGrouping(item) ? [] : [item];

/** A grouping column as expressions above the aggregate see it. */
interface Grouped { readonly expr: BoundExpr; readonly column: OutputColumn }

/** Maps and calendar intervals may be grouped by, though they have no order. */
const isGroupable = (t: DataType): boolean => t.kind === 'interval' || (t.kind === 'map' ? isGroupable(t.key) && isGroupable(t.value)
  : t.kind === 'array' ? isGroupable(t.element) : t.kind === 'struct' ? t.fields.every((f) => isGroupable(f.type)) : isOrderable(t));

/** Collects what an aggregate must compute while the expressions above it are rewritten; builds the node at the end. */
export class AggregateBuilder {
  private readonly binder: Binder;
  private readonly input: LogicalPlan;
  private readonly grouping: Grouping;
  private readonly span: Span | undefined;
  private readonly grouped: Grouped[];
  private readonly groupedBy = new ByMeaning<Grouped>();
  private readonly replaced = new Map<ColumnId, BoundExpr>();
  private readonly aggregates: NamedAggregate[] = [];
  private readonly aggregatesBy = new ByMeaning<NamedAggregate>();
  /** The columns of the aggregate's output. */
  private readonly own = new Set<ColumnId>();
  /** Columns of the Expand below, beside the keys: grouping(), grouping_id(): one value for each set. */
  private readonly analytics: { readonly column: OutputColumn; readonly values: readonly (number | bigint)[] }[] = [];
  private readonly byClause: boolean;
  private readonly session: PlanOf<'aggregate'>['session'];

  constructor(binder: Binder, input: LogicalPlan, grouping: Grouping, options: { readonly names: readonly string[]; readonly byClause: boolean; readonly span: Span | undefined; readonly session: PlanOf<'aggregate'>['session'] }) {
    this.binder = binder;
    this.input = input;
    this.grouping = grouping;
    this.span = options.span;
    this.byClause = options.byClause;
    this.session = options.session;
    const partial = new Set(grouping.keys.keys());
    for (const set of grouping.sets.map((s) => new Set(s))) for (const k of partial) if (!set.has(k)) partial.delete(k);
    this.grouped = grouping.keys.map(({ expr }, i) => {
      if (!isGroupable(expr.type)) fail('GROUP_EXPRESSION_TYPE_IS_NOT_ORDERABLE', { sqlExpr: sqlExpr(expr), dataType: sqlType(expr.type) }, expr.span);
      // A plain column keeps its identity through a plain GROUP BY; an Expand changes its values, so it gets a new one there.
      const id = expr.kind === 'column' && !grouping.analytic ? expr.id : binder.env.freshId();
      const column: OutputColumn = { id, name: options.names[i]!, type: expr.type, nullable: expr.nullable || !partial.has(i) };
      if (expr.kind === 'column' && id !== expr.id) this.replaced.set(expr.id, ref(column));
      return { expr, column };
    });
    // A window is computed above the aggregate, and found nowhere below.
    for (const g of this.grouped) { if (!find(g.expr, (e) => e.kind === 'window')) this.groupedBy.add(g.expr, g); this.own.add(g.column.id); }
  }

  /** The columns of the keys, in the order of the clause. */
  get keyColumns(): readonly OutputColumn[] { return this.grouped.map((g) => g.column); }

  isGrouped(expr: BoundExpr): boolean { return this.groupedBy.find(expr) !== undefined; }

  /** An expression over the aggregate's input, in terms of its output. `free`: columns from elsewhere (lateral aliases). `leftOver`: what a
   *  column that is neither grouped nor aggregated is. */
  lower(expr: BoundExpr, free: (column: BoundColumn) => boolean, leftOver: (column: BoundColumn) => BoundExpr = (c) => this.missing(c)): BoundExpr {
    const key = this.groupedBy.find(expr);
    if (key) return { ...ref(key.column, expr.span), name: expr.kind === 'column' ? expr.name : key.column.name, ...(expr.kind !== 'column' && { written: { name: '', args: [], print: printExpr(expr) } }) };
    switch (expr.kind) {
      case 'aggregate': return this.aggregate(expr);
      case 'column': return expr.outer || free(expr) || this.own.has(expr.id) ? expr : leftOver(expr);
      case 'window': {
        const fn = mapChildren(expr.fn, (c) => this.lower(c, free, leftOver));
        const rest = { ...expr, fn: expr.fn };
        const lowered = mapChildren(rest, (c) => c === expr.fn ? c : this.lower(c, free, leftOver));
        return lowered.kind === 'window' && (fn.kind === 'aggregate' || fn.kind === 'apply') ? { ...lowered, fn } : lowered;
      }
      case 'subquery': {
        const args = expr.args.map((a) => this.lower(a, free, leftOver));
        const by = new Map(this.replaced);
        for (const c of freeColumns(expr.plan)) {
          if (by.has(c.id) || !outputOf(this.input).some((o) => o.id === c.id)) continue;
          const grouped = this.grouped.find((g) => g.expr.kind === 'column' && g.expr.id === c.id);
          by.set(c.id, grouped ? ref(grouped.column) : leftOver(c));
        }
        const plan = replaceInPlan(expr.plan, (c) => { const to = byId(by)(c); return to?.kind === 'column' ? { ...to, outer: true } : to; });
        return { ...expr, args, plan, outer: freeColumns(plan) };
      }
      case 'apply': if (expr.fn.name === 'window_time' && expr.args[0]?.kind === 'column' && !expr.args[0].outer && !free(expr.args[0])) return this.missing(expr);
        break;
      default:
    }
    return mapChildren(expr, (c) => this.lower(c, free, leftOver));
  }

  private aggregate(aggregate: BoundAggregate): BoundExpr {
    checkNested(aggregate);
    let named = this.aggregatesBy.find(aggregate);
    const print = printExpr(aggregate);
    if (!named) {
      named = { id: this.binder.env.freshId(), name: print, aggregate };
      this.aggregates.push(named);
      this.aggregatesBy.add(aggregate, named);
      this.own.add(named.id);
    }
    return { kind: 'column', id: named.id, name: named.name, type: aggregate.type, nullable: aggregate.nullable, ...(aggregate.span && { span: aggregate.span }), written: { name: '', args: [], print } };
  }

  private missing(expr: BoundExpr): never {
    const text = printExpr(expr);
    const focus = expr.span;
    if (!this.byClause) return raise('MISSING_GROUP_BY', {}, { span: this.span, focus, hint: `Add GROUP BY ${text}, or take any_value(${text}).` });
    return raise('MISSING_AGGREGATION', { expression: quoted(text), expressionAnyValue: quoted(`any_value(${text})`) }, { nowhere: true, focus, hint: `Add ${text} to GROUP BY, or take any_value(${text}).` });
  }

  /** grouping(key), grouping_id(keys…): a column of the Expand, constant in each set. */
  analytic(name: 'grouping' | 'grouping_id', args: readonly BoundExpr[], span: Span | undefined): BoundExpr {
    const { keys, sets, analytic } = this.grouping;
    if (!analytic) failNowhere('UNSUPPORTED_GROUPING_EXPRESSION', {}, span);
    const at = args.map((a) => keys.findIndex((k) => sameExpr(k.expr, a)));
    if (name === 'grouping' && at[0] === -1) {
      failNowhere('GROUPING_COLUMN_MISMATCH', { grouping: printExpr(args[0]!), groupingColumns: keys.map((k) => printExpr(k.expr)).join(',') }, args[0]!.span ?? span);
    }
    if (name === 'grouping_id' && args.length > 0 && (at.length !== keys.length || at.some((k, i) => k !== i))) {
      failNowhere('GROUPING_ID_COLUMN_MISMATCH', { groupingIdColumn: args.map(printExpr).join(','), groupByColumns: keys.map((k) => printExpr(k.expr)).join(',') }, span);
    }
    const print = `${name}(${args.map(printExpr).join(', ')})`;
    const bits = name === 'grouping' ? [at[0]!] : [...keys.keys()];
    const values = sets.map((set) => bits.reduce((sum, k) => sum * 2 + (set.includes(k) ? 0 : 1), 0));
    let known = this.analytics.find((a) => a.column.name === print);
    if (!known) {
      const type = name === 'grouping' ? TINYINT : BIGINT;
      known = { column: { id: this.binder.env.freshId(), name: print, type, nullable: false }, values: name === 'grouping' ? values : values.map(BigInt) };
      this.analytics.push(known);
      this.own.add(known.column.id);
    }
    return { ...ref(known.column, span), written: { name, args, print } };
  }

  /** The aggregate over its input, an Expand between them if there are grouping sets. */
  build(): LogicalPlan {
    const { keys, sets, analytic } = this.grouping;
    // `GROUPING SETS (())` is no grouping: it has a row where there are none.
    if (!analytic || (keys.length === 0 && sets.length === 1 && this.analytics.length === 0)) {
      const grouping = this.grouped.map(({ expr, column }): NamedExpr => ({ id: column.id, name: column.name, expr }));
      const sessions = this.session ? { session: this.session } : selectedSession(this.input, grouping, this.binder.env);
      return { kind: 'aggregate', input: this.input, grouping, aggregates: this.aggregates, span: this.span, ...sessions };
    }
    const { freshId } = this.binder.env;
    // Keys that are no columns are computed once, below the Expand.
    const below = keys.map(({ expr }): NamedExpr => ({ id: expr.kind === 'column' ? expr.id : freshId(), name: printExpr(expr), expr }));
    const inputs = outputOf(this.input);
    const computed = below.filter((b) => b.expr.kind !== 'column');
    const input = computed.length === 0 ? this.input : project(this.input, [...inputs.map((c) => ({ id: c.id, name: c.name, expr: ref(c) })), ...computed]);
    const gid: OutputColumn = { id: freshId(), name: 'spark_grouping_id', type: BIGINT, nullable: false };
    const duplicates = new Set(sets.map((s) => [...new Set(s)].sort((a, b) => a - b).join())).size < sets.length;
    const position: OutputColumn | undefined = duplicates ? { id: freshId(), name: '_gen_grouping_pos', type: BIGINT, nullable: false } : undefined;
    const own = [...this.grouped.map((g) => g.column), gid, ...(position ? [position] : []), ...this.analytics.map((a) => a.column)];
    const projections = sets.map((set, s): readonly BoundExpr[] => [
      ...inputs.map((c) => ref(c)),
      ...below.map((b, k): BoundExpr => set.includes(k) ? { kind: 'column', id: b.id, name: b.name, type: b.expr.type, nullable: b.expr.nullable } : constant(null, b.expr.type)),
      constant(BigInt(keys.reduce((sum, _, k) => sum * 2 + (set.includes(k) ? 0 : 1), 0)), BIGINT),
      ...(position ? [constant(BigInt(s), BIGINT)] : []),
      ...this.analytics.map((a) => constant(a.values[s]!, a.column.type)),
    ]);
    const expand: LogicalPlan = { kind: 'expand', input, columns: [...inputs, ...own], projections };
    return { kind: 'aggregate', input: expand, grouping: own.map((c): NamedExpr => ({ id: c.id, name: c.name, expr: ref(c) })), aggregates: this.aggregates, span: this.span };
  }
}

/** No aggregate function may stand in the arguments of one. */
export function checkNested(expr: BoundExpr): void {
  walk(expr, (e) => {
    const nested = e.kind === 'aggregate' ? [...e.args, ...(e.orderBy ?? []).map((o) => o.expr)].map((part) => find(part, isAggregate)).find((found) => found !== undefined) : undefined;
    if (nested) fail('NESTED_AGGREGATE_FUNCTION', {}, nested.span);
    return e.kind !== 'window';
  });
}

/** No aggregate function may stand in a grouping expression. */
export function checkGroupKey(expr: BoundExpr, text: (e: BoundExpr) => string): void {
  const aggregate = find(expr, isAggregate);
  if (aggregate) fail('GROUP_BY_AGGREGATE', { sqlExpr: text(aggregate) }, aggregate.span);
}
