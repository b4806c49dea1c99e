// Casts between numeric types that lose nothing that ANSI mode would complain about: wider integers, and integers and floats to double
// or float. They are part of nearly every arithmetic expression (coercion adds them), so they are generated code.

import type { DataType } from '../../planner/types.js';
import type { Value } from '../../planner/values.js';
import type { Inline } from '../functions/define.js';

export interface NumericCast { readonly row: (...args: readonly unknown[]) => Value; readonly inline: Inline }

const WIDTH: Readonly<Record<string, number>> = { tinyint: 1, smallint: 2, int: 3, bigint: 4, float: 5, double: 6 };
const { fround } = Math;
const same: NumericCast = { row: (v) => v as Value, inline: { code: ([a]) => a!, total: true } };

// Number(bigint) costs 19 ns, a store and two loads 2: the sum of the halves rounds once, as it must.
const scratch = new BigInt64Array(1);
const halves = new Int32Array(scratch.buffer);
const longToDouble: Inline = { total: true, code: ([a], use) => `(${use(scratch)}[0] = ${a}, ${use(halves)}[1] * 4294967296 + (${use(halves)}[0] >>> 0))` };

/** Rounds once: what is below the 53 bits of a double is kept as one bit that says whether it was zero. */
function longToFloat(v: bigint): number {
  const exact = v < 0x20000000000000n && v > -0x20000000000000n;
  return fround(Number(exact || (v & 0x7ffn) === 0n ? v : (v & ~0xfffn) | 0x800n));
}

/** Undefined if the cast is not one of these. */
export function numericCast(from: DataType, to: DataType): NumericCast | undefined {
  const f = WIDTH[from.kind];
  const t = WIDTH[to.kind];
  if (f === undefined || t === undefined || f > t) return undefined;
  if (f === t) return same;
  if (to.kind === 'bigint') return { row: (v) => BigInt(v as number), inline: { code: ([a], use) => `${use(BigInt)}(${a})`, total: true } };
  if (from.kind !== 'bigint') return to.kind === 'double' ? same : { row: (v) => fround(v as number), inline: { code: ([a], use) => `${use(fround)}(${a})`, total: true } };
  return to.kind === 'double' ? { row: (v) => Number(v), inline: longToDouble }
    : { row: (v) => longToFloat(v as bigint), inline: { code: ([a], use) => `${use(longToFloat)}(${a})`, total: true } };
}
