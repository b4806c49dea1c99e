// groupByKey: closures over the rows of each key, with state, timeouts, timers, and what is refused. Answers as recorded from Spark 4.3
// (mapGroupsWithState, flatMapGroupsWithState, transformWithState with the same inputs).

import { SessionCore } from '../../engine/session/session.js';
import { FormatRegistry } from '../../engine/connect/registry.js';
import { type SimulatedHost, simulatedHost } from '../../engine/host/simulated.js';
import { col, type DataFrame, type EngineError, type GroupState, type Session, StatefulProcessor, StatefulProcessorWithInitialState, type StateHandle, type StreamingQuery, type TimerValues } from '../../index.js';
import { sinks } from '../../sinks/index.js';
import { sources } from '../../sources/index.js';
import { cleanUp, open, raised } from './support.js';

afterEach(cleanUp);

interface Event { readonly k: string; readonly at: Date; readonly n: bigint }
const e = (k: string, second: number, n = 1): Event => ({ k, at: new Date(second * 1000), n: BigInt(n) });
const DDL = 'k STRING, at TIMESTAMP, n BIGINT';
const START = 1_000_000;

/** A session on a simulated host, a stream, and the rows of each epoch. */
function bench(conf: Readonly<Record<string, string>> = {}) {
  const host: SimulatedHost = simulatedHost(1, START);
  const session = new SessionCore(new FormatRegistry(sources, sinks), { host, conf, print: () => undefined, warn: () => undefined }) as unknown as Session;
  const input = session.memoryStream(DDL);
  const events = input.toDF() as unknown as DataFrame<Event, never>;
  const epochs: unknown[][] = [];
  const written = new Map<number, unknown[]>();
  const start = (frame: DataFrame, mode: 'append' | 'update' | 'complete' = 'append', checkpoint?: string): Promise<StreamingQuery> => {
    const writer = frame.writeStream.outputMode(mode).foreachBatch(async (batch, epoch) => {
      const rows = await batch.collect();
      const before = written.get(epoch);
      // A replay gives the same rows.
      if (before) expect([...rows].sort()).toEqual([...before].sort());
      else epochs.push(rows);
      written.set(epoch, rows);
    });
    return (checkpoint === undefined ? writer : writer.option('checkpointLocation', checkpoint)).start();
  };
  const feed = async (query: StreamingQuery, ...rows: Event[]): Promise<unknown[][]> => {
    input.add(...rows as never[]);
    await query.processAllAvailable();
    return epochs.splice(0);
  };
  /** Time passes; the query does what is due. */
  const pass = async (query: StreamingQuery, millis: number): Promise<unknown[][]> => {
    host.clock.advance(millis);
    await query.processAllAvailable();
    return epochs.splice(0);
  };
  return { host, session, input, events, start, feed, pass, epochs, written };
}

const counted = (events: DataFrame<Event, never>, options = {}): DataFrame<{ k: string | null; total: bigint | null }, never> =>
  events.groupByKey((row) => row.k).mapGroupsWithState((key, rows, state: GroupState<bigint>) => {
    let total = state.getOption() ?? 0n;
    for (const row of rows) total += row.n;
    state.update(total);
    return { k: key, total };
  }, { output: 'k STRING, total BIGINT', ...options });

/** A processor of closures. */
class Made extends StatefulProcessor<string, Event, string> {
  private readonly rows: (handle: StateHandle, key: string, rows: Iterable<Event>, times: TimerValues) => Iterable<string>;
  private readonly timer: (handle: StateHandle, key: string, at: number) => Iterable<string>;
  constructor(rows: Made['rows'], timer: Made['timer'] = (_, key, at) => [`${key}@${at}`]) { super(); this.rows = rows; this.timer = timer; }
  get own(): StateHandle { return this.handle; }
  override handleInputRows(key: string, rows: Iterable<Event>, times: TimerValues): Iterable<string> { return this.rows(this.handle, key, rows, times); }
  override *handleExpiredTimer(key: string, _times: TimerValues, at: number): Iterable<string> { yield* this.timer(this.handle, key, at); }
}

// ── Batch, and groups without state ─────────────────────────────────────────────────────────────

test('a static query calls each group once; timeouts never fire', async () => {
  const { session } = open();
  const events = session.createDataFrame([e('b', 1, 5), e('a', 2), e('b', 3, 7)], DDL) as unknown as DataFrame<Event, never>;
  const keyed = events.groupByKey((row) => row.k);
  expect(await keyed.mapGroups((key, rows) => `${key} ${[...rows].map((r) => r.n).join('+')}`).collect()).toEqual(['b 5+7', 'a 1']);
  expect(await keyed.flatMapGroups((key, rows) => [...rows].map((row) => ({ k: key, n: row.n })), 'k STRING, n BIGINT').collect()).toEqual([{ k: 'b', n: 5n }, { k: 'b', n: 7n }, { k: 'a', n: 1n }]);
  expect(await keyed.count().orderBy('key').collect()).toEqual([{ key: 'a', 'count(1)': 1n }, { key: 'b', 'count(1)': 2n }]);
  const reduced = keyed.reduceGroups((a, b) => (a.n > b.n ? a : b)).orderBy('key');
  expect((await reduced.collect()).map(({ key, value }) => [key, value.n])).toEqual([['a', 1n], ['b', 7n]]);
  expect(await keyed.mapValues((row) => row.n, 'BIGINT').reduceGroups((a, b) => a + b).orderBy('key').collect()).toEqual([{ key: 'a', value: 1n }, { key: 'b', value: 12n }]);
  expect(await counted(events).collect()).toEqual([{ k: 'b', total: 12n }, { k: 'a', total: 1n }]);
  const waiting = keyed.mapGroupsWithState((key, rows, state: GroupState<number>) => {
    const text = `${key} ${[...rows].length} ${state.exists} ${state.hasTimedOut}`;
    state.update(1);
    state.setTimeoutDuration(1);
    return text;
  }, { timeout: 'processing-time' });
  expect(await waiting.collect()).toEqual(['b 2 false false', 'a 1 false false']);
  const timers = (at: number): Promise<unknown> => keyed.transformWithState(new Made((handle, key) => { handle.registerTimer(at); return [key]; }), { timeMode: 'processing-time' }).collect();
  expect(await timers(5)).toEqual(['b', 'a', 'b@5', 'a@5']);
  expect(await timers(Date.now() + 1e6)).toEqual(['b', 'a']);
  const renamed = events.withColumnRenamed('k', 'key').withColumn('twice', col('n').plus(col('n'))).drop('at') as unknown as DataFrame<{ key: string; n: bigint; twice: bigint }, never>;
  expect(await renamed.groupByKey((row) => row.key).mapGroups((key, rows) => `${key} ${[...rows].map((r) => Object.entries(r).join(' ')).join()}`).collect())
    .toEqual(['b key,b n,5 twice,10,key,b n,7 twice,14', 'a key,a n,1 twice,2']);
  const words = session.createDataFrame(['x', 'yy', 'zz'].map((w) => ({ w })), 'w STRING').as<string>();
  expect(await words.groupByKey((word) => word.length, 'INT').mapGroups((length, all) => `${length}: ${[...all].join()}`).collect()).toEqual(['1: x', '2: yy,zz']);
  expect(await words.groupByKey((word) => ({ n: word.length, odd: word.length % 2 === 1 }), 'n INT, odd BOOLEAN').count().collect())
    .toEqual([{ key: { n: 1, odd: true }, 'count(1)': 1n }, { key: { n: 2, odd: false }, 'count(1)': 2n }]);
});

test('on a stream mapGroups sees one epoch, count and reduceGroups are aggregates', async () => {
  const rows = [[e('a', 1), e('b', 1), e('a', 2)], [e('a', 3)]];
  const run = async (make: (events: DataFrame<Event, never>) => DataFrame, mode: 'append' | 'update' | 'complete'): Promise<unknown[][]> => {
    const { events, start, feed } = bench();
    const query = await start(make(events), mode);
    const out: unknown[][] = [];
    for (const part of rows) out.push(...await feed(query, ...part));
    await query.stop();
    return out;
  };
  expect(await run((events) => events.groupByKey((r) => r.k).mapGroups((key, all) => `${key}${[...all].length}`), 'append')).toEqual([['a2', 'b1'], ['a1']]);
  expect(await run((events) => events.groupByKey((r) => r.k).count(), 'update')).toEqual([[{ key: 'a', 'count(1)': 2n }, { key: 'b', 'count(1)': 1n }], [{ key: 'a', 'count(1)': 3n }]]);
  const reduced = await run((events) => events.groupByKey((r) => r.k).reduceGroups((a, b) => (a.n > b.n ? a : b)), 'complete');
  expect(reduced.map((epoch) => epoch.map((row) => [(row as { key: string }).key, (row as { value: Event }).value.at.getTime()]))).toEqual([[['a', 2000], ['b', 1000]], [['a', 3000], ['b', 1000]]]);
  const { events, start } = bench();
  expect(await counted(events).defaultOutputMode()).toBe('update');
  expect(await raised(() => start(events.groupByKey((r) => r.k).count(), 'append'))).toMatchObject({ condition: 'STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION' });
});

// ── mapGroupsWithState, flatMapGroupsWithState ──────────────────────────────────────────────────

test('a running count goes on after a restart, with declared and undeclared states', async () => {
  for (const options of [{}, { state: 'BIGINT' }]) {
    const { events, start, feed } = bench();
    const query = await start(counted(events, options), 'update', '/c');
    expect(await feed(query, e('a', 1, 2), e('b', 1), e('a', 1, 3))).toEqual([[{ k: 'a', total: 5n }, { k: 'b', total: 1n }]]);
    expect(query.lastProgress!.stateOperators[0]).toMatchObject({ operatorName: 'flatMapGroupsWithState', numRowsTotal: 2, numRowsUpdated: 2, numRowsRemoved: 0 });
    await query.stop();
    const again = await start(counted(events, options), 'update', '/c');
    expect(await feed(again, e('a', 2, 10))).toEqual([[{ k: 'a', total: 15n }]]);
    await again.stop();
    const changed = await start(counted(events, { state: 'STRING' }), 'update', '/c');
    expect((await raised(() => feed(changed, e('a', 3)))).cause).toMatchObject({ condition: options.state === undefined ? 'INVALID_USER_VALUE' : 'STATE_STORE_VALUE_SCHEMA_NOT_COMPATIBLE' });
  }
});

const sessions = (events: DataFrame<Event, never>): DataFrame =>
  events.withWatermark('at', '10 seconds').groupByKey((row) => row.k).flatMapGroupsWithState((key, rows, state: GroupState<number>) => {
    if (state.hasTimedOut) {
      const count = state.get();
      state.remove();
      return [`${key}=${count} wm=${state.getCurrentWatermarkMs()}`];
    }
    const all = [...rows];
    state.update((state.getOption() ?? 0) + all.length);
    state.setTimeoutTimestamp(Math.max(...all.map((r) => r.at.getTime())) + 5000);
    return [`+${key} ${all.length}`];
  }, { outputMode: 'append', timeout: 'event-time' });
const SESSION_FEEDS = [[e('a', 10), e('b', 12)], [e('a', 24), e('c', 30)], [e('a', 19), e('c', 25), e('z', 20)], [e('z', 27)], [e('y', 60)]];
const SESSION_EPOCHS = [['+a 1', '+b 1'], [], ['+a 1', '+c 1'], ['b=1 wm=20000'], ['+c 1'], ['+z 1'], ['+y 1'], ['a=2 wm=50000', 'c=2 wm=50000', 'z=1 wm=50000']];

test('sessions close by event time; late rows are dropped', async () => {
  const { events, start, feed } = bench();
  const query = await start(sessions(events));
  const out: unknown[][] = [];
  const late: number[] = [];
  for (const rows of SESSION_FEEDS) {
    out.push(...await feed(query, ...rows));
    late.push(query.recentProgress.reduce((sum, p) => sum + p.stateOperators[0]!.numRowsDroppedByWatermark, 0));
  }
  expect(out.map((epoch) => [...epoch].sort())).toEqual(SESSION_EPOCHS);
  expect(late).toEqual([0, 0, 2, 2, 2]);
  expect(query.lastProgress!.stateOperators[0]).toMatchObject({ numRowsTotal: 1, numRowsRemoved: 3 });
  const counts = query.recentProgress.flatMap((p) => p.operators).filter((o) => o.operator === 'flat_map_groups_with_state');
  expect(counts.reduce((sum, o) => sum + o.in, 0)).toBe(9);
  expect(counts.reduce((sum, o) => sum + o.used + o.late, 0)).toBe(9);
  await query.stop();
});

test('timeouts by processing time fire when the time has passed them, in an epoch without data', async () => {
  const { events, start, feed, pass } = bench();
  const idle = (frame: DataFrame<Event, never>): DataFrame => frame.groupByKey((row) => row.k).flatMapGroupsWithState((key, rows, state: GroupState<string[]>) => {
    if (state.hasTimedOut) { const seen = state.get(); state.remove(); return [`${key} idle after ${seen.join('')} at ${state.getCurrentProcessingTimeMs() - START}`]; }
    state.update([...state.getOption() ?? [], ...[...rows].map((r) => String(r.n))]);
    state.setTimeoutDuration('10 seconds');
    return [];
  }, { outputMode: 'update', timeout: 'processing-time' });
  let query = await start(idle(events), 'update', '/c');
  expect(await feed(query, e('a', 1, 1), e('b', 1, 2))).toEqual([[]]);
  expect(await pass(query, 6000)).toEqual([]);
  expect(await feed(query, e('a', 1, 3))).toEqual([[]]);
  expect(await pass(query, 4000)).toEqual([]);
  expect(await pass(query, 1)).toEqual([['b idle after 2 at 10001']]);
  await query.stop();
  query = await start(idle(events), 'update', '/c');
  expect(await pass(query, 5999)).toEqual([]);
  expect(await pass(query, 1)).toEqual([['a idle after 13 at 16001']]);
  expect(query.lastProgress!.stateOperators[0]).toMatchObject({ numRowsTotal: 0, numRowsRemoved: 1 });
  expect(await pass(query, 60_000)).toEqual([]);
  await query.stop();
});

test('an idle query wakes by itself when a timer is due', async () => {
  const { host, events, start, feed, epochs } = bench();
  const query = await start(events.groupByKey((r) => r.k).transformWithState(new Made((handle, key) => { handle.registerTimer(START + 1234); return [key]; }), { timeMode: 'processing-time' }));
  await feed(query, e('a', 1));
  const turns = async (): Promise<void> => { for (let i = 0; i < 50; i++) await new Promise((resolve) => { setImmediate(resolve); }); };
  await turns();
  host.clock.advance(1233);
  await turns();
  expect(epochs).toEqual([]);
  host.clock.advance(1);
  await turns();
  expect(epochs).toEqual([[`a@${START + 1234}`]]);
  await query.stop();
});

test('a state is written only by update; any plain value survives a restart as it was', async () => {
  const value = { n: 1, big: 2n, none: undefined, nan: Number.NaN, at: new Date(5), map: new Map<unknown, unknown>([[1, { $: 'x' }]]), set: new Set(['q']), bytes: new Uint8Array([1, 2]), list: [null, [true]], '': 'ü' };
  const { events, start, feed } = bench();
  const seen: unknown[] = [];
  const frame = events.groupByKey((row) => ({ day: row.at, of: [row.k] })).mapGroupsWithState((key, _rows, state: GroupState<typeof value>) => {
    seen.push(key, state.getOption());
    if (!state.exists) state.update(value);
    else state.get().n = 99;
    return 'x';
  });
  const query = await start(frame, 'update', '/c');
  await feed(query, e('a', 1), e('a', 1));
  await query.stop();
  const again = await start(frame, 'update', '/c');
  await feed(again, e('a', 1));
  await feed(again, e('a', 1));
  await again.stop();
  const { none: _, ...kept } = value;
  expect(seen.slice(0, 2)).toEqual([{ day: new Date(1000), of: ['a'] }, undefined]);
  expect(seen.slice(2)).toEqual([{ day: new Date(1000), of: ['a'] }, kept, { day: new Date(1000), of: ['a'] }, kept]);
});

test('what a closure may not do', async () => {
  const failing = async (fn: (state: GroupState<unknown>, key: string) => unknown, options: object, watermark = false): Promise<unknown> => {
    const { events, start, feed } = bench();
    const query = await start((watermark ? events.withWatermark('at', '1 second') : events).groupByKey((r) => r.k).mapGroupsWithState((key, _rows, state: GroupState<unknown>) => fn(state, key) as string, options), 'update');
    const cause = async (): Promise<unknown> => { try { await feed(query, e('a', 100)); await feed(query, e('a', 200)); return query.lastProgress; } catch (error) { return (error as EngineError).cause; } };
    const found = await cause();
    await query.stop();
    return found;
  };
  const invalid = (method: string, reason: RegExp) => ({ condition: 'INVALID_GROUP_STATE_CALL', parameters: { method, reason: expect.stringMatching(reason) } });
  expect(await failing((s) => s.setTimeoutDuration(1000), {})).toMatchObject({ condition: '_LEGACY_ERROR_TEMP_2203' });
  expect(await failing((s) => s.setTimeoutDuration(0), { timeout: 'processing-time' })).toMatchObject(invalid('setTimeoutDuration', /above zero/));
  for (const given of [Number.NaN, 1.5, Number.POSITIVE_INFINITY, null, 5n]) {
    const reason = new RegExp(`^${given} is not a whole number`);
    expect(await failing((s) => s.setTimeoutDuration(given as number), { timeout: 'processing-time' })).toMatchObject(invalid('setTimeoutDuration', reason));
    expect(await failing((s) => s.setTimeoutTimestamp(given as number), { timeout: 'event-time' }, true)).toMatchObject(invalid('setTimeoutTimestamp', reason));
  }
  for (const given of ['', 'soon', '-1 second']) expect(await failing((s) => s.setTimeoutDuration(given), { timeout: 'processing-time' })).toMatchObject(invalid('setTimeoutDuration', /is not a duration/));
  expect(await failing((s) => s.setTimeoutTimestamp(1000), { timeout: 'processing-time' })).toMatchObject({ condition: '_LEGACY_ERROR_TEMP_2205' });
  expect(await failing((s) => s.setTimeoutTimestamp(0), { timeout: 'event-time' }, true)).toMatchObject(invalid('setTimeoutTimestamp', /above zero/));
  expect(await failing((s) => s.setTimeoutTimestamp(1000), { timeout: 'event-time' }, true)).toMatchObject(invalid('setTimeoutTimestamp', /1000 is before the watermark 99000/));
  expect(await failing((s) => s.getCurrentWatermarkMs(), {})).toMatchObject({ condition: '_LEGACY_ERROR_TEMP_2204' });
  expect(await failing((s) => s.get(), {})).toMatchObject(invalid('get', /no state/));
  expect(await failing((s) => s.update(null), {})).toMatchObject(invalid('update', /null is not a state/));
  expect(await failing((s) => s.update(new Error('x')), {})).toMatchObject({ condition: 'INVALID_USER_VALUE', parameters: { where: 'the state of mapGroupsWithState', value: 'Error' } });
  expect(await failing(() => ({ k: 'no output schema' }), {})).toMatchObject({ condition: 'INVALID_USER_VALUE', parameters: { where: 'the result of mapGroupsWithState, column value', type: 'STRING' } });
  expect(await failing(() => ({ k: null }), { output: 'k STRING NOT NULL' })).toMatchObject({ condition: 'INVALID_USER_VALUE', parameters: { type: 'STRING NOT NULL' } });
  expect(await failing((_, key) => { throw new Error(`boom ${key}`); }, {})).toMatchObject({
    condition: 'FLATMAPGROUPSWITHSTATE_USER_FUNCTION_ERROR', parameters: { function: 'mapGroupsWithState', key: 'the key "a"', epoch: '0', reason: 'boom a' }, cause: { message: 'boom a' },
  });
  const typed = async (type: string): Promise<EngineError> => { const { events, start, feed } = bench(); const q = await start(events.groupByKey((r) => r.n as never, type).count(), 'update'); return (await raised(() => feed(q, e('a', 1)))).cause as EngineError; };
  expect(await typed('STRING')).toMatchObject({ condition: 'INVALID_USER_VALUE' });
});

test('what a query may not do with them', async () => {
  const { events, start } = bench();
  const marked = events.withWatermark('at', '1 second');
  const flat = (frame: DataFrame<Event, never>, outputMode: 'append' | 'update', timeout: 'none' | 'event-time' = 'none'): DataFrame<Event, never> =>
    frame.groupByKey((r) => r.k).flatMapGroupsWithState((_key, rows, _state: GroupState<number>) => rows, { outputMode, timeout, output: DDL }) as unknown as DataFrame<Event, never>;
  const mapped = (frame: DataFrame<Event, never>, timeout: 'none' | 'event-time' = 'none'): DataFrame<Event, never> =>
    frame.groupByKey((r) => r.k).mapGroupsWithState((_key, rows, _state: GroupState<number>) => [...rows][0]!, { timeout, output: DDL } as never) as DataFrame<Event, never>;
  const refused = async (frame: DataFrame, mode: 'append' | 'update' | 'complete'): Promise<string> => {
    try { await (await start(frame, mode)).stop(); return 'runs'; } catch (error) { return (error as EngineError).condition === '_LEGACY_ERROR_TEMP_3102' ? (error as EngineError).parameters['msg']! : (error as EngineError).condition; }
  };
  expect(await refused(mapped(events), 'append')).toMatch(/mapGroupsWithState is not supported in append mode/);
  expect(await refused(mapped(events), 'complete')).toBe('STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION');
  expect(await refused(flat(events, 'update'), 'append')).toMatch(/in update mode is not supported in append mode/);
  expect(await refused(flat(events, 'append'), 'update')).toMatch(/in append mode is not supported in update mode/);
  expect(await refused(flat(events, 'append').groupBy('k').count(), 'complete')).toBe('runs');
  expect(await refused(flat(events, 'append').groupBy('k').count(), 'update')).toBe('runs');
  expect(await refused(flat(events, 'update').groupBy('k').count(), 'update')).toMatch(/together with an aggregate/);
  expect(await refused(mapped(events).groupBy('k').count(), 'update')).toBe('runs');
  expect(await refused(flat(flat(events, 'append'), 'append'), 'append')).toBe('runs');
  expect(await refused(flat(flat(events, 'update'), 'update'), 'update')).toMatch(/Several flatMapGroupsWithState/);
  expect(await refused(mapped(mapped(events)), 'update')).toMatch(/Several mapGroupsWithState/);
  expect(await refused(flat(mapped(events), 'update'), 'update')).toMatch(/in one query/);
  expect(await refused(mapped(events, 'event-time'), 'update')).toMatch(/need a watermark/);
  expect(await refused(mapped(marked.filter((r) => r.n > 0n), 'event-time'), 'update')).toBe('runs');
  expect(await refused(mapped(marked.map((r) => r as never, DDL) as never, 'event-time'), 'update')).toMatch(/need a watermark/);
  expect(await refused(flat(marked, 'append', 'event-time').dropDuplicates('k'), 'append')).toBe('runs');
  expect(await refused(flat(marked, 'append', 'event-time').groupBy('k').count(), 'complete')).toMatch(/may take its rows for late/);
  expect(await raised(() => events.groupByKey((r) => r.k).mapGroupsWithState(() => '', { timeout: 'never' as never }))).toMatchObject({ condition: 'INVALID_STATEMENT_OPTION' });
});

// ── transformWithState ──────────────────────────────────────────────────────────────────────────

test('value, list and map states, after a restart too, and with another state added', async () => {
  class Kept extends StatefulProcessor<string, Event, { text: string | null }> {
    readonly #total = this.handle.getValueState<bigint>('total', { type: 'BIGINT' });
    readonly #list = this.handle.getListState<bigint>('list');
    readonly #map = this.handle.getMapState<string, { n: number }>('map');
    override *handleInputRows(key: string, rows: Iterable<Event>) {
      yield { text: `${key}: ${this.#total.exists()} ${this.#total.get()} [${[...this.#list.get()].join()}] ${JSON.stringify(Object.fromEntries(this.#map.entries()))}` };
      for (const { n } of rows) {
        this.#total.update((this.#total.get() ?? 0n) + n);
        if (n === 0n) { this.#list.clear(); this.#total.clear(); this.#map.removeKey('n1'); } else this.#list.appendValue(n);
        this.#map.updateValue(`n${n}`, { n: Number(n) });
        if (n === 9n) { this.#list.put([9n]); this.#list.appendList([8n]); expect([[...this.#map.keys()].length, [...this.#map.values()].at(-1)]).toEqual([4, { n: 9 }]); }
      }
    }
  }
  class More extends Kept {
    readonly extra = this.handle.getValueState<number>('extra');
    override *handleInputRows(key: string, rows: Iterable<Event>) { yield* super.handleInputRows(key, rows); yield { text: `extra ${this.extra.get()}` }; this.extra.update(1); }
  }
  class Without extends Kept {
    readonly extra = this.handle.getValueState<number>('extra');
    override init() { this.handle.deleteIfExists('extra'); this.handle.deleteIfExists('never'); }
  }
  const { events, start, feed } = bench();
  const frame = (processor: Kept): DataFrame => events.groupByKey((r) => r.k).transformWithState(processor, { output: 'text STRING' });
  let query = await start(frame(new Kept()), 'append', '/c');
  expect(await feed(query, e('a', 1, 1), e('a', 1, 2), e('b', 1, 5))).toEqual([[{ text: 'a: false undefined [] {}' }, { text: 'b: false undefined [] {}' }]]);
  expect(query.lastProgress!.stateOperators[0]).toMatchObject({ operatorName: 'transformWithStateExec', numRowsTotal: 8, customMetrics: { numValueStateVars: 1, numListStateVars: 1, numMapStateVars: 1 } });
  await query.stop();
  query = await start(frame(new Kept()), 'append', '/c');
  expect(await feed(query, e('a', 1, 3), e('a', 1, 0))).toEqual([[{ text: 'a: true 3 [1,2] {"n1":{"n":1},"n2":{"n":2}}' }]]);
  expect(await feed(query, e('a', 1, 9), e('b', 2, 6))).toEqual([[{ text: 'a: false undefined [] {"n0":{"n":0},"n2":{"n":2},"n3":{"n":3}}' }, { text: 'b: true 5 [5] {"n5":{"n":5}}' }]]);
  await query.stop();
  // A state that a processor does not declare stays until one deletes it.
  for (const [processor, extra] of [[new More(), ['extra undefined']], [new More(), ['extra 1']], [new Kept(), []], [new Kept(), []], [new More(), ['extra 1']],
    [new Without(), []], [new More(), ['extra undefined']]] as const) {
    query = await start(frame(processor), 'append', '/c');
    const [row, ...more] = (await feed(query, e('a', 1, 4)))[0] as { text: string }[];
    expect(row!.text).toMatch(/^a: true (9|13|17|21|25|29|33) \[9,8(,4)*\] \{"n0"/);
    expect(more.map((m) => m.text)).toEqual(extra);
    await query.stop();
  }
  class Other extends Kept { readonly total2 = this.handle.getListState('extra'); }
  query = await start(frame(new More()), 'append', '/c');
  await feed(query, e('a', 1, 4));
  await query.stop();
  query = await start(frame(new Other()), 'append', '/c');
  expect((await raised(() => feed(query, e('a', 1, 4)))).cause).toMatchObject({ condition: 'STATE_STORE_INVALID_VARIABLE_TYPE_CHANGE' });
});

test('states with a time to live are hidden when it is over, each element for itself', async () => {
  class Living extends StatefulProcessor<string, Event, string> {
    readonly #value = this.handle.getValueState<bigint>('value', { ttl: '10 seconds' });
    readonly #list = this.handle.getListState<bigint>('list', { ttl: '10 seconds' });
    readonly #map = this.handle.getMapState<bigint, string>('map', { ttl: '20 seconds' });
    override *handleInputRows(_key: string, rows: Iterable<Event>) {
      yield `${this.#value.get()} [${[...this.#list.get()].join()}] ${[...this.#map.entries()].map(([k]) => k).join()}`;
      for (const { n } of rows) { if (n < 9n) this.#value.update(n); this.#list.appendValue(n); this.#map.updateValue(n, 'x'); }
    }
  }
  const { events, start, feed, pass } = bench();
  const frame = (): DataFrame => events.groupByKey((r) => r.k).transformWithState(new Living(), { timeMode: 'processing-time' });
  let query = await start(frame(), 'append', '/c');
  expect(await feed(query, e('a', 1, 1))).toEqual([['undefined [] ']]);
  await pass(query, 6000);
  expect(await feed(query, e('a', 1, 9))).toEqual([['1 [1] 1']]);
  await query.stop();
  query = await start(frame(), 'append', '/c');
  await pass(query, 3999);
  expect(await feed(query, e('a', 1, 9))).toEqual([['1 [1,9] 1,9']]);
  await pass(query, 1);
  expect(await feed(query, e('a', 1, 9))).toEqual([['undefined [9,9] 1,9']]);
  await pass(query, 60_000);
  expect(await feed(query, e('b', 1, 2))).toEqual([['undefined [] ']]);
  expect(query.lastProgress!.stateOperators[0]).toMatchObject({ numRowsTotal: 3 });
  await query.stop();
});

const timed = (made: Made, events: DataFrame<Event, never>, outputMode: 'append' | 'update' = 'append'): DataFrame =>
  events.withWatermark('at', '1 second').groupByKey((r) => r.k).transformWithState(made, { timeMode: 'event-time', outputMode });

test('timers fire at their time, the earliest first, several for a key', async () => {
  const { events, start, feed } = bench();
  const made = new Made((handle, key, _rows, times) => {
    if (key < 'd') for (const at of [19000, key === 'b' ? 12000 : 15000, 19000, 20001, 3]) handle.registerTimer(at);
    return [`${key} ${[...handle.listTimers()].join()} wm=${times.getCurrentWatermarkMs()}`];
  }, (handle, key, at) => [`${key}@${at} left=${[...handle.listTimers()].join()}`]);
  let query = await start(timed(made, events), 'append', '/c');
  expect(await feed(query, e('b', 10), e('a', 10), e('c', 10))).toEqual([
    ['b 3,12000,19000,20001 wm=0', 'a 3,15000,19000,20001 wm=0', 'c 3,15000,19000,20001 wm=0'],
    ['b@3 left=3,12000,19000,20001', 'a@3 left=3,15000,19000,20001', 'c@3 left=3,15000,19000,20001'],
  ]);
  await query.stop();
  query = await start(timed(made, events), 'append', '/c');
  expect(await feed(query, e('x', 20))).toEqual([['x  wm=9000'], [
    'b@12000 left=12000,19000,20001', 'a@15000 left=15000,19000,20001', 'c@15000 left=15000,19000,20001', 'b@19000 left=19000,20001', 'a@19000 left=19000,20001', 'c@19000 left=19000,20001',
  ]]);
  expect(query.lastProgress!.stateOperators[0]).toMatchObject({ numRowsTotal: 0, customMetrics: { numExpiredTimers: 6, numDeletedTimers: 6 } });
  expect(await feed(query, e('y', 21))).toEqual([['y  wm=19000'], []]);
  await query.stop();
});

test('timers that are set while timers fire wait; one that is deleted does not fire', async () => {
  const { events, start, feed } = bench();
  const set = new Made((handle, key) => { if (key === 'a') handle.registerTimer(11000); return [key]; },
    (handle, key, at) => { if (at < 14000) { handle.registerTimer(at + 1000); handle.registerTimer(at); } return [`${key}@${at} left=${[...handle.listTimers()].join()}`]; });
  const query = await start(timed(set, events));
  const out: unknown[][] = [];
  for (const row of [e('a', 10), e('x', 20), e('y', 40), e('y', 60)]) out.push(...await feed(query, row));
  expect(out).toEqual([['a'], [], ['x'], ['a@11000 left=11000,12000'], ['y', 'a@12000 left=12000,13000'], ['a@13000 left=13000,14000'], ['y', 'a@14000 left=14000'], []]);
  await query.stop();
  const deletes = (): Made => new Made((handle, key) => { if (key === 'a') { handle.registerTimer(11000); handle.registerTimer(12000); } return [key]; },
    (handle, key, at) => { handle.deleteTimer(12000); return [`${key}@${at}`]; });
  for (const [compat, fired] of [['', ['a@11000']], ['spark', ['a@11000', 'a@12000']]] as const) {
    const other = bench({ 'millrace.compat': compat });
    const second = await other.start(timed(deletes(), other.events));
    await other.feed(second, e('a', 10));
    expect((await other.feed(second, e('x', 20)))[1]).toEqual(fired);
    await second.stop();
  }
});

test('late rows go only by event time; the mode of time decides what is allowed', async () => {
  const list: Made['handleInputRows'] = (key, rows) => [`${key} ${[...rows].map((r) => r.at.getTime()).join()}`];
  for (const [timeMode, last] of [['event-time', ['b 20000']], ['none', ['a 19000,3000', 'b 20000']]] as const) {
    const { events, start, feed } = bench();
    const query = await start(events.withWatermark('at', '1 second').groupByKey((r) => r.k).transformWithState(new Made((_, key, rows) => list(key, rows, undefined as never)), { timeMode }));
    await feed(query, e('a', 10));
    await feed(query, e('a', 20));
    expect(await feed(query, e('a', 19), e('b', 20), e('a', 3))).toEqual([last]);
    await query.stop();
  }
  const failing = async (made: () => StatefulProcessor<string, Event, string>, timeMode: 'none' | 'processing-time' | 'event-time' = 'none'): Promise<unknown> => {
    const { events, start, feed } = bench();
    try {
      const query = await start(events.groupByKey((r) => r.k).transformWithState(made(), { timeMode }));
      await feed(query, e('a', 1));
      await query.stop();
      return 'runs';
    } catch (error) { return (error as EngineError).condition === 'STREAM_FAILED' ? (error as EngineError).cause : error; }
  };
  expect(await failing(() => new Made((h) => { h.registerTimer(5); return []; }))).toMatchObject({ condition: 'STATEFUL_PROCESSOR_CANNOT_PERFORM_OPERATION_WITH_INVALID_TIME_MODE', parameters: { operationType: 'register_timer', timeMode: 'NoTime' } });
  expect(await failing(() => new Made((h) => { h.getListState('l'); return []; }))).toMatchObject({ condition: 'STATEFUL_PROCESSOR_CANNOT_PERFORM_OPERATION_WITH_INVALID_HANDLE_STATE', parameters: { operationType: 'get_list_state', handleState: 'INITIALIZED' } });
  const declaring = (declare: (handle: Made['own']) => unknown): Made => { const made = new Made((_, key) => [key]); declare(made.own); return made; };
  expect(await failing(() => declaring((h) => h.getValueState('x', { ttl: '1 second' })), 'event-time')).toMatchObject({ condition: 'STATEFUL_PROCESSOR_INCORRECT_TIME_MODE_TO_ASSIGN_TTL', parameters: { stateName: 'x', timeMode: 'EventTime' } });
  expect(await failing(() => declaring((h) => h.getValueState('x', { ttl: '0 seconds' })))).toMatchObject({ condition: 'STATEFUL_PROCESSOR_TTL_DURATION_MUST_BE_POSITIVE' });
  expect(await failing(() => declaring((h) => { h.getValueState('x'); h.getMapState('x'); }))).toMatchObject({ condition: 'STATEFUL_PROCESSOR_DUPLICATE_STATE_VARIABLE_DEFINED' });
  const using = (use: (list: ReturnType<Made['own']['getListState']>) => void): Made => {
    let list: ReturnType<Made['own']['getListState']>;
    const made: Made = new Made(() => { use(list); return []; });
    list = made.own.getListState('l');
    return made;
  };
  expect(await failing(() => using((l) => l.put([])))).toMatchObject({ condition: 'ILLEGAL_STATE_STORE_VALUE.EMPTY_LIST_VALUE' });
  expect(await failing(() => using((l) => l.put(['a', null])))).toMatchObject({ condition: 'ILLEGAL_STATE_STORE_VALUE.NULL_VALUE', parameters: { stateName: 'l' } });
  expect(await failing(() => new Made((_, key) => { throw new Error(`no ${key}`); }))).toMatchObject({ condition: 'TRANSFORM_WITH_STATE_USER_FUNCTION_ERROR', parameters: { function: 'handleInputRows', key: 'the key "a"', epoch: '0' } });
  expect(await failing(() => ({}) as never)).toMatchObject({ condition: 'INVALID_USER_VALUE', parameters: { type: 'StatefulProcessor' } });
});

test('one processor serves several queries; init and close are called for each', async () => {
  const calls: string[] = [];
  class Counting extends StatefulProcessor<string, Event, string> {
    #count: { get(): number | undefined; update(n: number): void } | undefined;
    override init(mode: string, time: string): void { calls.push(`init ${mode} ${time}`); this.#count = this.handle.getValueState<number>('count'); }
    override *handleInputRows(key: string) { const n = (this.#count!.get() ?? 0) + 1; this.#count!.update(n); yield `${key}${n}`; }
    override close(): void { calls.push('close'); }
  }
  const { events, start, feed, epochs } = bench();
  const frame = events.groupByKey((r) => r.k).transformWithState(new Counting(), { timeMode: 'processing-time', outputMode: 'update' });
  const first = await start(frame, 'update');
  expect(await feed(first, e('a', 1))).toEqual([['a1']]);
  const second = await frame.writeStream.foreachBatch(async (batch) => { epochs.push(await batch.collect()); }).start();
  await second.processAllAvailable();
  expect(epochs.splice(0)).toEqual([['a1']]);
  expect(await feed(first, e('a', 1))).toContainEqual(['a2']);
  await first.stop();
  await second.stop();
  expect(calls).toEqual(['init update processing-time', 'init update processing-time', 'close', 'close']);
});

test('an output column may carry event time on to what stands above', async () => {
  class Shifted extends StatefulProcessor<string, Event, { k: string | null; at: Date | null; n: bigint | null }> {
    private readonly by: number;
    constructor(by: number) { super(); this.by = by; }
    override *handleInputRows(_key: string, rows: Iterable<Event>) { for (const r of rows) yield { ...r, at: new Date(r.at.getTime() + this.by) }; }
  }
  const run = async (by: number): Promise<unknown[][]> => {
    const { events, start, feed } = bench();
    const shifted = events.withWatermark('at', '1 second').groupByKey((r) => r.k).transformWithState(new Shifted(by) as never, { output: DDL, eventTimeColumn: 'at' } as never) as DataFrame;
    const query = await start(shifted.selectExpr('window(at, "10 seconds") AS w').groupBy('w').count().selectExpr('cast(w.start AS BIGINT) AS s', 'count'));
    const out: unknown[][] = [];
    for (const second of [10, 20, 31, 55]) out.push(...await feed(query, e('a', second)));
    await query.stop();
    return out.map((epoch) => epoch.map((row) => Number((row as { s: bigint }).s)).sort((a, b) => a - b));
  };
  expect(await run(0)).toEqual([[], [], [], [], [], [10, 20], [], [30]]);
  expect(await run(-3000)).toEqual([[], [], [], [0], [], [10, 20], [], []]);
  const { events } = bench();
  const other = events.withWatermark('at', '1 second').groupByKey((r) => r.k).transformWithState(new Shifted(0), { eventTimeColumn: 'n', output: 'k STRING, at TIMESTAMP, n BIGINT' });
  expect(await raised(() => other.schema())).toMatchObject({ condition: 'EVENT_TIME_IS_NOT_ON_TIMESTAMP_TYPE', parameters: { eventName: '`n`', eventType: '"BIGINT"' } });
  expect((await raised(() => run(-11000))).cause).toMatchObject({ condition: 'EMITTING_ROWS_OLDER_THAN_WATERMARK_NOT_ALLOWED', parameters: { currentWatermark: '0', emittedRowEventTime: '-1000' } });
});

// ── Crashes ─────────────────────────────────────────────────────────────────────────────────────

const QUERIES: Readonly<Record<string, (events: DataFrame<Event, never>, session: Session) => DataFrame>> = {
  'sessions by flatMapGroupsWithState': sessions,
  'timers, lists and maps': (events) => {
    const made: Made = new Made((handle, key, rows) => {
      const all = [...rows];
      for (const { n, at } of all) { list.appendValue(n); map.updateValue(n, at); handle.registerTimer(at.getTime() + 4000); }
      return [`${key} ${[...list.get()].join()} ${[...map.entries()].map(([k, v]) => `${k}:${v.getTime()}`).join()}`];
    }, (_, key, at) => { map.removeKey([...map.entries()][0]?.[0] ?? 0n); return [`${key}@${at} ${[...list.get()].length}`]; });
    const list = made.own.getListState<bigint>('list');
    const map = made.own.getMapState<bigint, Date>('map');
    return timed(made, events);
  },
  'states that keys begin with': (events, session) => {
    const before = session.createDataFrame([{ k: 'a', n: 10 }, { k: 'x', n: 7 }], 'k STRING, n INT');
    return events.groupByKey((row) => row.k).transformWithState(new Seeded(), { timeMode: 'processing-time', initialState: before.groupByKey((row) => String(row.k)).mapValues((row) => Number(row.n)) });
  },
};
test.each(Object.keys(QUERIES))('%s: the same epochs and rows wherever the query dies', async (name) => {
  const run = async (crash?: number): Promise<{ readonly effects: number; readonly died: boolean; readonly out: readonly (readonly [number, unknown])[] }> => {
    const { host, session, events, start, input, written } = bench();
    let effects = 0;
    let died = false;
    host.files.beforeEffect = (number) => {
      effects = number + 1;
      if (crash !== undefined && number >= crash && !died) throw new Error('dead');
    };
    let query: StreamingQuery | undefined;
    const alive = async (step: () => Promise<void>): Promise<void> => {
      try { await step(); } catch (error) {
        if (crash === undefined || died) throw error;
        died = true;
        host.files.crash(crash % 2 === 0 ? 'kill' : 'power');
        await step();
      }
    };
    for (const [i, rows] of SESSION_FEEDS.entries()) {
      let fed = false;
      await alive(async () => {
        if (query === undefined || !query.isActive) query = await start(QUERIES[name]!(events, session), 'append', '/c');
        if (!fed) { fed = true; input.add(...rows as never[]); }
        await query.processAllAvailable();
        if (i === 2) await query.stop();
      });
    }
    await query!.stop();
    return { effects, died, out: [...written].map(([epoch, rows]) => [epoch, [...rows].sort()] as const).sort(([a], [b]) => a - b) };
  };
  const expected = await run();
  expect(expected.out.flatMap(([, rows]) => rows).length).toBeGreaterThan(8);
  let deaths = 0;
  for (let at = 0; at < expected.effects; at += 3) {
    const result = await run(at);
    if (result.died) deaths++;
    expect({ at, out: result.out }).toEqual({ at, out: expected.out });
  }
  expect(deaths).toBeGreaterThan(10);
});

// ── Initial states ──────────────────────────────────────────────────────────────────────────────

class Seeded extends StatefulProcessorWithInitialState<string, Event, string, number> {
  private readonly seen = this.handle.getListState<string>('seen');
  query = '';
  override init(): void { const info = this.handle.getQueryInfo(); this.query = info.getQueryId(); }
  override handleInitialState(_key: string, state: number, times: TimerValues): void {
    this.seen.appendValue(`initial ${state}`);
    this.handle.registerTimer(times.getCurrentProcessingTimeMs() + state * 1000);
  }
  override *handleInputRows(key: string, rows: Iterable<Event>): Iterable<string> {
    for (const { n } of rows) this.seen.appendValue(String(n));
    const info = this.handle.getQueryInfo();
    yield `${key} ${[...this.seen.get()].join()} in ${info.getBatchId()}${info.getQueryId() === this.query ? '' : ' elsewhere'}`;
  }
  override *handleExpiredTimer(key: string): Iterable<string> { yield `${key} is over`; }
}

test('states that keys begin with: once, at the start of a query and again when its first epoch is run again', async () => {
  const { session, events, start, feed } = bench();
  const before = session.createDataFrame([{ k: 'a', total: 10 }, { k: 'z', total: 7 }], 'k STRING, total INT');
  const initialState = before.groupByKey((row) => String(row.k)).mapValues((row) => BigInt(row.total!));
  const totals = counted(events, { initialState });
  // A key without rows is called, too.
  const query = await start(totals, 'update', '/c');
  expect(await feed(query, e('a', 1, 2), e('b', 1))).toEqual([[{ k: 'a', total: 12n }, { k: 'b', total: 1n }, { k: 'z', total: 7n }]]);
  expect(await feed(query, e('z', 1))).toEqual([[{ k: 'z', total: 8n }]]);
  await query.stop();
  const again = await start(totals, 'update', '/c');
  expect(await feed(again, e('a', 1))).toEqual([[{ k: 'a', total: 13n }]]);
  await again.stop();
  // They are no part of what the state is.
  const without = await start(counted(events), 'update', '/c');
  expect(await feed(without, e('b', 1))).toEqual([[{ k: 'b', total: 2n }]]);
  await without.stop();
});

test('a processor sees the states that keys begin with, and knows its query', async () => {
  const { session, events, start, feed, pass } = bench();
  const before = session.createDataFrame([{ k: 'a', total: 10 }, { k: 'z', total: 7 }], 'k STRING, total INT');
  const initialState = before.groupByKey((row) => String(row.k)).mapValues((row) => Number(row.total));
  const seeded = new Seeded();
  const left = events.groupByKey((row) => row.k).transformWithState(seeded, { timeMode: 'processing-time', initialState });
  const other = await start(left, 'append');
  expect(await feed(other, e('z', 1, 2))).toEqual([['z initial 7,2 in 0']]);
  expect(seeded.query).toBe(other.id);
  expect(await pass(other, 7000)).toEqual([['z is over']]);
  await other.stop();
});

test('initial states of a static query; what does not do', async () => {
  const { session, events, start } = bench();
  const rows = session.createDataFrame([e('a', 1, 5)], DDL) as unknown as DataFrame<Event, never>;
  const states = (list: readonly { k: string; n: number }[]) => session.createDataFrame(list, 'k STRING, n INT').groupByKey((row) => String(row.k)).mapValues((row) => BigInt(row.n!));
  expect(await counted(rows, { initialState: states([{ k: 'b', n: 1 }, { k: 'a', n: 2 }]) }).collect()).toEqual([{ k: 'a', total: 7n }, { k: 'b', total: 1n }]);
  const zero = '00000000-0000-0000-0000-000000000000';
  const seeded = new Seeded();
  expect(await rows.groupByKey((row) => row.k).transformWithState(seeded, { timeMode: 'processing-time', initialState: states([{ k: 'a', n: 900 }, { k: 'a', n: 901 }]).mapValues(Number) }).collect())
    .toEqual(['a initial 900,initial 901,5 in 0']);
  expect(seeded.query).toBe(zero);
  expect(await raised(() => counted(rows, { initialState: states([{ k: 'a', n: 1 }, { k: 'a', n: 2 }]) }).collect())).toMatchObject({ condition: 'DUPLICATE_INITIAL_STATE' });
  expect((await raised(() => start(counted(events, { initialState: events.groupByKey((row) => row.k).mapValues((row) => row.n) }), 'update'))).message).toMatch(/Initial state that is a stream/);
  const plain = new Made(() => []);
  await expect(async () => rows.groupByKey((row) => row.k).transformWithState(plain as never, { initialState: states([]) })).rejects.toMatchObject({ condition: 'INVALID_USER_VALUE' });
});

test('a processor is closed once, also when a static query fails, another processor cannot begin, or what is stored is not its own', async () => {
  const heard: string[] = [];
  class Heard extends StatefulProcessor<string, Event, string> {
    readonly who: string;
    constructor(who: string) { super(); this.who = who; }
    override init() { heard.push(`init ${this.who}`); if (this.who === 'broken') throw new Error('no'); }
    override *handleInputRows(key: string) { if (this.who === 'failing') throw new Error('no'); yield key; }
    override close() { heard.push(`close ${this.who}`); }
  }
  class Stored extends Heard { readonly total = this.handle.getValueState('total'); }
  class Other extends Heard { readonly total = this.handle.getListState('total'); }
  const { session, start, feed, events } = bench();
  const rows = session.sql("SELECT 'a' AS k, timestamp'2024-01-01' AS at, 1L AS n") as unknown as DataFrame<Event, never>;
  const of = (frame: DataFrame<Event, never>, processor: Heard): DataFrame => frame.groupByKey((r) => r.k).transformWithState(processor, { output: 'value STRING' }) as unknown as DataFrame;
  await of(rows, new Heard('whole')).collect();
  await raised(() => of(rows, new Heard('failing')).collect());
  await raised(() => of(rows, new Heard('first')).union(of(rows, new Heard('broken'))).collect());
  expect(heard.splice(0)).toEqual(['init whole', 'close whole', 'init failing', 'close failing', 'init first', 'init broken', 'close first']);
  const query = await start(of(events, new Stored('stored')), 'append', '/closed');
  await feed(query, e('a', 1));
  await query.stop();
  const again = await start(of(events, new Other('other')), 'append', '/closed');
  await raised(() => feed(again, e('a', 1)));
  expect(heard).toEqual(['init stored', 'close stored', 'init other', 'close other']);
});
