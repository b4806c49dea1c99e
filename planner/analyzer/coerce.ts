// Casts and their refusals, and the small constructors of bound nodes that the expression binder uses. A cast that coercion adds reports
// errors at the place of the expression that asked for it.

import { canCast } from '../coercion.js';
import { type ConditionName, EngineError, invariant, raise } from '../errors/index.js';
import { printExpr, sqlExpr, sqlType } from '../expr/print.js';
import { isFoldable } from '../expr/walk.js';
import type { Span } from '../spans.js';
import type { BoundApply, BoundCast, BoundConst, BoundExpr, FunctionSpec, Settings } from '../tree.js';
import { isFractional, sameType, simpleName, type DataType } from '../types.js';
import type { Value } from '../values.js';
import type { AnalysisEnv } from './context.js';

const ANSI_CONFIG = '"spark.sql.ansi.enabled"';

/** A cast without asking whether it exists. */
export function makeCast(arg: BoundExpr, type: DataType, origin: BoundCast['origin'], settings: Settings, span: Span | undefined, tries = false): BoundCast {
  const mode = tries ? 'try' : settings.ansi ? 'ansi' : 'legacy';
  const nullable = arg.nullable || mode !== 'ansi' || arg.type.kind === 'void' || (isFractional(arg.type) && type.kind === 'decimal') || type.kind === 'interval';
  return { kind: 'cast', arg, type, nullable, mode, origin, span };
}

/** Where TIME is off its literals are values all the same, but nothing is cast to it or computed of it. @throws UNSUPPORTED_TIME_TYPE */
export function requireTime(type: DataType, settings: Settings): void {
  if (type.kind === 'time' && settings.conf.get('spark.sql.timeType.enabled') !== 'true') raise('UNSUPPORTED_TIME_TYPE', {}, { nowhere: true });
}

/** The cast that coercion adds; the expression itself if it has the type already. */
export function implicit(arg: BoundExpr, type: DataType, settings: Settings, span: Span | undefined): BoundExpr {
  if (sameType(arg.type, type)) return arg;
  requireTime(type, settings);
  return makeCast(arg, type, 'implicit', settings, span ?? arg.span);
}

/** A cast that a user asked for. @throws DATATYPE_MISMATCH.CAST_… if there is none */
export function checkedCast(cast: BoundCast, settings: Settings): BoundCast {
  const legality = canCast(cast.arg.type, cast.type, settings.ansi || cast.mode === 'try');
  if (legality.kind === 'yes') return cast;
  const parameters = { sqlExpr: sqlExpr(cast), srcType: sqlType(cast.arg.type), targetType: sqlType(cast.type) };
  if (legality.kind === 'with_function') return raise('DATATYPE_MISMATCH.CAST_WITH_FUNC_SUGGESTION', { ...parameters, functionNames: `\`${legality.name}\`` }, { span: cast.span });
  if (legality.kind === 'with_conf' && cast.mode !== 'try') {
    return raise('DATATYPE_MISMATCH.CAST_WITH_CONF_SUGGESTION', { ...parameters, config: ANSI_CONFIG, configVal: "'false'" }, { span: cast.span });
  }
  return raise('DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION', parameters, { span: cast.span });
}

export const constant = (value: Value, type: DataType, span?: Span, text?: string): BoundConst =>
  ({ kind: 'const', value, type, nullable: value === null, span, ...(text !== undefined && { text }) });

/** The function of that name, which the catalogue must have: the binder's own rewrites need it. */
export function need(env: AnalysisEnv, name: string): FunctionSpec {
  const spec = env.functions.lookup(name);
  invariant(spec, `the catalogue has no function ${name}`);
  return spec;
}

export interface ApplyOptions { readonly type: DataType; readonly span: Span | undefined; readonly nullable?: boolean; readonly name?: string; readonly written?: BoundExpr['written'] }
/** A call whose arguments have the types that the function wants. */
export function apply(env: AnalysisEnv, fnName: string, args: readonly BoundExpr[], options: ApplyOptions): BoundApply {
  const fn = need(env, fnName);
  const node: BoundApply = { kind: 'apply', fn, name: options.name ?? fnName, args, type: options.type, nullable: true, span: options.span, ...(options.written && { written: options.written }) };
  return { ...node, nullable: options.nullable ?? nullableOf(node, env) };
}

/** Whether the call may give NULL, as its function says. */
export function nullableOf(node: BoundApply, env: AnalysisEnv): boolean {
  const anyArg = node.args.some((a) => a.nullable);
  if (node.fn.nullable) return node.fn.nullable(bareCall(node, env));
  return node.fn.nulls === 'custom' || anyArg;
}
const bareCall = (node: BoundApply, env: AnalysisEnv) => ({
  fn: node.fn, name: node.name, args: node.args, types: node.args.map((a) => a.type), type: node.type, settings: env.settings, span: node.span,
  constant(index: number): Value | undefined { const arg = node.args[index]; return arg && constantValue(arg, env); },
});

/** The value of an expression that has one without any row; undefined if it has none, or if evaluating it fails. */
export function constantValue(expr: BoundExpr, env: AnalysisEnv): Value | undefined {
  if (expr.kind === 'const') return expr.value;
  try { return env.evaluate(expr, env.settings); } catch { return undefined; }
}

/** The parts of the name that IDENTIFIER(arg) means, `span` its place.
 *  @throws NOT_A_CONSTANT_STRING.…, PARSE_SYNTAX_ERROR if it is no name */
export function identifierName(arg: BoundExpr, span: Span | undefined, env: AnalysisEnv): readonly string[] {
  const text = isFoldable(arg) ? constantValue(arg, env) : undefined;
  const parameters = { name: 'IDENTIFIER', expr: printExpr(arg) };
  if (text === undefined) return raise('NOT_A_CONSTANT_STRING.NOT_CONSTANT', parameters, { span: arg.span });
  if (typeof text !== 'string') return raise('NOT_A_CONSTANT_STRING.WRONG_TYPE', { ...parameters, dataType: simpleName(arg.type) }, { span: arg.span });
  if (text.trim() === '') return raise('PARSE_EMPTY_STATEMENT', {}, { span, hint: 'IDENTIFIER takes a text that is a name.' });
  try {
    const name = env.parse.expression(text);
    if (name.kind === 'name') return name.parts;
  } catch (e) { throw e instanceof EngineError ? new EngineError(e.condition, e.parameters, { span }) : e; }
  return raise('PARSE_SYNTAX_ERROR', { error: `'${text}'`, hint: '' }, { span });
}

/** Runs a part of a function's own rules; what it raises without a place gets that of the call. */
export function placed<T>(span: Span | undefined, run: () => T): T {
  try { return run(); } catch (e) { throw e instanceof EngineError ? e.at(span) : e; }
}

/** Raises with the place, or with the mark that there is none. */
export const fail = (condition: ConditionName, parameters: Readonly<Record<string, string>>, span: Span | undefined): never =>
  raise(condition, parameters, span ? { span } : { nowhere: true });
