// Functions in FROM: generators over one empty row, range, relations of the session; the windowing functions are in bind-windowing.ts.
// source: Spark's table-valued functions.

import { canCast } from '../coercion.js';
import { raise } from '../errors/index.js';
import { ordinalWord, sqlExpr, sqlType } from '../expr/print.js';
import { isFoldable } from '../expr/walk.js';
import type { BoundExpr, BoundGenerator, Expr, LogicalPlan, OutputColumn, UnresolvedPlan } from '../tree.js';
import { BIGINT, isIntegral } from '../types.js';
import type { Value } from '../values.js';
import { lookupFunction } from './function-names.js';
import { bindSqlTable } from './bind-sql-function.js';
import { bindWindowing, isWindowing } from './bind-windowing.js';
import { type Binder, fail, type Place, quoteName, quoteParts, type Relation, relationOf, scoped } from './binder.js';
import { identifierName, implicit } from './coerce.js';
import { QueryScope } from './scope.js';

type FunctionNode = UnresolvedPlan & { readonly kind: 'table_function' };
const ONE_ROW: LogicalPlan = { kind: 'values', columns: [], rows: [[]] };

/** The call of a generator function that stands in FROM; undefined if it is something else. */
export function generatorCall(binder: Binder, node: FunctionNode): Expr | undefined {
  if (node.name.length !== 1 || binder.env.functions.lookup(node.name[0]!.toLowerCase())?.kind !== 'generator') return undefined;
  const args = node.args.flatMap((a) => 'table' in a ? [] : [a]);
  return args.length === node.args.length ? { kind: 'call', name: node.name, args, ...(node.span && { span: node.span }) } : undefined;
}

export function bindTableFunction(binder: Binder, node: FunctionNode, place: Place, columnsOf: (g: BoundGenerator) => readonly OutputColumn[]): Relation {
  if (node.named) {
    const { named, ...rest } = node;
    return bindTableFunction(binder, { ...rest, name: identifierName(binder.expr(named, new QueryScope(binder.env, []), 'argument', place), node.span, binder.env) }, place, columnsOf);
  }
  const name = node.name.length === 1 ? node.name[0]!.toLowerCase() : '';
  const call = generatorCall(binder, node);
  if (call) {
    const generator = binder.expr(call, new QueryScope(binder.env, [], { outer: place.outer }), 'generator_argument', place);
    if (generator.kind === 'generator') {
      const columns = columnsOf(generator);
      return { plan: { kind: 'generate', input: ONE_ROW, generator, outer: generator.fn.name.endsWith('_outer'), columns }, columns: scoped(columns) };
    }
  }
  const spec = lookupFunction(node.name, binder.env);
  if (spec?.sql?.table) return bindSqlTable(binder, spec.sql, node, place);
  if (name === 'identifier') return identified(binder, node, place);
  if (name === 'range') return range(binder, node, place);
  if (isWindowing(name)) return bindWindowing(binder, node, place, name);
  const plan = name === '' ? undefined : binder.env.relations.call?.(name, constants(binder, node, place));
  if (!plan && spec) fail('NOT_A_TABLE_FUNCTION', { functionName: quoteParts(node.name) }, node.span);
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
  if (!arg || 'table' in arg) return fail('UNRESOLVABLE_TABLE_VALUED_FUNCTION', { name: quoteParts(node.name) }, node.span);
  const bound = binder.expr(arg.value, new QueryScope(env, []), 'argument', place);
  return binder.bind({ kind: 'relation', name: identifierName(bound, node.span, env), ...(node.span && { span: node.span }) }, place);
}

/** range([start,] end [, step [, partitions]]) */
function range(binder: Binder, node: FunctionNode, place: Place): Relation {
  const { env } = binder;
  const args = node.args.map((a) => 'table' in a ? fail('UNRESOLVABLE_TABLE_VALUED_FUNCTION', { name: quoteParts(node.name) }, node.span)
    : binder.expr(a.value, new QueryScope(env, [], { outer: place.outer }), 'argument', place));
  if (args.length < 1 || args.length > 4) fail('WRONG_NUM_ARGS.WITHOUT_SUGGESTION', { functionName: '`range`', expectedNum: '[1, 2, 3, 4]', actualNum: String(args.length) }, node.span);
  const RANGE = ['start', 'end', 'step', 'numSlices'];
  const placeOf = (arg: BoundExpr): number => args.length === 1 ? 1 : args.indexOf(arg);
  const unusable = (arg: BoundExpr, hint: string): never => raise('FAILED_FUNCTION_CALL', { funcName: '`range`' }, { span: node.span, focus: arg.span, hint });
  const value = (arg: BoundExpr): bigint => {
    // Names of arguments are not for range: what has one is no constant.
    if (!isFoldable(arg) || node.args.some((a) => !('table' in a) && a.name !== undefined)) fail('NON_FOLDABLE_ARGUMENT', { funcName: '`range`', paramName: quoteName(RANGE[placeOf(arg)]!), paramType: sqlType(BIGINT) }, node.span, arg.span);
    if (arg.type.kind === 'void' || canCast(arg.type, BIGINT).kind !== 'yes') {
      fail('UNEXPECTED_INPUT_TYPE', { functionName: '`range`', paramIndex: ordinalWord(placeOf(arg)), requiredType: '"BIGINT"', inputSql: sqlExpr(arg), inputType: sqlType(arg.type) }, node.span, arg.span);
    }
    const cast = isIntegral(arg.type) ? arg : implicit(arg, BIGINT, env.settings, node.span);
    const v = env.evaluate(cast, env.settings);
    return v === null ? unusable(arg, 'Start, end and step must not be NULL.') : BigInt(v as number | bigint);
  };
  const start = args.length === 1 ? 0n : value(args[0]!);
  const end = value(args[args.length === 1 ? 0 : 1]!);
  const step = args[2] ? value(args[2]) : 1n;
  if (step === 0n) unusable(args[2]!, 'The step must not be 0.');
  const column: OutputColumn = { id: env.freshId(), name: 'id', type: BIGINT, nullable: false };
  const distance = step > 0n ? end - start : start - end;
  const width = step > 0n ? step : -step;
  return relationOf({ kind: 'range', columns: [column], start, step, count: distance > 0n ? (distance + width - 1n) / width : 0n });
}
