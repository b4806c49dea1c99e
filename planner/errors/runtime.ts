// Errors of evaluating expressions on rows.

import { conditions } from './define.js';

export const runtimeConditions = conditions({
  DIVIDE_BY_ZERO: { sqlState: '22012', message: 'Division by zero.', hint: 'Use try_divide to get NULL instead, or set <config> to false.' },
});
