// Runs a query over streams of INT columns epoch by epoch on its operators, with a restart from the files of its state wherever asked for:
// for properties that compare what comes out with a static answer.

import { batchOf } from '../../engine/columnar/build.js';
import { type Delta, type RecordBatch, rowCount } from '../../engine/columnar/column.js';
import { rows } from '../../engine/columnar/read.js';
import { simulatedHost } from '../../engine/host/simulated.js';
import { realHost } from '../../engine/host/real.js';
import { createOperators } from '../../engine/operators/flow.js';
import { runEpoch } from '../../engine/runtime/driver.js';
import { propagate } from '../../engine/runtime/watermarks.js';
import { memoryStore } from '../../engine/state/memory.js';
import { stateBackend } from '../../engine/state/durable.js';
import type { StateStore } from '../../engine/state/store.js';
import type { OutputMode } from '../../planner/tree.js';
import type { Value } from '../../planner/values.js';
import { lowerQuery, streamsOf } from './stream-plan.js';

export type Cell = number | bigint | null;
export interface EpochInput {
  /** Rows of each stream, in batches. */
  readonly batches: Readonly<Record<string, readonly (readonly (readonly Value[])[])[]>>;
  /** The watermark that holds in this epoch, ms; it never goes back. */
  readonly watermark?: number;
  /** The process ends before this epoch. */
  readonly restart?: boolean;
}

/** The deltas of each epoch. `schemas`: DDL by stream. */
export async function* runEpochs(sql: string, schemas: Readonly<Record<string, string>>, mode: OutputMode, epochs: readonly EpochInput[]): AsyncGenerator<readonly Delta[]> {
  const streams = streamsOf(schemas);
  const { plan } = await lowerQuery(sql, streams, mode);
  const host = simulatedHost(1);
  const open = async (version: number) => {
    const backend = stateBackend(host.files, '/state');
    const stores = new Map<number, StateStore>();
    for (const [i, node] of plan.nodes.entries()) if (node.stateId !== undefined) stores.set(i, await backend.open(node.stateId, node.name, version));
    return { stores, operators: createOperators(plan, (node) => stores.get(node) ?? memoryStore()) };
  };
  let { stores, operators } = await open(0);
  let late = 0;
  for (const [epoch, { batches, watermark = 0, restart }] of epochs.entries()) {
    if (restart && epoch > 0) ({ stores, operators } = await open(epoch));
    const [lates, evicts] = [propagate(plan, late, true), propagate(plan, watermark, true)];
    late = watermark;
    const out: Delta[] = [];
    // A scan has the columns that its branch needs.
    const feed = (node: number): RecordBatch[] => {
      const name = plan.sources.find((s) => s.node === node)!.scan.source.name!;
      const fields = streams[name]!.schema.fields;
      const columns = plan.nodes[node]!.output.map((c) => fields.findIndex((f) => f.name === c.name));
      return (batches[name] ?? []).filter((b) => b.length > 0).map((b) => batchOf(columns.map((c) => fields[c]!.type), b.map((row) => columns.map((c) => row[c]!))));
    };
    const context = (node: number) => ({ epoch, timestampMillis: 0, lateWatermark: lates[node]!, evictWatermark: evicts[node]!, final: false });
    for await (const delta of runEpoch({ plan, operators, clock: realHost.clock, context, feed })) out.push(delta);
    for (const store of stores.values()) await store.commit(epoch);
    yield out;
  }
}

/** A delta's rows with their weights. */
export function* weighted(delta: Delta): Generator<readonly [row: readonly Value[], weight: number]> {
  const all = [...rows(delta)];
  for (let k = 0; k < rowCount(delta); k++) yield [all[k]!, delta.weights === null ? 1 : delta.weights[delta.selection === null ? k : delta.selection[k]!]!];
}
/** A row as text, whatever integer type its numbers came in. */
export const rowText = (row: readonly Value[]): string => JSON.stringify(row.map((v) => typeof v === 'bigint' ? Number(v) : v));
/** What a changelog adds up to, as sorted texts of rows. @throws if a row is taken back that is not there */
export class Sum {
  private readonly rows = new Map<string, number>();
  add(row: string, weight: number): void { const n = (this.rows.get(row) ?? 0) + weight; if (n === 0) this.rows.delete(row); else this.rows.set(row, n); }
  get lines(): string[] {
    return [...this.rows].flatMap(([row, n]) => { if (n < 0) throw new Error(`taken back without being there: ${row}`); return new Array<string>(n).fill(row); }).sort();
  }
}
