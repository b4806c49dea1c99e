// Functions in FROM: generators over one empty row, range, and the windowing functions TUMBLE and HOP, which are time windows over a table.
// source: Spark's table-valued functions; the windowing functions follow Flink SQL (window_start, window_end, window_time).

import { printExpr } from '../expr/print.js';
import { isFoldable } from '../expr/walk.js';
import { outputOf } from '../plan/properties.js';
import type { BoundExpr, BoundGenerator, Expr, LogicalPlan, NamedExpr, OutputColumn, UnresolvedPlan } from '../tree.js';
import { BIGINT, field, isIntegral, struct } from '../types.js';
import type { CalendarInterval, Row, Value } from '../values.js';
import { extractField } from './bind-field.js';
import { type Binder, fail, pass, type Place, project, quoteParts, ref, type Relation, relationOf, scoped } from './binder.js';
import { implicit } from './coerce.js';
import { QueryScope } from './scope.js';

type FunctionNode = UnresolvedPlan & { readonly kind: 'table_function' };
const ONE_ROW: LogicalPlan = { kind: 'values', columns: [], rows: [[]] };
/** More rows than this are not worth keeping in a plan. */
const MAX_LITERAL_ROWS = 1_000_000;

/** The call of a generator function that stands in FROM; undefined if it is something else. */
export function generatorCall(binder: Binder, node: FunctionNode): Expr | undefined {
  if (node.name.length !== 1 || binder.env.functions.lookup(node.name[0]!.toLowerCase())?.kind !== 'generator') return undefined;
  const args = node.args.flatMap((a) => 'table' in a ? [] : [a]);
  return args.length === node.args.length ? { kind: 'call', name: node.name, args, ...(node.span && { span: node.span }) } : undefined;
}

export function bindTableFunction(binder: Binder, node: FunctionNode, place: Place, columnsOf: (g: BoundGenerator) => readonly OutputColumn[]): Relation {
  const name = node.name.length === 1 ? node.name[0]!.toLowerCase() : '';
  const call = generatorCall(binder, node);
  if (call) {
    const generator = binder.expr(call, new QueryScope(binder.env, [], { outer: place.outer }), 'generator_argument', place);
    if (generator.kind === 'generator') {
      const columns = columnsOf(generator);
      return { plan: { kind: 'generate', input: ONE_ROW, generator, outer: generator.fn.name.endsWith('_outer'), columns }, columns: scoped(columns) };
    }
  }
  if (name === 'identifier') return identified(binder, node, place);
  if (name === 'range') return range(binder, node, place);
  if (name === 'tumble' || name === 'hop') return windowing(binder, node, place, name);
  const plan = name === '' ? undefined : binder.env.relations.call?.(name, constants(binder, node, place));
  if (!plan && binder.env.functions.lookup(name)) fail('NOT_A_TABLE_FUNCTION', { functionName: quoteParts(node.name) }, node.span);
  return plan ? binder.bind(plan, place) : fail('UNRESOLVABLE_TABLE_VALUED_FUNCTION', { name: quoteParts(node.name) }, node.span);
}
/** The arguments of a relation of the session: constants. */
const constants = (binder: Binder, node: FunctionNode, place: Place): readonly Value[] => node.args.flatMap((arg) => {
  const bound = 'table' in arg ? undefined : binder.expr(arg.value, new QueryScope(binder.env, []), 'argument', place);
  return bound && isFoldable(bound) ? [binder.env.evaluate(bound, binder.env.settings)] : [];
});

/** IDENTIFIER('db.t') in FROM: a name given as a constant. */
function identified(binder: Binder, node: FunctionNode, place: Place): Relation {
  const { env } = binder;
  const arg = node.args[0];
  const bound = arg && !('table' in arg) ? binder.expr(arg.value, new QueryScope(env, []), 'argument', place) : undefined;
  const text = bound && isFoldable(bound) && bound.type.kind === 'string' ? env.evaluate(bound, env.settings) : undefined;
  if (typeof text !== 'string') return fail('NOT_A_CONSTANT_STRING.NOT_CONSTANT', { name: 'IDENTIFIER', expr: bound ? printExpr(bound) : '' }, bound?.span ?? node.span);
  const name = env.parse.expression(text);
  if (name.kind !== 'name') return fail('UNRESOLVABLE_TABLE_VALUED_FUNCTION', { name: quoteParts(node.name) }, node.span);
  return binder.bind({ kind: 'relation', name: name.parts, ...(node.span && { span: node.span }) }, place);
}

/** range([start,] end [, step [, partitions]]) */
function range(binder: Binder, node: FunctionNode, place: Place): Relation {
  const { env } = binder;
  const args = node.args.map((a) => 'table' in a ? fail('UNRESOLVABLE_TABLE_VALUED_FUNCTION', { name: quoteParts(node.name) }, node.span)
    : binder.expr(a.value, new QueryScope(env, []), 'argument', place));
  if (args.length < 1 || args.length > 4) fail('WRONG_NUM_ARGS.WITHOUT_SUGGESTION', { functionName: '`range`', expectedNum: '[1, 2, 3, 4]', actualNum: String(args.length) }, node.span);
  const value = (arg: BoundExpr): bigint => {
    const cast = isIntegral(arg.type) ? arg : implicit(arg, BIGINT, env.settings, node.span);
    const v = env.evaluate(cast, env.settings);
    return v === null ? fail('FAILED_FUNCTION_CALL', { funcName: '`range`' }, node.span) : BigInt(v as number | bigint);
  };
  const start = args.length === 1 ? 0n : value(args[0]!);
  const end = value(args[args.length === 1 ? 0 : 1]!);
  const step = args[2] ? value(args[2]) : 1n;
  if (step === 0n) fail('FAILED_FUNCTION_CALL', { funcName: '`range`' }, node.span);
  const column: OutputColumn = { id: env.freshId(), name: 'id', type: BIGINT, nullable: false };
  const count = Number(step > 0n ? end > start ? (end - start + step - 1n) / step : 0n : start > end ? (start - end - step - 1n) / -step : 0n);
  const spec = env.functions.lookup('range');
  if (count > MAX_LITERAL_ROWS && spec?.kind === 'table') {
    const constants = [start, end, step].map((v): BoundExpr => ({ kind: 'const', value: v, type: BIGINT, nullable: false }));
    const generator: BoundGenerator = { kind: 'generator', fn: spec, name: 'range', args: constants, type: struct([field('id', BIGINT, false)]), nullable: false, columns: [field('id', BIGINT, false)] };
    return relationOf({ kind: 'generate', input: ONE_ROW, generator, outer: false, columns: [column] });
  }
  if (count > MAX_LITERAL_ROWS) fail('NOT_SUPPORTED_YET', { feature: `range() of more than ${MAX_LITERAL_ROWS} rows` }, node.span);
  return relationOf({ kind: 'values', columns: [column], rows: Array.from({ length: count }, (_, i): Row => [start + BigInt(i) * step]) });
}

/** TUMBLE(TABLE t, DESCRIPTOR(at), size [, offset]), HOP(TABLE t, DESCRIPTOR(at), slide, size [, offset]): the table's columns, then window_start, window_end, window_time. */
function windowing(binder: Binder, node: FunctionNode, place: Place, name: 'tumble' | 'hop'): Relation {
  const { env } = binder;
  const [table, ...rest] = node.args;
  const wrong = (): never => fail('WRONG_NUM_ARGS.WITHOUT_SUGGESTION', { functionName: quoteParts(node.name), expectedNum: name === 'tumble' ? '[3, 4]' : '[4, 5]', actualNum: String(node.args.length) }, node.span);
  if (!table || !('table' in table)) return wrong();
  const input = binder.bind(table.table, place);
  const scope = new QueryScope(env, input.columns, { outer: place.outer });
  const exprs = rest.map((a): Expr => 'table' in a ? wrong() : a.value);
  const min = name === 'tumble' ? 2 : 3;
  if (exprs.length < min || exprs.length > min + 1) wrong();
  const column = exprs[0]!;
  const described = column.kind === 'call' && column.name.length === 1 && column.name[0]!.toLowerCase() === 'descriptor' && column.args.length === 1 ? column.args[0]!.value : column;
  const time = binder.expr(described, scope, 'argument', place);
  const micros = exprs.slice(1).map((e) => {
    const bound = binder.expr(e, new QueryScope(env, []), 'argument', place);
    const v = env.evaluate(bound, env.settings);
    if (bound.type.kind === 'day_time_interval') return v as bigint;
    const i = bound.type.kind === 'interval' ? v as CalendarInterval : undefined;
    return i && i.months === 0 ? BigInt(i.days) * 86_400_000_000n + i.micros : wrong();
  });
  const slide = micros[0]!;
  const length = name === 'hop' ? micros[1]! : slide;
  if (length <= 0n || slide <= 0n || slide > length) wrong();
  const window: OutputColumn = { id: env.freshId(), name: 'window', type: struct([field('start', time.type), field('end', time.type)]), nullable: false };
  const expanded: LogicalPlan = { kind: 'time_window', input: input.plan, time, lengthMicros: length, slideMicros: slide, startMicros: micros[min - 1] ?? 0n, column: window };
  const windowTime = binder.call('window_time', [ref(window)], place);
  const added: readonly NamedExpr[] = [
    { id: env.freshId(), name: 'window_start', expr: extractField(ref(window), 'start', env, node.span) },
    { id: env.freshId(), name: 'window_end', expr: extractField(ref(window), 'end', env, node.span) },
    { id: env.freshId(), name: 'window_time', expr: windowTime },
  ];
  const plan = project(expanded, [...outputOf(input.plan).map(pass), ...added]);
  return { plan, columns: [...input.columns, ...scoped(outputOf(plan).slice(-3))] };
}
