// What a watermark node observes: extremes and the sum in milliseconds of whatever times come, NULLs as 0, in any split, near and far years.

import * as fc from 'fast-check';
import { batchOf } from '../../../engine/columnar/build.js';
import { floorMillis, watermarkOperator } from '../../../engine/operators/watermark.js';
import { TIMESTAMP } from '../../../planner/types.js';

const CONTEXT = { epoch: 0, timestampMillis: 0, lateWatermark: 0, evictWatermark: 0, final: false };
/** Microseconds of the years 1 to 9999, most of them where the fast way ends. */
const TIME = fc.oneof(fc.bigInt({ min: 0n, max: 4_000_000_000_000_000n }), fc.bigInt({ min: -62_135_596_800_000_000n, max: 253_402_300_799_999_999n }),
  fc.constantFrom(1n << 52n, (1n << 52n) - 1n, -(1n << 52n), -(1n << 52n) - 1n, -1n, 0n, 999n));
const BATCH = fc.array(fc.tuple(fc.option(TIME, { freq: 9 }), fc.boolean()), { maxLength: 12 });

test('extremes, sum and count', () => fc.assert(fc.property(fc.array(BATCH, { maxLength: 4 }), (batches) => {
  const node = watermarkOperator(0);
  for (const rows of batches) {
    const selection = Int32Array.from(rows.flatMap(([, kept], i) => kept ? [i] : []));
    const made = batchOf([TIMESTAMP], rows.map(([time]) => [time]));
    node.process({ ...made, selection: selection.length === rows.length ? null : selection, weights: null }, 0, CONTEXT, () => {});
  }
  const times = batches.flatMap((rows) => rows.filter(([, kept]) => kept).map(([time]) => time ?? 0n));
  const seen = node.observed();
  if (times.length === 0) { expect(seen).toBeUndefined(); return; }
  const sorted = [...times].sort((a, b) => a < b ? -1 : a > b ? 1 : 0);
  expect(seen).toMatchObject({ max: floorMillis(sorted.at(-1)!), min: floorMillis(sorted[0]!), count: times.length });
  expect(Math.abs(seen!.sum - Number(times.reduce((s, t) => s + t / 1000n, 0n)))).toBeLessThanOrEqual(times.length);
}), { numRuns: 300 }));
