// The Kafka sink against a real broker: Spark's table of cases, packing, modes, sizes. What was written is read by kafkajs's consumer.

import { EngineError, type Session } from '../../index.js';
import { cleanUp, open, temporary } from '../session/support.js';
import { eventually } from '../support/wait.js';
import { type TestRecord, useBroker } from './broker/shared.js';

const broker = useBroker();
let session: Session;
beforeAll(() => { session = open({ 'spark.sql.session.timeZone': 'UTC' }).session; });
afterAll(cleanUp);

/** Writes the result of a query. */
async function write(sql: string, options: Readonly<Record<string, string | number>> = {}, mode: 'append' | 'error' | 'overwrite' | 'ignore' = 'append'): Promise<void> {
  await session.sql(sql as 'SELECT 1').write.format('kafka').mode(mode).options({ 'kafka.bootstrap.servers': broker.brokers, ...options }).save();
}
const failure = async (promise: Promise<unknown>): Promise<EngineError> => {
  try { await promise; } catch (error) { if (error instanceof EngineError) return error; throw error; }
  throw new Error('nothing was thrown');
};
const text = (r: TestRecord): unknown[] => [r.partition, r.key?.toString() ?? null, r.value?.toString() ?? null];

describe('columns', () => {
  test('key, value, partition and headers, texts and bytes; other columns are ignored', async () => {
    const topic = await broker.topic(3);
    await write(`SELECT * FROM VALUES
      ('k1', cast('v1' AS BINARY), 2, array(struct('h' AS key, cast('x' AS BINARY) AS value), struct('h' AS key, cast(NULL AS BINARY) AS value)), 7),
      ('', cast('' AS BINARY), 0, NULL, 8), (NULL, NULL, 1, array(), 9) AS t(key, value, partition, headers, more)`, { topic });
    const records = await broker.records(topic);
    expect(records.map(text)).toEqual([[0, '', ''], [1, null, null], [2, 'k1', 'v1']]);
    expect(records[2]!.headers).toEqual([['h', [Buffer.from('x'), null]]]);
    expect(Math.abs(records[2]!.timestamp - Date.now())).toBeLessThan(60_000);
  });
  test('the option topic beats the column; without it each row has its own', async () => {
    const [one, two] = [await broker.topic(), await broker.topic()];
    const rows = `SELECT * FROM VALUES ('${one}', 'a'), ('${two}', 'b'), ('${one}', 'c') AS t(topic, value)`;
    await write(rows);
    expect([(await broker.records(one)).map((r) => r.value!.toString()), (await broker.records(two)).map((r) => r.value!.toString())]).toEqual([['a', 'c'], ['b']]);
    await write(rows, { topic: two });
    expect((await broker.records(two)).map((r) => r.value!.toString())).toEqual(['b', 'a', 'b', 'c']);
  });
  test('a key goes where Kafka\'s own client would send it, and all partitions get rows without one', async () => {
    const topic = await broker.topic(4);
    const producer = broker.kafka.producer();
    await producer.connect();
    await producer.send({ topic, messages: Array.from({ length: 50 }, (_, i) => ({ key: `key ${i}`, value: 'theirs' })) });
    await producer.disconnect();
    await write("SELECT concat('key ', id) AS key, 'ours' AS value FROM range(50)", { topic });
    const places = new Map<string, Set<number>>();
    for (const r of await broker.records(topic)) places.set(r.key!.toString(), (places.get(r.key!.toString()) ?? new Set()).add(r.partition));
    expect([...places.values()].every((p) => p.size === 1)).toBe(true);
    await write("SELECT repeat('x', 100) AS value FROM range(5000)", { topic });
    const counts = [0, 1, 2, 3].map(async (p) => (await broker.records(topic)).filter((r) => r.key === null && r.partition === p).length);
    for (const n of await Promise.all(counts)) expect(n).toBeGreaterThan(900);
  });
});

describe('refusals', () => {
  const TOPIC = 'some-topic';
  test.each([
    ['no topic anywhere', "SELECT 'v' AS value", {}, "topic option required when no 'topic' attribute is present. Use the topic option for setting a topic."],
    ['no value column', "SELECT 'k' AS key", { topic: TOPIC }, "Required attribute 'value' not found."],
    ['value of type BIGINT', 'SELECT 1L AS value', { topic: TOPIC }, 'value attribute unsupported type bigint. value must be a(n) string or binary'],
    ['key of type BIGINT', "SELECT 1L AS key, 'v' AS value", { topic: TOPIC }, 'key attribute unsupported type bigint. key must be a(n) string or binary'],
    ['topic of type INT', "SELECT 1 AS topic, 'v' AS value", {}, 'topic attribute unsupported type int. topic must be a(n) string'],
    ['partition of type BIGINT', "SELECT 1L AS partition, 'v' AS value", { topic: TOPIC }, 'partition attribute unsupported type bigint. partition must be a(n) int'],
    ['headers of type ARRAY<STRING>', "SELECT array('h') AS headers, 'v' AS value", { topic: TOPIC }, 'headers attribute unsupported type array<string>. headers must be a(n) array<struct<key:string,value:binary>>'],
  ])('%s', async (_name, sql, options, msg) => {
    expect(await failure(write(sql, options))).toMatchObject({ condition: '_LEGACY_ERROR_TEMP_3080', parameters: { msg } });
  });
  test('on a stream the same, in its first epoch', async () => {
    const stream = session.memoryStream('v BIGINT');
    const query = await stream.toDF().select('v').writeStream.format('kafka').option('kafka.bootstrap.servers', broker.brokers).option('checkpointLocation', temporary()).start();
    stream.add({ v: 1n });
    const error = await failure(query.awaitTermination());
    expect(error).toMatchObject({ condition: 'STREAM_FAILED', cause: { condition: '_LEGACY_ERROR_TEMP_3080' } });
  });
  test('a NULL topic', async () => {
    expect(await failure(write("SELECT cast(NULL AS STRING) AS topic, 'v' AS value"))).toMatchObject({ condition: 'KAFKA_NULL_TOPIC_IN_DATA' });
  });
  test.each([['overwrite'], ['ignore']] as const)('the save mode %s', async (mode) => {
    expect(await failure(write("SELECT 'v' AS value", { topic: TOPIC }, mode))).toMatchObject({ condition: '_LEGACY_ERROR_TEMP_3081' });
  });
  test.each([
    [{ 'kafka.key.serializer': 'x' }, 'INVALID_OPTION_VALUE'], [{ 'kafka.value.serializer': 'x' }, 'INVALID_OPTION_VALUE'], [{ 'kafka.acks': '7' }, 'INVALID_OPTION_VALUE'], [{ 'kafka.acks': '0' }, 'NOT_SUPPORTED_YET'],
    [{ 'kafka.transactional.id': 'x' }, 'INVALID_OPTION_VALUE'], [{ 'kafka.compression.type': 'brotli' }, 'INVALID_OPTION_VALUE'], [{ delivery: 'sometimes' }, 'INVALID_OPTION_VALUE'],
    [{ keyFormat: 'json' }, 'CONFLICTING_OPTIONS'], [{ keyColumns: 'nothing' }, 'INVALID_OPTION_VALUE'], [{ delivery: 'exactly-once', 'kafka.acks': '1' }, 'INVALID_OPTION_VALUE'],
  ])('the options %j', async (options, condition) => {
    expect(await failure(write("SELECT 'v' AS value", { topic: TOPIC, ...options }))).toMatchObject({ condition });
  });
  test('without brokers', async () => {
    await expect(session.sql("SELECT 'v' AS value").write.format('kafka').option('topic', TOPIC).save()).rejects.toMatchObject({ condition: 'MISSING_OPTION' });
  });
  test('a stream without a checkpoint', async () => {
    const stream = session.memoryStream('value STRING');
    await expect(stream.toDF().writeStream.format('kafka').option('kafka.bootstrap.servers', broker.brokers).option('topic', TOPIC).start()).rejects.toMatchObject({ condition: 'CHECKPOINT_LOCATION_REQUIRED' });
  });
  test('an unknown topic, after max.block.ms', async () => {
    const topic = broker.name('missing');
    const error = await failure(write("SELECT 'v' AS value", { topic, 'kafka.max.block.ms': '5000' }));
    expect(error).toMatchObject({ condition: 'KAFKA_UNKNOWN_TOPIC' });
    expect(error.message).toContain(topic);
    expect(error.message).toContain(broker.brokers);
  });
  test.each([['a/b'], [''], ['..']])('the topic name %j', async (topic) => {
    expect(await failure(write("SELECT 'v' AS value", { topic }))).toMatchObject({ condition: 'KAFKA_INVALID_TOPIC_NAME' });
  });
  test.each([[99], [-1]])('partition %d of 2; nothing is lost silently', async (partition) => {
    const topic = await broker.topic(2);
    expect(await failure(write(`SELECT ${partition} AS partition, 'v' AS value`, { topic }))).toMatchObject({ condition: 'KAFKA_INVALID_PARTITION', parameters: { topic, partition: String(partition), count: '2' } });
  });
  test('a partition that came after the topic was looked at is found', async () => {
    const topic = await broker.topic(1);
    const stream = session.memoryStream('value STRING, partition INT');
    const query = await stream.toDF().writeStream.format('kafka').options({ 'kafka.bootstrap.servers': broker.brokers, topic, checkpointLocation: temporary() }).start();
    stream.add({ value: 'a', partition: 0 });
    await query.processAllAvailable();
    await broker.grow(topic, 2);
    stream.add({ value: 'b', partition: 1 });
    await query.processAllAvailable();
    await query.stop();
    expect((await broker.records(topic)).map(text)).toEqual([[0, null, 'a'], [1, null, 'b']]);
  });
  test('a record of 3 MB', async () => {
    const topic = await broker.topic();
    expect(await failure(write("SELECT repeat('x', 3000000) AS value", { topic }))).toMatchObject({ condition: 'KAFKA_RECORD_TOO_LARGE', parameters: { topic, partition: '0' } });
    // What the client lets pass the broker may still refuse.
    expect(await failure(write("SELECT repeat('x', 3000000) AS value", { topic, 'kafka.max.request.size': '10000000' }))).toMatchObject({ condition: 'KAFKA_RECORD_TOO_LARGE', parameters: { topic, partition: '0' } });
    expect(await broker.records(topic)).toEqual([]);
  });
});

describe('packing', () => {
  const ROWS = "SELECT * FROM VALUES (1, 'a\"b', TIMESTAMP '2024-01-02 03:04:05', 'k'), (2, NULL, NULL, NULL) AS t(id, name, at, key)";
  const values = async (topic: string): Promise<unknown[]> => (await broker.records(topic)).map((r) => [r.key?.toString() ?? null, r.value?.toString() ?? null]);

  test('json takes the other columns; it is the rule where there is no column value', async () => {
    for (const options of [{ valueFormat: 'json' }, {}]) {
      const topic = await broker.topic();
      await write(ROWS, { topic, ...options });
      expect(await values(topic)).toEqual([['k', '{"id":1,"name":"a\\"b","at":"2024-01-02T03:04:05.000Z"}'], [null, '{"id":2}']]);
    }
  });
  test('csv, text, options of formats', async () => {
    const [csv, json, lines] = [await broker.topic(), await broker.topic(), await broker.topic()];
    await write(ROWS, { topic: csv, valueFormat: 'csv', sep: ';', nullValue: '-' });
    expect(await values(csv)).toEqual([['k', '1;"a\\"b";2024-01-02T03:04:05.000Z'], [null, '2;-;-']]);
    await write(ROWS, { topic: json, valueFormat: 'json', ignoreNullFields: 'false', timestampFormat: 'yyyy' });
    expect(await values(json)).toEqual([['k', '{"id":1,"name":"a\\"b","at":"2024"}'], [null, '{"id":2,"name":null,"at":null}']]);
    await write("SELECT 'k' AS key, 'line' AS anything", { topic: lines, valueFormat: 'text' });
    expect(await values(lines)).toEqual([['k', 'line']]);
    expect(await failure(write(ROWS, { topic: lines, valueFormat: 'text' }))).toMatchObject({ condition: 'UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE' });
  });
  test('keyColumns make the key', async () => {
    const [json, plain] = [await broker.topic(), await broker.topic()];
    await write("SELECT 7 AS id, 'n' AS name, 1.5D AS x", { topic: json, keyColumns: 'ID, name' });
    expect(await values(json)).toEqual([['{"id":7,"name":"n"}', '{"id":7,"name":"n","x":1.5}']]);
    for (const options of [{}, { keyFormat: 'text' }, { keyFormat: 'raw' }]) await write("SELECT 7 AS id, 'n' AS name", { topic: plain, keyColumns: 'name', ...options });
    expect(await values(plain)).toEqual(Array.from({ length: 3 }, () => ['n', '{"id":7,"name":"n"}']));
    expect(await failure(write('SELECT 7 AS id', { topic: plain, keyColumns: 'id', keyFormat: 'raw' }))).toMatchObject({ condition: 'UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE' });
  });
});

describe('from topic to topic', () => {
  test('keys, values, tombstones, empty ones, bytes that are no text, headers that repeat', async () => {
    const [from, to] = [await broker.topic(2), await broker.topic(2)];
    const producer = broker.kafka.producer();
    await producer.connect();
    await producer.send({ topic: from, messages: [
      { partition: 0, key: Buffer.from([0xff, 0x00, 0xc3]), value: Buffer.from([0x80, 0x81]), headers: { h: ['1', '2'], e: '' } }, { partition: 0, key: 'k', value: null }, { partition: 0, key: '', value: '' },
      { partition: 1, key: null, value: 'plain' },
    ] });
    await producer.disconnect();
    session.read.format('kafka').options({ 'kafka.bootstrap.servers': broker.brokers, subscribe: from, includeHeaders: true }).load().createOrReplaceTempView('received');
    await write('SELECT key, value, partition, headers FROM received', { topic: to });
    const plain = (records: readonly TestRecord[]): unknown[] => records.map(({ partition, offset, key, value, headers }) => ({ partition, offset, key, value, headers }));
    expect(plain(await broker.records(to))).toEqual(plain(await broker.records(from)));
  });
  test('columns that are written are columns that are read', async () => {
    const topic = await broker.topic();
    await write("SELECT 7 AS id, 'n' AS name, TIMESTAMP '2024-01-02 03:04:05' AS at, map('a', array(1, NULL)) AS m UNION ALL SELECT 8, NULL, NULL, NULL", { topic, keyColumns: 'name' });
    const rows = await session.read.format('kafka').schema('id INT, name STRING, at TIMESTAMP, m MAP<STRING, ARRAY<INT>>').options({ 'kafka.bootstrap.servers': broker.brokers, subscribe: topic, valueFormat: 'json' }).load()
      .select('id', 'name', 'at', 'm').orderBy('id').collect();
    expect(rows.map((r) => [r.id, r.name, r.at?.toISOString() ?? null, r.m])).toEqual([[7, 'n', '2024-01-02T03:04:05.000Z', new Map([['a', [1, null]]])], [8, null, null, null]]);
  });
});

test('a table exactly once: all rows are seen, or none, and readers need not wait for the time-out of what failed', async () => {
  const topic = await broker.topic(2);
  const rows = (bad: number): string => `SELECT concat(CASE WHEN id = ${bad} THEN raise_error('bad') ELSE cast(id AS STRING) END, repeat('-', 990)) AS value FROM range(40000)`;
  expect((await failure(write(rows(39_999), { topic, delivery: 'exactly-once' }))).condition).toBe('USER_RAISED_EXCEPTION');
  // Something of it was sent: it is 40 MB, and 16 MB wait at most. kafkajs asks for ends of what is committed or taken back, which comes a little later.
  await eventually('records that were taken back, and the mark of that in each partition', async () => (await (await broker.admin()).fetchTopicOffsets(topic)).reduce((sum, { high }) => sum + Number(high), 0) > 2 || undefined);
  await write("SELECT 'after' AS value", { topic });
  expect((await broker.records(topic, 1)).map(text)).toEqual([[expect.any(Number), null, 'after']]);
  await write(rows(-1), { topic, delivery: 'exactly-once' });
  expect(await broker.records(topic, 40_001)).toHaveLength(40_001);
});

test('a table exactly once whose rows name their topics needs no topic for marks: it has none', async () => {
  const [one, two] = [await broker.topic(), await broker.topic()];
  await write(`SELECT * FROM VALUES ('${one}', 'a'), ('${two}', 'b'), ('${one}', 'c') AS t(topic, value)`, { delivery: 'exactly-once' });
  expect([(await broker.records(one, 2)).map(text), (await broker.records(two, 1)).map(text)]).toEqual([[[0, null, 'a'], [0, null, 'c']], [[0, null, 'b']]]);
});

describe('sizes and codecs', () => {
  test('more than a batch holds: cut, in order, nothing missing; a smaller limit of the topic halves batches', async () => {
    for (const config of [{}, { 'max.message.bytes': '50000' }] as Record<string, string>[]) {
      const topic = await broker.topic(1, config);
      await write("SELECT concat(id, repeat('-', 990)) AS value FROM range(4000)", { topic });
      expect((await broker.records(topic)).map((r) => Number.parseInt(r.value!.toString(), 10))).toEqual(Array.from({ length: 4000 }, (_, i) => i));
    }
  });
  test.each(['gzip', 'snappy', 'lz4'])('%s as Kafka\'s own consumer reads it', async (codec) => {
    const topic = await broker.topic();
    await write(`SELECT CASE WHEN id % 5 = 0 THEN concat(id, ' ', sha2(cast(id AS STRING), 256)) ELSE concat(id, repeat(' the same text', cast(id % 40 AS INT))) END AS value FROM range(3000)`, { topic, 'kafka.compression.type': codec });
    const lines = (await broker.tool('consumer', ['--topic', topic, '--from-beginning', '--max-messages', '3000', '--timeout-ms', '20000'])).trimEnd().split('\n');
    expect(lines.map((l) => Number.parseInt(l, 10))).toEqual(Array.from({ length: 3000 }, (_, i) => i));
    expect(lines[39]).toBe(`39${' the same text'.repeat(39)}`);
  });
});

describe('modes of streams', () => {
  interface Step { readonly rows: readonly { readonly page: string; readonly n: bigint }[] }
  async function run(mode: string, options: Readonly<Record<string, string>>, steps: readonly Step[], sql = 'SELECT page, sum(n) AS total FROM clicks GROUP BY page'): Promise<readonly (readonly unknown[])[][]> {
    const topic = await broker.topic();
    const stream = session.memoryStream('page STRING, n BIGINT');
    stream.toDF().createOrReplaceTempView('clicks');
    const query = await session.sql(sql as 'SELECT 1').writeStream.outputMode(mode as 'update').format('kafka').options({ 'kafka.bootstrap.servers': broker.brokers, topic, checkpointLocation: temporary(), ...options }).start();
    const out: (readonly unknown[])[][] = [];
    let seen = 0;
    for (const { rows } of steps) {
      stream.add(...rows);
      await query.processAllAvailable();
      const records = (await broker.records(topic)).map((r) => [r.key?.toString() ?? null, r.value?.toString() ?? null]);
      out.push(records.slice(seen).sort());
      seen = records.length;
    }
    await query.stop();
    return out;
  }
  const steps: readonly Step[] = [{ rows: [{ page: 'a', n: 1n }, { page: 'b', n: 2n }] }, { rows: [{ page: 'a', n: 5n }] }];

  test('update: the changed rows, complete: the whole result', async () => {
    expect(await run('update', {}, steps)).toEqual([[[null, '{"page":"a","total":1}'], [null, '{"page":"b","total":2}']], [[null, '{"page":"a","total":6}']]]);
    expect(await run('complete', {}, steps)).toEqual([[[null, '{"page":"a","total":1}'], [null, '{"page":"b","total":2}']], [[null, '{"page":"a","total":6}'], [null, '{"page":"b","total":2}']]]);
  });
  test('a changelog without a key has the column op', async () => {
    expect(await run('changelog', {}, steps)).toEqual([
      [[null, '{"page":"a","total":1,"op":"insert"}'], [null, '{"page":"b","total":2,"op":"insert"}']],
      [[null, '{"page":"a","total":1,"op":"delete"}'], [null, '{"page":"a","total":6,"op":"insert"}']],
    ]);
  });
  test('a changelog with a key has the newest row of each key, and a tombstone for what is taken out', async () => {
    const sql = 'SELECT page, total FROM (SELECT page, sum(n) AS total FROM clicks GROUP BY page) WHERE total < 10';
    expect(await run('changelog', { keyColumns: 'page' }, [...steps, { rows: [{ page: 'a', n: 5n }, { page: 'c', n: 1n }] }], sql)).toEqual([
      [['a', '{"page":"a","total":1}'], ['b', '{"page":"b","total":2}']],
      [['a', '{"page":"a","total":6}']],
      [['a', null], ['c', '{"page":"c","total":1}']],
    ]);
  });
  test('headers go with the row that holds; one that only they distinguish is another row', async () => {
    const topic = await broker.topic();
    const stream = session.memoryStream('page STRING, n BIGINT');
    stream.toDF().createOrReplaceTempView('clicks');
    const sql = "SELECT page AS key, 'same' AS value, array(named_struct('key', 'total', 'value', CAST(CAST(total AS STRING) AS BINARY))) AS headers FROM (SELECT page, sum(n) AS total FROM clicks GROUP BY page) WHERE total < 10";
    const query = await session.sql(sql as 'SELECT 1').writeStream.outputMode('changelog').format('kafka').options({ 'kafka.bootstrap.servers': broker.brokers, topic, checkpointLocation: temporary() }).start();
    for (const n of [1n, 5n, 9n]) { stream.add({ page: 'a', n }); await query.processAllAvailable(); }
    await query.stop();
    expect((await broker.records(topic, 3)).map((r) => [r.value?.toString() ?? null, r.headers.map(([name, value]) => `${name}=${String(value)}`)])).toEqual([['same', ['total=1']], ['same', ['total=6']], [null, []]]);
  });
});
