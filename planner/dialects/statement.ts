// Statements around a query in another dialect. Their heads (CREATE VIEW … AS, INSERT INTO t, START QUERY … AS, EXPLAIN) are the engine's
// own language; the query that ends them is read in its dialect.

import type { Span } from '../spans.js';
import { parseStatementAt } from '../sql/index.js';
import type { Statement, UnresolvedPlan } from '../tree.js';
import { type Dialect, parseDialectQueryAt } from './index.js';
import { rawTokens, scan } from './scan.js';
import type { Token } from './token.js';

/** The statements of a script from an offset on: what stands between semicolons, as the dialect's quotes and comments have it. One after
 *  another, as a statement may change the dialect of those behind it. */
export function* splitDialectStatements(text: string, dialect: Dialect, from: number): Generator<Span, void, undefined> {
  let start: number | undefined;
  let stop = from;
  for (const token of rawTokens({ text, start: from, stop: text.length }, dialect)) {
    if (token.kind === 'symbol' && token.text === ';') {
      if (start !== undefined) yield { text, start, stop };
      start = undefined;
      continue;
    }
    start ??= token.span.start;
    stop = token.span.stop;
  }
  if (start !== undefined) yield { text, start, stop };
}

const WITH_QUERY = new Set(['SELECT', 'WITH', 'VALUES', 'EXPLAIN', 'CREATE', 'START', 'INSERT']);
const FUNCTION = /^\s*CREATE\s+(?:OR\s+REPLACE\s+)?(?:TEMP(?:ORARY)?\s+)?FUNCTION\b/i;

/** @throws as parseDialectQueryAt for the query, as our own parser for the rest */
export function parseDialectStatementAt(span: Span, dialect: Dialect, builtin: (name: string) => boolean): Statement {
  const { text, start, stop } = span;
  const first = /^\s*\(*\s*(\w+)/.exec(text.slice(start, stop))?.[1]?.toUpperCase() ?? '';
  // The body of a function is ours in every dialect: it may be an expression, and others use it.
  const from = WITH_QUERY.has(first) && !FUNCTION.test(text.slice(start, stop)) ? queryStart(scan(span, dialect), dialect) : undefined;
  if (from === undefined) return parseStatementAt(span);
  const plan = parseDialectQueryAt({ text, start: from, stop }, dialect, builtin);
  if (from === start) return { kind: 'query', plan, span };
  const head = text.slice(0, from);
  return withPlan(parseStatementAt({ text: `${head}SELECT 1`, start, stop: head.length + 8 }), plan, text.slice(from, stop));
}

/** Where the query begins: the first SELECT, WITH or VALUES outside of brackets, with the brackets before it. */
function queryStart(tokens: readonly Token[], dialect: Dialect): number | undefined {
  const begins = (t: Token): boolean => {
    if (t.spelling === 'VALUES' && dialect.unnamed) { const next = tokens[tokens.indexOf(t) + 1]; return next?.spelling === 'ROW' || (next?.kind === 'symbol' && next.text === '('); }
    return t.kind === 'word' && (t.text === 'SELECT' || t.text === 'WITH');
  };
  let depth = 0;
  for (const [i, t] of tokens.entries()) {
    if (t.kind === 'symbol' && t.text === '(') {
      const inner = tokens.slice(i).find((u) => u.kind !== 'symbol' || u.text !== '(');
      if (depth === 0 && inner && begins(inner)) return t.span.start;
      depth++;
    } else if (t.kind === 'symbol' && t.text === ')') depth--;
    else if (depth === 0 && begins(t)) return t.span.start;
  }
  return undefined;
}

function withPlan(statement: Statement, plan: UnresolvedPlan, text: string): Statement {
  switch (statement.kind) {
    case 'query': case 'start_query': case 'insert': return { ...statement, plan };
    case 'create_view': return { ...statement, plan, text };
    case 'create_stream': case 'create_table': return statement.as ? { ...statement, as: plan } : statement;
    case 'explain': return { ...statement, statement: withPlan(statement.statement, plan, text) };
    default: return statement;
  }
}
