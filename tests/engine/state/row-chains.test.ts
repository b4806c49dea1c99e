// Chains of rows by key, against plain lists.

import * as fc from 'fast-check';
import { BIGINT } from '../../../planner/types.js';
import { columnOf } from '../../../engine/columnar/build.js';
import { KeyChains, RowChains } from '../../../engine/state/row-chains.js';

const listed = (first: number, next: (slot: number) => number): number[] => {
  const slots: number[] = [];
  for (let slot = first; slot >= 0; slot = next(slot)) slots.push(slot);
  return slots;
};

test('slots stay in the order in which they were appended, whichever is removed', () => {
  const steps = fc.array(fc.record({ slot: fc.nat(30), key: fc.nat(5) }), { maxLength: 200 });
  fc.assert(fc.property(steps, (list) => {
    const chains = new RowChains();
    const model = new Map<number, number[]>();
    const keyOf = new Map<number, number>();
    for (const { slot, key } of list) {
      const known = keyOf.get(slot);
      if (known === undefined) {
        chains.append(slot, key);
        keyOf.set(slot, key);
        model.set(key, [...model.get(key) ?? [], slot]);
      } else {
        const left = model.get(known)!.filter((s) => s !== slot);
        expect(chains.remove(slot)).toBe(left.length === 0);
        keyOf.delete(slot);
        model.set(known, left);
      }
      expect(chains.keyOf(slot)).toBe(keyOf.get(slot) ?? -1);
    }
    for (let key = 0; key < 8; key++) expect(listed(chains.first(key), (slot) => chains.next(slot))).toEqual(model.get(key) ?? []);
  }));
});

test('a key is forgotten with its last slot, and its number is used again', () => {
  const chains = new KeyChains([BIGINT]);
  const key = (value: bigint) => [columnOf(BIGINT, [value, value])];
  chains.append(Int32Array.of(3, 1), null, key(7n));
  expect(listed(chains.find(1, null, key(7n))[0]!, (slot) => chains.next(slot))).toEqual([3, 1]);
  chains.remove(Int32Array.of(3));
  expect([...chains.find(1, null, key(7n))]).toEqual([1]);
  const number = chains.keyOf(1);
  chains.remove(Int32Array.of(1));
  expect([...chains.find(1, null, key(7n))]).toEqual([-1]);
  chains.append(Int32Array.of(0, 2), null, key(8n));
  expect(chains.keyOf(0)).toBe(number);
  expect([...chains.find(1, null, key(7n)), ...chains.find(1, null, key(8n))]).toEqual([-1, 0]);
});
