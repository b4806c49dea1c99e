// Keys of GROUP BY and aggregate functions are found again by meaning, however they are written.

import { cleanUp, open, raised } from './support.js';

afterEach(cleanUp);

const T = "FROM VALUES (1, 'a'), (2, 'b') AS t(x, s)";
test.each([
  ['the names of lambda variables', 'transform(array(x), y -> y + 1)', 'transform(array(x), z -> z + 1)'],
  ['spelling and qualifiers', 'UPPER(t.s)', 'upper(s)'],
  ['sugar', 'x BETWEEN 1 AND 2', 'x >= 1 AND x <= 2'],
  ['casts', 'CAST(x AS BIGINT)', 'x :: BIGINT'],
  ['NaN', "x + double('NaN')", "x + double('NaN')"],
  ['a subquery', '(SELECT max(x) FROM VALUES (3) AS u(x)) + x', '(SELECT max(x) FROM VALUES (3) AS v(x)) + x'],
])('%s', async (_, key, item) => {
  const { session } = open();
  const rows = await session.sql(`SELECT ${item} AS k, count(*) AS n ${T} GROUP BY ${key} ORDER BY k` as 'SELECT 1').collect();
  expect(rows.length).toBeGreaterThan(0);
  const [sums] = await session.sql(`EXPLAIN SELECT sum(length(CAST(${key} AS STRING))) + sum(length(CAST(${item} AS STRING))) AS k ${T}` as 'SELECT 1').collect() as unknown as { plan: string }[];
  expect(/aggregates=\[.*/.exec(sums!.plan)![0].match(/sum\(/g)).toHaveLength(1);
});
test.each([
  ['lower((SELECT s))', 'upper((SELECT s))'], ['x + 1', 'x + 2'], ['x + 1', '1 + x'], ["transform(array('a'), y -> s)", "transform(array('a'), y -> y || s)"],
])('%s is another key than %s', async (key, item) => {
  const { session } = open();
  expect((await raised(() => session.sql(`SELECT ${item} AS k ${T} GROUP BY ${key}` as 'SELECT 1').collect())).condition).toMatch(/^(MISSING_AGGREGATION|SCALAR_SUBQUERY_IS_IN_GROUP_BY_OR_AGGREGATE_FUNCTION)$/);
});
