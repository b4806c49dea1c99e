// What grouping operators are made of: where keys and arguments come from, the accumulators of a group as the values of one state table.

import { sameExpr } from '../../planner/expr/equal.js';
import { changesOf, eventTimesOf } from '../../planner/plan/properties.js';
import type { Span } from '../../planner/spans.js';
import type { BoundAggregate, BoundExpr, Emission, PlanOf } from '../../planner/tree.js';
import type { Field } from '../../planner/types.js';
import * as T from '../../planner/types.js';
import { type Column, type Delta, fixedColumn } from '../columnar/column.js';
import { gatherDoubles } from '../columnar/gather.js';
import { grown } from '../columnar/grow.js';
import { shownAtCall } from '../columnar/place.js';
import { accumulatorOf, distinctAccumulator, invertibleAccumulator } from '../functions/aggregate/object.js';
import type { Accumulator, AggregateFunction, EpochInfo } from '../functions/define.js';
import type { Predicate, Projection } from '../kernels/evaluator.js';
import type { SlotValues } from '../state/store.js';
import type { DistinctSpec } from './aggregate-distinct.js';
import { GroupBags, type GroupBagSpec } from './aggregate-values.js';
import { sortedMaps } from './map-keys.js';
import type { Emit } from './operator.js';
import { aggregateCall, constantColumn, layoutOf, type LoweringTools, type NodeInput } from './tools.js';

/** Rows of one emitted chunk. */
export const CHUNK_ROWS = 16384;

/** Where a value of the input comes from: a column of a projection, or a constant. */
export type Source = { readonly kind: 'column'; readonly index: number } | { readonly kind: 'constant'; readonly column: (length: number) => Column };
/** Aggregates with one FILTER: its rows only are evaluated. */
export interface FilterGroup {
  readonly predicate: Predicate | null;
  readonly projection: Projection;
}
export interface AggregateFunctionSpec {
  readonly make: () => Accumulator;
  readonly args: readonly Source[];
  /** Index of its FilterGroup. */
  readonly group: number;
  readonly distinct: DistinctSpec | null;
  /** The call in the text of the query. */
  readonly span: Span | undefined;
}
/** The results of groups, a column for each function. */
export const resultsOf = (spec: AggregateSpec, values: GroupValues, slots: Int32Array): readonly Column[] =>
  spec.functions.map((f, i) => shownAtCall(f, () => values.accumulators[i]!.result(slots)));
export interface AggregateSpec {
  readonly keys: readonly Field[];
  /** Index of the key with event time. */
  readonly eventTime: number | undefined;
  /** The first group has no filter; its projection gives the keys first. */
  readonly groups: readonly FilterGroup[];
  readonly functions: readonly AggregateFunctionSpec[];
  readonly emission: Emission;
  /** The input may take rows back. */
  readonly retract: boolean;
  /** on_touch: the group as it was goes out as −1 beside the new one. */
  readonly retractions: boolean;
}

/** Expressions of one projection, each once. */
export class ExprList {
  readonly exprs: BoundExpr[] = [];
  add(expr: BoundExpr): number {
    const at = this.exprs.findIndex((e) => sameExpr(e, expr));
    return at >= 0 ? at : this.exprs.push(expr) - 1;
  }
}

export function aggregateSpec(plan: PlanOf<'aggregate'>, input: NodeInput, tools: LoweringTools, retractions: boolean): AggregateSpec {
  const { compiler, settings } = tools;
  const layout = layoutOf(input.output);
  const retract = changesOf(plan.input) !== 'insert';
  const lists: { readonly filter: BoundExpr | undefined; readonly list: ExprList }[] = [{ filter: undefined, list: new ExprList() }];
  // The session column is not in the input: the operator makes it.
  const grouping = plan.session ? plan.grouping.filter((g) => !(g.expr.kind === 'column' && g.expr.id === plan.session!.column.id)) : plan.grouping;
  for (const g of grouping) lists[0]!.list.exprs.push(g.expr);
  if (plan.session) lists[0]!.list.exprs.push(plan.session.time, plan.session.gap);
  const functions = plan.aggregates.map(({ aggregate }): AggregateFunctionSpec => {
    let group = lists.findIndex((l) => l.filter === aggregate.filter || (l.filter && aggregate.filter && sameExpr(l.filter, aggregate.filter)));
    if (group < 0) group = lists.push({ filter: aggregate.filter, list: new ExprList() }) - 1;
    return functionSpec(aggregate, lists[group]!.list, group, retract, plan.session !== undefined, tools);
  });
  const times = eventTimesOf(plan);
  const eventTime = plan.grouping.findIndex((g) => times.has(g.id));
  return {
    keys: plan.grouping.map((g) => T.field(g.name, g.expr.type, g.expr.nullable)), eventTime: eventTime < 0 ? undefined : eventTime, functions,
    groups: lists.map(({ filter, list }, i) => {
      const projection = compiler.projection(list.exprs, layout, settings);
      const maps = i === 0 && settings.compatSpark && grouping.some((g) => T.holdsKind(g.expr.type, 'map'));
      return {
        predicate: filter ? compiler.predicate(filter, layout, settings) : null,
        projection: maps ? (batch, context) => projection(batch, context).map((c, k) => k < grouping.length ? sortedMaps(c) : c) : projection,
      };
    }),
    emission: plan.emission ?? 'all', retract, retractions,
  };
}

/** `merged`: states of groups become one, so each keeps its DISTINCT values itself. */
function functionSpec(aggregate: BoundAggregate, list: ExprList, group: number, retract: boolean, merged: boolean, tools: LoweringTools): AggregateFunctionSpec {
  const values = [...aggregate.args, ...(aggregate.orderBy ?? []).map((o) => o.expr)];
  const call = aggregateCall(aggregate, retract, tools);
  const distinct = aggregate.distinct && aggregate.fn.duplicateInsensitive !== true;
  const fn = aggregate.fn as AggregateFunction;
  const bags: GroupBagSpec = { types: values.map((v) => v.type), end: fn.end?.(call), insertOnly: () => fn.accumulator({ ...call, retract: false }) };
  return {
    make: () => distinct && merged ? distinctAccumulator(call) : !retract ? accumulatorOf(call) : invertibleAccumulator(call) ?? new GroupBags(bags), group,
    args: values.map((expr): Source => expr.kind === 'const' ? { kind: 'constant', column: constantColumn(expr.type, expr.value) } : { kind: 'column', index: list.add(expr) }),
    distinct: distinct && !merged ? { values: aggregate.args.map((a, i) => T.field(`a${i}`, a.type)), argumentValues: values.map((v) => aggregate.args.findIndex((a) => sameExpr(a, v))) } : null,
    span: aggregate.span,
  };
}

/** All accumulators of a group, and the number of its rows where rows may be taken back, as the values of one state table. */
export class GroupValues implements SlotValues {
  readonly accumulators: readonly Accumulator[];
  /** Rows of each group; null where rows are never taken back. */
  rows: Float64Array | null;
  constructor(accumulators: readonly Accumulator[], countRows: boolean) { this.accumulators = accumulators; this.rows = countRows ? new Float64Array(0) : null; }
  get memoryUsedBytes(): number { return this.accumulators.reduce((sum, a) => sum + (a.memoryUsedBytes ?? 0), this.rows?.byteLength ?? 0); }
  get fields(): readonly Field[] {
    const fields = this.accumulators.flatMap((a) => a.stateTypes).map((type, i) => T.field(`v${i}`, type));
    return this.rows ? [...fields, T.field('rows', T.DOUBLE)] : fields;
  }
  reserve(count: number): void {
    for (const a of this.accumulators) a.reserve(count);
    if (this.rows) this.rows = grown(this.rows, count);
  }
  save(slots: Int32Array): readonly Column[] {
    const columns = this.accumulators.flatMap((a) => a.save(slots));
    if (this.rows) { columns.push(fixedColumn(T.DOUBLE, slots.length, gatherDoubles(this.rows, slots))); }
    return columns;
  }
  load(slots: Int32Array, columns: readonly Column[]): void {
    let at = 0;
    for (const a of this.accumulators) { a.load(slots, columns.slice(at, at + a.stateTypes.length)); at += a.stateTypes.length; }
    if (this.rows) { const counts = columns[at]!.values as Float64Array; for (let k = 0; k < slots.length; k++) this.rows[slots[k]!] = counts[k]!; }
  }
  /** Adds the saved state of other groups. */
  merge(slots: Int32Array, columns: readonly Column[]): void {
    let at = 0;
    for (const a of this.accumulators) { a.merge(slots, columns.slice(at, at + a.stateTypes.length)); at += a.stateTypes.length; }
  }
  reset(slots: Int32Array): void {
    for (const a of this.accumulators) a.reset(slots);
    if (this.rows) for (let k = 0; k < slots.length; k++) this.rows[slots[k]!] = 0;
  }
}

/** The arguments of one function for a batch. */
export const argumentsOf = (spec: AggregateFunctionSpec, columns: readonly Column[], length: number): readonly Column[] =>
  spec.args.map((a) => a.kind === 'constant' ? a.column(length) : columns[a.index]!);

/** A FILTER's rows, their slots, and the arguments evaluated on them. */
export interface GroupRows { readonly columns: readonly Column[]; readonly rows: Int32Array | null; readonly slots: Int32Array }

/** The rows of each filter; `columns` are those of the first group, which has none. */
export function evaluateGroups(spec: AggregateSpec, columns: readonly Column[], input: Delta, rows: Int32Array | null, slots: Int32Array, epoch: EpochInfo): readonly GroupRows[] {
  return spec.groups.map((group, g): GroupRows => {
    if (g === 0) return { columns, rows, slots };
    const selection = group.predicate!({ length: input.length, columns: input.columns, selection: rows }, epoch);
    const own = selection === rows || selection === null ? slots : slotsOf(selection, rows, slots);
    return { columns: group.projection({ length: input.length, columns: input.columns, selection }, epoch), rows: selection, slots: own };
  });
}

/** A delta of columns made here: every row counts `weight` times. */
export function emitColumns(length: number, columns: readonly Column[], weight: 1 | -1, counts: { out: number }, emit: Emit): void {
  if (length === 0) return;
  counts.out += length;
  emit({ length, columns, selection: null, weights: weight === 1 ? null : new Int32Array(length).fill(-1) });
}

/** Slots of a selection that is part of `rows`, both ascending. */
function slotsOf(selection: Int32Array, rows: Int32Array | null, slots: Int32Array): Int32Array {
  const out = new Int32Array(selection.length);
  if (rows === null) { for (let k = 0; k < out.length; k++) out[k] = slots[selection[k]!]!; return out; }
  let at = 0;
  for (let k = 0; k < out.length; k++) { while (rows[at] !== selection[k]) at++; out[k] = slots[at]!; }
  return out;
}
