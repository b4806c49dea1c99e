// A cluster: which node leads which partition, requests sent to the right one, what fails for a while repeated with back-off until the
// client's time-out, and then one clear error.

import { type Clock, EngineError } from '../engine/plugin.js';
import type {
  FetchAnswer, FetchRequest, GroupOffset, Isolation, KafkaClient, OffsetAnswer, OffsetMark, OffsetQuestion, ProducedPartition, ProduceRequest, ProducerIdentity, TopicPartition, TopicState,
} from './client.js';
import { Coordinators } from './coordinators.js';
import { errorCodeOf } from './error-codes.js';
import { check, ConnectionFailure, kafkaError, mayRetry, NoLeader, reasonOf, RequestFailure } from './errors.js';
import { type BrokerLink, brokerLink } from './kafkajs.js';
import type { ConnectionSettings } from './options.js';
import {
  API, fetchAnswer, fetchRequest, listOffsetsAnswer, listOffsetsRequest, type Metadata, metadataAnswer, metadataIsFlexible, metadataRequest, metadataVersion, type NodeAddress, produceAnswer, produceRequest,
  type TopicMetadata, VERSIONS,
} from './requests.js';

export interface ClusterContext {
  readonly clock: Clock;
  readonly random: () => number;
  /** Told once when requests begin to fail, and once when they succeed again. */
  readonly warn: (message: string) => void;
}
const UNKNOWN_TOPIC = 3;
/** An outage shorter than this is not worth a warning, ms. */
const TOLD_MILLIS = 1000;
const LATEST = -1;
const EARLIEST = -2;

/** What the sink's parts of the protocol need of a cluster, too: any node's link, and the loop that repeats. */
export class Cluster implements KafkaClient {
  readonly settings: ConnectionSettings;
  private readonly context: ClusterContext;
  private readonly links = new Map<string, BrokerLink>();
  private nodes = new Map<number, NodeAddress>();
  private known = new Map<string, TopicMetadata>();
  private nextSeed = 0;
  /** The operation that people have been told of, or would be if it lasted. */
  private failing: { readonly operation: object; readonly reason: string } | undefined;
  private fetched = 0;
  private produced = 0;
  private closed = false;
  /** Ends pauses when the client is closed. */
  private readonly over = new AbortController();
  private readonly coordinators: Coordinators;

  constructor(settings: ConnectionSettings, context: ClusterContext) {
    this.settings = settings;
    this.context = context;
    this.coordinators = new Coordinators(this);
  }

  get clock(): Clock { return this.context.clock; }

  get brokers(): string { return this.settings.brokers; }
  get trouble(): string | undefined { return this.failing?.reason; }
  get bytes(): { readonly fetched: number; readonly produced: number } { return { fetched: this.fetched, produced: this.produced }; }

  /** @throws ConnectionFailure once the client is closed: what was being asked of one broker must not go on to the next */
  linkTo(host: string, port: number): BrokerLink {
    if (this.closed) throw new ConnectionFailure('network', `${host}:${port}`, 'the client was closed');
    const key = `${host}:${port}`;
    let link = this.links.get(key);
    if (!link) { link = brokerLink(this.settings, host, port); this.links.set(key, link); }
    return link;
  }
  /** The link to a node. @throws NoLeader-like ConnectionFailure if nothing is known of it */
  async node(id: number): Promise<BrokerLink> {
    const at = this.nodes.get(id);
    if (!at) throw new ConnectionFailure('network', `node ${id}`, 'its address is not known');
    return this.linkTo(at.host, at.port);
  }
  /** Some broker that answers: those known and the seeds in turn. */
  async any<T>(ask: (link: BrokerLink) => Promise<T>): Promise<T> {
    const addresses = [...this.nodes.values(), ...this.settings.seeds].map((a) => ({ host: a.host, port: a.port }));
    const unique = [...new Map(addresses.map((a) => [`${a.host}:${a.port}`, a])).values()];
    let failure: unknown;
    const first = this.nextSeed;
    for (let i = 0; i < unique.length; i++) {
      const at = unique[(first + i) % unique.length]!;
      try { return await ask(this.linkTo(at.host, at.port)); } catch (error) {
        if (!(error instanceof ConnectionFailure) || !mayRetry(error)) throw error;
        failure = error;
        this.nextSeed = (first + i + 1) % unique.length;
      }
    }
    throw failure;
  }

  private async metadata(topics: readonly string[] | null): Promise<Metadata> {
    const metadata = await this.any(async (link) => {
      const newest = await link.version(API.metadata, ...VERSIONS.metadata);
      if (newest === undefined) throw new RequestFailure(35, 'metadata', { broker: link.address });
      const version = metadataVersion(newest);
      return metadataAnswer(version, await link.send({ api: API.metadata, version, name: 'Metadata', body: metadataRequest(version, topics), flexible: metadataIsFlexible(version) }));
    });
    this.nodes = new Map(metadata.nodes.map((n) => [n.node, n]));
    if (topics === null) this.known = new Map();
    for (const name of topics ?? []) this.known.delete(name);
    for (const t of metadata.topics) if (t.error === 0) this.known.set(t.topic, t);
    return metadata;
  }

  async topics(names: readonly string[] | undefined): Promise<readonly TopicState[]> {
    if (names?.length === 0) return [];
    return this.persist('a list of topics', async () => {
      const { topics } = await this.metadata(names ?? null);
      const there: TopicState[] = [];
      for (const t of topics) {
        if (t.error === UNKNOWN_TOPIC) continue;
        check(t.error, 'a description', { broker: this.brokers, topic: t.topic });
        there.push({ topic: t.topic, id: t.id, internal: t.internal, partitions: t.partitions.map((p) => ({ partition: p.partition, leader: p.leader })).sort((a, b) => a.partition - b.partition) });
      }
      return there;
    });
  }
  async leader(topic: string, partition: number): Promise<number> {
    if (!this.known.has(topic)) {
      const { topics } = await this.metadata([topic]);
      const error = topics.find((t) => t.topic === topic)?.error ?? UNKNOWN_TOPIC;
      check(error, 'a description', { broker: this.brokers, topic });
    }
    const found = this.known.get(topic)?.partitions.find((p) => p.partition === partition);
    if (!found) throw new RequestFailure(UNKNOWN_TOPIC, 'a description', { broker: this.brokers, topic, partition });
    if (found.leader < 0) { this.known.delete(topic); throw new NoLeader(topic, partition); }
    return found.leader;
  }
  forgetLeaders(): void { this.known = new Map(); }

  async listOffsets(questions: readonly OffsetQuestion[], isolation: Isolation): Promise<readonly OffsetAnswer[]> {
    const answers = new Map<OffsetQuestion, OffsetAnswer>();
    await this.persist('a list of offsets', async (progress) => {
      const groups = new Map<number, OffsetQuestion[]>();
      for (const q of questions) {
        if (answers.has(q)) continue;
        const node = await this.leader(q.topic, q.partition);
        const group = groups.get(node);
        if (group) group.push(q); else groups.set(node, [q]);
      }
      let failure: unknown;
      await Promise.all([...groups].map(async ([node, group]) => {
        try {
          for (const { question, answer } of await this.askOffsets(node, group, isolation)) { answers.set(question, answer); progress(); }
        } catch (error) { failure = failure === undefined || mayRetry(failure) ? error : failure; }
      }));
      if (failure !== undefined) throw failure;
    });
    return questions.map((q) => answers.get(q)!);
  }
  private async askOffsets(node: number, questions: readonly OffsetQuestion[], isolation: Isolation): Promise<{ readonly question: OffsetQuestion; readonly answer: OffsetAnswer }[]> {
    const link = await this.node(node);
    const version = await this.versionOf(link, API.listOffsets, VERSIONS.listOffsets, 'a list of offsets');
    const out: { readonly question: OffsetQuestion; readonly answer: OffsetAnswer }[] = [];
    // A partition may be asked for once a request.
    for (let rest = questions; rest.length > 0;) {
      const seen = new Set<string>();
      const now: OffsetQuestion[] = [];
      const later: OffsetQuestion[] = [];
      for (const q of rest) { const key = `${q.partition} ${q.topic}`; (seen.has(key) ? later : now).push(q); seen.add(key); }
      rest = later;
      const body = listOffsetsRequest(now.map((q) => ({ topic: q.topic, partition: q.partition, time: q.at === 'latest' ? LATEST : q.at === 'earliest' ? EARLIEST : q.at })), isolation);
      const answers = listOffsetsAnswer(await link.send({ api: API.listOffsets, version, name: 'ListOffsets', body }));
      for (const question of now) {
        const { topic, partition } = question;
        const a = answers.find((x) => x.topic === topic && x.partition === partition);
        if (!a) throw new RequestFailure(-1, 'a list of offsets', { broker: link.address, topic, partition });
        check(a.error, 'a list of offsets', { broker: link.address, topic, partition });
        out.push({ question, answer: { topic, partition, offset: a.offset < 0 ? undefined : a.offset } });
      }
    }
    return out;
  }

  async fetch(node: number, request: FetchRequest): Promise<FetchAnswer> {
    const link = await this.node(node);
    const version = await this.versionOf(link, API.fetch, VERSIONS.fetch, 'a fetch');
    const bytes = await link.send({ api: API.fetch, version, name: 'Fetch', body: fetchRequest(version, request), waitMillis: request.maxWaitMillis, waits: request.waits === true });
    this.fetched += bytes.length;
    const answer = fetchAnswer(version, bytes);
    check(answer.error, 'a fetch', { broker: link.address });
    return answer;
  }
  async produce(node: number, request: ProduceRequest): Promise<readonly ProducedPartition[]> {
    const link = await this.node(node);
    const version = await this.versionOf(link, API.produce, VERSIONS.produce, 'a write');
    const body = produceRequest(request);
    this.produced += body.length;
    return produceAnswer(version, await link.send({ api: API.produce, version, name: 'Produce', body, waitMillis: request.timeoutMillis }));
  }
  /** @throws RequestFailure UNSUPPORTED_VERSION */
  async versionOf(link: BrokerLink, api: number, [least, most]: readonly [number, number], what: string): Promise<number> {
    const version = await link.version(api, least, most);
    if (version === undefined) throw new RequestFailure(35, what, { broker: link.address });
    return version;
  }

  groupOffsets(group: string): Promise<readonly GroupOffset[]> { return this.coordinators.groupOffsets(group); }
  publishOffsets(group: string, marks: readonly OffsetMark[]): Promise<void> { return this.coordinators.publishOffsets(group, marks); }
  producer(transactionalId: string | null, timeoutMillis: number): Promise<ProducerIdentity> { return this.coordinators.producer(transactionalId, timeoutMillis); }
  addPartitions(transactionalId: string, producer: ProducerIdentity, partitions: readonly TopicPartition[]): Promise<void> { return this.coordinators.addPartitions(transactionalId, producer, partitions); }
  commitOffsets(transactionalId: string, producer: ProducerIdentity, group: string, marks: readonly OffsetMark[]): Promise<void> { return this.coordinators.commitOffsets(transactionalId, producer, group, marks); }
  endTransaction(transactionalId: string, producer: ProducerIdentity, commit: boolean): Promise<void> { return this.coordinators.endTransaction(transactionalId, producer, commit); }

  async persist<T>(what: string, work: (progress: () => void) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const { clock, random, warn } = this.context;
    const { apiTimeoutMillis, backoffMillis, backoffMaxMillis } = this.settings;
    const operation = {};
    let since = clock.monotonic();
    let tries = 0;
    let told = false;
    const progress = (): void => { since = clock.monotonic(); tries = 0; };
    try {
      for (;;) {
        try {
          const result = await work(progress);
          if (told) warn(`Kafka (${this.brokers}) answers again`);
          return result;
        } catch (error) {
          if (error instanceof EngineError) throw error;
          if (!mayRetry(error) || this.closed || signal?.aborted) throw this.conditionOf(error, what);
          const lasts = clock.monotonic() - since;
          const pause = Math.min(backoffMaxMillis, backoffMillis * 2 ** Math.min(tries++, 20)) * (0.8 + 0.4 * random());
          if (lasts + pause > apiTimeoutMillis) throw this.conditionOf(error, what);
          // Operations within operations and beside each other meet the same outage: one of them tells of it, once, after it has not gone away soon.
          if (this.failing === undefined || this.failing.operation === operation) {
            if (tries > 1) this.failing = { operation, reason: reasonOf(error) };
            if (!told && lasts >= TOLD_MILLIS) {
              told = true;
              warn(`Kafka (${this.brokers}) ${error instanceof RequestFailure ? 'refuses' : 'does not answer to'} ${what}: ${reasonOf(error)}; trying again for ${apiTimeoutMillis} ms`);
            }
          }
          this.forgetLeaders();
          await clock.sleep(pause, signal ? AbortSignal.any([signal, this.over.signal]) : this.over.signal);
          if (signal?.aborted || this.closed) throw this.conditionOf(error, what);
        }
      }
    } finally { if (this.failing?.operation === operation) this.failing = undefined; }
  }
  conditionOf(error: unknown, what: string): EngineError {
    const { brokers, apiTimeoutMillis, security } = this.settings;
    return kafkaError(error, { brokers, mechanism: security, what, timeoutMillis: apiTimeoutMillis });
  }
  /** Whether a partition's error code is one that goes away when the right leader is asked. */
  static passing(code: number): boolean { return errorCodeOf(code).retriable; }

  async close(): Promise<void> {
    this.closed = true;
    this.over.abort();
    await Promise.all([...this.links.values()].map((l) => l.close().catch(() => undefined)));
  }
}
