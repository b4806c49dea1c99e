// ORDER BY … LIMIT n over a stream, outside of append mode: the first n rows of the order are a Top-N, kept by a window node without partitions. As
// changes they come in no order; in complete mode each epoch's are sorted. Where the whole result comes anew in each epoch anyhow, sort
// and limit run on that.
//
// source: Flink's and RisingWave's Top-N from ORDER BY and LIMIT. Spark refuses it; so does append mode, in which no row is ever surely among the first.

import { invariant } from '../errors/index.js';
import type { Calls } from '../expr/conjuncts.js';
import { changesOf, isStreaming, outputOf } from '../plan/properties.js';
import { transformUp } from '../plan/walk.js';
import type { BoundFrame, BoundWindow, ColumnId, FunctionCatalog, LogicalPlan, NamedWindow, OutputMode, PlanOf } from '../tree.js';
import { INT } from '../types.js';

interface Env { readonly functions: FunctionCatalog; readonly freshId: () => ColumnId }
const FRAME: BoundFrame = { unit: 'rows', start: { kind: 'unbounded_preceding' }, end: { kind: 'current_row' } };

/** The plan with its sorted limits as Top-Ns. */
export function limitsAsTopRows(plan: LogicalPlan, mode: OutputMode, calls: Calls, env: Env): LogicalPlan {
  if (mode === 'append') return plan;
  return transformUp(plan, (node) => {
    if (node.kind !== 'limit' || node.limit === null || !isStreaming(node) || (mode === 'complete' && changesOf(node.input) !== 'insert')) return node;
    return onSort(node.input, (sort) => topRows(node, node.limit!, sort, mode, calls, env)) ?? node;
  });
}

/** A sort below projections, rewritten. */
function onSort(plan: LogicalPlan, rewrite: (sort: PlanOf<'sort'>) => LogicalPlan): LogicalPlan | undefined {
  if (plan.kind === 'sort') return rewrite(plan);
  if (plan.kind !== 'project') return undefined;
  const input = onSort(plan.input, rewrite);
  return input && { ...plan, input };
}

function topRows({ offset, span }: PlanOf<'limit'>, limit: number, sort: PlanOf<'sort'>, mode: OutputMode, calls: Calls, env: Env): LogicalPlan {
  const orderBy = sort.order;
  const columns = outputOf(sort.input);
  const place = numbered(orderBy, env);
  const window: LogicalPlan = { kind: 'window', input: sort.input, functions: offset === 0 ? [] : [place], partitionBy: [], orderBy, top: { rank: 'row_number', n: limit + offset }, ...(span && { span }) };
  const after: LogicalPlan = offset === 0 ? window : {
    kind: 'filter', input: window,
    predicate: calls.predicate('>', [{ kind: 'column', id: place.id, name: place.name, type: INT, nullable: false }, { kind: 'const', value: offset, type: INT, nullable: false }]),
  };
  const rows: LogicalPlan = offset === 0 ? after
    : { kind: 'project', input: after, items: columns.map((c) => ({ id: c.id, name: c.name, expr: { kind: 'column', id: c.id, name: c.name, type: c.type, nullable: c.nullable } })) };
  return mode === 'complete' ? { ...sort, input: rows } : rows;
}

function numbered(orderBy: PlanOf<'sort'>['order'], env: Env): NamedWindow {
  const fn = env.functions.lookup('row_number');
  invariant(fn, 'row_number is a function');
  const window: BoundWindow = { kind: 'window', fn: { kind: 'apply', fn, name: 'row_number', args: [], type: INT, nullable: false }, partitionBy: [], orderBy, frame: FRAME, type: INT, nullable: false };
  return { id: env.freshId(), name: 'place', window };
}
