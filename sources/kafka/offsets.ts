// Which partitions are read and how far: the subscription resolved against the cluster, where a new query begins, how far an epoch goes, and
// what in the cluster does not fit the offsets that the checkpoint has. An offset of the source is {"topic":{"0":4}}: ends, exclusive, as
// Spark logs them.
//
// source: Spark KafkaMicroBatchStream, KafkaOffsetReaderAdmin, ConsumerStrategy.

import { type Clock, type Offset, raise } from '../../engine/plugin.js';
import type { Isolation, KafkaClient, TopicPartition, TopicState } from '../../kafka/client.js';
import { EARLIEST_OFFSET, LATEST_OFFSET, type PartitionNumbers, type Position, type SourceSettings } from './options.js';

/** topic → partition → offset; topics by name, partitions ascending. */
export type Offsets = ReadonlyMap<string, ReadonlyMap<number, number>>;

export function offsetsOf(offset: Offset | undefined): Offsets {
  const out = new Map<string, Map<number, number>>();
  if (typeof offset !== 'object' || offset === null) return out;
  for (const [topic, of] of Object.entries(offset as PartitionNumbers)) out.set(topic, new Map(Object.entries(of).map(([p, n]) => [Number(p), n])));
  return out;
}
export function offsetJson(offsets: Offsets): Offset {
  const topics = [...offsets].filter(([, of]) => of.size > 0).sort(([a], [b]) => (a < b ? -1 : 1));
  // Object keys that are whole numbers come in ascending order by themselves.
  return Object.fromEntries(topics.map(([topic, of]) => [topic, Object.fromEntries([...of].sort(([a], [b]) => a - b))]));
}
export const partitionsOf = (offsets: Offsets): readonly TopicPartition[] => [...offsets].flatMap(([topic, of]) => [...of.keys()].map((partition) => ({ topic, partition })));
export const offsetAt = (offsets: Offsets, { topic, partition }: TopicPartition): number | undefined => offsets.get(topic)?.get(partition);
export function withOffsets(pairs: Iterable<readonly [TopicPartition, number]>): Offsets {
  const out = new Map<string, Map<number, number>>();
  for (const [{ topic, partition }, n] of pairs) { const of = out.get(topic); if (of) of.set(partition, n); else out.set(topic, new Map([[partition, n]])); }
  return out;
}
export const partitionNames = (partitions: readonly TopicPartition[]): string => partitions.map((p) => `${p.topic}-${p.partition}`).sort().join(', ') || 'none';

export interface Resolved {
  readonly partitions: readonly TopicPartition[];
  /** Ids of the topics, where the brokers have such. */
  readonly ids: ReadonlyMap<string, string>;
}

/** The partitions that the subscription means just now. @throws KAFKA_UNKNOWN_TOPIC for a topic that was named and is not there, after looking for it again */
export async function resolve(client: KafkaClient, settings: SourceSettings, clock: Clock): Promise<Resolved> {
  const { subscription } = settings;
  let topics: readonly TopicState[];
  if (subscription.kind === 'pattern') topics = (await client.topics(undefined)).filter((t) => !t.internal && subscription.matches(t.topic));
  else {
    const names = subscription.kind === 'topics' ? subscription.topics : Object.keys(subscription.partitions);
    for (let tries = 0; ; tries++) {
      topics = await client.topics(names);
      const missing = names.find((n) => !topics.some((t) => t.topic === n));
      if (missing === undefined) break;
      if (tries >= settings.retries) raise('KAFKA_UNKNOWN_TOPIC', { topic: `topic ${missing}`, brokers: client.brokers });
      await clock.sleep(settings.retryMillis);
    }
  }
  const partitions = topics.flatMap((t) => t.partitions.filter((p) => subscription.kind !== 'partitions' || subscription.partitions[t.topic]!.includes(p.partition)).map((p) => ({ topic: t.topic, partition: p.partition })));
  return {
    partitions: partitions.sort((a, b) => (a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : a.partition - b.partition)),
    ids: new Map(topics.filter((t) => t.id !== undefined).map((t) => [t.topic, t.id!])),
  };
}

export async function endsOf(client: KafkaClient, partitions: readonly TopicPartition[], at: 'earliest' | 'latest', isolation: Isolation): Promise<Offsets> {
  const answers = await client.listOffsets(partitions.map((p) => ({ ...p, at })), isolation);
  return withOffsets(answers.map((a) => [a, a.offset ?? 0]));
}

/** What the option names must be what is read. */
function sameAs(option: string, numbers: PartitionNumbers, partitions: readonly TopicPartition[], condition: 'KAFKA_START_OFFSET_DOES_NOT_MATCH_ASSIGNED' | 'KAFKA_TIMESTAMP_OFFSET_DOES_NOT_MATCH_ASSIGNED'): void {
  const named = Object.entries(numbers).flatMap(([topic, of]) => Object.keys(of).map((p) => ({ topic, partition: Number(p) })));
  if (partitionNames(named) !== partitionNames(partitions)) raise(condition, { option, specified: partitionNames(named), assigned: partitionNames(partitions) });
}

/** Where a position lies in each partition. `end`: of a batch; then a time that no record has is the end. */
export async function locate(client: KafkaClient, position: Position, partitions: readonly TopicPartition[], isolation: Isolation, options: { readonly end: boolean; readonly whereNone: 'error' | 'latest' }): Promise<Offsets> {
  const which = options.end ? 'ending' : 'starting';
  switch (position.kind) {
    case 'earliest': case 'latest': return endsOf(client, partitions, position.kind, isolation);
    case 'offsets': {
      const { offsets } = position;
      sameAs(`${which}Offsets`, offsets, partitions, 'KAFKA_START_OFFSET_DOES_NOT_MATCH_ASSIGNED');
      const wanted = (value: number): readonly TopicPartition[] => partitions.filter((p) => offsets[p.topic]![String(p.partition)] === value);
      const latest = await endsOf(client, wanted(LATEST_OFFSET), 'latest', isolation);
      const earliest = await endsOf(client, wanted(EARLIEST_OFFSET), 'earliest', isolation);
      return withOffsets(partitions.map((p) => [p, offsetAt(latest, p) ?? offsetAt(earliest, p) ?? offsets[p.topic]![String(p.partition)]!]));
    }
    case 'timestamp': case 'timestamps': {
      if (position.kind === 'timestamps') sameAs(`${which}OffsetsByTimestamp`, position.millis, partitions, 'KAFKA_TIMESTAMP_OFFSET_DOES_NOT_MATCH_ASSIGNED');
      const timeOf = (p: TopicPartition): number => (position.kind === 'timestamp' ? position.millis : position.millis[p.topic]![String(p.partition)]!);
      // Brokers take -1 for the end and -2 for the beginning; other times below zero no record has.
      const asked = partitions.filter((p) => timeOf(p) >= EARLIEST_OFFSET);
      const found = withOffsets((await client.listOffsets(asked.map((p) => ({ ...p, at: timeOf(p) })), isolation)).flatMap((a) => (a.offset === undefined ? [] : [[a, a.offset] as const])));
      const none = partitions.filter((p) => offsetAt(found, p) === undefined);
      if (none.length > 0 && !options.end && options.whereNone === 'error') {
        raise('KAFKA_NO_OFFSET_FOR_TIMESTAMP', { timestamp: String(timeOf(none[0]!)), topic: none[0]!.topic, partition: String(none[0]!.partition) });
      }
      const ends = await endsOf(client, none, 'latest', isolation);
      return withOffsets(partitions.map((p) => [p, offsetAt(found, p) ?? offsetAt(ends, p)!]));
    }
  }
}

/** Where a new query, or a batch, begins. */
export async function startOf(client: KafkaClient, { starting, startingGroup, whereNone }: SourceSettings, partitions: readonly TopicPartition[], isolation: Isolation): Promise<Offsets> {
  const group = startingGroup === undefined ? [] : await client.groupOffsets(startingGroup);
  const committed = withOffsets(group.filter((g) => g.offset >= 0).map((g) => [g, g.offset]));
  if (partitions.every((p) => offsetAt(committed, p) !== undefined)) return withOffsets(partitions.map((p) => [p, offsetAt(committed, p)!]));
  const located = await locate(client, starting, partitions, isolation, { end: false, whereNone });
  return withOffsets(partitions.map((p) => [p, offsetAt(committed, p) ?? offsetAt(located, p)!]));
}

/** Ends of an epoch of at most `limit` offsets: each partition gets its share by size; small ones are not starved. source: Spark KafkaMicroBatchStream.rateLimit */
export function limited(limit: number, from: Offsets, upTo: Offsets): Offsets {
  const sizes = partitionsOf(upTo).map((p) => ({ p, begin: offsetAt(from, p) ?? 0, end: offsetAt(upTo, p)! })).map((s) => ({ ...s, size: Math.max(0, s.end - s.begin) }));
  const total = sizes.reduce((n, s) => n + s.size, 0);
  if (total < 1) return upTo;
  return withOffsets(sizes.map(({ p, begin, end, size }) => {
    if (size === 0) return [p, end];
    const share = limit * (size / total);
    return [p, Math.min(end, begin + Math.max(0, share < 1 ? Math.ceil(share) : Math.floor(share)))];
  }));
}
/** Offsets between two positions. */
export const sizeBetween = (from: Offsets, upTo: Offsets): number => partitionsOf(upTo).reduce((n, p) => n + Math.max(0, offsetAt(upTo, p)! - (offsetAt(from, p) ?? 0)), 0);
