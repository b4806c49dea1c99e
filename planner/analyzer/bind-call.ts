// Calls: finding the function, its arguments, the rules of operators, of ordinary functions and of aggregates and generators.
// Order of checks: name, syntax (DISTINCT, FILTER …), argument names, number, types, constants, the function's own.

import { CAST_FUNCTIONS } from '../coercion.js';
import { raise } from '../errors/index.js';
import { printExpr, quotedName } from '../expr/print.js';
import { find } from '../expr/walk.js';
import { BEHIND_GRAMMAR } from '../functions/behind-grammar.js';
import type { Span } from '../spans.js';
import type { BoundExpr } from '../tree.js';
import * as T from '../types.js';
import { byPosition, type CallText, checkCount, wrongCount } from './arguments.js';
import { bindAggregate, windowWithoutOver } from './bind-aggregate.js';
import { OPERATORS } from './bind-operator.js';
import { bindSqlCall } from './bind-sql-function.js';
import { type Argument, bindArguments, isLambda, noAggregateSyntax, refuseLambda, type Slot } from './call-arguments.js';
import { callSpec, textOf } from './call-spec.js';
import { apply, checkedCast, constant, makeCast, requireTime } from './coerce.js';
import type { AnalysisEnv, Clause, ExprContext } from './context.js';
import type { CallExpr, ExprBinder } from './expr-binder.js';
import { functionName, functionOf, unresolved } from './function-names.js';

/** Operators as the refusal of a star among their operands names them. */
const SYMBOLS: Readonly<Record<string, string>> = { '+': 'add', '-': 'subtract', '*': 'multiply', '/': 'divide', '%': 'remainder', div: 'integraldivide', '=': 'equalto', '<': 'lessthan', '>': 'greaterthan', and: 'and', or: 'or' };

/** Calls that are no calls of a function of the catalogue: they have their own binding, here and in the SELECT builder. */
const ELSEWHERE: ReadonlySet<string> = new Set(['struct', 'identifier', 'window', 'session_window', 'window_time', 'grouping', 'grouping_id', 'descriptor']);

/** Whether there is a function of the call's name. @throws UNRESOLVED_ROUTINE */
export function checkName(expr: CallExpr, env: AnalysisEnv): void {
  const name = functionName(expr.name);
  if (expr.operator || functionOf(expr, env) || (name !== undefined && (name === 'cast' || CAST_FUNCTIONS.has(name) || (OPERATORS.has(name) && !BEHIND_GRAMMAR.has(name)) || ELSEWHERE.has(name)))) return;
  unresolved(expr.name, expr.span, env);
}
/** Whether the call has as many arguments as its function takes, and no syntax that it does not take. Nothing is said of a call with a star. */
export function checkWritten(expr: CallExpr, env: AnalysisEnv): void {
  const spec = functionOf(expr, env);
  const name = functionName(expr.name)!;
  if (expr.operator || ELSEWHERE.has(name) || expr.args.some((a) => a.value.kind === 'star')) return;
  if (!spec) { if (!OPERATORS.has(name)) checkTypeNamed(expr, name); return; }
  const called = spec.sql?.name ?? name;
  const slots = byPosition(spec, called, expr.args, expr.span);
  if (!slots.includes(undefined)) checkCount(spec, called, slots.length, expr.span);
  if (spec.kind !== 'aggregate' && spec.kind !== 'window') noAggregateSyntax(expr, name);
}

/** A call without OVER (bind-over.ts has those). */
export function bindCall(b: ExprBinder, expr: CallExpr, ctx: ExprContext): BoundExpr {
  const { env } = ctx;
  const { span } = expr;
  const name = functionName(expr.name);
  if (name === 'count' && !expr.operator) countStar(expr);
  refuseStar(expr, ctx.clause);
  const spec = functionOf(expr, env);
  if (spec?.kind === 'aggregate') return bindAggregate(b, spec, name!, expr, ctx);
  const symbol = expr.operator ? SYMBOLS[name ?? ''] : undefined;
  if (symbol && expr.args.some((a) => a.value.kind === 'star')) raise('INVALID_USAGE_OF_STAR_OR_REGEX', { elem: "'*'", prettyName: `expression \`${symbol}\`` }, { nowhere: true });
  const args = bindArguments(b, expr, spec?.kind === 'generator' ? { ...ctx, clause: 'generator_argument' } : ctx);
  if (name === 'struct') return bindStruct(args, expr, ctx);
  if (name !== undefined && !expr.spec && OPERATORS.has(name) && (expr.operator || !BEHIND_GRAMMAR.has(name))) {
    const bound = args.map((a) => 'bound' in a ? a.bound : refuseLambda(name, span));
    if (spec && !expr.operator) checkCount(spec, name, bound.length, span);
    noAggregateSyntax(expr, name);
    const result = OPERATORS.get(name)!({
      env, name, operator: expr.operator ?? false, args: bound, span, call: (fn, values) => b.callBound(fn, values, span, ctx),
    });
    if (result) return result;
  }
  if (spec?.kind === 'table') return raise('NOT_A_SCALAR_FUNCTION', { functionName: `\`${name}\`` }, { span });
  if (!spec) return bindTypeNamed(name, args, expr, ctx);
  if (spec.kind === 'window') { noAggregateSyntax(expr, name!); return windowWithoutOver(b, spec, name!, args, expr, ctx); }
  if (spec.tableOnly && ctx.clause === 'select') raise('NOT_A_SCALAR_FUNCTION', { functionName: `\`${name}\`` }, { span });
  if (spec.kind === 'generator') refuseNested(args, textOf(spec, name!, ctx, span));
  const called = spec.sql?.name ?? name!;
  const slots = byPosition<Slot>(spec, called, args.map((a) => ({ ...(a.name !== undefined && { name: a.name }), value: 'bound' in a ? a.bound : a.lambda })), span);
  if (!slots.includes(undefined)) checkCount(spec, called, slots.length, span);
  noAggregateSyntax(expr, name!);
  if (spec.sql) return bindSqlCall(spec.sql, slots.map((s) => s && isLambda(s) ? refuseLambda(name!, span) : s), span, b, ctx);
  return callSpec(b, spec, name!, slots, { span, operator: expr.operator ?? false, distinct: false }, ctx);
}

/** A call over arguments that are bound already, as a rewrite makes it. */
export function callBound(b: ExprBinder, name: string, args: readonly BoundExpr[], span: Span | undefined, ctx: ExprContext): BoundExpr {
  const rule = OPERATORS.get(name)?.({ env: ctx.env, name, operator: true, args, span, call: (fn, values) => b.callBound(fn, values, span, ctx) });
  if (rule) return rule;
  const spec = ctx.env.functions.lookup(name);
  if (!spec) return unresolved([name], span, ctx.env);
  return callSpec(b, spec, name, args, { span, operator: true, distinct: false }, ctx);
}

// ── Arguments ───────────────────────────────────────────────────────────────────────────────────

/** `count(t.*)` is refused; `count(*)` and `count()` are not what they look like. */
function countStar(expr: CallExpr): void {
  const star = expr.args.find((a) => a.value.kind === 'star')?.value;
  if (star?.kind === 'star' && star.qualifier) raise('INVALID_USAGE_OF_STAR_WITH_TABLE_IDENTIFIER_IN_COUNT', { tableName: quotedName(star.qualifier) }, { nowhere: true });
}

/** Stars are columns in select lists and WHERE only. `count(*)` has none: it is read as `count(1)`. */
export const STARLESS: Partial<Record<Clause, string>> = { group_by: 'Aggregate', having: 'UnresolvedHaving', qualify: 'UnresolvedQualify', order_by: 'Sort', join: 'Join', limit: 'LocalLimit', values: 'UnresolvedInlineTable' };
function refuseStar(expr: CallExpr, clause: Clause): void {
  const star = expr.args.find((a) => a.value.kind === 'star')?.value;
  const prettyName = STARLESS[clause];
  if (star === undefined || prettyName === undefined || (expr.args.length === 1 && functionName(expr.name) === 'count')) return;
  raise('INVALID_USAGE_OF_STAR_OR_REGEX', { elem: "'*'", prettyName }, { span: star.span });
}

/** A generator in the argument of another one. */
function refuseNested(args: readonly Argument[], text: CallText): void {
  const values = args.flatMap((a) => 'bound' in a ? [a.bound] : []);
  if (values.some((v) => find(v, (e) => e.kind === 'generator'))) raise('UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS', { expression: text.print(values) }, { nowhere: true });
}

// ── Functions that are not in the catalogue ─────────────────────────────────────────────────────

/** `int(x)`: a cast that names leave out. Or no function at all. */
function bindTypeNamed(name: string | undefined, args: readonly Argument[], expr: CallExpr, ctx: ExprContext): BoundExpr {
  const { span } = expr;
  const type = name === undefined ? undefined : CAST_FUNCTIONS.get(name);
  if (!type && name !== 'cast') return unresolved(expr.name, span, ctx.env);
  checkTypeNamed(expr, name!, args.length);
  const [arg] = args;
  if (!arg || !('bound' in arg)) return refuseLambda(name!, span);
  requireTime(type!, ctx.env.settings);
  return checkedCast(makeCast(arg.bound, type!, 'function', ctx.env.settings, span), ctx.env.settings);
}

function checkTypeNamed(expr: CallExpr, name: string, count = expr.args.length): void {
  // CAST is in the list of functions, for what its grammar does not read.
  const at = { span: expr.span };
  if (name === 'cast') wrongCount(name, count, '0', at);
  if (count !== 1) wrongCount(name, count, '1', at);
  noAggregateSyntax(expr, name);
}

// ── struct ──────────────────────────────────────────────────────────────────────────────────────

/** `struct(a, b AS c, 1)` and `(a, b)`: named by alias, column or place. */
function bindStruct(args: readonly Argument[], expr: CallExpr, ctx: ExprContext): BoundExpr {
  noAggregateSyntax(expr, 'struct');
  const values = args.map((a) => 'bound' in a ? a.bound : refuseLambda('struct', expr.span));
  const names = args.map((a, i) => a.alias ?? a.label ?? (values[i]!.kind === 'column' ? (values[i] as BoundExpr & { name: string }).name : `col${i + 1}`));
  const fields = values.map((v, i) => T.field(names[i]!, v.type, v.nullable));
  const texts = args.map((a, i) => a.alias === undefined ? printExpr(values[i]!) : `${printExpr(values[i]!)} AS ${T.quoteIfNeeded(a.alias)}`);
  return apply(ctx.env, 'named_struct', values.flatMap((v, i) => [constant(names[i]!, T.STRING, v.span), v]), {
    type: T.struct(fields), span: expr.span, nullable: false, written: { name: 'struct', args: values, print: expr.operator ? `named_struct(${texts.map((t, i) => `${names[i]!}, ${t}`).join(', ')})` : `struct(${texts.join(', ')})` },
  });
}
