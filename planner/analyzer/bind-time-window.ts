// window(…) and session_window(…) in SELECT and GROUP BY: calls that change the plan. A window becomes a node below the clause which adds a
// column `window`; a session becomes the mark of the aggregate. In the clause a reference to the column stands for the call.
// source: Spark's TimeWindowing and SessionWindowing rules, and their refusals.

import { EngineError, raise } from '../errors/index.js';
import { Calls } from '../expr/conjuncts.js';
import { sameExpr } from '../expr/equal.js';
import { printExpr } from '../expr/print.js';
import { isFoldable } from '../expr/walk.js';
import { outputOf } from '../plan/properties.js';
import type { Span } from '../spans.js';
import type { BoundExpr, Expr, LogicalPlan, OutputColumn, PlanOf } from '../tree.js';
import { BOOLEAN, CALENDAR_INTERVAL, type DataType, TIMESTAMP, field, isInterval, struct } from '../types.js';
import type { CalendarInterval, Value } from '../values.js';
import { type Binder, failNowhere, pass, type Place, project, quoted, type Relation } from './binder.js';
import { implicit } from './coerce.js';
import { QueryScope } from './scope.js';
import { callName, placeholder, rewriteUnresolved } from './unresolved.js';

type Tumbling = { readonly kind: 'window'; readonly time: BoundExpr; readonly length: bigint; readonly slide: bigint; readonly start: bigint; readonly column: OutputColumn };
type Session = { readonly kind: 'session_window'; readonly time: BoundExpr; readonly gap: BoundExpr; readonly column: OutputColumn };
export type TimeWindow = Tumbling | Session;

const KEY = 'time window';
export const isWindowCall = (e: Expr): boolean => { const name = callName(e); return (name === 'window' || name === 'session_window') && e.kind === 'call' && !e.over; };

/** Whether the expression has such a call. */
export function containsWindow(expr: Expr): boolean {
  let found = false;
  rewriteUnresolved(expr, (e) => { found ||= isWindowCall(e); return undefined; });
  return found;
}

/** The time window of a clause, from the calls met so far. */
export class TimeWindows {
  private readonly binder: Binder;
  private readonly scope: QueryScope;
  private readonly place: Place;
  window: TimeWindow | undefined;
  /** A wrong window; whoever names the column `window` hears that it is not there, anybody else this. */
  private wrong: EngineError | undefined;

  constructor(binder: Binder, scope: QueryScope, place: Place) {
    this.binder = binder;
    this.scope = scope;
    this.place = place;
  }

  /** The expression with a reference to the window's column for each call. */
  rewrite(expr: Expr): Expr {
    return rewriteUnresolved(expr, (e) => {
      if (!isWindowCall(e) || e.kind !== 'call') return undefined;
      this.add(e);
      return placeholder(KEY, e);
    });
  }

  resolve(parts: readonly string[], span: Span | undefined): BoundExpr | undefined {
    const { window } = this;
    if (parts.length !== 1 || parts[0] !== `\u0000${KEY}`) return undefined;
    if (this.wrong) throw this.wrong;
    return window && { ...columnRef(window.column), ...(span && { span }) };
  }

  /** `window`, `window.start` and the like, where no column has the name. */
  byName(parts: readonly string[]): BoundExpr | undefined {
    if (!this.window || this.wrong || parts[0]!.toLowerCase() !== this.window.column.name) return undefined;
    return parts.length === 1 ? columnRef(this.window.column) : new QueryScope(this.binder.env, [{ ...this.window.column, qualifier: [] }]).resolve(parts, undefined);
  }

  /** The clause's input with the column of the window. A session stays with the aggregate. */
  apply(input: LogicalPlan): LogicalPlan {
    const w = this.window;
    if (w?.kind !== 'window' || this.wrong) return input;
    return { kind: 'time_window', input, time: w.time, lengthMicros: w.length, slideMicros: w.slide, startMicros: w.start, column: w.column };
  }
  /** The clause's input with the column of the window where nothing is grouped: a session is that of each row by itself; rows without one are gone. */
  project(input: LogicalPlan): LogicalPlan {
    const w = this.window;
    if (w?.kind !== 'session_window' || this.wrong) return this.apply(input);
    const calls = new Calls(this.binder.env.functions);
    const [start, end, session] = calls.session(w);
    // Not as a comparison alone: Spark does not conclude that the gap is not NULL.
    const positive: BoundExpr = { ...calls.predicate('<=>', [calls.predicate('>', [end, start]), { kind: 'const', type: BOOLEAN, value: true, nullable: false }]), nullable: false };
    const predicate = calls.and([calls.isNotNull(start), positive])!;
    return project({ kind: 'filter', input, predicate }, [...outputOf(input).map(pass), { id: w.column.id, name: w.column.name, expr: { ...session, session: true } }]);
  }
  get session(): PlanOf<'aggregate'>['session'] { return this.window?.kind === 'session_window' ? { time: this.window.time, gap: this.window.gap, column: this.window.column } : undefined; }
  get columns(): readonly OutputColumn[] { return this.window?.kind === 'window' && !this.wrong ? [this.window.column] : []; }

  private add(call: Expr & { kind: 'call' }): void {
    const kind = callName(call)!;
    const args: BoundExpr[] = [];
    try {
      for (const a of call.args) args.push(this.binder.expr(a.value, this.scope, 'argument', this.place));
    } catch (error) {
      if (!(error instanceof EngineError) || !error.condition.startsWith('UNRESOLVED_COLUMN')) throw error;
      this.wrong ??= error;
      return;
    }
    if (kind === 'window' ? args.length < 2 || args.length > 4 : args.length !== 2) {
      raise('WRONG_NUM_ARGS.WITHOUT_SUGGESTION', { functionName: `\`${kind}\``, expectedNum: kind === 'window' ? '[2, 3, 4]' : '2', actualNum: String(args.length) }, { span: call.span });
    }
    let next: TimeWindow;
    try {
      next = kind === 'window' ? this.tumbling(args, call.span) : this.sessions(args, call.span);
    } catch (error) {
      if (!(error instanceof EngineError) || !error.condition.startsWith('DATATYPE_MISMATCH')) throw error;
      this.wrong ??= error;
      return;
    }
    if (this.window && !sameWindow(this.window, next)) failNowhere('_LEGACY_ERROR_TEMP_1039');
    this.window ??= next;
  }

  private tumbling(args: readonly BoundExpr[], span: Span | undefined): TimeWindow {
    const durations = args.slice(1).map((a) => this.duration(a));
    const length = durations[0]!;
    const slide = durations[1] ?? length;
    const start = durations[2] ?? 0n;
    const sqlExpr = quoted(`window(${[printExpr(args[0]!), String(length), String(slide), String(start)].join(', ')})`);
    const time = this.time(args[0]!, sqlExpr, span);
    const positive = (exprName: string, value: bigint): void => {
      if (value <= 0n) raise('DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE', { exprName: `\`${exprName}\``, valueRange: `(0, ${2n ** 63n - 1n}]`, currentValue: `${value}L`, sqlExpr }, { span });
    };
    const relation = (left: string, a: bigint, constraint: string, right: string, b: bigint): never =>
      raise('DATATYPE_MISMATCH.PARAMETER_CONSTRAINT_VIOLATION', { leftExprName: `\`${left}\``, leftExprValue: `${a}L`, constraint, rightExprName: `\`${right}\``, rightExprValue: `${b}L`, sqlExpr }, { span });
    positive('window_duration', length);
    positive('slide_duration', slide);
    if (slide > length) relation('slide_duration', slide, '<=', 'window_duration', length);
    const distance = start < 0n ? -start : start;
    if (distance >= slide) relation('abs(start_time)', distance, '<', 'slide_duration', slide);
    checkOverlap(length, slide, span);
    return { kind: 'window', time, length, slide, start, column: this.column('window', time.type) };
  }

  private sessions(args: readonly BoundExpr[], span: Span | undefined): TimeWindow {
    const given = args[1]!;
    const sqlExpr = quoted(`session_window(${args.map(printExpr).join(', ')})`);
    const time = this.time(args[0]!, sqlExpr, span);
    const { env } = this.binder;
    const { kind } = given.type;
    // A constant day-time interval is ours.
    const known = kind === 'interval' || kind === 'string' || kind === 'void' || (kind === 'day_time_interval' && isFoldable(given) && !env.settings.compatSpark);
    if (!known) failNowhere('_LEGACY_ERROR_TEMP_1040', { dt: kind }, given.span);
    let gap: BoundExpr = kind === 'string' || kind === 'void' ? { kind: 'cast', arg: given, type: CALENDAR_INTERVAL, nullable: true, mode: 'try', origin: 'implicit' } : given;
    if (isFoldable(gap) && gap.type.kind === 'interval') gap = { kind: 'const', type: gap.type, value: env.evaluate(gap, env.settings), nullable: true };
    return { kind: 'session_window', time, gap, column: this.column('session_window', time.type) };
  }

  private column(name: string, type: DataType): OutputColumn {
    return { id: this.binder.env.freshId(), name, type: struct([field('start', type), field('end', type)]), nullable: false };
  }

  /** The time of a row: a timestamp, what casts to one, or the end of a window (less a microsecond). */
  private time(arg: BoundExpr, sqlExpr: string, span: Span | undefined): BoundExpr {
    const { type } = arg;
    if (type.kind === 'timestamp' || type.kind === 'timestamp_ntz') return arg;
    if (type.kind === 'date' || type.kind === 'string' || type.kind === 'void') return implicit(arg, TIMESTAMP, this.binder.env.settings, arg.span);
    if (type.kind === 'struct' && type.fields.length === 2 && type.fields.every((f) => f.type.kind === 'timestamp' || f.type.kind === 'timestamp_ntz')) {
      const fn = this.binder.env.functions.lookup('window_time');
      if (fn) return { kind: 'apply', fn, name: 'window_time', args: [arg], type: type.fields[1]!.type, nullable: arg.nullable };
    }
    return raise('DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE', { inputSql: quoted(printExpr(arg)), inputType: quoted(typeName(type)), paramIndex: 'first', requiredType: '("TIMESTAMP" or "TIMESTAMP WITHOUT TIME ZONE" or "STRUCT")', sqlExpr }, { span, focus: arg.span });
  }

  /** Microseconds of a constant duration: text, a number of microseconds, or (Spark refuses it) an interval without months. */
  private duration(arg: BoundExpr): bigint {
    const { env } = this.binder;
    // Spark takes texts and whole numbers only; intervals are ours.
    if (!isFoldable(arg) || (env.settings.compatSpark && !['string', 'int', 'bigint'].includes(arg.type.kind))) return failNowhere('_LEGACY_ERROR_TEMP_1207', {}, arg.span);
    const value = env.evaluate(arg, env.settings);
    if (arg.type.kind === 'bigint' || arg.type.kind === 'int') return BigInt(value as number | bigint);
    if (isInterval(arg.type) && env.settings.compatSpark) return failNowhere('_LEGACY_ERROR_TEMP_1207', {}, arg.span);
    if (arg.type.kind !== 'string' && !isInterval(arg.type)) return failNowhere('_LEGACY_ERROR_TEMP_1207', {}, arg.span);
    const { months, days, micros } = isInterval(arg.type) ? calendarInterval(arg.type, value) : parseInterval(this.binder, arg, value, this.place);
    if (months !== 0) failNowhere('_LEGACY_ERROR_TEMP_3231', { interval: String(value) }, arg.span);
    const total = BigInt(days) * 86_400_000_000n + micros;
    return BigInt.asIntN(64, total) === total ? total : raise('FAILED_FUNCTION_CALL', { funcName: '`window`' }, { nowhere: true, focus: arg.span, hint: 'A window is at most 292471 years long.' });
  }
}

/** In how many windows a row may be: each is a row of its own. */
const MAX_WINDOWS = 100_000n;
/** @throws TOO_MANY_WINDOWS */
export function checkOverlap(length: bigint, slide: bigint, span: Span | undefined): void {
  const windows = (length + slide - 1n) / slide;
  if (windows > MAX_WINDOWS) raise('TOO_MANY_WINDOWS', { windows: String(windows), limit: String(MAX_WINDOWS) }, { span });
}

/** A condition with the calls in it: the relation has the column of the window, as its first, and the condition refers to it. */
export function windowed(binder: Binder, relation: Relation, condition: Expr, place: Place): { readonly relation: Relation; readonly predicate: BoundExpr } {
  const scope = new QueryScope(binder.env, relation.columns, { hidden: relation.hidden, outer: place.outer });
  const times = new TimeWindows(binder, scope, place);
  const predicate = binder.expr(times.rewrite(condition), scope.with({ before: (parts, span) => times.resolve(parts, span) }), 'where', place);
  const { window } = times;
  if (!window) return { relation, predicate };
  return { relation: { ...relation, plan: times.project(relation.plan), columns: [{ ...window.column, qualifier: [] }, ...relation.columns] }, predicate };
}

const typeName = (t: DataType): string => t.kind.toUpperCase();
const columnRef = (c: OutputColumn): BoundExpr => ({ kind: 'column', id: c.id, name: c.name, type: c.type, nullable: c.nullable });
const sameWindow = (a: TimeWindow, b: TimeWindow): boolean => {
  if (a.kind === 'window') return b.kind === 'window' && a.length === b.length && a.slide === b.slide && a.start === b.start && sameExpr(a.time, b.time);
  return b.kind === 'session_window' && sameExpr(a.time, b.time) && sameExpr(a.gap, b.gap);
};

/** An interval of any type as months, days and microseconds. */
export const calendarInterval = (type: DataType, value: Value): CalendarInterval => type.kind === 'day_time_interval' ? { months: 0, days: 0, micros: value as bigint }
  : type.kind === 'year_month_interval' ? { months: value as number, days: 0, micros: 0n } : value as CalendarInterval;

/** The interval that a text means: units, as a cast reads them, or a literal with its word INTERVAL. @throws CANNOT_PARSE_INTERVAL */
export function parseInterval(binder: Binder, arg: BoundExpr, text: Value, place: Place): CalendarInterval {
  const { env } = binder;
  const refuse = (): never => failNowhere('CANNOT_PARSE_INTERVAL', { intervalString: `'${text}'` }, arg.span);
  const readable = <T>(read: () => T): T => { try { return read(); } catch (error) { if (error instanceof EngineError) return refuse(); throw error; } };
  if (typeof text === 'string' && /^\s*interval/i.test(text)) {
    const bound = readable(() => binder.expr(env.parse.expression(text), new QueryScope(env, []), 'argument', place));
    return bound.kind === 'const' && isInterval(bound.type) ? calendarInterval(bound.type, bound.value) : refuse();
  }
  const value = readable(() => env.evaluate({ kind: 'cast', arg, type: CALENDAR_INTERVAL, nullable: true, mode: 'try', origin: 'implicit' }, env.settings));
  return value === null ? refuse() : value as CalendarInterval;
}
