// Constant parts of expressions are evaluated once: `x > 1 + 1` is `x > 2`. What raises is left alone, for the row that may never come.

import { foldConstants } from '../../expr/fold.js';
import { mapExpressions, transformUp } from '../../plan/walk.js';
import type { Rule } from '../rule.js';

export const foldConstantsRule: Rule = {
  name: 'fold-constants',
  apply: (plan, env) => transformUp(plan, (node) => mapExpressions(node, (e) => foldConstants(e, env))),
};
