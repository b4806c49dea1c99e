// Accumulators whose state is a few typed arrays by slot: count, sum, avg, min, max of numbers, moments. The arrays hold the identity
// wherever no group is, so that a new slot needs no care.

import * as T from '../../../planner/types.js';
import type { DataType } from '../../../planner/types.js';
import { allocateValues, bitmapBytes, type Column, fixedColumn, type Values } from '../../columnar/column.js';
import { canGenerate, CodeCache } from '../../columnar/generate.js';
import type { Accumulator } from '../define.js';
import { type LoopBody, type Read, runLoop } from './loops.js';

export interface TypedState { readonly type: DataType; readonly identity: number | bigint }
export interface TypedSpec {
  /** Names the bodies for the process. */
  readonly id: string;
  readonly states: readonly TypedState[];
  readonly reads: readonly Read[];
  readonly add: (weighted: boolean) => string;
  /** x0, x1 …: the other state. */
  readonly merge: string;
  readonly result: (slots: Int32Array, states: readonly Values[]) => Column;
  /** `h` of the bodies. */
  readonly helper?: unknown;
  /** The state as one column, in place of an array for each. */
  readonly saved?: { readonly type: DataType; readonly save: (slots: Int32Array, states: readonly Values[]) => Column; readonly expand: (column: Column) => readonly Column[] };
}

/** Typed arrays by slot that grow by doubling, with their identities beyond what is used. */
export class StateArrays {
  arrays: Values[];
  private readonly states: readonly TypedState[];
  private capacity = 0;
  constructor(states: readonly TypedState[]) { this.states = states; this.arrays = states.map((s) => allocateValues(s.type, 0)); }
  reserve(count: number): void {
    if (count <= this.capacity) return;
    const size = Math.max(count, this.capacity * 2, 16);
    this.arrays = this.arrays.map((old, a) => {
      const { type, identity } = this.states[a]!;
      const grown = allocateValues(type, size);
      grown.set(old as never);
      if (identity !== 0 && identity !== 0n) grown.fill(identity as never, this.capacity);
      return grown;
    });
    this.capacity = size;
  }
  reset(slots: Int32Array): void {
    this.arrays.forEach((array, a) => { const { identity } = this.states[a]!; for (let k = 0; k < slots.length; k++) array[slots[k]!] = identity as never; });
  }
  get memoryUsedBytes(): number { return this.arrays.reduce((sum, a) => sum + a.byteLength, 0); }
  save(slots: Int32Array): Column[] { return this.arrays.map((array, a) => fixedColumn(this.states[a]!.type, slots.length, gather(array, slots))); }
  load(slots: Int32Array, columns: readonly Column[]): void { this.arrays.forEach((array, a) => { scatter(array, slots, columns[a]!.values); }); }
}

export function typedAccumulator(spec: TypedSpec): Accumulator {
  const { states, reads } = spec;
  const add: LoopBody = { id: `${spec.id}:add`, reads, states: states.length, text: spec.add };
  const merge: LoopBody = { id: `${spec.id}:merge`, reads: states.map(() => 'value' as const), states: states.length, text: () => spec.merge };
  const own = new StateArrays(states);
  const { saved } = spec;
  return {
    stateTypes: saved ? [saved.type] : states.map((s) => s.type),
    get memoryUsedBytes() { return own.memoryUsedBytes; },
    reserve(count) { own.reserve(count); },
    update(n, rows, slots, args, weights) { runLoop(add, n, rows, slots, weights, own.arrays, args, spec.helper); },
    reset(slots) { own.reset(slots); },
    result(slots) { return spec.result(slots, own.arrays); },
    save(slots) { return saved ? [saved.save(slots, own.arrays)] : own.save(slots); },
    load(slots, state) { own.load(slots, saved ? saved.expand(state[0]!) : state); },
    merge(slots, state) { runLoop(merge, slots.length, null, slots, null, own.arrays, saved ? saved.expand(state[0]!) : state, spec.helper); },
  };
}

type Copy = (values: Values, slots: Int32Array, other: Values) => void;
/** A loop of its own for each array type, so that none is polluted by the others. */
function copies(body: string, plain: Copy): (type: string) => Copy {
  const made = new CodeCache<Copy>();
  return (type) => canGenerate ? made.get(type, () => `function (values, slots, other) { for (let k = 0; k < slots.length; k++) ${body}; /* ${type} */ }`) : plain;
}
const gatherer = copies('other[k] = values[slots[k]]', (values, slots, other) => { for (let k = 0; k < slots.length; k++) other[k] = values[slots[k]!]!; });
const scatterer = copies('values[slots[k]] = other[k]', (values, slots, other) => { for (let k = 0; k < slots.length; k++) values[slots[k]!] = other[k]!; });

/** values[slots[k]] for each k. */
export function gather<A extends Values>(values: A, slots: Int32Array): A {
  const out = new (values.constructor as new (n: number) => A)(slots.length);
  gatherer(values.constructor.name)(values, slots, out);
  return out;
}
export function scatter(values: Values, slots: Int32Array, from: Values): void { scatterer(values.constructor.name)(values, slots, from); }

/** Valid where seen[slots[k]] is not zero; null if all are. */
export function seenValidity(seen: Values, slots: Int32Array): Uint8Array | null {
  let validity: Uint8Array | null = null;
  for (let k = 0; k < slots.length; k++) {
    if (Number(seen[slots[k]!]!) !== 0) continue;
    validity ??= new Uint8Array(bitmapBytes(slots.length)).fill(255);
    validity[k >> 3]! &= ~(1 << (k & 7));
  }
  return validity;
}

export const seenState: TypedState = { type: T.BOOLEAN, identity: 0 };
export const longState: TypedState = { type: T.BIGINT, identity: 0n };
export const doubleState: TypedState = { type: T.DOUBLE, identity: 0 };

/** Doubles from a formula of the group's states. `formula` gives NaN-safe numbers or undefined for NULL. */
export function doubleResult(slots: Int32Array, formula: (slot: number) => number | undefined): Column {
  const values = new Float64Array(slots.length);
  let validity: Uint8Array | null = null;
  for (let k = 0; k < slots.length; k++) {
    const v = formula(slots[k]!);
    if (v !== undefined) { values[k] = v; continue; }
    validity ??= new Uint8Array(bitmapBytes(slots.length)).fill(255);
    validity[k >> 3]! &= ~(1 << (k & 7));
  }
  return fixedColumn(T.DOUBLE, slots.length, values, validity);
}
