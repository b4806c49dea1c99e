// Nothing disappears: what every operator says about its rows, held against the rows that really went over its edges. Off unless asked for
// (tests, conformance): a wrong count is a bug of the engine, and no reason to stop somebody's query.

import { invariant } from '../../planner/errors/index.js';
import { type RecordBatch, rowCount } from '../columnar/column.js';
import { type Operator, type PhysicalPlan, type RowCounts, subtractCounts } from './operator.js';

export class RowLedger {
  private readonly operators: readonly Operator[];
  private readonly before: readonly RowCounts[];
  private readonly rowsIn: number[];
  private readonly rowsOut: number[];

  constructor(operators: readonly Operator[]) {
    this.operators = operators;
    this.before = operators.map((o) => ({ ...o.counts }));
    this.rowsIn = operators.map(() => 0);
    this.rowsOut = operators.map(() => 0);
  }

  given(node: number, batch: RecordBatch): void { this.rowsIn[node]! += rowCount(batch); }
  emitted(node: number, batch: RecordBatch): void { this.rowsOut[node]! += rowCount(batch); }

  /** The epoch is over: for every operator in = used + filtered + late + rejected + deduplicated, and in and out are what came and went. */
  close(plan: PhysicalPlan): void {
    this.operators.forEach((operator, node) => {
      const c = subtractCounts(operator.counts, this.before[node]!);
      const right = c.in === this.rowsIn[node] && c.out === this.rowsOut[node] && c.in === c.used + c.filtered + c.late + c.rejected + c.deduplicated;
      invariant(right, `${plan.nodes[node]!.name} accounts for its rows: ${this.rowsIn[node]} came, ${this.rowsOut[node]} went, it says ${JSON.stringify(c)}`);
    });
  }
}
