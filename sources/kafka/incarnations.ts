// What the source keeps in the checkpoint beside the engine's offset log: where the query began, which incarnation of each topic the
// offsets are of, where partitions that were added begin, and topics that were made again and are to be read from their beginning.
//
// A reset holds while the offset log still ends at the old topic's offsets; once it has moved on, the reset is over and is forgotten, since
// the new topic may come to the same offsets again.

import type { MetadataStore } from '../../engine/plugin.js';
import type { TopicPartition } from '../../kafka/client.js';
import type { PartitionNumbers } from './options.js';
import { offsetAt, offsetJson, type Offsets, offsetsOf } from './offsets.js';

interface Kept {
  readonly ids: Record<string, string>;
  /** First offsets of partitions that did not begin at 0 when they were added. */
  readonly starts: Record<string, Record<string, number>>;
  /** By topic: the offsets of the old one, where the new one begins. */
  readonly resets: Record<string, { readonly after: Record<string, number>; readonly starts: Record<string, number> }>;
}
const numbersOf = (offsets: Offsets, topic: string): Record<string, number> => ((offsetJson(offsets) as PartitionNumbers)[topic] ?? {}) as Record<string, number>;
const same = (a: Record<string, number>, b: Record<string, number>): boolean => JSON.stringify(a) === JSON.stringify(b);

export class Incarnations {
  private readonly store: MetadataStore;
  private kept: Kept;
  private written: string;
  private constructor(store: MetadataStore, kept: Kept) { this.store = store; this.kept = kept; this.written = JSON.stringify(kept); }
  static async open(store: MetadataStore): Promise<Incarnations> {
    const bytes = await store.get('topics');
    return new Incarnations(store, bytes ? JSON.parse(Buffer.from(bytes).toString('utf8')) as Kept : { ids: {}, starts: {}, resets: {} });
  }
  /** Durable when it resolves; nothing is written if nothing has changed. */
  async save(): Promise<void> {
    const text = JSON.stringify(this.kept);
    if (text === this.written) return;
    await this.store.put('topics', Buffer.from(text, 'utf8'));
    this.written = text;
  }
  /** Where the query began. */
  async initial(): Promise<Offsets | undefined> {
    const bytes = await this.store.get('initial');
    return bytes && offsetsOf(JSON.parse(Buffer.from(bytes).toString('utf8')) as PartitionNumbers);
  }
  async began(at: Offsets): Promise<void> { await this.store.put('initial', Buffer.from(JSON.stringify(offsetJson(at)), 'utf8')); }

  id(topic: string): string | undefined { return this.kept.ids[topic]; }
  know(topic: string, id: string): void { this.kept.ids[topic] = id; }
  startsAt({ topic, partition }: TopicPartition, offset: number): void { this.kept.starts[topic] = { ...this.kept.starts[topic], [String(partition)]: offset }; }

  /** The topic that `after` speaks of is gone; the new one begins at `starts`. */
  reset(topic: string, after: Offsets, starts: Offsets): void {
    this.kept.resets[topic] = { after: numbersOf(after, topic), starts: numbersOf(starts, topic) };
    delete this.kept.starts[topic];
  }
  /** Offsets have come to `after`: resets of other offsets are over. */
  movedTo(after: Offsets): void { for (const [topic, r] of Object.entries(this.kept.resets)) if (!same(r.after, numbersOf(after, topic))) delete this.kept.resets[topic]; }
  isReset(topic: string, after: Offsets): boolean { const r = this.kept.resets[topic]; return r !== undefined && same(r.after, numbersOf(after, topic)); }

  /** Where reading behind `after` begins in a partition. */
  begin(p: TopicPartition, after: Offsets): number {
    if (this.isReset(p.topic, after)) return this.kept.resets[p.topic]!.starts[String(p.partition)] ?? 0;
    return offsetAt(after, p) ?? this.kept.starts[p.topic]?.[String(p.partition)] ?? 0;
  }
}
