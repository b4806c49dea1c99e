// What can be derived of a plan from below: output columns, streaming or bounded, what kind of change an edge carries, its key, and which
// columns carry event time. Cached by node identity, never stored in the plan.
// source: Spark structured streaming (which columns keep a watermark); the change kinds are ours.

import type { BoundExpr, ColumnId, LogicalPlan, NamedExpr, OutputColumn, PlanOf } from '../tree.js';
import { children } from './walk.js';
import { reachOf } from './window-reach.js';

export type Changes = 'insert' | 'upsert' | 'retract';

/** A function of plans that remembers its results for as long as the node lives. */
function derived<T>(compute: (plan: LogicalPlan) => T): (plan: LogicalPlan) => T {
  const known = new WeakMap<LogicalPlan, { readonly value: T }>();
  return (plan) => {
    let hit = known.get(plan);
    if (!hit) {
      hit = { value: compute(plan) };
      known.set(plan, hit);
    }
    return hit.value;
  };
}

export const namedOutput = (n: NamedExpr): OutputColumn => ({ id: n.id, name: n.name, type: n.expr.type, nullable: n.expr.nullable });
const optional = (columns: readonly OutputColumn[]): readonly OutputColumn[] => columns.map((c) => c.nullable ? c : { ...c, nullable: true });

function joined(plan: PlanOf<'join' | 'dependent_join'>): readonly OutputColumn[] {
  const left = outputOf(plan.left);
  switch (plan.type) {
    case 'left_semi': case 'left_anti': return left;
    case 'existence': return plan.exists ? [...left, plan.exists] : left;
    case 'inner': return [...left, ...outputOf(plan.right)];
    case 'left': case 'left_single': return [...left, ...optional(outputOf(plan.right))];
    case 'right': return [...optional(left), ...outputOf(plan.right)];
    case 'full': return [...optional(left), ...optional(outputOf(plan.right))];
  }
}

/** The columns that a plan gives, in order. */
export const outputOf: (plan: LogicalPlan) => readonly OutputColumn[] = derived((plan) => {
  switch (plan.kind) {
    case 'scan': case 'values': case 'range': case 'expand': case 'union': case 'set_operation': case 'map_rows': case 'group_state': case 'recursive': case 'recursive_ref': return plan.columns;
    case 'project': return plan.items.map(namedOutput);
    case 'aggregate': return [...plan.grouping.map(namedOutput), ...plan.aggregates.map((a) => ({ id: a.id, name: a.name, type: a.aggregate.type, nullable: a.aggregate.nullable }))];
    case 'time_window': return [...outputOf(plan.input), plan.column];
    case 'generate': return [...outputOf(plan.input), ...plan.columns];
    case 'window': return [...outputOf(plan.input), ...plan.functions.map((f) => ({ id: f.id, name: f.name, type: f.window.type, nullable: f.window.nullable }))];
    case 'join': case 'dependent_join': return joined(plan);
    case 'filter': case 'sort': case 'limit': case 'sample': case 'deduplicate': case 'watermark': case 'materialize': case 'write': return outputOf(plan.input);
  }
});

/** Whether any scan below reads a stream. */
export const isStreaming: (plan: LogicalPlan) => boolean = derived((plan) =>
  plan.kind === 'scan' ? plan.streaming : children(plan).some(isStreaming));
/** Whether the input ends by itself: no stream below. */
export const isBounded = (plan: LogicalPlan): boolean => !isStreaming(plan);

/** The watermark node behind a column that carries event time: the column itself, a time window over it, or a session. */
export type EventTimes = ReadonlyMap<ColumnId, PlanOf<'watermark'>>;

/** The event-time columns of a plan's output. A plain reference and window_time keep the watermark, any other expression loses it. */
export const eventTimesOf: (plan: LogicalPlan) => EventTimes = derived((plan) => {
  switch (plan.kind) {
    case 'watermark': {
      const out = new Map(eventTimesOf(plan.input));
      out.set(plan.column, plan);
      return out;
    }
    case 'project': return carried(plan.items, eventTimesOf(plan.input));
    case 'aggregate': {
      const below = eventTimesOf(plan.input);
      const out = new Map(carried(plan.grouping, below));
      const { session } = plan;
      const origin = session && originOf(session.time, below);
      if (session && origin) for (const g of plan.grouping) if (g.expr.kind === 'column' && g.expr.id === session.column.id) out.set(g.id, origin);
      return out;
    }
    case 'time_window': {
      const below = eventTimesOf(plan.input);
      const origin = originOf(plan.time, below);
      return origin ? new Map(below).set(plan.column.id, origin) : below;
    }
    case 'expand': {
      const below = eventTimesOf(plan.input);
      const out = new Map<ColumnId, PlanOf<'watermark'>>();
      plan.columns.forEach((c, i) => {
        for (const p of plan.projections) { const origin = originOf(p[i]!, below); if (origin) { out.set(c.id, origin); break; } }
      });
      return out;
    }
    case 'join': case 'dependent_join': {
      const out = new Map(eventTimesOf(plan.left));
      if (plan.type !== 'left_semi' && plan.type !== 'left_anti' && plan.type !== 'existence') for (const [id, node] of eventTimesOf(plan.right)) out.set(id, node);
      return out;
    }
    case 'union': {
      const out = new Map<ColumnId, PlanOf<'watermark'>>();
      plan.columns.forEach((c, i) => {
        // Of the first stream: rows of the others are judged by it.
        const first = plan.inputs.find(isStreaming) ?? plan.inputs[0]!;
        const origin = eventTimesOf(first).get(outputOf(first)[i]!.id);
        if (origin) out.set(c.id, origin);
      });
      return out;
    }
    case 'set_operation': {
      const out = new Map<ColumnId, PlanOf<'watermark'>>();
      const left = eventTimesOf(plan.left);
      outputOf(plan.left).forEach((c, i) => { const origin = left.get(c.id); if (origin) out.set(plan.columns[i]!.id, origin); });
      return out;
    }
    case 'map_rows': return plan.mode === 'filter' ? eventTimesOf(plan.input) : new Map();
    case 'group_state': {
      const [origin] = eventTimesOf(plan.input).values();
      return plan.eventTime === undefined || origin === undefined ? new Map() : new Map([[plan.eventTime, origin]]);
    }
    case 'filter': case 'sort': case 'limit': case 'sample': case 'deduplicate': case 'generate': case 'materialize': case 'write': return eventTimesOf(plan.input);
    // Rows that wait for rows after them come when those do, however late that is.
    case 'window': return plan.byRow && plan.functions.some((f) => reachOf(f).ahead === 'rows') ? new Map() : eventTimesOf(plan.input);
    default: return new Map();
  }
});

/** What is the end of a window, to a microsecond. */
const WINDOW_ENDS: ReadonlySet<string> = new Set(['window_time', 'window_end']);
function originOf(expr: BoundExpr, below: EventTimes): PlanOf<'watermark'> | undefined {
  if (expr.kind === 'column') return below.get(expr.id);
  if (expr.kind === 'apply' && WINDOW_ENDS.has(expr.fn.name) && expr.args[0]) return originOf(expr.args[0], below);
  if (expr.kind !== 'apply' || !expr.session) return undefined;
  return originOf(expr.args[isSession(expr) ? 1 : 0]!, below);
}
/** The session of a row by itself. */
const isSession = (expr: BoundExpr): boolean => expr.kind === 'apply' && expr.session === true && expr.fn.name === 'named_struct';
function carried(items: readonly NamedExpr[], below: EventTimes): EventTimes {
  const out = new Map<ColumnId, PlanOf<'watermark'>>();
  for (const item of items) { const origin = originOf(item.expr, below); if (origin) out.set(item.id, origin); }
  return out;
}

/** Whether the plan gives its whole result anew in each epoch, and no changes of it. */
export const isSnapshot: (plan: LogicalPlan) => boolean = derived((plan) => {
  if (plan.kind === 'materialize') return true;
  if (plan.kind === 'aggregate' || (plan.kind === 'window' && plan.emission !== undefined)) return plan.emission === 'all';
  if (plan.kind === 'join' && plan.emission !== undefined) return false;
  const streaming = children(plan).filter(isStreaming);
  return streaming.length > 0 && streaming.every(isSnapshot);
});

/** Columns that are the end of a time window, or the window itself, with the column of that window: they are one event time. */
export const windowsOf: (plan: LogicalPlan) => ReadonlyMap<ColumnId, ColumnId> = derived((plan) => {
  const below = new Map(children(plan).flatMap((input) => [...windowsOf(input)]));
  const window = (e: BoundExpr): ColumnId | undefined => e.kind === 'column' ? below.get(e.id) : e.kind === 'apply' && WINDOW_ENDS.has(e.fn.name) && e.args[0] ? window(e.args[0]) : undefined;
  if (plan.kind === 'time_window') below.set(plan.column.id, plan.column.id);
  if (plan.kind === 'aggregate' && plan.session) below.set(plan.session.column.id, plan.session.column.id);
  for (const item of plan.kind === 'project' ? plan.items : plan.kind === 'aggregate' ? plan.grouping : []) {
    const of = isSession(item.expr) ? item.id : window(item.expr);
    if (of !== undefined) below.set(item.id, of);
  }
  const renamed = plan.kind === 'union' ? plan.columns.map((c, i) => [c, outputOf(plan.inputs[0]!)[i]!.id] as const)
    : plan.kind === 'set_operation' ? plan.columns.map((c, i) => [c, outputOf(plan.left)[i]!.id] as const) : [];
  for (const [column, from] of renamed) { const of = below.get(from); if (of !== undefined) below.set(column.id, of); }
  if (plan.kind === 'expand') plan.columns.forEach((c, i) => { for (const p of plan.projections) { const of = window(p[i]!); if (of !== undefined) below.set(c.id, of); } });
  return below;
});

/** The windows of windowsOf that are sessions. */
const sessionWindows: (plan: LogicalPlan) => ReadonlySet<ColumnId> = derived((plan) => {
  const out = new Set(children(plan).flatMap((input) => [...sessionWindows(input)]));
  if (plan.kind === 'aggregate' && plan.session) out.add(plan.session.column.id);
  if (plan.kind === 'project') for (const item of plan.items) if (isSession(item.expr)) out.add(item.id);
  return out;
});
/** Columns that are sessions, or the end of one. */
export const sessionsOf = (plan: LogicalPlan): ReadonlySet<ColumnId> => {
  const sessions = sessionWindows(plan);
  return sessions.size === 0 ? sessions : new Set([...windowsOf(plan)].filter(([, window]) => sessions.has(window)).map(([column]) => column));
};

/** Whether closures over groups remember something from one epoch to the next. */
export const keepsState = ({ call: { operation } }: PlanOf<'group_state'>): boolean => operation !== 'map_groups' && operation !== 'flat_map_groups';

/** Columns whose values identify a row of the output at any time; undefined if there are none. */
export const keyOf: (plan: LogicalPlan) => readonly ColumnId[] | undefined = derived((plan) => {
  switch (plan.kind) {
    case 'aggregate': return plan.grouping.map((g) => g.id);
    case 'deduplicate': return plan.keys;
    case 'set_operation': return plan.all ? undefined : plan.columns.map((c) => c.id);
    case 'filter': case 'sort': case 'limit': case 'sample': case 'watermark': case 'window': case 'materialize': case 'write': return keyOf(plan.input);
    case 'project': {
      const key = keyOf(plan.input);
      if (!key) return undefined;
      const ids = key.map((id) => plan.items.find((i) => i.expr.kind === 'column' && i.expr.id === id)?.id);
      return ids.every((id) => id !== undefined) ? ids : undefined;
    }
    case 'join': case 'dependent_join': return plan.type === 'left_semi' || plan.type === 'left_anti' || plan.type === 'existence' || plan.type === 'left_single' ? keyOf(plan.left) : undefined;
    default: return undefined;
  }
});

/** What the edge above a plan carries. An aggregate that emits as it is touched updates its groups; one that closes them only inserts. */
export const changesOf: (plan: LogicalPlan) => Changes = derived((plan) => {
  if (isBounded(plan)) return 'insert';
  switch (plan.kind) {
    case 'scan': return 'insert';
    case 'aggregate':
      // A group set without functions (DISTINCT) over inserts only ever gains rows.
      return plan.emission === 'on_close' || (plan.aggregates.length === 0 && !plan.session && changesOf(plan.input) === 'insert') ? 'insert' : 'retract';
    case 'join': return plan.emission !== 'on_touch' && insertsOnly(plan) ? 'insert' : 'retract';
    // What is on both sides stays there if neither side takes rows back.
    case 'set_operation': return plan.op === 'intersect' && children(plan).every(isStreaming) && insertsOnly(plan) ? 'insert' : 'retract';
    case 'window': return plan.emission === 'on_close' ? 'insert' : 'retract';
    case 'project': {
      const below = changesOf(plan.input);
      return below === 'upsert' && !keyOf(plan) ? 'retract' : below;
    }
    default: return insertsOnly(plan) ? 'insert' : 'retract';
  }
});
const insertsOnly = (plan: LogicalPlan): boolean => children(plan).every((c) => changesOf(c) === 'insert');
