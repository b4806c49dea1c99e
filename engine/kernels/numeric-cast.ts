// Casts between numeric types that lose nothing that ANSI mode would complain about: wider integers, and integers and floats to double
// or float. They are part of nearly every arithmetic expression (coercion adds them), so they are generated code.

import type { DataType } from '../../planner/types.js';
import type { Value } from '../../planner/values.js';
import type { Inline } from '../functions/define.js';

export interface NumericCast { readonly row: (...args: readonly unknown[]) => Value; readonly inline: Inline }

const WIDTH: Readonly<Record<string, number>> = { tinyint: 1, smallint: 2, int: 3, bigint: 4, float: 5, double: 6 };
const { fround } = Math;
const same: NumericCast = { row: (v) => v as Value, inline: { code: ([a]) => a!, total: true } };

/** Undefined if the cast is not one of these. */
export function numericCast(from: DataType, to: DataType): NumericCast | undefined {
  const f = WIDTH[from.kind];
  const t = WIDTH[to.kind];
  if (f === undefined || t === undefined || f > t) return undefined;
  if (f === t) return same;
  if (to.kind === 'bigint') return { row: (v) => BigInt(v as number), inline: { code: ([a], use) => `${use(BigInt)}(${a})`, total: true } };
  const number = from.kind === 'bigint';
  if (to.kind === 'float') {
    return { row: (v) => fround(Number(v)), inline: { code: ([a], use) => number ? `${use(fround)}(${use(Number)}(${a}))` : `${use(fround)}(${a})`, total: true } };
  }
  return number ? { row: (v) => Number(v), inline: { code: ([a], use) => `${use(Number)}(${a})`, total: true } } : same;
}
