// Expressions: names become columns, calls become functions over coerced arguments, in one pass. Calls are in bind-call.ts, operators in
// bind-operator.ts, OVER in bind-over.ts; what names mean is the scope's affair.

import { commonType } from '../coercion.js';
import { EngineError, raise } from '../errors/index.js';
import { givesName } from '../functions/behind-grammar.js';
import { LITERAL_TYPES, unsupportedLiteral, valueText } from '../expr/literals.js';
import { printExpr, quotedName, sqlExpr } from '../expr/print.js';
import { children } from '../expr/walk.js';
import { OF_OTHERS } from '../functions/elsewhere.js';
import { freeColumns } from '../plan/columns.js';
import { outputOf } from '../plan/properties.js';
import { didYouMean } from '../similar.js';
import { codePoints, type Span } from '../spans.js';
import { quoteIfNeeded } from '../types.js';
import * as T from '../types.js';
import type { BoundCast, BoundConst, BoundExpr, BoundSubquery, Expr, LogicalPlan, OutputColumn } from '../tree.js';
import { STARLESS, bindCall, callBound } from './bind-call.js';
import { extractField } from './bind-field.js';
import { bindOver } from './bind-over.js';
import { checkedCast, constant, identifierName, implicit, makeCast, need, requireTime } from './coerce.js';
import { meetCollations } from './collation.js';
import type { ExprContext } from './context.js';
import type { ExprBinder } from './expr-binder.js';

/** `_7`: a positional parameter is named by its place in the text. */
const positionalName = (span: Span | undefined): string => `_${span ? codePoints(span.text, 0, span.start) : 0}`;

type ExprOf<K extends Expr['kind']> = Extract<Expr, { kind: K }>;

/** Binds an expression: names, types, implicit casts, and all checks of a single expression.
 *  @throws EngineError with the span of what is at fault */
export function bindExpr(expr: Expr, ctx: ExprContext): BoundExpr {
  const bound = bind(expr, ctx);
  if (ctx.clause === 'select') for (const child of children(bound)) refuseGenerator(child, bound);
  return bound;
}

function refuseGenerator(expr: BoundExpr, whole: BoundExpr): void {
  if (expr.kind === 'generator') raise('UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS', { expression: sqlExpr(whole) }, { nowhere: true, focus: expr.span ?? whole.span });
  for (const child of children(expr)) refuseGenerator(child, whole);
}

const binder: ExprBinder = { bind, callBound: (name, args, span, ctx) => callBound(binder, name, args, span, ctx) };

/** What is raised without a place is shown at the innermost expression that it is of. */
function bind(expr: Expr, ctx: ExprContext): BoundExpr {
  const { secondLook } = ctx.env;
  if (secondLook) return secondLook.run(() => bindKind(expr, ctx), () => constant(null, T.VOID, expr.span));
  try { return bindKind(expr, ctx); } catch (error) { throw error instanceof EngineError ? error.shownAt(expr.span) : error; }
}

function bindKind(expr: Expr, ctx: ExprContext): BoundExpr {
  switch (expr.kind) {
    case 'name': return bindName(expr, ctx);
    case 'frame_column': return ctx.frameColumn(expr.plan, expr.name) ?? unresolvedColumn([expr.name], expr, ctx);
    case 'star': return raise('INVALID_USAGE_OF_STAR_OR_REGEX', { elem: "'*'", prettyName: STARLESS[ctx.clause] ?? 'expression' }, { span: expr.span });
    case 'literal': return constant(expr.value, expr.type, expr.span, expr.type.kind === 'string' && expr.text !== expr.value ? undefined : expr.text);
    case 'typed_literal': return typedLiteral(expr, ctx);
    // Those that have a value have been replaced by it (engine/session/parameters.ts).
    case 'parameter': return raise('UNBOUND_SQL_PARAMETER', { name: expr.name ?? positionalName(expr.span) }, { span: expr.span, hint: expr.name === undefined ? 'Give a value for every ? in a list: session.sql(text, [value, …]).' : `Give it: session.sql(text, { ${expr.name}: value }).` });
    case 'call': {
      if (expr.named) { const { named, ...call } = expr; return bind({ ...call, name: identifierName(bind(named, ctx), expr.span, ctx.env) }, ctx); }
      if (expr.over) return bindOver(binder, expr, expr.over, ctx);
      const call = identifierCall(expr, ctx) ?? (isItem(expr) ? bindItem(expr, ctx) : bindCall(binder, expr, ctx));
      return call.kind === 'cast' ? specialCast(call, expr, ctx) ?? call : call;
    }
    case 'user_call': {
      const args = expr.args.map((a) => bind(a, ctx));
      return { kind: 'user_call', fn: expr.fn, args, type: expr.fn.type, nullable: true, span: expr.span };
    }
    case 'cast': {
      requireTime(expr.to, ctx.env.settings);
      const cast = checkedCast(makeCast(bind(expr.arg, ctx), expr.to, 'user', ctx.env.settings, expr.span, expr.try), ctx.env.settings);
      return specialCast(cast, expr, ctx) ?? cast;
    }
    case 'field': return { ...extractField(bind(expr.arg, ctx), expr.name, ctx.env, undefined), span: expr.span };
    case 'lambda': return raise('INVALID_LAMBDA_FUNCTION_CALL.NON_HIGHER_ORDER_FUNCTION', { class: 'none' }, { span: expr.span });
    case 'subquery': return bindSubquery(expr, ctx);
    case 'in_subquery': return bindInSubquery(expr, ctx);
    case 'alias': return bind(expr.arg, ctx);
  }
}

// ── Names ───────────────────────────────────────────────────────────────────────────────────────

/** Functions that are called without brackets, where no column has the name. */
const WITHOUT_BRACKETS: ReadonlySet<string> = new Set([
  'current_date', 'current_timestamp', 'current_time', 'current_user', 'user', 'session_user',
]);

function bindName(expr: ExprOf<'name'>, ctx: ExprContext): BoundExpr {
  const found = ctx.scope.resolve(expr.parts, expr.span) ?? variable(expr, ctx);
  if (found) return found;
  const [only] = expr.parts;
  if (expr.parts.length === 1 && WITHOUT_BRACKETS.has(only!.toLowerCase()) && ctx.env.functions.lookup(only!.toLowerCase())) {
    return bind({ kind: 'call', name: expr.parts, args: [], span: expr.span }, ctx);
  }
  return unresolvedColumn(expr.parts, expr, ctx);
}

/** `x`, `session.x`, `system.session.x`, and fields of it. source: Spark looks for variables after columns, aliases and outer columns. */
function variable({ parts, span }: ExprOf<'name'>, { env }: ExprContext): BoundExpr | undefined {
  const words = parts.map((p) => p.toLowerCase());
  const at = words[0] === 'system' && words[1] === 'session' ? 2 : words[0] === 'session' ? 1 : 0;
  const found = env.variable?.(parts[at] ?? '');
  if (!found) return undefined;
  const { name, value, type } = found;
  const bound: BoundExpr = { ...constant(value, type, span), variable: true, written: { name: '', args: [], print: `variablereference(system.session.${name}=${valueText(value, type)}${type.kind === 'string' && T.isCollated(type) ? ` collate ${type.collation}` : ''})` } };
  return parts.slice(at + 1).reduce<BoundExpr>((base, field) => extractField(base, field, env, span), bound);
}

function unresolvedColumn(parts: readonly string[], expr: Expr, ctx: ExprContext): never {
  const proposals = ctx.scope.proposals(parts.map(quoteIfNeeded).join('.'));
  const objectName = quotedName(parts);
  const hint = didYouMean(objectName, proposals) ?? OF_OTHERS.get(parts.join('.').toLowerCase());
  if (proposals.length === 0) return raise('UNRESOLVED_COLUMN.WITHOUT_SUGGESTION', { objectName }, { span: expr.span, hint });
  return raise('UNRESOLVED_COLUMN.WITH_SUGGESTION', { objectName, proposal: proposals.join(', ') }, { span: expr.span, hint });
}

const isItem = ({ operator, name, args }: ExprOf<'call'>): boolean => operator === true && name[0] === '[]' && args[1]?.value.kind === 'name';
/** `m[name]`. A name of nothing, as the key of a map of texts, is most likely a text without its quotes. @throws UNRESOLVED_MAP_KEY */
function bindItem(expr: ExprOf<'call'>, ctx: ExprContext): BoundExpr {
  try { return bindCall(binder, expr, ctx); } catch (error) {
    if (!(error instanceof EngineError) || error.span === undefined || error.span !== expr.args[1]!.value.span) throw error;
    const { type } = bind(expr.args[0]!.value, ctx);
    if (type.kind !== 'map' || type.key.kind !== 'string') throw error;
    if (error.condition === 'UNRESOLVED_COLUMN.WITH_SUGGESTION') return raise('UNRESOLVED_MAP_KEY.WITH_SUGGESTION', error.parameters, { span: error.span });
    if (error.condition === 'UNRESOLVED_COLUMN.WITHOUT_SUGGESTION') return raise('UNRESOLVED_MAP_KEY.WITHOUT_SUGGESTION', error.parameters, { span: error.span });
    throw error;
  }
}

/** `IDENTIFIER('a.b')`: a name given as a constant. */
function identifierCall(expr: ExprOf<'call'>, ctx: ExprContext): BoundExpr | undefined {
  const [arg] = expr.args;
  if (expr.operator || !arg || !givesName(expr.name, expr.args)) return undefined;
  return bind({ kind: 'name', parts: identifierName(bind(arg.value, ctx), expr.span, ctx.env), span: expr.span }, ctx);
}

// ── Literals ─────────────────────────────────────────────────────────────────────

/** How literals are written, for those that cannot be read. */
const LITERAL_EXAMPLES: Readonly<Record<string, string>> = {
  date: "DATE '2024-02-29'", timestamp: "TIMESTAMP '2024-02-29 12:34:56.789'", timestamp_ntz: "TIMESTAMP_NTZ '2024-02-29 12:34:56.789'", time: "TIME '12:34:56'",
};

function typedLiteral(expr: ExprOf<'typed_literal'>, ctx: ExprContext): BoundExpr {
  const { env } = ctx;
  const { span } = expr;
  const word = expr.type.toUpperCase();
  const type = LITERAL_TYPES.get(word);
  if (!type) throw unsupportedLiteral(word, span);
  const special = specialTime(expr.text.trim(), type, expr, ctx);
  if (special) return special;
  const cast = makeCast(constant(expr.text, T.STRING, span), type, 'user', { ...env.settings, ansi: true }, span);
  let value: BoundConst['value'];
  try {
    value = env.evaluate(cast, { ...env.settings, ansi: true });
  } catch (e) {
    if (!(e instanceof EngineError)) throw e;
    return raise('INVALID_TYPED_LITERAL', { value: `'${expr.text}'`, valueType: `"${word}"` }, { span, hint: `Write for example ${LITERAL_EXAMPLES[type.kind] ?? word}.` });
  }
  return constant(value, type, span, zonedText(value, type, ctx));
}

/** A TIMESTAMP is named as the session's zone shows it. */
function zonedText(value: BoundConst['value'], type: T.DataType, ctx: ExprContext): string | undefined {
  if (type.kind !== 'timestamp' || value === null) return undefined;
  const text = ctx.env.evaluate(makeCast(constant(value, type), T.STRING, 'implicit', ctx.env.settings, undefined), ctx.env.settings);
  return `TIMESTAMP '${String(text)}'`;
}

/** `DATE'today'`, `TIMESTAMP'epoch UTC'`: words that stand for a moment; behind all but now a zone may stand, which changes nothing. */
function specialTime(text: string, type: T.DataType, expr: Expr, ctx: ExprContext): BoundExpr | undefined {
  const [, name = '', zone = ''] = /^([A-Za-z]+)[ \t]*(.*)$/s.exec(text) ?? [];
  const word = name.toLowerCase();
  const day = { today: 0, now: 0, tomorrow: 1, yesterday: -1 }[word];
  if (zone !== '' && (word === 'now' || (word !== 'epoch' && day === undefined) || !isZone(zone, ctx))) return undefined;
  if (word === 'epoch') {
    if (type.kind === 'date') return constant(0, type, expr.span);
    return type.kind === 'time' ? undefined : constant(0n, type, expr.span);
  }
  if (day === undefined || type.kind === 'time') return undefined;
  if (word === 'now' && type.kind !== 'date') return implicit(binder.callBound('current_timestamp', [], expr.span, ctx), type, ctx.env.settings, expr.span);
  const today = binder.callBound('current_date', [], expr.span, ctx);
  const date = day === 0 ? today : binder.callBound('date_add', [today, constant(day, T.INT)], expr.span, ctx);
  return implicit(date, type, ctx.env.settings, expr.span);
}

const isZone = (zone: string, { env }: ExprContext): boolean =>
  env.evaluate(makeCast(constant(`1970-01-01 00:00:00 ${zone}`, T.STRING), T.TIMESTAMP, 'implicit', env.settings, undefined, true), env.settings) !== null;

/** The same words in a CAST of a literal and in to_date, to_timestamp; values from a column do not know them. */
function specialCast(cast: BoundCast, expr: Expr, ctx: ExprContext): BoundExpr | undefined {
  const { arg, type } = cast;
  if (arg.kind !== 'const' || typeof arg.value !== 'string' || !['date', 'timestamp', 'timestamp_ntz'].includes(type.kind)) return undefined;
  const special = specialTime(arg.value.trim(), type, expr, ctx);
  return special && { ...special, written: { name: '', args: [], print: printExpr(cast) } };
}

// ── Subqueries ──────────────────────────────────────────────────────────────────────────────────

function bindSubquery(expr: ExprOf<'subquery'>, ctx: ExprContext): BoundExpr {
  const plan = ctx.bindSubquery(expr.plan);
  const outer = freeColumns(plan);
  if (expr.use === 'exists') return subquery('exists', plan, [], T.BOOLEAN, false, expr);
  const columns = outputOf(plan);
  if (columns.length !== 1) {
    return raise('INVALID_SUBQUERY_EXPRESSION.SCALAR_SUBQUERY_RETURN_MORE_THAN_ONE_OUTPUT_COLUMN', { number: String(columns.length) }, { span: expr.span });
  }
  const [column] = columns;
  return { kind: 'subquery', use: 'scalar', args: [], plan, outer, type: column!.type, nullable: true, span: expr.span };
}

const subquery = (use: 'exists' | 'in', plan: LogicalPlan, args: readonly BoundExpr[], type: T.DataType, nullable: boolean, expr: Expr): BoundSubquery =>
  ({ kind: 'subquery', use, args, plan, outer: freeColumns(plan), type, nullable, span: expr.span });

/** `(a, b) IN (SELECT …)`: both sides are brought to common types, column by column. */
function bindInSubquery(expr: ExprOf<'in_subquery'>, ctx: ExprContext): BoundExpr {
  const { settings } = ctx.env;
  let args: readonly BoundExpr[] = expr.args.map((a) => bind(a, ctx));
  const plan = ctx.bindSubquery(expr.plan);
  const columns = outputOf(plan);
  const whole = subquery('in', plan, args, T.BOOLEAN, true, expr);
  if (args.length !== columns.length) {
    return raise('DATATYPE_MISMATCH.IN_SUBQUERY_LENGTH_MISMATCH', {
      sqlExpr: sqlExpr(whole), leftLength: String(args.length), rightLength: String(columns.length), leftColumns: args.map(sqlExpr).join(', '), rightColumns: columns.map((c) => `"${c.name}"`).join(', '),
    }, { span: expr.span });
  }
  // What one column of a query gives has its collation as a column does. Several are a struct to Spark, which meets no text.
  const sides = [...args, ...columns.map((c): BoundExpr => ({ kind: 'column', id: c.id, name: c.name, type: c.type, nullable: c.nullable, span: expr.span }))];
  const met = columns.length > 1 ? sides : meetCollations(need(ctx.env, 'in'), sides, { name: 'in', settings, span: expr.span, print: () => sqlExpr(whole) });
  args = met.slice(0, args.length);
  const types = args.map((a, i) => commonType([a.type, met[args.length + i]!.type], { strings: true }));
  if (types.some((t) => t === undefined)) return mismatch(whole, args, columns, types, expr);
  const casts = args.map((a, i) => implicit(a, types[i]!, settings, expr.span));
  const nullable = args.some((a) => a.nullable) || columns.some((c) => c.nullable);
  if (columns.every((c, i) => T.sameType(c.type, types[i]!))) return subquery('in', plan, casts, T.BOOLEAN, nullable, expr);
  const items = columns.map((c, i) => ({
    id: ctx.env.freshId(), name: c.name,
    expr: implicit({ kind: 'column', id: c.id, name: c.name, type: c.type, nullable: c.nullable, span: expr.span }, types[i]!, settings, expr.span),
  }));
  return subquery('in', { kind: 'project', input: plan, items }, casts, T.BOOLEAN, nullable, expr);
}

function mismatch(whole: BoundExpr, args: readonly BoundExpr[], columns: readonly OutputColumn[], types: readonly (T.DataType | undefined)[], expr: Expr): never {
  const pairs = args.flatMap((a, i) => types[i] ? [] : [`(${sqlExpr(a).slice(1, -1)}:${T.sqlName(a.type)}, ${columns[i]!.name}:${T.sqlName(columns[i]!.type)})`]);
  return raise('DATATYPE_MISMATCH.IN_SUBQUERY_DATA_TYPE_MISMATCH', {
    sqlExpr: sqlExpr(whole), mismatchedColumns: pairs.join(', '), leftType: args.map((a) => `"${T.sqlName(a.type)}"`).join(', '), rightType: columns.map((c) => `"${T.sqlName(c.type)}"`).join(', '),
  }, { span: expr.span });
}
