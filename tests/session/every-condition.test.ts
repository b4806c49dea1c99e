// The conditions that neither a recorded case of Spark nor the test of a feature raises. That each is raised somewhere `npm test` asks at its end (tests/support/raised.ts).

import { crc32 } from 'node:zlib';
import { dialectOf, parseDialectQuery } from '../../planner/dialects/index.js';
import { decodeSingle, encodeFrame } from '../../engine/durable/frame.js';
import type { ConditionName } from '../../planner/errors/index.js';
import { UpsertLog } from '../../sinks/kafka/upserts.js';
import type { Session } from '../../index.js';
import { cleanUp, open, raised, temporary } from './support.js';

afterEach(cleanUp);

const T = "FROM VALUES (1, 2, 'x') AS t(a, b, s)";
/** A statement, or a program; all statements of a text but the last prepare it. */
const RAISERS: Partial<Record<ConditionName, string | ((session: Session) => unknown)>> = {
  CHECKPOINT_FORMAT_TOO_NEW: () => {
    const bytes = Buffer.concat([...encodeFrame('commit', Buffer.from('{}'))]);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    view.setUint16(4, 999, true);
    view.setUint32(12, crc32(bytes.subarray(16), crc32(bytes.subarray(4, 12))), true);
    decodeSingle('commit', bytes, 'commits/0');
  },
  CHECKPOINT_SOURCES_CHANGED: async (session) => {
    const checkpoint = temporary();
    const [a, b] = [session.memoryStream('n BIGINT'), session.memoryStream('n BIGINT')];
    const start = (frame: ReturnType<typeof a.toDF>) => frame.writeStream.format('noop').option('checkpointLocation', checkpoint).start();
    const query = await start(a.toDF());
    a.add({ n: 1n });
    await query.processAllAvailable();
    await query.stop();
    await start(a.toDF().union(b.toDF()));
  },
  COLLECTION_SIZE_LIMIT_EXCEEDED: 'SELECT array_repeat(1, 1000000000)',
  DIALECT_NOT_INSTALLED: () => {
    jest.doMock('node-sql-parser/build/trino', () => { throw new Error("Cannot find module 'node-sql-parser/build/trino'"); });
    try { parseDialectQuery('SELECT 1', dialectOf('trino'), () => true); } finally { jest.dontMock('node-sql-parser/build/trino'); }
  },
  FILE_SYSTEM_ERROR: (session) => session.readStream.format('rate').load().writeStream.format('noop').option('checkpointLocation', `${__filename}/chk`).start(),
  FOREACH_BATCH_USER_FUNCTION_ERROR: async (session) => {
    const stream = session.memoryStream('n BIGINT');
    const query = await stream.toDF().writeStream.foreachBatch(() => { throw new Error('no'); }).start();
    stream.add({ n: 1n });
    await causeOf(query.processAllAvailable());
  },
  'INVALID_FORMAT.CUR_MUST_BEFORE_DEC': "SELECT to_number('1', '.$9')",
  INVALID_HINT: 'SELECT /*+ COALESCE */ 1',
  'INVALID_INTERVAL_FORMAT.UNRECOGNIZED_NUMBER': "SELECT INTERVAL 'x' DAY",
  'INVALID_PARAMETER_VALUE.HMAC_CRYPTO_ERROR': "SELECT hmac('', 'abc')",
  INVALID_RELATIVE_DEVIATION: 'SELECT approx_count_distinct(1, 1.0D)',
  INVALID_SAMPLING_FRACTION: (session) => session.sql('SELECT 1').sample(1.5).collect(),
  INVALID_SCHEMA_OBJECT: (session) => session.read.format('json').schema(7 as never),
  KAFKA_NULL_KEY_IN_CHANGELOG: () => {
    const none = { bytes: new Uint8Array(0), from: -1, to: 0 };
    new UpsertLog().add('t', undefined, none, none, { cells: [], count: 0 }, false);
  },
  MISSING_SINK_FORMAT: (session) => session.sql('SELECT 1 AS one').write.save(),
  MULTIPLE_QUERY_RESULT_CLAUSES_WITH_PIPE_OPERATORS: `FROM VALUES (1) AS t(a) |> ORDER BY a LIMIT 1`,
  NEGATIVE_WATERMARK_DELAY: (session) => session.readStream.format('rate').load().withWatermark('timestamp', '-1 second').schema(),
  OPTION_VALUE_EXCEEDS_ONE_CHARACTER: (session) => session.read.format('csv').schema('a INT').option('quote', '##').load(temporary()).collect(),
  REDUCE_GROUPS_USER_FUNCTION_ERROR: (session) => session.sql(`SELECT a ${T} UNION ALL SELECT 1` as 'SELECT 1')
    .groupByKey(() => 'k').reduceGroups(() => { throw new Error('no'); }).collect(),
  REGEXP_LIMIT_EXCEEDED: String.raw`SELECT regexp_like(repeat('a', 60), '(a|a)*\\1b')`,
  SCHEMA_NOT_ALLOWED: (session) => session.readStream.format('rate').schema('a INT').load().schema(),
  SINK_FUNCTION_REQUIRED: (session) => session.readStream.format('rate').load().writeStream.format('foreachBatch').start(),
  STREAM_NEEDS_USING: 'CREATE STREAM s (a INT)',
  STREAM_OF_STATIC_RELATION: `CREATE VIEW v AS SELECT a ${T}; SELECT * FROM STREAM v`,
  'STREAMING_OUTPUT_MODE.UNSUPPORTED_DATASOURCE': (session) => session.readStream.format('rate').load().groupBy('value').count()
    .writeStream.format('json').outputMode('complete').option('checkpointLocation', temporary()).start(temporary()),
  TABLE_NEEDS_COLUMNS: 'CREATE TABLE t',
  UNKNOWN_SETTING: 'SET millrace.keptRow = 1',
  UNPIVOT_VALUE_SIZE_MISMATCH: `SELECT * ${T} UNPIVOT ((x, y) FOR n IN ((a, b), (a)))`,
  'UNRESOLVED_MAP_KEY.WITHOUT_SUGGESTION': "SELECT map('a', 1)[k]",
  'UNRESOLVED_MAP_KEY.WITH_SUGGESTION': `SELECT map(s, 1)[k] ${T}`,
  _LEGACY_ERROR_TEMP_1006: `SELECT * ${T} PIVOT (upper(s) FOR b IN (1))`,
  _LEGACY_ERROR_TEMP_1035: `SELECT lag(a) OVER (ORDER BY a ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) ${T}`,
  _LEGACY_ERROR_TEMP_1036: `SELECT row_number() OVER (ORDER BY a ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) ${T}`,
  _LEGACY_ERROR_TEMP_2128: 'SELECT map_from_arrays(array(1, 2), array(1))',
};

/** Raises what ended a query, in place of STREAM_FAILED. */
const causeOf = async (run: Promise<unknown>): Promise<void> => { throw (await raised(() => run)).cause; };

test.each(Object.entries(RAISERS))('%s', async (condition, how) => {
  const { session } = open();
  const run = (): unknown => typeof how === 'string' ? session.runScript(how) : how(session);
  expect((await raised(run)).condition).toBe(condition);
});
