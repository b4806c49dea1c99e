// The Kafka source: each epoch reads exact ranges of offsets, which the engine logs before they are read. No consumer group, so no join, no
// rebalance, and nothing of a group decides where to go on: the checkpoint does.
//
// source: Spark KafkaMicroBatchStream, KafkaBatch, KafkaSourceProvider; own checks of a topic's incarnation.

import {
  type ConnectContext, EngineError, type Offset, type OptionSet, raise, type RecordBatch, type Source, type SourceDefinition, type SourceMetrics, type SourceOpen,
} from '../../engine/plugin.js';
import type { KafkaClient } from '../../kafka/client.js';
import { Cluster } from '../../kafka/cluster.js';
import { connectionSettings, type FetchSettings, fetchSettings, warnOfUnused } from '../../kafka/options.js';
import { BatchMaker, kafkaColumns, openedColumns } from './columns.js';
import { Incarnations } from './incarnations.js';
import { endsOf, limited, locate, offsetAt, offsetJson, type Offsets, offsetsOf, partitionNames, partitionsOf, type Resolved, resolve, sizeBetween, startOf, withOffsets } from './offsets.js';
import { RECORD_OPTIONS, SOURCE_OPTIONS, type SourceSettings, sourceSettings, subscriptionOf } from './options.js';
import { type OffsetRange, RangeReader } from './ranges.js';
import { Watch } from './watch.js';

/** How often it is looked whether there are enough records for an epoch, ms. */
const RETRY_MILLIS = 500;

async function openClient(options: OptionSet, { host, queryName, queryId, warn }: ConnectContext): Promise<KafkaClient> {
  const connection = await connectionSettings(options, host.files, `millrace-${queryName ?? queryId}`);
  warnOfUnused(options, warn);
  return new Cluster(connection, { clock: host.clock, random: () => host.random(), warn });
}
type LossCondition = Extract<EngineError['condition'], `KAFKA_DATA_LOSS.${string}`>;
/** Records are gone: an error, or a warning where failOnDataLoss is false. */
function lossReporter(failOnDataLoss: boolean, warn: (message: string) => void): (condition: LossCondition, parameters: Readonly<Record<string, string>>) => void {
  return (condition, parameters) => {
    const error = new EngineError(condition, parameters);
    if (failOnDataLoss) throw error;
    warn(`${error.message} failOnDataLoss is false: reading goes on.`);
  };
}
const readerOf = (client: KafkaClient, fetch: FetchSettings, maker: BatchMaker, report: ReturnType<typeof lossReporter>): RangeReader =>
  new RangeReader(client, fetch, maker.needsHeaders, ({ topic, partition }, from, to, earliest) => {
    report('KAFKA_DATA_LOSS.COULD_NOT_READ_OFFSET_RANGE', { topic, partition: String(partition), startOffset: String(from), endOffset: String(to), earliest: String(earliest) });
  });
async function* batches(reader: RangeReader, maker: BatchMaker, ranges: readonly OffsetRange[], signal: AbortSignal): AsyncGenerator<RecordBatch, void, undefined> {
  for await (const chunk of reader.read(ranges, signal)) {
    const batch = maker.batch(chunk);
    if (batch) yield batch;
  }
}

class KafkaSource implements Source {
  private readonly client: KafkaClient;
  private readonly settings: SourceSettings;
  private readonly fetch: FetchSettings;
  private readonly context: ConnectContext;
  private readonly topics: Incarnations;
  private readonly maker: BatchMaker;
  private readonly watch: Watch;
  private readonly report: ReturnType<typeof lossReporter>;
  private initial: Offsets | undefined;
  /** Ends of the partitions as last seen. */
  private ends: Offsets = new Map();
  private frozen: { readonly resolved: Resolved; readonly ends: Offsets } | undefined;
  private taken: Offsets | undefined;
  private lastTriggerMillis = Number.NEGATIVE_INFINITY;

  constructor(client: KafkaClient, request: SourceOpen, context: ConnectContext, settings: SourceSettings, topics: Incarnations) {
    this.client = client;
    this.settings = settings;
    this.context = context;
    this.topics = topics;
    this.fetch = fetchSettings(request.options);
    this.maker = new BatchMaker(openedColumns(request.options, request.schema), request.columns, request.options, context);
    this.watch = new Watch(client, context.host.clock, this.fetch.isolation, async () => (await resolve(client, settings, context.host.clock)).partitions);
    this.report = lossReporter(settings.failOnDataLoss, context.warn);
  }

  /** Where a new query begins; kept in the checkpoint before anything is read. */
  private async begin(): Promise<Offsets> {
    if (this.initial) return this.initial;
    const kept = await this.topics.initial();
    if (kept) { this.initial = kept; return kept; }
    const { settings, client, fetch: { isolation } } = this;
    const { partitions, ids } = this.frozen?.resolved ?? await resolve(client, settings, this.context.host.clock);
    const at = await startOf(client, settings, partitions, isolation);
    for (const [topic, id] of ids) this.topics.know(topic, id);
    await this.topics.save();
    await this.topics.began(at);
    this.initial = at;
    return at;
  }

  async latestOffset(after: Offset | undefined, unlimited: boolean, signal?: AbortSignal): Promise<Offset | undefined> {
    const wait = this.whileWanted(signal);
    try { return await this.next(after, unlimited); } finally { wait.over(); }
  }
  /** Brokers that do not answer are not waited for once the query is being stopped. */
  private whileWanted(signal: AbortSignal | undefined): { over(): void } {
    const giveUp = (): void => { void this.client.close(); };
    signal?.addEventListener('abort', giveUp);
    return { over: () => { signal?.removeEventListener('abort', giveUp); } };
  }
  private async next(after: Offset | undefined, unlimited: boolean): Promise<Offset | undefined> {
    const base = after === undefined ? await this.begin() : offsetsOf(after);
    const ends = await this.look(base);
    const partitions = partitionsOf(ends);
    const from = withOffsets(partitions.map((p) => [p, Math.min(this.topics.begin(p, base), offsetAt(ends, p)!)]));
    this.ends = ends;
    let upTo = ends;
    if (!unlimited) {
      if (this.delays(from, ends)) upTo = from;
      else if (this.settings.maxOffsets !== undefined) upTo = limited(this.settings.maxOffsets, from, ends);
    }
    upTo = this.awayFrom(base, from, upTo);
    await this.topics.save();
    this.taken = upTo;
    return offsetJson(upTo);
  }

  /** Whether fewer than minOffsetsPerTrigger are there and the time is not yet up. source: Spark KafkaMicroBatchStream.delayBatch */
  private delays(from: Offsets, ends: Offsets): boolean {
    const { minOffsets, maxDelayMillis } = this.settings;
    if (minOffsets <= 0 || this.frozen) return false;
    const now = this.context.host.clock.now();
    if (now - this.lastTriggerMillis < maxDelayMillis && sizeBetween(from, ends) < minOffsets) return true;
    this.lastTriggerMillis = now;
    return false;
  }

  /** The end of an epoch that reads a topic made again must differ from the old topic's offsets, or the log would not move on. */
  private awayFrom(base: Offsets, from: Offsets, upTo: Offsets): Offsets {
    const stuck = [...upTo.keys()].filter((topic) => this.topics.isReset(topic, base)
      && JSON.stringify(offsetJson(new Map([[topic, upTo.get(topic)!]]))) === JSON.stringify(offsetJson(new Map([[topic, base.get(topic) ?? new Map()]]))));
    if (stuck.length === 0) return upTo;
    return withOffsets(partitionsOf(upTo).map((p) => [p, stuck.includes(p.topic) && offsetAt(upTo, p)! > offsetAt(from, p)! ? offsetAt(upTo, p)! - 1 : offsetAt(upTo, p)!]));
  }

  /** The ends of all partitions, and what of the cluster does not fit `base` any more. */
  private async look(base: Offsets): Promise<Offsets> {
    const { client, topics, report, fetch: { isolation } } = this;
    const resolved = this.frozen?.resolved ?? await resolve(client, this.settings, this.context.host.clock);
    const { partitions, ids } = resolved;
    topics.movedTo(base);
    const recreated = new Set<string>();
    for (const [topic, id] of ids) {
      const known = topics.id(topic);
      if (known !== undefined && known !== id && base.has(topic)) {
        report('KAFKA_DATA_LOSS.TOPIC_RECREATED', { topic, oldId: known, newId: id });
        recreated.add(topic);
      }
      topics.know(topic, id);
    }
    if (recreated.size > 0) {
      const starts = await endsOf(client, partitions.filter((p) => recreated.has(p.topic)), 'earliest', 0);
      for (const topic of recreated) topics.reset(topic, base, starts);
    }
    const anew = (topic: string): boolean => topics.isReset(topic, base);
    const ends = this.frozen?.ends ?? await endsOf(client, partitions, 'latest', isolation);
    const added = partitions.filter((p) => offsetAt(base, p) === undefined && !anew(p.topic));
    for (const [topic, of] of await endsOf(client, added, 'earliest', isolation)) {
      for (const [partition, start] of of) {
        // What is kept may be of a topic of that name that is gone.
        if (topics.begin({ topic, partition }, base) === start) continue;
        if (start > 0) report('KAFKA_DATA_LOSS.ADDED_PARTITION_DOES_NOT_START_FROM_OFFSET_ZERO', { topic, partition: String(partition), startOffset: String(start) });
        topics.startsAt({ topic, partition }, start);
      }
    }
    const gone = partitionsOf(base).filter((p) => offsetAt(ends, p) === undefined && !anew(p.topic));
    if (gone.length > 0) report('KAFKA_DATA_LOSS.PARTITIONS_DELETED', { partitions: partitionNames(gone) });
    const behind = partitionsOf(base).filter((p) => !anew(p.topic) && offsetAt(ends, p) !== undefined && offsetAt(ends, p)! < offsetAt(base, p)!);
    if (behind.length === 0) return ends;
    // Who reads committed records only sees an end before transactions that are open; an earlier run that saw all may have come further.
    const highest = await endsOf(client, behind, 'latest', 0);
    for (const p of behind) {
      const [before, end] = [offsetAt(base, p)!, offsetAt(highest, p)!];
      if (end < before) report('KAFKA_DATA_LOSS.PARTITION_OFFSET_CHANGED', { topic: p.topic, partition: String(p.partition), prevOffset: String(before), newOffset: String(end) });
    }
    return withOffsets(partitionsOf(ends).map((p) => [p, offsetAt(highest, p) === undefined ? offsetAt(ends, p)! : Math.min(offsetAt(highest, p)!, offsetAt(base, p)!)]));
  }

  async freeze(signal?: AbortSignal): Promise<void> {
    const wait = this.whileWanted(signal);
    try {
      const resolved = await resolve(this.client, this.settings, this.context.host.clock);
      this.frozen = { resolved, ends: await endsOf(this.client, resolved.partitions, 'latest', this.fetch.isolation) };
    } finally { wait.over(); }
  }

  async *getBatch(after: Offset | undefined, upTo: Offset, signal: AbortSignal): AsyncGenerator<RecordBatch, void, undefined> {
    const wait = this.whileWanted(signal);
    try {
      const base = after === undefined ? await this.begin() : offsetsOf(after);
      const lost = await this.recreated(upTo);
      const ranges = partitionsOf(offsetsOf(upTo)).filter((p) => !lost.has(p.topic)).map((p): OffsetRange => ({ ...p, from: this.topics.begin(p, base), to: offsetAt(offsetsOf(upTo), p)! }));
      yield* batches(readerOf(this.client, this.fetch, this.maker, this.report), this.maker, ranges, signal);
      // What was read is of the topic that the offsets are of only if it is still the same one.
      if (!signal.aborted) await this.recreated(upTo);
    } finally { wait.over(); }
  }
  /** Topics of an epoch that are not the ones that its offsets are of. @throws KAFKA_DATA_LOSS.TOPIC_RECREATED unless reading goes on */
  private async recreated(upTo: Offset): Promise<ReadonlySet<string>> {
    const names = [...offsetsOf(upTo).keys()];
    const out = new Set<string>();
    for (const { topic, id } of await this.client.topics(names)) {
      const known = this.topics.id(topic);
      if (id === undefined || known === undefined || id === known) continue;
      this.report('KAFKA_DATA_LOSS.TOPIC_RECREATED', { topic, oldId: known, newId: id });
      out.add(topic);
    }
    return out;
  }

  async commit(upTo: Offset): Promise<void> {
    const { commitGroup } = this.settings;
    if (commitGroup === undefined) return;
    const offsets = offsetsOf(upTo);
    try { await this.client.publishOffsets(commitGroup, partitionsOf(offsets).map((p) => ({ ...p, offset: offsetAt(offsets, p)!, metadata: '' }))); } catch (error) {
      // The group is for the eyes of people: the checkpoint says where to go on.
      this.context.warn(`the offsets could not be published to the consumer group ${commitGroup}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  async newestOffset(): Promise<Offset | undefined> { return this.ends.size === 0 ? undefined : offsetJson(this.ends); }

  /** source: Spark KafkaMicroBatchStream.metrics */
  metrics(): SourceMetrics {
    const { malformedRows } = this.maker;
    const { taken, ends } = this;
    const own = malformedRows > 0 ? { malformedRows } : {};
    if (!taken || ends.size === 0) return own;
    const behind = partitionsOf(ends).map((p) => offsetAt(ends, p)! - (offsetAt(taken, p) ?? 0));
    const average = behind.reduce((n, b) => n + b, 0) / behind.length;
    return { ...own, minOffsetsBehindLatest: String(Math.min(...behind)), maxOffsetsBehindLatest: String(Math.max(...behind)), avgOffsetsBehindLatest: Number.isInteger(average) ? average.toFixed(1) : String(average) };
  }

  async changed(signal: AbortSignal): Promise<void> {
    const { taken, ends, settings, context: { host: { clock } } } = this;
    if (this.frozen || !taken) return;
    if (sizeBetween(taken, ends) === 0) { await this.watch.news(ends, signal); return; }
    // What there is waits for more, or for its time; or the limit lets nothing through.
    if (settings.minOffsets > 0) await clock.sleep(Math.min(RETRY_MILLIS, Math.max(1, this.lastTriggerMillis + settings.maxDelayMillis - clock.now())), signal);
    else if (settings.maxOffsets !== undefined && settings.maxOffsets <= 0) await clock.sleep(RETRY_MILLIS, signal);
  }
  trouble(): string | undefined { return this.client.trouble; }
  async close(): Promise<void> { await this.client.close(); }
}

async function* readBatch(request: SourceOpen, context: ConnectContext, signal: AbortSignal): AsyncGenerator<RecordBatch, void, undefined> {
  const { options } = request;
  const settings = sourceSettings(options, false);
  const fetch = fetchSettings(options);
  const report = lossReporter(settings.failOnDataLoss, context.warn);
  const maker = new BatchMaker(openedColumns(options, request.schema), request.columns, options, context);
  const client = await openClient(options, context);
  try {
    const { partitions } = await resolve(client, settings, context.host.clock);
    const starts = await startOf(client, settings, partitions, fetch.isolation);
    const ends = await locate(client, settings.ending, partitions, fetch.isolation, { end: true, whereNone: 'latest' });
    const there = settings.ending.kind === 'offsets' ? await endsOf(client, partitions, 'latest', fetch.isolation) : ends;
    const ranges = partitions.map((p): OffsetRange => {
      const [from, to, end] = [offsetAt(starts, p)!, offsetAt(ends, p)!, offsetAt(there, p)!];
      const place = { topic: p.topic, partition: String(p.partition) };
      if (from > to) raise(settings.starting.kind === 'offsets' && settings.ending.kind === 'offsets' ? 'UNRESOLVED_START_OFFSET_GREATER_THAN_END_OFFSET' : 'RESOLVED_START_OFFSET_GREATER_THAN_END_OFFSET', { ...place, startOffset: String(from), endOffset: String(to) });
      if (to > end) report('KAFKA_DATA_LOSS.COULD_NOT_READ_OFFSET_RANGE', { ...place, startOffset: String(Math.max(from, end)), endOffset: String(to), earliest: 'none' });
      return { ...p, from, to: Math.min(to, end) };
    });
    yield* batches(readerOf(client, fetch, maker, report), maker, ranges, signal);
  } finally { await client.close(); }
}

const SUBSCRIPTION = { topics: 'Subscribe', pattern: 'SubscribePattern', partitions: 'Assign' } as const;
function description(options: OptionSet): string {
  const subscription = subscriptionOf(options);
  return `KafkaV2[${SUBSCRIPTION[subscription.kind]}[${subscription.kind === 'topics' ? subscription.topics.join(', ') : subscription.kind === 'pattern' ? subscription.pattern : JSON.stringify(subscription.partitions)}]]`;
}

export const kafkaSource: SourceDefinition = {
  format: 'kafka',
  options: [...SOURCE_OPTIONS, ...RECORD_OPTIONS],
  replayable: true,
  async schema(options, declared) {
    sourceSettings(options, undefined);
    fetchSettings(options);
    return kafkaColumns(options, declared).schema;
  },
  async open(request, context) {
    const settings = sourceSettings(request.options, true);
    fetchSettings(request.options);
    const client = await openClient(request.options, context);
    try { return new KafkaSource(client, request, context, settings, await Incarnations.open(context.metadata)); } catch (error) { await client.close(); throw error; }
  },
  read: readBatch,
  describe: description,
};
