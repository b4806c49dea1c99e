// min, max, min_by and max_by. Numbers are compared in generated loops, strings by their bytes, nested types value by value. The first of
// equal values stays (max(-0.0, 0.0) is -0.0); min_by and max_by take the last of equal orderings.

import { allocateValues, type Column, fixedColumn, isBytes, isValid, isWideDecimal } from '../../columnar/column.js';
import { viewOf } from '../../columnar/bytes.js';
import { valueComparator } from '../../columnar/compare.js';
import { reader } from '../../columnar/read.js';
import { raise } from '../../../planner/errors/index.js';
import * as T from '../../../planner/types.js';
import type { DataType } from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';
import { type Accumulator, aggregate, type AggregateCall, type AggregateFunction } from '../define.js';
import { type LoopBody, runLoop } from './loops.js';
import { objectAccumulator } from './object.js';
import { gather, seenState, seenValidity, StateArrays, typedAccumulator } from './typed.js';
import { BytesSlots } from './bytes-slots.js';
import { ObjectSlots, RowPicks, type ValueSlots, valueSlots } from './values.js';

const isTyped = (type: DataType): boolean =>
  !isBytes(type) && !isWideDecimal(type) && type.kind !== 'array' && type.kind !== 'map' && type.kind !== 'struct' && type.kind !== 'interval' && type.kind !== 'void';

const identityOf = (type: DataType): number | bigint => allocateValues(type, 0) instanceof BigInt64Array ? 0n : 0;

/** Code: `x` comes before `y` for the wanted end. NaN is above all numbers. */
function better(type: DataType, max: boolean, x: string, y: string): string {
  const plain = `${x} ${max ? '>' : '<'} ${y}`;
  if (!T.isFractional(type)) return plain;
  return max ? `(${plain} || (${x} !== ${x} && ${y} === ${y}))` : `(${plain} || (${y} !== ${y} && ${x} === ${x}))`;
}

function extreme(type: DataType, max: boolean): Accumulator {
  if (isTyped(type)) {
    const keep = (x: string): string => `if (S0[s] === 0) { S0[s] = 1; S1[s] = ${x}; } else if (${better(type, max, x, 'S1[s]')}) S1[s] = ${x};`;
    return typedAccumulator({
      id: `${max ? 'max' : 'min'}${T.isFractional(type) ? '-float' : ''}`, reads: ['value'],
      states: [seenState, { type, identity: identityOf(type) }],
      add: () => keep('x0'), merge: `if (x0 !== 0) { ${keep('x1')} }`,
      result: (slots, [seen, values]) => fixedColumn(type, slots.length, gather(values!, slots), seenValidity(seen!, slots)),
    });
  }
  return isBytes(type) && !T.isCollated(type) ? extremeBytes(type, max) : extremeValue(type, max);
}

/** The state is the value itself; another state's values are taken as rows are. */
const kept = (type: DataType, slots: ValueSlots, take: (n: number, rows: Int32Array | null, into: Int32Array, column: Column) => void): Accumulator => ({
  stateTypes: [type],
  get memoryUsedBytes() { return slots.memoryUsedBytes; },
  reserve: (count) => { slots.reserve(count); },
  update(n, rows, into, args) { take(n, rows, into, args[0]!); },
  reset: (which) => { slots.clear(which); },
  result: (which) => slots.column(which),
  save: (which) => [slots.column(which)],
  load(which, [column]) { slots.write(which, null, column!); },
  merge(which, [column]) { take(which.length, null, which, column!); },
});

function extremeBytes(type: DataType, max: boolean): Accumulator {
  const slots = new BytesSlots(type);
  const sign = max ? 1 : -1;
  const take = (n: number, rows: Int32Array | null, into: Int32Array, column: Column): void => {
    const { validity, start, end } = column;
    const bytes = column.values as Uint8Array;
    const view = viewOf(bytes);
    for (let k = 0; k < n; k++) {
      const i = rows === null ? k : rows[k]!;
      if (validity !== null && ((validity[i >> 3]! >> (i & 7)) & 1) === 0) continue;
      const slot = into[k]!;
      if (!slots.has(slot) || slots.compare(slot, bytes, start![i]!, end![i]!) * sign > 0) slots.set(slot, view, start![i]!, end![i]!);
    }
  };
  return kept(type, slots, take);
}

function extremeValue(type: DataType, max: boolean): Accumulator {
  const slots = new ObjectSlots(type);
  const compare = valueComparator(type);
  const lead = type.kind === 'struct' && type.fields.length > 0 ? valueComparator(type.fields[0]!.type) : null;
  const take = (n: number, rows: Int32Array | null, into: Int32Array, column: Column): void => {
    const read = reader(column);
    // Most rows of a struct lose by their first field: it is compared before the others are read. With a NULL, or a tie, all decide.
    const readLead = lead === null ? null : reader(column.children[0]!);
    for (let k = 0; k < n; k++) {
      const i = rows === null ? k : rows[k]!;
      if (!isValid(column.validity, i)) continue;
      const old = slots.values[into[k]!] ?? null;
      if (old !== null && lead !== null && readLead !== null) {
        const mine = readLead(i);
        const best = (old as readonly Value[])[0] ?? null;
        if (mine !== null && best !== null && (max ? lead(mine, best) < 0 : lead(mine, best) > 0)) continue;
      }
      const value = read(i);
      if (value === null) continue;
      if (old === null || (max ? compare(value, old) > 0 : compare(value, old) < 0)) slots.values[into[k]!] = value;
    }
  };
  return kept(type, slots, take);
}

const extremum = (name: string, max: boolean): AggregateFunction => aggregate(`${name}(orderable) -> double`, {
  doc: `The ${max ? 'greatest' : 'least'} value that is not NULL.`, examples: [`(SELECT ${name}(a) FROM VALUES (1), (3), (NULL) AS t(a)) = ${max ? 3 : 1}`],
  params: [{ name: 'expr', accepts: { kind: 'class', class: 'orderable' } }],
  result: (call) => call.types[0]!, nullable: () => true, retract: 'multiset', duplicateInsensitive: true, exactParts: () => true,
  end: () => ({ by: 0, greatest: max, latest: false, value: 0, needs: [0] }),
  accumulator: (call) => extreme(call.types[0]!, max),
});
export const min = extremum('min', false);
export const max = extremum('max', true);

/** The value of the row with the best ordering, kept beside that ordering: a typed array with a generated loop, or value by value. */
function best(valueType: DataType, orderType: DataType, max: boolean): Accumulator {
  const values = valueSlots(valueType);
  return isTyped(orderType) ? bestTyped(valueType, values, orderType, max) : bestValue(valueType, values, orderType, max);
}

function bestTyped(valueType: DataType, values: ValueSlots, orderType: DataType, max: boolean): Accumulator {
  const own = new StateArrays([seenState, { type: orderType, identity: identityOf(orderType) }]);
  const id = `${max ? 'max' : 'min'}_by${T.isFractional(orderType) ? '-float' : ''}`;
  const keep = (seen: string, ordering: string): string =>
    `if (!${seen} || (S0[s] !== 0 && ${better(orderType, max, 'S1[s]', ordering)})) continue; S0[s] = 1; S1[s] = ${ordering}; h.add(s, i);`;
  const add: LoopBody = { id, reads: ['none', 'value'], states: 2, nulls: 'see', text: () => keep('v1', 'x1') };
  const merge: LoopBody = { id: `${id}:merge`, reads: ['none', 'value', 'value'], states: 2, nulls: 'see', text: () => keep('(x1 === 1)', 'x2') };
  const take = (body: LoopBody, n: number, rows: Int32Array | null, slots: Int32Array, weights: Int32Array | null, columns: readonly Column[]): void => {
    const picks = new RowPicks(n);
    runLoop(body, n, rows, slots, weights, own.arrays, columns, picks);
    picks.writeTo(values, columns[0]!);
  };
  return {
    stateTypes: [valueType, T.BOOLEAN, orderType],
    get memoryUsedBytes() { return values.memoryUsedBytes + own.memoryUsedBytes; },
    reserve(count) { values.reserve(count); own.reserve(count); },
    update(n, rows, slots, args, weights) { take(add, n, rows, slots, weights, args); },
    reset(slots) { values.clear(slots); own.reset(slots); },
    result: (slots) => values.column(slots),
    save: (slots) => [values.column(slots), ...own.save(slots)],
    load(slots, [value, ...state]) { values.write(slots, null, value!); own.load(slots, state); },
    merge(slots, state) { take(merge, slots.length, null, slots, null, state); },
  };
}

function bestValue(valueType: DataType, values: ValueSlots, orderType: DataType, max: boolean): Accumulator {
  const orderings = new ObjectSlots(orderType);
  const compare = valueComparator(orderType);
  const take = (n: number, rows: Int32Array | null, into: Int32Array, [value, ordering]: readonly Column[]): void => {
    const read = reader(ordering!);
    const picks = new RowPicks(n);
    for (let k = 0; k < n; k++) {
      const i = rows === null ? k : rows[k]!;
      const found = read(i);
      if (found === null) continue;
      const old = orderings.values[into[k]!] ?? null;
      if (old !== null && (max ? compare(old, found) > 0 : compare(old, found) < 0)) continue;
      orderings.values[into[k]!] = found;
      picks.add(into[k]!, i);
    }
    picks.writeTo(values, value!);
  };
  return {
    stateTypes: [valueType, orderType],
    reserve(count) { values.reserve(count); orderings.reserve(count); },
    update(n, rows, into, args) { take(n, rows, into, args); },
    reset(slots) { values.clear(slots); orderings.clear(slots); },
    result: (slots) => values.column(slots),
    save: (slots) => [values.column(slots), orderings.column(slots)],
    load(slots, [value, ordering]) { values.write(slots, null, value!); orderings.write(slots, null, ordering!); },
    merge(slots, state) { take(slots.length, null, slots, state); },
  };
}

/** The k best values: `max_by(x, y, k)`. */
function bestMany(call: AggregateCall, max: boolean): Accumulator {
  const [valueType, orderType] = call.types as readonly [DataType, DataType];
  const limit = Number(call.constant(2) ?? 0);
  const compare = valueComparator(orderType);
  const pair = T.struct([T.field('value', valueType), T.field('ordering', orderType)]);
  type Pair = readonly [Value, Value];
  const put = (list: Pair[], entry: Pair): Pair[] => {
    let at = list.length;
    while (at > 0 && (max ? compare(list[at - 1]![1], entry[1]) < 0 : compare(list[at - 1]![1], entry[1]) > 0)) at--;
    list.splice(at, 0, entry);
    if (list.length > limit) list.length = limit;
    return list;
  };
  return objectAccumulator<Pair[]>({
    init: () => [], skipNulls: [1], type: T.array(valueType), stateType: T.array(pair),
    add: (list, [value, ordering]) => put(list, [value!, ordering!]),
    merge: (into, other) => other.reduce(put, into),
    result: (list) => list.length === 0 ? null : list.map(([value]) => value),
    save: (list) => list,
    load: (value) => [...value as readonly Pair[]],
  });
}

/** How many rows max_by and min_by give at most. */
const MOST = 100_000;
const extremumBy = (name: string, max: boolean): AggregateFunction => aggregate(`${name}(any, any) -> double`, {
  doc: `The value of the row where the second argument is ${max ? 'greatest' : 'least'}; with a third argument k, those of the first k rows.`,
  examples: [`(SELECT ${name}(name, price) FROM VALUES ('tea', 3), ('nut', 7) AS t(name, price)) = ${max ? "'nut'" : "'tea'"}`],
  params: [{ name: 'x', accepts: { kind: 'class', class: 'any' } }, { name: 'y', accepts: { kind: 'class', class: 'orderable' } },
    { name: 'k', accepts: { kind: 'type', type: T.INT }, optional: true, constant: true }],
  result: (call) => call.types.length > 2 ? T.array(call.types[0]!) : call.types[0]!, nullable: () => true, retract: 'multiset',
  check: (call) => {
    const k = call.types.length > 2 ? call.constant(2) : 1;
    if (k === undefined || (k !== null && Number(k) > 0 && Number(k) <= MOST)) return;
    raise('DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE', { exprName: '`k`', valueRange: `[1, ${MOST}]`, currentValue: String(k ?? 0) });
  },
  end: (call) => call.types.length > 2 ? undefined : { by: 1, greatest: max, latest: true, value: 0, needs: [1] },
  accumulator: (call) => call.types.length > 2 ? bestMany(call, max) : best(call.types[0]!, call.types[1]!, max),
});
export const minBy = extremumBy('min_by', false);
export const maxBy = extremumBy('max_by', true);
