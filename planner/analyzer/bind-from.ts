// What stands in FROM: tables, views and streams by name, sources, inline tables, aliases, joins with their USING and LATERAL forms, lateral
// views.
// source: Spark's resolution of relations, joins (NATURAL and USING keep hidden originals), generators and inline tables.

import { commonType } from '../coercion.js';
import { EngineError, raise } from '../errors/index.js';
import { printExpr } from '../expr/print.js';
import { chained } from '../expr/conjuncts.js';
import { find, isDeterministic, walk } from '../expr/walk.js';
import { columnIds, freeColumns } from '../plan/columns.js';
import { checkDepth } from '../plan/depth.js';
import { isStreaming, outputOf } from '../plan/properties.js';
import { expressionsOf, visit } from '../plan/walk.js';
import { didYouMean, relationHint } from '../similar.js';
import { joinSpans, type Span } from '../spans.js';
import type { BoundExpr, BoundGenerator, ColumnId, Expr, LogicalJoinType, LogicalPlan, NamedExpr, OutputColumn, UnresolvedPlan } from '../tree.js';
import type { Row, Value } from '../values.js';
import { renamed } from './bind-cte.js';
import { bindTableFunction, generatorCall } from './bind-table-function.js';
import { type Binder, fail, failNowhere, pass, type Place, project, quoted, quoteName, quoteParts, ref, type Relation, relationOf, requalified, type ScopeColumn, scoped } from './binder.js';
import { checkJoinCondition, checkOperator } from './check-query.js';
import { implicit } from './coerce.js';
import { columnsNamed, QueryScope, same } from './scope.js';

type Node<K extends UnresolvedPlan['kind']> = UnresolvedPlan & { readonly kind: K };

/** Where names of relations are looked for, as messages say it. */
export const SEARCH_PATH = '[`system`.`builtin`, `system`.`session`, `spark_catalog`.`default`]';

export function bindRelation(binder: Binder, node: Node<'relation'>, place: Place): Relation {
  const name = node.name.at(-1)!;
  const cte = node.name.length === 1 ? place.ctes.get(name.toLowerCase()) : undefined;
  if (cte) return cte.use();
  const found = binder.env.relations.lookup(node.name);
  if (!found) return notFound(node, binder.env.relations.names);
  const key = node.name.join('.').toLowerCase();
  if (place.views.includes(key)) fail('RECURSIVE_VIEW', { viewIdent: quoteParts(node.name), newPath: [...place.views, key].map(quoteName).join(' -> ') }, node.span);
  let plan = found.plan;
  checkDepth(plan);
  if (node.options && plan.kind === 'source') plan = withOptions(plan, node.options);
  // A view knows nothing of the query around it.
  const bound = renamed(binder.bind(plan, { ctes: new Map(), views: [...place.views, key], functions: place.functions ?? [], timeZone: found.timeZone }), found.columns, node.span);
  if (node.stream && !isStreaming(bound.plan)) fail('STREAM_OF_STATIC_RELATION', { relationName: quoteParts(node.name) }, node.span);
  return requalified(bound, node.name);
}

const changed = new WeakMap<UnresolvedPlan, Map<string, Node<'source'>>>();
/** A source with further options: the same node each time, as what is known of a source (its schema) is known of the object. */
export function withOptions(plan: Node<'source'>, options: Readonly<Record<string, string>>): Node<'source'> {
  const known = changed.get(plan) ?? new Map<string, Node<'source'>>();
  changed.set(plan, known);
  const key = JSON.stringify(options);
  const made = known.get(key) ?? { ...plan, source: { ...plan.source, options: { ...plan.source.options, ...options } } };
  known.set(key, made);
  return made;
}

/** Catalogues that a name may begin with; what follows is a schema and a relation, no more. */
const SESSION_CATALOG = 'spark_catalog';
function notFound(node: Node<'relation'>, names: readonly string[]): never {
  const parts = same(node.name[0]!, SESSION_CATALOG) && node.name.length > 1 ? node.name.slice(1) : node.name;
  if (parts.length > 2 && !same(parts[0]!, 'system')) failNowhere('REQUIRES_SINGLE_PART_NAMESPACE', { sessionCatalog: SESSION_CATALOG, identifier: quoteParts(parts) }, node.span);
  return raise('TABLE_OR_VIEW_NOT_FOUND', { relationName: quoteParts(node.name), searchPath: SEARCH_PATH }, { span: node.span, hint: relationHint(node.name.at(-1)!, names) });
}

export function bindSource(binder: Binder, node: Node<'source'>): Relation {
  const { source, streaming } = node;
  const schema = binder.env.sourceSchema?.(source) ?? source.schema;
  if (!schema) return fail('UNABLE_TO_INFER_SCHEMA', { format: source.format }, node.span);
  const columns = schema.map((f): OutputColumn => ({ id: binder.env.freshId(), name: f.name, type: f.type, nullable: f.nullable }));
  return relationOf({ kind: 'scan', source: schema === source.schema ? source : { ...source, schema }, streaming, columns });
}

export function bindAlias(binder: Binder, node: Node<'subquery_alias'>, place: Place): Relation {
  const { input, columns } = node;
  const relation = binder.bind(input, place);
  // Without brackets the names are a part of the inline table.
  if (input.kind === 'inline_table' && columns && columns.length !== relation.columns.length && input.span?.start === node.span?.start) {
    fail('INVALID_INLINE_TABLE.NUM_COLUMNS_MISMATCH', { rowIndex: '0', expectedNumCols: String(columns.length), actualNumCols: String(relation.columns.length) }, node.span);
  }
  if (input.kind === 'table_function' && columns && columns.length !== relation.columns.length) {
    fail('NUM_TABLE_VALUE_ALIASES_MISMATCH', { funcName: quoteParts(input.name), aliasesNum: String(columns.length), outColsNum: String(relation.columns.length) }, node.span);
  }
  return aliased(relation, node);
}
const aliased = (relation: Relation, node: Node<'subquery_alias'>): Relation =>
  requalified(renamed(relation, node.columns, node.span), node.alias === '' ? [] : [node.alias]);

// ── inline tables ───────────────────────────────────────────────────────────────────────────────

export function bindInlineTable(binder: Binder, node: Node<'inline_table'>, place: Place): Relation {
  const { env } = binder;
  const rows = node.rows.map((row) => row.length === 1 ? unpacked(row[0]!) : row);
  const width = rows[0]!.length;
  rows.forEach((row, i) => {
    if (row.length !== width) fail('INVALID_INLINE_TABLE.NUM_COLUMNS_MISMATCH', { rowIndex: String(i), expectedNumCols: String(width), actualNumCols: String(row.length) }, node.span, joinSpans(row[0]?.span, row.at(-1)?.span));
  });
  const scope = new QueryScope(env, [], { outer: place.outer });
  const bound = rows.map((row) => row.map((cell) => {
    const expr = binder.expr(cell.kind === 'alias' ? cell.arg : cell, scope, 'values', place);
    if (find(expr, (e) => e.kind === 'subquery')) fail('UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.SCALAR_SUBQUERY_IN_VALUES', {}, node.span, cell.span);
    if (find(expr, (e) => e.kind === 'column' || e.kind === 'aggregate' || e.kind === 'window' || e.kind === 'generator' || e.kind === 'lambda' || (e.kind === 'apply' && (e.fn.deterministic === false || e.fn.byLambda === true)))) {
      fail('INVALID_INLINE_TABLE.CANNOT_EVALUATE_EXPRESSION_IN_INLINE_TABLE', { expr: quoted(printExpr(expr)) }, cell.span);
    }
    return expr;
  }));
  const columns = Array.from({ length: width }, (_, k): OutputColumn => {
    const cells = bound.map((row) => row[k]!);
    const type = cells.length === 1 ? cells[0]!.type : commonType(cells.map((c) => c.type), { strings: false })
      ?? fail('INVALID_INLINE_TABLE.INCOMPATIBLE_TYPES_IN_INLINE_TABLE', { colName: quoteName(`col${k + 1}`) }, node.span);
    return { id: env.freshId(), name: `col${k + 1}`, type, nullable: cells.some((c) => c.nullable) };
  });
  const cells = bound.map((row) => row.map((cell, k) => implicit(cell, columns[k]!.type, env.settings, cell.span)));
  const perEpoch = cells.some((row) => row.some((cell) => find(cell, (e) => e.kind === 'apply' && e.fn.perEpoch === true)));
  if (!perEpoch) return relationOf({ kind: 'values', columns, rows: cells.map((row): Row => row.map((cell) => evaluated(binder, cell, node.span))) });
  // What is known only when the query runs: a row each, computed then.
  const inputs = cells.map((row) => project({ kind: 'values', columns: [], rows: [[]] }, row.map((expr, k): NamedExpr => ({ id: env.freshId(), name: columns[k]!.name, expr }))));
  return relationOf({ kind: 'union', inputs, columns });
}
/** A row that is one struct is taken apart. */
const unpacked = (cell: Expr): readonly Expr[] => cell.kind === 'call' && cell.name.length === 1 && cell.name[0]!.toLowerCase() === 'struct' && cell.args.length > 0 ? cell.args.map((a) => a.value) : [cell];

function evaluated(binder: Binder, cell: BoundExpr, span: Span | undefined): Value {
  try {
    return binder.env.evaluate(cell, binder.env.settings);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return raise('INVALID_INLINE_TABLE.FAILED_SQL_EXPRESSION_EVALUATION', { sqlExpr: quoted(printExpr(cell)), reason: error.message.replace(/^\[[^\]]*\] /, '').replace(/\.$/, '') }, { cause: error, focus: error.focus ?? error.span ?? cell.span, ...(span ? { span } : { nowhere: true }) });
  }
}

export function bindLocalData(binder: Binder, node: Node<'local_data'>): Relation {
  const columns = node.schema.map((f): OutputColumn => ({ id: binder.env.freshId(), name: f.name, type: f.type, nullable: f.nullable }));
  return relationOf({ kind: 'values', columns, rows: node.rows });
}

// ── joins ───────────────────────────────────────────────────────────────────────────────────────

const logicalType = (type: Node<'join'>['type']): LogicalJoinType => type === 'cross' ? 'inner' : type;
const JOIN_TEXTS: Partial<Record<LogicalJoinType, string>> = { right: 'RIGHT OUTER', full: 'FULL OUTER', left_semi: 'LEFT SEMI', left_anti: 'LEFT ANTI' };
const keepsRight = (type: LogicalJoinType): boolean => type !== 'left_semi' && type !== 'left_anti';

export function bindJoin(binder: Binder, node: Node<'join'>, place: Place): Relation {
  const left = binder.bind(node.left, place);
  const leftScope = new QueryScope(binder.env, left.columns, { hidden: left.hidden, outer: place.outer });
  const type = logicalType(node.type);
  if (node.lateral) {
    if (node.natural) fail('INCOMPATIBLE_JOIN_TYPES', { joinType1: 'LATERAL', joinType2: 'NATURAL' }, node.span);
    if (node.using) fail('UNSUPPORTED_FEATURE.LATERAL_JOIN_USING', {}, node.span);
    if (type !== 'inner' && type !== 'left') fail('INVALID_LATERAL_JOIN_TYPE', { joinType: JOIN_TEXTS[type] ?? type }, node.span);
  }
  if (node.lateral && (type === 'inner' || type === 'left')) {
    const generated = lateralGenerator(binder, node, left, leftScope, place, type);
    if (generated) return generated;
  }
  const right = binder.bind(node.right, node.lateral ? { ...place, outer: leftScope } : place);
  if (node.lateral && binder.env.settings.compatSpark) visit(right.plan, (n) => { if (!expressionsOf(n).every(isDeterministic)) fail('UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.NON_DETERMINISTIC_LATERAL_SUBQUERIES', {}, node.span); });
  if (node.natural && (node.type === 'cross' || !keepsRight(type))) fail('INCOMPATIBLE_JOIN_TYPES', { joinType1: 'NATURAL', joinType2: JOIN_TEXTS[type] ?? 'CROSS' }, node.span);
  const common = node.natural ? left.columns.filter((l) => columnsNamed(right.columns, l.name).length > 0).map((c) => c.name) : node.using;
  if (common && common.length > 0) return usingJoin(binder, node, type, left, right, common, place);
  let condition: BoundExpr | null = null;
  if (node.on) {
    const scope = new QueryScope(binder.env, [...left.columns, ...right.columns], { hidden: [...left.hidden ?? [], ...right.hidden ?? []], outer: place.outer });
    condition = binder.expr(node.on, scope, 'join', place);
    checkJoinCondition(condition, node.span);
    if (binder.env.settings.compatSpark) checkJoinSubqueries(condition, left, right);
    const correlated = (e: BoundExpr): boolean => e.kind === 'subquery' && e.use === 'scalar' && e.outer.length > 0;
    if (binder.env.settings.compatSpark && find(condition, correlated)) fail('UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.UNSUPPORTED_CORRELATED_SCALAR_SUBQUERY', {}, node.span);
  }
  const plan = joinPlan(left.plan, right.plan, type, condition, node);
  return shown(plan, keepsRight(type) ? [...left.columns, ...right.columns] : left.columns, keepsRight(type) ? [...left.hidden ?? [], ...right.hidden ?? []] : left.hidden ?? []);
}

/** A subquery in ON sees one side only. source: checkSubqueryExpression of Spark's CheckAnalysis */
function checkJoinSubqueries(condition: BoundExpr, left: Relation, right: Relation): void {
  const isOf = (relation: Relation, ids: ReadonlySet<ColumnId>): boolean => outputOf(relation.plan).some((c) => ids.has(c.id));
  walk(condition, (e) => {
    if (e.kind !== 'subquery' || e.use === 'scalar') return true;
    const ids = columnIds(e);
    if (isOf(left, ids) && isOf(right, ids)) failNowhere('UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.UNSUPPORTED_CORRELATED_EXPRESSION_IN_JOIN_CONDITION', { subqueryExpression: printExpr(e) }, e.span);
    return true;
  });
}

/** A join, dependent if the right side refers to columns of the left. */
function joinPlan(left: LogicalPlan, right: LogicalPlan, type: LogicalJoinType, condition: BoundExpr | null, { span, type: written }: Node<'join'>): LogicalPlan {
  const given = new Set(outputOf(left).map((c) => c.id));
  const outer = freeColumns(right).filter((c) => given.has(c.id));
  const place = span && { span };
  if (outer.length === 0) return { kind: 'join', left, right, type, condition, ...(written === 'cross' && { cross: true as const }), ...place };
  const once = [...new Map(outer.map((c) => [c.id, c])).values()];
  return { kind: 'dependent_join', left, right, type, condition, outer: once, ...place };
}

/** The relation of a plan that shows these columns, as nullable as the plan gives them. */
function shown(plan: LogicalPlan, columns: readonly ScopeColumn[], hidden: readonly ScopeColumn[]): Relation {
  const output = new Map(outputOf(plan).map((c) => [c.id, c]));
  const refresh = (c: ScopeColumn): ScopeColumn => { const now = output.get(c.id); return now && now.nullable !== c.nullable ? { ...c, nullable: now.nullable } : c; };
  return { plan, columns: columns.map(refresh), ...(hidden.length > 0 && { hidden: hidden.map(refresh) }) };
}

function usingJoin(binder: Binder, node: Node<'join'>, type: LogicalJoinType, left: Relation, right: Relation, names: readonly string[], place: Place): Relation {
  const one = (relation: Relation, name: string, side: 'left' | 'right'): ScopeColumn => columnsNamed(relation.columns, name)[0]
    ?? raise('UNRESOLVED_USING_COLUMN_FOR_JOIN', { colName: quoteName(name), side, suggestion: relation.columns.map((c) => quoteName(c.name)).sort().join(', ') },
      { nowhere: true, focus: node.span, hint: didYouMean(name, relation.columns.map((c) => c.name)) });
  const pairs = names.map((name) => ({ l: one(left, name, 'left'), r: one(right, name, 'right') }));
  const condition = chained(pairs.map(({ l, r }) => binder.call('=', [ref(l), ref(r)], place, true)), (a, b) => binder.call('and', [a, b], place, true));
  const join = joinPlan(left.plan, right.plan, type, condition, node);
  const paired = new Set(pairs.flatMap((p) => [p.l, p.r]));
  const restLeft = left.columns.filter((c) => !paired.has(c));
  const hidden = [...left.hidden ?? [], ...(keepsRight(type) ? right.hidden ?? [] : [])];
  if (!keepsRight(type)) return shown(join, [...pairs.map((p) => p.l), ...restLeft], hidden);
  const rest = [...restLeft, ...right.columns.filter((c) => !paired.has(c))];
  if (type !== 'full') {
    const [kept, other]: readonly ['l' | 'r', 'l' | 'r'] = type === 'right' ? ['r', 'l'] : ['l', 'r'];
    return shown(join, [...pairs.map((p) => p[kept]), ...rest], [...hidden, ...pairs.map((p) => p[other])]);
  }
  const nullable = (c: ScopeColumn): BoundExpr => ({ ...ref(c), nullable: true });
  const merged = pairs.map(({ l, r }): NamedExpr => ({ id: binder.env.freshId(), name: l.name, expr: binder.call('coalesce', [nullable(l), nullable(r)], place) }));
  const plan = project(join, [...merged, ...outputOf(join).map(pass)]);
  const keys = outputOf(plan).slice(0, merged.length);
  return shown(plan, [...scoped(keys), ...rest], [...hidden, ...pairs.flatMap((p) => [p.l, p.r])]);
}

/** `t, LATERAL explode(t.xs) AS u(x)`: the generator runs over the left rows, without a join. */
function lateralGenerator(binder: Binder, node: Node<'join'>, left: Relation, scope: QueryScope, place: Place, type: 'inner' | 'left'): Relation | undefined {
  let fn = node.right;
  const aliases: Node<'subquery_alias'>[] = [];
  while (fn.kind === 'subquery_alias') { aliases.push(fn); fn = fn.input; }
  const call = fn.kind === 'table_function' ? generatorCall(binder, fn) : undefined;
  if (!call || (type === 'left' && node.on)) return undefined;
  const generator = binder.expr(call, scope, 'generator_argument', place);
  if (generator.kind !== 'generator') return undefined;
  checkGenerator(binder, generator, node.right.span);
  // Spark runs the generator over the left rows whatever the join: LEFT keeps no row of its own.
  const outer = (type === 'left' && !binder.env.settings.compatSpark) || generator.fn.name.endsWith('_outer');
  const columns = generatorColumns(binder, generator, outer);
  let plan: LogicalPlan = { kind: 'generate', input: left.plan, generator, outer, columns };
  const right = aliases.reduceRight((relation, alias) => aliased(relation, alias), { plan, columns: scoped(columns) } as Relation);
  if (node.on) {
    const predicate = binder.expr(node.on, new QueryScope(binder.env, [...left.columns, ...right.columns], { outer: place.outer }), 'join', place);
    checkJoinCondition(predicate, node.span);
    plan = { kind: 'filter', input: plan, predicate };
  }
  return { plan, columns: [...left.columns, ...right.columns], ...(left.hidden && { hidden: left.hidden }) };
}

/** The arguments of a generator in FROM: no aggregate, no window, no test of a subquery. */
function checkGenerator(binder: Binder, { args }: BoundGenerator, span: Span | undefined): void {
  checkOperator(args, 'Generate', span);
  const test = binder.env.settings.compatSpark && args.some((a) => find(a, (e) => e.kind === 'subquery' && e.use !== 'scalar'));
  if (test) fail('UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.UNSUPPORTED_IN_EXISTS_SUBQUERY', {}, span);
}
export const generatorColumns = (binder: Binder, generator: BoundGenerator, outer: boolean): readonly OutputColumn[] =>
  generator.columns.map((f) => ({ id: binder.env.freshId(), name: f.name, type: f.type, nullable: f.nullable || outer }));

export function bindLateralView(binder: Binder, node: Node<'lateral_view'>, place: Place): Relation {
  const input = binder.bind(node.input, place);
  const scope = new QueryScope(binder.env, input.columns, { hidden: input.hidden, outer: place.outer });
  const { generator: call } = node;
  if (call.kind === 'call' && call.name.length === 1 && !binder.env.functions.lookup(call.name[0]!.toLowerCase())) fail('ROUTINE_NOT_FOUND', { routineName: quoteParts(['default', ...call.name]) }, node.span, call.span);
  const generator = binder.expr(call, scope, 'lateral_view', place);
  if (generator.kind !== 'generator') {
    const functionName = node.generator.kind === 'call' ? quoteParts(node.generator.name) : quoted(printExpr(generator));
    return fail('UNSUPPORTED_GENERATOR.NOT_GENERATOR', { functionName, classCanonicalName: generator.kind === 'apply' ? generator.fn.name : generator.kind }, node.span, call.span);
  }
  checkGenerator(binder, generator, node.span);
  const outer = node.outer || generator.fn.name.endsWith('_outer');
  if (node.columns.length > 0 && node.columns.length !== generator.columns.length) {
    fail('UDTF_ALIAS_NUMBER_MISMATCH', { aliasesSize: String(generator.columns.length), aliasesNames: node.columns.join(',') }, node.span);
  }
  const columns = generatorColumns(binder, generator, outer).map((c, i) => ({ ...c, name: node.columns[i] ?? c.name }));
  const plan: LogicalPlan = { kind: 'generate', input: input.plan, generator, outer, columns };
  return { plan, columns: [...input.columns, ...scoped(columns, node.alias ? [node.alias] : [])], ...(input.hidden && { hidden: input.hidden }) };
}

export function bindFunction(binder: Binder, node: Node<'table_function'>, place: Place): Relation {
  return bindTableFunction(binder, node, place, (generator) => generatorColumns(binder, generator, generator.fn.name.endsWith('_outer')));
}
