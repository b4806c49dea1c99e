// State and aggregation alone, in CPU time: resolving keys, the loops of single aggregates, the whole aggregate operator on bids (q12: count by bidder and
// 10 s window; q17: ten aggregates by auction and day), and (wall time) commits of deltas to a real directory.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BoundAggregate, BoundColumn, BoundExpr, NamedAggregate, OutputColumn, PlanOf } from '../planner/tree.js';
import * as T from '../planner/types.js';
import type { DataType } from '../planner/types.js';
import { bytesColumn, type Column, type Delta, fixedColumn, structColumn } from '../engine/columnar/column.js';
import { aggregates } from '../engine/functions/aggregate/index.js';
import { accumulatorOf } from '../engine/functions/aggregate/object.js';
import { realHost } from '../engine/host/real.js';
import { fusedCompiler } from '../engine/kernels/compiler.js';
import { aggregateNode } from '../engine/operators/aggregate.js';
import type { EpochContext, Operator } from '../engine/operators/operator.js';
import { aggregateCall } from '../engine/operators/tools.js';
import { stateBackend } from '../engine/state/durable.js';
import { memoryStore } from '../engine/state/memory.js';
import type { StateStore } from '../engine/state/store.js';
import type { BenchResult } from './result.js';

const TOOLS = { compiler: fusedCompiler, settings: { timeZone: 'UTC', ansi: true, compatSpark: false, conf: new Map<string, string>() }, detail: () => '' };
const NO_VALUES = { reserve() { /* none */ }, save: () => [], load() { /* none */ }, reset() { /* none */ } };
const WINDOW = T.struct([T.field('start', T.TIMESTAMP), T.field('end', T.TIMESTAMP)]);

export interface StateBenchOptions {
  /** Rows of each measurement. */
  readonly rows?: number;
  readonly batchRows?: number;
  /** The median of so many runs. */
  readonly runs?: number;
}

/** A repeatable sequence of numbers in [0, limit). */
function sequence(seed: number): (limit: number) => number {
  let s = seed;
  return (limit) => {
    s = (Math.imul(s, 1664525) + 1013904223) | 0;
    return Math.floor((s >>> 0) / 4294967296 * limit);
  };
}

interface Bids { readonly batches: readonly Delta[]; readonly columns: readonly OutputColumn[] }
/** bidder BIGINT, window STRUCT, auction BIGINT, price BIGINT, channel STRING, day DATE: bids in order of time, 10,000 a second. */
function bids(rows: number, batchRows: number): Bids {
  const random = sequence(7);
  const types: readonly (readonly [string, DataType])[] = [['bidder', T.BIGINT], ['window', WINDOW], ['auction', T.BIGINT], ['price', T.BIGINT], ['channel', T.STRING], ['day', T.DATE]];
  const batches: Delta[] = [];
  for (let from = 0; from < rows; from += batchRows) {
    const n = Math.min(batchRows, rows - from);
    const [bidder, start, end, auction, price] = Array.from({ length: 5 }, () => new BigInt64Array(n)) as [BigInt64Array, BigInt64Array, BigInt64Array, BigInt64Array, BigInt64Array];
    const day = new Int32Array(n).fill(19000);
    const text = Buffer.from(Array.from({ length: 100 }, (_, i) => `channel-${i}`.padEnd(12, '.')).join(''));
    const textStart = new Int32Array(n);
    const textEnd = new Int32Array(n);
    for (let i = 0; i < n; i++) {
      const time = Math.floor((from + i) / 10000 / 10) * 10;
      start[i] = BigInt(1_700_000_000 + time) * 1_000_000n;
      end[i] = start[i]! + 10_000_000n;
      bidder[i] = BigInt(1000 + random(100) * random(500));
      auction[i] = BigInt(1000 + Math.floor((from + i) / 30) + random(200));
      price[i] = BigInt(random(20000));
      textStart[i] = random(100) * 12;
      textEnd[i] = textStart[i]! + 12;
    }
    const long = (v: BigInt64Array): Column => fixedColumn(T.BIGINT, n, v);
    const window = structColumn(WINDOW, n, [fixedColumn(T.TIMESTAMP, n, start), fixedColumn(T.TIMESTAMP, n, end)]);
    const columns = [long(bidder), window, long(auction), long(price), bytesColumn(T.STRING, n, text, textStart, textEnd), fixedColumn(T.DATE, n, day)];
    batches.push({ length: n, columns, selection: null, weights: null });
  }
  return { batches, columns: types.map(([name, type], i) => ({ id: i + 1, name, type, nullable: false })) };
}

const column = (c: OutputColumn): BoundColumn => ({ kind: 'column', id: c.id, name: c.name, type: c.type, nullable: c.nullable });
let nextId = 1000;
function aggregate(name: string, args: readonly BoundExpr[], filter?: BoundExpr): NamedAggregate {
  const fn = aggregates.find((f) => f.name === name)!;
  const call = { fn, name, args, types: args.map((a) => a.type), settings: TOOLS.settings, constant: () => undefined };
  const node: BoundAggregate = { kind: 'aggregate', fn, name, args, distinct: false, type: fn.result(call), nullable: true, ...(filter && { filter }) };
  return { id: nextId++, name, aggregate: node };
}
const ONE: BoundExpr = { kind: 'const', value: 1, type: T.INT, nullable: false };

function plan(input: Bids, keys: readonly string[], functions: readonly NamedAggregate[]): PlanOf<'aggregate'> {
  const of = (name: string): OutputColumn => input.columns.find((c) => c.name === name)!;
  return {
    kind: 'aggregate', input: { kind: 'scan', source: { format: 'bench', options: {} }, streaming: true, columns: input.columns }, emission: 'on_touch', stateId: 'bench',
    grouping: keys.map((k) => ({ id: nextId++, name: k, expr: column(of(k)) })), aggregates: functions,
  };
}
function operatorOf(node: PlanOf<'aggregate'>, input: Bids, store: StateStore): Operator {
  return aggregateNode(node, { output: input.columns, index: 0 }, TOOLS).create({ store });
}
const context = (epoch: number): EpochContext => ({ epoch, timestampMillis: 0, lateWatermark: 0, evictWatermark: 0, final: false });

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;
const { clock } = realHost;
/** CPU milliseconds of this process. */
function measure(runs: number, body: () => void): number {
  const times: number[] = [];
  for (let r = 0; r < runs; r++) {
    const start = process.cpuUsage();
    body();
    const { user, system } = process.cpuUsage(start);
    times.push((user + system) / 1000);
  }
  return median(times);
}

export async function run(options: StateBenchOptions = {}): Promise<readonly BenchResult[]> {
  const { rows = 2_000_000, batchRows = 10_000, runs = 5 } = options;
  const input = bids(rows, batchRows);
  const out: BenchResult[] = [];
  const rate = (name: string, millis: number, note?: string): void => { out.push({ name, value: Math.round(rows / millis / 100) / 10, unit: 'M rows/s', ...(note && { note }) }); };

  const resolve = (name: string, keys: readonly number[]): void => {
    const fields = keys.map((k) => T.field(input.columns[k]!.name, input.columns[k]!.type));
    let size = 0;
    const millis = measure(runs, () => {
      const table = memoryStore().table({ name: 't', key: fields, value: [] }, NO_VALUES);
      for (const b of input.batches) table.resolve(b.length, null, keys.map((k) => b.columns[k]!));
      size = table.size;
    });
    rate(`resolve ${name}`, millis, `${size} keys`);
  };
  resolve('bigint', [0]);
  resolve('bigint × window', [0, 1]);
  resolve('string', [4]);
  resolve('bigint × string', [2, 4]);

  const by = (name: string): BoundExpr => column(input.columns.find((c) => c.name === name)!);
  const slots = input.batches.map((b) => Int32Array.from(b.columns[0]!.values as BigInt64Array as unknown as ArrayLike<number>, (v) => Number(v) & 65535));
  for (const [name, a, index] of [['count(*)', aggregate('count', [ONE]), 3], ['sum(bigint)', aggregate('sum', [by('price')]), 3], ['avg(bigint)', aggregate('avg', [by('price')]), 3],
    ['max(bigint)', aggregate('max', [by('price')]), 3], ['max(string)', aggregate('max', [by('channel')]), 4]] as const) {
    const millis = measure(runs, () => {
      const accumulator = accumulatorOf(aggregateCall(a.aggregate, false, TOOLS));
      accumulator.reserve(65536);
      input.batches.forEach((b, i) => { accumulator.update(b.length, null, slots[i]!, [b.columns[index]!], null); });
    });
    out.push({ name: `update ${name}`, value: Math.round(millis * 1e7 / rows) / 10, unit: 'ns/row' });
  }

  const price = by('price');
  const q17 = ['count', 'count', 'count', 'count', 'min', 'max', 'avg', 'sum', 'count', 'max'].map((name) => aggregate(name, name === 'count' ? [ONE] : [price]));
  for (const [name, keys, functions] of [['q12', ['bidder', 'window'], [aggregate('count', [ONE])]], ['q17', ['auction', 'day'], q17], ['distinct strings', ['channel'], []]] as const) {
    const node = plan(input, keys, functions);
    const millis = measure(runs, () => {
      const operator = operatorOf(node, input, memoryStore());
      for (const b of input.batches) operator.process(b, 0, context(0), () => { /* dropped */ });
    });
    rate(`operator ${name}`, millis, `${functions.length} aggregates, without output`);
  }

  out.push(...await commits(input));
  return out;
}

async function commits(input: Bids): Promise<BenchResult[]> {
  const root = mkdtempSync(join(tmpdir(), 'millrace-state-'));
  try {
    const backend = stateBackend(realHost.files, root);
    const store = await backend.open('bench', 'aggregate', 0);
    const operator = operatorOf(plan(input, ['bidder', 'window'], [aggregate('count', [ONE])]), input, store);
    const touched: number[] = [];
    let epoch = 0;
    for (const b of input.batches.slice(0, 50)) {
      operator.process(b, 0, context(epoch), () => { /* dropped */ });
      for (const _ of operator.finish!(context(epoch), () => { /* dropped */ }) ?? []) { /* chunks */ }
      const start = clock.monotonic();
      await store.commit(epoch++);
      touched.push(clock.monotonic() - start);
    }
    const idle: number[] = [];
    for (let i = 0; i < 21; i++) { const start = clock.monotonic(); await store.commit(epoch++); idle.push(clock.monotonic() - start); }
    const start = clock.monotonic();
    const again = await stateBackend(realHost.files, root).open('bench', 'aggregate', epoch);
    operatorOf(plan(input, ['bidder', 'window'], [aggregate('count', [ONE])]), input, again);
    const recovery = clock.monotonic() - start;
    const millis = (name: string, value: number): BenchResult => ({ name, value: Math.round(value * 100) / 100, unit: 'ms' });
    return [millis('commit of an epoch of 10,000 rows', median(touched)), millis('commit of an epoch without changes', median(idle)), millis('recovery', recovery)];
  } finally { rmSync(root, { recursive: true }); }
}
