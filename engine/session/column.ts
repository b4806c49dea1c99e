// The class behind the typed Column: an unresolved expression, and what methods make of it. The same nodes that SQL text gives.

import { raise } from '../../planner/errors/index.js';
import { parseDataType, parseSelectItem } from '../../planner/sql/index.js';
import type { Expr, SortItem, UserFunction, WindowSpec } from '../../planner/tree.js';
import * as T from '../../planner/types.js';
import { refuseUserValue } from '../operators/user-rows.js';
import { checked, either, type Kind, listOf, NAME, type Signature } from './checked.js';
import { TimestampValue } from './convert.js';

export class ColumnExpr {
  readonly expr: Expr;
  readonly sort: { readonly ascending: boolean; readonly nullsFirst: boolean } | undefined;
  constructor(expr: Expr, sort?: ColumnExpr['sort']) { this.expr = expr; this.sort = sort; }

  as(...names: string[]): ColumnExpr { return new ColumnExpr({ kind: 'alias', arg: this.bare, names }); }
  alias(...names: string[]): ColumnExpr { return this.as(...names); }
  cast(type: string): ColumnExpr { return new ColumnExpr({ kind: 'cast', arg: this.bare, to: parseDataType(type), try: false }); }
  tryCast(type: string): ColumnExpr { return new ColumnExpr({ kind: 'cast', arg: this.bare, to: parseDataType(type), try: true }); }

  plus(other: unknown): ColumnExpr { return this.binary('+', other); }
  minus(other: unknown): ColumnExpr { return this.binary('-', other); }
  multiply(other: unknown): ColumnExpr { return this.binary('*', other); }
  divide(other: unknown): ColumnExpr { return this.binary('/', other); }
  mod(other: unknown): ColumnExpr { return this.binary('%', other); }
  negate(): ColumnExpr { return operator('negative', this.bare); }
  bitwiseAND(other: unknown): ColumnExpr { return this.binary('&', other); }
  bitwiseOR(other: unknown): ColumnExpr { return this.binary('|', other); }
  bitwiseXOR(other: unknown): ColumnExpr { return this.binary('^', other); }
  equalTo(other: unknown): ColumnExpr { return this.binary('=', other); }
  eq(other: unknown): ColumnExpr { return this.binary('=', other); }
  notEqual(other: unknown): ColumnExpr { return this.binary('<>', other); }
  eqNullSafe(other: unknown): ColumnExpr { return this.binary('<=>', other); }
  gt(other: unknown): ColumnExpr { return this.binary('>', other); }
  geq(other: unknown): ColumnExpr { return this.binary('>=', other); }
  lt(other: unknown): ColumnExpr { return this.binary('<', other); }
  leq(other: unknown): ColumnExpr { return this.binary('<=', other); }
  between(low: unknown, high: unknown): ColumnExpr { return operator('between', this.bare, operand(low), operand(high)); }
  and(other: unknown): ColumnExpr { return this.binary('and', other); }
  or(other: unknown): ColumnExpr { return this.binary('or', other); }
  not(): ColumnExpr { return operator('not', this.bare); }
  isin(...values: unknown[]): ColumnExpr { return operator('in', this.bare, ...values.flat().map(operand)); }
  when(condition: ColumnExpr, value: unknown): ColumnExpr { return operator('when', ...this.branches(), condition.bare, operand(value)); }
  otherwise(value: unknown): ColumnExpr { return operator('when', ...this.branches(), operand(value)); }
  isNull(): ColumnExpr { return operator('isnull', this.bare); }
  isNotNull(): ColumnExpr { return operator('isnotnull', this.bare); }
  isNaN(): ColumnExpr { return call('isnan', this.bare); }
  like(pattern: unknown): ColumnExpr { return this.binary('like', pattern); }
  ilike(pattern: unknown): ColumnExpr { return this.binary('ilike', pattern); }
  rlike(pattern: unknown): ColumnExpr { return this.binary('rlike', pattern); }
  contains(other: unknown): ColumnExpr { return call('contains', this.bare, operand(other)); }
  startsWith(other: unknown): ColumnExpr { return call('startswith', this.bare, operand(other)); }
  endsWith(other: unknown): ColumnExpr { return call('endswith', this.bare, operand(other)); }
  substr(start: unknown, length: unknown): ColumnExpr { return call('substring', this.bare, operand(start), operand(length)); }
  getField(name: string): ColumnExpr { return new ColumnExpr({ kind: 'field', arg: this.bare, name }); }
  getItem(key: unknown): ColumnExpr { return operator('[]', this.bare, operand(key)); }
  asc(): ColumnExpr { return this.sorted(true, true); }
  desc(): ColumnExpr { return this.sorted(false, false); }
  ascNullsFirst(): ColumnExpr { return this.sorted(true, true); }
  ascNullsLast(): ColumnExpr { return this.sorted(true, false); }
  descNullsFirst(): ColumnExpr { return this.sorted(false, true); }
  descNullsLast(): ColumnExpr { return this.sorted(false, false); }
  private sorted(ascending: boolean, nullsFirst: boolean): ColumnExpr { return new ColumnExpr(this.expr, { ascending, nullsFirst }); }
  over(window: { readonly spec: WindowSpec } = { spec: { partitionBy: [], orderBy: [] } }): ColumnExpr {
    const e = this.bare;
    if (e.kind !== 'call') return raise('INVALID_COLUMN_USE', { method: 'over', expected: 'a function call' });
    return new ColumnExpr({ ...e, over: window.spec });
  }

  /** The expression, where no order may stand. */
  get bare(): Expr {
    if (this.sort) raise('INVALID_COLUMN_USE', { method: 'asc() or desc()', expected: 'orderBy' });
    return this.expr;
  }
  private binary(name: string, other: unknown): ColumnExpr { return operator(name, this.bare, operand(other)); }
  private branches(): Expr[] {
    const e = this.bare;
    if (e.kind !== 'call' || e.name[0] !== 'when' || e.args.length % 2 !== 0) return raise('INVALID_COLUMN_USE', { method: 'when() or otherwise()', expected: 'a column made by when(…)' });
    return e.args.map((a) => a.value);
  }
}

/** A column, or what stands for one. */
export const COLUMN: Kind = { expected: 'a column or the name of one', holds: (v) => v !== null && v !== undefined && isOperand(v) };
/** A column, or a value. */
export const OPERAND: Kind = { expected: 'a column or a value of SQL', holds: isOperand };
export const CONDITION: Kind = { expected: 'a column', holds: (v) => v instanceof ColumnExpr };
function isOperand(value: unknown): boolean {
  return value instanceof ColumnExpr || value === null || value instanceof TimestampValue || (value instanceof Date && !Number.isNaN(value.getTime())) || value instanceof Uint8Array
    || ['string', 'number', 'bigint', 'boolean'].includes(typeof value);
}
const other: Signature = [['other', OPERAND]];
const none: Signature = [];
checked(ColumnExpr.prototype, 'column', {
  as: [['names', NAME, 'rest']], alias: [['names', NAME, 'rest']], cast: [['type', NAME]], tryCast: [['type', NAME]],
  plus: other, minus: other, multiply: other, divide: other, mod: other, bitwiseAND: other, bitwiseOR: other, bitwiseXOR: other, equalTo: other, eq: other, notEqual: other, eqNullSafe: other,
  gt: other, geq: other, lt: other, leq: other, and: other, or: other, like: [['pattern', OPERAND]], ilike: [['pattern', OPERAND]], rlike: [['pattern', OPERAND]], contains: other, startsWith: other, endsWith: other,
  between: [['low', OPERAND], ['high', OPERAND]], isin: [['values', either(OPERAND, listOf(OPERAND, 'them')), 'rest']], when: [['condition', CONDITION], ['value', OPERAND]], otherwise: [['value', OPERAND]],
  substr: [['start', OPERAND], ['length', OPERAND]], getField: [['name', NAME]], getItem: [['key', OPERAND]],
  over: [['window', { expected: 'what Window.partitionBy or Window.orderBy gives', holds: (v) => typeof v === 'object' && v !== null && 'spec' in v }, 'optional']],
  negate: none, not: none, isNull: none, isNotNull: none, isNaN: none, asc: none, desc: none, ascNullsFirst: none, ascNullsLast: none, descNullsFirst: none, descNullsLast: none,
});

const operator = (name: string, ...args: Expr[]): ColumnExpr => new ColumnExpr({ kind: 'call', name: [name], args: args.map((value) => ({ value })), operator: true });
export const call = (name: string, ...args: Expr[]): ColumnExpr => new ColumnExpr({ kind: 'call', name: [name], args: args.map((value) => ({ value })) });
export const userCall = (fn: UserFunction, args: readonly Expr[]): ColumnExpr => new ColumnExpr({ kind: 'user_call', fn, args });

/** A literal of the SQL type that the JavaScript value stands for. @throws INVALID_USER_VALUE */
export function literal(value: unknown): Expr {
  switch (typeof value) {
    case 'string': return { kind: 'literal', value, type: T.STRING };
    case 'boolean': return { kind: 'literal', value, type: T.BOOLEAN };
    case 'bigint': return { kind: 'literal', value, type: T.BIGINT };
    case 'number': {
      if (!Number.isInteger(value) || Object.is(value, -0)) return { kind: 'literal', value, type: T.DOUBLE };
      return value >= -2147483648 && value <= 2147483647 ? { kind: 'literal', value, type: T.INT }
        : Number.isSafeInteger(value) ? { kind: 'literal', value: BigInt(value), type: T.BIGINT } : { kind: 'literal', value, type: T.DOUBLE };
    }
    default:
  }
  if (value === null) return { kind: 'literal', value, type: T.VOID };
  if (value instanceof TimestampValue) return { kind: 'literal', value: value.micros, type: T.TIMESTAMP };
  if (value instanceof Date && !Number.isNaN(value.getTime())) return { kind: 'literal', value: BigInt(value.getTime()) * 1000n, type: T.TIMESTAMP };
  if (value instanceof Uint8Array) return { kind: 'literal', value, type: T.BINARY };
  return refuseUserValue('lit', value, 'SQL literal');
}
/** An operand of a column method: a column, or a value. */
export const operand = (value: unknown): Expr => value instanceof ColumnExpr ? value.bare : literal(value);
/** An argument of a column function: a column, or the name of one. */
export const argument = (value: unknown): Expr => value instanceof ColumnExpr ? value.bare : typeof value === 'string' ? nameExpr(value) : literal(value);

/** `a`, `s.a`, `alias.a`, `*`, `t.*`; backquotes hold a name with dots. */
export function nameExpr(name: string): Expr {
  if (name === '*') return { kind: 'star' };
  if (/^[\p{L}\p{Nd}_ ]+$/u.test(name)) return { kind: 'name', parts: [name] };
  if (/^[\p{L}\p{Nd}_]+(\.[\p{L}\p{Nd}_]+)+$/u.test(name)) return { kind: 'name', parts: name.split('.') };
  if (!name.includes('`') && !/^[\p{L}\p{Nd}_]+\.\*$/u.test(name)) return { kind: 'name', parts: name.includes('(') ? [name] : name.split('.') };
  return parseSelectItem(name);
}
export const sortItem = (value: unknown): SortItem => value instanceof ColumnExpr
  ? { expr: value.expr, ascending: value.sort?.ascending ?? true, nullsFirst: value.sort?.nullsFirst ?? true }
  : { expr: argument(value), ascending: true, nullsFirst: true };
