// Values by slot: whatever is written, cleared and written again, each slot gives its last value back.

import * as fc from 'fast-check';
import '../../support/seed.js';
import { copyBytes, packBytes, viewOf } from '../../../engine/columnar/bytes.js';
import { columnOf } from '../../../engine/columnar/build.js';
import type { Column } from '../../../engine/columnar/column.js';
import { reader } from '../../../engine/columnar/read.js';
import { valueSlots } from '../../../engine/functions/aggregate/values.js';
import * as T from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';
import { samples } from '../columnar/arbitrary.js';

const valuesOf = (c: Column): Value[] => { const read = reader(c); return Array.from({ length: c.length }, (_, i) => read(i)); };
const all = (n: number): Int32Array => Int32Array.from({ length: n }, (_, k) => k);

test('slots of every type give back what was written last', () => {
  fc.assert(fc.property(samples, fc.array(fc.record({ slots: fc.array(fc.nat(20), { maxLength: 20 }), clears: fc.array(fc.nat(20), { maxLength: 3 }) }), { maxLength: 6 }), ({ type, values }, steps) => {
    const slots = valueSlots(type);
    const column = columnOf(type, values);
    const model = new Array<Value>(21).fill(null);
    let reserved = 0;
    for (const { slots: into, clears } of steps) {
      const rows = into.map((slot, k) => (slot * 7 + k) % Math.max(1, values.length));
      if (values.length > 0) {
        const needed = Math.max(0, ...into, ...clears) + 1;
        if (needed > reserved) { slots.reserve(needed); reserved = needed; }
        slots.write(Int32Array.from(into), Int32Array.from(rows), column);
        into.forEach((slot, k) => { model[slot] = values[rows[k]!]!; });
        slots.clear(Int32Array.from(clears));
        for (const slot of clears) model[slot] = null;
      }
      expect(valuesOf(slots.column(all(reserved)))).toEqual(model.slice(0, reserved));
    }
  }), { numRuns: 400 });
});

test('strings of all lengths, replaced and cleared at random: nothing is mixed up, and the memory is in proportion to what is kept', () => {
  const slots = valueSlots(T.STRING);
  const SLOTS = 400;
  slots.reserve(SLOTS);
  const model = new Array<Value>(SLOTS).fill(null);
  let x = 1;
  const random = (below: number): number => { x = (Math.imul(x, 1103515245) + 12345) & 0x7fffffff; return (x >>> 8) % below; };
  for (let round = 0; round < 400; round++) {
    // Long values come in some rounds, so that chunks get sparse; at times one that is longer than a chunk.
    const texts = Array.from({ length: 50 }, (_, k) => String.fromCharCode(97 + random(26)).repeat(round % 5 === 0 ? random(60_000) : round % 97 === 1 && k === 0 ? 5_000_000 : random(120)));
    const into = Int32Array.from(texts, () => random(SLOTS));
    slots.write(into, null, columnOf(T.STRING, texts));
    into.forEach((slot, k) => { model[slot] = texts[k]!; });
    const gone = Int32Array.from({ length: random(20) }, () => random(SLOTS));
    slots.clear(gone);
    for (const slot of gone) model[slot] = null;
    if (round % 20 === 0) expect(valuesOf(slots.column(all(SLOTS)))).toEqual(model);
  }
  expect(valuesOf(slots.column(all(SLOTS)))).toEqual(model);
  const kept = model.reduce<number>((sum, v) => sum + (v === null ? 0 : (v as string).length), 0);
  expect(slots.memoryUsedBytes).toBeLessThan(3 * kept + 16_000_000);
  slots.clear(all(SLOTS));
  expect(slots.memoryUsedBytes).toBeLessThan(6_000_000);
});

test('pieces of any length and place are copied whole', () => {
  const source = Uint8Array.from({ length: 600 }, (_, i) => (i * 31) & 255);
  for (let length = 0; length < 260; length++) {
    for (const at of [0, 1, 2, 3, 600 - 260]) {
      const target = new Uint8Array(length + 9).fill(7);
      copyBytes(viewOf(source), at, viewOf(target), 5, length);
      expect([...target]).toEqual([7, 7, 7, 7, 7, ...source.subarray(at, at + length), 7, 7, 7, 7]);
    }
  }
  fc.assert(fc.property(fc.array(fc.tuple(fc.nat(300), fc.nat(300)), { maxLength: 20 }), (pieces) => {
    const start = Int32Array.from(pieces, ([at]) => at);
    const end = Int32Array.from(pieces, ([at, length]) => at + length);
    const expected = pieces.flatMap(([at, length]) => [...source.subarray(at, at + length)]);
    const target = new Uint8Array(expected.length);
    expect(packBytes(source, start, end, pieces.length, target, 0)).toBe(expected.length);
    expect([...target]).toEqual(expected);
  }));
});
