// Arguments of an ordinary call: by name or position, their number, their types. All tables of refusals that functions share are here:
// WRONG_NUM_ARGS, UNEXPECTED_INPUT_TYPE, the *_DIFF_TYPES family. source: Spark's function registry and implicit casts.

import { acceptAs, canCast, commonType, isOrderable, requiredType } from '../coercion.js';
import { CONDITIONS, type ConditionName, type ErrorDetails, raise } from '../errors/index.js';
import { HIDDEN_DEFAULT, ordinalWord, printExpr, sqlExpr, sqlType } from '../expr/print.js';
import { signatureText } from '../functions/signature-text.js';
import { didYouMean, nearest } from '../similar.js';
import type { Span } from '../spans.js';
import type { Accepts, BoundExpr, FunctionSpec, Param, Settings } from '../tree.js';
import * as T from '../types.js';
import type { DataType } from '../types.js';
import { constant, implicit } from './coerce.js';

/** The name of a function of a schema has parts. */
const quote = (name: string): string => name.split('.').map((part) => `\`${part}\``).join('.');

/** The parameter that takes argument `index`; the last ones of a variadic function repeat. */
export function paramAt(spec: FunctionSpec, index: number): Param | undefined {
  if (index < spec.params.length) return spec.params[index];
  if (!spec.variadic) return undefined;
  const every = spec.variadic.every ?? 1;
  return spec.params[spec.params.length - every + ((index - spec.params.length) % every)];
}

// ── Number and names ────────────────────────────────────────────────────────────────────────────

export interface NamedArgument<E> { readonly name?: string; readonly value: E }

/** Where the name of an argument is written, or an argument without one. */
function placeOf({ name, value }: NamedArgument<unknown>): Span | undefined {
  const span = typeof value === 'object' && value !== null && 'span' in value ? value.span as Span | undefined : undefined;
  const before = span && name !== undefined ? /`?[\p{L}\p{Nd}_]+`?(?=\s*=>\s*$)/u.exec(span.text.slice(0, span.start)) : null;
  return span && before ? { text: span.text, start: before.index, stop: before.index + before[0].length } : span;
}

/** Arguments in the order of the parameters; undefined for one left out. */
export function byPosition<E>(spec: FunctionSpec, called: string, args: readonly NamedArgument<E>[], span: Span | undefined): readonly (E | undefined)[] {
  if (!args.some((a) => a.name !== undefined)) { requireAll(spec, called, args.length, span); return args.map((a) => a.value); }
  if (spec.variadic || (!spec.sql && spec.params.some((p) => /^arg\d+$/.test(p.name))) || spec.kind === 'aggregate') raise('NAMED_PARAMETERS_NOT_SUPPORTED', { functionName: quote(called) }, { span });
  const routineName = quote(called);
  const out: (E | undefined)[] = [];
  const taken = new Set<number>();
  let lastName: string | undefined;
  for (const [i, arg] of args.entries()) {
    if (arg.name === undefined) {
      if (lastName !== undefined) raise('UNEXPECTED_POSITIONAL_ARGUMENT', { routineName, parameterName: quote(lastName) }, { span, focus: placeOf(arg) });
      out[i] = arg.value;
      taken.add(i);
      continue;
    }
    const wanted = arg.name.toLowerCase();
    const at = spec.params.findIndex((p) => p.name.toLowerCase() === wanted);
    if (at === -1) raise('UNRECOGNIZED_PARAMETER_NAME', { routineName, argumentName: quote(arg.name), proposal: nearest(arg.name, spec.params.map((p) => p.name)).slice(0, 3).map(quote).join(' ') }, { span, focus: placeOf(arg), hint: didYouMean(arg.name, spec.params.map((p) => p.name)) });
    if (taken.has(at)) {
      const twice = at < args.findIndex((a) => a.name !== undefined) ? 'BOTH_POSITIONAL_AND_NAMED' as const : 'DOUBLE_NAMED_ARGUMENT_REFERENCE' as const;
      raise(`DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT.${twice}`, { routineName, parameterName: quote(arg.name) }, { span, focus: placeOf(arg) });
    }
    out[at] = arg.value;
    taken.add(at);
    lastName = arg.name;
  }
  spec.params.forEach((p, i) => { if (!taken.has(i) && !p.default && !p.optional) missing(called, p, i, span); });
  return Array.from(out);
}
const missing = (called: string, p: Param, index: number, span: Span | undefined): never =>
  raise('REQUIRED_PARAMETER_NOT_FOUND', { routineName: quote(called), parameterName: quote(p.name), index: String(index) }, { span });
function requireAll(spec: FunctionSpec, called: string, count: number, span: Span | undefined): void {
  const index = spec.byName ? spec.params.findIndex((p, i) => i >= count && !p.default && !p.optional) : -1;
  // Counted from the first that has no argument.
  if (index >= 0) missing(called, spec.params[index]!, index - count, span);
}

/** @throws WRONG_NUM_ARGS, before any type is looked at */
export function checkCount(spec: FunctionSpec, called: string, count: number, span: Span | undefined): void {
  const expected = expectedCount(spec, count);
  if (expected !== undefined) wrongCount(called, count, expected, { ...(spec.variadic ? { nowhere: true } : { span }), focus: span, hint: `Its signature is ${signatureText(spec)}.` });
}

export function wrongCount(called: string, count: number, expected: string, where: ErrorDetails): never {
  const parameters = { functionName: quote(called), expectedNum: expected, actualNum: String(count) };
  if (called !== 'count') return raise('WRONG_NUM_ARGS.WITHOUT_SUGGESTION', parameters, where);
  return raise('WRONG_NUM_ARGS.WITH_SUGGESTION', { ...parameters, expectedNum: ' >= 1', legacyNum: '0', legacyConfKey: '"spark.sql.legacy.allowParameterlessCount"', legacyConfValue: '"true"' }, where);
}

/** What number is expected, in Spark's words; undefined if `count` is right. */
function expectedCount(spec: FunctionSpec, count: number): string | undefined {
  if (spec.variadic) {
    const { min, every = 1 } = spec.variadic;
    const fixed = spec.params.length - every;
    if (count >= min && (every === 1 || (count - fixed) % every === 0)) return undefined;
    return every === 1 ? `> ${min - 1}` : min === 0 ? `${every}n` : `${every}n (n > 0)`;
  }
  const min = spec.params.filter((p) => !p.default && !p.optional).length;
  const max = spec.params.length + (spec.window?.ignoresNulls === undefined ? 0 : 1);
  if (count >= min && count <= max) return undefined;
  return min === max || spec.sql ? String(max) : `[${Array.from({ length: max - min + 1 }, (_, i) => min + i).join(', ')}]`;
}

/** Fills in the defaults of arguments left out at the end (or, by name, in between). */
export function withDefaults(spec: FunctionSpec, args: readonly (BoundExpr | undefined)[]): readonly (BoundExpr | undefined)[] {
  const out = [...args];
  for (let i = 0; i < spec.params.length; i++) {
    const fallback = spec.params[i]!.default;
    if (out[i] === undefined && fallback) out[i] = constant(fallback.value, fallback.type, undefined, fallback.hidden ? HIDDEN_DEFAULT : undefined);
  }
  while (out.length > 0 && out[out.length - 1] === undefined) out.pop();
  return out;
}

// ── Types ───────────────────────────────────────────────────────────────────────────────────────

export interface CallText {
  /** As called. */
  readonly name: string;
  readonly settings: Settings;
  readonly span: Span | undefined;
  /** The whole call over these arguments, in quotes. */
  readonly print: (args: readonly BoundExpr[]) => string;
}

const isUnordered = (param: Param | undefined, arg: BoundExpr): boolean => param?.accepts.kind === 'class' && param.accepts.class === 'orderable' && !isOrderable(arg.type);

/** The arguments cast to what the parameters take, and to common types where parameters share one. Lambdas are left as they are.
 *  @throws DATATYPE_MISMATCH.… */
export function coerceArguments(spec: FunctionSpec, args: readonly BoundExpr[], text: CallText): readonly BoundExpr[] {
  const types = args.map((arg, i) => {
    const param = paramAt(spec, i);
    if (!param || param.accepts.kind === 'lambda') return arg.type;
    const type = isUnordered(param, arg) ? arg.type : acceptAs(param.accepts, arg.type);
    if (type && (param.exact ?? spec.exact) && (arg.type.kind !== 'void' || param.exact === 'typed') && !T.sameType(type, arg.type)) return refuseType(spec, args, i, param.accepts, text);
    return type ?? refuseType(spec, args, i, param.accepts, text);
  });
  const unordered = args.find((arg, i) => isUnordered(paramAt(spec, i), arg));
  if (unordered) raise('DATATYPE_MISMATCH.INVALID_ORDERING_TYPE', { functionName: quote(text.name), dataType: sqlType(unordered.type), sqlExpr: text.print(args) }, { span: text.span });
  unifyTypes(spec, args, types, text);
  return args.map((arg, i) => implicit(arg, types[i]!, text.settings, text.span));
}

export function unexpectedType(args: readonly BoundExpr[], index: number, required: string, text: CallText, hint?: string): never {
  const arg = args[index]!;
  return raise('DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE',
    { sqlExpr: text.print(args), paramIndex: ordinalWord(index), requiredType: required, inputSql: sqlExpr(arg), inputType: sqlType(arg.type) }, { span: text.span, focus: arg.span, hint });
}
/** The cast that makes the argument fit, where there is one, as it is written; and what the function takes. */
function fittingHint(spec: FunctionSpec, arg: BoundExpr, accepts: Accepts): string {
  const written = arg.span && arg.span.stop - arg.span.start <= 60 ? arg.span.text.slice(arg.span.start, arg.span.stop) : printExpr(arg);
  const to = accepts.kind === 'type' && canCast(arg.type, accepts.type).kind === 'yes' ? `Write CAST(${written} AS ${T.sqlName(accepts.type)}), if that is what is meant. ` : '';
  return `${to}Its signature is ${signatureText(spec)}.`;
}

function refuseType(spec: FunctionSpec, args: readonly BoundExpr[], index: number, accepts: Accepts, text: CallText): never {
  // Functions that compare whole arguments say so whatever is wrong with one of them.
  if (spec.unify?.error) return differ(conditionOf(spec.unify.error), args, args.map((_, i) => i), text);
  const pair = automaticError(spec);
  if (pair === 'DATATYPE_MISMATCH.BINARY_ARRAY_DIFF_TYPES') return differ(pair, args, [0, 1], text);
  return unexpectedType(args, index, spec.params[index]?.requires ?? requiredType(accepts), text, fittingHint(spec, args[index]!, accepts));
}

/** Where a type variable stands in an argument. */
interface Occurrence { readonly arg: number; readonly path: 'whole' | 'element' | 'key' | 'value'; readonly type: DataType }

function occurrences(accepts: Accepts, arg: number, type: DataType): readonly (readonly [variable: string, Occurrence])[] {
  switch (accepts.kind) {
    case 'variable': return [[accepts.name, { arg, path: 'whole', type }]];
    case 'array': return accepts.element.kind === 'variable' && type.kind === 'array' ? [[accepts.element.name, { arg, path: 'element', type: type.element }]] : [];
    case 'map': {
      if (type.kind !== 'map') return [];
      const out: (readonly [string, Occurrence])[] = [];
      if (accepts.key.kind === 'variable') out.push([accepts.key.name, { arg, path: 'key', type: type.key }]);
      if (accepts.value.kind === 'variable') out.push([accepts.value.name, { arg, path: 'value', type: type.value }]);
      return out;
    }
    default: return [];
  }
}

function unifyTypes(spec: FunctionSpec, args: readonly BoundExpr[], types: DataType[], text: CallText): void {
  const { unify } = spec;
  const chosen = unify && (unify.args === 'all' ? args.map((_, i) => i) : unify.args.filter((i) => i < args.length));
  const groups = new Map<string, Occurrence[]>();
  const put = (name: string, o: Occurrence): void => { const group = groups.get(name); if (group) group.push(o); else groups.set(name, [o]); };
  if (chosen) {
    const some = chosen.map((i) => ({ i, accepts: paramAt(spec, i)!.accepts }));
    const mixed = some.some((s) => s.accepts.kind === 'array') && some.some((s) => s.accepts.kind !== 'array');
    for (const { i, accepts } of some) {
      const type = types[i]!;
      if (mixed && accepts.kind === 'array' && type.kind === 'array') put('', { arg: i, path: 'element', type: type.element });
      else put('', { arg: i, path: 'whole', type });
    }
  } else {
    args.forEach((_, i) => {
      const accepts = paramAt(spec, i)?.accepts;
      if (accepts) for (const [name, o] of occurrences(accepts, i, types[i]!)) put(name, o);
    });
  }
  for (const group of groups.values()) {
    if (group.length < 2) continue;
    const common = commonType(group.map((o) => o.type), { strings: unify?.strings ?? false });
    if (!common) differ(unify?.error ? conditionOf(unify.error) : automaticError(spec), args, group.map((o) => o.arg), text);
    else for (const o of group) types[o.arg] = replaced(types[o.arg]!, o.path, common);
  }
}

function replaced(whole: DataType, path: Occurrence['path'], part: DataType): DataType {
  if (path === 'element' && whole.kind === 'array') return T.sameType(whole.element, part) ? whole : T.array(part, whole.containsNull);
  if (path === 'key' && whole.kind === 'map') return T.sameType(whole.key, part) ? whole : T.map(part, whole.value, whole.valueContainsNull);
  if (path === 'value' && whole.kind === 'map') return T.sameType(whole.value, part) ? whole : T.map(whole.key, part, whole.valueContainsNull);
  return T.sameType(whole, part) ? whole : part;
}

/** Which condition says that variables cannot be unified, where the function does not say it. */
function automaticError(spec: FunctionSpec): ConditionName {
  const [a, b] = spec.params.map((p) => p.accepts);
  const element = (x: Accepts | undefined): string | undefined => x?.kind === 'array' && x.element.kind === 'variable' ? x.element.name : undefined;
  if (a && b && element(a) !== undefined && element(a) === element(b) && spec.params.length === 2 && !spec.variadic) return 'DATATYPE_MISMATCH.BINARY_ARRAY_DIFF_TYPES';
  if (element(a) !== undefined && b?.kind === 'variable' && b.name === element(a)) return 'DATATYPE_MISMATCH.ARRAY_FUNCTION_DIFF_TYPES';
  if (a?.kind === 'map' && b?.kind === 'variable') return 'DATATYPE_MISMATCH.MAP_FUNCTION_DIFF_TYPES';
  if (a?.kind === 'map' && b?.kind === 'map') return 'DATATYPE_MISMATCH.MAP_ZIP_WITH_DIFF_TYPES';
  return 'DATATYPE_MISMATCH.DATA_DIFF_TYPES';
}

/** `unify.error` may leave out the main condition. */
function conditionOf(name: string): ConditionName {
  const full = name in CONDITIONS ? name : `DATATYPE_MISMATCH.${name}`;
  return full as ConditionName;
}

/** Functions whose refusal lists the types in square brackets. */
const LISTED: ReadonlySet<string> = new Set(['greatest', 'least']);

function differ(condition: ConditionName, args: readonly BoundExpr[], indices: readonly number[], text: CallText): never {
  const common = { functionName: quote(text.name), sqlExpr: text.print(args) };
  const types = [...new Set(indices)].map((i) => sqlType(args[i]!.type));
  const sides = { leftType: types[0] ?? '', rightType: types[1] ?? sqlType(args[1]?.type ?? T.VOID) };
  const details = { span: text.span };
  switch (condition) {
    case 'DATATYPE_MISMATCH.ARRAY_FUNCTION_DIFF_TYPES': return raise(condition, { ...common, ...sides, dataType: '"ARRAY"' }, details);
    case 'DATATYPE_MISMATCH.BINARY_ARRAY_DIFF_TYPES': return raise(condition, { ...common, ...sides, arrayType: '"ARRAY"' }, details);
    case 'DATATYPE_MISMATCH.MAP_FUNCTION_DIFF_TYPES': return raise(condition, { ...common, ...sides, dataType: '"MAP"' }, details);
    case 'DATATYPE_MISMATCH.MAP_ZIP_WITH_DIFF_TYPES': {
      const key = (i: number): string => { const { type } = args[i]!; return sqlType(type.kind === 'map' ? type.key : type); };
      return raise(condition, { ...common, leftType: key(0), rightType: key(1) }, details);
    }
    case 'DATATYPE_MISMATCH.MAP_CONCAT_DIFF_TYPES': return raise(condition, { ...common, dataType: `[${types.join(', ')}]` }, details);
    default: {
      const shown = indices.map((i) => sqlType(args[i]!.type));
      return raise(condition, { ...common, dataType: LISTED.has(text.name) ? `[${shown.join(', ')}]` : `(${shown.join(' or ')})` }, details);
    }
  }
}
