// State by key as Spark has it: queries whose closures are scripts (script.ts), what is fed to them second by second, and the rows of each epoch
// that Spark 4.3.0 answered (cases/, written by Record.scala). A clock set by hand gives both the same times; a trigger every second is a tick.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { FormatRegistry } from '../../../engine/connect/registry.js';
import { simulatedHost, type SimulatedHost } from '../../../engine/host/simulated.js';
import { SessionCore } from '../../../engine/session/session.js';
import type { DataFrame, EngineError, KeyedDataFrame, Session, StreamingQuery } from '../../../index.js';
import { sinks } from '../../../sinks/index.js';
import { sources } from '../../../sources/index.js';
import { forgetNewestCommit } from '../../../engine/checkpoint/checkpoint.js';
import { type Command, group, type Out, Scripted, Seeded, type Variables } from './script.js';

type Line = readonly [key: string | null, second: number | null, commands: string | null];
interface Query {
  readonly kind: 'mapGroupsWithState' | 'flatMapGroupsWithState' | 'transformWithState'; readonly mode: 'append' | 'update'; readonly time: 'none' | 'processing-time' | 'event-time';
  readonly watermark?: string; readonly vars?: Variables; readonly initial?: readonly (readonly [string | null, string | null])[] | null; readonly eventTimeColumn?: string; readonly above?: string;
  readonly conf?: Readonly<Record<string, string>>;
}
interface Refusal { readonly at: string; readonly condition: string | null }
interface Step {
  readonly input?: readonly Line[]; readonly ticks?: number; readonly restart?: true | Partial<Query>; readonly replay?: boolean;
  readonly batches?: readonly { readonly id: number; readonly rows: readonly string[] }[]; readonly error?: Refusal;
}
interface Case extends Query { readonly name: string; readonly about: string; readonly static?: readonly Line[]; readonly rows?: readonly string[]; readonly steps?: readonly Step[]; readonly error?: Refusal }

const folder = path.join(__dirname, 'cases');
const cases = readdirSync(folder).sort().map((file) => JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Case);
const rowOf = ([k, second, cmd]: Line): Command => ({ k, at: second === null ? null : new Date(Math.round(second * 1000)), cmd });
const DDL = 'k STRING, at TIMESTAMP, cmd STRING';

/** The rows of text that a query of a case gives. */
function frame(session: Session, rows: DataFrame<Command, never>, { kind, mode, time, watermark, vars, initial, eventTimeColumn, above }: Query): DataFrame {
  const keyed = (watermark === undefined ? rows : rows.withWatermark('at', watermark)).groupByKey((row) => row.k);
  const states = initial == null ? undefined
    : (session.createDataFrame(initial.map(([k, cmd]) => rowOf([k, null, cmd])), DDL) as unknown as DataFrame<Command, never>).groupByKey((row) => row.k);
  const initialState = states && { initialState: states.mapValues((row) => row.cmd) as unknown as KeyedDataFrame<string | null, string> };
  switch (kind) {
    case 'mapGroupsWithState': return keyed.mapGroupsWithState((key, all, state) => group(key, [...all], state as never).join('; '), { timeout: time, ...initialState }) as unknown as DataFrame;
    case 'flatMapGroupsWithState': return keyed.flatMapGroupsWithState((key, all, state) => group(key, [...all], state as never), { timeout: time, outputMode: mode, ...initialState }) as unknown as DataFrame;
    case 'transformWithState': {
      const options = { outputMode: mode, output: 'text STRING, at TIMESTAMP', ...(eventTimeColumn === undefined ? { timeMode: time } : { eventTimeColumn }) } as const;
      const made = (states === undefined ? keyed.transformWithState(new Scripted(vars!) as never, options)
        : keyed.transformWithState(new Seeded(vars!) as never, { ...options, initialState: states })) as unknown as DataFrame<Out>;
      if (above === undefined) return made.select('text') as unknown as DataFrame;
      made.createOrReplaceTempView('tws');
      return session.sql(above as 'SELECT 1') as unknown as DataFrame;
    }
  }
}

/** One case on a clock of its own. */
class Run {
  private readonly host: SimulatedHost = simulatedHost(1, 1_000_000);
  private readonly session: Session;
  private readonly input;
  private query: StreamingQuery | undefined;
  private readonly base: Query;
  private now: Query;
  private slept: () => void = () => undefined;
  private readonly epochs = new Map<number, string[]>();

  constructor(query: Query) {
    this.base = this.now = query;
    // The trigger is the only one that sleeps: who advances the clock waits until it sleeps again.
    const { clock } = this.host;
    const sleep = clock.sleep.bind(clock);
    const host = { ...this.host, clock: { ...clock, sleep: (millis: number, signal?: AbortSignal) => { const slept = sleep(millis, signal); if (millis > 0) this.slept(); return slept; } } };
    const conf = { 'millrace.compat': 'spark', ...query.conf };
    this.session = new SessionCore(new FormatRegistry(sources, sinks), { host, conf, print: () => undefined, warn: () => undefined }) as unknown as Session;
    this.input = this.session.memoryStream(DDL);
  }

  async static(rows: readonly Line[]): Promise<string[]> {
    const made = frame(this.session, this.session.createDataFrame(rows.map(rowOf), DDL) as unknown as DataFrame<Command, never>, this.now);
    return texts(await made.collect());
  }

  private async asleep(act: () => unknown): Promise<void> {
    const asleep = new Promise<void>((resolve) => { this.slept = resolve; });
    await act();
    await Promise.race([asleep, this.query!.awaitTermination().catch(() => undefined)]);
  }
  private async start(): Promise<void> {
    const rows = this.input.toDF() as unknown as DataFrame<Command, never>;
    const writer = frame(this.session, rows, this.now).writeStream.outputMode(this.now.mode).trigger({ processingTime: '1 second' }).option('checkpointLocation', '/c');
    await this.asleep(async () => { this.query = await writer.foreachBatch(async (batch, epoch) => { this.epochs.set(epoch, texts(await batch.collect())); }).start(); });
  }
  /** @returns what the step gave. */
  async step({ input, ticks = 3, restart, replay }: Step, first: boolean): Promise<{ readonly batches: NonNullable<Step['batches']>; readonly error: EngineError | undefined }> {
    this.epochs.clear();
    try {
      if (restart !== undefined) {
        await this.query?.stop();
        if (replay === true) await forgetNewestCommit(this.host, '/c');
        this.now = { ...this.base, ...(restart === true ? {} : restart) };
      }
      if (first || restart !== undefined) await this.start();
      if (input) this.input.add(...input.map(rowOf) as never[]);
      for (let k = 0; k < ticks && this.query!.isActive; k++) await this.asleep(() => this.host.clock.advance(1000));
    } catch (error) { return { batches: [], error: cause(error) }; }
    const { exception } = this.query!;
    const failed = exception && Math.max(...this.epochs.keys());
    return { batches: [...this.epochs].filter(([id]) => id !== failed).map(([id, rows]) => ({ id, rows })), error: exception && cause(exception) };
  }
  async stop(): Promise<void> { await this.query?.stop(); }
  get active(): boolean { return this.query?.isActive === true; }
}
const cause = (error: unknown): EngineError => ((error as EngineError).condition === 'STREAM_FAILED' ? (error as EngineError).cause : error) as EngineError;
const texts = (rows: readonly unknown[]): string[] => rows.map((row) => (typeof row === 'string' ? row : String(Object.values(row as object)[0]))).sort();

/** Where Spark has no condition, or one without a name, any will do. */
const anyOf = (condition: string): boolean => /^(_LEGACY_|INTERNAL_|INVALID_INTERVAL_FORMAT)/.test(condition);
const matches = (error: EngineError | undefined, { condition }: Refusal): boolean =>
  error !== undefined && (condition === null || anyOf(condition) ? typeof error.condition === 'string' : error.condition === condition);
const plain = (row: string): string => row.replace(/!(_LEGACY_|INTERNAL_|INVALID_GROUP_STATE_CALL|INVALID_INTERVAL_FORMAT)[\w.]*/g, '!');

test.each(cases.map((c) => [c.name, c] as const))('%s', async (_, c) => {
  const run = new Run(c);
  if (c.static) {
    const [rows, error] = await run.static(c.static).then((all) => [all, undefined] as const, (e: unknown) => [[], e as EngineError] as const);
    if (c.error) expect(matches(error, c.error) ? c.error : error ?? 'no error').toEqual(c.error);
    else { expect(error).toBeUndefined(); expect(rows.map(plain).sort()).toEqual(c.rows!.map(plain).sort()); }
    return;
  }
  for (const [k, step] of c.steps!.entries()) {
    if (k > 0 && step.restart === undefined && !run.active) continue;
    const { batches, error } = await run.step(step, k === 0);
    const refusal = k === 0 ? c.error ?? step.error : step.error;
    if (refusal) expect({ k, error: matches(error, refusal) ? refusal : error ?? 'no error' }).toEqual({ k, error: refusal });
    else expect({ k, error }).toEqual({ k, error: undefined });
    const said = (all: readonly { readonly id: number; readonly rows: readonly string[] }[]): unknown => all.map(({ id, rows }) => ({ id, rows: rows.map(plain).sort() }));
    expect({ k, batches: said(batches) }).toEqual({ k, batches: said(step.batches ?? []) });
    if (c.error) return;
  }
  await run.stop();
});
