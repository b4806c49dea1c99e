// What the clause binders share: bound relations (a plan plus the names it shows), the place where a plan stands, and the binder that ties
// the files of this folder together (analyze.ts makes it, so that no file needs another's entry point). Also the small constructors of nodes.

import { EngineError, type ConditionName } from '../errors/index.js';
import { outputOf } from '../plan/properties.js';
import type { Span } from '../spans.js';
import type { BoundColumn, BoundExpr, ColumnId, Expr, LogicalPlan, NamedExpr, OutputColumn, UnresolvedPlan, WindowSpec } from '../tree.js';
import type { DataType } from '../types.js';
import type { AnalysisEnv, Clause, ExprContext, Scope } from './context.js';

/** A column together with the relation name by which it may be qualified; empty if it has none. */
export interface ScopeColumn extends OutputColumn { readonly qualifier: readonly string[] }
/** A bound plan and its names. `hidden`: columns reachable by their qualifier only (the other side of a USING join). */
export interface Relation { readonly plan: LogicalPlan; readonly columns: readonly ScopeColumn[]; readonly hidden?: readonly ScopeColumn[] }

/** A CTE in sight: gives its relation, with columns of its own for each use. */
export interface CteEntry { use(): Relation }
export interface Place {
  /** Names of the enclosing query, for subqueries and LATERAL. */
  readonly outer?: Scope | undefined;
  /** By lower-case name. */
  readonly ctes: ReadonlyMap<string, CteEntry>;
  /** Views being expanded, outermost first. */
  readonly views: readonly string[];
  /** Functions written in SQL whose bodies this stands in, outermost first. */
  readonly functions?: readonly string[];
  /** The zone in which literals are read, where it is not the session's: that of a view. */
  readonly timeZone?: string | undefined;
}

export type Bound = Map<UnresolvedPlan, Relation[]>;

export interface Binder {
  readonly env: AnalysisEnv;
  bind(plan: UnresolvedPlan, place: Place): Relation;
  /** Counts nodes that a copy adds. @throws QUERY_TOO_LARGE */
  grow(nodes: number, span: Span | undefined): void;
  /** The expression half's entry, with the context of this place. */
  expr(expr: Expr, scope: Scope, clause: Clause, place: Place, windows?: ReadonlyMap<string, WindowSpec>): BoundExpr;
  /** A call of a function or operator over bound arguments, with its coercion and checks. */
  call(name: string, args: readonly BoundExpr[], place: Place, operator?: true): BoundExpr;
  context(scope: Scope, clause: Clause, place: Place, windows?: ReadonlyMap<string, WindowSpec>): ExprContext;
  /** What each plan node gave each time it was bound: its columns are what `df.col('x')` means. */
  readonly bound: Bound;
}

/** `focus`: the part of Spark's place that is at fault. */
export const fail = (condition: ConditionName, parameters: Readonly<Record<string, string>>, span?: Span, focus?: Span): never => {
  throw new EngineError(condition, parameters, { span, focus });
};
/** A refusal for which Spark names no place; the caret shows `focus`. */
export const failNowhere = (condition: ConditionName, parameters: Readonly<Record<string, string>> = {}, focus?: Span): never => {
  throw new EngineError(condition, parameters, { nowhere: true, focus });
};

export const quoteName = (name: string): string => `\`${name.replaceAll('`', '``')}\``;
export const quoteParts = (parts: readonly string[]): string => parts.map(quoteName).join('.');
/** SQL text or a type as messages show it. */
export const quoted = (text: string): string => `"${text}"`;
const ORDINALS = ['zeroth', 'first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth'];
export const ordinal = (n: number): string => ORDINALS[n] ?? `${n}th`;

export const ref = (c: OutputColumn, span?: Span): BoundColumn => ({ kind: 'column', id: c.id, name: c.name, type: c.type, nullable: c.nullable, ...(span && { span }) });
export const scoped = (columns: readonly OutputColumn[], qualifier: readonly string[] = []): readonly ScopeColumn[] => columns.map((c) => ({ ...c, qualifier }));
export const requalified = (relation: Relation, qualifier: readonly string[]): Relation => ({ plan: relation.plan, columns: scoped(relation.columns, qualifier) });
export const relationOf = (plan: LogicalPlan, qualifier: readonly string[] = []): Relation => ({ plan, columns: scoped(outputOf(plan), qualifier) });

export const constant = (value: (BoundExpr & { kind: 'const' })['value'], type: DataType): BoundExpr => ({ kind: 'const', value, type, nullable: value === null });
/** A projected item of an existing column: keeps its identity while the output has it once. */
export const pass = (c: OutputColumn): NamedExpr => ({ id: c.id, name: c.name, expr: ref(c) });
export const project = (input: LogicalPlan, items: readonly NamedExpr[]): LogicalPlan => ({ kind: 'project', input, items });
/** Items of which no two share an id: a column taken twice gets a fresh id the second time. */
export function distinctIds(items: readonly NamedExpr[], freshId: () => ColumnId): readonly NamedExpr[] {
  const seen = new Set<ColumnId>();
  return items.map((item) => {
    const id = seen.has(item.id) ? freshId() : item.id;
    seen.add(id);
    return id === item.id ? item : { ...item, id };
  });
}
