// Every Nexmark query on a small set of events, streamed in epochs, against DuckDB's batch answer over the same events: of windows those
// that the watermark has closed. What changes is summed from its changelog.

import type { DuckDBConnection } from '@duckdb/node-api';
import { event, type Kind } from '../../bench/generate.js';
import { QUERIES } from '../../bench/nexmark-queries.js';
import { parseSchema } from '../../planner/sql/index.js';
import type { Value } from '../../planner/values.js';
import { load, type Rows, type Table } from '../properties/data.js';
import { duckAnswer, openDuck } from '../properties/oracle.js';
import { runStream } from '../properties/run.js';

const EVENTS = 6000;
const RATE = 100;
const EPOCHS = 7;
const table = (name: string, ddl: string): Table => ({
  name, fields: parseSchema(ddl), columns: ddl.split(', ').map((c) => { const [column, type] = c.split(' ') as [string, string]; return { name: column, kind: type === 'BIGINT' ? 'int' : type === 'TIMESTAMP' ? 'timestamp' : 'string', ddl: type, duck: type === 'STRING' ? 'VARCHAR' : type }; }),
});
const TABLES: Readonly<Record<Kind | 'side_input', Table>> = {
  person: table('person', 'id BIGINT, name STRING, emailAddress STRING, creditCard STRING, city STRING, state STRING, dateTime TIMESTAMP, extra STRING'),
  auction: table('auction', 'id BIGINT, itemName STRING, description STRING, initialBid BIGINT, reserve BIGINT, dateTime TIMESTAMP, expires TIMESTAMP, seller BIGINT, category BIGINT, extra STRING'),
  bid: table('bid', 'auction BIGINT, bidder BIGINT, price BIGINT, channel STRING, url STRING, dateTime TIMESTAMP, extra STRING'),
  side_input: table('side_input', 'key BIGINT, value STRING'),
};

/** DuckDB's form of each query; `closed` is when the watermark stands at the end. */
const W = "time_bucket(INTERVAL '10 seconds', dateTime, TIMESTAMP '1970-01-01')";
const CLOSED = 'TIMESTAMP $closed';
const HOP = `SELECT auction, w, count(*) AS num FROM (SELECT auction, time_bucket(INTERVAL '2 seconds', dateTime, TIMESTAMP '1970-01-01') - INTERVAL 2 SECONDS * k AS w FROM bid, range(5) AS r(k)) GROUP BY auction, w HAVING w + INTERVAL 10 SECONDS <= ${CLOSED}`;
const inDuck = (sql: string): string => sql.replace(/date_format\((\w+), '([^']*)'\)/g, (_, column: string, pattern: string) => `strftime(${column}, '${pattern === 'HH:mm' ? '%H:%M' : '%Y-%m-%d'}')`);
const OTHER: Readonly<Record<string, string>> = {
  q5: `WITH c AS (${HOP}), m AS (SELECT w, max(num) AS most FROM c GROUP BY w) SELECT c.auction, c.num, c.w FROM c JOIN m ON c.w = m.w WHERE c.num >= m.most`,
  q5r: `SELECT {'start': w, 'end': w + INTERVAL 10 SECONDS}, max({'num': num, 'auction': auction}) FROM (${HOP}) GROUP BY w`,
  q7: `SELECT {'start': ${W}, 'end': ${W} + INTERVAL 10 SECONDS}, max({'price': price, 'auction': auction, 'bidder': bidder, 'dateTime': dateTime, 'extra': extra}) FROM bid
    GROUP BY ${W} HAVING ${W} + INTERVAL 10 SECONDS <= ${CLOSED}`,
  q7j: `SELECT b.auction, b.price, b.bidder, b.dateTime, b.extra FROM bid b JOIN (SELECT max(price) AS most, ${W} + INTERVAL 10 SECONDS AS ends FROM bid GROUP BY ${W}) m
    ON b.price = m.most AND b.dateTime BETWEEN m.ends - INTERVAL 10 SECONDS AND m.ends WHERE m.ends <= ${CLOSED}`,
  q8: `SELECT p.id, p.name, p.w FROM (SELECT DISTINCT id, name, ${W} AS w FROM person) p JOIN (SELECT DISTINCT seller, ${W} AS w FROM auction) a ON p.id = a.seller AND p.w = a.w WHERE p.w + INTERVAL 10 SECONDS <= ${CLOSED}`,
  // A bid at exactly the end of a session belongs to it.
  q11: `SELECT bidder, count(*), min(dateTime), max(dateTime) + INTERVAL 10 SECONDS FROM (SELECT bidder, dateTime, sum(fresh) OVER (PARTITION BY bidder ORDER BY dateTime) AS s FROM (
    SELECT bidder, dateTime, CASE WHEN dateTime - lag(dateTime) OVER (PARTITION BY bidder ORDER BY dateTime) <= INTERVAL 10 SECONDS THEN 0 ELSE 1 END AS fresh FROM bid)) GROUP BY bidder, s HAVING max(dateTime) + INTERVAL 10 SECONDS <= ${CLOSED}`,
  q12: `SELECT bidder, count(*), ${W} AS w FROM bid GROUP BY bidder, w HAVING w + INTERVAL 10 SECONDS <= ${CLOSED}`,
  q14: QUERIES['q14']!.sql, q15: inDuck(QUERIES['q15']!.sql),
};

const rows = new Map<string, Rows>();
const epochs = new Map<string, Rows[][]>();
let duck: DuckDBConnection;
/** The greatest event time of each stream, in milliseconds. */
let last: Readonly<Record<Kind, number>>;

beforeAll(async () => {
    const ends: Record<Kind, number> = { person: 0, auction: 0, bid: 0 };
  const slices = (): Value[][][] => Array.from({ length: EPOCHS }, () => []);
  const made: Record<Kind, Value[][][]> = { person: slices(), auction: slices(), bid: slices() };
  for (let e = 0; e < EVENTS; e++) {
    const [kind, fields] = event(e, RATE);
    const row = TABLES[kind].columns.map(({ name, kind: type }): Value => type === 'timestamp' ? BigInt(Date.parse(String(fields[name]))) * 1000n : type === 'int' ? BigInt(fields[name]!) : fields[name]!);
    made[kind][Math.floor((e * EPOCHS) / EVENTS)]!.push(row);
    ends[kind] = Math.max(ends[kind], Date.parse(String(fields['dateTime'])));
  }
  last = ends;
  for (const [kind, list] of Object.entries(made)) {
    rows.set(kind, list.flat());
    // Batches of uneven sizes.
    epochs.set(kind, list.map((epoch, i) => epoch.length < 4 ? [epoch] : [epoch.slice(0, 1 + i), epoch.slice(1 + i)]));
  }
  rows.set('side_input', Array.from({ length: 10000 }, (_, i) => [BigInt(i), String(i)]));
  duck = await openDuck();
  for (const t of Object.values(TABLES)) await duck.run(load(t, rows.get(t.name)!));
});
afterAll(() => { duck.closeSync(); });

test('all of q0 to q22 are there', () => {
  expect(Object.keys(QUERIES).filter((q) => q !== 'q5r' && q !== 'q7j').sort()).toEqual(Array.from({ length: 23 }, (_, i) => `q${i}`).sort());
});

test.each(Object.keys(QUERIES))('%s', async (name) => {
  const { mode, inputs, watermark, sql } = QUERIES[name]!;
  const streams = inputs.filter((i): i is Kind => i !== 'side_input');
  const closed = Math.min(...streams.map((s) => last[s])) - 4000;
  const run = await runStream({
    sql, tables: inputs.map((i) => TABLES[i]), rows, kernels: 'fused', split: new Map(streams.map((s) => [s, epochs.get(s)!])), mode: mode === 'update' ? 'changelog' : 'append', keys: 0,
    restarts: new Set([2]), optimizer: true, refused: (error) => { throw error; }, ...(watermark && { watermark: { column: 'dateTime', delay: '4 seconds' } }),
  });
  expect(run).toBeDefined();
  const sum = new Map<string, number>();
  for (const { row, op } of run!.epochs.flat()) sum.set(row, (sum.get(row) ?? 0) + (op === 'delete' ? -1 : 1));
  const actual = [...sum].flatMap(([row, n]) => { expect(n).toBeGreaterThanOrEqual(0); return new Array<string>(n).fill(row); }).sort();
  const wanted = await duckAnswer(duck, (OTHER[name] ?? inDuck(sql)).replaceAll('$closed', `'${new Date(closed).toISOString().slice(0, -1)}'`));
  expect(wanted.length).toBeGreaterThan(0);
  expect(actual).toEqual(wanted);
});
