// histogram_numeric, and the bitmap aggregates.
//
// source: Ben-Haim and Tom-Tov: A streaming parallel decision tree algorithm (2010), as Hive and Spark use it; Spark's bitmap of 32,768 bits.

import { raise } from '../../../planner/errors/index.js';
import * as T from '../../../planner/types.js';
import type { Call } from '../../../planner/tree.js';
import type { DataType } from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';
import { type Accumulator, aggregate, type AggregateFunction } from '../define.js';
import { javaRandom } from '../misc/java-random.js';
import { constantOf } from './collect.js';
import { objectAccumulator } from './object.js';
import { ANY_ORDERED } from './percentile.js';

interface Bin { x: number; y: number }
interface Bins { readonly list: Bin[]; readonly random: () => number }

/** Ties are broken by the doubles of this seed in Hive, so that a histogram can be repeated. */
const TIES = 31183n;
const noBins = (): Bins => { const next = javaRandom(TIES); return { list: [], random: () => (next(26) * 2 ** 27 + next(27)) * 2 ** -53 }; };

/** Joins the two nearest bins until there are no more than `limit`; of equally near ones any may be taken. */
function shrink(bins: Bins, limit: number): Bins {
  const { list, random } = bins;
  while (list.length > limit) {
    let nearest = 0;
    let ties = 1;
    for (let i = 1; i + 1 < list.length; i++) {
      const difference = list[i + 1]!.x - list[i]!.x;
      const least = list[nearest + 1]!.x - list[nearest]!.x;
      if (difference < least) { nearest = i; ties = 1; } else if (difference === least && random() <= 1 / ++ties) nearest = i;
    }
    const a = list[nearest]!;
    const b = list[nearest + 1]!;
    const y = a.y + b.y;
    list.splice(nearest, 2, { x: a.x * (a.y / y) + (b.x / y) * b.y, y });
  }
  return bins;
}
function put({ list: bins }: Bins, x: number, y: number): void {
  let i = bins.length;
  while (i > 0 && bins[i - 1]!.x > x) i--;
  if (i > 0 && bins[i - 1]!.x === x) bins[i - 1]!.y += y;
  else bins.splice(i, 0, { x, y });
}

const scaleOf = (type: DataType): number => type.kind === 'decimal' ? 10 ** type.scale : 1;
const isBig = (type: DataType): boolean => ['bigint', 'decimal', 'timestamp', 'timestamp_ntz', 'time', 'day_time_interval'].includes(type.kind);

function checkBins(call: Call): void {
  const bins = call.constant(1);
  if (bins === null) raise('DATATYPE_MISMATCH.UNEXPECTED_NULL', { exprName: 'nb' });
  if (bins !== undefined && Number(bins) < 2) raise('DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE', { exprName: 'nb', valueRange: '[2, 2147483647]', currentValue: String(bins) });
}

export const histogramNumeric: AggregateFunction = aggregate('histogram_numeric(any, const int) -> double', {
  doc: 'At most n bins (x, y) that approximate how the values are spread: y values near x.',
  examples: ["(SELECT histogram_numeric(a, 2) FROM VALUES (1), (1), (9) AS t(a)) = array(named_struct('x', 1, 'y', 2.0D), named_struct('x', 9, 'y', 1.0D))"],
  params: [{ name: 'expr', accepts: { kind: 'one_of', options: [{ kind: 'class', class: 'numeric' }, { kind: 'type', type: T.DATE }, { kind: 'type', type: T.TIMESTAMP }, { kind: 'type', type: T.TIMESTAMP_NTZ }, { kind: 'class', class: 'interval' }, { kind: 'type', type: T.TIME }] }, requires: ANY_ORDERED },
    { name: 'nBins', accepts: { kind: 'type', type: T.INT }, constant: true }],
  result: (call) => T.array(T.struct([T.field('x', call.types[0]!), T.field('y', T.DOUBLE)])), nullable: () => true, retract: 'multiset', check: checkBins,
  accumulator: (call) => {
    const type = call.types[0]!;
    const limit = Number(constantOf(call, 1));
    const scale = scaleOf(type);
    const back = (x: number): Value => isBig(type) ? BigInt(Math.trunc(x * scale)) : T.isFractional(type) ? x : Math.trunc(x);
    return objectAccumulator<Bins>({
      init: noBins, type: call.type, stateType: T.array(T.struct([T.field('x', T.DOUBLE), T.field('y', T.DOUBLE)])), skipNulls: [0],
      add: (bins, [v]) => { put(bins, Number(v) / scale, 1); return shrink(bins, limit); },
      merge: (bins, other) => { for (const b of other.list) put(bins, b.x, b.y); return shrink(bins, limit); },
      result: ({ list }) => list.length === 0 ? null : list.map((b) => [back(b.x), b.y]),
      save: ({ list }) => list.map((b) => [b.x, b.y]),
      load: (v) => ({ ...noBins(), list: (v as readonly (readonly [number, number])[]).map(([x, y]) => ({ x, y })) }),
    });
  },
});

const BITMAP_BYTES = 4096;

function bitmap(init: number, add: (bits: Uint8Array, v: Value) => void, merge: (a: number, b: number) => number): Accumulator {
  return objectAccumulator<Uint8Array>({
    init: () => new Uint8Array(BITMAP_BYTES).fill(init), type: T.BINARY, stateType: T.BINARY, skipNulls: [0],
    add: (bits, [v]) => { add(bits, v!); return bits; },
    merge: (into, other) => { for (let i = 0; i < into.length; i++) into[i] = merge(into[i]!, other[i]!); return into; },
    result: (bits) => bits.slice(), save: (bits) => bits.slice(), load: (v) => (v as Uint8Array).slice(),
  });
}
const or = (a: number, b: number): number => a | b;
const and = (a: number, b: number): number => a & b;

const bitmapFunction = (name: string, from: 'bigint' | 'binary', doc: string, example: string, accumulator: () => Accumulator): AggregateFunction =>
  aggregate(`${name}(${from}) -> binary`, { doc, examples: [example], ...(from === 'binary' && { params: [{ name: 'child', accepts: { kind: 'type' as const, type: T.BINARY }, exact: 'typed' as const }] }), nullable: () => false, emptyResult: new Uint8Array(BITMAP_BYTES).fill(name === 'bitmap_and_agg' ? 255 : 0), retract: 'multiset', duplicateInsensitive: true, accumulator });

export const bitmapConstructAgg = bitmapFunction('bitmap_construct_agg', 'bigint', 'A bitmap with the bits at the given positions set.',
  '(SELECT bitmap_count(bitmap_construct_agg(a)) FROM VALUES (1), (3), (3) AS t(a)) = 2', () => bitmap(0, (bits, v) => {
  const position = v as bigint;
  if (position < 0n || position >= BigInt(BITMAP_BYTES * 8)) raise('INVALID_BITMAP_POSITION', { bitPosition: String(position), bitmapNumBits: String(BITMAP_BYTES * 8), bitmapNumBytes: String(BITMAP_BYTES) });
  bits[Number(position >> 3n)]! |= 1 << Number(position & 7n);
}, or));
const combine = (merge: (a: number, b: number) => number) => (bits: Uint8Array, v: Value): void => {
  const other = v as Uint8Array;
  for (let i = 0; i < BITMAP_BYTES; i++) bits[i] = merge(bits[i]!, other[i] ?? 0);
};
export const bitmapOrAgg = bitmapFunction('bitmap_or_agg', 'binary', 'Union of the bitmaps.',
  "(SELECT bitmap_count(bitmap_or_agg(a)) FROM VALUES (X'10'), (X'21') AS t(a)) = 3", () => bitmap(0, combine(or), or));
export const bitmapAndAgg = bitmapFunction('bitmap_and_agg', 'binary', 'Intersection of the bitmaps.',
  "(SELECT bitmap_count(bitmap_and_agg(a)) FROM VALUES (X'F0'), (X'30') AS t(a)) = 2", () => bitmap(255, combine(and), and));
