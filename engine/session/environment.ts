// What the planner is given by the engine: the catalogue of functions, constant evaluation, the parser; and the compiler with the engine's
// casts that lowering uses. One place, so that a session, the conformance runner and tests wire the same engine.

import { analyzeExpr } from '../../planner/analyzer/analyze.js';
import { identifierName } from '../../planner/analyzer/coerce.js';
import type { AnalysisEnv, RelationCatalog } from '../../planner/analyzer/context.js';
import { raise } from '../../planner/errors/index.js';
import { sqlExpr } from '../../planner/expr/print.js';
import { find } from '../../planner/expr/walk.js';
import { parseDataType, parseExpression, parseQuery } from '../../planner/sql/index.js';
import type { Span } from '../../planner/spans.js';
import type { ColumnId, Expr, Settings } from '../../planner/tree.js';
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
  analysis(settings: Settings, relations: RelationCatalog): AnalysisEnv;
}

const parse: AnalysisEnv['parse'] = { query: parseQuery, expression: parseExpression, dataType: parseDataType };
let lastId: ColumnId = 0;

/** `convert`: for calls of users' closures. */
export function makeEngine(convert?: UserConverter, kind: 'fused' | 'vectorized' | 'auto' = 'auto'): Engine {
  const options = { casts, ...(convert && { convert }) };
  const evaluate = makeEvaluator(options);
  return {
    compiler: makeCompiler({ kind, ...options }),
    analysis: (settings, relations) => ({ settings, functions: catalog, relations, evaluate, parse, freshId: () => ++lastId }),
  };
}

/** The value of an expression without columns, as a literal. */
export function constantOf(expr: Expr, env: AnalysisEnv, timestampMillis: number): Extract<Expr, { kind: 'literal' }> {
  const bound = analyzeExpr(expr, [], env);
  const query = find(bound, (e) => e.kind === 'subquery');
  if (query) raise('UNSUPPORTED_EXPR_FOR_PARAMETER', { invalidExprSql: sqlExpr(query) }, { span: query.span });
  return { kind: 'literal', value: env.evaluate(bound, env.settings, timestampMillis), type: bound.type, ...(expr.span && { span: expr.span }) };
}

/** The name that IDENTIFIER(expr) means. @throws NOT_A_CONSTANT_STRING.…, PARSE_SYNTAX_ERROR */
export const nameOf = (expr: Expr, env: AnalysisEnv, span: Span | undefined): readonly string[] => identifierName(analyzeExpr(expr, [], env), span, env);

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
