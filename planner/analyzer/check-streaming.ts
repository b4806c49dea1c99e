// What is refused of streaming queries, with Spark's conditions, in its order: first what an output mode needs of the aggregates, then each
// node from the leaves up, then operators above an aggregate that emits before its groups are final. With millrace.compat=spark these
// are Spark's refusals; by default those are left out that have an answer here because rows can be taken back
// (planner/incremental/check-changes.ts refuses where they cannot).
//
// source: Spark UnsupportedOperationChecker.

import { raise } from '../errors/index.js';
import { printExpr, sqlType } from '../expr/print.js';
import { find } from '../expr/walk.js';
import { isBinaryStable } from '../coercion.js';
import { equalityKeys, probesTable, stateBounds, watermarkInKeys } from '../plan/join-bound.js';
import { eventTimesOf, isStreaming, keepsState, outputOf } from '../plan/properties.js';
import { children, expressionsOf, visit } from '../plan/walk.js';
import type { BoundSubquery, LogicalJoinType, LogicalPlan, OutputMode, PlanOf, Settings } from '../tree.js';
import type { DataType } from '../types.js';

/** An output mode as users write it. @throws STREAMING_OUTPUT_MODE.INVALID */
export function parseOutputMode(text: string): OutputMode {
  const mode = text.toLowerCase();
  return mode === 'append' || mode === 'update' || mode === 'complete' || mode === 'changelog' ? mode : raise('STREAMING_OUTPUT_MODE.INVALID', { outputMode: text });
}

const CHECK = 'spark.sql.streaming.unsupportedOperationCheck';
const CORRECTNESS = 'spark.sql.streaming.statefulOperator.checkCorrectness.enabled';
const JOIN_NAMES: Readonly<Record<LogicalJoinType, string>> = {
  inner: 'Inner', left: 'LeftOuter', right: 'RightOuter', full: 'FullOuter', left_semi: 'LeftSemi', left_anti: 'LeftAnti', existence: 'Existence', left_single: 'LeftSingle',
};

/** Refuses a bound query that cannot run on streams in this output mode. By default its subqueries have become joins already.
 *  @throws WRITE_STREAM_NOT_ALLOWED, STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION, NON_TIME_WINDOW_NOT_SUPPORTED_IN_STREAMING,
 *  INVALID_SUBQUERY_EXPRESSION.STREAMING_QUERY, STATE_STORE_UNSUPPORTED_OPERATION_BINARY_INEQUALITY, _LEGACY_ERROR_TEMP_3102 */
export function checkStreaming(plan: LogicalPlan, mode: OutputMode, settings: Settings): void {
  // Ours run in a query that reads a stream itself.
  if (settings.compatSpark || !isStreaming(plan)) checkSubqueries(plan);
  if (!isStreaming(plan)) raise('WRITE_STREAM_NOT_ALLOWED');
  if (settings.conf.get(CHECK)?.toLowerCase() === 'false') return;
  const rules: Rules = { mode, spark: settings.compatSpark };
  checkMode(plan, rules);
  checkGroupStates(plan, mode);
  visit(plan, (node) => checkNode(node, rules));
  if (settings.conf.get(CORRECTNESS)?.toLowerCase() !== 'false') checkLateDownstream(plan, rules);
  if (rules.spark) visit(plan, checkStateKeys);
}

/** Spark's state stores know keys by their bytes, and refuse those that may be equal without equal bytes. */
function checkStateKeys(node: LogicalPlan): void {
  if (!isStreaming(node)) return;
  const of = (keys: readonly { readonly type: DataType }[]): void => {
    const key = keys.find(({ type }) => !isBinaryStable(type));
    if (key) raise('STATE_STORE_UNSUPPORTED_OPERATION_BINARY_INEQUALITY', { schema: sqlType(key.type) }, { span: node.span });
  };
  switch (node.kind) {
    case 'aggregate': of(node.grouping.map((g) => g.expr)); break;
    case 'deduplicate': of(outputOf(node.input).filter((c) => node.keys.includes(c.id))); break;
    case 'join': if (isStreaming(node.left) && isStreaming(node.right)) of(equalityKeys(node).map(([key]) => key)); break;
  }
}

interface Rules {
  readonly mode: OutputMode;
  /** What Spark refuses is refused, although there is an answer. */
  readonly spark: boolean;
}

/** The refusals of batch queries that read no stream. @throws _LEGACY_ERROR_TEMP_3102 */
export function checkStatic(plan: LogicalPlan): void {
  if (isStreaming(plan)) refuse(plan, 'A query over a stream cannot be run as a batch query', 'Write it with writeStream and start it.');
  visit(plan, (node) => {
    if (node.kind === 'deduplicate' && node.withinWatermark) refuse(node, 'dropDuplicatesWithinWatermark does not apply to a static input', 'Use dropDuplicates.');
  });
}

function refuse(plan: LogicalPlan, msg: string, advice: string): never { return raise('_LEGACY_ERROR_TEMP_3102', { msg, advice }, { span: plan.span }); }

/** Streaming aggregates, each before those below it, left before right. */
function aggregatesOf(plan: LogicalPlan): readonly PlanOf<'aggregate'>[] {
  if (!isStreaming(plan)) return [];
  const below = children(plan).flatMap(aggregatesOf);
  return plan.kind === 'aggregate' ? [plan, ...below] : below;
}

/** Whether a grouping key carries event time. */
export function groupsByEventTime(plan: PlanOf<'aggregate'>): boolean {
  const times = eventTimesOf(plan);
  return plan.grouping.some((g) => times.has(g.id));
}

function checkMode(plan: LogicalPlan, { mode, spark }: Rules): void {
  const aggregates = aggregatesOf(plan);
  const first = aggregates[0];
  const unsupported = (operation: string, advice: string): never => raise('STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION', { outputMode: mode, operation, advice }, { span: first?.span });
  if (mode === 'append' && first && !groupsByEventTime(first)) {
    unsupported('streaming aggregations without watermark', 'Call withWatermark on the event time and group by it or by a window over it, or use the update mode.');
  }
  // Spark looks at the topmost aggregate only: a session below it is a late one to it.
  if (mode === 'update' && (spark ? first?.session : aggregates.some((a) => a.session))) unsupported('session window streaming aggregations', 'Use the append mode.');
  // What only grows is written once and for all.
  if (mode === 'complete' && !first && (spark || !takesBack(plan))) unsupported('no streaming aggregations', 'Use the append or update mode.');
}

/** Whether rows of the result may be taken back although no aggregate is in the plan. */
function takesBack(plan: LogicalPlan): boolean {
  if (!isStreaming(plan)) return false;
  if (plan.kind === 'set_operation' || plan.kind === 'window' || (plan.kind === 'join' && !probesTable(plan) && plan.type !== 'left_semi')) return true;
  return children(plan).some(takesBack);
}

function checkSubqueries(plan: LogicalPlan): void {
  visit(plan, (node) => {
    for (const e of expressionsOf(node)) {
      const found = find(e, (x): x is BoundSubquery => x.kind === 'subquery' && isStreaming(x.plan));
      if (found) raise('INVALID_SUBQUERY_EXPRESSION.STREAMING_QUERY', {}, { span: found.span });
    }
  });
}

function checkNode(node: LogicalPlan, { mode, spark }: Rules): void {
  const streaming = isStreaming(node);
  switch (node.kind) {
    case 'aggregate':
      if (streaming && spark && node.aggregates.some((a) => a.aggregate.distinct)) {
        refuse(node, 'Distinct aggregations are not supported on streams', 'approx_count_distinct() counts distinct values on a stream.');
      }
      break;
    case 'deduplicate':
      if (streaming && node.withinWatermark && eventTimesOf(node.input).size === 0) {
        refuse(node, 'dropDuplicatesWithinWatermark needs a watermark on its input', 'Call withWatermark first.');
      }
      if (!streaming && node.withinWatermark) refuse(node, 'dropDuplicatesWithinWatermark does not apply to a static input', 'Use dropDuplicates.');
      break;
    case 'join': case 'dependent_join': if (spark || mode === 'append') checkJoin(node, { mode, spark }); break;
    case 'union':
      if (spark && new Set(node.inputs.map(isStreaming)).size === 2) refuse(node, 'A union of a stream and a static table is not supported', 'Read both as streams.');
      break;
    case 'set_operation':
      if ((spark || mode === 'append') && node.op === 'except' && isStreaming(node.right)) refuse(node, `EXCEPT with a stream on its right is not supported${spark ? '' : ' in append mode'}`, spark ? '' : 'A row may be taken back later: use the update or changelog mode.');
      if (spark && node.op === 'intersect' && streaming) refuse(node, 'INTERSECT of streams is not supported', 'Use a left semi join.');
      break;
    case 'limit':
      if (node.offset > 0) refuse(node, 'OFFSET is not supported on streams', '');
      if (streaming && mode === 'update') refuse(node, 'LIMIT is not supported on streams in update mode', 'Use the append mode, or complete over an aggregate.');
      break;
    case 'sort':
      if (streaming && !(mode === 'complete' && (!spark || aggregatesOf(node).length > 0))) {
        refuse(node, 'Sorting a stream is not supported unless it is aggregated and in complete mode', spark ? 'Leave ORDER BY out, or aggregate below it and use the complete mode.' : 'Leave ORDER BY out, use the complete mode, or add LIMIT in the update, changelog or complete mode.');
      }
      break;
    case 'sample': if (streaming) refuse(node, 'Sampling a stream is not supported', 'Filter by rand() instead.'); break;
    case 'window':
      if (streaming && spark) {
        const f = node.functions[0]!;
        raise('NON_TIME_WINDOW_NOT_SUPPORTED_IN_STREAMING', {
          windowFunc: printExpr(f.window.fn).toUpperCase(), columnName: `\`${f.name}\``,
          windowSpec: `(PARTITION BY ${node.partitionBy.map(printExpr).join(', ')} ORDER BY ${node.orderBy.map((o) => printExpr(o.expr)).join(', ')})`,
        }, { span: f.window.span });
      }
      break;
    case 'group_state':
      if (node.initial && isStreaming(node.initial)) refuse(node, 'Initial state that is a stream is not supported', 'Read it as a table.');
      if (streaming) checkTimeouts(node);
      break;
    case 'recursive': if (streaming) refuse(node, 'A recursive query over a stream is not supported', ''); break;
  }
  for (const e of expressionsOf(node)) {
    const found = find(e, (x) => x.kind === 'apply' && x.fn.name === 'monotonically_increasing_id');
    if (found) refuse(node, 'Expression(s): monotonically_increasing_id() cannot be used in a streaming query', 'Use uuid().');
  }
}

/** How many closures with state a query may have, and in which modes. */
function checkGroupStates(plan: LogicalPlan, mode: OutputMode): void {
  const maps: PlanOf<'group_state'>[] = [];
  const flatMaps: PlanOf<'group_state'>[] = [];
  visit(plan, (node) => {
    if (node.kind !== 'group_state' || !isStreaming(node)) return;
    if (node.call.operation === 'map_groups_with_state') maps.push(node);
    if (node.call.operation === 'flat_map_groups_with_state') flatMaps.push(node);
  });
  if (maps[1]) refuse(maps[1], 'Several mapGroupsWithState are not supported on a stream', 'Use flatMapGroupsWithState in append mode, or transformWithState.');
  if (maps[0] && flatMaps[0]) refuse(maps[0], 'mapGroupsWithState and flatMapGroupsWithState in one query are not supported on a stream', 'Use transformWithState.');
  if (flatMaps[1] && (mode !== 'append' || flatMaps.some((f) => f.call.mode !== 'append'))) {
    refuse(flatMaps[1], 'Several flatMapGroupsWithState are supported only where all of them and the query are in append mode', 'Use the append mode.');
  }
  const aggregates = aggregatesOf(plan).length > 0;
  if (maps[0] && mode !== 'update' && mode !== 'changelog') refuse(maps[0], `mapGroupsWithState is not supported in ${mode} mode`, 'Use the update mode.');
  for (const node of flatMaps) {
    const { call } = node;
    if (!aggregates && call.mode !== mode && mode !== 'changelog') refuse(node, `flatMapGroupsWithState in ${call.mode} mode is not supported in ${mode} mode`, 'Give the call and the query one output mode.');
    if (aggregates && call.mode === 'update') refuse(node, 'flatMapGroupsWithState in update mode is not supported together with an aggregate', "Give the call { outputMode: 'append' }.");
  }
}

function checkTimeouts(node: PlanOf<'group_state'>): void {
  const { call } = node;
  if (call.time !== 'event_time' || call.operation === 'transform_with_state' || eventTimesOf(node.input).size > 0) return;
  refuse(node, 'Timeouts by event time need a watermark on the input', 'Call withWatermark before groupByKey; map and flatMap lose it.');
}

/** What Spark refuses of joins, and by default what would have to take rows back in append mode. */
function checkJoin(join: PlanOf<'join' | 'dependent_join'>, { mode, spark }: Rules): void {
  const { type } = join;
  const nullAware = join.kind === 'join' && join.nullAware === true;
  const name = JOIN_NAMES[type];
  const [left, right] = [isStreaming(join.left), isStreaming(join.right)];
  if (left && right && type !== 'left_anti') {
    const modes = type === 'inner' || type === 'left_semi' ? ['append', 'update'] : ['append'];
    // A changelog holds whatever comes: what append mode gives is final.
    if (mode !== 'changelog' && !modes.includes(mode)) {
      refuse(join, `A ${name} join of two streams is not supported in ${mode} mode, only in ${modes.join(' and ')} mode`, `Use the ${modes[0]} mode.`);
    }
  }
  const oneSided = (streamSide: string, staticSide: string): never =>
    refuse(join, `A ${name} join with a stream on the ${streamSide} and a static table on the ${staticSide} is not supported${spark ? '' : ' in append mode'}`, `Swap the sides, or use an inner join${spark ? '' : ', or the update or changelog mode'}.`);
  switch (type) {
    case 'inner': return;
    case 'left_anti':
      if (!right) return;
      if (!spark && left && !nullAware) break;
      refuse(join, `A LeftAnti join with a stream on the right is not supported${spark ? '' : ' in append mode'}`, spark ? '' : 'A row may be taken back when its partner comes: use the update or changelog mode.');
      return;
    case 'left': case 'left_semi': case 'existence': case 'left_single': if (!left && right) oneSided('right', 'left'); break;
    case 'right': if (left && !right) oneSided('left', 'right'); break;
    case 'full': if (left !== right) oneSided(left ? 'left' : 'right', left ? 'right' : 'left'); break;
  }
  if (!spark && type === 'left_semi') return;
  if (!spark && left && right && (type === 'existence' || type === 'left_single')) {
    refuse(join, 'A subquery over a stream whose value is shown is not supported in append mode', 'The value changes as the stream grows: use the update or changelog mode.');
  }
  if (left && right && join.kind === 'join' && !watermarkInKeys(join, spark) && !hasRange(join)) {
    refuse(join, `A ${name} join of two streams is not supported without a watermark in the join keys, or a watermark on the nullable side and a range condition`,
      `Call withWatermark on both inputs, and join on the event times: equal, or within a range${spark ? '' : '; or use the update or changelog mode, which take the unmatched rows back'}.`);
  }
}

function hasRange(join: PlanOf<'join'>): boolean {
  const left = (): boolean => stateBounds(join, 'left', 'check').length > 0;
  const right = (): boolean => stateBounds(join, 'right', 'check').length > 0;
  return join.type === 'full' ? left() || right() : join.type === 'right' ? right() : left();
}

/** What emits rows that may be late for a stateful operator above it: an aggregate before its groups are final, a closure whose timeouts are
 *  by event time, which may emit any time. */
function checkLateDownstream(plan: LogicalPlan, { mode, spark }: Rules): void {
  const above = (node: LogicalPlan, stateful: boolean): void => {
    if (!isStreaming(node)) return;
    // Here what such an aggregate hands on is a change of rows, dated by the same watermark as its groups: none comes after they are closed.
    if (spark && node.kind === 'aggregate' && stateful && mode !== 'append') {
      refuse(node, 'A stateful operator above an aggregate may take its rows for late ones in this output mode', `Use the append mode, or set ${CORRECTNESS} to false.`);
    }
    if (node.kind === 'group_state' && stateful && node.call.operation === 'flat_map_groups_with_state' && node.call.time === 'event_time') {
      refuse(node, 'A stateful operator above flatMapGroupsWithState with timeouts by event time may take its rows for late ones', `Use transformWithState, or set ${CORRECTNESS} to false.`);
    }
    const isStateful = node.kind === 'aggregate' || (node.kind === 'join' && isStreaming(node.left) && isStreaming(node.right))
      || (node.kind === 'deduplicate' && (node.withinWatermark || node.keys.some((k) => eventTimesOf(node.input).has(k))))
      || (node.kind === 'group_state' && keepsState(node));
    for (const child of children(node)) above(child, stateful || isStateful);
  };
  above(plan, false);
}
