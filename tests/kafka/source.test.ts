// The Kafka source on a real broker: Spark's options and refusals, offsets, rate limits, formats, transactions, and topics that change
// under a query. The writer is kafkajs or Kafka's own tools.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { realHost } from '../../engine/host/real.js';
import { EngineError, Session, type StreamingQuery } from '../../index.js';
import * as types from '../../planner/types.js';
import { kafkaSink } from '../../sinks/kafka/sink.js';
import { kafkaSource } from '../../sources/kafka/source.js';
import { bench, openSink, openSource, schemaOf } from '../support/connect.js';
import { useBroker } from './broker/shared.js';
import { eventually } from '../support/wait.js';

const broker = useBroker();
let scratch = '';
beforeAll(() => { scratch = mkdtempSync(path.join(tmpdir(), 'millrace-kafka-source-')); });
afterAll(() => { rmSync(scratch, { recursive: true, force: true }); });
let places = 0;
const place = (): string => path.join(scratch, String(places++));

type Row = object;
type Sent = { readonly key?: string | null; readonly value: string | null; readonly timestamp?: string; readonly headers?: Record<string, string> };
async function send(topic: string, partition: number, records: readonly (Sent | string)[]): Promise<void> {
  const producer = broker.kafka.producer({ createPartitioner: () => () => partition });
  await producer.connect();
  await producer.send({ topic, messages: records.map((r) => ({ partition, ...(typeof r === 'string' ? { value: r } : r) })) });
  await producer.disconnect();
}
const letters = (n: number, from = 0): string[] => Array.from({ length: n }, (_, i) => `r${from + i}`);
async function topicOf(...partitions: readonly (readonly (Sent | string)[])[]): Promise<string> {
  const topic = await broker.topic(partitions.length);
  for (const [p, records] of partitions.entries()) if (records.length > 0) await send(topic, p, records);
  return topic;
}
type Options = Readonly<Record<string, string>>;
const base = (): Options => ({ 'kafka.bootstrap.servers': broker.brokers, 'fetchOffset.retryIntervalMs': '50' });
const text = (v: unknown): unknown => (v instanceof Uint8Array ? Buffer.from(v).toString() : typeof v === 'bigint' ? Number(v) : v);
/** Rows of a batch read as `partition:offset:value`. */
async function read(options: Options): Promise<string[]> {
  const rows = await new Session().read.format('kafka').options({ ...base(), ...options }).load().collect() as unknown as { partition: number; offset: bigint; value: Uint8Array }[];
  return rows.map((r) => `${r.partition}:${r.offset}:${text(r.value)}`).sort();
}
const all = (partition: number, records: readonly string[], from = 0): string[] => records.map((value, i) => `${partition}:${from + i}:${value}`);

interface Epoch { readonly rows: readonly string[]; readonly end: unknown; readonly metrics: unknown }
/** Runs a stream until it has read what is there; each epoch with rows. */
async function stream(options: Options, checkpoint = place(), trigger: 'availableNow' | 'once' = 'availableNow'): Promise<Epoch[]> {
  const session = new Session();
  const epochs: Epoch[] = [];
  const query = await session.readStream.format('kafka').options({ ...base(), ...options }).load().selectExpr('partition', 'offset', 'CAST(value AS STRING) AS value')
    .writeStream.foreachBatch(async (frame) => { epochs.push({ rows: (await frame.collect() as unknown as { partition: number; offset: bigint; value: string }[]).map((r) => `${r.partition}:${r.offset}:${r.value}`).sort(), end: undefined, metrics: undefined }); })
    .option('checkpointLocation', checkpoint).trigger(trigger === 'once' ? { once: true } : { availableNow: true }).start();
  await query.awaitTermination();
  const progress = query.recentProgress.filter((p) => p.numInputRows > 0);
  return epochs.filter((e) => e.rows.length > 0).map((e, i) => ({ rows: e.rows, end: progress[i]?.sources[0]?.endOffset, metrics: progress[i]?.sources[0]?.metrics }));
}
const rowsOf = (epochs: readonly Epoch[]): string[] => epochs.flatMap((e) => e.rows).sort();
/** The condition that an attempt ends with, through the causes. */
async function condition(run: () => Promise<unknown>): Promise<string> {
  try { await run(); } catch (error) {
    let found = 'no condition';
    for (let e: unknown = error; e instanceof Error; e = e.cause) if (e instanceof EngineError && e.condition !== 'STREAM_FAILED') { found = e.condition; break; }
    return found;
  }
  return 'none';
}

describe('the subscription', () => {
  test('subscribe, subscribePattern, assign', async () => {
    const topic = await topicOf(letters(3), letters(2));
    const every = [...all(0, letters(3)), ...all(1, letters(2))];
    expect(await read({ subscribe: ` ${topic} ,, ` })).toEqual(every);
    expect(await read({ SUBSCRIBEPATTERN: topic.slice(2) })).toEqual(every);
    expect(await read({ subscribePattern: 'no-such-topic-.*' })).toEqual([]);
    // Java's syntax, as of Spark's users.
    const [head, ...tail] = topic;
    for (const pattern of [`(?i)${topic.toUpperCase()}$`, `\\Q${topic}\\E`, `^[a-z&&[^${head === 'x' ? 'y' : 'x'}]]${tail.join('')}`, `^\\p{Alpha}++${/[^a-z].*/.exec(topic)![0]}`]) expect([pattern, await read({ subscribePattern: pattern })]).toEqual([pattern, every]);
    expect(await read({ assign: JSON.stringify({ [topic]: [1] }) })).toEqual(all(1, letters(2)));
    expect(await read({ assign: JSON.stringify({ [topic]: [1, 7] }) })).toEqual(all(1, letters(2)));
  });
  test.each<readonly [string, Options, string]>([
    ['none', {}, 'MISSING_OPTION'], ['two', { subscribe: 'a', subscribePattern: 'b' }, 'CONFLICTING_OPTIONS'], ['empty', { subscribe: '' }, 'INVALID_OPTION_VALUE'], ['commas', { subscribe: ' , ' }, 'INVALID_OPTION_VALUE'],
    ['assign without JSON', { assign: 't' }, 'INVALID_OPTION_VALUE'], ['a bad pattern', { subscribePattern: '(' }, 'INVALID_OPTION_VALUE'], ['a topic that is not there', { subscribe: 'no-such-topic' }, 'KAFKA_UNKNOWN_TOPIC'],
  ])('refused: %s', async (_, options, expected) => {
    expect(await condition(() => read(options))).toBe(expected);
    expect(await condition(() => stream(options))).toBe(expected);
  });
});

describe('options', () => {
  /** Four records and one. */
  let five = '';
  beforeAll(async () => { five = await topicOf(letters(4), letters(1)); });
  const given = (options: Options): Options => ({ subscribe: five, ...Object.fromEntries(Object.entries(options).map(([k, v]) => [k, v.replace('"T"', JSON.stringify(five))])) });
  test('the schema is Spark\'s; headers by option', async () => {
    const topic = await topicOf([{ key: 'k', value: 'v', timestamp: '1700000000123', headers: { a: 'b' } }, { key: null, value: null, timestamp: '1700000000124' }]);
    const frame = new Session().read.format('kafka').options({ ...base(), subscribe: topic, includeHeaders: 'true' }).load();
    expect(String(await frame.schema())).toBe('key BINARY, value BINARY, topic STRING, partition INT, offset BIGINT, timestamp TIMESTAMP, timestampType INT, headers ARRAY<STRUCT<key: STRING, value: BINARY>>');
    const rows = await frame.selectExpr('CAST(key AS STRING) AS k', 'CAST(value AS STRING) AS v', 'topic', 'unix_millis(timestamp) AS t', 'timestampType AS y', "transform(headers, h -> concat(h.key, '=', CAST(h.value AS STRING))) AS h").orderBy('t').collect();
    expect(rows.map((r: Row) => Object.values(r).map(text))).toEqual([['k', 'v', topic, 1700000000123, 0, ['a=b']], [null, null, topic, 1700000000124, 0, null]]);
  });
  test.each<readonly [string, Options, boolean, string]>([
    ['startingOffsets word', { startingOffsets: 'soon' }, true, 'INVALID_OPTION_VALUE'], ['startingOffsets -3', { startingOffsets: '{"T":{"0":-3,"1":0}}' }, true, 'INVALID_OPTION_VALUE'],
    ['a partition too few', { startingOffsets: '{"T":{"0":1}}' }, true, 'KAFKA_START_OFFSET_DOES_NOT_MATCH_ASSIGNED'], ['one too many', { startingOffsets: '{"T":{"0":1,"1":1,"2":1}}' }, true, 'KAFKA_START_OFFSET_DOES_NOT_MATCH_ASSIGNED'],
    ['beyond the end', { startingOffsets: '{"T":{"0":99,"1":0}}' }, true, 'KAFKA_DATA_LOSS.PARTITION_OFFSET_CHANGED'], ['batch from latest', { startingOffsets: 'latest' }, false, 'INVALID_OPTION_VALUE'],
    ['batch from -1', { startingOffsets: '{"T":{"0":-1,"1":0}}' }, false, 'INVALID_OPTION_VALUE'], ['endingOffsets of a stream', { endingOffsets: 'latest' }, true, 'KAFKA_OPTION_NOT_SUPPORTED'],
    ['endingOffsets earliest', { endingOffsets: 'earliest' }, false, 'INVALID_OPTION_VALUE'], ['endingOffsets -2', { endingOffsets: '{"T":{"0":-2,"1":0}}' }, false, 'INVALID_OPTION_VALUE'],
    ['start behind end', { startingOffsets: '{"T":{"0":3,"1":0}}', endingOffsets: '{"T":{"0":2,"1":0}}' }, false, 'UNRESOLVED_START_OFFSET_GREATER_THAN_END_OFFSET'],
    ['a start beyond what there is', { startingOffsets: '{"T":{"0":99,"1":0}}' }, false, 'RESOLVED_START_OFFSET_GREATER_THAN_END_OFFSET'],
    ['an end without a partition', { endingOffsets: '{"T":{"0":2}}' }, false, 'KAFKA_START_OFFSET_DOES_NOT_MATCH_ASSIGNED'], ['an end beyond the end', { endingOffsets: '{"T":{"0":9,"1":0}}' }, false, 'KAFKA_DATA_LOSS.COULD_NOT_READ_OFFSET_RANGE'],
    ['startingTimestamp', { startingTimestamp: 'noon' }, true, 'INVALID_OPTION_VALUE'], ['a time after all records', { startingTimestamp: '9999999999999' }, true, 'KAFKA_NO_OFFSET_FOR_TIMESTAMP'],
    ['times of too few partitions', { startingOffsetsByTimestamp: '{"T":{"0":1}}' }, true, 'KAFKA_TIMESTAMP_OFFSET_DOES_NOT_MATCH_ASSIGNED'], ['strategy', { startingTimestamp: '1', startingOffsetsByTimestampStrategy: 'other' }, true, 'INVALID_OPTION_VALUE'],
    ['maxOffsetsPerTrigger', { maxOffsetsPerTrigger: '1.5' }, true, 'INVALID_OPTION_VALUE'], ['min above max', { minOffsetsPerTrigger: '9', maxOffsetsPerTrigger: '5' }, true, 'INVALID_OPTION_VALUE'],
    ['maxTriggerDelay', { maxTriggerDelay: 'abc' }, true, 'INVALID_OPTION_VALUE'], ['failOnDataLoss', { failOnDataLoss: 'maybe' }, true, 'INVALID_OPTION_VALUE'], ['includeHeaders', { includeHeaders: 'yes' }, true, 'INVALID_OPTION_VALUE'],
    ['minPartitions', { minPartitions: '0' }, true, 'INVALID_OPTION_VALUE'], ['maxRecordsPerPartition', { maxRecordsPerPartition: '-1' }, false, 'INVALID_OPTION_VALUE'], ['numRetries', { 'fetchOffset.numRetries': '-1' }, true, 'INVALID_OPTION_VALUE'],
    ['pollTimeoutMs', { 'kafkaConsumer.pollTimeoutMs': '0' }, true, 'INVALID_OPTION_VALUE'], ['auto.offset.reset', { 'kafka.auto.offset.reset': 'latest' }, true, 'KAFKA_OPTION_NOT_SUPPORTED'],
    ['enable.auto.commit', { 'kafka.enable.auto.commit': 'false' }, true, 'KAFKA_OPTION_NOT_SUPPORTED'], ['value.deserializer', { 'kafka.value.deserializer': 'x' }, false, 'KAFKA_OPTION_NOT_SUPPORTED'],
    ['isolation.level', { 'kafka.isolation.level': 'none' }, true, 'INVALID_OPTION_VALUE'], ['ending times of a stream', { endingOffsetsByTimestamp: '{"T":{"0":1,"1":1}}' }, true, 'KAFKA_OPTION_NOT_SUPPORTED'],
    ['a time below all', { startingTimestamp: '-5' }, true, 'KAFKA_NO_OFFSET_FOR_TIMESTAMP'], ['empty failOnDataLoss', { failOnDataLoss: '' }, true, 'INVALID_OPTION_VALUE'], ['minPartitions as a word', { minPartitions: 'abc' }, true, 'INVALID_OPTION_VALUE'],
    ['key.deserializer', { 'kafka.key.deserializer': 'x' }, true, 'KAFKA_OPTION_NOT_SUPPORTED'], ['interceptor.classes', { 'kafka.interceptor.classes': 'x' }, true, 'KAFKA_OPTION_NOT_SUPPORTED'], ['an unknown option', { startingOffset: 'earliest' }, true, 'UNKNOWN_OPTION'],
    ['a start beyond the end', { startingOffsets: '{"T":{"0":99,"1":0}}' }, false, 'RESOLVED_START_OFFSET_GREATER_THAN_END_OFFSET'], ['no servers', { 'kafka.bootstrap.servers': '' }, true, 'MISSING_OPTION'], ['servers', { 'kafka.bootstrap.servers': 'here' }, true, 'INVALID_OPTION_VALUE'],
  ])('refused: %s', async (_, options, streaming, expected) => {
    expect(await condition(() => (streaming ? stream(given(options)) : read(given(options))))).toBe(expected);
  });
  test.each<readonly [string, Options, boolean, number]>([
    ['a time without an end of a stream', { endingTimestamp: '1' }, true, 5], ['times win over offsets', { startingOffsets: 'latest', startingTimestamp: '1' }, true, 5], ['-1 and -2 are the end and the beginning', { startingOffsetsByTimestamp: '{"T":{"0":-1,"1":-2}}' }, true, 1],
    ['an end before all times', { endingTimestamp: '-5' }, false, 5], ['a strategy that is not needed', { startingOffsetsByTimestampStrategy: 'LATEST', startingTimestamp: '1' }, false, 5],
    ['partitions written with zeros', { startingOffsets: '{"T":{"00":3,"1":0}}' }, false, 2], ['limits of a batch', { maxOffsetsPerTrigger: '1', minOffsetsPerTrigger: '1' }, false, 5],
    ['a limit below zero', { maxOffsetsPerTrigger: '-1' }, true, 0], ['a minimum of zero', { minOffsetsPerTrigger: '0' }, true, 5], ['a minimum that is not there', { minOffsetsPerTrigger: '100', maxOffsetsPerTrigger: '200' }, true, 5],
    ['delays', { minOffsetsPerTrigger: '1', maxTriggerDelay: '-1s' }, true, 5], ['a delay without unit', { maxTriggerDelay: '5' }, true, 5], ['minPartitions', { minPartitions: '5', maxRecordsPerPartition: '1' }, false, 5],
    ['names in any case', { STARTINGOFFSETS: 'Earliest', 'KAFKA.Group.Id': 'g', 'kafka.unknown': 'x', groupIdPrefix: 'p' }, true, 5], ['failOnDataLoss', { failOnDataLoss: 'True' }, true, 5],
  ])('taken: %s', async (_, options, streaming, rows) => {
    expect(streaming ? rowsOf(await stream(given({ ...(options['startingOffsetsByTimestamp'] || options['STARTINGOFFSETS'] ? {} : { startingOffsets: 'earliest' }), ...options }))) : await read(given(options))).toHaveLength(rows);
  });
  test.each<readonly [string, Options]>([
    ['startingOffsets', { startingOffsets: 'soon' }], ['assign', { subscribe: '', assign: '[1]' }], ['minPartitions', { minPartitions: '0' }], ['maxTriggerDelay', { maxTriggerDelay: 'abc' }], ['isolation.level', { 'kafka.isolation.level': 'none' }],
    ['auto.offset.reset', { 'kafka.auto.offset.reset': 'latest' }],
  ])('what is wrong by itself is told by start(), not by the query: %s', async (_, options) => {
    const frame = new Session().readStream.format('kafka').options({ ...base(), subscribe: 'any', ...options }).load();
    const error = await frame.writeStream.format('noop').option('checkpointLocation', place()).start().then(() => undefined, (e: unknown) => e);
    expect(error).toBeInstanceOf(EngineError);
    expect((error as EngineError).condition).toMatch(/^(INVALID_OPTION_VALUE|CONFLICTING_OPTIONS|KAFKA_OPTION_NOT_SUPPORTED)$/);
  });
  test('settings without effect are named, without their values', async () => {
    const context = bench(realHost);
    const given = { 'kafka.group.id': 'g', 'kafka.SSL.key.password': 'hidden', 'kafka.fetch.min.bytes': '1', 'kafka.commit.group.id': 'c' };
    const source = await openSource(kafkaSource, { ...base(), subscribe: 'any', ...given }, undefined, context);
    await source.close();
    const sink = await openSink(kafkaSink, { 'kafka.bootstrap.servers': broker.brokers, topic: 'any', 'kafka.linger.ms': '5', 'kafka.acks': 'all' }, schemaOf(['value', types.STRING]), context);
    await sink.close();
    expect(context.warnings).toEqual(['these settings of Kafka have no effect here: kafka.group.id, kafka.ssl.key.password', 'these settings of Kafka have no effect here: kafka.linger.ms']);
  });
  test('a schema is refused without a format', async () => {
    const topic = await topicOf(letters(1));
    expect(await condition(() => new Session().read.format('kafka').schema('a INT').options({ ...base(), subscribe: topic }).load().collect())).toBe('SCHEMA_NOT_ALLOWED');
    expect(await condition(() => new Session().read.format('kafka').options({ ...base(), subscribe: topic, valueFormat: 'json' }).load().collect())).toBe('KAFKA_COLUMNS_REQUIRED');
  });
  test('starting and ending offsets', async () => {
    const topic = await topicOf(letters(5), letters(3));
    const at = (of: Record<string, number>): string => JSON.stringify({ [topic]: of });
    expect(await read({ subscribe: topic, startingOffsets: at({ 1: -2, 0: 3 }), endingOffsets: at({ 0: 4, 1: -1 }) })).toEqual([...all(0, ['r3'], 3), ...all(1, letters(3))]);
    expect(await read({ subscribe: topic, endingOffsets: at({ 0: 9, 1: 0 }), failOnDataLoss: 'FALSE' })).toEqual(all(0, letters(5)));
    expect(await read({ subscribe: topic, startingOffsets: at({ 0: 5, 1: 3 }) })).toEqual([]);
    expect(rowsOf(await stream({ subscribe: topic, startingOffsets: 'EARLIEST' }))).toEqual([...all(0, letters(5)), ...all(1, letters(3))]);
    expect(rowsOf(await stream({ subscribe: topic }))).toEqual([]);
    expect(rowsOf(await stream({ subscribe: topic, startingOffsets: at({ 0: 99, 1: 2 }), failOnDataLoss: 'false' }))).toEqual(all(1, ['r2'], 2));
  });
  test('timestamps', async () => {
    const topic = await topicOf([1000, 2000, 3000].map((t) => ({ value: `a${t}`, timestamp: String(t) })), [500, 2500].map((t) => ({ value: `b${t}`, timestamp: String(t) })));
    expect(await read({ subscribe: topic, startingTimestamp: '2000', startingOffsets: 'earliest' })).toEqual(['0:1:a2000', '0:2:a3000', '1:1:b2500']);
    expect(await read({ subscribe: topic, endingTimestamp: '2500' })).toEqual(['0:0:a1000', '0:1:a2000', '1:0:b500']);
    expect(await read({ subscribe: topic, endingTimestamp: '9999999' })).toHaveLength(5);
    expect(await read({ subscribe: topic, startingOffsetsByTimestamp: JSON.stringify({ [topic]: { 0: 2800, 1: 2800 } }), startingOffsetsByTimestampStrategy: 'latest' })).toEqual(['0:2:a3000']);
  });
});

describe('offsets and limits', () => {
  test('a limit is shared by the sizes of partitions', async () => {
    const topic = await topicOf(letters(10), letters(5));
    const checkpoint = place();
    const epochs = await stream({ subscribe: topic, startingOffsets: 'earliest', maxOffsetsPerTrigger: '7' }, checkpoint);
    expect(epochs.map((e) => e.end)).toEqual([{ [topic]: { 0: 4, 1: 2 } }, { [topic]: { 0: 8, 1: 4 } }, { [topic]: { 0: 10, 1: 5 } }]);
    expect(epochs.map((e) => e.metrics)).toEqual([['3', '6', '4.5'], ['1', '2', '1.5'], ['0', '0', '0.0']].map(([min, max, avg]) => ({ minOffsetsBehindLatest: min, maxOffsetsBehindLatest: max, avgOffsetsBehindLatest: avg })));
    expect(rowsOf(epochs)).toEqual([...all(0, letters(10)), ...all(1, letters(5))].sort());
    expect(readFileSync(path.join(checkpoint, 'sources', '0', 'initial'), 'utf8')).toContain(JSON.stringify({ [topic]: { 0: 0, 1: 0 } }));
    const one = await stream({ subscribe: topic, startingOffsets: 'earliest', maxOffsetsPerTrigger: '1' });
    expect(one.map((e) => e.rows.length)).toEqual([2, 2, 2, 2, 2, 1, 1, 1, 1, 1]);
    expect(await stream({ subscribe: topic, startingOffsets: 'earliest', maxOffsetsPerTrigger: '0' })).toEqual([]);
    expect((await stream({ subscribe: topic, startingOffsets: 'earliest', maxOffsetsPerTrigger: '7' }, place(), 'once')).map((e) => e.rows.length)).toEqual([15]);
  });
  test('a restart goes on at the checkpoint; partitions that are added begin at 0', async () => {
    const topic = await topicOf(letters(3), letters(2));
    const checkpoint = place();
    const options = { subscribe: topic, startingOffsets: 'earliest' };
    expect(rowsOf(await stream(options, checkpoint))).toHaveLength(5);
    expect(await stream(options, checkpoint)).toEqual([]);
    await broker.grow(topic, 4);
    await send(topic, 0, letters(1, 3));
    await send(topic, 3, letters(2));
    expect(rowsOf(await stream(options, checkpoint))).toEqual(['0:3:r3', '3:0:r0', '3:1:r1']);
  });
  test('minOffsetsPerTrigger waits, but not for ever', async () => {
    const topic = await topicOf(letters(3));
    let laterMillis = 0;
    const clock = { ...realHost.clock, now: () => realHost.clock.now() + laterMillis };
    const session = new Session({ host: { ...realHost, clock } });
    const sizes: number[] = [];
    const query = await session.readStream.format('kafka').options({ ...base(), subscribe: topic, startingOffsets: 'earliest', minOffsetsPerTrigger: '10', maxTriggerDelay: '1h' }).load()
      .writeStream.foreachBatch(async (frame) => { sizes.push(Number(await frame.count())); }).option('checkpointLocation', place()).start();
    await eventually('the first epoch', () => sizes.length === 1 || undefined);
    await send(topic, 0, letters(4));
    await query.processAllAvailable();
    expect(sizes).toEqual([3]);
    laterMillis += 3_600_000;
    await eventually('the delay', () => sizes.length === 2 || undefined);
    await send(topic, 0, letters(10));
    await eventually('enough of them', () => sizes.length === 3 || undefined);
    expect(sizes).toEqual([3, 4, 10]);
    await query.stop();
  });
  test('offsets of a group: published after each epoch, and to begin with', async () => {
    const topic = await topicOf(letters(4), letters(2));
    const group = broker.name('group');
    await stream({ subscribe: topic, startingOffsets: 'earliest', 'kafka.commit.group.id': group });
    expect(await broker.tool('groups', ['--describe', '--group', group])).toMatch(new RegExp(`${topic}\\s+0\\s+4\\s+4\\s+0`));
    await send(topic, 1, letters(2, 2));
    expect(rowsOf(await stream({ subscribe: topic, startingGroupId: group, startingOffsets: 'earliest' }))).toEqual(['1:2:r2', '1:3:r3']);
    expect(rowsOf(await stream({ subscribe: topic, startingGroupId: broker.name('none'), startingOffsets: 'earliest' }))).toHaveLength(8);
    expect(await read({ subscribe: topic, startingGroupId: group })).toEqual(['1:2:r2', '1:3:r3']);
    expect(await read({ subscribe: topic, startingGroupId: broker.name('none') })).toHaveLength(8);
  });
});

describe('declared columns', () => {
  const table = async (session: Session, columns: string, options: Options): Promise<unknown[]> => {
    const list = Object.entries({ ...base(), ...options }).map(([k, v]) => `\`${k}\` '${v.replaceAll("'", "\\'")}'`).join(', ');
    await session.sql(`CREATE OR REPLACE TABLE t (${columns}) USING kafka OPTIONS (${list})`).collect();
    return (await session.sql('SELECT * FROM t').collect()).map((r: Row) => Object.values(r).map(text));
  };
  test('a record that an expression fails on is named by its partition and offset', async () => {
    const topic = await topicOf(['1', '2'], ['3', '0', '5']);
    const frame = new Session().readStream.format('kafka').options({ ...base(), subscribe: topic, startingOffsets: 'earliest' }).load().selectExpr('1 / CAST(CAST(value AS STRING) AS INT) AS x');
    const query = await frame.writeStream.format('noop').trigger({ availableNow: true }).start();
    await expect(query.awaitTermination()).rejects.toMatchObject({ condition: 'STREAM_FAILED', row: `${topic}-1, offset 1`, cause: { condition: 'DIVIDE_BY_ZERO' } });
  });
  test('JSON values with metadata; NULL, empty and bad ones', async () => {
    const values = ['{"a":1,"b":"x"}', '{"b":"é\\n","a":2}', null, '', '{"a":', '[{"a":1}]', '{\n "a": 3\n}'];
    const topic = await topicOf(values.map((value, i) => ({ value, key: `k${i}`, timestamp: String(1000 * i) })));
    const session = new Session();
    const columns = "a INT, b STRING, _corrupt_record STRING, at BIGINT METADATA FROM 'offset', key STRING METADATA, ts TIMESTAMP METADATA FROM 'timestamp'";
    const rows = await table(session, columns, { subscribe: topic, valueFormat: 'json' });
    expect(rows.map((r) => (r as unknown[]).slice(0, 5))).toEqual([
      [1, 'x', null, 0, 'k0'], [2, 'é\n', null, 1, 'k1'], [null, null, null, 2, 'k2'], [null, null, null, 3, 'k3'], [null, null, '{"a":', 4, 'k4'], [null, null, '[{"a":1}]', 5, 'k5'], [3, null, null, 6, 'k6'],
    ]);
    expect((await table(session, 'a INT, o BIGINT METADATA FROM \'offset\'', { subscribe: topic, valueFormat: 'json', mode: 'DROPMALFORMED' }))).toEqual([[1, 0], [2, 1], [null, 2], [null, 3], [3, 6]]);
    const error = await table(session, 'a INT', { subscribe: topic, valueFormat: 'json', mode: 'FAILFAST' }).then(() => undefined, (e: EngineError) => e);
    expect(error).toMatchObject({ condition: 'MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION' });
    expect(error!.hint).toContain(`${topic}-0, offset 4`);
  });
  test('CSV values, JSON keys', async () => {
    const topic = await topicOf([{ key: '{"id":7}', value: '1;"x;y"' }, { key: null, value: '2;z' }]);
    expect(await table(new Session(), 'id BIGINT, n INT, s STRING', { subscribe: topic, valueFormat: 'csv', sep: ';', keyFormat: 'json', keyColumns: 'id' })).toEqual([[7, 1, 'x;y'], [null, 2, 'z']]);
  });
  test('text', async () => {
    const topic = await topicOf(['é']);
    expect(await table(new Session(), 'line STRING, o BIGINT METADATA FROM \'offset\'', { subscribe: topic, valueFormat: 'text' })).toEqual([['é', 0]]);
    const frame = new Session().read.format('kafka').options({ ...base(), subscribe: topic, valueFormat: 'text' }).load();
    expect((await frame.select('value').collect())).toEqual([{ value: 'é' }]);
  });
  test.each<readonly [string, string, Options, string]>([
    ['an unknown metadata', "a INT METADATA FROM 'nothing'", { valueFormat: 'json' }, 'KAFKA_METADATA_COLUMN'], ['a wrong type', "a INT METADATA FROM 'offset'", { valueFormat: 'json' }, 'KAFKA_METADATA_COLUMN'],
    ['a key format without columns', 'a INT', { valueFormat: 'json', keyFormat: 'json' }, 'MISSING_OPTION'], ['a key column that is not declared', 'a INT', { valueFormat: 'json', keyFormat: 'json', keyColumns: 'b' }, 'INVALID_OPTION_VALUE'],
    ['two columns of text', 'a STRING, b STRING', { valueFormat: 'text' }, 'UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE'], ['another format', 'a INT', { valueFormat: 'xml' }, 'INVALID_OPTION_VALUE'],
  ])('refused: %s', async (_, columns, options, expected) => {
    const topic = await topicOf(['{}']);
    expect(await condition(() => table(new Session(), columns, { subscribe: topic, ...options }))).toBe(expected);
  });
});

test('a topic may be called __proto__', async () => {
  await broker.create('__proto__');
  await send('__proto__', 0, letters(2));
  const checkpoint = place();
  expect(rowsOf(await stream({ subscribe: '__proto__', startingOffsets: '{"__proto__":{"0":1}}' }, checkpoint))).toEqual(['0:1:r1']);
  await send('__proto__', 0, letters(1, 2));
  expect(rowsOf(await stream({ subscribe: '__proto__' }, checkpoint))).toEqual(['0:2:r2']);
});

test('transactions: committed records by default, all of them if asked', async () => {
  const topic = await broker.topic(1);
  const producer = broker.kafka.producer({ transactionalId: broker.name('tx'), idempotent: true, maxInFlightRequests: 1, createPartitioner: () => () => 0 });
  await producer.connect();
  for (const [count, commit] of [[3, true], [3, false], [2, true]] as const) {
    const t = await producer.transaction();
    await t.send({ topic, messages: letters(count).map((value) => ({ value: `${value}${commit ? '' : '!'}` })) });
    await (commit ? t.commit() : t.abort());
  }
  await producer.disconnect();
  await broker.records(topic, 5);
  const committed = await stream({ subscribe: topic, startingOffsets: 'earliest' });
  expect(rowsOf(committed)).toEqual(['0:0:r0', '0:1:r1', '0:2:r2', '0:8:r0', '0:9:r1']);
  expect(committed[0]!.end).toEqual({ [topic]: { 0: 11 } });
  expect(rowsOf(await stream({ subscribe: topic, startingOffsets: 'earliest', 'kafka.isolation.level': 'read_uncommitted' }))).toHaveLength(8);
});

test('records of open transactions lie behind the end of committed ones: to have read them is no loss', async () => {
  const topic = await topicOf(letters(2));
  const producer = broker.kafka.producer({ transactionalId: broker.name('tx'), transactionTimeout: 600_000, idempotent: true, maxInFlightRequests: 1, createPartitioner: () => () => 0 });
  await producer.connect();
  const transaction = await producer.transaction();
  await transaction.send({ topic, messages: letters(2, 2).map((value) => ({ value })) });
  const checkpoint = place();
  const options = { subscribe: topic, startingOffsets: 'earliest' };
  expect(rowsOf(await stream({ ...options, 'kafka.isolation.level': 'read_uncommitted' }, checkpoint))).toEqual(all(0, letters(4)));
  expect(await stream(options, checkpoint)).toEqual([]);
  await transaction.commit();
  await producer.disconnect();
  await broker.records(topic, 4);
  await send(topic, 0, ['last']);
  expect(rowsOf(await stream(options, checkpoint))).toEqual(['0:5:last']);
});

describe('topics that change', () => {
  const recreate = async (topic: string, partitions: number, records: readonly (readonly string[])[]): Promise<void> => {
    await broker.remove(topic);
    await broker.create(topic, partitions);
    for (const [p, of] of records.entries()) if (of.length > 0) await send(topic, p, of);
  };
  test.each([2, 9])('deleted and made again with %d records: found, and read from its beginning', async (count) => {
    const topic = await topicOf(letters(5), letters(5));
    const [one, two] = [place(), place()];
    const options = { subscribe: topic, startingOffsets: 'earliest' };
    await stream(options, one);
    await stream({ ...options, failOnDataLoss: 'false' }, two);
    await recreate(topic, 2, [letters(count, 100), letters(count, 200)]);
    expect(await condition(() => stream(options, one))).toBe('KAFKA_DATA_LOSS.TOPIC_RECREATED');
    expect(await condition(() => stream(options, one))).toBe('KAFKA_DATA_LOSS.TOPIC_RECREATED');
    expect(rowsOf(await stream({ ...options, failOnDataLoss: 'false' }, two))).toEqual([...all(0, letters(count, 100)), ...all(1, letters(count, 200))]);
    expect(await stream({ ...options, failOnDataLoss: 'false' }, two)).toEqual([]);
    await send(topic, 0, ['last']);
    expect(rowsOf(await stream({ ...options, failOnDataLoss: 'false', maxOffsetsPerTrigger: '3' }, two))).toEqual([`0:${count}:last`]);
  });
  test('made again, and read in small steps that come by the old offsets', async () => {
    const topic = await topicOf(letters(5));
    const checkpoint = place();
    const options = { subscribe: topic, startingOffsets: 'earliest', failOnDataLoss: 'false' };
    await stream(options, checkpoint);
    await recreate(topic, 1, [letters(12, 100)]);
    const epochs = await stream({ ...options, maxOffsetsPerTrigger: '5' }, checkpoint);
    expect(rowsOf(epochs)).toEqual(all(0, letters(12, 100)).sort());
  });
  test('a pattern: topics that are gone, and others of their name that do not begin at 0', async () => {
    const base = broker.name('pattern');
    const admin = await broker.admin();
    const [stays, comes] = [`${base}-a`, `${base}-b`];
    const [strict, lax] = [place(), place()];
    const options = { subscribePattern: `^${base}-`, startingOffsets: 'earliest' };
    const going = { ...options, failOnDataLoss: 'false' };
    await broker.create(stays);
    await send(stays, 0, letters(1));
    for (const checkpoint of [strict, lax]) await stream(options, checkpoint);
    await broker.create(comes);
    await send(comes, 0, letters(5));
    await admin.fetchTopicOffsets(comes);
    await admin.deleteTopicRecords({ topic: comes, partitions: [{ partition: 0, offset: '3' }] });
    expect(await condition(() => stream(options, strict))).toBe('KAFKA_DATA_LOSS.ADDED_PARTITION_DOES_NOT_START_FROM_OFFSET_ZERO');
    expect(rowsOf(await stream(going, lax))).toEqual(all(0, letters(2, 3), 3));
    expect(await stream(options, lax)).toEqual([]);
    await broker.remove(comes);
    expect(await condition(() => stream(options, lax))).toBe('KAFKA_DATA_LOSS.PARTITIONS_DELETED');
    await send(stays, 0, letters(1, 1));
    expect(rowsOf(await stream(going, lax))).toEqual(['0:1:r1']);
    await broker.create(comes);
    await send(comes, 0, letters(5, 10));
    expect(rowsOf(await stream(options, lax))).toEqual(all(0, letters(5, 10)));
  });
  test('made again with fewer partitions', async () => {
    const topic = await topicOf(letters(5), letters(5));
    const [strict, lax] = [place(), place()];
    const options = { subscribe: topic, startingOffsets: 'earliest' };
    for (const checkpoint of [strict, lax]) await stream(options, checkpoint);
    await recreate(topic, 1, [letters(9, 100)]);
    expect(await condition(() => stream(options, strict))).toBe('KAFKA_DATA_LOSS.TOPIC_RECREATED');
    const [epoch, ...others] = await stream({ ...options, failOnDataLoss: 'false' }, lax);
    expect([epoch!.rows, epoch!.end, others]).toEqual([all(0, letters(9, 100)), { [topic]: { 0: 9 } }, []]);
  });
  test.each([[2, 'true'], [2, 'false'], [9, 'true'], [9, 'false']])('under a running query: made again with %d records, failOnDataLoss %s', async (count, failOnDataLoss) => {
    const topic = await topicOf(letters(5));
    const seen: string[] = [];
    const query = await new Session().readStream.format('kafka').options({ ...base(), subscribe: topic, startingOffsets: 'earliest', failOnDataLoss, 'fetchOffset.numRetries': '10000' }).load().selectExpr('CAST(value AS STRING) AS v')
      .writeStream.foreachBatch(async (frame) => { for (const row of await frame.collect()) seen.push((row as unknown as { v: string }).v); }).option('checkpointLocation', place()).start();
    await query.processAllAvailable();
    await recreate(topic, 1, [letters(count, 100)]);
    if (failOnDataLoss === 'true') expect(await condition(() => query.awaitTermination())).toBe('KAFKA_DATA_LOSS.TOPIC_RECREATED');
    else {
      await eventually('the new records', () => seen.length >= 5 + count || undefined);
      await send(topic, 0, ['last']);
      await eventually('the next one', () => seen.includes('last') || undefined);
      await query.stop();
    }
    expect(seen).toEqual([...letters(5), ...(failOnDataLoss === 'true' ? [] : [...letters(count, 100), 'last'])]);
  });
  test.each(['true', 'false'])('under a running query: records are removed before it comes to them, failOnDataLoss %s', async (failOnDataLoss) => {
    const topic = await topicOf(letters(20));
    const seen: string[] = [];
    let paused: (() => void) | undefined;
    const query = await new Session().readStream.format('kafka').options({ ...base(), subscribe: topic, startingOffsets: 'earliest', maxOffsetsPerTrigger: '5', failOnDataLoss }).load().selectExpr('CAST(value AS STRING) AS v')
      .writeStream.foreachBatch(async (frame) => {
        for (const row of await frame.collect()) seen.push((row as unknown as { v: string }).v);
        if (!paused) await new Promise<void>((resolve) => { paused = resolve; });
      }).option('checkpointLocation', place()).start();
    await eventually('the first epoch', () => paused);
    const admin = await broker.admin();
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '12' }] });
    paused!();
    if (failOnDataLoss === 'true') expect(await condition(() => query.awaitTermination())).toBe('KAFKA_DATA_LOSS.COULD_NOT_READ_OFFSET_RANGE');
    else {
      await query.processAllAvailable();
      await query.stop();
    }
    expect(seen).toEqual([...letters(5), ...(failOnDataLoss === 'true' ? [] : letters(8, 12))]);
  });
  test('under a running query: a partition that is added, then the topic is deleted', async () => {
    const topic = await topicOf(letters(2));
    const session = new Session({ conf: { 'spark.sql.streaming.noDataProgressEventInterval': '3600000' } });
    const seen: string[] = [];
    const query = await session.readStream.format('kafka').options({ ...base(), subscribe: topic, startingOffsets: 'earliest' }).load().selectExpr("concat(partition, ':', CAST(value AS STRING)) AS v")
      .writeStream.foreachBatch(async (frame) => { for (const row of await frame.collect()) seen.push((row as unknown as { v: string }).v); }).option('checkpointLocation', place()).start();
    await query.processAllAvailable();
    await broker.grow(topic, 2);
    await send(topic, 1, letters(1, 7));
    // Topics are looked at while it waits: nothing else wakes it.
    await eventually('its record', () => seen.includes('1:r7') || undefined);
    await (await broker.admin()).deleteTopics({ topics: [topic] });
    expect(await condition(() => query.awaitTermination())).toBe('KAFKA_UNKNOWN_TOPIC');
    expect(seen).toEqual(['0:r0', '0:r1', '1:r7']);
  });
  test('deleted', async () => {
    const topic = await topicOf(letters(2), letters(2));
    const checkpoint = place();
    const options = { subscribe: topic, startingOffsets: 'earliest' };
    await stream(options, checkpoint);
    await (await broker.admin()).deleteTopics({ topics: [topic] });
    expect(await condition(() => stream(options, checkpoint))).toBe('KAFKA_UNKNOWN_TOPIC');
    expect(await condition(() => stream({ ...options, failOnDataLoss: 'false' }, checkpoint))).toBe('KAFKA_UNKNOWN_TOPIC');
  });
  test('records removed: the exact range is told', async () => {
    const topic = await topicOf(letters(5));
    const [one, two] = [place(), place()];
    const options = { subscribe: topic, startingOffsets: 'earliest' };
    await stream(options, one);
    await stream(options, two);
    await send(topic, 0, letters(10, 5));
    const admin = await broker.admin();
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '12' }] });
    const error = await stream(options, one).then(() => undefined, (e: Error) => e);
    expect(String((error as Error).cause ?? error)).toContain(`Records of ${topic}-0 are lost: offsets 5 to 12 are not there any more; the first that is there is 12.`);
    expect(rowsOf(await stream({ ...options, failOnDataLoss: 'false' }, two))).toEqual(all(0, letters(3, 12), 12));
    await send(topic, 0, letters(5, 15));
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '20' }] });
    expect(await condition(() => stream(options, two))).toBe('KAFKA_DATA_LOSS.COULD_NOT_READ_OFFSET_RANGE');
    expect(await stream({ ...options, failOnDataLoss: 'false' }, two)).toEqual([]);
    await send(topic, 0, ['last']);
    expect(rowsOf(await stream(options, two))).toEqual(['0:20:last']);
  });
  test('compaction: gaps, and ranges whose last records are gone', async () => {
    const topic = await broker.topic(1, { 'cleanup.policy': 'compact', 'segment.ms': '100', 'min.cleanable.dirty.ratio': '0.01', 'min.compaction.lag.ms': '0', 'max.compaction.lag.ms': '200', 'delete.retention.ms': '100' });
    for (let i = 0; i < 4; i++) await send(topic, 0, ['a', 'b'].map((key) => ({ key, value: `${key}${i}` })));
    await new Promise((resolve) => { setTimeout(resolve, 300); });
    await send(topic, 0, [{ key: 'c', value: 'last' }]);
    await eventually('the cleaner', async () => { await send(topic, 0, [{ key: 'c', value: 'last' }]); return (await read({ subscribe: topic })).filter((r) => !r.endsWith('last')).length === 2 || undefined; });
    const rows = await read({ subscribe: topic });
    expect(rows.filter((r) => !r.endsWith('last'))).toEqual(['0:6:a3', '0:7:b3']);
    expect(await read({ subscribe: topic, endingOffsets: JSON.stringify({ [topic]: { 0: 4 } }) })).toEqual([]);
  });
});

test('a live query sees what comes, in the job of the readme', async () => {
  const topic = await broker.topic(2);
  const session = new Session();
  await session.runScript(`
    CREATE STREAM clicks (user STRING, page STRING, at TIMESTAMP, WATERMARK FOR at AS at - INTERVAL 10 SECONDS)
      USING kafka OPTIONS (subscribe '${topic}', \`kafka.bootstrap.servers\` '${broker.brokers}', valueFormat 'json', startingOffsets 'earliest');
    START QUERY hits INTO memory OUTPUT MODE append CHECKPOINT '${place()}' AS
      SELECT window.start AS start, page, count(*) AS n FROM clicks GROUP BY window(at, '1 minute'), page;`);
  const query = session.streams.active[0] as StreamingQuery;
  const click = (seconds: number, page: string): string => JSON.stringify({ user: 'u', page, at: new Date(seconds * 1000).toISOString() });
  await send(topic, 0, [click(5, 'a'), click(10, 'b'), click(20, 'a')]);
  await query.processAllAvailable();
  await send(topic, 1, [click(300, 'c')]);
  await eventually('the window', async () => (await session.sql('SELECT * FROM hits').collect()).length === 2 || undefined);
  expect((await session.sql('SELECT page, n FROM hits ORDER BY page').collect()).map((r: Row) => Object.values(r).map(text))).toEqual([['a', 2], ['b', 1]]);
  await query.stop();
});
