// What a session knows of itself as tables: information_schema of names and settings, system of its queries. Each mention of a table in a
// query is read once, when the query begins to read it, whole and between two epochs: nothing of it moves while it is made.
// The columns of information_schema are named as in the SQL standard where it has them.

import { valueText } from '../../planner/expr/literals.js';
import { parseSchema } from '../../planner/sql/index.js';
import type { FunctionSpec, UnresolvedPlan } from '../../planner/tree.js';
import { type Field, type Schema, sqlName } from '../../planner/types.js';
import type { Row, Value } from '../../planner/values.js';
import { batchOf } from '../columnar/build.js';
import type { QueryManager } from '../runtime/manager.js';
import type { StreamingQueryProgress } from '../runtime/progress.js';
import type { StreamingQueryHandle } from '../runtime/handle.js';
import type { Catalog, Entry } from './catalog.js';
import { functionNames } from './function-statements.js';
import { holderPlan } from './local.js';
import { SETTINGS } from './setting-list.js';
import type { UserFunctions } from './user-functions.js';
import type { Variables } from './variables.js';

interface Host {
  readonly catalog: Catalog;
  readonly functions: UserFunctions;
  readonly variables: Variables;
  readonly conf: { getAll(): Readonly<Record<string, string>> };
  readonly manager: QueryManager;
  schema(plan: UnresolvedPlan): Promise<Schema>;
}
interface SystemTable { readonly fields: readonly Field[]; readonly rows: (host: Host) => readonly Row[] | Promise<readonly Row[]> }
const table = (columns: string, rows: SystemTable['rows']): SystemTable => ({ fields: parseSchema(columns), rows });

const CATALOG = 'spark_catalog';
const mapOf = (values: Readonly<Record<string, Value>>): Value => Object.entries(values) as unknown as Value;
const micros = (iso: string | undefined): Value => { const millis = iso === undefined ? Number.NaN : Date.parse(iso); return Number.isNaN(millis) ? null : BigInt(millis) * 1000n; };
const long = (n: number): bigint => BigInt(Math.round(n));
const json = (value: unknown): Value => value === null || value === undefined ? null : JSON.stringify(value);

/** Queries that run, in the order of their start, then those that have ended, as far as they are remembered. */
const queries = ({ manager }: Host): readonly StreamingQueryHandle[] => manager.known;
/** One row for each thing of the newest epoch of each query. */
const ofLastEpoch = (rows: (progress: StreamingQueryProgress, of: Row) => readonly Row[]) => (host: Host): readonly Row[] =>
  queries(host).flatMap(({ id, name, lastProgress }) => lastProgress ? rows(lastProgress, [id, name ?? null, long(lastProgress.batchId)]) : []);

/** Columns of a relation; none of a view that refers to what is gone. */
async function columnsOf(host: Host, { name, definition }: Entry): Promise<readonly Row[]> {
  const fields = await host.schema({ kind: 'relation', name: [name] }).then((schema) => schema.fields, () => []);
  return fields.map((f, i) => columnRow('default', name, i, definition.columns?.[i]?.comment === undefined ? f : { ...f, comment: definition.columns[i].comment }));
}
const columnRow = (schema: string, relation: string, index: number, f: Field): Row => [CATALOG, schema, relation, f.name, index + 1, f.nullable ? 'YES' : 'NO', sqlName(f.type), f.comment ?? null];

function routineRow(schema: string, name: string, fn: FunctionSpec): Row {
  const { sql } = fn;
  const returns = sql ? sql.table ? `TABLE (${sql.columns!.map((f) => `${f.name} ${sqlName(f.type)}`).join(', ')})` : sqlName(sql.returns!) : fn.returns === undefined || fn.returns === 'void' ? null : fn.returns.toUpperCase();
  return [CATALOG, schema, name, fn.kind.toUpperCase(), returns, sql?.text ?? null, fn.doc === '' ? null : fn.doc];
}

const TABLES: Readonly<Record<string, Readonly<Record<string, SystemTable>>>> = {
  information_schema: {
    tables: table('table_catalog STRING, table_schema STRING, table_name STRING, table_type STRING, format STRING, options MAP<STRING, STRING>, comment STRING, definition STRING', ({ catalog }) => [
      ...catalog.all.map(({ name, kind, definition }): Row => [CATALOG, 'default', name, kind.toUpperCase(), kind === 'view' ? null : definition.format ?? 'memory', mapOf(definition.options ?? {}), definition.comment ?? null, definition.text ?? null]),
      ...systemTables().map(([schema, name]): Row => [CATALOG, schema, name, 'SYSTEM TABLE', null, mapOf({}), null, null]),
    ]),
    columns: table('table_catalog STRING, table_schema STRING, table_name STRING, column_name STRING, ordinal_position INT, is_nullable STRING, data_type STRING, comment STRING', async (host) => [
      ...(await Promise.all(host.catalog.all.map((entry) => columnsOf(host, entry)))).flat(),
      ...systemTables().flatMap(([schema, name, { fields }]) => fields.map((f, i) => columnRow(schema, name, i, f))),
    ]),
    routines: table('routine_catalog STRING, routine_schema STRING, routine_name STRING, routine_type STRING, data_type STRING, routine_definition STRING, comment STRING', ({ functions }) => [
      ...functionNames({ functions }, 'system').map((name) => ['builtin', name, functions.lookup(name, 'builtin')!] as const), ...functions.made,
    ].map(([schema, name, fn]) => routineRow(schema, name, fn))),
    settings: table('name STRING, value STRING, default_value STRING, description STRING', ({ conf }) => {
      const set = conf.getAll();
      const others = Object.keys(set).filter((name) => !SETTINGS.some((s) => s.name === name));
      return [...SETTINGS.map((s): Row => [s.name, set[s.name] ?? s.default, s.default, s.doc]), ...others.map((name): Row => [name, set[name]!, null, null])];
    }),
    variables: table('variable_name STRING, data_type STRING, value STRING', ({ variables }) => variables.all.map((v): Row => [v.name, sqlName(v.type), valueText(v.value, v.type)])),
  },
  system: {
    queries: table('id STRING, run_id STRING, name STRING, is_active BOOLEAN, status STRING, is_data_available BOOLEAN, is_trigger_active BOOLEAN, epoch BIGINT, watermark TIMESTAMP, error STRING', (host) => queries(host).map((q): Row => [
      q.id, q.runId, q.name ?? null, q.isActive, q.status.message, q.status.isDataAvailable, q.status.isTriggerActive, q.lastProgress ? long(q.lastProgress.batchId) : null, micros(q.lastProgress?.eventTime.watermark), q.exception?.message ?? null,
    ])),
    progress: table('id STRING, name STRING, epoch BIGINT, run_id STRING, timestamp TIMESTAMP, duration_ms BIGINT, input_rows BIGINT, input_rows_per_second DOUBLE, processed_rows_per_second DOUBLE, output_rows BIGINT, watermark TIMESTAMP, durations_ms MAP<STRING, BIGINT>',
      (host) => queries(host).flatMap(({ id, name, recentProgress }) => recentProgress.map((p): Row => [
        id, name ?? null, long(p.batchId), p.runId, micros(p.timestamp), long(p.batchDuration), long(p.numInputRows), p.inputRowsPerSecond ?? null, p.processedRowsPerSecond ?? null,
        long(p.sink.numOutputRows), micros(p.eventTime.watermark), mapOf(Object.fromEntries(Object.entries(p.durationMs).map(([key, n]) => [key, long(n)]))),
      ]))),
    sources: table('id STRING, name STRING, epoch BIGINT, source STRING, start_offset STRING, end_offset STRING, latest_offset STRING, input_rows BIGINT', ofLastEpoch(({ sources }, of) => sources.map((s): Row => [
      ...of, s.description, json(s.startOffset), json(s.endOffset), json(s.latestOffset), long(s.numInputRows),
    ]))),
    state: table('id STRING, name STRING, epoch BIGINT, operator STRING, rows BIGINT, rows_updated BIGINT, rows_removed BIGINT, late_rows BIGINT, memory_bytes BIGINT, metrics MAP<STRING, BIGINT>', ofLastEpoch(({ stateOperators }, of) => stateOperators.map((s): Row => [
      ...of, s.operatorName, long(s.numRowsTotal), long(s.numRowsUpdated), long(s.numRowsRemoved), long(s.numRowsDroppedByWatermark), long(s.memoryUsedBytes),
      mapOf(Object.fromEntries(Object.entries(s.customMetrics).map(([key, n]) => [key, long(n)]))),
    ]))),
    operators: table('id STRING, name STRING, operator STRING, operator_id STRING, rows_in BIGINT, rows_used BIGINT, rows_filtered BIGINT, rows_late BIGINT, rows_rejected BIGINT, rows_deduplicated BIGINT, rows_out BIGINT', (host) =>
      queries(host).flatMap(({ id, name, ledger }) => ledger.operators.map((o): Row => [
        id, name ?? null, o.operator, o.id, long(o.in), long(o.used), long(o.filtered), long(o.late), long(o.rejected), long(o.deduplicated), long(o.out),
      ]))),
  },
};
const systemTables = (): readonly (readonly [schema: string, name: string, of: SystemTable])[] => Object.entries(TABLES).flatMap(([schema, tables]) => Object.entries(tables).map(([name, of]) => [schema, name, of] as const));

/** The schemas that SHOW SCHEMAS names. */
export const SCHEMAS: readonly string[] = ['default', ...Object.keys(TABLES)];

/** The plan of `information_schema.x` or `system.x`, perhaps behind the name of the catalogue. */
export function systemTable(name: readonly string[], host: Host): UnresolvedPlan | undefined {
  const [schema = '', relation = '', more] = name.map((part) => part.toLowerCase()).filter((part, i) => i > 0 || part !== CATALOG);
  const found = more === undefined && Object.hasOwn(TABLES, schema) && Object.hasOwn(TABLES[schema]!, relation) ? TABLES[schema]![relation] : undefined;
  return found && holderPlan({ fields: found.fields }, { batches: async () => [batchOf(found.fields.map((f) => f.type), await found.rows(host))] }, `${schema}.${relation}`);
}
