// A filter that is always true goes; one that never is makes a static input empty. A stream below is kept: its epochs and watermarks count.

import { isStreaming, outputOf } from '../../plan/properties.js';
import { transformUp } from '../../plan/walk.js';
import type { Rule } from '../rule.js';

export const trivialFilters: Rule = {
  name: 'trivial-filters',
  apply: (plan) => transformUp(plan, (node) => {
    if (node.kind !== 'filter' || node.predicate.kind !== 'const') return node;
    if (node.predicate.value === true) return node.input;
    return isStreaming(node.input) ? node : { kind: 'values', columns: outputOf(node), rows: [] };
  }),
};
