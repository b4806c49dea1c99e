// CREATE STREAM, TABLE and VIEW.

import { quoteName } from '../../planner/analyzer/binder.js';
import { raise } from '../../planner/errors/index.js';
import type { Span } from '../../planner/spans.js';
import type { Statement, UnresolvedPlan } from '../../planner/tree.js';
import { type Field, field, type Schema } from '../../planner/types.js';
import { withoutSecrets } from '../connect/options.js';
import type { FormatRegistry } from '../connect/registry.js';
import { type Definition, ownName } from './catalog.js';
import { checkDefaults, type DefaultHost } from './column-defaults.js';
import { checkViewColumns } from './environment.js';
import { type InsertHost, put } from './insert.js';
import { holderPlan } from './local.js';
import { tableHolder } from './memory-table.js';
import { sourcePlan } from './reader.js';

type Of<K extends Statement['kind']> = Extract<Statement, { kind: K }>;
export interface RelationHost extends InsertHost, DefaultHost {
  readonly formats: FormatRegistry;
  /** The columns of the plan of a view; undefined if sources have to be asked for theirs. */
  knownSchema(plan: UnresolvedPlan, view: string): Schema | undefined;
}

const how = (s: { readonly orReplace: boolean; readonly ifNotExists: boolean }): 'fail' | 'replace' | 'keep' => s.orReplace ? 'replace' : s.ifNotExists ? 'keep' : 'fail';
const written = (span: Span | undefined): string => span?.text.slice(span.start, span.stop) ?? '';

/** A promise where rows are written. */
export function createRelation(session: RelationHost, statement: Of<'create_stream' | 'create_table'>): Promise<void> | undefined {
  const { using, options, watermarks, comment, places } = statement;
  const name = ownName(statement.name, statement.span);
  const stream = statement.kind === 'create_stream';
  const columns = statement.columns?.map((c) => field(c.name, c.type, c.nullable));
  if (columns) checkViewColumns(columns);
  if (statement.columns) checkDefaults(session, statement.columns, stream);
  if (statement.as) return stream ? raise('NOT_SUPPORTED_YET', { feature: 'CREATE STREAM … AS' }, { span: statement.span, hint: 'CREATE VIEW gives a query over streams a name.' }) : createAs(session, statement, statement.as, name);
  const definition: Definition = {
    ...(statement.columns && { columns: statement.columns }), watermarks: watermarks.map((w) => written(w.span)), ...(comment !== undefined && { comment }),
    ...(using !== undefined && { format: using, options: withoutSecrets(session.formats.source(using).options, options) }),
  };
  if (using === undefined) {
    if (stream) return raise('STREAM_NEEDS_USING', { name });
    if (!columns) return raise('TABLE_NEEDS_COLUMNS', { name });
    session.catalog.create({ name, kind: 'table', plan: memoryPlan(columns, name), definition }, how(statement));
    return undefined;
  }
  let plan = sourcePlan(using, options, columns, stream, name, places);
  for (const clause of watermarks) plan = { kind: 'watermark', input: plan, clause, form: 'sql' };
  session.catalog.create({ name, kind: stream ? 'stream' : 'table', plan, definition }, how(statement));
  return undefined;
}
const memoryPlan = (columns: readonly Field[], name: string): Extract<UnresolvedPlan, { kind: 'source' }> => holderPlan({ fields: columns }, tableHolder(columns), name);

/** The table is there once its rows are. */
async function createAs(session: RelationHost, statement: Of<'create_stream' | 'create_table'>, query: UnresolvedPlan, name: string): Promise<void> {
  const { using, options, comment, span, ifNotExists, orReplace, places } = statement;
  if (statement.columns) raise('_LEGACY_ERROR_TEMP_0035', { message: 'Schema may not be specified in a Create Table As Select (CTAS) statement' }, { span });
  if (ifNotExists && session.catalog.lookup([name])) return;
  if (!orReplace) session.catalog.refuseDouble(name);
  const columns = (await session.schema(query)).fields.map((f) => field(f.name, f.type));
  checkViewColumns(columns);
  const plan = using === undefined ? memoryPlan(columns, name) : sourcePlan(using, options, columns, false, name, places);
  if (plan.kind === 'source') await put(session, plan.source, query, orReplace || using === undefined ? 'overwrite' : 'error');
  const definition: Definition = { columns, ...(comment !== undefined && { comment }), ...(using !== undefined && { format: using, options: withoutSecrets(session.formats.source(using).options, options) }) };
  session.catalog.create({ name, kind: 'table', plan, definition }, orReplace ? 'replace' : 'fail');
}

/** What is wrong with the query is told at once, unless it reads sources that have not told their columns yet.
 *  @throws what the query has wrong, COLUMN_ALREADY_EXISTS, CREATE_VIEW_COLUMN_ARITY_MISMATCH.…, RECURSIVE_VIEW */
export function createView(session: RelationHost, statement: Of<'create_view'>): void {
  const { columns, comment, text, span } = statement;
  const name = ownName(statement.name, span);
  if (statement.orReplace && statement.ifNotExists) raise('CREATE_VIEW_WITH_IF_NOT_EXISTS_AND_REPLACE', { viewName: name }, { span });
  const given = session.knownSchema(statement.plan, name)?.fields;
  if (given && columns && columns.length !== given.length) {
    const list = (of: readonly { readonly name: string }[]): string => of.map((c) => quoteName(c.name)).join(', ');
    raise(`CREATE_VIEW_COLUMN_ARITY_MISMATCH.${given.length < columns.length ? 'NOT_ENOUGH' : 'TOO_MANY'}_DATA_COLUMNS`, { viewName: quoteName(name), viewColumns: list(columns), dataColumns: list(given) }, { span });
  }
  const shown = columns ?? given;
  if (shown) checkViewColumns(shown);
  const plan: UnresolvedPlan = columns ? { kind: 'to_df', input: statement.plan, names: columns.map((c) => c.name) } : statement.plan;
  session.catalog.create({ name, kind: 'view', plan, timeZone: session.timeZone(), definition: { ...(columns && { columns }), ...(comment !== undefined && { comment }), ...(text !== undefined && { text }) } }, how(statement));
}
