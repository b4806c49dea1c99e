// What the source keeps in the checkpoint beside the engine's offset log: where the query began, which incarnation of each topic the
// offsets are of, where partitions that were added begin, and topics that were made again and are to be read from their beginning.
//
// A reset holds while the offset log still ends at the old topic's offsets; once it has moved on, the reset is over and is forgotten, since
// the new topic may come to the same offsets again.

import type { MetadataStore } from '../../engine/plugin.js';
import type { TopicPartition } from '../../kafka/client.js';
import type { PartitionNumbers } from './options.js';
import { offsetAt, offsetJson, type Offsets, offsetsOf } from './offsets.js';

/** By topic, as lists of pairs in the file: a topic may have any name, `__proto__` too. */
interface Kept {
  readonly ids: Map<string, string>;
  /** First offsets of partitions that did not begin at 0 when they were added. */
  readonly starts: Map<string, Record<string, number>>;
  /** The offsets of the old topic, where the new one begins. */
  readonly resets: Map<string, { readonly after: Record<string, number>; readonly starts: Record<string, number> }>;
}
const textOf = ({ ids, starts, resets }: Kept): string => JSON.stringify({ ids: [...ids], starts: [...starts], resets: [...resets] });
function keptOf(text: string): Kept {
  const { ids, starts, resets } = JSON.parse(text) as { [K in keyof Kept]: Kept[K] extends Map<string, infer V> ? [string, V][] : never };
  return { ids: new Map(ids), starts: new Map(starts), resets: new Map(resets) };
}
const numbersOf = (offsets: Offsets, topic: string): Record<string, number> => Object.fromEntries([...(offsets.get(topic) ?? [])].sort(([a], [b]) => a - b));
const same = (a: Record<string, number>, b: Record<string, number>): boolean => JSON.stringify(a) === JSON.stringify(b);

export class Incarnations {
  private readonly store: MetadataStore;
  private readonly kept: Kept;
  private written: string;
  private constructor(store: MetadataStore, kept: Kept) { this.store = store; this.kept = kept; this.written = textOf(kept); }
  static async open(store: MetadataStore): Promise<Incarnations> {
    const bytes = await store.get('topics');
    return new Incarnations(store, keptOf(bytes ? Buffer.from(bytes).toString('utf8') : '{"ids":[],"starts":[],"resets":[]}'));
  }
  /** Durable when it resolves; nothing is written if nothing has changed. */
  async save(): Promise<void> {
    const text = textOf(this.kept);
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

  id(topic: string): string | undefined { return this.kept.ids.get(topic); }
  know(topic: string, id: string): void { this.kept.ids.set(topic, id); }
  startsAt({ topic, partition }: TopicPartition, offset: number): void { this.kept.starts.set(topic, { ...this.kept.starts.get(topic), [String(partition)]: offset }); }

  /** The topic that `after` speaks of is gone; the new one begins at `starts`. */
  reset(topic: string, after: Offsets, starts: Offsets): void {
    this.kept.resets.set(topic, { after: numbersOf(after, topic), starts: numbersOf(starts, topic) });
    this.kept.starts.delete(topic);
  }
  /** Offsets have come to `after`: resets of other offsets are over. */
  movedTo(after: Offsets): void { for (const [topic, r] of this.kept.resets) if (!same(r.after, numbersOf(after, topic))) this.kept.resets.delete(topic); }
  isReset(topic: string, after: Offsets): boolean { const r = this.kept.resets.get(topic); return r !== undefined && same(r.after, numbersOf(after, topic)); }

  /** Where reading behind `after` begins in a partition. */
  begin(p: TopicPartition, after: Offsets): number {
    if (this.isReset(p.topic, after)) return this.kept.resets.get(p.topic)!.starts[String(p.partition)] ?? 0;
    return offsetAt(after, p) ?? this.kept.starts.get(p.topic)?.[String(p.partition)] ?? 0;
  }
}
