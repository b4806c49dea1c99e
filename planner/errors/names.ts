// Errors of resolving names: columns, tables, functions, stars, aliases, and of clauses that may not hold what they hold.

import { conditions } from './define.js';

export const namesConditions = conditions({
});
