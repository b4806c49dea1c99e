// Runs a .stream file in one mode under one variant, on a simulated host: the expectations are the same under all.

import { batchOf } from '../../engine/columnar/build.js';
import { rows as rowsOf } from '../../engine/columnar/read.js';
import type { SinkDefinition, SourceDefinition } from '../../engine/connect/contract.js';
import { FormatRegistry } from '../../engine/connect/registry.js';
import { simulatedHost } from '../../engine/host/simulated.js';
import { lowerStream } from '../../engine/runtime/prepare.js';
import { QueryManager } from '../../engine/runtime/manager.js';
import type { StreamingQueryProgress } from '../../engine/runtime/progress.js';
import type { StreamingQueryHandle } from '../../engine/runtime/handle.js';
import { runStatic } from '../../engine/runtime/static.js';
import { literal } from '../../engine/session/column.js';
import { makeEngine, settingsOf } from '../../engine/session/environment.js';
import { stateBackend } from '../../engine/state/durable.js';
import { analyze } from '../../planner/analyzer/analyze.js';
import { checkStreaming } from '../../planner/analyzer/check-streaming.js';
import type { Relation as CatalogRelation } from '../../planner/analyzer/context.js';
import { EngineError } from '../../planner/errors/index.js';
import { incrementalize } from '../../planner/incremental/index.js';
import { meantOnStreams, normalize } from '../../planner/normalize/index.js';
import { optimize } from '../../planner/optimizer/index.js';
import { durationLiteral } from '../../planner/sql/durations.js';
import { parseQuery, parseSchema } from '../../planner/sql/index.js';
import type { OutputColumn, UnresolvedPlan } from '../../planner/tree.js';
import type { DataType, Field } from '../../planner/types.js';
import type { Row, Value } from '../../planner/values.js';
import { memorySource, type MemoryStream, memoryStream } from '../../sources/memory.js';
import { type CrashPoint, type Epoch, type Mode, millisOf, type Relation, type StreamFile } from './format.js';

export interface Variant {
  readonly restart?: boolean;
  readonly crash?: CrashPoint;
  /** Rows of a batch. */
  readonly batchRows?: number;
  readonly kernels?: 'fused' | 'vectorized';
  readonly optimizer?: false;
}
const CHECKPOINT = '/checkpoint';
const text = (row: readonly string[]): string => row.join('  ');
/** What a crash looks like from inside. */
class Crash extends Error {}

function readCell(cell: string, { type, name }: Field): Value {
  if (cell === 'NULL') return null;
  const bare = /^".*"$/.test(cell) ? cell.slice(1, -1) : cell;
  switch (type.kind) {
    case 'timestamp': return BigInt(millisOf(cell)) * 1000n;
    case 'bigint': return BigInt(bare);
    case 'int': case 'double': return Number(bare);
    case 'string': return bare;
    default: throw new Error(`the format has no cells for the type of ${name}`);
  }
}
function printCell(value: Value, type: DataType): string {
  if (value === null) return 'NULL';
  if (type.kind === 'timestamp') return `@${Number(value as bigint) / 1e6}`;
  const cell = String(value);
  return cell === '' || cell === 'NULL' || /^[@"!]| {2}/.test(cell) ? `"${cell}"` : cell;
}
const printWith = (columns: readonly OutputColumn[]) => (row: Row): string => text(row.map((v, i) => printCell(v, columns[i]!.type)));

export class StreamRun {
  private readonly file: StreamFile;
  private readonly mode: Mode;
  private readonly variant: Variant;
  private readonly host = simulatedHost(1);
  private readonly engine;
  private readonly streams = new Map<string, MemoryStream>();
  private readonly conf = new Map([['spark.sql.session.timeZone', 'UTC']]);
  private readonly written = new Map<number, string[]>();
  private readonly crashes = new Map<number, CrashPoint>();
  /** Epochs that have been cut off: each dies once. */
  readonly crashed = new Set<number>();
  private current = 0;
  private running: StreamingQueryHandle | undefined;
  private addingBatch = false;
  /** Everything that came out, and the rows that were not late, for the oracle. */
  private readonly emitted: string[] = [];
  private readonly fed = new Map<string, Row[]>();
  private last: readonly string[] = [];
  private failed = false;

  constructor(file: StreamFile, mode: Mode, variant: Variant) {
    this.file = file;
    this.mode = mode;
    this.variant = variant;
    this.engine = makeEngine(undefined, variant.kernels ?? 'auto');
    for (const step of file.steps) if (step.kind === 'epoch' && step.crash) this.crashes.set(step.epoch, step.crash);
    for (const { name, schema } of file.sources) { this.streams.set(name, memoryStream({ fields: parseSchema(schema) })); this.fed.set(name, []); }
    this.host.files.beforeEffect = (_number, _name, path) => { if (this.addingBatch && path.startsWith(`${CHECKPOINT}/state`)) this.crashAt('computed'); };
  }

  private crashAt(point: CrashPoint): void {
    if (this.crashed.has(this.current) || (this.crashes.get(this.current) ?? this.variant.crash) !== point) return;
    this.crashed.add(this.current);
    throw new Crash(point);
  }
  private sink(): SinkDefinition {
    return {
      format: 'recorder', options: [], modes: ['append', 'update', 'complete'], temporaryCheckpoint: true, describe: () => 'recorder',
      open: async ({ schema }) => ({
        addBatch: async ({ epoch, changes }) => {
          this.current = epoch;
          this.crashAt('offsets-logged');
          const lines: string[] = [];
          this.addingBatch = true;
          try {
            for await (const change of changes) for (const row of rowsOf(change)) lines.push(text(row.map((v, i) => printCell(v, schema.fields[i]!.type))));
          } finally { this.addingBatch = false; }
          this.crashAt('state-committed');
          const before = this.written.get(epoch);
          if (before && [...before].sort().join('\n') !== [...lines].sort().join('\n')) throw new Error(`epoch ${epoch} came again with other rows`);
          this.written.set(epoch, lines);
          this.crashAt('sink-written');
        },
        close: async () => undefined,
      }),
    };
  }
  private source(): SourceDefinition {
    return { ...memorySource, open: async (request, context) => {
      const source = await memorySource.open(request, context);
      return { ...source, commit: async (upTo) => { this.crashAt('commit-logged'); await source.commit(upTo); } };
    } };
  }

  private relations(plan: (relation: Relation, fields: readonly Field[]) => UnresolvedPlan): { lookup(name: readonly string[]): CatalogRelation | undefined; readonly names: readonly string[] } {
    const all = new Map<string, CatalogRelation>();
    for (const source of this.file.sources) all.set(source.name, { kind: 'stream', plan: plan(source, parseSchema(source.schema)) });
    for (const { name, schema, rows } of this.file.tables) {
      const fields = parseSchema(schema);
      all.set(name, { kind: 'table', plan: { kind: 'local_data', schema: fields, rows: rows.map((cells) => fields.map((f, i) => readCell(cells[i]!, f))) } });
    }
    return { lookup: (name) => all.get(name.at(-1)!.toLowerCase()), names: [...all.keys()] };
  }

  private query(): UnresolvedPlan {
    const { query, deduplicate } = this.file;
    const input = parseQuery(query);
    if (!deduplicate) return input;
    const { withinWatermark, columns } = deduplicate;
    return { kind: 'deduplicate', input, withinWatermark, ...(columns.length > 0 && { columns }) };
  }
  private async start(): Promise<void> {
    const settings = settingsOf(this.conf);
    const env = this.engine.analysis(settings, this.relations((source, fields): UnresolvedPlan => {
      const scan: UnresolvedPlan = { kind: 'source', streaming: true, source: { format: 'memory', options: {}, schema: fields, object: this.streams.get(source.name)!, name: source.name } };
      if (!source.watermark) return scan;
      const { column, delay, idleAfter, maxFutureSkew } = source.watermark;
      const bounds = { ...(idleAfter && { idleAfter: durationLiteral(idleAfter) }), ...(maxFutureSkew && { maxFutureSkew: durationLiteral(maxFutureSkew) }) };
      return { kind: 'watermark', input: scan, form: 'dataframe', clause: { expr: { kind: 'name', parts: [column] }, delay: literal(delay), ...bounds } };
    }));
    const bound = meantOnStreams(analyze(this.query(), env), this.mode, env);
    checkStreaming(bound, this.mode, settings);
    const normalized = normalize(bound, env);
    const logical = incrementalize(this.variant.optimizer === false ? normalized : optimize(normalized, env), this.mode, env);
    const never = (): never => { throw new Error('the tables of a file are local'); };
    const lowered = lowerStream(logical, { lowering: { settings, compiler: this.engine.compiler }, clock: this.host.clock, timestampMillis: this.host.clock.now(), read: never });
    const manager = new QueryManager({
      host: this.host, formats: new FormatRegistry([this.source()], [this.sink()]), openState: (directory) => stateBackend(this.host.files, directory!), print: () => undefined, warn: () => undefined,
    });
    this.running = await manager.start({ ...lowered, planText: '', sink: { format: 'recorder', options: {} }, mode: this.mode, checkpoint: CHECKPOINT, settings });
  }
  private async reopen(): Promise<void> {
    await this.running?.stop();
    await this.start();
  }

  /** @throws with the line of the first epoch that is not as expected */
  async all(): Promise<void> {
    await this.start();
    try {
      const { steps } = this.file;
      for (let i = 0; i < steps.length;) {
        const step = steps[i]!;
        if (step.kind === 'restart') {
          for (const [name, value] of Object.entries(step.conf)) this.conf.set(name, value);
          await this.reopen();
          i++;
          continue;
        }
        // Epochs without data follow the one with data by themselves.
        const group = [step];
        while (++i < steps.length) { const next = steps[i]!; if (next.kind !== 'epoch' || !next.idle) break; group.push(next); }
        await this.epochs(group);
        if (this.failed) return;
        if (this.variant.restart) await this.reopen();
      }
      await this.compareWithStatic();
    } finally { await this.running?.stop().catch(() => undefined); }
  }

  private async epochs(group: readonly Epoch[]): Promise<void> {
    const [first] = group;
    const before = Math.max(-1, ...this.written.keys());
    this.host.clock.advance(Math.max(0, first!.nowMillis - this.host.clock.now()));
    const [late, rejected] = (['late', 'rejected'] as const).map((why) => first!.feeds.reduce((n, feed) => n + feed.rows.filter((r) => r[why]).length, 0));
    for (const feed of first!.feeds) this.feed(feed);
    const progress: StreamingQueryProgress[] = [];
    for (;;) {
      const query = this.running!;
      const kept = query.recentProgress.length;
      let failure: unknown;
      try { await query.processAllAvailable(); } catch (error) { failure = error; }
      progress.push(...query.recentProgress.slice(kept));
      if (failure === undefined) break;
      const cause = (failure as EngineError).cause;
      if (!(cause instanceof Crash)) {
        if (first!.error === undefined || !(cause instanceof EngineError)) throw cause ?? failure;
        this.expect(first!, 'error', cause.condition, first!.error);
        this.failed = true;
        return;
      }
      this.host.files.crash('kill');
      await this.start();
    }
    if (first!.error !== undefined) throw new Error(`line ${first!.line}: no error instead of ${first!.error}`);
    const ran = [...this.written.keys()].filter((epoch) => epoch > before).sort((a, b) => a - b);
    this.expect(first!, 'epochs', ran.join(' '), group.map((e) => e.epoch).join(' '));
    for (const epoch of group) {
      const { rows, ordered } = epoch.expected.get(this.mode)!;
      const order = (lines: readonly string[]): readonly string[] => ordered ? lines : [...lines].sort();
      this.last = this.written.get(epoch.epoch)!;
      this.emitted.push(...this.last);
      this.expect(epoch, this.mode, order(this.last).join('\n'), order(rows.map(text)).join('\n'));
      // An epoch whose commit was the crash's last deed reports nothing.
      const told = progress.find((p) => p.batchId === epoch.epoch);
      if (!told) continue;
      if (epoch.watermark !== undefined) this.expect(epoch, 'watermark', `@${Date.parse(told.eventTime.watermark!) / 1000}`, epoch.watermark);
      if (epoch.state) this.expect(epoch, 'state', told.stateOperators.map((o) => `${o.operatorName}=${o.numRowsTotal}`).join(' '), epoch.state.join(' '));
      this.expect(epoch, 'late rows', String(told.operators.reduce((n, o) => n + o.late, 0)), String(epoch.late ?? (epoch === first ? late : 0)));
      this.expect(epoch, 'rejected rows', String(told.operators.reduce((n, o) => n + o.rejected, 0)), String(epoch === first ? rejected : 0));
    }
  }
  private expect(epoch: Epoch, what: string, actual: string, expected: string): void {
    if (actual !== expected) throw new Error(`line ${epoch.line}, epoch ${epoch.epoch}, ${what}:\n${actual}\ninstead of\n${expected}`);
  }

  private feed({ source, rows }: Epoch['feeds'][number]): void {
    const { fields } = this.streams.get(source)!.schema;
    const values = rows.map(({ cells }) => fields.map((f, i) => readCell(cells[i] ?? '', f)));
    for (const [i, row] of rows.entries()) if (!row.late && !row.rejected) this.fed.get(source)!.push(values[i]!);
    const size = this.variant.batchRows ?? Math.max(1, rows.length);
    if (values.length === 0) this.streams.get(source)!.addRows([]);
    for (let at = 0; at < values.length; at += size) this.streams.get(source)!.addBatch(batchOf(fields.map((f) => f.type), values.slice(at, at + size)));
  }

  /** The oracle: the same query over all rows that were not late, as a static one. complete: it is the last answer; append: nothing else came
   *  out, and no row twice; update: each of its rows has come out. */
  private async compareWithStatic(): Promise<void> {
    // A static query refuses duplicates within a watermark.
    if (this.file.deduplicate?.withinWatermark) return;
    const settings = settingsOf(this.conf);
    const env = this.engine.analysis(settings, this.relations((source, fields) => ({ kind: 'local_data', schema: fields, rows: this.fed.get(source.name)! })));
    const never = (): never => { throw new Error('the tables of a file are local'); };
    const plan = optimize(normalize(analyze(this.query(), env), env), env);
    const { output, batches } = await runStatic(plan, { lowering: { settings, compiler: this.engine.compiler }, clock: this.host.clock, timestampMillis: this.host.clock.now(), read: never });
    const oracle = batches.flatMap((b) => rowsOf(b)).map(printWith(output));
    const [inside, outside] = this.mode === 'complete' ? [this.last, oracle] : this.mode === 'append' ? [this.emitted, oracle] : [oracle, this.emitted];
    const left = new Map<string, number>();
    for (const line of outside) left.set(line, (left.get(line) ?? 0) + 1);
    for (const line of inside) {
      const n = left.get(line) ?? 0;
      if (n === 0) throw new Error(`the static answer and the stream's differ in: ${line}\nstatic:\n${oracle.join('\n')}`);
      left.set(line, n - 1);
    }
    if (this.mode === 'complete' && inside.length !== outside.length) throw new Error(`the static answer has ${outside.length} rows, the last one of the stream ${inside.length}`);
  }
}
