// query.why(): each reason for silence, as structure and as text.

import { type DataFrame, expr, type StreamingQuery, window } from '../../index.js';
import { eventually, sleep } from '../support/wait.js';
import { cleanUp, open, raised } from './support.js';

afterEach(cleanUp);
const at = (second: number): Date => new Date(second * 1000);
const SCHEMA = 'at TIMESTAMP, k STRING';
type Session = ReturnType<typeof open>['session'];
const two = (session: Session) => [session.memoryStream(SCHEMA), session.memoryStream(SCHEMA)] as const;
const run = async (df: DataFrame, mode: 'append' | 'update' = 'append'): Promise<StreamingQuery> => {
  const query = await df.writeStream.outputMode(mode).queryName('q').format('noop').start();
  await query.processAllAvailable();
  return query;
};
const kinds = (query: StreamingQuery): readonly string[] => query.why().reasons.map((r) => r.kind);

test('nothing has come', async () => {
  const { session } = open();
  const query = await run(session.memoryStream(SCHEMA).toDF());
  expect(query.why()).toMatchObject({ query: 'q', rowsOut: 0, summary: 'No epoch has run since it started: no source has had rows yet.', reasons: [{ kind: 'not_begun' }] });
  await query.stop();
  expect(query.why()).toMatchObject({ reasons: [{ kind: 'stopped' }] });
});

test('groups wait for the watermark: how far it is, and what moves it', async () => {
  const { session } = open();
  const rows = session.memoryStream(SCHEMA);
  const query = await run(rows.toDF().withWatermark('at', '10 seconds').groupBy(window('at', '1 minute'), 'k').count());
  rows.add({ at: at(65), k: 'a' }, { at: at(70), k: 'b' });
  await query.processAllAvailable();
  const why = query.why();
  expect(why.reasons).toEqual([{
    kind: 'held', operator: 'aggregate', id: expect.stringMatching(/^aggregate-/), rows: 2, watermark: 60_000, releasedAt: 120_000, missingMillis: 60_000,
    pinnedBy: [{ source: 'MemoryStream', watermark: 60_000, needsEventTime: 130_000 }], text: expect.any(String),
  }]);
  expect(String(why)).toBe('q: 0 rows out since it started. aggregate holds 2 groups; the first goes out when the watermark is at 1970-01-01T00:02:00.000Z, '
    + 'it is at 1970-01-01T00:01:00.000Z (1 min short). It takes a row of MemoryStream at 1970-01-01T00:02:10.000Z or later.');
  expect(await session.sql('EXPLAIN WHY QUERY q').collect()).toEqual([{ plan: String(why) }]);
  expect(await session.sql('EXPLAIN WHY QUERY').collect()).toEqual([{ plan: String(why) }]);
  expect((await raised(() => session.sql('EXPLAIN WHY QUERY nobody').collect())).condition).toBe('QUERY_NOT_FOUND');
  // What it asks for is what it takes.
  rows.add({ at: new Date(129_999), k: 'a' });
  await query.processAllAvailable();
  expect(query.why().rowsOut).toBe(0);
  rows.add({ at: at(130), k: 'a' });
  await query.processAllAvailable();
  expect(query.why()).toMatchObject({ rowsOut: 2, rowsOutOfLastEpoch: 2, summary: 'The newest epoch gave 2 rows.' });
});

test('a source without rows pins the watermark; an idle one does not', async () => {
  const { session } = open();
  const [a, b] = two(session);
  const marked = (df: DataFrame): DataFrame => df.withWatermark('at', '0 seconds');
  const union = await run(marked(a.toDF()).union(marked(b.toDF())).groupBy('at').count());
  a.add({ at: at(100), k: 'a' });
  await union.processAllAvailable();
  expect(union.why().reasons).toMatchObject([{ kind: 'held', rows: 1, watermark: 0, pinnedBy: [{ watermark: 0, needsEventTime: 100_000 }] }, { kind: 'no_rows' }]);
  expect(union.why().summary).toContain('there is none yet');
  await union.stop();
  const idle = await run(a.toDF().withWatermark('at', '0 seconds').union(b.toDF().withWatermark('at', '0 seconds', { idleAfter: '1 ms' })).groupBy(window('at', '1 minute')).count());
  await sleep(5);
  a.add({ at: at(101), k: 'a' });
  await idle.processAllAvailable();
  expect(idle.why().reasons).toMatchObject([{ kind: 'held', watermark: 101_000, pinnedBy: [{ watermark: 101_000, needsEventTime: 120_000 }] }, { kind: 'no_rows' }, { kind: 'source_idle' }]);
});

test('an outer join holds rows until no partner can come', async () => {
  const { session } = open();
  const [a, b] = two(session);
  const query = await run(a.toDF().withWatermark('at', '10 seconds').as('a').join(b.toDF().withWatermark('at', '20 seconds').as('b'), expr('a.k = b.k AND b.at BETWEEN a.at AND a.at + INTERVAL 30 SECONDS') as never, 'left'));
  a.add({ at: at(100), k: 'x' });
  b.add({ at: at(90), k: 'y' });
  await query.processAllAvailable();
  const [held, unmatched] = query.why().reasons;
  expect(unmatched).toMatchObject({ kind: 'unmatched', operator: 'stream_join', rows: 2 });
  expect(held).toMatchObject({ kind: 'held', operator: 'stream_join', rows: 1, watermark: 70_000 });
  const { releasedAt, pinnedBy } = held!;
  expect(pinnedBy).toHaveLength(2);
  const [slow, fast] = pinnedBy!;
  // One millisecond before what it asks for nothing comes out, and then it does.
  expect([slow, fast].map((p) => p!.watermark)).toEqual([70_000, 90_000]);
  b.add({ at: new Date(slow!.needsEventTime - 1), k: 'z' });
  a.add({ at: new Date(fast!.needsEventTime), k: 'later' });
  await query.processAllAvailable();
  expect([query.why().rowsOut, query.why().reasons[0]!.releasedAt]).toEqual([0, releasedAt]);
  b.add({ at: new Date(slow!.needsEventTime), k: 'z' });
  await query.processAllAvailable();
  expect(query.why().rowsOut).toBe(1);
});

test.each<[name: string, make: (df: DataFrame) => DataFrame, fed: readonly (readonly number[])[], kind: string, operator: string]>([
  ['a filter', (df) => df.where('k = 5'), [[1], [2]], 'filtered', 'filter'],
  ['late rows', (df) => df.withWatermark('at', '0 seconds').dropDuplicates('at', 'k'), [[100], [1, 2]], 'late', 'deduplicate'],
  ['duplicates', (df) => df.dropDuplicates('k'), [[7], [7, 7]], 'deduplicated', 'deduplicate'],
  ['a bound on the future', (df) => df.withWatermark('at', '0 seconds', { maxFutureSkew: '1 second' }), [[Math.floor(Date.now() / 1000) + 100_000]], 'rejected', 'watermark'],
  ['a limit', (df) => df.limit(0), [[1]], 'limit_reached', 'limit'],
  ['keys without a time', (df) => df.withWatermark('at', '0 seconds').groupBy('at').count(), [[-1]], 'never_released', 'aggregate'],
])('what came to nothing: %s', async (_name, make, fed, kind, operator) => {
  const { session } = open();
  const rows = session.memoryStream('at TIMESTAMP, k BIGINT');
  const query = await run(make(rows.toDF()));
  for (const seconds of fed) {
    rows.add(...seconds.map((s) => ({ at: s < 0 ? null : at(s), k: BigInt(s) })) as never[]);
    await query.processAllAvailable();
  }
  expect(query.why().rowsOut).toBe(fed.length > 1 && kind !== 'filtered' ? 1 : 0);
  expect(query.why().reasons).toContainEqual(expect.objectContaining({ kind, operator }));
});

test('a trigger that is not due, a query that failed', async () => {
  const { session } = open();
  const rows = session.memoryStream('n INT');
  const query = await rows.toDF().selectExpr('1 / n').writeStream.queryName('q').trigger({ processingTime: '1 hour' }).format('noop').start();
  const due = await eventually('the reason', () => query.why().reasons.find((r) => r.kind === 'trigger_not_due'));
  expect(due.text).toMatch(/^The next epoch is due at \d{4}-\d\d-\d\dT\d\d:00:00\.000Z\.$/);
  await query.stop();
  const failing = await run(rows.toDF().selectExpr('1 / n'));
  rows.add({ n: 0 });
  await raised(() => failing.processAllAvailable());
  expect(kinds(failing)).toEqual(['failed']);
  expect(failing.why().summary).toContain('DIVIDE_BY_ZERO');
});

test('a query that starts with state that nothing bounds says so, unless it is told not to', async () => {
  const { session, warned } = open();
  const rows = session.memoryStream(SCHEMA);
  await (await run(rows.toDF().withWatermark('at', '1 second').dropDuplicates('k', 'at'))).stop();
  await (await run(rows.toDF().groupBy('k').count(), 'update')).stop();
  expect(warned).toEqual([]);
  await (await run(rows.toDF().dropDuplicates('k'))).stop();
  expect(warned).toEqual([expect.stringMatching(/^the state of the query q is not bounded: deduplicate by \[k\]: it keeps every key that it has seen; .* \(SET millrace\.warnUnboundedState = false silences this\)$/)]);
  session.conf.set('millrace.warnUnboundedState', false);
  await (await run(rows.toDF().dropDuplicates('k'))).stop();
  expect(warned).toHaveLength(1);
});

test('rows that wait for rows after them; rows that are in no result', async () => {
  const { session } = open();
  const [a, b] = two(session);
  a.toDF().withWatermark('at', '0 seconds').createOrReplaceTempView('a');
  b.toDF().createOrReplaceTempView('b');
  const lead = await run(session.sql('SELECT lead(k) OVER (ORDER BY at) AS next FROM a') as DataFrame);
  a.add({ at: at(1), k: 'x' });
  await lead.processAllAvailable();
  expect(lead.why().summary).toBe('time_ordered_window holds 1 row that no watermark lets go: they wait for the rows after them that their frames take in.');
  await lead.stop();
  const both = await run(session.sql('SELECT k FROM a INTERSECT SELECT k FROM b') as DataFrame, 'update');
  a.add({ at: at(2), k: 'z' });
  b.add({ at: at(1), k: 'y' });
  await both.processAllAvailable();
  expect(both.why().reasons).toMatchObject([{ kind: 'unmatched', operator: 'intersect' }]);
  expect(both.why().summary).toMatch(/^None of the \d rows that intersect .*took in is in the result\.$/);
});
