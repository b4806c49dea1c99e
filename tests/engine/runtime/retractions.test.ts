// Aggregates over rows that change: whatever the split into epochs and batches, the result is the static answer over the rows so far,
// with DuckDB as the judge. Complete mode gives it as it stands, the changelog as the sum of its changes, update mode by key.

import { DuckDBInstance } from '@duckdb/node-api';
import * as fc from 'fast-check';
import { batchOf } from '../../../engine/columnar/build.js';
import { type Delta, type RecordBatch, rowCount } from '../../../engine/columnar/column.js';
import { rows } from '../../../engine/columnar/read.js';
import { realHost } from '../../../engine/host/real.js';
import { createOperators } from '../../../engine/operators/flow.js';
import { runEpoch } from '../../../engine/runtime/driver.js';
import { memoryStore } from '../../../engine/state/memory.js';
import type { OutputMode } from '../../../planner/tree.js';
import { INT } from '../../../planner/types.js';
import { lowerQuery, streamsOf } from '../../support/stream-plan.js';

// All tests share one table of the judge: none may go on while another one runs.

type Input = readonly [k: number | null, v: number | null];
/** Queries over s(k, v), the number of key columns that lead the row, and whether a group may be gone again. */
const SHAPES: readonly (readonly [sql: string, keys: number])[] = [
  ['SELECT max(n) AS a, min(n) AS b FROM (SELECT k, count(*) AS n FROM s GROUP BY k)', 0],
  ['SELECT n, count(*) AS c FROM (SELECT k, count(*) AS n FROM s GROUP BY k) GROUP BY n', 1],
  ['SELECT p, sum(x) AS a, count(x) AS b, count(DISTINCT x) AS c, min(x) AS d FROM (SELECT k, v % 2 AS p, sum(v) AS x FROM s GROUP BY k, v % 2) GROUP BY p', 1],
  ['SELECT m, max(c) AS x FROM (SELECT m, p, count(*) AS c FROM (SELECT k, max(v) AS m, count(*) % 2 AS p FROM s GROUP BY k) GROUP BY m, p) GROUP BY m', 1],
  ['SELECT count(*) AS a, sum(n) AS b FROM (SELECT k, count(*) AS n FROM s GROUP BY k HAVING count(*) % 2 = 1)', 0],
  ['SELECT n, count(*) AS c FROM (SELECT k, count(*) AS n FROM s GROUP BY k UNION ALL SELECT v, count(v) FROM s GROUP BY v) GROUP BY n', 1],
  ['SELECT DISTINCT n FROM (SELECT k, count(*) AS n FROM s GROUP BY k)', 1],
  ['SELECT count(*) AS a, max(v) AS b FROM (SELECT DISTINCT k, v FROM s)', 0],
  ['SELECT d.name, sum(n) AS t, max(n) AS x FROM (SELECT k, count(*) AS n FROM s GROUP BY k) AS q LEFT JOIN (VALUES (0, 1), (1, 1), (2, 2), (2, 3)) AS d(k, name) ON q.k = d.k GROUP BY d.name', 1],
  ['SELECT a.n, b.m, count(*) AS c FROM (SELECT k, count(*) AS n FROM s GROUP BY k) AS a JOIN (SELECT v, count(*) AS m FROM s GROUP BY v) AS b ON a.k = b.v GROUP BY a.n, b.m', 2],
  ['SELECT a.k, a.n, b.m FROM (SELECT k, count(*) AS n FROM s GROUP BY k) AS a LEFT JOIN (SELECT v, count(*) AS m FROM s GROUP BY v) AS b ON a.k = b.v AND b.m < 3', 1],
  ['SELECT n % 2 AS p, min(k) AS a, max_by(coalesce(k, 7), 10 * n + coalesce(k, 7)) AS b, min_by(n, 10 * m + coalesce(k, 7)) AS c, bool_or(n > 2) AS d, bool_and(m > 1) AS e, median(m) AS f FROM (SELECT k, count(*) AS n, max(v) AS m FROM s GROUP BY k) GROUP BY n % 2', 1],
  ['SELECT min(x) AS a, max(x) AS b, max(DISTINCT n) AS c FROM (SELECT k, count(*) AS n, min(cast(v AS STRING)) AS x FROM s GROUP BY k)', 0],
  ['SELECT sum(n) FILTER (WHERE n > 1) AS a, avg(n) AS b FROM (SELECT k, count(v) AS n FROM s GROUP BY k)', 0],
];

const GROWING = 'SELECT k, v FROM s WHERE k IN (SELECT v FROM s WHERE k > 0)';
/** Rows that have no key, or may be gone again: what update mode says of them is not the result. */
const KEYLESS: readonly string[] = [
  'SELECT a.k, b.v, a.n, b.m FROM (SELECT k, count(*) AS n FROM s GROUP BY k) AS a FULL JOIN (SELECT v, count(*) AS m FROM s GROUP BY v) AS b ON a.k = b.v AND a.n > 1',
  'SELECT a.k, a.v, b.v AS w FROM s AS a LEFT JOIN s AS b ON a.k = b.v AND a.v < b.k',
  'SELECT a.v, b.k, b.v AS w FROM s AS a RIGHT JOIN (SELECT DISTINCT k, v FROM s) AS b ON a.k = b.k AND a.v = b.v + 1',
  GROWING,
  'SELECT k, v FROM s WHERE k NOT IN (SELECT v FROM s WHERE k > 1)',
  'SELECT k, v FROM s AS o WHERE NOT EXISTS (SELECT 1 FROM s AS i WHERE i.k = o.v AND i.v > o.k)',
  'SELECT k, EXISTS (SELECT 1 FROM s AS i WHERE i.v = o.k) AS e FROM s AS o',
  'SELECT k, v FROM s WHERE v < (SELECT avg(v) FROM s)',
  'SELECT k, v, (SELECT count(*) FROM s AS i WHERE i.v = o.k) AS n FROM s AS o',
  'SELECT k FROM s EXCEPT SELECT v FROM s', 'SELECT k FROM s EXCEPT ALL SELECT v FROM s',
  'SELECT k FROM s INTERSECT SELECT v FROM s', 'SELECT k FROM s INTERSECT ALL SELECT v FROM s',
  'SELECT n FROM (SELECT k, count(*) AS n FROM s GROUP BY k) INTERSECT SELECT v FROM s',
  'SELECT d.id, s.v FROM (VALUES (0), (1), (7)) AS d(id) LEFT JOIN s ON d.id = s.k',
  'SELECT d.id FROM (VALUES (0), (1), (7)) AS d(id) WHERE d.id NOT IN (SELECT k FROM s WHERE k IS NOT NULL)',
  'SELECT s.v, d.id FROM s FULL JOIN (VALUES (0), (1), (7)) AS d(id) ON d.id = s.k',
  'SELECT id FROM (VALUES (0), (1), (7)) AS d(id) EXCEPT SELECT k FROM s',
  'SELECT count(*) AS n, sum(a.v) AS t, max(b.v) AS m FROM s AS a LEFT JOIN s AS b ON a.v = b.k',
  'SELECT a.k, count(b.v) AS n, min(b.v) AS m FROM s AS a JOIN s AS b ON a.k < b.k GROUP BY a.k',
  'SELECT DISTINCT b.v FROM s AS a LEFT JOIN s AS b ON a.v = b.k',
];

type Row = readonly (number | null)[];
const text = (row: Row): string => JSON.stringify(row);
const number = (v: unknown): number | null => v === null || v === undefined ? null : typeof v === 'object' ? Number(String(v)) : Number(v);

let query: (sql: string) => Promise<Row[]>;
beforeAll(async () => {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run('CREATE TABLE s (k INTEGER, v INTEGER)');
  query = async (sql) => (await (await connection.run(sql)).getRows()).map((row) => row.map((v) => number(v)));
});
async function oracle(sql: string, input: readonly Input[]): Promise<Row[]> {
  await query('DELETE FROM s');
  if (input.length > 0) await query(`INSERT INTO s VALUES ${input.map(([k, v]) => `(${k ?? 'NULL'}, ${v ?? 'NULL'})`).join(', ')}`);
  return query(sql);
}

/** The deltas of each epoch. */
async function* run(sql: string, mode: OutputMode, epochs: readonly (readonly (readonly Input[])[])[]): AsyncGenerator<readonly Delta[]> {
  const { plan } = await lowerQuery(sql, streamsOf({ s: 'k INT, v INT' }), mode);
  const stores = new Map(plan.nodes.flatMap((node, i) => node.stateId === undefined ? [] : [[i, memoryStore()] as const]));
  const operators = createOperators(plan, (node) => stores.get(node) ?? memoryStore());
  for (const [epoch, batches] of epochs.entries()) {
    const context = { epoch, timestampMillis: 0, lateWatermark: 0, evictWatermark: 0, final: false };
    const out: Delta[] = [];
    // A scan has the columns that its branch needs.
    const feed = (node: number): RecordBatch[] => {
      const columns = plan.nodes[node]!.output.map((c) => c.name === 'k' ? 0 : 1);
      return batches.filter((b) => b.length > 0).map((b) => batchOf(columns.map(() => INT), b.map((row) => columns.map((c) => row[c]))));
    };
    for await (const delta of runEpoch({ plan, operators, clock: realHost.clock, context: () => context, feed })) out.push(delta);
    for (const store of stores.values()) await store.commit(epoch);
    yield out;
  }
}
function* weighted(delta: Delta): Generator<readonly [Row, number]> {
  const all = [...rows(delta)];
  for (let k = 0; k < rowCount(delta); k++) yield [all[k]!.map(number), delta.weights === null ? 1 : delta.weights[delta.selection === null ? k : delta.selection[k]!]!];
}

const ROW: fc.Arbitrary<Input> = fc.tuple<[number | null, number | null]>(fc.option(fc.integer({ min: 0, max: 3 }), { freq: 8 }), fc.option(fc.integer({ min: 0, max: 4 }), { freq: 8 }));
const EPOCHS = fc.array(fc.array(fc.array(ROW, { maxLength: 4 }), { maxLength: 3 }), { minLength: 1, maxLength: 4 });

describe.each([...SHAPES, ...KEYLESS.map((sql) => [sql, -1] as const)])('%s', (sql, keys) => {
  const check = (mode: OutputMode, hold: (sum: Map<string, number>, deltas: readonly Delta[], wanted: readonly Row[]) => void) =>
    fc.assert(fc.asyncProperty(EPOCHS, async (epochs) => {
      const sum = new Map<string, number>();
      const input: Input[] = [];
      let epoch = 0;
      for await (const deltas of run(sql, mode, epochs)) {
        input.push(...epochs[epoch++]!.flat());
        hold(sum, deltas, await oracle(sql, input));
      }
    }), { numRuns: 25 });

  // Rows with a partner only become more: complete mode has nothing to say of them that append does not.
  if (sql !== GROWING) test('complete', () => check('complete', (_, deltas, wanted) => {
    expect(deltas.every((d) => d.weights === null)).toBe(true);
    expect(deltas.flatMap((d) => [...weighted(d)].map(([row]) => text(row))).sort()).toEqual(wanted.map(text).sort());
  }));
  test('changelog', () => check('changelog', (sum, deltas, wanted) => {
    for (const row of deltas.flatMap((d) => [...rows(d)])) {
      const [key, op] = [text(row.slice(0, -1).map(number)), row.at(-1)];
      sum.set(key, (sum.get(key) ?? 0) + (op === 'insert' ? 1 : -1));
    }
    expect([...sum].flatMap(([row, n]) => new Array<string>(n).fill(row)).sort()).toEqual(wanted.map(text).sort());
  }));
  if (keys >= 0) test('update', () => {
    const last = new Map<string, string>();
    return check('update', (sum, deltas, wanted) => {
      if (sum.size === 0) { last.clear(); sum.set('', 1); }
      for (const [row, weight] of deltas.flatMap((d) => [...weighted(d)])) if (weight > 0) last.set(text(row.slice(0, keys)), text(row));
      for (const row of wanted) expect(last.get(text(row.slice(0, keys)))).toBe(text(row));
    });
  });
});
