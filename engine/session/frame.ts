// The class behind the typed DataFrame: a session and an unresolved plan. Building is lazy and does no analysis; each call makes the node
// that its SQL clause would make, and remembers where in the user's program it was made.

import { raise } from '../../planner/errors/index.js';
import { parseExpression, parseSelectItem, parseTypeOrFields } from '../../planner/sql/index.js';
import { durationLiteral } from '../../planner/sql/durations.js';
import type { Expr, JoinType, OutputMode, UnresolvedPlan } from '../../planner/tree.js';
import { type DataType, type Field, type Schema, simpleName, STRING } from '../../planner/types.js';
import type { Value } from '../../planner/values.js';
import type { RecordBatch } from '../columnar/column.js';
import { toArrowTable } from '../columnar/arrow.js';
import { rows } from '../columnar/read.js';
import { tableText } from '../formats/table-text.js';
import type { Backend } from './backend.js';
import { ANY, BOOLEAN, check, checked, either, FUNCTION, type Kind, listOf, NAME, NUMBER, OBJECT, objectOf, oneOf, SETTING, type Signature, TEXT, WHOLE } from './checked.js';
import { argument, call, COLUMN, ColumnExpr, CONDITION, literal, nameExpr, OPERAND, operand, sortItem } from './column.js';
import { KeyedFrame } from './grouped-state.js';
import { INSPECT } from './inspect.js';
import { publicSchema, readSchema } from './schema.js';
import { StreamWriter, TableWriter } from './writer.js';

const JOINS: Readonly<Record<string, JoinType>> = {
  inner: 'inner', cross: 'cross', left: 'left', leftouter: 'left', right: 'right', rightouter: 'right', full: 'full', outer: 'full', fullouter: 'full',
  semi: 'left_semi', leftsemi: 'left_semi', anti: 'left_anti', leftanti: 'left_anti',
};

type Fn = (row: never) => unknown;

export class Frame {
  readonly backend: Backend;
  readonly plan: UnresolvedPlan;
  /** Closures and `collect` get the bare value of a single column. */
  private readonly bare: boolean;
  constructor(backend: Backend, plan: UnresolvedPlan, bare = false) { this.backend = backend; this.plan = plan; this.bare = bare; }

  private with(plan: UnresolvedPlan, bare = false): Frame {
    const origin = callSite();
    return new Frame(this.backend, origin === undefined ? plan : { ...plan, origin }, bare);
  }

  /** For console.log: names and rows are known only once the frame has run. */
  [INSPECT](): string { return 'DataFrame (lazy: show() prints its rows, printSchema() its columns, explain() its plan)'; }
  async schema(): Promise<object> { return publicSchema(await this.backend.schema(this.plan)); }
  async columns(): Promise<string[]> { return (await this.backend.schema(this.plan)).fields.map((f) => f.name); }
  async dtypes(): Promise<[string, string][]> { return (await this.backend.schema(this.plan)).fields.map((f) => [f.name, simpleName(f.type)]); }
  async printSchema(): Promise<void> { this.backend.print(`${schemaTree(await this.backend.schema(this.plan))}\n`); }
  as(alias?: string): Frame { return alias === undefined ? new Frame(this.backend, this.plan, true) : this.with({ kind: 'subquery_alias', input: this.plan, alias }); }
  alias(alias: string): Frame { return this.as(alias); }
  col(name: string): ColumnExpr { return new ColumnExpr({ kind: 'frame_column', plan: this.plan, name }); }

  select(...columns: unknown[]): Frame {
    const [fn] = columns;
    const list = columns.length === 1 && typeof fn === 'function' ? given('select', COLUMN_LIST, (fn as (c: object) => unknown)(COLUMNS)) as unknown[] : columns;
    return this.with({ kind: 'select', from: this.plan, items: list.map(argument) });
  }
  selectExpr(...expressions: string[]): Frame { return this.with({ kind: 'select', from: this.plan, items: expressions.map((e) => parseSelectItem(e)) }); }
  filter(condition: unknown): Frame {
    if (typeof condition === 'function') return this.with({ kind: 'map_rows', input: this.plan, mode: 'filter', fn: condition as Fn, ...(this.bare && { typed: true as const }) }, this.bare);
    return this.with({ kind: 'filter', input: this.plan, predicate: typeof condition === 'string' ? parseExpression(condition) : argument(condition) }, this.bare);
  }
  where(condition: unknown): Frame { return this.filter(condition); }
  withColumn(name: string, column: ColumnExpr): Frame { return this.withColumns({ [name]: column }); }
  withColumns(columns: Readonly<Record<string, ColumnExpr>>): Frame {
    return this.with({ kind: 'with_columns', input: this.plan, columns: Object.entries(columns).map(([name, c]) => ({ name, expr: argument(c) })) });
  }
  withColumnRenamed(from: string, to: string): Frame { return this.withColumnsRenamed({ [from]: to }); }
  withColumnsRenamed(names: Readonly<Record<string, string>>): Frame { return this.with({ kind: 'rename_columns', input: this.plan, names: Object.entries(names) }); }
  drop(...names: unknown[]): Frame { return this.with({ kind: 'drop_columns', input: this.plan, columns: names.map((n) => typeof n === 'string' ? { kind: 'name' as const, parts: [n] } : argument(n)) }); }
  distinct(): Frame { return this.with({ kind: 'deduplicate', input: this.plan, withinWatermark: false }, this.bare); }
  dropDuplicates(...names: (string | readonly string[])[]): Frame { return this.deduplicate(names.flat(), false); }
  dropDuplicatesWithinWatermark(...names: (string | readonly string[])[]): Frame { return this.deduplicate(names.flat(), true); }
  private deduplicate(columns: readonly string[], withinWatermark: boolean): Frame {
    return this.with({ kind: 'deduplicate', input: this.plan, withinWatermark, ...(columns.length > 0 && { columns }) }, this.bare);
  }
  withWatermark(column: string, delay: string, { idleAfter, maxFutureSkew }: { readonly idleAfter?: string; readonly maxFutureSkew?: string } = {}): Frame {
    const bounds = { ...(idleAfter !== undefined && { idleAfter: durationLiteral(idleAfter) }), ...(maxFutureSkew !== undefined && { maxFutureSkew: durationLiteral(maxFutureSkew) }) };
    return this.with({ kind: 'watermark', input: this.plan, form: 'dataframe', clause: { expr: { kind: 'name', parts: [column] }, delay: literal(delay), ...bounds } }, this.bare);
  }
  orderBy(...columns: unknown[]): Frame { return this.with({ kind: 'sort', input: this.plan, order: columns.map(sortItem), global: true }, this.bare); }
  sort(...columns: unknown[]): Frame { return this.orderBy(...columns); }
  sortWithinPartitions(...columns: unknown[]): Frame { return this.with({ kind: 'sort', input: this.plan, order: columns.map(sortItem), global: false }, this.bare); }
  repartition(...by: unknown[]): Frame {
    const [count, ...rest] = typeof by[0] === 'number' ? by as [number, ...unknown[]] : [undefined, ...by];
    return this.with({ kind: 'repartition', input: this.plan, ...(count !== undefined && { count }), exprs: rest.map(argument) }, this.bare);
  }
  coalesce(count: number): Frame { return this.repartition(count); }
  hint(name: string, ..._parameters: unknown[]): Frame { return this.with({ kind: 'hint', input: this.plan, name }, this.bare); }
  sample(fraction: number, { seed, withReplacement }: { readonly seed?: number; readonly withReplacement?: boolean } = {}): Frame {
    const chosen = seed ?? Math.floor(this.backend.random() * 2 ** 31);
    return this.with({ kind: 'sample', input: this.plan, fraction, seed: chosen, ...(withReplacement && { withReplacement: true as const }) }, this.bare);
  }
  toJSON(): Frame { return this.selectExpr('to_json(struct(*)) AS value'); }
  toDF(...names: string[]): Frame { return this.with({ kind: 'to_df', input: this.plan, names }); }
  transform(change: (frame: Frame) => Frame): Frame { return given('transform', FRAME, change(this)); }
  unpivot(ids: readonly unknown[], values: readonly unknown[], variableColumnName: string, valueColumnName: string): Frame {
    return this.with({
      kind: 'unpivot', input: this.plan, includeNulls: true, ids: ids.map(argument), values: values.map((v) => ({ columns: [argument(v)] })),
      valueNames: [valueColumnName], nameColumn: variableColumnName,
    });
  }
  get na(): MissingValues { return new MissingValues(this.plan, (plan) => this.with(plan, this.bare)); }
  limit(count: number): Frame { return this.with({ kind: 'limit', input: this.plan, limit: literal(count) }, this.bare); }
  offset(count: number): Frame { return this.with({ kind: 'limit', input: this.plan, offset: literal(count) }, this.bare); }
  union(other: Frame): Frame { return this.combine('union', true, other); }
  unionAll(other: Frame): Frame { return this.combine('union', true, other); }
  unionByName(other: Frame, allowMissingColumns = false): Frame {
    return this.with({ kind: 'set_operation', op: 'union', all: true, left: this.plan, right: other.plan, byName: true, ...(allowMissingColumns && { allowMissing: true as const }) });
  }
  intersect(other: Frame): Frame { return this.combine('intersect', false, other); }
  intersectAll(other: Frame): Frame { return this.combine('intersect', true, other); }
  except(other: Frame): Frame { return this.combine('except', false, other); }
  exceptAll(other: Frame): Frame { return this.combine('except', true, other); }
  private combine(op: 'union' | 'intersect' | 'except', all: boolean, other: Frame): Frame { return this.with({ kind: 'set_operation', op, all, left: this.plan, right: other.plan }, this.bare); }

  join(other: Frame, on: unknown, type = 'inner'): Frame {
    const kind = JOINS[type.toLowerCase().replaceAll('_', '')] ?? raise('INVALID_JOIN_TYPE', { type, valid: Object.keys(JOINS).join(', ') });
    const condition = on instanceof ColumnExpr ? { on: on.bare } : { using: [on].flat() as string[] };
    return this.with({ kind: 'join', left: this.plan, right: other.plan, type: kind, ...condition });
  }
  joinAsOf(other: Frame, on: ColumnExpr, type: 'inner' | 'left' = 'inner'): Frame {
    if (type !== 'inner' && type !== 'left') raise('INVALID_JOIN_TYPE', { type, valid: 'inner, left' });
    return this.with({ kind: 'join', left: this.plan, right: other.plan, type, asOf: true, on: on.bare });
  }
  crossJoin(other: Frame): Frame { return this.with({ kind: 'join', left: this.plan, right: other.plan, type: 'cross' }); }

  groupBy(...keys: unknown[]): Grouped { return this.grouped('list', keys); }
  rollup(...keys: unknown[]): Grouped { return this.grouped('rollup', keys); }
  cube(...keys: unknown[]): Grouped { return this.grouped('cube', keys); }
  private grouped(kind: 'list' | 'rollup' | 'cube', keys: readonly unknown[]): Grouped {
    return new Grouped({ from: this.plan, kind, keys: keys.map(argument), make: (plan) => this.with(plan) });
  }
  agg(...aggregates: unknown[]): Frame { return this.with({ kind: 'select', from: this.plan, items: aggregateItems(aggregates), groupBy: { kind: 'list', keys: [] } }); }
  async count(): Promise<bigint> {
    const [row] = await this.agg(call('count', literal(1)).as('count')).collect() as { count: bigint }[];
    return row!.count;
  }

  map(fn: Fn, schema?: string): Frame { return this.mapRows('map', fn, schema); }
  flatMap(fn: Fn, schema?: string): Frame { return this.mapRows('flat_map', fn, schema); }
  private mapRows(mode: 'map' | 'flat_map', fn: Fn, schema: string | undefined): Frame {
    const fields = schema === undefined ? [{ name: 'value', type: STRING, nullable: true }] : readSchema(schema);
    return this.with({ kind: 'map_rows', input: this.plan, mode, fn, schema: fields, ...(this.bare && { typed: true as const }) }, schema === undefined);
  }
  groupByKey(key: Fn, type?: string): KeyedFrame<Frame> {
    return new KeyedFrame({
      input: this.plan, typed: this.bare, convert: this.backend.convert, key, ...(type !== undefined && { keyType: parseTypeOrFields(type) }), make: (plan, bare) => this.with(plan, bare),
    });
  }

  async collect(): Promise<unknown[]> {
    const out: unknown[] = [];
    for await (const row of this.toLocalIterator()) out.push(row);
    return out;
  }
  async first(): Promise<unknown> { return (await this.take(1))[0]; }
  async head(count: number): Promise<unknown[]> { return this.take(count); }
  async isEmpty(): Promise<boolean> { return (await this.take(1)).length === 0; }
  async take(count: number): Promise<unknown[]> { return this.limit(count).collect(); }
  async *toLocalIterator(): AsyncGenerator<unknown, void, undefined> {
    const { schema, batches } = await this.backend.run(this.plan);
    const bare = this.bare && schema.fields.length === 1;
    const toUser = bare ? this.backend.convert.toUser(schema.fields[0]!.type) : undefined;
    const toRow = this.backend.convert.rowToUser(schema.fields);
    for await (const batch of batches) for (const row of rows(batch)) yield toUser ? toUser(row[0]!) : toRow(row);
  }
  async toArrow(): Promise<unknown> {
    const { schema, batches } = await this.backend.run(this.plan);
    const all: RecordBatch[] = [];
    for await (const batch of batches) all.push(batch);
    return toArrowTable({ schema, batches: all });
  }
  async show(count = 20, truncate: boolean | number = true): Promise<void> {
    const { schema, batches } = await this.backend.run(this.limit(count + 1).plan);
    const found: Value[][] = [];
    for await (const batch of batches) for (const row of rows(batch)) found.push(row);
    this.backend.print(`${tableText(schema, found, count, truncate === true ? 20 : truncate === false ? 0 : truncate, this.backend.timeZone())}\n`);
  }
  async explain(extended = false): Promise<void> { this.backend.print(`${await this.backend.explain(this.plan, extended)}\n`); }
  defaultOutputMode(): Promise<OutputMode> { return this.backend.defaultMode(this.plan); }
  get isStreaming(): boolean { return this.backend.isStreaming(this.plan); }
  createOrReplaceTempView(name: string): void { this.backend.createView(name, this.plan); }
  get write(): TableWriter { return new TableWriter(this.backend, this.plan); }
  get writeStream(): StreamWriter { return new StreamWriter(this.backend, this.plan, (plan) => new Frame(this.backend, plan, this.bare)); }
}

const FRAME: Kind = { expected: 'a DataFrame', holds: (v) => v instanceof Frame };
const COLUMN_LIST: Kind = listOf(COLUMN, 'columns');
/** What a function that the user gave has given. @throws INVALID_ARGUMENT */
function given<T>(method: string, kind: Kind, value: T): T {
  check(`DataFrame.${method}`, [['result of the function', kind]], [value]);
  return value;
}
const NAMES: Kind = either(NAME, listOf(NAME, 'names'));
const columns: Signature = [['columns', COLUMN, 'rest']];
const closure: Signature = [['fn', FUNCTION], ['schema', ANY, 'optional']];
const other: Signature = [['other', FRAME]];
const count: Signature = [['count', WHOLE]];
const none: Signature = [];
const aggregates: Signature = [['aggregates', either(COLUMN, objectOf(NAME, 'names of functions by those of columns')), 'rest']];
checked(Frame.prototype, 'DataFrame', {
  schema: none, columns: none, dtypes: none, printSchema: none, as: [['alias', NAME, 'optional']], alias: [['alias', NAME]], col: [['name', NAME]],
  select: [['columns', either(COLUMN, FUNCTION), 'rest']], selectExpr: [['expressions', NAME, 'rest']], filter: [['condition', either(COLUMN, FUNCTION)]], where: [['condition', either(COLUMN, FUNCTION)]],
  withColumn: [['name', NAME], ['column', COLUMN]], withColumns: [['columns', objectOf(COLUMN, 'columns by name')]], withColumnRenamed: [['from', NAME], ['to', NAME]],
  withColumnsRenamed: [['names', objectOf(NAME, 'new names by old ones')]], drop: columns, distinct: none, dropDuplicates: [['names', NAMES, 'rest']], dropDuplicatesWithinWatermark: [['names', NAMES, 'rest']],
  withWatermark: [['column', NAME], ['delay', TEXT], ['bounds', objectOf({ ...TEXT, holds: (v) => v === undefined || TEXT.holds(v) }, 'durations: idleAfter, maxFutureSkew'), 'optional']],
  orderBy: columns, sort: columns, sortWithinPartitions: columns, repartition: columns, coalesce: count, hint: [['name', NAME]],
  sample: [['fraction', NUMBER], ['options', OBJECT, 'optional']], toJSON: none, toDF: [['names', NAME, 'rest']], transform: [['change', FUNCTION]],
  unpivot: [['ids', listOf(COLUMN, 'columns')], ['values', listOf(COLUMN, 'columns')], ['variableColumnName', NAME], ['valueColumnName', NAME]],
  limit: count, offset: count, union: other, unionAll: other, unionByName: [['other', FRAME], ['allowMissingColumns', BOOLEAN, 'optional']], intersect: other, intersectAll: other, except: other, exceptAll: other,
  join: [['other', FRAME], ['on', either(CONDITION, NAMES)], ['type', TEXT, 'optional']], joinAsOf: [['other', FRAME], ['on', CONDITION], ['type', TEXT, 'optional']], crossJoin: other,
  groupBy: columns, rollup: columns, cube: columns, agg: aggregates, count: none, map: closure, flatMap: closure, groupByKey: [['key', FUNCTION], ['type', NAME, 'optional']],
  collect: none, first: none, head: count, isEmpty: none, take: count, toLocalIterator: none, toArrow: none,
  show: [['count', WHOLE, 'optional'], ['truncate', either(BOOLEAN, WHOLE), 'optional']], explain: [['extended', BOOLEAN, 'optional']], defaultOutputMode: none, createOrReplaceTempView: [['name', NAME]],
});

/** Columns, or Spark's other form: `{ price: 'avg', '*': 'count' }`, names of functions by those of columns. */
function aggregateItems(given: readonly unknown[]): readonly Expr[] {
  const [names] = given;
  if (given.length !== 1 || names instanceof ColumnExpr || typeof names !== 'object' || names === null || Object.getPrototypeOf(names) !== Object.prototype) return given.map(argument);
  return Object.entries(names as Record<string, string>).map(([column, fn]) => call(fn, column === '*' ? literal(1) : nameExpr(column)).expr);
}

interface Grouping {
  readonly from: UnresolvedPlan;
  readonly kind: 'list' | 'rollup' | 'cube';
  readonly keys: readonly Expr[];
  readonly make: (plan: UnresolvedPlan) => Frame;
  readonly pivot?: { readonly on: Expr; readonly values?: readonly Expr[] };
}
export class Grouped {
  private readonly grouping: Grouping;
  constructor(grouping: Grouping) { this.grouping = grouping; }
  private make(items: readonly Expr[]): Frame {
    const { from, kind, keys, make, pivot } = this.grouping;
    if (!pivot) return make({ kind: 'select', from, items, groupBy: { kind, keys }, keysFirst: true });
    return make({ kind: 'pivot', input: from, keys, on: [pivot.on], aggregates: items, ...(pivot.values && { values: pivot.values.map((v) => ({ exprs: [v] })) }) });
  }
  pivot(column: unknown, values?: readonly unknown[]): Grouped {
    if (this.grouping.pivot || this.grouping.kind !== 'list') raise('INVALID_COLUMN_USE', { method: 'pivot()', expected: 'what groupBy gives' });
    return new Grouped({ ...this.grouping, pivot: { on: argument(column), ...(values && { values: values.map(operand) }) } });
  }
  agg(...aggregates: unknown[]): Frame { return this.make(aggregateItems(aggregates)); }
  count(): Frame { return this.make([call('count', literal(1)).as('count').expr]); }
  mean(...names: string[]): Frame { return this.avg(...names); }
  sum(...names: string[]): Frame { return this.each('sum', names); }
  max(...names: string[]): Frame { return this.each('max', names); }
  min(...names: string[]): Frame { return this.each('min', names); }
  avg(...names: string[]): Frame { return this.each('avg', names); }
  private each(fn: string, names: readonly string[]): Frame { return this.make(names.map((n) => call(fn, nameExpr(n)).expr)); }
}

const numbers: Signature = [['names', NAME, 'rest']];
checked(Grouped.prototype, 'groupBy', {
  pivot: [['column', COLUMN], ['values', listOf(OPERAND, 'values'), 'optional']], agg: aggregates, count: none, mean: numbers, sum: numbers, max: numbers, min: numbers, avg: numbers,
});

/** `df.na`: rows and cells without a value. */
class MissingValues {
  private readonly plan: UnresolvedPlan;
  private readonly make: (plan: UnresolvedPlan) => Frame;
  constructor(plan: UnresolvedPlan, make: (plan: UnresolvedPlan) => Frame) { this.plan = plan; this.make = make; }
  drop(how: 'any' | 'all' = 'any', columns?: readonly string[]): Frame { return this.make({ kind: 'drop_na', input: this.plan, how, ...(columns && { columns }) }); }
  /** A whole number fills columns of every numeric type, as in Python. */
  fill(value: string | number | bigint | boolean, columns?: readonly string[]): Frame {
    const { value: filled, type } = literal(typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : value) as Extract<Expr, { kind: 'literal' }>;
    return this.make({ kind: 'fill_na', input: this.plan, value: filled, type, ...(columns && { columns }) });
  }
}

checked(MissingValues.prototype, 'DataFrame.na', {
  drop: [['how', oneOf('any', 'all'), 'optional'], ['columns', listOf(NAME, 'names'), 'optional']], fill: [['value', SETTING], ['columns', listOf(NAME, 'names'), 'optional']],
});

/** What `select(c => [c.a])` receives: any name is a column. */
const COLUMNS: object = new Proxy({}, { get: (_, name) => typeof name === 'string' ? new ColumnExpr({ kind: 'name', parts: [name] }) : undefined });

const TREE_NAMES: Partial<Record<DataType['kind'], string>> = { tinyint: 'byte', smallint: 'short', int: 'integer', bigint: 'long' };
/** The tree that Spark's printSchema prints. */
function schemaTree({ fields }: Schema): string {
  const lines = ['root'];
  const line = (name: string, type: DataType, nullable: string, indent: string): void => {
    const deep = type.kind === 'struct' || type.kind === 'array' || type.kind === 'map';
    lines.push(`${indent}|-- ${name}: ${deep ? type.kind : TREE_NAMES[type.kind] ?? simpleName(type)} (${nullable})`);
    below(type, `${indent}|    `);
  };
  const below = (type: DataType, indent: string): void => {
    if (type.kind === 'struct') each(type.fields, indent);
    else if (type.kind === 'array') line('element', type.element, `containsNull = ${type.containsNull}`, indent);
    else if (type.kind === 'map') { line('key', type.key, '', indent); line('value', type.value, `valueContainsNull = ${type.valueContainsNull}`, indent); }
  };
  const each = (list: readonly Field[], indent: string): void => { for (const f of list) line(f.name, f.type, `nullable = ${f.nullable}`, indent); };
  each(fields, ' ');
  return `${lines.join('\n').replaceAll(' ()', '')}\n`;
}

/** file:line of the nearest caller outside of the folder that this code lies in, as stacks name it; unknown where a bundler has put all into one file. */
function callSite(): string | undefined {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 12;
  const { stack } = new Error();
  Error.stackTraceLimit = limit;
  const [own = '', ...callers] = stack?.split('\n').slice(1) ?? [];
  const folder = /\((.*[\\/])/.exec(own)?.[1];
  const line = folder && callers.find((l) => !l.includes(folder) && !l.includes('node:internal'));
  return line && /\(?([^()\s]+:\d+):\d+\)?$/.exec(line.trim())?.[1];
}
