// The text of a plan, as EXPLAIN shows it: a line a node, inputs indented by two blanks. After the kind come the node's facts as key=value,
// then what is derived: streaming, the kind of change, columns with event time.

import { printExpr } from '../expr/print.js';
import type { BoundSort, LogicalPlan, NamedExpr, OutputColumn } from '../tree.js';
import { quoteIfNeeded, simpleName } from '../types.js';
import { changesOf, eventTimesOf, isStreaming, outputOf } from './properties.js';
import { stateGrowth } from './state-growth.js';
import { children } from './walk.js';

const list = (items: readonly string[]): string => `[${items.join(', ')}]`;
const named = (n: NamedExpr): string => {
  const text = printExpr(n.expr);
  return text === n.name ? quoteIfNeeded(n.name) : `${text} AS ${quoteIfNeeded(n.name)}`;
};
const column = (c: OutputColumn): string => `${quoteIfNeeded(c.name)} ${simpleName(c.type)}`;
const sort = (s: BoundSort): string => `${printExpr(s.expr)} ${s.ascending ? 'ASC' : 'DESC'} NULLS ${s.nullsFirst ? 'FIRST' : 'LAST'}`;
const duration = (micros: bigint): string => micros % 1_000_000n === 0n ? `${micros / 1_000_000n}s` : micros % 1000n === 0n ? `${micros / 1000n}ms` : `${micros}us`;

function facts(plan: LogicalPlan): readonly (readonly [key: string, value: string])[] {
  const names = (ids: readonly number[]): string => list(ids.map((id) => outputOf(plan).find((c) => c.id === id)?.name ?? `#${id}`));
  switch (plan.kind) {
    case 'scan': return [['format', plan.source.format], ...(plan.source.name ? [['name', plan.source.name] as const] : []), ['columns', list(plan.columns.map(column))]];
    case 'values': return [['columns', list(plan.columns.map(column))], ['rows', String(plan.rows.length)]];
    case 'range': return [['columns', list(plan.columns.map(column))], ['start', String(plan.start)], ['step', String(plan.step)], ['rows', String(plan.count)]];
    case 'project': return [['items', list(plan.items.map(named))]];
    case 'filter': return [['predicate', printExpr(plan.predicate)]];
    case 'aggregate': return [
      ['grouping', list(plan.grouping.map(named))], ['aggregates', list(plan.aggregates.map((a) => printExpr(a.aggregate)))],
      ...(plan.session ? [['session', `${printExpr(plan.session.time)} gap ${printExpr(plan.session.gap)}`] as const] : []),
      ...(plan.emission ? [['emission', plan.emission] as const] : []), ...state(plan),
    ];
    case 'expand': return [['columns', list(plan.columns.map((c) => quoteIfNeeded(c.name)))], ['projections', list(plan.projections.map((p) => list(p.map(printExpr))))]];
    case 'time_window': return [
      ['time', printExpr(plan.time)], ['length', duration(plan.lengthMicros)], ...(plan.cumulative ? [['cumulative', 'true'] as const] : []),
      ...(plan.slideMicros === plan.lengthMicros ? [] : [['slide', duration(plan.slideMicros)] as const]), ...(plan.startMicros === 0n ? [] : [['start', duration(plan.startMicros)] as const]),
    ];
    case 'watermark': return [['column', names([plan.column]).slice(1, -1)], ['delay', `${plan.delayMillis}ms`],
      ...(plan.idleMillis === undefined ? [] : [['idleAfter', `${plan.idleMillis}ms`] as const]), ...(plan.futureSkewMillis === undefined ? [] : [['maxFutureSkew', `${plan.futureSkewMillis}ms`] as const]),
      ...(plan.nodeId ? [['id', plan.nodeId] as const] : [])];
    case 'deduplicate': return [['keys', names(plan.keys)], ...(plan.withinWatermark ? [['withinWatermark', 'true'] as const] : []), ...state(plan)];
    case 'join': case 'dependent_join': return [
      ['type', plan.type], ...(plan.condition ? [['condition', printExpr(plan.condition)] as const] : []), ...(plan.nullAware ? [['nullAware', 'true'] as const] : []),
      ...(plan.kind === 'dependent_join' ? [['outer', list(plan.outer.map(printExpr))] as const] : [...(plan.emission ? [['emission', plan.emission] as const] : []), ...state(plan)]),
    ];
    case 'set_operation': return [['op', plan.op], ['all', String(plan.all)], ...state(plan)];
    case 'materialize': return state(plan);
    case 'sort': return [['order', list(plan.order.map(sort))], ...(plan.global ? [] : [['global', 'false'] as const])];
    case 'limit': return [...(plan.limit === null ? [] : [['limit', String(plan.limit)] as const]), ...(plan.offset === 0 ? [] : [['offset', String(plan.offset)] as const]), ...state(plan)];
    case 'generate': return [['generator', printExpr(plan.generator)], ...(plan.outer ? [['outer', 'true'] as const] : []), ['columns', list(plan.columns.map((c) => quoteIfNeeded(c.name)))]];
    case 'window': return [
      ['functions', list(plan.functions.map((f) => printExpr(f.window)))],
      ...(plan.top ? [['top', `${plan.top.rank}<=${plan.top.n}`] as const, ['partition', list(plan.partitionBy.map(printExpr))] as const, ['order', list(plan.orderBy.map(sort))] as const] : []),
      ...(plan.emission ? [['emission', plan.byRow ? 'by_row' : plan.emission] as const] : []), ...state(plan),
    ];
    case 'sample': return [['fraction', String(plan.upper - plan.lower)], ['seed', String(plan.seed)]];
    case 'map_rows': return [['mode', plan.mode], ['columns', list(plan.columns.map(column))]];
    case 'group_state': return [
      ['operation', plan.call.operation], ...(plan.call.time === 'none' ? [] : [['time', plan.call.time] as const]), ['columns', list(plan.columns.map(column))], ...state(plan),
    ];
    case 'recursive': return [['loop', String(plan.loop)], ...(plan.limit === undefined ? [] : [['limit', String(plan.limit)] as const])];
    case 'recursive_ref': return [['loop', String(plan.loop)]];
    case 'write': return [['format', plan.sink.format], ['mode', plan.mode]];
    case 'union': return [...(plan.once ? [['tables', 'once'] as const] : []), ...state(plan)];
  }
}
const state = (plan: LogicalPlan & { readonly stateId?: string }): readonly (readonly [string, string])[] =>
  plan.stateId === undefined ? [] : [['state', plan.stateId], ['stateBound', stateGrowth(plan)?.bound ?? 'none']];

function derived(plan: LogicalPlan): readonly string[] {
  if (!isStreaming(plan)) return [];
  const times = outputOf(plan).filter((c) => eventTimesOf(plan).has(c.id)).map((c) => quoteIfNeeded(c.name));
  return ['streaming', `changes=${changesOf(plan)}`, ...(times.length > 0 ? [`eventTime=${list(times)}`] : [])];
}

/** The facts of one node in a line, without its state: what a physical node says of itself. */
export const planDetail = (plan: LogicalPlan): string => facts(plan).filter(([key]) => key !== 'state' && key !== 'stateBound').map(([key, value]) => `${key}=${value}`).join(' ');
/** The plan as text, its root first. */
export function printPlan(plan: LogicalPlan): string {
  const lines: string[] = [];
  const print = (node: LogicalPlan, depth: number): void => {
    lines.push(`${'  '.repeat(depth)}${[node.kind, ...facts(node).map(([k, v]) => `${k}=${v}`), ...derived(node)].join(' ')}`);
    for (const input of children(node)) print(input, depth + 1);
  };
  print(plan, 0);
  return lines.join('\n');
}
