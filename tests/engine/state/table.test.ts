// Key tables against a Map: any key type, inserting, finding, removing, expiring.

import * as fc from 'fast-check';
import { batchOf, columnOf } from '../../../engine/columnar/build.js';
import { type Column, fixedColumn } from '../../../engine/columnar/column.js';
import { encodeValue } from '../../../engine/columnar/encode.js';
import { reader } from '../../../engine/columnar/read.js';
import { numbersFrom } from '../../../engine/state/serial.js';
import { KeyedTable } from '../../../engine/state/table.js';
import * as T from '../../../planner/types.js';
import type { DataType } from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';
import { samples } from '../columnar/arbitrary.js';

const NO_VALUES = { reserve() { /* none */ }, save: () => [], load() { /* none */ }, reset() { /* none */ } };
const table = (types: readonly DataType[], eventTime?: number): KeyedTable =>
  new KeyedTable({ name: 't', key: types.map((t, i) => T.field(`k${i}`, t)), value: [], ...(eventTime !== undefined && { eventTime }) }, NO_VALUES);
const idOf = (type: DataType, value: Value): string => Buffer.from(encodeValue(type, value)).toString('hex');

test('a slot for each distinct key of any type, the same one whenever it comes', () => {
  fc.assert(fc.property(samples, samples, (a, b) => {
    const n = Math.min(a.values.length, b.values.length);
    const types = [a.type, b.type];
    const keys = [columnOf(a.type, a.values.slice(0, n)), columnOf(b.type, b.values.slice(0, n))];
    const t = table(types);
    const slots = t.resolve(n, null, keys);
    const known = new Map<string, number>();
    for (let i = 0; i < n; i++) {
      const id = `${idOf(a.type, a.values[i]!)} ${idOf(b.type, b.values[i]!)}`;
      if (!known.has(id)) known.set(id, known.size);
      expect(slots[i]).toBe(known.get(id));
    }
    expect(t.size).toBe(known.size);
    expect(t.find(n, null, keys)).toEqual(slots);
    const back = t.keys(slots);
    for (const [c, sample] of [a, b].entries()) {
      const read = reader(back[c]!);
      for (let i = 0; i < n; i++) expect(idOf(sample.type, read(i))).toBe(idOf(sample.type, sample.values[i]!));
    }
  }), { numRuns: 300 });
});

test('rows by number: each has a slot of its own, those of removed ones are used again', () => {
  fc.assert(fc.property(fc.array(fc.tuple(fc.nat(30), fc.array(fc.nat(100), { maxLength: 10 })), { maxLength: 20 }), (steps) => {
    const t = new KeyedTable({ name: 't', key: [T.field('id', T.BIGINT, false)], value: [], serial: true }, NO_VALUES);
    const model = new Map<bigint, number>();
    let next = 0n;
    for (const [count, gone] of steps) {
      const ids = Array.from({ length: count }, () => next++);
      const slots = t.resolve(count, null, [columnOf(T.BIGINT, ids)]);
      ids.forEach((id, k) => { model.set(id, slots[k]!); });
      expect(new Set(model.values()).size).toBe(model.size);
      const removed = [...model].filter((_, k) => gone.includes(k));
      t.remove(Int32Array.from(removed, ([, slot]) => slot));
      for (const [id] of removed) model.delete(id);
      const [back] = t.keys(Int32Array.from(model.values()));
      expect([...back!.values]).toEqual([...model.keys()]);
      expect([...t.slots()]).toEqual([...model.values()].sort((a, b) => a - b));
    }
    expect(() => t.find(1, null, [columnOf(T.BIGINT, [0n])])).toThrow(/not looked for/);
  }), { numRuns: 100 });
});

test('a key that is a row as it is comes back as it was: signs of zeros, order of maps', () => {
  fc.assert(fc.property(samples, ({ type, values }) => {
    const t = new KeyedTable({ name: 't', key: [T.field('k', type)], value: [], exact: true }, NO_VALUES);
    const column = columnOf(type, values);
    const [read, given] = [reader(t.keys(t.resolve(values.length, null, [column]))[0]!), reader(column)];
    for (let i = 0; i < values.length; i++) expect(read(i)).toEqual(given(i));
  }), { numRuns: 300 });
});

test('NULL, NaN and negative zero are one key each', () => {
  const t = table([T.DOUBLE, T.STRING]);
  const slots = t.resolve(6, null, batchOf([T.DOUBLE, T.STRING], [[0, 'a'], [-0, 'a'], [Number.NaN, null], [Number.NaN, null], [null, ''], [null, null]]).columns);
  expect([...slots]).toEqual([0, 0, 1, 1, 2, 3]);
});

test('removing and inserting at random keeps every other key where it is', () => {
  const command = fc.array(fc.tuple(fc.boolean(), fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 20 })), { maxLength: 40 });
  fc.assert(fc.property(command, (commands) => {
    const t = table([T.STRING, T.INT]);
    const model = new Map<number, number>();
    for (const [insert, numbers] of commands) {
      const keys = batchOf([T.STRING, T.INT], numbers.map((n) => [`key ${n % 7}`, n])).columns;
      if (insert) {
        const slots = t.resolve(numbers.length, null, keys);
        numbers.forEach((n, i) => { if (!model.has(n)) model.set(n, slots[i]!); expect(slots[i]).toBe(model.get(n)); });
      } else {
        const slots = t.find(numbers.length, null, keys);
        numbers.forEach((n, i) => { expect(slots[i]).toBe(model.get(n) ?? -1); });
        t.remove(Int32Array.from(new Set(slots.filter((s) => s >= 0))));
        for (const n of numbers) model.delete(n);
      }
      expect(t.size).toBe(model.size);
      expect(new Set(t.slots())).toEqual(new Set(model.values()));
    }
  }), { numRuns: 200 });
});

test('what an epoch touched, made and removed', () => {
  const t = table([T.INT]);
  const keys = (values: readonly number[]): readonly Column[] => [fixedColumn(T.INT, values.length, Int32Array.from(values))];
  t.resolve(3, null, keys([1, 2, 3]));
  t.committed();
  t.resolve(3, null, keys([2, 4, 2]));
  t.remove(t.find(2, null, keys([1, 4])));
  t.resolve(1, null, keys([5]));
  const { removed, fresh, touched } = t.changes();
  expect([...removed]).toEqual([0]);
  expect([...touched].map((s) => reader(t.keys(Int32Array.of(s))[0]!)(0))).toEqual([2, 5]);
  expect(fresh.length).toBe(1);
  t.committed();
  expect(t.changes().touched.length).toBe(0);
});

test('keys expire by event time, the end of a window included, oldest first; without a time never', () => {
  const window = T.struct([T.field('start', T.TIMESTAMP), T.field('end', T.TIMESTAMP)]);
  const t = table([window, T.INT], 0);
  const ends = [3_000_000n, 1_000_000n, 1_000_001n, null, -5_000_000n, 1_000_000n];
  t.resolve(ends.length, null, batchOf([window, T.INT], ends.map((e, i) => [e === null ? null : [e - 1_000_000n, e], i])).columns);
  expect([...t.expired(-6000)]).toEqual([]);
  expect([...t.expired(1000)]).toEqual([4, 1, 5]);
  t.remove(t.expired(1000));
  expect([...t.expired(1000)]).toEqual([]);
  expect([...t.expired(1e12)]).toEqual([2, 0]);
  expect(t.size).toBe(3);
});

test('more key columns than null bits fit in a word', () => {
  const types = [T.TIMESTAMP, ...Array.from({ length: 39 }, () => T.INT)];
  const t = table(types, 0);
  const row = (time: bigint | null, last: number | null): readonly Value[] => [time, ...Array.from({ length: 38 }, (_, i) => i), last];
  const slots = t.resolve(4, null, batchOf(types, [row(1_000_000n, 1), row(2_000_000n, 1), row(1_000_000n, null), row(1_000_000n, 1)]).columns);
  expect([...slots]).toEqual([0, 1, 2, 0]);
  expect(reader(t.keys(slots)[39]!)(2)).toBeNull();
  expect([...t.expired(1500)]).toEqual([0, 2]);
});

test('a key is due at the first millisecond at or after its time, in every year', () => {
  fc.assert(fc.property(fc.bigInt({ min: -(1n << 62n), max: 1n << 62n }), (micros) => {
    const t = table([T.TIMESTAMP], 0);
    t.resolve(1, null, [columnOf(T.TIMESTAMP, [micros])]);
    const rest = ((micros % 1000n) + 1000n) % 1000n;
    expect(t.earliestDeadline()).toBe(Number(rest === 0n ? micros / 1000n : (micros - rest) / 1000n + 1n));
  }), { numRuns: 300 });
});

test.each([0n, 2n ** 31n - 2n, 2n ** 32n - 2n, 2n ** 33n - 1n, 2n ** 52n])('numbers of rows from %s', (first) => {
  expect([...numbersFrom(first, 4)]).toEqual([first, first + 1n, first + 2n, first + 3n]);
});
