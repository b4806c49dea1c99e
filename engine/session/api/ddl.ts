// Schemas as DDL text or objects, read by the compiler.

import type { Decimal, Double, Flat, Int, Interval, Timestamp, Unchecked, UnknownRow } from './types.js';

/** Simple SQL types by upper-case name. */
export interface SqlTypes {
  BOOLEAN: boolean; TINYINT: Int; BYTE: Int; SMALLINT: Int; SHORT: Int; INT: Int; INTEGER: Int; BIGINT: bigint; LONG: bigint;
  FLOAT: Double; REAL: Double; DOUBLE: Double; DECIMAL: Decimal; DEC: Decimal; NUMERIC: Decimal; STRING: string; VARCHAR: string; CHAR: string;
  BINARY: Uint8Array; DATE: Date; TIMESTAMP: Timestamp; TIMESTAMP_LTZ: Timestamp; TIMESTAMP_NTZ: Timestamp; INTERVAL: Interval; VOID: null; VARIANT: unknown;
}
type Space = ' ' | '\n' | '\t' | '\r';
export type TrimStart<S extends string> = S extends `${Space}${infer R}` ? TrimStart<R> : S;
export type TrimEnd<S extends string> = S extends `${infer R}${Space}` ? TrimEnd<R> : S;
export type Trim<S extends string> = TrimStart<TrimEnd<S>>;

/** Splits at commas outside <> and (): a piece is joined with the next while a bracket is open. At most 999 commas. */
export type SplitTop<S extends string, Part extends string = '', Out extends string[] = []> = S extends `${infer A},${infer B}`
  ? Balanced<`${Part}${A}`> extends true ? SplitTop<B, '', [...Out, `${Part}${A}`]> : SplitTop<B, `${Part}${A},`, Out>
  : [...Out, `${Part}${S}`];
/** True when every bracket that opens in S closes in S. */
export type Balanced<S extends string> = S extends `${string}${'<' | '(' | '>' | ')'}${string}` ? Depth<S, []> : true;
type Depth<S extends string, D extends 0[]> = S extends `${infer A}${'>' | ')'}${infer B}`
  ? Opened<A, D> extends [0, ...infer E extends 0[]] ? Depth<B, E> : false
  : Opened<S, D> extends [] ? true : false;
type Opened<S extends string, D extends 0[]> = S extends `${string}${'<' | '('}${infer B}` ? Opened<B, [...D, 0]> : D;

/** The JavaScript type of one SQL type; `unknown` when it cannot be read. */
export type FromType<S extends string> = Uppercase<S> extends infer U ? U extends keyof SqlTypes ? SqlTypes[U] : Compound<Trim<S>> : never;
type Compound<S extends string> = Uppercase<S> extends infer U
  ? U extends keyof SqlTypes ? SqlTypes[U]
  : S extends `${infer H}<${infer B}>` ? Uppercase<Trim<H>> extends infer G
    ? G extends 'ARRAY' ? readonly (FromType<B> | null)[]
    : G extends 'MAP' ? SplitTop<B> extends [infer K extends string, infer V extends string] ? Map<FromType<K>, FromType<V> | null> : unknown
    : G extends 'STRUCT' ? Fields<SplitTop<B>> : unknown : never
  : U extends `${infer H extends 'DECIMAL' | 'DEC' | 'NUMERIC' | 'VARCHAR' | 'CHAR'}${' ' | ''}(${string})` ? SqlTypes[H]
  : U extends `INTERVAL ${string}` ? Interval
  : unknown : never;

/** `name TYPE [NOT NULL] [COMMENT '…']`, also `name: TYPE`. */
type FieldName<S extends string> = S extends `\`${infer N}\`${string}` ? N : S extends `${infer A} ${string}` ? A extends `${infer N}:${string}` ? N : A : S extends `${infer N}:${string}` ? N : string;
type FieldBody<S extends string> = S extends `\`${string}\`${infer B}` ? Body<TrimStart<B>>
  : S extends `${infer A} ${infer B}` ? A extends `${string}:${infer C}` ? TrimStart<`${C} ${B}`> : Body<TrimStart<B>> : S extends `${string}:${infer B}` ? B : '';
type Body<S extends string> = S extends `:${infer B}` ? TrimStart<B> : S;
type FieldType<S extends string> = Uppercase<S> extends `${string} COMMENT ${string}` ? FieldType<BeforeComment<S>>
  : Uppercase<S> extends `${string} NOT NULL` ? FromType<DropLast8<S>> : FromType<S> | null;
type BeforeComment<S extends string> = S extends `${infer A}${' COMMENT ' | ' comment '}${string}` ? TrimEnd<A> : S;
type DropLast8<S extends string> = S extends `${infer A}${' NOT NULL' | ' not null' | ' Not Null'}` ? TrimEnd<A> : S;
type Fields<P extends readonly string[]> = { [I in keyof P & `${number}` as FieldName<Trim<P[I] & string>>]: FieldType<FieldBody<Trim<P[I] & string>>> } & {};

/** The row of a DDL string; UnknownRow when the string is not a literal. */
export type FromDdl<S extends string> = string extends S ? UnknownRow : Fields<SplitTop<S>>;

/** A schema as an object: a type string, `[element]`, or a nested object. */
export type ObjectSchema = { readonly [name: string]: string | readonly [string] | ObjectSchema };
export type FromObject<S> = Flat<{ -readonly [K in keyof S]: FromEntry<S[K]> }>;
type FromEntry<E> = E extends string ? string extends E ? unknown : FieldType<E>
  : E extends readonly [infer T extends string] ? readonly (FromType<T> | null)[] | null
  : FromObject<E> | null;

/** What `df.schema()` resolves to; carries the row type. */
declare const row: unique symbol;
export interface Schema<out R = Unchecked> { readonly fields: readonly { readonly name: string; readonly type: string; readonly nullable: boolean }[]; readonly [row]: R }
export type SchemaLike = string | ObjectSchema | Schema;
export type FromSchema<S> = S extends string ? FromDdl<S> : S extends Schema<infer R> ? R : FromObject<S>;
