// Where a query or a clause begins: words that elsewhere are names.

import type { Cursor } from './cursor.js';

const QUERY_WORDS: ReadonlySet<string> = new Set(['SELECT', 'WITH', 'VALUES', 'FROM', 'TABLE']);
/** A query begins here (perhaps after opening brackets). */
export function startsQuery(c: Cursor, ahead = 0): boolean {
  let i = ahead;
  while (c.isSymbol('(', i)) i++;
  if (!c.isAnyWord(QUERY_WORDS, i)) return false;
  switch (c.peek(i).upper) {
    case 'SELECT': return c.startsOperand(i + 1) || c.peek(i + 1).kind === 'eof';
    case 'WITH': return c.isIdentifier(i + 1);
    case 'TABLE': case 'FROM': return c.isIdentifier(i + 1) || (c.isWord('FROM', i) && c.isSymbol('(', i + 1));
    default: return c.startsOperand(i + 1);
  }
}

/** A clause (not an alias) begins here. */
export function startsClause(c: Cursor): boolean {
  switch (c.peek().upper) {
    case 'FROM': return c.isIdentifier(1) || c.isSymbol('(', 1);
    case 'WHERE': case 'HAVING': case 'QUALIFY': case 'OFFSET': return c.startsOperand(1);
    case 'LIMIT': return c.startsOperand(1);
    case 'GROUP': case 'ORDER': case 'SORT': case 'CLUSTER': case 'DISTRIBUTE': return c.isWord('BY', 1) && c.startsOperand(2);
    case 'WINDOW': return c.isIdentifier(1) && c.isWord('AS', 2);
    case 'LATERAL': return c.isWord('VIEW', 1);
    case 'UNION': case 'INTERSECT': case 'EXCEPT': case 'MINUS': return c.isWord('ALL', 1) || c.isWord('DISTINCT', 1) || startsQuery(c, 1);
    case 'SELECT': return c.startsOperand(1);
    case 'PIVOT': case 'UNPIVOT': return c.isSymbol('(', 1) || c.isWord('INCLUDE', 1) || c.isWord('EXCLUDE', 1);
    case 'TABLESAMPLE': return c.isSymbol('(', 1);
    default: return false;
  }
}
