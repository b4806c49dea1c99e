// Accumulators whose state is a JavaScript object by slot: the rare aggregates, and all that keep values. Slower by an order of magnitude
// than typed arrays, but any type of argument works. State is saved as one column.

import { invariant } from '../../../planner/errors/index.js';
import type { DataType } from '../../../planner/types.js';
import * as T from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';
import { columnOf } from '../../columnar/build.js';
import { type Column, isValid } from '../../columnar/column.js';
import { keyOf } from '../../columnar/encode.js';
import { reader } from '../../columnar/read.js';
import type { Accumulator, AggregateCall, AggregateFunction } from '../define.js';

export interface ObjectSpec<S> {
  readonly init: () => S;
  /** One row; `args` is used again for the next one. Weights never get here: see multiset. Gives the new state. */
  readonly add: (state: S, args: readonly Value[]) => S;
  readonly merge: (into: S, other: S) => S;
  readonly result: (state: S) => Value;
  readonly type: DataType;
  readonly stateType: DataType;
  readonly save: (state: S) => Value;
  readonly load: (value: Value) => S;
  /** Rows with a NULL in one of these arguments are left out. Default: none is. */
  readonly skipNulls?: readonly number[];
}

export function objectAccumulator<S>(spec: ObjectSpec<S>): Accumulator {
  return accumulatorOfStates(spec, (states, n, rows, slots, args, weights) => {
    const readers = args.map(reader);
    const needed = (spec.skipNulls ?? []).map((a) => args[a]!).filter((c) => c.validity !== null || c.type.kind === 'void');
    const row: Value[] = new Array(args.length);
    next: for (let k = 0; k < n; k++) {
      const i = rows === null ? k : rows[k]!;
      for (const column of needed) if (!isValid(column.validity, i)) continue next;
      for (let a = 0; a < readers.length; a++) row[a] = readers[a]!(i);
      invariant(weights === null || weights[i]! >= 0, 'retractions go through a multiset');
      const slot = slots[k]!;
      for (let w = weights === null ? 1 : weights[i]!; w > 0; w--) states[slot] = spec.add(states[slot] ?? spec.init(), row);
    }
  });
}

/** As ObjectSpec, for states that change in place and read the buffers of the columns themselves. */
export interface ColumnSpec<S> extends Omit<ObjectSpec<S>, 'add' | 'skipNulls'> {
  /** Adds row i of these columns; the first one is not NULL there. Made once a batch. */
  readonly add: (args: readonly Column[]) => (state: S, i: number) => void;
}
export function columnAccumulator<S>(spec: ColumnSpec<S>): Accumulator {
  return accumulatorOfStates(spec, (states, n, rows, slots, args, weights) => {
    const [{ type, validity }] = args as readonly [Column];
    if (type.kind === 'void') return;
    const add = spec.add(args);
    for (let k = 0; k < n; k++) {
      const i = rows === null ? k : rows[k]!;
      if (validity !== null && !isValid(validity, i)) continue;
      invariant(weights === null || weights[i]! >= 0, 'retractions go through a multiset');
      const slot = slots[k]!;
      states[slot] ??= spec.init();
      const state = states[slot];
      for (let w = weights === null ? 1 : weights[i]!; w > 0; w--) add(state, i);
    }
  });
}

type Take<S> = (states: (S | undefined)[], ...update: Parameters<Accumulator['update']>) => void;
function accumulatorOfStates<S>(spec: Omit<ObjectSpec<S>, 'add' | 'skipNulls'>, take: Take<S>): Accumulator {
  const states: (S | undefined)[] = [];
  const of = (slot: number): S => states[slot] ?? spec.init();
  return {
    stateTypes: [spec.stateType],
    reserve() { /* grows as slots come */ },
    update(n, rows, slots, args, weights) { take(states, n, rows, slots, args, weights); },
    reset(slots) { for (const slot of slots) states[slot] = undefined; },
    result(slots) { return columnOf(spec.type, Array.from(slots, (slot) => spec.result(of(slot)))); },
    save(slots) { return [columnOf(spec.stateType, Array.from(slots, (slot) => states[slot] === undefined ? null : spec.save(states[slot])))]; },
    load(slots, state) {
      const read = reader(state[0]!);
      slots.forEach((slot, k) => { const value = read(k); states[slot] = value === null ? undefined : spec.load(value); });
    },
    merge(slots, state) {
      const read = reader(state[0]!);
      slots.forEach((slot, k) => { const value = read(k); if (value !== null) states[slot] = spec.merge(of(slot), spec.load(value)); });
    },
  };
}

/** All values of a group with their counts, in order of arrival: what an aggregate needs that cannot take a row back by itself. `distinct`: each
 *  counts once. */
export function multisetAccumulator(insertOnly: () => Accumulator, argTypes: readonly DataType[], distinct = false): Accumulator {
  const rowType = T.struct(argTypes.map((t, i) => T.field(`a${i}`, t)));
  const key = keyOf(rowType);
  const stateType = T.array(T.struct([T.field('row', rowType), T.field('count', T.BIGINT)]));
  type Bag = Map<unknown, { readonly row: readonly Value[]; count: number }>;
  const bags: (Bag | undefined)[] = [];
  const change = (slot: number, row: readonly Value[], weight: number): void => {
    bags[slot] ??= new Map();
    const bag = bags[slot];
    const id = key(row);
    const entry = bag.get(id);
    if (entry === undefined) bag.set(id, { row, count: weight });
    else {
      entry.count += weight;
      if (entry.count === 0) bag.delete(id);
    }
  };
  return {
    stateTypes: [stateType],
    reserve() { /* grows as slots come */ },
    update(n, rows, slots, args, weights) {
      const readers = args.map(reader);
      for (let k = 0; k < n; k++) {
        const i = rows === null ? k : rows[k]!;
        change(slots[k]!, readers.map((r) => r(i)), weights === null ? 1 : weights[i]!);
      }
    },
    reset(slots) { for (const slot of slots) bags[slot] = undefined; },
    result(slots) {
      const target = insertOnly();
      target.reserve(slots.length);
      const rows: (readonly Value[])[] = [];
      const targets: number[] = [];
      const weights: number[] = [];
      slots.forEach((slot, k) => {
        for (const { row, count } of bags[slot]?.values() ?? []) if (count > 0) { rows.push(row); targets.push(k); weights.push(count); }
      });
      const columns = argTypes.map((t, a): Column => columnOf(t, rows.map((r) => r[a]!)));
      target.update(rows.length, null, Int32Array.from(targets), columns, distinct ? null : Int32Array.from(weights));
      return target.result(slots.map((_, k) => k));
    },
    save(slots) { return [columnOf(stateType, Array.from(slots, (slot) => Array.from(bags[slot]?.values() ?? [], (e) => [e.row, BigInt(e.count)])))]; },
    load(slots, state) { for (const slot of slots) bags[slot] = undefined; this.merge(slots, state); },
    merge(slots, state) {
      const read = reader(state[0]!);
      slots.forEach((slot, k) => {
        for (const [row, count] of (read(k) ?? []) as readonly (readonly [readonly Value[], bigint])[]) change(slot, row, Number(count));
      });
    },
  };
}

/** The state of a DISTINCT aggregate that keeps the values of each group itself, so that states can be merged. */
export function distinctAccumulator(call: AggregateCall): Accumulator {
  const fn = call.fn as AggregateFunction;
  return multisetAccumulator(() => fn.accumulator({ ...call, retract: false }), valueTypes(call), true);
}
const valueTypes = (call: AggregateCall): readonly DataType[] => [...call.types, ...call.orderBy.map((o) => o.expr.type)];

/** The state of one aggregate over rows that stay. */
export const accumulatorOf = (call: AggregateCall): Accumulator => (call.fn as AggregateFunction).accumulator(call);

/** The state of one aggregate where rows may be taken back; undefined: the values of its groups have to be kept. */
export function invertibleAccumulator(call: AggregateCall): Accumulator | undefined {
  const { retract, accumulator } = call.fn as AggregateFunction;
  return (typeof retract === 'function' ? retract(call) : retract) === 'invertible' ? accumulator(call) : undefined;
}
