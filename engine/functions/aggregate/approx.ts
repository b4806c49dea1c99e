// approx_count_distinct: HyperLogLog++ with the hash, the register width and the small-range counting of Spark, so that small answers are
// the same. Above the range of linear counting the estimate is Ertl's, which needs no table of biases.
//
// source: Heule, Nunkesser, Hall: HyperLogLog in Practice (2013); Ertl: New cardinality estimation algorithms (2017); Spark's xxHash64, seed 42.

import { raise } from '../../../planner/errors/index.js';
import * as T from '../../../planner/types.js';
import type { DataType } from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';
import { encodeValue } from '../../columnar/encode.js';
import { aggregate, type AggregateFunction } from '../define.js';
import { objectAccumulator } from './object.js';

const P1 = 0x9e3779b185ebca87n, P2 = 0xc2b2ae3d27d4eb4fn, P3 = 0x165667b19e3779f9n, P4 = 0x85ebca77c2b2ae63n, P5 = 0x27d4eb2f165667c5n;
const SEED = 42n;
const u64 = (v: bigint): bigint => BigInt.asUintN(64, v);
const rotate = (v: bigint, by: bigint): bigint => u64((v << by) | (v >> (64n - by)));
const finish = (h: bigint): bigint => {
  let x = u64((h ^ (h >> 33n)) * P2);
  x = u64((x ^ (x >> 29n)) * P3);
  return x ^ (x >> 32n);
};
const round = (accumulator: bigint, input: bigint): bigint => u64(rotate(u64(accumulator + input * P2), 31n) * P1);

function hashLong(v: bigint): bigint {
  let h = u64(SEED + P5 + 8n);
  h ^= round(0n, u64(v));
  return finish(u64(rotate(h, 27n) * P1 + P4));
}
function hashInt(v: number): bigint {
  let h = u64(SEED + P5 + 4n);
  h ^= u64(BigInt(v >>> 0) * P1);
  return finish(u64(rotate(h, 23n) * P2 + P3));
}
function hashBytes(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const n = bytes.length;
  let at = 0;
  let h: bigint;
  if (n >= 32) {
    let a = u64(SEED + P1 + P2), b = u64(SEED + P2), c = SEED, d = u64(SEED - P1);
    for (; at + 32 <= n; at += 32) {
      a = round(a, view.getBigUint64(at, true));
      b = round(b, view.getBigUint64(at + 8, true));
      c = round(c, view.getBigUint64(at + 16, true));
      d = round(d, view.getBigUint64(at + 24, true));
    }
    h = u64(rotate(a, 1n) + rotate(b, 7n) + rotate(c, 12n) + rotate(d, 18n));
    for (const v of [a, b, c, d]) h = u64((h ^ round(0n, v)) * P1 + P4);
  } else h = u64(SEED + P5);
  h = u64(h + BigInt(n));
  for (; at + 8 <= n; at += 8) h = u64(rotate(h ^ round(0n, view.getBigUint64(at, true)), 27n) * P1 + P4);
  for (; at + 4 <= n; at += 4) h = u64(rotate(h ^ u64(BigInt(view.getUint32(at, true)) * P1), 23n) * P2 + P3);
  for (; at < n; at++) h = u64(rotate(h ^ u64(BigInt(bytes[at]!) * P5), 11n) * P1);
  return finish(h);
}

const scratch = new DataView(new ArrayBuffer(8));
/** Spark's xxHash64 with seed 42 of a value that is not NULL. */
export function hasher(type: DataType): (v: Value) => bigint {
  switch (type.kind) {
    case 'boolean': return (v) => hashInt(v ? 1 : 0);
    case 'tinyint': case 'smallint': case 'int': case 'date': case 'year_month_interval': return (v) => hashInt(v as number);
    case 'bigint': case 'timestamp': case 'timestamp_ntz': case 'time': case 'day_time_interval': return (v) => hashLong(v as bigint);
    case 'float': return (v) => { scratch.setFloat32(0, v as number + 0); return hashInt(scratch.getInt32(0)); };
    case 'double': return (v) => { scratch.setFloat64(0, v as number + 0); return hashLong(scratch.getBigInt64(0)); };
    case 'decimal': if (type.precision <= 18) return (v) => hashLong(v as bigint); break;
    case 'string': return (v) => hashBytes(Buffer.from(v as string, 'utf8'));
    case 'binary': return (v) => hashBytes(v as Uint8Array);
    default: break;
  }
  return (v) => hashBytes(encodeValue(type, v));
}

/** Registers below which linear counting is used, by precision. */
const THRESHOLDS = [10, 20, 40, 80, 220, 400, 900, 1800, 3100, 6500, 11500, 20000, 50000, 120000, 350000];

/** About how many distinct values the registers have seen. */
export function estimateRegisters(registers: Uint8Array, precision: number): bigint {
  const m = registers.length;
  const counts = new Float64Array(66 - precision);
  for (const r of registers) counts[r]!++;
  if (counts[0]! > 0) {
    const linear = m * Math.log(m / counts[0]!);
    if (linear <= (THRESHOLDS[precision - 4] ?? Number.POSITIVE_INFINITY)) return BigInt(Math.round(linear));
  }
  const q = 64 - precision;
  let z = m * tau(1 - counts[q + 1]! / m);
  for (let k = q; k >= 1; k--) z = 0.5 * (z + counts[k]!);
  z += m * sigma(counts[0]! / m);
  return BigInt(Math.round((m * m) / (2 * Math.LN2) / z));
}
/** Notes a hash in the registers that start at `from`: its first bits choose one, the zeros that follow count. */
export function register(registers: Uint8Array, from: number, precision: number, hash: bigint): void {
  const index = from + Number(hash >> BigInt(64 - precision));
  const rest = u64((hash << BigInt(precision)) | (1n << BigInt(precision - 1)));
  const high = Number(rest >> 32n);
  const rank = (high === 0 ? 32 + Math.clz32(Number(rest & 0xffffffffn)) : Math.clz32(high)) + 1;
  if (rank > registers[index]!) registers[index] = rank;
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

export const approxCountDistinct: AggregateFunction = aggregate('approx_count_distinct(any, const double?) -> bigint', {
  print: (args, call) => `${call.name}(${args[0]})`,
  doc: 'About how many distinct values that are not NULL; the second argument is the relative deviation allowed (0.05).', examples: ['approx_count_distinct(1) = 1'],
  nullable: () => false, emptyResult: 0n, retract: 'multiset', duplicateInsensitive: true,
  accumulator: (call) => {
    const deviation = call.types.length > 1 ? Number(call.constant(1)) : 0.05;
    const precision = Math.ceil(2 * Math.log(1.106 / deviation) / Math.LN2);
    if (!(deviation > 0) || precision < 4 || precision > 24) raise('INVALID_RELATIVE_DEVIATION', { value: String(deviation) });
    const hash = hasher(call.types[0]!);
    return objectAccumulator<Uint8Array>({
      init: () => new Uint8Array(1 << precision), type: T.BIGINT, stateType: T.BINARY, skipNulls: [0],
      add: (registers, [value]) => {
        register(registers, 0, precision, hash(value!));
        return registers;
      },
      merge: (into, other) => { for (let i = 0; i < into.length; i++) if (other[i]! > into[i]!) into[i] = other[i]!; return into; },
      result: (registers) => estimateRegisters(registers, precision),
      save: (registers) => registers.slice(), load: (v) => (v as Uint8Array).slice(),
    });
  },
});
