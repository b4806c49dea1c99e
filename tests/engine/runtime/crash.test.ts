// A query dies at each of its effects in turn, by kill and by power loss, and is started again: what reaches the sink must not depend on it.

import { createFile, listDirectory, makeDurableDirectory } from '../../../engine/durable/atomic.js';
import { rows } from '../../../engine/columnar/read.js';
import type { SinkDefinition } from '../../../engine/connect/contract.js';
import { FormatRegistry } from '../../../engine/connect/registry.js';
import { type SimulatedHost, simulatedHost } from '../../../engine/host/simulated.js';
import { QueryManager } from '../../../engine/runtime/manager.js';
import { stateBackend } from '../../../engine/state/durable.js';
import { EngineError } from '../../../planner/errors/index.js';
import type { OutputMode } from '../../../planner/tree.js';
import { memorySource } from '../../../sources/memory.js';
import { lowerQuery, streamsOf } from '../../support/stream-plan.js';

const at = (second: number): bigint => BigInt(second) * 1_000_000n;
const INPUT = [[[at(11), 'a'], [at(12), 'b'], [at(19), 'a']], [[at(25), 'a'], [at(8), 'b']], [[at(47), 'c'], [at(26), 'a']], [[at(3), 'z'], [at(60), 'b']]];
const WINDOWS = "FROM (SELECT * FROM e WATERMARK at DELAY OF INTERVAL 5 SECONDS) GROUP BY window(at, '10 seconds'), key";

/** One file an epoch, linked into place: a second write of an epoch changes nothing. */
const fileSink = (host: SimulatedHost): SinkDefinition => ({
  format: 'files', options: [], modes: ['append', 'update', 'complete'], temporaryCheckpoint: true, describe: () => 'files',
  open: async () => ({
    addBatch: async ({ epoch, changes }) => {
      const lines: string[] = [];
      for await (const change of changes) for (const row of rows(change)) lines.push(row.map(String).join(' '));
      await makeDurableDirectory(host.files, '/out');
      try { await createFile(host.files, '/out', String(epoch), [Buffer.from(lines.sort().join('\n'))]); } catch (error) {
        if (!(error instanceof EngineError && error.condition === 'CONCURRENT_STREAM_LOG_UPDATE')) throw error;
      }
    },
    close: async () => undefined,
  }),
});

async function output(host: SimulatedHost): Promise<Record<string, string>> {
  const out: Record<string, string> = {};
  for (const name of await listDirectory(host.files, '/out')) out[name] = Buffer.from(await host.files.readFile(`/out/${name}`)).toString();
  return out;
}

interface Crash { readonly at: number; readonly kind: 'kill' | 'power' }
/** Runs all input; dies at the effects of `crashes`, in order, and goes on after each. */
async function run(sql: string, mode: OutputMode, crashes: readonly Crash[] = [], seed = 1): Promise<{ effects: number; deaths: number; out: Record<string, string> }> {
  const host = simulatedHost(seed, 1_700_000_000_000);
  const streams = streamsOf({ e: 'at TIMESTAMP, key STRING' });
  const planned = await lowerQuery(sql, streams, mode);
  const queries = (): QueryManager => new QueryManager({
    host, formats: new FormatRegistry([memorySource], [fileSink(host)]), openState: (directory) => stateBackend(host.files, directory!), print: () => undefined, warn: () => undefined,
  });
  const start = () => queries().start({ ...planned, planText: '', sink: { format: 'files', options: {} }, mode, checkpoint: '/c' });
  let effects = 0;
  let deaths = 0;
  host.files.beforeEffect = (number) => {
    effects = number + 1;
    if (number >= (crashes[deaths]?.at ?? Number.POSITIVE_INFINITY)) throw new Error('dead');
  };
  const alive = async <T>(step: () => Promise<T>): Promise<T> => {
    try { return await step(); } catch (error) {
      const crash = crashes[deaths];
      if (crash === undefined || effects <= crash.at) throw error;
      deaths++;
      host.files.crash(crash.kind);
      return await alive(step);
    }
  };
  let query = await alive(start);
  for (const [i, input] of INPUT.entries()) {
    let fed = false;
    await alive(async () => {
      if (!query.isActive) query = await start();
      if (!fed) { fed = true; streams['e']!.addRows(input); }
      await query.processAllAvailable();
    });
    if (i === 1) { await query.stop(); query = await alive(start); }
  }
  await query.stop();
  // Looking at what came out is no part of the run.
  host.files.beforeEffect = undefined;
  return { effects, deaths, out: await output(host) };
}

const QUERIES = [
  ['append', `SELECT window.start AS s, key, count(*) AS n ${WINDOWS}`],
  ['update', `SELECT window.start AS s, key, count(*) AS n ${WINDOWS}`],
  ['complete', `SELECT key, count(*) AS n FROM e GROUP BY key`],
] as const;

test.each(QUERIES)('%s mode: the same epochs and rows wherever it dies', async (mode, sql) => {
  const expected = await run(sql, mode);
  expect(Object.values(expected.out).filter((text) => text !== '').length).toBeGreaterThan(2);
  let deaths = 0;
  for (let at = 0; at < expected.effects; at++) {
    const kind = at % 4 === 0 ? 'kill' : 'power';
    const result = await run(sql, mode, [{ at, kind }], at);
    deaths += result.deaths;
    expect({ kind, at, out: result.out }).toEqual({ kind, at, out: expected.out });
  }
  expect(deaths).toBe(expected.effects);
});

test.each(QUERIES)('%s mode: the same if power is lost a while after it was killed', async (mode, sql) => {
  const expected = await run(sql, mode);
  for (let at = 0; at < expected.effects; at++) {
    const later = at + 1 + (at * 7919) % 60;
    const result = await run(sql, mode, [{ at, kind: 'kill' }, { at: later, kind: 'power' }], at);
    expect({ at, later, out: result.out }).toEqual({ at, later, out: expected.out });
  }
});
