// writeStream and write: what is said about the sink, gathered until it starts.

import { raise } from '../../planner/errors/index.js';
import { parseDurationText } from '../../planner/sql/durations.js';
import type { OutputMode, Trigger, UnresolvedPlan } from '../../planner/tree.js';
import type { Schema } from '../../planner/types.js';
import type { RecordBatch } from '../columnar/column.js';
import type { Backend, SaveMode } from './backend.js';
import { checked, either, FUNCTION, NAME, OBJECT, objectOf, oneOf, SETTING, type Signature, TEXT } from './checked.js';
import { batchesPlan } from './local.js';
import type { Query } from './query.js';

/** What the foreachBatch sink calls: the rows of an epoch. Sinks know batches, the session makes frames of them. */
export interface BatchFunction { call(schema: Schema, batches: readonly RecordBatch[], epoch: number): Promise<void> }
/** What the foreach sink calls, rows in the user's representation. */
export interface RowWriter {
  open?(partition: number, epoch: number): boolean | Promise<boolean>;
  process(row: unknown): void | Promise<void>;
  close?(error: Error | undefined): void | Promise<void>;
  /** Makes a user's row of the values of one. */
  row?(schema: Schema): (values: readonly unknown[]) => unknown;
}

const optionText = (value: string | number | boolean): string => String(value);

export class StreamWriter {
  private readonly backend: Backend;
  private readonly plan: UnresolvedPlan;
  private readonly frame: (plan: UnresolvedPlan) => object;
  private readonly given: Record<string, string> = {};
  private sink: string | undefined;
  private object: object | undefined;
  private mode: OutputMode = 'append';
  private name: string | undefined;
  private when: Trigger | undefined;

  constructor(backend: Backend, plan: UnresolvedPlan, frame: (plan: UnresolvedPlan) => object) { this.backend = backend; this.plan = plan; this.frame = frame; }

  outputMode(mode: string): this {
    const known = mode.toLowerCase() as OutputMode;
    if (!['append', 'update', 'complete', 'changelog'].includes(known)) raise('STREAMING_OUTPUT_MODE.INVALID', { outputMode: mode });
    this.mode = known;
    return this;
  }
  format(name: string): this { this.sink = name; return this; }
  option(name: string, value: string | number | boolean): this { this.given[name] = optionText(value); return this; }
  options(options: Readonly<Record<string, string | number | boolean>>): this { for (const [name, value] of Object.entries(options)) this.option(name, value); return this; }
  queryName(name: string): this { this.name = name; return this; }
  trigger(trigger: { readonly processingTime?: string; readonly availableNow?: true; readonly once?: true }): this { this.when = readTrigger(trigger); return this; }
  partitionBy(...names: string[]): this { this.given['partitionBy'] = JSON.stringify(names); return this; }
  foreachBatch(fn: (batch: object, epoch: number) => void | Promise<void>): this {
    this.sink = 'foreachbatch';
    const batchFunction: BatchFunction = { call: async (schema, batches, epoch) => { await fn(this.frame(batchesPlan(schema, batches)), epoch); } };
    this.object = batchFunction;
    return this;
  }
  foreach(writer: RowWriter | ((row: unknown) => void | Promise<void>)): this {
    this.sink = 'foreach';
    const { convert } = this.backend;
    const rowWriter: RowWriter = typeof writer === 'function' ? { process: writer } : {
      process: (row) => writer.process(row), ...(writer.open && { open: (p: number, e: number) => writer.open!(p, e) }), ...(writer.close && { close: (e: Error | undefined) => writer.close!(e) }),
    };
    this.object = { ...rowWriter, row: (schema: Schema) => convert.rowToUser(schema.fields) };
    return this;
  }
  async start(path?: string): Promise<Query> {
    if (path !== undefined) this.given['path'] = path;
    const { checkpoint, options } = takeCheckpoint(this.given);
    const format = this.sink ?? raise('MISSING_SINK_FORMAT');
    const handle = await this.backend.start(this.plan, {
      sink: { format, options, ...(this.object && { object: this.object }) }, mode: this.mode, name: this.name, trigger: this.when, checkpoint,
    });
    return this.backend.queryOf(handle);
  }
  async toTable(name: string): Promise<Query> { return this.format('memory').queryName(name).start(); }
}

const named: Signature = [['name', NAME]];
const path: Signature = [['path', NAME]];
const common = { format: named, option: [['name', NAME], ['value', SETTING]], options: [['options', objectOf(SETTING, 'texts, numbers and booleans by name')]], partitionBy: [['names', NAME, 'rest']] } as const;
checked(StreamWriter.prototype, 'writeStream', {
  ...common, outputMode: [['mode', TEXT]], queryName: named, trigger: [['trigger', OBJECT]], foreachBatch: [['fn', FUNCTION]],
  foreach: [['writer', either(FUNCTION, { expected: 'an object with a method process', holds: (v) => OBJECT.holds(v) && typeof (v as { process?: unknown }).process === 'function' })]],
  start: [['path', NAME, 'optional']], toTable: named,
});

/** The option checkpointLocation belongs to the query, not to the sink. */
export function takeCheckpoint(given: Readonly<Record<string, string>>): { readonly checkpoint: string | undefined; readonly options: Record<string, string> } {
  const options: Record<string, string> = {};
  let checkpoint: string | undefined;
  for (const [name, value] of Object.entries(given)) { if (name.toLowerCase() === 'checkpointlocation') checkpoint = value; else options[name] = value; }
  return { checkpoint, options };
}

function readTrigger(trigger: { readonly processingTime?: string; readonly availableNow?: true; readonly once?: true }): Trigger {
  if (trigger.availableNow) return { kind: 'available_now' };
  if (trigger.once) return { kind: 'once' };
  const intervalMillis = trigger.processingTime === undefined ? undefined : parseDurationText(trigger.processingTime);
  if (intervalMillis === undefined) return raise('INVALID_STATEMENT_OPTION', { what: 'trigger', value: JSON.stringify(trigger), expected: "{ processingTime: '2 seconds' }, { availableNow: true } or { once: true }" });
  return { kind: 'processing_time', intervalMillis };
}

export class TableWriter {
  private readonly backend: Backend;
  private readonly plan: UnresolvedPlan;
  private readonly given: Record<string, string> = {};
  private sink: string | undefined;
  private save_: SaveMode = 'error';
  constructor(backend: Backend, plan: UnresolvedPlan) { this.backend = backend; this.plan = plan; }
  format(name: string): this { this.sink = name; return this; }
  mode(mode: SaveMode): this { this.save_ = mode; return this; }
  option(name: string, value: string | number | boolean): this { this.given[name] = optionText(value); return this; }
  options(options: Readonly<Record<string, string | number | boolean>>): this { for (const [name, value] of Object.entries(options)) this.option(name, value); return this; }
  partitionBy(...names: string[]): this { this.given['partitionBy'] = JSON.stringify(names); return this; }
  async save(path?: string): Promise<void> {
    if (path !== undefined) this.given['path'] = path;
    await this.backend.write(this.plan, { format: this.sink ?? raise('MISSING_SINK_FORMAT'), options: this.given }, this.save_);
  }
  async json(path: string): Promise<void> { return this.format('json').save(path); }
  async csv(path: string): Promise<void> { return this.format('csv').save(path); }
  async text(path: string): Promise<void> { return this.format('text').save(path); }
}
checked(TableWriter.prototype, 'write', { ...common, mode: [['mode', oneOf('append', 'overwrite', 'error', 'ignore')]], save: [['path', NAME, 'optional']], json: path, csv: path, text: path });
