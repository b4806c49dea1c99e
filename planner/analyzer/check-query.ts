// Checks of clauses that need the bound expression: conditions are boolean and hold no aggregate, limits are constant, sets and orders have
// types that compare. Spark's conditions, parameters and places.

import { isOrderable } from '../coercion.js';
import { printExpr } from '../expr/print.js';
import { find, isFoldable, transform, walk } from '../expr/walk.js';
import { raise } from '../errors/index.js';
import { didYouMean } from '../similar.js';
import type { Span } from '../spans.js';
import type { BoundExpr, BoundSort, Expr } from '../tree.js';
import { type DataType, isNumeric, sqlName } from '../types.js';
import { type Binder, fail, failNowhere, type Place, quoted, quoteName, quoteParts, type Relation, type ScopeColumn } from './binder.js';
import { QueryScope, similarNames } from './scope.js';

/** UNRESOLVED_COLUMN with the candidates nearest to the name. */
export function unresolvedColumn(parts: readonly string[], candidates: readonly (readonly string[])[], span: Span | undefined): never {
  const objectName = quoteParts(parts);
  if (candidates.length === 0) return fail('UNRESOLVED_COLUMN.WITHOUT_SUGGESTION', { objectName }, span);
  const proposals = similarNames(parts.join('.'), candidates);
  return raise('UNRESOLVED_COLUMN.WITH_SUGGESTION', { objectName, proposal: proposals.join(', ') }, { span, hint: didYouMean(objectName, proposals) });
}

/** The text of an expression with its columns qualified. */
export function qualifiedText(expr: BoundExpr, columns: readonly ScopeColumn[]): string {
  return printExpr(transform(expr, (e) => {
    const known = e.kind === 'column' ? columns.find((c) => c.id === e.id) : undefined;
    return e.kind === 'column' && known && known.qualifier.length > 0 ? { ...e, name: [...known.qualifier, e.name].join('.') } : e;
  }));
}

/** WHERE, HAVING, QUALIFY and DataFrame filters: boolean, without what the clause may not hold. */
export function checkCondition(predicate: BoundExpr, clause: 'WHERE' | 'HAVING' | 'QUALIFY', span: Span | undefined, relation: Relation | undefined): void {
  const aggregates: BoundExpr[] = [];
  let window: BoundExpr | undefined;
  let generator: BoundExpr | undefined;
  walk(predicate, (e) => {
    if (e.kind === 'aggregate') aggregates.push(e);
    if (e.kind === 'window') window ??= e;
    if (e.kind === 'generator') generator ??= e;
    return e.kind !== 'window';
  });
  if (generator) failNowhere('UNSUPPORTED_GENERATOR.OUTSIDE_SELECT', { plan: `Filter ${printExpr(predicate)}` }, generator.span);
  if (window && clause !== 'QUALIFY') raise('WINDOW_FUNCTION_NOT_ALLOWED_IN_CLAUSE', { clauseName: clause }, { nowhere: true, focus: window.span });
  if (predicate.type.kind !== 'boolean') {
    const text = quoted(printExpr(predicate));
    raise('DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN', { sqlExpr: text, filter: text, type: quoted(sqlName(predicate.type)) }, { span, focus: predicate.span, ...(isNumeric(predicate.type) && { hint: `Compare it with something, for example ${printExpr(predicate)} <> 0.` }) });
  }
  if (aggregates.length > 0 && clause === 'WHERE') {
    const expressionList = aggregates.map((a) => qualifiedText(a, relation?.columns ?? [])).join(', ');
    raise('INVALID_WHERE_CONDITION', { condition: quoted(printExpr(predicate)), expressionList }, { span, focus: aggregates[0]!.span });
  }
}

/** What only a SELECT list can compute, each with what it holds. Undefined: there is nothing of that kind. */
function misplaced(exprs: readonly BoundExpr[]): { readonly texts: string; readonly first: BoundExpr } | undefined {
  const found: BoundExpr[] = [];
  for (const expr of exprs) {
    walk(expr, (e) => {
      if (e.kind === 'aggregate' || e.kind === 'window' || e.kind === 'generator') found.push(e);
      return true;
    });
  }
  return found[0] && { texts: found.map((e) => quoted(printExpr(e))).join(', '), first: found[0] };
}
/** @throws UNSUPPORTED_EXPR_FOR_OPERATOR where an aggregate, a window or a generator stands in what `operator` computes */
export function checkOperator(exprs: readonly BoundExpr[], operator: string, span: Span | undefined): void {
  const found = misplaced(exprs);
  if (found) fail('UNSUPPORTED_EXPR_FOR_OPERATOR', { invalidExprSqls: found.texts, operator }, span, found.first.span);
}
/** Whether a column of the query around (or of this one) stands in the expression, subqueries aside. */
export function hasColumn(e: BoundExpr, outer: boolean): boolean {
  let hit = false;
  walk(e, (node) => { if (node.kind === 'column' && (node.outer === true) === outer) hit = true; return node.kind !== 'subquery'; });
  return hit;
}
/** Spark takes columns of the query around from filters, joins and projections only. source: checkCorrelationsInSubquery */
export function checkUncorrelated(exprs: readonly BoundExpr[], text: (e: BoundExpr) => string, span: Span | undefined): void {
  const wrong = exprs.filter((e) => hasColumn(e, true));
  if (wrong.length > 0) fail('UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.CORRELATED_REFERENCE', { sqlExprs: wrong.map((e) => quoted(text(e))).join(',') }, span, find(wrong[0]!, (e) => e.kind === 'column' && e.outer === true)?.span);
}

/** ON: boolean, without aggregates, windows and generators. */
export function checkJoinCondition(predicate: BoundExpr, span: Span | undefined): void {
  const generator = find(predicate, (e) => e.kind === 'generator');
  if (generator) failNowhere('UNSUPPORTED_GENERATOR.OUTSIDE_SELECT', { plan: `Join ${printExpr(predicate)}` }, generator.span);
  checkOperator([predicate], 'Join', span);
  const random = find(predicate, (e) => e.kind === 'apply' && e.fn.deterministic === false);
  if (random) fail('INVALID_NON_DETERMINISTIC_EXPRESSIONS', { sqlExprs: quoted(printExpr(predicate)) }, span, random.span);
  if (predicate.type.kind !== 'boolean') {
    fail('JOIN_CONDITION_IS_NOT_BOOLEAN_TYPE', { joinCondition: quoted(printExpr(predicate)), conditionType: quoted(sqlName(predicate.type)) }, span, predicate.span);
  }
}

const holds = (t: DataType, kind: 'map' | 'variant'): boolean => {
  switch (t.kind) {
    case 'array': return holds(t.element, kind);
    case 'struct': return t.fields.some((f) => holds(f.type, kind));
    case 'map': return kind === 'map' || holds(t.key, kind) || holds(t.value, kind);
    default: return t.kind === kind;
  }
};
/** DISTINCT, UNION, INTERSECT and EXCEPT compare whole rows: not maps, not variants. */
export function checkDistinct(columns: readonly { readonly name: string; readonly type: DataType }[], span: Span | undefined, places: readonly (Span | undefined)[] = []): void {
  for (const [i, c] of columns.entries()) {
    const parameters = { colName: quoteName(c.name), dataType: quoted(sqlName(c.type)) };
    if (holds(c.type, 'map')) fail('UNSUPPORTED_FEATURE.SET_OPERATION_ON_MAP_TYPE', parameters, span, places[i]);
    if (holds(c.type, 'variant')) fail('UNSUPPORTED_FEATURE.SET_OPERATION_ON_VARIANT_TYPE', parameters, span, places[i]);
  }
}

/** ORDER BY: types that have an order, nothing that only a SELECT list can compute. */
export function checkOrder(order: readonly BoundSort[], global: boolean, span: Span | undefined, compatSpark: boolean): void {
  const text = (s: BoundSort): string => `${printExpr(s.expr)} ${s.ascending ? 'ASC' : 'DESC'} NULLS ${s.nullsFirst ? 'FIRST' : 'LAST'}`;
  if (compatSpark) checkUncorrelated(order.map((s) => s.expr), (e) => text(order.find((s) => s.expr === e)!), span);
  for (const item of order) {
    const { expr } = item;
    const subquery = compatSpark ? find(expr, (e) => e.kind === 'subquery' && e.use === 'scalar' && e.outer.length > 0) : undefined;
    if (subquery) fail('UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.UNSUPPORTED_CORRELATED_SCALAR_SUBQUERY', {}, subquery.span);
    const test = compatSpark ? find(expr, (e) => e.kind === 'subquery' && e.use !== 'scalar') : undefined;
    if (test) fail('UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.UNSUPPORTED_IN_EXISTS_SUBQUERY', {}, test.span);
    const generator = find(expr, (e) => e.kind === 'generator');
    if (generator) failNowhere('UNSUPPORTED_GENERATOR.OUTSIDE_SELECT', { plan: `Sort [${order.map(text).join(', ')}], ${global}` }, generator.span);
    checkOperator([expr], 'Sort', span);
    if (!isOrderable(expr.type)) {
      fail('DATATYPE_MISMATCH.INVALID_ORDERING_TYPE', { functionName: '`sortorder`', dataType: quoted(sqlName(expr.type)), sqlExpr: quoted(text(item)) }, expr.span);
    }
  }
}

/** The number that LIMIT or OFFSET says. */
export function limitValue(binder: Binder, written: Expr, name: 'limit' | 'offset', input: Relation, place: Place): number {
  const bound = binder.expr(written, new QueryScope(binder.env, input.columns, { outer: place.outer }), 'limit', place);
  const expr = quoted(printExpr(bound));
  const span = written.span ?? bound.span;
  if (find(bound, (e) => e.kind === 'generator')) failNowhere('UNSUPPORTED_GENERATOR.OUTSIDE_SELECT', { plan: `${name === 'limit' ? 'LocalLimit' : 'Offset'} ${printExpr(bound)}` }, span);
  if (!isFoldable(bound)) fail('INVALID_LIMIT_LIKE_EXPRESSION.IS_UNFOLDABLE', { name, expr }, span);
  if (bound.type.kind !== 'int') fail('INVALID_LIMIT_LIKE_EXPRESSION.DATA_TYPE', { name, expr, dataType: quoted(sqlName(bound.type)) }, span);
  const value = binder.env.evaluate(bound, binder.env.settings);
  if (value === null) return fail('INVALID_LIMIT_LIKE_EXPRESSION.IS_NULL', { name, expr }, span);
  const n = Number(value);
  if (n < 0) fail('INVALID_LIMIT_LIKE_EXPRESSION.IS_NEGATIVE', { name, expr, v: String(n) }, span);
  return n;
}

/** The columns of a relation that a list of names means. @throws UNRESOLVED_COLUMN_AMONG_FIELD_NAMES */
export function columnsNamed(relation: Relation, names: readonly string[]): readonly ScopeColumn[] {
  return names.flatMap((name) => {
    const found = relation.columns.filter((c) => c.name.toLowerCase() === name.toLowerCase());
    return found.length > 0 ? found
      : raise('UNRESOLVED_COLUMN_AMONG_FIELD_NAMES', { colName: name, fieldNames: relation.columns.map((c) => c.name).join(', ') }, { nowhere: true });
  });
}
