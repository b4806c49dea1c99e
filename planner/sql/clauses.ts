// Where a query or a clause begins: words that elsewhere are names.

import { type Cursor, QUERY_WORDS } from './cursor.js';

/** A query begins here (perhaps after opening brackets). */
export function startsQuery(c: Cursor, ahead = 0): boolean {
  let i = ahead;
  while (c.isSymbol('(', i)) i++;
  if (!c.isAnyWord(QUERY_WORDS, i)) return false;
  switch (c.peek(i).upper) {
    case 'SELECT': return c.startsOperand(i + 1) || c.isSymbol('/*+', i + 1) || c.peek(i + 1).kind === 'eof';
    case 'WITH': return c.isIdentifier(i + 1);
    case 'TABLE': case 'FROM': return c.isIdentifier(i + 1) || (c.isWord('FROM', i) && c.isSymbol('(', i + 1));
    default: return c.startsOperand(i + 1);
  }
}

/** A clause of a query (not an alias) begins here. */
export function startsClause(c: Cursor): boolean {
  return readsAsClause(c) && (c.isWord('SELECT') || c.choose(true));
}
/** A clause of a relation begins here. */
export function startsRelationClause(c: Cursor): boolean {
  switch (c.peek().upper) {
    case 'LATERAL': return c.isWord('VIEW', 1);
    case 'PIVOT': return c.isSymbol('(', 1);
    case 'UNPIVOT': return c.isSymbol('(', 1) || c.isWord('INCLUDE', 1) || c.isWord('EXCLUDE', 1);
    case 'TABLESAMPLE': return c.isSymbol('(', 1);
    default: return false;
  }
}
/** Takes AS if an alias follows it, or `lists`: a list of them; where it is one itself, `SELECT a AS FROM t`, it stays. */
export function takeAs(c: Cursor, lists = false): boolean {
  if (!c.isWord('AS')) return false;
  const followed = c.isIdentifier(1) || (lists && c.isSymbol('(', 1));
  const itself = followed && readsAsClause(c, 1) && c.choose(c.isWord('FROM', 1) && !c.isWord('FROM', 2));
  return followed && !itself && c.takeWord('AS');
}

/** The word, with what follows it, can begin a clause. */
export function readsAsClause(c: Cursor, at = 0): boolean {
  switch (c.peek(at).upper) {
    case 'FROM': return c.isIdentifier(at + 1) || c.isSymbol('(', at + 1);
    case 'GROUP': case 'ORDER': case 'SORT': case 'CLUSTER': case 'DISTRIBUTE': return c.isWord('BY', at + 1) && c.startsOperand(at + 2);
    case 'WINDOW': return c.isIdentifier(at + 1) && c.isWord('AS', at + 2);
    case 'UNION': case 'INTERSECT': case 'EXCEPT': case 'MINUS': return c.isAnyWord(AFTER_OPERATOR, at + 1) || c.isSymbol('(', at + 1) || startsQuery(c, at + 1);
    case 'WHERE': case 'HAVING': case 'QUALIFY': case 'OFFSET': case 'LIMIT': case 'SELECT': return c.startsOperand(at + 1);
    default: return false;
  }
}
const AFTER_OPERATOR: ReadonlySet<string> = new Set(['ALL', 'DISTINCT', 'VALUES', 'TABLE']);
