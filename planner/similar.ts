// Names that a typing mistake explains: what "did you mean" proposes.

/** So much of a name is looked at: a text may hold a name of any length. */
const COMPARED_CHARACTERS = 256;

/** Levenshtein distance in UTF-16 units; with `swaps`, two neighbours that changed places are one step. */
export function editDistance(a: string, b: string, swaps = false): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const step = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
      const swapped = swaps && i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      next.push(swapped ? Math.min(step, before[j - 2]! + 1) : step);
    }
    [before, row] = [row, next];
  }
  return row[b.length]!;
}

/** All candidates, ordered by edit distance, whatever their case. */
export function nearest(name: string, candidates: readonly string[]): readonly string[] {
  const lower = (text: string): string => text.slice(0, COMPARED_CHARACTERS).toLowerCase();
  const distances = new Map(candidates.map((c) => [c, editDistance(lower(c), lower(name))]));
  return [...candidates].sort((a, b) => distances.get(a)! - distances.get(b)!);
}

/** The candidates that differ from the name by one mistake in four letters at most, or only by underscores; nearest first, `most` of them. */
export function likely(name: string, candidates: Iterable<string>, most = 3): readonly string[] {
  const lower = name.slice(0, COMPARED_CHARACTERS).toLowerCase();
  const allowed = Math.max(1, Math.floor(lower.length / 4));
  const plain = (text: string): string => text.replaceAll('_', '');
  const found: (readonly [distance: number, candidate: string])[] = [];
  for (const candidate of new Set(candidates)) {
    const other = candidate.toLowerCase();
    if (Math.abs(other.length - lower.length) > allowed && plain(other) !== plain(lower)) continue;
    const distance = plain(other) === plain(lower) ? 0 : editDistance(other, lower, true);
    if (distance <= allowed && (distance < lower.length || lower.length === 0)) found.push([distance, candidate]);
  }
  return found.sort((a, b) => a[0] - b[0]).slice(0, most).map(([, candidate]) => candidate);
}

const either = (names: readonly string[]): string => names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)!}`;
/** `Did you mean a, b or c?`; undefined if no candidate is likely. */
export function didYouMean(name: string, candidates: Iterable<string>, print: (candidate: string) => string = (c) => c): string | undefined {
  const found = likely(name, candidates);
  return found.length === 0 ? undefined : `Did you mean ${either(found.map(print))}?`;
}
/** For a relation that is not there: the likely ones, or what there is. */
export const relationHint = (name: string, names: readonly string[]): string => didYouMean(name, names)
  ?? (names.length === 0 ? 'There is none yet: CREATE STREAM, CREATE TABLE or CREATE VIEW makes one.' : `There ${names.length === 1 ? 'is' : 'are'} ${names.slice(0, 10).join(', ')}${names.length > 10 ? ' … (SHOW TABLES)' : ''}.`);
/** What is likely, then all there is: `Did you mean a? Its options are: a, b, c.` */
export const nearestFirst = (name: string, names: readonly string[], introduction: string): string =>
  [didYouMean(name, names), names.length > 0 ? `${introduction}: ${names.join(', ')}.` : undefined].filter((part) => part !== undefined).join(' ');
