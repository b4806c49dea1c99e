// What the planner is given by the engine: the catalogue of functions, constant evaluation, the parser; and the compiler with the engine's
// casts that lowering uses. One place, so that a session, the conformance runner and tests wire the same engine.

import type { AnalysisEnv, RelationCatalog } from '../../planner/analyzer/context.js';
import { parseDataType, parseExpression, parseQuery } from '../../planner/sql/index.js';
import type { ColumnId, Settings } from '../../planner/tree.js';
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

/** A catalogue of nothing: expressions without relations. */
export const noRelations: RelationCatalog = { lookup: () => undefined, names: [] };
