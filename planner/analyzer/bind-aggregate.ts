// Calls of aggregate functions, with DISTINCT, FILTER and WITHIN GROUP, and the functions of windows.

import { implicitCast } from '../coercion.js';
import { raise } from '../errors/index.js';
import { sameExpr } from '../expr/equal.js';
import { printExpr, sqlExpr } from '../expr/print.js';
import { find, isDeterministic } from '../expr/walk.js';
import type { BoundAggregate, BoundApply, BoundExpr, BoundSort, Call, Expr, FunctionSpec } from '../tree.js';
import * as T from '../types.js';
import { byPosition, type CallText, checkCount, coerceArguments, withDefaults } from './arguments.js';
import { wholeText } from './bind-lambda.js';
import { type Argument, bindArguments, CLAUSES, refuseLambda } from './call-arguments.js';
import { callSpec, callView, definite, evaluateConstants, ownRules, rawCall, requireConstants, textOf } from './call-spec.js';
import { constant, implicit, placed } from './coerce.js';
import type { ExprContext } from './context.js';
import type { CallExpr, ExprBinder } from './expr-binder.js';

/** An aggregate call, as such or as the function of a window. */
export function bindAggregate(b: ExprBinder, spec: FunctionSpec, name: string, expr: CallExpr, ctx: ExprContext, windowed = false): BoundAggregate {
  const { span } = expr;
  const inner: ExprContext = windowed ? ctx : { ...ctx, scope: ctx.scope.inAggregate ?? ctx.scope, clause: 'aggregate_argument', refusesAggregates: ctx.refusesAggregates ?? (ctx.clause === 'where' || ctx.clause === 'group_by') };
  const star = name === 'count' && expr.args.some((a) => a.value.kind === 'star' && !a.value.except);
  const written = star && expr.args.length === 1 && !expr.distinct ? [constant(1, T.INT, span)] : bindArguments(b, expr, inner).map((a) => {
    if (a.name !== undefined) return raise('NAMED_PARAMETERS_NOT_SUPPORTED', { functionName: `\`${name}\`` }, { span });
    return 'bound' in a ? a.bound : refuseLambda(name, span);
  });
  checkCount(spec, name, written.length, span);
  const orders = withinGroup(b, spec, name, expr, inner);
  if (expr.nulls === 'ignore' && !IGNORES_NULLS.has(spec.name)) raise('INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX', { prettyName: `\`${name}\``, syntax: 'IGNORE NULLS' }, { span });
  const raw = definite(withDefaults(spec, written));
  const text = textOf(spec, name, ctx, span);
  const orderBy = orders && coerceOrdered(spec, raw, orders, text);
  const call = (args: readonly BoundExpr[]): Call => callView(spec, name, args, ctx, span);
  const shown = expr.nulls === 'ignore' && RENAMED_BY_NULLS[name] !== undefined ? RENAMED_BY_NULLS[name]! : name;
  const resolved = spec.resolve && placed(span, () => spec.resolve!(rawCall(b, spec, name, raw, { span, operator: false, distinct: expr.distinct ?? false }, ctx)));
  const filter = expr.filter && bindFilter(b, expr, expr.filter, ctx);
  const extra = { ...(filter && { filter }), ...(orderBy && { orderBy }), ...(expr.nulls === 'ignore' && { ignoreNulls: true as const }) };
  if (resolved) {
    if (resolved.kind !== 'aggregate') return notAggregate(resolved, spec);
    const node: BoundAggregate = { ...resolved, distinct: expr.distinct ?? resolved.distinct, span, ...extra };
    return resolved.written?.print === undefined ? { ...node, written: { name: shown, args: raw } } : node;
  }
  const args = coerceArguments(spec, raw, text);
  // Each value once: in no other order than its own.
  if (expr.distinct && orderBy && orderBy.length > 0 && !(orderBy.length === 1 && sameExpr(orderBy[0]!.expr, raw[0]!))) {
    raise('INVALID_WITHIN_GROUP_EXPRESSION.MISMATCH_WITH_DISTINCT_INPUT', { funcName: `\`${name}\``, funcArg: sqlExpr(raw[0]!), orderingExpr: orderBy.map((s) => sqlExpr(s.expr)).join(', ') }, { nowhere: true });
  }
  const sample = expr.withinGroup && orderBy ? [...args, ...orderBy.map((s) => s.expr)] : args;
  const type = ownRules(spec, text, args, () => {
    evaluateConstants(spec, args, ctx.env);
    if (spec.check) spec.check(call(args));
    requireConstants(spec, args, text);
    return spec.result(call(sample));
  });
  const nullable = spec.nullable ? spec.nullable(call(args)) : spec.emptyResult === undefined;
  const node: BoundAggregate = { kind: 'aggregate', fn: spec, name: shown, args, distinct: expr.distinct ?? false, type, nullable, span, ...extra };
  if (!windowed && args.some((a) => find(a, (e) => e.kind === 'apply' && e.fn.deterministic === false))) raise('AGGREGATE_FUNCTION_WITH_NONDETERMINISTIC_EXPRESSION', { sqlExpr: sqlExpr(node) }, { span });
  const respects = expr.nulls === 'respect' && (spec.name === 'collect_list' || spec.name === 'collect_set');
  return respects ? { ...node, respectNulls: true as const, written: { name: '', args: [], print: `${printExpr(node)} RESPECT NULLS` } } : node;
}

const notAggregate = (resolved: BoundExpr, spec: FunctionSpec): never => { throw new Error(`${spec.name} resolves to ${resolved.kind}, not to an aggregate`); };
const IGNORES_NULLS: ReadonlySet<string> = new Set(['first', 'last', 'first_value', 'last_value', 'any_value', 'nth_value', 'lag', 'lead', 'collect_list', 'collect_set', 'array_agg']);
/** With IGNORE NULLS Spark forgets under which name these were called. */
const RENAMED_BY_NULLS: Readonly<Record<string, string>> = { first_value: 'first', last_value: 'last' };
/** Aggregates that need WITHIN GROUP, those that may have it, and how many orderings they take. */
const WITHIN_GROUP: ReadonlyMap<string, { readonly required: boolean }> = new Map([
  ['percentile_cont', { required: true }], ['percentile_disc', { required: true }], ['mode', { required: false }], ['listagg', { required: false }], ['string_agg', { required: false }],
]);

function withinGroup(b: ExprBinder, spec: FunctionSpec, name: string, expr: CallExpr, ctx: ExprContext): readonly BoundSort[] | undefined {
  const allowed = WITHIN_GROUP.get(spec.name);
  if (!expr.withinGroup) {
    if (allowed && (allowed.required || expr.args.length === 0)) raise('INVALID_WITHIN_GROUP_EXPRESSION.WITHIN_GROUP_MISSING', { funcName: `\`${name}\`` }, { span: expr.span });
    return undefined;
  }
  if (!allowed) return raise('INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX', { prettyName: `\`${name}\``, syntax: 'WITHIN GROUP (ORDER BY ...)' }, { span: expr.span });
  const funcName = `\`${name}\``;
  const list = spec.name === 'listagg';
  if (expr.distinct && !list) raise('INVALID_WITHIN_GROUP_EXPRESSION.DISTINCT_UNSUPPORTED', { funcName }, { span: expr.span });
  if (expr.withinGroup.length !== 1 && !list) raise('INVALID_WITHIN_GROUP_EXPRESSION.WRONG_NUM_ORDERINGS', { funcName, expectedNum: '1', actualNum: String(expr.withinGroup.length) }, { span: expr.span });
  return expr.withinGroup.map((s) => ({ expr: b.bind(s.expr, ctx), ascending: s.ascending, nullsFirst: s.nullsFirst }));
}
/** The expression of WITHIN GROUP as the aggregate takes it: a refusal shows it before the arguments. */
function coerceOrdered(spec: FunctionSpec, args: readonly BoundExpr[], orderBy: readonly BoundSort[], text: CallText): readonly BoundSort[] {
  if (!spec.ordered) return orderBy;
  const shown: CallText = { ...text, print: ([value]) => text.print([value!, ...args]) };
  return orderBy.map((s) => ({ ...s, expr: coerceArguments({ ...spec, params: [spec.ordered!] }, [s.expr], shown)[0]! }));
}

function bindFilter(b: ExprBinder, expr: CallExpr, filter: Expr, ctx: ExprContext): BoundExpr {
  const bound = b.bind(filter, { ...ctx, clause: 'aggregate_filter' });
  const filterExpr = sqlExpr(bound);
  const details = { span: expr.span, focus: filter.span };
  if (bound.type.kind !== 'boolean') return raise('INVALID_AGGREGATE_FILTER.NOT_BOOLEAN', { filterExpr }, details);
  const window = find(bound, (e) => e.kind === 'window');
  if (window) return raise('INVALID_AGGREGATE_FILTER.CONTAINS_WINDOW_FUNCTION', { filterExpr, windowExpr: sqlExpr(window) }, details);
  const aggregate = find(bound, (e) => e.kind === 'aggregate');
  if (aggregate) return raise('INVALID_AGGREGATE_FILTER.CONTAINS_AGGREGATE', { filterExpr, aggExpr: sqlExpr(aggregate) }, details);
  if (!isDeterministic(bound)) return raise('INVALID_AGGREGATE_FILTER.NON_DETERMINISTIC', { filterExpr }, details);
  return bound;
}

// ── Window functions ────────────────────────────────────────────────────────────────────────────

/** The function of a window, bound and coerced: `lag(x, 1, NULL)`. */
export function bindWindowFunction(b: ExprBinder, spec: FunctionSpec, name: string, expr: CallExpr, ctx: ExprContext): BoundApply {
  const found = CLAUSES.find(([test, syntax]) => (syntax !== 'IGNORE NULLS' || spec.window?.ignoresNulls === undefined) && test(expr));
  if (found) raise('INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX', { prettyName: `\`${name}\``, syntax: found[1] }, { span: expr.span });
  return windowCall(b, spec, name, bindArguments(b, expr, ctx), expr, ctx);
}

function windowCall(b: ExprBinder, spec: FunctionSpec, name: string, args: readonly Argument[], expr: CallExpr, ctx: ExprContext): BoundApply {
  const plain = args.map((a) => ({ ...(a.name !== undefined && { name: a.name }), value: 'bound' in a ? a.bound : refuseLambda(name, expr.span) }));
  const written = spec.byName ? byPosition(spec, name, plain, expr.span).map((a) => a ?? constant(null, T.VOID)) : plain.map((a) => a.value);
  // The default of lag and lead becomes the type of what it stands in for.
  const [input, , fallback] = written;
  const type = spec.window?.frame === 'offset' && input && fallback ? implicitCast(fallback.type, input.type) : undefined;
  const values = type ? [input!, written[1]!, implicit(fallback!, type, ctx.env.settings, expr.span)] : written;
  const bound = callSpec(b, spec, name, values, { span: expr.span, operator: false, distinct: false }, ctx);
  return bound.kind === 'apply' ? bound : notAggregate(bound, spec);
}

/** The whole statement is at fault: the span is that of the text. */
export function windowWithoutOver(b: ExprBinder, spec: FunctionSpec, name: string, args: readonly Argument[], expr: CallExpr, ctx: ExprContext): never {
  const call = windowCall(b, spec, name, args, expr, ctx);
  const { span } = expr;
  return raise('WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE', { funcName: sqlExpr(call) }, { span: span && wholeText(span), focus: span });
}
