// The column functions of the public API. Each is a call of the SQL function of its name; `fn('name', …)` reaches the others.

import type { BuiltinFunctions } from './api/builtin-functions.js';
import { functions as all } from './all-functions.js';
import { parseDataType, parseSelectItem } from '../../planner/sql/index.js';
import type { UserFunction } from '../../planner/tree.js';
import type * as Api from './api/functions.js';
import { argument, call, ColumnExpr, literal, nameExpr, operand, userCall } from './column.js';

/** The typed face of an untyped function: types are erased at run time. */
const typed = <F>(fn: (...args: never[]) => unknown): F => fn as F;
const named = <F>(name: string): F => typed<F>((...args: unknown[]) => call(name, ...args.map(argument)));

/** Every SQL function by its name in camel case: `functions.dateTrunc('hour', 'at')`. */
export const functions = all as BuiltinFunctions;
/** A column by name; `alias.name` and `struct.field` too. */
export const col = typed<typeof Api.col>((name: string) => new ColumnExpr(nameExpr(name)));
/** A constant. */
export const lit = typed<typeof Api.lit>((value: unknown) => value instanceof ColumnExpr ? value : new ColumnExpr(literal(value)));
/** An expression as SQL text. @throws PARSE_SYNTAX_ERROR */
export const expr = typed<typeof Api.expr>((sql: string) => new ColumnExpr(parseSelectItem(sql)));
/** Any SQL function by name. */
export const callFunction = typed<typeof Api.callFunction>((name: string, ...args: unknown[]) => call(name, ...args.map(argument)));
export const count = typed<typeof Api.count>((column?: unknown) => column === undefined || column === '*'
  ? call('count', literal(1)) : call('count', argument(column)));
export const countDistinct = typed<typeof Api.countDistinct>((...columns: unknown[]) => {
  const { expr: counted } = call('count', ...columns.map(argument));
  return new ColumnExpr({ ...counted as Extract<typeof counted, { kind: 'call' }>, distinct: true });
});
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
export const toTimestamp = typed<typeof Api.toTimestamp>((column: unknown, format?: string) => call('to_timestamp', argument(column), ...format === undefined ? [] : [literal(format)]));
export const split = typed<typeof Api.split>((column: unknown, pattern: string, limit?: number) =>
  call('split', argument(column), literal(pattern), ...limit === undefined ? [] : [literal(limit)]));
export const fromJson = typed<typeof Api.fromJson>((column: unknown, schema: string) => call('from_json', argument(column), literal(schema)));
export const toJson: typeof Api.toJson = named('to_json');
/** Windows of `size` that begin every `slide` (default: `size`), aligned to 1970 in UTC plus `start`. */
export const window = typed<typeof Api.window>((time: unknown, size: string, slide?: string, start?: string) => {
  const texts = start !== undefined ? [size, slide ?? size, start] : slide !== undefined ? [size, slide] : [size];
  return call('window', argument(time), ...texts.map(literal));
});
export const sessionWindow = typed<typeof Api.sessionWindow>((time: unknown, gap: unknown) => call('session_window', argument(time), operand(gap)));
export const windowTime: typeof Api.windowTime = named('window_time');
/** The first condition that holds decides; add more by `.when(…)`, the rest by `.otherwise(…)`. */
export const when = typed<typeof Api.when>((condition: ColumnExpr, value: unknown) => new ColumnExpr({
  kind: 'call', name: ['when'], operator: true, args: [{ value: condition.bare }, { value: operand(value) }],
}));
export const not = typed<typeof Api.not>((condition: ColumnExpr) => condition.not());

/** A closure as a column function, of the SQL type `type`. */
export const udf = typed<typeof Api.udf>((fn: (...args: never[]) => unknown, type: string) => userFunction(fn.name || 'udf', fn, type));
/** As `udf`, with the name that the column gets. */
export function userFunction(name: string, fn: (...args: never[]) => unknown, type: string): ((...args: unknown[]) => ColumnExpr) & { readonly definition: UserFunction } {
  const definition: UserFunction = { name, type: parseDataType(type), deterministic: true, call: fn, arity: fn.length };
  return Object.assign((...args: unknown[]) => userCall(definition, args.map(argument)), { definition });
}
