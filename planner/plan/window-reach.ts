// How far window functions reach: what must be known of the rows around one for its values.

import type { BoundFrameBound, NamedWindow } from '../tree.js';

/** Functions that are numbers of rows: what they need of the rows before is how many there are. */
export const RANKS: ReadonlySet<string> = new Set(['row_number', 'rank', 'dense_rank']);

/** How far a function's value for a row reaches into the rows after it and before it. `summary`: what the rows before add up to is enough. */
export interface Reach {
  readonly ahead: 'none' | 'rows' | 'range' | 'all';
  readonly behind: 'none' | 'rows' | 'range' | 'summary' | 'all';
}

export function reachOf({ window: { fn, frame, ignoreNulls } }: NamedWindow): Reach {
  if (fn.kind === 'apply' && RANKS.has(fn.fn.name)) return { ahead: 'none', behind: 'summary' };
  if (fn.fn.window?.wholePartition) return { ahead: 'all', behind: 'all' };
  const offset = fn.fn.window?.frame === 'offset';
  const { unit, start, end } = frame;
  // The value that is not NULL may be any number of rows away.
  if (offset && ignoreNulls) return { ahead: steps(end) > 0 ? 'all' : 'none', behind: steps(start) < 0 ? 'all' : 'none' };
  const ahead = end.kind === 'unbounded_following' ? 'all' : end.offset === undefined || (unit === 'rows' && steps(end) <= 0) ? 'none' : unit;
  const behind = start.kind === 'unbounded_preceding' ? fn.kind === 'aggregate' ? 'summary' : 'all' : start.offset === undefined || (unit === 'rows' && steps(start) >= 0) ? 'none' : unit;
  return { ahead, behind };
}
/** Rows from a row to a bound of its frame. */
function steps({ kind, offset }: BoundFrameBound): number {
  if (offset === undefined) return 0;
  const count = offset.kind === 'const' ? Number(offset.value) : Number.POSITIVE_INFINITY;
  return kind === 'preceding' ? -count : count;
}
