// Queries of a foreign tree as ours. Set operations come as a chain without precedence, joins as a list with the words between them; a
// joining word that the foreign parser took for an alias is recognised by not being a name of the user's.

import { joinSpans } from '../spans.js';
import type { Cte, Expr, GroupBy, GroupItem, JoinType, UnresolvedPlan } from '../tree.js';
import { type Ast, asts, isAst, only } from './ast.js';
import { clause, functionName, readExpr, type Reading, sortItems } from './expressions.js';

type SetOperator = Pick<Extract<UnresolvedPlan, { kind: 'set_operation' }>, 'op' | 'all'>;

const SELECT_FIELDS = ['with', 'distinct', 'columns', 'from', 'where', 'groupby', 'having', 'qualify', 'orderby', 'limit', '_next', 'set_op'] as const;

export function readQuery(node: Ast, r: Reading): UnresolvedPlan {
  const { ledger } = r;
  const ctes = asts(node['with']).map((w) => readCte(w, r));
  if (ctes.length === 0) return withoutCtes(node, r);
  const recursive = asts(node['with']).some((w) => w['recursive'] === true);
  return { kind: 'with', ctes, recursive, query: withoutCtes(node, r), span: ledger.whole };
}
function readCte(node: Ast, r: Reading): Cte {
  only(node, r.ledger, 'name', 'stmt', 'columns', 'recursive');
  const name = r.ledger.name(isAst(node['name']) ? node['name']['value'] : node['name']);
  const columns = asts(node['columns']).map((c) => { const e = readExpr(c, r); return e.kind === 'name' && e.parts.length === 1 ? e.parts[0]! : r.ledger.refuse('a column list of this form'); });
  const stmt = node['stmt'] as Ast;
  return { name: name.text, ...(columns.length > 0 && { columns }), plan: readQuery(isAst(stmt['ast']) ? stmt['ast'] : stmt, r), span: name.span };
}

/** The members of a chain of set operations; INTERSECT binds tighter, all associate to the left. */
function withoutCtes(first: Ast, r: Reading): UnresolvedPlan {
  const members: Ast[] = [first];
  const operators: SetOperator[] = [];
  for (let node = first; isAst(node['_next']); ) {
    const words = String(node['set_op']).toUpperCase().split(/\s+/);
    r.ledger.use(...words);
    const op = words[0]!.toLowerCase();
    if (op !== 'union' && op !== 'intersect' && op !== 'except') return r.ledger.refuse(words.join(' '));
    operators.push({ op, all: words[1] === 'ALL' });
    node = node['_next'];
    members.push(node);
  }
  if (members.length === 1) return ordered(select(first, r), first, r);
  const bracketed = members.map((m) => m['parentheses_symbol'] === true || m['parentheses'] === true);
  const sorts = (m: Ast): boolean => asts(m['orderby']).length > 0 || limitOf(m['limit']).length > 0;
  members.slice(0, -1).forEach((m, i) => { if (sorts(m) && !bracketed[i]) r.ledger.refuse('ORDER BY or LIMIT inside of a set operation without brackets'); });
  // What follows the last member belongs to the whole, unless that member is in brackets.
  const last = members.at(-1)!;
  const outside = sorts(last) && !bracketed.at(-1);
  const plans = members.map((m, i) => i === members.length - 1 && outside ? select(m, r) : ordered(select(m, r), m, r));
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
  return outside ? ordered(whole, last, r) : whole;
}

const limitOf = (limit: unknown): readonly Ast[] => isAst(limit) ? asts(limit['value']) : [];
function ordered(input: UnresolvedPlan, node: Ast, r: Reading): UnresolvedPlan {
  const order = sortItems(node['orderby'], r);
  const sorted: UnresolvedPlan = order.length > 0 ? { kind: 'sort', input, order, global: true } : input;
  const bounds = limitOf(node['limit']);
  if (bounds.length === 0) return sorted;
  const separator = String((node['limit'] as Ast)['seperator'] ?? '').toLowerCase();
  const [a, b] = bounds.map((x) => readExpr(x, r));
  if (separator === ',') { r.ledger.use('LIMIT'); return { kind: 'limit', input: sorted, limit: b!, offset: a! }; }
  if (separator === 'offset' && b) { r.ledger.use('LIMIT', 'OFFSET'); return { kind: 'limit', input: sorted, limit: a!, offset: b }; }
  if (separator === 'offset') { r.ledger.use('OFFSET'); return { kind: 'limit', input: sorted, offset: a! }; }
  r.ledger.use('LIMIT');
  return { kind: 'limit', input: sorted, limit: a! };
}

function select(node: Ast, r: Reading): UnresolvedPlan {
  const { ledger } = r;
  if (node['type'] !== 'select') return ledger.refuse(`a statement of the kind ${String(node['type'])}`);
  only(node, ledger, ...SELECT_FIELDS);
  const at = ledger.use('SELECT');
  const distinct = isAst(node['distinct']) ? node['distinct']['type'] : node['distinct'];
  if (distinct && distinct !== 'DISTINCT') return ledger.refuse(String(distinct), at);
  if (distinct) ledger.use('DISTINCT');
  const items = selectList(node['columns'], r);
  const from = readFrom(node['from'], r);
  const where = clause(['WHERE'], node['where'], r);
  const groupBy = groupByOf(node['groupby'], r);
  const having = clause(['HAVING'], node['having'], r);
  const qualify = clause(['QUALIFY'], node['qualify'], r);
  return {
    kind: 'select', ...(from && { from }), items, ...(distinct === 'DISTINCT' && { distinct: true as const }), ...(where && { where }), ...(groupBy && { groupBy }), ...(having && { having }),
    ...(qualify && { qualify }), span: joinSpans(at, items.at(-1)?.span),
  };
}
function selectList(columns: unknown, r: Reading): Expr[] {
  if (columns === '*') { const span = r.ledger.use('*'); return [{ kind: 'star', span }]; }
  return asts(columns).map((column): Expr => {
    only(column, r.ledger, 'expr', 'as');
    const arg = readExpr(column['expr'] as Ast, r);
    if (column['as'] === null || column['as'] === undefined) return arg;
    const alias = r.ledger.name(column['as']);
    return { kind: 'alias', arg, names: [alias.text], span: joinSpans(arg.span, alias.span) };
  });
}

function groupByOf(node: unknown, r: Reading): GroupBy | undefined {
  const list = isAst(node) ? node['columns'] : node;
  if (isAst(node)) only(node, r.ledger, 'columns');
  const items = asts(list);
  if (items.length === 0) return undefined;
  const span = r.ledger.use('GROUP');
  const keys = items.map((item): GroupItem => {
    const name = functionName(item);
    if (name !== 'ROLLUP' && name !== 'CUBE') return readExpr(item, r);
    r.ledger.use(name);
    return { kind: 'grouping', of: name === 'CUBE' ? 'cube' : 'rollup', sets: asts((item['args'] as Ast)['value']).map((a) => [readExpr(a, r)]) };
  });
  return { kind: 'list', keys, span };
}

// ── FROM ─────────────────────────────────────────────────────────────────────────────────────────

const JOINS: Readonly<Record<string, JoinType>> = {
  JOIN: 'inner', 'INNER JOIN': 'inner', 'LEFT JOIN': 'left', 'LEFT OUTER JOIN': 'left', 'RIGHT JOIN': 'right', 'RIGHT OUTER JOIN': 'right', 'FULL JOIN': 'full', 'FULL OUTER JOIN': 'full', 'CROSS JOIN': 'cross',
};

function readFrom(node: unknown, r: Reading): UnresolvedPlan | undefined {
  const items = asts(node);
  if (items.length === 0) return undefined;
  r.ledger.use('FROM');
  return relations(items, r);
}
/** A comma joins what stands on both sides of it whole. */
function relations(items: readonly Ast[], r: Reading): UnresolvedPlan {
  let comma: UnresolvedPlan | undefined;
  let left: UnresolvedPlan | undefined;
  let word: string | undefined;
  for (const item of items) {
    const [right, next] = relation(item, r);
    const join = typeof item['join'] === 'string' ? item['join'].toUpperCase() : undefined;
    if (join === undefined) {
      if (word !== undefined) return r.ledger.refuse(`${word} before a comma`);
      if (left) comma = comma ? { kind: 'join', left: comma, right: left, type: 'inner' } : left;
      left = right;
    } else left = joined(left!, right, join, word, item, r);
    word = next;
  }
  if (word !== undefined) return r.ledger.refuse(`the word ${word} in this place`);
  return comma ? { kind: 'join', left: comma, right: left!, type: 'inner' } : left!;
}

/** `word`: the joining word before `join` that the parser took for the alias of the relation on the left. */
function joined(left: UnresolvedPlan, right: UnresolvedPlan, join: string, word: string | undefined, item: Ast, r: Reading): UnresolvedPlan {
  const on = clause(['ON'], item['on'], r);
  const names = asts(item['using']).map((u) => r.ledger.name(u['value']).text);
  const strings = Array.isArray(item['using']) ? item['using'].filter((u): u is string => typeof u === 'string').map((u) => r.ledger.name(u).text) : [];
  const using = [...names, ...strings];
  if (using.length > 0) r.ledger.use('USING');
  const bare = !on && using.length === 0;
  const natural = word === 'NATURAL' || join.startsWith('NATURAL ');
  const kind = join.replace(/^NATURAL /, '');
  // What the parser calls INNER JOIN may be JOIN alone, or the rest of CROSS JOIN.
  const type = word === 'CROSS' && kind === 'INNER JOIN' && bare ? 'cross' : word === undefined || natural ? JOINS[kind] : undefined;
  if (!type) return r.ledger.refuse(`${word === undefined ? '' : `${word} `}${join}`);
  r.ledger.use(...(word === undefined ? [] : [word]), ...join.split(/\s+/));
  if (type !== 'cross' && !natural && bare) return r.ledger.refuse(`${join} without a condition`);
  return { kind: 'join', left, right, type, ...(on && { on }), ...(using.length > 0 && { using }), ...(natural && { natural: true as const }) };
}

/** A relation, and the joining word that was taken for its alias. */
function relation(item: Ast, r: Reading): readonly [UnresolvedPlan, string | undefined] {
  const { ledger } = r;
  only(item, ledger, 'db', 'schema', 'catalog', 'table', 'as', 'join', 'on', 'using', 'expr', 'prefix', 'operator', 'lateral');
  if (item['prefix'] || item['lateral']) return ledger.refuse('LATERAL');
  const inner = item['expr'];
  let plan: UnresolvedPlan;
  if (isAst(inner)) {
    if (isAst(inner['ast'])) plan = readQuery(inner['ast'], r);
    else if (inner['type'] === 'select') plan = readQuery(inner, r);
    else if (inner['type'] === 'tables') {
      if (item['as'] !== null && item['as'] !== undefined) return ledger.refuse('an alias of a join in brackets');
      return [relations(asts(inner['expr']), r), undefined];
    } else return ledger.refuse('a relation of this form');
  } else {
    const parts = [item['catalog'], item['db'], item['schema'], item['table']].filter((p) => p !== null && p !== undefined).map((p) => ledger.name(p));
    if (parts.length === 0) return ledger.refuse('a relation of this form');
    plan = { kind: 'relation', name: parts.map((p) => p.text), span: joinSpans(parts[0]!.span, parts.at(-1)!.span) };
  }
  const as = item['as'];
  if (as === null || as === undefined) return [plan, undefined];
  if (!ledger.isMark(as)) return [plan, String(as).toUpperCase()];
  const name = ledger.name(as);
  return [{ kind: 'subquery_alias', input: plan, alias: name.text, span: joinSpans(plan.span, name.span) }, undefined];
}
