// The column functions of the public API. Each is a call of the SQL function of its name; `fn('name', …)` reaches the others.

import type { BuiltinFunctions } from './api/builtin-functions.js';
import { allFunctions, sqlFunction } from './all-functions.js';
import { parseDataType, parseSelectItem } from '../../planner/sql/index.js';
import type { UserFunction } from '../../planner/tree.js';
import type * as Api from './api/functions.js';
import { checkedFunction, FUNCTION, NAME, TEXT } from './checked.js';
import { argument, call, COLUMN, ColumnExpr, CONDITION, literal, nameExpr, OPERAND, operand, userCall } from './column.js';

/** The typed face of an untyped function: types are erased at run time. */
const typed = <F>(fn: (...args: never[]) => unknown): F => fn as F;
const named = <F>(name: string): F => typed<F>(sqlFunction(name));

/** A column by name; `alias.name` and `struct.field` too. */
export const col = typed<typeof Api.col>(checkedFunction('col', [['name', TEXT]], (name: string) => new ColumnExpr(nameExpr(name))));
/** A constant. */
export const lit = typed<typeof Api.lit>((value: unknown) => value instanceof ColumnExpr ? value : new ColumnExpr(literal(value)));
/** An expression as SQL text. @throws PARSE_SYNTAX_ERROR */
export const expr = typed<typeof Api.expr>(checkedFunction('expr', [['sql', TEXT]], (sql: string) => new ColumnExpr(parseSelectItem(sql))));
/** Any SQL function by name. */
export const callFunction = typed<typeof Api.callFunction>(checkedFunction('callFunction', [['name', NAME], ['args', COLUMN, 'rest']], (name: string, ...args: unknown[]) => call(name, ...args.map(argument))));
export const count = typed<typeof Api.count>(checkedFunction('count', [['column', COLUMN, 'optional']], (column?: unknown) => column === undefined || column === '*'
  ? call('count', literal(1)) : call('count', argument(column))));
export const countDistinct = typed<typeof Api.countDistinct>(checkedFunction('countDistinct', [['columns', COLUMN, 'rest']], (...columns: unknown[]) => {
  const { expr: counted } = call('count', ...columns.map(argument));
  return new ColumnExpr({ ...counted as Extract<typeof counted, { kind: 'call' }>, distinct: true });
}));
export const sum: typeof Api.sum = named('sum');
export const avg: typeof Api.avg = named('avg');
export const min: typeof Api.min = named('min');
export const max: typeof Api.max = named('max');
export const first: typeof Api.first = named('first');
export const last: typeof Api.last = named('last');
export const collectList: typeof Api.collectList = named('collect_list');
export const collectSet: typeof Api.collectSet = named('collect_set');
export const explode: typeof Api.explode = named('explode');
export const upper: typeof Api.upper = named('upper');
export const lower: typeof Api.lower = named('lower');
export const trim: typeof Api.trim = named('trim');
export const length: typeof Api.length = named('length');
export const abs: typeof Api.abs = named('abs');
export const concat: typeof Api.concat = named('concat');
export const coalesce: typeof Api.coalesce = named('coalesce');
export const struct: typeof Api.struct = named('struct');
export const array: typeof Api.array = named('array');
export const currentTimestamp = typed<typeof Api.currentTimestamp>(() => call('current_timestamp'));
export const toTimestamp: typeof Api.toTimestamp = named('to_timestamp');
export const split: typeof Api.split = named('split');
export const fromJson: typeof Api.fromJson = named('from_json');
export const toJson: typeof Api.toJson = named('to_json');
/** Windows of `size` that begin every `slide` (default: `size`), aligned to 1970 in UTC plus `start`. */
export const window = typed<typeof Api.window>((time: unknown, size: string, slide?: string, start?: string) =>
  sqlFunction('window')(time, size, start === undefined ? slide : slide ?? size, start));
export const sessionWindow: typeof Api.sessionWindow = named('session_window');
export const windowTime: typeof Api.windowTime = named('window_time');
/** The first condition that holds decides; add more by `.when(…)`, the rest by `.otherwise(…)`. */
export const when = typed<typeof Api.when>(checkedFunction('when', [['condition', CONDITION], ['value', OPERAND]], (condition: ColumnExpr, value: unknown) => new ColumnExpr({
  kind: 'call', name: ['when'], operator: true, args: [{ value: condition.bare }, { value: operand(value) }],
})));
/** Orders by a column, or the name of one. */
export const asc = typed<typeof Api.asc>(checkedFunction('asc', [['column', COLUMN]], (column: unknown) => new ColumnExpr(argument(column)).asc()));
export const desc = typed<typeof Api.desc>(checkedFunction('desc', [['column', COLUMN]], (column: unknown) => new ColumnExpr(argument(column)).desc()));
export const grouping: typeof Api.grouping = named('grouping');
export const groupingId: typeof Api.groupingId = named('grouping_id');
/** The frame, with a hint that it is small; in one process it changes nothing. */
export const broadcast: typeof Api.broadcast = typed(checkedFunction('broadcast', [['frame', { expected: 'a DataFrame', holds: (v) => typeof (v as { hint?: unknown } | null)?.hint === 'function' }]],
  (frame: { hint(name: string): unknown }) => frame.hint('broadcast')));
export const not = typed<typeof Api.not>(checkedFunction('not', [['condition', CONDITION]], (condition: ColumnExpr) => condition.not()));

/** A closure as a column function, of the SQL type `type`. */
export const udf = typed<typeof Api.udf>(checkedFunction('udf', [['fn', FUNCTION], ['type', NAME]], (fn: (...args: never[]) => unknown, type: string) => userFunction(fn.name || 'udf', fn, type)));
/** As `udf`, with the name that the column gets. */
export function userFunction(name: string, fn: (...args: never[]) => unknown, type: string): ((...args: unknown[]) => ColumnExpr) & { readonly definition: UserFunction } {
  const definition: UserFunction = { name, type: parseDataType(type), deterministic: true, call: fn, arity: fn.length };
  return Object.assign(checkedFunction(name, [['args', COLUMN, 'rest']], (...args: unknown[]) => userCall(definition, args.map(argument))), { definition });
}

/** Every function, also those of the catalogue that have no export of their own: `functions.dateTrunc('hour', 'at')`. Of two types of one name
 *  the first says more about results, the other one takes more arguments. */
export const functions = allFunctions({
  abs, array, asc, avg, broadcast, callFunction, coalesce, col, collectList, collectSet, concat, count, countDistinct, currentTimestamp, desc, explode, expr, first, fromJson, grouping, groupingId, last, length, lit,
  lower, max, min, not, sessionWindow, split, struct, sum, toJson, toTimestamp, trim, udf, upper, when, window, windowTime,
}) as typeof Api & BuiltinFunctions;
