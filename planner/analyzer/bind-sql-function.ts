// Functions written in SQL: what CREATE FUNCTION checks, and calls, which stand for the function's body. The body is bound anew for each call,
// in a place of its own: it sees the parameters and nothing of the query around it. A parameter is its argument, cast to the parameter's type;
// one that is used more than once and is random, or large, is computed once for all its uses.
// source: Spark's SQLFunction, ResolveSQLFunctions and CreateSQLFunctionCommand.

import { type ConditionName, raise } from '../errors/index.js';
import { children, find, isDeterministic } from '../expr/walk.js';
import { outputOf } from '../plan/properties.js';
import type { Span } from '../spans.js';
import type { BoundExpr, BoundLambda, Expr, FunctionSpec, NamedExpr, SqlFunction, SqlParameter, UnresolvedPlan } from '../tree.js';
import { array, type DataType, field, INT, sameType } from '../types.js';
import { byPosition, checkCount, type NamedArgument } from './arguments.js';
import { extractField } from './bind-field.js';
import { type Binder, constant, fail, type Place, project, quoteName, quoteParts, ref, type Relation, requalified, type ScopeColumn } from './binder.js';
import { apply, checkedCast, makeCast } from './coerce.js';
import type { AnalysisEnv, ExprContext } from './context.js';
import type { ExprBinder } from './expr-binder.js';
import { matchName, QueryScope } from './scope.js';

/** An argument of more nodes than this is not repeated. */
const LARGE = 100;

/** Where the body of a function stands that is called at `place`. @throws CYCLIC_FUNCTION_REFERENCE */
export function functionPlace(name: string, place: Place): Place {
  const functions = [...place.functions ?? [], name];
  if (place.functions?.includes(name)) raise('CYCLIC_FUNCTION_REFERENCE', { path: functions.join(' -> ') }, { nowhere: true });
  return { ctes: new Map(), views: place.views, functions };
}

// ── Calls ───────────────────────────────────────────────────────────────────────────────────────

/** A call of a function that gives a value. `given`: by the order of the parameters, undefined for one left out. */
export function bindSqlCall(fn: SqlFunction, given: readonly (BoundExpr | undefined)[], span: Span | undefined, b: ExprBinder, ctx: ExprContext): BoundExpr {
  const args = fn.params.map((param, i) => castTo(given[i] ?? b.bind(param.default!, ctx.inFunction(fn.name, new QueryScope(ctx.env, []))), param.type, span, ctx.env));
  if (fn.readsData) for (const [i, arg] of args.entries()) refuseInQuery(arg, fn, fn.params[i]!, span);
  const bound = bodyOver(fn, args, b, ctx);
  const once = args.flatMap((arg, i) => bound.uses[i]! > 1 && (!isDeterministic(arg) || sizeOf(arg) > LARGE) && !fn.readsData ? [i] : []);
  const value = once.length > 0 ? computedOnce(fn, args, once, b, ctx) : bound.value;
  ctx.grow(sizeOf(value), span);
  const written = { name: fn.name, args: given.filter((a) => a !== undefined) };
  return { ...castTo(value, fn.returns!, span, ctx.env), written };
}

/** The body with the arguments for the parameters' names, and how often each is used. */
function bodyOver(fn: SqlFunction, args: readonly BoundExpr[], b: ExprBinder, ctx: ExprContext): { readonly value: BoundExpr; readonly uses: readonly number[] } {
  const uses = args.map(() => 0);
  const inner = ctx.inFunction(fn.name, parameterScope(fn, args, ctx.env, uses));
  const { query } = fn;
  return { value: b.bind(query ? { kind: 'subquery', use: 'scalar', plan: query } : fn.body!, inner), uses };
}

/** The names of the parameters, bare or behind the function's name. */
function parameterScope(fn: SqlFunction, args: readonly BoundExpr[], env: AnalysisEnv, uses?: number[]): QueryScope {
  const qualifier = fn.name.split('.');
  const columns = fn.params.map((p, id): ScopeColumn => ({ id, name: p.name, type: p.type, nullable: true, qualifier }));
  return new QueryScope(env, [], {
    propose: columns,
    before(parts, span) {
      const match = matchName(columns, parts);
      if (!match) return undefined;
      const { id } = match.columns[0]!;
      if (uses) uses[id]!++;
      return match.path.reduce<BoundExpr>((base, path) => extractField(base, path, env, span), args[id]!);
    },
  });
}

/** The body as a lambda over the arguments at `once`. */
function computedOnce(fn: SqlFunction, args: readonly BoundExpr[], once: readonly number[], b: ExprBinder, ctx: ExprContext): BoundExpr {
  const variables = new Map(once.map((i) => [i, { id: ctx.env.freshId(), name: fn.params[i]!.name, type: args[i]!.type, nullable: args[i]!.nullable }]));
  const { value } = bodyOver(fn, args.map((arg, i): BoundExpr => variables.has(i) ? { kind: 'variable', ...variables.get(i)! } : arg), b, ctx);
  return once.reduceRight((body, i) => {
    const { env } = ctx;
    const lambda: BoundLambda = { kind: 'lambda', params: [variables.get(i)!], body, type: body.type, nullable: body.nullable };
    const one = apply(env, 'array', [args[i]!], { type: array(args[i]!.type, args[i]!.nullable), span: args[i]!.span });
    const made = apply(env, 'transform', [one, lambda], { type: array(body.type, body.nullable), span: body.span });
    return apply(env, 'get', [made, constant(0, INT)], { type: body.type, span: body.span });
  }, value);
}

/** Inside of a query an argument can be a value or a column around it, not what is computed beside it. */
function refuseInQuery(arg: BoundExpr, fn: SqlFunction, param: SqlParameter, span: Span | undefined): void {
  const computed = !isDeterministic(arg) || find(arg, (e) => e.kind === 'aggregate' || e.kind === 'window' || e.kind === 'generator' || e.kind === 'subquery' || e.kind === 'variable');
  if (computed) raise('NOT_SUPPORTED_YET', { feature: `An aggregate, a subquery or a random value as the argument ${param.name} of ${fn.name}(), whose body is a query` }, { span, hint: 'Compute it in a subquery in FROM and pass its column.' });
}

const castTo = (arg: BoundExpr, type: DataType, span: Span | undefined, env: AnalysisEnv): BoundExpr =>
  sameType(arg.type, type, true) ? arg : checkedCast(makeCast(arg, type, 'implicit', env.settings, span), env.settings);

const sizes = new WeakMap<BoundExpr, number>();
/** How many nodes an expression has, shared ones each time. */
function sizeOf(expr: BoundExpr): number {
  const known = sizes.get(expr);
  if (known !== undefined) return known;
  const size = children(expr).reduce((n, child) => n + sizeOf(child), 1);
  sizes.set(expr, size);
  return size;
}

/** A call in FROM of a function that gives rows. */
export function bindSqlTable(binder: Binder, fn: SqlFunction, node: UnresolvedPlan & { readonly kind: 'table_function' }, place: Place): Relation {
  const { env } = binder;
  const { span } = node;
  const scope = new QueryScope(env, [], { outer: place.outer });
  const written = node.args.map((a): NamedArgument<BoundExpr> => 'table' in a ? fail('TABLE_VALUED_ARGUMENTS_NOT_YET_IMPLEMENTED_FOR_SQL_FUNCTIONS', { action: 'call', functionName: quoteParts(fn.name.split('.')) }, span)
    : { ...(a.name !== undefined && { name: a.name }), value: binder.expr(a.value, scope, 'argument', place) });
  const spec = specOf(fn);
  const given = byPosition(spec, fn.name, written, span);
  if (!given.includes(undefined)) checkCount(spec, fn.name, given.length, undefined);
  const inner = functionPlace(fn.name, place);
  const args = fn.params.map((param, i) => castTo(given[i] ?? binder.expr(param.default!, new QueryScope(env, []), 'argument', inner), param.type, span, env));
  for (const [i, arg] of args.entries()) refuseInQuery(arg, fn, fn.params[i]!, span);
  return requalified(tableOver(binder, fn, args, inner), [fn.name.split('.').at(-1)!]);
}

function tableOver(binder: Binder, fn: SqlFunction, args: readonly BoundExpr[], place: Place, span?: Span): Relation {
  const { env } = binder;
  const body = binder.bind(fn.query!, { ...place, outer: parameterScope(fn, args, env) });
  if (!fn.columns) return body;
  if (body.columns.length !== fn.columns.length) raise('USER_DEFINED_FUNCTIONS.RETURN_COLUMN_COUNT_MISMATCH', { outputSize: String(body.columns.length), returnParamSize: String(fn.columns.length), name: fn.name }, { span });
  const items = fn.columns.map((f, i): NamedExpr => ({ id: env.freshId(), name: f.name, expr: castTo(ref(body.columns[i]!), f.type, span, env) }));
  const plan = project(body.plan, items);
  return { plan, columns: outputOf(plan).map((c) => ({ ...c, qualifier: [] })) };
}

// ── What a session makes of a definition ────────────────────────────────────────────────────────

/** How the function is called. */
export const specOf = (fn: SqlFunction): FunctionSpec => ({
  name: fn.name, kind: fn.table ? 'table' : 'scalar', doc: fn.comment ?? '', examples: [], nulls: 'custom', sql: fn, result: () => fn.returns ?? { kind: 'void' },
  params: fn.params.map(({ name, default: given }) => ({ name, accepts: { kind: 'class', class: 'any' }, ...(given && { optional: true as const }) })),
});

/** The definition with the types that its body gives, checked. `span`: of the statement.
 *  @throws what the body has wrong, DUPLICATE_ROUTINE_…, USER_DEFINED_FUNCTIONS.…, INVALID_SQL_FUNCTION_DATA_ACCESS, CYCLIC_FUNCTION_REFERENCE */
export function checkSqlFunction(fn: SqlFunction, binder: Binder, span: Span | undefined): SqlFunction {
  const { env } = binder;
  const functionName = fn.name.split('.').at(-1)!;
  refuseDoubles('DUPLICATE_ROUTINE_PARAMETER_NAMES', 'names', functionName, fn.params, span);
  refuseDoubles('DUPLICATE_ROUTINE_RETURNS_COLUMNS', 'columns', functionName, fn.columns ?? [], span);
  const place = functionPlace(fn.name, { ctes: new Map(), views: [] });
  checkDefaults(fn, functionName, binder, place, span);
  if (fn.table && !fn.query) fail('USER_DEFINED_FUNCTIONS.SQL_TABLE_UDF_BODY_MUST_BE_A_QUERY', { name: functionName }, span);
  const args = fn.params.map((p) => ref({ id: env.freshId(), name: p.name, type: p.type, nullable: true }));
  if (fn.table) {
    if (!fn.columns && unnamed(fn.query!)) fail('USER_DEFINED_FUNCTIONS.SQL_TABLE_UDF_MISSING_COLUMN_NAMES', { functionName: quoteName(functionName) }, span);
    const { columns } = tableOver(binder, fn, args, place, span);
    return dataAccess({ ...fn, columns: fn.columns ?? columns.map((c) => field(c.name, c.type, c.nullable)) }, true, span);
  }
  const value = binder.expr(fn.query ? { kind: 'subquery', use: 'scalar', plan: fn.query, span } : fn.body!, parameterScope(fn, args, env), 'argument', place);
  refuseComplex(value, fn, span);
  if (fn.returns) castTo(value, fn.returns, span, env);
  return dataAccess({ ...fn, returns: fn.returns ?? value.type }, find(value, (e) => e.kind === 'subquery') !== undefined, span);
}

function refuseDoubles(condition: ConditionName, names: 'names' | 'columns', routineName: string, of: readonly { readonly name: string }[], span: Span | undefined): void {
  const lower = of.map((f) => f.name.toLowerCase());
  const twice = [...new Set(lower.filter((name, i) => lower.indexOf(name) !== i))];
  if (twice.length > 0) fail(condition, { routineName, [names]: twice.map(quoteName).join(', ') }, span);
}

function checkDefaults(fn: SqlFunction, functionName: string, binder: Binder, place: Place, span: Span | undefined): void {
  for (const [i, param] of fn.params.entries()) {
    const next = fn.params[i + 1];
    if (!param.default) continue;
    if (next && !next.default) fail('USER_DEFINED_FUNCTIONS.NOT_A_VALID_DEFAULT_PARAMETER_POSITION', { functionName, parameterName: param.name, nextParameterName: next.name }, span);
    const value = binder.expr(param.default, new QueryScope(binder.env, []), 'argument', place);
    if (find(value, (e) => e.kind === 'subquery')) fail('USER_DEFINED_FUNCTIONS.NOT_A_VALID_DEFAULT_EXPRESSION', { functionName, parameterName: param.name }, param.default.span ?? span);
    refuseComplex(value, fn, param.default.span ?? span);
    castTo(value, param.type, param.default.span ?? span, binder.env);
  }
}
function refuseComplex(value: BoundExpr, { text }: SqlFunction, span: Span | undefined): void {
  if (find(value, (e) => e.kind === 'aggregate' || e.kind === 'window' || e.kind === 'generator')) fail('USER_DEFINED_FUNCTIONS.CANNOT_CONTAIN_COMPLEX_FUNCTIONS', { queryText: text }, span);
}
function dataAccess(fn: SqlFunction, readsData: boolean, span: Span | undefined): SqlFunction {
  if (readsData && fn.readsData === false) fail('INVALID_SQL_FUNCTION_DATA_ACCESS', {}, span);
  return { ...fn, readsData };
}
/** A column of the query would have its text for a name. */
function unnamed(query: UnresolvedPlan): boolean {
  if (query.kind === 'select') return query.items.some((item: Expr) => !['name', 'alias', 'star', 'field', 'frame_column'].includes(item.kind));
  if (query.kind === 'set_operation') return unnamed(query.left);
  return (query.kind === 'sort' || query.kind === 'limit' || query.kind === 'filter') && unnamed(query.input);
}
