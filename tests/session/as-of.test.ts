// As-of joins beyond what tests/streams and the property of event time show: tables, a stream beside a table, changes, and what is refused.

import { expr } from '../../index.js';
import { cleanUp, open, raised } from './support.js';

afterEach(cleanUp);
const TRADES = "VALUES (timestamp'2024-01-01 00:00:01', 'x'), (timestamp'2024-01-01 00:00:05', 'x'), (timestamp'2024-01-01 00:00:05', NULL), (NULL, 'x'), (timestamp'2024-01-01 00:00:00', 'y')";
const QUOTES = "VALUES (timestamp'2024-01-01 00:00:01', 'x', 1), (timestamp'2024-01-01 00:00:05', 'x', 2), (timestamp'2024-01-01 00:00:05', 'x', NULL), (timestamp'2024-01-01 00:00:04', NULL, 4), (NULL, 'x', 5), (timestamp'2024-01-01 00:00:03', 'x', 6)";
const MATCHES: readonly (readonly [op: string, left: readonly (number | null)[], inner: number])[] = [
  ['>=', [1, null, null, null, null], 2], ['>', [null, 6, null, null, null], 1], ['<=', [1, null, null, null, null], 2], ['<', [6, null, null, null, null], 1],
];

test.each(MATCHES)('l.at %s r.at: two tables, and a stream beside a table', async (op, left, inner) => {
  const { session } = open();
  await session.sql(`CREATE VIEW trades AS SELECT row_number() OVER (ORDER BY 1) AS id, col1 AS at, col2 AS sym FROM (${TRADES})`).collect();
  await session.sql(`CREATE VIEW quotes AS SELECT col1 AS at, col2 AS sym, col3 AS price FROM (${QUOTES})`).collect();
  const on = `t.sym = q.sym AND t.at ${op} q.at`;
  const rows = await session.sql(`SELECT id, price, q.sym IS NOT NULL AS found FROM trades t ASOF LEFT JOIN quotes q ON ${on} ORDER BY id`).collect();
  expect(rows.map((r) => r['price'])).toEqual(left);
  expect(rows.filter((r) => r['found']).length).toBe(inner);
  expect(await session.sql(`SELECT count(*) AS n FROM trades t ASOF JOIN quotes q ON ${on}`).collect()).toEqual([{ n: BigInt(inner) }]);
  // The same of a stream: nothing waits, so there is no watermark.
  const stream = session.memoryStream('id INT, at TIMESTAMP, sym STRING');
  stream.toDF().createOrReplaceTempView('live');
  const query = await session.sql(`SELECT id, price FROM live t ASOF LEFT JOIN quotes q ON ${on}`).writeStream.outputMode('append').toTable('answers');
  for (const { id, at, sym } of await session.sql('SELECT * FROM trades').collect()) stream.add({ id, at, sym } as never);
  await query.processAllAvailable();
  expect((await session.sql('SELECT price FROM answers ORDER BY id').collect()).map((r) => r['price'])).toEqual(left);
  await query.stop();
});

test('frames, names that one would not expect, and a chain', async () => {
  const { session } = open();
  const [l, r] = [session.createDataFrame([{ k: 1, t: 5 }, { k: 1, t: 1 }], 'k INT, t INT'), session.createDataFrame([{ k: 1, u: 3, v: 'a' }], 'k INT, u INT, v STRING')];
  const on = l.col('k').equalTo(r.col('k')).and(l.col('t').geq(r.col('u')));
  expect(await l.joinAsOf(r, on, 'left').select(l.col('t'), r.col('v')).orderBy('t').collect()).toEqual([{ t: 1, v: null }, { t: 5, v: 'a' }]);
  expect(await l.joinAsOf(r, on).count()).toBe(1n);
  expect((await raised(() => l.joinAsOf(r, on, 'full' as never).collect())).condition).toBe('INVALID_JOIN_TYPE');
  l.createOrReplaceTempView('l');
  r.createOrReplaceTempView('r');
  expect(await session.sql('SELECT asof.t FROM l AS asof JOIN r MATCH_CONDITION (a, b, c) ON asof.k = a ORDER BY t').collect()).toEqual([{ t: 1 }, { t: 5 }]);
  expect(await session.sql('SELECT * FROM l ASOF JOIN r ON l.k = r.k AND u <= t ASOF JOIN l AS z MATCH_CONDITION (r.u > z.t)').collect()).toEqual([{ k: 1, t: 1, u: 3, v: 'a' }]);
});

test('a quote that comes late changes what was said, in update and changelog mode', async () => {
  const { session } = open();
  const [trades, quotes] = [session.memoryStream('at INT, k STRING'), session.memoryStream('qt INT, k STRING, price INT')];
  const joined = trades.toDF().as('t').joinAsOf(quotes.toDF().as('q'), expr('t.k = q.k AND at >= qt'), 'left');
  const seen: unknown[] = [];
  const query = await joined.writeStream.outputMode('changelog').foreachBatch(async (batch) => { for (const row of await batch.collect()) seen.push([(row as unknown as { op: string }).op, row.at, row.price]); }).start();
  quotes.add({ qt: 1, k: 'a', price: 10 });
  trades.add({ at: 5, k: 'a' }, { at: 0, k: 'a' });
  await query.processAllAvailable();
  expect(seen.splice(0).sort()).toEqual([['insert', 0, null], ['insert', 5, 10]]);
  quotes.add({ qt: 4, k: 'a', price: 40 });
  await query.processAllAvailable();
  expect(seen.splice(0).sort()).toEqual([['delete', 5, 10], ['insert', 5, 40]]);
  await query.stop();
});

test.each([
  ['t.k = q.k', /no inequality/], ['t.k = q.k AND t.at >= q.at AND t.at <= q.at', /2 inequalities/], ['t.k = q.k AND t.at >= q.at AND q.k > 3', /compares no column/],
  ['t.k = q.k OR t.at >= q.at', /compares no column/], ['t.at + q.at >= q.at', /compares no column/],
])('ON %s is refused', async (on, why) => {
  const { session } = open();
  const { condition, message } = await raised(() => session.sql(`SELECT * FROM VALUES (1, 2) AS t(k, at) ASOF JOIN VALUES (1, 2) AS q(k, at) ON ${on}`).collect());
  expect(condition).toBe('AS_OF_JOIN.INVALID_CONDITION');
  expect(message).toMatch(why);
});

test('a table beside a stream: its rows wait for the stream to pass them', async () => {
  const { session } = open();
  const stream = session.memoryStream('at TIMESTAMP, price INT');
  stream.toDF().withWatermark('at', '1 second').createOrReplaceTempView('s');
  const at = (second: number): Date => new Date(second * 1000);
  session.createDataFrame([{ asked: at(5) }, { asked: at(20) }], 'asked TIMESTAMP').createOrReplaceTempView('t');
  const query = await session.sql('SELECT cast(asked AS BIGINT) AS asked, price, at FROM t ASOF LEFT JOIN s ON t.asked >= s.at').writeStream.outputMode('append').toTable('answers');
  const answers = async (): Promise<unknown> => (await session.sql('SELECT * FROM answers ORDER BY asked').collect()).map((r) => [Number(r['asked']), r['price'], (r['at'] as Date).getTime() / 1000]);
  stream.add({ at: at(3), price: 1 }, { at: at(10), price: 2 });
  await query.processAllAvailable();
  expect(await answers()).toEqual([[5, 1, 3]]);
  stream.add({ at: at(12), price: 3 }, { at: at(40), price: 4 });
  await query.processAllAvailable();
  expect(await answers()).toEqual([[5, 1, 3], [20, 3, 12]]);
  await query.stop();
});

test('in append mode rows after one never end', async () => {
  const { session } = open();
  const stream = session.memoryStream('at TIMESTAMP, k STRING').toDF().withWatermark('at', '1 second');
  stream.createOrReplaceTempView('s');
  const start = (text: string) => raised(() => session.sql(text).writeStream.outputMode('append').format('noop').start());
  expect((await start('SELECT * FROM s AS a ASOF JOIN s AS b ON a.k = b.k AND a.at <= b.at')).condition).toBe('STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION');
});
