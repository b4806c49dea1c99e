// What ROLLUP, CUBE and GROUPING SETS stand for: the sets of keys, each a part of all.

/** `units`: what is in brackets, parts that go together. ROLLUP leaves out from the end, CUBE in every way. */
export function expandSets<T>(of: 'rollup' | 'cube' | 'grouping_sets', units: readonly (readonly T[])[]): (readonly T[])[] {
  if (of === 'grouping_sets') return [...units];
  if (of === 'rollup') return Array.from({ length: units.length + 1 }, (_, i) => units.slice(0, units.length - i).flat());
  return Array.from({ length: 2 ** units.length }, (_, mask) => units.filter((_, i) => (mask & (1 << (units.length - 1 - i))) === 0).flat());
}
