// Runs a query over memory streams as a query of a session runs: the whole loop with its logs, on a simulated host; the rows come in as
// given, some of them a batch at a time, and the query may be stopped and started again after any epoch, or die at any effect in one. What
// an epoch that is run again gives the sink must be what it gave before.

import * as fc from 'fast-check';
import { batchOf } from '../../engine/columnar/build.js';
import { rows as rowsIn } from '../../engine/columnar/read.js';
import type { SinkDefinition } from '../../engine/connect/contract.js';
import { FormatRegistry } from '../../engine/connect/registry.js';
import { simulatedHost } from '../../engine/host/simulated.js';
import { lowerStream } from '../../engine/runtime/prepare.js';
import { QueryManager } from '../../engine/runtime/manager.js';
import type { StreamingQueryHandle } from '../../engine/runtime/handle.js';
import { runStatic } from '../../engine/runtime/static.js';
import { literal } from '../../engine/session/column.js';
import { makeEngine, settingsOf } from '../../engine/session/environment.js';
import { stateBackend } from '../../engine/state/durable.js';
import { memoryBackend } from '../../engine/state/memory.js';
import { analyze } from '../../planner/analyzer/analyze.js';
import { checkStreaming } from '../../planner/analyzer/check-streaming.js';
import type { AnalysisEnv, Relation } from '../../planner/analyzer/context.js';
import { EngineError } from '../../planner/errors/index.js';
import { incrementalize } from '../../planner/incremental/index.js';
import { meantOnStreams, normalize } from '../../planner/normalize/index.js';
import { optimize } from '../../planner/optimizer/index.js';
import { parseQuery } from '../../planner/sql/index.js';
import type { OutputColumn, OutputMode, UnresolvedPlan, LogicalPlan } from '../../planner/tree.js';
import { memorySource, memoryStream } from '../../sources/memory.js';
import type { Rows, Table } from './data.js';
import { textOf } from './oracle.js';

export type Kernels = 'fused' | 'vectorized';
/** Rows of each stream, by epoch and batch. */
export type Split = ReadonlyMap<string, readonly (readonly Rows[])[]>;
export interface Input {
  readonly sql: string;
  readonly tables: readonly Table[];
  readonly rows: ReadonlyMap<string, Rows>;
  readonly kernels: Kernels;
}
const engines = { fused: makeEngine(undefined, 'fused'), vectorized: makeEngine(undefined, 'vectorized') };
const settings = settingsOf(new Map([['spark.sql.session.timeZone', 'UTC']]));
const never = (): never => { throw new Error('the tables of a random query are local'); };
const typesOf = (t: Table) => t.fields.map((f) => f.type);

function bindTo(input: Input, relation: (t: Table) => Relation): { readonly bound: LogicalPlan; readonly env: AnalysisEnv } {
  const all = new Map(input.tables.map((t) => [t.name, relation(t)]));
  const env = engines[input.kernels].analysis(settings, { lookup: (name) => all.get(name.at(-1)!.toLowerCase()), names: [...all.keys()] });
  return { bound: analyze(parseQuery(input.sql), env), env };
}
const local = (input: Input) => (t: Table): Relation => ({ kind: 'table', plan: { kind: 'local_data', schema: t.fields, rows: input.rows.get(t.name)! } });
const text = (columns: readonly OutputColumn[]) => (row: readonly unknown[]): string => row.slice(0, columns.length).map((v, i) => textOf(v as never, columns[i]!.type)).join(' | ');

/** The answer of the query over all rows as static tables. */
export async function staticAnswer(input: Input, optimizer: boolean): Promise<readonly string[]> {
  const { bound, env } = bindTo(input, local(input));
  const plan = normalize(bound, env);
  const { output, batches } = await runStatic(optimizer ? optimize(plan, env) : plan, { lowering: { settings, compiler: engines[input.kernels].compiler }, clock: simulatedHost(1).clock, timestampMillis: 0, read: never });
  return batches.flatMap((b) => rowsIn(b)).map(text(output)).sort();
}

/** An emitted row, its key columns apart: `op` of a changelog. */
export interface Emitted { readonly row: string; readonly key: string; readonly op: string | undefined }
export interface StreamRun { readonly epochs: readonly (readonly Emitted[])[]; /** How often it died. */ readonly deaths: number }

/** The death of a query: at which effect after its rows have come, by which end of the process. */
export interface Death { readonly effect: number; readonly kind: 'kill' | 'power' }

/** Deaths in some of the feeds of one run in three: an epoch has some twenty effects. */
export const deathsOf = (g: fc.GeneratorValue, feeds: number): ReadonlyMap<number, Death> =>
  new Map(g(fc.nat, 2) > 0 ? [] : Array.from({ length: 1 + g(fc.nat, 1) }, () => [g(fc.nat, feeds - 1), { effect: g(fc.nat, 45), kind: g(fc.boolean) ? 'kill' : 'power' }]));

/** The rows of each epoch; undefined if the engine refuses the query on streams in this mode.
 *  @param restarts numbers of the feeds after which the query is started again */
export async function runStream(input: Input & { readonly split: Split; readonly mode: OutputMode; readonly keys: number; readonly restarts: ReadonlySet<number>; readonly optimizer: boolean
  /** By the number of the feed. */ readonly deaths?: ReadonlyMap<number, Death>
  /** Hears why the engine refuses it. */ readonly refused?: (error: EngineError) => void
  /** Of every stream. */ readonly watermark?: { readonly column: string; readonly delay: string } }): Promise<StreamRun | undefined> {
  const { split, mode, kernels, restarts, deaths = new Map<number, Death>() } = input;
  const streams = new Map([...split.keys()].map((name) => [name, memoryStream({ fields: input.tables.find((t) => t.name === name)!.fields })]));
  const relation = (t: Table): Relation => {
    const object = streams.get(t.name);
    if (!object) return local(input)(t);
    const plan: UnresolvedPlan = { kind: 'source', streaming: true, source: { format: 'memory', options: {}, schema: t.fields, object, name: t.name } };
    const { watermark } = input;
    return { kind: 'stream', plan: watermark ? { kind: 'watermark', input: plan, form: 'dataframe', clause: { expr: { kind: 'name', parts: [watermark.column] }, delay: literal(watermark.delay) } } : plan };
  };
  const relations = new Map(input.tables.map((t) => [t.name, relation(t)]));
  const host = simulatedHost(1);
  const epochs = new Map<number, readonly Emitted[]>();
  let columns: readonly OutputColumn[] = [];
  let died = 0;
  const sink: SinkDefinition = {
    format: 'recorder', options: [], modes: ['append', 'update', 'complete'], temporaryCheckpoint: true, describe: () => 'recorder',
    open: async () => ({
      addBatch: async ({ epoch, changes }) => {
        const out: Emitted[] = [];
        const print = text(columns);
        const key = text(columns.slice(0, input.keys));
        for await (const change of changes) for (const row of rowsIn(change)) out.push({ row: print(row), key: key(row), op: mode === 'changelog' ? String(row.at(-1)) : undefined });
        const before = epochs.get(epoch);
        if (before && rowsOf(before) !== rowsOf(out)) throw new Error(`epoch ${epoch} gave\n${rowsOf(before)}\nand when it was run again\n${rowsOf(out)}`);
        epochs.set(epoch, out);
      },
      close: async () => undefined,
    }),
  };
  const start = async (): Promise<StreamingQueryHandle> => {
    const { bound: written, env } = bindTo(input, (t) => relations.get(t.name)!);
    const bound = meantOnStreams(written, mode, env);
    checkStreaming(bound, mode, settings);
    const normalized = normalize(bound, env);
    const logical = incrementalize(input.optimizer ? optimize(normalized, env) : normalized, mode, env);
    const lowered = lowerStream(logical, { lowering: { settings, compiler: engines[kernels].compiler, changelog: mode === 'changelog' }, clock: host.clock, timestampMillis: 0, read: never });
    columns = mode === 'changelog' ? lowered.plan.output.slice(0, -1) : lowered.plan.output;
    const manager = new QueryManager({
      host, formats: new FormatRegistry([memorySource], [sink]), openState: (directory) => restarts.size + deaths.size > 0 ? stateBackend(host.files, directory!) : memoryBackend(), print: () => undefined, warn: () => undefined,
    });
    return manager.start({ ...lowered, planText: '', sink: { format: 'recorder', options: {} }, mode, checkpoint: '/checkpoint', settings });
  };
  let query: StreamingQueryHandle;
  try { query = await start(); } catch (error) {
    if (error instanceof EngineError && refusal(error)) { input.refused?.(error); return undefined; }
    throw error;
  }
  try {
    const feeds = Math.max(...[...split.values()].map((s) => s.length));
    for (let n = 0; n < feeds; n++) {
      for (const [name, stream] of streams) {
        const types = typesOf(input.tables.find((t) => t.name === name)!);
        const batches = split.get(name)![n] ?? [];
        // An epoch without rows is one, too.
        if (batches.length === 0) stream.addRows([]);
        for (const batch of batches) stream.addBatch(batchOf(types, batch));
      }
      const death = deaths.get(n);
      if (death) {
        let effects = 0;
        host.files.beforeEffect = () => { if (effects++ >= death.effect) throw DEAD; };
      }
      try { await query.processAllAvailable(); } catch (error) {
        if (!(error instanceof EngineError) || error.cause !== DEAD) throw error;
        died++;
        host.files.crash(death!.kind);
        host.files.beforeEffect = undefined;
        query = await start();
        await query.processAllAvailable();
      }
      host.files.beforeEffect = undefined;
      if (!restarts.has(n)) continue;
      await query.stop();
      query = await start();
    }
  } catch (error) { throw error instanceof EngineError && error.cause instanceof Error ? error.cause : error; } finally { await query.stop().catch(() => undefined); }
  return { epochs: [...epochs].sort(([a], [b]) => a - b).map(([, rows]) => rows), deaths: died };
}

const DEAD = new Error('dead');
const rowsOf = (emitted: readonly Emitted[]): string => emitted.map(({ op, row }) => `${op ?? ''} ${row}`).sort().join('\n');

/** That a query does not run on streams, or not in this mode; any other error is a fault. */
const refusal = ({ condition }: EngineError): boolean => REFUSALS.some((c) => condition.startsWith(c));
const REFUSALS = ['STREAMING_OUTPUT_MODE.', 'UNSUPPORTED_STREAMING', '_LEGACY_ERROR_TEMP_3102', '_LEGACY_ERROR_TEMP_3068', 'INVALID_SUBQUERY_EXPRESSION.STREAMING_QUERY', 'NON_TIME_WINDOW_NOT_SUPPORTED', 'NOT_SUPPORTED_YET', 'STREAMING_CHANGES_NOT_SUPPORTED'];
