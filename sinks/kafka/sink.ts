// The Kafka sink. At least once: batches are numbered, so that repeated requests write nothing twice, but an epoch that is run again is written
// again. Exactly once: see ledger.ts. A connection is made with the first epoch.
// source: Spark KafkaSink, KafkaWriter.

import { type ConnectContext, raise, type RecordBatch, type Sink, type SinkDefinition, type SinkOpen } from '../../engine/plugin.js';
import { Cluster } from '../../kafka/cluster.js';
import { Producer } from '../../kafka/producer.js';
import { Ledger, takeBack } from './ledger.js';
import { KAFKA_SINK_OPTIONS, type KafkaSinkSettings, sinkSettings } from './options.js';
import { recordLayout } from './rows.js';
import { RecordWriter } from './writer.js';

/** Client, producer and writer of one sink. */
interface Parts { readonly client: Cluster; readonly producer: Producer; readonly transactionalId: string | null }
function connect(settings: KafkaSinkSettings, transactionalId: string | null, { host, warn }: ConnectContext): Parts {
  const client = new Cluster(settings.connection, { clock: host.clock, random: () => host.random(), warn });
  const producer = new Producer(client, {
    transactionalId, transactionTimeoutMillis: settings.transactionTimeoutMillis, acks: settings.acks, requestTimeoutMillis: settings.connection.requestTimeoutMillis, codec: settings.codec, warn,
  });
  return { client, producer, transactionalId };
}
function writerOf({ options, schema, mode }: SinkOpen, { client, producer }: Parts, settings: KafkaSinkSettings, { host, timeZone }: ConnectContext): RecordWriter {
  return new RecordWriter(recordLayout(schema, options, mode === 'changelog', timeZone), { client, producer, clock: host.clock, random: () => host.random(), settings });
}

/** Runs `work`; where the query is ended meanwhile, nothing is repeated any more. */
async function closing(client: Cluster, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  const close = (): void => { void client.close(); };
  signal.addEventListener('abort', close);
  try { await work(); } finally { signal.removeEventListener('abort', close); }
}

async function openStream(request: SinkOpen, context: ConnectContext): Promise<Sink> {
  const settings = await sinkSettings(request.options, context);
  const { exactlyOnce, progressTopic } = settings;
  if (exactlyOnce && progressTopic === undefined) raise('MISSING_OPTION', { format: 'kafka', option: 'progressTopic', doc: 'a topic under whose name the marks of exactly-once delivery are kept, where there is no option topic' });
  const { queryId } = context;
  const parts = connect(settings, exactlyOnce ? `${settings.prefix}-${queryId}` : null, context);
  const { client, producer, transactionalId } = parts;
  let writer: RecordWriter | undefined;
  /** Columns are looked at when rows are first written, as Spark does. */
  const open = (): RecordWriter => { writer ??= writerOf(request, parts, settings, context); return writer; };
  if (transactionalId === null) {
    let begun = false;
    return {
      addBatch: ({ changes }, signal) => closing(client, signal, async () => {
        const rows = open();
        if (!begun) { await producer.begin(); begun = true; }
        await rows.write(changes);
      }),
      trouble: () => client.trouble,
      close: () => client.close(),
    };
  }
  const ledger = new Ledger({
    client, producer, transactionalId, group: `${settings.prefix}-sink-${queryId}`, topic: progressTopic!, transactionTimeoutMillis: settings.transactionTimeoutMillis,
  }, context);
  return {
    async lastCommitted() { const epoch = await ledger.lastCommitted(true); return epoch < 0 ? undefined : epoch; },
    addBatch: ({ epoch, changes }, signal) => closing(client, signal, async () => { const rows = open(); await ledger.epoch(epoch, () => rows.write(changes)); }),
    trouble: () => client.trouble,
    close: () => client.close(),
  };
}

async function writeTable(request: SinkOpen, batches: AsyncIterable<RecordBatch>, save: 'error' | 'append' | 'overwrite' | 'ignore', context: ConnectContext): Promise<void> {
  if (save === 'overwrite' || save === 'ignore') raise('_LEGACY_ERROR_TEMP_3081', { saveMode: save });
  const settings = await sinkSettings(request.options, context);
  // One transaction for all rows: they are seen together or not at all.
  const transactionalId = settings.exactlyOnce ? `${settings.prefix}-${context.host.uuid()}` : null;
  const parts = connect(settings, transactionalId, context);
  const { client, producer } = parts;
  try {
    const writer = writerOf(request, parts, settings, context);
    await producer.begin();
    const records = await writer.write(batches);
    if (transactionalId !== null && records > 0) await client.endTransaction(transactionalId, producer.producer, true);
  } catch (error) {
    if (transactionalId !== null) await takeBack(client, producer, transactionalId, error);
    throw error;
  } finally { await client.close(); }
}

export const kafkaSink: SinkDefinition = {
  format: 'kafka', options: KAFKA_SINK_OPTIONS, modes: ['append', 'update', 'complete'], temporaryCheckpoint: false,
  open: openStream, write: writeTable,
  describe: (options) => `KafkaSink[${options.get('topic') ?? 'by the column topic'}]`,
};
