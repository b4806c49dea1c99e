// WITH: each name is bound once, where it is defined (it sees only those before it); further uses are copies. A recursive one is an
// anchor and a step that reads what the last round added.
// source: Spark's CTE resolution and its recursive CTEs.

import { commonType } from '../coercion.js';
import { children } from '../plan/walk.js';
import { freshCopy } from '../plan/fresh.js';
import type { Span } from '../spans.js';
import type { Cte, LogicalPlan, NamedExpr, OutputColumn, UnresolvedPlan } from '../tree.js';
import { sameType, sqlName } from '../types.js';
import { type Binder, type CteEntry, fail, failNowhere, type Place, project, quoted, quoteName, ref, type Relation, requalified, scoped } from './binder.js';
import { implicit } from './coerce.js';
import { columnPlace } from './unresolved.js';

export function bindWith(binder: Binder, node: UnresolvedPlan & { readonly kind: 'with' }, place: Place): Relation {
  let ctes = new Map(place.ctes);
  const names = node.ctes.map((cte) => cte.name.toLowerCase());
  const twice = [...new Set(names.filter((name, i) => names.indexOf(name) < i))];
  if (twice.length > 0) fail('DUPLICATED_CTE_NAMES', { duplicateNames: twice.map(quoteName).join(', ') }, node.span, node.ctes[names.lastIndexOf(twice[0]!)]!.span);
  for (const cte of node.ctes) {
    // Bound here, and refused even if nobody uses it.
    const entry = define(binder, cte, { ...place, ctes }, node.recursive);
    ctes = new Map(ctes).set(cte.name.toLowerCase(), entry);
  }
  return binder.bind(node.query, { ...place, ctes });
}

function define(binder: Binder, cte: Cte, place: Place, isRecursive: boolean): CteEntry {
  const { secondLook } = binder.env;
  const before = secondLook?.unresolved ?? 0;
  const bound = isRecursive ? recursive(binder, cte, place) : binder.bind(cte.plan, place);
  const relation = requalified(renamed(bound, cte.columns, cte.span), [cte.name]);
  const unresolved = secondLook !== undefined && secondLook.unresolved > before;
  let used = false;
  return {
    use() {
      if (unresolved) secondLook.unresolved++;
      // The first use takes what was bound.
      if (!used) { used = true; return relation; }
      const copy = freshCopy(relation.plan, binder.env.freshId);
      binder.grow(copy.nodes, cte.span);
      return { plan: copy.plan, columns: relation.columns.map(copy.column) };
    },
  };
}

/** The relation with other column names. */
export function renamed(relation: Relation, names: readonly string[] | undefined, span: Span | undefined): Relation {
  if (!names) return relation;
  if (names.length !== relation.columns.length) fail('ASSIGNMENT_ARITY_MISMATCH', { numExpr: String(names.length), numTarget: String(relation.columns.length) }, span);
  return { plan: relation.plan, columns: relation.columns.map((c, i) => ({ ...c, name: names[i]! })) };
}

function recursive(binder: Binder, cte: Cte, place: Place): Relation {
  const { freshId, settings } = binder.env;
  const plan = cte.plan.kind === 'with' ? cte.plan.query : cte.plan;
  // What is not an anchor and a step must not name itself.
  const itself: CteEntry = { use: () => failNowhere('INVALID_RECURSIVE_CTE') };
  const closed = { ...place, ctes: new Map(place.ctes).set(cte.name.toLowerCase(), itself) };
  if (plan.kind !== 'set_operation' || plan.op !== 'union') return binder.bind(cte.plan, closed);
  const inner = cte.plan.kind === 'with' ? { ...place, ctes: new Map([...place.ctes, ...cte.plan.ctes.map((c): [string, CteEntry] => [c.name.toLowerCase(), define(binder, c, place, false)])]) } : place;
  const anchor = binder.bind(plan.left, { ...inner, ctes: new Map(inner.ctes).set(cte.name.toLowerCase(), itself) });
  const names = renamed(anchor, cte.columns, cte.span);
  const loop = freshId();
  let used = false;
  const reference = (): Relation => {
    used = true;
    const columns = names.columns.map((c): OutputColumn => ({ id: freshId(), name: c.name, type: c.type, nullable: true }));
    return { plan: { kind: 'recursive_ref', loop, columns }, columns: scoped(columns, [cte.name]) };
  };
  const step = binder.bind(plan.right, { ...inner, ctes: new Map(inner.ctes).set(cte.name.toLowerCase(), { use: reference }) });
  if (!used) return binder.bind(cte.plan, place);
  if (!plan.all && settings.compatSpark) fail('UNION_NOT_SUPPORTED_IN_RECURSIVE_CTE', {}, place.ctes.size > 0 ? cte.span : plan.span);
  if (step.columns.length !== anchor.columns.length) {
    fail('NUM_COLUMNS_MISMATCH', { operator: 'UNION', firstNumColumns: String(anchor.columns.length), invalidOrdinalNum: 'second', invalidNumColumns: String(step.columns.length) }, plan.span, plan.right.span);
  }
  if (settings.compatSpark) {
    step.columns.forEach((c, i) => {
      const left = anchor.columns[i]!.type;
      const common = commonType([left, c.type], { strings: false });
      if (!common || !sameType(common, left)) failNowhere('CANNOT_MERGE_INCOMPATIBLE_DATA_TYPE', { left: quoted(sqlName(left)), right: quoted(sqlName(c.type)) }, columnPlace(plan.right, i));
    });
    if (misplaced(step.plan, loop)) failNowhere('INVALID_RECURSIVE_REFERENCE.PLACE', {}, plan.right.span);
  }
  const coercedStep: LogicalPlan = step.columns.every((c, i) => sameType(c.type, anchor.columns[i]!.type)) ? step.plan
    : project(step.plan, step.columns.map((c, i): NamedExpr => ({ id: freshId(), name: c.name, expr: implicit(ref(c), anchor.columns[i]!.type, settings, undefined) })));
  const columns = names.columns.map((c): OutputColumn => ({ id: freshId(), name: c.name, type: c.type, nullable: true }));
  return { plan: { kind: 'recursive', anchor: anchor.plan, step: coercedStep, loop, columns, distinct: !plan.all, ...(cte.span && { span: cte.span }), ...(cte.levelMax !== undefined && { levelMax: cte.levelMax }) }, columns: scoped(columns) };
}

/** Whether the recursion is read where the rows of all rounds together would count: below an aggregate, or where a join fills up. */
function misplaced(plan: LogicalPlan, loop: number): boolean {
  const reads = (p: LogicalPlan): boolean => (p.kind === 'recursive_ref' && p.loop === loop) || children(p).some(reads);
  const wrong = (p: LogicalPlan): boolean => {
    if (p.kind === 'aggregate') return reads(p.input);
    if (p.kind !== 'join') return false;
    const [left, right] = [p.type === 'right' || p.type === 'full', p.type !== 'inner' && p.type !== 'right'];
    return (left && reads(p.left)) || (right && reads(p.right));
  };
  return wrong(plan) || children(plan).some((p) => misplaced(p, loop));
}
