// When what is kept from epoch to epoch is handed on: the one place where the output mode reaches an operator.
//
// Append: streaming aggregates when the watermark closes a group, outer rows of joins when no partner can come any more: nothing is ever
// taken back. Update and changelog: the groups that an epoch touched and the rows that it changed, old and new. Complete: what stands over
// the topmost aggregate or window of each path runs on its whole result, anew in each epoch; where a path has none (a join whose sides are no
// aggregates, EXCEPT), the result itself is kept (`materialize`). Below, complete is as update.

import { raise } from '../errors/index.js';
import { printExpr } from '../expr/print.js';
import { probesTable } from '../plan/join-bound.js';
import { changesOf, eventTimesOf, isStreaming } from '../plan/properties.js';
import { children, mapChildren } from '../plan/walk.js';
import { partitionTime, settledByTime } from '../plan/window-time.js';
import type { Emission, LogicalJoinType, LogicalPlan, OutputMode, PlanKind, PlanOf } from '../tree.js';

/** @throws UNSUPPORTED_STREAMING_OPERATOR_WITHOUT_WATERMARK, STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION, _LEGACY_ERROR_TEMP_3068 */
export function chooseEmission(plan: LogicalPlan, mode: OutputMode, compatSpark: boolean): LogicalPlan {
  return mode === 'complete' ? new Choice('on_touch', compatSpark).whole(plan) : new Choice(mode === 'append' ? 'on_close' : 'on_touch', compatSpark).changes(plan);
}

class Choice {
  private readonly emission: 'on_close' | 'on_touch';
  private readonly compatSpark: boolean;
  constructor(emission: 'on_close' | 'on_touch', compatSpark: boolean) { this.emission = emission; this.compatSpark = compatSpark; }

  /** The plan as one that hands on changes. */
  changes(plan: LogicalPlan): LogicalPlan {
    if (!isStreaming(plan)) return plan;
    const node = mapChildren(plan, (input) => this.changes(input));
    if (node.kind === 'aggregate') return this.aggregate(node, this.emission);
    if (node.kind === 'window') return this.window(node);
    if (node.kind === 'union' && !this.compatSpark && !node.inputs.every(isStreaming)) return { ...node, once: true };
    return node.kind === 'join' ? this.join(node) : node;
  }

  /** The plan as one that gives its whole result in each epoch. */
  whole(plan: LogicalPlan): LogicalPlan {
    if (!isStreaming(plan)) return plan;
    // Spark's hand on their whole result in complete mode wherever they stand: an aggregate above counts it again in each epoch.
    if (plan.kind === 'aggregate') return this.aggregate(mapChildren(plan, (input) => this.compatSpark ? this.whole(input) : this.changes(input)) as typeof plan, 'all');
    // Window functions over a whole result run on it anew; all others keep their rows.
    if (plan.kind === 'window' && !everyPathAggregates(plan.input)) return { ...plan, input: this.changes(plan.input), emission: 'all' };
    if (this.compatSpark || everyPathAggregates(plan) || needsWhole(plan)) {
      const node = mapChildren(plan, (input) => this.whole(input));
      return this.compatSpark && node.kind === 'join' ? this.join(node) : node;
    }
    return { kind: 'materialize', input: this.changes(plan) };
  }

  private aggregate(node: PlanOf<'aggregate'>, emission: Emission): LogicalPlan {
    if (node.session && this.compatSpark) checkSession(node);
    if (emission === 'on_close' && !node.grouping.some((g) => eventTimesOf(node).has(g.id))) {
      raise('UNSUPPORTED_STREAMING_OPERATOR_WITHOUT_WATERMARK', { outputMode: 'append', statefulOperator: 'aggregations' }, { span: node.span });
    }
    return { ...node, emission };
  }

  private window(node: PlanOf<'window'>): LogicalPlan {
    if (this.emission === 'on_touch') return { ...node, emission: 'on_touch' };
    if (partitionTime(node) >= 0) return { ...node, emission: 'on_close' };
    if (settledByTime(node)) return { ...node, emission: 'on_close', byRow: true };
    return raise('STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION', {
      outputMode: 'append', operation: `window functions whose rows never become final: ${node.functions.length === 0 ? 'a rank' : node.functions.map((f) => printExpr(f.window)).join(', ')}`,
      advice: 'Order by a column with a watermark, ascending, in a frame with an end; partition by one or by a time window over one; or use the update, changelog or complete mode.',
    }, { span: node.functions[0]?.window.span ?? node.span });
  }

  /** Whether the join keeps its rows, and how it hands on what has no partner. */
  private join(node: PlanOf<'join'>): LogicalPlan {
    const inputs = children(node);
    const both = inputs.every(isStreaming);
    if (!both && (this.compatSpark || probesTable(node))) return node;
    // Pairs, and left rows with a partner, only become more while no row is taken back.
    const grows = (node.type === 'inner' || node.type === 'left_semi') && both && inputs.every((input) => changesOf(input) === 'insert');
    // The others have no moment at which a row is final.
    const closes = both && CLOSING.has(node.type) && !node.nullAware;
    return { ...node, emission: grows || this.compatSpark ? 'on_close' : closes ? this.emission : 'on_touch' };
  }
}

function everyPathAggregates(plan: LogicalPlan): boolean {
  if (plan.kind === 'aggregate' || plan.kind === 'window') return true;
  // Which of the rows stands for a key is remembered.
  if (plan.kind === 'deduplicate') return false;
  const streaming = children(plan).filter(isStreaming);
  return streaming.length > 0 && streaming.every(everyPathAggregates);
}

const CLOSING: ReadonlySet<LogicalJoinType> = new Set<LogicalJoinType>(['inner', 'left', 'right', 'full', 'left_semi', 'left_anti']);
const WHOLE: ReadonlySet<PlanKind> = new Set<PlanKind>(['sort', 'limit', 'sample']);
const LINEAR: ReadonlySet<PlanKind> = new Set<PlanKind>(['project', 'filter', 'expand', 'generate', 'time_window', 'map_rows']);
/** A node that is of use on a whole result only, or passes on what one gives. */
function needsWhole(plan: LogicalPlan): boolean { return WHOLE.has(plan.kind) || (LINEAR.has(plan.kind) && children(plan).some(needsWhole)); }

/** Spark's sessions need a key that is not constant. */
function checkSession(node: PlanOf<'aggregate'>): void {
  const { session } = node;
  const other = node.grouping.some((g) => g.expr.kind !== 'const' && !(g.expr.kind === 'column' && g.expr.id === session!.column.id));
  if (!other) raise('_LEGACY_ERROR_TEMP_3068', {}, { span: node.span });
}
