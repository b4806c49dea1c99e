// The way of a query of 200 lines from text to operators, in CPU time: parsing alone, analysis and optimizing (EXPLAIN), all of it down to
// the physical plan (EXPLAIN EXTENDED). The query has what reports have: CTEs, joins, windows, CASE, aggregates, subqueries.

import { Session } from '../index.js';
import { parseStatement } from '../planner/sql/index.js';
import type { BenchResult } from './result.js';

const LINES = 200;
/** Milliseconds of one measurement, after a quarter of it to warm up. */
const MEASURE = 2000;

/** 200 lines, the same each time. */
export function longQuery(): string {
  const cte = (i: number): readonly string[] => [
    `daily_${i} AS (`,
    '  SELECT date_trunc(\'DAY\', o.at) AS day,',
    '         o.customer,',
    `         CASE WHEN o.amount > ${100 * (i + 1)} THEN 'large'`,
    '              WHEN o.amount BETWEEN 10 AND 100 THEN \'middle\'',
    '              ELSE \'small\' END AS size,',
    '         count(*) AS orders,',
    '         sum(o.amount * (1 - coalesce(o.discount, 0))) AS net,',
    '         avg(o.amount) FILTER (WHERE o.state <> \'cancelled\') AS average,',
    '         max(upper(trim(c.name))) AS name',
    '  FROM orders AS o',
    '  LEFT JOIN customers AS c ON o.customer = c.id AND c.since <= o.at',
    `  WHERE o.at >= TIMESTAMP '2024-0${1 + (i % 9)}-01 00:00:00' AND o.state IN ('open', 'paid', 'sent')`,
    '    AND o.customer NOT IN (SELECT id FROM customers WHERE name LIKE \'test%\')',
    '  GROUP BY ALL',
    '  HAVING count(*) > 1',
    '),',
    `ranked_${i} AS (`,
    '  SELECT *, row_number() OVER (PARTITION BY day, size ORDER BY net DESC NULLS LAST) AS place,',
    '         sum(net) OVER (PARTITION BY customer ORDER BY day ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) AS week',
    `  FROM daily_${i}`,
    '),',
  ];
  const ctes = Array.from({ length: 8 }, (_, i) => cte(i)).flat();
  const tail = ['last AS (SELECT 1 AS one)', 'SELECT a.day, a.size, a.customer, a.net, b.week'];
  const joins = ['FROM ranked_0 AS a', ...[1, 2, 3, 4, 5, 6, 7].map((i) => `JOIN ranked_${i} AS ${i === 1 ? 'b' : `r${i}`} ON a.customer = ${i === 1 ? 'b' : `r${i}`}.customer`), 'WHERE a.place <= 10', 'ORDER BY a.day, a.size, a.net DESC', 'LIMIT 100'];
  const lines = ['WITH', ...ctes, ...tail, ...joins];
  return [...lines, ...Array.from({ length: LINES - lines.length }, (_, i) => `-- line ${i}`)].join('\n');
}

async function perRun(work: () => unknown): Promise<number> {
  const until = async (ms: number): Promise<number> => {
    const end = performance.now() + ms;
    let runs = 0;
    for (; performance.now() < end; runs++) await work();
    return runs;
  };
  await until(MEASURE / 4);
  const begin = process.cpuUsage();
  const runs = await until(MEASURE);
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / 1000 / runs;
}

export async function run(): Promise<BenchResult[]> {
  const session = new Session();
  session.sql('CREATE TABLE orders (at TIMESTAMP, customer BIGINT, amount DECIMAL(12,2), discount DECIMAL(4,2), state STRING) USING memory');
  session.sql('CREATE TABLE customers (id BIGINT, name STRING, since TIMESTAMP) USING memory');
  const text = longQuery();
  const note = `${LINES} lines, ${text.length} characters`;
  const measured = async (name: string, work: () => unknown): Promise<BenchResult> => ({ name: `parse: ${name}`, value: Math.round(await perRun(work) * 100) / 100, unit: 'CPU ms', note });
  return [
    await measured('text to tree', () => parseStatement(text)),
    await measured('text to optimized plan', () => session.sql(`EXPLAIN ${text}`).collect()),
    await measured('text to physical plan', () => session.sql(`EXPLAIN EXTENDED ${text}`).collect()),
  ];
}
