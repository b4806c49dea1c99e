// Queries: WITH, SELECT, set operations, VALUES, TABLE, FROM-first and pipes, ORDER BY and LIMIT.

import { EngineError } from '../errors/index.js';
import { quotedName } from '../expr/print.js';
import type { Span } from '../spans.js';
import { expandSets } from '../plan/grouping-sets.js';
import type { Cte, Expr, GroupBy, GroupItem, Hint, UnresolvedPlan, WindowSpec } from '../tree.js';
import type { Cursor } from './cursor.js';
import { startsClause, startsRelationClause, takeAs } from './clauses.js';
import { aliasNames, parseExpr, sortItems, windowSpec } from './parse-expr.js';
import { columnNames, parseFrom, parseInlineTable } from './parse-from.js';
import { PIPE_WORDS } from './operators.js';
import { parsePipe } from './parse-pipe.js';

export function parseQuery(c: Cursor): UnresolvedPlan {
  return c.nested(() => {
    const from = c.position;
    if (c.isWord('WITH')) {
      c.next();
      const recursive = c.isWord('RECURSIVE') && c.isIdentifier(1) && !c.isWord('AS', 1) && c.takeWord('RECURSIVE');
      const ctes = c.exactly(() => c.list(() => parseCte(c)));
      const query = parseQuery(c);
      return { kind: 'with', ctes, recursive, query, span: c.spanFrom(from) };
    }
    return parseOrganization(c, parseTerm(c, 0), from);
  });
}

function parseCte(c: Cursor): Cte {
  const from = c.position;
  const name = c.identifier();
  const columns = columnNames(c);
  let levelMax: number | undefined;
  if (c.takeWord('MAX', 'RECURSION', 'LEVEL')) levelMax = c.peek().kind === 'number' && /^\d+$/.test(c.peek().text) ? Number(c.next().text) : c.fail();
  c.takeWord('AS');
  c.expectSymbol('(');
  const plan = parseQuery(c);
  c.requireSymbol(')');
  return { name, ...(columns && { columns }), ...(levelMax !== undefined && { levelMax }), plan, span: c.spanFrom(from) };
}

/** level 0: pipes; 1: UNION, EXCEPT; 2: INTERSECT. */
function parseTerm(c: Cursor, level: 0 | 1 | 2): UnresolvedPlan {
  const from = c.position;
  if (level === 0) {
    // A set operation behind a pipe has all before it on its left.
    let plan = parseTerm(c, 1);
    while (c.takeSymbol('|>') || (c.isAnyWord(PIPE_WORDS, 1) && c.takeSymbol('|'))) plan = setOperations(c, setOperations(c, parsePipe(c, plan, from, PIPE_GRAMMAR), 2, from), 1, from);
    return plan;
  }
  return setOperations(c, level === 1 ? parseTerm(c, 2) : parseQueryPrimary(c), level, from);
}
function setOperations(c: Cursor, first: UnresolvedPlan, level: 1 | 2, from: number): UnresolvedPlan {
  let left = first;
  for (;;) {
    const op = setOperator(c, level);
    if (!op) return left;
    c.next();
    const at = c.position;
    const all = c.takeWord('ALL');
    if (!all) c.takeWord('DISTINCT');
    const operand = (): UnresolvedPlan => level === 1 ? parseTerm(c, 2) : parseQueryPrimary(c);
    // Behind an item without an alias the operator may be that alias, which a SELECT could follow.
    const right = c.isWord('SELECT') && c.position === at && endsInItem(left) ? c.failingAt(at, () => { const plan = operand(); return endsQuery(c) ? plan : c.fail(); }) : operand();
    left = { kind: 'set_operation', op, all, left, right, span: c.spanFrom(from) };
  }
}
/** Nothing stands behind the last item of the SELECT. */
const endsInItem = (plan: UnresolvedPlan): boolean => plan.kind === 'select' && !plan.from && !plan.where && !plan.groupBy && !plan.having && !plan.windows && !plan.qualify && plan.items.at(-1)!.kind !== 'alias';
const ENDING: ReadonlySet<string> = new Set(['UNION', 'INTERSECT', 'EXCEPT', 'MINUS']);
const endsRelations = (c: Cursor): boolean => endsQuery(c) || startsRelationClause(c);
const endsQuery = (c: Cursor): boolean => c.peek().kind === 'eof' || c.isSymbol(')') || c.isSymbol(';') || c.isSymbol('|>') || c.isSymbol(',') || c.isAnyWord(ENDING) || startsClause(c);
function setOperator(c: Cursor, level: 1 | 2): 'union' | 'intersect' | 'except' | undefined {
  switch (c.peek().upper) {
    case 'UNION': return level === 1 ? 'union' : undefined;
    case 'EXCEPT': case 'MINUS': return level === 1 ? 'except' : undefined;
    case 'INTERSECT': return level === 2 ? 'intersect' : undefined;
    default: return undefined;
  }
}

export function parseQueryPrimary(c: Cursor): UnresolvedPlan {
  const from = c.position;
  if (c.isSymbol('(')) {
    c.next();
    const plan = parseQuery(c);
    c.requireSymbol(')');
    return plan;
  }
  if (c.isWord('SELECT')) return parseSelect(c, undefined);
  if (c.isWord('VALUES')) return aliasOf(c, parseInlineTable(c, from === 0), from);
  if (c.isWord('TABLE')) { c.next(); return { kind: 'relation', name: c.qualifiedName(), span: c.spanFrom(from) }; }
  if (c.isWord('FROM')) {
    c.next();
    const plan = parseFrom(c);
    if (c.isWord('SELECT')) return parseSelects(c, plan);
    if (CLAUSES_OF_SELECT.has(c.peek().upper)) c.failingAt(c.position, () => { selectClauses(c); c.fail(); });
    return plan;
  }
  return c.fail();
}
/** `FROM t SELECT … SELECT …`: all their rows; each has an ORDER BY and LIMIT of its own. */
function parseSelects(c: Cursor, source: UnresolvedPlan): UnresolvedPlan {
  const from = c.position;
  const one = (): UnresolvedPlan => { const at = c.position; return parseOrganization(c, parseSelect(c, source), at); };
  let plan = one();
  while (c.isWord('SELECT')) plan = { kind: 'set_operation', op: 'union', all: true, left: plan, right: one(), span: c.spanFrom(from) };
  return plan;
}
/** They need a SELECT. */
const CLAUSES_OF_SELECT: ReadonlySet<string> = new Set(['WHERE', 'GROUP', 'HAVING', 'WINDOW', 'QUALIFY']);
function aliasOf(c: Cursor, input: UnresolvedPlan, from: number): UnresolvedPlan {
  if (!takeAs(c) && (!c.isIdentifier() || startsClause(c))) return input;
  const alias = c.identifier();
  const columns = columnNames(c);
  return { kind: 'subquery_alias', input, alias, ...(columns && { columns }), span: c.spanFrom(from) };
}

/** From SELECT on; `source`: FROM came first. */
function parseSelect(c: Cursor, source: UnresolvedPlan | undefined): UnresolvedPlan {
  const at = c.position;
  c.expectWord('SELECT');
  const hints = parseHints(c);
  const distinct = c.isWord('DISTINCT') && c.startsOperand(1) && c.choose(true) ? c.takeWord('DISTINCT') : false;
  if (!distinct && c.isWord('ALL') && c.startsOperand(1)) c.next();
  const items = selectItems(c);
  // Behind an item without an alias FROM may be that alias, which a SELECT could follow.
  const fromAt = !source && c.isWord('FROM') && c.isWord('SELECT', 1) && items.at(-1)!.kind !== 'alias' ? c.position + 1 : undefined;
  const read = (): UnresolvedPlan => { c.next(); return parseFrom(c); };
  const from = source || !c.isWord('FROM') ? source : fromAt === undefined ? read() : c.failingAt(fromAt, () => { const plan = read(); return endsRelations(c) ? plan : c.fail(); });
  const clauses = selectClauses(c);
  return { kind: 'select', ...(from && { from }), items, ...(hints.length > 0 && { hints }), ...(distinct && { distinct: true as const }), ...clauses, span: c.spanFrom(at) };
}
/** `/*+ BROADCAST(t), REPARTITION(3, a) …`, any number of them. */
function parseHints(c: Cursor): Hint[] {
  const hints: Hint[] = [];
  while (c.takeSymbol('/*+')) {
    do {
      const from = c.position;
      const name = c.identifier();
      const args = c.isSymbol('(') ? c.parenthesized(() => c.list(() => parseExpr(c))) : [];
      hints.push({ name, args, span: c.spanFrom(from) });
      c.takeSymbol(',');
    } while (!c.isSymbol('*/'));
    c.next();
  }
  return hints;
}

export function selectClauses(c: Cursor): Pick<Extract<UnresolvedPlan, { kind: 'select' }>, 'where' | 'groupBy' | 'having' | 'windows' | 'qualify'> {
  // Where a word could be an alias, it has been taken as one.
  const clause = (word: string): Expr | undefined => c.takeWord(word) ? parseExpr(c) : undefined;
  const where = clause('WHERE');
  const groupBy = c.isWord('GROUP') ? parseGroupBy(c) : undefined;
  const having = clause('HAVING');
  let windows = namedWindows(c);
  const qualify = clause('QUALIFY');
  windows ??= namedWindows(c);
  return { ...(where && { where }), ...(groupBy && { groupBy }), ...(having && { having }), ...(windows && { windows }), ...(qualify && { qualify }) };
}
function namedWindows(c: Cursor): { name: string; spec: WindowSpec }[] | undefined {
  if (!c.isWord('WINDOW')) return undefined;
  const from = c.position;
  return c.failingAt(from, () => {
    c.next();
    const windows = c.list(() => { const name = c.identifier(); c.expectWord('AS'); return { name, spec: windowSpec(c) }; });
    const twice = windows.find((w, i) => windows.findIndex((o) => o.name === w.name) < i);
    if (twice) c.later(new EngineError('INVALID_SQL_SYNTAX.REPETITIVE_WINDOW_DEFINITION', { windowName: quotedName([twice.name]) }, { span: c.spanFrom(from) }));
    return windows;
  });
}

/** The list of a SELECT. */
export function selectItems(c: Cursor): Expr[] {
  const items = [selectItem(c)];
  while (c.isSymbol(',')) {
    c.next();
    items.push(selectItem(c));
  }
  return items;
}
export function selectItem(c: Cursor): Expr {
  const from = c.position;
  const arg = parseExpr(c);
  if (!takeAs(c, true) && !c.isSymbol('(') && (!c.isIdentifier() || (startsClause(c) && !isSetWordAsAlias(c)))) return arg;
  return { kind: 'alias', arg, names: aliasNames(c), span: c.spanFrom(from) };
}
/** `SELECT a EXCEPT FROM t`: an alias, unless a query that begins with FROM follows (`FROM t SELECT b`). */
function isSetWordAsAlias(c: Cursor): boolean {
  if (!['UNION', 'INTERSECT', 'EXCEPT', 'MINUS'].includes(c.peek().upper) || !c.isWord('FROM', 1)) return false;
  const from = c.position;
  c.next();
  c.next();
  const query = c.attempt('from_select', () => { parseFrom(c); return c.isWord('SELECT'); }) ?? false;
  c.rewind(from);
  return !query;
}
/** What may stand behind a list of keys. */
const endsKeys = (c: Cursor): boolean => c.areWords('WITH', 'ROLLUP') || c.areWords('WITH', 'CUBE') || (c.areWords('GROUPING', 'SETS') && c.isSymbol('(', 2));
/** `aliases`: items may have names, as in |> AGGREGATE … GROUP BY a AS b. */
export function parseGroupBy(c: Cursor, aliases = false): GroupBy {
  const from = c.position;
  c.expectWord('GROUP', 'BY');
  // Lists with and without groupings are told apart at their end only.
  const keys = c.exactly(() => c.list((): GroupItem => {
    const start = c.position;
    const item = groupItem(c);
    const at = c.position;
    if (!(takeAs(c) || (c.isIdentifier() && !startsClause(c) && !endsKeys(c)))) return item;
    const name = c.identifier();
    if (!aliases) c.later(c.extraInput(at));
    return item.kind === 'grouping' ? item : { kind: 'alias', arg: item, names: [name], span: c.spanFrom(start) };
  }));
  if (c.takeWord('WITH', 'ROLLUP')) return { kind: 'rollup', keys, span: c.spanFrom(from) };
  if (c.takeWord('WITH', 'CUBE')) return { kind: 'cube', keys, span: c.spanFrom(from) };
  if (c.areWords('GROUPING', 'SETS') && c.isSymbol('(', 2)) { c.next(); c.next(); return { kind: 'grouping_sets', keys, sets: nestedSets(c), span: c.spanFrom(from) }; }
  return { kind: isAll(keys) ? 'all' : 'list', keys: isAll(keys) ? [] : keys, span: c.spanFrom(from) };
}
/** ALL alone, which no grammar tells from a name. */
const isAll = ([key, ...more]: readonly GroupItem[]): boolean =>
  more.length === 0 && key?.kind === 'name' && key.parts.length === 1 && key.span !== undefined && key.span.text.slice(key.span.start, key.span.stop).toUpperCase() === 'ALL';
function groupItem(c: Cursor): GroupItem {
  if ((c.isWord('ROLLUP') || c.isWord('CUBE')) && c.isSymbol('(', 1) && !c.isSymbol(')', 2)) {
    const of = c.next().upper === 'CUBE' ? 'cube' : 'rollup';
    return { kind: 'grouping', of, sets: groupingSets(c) };
  }
  if (c.areWords('GROUPING', 'SETS') && c.isSymbol('(', 2)) { c.next(); c.next(); return { kind: 'grouping', of: 'grouping_sets', sets: nestedSets(c) }; }
  return parseExpr(c);
}
/** `((a, b), c, ())` */
const groupingSets = (c: Cursor): Expr[][] => c.parenthesized(() => c.list(() => groupingSet(c)));
function groupingSet(c: Cursor): Expr[] {
  if (c.isSymbol('(') && c.isSymbol(')', 1)) { c.next(); c.next(); return []; }
  const e = parseExpr(c);
  return e.kind === 'call' && e.operator && e.name[0] === 'struct' ? e.args.map((a) => a.value) : [e];
}
/** Of GROUPING SETS, which may hold other groupings: all their sets. */
function nestedSets(c: Cursor): Expr[][] {
  return c.parenthesized(() => c.list((): readonly (readonly Expr[])[] => {
    const nested = (c.isWord('ROLLUP') || c.isWord('CUBE')) && c.isSymbol('(', 1) ? true : c.areWords('GROUPING', 'SETS') && c.isSymbol('(', 2);
    if (!nested) return [groupingSet(c)];
    const item = groupItem(c);
    return item.kind === 'grouping' ? expandSets(item.of, item.sets) : [];
  })).flat().map((set) => [...set]);
}

const ORGANIZING = ['ORDER', 'CLUSTER', 'DISTRIBUTE', 'SORT'];
/** What is wrong in one of these clauses is said of its first word: the query may be over before it.
 *  ORDER BY, SORT BY, WINDOW, LIMIT, OFFSET after a whole term; behind `|>` one of them, or LIMIT with OFFSET. */
export function parseOrganization(c: Cursor, term: UnresolvedPlan, from: number, piped = false): UnresolvedPlan {
  const start = c.position;
  const steps: ((input: UnresolvedPlan, span: Span) => UnresolvedPlan)[] = [];
  const clause = (word: string): boolean => c.isWord(word) && startsClause(c);
  // In this order only, and no two of them but DISTRIBUTE BY with SORT BY.
  const present = ORGANIZING.filter((word) => {
    if (!clause(word)) return false;
    c.failingAt(c.position, () => {
      c.next();
      c.expectWord('BY');
      if (word === 'ORDER' || word === 'SORT') {
        // ALL is one item of that name here: the binder knows whether a column has it.
        const order = sortItems(c);
        steps.push((input, span) => ({ kind: 'sort', input, order, global: word === 'ORDER', span }));
      } else {
        const exprs = c.list(() => parseExpr(c));
        steps.push((input, span) => ({ kind: 'repartition', input, exprs, ...(word === 'CLUSTER' && { sorted: true as const }), span }));
      }
    });
    return true;
  });
  if (present.length > 0 && ORGANIZING.some(clause)) c.fail();
  if (present.length > 1 && present.join() !== 'DISTRIBUTE,SORT') c.later(new EngineError('UNSUPPORTED_FEATURE.COMBINATION_QUERY_RESULT_CLAUSES', {}, { span: c.spanFrom(start) }));
  const bound = (word: string): Expr | undefined => {
    if (!clause(word)) return undefined;
    return c.failingAt(c.position, () => { c.next(); return word === 'LIMIT' && c.takeWord('ALL') ? undefined : parseExpr(c); });
  };
  const limit = bound('LIMIT');
  const offset = bound('OFFSET');
  if (piped && present.length > 0 && (limit || offset)) {
    c.later(new EngineError('MULTIPLE_QUERY_RESULT_CLAUSES_WITH_PIPE_OPERATORS', { clause1: `${present.at(-1)} BY`, clause2: offset ? 'OFFSET' : 'LIMIT' }, { span: c.spanFrom(start) }));
  }
  // Spark's place of each of these is that of all.
  const plan = steps.reduce((input, step) => step(input, c.spanFrom(start)), term);
  return limit || offset ? { kind: 'limit', input: plan, ...(limit && { limit }), ...(offset && { offset }), span: c.spanFrom(from) } : plan;
}

const PIPE_GRAMMAR = { selectItem, selectItems, selectClauses, parseGroupBy, parseQueryPrimary, parseOrganization };
