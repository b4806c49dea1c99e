// SELECT statements that are literal texts, read by the compiler.

import type { Bind, Call, Rules } from './column.js';
import type { FromType, SplitTop, Trim } from './ddl.js';
import type { Decimal, Double, Int, IsOpen, Lookup, LastName, Timestamp, TimeWindow, UnknownRow } from './types.js';

// Reads SELECT list and FROM of one literal query, by splitting at words, never by characters. What it does not understand
// gives UnknownRow; it reports an error only when it is sure. Keywords: all upper or all lower case.
interface Upper { select: 'SELECT'; distinct: 'DISTINCT'; from: ' FROM '; as: ' AS '; join: ' JOIN '; on: ' ON '; using: ' USING '; lateral: ' LATERAL VIEW '; left: 'LEFT'; outer: ' OUTER'; over: ' OVER '; full: 'FULL'; right: 'RIGHT' }
interface Lower { select: 'select'; distinct: 'distinct'; from: ' from '; as: ' as '; join: ' join '; on: ' on '; using: ' using '; lateral: ' lateral view '; left: 'left'; outer: ' outer'; over: ' over '; full: 'full'; right: 'right' }
type Words = Upper | Lower;
type Tail = ' WHERE ' | ' GROUP BY ' | ' HAVING ' | ' ORDER BY ' | ' LIMIT ';

/** One space for any white space; string literals emptied, so that their text is never read as SQL. */
type Clean<S extends string> = S extends `${infer A}${'\n' | '\t' | '\r' | '  '}${infer B}` ? OneSpace<S> : S;
type OneSpace<S extends string> = S extends `${infer A}\n${infer B}` ? OneSpace<`${A} ${B}`>
  : S extends `${infer A}\t${infer B}` ? OneSpace<`${A} ${B}`> : S extends `${infer A}\r${infer B}` ? OneSpace<`${A} ${B}`>
  : S extends `${infer A}  ${infer B}` ? OneSpace<`${A} ${B}`> : S;
type NoStrings<S extends string, Out extends string = ''> = S extends `${infer A}'${infer _}'${infer B}` ? NoStrings<B, `${Out}${A}''`> : `${Out}${S}`;

interface Result<R = unknown, E = never> { readonly row: R; readonly error: E }
type Unknown = Result<UnknownRow>;
export type Analyze<Q extends string, T> = string extends Q ? Unknown : Query<Trim<Clean<NoStrings<Q>>>, T>;
type Query<S extends string, T> = S extends `${string}--${string}` | `${string}/*${string}` ? Unknown
  : S extends `SELECT ${infer B}` ? Body<B, T, Upper> : S extends `select ${infer B}` ? Body<B, T, Lower> : Unknown;
type Body<S extends string, T, W extends Words> =
  Uppercase<S> extends `${string} ${'UNION' | 'INTERSECT' | 'EXCEPT' | 'MINUS' | 'PIVOT' | 'UNPIVOT'} ${string}` ? Unknown
  : SplitWord<S, W['from']> extends [infer L extends string, infer F extends string] ? Answer<SplitTop<L extends `${W['distinct']} ${infer D}` ? D : L>, Scope<FromOnly<F>, T, W>, W> : Unknown;
/** S at the first `word` outside brackets. */
type SplitWord<S extends string, Word extends string, Done extends string = ''> = S extends `${infer A}${Word}${infer B}`
  ? SplitTop<`${Done}${A}`> extends infer P extends string[] ? Closed<P> extends true ? [`${Done}${A}`, B] : SplitWord<B, Word, `${Done}${A}${Word}`> : undefined : undefined;
type Closed<P extends string[]> = P extends [...string[], infer Z extends string] ? Z extends `${string}(${string}` ? import('./ddl.js').Balanced<Z> : true : true;
type FromOnly<S extends string> = Uppercase<S> extends `${infer A}${Tail}${string}` ? Head<S, A> : S extends `${infer A};` ? A : S;
/** The first characters of S, as many as Up has, found word by word. */
type Head<S extends string, Up extends string, Out extends string = ''> = S extends `${infer A} ${infer B}`
  ? Uppercase<`${Out}${A}`> extends Up ? `${Out}${A}` : Head<B, Up, `${Out}${A} `> : S;

// ── FROM: the columns in scope, and each table by its alias ─────────────────────────────────────
interface ScopeOf<R, A> { readonly row: R; readonly tables: A }
type NoScope = ScopeOf<UnknownRow, {}>;
type Scope<F extends string, T, W extends Words> = F extends `${string}(SELECT ${string}` | `${string}(select ${string}` | `${string} ASOF ${string}` | `${string} asof ${string}` ? NoScope
  : F extends `${infer A}${W['lateral']}${infer V}` ? View<Scope<A, T, W>, V, W>
  : F extends `${string},${string}` ? NoScope
  : F extends `${infer A}${W['join']}${infer B}` ? Joins<Table<WithoutKind<A, W>, T, W>, A, B, T, W> : Table<Trim<F>, T, W>;
type WithoutKind<S extends string, W extends Words> = S extends `${infer A} ${W['left'] | W['full'] | W['right'] | 'INNER' | 'inner' | 'CROSS' | 'cross'}${W['outer'] | ''}` ? A : S;
type Joins<L, Before extends string, S extends string, T, W extends Words> = S extends `${infer A}${W['join']}${infer B}`
  ? Joins<Both<L, Table<OnOnly<A, W>, T, W>, Before, W>, A, B, T, W> : Both<L, Table<OnOnly<S, W>, T, W>, Before, W>;
type OnOnly<S extends string, W extends Words> = S extends `${infer A}${W['on']}${string}` ? A : S extends `${infer A}${W['using']}${string}` ? A : WithoutKind<S, W>;
type Both<L, R, Before extends string, W extends Words> = L extends ScopeOf<infer LR, infer LA> ? R extends ScopeOf<infer RR, infer RA>
  ? Before extends `${string} ${W['left']}${W['outer'] | ''}` ? Paired<LR, OrNull<RR>, LA, { [K in keyof RA]: OrNull<RA[K]> }>
  : Before extends `${string} ${W['right']}${W['outer'] | ''}` ? Paired<OrNull<LR>, RR, { [K in keyof LA]: OrNull<LA[K]> }, RA>
  : Before extends `${string} ${W['full']}${W['outer'] | ''}` ? Paired<OrNull<LR>, OrNull<RR>, { [K in keyof LA]: OrNull<LA[K]> }, { [K in keyof RA]: OrNull<RA[K]> }>
  : Paired<LR, RR, LA, RA> : never : never;
type OrNull<R> = { [K in keyof R]: R[K] | null };
type Paired<L, R, LA, RA> = IsOpen<L> extends true ? NoScope : IsOpen<R> extends true ? NoScope
  : ScopeOf<{ [K in keyof L | keyof R]: K extends keyof L ? K extends keyof R ? L[K] | R[K] : L[K] : K extends keyof R ? R[K] : never }, LA & RA>;
type Table<S extends string, T, W extends Words> = S extends `${infer N}${W['as']}${infer A}` ? Named<N, Trim<A>, T>
  : S extends `${infer N} ${infer A}` ? A extends `${string} ${string}` ? NoScope : Named<N, A, T> : Named<S, S, T>;
type Named<N extends string, A extends string, T> = N extends keyof T ? ScopeOf<T[N], { [K in A]: T[N] }> : NoScope;
/** `explode(x) AS c`, `explode(x) t AS c`. */
type View<S, V extends string, W extends Words> = S extends ScopeOf<infer R, infer A>
  ? SplitWord<V, W['as']> extends [infer H extends string, infer C extends string] ? IsOpen<R> extends true ? NoScope : C extends `${string} ${string}` ? NoScope
    : H extends `${infer F}(${infer E})` ? Exploded<R, A, F, TypeOf<E, S, W>, C, never>
    : H extends `${infer F}(${infer E}) ${infer X}` ? Exploded<R, A, F, TypeOf<E, S, W>, C, X> : NoScope
  : NoScope : never;
type Exploded<R, A, F extends string, V, C extends string, X extends string> = Lowercase<F> extends 'explode' | 'explode_outer'
  ? { [K in keyof R | C]: K extends C ? Bind<Call<'element', V>, R> : K extends keyof R ? R[K] : never } extends infer R2 ? ScopeOf<R2, A & { [K in X]: R2 }> : never : NoScope;

// ── SELECT list ─────────────────────────────────────────────────────────────────────────────────
type Answer<P extends string[], S, W extends Words> = S extends ScopeOf<infer R, unknown> ? Result<List<P, S, W> & (Stars<P, R, S> extends infer X ? X : never) extends infer O ? { [K in keyof O]: O[K] } : never, Errors<P, S, W>> : never;
type List<P extends string[], S, W extends Words> = { [I in keyof P & `${number}` as OutName<Item<Trim<P[I] & string>, W>>]: OutType<Item<Trim<P[I] & string>, W>, S, W> };
type Stars<P extends string[], R, S> = P[number] extends infer E ? (E extends '*' | ' *' ? R : E extends `${infer A}.*` ? S extends ScopeOf<unknown, infer TT> ? Trim<A> extends keyof TT ? TT[Trim<A>] : UnknownRow : never : never) extends infer X ? [X] extends [never] ? unknown : Intersect<X> : never : never;
type Intersect<U> = (U extends unknown ? (x: U) => void : never) extends (x: infer I) => void ? I : never;

/** [expression, alias | undefined] */
type Item<S extends string, W extends Words> = SplitWord<S, W['as']> extends [infer E extends string, infer N extends string] ? [Trim<E>, Unquote<Trim<N>>] : [S, undefined];
type Unquote<S extends string> = S extends `\`${infer N}\`` ? N : S;
type OutName<I> = I extends [infer E extends string, infer N] ? N extends string ? N : E extends '*' | `${string}.*` ? never : AutoName<E> : never;
type Plain<S extends string> = S extends `${string}${' ' | '(' | '+' | '-' | '*' | '/' | '\'' | '|' | ':' | '=' | '<' | '>' | '%' | '[' | ',' | '`'}${string}` ? false : S extends '' | `${number}${string}` ? false : true;
type AutoName<E extends string> = Plain<E> extends true ? LastName<E>
  : E extends `${infer F}(${infer A})` ? Plain<F> extends true ? A extends '*' ? `${Lowercase<F>}(1)` : Plain<A> extends true ? `${Lowercase<F>}(${LastName<A>})` : string : string : string;
type OutType<I, S, W extends Words> = I extends [infer E extends string, infer N] ? N extends undefined ? string extends AutoName<E> ? unknown : TypeOf<E, S, W> : TypeOf<E, S, W> : never;

/** Result types of functions by lower-case name; A is the first argument. */
interface SqlFunctions<A> {
  count: bigint; sum: Rules<A, never>['sum']; avg: Rules<A, never>['average']; min: A | null; max: A | null; first: A | null; last: A | null;
  collect_list: readonly NonNullable<A>[]; collect_set: readonly NonNullable<A>[]; approx_count_distinct: bigint; upper: string | null; lower: string | null; trim: string | null; concat: string | null;
  substring: string | null; length: Int | null; abs: A; coalesce: A; explode: Rules<A, never>['element']; size: Int | null; split: readonly string[] | null; current_timestamp: Timestamp; now: Timestamp;
  window: TimeWindow; session_window: TimeWindow; window_time: Timestamp; year: Int | null; month: Int | null; hour: Int | null; to_timestamp: Timestamp | null; row_number: Int; rank: Int; date_trunc: Timestamp | null; round: A; sqrt: Double | null;
}
interface Constants { TRUE: boolean; FALSE: boolean; NULL: null; CURRENT_TIMESTAMP: Timestamp; CURRENT_DATE: Date }
export type TypeOf<E extends string, S, W extends Words> = Plain<E> extends true
  ? S extends ScopeOf<infer R, infer T> ? Uppercase<E> extends keyof Constants ? Constants[Uppercase<E>] : Qualified<E, R, T> : unknown
  : E extends `${number}` ? E extends `${bigint}` ? Int : Decimal
  : E extends `''` ? string
  : E extends `${'CAST' | 'cast'}(${infer B})` ? SplitWord<B, W['as']> extends [string, infer D extends string] ? FromType<D> | null : unknown
  : SplitWord<E, W['over']> extends [infer C extends string, string] ? TypeOf<C, S, W>
  : Operands<E> extends [infer A extends string, infer B extends string] ? Rules<TypeOf<A, S, W>, TypeOf<B, S, W>>['arithmetic']
  : E extends `${infer F}(${infer A})` ? Plain<F> extends true ? SplitTop<A> extends [infer A1 extends string, ...string[]] ? SqlFunctions<TypeOf<Trim<A1>, S, W>> extends infer T ? Lowercase<F> extends keyof T ? T[Lowercase<F>] : unknown : never : unknown : unknown
  : unknown;
type Operands<E extends string> = SplitWord<E, ' + '> extends infer X extends [string, string] ? X : SplitWord<E, ' - '> extends infer X extends [string, string] ? X : SplitWord<E, ' * '> extends infer X extends [string, string] ? X : undefined;
type Qualified<E extends string, R, T> = E extends keyof R ? R[E] : E extends `${'window' | 'session_window'}.${'start' | 'end'}` ? Timestamp : E extends 'window' | 'session_window' ? TimeWindow : E extends `${infer A}.${infer B}` ? A extends keyof T ? B extends keyof T[A] ? T[A][B] : Lookup<T[A], B> : Lookup<R, E> : unknown;

// ── Errors: only a plain name that no table and no earlier alias has ────────────────────────────
type Errors<P extends string[], S, W extends Words> = S extends ScopeOf<infer R, infer T> ? IsOpen<R> extends true ? never
  : Missing<Item<Trim<P[number]>, W>, R, T, Item<Trim<P[number]>, W>[1]> : never;
type Missing<I, R, T, Aliases> = I extends [infer E extends string, unknown] ? E extends `${infer F}(${infer A})` ? Plain<F> extends true ? MissingName<A, R, T, Aliases> : never : MissingName<E, R, T, Aliases> : never;
/** Names that a query has without a table: the window of GROUP BY, metadata columns. */
type Implicit = `${'window' | 'session_window'}${'' | '.start' | '.end'}` | `_${string}`;
type MissingName<E extends string, R, T, Aliases> = Plain<E> extends true ? Uppercase<E> extends keyof Constants ? never : E extends Aliases | Implicit ? never : Known<E, R, T> extends true ? never : UnresolvedColumn<E, R> : never;
/** Readable in the compiler's message: `Argument of type '"SELECT wrd …"' is not assignable to parameter of type 'UnresolvedColumn<"wrd", …>'`. */
export interface UnresolvedColumn<Name extends string, Row> { readonly unresolvedColumn: Name; readonly columns: keyof Row }
type Known<E extends string, R, T> = Lowercase<E> extends Lowercase<keyof R & string> ? true : E extends `${infer A}.${string}` ? Lowercase<A> extends Lowercase<(keyof R | keyof T) & string> ? A extends keyof T ? KnownIn<E, T[A]> : true : false : false;
type KnownIn<E extends string, R> = E extends `${string}.${infer B}` ? B extends `${infer C}.${string}` ? Lowercase<C> extends Lowercase<keyof R & string> ? true : false : Lowercase<B> extends Lowercase<keyof R & string> ? true : false : false;

/** Rows of queries by their text, as `millrace types` writes them; consulted before the text is read. */
// biome-ignore lint: it is empty on purpose
export interface Queries {}
export type SqlRow<Q extends string, T> = Q extends keyof Queries ? Queries[Q] : Analyze<Q, T>['row'];
/** Q itself, or the text of what is wrong with it. */
export type SqlArgument<Q extends string, T> = Q extends keyof Queries ? Q : [Analyze<Q, T>['error']] extends [never] ? Q : Analyze<Q, T>['error'];
/** selectExpr: each expression read alone, against the frame's row. */
export type SelectedSql<R, E extends readonly string[]> = IsOpen<R> extends true ? UnknownRow : Answer<CleanAll<E>, ScopeOf<R, {}>, CaseOf<E[number]>>['row'];
type CleanAll<E extends readonly string[]> = { -readonly [I in keyof E]: Clean<NoStrings<E[I]>> };
type CaseOf<S> = [S & `${string} as ${string}`] extends [never] ? Upper : Lower;
