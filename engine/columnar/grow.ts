// Typed arrays that get longer.

import type { Values } from './column.js';

/** The array itself if it is of at least `count` elements, else a copy of at least twice its length, the new part filled with `fill` (default: 0). */
export function grown<A extends Values>(array: A, count: number, fill?: A[number]): A {
  if (count <= array.length) return array;
  // A typed array's constructor makes arrays of its own type.
  const made = new (array.constructor as new (length: number) => A)(Math.max(count, array.length * 2, 16));
  made.set(array as never);
  if (fill !== undefined) made.fill(fill as never, array.length);
  return made;
}
