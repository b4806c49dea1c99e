// Constant folding. It never raises and never changes an answer: what fails to evaluate is kept as it was, for the row that may never come.

import type { BoundExpr, Settings } from '../tree.js';
import type { Value } from '../values.js';
import { isFoldable, transformDown } from './walk.js';

/** What folding needs of the analysis. */
export interface FoldEnv { readonly evaluate: (expr: BoundExpr, settings: Settings) => Value; readonly settings: Settings }

/** The expression with every deterministic part that has no columns replaced by its value. Parts that fail stay. */
export function foldConstants(expr: BoundExpr, env: FoldEnv): BoundExpr {
  return transformDown(expr, (node) => {
    if (node.kind === 'const' || node.kind === 'lambda' || !isFoldable(node)) return node;
    try {
      const value = env.evaluate(node, env.settings);
      // A literal that coercion casts stays where it is written.
      const { span } = node.kind === 'cast' && node.origin === 'implicit' && node.arg.span ? node.arg : node;
      return { kind: 'const', type: node.type, nullable: value === null, value, span };
    } catch {
      return node;
    }
  });
}
