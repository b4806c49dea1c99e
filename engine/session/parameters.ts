// Values for the parameters of a statement: `:name` from an object, `?` from a list, or the places of a template. They become constants
// of the tree: no text is put together.

import { raise } from '../../planner/errors/index.js';
import { valueText } from '../../planner/expr/literals.js';
import { sqlType } from '../../planner/expr/print.js';
import { printQuery } from '../../planner/sql/print/index.js';
import type { Expr, Statement } from '../../planner/tree.js';
import { literal } from './column.js';

export type Arguments = Readonly<Record<string, unknown>> | readonly unknown[];

const isList = (args: Arguments): args is readonly unknown[] => Array.isArray(args);
/** Statements that may have parameters; in others, as in Spark, none has a value but that of IDENTIFIER in the place of their name. */
const BOUND: ReadonlySet<Statement['kind']> = new Set(['query', 'insert', 'start_query', 'explain']);

/** @param all every value of a list has to be used
 *  @throws UNUSED_SQL_PARAMETER */
export function bindParameters(statement: Statement, args: Arguments | undefined, all: boolean): Statement {
  const { named } = statement;
  const part: Partial<Statement> = BOUND.has(statement.kind) ? statement : named ? { named } : {};
  if (args === undefined || Object.keys(part).length === 0) return statement;
  const positional = isList(args) ? args.map(literal) : [];
  const used = new Set<Expr>();
  const bound = replaceParameters(part, positional, new Map(isList(args) ? [] : Object.entries(args).map(([name, value]) => [name, literal(value)])), used);
  const left = positional.findIndex((value) => !used.has(value));
  if (all && left >= 0) raise('UNUSED_SQL_PARAMETER', { number: String(left + 1) }, { span: statement.span });
  return { ...statement, ...bound } as Statement;
}

/** EXECUTE IMMEDIATE: the statement that its text holds, with its arguments in their places.
 *  @throws INVALID_EXPR_TYPE_FOR_QUERY_EXECUTE_IMMEDIATE, NULL_QUERY_STRING_EXECUTE_IMMEDIATE, INVALID_QUERY_MIXED_QUERY_PARAMETERS, and what parsing raises */
export function immediateStatement(statement: Extract<Statement, { kind: 'execute_immediate' }>, host: ImmediateHost): Statement {
  const { value: text, type } = host.constant(statement.query);
  const { span } = statement.query;
  if (type.kind !== 'string') return raise('INVALID_EXPR_TYPE_FOR_QUERY_EXECUTE_IMMEDIATE', { exprType: sqlType(type) }, { nowhere: true });
  if (typeof text !== 'string') return raise('NULL_QUERY_STRING_EXECUTE_IMMEDIATE', { varName: `\`${span ? span.text.slice(span.start, span.stop) : 'query'}\`` }, { span });
  const args = statement.args.map(({ name, value }) => value.kind === 'alias' ? { name: name ?? value.names[0], value: host.constant(value.arg) } : { name, value: host.constant(value) });
  const named = args.filter((a) => a.name !== undefined);
  const parsed = host.parse(text);
  const asked = parametersIn(parsed);
  if ((asked.positional && asked.named) || (!asked.named && named.length > 0 && named.length < args.length)) raise('INVALID_QUERY_MIXED_QUERY_PARAMETERS', {}, { nowhere: true });
  if (asked.named && named.length < args.length) raise('ALL_PARAMETERS_MUST_BE_NAMED', { exprs: args.filter((a) => a.name === undefined).map((a) => `"${valueText(a.value.value, a.value.type)}"`).join(', ') }, { nowhere: true });
  const used = new Set<Expr>();
  const bound = replaceParameters(parsed, args.map((a) => a.value), new Map(named.map((a) => [a.name!, a.value])), used);
  if (bound.kind !== 'create_view' || used.size === 0) return bound;
  const { text: _, ...untold } = bound;
  const printed = printQuery(bound.plan);
  return printed === undefined ? untold : { ...untold, text: printed };
}
interface ImmediateHost {
  constant(expr: Expr): Extract<Expr, { kind: 'literal' }>;
  parse(text: string): Statement;
}

/** Which kinds of parameters are in the tree. */
function parametersIn(tree: unknown): { readonly positional: boolean; readonly named: boolean } {
  let [positional, named] = [false, false];
  const look = (value: unknown): void => {
    if (Array.isArray(value)) { value.forEach(look); return; }
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return;
    const node = value as Extract<Expr, { kind: 'parameter' }>;
    if (node.kind === 'parameter') { positional ||= node.name === undefined; named ||= node.name !== undefined; return; }
    for (const [key, part] of Object.entries(value)) if (key !== 'span') look(part);
  };
  look(tree);
  return { positional, named };
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
