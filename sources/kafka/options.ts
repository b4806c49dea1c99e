// The options of the Kafka source: Spark's, with its refusals, and ours for declared columns. What is wrong by itself is refused when the
// source is named; what only the cluster can tell, when the query starts.
//
// source: Spark KafkaSourceProvider, KafkaOffsetReader; Flink's Kafka connector for `METADATA` columns and key formats.

import { BudgetError, compilePattern, type OptionSet, type OptionSpec, parseDuration, PatternError, raise } from '../../engine/plugin.js';
import { refuse } from '../../kafka/errors.js';
import { KAFKA_OPTIONS, kafkaSetting } from '../../kafka/options.js';

const string = (name: string, doc: string, fallback?: string): OptionSpec => ({ name, type: 'string', doc, ...(fallback !== undefined && { default: fallback }) });
const int = (name: string, doc: string, fallback?: string): OptionSpec => ({ name, type: 'int', doc, ...(fallback !== undefined && { default: fallback }) });

export const SOURCE_OPTIONS: readonly OptionSpec[] = [
  ...KAFKA_OPTIONS,
  string('subscribe', 'topics, separated by commas'), string('subscribePattern', 'topics whose name has a match of this regular expression'),
  { name: 'assign', type: 'string', doc: 'partitions of topics: {"topic":[0,1]}' },
  string('startingOffsets', 'where a new query begins: earliest, latest, or {"topic":{"0":23,"1":-2}} with -1 for the end and -2 for the beginning; of a batch: earliest'),
  string('startingTimestamp', 'begins at the first record that is not older, ms'), string('startingOffsetsByTimestamp', 'the same for each partition: {"topic":{"0":1700000000000}}'),
  { name: 'startingOffsetsByTimestampStrategy', type: 'enum', values: ['error', 'latest'], default: 'error', doc: 'what to do where no record is so young' },
  string('startingGroupId', 'begins at the offsets that this consumer group has committed; where it has none, at startingOffsets'),
  string('endingOffsets', 'where a batch ends: latest, or offsets of all partitions', 'latest'), string('endingTimestamp', 'where a batch ends, ms'), string('endingOffsetsByTimestamp', 'the same for each partition'),
  int('maxOffsetsPerTrigger', 'at most so many offsets an epoch, shared by the sizes of the partitions'), int('minOffsetsPerTrigger', 'waits for so many offsets, but not longer than maxTriggerDelay'),
  string('maxTriggerDelay', 'the longest wait for minOffsetsPerTrigger', '15m'),
  { name: 'failOnDataLoss', type: 'boolean', default: 'true', doc: 'whether records that are gone are an error, or a warning' },
  { name: 'includeHeaders', type: 'boolean', default: 'false', doc: 'the column headers' },
  int('minPartitions', 'taken and without effect: there is one reader'), int('maxRecordsPerPartition', 'taken and without effect: there is one reader'),
  string('groupIdPrefix', 'taken and without effect: there is no consumer group'),
  int('fetchOffset.numRetries', 'how often a topic that is not there is looked for again', '3'), int('fetchOffset.retryIntervalMs', 'the pause before that, ms', '1000'),
  int('kafkaConsumer.pollTimeoutMs', 'taken and without effect: kafka.default.api.timeout.ms says how long to try', '120000'),
  { name: 'valueFormat', type: 'enum', values: ['raw', 'text', 'json', 'csv'], default: 'raw', doc: 'how values are read into the declared columns' },
  { name: 'keyFormat', type: 'enum', values: ['raw', 'text', 'json', 'csv'], default: 'raw', doc: 'how keys are read into the columns of keyColumns' },
  string('keyColumns', 'the declared columns that are in the key, separated by commas'),
  { name: 'metadata.', type: 'string', prefix: true, doc: 'metadata.COLUMN says what a declared column is: key, value, topic, partition, offset, timestamp, timestampType or headers; in SQL: COLUMN type METADATA FROM \'…\'' },
];
/** Of JSON and CSV values: those of the file formats that mean something for a single record. */
export const RECORD_OPTIONS: readonly OptionSpec[] = [
  string('mode', 'PERMISSIVE, DROPMALFORMED or FAILFAST', 'PERMISSIVE'), string('columnNameOfCorruptRecord', 'the column for the text of bad values', '_corrupt_record'),
  string('dateFormat', 'pattern of dates'), string('timestampFormat', 'pattern of timestamps'), string('timestampNTZFormat', 'pattern of timestamps without zone'),
  string('timeZone', 'zone of timestamps without one; the session zone by default'), string('locale', 'only English', 'en-US'),
  ...['enableDateTimeParsingFallback', 'allowComments', 'allowUnquotedFieldNames', 'allowSingleQuotes', 'allowNumericLeadingZeros', 'allowBackslashEscapingAnyCharacter', 'allowUnquotedControlChars', 'allowNonNumericNumbers',
    'ignoreLeadingWhiteSpace', 'ignoreTrailingWhiteSpace'].map((name): OptionSpec => ({ name, type: 'boolean', doc: 'as of the file formats json and csv' })),
  ...['sep', 'delimiter', 'quote', 'escape', 'comment', 'nullValue', 'emptyValue', 'nanValue', 'positiveInf', 'negativeInf', 'unescapedQuoteHandling', 'charToEscapeQuoteEscaping'].map((name) => string(name, 'as of the file format csv')),
];

export type PartitionNumbers = Readonly<Record<string, Readonly<Record<string, number>>>>;
export type Subscription = { readonly kind: 'topics'; readonly topics: readonly string[] } | { readonly kind: 'pattern'; readonly pattern: string; readonly matches: (topic: string) => boolean } | { readonly kind: 'partitions'; readonly partitions: Readonly<Record<string, readonly number[]>> };
export type Position =
  | { readonly kind: 'earliest' } | { readonly kind: 'latest' } | { readonly kind: 'offsets'; readonly offsets: PartitionNumbers }
  | { readonly kind: 'timestamp'; readonly millis: number } | { readonly kind: 'timestamps'; readonly millis: PartitionNumbers };

export const LATEST_OFFSET = -1;
export const EARLIEST_OFFSET = -2;

const given = (options: OptionSet, name: string): string | undefined => options.all.get(name.toLowerCase());

/** `{"topic":{"0":1}}`. */
function partitionNumbers(option: string, text: string): PartitionNumbers {
  const expected = '{"topic":{"0":1,"1":2}} with a whole number for each partition';
  let value: unknown;
  try { value = JSON.parse(text); } catch { return refuse(option, text, expected); }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse(option, text, expected);
  return Object.fromEntries(Object.entries(value).map(([topic, of]: [string, unknown]) => {
    if (typeof of !== 'object' || of === null || Array.isArray(of)) return refuse(option, text, expected);
    return [topic, Object.fromEntries(Object.entries(of).map(([partition, n]: [string, unknown]) => {
      if (!/^\d{1,9}$/.test(partition) || !Number.isSafeInteger(n)) return refuse(option, text, expected);
      return [Number(partition), n as number];
    }))];
  }));
}
function millisOf(option: string, text: string): number {
  const value = /^\s*-?\d+\s*$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : refuse(option, text, 'a time in ms since 1970');
}

/** Whether a match of the pattern is anywhere in a topic's name. source: Spark SubscribePatternStrategy */
function topicMatcher(text: string): (topic: string) => boolean {
  const attempt = <T>(work: () => T): T => {
    try { return work(); } catch (error) {
      if (error instanceof PatternError) return refuse('subscribePattern', text, 'a regular expression in Java\'s syntax');
      if (error instanceof BudgetError) return refuse('subscribePattern', text, 'a regular expression that is matched in ten million steps');
      throw error;
    }
  };
  const pattern = attempt(() => compilePattern(text));
  return (topic) => attempt(() => pattern.test(topic));
}
export function subscriptionOf(options: OptionSet): Subscription {
  const named = (['assign', 'subscribe', 'subscribePattern'] as const).filter((name) => options.has(name));
  if (named.length > 1) return raise('CONFLICTING_OPTIONS', { format: 'kafka', options: named.join(', ') });
  const kind = named[0];
  if (kind === undefined) return raise('MISSING_OPTION', { format: 'kafka', option: 'subscribe', doc: 'topics, separated by commas; or subscribePattern, or assign' });
  const text = options.required(kind).trim();
  if (kind === 'subscribe') {
    const topics = [...new Set(text.split(',').map((t) => t.trim()).filter((t) => t !== ''))];
    return topics.length > 0 ? { kind: 'topics', topics } : refuse(kind, text, 'names of topics, separated by commas');
  }
  if (kind === 'subscribePattern') {
    if (text === '') return refuse(kind, text, 'a regular expression');
    return { kind: 'pattern', pattern: text, matches: topicMatcher(text) };
  }
  const expected = '{"topic":[0,1]}';
  let value: unknown;
  try { value = JSON.parse(text); } catch { return refuse(kind, text, expected); }
  const lists = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.values(value) : [];
  if (lists.length === 0 || lists.some((l) => !Array.isArray(l) || l.some((p) => !Number.isInteger(p) || p < 0))) return refuse(kind, text, expected);
  return { kind: 'partitions', partitions: value as Readonly<Record<string, readonly number[]>> };
}

function position(options: OptionSet, end: 'starting' | 'ending', missing: Position): Position {
  const at = given(options, `${end}Timestamp`);
  if (at !== undefined) return { kind: 'timestamp', millis: millisOf(`${end}Timestamp`, at) };
  const byTime = given(options, `${end}OffsetsByTimestamp`);
  if (byTime !== undefined) return { kind: 'timestamps', millis: partitionNumbers(`${end}OffsetsByTimestamp`, byTime) };
  const text = given(options, `${end}Offsets`)?.trim();
  if (text === undefined) return missing;
  const word = text.toLowerCase();
  if (word === 'earliest' || word === 'latest') return { kind: word };
  const name = `${end}Offsets`;
  const offsets = text.startsWith('{') ? partitionNumbers(name, text) : refuse(name, text, 'earliest, latest, or offsets of all partitions as JSON');
  for (const of of Object.values(offsets)) for (const n of Object.values(of)) if (n < EARLIEST_OFFSET) refuse(name, text, 'offsets, -1 for the end or -2 for the beginning');
  return { kind: 'offsets', offsets };
}
const names = (offsets: PartitionNumbers, value: number): boolean => Object.values(offsets).some((of) => Object.values(of).includes(value));

export interface SourceSettings {
  readonly subscription: Subscription;
  readonly starting: Position;
  readonly ending: Position;
  readonly whereNone: 'error' | 'latest';
  readonly startingGroup: string | undefined;
  readonly commitGroup: string | undefined;
  readonly failOnDataLoss: boolean;
  readonly includeHeaders: boolean;
  readonly maxOffsets: number | undefined;
  readonly minOffsets: number;
  readonly maxDelayMillis: number;
  readonly retries: number;
  readonly retryMillis: number;
}
/** Kafka's settings that are the source's own business. source: Spark KafkaSourceProvider.validateGeneralOptions */
const UNSUPPORTED: Readonly<Record<string, string>> = {
  'auto.offset.reset': 'startingOffsets says where to begin', 'enable.auto.commit': 'offsets are in the checkpoint; kafka.commit.group.id publishes them',
  'key.deserializer': 'keyFormat says how keys are read', 'value.deserializer': 'valueFormat says how values are read', 'interceptor.classes': 'there are no interceptors',
};

/** `streaming` undefined: not known yet, and only looked at for what is wrong either way. @throws MISSING_OPTION, CONFLICTING_OPTIONS, INVALID_OPTION_VALUE, KAFKA_OPTION_NOT_SUPPORTED */
export function sourceSettings(options: OptionSet, streaming: boolean | undefined): SourceSettings {
  const get = kafkaSetting(options);
  for (const [name, reason] of Object.entries(UNSUPPORTED)) if (get(name) !== undefined) raise('KAFKA_OPTION_NOT_SUPPORTED', { option: `kafka.${name}`, reason });
  const subscription = subscriptionOf(options);
  const starting = position(options, 'starting', { kind: streaming ? 'latest' : 'earliest' });
  const ending = position(options, 'ending', { kind: 'latest' });
  if (streaming) {
    for (const name of ['endingOffsets', 'endingOffsetsByTimestamp']) if (given(options, name) !== undefined) raise('KAFKA_OPTION_NOT_SUPPORTED', { option: name, reason: 'a stream has no end' });
  } else if (streaming === false) {
    if (starting.kind === 'latest' || (starting.kind === 'offsets' && names(starting.offsets, LATEST_OFFSET))) refuse('startingOffsets', given(options, 'startingOffsets') ?? '', 'for a batch a place before the end');
    if (ending.kind === 'earliest' || (ending.kind === 'offsets' && names(ending.offsets, EARLIEST_OFFSET))) refuse('endingOffsets', given(options, 'endingOffsets') ?? '', 'for a batch a place behind the beginning');
  }
  for (const name of ['minPartitions', 'maxRecordsPerPartition']) { const n = options.int(name); if (n !== undefined && n <= 0) refuse(name, String(n), 'a positive number'); }
  const retries = options.int('fetchOffset.numRetries')!;
  if (retries < 0) refuse('fetchOffset.numRetries', String(retries), 'a number that is not negative');
  const poll = options.int('kafkaConsumer.pollTimeoutMs')!;
  if (poll <= 0) refuse('kafkaConsumer.pollTimeoutMs', String(poll), 'a positive number');
  const maxOffsets = options.int('maxOffsetsPerTrigger');
  const minOffsets = options.int('minOffsetsPerTrigger');
  if (maxOffsets !== undefined && minOffsets !== undefined && minOffsets > maxOffsets) refuse('minOffsetsPerTrigger', String(minOffsets), `at most the maxOffsetsPerTrigger of ${maxOffsets}`);
  const delay = options.required('maxTriggerDelay').trim();
  const maxDelayMillis = /^-?\d+$/.test(delay) ? Number(delay) : (delay.startsWith('-') ? -(parseDuration(delay.slice(1)) ?? Number.NaN) : parseDuration(delay)) ?? Number.NaN;
  if (Number.isNaN(maxDelayMillis)) refuse('maxTriggerDelay', delay, 'a duration such as 10s or 15m');
  return {
    subscription, starting, ending, whereNone: options.required('startingOffsetsByTimestampStrategy').toLowerCase() === 'latest' ? 'latest' : 'error',
    startingGroup: options.get('startingGroupId'), commitGroup: get('commit.group.id') || undefined,
    failOnDataLoss: options.boolean('failOnDataLoss'), includeHeaders: options.boolean('includeHeaders'),
    maxOffsets: streaming ? maxOffsets : undefined, minOffsets: minOffsets ?? 0, maxDelayMillis, retries, retryMillis: Math.max(0, options.int('fetchOffset.retryIntervalMs')!),
  };
}
