// What the casts share: the form of one, its context, its two failures, and the limits of BIGINT.

import { raise } from '../../../planner/errors/index.js';
import type { Settings } from '../../../planner/tree.js';
import * as T from '../../../planner/types.js';
import type { DataType } from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';
import { dateText, timestampText } from '../../formats/datetime.js';
import { decimalText, doubleText, floatText } from '../../formats/number-text.js';
import { dayTimeText, yearMonthText } from '../../formats/render.js';
import { UTC, type Zone } from '../../formats/zone.js';

/** Of values that are not NULL. */
export type CastFunction = (value: Value) => Value;

/** `tries`: what fails is NULL, inside of arrays, maps and structs too. */
export interface Context { readonly mode: 'ansi' | 'legacy'; readonly tries: boolean; readonly settings: Settings; readonly zone: Zone }
type Convert<V> = (value: V) => Value;
export const of = <V>(f: Convert<V>): CastFunction => f as CastFunction;
export const identity: CastFunction = (v) => v;

export const CONFIG = '"spark.sql.ansi.enabled"';
export const quotedType = (t: DataType): string => `"${T.sqlName(t, false)}"`;
/** A string as a SQL literal in a message. */
const quotedText = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** The value as a literal of its type, as messages print it. */
function literal(value: Value, from: DataType, zone: Zone): string {
  switch (from.kind) {
    case 'bigint': return `${value}L`;
    case 'smallint': return `${value}S`;
    case 'tinyint': return `${value}Y`;
    case 'double': return Number.isFinite(value as number) ? `${doubleText(value as number)}D` : String(value);
    case 'float': return Number.isFinite(value as number) ? floatText(value as number) : String(value);
    case 'decimal': return `${decimalText(value as bigint, from.scale)}BD`;
    case 'string': return quotedText(value as string);
    case 'timestamp': return `TIMESTAMP '${timestampText(value as bigint, zone)}'`;
    case 'timestamp_ntz': return `TIMESTAMP_NTZ '${timestampText(value as bigint, UTC)}'`;
    case 'date': return `DATE '${dateText(value as number)}'`;
    case 'time': return `TIME '${timestampText(value as bigint, UTC).slice(11)}'`;
    case 'year_month_interval': return yearMonthText(value as number, from.from, from.to);
    case 'day_time_interval': return dayTimeText(value as bigint, from.from, from.to);
    default: return String(value);
  }
}
/** A value that does not fit: NULL of TRY_CAST. @throws CAST_OVERFLOW */
export function overflowed(value: Value, from: DataType, to: DataType, { tries, zone }: Context): null {
  if (tries) return null;
  return raise('CAST_OVERFLOW', { value: literal(value, from, zone), sourceType: quotedType(from), targetType: quotedType(to), ansiConfig: CONFIG }, { nowhere: true });
}
export function invalid(value: Value, from: DataType, to: DataType): never {
  return raise('CAST_INVALID_INPUT', { expression: literal(value, from, UTC), sourceType: quotedType(from), targetType: quotedType(to), ansiConfig: CONFIG });
}
/** A string that cannot be read: an error in ANSI mode, else NULL. */
export const unreadable = ({ mode, tries }: Context, to: DataType) => (text: string): null => mode === 'ansi' && !tries ? invalid(text, T.STRING, to) : null;


export const LONG_MIN = -(2n ** 63n);
export const LONG_MAX = 2n ** 63n - 1n;
export const TWO_63 = 2 ** 63;
/** Fits a BIGINT once its fraction is cut. */
export const isLong = (x: number): boolean => x < TWO_63 && x >= -TWO_63;
/** Cut toward zero, at the limits of BIGINT where it is beyond them. */
export const saturatedLong = (x: number): bigint => Number.isNaN(x) ? 0n : x >= TWO_63 ? LONG_MAX : x <= -TWO_63 ? LONG_MIN : BigInt(Math.trunc(x));
