// Columns to the compiler: symbolic types of free columns, the typing rules, and what a frame accepts.

import type { FromType } from './ddl.js';
import type { Columns, Decimal, Double, Int, LastName, Lookup, Path, sql, Unchecked } from './types.js';

// ── Symbolic types ──────────────────────────────────────────────────────────────────────────────
// A free column (`col('b').plus(1)`) has no type until a frame binds it. Its T is then one of these, and Bind reads it against a row.
export declare const symbolic: unique symbol;
/** The type of column N of the frame that the column will be used in. */
export interface Ref<out N extends string> { readonly [symbolic]: 'ref'; readonly name: N }
/** The result of the typing rule F on A and B. */
export interface Call<out F extends Rule, out A, out B = never> { readonly [symbolic]: F; readonly a: A; readonly b: B }
export type Rule = keyof Rules<unknown, unknown>;

/** Result types: one line a rule. A and B are bound. Where SQL could give several types the union is given: narrowing later breaks nobody. */
export interface Rules<A, B> {
  readonly arithmetic: Arithmetic<NonNullable<A>, NonNullable<B>> | Null<A> | Null<B>;
  readonly sum: Sum<NonNullable<A>> | null;
  readonly average: (Class<NonNullable<A>> extends 'decimal' ? Decimal : Double) | null;
  readonly orNull: A | null;
  readonly coalesce: NonNullable<A> | B;
  readonly either: A | B;
  readonly array: readonly A[];
  readonly list: readonly NonNullable<A>[];
  readonly element: (NonNullable<A> extends readonly (infer E)[] ? E : NonNullable<A> extends ReadonlyMap<infer _, infer V> ? V : unknown) | null;
  readonly field: (B extends keyof NonNullable<A> ? NonNullable<A>[B] : unknown) | Null<A>;
}
type Null<T> = null extends T ? null : never;
/** The numeric class of a value: an integer literal is an INT, another literal a DOUBLE, a plain `number` may be either. */
type Class<T> = T extends bigint ? 'big'
  : T extends number ? T extends Int ? T extends Double ? number extends T ? 'number' : `${T}` extends `${bigint}` ? 'int' : 'double' : 'int' : 'double'
  : T extends string ? T extends Decimal ? [typeof sql, T] extends [unknown, { readonly [sql]?: 'decimal' }] ? 'decimal' : 'string' : 'string'
  : T extends Date ? 'time' : 'other';
interface SumOf { readonly big: bigint; readonly int: bigint; readonly double: Double; readonly decimal: Decimal; readonly number: number | bigint; readonly string: Double; readonly time: unknown; readonly other: unknown }
type Sum<T> = SumOf[Class<T>];
type Arithmetic<A, B> = Class<A> | Class<B> extends infer C
  ? [C] extends ['int'] ? Int
  : [C] extends ['int' | 'big'] ? bigint
  : [C] extends ['int' | 'double' | 'number'] ? 'double' extends C ? Double : number
  : [C] extends ['big' | 'int' | 'double' | 'number'] ? 'double' extends C ? Double : number | bigint
  : [C] extends ['decimal' | 'big' | 'int'] ? Decimal
  : [C] extends ['decimal' | 'big' | 'int' | 'double' | 'number'] ? 'double' extends C ? Double : Decimal | Double
  : 'time' extends C ? A extends Date ? A : unknown : unknown : never;

export type Bind<T, R> = T extends { readonly [symbolic]: unknown }
  ? T extends Ref<infer N> ? Lookup<R, N>
    : T extends Call<infer F, infer A, infer B> ? Rules<Bind<A, R>, Bind<B, R>>[F] : never
  : T;

// ── Column ──────────────────────────────────────────────────────────────────────────────────────
export type Operand<Refs extends string = Unchecked> = Column<unknown, string, Refs> | string | number | bigint | boolean | Date | Uint8Array | null;
type TypeOf<V> = V extends Column<infer T> ? T : V;
type RefsOf<V> = V extends Column<unknown, string, infer Refs extends string> ? Refs : never;
type Bool<Refs extends string> = Column<boolean | null, string, Refs>;

declare const column: unique symbol;
/** An expression. T: its JavaScript type, perhaps symbolic. Name: the output column, `string` while only the engine knows it.
 *  Refs: the columns that it reads; a frame accepts it when all are its own. */
export interface Column<out T = Unchecked, out Name extends string = string, out Refs extends string = Unchecked> {
  readonly [column]: { readonly type: T; readonly name: Name; readonly refs: Refs };
  as<const N extends string>(name: N): Column<T, N, Refs>;
  alias<const N extends string>(name: N): Column<T, N, Refs>;
  cast<const D extends string>(type: D): Column<Cast<D>, Name, Refs>;
  /** NULL where a value cannot be cast. */
  tryCast<const D extends string>(type: D): Column<Cast<D>, Name, Refs>;
  plus<const V extends Operand>(other: V): Column<Call<'arithmetic', T, TypeOf<V>>, string, Refs | RefsOf<V>>;
  minus<const V extends Operand>(other: V): Column<Call<'arithmetic', T, TypeOf<V>>, string, Refs | RefsOf<V>>;
  multiply<const V extends Operand>(other: V): Column<Call<'arithmetic', T, TypeOf<V>>, string, Refs | RefsOf<V>>;
  divide<const V extends Operand>(other: V): Column<Double | Decimal | null, string, Refs | RefsOf<V>>;
  mod<const V extends Operand>(other: V): Column<Call<'arithmetic', T, TypeOf<V>>, string, Refs | RefsOf<V>>;
  negate(): Column<T, string, Refs>;
  bitwiseAND<const V extends Operand>(other: V): Column<Call<'arithmetic', T, TypeOf<V>>, string, Refs | RefsOf<V>>;
  bitwiseOR<const V extends Operand>(other: V): Column<Call<'arithmetic', T, TypeOf<V>>, string, Refs | RefsOf<V>>;
  bitwiseXOR<const V extends Operand>(other: V): Column<Call<'arithmetic', T, TypeOf<V>>, string, Refs | RefsOf<V>>;
  equalTo<V extends Operand>(other: V): Bool<Refs | RefsOf<V>>;
  eq<V extends Operand>(other: V): Bool<Refs | RefsOf<V>>;
  notEqual<V extends Operand>(other: V): Bool<Refs | RefsOf<V>>;
  eqNullSafe<V extends Operand>(other: V): Column<boolean, string, Refs | RefsOf<V>>;
  gt<V extends Operand>(other: V): Bool<Refs | RefsOf<V>>;
  geq<V extends Operand>(other: V): Bool<Refs | RefsOf<V>>;
  lt<V extends Operand>(other: V): Bool<Refs | RefsOf<V>>;
  leq<V extends Operand>(other: V): Bool<Refs | RefsOf<V>>;
  between<A extends Operand, B extends Operand>(low: A, high: B): Bool<Refs | RefsOf<A> | RefsOf<B>>;
  and<V extends Column<unknown, string, string>>(other: V): Bool<Refs | RefsOf<V>>;
  or<V extends Column<unknown, string, string>>(other: V): Bool<Refs | RefsOf<V>>;
  isin<V extends Operand>(...values: readonly V[]): Bool<Refs | RefsOf<V>>;
  /** After `when(…)`. */
  when<C extends Column, const V extends Operand>(condition: C, value: V): Column<Call<'either', T, TypeOf<V>>, string, Refs | RefsOf<C> | RefsOf<V>>;
  otherwise<const V extends Operand>(value: V): Column<Call<'either', T, TypeOf<V>>, string, Refs | RefsOf<V>>;
  isNull(): Column<boolean, string, Refs>;
  isNotNull(): Column<boolean, string, Refs>;
  isNaN(): Column<boolean, string, Refs>;
  like(pattern: string): Bool<Refs>;
  ilike(pattern: string): Bool<Refs>;
  rlike(pattern: string): Bool<Refs>;
  contains<V extends Operand>(other: V): Bool<Refs | RefsOf<V>>;
  startsWith<V extends Operand>(other: V): Bool<Refs | RefsOf<V>>;
  endsWith<V extends Operand>(other: V): Bool<Refs | RefsOf<V>>;
  substr(start: number, length: number): Column<string | null, string, Refs>;
  getField<const F extends string>(name: F): Column<Call<'field', T, F>, string, Refs>;
  getItem<V extends Operand>(key: V): Column<Call<'element', T>, string, Refs | RefsOf<V>>;
  asc(): Column<T, Name, Refs>;
  desc(): Column<T, Name, Refs>;
  ascNullsFirst(): Column<T, Name, Refs>;
  ascNullsLast(): Column<T, Name, Refs>;
  descNullsFirst(): Column<T, Name, Refs>;
  descNullsLast(): Column<T, Name, Refs>;
  /** Computed over the window that a row has: `rank().over(Window.partitionBy('user').orderBy('at'))`. Without one, over all rows. */
  over(window?: WindowSpec): Column<T, string, Refs>;
}
/** Which rows a window function sees; made by `Window`. Names of columns are not checked. */
export interface WindowSpec {
  partitionBy(...columns: readonly (string | Column)[]): WindowSpec;
  orderBy(...columns: readonly (string | Column)[]): WindowSpec;
  /** Rows from `start` to `end`, counted from the current one: negative before it, positive behind it. */
  rowsBetween(start: number, end: number): WindowSpec;
  /** Rows whose value of the one ordering column lies between the current row's plus `start` and plus `end`. */
  rangeBetween(start: number, end: number): WindowSpec;
}
type Cast<D extends string> = string extends D ? unknown : FromType<D> | null;

// ── What a frame accepts and what comes out ─────────────────────────────────────────────────────
/** Names that R offers, and `alias.name` for each alias in Q. */
export type Names<R, Q extends string = never> = [Q] extends [never] ? Path<R> : Path<R> | `${Q}.${string}`;
export type ColumnLike<R, Q extends string = never> = Names<R, Q> extends infer N extends string ? N | Column<unknown, string, N> : never;
export type Selectable<R, Q extends string = never> = Names<R, Q> extends infer N extends string ? N | '*' | Column<unknown, string, N> | Builder<R, N> : never;
/** What `select(c => …)` receives: one bound column per name. */
export type ColumnsOf<R> = { readonly [K in keyof Columns<R> & string]: Column<Columns<R>[K], K, K> };
export type Builder<R, N extends string> = (columns: ColumnsOf<R>) => readonly [Column<unknown, string, N>, ...Column<unknown, string, N>[]];
/** The output name of one selected thing: the last part of a path. */
export type KeyOf<E> = E extends Column<unknown, infer N extends string> ? N : E extends string ? LastName<E> : never;
export type ValueOf<E, R> = E extends Column<infer T> ? Bind<T, R> : E extends string ? Lookup<R, E> : never;
/** The row that selecting E from R gives. A column whose name only the engine knows makes the row open. */
export type Selected<R, E extends readonly unknown[]> = E extends readonly [(columns: never) => infer X extends readonly unknown[]] ? Items<Columns<R>, X> : '*' extends E[number] ? Starred<Columns<R>, Items<Columns<R>, E>> : Items<Columns<R>, E>;
type Items<R, E extends readonly unknown[]> = { [I in keyof E & `${number}` as KeyOf<E[I]>]: string extends KeyOf<E[I]> ? unknown : ValueOf<E[I], R> } & {};
type Starred<R, I> = { [K in keyof R | Exclude<keyof I, '*'>]: K extends keyof I ? I[K] : K extends keyof R ? R[K] : never } & {};
