// Rows into batches, batches to the producer: the way of a row from its columns to a partition's batch, for streams and for tables. Batches are
// full at about a megabyte, whatever their number of rows; what is on its way is bounded.

import { type Clock, type Column, type Delta, isValid, raise, type RecordBatch } from '../../engine/plugin.js';
import type { KafkaClient } from '../../kafka/client.js';
import { type Cell, type HeaderCells, recordBytesMax, RecordBatchWriter, HEAD_BYTES } from '../../kafka/encode.js';
import { RequestFailure } from '../../kafka/errors.js';
import { UNKNOWN_TOPIC_OR_PARTITION } from '../../kafka/error-codes.js';
import { partitionOf, StickyPartitions } from '../../kafka/partition.js';
import type { Producer } from '../../kafka/producer.js';
import type { KafkaSinkSettings } from './options.js';
import type { RecordLayout, RecordRows } from './rows.js';
import { UpsertLog } from './upserts.js';

/** Below the broker's default limit of a batch, 1,048,588 bytes, where `kafka.batch.size` does not say otherwise. */
const BATCH_BYTES = 1_000_000;
/** Most memory of batches on their way; then encoding waits. */
const WAITING_BYTES = 16 << 20;
/** Most bytes of batches that are not full yet; then they are sent as they are, as topics may have thousands of partitions. */
const OPEN_BYTES = 64 << 20;
const TOPIC_NAME = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}$/;

interface Target {
  readonly topic: string;
  partitions: number;
  /** Until when the number of partitions is trusted, monotonic ms. */
  until: number;
  readonly writers: (RecordBatchWriter | undefined)[];
  readonly sticky: StickyPartitions;
}
export interface WriterContext { readonly client: KafkaClient; readonly producer: Producer; readonly clock: Clock; readonly random: () => number; readonly settings: KafkaSinkSettings }

export class RecordWriter {
  private readonly layout: RecordLayout;
  private readonly context: WriterContext;
  private readonly targets = new Map<string, Target>();
  private readonly key: Cell = { bytes: new Uint8Array(0), from: -1, to: 0 };
  private readonly value: Cell = { bytes: new Uint8Array(0), from: -1, to: 0 };
  private readonly headers: HeaderCells = { cells: [], count: 0 };
  /** Bytes of records in batches that are not sealed. */
  private open = 0;

  constructor(layout: RecordLayout, context: WriterContext) { this.layout = layout; this.context = context; }

  /** Writes all rows and waits until each is acknowledged. @returns the number of records */
  async write(changes: AsyncIterable<RecordBatch | Delta>): Promise<number> {
    const { producer } = this.context;
    const upserts = this.layout.upserts ? new UpsertLog() : undefined;
    let records = 0;
    for await (const batch of changes) {
      const rows = this.layout.rows(batch);
      if (upserts) { this.gather(rows, upserts); continue; }
      const targets = await this.targetsOf(rows);
      for (let from = 0; from < rows.count;) {
        from = this.encode(rows, targets, from);
        await producer.room(WAITING_BYTES);
      }
      records += rows.count;
    }
    if (upserts) {
      for (const { topic, partition, key, value, headers } of upserts.result()) {
        this.put(await this.target(topic), partition, key, value, headers);
        records++;
        if (producer.waitingBytes > WAITING_BYTES) await producer.room(WAITING_BYTES);
      }
    }
    await this.flush();
    return records;
  }

  // ── Topics ────────────────────────────────────────────────────────────────────────────────────

  private async target(topic: string): Promise<Target> {
    const { client, clock, random, settings } = this.context;
    let target = this.targets.get(topic);
    if (target && clock.monotonic() < target.until) return target;
    if (!TOPIC_NAME.test(topic)) raise('KAFKA_INVALID_TOPIC_NAME', { topic });
    const begin = clock.monotonic();
    const partitions = await client.persist('a description of the topic', async () => {
      const found = (await client.topics([topic]))[0];
      if (found) return found.partitions.length;
      const missing = new RequestFailure(UNKNOWN_TOPIC_OR_PARTITION, 'a write', { broker: client.brokers, topic });
      if (clock.monotonic() - begin >= settings.blockMillis) raise('KAFKA_UNKNOWN_TOPIC', { topic: `topic ${topic}`, brokers: client.brokers }, { cause: missing });
      throw missing;
    });
    if (!target) { target = { topic, partitions, until: 0, writers: [], sticky: new StickyPartitions(random, settings.batchBytes) }; this.targets.set(topic, target); }
    target.partitions = partitions;
    target.until = clock.monotonic() + settings.connection.metadataMaxAgeMillis;
    return target;
  }
  /** The target of each row: one for all, or one a row by its number. */
  private async targetsOf(rows: RecordRows): Promise<(i: number) => Target> {
    const { settings, clock } = this.context;
    let highest = -1;
    const { partition } = rows;
    if (partition) for (let i = 0; i < rows.count; i++) { const r = rows.row(i); if (isValid(partition.validity, r)) highest = Math.max(highest, (partition.values as Int32Array)[r]!); }
    // A partition that is not known may be new: the number of partitions is then asked for again.
    const known = async (topic: string): Promise<Target> => {
      const target = await this.target(topic);
      if (highest < target.partitions) return target;
      target.until = clock.monotonic();
      return this.target(topic);
    };
    if (settings.topic !== undefined) { const target = await known(settings.topic); return () => target; }
    const names = topicNames(rows.topic!);
    const list: Target[] = new Array(rows.count);
    let last: Target | undefined;
    for (let i = 0; i < rows.count; i++) {
      const name = names(rows.row(i));
      if (last?.topic !== name) last = await known(name);
      list[i] = last!;
    }
    return (i) => list[i]!;
  }

  // ── Records ───────────────────────────────────────────────────────────────────────────────────

  /** Encodes rows from a number on, until they end or enough is on its way. @returns the row to go on with */
  private encode(rows: RecordRows, targets: (i: number) => Target, from: number): number {
    const { key, value, headers, context: { producer } } = this;
    const { partition } = rows;
    let i = from;
    while (i < rows.count && producer.waitingBytes <= WAITING_BYTES) {
      const r = rows.row(i);
      rows.key(key, i, r);
      rows.value(value, i, r);
      rows.headers(headers, r);
      this.put(targets(i++), partition && isValid(partition.validity, r) ? (partition.values as Int32Array)[r]! : undefined, key, value, headers);
    }
    return i;
  }
  private gather(rows: RecordRows, upserts: UpsertLog): void {
    const { key, value, headers } = this;
    const { partition } = rows;
    const names = rows.topic === undefined ? () => this.context.settings.topic! : topicNames(rows.topic);
    for (let i = 0; i < rows.count; i++) {
      const r = rows.row(i);
      rows.key(key, i, r);
      rows.value(value, i, r);
      rows.headers(headers, r);
      upserts.add(names(r), partition && isValid(partition.validity, r) ? (partition.values as Int32Array)[r]! : undefined, key, value, headers, rows.deleted(r));
    }
  }
  private put(target: Target, asked: number | undefined, key: Cell, value: Cell, headers: HeaderCells): void {
    const { topic, partitions, writers } = target;
    const size = recordBytesMax(key, value, headers);
    const partition = asked ?? (key.from < 0 ? target.sticky.next(partitions, size) : partitionOf(key.bytes, key.from, key.to, partitions));
    if (partition < 0 || partition >= partitions) raise('KAFKA_INVALID_PARTITION', { topic, partition: String(partition), count: String(partitions) });
    const { recordBytesMax: limit, batchBytes = BATCH_BYTES } = this.context.settings;
    if (size > limit) raise('KAFKA_RECORD_TOO_LARGE', { topic, partition: String(partition), size: String(size), limit: `kafka.max.request.size, ${limit}` });
    let writer = writers[partition];
    if (writer && writer.length + size > batchBytes) { this.seal(target, partition, writer); writer = undefined; }
    if (!writer) { writer = new RecordBatchWriter(); writers[partition] = writer; }
    const before = writer.length;
    writer.append(key, value, headers);
    this.open += writer.length - before;
    if (this.open > OPEN_BYTES) this.sealAll();
  }
  private seal({ topic, writers }: Target, partition: number, writer: RecordBatchWriter): void {
    const { producer, clock, settings } = this.context;
    writers[partition] = undefined;
    this.open -= writer.length - HEAD_BYTES;
    if (writer.length > HEAD_BYTES) producer.offer(topic, partition, writer.seal(settings.codec, clock.now()));
  }
  private sealAll(): void {
    for (const target of this.targets.values()) target.writers.forEach((writer, partition) => { if (writer) this.seal(target, partition, writer); });
  }
  private async flush(): Promise<void> {
    this.sealAll();
    await this.context.producer.room(0);
  }
}

/** The texts of a column of topics; rows that follow each other mostly have the same. @throws KAFKA_NULL_TOPIC_IN_DATA */
function topicNames(column: Column): (r: number) => string {
  const bytes = column.values as Uint8Array;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let last = '';
  let from = -1;
  let to = -1;
  return (r) => {
    if (!isValid(column.validity, r)) return raise('KAFKA_NULL_TOPIC_IN_DATA');
    const start = column.start![r]!;
    const end = column.end![r]!;
    if (from < 0 || buffer.compare(buffer, from, to, start, end) !== 0) { last = buffer.toString('utf8', start, end); from = start; to = end; }
    return last;
  };
}
