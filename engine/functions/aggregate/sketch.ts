// Sketches: approx_top_k, and hll_sketch_agg, hll_union_agg, theta_sketch_agg with their scalar companions. Their bytes are our own (not those of the
// DataSketches library): only the functions here read them.
//
//   HLL: one byte lgK, then a register a byte.   Theta: one byte lgNominal, then 64-bit hashes, ascending, at most 2^lgNominal of them (the least).
//
// source: Flajolet et al. 2007 and Ertl 2017 (HLL); Dasgupta, Lang, Rhodes, Thaler 2016 (theta).

import { raise } from '../../../planner/errors/index.js';
import { isFoldable } from '../../../planner/expr/walk.js';
import type { Accepts, Call, Param } from '../../../planner/tree.js';
import * as T from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';
import { collatedKeyOf } from '../../columnar/encode.js';
import { aggregate, type AggregateCall, type AggregateFunction, scalar, type ScalarFunction } from '../define.js';
import { hashed } from '../misc/xxhash64.js';
import { needsTime } from '../datetime/shared.js';
import { register, rowHasher } from './approx.js';
import { columnAccumulator, objectAccumulator } from './object.js';

const INPUT: Accepts = { kind: 'one_of', options: [T.INT, T.BIGINT, T.STRING, T.BINARY].map((type) => ({ kind: 'type' as const, type })) };
const binary: Param = { name: 'sketch', accepts: { kind: 'type', type: T.BINARY } };
const constantInt = (name: string, value: number): Param => ({ name, accepts: { kind: 'type', type: T.INT }, constant: true, default: { type: T.INT, value } });

const MIN_LG_K = 4;
const MAX_LG_K = 21;
const DEFAULT_LG = 12;
const MAX_LG_NOMINAL = 26;

function mergeHll(into: Uint8Array, other: Uint8Array, allowDifferent: boolean, fn: string): Uint8Array {
  if (into[0] !== other[0] && !allowDifferent) raise('HLL_UNION_DIFFERENT_LG_K', { function: `\`${fn}\``, left: String(into[0]), right: String(other[0]) });
  const [small, large] = into[0]! <= other[0]! ? [into, other] : [other, into];
  const out = small.slice();
  const drop = large[0]! - small[0]!;
  for (let i = 1; i < large.length; i++) {
    if (large[i] === 0) continue;
    // Fewer registers: the dropped bits of the index become the first bits that the rank is counted in.
    const index = (i - 1) >> drop;
    const low = (i - 1) & ((1 << drop) - 1);
    const rank = drop === 0 ? large[i]! : low === 0 ? large[i]! + drop : Math.clz32(low) - (32 - drop) + 1;
    if (rank > out[index + 1]!) out[index + 1] = rank;
  }
  return out;
}
/** Ertl's estimate, which needs no correction. */
function estimateHll(sketch: Uint8Array): bigint {
  const precision = sketch[0]!;
  const m = sketch.length - 1;
  const q = 64 - precision;
  const counts = new Float64Array(q + 2);
  for (let i = 1; i < sketch.length; i++) counts[sketch[i]!]!++;
  let z = m * tau(1 - counts[q + 1]! / m);
  for (let k = q; k >= 1; k--) z = 0.5 * (z + counts[k]!);
  z += m * sigma(counts[0]! / m);
  return BigInt(Math.round((m * m) / (2 * Math.LN2) / z));
}
function sigma(start: number): number {
  if (start === 1) return Number.POSITIVE_INFINITY;
  let x = start, y = 1, z = x;
  for (let old = -1; z !== old;) { x *= x; old = z; z += x * y; y += y; }
  return z;
}
function tau(start: number): number {
  if (start === 0 || start === 1) return 0;
  let x = start, y = 1, z = 1 - x;
  for (let old = -1; z !== old;) { x = Math.sqrt(x); old = z; y *= 0.5; z -= (1 - x) ** 2 * y; }
  return z / 3;
}
const newHll = (lgK: number): Uint8Array => { const s = new Uint8Array(1 + (1 << lgK)); s[0] = lgK; return s; };

export const hllSketchAgg: AggregateFunction = aggregate('hll_sketch_agg(any) -> binary', {
  doc: 'A HyperLogLog sketch of the values, with 2^lgConfigK registers.',
  examples: ['(SELECT hll_sketch_estimate(hll_sketch_agg(a)) FROM VALUES (1), (1), (2) AS t(a)) = 2'], params: [{ name: 'expr', accepts: INPUT }, constantInt('lgConfigK', DEFAULT_LG)],
  nullable: () => false, retract: 'multiset', duplicateInsensitive: true,
  accumulator: (call) => {
    const lgK = Number(call.constant(1) ?? DEFAULT_LG);
    if (lgK < MIN_LG_K || lgK > MAX_LG_K) raise('HLL_INVALID_LG_K', { function: '`hll_sketch_agg`', min: String(MIN_LG_K), max: String(MAX_LG_K), value: String(lgK) });
    return columnAccumulator<Uint8Array>({
      init: () => newHll(lgK), type: T.BINARY, stateType: T.BINARY,
      add: ([column]) => { const hash = rowHasher(column!); return (sketch, i) => { hash(i); register(sketch, 1, lgK); }; },
      merge: (into, other) => mergeHll(into, other, false, 'hll_sketch_agg'), result: (s) => s.slice(), save: (s) => s.slice(), load: (v) => (v as Uint8Array).slice(),
    });
  },
});
export const hllUnionAgg: AggregateFunction = aggregate('hll_union_agg(binary) -> binary', {
  doc: 'The union of HyperLogLog sketches.',
  examples: ["(SELECT hll_sketch_estimate(hll_union_agg(s)) FROM (SELECT hll_sketch_agg(a) AS s FROM VALUES (1, 'x'), (2, 'x'), (2, 'y'), (3, 'y') AS t(a, part) GROUP BY part)) = 3"], params: [binary, { name: 'allowDifferentLgConfigK', accepts: { kind: 'type', type: T.BOOLEAN }, constant: true, default: { type: T.BOOLEAN, value: false } }],
  nullable: () => false, retract: 'multiset', duplicateInsensitive: true,
  accumulator: (call) => {
    const allow = call.constant(1) === true;
    const merge = (into: Uint8Array, other: Uint8Array): Uint8Array => into.length === 0 ? other : mergeHll(into, other, allow, 'hll_union_agg');
    return objectAccumulator<Uint8Array>({
      init: () => new Uint8Array(0), type: T.BINARY, stateType: T.BINARY, skipNulls: [0],
      add: (s, [v]) => merge(s, (v as Uint8Array).slice()), merge, result: (s) => s.length === 0 ? newHll(DEFAULT_LG) : s.slice(), save: (s) => s.slice(), load: (v) => (v as Uint8Array).slice(),
    });
  },
});
const hllSketchEstimate = scalar('hll_sketch_estimate(binary) -> bigint', {
  doc: 'About how many distinct values a HyperLogLog sketch has seen.',
  examples: ['(SELECT hll_sketch_estimate(hll_sketch_agg(a)) FROM VALUES (1), (1), (2) AS t(a)) = 2'], row: (sketch: Uint8Array) => estimateHll(sketch),
});
const hllUnion = scalar('hll_union(binary, binary) -> binary', {
  doc: 'The union of two HyperLogLog sketches.',
  examples: ['(SELECT hll_sketch_estimate(hll_union(hll_sketch_agg(a), hll_sketch_agg(b))) FROM VALUES (1, 2), (2, 3) AS t(a, b)) = 3'], params: [binary, binary, { name: 'allowDifferentLgConfigK', accepts: { kind: 'type', type: T.BOOLEAN }, default: { type: T.BOOLEAN, value: false } }],
  row: (a: Uint8Array, b: Uint8Array, allow: boolean) => mergeHll(a, b, allow, 'hll_union'),
});

/** Theta sketches as sets of their least hashes. */
const MASK = (1n << 63n) - 1n;
function encodeTheta(lgNominal: number, hashes: Iterable<bigint>): Uint8Array {
  const sorted = BigInt64Array.from(hashes).sort().subarray(0, 2 ** lgNominal);
  const out = new Uint8Array(1 + sorted.byteLength);
  out[0] = lgNominal;
  out.set(new Uint8Array(sorted.buffer, sorted.byteOffset, sorted.byteLength), 1);
  return out;
}
/** @throws THETA_INVALID_INPUT_SKETCH_BUFFER if the bytes cannot be a sketch's */
function decodeTheta(bytes: Uint8Array, fn = 'theta_sketch_agg'): BigInt64Array {
  if (bytes.length % 8 !== 1 || bytes[0]! < MIN_LG_K || bytes[0]! > MAX_LG_NOMINAL) raise('THETA_INVALID_INPUT_SKETCH_BUFFER', { function: `\`${fn}\`` }, { nowhere: true });
  return new BigInt64Array(bytes.slice(1).buffer);
}
function estimateTheta(bytes: Uint8Array): bigint {
  const hashes = decodeTheta(bytes, 'theta_sketch_estimate');
  const k = 2 ** bytes[0]!;
  return hashes.length < k ? BigInt(hashes.length) : BigInt(Math.round((k - 1) / (Number(hashes[k - 1]!) / Number(MASK))));
}
function checkNominal(lg: number, fn: string): void {
  if (lg < MIN_LG_K || lg > MAX_LG_NOMINAL) raise('SKETCH_INVALID_LG_NOM_ENTRIES', { function: `\`${fn}\``, min: String(MIN_LG_K), max: String(MAX_LG_NOMINAL), value: String(lg) }, { nowhere: true });
}
export const thetaSketchAgg: AggregateFunction = aggregate('theta_sketch_agg(any) -> binary', {
  doc: 'A theta sketch of the values: the least 2^lgNomEntries of their hashes.',
  examples: ['(SELECT theta_sketch_estimate(theta_sketch_agg(a)) FROM VALUES (1), (1), (2) AS t(a)) = 2'], params: [{ name: 'expr', accepts: INPUT }, { ...constantInt('lgNomEntries', DEFAULT_LG), exact: true }],
  nullable: () => false, retract: 'multiset', duplicateInsensitive: true,
  accumulator: (call) => {
    const lg = Number(call.constant(1) ?? DEFAULT_LG);
    checkNominal(lg, 'theta_sketch_agg');
    const words = new BigInt64Array(hashed.buffer);
    /** Only the least hashes are kept, once there are twice as many. */
    const trim = (s: Set<bigint>): void => { if (s.size <= 2 ** (lg + 1)) return; const least = decodeTheta(encodeTheta(lg, s)); s.clear(); for (const h of least) s.add(h); };
    return columnAccumulator<Set<bigint>>({
      init: () => new Set(), type: T.BINARY, stateType: T.BINARY,
      add: ([column]) => { const hash = rowHasher(column!); return (s, i) => { hash(i); s.add(words[0]! & MASK); trim(s); }; },
      merge: (into, other) => { for (const h of other) into.add(h); return into; },
      result: (s) => encodeTheta(lg, s), save: (s) => encodeTheta(lg, s), load: (v) => new Set(decodeTheta(v as Uint8Array)),
    });
  },
});
const thetaSketchEstimate = scalar('theta_sketch_estimate(binary) -> bigint', { doc: 'About how many distinct values a theta sketch has seen.',
  examples: ['(SELECT theta_sketch_estimate(theta_sketch_agg(a)) FROM VALUES (1), (1), (2) AS t(a)) = 2'], row: (s: Uint8Array) => estimateTheta(s) });
const thetaPair = (a: Uint8Array, b: Uint8Array, name: string): readonly [Set<bigint>, Set<bigint>] => [new Set(decodeTheta(a, name)), new Set(decodeTheta(b, name))];
const thetaUnion = scalar('theta_union(binary, binary) -> binary', {
  doc: 'The union of two theta sketches.',
  examples: ['(SELECT theta_sketch_estimate(theta_union(theta_sketch_agg(a), theta_sketch_agg(b))) FROM VALUES (1, 2), (2, 3) AS t(a, b)) = 3'], params: [binary, binary, { name: 'lgNomEntries', accepts: { kind: 'type', type: T.INT }, default: { type: T.INT, value: DEFAULT_LG } }],
  row: (a: Uint8Array, b: Uint8Array, lg: number) => { checkNominal(lg, 'theta_union'); return encodeTheta(lg, new Set(thetaPair(a, b, 'theta_union').flatMap((s) => [...s]))); },
});
const thetaSet = (name: string, doc: string, example: string, keep: (inOther: boolean) => boolean): ScalarFunction => scalar(`${name}(binary, binary) -> binary`, {
  doc, examples: [example], row: (a: Uint8Array, b: Uint8Array) => { const [x, y] = thetaPair(a, b, name); return encodeTheta(Math.min(a[0]!, b[0]!), [...x].filter((h) => keep(y.has(h)))); },
});
const thetaIntersection = thetaSet('theta_intersection', 'What two theta sketches have in common.',
  '(SELECT theta_sketch_estimate(theta_intersection(theta_sketch_agg(a), theta_sketch_agg(b))) FROM VALUES (1, 2), (2, 3) AS t(a, b)) = 1', (inOther) => inOther);
const thetaDifference = thetaSet('theta_difference', 'What the first theta sketch has and the second has not.',
  '(SELECT theta_sketch_estimate(theta_difference(theta_sketch_agg(a), theta_sketch_agg(b))) FROM VALUES (1, 2), (2, 3) AS t(a, b)) = 1', (inOther) => !inOther);

const MAX_ITEMS_TRACKED = 1_000_000;
/** The constant of an argument of approx_top_k. */
function positiveOf(call: AggregateCall, index: number, argName: string, fallback: number): number {
  const value = call.constant(index);
  if (value === undefined) return fallback;
  if (value === null) raise('APPROX_TOP_K_NULL_ARG', { argName }, { nowhere: true });
  if (Number(value) <= 0) raise('APPROX_TOP_K_NON_POSITIVE_ARG', { argName, argValue: String(value) }, { nowhere: true });
  return Number(value);
}
const COUNTED: ReadonlySet<string> = new Set(['boolean', 'string', 'date', 'timestamp', 'timestamp_ntz', 'time', 'void']);
/** Only values of these types, and numbers, are counted. @throws DATATYPE_MISMATCH.TYPE_CHECK_FAILURE_WITH_HINT, UNSUPPORTED_TIME_TYPE */
function checkTopK(call: Call): void {
  const { kind } = call.types[0]!;
  const refuse = (msg: string): never => raise('DATATYPE_MISMATCH.TYPE_CHECK_FAILURE_WITH_HINT', { msg, hint: '' });
  if (kind === 'time') needsTime(call);
  if (!COUNTED.has(kind) && !T.isNumeric(call.types[0]!)) refuse(`${(kind === 'day_time_interval' || kind === 'year_month_interval' ? T.sqlName(call.types[0]!).toLowerCase() : kind)} columns are not supported`);
  if (!isFoldable(call.args[1]!)) refuse('K must be a constant literal');
  if (!isFoldable(call.args[2]!)) refuse('Number of items tracked must be a constant literal');
}

export const approxTopK: AggregateFunction = aggregate('approx_top_k(any) -> binary', {
  doc: 'The k most frequent values with their counts, most frequent first. All values are counted, so the answer is exact.',
  examples: ["(SELECT approx_top_k(a, 2) FROM VALUES ('x'), ('y'), ('x'), ('x'), ('y'), ('z') AS t(a)) = array(named_struct('item', 'x', 'count', 3L), named_struct('item', 'y', 'count', 2L))"],
  params: [{ name: 'expr', accepts: { kind: 'class', class: 'any' } }, constantInt('k', 5), constantInt('maxItemsTracked', 10000)],
  result: (call) => T.array(T.struct([T.field('item', call.types[0]!), T.field('count', T.BIGINT)]), false), nullable: () => false, emptyResult: [], retract: 'multiset', check: checkTopK,
  accumulator: (call) => {
    const key = collatedKeyOf(call.types[0]!);
    const [k, tracked] = [positiveOf(call, 1, '`k`', 5), positiveOf(call, 2, '`maxItemsTracked`', 10000)];
    if (tracked > MAX_ITEMS_TRACKED) raise('APPROX_TOP_K_MAX_ITEMS_TRACKED_EXCEEDS_LIMIT', { maxItemsTracked: String(tracked), limit: String(MAX_ITEMS_TRACKED) }, { nowhere: true });
    if (tracked < k) raise('APPROX_TOP_K_MAX_ITEMS_TRACKED_LESS_THAN_K', { maxItemsTracked: String(tracked), k: String(k) }, { nowhere: true });
    interface Item { readonly value: Value; count: bigint }
    type Items = Map<unknown, Item>;
    const put = (items: Items, value: Value, count: bigint): Items => {
      const id = key(value);
      const found = items.get(id);
      if (found) found.count += count; else items.set(id, { value, count });
      return items;
    };
    return objectAccumulator<Items>({
      init: () => new Map(), type: call.type, stateType: T.array(T.struct([T.field('item', call.types[0]!), T.field('count', T.BIGINT)])),
      add: (items, [v]) => put(items, v!, 1n), merge: (into, other) => { for (const { value, count } of other.values()) put(into, value, count); return into; },
      result: (items) => [...items.values()].sort((a, b) => Number(b.count - a.count)).slice(0, k).map((i) => [i.value, i.count]),
      save: (items) => Array.from(items.values(), (i) => [i.value, i.count]),
      load: (v) => (v as readonly (readonly [Value, bigint])[]).reduce((items: Items, [value, count]) => put(items, value, count), new Map()),
    });
  },
});

export const sketchScalars: readonly ScalarFunction[] = [hllSketchEstimate, hllUnion, thetaSketchEstimate, thetaUnion, thetaIntersection, thetaDifference];
