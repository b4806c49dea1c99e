// Which conditions are raised while tests run: where MILLRACE_RAISED names a file, the name of each is a line there. `npm test` holds the file
// against docs/errors.md at its end.

import { appendFileSync } from 'node:fs';
import { type ConditionName, observer } from '../../planner/errors/index.js';

const file = process.env['MILLRACE_RAISED'];
if (file) {
  const seen = new Set<ConditionName>();
  observer.raised = (condition) => {
    if (seen.has(condition)) return;
    seen.add(condition);
    appendFileSync(file, `${condition}\n`);
  };
}
