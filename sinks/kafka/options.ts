// The options of the Kafka sink, and what is settled by them.
// source: Spark KafkaSourceProvider (what it refuses), Apache Kafka "Producer configs".

import { type ConnectContext, type OptionSet, type OptionSpec, raise } from '../../engine/plugin.js';
import { batchCodec } from '../../kafka/codecs/compress.js';
import type { BatchCodec } from '../../kafka/encode.js';
import { refuse } from '../../kafka/errors.js';
import { type ConnectionSettings, connectionSettings, KAFKA_OPTIONS, kafkaSetting, warnOfUnused } from '../../kafka/options.js';
import { CSV_WRITE_OPTIONS, JSON_WRITE_OPTIONS } from '../files/options.js';

export const VALUE_FORMATS = ['raw', 'json', 'csv', 'text'] as const;
export type ValueFormat = (typeof VALUE_FORMATS)[number];

const SHARED = new Set(KAFKA_OPTIONS.map((o) => o.name));
const texts = [...new Map([...JSON_WRITE_OPTIONS, ...CSV_WRITE_OPTIONS].map((o) => [o.name, o])).values()].filter((o) => o.name !== 'header' && o.name !== 'lineSep' && !SHARED.has(o.name));

export const KAFKA_SINK_OPTIONS: readonly OptionSpec[] = [
  ...KAFKA_OPTIONS,
  { name: 'topic', type: 'string', doc: 'the topic of all rows; without it the column topic says it row by row' },
  { name: 'valueFormat', type: 'enum', values: VALUE_FORMATS, doc: 'how a value is made: raw takes the column value, the others pack all columns but key, topic, partition and headers. Without it: raw if there is a column value, else json' },
  { name: 'keyFormat', type: 'enum', values: VALUE_FORMATS, doc: 'how a key is made: raw takes the column key, or the one of keyColumns as it is; the others pack keyColumns. Without it: raw for one column of text or bytes, else json' },
  { name: 'keyColumns', type: 'string', doc: 'columns that the key is made of, separated by commas; they stay in the value' },
  { name: 'delivery', type: 'enum', values: ['at-least-once', 'exactly-once'], default: 'at-least-once', doc: 'exactly-once writes each epoch in a transaction together with its mark; consumers must read with isolation.level=read_committed' },
  { name: 'transactionTimeout', type: 'duration', default: '60 seconds', doc: 'after which Kafka ends a transaction by itself: longer than an epoch takes to be written' },
  { name: 'transactionalIdPrefix', type: 'string', default: 'millrace', doc: 'begins the transactional id (prefix-query id) and the group of marks (prefix-sink-query id), for access control lists' },
  { name: 'progressTopic', type: 'string', doc: 'a topic under whose name the marks are kept, where there is no option topic' },
  ...texts,
];

export interface KafkaSinkSettings {
  readonly connection: ConnectionSettings;
  readonly topic: string | undefined;
  readonly exactlyOnce: boolean;
  readonly prefix: string;
  readonly progressTopic: string | undefined;
  readonly transactionTimeoutMillis: number;
  readonly acks: -1 | 1;
  readonly codec: BatchCodec | undefined;
  /** Most bytes of a batch, but for one record that is longer; undefined: the writer's own measure. */
  readonly batchBytes: number | undefined;
  /** Most bytes of one record. */
  readonly recordBytesMax: number;
  /** How long a topic that is not there is waited for. */
  readonly blockMillis: number;
}

function wholeSetting(get: (name: string) => string | undefined, name: string, missing: number): number {
  const text = get(name);
  if (text === undefined) return missing;
  return /^\d{1,10}$/.test(text) && Number(text) <= 0x7fffffff ? Number(text) : refuse(`kafka.${name}`, text, 'a whole number');
}

/** @throws INVALID_OPTION_VALUE, MISSING_OPTION, NOT_SUPPORTED_YET */
export async function sinkSettings(options: OptionSet, context: ConnectContext): Promise<KafkaSinkSettings> {
  const get = kafkaSetting(options);
  for (const name of ['key.serializer', 'value.serializer']) if (get(name) !== undefined) refuse(`kafka.${name}`, get(name)!, 'nothing: keys and values are written as the bytes or text of their columns');
  if (get('transactional.id') !== undefined) refuse('kafka.transactional.id', get('transactional.id')!, "nothing: delivery 'exactly-once' makes one of transactionalIdPrefix and the query's id");
  const exactlyOnce = options.get('delivery')!.toLowerCase() === 'exactly-once';
  const asked = (get('acks') ?? 'all').toLowerCase();
  const acks = asked === 'all' || asked === '-1' ? -1 : asked === '1' ? 1
    : asked === '0' ? raise('NOT_SUPPORTED_YET', { feature: 'Writing to Kafka without any acknowledgement (kafka.acks=0)' }, { hint: 'Use kafka.acks=all, the default.' }) : refuse('kafka.acks', asked, 'all or 1');
  if (exactlyOnce && acks !== -1) refuse('kafka.acks', asked, 'all, with exactly-once delivery');
  const connection = await connectionSettings(options, context.host.files, `millrace-${context.queryName ?? context.queryId}`);
  // Three names of Kafka's producer for one thing, how long an operation that fails is repeated: the strictest one that is given holds.
  const limits = ['default.api.timeout.ms', 'delivery.timeout.ms', 'max.block.ms'].flatMap((name) => (get(name) === undefined ? [] : [wholeSetting(get, name, 0)]));
  const topic = options.get('topic');
  const progressTopic = topic ?? options.get('progressTopic');
  const settings: KafkaSinkSettings = {
    connection: { ...connection, ...(limits.length > 0 && { apiTimeoutMillis: Math.min(...limits) }) },
    topic, exactlyOnce, prefix: options.get('transactionalIdPrefix')!, progressTopic, transactionTimeoutMillis: options.duration('transactionTimeout')!, acks,
    batchBytes: get('batch.size') === undefined ? undefined : wholeSetting(get, 'batch.size', 0),
    codec: batchCodec(get('compression.type') ?? 'none'), recordBytesMax: wholeSetting(get, 'max.request.size', 1_048_576), blockMillis: wholeSetting(get, 'max.block.ms', 60_000),
  };
  warnOfUnused(options, context.warn);
  return settings;
}
