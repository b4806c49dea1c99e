// What the analyzer is given, and what its two halves (expressions, queries) know of each other.

import type { Span } from '../spans.js';
import type { BoundExpr, ColumnId, Expr, FunctionCatalog, LogicalPlan, Settings, SourceRef, UnresolvedPlan, WindowSpec } from '../tree.js';
import type { DataType, Field } from '../types.js';
import type { Value } from '../values.js';
import type { SecondLook } from './second-look.js';

export interface Relation {
  /** What the name stands for; bound afresh for each use. A stream or table is a `source` node with its schema, a view its query. */
  readonly plan: UnresolvedPlan;
  readonly kind: 'view' | 'table' | 'stream';
  /** Names given by CREATE VIEW v (a, b). */
  readonly columns?: readonly string[];
  /** The session's zone when the view was made: its literals are read in that one. */
  readonly timeZone?: string;
}
export interface RelationCatalog {
  /** Case-insensitive. */
  lookup(name: readonly string[]): Relation | undefined;
  readonly names: readonly string[];
  /** A relation that takes arguments, by its name in lower case: what a session knows of its queries. Undefined: there is none of that name. */
  call?(name: string, args: readonly Value[]): UnresolvedPlan | undefined;
}

/** A variable of the session: a constant of the query. */
export interface Variable { readonly name: string; readonly type: DataType; readonly value: Value }

export interface AnalysisEnv {
  /** Set in a lenient pass over a plan that has a fault. */
  readonly secondLook?: SecondLook;
  readonly settings: Settings;
  readonly functions: FunctionCatalog;
  readonly relations: RelationCatalog;
  /** Variables by name, case-insensitive; they are looked for where there is no column. */
  readonly variable?: (name: string) => Variable | undefined;
  /** Value of an expression without columns. Raises what its evaluation raises. Injected: the planner never imports kernels.
   *  `timestampMillis`: what current_timestamp() is; the beginning of time if it is not given. */
  readonly evaluate: (expr: BoundExpr, settings: Settings, timestampMillis?: number) => Value;
  /** Reads SQL text of EXECUTE IMMEDIATE, IDENTIFIER and expr(). */
  readonly parse: { query(text: string): UnresolvedPlan; expression(text: string): Expr; dataType(text: string): DataType };
  readonly freshId: () => ColumnId;
  /** The values of a pivot that does not list them, as a look at its input has told. */
  readonly pivotValues?: (pivot: UnresolvedPlan) => readonly { readonly exprs: readonly Expr[]; readonly alias?: string }[] | undefined;
  /** The schema of a source that was declared without one, as its format has told. */
  readonly sourceSchema?: (source: SourceRef) => readonly Field[] | undefined;
}

/** The names visible at one place of a query. Layers (select aliases, FROM, outer queries) are inside the implementation. */
export interface Scope {
  /** The column, field path or alias that a name means here; undefined if there is none. Outer columns come back with `outer: true`.
   *  @throws AMBIGUOUS_REFERENCE and relatives */
  resolve(parts: readonly string[], span: Span | undefined): BoundExpr | undefined;
  /** Columns for `*` and `t.*`. @throws CANNOT_RESOLVE_STAR_EXPAND */
  expandStar(qualifier: readonly string[] | undefined, span: Span | undefined): readonly BoundExpr[];
  /** The scope of an aggregate function's arguments, where it is another: select aliases are not seen there. */
  readonly inAggregate?: Scope;
  /** Names to propose for one that is not there, nearest first, each printed as a user would write it. */
  proposals(name: string): readonly string[];
}

/** Where an expression stands: decides what it may contain, and the wording of the refusal. */
export type Clause = 'select' | 'where' | 'group_by' | 'having' | 'qualify' | 'order_by' | 'repartition' | 'join' | 'values' | 'limit' | 'lateral_view' | 'pivot' | 'argument' | 'window' | 'aggregate_argument' | 'aggregate_filter' | 'watermark' | 'generator_argument';

export interface ExprContext {
  readonly env: AnalysisEnv;
  readonly scope: Scope;
  readonly clause: Clause;
  /** No aggregate function may stand here, which is told before one in another is. */
  readonly refusesAggregates?: boolean;
  /** Binds a subquery's plan; the scope of the expression is its outer scope. Gives also the outer columns that it uses. */
  readonly bindSubquery: (plan: UnresolvedPlan) => LogicalPlan;
  /** `WINDOW w AS (…)` of the query. */
  readonly namedWindow: (name: string) => WindowSpec | undefined;
  /** The context of a function's body: nothing of the query around it is in sight. @throws CYCLIC_FUNCTION_REFERENCE */
  readonly inFunction: (name: string, scope: Scope) => ExprContext;
  /** Counts nodes that a copy adds. @throws QUERY_TOO_LARGE */
  readonly grow: (nodes: number, span: Span | undefined) => void;
  /** Column of one frame (`df.col('x')`). */
  readonly frameColumn: (plan: UnresolvedPlan, name: string) => BoundExpr | undefined;
}
