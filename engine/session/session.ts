// The session: settings, relations, functions and formats, and the way from an unresolved plan to rows or to a running query.

import { analyze, analyzeExpr, binderFor } from '../../planner/analyzer/analyze.js';
import { lookupFunction } from '../../planner/analyzer/function-names.js';
import { withOptions } from '../../planner/analyzer/bind-from.js';
import { checkSqlFunction } from '../../planner/analyzer/bind-sql-function.js';
import { checkStatic, checkStreaming } from '../../planner/analyzer/check-streaming.js';
import { checkedCast, constant, makeCast } from '../../planner/analyzer/coerce.js';
import type { AnalysisEnv, Relation, RelationCatalog } from '../../planner/analyzer/context.js';
import { EngineError, raise } from '../../planner/errors/index.js';
import { find } from '../../planner/expr/walk.js';
import { incrementalize } from '../../planner/incremental/index.js';
import { meantOnStreams, normalize, streamSubqueriesAsJoins } from '../../planner/normalize/index.js';
import { optimize } from '../../planner/optimizer/index.js';
import { isStreaming, outputOf } from '../../planner/plan/properties.js';
import { unboundedState } from '../../planner/plan/state-growth.js';
import { visit } from '../../planner/plan/walk.js';
import { parseExpression } from '../../planner/sql/index.js';
import { printStatement } from '../../planner/sql/print/index.js';
import { substituteVariables } from '../../planner/sql/variables.js';
import type { BoundExpr, Expr, LogicalPlan, OutputMode, SinkRef, SourceRef, SqlFunction, Statement, UnresolvedPlan } from '../../planner/tree.js';
import type { Span } from '../../planner/spans.js';
import { type DataType, type Field, INT, type Schema } from '../../planner/types.js';
import type { Row, Value } from '../../planner/values.js';
import { fromArrowTable } from '../columnar/arrow.js';
import { rows } from '../columnar/read.js';
import type { ConnectContext, SinkDefinition, SourceDefinition } from '../connect/contract.js';
import { parseOptions, withoutSecrets } from '../connect/options.js';
import { MemoryStream } from '../connect/memory-stream.js';
import { MemoryTable } from '../connect/memory-table.js';
import type { FormatRegistry } from '../connect/registry.js';
import { memoryStore as memoryMetadata } from '../durable/metadata-store.js';
import { UTC, zoneOf } from '../formats/zone.js';
import { renderer } from '../formats/render.js';
import { explained } from '../host/errors.js';
import type { Host } from '../host/host.js';
import { realHost } from '../host/real.js';
import { lower } from '../lowering/lower.js';
import { printPhysical } from '../lowering/print.js';
import { readStatic } from '../runtime/inputs.js';
import { QueryManager } from '../runtime/manager.js';
import { lowerStream } from '../runtime/prepare.js';
import type { StreamingQueryHandle } from '../runtime/handle.js';
import { type StaticEnv, streamStatic } from '../runtime/static.js';
import { stateBackend } from '../state/durable.js';
import type { ArrowTable } from './api/dataframe.js';
import type { TypedSession } from './api/session.js';
import type { Result, SaveMode, StartRequest } from './backend.js';
import { Catalog } from './catalog.js';
import { ANY, check, checked, FUNCTION, type Kind, listOf, type Methods, NAME, OBJECT, SETTING, type Signature, TEXT } from './checked.js';
import { type Converter, makeConverter } from './convert.js';
import { constantOf, type Engine, makeEngine, nameOf, settingsOf } from './environment.js';
import { Frame } from './frame.js';
import { catalog as builtinFunctions } from '../functions/index.js';
import { userFunction } from './functions.js';
import { INSPECT } from './inspect.js';
import { type Arguments, bindParameters } from './parameters.js';
import { DIALECT_SETTING, type Language, languageOf } from './language.js';
import { batchesPlan, holderPlan, localBatchesSource } from './local.js';
import { droppedPlan, Query, Streams } from './query.js';
import { shownIn } from './places.js';
import { Reader, sourcePlan } from './reader.js';
import { inferSchema, isRow, readSchema } from './schema.js';
import { explainText, hasAnswer, runStatement, type StatementHost } from './statements.js';
import { systemTable } from './system-tables.js';
import { checkSetting, SETTINGS } from './setting-list.js';
import { UserFunctions } from './user-functions.js';
import { type Typed, Variables } from './variables.js';

export interface SessionSettings {
  readonly checkpoint?: string;
  readonly conf?: Readonly<Record<string, string | number | boolean>>;
  readonly print?: (text: string) => void;
  readonly warn?: (message: string) => void;
  readonly host?: Host;
}

export class SessionCore implements StatementHost {
  readonly catalog = new Catalog();
  readonly variables = new Variables();
  readonly functions = new UserFunctions(builtinFunctions);
  readonly formats: FormatRegistry;
  readonly host: Host;
  readonly print: (text: string) => void;
  readonly warn: (message: string) => void;
  readonly convert: Converter;
  readonly manager: QueryManager;
  readonly streams: Streams;
  readonly settings = new Map<string, string>();
  private language = languageIn(undefined);
  private readonly engine: Engine;
  private readonly schemas = new WeakMap<SourceRef, readonly Field[]>();
  /** What names files by their path, while something is analyzed: the same node for the same text, so that its schema is found again. */
  private readonly paths = new Map<string, UnresolvedPlan>();
  private analyses = 0;
  private readonly pivotValues = new WeakMap<UnresolvedPlan, readonly { readonly exprs: readonly Expr[] }[]>();

  /** For console.log. */
  [INSPECT](_depth: number, options: object, inspect: (value: object, options: object) => string): string {
    return `Session ${inspect({ queries: this.manager.active.map((q) => q.name ?? q.id) }, options)}`;
  }
  constructor(formats: FormatRegistry, given: SessionSettings = {}) {
    this.formats = formats;
    formats.registerInternal(localBatchesSource);
    this.host = given.host ?? realHost;
    this.print = given.print ?? ((text) => { process.stdout.write(text); });
    this.warn = given.warn ?? ((message) => { process.stderr.write(`${message}\n`); });
    for (const [name, value] of Object.entries(given.conf ?? {})) this.setSetting(name, String(value));
    if (given.checkpoint !== undefined) this.settings.set('spark.sql.streaming.checkpointLocation', given.checkpoint);
    this.convert = makeConverter((type) => renderer(type, { zone: UTC, nullText: 'NULL' }));
    this.engine = makeEngine(this.convert);
    this.manager = new QueryManager({
      host: this.host, formats, print: this.print, warn: this.warn,
      openState: (directory) => stateBackend(this.host.files, directory),
    });
    this.streams = new Streams(this.manager, (plan) => new Frame(this, plan));
  }

  // ── From a plan to an answer ──────────────────────────────────────────────────────────────────

  private environment(): AnalysisEnv {
    const { catalog } = this;
    const relations: RelationCatalog = { lookup: (name) => this.relation(name), get names() { return catalog.names; }, call: (name, args) => this.relationOf(name, args) };
    const env = this.engine.analysis(settingsOf(this.settings), relations);
    return { ...env, functions: this.functions, variable: (name) => this.variables.lookup(name), sourceSchema: (source) => this.schemas.get(source), pivotValues: (pivot) => this.pivotValues.get(pivot) };
  }
  private relation(name: readonly string[]): Relation | undefined {
    const own = this.catalog.lookup(name);
    const plan = own ? undefined : systemTable(name, this) ?? this.filesAt(name);
    return own ?? (plan && { kind: 'table', plan });
  }
  /** json.`path` and the like: what a format finds there, if it reads paths. */
  private filesAt([format = '', path, ...more]: readonly string[]): UnresolvedPlan | undefined {
    if (path === undefined || more.length > 0 || !this.formats.sourceNames.includes(format.toLowerCase())) return undefined;
    const { read, options } = this.formats.source(format);
    if (!read || !options.some((o) => o.name === 'path')) return undefined;
    const key = `${format.toLowerCase()} ${path}`;
    const plan = this.paths.get(key) ?? sourcePlan(format.toLowerCase(), { path }, undefined, false);
    this.paths.set(key, plan);
    return plan;
  }
  /** Table functions of the session: late_rows('query') and rejected_rows('query'). */
  private relationOf(name: string, [query]: readonly Value[]): UnresolvedPlan | undefined {
    if (name !== 'late_rows' && name !== 'rejected_rows') return undefined;
    if (typeof query !== 'string') return raise('INVALID_STATEMENT_OPTION', { what: name, value: String(query), expected: 'the name or the id of a query, as a text' });
    return droppedPlan(this.manager.find(query), name === 'late_rows' ? 'late' : 'rejected');
  }
  private async analyzing<T>(work: () => Promise<T>): Promise<T> {
    this.analyses++;
    try { return await work(); } finally { if (--this.analyses === 0) this.paths.clear(); }
  }
  /** Analyzed, not yet rewritten. */
  analyze(plan: UnresolvedPlan): Promise<{ readonly plan: LogicalPlan; readonly env: AnalysisEnv }> {
    return this.analyzing(async () => {
      await this.resolveSchemas(plan);
      await this.resolvePivots(plan);
      const env = this.environment();
      return { plan: analyze(plan, env), env };
    });
  }
  /** Asks the sources of a plan for the schemas that it does not give, views included. */
  private async resolveSchemas(plan: UnresolvedPlan): Promise<void> {
    const paths = new Set<UnresolvedPlan>(this.paths.values());
    for (const node of [...this.nodesOf(plan, 'source')]) await this.resolveSchema(node.source, paths.has(node));
  }
  /** Reads the values of pivots that do not list them, of bounded inputs, inner pivots first. source: Spark's RelationalGroupedDataset.pivot, its limit too. */
  private async resolvePivots(plan: UnresolvedPlan): Promise<void> {
    const pivots = [...this.nodesOf(plan, 'pivot')].filter((p) => !p.values && !this.isStreaming(p.input));
    for (const pivot of pivots.reverse()) {
      const [on] = pivot.on;
      const most = Number(this.settings.get('spark.sql.pivotMaxValues') ?? 10_000);
      const distinct: UnresolvedPlan = { kind: 'sort', global: true, order: 'all', input: { kind: 'select', from: pivot.input, items: [on!], distinct: true } };
      const { schema, batches } = await this.run({ kind: 'limit', limit: { kind: 'literal', value: most + 1, type: INT }, input: distinct });
      const values: { readonly exprs: readonly Expr[] }[] = [];
      for await (const batch of batches) for (const [value] of rows(batch)) values.push({ exprs: [{ kind: 'literal', value: value!, type: schema.fields[0]!.type }] });
      if (values.length > most) raise('_LEGACY_ERROR_TEMP_1324', { pivotColumn: schema.fields[0]!.name, maxValues: String(most) });
      this.pivotValues.set(pivot, values);
    }
  }
  /** The nodes of a kind in an unresolved plan, views and bodies of functions included, outer ones first; plans may be deep. */
  private *nodesOf<K extends UnresolvedPlan['kind']>(plan: UnresolvedPlan | SqlFunction | Expr, kind: K): Generator<Extract<UnresolvedPlan, { kind: K }>, void, undefined> {
    const seen = new Set<unknown>();
    const waiting: unknown[] = [plan];
    while (waiting.length > 0) {
      const value = waiting.pop();
      if (typeof value !== 'object' || value === null || seen.has(value) || ArrayBuffer.isView(value)) continue;
      seen.add(value);
      const node = value as UnresolvedPlan | Expr;
      if (node.kind === kind) yield node as Extract<UnresolvedPlan, { kind: K }>;
      if (node.kind === 'source') continue;
      if (node.kind === 'relation') {
        const named = this.relation(node.name)?.plan;
        waiting.push(node.options && named?.kind === 'source' ? withOptions(named, node.options) : named);
      }
      if (node.kind === 'call' || node.kind === 'table_function') waiting.push(lookupFunction(node.name, this)?.sql, this.identified(node));
      for (const below of Object.values(value)) waiting.push(below);
    }
  }
  /** What IDENTIFIER(…) in FROM, or in place of a function's name, stands for. */
  private identified({ name, args: [only], named }: Extract<UnresolvedPlan | Expr, { kind: 'call' | 'table_function' }>): UnresolvedPlan | SqlFunction | undefined {
    if (name.at(-1)!.toLowerCase() !== 'identifier') return undefined;
    const given = named ?? (only && 'value' in only ? only.value : undefined);
    try {
      const text = given && this.valueOf(given)?.value;
      const found = typeof text === 'string' ? parseExpression(text) : undefined;
      if (found?.kind !== 'name') return undefined;
      return named ? lookupFunction(found.parts, this)?.sql : this.relation(found.parts)?.plan;
    } catch (e) { if (e instanceof EngineError) return undefined; throw e; }
  }
  /** `anew`: what was found before may have changed. */
  async resolveSchema(source: SourceRef, anew = false): Promise<readonly Field[]> {
    const known = this.schemas.get(source);
    if (known && !anew) return known;
    try { return await this.askSchema(source); } catch (error) { throw shownIn(error, { places: source.places }); }
  }
  private async askSchema(source: SourceRef): Promise<readonly Field[]> {
    const definition = this.formats.source(source.format);
    if (definition === localBatchesSource) { this.schemas.set(source, source.schema!); return source.schema!; }
    const options = parseOptions(source.format, source.options, definition.options);
    const declared = source.schema ? { fields: source.schema } : undefined;
    const schema = await definition.schema(options, declared, { host: this.host, timeZone: settingsOf(this.settings).timeZone, ...(source.object && { object: source.object }) });
    this.schemas.set(source, schema.fields);
    return schema.fields;
  }

  readonly define = (fn: SqlFunction, span: Span | undefined): SqlFunction | Promise<SqlFunction> => {
    const check = (): SqlFunction => checkSqlFunction(fn, binderFor(this.environment()), span);
    const unknown = this.unknownSources(fn);
    return unknown.length === 0 ? check() : this.analyzing(async () => { await Promise.all(unknown.map((source) => this.resolveSchema(source))); return check(); });
  };
  /** The sources below that have to be asked for their columns. */
  private unknownSources(below: UnresolvedPlan | SqlFunction | Expr): readonly SourceRef[] {
    return [...this.nodesOf(below, 'source')].map((node) => node.source).filter((source) => !source.schema && !this.schemas.has(source));
  }
  nameOf(expr: Expr, span: Span | undefined): readonly string[] { return nameOf(expr, this.environment(), span); }
  constant(expr: Expr): ReturnType<typeof constantOf> { return constantOf(expr, this.environment(), this.host.clock.now()); }
  boundAlone(expr: Expr, env: AnalysisEnv = { ...this.environment(), variable: () => undefined }): BoundExpr { return analyzeExpr(expr, [], env); }
  valueOf(expr: Expr): Typed | undefined {
    if (this.unknownSources(expr).length > 0) return undefined;
    const env = this.environment();
    const bound = this.boundAlone(expr, env);
    if (find(bound, (e) => e.kind === 'subquery' || e.kind === 'aggregate' || e.kind === 'window' || e.kind === 'generator')) return undefined;
    return { value: env.evaluate(bound, env.settings, this.host.clock.now()), type: bound.type };
  }
  assigned({ value, type }: Typed, to: DataType, span: Span | undefined): Value {
    const { evaluate, settings } = this.environment();
    return evaluate(checkedCast(makeCast(constant(value, type), to, 'implicit', settings, span), settings), settings);
  }
  knownSchema(plan: UnresolvedPlan, view: string): Schema | undefined { return this.unknownSources(plan).length > 0 ? undefined : schemaOf(analyze(plan, this.environment(), [view.toLowerCase()])); }
  async schema(plan: UnresolvedPlan): Promise<Schema> { return schemaOf((await this.analyze(plan)).plan); }

  async run(plan: UnresolvedPlan): Promise<Result> {
    const { plan: analyzed, env } = await this.analyze(plan);
    checkStatic(streamSubqueriesAsJoins(analyzed, env));
    const ready = optimize(normalize(analyzed, env), env);
    return { schema: schemaOf(analyzed), batches: streamStatic(ready, this.staticEnv(env)) };
  }
  private staticEnv(env: AnalysisEnv): StaticEnv {
    const controller = new AbortController();
    return {
      lowering: { settings: env.settings, compiler: this.engine.compiler, convert: this.convert }, clock: this.host.clock, timestampMillis: this.host.clock.now(),
      read: (scan) => readStatic(scan, this.formats, this.connectContext(env), controller.signal), signal: controller.signal,
    };
  }
  private connectContext(env: AnalysisEnv): Omit<ConnectContext, 'metadata'> {
    return { host: this.host, queryId: 'static', queryName: undefined, timeZone: env.settings.timeZone, print: this.print, warn: this.warn };
  }

  async start(plan: UnresolvedPlan, request: StartRequest): Promise<StreamingQueryHandle> {
    const { plan: analyzed, env } = await this.analyze(plan);
    const ready = this.streamingPlan(analyzed, request.mode, env);
    const { sink } = request;
    const memory = sink.format.toLowerCase() === 'memory' ? new MemoryTable() : undefined;
    const tableName = memory && (request.name ?? raise('MEMORY_SINK_NEEDS_NAME'));
    if (env.settings.conf.get('millrace.warnUnboundedState') !== 'false') {
      for (const { operator, why } of unboundedState(ready)) this.warn(`the state of ${request.name === undefined ? 'a query' : `the query ${request.name}`} is not bounded: ${operator}: ${why} (SET millrace.warnUnboundedState = false silences this)`);
    }
    const statics = this.staticEnv(env);
    const lowered = lowerStream(ready, { ...statics, lowering: { ...statics.lowering, changelog: request.mode === 'changelog' } });
    const handle = await this.manager.start({
      name: request.name, ...lowered, planText: explainText(analyzed, ready), sink: memory ? { ...sink, object: memory } : sink,
      mode: request.mode, trigger: request.trigger, checkpoint: request.checkpoint, settings: env.settings,
    });
    if (memory && tableName !== undefined) this.catalog.create({ name: tableName, kind: 'table', plan: holderPlan({ fields: lowered.plan.output.map(({ name, type, nullable }) => ({ name, type, nullable })) }, memory, tableName), definition: {} }, 'replace');
    return handle;
  }
  /** Checked, rewritten, with emissions and state ids. */
  private streamingPlan(analyzed: LogicalPlan, mode: OutputMode, env: AnalysisEnv): LogicalPlan {
    // Spark refuses subqueries over streams, and ORDER BY with LIMIT, as such; here they are the joins and the Top-N that they mean.
    const plan = env.settings.compatSpark ? analyzed : meantOnStreams(analyzed, mode, env);
    checkStreaming(plan, mode, env.settings);
    return incrementalize(optimize(normalize(plan, env), env), mode, env);
  }

  /** @throws FILE_SYSTEM_ERROR, and what the query or the sink raises */
  async write(plan: UnresolvedPlan, sink: SinkRef, save: SaveMode): Promise<void> {
    const definition = this.formats.sink(sink.format);
    if (!definition.write) raise('NOT_SUPPORTED_YET', { feature: `A batch write in the format ${sink.format}` });
    const { schema, batches } = await this.run(plan);
    const options = parseOptions(sink.format, sink.options, definition.options);
    const context = { ...this.connectContext(this.environment()), metadata: memoryMetadata() };
    try { await definition.write!({ options, schema, mode: 'append' }, batches, save, context, new AbortController().signal); } catch (error) { throw explained(error); }
  }

  /** Without a mode: append where the query may run in it, else complete. */
  async explain(plan: UnresolvedPlan, extended: boolean, mode?: OutputMode): Promise<string> {
    const { plan: analyzed, env } = await this.analyze(plan);
    const rewritten = optimize(normalize(analyzed, env), env);
    const inMode = (m: OutputMode): LogicalPlan => incrementalize(rewritten, m, env);
    const lookedAt = (): LogicalPlan => { try { return inMode('append'); } catch { return inMode('complete'); } };
    const ready = !isStreaming(rewritten) ? rewritten : mode ? inMode(mode) : lookedAt();
    return explainText(analyzed, ready, extended ? printPhysical(lower(ready, this.staticEnv(env).lowering)) : undefined);
  }
  async defaultMode(plan: UnresolvedPlan): Promise<OutputMode> {
    let mode: OutputMode = 'append';
    visit((await this.analyze(plan)).plan, (node) => {
      if (!isStreaming(node)) return;
      if (node.kind === 'group_state' && (node.call.operation === 'map_groups_with_state' || node.call.mode === 'update')) mode = 'update';
      else if ((node.kind === 'aggregate' || node.kind === 'window') && mode === 'append') mode = 'complete';
    });
    return mode;
  }
  random(): number { return this.host.random(); }
  timeZone(): string { return settingsOf(this.settings).timeZone; }
  isStreaming(plan: UnresolvedPlan): boolean {
    for (const { streaming } of this.nodesOf(plan, 'source')) if (streaming === true) return true;
    return false;
  }
  createView(name: string, plan: UnresolvedPlan): void { this.catalog.create({ name, kind: 'view', plan, definition: {} }, 'replace'); }

  // ── What users call ───────────────────────────────────────────────────────────────────────────

  get readStream(): Reader { return new Reader(this, true); }
  get read(): Reader { return new Reader(this, false); }
  readonly udf = checked({
    register: (name: string, fn: (...args: never[]) => unknown, type: string): unknown => {
      const column = userFunction(name, fn, type);
      this.functions.register(name, column.definition);
      return column;
    },
  }, 'session.udf', { register: [['name', NAME], ['fn', FUNCTION], ['type', NAME]] });
  readonly conf = checked({
    get: (name: string): string | undefined => this.settings.get(name),
    set: (name: string, value: string | number | boolean): void => { this.setSetting(name, String(value)); },
    unset: (name: string): void => { this.settings.delete(name); if (name === DIALECT_SETTING) this.language = languageIn(undefined); },
    getAll: (): Readonly<Record<string, string>> => Object.fromEntries([...this.settings].sort()),
  }, 'session.conf', { get: [['name', NAME]], set: [['name', NAME], ['value', SETTING]], unset: [['name', NAME]], getAll: [] });
  /** @throws INVALID_TIMEZONE, DIALECT_UNKNOWN, UNKNOWN_SETTING */
  private setSetting(name: string, value: string): void {
    checkSetting(name, this.warn);
    if (name === 'spark.sql.session.timeZone') zoneOf(value);
    if (name === DIALECT_SETTING) this.language = languageIn(value);
    this.settings.set(name, value);
  }
  queryOf(handle: StreamingQueryHandle): Query { return this.streams.queryOf(handle); }

  parse(text: string): Statement { return this.statementAt({ text, start: 0, stop: text.length }); }
  private statementAt(span: Span): Statement {
    const text = span.text.slice(span.start, span.stop);
    const setting = (name: string): string | undefined => this.settings.get(name) ?? SETTINGS.find((s) => s.name === name)?.default;
    const known = setting('spark.sql.variable.substitute') === 'false' ? text : substituteVariables(text, setting, setting('millrace.compat') === 'spark' ? 'dropped' : 'kept');
    return this.language.statement(known === text ? span : { text: known, start: 0, stop: known.length });
  }
  sql(text: string | TemplateStringsArray, ...args: readonly unknown[]): Frame {
    if (typeof text === 'string') check('session.sql', [['args', ARGUMENTS, 'optional']], args);
    if (typeof text === 'string') return runStatement(this, bindParameters(this.parse(text), args[0] as Arguments | undefined, false));
    return runStatement(this, bindParameters(this.parse(text.join('?')), args, true));
  }
  async runScript(script: string, each?: (result: Frame, kind: Statement['kind'], statement: string) => void | Promise<void>): Promise<void> {
    let done = 0;
    for (let language: Language | undefined; language !== this.language; ) {
      language = this.language;
      for (const span of language.split(script, done)) {
        const statement = this.statementAt(span);
        const frame = runStatement(this, statement);
        done = span.stop;
        // What EXECUTE IMMEDIATE carries out may have nothing to say.
        const answers = each && hasAnswer(statement) && (statement.kind !== 'execute_immediate' || (await this.schema(frame.plan)).fields.length > 0);
        if (answers) await each(frame, statement.kind, script.slice(span.start, span.stop));
        else await frame.collect();
        // SET may have changed the dialect: what is left of the script is split anew.
        if (this.language !== language) break;
      }
    }
  }
  translate(script: string): readonly string[] {
    const { name } = this.language;
    return Array.from(this.language.split(script, 0), (span) => printStatement(this.statementAt(span), (what) => raise('NOT_TRANSLATABLE', { dialect: name, construct: what }, { span }))!);
  }
  table(name: string | Query): Frame {
    const text = typeof name === 'string' ? name : name.name ?? raise('MEMORY_SINK_NEEDS_NAME');
    return new Frame(this, { kind: 'relation', name: text.split('.') });
  }
  createStream(name: string, schema: unknown, how: { readonly using: string; readonly options?: Readonly<Record<string, string | number | boolean>> }): Frame {
    const options = Object.fromEntries(Object.entries(how.options ?? {}).map(([k, v]) => [k, String(v)]));
    this.catalog.create({ name, kind: 'stream', plan: sourcePlan(how.using, options, readSchema(schema), true, name), definition: { format: how.using, options: withoutSecrets(this.formats.source(how.using).options, options) } }, 'fail');
    return this.table(name);
  }
  createDataFrame(rows: readonly unknown[], schema?: unknown): Frame {
    const fields = schema === undefined ? inferSchema(rows) : readSchema(schema);
    return new Frame(this, { kind: 'local_data', schema: fields, rows: rows.map(this.rowReader(fields)) });
  }
  /** A user's row, or the bare value of a single column, as values. */
  private rowReader(fields: readonly Field[]): (row: unknown) => Row {
    const readers = fields.map((f) => this.convert.fromUser(f.type, `the column ${f.name}`));
    return (row) => fields.map((f, i) => readers[i]!(isRow(row) ? (row as Record<string, unknown>)[f.name] : row));
  }
  memoryStream(schema: string): { add(...rows: unknown[]): void; toDF(): Frame } {
    const fields = readSchema(schema);
    const stream = new MemoryStream({ fields });
    const values = this.rowReader(fields);
    const plan: UnresolvedPlan = { kind: 'source', streaming: true, source: { format: 'memory', options: {}, schema: fields, object: stream } };
    return { add: (...rows) => { stream.addRows(rows.map(values)); }, toDF: () => new Frame(this, plan) };
  }
  fromArrow(table: ArrowTable): Frame {
    const { schema, batches } = fromArrowTable(table);
    return new Frame(this, batchesPlan(schema, batches));
  }
  registerSource(definition: SourceDefinition): void { this.formats.registerSource(definition); }
  registerSink(definition: SinkDefinition): void { this.formats.registerSink(definition); }
  withTable(name: string, frame: Frame): this { this.createView(name, frame.plan); return this; }
  async stop(): Promise<void> { await this.manager.stopAll(); }
}

const QUERY: Kind = { expected: 'the name of a table or a running query', holds: (v) => NAME.holds(v) || v instanceof Query };
const ARGUMENTS: Kind = { expected: 'an object of values by name, or a list of values', holds: (v) => typeof v === 'object' && v !== null };
const ARROW: Kind = { expected: 'a table of apache-arrow', holds: (v) => { const { schema, batches } = (OBJECT.holds(v) ? v : {}) as Partial<ArrowTable>; return Array.isArray(schema?.fields) && Array.isArray(batches); } };
const definition: Signature = [['definition', { expected: 'an object with a format', holds: (v) => OBJECT.holds(v) && NAME.holds((v as { format?: unknown }).format) }]];
checked<SessionCore, Methods<SessionCore> & Methods<TypedSession>>(SessionCore.prototype, 'session', {
  sql: [['text', { expected: 'a text of SQL', holds: (v) => typeof v === 'string' || (Array.isArray(v) && 'raw' in v) }]], runScript: [['script', TEXT], ['each', FUNCTION, 'optional']], translate: [['script', TEXT]], table: [['name', QUERY]],
  createStream: [['name', NAME], ['schema', ANY], ['how', { expected: 'an object with a format: { using }', holds: (v) => OBJECT.holds(v) && NAME.holds((v as { using?: unknown }).using) }]],
  createDataFrame: [['rows', listOf(ANY, 'rows')], ['schema', ANY, 'optional']], fromArrow: [['table', ARROW]], memoryStream: [['schema', NAME]], registerSource: definition, registerSink: definition,
  withTable: [['name', NAME], ['frame', { expected: 'a DataFrame', holds: (v) => v instanceof Frame }]], stop: [],
});

const languageIn = (dialect: string | undefined): Language => languageOf(dialect, (name) => builtinFunctions.lookup(name) !== undefined);
const schemaOf = (plan: LogicalPlan): Schema => ({ fields: outputOf(plan).map(({ name, type, nullable }) => ({ name, type, nullable })) });
