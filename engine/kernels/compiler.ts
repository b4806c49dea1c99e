// The way in: compilers of expressions over batches, and the value of an expression without columns. Casts and the conversion for
// users' closures come from the layers above; the ready-made compilers here know only the numeric casts that lose nothing.

import { raise } from '../../planner/errors/index.js';
import type { BoundExpr, Settings } from '../../planner/tree.js';
import { simpleName } from '../../planner/types.js';
import type { Value } from '../../planner/values.js';
import type { Compiler, Layout, Predicate, Projection } from './evaluator.js';
import { canGenerate } from '../columnar/generate.js';
import { DerivedColumns } from './derived.js';
import { fusedPredicate, fusedProjection } from './fused.js';
import { type CastProvider, type Environment, toIr, type UserConverter } from './ir.js';
import { Frame, rowEvaluator } from './rowwise.js';
import { vectorizedPredicate, vectorizedProjection } from './vectorized.js';

export type { CastProvider, UserConverter } from './ir.js';
export type { Compiler, Layout, Predicate, Projection } from './evaluator.js';

export interface CompilerOptions {
  /** auto: fused, but vectorised where the platform forbids making code from text. */
  readonly kind: 'fused' | 'vectorized' | 'auto';
  readonly casts: CastProvider;
  /** Needed by calls of users' closures. */
  readonly convert?: UserConverter;
}

export function makeCompiler(options: CompilerOptions): Compiler {
  const env: Environment = { casts: options.casts, convert: options.convert };
  const fused = options.kind === 'fused' || (options.kind === 'auto' && canGenerate);
  const projection = fused ? fusedProjection : vectorizedProjection;
  const predicate = fused ? fusedPredicate : vectorizedPredicate;
  return {
    projection(exprs: readonly BoundExpr[], layout: Layout, settings: Settings): Projection {
      const derived = new DerivedColumns(layout);
      const run = projection(exprs.map((e) => toIr(e, layout, settings, env, derived)));
      return (batch, epoch) => run(derived.extend(batch), epoch);
    },
    predicate(expr: BoundExpr, layout: Layout, settings: Settings): Predicate {
      const derived = new DerivedColumns(layout);
      const run = predicate(toIr(expr, layout, settings, env, derived));
      return (batch, epoch) => run(derived.extend(batch), epoch);
    },
  };
}

/** Values of expressions without columns: what the analyzer folds with. Raises what evaluating raises, with its position. */
export function makeEvaluator(options: Pick<CompilerOptions, 'casts' | 'convert'>): (expr: BoundExpr, settings: Settings, timestampMillis?: number) => Value {
  const env: Environment = { casts: options.casts, convert: options.convert };
  return (expr, settings, timestampMillis) => expr.kind === 'const' ? expr.value : rowEvaluator(toIr(expr, new Map(), settings, env), new Frame(timestampMillis))(0);
}

const noCasts: CastProvider = {
  row: (from, to) => () => raise('NOT_SUPPORTED_YET', { feature: `a cast from ${simpleName(from)} to ${simpleName(to)} in a compiler without casts` }),
};
export const fusedCompiler: Compiler = makeCompiler({ kind: 'fused', casts: noCasts });
export const vectorizedCompiler: Compiler = makeCompiler({ kind: 'vectorized', casts: noCasts });
export const compiler: Compiler = makeCompiler({ kind: 'auto', casts: noCasts });
export const evaluateConstant: (expr: BoundExpr, settings: Settings) => Value = makeEvaluator({ casts: noCasts });
