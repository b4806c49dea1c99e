// Columns of every type: building and reading, picking rows, slices and concatenation, order, equality, hashes, bitmaps.

import * as fc from 'fast-check';
import { andBitmaps, countBits, orBitmaps, sliceBits } from '../../../engine/columnar/bitmap.js';
import { columnOf } from '../../../engine/columnar/build.js';
import { allSet, type Column, isValid } from '../../../engine/columnar/column.js';
import { compareText } from '../../../engine/columnar/collation.js';
import { columnComparator, columnsEqual, valueComparator, valueEquals } from '../../../engine/columnar/compare.js';
import { compacted, concat, gather, ownRows, sliceBatch } from '../../../engine/columnar/gather.js';
import { hashBytes, hashWords } from '../../../engine/columnar/hash.js';
import { reader, rows } from '../../../engine/columnar/read.js';
import { columnWriter } from '../../../engine/columnar/write.js';
import * as T from '../../../planner/types.js';
import { samples } from './arbitrary.js';

const valuesOf = (c: Column) => { const read = reader(c); return Array.from({ length: c.length }, (_, i) => read(i)); };

describe('columns', () => {
  test('what is built is read back; gather, slice, concat and writers keep values', () => {
    fc.assert(fc.property(samples, fc.array(fc.nat(29)), ({ type, values }, picks) => {
      const column = columnOf(type, values);
      expect(valuesOf(column)).toEqual(values);
      const from = picks.filter((p) => p < values.length).map((p, k) => k % 5 === 4 ? -1 : p);
      expect(valuesOf(gather(column, Int32Array.from(from)))).toEqual(from.map((p) => p < 0 ? null : values[p]));
      const half = values.length >> 1;
      const batch = { length: values.length, columns: [column], selection: null };
      const [head, tail] = [sliceBatch(batch, 0, half), sliceBatch(batch, half, values.length)];
      expect([...rows(head), ...rows(tail)].map((r) => r[0])).toEqual(values);
      expect(valuesOf(concat(type, [head.columns[0]!, tail.columns[0]!]))).toEqual(values);
      const odd = Int32Array.from(values.keys()).filter((i) => i % 2 === 1);
      expect(rows(compacted({ ...batch, selection: odd }))).toEqual(rows({ ...batch, selection: odd }));
      expect(rows(ownRows({ ...batch, selection: odd }))).toEqual(rows({ ...batch, selection: odd }));
      const writer = columnWriter(type, values.length);
      for (let i = values.length - 1; i >= 0; i--) writer.set(i, values[i]!);
      expect(valuesOf(writer.finish())).toEqual(values);
    }), { numRuns: 400 });
  });

  test('a few rows in memory of their own keep no more than they need', () => {
    const n = 10_000;
    const type = T.struct([T.field('s', T.STRING), T.field('l', T.array(T.STRING)), T.field('n', T.BIGINT)]);
    const column = columnOf(type, Array.from({ length: n }, (_, i) => i % 7 === 0 ? null : [`text ${i}`.repeat(5), [`element ${i}`, null, 'x'], BigInt(i)]));
    const bytes = (c: Column): number => [c.values, c.start, c.end, c.validity].reduce((sum, a) => sum + (a?.buffer.byteLength ?? 0), 0) + c.children.reduce((sum, x) => sum + bytes(x), 0);
    const picked = ownRows({ length: n, columns: [column], selection: Int32Array.of(1, 7, 9001) });
    expect(bytes(column)).toBeGreaterThan(500_000);
    expect(bytes(picked.columns[0]!)).toBeLessThan(1000);
    expect(bytes(ownRows({ length: 2, columns: [sliceBatch({ length: n, columns: [column], selection: null }, 1, 3).columns[0]!], selection: null }).columns[0]!)).toBeLessThan(1000);
  });

  test('rows compare as their values do', () => {
    fc.assert(fc.property(samples, fc.boolean(), fc.boolean(), ({ type, values }, ascending, nullsFirst) => {
      const column = columnOf(type, values);
      const compare = columnComparator([column], [{ ascending, nullsFirst }]);
      const [value, equals, same] = [valueComparator(type), valueEquals(type), columnsEqual([column], [columnOf(type, values)])];
      for (let i = 0; i < values.length; i++) for (let j = 0; j < values.length; j++) {
        const [a, b] = [values[i]!, values[j]!];
        const expected = a === null || b === null ? (a === b ? 0 : (a === null) === nullsFirst ? -1 : 1) : Math.sign(value(a, b)) * (ascending ? 1 : -1);
        expect(Math.sign(compare(i, j)) + 0).toBe(expected + 0);
        const equal = a === null || b === null ? a === b : equals(a, b);
        expect(same(i, j)).toBe(equal);
      }
    }), { numRuns: 300 });
  });

  test("Spark's order: code points, NaN last, zeros alike, NULL lowest inside", () => {
    expect(['￮', '😀', 'a', 'ab', ''].sort(compareText)).toEqual(['', 'a', 'ab', '￮', '😀']);
    fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => { expect(Math.sign(compareText(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b))); }));
    expect([Number.NaN, Infinity, -0, 0, -1].sort(valueComparator(T.DOUBLE) as (a: number, b: number) => number)).toEqual([-1, -0, 0, Infinity, Number.NaN]);
    expect(valueEquals(T.DOUBLE)(-0, 0)).toBe(true);
    expect(valueComparator(T.array(T.INT))([null, 5], [1, 0])).toBeLessThan(0);
    expect(valueEquals(T.map(T.INT, T.INT))([[1, 2], [3, 4]], [[3, 4], [1, 2]])).toBe(true);
  });

  test('hashes spread: dense and strided words and bytes fill a table evenly', () => {
    for (const stride of [1, 8, 1 << 16]) {
      const numbers = Array.from({ length: 4096 }, (_, i) => i * stride);
      for (const hashes of [numbers.map((n) => hashWords(Int32Array.of(0, n, 0), 0, 3)), numbers.map((n) => { const b = Buffer.from(`key ${n}`); return hashBytes(b, 0, b.length); })]) {
        for (const shift of [0, 24]) expect(new Set(hashes.map((h) => (h >>> shift) & 255)).size).toBeGreaterThan(250);
        expect(new Set(hashes).size).toBeGreaterThan(4090);
      }
    }
  });

  test('bitmaps', () => {
    const bits = fc.uint8Array({ minLength: 12, maxLength: 12 });
    fc.assert(fc.property(bits, bits, fc.nat(60), fc.nat(30), (a, b, length, from) => {
      const [and, or] = [andBitmaps(a, b, length)!, orBitmaps(a, b, length)!];
      const cut = sliceBits(a, from, length);
      let count = 0;
      for (let i = 0; i < length; i++) {
        expect(isValid(and, i)).toBe(isValid(a, i) && isValid(b, i));
        expect(isValid(or, i)).toBe(isValid(a, i) || isValid(b, i));
        expect(isValid(cut, i)).toBe(isValid(a, i + from));
        count += +isValid(a, i);
      }
      expect(countBits(a, length)).toBe(count);
    }));
    expect(andBitmaps(null, null, 5)).toBeNull();
    expect(orBitmaps(null, allSet(5), 5)).toBeNull();
  });
});
