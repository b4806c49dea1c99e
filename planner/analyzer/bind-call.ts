// Calls: finding the function, its arguments, the rules of operators, of ordinary functions and of aggregates and generators.
// Order of checks: name, syntax (DISTINCT, FILTER …), argument names, number, types, constants, the function's own.

import { CAST_FUNCTIONS, implicitCast, isBinaryStable } from '../coercion.js';
import { EngineError, raise } from '../errors/index.js';
import { printExpr, quotedName, sqlExpr, sqlType } from '../expr/print.js';
import { sameExpr } from '../expr/equal.js';
import { BEHIND_GRAMMAR, GRAMMAR_FORMS } from '../functions/behind-grammar.js';
import { OF_OTHERS } from '../functions/elsewhere.js';
import { find, isDeterministic, isFoldable, transform } from '../expr/walk.js';
import { didYouMean } from '../similar.js';
import { type Span, codePoints } from '../spans.js';
import type { BoundAggregate, BoundApply, BoundExpr, BoundGenerator, BoundLambda, BoundSort, Call, Expr, FunctionNamespace, FunctionSpec, RawCall } from '../tree.js';
import * as T from '../types.js';
import { byPosition, type CallText, checkCount, coerceArguments, paramAt, withDefaults, wrongCount } from './arguments.js';
import { extractField } from './bind-field.js';
import { OPERATORS } from './bind-operator.js';
import { bindSqlCall } from './bind-sql-function.js';
import { apply, checkedCast, constant, constantValue, implicit, makeCast, nullableOf, placed, requireTime } from './coerce.js';
import type { AnalysisEnv, Clause, ExprContext } from './context.js';
import type { CallExpr, ExprBinder } from './expr-binder.js';

const SEARCH_PATH = '[`system`.`builtin`, `system`.`session`, `spark_catalog`.`default`]';
/** Prefixes under which functions are found: `builtin.upper`. */
const PREFIXES: ReadonlyMap<string, FunctionNamespace> = new Map([
  ['builtin', 'builtin'], ['system.builtin', 'builtin'], ['session', 'session'], ['system.session', 'session'], ['default', 'default'], ['spark_catalog.default', 'default'],
]);
const prefixOf = (parts: readonly string[]): string => parts.slice(0, -1).join('.').toLowerCase();

/** The function's name, lower-case; undefined if the qualifier is of nothing we have. */
export function functionName(parts: readonly string[]): string | undefined {
  const name = parts[parts.length - 1]!.toLowerCase();
  return parts.length === 1 || PREFIXES.has(prefixOf(parts)) ? name : undefined;
}
/** The function of that name, which may be qualified. */
export function lookupFunction(parts: readonly string[], env: Pick<AnalysisEnv, 'functions'>): FunctionSpec | undefined {
  const name = functionName(parts);
  return name === undefined ? undefined : env.functions.lookup(name, PREFIXES.get(prefixOf(parts)));
}

/** One argument as bound, or a lambda that waits for the types of its parameters. */
type Argument = { readonly name?: string; readonly alias?: string; readonly label?: string } & ({ readonly bound: BoundExpr } | { readonly lambda: Expr & { kind: 'lambda' } });
type Slot = BoundExpr | (Expr & { kind: 'lambda' });
const isLambda = (slot: Slot): slot is Expr & { kind: 'lambda' } => slot.kind === 'lambda' && !('type' in slot);

/** Operators as the refusal of a star among their operands names them. */
const SYMBOLS: Readonly<Record<string, string>> = { '+': 'add', '-': 'subtract', '*': 'multiply', '/': 'divide', '%': 'remainder', div: 'integraldivide', '=': 'equalto', '<': 'lessthan', '>': 'greaterthan', and: 'and', or: 'or' };

/** The function of a call; undefined: its name is of none, though perhaps of a type (`int(x)`). */
export function functionOf(expr: CallExpr, env: AnalysisEnv): FunctionSpec | undefined {
  const name = functionName(expr.name);
  const known = name !== undefined && (expr.operator || !(BEHIND_GRAMMAR.has(name) || GRAMMAR_FORMS.has(name)));
  return expr.spec ?? (known ? lookupFunction(expr.name, env) : undefined);
}

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
  if (name !== undefined && !expr.spec && OPERATORS.has(name)) {
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

/** What the call says beside its arguments. */
interface Manner { readonly span: Span | undefined; readonly operator: boolean; readonly distinct: boolean }

/** A call over arguments that are bound already, as a rewrite makes it. */
export function callBound(b: ExprBinder, name: string, args: readonly BoundExpr[], span: Span | undefined, ctx: ExprContext): BoundExpr {
  const rule = OPERATORS.get(name)?.({ env: ctx.env, name, operator: true, args, span, call: (fn, values) => b.callBound(fn, values, span, ctx) });
  if (rule) return rule;
  const spec = ctx.env.functions.lookup(name);
  if (!spec) return unresolved([name], span, ctx.env);
  return callSpec(b, spec, name, args, { span, operator: true, distinct: false }, ctx);
}

// ── Arguments ───────────────────────────────────────────────────────────────────────────────────

function bindArguments(b: ExprBinder, expr: CallExpr, ctx: ExprContext): readonly Argument[] {
  const out: Argument[] = [];
  for (const arg of expr.args) {
    const name = arg.name === undefined ? {} : { name: arg.name };
    const { value } = arg;
    if (value.kind === 'star') {
      const except = value.except?.map((p) => p[p.length - 1]!.toLowerCase()) ?? [];
      for (const column of ctx.scope.expandStar(value.qualifier, value.span)) if (column.kind !== 'column' || !except.includes(column.name.toLowerCase())) out.push({ bound: column });
    } else if (value.kind === 'lambda') out.push({ ...name, lambda: value });
    else if (value.kind === 'alias') out.push({ ...name, alias: value.names[0]!, bound: b.bind(value.arg, ctx) });
    else out.push({ ...name, ...labelOf(value), bound: b.bind(value, ctx) });
  }
  return out;
}
const labelOf = (e: Expr): { readonly label?: string } =>
  e.kind === 'name' ? { label: e.parts[e.parts.length - 1]! } : e.kind === 'field' || e.kind === 'frame_column' ? { label: e.name } : {};

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

function refuseLambda(name: string, span: Span | undefined): never {
  const camel = name.replace(/(^|_)([a-z])/g, (_, _bar, letter: string) => letter.toUpperCase());
  return raise('INVALID_LAMBDA_FUNCTION_CALL.NON_HIGHER_ORDER_FUNCTION', { class: `org.apache.spark.sql.catalyst.expressions.${camel}` }, { span });
}

/** A generator in the argument of another one. */
function refuseNested(args: readonly Argument[], text: CallText): void {
  const values = args.flatMap((a) => 'bound' in a ? [a.bound] : []);
  if (values.some((v) => find(v, (e) => e.kind === 'generator'))) raise('UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS', { expression: text.print(values) }, { nowhere: true });
}

const CLAUSES: readonly (readonly [test: (e: CallExpr) => boolean, syntax: string])[] = [
  [(e) => e.distinct === true, 'DISTINCT'], [(e) => e.filter !== undefined, 'FILTER CLAUSE'],
  [(e) => e.withinGroup !== undefined, 'WITHIN GROUP (ORDER BY ...)'], [(e) => e.nulls === 'ignore', 'IGNORE NULLS'],
];
function noAggregateSyntax(expr: CallExpr, name: string): void {
  const found = CLAUSES.find(([test]) => test(expr));
  if (found) raise('INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX', { prettyName: `\`${name}\``, syntax: found[1] }, { span: expr.span });
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

/** The name in front of the bracket of a call. */
const calledName = (span: Span): Span => { const open = span.text.indexOf('(', span.start); return open < 0 || open >= span.stop ? span : { ...span, stop: open }; };

function unresolved(parts: readonly string[], span: Span | undefined, env: AnalysisEnv): never {
  const name = parts[parts.length - 1]!;
  if (name.toLowerCase() === 'range') raise('NOT_A_SCALAR_FUNCTION', { functionName: '`range`' }, { span });
  if (name.toLowerCase() === 'grouping' || name.toLowerCase() === 'grouping_id') raise('UNSUPPORTED_GROUPING_EXPRESSION', {}, { nowhere: true });
  return raise('UNRESOLVED_ROUTINE', { routineName: quotedName(parts), searchPath: SEARCH_PATH },
    { span, focus: span && calledName(span), hint: OF_OTHERS.get(name.toLowerCase()) ?? didYouMean(name, env.functions.names) });
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

// ── Ordinary functions ──────────────────────────────────────────────────────────────────────────

function callSpec(b: ExprBinder, spec: FunctionSpec, name: string, slots: readonly (Slot | undefined)[], manner: Manner, ctx: ExprContext): BoundExpr {
  const { span } = manner;
  if (!slots.some((s) => s === undefined)) checkCount(spec, name, slots.length, span);
  const takesLambda = spec.params.some((p) => p.accepts.kind === 'lambda');
  if (!takesLambda && slots.some((s) => s && isLambda(s))) return refuseLambda(name, span);
  const text = textOf(spec, name, ctx, span);
  const raw = withDefaults(spec, slots.map((s) => s && isLambda(s) ? undefined : s));
  // Before the types: a generator's argument has none.
  if (spec.kind === 'generator' && raw.some((a) => a && find(a, (e) => e.kind === 'generator'))) {
    raise('UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS', { expression: text.print(definite(raw)) }, { nowhere: true });
  }
  if (spec.resolve && !takesLambda) {
    const written = raw.filter((a) => a !== undefined);
    const resolved = placed(span, () => spec.resolve!(rawCall(b, spec, name, written, manner, ctx)));
    if (resolved) return withCollation(spec, name, written, span, resolved.written && resolved.written.print !== undefined ? resolved : { ...resolved, span: resolved.span ?? span, written: { name: spec.fixedName ?? name, args: written, ...printOf(spec, name, written, ctx, span) } }, ctx);
  }
  const args = takesLambda ? lambdaArguments(b, spec, slots, raw, text, ctx) : coerceArguments(spec, definite(raw), text);
  return withCollation(spec, name, raw.filter((a) => a !== undefined), span, finish(spec, name, args, manner, ctx), ctx);
}

/** The call as the collation of its texts has it. @throws NOT_SUPPORTED_YET where texts are compared in a way that the function does not know */
function withCollation(spec: FunctionSpec, name: string, written: readonly BoundExpr[], span: Span | undefined, call: BoundExpr, ctx: ExprContext): BoundExpr {
  if (!spec.collation) return call;
  const collated = written.find((a) => T.isCollated(a.type));
  if (collated?.type.kind !== 'string') return call;
  const { type } = collated;
  const rule = typeof spec.collation === 'string' ? spec.collation : spec.collation(written.length);
  // Literals beside such a text have its collation, and say so if it is the text's own.
  const explicit = collated.kind === 'apply' && collated.fn.name === 'collate';
  const shown = written.map((a) => !explicit && rule !== 'pattern' && a.kind === 'const' && a.type.kind === 'string' && a.type.collation === undefined ? { ...a, type } : a);
  const as = { written: { name: spec.fixedName ?? name, args: shown, ...printOf(spec, name, shown, ctx, span) } };
  if (rule === 'kept') return call.type.kind === 'string' ? { ...call, type, ...as } : call;
  if (isBinaryStable(type)) return { ...call, ...as };
  if (type.collation !== 'UTF8_LCASE' || rule === 'compared' || call.kind !== 'apply') {
    raise('NOT_SUPPORTED_YET', { feature: `${name} over texts with the collation ${type.collation}` }, { span, hint: 'Write x COLLATE UTF8_BINARY in place of x, or lower(x) COLLATE UTF8_BINARY where case does not count.' });
  }
  const made = (fn: string, args: readonly BoundExpr[]): BoundExpr => apply(ctx.env, fn, args, { type: T.STRING, span });
  const args = call.args.map((arg, i) => rule === 'folded' ? i < 2 ? made('lower', [arg]) : arg : i === 1 ? made('concat', [constant('(?iu)', T.STRING), arg]) : arg);
  return { ...call, args, ...as };
}

const definite = (args: readonly (BoundExpr | undefined)[]): readonly BoundExpr[] => args.map((a) => a ?? constant(null, T.VOID));

/** A replaced call keeps its text where the function prints itself in its own way, or does not show some of its arguments. */
function printOf(spec: FunctionSpec, name: string, args: readonly BoundExpr[], ctx: ExprContext, span: Span | undefined): { readonly print?: string } {
  if (!spec.print && !spec.params.some((p) => p.printed === false || p.default?.hidden)) return {};
  return { print: textOf(spec, name, ctx, span).print(args).slice(1, -1) };
}

function textOf(spec: FunctionSpec, name: string, ctx: ExprContext, span: Span | undefined): CallText {
  return {
    name, settings: ctx.env.settings, span,
    print: (args) => sqlExpr({ kind: 'apply', fn: spec, name, args, type: T.VOID, nullable: true }),
  };
}

function callView(spec: FunctionSpec, name: string, args: readonly BoundExpr[], ctx: ExprContext, span: Span | undefined): Call {
  const { env } = ctx;
  return {
    fn: spec, name, args, types: args.map((a) => a.type), settings: env.settings, span,
    constant(index) {
      const arg = args[index];
      return arg && isFoldable(arg) ? constantValue(arg, env) : undefined;
    },
  };
}

function rawCall(b: ExprBinder, spec: FunctionSpec, name: string, args: readonly BoundExpr[], manner: Manner, ctx: ExprContext): RawCall {
  return {
    ...callView(spec, name, args, ctx, manner.span), operator: manner.operator, distinct: manner.distinct,
    apply: (fn, values) => b.callBound(fn, values, manner.span, ctx),
    cast: (arg, to) => checkedCast(makeCast(arg, to, 'implicit', ctx.env.settings, manner.span), ctx.env.settings),
  };
}

/** Checks that need the coerced arguments, and the node. */
function finish(spec: FunctionSpec, name: string, args: readonly BoundExpr[], manner: Manner, ctx: ExprContext): BoundExpr {
  const { span } = manner;
  const call = callView(spec, name, args, ctx, span);
  const text = textOf(spec, name, ctx, span);
  const type = ownRules(text, args, () => {
    evaluateConstants(spec, args, ctx.env);
    if (spec.check) spec.check(call);
    requireConstants(spec, args, text);
    return spec.result(call);
  });
  if (spec.kind === 'generator') {
    const columns = ownRules(text, args, () => spec.columns!(call));
    const generator: BoundGenerator = { kind: 'generator', fn: spec, name, args, columns, type, nullable: true, span };
    return generator;
  }
  const node: BoundApply = { kind: 'apply', fn: spec, name, args, type, nullable: true, span };
  return { ...node, nullable: nullableOf(node, ctx.env) };
}

/** Runs a part of a function's own rules: what it raises gets the place and, as mismatches of types have it, the text of the call. */
function ownRules<R>(text: CallText, args: readonly BoundExpr[], run: () => R): R {
  return placed(text.span, () => {
    try { return run(); } catch (e) {
      if (!(e instanceof EngineError) || !e.condition.startsWith('DATATYPE_MISMATCH.') || e.parameters['sqlExpr'] !== undefined) throw e;
      throw new EngineError(e.condition, { ...e.parameters, sqlExpr: text.print(args) }, { span: e.span, focus: e.focus, hint: e.hint, cause: e.cause, nowhere: e.nowhere });
    }
  });
}

/** Constants are evaluated at once, if that is what they are: what goes wrong then is the error of the query. */
function evaluateConstants(spec: FunctionSpec, args: readonly BoundExpr[], env: AnalysisEnv): void {
  const constants = args.filter((_, i) => paramAt(spec, i)?.constant);
  if (constants.every(isFoldable)) for (const arg of constants) if (arg.kind !== 'const') env.evaluate(arg, env.settings);
}
function requireConstants(spec: FunctionSpec, args: readonly BoundExpr[], text: CallText): void {
  for (const [i, arg] of args.entries()) {
    const param = paramAt(spec, i);
    if (!param?.constant || isFoldable(arg)) continue;
    if (param.name === 'seed') raise('SEED_EXPRESSION_IS_UNFOLDABLE', { exprWithSeed: text.print(args), seedExpr: sqlExpr(arg) }, { span: text.span });
    raise('DATATYPE_MISMATCH.NON_FOLDABLE_INPUT',
      { sqlExpr: text.print(args), inputName: `\`${param.name}\``, inputType: param.accepts.kind === 'type' ? sqlType(param.accepts.type) : sqlType(arg.type), inputExpr: sqlExpr(arg) }, { span: text.span });
  }
}

// ── Lambdas ─────────────────────────────────────────────────────────────────────────────────────

function lambdaArguments(b: ExprBinder, spec: FunctionSpec, slots: readonly (Slot | undefined)[], raw: readonly (BoundExpr | undefined)[], text: CallText, ctx: ExprContext): readonly BoundExpr[] {
  const length = Math.max(raw.length, slots.length);
  const isFunction = (i: number): boolean => paramAt(spec, i)?.accepts.kind === 'lambda';
  const plain = Array.from({ length }, (_, i) => isFunction(i) ? undefined : raw[i] ?? constant(null, T.VOID));
  const indices = plain.flatMap((a, i) => a ? [i] : []);
  const stands = { ...spec, params: indices.map((i) => paramAt(spec, i)!) };
  const whole: CallText = { ...text, print: () => text.print(Array.from({ length }, (_, i) => plain[i] ?? unboundLambda(b, slots[i], ctx))) };
  const coerced = coerceArguments(stands, indices.map((i) => plain[i]!), whole);
  const args: BoundExpr[] = [];
  for (let i = 0; i < length; i++) {
    const accepts = paramAt(spec, i)?.accepts;
    if (accepts?.kind !== 'lambda') { args.push(coerced[indices.indexOf(i)]!); continue; }
    const slot = slots[i];
    if (slot && !isLambda(slot)) {
      const params = accepts.params(args.map((a) => a.type), 0).map((type, k) => ({ id: ctx.env.freshId(), name: `x_${k}`, type, nullable: true }));
      args.push({ kind: 'lambda', params, body: slot, type: slot.type, nullable: slot.nullable, span: slot.span });
    } else if (slot) args.push(bindLambda(b, slot, accepts.params(args.map((a) => a.type), slot.params.length), ctx));
  }
  return args;
}

/** How a lambda shows in an error that comes before its parameters have types: they keep their names. */
function unboundLambda(b: ExprBinder, slot: Slot | undefined, ctx: ExprContext): BoundExpr {
  if (!slot || !isLambda(slot)) return slot ?? constant(null, T.VOID);
  let body = '?';
  try {
    const bound = bindLambda(b, slot, slot.params.map(() => T.VOID), ctx);
    const ids = new Set(bound.params.map((p) => p.id));
    body = printExpr(transform(bound.body, (e) => e.kind === 'variable' && ids.has(e.id) ? constant(null, e.type, e.span, e.name) : e));
  } catch (e) { if (!(e instanceof EngineError)) throw e; }
  return constant(null, T.VOID, undefined, `lambdafunction(${[body, ...slot.params].join(', ')})`);
}

function bindLambda(b: ExprBinder, lambda: Expr & { kind: 'lambda' }, types: readonly T.DataType[], ctx: ExprContext): BoundLambda {
  const { span } = lambda;
  const names = lambda.params.map((p) => p.toLowerCase());
  if (new Set(names).size !== names.length) {
    raise('INVALID_LAMBDA_FUNCTION_CALL.DUPLICATE_ARG_NAMES', { args: lambda.params.map((p) => `\`${p}\``).join(', '), caseSensitiveConfig: '"spark.sql.caseSensitive"' }, { span });
  }
  if (types.length !== names.length) {
    raise('INVALID_LAMBDA_FUNCTION_CALL.NUM_ARGS_MISMATCH', { expectedNumArgs: String(names.length), actualNumArgs: String(types.length) }, { span });
  }
  const params = lambda.params.map((name, i) => ({ id: ctx.env.freshId(), name, type: types[i]!, nullable: true }));
  const inner: ExprContext = {
    ...ctx,
    scope: {
      resolve(parts, at) {
        const i = names.indexOf(parts[0]!.toLowerCase());
        if (i === -1) return ctx.scope.resolve(parts, at);
        const p = params[i]!;
        const variable: BoundExpr = { kind: 'variable', id: p.id, name: p.name, type: p.type, nullable: p.nullable, span: at };
        return parts.slice(1).reduce<BoundExpr>((base, part) => extractField(base, part, ctx.env, at), variable);
      },
      expandStar: (qualifier, at) => ctx.scope.expandStar(qualifier, at),
      proposals: (name) => ctx.scope.proposals(name),
    },
    bindSubquery: () => raise('UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.HIGHER_ORDER_FUNCTION', {}, { nowhere: true }),
  };
  const body = lambdaBody(b, lambda.body, inner);
  const above = find(body, (e) => e.kind === 'aggregate' || e.kind === 'window');
  const missing = above && find(above, (e) => e.kind === 'variable' && params.some((p) => p.id === e.id));
  if (missing?.kind === 'variable') raise('MISSING_ATTRIBUTES.RESOLVED_ATTRIBUTE_MISSING_FROM_INPUT', { missingAttributes: `"${missing.name}"` }, { span: span && wholeText(span) });
  return { kind: 'lambda', params, body, type: body.type, nullable: body.nullable, span };
}

/** A name that nothing has is looked for again once the whole query is known: the whole query is then at fault. */
function lambdaBody(b: ExprBinder, body: Expr, ctx: ExprContext): BoundExpr {
  try { return b.bind(body, ctx); } catch (e) {
    if (!(e instanceof EngineError) || !e.condition.startsWith('UNRESOLVED_COLUMN') || !e.span) throw e;
    throw new EngineError(e.condition, e.parameters, { span: wholeText(e.span), focus: e.focus ?? e.span, hint: e.hint });
  }
}
const wholeText = (span: Span): Span => ({ text: span.text, start: 0, stop: span.text.replace(/[\s;]+$/, '').length });

// ── Aggregates ──────────────────────────────────────────────────────────────────────────────────

/** An aggregate call, as such or as the function of a window. */
export function bindAggregate(b: ExprBinder, spec: FunctionSpec, name: string, expr: CallExpr, ctx: ExprContext, windowed = false): BoundAggregate {
  const { span } = expr;
  if (!windowed && (ctx.clause === 'aggregate_argument' || ctx.clause === 'aggregate_filter')) {
    if (ctx.clause === 'aggregate_argument' && !ctx.refusesAggregates) raise('NESTED_AGGREGATE_FUNCTION', {}, { span });
  }
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
  const type = ownRules(text, args, () => {
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
  const details = { span: expr.span };
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
  const found = CLAUSES.find(([test, syntax]) => (syntax !== 'IGNORE NULLS' || spec.window?.skipsNulls === true) && test(expr));
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
function windowWithoutOver(b: ExprBinder, spec: FunctionSpec, name: string, args: readonly Argument[], expr: CallExpr, ctx: ExprContext): never {
  const call = windowCall(b, spec, name, args, expr, ctx);
  const { span } = expr;
  return raise('WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE', { funcName: sqlExpr(call) }, { span: span && wholeText(span), focus: span });
}

/** `_7`: a positional parameter is named by its place in the text. */
export const positionalName = (span: Span | undefined): string => `_${span ? codePoints(span.text, 0, span.start) : 0}`;

