// A call of a function of the catalogue over its arguments: types, constants and the function's own rules, in Spark's order.

import { EngineError, raise } from '../errors/index.js';
import { shownAtArgument } from '../expr/argument-place.js';
import { sqlExpr, sqlType } from '../expr/print.js';
import { find, isFoldable } from '../expr/walk.js';
import type { Span } from '../spans.js';
import type { BoundApply, BoundExpr, BoundGenerator, Call, FunctionSpec, RawCall } from '../tree.js';
import * as T from '../types.js';
import { type CallText, checkCount, coerceArguments, paramAt, withDefaults } from './arguments.js';
import { lambdaArguments } from './bind-lambda.js';
import { isLambda, refuseLambda, type Slot } from './call-arguments.js';
import { checkedCast, constant, constantValue, makeCast, nullableOf, placed } from './coerce.js';
import { keepCollation, meetCollations } from './collation.js';
import type { AnalysisEnv, ExprContext } from './context.js';
import type { ExprBinder } from './expr-binder.js';

/** What the call says beside its arguments. */
export interface Manner { readonly span: Span | undefined; readonly operator: boolean; readonly distinct: boolean }

export function callSpec(b: ExprBinder, spec: FunctionSpec, name: string, slots: readonly (Slot | undefined)[], manner: Manner, ctx: ExprContext): BoundExpr {
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
  const met = takesLambda ? raw : meetCollations(spec, definite(raw), text);
  if (spec.resolve && !takesLambda) {
    const written = met.filter((a) => a !== undefined);
    const resolved = placed(span, () => spec.resolve!(rawCall(b, spec, name, written, manner, ctx)));
    if (resolved) return resolved.written && resolved.written.print !== undefined ? resolved : { ...resolved, span: resolved.span ?? span, written: { name: spec.fixedName ?? name, args: written, ...printOf(spec, name, written, ctx, span) } };
  }
  // Again where arguments have become texts.
  const args = takesLambda ? lambdaArguments(b, spec, slots, raw, text, ctx) : meetCollations(spec, coerceArguments(spec, definite(met), text), text);
  return finish(spec, name, args, manner, ctx);
}

export const definite = (args: readonly (BoundExpr | undefined)[]): readonly BoundExpr[] => args.map((a) => a ?? constant(null, T.VOID));

/** A replaced call keeps its text where the function prints itself in its own way, or does not show some of its arguments. */
function printOf(spec: FunctionSpec, name: string, args: readonly BoundExpr[], ctx: ExprContext, span: Span | undefined): { readonly print?: string } {
  if (!spec.print && !spec.params.some((p) => p.printed === false || p.default?.hidden)) return {};
  return { print: textOf(spec, name, ctx, span).print(args).slice(1, -1) };
}

export function textOf(spec: FunctionSpec, name: string, ctx: ExprContext, span: Span | undefined): CallText {
  return {
    name, settings: ctx.env.settings, span,
    print: (args) => sqlExpr({ kind: 'apply', fn: spec, name, args, type: T.VOID, nullable: true }),
  };
}

export function callView(spec: FunctionSpec, name: string, args: readonly BoundExpr[], ctx: ExprContext, span: Span | undefined): Call {
  const { env } = ctx;
  return {
    fn: spec, name, args, types: args.map((a) => a.type), settings: env.settings, span,
    constant(index) {
      const arg = args[index];
      return arg && isFoldable(arg) ? constantValue(arg, env) : undefined;
    },
  };
}

export function rawCall(b: ExprBinder, spec: FunctionSpec, name: string, args: readonly BoundExpr[], manner: Manner, ctx: ExprContext): RawCall {
  return {
    ...callView(spec, name, args, ctx, manner.span), operator: manner.operator, distinct: manner.distinct,
    apply: (fn, values) => b.callBound(fn, values, manner.span, ctx),
    cast: (arg, to) => T.sameType(arg.type, to) ? arg : checkedCast(makeCast(arg, to, 'implicit', ctx.env.settings, manner.span), ctx.env.settings),
  };
}

/** Checks that need the coerced arguments, and the node. */
function finish(spec: FunctionSpec, name: string, args: readonly BoundExpr[], manner: Manner, ctx: ExprContext): BoundExpr {
  const { span } = manner;
  const call = callView(spec, name, args, ctx, span);
  const text = textOf(spec, name, ctx, span);
  const type = ownRules(spec, text, args, () => {
    evaluateConstants(spec, args, ctx.env);
    if (spec.check) spec.check(call);
    requireConstants(spec, args, text);
    const result = spec.result(call);
    return spec.collation?.kept ? keepCollation(result, args) : result;
  });
  if (spec.kind === 'generator') {
    const columns = ownRules(spec, text, args, () => spec.columns!(call));
    const generator: BoundGenerator = { kind: 'generator', fn: spec, name, args, columns, type, nullable: true, span };
    return generator;
  }
  const node: BoundApply = { kind: 'apply', fn: spec, name, args, type, nullable: true, span };
  return { ...node, nullable: nullableOf(node, ctx.env) };
}

/** Runs a part of a function's own rules: what it raises gets the place and, as mismatches of types have it, the text of the call. */
export function ownRules<R>(spec: FunctionSpec, text: CallText, args: readonly BoundExpr[], run: () => R): R {
  return placed(text.span, () => {
    try { return run(); } catch (e) {
      if (!(e instanceof EngineError)) throw e;
      const shown = shownAtArgument(e, spec.params, args);
      if (!e.condition.startsWith('DATATYPE_MISMATCH.') || e.parameters['sqlExpr'] !== undefined) throw shown;
      throw new EngineError(e.condition, { ...e.parameters, sqlExpr: text.print(args) }, { span: e.span, focus: shown.focus, hint: e.hint, cause: e.cause, nowhere: e.nowhere });
    }
  });
}

/** Constants are evaluated at once, if that is what they are: what goes wrong then is the error of the query. */
export function evaluateConstants(spec: FunctionSpec, args: readonly BoundExpr[], env: AnalysisEnv): void {
  const constants = args.filter((_, i) => paramAt(spec, i)?.constant);
  if (constants.every(isFoldable)) for (const arg of constants) if (arg.kind !== 'const') env.evaluate(arg, env.settings);
}
export function requireConstants(spec: FunctionSpec, args: readonly BoundExpr[], text: CallText): void {
  for (const [i, arg] of args.entries()) {
    const param = paramAt(spec, i);
    if (!param?.constant || isFoldable(arg)) continue;
    if (param.name === 'seed') raise('SEED_EXPRESSION_IS_UNFOLDABLE', { exprWithSeed: text.print(args), seedExpr: sqlExpr(arg) }, { span: text.span });
    raise('DATATYPE_MISMATCH.NON_FOLDABLE_INPUT',
      { sqlExpr: text.print(args), inputName: `\`${param.name}\``, inputType: sqlType(arg.type), inputExpr: sqlExpr(arg) }, { span: text.span });
  }
}
