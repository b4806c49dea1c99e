// PIVOT and UNPIVOT. A pivot aggregates by its keys and the pivoted columns, then takes for each listed value the one group that has it; an
// unpivot repeats each row once for each of its column groups.
// source: Spark's PivotTransformer (two aggregations) and ResolveUnpivot.

import { canCast, commonType, isOrderable } from '../coercion.js';
import { columnName, printExpr } from '../expr/print.js';
import { isFoldable, transform } from '../expr/walk.js';
import { columnIds } from '../plan/columns.js';
import { outputOf } from '../plan/properties.js';
import type { BoundAggregate, BoundExpr, Expr, LogicalPlan, NamedAggregate, NamedExpr, OutputColumn, PlanOf, UnresolvedPlan } from '../tree.js';
import { type DataType, field, isNumeric, simpleName, sqlName, STRING, struct } from '../types.js';
import { AggregateBuilder, hasAggregate } from './bind-group.js';
import { type Binder, constant, fail, failNowhere, pass, type Place, project, quoted, quoteName, ref, type Relation } from './binder.js';
import { implicit, makeCast, need } from './coerce.js';
import { givenName } from './expand-star.js';
import { QueryScope, same } from './scope.js';
import { unaliased } from './unresolved.js';

type PivotNode = UnresolvedPlan & { readonly kind: 'pivot' };
type UnpivotNode = UnresolvedPlan & { readonly kind: 'unpivot' };

export function bindPivot(binder: Binder, node: PivotNode, place: Place): Relation {
  const { env } = binder;
  const input = binder.bind(node.input, place);
  const scope = new QueryScope(env, input.columns, { hidden: input.hidden, outer: place.outer });
  const bind = (e: Expr): BoundExpr => binder.expr(node.span ? { ...unaliased(e), span: node.span } : unaliased(e), scope, 'pivot', place);
  const on = node.on.map(bind);
  on.forEach((e, i) => { if (!isOrderable(e.type)) failNowhere('INCOMPARABLE_PIVOT_COLUMN', { columnName: quoteName(printExpr(e)) }, node.on[i]!.span); });
  // Of a bounded input they have been looked for.
  const given = node.values ?? env.pivotValues?.(node) ?? failNowhere('_LEGACY_ERROR_TEMP_3063', { operation: 'pivot' });
  const aggregates = node.aggregates.map((written) => {
    const expr = binder.expr(unaliased(written), scope, 'pivot', place);
    if (!hasAggregate(expr)) fail('_LEGACY_ERROR_TEMP_1006', { sql: printExpr(expr) }, written.span);
    return { expr, name: written.kind === 'alias' ? written.names[0]! : columnName(written, expr) };
  });
  const values = given.map((value) => {
    const parts = value.exprs.map((e) => {
      const bound = binder.expr(unaliased(e), scope, 'pivot', place);
      return isFoldable(bound) ? bound : failNowhere('NON_LITERAL_PIVOT_VALUES', { expression: quoted(printExpr(bound)) }, e.span);
    });
    // Where their number is another, the values together are one struct.
    const whole = parts.length > 1 && on.length === 1 ? [binder.call('struct', parts, place)] : parts;
    if (whole.length !== on.length) mistyped(env, whole[0]!, struct(on.map((e) => field(printExpr(e), e.type))));
    const exprs = whole.map((bound, i) => {
      const { type } = on[i]!;
      // Spark asks what the old mode could cast, in which a date is no number: NULL.
      if (canCast(bound.type, type, false).kind !== 'yes' && !(bound.type.kind === 'date' && isNumeric(type))) mistyped(env, bound, type);
      const value = bound.type.kind === 'date' && isNumeric(type) ? null : env.evaluate(makeCast(bound, type, 'implicit', env.settings, bound.span), env.settings);
      return { value, type, bound };
    });
    const texts = exprs.map((e) => valueText(env, e.bound));
    return { exprs, name: value.alias ?? (exprs.length === 1 ? texts[0]! : `{${texts.join(', ')}}`) };
  });
  const used = columnIds(...on, ...aggregates.map((a) => a.expr));
  const keys = node.keys ? node.keys.map((k) => binder.expr(unaliased(k), scope, 'group_by', place)) : input.columns.filter((c) => !used.has(c.id)).map((c) => ref(c));
  const matching = (v: (typeof values)[number], columns: readonly BoundExpr[]): BoundExpr =>
    v.exprs.map((e, i) => binder.call('<=>', [columns[i]!, constant(e.value, e.type)], place, true)).reduce((a, b) => binder.call('and', [a, b], place, true));
  const nameOf = (v: (typeof values)[number], aggregate: string): string => aggregates.length === 1 ? v.name : `${v.name}_${aggregate}`;
  const builderOf = (by: readonly BoundExpr[], names: readonly string[]): AggregateBuilder =>
    new AggregateBuilder(binder, input.plan, { keys: by.map((expr) => ({ expr, written: { kind: 'star' } })), sets: [by.map((_, i) => i)], analytic: false }, { names, byClause: true, span: node.span, session: undefined });
  const keyNames = keys.map((k, i) => node.keys ? columnName(node.keys[i]!, k) : printExpr(k));
  if (!aggregates.every((a) => isPickable(a.expr.type))) {
    const builder = builderOf(keys, keyNames);
    const items = values.flatMap((v) => aggregates.map((a): NamedExpr => {
      const mine = matching(v, on);
      const expr = transform(a.expr, (e) => e.kind !== 'aggregate' ? e
        : { ...e, filter: e.filter ? binder.call('and', [e.filter, mine], place, true) : mine, ...((e.fn.name === 'first' || e.fn.name === 'last') && { ignoreNulls: true as const }) });
      return { id: env.freshId(), name: nameOf(v, a.name), expr: builder.lower(expr, () => false) };
    }));
    const plan = builder.build();
    return named(project(plan, [...builder.keyColumns.map(pass), ...items]), keys, input);
  }
  // First by keys and pivoted columns.
  const builder = builderOf([...keys, ...on], [...keyNames, ...on.map(printExpr)]);
  const lowered = aggregates.map((a) => builder.lower(a.expr, () => false));
  const grouped = builder.build();
  const [keyColumns, onColumns] = [builder.keyColumns.slice(0, keys.length), builder.keyColumns.slice(keys.length)];
  const inner = lowered.map((expr, i): NamedExpr => ({ id: env.freshId(), name: aggregates[i]!.name, expr }));
  const first = project(grouped, [...builder.keyColumns.map(pass), ...inner]);
  // Then each value's group, if there is one.
  const pick = need(env, 'first');
  const picked = values.flatMap((v) => inner.map((agg): NamedAggregate => {
    const filter = matching(v, onColumns.map((c) => ref(c)));
    const aggregate: BoundAggregate = {
      kind: 'aggregate', fn: pick, name: 'first', args: [{ kind: 'column', id: agg.id, name: agg.name, type: agg.expr.type, nullable: agg.expr.nullable }], distinct: false, filter, type: agg.expr.type, nullable: true,
    };
    return { id: env.freshId(), name: nameOf(v, agg.name), aggregate };
  }));
  return named({ kind: 'aggregate', input: first, grouping: keyColumns.map((c): NamedExpr => pass(c)), aggregates: picked }, keys, input);
}

/** The relation of a plan whose first columns are `kept` of the input: they keep their qualifiers. */
function named(plan: LogicalPlan, kept: readonly BoundExpr[], input: Relation): Relation {
  const qualifierOf = (e: BoundExpr | undefined): readonly string[] => (e?.kind === 'column' && input.columns.find((c) => c.id === e.id)?.qualifier) || [];
  return { plan, columns: outputOf(plan).map((c, i) => ({ ...c, qualifier: qualifierOf(kept[i]) })) };
}

function valueText(env: Binder['env'], value: BoundExpr): string {
  const text = env.evaluate(makeCast(value, STRING, 'implicit', env.settings, undefined), env.settings);
  return text === null ? 'null' : String(text);
}
const mistyped = (env: Binder['env'], value: BoundExpr, to: DataType): never =>
  failNowhere('PIVOT_VALUE_DATA_TYPE_MISMATCH', { value: valueText(env, value), valueType: simpleName(value.type), pivotType: simpleName(to) }, value.span);

/** What Spark picks from a first aggregation; other types are aggregated in one, each value over its own rows: where there are none, count is 0 and not NULL. source: PivotFirst */
const isPickable = (t: DataType): boolean => isNumeric(t) || t.kind === 'boolean';

export function bindUnpivot(binder: Binder, node: UnpivotNode, place: Place): Relation {
  const { env } = binder;
  const input = binder.bind(node.input, place);
  const scope = new QueryScope(env, input.columns, { hidden: input.hidden, outer: place.outer });
  const groups = node.values.map((v) => ({ exprs: v.columns.map((c) => binder.expr(c, scope, 'pivot', place)), alias: v.alias }));
  const width = node.valueNames.length;
  for (const g of groups) {
    if (g.exprs.length !== width) fail('UNPIVOT_VALUE_SIZE_MISMATCH', { names: String(width) }, node.span);
  }
  // Which columns are left over, only columns can tell.
  const parts = node.ids ? [] : groups.flatMap((g) => g.exprs).filter((e) => e.kind !== 'column');
  if (parts.length > 0) failNowhere('UNPIVOT_REQUIRES_ATTRIBUTES', { given: 'value', empty: 'id', expressions: parts.map((e) => quoted(`${printExpr(e)} AS ${givenName(e)}`)).join(', ') }, node.span);
  const used = columnIds(...groups.flatMap((g) => g.exprs));
  const ids = node.ids ? node.ids.map((e) => binder.expr(e, scope, 'pivot', place)) : input.columns.filter((c) => !used.has(c.id)).map((c) => ref(c));
  const types = Array.from({ length: width }, (_, k) => commonType(groups.map((g) => g.exprs[k]!.type), { strings: false }) ?? failNowhere('UNPIVOT_VALUE_DATA_TYPE_MISMATCH', { types: mismatch(groups.map((g) => g.exprs[k]!)) }));
  const idColumns = ids.map((e, i): OutputColumn => ({ id: env.freshId(), name: node.ids ? columnName(node.ids[i]!, e) : printExpr(e), type: e.type, nullable: e.nullable }));
  const nameColumn: OutputColumn = { id: env.freshId(), name: node.nameColumn, type: STRING, nullable: false };
  const valueColumns = node.valueNames.map((name, k): OutputColumn => ({ id: env.freshId(), name, type: types[k]!, nullable: groups.some((g) => g.exprs[k]!.nullable) }));
  const expand: PlanOf<'expand'> = {
    kind: 'expand', input: input.plan, columns: [...idColumns, nameColumn, ...valueColumns],
    projections: groups.map((g) => [...ids, constant(g.alias ?? g.exprs.map(printExpr).join('_'), STRING), ...g.exprs.map((e, k) => implicit(e, types[k]!, env.settings, node.span))]),
  };
  if (node.includeNulls) return named(expand, ids, input);
  for (const c of valueColumns) {
    const twice = expand.columns.filter((o) => same(o.name, c.name));
    if (twice.length > 1) fail('AMBIGUOUS_REFERENCE', { name: quoteName(c.name), referenceNames: `[${twice.map((o) => quoteName(o.name)).join(', ')}]` }, node.span);
  }
  // A row stays if any of its values is there.
  const predicate = valueColumns.map((c) => binder.call('isnotnull', [ref(c)], place)).reduce((a, b) => binder.call('or', [a, b], place, true));
  return named({ kind: 'filter', input: expand, predicate }, ids, input);
}

function mismatch(exprs: readonly BoundExpr[]): string {
  const byType = new Map<string, string[]>();
  for (const e of exprs) {
    const type = sqlName(e.type);
    byType.set(type, [...byType.get(type) ?? [], quoteName(printExpr(e))]);
  }
  return [...byType].sort(([a], [b]) => a < b ? -1 : 1).map(([type, names]) => `${quoted(type)} (${names.join(', ')})`).join(', ');
}
