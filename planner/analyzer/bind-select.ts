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
import { STRING } from '../types.js';
import type { BoundColumn, BoundExpr, BoundGenerator, ColumnId, Expr, LogicalPlan, NamedExpr, OutputColumn, UnresolvedPlan, WindowSpec } from '../tree.js';
import { AggregateBuilder, checkGroupKey, findAggregate, type Grouping, hasAggregate, readGrouping } from './bind-group.js';
import { containsWindow, isWindowCall, TimeWindows, windowed } from './bind-time-window.js';
import { extractWindows, isWindow } from './bind-window.js';
import { extractField } from './bind-field.js';
import { type Binder, constant, distinctIds, fail, failNowhere, type Place, pass, project, quoted, quoteName, quoteParts, ref, type Relation, type ScopeColumn } from './binder.js';
import { checkHint } from './check-hint.js';
import { checkCondition, checkDistinct, checkOperator, checkUncorrelated, hasColumn, qualifiedText, unresolvedColumn } from './check-query.js';
import type { Clause } from './context.js';
import { QueryScope, matchName, same } from './scope.js';
import { distinctRows } from './selected-session.js';
import { callName, isPlaceholder, placeholder, rewriteUnresolved, unaliased } from './unresolved.js';

type SelectNode = UnresolvedPlan & { readonly kind: 'select' };

interface Output { readonly id: ColumnId; readonly name: string }
interface Item {
  readonly written: Expr;
  readonly outputs: readonly Output[];
  readonly aliased: boolean;
  /** Over FROM; lateral aliases are columns with the id of their item. */
  readonly bound: BoundExpr;
  readonly level: number;
  readonly qualifier: readonly string[];
}

function attempt<T>(run: () => T, failed: (error: unknown) => void): T | undefined {
  try { return run(); } catch (error) { failed(error); return undefined; }
}
/** Whether one of the paths is another, or begins with it. */
function overlap(paths: readonly (readonly string[])[]): boolean {
  const key = (parts: readonly string[]): string => JSON.stringify(parts.map((p) => p.toLowerCase()));
  const whole = new Set(paths.map(key));
  return whole.size < paths.length || paths.some((parts) => parts.some((_, i) => i > 0 && whole.has(key(parts.slice(0, i)))));
}
const isGenerator = (e: BoundExpr): e is BoundGenerator => e.kind === 'generator';

export class SelectBuilder {
  private readonly binder: Binder;
  private readonly node: SelectNode;
  private readonly place: Place;
  private readonly windows: ReadonlyMap<string, WindowSpec>;
  private readonly items: Item[] = [];
  /** Aliases in sight of later items, by lower-case name. */
  private readonly aliases = new Map<string, { readonly item: Item; readonly output: Output; readonly type: BoundExpr['type']; readonly nullable: boolean }[]>();
  private readonly laterals = new Map<ColumnId, { readonly name: string; readonly item: Item }>();
  private readonly scope: QueryScope;
  private readonly times: TimeWindows;
  private readonly aggregate: AggregateBuilder | undefined;
  private readonly analytics: BoundColumn[] = [];
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
    const windows = new Map((node.windows ?? []).map((w) => [w.name.toLowerCase(), w.spec]));
    // `w2 AS w1`: another name for a window.
    this.windows = new Map([...windows].map(([name, spec]) => [name, spec.name === undefined ? spec : windows.get(spec.name.toLowerCase()) ?? spec]));
    let from: Relation = input ?? (node.from ? binder.bind(node.from, place) : { plan: { kind: 'values', columns: [], rows: [[]] }, columns: [] });
    let predicate: BoundExpr | undefined;
    if (node.where && containsWindow(node.where)) ({ relation: from, predicate } = windowed(binder, from, node.where, place));
    this.below = from.plan;
    const base = new QueryScope(binder.env, from.columns, { hidden: from.hidden, outer: place.outer });
    this.times = new TimeWindows(binder, base, place);
    this.scope = base.with({
      before: (parts, span) => this.times.resolve(parts, span) ?? this.analyticColumn(parts),
      after: (parts, span) => this.times.byName(parts) ?? this.lateral(parts, span),
    });
    if (node.where) {
      const before = binder.env.secondLook?.unresolved ?? 0;
      predicate ??= this.bind(node.where, base, 'where');
      binder.env.secondLook?.hide(from.columns, before);
      checkCondition(predicate, 'WHERE', node.span, from);
      this.below = { kind: 'filter', input: this.below, predicate };
    }
    const groupKeys = node.groupBy?.keys.map((k) => k.kind === 'grouping' ? { ...k, sets: k.sets.map((set) => set.map((e) => this.times.rewrite(e))) } : this.times.rewrite(k));
    const items = this.expand(node.items).map((item) => this.times.rewrite(item));
    this.checkTrailingComma(items);
    for (const item of items) this.addItem(item);
    this.checkPipe();

    if (node.having && binder.env.settings.compatSpark) this.checkHavingWindows(node.having);
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
    if (node.qualify && this.aggregate) this.requireWindow(node.qualify);
    this.fillAnalytics();
    if (binder.env.settings.compatSpark) {
      for (const i of this.items) {
        if (this.aggregate) this.checkSubqueries(i.bound);
        this.checkCorrelation(i);
      }
    }
    this.lowered = this.items.map((i) => this.lower(i.bound));
    if (havingFault !== undefined) throw havingFault;
    if (boundHaving) {
      this.havingAdds = this.addsToSelect(boundHaving);
      this.having = this.lowerHaving(having!, boundHaving);
    }
    if (node.qualify) this.qualify = this.bindQualify(node.qualify);
    for (const hint of node.hints ?? []) checkHint(hint, this.outputs);
  }

  /** Spark has no time windows in HAVING: it looks for their columns among those of the SELECT list. */
  private checkHavingWindows(having: Expr): void {
    rewriteUnresolved(having, (e) => {
      if (e.kind !== 'call' || !containsWindow({ ...e, args: [] })) return undefined;
      const time = e.args[0]?.value;
      if (time?.kind === 'name' && !this.outputs.some((o) => same(o.name, time.parts.at(-1)!))) unresolvedColumn(time.parts, this.outputs.map((o) => [o.name]), time.span);
      return undefined;
    });
  }

  // ── the select list ───────────────────────────────────────────────────────────────────────────

  private bind(expr: Expr, scope: QueryScope, clause: Clause): BoundExpr { return this.binder.expr(expr, scope, clause, this.place, this.windows); }

  private expand(items: readonly Expr[]): readonly Expr[] {
    const out: Expr[] = [];
    for (const item of items) {
      if (item.kind === 'star') out.push(...this.star(item));
      else if (item.kind === 'alias' && item.arg.kind === 'star') failNowhere('INVALID_USAGE_OF_STAR_OR_REGEX', { elem: "'*'", prettyName: 'expression `alias`' });
      else out.push(item);
    }
    return out;
  }

  /** A star as names of the columns that it stands for. */
  private star(star: Expr & { kind: 'star' }): readonly Expr[] {
    let columns = this.scope.expandStar(star.qualifier, star.span);
    const except = star.except ?? [];
    const qualifiers = new Map(except.length > 0 ? [...this.scope.columns].reverse().map((c) => [c.id, c.qualifier]) : []);
    const namesOf = (list: readonly BoundExpr[]): readonly ScopeColumn[] => list.map((c, i) =>
      ({ id: i, name: givenName(c), type: c.type, nullable: c.nullable, qualifier: (c.kind === 'column' && qualifiers.get(c.id)) || [] }));
    const named = namesOf(columns);
    // One that is left out with what it is a part of, or twice.
    if (overlap(except) && except.every((parts) => matchName(named, parts))) fail('EXCEPT_OVERLAPPING_COLUMNS', { columns: except.map((p) => p.join('.')).join(', ') }, star.span);
    const kept: (BoundExpr | undefined)[] = [...columns];
    for (const parts of except) {
      const match = matchName(named, parts, (c) => kept[c.id] !== undefined);
      if (!match) return unresolvedColumn(parts, named.filter((c) => kept[c.id] !== undefined).map((c) => [c.name]), star.span);
      if (match.columns.length > 1) {
        fail('AMBIGUOUS_REFERENCE', { name: quoteParts(parts), referenceNames: `[${match.columns.map((c) => quoteParts([...c.qualifier, match.name])).sort().join(', ')}]` }, star.span);
      }
      for (const { id } of match.columns) {
        const c = kept[id]!;
        kept[id] = match.path.length === 0 ? undefined : { ...this.withoutField(c, match.path, star.span), written: { name: '', args: [], print: givenName(c) } };
      }
    }
    columns = kept.filter((c) => c !== undefined);
    return columns.map((c): Expr => this.boundItem(c));
  }
  /** The struct without the field at the end of the path. */
  private withoutField(base: BoundExpr, [name, ...rest]: readonly string[], span: Span | undefined): BoundExpr {
    const fields = base.type.kind === 'struct' ? base.type.fields : [];
    if (!fields.some((f) => same(f.name, name!))) return unresolvedColumn([name!], fields.map((f) => [f.name]), span);
    const kept = fields.filter((f) => rest.length > 0 || !same(f.name, name!));
    return this.binder.call('named_struct', kept.flatMap((f) => {
      const value = extractField(base, f.name, this.binder.env, span);
      return [constant(f.name, STRING), same(f.name, name!) ? this.withoutField(value, rest, span) : value];
    }), this.place);
  }
  private readonly given = new Map<string, BoundExpr>();
  /** An item that is bound already. */
  private boundItem(expr: BoundExpr): Expr {
    const key = `star ${this.given.size}`;
    this.given.set(key, expr);
    return placeholder(key, { kind: 'star' });
  }

  /** `SELECT a, FROM t`: FROM was read as a column. */
  private checkTrailingComma(items: readonly Expr[]): void {
    const last = items[items.length - 1];
    const inner = last && unaliased(last);
    if (items.length < 2 || inner?.kind !== 'name' || inner.parts.length !== 1 || inner.parts[0]!.toUpperCase() !== 'FROM') return;
    if (!this.scope.resolve(inner.parts, inner.span)) fail('TRAILING_COMMA_IN_SELECT', {}, last!.span);
  }

  private addItem(written: Expr): void {
    const inner = unaliased(written);
    const key = inner.kind === 'name' && isPlaceholder(inner.parts) ? inner.parts[0]!.slice(1) : '';
    const column = key.startsWith('input ') ? this.scope.columns[Number(key.slice(6))] : undefined;
    const given = column ? ref(column) : this.given.get(key);
    const bound = given ?? this.bind(this.prepare(inner), this.scope, 'select');
    this.checkGenerator(bound);
    const names = written.kind === 'alias' ? written.names : undefined;
    const { freshId } = this.binder.env;
    let outputs: readonly Output[];
    let source: ScopeColumn | undefined;
    if (bound.kind === 'generator') {
      if (names && names.length !== bound.columns.length) {
        failNowhere('UDTF_ALIAS_NUMBER_MISMATCH', { aliasesSize: String(bound.columns.length), aliasesNames: names.join(',') });
      }
      outputs = bound.columns.map((c, i) => ({ id: freshId(), name: names?.[i] ?? c.name }));
    } else {
      source = bound.kind === 'column' && !bound.outer && !this.laterals.has(bound.id) ? this.scope.columns.find((c) => c.id === bound.id) : undefined;
      const name = names?.[0] ?? (given ? givenName(given) : columnName(inner, bound));
      outputs = [{ id: source && !names ? source.id : freshId(), name }];
    }
    const level = Math.max(0, ...[...columnIds(bound)].map((id) => (this.laterals.get(id)?.item.level ?? -1) + 1));
    const item: Item = { written, outputs, aliased: names !== undefined, bound, level, qualifier: source && !names ? source.qualifier : [] };
    this.items.push(item);
    if (!names) return;
    outputs.forEach((output, i) => {
      const type = bound.kind === 'generator' ? bound.columns[i]!.type : bound.type;
      const entry = { item, output, type, nullable: bound.kind === 'generator' ? true : bound.nullable };
      const key = output.name.toLowerCase();
      const known = this.aliases.get(key);
      if (known) known.push(entry);
      else this.aliases.set(key, [entry]);
    });
  }

  private lateral(parts: readonly string[], span: Span | undefined): BoundExpr | undefined {
    const found = this.aliases.get(parts[0]!.toLowerCase());
    if (!found) return undefined;
    if (found.length > 1) return failNowhere('AMBIGUOUS_LATERAL_COLUMN_ALIAS', { name: quoteParts1(parts), n: String(found.length) });
    const { output, item, type, nullable } = found[0]!;
    this.laterals.set(output.id, { name: parts[0]!, item });
    const column: BoundColumn = { kind: 'column', id: output.id, name: output.name, type, nullable, ...(span && { span }), ...(!isGenerator(item.bound) && { written: { name: '', args: [], print: `lateralAliasReference(${parts[0]!})` } }) };
    return parts.length === 1 ? column : new QueryScope(this.binder.env, [{ id: output.id, name: parts[0]!, type, nullable, qualifier: [] }]).resolve(parts, span);
  }

  private checkGenerator(bound: BoundExpr): void {
    const nested = bound.kind === 'generator' ? bound.args.some((a) => find(a, isGenerator)) : find(bound, isGenerator) !== undefined;
    if (nested) failNowhere('UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS', { expression: quoted(printExpr(bound)) });
  }

  private checkPipe(): void {
    const { pipe } = this.node;
    if (!pipe) return;
    for (const item of this.items) {
      const aggregate = findAggregate(item.bound);
      if (pipe === 'aggregate' && !aggregate) fail('PIPE_OPERATOR_AGGREGATE_EXPRESSION_CONTAINS_NO_AGGREGATE_FUNCTION', { expr: printExpr(item.bound) }, item.written.span);
      if (pipe !== 'aggregate' && pipe !== 'select' && aggregate) fail('PIPE_OPERATOR_CONTAINS_AGGREGATE_FUNCTION', { expr: printExpr(aggregate), clause: pipe.toUpperCase() }, aggregate.span);
    }
  }

  // ── GROUP BY ──────────────────────────────────────────────────────────────────────────────────

  private keyItem(written: Expr): Expr {
    const at = positionOf(written);
    return unaliased(at === undefined ? written : this.items[at - 1]?.written ?? written);
  }

  private grouping(groupBy: NonNullable<SelectNode['groupBy']>): Grouping {
    if (groupBy.kind === 'all') {
      const keys = this.items.filter((i) => !hasAggregate(i.bound) && !find(i.bound, isWindow) && !isGenerator(i.bound)).map((i) => ({ expr: this.inline(i.bound), written: i.written }))
        .filter((k) => k.expr.kind !== 'const');
      if (keys.length === 0 && this.items.some((i) => hasColumnBeside(i.bound))) fail('UNRESOLVED_ALL_IN_GROUP_BY', {}, groupBy.span);
      return { keys, sets: [keys.map((_, i) => i)], analytic: false };
    }
    const scope = this.scope.with({
      after: (parts, span) => {
        const byName = this.times.byName(parts);
        if (byName) return byName;
        const alias = parts.length === 1 ? this.aliases.get(parts[0]!.toLowerCase())?.[0] : undefined;
        return alias && !isGenerator(alias.item.bound) ? { ...this.inline(alias.item.bound), ...(span && { span }) } : undefined;
      },
    });
    return readGrouping(groupBy, (key) => {
      const at = positionOf(key);
      if (at !== undefined && this.node.items.some((i) => i.kind === 'star')) failNowhere('STAR_GROUP_BY_POS');
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
    return this.inline(item.bound);
  }

  /** Lateral aliases replaced by what they stand for. */
  private inline(expr: BoundExpr): BoundExpr {
    return replaceColumns(expr, (c) => { const lateral = this.laterals.get(c.id); return lateral && !isGenerator(lateral.item.bound) ? this.inline(lateral.item.bound) : undefined; });
  }

  /** grouping() and grouping_id() become columns, which are filled in when the sets are known. */
  private readonly analyticCalls: { readonly name: 'grouping' | 'grouping_id'; readonly args: readonly BoundExpr[]; readonly column: BoundColumn; readonly span: Span | undefined }[] = [];
  private prepare(expr: Expr): Expr {
    return rewriteUnresolved(this.times.rewrite(expr), (e) => {
      const name = callName(e);
      if ((name !== 'grouping' && name !== 'grouping_id') || e.kind !== 'call' || e.over) return undefined;
      const scope = this.scope.with({ after: (parts) => this.times.byName(parts) });
      const args = e.args.map((a) => this.bind(a.value, scope, 'argument'));
      const print = `${name}(${args.map(printExpr).join(', ')})`;
      const column: BoundColumn = {
        kind: 'column', id: this.binder.env.freshId(), name: print, type: { kind: name === 'grouping' ? 'tinyint' : 'bigint' }, nullable: false,
        ...(e.span && { span: e.span }), written: { name, args, print },
      };
      this.analyticCalls.push({ name, args, column, span: e.span });
      this.analytics.push(column);
      return placeholder(`analytic ${this.analytics.length - 1}`, e);
    });
  }
  private analyticColumn(parts: readonly string[]): BoundExpr | undefined {
    const at = isPlaceholder(parts) && parts[0]!.startsWith('\u0000analytic ') ? Number(parts[0]!.slice('\u0000analytic '.length)) : -1;
    return this.analytics[at];
  }
  private readonly filled = new Map<ColumnId, BoundExpr>();
  private fillAnalytics(): void {
    for (const call of this.analyticCalls) {
      if (this.filled.has(call.column.id)) continue;
      if (this.aggregate && this.sets?.analytic) this.filled.set(call.column.id, this.aggregate.analytic(call.name, call.args, call.span));
      else fail('UNSUPPORTED_GROUPING_EXPRESSION', {}, call.span);
    }
  }

  // ── above the aggregate ───────────────────────────────────────────────────────────────────────

  private readonly isFree = (c: BoundColumn): boolean => this.laterals.has(c.id);

  private checkLaterals(expr: BoundExpr): void {
    if (this.laterals.size === 0) return;
    walk(expr, (node) => {
      if (node.kind !== 'aggregate' && node.kind !== 'window') return true;
      const lateral = find(node, (e) => e.kind === 'column' && this.laterals.has(e.id));
      if (lateral?.kind !== 'column') return true;
      const lca = quoteName(this.laterals.get(lateral.id)!.name);
      return node.kind === 'aggregate' ? failNowhere('UNSUPPORTED_FEATURE.LATERAL_COLUMN_ALIAS_IN_AGGREGATE_FUNC', { lca, aggFunc: quoted(printExpr(node)) })
        : failNowhere('UNSUPPORTED_FEATURE.LATERAL_COLUMN_ALIAS_IN_WINDOW', { lca, windowExpr: quoted(printExpr(node)) });
    });
  }

  /** Spark wants a subquery over the rows of an aggregate grouped by, or inside of an aggregate function. */
  private checkSubqueries(expr: BoundExpr): void {
    walk(expr, (node) => {
      if (node.kind === 'aggregate' || this.aggregate!.isGrouped(this.inline(node))) return false;
      if (node.kind === 'subquery' && node.use === 'scalar' && node.outer.length > 0) fail('SCALAR_SUBQUERY_IS_IN_GROUP_BY_OR_AGGREGATE_FUNCTION', { sqlExpr: quoted(printExpr(node)) }, node.span);
      return true;
    });
  }

  /** Spark takes columns of the query around from filters, joins and projections, not from aggregates and windows. source: checkCorrelationsInSubquery */
  private checkCorrelation({ bound, outputs }: Item): void {
    const wrong = this.aggregate ? bound : find(bound, isWindow);
    if (!wrong || !hasColumn(wrong, true)) return;
    const mixed = find(wrong, (e) => e.kind === 'aggregate' && hasColumn(e, true) && hasColumn(e, false));
    if (mixed) fail('UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.AGGREGATE_FUNCTION_MIXED_OUTER_LOCAL_REFERENCES', { function: qualifiedText(mixed, this.scope.columns) }, mixed.span);
    fail('UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.CORRELATED_REFERENCE', { sqlExprs: quoted(`${printExpr(bound)} AS ${quoteName(outputs[0]!.name)}`) }, this.node.span);
  }

  private lower(expr: BoundExpr, leftOver?: (c: BoundColumn) => BoundExpr): BoundExpr {
    this.checkLaterals(expr);
    const known = this.filled.size > 0 ? replaceColumns(expr, byId(this.filled)) : expr;
    const aggregate = this.aggregate;
    if (!aggregate) return known;
    if (this.laterals.size > 0) {
      const inlined = this.inline(known);
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
    return keys.concat(this.items.flatMap((item) => item.outputs.map((o, i): ScopeColumn => ({
      id: o.id, name: o.name, qualifier: item.qualifier,
      type: item.bound.kind === 'generator' ? item.bound.columns[i]!.type : item.bound.type, nullable: item.bound.kind === 'generator' ? true : item.bound.nullable,
    }))));
  }

  private readonly preferred = new Set<string>();
  private havingScope(): QueryScope {
    const alias = (parts: readonly string[], span: Span | undefined): BoundExpr | undefined => {
      const outputs = this.outputs.filter((o) => same(o.name, parts[0]!));
      return outputs.length === 0 ? undefined : new QueryScope(this.binder.env, outputs).resolve(parts, span);
    };
    return this.scope.with({
      before: (parts, span) => this.times.resolve(parts, span) ?? this.analyticColumn(parts) ?? (this.preferred.has(parts[0]!.toLowerCase()) ? alias(parts, span) : undefined),
      after: (parts, span) => this.times.byName(parts) ?? alias(parts, span), propose: this.outputs, aggregated: this.scope,
    });
  }

  /** HAVING: a column of FROM counts if it is grouped, else a select alias of the same name is meant. */
  private lowerHaving(written: Expr, bound: BoundExpr): BoundExpr {
    this.fillAnalytics();
    const aliases = new Map<ColumnId, BoundExpr>();
    this.items.forEach((item, i) => { if (item.outputs.length === 1) aliases.set(item.outputs[0]!.id, this.unlevelled(this.lowered[i]!)); });
    const isOutput = (id: ColumnId): boolean => aliases.has(id) && !this.scope.columns.some((c) => c.id === id);
    let again = false;
    const lowered = this.aggregate!.lower(this.filled.size > 0 ? replaceColumns(bound, byId(this.filled)) : bound, (c) => isOutput(c.id), (c) => {
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

  /** A lowered item without references to other items. */
  private unlevelled(expr: BoundExpr): BoundExpr {
    return replaceColumns(expr, (c) => {
      const lateral = this.laterals.get(c.id);
      const at = lateral ? this.items.indexOf(lateral.item) : -1;
      return at >= 0 && !isGenerator(this.lowered[at]!) ? this.unlevelled(this.lowered[at]!) : undefined;
    });
  }

  private bindQualify(written: Expr): BoundExpr {
    // QUALIFY stands above the SELECT list: its names come first.
    const scope = this.scope.with({
      before: (parts, span) => {
        const known = this.times.resolve(parts, span) ?? this.analyticColumn(parts);
        const alias = known || parts.length > 1 ? undefined : this.aliases.get(parts[0]!.toLowerCase())?.[0];
        return known ?? (alias && !isGenerator(alias.item.bound) ? { ...this.inline(alias.item.bound), ...(span && { span }) } : undefined);
      },
      after: (parts) => this.times.byName(parts),
    });
    const bound = this.bind(this.prepare(written), scope, 'qualify');
    if (this.aggregate && this.binder.env.settings.compatSpark) this.checkQualifyAggregates(written);
    const direct = findAggregateOutsideWindows(bound);
    if (direct && !this.aggregate) fail('QUALIFY_AGGREGATE_NOT_ALLOWED', { aggregateExpr: quoted(printExpr(direct)) }, direct.span);
    if (!find(bound, isWindow) && !this.items.some((i) => find(i.bound, isWindow))) failNowhere('QUALIFY_REQUIRES_WINDOW_FUNCTION');
    this.fillAnalytics();
    checkCondition(bound, 'QUALIFY', this.node.span, undefined);
    return this.lower(bound);
  }

  /** Spark looks for it before it looks at the aggregate below. */
  private requireWindow(qualify: Expr): void {
    let found = this.items.some((i) => find(i.bound, isWindow));
    rewriteUnresolved(qualify, (e) => { found ||= e.kind === 'call' && e.over !== undefined; return undefined; });
    if (!found) failNowhere('QUALIFY_REQUIRES_WINDOW_FUNCTION');
  }

  /** Spark computes QUALIFY above the aggregate, where the columns that an aggregate function would be of are gone; aliases of SELECT are there. */
  private checkQualifyAggregates(written: Expr): void {
    rewriteUnresolved(written, (e) => {
      const name = callName(e);
      if (e.kind !== 'call' || e.over || name === undefined || this.binder.env.functions.lookup(name)?.kind !== 'aggregate') return undefined;
      for (const { value } of e.args) if (value.kind === 'name') unresolvedColumn(value.parts, this.outputs.map((o) => [o.name]), value.span);
      return undefined;
    });
  }

  // ── what stands above ─────────────────────────────────────────────────────────────────────────

  private readonly needed = new Map<ColumnId, OutputColumn>();
  private readonly computed: NamedExpr[] = [];

  /** Binds an expression of ORDER BY (or of a filter above): output names first, then what is below the select list. */
  above(written: Expr, clause: Clause): BoundExpr {
    const outputs = this.outputs;
    const { compatSpark } = this.binder.env.settings;
    const ambiguousIsUnknown = compatSpark && clause === 'order_by';
    if (compatSpark && this.aggregate && clause === 'order_by') this.checkOrderWindows(written);
    const fromOutput = new QueryScope(this.binder.env, outputs, { ambiguousIsUnknown });
    // DISTINCT, and an aggregate below a repartition, give no more than they have.
    const closed = this.node.distinct || (this.aggregate !== undefined && clause === 'repartition');
    const scope = closed ? new QueryScope(this.binder.env, outputs, { outer: this.place.outer, ambiguousIsUnknown }) : this.scope.with({
      ambiguousIsUnknown,
      before: (parts, span) => this.times.resolve(parts, span) ?? this.analyticColumn(parts) ?? fromOutput.local(parts, span),
      after: (parts) => this.times.byName(parts), propose: outputs, aggregated: this.scope.with({ after: (parts) => this.times.byName(parts) }),
      // Spark carries columns up to ORDER BY for its own expressions, not for those of subqueries.
      subqueries: clause === 'order_by' && this.binder.env.settings.compatSpark ? new QueryScope(this.binder.env, [...outputs, ...this.scope.columns.filter((c) => this.needed.has(c.id))], { outer: this.place.outer }) : undefined,
    });
    const bound = this.bind(closed ? written : this.prepare(written), scope, clause);
    this.fillAnalytics();
    if (clause === 'order_by' && this.aggregate && compatSpark) this.checkOrderAggregates(bound, outputs);
    if (closed) return bound;
    const { ids, own } = this.outputIds();
    const known = this.filled.size > 0 ? replaceColumns(bound, byId(this.filled)) : bound;
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
  /** Spark finds the keys of GROUP BY again in ORDER BY, but for a time window: its call is a column by then, what it was of is gone. */
  private checkOrderWindows(written: Expr): void {
    rewriteUnresolved(written, (e) => {
      if (!isWindowCall(e) || e.kind !== 'call') return undefined;
      for (const { value } of e.args) if (value.kind === 'name') unresolvedColumn(value.parts, this.outputs.map((o) => [o.name]), value.span);
      return undefined;
    });
  }
  /** Spark computes aggregates of ORDER BY with those of SELECT only where nothing stands between: no window, no HAVING that needs more than SELECT has. */
  private checkOrderAggregates(bound: BoundExpr, outputs: readonly ScopeColumn[]): void {
    const aggregate = findAggregateOutsideWindows(bound);
    if (!aggregate || !(this.havingAdds || this.items.some((i) => find(i.bound, isWindow)))) return;
    const column = find(aggregate, (e) => e.kind === 'column' && !e.outer);
    if (column?.kind === 'column') unresolvedColumn([column.name], outputs.map((o) => [o.name]), column.span);
    fail('UNSUPPORTED_EXPR_FOR_OPERATOR', { invalidExprSqls: quoted(printExpr(aggregate)), operator: 'Sort' }, this.node.span);
  }
  private outputExprs(own: ReadonlySet<ColumnId>): ReadonlyMap<ColumnId, BoundExpr> {
    const out = new Map<ColumnId, BoundExpr>();
    this.items.forEach((item, i) => { for (const o of item.outputs) if (own.has(o.id) && item.outputs.length === 1) out.set(o.id, this.unlevelled(this.lowered[i]!)); });
    return out;
  }

  /** The finished plan. `wrap` puts a node (a sort, a filter) over the select list while columns that it needs are still there. */
  finish(wrap?: (plan: LogicalPlan) => LogicalPlan): Relation {
    let plan = this.aggregate ? this.aggregate.build() : this.below;
    if (this.having) plan = { kind: 'filter', input: plan, predicate: this.having };
    const exprs = [...this.lowered];
    const level0: OutputColumn[] = [];
    const { keys } = this;
    const levels = Math.max(0, ...this.items.map((i) => i.level));
    let qualify = this.qualify;
    const computed = this.computed.map((c) => c.expr);
    for (let level = 0; level <= levels; level++) {
      this.items.forEach((item, i) => {
        const generator = exprs[i]!;
        if (item.level !== level || generator.kind !== 'generator') return;
        const outer = generator.fn.name.endsWith('_outer');
        const columns = generator.columns.map((c, k): OutputColumn => ({ id: item.outputs[k]!.id, name: item.outputs[k]!.name, type: c.type, nullable: c.nullable || outer }));
        plan = { kind: 'generate', input: plan, generator, outer, columns };
        level0.push(...columns);
      });
      if (level === 0) {
        // Window functions of every level run below the projections: no lateral alias may stand in them.
        const all = extractWindows(this.binder, plan, [...exprs, ...computed, ...(qualify ? [qualify] : [])]);
        plan = all.plan;
        all.exprs.slice(0, exprs.length).forEach((e, i) => { exprs[i] = e; });
        computed.splice(0, computed.length, ...all.exprs.slice(exprs.length, exprs.length + computed.length));
        if (qualify) {
          qualify = all.exprs.at(-1)!;
          plan = { kind: 'filter', input: plan, predicate: qualify };
        }
      }
      if (level === levels) break;
      const present = outputOf(plan);
      const own = this.items.flatMap((item, i): NamedExpr[] => item.level === level && exprs[i]!.kind !== 'generator' && item.outputs.every((o) => !present.some((c) => c.id === o.id))
        ? [{ id: item.outputs[0]!.id, name: item.outputs[0]!.name, expr: bare(exprs[i]!) }] : []);
      plan = project(plan, [...present.map(pass), ...own]);
    }
    const available = new Set(outputOf(plan).map((c) => c.id));
    const items = this.items.flatMap((item, i): NamedExpr[] => {
      const expr = exprs[i]!;
      if (expr.kind === 'generator') return item.outputs.map((o) => ({ ...o, expr: ref(level0.find((c) => c.id === o.id)!) }));
      const o = item.outputs[0]!;
      const done = item.level < levels && available.has(o.id) && !(expr.kind === 'column' && expr.id === o.id);
      return [{ ...o, expr: done ? { kind: 'column', id: o.id, name: o.name, type: expr.type, nullable: expr.nullable } : bare(expr) }];
    });
    const selected = distinctIds([...keys, ...items], this.binder.env.freshId);
    const columns = selected.map((s, i): ScopeColumn => ({ id: s.id, name: s.name, type: s.expr.type, nullable: s.expr.nullable, qualifier: i < keys.length ? this.scope.columns.find((c) => c.id === s.id)?.qualifier ?? [] : this.qualifierOf(i - keys.length) }));
    const extra = [...[...this.needed.values()].filter((c) => !selected.some((s) => s.id === c.id)).map(pass), ...this.computed.map((c, i) => ({ ...c, expr: computed[i]! }))];
    if (!wrap || extra.length === 0) {
      plan = project(plan, selected);
      if (this.node.distinct) {
        checkDistinct(columns, this.node.span);
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
  private qualifierOf(output: number): readonly string[] {
    let at = output;
    for (const item of this.items) {
      if (at < item.outputs.length) return item.qualifier;
      at -= item.outputs.length;
    }
    return [];
  }
}

/** Binds a query block without anything above it. */
export const bindSelect = (binder: Binder, node: SelectNode, place: Place): Relation => new SelectBuilder(binder, node, place).finish();

/** The position that an integer literal in GROUP BY or ORDER BY means. */
export function positionOf(expr: Expr): number | undefined {
  if (expr.kind !== 'literal' || typeof expr.value !== 'number' || expr.type.kind !== 'int') return undefined;
  return expr.value;
}

const findAggregateOutsideWindows = (e: BoundExpr): BoundExpr | undefined => {
  let hit: BoundExpr | undefined;
  walk(e, (node) => { if (node.kind === 'aggregate') hit ??= node; return node.kind !== 'window'; });
  return hit;
};
/** A column that stands outside of aggregate functions, next to one. */
const hasColumnBeside = (e: BoundExpr): boolean => {
  let hit = false;
  if (hasAggregate(e)) walk(e, (node) => { if (node.kind === 'column') hit = true; return node.kind !== 'aggregate'; });
  return hit;
};
/** References to lateral aliases without their printed form. */
const bare = (e: BoundExpr): BoundExpr => transform(e, (n) => {
  if (n.kind !== 'column' || !n.written) return n;
  const { written: _, ...rest } = n;
  return rest;
});
/** The name of a column that a star stands for: its own, that of a struct's field, or what is printed. */
const givenName = (e: BoundExpr): string => {
  if (e.kind === 'column') return e.name;
  const field = e.kind === 'apply' && e.fn.name === 'getfield' ? e.args[1] : undefined;
  return field ? printExpr(field) : printExpr(e);
};
const quoteParts1 = (parts: readonly string[]): string => quoteName(parts[0]!);
const quoteIfPlain = (name: string): string => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : quoteName(name);
