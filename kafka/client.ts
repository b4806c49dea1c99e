// The one view that the Kafka source and sink have of a cluster: what brokers answer, in plain values, with record sets as raw bytes.
// Everything about connections, requests and their formats is behind it (cluster.ts over kafkajs.ts), so that a client can be changed.
// Offsets are numbers, exact below 2^53; times are ms since 1970.
//
// source: the Kafka protocol guide, https://kafka.apache.org/protocol

/** 0: all records; 1: those of committed transactions only, and no offset past the first open one. */
export type Isolation = 0 | 1;
export interface TopicPartition { readonly topic: string; readonly partition: number }

export interface PartitionState {
  readonly partition: number;
  /** Node that leads it, -1 while there is none. */
  readonly leader: number;
}
export interface TopicState {
  readonly topic: string;
  /** Hex digits that name this incarnation: a topic that is deleted and made again gets others. Undefined from brokers before 2.8. */
  readonly id: string | undefined;
  /** One of the brokers' own, such as __consumer_offsets. */
  readonly internal: boolean;
  /** Ascending. */
  readonly partitions: readonly PartitionState[];
}

/** First and last offset that there are, or the first whose record is not older than a time (ms). */
export type OffsetPosition = 'earliest' | 'latest' | number;
export interface OffsetQuestion extends TopicPartition { readonly at: OffsetPosition }
/** `offset` undefined: no record is as young as the time asked for. */
export interface OffsetAnswer extends TopicPartition { readonly offset: number | undefined }

export interface FetchRequest {
  readonly partitions: readonly (TopicPartition & { readonly offset: number; readonly maxBytes: number })[];
  readonly isolation: Isolation;
  /** The broker answers when it has so many bytes, or after this time, ms. */
  readonly minBytes: number;
  readonly maxWaitMillis: number;
  /** Of the whole answer; a record batch larger than this still comes, alone. */
  readonly maxBytes: number;
  readonly rack?: string | undefined;
  /** For records that may not be there yet: other requests do not wait for the answer of this one. */
  readonly waits?: boolean;
}
/** Records of a producer with an id at or after firstOffset, up to its next marker, were taken back. */
export interface AbortedTransaction { readonly producerId: bigint; readonly firstOffset: number }
export interface FetchedPartition extends TopicPartition {
  /** Error code of the protocol, 0: none. See error-codes.ts. */
  readonly error: number;
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  readonly logStartOffset: number;
  /** By firstOffset; of isolation 1 only. */
  readonly aborted: readonly AbortedTransaction[];
  /** Whole record batches and, at the end, maybe a part of one; the first may begin before the offset asked for. A view into the answer. */
  readonly records: Uint8Array;
}

/** throttleMillis: for so long the broker wants to be left alone; then it may have answered with nothing. */
export interface FetchAnswer { readonly throttleMillis: number; readonly partitions: readonly FetchedPartition[] }

export interface ProduceRequest {
  readonly transactionalId: string | null;
  /** -1: all replicas in sync; 1: the leader. */
  readonly acks: -1 | 1;
  readonly timeoutMillis: number;
  /** One record batch a partition, in one or several pieces of bytes. */
  readonly partitions: readonly (TopicPartition & { readonly records: readonly Uint8Array[] })[];
}
export interface ProducedPartition extends TopicPartition { readonly error: number; readonly baseOffset: number }

/** A position of a group, or what a program keeps in its place, with a text beside it. */
export interface OffsetMark extends TopicPartition { readonly offset: number; readonly metadata: string }
export interface GroupOffset extends OffsetMark {}
/** Who writes: brokers take each batch of a partition once by this and the batch's sequence number. */
export interface ProducerIdentity { readonly producerId: bigint; readonly producerEpoch: number }

export interface KafkaClient {
  /** Addresses as configured, for messages. */
  readonly brokers: string;
  /** The topics of these names that there are, or all of them: asked anew from a broker. @throws KAFKA_BROKERS_UNREACHABLE and the other KAFKA_ conditions, as all methods */
  topics(names: readonly string[] | undefined): Promise<readonly TopicState[]>;
  /** Node that leads a partition, as last heard; asks if nothing was. @throws KAFKA_UNKNOWN_TOPIC if there is no such partition */
  leader(topic: string, partition: number): Promise<number>;
  /** What was heard of leaders may be wrong: the next question asks a broker. */
  forgetLeaders(): void;
  /** Asks each partition's leader; repeats what can be repeated until `default.api.timeout.ms` has passed. Answers in the order of the questions. */
  listOffsets(questions: readonly OffsetQuestion[], isolation: Isolation): Promise<readonly OffsetAnswer[]>;
  /** One request to one node, without repetition: a failed connection is thrown, errors of partitions are in the answer. */
  fetch(node: number, request: FetchRequest): Promise<FetchAnswer>;
  produce(node: number, request: ProduceRequest): Promise<readonly ProducedPartition[]>;
  /** All that a group has committed; waits for transactions that are just ending. */
  groupOffsets(group: string): Promise<readonly GroupOffset[]>;
  /** Commits offsets for a group that has no members, for the eyes of tools. */
  publishOffsets(group: string, marks: readonly OffsetMark[]): Promise<void>;
  /** A new identity. With a transactional id: ends what its holders before have open, and they can write no more. `timeoutMillis`: after which the broker ends a transaction by itself. */
  producer(transactionalId: string | null, timeoutMillis: number): Promise<ProducerIdentity>;
  /** Takes partitions into the transaction, beginning it with the first. Must come before anything is produced to them. */
  addPartitions(transactionalId: string, producer: ProducerIdentity, partitions: readonly TopicPartition[]): Promise<void>;
  /** Commits a group's offsets with the transaction; without any, its end is only told to the group. */
  commitOffsets(transactionalId: string, producer: ProducerIdentity, group: string, marks: readonly OffsetMark[]): Promise<void>;
  /** A second call with the same outcome changes nothing. */
  endTransaction(transactionalId: string, producer: ProducerIdentity, commit: boolean): Promise<void>;
  /** Runs `work` until it succeeds, fails for good, or `default.api.timeout.ms` has passed since it last made progress; backs off in between, asks for leaders anew. */
  persist<T>(what: string, work: (progress: () => void) => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Why requests are being repeated just now; undefined: they are not. */
  readonly trouble: string | undefined;
  /** Bytes of answers to fetch requests, bytes of produce requests. */
  readonly bytes: { readonly fetched: number; readonly produced: number };
  close(): Promise<void>;
}
