// Statements: a query becomes a lazy frame; everything else is carried out at once and gives a frame of what it has to say.

import { quoteParts } from '../../planner/analyzer/binder.js';
import { parseOutputMode } from '../../planner/analyzer/check-streaming.js';
import { raise } from '../../planner/errors/index.js';
import { valueText } from '../../planner/expr/literals.js';
import { relationHint } from '../../planner/similar.js';
import { printPlan } from '../../planner/plan/print.js';
import type { Span } from '../../planner/spans.js';
import type { Expr, LogicalPlan, OutputMode, Statement, UnresolvedPlan, VariableName } from '../../planner/tree.js';
import { unsupportedStatement } from '../../planner/sql/index.js';
import { field, sqlName, STRING } from '../../planner/types.js';
import type { Row } from '../../planner/values.js';
import { batchOf } from '../columnar/build.js';
import type { QueryManager } from '../runtime/manager.js';
import { ownName, requireKind } from './catalog.js';
import { createText, describeLines } from './definitions.js';
import { Frame } from './frame.js';
import { createFunction, describeFunction, dropFunction, type FunctionHost, functionNames } from './function-statements.js';
import { insert, truncate } from './insert.js';
import { holderPlan } from './local.js';
import { immediateStatement } from './parameters.js';
import { createRelation, createView, type RelationHost } from './relation-statements.js';
import { shownIn } from './places.js';
import { SETTINGS } from './setting-list.js';
import { SCHEMAS } from './system-tables.js';
import { assignRow, declare, dropVariable, setVariables, targetsOf, type VariableHost } from './variables.js';
import { takeCheckpoint } from './writer.js';

/** What statements need of the session. */
export interface StatementHost extends RelationHost, FunctionHost, VariableHost {
  /** A statement of a text, in the session's dialect. */
  parse(text: string): Statement;
  readonly manager: QueryManager;
  readonly warn: (message: string) => void;
  readonly conf: { get(name: string): string | undefined; set(name: string, value: string): void; unset(name: string): void; getAll(): Readonly<Record<string, string>> };
  explain(plan: UnresolvedPlan, extended: boolean, mode?: OutputMode): Promise<string>;
  /** The value of an expression without columns. */
  constant(expr: Expr): Extract<Expr, { kind: 'literal' }>;
  /** The name that IDENTIFIER(expr) means. */
  nameOf(expr: Expr, span: Span | undefined): readonly string[];
  stop(): Promise<void>;
}

type Of<K extends Statement['kind']> = Extract<Statement, { kind: K }>;

/** A frame without rows that is there once what has begun is done. */
type Wait = (action: () => Promise<unknown>) => Frame;

/** Runs it, or begins to; what is wrong is shown in its text. */
export function runStatement(session: StatementHost, statement: Statement): Frame {
  try { return run(session, withName(session, statement), (action) => later(session, action().catch((error: unknown) => { throw shownIn(error, statement); }))); } catch (error) { throw shownIn(error, statement); }
}

/** The statement with its name in place of `IDENTIFIER(text)`. */
function withName(session: StatementHost, statement: Statement): Statement {
  if (statement.kind === 'explain') return { ...statement, statement: withName(session, statement.statement) };
  const known = <V extends VariableName>(names: readonly V[]): readonly V[] => names.map((v) => v.named ? { ...v, name: session.nameOf(v.named, v.named.span) } : v);
  if (statement.kind === 'declare' || statement.kind === 'set_variables') return { ...statement, names: known(statement.names) };
  if (statement.kind === 'execute_immediate') return statement.into ? { ...statement, into: known(statement.into) } : statement;
  if (!statement.named) return statement;
  const { named, ...rest } = statement;
  const name = session.nameOf(named, named.span);
  switch (rest.kind) {
    case 'insert': case 'truncate': return { ...rest, table: name };
    case 'show': return { ...rest, of: name };
    case 'create_function': return { ...rest, name, definition: { ...rest.definition, name: name.at(-1)! } };
    default: return { ...rest, name } as Statement;
  }
}

const notFound = (session: StatementHost, name: readonly string[], span: Span | undefined): never =>
  raise('TABLE_OR_VIEW_NOT_FOUND', { relationName: quoteParts(name), searchPath: '[`system`.`session`, `spark_catalog`.`default`]' }, { span, hint: relationHint(name.at(-1)!, session.catalog.names) });

function run(session: StatementHost, statement: Statement, wait: Wait): Frame {
  switch (statement.kind) {
    case 'query': return new Frame(session, statement.plan);
    case 'create_stream': case 'create_table': return done(session, createRelation(session, statement), wait);
    case 'create_view': createView(session, statement); return nothing(session);
    case 'create_function': return done(session, createFunction(session, statement), wait);
    case 'declare': declare(session, statement); return nothing(session);
    case 'set_variables': return done(session, setVariables(session, statement), wait);
    case 'drop_variable': dropVariable(session, statement); return nothing(session);
    case 'drop_function': dropFunction(session, statement); return nothing(session);
    case 'drop': {
      if (statement.what === 'query') return wait(() => stopQuery(session, statement.name.join('.')));
      session.catalog.drop(ownName(statement.name, statement.span), statement.what, statement.ifExists);
      return nothing(session);
    }
    case 'insert': return wait(() => insert(session, statement));
    case 'truncate': return wait(() => truncate(session, statement));
    case 'start_query': return wait(() => startQuery(session, statement));
    case 'stop_query': return wait(() => statement.name === undefined ? session.stop() : stopQuery(session, statement.name));
    case 'why': case 'explain': return deferred(session, statement, ['plan'], async () => [[await explain(session, statement)]]);
    case 'show': return show(session, statement);
    case 'show_create': return showCreate(session, statement);
    case 'describe': return describe(session, statement);
    case 'set': {
      if (statement.name !== undefined && session.variables.lookup(statement.name)) raise('UNSUPPORTED_FEATURE.SET_VARIABLE_USING_SET', { variableName: `\`${statement.name}\`` }, { span: statement.span });
      if (statement.name !== undefined && statement.value !== undefined) session.conf.set(statement.name, statement.value);
      const all = Object.entries(session.conf.getAll());
      return table(session, ['key', 'value'], statement.name === undefined ? all : [[statement.name, session.conf.get(statement.name) ?? '<undefined>']]);
    }
    case 'reset': {
      if (statement.name !== undefined) session.conf.unset(statement.name);
      else for (const name of Object.keys(session.conf.getAll())) session.conf.unset(name);
      return nothing(session);
    }
    case 'execute_immediate': return execute(session, statement, wait);
    case 'unsupported':
      if (statement.relation && !session.catalog.lookup(statement.relation.name)) notFound(session, statement.relation.name, statement.relation.span);
      throw unsupportedStatement(statement.statement, statement.span);
  }
}

function execute(session: StatementHost, statement: Of<'execute_immediate'>, wait: Wait): Frame {
  const within = immediateStatement(statement, session);
  if (!statement.into) return runStatement(session, within);
  if (within.kind !== 'query') return raise('INVALID_STATEMENT_FOR_EXECUTE_INTO', { sqlString: textOf(within.span) }, { span: statement.span });
  const targets = targetsOf(session, statement.into);
  return wait(() => assignRow(session, targets, within.plan, statement.span));
}
const textOf = (span: Span | undefined): string => span?.text.slice(span.start, span.stop) ?? '';

/** Whether a statement has rows to show. */
export const hasAnswer = (s: Statement): boolean => s.kind === 'query' || (s.kind === 'execute_immediate' && !s.into) || s.kind === 'show' || s.kind === 'show_create' || s.kind === 'describe' || s.kind === 'explain'
  || (s.kind === 'set' && s.value === undefined);

async function startQuery(session: StatementHost, statement: Of<'start_query'>): Promise<void> {
  const { checkpoint, options } = takeCheckpoint(statement.options);
  const mode = parseOutputMode(statement.mode ?? 'append');
  await session.start(statement.plan, { sink: { format: statement.format, options }, mode, name: statement.name, trigger: statement.trigger, checkpoint: statement.checkpoint ?? checkpoint });
}
async function stopQuery(session: StatementHost, name: string): Promise<void> {
  const query = session.manager.active.find((q) => q.name?.toLowerCase() === name.toLowerCase() || q.id === name);
  await (query ?? session.manager.unknown(name)).stop();
}

async function explain(session: StatementHost, explained: Of<'explain' | 'why'>): Promise<string> {
  if (explained.kind === 'why') {
    const queries = explained.name === undefined ? session.manager.active : [session.manager.find(explained.name)];
    return queries.map((query) => String(query.why())).join('\n\n');
  }
  const { statement, extended } = explained;
  if (statement.kind === 'why') return explain(session, statement);
  if (statement.kind === 'query') return session.explain(statement.plan, extended);
  if (statement.kind === 'start_query') return session.explain(statement.plan, extended, (statement.mode?.toLowerCase() ?? 'append') as OutputMode);
  if (statement.kind === 'insert') return session.explain(statement.plan, extended);
  return raise('NOT_SUPPORTED_YET', { feature: `EXPLAIN of a statement of kind ${statement.kind}` });
}
/** The plan that runs; with `physical`, also what it was made of and what is made of it. */
export const explainText = (analyzed: LogicalPlan, ready: LogicalPlan, physical?: string): string => physical === undefined ? printPlan(ready)
  : `== Analyzed ==\n${printPlan(analyzed)}\n\n== Optimized ==\n${printPlan(ready)}\n\n== Physical ==\n${physical}`;

function show(session: StatementHost, statement: Of<'show'>): Frame {
  const like = (name: string): boolean => statement.pattern === undefined || new RegExp(`^${statement.pattern.split('|').map((p) => p.replace(/[.+^${}()[\]\\?]/g, '\\$&').replaceAll('*', '.*').replaceAll('%', '.*')).join('|')}$`, 'i').test(name);
  const names = (all: readonly string[]): Row[] => all.filter(like).map((n) => [n]);
  switch (statement.what) {
    case 'tables': return table(session, ['name', 'kind'], session.catalog.names.filter(like).map((n) => [n, session.catalog.lookup([n])!.kind]));
    case 'streams': return table(session, ['name', 'format'], session.catalog.list('stream').filter((e) => like(e.name)).map((e) => [e.name, e.definition.format ?? '']));
    case 'views': return table(session, ['name'], names(session.catalog.list('view').map((e) => e.name)));
    case 'queries': return table(session, ['name', 'id', 'status', 'epoch'], session.manager.active.filter((q) => like(q.name ?? q.id)).map((q) => [q.name ?? null, q.id, q.status.message, q.lastProgress === null ? null : String(q.lastProgress.batchId)]));
    case 'functions': return table(session, ['function'], names(functionNames(session, statement.whose)));
    case 'sources': return table(session, ['format'], names(session.formats.sourceNames));
    case 'sinks': return table(session, ['format'], names(session.formats.sinkNames));
    case 'variables': return table(session, ['name', 'type', 'value'], session.variables.all.filter((v) => like(v.name)).map((v) => [v.name, sqlName(v.type), valueText(v.value, v.type)]));
    case 'schemas': return table(session, ['namespace'], names(SCHEMAS));
    case 'settings': {
      const set = session.conf.getAll();
      const known = SETTINGS.map((s): Row => [s.name, set[s.name] ?? s.default, s.default, s.doc]);
      const others = Object.entries(set).filter(([k]) => !SETTINGS.some((s) => s.name === k)).map(([k, v]): Row => [k, v, null, null]);
      return table(session, ['key', 'value', 'default', 'meaning'], [...known, ...others].filter(([k]) => like(String(k))));
    }
    case 'columns': return deferred(session, statement, ['col_name'], async () => (await session.schema({ kind: 'relation', name: statement.of!, ...(statement.span && { span: statement.span }) })).fields.map((f) => [f.name]));
  }
}

function describe(session: StatementHost, statement: Of<'describe'>): Frame {
  if (statement.what === 'function') return table(session, ['function_desc'], describeFunction(session, statement).map((line) => [line]));
  const plan: UnresolvedPlan = statement.plan ?? { kind: 'relation', name: statement.name!, ...(statement.span && { span: statement.span }) };
  return deferred(session, statement, ['col_name', 'data_type', 'comment'], async () => {
    return describeLines((await session.schema(plan)).fields, statement.name && session.catalog.lookup(statement.name), statement.extended);
  });
}

function showCreate(session: StatementHost, { name, what, span }: Of<'show_create'>): Frame {
  const entry = session.catalog.lookup(name) ?? notFound(session, name, span);
  if (what !== 'table') requireKind(entry, what, 'SHOW CREATE');
  let { plan } = entry;
  while (plan.kind === 'watermark') plan = plan.input;
  return table(session, ['createtab_stmt'], [[createText(entry, plan.kind === 'source' ? plan.source.schema : undefined)]]);
}

const table = (session: StatementHost, names: readonly string[], rows: readonly Row[]): Frame =>
  new Frame(session, { kind: 'local_data', schema: names.map((n) => field(n, STRING)), rows });
const nothing = (session: StatementHost): Frame => table(session, [], []);
/** Rows that are made when they are asked for. */
const deferred = (session: StatementHost, statement: Statement, names: readonly string[], make: () => Promise<readonly Row[]>): Frame => {
  const rows = (): Promise<readonly Row[]> => make().catch((error: unknown) => { throw shownIn(error, statement); });
  return new Frame(session, holderPlan({ fields: names.map((n) => field(n, STRING)) }, { batches: async () => [batchOf(names.map(() => STRING), await rows())] }));
};
const done = (session: StatementHost, waits: Promise<void> | undefined, wait: Wait): Frame => waits ? wait(() => waits) : nothing(session);
/** A failure is told by whoever waits for the frame, or as a warning. */
function later(session: StatementHost, done: Promise<unknown>): Frame {
  let awaited = false;
  done.catch((error: unknown) => { setImmediate(() => { if (!awaited) session.warn(String(error)); }); });
  return new Frame(session, holderPlan({ fields: [] }, { batches: async () => { awaited = true; await done; return []; } }));
}
