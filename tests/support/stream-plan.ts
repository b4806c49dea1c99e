// SQL over memory streams, planned as a session plans it: for tests of the streaming passes and of the loop.

import { realHost } from '../../engine/host/real.js';
import { lowerStream, type StreamPlan } from '../../engine/runtime/prepare.js';
import { makeEngine, settingsOf } from '../../engine/session/environment.js';
import { analyze } from '../../planner/analyzer/analyze.js';
import { checkStreaming } from '../../planner/analyzer/check-streaming.js';
import type { Relation } from '../../planner/analyzer/context.js';
import { incrementalize } from '../../planner/incremental/index.js';
import { meantOnStreams, normalize } from '../../planner/normalize/index.js';
import { parseQuery, parseSchema } from '../../planner/sql/index.js';
import type { LogicalPlan, OutputMode, Settings } from '../../planner/tree.js';
import { type MemoryStream, memoryStream } from '../../sources/memory.js';

export interface Streams { readonly [name: string]: MemoryStream }
export const streamsOf = (schemas: Readonly<Record<string, string>>): Streams =>
  Object.fromEntries(Object.entries(schemas).map(([name, ddl]) => [name, memoryStream({ fields: parseSchema(ddl) })]));

const engine = makeEngine();

export function planQuery(sql: string, streams: Streams, mode: OutputMode, conf: Readonly<Record<string, string>> = {}): { readonly logical: LogicalPlan; readonly settings: Settings } {
  const settings = settingsOf(new Map(Object.entries(conf)));
  const relations = new Map(Object.entries(streams).map(([name, object]): [string, Relation] =>
    [name, { kind: 'stream', plan: { kind: 'source', streaming: true, source: { format: 'memory', options: {}, schema: object.schema.fields, object, name } } }]));
  const env = engine.analysis(settings, { lookup: (name) => relations.get(name.at(-1)!), names: [...relations.keys()] });
  const bound = analyze(parseQuery(sql), env);
  const plan = settings.compatSpark ? bound : meantOnStreams(bound, mode, env);
  checkStreaming(plan, mode, settings);
  return { logical: incrementalize(normalize(plan, env), mode, env), settings };
}

export async function lowerQuery(sql: string, streams: Streams, mode: OutputMode, conf?: Readonly<Record<string, string>>): Promise<StreamPlan & { readonly settings: Settings }> {
  const { logical, settings } = planQuery(sql, streams, mode, conf);
  const none = (): never => { throw new Error('no static sources'); };
  return { ...lowerStream(logical, { lowering: { settings, compiler: engine.compiler, changelog: mode === 'changelog' }, clock: realHost.clock, timestampMillis: 0, read: none }), settings };
}
