// Filters of static plans move towards their sources, into joins and below projections. Of streaming plans normalize has moved them already:
// there their place decides answers.

import { pushFilters } from '../../normalize/push-filters.js';
import { isStreaming } from '../../plan/properties.js';
import type { Rule } from '../rule.js';

export const pushFiltersRule: Rule = {
  name: 'push-filters',
  apply: (plan, env) => isStreaming(plan) ? plan : pushFilters(plan, env, false),
};
