// Window functions over streams: whatever the split into epochs and batches and wherever the process restarts, the changelog adds up to
// DuckDB's answer over the rows so far, and so does complete mode.

import { DuckDBInstance } from '@duckdb/node-api';
import * as fc from 'fast-check';
import { rowText, runEpochs, Sum, weighted } from '../../support/epochs.js';

/** Queries over s(k, v) and, over rows that change, over counts of it. Every order is total up to equal rows. */
const COUNTS = '(SELECT k, v, count(*) AS n FROM s GROUP BY k, v)';
const QUERIES: readonly string[] = [
  'SELECT k, v FROM (SELECT *, row_number() OVER (PARTITION BY k ORDER BY v DESC NULLS LAST) AS rn FROM s) WHERE rn <= 2',
  'SELECT k, v, rn FROM (SELECT *, row_number() OVER (PARTITION BY k ORDER BY v NULLS FIRST) AS rn FROM s) WHERE rn < 4',
  'SELECT k, v FROM s QUALIFY row_number() OVER (PARTITION BY k ORDER BY v NULLS FIRST) = 1',
  'SELECT k, v FROM s QUALIFY row_number() OVER (PARTITION BY k ORDER BY v NULLS FIRST) = 2',
  'SELECT * FROM (SELECT *, rank() OVER (PARTITION BY k ORDER BY v NULLS FIRST) AS r FROM s) WHERE 2 >= r',
  'SELECT * FROM (SELECT *, dense_rank() OVER (PARTITION BY k ORDER BY v NULLS FIRST) AS r, row_number() OVER (PARTITION BY k ORDER BY v NULLS FIRST) AS rn FROM s) WHERE r <= 2 AND v > 0',
  'SELECT v, row_number() OVER (ORDER BY v DESC NULLS LAST) AS rn FROM s QUALIFY rn <= 3',
  'SELECT k, v, sum(v) OVER (PARTITION BY k ORDER BY v NULLS FIRST ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS t, lag(v) OVER (PARTITION BY k ORDER BY v NULLS FIRST) AS l FROM s',
  'SELECT k, v, count(*) OVER (PARTITION BY k) AS n, lead(v) OVER (PARTITION BY k ORDER BY v NULLS FIRST) AS l FROM s',
  'SELECT k, v, n FROM (SELECT *, row_number() OVER (PARTITION BY v ORDER BY n DESC, k NULLS FIRST) AS rn FROM COUNTS) WHERE rn <= 2',
  'SELECT k, v, n, rank() OVER (ORDER BY n DESC) AS r FROM COUNTS QUALIFY r <= 2',
  'SELECT v, sum(n) OVER (PARTITION BY v ORDER BY k NULLS FIRST ROWS UNBOUNDED PRECEDING) AS t FROM COUNTS',
  'SELECT rn, count(*) AS c, max(v) AS m FROM (SELECT *, row_number() OVER (PARTITION BY k ORDER BY v DESC NULLS LAST) AS rn FROM s) WHERE rn <= 2 GROUP BY rn',
  'SELECT k, v, r FROM (SELECT *, row_number() OVER (PARTITION BY rn ORDER BY v NULLS FIRST, k NULLS FIRST) AS r FROM (SELECT *, row_number() OVER (PARTITION BY k ORDER BY v NULLS FIRST) AS rn FROM s)) WHERE r <= 2',
].map((q) => q.replace('COUNTS', COUNTS));

let query: (sql: string) => Promise<string[]>;
beforeAll(async () => {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run('CREATE TABLE s (k INTEGER, v INTEGER)');
  query = async (sql) => (await (await connection.run(sql)).getRows()).map((row) => rowText(row.map((v) => v === null ? null : Number(v)))).sort();
});

type Row = readonly [k: number | null, v: number | null];
const cell = (max: number): fc.Arbitrary<number | null> => fc.option(fc.integer({ min: 0, max }), { freq: 8 });
const ROW: fc.Arbitrary<Row> = fc.tuple(cell(2), cell(4));
const EPOCHS = fc.array(fc.record({ restart: fc.boolean(), batches: fc.record({ s: fc.array(fc.array(ROW, { maxLength: 5 }), { maxLength: 3 }) }) }), { minLength: 1, maxLength: 5 });

async function answer(sql: string, input: readonly Row[]): Promise<string[]> {
  await query('DELETE FROM s');
  if (input.length > 0) await query(`INSERT INTO s VALUES ${input.map(([k, v]) => `(${k ?? 'NULL'}, ${v ?? 'NULL'})`).join(', ')}`);
  return query(sql);
}

describe.each(QUERIES)('%s', (sql) => {
  test.each(['changelog', 'complete'] as const)('%s', (mode) => fc.assert(fc.asyncProperty(EPOCHS, async (epochs) => {
    // An aggregate above gives the groups of complete mode, not the rows.
    const sum = new Sum();
    const input: Row[] = [];
    let epoch = 0;
    for await (const deltas of runEpochs(sql, { s: 'k INT, v INT' }, mode, epochs)) {
      input.push(...epochs[epoch++]!.batches.s.flat());
      const wanted = await answer(sql, input);
      if (mode === 'complete') { expect(deltas.flatMap((d) => [...weighted(d)].map(([row]) => rowText(row))).sort()).toEqual(wanted); continue; }
      for (const [row] of deltas.flatMap((d) => [...weighted(d)])) sum.add(rowText(row.slice(0, -1)), row.at(-1) === 'insert' ? 1 : -1);
      expect(sum.lines).toEqual(wanted);
    }
  }), { numRuns: 25 }));
});
