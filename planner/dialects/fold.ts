// What the foreign grammars do not know though the dialects have it, given to them in a form that they do know. A scalar subquery or EXISTS is
// read on its own, and a name stands in its place; an aggregate with DISTINCT is a call by a name that stands for both. When such a name
// comes back it is what it stood for; anywhere else than as a value it is distrusted. FETCH FIRST n ROWS ONLY is LIMIT n.

import type { Token } from './token.js';

/** A query that a name stands for: tokens `from` up to `to` of it, within those up to `stop` that are not shown. */
export interface FoldedQuery { readonly use: 'scalar' | 'exists'; readonly from: number; readonly to: number }
export interface Folded {
  /** By the token that stands for it: the bracket, or EXISTS. */
  readonly queries: ReadonlyMap<number, FoldedQuery>;
  /** Tokens of the names of calls with DISTINCT. */
  readonly distinct: ReadonlySet<number>;
  /** Tokens that the foreign parser does not see. */
  readonly hidden: ReadonlySet<number>;
}

const isWord = (t: Token | undefined, ...words: readonly string[]): boolean => t?.kind === 'word' && words.includes(t.text);
const isSymbol = (t: Token | undefined, ...symbols: readonly string[]): boolean => t?.kind === 'symbol' && symbols.includes(t.text);

/** Behind these a query in brackets is a value; behind a comma or a bracket that depends on the clause. */
const BEFORE_VALUE: readonly string[] = ['SELECT', 'WHERE', 'ON', 'HAVING', 'QUALIFY', 'AND', 'OR', 'NOT', 'CASE', 'WHEN', 'THEN', 'ELSE', 'BETWEEN'];
const OPERATORS: readonly string[] = ['=', '<>', '!=', '<', '<=', '>', '>=', '+', '-', '*', '/', '%', '||'];
const CLAUSES: readonly string[] = ['SELECT', 'FROM', 'WHERE', 'GROUP', 'HAVING', 'QUALIFY', 'ORDER', 'LIMIT', 'WITH', 'UNION', 'INTERSECT', 'EXCEPT'];
/** Words before a bracket that are no function's name. */
const NO_CALL: readonly string[] = [...CLAUSES, ...BEFORE_VALUE, 'IN', 'EXISTS', 'AS', 'JOIN', 'ALL', 'DISTINCT', 'OVER', 'BY', 'LATERAL'];

export function fold(tokens: readonly Token[]): Folded {
  const queries = new Map<number, FoldedQuery>();
  const distinct = new Set<number>();
  const hidden = new Set<number>();
  /** For each open bracket the query's mark, if it begins one, and the clause around. */
  const open: { readonly mark: number | undefined; readonly clause: string | undefined }[] = [];
  let clause: string | undefined;
  /** The outermost folded query that is open. */
  let within: number | undefined;
  tokens.forEach((token, i) => {
    if (token.kind === 'word' && CLAUSES.includes(token.text)) clause = token.text;
    if (isSymbol(token, '(')) {
      const before = tokens[i - 1];
      const called = before?.kind === 'word' && !NO_CALL.includes(before.text);
      const query = within === undefined && isWord(tokens[i + 1], 'SELECT', 'WITH');
      const mark = !query ? undefined : isWord(before, 'EXISTS') ? i - 1 : isValue(tokens, i, clause) ? i : undefined;
      open.push({ mark, clause });
      if (mark !== undefined) within = mark;
      // Arguments are values, whatever clause the call stands in.
      if (called) clause = 'SELECT';
      if (called && within === undefined && isWord(tokens[i + 1], 'DISTINCT')) { distinct.add(i - 1); hidden.add(i + 1); }
    } else if (isSymbol(token, ')')) {
      const closed = open.pop();
      clause = closed?.clause;
      if (closed?.mark === undefined) return;
      const { mark } = closed;
      const from = (isWord(tokens[mark], 'EXISTS') ? mark + 1 : mark) + 1;
      queries.set(mark, { use: from === mark + 2 ? 'exists' : 'scalar', from, to: i });
      for (let k = mark + 1; k <= i; k++) hidden.add(k);
      within = undefined;
    }
  });
  return { queries, distinct, hidden };
}
function isValue(tokens: readonly Token[], at: number, clause: string | undefined): boolean {
  const before = tokens[at - 1];
  if (isWord(before, ...BEFORE_VALUE) || isSymbol(before, ...OPERATORS)) return true;
  const values = clause === 'SELECT' || clause === 'WHERE' || clause === 'HAVING' || clause === 'QUALIFY' || clause === 'GROUP' || clause === 'ORDER';
  const outer = tokens.findLastIndex((t, i) => i < at && !isSymbol(t, '('));
  return values && isSymbol(before, ',', '(') && !(isSymbol(before, '(') && isWord(tokens[outer], 'IN', 'EXISTS', 'AS'));
}

/** FETCH FIRST n ROWS ONLY as LIMIT n. */
export function withLimits(tokens: readonly Token[]): readonly Token[] {
  return tokens.flatMap((token, i): readonly Token[] => {
    if (isFetch(tokens, i)) return [{ ...token, kind: 'word', text: 'LIMIT' }];
    return [1, 3, 4].some((k) => isFetch(tokens, i - k)) ? [] : [token];
  });
}
const spelled = (t: Token | undefined, ...words: readonly string[]): boolean => (t?.kind === 'word' || t?.kind === 'name') && words.includes(t.span.text.slice(t.span.start, t.span.stop).toUpperCase());
const isFetch = (tokens: readonly Token[], i: number): boolean => spelled(tokens[i], 'FETCH') && spelled(tokens[i + 1], 'FIRST', 'NEXT') && tokens[i + 2]?.kind === 'number' && spelled(tokens[i + 3], 'ROW', 'ROWS') && spelled(tokens[i + 4], 'ONLY');
