// SELECT: from its clauses to a stack of nodes. Order of work: FROM, WHERE, time windows, the select list, GROUP BY, HAVING, generators,
// window functions, QUALIFY, the projections (one more for each step of lateral aliases), DISTINCT. What stands above and may refer to what
// is below the select list (ORDER BY, a DataFrame's filter) asks the builder before it finishes.
// source: Spark's resolution of SELECT, HAVING, lateral column aliases and QUALIFY.

import { sameExpr } from '../expr/equal.js';
import { columnName, printExpr } from '../expr/print.js';
import { find, transform, walk } from '../expr/walk.js';
import { byId, columnIds, replaceColumns } from '../plan/columns.js';
import { outputOf } from '../plan/properties.js';
import type { Span } from '../spans.js';
import type { BoundColumn, BoundExpr, ColumnId, Expr, LogicalPlan, NamedExpr, OutputColumn, UnresolvedPlan, WindowSpec } from '../tree.js';
import { AggregateBuilder, checkGroupKey, checkNested, type Grouping, hasAggregate, readGrouping } from './bind-group.js';
import { containsWindow, TimeWindows, windowed } from './bind-time-window.js';
import { isWindow } from './bind-window.js';
import { type Binder, distinctIds, fail, failNowhere, pass, type Place, project, quoted, quoteName, ref, type Relation, type ScopeColumn } from './binder.js';
import { checkHint } from './check-hint.js';
import { checkCondition, checkDistinct, checkOperator, checkUncorrelated, qualifiedText, unresolvedColumn } from './check-query.js';
import {
  checkCorrelation, checkHavingWindows, checkLaterals, checkOrderAggregates, checkOrderWindows, checkPipe, checkQualifyAggregates, checkSubqueries, checkTrailingComma,
  findAggregateOutsideWindows, hasColumnBeside, requireWindow, isPlain, pipeFaultOf,
} from './check-select.js';
import type { Clause } from './context.js';
import { GroupingCalls } from './grouping-calls.js';
import { projectItems } from './project-items.js';
import { QueryScope, same } from './scope.js';
import { isGenerator, type Item, SelectList } from './select-list.js';
import { distinctRows } from './selected-session.js';
import { unaliased } from './unresolved.js';

type SelectNode = UnresolvedPlan & { readonly kind: 'select' };

function attempt<T>(run: () => T, failed: (error: unknown) => void): T | undefined {
  try { return run(); } catch (error) { failed(error); return undefined; }
}

export class SelectBuilder {
  private readonly binder: Binder;
  private readonly node: SelectNode;
  private readonly place: Place;
  private readonly windows: ReadonlyMap<string, WindowSpec>;
  /** In a lenient pass: what was unresolved before this query. */
  private readonly unresolvedBefore: number;
  private readonly list: SelectList;
  private readonly scope: QueryScope;
  private readonly times: TimeWindows;
  private readonly groupingCalls: GroupingCalls;
  private readonly aggregate: AggregateBuilder | undefined;
  private below: LogicalPlan;
  /** Item expressions in terms of what is below the projections. */
  private lowered: BoundExpr[];
  private having: BoundExpr | undefined;
  /** HAVING holds an aggregate or a column that SELECT does not give. */
  private havingAdds = false;
  private qualify: BoundExpr | undefined;
  private sets: Grouping | undefined;
  /** Grouping columns that come before the items in the output. */
  private keys: readonly NamedExpr[] = [];

  /** `input`: a relation that is bound already, in place of FROM. `sorted`: what the rows will be ordered by, which may hold time windows. */
  constructor(binder: Binder, node: SelectNode, place: Place, input?: Relation, sorted: readonly Expr[] = []) {
    this.binder = binder;
    this.node = node;
    this.place = place;
    const windows = new Map((node.windows ?? []).map((w) => [w.name, w.spec]));
    // `w2 AS w1`: another name for a window.
    this.windows = new Map([...windows].map(([name, spec]) => [name, spec.name === undefined ? spec : windows.get(spec.name) ?? spec]));
    this.unresolvedBefore = binder.env.secondLook?.unresolved ?? 0;
    let from: Relation = input ?? (node.from ? binder.bind(node.from, place) : { plan: { kind: 'values', columns: [], rows: [[]] }, columns: [] });
    let predicate: BoundExpr | undefined;
    if (node.where && containsWindow(node.where)) ({ relation: from, predicate } = windowed(binder, from, node.where, place));
    this.below = from.plan;
    const base = new QueryScope(binder.env, from.columns, { hidden: from.hidden, outer: place.outer });
    this.times = new TimeWindows(binder, base, place);
    this.groupingCalls = new GroupingCalls(binder.env.freshId);
    this.list = new SelectList(binder, place, isPlain(node, binder.env));
    this.scope = base.with({
      before: (parts, span) => this.placed(parts, span),
      after: (parts, span) => this.times.byName(parts) ?? this.list.lateral(parts, span),
    });
    if (node.where) {
      const before = binder.env.secondLook?.unresolved ?? 0;
      predicate ??= this.bind(node.where, base, 'where');
      binder.env.secondLook?.hide(from.columns, before);
      checkCondition(predicate, 'WHERE', node.span, from);
      this.below = { kind: 'filter', input: this.below, predicate };
    }
    const groupKeys = node.groupBy?.keys.map((k) => k.kind === 'grouping' ? { ...k, sets: k.sets.map((set) => set.map((e) => this.times.rewrite(e))) } : this.times.rewrite(k));
    const items = this.list.expand(node, this.scope).map((item) => this.times.rewrite(item));
    checkTrailingComma(items, this.scope);
    for (const item of items) this.list.add(item, this.scope, (inner) => pipeFaultOf(node.pipe, () => this.bind(this.prepare(inner), this.scope, 'select')));
    checkPipe(node.pipe, this.items);

    if (node.having && binder.env.settings.compatSpark) checkHavingWindows(node.having, this.outputs);
    const having = node.having && this.prepare(node.having);
    // What is wrong with the aggregation below it is told first.
    let havingFault: unknown;
    const boundHaving = having && attempt(() => this.bind(having, this.havingScope(), 'having'), (e) => { havingFault = e; });
    const grouping = node.groupBy ? this.grouping({ ...node.groupBy, keys: groupKeys! }) : undefined;
    const aggregates = grouping !== undefined || boundHaving !== undefined || this.items.some((i) => hasAggregate(i.bound));
    if (!aggregates && !node.distinct) for (const e of sorted) this.times.rewrite(e);
    this.below = aggregates ? this.times.apply(this.below) : this.times.project(this.below);
    this.sets = grouping;
    if (aggregates) {
      const keys = grouping ?? { keys: [], sets: [[]], analytic: false };
      this.aggregate = new AggregateBuilder(binder, this.below, keys, {
        names: keys.keys.map((k) => columnName(this.keyItem(k.written), k.expr)), byClause: keys.keys.length > 0,
        span: node.groupBy && keys.keys.length === 0 && keys.analytic ? node.groupBy.span : node.span, session: this.times.session,
      });
      if (node.keysFirst || node.pipe === 'aggregate') this.keys = this.aggregate.keyColumns.map((c, i) => this.keyOutput(c, keys.keys[i]!.written));
    }
    if (node.qualify && this.aggregate) requireWindow(node.qualify, this.items);
    this.fillGroupingCalls();
    if (binder.env.settings.compatSpark) {
      for (const i of this.items) {
        if (this.aggregate) checkSubqueries(i.bound, (e) => this.aggregate!.isGrouped(this.list.inline(e)));
        checkCorrelation(i, this.aggregate !== undefined, this.scope.columns, node.span);
      }
    }
    this.lowered = this.items.map((i) => this.lower(i.bound));
    if (grouping) checkOperator(grouping.keys.map((k) => k.expr), 'Aggregate', node.groupBy!.span);
    if (havingFault !== undefined) throw havingFault;
    if (boundHaving) {
      this.havingAdds = this.addsToSelect(boundHaving);
      this.having = this.lowerHaving(having!, boundHaving);
    }
    if (node.qualify) this.qualify = this.bindQualify(node.qualify);
    for (const hint of node.hints ?? []) checkHint(hint, this.outputs);
  }

  private get items(): readonly Item[] { return this.list.items; }
  private bind(expr: Expr, scope: QueryScope, clause: Clause): BoundExpr { return this.binder.expr(expr, scope, clause, this.place, this.windows); }

  /** The expression with its time windows and grouping() calls as names, which `placed` knows. */
  private prepare(expr: Expr): Expr {
    const scope = this.scope.with({ after: (parts) => this.times.byName(parts) });
    return this.groupingCalls.takeFrom(this.times.rewrite(expr), (argument) => this.bind(argument, scope, 'argument'));
  }
  private placed(parts: readonly string[], span: Span | undefined): BoundExpr | undefined {
    return this.times.resolve(parts, span) ?? this.groupingCalls.column(parts);
  }
  private fillGroupingCalls(): void { this.groupingCalls.fill(this.sets?.analytic ? this.aggregate : undefined); }

  // ── GROUP BY ──────────────────────────────────────────────────────────────────────────────────

  private keyItem(written: Expr): Expr {
    const at = positionOf(written);
    return unaliased(at === undefined ? written : this.items[at - 1]?.written ?? written);
  }

  private grouping(groupBy: NonNullable<SelectNode['groupBy']>): Grouping {
    if (groupBy.kind === 'all') {
      const keys = this.items.filter((i) => !hasAggregate(i.bound) && !find(i.bound, isWindow) && !isGenerator(i.bound)).map((i) => ({ expr: this.list.inline(i.bound), written: i.written }))
        .filter((k) => k.expr.kind !== 'const');
      if (keys.length === 0 && this.items.some((i) => hasColumnBeside(i.bound))) fail('UNRESOLVED_ALL_IN_GROUP_BY', {}, groupBy.span);
      return { keys, sets: [keys.map((_, i) => i)], analytic: false };
    }
    const scope = this.scope.with({ after: (parts, span) => this.times.byName(parts) ?? this.list.aliased(parts, span) });
    return readGrouping(groupBy, (key) => {
      const at = positionOf(key);
      if (at !== undefined && this.node.items.some((i) => i.kind === 'star')) failNowhere('STAR_GROUP_BY_POS', {}, key.span);
      const expr = at === undefined ? this.bind(unaliased(key), scope, 'group_by') : this.atPosition(at, key.span);
      checkGroupKey(expr, (e) => qualifiedText(e, this.scope.columns));
      if (find(expr, isGenerator)) checkOperator([expr], 'Aggregate', groupBy.span);
      if (this.binder.env.settings.compatSpark) checkUncorrelated([expr], printExpr, groupBy.span);
      return expr;
    });
  }

  private atPosition(at: number, span: Span | undefined): BoundExpr {
    if (this.node.pipe === 'aggregate') {
      const column = this.scope.columns[at - 1];
      return column ? ref(column, span) : fail('GROUP_BY_POS_OUT_OF_RANGE', { index: String(at), size: String(this.scope.columns.length) }, span);
    }
    const item = at >= 1 ? this.items[at - 1] : undefined;
    if (!item) return fail('GROUP_BY_POS_OUT_OF_RANGE', { index: String(at), size: String(this.items.length) }, span);
    if (hasAggregate(item.bound)) {
      const text = qualifiedText(item.bound, this.scope.columns);
      fail('GROUP_BY_POS_AGGREGATE', { index: String(at), aggExpr: `${text} AS ${quoteIfPlain(item.outputs[0]!.name)}` }, span);
    }
    return this.list.inline(item.bound);
  }

  // ── above the aggregate ───────────────────────────────────────────────────────────────────────

  private readonly isFree = (c: BoundColumn): boolean => this.list.lateralName(c.id) !== undefined;

  private lower(expr: BoundExpr, leftOver?: (c: BoundColumn) => BoundExpr): BoundExpr {
    checkLaterals(expr, this.list);
    const known = this.groupingCalls.replaceIn(expr);
    const aggregate = this.aggregate;
    if (!aggregate) return known;
    if (this.list.hasLaterals) {
      const inlined = this.list.inline(known);
      if (inlined !== known && aggregate.isGrouped(inlined)) return aggregate.lower(inlined, this.isFree);
    }
    return aggregate.lower(known, this.isFree, leftOver);
  }

  /** Output names of the select list as other clauses see them: an item's column, with the qualifier of a bare one. */
  get outputs(): readonly ScopeColumn[] {
    const known = this.knownOutputs;
    if (known && known.keys === this.keys && known.items === this.items.length) return known.columns;
    const columns = this.allOutputs();
    this.knownOutputs = { keys: this.keys, items: this.items.length, columns };
    return columns;
  }
  /** While there are neither other keys nor more items, the same list: names are looked up in it by an index. */
  private knownOutputs: { readonly keys: readonly NamedExpr[]; readonly items: number; readonly columns: readonly ScopeColumn[] } | undefined;
  private allOutputs(): readonly ScopeColumn[] {
    const keys = this.keys.map((k): ScopeColumn => ({ id: k.id, name: k.name, type: k.expr.type, nullable: k.expr.nullable, qualifier: [] }));
    return keys.concat(this.list.columns());
  }

  private readonly preferred = new Set<string>();
  private havingScope(): QueryScope {
    const alias = (parts: readonly string[], span: Span | undefined): BoundExpr | undefined => {
      const outputs = this.outputs.filter((o) => same(o.name, parts[0]!));
      return outputs.length === 0 ? undefined : new QueryScope(this.binder.env, outputs).resolve(parts, span);
    };
    return this.scope.with({
      before: (parts, span) => this.placed(parts, span) ?? (this.preferred.has(parts[0]!.toLowerCase()) ? alias(parts, span) : undefined),
      after: (parts, span) => this.times.byName(parts) ?? alias(parts, span), propose: this.outputs, aggregated: this.scope,
    });
  }

  /** HAVING: a column of FROM counts if it is grouped, else a select alias of the same name is meant. */
  private lowerHaving(written: Expr, bound: BoundExpr): BoundExpr {
    checkNested(bound);
    this.fillGroupingCalls();
    const aliases = new Map<ColumnId, BoundExpr>();
    this.items.forEach((item, i) => { if (item.outputs.length === 1) aliases.set(item.outputs[0]!.id, this.list.inlineOver(this.lowered[i]!, this.lowered)); });
    const isOutput = (id: ColumnId): boolean => aliases.has(id) && !this.scope.columns.some((c) => c.id === id);
    let again = false;
    const lowered = this.aggregate!.lower(this.groupingCalls.replaceIn(bound), (c) => isOutput(c.id), (c) => {
      const name = c.name.toLowerCase();
      if (!this.preferred.has(name) && this.items.some((i) => i.outputs.some((o) => o.name.toLowerCase() === name) && !(i.bound.kind === 'column' && i.bound.id === c.id))) {
        this.preferred.add(name);
        again = true;
        return c;
      }
      return unresolvedColumn([c.name], this.outputs.map((o) => [o.name]), c.span);
    });
    if (again) return this.lowerHaving(written, this.bind(written, this.havingScope(), 'having'));
    const predicate = replaceColumns(lowered, (c) => isOutput(c.id) ? aliases.get(c.id) : undefined);
    // Spark's grammar casts what is no condition.
    if (predicate.type.kind !== 'boolean') {
      const cast: Expr = { kind: 'call', name: ['boolean'], args: [{ value: written }], ...(this.node.span && { span: this.node.span }) };
      return this.lowerHaving(cast, this.bind(cast, this.havingScope(), 'having'));
    }
    checkCondition(predicate, 'HAVING', this.node.span, undefined);
    return predicate;
  }

  private addsToSelect(having: BoundExpr): boolean {
    const given = (e: BoundExpr): boolean => this.items.some((i) => sameExpr(i.bound, e) || (e.kind === 'column' && i.outputs.some((o) => o.id === e.id)));
    let adds = false;
    walk(having, (e) => {
      if (given(e)) return false;
      if (e.kind === 'aggregate' || (e.kind === 'column' && !e.outer)) adds = true;
      return !adds;
    });
    return adds;
  }

  private bindQualify(written: Expr): BoundExpr {
    // QUALIFY stands above the SELECT list: its names come first.
    const scope = this.scope.with({
      before: (parts, span) => this.placed(parts, span) ?? this.list.aliased(parts, span),
      after: (parts) => this.times.byName(parts),
    });
    const bound = this.bind(this.prepare(written), scope, 'qualify');
    const { compatSpark } = this.binder.env.settings;
    const { outside, within } = this.aggregate && compatSpark ? checkQualifyAggregates(written, this.binder, this.outputs) : {};
    const direct = findAggregateOutsideWindows(bound);
    if (direct && (outside || !this.aggregate)) fail('QUALIFY_AGGREGATE_NOT_ALLOWED', { aggregateExpr: quoted(printExpr(direct)) }, direct.span);
    // One within a window would make a second aggregate, over the rows of the first.
    if (within) fail('MISSING_GROUP_BY', {}, this.node.span, within.span);
    if (!find(bound, isWindow) && !this.items.some((i) => find(i.bound, isWindow))) failNowhere('QUALIFY_REQUIRES_WINDOW_FUNCTION', {}, written.span);
    this.fillGroupingCalls();
    checkCondition(bound, 'QUALIFY', this.node.span, undefined);
    return this.lower(bound);
  }

  // ── what stands above ─────────────────────────────────────────────────────────────────────────

  private readonly needed = new Map<ColumnId, OutputColumn>();
  private readonly computed: NamedExpr[] = [];

  /** Binds an expression of ORDER BY (or of a filter above): output names first, then what is below the select list. */
  above(written: Expr, clause: Clause): BoundExpr {
    const outputs = this.outputs;
    // What stands above waits for the query.
    for (const columns of [outputs, this.scope.columns]) this.binder.env.secondLook?.hide(columns, this.unresolvedBefore);
    const { compatSpark } = this.binder.env.settings;
    const ambiguousIsUnknown = compatSpark && clause === 'order_by';
    if (compatSpark && this.aggregate && clause === 'order_by') checkOrderWindows(written, this.outputs);
    const fromOutput = new QueryScope(this.binder.env, outputs, { ambiguousIsUnknown });
    // DISTINCT, and an aggregate below a repartition, give no more than they have.
    const closed = this.node.distinct || (this.aggregate !== undefined && clause === 'repartition');
    const scope = closed ? new QueryScope(this.binder.env, outputs, { outer: this.place.outer, ambiguousIsUnknown }) : this.scope.with({
      ambiguousIsUnknown,
      before: (parts, span) => this.placed(parts, span) ?? fromOutput.local(parts, span),
      after: (parts) => this.times.byName(parts), propose: outputs, aggregated: this.scope.with({ after: (parts) => this.times.byName(parts) }),
      // Spark carries columns up to ORDER BY for its own expressions, not for those of subqueries.
      subqueries: clause === 'order_by' && this.binder.env.settings.compatSpark ? new QueryScope(this.binder.env, [...outputs, ...this.scope.columns.filter((c) => this.needed.has(c.id))], { outer: this.place.outer }) : undefined,
    });
    const bound = this.bind(closed ? written : this.prepare(written), scope, clause);
    this.fillGroupingCalls();
    if (clause === 'order_by' && this.aggregate && compatSpark) {
      checkOrderAggregates(bound, this.havingAdds || this.items.some((i) => find(i.bound, isWindow)), outputs, this.node.span);
    }
    if (closed) return bound;
    const { ids, own } = this.outputIds();
    const known = this.groupingCalls.replaceIn(bound);
    const lowered = this.aggregate
      ? this.aggregate.lower(known, (c) => own.has(c.id), (c) => unresolvedColumn([c.name], outputs.map((o) => [o.name]), c.span))
      : known;
    // What is not an output is carried through the select list; a window function below is computed there.
    if (this.aggregate && find(lowered, isWindow)) {
      const inner: NamedExpr = { id: this.binder.env.freshId(), name: printExpr(known), expr: replaceColumns(lowered, byId(this.outputExprs(own))) };
      this.computed.push(inner);
      return { kind: 'column', id: inner.id, name: inner.name, type: lowered.type, nullable: lowered.nullable, ...(lowered.span && { span: lowered.span }) };
    }
    transform(lowered, (e) => {
      if (e.kind === 'column' && !e.outer && !ids.has(e.id)) this.needed.set(e.id, { id: e.id, name: e.name, type: e.type, nullable: e.nullable });
      if (e.kind === 'subquery') for (const id of columnIds(e)) { const c = outputOf(this.below).find((o) => o.id === id); if (c && !ids.has(id)) this.needed.set(id, c); }
      return e;
    });
    return lowered;
  }
  private knownIds: { readonly ids: ReadonlySet<ColumnId>; readonly own: ReadonlySet<ColumnId> } | undefined;
  /** Of the finished select list: all its columns, and those that are none of FROM's. */
  private outputIds(): { readonly ids: ReadonlySet<ColumnId>; readonly own: ReadonlySet<ColumnId> } {
    this.knownIds ??= {
      ids: new Set(this.outputs.map((o) => o.id)),
      own: new Set(this.keys.filter((k) => k.expr.kind === 'column' && k.expr.id !== k.id).map((k) => k.id)
        .concat(this.items.flatMap((item) => item.outputs.filter((o) => !(item.bound.kind === 'column' && item.bound.id === o.id)).map((o) => o.id)))),
    };
    return this.knownIds;
  }
  private outputExprs(own: ReadonlySet<ColumnId>): ReadonlyMap<ColumnId, BoundExpr> {
    const out = new Map<ColumnId, BoundExpr>();
    this.items.forEach((item, i) => { for (const o of item.outputs) if (own.has(o.id) && item.outputs.length === 1) out.set(o.id, this.list.inlineOver(this.lowered[i]!, this.lowered)); });
    return out;
  }

  /** The finished plan. `wrap` puts a node (a sort, a filter) over the select list while columns that it needs are still there. */
  finish(wrap?: (plan: LogicalPlan) => LogicalPlan): Relation {
    let plan = this.aggregate ? this.aggregate.build() : this.below;
    if (this.having) plan = { kind: 'filter', input: plan, predicate: this.having };
    const projection = projectItems(this.binder, plan, this.items, this.lowered, this.computed, this.qualify);
    plan = projection.plan;
    const { keys } = this;
    const selected = distinctIds([...keys, ...projection.selected], this.binder.env.freshId);
    const columns = selected.map((s, i): ScopeColumn => ({ id: s.id, name: s.name, type: s.expr.type, nullable: s.expr.nullable, qualifier: i < keys.length ? this.scope.columns.find((c) => c.id === s.id)?.qualifier ?? [] : this.list.qualifierOf(i - keys.length) }));
    const extra = [...[...this.needed.values()].filter((c) => !selected.some((s) => s.id === c.id)).map(pass), ...projection.extra];
    if (!wrap || extra.length === 0) {
      plan = project(plan, selected);
      if (this.node.distinct) {
        checkDistinct(columns, this.node.span, selected.map((s) => s.expr.span));
        plan = distinctRows(plan, columns, this.binder.env, this.node.span);
      }
      if (wrap) plan = wrap(plan);
    } else {
      plan = wrap(project(plan, [...selected, ...extra]));
      plan = project(plan, columns.map(pass));
    }
    return { plan, columns };
  }

  private keyOutput(c: OutputColumn, written: Expr): NamedExpr {
    const name = written.kind === 'alias' ? written.names[0]! : c.name;
    return { id: name === c.name ? c.id : this.binder.env.freshId(), name, expr: ref(c) };
  }
}

/** Binds a query block without anything above it. */
export const bindSelect = (binder: Binder, node: SelectNode, place: Place): Relation => new SelectBuilder(binder, node, place).finish();

/** The position that an integer literal in GROUP BY or ORDER BY means. */
export function positionOf(expr: Expr): number | undefined {
  if (expr.kind !== 'literal' || typeof expr.value !== 'number' || expr.type.kind !== 'int') return undefined;
  return expr.value;
}

const quoteIfPlain = (name: string): string => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : quoteName(name);
