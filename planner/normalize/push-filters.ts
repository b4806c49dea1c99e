// Filters move down as far as Spark moves them, and what they imply moves further: below a watermark node they decide which rows it
// observes, so this changes answers and is never optional. Conjuncts travel one by one. Static plans are left to the optimizer, which moves
// filters there by the same rules, but for what is implied only to find NULLs and empty lists early: that costs more than it saves.
//
//   project      substituted, if it is deterministic
//   time_window  passes what does not read the window; implies that the time is not NULL
//   generate     passes what does not read its columns; explode of a bare column implies that the column is not NULL and not empty
//   watermark    passes what does not read the event time
//   sort         passes; union: a copy for each branch
//   aggregate    passes what reads only grouping keys (not the session), if there are keys
//   join         by join type, after outer joins have been reduced; then what the equalities and comparisons imply goes to the sides
//   others       stop: deduplicate and limit count on the rows they see
//
// source: Spark PushDownPredicates, InferFiltersFromConstraints, InferFiltersFromGenerate, EliminateOuterJoin.

import { isBinaryStable } from '../coercion.js';
import { EngineError } from '../errors/index.js';
import { Calls, conjunctsOf } from '../expr/conjuncts.js';
import { ExprSet, sameExpr } from '../expr/equal.js';
import { children as argumentsOf, find, isDeterministic, isFoldable, transformDown } from '../expr/walk.js';
import { byId, columnIds, eachColumn, replaceColumns } from '../plan/columns.js';
import { isStreaming, outputOf } from '../plan/properties.js';
import { mapChildren } from '../plan/walk.js';
import type { BoundColumn, BoundExpr, ColumnId, FunctionCatalog, LogicalJoinType, LogicalPlan, OutputColumn, PlanOf, Settings } from '../tree.js';
import { BOOLEAN, INT } from '../types.js';
import type { Value } from '../values.js';
import { nullsPropagated, overLiteralRows } from './propagate-nulls.js';

type List = readonly BoundExpr[];

/** The streaming parts of the plan with their filters where Spark has them; its static parts as they are, below the filters that come to them. */
export function pushFilters(plan: LogicalPlan, env: PushEnv): LogicalPlan { return new Pushing(env, true).push(plan, []); }

/** The same for the static parts of a plan. */
export function pushStaticFilters(plan: LogicalPlan, env: PushEnv): LogicalPlan {
  return isStreaming(plan) ? mapChildren(plan, (input) => pushStaticFilters(input, env)) : new Pushing(env, false).push(plan, []);
}

export interface PushEnv { readonly functions: FunctionCatalog; readonly settings: Settings; readonly evaluate: (expr: BoundExpr, settings: Settings) => Value }

const refOf = (c: OutputColumn): BoundColumn => ({ kind: 'column', id: c.id, name: c.name, type: c.type, nullable: c.nullable });
const union = (...lists: readonly List[]): List => { const known = new ExprSet(); return lists.flat().filter((e) => known.add(e)); };
const without = (list: List, known: List): List => { const set = new ExprSet(known); return list.filter((e) => !set.has(e)); };
const reads = (e: BoundExpr, ids: ReadonlySet<ColumnId>): boolean => { let hit = false; eachColumn(e, (c) => { hit ||= ids.has(c.id); }); return hit; };
const within = (e: BoundExpr, ids: ReadonlySet<ColumnId>): boolean => { let all = true; eachColumn(e, (c) => { all &&= ids.has(c.id); }); return all; };
const idsOf = (plan: LogicalPlan): ReadonlySet<ColumnId> => new Set(outputOf(plan).map((c) => c.id));
/** What moves: a scalar subquery with columns of the query around it is a join before. */
const movable = (e: BoundExpr): boolean => isDeterministic(e) && !find(e, (x) => x.kind === 'subquery' && x.use === 'scalar' && x.outer.length > 0);
/** What may imply something: Spark infers nothing from a correlated subquery. */
const telling = (e: BoundExpr): boolean => movable(e) && !find(e, (x) => x.kind === 'subquery' && x.outer.length > 0);

class Pushing {
  private readonly calls: Calls;
  private readonly compatSpark: boolean;
  /** Conditions that were concluded, not written: Spark draws conclusions once, before they move down, so that nothing is concluded from these
   *  further below. They move like the others, and make joins inner. */
  private readonly concluded = new WeakSet<BoundExpr>();
  private readonly env: PushEnv;
  private readonly streaming: boolean;
  /** `streaming`: which parts of a plan it looks at. */
  constructor(env: PushEnv, streaming: boolean) { this.env = env; this.streaming = streaming; this.calls = new Calls(env.functions); this.compatSpark = env.settings.compatSpark; }

  private conclude(list: List): List { for (const e of list) this.concluded.add(e); return list; }
  private written(list: List): List { return list.filter((e) => !this.concluded.has(e)); }
  private replaced(e: BoundExpr, by: Parameters<typeof replaceColumns>[1]): BoundExpr {
    const moved = replaceColumns(e, by);
    if (this.concluded.has(e)) this.concluded.add(moved);
    return moved;
  }

  private filter(input: LogicalPlan, list: List): LogicalPlan {
    const predicate = this.calls.and(list);
    return predicate ? { kind: 'filter', input, predicate } : input;
  }

  /** The plan under these filters, deterministic ones, pushed as far as they go. */
  push(plan: LogicalPlan, above: List): LogicalPlan {
    if (isStreaming(plan) !== this.streaming || overLiteralRows(plan)) return this.filter(plan, above);
    const stay = (test: (e: BoundExpr) => boolean, below: (pass: List) => LogicalPlan): LogicalPlan => this.filter(below(above.filter((e) => !test(e))), above.filter(test));
    switch (plan.kind) {
      case 'filter': {
        const own = this.calls.simplified(plan.predicate);
        const fixed = own.filter((e) => !movable(e));
        const written = own.filter(movable);
        const again = new ExprSet(written);
        const moving = union(above.filter((e) => !this.concluded.has(e) || !again.has(e)), written);
        const implied = without(this.implied(union(this.written(moving), constraintsOf(plan.input))), moving);
        return this.filter(this.push(plan.input, union(moving, implied.filter((e) => within(e, idsOf(plan.input))))), fixed);
      }
      case 'project': {
        if (!plan.items.every((i) => isDeterministic(i.expr))) return this.filter({ ...plan, input: this.push(plan.input, []) }, above);
        const by = byId(new Map(plan.items.map((i) => [i.id, i.expr])));
        return { ...plan, input: this.push(plan.input, above.map((e) => this.replaced(e, by))) };
      }
      case 'time_window': {
        const own = new Set([plan.column.id]);
        // Where not every row is in as many windows, Spark's filter compares the time with the window: that it is not NULL is a conclusion.
        const even = plan.lengthMicros % plan.slideMicros === 0n;
        const timed = this.notNull(plan.time);
        return stay((e) => reads(e, own), (pass) => ({ ...plan, input: this.push(plan.input, union(pass, even ? timed : this.conclude(timed))) }));
      }
      case 'generate': {
        const own = new Set(plan.columns.map((c) => c.id));
        return stay((e) => reads(e, own), (pass) => ({ ...plan, input: this.push(plan.input, union(pass, this.ofGenerator(plan))) }));
      }
      case 'watermark': {
        const own = new Set([plan.column]);
        return stay((e) => reads(e, own), (pass) => ({ ...plan, input: this.push(plan.input, pass) }));
      }
      case 'sort': case 'write': return { ...plan, input: this.push(plan.input, above) };
      case 'union': return {
        ...plan, inputs: plan.inputs.map((input) => {
          const by = byId(new Map(outputOf(input).map((c, i) => [plan.columns[i]!.id, refOf(c)])));
          return this.push(input, above.map((e) => this.replaced(e, by)));
        }),
      };
      case 'aggregate': {
        const { session } = plan;
        // To Spark a session is a key like the others, of each row by itself: what a condition on it keeps are rows, before they are merged.
        const keys = new Map(plan.grouping.flatMap((g): [ColumnId, BoundExpr][] => {
          if (!session || g.expr.kind !== 'column' || g.expr.id !== session.column.id) return [[g.id, g.expr]];
          return this.compatSpark && session.gap.type.kind === 'interval' ? [[g.id, this.calls.session(session)[2]]] : [];
        }));
        const ids = new Set(keys.keys());
        const time = plan.session ? [...this.notNull(plan.session.time), ...(hasNoGap(plan.session) ? [NEVER] : [])] : [];
        return stay((e) => plan.grouping.length === 0 || !within(e, ids) || columnIds(e).size === 0,
          (pass) => ({ ...plan, input: this.push(plan.input, union(pass.map((e) => this.replaced(e, byId(keys))), time)) }));
      }
      case 'join': return this.join(plan, above);
      default: return this.filter(mapChildren(plan, (input) => this.push(input, [])), above);
    }
  }

  /** That a bare column of an expression which loses NULL is not NULL. */
  private notNull(e: BoundExpr): List { return !this.streaming ? [] : isNull(e) ? [NEVER] : strictColumns(e).filter((c) => c.nullable).map((c) => this.calls.isNotNull(c)); }

  /** Whether a condition is not TRUE where all its columns are NULL. */
  private rejectsNulls(e: BoundExpr): boolean {
    const ofNulls = nullsPropagated(replaceColumns(e, (c) => ({ kind: 'const', value: null, type: c.type, nullable: true })));
    if (!isFoldable(ofNulls)) return false;
    let value: Value;
    try { value = this.env.evaluate(ofNulls, this.env.settings); } catch (error) { if (error instanceof EngineError) return false; throw error; }
    return value === null || value === false;
  }

  private ofGenerator({ generator, outer }: PlanOf<'generate'>): List {
    const [list] = generator.args;
    if (outer || !this.streaming || !['explode', 'posexplode', 'inline'].includes(generator.fn.name) || list?.kind !== 'column') return [];
    return [...(list.nullable ? [this.calls.isNotNull(list)] : []), this.calls.isNotEmpty(list, INT)];
  }

  /** What a list of conjuncts implies: columns that are not NULL, and each condition on one of two equal columns for the other, too, unless they are
   *  texts that are equal by a collation only. */
  private implied(conditions: List): List {
    const list = conditions.filter(telling);
    const copied: BoundExpr[] = [];
    for (const e of list) {
      if (e.kind !== 'apply' || e.fn.name !== '=') continue;
      const [l, r] = [e.args[0]!, e.args[1]!];
      if (!isBinaryStable(l.type)) continue;
      for (const [from, to] of [[l, r], [r, l]] as const) {
        if (from.kind !== 'column' || !(to.kind === 'column' || (to.kind === 'cast' && to.arg.kind === 'column'))) continue;
        for (const other of list) if (other !== e && columnIds(other).has(from.id)) copied.push(replaceColumns(other, byId(new Map([[from.id, to]]))));
      }
    }
    const all = union(list, copied.filter((e) => !trivial(e)));
    const notNull = all.flatMap((e) => this.notNull(e.kind === 'apply' && e.fn.name === 'isnotnull' ? e.args[0]! : e));
    return this.conclude(without(union(all, notNull), conditions));
  }

  private join(join: PlanOf<'join'>, above: List): LogicalPlan {
    const [leftIds, rightIds] = [idsOf(join.left), idsOf(join.right)];
    const written = this.written(above);
    const typeUnder = (list: List): LogicalJoinType =>
      reduced(join.type, list.some((e) => onOneSide(e, leftIds) && this.rejectsNulls(e)), list.some((e) => onOneSide(e, rightIds) && this.rejectsNulls(e)));
    const implied = this.implied(written);
    const type = typeUnder(union(above, implied));
    /** What it is when conclusions are drawn. */
    const early = typeUnder(union(written, implied));
    const on = join.condition === null ? [] : this.calls.simplified(join.condition);
    // What IN and EXISTS imply is not looked at: they become joins when that is done.
    const { inferLeft, inferRight } = ROUTES[early];
    const routes = join.nullAware ? NULL_AWARE : join.subquery ? { ...ROUTES[type], inferLeft: false, inferRight: false } : { ...ROUTES[type], inferLeft, inferRight };
    // Above an inner join a filter is part of its condition.
    const condition = type === 'inner' ? union(above, on) : on;
    const toLeft: BoundExpr[] = [];
    const toRight: BoundExpr[] = [];
    const kept: BoundExpr[] = [];
    const stays: BoundExpr[] = [];
    if (type !== 'inner') {
      for (const e of above) {
        if (routes.aboveLeft && within(e, leftIds)) toLeft.push(e);
        else if (routes.aboveRight && within(e, rightIds)) toRight.push(e);
        else stays.push(e);
      }
    }
    for (const e of condition) {
      if (!movable(e)) { kept.push(e); continue; }
      if (routes.onLeft && onOneSide(e, leftIds)) toLeft.push(e);
      else if (routes.onRight && onOneSide(e, rightIds)) toRight.push(e);
      else {
        kept.push(e);
        for (const weaker of this.calls.implied(e)) {
          if (routes.onLeft && onOneSide(weaker, leftIds)) toLeft.push(weaker);
          else if (routes.onRight && onOneSide(weaker, rightIds)) toRight.push(weaker);
        }
      }
    }
    let left = this.push(join.left, union(toLeft));
    let right = this.push(join.right, union(toRight));
    const below = without(union(constraintsOf(left), constraintsOf(right)), without(above, written));
    const fromAll = this.implied(union(below, early === 'inner' ? union(written, on) : on));
    const extra = (side: LogicalPlan, ids: ReadonlySet<ColumnId>): List => without(fromAll.filter((e) => onOneSide(e, ids)), constraintsOf(side));
    const [extraLeft, extraRight] = [routes.inferLeft ? extra(left, leftIds) : [], routes.inferRight ? extra(right, rightIds) : []];
    if (extraLeft.length > 0) left = this.push(left, extraLeft);
    if (extraRight.length > 0) right = this.push(right, extraRight);
    return this.filter({ ...join, type, left, right, condition: this.calls.and(kept) }, stays);
  }
}

/** Which way conjuncts go at a join: from above it, from its ON, and what is inferred. */
const route = (aboveLeft: boolean, aboveRight: boolean, onLeft: boolean, onRight: boolean, inferLeft: boolean, inferRight: boolean) =>
  ({ aboveLeft, aboveRight, onLeft, onRight, inferLeft, inferRight });
const LEFT_KEPT = route(true, false, false, true, false, true);
/** NOT IN: a NULL of either side matters, so that nothing of the condition may take rows away below it. */
const NULL_AWARE = route(true, false, false, false, false, false);
const ROUTES: Readonly<Record<LogicalJoinType, ReturnType<typeof route>>> = {
  inner: route(true, true, true, true, true, true),
  left_semi: route(true, false, true, true, true, true),
  left: LEFT_KEPT, left_anti: LEFT_KEPT, existence: LEFT_KEPT, left_single: route(true, false, false, false, false, false),
  right: route(false, true, true, false, true, false),
  full: route(false, false, false, false, false, false),
};

const onOneSide = (e: BoundExpr, ids: ReadonlySet<ColumnId>): boolean => columnIds(e).size > 0 && within(e, ids);

/** The join type when a filter above drops the rows whose left or right side is all NULL. */
function reduced(type: LogicalJoinType, left: boolean, right: boolean): LogicalJoinType {
  if (type === 'full') return left && right ? 'inner' : left ? 'left' : right ? 'right' : 'full';
  return (type === 'right' && left) || (type === 'left' && right) ? 'inner' : type;
}

/** Whether the gap is the constant NULL: no row is in a session. */
const hasNoGap = ({ gap }: NonNullable<PlanOf<'aggregate'>['session']>): boolean => gap.kind === 'const' && gap.value === null;
const NEVER: BoundExpr = { kind: 'const', value: false, type: BOOLEAN, nullable: false };

/** `a = a` and the like, which holds; `a < a` never does. */
const trivial = (e: BoundExpr): boolean => e.kind === 'apply' && ['=', '<=>', '<=', '>='].includes(e.fn.name) && sameExpr(e.args[0]!, e.args[1]!);

const isNull = (e: BoundExpr): boolean => e.kind === 'cast' ? isNull(e.arg) : e.kind === 'const' && e.value === null;

/** Columns whose NULL makes the whole expression NULL. */
function strictColumns(e: BoundExpr): readonly BoundColumn[] {
  if (e.kind === 'column') return [e];
  if (e.kind === 'cast') return strictColumns(e.arg);
  return e.kind === 'apply' && e.fn.nulls === 'propagate' ? argumentsOf(e).flatMap(strictColumns) : [];
}

/** Conditions that hold for every row of a plan's output. */
export function constraintsOf(plan: LogicalPlan): List {
  switch (plan.kind) {
    case 'filter': return union(constraintsOf(plan.input), conjunctsOf(plan.predicate).filter(telling));
    case 'project': {
      const renamed = new Map(plan.items.flatMap((i): [ColumnId, BoundExpr][] => (i.expr.kind === 'column' ? [[i.expr.id, { ...i.expr, id: i.id, name: i.name }]] : [])));
      const computed = plan.items.filter((i) => columnIds(i.expr).size > 0 && i.expr.kind !== 'column');
      const named = (e: BoundExpr): BoundExpr => transformDown(e, (node) => { const item = computed.find((i) => sameExpr(i.expr, node)); return item ? { kind: 'column', id: item.id, name: item.name, type: node.type, nullable: node.nullable } : node; });
      const known = new Set([...renamed.keys(), ...computed.map((i) => i.id)]);
      return constraintsOf(plan.input).map(named).filter((e) => within(e, known)).map((e) => replaceColumns(e, byId(renamed)));
    }
    case 'aggregate': {
      const renamed = new Map(plan.grouping.flatMap((g): [ColumnId, BoundExpr][] => (g.expr.kind === 'column' ? [[g.expr.id, { ...g.expr, id: g.id, name: g.name }]] : [])));
      return plan.grouping.length === 0 ? [] : constraintsOf(plan.input).filter((e) => columnIds(e).size > 0 && within(e, new Set(renamed.keys()))).map((e) => replaceColumns(e, byId(renamed)));
    }
    case 'join': {
      const on = conjunctsOf(plan.condition).filter(telling);
      switch (plan.type) {
        case 'inner': return union(constraintsOf(plan.left), constraintsOf(plan.right), on);
        case 'left_semi': return union(constraintsOf(plan.left), on.filter((e) => within(e, idsOf(plan.left))));
        case 'right': return constraintsOf(plan.right);
        case 'full': return [];
        default: return constraintsOf(plan.left);
      }
    }
    case 'time_window': case 'generate': case 'watermark': case 'sort': case 'limit': case 'deduplicate': case 'sample': case 'write': return constraintsOf(plan.input);
    default: return [];
  }
}
