// How a query without data waits: brokers are asked to answer when there is a record behind the ends that were seen, and once a second which
// partitions there are. A node has at most one such question open, however often the query begins to wait: it goes on with the one that is open.

import type { Clock } from '../../engine/plugin.js';
import type { Isolation, KafkaClient, TopicPartition } from '../../kafka/client.js';
import { offsetAt, type Offsets, partitionNames, partitionsOf } from './offsets.js';

/** How long a question for new records waits at the broker, ms. */
const WAIT_MILLIS = 500;
/** How often topics are looked at, ms. */
const LOOK_MILLIS = 1000;

export class Watch {
  private readonly client: KafkaClient;
  private readonly clock: Clock;
  private readonly isolation: Isolation;
  private readonly partitions: () => Promise<readonly TopicPartition[]>;
  /** Whether there is news, by the node that was asked. */
  private readonly asked = new Map<number, Promise<boolean>>();

  /** `partitions`: those that are to be read just now. */
  constructor(client: KafkaClient, clock: Clock, isolation: Isolation, partitions: () => Promise<readonly TopicPartition[]>) {
    this.client = client;
    this.clock = clock;
    this.isolation = isolation;
    this.partitions = partitions;
  }

  /** Resolves when there may be records behind `ends`, when partitions are others than those, when the brokers cannot tell, or when `signal` is aborted. */
  async news(ends: Offsets, signal: AbortSignal): Promise<void> {
    let over = false;
    const until = async (look: () => Promise<boolean>): Promise<void> => { while (!over && !signal.aborted) if (await look()) return; };
    const known = partitionNames(partitionsOf(ends));
    try {
      const nodes = new Map<number, TopicPartition[]>();
      for (const p of partitionsOf(ends)) {
        const node = await this.client.leader(p.topic, p.partition);
        const list = nodes.get(node);
        if (list) list.push(p); else nodes.set(node, [p]);
      }
      const topics = until(async () => { await this.clock.sleep(LOOK_MILLIS, signal); return signal.aborted || partitionNames(await this.partitions()) !== known; });
      await Promise.race([topics, ...[...nodes].map(([node, list]) => until(() => this.ask(node, list, ends)))]);
    } catch {
      // Who looks at the offsets next finds what is wrong.
      await this.clock.sleep(WAIT_MILLIS, signal);
    } finally { over = true; }
  }
  private ask(node: number, list: readonly TopicPartition[], ends: Offsets): Promise<boolean> {
    const open = this.asked.get(node);
    if (open) return open;
    const answer = this.client.fetch(node, {
      partitions: list.map((p) => ({ ...p, offset: offsetAt(ends, p)!, maxBytes: 1 })), isolation: this.isolation, minBytes: 1, maxWaitMillis: WAIT_MILLIS, maxBytes: 1, waits: true,
    }).then(({ partitions }) => partitions.some((p) => p.error !== 0 || p.records.length > 0)).finally(() => { this.asked.delete(node); });
    this.asked.set(node, answer);
    return answer;
  }
}
