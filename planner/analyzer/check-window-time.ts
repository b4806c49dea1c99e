// window_time() is of a window: Spark knows one by a mark that the column of window() and session_window() has, and that only plain references
// hand on. A struct of two times is none. Without Spark's refusals any struct of a start and an end will do.
//
// source: Spark's ResolveWindowTime.

import { failNowhere } from './binder.js';
import { printExpr } from '../expr/print.js';
import { walk } from '../expr/walk.js';
import { windowsOf } from '../plan/properties.js';
import { children, expressionsOf, visit } from '../plan/walk.js';
import type { LogicalPlan } from '../tree.js';

/** @throws _LEGACY_ERROR_TEMP_3101 */
export function checkWindowTimes(plan: LogicalPlan): void {
  visit(plan, (node) => {
    for (const expr of expressionsOf(node)) {
      walk(expr, (e) => {
        if (e.kind === 'subquery') checkWindowTimes(e.plan);
        if (e.kind !== 'apply' || e.fn.name !== 'window_time') return true;
        const [window] = e.args;
        const marked = window?.kind === 'column' && (window.outer || children(node).some((input) => windowsOf(input).has(window.id)));
        if (!marked) failNowhere('_LEGACY_ERROR_TEMP_3101', { windowTime: printExpr(e) });
        return true;
      });
    }
  });
}
