// What only one broker of a cluster can answer: the coordinator of a group keeps its offsets, that of a transactional id its transactions. The
// coordinator is looked up, remembered, and looked up again when it has moved. Every request here may be sent twice: brokers take the second one
// as the first.
//
// source: KIP-98, "Exactly Once Delivery and Transactional Messaging"

import type { Clock } from '../engine/plugin.js';
import type { GroupOffset, OffsetMark, ProducerIdentity, TopicPartition } from './client.js';
import {
  addOffsetsRequest, addPartitionsRequest, codeAnswer, COORDINATOR_API as API, COORDINATOR_VERSIONS as VERSIONS, endTransactionRequest, findCoordinatorAnswer, findCoordinatorRequest,
  initProducerIdAnswer, initProducerIdRequest, offsetCommitRequest, offsetFetchAnswer, offsetFetchIsFlexible, offsetFetchRequest, type PartitionAnswer, partitionsAnswer, txnOffsetCommitRequest,
} from './coordinator-requests.js';
import { CONCURRENT_TRANSACTIONS, COORDINATOR_LOAD_IN_PROGRESS, COORDINATOR_NOT_AVAILABLE, NOT_COORDINATOR, OPERATION_NOT_ATTEMPTED } from './error-codes.js';
import { check, ConnectionFailure, RequestFailure } from './errors.js';
import type { BrokerLink } from './kafkajs.js';

/** What coordinators need of a cluster. */
export interface CoordinatorPort {
  readonly clock: Clock;
  any<T>(ask: (link: BrokerLink) => Promise<T>): Promise<T>;
  linkTo(host: string, port: number): BrokerLink;
  versionOf(link: BrokerLink, api: number, range: readonly [number, number], what: string): Promise<number>;
  persist<T>(what: string, work: (progress: () => void) => Promise<T>): Promise<T>;
}
type Kind = 'group' | 'transaction';
const resourceOf = (kind: Kind, key: string): string => `the ${kind === 'group' ? 'group' : 'transactional id'} ${key}`;
const MOVED = new Set([COORDINATOR_LOAD_IN_PROGRESS, COORDINATOR_NOT_AVAILABLE, NOT_COORDINATOR]);
/** The transaction before this one is still being written to its partitions: that takes some ms. */
const ENDING_MILLIS = 10;
const ENDING_TRIES = 50;

/** Every partition that was asked for must have an answer, and none an error. @throws RequestFailure, ConnectionFailure */
function settled(what: string, broker: string, asked: readonly TopicPartition[], answers: readonly PartitionAnswer[]): void {
  // One wrong partition makes the others "not attempted": the reason is told first.
  for (const p of [...answers].sort((a, b) => Number(a.error === OPERATION_NOT_ATTEMPTED) - Number(b.error === OPERATION_NOT_ATTEMPTED))) check(p.error, what, { broker, topic: p.topic, partition: p.partition });
  for (const { topic, partition } of asked) {
    if (!answers.some((a) => a.topic === topic && a.partition === partition)) throw new ConnectionFailure('network', broker, `its answer to ${what} leaves out ${topic}-${partition}`);
  }
}

interface Question { readonly api: number; readonly versions: readonly [number, number]; readonly name: string; readonly what: string }

export class Coordinators {
  private readonly port: CoordinatorPort;
  private readonly known = new Map<string, BrokerLink>();
  constructor(port: CoordinatorPort) { this.port = port; }

  private async find(kind: Kind, key: string): Promise<BrokerLink> {
    const found = this.known.get(`${kind} ${key}`);
    if (found) return found;
    const link = await this.port.any(async (asked) => {
      const version = await this.port.versionOf(asked, API.findCoordinator, VERSIONS.findCoordinator, 'a coordinator');
      const answer = findCoordinatorAnswer(await asked.send({ api: API.findCoordinator, version, name: 'FindCoordinator', body: findCoordinatorRequest(key, kind === 'group' ? 0 : 1) }));
      check(answer.error, 'a coordinator', { broker: asked.address, resource: resourceOf(kind, key) });
      return this.port.linkTo(answer.host, answer.port);
    });
    this.known.set(`${kind} ${key}`, link);
    return link;
  }
  /** Asks the coordinator, and its successor, until it answers; `read` throws RequestFailure for an error code. */
  private ask<T>(kind: Kind, key: string, question: Question, body: (version: number) => Buffer, read: (bytes: Buffer, version: number, broker: string) => T, flexible = (_version: number): boolean => false): Promise<T> {
    const { api, versions, name, what } = question;
    return this.port.persist(what, async () => {
      for (let tries = 1; ; tries++) {
        try {
          const link = await this.find(kind, key);
          const version = await this.port.versionOf(link, api, versions, what);
          return read(await link.send({ api, version, name, body: body(version), flexible: flexible(version) }), version, link.address);
        } catch (error) {
          if (error instanceof ConnectionFailure || (error instanceof RequestFailure && MOVED.has(error.code))) this.known.delete(`${kind} ${key}`);
          if (!(error instanceof RequestFailure) || error.code !== CONCURRENT_TRANSACTIONS || tries === ENDING_TRIES) throw error;
          await this.port.clock.sleep(ENDING_MILLIS);
        }
      }
    });
  }

  groupOffsets(group: string): Promise<readonly GroupOffset[]> {
    const what = 'the offsets of a group';
    return this.ask('group', group, { api: API.offsetFetch, versions: VERSIONS.offsetFetch, name: 'OffsetFetch', what }, (version) => offsetFetchRequest(version, group), (bytes, version, broker) => {
      const { error, offsets } = offsetFetchAnswer(version, bytes);
      check(error, what, { broker, resource: resourceOf('group', group) });
      for (const o of offsets) check(o.error, what, { broker, topic: o.topic, partition: o.partition });
      return offsets.map(({ topic, partition, offset, metadata }) => ({ topic, partition, offset, metadata }));
    }, offsetFetchIsFlexible);
  }
  publishOffsets(group: string, marks: readonly OffsetMark[]): Promise<void> {
    const what = 'offsets for a group';
    return this.ask('group', group, { api: API.offsetCommit, versions: VERSIONS.offsetCommit, name: 'OffsetCommit', what }, () => offsetCommitRequest(group, marks), (bytes, _version, broker) => { settled(what, broker, marks, partitionsAnswer(bytes)); });
  }
  async producer(transactionalId: string | null, timeoutMillis: number): Promise<ProducerIdentity> {
    const what = 'a producer id';
    const question = { api: API.initProducerId, versions: VERSIONS.initProducerId, name: 'InitProducerId', what };
    const body = (): Buffer => initProducerIdRequest(transactionalId, timeoutMillis);
    const read = (bytes: Buffer, broker: string): ProducerIdentity => {
      const { error, producerId, producerEpoch } = initProducerIdAnswer(bytes);
      check(error, what, { broker, resource: transactionalId === null ? undefined : resourceOf('transaction', transactionalId) });
      return { producerId, producerEpoch };
    };
    if (transactionalId !== null) return this.ask('transaction', transactionalId, question, body, (bytes, _version, broker) => read(bytes, broker));
    return this.port.persist(what, () => this.port.any(async (link) => {
      const version = await this.port.versionOf(link, question.api, question.versions, what);
      return read(await link.send({ api: question.api, version, name: question.name, body: body() }), link.address);
    }));
  }
  addPartitions(transactionalId: string, producer: ProducerIdentity, partitions: readonly TopicPartition[]): Promise<void> {
    const what = 'a transaction over partitions';
    return this.ask('transaction', transactionalId, { api: API.addPartitions, versions: VERSIONS.addPartitions, name: 'AddPartitionsToTxn', what },
      () => addPartitionsRequest(transactionalId, producer, partitions), (bytes, _version, broker) => { settled(what, broker, partitions, partitionsAnswer(bytes)); });
  }
  async commitOffsets(transactionalId: string, producer: ProducerIdentity, group: string, marks: readonly OffsetMark[]): Promise<void> {
    const what = 'offsets for a group';
    await this.ask('transaction', transactionalId, { api: API.addOffsets, versions: VERSIONS.addOffsets, name: 'AddOffsetsToTxn', what },
      () => addOffsetsRequest(transactionalId, producer, group), (bytes, _version, broker) => check(codeAnswer(bytes), what, { broker, resource: resourceOf('transaction', transactionalId) }));
    if (marks.length === 0) return;
    await this.ask('group', group, { api: API.txnOffsetCommit, versions: VERSIONS.txnOffsetCommit, name: 'TxnOffsetCommit', what },
      () => txnOffsetCommitRequest(transactionalId, producer, group, marks), (bytes, _version, broker) => { settled(what, broker, marks, partitionsAnswer(bytes)); });
  }
  endTransaction(transactionalId: string, producer: ProducerIdentity, commit: boolean): Promise<void> {
    const what = commit ? 'the commit of a transaction' : 'the end of a transaction';
    return this.ask('transaction', transactionalId, { api: API.endTransaction, versions: VERSIONS.endTransaction, name: 'EndTxn', what },
      () => endTransactionRequest(transactionalId, producer, commit), (bytes, _version, broker) => check(codeAnswer(bytes), what, { broker, resource: resourceOf('transaction', transactionalId) }));
  }
}
