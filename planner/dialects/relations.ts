// FROM: joins come as a list with the words between them; a joining word that the foreign parser took for an alias is recognised by not
// being a name of the user's. Relations that are no plain names are read here.

import { joinSpans } from '../spans.js';
import type { JoinType, TableArgument, UnresolvedPlan } from '../tree.js';
import { type Ast, asts, only } from './ast.js';
import { pathEnd } from './extent.js';
import { clause } from './expressions.js';
import type { Ledger } from './ledger.js';
import type { Reader, Stretch } from './reader.js';
import { readNames, readValues, unnamed } from './rows.js';

const JOINS: Readonly<Record<string, JoinType>> = {
  JOIN: 'inner', 'INNER JOIN': 'inner', 'LEFT JOIN': 'left', 'LEFT OUTER JOIN': 'left', 'RIGHT JOIN': 'right', 'RIGHT OUTER JOIN': 'right', 'FULL JOIN': 'full', 'FULL OUTER JOIN': 'full', 'CROSS JOIN': 'cross',
};

interface Relation {
  readonly plan: UnresolvedPlan;
  /** It sees the relations on its left. */
  readonly lateral: boolean;
  /** The joining word behind it that was taken for its alias. */
  readonly word?: string;
}

export function readFrom(node: unknown, ledger: Ledger): UnresolvedPlan | undefined {
  const items = asts(node);
  if (items.length === 0) return undefined;
  ledger.use('FROM');
  // A comma joins what stands on both sides of it whole.
  let comma: UnresolvedPlan | undefined;
  let left: UnresolvedPlan | undefined;
  let word: string | undefined;
  const join = (a: UnresolvedPlan | undefined, b: UnresolvedPlan): UnresolvedPlan => a ? { kind: 'join', left: a, right: b, type: 'inner' } : b;
  let behindLateral = false;
  for (const item of items) {
    const right = relation(item, ledger);
    const kind = typeof item['join'] === 'string' ? item['join'].toUpperCase() : undefined;
    if (kind === undefined) {
      if (word !== undefined) return ledger.refuse(`${word} before a comma`);
      behindLateral = right.lateral && left !== undefined;
      if (behindLateral) { left = { kind: 'join', left: join(comma, left!), right: right.plan, type: 'inner', lateral: true }; comma = undefined; }
      else { if (left) comma = join(comma, left); left = right.plan; }
    } else {
      // What stands on the left of a comma is on the left of the join, too, which says nothing as long as none of it is filled with NULLs.
      if (behindLateral && /RIGHT|FULL/.test(kind)) return ledger.refuse(`${kind} behind LATERAL`);
      left = joined(left!, right, kind, word, item, ledger);
    }
    word = right.word;
  }
  return word === undefined ? join(comma, left!) : ledger.refuse(`the word ${word} in this place`);
}

/** `word`: the joining word before `join` that the parser took for the alias of the relation on the left. */
function joined(left: UnresolvedPlan, { plan, lateral }: Relation, join: string, word: string | undefined, item: Ast, ledger: Ledger): UnresolvedPlan {
  const on = clause(['ON'], item['on'], ledger);
  const using = (Array.isArray(item['using']) ? item['using'] : []).map((u: unknown) => ledger.name(typeof u === 'string' ? u : (u as Ast)['value']).text);
  if (using.length > 0) ledger.use('USING');
  const bare = !on && using.length === 0;
  const natural = ledger.isNatural(item['table']);
  // What the parser calls INNER JOIN may be JOIN alone, or the rest of CROSS JOIN.
  const type = word === 'CROSS' && join === 'INNER JOIN' && bare ? 'cross' : word === undefined ? JOINS[join] : undefined;
  if (!type) return ledger.refuse(`${word === undefined ? '' : `${word} `}${join}`);
  ledger.use(...(word === undefined ? [] : [word]), ...join.split(/\s+/));
  // MySQL alone may leave the condition out.
  const crosses = ledger.reader.dialect.name === 'mysql' && type === 'inner';
  if (natural && !bare) return ledger.refuse('NATURAL JOIN with a condition');
  if (type !== 'cross' && !natural && bare && !crosses) return ledger.refuse(`${join} without a condition`);
  return { kind: 'join', left, right: plan, type, ...(on && { on }), ...(using.length > 0 && { using }), ...(natural && { natural: true as const }), ...(lateral && { lateral: true as const }) };
}

function relation(item: Ast, ledger: Ledger): Relation {
  only(item, ledger, 'table', 'as', 'join', 'on', 'using', 'operator');
  const r = ledger.reader;
  const fold = ledger.fold(item['table'], 'relation');
  const given = fold ? { ...folded(r, fold), span: r.span(fold) } : plain(ledger, item['table']);
  const as = item['as'];
  const { plan, lateral } = given;
  if (as === null || as === undefined) {
    if (given.element) return ledger.refuse('UNNEST without a name', given.span);
    return { plan: plan.kind === 'inline_table' ? unnamed(r, plan) : plan, lateral };
  }
  if (!ledger.isMark(as)) return { plan, lateral, word: String(as).toUpperCase() };
  const { text: alias, span, columns } = ledger.name(as);
  const names = columns ? readNames(r, columns) : given.element && r.dialect.namesElements ? [alias] : undefined;
  if (given.element && names?.length !== 1) return ledger.refuse('UNNEST without the name of one column', given.span);
  const input = plan.kind === 'inline_table' && !names ? unnamed(r, plan) : plan.kind === 'subquery_alias' && plan.alias === '' ? plan.input : plan;
  return { plan: { kind: 'subquery_alias', input, alias, ...(names && { columns: names }), span: joinSpans(given.span, span) }, lateral };
}
function plain(ledger: Ledger, mark: unknown) {
  const { text, span } = ledger.name(mark);
  return { plan: { kind: 'relation' as const, name: [text], span }, lateral: false, span, element: false };
}
/** `element`: the rows are the elements of an array. */
function folded(r: Reader, at: Stretch): { readonly plan: UnresolvedPlan; readonly lateral: boolean; readonly element: boolean } {
  const { from, to } = at;
  const whole = (plan: UnresolvedPlan, lateral = false, element = false) => ({ plan, lateral, element });
  if (r.spelled(from, 'LATERAL')) return { ...folded(r, { from: from + 1, to }), lateral: true };
  if (r.spelled(from, 'VALUES')) return whole(readValues(r, { from: from + 1, to }));
  if (r.isSymbol(from, '(')) {
    const inside = r.inside(from, to);
    if (r.spelled(inside.from, 'VALUES') && r.dialect.unnamed) return whole(readValues(r, { from: inside.from + 1, to: inside.to }));
    return r.startsQuery(inside.from) ? whole({ kind: 'subquery_alias', input: r.query(inside), alias: '', span: r.span(at) }) : r.refuse('a join in brackets', r.span(at));
  }
  if (r.spelled(from, 'TABLE') && r.isSymbol(from + 1, '(')) return folded(r, r.inside(from + 1, to));
  const end = pathEnd(r, from);
  const name = r.tokens.slice(from, end).filter((t) => t.kind !== 'symbol').map((t) => t.text);
  const span = r.span(at);
  if (end === to) return whole({ kind: 'relation', name, span });
  const args = r.split(r.inside(end, to));
  if (r.spelled(from, 'UNNEST')) {
    if (args.length !== 1) return r.refuse('UNNEST of several arrays', span);
    return whole({ kind: 'table_function', name: ['explode'], args: [{ value: r.expression(args[0]!) }], span }, true, true);
  }
  const windowing = r.dialect.name === 'flinksql' && r.isOneOf(from, WINDOWING);
  if (!windowing && name.length === 1 && r.builtin(name[0]!.toLowerCase())) return r.refuse(`the function ${name[0]} in FROM`, span);
  return whole({ kind: 'table_function', name, args: args.map((a) => tableArgument(r, a)), span });
}
const WINDOWING = new Set(['TUMBLE', 'HOP', 'CUMULATE', 'SESSION']);
/** `TABLE t [PARTITION BY k]`, `DESCRIPTOR(ts)`, `name => …`, a value. */
function tableArgument(r: Reader, { from, to }: Stretch): TableArgument {
  if (r.isName(from) && r.isSymbol(from + 1, '=>')) return { name: r.tokens[from]!.text, ...tableArgument(r, { from: from + 2, to }) };
  if (r.spelled(from, 'DESCRIPTOR') && r.isSymbol(from + 1, '(')) {
    const [column, ...more] = r.split(r.inside(from + 1, to));
    if (!column || more.length > 0) return r.fail(from);
    return { value: { kind: 'call', name: ['DESCRIPTOR'], args: [{ value: r.expression(column) }], span: r.span({ from, to }) } };
  }
  if (!r.spelled(from, 'TABLE')) return { value: r.expression({ from, to }) };
  const partition = r.find({ from, to }, (i) => r.spelled(i, 'PARTITION', 'BY'));
  const keys = (): Stretch => r.isSymbol(partition + 2, '(') ? r.inside(partition + 2, to) : { from: partition + 2, to };
  const of: Stretch = { from: from + 1, to: partition };
  const table: UnresolvedPlan = r.isSymbol(of.from, '(') ? r.query(r.inside(of.from, of.to))
    : pathEnd(r, of.from) === of.to ? { kind: 'relation', name: r.tokens.slice(of.from, of.to).filter((t) => t.kind !== 'symbol').map((t) => t.text), span: r.span(of) } : r.fail(of.from);
  return { table, ...(partition < to && { partitionBy: r.expressions(keys()) }) };
}
