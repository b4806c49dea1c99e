// Subquery expressions become joins: after this pass no plan holds one. EXISTS and IN in a filter are semi and anti joins, elsewhere joins
// that add a column; a scalar subquery is a join that allows one match. Conditions on the outer query are pulled up into the join where the
// subquery's shape allows it, a scalar aggregate is grouped by what they compare with; everything else is a dependent join, which is always
// correct: its right side runs once for each distinct tuple of the outer columns.
// source: Spark's RewritePredicateSubquery, RewriteCorrelatedScalarSubquery and PullupCorrelatedPredicates.

import { raise } from '../errors/index.js';
import { conjunctsOf } from '../expr/conjuncts.js';
import { children, find, mapChildren as mapExprChildren, transform } from '../expr/walk.js';
import { columnIds, freeColumns, replaceColumns } from '../plan/columns.js';
import { isStreaming, outputOf } from '../plan/properties.js';
import { expressionsOf, mapChildren, mapExpressions } from '../plan/walk.js';
import type { BoundApply, BoundColumn, BoundExpr, BoundSubquery, ColumnId, FunctionCatalog, LogicalJoinType, LogicalPlan, NamedExpr, OutputColumn, PlanOf } from '../tree.js';
import { BOOLEAN } from '../types.js';

const isSubquery = (e: BoundExpr): e is BoundSubquery => e.kind === 'subquery';
const ref = (c: OutputColumn): BoundColumn => ({ kind: 'column', id: c.id, name: c.name, type: c.type, nullable: c.nullable });
const pass = (c: OutputColumn): NamedExpr => ({ id: c.id, name: c.name, expr: ref(c) });
const project = (input: LogicalPlan, items: readonly NamedExpr[]): LogicalPlan => ({ kind: 'project', input, items });

/** What rewrites need to make nodes that the analyzer has not seen. */
export interface RewriteEnv { readonly functions: FunctionCatalog; readonly freshId: () => ColumnId }

/** The plan without subquery expressions. */
export const decorrelate = (plan: LogicalPlan, env: RewriteEnv): LogicalPlan => new Decorrelation(env).rewrite(plan);

/** A subquery whose conditions on the outer query stand beside it. */
interface Pulled { readonly plan: LogicalPlan; readonly conjuncts: readonly BoundExpr[] }

class Decorrelation {
  private readonly env: RewriteEnv;

  constructor(env: RewriteEnv) { this.env = env; }

  rewrite(plan: LogicalPlan): LogicalPlan {
    const node = mapChildren(plan, (input) => this.rewrite(input));
    if (node.kind === 'dependent_join') return this.independent(node);
    if (!expressionsOf(node).some((e) => find(e, isSubquery))) return node;
    if (node.kind === 'filter') return this.filter(node);
    if (node.kind === 'join') return this.join(node);
    if (!('input' in node)) return raise('NOT_SUPPORTED_YET', { feature: 'a subquery in this place' });
    return this.over(node, node.input);
  }

  // ── where a subquery stands ───────────────────────────────────────────────────────────────────

  /** A node over one input: what its subqueries give is joined to the input. */
  private over(node: LogicalPlan, input: LogicalPlan): LogicalPlan {
    const { plan, replace } = this.attach(input, expressionsOf(node));
    const changed = mapExpressions(mapChildren(node, () => plan), replace);
    // A node that passes its input on would show the joined columns.
    return node.kind === 'project' || node.kind === 'aggregate' || node.kind === 'expand' ? changed : this.showing(changed, outputOf(node));
  }
  private showing(plan: LogicalPlan, columns: readonly OutputColumn[]): LogicalPlan {
    return outputOf(plan).length === columns.length ? plan : project(plan, columns.map(pass));
  }

  private filter(node: PlanOf<'filter'>): LogicalPlan {
    let plan = node.input;
    const rest: BoundExpr[] = [];
    for (const conjunct of conjunctsOf(node.predicate)) {
      const negated = conjunct.kind === 'apply' && conjunct.fn.name === 'not' && conjunct.args[0]?.kind === 'subquery';
      const subquery = negated ? (conjunct as BoundApply).args[0]! : conjunct;
      if (subquery.kind === 'subquery' && subquery.use !== 'scalar' && !subquery.args.some((a) => find(a, isSubquery))) plan = this.semi(plan, subquery, negated);
      else rest.push(conjunct);
    }
    if (rest.length === 0) return plan;
    const predicate = rest.reduce((a, b) => this.and(a, b));
    const filter: LogicalPlan = { kind: 'filter', input: plan, predicate };
    return find(predicate, isSubquery) ? this.over(filter, plan) : filter;
  }

  private join(node: PlanOf<'join'>): LogicalPlan {
    const [own, with_]: [BoundExpr[], BoundExpr[]] = [[], []];
    for (const c of conjunctsOf(node.condition)) (find(c, isSubquery) ? with_ : own).push(c);
    const condition = own.length === 0 ? null : own.reduce((a, b) => this.and(a, b));
    if (node.type === 'inner') return this.filter({ kind: 'filter', input: { ...node, condition }, predicate: with_.reduce((a, b) => this.and(a, b)) });
    // On an outer or semi join the subquery belongs to the side whose columns it reads.
    const left = new Set(outputOf(node.left).map((c) => c.id));
    const right = new Set(outputOf(node.right).map((c) => c.id));
    const reads = (e: BoundExpr): ReadonlySet<ColumnId> => columnIds(...subqueriesOf(e));
    let [l, r]: readonly [LogicalPlan, LogicalPlan] = [node.left, node.right];
    const rewritten = with_.map((e) => {
      const ids = [...reads(e)];
      if (ids.every((id) => !right.has(id))) { const a = this.attach(l, [e]); l = a.plan; return a.replace(e); }
      if (ids.every((id) => !left.has(id))) { const a = this.attach(r, [e]); r = a.plan; return a.replace(e); }
      return raise('NOT_SUPPORTED_YET', { feature: 'a subquery on both sides of an outer join condition' });
    });
    return this.showing({ ...node, left: l, right: r, condition: [...own, ...rewritten].reduce((a, b) => this.and(a, b)) }, outputOf(node));
  }

  /** Joins the value of each subquery of the expressions to the input. */
  private attach(input: LogicalPlan, exprs: readonly BoundExpr[]): { readonly plan: LogicalPlan; readonly replace: (e: BoundExpr) => BoundExpr } {
    let plan = input;
    const values = new Map<BoundSubquery, BoundExpr>();
    const replace = (e: BoundExpr): BoundExpr => {
      if (e.kind === 'apply' && e.fn.name === 'not' && e.args[0]?.kind === 'subquery' && e.args[0].use === 'in') return values.get(e.args[0]) ?? mapExprChildren(e, replace);
      return e.kind === 'subquery' ? values.get(e) ?? e : mapExprChildren(e, replace);
    };
    const add = (e: BoundExpr, negated: boolean): void => {
      if (e.kind !== 'subquery') {
        for (const c of children(e)) add(c, e.kind === 'apply' && e.fn.name === 'not');
        return;
      }
      if (values.has(e)) return;
      for (const a of e.args) add(a, false);
      const known = mapExprChildren(e, replace) as BoundSubquery;
      const done = e.use === 'scalar' ? this.scalar(plan, known) : this.existence(plan, known, negated && e.use === 'in');
      plan = done.plan;
      values.set(e, done.value);
    };
    for (const e of exprs) add(e, false);
    return { plan, replace };
  }

  // ── what it becomes ───────────────────────────────────────────────────────────────────────────

  private semi(left: LogicalPlan, subquery: BoundSubquery, negated: boolean): LogicalPlan {
    const right = this.fresh(this.rewrite(subquery.plan));
    const type = negated ? 'left_anti' : 'left_semi';
    const correlated = this.correlated(left, right);
    if (subquery.use === 'exists') return this.joined(left, right, type, [], true);
    const equal = this.equalities(subquery, right);
    if (negated && !correlated) return { kind: 'join', left, right, type, condition: equal.reduce((a, b) => this.and(a, b)), nullAware: true };
    return this.joined(left, right, type, negated ? equal.map((e) => this.orNull(e)) : equal, false);
  }

  private existence(left: LogicalPlan, subquery: BoundSubquery, negated: boolean): { readonly plan: LogicalPlan; readonly value: BoundExpr } {
    const right = this.fresh(this.rewrite(subquery.plan));
    const exists: OutputColumn = { id: this.env.freshId(), name: 'exists', type: BOOLEAN, nullable: false };
    const isNull = subquery.use === 'in' && subquery.args.length === 1 && nullConstant(subquery.args[0]!);
    const equal = subquery.use === 'in' && !isNull ? this.equalities(subquery, right) : [];
    const plan = this.joined(left, right, 'existence', negated ? equal.map((e) => this.orNull(e)) : equal, subquery.use === 'exists' || isNull, exists);
    // NULL IN (…) is NULL if there is a row and FALSE if there is none.
    const value = isNull ? this.and(ref(exists), { kind: 'const', value: null, type: BOOLEAN, nullable: true }) : ref(exists);
    return { plan, value: negated ? this.call('not', [value], value.nullable) : value };
  }

  private scalar(left: LogicalPlan, subquery: BoundSubquery): { readonly plan: LogicalPlan; readonly value: BoundExpr } {
    const inner = this.rewrite(subquery.plan);
    if (this.correlated(left, inner)) {
      const grouped = this.scalarAggregate(left, inner);
      if (grouped) return grouped;
    }
    const right = this.fresh(inner);
    const joined = this.joined(left, right, 'left_single', [], false);
    // Spark names the place of a subquery that is run by itself.
    const plan = joined.kind === 'join' && joined.condition === null && subquery.span ? { ...joined, span: subquery.span } : joined;
    return { plan, value: { ...ref(outputOf(right)[0]!), nullable: true } };
  }

  /** A scalar aggregate under equalities with the outer query: grouped by its sides of them, joined once; a missing group has the values that the functions give over no rows. */
  private scalarAggregate(left: LogicalPlan, inner: LogicalPlan): { readonly plan: LogicalPlan; readonly value: BoundExpr } | undefined {
    const above: PlanOf<'project'>[] = [];
    let node = inner;
    while (node.kind === 'project') { above.push(node); node = node.input; }
    if (node.kind !== 'aggregate' || node.grouping.length > 0 || node.session || above.some((p) => this.correlated(left, { ...p, input: { kind: 'values', columns: outputOf(p.input), rows: [] } }))) return undefined;
    if (node.aggregates.some((a) => [...columnIds(a.aggregate)].some((id) => outputOf(left).some((c) => c.id === id)))) return undefined;
    const pulled = this.pull(node.input, left);
    if (!pulled) return undefined;
    const given = new Set(outputOf(left).map((c) => c.id));
    const keys: NamedExpr[] = [];
    const conditions: BoundExpr[] = [];
    for (const c of pulled.conjuncts) {
      const sides = c.kind === 'apply' && c.fn.name === '=' ? c.args : undefined;
      if (!sides) return undefined;
      const at = sides.findIndex((s) => [...columnIds(s)].every((id) => !given.has(id)));
      const outer = sides[1 - at];
      if (at < 0 || !outer || [...columnIds(outer)].some((id) => !given.has(id))) return undefined;
      const key: NamedExpr = { id: this.env.freshId(), name: 'key', expr: sides[at]! };
      keys.push(key);
      const column: BoundExpr = { kind: 'column', id: key.id, name: key.name, type: sides[at]!.type, nullable: sides[at]!.nullable };
      conditions.push(this.call('=', at === 0 ? [column, outer] : [outer, column]));
    }
    const right: LogicalPlan = { kind: 'aggregate', input: pulled.plan, grouping: keys, aggregates: node.aggregates };
    const plan: LogicalPlan = { kind: 'join', left, right, type: 'left', condition: conditions.map((c) => this.own(c, given)).reduce((a, b) => this.and(a, b)) };
    const empty = new Map(node.aggregates.map((a): [ColumnId, BoundExpr] => {
      const column: BoundExpr = { kind: 'column', id: a.id, name: a.name, type: a.aggregate.type, nullable: true };
      const { emptyResult } = a.aggregate.fn;
      if (emptyResult === undefined || emptyResult === null) return [a.id, column];
      return [a.id, { ...this.call('coalesce', [column, { kind: 'const', value: emptyResult, type: column.type, nullable: false }], false), type: column.type }];
    }));
    let value: BoundExpr = { kind: 'column', id: outputOf(inner)[0]!.id, name: outputOf(inner)[0]!.name, type: outputOf(inner)[0]!.type, nullable: true };
    for (const p of above) {
      const items = new Map(p.items.map((i) => [i.id, i.expr]));
      value = replaceColumns(value, (c) => items.get(c.id));
    }
    return { plan, value: replaceColumns(value, (c) => empty.get(c.id)) };
  }

  /** A join of the subquery, dependent only if its conditions cannot be pulled out of it. `any`: its rows count, not their values. */
  private joined(left: LogicalPlan, right: LogicalPlan, type: LogicalJoinType, conditions: readonly BoundExpr[], any: boolean, exists?: OutputColumn): LogicalPlan {
    const given = new Set(outputOf(left).map((c) => c.id));
    const column = { ...(exists && { exists }), ...(['left_semi', 'left_anti', 'existence'].includes(type) && { subquery: true as const }) };
    const all = (list: readonly BoundExpr[]): BoundExpr | null => list.length === 0 ? null : list.map((c) => this.own(c, given)).reduce((a, b) => this.and(a, b));
    if (!this.correlated(left, right)) {
      // Whether there is a row: one is enough. source: Spark's RewriteNonCorrelatedExists
      const one: LogicalPlan = any && conditions.length === 0 && !isStreaming(right) ? { kind: 'limit', input: right, limit: 1, offset: 0 } : right;
      return { kind: 'join', left, right: one, type, condition: all(conditions), ...column };
    }
    const pulled = this.pull(any ? rowsOnly(right) : right, left);
    if (pulled) {
      const join: LogicalPlan = { kind: 'join', left, right: pulled.plan, type, condition: all([...conditions, ...pulled.conjuncts]), ...column };
      // Columns that only the condition needed.
      const shown = new Set([...outputOf(left), ...outputOf(right)].map((c) => c.id));
      const output = outputOf(join);
      return exists || output.every((c) => shown.has(c.id)) ? join : project(join, output.filter((c) => shown.has(c.id)).map(pass));
    }
    return { kind: 'dependent_join', left, right, type, condition: all(conditions), outer: this.outerOf(left, right), ...(exists && { exists }) };
  }

  /** LATERAL: a plain join if its conditions can be pulled up. */
  private independent(node: PlanOf<'dependent_join'>): LogicalPlan {
    if (node.type !== 'inner' && node.type !== 'left') return node;
    return this.showing(this.joined(node.left, node.right, node.type, conjunctsOf(node.condition), false), outputOf(node));
  }

  // ── pulling conditions up ─────────────────────────────────────────────────────────────────────

  /** The plan without its conditions on columns of `outer`; undefined if it refers to them in another way. */
  private pull(plan: LogicalPlan, outer: LogicalPlan): Pulled | undefined {
    if (!this.correlated(outer, plan)) return { plan, conjuncts: [] };
    const given = new Set(outputOf(outer).map((c) => c.id));
    const uses = (e: BoundExpr): boolean => [...columnIds(e)].some((id) => given.has(id));
    switch (plan.kind) {
      case 'filter': {
        const below = this.pull(plan.input, outer);
        if (!below) return undefined;
        const [mine, theirs]: [BoundExpr[], BoundExpr[]] = [[], []];
        for (const c of conjunctsOf(plan.predicate)) (uses(c) ? theirs : mine).push(c);
        const kept: LogicalPlan = mine.length === 0 ? below.plan : { kind: 'filter', input: below.plan, predicate: mine.reduce((a, b) => this.and(a, b)) };
        return { plan: kept, conjuncts: [...below.conjuncts, ...theirs] };
      }
      case 'project': {
        if (plan.items.some((i) => uses(i.expr))) return undefined;
        const below = this.pull(plan.input, outer);
        if (!below) return undefined;
        const needed = columnIds(...below.conjuncts);
        const extra = outputOf(below.plan).filter((c) => needed.has(c.id) && !plan.items.some((i) => i.id === c.id)).map(pass);
        return { plan: project(below.plan, [...plan.items, ...extra]), conjuncts: below.conjuncts };
      }
      case 'join': {
        if (plan.type !== 'inner' || (plan.condition && uses(plan.condition))) return undefined;
        const left = this.pull(plan.left, outer);
        const right = this.pull(plan.right, outer);
        return left && right && { plan: { ...plan, left: left.plan, right: right.plan }, conjuncts: [...left.conjuncts, ...right.conjuncts] };
      }
      case 'watermark': {
        const below = this.pull(plan.input, outer);
        return below && { plan: { ...plan, input: below.plan }, conjuncts: below.conjuncts };
      }
      default: return undefined;
    }
  }

  private outerOf(left: LogicalPlan, right: LogicalPlan): readonly BoundColumn[] {
    const given = new Set(outputOf(left).map((c) => c.id));
    return [...new Map(freeColumns(right).filter((c) => given.has(c.id)).map((c) => [c.id, c])).values()];
  }
  private correlated(left: LogicalPlan, right: LogicalPlan): boolean { return this.outerOf(left, right).length > 0; }

  /** The subquery with output columns of its own: it may stand in the plan more than once. */
  private fresh(plan: LogicalPlan): LogicalPlan {
    return project(plan, outputOf(plan).map((c): NamedExpr => ({ id: this.env.freshId(), name: c.name, expr: ref(c) })));
  }

  private equalities(subquery: BoundSubquery, right: LogicalPlan): readonly BoundExpr[] {
    return outputOf(right).map((c, i) => this.call('=', [subquery.args[i]!, ref(c)]));
  }
  /** Columns of the join's left side are its own, no longer an outer query's. */
  private own(e: BoundExpr, given: ReadonlySet<ColumnId>): BoundExpr {
    return transform(e, (n) => {
      if (n.kind !== 'column' || !n.outer || !given.has(n.id)) return n;
      const { outer: _, ...rest } = n;
      return rest;
    });
  }
  private orNull(e: BoundExpr): BoundExpr { return this.call('or', [e, this.call('isnull', [e], false)]); }
  private and(a: BoundExpr, b: BoundExpr): BoundExpr { return this.call('and', [a, b]); }
  private call(name: string, args: readonly BoundExpr[], nullable = args.some((a) => a.nullable)): BoundApply {
    const fn = this.env.functions.lookup(name) ?? raise('NOT_SUPPORTED_YET', { feature: `the function ${name}` });
    return { kind: 'apply', fn, name, args, type: BOOLEAN, nullable };
  }
}

function subqueriesOf(e: BoundExpr): readonly BoundExpr[] {
  return e.kind === 'subquery' ? [e] : children(e).flatMap(subqueriesOf);
}
function nullConstant(e: BoundExpr): boolean { return e.kind === 'cast' ? nullConstant(e.arg) : e.kind === 'const' && e.value === null; }

/** What does not change whether there is a row. */
function rowsOnly(plan: LogicalPlan): LogicalPlan {
  switch (plan.kind) {
    case 'project': { const input = rowsOnly(plan.input); return input === plan.input ? plan : input; }
    case 'sort': return rowsOnly(plan.input);
    case 'limit': return plan.offset === 0 && (plan.limit === null || plan.limit > 0) ? rowsOnly(plan.input) : plan;
    case 'aggregate': return plan.grouping.length > 0 && !plan.session ? rowsOnly(plan.input) : plan;
    default: return plan;
  }
}
