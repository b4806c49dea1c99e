// What the planner is given by the engine: the catalogue of functions, constant evaluation, the parser; and the compiler with the engine's
// casts that lowering uses. One place, so that a session, the conformance runner and tests wire the same engine.

import { analyzeExpr } from '../../planner/analyzer/analyze.js';
import type { AnalysisEnv, RelationCatalog } from '../../planner/analyzer/context.js';
import { raise } from '../../planner/errors/index.js';
import { parseDataType, parseExpression, parseQuery } from '../../planner/sql/index.js';
import type { BoundConst, ColumnId, Expr, Settings, Statement, UnresolvedPlan } from '../../planner/tree.js';
import { casts } from '../functions/cast/index.js';
import { catalog } from '../functions/index.js';
import { type Compiler, makeCompiler, makeEvaluator, type UserConverter } from '../kernels/compiler.js';

/** Settings of a session from what SET has set, by full name. */
export function settingsOf(conf: ReadonlyMap<string, string>): Settings {
  const timeZone = conf.get('spark.sql.session.timeZone') ?? conf.get('timezone') ?? 'UTC';
  return { timeZone, ansi: conf.get('spark.sql.ansi.enabled') !== 'false', compatSpark: conf.get('millrace.compat') === 'spark', conf };
}

export interface Engine {
  readonly compiler: Compiler;
  analysis(settings: Settings, relations: RelationCatalog, parameters?: AnalysisEnv['parameters']): AnalysisEnv;
}

const parse: AnalysisEnv['parse'] = { query: parseQuery, expression: parseExpression, dataType: parseDataType };
let lastId: ColumnId = 0;

/** `convert`: for calls of users' closures. */
export function makeEngine(convert?: UserConverter, kind: 'fused' | 'vectorized' | 'auto' = 'auto'): Engine {
  const options = { casts, ...(convert && { convert }) };
  const evaluate = makeEvaluator(options);
  return {
    compiler: makeCompiler({ kind, ...options }),
    analysis: (settings, relations, parameters) => ({ settings, functions: catalog, relations, evaluate, parse, freshId: () => ++lastId, ...(parameters && { parameters }) }),
  };
}

/** EXECUTE IMMEDIATE: the query that its text holds, and the environment with its arguments as parameters. */
export function executeImmediate(statement: Extract<Statement, { kind: 'execute_immediate' }>, env: AnalysisEnv): { readonly plan: UnresolvedPlan; readonly env: AnalysisEnv } {
  const constant = (expr: Expr): BoundConst => {
    const bound = analyzeExpr(expr, [], env);
    return { kind: 'const', type: bound.type, value: env.evaluate(bound, env.settings), nullable: bound.nullable };
  };
  const args = statement.args.map((a) => ({ name: a.name ?? (a.value.kind === 'alias' ? a.value.names[0] : undefined), value: constant(a.value.kind === 'alias' ? a.value.arg : a.value) }));
  const named = new Map(args.flatMap((a) => a.name === undefined ? [] : [[a.name, a.value] as const]));
  return { plan: parseQuery(String(constant(statement.query).value)), env: { ...env, parameters: { named, positional: args.filter((a) => a.name === undefined).map((a) => a.value) } } };
}

/** @throws COLUMN_ALREADY_EXISTS if two columns of a view have one name */
export function checkViewColumns(columns: readonly { readonly name: string }[]): void {
  const seen = new Set<string>();
  for (const { name } of columns) {
    if (seen.has(name.toLowerCase())) raise('COLUMN_ALREADY_EXISTS', { columnName: `\`${name.toLowerCase()}\`` });
    seen.add(name.toLowerCase());
  }
}

/** A catalogue of nothing: expressions without relations. */
export const noRelations: RelationCatalog = { lookup: () => undefined, names: [] };
