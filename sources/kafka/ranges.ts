// Exact ranges of offsets to rows, without a consumer group. Partitions come one after another, in the order asked for, so that a range
// gives the same rows in the same order every time; the bytes of those that follow are fetched along with the first, and the next
// fetch is under way while an answer is decoded. A range is done when the position has reached its end, never by a count.
//
// source: docs/decisions/021-kafka-ranges.md; Kafka protocol guide; Spark KafkaDataConsumer for what counts as lost.

import { raise } from '../../engine/plugin.js';
import type { FetchedPartition, KafkaClient, TopicPartition } from '../../kafka/client.js';
import { Arena } from '../../kafka/codecs/arena.js';
import { errorCodeOf, NO_ERROR, OFFSET_NOT_AVAILABLE, OFFSET_OUT_OF_RANGE, UNKNOWN_TOPIC_OR_PARTITION } from '../../kafka/error-codes.js';
import { NoLeader, RequestFailure } from '../../kafka/errors.js';
import type { FetchSettings } from '../../kafka/options.js';
import { batchHeads, type BatchHead, decodeRecords, positionAfter, RecordError, type RowSink } from '../../kafka/record-batch.js';
import { RecordRows } from '../../kafka/record-rows.js';

/** [from, to). */
export interface OffsetRange extends TopicPartition { readonly from: number; readonly to: number }
/** Rows and the bytes that they point into. */
export interface RowChunk { readonly rows: RecordRows; readonly bytes: Uint8Array }
/** Offsets [from, to) of a partition are not there; the first that is there is `earliest`. Throws, or lets reading go on behind them. */
export type OnLoss = (partition: TopicPartition, from: number, to: number, earliest: number) => void;

/** Partitions fetched along with the first one. */
const WINDOW = 64;
/** A chunk of unpacked batches is handed on from this size. */
const CHUNK_BYTES = 4 << 20;
/** A topic that brokers do not know is asked for so often before it counts as deleted; new brokers may not have heard of it. */
const UNKNOWN_TRIES = 3;
/** A log that ends before the range does is asked so often before the rest counts as lost: after a change of leaders its end comes a little later. */
const SHORT_TRIES = 10;

interface Answer { readonly partition: FetchedPartition; readonly heads: readonly BatchHead[] }
interface State extends OffsetRange {
  /** Where the next fetch begins; behind what `answer` has. */
  position: number;
  /** Where decoding stands. */
  decoded: number;
  answer: Answer | undefined;
  /** The last fetch brought nothing: it is asked alone next, to know why. */
  empty: boolean;
  /** How often its end was found to lie before `to`. */
  short: number;
  maxBytes: number;
}

/** Chunks for what lies in one buffer. */
class Chunks implements RowSink {
  readonly ready: RowChunk[] = [];
  private readonly withHeaders: boolean;
  private rows: RecordRows | undefined;
  private bytes: Uint8Array | undefined;
  private arena: Arena | undefined;
  constructor(withHeaders: boolean) { this.withHeaders = withHeaders; }
  inPlace(bytes: Uint8Array): RecordRows {
    if (this.rows && this.bytes?.buffer === bytes.buffer) return this.rows;
    this.flush();
    this.bytes = bytes;
    this.rows = new RecordRows(this.withHeaders);
    return this.rows;
  }
  unpacked(): { readonly rows: RecordRows; readonly arena: Arena } {
    if (!this.rows || !this.arena || this.arena.used > CHUNK_BYTES) {
      this.flush();
      this.arena = new Arena();
      this.rows = new RecordRows(this.withHeaders);
    }
    return { rows: this.rows, arena: this.arena };
  }
  flush(): void {
    const bytes = this.arena?.bytes ?? this.bytes;
    if (this.rows && bytes && this.rows.length > 0) this.ready.push({ rows: this.rows, bytes });
    this.rows = undefined;
    this.bytes = undefined;
    this.arena = undefined;
  }
}

export class RangeReader {
  private readonly client: KafkaClient;
  private readonly settings: FetchSettings;
  private readonly withHeaders: boolean;
  private readonly onLoss: OnLoss;
  constructor(client: KafkaClient, settings: FetchSettings, withHeaders: boolean, onLoss: OnLoss) {
    this.client = client;
    this.settings = settings;
    this.withHeaders = withHeaders;
    this.onLoss = onLoss;
  }

  /** @throws KAFKA_CORRUPT_RECORDS, KAFKA_UNKNOWN_TOPIC, KAFKA_BROKERS_UNREACHABLE, what `onLoss` throws */
  async *read(ranges: readonly OffsetRange[], signal: AbortSignal): AsyncGenerator<RowChunk, void, undefined> {
    const states = ranges.filter((r) => r.to > r.from).map((r): State => ({ ...r, position: r.from, decoded: r.from, answer: undefined, empty: false, short: 0, maxBytes: Math.max(1, this.settings.maxPartitionBytes) }));
    const chunks = new Chunks(this.withHeaders);
    // At most one fetch is under way; one that failed stays here until it is waited for.
    let under: Promise<void> | undefined;
    const begin = (wanted: readonly State[]): void => {
      const fetch = this.fetch(wanted, signal);
      under = fetch;
      fetch.then(() => { if (under === fetch) under = undefined; }, () => undefined);
    };
    try {
      for (let i = 0; i < states.length; i++) {
        const state = states[i]!;
        while (state.answer || state.position < state.to) {
          if (signal.aborted) return;
          if (!state.answer) {
            if (!under) begin(this.window(states, i));
            await under;
            continue;
          }
          const { answer } = state;
          state.answer = undefined;
          // The next fetch is sent before this answer is decoded.
          const wanted = under ? [] : this.window(states, i);
          if (wanted.length > 0) begin(wanted);
          this.decode(state, answer, chunks);
          yield* chunks.ready.splice(0);
        }
      }
      chunks.flush();
      yield* chunks.ready.splice(0);
    } finally { await under?.catch(() => undefined); }
  }

  /** What to fetch next: the partition at `first` if it has more, and those behind it that have nothing yet, as far as an answer goes. */
  private window(states: readonly State[], first: number): State[] {
    const head = states[first]!;
    if (head.position < head.to && head.empty) return [head];
    const out: State[] = [];
    let bytes = 0;
    for (let i = first; i < Math.min(states.length, first + WINDOW) && bytes < this.settings.maxBytes; i++) {
      const s = states[i]!;
      if (s.answer || s.position >= s.to) continue;
      // Only the first one may need more than its share by itself.
      if (i > first && (s.position > s.from || s.empty)) continue;
      out.push(s);
      bytes += s.maxBytes;
    }
    // Nothing of the first one is missing: the others can wait until it is decoded.
    return out.length > 0 && (out[0] === head || states.slice(first + 1, first + 2).some((s) => out.includes(s))) ? out : [];
  }

  private decode(state: State, { partition, heads }: Answer, chunks: Chunks): void {
    try {
      decodeRecords(partition, heads, state.decoded, state.to, { isolation: this.settings.isolation, checkCrc: this.settings.checkCrc }, chunks);
    } catch (error) {
      if (error instanceof RecordError) raise('KAFKA_CORRUPT_RECORDS', { topic: state.topic, partition: String(state.partition), offset: String(error.offset), reason: error.message }, { cause: error });
      throw error;
    }
    state.decoded = positionAfter(heads, state.decoded);
  }

  /** Brings every partition an answer, or to its end. */
  private async fetch(wanted: readonly State[], signal: AbortSignal): Promise<void> {
    const open = new Set(wanted);
    let unknown = 0;
    await this.client.persist(`a fetch of ${wanted[0]!.topic}-${wanted[0]!.partition} at offset ${wanted[0]!.position}`, async (progress) => {
      const nodes = new Map<number, State[]>();
      let failure: unknown;
      for (const s of open) {
        try {
          const node = await this.client.leader(s.topic, s.partition);
          const list = nodes.get(node);
          if (list) list.push(s); else nodes.set(node, [s]);
        } catch (error) { failure = error; if (!(error instanceof NoLeader)) break; }
      }
      await Promise.all([...nodes].map(async ([node, list]) => {
        try {
          const wait = await this.ask(node, list, open);
          if (wait !== undefined) failure ??= wait; else progress();
        } catch (error) { failure = error; }
      }));
      if (failure instanceof RequestFailure && failure.code === UNKNOWN_TOPIC_OR_PARTITION && failure.topic !== undefined && ++unknown >= UNKNOWN_TRIES) {
        // A topic that was only moved is still listed.
        const [topic] = await this.client.topics([failure.topic]);
        if (!topic?.partitions.some((p) => p.partition === (failure as RequestFailure).partition)) raise('KAFKA_UNKNOWN_TOPIC', { topic: `partition ${failure.topic}-${failure.partition ?? ''}`, brokers: this.client.brokers }, { cause: failure });
      }
      if (failure !== undefined) throw failure;
    }, signal).catch((error: unknown) => { if (!signal.aborted) throw error; });
  }

  /** One request. @returns why something is still to be had: a failure that may pass */
  private async ask(node: number, list: readonly State[], open: Set<State>): Promise<RequestFailure | undefined> {
    const { isolation, minBytes, maxWaitMillis, maxBytes, rack } = this.settings;
    const alone = list.length === 1;
    const { throttleMillis, partitions } = await this.client.fetch(node, {
      partitions: list.map((s) => ({ topic: s.topic, partition: s.partition, offset: s.position, maxBytes: s.maxBytes })), isolation, minBytes: Math.max(1, minBytes), maxWaitMillis, maxBytes: Math.max(1, maxBytes), rack,
    });
    const fetchFailure = (code: number, { topic, partition }: TopicPartition): RequestFailure => new RequestFailure(code, 'a fetch', { broker: `node ${node}`, topic, partition });
    const notYet = (s: State): RequestFailure => fetchFailure(OFFSET_NOT_AVAILABLE, s);
    let failure: RequestFailure | undefined;
    for (const s of list) {
      const p = partitions.find((x) => x.topic === s.topic && x.partition === s.partition);
      if (!p) { failure = fetchFailure(-1, s); continue; }
      if (p.error === OFFSET_OUT_OF_RANGE) {
        // The leader that lists offsets and this node may be of different minds for a while.
        if (await this.outOfRange(s)) open.delete(s); else failure = notYet(s);
        continue;
      }
      if (p.error !== NO_ERROR) {
        const refused = fetchFailure(p.error, s);
        if (!errorCodeOf(p.error).retriable) throw refused;
        failure = refused;
        continue;
      }
      let heads: readonly BatchHead[];
      try { heads = batchHeads(p.records); } catch (error) {
        if (error instanceof RecordError) raise('KAFKA_CORRUPT_RECORDS', { topic: s.topic, partition: String(s.partition), offset: String(error.offset), reason: error.message }, { cause: error });
        throw error;
      }
      const position = positionAfter(heads, s.position);
      if (position > s.position) {
        s.answer = { partition: p, heads };
        s.position = position;
        s.empty = false;
        open.delete(s);
        continue;
      }
      if (p.records.length > 0) {
        // Less than a batch fits.
        s.maxBytes = Math.min(s.maxBytes * 4, 1 << 30);
        failure = notYet(s);
      } else if (alone && throttleMillis === 0 && (isolation === 1 ? p.lastStableOffset : p.highWatermark) >= s.to && s.empty) {
        // The broker has nothing from here to its end, which lies behind the range: compaction has removed the rest.
        s.position = s.to;
        open.delete(s);
      } else if (alone && throttleMillis === 0 && p.highWatermark < s.to && ++s.short >= SHORT_TRIES) {
        // The log has become shorter than it was: there will not be what is asked for, or it will be something else.
        this.lose(s, s.to, p.logStartOffset);
        open.delete(s);
      } else if (alone) {
        s.empty = true;
        failure = notYet(s);
      } else {
        // Others have filled the answer.
        s.empty = true;
        open.delete(s);
      }
    }
    return failure;
  }

  /** What is not there any more is told; reading goes on at the first that is. @returns false: all of it is there */
  private async outOfRange(s: State): Promise<boolean> {
    const [first, last] = await this.client.listOffsets([{ topic: s.topic, partition: s.partition, at: 'earliest' }, { topic: s.topic, partition: s.partition, at: 'latest' }], 0);
    const earliest = first!.offset ?? 0;
    const end = last!.offset ?? 0;
    if (s.position >= earliest && s.position <= end) return false;
    this.lose(s, s.position < earliest ? Math.min(earliest, s.to) : s.to, earliest);
    return true;
  }
  private lose(s: State, to: number, earliest: number): void {
    this.onLoss(s, s.position, to, earliest);
    s.position = to;
    s.decoded = to;
  }
}
