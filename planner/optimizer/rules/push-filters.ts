// Filters of static plans, and of the static sides of streaming ones, move towards their sources, into joins and below projections. Those of
// streaming plans normalize has moved already: there their place decides answers.

import { pushStaticFilters } from '../../normalize/push-filters.js';
import type { Rule } from '../rule.js';

export const pushFiltersRule: Rule = { name: 'push-filters', apply: pushStaticFilters };
