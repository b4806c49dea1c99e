// Delivery of the Kafka sink: epochs that come again, runs that were cut off, zombies, transactions that expire, marks that are lost, and brokers
// that die or hang in the middle of an epoch.

import { delta, type Delta } from '../../engine/columnar/column.js';
import { batchOf } from '../../engine/columnar/build.js';
import type { Sink, SinkBatch } from '../../engine/connect/contract.js';
import { memoryStore } from '../../engine/durable/metadata-store.js';
import { realHost } from '../../engine/host/real.js';
import type { Row } from '../../planner/values.js';
import * as T from '../../planner/types.js';
import { kafkaSink } from '../../sinks/kafka/sink.js';
import { bench, epoch, never, openSink, schemaOf } from '../support/connect.js';
import { sleep } from '../support/wait.js';
import { type TestBroker, useBroker, useCluster } from './broker/shared.js';

const SCHEMA = schemaOf(['value', T.STRING]);
const values = async (broker: TestBroker, topic: string, least: number): Promise<readonly string[]> => (await broker.records(topic, least)).map((r) => r.value!.toString());
const numbered = (from: number, count: number): Row[] => Array.from({ length: count }, (_, i) => [String(from + i)]);
const bytes = (rows: readonly Row[]) => delta(batchOf([T.STRING], rows));

/** One run of a query after another, over one checkpoint. */
class Runs {
  private readonly broker: TestBroker;
  private readonly options: Readonly<Record<string, string>>;
  private readonly queryId: string;
  readonly metadata = memoryStore();
  private readonly opened: Sink[] = [];
  readonly warnings: string[] = [];
  /** Added to the clock of what runs. */
  laterMillis = 0;
  constructor(broker: TestBroker, options: Readonly<Record<string, string>>) { this.broker = broker; this.options = options; this.queryId = broker.name('query'); }
  async start(options = this.options): Promise<Sink> {
    const sink = await openSink(kafkaSink, { 'kafka.bootstrap.servers': this.broker.brokers, delivery: 'exactly-once', ...options }, SCHEMA, { ...bench(this.host(), this.metadata), queryId: this.queryId, warn: (m) => { this.warnings.push(m); } });
    this.opened.push(sink);
    return sink;
  }
  private host(): typeof realHost { return { ...realHost, clock: { ...realHost.clock, now: () => realHost.clock.now(), sleep: (m, s) => realHost.clock.sleep(m, s), monotonic: () => realHost.clock.monotonic() + this.laterMillis } }; }
  get group(): string { return `millrace-sink-${this.queryId}`; }
  async close(): Promise<void> { await Promise.all(this.opened.map((s) => s.close())); }
}
const write = (sink: Sink, number: number, rows: readonly Row[]): Promise<void> => sink.addBatch(epoch(SCHEMA, number, rows), never);
const changing = (number: number, changes: () => AsyncGenerator<Delta>): SinkBatch => ({ epoch: number, mode: 'append', changes: changes() });

describe('exactly once', () => {
  const broker = useBroker();
  const opened: Runs[] = [];
  const runs = (options: Readonly<Record<string, string>>): Runs => { const made = new Runs(broker, options); opened.push(made); return made; };
  afterAll(() => Promise.all(opened.map((r) => r.close())));

  test('an epoch that comes again changes nothing, in the same run and in the next', async () => {
    const topic = await broker.topic();
    const query = runs({ topic });
    const first = await query.start();
    await write(first, 0, numbered(0, 3));
    await write(first, 0, numbered(0, 3));
    await write(first, 1, []);
    await write(first, 2, numbered(3, 2));
    const second = await query.start();
    expect(await second.lastCommitted!()).toBe(2);
    await write(second, 2, numbered(3, 2));
    await write(second, 3, numbered(5, 1));
    expect(await values(broker, topic, 6)).toEqual(['0', '1', '2', '3', '4', '5']);
  });
  test('half an epoch is never seen, and is written again as a whole', async () => {
    const topic = await broker.topic(2);
    const query = runs({ topic });
    const first = await query.start();
    await write(first, 0, numbered(0, 3));
    const big = Array.from({ length: 3000 }, (_, i): Row => [`${i} ${'x'.repeat(1000)}`]);
    await expect(first.addBatch(changing(1, async function* () { yield bytes(big); await sleep(100); throw new Error('the power fails'); }), never)).rejects.toThrow('the power fails');
    expect(await values(broker, topic, 3)).toHaveLength(3);
    const second = await query.start();
    expect(await second.lastCommitted!()).toBe(0);
    await write(second, 1, numbered(3, 3));
    expect([...await values(broker, topic, 6)].sort()).toEqual(['0', '1', '2', '3', '4', '5']);
  });
  test('a zombie is fenced and stops for good', async () => {
    const topic = await broker.topic();
    const query = runs({ topic });
    const zombie = await query.start();
    await write(zombie, 0, numbered(0, 1));
    // The zombie is in the middle of epoch 1 when another run takes over and writes it.
    await expect(zombie.addBatch(changing(1, async function* () {
      yield bytes(Array.from({ length: 1500 }, (): Row => ['z'.repeat(1000)]));
      const other = await query.start();
      expect(await other.lastCommitted!()).toBe(0);
      await write(other, 1, numbered(1, 2));
      yield bytes(numbered(99, 1));
    }), never)).rejects.toMatchObject({ condition: 'KAFKA_PRODUCER_FENCED' });
    await expect(write(zombie, 2, numbered(100, 1))).rejects.toMatchObject({ condition: 'KAFKA_PRODUCER_FENCED' });
    expect(await values(broker, topic, 3)).toEqual(['0', '1', '2']);
  });
  test('a transaction that takes too long is ended by the broker, and the error says so', async () => {
    const topic = await broker.topic();
    const query = runs({ topic });
    const first = await query.start({ topic, transactionTimeout: '3 seconds' });
    // It goes on until the broker does not want it any more: the broker looks for such transactions in its own time.
    await expect(first.addBatch(changing(0, async function* () { for (;;) { yield bytes(Array.from({ length: 1500 }, (): Row => ['z'.repeat(1000)])); await sleep(200); } }), never))
      .rejects.toMatchObject({ condition: 'KAFKA_TRANSACTION_EXPIRED', parameters: { epoch: '0', timeout: '3000' } });
    const second = await query.start();
    expect(await second.lastCommitted!()).toBeUndefined();
    await write(second, 0, numbered(0, 2));
    expect(await values(broker, topic, 2)).toEqual(['0', '1']);
  });
  test('a mark that was lost is no epoch 0: a cut-off epoch is not guessed at, new ones go on', async () => {
    const topic = await broker.topic();
    const query = runs({ topic });
    const first = await query.start();
    await write(first, 0, numbered(0, 1));
    await broker.forgetGroup(query.group, topic, 1);
    await expect((await query.start()).lastCommitted!()).rejects.toMatchObject({ condition: 'KAFKA_MARK_LOST', parameters: { group: query.group } });
    await write(await query.start(), 1, numbered(1, 1));
    expect(await values(broker, topic, 2)).toEqual(['0', '1']);
  });
  test('a first start that is cut off anywhere lets the next one begin', async () => {
    const topic = await broker.topic();
    const query = runs({ topic });
    const { put } = query.metadata;
    query.metadata.put = async () => { throw new Error('the power fails'); };
    await expect(write(await query.start(), 0, numbered(0, 1))).rejects.toThrow('the power fails');
    query.metadata.put = put;
    const second = await query.start();
    expect(await second.lastCommitted!()).toBeUndefined();
    await write(second, 0, numbered(0, 2));
    await broker.forgetGroup(query.group, topic, 1);
    await expect((await query.start()).lastCommitted!()).rejects.toMatchObject({ condition: 'KAFKA_MARK_LOST' });
    expect(await values(broker, topic, 2)).toEqual(['0', '1']);
  });
  test('after a long pause a run takes its identity and its mark anew, unless another run has taken over meanwhile', async () => {
    const topic = await broker.topic();
    const query = runs({ topic });
    const first = await query.start();
    await write(first, 0, numbered(0, 1));
    await broker.forgetGroup(query.group, topic, 1);
    query.laterMillis = 30 * 86_400_000;
    await write(first, 0, numbered(0, 1));
    const second = await query.start();
    expect(await second.lastCommitted!()).toBe(0);
    query.laterMillis = 60 * 86_400_000;
    await expect(write(first, 1, numbered(1, 1))).rejects.toMatchObject({ condition: 'KAFKA_PRODUCER_FENCED' });
    await write(second, 1, numbered(1, 1));
    expect(await values(broker, topic, 2)).toEqual(['0', '1']);
  });
  test('topics row by row need a topic for the marks', async () => {
    await expect(runs({}).start()).rejects.toMatchObject({ condition: 'MISSING_OPTION' });
    await expect(runs({ topic: 'x', transactionTimeout: '2 hours', 'kafka.max.block.ms': '2000' }).start().then((s) => write(s, 0, numbered(0, 1)))).rejects.toMatchObject({ condition: 'KAFKA_REQUEST_FAILED' });
  });
});

describe('brokers that fail in the middle of an epoch', () => {
  /** However long a broker takes to come back. */
  const PATIENT = { 'kafka.default.api.timeout.ms': '600000', transactionTimeout: '10 minutes' };
  const { broker, cluster } = useCluster();

  test.each(['exactly-once', 'at-least-once'])('%s: the broker is killed and comes back; nothing is lost, doubled or out of order', async (delivery) => {
    const topic = await broker.topic();
    const query = new Runs(broker, { topic, delivery, ...PATIENT });
    const sink = await query.start();
    await write(sink, 0, numbered(0, 10));
    let back: Promise<void> | undefined;
    const pieces = 40;
    await sink.addBatch(changing(1, async function* () {
      for (let i = 0; i < pieces; i++) {
        if (i === 10) back = cluster().kill().then(() => sleep(500)).then(() => cluster().startNode());
        yield bytes(Array.from({ length: 500 }, (_, k): Row => [`${10 + i * 500 + k} ${'x'.repeat(600)}`]));
        await sleep(5);
      }
    }), never);
    await back;
    const found = (await values(broker, topic, 10 + pieces * 500)).map((v) => Number.parseInt(v, 10));
    expect(found).toHaveLength(10 + pieces * 500);
    expect(found.filter((n, i) => n !== i)).toEqual([]);
    expect(query.warnings.join('\n')).toMatch(/answers again/);
    await query.close();
  });

  test('a commit whose outcome is not known is settled: the broker hangs just then', async () => {
    const topic = await broker.topic();
    const query = new Runs(broker, { topic, ...PATIENT, 'kafka.request.timeout.ms': '700' });
    const sink = await query.start();
    await write(sink, 0, numbered(0, 1));
    for (let n = 1; n <= 4; n++) {
      let resumed: Promise<void> | undefined;
      await sink.addBatch(changing(n, async function* () {
        yield bytes(numbered(n, 1));
        // Some time within the write and the commit, which take a few ms.
        resumed = sleep(2 * n).then(() => cluster().pause()).then(() => sleep(1500)).then(() => cluster().resume());
        await sleep(2);
      }), never);
      await resumed;
    }
    expect(await values(broker, topic, 5)).toEqual(['0', '1', '2', '3', '4']);
    expect(await (await query.start()).lastCommitted!()).toBe(4);
    await query.close();
  });

  test('no broker comes back: one error within the time-out, which names brokers and what was wanted', async () => {
    const topic = await broker.topic();
    const query = new Runs(broker, { topic, delivery: 'at-least-once', 'kafka.delivery.timeout.ms': '1500' });
    const sink = await query.start();
    await write(sink, 0, numbered(0, 1));
    await cluster().kill();
    const from = performance.now();
    await expect(write(sink, 1, numbered(1, 1))).rejects.toMatchObject({ condition: 'KAFKA_BROKERS_UNREACHABLE', parameters: { brokers: broker.brokers, what: 'a write' } });
    // Not after the default, a minute.
    expect(performance.now() - from).toBeLessThan(45_000);
    await query.close();
  });
});
