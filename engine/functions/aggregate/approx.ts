// approx_count_distinct: HyperLogLog++ with Spark's hash, registers and corrections, so that its answers are Spark's.
//
// source: Heule, Nunkesser, Hall: HyperLogLog in Practice (2013); Spark's HyperLogLogPlusPlusHelper; xxHash64 with seed 42.

import { raise } from '../../../planner/errors/index.js';
import * as T from '../../../planner/types.js';
import { collationForm } from '../../columnar/collation.js';
import { type Column, isWideDecimal } from '../../columnar/column.js';
import { validReader } from '../../columnar/read.js';
import { aggregate, type AggregateFunction } from '../define.js';
import { valueHasher, xxHash64 } from '../misc/hash.js';
import { hashBytes, hashed, hashInt, hashLong } from '../misc/xxhash64.js';
import { biasOf, LINEAR_UP_TO } from './hyperloglog-bias.js';
import { columnAccumulator } from './object.js';

const SEED = 42;

/** Hashes row i of a column, which is not NULL, into `hashed`: texts that their collation holds equal alike. */
export function rowHasher(column: Column): (i: number) => void {
  const { type, values, start, end } = column;
  switch (type.kind) {
    case 'boolean': case 'tinyint': case 'smallint': case 'int': case 'date': case 'year_month_interval': return (i) => { hashInt(values[i] as number, 0, SEED); };
    case 'float': {
      const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
      return (i) => { const v = values[i] as number; hashInt(v === 0 ? 0 : Number.isNaN(v) ? 0x7fc00000 : bits[i]!, 0, SEED); };
    }
    case 'double': {
      const bits = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
      return (i) => {
        const v = values[i] as number;
        if (v === 0) hashLong(0, 0, 0, SEED); else if (Number.isNaN(v)) hashLong(0x7ff80000, 0, 0, SEED); else hashLong(bits[2 * i + 1]!, bits[2 * i]!, 0, SEED);
      };
    }
    case 'string': case 'binary': if (T.isCollated(type)) break;
      return (i) => { hashBytes(values as Uint8Array, start![i]!, end![i]!, 0, SEED); };
    case 'bigint': case 'timestamp': case 'timestamp_ntz': case 'day_time_interval': case 'decimal': {
      if (isWideDecimal(type)) break;
      const bits = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
      return (i) => { hashLong(bits[2 * i + 1]!, bits[2 * i]!, 0, SEED); };
    }
    default: break;
  }
  const read = validReader(column);
  const hash = valueHasher(type, xxHash64);
  const words = new BigInt64Array(hashed.buffer);
  const form = collationForm(type);
  return (i) => { const value = read(i); words[0] = hash(form ? form(value) : value, BigInt(SEED)); };
}

/** Notes the hash in `hashed` in the registers that start at `from`: its first bits choose one, the zeros that follow count. */
export function register(registers: Uint8Array, from: number, precision: number): void {
  const low = hashed[0]!;
  const high = hashed[1]!;
  const index = from + (high >>> (32 - precision));
  const rest = (high << precision) | (low >>> (32 - precision));
  const rank = (rest === 0 ? 32 + Math.clz32((low << precision) | (1 << (precision - 1))) : Math.clz32(rest)) + 1;
  if (rank > registers[index]!) registers[index] = rank;
}

/** The factor of the raw estimate, by the number of registers. */
const alphaOf = (m: number): number => m === 16 ? 0.673 : m === 32 ? 0.697 : m === 64 ? 0.709 : 0.7213 / (1 + 1.079 / m);
/** Beyond it there are no tables of biases. */
const MAX_CORRECTED = 18;

/** About how many distinct values the registers have seen. */
function estimate(registers: Uint8Array, precision: number): bigint {
  const m = registers.length;
  let inverse = 0;
  let empty = 0;
  for (const rank of registers) { inverse += 2 ** -rank; if (rank === 0) empty++; }
  const raw = (alphaOf(m) * m * m) / inverse;
  if (empty > 0) {
    const linear = m * Math.log(m / empty);
    if ((precision <= MAX_CORRECTED && linear <= LINEAR_UP_TO[precision - 4]!) || raw <= 2.5 * m) return BigInt(Math.round(linear));
  }
  return BigInt(Math.round(precision <= MAX_CORRECTED && raw < 5 * m ? raw - biasOf(raw, precision) : raw));
}

export const approxCountDistinct: AggregateFunction = aggregate('approx_count_distinct(any, const double?) -> bigint', {
  print: (args, call) => `${call.name}(${args[0]})`,
  doc: 'About how many distinct values that are not NULL; the second argument is the relative deviation allowed (0.05).',
  examples: ['(SELECT approx_count_distinct(a) FROM VALUES (1), (1), (2) AS t(a)) = 2'],
  nullable: () => false, emptyResult: 0n, retract: 'multiset', duplicateInsensitive: true,
  accumulator: (call) => {
    const deviation = call.types.length > 1 ? Number(call.constant(1)) : 0.05;
    const precision = Math.ceil(2 * Math.log(1.106 / deviation) / Math.LN2);
    if (!(deviation > 0) || precision < 4 || precision > 24) raise('INVALID_RELATIVE_DEVIATION', { value: String(deviation) });
    return columnAccumulator<Uint8Array>({
      init: () => new Uint8Array(1 << precision), type: T.BIGINT, stateType: T.BINARY,
      add: ([column]) => { const hash = rowHasher(column!); return (registers, i) => { hash(i); register(registers, 0, precision); }; },
      merge: (into, other) => { for (let i = 0; i < into.length; i++) if (other[i]! > into[i]!) into[i] = other[i]!; return into; },
      result: (registers) => estimate(registers, precision),
      save: (registers) => registers.slice(), load: (v) => (v as Uint8Array).slice(),
    });
  },
});
