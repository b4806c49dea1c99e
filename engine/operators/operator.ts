// The contract of incremental operators. A physical plan is a list of nodes in topological order; the driver pushes deltas along its
// edges. Operators are synchronous; the plan is static, and all that varies by epoch arrives as `context`.
//
// source: design of Feldera's operator trait and Arroyo's process_batch/handle_watermark; watermarks as in Spark (streaming-algorithms).

import type { OutputColumn } from '../../planner/tree.js';
import type { Column, Delta } from '../columnar/column.js';
import type { EpochInfo } from '../functions/define.js';
import type { StateStore } from '../state/store.js';

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Millis = number;

export interface EpochContext extends EpochInfo {
  /** This operator's input watermark in the previous epoch: rows at or before it are late. */
  readonly lateWatermark: Millis;
  /** This operator's input watermark in this epoch: state at or before it is final. */
  readonly evictWatermark: Millis;
  /** The one epoch of a static query: nothing comes after it, everything is released, nothing is late. */
  readonly final: boolean;
  /** Where rows go that the operator counts as late or rejected, so that people can look at them. Absent: they are counted only. */
  readonly aside?: Aside;
}
/** Takes copies of some rows of a batch (its physical positions) that are not used. `time`: the column of the batch, or one of its length, that
 *  the rows were judged by. */
export interface Aside {
  late(input: Delta, port: number, rows: Int32Array, time: Column): void;
  rejected(input: Delta, port: number, rows: Int32Array, time: Column, reason: string): void;
}
export type Emit = (delta: Delta) => void;

/** Exact counts of one operator, summed since it was made: in = used + filtered + late + rejected + deduplicated. */
export interface RowCounts {
  in: number; used: number; filtered: number; late: number; rejected: number; deduplicated: number;
  /** Rows handed on; not part of the sum. */ out: number;
}
export const noCounts = (): RowCounts => ({ in: 0, used: 0, filtered: 0, late: 0, rejected: 0, deduplicated: 0, out: 0 });
/** What was counted since. */
export const subtractCounts = (now: Readonly<RowCounts>, before: Readonly<RowCounts>): RowCounts => ({
  in: now.in - before.in, used: now.used - before.used, filtered: now.filtered - before.filtered, late: now.late - before.late,
  rejected: now.rejected - before.rejected, deduplicated: now.deduplicated - before.deduplicated, out: now.out - before.out,
});

/** The `stateOperators` entry of Spark's progress. */
export interface StateMetrics {
  readonly operatorName: string;
  readonly numRowsTotal: number;
  readonly numRowsUpdated: number;
  readonly numRowsRemoved: number;
  /** Spark's count: for aggregates distinct late groups per epoch, else rows. */
  readonly numRowsDroppedByWatermark: number;
  readonly memoryUsedBytes: number;
  readonly customMetrics: Readonly<Record<string, number>>;
}

export interface Operator {
  /** Lets a provider fetch the state that `input` will touch; only for state larger than memory. */
  prepare?(input: Delta, port: number): Promise<void>;
  /** Whether more rows of a port are of use in this epoch; leaves below one that is not wanted are read no further. Absent: they are. */
  wantsPort?(port: number): boolean;
  /** One change on one input. `emit` puts it on the outgoing edge and returns; the batch may be read after process has returned. */
  process(input: Delta, port: number, context: EpochContext, emit: Emit): void;
  /** Asked after each process (and finishPort) until it returns false: the rest of a large answer, one bounded chunk a call. */
  more?(context: EpochContext, emit: Emit): boolean;
  /** Input `port` has no more in this epoch. Ports end in their declared order (a static side first). */
  finishPort?(port: number, context: EpochContext, emit: Emit): void;
  /** All inputs of the epoch have been seen: emit what became final, evict. Yields between bounded chunks, so that the driver may breathe. */
  finish?(context: EpochContext, emit: Emit): Iterable<void> | undefined;
  /** Would Spark run an epoch without data now? Absent: never. */
  wantsEpoch?(newWatermark: Millis, lastEvictWatermark: Millis, now: Millis): boolean;
  /** Until when the driver may sleep. Absent or undefined: no timer. */
  nextTimer?(by: 'event_time' | 'processing_time'): Millis | undefined;
  /** What it has taken in and will hand out later; absent or undefined: nothing. Asked between epochs. */
  holds?(): Held | undefined;
  /** Absent: stateless. Asked after `finish`. */
  stateMetrics?(): StateMetrics;
  /** The query has ended. Not called after a static query. */
  close?(): void;
  readonly counts: RowCounts;
}

/** Rows or groups that wait for time to pass. */
export interface Held {
  readonly rows: number;
  /** The least input watermark by which some of them go out; undefined: none does, whatever the watermark. */
  readonly until: Millis | undefined;
  /** Why no watermark lets them go, where it is not that they have no event time: `they wait for …`. */
  readonly because?: string;
}

/** What one input may carry. */
export type Changes = 'insert' | 'retract';

/** A node of the physical plan: what the driver needs to know, and how to make the operator once the state store is open. */
export interface PhysicalNode {
  readonly name: string;
  /** Indices of the input nodes, one a port, all smaller than this node's own. Empty: a source (see PhysicalPlan.sources) or literal rows. */
  readonly inputs: readonly number[];
  readonly output: readonly OutputColumn[];
  readonly ports: readonly Changes[];
  /** Facts for EXPLAIN: `keys=[a, b]`, `predicate=(a > 1)`. */
  readonly detail: string;
  /** Set for stateful operators: the folder of their state. */
  readonly stateId?: string;
  /** Spark's name of a stateful operator, as checkpoints, errors and progress tell it. Default: `name`. */
  readonly stateOperator?: string;
  /** What downstream may assume, given the input watermarks (undefined: a static input). Default: the least of the defined ones. */
  outputWatermark?(inputs: readonly (Millis | undefined)[], global: Millis): Millis | undefined;
  /** A watermark node: observes its column and defines the watermark of what is above it. */
  readonly watermark?: WatermarkRule;
  create(context: CreateContext): Operator;
}
/** What an operator is called where one must be told from another: the name of its state or watermark, else its kind and number. */
export const operatorId = ({ nodes }: PhysicalPlan, node: number): string => {
  const { name, stateId, watermark } = nodes[node]!;
  return stateId ?? watermark?.nodeId ?? `${name}-${node}`;
};
export interface QueryIds { readonly id: string; readonly runId: string }
export interface CreateContext {
  /** In memory and thrown away for a static query. */
  readonly store: StateStore;
  /** Absent: a static query. */
  readonly query?: QueryIds;
}

export interface PhysicalPlan {
  readonly nodes: readonly PhysicalNode[];
  /** The node whose output is the result. */
  readonly root: number;
  /** Leaves that read sources, with the logical scan they come from. */
  readonly sources: readonly { readonly node: number; readonly scan: import('../../planner/tree.js').PlanOf<'scan'> }[];
  /** Leaves whose rows the surrounding operator gives: the last round of a recursion, parts of a sub-plan that were computed once. By `loop` of the logical node. */
  readonly given?: readonly { readonly node: number; readonly loop: number }[];
  readonly output: readonly OutputColumn[];
}

export interface WatermarkRule {
  readonly nodeId: string;
  readonly delayMillis: Millis;
  /** Without rows for this long, by the epochs' timestamps, it holds no other watermark back. */
  readonly idleMillis?: Millis | undefined;
}

/** What a watermark operator saw in the epoch. */
export interface WatermarkOperator extends Operator {
  /** Greatest event time of the epoch's rows in ms (NULL counts as 0), with min, sum and count for progress; undefined if no row came. */
  observed(): { readonly max: Millis; readonly min: Millis; readonly sum: number; readonly count: number } | undefined;
}
