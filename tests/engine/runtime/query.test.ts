import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forgetNewestCommit } from '../../../engine/checkpoint/checkpoint.js';
import type { SinkDefinition } from '../../../engine/connect/contract.js';
import { FormatRegistry } from '../../../engine/connect/registry.js';
import { realHost } from '../../../engine/host/real.js';
import { simulatedHost } from '../../../engine/host/simulated.js';
import { createOperators } from '../../../engine/operators/flow.js';
import { runEpoch } from '../../../engine/runtime/driver.js';
import { QueryManager } from '../../../engine/runtime/manager.js';
import { memoryBackend, memoryStore } from '../../../engine/state/memory.js';
import { BIGINT, TIMESTAMP } from '../../../planner/types.js';
import { memorySource } from '../../../sources/memory.js';
import { batchOf, keepSink, manager, options, plan, second, settings, stream, type Written } from './fixture.js';

const conditionOf = async (run: () => Promise<unknown>): Promise<string> => {
  try { await run(); return 'none'; } catch (e) { return (e as { condition?: string }).condition ?? String(e); }
};

test('late is one epoch behind evict, and an epoch without rows follows when the watermark moved', async () => {
  const host = simulatedHost(1, 1_700_000_000_000);
  const input = stream();
  const seen: string[] = [];
  const written: Written = new Map();
  const query = await manager(host, keepSink(written)).start(options(plan([input], seen)));
  await query.processAllAvailable();
  expect(seen).toEqual([]);
  input.addRows([second(10, 1), second(20, 2)]);
  await query.processAllAvailable();
  input.addRows([second(30, 3)]);
  await query.processAllAvailable();
  input.addRows([]);
  await query.processAllAvailable();
  expect(seen).toEqual(['0: late 0 evict 0', '1: late 0 evict 15000', '2: late 15000 evict 15000', '3: late 15000 evict 25000', '4: late 25000 evict 25000']);
  expect([...written]).toEqual([[0, ['1', '2']], [1, []], [2, ['3']], [3, []], [4, []]]);
  const progress = query.recentProgress;
  expect(Object.keys(progress[0]!)).toEqual(['id', 'runId', 'name', 'timestamp', 'batchId', 'batchDuration', 'numInputRows', 'durationMs', 'eventTime', 'stateOperators', 'sources', 'sink', 'operators']);
  expect(progress[0]).toMatchObject({ batchId: 0, numInputRows: 2, timestamp: '2023-11-14T22:13:20.000Z',
    eventTime: { avg: '1970-01-01T00:00:15.000Z', max: '1970-01-01T00:00:20.000Z', min: '1970-01-01T00:00:10.000Z', watermark: '1970-01-01T00:00:00.000Z' },
    sources: [{ description: 'MemoryStream', startOffset: null, endOffset: 1, latestOffset: 1, numInputRows: 2 }] });
  expect(progress[2]!.operators.find((o) => o.operator === 'probe')).toMatchObject({ in: 1 });
  await query.stop();
  expect(query.isActive).toBe(false);
  expect(query.status.message).toBe('Stopped');
});

test('two inputs: the slower one holds the watermark, or the faster one leads under policy max; a silent one counts as 0', async () => {
  for (const [policy, evict] of [['min', 0], ['max', 95000]] as const) {
    const [a, b] = [stream(), stream()];
    const seen: string[] = [];
    const query = await manager(simulatedHost(1), keepSink(new Map())).start(options(plan([a, b], seen), { settings: settings({ 'spark.sql.streaming.multipleWatermarkPolicy': policy }) }));
    a.addRows([second(100)]);
    await query.processAllAvailable();
    b.addRows([second(50)]);
    await query.processAllAvailable();
    expect(seen.at(-1)).toMatch(policy === 'min' ? /evict 45000$/ : /evict 95000$/);
    expect(seen[1] ?? '').toMatch(new RegExp(`evict ${evict}$`));
    await query.stop();
  }
});

test('a failed epoch ends the query with its place, and runs again with the same rows after a restart', async () => {
  const host = simulatedHost(1);
  const input = stream();
  const written: Written = new Map();
  let broken = true;
  const sink = keepSink(written, async (epoch) => { if (epoch === 1 && broken) throw new Error('disk full'); });
  const queries = manager(host, sink);
  const start = options(plan([input], [], 0), { checkpoint: '/c', name: 'q', settings: settings({ 'spark.sql.streaming.noDataMicroBatches.enabled': 'false' }) });
  const query = await queries.start(start);
  input.addRows([second(1, 1)]);
  await query.processAllAvailable();
  input.addRows([second(2, 2)]);
  await expect(query.processAllAvailable()).rejects.toThrow(/\[STREAM_FAILED\] The query q .* failed in epoch 1, reading MemoryStream \(1, 2\]: disk full/);
  expect(query.exception).toMatchObject({ condition: 'STREAM_FAILED', cause: { message: 'disk full' } });
  await expect(queries.awaitAnyTermination()).rejects.toThrow('STREAM_FAILED');
  broken = false;
  input.addRows([second(3, 3)]);
  const again = await queries.start(start);
  expect(again.id).toBe(query.id);
  expect(again.runId).not.toBe(query.runId);
  await again.processAllAvailable();
  expect([...written]).toEqual([[0, ['1']], [1, ['2']], [2, ['3']]]);
  await again.stop();
});

test('a replayed epoch uses the logged offsets, time and watermark; a held-back epoch is remembered unless Spark is imitated', async () => {
  for (const compat of [false, true]) {
    const host = simulatedHost(1);
    const input = stream();
    const seen: string[] = [];
    const written: Written = new Map();
    const queries = manager(host, keepSink(written));
    const held = settings({ 'spark.sql.streaming.noDataMicroBatches.enabled': 'false' }, compat);
    const first = await queries.start(options(plan([input], seen), { checkpoint: '/c', settings: held }));
    input.addRows([second(10, 1)]);
    await first.processAllAvailable();
    input.addRows([second(20, 2)]);
    await first.processAllAvailable();
    await first.stop();
    await forgetNewestCommit(host, '/c');
    seen.length = 0;
    input.addRows([second(1, 9)]);
    const replay = await queries.start(options(plan([input], seen), { checkpoint: '/c', settings: held }));
    await replay.processAllAvailable();
    await replay.stop();
    expect(seen).toEqual(['1: late 0 evict 5000', '2: late 5000 evict 15000']);
    expect(written.get(1)).toEqual(['2']);
    seen.length = 0;
    input.addRows([second(30, 4)]);
    const third = await queries.start(options(plan([input], seen), { checkpoint: '/c', settings: held }));
    await third.processAllAvailable();
    await third.stop();
    seen.length = 0;
    const last = await queries.start(options(plan([input], seen), { checkpoint: '/c', settings: settings({}, compat) }));
    await last.processAllAvailable();
    await last.stop();
    expect(seen).toEqual(compat ? [] : ['4: late 15000 evict 25000']);
  }
});

test('once takes everything in one epoch; available now also runs the epochs that are then due', async () => {
  for (const [kind, epochs] of [['once', 1], ['available_now', 2]] as const) {
    const input = stream();
    input.addRows([second(10, 1)]);
    const seen: string[] = [];
    const query = await manager(simulatedHost(1), keepSink(new Map())).start(options(plan([input], seen), { trigger: { kind } }));
    expect(await query.awaitTermination()).toBe(true);
    expect(seen.length).toBe(epochs);
  }
});

test('an interval trigger is aligned and does not catch up', async () => {
  const host = simulatedHost(1, 1_234);
  const input = stream();
  const written: Written = new Map();
  const query = await manager(host, keepSink(written)).start(options(plan([input], []), { trigger: { kind: 'processing_time', intervalMillis: 1000 },
    settings: settings({ 'spark.sql.streaming.noDataMicroBatches.enabled': 'false' }) }));
  const turn = async (): Promise<void> => { for (let i = 0; i < 200; i++) await Promise.resolve(); await new Promise(setImmediate); };
  await turn();
  input.addRows([second(1, 1)]);
  await turn();
  expect(written.size).toBe(0);
  host.clock.advance(765);
  await turn();
  expect(written.size).toBe(0);
  host.clock.advance(1);
  await turn();
  expect(query.lastProgress!.timestamp).toBe('1970-01-01T00:00:02.000Z');
  host.clock.advance(5_500);
  input.addRows([second(1, 1)]);
  await turn();
  host.clock.advance(499);
  input.addRows([second(1, 1)]);
  await turn();
  expect(query.recentProgress.length).toBe(2);
  host.clock.advance(1);
  await turn();
  expect(query.recentProgress.map((p) => p.timestamp)).toEqual(['1970-01-01T00:00:02.000Z', '1970-01-01T00:00:07.500Z', '1970-01-01T00:00:08.000Z']);
  await query.stop();
});

test('a clock that is set back during an epoch delays no trigger', async () => {
  const simulated = simulatedHost(1, 7_200_000);
  let back = 0;
  const host = { ...simulated, clock: { ...simulated.clock, now: () => simulated.clock.now() - back } };
  const input = stream();
  const written: Written = new Map();
  const sink = keepSink(written, async () => { back = 3_600_000; });
  const query = await manager(host, sink).start(options(plan([input], []), { trigger: { kind: 'processing_time', intervalMillis: 1000 },
    settings: settings({ 'spark.sql.streaming.noDataMicroBatches.enabled': 'false' }) }));
  for (let epochs = 1; epochs <= 2; epochs++) {
    input.addRows([second(1, 1)]);
    simulated.clock.advance(1000);
    for (let i = 0; i < 200; i++) await Promise.resolve();
    await new Promise(setImmediate);
    expect(written.size).toBe(epochs);
  }
  await query.stop();
});

test('one name and one checkpoint belong to one running query; listeners hear of all of it', async () => {
  const host = simulatedHost(1);
  const queries = manager(host, keepSink(new Map()));
  const heard: string[] = [];
  queries.addListener({
    onQueryStarted: (e) => heard.push(`started ${e.name}`), onQueryProgress: (e) => heard.push(`progress ${e.progress.batchId}`),
    onQueryTerminated: (e) => heard.push(`terminated ${e.exception?.condition ?? 'well'}`),
  });
  const input = stream();
  const query = await queries.start(options(plan([input], []), { checkpoint: '/c/', name: 'a' }));
  expect(heard).toEqual(['started a']);
  expect(await conditionOf(() => manager(host, keepSink(new Map())).start(options(plan([input], []), { checkpoint: '/c' })))).toBe('CONCURRENT_QUERY');
  expect(await conditionOf(() => queries.start(options(plan([input], []), { checkpoint: '/d', name: 'a' })))).toBe('CONCURRENT_QUERY');
  expect(queries.active).toEqual([query]);
  expect(queries.get(query.id)).toBe(query);
  input.addRows([second(0)]);
  await query.processAllAvailable();
  await query.stop();
  expect(heard).toEqual(['started a', 'progress 0', 'terminated well']);
  expect(await queries.awaitAnyTermination()).toBe(true);
  queries.resetTerminated();
  expect(await queries.awaitAnyTermination(0)).toBe(false);
});

test('other operators on old state are refused in the first epoch', async () => {
  const host = simulatedHost(1);
  const queries = manager(host, keepSink(new Map()));
  const input = stream();
  const first = await queries.start(options(plan([input], []), { checkpoint: '/c' }));
  input.addRows([second(0)]);
  await first.processAllAvailable();
  await first.stop();
  const other = plan([input], []);
  const without = { ...other, nodes: other.nodes.slice(0, -1), root: other.root - 1 };
  input.addRows([second(0)]);
  const changed = await queries.start(options(without, { checkpoint: '/c' }));
  await expect(changed.processAllAvailable()).rejects.toMatchObject({ cause: { condition: 'STREAMING_STATEFUL_OPERATOR_NOT_MATCH_IN_STATE_METADATA' } });
});

test('an epoch without rows costs little, with its logs on a real disk', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'query-'));
  const input = stream();
  const query = await manager(realHost, keepSink(new Map())).start(options(plan([input], []), { checkpoint: directory }));
  const run = async (n: number): Promise<number> => {
    const from = process.cpuUsage();
    for (let i = 0; i < n; i++) { input.addRows([]); await query.processAllAvailable(); }
    const used = process.cpuUsage(from);
    return (used.user + used.system) / 1000 / n;
  };
  await run(50);
  // Processor time of the best of several runs, as others may be at work: 1 ms.
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 5; i++) least = Math.min(least, await run(20));
  expect(least).toBeLessThan(8);
  await query.stop();
});

test('what a listener fails with is a warning, also if it fails later', async () => {
  const warned: string[] = [];
  const queries = new QueryManager({
    host: simulatedHost(1), formats: new FormatRegistry([memorySource], [keepSink(new Map())]), openState: memoryBackend, print: () => undefined, warn: (message) => { warned.push(message); },
  });
  queries.addListener({
    onQueryStarted: () => { throw new Error('at once'); },
    onQueryProgress: async () => { await Promise.resolve(); throw new Error('later'); },
  });
  const input = stream();
  const query = await queries.start(options(plan([input], [])));
  input.addRows([second(1)]);
  await query.processAllAvailable();
  await query.stop();
  expect(warned).toEqual(['a query listener failed: at once', 'a query listener failed: later']);
});

test('where a query has no checkpoint, and where none can be made', async () => {
  const start = (more: object): Promise<string> => conditionOf(async () => { await (await manager(realHost, keepSink(new Map())).start(options(plan([stream()], []), more))).stop(); });
  expect(await start({})).toBe('none');
  expect(await start({ checkpoint: '' })).toBe('CHECKPOINT_LOCATION_REQUIRED');
  expect(await start({ settings: settings({ 'spark.sql.streaming.checkpointLocation': '' }) })).toBe('CHECKPOINT_LOCATION_REQUIRED');
  for (const checkpoint of ['/proc/nope', '/proc/self/nope/x', __filename, `${__filename}/x`, `/${'x'.repeat(300)}`, '/\0x']) expect([checkpoint, await start({ checkpoint })]).toEqual([checkpoint, 'FILE_SYSTEM_ERROR']);
});

test('event times beyond the years of a Date are told in progress', async () => {
  const input = stream();
  const query = await manager(simulatedHost(1), keepSink(new Map())).start(options(plan([input], [])));
  input.addRows([second(8_800_000_000_000), second(-8_800_000_000_000)]);
  await query.processAllAvailable();
  expect(query.recentProgress[0]!.eventTime).toMatchObject({ min: '-276891-02-07T03:33:20.000Z', max: '+280830-11-24T20:26:40.000Z' });
  expect(query.lastProgress!.eventTime.watermark).toBe('+280830-11-24T20:26:35.000Z');
  await query.stop();
});

test('an epoch that fails has closed what it reads before its query ends, whatever the reader says to it', async () => {
  const physical = plan([stream()], []);
  let closed = false;
  async function* reader() {
    try { yield batchOf([TIMESTAMP, BIGINT], [second(0, -1)]); } finally {
      await new Promise((resolve) => { setTimeout(resolve, 1); });
      closed = true;
      // biome-ignore lint/correctness/noUnsafeFinally: it is what is looked at
      throw new Error('not to be heard');
    }
  }
  const context = { epoch: 0, timestampMillis: 0, lateWatermark: 0, evictWatermark: 0, final: false };
  const run = runEpoch({ plan: physical, operators: createOperators(physical, memoryStore), context: () => context, clock: realHost.clock, feed: reader });
  await expect(run.next()).rejects.toThrow('bad row in epoch 0');
  expect(closed).toBe(true);
});

/** A query in its first epoch whose sink waits: for a word, and if it heeds it for the signal. */
async function waiting(how: { readonly heeds: boolean; readonly trouble: boolean; readonly timeout: string }) {
  const host = simulatedHost(1);
  const input = stream();
  let came: () => void = () => undefined;
  const writing = new Promise<void>((resolve) => { came = resolve; });
  let goOn: () => void = () => undefined;
  const sink: SinkDefinition = {
    ...keepSink(new Map()),
    open: async () => ({
      addBatch: (_, signal) => new Promise((resolve, reject) => {
        came();
        goOn = resolve;
        if (how.heeds) signal.addEventListener('abort', () => { reject(new Error('given up')); });
      }),
      trouble: () => how.trouble ? 'no answer' : undefined,
      close: async () => undefined,
    }),
  };
  const queries = manager(host, sink);
  const query = await queries.start(options(plan([input], []), { name: 'q', settings: settings({ 'spark.sql.streaming.stopTimeout': how.timeout }) }));
  input.addRows([second(1)]);
  await writing;
  const turns = async (): Promise<void> => { for (let i = 0; i < 20; i++) await new Promise(setImmediate); };
  return { host, query, queries, turns, goOn: () => { goOn(); } };
}

test('stop() waits for the epoch, and gives up one whose sink is trying again', async () => {
  const well = await waiting({ heeds: true, trouble: false, timeout: '0' });
  const stopping = well.query.stop();
  for (let i = 0; i < 100; i++) { well.host.clock.advance(1000); await well.turns(); }
  expect(well.query.isActive).toBe(true);
  well.goOn();
  await stopping;
  expect(well.query.lastProgress?.batchId).toBe(0);

  const away = await waiting({ heeds: true, trouble: true, timeout: '0' });
  expect(away.query.status.message).toBe('Processing new data; trying again: no answer');
  const givingUp = away.query.stop();
  await away.turns();
  expect(away.query.isActive).toBe(true);
  away.host.clock.advance(1000);
  await givingUp;
  expect([away.query.isActive, away.query.exception, away.query.lastProgress]).toEqual([false, undefined, null]);
});

test('stop() tells of a sink that heeds no signal, after the stop timeout', async () => {
  const stuck = await waiting({ heeds: false, trouble: false, timeout: '300' });
  const stopped = conditionOf(() => stuck.queries.stopAll());
  await stuck.turns();
  stuck.host.clock.advance(300);
  await stuck.turns();
  expect(stuck.query.isActive).toBe(true);
  stuck.host.clock.advance(10_000);
  expect(await stopped).toBe('STREAM_STOP_TIMEOUT');
  stuck.goOn();
  await stuck.query.awaitTermination();
  expect(stuck.query.exception).toBeUndefined();
});
