// The foreign front end against our own parser: thousands of generated expressions and queries that mean the same in every dialect. They
// give the same tree, or the dialect refuses; it never gives another one. Seeds are printed by fast-check where a run fails.

import * as fc from 'fast-check';
import { DIALECT_NAMES, dialectOf, parseDialectExpression, parseDialectQuery } from '../../../planner/dialects/index.js';
import { EngineError } from '../../../planner/errors/index.js';
import { parseExpression, parseQuery } from '../../../planner/sql/index.js';

const RUNS = 3000;
const QUERIES = 100;

/** Without places, which only the trees' origins differ in, and without the dialect's own division: its function, and MySQL's divisor of 0. */
const shape = (tree: unknown): string => JSON.stringify(tree, (key, value: unknown) => key === 'span' || key === 'spec' ? undefined : typeof value === 'bigint' ? `${value}n` : divisor(value));
function divisor(value: unknown): unknown {
  const call = value as { kind?: unknown; name?: readonly string[]; args?: readonly { value: unknown }[] } | null;
  return call?.kind === 'call' && call.name![0] === 'nullif' ? call.args![0]!.value : value;
}

const name = fc.constantFrom('a', 'b', 'c', 't.d', 'value', 'timestamp', 'topic', 'user', 'rows', 'date', 'first');
const number = fc.constantFrom('0', '1', '42', '2.5', '123456789012', '9223372036854775807', '0.001');
const text = fc.constantFrom("'x'", "''", "'a b'", "'AND'", "'%y_'", "'é'");
const leaf = fc.oneof({ weight: 4, arbitrary: name }, { weight: 2, arbitrary: number }, text);
interface Grammar { readonly value: string; readonly condition: string }
const join = (...parts: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> => fc.tuple(...parts).map((p) => p.join(' '));
const word = fc.constant;
const { value, condition } = fc.letrec<Grammar>((tie) => {
  const value = tie('value') as fc.Arbitrary<string>;
  const condition = tie('condition') as fc.Arbitrary<string>;
  // What stands on either side of a comparison, unless it is in brackets, is arithmetic.
  const bracket = fc.oneof(leaf, value.map((v) => `(${v})`));
  return {
    value: fc.oneof({ depthSize: 'xsmall', withCrossShrink: true },
      leaf,
      join(value, fc.constantFrom('+', '-', '*', '%'), value),
      bracket.map((v) => `- ${v}`),
      value.map((v) => `(${v})`),
      join(word('CASE WHEN'), condition, word('THEN'), value, word('ELSE'), value, word('END')),
      join(word('CASE'), name, word('WHEN'), bracket, word('THEN'), value, word('END')),
      value.map((v) => `CAST(${v} AS DATE)`),
      fc.tuple(value, value).map(([x, y]) => `coalesce(${x}, ${y})`),
      fc.tuple(fc.constantFrom('sum', 'min', 'max', 'avg', 'count', 'abs', 'my_own'), value).map(([f, v]) => `${f}(${v})`),
      fc.tuple(fc.constantFrom('sum', 'count', 'avg', 'my_own'), value).map(([f, v]) => `${f}(DISTINCT ${v})`),
      fc.tuple(value, condition).map(([v, c]) => `(SELECT ${v} FROM u WHERE ${c})`),
      fc.tuple(value, condition).map(([v, c]) => `sum(${v}) FILTER (WHERE ${c})`),
      fc.tuple(value, name, value).map(([v, n, o]) => `max(${v}) OVER (PARTITION BY ${n} ORDER BY ${o} NULLS LAST, ${n} DESC NULLS LAST ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)`),
      word('count(*)')),
    condition: fc.oneof({ depthSize: 'xsmall', withCrossShrink: true },
      join(bracket, fc.constantFrom('=', '<>', '<', '<=', '>', '>=', '!='), bracket),
      join(condition, fc.constantFrom('AND', 'OR'), condition), join(condition, fc.constantFrom('AND', 'OR'), condition),
      condition.map((c) => `(${c})`),
      condition.map((c) => `NOT (${c})`),
      join(word('NOT'), bracket, fc.constantFrom('=', '<'), bracket),
      join(bracket, fc.constantFrom('BETWEEN', 'NOT BETWEEN'), bracket, word('AND'), bracket),
      // A lone subquery in brackets of its own is a value to Spark, a table to the others.
      join(bracket, fc.constantFrom('IN', 'NOT IN'), fc.array(bracket, { minLength: 1, maxLength: 3 }).filter((l) => l.length > 1 || !/^\(+SELECT/.test(l[0]!)).map((l) => `(${l.join(', ')})`)),
      join(name, fc.constantFrom('LIKE', 'NOT LIKE'), text), join(bracket, fc.constantFrom('LIKE', 'NOT LIKE'), text, word("ESCAPE '!'")),
      join(bracket, fc.constantFrom('IS DISTINCT FROM', 'IS NOT DISTINCT FROM'), bracket),
      join(bracket, fc.constantFrom('IS NULL', 'IS NOT NULL')),
      fc.tuple(fc.constantFrom('', 'NOT '), value, condition).map(([not, v, c]) => `${not}EXISTS (SELECT ${v} FROM u WHERE ${c})`),
      fc.tuple(bracket, fc.constantFrom('IN', 'NOT IN'), value).map(([b, how, v]) => `${b} ${how} (SELECT ${v} FROM u)`),
      fc.constantFrom('TRUE', 'FALSE', 'a')),
  };
});

/** How the two readings compare; an input that our own parser refuses says nothing. */
function compare(of: string, ours: (text: string) => unknown, theirs: (text: string) => unknown): 'same' | 'refused' {
  let wanted: string;
  try { wanted = shape(ours(of)); } catch (error) {
    if (error instanceof EngineError) return 'refused';
    throw error;
  }
  let given: string;
  try { given = shape(theirs(of)); } catch (error) {
    if (error instanceof EngineError && ['DIALECT_FEATURE', 'DIALECT_NOT_TRUSTED', 'PARSE_SYNTAX_ERROR'].includes(error.condition)) return 'refused';
    throw error;
  }
  expect(given).toBe(wanted);
  return 'same';
}

describe.each(DIALECT_NAMES)('%s', (dialectName) => {
  const dialect = dialectOf(dialectName);
  const noBuiltin = (): boolean => false;

  test(`${RUNS} expressions`, () => {
    let same = 0;
    fc.assert(fc.property(fc.oneof(value, condition), (e) => {
      if (compare(e, parseExpression, (t) => parseDialectExpression(t, dialect, noBuiltin)) === 'same') same++;
    }), { numRuns: RUNS });
    // What the foreign grammar does not know is refused; most of it is read.
    expect(same).toBeGreaterThan(RUNS * 0.9);
  });

  test(`${QUERIES} queries`, () => {
    const alias = fc.constantFrom('', ' AS x', ' y');
    const table = fc.constantFrom('t', 'kafka', 'db.orders', '(SELECT a, b FROM u)').chain((t) => t.startsWith('(') ? fc.constant(`${t} AS s`) : alias.map((a) => `${t}${a}`));
    const joined = fc.tuple(table, fc.array(fc.oneof(
      fc.tuple(fc.constantFrom('JOIN', 'INNER JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL OUTER JOIN'), table, condition).map(([j, t, c]) => ` ${j} ${t} ON ${c}`),
      fc.tuple(fc.constantFrom('JOIN', 'LEFT JOIN'), table).map(([j, t]) => ` ${j} ${t} USING (a)`),
      table.map((t) => ` CROSS JOIN ${t}`)), { maxLength: 2 }), fc.array(table.map((t) => `, ${t}`), { maxLength: 1 }))
      // A comma before a JOIN binds weaker than it in the standard, and as strong in Spark.
      .map(([t, joins, commas]) => t + joins.join('') + commas.join(''));
    const select = fc.record({ items: fc.array(fc.tuple(value, alias).map((p) => p.join('')), { minLength: 1, maxLength: 3 }), distinct: fc.constantFrom('', 'DISTINCT '), from: joined, where: fc.option(condition), group: fc.option(fc.array(fc.oneof(name, fc.constantFrom('ROLLUP (a, b)', 'CUBE ((a, b), c)', 'GROUPING SETS ((a, b), a, ())')), { minLength: 1, maxLength: 2 })), having: fc.option(condition) })
      .map((q) => `SELECT ${q.distinct}${q.items.join(', ')} FROM ${q.from}${q.where ? ` WHERE ${q.where}` : ''}${q.group ? ` GROUP BY ${q.group.join(', ')}${q.having ? ` HAVING ${q.having}` : ''}` : ''}`);
    const query = fc.tuple(select, fc.option(fc.tuple(fc.constantFrom('UNION ALL', 'UNION', 'INTERSECT', 'EXCEPT ALL'), select)), fc.option(fc.integer({ min: 0, max: 99 }))).map(([q, more, limit]) => `${q}${more ? ` ${more.join(' ')}` : ''}${limit === null ? '' : ` LIMIT ${limit}`}`);
    let same = 0;
    fc.assert(fc.property(query, (q) => { if (compare(q, parseQuery, (t) => parseDialectQuery(t, dialect, noBuiltin)) === 'same') same++; }), { numRuns: QUERIES });
    expect(same).toBeGreaterThan(QUERIES * 0.3);
  });
});
