// Logs of numbered files of which every tenth, N.compact, has all that the older ones had: Spark's layout of file sink manifests and of
// file source logs.
// source: Spark CompactibleFileStreamLog.

export const COMPACT_EVERY = 10;
export const isCompaction = (number: number): boolean => number % COMPACT_EVERY === COMPACT_EVERY - 1;
export const entryName = (number: number): string => isCompaction(number) ? `${number}.compact` : String(number);

export interface LogEntryName { readonly number: number; readonly name: string; readonly compact: boolean }
/** The entries that stand for the whole log, by number: the newest compacted one, if any, and those after it. Other names are left out. */
export function entriesInForce(names: readonly string[]): readonly LogEntryName[] {
  const all: LogEntryName[] = [];
  for (const name of names) {
    const m = /^(\d+)(\.compact)?$/.exec(name);
    if (m) all.push({ name, number: Number(m[1]), compact: m[2] !== undefined });
  }
  all.sort((a, b) => a.number - b.number || Number(a.compact) - Number(b.compact));
  return all.slice(Math.max(0, all.findLastIndex((e) => e.compact)));
}
/** The number of the first entry that is missing among those in force, which begin with a compacted one or with 0. */
export function missingEntry(inForce: readonly LogEntryName[]): number | undefined {
  const from = inForce[0]?.compact === true ? inForce[0].number : 0;
  const at = inForce.findIndex((e, i) => e.number !== from + i);
  return at < 0 ? undefined : from + at;
}
