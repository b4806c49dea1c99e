// A bound plan a second time: the same nodes with other column ids, as every use of a relation has its own. What the plan takes from outside
// (columns of an enclosing query) stays. Cheaper than binding again, and what is bound once cannot cost twice at each level of nesting.

import { transform } from '../expr/walk.js';
import type { BoundColumn, BoundExpr, ColumnId, LogicalPlan, OutputColumn } from '../tree.js';
import { freeColumns } from './columns.js';
import { mapChildren, mapExpressions, visit } from './walk.js';

export interface Copy {
  readonly plan: LogicalPlan;
  /** The column of the copy that stands for one of the original. */
  readonly column: <T extends { readonly id: ColumnId }>(of: T) => T;
  /** How many nodes it has. */
  readonly nodes: number;
}

/** `freshId` gives an id that nothing has. */
export function freshCopy(plan: LogicalPlan, freshId: () => ColumnId): Copy {
  const ids = new Map<ColumnId, ColumnId>(freeColumns(plan).map((c) => [c.id, c.id]));
  // A recursion around the plan stays the one that it is.
  const loops = new Map<number, number>();
  visit(plan, (node) => { if (node.kind === 'recursive') loops.set(node.loop, freshId()); });
  let nodes = 0;
  const idOf = (id: ColumnId): ColumnId => {
    let to = ids.get(id);
    if (to === undefined) { to = freshId(); ids.set(id, to); }
    return to;
  };
  const column = <T extends { readonly id: ColumnId }>(of: T): T => ({ ...of, id: idOf(of.id) });
  const exprOf = (expr: BoundExpr): BoundExpr => transform(expr, (e) => {
    if (e.kind === 'column') return column(e);
    return e.kind === 'subquery' ? { ...e, plan: planOf(e.plan) } : e;
  });
  const planOf = (original: LogicalPlan): LogicalPlan => {
    nodes++;
    const node = mapExpressions(mapChildren(original, planOf), exprOf);
    switch (node.kind) {
      case 'project': return { ...node, items: node.items.map(column) };
      case 'aggregate': return {
        ...node, grouping: node.grouping.map(column), aggregates: node.aggregates.map(column),
        ...(node.session && { session: { ...node.session, column: column(node.session.column) } }),
      };
      case 'window': return { ...node, functions: node.functions.map(column) };
      case 'time_window': return { ...node, column: column(node.column) };
      case 'watermark': return { ...node, column: idOf(node.column) };
      case 'deduplicate': return { ...node, keys: node.keys.map(idOf) };
      case 'join': return node.exists ? { ...node, exists: column(node.exists) } : node;
      case 'dependent_join': return { ...node, outer: node.outer.map((c): BoundColumn => column(c)), ...(node.exists && { exists: column(node.exists) }) };
      case 'recursive': case 'recursive_ref': return { ...node, loop: loops.get(node.loop) ?? node.loop, columns: node.columns.map(column) };
      case 'group_state': return { ...node, columns: node.columns.map(column), ...(node.eventTime !== undefined && { eventTime: idOf(node.eventTime) }) };
      case 'scan': case 'values': case 'range': case 'expand': case 'union': case 'set_operation': case 'generate': case 'map_rows':
        return { ...node, columns: node.columns.map((c): OutputColumn => column(c)) };
      case 'filter': case 'sort': case 'limit': case 'sample': case 'materialize': case 'write': return node;
    }
  };
  return { plan: planOf(plan), column, nodes };
}
