// The streaming passes, in their order: emissions by the output mode, what edges may carry, names for the checkpoint. They come last:
// nothing rewrites the plan after them.

import type { LogicalPlan, OutputMode, Settings } from '../tree.js';
import { assignStateIds } from './assign-state-ids.js';
import { checkChanges } from './check-changes.js';
import { chooseEmission } from './choose-emission.js';

/** The logical plan of a query's epochs. @throws what chooseEmission and checkChanges raise */
export function incrementalize(plan: LogicalPlan, mode: OutputMode, env: { readonly settings: Settings }): LogicalPlan {
  const emitting = chooseEmission(plan, mode, env.settings.compatSpark);
  checkChanges(emitting, mode, env.settings.compatSpark);
  return assignStateIds(emitting, env.settings.compatSpark);
}
