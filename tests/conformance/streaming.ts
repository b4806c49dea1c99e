// Runs the recorded streaming cases: feeds each step, waits until the query is idle, and compares the epochs that ran: ids, watermark, rows, and
// whether rows were dropped as late. State counts are Spark's layout and only noted. A case runs on a simulated host, checkpoint in memory.

import { readFileSync } from 'node:fs';
import { forgetNewestCommit } from '../../engine/checkpoint/checkpoint.js';
import { rows } from '../../engine/columnar/read.js';
import type { SinkDefinition } from '../../engine/connect/contract.js';
import { FormatRegistry } from '../../engine/connect/registry.js';
import { simulatedHost } from '../../engine/host/simulated.js';
import type { StreamingQueryProgress } from '../../engine/runtime/progress.js';
import { QueryManager } from '../../engine/runtime/manager.js';
import type { StreamingQueryHandle } from '../../engine/runtime/handle.js';
import { lowerStream } from '../../engine/runtime/prepare.js';
import { makeEngine, settingsOf } from '../../engine/session/environment.js';
import { insertTarget } from '../../engine/session/insert.js';
import { stateBackend } from '../../engine/state/durable.js';
import { memoryBackend } from '../../engine/state/memory.js';
import { analyze } from '../../planner/analyzer/analyze.js';
import { checkStreaming, parseOutputMode } from '../../planner/analyzer/check-streaming.js';
import type { AnalysisEnv, Relation, RelationCatalog } from '../../planner/analyzer/context.js';
import { EngineError, raise } from '../../planner/errors/index.js';
import { incrementalize } from '../../planner/incremental/index.js';
import { meantOnStreams, normalize } from '../../planner/normalize/index.js';
import { optimize } from '../../planner/optimizer/index.js';
import { parseSchema, parseStatement } from '../../planner/sql/index.js';
import type { BoundConst, OutputColumn, UnresolvedPlan } from '../../planner/tree.js';
import { type DataType, quoteIfNeeded, sqlName, STRING } from '../../planner/types.js';
import type { Row, Value } from '../../planner/values.js';
import { memorySource, memoryStream, type MemoryStream } from '../../sources/memory.js';
import { chainPlan, type Query } from './chain.js';
import { fromJson } from './from-json.js';
import type { CaseResult, Level } from './result.js';
import { compareRows, type Json, toJson } from './values.js';

interface Expected { readonly at: string; readonly condition: string | null; readonly sqlState?: string; readonly parameters?: Readonly<Record<string, string>> }
interface OperatorRow { readonly name: string; readonly numRowsTotal: number; readonly numRowsUpdated: number; readonly numRowsRemoved: number
  readonly numRowsDroppedByWatermark: number; readonly numDroppedDuplicateRows?: number }
interface Batch { readonly id: number; readonly watermark?: string; readonly eventTime?: Readonly<Record<string, string>>; readonly rows: readonly (readonly Json[])[]; readonly operators?: readonly OperatorRow[] }
interface Restart { readonly replay?: boolean; readonly conf?: Readonly<Record<string, string>>; readonly define?: readonly Define[]; readonly query?: Query }
type Define = Query & { readonly name: string };
interface Step { readonly input?: Readonly<Record<string, readonly (readonly Json[])[]>>; readonly restart?: true | Restart; readonly batches?: readonly Batch[]; readonly error?: Expected }
export interface StreamingCase {
  readonly name: string; readonly conf?: Readonly<Record<string, string>>; readonly streams?: Readonly<Record<string, { readonly schema: string }>>
  readonly tables?: Readonly<Record<string, { readonly schema: string; readonly rows: readonly (readonly Json[])[] }>>; readonly define?: readonly Define[]
  readonly query: Query; readonly mode: string; readonly ordered?: boolean; readonly schema?: string; readonly error?: Expected; readonly steps: readonly Step[];
}
export interface StreamingOptions {
  /** Rewrites that change no answer. */
  readonly optimizer?: boolean;
  readonly kernels?: 'fused' | 'vectorized';
  /** Settings in place of the runner's own (`millrace.compat`). */
  readonly conf?: Readonly<Record<string, string>>;
  /** Without `millrace.compat=spark`; cases that Spark refuses are no cases then. */
  readonly defaultMode?: boolean;
}

const DEFAULTS = { 'spark.sql.session.timeZone': 'UTC', 'spark.sql.ansi.enabled': 'true', 'millrace.compat': 'spark' };
const CHECKPOINT = '/checkpoint';

type Verdict = Pick<CaseResult, 'status' | 'level' | 'reason' | 'notes'>;
class Failed extends Error {
  readonly level: Level;
  constructor(level: Level, reason: string) { super(reason); this.level = level; }
}

/** @returns one result: a file is a case; none in the default mode for what Spark refuses or fails at the start */
export async function runStreamingFile(path: string, options: StreamingOptions = {}): Promise<CaseResult[]> {
  const written = JSON.parse(exactIntegers(readFileSync(path, 'utf8'))) as StreamingCase;
  const recorded = options.defaultMode ? accepted(written) : written;
  if (recorded.steps.length === 0) return [];
  return [{ family: recorded.name.replace(/\/[^/]*$/, ''), name: recorded.name, ...await runCase(recorded, options) }];
}

/** What Spark accepts of a case: nothing if it refuses the query, else the steps before the first that fails. */
function accepted(recorded: StreamingCase): StreamingCase {
  const failing = recorded.error ? 0 : recorded.steps.findIndex((step) => step.error !== undefined);
  return failing < 0 ? recorded : { ...recorded, steps: recorded.steps.slice(0, failing) };
}

/** Integers that a number of JavaScript cannot hold, as strings. */
const exactIntegers = (text: string): string => text.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g,
  (token) => (/^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token));

async function runCase(recorded: StreamingCase, options: StreamingOptions): Promise<Verdict> {
  const notes: string[] = [];
  const run = new Run(recorded, options, notes);
  try {
    await run.all();
    return { status: 'passed', ...(notes.length > 0 && { notes }) };
  } catch (error) {
    if (error instanceof Failed) return { status: 'failed', level: error.level, reason: error.message, ...(notes.length > 0 && { notes }) };
    return { status: 'failed', level: error instanceof EngineError ? 'error' : 'crash', reason: oneLine(error), ...(notes.length > 0 && { notes }) };
  } finally { await run.stop(); }
}

const oneLine = (error: unknown): string => error instanceof EngineError ? error.message.replace(/\s+/g, ' ')
  : error instanceof Error ? `${error.name}: ${error.message.split('\n')[0]} ${(error.stack ?? '').split('\n').find((l) => l.includes('.js:') || l.includes('.ts:'))?.trim() ?? ''}` : String(error);

class Run {
  private readonly recorded: StreamingCase;
  private readonly notes: string[];
  private readonly engine;
  private readonly optimizer: boolean;
  private readonly host = simulatedHost(1, 1_735_689_600_000);
  private readonly streams = new Map<string, MemoryStream>();
  private readonly base = new Map<string, Relation>();
  private readonly conf: Map<string, string>;
  private readonly written = new Map<number, Row[]>();
  private readonly manager: QueryManager;
  private define: readonly Define[];
  private query: Query;
  private running: StreamingQueryHandle | undefined;
  private output: readonly OutputColumn[] = [];
  private env: AnalysisEnv | undefined;

  constructor(recorded: StreamingCase, options: StreamingOptions, notes: string[]) {
    this.recorded = recorded;
    this.notes = notes;
    this.engine = makeEngine(undefined, options.kernels ?? 'auto');
    this.optimizer = options.optimizer ?? true;
    this.conf = new Map(Object.entries({ ...DEFAULTS, ...(options.defaultMode && { 'millrace.compat': '' }), ...options.conf, ...recorded.conf }));
    this.define = recorded.define ?? [];
    this.query = recorded.query;
    this.manager = new QueryManager({
      host: this.host, formats: new FormatRegistry([memorySource], [this.sink()]), openState: (directory) => (directory === undefined ? memoryBackend() : stateBackend(this.host.files, directory)),
      print: () => undefined, warn: () => undefined,
    });
    for (const [name, { schema }] of Object.entries(recorded.streams ?? {})) {
      const stream = memoryStream({ fields: parseSchema(schema) });
      this.streams.set(name, stream);
      this.base.set(name.toLowerCase(), { kind: 'stream', plan: { kind: 'source', streaming: true, source: { format: 'memory', options: {}, schema: stream.schema.fields, object: stream, name } } });
    }
    for (const [name, table] of Object.entries(recorded.tables ?? {})) {
      const schema = parseSchema(table.schema);
      this.base.set(name.toLowerCase(), { kind: 'table', plan: { kind: 'local_data', schema, rows: table.rows.map((row) => schema.map((f, i) => fromJson(f.type, row[i]!))) } });
    }
  }

  private sink(): SinkDefinition {
    return {
      format: 'recorder', options: [], modes: ['append', 'update', 'complete'], temporaryCheckpoint: true, describe: () => 'recorder',
      open: async () => ({
        addBatch: async ({ epoch, changes }) => {
          const all: Row[] = [];
          for await (const change of changes) all.push(...rows(change));
          this.written.set(epoch, all);
        },
        close: async () => undefined,
      }),
    };
  }

  /** Analyzes, checks, lowers and starts the query. */
  private async start(): Promise<void> {
    const settings = settingsOf(this.conf);
    const views = new Map(this.base);
    const relations = { lookup: (name: readonly string[]) => views.get(name.at(-1)!.toLowerCase()), get names() { return [...views.keys()]; } };
    const env = this.engine.analysis(settings, relations);
    for (const view of this.define) {
      const plan = planOf(view, relations);
      analyze(plan, env);
      views.set(view.name.toLowerCase(), { kind: 'view', plan });
    }
    const analyzed = analyze(planOf(this.query, relations), env);
    const mode = parseOutputMode(this.recorded.mode);
    const bound = settings.compatSpark ? analyzed : meantOnStreams(analyzed, mode, env);
    checkStreaming(bound, mode, settings);
    const normalized = normalize(bound, env);
    const logical = incrementalize(this.optimizer ? optimize(normalized, env) : normalized, mode, env);
    const lowering = { settings, compiler: this.engine.compiler };
    const { plan, statics } = lowerStream(logical, {
      lowering, clock: this.host.clock, timestampMillis: this.host.clock.now(), read: () => raise('NOT_SUPPORTED_YET', { feature: 'a static source in the runner' }),
    });
    this.env = env;
    this.output = plan.output;
    this.running = await this.manager.start({ plan, statics, planText: '', sink: { format: 'recorder', options: {} }, mode, checkpoint: CHECKPOINT, settings });
  }

  async stop(): Promise<void> { await this.running?.stop(); this.running = undefined; }

  async all(): Promise<void> {
    const { error, schema, steps } = this.recorded;
    if (error) {
      try { await this.start(); } catch (actual) { this.compareError(actual, error, 'start'); return; }
      // What Spark refuses at the start may be refused in the first epoch, but only there.
      for (const stream of this.streams.values()) stream.addRows([]);
      try { await this.running!.processAllAvailable(); } catch (actual) { this.compareError(actual, error, 'start'); return; }
      throw new Failed('error', `an answer instead of ${error.condition ?? error.at}`);
    }
    let refused: unknown;
    try { await this.start(); } catch (actual) { refused = actual; }
    if (refused !== undefined) {
      // Refused at the start what Spark refuses in the first epoch: the same answer, earlier.
      const first = steps.find((s) => s.error !== undefined || (s.batches?.length ?? 0) > 0);
      if (!first?.error || (first.batches?.length ?? 0) > 0) throw refused;
      this.compareError(refused, first.error, 'first epoch');
      return;
    }
    this.compareSchema(schema!);
    for (const [i, step] of steps.entries()) await this.step(step, i);
  }

  private async step(step: Step, index: number): Promise<void> {
    const where = `step ${index}`;
    if (!this.running && step.restart === undefined) return;
    const before = this.written;
    before.clear();
    let failure: unknown;
    try {
      if (step.restart !== undefined) await this.restart(step.restart === true ? {} : step.restart);
      for (const [name, input] of Object.entries(step.input ?? {})) {
        const { fields } = this.streams.get(name)!.schema;
        this.streams.get(name)!.addRows(input.map((row) => fields.map((f, i) => fromJson(f.type, row[i]!))));
      }
      await this.running!.processAllAvailable();
    } catch (error) { failure = error; }
    const progress = new Map((this.running?.recentProgress ?? []).map((p) => [p.batchId, p]));
    if (failure !== undefined) this.running = undefined;
    // An epoch that failed is not among the results, even if the sink has its rows.
    const ids = [...this.written.keys()].filter((id) => failure === undefined || progress.has(id)).sort((a, b) => a - b);
    if (failure !== undefined && !step.error) throw new Failed(isEngineError(failure) ? 'error' : 'crash', `${where}: ${oneLine(causeOf(failure))}`);
    const expected = step.batches ?? [];
    if (ids.join() !== expected.map((b) => b.id).join()) throw new Failed('batches', `${where}: epochs [${ids.join()}] instead of [${expected.map((b) => b.id).join()}]`);
    for (const batch of expected) this.compareBatch(batch, this.written.get(batch.id)!, progress.get(batch.id)!, `${where}, epoch ${batch.id}`);
    if (step.error) {
      if (failure === undefined) throw new Failed('error', `${where}: no error instead of ${step.error.condition}`);
      this.compareError(failure, step.error, where);
    }
  }

  private async restart(change: Restart): Promise<void> {
    await this.stop();
    if (change.replay) await forgetNewestCommit(this.host, CHECKPOINT);
    for (const [name, value] of Object.entries(change.conf ?? {})) this.conf.set(name, value);
    this.define = change.define ?? this.define;
    this.query = change.query ?? this.query;
    await this.start();
  }

  private compareSchema(schema: string): void {
    const print = (columns: readonly { readonly name: string; readonly type: DataType }[]): string => columns.map((c) => `${quoteIfNeeded(c.name)} ${sqlName(c.type, false)}`).join(', ');
    const [actual, expected] = [print(this.output), print(parseSchema(schema))];
    if (actual !== expected) throw new Failed('schema', `schema ${actual} instead of ${expected}`);
  }

  private compareBatch(expected: Batch, actual: readonly Row[], progress: StreamingQueryProgress, where: string): void {
    const types = this.output.map((c) => c.type);
    const print = (type: DataType, value: Value): string => this.print(type, value);
    const difference = compareRows(types, actual.map((row) => row.map((v, i) => toJson(types[i]!, v, print))), expected.rows, this.recorded.ordered ?? false, 1e-12);
    if (difference !== undefined) throw new Failed('rows', `${where}: ${difference}`);
    const watermark = progress.eventTime.watermark;
    if (watermark !== expected.watermark) throw new Failed('batches', `${where}: watermark ${watermark} instead of ${expected.watermark}`);
    const times = ({ min, max, avg }: Readonly<Record<string, string | undefined>>): string => [min, max, avg].join(' ');
    if (times(progress.eventTime) !== times(expected.eventTime ?? {})) this.notes.push(`event times ${where}: ${times(progress.eventTime)} instead of ${times(expected.eventTime ?? {})}`);
    const operators = expected.operators ?? [];
    const dropped = (list: readonly { readonly numRowsDroppedByWatermark: number }[]): boolean => list.some((o) => o.numRowsDroppedByWatermark > 0);
    if (dropped(progress.stateOperators) !== dropped(operators)) throw new Failed('counts', `${where}: late rows dropped: ${dropped(progress.stateOperators)} instead of ${dropped(operators)}`);
    const line = (o: OperatorRow): string => `${o.name} ${o.numRowsTotal}/${o.numRowsUpdated}/${o.numRowsRemoved}/${o.numRowsDroppedByWatermark}${o.numDroppedDuplicateRows === undefined ? '' : `/${o.numDroppedDuplicateRows}`}`;
    const ours = progress.stateOperators.map((o) => line({ ...o, name: o.operatorName,
      ...(o.customMetrics['numDroppedDuplicateRows'] === undefined ? {} : { numDroppedDuplicateRows: o.customMetrics['numDroppedDuplicateRows'] }) }));
    if (ours.join() !== operators.map(line).join()) this.notes.push(`counts ${where}: ${ours.join(', ')} instead of ${operators.map(line).join(', ')}`);
  }

  private print(type: DataType, value: Value): string {
    const env = this.env!;
    const arg: BoundConst = { kind: 'const', type, value, nullable: true };
    return String(env.evaluate({ kind: 'cast', arg, mode: 'ansi', origin: 'user', type: STRING, nullable: true }, env.settings));
  }

  private compareError(actual: unknown, expected: Expected, where: string): void {
    const error = causeOf(actual);
    if (!(error instanceof EngineError)) throw new Failed('crash', `${where}: ${oneLine(error)}`);
    // An error of Spark's own, without a meaning for users: any refusal of ours is as good.
    if (expected.condition === null || expected.condition === 'INTERNAL_ERROR') return;
    if (error.condition !== expected.condition) throw new Failed('condition', `${where}: ${oneLine(error)} instead of ${expected.condition}`);
    if (expected.sqlState !== undefined && error.sqlState !== expected.sqlState) throw new Failed('condition', `${where}: SQLSTATE ${error.sqlState} instead of ${expected.sqlState} (${expected.condition})`);
    for (const [key, value] of Object.entries(expected.parameters ?? {})) {
      if (key !== 'msg' && error.parameters[key] !== value) this.notes.push(`parameter ${key}: ${JSON.stringify(error.parameters[key] ?? null)} instead of ${JSON.stringify(value)}`);
    }
  }
}

const isEngineError = (error: unknown): boolean => causeOf(error) instanceof EngineError;
function causeOf(error: unknown): unknown { return error instanceof EngineError && error.condition === 'STREAM_FAILED' && error.cause !== undefined ? error.cause : error; }

function planOf(query: Query, relations: RelationCatalog): UnresolvedPlan {
  if ('chain' in query) return chainPlan(query.chain);
  const statement = parseStatement(query.sql);
  if (statement.kind === 'query') return statement.plan;
  if (statement.kind === 'insert') insertTarget(relations.lookup(statement.table), statement, []);
  // Statements give static rows.
  return raise('WRITE_STREAM_NOT_ALLOWED');
}
