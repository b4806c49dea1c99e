// Which types meet in which: the common type of several, results of decimal arithmetic, what a parameter takes without being asked,
// and which casts exist. Pure functions of types; the binder (analyzer/bind-*.ts) applies them.
// source: Spark's ANSI type coercion and store assignment rules, as recorded answers show them.

import { DATE, DAY_TIME, DOUBLE, BIGINT, INT, BOOLEAN, STRING, TIMESTAMP, VOID, array, decimal, isAtomic, isCollated, isFractional, isIntegral, isInterval, isNumeric, map, sameType, sqlName, struct } from './types.js';
import type { DataType, DayTimeField, TypeKind, TypeOf, YearMonthField } from './types.js';
import type { Accepts } from './tree.js';

// ── Decimals ────────────────────────────────────────────────────────────────────────────────────

export const MAX_PRECISION = 38;
/** `DECIMAL` without a size. */
export const DECIMAL_DEFAULT = decimal(10, 0);
const DECIMAL_SYSTEM = decimal(38, 18);
const INTEGRAL_DIGITS: Partial<Record<TypeKind, number>> = { tinyint: 3, smallint: 5, int: 10, bigint: 20 };
const INTEGRAL_RANK: Partial<Record<TypeKind, number>> = { tinyint: 1, smallint: 2, int: 3, bigint: 4 };

/** The decimal that holds every value of an integral type; a decimal is itself. */
export function decimalOf(t: DataType): TypeOf<'decimal'> | undefined {
  if (t.kind === 'decimal') return t;
  const digits = INTEGRAL_DIGITS[t.kind];
  return digits === undefined ? undefined : decimal(digits, 0);
}

/** The decimal of the digits of one integer: what a literal beside a decimal counts as. */
export const decimalOfInteger = (value: number | bigint): TypeOf<'decimal'> => decimal(Math.max(1, String(value).replace('-', '').length), 0);

/** Precision beyond 38 costs scale, but at least min(scale, 6) of it stays. */
function adjust(precision: number, scale: number): TypeOf<'decimal'> {
  if (precision <= MAX_PRECISION) return decimal(precision, scale);
  const whole = precision - scale;
  return decimal(MAX_PRECISION, Math.max(MAX_PRECISION - whole, Math.min(scale, 6)));
}

/** Type of `a op b` on decimals. */
export function decimalResult(op: '+' | '-' | '*' | '/' | '%', a: TypeOf<'decimal'>, b: TypeOf<'decimal'>): TypeOf<'decimal'> {
  const [p1, s1, p2, s2] = [a.precision, a.scale, b.precision, b.scale];
  switch (op) {
    case '+': case '-': { const s = Math.max(s1, s2); return adjust(Math.max(p1 - s1, p2 - s2) + s + 1, s); }
    case '*': return adjust(p1 + p2 + 1, s1 + s2);
    case '/': { const s = Math.max(6, s1 + p2 + 1); return adjust(p1 - s1 + s2 + s, s); }
    default: { const s = Math.max(s1, s2); return adjust(Math.min(p1 - s1, p2 - s2) + s, s); }
  }
}

/** The decimal that holds the values of both; beyond 38 digits the fraction goes first. */
export function widerDecimal(a: TypeOf<'decimal'>, b: TypeOf<'decimal'>): TypeOf<'decimal'> {
  const scale = Math.max(a.scale, b.scale);
  const precision = Math.max(a.precision - a.scale, b.precision - b.scale) + scale;
  return precision <= MAX_PRECISION ? decimal(precision, scale) : decimal(MAX_PRECISION, Math.max(0, scale - (precision - MAX_PRECISION)));
}

// ── Common types ────────────────────────────────────────────────────────────────────────────────

export interface CommonOptions { /** A string meets another type by being cast to it. */ readonly strings: boolean }

const YEAR_MONTH_FIELDS: readonly YearMonthField[] = ['year', 'month'];
const DAY_TIME_FIELDS: readonly DayTimeField[] = ['day', 'hour', 'minute', 'second'];
const DATETIME_RANK: Partial<Record<TypeKind, number>> = { date: 1, timestamp_ntz: 2, timestamp: 3 };

/** The narrowest type that all of them become; undefined if there is none. No types: VOID. */
export function commonType(types: readonly DataType[], options: CommonOptions): DataType | undefined {
  // Strings go last, so that the order of arguments does not decide: (STRING, INT, DOUBLE) is DOUBLE both ways.
  const ordered = options.strings ? [...types.filter((t) => t.kind !== 'string'), ...types.filter((t) => t.kind === 'string')] : types;
  let result: DataType | undefined = VOID;
  for (const t of ordered) {
    result = commonOfTwo(result, t, options);
    if (!result) return undefined;
  }
  return result;
}

function commonOfTwo(a: DataType, b: DataType, options: CommonOptions): DataType | undefined {
  if (sameType(a, b)) return mergeNullability(a, b);
  if (a.kind === 'void') return b;
  if (b.kind === 'void') return a;
  if (isNumeric(a) && isNumeric(b)) return commonNumeric(a, b);
  const [ra, rb] = [DATETIME_RANK[a.kind], DATETIME_RANK[b.kind]];
  if (ra && rb) return ra >= rb ? a : b;
  if (a.kind === 'year_month_interval' && b.kind === 'year_month_interval') {
    return { kind: a.kind, from: widest(YEAR_MONTH_FIELDS, a.from, b.from, Math.min), to: widest(YEAR_MONTH_FIELDS, a.to, b.to, Math.max) };
  }
  if (a.kind === 'day_time_interval' && b.kind === 'day_time_interval') {
    return { kind: a.kind, from: widest(DAY_TIME_FIELDS, a.from, b.from, Math.min), to: widest(DAY_TIME_FIELDS, a.to, b.to, Math.max) };
  }
  if (a.kind === 'time' && b.kind === 'time') return a.precision >= b.precision ? a : b;
  // Where collations meet, they have met before (analyzer/collation.ts).
  if (a.kind === 'string' && b.kind === 'string') return undefined;
  if (options.strings && a.kind === 'string') return stringMeets(b);
  if (options.strings && b.kind === 'string') return stringMeets(a);
  return commonNested(a, b, options);
}

function commonNested(a: DataType, b: DataType, options: CommonOptions): DataType | undefined {
  if (a.kind === 'array' && b.kind === 'array') {
    const element = commonOfTwo(a.element, b.element, options);
    return element && array(element, a.containsNull || b.containsNull || mayGiveNull(a.element, element) || mayGiveNull(b.element, element));
  }
  if (a.kind === 'map' && b.kind === 'map') {
    // A text does not become a key: the cast might give NULL.
    const key = commonOfTwo(a.key, b.key, { strings: false });
    const value = commonOfTwo(a.value, b.value, options);
    return key && value && map(key, value, a.valueContainsNull || b.valueContainsNull || mayGiveNull(a.value, value) || mayGiveNull(b.value, value));
  }
  if (a.kind === 'struct' && b.kind === 'struct' && a.fields.length === b.fields.length) {
    const fields = [];
    for (const [i, f] of a.fields.entries()) {
      const g = b.fields[i]!;
      const type = f.name.toLowerCase() === g.name.toLowerCase() ? commonOfTwo(f.type, g.type, options) : undefined;
      if (!type) return undefined;
      fields.push({ name: f.name, type, nullable: f.nullable || g.nullable });
    }
    return struct(fields);
  }
  return undefined;
}

function mergeNullability(a: DataType, b: DataType): DataType {
  if (a.kind === 'array' || a.kind === 'map' || a.kind === 'struct') return commonNested(a, b, { strings: false }) ?? a;
  return a;
}

const widest = <F>(order: readonly F[], a: F, b: F, pick: (x: number, y: number) => number): F => order[pick(order.indexOf(a), order.indexOf(b))]!;
const mayGiveNull = (from: DataType, to: DataType): boolean => from.kind === 'void' && to.kind !== 'void';

function commonNumeric(a: DataType, b: DataType): DataType {
  const [ra, rb] = [INTEGRAL_RANK[a.kind], INTEGRAL_RANK[b.kind]];
  if (ra && rb) return ra >= rb ? a : b;
  if (isFractional(a) || isFractional(b)) return DOUBLE;
  return widerDecimal(decimalOf(a)!, decimalOf(b)!);
}

/** What a string becomes beside another type. */
function stringMeets(t: DataType): DataType | undefined {
  if (isIntegral(t)) return BIGINT;
  if (isNumeric(t)) return DOUBLE;
  return (isAtomic(t) && !isInterval(t)) || t.kind === 'variant' ? t : undefined;
}

// ── Parameters ──────────────────────────────────────────────────────────────────────────────────

/** The type that an argument of type `from` is cast to for a parameter; `from` itself if it fits as it is; undefined if it cannot be passed. */
export function acceptAs(accepts: Accepts, from: DataType): DataType | undefined {
  switch (accepts.kind) {
    case 'type': return implicitCast(from, accepts.type);
    case 'class': return acceptClass(accepts.class, from);
    case 'variable': return from;
    case 'array':
      if (from.kind === 'void') return array(emptyOf(accepts.element));
      if (from.kind !== 'array') return undefined;
      { const element = acceptAs(accepts.element, from.element); return element && (sameType(element, from.element) ? from : array(element, from.containsNull)); }
    case 'map':
      if (from.kind === 'void') return map(emptyOf(accepts.key), emptyOf(accepts.value));
      if (from.kind !== 'map') return undefined;
      {
        const key = acceptAs(accepts.key, from.key);
        const value = acceptAs(accepts.value, from.value);
        return key && value && (sameType(key, from.key) && sameType(value, from.value) ? from : map(key, value, from.valueContainsNull));
      }
    case 'one_of': {
      const fits = accepts.options.flatMap((option) => acceptAs(option, from) ?? []);
      if (fits.some((t) => sameType(t, from))) return from;
      // What takes any timestamp sees a date as one with a zone.
      if (from.kind === 'date' && fits.some((t) => t.kind === 'timestamp')) return fits.find((t) => t.kind === 'timestamp');
      if (isNumeric(from) && accepts.options.every((o) => o.kind === 'type' && SMALL.has(o.type.kind))) return undefined;
      return (from.kind === 'string' || from.kind === 'void' ? undefined : fits.find((t) => fits.every((other) => widens(t, other)))) ?? fits[0];
    }
    case 'lambda': return undefined;
  }
}

/** The collection of the number of days in date arithmetic: it takes its members as they are, and no other number. */
const SMALL: ReadonlySet<TypeKind> = new Set<TypeKind>(['tinyint', 'smallint', 'int']);
/** Every value of `from` is one of `to`. */
function widens(from: DataType, to: DataType): boolean {
  if (sameType(from, to) || to.kind === 'string') return true;
  if (isIntegral(from) && isIntegral(to)) return INTEGRAL_RANK[from.kind]! <= INTEGRAL_RANK[to.kind]!;
  if (isNumeric(from) && isNumeric(to)) return to.kind === 'double' || (to.kind === 'float' && from.kind !== 'double') || (to.kind === 'decimal' && isIntegral(from));
  return (DATETIME_RANK[from.kind] ?? 9) <= (DATETIME_RANK[to.kind] ?? 0);
}
const emptyOf = (accepts: Accepts): DataType => accepts.kind === 'type' ? accepts.type : acceptAs(accepts, VOID) ?? VOID;

function acceptClass(name: (Accepts & { kind: 'class' })['class'], from: DataType): DataType | undefined {
  switch (name) {
    case 'any': case 'orderable': return from;
    case 'numeric': return isNumeric(from) ? from : from.kind === 'string' || from.kind === 'void' ? DOUBLE : undefined;
    case 'addable': return from.kind === 'timestamp' ? DOUBLE : isInterval(from) && from.kind !== 'interval' ? from : acceptClass('numeric', from);
    case 'integral': return isIntegral(from) ? from : from.kind === 'void' ? INT : undefined;
    case 'fractional': return isFractional(from) ? from : isNumeric(from) || from.kind === 'string' || from.kind === 'void' ? DOUBLE : undefined;
    case 'decimal': return decimalOf(from) ?? (isFractional(from) || from.kind === 'string' || from.kind === 'void' ? DECIMAL_SYSTEM : undefined);
    case 'atomic': return isAtomic(from) || from.kind === 'void' ? from : undefined;
    case 'interval': return isInterval(from) ? from : from.kind === 'void' ? DAY_TIME : undefined;
    case 'struct': case 'array': case 'map': return from.kind === name ? from : undefined;
  }
}

/** Whether a value of `from` is passed where `to` is asked for, without a CAST: gives `to`, or `from` where they do not differ. */
export function implicitCast(from: DataType, to: DataType): DataType | undefined {
  if (sameType(from, to)) return from;
  if (from.kind === 'void') return to;
  if (to.kind === 'string') return isAtomic(from) || from.kind === 'variant' || from.kind === 'interval' ? (from.kind === 'string' ? from : to) : undefined;
  if (from.kind === 'string') return isAtomic(to) && !isInterval(to) ? to : undefined;
  if (isNumeric(from) && isNumeric(to)) return to;
  if (DATETIME_RANK[from.kind] && DATETIME_RANK[to.kind]) return to;
  if (from.kind === 'year_month_interval' && to.kind === 'year_month_interval') return from;
  if (from.kind === 'day_time_interval' && to.kind === 'day_time_interval') return from;
  if (to.kind === 'time' && (from.kind === 'time' || DATETIME_RANK[from.kind])) return from.kind === 'time' ? from : to;
  if (from.kind === 'array' && to.kind === 'array') { const element = implicitCast(from.element, to.element); return element && array(element, from.containsNull); }
  if (from.kind === 'map' && to.kind === 'map') {
    const key = implicitCast(from.key, to.key);
    const value = implicitCast(from.value, to.value);
    return key && value && map(key, value, from.valueContainsNull);
  }
  return undefined;
}

const quoted = (text: string): string => `"${text}"`;
/** Both timestamp types together are one requirement to Spark's messages. */
const ANY_TIMESTAMP = quoted('(TIMESTAMP OR TIMESTAMP WITHOUT TIME ZONE)');

/** What a parameter takes, as messages say it: `"STRING"`, `("STRING" or "BINARY")`. */
export function requiredType(accepts: Accepts): string {
  const texts = requirements(accepts);
  return texts.length === 1 ? texts[0]! : `(${texts.join(' or ')})`;
}

function requirements(accepts: Accepts): readonly string[] {
  switch (accepts.kind) {
    case 'type': return [quoted(sqlName(accepts.type))];
    case 'class': return accepts.class === 'interval' ? [quoted('INTERVAL DAY TO SECOND'), quoted('INTERVAL YEAR TO MONTH')] : [quoted(accepts.class.toUpperCase())];
    case 'variable': return [quoted('ANY')];
    case 'array': {
      const element = accepts.element.kind === 'type' || (accepts.element.kind === 'class' && accepts.element.class === 'struct') ? requirements(accepts.element)[0]! : '';
      return [quoted(element === '' ? 'ARRAY' : `ARRAY<${element.slice(1, -1)}>`)];
    }
    case 'map': return [quoted('MAP')];
    case 'one_of': {
      const texts = [...new Set(accepts.options.flatMap(requirements))];
      const both = texts.includes(quoted('TIMESTAMP')) && texts.includes(quoted('TIMESTAMP_NTZ'));
      return both ? texts.flatMap((t) => t === quoted('TIMESTAMP') ? [ANY_TIMESTAMP] : t === quoted('TIMESTAMP_NTZ') ? [] : [t]) : texts;
    }
    case 'lambda': return [quoted('LAMBDA')];
  }
}

// ── Casts ───────────────────────────────────────────────────────────────────────────────────────

/** yes; or why not: no type does it, another function does it, or only the old mode without ANSI does. */
export type CastLegality = { readonly kind: 'yes' } | { readonly kind: 'without_suggestion' } | { readonly kind: 'with_function'; readonly name: string } | { readonly kind: 'with_conf' };
const YES: CastLegality = { kind: 'yes' };
const NO: CastLegality = { kind: 'without_suggestion' };
const CONF: CastLegality = { kind: 'with_conf' };

/** Whether CAST(from AS to) exists in ANSI mode (TRY_CAST too), or in the old mode. */
export function canCast(from: DataType, to: DataType, ansi = true): CastLegality {
  if (from.kind === 'void' || sameType(from, to)) return YES;
  if (to.kind === 'string') return YES;
  if (to.kind === 'variant') return toVariant(from) ? YES : NO;
  if (from.kind === 'variant') return fromVariant(to) ? YES : NO;
  if (from.kind === 'array' && to.kind === 'array') return nested([from.element, to.element, from.containsNull, to.containsNull, ansi]);
  if (from.kind === 'map' && to.kind === 'map') return both(nested([from.key, to.key, false, false, ansi]), nested([from.value, to.value, from.valueContainsNull, to.valueContainsNull, ansi]));
  if (from.kind === 'struct' && to.kind === 'struct') {
    if (from.fields.length !== to.fields.length) return NO;
    return from.fields.map((f, i) => nested([f.type, to.fields[i]!.type, f.nullable, to.fields[i]!.nullable, ansi])).reduce(both, YES);
  }
  if (!isAtomicOrInterval(from) || !isAtomicOrInterval(to)) return NO;
  return castAtomic(from, to, ansi);
}

/** Whether INSERT casts values of one type to the other. source: Spark's Cast.canANSIStoreAssign */
export function canStore(from: DataType, to: DataType): boolean {
  if (from.kind === 'void' || sameType(from, to)) return true;
  if (from.kind === 'array' && to.kind === 'array') return (to.containsNull || !from.containsNull) && canStore(from.element, to.element);
  if (from.kind === 'map' && to.kind === 'map') return (to.valueContainsNull || !from.valueContainsNull) && canStore(from.key, to.key) && canStore(from.value, to.value);
  if (from.kind === 'struct' && to.kind === 'struct') return from.fields.length === to.fields.length && from.fields.every((f, i) => (to.fields[i]!.nullable || !f.nullable) && canStore(f.type, to.fields[i]!.type));
  const isMoment = (t: DataType): boolean => t.kind === 'date' || t.kind === 'timestamp' || t.kind === 'timestamp_ntz';
  return (isNumeric(from) && isNumeric(to)) || (isAtomicOrInterval(from) && to.kind === 'string') || (isMoment(from) && isMoment(to));
}

const isAtomicOrInterval = (t: DataType): boolean => isAtomic(t) || t.kind === 'interval';
const both = (a: CastLegality, b: CastLegality): CastLegality => a.kind === 'yes' ? b : a;

function nested([from, to, fromNull, toNull, ansi]: readonly [DataType, DataType, boolean, boolean, boolean]): CastLegality {
  const legal = canCast(from, to, ansi);
  return legal.kind === 'yes' && (toNull || !fromNull) ? YES : NO;
}

function castAtomic(from: DataType, to: DataType, ansi: boolean): CastLegality {
  const exact = isIntegral(from) || from.kind === 'decimal';
  switch (to.kind) {
    case 'binary': return from.kind === 'string' ? YES : isIntegral(from) ? (ansi ? CONF : YES) : NO;
    case 'boolean': return from.kind === 'string' || isNumeric(from) ? YES : from.kind === 'timestamp' || from.kind === 'date' ? (ansi ? CONF : YES) : NO;
    case 'date': return from.kind === 'string' || from.kind === 'timestamp' || from.kind === 'timestamp_ntz' ? YES
      : isNumeric(from) ? { kind: 'with_function', name: 'DATE_FROM_UNIX_DATE' } : NO;
    case 'timestamp': return from.kind === 'string' || from.kind === 'date' || from.kind === 'timestamp_ntz' || isNumeric(from) ? YES
      : from.kind === 'boolean' ? (ansi ? CONF : YES) : NO;
    case 'timestamp_ntz': return from.kind === 'string' || from.kind === 'date' || from.kind === 'timestamp' ? YES : NO;
    case 'time': return from.kind === 'string' || from.kind === 'time' || from.kind === 'timestamp' || from.kind === 'timestamp_ntz' ? YES : NO;
    case 'interval': return from.kind === 'string' ? YES : NO;
    case 'year_month_interval': return from.kind === 'string' || from.kind === 'year_month_interval' || exact ? YES : NO;
    case 'day_time_interval': return from.kind === 'string' || from.kind === 'day_time_interval' || exact ? YES : NO;
    default: break;
  }
  if (!isNumeric(to)) return NO;
  if (from.kind === 'string' || from.kind === 'boolean' || from.kind === 'timestamp' || isNumeric(from)) return YES;
  if (from.kind === 'date') return { kind: 'with_function', name: 'UNIX_DATE' };
  const whole = isIntegral(to) || to.kind === 'decimal';
  return whole && (from.kind === 'year_month_interval' || from.kind === 'day_time_interval' || from.kind === 'time') ? YES : NO;
}

function toVariant(from: DataType): boolean {
  if (from.kind === 'array') return toVariant(from.element);
  return from.kind === 'void' || from.kind === 'variant' || (isAtomic(from) && !isInterval(from) && from.kind !== 'time');
}

function fromVariant(to: DataType): boolean {
  switch (to.kind) {
    case 'array': return fromVariant(to.element);
    case 'map': return to.key.kind === 'string' && fromVariant(to.value);
    case 'struct': return to.fields.every((f) => fromVariant(f.type));
    default: return to.kind === 'variant' || (isAtomic(to) && !isInterval(to) && to.kind !== 'time');
  }
}

/** Types whose values have an order. Without: maps, VARIANT, the calendar interval, and what contains them. */
export function isOrderable(t: DataType): boolean {
  switch (t.kind) {
    case 'map': case 'variant': case 'interval': return false;
    case 'array': return isOrderable(t.element);
    case 'struct': return t.fields.every((f) => isOrderable(f.type));
    default: return true;
  }
}

/** Types whose equal values have equal bytes: texts that a collation holds equal do not. */
export function isBinaryStable(t: DataType): boolean {
  switch (t.kind) {
    case 'string': return !isCollated(t) || t.collation === 'UNICODE';
    case 'array': return isBinaryStable(t.element);
    case 'map': return isBinaryStable(t.key) && isBinaryStable(t.value);
    case 'struct': return t.fields.every((f) => isBinaryStable(f.type));
    default: return true;
  }
}

/** Types of type-named functions: `int('1')`, `decimal('1.5')`. */
export const CAST_FUNCTIONS: ReadonlyMap<string, DataType> = new Map<string, DataType>([
  ['boolean', BOOLEAN], ['tinyint', { kind: 'tinyint' }], ['smallint', { kind: 'smallint' }], ['int', INT], ['bigint', BIGINT], ['float', { kind: 'float' }],
  ['double', DOUBLE], ['decimal', DECIMAL_DEFAULT], ['date', DATE], ['timestamp', TIMESTAMP], ['binary', { kind: 'binary' }], ['string', STRING], ['time', { kind: 'time', precision: 6 }],
]);
