// INSERT, TRUNCATE and the rows of CREATE TABLE … AS.
// source: Spark's TableOutputResolver and Cast.canANSIStoreAssign: what cannot lose its meaning is cast, the rest refused.

import { canStore } from '../../planner/coercion.js';
import { EngineError, raise } from '../../planner/errors/index.js';
import { withDefaults } from './column-defaults.js';
import { didYouMean, relationHint } from '../../planner/similar.js';
import { quoteName, quoteParts } from '../../planner/analyzer/binder.js';
import type { Relation } from '../../planner/analyzer/context.js';
import { sqlType } from '../../planner/expr/print.js';
import type { Expr, SourceRef, Statement, UnresolvedPlan } from '../../planner/tree.js';
import { type DataType, type Field, sameType, VOID } from '../../planner/types.js';
import type { Backend, SaveMode } from './backend.js';
import type { Catalog, Entry } from './catalog.js';
import type { tableHolder } from './memory-table.js';

type Insert = Extract<Statement, { kind: 'insert' }>;
export interface InsertHost extends Backend {
  readonly catalog: Catalog;
  /** The columns of a source, asked of its format where they are not declared. */
  resolveSchema(source: SourceRef): Promise<readonly Field[]>;
}

const named = (names: readonly string[]): string => names.map(quoteName).join(', ');
const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
const fullName = (entry: Entry): string => quoteParts(['spark_catalog', 'default', entry.name]);

/** What INSERT writes to. @throws TABLE_OR_VIEW_NOT_FOUND, UNSUPPORTED_INSERT.RDD_BASED for views */
export function insertTarget(entry: Relation | undefined, { table, span }: Pick<Insert, 'table' | 'span'>, names: readonly string[]): SourceRef {
  const relationName = quoteParts(table);
  if (!entry) return raise('TABLE_OR_VIEW_NOT_FOUND', { relationName, searchPath: '[`system`.`builtin`, `system`.`session`, `spark_catalog`.`default`]' }, { span, hint: relationHint(table.at(-1)!, names) });
  return tableSource(entry) ?? raise('UNSUPPORTED_INSERT.RDD_BASED', { relationName }, { span });
}
const tableSource = ({ plan, kind }: Relation): SourceRef | undefined => plan.kind === 'source' && kind === 'table' ? plan.source : undefined;

/** @throws INSERT_COLUMN_ARITY_MISMATCH.…, INCOMPATIBLE_DATA_FOR_TABLE.…, COLUMN_ALREADY_EXISTS, UNRESOLVED_COLUMN.WITH_SUGGESTION, DEFAULT_PLACEMENT_INVALID, CAST_OVERFLOW_IN_TABLE_INSERT */
export async function insert(session: InsertHost, statement: Insert): Promise<void> {
  const entry = session.catalog.lookup(statement.table)!;
  const source = insertTarget(entry, statement, session.catalog.names);
  const target = source.schema ?? await session.resolveSchema(source);
  const defaults = new Map((entry.definition.columns ?? []).map((c) => [c.name.toLowerCase(), c.default] as const));
  const defaultOf = (f: Field): Expr => ({ kind: 'cast', arg: defaults.get(f.name.toLowerCase()) ?? { kind: 'literal', value: null, type: VOID }, to: f.type, try: false });
  const into = statement.byName ? [] : (statement.columns ?? target.map((f) => f.name)).map((name) => target.find((f) => same(f.name, name)));
  const query = await withDefaults(session, statement.plan, (index) => { const f = into[index]; return f && defaultOf(f); });
  const given = (await session.schema(query)).fields;
  const chosen = chosenColumns(statement, target, given, entry);
  const items = target.map((f): Expr => {
    const at = chosen.findIndex((c) => same(c, f.name));
    if (at < 0) return { kind: 'alias', arg: defaultOf(f), names: [f.name] };
    const value: Expr = { kind: 'name', parts: [f.name] };
    if (!canStore(given[at]!.type, f.type)) {
      raise('INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST', { tableName: fullName(entry), colName: quoteName(f.name), srcType: sqlType(given[at]!.type), targetType: sqlType(f.type) }, { span: statement.span });
    }
    const fits = sameType(given[at]!.type, f.type, true);
    return { kind: 'alias', arg: fits ? value : { kind: 'cast', arg: value, to: f.type, try: false, span: statement.span }, names: [f.name] };
  });
  const rows: UnresolvedPlan = { kind: 'select', from: { kind: 'to_df', input: query, names: chosen }, items };
  try { await put(session, source, rows, statement.overwrite ? 'overwrite' : 'append'); } catch (e) {
    const f = e instanceof EngineError ? target.find((t) => overflowsIn(e, given[chosen.findIndex((c) => same(c, t.name))]?.type, t.type)) : undefined;
    if (!f) throw e;
    raise('CAST_OVERFLOW_IN_TABLE_INSERT', { sourceType: sqlType(given[chosen.findIndex((c) => same(c, f.name))]!.type), targetType: sqlType(f.type), columnName: quoteName(f.name) }, { span: statement.span });
  }
}
/** Whether the cast from one to the other type may have raised the error; a cast of the query between the same types is not told from it. */
function overflowsIn({ condition, parameters }: EngineError, from: DataType | undefined, to: DataType): boolean {
  if (!from || sameType(from, to, true)) return false;
  if (condition === 'CAST_OVERFLOW') return parameters['sourceType'] === sqlType(from) && parameters['targetType'] === sqlType(to);
  return condition === 'NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION' && to.kind === 'decimal' && parameters['precision'] === String(to.precision) && parameters['scale'] === String(to.scale);
}

/** Into which column each column of the rows goes. */
function chosenColumns({ columns, byName, span }: Insert, target: readonly Field[], given: readonly Field[], entry: Entry): readonly string[] {
  const chosen = columns ?? (byName ? given : target).map((f) => f.name);
  if (given.length !== chosen.length || chosen.length > target.length) {
    raise(`INSERT_COLUMN_ARITY_MISMATCH.${given.length < chosen.length ? 'NOT_ENOUGH' : 'TOO_MANY'}_DATA_COLUMNS`, { tableName: fullName(entry), tableColumns: named(columns ?? target.map((f) => f.name)), dataColumns: named(given.map((f) => f.name)) }, { span });
  }
  const twice = chosen.find((c, i) => chosen.findIndex((d) => same(c, d)) !== i);
  if (twice !== undefined) raise('COLUMN_ALREADY_EXISTS', { columnName: quoteName(twice.toLowerCase()) }, { span });
  const unknown = chosen.filter((c) => !target.some((f) => same(f.name, c)));
  if (unknown.length === 0) return chosen;
  if (byName) return raise('INCOMPATIBLE_DATA_FOR_TABLE.EXTRA_COLUMNS', { tableName: fullName(entry), extraColumns: named(unknown) }, { span });
  return raise('UNRESOLVED_COLUMN.WITH_SUGGESTION', { objectName: quoteName(unknown[0]!), proposal: named(target.map((f) => f.name)) }, { span, hint: didYouMean(unknown[0]!, target.map((f) => f.name), quoteName) });
}

/** Writes the rows of a plan into a table. */
export async function put(session: Backend, source: SourceRef, rows: UnresolvedPlan, save: SaveMode): Promise<void> {
  const holder = source.object as ReturnType<typeof tableHolder> | undefined;
  if (holder?.insert) await holder.insert(await session.run(rows), save === 'overwrite');
  else await session.write(rows, { format: source.format, options: source.options }, save);
}

/** Takes all rows of a table away. @throws TABLE_OR_VIEW_NOT_FOUND, EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE */
export async function truncate(session: InsertHost, { table, span }: Extract<Statement, { kind: 'truncate' }>): Promise<void> {
  const entry = session.catalog.lookup(table);
  if (!entry) return raise('TABLE_OR_VIEW_NOT_FOUND', { relationName: quoteParts(table), searchPath: '[`system`.`session`, `spark_catalog`.`default`]' }, { span, hint: relationHint(table.at(-1)!, session.catalog.names) });
  const source = tableSource(entry) ?? raise('EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE', { viewName: fullName(entry), operation: 'TRUNCATE TABLE' }, { span });
  await put(session, source, { kind: 'local_data', schema: source.schema ?? await session.resolveSchema(source), rows: [] }, 'overwrite');
}
