// The analyzer's entry: an unresolved plan becomes a bound one, its output named as Spark names it. Each kind of node has its binder in this
// folder; this file ties them together and gives the expression half its context.

import { INDETERMINATE } from '../collations.js';
import { EngineError, raise } from '../errors/index.js';
import { checkDepth, DEPTH_MAX, tooDeep } from '../plan/depth.js';
import { outputOf } from '../plan/properties.js';
import type { BoundExpr, Expr, LogicalPlan, NamedExpr, UnresolvedPlan, WindowSpec } from '../tree.js';
import { holdsText } from '../types.js';
import { bindAsOfJoin } from './bind-as-of.js';
import { bindExpr } from './bind-expr.js';
import { bindWith } from './bind-cte.js';
import { bindDeduplicate, bindDrop, bindDropNa, bindFillNa, bindFilter, bindGroupState, bindKeyRows, bindLimit, bindMapRows, bindRename, bindRepartition, bindSample, bindSort, bindToDf, bindWithColumns } from './bind-frame.js';
import { bindAlias, bindFunction, bindInlineTable, bindJoin, bindLateralView, bindLocalData, bindRelation, bindSource } from './bind-from.js';
import { bindPivot, bindUnpivot } from './bind-pivot.js';
import { bindSelect } from './bind-select.js';
import { bindSet } from './bind-set.js';
import { type Binder, type Bound, distinctIds, type Place, project, quoteName, ref, type Relation, type ScopeColumn } from './binder.js';
import type { AnalysisEnv, Clause, ExprContext, Scope } from './context.js';
import { functionPlace } from './bind-sql-function.js';
import { bindWatermark } from './bind-watermark.js';
import { checkPrecedence } from './precedence.js';
import { checkWindowTimes } from './check-window-time.js';
import { QueryScope, same } from './scope.js';
import { SecondLook } from './second-look.js';
import { placeholder } from './unresolved.js';

/** Nodes of a bound query: a chain of views or CTEs that each use the one before twice would have more than memory holds. */
const NODES_MAX = 100_000;

/** Binds names and types of a whole query. The result's columns have the names of the answer. `within`: the view that it is of. */
export function analyze(plan: UnresolvedPlan, env: AnalysisEnv, within: readonly string[] = []): LogicalPlan {
  checkDepth(plan);
  const binder = binderFor(env);
  try {
    const bound = named(binder.bind(plan, { ctes: new Map(), views: within }), env);
    checkDepth(bound);
    if (env.settings.compatSpark) checkWindowTimes(bound);
    checkCollations(bound);
    return bound;
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const secondLook = new SecondLook();
    checkPrecedence(plan, error, env, (literal) => analyzeExpr(literal, [], env), () => secondLook.faultBefore(error, () => binderFor({ ...env, secondLook }, binder.bound).bind(plan, { ctes: new Map(), views: within })));
    throw error;
  }
}

/** @throws INDETERMINATE_COLLATION_IN_SCHEMA */
function checkCollations(plan: LogicalPlan): void {
  const open = outputOf(plan).filter((c) => holdsText(c.type, (text) => text.collation === INDETERMINATE));
  if (open.length > 0) raise('INDETERMINATE_COLLATION_IN_SCHEMA', { columnPaths: open.map((c) => c.name).join(', ') }, { nowhere: true });
}

/** Binds an expression over given columns: what conditions of sinks, constraints and defaults need. */
export function analyzeExpr(expr: Expr, columns: readonly ScopeColumn[], env: AnalysisEnv, clause: Clause = 'select'): BoundExpr {
  return binderFor(env).expr(expr, new QueryScope(env, columns), clause, { ctes: new Map(), views: [] });
}

/** The plan with exactly the columns that the relation shows, under their names. */
function named(relation: Relation, env: AnalysisEnv): LogicalPlan {
  const output = outputOf(relation.plan);
  const { columns } = relation;
  if (output.length === columns.length && output.every((o, i) => o.id === columns[i]!.id && o.name === columns[i]!.name)) return relation.plan;
  return project(relation.plan, distinctIds(columns.map((c): NamedExpr => ({ id: c.id, name: c.name, expr: ref(c) })), env.freshId));
}

/** `before`: what an earlier binder has bound, which is taken from it, where it depends on no query around. */
export function binderFor(env: AnalysisEnv, before?: Bound): Binder {
  const bound: Bound = new Map();
  let depth = 0;
  let size = 0;
  const zones = new Map<string, AnalysisEnv>();
  const zoned = (timeZone: string | undefined): AnalysisEnv => {
    if (timeZone === undefined || timeZone === env.settings.timeZone) return env;
    const known = zones.get(timeZone) ?? { ...env, settings: { ...env.settings, timeZone } };
    zones.set(timeZone, known);
    return known;
  };
  const binder: Binder = {
    env, bound,
    bind(plan, place) {
      binder.grow(1, plan.span);
      // Views and CTEs may add up to more than any one text.
      if (++depth > DEPTH_MAX) tooDeep(DEPTH_MAX, plan.span);
      const bindIt = (): Relation => located(() => bindNode(binder, plan, place), plan);
      const relation = (place.outer ? undefined : before?.get(plan)?.shift()) ?? (env.secondLook ? resolvedBy(env.secondLook, bindIt) : bindIt());
      depth--;
      const known = bound.get(plan);
      if (known) known.push(relation);
      else bound.set(plan, [relation]);
      return relation;
    },
    grow(nodes, span) {
      size += nodes;
      if (size > NODES_MAX) raise('QUERY_TOO_LARGE', { limit: String(NODES_MAX) }, { span });
    },
    expr: (expr, scope, clause, place, windows) => bindExpr(expr, binder.context(scope, clause, place, windows)),
    call(name, args, place, operator) {
      const scope = new QueryScope(env, [], { before: (parts) => args[Number(parts[0]!.slice('\u0000arg '.length))] });
      const written: Expr = { kind: 'call', name: [name], args: args.map((a, i) => ({ value: placeholder(`arg ${i}`, a.span ? { kind: 'star', span: a.span } : { kind: 'star' }) })), ...(operator && { operator }) };
      return binder.expr(written, scope, 'argument', place);
    },
    context(scope: Scope, clause: Clause, place: Place, windows?: ReadonlyMap<string, WindowSpec>): ExprContext {
      return {
        env: zoned(place.timeZone), scope, clause, grow: binder.grow,
        bindSubquery: (plan) => named(binder.bind(plan, { ...place, outer: scope instanceof QueryScope ? scope.forSubquery : scope }), env),
        namedWindow: (name) => windows?.get(name),
        inFunction: (name, inner) => binder.context(inner, 'select', functionPlace(name, place)),
        frameColumn: (plan, name) => frameColumn(bound, scope, plan, name),
      };
    },
  };
  return binder;
}

/** In a lenient pass: the columns of what is not resolved are not known. */
function resolvedBy(secondLook: SecondLook, bind: () => Relation): Relation {
  const before = secondLook.unresolved;
  const relation = secondLook.run(bind, (): Relation => ({ plan: { kind: 'values', columns: [], rows: [] }, columns: [] }));
  secondLook.hide(relation.columns, relation.columns.length === 0 ? -1 : before);
  return relation;
}

/** What `bind` raises, with the place of the DataFrame call or of the clause that made the plan. */
function located(bind: () => Relation, { origin, span }: UnresolvedPlan): Relation {
  try {
    const relation = bind();
    // What is found out about the plan later on is shown there too.
    return span === undefined || relation.plan.span !== undefined ? relation : { ...relation, plan: { ...relation.plan, span } };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const shown = error.shownAt(span);
    throw origin === undefined ? shown : shown.ofCall(origin);
  }
}

/** A frame's column: among those that its plan gave wherever it was bound, the one in sight here. */
function frameColumn(bound: Bound, scope: Scope, plan: UnresolvedPlan, name: string): BoundExpr | undefined {
  const all = (bound.get(plan) ?? []).flatMap(({ columns }) => columns.filter((c) => same(c.name, name)));
  const visible = scope instanceof QueryScope ? all.filter((c) => scope.sees(c.id)) : all;
  const found = [...new Map(visible.map((c) => [c.id, c])).values()];
  if (found.length > 1) raise('AMBIGUOUS_REFERENCE', { name: quoteName(name), referenceNames: `[${found.map((c) => quoteName(c.name)).join(', ')}]` });
  if (found[0]) return ref(found[0]);
  // The column was computed anew above (an alias of the same name): the name says it.
  return all.length > 0 ? scope.resolve([name], undefined) : undefined;
}

function bindNode(binder: Binder, plan: UnresolvedPlan, place: Place): Relation {
  switch (plan.kind) {
    case 'relation': return bindRelation(binder, plan, place);
    case 'source': return bindSource(binder, plan);
    case 'inline_table': return bindInlineTable(binder, plan, place);
    case 'local_data': return bindLocalData(binder, plan);
    case 'table_function': return bindFunction(binder, plan, place);
    case 'subquery_alias': return bindAlias(binder, plan, place);
    case 'select': return bindSelect(binder, plan, place);
    case 'filter': return bindFilter(binder, plan, place);
    case 'with_columns': return bindWithColumns(binder, plan, place);
    case 'rename_columns': return bindRename(binder, plan, place);
    case 'drop_columns': return bindDrop(binder, plan, place);
    case 'to_df': return bindToDf(binder, plan, place);
    case 'fill_na': return bindFillNa(binder, plan, place);
    case 'drop_na': return bindDropNa(binder, plan, place);
    case 'join': return plan.asOf ? bindAsOfJoin(binder, plan, place) : bindJoin(binder, plan, place);
    case 'lateral_view': return bindLateralView(binder, plan, place);
    case 'set_operation': return bindSet(binder, plan, place);
    case 'sort': return bindSort(binder, plan, place);
    case 'limit': return bindLimit(binder, plan, place);
    case 'deduplicate': return bindDeduplicate(binder, plan, place);
    case 'watermark': return bindWatermark(binder, plan, place);
    case 'pivot': return bindPivot(binder, plan, place);
    case 'unpivot': return bindUnpivot(binder, plan, place);
    case 'sample': return bindSample(binder, plan, place);
    case 'repartition': return bindRepartition(binder, plan, place);
    case 'hint': return binder.bind(plan.input, place);
    case 'with': return bindWith(binder, plan, place);
    case 'map_rows': return bindMapRows(binder, plan, place);
    case 'key_rows': return bindKeyRows(binder, plan, place);
    case 'group_state': return bindGroupState(binder, plan, place);
  }
}
