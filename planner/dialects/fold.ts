// The text that the foreign parser reads in place of a stretch of the user's. Names, strings and numbers are marks that carry the number of
// their token: the parser cannot misread what it does not see, words that it reserves may be names, and every mark that comes back tells
// its place. A value with brackets, a relation that is no plain name, and the forms that some grammars lack (ESCAPE, IS DISTINCT FROM, IN of
// a list) are one mark each, and are read on their own when the mark comes back.

import { startsCall, suffixes, pathEnd, valueEnd } from './extent.js';
import type { Reader, Stretch } from './reader.js';

export interface Fold extends Stretch {
  readonly kind: 'value' | 'list' | 'escaped' | 'distinct' | 'relation';
}
export interface Folded {
  readonly at: Stretch;
  /** By the first token of each. */
  readonly folds: ReadonlyMap<number, Fold>;
  /** Tokens that the foreign parser does not see. */
  readonly hidden: ReadonlySet<number>;
  /** First tokens of relations that NATURAL joins: most grammars take the word for an alias, and do not see it. */
  readonly naturals: ReadonlySet<number>;
  /** By the token of an alias of a relation: the names of its columns. */
  readonly columns: ReadonlyMap<number, Stretch>;
  /** What is shown in place of a token. */
  readonly shown: ReadonlyMap<number, string>;
}

/** Where the right side of IS DISTINCT FROM ends: it is arithmetic, as the two sides of a comparison are. */
const ARITHMETIC = new Set(['+', '-', '*', '/', '%', '||', '|', '&', '^', '<<', '>>']);
/** Behind a relation, or its alias. */
const REFUSED_BEHIND = ['TABLESAMPLE', 'SAMPLE', 'MATCH_RECOGNIZE', 'PIVOT', 'UNPIVOT', 'WITH ORDINALITY', 'WITH OFFSET', 'FOR SYSTEM_TIME', 'ASOF JOIN', 'SEMI JOIN', 'ANTI JOIN', 'FORCE INDEX', 'USE INDEX', 'IGNORE INDEX'];

/** @param start what comes first: values, or a query from its SELECT on */
export function fold(r: Reader, at: Stretch): Folded {
  const folds = new Map<number, Fold>();
  const hidden = new Set<number>();
  const naturals = new Set<number>();
  const columns = new Map<number, Stretch>();
  const shown = new Map<number, string>();
  const put = (kind: Fold['kind'], from: number, to: number, text = `mr${from}x`): number => {
    folds.set(from, { kind, from, to });
    shown.set(from, text);
    for (let i = from + 1; i < to; i++) hidden.add(i);
    return to;
  };
  let inFrom = false;
  let relation = false;
  let operand = true;
  let i = at.from;
  while (i < at.to) {
    const token = r.tokens[i]!;
    if (operand && relation) { i = relationAt(i); operand = false; continue; }
    if (r.spelled(i, 'UNKNOWN') && (r.spelled(i - 1, 'IS') || r.spelled(i - 2, 'IS', 'NOT'))) { shown.set(i, 'NULL'); operand = false; i++; continue; }
    if (operand) {
      const end = valueEnd(r, i);
      if (end > at.to) return r.fail(at.to);
      if (end > i) {
        if (end > i + 1) put('value', i, end);
        i = end;
        operand = false;
        continue;
      }
    } else if (r.spelled(i, 'IS', 'DISTINCT', 'FROM') || r.spelled(i, 'IS', 'NOT', 'DISTINCT', 'FROM')) {
      i = put('distinct', i, arithmeticEnd(r, i + (r.spelled(i, 'IS', 'NOT') ? 4 : 3)), `= mr${i}x`);
      continue;
    }
    if (token.kind === 'symbol') { operand = true; if (token.text === ',') relation = inFrom; i++; continue; }
    if (token.kind !== 'word') { i++; continue; }
    i++;
    switch (token.text) {
      case 'FROM': case 'JOIN': inFrom = true; relation = true; operand = true; break;
      case 'WHERE': inFrom = false; relation = false; operand = true; break;
      case 'AS': i++; break;
      case 'USING': { const close = r.isSymbol(i, '(') ? r.close(i) : undefined; if (close === undefined) return r.fail(i); i = close + 1; break; }
      case 'IN':
        if (r.isSymbol(i, '(')) i = put('list', i, r.close(i)! + 1, `(mr${i}x)`);
        else if (startsCall(r, i)) i = put('list', i, valueEnd(r, i), `(mr${i}x)`);
        break;
      case 'LIKE': case 'ILIKE': {
        const end = valueEnd(r, i);
        if (r.spelled(end, 'ESCAPE')) { i = put('escaped', i, valueEnd(r, end + 1)); break; }
        operand = true;
        break;
      }
      case 'NATURAL': {
        let join = i;
        while (['INNER', 'LEFT', 'RIGHT', 'FULL', 'OUTER'].some((w) => r.spelled(join, w))) join++;
        if (r.spelled(join, 'JOIN')) { hidden.add(i - 1); naturals.add(join + 1); }
        break;
      }
      case 'IS': case 'LEFT': case 'RIGHT': case 'FULL': case 'INNER': case 'OUTER': case 'CROSS': case 'NULL': case 'TRUE': case 'FALSE': break;
      default: operand = true; relation = false;
    }
  }
  return { at, folds, hidden, naturals, columns, shown };

  /** A relation with its alias; what is no plain name becomes a fold. */
  function relationAt(from: number): number {
    let end: number;
    if (r.isSymbol(from, '(')) end = r.close(from)! + 1;
    else if (r.spelled(from, 'VALUES') && (r.isSymbol(from + 1, '(') || r.spelled(from + 1, 'ROW'))) end = rowsEnd(from + 1);
    else {
      let name = from;
      while (r.spelled(name, 'LATERAL') || (r.spelled(name, 'TABLE') && !r.isSymbol(name + 1, '.') && r.isSymbol(name + 1, '('))) name++;
      if (r.isSymbol(name, '(')) end = r.close(name)! + 1;
      else {
        if (!r.isName(name)) return r.fail(name);
        end = pathEnd(r, name);
        if (r.isSymbol(end, '(')) end = suffixes(r, r.close(end)! + 1).end;
      }
    }
    if (end > at.to) return r.fail(at.to);
    if (end > from + 1) put('relation', from, end);
    refuseBehind(end);
    const alias = r.spelled(end, 'AS') ? end + 1 : end;
    if (alias < at.to && r.tokens[alias]!.kind === 'name') {
      end = alias + 1;
      if (r.isSymbol(end, '(')) {
        const close = r.close(end)!;
        columns.set(alias, { from: end + 1, to: close });
        for (let i = end; i <= close; i++) hidden.add(i);
        end = close + 1;
      }
      refuseBehind(end);
    }
    return end;
  }
  function refuseBehind(i: number): void {
    const words = REFUSED_BEHIND.find((w) => r.spelled(i, ...w.split(' ')));
    if (words !== undefined && i < at.to) r.refuse(words, r.tokens[i]!.span);
  }
  function rowsEnd(first: number): number {
    let i = first;
    for (;;) {
      if (r.spelled(i, 'ROW')) i++;
      const close = r.isSymbol(i, '(') ? r.close(i) : undefined;
      if (close === undefined) return r.fail(i);
      if (!r.isSymbol(close + 1, ',') || !(r.isSymbol(close + 2, '(') || r.spelled(close + 2, 'ROW'))) return close + 1;
      i = close + 2;
    }
  }
}
function arithmeticEnd(r: Reader, from: number): number {
  let i = from;
  for (;;) {
    while (r.isSymbol(i, '-', '+')) i++;
    const end = valueEnd(r, i);
    if (end === i) return r.fail(i);
    const next = r.tokens[end];
    if (next?.kind !== 'symbol' || !ARITHMETIC.has(next.text)) return end;
    i = end + 1;
  }
}

/** Numbers stand in for numbers: none of the user's is in the text, so that none can be mistaken. */
const NUMBER_BASE = 700_000_000;
export const numberMark = (value: unknown): number | undefined => {
  const n = typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value)) ? Number(value) - NUMBER_BASE : Number.NaN;
  return n >= 0 && n < NUMBER_BASE ? n : undefined;
};
export const wordMark = (value: unknown): number | undefined => {
  const m = typeof value === 'string' ? /^mr(\d+)x$/i.exec(value) : null;
  return m ? Number(m[1]) : undefined;
};

/** The text that the foreign parser reads; token `indices[k]` is at `starts[k]` of it. */
export function render(r: Reader, { at, hidden, shown }: Folded, head: string): { readonly text: string; readonly starts: readonly number[]; readonly indices: readonly number[] } {
  let text = head;
  const starts: number[] = [];
  const indices: number[] = [];
  for (let i = at.from; i < at.to; i++) {
    if (hidden.has(i)) continue;
    const token = r.tokens[i]!;
    text += ' ';
    starts.push(text.length);
    indices.push(i);
    text += shown.get(i) ?? (token.kind === 'name' ? `mr${i}x` : token.kind === 'string' ? `'mr${i}x'` : token.kind === 'number' ? String(NUMBER_BASE + i) : token.text);
  }
  return { text, starts, indices };
}
