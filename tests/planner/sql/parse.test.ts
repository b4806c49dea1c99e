import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { EngineError } from '../../../planner/errors/index.js';
import { lineAndPosition } from '../../../planner/spans.js';
import { parseDataType, parseExpression, parseQuery, parseSchema, parseStatement, parseStatementAt, splitStatements } from '../../../planner/sql/index.js';
import { substituteVariables } from '../../../planner/sql/variables.js';
import { schemaDdl, sqlName } from '../../../planner/types.js';

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value, (k, v: unknown) => k === 'span' ? undefined : typeof v === 'bigint' ? `${v}n` : v));
const failure = (run: () => unknown): EngineError => { try { run(); } catch (e) { return e as EngineError; } throw new Error('no error'); };
const names = (text: string): string => {
  const show = (e: { kind: string; name?: readonly string[]; parts?: readonly string[]; value?: unknown; args?: readonly { value: never }[] }): string =>
    e.kind === 'call' ? `${e.name!.join('.')}(${e.args!.map((a) => show(a.value)).join(' ')})` : e.kind === 'name' ? e.parts!.join('.') : String(e.value);
  return show(parseExpression(text) as never);
};

describe('expressions', () => {
  test.each([
    ['1 + 2 * 3', '+(1 *(2 3))'], ['1 - 2 - 3', '-(-(1 2) 3)'], ['1 | 2 & 3 ^ 4', '|(1 ^(&(2 3) 4))'], ['a OR b AND NOT c', 'or(a and(b not(c)))'],
    ["'a' LIKE 'a' = true", 'like(a =(a true))'], ['- 1::int', 'undefined'], ['-(1)', 'negative(1)'], ['a BETWEEN 1 AND 2 AND b', 'and(between(a 1 2) b)'],
    ['x IN (1, 2)', 'in(x 1 2)'], ['x IS NOT NULL', 'isnotnull(x)'], ['NOT a = b', 'not(=(a b))'], ['1 << 2 + 3', '<<(1 +(2 3))'], ['a.b.c', 'a.b.c'],
    ['xs[0]', '[](xs 0)'], ['x IS DISTINCT FROM y', 'not(<=>(x y))'], ['CASE WHEN a THEN 1 ELSE 2 END', 'when(a 1 2)'], ['CASE x WHEN 1 THEN 2 END', 'when(=(x 1) 2)'],
  ])('%s', (text, expected) => { expect(names(text)).toBe(expected); });

  test('numbers keep their exact digits and types', () => {
    const literal = (text: string): unknown => { const e = plain(parseExpression(text)) as { type: { kind: string; precision?: number; scale?: number }; value: unknown }; return [sqlName(e.type as never), e.value]; };
    expect(literal('1.10')).toEqual(['DECIMAL(3,2)', '110n']);
    expect(literal('0.000')).toEqual(['DECIMAL(3,3)', '0n']);
    expect(literal('9223372036854775807')).toEqual(['BIGINT', '9223372036854775807n']);
    expect(literal('-128Y')).toEqual(['TINYINT', -128]);
    expect(literal('1e5BD')).toEqual(['DECIMAL(6,0)', '100000n']);
  });
});

describe('words are reserved nowhere', () => {
  test.each(['SELECT 1 AS', 'SELECT * FROM t WHERE', 'SELECT * FROM t ORDER', 'SELECT NOT', 'SELECT 1 IS', 'SELECT timestamp, partition, offset, window FROM t', 'SELECT watermark FROM delay watermark'])('%s', (text) => {
    expect(() => parseQuery(text)).not.toThrow();
  });
});

test.each([
  ['SELECT 1 FORM emp', 1, 14, "'emp'", ": extra input 'emp'"], ['SELECT * FROM emp WHERE id IN 1', 1, 27, "'IN'", ''], ['SELECT id,\n       name\nFRM emp', 3, 4, "'emp'", ": extra input 'emp'"],
  ["SELECT '😀👍' AS e FRM emp x y", 1, 17, "'FRM'", ''], ['SELECT (1', 1, 9, 'end of input', ''],
])('%s fails where Spark says', (text, line, position, token, hint) => {
  const error = failure(() => parseStatement(text));
  expect(error.condition).toBe('PARSE_SYNTAX_ERROR');
  expect(lineAndPosition(error.span!.text, error.span!.start)).toEqual({ line, position });
  expect(error.parameters).toEqual({ error: token, hint });
});

/** Recorded statements that are refused with Spark's condition at another place of the text. The list only shrinks. */
const OTHER_PLACE = new Set(readFileSync(path.join(__dirname, 'other-place.txt'), 'utf8').split('\n').filter((l) => l !== '' && !l.startsWith('# ')));

test('every recorded statement reads, or fails as recorded', () => {
  const root = path.join(__dirname, '../../conformance/cases/sql');
  const wrong: string[] = [];
  for (const file of readdirSync(root, { recursive: true }) as string[]) {
    if (!file.endsWith('.json')) continue;
    for (const { sql, error } of (JSON.parse(readFileSync(path.join(root, file), 'utf8')) as { cases: { sql: string; error?: { condition: string | null; line?: number; position?: number } }[] }).cases) {
      let thrown: EngineError | undefined;
      try { parseStatement(substituteVariables(sql, (name) => name.startsWith('spark.') ? '1' : undefined, 'dropped')); } catch (e) { thrown = e as EngineError; }
      const at = thrown?.span && lineAndPosition(thrown.span.text, thrown.span.start);
      const good = error?.line === undefined ? !thrown || error?.condition === null || error?.condition === thrown.condition
        : thrown?.condition === error.condition && (at?.line === error.line && at?.position === error.position) !== OTHER_PLACE.has(JSON.stringify(sql));
      if (!good) wrong.push(`${file}: ${JSON.stringify(sql)}`);
    }
  }
  expect(wrong).toEqual([]);
});

test.each(['SET a 1', 'SET VAR a = 1 +', 'SET 1 NOT', 'SET VAR (a, b) ='])('%s is told of the whole statement', (text) => {
  const { condition, span, focus } = failure(() => parseStatement(text));
  expect([condition, span!.start, focus!.start > 0]).toEqual(['INVALID_SET_SYNTAX', 0, true]);
});

test('a set operation behind a pipe has all before it on its left; what no reading takes is refused, what one takes is read', () => {
  expect(plain(parseQuery('FROM t |> SELECT a UNION ALL SELECT b |> WHERE c'))).toMatchObject({ kind: 'filter', input: { kind: 'set_operation', left: { kind: 'select', pipe: 'select' } } });
  expect(plain(parseQuery('SELECT * FROM t PIVOT (sum(a) FOR b IN (1 AS, 2 AS c, 3 d, 4))'))).toMatchObject({ from: { kind: 'pivot', values: [{ alias: 'AS' }, { alias: 'c' }, { alias: 'd' }, {}] } });
  expect(plain(parseQuery('SELECT if(a, b, c) DIV FROM l1 l2'))).toMatchObject({ items: [{ kind: 'alias', names: ['DIV'] }] });
  expect(plain(parseQuery('SELECT * FROM FROM t a JOIN t b'))).toMatchObject({ items: [{ kind: 'alias', names: ['FROM'] }], from: { kind: 'join', left: { alias: 'a' } } });
});

test.each([
  ['SELECT a-b.c FROM t WHERE (', 'PARSE_SYNTAX_ERROR', 26, { error: "'('", hint: ": extra input '('" }], ['SELECT * FROM my-table', 'INVALID_IDENTIFIER', 16, { ident: 'my-table' }],
  ['SELECT count( /* a', 'UNCLOSED_BRACKETED_COMMENT', 14, {}], ['SELECT $ /* a', 'PARSE_SYNTAX_ERROR', 7, { error: "'$'" }],
  ['ALTER TABLE a.b NOT SORTED x', 'INVALID_STATEMENT_OR_CLAUSE', 0, { operation: 'ALTER TABLE NOT SORTED' }], ['GRANT SELECT ON t', 'INVALID_STATEMENT_OR_CLAUSE', 0, { operation: 'GRANT' }],
  ['MERGE INTO t USING s ON a WHEN MATCHED DELETE', 'PARSE_SYNTAX_ERROR', 39, { error: "'DELETE'", hint: '' }],
  ['BEGIN SELECT 1; END', 'NOT_SUPPORTED_YET', 0, { feature: 'The statement BEGIN SELECT' }], ["SELECT b FROM JSON_TABLE(a, '$' COLUMNS (b INT))", 'NOT_SUPPORTED_YET', 32, { feature: "What Spark reads from 'COLUMNS' on" }],
  ['SHOW PARTITIONS t PARTITION (a 1)', 'PARSE_SYNTAX_ERROR', 31, { error: "'1'" }],
  ['START QUERY q INTO console AS SELECT f(a $ FROM t', 'PARSE_SYNTAX_ERROR', 41, { error: "'$'" }], ['STOP QUERY q x', 'PARSE_SYNTAX_ERROR', 13, { error: "'x'" }],
])('%s is refused as Spark refuses it, or because it is not there', (text, condition, start, parameters) => {
  const error = failure(() => parseStatement(text));
  expect([error.condition, error.parameters]).toEqual([condition, expect.objectContaining(parameters)]);
  expect(error.span!.start).toBe(start);
});

test('a text that is too deep or too long to be read again is refused where the parser stopped', () => {
  for (const text of [`SELECT ${'('.repeat(200)}1 +${')'.repeat(200)}`, `SELECT ${'a, '.repeat(20_000)}`, `SELECT ${'f('.repeat(240)}`]) expect(failure(() => parseStatement(text)).condition).toBe('PARSE_SYNTAX_ERROR');
});

test('streaming statements', () => {
  expect(plain(parseStatement("CREATE STREAM c (u STRING NOT NULL, at TIMESTAMP, WATERMARK FOR at AS at - INTERVAL 10 SECONDS) USING kafka OPTIONS (subscribe 'c', `kafka.bootstrap.servers` 'h:1')"))).toMatchObject({
    kind: 'create_stream', name: ['c'], using: 'kafka', options: { subscribe: 'c', 'kafka.bootstrap.servers': 'h:1' }, columns: [{ name: 'u', nullable: false }, { name: 'at', nullable: true }],
    watermarks: [{ expr: { parts: ['at'] }, delay: { value: '10000000n' } }],
  });
  expect(plain(parseStatement("START QUERY q INTO json OPTIONS (path 'o') OUTPUT MODE update TRIGGER EVERY '2 seconds' CHECKPOINT 'k' AS SELECT 1"))).toMatchObject({
    kind: 'start_query', name: 'q', format: 'json', options: { path: 'o' }, mode: 'update', trigger: { kind: 'processing_time', intervalMillis: 2000 }, checkpoint: 'k',
  });
  expect(plain(parseStatement('SET a.b = c d'))).toMatchObject({ kind: 'set', name: 'a.b', value: 'c d' });
});

test('scripts are split by tokens, and errors point into the whole text', () => {
  const script = "SELECT ';' AS a; -- ; no\n\nSELECT 1 1;\n";
  const spans = splitStatements(script);
  expect(spans.map((s) => script.slice(s.start, s.stop))).toEqual(["SELECT ';' AS a", 'SELECT 1 1']);
  const error = failure(() => parseStatementAt(spans[1]!));
  expect(lineAndPosition(script, error.span!.start)).toEqual({ line: 3, position: 9 });
});

test('types and schemas print as they read', () => {
  for (const type of ['ARRAY<MAP<STRING, DECIMAL(10,2)>>', 'STRUCT<a: INT NOT NULL, `b c`: ARRAY<ARRAY<INT>>>', 'INTERVAL DAY TO SECOND', 'TIMESTAMP_NTZ']) expect(sqlName(parseDataType(type))).toBe(type);
  expect(schemaDdl(parseSchema('a int not null, b: string comment "x", c struct<x:int>'))).toBe('a INT NOT NULL, b STRING, c STRUCT<x: INT>');
});

test('deep nesting is an error, not a crash', () => {
  expect(failure(() => parseExpression(`${'('.repeat(2_000)}1${')'.repeat(2_000)}`)).condition).toBe('FAILED_TO_PARSE_TOO_COMPLEX');
});

test.each([['SELECT 1 NOT IN ()', 'INVALID_SQL_SYNTAX.EMPTY_IN_PREDICATE', 9], ["SELECT 'a' NOT LIKE 'b' ESCAPE '##'", 'INVALID_ESC', 11]])('%s', (sql, condition, start) => {
  const error = failure(() => parseQuery(sql));
  expect([error.condition, error.span!.start]).toEqual([condition, start]);
});
