// Lambdas: bound once the arguments before them have given the types of their parameters.
// source: Spark's ResolveLambdaVariables.

import { EngineError, raise } from '../errors/index.js';
import { printExpr } from '../expr/print.js';
import { find, transform } from '../expr/walk.js';
import type { Span } from '../spans.js';
import type { BoundExpr, BoundLambda, Expr, FunctionSpec } from '../tree.js';
import * as T from '../types.js';
import { type CallText, coerceArguments, paramAt } from './arguments.js';
import { extractField } from './bind-field.js';
import { isLambda, type Slot } from './call-arguments.js';
import { constant } from './coerce.js';
import type { ExprContext } from './context.js';
import type { ExprBinder } from './expr-binder.js';

export function lambdaArguments(b: ExprBinder, spec: FunctionSpec, slots: readonly (Slot | undefined)[], raw: readonly (BoundExpr | undefined)[], text: CallText, ctx: ExprContext): readonly BoundExpr[] {
  const length = Math.max(raw.length, slots.length);
  const isFunction = (i: number): boolean => paramAt(spec, i)?.accepts.kind === 'lambda';
  if (slots.some((s, i) => s && isLambda(s) && !isFunction(i))) raise('INVALID_LAMBDA_FUNCTION_CALL.PARAMETER_DOES_NOT_ACCEPT_LAMBDA_FUNCTION', {}, { span: text.span });
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
  if (missing?.kind === 'variable') raise('MISSING_ATTRIBUTES.RESOLVED_ATTRIBUTE_MISSING_FROM_INPUT', { missingAttributes: `"${missing.name}"` }, { span: span && wholeText(span), focus: above?.span });
  return { kind: 'lambda', params, body, type: body.type, nullable: body.nullable, span };
}

/** A name that nothing has is looked for again once the whole query is known: the whole query is then at fault. */
function lambdaBody(b: ExprBinder, body: Expr, ctx: ExprContext): BoundExpr {
  try { return b.bind(body, ctx); } catch (e) {
    if (!(e instanceof EngineError) || !e.condition.startsWith('UNRESOLVED_COLUMN') || !e.span) throw e;
    throw new EngineError(e.condition, e.parameters, { span: wholeText(e.span), focus: e.focus ?? e.span, hint: e.hint });
  }
}
export const wholeText = (span: Span): Span => ({ text: span.text, start: 0, stop: span.text.replace(/[\s;]+$/, '').length });
