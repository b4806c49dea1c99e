// What a query block may not hold: Spark's checks of SELECT, HAVING, QUALIFY, ORDER BY and the pipe operators that need the bound items.

import { EngineError } from '../errors/index.js';
import { printExpr } from '../expr/print.js';
import { find, walk } from '../expr/walk.js';
import type { Span } from '../spans.js';
import type { BoundAggregate, BoundExpr, Expr, UnresolvedPlan } from '../tree.js';
import { hasAggregate, findAggregate } from './bind-group.js';
import { isWindowCall } from './bind-time-window.js';
import { isWindow } from './bind-window.js';
import { type Binder, fail, failNowhere, quoted, quoteName, type ScopeColumn } from './binder.js';
import { hasColumn, qualifiedText, unresolvedColumn } from './check-query.js';
import type { AnalysisEnv } from './context.js';
import { functionOf } from './function-names.js';
import { type QueryScope, same } from './scope.js';
import { callName, rewriteUnresolved, unaliased } from './unresolved.js';
import type { Item, SelectList } from './select-list.js';

const namesOf = (columns: readonly ScopeColumn[]): readonly (readonly [string])[] => columns.map((c) => [c.name]);

/** The comma before the place, where nothing else is between. */
function commaBefore(span: Span | undefined): Span | undefined {
  const at = span ? span.text.slice(0, span.start).trimEnd().length - 1 : -1;
  return span?.text[at] === ',' ? { text: span.text, start: at, stop: at + 1 } : undefined;
}

/** `SELECT a, FROM t`: FROM was read as a column. */
export function checkTrailingComma(items: readonly Expr[], scope: QueryScope): void {
  const last = items[items.length - 1];
  const inner = last && unaliased(last);
  if (items.length < 2 || inner?.kind !== 'name' || inner.parts.length !== 1 || inner.parts[0]!.toUpperCase() !== 'FROM') return;
  if (!scope.resolve(inner.parts, inner.span)) fail('TRAILING_COMMA_IN_SELECT', {}, last!.span, commaBefore(last!.span));
}

export function checkPipe(pipe: (UnresolvedPlan & { kind: 'select' })['pipe'], items: readonly Item[]): void {
  if (!pipe) return;
  for (const item of items) {
    const aggregate = findAggregate(item.bound);
    if (pipe === 'aggregate' && !aggregate) fail('PIPE_OPERATOR_AGGREGATE_EXPRESSION_CONTAINS_NO_AGGREGATE_FUNCTION', { expr: printExpr(item.bound) }, item.written.span);
    if (pipe !== 'aggregate' && pipe !== 'select' && aggregate) fail('PIPE_OPERATOR_CONTAINS_AGGREGATE_FUNCTION', { expr: printExpr(aggregate), clause: pipe.toUpperCase() }, aggregate.span);
  }
}

/** Whether nothing is grouped and no aggregate function is called. */
export function isPlain({ groupBy, having, items }: UnresolvedPlan & { kind: 'select' }, env: AnalysisEnv): boolean {
  let plain = !groupBy && !having;
  for (const item of items) rewriteUnresolved(item, (e) => { plain &&= e.kind !== 'call' || e.over !== undefined || functionOf(e, env)?.kind !== 'aggregate'; return undefined; });
  return plain;
}

/** Behind a pipe a function of windows without OVER counts as the aggregate function that it is to Spark, but for lag and lead. */
export function pipeFaultOf<R>(pipe: (UnresolvedPlan & { kind: 'select' })['pipe'], bind: () => R): R {
  try { return bind(); } catch (error) {
    if (!pipe || pipe === 'aggregate' || pipe === 'select' || !(error instanceof EngineError) || error.condition !== 'WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE' || !error.focus || /^"(lag|lead)\(/i.test(error.parameters['funcName']!)) throw error;
    return fail('PIPE_OPERATOR_CONTAINS_AGGREGATE_FUNCTION', { expr: error.focus.text.slice(error.focus.start, error.focus.stop), clause: pipe.toUpperCase() }, error.focus);
  }
}

/** Lateral aliases stand neither in aggregate functions nor in window functions. */
export function checkLaterals(expr: BoundExpr, list: SelectList): void {
  if (!list.hasLaterals) return;
  walk(expr, (node) => {
    if (node.kind !== 'aggregate' && node.kind !== 'window') return true;
    const lateral = find(node, (e) => e.kind === 'column' && list.lateralName(e.id) !== undefined);
    if (lateral?.kind !== 'column') return true;
    const lca = quoteName(list.lateralName(lateral.id)!);
    return node.kind === 'aggregate' ? failNowhere('UNSUPPORTED_FEATURE.LATERAL_COLUMN_ALIAS_IN_AGGREGATE_FUNC', { lca, aggFunc: quoted(printExpr(node)) }, lateral.span)
      : failNowhere('UNSUPPORTED_FEATURE.LATERAL_COLUMN_ALIAS_IN_WINDOW', { lca, windowExpr: quoted(printExpr(node)) }, lateral.span);
  });
}

/** Spark wants a subquery over the rows of an aggregate grouped by, or inside of an aggregate function. */
export function checkSubqueries(expr: BoundExpr, isGrouped: (e: BoundExpr) => boolean): void {
  walk(expr, (node) => {
    if (node.kind === 'aggregate' || isGrouped(node)) return false;
    if (node.kind === 'subquery' && node.use === 'scalar' && node.outer.length > 0) fail('SCALAR_SUBQUERY_IS_IN_GROUP_BY_OR_AGGREGATE_FUNCTION', { sqlExpr: quoted(printExpr(node)) }, node.span);
    return true;
  });
}

/** Spark takes columns of the query around from filters, joins and projections, not from aggregates and windows. source: checkCorrelationsInSubquery */
export function checkCorrelation({ bound, outputs }: Item, aggregates: boolean, columns: readonly ScopeColumn[], span: Span | undefined): void {
  const wrong = aggregates ? bound : find(bound, isWindow);
  if (!wrong || !hasColumn(wrong, true)) return;
  const mixed = find(wrong, (e) => e.kind === 'aggregate' && hasColumn(e, true) && hasColumn(e, false));
  if (mixed) fail('UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.AGGREGATE_FUNCTION_MIXED_OUTER_LOCAL_REFERENCES', { function: qualifiedText(mixed, columns) }, mixed.span);
  fail('UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.CORRELATED_REFERENCE', { sqlExprs: quoted(`${printExpr(bound)} AS ${quoteName(outputs[0]!.name)}`) }, span);
}

// ── HAVING and QUALIFY ──────────────────────────────────────────────────────────────────────────

/** Spark has no time windows in HAVING: it looks for their columns among those of the SELECT list. */
export function checkHavingWindows(having: Expr, outputs: readonly ScopeColumn[]): void {
  eachWindowCall(having, ([time]) => {
    if (time?.kind === 'name' && !outputs.some((o) => same(o.name, time.parts.at(-1)!))) unresolvedColumn(time.parts, namesOf(outputs), time.span);
  });
}

/** Whether there is a window function, as Spark asks before it looks at the aggregate below. */
export function requireWindow(qualify: Expr, items: readonly Item[]): void {
  let found = items.some((i) => find(i.bound, isWindow));
  rewriteUnresolved(qualify, (e) => { found ||= e.kind === 'call' && e.over !== undefined; return undefined; });
  if (!found) failNowhere('QUALIFY_REQUIRES_WINDOW_FUNCTION', {}, qualify.span);
}

/** The aggregate functions that are written in QUALIFY, outside and within its windows.
 *  Spark computes QUALIFY above the aggregate, where the columns that an aggregate function would be of are gone; aliases of SELECT are there. */
export function checkQualifyAggregates(qualify: Expr, binder: Binder, outputs: readonly ScopeColumn[]): { readonly outside?: Expr; readonly within?: Expr } {
  let outside: Expr | undefined;
  let within: Expr | undefined;
  const windows: Expr[] = [];
  rewriteUnresolved(qualify, (e) => {
    if (e.kind === 'call' && e.over) windows.push(...e.args.map((a) => a.value), ...e.over.partitionBy, ...e.over.orderBy.map((s) => s.expr));
    return undefined;
  });
  const inWindows = new Set<Expr>();
  for (const part of windows) rewriteUnresolved(part, (e) => { inWindows.add(e); return undefined; });
  rewriteUnresolved(qualify, (e) => {
    const name = callName(e);
    if (e.kind !== 'call' || e.over || name === undefined || binder.env.functions.lookup(name)?.kind !== 'aggregate') return undefined;
    for (const { value } of e.args) if (value.kind === 'name') unresolvedColumn(value.parts, namesOf(outputs), value.span);
    if (inWindows.has(e)) within ??= e; else outside ??= e;
    return undefined;
  });
  return { ...(outside && { outside }), ...(within && { within }) };
}

// ── ORDER BY ────────────────────────────────────────────────────────────────────────────────────

/** Spark finds the keys of GROUP BY again in ORDER BY, but for a time window: its call is a column by then, what it was of is gone. */
export function checkOrderWindows(written: Expr, outputs: readonly ScopeColumn[]): void {
  eachWindowCall(written, (args) => {
    for (const arg of args) if (arg.kind === 'name') unresolvedColumn(arg.parts, namesOf(outputs), arg.span);
  });
}
/** Spark computes aggregates of ORDER BY with those of SELECT only where nothing stands between: no window, no HAVING that needs more than SELECT has. */
export function checkOrderAggregates(bound: BoundExpr, between: boolean, outputs: readonly ScopeColumn[], span: Span | undefined): void {
  const aggregate = findAggregateOutsideWindows(bound);
  if (!aggregate || !between) return;
  const column = find(aggregate, (e) => e.kind === 'column' && !e.outer);
  if (column?.kind === 'column') unresolvedColumn([column.name], namesOf(outputs), column.span);
  fail('UNSUPPORTED_EXPR_FOR_OPERATOR', { invalidExprSqls: quoted(printExpr(aggregate)), operator: 'Sort' }, span, aggregate.span);
}

function eachWindowCall(expr: Expr, look: (args: readonly Expr[]) => void): void {
  rewriteUnresolved(expr, (e) => {
    if (isWindowCall(e) && e.kind === 'call') look(e.args.map((a) => a.value));
    return undefined;
  });
}

export function findAggregateOutsideWindows(e: BoundExpr): BoundAggregate | undefined {
  let hit: BoundAggregate | undefined;
  walk(e, (node) => { if (node.kind === 'aggregate') hit ??= node; return node.kind !== 'window'; });
  return hit;
}
/** Whether a column stands outside of aggregate functions, next to one. */
export function hasColumnBeside(e: BoundExpr): boolean {
  let hit = false;
  if (hasAggregate(e)) walk(e, (node) => { if (node.kind === 'column') hit = true; return node.kind !== 'aggregate'; });
  return hit;
}
