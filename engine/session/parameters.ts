// Values for the parameters of a statement: `:name` from an object, `?` from a list, or the places of a template. They become constants
// of the tree: no text is put together.

import { raise } from '../../planner/errors/index.js';
import { sqlType } from '../../planner/expr/print.js';
import { parseQuery } from '../../planner/sql/index.js';
import type { Expr, Statement, UnresolvedPlan } from '../../planner/tree.js';
import { literal } from './column.js';

export type Arguments = Readonly<Record<string, unknown>> | readonly unknown[];

const isList = (args: Arguments): args is readonly unknown[] => Array.isArray(args);
/** Statements that may have parameters; in others, as in Spark, none has a value. */
const BOUND: ReadonlySet<Statement['kind']> = new Set(['query', 'insert', 'start_query', 'explain']);

/** @param all every value of a list has to be used
 *  @throws UNUSED_SQL_PARAMETER */
export function bindParameters(statement: Statement, args: Arguments | undefined, all: boolean): Statement {
  if (args === undefined || !BOUND.has(statement.kind)) return statement;
  const positional = isList(args) ? args.map(literal) : [];
  const used = new Set<Expr>();
  const bound = replaceParameters(statement, positional, new Map(isList(args) ? [] : Object.entries(args).map(([name, value]) => [name, literal(value)])), used);
  const left = positional.findIndex((value) => !used.has(value));
  if (all && left >= 0) raise('UNUSED_SQL_PARAMETER', { number: String(left + 1) }, { span: statement.span });
  return bound;
}

/** EXECUTE IMMEDIATE: the query that its text holds, with its arguments in their places.
 *  @throws INVALID_EXPR_TYPE_FOR_QUERY_EXECUTE_IMMEDIATE, NULL_QUERY_STRING_EXECUTE_IMMEDIATE, and what parsing raises */
export function immediateQuery(statement: Extract<Statement, { kind: 'execute_immediate' }>, constant: (expr: Expr) => Extract<Expr, { kind: 'literal' }>): UnresolvedPlan {
  const { value: text, type } = constant(statement.query);
  if (text === null) return raise('NULL_QUERY_STRING_EXECUTE_IMMEDIATE', { varName: '`query`' }, { span: statement.query.span });
  if (typeof text !== 'string') return raise('INVALID_EXPR_TYPE_FOR_QUERY_EXECUTE_IMMEDIATE', { exprType: sqlType(type) }, { span: statement.query.span });
  const args = statement.args.map(({ name, value }) => value.kind === 'alias' ? { name: name ?? value.names[0], value: constant(value.arg) } : { name, value: constant(value) });
  return replaceParameters(parseQuery(text), args.filter((a) => a.name === undefined).map((a) => a.value), new Map(args.flatMap((a) => a.name === undefined ? [] : [[a.name, a.value] as const])));
}

/** The tree with what is known of its parameters in their places. */
function replaceParameters<T>(tree: T, positional: readonly Expr[], named: ReadonlyMap<string, Expr>, used?: Set<Expr>): T {
  const replace = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(replace);
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
    const node = value as Extract<Expr, { kind: 'parameter' }>;
    if (node.kind !== 'parameter') return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, k === 'span' ? v : replace(v)]));
    const found = node.name === undefined ? positional[node.index] : named.get(node.name);
    if (!found) return node;
    used?.add(found);
    return { ...found, span: node.span };
  };
  return replace(tree) as T;
}
