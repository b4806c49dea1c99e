// Watermarks: withWatermark, and the clauses WATERMARK … DELAY OF and WATERMARK FOR.
// source: Spark's EventTimeWatermark and ResolveEventTimeWatermark.

import { printExpr } from '../expr/print.js';
import { find } from '../expr/walk.js';
import { isStreaming, outputOf } from '../plan/properties.js';
import type { Expr, NamedExpr, OutputColumn, UnresolvedPlan } from '../tree.js';
import { type DataType, isInterval, sqlName } from '../types.js';
import { calendarInterval, parseInterval, TimeWindows } from './bind-time-window.js';
import { type Binder, fail, failNowhere, pass, type Place, project, quoted, quoteName, type Relation } from './binder.js';
import { unresolvedColumn } from './check-query.js';
import { QueryScope } from './scope.js';

type Node<K extends UnresolvedPlan['kind']> = UnresolvedPlan & { readonly kind: K };

const MICROS_PER_DAY = 86_400_000_000n;
const MICROS_PER_MONTH = 31n * MICROS_PER_DAY;

export function bindWatermark(binder: Binder, node: Node<'watermark'>, place: Place): Relation {
  const { clause } = node;
  const { input, column } = watched(binder, node, binder.bind(node.input, place), place);
  const { delay: given, idleAfter, maxFutureSkew } = clause;
  const delayMillis = duration(binder, given, place, (text) => fail('NEGATIVE_WATERMARK_DELAY', { delay: text }, clause.span));
  const bound = (what: string, value: Expr | undefined): number | undefined => value === undefined ? undefined
    : duration(binder, value, place, (text) => fail('INVALID_STATEMENT_OPTION', { what, value: text, expected: "a duration that is not negative, such as '30 seconds'" }, value.span ?? clause.span));
  const idleMillis = bound('IDLE AFTER', idleAfter);
  // A source would be idle in the epoch in which it gives rows.
  if (idleMillis === 0) fail('INVALID_STATEMENT_OPTION', { what: 'IDLE AFTER', value: '0', expected: 'a duration of at least a millisecond' }, idleAfter?.span ?? clause.span);
  const futureSkewMillis = bound('MAX FUTURE SKEW', maxFutureSkew);
  if (!isStreaming(input.plan)) return input;
  const { type } = column;
  if (!isEventTime(type)) fail('EVENT_TIME_IS_NOT_ON_TIMESTAMP_TYPE', { eventName: quoteName(column.name), eventType: quoted(sqlName(type)) }, clause.span);
  return { ...input, plan: {
    kind: 'watermark', input: input.plan, column: column.id, delayMillis, written: placeOf(node), ...(idleMillis !== undefined && { idleMillis }), ...(futureSkewMillis !== undefined && { futureSkewMillis }),
  } };
}

/** The relation with the event time among its columns: one that is there, or that of the clause's expression, which is computed as in a SELECT list. */
function watched(binder: Binder, node: Node<'watermark'>, input: Relation, place: Place): { readonly input: Relation; readonly column: OutputColumn } {
  const { clause } = node;
  const scope = new QueryScope(binder.env, input.columns, { hidden: input.hidden, outer: place.outer });
  const windows = new TimeWindows(binder, scope, place);
  const written = windows.rewrite(eventTimeOf(node, binder, scope));
  const expr = binder.expr(written, scope.with({ before: (parts, span) => windows.resolve(parts, span) }), 'watermark', place);
  if (node.form === 'dataframe' && expr.kind !== 'column') fail('EVENT_TIME_MUST_BE_TOP_LEVEL_COLUMN', { eventExpr: printExpr(expr) }, clause.expr.span);
  if (expr.kind === 'column' && !expr.outer && clause.name === undefined) {
    const column = outputOf(input.plan).find((c) => c.id === expr.id) ?? unresolvedColumn([expr.name], input.columns.map((c) => [c.name]), clause.expr.span);
    return { input, column: { ...column, name: expr.name } };
  }
  if (find(expr, (e) => e.kind === 'generator')) failNowhere('UNSUPPORTED_GENERATOR.OUTSIDE_SELECT', { plan: `Watermark ${printExpr(expr)}` });
  if (find(expr, (e) => e.kind === 'aggregate')) fail('MISSING_GROUP_BY', {}, clause.expr.span);
  const item: NamedExpr = { id: binder.env.freshId(), name: clause.name ?? printExpr(expr), expr };
  const plan = project(windows.project(input.plan), [item, ...outputOf(input.plan).map(pass)]);
  const column: OutputColumn = { id: item.id, name: item.name, type: expr.type, nullable: expr.nullable };
  return { input: { ...input, plan, columns: [{ ...column, qualifier: [] }, ...input.columns] }, column };
}

/** A timestamp, or a window: a struct whose second field is its end. */
const isEventTime = (type: DataType): boolean => type.kind === 'timestamp'
  || (type.kind === 'struct' && type.fields[1]?.type.kind === 'timestamp' && type.fields.some((f) => f.name === 'end' && f.type.kind === 'timestamp'));

const places = new WeakMap<Node<'watermark'>, number>();
let lastPlace = 0;
/** A number for the node as it was written: uses of a view or a frame bind the same node. */
function placeOf(node: Node<'watermark'>): number {
  const known = places.get(node) ?? ++lastPlace;
  places.set(node, known);
  return known;
}

/** The expression of the clause; withWatermark names a column, or a field of one if there is no such column. */
function eventTimeOf({ form, clause }: Node<'watermark'>, binder: Binder, scope: QueryScope): Expr {
  const { expr } = clause;
  if (form !== 'dataframe' || expr.kind !== 'name' || expr.parts.length !== 1 || !expr.parts[0]!.includes('.') || scope.resolve(expr.parts, undefined)) return expr;
  return binder.env.parse.expression(expr.parts[0]!);
}

/** Milliseconds of a constant interval, or of a text that is one; a month counts 31 days. */
function duration(binder: Binder, expr: Expr, place: Place, negative: (text: string) => never): number {
  const bound = binder.expr(expr, new QueryScope(binder.env, []), 'watermark', place);
  const value = binder.env.evaluate(bound, binder.env.settings);
  const { months, days, micros } = isInterval(bound.type) ? calendarInterval(bound.type, value) : parseInterval(binder, bound, value, place);
  const total = BigInt(months) * MICROS_PER_MONTH + BigInt(days) * MICROS_PER_DAY + micros;
  if (BigInt.asIntN(64, total) !== total) failNowhere('INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION');
  return total < 0n ? negative(printExpr(bound)) : Number(total / 1000n);
}

