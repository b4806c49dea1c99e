// The foreign parser: it is given the shown text of a stretch, and what it makes of it comes back with the ledger that accounts for it.

import type * as NodeSqlParser from 'node-sql-parser';
import { raise } from '../errors/index.js';
import { type Ast, asts } from './ast.js';
import type { Dialect } from './dialect.js';
import { fold, render } from './fold.js';
import { Ledger } from './ledger.js';
import type { Reader, Stretch } from './reader.js';

/** The tree of a SELECT. @param head `SELECT` where the stretch is an expression, nothing where it begins with SELECT itself
 *  @throws DIALECT_NOT_INSTALLED, PARSE_SYNTAX_ERROR at the user's token where the parser stopped */
export function foreignSelect(r: Reader, at: Stretch, head: '' | 'SELECT'): { readonly tree: Ast; readonly ledger: Ledger } {
  const folded = fold(r, at);
  const ledger = new Ledger(r, folded);
  const given = render(r, folded, head);
  const parser = new (library(r.dialect).Parser)();
  let tree: unknown;
  try { tree = parser.astify(given.text, { database: r.dialect.name }); } catch (error) {
    const offset = (error as { location?: { start?: { offset?: number } } }).location?.start?.offset;
    const k = offset === undefined ? -1 : given.starts.findLastIndex((s) => s <= offset);
    const past = offset !== undefined && offset >= given.text.length;
    return r.fail(past ? at.to : given.indices[k] ?? at.from);
  }
  const [first, ...more] = asts(tree);
  return first?.['type'] === 'select' && more.length === 0 ? { tree: first, ledger } : ledger.refuse(first ? `a statement of the kind ${String(first['type'])}` : 'this text');
}

type Library = Pick<typeof NodeSqlParser, 'Parser'>;
/** Loaded when a dialect is first used; one grammar is 260 KB. */
function library(dialect: Dialect): Library {
  try { return require(`node-sql-parser/build/${dialect.name}`) as Library; } catch (error) {
    return raise('DIALECT_NOT_INSTALLED', { dialect: dialect.title }, { cause: error });
  }
}
