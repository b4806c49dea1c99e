// A physical plan by hand (scan → watermark → counting operator) and a sink that keeps each epoch's rows: enough to watch the loop.

import { batchOf } from '../../../engine/columnar/build.js';
import { delta, rowCount } from '../../../engine/columnar/column.js';
import { rows } from '../../../engine/columnar/read.js';
import type { SinkDefinition } from '../../../engine/connect/contract.js';
import { FormatRegistry } from '../../../engine/connect/registry.js';
import type { Host } from '../../../engine/host/host.js';
import { noCounts, type Operator, type PhysicalPlan } from '../../../engine/operators/operator.js';
import { scanOperator } from '../../../engine/operators/values.js';
import { watermarkOperator } from '../../../engine/operators/watermark.js';
import { QueryManager, type StartOptions } from '../../../engine/runtime/manager.js';
import { memoryBackend } from '../../../engine/state/memory.js';
import type { StateBackend } from '../../../engine/state/store.js';
import type { Settings } from '../../../planner/tree.js';
import { BIGINT, field, TIMESTAMP } from '../../../planner/types.js';
import { type MemoryStream, memorySource, memoryStream } from '../../../sources/memory.js';

export const SCHEMA = { fields: [field('at', TIMESTAMP), field('n', BIGINT)] };
export const stream = (): MemoryStream => memoryStream(SCHEMA);
export const second = (s: number, n = 0): readonly bigint[] => [BigInt(s) * 1_000_000n, BigInt(n)];

/** Emits its rows at once; remembers the contexts it was finished with; fails on n < 0. */
export function probe(seen: string[]): Operator {
  return {
    counts: noCounts(),
    process(input, _port, context, emit) {
      const n = rowCount(input);
      this.counts.in += n; this.counts.used += n; this.counts.out += n;
      for (const row of rows(input)) if ((row[1] as bigint) < 0n) throw new Error(`bad row in epoch ${context.epoch}`);
      emit(input);
    },
    finish(context) { seen.push(`${context.epoch}: late ${context.lateWatermark} evict ${context.evictWatermark}`); return undefined; },
    wantsEpoch: (now, last) => now > last,
    stateMetrics: () => ({ operatorName: 'probe', numRowsTotal: 0, numRowsUpdated: 0, numRowsRemoved: 0, numRowsDroppedByWatermark: 0, memoryUsedBytes: 0, customMetrics: {} }),
  };
}

export function plan(inputs: readonly MemoryStream[], seen: string[], delayMillis = 5000): PhysicalPlan {
  const output = SCHEMA.fields.map((f, id) => ({ id, name: f.name, type: f.type, nullable: true }));
  const nodes: PhysicalPlan['nodes'][number][] = [];
  const sources: PhysicalPlan['sources'][number][] = [];
  const marks = inputs.map((object, i) => {
    sources.push({ node: nodes.length, scan: { kind: 'scan', streaming: true, columns: output, source: { format: 'memory', options: {}, schema: SCHEMA.fields, object, name: `s${i}` } } });
    nodes.push({ name: 'scan', inputs: [], output, ports: [], detail: '', create: scanOperator });
    nodes.push({ name: 'watermark', inputs: [nodes.length - 1], output, ports: ['retract'], detail: '', watermark: { nodeId: `w${i}`, delayMillis }, create: () => watermarkOperator(0) });
    return nodes.length - 1;
  });
  nodes.push({ name: 'probe', inputs: marks, output, ports: marks.map(() => 'retract'), detail: '', stateId: '0', create: () => probe(seen) });
  return { nodes, root: nodes.length - 1, sources, output };
}

export type Written = Map<number, string[]>;
export const keepSink = (written: Written, addBatch?: (epoch: number) => Promise<void>): SinkDefinition => ({
  format: 'keep', options: [], modes: ['append', 'update', 'complete'], temporaryCheckpoint: true, describe: () => 'keep',
  open: async () => ({
    addBatch: async ({ epoch, changes }) => {
      const lines: string[] = [];
      for await (const change of changes) for (const row of rows(change)) lines.push(String(row[1]));
      await addBatch?.(epoch);
      written.set(epoch, lines);
    },
    close: async () => undefined,
  }),
});

export const settings = (conf: Readonly<Record<string, string>> = {}, compatSpark = false): Settings =>
  ({ timeZone: 'UTC', ansi: true, compatSpark, conf: new Map(Object.entries(conf)) });
export const manager = (host: Host, sink: SinkDefinition, openState: () => StateBackend = memoryBackend): QueryManager =>
  new QueryManager({ host, formats: new FormatRegistry([memorySource], [sink]), openState, print: () => undefined, warn: (m) => { throw new Error(m); } });
export const options = (physical: PhysicalPlan, more: Partial<StartOptions> = {}): StartOptions =>
  ({ plan: physical, planText: 'probe', sink: { format: 'keep', options: {} }, mode: 'append', settings: settings(), ...more });
export { batchOf, delta };
