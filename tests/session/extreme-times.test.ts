// Rows without a time and in the years 1 and 9999, in the operators that go by time: no row is wrong. Without a watermark what a stream has given
// in the end is what the same query gives over tables; with one, in append mode, every row that comes out is among those that the query gives
// over the rows that were taken.

import type { DataFrame, Session } from '../../index.js';
import { cleanUp, open } from './support.js';

afterEach(cleanUp);

const DDL = 'at TIMESTAMP, key STRING, value INT';
interface Row { readonly at: Date | null; readonly key: string | null; readonly value: number | null }
const time = (text: string): Date => { const [year, rest] = [Number(text.slice(0, 4)), text.slice(4)]; const at = new Date(`2000${rest}`); at.setUTCFullYear(year); return at; };
const row = (text: string | null, key: string | null, value: number | null): Row => ({ at: text === null ? null : time(text), key, value });
const FIRST = '0001-01-01T00:00:00Z';
const LAST = '9999-12-31T23:59:59.999Z';
const FED: Readonly<Record<'a' | 'b', readonly (readonly Row[])[]>> = {
  a: [[row(FIRST, 'x', 1), row(null, 'x', 2), row('2024-01-01T10:00:05Z', 'x', 3), row('2024-01-01T10:00:20Z', null, 4)], [row(LAST, 'x', 7), row('2024-01-01T10:02:00Z', 'y', null)], [row(LAST, 'w', 10)], [row(null, 'n', 12)]],
  b: [[row(FIRST, 'x', 4), row('2024-01-01T10:00:01Z', 'x', 5)], [row(LAST, 'x', 9), row(null, 'y', 6)], [row(LAST, 'w', 11)], [row(null, 'n', 12)]],
};

const AS_OF = 'SELECT a.at, a.key, a.value, b.at AS since, b.value AS found FROM a ASOF';
const windows = (call: string): string => `SELECT window_start, window_end, key, count(*) AS n FROM ${call} GROUP BY window_start, window_end, key`;
const QUERIES: readonly string[] = [
  `${AS_OF} LEFT JOIN b ON a.key = b.key AND a.at >= b.at`, `${AS_OF} JOIN b ON a.key <=> b.key AND a.at >= b.at`, `${AS_OF} LEFT JOIN b MATCH_CONDITION (a.at > b.at)`,
  'SELECT at, key, value, sum(value) OVER (PARTITION BY key ORDER BY at) AS s FROM a',
  'SELECT at, key, value, count(*) OVER (PARTITION BY key ORDER BY at RANGE BETWEEN INTERVAL 1 MINUTE PRECEDING AND CURRENT ROW) AS s FROM a',
  'SELECT at, key, value, lag(at) OVER (PARTITION BY key ORDER BY at) AS s FROM a',
  'SELECT * FROM (SELECT at, key, row_number() OVER (PARTITION BY key ORDER BY at) AS n FROM a) WHERE n = 1',
  windows("TUMBLE(TABLE a, DESCRIPTOR(at), INTERVAL '1' MINUTE)"), windows("HOP(TABLE a, DESCRIPTOR(at), INTERVAL '30' SECOND, INTERVAL '1' MINUTE)"),
  windows("CUMULATE(TABLE a, DESCRIPTOR(at), INTERVAL '30' SECOND, INTERVAL '1' MINUTE)"),
  "SELECT session_window, key, count(*) AS n FROM a GROUP BY session_window(at, '30 seconds'), key", "SELECT session_window, count(*) AS n FROM a GROUP BY session_window(at, '30 seconds')",
  "SELECT at, key, window_start, window_end FROM SESSION(TABLE a PARTITION BY key, DESCRIPTOR(at), INTERVAL '30' SECOND)",
  'SELECT a.at, a.value, b.at AS other, b.value AS found FROM a LEFT JOIN b ON a.key = b.key AND b.at BETWEEN a.at - INTERVAL 1 MINUTE AND a.at',
];

const text = (r: Readonly<Record<string, unknown>>): string => JSON.stringify(Object.entries(r).filter(([name]) => name !== 'op').map(([, v]) => typeof v === 'bigint' ? Number(v) : v));
const counted = (rows: readonly Readonly<Record<string, unknown>>[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const r of rows) {
    const n = (counts.get(text(r)) ?? 0) + (r['op'] === 'delete' || r['op'] === 'update_before' ? -1 : 1);
    if (n === 0) counts.delete(text(r)); else counts.set(text(r), n);
  }
  return counts;
};

/** All that a stream has given. */
async function streamed(sql: string, mode: 'append' | 'changelog', watermark: boolean): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { session } = open({ 'millrace.warnUnboundedState': 'false' });
  const streams = [session.memoryStream(DDL), session.memoryStream(DDL)] as const;
  (['a', 'b'] as const).forEach((name, i) => {
    const frame = streams[i]!.toDF();
    (watermark ? frame.withWatermark('at', '10 seconds') : frame).createOrReplaceTempView(name);
  });
  const out: Readonly<Record<string, unknown>>[] = [];
  const frame = session.sql(sql as 'SELECT 1') as unknown as DataFrame;
  const query = await frame.writeStream.outputMode(mode).foreachBatch(async (batch) => { out.push(...await batch.collect() as never[]); }).start();
  for (const k of FED.a.keys()) {
    streams[0].add(...FED.a[k]! as never[]);
    streams[1].add(...FED.b[k]! as never[]);
    await query.processAllAvailable();
  }
  const { total: { in: came, used, filtered, late, rejected, deduplicated } } = query.ledger;
  expect(used + filtered + late + rejected + deduplicated).toBe(came);
  await query.stop();
  return out;
}
async function static_(session: Session, sql: string, taken: (r: Row) => boolean): Promise<Map<string, number>> {
  for (const name of ['a', 'b'] as const) session.createDataFrame(FED[name].flat().filter(taken) as never[], DDL).createOrReplaceTempView(name);
  return counted(await session.sql(sql as 'SELECT 1').collect() as never[]);
}

test.each(QUERIES)('%s', async (sql) => {
  const { session } = open();
  expect(counted(await streamed(sql, 'changelog', false))).toEqual(await static_(session, sql, () => true));
  // A row of the year 1 is before every watermark, one without a time is never final.
  const expected = await static_(session, sql, (r) => r.at !== null && r.at.getTime() > 0);
  const given = counted(await streamed(sql, 'append', true));
  expect(given.size).toBeGreaterThan(0);
  for (const [r, n] of given) expect({ r, n }).toEqual({ r, n: expected.get(r) });
});
