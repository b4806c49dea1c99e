// Tables of rows by number (StateTableSpec.serial): the numbers count the rows as they came.

import { int32View } from './key-layout.js';
import type { StateTable } from './store.js';

/** `count` whole numbers from `first` (below 2^53) on: keys of rows by number. A loop over bigints would make an object of each. */
export function numbersFrom(first: bigint, count: number): BigInt64Array {
  const out = new BigInt64Array(count);
  const words = int32View(out);
  const from = Number(first);
  for (let k = 0; k < count; k++) { words[2 * k] = from + k; words[2 * k + 1] = Math.floor((from + k) / 0x1_0000_0000); }
  return out;
}

/** The live slots in order of their rows' numbers, and the number of the next row. The number is the first column of the key. */
export function inOrderOfNumber(table: StateTable): { readonly slots: Int32Array; readonly next: bigint } {
  const slots = table.slots();
  if (slots.length === 0) return { slots, next: 0n };
  const ids = table.keys(slots)[0]!.values as BigInt64Array;
  let ordered = true;
  for (let k = 1; ordered && k < ids.length; k++) ordered = ids[k - 1]! < ids[k]!;
  if (ordered) return { slots, next: ids[slots.length - 1]! + 1n };
  const order = Int32Array.from(slots, (_, k) => k).sort((a, b) => ids[a]! < ids[b]! ? -1 : 1);
  return { slots: order.map((k) => slots[k]!), next: ids[order.at(-1)!]! + 1n };
}
