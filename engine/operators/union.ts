// UNION ALL by position: the ports' rows one after the other. Of a stream and a table: the table's rows count once, in the query's first epoch
// (and again where that is run again), as if they had come through the stream.

import { isStreaming, outputOf } from '../../planner/plan/properties.js';
import type { PlanOf } from '../../planner/tree.js';
import { rowCount } from '../columnar/column.js';
import type { StateStore } from '../state/store.js';
import { noCounts, type Operator, type PhysicalNode } from './operator.js';
import { stateless } from './stateless.js';
import type { LoweringTools, NodeInput } from './tools.js';

export const unionOperator = (): Operator => stateless((input, emit) => { emit(input); });

export function unionWithTablesNode(plan: PlanOf<'union'>, inputs: readonly NodeInput[], tools: LoweringTools): PhysicalNode {
  const tables = plan.inputs.map((input) => !isStreaming(input));
  return {
    name: 'union', inputs: inputs.map((i) => i.index), output: outputOf(plan), ports: inputs.map(() => 'retract' as const), detail: tools.detail(plan),
    ...(plan.stateId !== undefined && { stateId: plan.stateId, stateOperator: 'unionWithTables' }), create: ({ store }) => unionWithTables(tables, store),
  };
}

/** The store has no tables: its version says whether an epoch has been committed. */
function unionWithTables(tables: readonly boolean[], store: StateStore): Operator {
  const counts = noCounts();
  let first = store.version === 0;
  return {
    counts,
    wantsPort: (port) => first || !tables[port],
    process(input, port, _context, emit) {
      const rows = rowCount(input);
      counts.in += rows;
      if (tables[port] && !first) { counts.filtered += rows; return; }
      counts.used += rows;
      counts.out += rows;
      emit(input);
    },
    finish() { first = false; return undefined; },
  };
}
