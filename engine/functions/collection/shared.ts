// What functions of arrays and maps share: sets of values by Spark's equality, and maps that refuse NULL and repeated keys.

import { raise } from '../../../planner/errors/index.js';
import type { DataType } from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';
import { valueEquals } from '../../columnar/compare.js';

/** Finds the index of a value among those added, by the type's equality (NaN = NaN, 0.0 = -0.0, NULL within = NULL). */
export class ValueIndex {
  private readonly byKey = new Map<unknown, number[]>();
  private readonly values: Value[] = [];
  private readonly equal: (a: Value, b: Value) => boolean;
  private readonly simple: boolean;
  constructor(type: DataType) {
    this.equal = valueEquals(type);
    this.simple = type.kind !== 'array' && type.kind !== 'struct' && type.kind !== 'map' && type.kind !== 'binary' && type.kind !== 'interval' && type.kind !== 'variant'
      && !(type.kind === 'string' && type.collation);
  }
  /** −1 if it is not there. */
  find(value: Value): number {
    const found = this.byKey.get(this.keyOf(value));
    return found?.find((i) => this.simple || this.equal(this.values[i]!, value)) ?? -1;
  }
  /** Its index, old or new. */
  add(value: Value): number {
    const old = this.find(value);
    if (old >= 0) return old;
    const key = this.keyOf(value);
    const list = this.byKey.get(key);
    if (list) list.push(this.values.length); else this.byKey.set(key, [this.values.length]);
    return this.values.push(value) - 1;
  }
  has(value: Value): boolean { return this.find(value) >= 0; }
  /** A bucket: simple values are their own key (a Map takes NaN for NaN and 0 for -0). */
  private keyOf(value: Value): unknown { return this.simple ? value : Array.isArray(value) ? value.length : value instanceof Uint8Array ? value.length : 0; }
}

export type Entry = readonly [key: Value, value: Value];
/** @throws NULL_MAP_KEY, DUPLICATED_MAP_KEY */
export function mapOf(keyType: DataType, entries: readonly Entry[], policy: string | undefined, print: (key: Value) => string): readonly Entry[] {
  const index = new ValueIndex(keyType);
  const out: Entry[] = [];
  for (const [key, value] of entries) {
    if (key === null) raise('NULL_MAP_KEY');
    const at = index.add(key);
    if (at === out.length) out.push([key, value]);
    else if (policy?.toUpperCase() === 'LAST_WIN') out[at] = [out[at]![0], value];
    else raise('DUPLICATED_MAP_KEY', { key: print(key), mapKeyDedupPolicy: '"spark.sql.mapKeyDedupPolicy"' });
  }
  return out;
}
export const MAP_POLICY = 'spark.sql.mapKeyDedupPolicy';
