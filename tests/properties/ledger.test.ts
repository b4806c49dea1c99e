// The row ledger of whole queries: whatever the query, the rows and their split into epochs and batches, every operator accounts for every
// row (the engine itself holds its counts against the edges after each epoch, in tests), and what it counts as late can be read back.

import * as fc from 'fast-check';
import { type DataFrame, expr, Session, sessionWindow, type StreamingQuery, window } from '../../index.js';

interface Event { readonly at: number | null; readonly k: number | null; readonly words: readonly string[] }
type Stream = DataFrame;

/** Queries over s(at, k, words) and t(at, k, words), and their modes. */
const SHAPES: Readonly<Record<string, readonly [mode: 'append' | 'update' | 'complete', make: (s: Stream, t: Stream) => DataFrame]>> = {
  stateless: ['append', (s) => s.filter('k > 1').select('k')],
  explode: ['append', (s) => s.selectExpr('k', 'explode(words) AS word')],
  windowed: ['append', (s) => s.groupBy(window('at', '10 seconds'), 'k').count()],
  sliding: ['update', (s) => s.groupBy(window('at', '10 seconds', '3 seconds')).count()],
  total: ['complete', (s) => s.groupBy('k').count().orderBy('k').limit(2)],
  sessions: ['append', (s) => s.groupBy(sessionWindow('at', '4 seconds'), 'k').count()],
  chained: ['append', (s) => s.groupBy(window('at', '5 seconds'), 'k').count().groupBy(window(expr('window') as never, '10 seconds')).count()],
  deduplicated: ['append', (s) => s.dropDuplicates('k', 'at')],
  within: ['append', (s) => s.dropDuplicatesWithinWatermark('k')],
  top: ['update', (s) => s.selectExpr('k', 'at', 'row_number() OVER (PARTITION BY k ORDER BY at) AS rn').filter('rn <= 2')],
  ranked: ['append', (s) => s.selectExpr('k', "window(at, '10 seconds') AS w", 'rank() OVER (PARTITION BY window(at, \'10 seconds\') ORDER BY k) AS r')],
  distinct: ['update', (s) => s.groupBy('k').agg(expr('count(DISTINCT at) AS n') as never)],
  aggregated: ['update', (s) => s.groupBy('k').count().groupBy('count').count()],
  limited: ['append', (s) => s.limit(5)],
  union: ['append', (s, t) => s.union(t).select('k')],
  joined: ['append', (s, t) => s.as('a').join(t.as('b'), expr('a.k = b.k AND b.at BETWEEN a.at AND a.at + INTERVAL 5 SECONDS AND a.k < 3') as never, 'left')],
  semi: ['append', (s, t) => s.as('a').join(t.as('b'), expr('a.k = b.k AND a.at = b.at') as never, 'semi')],
  closures: ['update', (s) => s.groupByKey((row) => row.k as number).flatMapGroupsWithState((k: number, rows: Iterable<unknown>, state: { update(n: number): void }) => { state.update([...rows].length); return [{ k }]; },
    { outputMode: 'update', timeout: 'event-time', output: 'k INT' })],
};

const event: fc.Arbitrary<Event> = fc.record({
  at: fc.option(fc.integer({ min: 0, max: 100 }), { freq: 10 }), k: fc.option(fc.integer({ min: 0, max: 4 }), { freq: 10 }), words: fc.array(fc.constantFrom('a', 'b'), { maxLength: 3 }),
});
/** Epochs of additions to both streams; an addition is a batch. */
const feed = fc.array(fc.record({ s: fc.array(fc.array(event, { maxLength: 6 }), { maxLength: 3 }), t: fc.array(fc.array(event, { maxLength: 6 }), { maxLength: 2 }) }), { maxLength: 6 });

const COUNTS = ['in', 'used', 'filtered', 'late', 'rejected', 'deduplicated', 'out'] as const;
type Counts = Readonly<Record<(typeof COUNTS)[number], number>>;
const balanced = (c: Counts): boolean => c.in === c.used + c.filtered + c.late + c.rejected + c.deduplicated;

async function check(query: StreamingQuery, read: number): Promise<void> {
  const { total, operators } = query.ledger;
  for (const o of operators) expect([o.id, balanced(o)]).toEqual([o.id, true]);
  expect(balanced(total)).toBe(true);
  for (const key of COUNTS) expect([key, operators.reduce((n, o) => n + o[key], 0)]).toEqual([key, total[key]]);
  for (const [i, o] of operators.entries()) for (const key of COUNTS) expect([o.id, key, query.recentProgress.reduce((n, p) => n + p.operators[i]![key], 0)]).toEqual([o.id, key, o[key]]);
  const scanned = operators.filter((o) => o.operator === 'scan').reduce((n, o) => n + o.in, 0);
  expect(scanned).toBe(read);
  const late = await query.lateRows().groupBy('operator').count().collect();
  expect(Object.fromEntries(late.map((r) => [r.operator, Number(r.count)]))).toEqual(Object.fromEntries(operators.filter((o) => o.late > 0).map((o) => [o.id, o.late])));
}

test.each(Object.entries(SHAPES))('%s', async (_name, [mode, make]) => {
  await fc.assert(fc.asyncProperty(feed, fc.integer({ min: 1, max: 12 }), async (epochs, delay) => {
    const session = new Session({ conf: { 'millrace.keptRows': 100_000, 'spark.sql.streaming.numRecentProgressUpdates': 1000, 'spark.sql.streaming.statefulOperator.checkCorrectness.enabled': false } });
    try {
      const [s, t] = ['s', 't'].map(() => session.memoryStream('at TIMESTAMP, k INT, words ARRAY<STRING>'));
      const marked = [s!, t!].map((m) => m.toDF().withWatermark('at', `${delay} seconds`)) as unknown as [DataFrame, DataFrame];
      const query = await make(...marked).writeStream.outputMode(mode).format('noop').start();
      let read = 0;
      const both = query.explain().split('scan ').length > 2;
      for (const e of epochs) {
        for (const [stream, additions] of [[s, e.s], [t, e.t]] as const) {
          for (const rows of additions) {
            stream!.add(...rows.map((r) => ({ at: r.at === null ? null : new Date(r.at * 1000), k: r.k, words: r.words })) as never[]);
            if (stream === s || both) read += rows.length;
          }
        }
        await query.processAllAvailable();
      }
      await check(query, read);
      await query.stop();
      await check(query, read);
    } finally { await session.stop(); }
  }), { numRuns: 25 });
});
