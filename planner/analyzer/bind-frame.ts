// Nodes that change one relation: filters, sorts, limits, and the DataFrame calls and pipe operators that add, rename or drop columns.
// source: Spark's Dataset methods (withColumns, na.fill, na.drop, dropDuplicates…) and pipe operators.

import { printExpr } from '../expr/print.js';
import { find } from '../expr/walk.js';
import { outputOf } from '../plan/properties.js';
import type { BoundExpr, BoundSort, Expr, LogicalPlan, NamedExpr, OutputColumn, SortItem, UnresolvedPlan } from '../tree.js';
import { DOUBLE, type Field, field, INT, isFractional, isNumeric, sqlName, struct } from '../types.js';
import { positionOf, SelectBuilder } from './bind-select.js';
import { type Binder, constant, distinctIds, fail, failNowhere, type Place, project, quoted, quoteName, ref, type Relation, relationOf, type ScopeColumn } from './binder.js';
import { checkCondition, checkDistinct, checkOperator, checkOrder, checkUncorrelated, columnsNamed, limitValue, unresolvedColumn } from './check-query.js';
import { makeCast } from './coerce.js';
import { matchName, QueryScope, same } from './scope.js';
import { containsSubquery } from './unresolved.js';

type Node<K extends UnresolvedPlan['kind']> = UnresolvedPlan & { readonly kind: K };
const scopeOf = (binder: Binder, input: Relation, place: Place): QueryScope => new QueryScope(binder.env, input.columns, { hidden: input.hidden, outer: place.outer });

export function bindFilter(binder: Binder, node: Node<'filter'>, place: Place): Relation {
  // A DataFrame's filter may name what its select left out, or aggregate as HAVING does.
  if (node.input.kind === 'select' && !node.pipe && !node.input.distinct) {
    const builder = new SelectBuilder(binder, node.input, place);
    const predicate = builder.above(node.predicate, 'where');
    checkCondition(predicate, 'WHERE', node.span, { plan: { kind: 'values', columns: [], rows: [] }, columns: builder.outputs });
    return builder.finish((input) => ({ kind: 'filter', input, predicate }));
  }
  const input = binder.bind(node.input, place);
  const predicate = binder.expr(node.predicate, scopeOf(binder, input, place), 'where', place);
  checkCondition(predicate, 'WHERE', node.span, input);
  return { ...input, plan: { kind: 'filter', input: input.plan, predicate } };
}

export function bindSort(binder: Binder, node: Node<'sort'>, place: Place): Relation {
  const { order } = node;
  if (node.input.kind === 'select') {
    const builder = new SelectBuilder(binder, node.input, place, undefined, order === 'all' ? [] : order.map((s) => s.expr));
    const bound = boundOrder(node, builder.outputs, (e) => builder.above(e, 'order_by'));
    checkOrder(bound, node.global, node.span, binder.env.settings.compatSpark);
    return builder.finish((input) => ({ kind: 'sort', input, order: bound, global: node.global }));
  }
  const input = binder.bind(node.input, place);
  const bound = boundOrder({ ...node, order }, input.columns, (e) => binder.expr(e, scopeOf(binder, input, place).with({ ambiguousIsUnknown: binder.env.settings.compatSpark }), 'order_by', place));
  checkOrder(bound, node.global, node.span, binder.env.settings.compatSpark);
  return { ...input, plan: { kind: 'sort', input: input.plan, order: bound, global: node.global } };
}

function boundOrder(node: Node<'sort'>, outputs: readonly ScopeColumn[], bind: (e: Expr) => BoundExpr): readonly BoundSort[] {
  if (node.order === 'all') return outputs.map((o): BoundSort => ({ expr: ref(o), ascending: true, nullsFirst: true }));
  // ORDER BY ALL DESC
  const isAll = ({ expr }: SortItem): boolean => node.order.length === 1 && expr.kind === 'name' && expr.parts.length === 1 && expr.parts[0]!.toLowerCase() === 'all' && !outputs.some((o) => same(o.name, 'all'));
  // What the plain items carry up to here is in sight of the subqueries of the others.
  const [plain, others] = [node.order.filter((i) => !containsSubquery(i.expr)), node.order.filter((i) => containsSubquery(i.expr))];
  const known = new Map([...plain, ...others].map((item) => [item, positionOf(item.expr) === undefined && !isAll(item) ? bind(item.expr) : undefined]));
  return node.order.flatMap((item): readonly BoundSort[] => {
    const { ascending, nullsFirst } = item;
    if (isAll(item)) return outputs.map((o) => ({ expr: ref(o), ascending, nullsFirst }));
    const bound = known.get(item);
    if (bound) return [{ expr: bound, ascending, nullsFirst }];
    const at = positionOf(item.expr)!;
    const column = outputs[at - 1];
    const expr = at >= 1 && column ? ref(column, item.expr.span) : fail('ORDER_BY_POS_OUT_OF_RANGE', { index: String(at), size: String(outputs.length) }, item.expr.span ?? item.span);
    return [{ expr, ascending, nullsFirst }];
  });
}

const INT_MAX = 2 ** 31 - 1;
export function bindLimit(binder: Binder, node: Node<'limit'>, place: Place): Relation {
  const input = binder.bind(node.input, place);
  const limit = node.limit ? limitValue(binder, node.limit, 'limit', input, place) : null;
  const offset = node.offset ? limitValue(binder, node.offset, 'offset', input, place) : 0;
  if (limit === null && offset === 0) return input;
  if (limit !== null && limit + offset > INT_MAX) fail('SUM_OF_LIMIT_AND_OFFSET_EXCEEDS_MAX_INT', { limit: String(limit), offset: String(offset) }, node.span);
  const enough = limit === null ? undefined : limit + offset;
  return { ...input, plan: { kind: 'limit', input: enough === undefined ? input.plan : endedRecursion(input.plan, enough), limit, offset } };
}
/** A recursion directly below a limit ends when that many rows are there. */
function endedRecursion(plan: LogicalPlan, limit: number): LogicalPlan {
  if (plan.kind === 'project') { const input = endedRecursion(plan.input, limit); return input === plan.input ? plan : { ...plan, input }; }
  return plan.kind === 'recursive' ? { ...plan, limit } : plan;
}

/** An item that stands for column `i` of the input. */
const inputColumn = (i: number): Expr => ({ kind: 'name', parts: [`\u0000input ${i}`] });

export function bindWithColumns(binder: Binder, node: Node<'with_columns'>, place: Place): Relation {
  const input = binder.bind(node.input, place);
  const used = new Set<string>();
  const items = input.columns.map((c, i): Expr => {
    const change = node.columns.find((w) => same(w.name, c.name));
    if (!change) return inputColumn(i);
    used.add(change.name);
    return { kind: 'alias', arg: change.expr, names: [node.pipe ? c.name : change.name] };
  });
  for (const change of node.columns) {
    if (used.has(change.name)) continue;
    if (node.pipe) unresolvedColumn([change.name], input.columns.map((c) => [...c.qualifier, c.name]), node.span);
    items.push({ kind: 'alias', arg: change.expr, names: [change.name] });
  }
  const out = new SelectBuilder(binder, { kind: 'select', items, ...(node.pipe && { pipe: node.pipe }), ...(node.span && { span: node.span }) }, place, input).finish();
  // Columns that stay keep their qualifiers.
  return { ...out, columns: out.columns.map((c, i) => ({ ...c, qualifier: input.columns[i]?.id === c.id ? input.columns[i].qualifier : [] })) };
}

export function bindRename(binder: Binder, node: Node<'rename_columns'>, place: Place): Relation {
  const input = binder.bind(node.input, place);
  return renamedTo(binder, input, input.columns.map((c) => node.names.find(([from]) => same(from, c.name))?.[1] ?? c.name));
}

export function bindToDf(binder: Binder, node: Node<'to_df'>, place: Place): Relation {
  const input = binder.bind(node.input, place);
  if (node.names.length !== input.columns.length) fail('ASSIGNMENT_ARITY_MISMATCH', { numExpr: String(node.names.length), numTarget: String(input.columns.length) }, node.span);
  return renamedTo(binder, input, node.names);
}
function renamedTo(binder: Binder, input: Relation, names: readonly string[]): Relation {
  const items = input.columns.map((c, i): NamedExpr => ({ id: names[i] === c.name ? c.id : binder.env.freshId(), name: names[i]!, expr: ref(c) }));
  const plan = project(input.plan, distinctIds(items, binder.env.freshId));
  return { plan, columns: outputOf(plan).map((c, i) => ({ ...c, qualifier: c.id === input.columns[i]!.id ? input.columns[i]!.qualifier : [] })) };
}

export function bindDrop(binder: Binder, node: Node<'drop_columns'>, place: Place): Relation {
  const input = binder.bind(node.input, place);
  const drop = new Set<ScopeColumn>();
  for (const column of node.columns) {
    if (column.kind === 'name') {
      const match = matchName(input.columns, column.parts);
      const found = match?.path.length === 0 ? match.columns : [];
      if (found.length === 0 && node.pipe) unresolvedColumn(column.parts, input.columns.map((c) => [...c.qualifier, c.name]), node.span);
      if (node.pipe && found.some((f) => drop.has(f))) fail('EXCEPT_OVERLAPPING_COLUMNS', { columns: node.columns.map((e) => e.kind === 'name' ? e.parts.join('.') : '').join(', ') }, node.span, column.span);
      for (const c of input.columns) if (found.some((f) => f.id === c.id)) drop.add(c);
      continue;
    }
    const bound = binder.expr(column, scopeOf(binder, input, place), 'select', place);
    for (const c of input.columns) if (bound.kind === 'column' && bound.id === c.id) drop.add(c);
  }
  const kept = input.columns.filter((c) => !drop.has(c));
  const plan = project(input.plan, distinctIds(kept.map((c): NamedExpr => ({ id: c.id, name: c.name, expr: ref(c) })), binder.env.freshId));
  return { plan, columns: outputOf(plan).map((c, i) => ({ ...c, qualifier: kept[i]!.qualifier })) };
}

export function bindFillNa(binder: Binder, node: Node<'fill_na'>, place: Place): Relation {
  const input = binder.bind(node.input, place);
  const wanted = node.columns && columnsNamed(input, node.columns);
  const fits = (c: ScopeColumn): boolean => isNumeric(node.type) ? isNumeric(c.type) : c.type.kind === node.type.kind;
  const items = input.columns.map((c): NamedExpr => {
    if (!fits(c) || (wanted && !wanted.includes(c))) return { id: c.id, name: c.name, expr: ref(c) };
    const value = makeCast(constant(node.value, node.type), c.type, 'implicit', binder.env.settings, node.span);
    const known = isFractional(c.type) ? binder.call('nanvl', [ref(c), makeCast(constant(null, DOUBLE), c.type, 'implicit', binder.env.settings, node.span)], place) : ref(c);
    return { id: binder.env.freshId(), name: c.name, expr: binder.call('coalesce', [known, value], place) };
  });
  const plan = project(input.plan, distinctIds(items, binder.env.freshId));
  return { plan, columns: outputOf(plan).map((c, i) => ({ ...c, qualifier: input.columns[i]!.qualifier })) };
}

export function bindDropNa(binder: Binder, node: Node<'drop_na'>, place: Place): Relation {
  const input = binder.bind(node.input, place);
  const columns = node.columns ? columnsNamed(input, node.columns) : input.columns;
  if (columns.length === 0) return input;
  const scope = scopeOf(binder, input, place);
  if (!node.columns) for (const c of columns) scope.resolve([c.name], node.span);
  // One condition, which is not taken apart: where it names the event time, all of it stays above the watermark.
  const predicate = binder.call('atleastnnonnulls', [constant(node.how === 'any' ? columns.length : 1, INT), ...columns.map((c) => ref(c))], place, true);
  return { ...input, plan: { kind: 'filter', input: input.plan, predicate } };
}

export function bindDeduplicate(binder: Binder, node: Node<'deduplicate'>, place: Place): Relation {
  const input = binder.bind(node.input, place);
  const columns = node.columns ? columnsNamed(input, node.columns) : input.columns;
  if (!node.withinWatermark) checkDistinct(columns, node.span);
  return { ...input, plan: { kind: 'deduplicate', input: input.plan, keys: [...new Set(columns.map((c) => c.id))], withinWatermark: node.withinWatermark } };
}

export function bindSample(binder: Binder, node: Node<'sample'>, place: Place): Relation {
  const input = binder.bind(node.input, place);
  if (node.rows) return { ...input, plan: { kind: 'limit', input: input.plan, limit: limitValue(binder, node.rows, 'limit', input, place), offset: 0 } };
  const upper = node.fraction ?? 1;
  if (upper < 0 || (upper > 1.000001 && !node.withReplacement)) fail('INVALID_SAMPLING_FRACTION', { fraction: String(upper) }, node.span);
  const seed = BigInt(node.seed ?? 0);
  return { ...input, plan: { kind: 'sample', input: input.plan, lower: 0, upper, seed, withReplacement: node.withReplacement ?? false } };
}

/** Partitioning changes no answer here; its expressions are still checked. */
function checkRepartition(binder: Binder, node: Node<'repartition'>, exprs: readonly BoundExpr[]): void {
  if (exprs.some((e) => find(e, (x) => x.kind === 'generator'))) failNowhere('UNSUPPORTED_GENERATOR.OUTSIDE_SELECT', { plan: `RepartitionByExpression [${exprs.map(printExpr).join(', ')}]` });
  checkOperator(exprs, 'RepartitionByExpression', node.span);
  if (binder.env.settings.compatSpark) checkUncorrelated(exprs, (e) => node.sorted ? `${printExpr(e)} ASC NULLS FIRST` : printExpr(e), node.span);
}
export function bindRepartition(binder: Binder, node: Node<'repartition'>, place: Place): Relation {
  if (node.input.kind === 'select') {
    const builder = new SelectBuilder(binder, node.input, place, undefined, node.exprs);
    checkRepartition(binder, node, node.exprs.map((e) => builder.above(e, 'repartition')));
    return builder.finish();
  }
  const input = binder.bind(node.input, place);
  checkRepartition(binder, node, node.exprs.map((e) => binder.expr(e, scopeOf(binder, input, place), 'repartition', place)));
  return input;
}

/** The columns of the input as the frame names them: what closures see. */
const shownTo = (binder: Binder, input: Relation): LogicalPlan =>
  project(input.plan, distinctIds(input.columns.map((c): NamedExpr => ({ id: c.id, name: c.name, expr: ref(c) })), binder.env.freshId));
const outputColumns = (binder: Binder, fields: readonly Field[]): readonly OutputColumn[] =>
  fields.map((f) => ({ id: binder.env.freshId(), name: f.name, type: f.type, nullable: f.nullable }));

export function bindKeyRows(binder: Binder, node: Node<'key_rows'>, place: Place): Relation {
  const input = binder.bind(node.input, place);
  const bare = node.typed === true && input.columns.length === 1;
  const row = bare ? input.columns[0]!.type : struct(input.columns.map((c) => field(c.name, c.type, c.nullable)));
  const key = node.key as (row: unknown) => unknown;
  const value = node.value?.fn as ((row: unknown) => unknown) | undefined;
  const fn = (r: unknown): unknown => ({ key: key(r), value: value === undefined ? r : value(r) });
  const columns = outputColumns(binder, [field('key', node.keyType), field('value', node.value?.type ?? row)]);
  return relationOf({ kind: 'map_rows', input: shownTo(binder, input), mode: 'map', fn, bare, columns });
}

export function bindGroupState(binder: Binder, node: Node<'group_state'>, place: Place): Relation {
  const input = binder.bind(node.input, place);
  const columns = outputColumns(binder, node.schema);
  const { call } = node;
  const eventTime = call.eventTime === undefined ? undefined : columns.find((c) => same(c.name, call.eventTime!)) ?? unresolvedColumn([call.eventTime], columns.map((c) => [c.name]), node.span);
  if (eventTime && eventTime.type.kind !== 'timestamp') fail('EVENT_TIME_IS_NOT_ON_TIMESTAMP_TYPE', { eventName: quoteName(eventTime.name), eventType: quoted(sqlName(eventTime.type)) }, node.span);
  const initial = node.initial && binder.bind(node.initial, place);
  return relationOf({
    kind: 'group_state', input: shownTo(binder, input), call, bare: node.typed === true && input.columns.length === 1, columns, ...(eventTime && { eventTime: eventTime.id }),
    ...(initial && { initial: shownTo(binder, initial), ...(node.initialTyped === true && initial.columns.length === 1 && { initialBare: true as const }) }),
  });
}

export function bindMapRows(binder: Binder, node: Node<'map_rows'>, place: Place): Relation {
  const input = binder.bind(node.input, place);
  const shown = shownTo(binder, input);
  const bare = node.typed === true && input.columns.length === 1;
  const columns = node.schema ? outputColumns(binder, node.schema) : outputOf(shown);
  const plan: LogicalPlan = { kind: 'map_rows', input: shown, mode: node.mode, fn: node.fn, bare, columns };
  return node.schema ? relationOf(plan) : { plan, columns: columns.map((c, i) => ({ ...c, qualifier: input.columns[i]!.qualifier })) };
}
