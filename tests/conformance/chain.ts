// Chains of DataFrame operations in the recorded streaming cases, as the unresolved plans that the DataFrame API makes of the same calls.

import { parseExpression, parseSelectItem, parseSortItem } from '../../planner/sql/index.js';
import type { Expr, JoinType, UnresolvedPlan } from '../../planner/tree.js';
import { BIGINT, BOOLEAN, DOUBLE, INT, STRING } from '../../planner/types.js';

export type Operation = readonly [string, ...unknown[]];
export type Chain = readonly Operation[];
export type Query = { readonly sql: string } | { readonly chain: Chain };

const text = (x: unknown): string => { if (typeof x !== 'string') throw new Error(`not a text in a chain: ${JSON.stringify(x)}`); return x; };
const texts = (x: unknown): readonly string[] => { if (!Array.isArray(x)) throw new Error(`not a list in a chain: ${JSON.stringify(x)}`); return x.map(text); };
const name = (x: unknown): Expr => ({ kind: 'name', parts: [text(x)] });
const literal = (x: unknown): Expr => {
  switch (typeof x) {
    case 'string': return { kind: 'literal', value: x, type: STRING };
    case 'boolean': return { kind: 'literal', value: x, type: BOOLEAN };
    case 'number': return Number.isInteger(x) ? { kind: 'literal', value: x, type: INT } : { kind: 'literal', value: x, type: DOUBLE };
    default: throw new Error(`not a literal in a chain: ${JSON.stringify(x)}`);
  }
};
const items = (list: readonly unknown[]): readonly Expr[] => list.map((e) => parseSelectItem(text(e)));
const whole = (columns: readonly unknown[]): { readonly columns?: readonly string[] } => (columns.length > 0 ? { columns: columns.map(text) } : {});

/** The plan of a chain; `table` gives the plan of a name. */
export function chainPlan(chain: Chain): UnresolvedPlan {
  const [[first, root], ...rest] = chain as [Operation, ...Operation[]];
  if (first !== 'table') throw new Error('a chain starts with a table');
  let plan: UnresolvedPlan = { kind: 'relation', name: [text(root)] };
  for (const [operation, ...args] of rest) plan = apply(plan, operation, args);
  return plan;
}

function apply(input: UnresolvedPlan, operation: string, args: readonly unknown[]): UnresolvedPlan {
  const grouped = (kind: 'list' | 'rollup' | 'cube'): UnresolvedPlan =>
    ({ kind: 'select', from: input, items: items(args[1] as readonly unknown[]), groupBy: { kind, keys: items(args[0] as readonly unknown[]) }, keysFirst: true });
  const combined = (op: 'union' | 'intersect' | 'except', all: boolean, more: object = {}): UnresolvedPlan =>
    ({ kind: 'set_operation', op, all, left: input, right: chainPlan(args[0] as Chain), ...more });
  switch (operation) {
    case 'withWatermark': return { kind: 'watermark', input, form: 'dataframe', clause: { expr: name(args[0]), delay: literal(args[1]) } };
    case 'select': return { kind: 'select', from: input, items: items(args) };
    case 'filter': return { kind: 'filter', input, predicate: parseExpression(text(args[0])) };
    case 'withColumn': return { kind: 'with_columns', input, columns: [{ name: text(args[0]), expr: parseExpression(text(args[1])) }] };
    case 'withColumnRenamed': return { kind: 'rename_columns', input, names: [[text(args[0]), text(args[1])]] };
    case 'toDF': return { kind: 'to_df', input, names: args.map(text) };
    case 'drop': return { kind: 'drop_columns', input, columns: args.map(name) };
    case 'alias': return { kind: 'subquery_alias', input, alias: text(args[0]) };
    case 'groupBy': return grouped('list');
    case 'rollup': return grouped('rollup');
    case 'cube': return grouped('cube');
    case 'pivot': return { kind: 'pivot', input, keys: items(args[0] as readonly unknown[]), on: [parseExpression(text(args[1]))], aggregates: items(args[2] as readonly unknown[]) };
    case 'dropDuplicates': return { kind: 'deduplicate', input, withinWatermark: false, ...whole(args) };
    case 'dropDuplicatesWithinWatermark': return { kind: 'deduplicate', input, withinWatermark: true, ...whole(args) };
    case 'distinct': return { kind: 'deduplicate', input, withinWatermark: false };
    case 'join': return {
      kind: 'join', left: input, right: chainPlan(args[0] as Chain), type: (args[2] ?? 'inner') as JoinType,
      ...(typeof args[1] === 'string' ? { on: parseExpression(args[1]) } : Array.isArray(args[1]) ? { using: texts(args[1]) } : {}),
    };
    case 'crossJoin': return { kind: 'join', left: input, right: chainPlan(args[0] as Chain), type: 'cross' };
    case 'union': return combined('union', true);
    case 'unionByName': return combined('union', true, { byName: true, ...(args[1] ? { allowMissing: true } : {}) });
    case 'intersect': return combined('intersect', false);
    case 'intersectAll': return combined('intersect', true);
    case 'except': return combined('except', false);
    case 'exceptAll': return combined('except', true);
    case 'orderBy': return { kind: 'sort', input, order: args.map((a) => parseSortItem(text(a))), global: true };
    case 'sortWithinPartitions': return { kind: 'sort', input, order: args.map((a) => parseSortItem(text(a))), global: false };
    case 'limit': return { kind: 'limit', input, limit: literal(args[0]) };
    case 'offset': return { kind: 'limit', input, offset: literal(args[0]) };
    case 'sample': return { kind: 'sample', input, fraction: Number(args[0]), seed: Number(args[1]) };
    case 'repartition': return { kind: 'repartition', input, count: Number(args[0]), exprs: args.slice(1).map((a) => parseExpression(text(a))) };
    case 'hint': return { kind: 'hint', input, name: text(args[0]) };
    case 'na.fill': return fill(input, args);
    case 'na.drop': return { kind: 'drop_na', input, how: args[0] === 'all' ? 'all' : 'any', ...whole(args.slice(1)) };
    default: throw new Error(`unknown operation ${operation}`);
  }
}

/** Python's fill: whole numbers are BIGINT. */
function fill(input: UnresolvedPlan, [value, ...columns]: readonly unknown[]): UnresolvedPlan {
  const typed = typeof value === 'string' ? { value, type: STRING } : typeof value === 'boolean' ? { value, type: BOOLEAN }
    : Number.isInteger(value) ? { value: BigInt(value as number), type: BIGINT } : { value: value as number, type: DOUBLE };
  return { kind: 'fill_na', input, ...typed, ...whole(columns) };
}
