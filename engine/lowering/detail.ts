// Facts of a node for EXPLAIN, in one line.

import { printExpr } from '../../planner/expr/print.js';
import type { BoundExpr, BoundSort, LogicalPlan } from '../../planner/tree.js';

const list = (exprs: readonly BoundExpr[]): string => `[${exprs.map(printExpr).join(', ')}]`;
const order = (sorts: readonly BoundSort[]): string => `[${sorts.map((s) => `${printExpr(s.expr)} ${s.ascending ? 'ASC' : 'DESC'} NULLS ${s.nullsFirst ? 'FIRST' : 'LAST'}`).join(', ')}]`;

export function detail(plan: LogicalPlan): string {
  switch (plan.kind) {
    case 'scan': return `source=${plan.source.name ?? plan.source.format} columns=[${plan.columns.map((c) => c.name).join(', ')}]`;
    case 'values': return `rows=${plan.rows.length}`;
    case 'project': return `items=${list(plan.items.map((i) => i.expr))}`;
    case 'filter': return `predicate=${printExpr(plan.predicate)}`;
    case 'aggregate': return `keys=${list(plan.grouping.map((g) => g.expr))} aggregates=${list(plan.aggregates.map((a) => a.aggregate))}${plan.emission ? ` emission=${plan.emission}` : ''}`;
    case 'expand': return `projections=${plan.projections.length}`;
    case 'time_window': return `time=${printExpr(plan.time)} length=${plan.lengthMicros}us slide=${plan.slideMicros}us start=${plan.startMicros}us`;
    case 'watermark': return `delay=${plan.delayMillis}ms`;
    case 'join': return `type=${plan.type}${plan.condition ? ` condition=${printExpr(plan.condition)}` : ''}`;
    case 'dependent_join': return `type=${plan.type} outer=${list(plan.outer)}${plan.condition ? ` condition=${printExpr(plan.condition)}` : ''}`;
    case 'sort': return `order=${order(plan.order)}`;
    case 'limit': return `limit=${plan.limit ?? 'all'}${plan.offset > 0 ? ` offset=${plan.offset}` : ''}`;
    case 'generate': return `generator=${printExpr(plan.generator)}${plan.outer ? ' outer' : ''}`;
    case 'window': return `functions=${list(plan.functions.map((f) => f.window))}`;
    case 'sample': return `fraction=[${plan.lower}, ${plan.upper}) seed=${plan.seed}`;
    case 'map_rows': return `mode=${plan.mode}`;
    case 'write': return `sink=${plan.sink.format} mode=${plan.mode}`;
    default: return '';
  }
}
