// What the types of `functions` (builtin-functions.ts) are made of.

import type { Column } from './column.js';
import type { Arg as ColumnArgument } from './functions.js';

/** A column, the name of one, or a value. */
export type Arg = ColumnArgument | number | bigint | boolean | Date | Uint8Array | null;
/** A text itself, or a column. */
export type Text = Column | string | number | null;
export type Lambda = (...columns: Column[]) => unknown;
export type Options = Column | { readonly [name: string]: string | number | boolean };
type RefsOf<V> = V extends Column<unknown, string, infer R extends string> ? R : never;
type NameOf<V> = V extends string ? string extends V ? never : V : RefsOf<V>;
type RefsIn<A extends readonly unknown[], Texts> = { [I in keyof A & `${number}`]: I extends Texts ? RefsOf<A[I]> : NameOf<A[I]> }[keyof A & `${number}`];
/** P: the parameters; T: the result; Texts: places where a text is itself and no name. */
// biome-ignore lint/style/useShorthandFunctionType: an interface prints its name in messages
export interface Fn<P extends readonly unknown[], T, Texts extends string = never> { <const A extends P>(...args: A): Column<T, string, RefsIn<A, Texts>> }
