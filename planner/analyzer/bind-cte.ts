// WITH: each name is bound afresh where it is used, in the place where it was defined (it sees only those before it). A recursive one is an
// anchor and a step that reads what the last round added.
// source: Spark's CTE resolution and its recursive CTEs.

import type { Span } from '../spans.js';
import type { Cte, LogicalPlan, NamedExpr, OutputColumn, UnresolvedPlan } from '../tree.js';
import { sameType } from '../types.js';
import { type Binder, type CteEntry, fail, type Place, project, ref, type Relation, requalified, scoped } from './binder.js';
import { implicit } from './coerce.js';

export function bindWith(binder: Binder, node: UnresolvedPlan & { readonly kind: 'with' }, place: Place): Relation {
  let ctes = new Map(place.ctes);
  for (const cte of node.ctes) {
    const entry: CteEntry = { cte, place: { ...place, ctes }, recursive: node.recursive };
    ctes = new Map(ctes).set(cte.name.toLowerCase(), entry);
    // Refused even if nobody uses it.
    bindCte(binder, entry);
  }
  return binder.bind(node.query, { ...place, ctes });
}

/** A use of the name. */
export function bindCte(binder: Binder, entry: CteEntry): Relation {
  if (entry.reference) return entry.reference();
  const { cte, place } = entry;
  const bound = entry.recursive ? recursive(binder, cte, place) : binder.bind(cte.plan, place);
  return requalified(renamed(bound, cte.columns, cte.span), [cte.name]);
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
  if (plan.kind !== 'set_operation' || plan.op !== 'union') return binder.bind(cte.plan, place);
  const inner = cte.plan.kind === 'with' ? { ...place, ctes: new Map([...place.ctes, ...cte.plan.ctes.map((c): [string, CteEntry] => [c.name.toLowerCase(), { cte: c, place }])]) } : place;
  const anchor = binder.bind(plan.left, inner);
  const names = renamed(anchor, cte.columns, cte.span);
  const loop = freshId();
  let used = false;
  const reference = (): Relation => {
    used = true;
    const columns = names.columns.map((c): OutputColumn => ({ id: freshId(), name: c.name, type: c.type, nullable: true }));
    return { plan: { kind: 'recursive_ref', loop, columns }, columns: scoped(columns, [cte.name]) };
  };
  const step = binder.bind(plan.right, { ...inner, ctes: new Map(inner.ctes).set(cte.name.toLowerCase(), { cte, place: inner, reference }) });
  if (!used) return binder.bind(cte.plan, place);
  if (!plan.all && settings.compatSpark) fail('UNION_NOT_SUPPORTED_IN_RECURSIVE_CTE', {}, place.ctes.size > 0 ? cte.span : plan.span);
  if (step.columns.length !== anchor.columns.length) {
    fail('NUM_COLUMNS_MISMATCH', { operator: 'UNION', firstNumColumns: String(anchor.columns.length), invalidOrdinalNum: 'second', invalidNumColumns: String(step.columns.length) }, plan.span);
  }
  const coercedStep: LogicalPlan = step.columns.every((c, i) => sameType(c.type, anchor.columns[i]!.type)) ? step.plan
    : project(step.plan, step.columns.map((c, i): NamedExpr => ({ id: freshId(), name: c.name, expr: implicit(ref(c), anchor.columns[i]!.type, settings, undefined) })));
  const columns = names.columns.map((c): OutputColumn => ({ id: freshId(), name: c.name, type: c.type, nullable: true }));
  return { plan: { kind: 'recursive', anchor: anchor.plan, step: coercedStep, loop, columns, distinct: !plan.all }, columns: scoped(columns) };
}
