// SQL values as JavaScript values, and how rows, paths and names are typed.

/** SQL values as JavaScript values. A flavour (`Int`, `Double`, `Decimal`, …) is an optional phantom: plain numbers and strings are
 *  assignable both ways, but the compiler remembers which SQL type a number came from (sum of INT is bigint, of DOUBLE number). */
export declare const sql: unique symbol;
export type Int = number & { readonly [sql]?: 'int' };        // TINYINT, SMALLINT, INT
export type Double = number & { readonly [sql]?: 'double' };  // FLOAT, DOUBLE
export type Decimal = string & { readonly [sql]?: 'decimal' };
export type Interval = string & { readonly [sql]?: 'interval' };
/** Microseconds since the epoch, UTC; the Date part is truncated to milliseconds. */
export interface Timestamp extends Date { readonly micros: bigint }
export interface TimeWindow { readonly start: Timestamp; readonly end: Timestamp }

/** What may be given where T comes back: a plain Date for a Timestamp. */
export type Given<T> = unknown extends T ? T : T extends Timestamp ? Date
  : T extends Scalar | MapLike ? T : T extends readonly (infer E)[] ? readonly Given<E>[] : T extends object ? { readonly [K in keyof T]: Given<T[K]> } : T;

/** The one `any`: the default type argument of a frame or column that is deliberately not checked. */
export type Unchecked = any;

/** The row of a frame whose columns the compiler does not know: every name is allowed, every value is unknown. */
export interface UnknownRow { readonly [column: string]: unknown }
/** True for UnknownRow, open rows, `any` and `unknown`: names are then not checked. */
export type IsOpen<R> = unknown extends R ? true : string extends keyof R ? true : false;

/** The columns of a row: a frame of primitives has one column, `value`, as in Spark. */
export type Columns<R> = unknown extends R ? UnknownRow
  : [R] extends [string | number | bigint | boolean | Date | Uint8Array | null] ? { value: R } : R;

type Scalar = string | number | bigint | boolean | null | undefined | Date | Uint8Array;
type MapLike = Pick<ReadonlyMap<unknown, unknown>, 'size' | 'keys'>;
type Struct<T> = T extends Scalar | MapLike | readonly unknown[] ? never : T;
/** `a`, or `s.a` for a struct column; three levels are checked, below them and inside arrays, maps and unknowns any name goes.
 *  (A conditional type: the compiler then prints the names, not the alias.) */
export type Path<R> = PathOf<Columns<R>, 0>;
type PathOf<R, D extends 0 | 1 | 2> = string extends keyof R ? string : { [K in keyof R & string]: K | Inner<K, R[K], D> }[keyof R & string];
type Inner<K extends string, T, D extends 0 | 1 | 2> = unknown extends T ? `${K}.${string}` : T extends Scalar ? never
  : T extends readonly unknown[] | MapLike ? `${K}.${string}` : D extends 2 ? `${K}.${string}` : `${K}.${PathOf<T, D extends 0 ? 1 : 2>}`;
/** Names of the columns whose values are of type T. */
export type NameOf<R, T> = IsOpen<R> extends true ? string
  : { [K in keyof Columns<R> & string]: NonNullable<Columns<R>[K]> extends T ? K : never }[keyof Columns<R> & string];

type Nullable<T> = null extends T ? null : never;
/** The type of column N (`a`, `s.a`, or `alias.a`) in R. */
export type Lookup<R, N extends string> = N extends keyof R ? R[N]
  : N extends `${infer A}.${infer B}` ? A extends keyof R ? Lookup<Struct<R[A]>, B> | Nullable<R[A]> : Lookup<R, B> : unknown;
/** The name that selecting N gives: the last part. */
export type LastName<N extends string> = N extends `${string}.${infer B}` ? LastName<B> : N;

export type Flat<T> = { [K in keyof T]: T[K] } & {};
/** R with column N replaced or added. */
export type Put<R, N extends string, T> = IsOpen<R> extends true ? Flat<Record<N, T>> & UnknownRow
  : string extends N ? R & UnknownRow : { [K in keyof R | N]: K extends N ? T : K extends keyof R ? R[K] : never } & {};
export type Without<R, N extends string> = IsOpen<R> extends true ? UnknownRow : string extends N ? UnknownRow : { [K in keyof R as K extends N ? never : K]: R[K] } & {};
export type Renamed<R, M> = IsOpen<R> extends true ? UnknownRow
  : { [K in keyof R as K extends keyof M ? M[K] extends string ? M[K] : K : K]: R[K] } & {};
/** What a frame of R can be read `as`: a frame of one column as its bare value (types are erased, so the engine cannot see which was meant). */
export type AsTarget<R> = IsOpen<R> extends true ? unknown : [keyof Columns<R>] extends [infer K] ? IsOne<K> extends true ? Scalar | readonly unknown[] | MapLike : object : never;
type IsOne<K, All = K> = K extends unknown ? [All] extends [K] ? true : false : never;
