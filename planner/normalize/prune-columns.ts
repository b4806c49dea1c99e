// Columns that nobody needs leave the plan. Part of normalize because it decides which event-time columns are alive where a join or a
// deduplication tests rows for lateness: a time that is not needed by the operator or above it is not tested.
//
// source: Spark ColumnPruning, as the recorded cases show it (key-only joins, dropDuplicates by a key).

import { eachColumn } from '../plan/columns.js';
import { eventTimesOf, isStreaming, outputOf } from '../plan/properties.js';
import { expressionsOf, mapChildren } from '../plan/walk.js';
import type { BoundExpr, ColumnId, LogicalPlan, OutputColumn } from '../tree.js';

type Needed = ReadonlySet<ColumnId>;

/** The plan without columns that are not needed for its output. */
export function pruneColumns(plan: LogicalPlan): LogicalPlan { return prune(plan, new Set(outputOf(plan).map((c) => c.id))); }

const plus = (needed: Needed, exprs: readonly BoundExpr[], ...ids: readonly ColumnId[]): Needed => {
  const out = new Set([...needed, ...ids]);
  for (const e of exprs) eachColumn(e, (c) => { out.add(c.id); });
  return out;
};

/** A node that gives at most the needed columns and those it cannot do without. */
function prune(plan: LogicalPlan, needed: Needed): LogicalPlan {
  switch (plan.kind) {
    case 'scan': {
      const columns = plan.columns.filter((c) => needed.has(c.id));
      return columns.length === plan.columns.length ? plan : { ...plan, columns };
    }
    case 'values': case 'range': return plan;
    case 'project': {
      const items = plan.items.filter((i) => needed.has(i.id));
      return { ...plan, items, input: prune(plan.input, plus(new Set(), items.map((i) => i.expr))) };
    }
    case 'filter': case 'sort': return { ...plan, input: prune(plan.input, plus(needed, expressionsOf(plan))) };
    case 'write': return { ...plan, input: pruneColumns(plan.input) };
    case 'watermark': return { ...plan, input: prune(plan.input, plus(needed, [], plan.column)) };
    case 'limit': return { ...plan, input: prune(plan.input, needed) };
    case 'time_window': return { ...plan, input: prune(plan.input, plus(needed, [plan.time])) };
    case 'generate': return { ...plan, input: prune(plan.input, plus(needed, expressionsOf(plan))) };
    case 'aggregate': {
      const wanted = plan.aggregates.filter((a) => needed.has(a.id));
      const aggregates = plan.grouping.length === 0 && wanted.length === 0 ? plan.aggregates.slice(0, 1) : wanted;
      const node = aggregates.length === plan.aggregates.length ? plan : { ...plan, aggregates };
      const own = plus(new Set(), expressionsOf(node));
      return { ...node, input: narrow(prune(plan.input, own), own) };
    }
    case 'deduplicate': {
      const times = plan.withinWatermark ? [...eventTimesOf(plan.input).keys()] : [];
      const own = plus(needed, [], ...plan.keys, ...times);
      return { ...plan, input: narrow(prune(plan.input, own), own) };
    }
    case 'join': {
      const own = plus(needed, expressionsOf(plan));
      return { ...plan, left: narrow(prune(plan.left, own), own), right: narrow(prune(plan.right, own), own) };
    }
    case 'window': {
      const functions = plan.functions.filter((f) => needed.has(f.id));
      if (functions.length === 0 && !plan.top) return prune(plan.input, needed);
      const node = functions.length === plan.functions.length ? plan : { ...plan, functions };
      const own = plus(needed, expressionsOf(node));
      return { ...node, input: narrow(prune(plan.input, own), own) };
    }
    case 'union': {
      const kept = plan.columns.flatMap((c, i) => (needed.has(c.id) ? [i] : []));
      return {
        ...plan, columns: kept.map((i) => plan.columns[i]!),
        inputs: plan.inputs.map((input) => {
          const columns = kept.map((i) => outputOf(input)[i]!);
          return exactly(prune(input, new Set(columns.map((c) => c.id))), columns);
        }),
      };
    }
    // Nodes that look at whole rows, or whose columns are tied to places: everything below stays.
    default: return mapChildren(plan, pruneColumns);
  }
}

/** A projection away of what is not needed, below operators that keep rows. A watermark's column is still there above its node. */
function narrow(plan: LogicalPlan, needed: Needed): LogicalPlan {
  if (!isStreaming(plan)) return plan;
  const columns = outputOf(plan);
  const kept = columns.filter((c) => needed.has(c.id));
  return kept.length === columns.length ? plan : exactly(plan, kept);
}

/** The plan with exactly these columns, in this order. */
function exactly(plan: LogicalPlan, columns: readonly OutputColumn[]): LogicalPlan {
  const has = outputOf(plan);
  if (has.length === columns.length && has.every((c, i) => c.id === columns[i]!.id)) return plan;
  return { kind: 'project', input: plan, items: columns.map((c) => ({ id: c.id, name: c.name, expr: { kind: 'column', id: c.id, name: c.name, type: c.type, nullable: c.nullable } })) };
}
