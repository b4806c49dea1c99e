// The order in which Spark's hash tables give their elements back: what collect_set and mode show of it. It depends on the elements and
// not on when they came, so any split of the input and any restart give the same.
// source: Scala 2.13 mutable.HashSet (collect_set); Spark OpenHashMap (mode); the hash codes of the JVM and of UTF8String.

import type { DataType } from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';
import { murmur3 } from '../misc/hash.js';

const scratch = new DataView(new ArrayBuffer(8));
const longHash = (v: bigint): number => Number(BigInt.asIntN(32, v ^ BigInt.asIntN(32, v >> 32n)));
const isInt = (v: number): boolean => (v | 0) === v;
function floatHash(v: number): number { scratch.setFloat32(0, v); return Number.isNaN(v) ? 0x7fc00000 : scratch.getInt32(0); }
function doubleHash(v: number): number { scratch.setFloat64(0, v); return longHash(Number.isNaN(v) ? 0x7ff8000000000000n : scratch.getBigInt64(0)); }
/** Scala's `##`: equal numbers of different types have one hash. */
const scalaLong = (v: bigint): number => BigInt.asIntN(32, v) === v ? Number(v) : longHash(v);
const scalaDouble = (v: number): number => {
  if (isInt(v)) return v;
  if (Number.isFinite(v) && Math.trunc(v) === v && Math.abs(v) < 2 ** 63) return longHash(BigInt(v));
  return Math.fround(v) === v ? floatHash(v) : doubleHash(v);
};

/** The hash code of a value's object; undefined: of nested values and the like, whose codes depend on their layout in memory. `scala`: of `##`. */
function hashCode(type: DataType, scala: boolean): ((value: Value) => number) | undefined {
  const of = <V>(f: (v: V) => number): ((value: Value) => number) => (value) => f(value as V);
  switch (type.kind) {
    case 'boolean': return of((v: boolean) => v ? 1231 : 1237);
    case 'tinyint': case 'smallint': case 'int': case 'date': case 'year_month_interval': return of((v: number) => v);
    case 'bigint': case 'timestamp': case 'timestamp_ntz': case 'day_time_interval': return of(scala ? scalaLong : longHash);
    case 'float': return of(floatHash);
    case 'double': return of(doubleHash);
    case 'string': return of((v: string) => murmur3.bytes(Buffer.from(v, 'utf8'), 42));
    // As long as it has no more digits than a double.
    case 'decimal': return type.precision <= 15 ? of((v: bigint) => scalaDouble(Number(v) / 10 ** type.scale)) : undefined;
    default: return undefined;
  }
}

/** Distinct values in the order of a mutable.HashSet that they were put into: by table place, then by hash. Others keep their order. */
export function hashSetOrder(type: DataType): (values: readonly Value[]) => Value[] {
  const hash = hashCode(type, true);
  return (values) => {
    if (!hash || values.length < 2) return [...values];
    let size = 16;
    while (values.length >= size * 0.75) size *= 2;
    const entries = values.map((value) => { if (value === null) return { value, hash: 0, place: 0 }; const h = hash(value); const mixed = h ^ (h >>> 16); return { value, hash: mixed, place: mixed & (size - 1) }; });
    return entries.sort((a, b) => a.place - b.place || a.hash - b.hash).map((e) => e.value);
  };
}

/** Distinct values in the order of an OpenHashMap that they were put into one after another. */
export function openHashOrder(type: DataType): <E extends { readonly value: Value }>(entries: readonly E[]) => readonly E[] {
  const hash = hashCode(type, false);
  return (entries) => {
    if (!hash || entries.length < 2) return entries;
    let capacity = 64;
    while (entries.length > capacity * 0.7) capacity *= 2;
    const table: (typeof entries[number] | undefined)[] = new Array(capacity);
    for (const entry of entries) {
      let at = murmur3.int(hash(entry.value), 0) & (capacity - 1);
      for (let step = 1; table[at] !== undefined; step++) at = (at + step) & (capacity - 1);
      table[at] = entry;
    }
    return table.filter((e) => e !== undefined);
  };
}
