// The windowing functions of Flink SQL in FROM: the rows of a table with the window that each is in, a row for each window. By place or by name:
//
//   TUMBLE(TABLE t, DESCRIPTOR(at), size [, offset])          DATA, TIMECOL, SIZE, OFFSET
//   HOP(TABLE t, DESCRIPTOR(at), slide, size [, offset])      DATA, TIMECOL, SLIDE, SIZE, OFFSET
//   CUMULATE(TABLE t, DESCRIPTOR(at), step, size [, offset])  DATA, TIMECOL, STEP, SIZE, OFFSET
//   SESSION(TABLE t [PARTITION BY k, …], DESCRIPTOR(at), gap) DATA, TIMECOL, GAP
//
// They add window_start, window_end and window_time, of which the last two carry the event time on. The first three are time windows over the
// table; a session is known when it is over, so SESSION is an aggregate that collects the rows of each session and a generator that gives
// them back.
//
// source: Flink SQL, windowing table-valued functions.

import { isFoldable } from '../expr/walk.js';
import { outputOf } from '../plan/properties.js';
import type { BoundAggregate, BoundExpr, BoundGenerator, Expr, LogicalPlan, NamedExpr, OutputColumn, TableArgument, UnresolvedPlan } from '../tree.js';
import { field, struct } from '../types.js';
import type { CalendarInterval } from '../values.js';
import { extractField } from './bind-field.js';
import { type Binder, fail, pass, type Place, project, quoteName, quoteParts, ref, type Relation, scoped } from './binder.js';
import { checkOverlap } from './bind-time-window.js';
import { QueryScope } from './scope.js';
import { nearest } from '../similar.js';

type FunctionNode = UnresolvedPlan & { readonly kind: 'table_function' };
const PARAMETERS = {
  tumble: ['data', 'timecol', 'size', 'offset'], hop: ['data', 'timecol', 'slide', 'size', 'offset'], cumulate: ['data', 'timecol', 'step', 'size', 'offset'], session: ['data', 'timecol', 'gap'],
} as const;
type Windowing = keyof typeof PARAMETERS;
export const isWindowing = (name: string): name is Windowing => Object.hasOwn(PARAMETERS, name);

/** @throws WRONG_NUM_ARGS.WITHOUT_SUGGESTION, INVALID_WINDOWING_ARGUMENT */
export function bindWindowing(binder: Binder, node: FunctionNode, place: Place, name: Windowing): Relation {
  const { env } = binder;
  const args = byName(node, name);
  const invalid = (argument: string, reason: string): never => {
    const arg = args.get(argument.toLowerCase());
    return fail('INVALID_WINDOWING_ARGUMENT', { functionName: quoteParts(node.name), argument, reason }, (arg && ('table' in arg ? arg.table.span : arg.value.span)) ?? node.span);
  };
  const data = args.get('data')!;
  if (!('table' in data)) return invalid('DATA', 'it must be a table, as TABLE name or TABLE (query)');
  const input = binder.bind(data.table, place);
  const scope = new QueryScope(env, input.columns, { outer: place.outer });
  const bind = (e: Expr): BoundExpr => binder.expr(e, scope, 'argument', place);
  const value = (argument: string): Expr => {
    const arg = args.get(argument)!;
    return 'table' in arg ? invalid(argument.toUpperCase(), 'it is no table') : arg.value;
  };
  const time = bind(described(value('timecol')) ?? invalid('TIMECOL', 'it must be one column'));
  if (time.type.kind !== 'timestamp' && time.type.kind !== 'timestamp_ntz') invalid('TIMECOL', 'it must be a column of timestamps');
  const duration = (argument: string): bigint => {
    const bound = binder.expr(value(argument), new QueryScope(env, []), 'argument', place);
    const v = isFoldable(bound) ? env.evaluate(bound, env.settings) : null;
    if (v !== null && bound.type.kind === 'day_time_interval') return v as bigint;
    const i = v !== null && bound.type.kind === 'interval' ? v as CalendarInterval : undefined;
    return i && i.months === 0 ? BigInt(i.days) * 86_400_000_000n + i.micros : invalid(argument.toUpperCase(), 'it must be a constant interval of days and times');
  };
  const positive = (argument: string): bigint => { const micros = duration(argument); return micros > 0n ? micros : invalid(argument.toUpperCase(), 'it must be above zero'); };
  if (data.partitionBy && name !== 'session') invalid('DATA', 'only SESSION takes PARTITION BY: the other windows do not depend on a key');

  const window: OutputColumn = { id: env.freshId(), name: 'window', type: struct([field('start', time.type), field('end', time.type)]), nullable: false };
  const ends = (plan: LogicalPlan, columns: readonly OutputColumn[]): LogicalPlan => project(plan, [...columns.map(pass),
    { id: env.freshId(), name: 'window_start', expr: extractField(ref(window), 'start', env, node.span) },
    { id: env.freshId(), name: 'window_end', expr: binder.call('window_end', [ref(window)], place) },
    { id: env.freshId(), name: 'window_time', expr: binder.call('window_time', [ref(window)], place) },
  ]);
  if (name === 'session') {
    positive('gap');
    const gap = binder.expr(value('gap'), new QueryScope(env, []), 'argument', place);
    const given = outputOf(input.plan).map((c): OutputColumn => ({ ...c, id: env.freshId() }));
    const plan = ends(sessionRows(binder, input.plan, { time, gap, column: window }, (data.partitionBy ?? []).map(bind), given, place), given);
    const moved = new Map(outputOf(input.plan).map((c, i) => [c.id, given[i]!.id]));
    return { plan, columns: [...input.columns.map((c) => ({ ...c, id: moved.get(c.id)! })), ...scoped(outputOf(plan).slice(-3))] };
  }
  const length = positive('size');
  const slide = name === 'tumble' ? length : positive(name === 'hop' ? 'slide' : 'step');
  if (slide > length) invalid(name === 'hop' ? 'SLIDE' : 'STEP', 'it may not be longer than the window');
  if (name === 'cumulate' && length % slide !== 0n) invalid('SIZE', 'it must be a multiple of the step');
  checkOverlap(length, slide, node.span);
  const expanded: LogicalPlan = {
    kind: 'time_window', input: input.plan, time, lengthMicros: length, slideMicros: slide, startMicros: args.has('offset') ? duration('offset') : 0n, column: window,
    ...(name === 'cumulate' && { cumulative: true as const }),
  };
  const plan = ends(expanded, outputOf(input.plan));
  return { plan, columns: [...input.columns, ...scoped(outputOf(plan).slice(-3))] };
}

/** The arguments by parameter: those without a name come first, in order. */
function byName(node: FunctionNode, name: Windowing): ReadonlyMap<string, TableArgument> {
  const parameters: readonly string[] = PARAMETERS[name];
  const needed = parameters.filter((p) => p !== 'offset');
  const wrong = (): never => fail('WRONG_NUM_ARGS.WITHOUT_SUGGESTION', {
    functionName: quoteParts(node.name), expectedNum: needed.length === parameters.length ? String(needed.length) : `[${needed.length}, ${parameters.length}]`, actualNum: String(node.args.length),
  }, node.span);
  const args = new Map<string, TableArgument>();
  node.args.forEach((arg, i) => {
    const parameter = arg.name?.toLowerCase() ?? parameters[i] ?? wrong();
    const routineName = quoteParts(node.name);
    const at = 'table' in arg ? node.span : arg.value.span;
    if (!parameters.includes(parameter)) {
      const proposal = nearest(parameter, parameters).slice(0, 3).map((p) => quoteName(p.toUpperCase())).join(' ');
      fail('UNRECOGNIZED_PARAMETER_NAME', { routineName, argumentName: quoteName(arg.name!), proposal }, at);
    }
    if (args.has(parameter)) fail('DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT.DOUBLE_NAMED_ARGUMENT_REFERENCE', { routineName, parameterName: quoteName(arg.name!) }, at);
    args.set(parameter, arg);
  });
  return needed.every((p) => args.has(p)) ? args : wrong();
}

/** `DESCRIPTOR(at)` or just `at`; undefined: a descriptor of none or of several. */
const described = (e: Expr): Expr | undefined => e.kind !== 'call' || e.name.length !== 1 || e.name[0]!.toLowerCase() !== 'descriptor' ? e : e.args.length === 1 ? e.args[0]!.value : undefined;

/** Each row beside the session that it is in: `given` columns, and that of the session. */
function sessionRows(binder: Binder, input: LogicalPlan, session: { readonly time: BoundExpr; readonly gap: BoundExpr; readonly column: OutputColumn },
  keys: readonly BoundExpr[], given: readonly OutputColumn[], place: Place): LogicalPlan {
  const { env } = binder;
  const columns = outputOf(input);
  const row = binder.call('struct', columns.map((c) => ref(c)), place);
  const collect = binder.call('collect_list', [row], place);
  const rows: OutputColumn = { id: env.freshId(), name: 'rows', type: collect.type, nullable: false };
  const grouping: readonly NamedExpr[] = [...keys.map((expr, i) => ({ id: env.freshId(), name: `key${i}`, expr })), pass(session.column)];
  const collected: LogicalPlan = { kind: 'aggregate', input, grouping, aggregates: [{ id: rows.id, name: rows.name, aggregate: collect as BoundAggregate }], session };
  const fields = given.map((c) => field(c.name, c.type, c.nullable));
  const generator: BoundGenerator = { kind: 'generator', fn: env.functions.lookup('inline')!, name: 'inline', args: [ref(rows)], columns: fields, type: struct(fields), nullable: false };
  return { kind: 'generate', input: collected, generator, outer: false, columns: given };
}
