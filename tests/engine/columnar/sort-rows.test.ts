// Sorting by words against the comparator, for every type: NULLs, NaN, zeros, both directions, ties, several columns, long common beginnings.

import * as fc from 'fast-check';
import '../../support/seed.js';
import { columnOf } from '../../../engine/columnar/build.js';
import type { Column } from '../../../engine/columnar/column.js';
import { columnComparator, type SortDirection } from '../../../engine/columnar/compare.js';
import { sortedRows } from '../../../engine/columnar/sort-rows.js';
import * as T from '../../../planner/types.js';
import type { DataType } from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';
import { samples } from './arbitrary.js';

const direction = fc.record({ ascending: fc.boolean(), nullsFirst: fc.boolean() });
function expectSorted(columns: readonly Column[], order: readonly SortDirection[]): void {
  const compare = columnComparator(columns, order);
  const expected = Int32Array.from({ length: columns[0]!.length }, (_, i) => i).sort((i, j) => compare(i, j) || i - j);
  expect(sortedRows(columns[0]!.length, columns, order)).toEqual(expected);
}
/** Many rows of few values, in an order without a pattern. */
const spread = (type: DataType, values: readonly Value[], n: number, salt: number): Column =>
  columnOf(type, Array.from({ length: n }, (_, i) => values.length === 0 ? null : values[(Math.imul(i + salt, 0x9e3779b1) >>> 8) % values.length]!));

test('values of every type, one column before another', () => {
  fc.assert(fc.property(samples, samples, direction, direction, fc.integer({ min: 0, max: 600 }), (a, b, first, second, n) => {
    expectSorted([spread(a.type, a.values, n, 1), spread(b.type, b.values, n, 7)], [first, second]);
  }), { numRuns: 50 });
});

test('values at the ends of their types, NULLs among them', () => {
  const big = 2n ** 63n;
  const cases: readonly (readonly [DataType, readonly Value[]])[] = [
    [T.BIGINT, [0n, 1n, -1n, big - 1n, -big, 2n ** 32n, -(2n ** 32n), 2n ** 31n, null]], [T.INT, [0, 1, -1, 2147483647, -2147483648, null]], [T.TINYINT, [0, 127, -128, null]],
    [T.DOUBLE, [0, -0, 1.5, -1.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324, -5e-324, null]], [T.FLOAT, [0, -0, 1.5, -1.5, Number.NaN, null]],
    [T.BOOLEAN, [true, false, null]], [T.STRING, ['', 'a', 'a\0', 'a\0\0', 'ab', 'abcdefg', 'abcdefgh', 'abcdefg\0', 'abcdefghijklmnop', 'abcdefghijklmno', 'ü', '\u{1f600}', null]],
    [{ kind: 'string', collation: 'UTF8_LCASE' }, ['', 'a', 'B', 'A', 'b', 'aB', 'Ab', 'C', null]],
    [T.STRING, [...['', '\0', 'b', 'c'.repeat(70)].map((end) => 'x'.repeat(90) + end), ...[6, 7, 8, 13, 14, 15].map((k) => 'x'.repeat(k)), null]],
  ];
  for (const [type, values] of cases) {
    for (const ascending of [true, false]) for (const nullsFirst of [true, false]) {
      for (const n of [0, 1, 128, 129, 1000]) expectSorted([spread(type, values, n, 3)], [{ ascending, nullsFirst }]);
      expectSorted([spread(type, values, 2000, 3), spread(T.INT, [3, 1, 2], 2000, 5)], [{ ascending, nullsFirst }, { ascending: !ascending, nullsFirst }]);
    }
  }
});
