// What sources and sinks are opened with in tests: a simulated host, a metadata store in memory, and what was printed and warned.

import type { RecordBatch } from '../../engine/columnar/column.js';
import { delta, type Delta } from '../../engine/columnar/column.js';
import { batchOf } from '../../engine/columnar/build.js';
import { rows } from '../../engine/columnar/read.js';
import type { ConnectContext, SinkBatch, SinkDefinition, Sink, Source, SourceDefinition } from '../../engine/connect/contract.js';
import { parseOptions } from '../../engine/connect/options.js';
import { makeDurableDirectory } from '../../engine/durable/atomic.js';
import { memoryStore } from '../../engine/durable/metadata-store.js';
import type { Host } from '../../engine/host/host.js';
import { simulatedHost, type SimulatedHost } from '../../engine/host/simulated.js';
import * as T from '../../planner/types.js';
import type { OutputMode } from '../../planner/tree.js';
import type { Row, Value } from '../../planner/values.js';

export interface Bench<H extends Host = SimulatedHost> extends ConnectContext { readonly host: H; readonly printed: string[]; readonly warnings: string[] }
export function bench<H extends Host>(host: H, metadata = memoryStore()): Bench<H> {
  const printed: string[] = [];
  const warnings: string[] = [];
  return { host, metadata, queryId: 'q', queryName: undefined, timeZone: 'UTC', printed, warnings, print: (text) => { printed.push(text); }, warn: (message) => { warnings.push(message); } };
}
export const simulatedBench = (): Bench => bench(simulatedHost(1, 1_700_000_000_000));

export const schemaOf = (...fields: (readonly [string, T.DataType])[]): T.Schema => ({ fields: fields.map(([n, t]) => T.field(n, t)) });

export async function openSource(definition: SourceDefinition, given: Record<string, string>, declared: T.Schema | undefined, context: ConnectContext): Promise<Source> {
  const options = parseOptions(definition.format, given, definition.options);
  const schema = await definition.schema(options, declared, context);
  return definition.open({ options, schema, columns: schema.fields.map((_, i) => i) }, context);
}
export async function readAll(batches: AsyncIterable<RecordBatch>): Promise<Value[][]> {
  const out: Value[][] = [];
  for await (const batch of batches) out.push(...rows(batch));
  return out;
}
export const never: AbortSignal = new AbortController().signal;
export async function put(host: Host, path: string, text: string): Promise<void> {
  const directory = path.slice(0, path.lastIndexOf('/'));
  if (directory !== '' && !(await host.files.stat(directory))) await makeDurableDirectory(host.files, directory);
  const file = await host.files.open(path, 'truncate');
  await file.write([Buffer.from(text)]);
  await file.sync();
  await file.close();
}
export const text = async (host: Host, path: string): Promise<string> => Buffer.from(await host.files.readFile(path)).toString();

export const openSink = (definition: SinkDefinition, given: Record<string, string>, schema: T.Schema, context: ConnectContext, mode: OutputMode = 'append', object?: object): Promise<Sink> =>
  definition.open({ options: parseOptions(definition.format, given, definition.options), schema, mode, ...(object ? { object } : {}) }, context);
export function epoch(schema: T.Schema, number: number, values: readonly Row[], mode: OutputMode = 'append'): SinkBatch {
  const changes = async function* (): AsyncGenerator<Delta> { if (values.length > 0) yield delta(batchOf(schema.fields.map((f) => f.type), values)); };
  return { epoch: number, mode, changes: changes() };
}
