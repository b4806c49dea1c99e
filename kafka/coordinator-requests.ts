// The requests to the coordinators of groups and transactions: their bytes, and what the answers hold. Versions that brokers from 2.1 to 4 share;
// offsets of a group are asked for in a newer one where there is one, which waits for transactions that are just ending.
//
// source: the Kafka protocol guide, "The Messages"

import type { GroupOffset, OffsetMark, ProducerIdentity, TopicPartition } from './client.js';
import { byTopic } from './requests.js';
import { WireReader, WireWriter } from './wire.js';

export const COORDINATOR_API = { offsetCommit: 8, offsetFetch: 9, findCoordinator: 10, initProducerId: 22, addPartitions: 24, addOffsets: 25, endTransaction: 26, txnOffsetCommit: 28 } as const;
export const COORDINATOR_VERSIONS = {
  offsetCommit: [5, 5], offsetFetch: [5, 7], findCoordinator: [1, 2], initProducerId: [0, 1], addPartitions: [0, 1], addOffsets: [0, 1], endTransaction: [0, 1], txnOffsetCommit: [0, 1],
} as const;
export const offsetFetchIsFlexible = (version: number): boolean => version >= 6;

/** `kind` 0: of a group; 1: of a transactional id. */
export const findCoordinatorRequest = (key: string, kind: 0 | 1): Buffer => new WireWriter().string(key).int8(kind).finish();
export function findCoordinatorAnswer(bytes: Uint8Array): { readonly error: number; readonly host: string; readonly port: number } {
  const r = new WireReader(bytes);
  r.int32();
  const error = r.int16();
  r.nullableString();
  r.int32();
  return { error, host: r.string(), port: r.int32() };
}

export const initProducerIdRequest = (transactionalId: string | null, timeoutMillis: number): Buffer => new WireWriter().string(transactionalId).int32(timeoutMillis).finish();
export function initProducerIdAnswer(bytes: Uint8Array): { readonly error: number; readonly producerId: bigint; readonly producerEpoch: number } {
  const r = new WireReader(bytes);
  r.int32();
  return { error: r.int16(), producerId: r.big64(), producerEpoch: r.int16() };
}

const identity = (transactionalId: string, { producerId, producerEpoch }: ProducerIdentity): WireWriter => new WireWriter().string(transactionalId).int64(producerId).int16(producerEpoch);
export const addPartitionsRequest = (transactionalId: string, producer: ProducerIdentity, partitions: readonly TopicPartition[]): Buffer => {
  const out = identity(transactionalId, producer);
  return out.array(byTopic(partitions), ([topic, list]) => { out.string(topic).array(list, (p) => { out.int32(p.partition); }); }).finish();
};
export interface PartitionAnswer extends TopicPartition { readonly error: number }
export function partitionsAnswer(bytes: Uint8Array): readonly PartitionAnswer[] {
  const r = new WireReader(bytes);
  r.int32();
  return r.array(() => { const topic = r.string(); return r.array((): PartitionAnswer => ({ topic, partition: r.int32(), error: r.int16() })); }).flat();
}
export const addOffsetsRequest = (transactionalId: string, producer: ProducerIdentity, group: string): Buffer => identity(transactionalId, producer).string(group).finish();
export const endTransactionRequest = (transactionalId: string, producer: ProducerIdentity, commit: boolean): Buffer => identity(transactionalId, producer).boolean(commit).finish();
/** Of a request whose answer is an error code only. */
export function codeAnswer(bytes: Uint8Array): number {
  const r = new WireReader(bytes);
  r.int32();
  return r.int16();
}
const offsetsOf = (out: WireWriter, marks: readonly OffsetMark[]): WireWriter => out.array(byTopic(marks), ([topic, list]) => { out.string(topic).array(list, (m) => { out.int32(m.partition).int64(m.offset).string(m.metadata); }); });
export function txnOffsetCommitRequest(transactionalId: string, producer: ProducerIdentity, group: string, marks: readonly OffsetMark[]): Buffer {
  const out = new WireWriter().string(transactionalId).string(group).int64(producer.producerId).int16(producer.producerEpoch);
  return offsetsOf(out, marks).finish();
}
/** Outside of any membership: for groups that nobody is a member of. */
export const offsetCommitRequest = (group: string, marks: readonly OffsetMark[]): Buffer => offsetsOf(new WireWriter().string(group).int32(-1).string(''), marks).finish();

/** All offsets of a group. */
export function offsetFetchRequest(version: number, group: string): Buffer {
  const out = new WireWriter();
  if (!offsetFetchIsFlexible(version)) return out.string(group).array(null, () => undefined).finish();
  out.compactString(group).compactArray(null, () => undefined);
  if (version >= 7) out.boolean(true);
  return out.tags().finish();
}
export function offsetFetchAnswer(version: number, bytes: Uint8Array): { readonly error: number; readonly offsets: readonly (GroupOffset & { readonly error: number })[] } {
  const r = new WireReader(bytes);
  r.int32();
  const flexible = offsetFetchIsFlexible(version);
  const text = (): string => flexible ? r.compactString() : r.string();
  const list = <T>(read: () => T): T[] => flexible ? r.compactArray(read) : r.array(read);
  const tags = (): void => { if (flexible) r.tags(); };
  const offsets = list(() => {
    const topic = text();
    const of = list(() => {
      const partition = r.int32();
      const offset = r.int64();
      r.int32();
      const metadata = text();
      const error = r.int16();
      tags();
      return { topic, partition, offset, metadata, error };
    });
    tags();
    return of;
  }).flat();
  return { error: r.int16(), offsets };
}
