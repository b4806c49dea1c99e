// The requests that reading and writing need: their bytes, and what the answers hold. Versions: those that brokers from 2.1 to 4 share,
// and for metadata the one that tells a topic's id where there is one.
//
// source: the Kafka protocol guide, "The Messages"

import type { AbortedTransaction, FetchAnswer, FetchedPartition, FetchRequest, Isolation, PartitionState, ProducedPartition, ProduceRequest, TopicPartition } from './client.js';
import { WireReader, WireWriter } from './wire.js';

export const API = { produce: 0, fetch: 1, listOffsets: 2, metadata: 3 } as const;
/** Versions that the functions of this file write and read. */
export const VERSIONS = { produce: [3, 7], fetch: [4, 11], listOffsets: [2, 2], metadata: [5, 12] } as const;
/** The first version of metadata whose structures are flexible and that names topics by id, too. */
const METADATA_IDS = 11;
export const metadataVersion = (newest: number): number => (newest >= METADATA_IDS ? newest : 5);
export const metadataIsFlexible = (version: number): boolean => version >= METADATA_IDS;
const NO_ID = '0'.repeat(32);

export interface NodeAddress { readonly node: number; readonly host: string; readonly port: number }
export interface TopicMetadata { readonly error: number; readonly topic: string; readonly id: string | undefined; readonly internal: boolean; readonly partitions: readonly (PartitionState & { readonly error: number })[] }
export interface Metadata { readonly nodes: readonly NodeAddress[]; readonly topics: readonly TopicMetadata[] }

/** `topics` null: all. Never creates topics. */
export function metadataRequest(version: number, topics: readonly string[] | null): Buffer {
  const out = new WireWriter();
  if (!metadataIsFlexible(version)) return out.array(topics, (t) => { out.string(t); }).boolean(false).finish();
  const anyId = Buffer.alloc(16);
  return out.compactArray(topics, (t) => { out.raw(anyId).compactString(t).tags(); }).boolean(false).boolean(false).tags().finish();
}
export function metadataAnswer(version: number, bytes: Uint8Array): Metadata {
  const r = new WireReader(bytes);
  r.int32();
  if (!metadataIsFlexible(version)) {
    const nodes = r.array(() => { const n = { node: r.int32(), host: r.string(), port: r.int32() }; r.nullableString(); return n; });
    r.nullableString();
    r.int32();
    const topics = r.array((): TopicMetadata => ({ error: r.int16(), topic: r.string(), id: undefined, internal: r.boolean(), partitions: r.array(() => {
      const p = { error: r.int16(), partition: r.int32(), leader: r.int32() };
      for (let list = 0; list < 3; list++) r.array(() => r.int32());
      return p;
    }) }));
    return { nodes, topics };
  }
  const nodes = r.compactArray(() => { const n = { node: r.int32(), host: r.compactString(), port: r.int32() }; r.compactNullableString(); r.tags(); return n; });
  r.compactNullableString();
  r.int32();
  const topics = r.compactArray((): TopicMetadata => {
    const error = r.int16();
    const topic = r.compactString();
    const id = r.uuid();
    const internal = r.boolean();
    const partitions = r.compactArray(() => {
      const p = { error: r.int16(), partition: r.int32(), leader: r.int32() };
      r.int32();
      for (let list = 0; list < 3; list++) r.compactArray(() => r.int32());
      r.tags();
      return p;
    });
    r.int32();
    r.tags();
    return { error, topic, id: id === NO_ID ? undefined : id, internal, partitions };
  });
  return { nodes, topics };
}

/** Partitions by topic, in the order in which topics first come. */
export function byTopic<T extends TopicPartition>(items: readonly T[]): readonly (readonly [string, readonly T[]])[] {
  const topics = new Map<string, T[]>();
  for (const item of items) { const list = topics.get(item.topic); if (list) list.push(item); else topics.set(item.topic, [item]); }
  return [...topics];
}

/** `time`: ms, -1: the end, -2: the beginning. */
export function listOffsetsRequest(questions: readonly (TopicPartition & { readonly time: number })[], isolation: Isolation): Buffer {
  const out = new WireWriter();
  return out.int32(-1).int8(isolation).array(byTopic(questions), ([topic, list]) => { out.string(topic).array(list, (q) => { out.int32(q.partition).int64(q.time); }); }).finish();
}
/** offset -1: none. */
export function listOffsetsAnswer(bytes: Uint8Array): readonly (TopicPartition & { readonly error: number; readonly offset: number })[] {
  const r = new WireReader(bytes);
  r.int32();
  return r.array(() => { const topic = r.string(); return r.array(() => { const partition = r.int32(); const error = r.int16(); r.int64(); return { topic, partition, error, offset: r.int64() }; }); }).flat();
}

export function fetchRequest(version: number, request: FetchRequest): Buffer {
  const out = new WireWriter(512);
  out.int32(-1).int32(request.maxWaitMillis).int32(request.minBytes).int32(request.maxBytes).int8(request.isolation);
  // No session: each request says everything.
  if (version >= 7) out.int32(0).int32(-1);
  out.array(byTopic(request.partitions), ([topic, list]) => {
    out.string(topic).array(list, (p) => {
      out.int32(p.partition);
      if (version >= 9) out.int32(-1);
      out.int64(p.offset);
      if (version >= 5) out.int64(-1);
      out.int32(p.maxBytes);
    });
  });
  if (version >= 7) out.array([], () => undefined);
  if (version >= 11) out.string(request.rack ?? '');
  return out.finish();
}
/** `error`: of the whole answer. */
export function fetchAnswer(version: number, bytes: Uint8Array): FetchAnswer & { readonly error: number } {
  const r = new WireReader(bytes);
  const throttleMillis = r.int32();
  const error = version >= 7 ? r.int16() : 0;
  if (version >= 7) r.int32();
  const partitions = r.array(() => {
    const topic = r.string();
    return r.array((): FetchedPartition => {
      const partition = r.int32();
      const code = r.int16();
      const highWatermark = r.int64();
      const lastStableOffset = r.int64();
      const logStartOffset = version >= 5 ? r.int64() : -1;
      const aborted = r.array((): AbortedTransaction => ({ producerId: r.big64(), firstOffset: r.int64() }));
      if (version >= 11) r.int32();
      return { topic, partition, error: code, highWatermark, lastStableOffset, logStartOffset, aborted, records: r.bytesOf(Math.max(0, r.int32())) };
    });
  }).flat();
  return { throttleMillis, error, partitions };
}

export function produceRequest(request: ProduceRequest): Buffer {
  const size = request.partitions.reduce((n, p) => n + 8 + p.records.reduce((m, piece) => m + piece.length, 0), 1024);
  const out = new WireWriter(size);
  out.string(request.transactionalId).int16(request.acks).int32(request.timeoutMillis).array(byTopic(request.partitions), ([topic, list]) => {
    out.string(topic).array(list, (p) => {
      out.int32(p.partition).int32(p.records.reduce((n, piece) => n + piece.length, 0));
      for (const piece of p.records) out.raw(piece);
    });
  });
  return out.finish();
}
export function produceAnswer(version: number, bytes: Uint8Array): readonly ProducedPartition[] {
  const r = new WireReader(bytes);
  return r.array(() => {
    const topic = r.string();
    return r.array((): ProducedPartition => {
      const answer = { topic, partition: r.int32(), error: r.int16(), baseOffset: r.int64() };
      r.int64();
      if (version >= 5) r.int64();
      return answer;
    });
  }).flat();
}
