// Queries as Spark SQL. A plan that the grammar of SELECT can say is said so; what only pipes make is printed with pipes.

import type { Cte, Expr, GroupBy, GroupItem, Hint, UnresolvedPlan } from '../../tree.js';
import { exprList, exprText, sortList, windowText } from './expressions.js';
import { bracketed, dotted, ident, whole, withoutForm } from './names.js';
import { aliasText, fromText, isValues, relationClause, valuesText } from './relations.js';

type PlanOf<K extends UnresolvedPlan['kind']> = Extract<UnresolvedPlan, { kind: K }>;
const text = (e: Expr): string => exprText(queryText, e);
const list = (items: readonly Expr[]): string => exprList(queryText, items);

/** A query begins with words that are names, too: one that the grammar would read as values is told apart by words that say nothing. */
function amongValuesText(plan: UnresolvedPlan): string {
  const printed = queryText(plan);
  const several = plan.kind === 'select' && !plan.from && !plan.distinct && !plan.hints && plan.items.length > 1;
  if (printed.startsWith('SELECT ')) return several || /^SELECT [^\w`/]/.test(printed) ? printed.replace('SELECT ', 'SELECT ALL ') : printed;
  return /^(?:VALUES|FROM \()/.test(printed) && !isOrganized(plan) ? `${printed} LIMIT ALL` : printed;
}

/** A whole query: WITH, or a term with ORDER BY, LIMIT and the like behind it. `amongValues`: it stands in brackets where values could. */
export function queryText(plan: UnresolvedPlan, amongValues = false): string {
  if (amongValues) return amongValuesText(plan);
  if (plan.kind === 'with') return `WITH ${plan.recursive ? 'RECURSIVE ' : ''}${plan.ctes.map(cteText).join(', ')} ${queryText(plan.query)}`;
  const clauses: string[] = [];
  let inner: UnresolvedPlan = plan;
  if (inner.kind === 'limit') { clauses.push(organizing(inner)); inner = inner.input; }
  const sorted = inner.kind === 'sort' ? inner : undefined;
  if (sorted) { clauses.unshift(organizing(sorted)); inner = sorted.input; }
  if (inner.kind === 'repartition' && (!sorted || (!sorted.global && !inner.sorted))) { clauses.unshift(organizing(inner)); inner = inner.input; }
  // One on top of the other, they are pipes.
  return isOrganized(inner) && inner.kind !== 'with' ? termText(plan) : [termText(inner), ...clauses].join(' ');
}
const isOrganized = (plan: UnresolvedPlan): boolean => plan.kind === 'with' || plan.kind === 'limit' || plan.kind === 'sort' || plan.kind === 'repartition';

function organizing(plan: PlanOf<'limit' | 'sort' | 'repartition'>): string {
  switch (plan.kind) {
    case 'limit': return [...plan.limit ? [`LIMIT ${text(plan.limit)}`] : [], ...plan.offset ? [`OFFSET ${text(plan.offset)}`] : []].join(' ');
    case 'sort': return `${plan.global ? 'ORDER' : 'SORT'} BY ${plan.order === 'all' ? 'ALL' : sortList(queryText, plan.order)}`;
    case 'repartition': return `${plan.sorted ? 'CLUSTER' : 'DISTRIBUTE'} BY ${list(plan.exprs)}`;
  }
}
const cteText = (cte: Cte): string => `${ident(cte.name)}${bracketed(cte.columns)}${cte.levelMax === undefined ? '' : ` MAX RECURSION LEVEL ${whole(cte.levelMax)}`} AS (${queryText(cte.plan)})`;

// ── Terms: selects, set operations, pipes ───────────────────────────────────────────────────────

/** What may stand before a pipe, or before ORDER BY. */
function termText(plan: UnresolvedPlan): string {
  switch (plan.kind) {
    case 'with': return `(${queryText(plan)})`;
    case 'limit': case 'sort': case 'repartition': return piped(plan.input, organizing(plan));
    case 'select': return plan.pipe ? piped(plan.from!, pipeSelect(plan)) : plan.keysFirst ? withoutForm(plan.kind) : selectText(plan);
    case 'set_operation': return plan.byName ? withoutForm('UNION BY NAME') : plan.pipe ? piped(plan.left, setTail(plan, primaryText(plan.right))) : setText(plan, true);
    case 'filter': return piped(plan.input, `WHERE ${text(plan.predicate)}`);
    case 'with_columns': return !plan.pipe ? withoutForm(plan.kind) : piped(plan.input, `SET ${plan.columns.map((c) => `${ident(c.name)} = ${text(c.expr)}`).join(', ')}`);
    case 'drop_columns': return !plan.pipe ? withoutForm(plan.kind) : piped(plan.input, `DROP ${list(plan.columns)}`);
    case 'relation': return plan.stream ? fromClause(plan)! : `TABLE ${dotted(plan.name)}`;
    case 'inline_table': return valuesText(queryText, plan);
    case 'subquery_alias': return plan.input.kind === 'inline_table' ? `${valuesText(queryText, plan.input)} ${aliasText(plan)}` : fromClause(plan) ?? piped(plan.input, aliasText(plan));
    case 'join': return fromClause(plan) ?? piped(plan.left, relationClause(queryText, plan));
    case 'sample': case 'pivot': case 'unpivot': return fromClause(plan) ?? piped(plan.input, relationClause(queryText, plan));
    case 'table_function': case 'lateral_view': case 'watermark': return fromClause(plan, true) ?? withoutForm(plan.kind);
    case 'source': case 'local_data': case 'rename_columns': case 'to_df': case 'fill_na': case 'drop_na': case 'deduplicate': case 'hint': case 'map_rows': case 'key_rows': case 'group_state': return withoutForm(plan.kind);
  }
}
const piped = (input: UnresolvedPlan, operator: string): string => `${termText(input)} |> ${operator}`;
function fromClause(plan: UnresolvedPlan, open = false): string | undefined {
  const printed = fromText(queryText, plan, open);
  return printed === undefined ? undefined : `FROM ${printed}`;
}
/** What may stand on both sides of a set operation. */
function primaryText(plan: UnresolvedPlan): string {
  const alone = plan.kind === 'select' ? !plan.pipe : plan.kind === 'relation' || isValues(plan);
  const printed = alone ? termText(plan) : queryText(plan);
  return alone && !printed.startsWith('FROM ') ? printed : `(${printed})`;
}

/** It is printed with pipes. */
function isPiped(plan: UnresolvedPlan): boolean {
  switch (plan.kind) {
    case 'limit': case 'sort': case 'repartition': return isPiped(plan.input) || isOrganized(plan.input);
    case 'select': case 'set_operation': return plan.pipe !== undefined;
    case 'filter': case 'with_columns': case 'drop_columns': return true;
    default: return fromText(queryText, plan, false) === undefined;
  }
}

/** INTERSECT binds tighter. */
const rank = (op: PlanOf<'set_operation'>['op']): number => op === 'intersect' ? 2 : 1;
const setTail = (plan: PlanOf<'set_operation'>, right: string): string => `${plan.op.toUpperCase()} ${plan.all ? 'ALL ' : ''}${right}`;
/** However long the chain is, it is printed without recursion to its left. `first`: nothing stands before it that pipes would take along. */
function setText(plan: PlanOf<'set_operation'>, first: boolean): string {
  const tails: string[] = [];
  let left: UnresolvedPlan = plan;
  for (let bound = 0; left.kind === 'set_operation' && !left.pipe && rank(left.op) >= bound; left = left.left) {
    bound = rank(left.op);
    const { right } = left;
    tails.push(setTail(left, right.kind === 'set_operation' && !right.pipe && rank(right.op) > bound ? setText(right, false) : primaryText(right)));
  }
  const before = !first || !isPiped(left) ? primaryText(left) : termText(left);
  return [before, ...tails.reverse()].join(' ');
}

function pipeSelect(plan: PlanOf<'select'>): string {
  switch (plan.pipe) {
    case 'extend': return `EXTEND ${list(plan.items.slice(1))}`;
    case 'aggregate': return ['AGGREGATE', ...plan.items.length > 0 ? [list(plan.items)] : [], ...plan.groupBy ? [groupText(plan.groupBy)] : []].join(' ');
    default: return [`SELECT ${plan.distinct ? 'DISTINCT ' : ''}${list(plan.items)}`, ...selectClauses(plan)].join(' ');
  }
}
function selectText(plan: PlanOf<'select'>): string {
  const select = `SELECT ${plan.hints ? `${hintText(plan.hints)} ` : ''}${plan.distinct ? 'DISTINCT ' : ''}${list(plan.items)}`;
  const from = plan.from ? [fromClause(plan.from, true) ?? withoutForm(plan.from.kind)] : [];
  return [...countedFirst(plan.from, plan.items) ? [...from, select] : [select, ...from], ...selectClauses(plan)].join(' ');
}
const selectClauses = (plan: PlanOf<'select'>): string[] => [
  ...plan.where ? [`WHERE ${text(plan.where)}`] : [], ...plan.groupBy ? [groupText(plan.groupBy)] : [], ...plan.having ? [`HAVING ${text(plan.having)}`] : [],
  ...plan.windows ? [`WINDOW ${plan.windows.map((w) => `${ident(w.name)} AS ${windowText(queryText, w.spec)}`).join(', ')}`] : [], ...plan.qualify ? [`QUALIFY ${text(plan.qualify)}`] : [],
];
const hintText = (hints: readonly Hint[]): string => `/*+ ${hints.map((h) => `${ident(h.name)}${h.args.length > 0 ? `(${list(h.args)})` : ''}`).join(', ')} */`;

/** Parameters without a name count in the order of the text: those of the relations come before those of the items where FROM was written first. */
function countedFirst(from: UnresolvedPlan | undefined, items: readonly Expr[]): boolean {
  return from !== undefined && firstParameter(from) < firstParameter(items);
}
function firstParameter(tree: unknown): number {
  if (typeof tree !== 'object' || tree === null || ArrayBuffer.isView(tree)) return Number.POSITIVE_INFINITY;
  if ('kind' in tree && tree.kind === 'parameter' && 'index' in tree && !('name' in tree)) return tree.index as number;
  return Object.entries(tree).reduce((least, [key, value]) => key === 'span' ? least : Math.min(least, firstParameter(value)), Number.POSITIVE_INFINITY);
}

function groupText(by: GroupBy): string {
  const keys = by.keys.map(groupItem).join(', ');
  switch (by.kind) {
    case 'all': return 'GROUP BY ALL';
    case 'list': return `GROUP BY ${keys}`;
    case 'rollup': case 'cube': return `GROUP BY ${keys} WITH ${by.kind.toUpperCase()}`;
    case 'grouping_sets': return `GROUP BY ${keys} GROUPING SETS (${setsText(by.sets ?? [])})`;
  }
}
const groupItem = (item: GroupItem): string => item.kind === 'grouping' ? `${item.of.toUpperCase().replace('_', ' ')} (${setsText(item.sets)})` : text(item);
const setsText = (sets: readonly (readonly Expr[])[]): string => sets.map((set) => `(${list(set)})`).join(', ');
