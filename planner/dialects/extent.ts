// How far a value reaches: a name, a literal, a call with all that belongs to it, a bracket, CASE … END, and what may follow each of them
// (casts, positions, fields). Only extents: values.ts reads them.

import type { Reader, Stretch } from './reader.js';

const TYPED = new Set(['DATE', 'TIME', 'TIMESTAMP', 'DATETIME', 'TIMESTAMP_NTZ', 'TIMESTAMP_LTZ', 'TIMESTAMPTZ']);
export const UNITS = new Set('YEAR QUARTER MONTH WEEK DAY HOUR MINUTE SECOND MILLISECOND MICROSECOND'.split(' ').flatMap((u) => [u, `${u}S`]));
/** Keywords before a bracket that are no function's name. */
const NO_CALL = new Set('SELECT DISTINCT FROM WHERE GROUP BY HAVING QUALIFY ORDER LIMIT UNION INTERSECT EXCEPT WITH AS ON USING JOIN AND OR NOT IN BETWEEN LIKE ILIKE RLIKE REGEXP IS CASE WHEN THEN ELSE ESCAPE LATERAL'.split(' '));
const CONSTRUCTORS = new Set(['ARRAY', 'MAP', 'ROW']);

export const startsCall = (r: Reader, i: number): boolean => r.isName(i) && r.isSymbol(i + 1, '(') && !(r.tokens[i]!.kind === 'word' && NO_CALL.has(r.tokens[i]!.text));

/** Behind `a.b.c` or `t.*`. */
export function pathEnd(r: Reader, from: number): number {
  let i = from + 1;
  while (r.isSymbol(i, '.') && (r.isName(i + 1) || r.isSymbol(i + 1, '*'))) i += 2;
  return i;
}

/** What stands behind the brackets of a call. */
export interface Suffixes { readonly within?: Stretch; readonly filter?: Stretch; readonly nulls?: 'ignore' | 'respect'; readonly over?: Stretch; readonly end: number }
export function suffixes(r: Reader, from: number): Suffixes {
  let i = from;
  let found: Omit<Suffixes, 'end'> = {};
  const bracket = (open: number): Stretch => { const close = r.isSymbol(open, '(') ? r.close(open) : undefined; return close === undefined ? r.fail(open) : { from: open + 1, to: close }; };
  for (;;) {
    if (!found.within && r.spelled(i, 'WITHIN', 'GROUP')) { const within = bracket(i + 2); found = { ...found, within }; i = within.to + 1; }
    else if (!found.filter && r.spelled(i, 'FILTER') && r.isSymbol(i + 1, '(')) { const filter = bracket(i + 1); found = { ...found, filter }; i = filter.to + 1; }
    else if (!found.nulls && (r.spelled(i, 'IGNORE', 'NULLS') || r.spelled(i, 'RESPECT', 'NULLS'))) { found = { ...found, nulls: r.spelled(i, 'IGNORE') ? 'ignore' : 'respect' }; i += 2; }
    else if (!found.over && r.spelled(i, 'OVER') && (r.isSymbol(i + 1, '(') || r.isName(i + 1))) { const over = r.isName(i + 1) ? { from: i + 1, to: i + 2 } : bracket(i + 1); found = { ...found, over }; i = r.isName(i + 1) ? i + 2 : over.to + 1; }
    else return { ...found, end: i };
  }
}

/** Behind the part of a value that begins it, before casts and positions; `from` itself if no value begins there. */
export function baseEnd(r: Reader, from: number): number {
  const token = r.tokens[from];
  if (!token) return from;
  if (token.kind === 'number' || token.kind === 'string' || r.isSymbol(from, '*')) return from + 1;
  if (r.isSymbol(from, '(', '[')) return r.close(from)! + 1;
  if (!r.isName(from)) return from;
  if (token.kind === 'word') {
    if (token.text === 'CASE') return r.close(from)! + 1;
    if (token.text === 'NULL' || token.text === 'TRUE' || token.text === 'FALSE') return from + 1;
    return startsCall(r, from) ? suffixes(r, r.close(from + 1)! + 1).end : from;
  }
  if (r.spelled(from, 'INTERVAL')) { const end = intervalEnd(r, from); if (end !== undefined) return end; }
  if (r.isOneOf(from, TYPED) && r.tokens[from + 1]?.kind === 'string') return from + 2;
  if (r.isOneOf(from, CONSTRUCTORS) && r.isSymbol(from + 1, '[')) return r.close(from + 1)! + 1;
  const end = pathEnd(r, from);
  return r.isSymbol(end, '(') ? suffixes(r, r.close(end)! + 1).end : end;
}
function intervalEnd(r: Reader, from: number): number | undefined {
  const value = r.isSymbol(from + 1, '-') ? from + 2 : from + 1;
  const kind = r.tokens[value]?.kind;
  if (kind !== 'string' && kind !== 'number' && !(kind === 'name' && r.isOneOf(value + 1, UNITS)) && !r.isSymbol(value, '(')) return undefined;
  let i = (r.close(value) ?? value) + 1;
  if (!r.isOneOf(i, UNITS)) return kind === 'string' ? i : undefined;
  const precision = (): void => { if (r.isSymbol(i, '(')) i = r.close(i)! + 1; };
  i++;
  precision();
  if (r.spelled(i, 'TO') && r.isOneOf(i + 1, UNITS)) { i += 2; precision(); }
  return i;
}

/** Behind the next cast, position or field; `from` itself if none begins there. */
export function postfixEnd(r: Reader, from: number): number {
  if (r.isSymbol(from, '[')) return r.close(from)! + 1;
  if (r.isSymbol(from, '.') && r.isName(from + 1)) return from + 2;
  if (r.isSymbol(from, ':') && r.isName(from + 1)) return documentPathEnd(r, from);
  if (r.isSymbol(from, '::') && r.isName(from + 1)) return typeEnd(r, from + 1);
  if (r.spelled(from, 'AT', 'TIME', 'ZONE')) return baseEnd(r, from + 3);
  if (!r.isSymbol(from - 1, '*') || !r.isOneOf(from, STAR)) return from;
  return r.isSymbol(from + 1, '(') ? r.close(from + 1)! + 1 : r.spelled(from, 'EXCLUDE') && r.isName(from + 1) ? from + 2 : from;
}
/** Behind `:a.b[0]['c']`. */
function documentPathEnd(r: Reader, from: number): number {
  let i = from + 2;
  while (r.isSymbol(i, '[') || (r.isSymbol(i, '.') && r.isName(i + 1))) i = r.isSymbol(i, '[') ? r.close(i)! + 1 : i + 2;
  return i;
}
const STAR = new Set(['EXCEPT', 'EXCLUDE', 'REPLACE', 'RENAME']);

/** Behind a type: its words, what is in its brackets, an array's. */
export function typeEnd(r: Reader, from: number): number {
  let i = from + 1;
  const list = (): void => {
    if (r.isSymbol(i, '(')) i = r.close(i)! + 1;
    else if (r.isSymbol(i, '<')) for (let depth = 0; i < r.tokens.length; ) {
      depth += r.isSymbol(i, '<') ? 1 : r.isSymbol(i, '>') ? -1 : r.isSymbol(i, '>>') ? -2 : 0;
      i++;
      if (depth <= 0) break;
    }
  };
  while (r.spelled(i, 'PRECISION') || r.spelled(i, 'VARYING')) i++;
  list();
  if (r.spelled(i, 'WITH', 'TIME', 'ZONE') || r.spelled(i, 'WITHOUT', 'TIME', 'ZONE')) i += 3;
  else if (r.spelled(i, 'WITH', 'LOCAL', 'TIME', 'ZONE')) i += 4;
  while (r.isSymbol(i, '[') && r.close(i) === i + 1) i += 2;
  return i;
}

/** Behind the whole value; `from` itself if none begins there. */
export function valueEnd(r: Reader, from: number): number {
  let end = baseEnd(r, from);
  if (end === from) return from;
  for (;;) {
    const next = postfixEnd(r, end);
    if (next === end) return end;
    end = next;
  }
}
