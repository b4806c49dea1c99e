// Nothing disappears: what every operator says about its rows, held against the rows that really went over its edges; and ports that take
// insertions only get no others. Off unless asked for
// (tests, conformance): a wrong count is a bug of the engine, and no reason to stop somebody's query.

import { invariant } from '../../planner/errors/index.js';
import { type Delta, type RecordBatch, rowCount } from '../columnar/column.js';
import { type Operator, type PhysicalPlan, type RowCounts, subtractCounts } from './operator.js';
import { rowsOf } from './stateless.js';

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

  given(plan: PhysicalPlan, node: number, port: number, input: Delta): void {
    this.rowsIn[node]! += rowCount(input);
    const { name, ports } = plan.nodes[node]!;
    if (ports[port] !== 'insert' || input.weights === null) return;
    for (const i of rowsOf(input)) invariant(input.weights[i]! > 0, `${name} takes no rows back on port ${port}`);
  }
  /** Records that never became rows, but are accounted for. */
  refused(node: number, count: number): void { this.rowsIn[node]! += count; }
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
