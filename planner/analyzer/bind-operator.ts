// The type rules of operators, which go before those of ordinary calls: arithmetic and its rewrites for dates and intervals, comparison,
// logic, IN, CASE, BETWEEN, LIKE lists. Each rule takes bound arguments and gives a call of a catalogue function over coerced ones.
// source: Spark's ANSI coercion of binary operators, BinaryArithmeticWithDatetimeResolver, DecimalPrecision; order of rules as in
// reference/sql-planner 1.5.

import { acceptAs, commonType, decimalOf, decimalOfInteger, decimalResult, implicitCast, isOrderable, requiredType, widerDecimal } from '../coercion.js';
import { raise } from '../errors/index.js';
import { computedOnce, lastName, printExpr, sqlExpr, sqlType, ordinalWord } from '../expr/print.js';
import type { Span } from '../spans.js';
import type { Accepts, BoundExpr } from '../tree.js';
import * as T from '../types.js';
import type { DataType, TypeKind } from '../types.js';
import { extractItem } from './bind-field.js';
import { apply, constant, implicit, need, requireTime } from './coerce.js';
import { branchCollation, meetCollations } from './collation.js';
import type { AnalysisEnv } from './context.js';

export interface OperatorSite {
  readonly env: AnalysisEnv;
  /** Lower-case, as called. */
  readonly name: string;
  /** Written as an operator, not as a call. */
  readonly operator: boolean;
  readonly args: readonly BoundExpr[];
  readonly span: Span | undefined;
  /** Binds a call of a function of the catalogue over bound arguments, with all checks. */
  readonly call: (name: string, args: readonly BoundExpr[]) => BoundExpr;
}
/** Undefined: not its business, an ordinary call. */
export type OperatorRule = (site: OperatorSite) => BoundExpr | undefined;

type Kind = (t: DataType) => boolean;
const is = (...kinds: readonly TypeKind[]): Kind => (t) => kinds.includes(t.kind);
const isVoid = is('void');
const isString = is('string');
const isDate = is('date');
const isTimestamp = is('timestamp', 'timestamp_ntz');
const isAnsiInterval = is('year_month_interval', 'day_time_interval');
const isDecimal = is('decimal');

// ── Arithmetic ──────────────────────────────────────────────────────────────────────────────────

interface Arithmetic {
  readonly op: '+' | '-' | '*' | '/' | '%' | 'div' | '&' | '|' | '^';
  readonly accepts: Kind;
  /** As the refusal says it. */
  readonly required: string;
  /** What two bare NULLs become. */
  readonly empty: DataType;
}
const SUMS = '("NUMERIC" or "INTERVAL DAY TO SECOND" or "INTERVAL YEAR TO MONTH" or "INTERVAL")';
const summable: Kind = (t) => T.isNumeric(t) || T.isInterval(t);
const ARITHMETIC: Readonly<Record<string, Arithmetic>> = {
  '+': { op: '+', accepts: summable, required: SUMS, empty: T.DOUBLE },
  '-': { op: '-', accepts: summable, required: SUMS, empty: T.DOUBLE },
  '*': { op: '*', accepts: T.isNumeric, required: '"NUMERIC"', empty: T.DOUBLE },
  '/': { op: '/', accepts: is('double', 'decimal'), required: '("DOUBLE" or "DECIMAL")', empty: T.DOUBLE },
  '%': { op: '%', accepts: T.isNumeric, required: '"NUMERIC"', empty: T.DOUBLE },
  div: { op: 'div', accepts: (t) => t.kind === 'bigint' || isDecimal(t) || isAnsiInterval(t), required: '("BIGINT" or "DECIMAL" or "INTERVAL YEAR TO MONTH" or "INTERVAL DAY TO SECOND")', empty: T.BIGINT },
  '&': { op: '&', accepts: T.isIntegral, required: '"INTEGRAL"', empty: T.INT },
  '|': { op: '|', accepts: T.isIntegral, required: '"INTEGRAL"', empty: T.INT },
  '^': { op: '^', accepts: T.isIntegral, required: '"INTEGRAL"', empty: T.INT },
};

/** `fn`: the function that computes it, where that is not the operator's own. */
const arithmetic = (op: string, fn = op): OperatorRule => (site) => {
  const [a, b] = site.args;
  if (!a || !b || site.args.length !== 2) return undefined;
  const rule = ARITHMETIC[op]!;
  const rewritten = datetime(rule.op, a, b, site);
  if (rewritten) return fn.startsWith('try_') ? caught(rewritten, site) : rewritten;
  const [l, r] = meetStrings(a, b, site);
  if (l !== a || r !== b) {
    const again = datetime(rule.op, l, r, site);
    if (again) return fn.startsWith('try_') ? caught(again, site) : again;
  }
  // Only where both sides were numbers from the start does try_… let the failures of its arguments through.
  if (fn.startsWith('try_') && !(T.isNumeric(a.type) && T.isNumeric(b.type))) return caught(numbers(rule, op, l, r, site), site);
  return numbers(rule, fn, l, r, site);
};

/** A datetime operation inside try_…: its failures, and those of its arguments, give NULL. */
function caught(inner: BoundExpr, site: OperatorSite): BoundExpr {
  const written = { name: site.name, args: site.args };
  if (!site.env.functions.lookup('try_eval')) return { ...inner, written };
  return apply(site.env, 'try_eval', [inner], { type: inner.type, span: site.span, nullable: true, written });
}

function numbers(rule: Arithmetic, fn: string, a: BoundExpr, b: BoundExpr, site: OperatorSite): BoundExpr {
  // Spark refuses try_add as the addition that it stands for.
  const shown = fn.startsWith('try_') ? { ...site, name: rule.op } : site;
  const as = fn.startsWith('try_') ? rule.op : fn;
  let [l, r] = prepared(rule, a, b, site);
  const cast = (to: DataType): void => { l = implicit(l, to, site.env.settings, site.span); r = implicit(r, to, site.env.settings, site.span); };
  if (isVoid(l.type) && isVoid(r.type)) cast(rule.empty);
  else if (isVoid(l.type) && rule.accepts(r.type)) l = implicit(l, r.type, site.env.settings, site.span);
  else if (isVoid(r.type) && rule.accepts(l.type)) r = implicit(r, l.type, site.env.settings, site.span);
  else if (!isVoid(l.type) && !isVoid(r.type) && !T.sameType(l.type, r.type)) {
    [l, r] = alignDecimals(l, r, site);
    if (!(isDecimal(l.type) && isDecimal(r.type) && rule.accepts(l.type))) {
      const common = commonType([l.type, r.type], { strings: false });
      if (common && rule.accepts(common)) cast(common);
    }
  }
  const decimals = l.type.kind === 'decimal' && r.type.kind === 'decimal';
  if (!decimals && !T.sameType(l.type, r.type)) return differ(l, r, shown, as);
  if (decimals && !rule.accepts(l.type) && !T.sameType(l.type, r.type)) return differ(l, r, shown, as);
  if (!rule.accepts(l.type)) {
    return raise('DATATYPE_MISMATCH.BINARY_OP_WRONG_TYPE', { sqlExpr: written(shown, [l, r], as), inputType: rule.required, actualDataType: sqlType(l.type) }, { span: site.span });
  }
  return apply(site.env, fn, [l, r], { type: resultOf(rule.op, l.type, r.type), span: site.span, name: site.name });
}

function resultOf(op: Arithmetic['op'], l: DataType, r: DataType): DataType {
  if (op === 'div') return T.BIGINT;
  if (l.kind === 'decimal' && r.kind === 'decimal' && op !== '&' && op !== '|' && op !== '^') return decimalResult(op, l, r);
  return l;
}

/** `/` works on doubles where no side is a decimal, `div` on BIGINT. */
function prepared(rule: Arithmetic, l: BoundExpr, r: BoundExpr, site: OperatorSite): [BoundExpr, BoundExpr] {
  const { settings } = site.env;
  // A bare NULL on the left leaves the type open, and then it is DOUBLE whatever is on the right.
  if (rule.op === '/' && [l, r].every((e) => T.isNumeric(e.type) || isVoid(e.type)) && !isDecimal(l.type) && (isVoid(l.type) || !isDecimal(r.type))) {
    return [implicit(l, T.DOUBLE, settings, site.span), implicit(r, T.DOUBLE, settings, site.span)];
  }
  if (rule.op !== 'div') return [l, r];
  // Before a decimal an integer literal counts its own digits, so that it stays one.
  const long = (e: BoundExpr, other: BoundExpr): BoundExpr => T.isIntegral(e.type) && !isDecimal(other.type) ? implicit(e, T.BIGINT, settings, site.span) : e;
  return [long(l, r), long(r, l)];
}

/** An integer beside a decimal becomes a decimal (a literal one of its own digits); a decimal beside a FLOAT or DOUBLE becomes DOUBLE. */
function alignDecimals(l: BoundExpr, r: BoundExpr, site: OperatorSite): [BoundExpr, BoundExpr] {
  const { settings } = site.env;
  const beside = (e: BoundExpr, other: BoundExpr): BoundExpr => {
    if (isDecimal(e.type) && T.isFractional(other.type)) return implicit(e, T.DOUBLE, settings, site.span);
    if (!T.isIntegral(e.type) || !isDecimal(other.type)) return e;
    const digits = e.kind === 'const' && e.type.kind !== 'tinyint' && (typeof e.value === 'number' || typeof e.value === 'bigint') ? decimalOfInteger(e.value) : decimalOf(e.type)!;
    return implicit(e, digits, settings, site.span);
  };
  return [beside(l, r), beside(r, l)];
}

/** A string beside another type is cast to what it meets there; a NULL beside a string is one. */
function meetStrings(l: BoundExpr, r: BoundExpr, site: OperatorSite): [BoundExpr, BoundExpr] {
  if (isString(l.type) === isString(r.type)) return [l, r];
  const common = commonType([l.type, r.type], { strings: true });
  return common ? [implicit(l, common, site.env.settings, site.span), implicit(r, common, site.env.settings, site.span)] : [l, r];
}

/** The text of a call that is refused. */
function written(site: OperatorSite, args: readonly BoundExpr[], fn = site.name): string {
  return sqlExpr({ kind: 'apply', fn: need(site.env, fn), name: site.name, args, type: T.VOID, nullable: true });
}
const differ = (l: BoundExpr, r: BoundExpr, site: OperatorSite, fn = site.name): never =>
  raise('DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES', { sqlExpr: written(site, [l, r], fn), left: sqlType(l.type), right: sqlType(r.type) }, { span: site.span });

// ── Dates, times and intervals ──────────────────────────────────────────────────────────────────

const ANY_TIMESTAMP = '("(TIMESTAMP OR TIMESTAMP WITHOUT TIME ZONE)" or "(TIMESTAMP_LTZ(P) OR TIMESTAMP_NTZ(P) WITH P IN [7, 9])")';
const isDayTime = is('day_time_interval');
const isYearMonth = is('year_month_interval');
const isCalendar = is('interval');
const wholeDays: Kind = (t) => t.kind === 'day_time_interval' && t.from === 'day' && t.to === 'day';

function unexpected(site: OperatorSite, text: string, arg: BoundExpr, index: number, required: string): never {
  return raise('DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE',
    { sqlExpr: `"${text}"`, paramIndex: ordinalWord(index), requiredType: required, inputSql: sqlExpr(arg), inputType: sqlType(arg.type) }, { span: site.span });
}

/** The datetime or interval operation that an operator on these types stands for; undefined where it is ordinary arithmetic. */
function datetime(op: string, l: BoundExpr, r: BoundExpr, site: OperatorSite): BoundExpr | undefined {
  switch (op) {
    case '+': return add(l, r, site);
    case '-': return subtract(l, r, site);
    case '*': return T.isInterval(l.type) ? scale(l, r, '*', site) : T.isInterval(r.type) ? scale(r, l, '*', site) : undefined;
    case '/': return T.isInterval(l.type) ? scale(l, r, '/', site) : undefined;
    default: return undefined;
  }
}

function add(l: BoundExpr, r: BoundExpr, site: OperatorSite): BoundExpr | undefined {
  const [a, b] = [l.type, r.type];
  if (isDate(a) && isAnsiInterval(b)) return dateAndInterval(l, r, '+', site);
  if (isAnsiInterval(a) && isDate(b)) return dateAndInterval(r, l, '+', site);
  if (isTimestamp(a) && isYearMonth(b)) return shifted(l, r, '+', a, site);
  if (isYearMonth(a) && isTimestamp(b)) return shifted(r, l, '+', b, site);
  if (a.kind === 'time' && isDayTime(b)) return timeAndInterval(l, r, '+', site);
  if (isDayTime(a) && b.kind === 'time') return timeAndInterval(r, l, '+', site);
  if ((isCalendar(a) && isCalendar(b)) || (isDayTime(a) && isDayTime(b)) || (isVoid(a) && T.isInterval(b)) || (T.isInterval(a) && isVoid(b))) return undefined;
  if (isDate(a) && isCalendar(b)) return shifted(l, r, '+', T.DATE, site);
  if (isCalendar(b) || isDayTime(b)) return shifted(l, r, '+', undefined, site);
  if (isCalendar(a) && isDate(b)) return shifted(r, l, '+', T.DATE, site);
  if (isCalendar(a) || isDayTime(a)) return shifted(r, l, '+', undefined, site);
  if ((isDate(a) || isTimestamp(a)) && isVoid(b)) return shifted(l, implicit(r, T.DAY_TIME, site.env.settings, site.span), '+', undefined, site);
  if (isVoid(a) && (isDate(b) || isTimestamp(b))) return shifted(r, implicit(l, T.DAY_TIME, site.env.settings, site.span), '+', undefined, site);
  if (isDate(a) && !isString(b)) return dateAndNumber(l, r, 'date_add', site);
  if (isDate(b) && !isString(a)) return dateAndNumber(r, l, 'date_add', site);
  return undefined;
}

function subtract(l: BoundExpr, r: BoundExpr, site: OperatorSite): BoundExpr | undefined {
  const [a, b] = [l.type, r.type];
  if (isDate(a) && isAnsiInterval(b)) return dateAndInterval(l, r, '-', site);
  if (isTimestamp(a) && isYearMonth(b)) return shifted(l, r, '-', a, site);
  if (a.kind === 'time' && isDayTime(b)) return timeAndInterval(l, r, '-', site);
  if (a.kind === 'time' && b.kind === 'time') requireTime(a, site.env.settings);
  if (a.kind === 'time' && b.kind === 'time') return apply(site.env, 'subtract_times', [l, r], { type: { kind: 'day_time_interval', from: 'hour', to: 'second' }, span: site.span, written: bare(l, '-', r) });
  if ((isCalendar(a) && isCalendar(b)) || (isDayTime(a) && isDayTime(b)) || (isVoid(a) && T.isInterval(b)) || (T.isInterval(a) && isVoid(b))) return undefined;
  if (isDate(a) && isCalendar(b)) return shifted(l, r, '-', T.DATE, site);
  if (isCalendar(b) || isDayTime(b)) return shifted(l, r, '-', undefined, site);
  if (isTimestamp(a) || isTimestamp(b)) return betweenTimestamps(l, r, site);
  if (isDate(b) || (isDate(a) && isVoid(b))) {
    const text = `(${printExpr(l)} - ${printExpr(r)})`;
    const dates = [l, r].map((e, i) => {
      const to = implicitCast(e.type, T.DATE);
      return to ? implicit(e, to, site.env.settings, site.span) : unexpected(site, text, e, i, '"DATE"');
    });
    return apply(site.env, 'subtract_dates', dates, { type: { kind: 'day_time_interval', from: 'day', to: 'day' }, span: site.span, written: infix(l, '-', r) });
  }
  if (isDate(a) && !isString(b)) return dateAndNumber(l, r, 'date_sub', site);
  return undefined;
}

const infix = (l: BoundExpr, symbol: string, r: BoundExpr): NonNullable<BoundExpr['written']> => ({ name: '', args: [], print: `(${printExpr(l)} ${symbol} ${printExpr(r)})` });
const bare = (l: BoundExpr, symbol: string, r: BoundExpr): NonNullable<BoundExpr['written']> => ({ name: '', args: [], print: `${printExpr(l)} ${symbol} ${printExpr(r)}` });

function dateAndInterval(date: BoundExpr, interval: BoundExpr, symbol: '+' | '-', site: OperatorSite): BoundExpr {
  const { env, span } = site;
  if (wholeDays(interval.type)) {
    const count: BoundExpr = { ...implicit(interval, T.INT, env.settings, span), written: { name: 'extractansiintervaldays', args: [interval] } };
    const days = symbol === '+' ? count : apply(env, 'negative', [count], { type: T.INT, span, written: { name: '', args: [], print: `(- ${printExpr(count)})` } });
    return apply(env, 'date_add', [date, days], { type: T.DATE, span });
  }
  if (isDayTime(interval.type)) return shifted(date, interval, symbol, undefined, site);
  const months = symbol === '+' ? interval : apply(env, 'negative', [interval], { type: interval.type, span });
  return apply(env, 'date_add_year_month', [date, months], { type: T.DATE, span, written: bare(date, symbol, interval) });
}

/** A point in time moved by an interval. `type`: of the result, where the operand has it already; else the operand becomes a timestamp. */
function shifted(time: BoundExpr, interval: BoundExpr, symbol: '+' | '-', type: DataType | undefined, site: OperatorSite): BoundExpr {
  const { env, span } = site;
  let from = time;
  if (!type && !isTimestamp(time.type)) {
    if (!isDate(time.type) && !isString(time.type) && !isVoid(time.type)) {
      const by = symbol === '+' ? printExpr(interval) : `(- ${printExpr(interval)})`;
      return unexpected(site, `${printExpr(time)} + ${by}`, time, 0, ANY_TIMESTAMP);
    }
    from = implicit(time, T.TIMESTAMP, env.settings, span);
  }
  const moved = apply(env, symbol === '+' ? 'timestamp_add_interval' : 'timestamp_sub_interval', [from, interval], { type: type ?? from.type, span, written: bare(time, symbol, interval) });
  // What was a text is one again.
  return isString(time.type) ? { ...implicit(moved, time.type, env.settings, span), written: bare(time, symbol, interval) } : moved;
}

const timeAndInterval = (time: BoundExpr, interval: BoundExpr, symbol: '+' | '-', site: OperatorSite): BoundExpr => {
  requireTime(time.type, site.env.settings);
  return apply(site.env, symbol === '+' ? 'time_add_interval' : 'time_sub_interval', [time, interval], { type: T.TIME, span: site.span, written: bare(time, symbol, interval) });
};

function betweenTimestamps(l: BoundExpr, r: BoundExpr, site: OperatorSite): BoundExpr {
  const { env, span } = site;
  const both = [l, r].every((e) => e.type.kind !== 'timestamp' && !isString(e.type)) ? T.TIMESTAMP_NTZ : [l, r].some((e) => e.type.kind === 'timestamp') ? T.TIMESTAMP : T.TIMESTAMP_NTZ;
  const args = [l, r].map((e, i) => {
    if (!isTimestamp(e.type) && !isDate(e.type) && !isString(e.type) && !isVoid(e.type)) return unexpected(site, `(${printExpr(l)} - ${printExpr(r)})`, e, i, ANY_TIMESTAMP);
    return implicit(e, both, env.settings, span);
  });
  return apply(env, 'subtract_timestamps', args, { type: T.DAY_TIME, span, written: infix(l, '-', r) });
}

function dateAndNumber(date: BoundExpr, days: BoundExpr, fn: 'date_add' | 'date_sub', site: OperatorSite): BoundExpr {
  if (!is('int', 'smallint', 'tinyint')(days.type)) return unexpected(site, `${fn}(${printExpr(date)}, ${printExpr(days)})`, days, 1, '("INT" or "SMALLINT" or "TINYINT")');
  return apply(site.env, fn, [date, implicit(days, T.INT, site.env.settings, site.span)], { type: T.DATE, span: site.span });
}

function scale(interval: BoundExpr, by: BoundExpr, symbol: '*' | '/', site: OperatorSite): BoundExpr {
  const { env, span } = site;
  const calendar = isCalendar(interval.type);
  const print = calendar ? `${symbol === '*' ? 'multiply' : 'divide'}_interval(${printExpr(interval)}, ${printExpr(by)})` : infix(interval, symbol, by).print!;
  const number: Accepts = calendar ? { kind: 'type', type: T.DOUBLE } : { kind: 'class', class: 'numeric' };
  const to = acceptAs(number, by.type);
  if (!to) return unexpected(site, print, by, 1, requiredType(number));
  const type = calendar ? T.CALENDAR_INTERVAL : isYearMonth(interval.type) ? T.YEAR_MONTH : T.DAY_TIME;
  return apply(env, symbol === '*' ? 'interval_multiply' : 'interval_divide', [interval, implicit(by, to, env.settings, span)], { type, span, written: { name: '', args: [], print } });
}

// ── Comparison and logic ────────────────────────────────────────────────────────────────────────

/** The operands with one collation; the names of functions are as their refusals print them. */
const met = (fn: string, site: OperatorSite): readonly BoundExpr[] => {
  const { settings } = site.env;
  return meetCollations(need(site.env, fn), site.args, { name: fn, settings, span: site.span, print: (args) => written({ ...site, name: fn }, args, fn) });
};
const comparison = (fn: string): OperatorRule => (site) => {
  const [a, b] = met(fn, site);
  if (!a || !b || site.args.length !== 2) return undefined;
  let [l, r] = meetStrings(a, b, site);
  const whole = wholeBeside(fn, l, r, site);
  if (typeof whole === 'boolean') return constant(whole, T.BOOLEAN, site.span);
  if (whole) [l, r] = whole;
  if (!T.sameType(l.type, r.type)) {
    [l, r] = alignDecimals(l, r, site);
    const common = isDecimal(l.type) && isDecimal(r.type) ? widerDecimal(decimalOf(l.type)!, decimalOf(r.type)!) : commonType([l.type, r.type], { strings: false }) ?? (T.sameShape(l.type, r.type) ? l.type : undefined);
    if (!common) return differ(l, r, site, fn);
    l = implicit(l, common, site.env.settings, site.span);
    r = implicit(r, common, site.env.settings, site.span);
  }
  if (!isOrderable(l.type)) return notOrderable(fn, [l, r], site);
  // The function stands for the operator, and shows what it was called with.
  const called = site.name === 'equal_null' ? { written: { name: site.name, args: site.args } } : {};
  return apply(site.env, fn, [l, r], { type: T.BOOLEAN, span: site.span, name: site.name === '==' ? '=' : site.name, ...called });
};

/** An integer compared in order with a decimal literal is compared with the whole number next to that, and never above or below every BIGINT. */
function wholeBeside(fn: string, l: BoundExpr, r: BoundExpr, site: OperatorSite): readonly [BoundExpr, BoundExpr] | boolean | undefined {
  const literal = T.isIntegral(l.type) ? r : l;
  const other = literal === r ? l : r;
  if (!(fn in ROUNDS_UP) || !T.isIntegral(other.type) || literal.kind !== 'const' || literal.type.kind !== 'decimal' || typeof literal.value !== 'bigint') return undefined;
  const unit = 10n ** BigInt(literal.type.scale);
  const rest = literal.value % unit;
  const floor = literal.value / unit - (rest < 0n ? 1n : 0n);
  const above = fn.startsWith('<') === (literal === r);
  if (literal.value > (2n ** 63n - 1n) * unit) return above;
  if (literal.value < -(2n ** 63n) * unit) return !above;
  // `i >= 1.5` is i >= 2, `i > 1.5` i > 1; with the literal on the left it is the other way round.
  const up = ROUNDS_UP[fn]! === (literal === r);
  const value = constant(floor + (up && rest !== 0n ? 1n : 0n), T.BIGINT, literal.span);
  const wide = implicit(other, T.BIGINT, site.env.settings, site.span);
  return literal === r ? [wide, value] : [value, wide];
}
/** The operators of order, and whether a literal on their right is rounded up. source: Spark's DecimalPrecision, on integers and decimal literals */
const ROUNDS_UP: Readonly<Record<string, boolean>> = { '>': false, '>=': true, '<': true, '<=': false };

function notOrderable(fn: string, args: readonly BoundExpr[], site: OperatorSite): never {
  return raise('DATATYPE_MISMATCH.INVALID_ORDERING_TYPE', { functionName: `\`${fn}\``, dataType: sqlType(args[0]!.type), sqlExpr: written({ ...site, name: fn }, args, fn) }, { span: site.span });
}

const rule = (name: string, site: OperatorSite, args: readonly BoundExpr[]): BoundExpr => OPERATORS.get(name)!({ ...site, name, args })!;
const not = (arg: BoundExpr, site: OperatorSite): BoundExpr => site.call('not', [arg]);

const notBoolean = (fn: 'and' | 'or', args: readonly BoundExpr[], type: T.DataType, site: OperatorSite): never =>
  raise('DATATYPE_MISMATCH.BINARY_OP_WRONG_TYPE', { sqlExpr: written(site, args, fn), inputType: '"BOOLEAN"', actualDataType: sqlType(type) }, { span: site.span });
const connective = (fn: 'and' | 'or'): OperatorRule => (site) => {
  const [a, b] = site.args;
  if (!a || !b) return undefined;
  // NULL beside a text is one of its type, which is none for AND and OR.
  if ((isVoid(a.type) && isString(b.type)) || (isString(a.type) && isVoid(b.type))) notBoolean(fn, [a, b], T.STRING, site);
  let [l, r] = alignDecimals(...meetStrings(a, b, site), site);
  const cast = (e: BoundExpr): BoundExpr => implicit(e, T.BOOLEAN, site.env.settings, site.span);
  const boolish: Kind = is('boolean', 'void');
  if (boolish(l.type) && boolish(r.type)) [l, r] = [cast(l), cast(r)];
  if (!T.sameType(l.type, r.type)) return differ(l, r, site, fn);
  if (l.type.kind !== 'boolean') {
    return notBoolean(fn, [l, r], l.type, site);
  }
  return apply(site.env, fn, [l, r], { type: T.BOOLEAN, span: site.span });
};

const isIn: OperatorRule = (unmet) => {
  const site = { ...unmet, args: met('in', unmet) };
  const [first] = site.args;
  const common = commonType(site.args.map((a) => a.type), { strings: true }) ?? (site.args.every((a) => T.sameShape(a.type, first!.type)) ? first!.type : undefined);
  if (!common) return diffTypes('in', site.args, site.args, site, 'list');
  if (!isOrderable(common)) return notOrderable('in', site.args, site);
  return apply(site.env, 'in', site.args.map((a) => implicit(a, common, site.env.settings, site.span)), { type: T.BOOLEAN, span: site.span });
};

/** @throws DATATYPE_MISMATCH.DATA_DIFF_TYPES. Spark lists the types in one of two ways, by function. */
function diffTypes(fn: string, args: readonly BoundExpr[], shown: readonly BoundExpr[], site: OperatorSite, form: 'list' | 'or', name = fn): never {
  const types = shown.map((a) => sqlType(a.type));
  const dataType = form === 'list' ? `[${types.join(', ')}]` : `(${types.join(' or ')})`;
  return raise('DATATYPE_MISMATCH.DATA_DIFF_TYPES', { functionName: `\`${name}\``, dataType, sqlExpr: written(site, args, fn) }, { span: site.span });
}

/** A condition is BOOLEAN or, where Spark lets it, a bare NULL; nothing is cast to it. */
function condition(e: BoundExpr, index: number, site: OperatorSite, fn: string, nullToo: boolean): BoundExpr {
  if (e.type.kind === 'boolean' || (nullToo && isVoid(e.type))) return implicit(e, T.BOOLEAN, site.env.settings, site.span);
  return raise('DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE',
    { sqlExpr: written(site, site.args, fn), paramIndex: ordinalWord(index), requiredType: '"BOOLEAN"', inputSql: sqlExpr(e), inputType: sqlType(e.type) }, { span: site.span });
}

const caseWhen: OperatorRule = (site) => {
  const isValue = (i: number): boolean => i % 2 === 1 || i === site.args.length - 1;
  const values = branchCollation(site.args.filter((_, i) => isValue(i)), site.env.settings);
  let next = 0;
  const args = site.args.map((a, i) => isValue(i) ? values[next++]! : a);
  const common = commonType(values.map((v) => v.type), { strings: true });
  if (!common) return diffTypes('when', args, values, site, 'list', 'casewhen');
  const coerced = args.map((a, i) => isValue(i) ? implicit(a, common, site.env.settings, site.span) : condition(a, i / 2, site, 'when', false));
  return apply(site.env, 'when', coerced, { type: common, span: site.span });
};

const ifElse: OperatorRule = (site) => {
  const [test, yes, no] = met('if', site);
  if (!test || !yes || !no || site.args.length !== 3) return undefined;
  const common = commonType([yes.type, no.type], { strings: true });
  const checked = condition(test, 0, site, 'if', true);
  if (!common) return diffTypes('if', site.args, [yes, no], site, 'list');
  const cast = (e: BoundExpr): BoundExpr => implicit(e, common, site.env.settings, site.span);
  return apply(site.env, 'if', [checked, cast(yes), cast(no)], { type: common, span: site.span });
};

const between: OperatorRule = (site) => {
  const [x, low, high] = site.args;
  if (!x || !low || !high || site.args.length !== 3) return undefined;
  const both = computedOnce(x, (operand) => rule('and', site, [rule('>=', site, [operand, low]), rule('<=', site, [operand, high])]));
  return { ...both, written: { name: 'between', args: site.args } };
};

/** `x LIKE ANY (…)`: one test for each pattern. Named as one function where all patterns are constants. */
const likeList = (any: boolean, negated: boolean, like: 'like' | 'ilike'): OperatorRule => (site) => {
  const [x, ...patterns] = site.args;
  if (!x || patterns.length === 0) return undefined;
  const tests = patterns.map((p) => { const test = site.call(like, [x, p]); return negated ? not(test, site) : test; });
  const whole = tests.reduce((l, r) => rule(any ? 'or' : 'and', site, [l, r]));
  if (!patterns.every((p) => p.kind === 'const' && p.value !== null)) return whole;
  return { ...whole, written: { name: '', args: [], print: `${negated ? 'not' : ''}like${any ? 'any' : 'all'}(${like === 'ilike' ? `lower(${printExpr(x)})` : printExpr(x)})` } };
};

const sign = (fn: 'negative' | 'positive'): OperatorRule => (site) => {
  const [a] = site.args;
  if (!a || site.args.length !== 1) return undefined;
  const to = summable(a.type) ? a.type : isString(a.type) || isVoid(a.type) ? T.DOUBLE : undefined;
  if (!to) return unexpected(site, sqlExprBare(site, fn), a, 0, SUMS);
  return apply(site.env, fn, [implicit(a, to, site.env.settings, site.span)], { type: to, span: site.span, written: { name: '', args: [], print: sqlExprBare(site, fn) } });
};
/** `(- x)` for the operator, `negative(x)` for the function; the function `positive` is named as its operator. */
const sqlExprBare = (site: OperatorSite, fn: 'negative' | 'positive'): string => {
  const text = printExpr(site.args[0]!);
  return fn === 'positive' ? `(+ ${text})` : site.operator ? `(- ${text})` : `negative(${text})`;
};

const SHIFTED: Accepts = { kind: 'one_of', options: [{ kind: 'type', type: T.INT }, { kind: 'type', type: T.BIGINT }] };
const shift = (fn: string): OperatorRule => (site) => {
  const [a, n] = site.args;
  if (!a || !n || site.args.length !== 2) return undefined;
  const [type, count] = [acceptAs(SHIFTED, a.type), implicitCast(n.type, T.INT)];
  if (!type) return unexpectedIn(site, fn, a, 0, requiredType(SHIFTED));
  if (!count) return unexpectedIn(site, fn, n, 1, '"INT"');
  return apply(site.env, fn, [implicit(a, type, site.env.settings, site.span), implicit(n, count, site.env.settings, site.span)], { type, span: site.span, name: site.name });
};
const unexpectedIn = (site: OperatorSite, fn: string, arg: BoundExpr, index: number, required: string): never =>
  unexpected(site, written(site, site.args, fn).slice(1, -1), arg, index, required);

const truth = (value: boolean): OperatorRule => (site) => rule('<=>', site, [site.args[0]!, constant(value, T.BOOLEAN)]);

/** IS [NOT] UNKNOWN is IS [NOT] NULL; of all that is no boolean, only a literal is refused. source: Spark IsUnknown, a check that a copy of the expression has lost. */
const unknown = (fn: 'isnull' | 'isnotnull', test: string): OperatorRule => (site) => {
  const [a] = site.args;
  if (a?.kind === 'const' && !is('boolean', 'void')(a.type)) return unexpected(site, `(${printExpr(a)} IS ${test})`, a, 0, '"BOOLEAN"');
  return site.call(fn, site.args);
};

/** `v:a.b`: within an expression it still shows the name that it would give a column. */
function variantPath(site: OperatorSite): BoundExpr {
  if (site.args[0]!.type.kind !== 'variant') raise('COLUMN_IS_NOT_VARIANT_TYPE', {}, { nowhere: true });
  const got = site.call('variant_get', site.args);
  const path = site.args[1];
  const name = path?.kind === 'const' ? lastName(String(path.value)) : undefined;
  return name === undefined ? got : { ...got, written: { name: '', args: [], print: `${printExpr(got)} AS ${T.quoteIfNeeded(name)}` } };
}

/** Rules by the name of the operator or function. */
export const OPERATORS: ReadonlyMap<string, OperatorRule> = new Map<string, OperatorRule>([
  ...Object.keys(ARITHMETIC).map((op) => [op, arithmetic(op)] as const),
  ['mod', arithmetic('%')], ['pmod', arithmetic('%', 'pmod')],
  ['try_add', arithmetic('+', 'try_add')], ['try_subtract', arithmetic('-', 'try_subtract')], ['try_multiply', arithmetic('*', 'try_multiply')],
  ['try_divide', arithmetic('/', 'try_divide')], ['try_mod', arithmetic('%', 'try_mod')],
  ['negative', sign('negative')], ['positive', sign('positive')],
  ['<<', shift('<<')], ['>>', shift('>>')], ['>>>', shift('>>>')], ['shiftleft', shift('<<')], ['shiftright', shift('>>')], ['shiftrightunsigned', shift('>>>')],
  ...['=', '<=>', '<', '<=', '>', '>='].map((op) => [op, comparison(op)] as const),
  ['==', comparison('=')], ['equal_null', comparison('<=>')],
  ['<>', (site) => not(rule('=', site, site.args), site)], ['!=', (site) => not(rule('=', site, site.args), site)],
  ['and', connective('and')], ['or', connective('or')],
  ['in', isIn], ['when', caseWhen], ['if', ifElse], ['between', between],
  ['istrue', truth(true)], ['isfalse', truth(false)],
  ['isunknown', unknown('isnull', 'NULL')], ['isnotunknown', unknown('isnotnull', 'NOT NULL')],
  ['is_distinct_from', (site) => not(rule('<=>', site, site.args), site)],
  ['||', (site) => site.call('concat', site.args)],
  ['[]', (site) => extractItem(site.args[0]!, site.args[1]!, site.env, site.span)],
  ['regexp', (site) => site.operator ? site.call('rlike', site.args) : undefined],
  ['variant_path', variantPath],
  ['like_any', likeList(true, false, 'like')], ['like_all', likeList(false, false, 'like')], ['not_like_any', likeList(true, true, 'like')], ['not_like_all', likeList(false, true, 'like')],
  ['ilike_any', likeList(true, false, 'ilike')], ['ilike_all', likeList(false, false, 'ilike')], ['not_ilike_any', likeList(true, true, 'ilike')], ['not_ilike_all', likeList(false, true, 'ilike')],
  ['trim_from_both', (site) => site.call('trim', site.args)], ['trim_from_leading', (site) => site.call('ltrim', site.args)], ['trim_from_trailing', (site) => site.call('rtrim', site.args)],
]);
