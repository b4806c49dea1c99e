// The arguments of a call as they are written: bound one by one, stars as columns, lambdas left until the types of their parameters are known.

import { raise } from '../errors/index.js';
import { printExpr } from '../expr/print.js';
import type { Span } from '../spans.js';
import type { BoundExpr, Expr } from '../tree.js';
import { quoteIfNeeded } from '../types.js';
import { columnsOfStar } from './expand-star.js';
import type { ExprContext } from './context.js';
import type { CallExpr, ExprBinder } from './expr-binder.js';

/** One argument as bound, or a lambda that waits for the types of its parameters. */
export type Argument = { readonly name?: string; readonly alias?: string; readonly label?: string } & ({ readonly bound: BoundExpr } | { readonly lambda: Expr & { kind: 'lambda' } });
export type Slot = BoundExpr | (Expr & { kind: 'lambda' });
export const isLambda = (slot: Slot): slot is Expr & { kind: 'lambda' } => slot.kind === 'lambda' && !('type' in slot);

export function bindArguments(b: ExprBinder, expr: CallExpr, ctx: ExprContext): readonly Argument[] {
  const out: Argument[] = [];
  for (const arg of expr.args) {
    const name = arg.name === undefined ? {} : { name: arg.name };
    const { value } = arg;
    if (value.kind === 'star') out.push(...columnsOfStar(value, ctx.scope, ctx.env, (fn, args) => b.callBound(fn, args, value.span, ctx)).map(starItem));
    else if (value.kind === 'lambda') out.push({ ...name, lambda: value });
    else if (value.kind === 'alias') out.push({ ...name, alias: value.names[0]!, bound: b.bind(value.arg, ctx) });
    else out.push({ ...name, ...labelOf(value), bound: b.bind(value, ctx) });
  }
  return out;
}
/** A column that a star stands for. A field of a struct has an alias, which shows; so has a struct without some of its fields. */
function starItem(bound: BoundExpr): Argument {
  if (bound.kind === 'column') return { bound };
  if (bound.written?.print !== undefined) return { bound, alias: bound.written.print };
  const { text, name } = fieldText(bound);
  return name === undefined ? { bound } : { bound: { ...bound, written: { name: '', args: [], print: text } } as BoundExpr, label: name };
}
function fieldText(e: BoundExpr): { readonly text: string; readonly name?: string } {
  if (e.kind !== 'apply' || e.fn.name !== 'getfield') return { text: printExpr(e) };
  const [base, name] = [fieldText(e.args[0]!).text, printExpr(e.args[1]!)];
  return { text: `${base}.${quoteIfNeeded(name)} AS ${quoteIfNeeded(name)}`, name };
}
const labelOf = (e: Expr): { readonly label?: string } =>
  e.kind === 'name' ? { label: e.parts[e.parts.length - 1]! } : e.kind === 'field' || e.kind === 'frame_column' ? { label: e.name } : {};

export function refuseLambda(name: string, span: Span | undefined): never {
  const camel = name.replace(/(^|_)([a-z])/g, (_, _bar, letter: string) => letter.toUpperCase());
  return raise('INVALID_LAMBDA_FUNCTION_CALL.NON_HIGHER_ORDER_FUNCTION', { class: `org.apache.spark.sql.catalyst.expressions.${camel}` }, { span });
}

export const CLAUSES: readonly (readonly [test: (e: CallExpr) => boolean, syntax: string])[] = [
  [(e) => e.distinct === true, 'DISTINCT'], [(e) => e.filter !== undefined, 'FILTER CLAUSE'],
  [(e) => e.withinGroup !== undefined, 'WITHIN GROUP (ORDER BY ...)'], [(e) => e.nulls === 'ignore', 'IGNORE NULLS'],
];
export function noAggregateSyntax(expr: CallExpr, name: string): void {
  const found = CLAUSES.find(([test]) => test(expr));
  if (found) raise('INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX', { prettyName: `\`${name}\``, syntax: found[1] }, { span: expr.span });
}
