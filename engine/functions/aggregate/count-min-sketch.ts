// count_min_sketch: how often values come, in a table of a size that does not depend on how many there are.
// source: Cormode, Muthukrishnan 2005; Spark CountMinSketchImpl, whose bytes these are: version, number of rows, depth, width, a factor for each
// line of the table, the lines; all big-endian.

import { raise } from '../../../planner/errors/index.js';
import { valueText } from '../../../planner/expr/literals.js';
import { sqlExpr, sqlType } from '../../../planner/expr/print.js';
import { isFoldable } from '../../../planner/expr/walk.js';
import type { Call, Param } from '../../../planner/tree.js';
import * as T from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';
import { aggregate, type AggregateFunction } from '../define.js';
import { murmur3 } from '../misc/hash.js';
import { javaRandom } from '../misc/java-random.js';
import { cls, type } from '../operators/shared.js';
import { constantOf } from './collect.js';
import { objectAccumulator } from './object.js';

interface Sketch { total: bigint; readonly counts: BigInt64Array }
interface Shape { readonly depth: number; readonly width: number; readonly factors: readonly bigint[] }

const VERSION = 1;
const HEADER = 20;
const PRIME = (1n << 31n) - 1n;
/** Counters of one sketch at most: 512 MB. */
const MOST = 2 ** 26;

function shapeOf(eps: number, confidence: number, seed: bigint): Shape {
  const [depth, width] = [Math.ceil(-Math.log(1 - confidence) / Math.LN2), Math.ceil(2 / eps)];
  const next = javaRandom(BigInt.asIntN(32, seed));
  // Below 2^31 - 1.
  const factor = (): bigint => { for (;;) { const n = BigInt(next(31)); if (n < PRIME) return n; } };
  return { depth, width, factors: Array.from({ length: depth }, factor) };
}

/** The place of a value in each line of the table. */
function placesOf(type: T.DataType, { depth, width, factors }: Shape): (value: Value) => readonly number[] {
  if (!T.isIntegral(type)) {
    return (value) => {
      const bytes = typeof value === 'string' ? Buffer.from(value, 'utf8') : value as Uint8Array;
      const first = murmur3.bytes(bytes, 0);
      const second = murmur3.bytes(bytes, first);
      return Array.from({ length: depth }, (_, i) => Math.abs(((first + Math.imul(i, second)) | 0) % width));
    };
  }
  return (value) => factors.map((factor) => {
    const product = BigInt.asIntN(64, factor * BigInt(value as number | bigint));
    return Number((product + (product >> 32n)) & PRIME) % width;
  });
}

function write({ total, counts }: Sketch, { depth, width, factors }: Shape): Uint8Array {
  const out = new DataView(new ArrayBuffer(HEADER + 8 * (depth + counts.length)));
  out.setInt32(0, VERSION);
  out.setBigInt64(4, total);
  out.setInt32(12, depth);
  out.setInt32(16, width);
  factors.forEach((f, i) => { out.setBigInt64(HEADER + 8 * i, f); });
  counts.forEach((n, i) => { out.setBigInt64(HEADER + 8 * (depth + i), n); });
  return new Uint8Array(out.buffer);
}
function read(bytes: Uint8Array, { depth, width }: Shape): Sketch {
  const from = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { total: from.getBigInt64(4), counts: BigInt64Array.from({ length: depth * width }, (_, i) => from.getBigInt64(HEADER + 8 * (depth + i))) };
}

function check(call: Call): void {
  const [eps, confidence, seed] = [1, 2, 3].map((i) => call.constant(i));
  const range = (exprName: string, x: number, valueRange: string): never => raise('DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE', { exprName, valueRange, currentValue: valueText(x, T.DOUBLE) });
  for (const [exprName, value] of Object.entries({ eps, confidence, seed })) if (value === null) raise('DATATYPE_MISMATCH.UNEXPECTED_NULL', { exprName });
  const given = call.args[3]!;
  if (!isFoldable(given)) raise('DATATYPE_MISMATCH.NON_FOLDABLE_INPUT', { inputName: '`seed`', inputType: sqlType(given.type), inputExpr: sqlExpr(given) });
  if (eps === undefined || confidence === undefined || seed === undefined) return;
  const [e, c] = [Number(eps), Number(confidence)];
  if (!(e > 0)) range('eps', e, '(0.0, 1.7976931348623157E308]');
  if (!(c > 0 && c < 1)) range('confidence', c, '(0.0, 1.0]');
  const { depth, width } = shapeOf(e, c, BigInt(seed as number | bigint));
  if (depth * width > MOST) range('eps', e, `[${2 * depth / MOST}, 1.7976931348623157E308]`);
}

const double = (name: string): Param => ({ name, accepts: type(T.DOUBLE), exact: true, constant: true });

export const countMinSketch: AggregateFunction = aggregate('count_min_sketch(any, double, double, bigint) -> binary', {
  doc: 'A count-min sketch of a column, as bytes that Spark reads: relative error, confidence, seed.', examples: ["hex(count_min_sketch(1, 0.5D, 0.5D, 1)) = '0000000100000000000000010000000100000004000000005D8D6AB90000000000000000000000000000000100000000000000000000000000000000'"],
  byName: true,
  params: [
    { name: 'column', accepts: { kind: 'one_of', options: [cls('integral'), type(T.STRING), type(T.BINARY)] }, exact: true },
    double('epsilon'), double('confidence'), { name: 'seed', accepts: { kind: 'one_of', options: [type(T.INT), type(T.BIGINT)] }, exact: true, constant: true },
  ],
  result: () => T.BINARY, nullable: () => false, retract: 'multiset', check,
  accumulator: (call) => {
    const shape = shapeOf(Number(constantOf(call, 1)), Number(constantOf(call, 2)), BigInt(constantOf(call, 3) as number | bigint));
    const { depth, width } = shape;
    const places = placesOf(call.types[0]!, shape);
    return objectAccumulator<Sketch>({
      init: () => ({ total: 0n, counts: new BigInt64Array(depth * width) }), type: T.BINARY, stateType: T.BINARY, skipNulls: [0],
      add: (sketch, [value]) => {
        places(value!).forEach((at, line) => { sketch.counts[line * width + at]!++; });
        sketch.total++;
        return sketch;
      },
      merge: (into, other) => { other.counts.forEach((n, i) => { into.counts[i]! += n; }); into.total += other.total; return into; },
      result: (sketch) => write(sketch, shape), save: (sketch) => write(sketch, shape), load: (bytes) => read(bytes as Uint8Array, shape),
    });
  },
});
