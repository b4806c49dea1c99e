// How the state of a streaming operator grows, derived of the finished plan: bounded by a watermark that lets it go, by the domain of its
// keys, by a constant, or by nothing. EXPLAIN says it of every operator with state, and a query warns of what nothing bounds.
//
// A time is no domain: keys that hold a timestamp or a window are new ones for ever. Neither are the keys of a deduplication: it is there
// for keys that are new all the time. Of the state of closures the key domain is all that can be said.

import type { LogicalPlan, PlanOf } from '../tree.js';
import type { DataType } from '../types.js';
import { stateBounds, watermarkInKeys } from './join-bound.js';
import { changesOf, eventTimesOf, isStreaming, outputOf } from './properties.js';
import { visit } from './walk.js';
import { type Reach, reachOf } from './window-reach.js';
import { partitionTime } from './window-time.js';

export interface StateGrowth {
  readonly bound: 'watermark' | 'keys' | 'constant' | 'none';
  /** What is kept for ever, and what would bound it: only where nothing does. */
  readonly why?: string;
}

const BY_WATERMARK: StateGrowth = { bound: 'watermark' };
const BY_KEYS: StateGrowth = { bound: 'keys' };
const CONSTANT: StateGrowth = { bound: 'constant' };
const unbounded = (why: string): StateGrowth => ({ bound: 'none', why });

/** Whether time passing makes new values of the type. */
const isTime = (t: DataType): boolean => t.kind === 'timestamp' || t.kind === 'timestamp_ntz' || (t.kind === 'struct' && t.fields.some((f) => isTime(f.type)));

/** Of a plan with emissions and state ids; undefined: the node has no state. */
export function stateGrowth(plan: LogicalPlan): StateGrowth | undefined {
  if (!('stateId' in plan) || plan.stateId === undefined) return undefined;
  switch (plan.kind) {
    case 'aggregate': return ofAggregate(plan);
    case 'deduplicate': {
      const times = eventTimesOf(plan.input);
      return plan.withinWatermark || plan.keys.some((k) => times.has(k)) ? BY_WATERMARK : unbounded('it keeps every key that it has seen; dropDuplicatesWithinWatermark, or an event time among the keys, lets them go');
    }
    case 'join': return ofJoin(plan);
    case 'window': return ofWindow(plan);
    case 'limit': case 'union': return CONSTANT;
    case 'set_operation': return unbounded('it keeps every row of both sides');
    case 'materialize': return unbounded('complete mode keeps the whole result; update or changelog mode does without');
    default: return BY_KEYS;
  }
}

function ofAggregate(plan: PlanOf<'aggregate'>): StateGrowth {
  const { grouping, aggregates, emission, session } = plan;
  const times = eventTimesOf(plan);
  if (emission !== 'all' && grouping.some((g) => times.has(g.id))) return BY_WATERMARK;
  if (session || grouping.some((g) => isTime(g.expr.type))) {
    return unbounded(emission === 'all' ? 'its groups follow time, and complete mode keeps all of them; append or update mode with a watermark lets them go' : 'its groups follow time, and no watermark lets them go');
  }
  const rows = aggregates.find((a) => a.aggregate.fn.keepsRows);
  if (rows) return unbounded(`${rows.aggregate.name} keeps a value for every row; a window with a watermark among the keys lets them go`);
  return grouping.length === 0 && !aggregates.some((a) => a.aggregate.distinct) ? CONSTANT : BY_KEYS;
}

function ofJoin(plan: PlanOf<'join'>): StateGrowth {
  const bounded = (side: 'left' | 'right'): boolean => stateBounds(plan, side, 'strict').length > 0;
  const open = watermarkInKeys(plan, false) ? [] : (['left', 'right'] as const).filter((side) => isStreaming(plan[side]) && !bounded(side));
  return open.length === 0 ? BY_WATERMARK : unbounded(`it keeps all rows of its ${open.join(' and its ')} side; watermarks on both sides, and a condition on their times, let them go`);
}

function ofWindow(plan: PlanOf<'window'>): StateGrowth {
  if (plan.emission !== 'all' && partitionTime(plan) >= 0) return BY_WATERMARK;
  if (plan.byRow) return ofReaches(plan, plan.functions.map(reachOf));
  if (plan.partitionBy.some((e) => isTime(e.type))) return unbounded('its partitions follow time, and no watermark lets them go');
  return plan.top && changesOf(plan.input) === 'insert' ? plan.partitionBy.length === 0 ? CONSTANT : BY_KEYS : unbounded('it keeps all rows; a filter on a rank, or an event time with a watermark among the partition columns, lets them go');
}

/** Rows wait for the watermark; what remains of those that are out is what the rows after them see. */
function ofReaches(plan: PlanOf<'window'>, reaches: readonly Reach[]): StateGrowth {
  const all = plan.functions.find((_, i) => reaches[i]!.behind === 'all');
  if (all) return unbounded(`${all.name} looks at all rows before; a frame with a start lets them go`);
  const rows = plan.functions.find((f, i) => reaches[i]!.behind === 'summary' && f.window.fn.kind === 'aggregate' && f.window.fn.fn.keepsRows);
  if (rows) return unbounded(`${rows.name} keeps a value for every row before; a frame with a start lets them go`);
  if (!plan.top && reaches.every((r) => r.behind === 'none' || r.behind === 'range') && reaches.every((r) => r.ahead !== 'rows')) return BY_WATERMARK;
  if (plan.partitionBy.some((e) => isTime(e.type))) return unbounded('its partitions follow time, and something of each is kept');
  return BY_KEYS;
}

/** The operators whose state nothing bounds, with their columns as names: the topmost first. */
export function unboundedState(plan: LogicalPlan): readonly { readonly operator: string; readonly why: string }[] {
  const found: { operator: string; why: string }[] = [];
  visit(plan, (node) => {
    const growth = isStreaming(node) ? stateGrowth(node) : undefined;
    if (growth?.bound === 'none') found.push({ operator: `${node.kind}${named(node)}`, why: growth.why! });
  });
  return found;
}
function named(node: LogicalPlan): string {
  if (node.kind === 'aggregate') return ` by [${node.grouping.map((g) => g.name).join(', ')}]`;
  if (node.kind !== 'deduplicate') return '';
  const names = new Map(outputOf(node).map((c) => [c.id, c.name]));
  return ` by [${node.keys.map((k) => names.get(k) ?? '').join(', ')}]`;
}
