// The front end for other dialects: node-sql-parser reads a text in which names, texts and numbers are marks; what it makes of it is
// turned into the same unresolved plan that our own parser builds, and every token is accounted for on the way. What does not come out
// even is refused: a dialect is read exactly or not at all. Statements other than queries are in the engine's own language.

import type * as NodeSqlParser from 'node-sql-parser';
import { raise } from '../errors/index.js';
import type { Span } from '../spans.js';
import type { Expr, UnresolvedPlan } from '../tree.js';
import { type Ast, asts } from './ast.js';
import { type Dialect, type DialectName, DIALECTS } from './dialect.js';
import { truncatingDivision } from './divide.js';
import { fold } from './fold.js';
import { Ledger } from './ledger.js';
import { readQuery } from './queries.js';
import { marked, scan } from './scan.js';
import type { Token } from './token.js';
import type { Reading } from './expressions.js';

export type { Dialect, DialectName } from './dialect.js';
export const DIALECT_NAMES: readonly string[] = Object.keys(DIALECTS);

/** @throws DIALECT_UNKNOWN with the list of those that there are */
export function dialectOf(name: string): Dialect {
  const found = DIALECTS[(ALIASES[name.toLowerCase()] ?? name.toLowerCase()) as DialectName];
  return found ?? raise('DIALECT_UNKNOWN', { dialect: name, dialects: ['spark', ...DIALECT_NAMES].join(', ') });
}
const ALIASES: Readonly<Record<string, DialectName>> = { postgres: 'postgresql', flink: 'flinksql', presto: 'trino', mariadb: 'mysql' };

/** Nesting that the foreign grammars read in reasonable time: some of them double it with each level. */
const MAX_DEPTH: Readonly<Partial<Record<DialectName, number>>> = { flinksql: 8, postgresql: 10 };
const DEFAULT_DEPTH = 40;

/** A query in another dialect: the text at `whole`.
 *  @param builtin whether Spark has a function of this name
 *  @throws DIALECT_NOT_INSTALLED, PARSE_SYNTAX_ERROR, DIALECT_FEATURE (read, but not the same here), DIALECT_NOT_TRUSTED (the foreign parser misread it) */
export function parseDialectQueryAt(whole: Span, dialect: Dialect, builtin: (name: string) => boolean): UnresolvedPlan {
  const tokens = scan(whole, dialect);
  const end = tokens.findLastIndex((t) => !(t.kind === 'symbol' && t.text === ';')) + 1;
  if (end === 0) raise('PARSE_EMPTY_STATEMENT', {}, { span: whole });
  return readTokens(tokens.slice(0, end), whole, dialect, builtin);
}
function readTokens(tokens: readonly Token[], whole: Span, dialect: Dialect, builtin: (name: string) => boolean): UnresolvedPlan {
  const { text } = whole;
  const folded = fold(tokens);
  const ledger = new Ledger(tokens, dialect, whole, folded);
  let depth = 0;
  for (const [i, t] of tokens.entries()) {
    if (folded.hidden.has(i) || folded.queries.has(i)) continue;
    if (t.kind === 'symbol' && t.text === '(' && ++depth > (MAX_DEPTH[dialect.name] ?? DEFAULT_DEPTH)) ledger.refuse(`more than ${MAX_DEPTH[dialect.name] ?? DEFAULT_DEPTH} brackets inside of each other`, t.span);
    if (t.kind === 'symbol' && t.text === ')') depth--;
  }
  const given = marked(tokens, folded);
  const parser = new (library(dialect).Parser)();
  let tree: unknown;
  try { tree = parser.astify(given.text, { database: dialect.name }); } catch (error) {
    const offset = (error as { location?: { start?: { offset?: number } } }).location?.start?.offset;
    const at = offset === undefined ? -1 : given.starts.findLastIndex((s) => s <= offset);
    const token = tokens[at];
    const span = token?.span ?? whole;
    return raise('PARSE_SYNTAX_ERROR', { error: token ? `'${text.slice(span.start, span.stop)}'` : 'end of input', hint: `: ${dialect.title} as read here has nothing like it at this place` }, { span, cause: error });
  }
  const [first, ...more] = asts(tree);
  if (!first || more.length > 0) return ledger.refuse('several statements at once');
  const reading: Reading = { ledger, builtin, divide: truncatingDivision, query: (node: Ast) => readQuery(node, reading),
    folded: ({ from, to }) => readTokens(tokens.slice(from, to), { text, start: tokens[from]!.span.start, stop: tokens[to - 1]!.span.stop }, dialect, builtin) };
  const plan = readQuery(first, reading);
  ledger.close();
  return plan;
}

export const parseDialectQuery = (text: string, dialect: Dialect, builtin: (name: string) => boolean): UnresolvedPlan =>
  parseDialectQueryAt({ text, start: 0, stop: text.length }, dialect, builtin);
/** One expression in another dialect. */
export function parseDialectExpression(text: string, dialect: Dialect, builtin: (name: string) => boolean): Expr {
  const plan = parseDialectQuery(`SELECT ${text}`, dialect, builtin);
  return plan.kind === 'select' && plan.items.length === 1 ? plan.items[0]! : raise('PARSE_SYNTAX_ERROR', { error: `'${text}'`, hint: ': one expression is expected' });
}

type Library = Pick<typeof NodeSqlParser, 'Parser'>;
/** Loaded when a dialect is first used; one grammar is 260 KB. */
function library(dialect: Dialect): Library {
  try { return require(`node-sql-parser/build/${dialect.name}`) as Library; } catch (error) {
    return raise('DIALECT_NOT_INSTALLED', { dialect: dialect.title }, { cause: error });
  }
}
