// DEFAULT of columns: what CREATE TABLE takes as one, and where INSERT puts it.
// source: Spark's ResolveDefaultColumns and ResolveColumnDefaultInCommandInputQuery.

import { canStore } from '../../planner/coercion.js';
import { EngineError, raise } from '../../planner/errors/index.js';
import { sqlType } from '../../planner/expr/print.js';
import { find, isDeterministic } from '../../planner/expr/walk.js';
import type { BoundExpr, ColumnDefinition, Expr, UnresolvedPlan } from '../../planner/tree.js';
import { type DataType, isAtomic, type Schema } from '../../planner/types.js';
import type { Typed, VariableHost } from './variables.js';

export interface DefaultHost extends Pick<VariableHost, 'valueOf' | 'assigned'> {
  /** An expression without columns and variables, bound. */
  boundAlone(expr: Expr): BoundExpr;
}

/** @throws INVALID_DEFAULT_VALUE.…, NOT_SUPPORTED_YET for streams, and what is wrong with the expression itself */
export function checkDefaults(host: DefaultHost, columns: readonly ColumnDefinition[], stream: boolean): void {
  for (const column of columns) {
    if (!column.default) continue;
    if (stream) raise('NOT_SUPPORTED_YET', { feature: 'DEFAULT of a column of a stream' }, { span: column.default.span, hint: 'Nothing is inserted into a stream: give the value in the query, by coalesce(column, value).' });
    checkDefault(host, column, column.default);
  }
}
function checkDefault(host: DefaultHost, { name, type, defaultText }: ColumnDefinition, expr: Expr): void {
  const parameters = { statement: 'CREATE TABLE', colName: `\`${name}\``, defaultValue: defaultText! };
  const place = { span: expr.span };
  const bound = constantOf(host, expr) ?? raise('INVALID_DEFAULT_VALUE.NOT_CONSTANT', parameters, place);
  if (find(bound, (e) => e.kind === 'subquery')) raise('INVALID_DEFAULT_VALUE.SUBQUERY_EXPRESSION', parameters, place);
  if (!isDeterministic(bound)) raise('INVALID_DEFAULT_VALUE.NON_DETERMINISTIC', parameters, place);
  const value = host.valueOf(expr) ?? raise('INVALID_DEFAULT_VALUE.NOT_CONSTANT', parameters, place);
  if (!fits(host, value, type)) raise('INVALID_DEFAULT_VALUE.DATA_TYPE', { ...parameters, expectedType: sqlType(type), actualType: sqlType(bound.type) }, place);
}
/** Undefined: it names a column. */
function constantOf(host: DefaultHost, expr: Expr): BoundExpr | undefined {
  try { return host.boundAlone(expr); } catch (error) {
    if (error instanceof EngineError && error.condition.startsWith('UNRESOLVED_COLUMN')) return undefined;
    throw error;
  }
}
/** A value of another type counts if it can be cast: also a text, if it reads as one; truth values and collections only as INSERT stores them. */
function fits(host: DefaultHost, value: Typed, to: DataType): boolean {
  const byValue = value.value !== null && [value.type, to].every((t) => isAtomic(t) && t.kind !== 'boolean');
  if (!byValue) return canStore(value.type, to);
  try { host.assigned(value, to, undefined); return true; } catch (error) {
    if (error instanceof EngineError) return false;
    throw error;
  }
}

const isDefault = (e: Expr): boolean => e.kind === 'name' && e.parts.length === 1 && e.parts[0]!.toLowerCase() === 'default';
/** It stands somewhere within, queries aside. */
function holdsDefault(tree: unknown): boolean {
  if (typeof tree !== 'object' || tree === null || ArrayBuffer.isView(tree)) return false;
  return ('kind' in tree && isDefault(tree as Expr)) || Object.entries(tree).some(([key, value]) => key !== 'span' && key !== 'plan' && holdsDefault(value));
}
const isValues = (plan: UnresolvedPlan | undefined): boolean => plan?.kind === 'inline_table' || (plan?.kind === 'subquery_alias' && isValues(plan.input));

/** The query of an INSERT with the defaults of columns where it says DEFAULT: in VALUES, and as an item of its SELECT, unless that has a column of the name.
 *  `valueFor`: of the column into which the n-th value goes; undefined if there is none. @throws DEFAULT_PLACEMENT_INVALID within an expression */
export async function withDefaults(host: { schema(plan: UnresolvedPlan): Promise<Schema> }, plan: UnresolvedPlan, valueFor: (index: number) => Expr | undefined): Promise<UnresolvedPlan> {
  const filled = (e: Expr, index: number): Expr => {
    if (isDefault(e)) return valueFor(index) ?? e;
    return holdsDefault(e) ? raise('DEFAULT_PLACEMENT_INVALID', {}, { span: e.span }) : e;
  };
  switch (plan.kind) {
    case 'sort': case 'limit': case 'repartition': return { ...plan, input: await withDefaults(host, plan.input, valueFor) };
    case 'inline_table': return { ...plan, rows: plan.rows.map((row) => row.map(filled)) };
    case 'subquery_alias': return isValues(plan.input) ? { ...plan, input: await withDefaults(host, plan.input, valueFor) } : plan;
    case 'select': {
      const { from, items } = plan;
      if (plan.pipe || plan.distinct || plan.groupBy || plan.having) return plan;
      if (!items.some(holdsDefault)) return from && isValues(from) ? { ...plan, from: await withDefaults(host, from, valueFor) } : plan;
      // How many columns a star stands for is not known here.
      if (items.some((e) => e.kind === 'star')) return plan;
      const known = from ? (await host.schema({ kind: 'select', from, items: [{ kind: 'star' }] })).fields : [];
      return known.some((f) => f.name.toLowerCase() === 'default') ? plan : { ...plan, items: items.map(filled) };
    }
    default: return plan;
  }
}
