// Queries: WITH, set operations, VALUES and the clauses behind a query are taken apart by their words, as no bracket is in the way; the
// SELECT with its FROM and WHERE is the foreign parser's.

import { joinSpans } from '../spans.js';
import type { Cte, Expr, UnresolvedPlan, WindowSpec } from '../tree.js';
import { asts, isAst, only } from './ast.js';
import { readGroupBy, readTail, readWindow, startsTail } from './clauses.js';
import { clause, readExpr } from './expressions.js';
import { foreignSelect } from './foreign.js';
import type { Ledger } from './ledger.js';
import type { Reader, Stretch } from './reader.js';
import { readFrom } from './relations.js';
import { readNames, readValues, unnamed } from './rows.js';

/** The whole stretch is a query. */
export function readQuery(r: Reader, at: Stretch): UnresolvedPlan {
  const { from, to } = at;
  if (from >= to) return r.fail(from);
  if (!r.spelled(from, 'WITH')) return setOperations(r, at);
  const recursive = r.spelled(from + 1, 'RECURSIVE');
  const ctes: Cte[] = [];
  let i = recursive ? from + 2 : from + 1;
  for (;;) {
    const name = r.tokens[i];
    if (name?.kind !== 'name') return r.fail(i);
    const columnsClose = r.isSymbol(i + 1, '(') ? r.close(i + 1) : undefined;
    const columns = columnsClose === undefined ? undefined : readNames(r, { from: i + 2, to: columnsClose });
    let open = (columnsClose ?? i) + 1;
    if (!r.spelled(open, 'AS')) return r.fail(open);
    open += r.spelled(open + 1, 'MATERIALIZED') ? 2 : r.spelled(open + 1, 'NOT', 'MATERIALIZED') ? 3 : 1;
    const close = r.isSymbol(open, '(') ? r.close(open) : undefined;
    if (close === undefined || close >= to) return r.fail(open);
    ctes.push({ name: name.text, ...(columns && { columns }), plan: r.query({ from: open + 1, to: close }), span: name.span });
    i = close + 1;
    if (!r.isSymbol(i, ',')) break;
    i++;
  }
  return { kind: 'with', ctes, recursive, query: setOperations(r, { from: i, to }), span: r.span(at) };
}
type SetOperator = Pick<Extract<UnresolvedPlan, { kind: 'set_operation' }>, 'op' | 'all'>;

/** The operator at a token, and what comes behind it. */
function setOperator(r: Reader, i: number): (SetOperator & { readonly end: number }) | undefined {
  const minus = r.dialect.name === 'snowflake' && r.spelled(i, 'MINUS') && (r.spelled(i + 1, 'SELECT') || r.isSymbol(i + 1, '('));
  const op = minus || (r.spelled(i, 'EXCEPT') && !r.isSymbol(i - 1, '*')) ? 'except' : r.spelled(i, 'UNION') ? 'union' : r.spelled(i, 'INTERSECT') ? 'intersect' : undefined;
  const all = r.spelled(i + 1, 'ALL');
  return op && { op, all, end: i + (all || r.spelled(i + 1, 'DISTINCT') ? 2 : 1) };
}

/** INTERSECT binds tighter than the others; all associate to the left. What follows the last member belongs to the whole. */
function setOperations(r: Reader, { from, to }: Stretch): UnresolvedPlan {
  const members: Stretch[] = [];
  const operators: SetOperator[] = [];
  let start = from;
  for (;;) {
    const next = r.find({ from: start, to }, (i) => setOperator(r, i) !== undefined);
    members.push({ from: start, to: next });
    if (next === to) break;
    const { end, op, all } = setOperator(r, next)!;
    operators.push({ op, all });
    start = end;
  }
  const last = members.at(-1)!;
  const tail = r.find(last, (i) => startsTail(r, i));
  members[members.length - 1] = { from: last.from, to: tail };
  const plans = members.map((m) => member(r, m));
  const unions: UnresolvedPlan[] = [];
  const between: SetOperator[] = [];
  let group = plans[0]!;
  operators.forEach((how, i) => {
    const right = plans[i + 1]!;
    if (how.op === 'intersect') group = { kind: 'set_operation', ...how, left: group, right };
    else { unions.push(group); between.push(how); group = right; }
  });
  unions.push(group);
  const whole = unions.slice(1).reduce((left, right, i): UnresolvedPlan => ({ kind: 'set_operation', ...between[i]!, left, right }), unions[0]!);
  return readTail(r, whole, { from: tail, to });
}

function member(r: Reader, at: Stretch): UnresolvedPlan {
  const { from, to } = at;
  if (r.isSymbol(from, '(')) return r.query(r.inside(from, to));
  if (r.spelled(from, 'VALUES')) return r.dialect.unnamed === undefined ? r.fail(from) : unnamed(r, readValues(r, { from: from + 1, to }));
  if (r.spelled(from, 'TABLE') && r.isName(from + 1) && (r.dialect.name === 'postgresql' || r.dialect.name === 'trino')) return { kind: 'relation', name: r.tokens.slice(from + 1, to).filter((t) => t.kind === 'name').map((t) => t.text), span: r.span(at) };
  return r.spelled(from, 'SELECT') ? select(r, at) : r.fail(from);
}
/** One SELECT: GROUP BY, HAVING, WINDOW and QUALIFY are cut off, in this order, and the rest is read as it is. */
function select(r: Reader, { from, to }: Stretch): UnresolvedPlan {
  const stray = r.find({ from, to }, (i) => startsTail(r, i));
  if (stray < to) return r.fail(stray);
  const isClause = [
    (i: number) => r.spelled(i, 'GROUP', 'BY'), (i: number) => r.spelled(i, 'HAVING') && r.tokens[i]!.kind === 'word',
    (i: number) => r.spelled(i, 'WINDOW') && r.tokens[i + 1]?.kind === 'name' && r.spelled(i + 2, 'AS') && r.isSymbol(i + 3, '('), (i: number) => r.dialect.qualifies && r.spelled(i, 'QUALIFY') && r.tokens[i]!.kind === 'word',
  ];
  // BigQuery has QUALIFY before WINDOW.
  const order = r.dialect.name === 'bigquery' ? [0, 1, 3, 2] : [0, 1, 2, 3];
  const at: Stretch[] = [];
  let end = to;
  for (const k of [...order].reverse()) {
    const start = r.find({ from, to: end }, isClause[k]!);
    at[k] = { from: start, to: end };
    end = start;
  }
  const [group, having, window, qualify] = at as [Stretch, Stretch, Stretch, Stretch];
  const { tree, ledger } = foreignSelect(r, { from, to: end }, '');
  only(tree, ledger, 'distinct', 'columns', 'from', 'where', 'into', 'limit');
  const span = ledger.use('SELECT');
  const distinct = isAst(tree['distinct']) ? tree['distinct']['type'] : tree['distinct'];
  if (distinct && distinct !== 'DISTINCT') return r.refuse(String(distinct), span);
  if (distinct) ledger.use('DISTINCT');
  const items = selectList(tree['columns'], ledger);
  const relation = readFrom(tree['from'], ledger);
  const where = clause(['WHERE'], tree['where'], ledger);
  ledger.close();
  const behind = ({ from: word, to: stop }: Stretch): Expr | undefined => word < stop ? r.expression({ from: word + 1, to: stop }) : undefined;
  const groupBy = group.from < group.to ? readGroupBy(r, group) : undefined;
  const havingIs = behind(having);
  const qualifyIs = behind(qualify);
  return {
    kind: 'select', ...(relation && { from: relation }), items, ...(distinct === 'DISTINCT' && { distinct: true as const }), ...(where && { where }), ...(groupBy && { groupBy }),
    ...(havingIs && { having: havingIs }), ...(window.from < window.to && { windows: readWindows(r, { from: window.from + 1, to: window.to }) }), ...(qualifyIs && { qualify: qualifyIs }), span: joinSpans(span, items.at(-1)?.span),
  };
}
function selectList(columns: unknown, ledger: Ledger): Expr[] {
  if (columns === '*') { const span = ledger.use('*'); return [{ kind: 'star', span }]; }
  return asts(columns).map((column): Expr => {
    only(column, ledger, 'expr', 'as');
    const arg = readExpr(column['expr'] as Parameters<typeof readExpr>[0], ledger);
    if (column['as'] === null || column['as'] === undefined) return arg;
    const alias = ledger.name(column['as']);
    return { kind: 'alias', arg, names: [alias.text], span: joinSpans(arg.span, alias.span) };
  });
}
const readWindows = (r: Reader, at: Stretch): { readonly name: string; readonly spec: WindowSpec }[] => r.split(at).map(({ from, to }) =>
  r.tokens[from]!.kind === 'name' && r.spelled(from + 1, 'AS') && r.isSymbol(from + 2, '(') ? { name: r.tokens[from]!.text, spec: readWindow(r, r.inside(from + 2, to)) } : r.fail(from));
