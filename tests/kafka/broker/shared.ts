// One broker for all test files of a run: started by the first file that asks, found by the others through a file, ended by the run itself
// (global-teardown.js). It has all listeners, so that SASL, TLS and permissions need no other; its plain listener may do everything.
// Nobody may stop it or change its defaults: a test that does so starts a cluster of its own. Topics have names of their own a test.

import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Admin, Kafka, logLevel } from 'kafkajs';
import { type Addresses, Cluster, kafkaTool } from './cluster.js';
import { eventually, sleep } from '../../support/wait.js';

/** Set by global-setup.js. */
const place = (): string => process.env['MILLRACE_KAFKA_SHARED']!;
/** What global-teardown.js must know to end it. */
interface Started { readonly addresses: Addresses; readonly directory: string; readonly pid: number; readonly watcher: number }
const sharedFile = (): string => path.join(place(), 'started.json');

/** The others see all of it or nothing. */
function tell(started: object): void {
  writeFileSync(`${sharedFile()}.new`, JSON.stringify(started));
  renameSync(`${sharedFile()}.new`, sharedFile());
}

async function shared(): Promise<Addresses> {
  try { mkdirSync(path.join(place(), 'starting')); } catch {
    // Another worker starts it, or has.
    const { addresses, failed } = await eventually('the shared broker', () => existsSync(sharedFile()) ? JSON.parse(readFileSync(sharedFile(), 'utf8')) as Started & { failed?: string } : undefined);
    if (failed !== undefined) throw new Error(failed);
    return addresses;
  }
  try {
    const { brokers, sasl, saslTls, ca, directory, pid, watcher } = await Cluster.start({ secure: true, owner: Number(process.env['MILLRACE_KAFKA_OWNER']) });
    const addresses = { brokers, sasl, saslTls, ca };
    tell({ addresses, directory, pid, watcher } satisfies Started);
    return addresses;
  } catch (error) {
    tell({ failed: error instanceof Error ? error.message : String(error) });
    throw error;
  }
}

let names = 0;
/** What a test does with a cluster beside the engine: by kafkajs itself and by Kafka's own tools, never by our client. */
export class TestBroker implements Addresses {
  private of: Addresses | undefined;
  private opened: Kafka | undefined;
  private connected: Admin | undefined;

  /** @internal */ set addresses(addresses: Addresses) { this.of = addresses; }
  private get known(): Addresses { if (!this.of) throw new Error('the broker is there from beforeAll on'); return this.of; }
  get brokers(): string { return this.known.brokers; }
  get sasl(): string { return this.known.sasl; }
  get saslTls(): string { return this.known.saslTls; }
  get ca(): string { return this.known.ca; }
  get kafka(): Kafka {
    this.opened ??= new Kafka({ clientId: 'tests', brokers: this.brokers.split(','), logLevel: logLevel.NOTHING, retry: { initialRetryTime: 50, maxRetryTime: 500, retries: 60 } });
    return this.opened;
  }
  async admin(): Promise<Admin> {
    if (!this.connected) { this.connected = this.kafka.admin(); await this.connected.connect(); }
    return this.connected;
  }
  tool(name: string, args: readonly string[], input = ''): Promise<string> { return kafkaTool(this.brokers, name, args, input); }
  /** A name that no other test has. */
  name(base = 'topic'): string { return `${base}-${process.pid}-${names++}-${Math.floor(Math.random() * 0xffffff).toString(16)}`; }
  /** Creates a topic. @returns its name */
  async topic(partitions = 1, config: Readonly<Record<string, string>> = {}, base = 'topic'): Promise<string> {
    const topic = this.name(base);
    await this.create(topic, partitions, config);
    return topic;
  }
  /** Creates a topic of this name as soon as the brokers can: one that is being deleted is still there, a node that has just come back does not count yet. */
  async create(topic: string, partitions = 1, config: Readonly<Record<string, string>> = {}): Promise<void> {
    const admin = await this.admin();
    const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }));
    let failure: unknown;
    const made = (): Promise<boolean | undefined> => admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: partitions, configEntries }] }).then(() => true, (error: unknown) => { failure = error; return undefined; });
    await eventually(`the topic ${topic}`, made).catch(() => { throw failure; });
    await this.seen(topic, partitions);
  }
  /** Adds partitions; whoever asks then finds `count` of them. */
  async grow(topic: string, count: number): Promise<void> {
    await (await this.admin()).createPartitions({ topicPartitions: [{ topic, count }] });
    await this.seen(topic, count);
  }
  private async seen(topic: string, count: number): Promise<void> {
    const admin = await this.admin();
    await eventually(`${count} partitions of ${topic}`, () => admin.fetchTopicMetadata({ topics: [topic] }).then(({ topics }) => topics[0]!.partitions.length === count || undefined, () => undefined));
  }
  /** Deletes a topic; whoever asks then finds none. */
  async remove(topic: string): Promise<void> {
    const admin = await this.admin();
    await admin.deleteTopics({ topics: [topic] });
    await eventually(`the end of ${topic}`, async () => !(await admin.listTopics()).includes(topic) || undefined);
  }
  /** Deletes a group as soon as it has this offset of a topic: what a transaction commits comes a little after its commit. */
  async forgetGroup(group: string, topic: string, offset: number): Promise<void> {
    const admin = await this.admin();
    await eventually(`the offset ${offset} of ${group}`, async () => (await admin.fetchOffsets({ groupId: group, topics: [topic] }))[0]?.partitions.some((p) => p.offset === String(offset)) || undefined);
    await admin.deleteGroups([group]);
  }
  /** Every record of a topic that a reader with read_committed sees, by partition and offset; read by kafkajs's consumer. Waits for `least`
   *  records: those of a transaction come a little after its commit. Where fewer stay away for long, those that there are. */
  async records(topic: string, least = 0): Promise<readonly TestRecord[]> {
    const until = performance.now() + 60_000;
    for (;;) {
      const found = await this.committed(topic);
      if (found.length >= least || performance.now() > until) return found;
      await sleep(50);
    }
  }
  private async committed(topic: string): Promise<readonly TestRecord[]> {
    const ends = await (await this.admin()).fetchTopicOffsets(topic);
    const open = new Set(ends.filter((p) => Number(p.high) > Number(p.low)).map((p) => p.partition));
    const out: TestRecord[] = [];
    if (open.size === 0) return out;
    const consumer = this.kafka.consumer({ groupId: this.name('reader'), maxWaitTimeInMs: 50, readUncommitted: false });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      consumer.on('consumer.crash', ({ payload }) => { if (!payload.restart) reject(payload.error); });
      const done = (partition: number, next: bigint): void => { if (next >= BigInt(ends.find((p) => p.partition === partition)!.high)) open.delete(partition); if (open.size === 0) resolve(); };
      consumer.on('consumer.end_batch_process', ({ payload }) => done(payload.partition, BigInt(payload.lastOffset) + 1n));
      consumer.run({ autoCommit: false, eachBatch: async ({ batch }) => {
        for (const m of batch.messages) out.push({ partition: batch.partition, offset: Number(m.offset), key: m.key, value: m.value, timestamp: Number(m.timestamp), headers: Object.entries(m.headers ?? {}) });
        done(batch.partition, BigInt(batch.lastOffset()) + 1n);
      } }).catch(reject);
    }).finally(() => consumer.disconnect());
    return out.sort((a, b) => a.partition - b.partition || a.offset - b.offset);
  }
  async close(): Promise<void> { await this.connected?.disconnect(); this.connected = undefined; }
}
export interface TestRecord {
  readonly partition: number;
  readonly offset: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly timestamp: number;
  readonly headers: readonly (readonly [string, unknown])[];
}

/** At the head of a test file: the broker that all files share. */
export function useBroker(): TestBroker {
  const broker = new TestBroker();
  beforeAll(async () => { broker.addresses = await shared(); });
  afterAll(() => broker.close());
  return broker;
}
/** At the head of a test file, or in a describe: a cluster of its own, which may be killed. */
export function useCluster(options: Parameters<typeof Cluster.start>[0] = {}): { readonly broker: TestBroker; readonly cluster: () => Cluster } {
  const broker = new TestBroker();
  let cluster: Cluster | undefined;
  beforeAll(async () => { cluster = await Cluster.start(options); broker.addresses = cluster; });
  afterAll(async () => { await broker.close(); await cluster?.destroy(); });
  return { broker, cluster: () => cluster! };
}
