// The column functions as the compiler sees them; engine/session/functions.ts has their bodies.

import type { Call, Column, Operand, Ref } from './column.js';
import type { FromDdl, FromType } from './ddl.js';
import type { Int, LastName, Timestamp, TimeWindow, Unchecked } from './types.js';

/** A column or the name of one, as function argument. */
export type Arg = Column | string;
type T<V> = V extends Column<infer A> ? A : V extends string ? Ref<V> : never;
type Refs<V> = V extends Column<unknown, string, infer R extends string> ? R : V extends string ? Known<V> : never;
/** A name that is not literal may be any column. */
type Known<N extends string> = string extends N ? Unchecked : N;
type Named<F extends string, V> = V extends Column<unknown, infer N extends string> ? string extends N ? string : `${F}(${N})` : V extends string ? `${F}(${LastName<V>})` : string;

export declare function col<const N extends string>(name: N): Column<Ref<N>, LastName<N>, Known<N>>;
export declare function lit<const V extends Operand>(value: V): Column<V, string, never>;
export declare function expr(sql: string): Column<unknown, string>;
export declare function count(column?: '*'): Column<bigint, 'count(1)', never>;
export declare function count<const V extends Arg>(column: V): Column<bigint, Named<'count', V>, Refs<V>>;
export declare function countDistinct<const V extends Arg>(...columns: V[]): Column<bigint, string, Refs<V>>;
export declare function sum<const V extends Arg>(column: V): Column<Call<'sum', T<V>>, Named<'sum', V>, Refs<V>>;
export declare function avg<const V extends Arg>(column: V): Column<Call<'average', T<V>>, Named<'avg', V>, Refs<V>>;
export declare function min<const V extends Arg>(column: V): Column<Call<'orNull', T<V>>, Named<'min', V>, Refs<V>>;
export declare function max<const V extends Arg>(column: V): Column<Call<'orNull', T<V>>, Named<'max', V>, Refs<V>>;
export declare function first<const V extends Arg>(column: V): Column<Call<'orNull', T<V>>, Named<'first', V>, Refs<V>>;
export declare function collectList<const V extends Arg>(column: V): Column<Call<'list', T<V>>, Named<'collect_list', V>, Refs<V>>;
export declare function explode<const V extends Arg>(column: V): Column<Call<'element', T<V>>, 'col', Refs<V>>;
export declare function split<const V extends Arg>(column: V, pattern: string, limit?: number): Column<readonly string[] | null, string, Refs<V>>;
export declare function upper<const V extends Arg>(column: V): Column<string | null, Named<'upper', V>, Refs<V>>;
export declare function lower<const V extends Arg>(column: V): Column<string | null, Named<'lower', V>, Refs<V>>;
export declare function length<const V extends Arg>(column: V): Column<number | null, Named<'length', V>, Refs<V>>;
export declare function concat<const V extends Arg>(...columns: V[]): Column<string | null, string, Refs<V>>;
export declare function coalesce<const A extends Arg, const B extends Arg>(a: A, b: B): Column<Call<'coalesce', T<A>, T<B>>, string, Refs<A> | Refs<B>>;
export declare function currentTimestamp(): Column<Timestamp, 'current_timestamp()', never>;
export declare function window<const V extends Arg>(time: V, size: string, slide?: string, start?: string): Column<TimeWindow, 'window', Refs<V>>;
export declare function sessionWindow<const V extends Arg>(time: V, gap: string | Column): Column<TimeWindow, 'session_window', Refs<V>>;
export declare function last<const V extends Arg>(column: V): Column<Call<'orNull', T<V>>, Named<'last', V>, Refs<V>>;
export declare function collectSet<const V extends Arg>(column: V): Column<Call<'list', T<V>>, Named<'collect_set', V>, Refs<V>>;
export declare function trim<const V extends Arg>(column: V): Column<string | null, Named<'trim', V>, Refs<V>>;
export declare function abs<const V extends Arg>(column: V): Column<Call<'orNull', T<V>>, Named<'abs', V>, Refs<V>>;
export declare function struct<const V extends Arg>(...columns: V[]): Column<unknown, string, Refs<V>>;
export declare function array<const V extends Arg>(...columns: V[]): Column<readonly unknown[], string, Refs<V>>;
export declare function toTimestamp<const V extends Arg>(column: V, format?: string): Column<Timestamp | null, string, Refs<V>>;
export declare function fromJson<const V extends Arg, const D extends string>(column: V, schema: D): Column<FromDdl<D> | null, string, Refs<V>>;
export declare function toJson<const V extends Arg>(column: V): Column<string | null, Named<'to_json', V>, Refs<V>>;
export declare function windowTime<const V extends Arg>(column: V): Column<Timestamp | null, Named<'window_time', V>, Refs<V>>;
export declare function not<V extends Column<unknown, string, string>>(condition: V): Column<boolean | null, string, Refs<V>>;
export declare function callFunction<const V extends Arg>(name: string, ...columns: V[]): Column<unknown, string, Refs<V>>;
export declare function when<C extends Column, const V extends Operand>(condition: C, value: V): Column<ValueT<V> | null, string, Refs<C> | ValueRefs<V>>;
export declare function asc<const V extends Arg>(column: V): Column<T<V>, string, Refs<V>>;
export declare function desc<const V extends Arg>(column: V): Column<T<V>, string, Refs<V>>;
/** Which of the keys of ROLLUP, CUBE or GROUPING SETS a row leaves out: 1 for the column, or the bits of all. */
export declare function grouping<const V extends Arg>(column: V): Column<Int, Named<'grouping', V>, Refs<V>>;
export declare function groupingId<const V extends Arg>(...columns: V[]): Column<bigint, string, Refs<V>>;
export declare function broadcast<F extends { hint(name: string): unknown }>(frame: F): F;
type ValueT<V> = V extends Column<infer A> ? A : V;
type ValueRefs<V> = V extends Column<unknown, string, infer R extends string> ? R : never;

/** A closure as a column function. Without a type the result is unknown. */
export declare function udf<P extends readonly unknown[], const D extends string>(fn: (...args: P) => unknown, type: D): UserFunction<P, FromType<D> | null>;
export interface UserFunction<in P extends readonly unknown[], out T> {
  // biome-ignore lint/style/useShorthandFunctionType: an interface carries the variance annotations
  <const A extends { readonly [I in keyof P]: Arg }>(...args: A): Column<T, string, Refs<A[number]>>;
}
