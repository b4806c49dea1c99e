// The reports of one running query: a progress object for each epoch, the newest of them kept, and the ledger since the start.

import type { OffsetEntry } from '../checkpoint/checkpoint.js';
import type { Offset } from '../connect/contract.js';
import { type Millis, noCounts, type Operator, operatorId, type PhysicalPlan, type RowCounts, subtractCounts, type WatermarkOperator } from '../operators/operator.js';
import type { Input } from './inputs.js';
import { isoTime, type OperatorLedger, type QueryLedger, rate, stateProgress, type StreamingQueryProgress } from './progress.js';
import type { StatefulNode } from './stateful-nodes.js';
import type { Timings } from './timings.js';

/** What the reports are of. */
export interface Reported {
  readonly id: string;
  readonly runId: string;
  readonly name: string | undefined;
  readonly plan: PhysicalPlan;
  readonly inputs: readonly Input[];
  readonly watermarkNodes: readonly number[];
  readonly statefulNodes: readonly StatefulNode[];
  readonly sinkDescription: string;
  /** How many progress objects are kept. */
  readonly keep: number;
}
/** One epoch that has ended. */
export interface EndedEpoch {
  readonly entry: OffsetEntry;
  /** When its trigger fell due. */
  readonly triggered: Millis;
  readonly timings: Timings;
  readonly totalMillis: number;
  readonly rowsOut: number;
  /** The newest offset of each source. */
  readonly newest: readonly (Offset | undefined)[];
}

export const observed = (operator: Operator): ReturnType<WatermarkOperator['observed']> => 'observed' in operator ? (operator as WatermarkOperator).observed() : undefined;

export class Reports {
  private readonly of: Reported;
  private readonly kept: StreamingQueryProgress[] = [];
  private counts: readonly RowCounts[] = [];
  epochs = 0;
  rowsOut = 0;

  constructor(of: Reported) { this.of = of; }

  get recent(): readonly StreamingQueryProgress[] { return [...this.kept]; }
  get last(): StreamingQueryProgress | undefined { return this.kept.at(-1); }
  /** Of each node, since the start. */
  nodeCounts(): readonly RowCounts[] { return this.of.plan.nodes.map((_, i) => this.counts[i] ?? noCounts()); }
  /** Of each node, in the newest epoch that had rows. */
  lastNodeCounts(): readonly RowCounts[] {
    const heard = this.kept.findLast((p) => p.numInputRows > 0);
    return this.of.plan.nodes.map((_, i) => heard?.operators[i] ?? noCounts());
  }
  get ledger(): QueryLedger {
    const operators = this.of.plan.nodes.map((node, i): OperatorLedger => ({ operator: node.name, id: operatorId(this.of.plan, i), ...noCounts(), ...this.counts[i] }));
    const total = noCounts();
    for (const o of operators) for (const key of Object.keys(total) as (keyof RowCounts)[]) total[key] += o[key];
    return { total, operators };
  }

  /** Counting starts with these operators. */
  begin(operators: readonly Operator[]): void { this.counts = operators.map((operator) => ({ ...noCounts(), ...operator.counts })); }

  add(operators: readonly Operator[], { entry, triggered, timings, totalMillis, rowsOut, newest }: EndedEpoch): StreamingQueryProgress {
    const { inputs, plan, id, runId, name, watermarkNodes, statefulNodes, sinkDescription, keep } = this.of;
    const sinceLast = this.last === undefined ? 0 : triggered - Date.parse(this.last.timestamp);
    const rows = inputs.reduce((sum, input) => sum + input.rows, 0);
    const seen = watermarkNodes.map((node) => observed(operators[node]!)).find((s) => s !== undefined);
    const counts = operators.map((operator) => ({ ...operator.counts }));
    const progress: StreamingQueryProgress = {
      id, runId, name: name ?? null, timestamp: isoTime(triggered), batchId: entry.epoch, batchDuration: Math.round(totalMillis),
      numInputRows: rows, ...rate('inputRowsPerSecond', rows, sinceLast), ...rate('processedRowsPerSecond', rows, totalMillis),
      durationMs: timings.all(totalMillis),
      eventTime: watermarkNodes.length === 0 ? {} : {
        ...(seen ? { avg: isoTime(Math.trunc(seen.sum / seen.count)), max: isoTime(seen.max), min: isoTime(seen.min) } : {}), watermark: isoTime(entry.watermarkMillis),
      },
      stateOperators: statefulNodes.flatMap(({ node }) => { const m = operators[node]!.stateMetrics?.(); return m ? [stateProgress(m, timings.of('stateCommit'))] : []; }),
      sources: inputs.map((input, i) => {
        const metrics = input.metrics();
        return {
          description: input.description, startOffset: entry.sources[i]!.after ?? null, endOffset: entry.sources[i]!.upTo ?? null, latestOffset: newest[i] ?? null,
          numInputRows: input.rows, ...rate('inputRowsPerSecond', input.rows, sinceLast), ...rate('processedRowsPerSecond', input.rows, totalMillis), ...(metrics ? { metrics } : {}),
        };
      }),
      sink: { description: sinkDescription, numOutputRows: rowsOut },
      operators: counts.map((now, i) => ({ operator: plan.nodes[i]!.name, id: operatorId(plan, i), ...subtractCounts(now, this.counts[i]!) })),
    };
    this.counts = counts;
    this.epochs++;
    this.rowsOut += rowsOut;
    this.kept.push(progress);
    if (this.kept.length > keep) this.kept.shift();
    return progress;
  }
}
