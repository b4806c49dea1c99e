// Calls with OVER: the window's function, its partitioning, order and frame, and what frames are allowed.
// source: Spark's WindowSpecDefinition and SpecifiedWindowFrame checks.

import { canCast, isOrderable } from '../coercion.js';
import { raise } from '../errors/index.js';
import { printBound, printExpr, printFrame, sqlExpr, sqlType } from '../expr/print.js';
import { isFoldable } from '../expr/walk.js';
import type { Span } from '../spans.js';
import type { BoundAggregate, BoundApply, BoundExpr, BoundFrame, BoundFrameBound, BoundSort, BoundWindow, Expr, FrameBound, FunctionSpec, WindowSpec } from '../tree.js';
import * as T from '../types.js';
import { bindAggregate, bindWindowFunction } from './bind-aggregate.js';
import { functionName } from './function-names.js';
import { constant, constantValue, implicit } from './coerce.js';
import type { ExprContext } from './context.js';
import type { CallExpr, ExprBinder } from './expr-binder.js';

type Frame = NonNullable<WindowSpec['frame']>;
/** `nth_value(x, 2, true)` as `nth_value(x, 2) IGNORE NULLS`. @throws INVALID_PARAMETER_VALUE.BOOLEAN */
function withNullTreatment(b: ExprBinder, call: CallExpr, index: number | undefined, ctx: ExprContext): CallExpr {
  if (index === undefined || call.args.length !== index + 1) return call;
  const flag = b.bind(call.args[index]!.value, ctx);
  const value = isFoldable(flag) ? constantValue(flag, ctx.env) : undefined;
  if (typeof value !== 'boolean') raise('INVALID_PARAMETER_VALUE.BOOLEAN', { functionName: `\`${functionName(call.name)}\``, parameter: '`ignoreNulls`', invalidValue: sqlExpr(flag) }, { span: call.span });
  return { ...call, args: call.args.slice(0, index), ...(value && { nulls: 'ignore' as const }) };
}
/** Aggregates with an order of their own: their window has neither an order nor a frame. */
const ORDERED_AGGREGATES: ReadonlySet<string> = new Set(['median', 'percentile_cont', 'percentile_disc', 'listagg', 'string_agg']);

export function bindOver(b: ExprBinder, written: CallExpr, over: WindowSpec, ctx: ExprContext): BoundExpr {
  const { env } = ctx;
  const { span } = written;
  const name = functionName(written.name);
  const spec = name === undefined ? undefined : env.functions.lookup(name);
  const expr = withNullTreatment(b, written, spec?.window?.ignoresNulls, ctx);
  const known = over.name === undefined ? over : ctx.namedWindow(over.name);
  const unordered = spec?.window?.ordered && known?.orderBy.length === 0;
  if (!unordered && (ctx.clause === 'where' || ctx.clause === 'having')) raise('WINDOW_FUNCTION_NOT_ALLOWED_IN_CLAUSE', { clauseName: ctx.clause.toUpperCase() }, { nowhere: true, focus: span });
  if (ctx.clause === 'aggregate_argument') raise('WINDOW_FUNCTION_NOT_ALLOWED_IN_CLAUSE', { clauseName: 'aggregate function' }, { nowhere: true, focus: span });
  const { over: _, ...call } = expr;
  const fn: BoundAggregate | BoundApply | undefined = spec?.kind === 'aggregate' ? bindAggregate(b, spec, name!, expr, ctx, true) : spec?.kind === 'window' ? bindWindowFunction(b, spec, name!, expr, ctx) : undefined;
  const other = fn ? undefined : b.bind(call, ctx);
  const definition = known ?? raise('MISSING_WINDOW_SPECIFICATION', { windowName: over.name! }, { nowhere: true });
  const inner: ExprContext = { ...ctx, clause: 'window' };
  const partitionBy = definition.partitionBy.map((e) => b.bind(e, inner));
  const orderBy = definition.orderBy.map((s) => ({ expr: b.bind(s.expr, inner), ascending: s.ascending, nullsFirst: s.nullsFirst }));
  for (const e of partitionBy) if (!isOrderable(e.type)) raise('EXPRESSION_TYPE_IS_NOT_ORDERABLE', { expr: sqlExpr(e), exprType: sqlType(e.type) }, { span: e.span });
  for (const s of orderBy) if (!isOrderable(s.expr.type)) notOrderable(s);
  if (unordered && fn) {
    raise('WINDOW_FUNCTION_FRAME_NOT_ORDERED', { wf_name: name!, wf_expr: printExpr(fn) }, { nowhere: true, focus: span });
  }
  const given = definition.frame && boundFrame(b, definition.frame, orderBy, partitionBy, definition.span, inner);
  if (!spec || !fn) return raise('UNSUPPORTED_EXPR_FOR_WINDOW', { sqlExpr: sqlExpr(other!) }, { span });
  if (ORDERED_AGGREGATES.has(spec.name) && (given || orderBy.length > 0)) raise('INVALID_WINDOW_SPEC_FOR_AGGREGATION_FUNC', { aggFunc: sqlExpr(fn) }, { span });
  const own = ownFrame(spec, fn, ctx);
  const frame = own ?? given ?? defaultFrame(orderBy.length > 0);
  const window: BoundWindow = { kind: 'window', fn, partitionBy, orderBy, frame, type: fn.type, nullable: fn.nullable, span, ...(expr.nulls === 'ignore' && { ignoreNulls: true as const }) };
  if (own && given && printFrame(own) !== printFrame(given)) {
    if (spec.window?.frame === 'offset') raise('_LEGACY_ERROR_TEMP_1035', { prettyName: name! }, { span });
    raise('_LEGACY_ERROR_TEMP_1036', { wf: printFrame(given), required: printFrame(own) }, { span });
  }
  if (expr.distinct) raise('DISTINCT_WINDOW_FUNCTION_UNSUPPORTED', { windowExpr: sqlExpr(window) }, { span });
  return window;
}

function notOrderable(s: BoundSort): never {
  return raise('DATATYPE_MISMATCH.INVALID_ORDERING_TYPE', {
    functionName: '`sortorder`', dataType: sqlType(s.expr.type), sqlExpr: `"${printExpr(s.expr)} ${s.ascending ? 'ASC' : 'DESC'} NULLS ${s.nullsFirst ? 'FIRST' : 'LAST'}"`,
  }, { span: s.expr.span });
}

const CURRENT: BoundFrameBound = { kind: 'current_row' };
const FIRST: BoundFrameBound = { kind: 'unbounded_preceding' };
const LAST: BoundFrameBound = { kind: 'unbounded_following' };
const defaultFrame = (ordered: boolean): BoundFrame => ordered ? { unit: 'range', start: FIRST, end: CURRENT } : { unit: 'rows', start: FIRST, end: LAST };

/** The frame that a window function insists on. */
function ownFrame(spec: FunctionSpec, fn: BoundExpr, ctx: ExprContext): BoundFrame | undefined {
  switch (spec.window?.frame) {
    case 'rows_to_current': return { unit: 'rows', start: FIRST, end: CURRENT };
    case 'range_to_current': return { unit: 'range', start: FIRST, end: CURRENT };
    case 'offset': {
      const arg = fn.kind === 'apply' ? fn.args[1] : undefined;
      const value = arg && isFoldable(arg) ? constantValue(arg, ctx.env) : undefined;
      const steps = Number(value ?? 1);
      const bound: BoundFrameBound = { kind: 'following', offset: constant(spec.name === 'lag' ? -steps : steps, T.INT) };
      return { unit: 'rows', start: bound, end: bound };
    }
    default: return undefined;
  }
}

// ── Frames ──────────────────────────────────────────────────────────────────────────────────────

const RANGE_TYPES = '("NUMERIC" or "INTERVAL DAY TO SECOND" or "INTERVAL YEAR TO MONTH" or "INTERVAL")';

function boundFrame(b: ExprBinder, frame: Frame, orderBy: readonly BoundSort[], partitionBy: readonly BoundExpr[], span: Span | undefined, ctx: ExprContext): BoundFrame {
  const bound = (f: FrameBound): BoundFrameBound => {
    if (!f.offset) return { kind: f.kind };
    checkFrameValue(f.offset);
    const offset = b.bind(f.offset, ctx);
    const order = orderBy.length === 1 ? orderBy[0]!.expr.type : undefined;
    return { kind: f.kind, offset: frame.unit === 'range' && order ? towardsOrder(offset, order, ctx) : offset };
  };
  const result: BoundFrame = { unit: frame.unit, start: bound(frame.start), end: bound(frame.end) };
  const text = `"${printFrame(result)}"`;
  if (result.start.kind === 'unbounded_following' || result.end.kind === 'unbounded_preceding') {
    raise('DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_INVALID_BOUND', { sqlExpr: text, lower: `"${printBound(result.start)}"`, upper: `"${printBound(result.end)}"` }, { span });
  }
  checkOffset(result, 'lower', text, span);
  checkOffset(result, 'upper', text, span);
  const [low, high] = [position(result.start, ctx), position(result.end, ctx)];
  // Only two values are compared: what lies beside CURRENT ROW is not looked at.
  if (low !== undefined && high !== undefined && low > high) {
    raise('DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_WRONG_COMPARISON', { sqlExpr: text, comparison: 'less than or equal' }, { span });
  }
  checkRange(result, orderBy, partitionBy, span);
  return result;
}

/** Spark's parser wants a bound that is a constant before any function is known: literals, casts and operators, no call.
 *  @throws INVALID_SQL_SYNTAX.INVALID_WINDOW_FRAME_BOUND */
export function checkFrameValue(offset: Expr): void {
  const operators = /^(?:[-+*/%&|^~]|div|negative|positive)$/;
  const known = (e: Expr): boolean => e.kind === 'literal' || e.kind === 'typed_literal' || e.kind === 'parameter' || (e.kind === 'cast' && known(e.arg))
    || (e.kind === 'call' && e.operator === true && operators.test(e.name[0]!) && e.args.every((a) => known(a.value)));
  if (!known(offset)) raise('INVALID_SQL_SYNTAX.INVALID_WINDOW_FRAME_BOUND', {}, { span: withKeyword(offset.span) });
}

/** `x PRECEDING`: the span of a bound ends with its keyword. */
function withKeyword(span: Span | undefined): Span | undefined {
  const rest = span && /^\s+\w+/.exec(span.text.slice(span.stop));
  return span && rest ? { ...span, stop: span.stop + rest[0].length } : span;
}

/** A value bound of RANGE is added to the ordering value: it takes its type, where there is a cast. */
function towardsOrder(offset: BoundExpr, order: T.DataType, ctx: ExprContext): BoundExpr {
  const keeps = order.kind === 'date' || order.kind === 'timestamp' || order.kind === 'timestamp_ntz';
  if (keeps || T.sameType(offset.type, order) || canCast(offset.type, order).kind !== 'yes') return offset;
  return implicit(offset, order, ctx.env.settings, offset.span);
}

function checkOffset(frame: BoundFrame, location: 'lower' | 'upper', text: string, span: Span | undefined): void {
  const { offset } = location === 'lower' ? frame.start : frame.end;
  if (!offset) return;
  const fits = frame.unit === 'rows' ? offset.type.kind === 'int' : T.isNumeric(offset.type) || T.isInterval(offset.type);
  if (!fits) {
    raise('DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_UNACCEPTED_TYPE',
      { sqlExpr: text, location, exprType: sqlType(offset.type), expectedType: frame.unit === 'rows' ? '"INT"' : RANGE_TYPES }, { span });
  }
}

/** A value bound as a distance from the row; undefined for the others. */
function position(bound: BoundFrameBound, ctx: ExprContext): number | undefined {
  const value = bound.offset && constantValue(bound.offset, ctx.env);
  if (typeof value !== 'number' && typeof value !== 'bigint') return undefined;
  return bound.kind === 'preceding' ? -Number(value) : Number(value);
}

function checkRange(frame: BoundFrame, orderBy: readonly BoundSort[], partitionBy: readonly BoundExpr[], span: Span | undefined): void {
  if (frame.unit !== 'range') return;
  const offsets = [frame.start.offset, frame.end.offset].filter((o) => o !== undefined);
  const order = orderBy.map((s) => `${printExpr(s.expr)} ${s.ascending ? 'ASC' : 'DESC'} NULLS ${s.nullsFirst ? 'FIRST' : 'LAST'}`).join(', ');
  const partition = partitionBy.length === 0 ? '' : `PARTITION BY ${partitionBy.map(printExpr).join(', ')} `;
  const sql = `"(${partition}${order === '' ? '' : `ORDER BY ${order} `}${printFrame(frame)})"`;
  // All rows are the frame, or those up to the row and its like: the latter wants an order, whatever the bounds.
  const whole = frame.start.kind === 'unbounded_preceding' && frame.end.kind === 'unbounded_following';
  if (orderBy.length === 0 && !whole) raise('DATATYPE_MISMATCH.RANGE_FRAME_WITHOUT_ORDER', { sqlExpr: sql }, { span });
  if (offsets.length === 0) return;
  if (orderBy.length > 1) raise('DATATYPE_MISMATCH.RANGE_FRAME_MULTI_ORDER', { sqlExpr: sql, orderSpec: order }, { span });
  const { type } = orderBy[0]!.expr;
  for (const offset of offsets) {
    const day = type.kind === 'date' && (offset.type.kind === 'int' || T.isInterval(offset.type));
    const instant = (type.kind === 'timestamp' || type.kind === 'timestamp_ntz') && T.isInterval(offset.type);
    if (!day && !instant && !T.sameType(type, offset.type)) {
      raise('DATATYPE_MISMATCH.RANGE_FRAME_INVALID_TYPE', { sqlExpr: sql, orderSpecType: sqlType(type), valueBoundaryType: sqlType(offset.type) }, { span });
    }
  }
}
