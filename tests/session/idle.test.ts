// Idle streams and bounds on future event times, as users write them.

import type { DataFrame, EngineError } from '../../index.js';
import { realHost } from '../../engine/host/real.js';
import { eventually } from '../support/wait.js';
import { cleanUp, open, raised } from './support.js';

afterEach(cleanUp);

test('an idle stream lets the watermark go by itself, without a row', async () => {
  let millis = 1_700_000_000_000;
  const { session } = open({}, { ...realHost, clock: { ...realHost.clock, now: () => millis } });
  const [a, b] = ['a', 'b'].map(() => session.memoryStream('at TIMESTAMP, k STRING'));
  const bounded = (df: DataFrame): DataFrame => df.withWatermark('at', '0 seconds', { idleAfter: '300 ms' });
  const query = await bounded(a!.toDF()).union(bounded(b!.toDF())).groupBy('at').count().writeStream.toTable('closed');
  b!.add({ at: new Date(1000), k: 'b' } as never);
  await query.processAllAvailable();
  a!.add({ at: new Date(9000), k: 'a' } as never);
  await query.processAllAvailable();
  // The slower stream has come to 1 s.
  expect(await session.table('closed').count()).toBe(1n);
  millis += 300;
  await eventually('the other row', async () => (await session.table('closed').count()) === 2n || undefined);
  // Both fell silent: the greatest time counts.
  expect(await session.table('closed').collect()).toEqual([{ at: new Date(1000), count: 1n }, { at: new Date(9000), count: 1n }]);
  expect(query.recentProgress.filter((p) => p.numInputRows === 0).length).toBeGreaterThanOrEqual(2);
});

test('rows beyond the bound are rejected, counted, and can be looked at', async () => {
  const { session } = open();
  const rows = session.memoryStream('at TIMESTAMP, k STRING');
  const query = await rows.toDF().withWatermark('at', '0 seconds', { maxFutureSkew: '1 hour' }).select('at', 'k').writeStream.toTable('kept');
  const now = Date.now();
  rows.add({ at: new Date(now), k: 'now' }, { at: new Date(now + 7_200_000), k: 'later' });
  await query.processAllAvailable();
  expect(await session.table('kept').count()).toBe(1n);
  const watermark = query.ledger.operators.find((o) => o.operator === 'watermark')!;
  expect(watermark).toMatchObject({ in: 2, used: 1, rejected: 1, out: 1 });
  expect(await query.rejectedRows().collect()).toEqual([{
    epoch: 0n, operator: watermark.id, source: null, position: null, reason: expect.stringContaining('MAX FUTURE SKEW'), event_time: new Date(now + 7_200_000),
    row: { at: new Date(now + 7_200_000), k: 'later' }, raw: null,
  }]);
});

test('in SQL with the stream, or where it is read', async () => {
  const { session } = open();
  await session.sql("CREATE STREAM s (at TIMESTAMP, idle INT, WATERMARK FOR at AS at - INTERVAL 10 SECONDS IDLE AFTER '30s' MAX FUTURE SKEW INTERVAL 5 MINUTES) USING json OPTIONS (path '.')").collect();
  const plan = async (sql: string): Promise<unknown> => (await session.sql(`EXPLAIN ${sql}` as string).collect())[0]!['plan'];
  expect(await plan('SELECT * FROM s')).toContain('watermark column=at delay=10000ms idleAfter=30000ms maxFutureSkew=300000ms');
  await session.sql('CREATE STREAM r USING rate').collect();
  expect(await plan("SELECT * FROM r WATERMARK timestamp DELAY OF INTERVAL 1 SECOND MAX FUTURE SKEW '1 minute' IDLE AFTER INTERVAL 2 SECONDS AS x")).toContain('delay=1000ms idleAfter=2000ms maxFutureSkew=60000ms');
  expect(await plan('SELECT idle.value FROM r WATERMARK timestamp DELAY OF INTERVAL 1 SECOND idle')).not.toContain('idleAfter');
  const refused = (sql: string): Promise<EngineError> => raised(() => plan(sql));
  expect((await refused("SELECT * FROM r WATERMARK timestamp DELAY OF INTERVAL 1 SECOND IDLE AFTER 'soon'")).condition).toBe('CANNOT_PARSE_INTERVAL');
  expect((await refused('SELECT * FROM r WATERMARK timestamp DELAY OF INTERVAL 1 SECOND IDLE AFTER INTERVAL -1 SECOND')).condition).toBe('INVALID_STATEMENT_OPTION');
  expect((await refused("SELECT * FROM r WATERMARK timestamp DELAY OF INTERVAL 1 SECOND IDLE AFTER '0 seconds'")).condition).toBe('INVALID_STATEMENT_OPTION');
  expect((await refused("SELECT * FROM r WATERMARK timestamp DELAY OF INTERVAL 1 SECOND MAX FUTURE SKEW timestamp")).condition).toBe('PARSE_SYNTAX_ERROR');
  // A row that is taken back later could be judged otherwise.
  const changing = session.sql('SELECT max(timestamp) AS at FROM r GROUP BY value % 2' as string).withWatermark('at', '1 second', { maxFutureSkew: '1 minute' });
  expect((await raised(() => changing.writeStream.outputMode('update').format('noop').start())).condition).toBe('STREAMING_CHANGES_NOT_SUPPORTED');
  expect((await refused("SELECT * FROM r WATERMARK timestamp DELAY OF INTERVAL 1 SECOND IDLE AFTER '1s' IDLE AFTER '2s'")).condition).toBe('PARSE_SYNTAX_ERROR');
});
