// How much the writer of the sink takes in while the brokers do not acknowledge: a bounded amount, whatever the codec makes of it and however many
// partitions there are.

import { batchOf } from '../../engine/columnar/build.js';
import type { RecordBatch } from '../../engine/columnar/column.js';
import { parseOptions } from '../../engine/connect/options.js';
import { simulatedHost } from '../../engine/host/simulated.js';
import type { KafkaClient } from '../../kafka/client.js';
import { batchCodec } from '../../kafka/codecs/compress.js';
import { Producer } from '../../kafka/producer.js';
import * as T from '../../planner/types.js';
import { kafkaSink } from '../../sinks/kafka/sink.js';
import type { KafkaSinkSettings } from '../../sinks/kafka/options.js';
import { recordLayout } from '../../sinks/kafka/rows.js';
import { RecordWriter } from '../../sinks/kafka/writer.js';
import { schemaOf } from '../support/connect.js';

/** Megabytes that the writer reads before it waits. */
async function takenIn(partitions: number, codec: string, offered: number): Promise<number> {
  const host = simulatedHost(1, 0);
  const client = {
    brokers: 'played', leader: async () => 1, producer: async () => ({ producerId: 1n, producerEpoch: 0 }),
    topics: async () => [{ topic: 't', id: undefined, internal: false, partitions: Array.from({ length: partitions }, (_, partition) => ({ partition, leader: 1 })) }],
    persist: async <R>(_what: string, work: (progress: () => void) => Promise<R>) => work(() => undefined),
    produce: () => new Promise(() => undefined),
  } as unknown as KafkaClient;
  const settings = { topic: 't', codec: batchCodec(codec), recordBytesMax: 1 << 20, blockMillis: 1000, connection: { metadataMaxAgeMillis: 1e9 } } as unknown as KafkaSinkSettings;
  const producer = new Producer(client, { transactionalId: null, transactionTimeoutMillis: 1000, acks: -1, requestTimeoutMillis: 1000, codec: settings.codec, warn: () => undefined });
  const schema = schemaOf(['key', T.STRING], ['value', T.STRING]);
  const layout = recordLayout(schema, parseOptions('kafka', { topic: 't', 'kafka.bootstrap.servers': 'b:1' }, kafkaSink.options), false, 'UTC');
  const writer = new RecordWriter(layout, { client, producer, clock: host.clock, random: () => 0.5, settings });
  const value = 'x'.repeat(1000);
  let taken = 0;
  const rows = async function* (): AsyncGenerator<RecordBatch> {
    for (; taken < offered; taken++) yield batchOf([T.STRING, T.STRING], Array.from({ length: 1000 }, (_, i) => [`key ${taken * 1000 + i}`, value]));
  };
  void writer.write(rows());
  for (let last = -1; last !== taken;) { last = taken; for (let i = 0; i < 50; i++) await new Promise(setImmediate); }
  return taken;
}

test('packed batches count with what they were made of', async () => { expect(await takenIn(4, 'gzip', 80)).toBeLessThan(30); });
test('thousands of partitions are not each given a megabyte', async () => { expect(await takenIn(3000, 'none', 200)).toBeLessThan(100); });
