// What the approximate aggregates promise: the error of the rank, of the count, and answers that do not depend on how the state was kept.

import * as fc from 'fast-check';
import { columnOf } from '../../../engine/columnar/build.js';
import { register, rowHasher } from '../../../engine/functions/aggregate/approx.js';
import { QuantileSummary } from '../../../engine/functions/aggregate/quantile-summary.js';
import { xxHash64 } from '../../../engine/functions/misc/hash.js';
import { hashed } from '../../../engine/functions/misc/xxhash64.js';
import * as T from '../../../planner/types.js';

/** XXH64 as its specification has it, on numbers of any size. */
const u64 = (x: bigint): bigint => BigInt.asUintN(64, x);
const [P1, P2, P3, P4, P5] = [0x9E3779B185EBCA87n, 0xC2B2AE3D27D4EB4Fn, 0x165667B19E3779F9n, 0x85EBCA77C2B2AE63n, 0x27D4EB2F165667C5n];
const rotate = (x: bigint, by: bigint): bigint => u64(x << by) | (x >> (64n - by));
const round = (lane: bigint, word: bigint): bigint => u64(rotate(u64(lane + word * P2), 31n) * P1);
function xxh64(bytes: Uint8Array, seed: bigint): bigint {
  const word = (at: number, size: number): bigint => bytes.subarray(at, at + size).reduceRight((sum, b) => (sum << 8n) | BigInt(b), 0n);
  let at = 0;
  let h = u64(seed + P5);
  if (bytes.length >= 32) {
    const lanes = [seed + P1 + P2, seed + P2, seed, seed - P1].map(u64);
    for (; at + 32 <= bytes.length; at += 32) lanes.forEach((lane, k) => { lanes[k] = round(lane, word(at + 8 * k, 8)); });
    h = u64(lanes.reduce((sum, lane, k) => sum + rotate(lane, [1n, 7n, 12n, 18n][k]!), 0n));
    for (const lane of lanes) h = u64((h ^ round(0n, lane)) * P1 + P4);
  }
  h = u64(h + BigInt(bytes.length));
  for (; at + 8 <= bytes.length; at += 8) h = u64(rotate(h ^ round(0n, word(at, 8)), 27n) * P1 + P4);
  if (at + 4 <= bytes.length) { h = u64(rotate(h ^ u64(word(at, 4) * P1), 23n) * P2 + P3); at += 4; }
  for (; at < bytes.length; at++) h = u64(rotate(h ^ u64(BigInt(bytes[at]!) * P5), 11n) * P1);
  h = u64((h ^ (h >> 33n)) * P2);
  h = u64((h ^ (h >> 29n)) * P3);
  return BigInt.asIntN(64, h ^ (h >> 32n));
}

test('xxHash64 in halves is XXH64', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (bytes, seed) => {
    expect(xxHash64.bytes(bytes, seed)).toBe(xxh64(bytes, seed));
    if (bytes.length >= 8) {
      const view = new DataView(bytes.buffer, bytes.byteOffset);
      expect(xxHash64.long(view.getBigInt64(0, true), seed)).toBe(xxh64(bytes.subarray(0, 8), seed));
      expect(xxHash64.int(view.getInt32(0, true), seed)).toBe(xxh64(bytes.subarray(0, 4), seed));
    }
  }), { numRuns: 500 });
});

test('a register holds the place of the first one among the bits that follow its index', () => {
  const column = columnOf(T.BIGINT, Array.from({ length: 2000 }, (_, i) => BigInt(i)));
  const hash = rowHasher(column);
  for (const precision of [4, 9, 18]) {
    for (let i = 0; i < column.length; i++) {
      hash(i);
      const bits = BigInt.asUintN(64, (BigInt(hashed[1]!) << 32n) | BigInt(hashed[0]! >>> 0)).toString(2).padStart(64, '0');
      const registers = new Uint8Array(1 << precision);
      register(registers, 0, precision);
      const first = bits.slice(precision).indexOf('1');
      expect(registers[Number.parseInt(bits.slice(0, precision), 2)]).toBe(first === -1 ? 64 - precision + 1 : first + 1);
    }
  }
});

const ERRORS = [0.2, 0.05, 0.01, 0.001];
test('ranks are as near as promised, however the numbers come and whatever is merged or saved on the way', () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 3000 }), fc.constantFrom(...ERRORS), fc.array(fc.nat(4), { minLength: 1, maxLength: 5 }), fc.double({ min: 0, max: 1, noNaN: true }),
    (numbers, error, actions, fraction) => {
      let summary = new QuantileSummary(error);
      let part = new QuantileSummary(error);
      numbers.forEach((x, i) => {
        part.insert(x);
        if (i % 50 !== 0) return;
        const action = actions[(i / 50) % actions.length]!;
        if (action === 1) { summary.merge(part); part = new QuantileSummary(error); } else if (action === 2) summary = QuantileSummary.decode(summary.encode(), error); else if (action === 3) part.query([0.5]);
      });
      summary.merge(part);
      expect(summary.total).toBe(numbers.length);
      const [found] = summary.query([fraction])!;
      const sorted = [...numbers].sort((a, b) => a - b);
      // The ranks that the value has, from 1.
      const [least, most] = [sorted.indexOf(found!) + 1, sorted.lastIndexOf(found!) + 1];
      const wanted = Math.ceil(fraction * numbers.length);
      const slack = 2 * error * numbers.length + 1;
      expect(least).toBeLessThanOrEqual(wanted + slack);
      expect(most).toBeGreaterThanOrEqual(wanted - slack);
    }), { numRuns: 150 });
});

test('a summary stays small', () => {
  const summary = new QuantileSummary(0.001);
  for (let i = 0; i < 400_000; i++) summary.insert((i * 7919) % 400_009);
  expect(summary.encode().length).toBeLessThan(24 * 2000);
});

test('a query changes nothing', () => {
  const build = (asked: boolean): QuantileSummary => {
    const summary = new QuantileSummary(0.05);
    for (let i = 0; i < 500; i++) summary.insert((i * 37) % 101);
    if (asked) for (let k = 0; k < 3; k++) summary.query([0, 0.5, 1]);
    return summary;
  };
  expect(build(true).encode()).toEqual(build(false).encode());
});
