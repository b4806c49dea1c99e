// The trees of the planner, in one file because they refer to each other: unresolved expressions and plans (what SQL text and
// DataFrame calls build), bound expressions and logical plans (what the analyzer makes of them), and what a function is to the
// planner. All nodes are frozen plain objects with a `kind`; they hold no caches and no back references.

import type { Span } from './spans.js';
import type { DataType, Field } from './types.js';
import type { Row, Value } from './values.js';

/** Identity of a column in a bound plan: unique within one analysis; every use of a view, CTE or table gets fresh ones. */
export type ColumnId = number;

/** Session settings that change answers; fixed for one analysis and everything made from it. */
export interface Settings {
  readonly timeZone: string;
  readonly ansi: boolean;
  /** Spark's refusals and recorded defects instead of ours (`millrace.compat=spark`). */
  readonly compatSpark: boolean;
  /** Every other setting as given by `SET`, by its full name. */
  readonly conf: ReadonlyMap<string, string>;
}

// ── Unresolved expressions ──────────────────────────────────────────────────────────────────────

interface Spanned { readonly span?: Span | undefined }

export interface Arg { /** `name => value` */ readonly name?: string; readonly value: Expr }
export interface SortItem extends Spanned { readonly expr: Expr; readonly ascending: boolean; readonly nullsFirst: boolean }
export interface FrameBound { readonly kind: 'unbounded_preceding' | 'preceding' | 'current_row' | 'following' | 'unbounded_following'; readonly offset?: Expr }
export interface WindowSpec extends Spanned {
  /** `OVER name` */ readonly name?: string;
  readonly partitionBy: readonly Expr[];
  readonly orderBy: readonly SortItem[];
  readonly frame?: { readonly unit: 'rows' | 'range'; readonly start: FrameBound; readonly end: FrameBound } & Spanned;
}

/** Operators are calls too: `a + b` is a call of `+`, CASE of `when`, `x IN (…)` of `in`, `a IS NULL` of `isnull`, `a[i]` of `[]`
 *  (planner/functions/operators.ts lists the names); `operator` says that it was written as one. */
export type Expr = Spanned & (
  | { readonly kind: 'name'; readonly parts: readonly string[] }
  /** A column of one particular frame: `df.col('x')`. `frame` is the identity of the frame's plan node. */
  | { readonly kind: 'frame_column'; readonly plan: UnresolvedPlan; readonly name: string }
  | { readonly kind: 'star'; readonly qualifier?: readonly string[]; readonly except?: readonly (readonly string[])[] }
  | { readonly kind: 'literal'; readonly value: Value; readonly type: DataType; /** As written, where the name needs it. */ readonly text?: string }
  /** `DATE '2024-01-31'`: read by the binder, which knows the session's zone. `type` is upper-case as a known word, else as written. */
  | { readonly kind: 'typed_literal'; readonly type: string; readonly text: string }
  | { readonly kind: 'parameter'; /** Absent: a positional `?`. */ readonly name?: string; readonly index: number }
  | { readonly kind: 'call'; readonly name: readonly string[]; readonly args: readonly Arg[]; readonly operator?: true; readonly distinct?: true; /** IDENTIFIER(named)(args): what gives the name. */ readonly named?: Expr; /** In place of the one found by name. */ readonly spec?: FunctionSpec
      readonly filter?: Expr; readonly withinGroup?: readonly SortItem[]; readonly nulls?: 'ignore' | 'respect'; readonly over?: WindowSpec }
  | { readonly kind: 'user_call'; readonly fn: UserFunction; readonly args: readonly Expr[] }
  | { readonly kind: 'cast'; readonly arg: Expr; readonly to: DataType; readonly try: boolean }
  /** `expr.name` on anything but a name. */
  | { readonly kind: 'field'; readonly arg: Expr; readonly name: string }
  | { readonly kind: 'lambda'; readonly params: readonly string[]; readonly body: Expr }
  | { readonly kind: 'subquery'; readonly use: 'scalar' | 'exists'; readonly plan: UnresolvedPlan }
  /** `args [NOT] IN (SELECT …)`; more than one argument for `(a, b) IN`. NOT is a call around it. */
  | { readonly kind: 'in_subquery'; readonly args: readonly Expr[]; readonly plan: UnresolvedPlan }
  /** More than one name for a generator with several columns. */
  | { readonly kind: 'alias'; readonly arg: Expr; readonly names: readonly string[] }
);

/** A closure registered as a SQL function, or used as a column function. */
export interface UserFunction {
  readonly name: string;
  readonly type: DataType;
  readonly deterministic: boolean;
  /** Arguments and result in the user's representation (engine/session/convert.ts). */
  readonly call: (...args: never[]) => unknown;
  readonly arity: number;
}

// ── Unresolved plans ────────────────────────────────────────────────────────────────────────────

export type JoinType = 'inner' | 'left' | 'right' | 'full' | 'left_semi' | 'left_anti' | 'cross';
export interface WatermarkClause extends Spanned {
  readonly expr: Expr; readonly name?: string; readonly delay: Expr;
  /** IDLE AFTER, MAX FUTURE SKEW: durations. */
  readonly idleAfter?: Expr; readonly maxFutureSkew?: Expr;
}
export interface GroupBy extends Spanned {
  /** all: GROUP BY ALL */
  readonly kind: 'list' | 'all' | 'rollup' | 'cube' | 'grouping_sets';
  readonly keys: readonly GroupItem[];
  /** For grouping_sets: the sets; the keys are then those of GROUP BY keys GROUPING SETS (…). */
  readonly sets?: readonly (readonly Expr[])[];
}
/** One item of GROUP BY: an expression, or ROLLUP, CUBE, GROUPING SETS inside the list. */
export type GroupItem = Expr | { readonly kind: 'grouping'; readonly of: 'rollup' | 'cube' | 'grouping_sets'; readonly sets: readonly (readonly Expr[])[] };

/** An argument of a function in FROM: a value, or `TABLE t [PARTITION BY …]`. */
export type TableArgument = Arg | { readonly name?: string; readonly table: UnresolvedPlan; readonly partitionBy?: readonly Expr[] };
export interface Cte { readonly name: string; readonly columns?: readonly string[]; readonly plan: UnresolvedPlan; /** Of a recursive one: how many rounds at most. */ readonly levelMax?: number; readonly span?: Span }
/** A source before it is opened. `options` keep the user's spelling; look-up is case-insensitive. */
/** Where a statement says what it reads or writes: its format, its output mode, its options by their names in lower case. */
export interface ClausePlaces { readonly format?: Span; readonly mode?: Span; readonly options: ReadonlyMap<string, Span> }

export interface SourceRef {
  readonly format: string;
  readonly options: Readonly<Record<string, string>>;
  /** Absent: the source's own schema. */
  readonly schema?: readonly Field[];
  readonly paths?: readonly string[];
  /** In-process objects (a memory stream): not part of the plan's text form. */
  readonly object?: object;
  /** Name of the table or stream it was declared as: part of its identity in a checkpoint. */
  readonly name?: string;
  readonly places?: ClausePlaces;
}

/** `/*+ name(args)` of a SELECT: advice, which is checked and changes nothing. */
export interface Hint { readonly name: string; readonly args: readonly Expr[]; readonly span: Span }

export type UnresolvedPlan = Spanned & { /** file:line of the user's DataFrame call. */ readonly origin?: string } & (
  /** A table, view, CTE or stream by name; `stream`: STREAM(name). */
  | { readonly kind: 'relation'; readonly name: readonly string[]; readonly stream?: true; readonly options?: Readonly<Record<string, string>> }
  | { readonly kind: 'source'; readonly source: SourceRef; readonly streaming: boolean }
  | { readonly kind: 'inline_table'; readonly rows: readonly (readonly Expr[])[] }
  | { readonly kind: 'local_data'; readonly schema: readonly Field[]; readonly rows: readonly Row[] }
  /** `range(1, 5)`, `explode(…)`, `TUMBLE(TABLE t, …)` in FROM. A TABLE argument is a plan. */
  | { readonly kind: 'table_function'; readonly name: readonly string[]; readonly args: readonly TableArgument[]; /** IDENTIFIER(named)(args): what gives the name. */ readonly named?: Expr }
  | { readonly kind: 'subquery_alias'; readonly input: UnresolvedPlan; readonly alias: string; readonly columns?: readonly string[] }
  /** One SELECT … FROM … WHERE … GROUP BY … HAVING … QUALIFY; also DataFrame select and groupBy().agg(). `from` absent: one empty row. */
  | { readonly kind: 'select'; readonly from?: UnresolvedPlan; readonly items: readonly Expr[]; readonly hints?: readonly Hint[]; readonly distinct?: true; readonly where?: Expr
      readonly groupBy?: GroupBy; readonly having?: Expr; readonly windows?: readonly { readonly name: string; readonly spec: WindowSpec }[]; readonly qualify?: Expr
      /** The grouping keys come first in the output, as of a DataFrame's groupBy().agg(). */ readonly keysFirst?: true
      /** Which pipe operator made it: its checks differ. */ readonly pipe?: 'select' | 'extend' | 'aggregate' | 'set' }
  | { readonly kind: 'filter'; readonly input: UnresolvedPlan; readonly predicate: Expr; readonly pipe?: true }
  /** DataFrame withColumn(s), withColumnRenamed, drop, toDF; pipe SET, DROP, EXTEND. */
  | { readonly kind: 'with_columns'; readonly input: UnresolvedPlan; readonly columns: readonly { readonly name: string; readonly expr: Expr }[]; readonly pipe?: 'set' }
  | { readonly kind: 'rename_columns'; readonly input: UnresolvedPlan; readonly names: readonly (readonly [from: string, to: string])[] }
  | { readonly kind: 'drop_columns'; readonly input: UnresolvedPlan; readonly columns: readonly Expr[]; readonly pipe?: true }
  | { readonly kind: 'to_df'; readonly input: UnresolvedPlan; readonly names: readonly string[] }
  | { readonly kind: 'fill_na'; readonly input: UnresolvedPlan; readonly value: Value; readonly type: DataType; readonly columns?: readonly string[] }
  | { readonly kind: 'drop_na'; readonly input: UnresolvedPlan; readonly how: 'any' | 'all'; readonly columns?: readonly string[] }
  | { readonly kind: 'join'; readonly left: UnresolvedPlan; readonly right: UnresolvedPlan; readonly type: JoinType; readonly on?: Expr
      readonly using?: readonly string[]; readonly natural?: true; readonly lateral?: true; readonly pipe?: true
      /** Of the right rows that match, the one whose time is nearest. */ readonly asOf?: true }
  | { readonly kind: 'lateral_view'; readonly input: UnresolvedPlan; readonly generator: Expr; readonly outer: boolean; readonly alias?: string; readonly columns: readonly string[] }
  | { readonly kind: 'set_operation'; readonly op: 'union' | 'intersect' | 'except'; readonly all: boolean; readonly left: UnresolvedPlan; readonly right: UnresolvedPlan
      readonly byName?: true; readonly allowMissing?: true; readonly pipe?: true }
  | { readonly kind: 'sort'; readonly input: UnresolvedPlan; readonly order: readonly SortItem[] | 'all'; readonly global: boolean; readonly pipe?: true }
  | { readonly kind: 'limit'; readonly input: UnresolvedPlan; readonly limit?: Expr; readonly offset?: Expr; readonly pipe?: true }
  | { readonly kind: 'deduplicate'; readonly input: UnresolvedPlan; /** Absent: all columns. */ readonly columns?: readonly string[]; readonly withinWatermark: boolean }
  | { readonly kind: 'watermark'; readonly input: UnresolvedPlan; readonly clause: WatermarkClause
      /** SQL's clause evaluates an expression and may add a column; the DataFrame call names a column and its delay is text. */ readonly form: 'sql' | 'dataframe' }
  | { readonly kind: 'pivot'; readonly input: UnresolvedPlan; readonly aggregates: readonly Expr[]; readonly on: readonly Expr[]
      readonly values?: readonly { readonly exprs: readonly Expr[]; readonly alias?: string }[]; readonly keys?: readonly Expr[] }
  | { readonly kind: 'unpivot'; readonly input: UnresolvedPlan; readonly includeNulls: boolean; readonly ids?: readonly Expr[]
      readonly values: readonly { readonly columns: readonly Expr[]; readonly alias?: string }[]; readonly valueNames: readonly string[]; readonly nameColumn: string }
  | { readonly kind: 'sample'; readonly input: UnresolvedPlan; readonly fraction?: number; readonly rows?: Expr; readonly seed?: number; readonly withReplacement?: true }
  | { readonly kind: 'repartition'; readonly input: UnresolvedPlan; readonly count?: number; readonly exprs: readonly Expr[]; /** CLUSTER BY: by the same expressions. */ readonly sorted?: true }
  | { readonly kind: 'hint'; readonly input: UnresolvedPlan; readonly name: string }
  | { readonly kind: 'with'; readonly ctes: readonly Cte[]; readonly recursive: boolean; readonly query: UnresolvedPlan }
  /** Typed closures on rows. `schema` absent: filter keeps its input's columns. */
  | { readonly kind: 'map_rows'; readonly input: UnresolvedPlan; readonly mode: 'map' | 'flat_map' | 'filter'; readonly fn: (row: never) => unknown
      readonly schema?: readonly Field[]; /** The closure gets the bare value where the input has a single column. */ readonly typed?: true }
  /** Rows as (key, value): what typed aggregates group. `value` absent: the row itself, a struct unless it is bare. */
  | { readonly kind: 'key_rows'; readonly input: UnresolvedPlan; readonly key: RowClosure; readonly keyType: DataType
      readonly value?: { readonly fn: RowClosure; readonly type: DataType }; readonly typed?: true }
  /** Closures over the rows of each key. */
  | { readonly kind: 'group_state'; readonly input: UnresolvedPlan; readonly call: GroupCall; readonly schema: readonly Field[]; readonly typed?: true
      /** Rows of the states that keys begin with, as call.initial reads them. */ readonly initial?: UnresolvedPlan; readonly initialTyped?: true }
);

export type RowClosure = (row: never) => unknown;
/** What is done with the rows of each key in an epoch, and with what is remembered of the key. */
export interface GroupCall {
  readonly operation: 'map_groups' | 'flat_map_groups' | 'map_groups_with_state' | 'flat_map_groups_with_state' | 'transform_with_state';
  readonly key: RowClosure;
  /** Absent: any JavaScript value, known by its text. */
  readonly keyType?: DataType;
  /** What the rows are turned into before the closure sees them. */
  readonly value?: RowClosure;
  /** The user's closure; for transform_with_state a function that gives the processor's face (engine/operators/group-processor.ts). */
  readonly fn: (...args: never[]) => unknown;
  /** By which time timeouts and timers count. */
  readonly time: 'none' | 'processing_time' | 'event_time';
  /** The operation's own output mode. */
  readonly mode: 'append' | 'update';
  /** Of the state; absent: any JavaScript value. */
  readonly stateType?: DataType;
  /** Name of the output column that carries event time on. */
  readonly eventTime?: string;
  /** Keys and values of the rows with the states that keys begin with. */
  readonly initial?: { readonly key: RowClosure; readonly value?: RowClosure };
}

/** One statement of a script. */
export type Statement = Spanned & { /** IDENTIFIER(named) stands for the name that the statement is about, which has no parts until the value is known. */ readonly named?: Expr } & (
  | { readonly kind: 'query'; readonly plan: UnresolvedPlan }
  | { readonly kind: 'create_stream' | 'create_table'; readonly name: readonly string[]; readonly ifNotExists: boolean; readonly orReplace: boolean
      readonly columns?: readonly ColumnDefinition[]; readonly watermarks: readonly WatermarkClause[]; readonly using?: string
      readonly options: Readonly<Record<string, string>>; readonly places: ClausePlaces; readonly as?: UnresolvedPlan; readonly comment?: string }
  | { readonly kind: 'create_view'; readonly name: readonly string[]; readonly columns?: readonly Pick<ColumnDefinition, 'name' | 'comment'>[]; readonly temporary: boolean; readonly orReplace: boolean
      readonly ifNotExists: boolean; readonly plan: UnresolvedPlan; /** Its query, as written; as printed where values have taken the place of its parameters. */ readonly text?: string; readonly comment?: string }
  | { readonly kind: 'create_function'; readonly name: readonly string[]; readonly temporary: boolean; readonly orReplace: boolean; readonly ifNotExists: boolean
      readonly definition: SqlFunction }
  | { readonly kind: 'drop'; readonly what: 'stream' | 'table' | 'view' | 'query'; readonly name: readonly string[]; readonly ifExists: boolean }
  /** Without a type that of the default. */
  | { readonly kind: 'declare'; readonly names: readonly VariableName[]; readonly type?: DataType; readonly default?: Expr; readonly defaultText?: string; readonly orReplace: boolean }
  /** `values` one for each name, DEFAULT where absent; or the row of a query. */
  | { readonly kind: 'set_variables'; readonly names: readonly VariableName[]; readonly values: readonly (Expr | undefined)[] | UnresolvedPlan }
  | { readonly kind: 'drop_variable'; readonly name: readonly string[]; readonly ifExists: boolean }
  | { readonly kind: 'drop_function'; readonly name: readonly string[]; readonly temporary: boolean; readonly ifExists: boolean }
  | { readonly kind: 'insert'; readonly table: readonly string[]; readonly columns?: readonly string[]; readonly overwrite: boolean; readonly plan: UnresolvedPlan
      /** Columns go to those of their names. */ readonly byName?: true }
  | { readonly kind: 'truncate'; readonly table: readonly string[] }
  | { readonly kind: 'start_query'; readonly name?: string; readonly format: string; readonly options: Readonly<Record<string, string>>
      readonly mode?: string; readonly trigger?: Trigger; readonly checkpoint?: string; readonly plan: UnresolvedPlan; readonly places: ClausePlaces }
  | { readonly kind: 'stop_query'; readonly name?: string }
  | { readonly kind: 'explain'; readonly extended: boolean; readonly statement: Statement }
  /** EXPLAIN WHY QUERY [name]: why a query, or each that runs, has no output. */
  | { readonly kind: 'why'; readonly name?: string }
  | { readonly kind: 'show'; readonly what: 'tables' | 'streams' | 'views' | 'queries' | 'functions' | 'columns' | 'sources' | 'sinks' | 'settings' | 'variables' | 'schemas'; readonly pattern?: string; readonly of?: readonly string[]
      /** Of functions. */ readonly whose?: 'user' | 'system' }
  /** SHOW CREATE; table: of anything. */
  | { readonly kind: 'show_create'; readonly what: 'table' | 'stream' | 'view'; readonly name: readonly string[] }
  | { readonly kind: 'describe'; readonly what: 'relation' | 'function' | 'query'; readonly name?: readonly string[]; readonly plan?: UnresolvedPlan; readonly extended: boolean }
  | { readonly kind: 'set'; readonly name?: string; readonly value?: string }
  | { readonly kind: 'reset'; readonly name?: string }
  | { readonly kind: 'execute_immediate'; readonly query: Expr; readonly args: readonly Arg[]; readonly into?: readonly VariableName[] }
  /** Parsed, and refused with a clear error: statements of Spark that have no meaning here. */
  | { readonly kind: 'unsupported'; readonly statement: string; /** What it is about. */ readonly relation?: UnresolvedPlan & { readonly kind: 'relation' } }
);
/** `named`: as of a statement. */
export interface VariableName extends Spanned { readonly name: readonly string[]; readonly named?: Expr }
export interface ColumnDefinition extends Spanned {
  readonly name: string; readonly type: DataType; readonly nullable: boolean; readonly comment?: string;
  /** What INSERT puts where a row has no value, and as it was written. */ readonly default?: Expr; readonly defaultText?: string;
}
export type Trigger = { readonly kind: 'processing_time'; readonly intervalMillis: number } | { readonly kind: 'available_now' } | { readonly kind: 'once' };

// ── Functions ───────────────────────────────────────────────────────────────────────────────────

/** A type, a class of types, a type variable, or a container of these. */
export type Accepts =
  | { readonly kind: 'type'; readonly type: DataType }
  | { readonly kind: 'class'; readonly class: 'any' | 'numeric' | /** What sums take: numbers, intervals, and timestamps as seconds. */ 'addable' | 'integral' | 'fractional' | 'decimal' | 'atomic' | 'interval' | 'orderable' | 'struct' | 'array' | 'map' }
  /** Bound by the first use, widened by `unify`. */
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'array'; readonly element: Accepts }
  | { readonly kind: 'map'; readonly key: Accepts; readonly value: Accepts }
  /** The first that fits without a cast, else the first that fits with one. Members of a collection of numeric types are not cast into each other. */
  | { readonly kind: 'one_of'; readonly options: readonly Accepts[] }
  /** A lambda; what its parameters are typed as is computed from the types of the arguments before it. */
  | { readonly kind: 'lambda'; readonly params: (types: readonly DataType[], written: number) => readonly DataType[] };

export interface Param {
  readonly name: string;
  readonly accepts: Accepts;
  /** Shown in the name of the call as if it had been written (`substring(s, 2, 2147483647)`). */
  readonly default?: { readonly type: DataType; readonly value: Value; /** Not shown in names. */ readonly hidden?: true };
  /** May be left out, without a default. */
  readonly optional?: true;
  /** Must be foldable; a number or string literal usually. What happens if not is the function's own condition (`check`). */
  readonly constant?: true;
  /** False: left out of the printed name (`from_json(j)`). */
  readonly printed?: false;
  /** What the refusal of a wrong type asks for, where `accepts` does not say it in Spark's words: `"INTEGRAL"`, with the quotes. */
  readonly requires?: string;
  /** Only what `accepts` names, or a bare NULL: no other number, no string is cast to it. 'typed': no bare NULL either. */
  readonly exact?: true | 'typed';
}

/** A call whose arguments are bound and coerced. */
export interface Call {
  readonly fn: FunctionSpec;
  /** Lower-case, as called. */
  readonly name: string;
  readonly args: readonly BoundExpr[];
  readonly types: readonly DataType[];
  readonly settings: Settings;
  /** The type of the bound node, for bodies and inline code; absent while it is being computed. */
  readonly type?: DataType;
  readonly span?: Span | undefined;
  /** Value of a foldable argument; undefined if the argument is absent or does not fold. Never raises. */
  constant(index: number): Value | undefined;
}
/** As `Call`, before coercion: what a spec with its own `resolve` gets. */
export interface RawCall extends Call {
  readonly operator: boolean;
  readonly distinct: boolean;
  /** Binds a call of another function over bound arguments, with all checks; the result keeps this call as `written`. */
  apply(name: string, args: readonly BoundExpr[]): BoundExpr;
  cast(arg: BoundExpr, to: DataType): BoundExpr;
}

/** What collations mean to a function that minds them; other functions take any, and give texts as their result says. */
export interface CollationRule {
  /** The texts among its arguments come to one collation; pairs: those of every second argument. */
  readonly meets?: true | 'pairs';
  /** It fails where that is left open. */
  readonly decided?: true;
  /** What its first text may have. bytes: UTF8_BINARY. lcase: that or UTF8_LCASE. searchable: not a case without accents. untrimmed: as that, and without RTRIM. */
  readonly takes?: 'bytes' | 'lcase' | 'searchable' | 'untrimmed';
  /** Texts of the result have the collation of its first text. */
  readonly kept?: true;
}
export interface FunctionSpec {
  /** Canonical, lower-case. */
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly kind: 'scalar' | 'aggregate' | 'window' | 'generator' | 'table';
  readonly doc: string;
  /** `call = expected`, both SQL, or `call -- CONDITION` for an error; run as tests and printed in docs/functions.md. */
  readonly examples: readonly string[];
  readonly params: readonly Param[];
  /** Every parameter is exact: Spark checks the types of the arguments and casts none. */
  readonly exact?: true;
  /** Arguments go to parameters by name even where none is written: one that is missing is named, not counted. */
  readonly byName?: true;
  /** The last `every` (default 1) parameters repeat; at least `min` arguments in all. */
  readonly variadic?: { readonly every?: number; readonly min: number };
  /** Brings the arguments with these indices ('all', or of array element types) to one common type. `strings`: a string meets other types by casting it. */
  readonly unify?: { readonly args: readonly number[] | 'all'; readonly strings: boolean; readonly error?: string };
  readonly result: (call: Call) => DataType;
  /** The result as a signature writes it, for readers. */
  readonly returns?: string;
  /** Default: propagate → any argument nullable; custom → true. */
  readonly nullable?: (call: Call) => boolean;
  readonly check?: (call: Call) => void;
  /** propagate: NULL in any argument gives NULL and the body is not run. */
  readonly nulls: 'propagate' | 'custom';
  /** Which arguments run on which rows (docs of engine/kernels). Default: from the left, none behind a NULL that is propagated. */
  readonly lazy?: 'and' | 'or' | 'branch' | 'first_non_null' | 'until_match' | 'right_then_left' | 'all' | 'try';
  /** The printed name of a call, from the printed arguments. Default: `name(a, b)` with the name as called, lower-case. */
  readonly print?: (args: readonly string[], call: Call) => string;
  /** Printed instead of the called name. */
  readonly fixedName?: string;
  /** Binds the call in its own way: rewrites, overloads on raw types. Replaces params, unify, result. Undefined: go on as usual. */
  readonly resolve?: (call: RawCall) => BoundExpr | undefined;
  /** Default true. False: evaluated anew for each row, never folded. */
  readonly deterministic?: false;
  /** Constant within an epoch, never folded at plan time: current_timestamp(). */
  readonly perEpoch?: true;
  readonly collation?: CollationRule;
  /** Run-time errors of this function name their position in the text. Default true. */
  readonly namesPosition?: false;
  /** Spark has it as a call with a lambda, which no inline table takes. */
  readonly byLambda?: true;
  /** Generators that stand in FROM only. */
  readonly tableOnly?: true;
  /** Generators: names and types of their columns. */
  readonly columns?: (call: Call) => readonly Field[];
  /** Aggregates: DISTINCT changes nothing (min, max, collect_set): also Spark's rule of removing a join below. */
  readonly duplicateInsensitive?: true;
  /** The state of a group has something of every row. */
  readonly keepsRows?: true;
  /** Aggregates: value over no rows if not NULL (count gives 0n). */
  readonly emptyResult?: Value;
  /** It is written in SQL: a call stands for its body. The other fields say how it is called. */
  readonly sql?: SqlFunction;
  /** Aggregates with WITHIN GROUP: what its expression must be. */
  readonly ordered?: Param;
  /** Window functions that need an ORDER BY, with the frame that they insist on. */
  readonly window?: { readonly ordered: boolean; /** IGNORE NULLS may stand behind it, or TRUE as the argument of this index. */ readonly ignoresNulls?: number; readonly frame?: 'rows_to_current' | 'range_to_current' | 'offset'
    /** The value depends on how many rows the partition has. */ readonly wholePartition?: true };
}

/** A function written in SQL. A call means `body` with the arguments, cast to the parameters' types, for their names. */
export interface SqlFunction {
  /** As names of columns and messages print it. */
  readonly name: string;
  readonly params: readonly SqlParameter[];
  /** It gives rows and stands in FROM; else a value. */
  readonly table?: boolean;
  /** The type of its value; absent until the body has told. */
  readonly returns?: DataType;
  /** The columns of its rows; absent until the body has told. */
  readonly columns?: readonly Field[];
  readonly body?: Expr;
  /** In place of `body`: a query; of a value one with a row at most. */
  readonly query?: UnresolvedPlan;
  /** The body as written. */
  readonly text: string;
  readonly deterministic?: boolean;
  /** Its body holds a query. */
  readonly readsData?: boolean;
  readonly comment?: string;
}
export interface SqlParameter { readonly name: string; readonly type: DataType; readonly default?: Expr; /** As written. */ readonly defaultText?: string; readonly comment?: string }

/** Where functions are: those that come with the engine; of the session (closures, temporary functions); made by CREATE FUNCTION. */
export type FunctionNamespace = 'builtin' | 'session' | 'default';
export interface FunctionCatalog {
  /** By its name in lower case; without a namespace the first that has it. */
  lookup(name: string, namespace?: FunctionNamespace): FunctionSpec | undefined;
  readonly names: readonly string[];
}

// ── Bound expressions ───────────────────────────────────────────────────────────────────────────

interface Bound {
  readonly type: DataType;
  readonly nullable: boolean;
  readonly span?: Span | undefined;
  /** The call as the user made it, where the tree holds its replacement (nvl, between, date_part): names and error texts print this. */
  readonly written?: { readonly name: string; readonly args: readonly BoundExpr[]; readonly print?: string } | undefined;
}
export interface BoundSort { readonly expr: BoundExpr; readonly ascending: boolean; readonly nullsFirst: boolean }
export type BoundColumn = Bound & { readonly kind: 'column'; readonly id: ColumnId; readonly name: string; /** Of an enclosing query. */ readonly outer?: true };
export type BoundConst = Bound & { readonly kind: 'const'; readonly value: Value; /** As written, for names. */ readonly text?: string; /** The value of a variable. */ readonly variable?: true };
export type BoundApply = Bound & { readonly kind: 'apply'; readonly fn: FunctionSpec; readonly name: string; readonly args: readonly BoundExpr[]
  /** It is the session of a row, named_struct('start', time, 'end', …), or stands for the time of a session: then it has the event time of its argument. */ readonly session?: true };
/** origin: user wrote CAST or ::, called a type-named function, or coercion added it (then names leave it out). */
export type BoundCast = Bound & { readonly kind: 'cast'; readonly arg: BoundExpr; readonly mode: 'ansi' | 'legacy' | 'try'; readonly origin: 'user' | 'function' | 'implicit' };
export type BoundLambda = Bound & { readonly kind: 'lambda'; readonly params: readonly { readonly id: ColumnId; readonly name: string; readonly type: DataType; readonly nullable: boolean }[]; readonly body: BoundExpr };
export type BoundVariable = Bound & { readonly kind: 'variable'; readonly id: ColumnId; readonly name: string };
export type BoundAggregate = Bound & { readonly kind: 'aggregate'; readonly fn: FunctionSpec; readonly name: string; readonly args: readonly BoundExpr[]; readonly distinct: boolean
  readonly filter?: BoundExpr; readonly orderBy?: readonly BoundSort[]; readonly ignoreNulls?: true; readonly respectNulls?: true };
export interface BoundFrame { readonly unit: 'rows' | 'range'; readonly start: BoundFrameBound; readonly end: BoundFrameBound }
export interface BoundFrameBound { readonly kind: FrameBound['kind']; readonly offset?: BoundExpr }
export type BoundWindow = Bound & { readonly kind: 'window'; readonly fn: BoundAggregate | BoundApply; readonly ignoreNulls?: true
  readonly partitionBy: readonly BoundExpr[]; readonly orderBy: readonly BoundSort[]; readonly frame: BoundFrame };
export type BoundGenerator = Bound & { readonly kind: 'generator'; readonly fn: FunctionSpec; readonly name: string; readonly args: readonly BoundExpr[]; readonly columns: readonly Field[] };
export type BoundSubquery = Bound & { readonly kind: 'subquery'; readonly use: 'scalar' | 'exists' | 'in'; readonly args: readonly BoundExpr[]; readonly plan: LogicalPlan
  /** Columns of the enclosing query that the plan refers to. */ readonly outer: readonly BoundColumn[] };
export type BoundUserCall = Bound & { readonly kind: 'user_call'; readonly fn: UserFunction; readonly args: readonly BoundExpr[] };

export type BoundExpr = BoundColumn | BoundConst | BoundApply | BoundCast | BoundLambda | BoundVariable | BoundAggregate | BoundWindow
  | BoundGenerator | BoundSubquery | BoundUserCall;

// ── Logical plans ───────────────────────────────────────────────────────────────────────────────

export interface OutputColumn { readonly id: ColumnId; readonly name: string; readonly type: DataType; readonly nullable: boolean }
export interface NamedExpr { readonly id: ColumnId; readonly name: string; readonly expr: BoundExpr }
export interface NamedAggregate { readonly id: ColumnId; readonly name: string; readonly aggregate: BoundAggregate }
export interface NamedWindow { readonly id: ColumnId; readonly name: string; readonly window: BoundWindow }

/** on_close: a group once, when the watermark passes it (append). on_touch: the groups that an epoch touched (update). all: every group each epoch (complete). */
export type Emission = 'on_close' | 'on_touch' | 'all';
/** The rows of a partition whose rank by this function is at most `n`. */
export interface TopRows { readonly rank: 'row_number' | 'rank' | 'dense_rank'; readonly n: number }
export type OutputMode = 'append' | 'update' | 'complete' | 'changelog';
export interface SinkRef { readonly format: string; readonly options: Readonly<Record<string, string>>; readonly object?: object }

/** inner … left_anti as in SQL (cross is inner without a condition). existence: left rows, each once, with a column that says whether a match exists.
 *  left_single: as left, an error if a left row has two matches (a scalar subquery). */
export type LogicalJoinType = 'inner' | 'left' | 'right' | 'full' | 'left_semi' | 'left_anti' | 'existence' | 'left_single';

export type LogicalPlan = { readonly span?: Span | undefined; readonly origin?: string | undefined } & (
  | { readonly kind: 'scan'; readonly source: SourceRef; readonly streaming: boolean; /** What is read of the source: pruning shortens it. */ readonly columns: readonly OutputColumn[] }
  /** Literal rows; `SELECT 1` reads one row without columns. */
  | { readonly kind: 'values'; readonly columns: readonly OutputColumn[]; readonly rows: readonly Row[] }
  /** range(): one BIGINT column of `count` numbers, made as they are read. */
  | { readonly kind: 'range'; readonly columns: readonly OutputColumn[]; readonly start: bigint; readonly step: bigint; readonly count: bigint }
  | { readonly kind: 'project'; readonly input: LogicalPlan; readonly items: readonly NamedExpr[] }
  | { readonly kind: 'filter'; readonly input: LogicalPlan; readonly predicate: BoundExpr }
  /** Output: grouping, then aggregates. `session`: one of the grouping columns is a session window over `time`; its grouping entry is a column reference to `column`.
   *  SELECT DISTINCT and set operations are aggregates without functions. */
  | { readonly kind: 'aggregate'; readonly input: LogicalPlan; readonly grouping: readonly NamedExpr[]; readonly aggregates: readonly NamedAggregate[]
      readonly session?: { readonly time: BoundExpr; readonly gap: BoundExpr; readonly column: OutputColumn }; readonly emission?: Emission; readonly stateId?: string }
  /** Each row once per projection: grouping sets, unpivot. */
  | { readonly kind: 'expand'; readonly input: LogicalPlan; readonly columns: readonly OutputColumn[]; readonly projections: readonly (readonly BoundExpr[])[] }
  /** Adds `column` STRUCT<start, end>: the windows that hold the time, a row for each; rows without a time are dropped. */
  | { readonly kind: 'time_window'; readonly input: LogicalPlan; readonly time: BoundExpr; readonly lengthMicros: bigint; readonly slideMicros: bigint; readonly startMicros: bigint; readonly column: OutputColumn
      /** The windows grow by the slide from one start up to the length. */ readonly cumulative?: true }
  | { readonly kind: 'watermark'; readonly input: LogicalPlan; readonly column: ColumnId; readonly delayMillis: number;
    /** Where it was written: the uses of one view have one watermark. */ readonly written?: number; /** Stable name in the checkpoint. */ readonly nodeId?: string;
    /** Without rows for this long it holds no other watermark back. */ readonly idleMillis?: number;
    /** Rows further ahead of the epoch's timestamp are rejected. */ readonly futureSkewMillis?: number }
  | { readonly kind: 'deduplicate'; readonly input: LogicalPlan; readonly keys: readonly ColumnId[]; readonly withinWatermark: boolean; readonly stateId?: string }
  | { readonly kind: 'join'; readonly left: LogicalPlan; readonly right: LogicalPlan; readonly type: LogicalJoinType; readonly condition: BoundExpr | null
      /** Written as CROSS JOIN. */ readonly cross?: true
      readonly exists?: OutputColumn; /** NOT IN: a NULL on either side leaves the row out. */ readonly nullAware?: true; /** Made of IN or EXISTS. */ readonly subquery?: true
      /** Of a join that keeps rows from epoch to epoch. on_close: what found no partner goes out when none can come any more. on_touch: at once, and is taken back later. */
      readonly emission?: 'on_close' | 'on_touch'; readonly stateId?: string }
  /** The right side refers to columns of the left (`outer`): it is run once for each distinct tuple of them. */
  | { readonly kind: 'dependent_join'; readonly left: LogicalPlan; readonly right: LogicalPlan; readonly type: LogicalJoinType; readonly condition: BoundExpr | null
      readonly outer: readonly BoundColumn[]; readonly exists?: OutputColumn; readonly nullAware?: true }
  /** By position; `columns` are the output's, new ids. */
  /** `once`: of streams and tables, whose rows count in the first epoch. */
  | { readonly kind: 'union'; readonly inputs: readonly LogicalPlan[]; readonly columns: readonly OutputColumn[]; readonly once?: true; readonly stateId?: string }
  | { readonly kind: 'set_operation'; readonly op: 'intersect' | 'except'; readonly all: boolean; readonly left: LogicalPlan; readonly right: LogicalPlan; readonly columns: readonly OutputColumn[]; readonly stateId?: string }
  /** All rows that the input has added up to, given anew in each epoch: the complete mode of a plan whose top is no aggregate. */
  | { readonly kind: 'materialize'; readonly input: LogicalPlan; readonly stateId?: string }
  | { readonly kind: 'sort'; readonly input: LogicalPlan; readonly order: readonly BoundSort[]; readonly global: boolean }
  /** limit null: only an offset. */
  | { readonly kind: 'limit'; readonly input: LogicalPlan; readonly limit: number | null; readonly offset: number; readonly stateId?: string
      /** It counts each epoch by itself, without state. */ readonly byEpoch?: true }
  | { readonly kind: 'generate'; readonly input: LogicalPlan; readonly generator: BoundGenerator; readonly outer: boolean; readonly columns: readonly OutputColumn[] }
  /** Functions that share one partitioning and order. Output: the input's columns, then one for each function; with `top` the rows of each
   *  partition that stand within it alone. `emission`: it keeps the rows of a stream; absent over a static input and over a snapshot. */
  | { readonly kind: 'window'; readonly input: LogicalPlan; readonly functions: readonly NamedWindow[]; readonly partitionBy: readonly BoundExpr[]; readonly orderBy: readonly BoundSort[]
      readonly top?: TopRows; readonly emission?: Emission; /** on_close: each row as the watermark passes the event time that it is ordered by. */ readonly byRow?: true; readonly stateId?: string }
  | { readonly kind: 'sample'; readonly input: LogicalPlan; readonly lower: number; readonly upper: number; readonly seed: bigint; readonly withReplacement: boolean }
  | { readonly kind: 'map_rows'; readonly input: LogicalPlan; readonly mode: 'map' | 'flat_map' | 'filter'; readonly fn: (row: never) => unknown; /** The closure gets the bare value of a single column. */ readonly bare: boolean
      readonly columns: readonly OutputColumn[] }
  /** `eventTime`: the output column that carries the input's event time on. */
  | { readonly kind: 'group_state'; readonly input: LogicalPlan; readonly call: GroupCall; /** Closures get the bare value of a single column. */ readonly bare: boolean
      readonly columns: readonly OutputColumn[]; readonly eventTime?: ColumnId; /** A table. */ readonly initial?: LogicalPlan; readonly initialBare?: true; readonly stateId?: string }
  /** WITH RECURSIVE: anchor, then step over what the last round added (its recursive_ref leaves with the same `loop`), until nothing comes or `limit` rows are there. */
  | { readonly kind: 'recursive'; readonly anchor: LogicalPlan; readonly step: LogicalPlan; readonly loop: number; readonly columns: readonly OutputColumn[]; readonly distinct: boolean; readonly limit?: number; readonly levelMax?: number }
  | { readonly kind: 'recursive_ref'; readonly loop: number; readonly columns: readonly OutputColumn[] }
  | { readonly kind: 'write'; readonly input: LogicalPlan; readonly sink: SinkRef; readonly mode: OutputMode }
);
export type PlanKind = LogicalPlan['kind'];
export type PlanOf<K extends PlanKind> = Extract<LogicalPlan, { kind: K }>;
