// What is printed reads back as the same tree: of every recorded statement, of random trees with hostile names; and what the text looks like.

import path from 'node:path';
import { parseQuery, parseStatement } from '../../../planner/sql/index.js';
import { printQuery, printStatement } from '../../../planner/sql/print/index.js';
import { random, recordedStatements } from '../../fuzz/mutate.js';
import { printingFault } from '../../fuzz/printing.js';
import { grammarWords, Trees } from '../../fuzz/trees.js';
import { seed } from '../../support/seed.js';

const root = path.join(__dirname, '..', '..', '..');

test('a recorded statement that is printed is the same statement, and prints the same again', () => {
  const { statements, setup } = recordedStatements(path.join(root, 'tests', 'conformance', 'cases'));
  const faults: string[] = [];
  let read = 0;
  [...new Set([...statements, ...setup])].forEach((text, i) => {
    // npm run fuzz takes all of them.
    if (i % 12 !== seed % 12) return;
    let statement: ReturnType<typeof parseStatement>;
    try { statement = parseStatement(text); } catch { return; }
    read++;
    const fault = printingFault(statement);
    if (fault !== undefined) faults.push(`${text} is ${fault}`);
  });
  expect(faults).toEqual([]);
  expect(read).toBeGreaterThan(3_000);
});

test('a random tree with hostile names is the same when its text is read', () => {
  const words = grammarWords(path.join(root, 'planner', 'sql'));
  expect(words).toEqual(expect.arrayContaining(['SELECT', 'LATERAL', 'TABLESAMPLE', 'UNBOUNDED', 'MATCH_CONDITION', 'IGNORE']));
  const trees = new Trees(random(seed), words);
  const faults: string[] = [];
  for (let i = 0; i < 3_000; i++) {
    const fault = printingFault({ kind: 'query', plan: trees.query(1 + i % 4) });
    if (fault !== undefined) faults.push(fault);
  }
  expect(faults).toEqual([]);
});

test.each([
  ['select  a.b+1 as x , `select`, -(1), - -x, (a or b) and c, not (a = 1) is null from t', 'SELECT a.b + 1 AS x, `select`, -(1), - -x, (a OR b) AND c, NOT a = 1 IS NULL FROM t'],
  ["select cast(x as struct<a: int not null comment 'h', `end`: array<decimal(10,2)>>), date'2024-01-01', 1.50, 5l, 2f, x'1f' from values (1) as t(x)", "SELECT CAST(x AS STRUCT<a: INT NOT NULL COMMENT 'h', `end`: ARRAY<DECIMAL(10,2)>>), DATE '2024-01-01', 1.50, 5L, 2.0F, X'1F' FROM VALUES (1) AS t(x)"],
  ['select /*+ broadcast(t) */ x from a, b left join (c join d using (k)) on not x in (1, 2) order by all desc limit all', 'SELECT /*+ broadcast(t) */ x FROM a JOIN b LEFT JOIN (c JOIN d USING (k)) ON x NOT IN (1, 2) ORDER BY all DESC'],
  ['from t |> where a > 1 |> aggregate count(*) as n group by b |> order by n |> limit 3', 'TABLE t |> WHERE a > 1 |> AGGREGATE count(*) AS n GROUP BY b ORDER BY n LIMIT 3'],
  ['select 1 union all (select 2 limit 1) intersect select 3', 'SELECT 1 UNION ALL (SELECT 2 LIMIT 1) INTERSECT SELECT 3'],
  ["select '$' || '{x}', v:a.b[0]['c d'], `array`(1), 4 >> 1", "SELECT '$' || '{x}', v:a.b[0]['c d'], `array`(1), 4 >> 1"],
  ["from f(?) select ?, '$\\{x}'", "FROM f(?) SELECT ?, '$\\{x}'"],
])('%s', (text, printed) => { expect(printQuery(parseQuery(text))).toBe(printed); });

test('statements', () => {
  const printed = (text: string): string | undefined => printStatement(parseStatement(text));
  expect(printed("create or replace stream s (a int not null comment 'x', at timestamp, watermark for at as at - interval 1 minute idle after '30s') using kafka options (k.v 'it''s')"))
    .toBe("CREATE OR REPLACE STREAM s (a INT NOT NULL COMMENT 'x', at TIMESTAMP, WATERMARK FOR at AS at - INTERVAL '01' MINUTE IDLE AFTER INTERVAL '0 00:00:30' DAY TO SECOND) USING kafka OPTIONS (k.v = 'it\\'s')");
  expect(printed("start query q into json options (path 'x') output mode update trigger every '2 seconds' checkpoint 'c' as select 1")).toBe("START QUERY q INTO json OPTIONS (path = 'x') OUTPUT MODE update TRIGGER EVERY '2 seconds' CHECKPOINT 'c' AS SELECT 1");
  expect(printed("create function f(x int default 1) returns table (a int comment 'c') return select x")).toBe("CREATE FUNCTION f(x INT DEFAULT 1) RETURNS TABLE (a INT COMMENT 'c') RETURN SELECT x");
  expect(printed("insert into identifier('t') by name select 1 as a")).toBe("INSERT INTO IDENTIFIER('t') BY NAME SELECT 1 AS a");
});

test.each([
  ['UNION', Array.from({ length: 3_000 }, (_, i) => `SELECT ${i}`).join(' UNION ALL ')], ['casts', `SELECT CAST(a AS INT)${'::INT::STRING'.repeat(150)}`], ['signs', `SELECT -${' -'.repeat(300)}a`],
  ['pipes', `TABLE t${' |> ORDER BY a |> LIMIT 1 |> AS x'.repeat(100)}`], ['pipes behind relations', `FROM t TABLESAMPLE (1 PERCENT)${' |> TABLESAMPLE (1 PERCENT) |> JOIN u'.repeat(150)}`],
  ['set operations behind pipes', `TABLE t${' |> ORDER BY a |> LIMIT 1 UNION TABLE u'.repeat(100)}`],
])('a chain without brackets has none when it is printed: %s', (_, text) => { expect(printQuery(parseQuery(text))).toBe(text); });
