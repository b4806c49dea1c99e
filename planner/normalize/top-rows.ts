// A filter on the rank that a window function gives, `rn <= n`, over a stream: the window node is told that only those rows count, and
// so keeps no others. The condition leaves the filter, and a rank that nobody reads is not even computed. It applies where every other
// function of the node depends on the rows up to the rank alone.
//
// source: Flink's Top-N and RisingWave's GroupTopN are found by the same pattern.

import type { Calls } from '../expr/conjuncts.js';
import { conjunctsOf } from '../expr/conjuncts.js';
import { isStreaming } from '../plan/properties.js';
import { transformUp } from '../plan/walk.js';
import { RANKS } from '../plan/window-reach.js';
import type { BoundExpr, ColumnId, LogicalPlan, NamedWindow, PlanOf, TopRows } from '../tree.js';

type Rank = TopRows['rank'];

/** The plan with filters on ranks inside of the window nodes below them. */
export function topRows(plan: LogicalPlan, calls: Calls): LogicalPlan {
  return transformUp(plan, (node) => {
    if (node.kind !== 'filter' || node.input.kind !== 'window' || !isStreaming(node) || node.input.top) return node;
    const window = node.input;
    const list = conjunctsOf(node.predicate);
    for (const e of list) {
      const found = bound(e, window);
      if (!found || !window.functions.every((f) => settled(f, found.top.rank))) continue;
      const rest = calls.and(list.filter((x) => x !== e || !found.whole));
      const input: LogicalPlan = { ...window, top: found.top };
      return rest === null ? input : { ...node, input, predicate: rest };
    }
    return node;
  });
}

/** What a conjunct says about the rank of a row. `whole`: nothing else. */
function bound(e: BoundExpr, window: PlanOf<'window'>): { readonly top: TopRows; readonly whole: boolean } | undefined {
  if (e.kind !== 'apply' || e.args.length !== 2) return undefined;
  const [a, b] = [e.args[0]!, e.args[1]!];
  const swapped = rankOf(a, window) === undefined;
  const rank = rankOf(swapped ? b : a, window);
  const limit = integer(swapped ? a : b);
  if (rank === undefined || limit === undefined) return undefined;
  const top = (n: number, whole: boolean) => ({ top: { rank, n: Math.max(0, n) }, whole });
  switch (swapped ? MIRRORED.get(e.fn.name) : e.fn.name) {
    case '<=': return top(limit, true);
    case '<': return top(limit - 1, true);
    case '=': return top(limit, limit === 1);
    default: return undefined;
  }
}
const MIRRORED: ReadonlyMap<string, string> = new Map([['>=', '<='], ['>', '<'], ['=', '=']]);

const INTEGERS: ReadonlySet<string> = new Set(['int', 'bigint']);
/** The ranking function behind a column, cast to a wider integer or not. */
function rankOf(e: BoundExpr, window: PlanOf<'window'>): Rank | undefined {
  if (e.kind === 'cast') return INTEGERS.has(e.type.kind) ? rankOf(e.arg, window) : undefined;
  if (e.kind !== 'column') return undefined;
  const id: ColumnId = e.id;
  const fn = window.functions.find((f) => f.id === id)?.window.fn;
  return fn?.kind === 'apply' && RANKS.has(fn.fn.name) ? fn.fn.name as Rank : undefined;
}
function integer(e: BoundExpr): number | undefined {
  if (e.kind === 'cast') return INTEGERS.has(e.type.kind) ? integer(e.arg) : undefined;
  if (e.kind !== 'const' || !INTEGERS.has(e.type.kind) || e.value === null) return undefined;
  const n = Number(e.value);
  return Number.isSafeInteger(n) ? n : undefined;
}

/** Whether a function's value for a row within the top is known from those rows alone. By rank and dense_rank rows that are equal in the order are
 *  within it together, by row_number a part of them may be. */
function settled({ window: { fn, frame } }: NamedWindow, rank: Rank): boolean {
  if (fn.kind === 'apply') {
    if (RANKS.has(fn.fn.name)) return true;
    if (fn.fn.name === 'lag' || fn.fn.name === 'lead') return (integer(frame.end.offset!) ?? 1) <= 0;
    if (fn.fn.name !== 'nth_value') return false;
  }
  return (frame.end.kind === 'current_row' && (frame.unit === 'rows' || rank !== 'row_number')) || frame.end.kind === 'preceding' || frame.end.kind === 'unbounded_preceding';
}
