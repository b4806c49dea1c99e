// Values on their way in and out: every type, exactly.

import { inspect } from 'node:util';
import { Session, udf } from '../../index.js';
import { cleanUp, open, raised } from './support.js';

afterEach(cleanUp);
const text = (value: unknown): string => JSON.stringify(value, (_, v) => typeof v === 'bigint' ? `${v}n` : v instanceof Map ? { map: [...v] } : v);

test('rows of all types come back as they were given', async () => {
  const { session } = open();
  const schema = 'b BOOLEAN, t TINYINT, s SMALLINT, i INT, l BIGINT, f FLOAT, d DOUBLE, dec DECIMAL(38,10), str STRING, bin BINARY, day DATE, ts TIMESTAMP, a ARRAY<STRUCT<x: INT, y: ARRAY<STRING>>>, m MAP<STRING, BIGINT>';
  const rows = [
    { b: true, t: -128, s: 32767, i: -2147483648, l: 9223372036854775807n, f: 0.5, d: Number.NaN, dec: '1234567890123456789012345678.0123456789', str: 'ü\u0000🎈', bin: new Uint8Array([0, 255]),
      day: new Date('1600-02-29T00:00:00Z'), ts: new Date(-1), a: [{ x: 1, y: ['p', null] }, null], m: new Map([['k', 1n], ['l', null]]) },
    Object.fromEntries(['b', 't', 's', 'i', 'l', 'f', 'd', 'dec', 'str', 'bin', 'day', 'ts', 'a', 'm'].map((name) => [name, null])),
  ];
  const frame = session.createDataFrame(rows as never, schema);
  const [first, second] = await frame.collect();
  expect(text(first)).toBe(text({ ...rows[0], ts: '1969-12-31T23:59:59.999000Z' }));
  expect(second).toEqual(rows[1]);
  expect(text(await session.fromArrow(await frame.toArrow()).collect())).toBe(text([first, second]));
  expect(text(await session.createDataFrame([first, second] as never, schema).collect())).toBe(text([first, second]));
  expect(String(await frame.schema())).toMatch(/^b BOOLEAN, t TINYINT/);
});

test('microseconds and digits are kept; text of what JavaScript has no type for', async () => {
  const { session } = open();
  const [row] = await session.sql(`SELECT TIMESTAMP '2024-01-01 00:00:00.123456' AS t, TIMESTAMP '0001-01-01 00:00:00.000001' AS old, 1.10 AS d, 12345678901234567890 AS big, INTERVAL '1 02:03:04.5' DAY TO SECOND AS i,
    DATE '2024-02-29' AS day, map(1, 'a') AS m, named_struct('x', array(1, NULL)) AS s, parse_json('{"a":[1,2.5,"z"]}') AS v`).collect() as Record<string, unknown>[];
  expect(row!['t']).toBeInstanceOf(Date);
  expect(row!['t']).toMatchObject({ micros: 1704067200123456n });
  expect(text(row)).toBe(text({ t: '2024-01-01T00:00:00.123456Z', old: '0001-01-01T00:00:00.000001Z', d: '1.10', big: '12345678901234567890', i: "INTERVAL '1 02:03:04.5' DAY TO SECOND",
    day: '2024-02-29T00:00:00.000Z', m: new Map([[1, 'a']]), s: { x: [1, null] }, v: { a: [1n, '2.5', 'z'] } }));
});

test('a schema is inferred; what does not fit is refused by name', async () => {
  const { session } = open();
  const frame = session.createDataFrame([{ a: 1, b: 'x', c: null, d: 5n, e: { f: [true] } }, { a: 2, b: null, c: new Date(0), d: null, e: null }]);
  expect(String(await frame.schema())).toBe('a DOUBLE, b STRING, c TIMESTAMP, d BIGINT, e STRUCT<f: ARRAY<BOOLEAN>>');
  for (const [value, type] of [[1.5, 'INT'], [300, 'TINYINT'], ['1.234', 'DECIMAL(3,2)'], ['x', 'BIGINT'], [new Date(Number.NaN), 'TIMESTAMP'], [new Date(Number.NaN), 'DATE'], [[1], 'MAP<STRING, INT>'], [1, 'STRING'], [[1], 'STRUCT<a: INT>']] as const) {
    const error = await raised(() => session.createDataFrame([{ value }] as never, `value ${type}`).collect());
    expect([error.condition, error.message]).toEqual(['INVALID_USER_VALUE', expect.stringContaining('the column value')]);
  }
  expect(await session.createDataFrame(['a', 'b']).collect()).toEqual([{ value: 'a' }, { value: 'b' }]);
});

test('closures in SQL and on columns; parameters; the zone of the session', async () => {
  const { session } = open({ 'spark.sql.session.timeZone': 'Europe/Vienna' });
  const host = session.udf.register('host', (url: string | null) => url === null ? null : new URL(url).host, 'STRING');
  expect(await session.sql("SELECT host(u) AS h, upper(host(u)) AS g FROM VALUES ('https://a.org/x'), (NULL) AS t(u)").collect()).toEqual([{ h: 'a.org', g: 'A.ORG' }, { h: null, g: null }]);
  expect(await session.createDataFrame([{ u: 'https://b.org' }]).select(host('u' as never).as('h')).collect()).toEqual([{ h: 'b.org' }]);
  expect(await session.sql('SELECT :a + 1 AS a, :b AS b, :c AS c', { a: 41, b: "it's", c: 10n ** 15n }).collect()).toEqual([{ a: 42, b: "it's", c: 10n ** 15n }]);
  expect(text(await session.sql("SELECT TIMESTAMP '2024-06-01 12:00:00' AS t, CAST(TIMESTAMP '2024-06-01 12:00:00' AS STRING) AS s").collect())).toBe(text([{ t: '2024-06-01T10:00:00.000000Z', s: '2024-06-01 12:00:00' }]));
  expect(new Session().conf.get('spark.sql.session.timeZone')).toBeUndefined();
});

test('a closure that throws, in what it returns too, is named with its reason and cause', async () => {
  const rows = open().session.createDataFrame([{ a: 1 }], 'a INT');
  const boom = new Error('boom');
  const failing = async (frame: { collect(): Promise<unknown> }): Promise<unknown> => frame.collect().then(() => 'fine', (error: unknown) => error);
  const udf = (name: string) => ({ condition: 'FAILED_EXECUTE_UDF', parameters: { functionName: `\`${name}\``, signature: 'int', reason: 'boom' }, cause: boom });
  expect(await failing(rows.map(() => { throw boom; }))).toMatchObject(udf('map'));
  expect(await failing(rows.filter(() => { throw boom; }))).toMatchObject(udf('filter'));
  expect(await failing(rows.flatMap(function* () { yield 'x'; throw boom; }))).toMatchObject(udf('flatMap'));
  expect(await failing(rows.flatMap((() => 5) as never))).toMatchObject({ condition: 'FAILED_EXECUTE_UDF', parameters: { reason: expect.stringContaining('iterate') } });
});

test.each<[string, (frame: Loose) => Loose, string, string | undefined]>([
  ['an async udf', (f) => f.select(udf(later as never, 'INT')('n').as('x')), 'the result of `later`: the value Promise is no INT.', 'Closures are synchronous.'],
  ['an async map', (f) => f.map(later), 'the result of map, column value: the value Promise is no STRING.', 'Closures are synchronous.'],
  ['an async map to rows', (f) => f.map(later, 'a INT, b INT'), 'the result of map: the value Promise is no row of a, b.', 'Closures are synchronous.'],
  ['an async filter', (f) => f.filter(later), 'the result of filter: the value Promise is no boolean.', 'Closures are synchronous.'],
  ['a filter by a number', (f) => f.filter((row: { n: number }) => row.n), 'the result of filter: the value 1 is no boolean.', undefined],
  ['a map that gives no row', (f) => f.map(() => 'x', 'a INT, b INT'), "the result of map: the value 'x' is no row of a, b.", undefined],
  ['a map that gives nothing', (f) => f.map(() => undefined, 'a INT, b INT'), 'the result of map: the value undefined is no row of a, b.', undefined],
  ['a flatMap to texts', (f) => f.flatMap(() => ['x', 'y'], 'a INT, b INT'), "the result of flatMap: the value 'x' is no row of a, b.", undefined],
])('what a closure may not give back is refused, not taken for NULL: %s', async (_, make, message, hint) => {
  const frame = make(open().session.createDataFrame([{ n: 1 }], 'n INT') as unknown as Loose);
  await expect(frame.collect()).rejects.toMatchObject({ condition: 'INVALID_USER_VALUE', message: expect.stringContaining(message) as string, ...(hint && { hint: expect.stringContaining(hint) as string }) });
});
/** A frame as a program without types sees it. */
interface Loose { select(...columns: unknown[]): Loose; map(fn: unknown, schema?: string): Loose; flatMap(fn: unknown, schema?: string): Loose; filter(fn: unknown): Loose; collect(): Promise<unknown[]> }
async function later(): Promise<number> { return 1; }

test('console.log shows what an object is, not what it is made of', async () => {
  const { session } = open();
  const query = await session.memoryStream('n INT').toDF().writeStream.toTable('numbers');
  expect(inspect(session.table('numbers'))).toBe('DataFrame (lazy: show() prints its rows, printSchema() its columns, explain() its plan)');
  expect(inspect(session)).toBe("Session { queries: [ 'numbers' ] }");
  expect(inspect(query)).toMatch(/^StreamingQuery \{\n {2}name: 'numbers',\n {2}id: '[-0-9a-f]+',\n {2}runId: '[-0-9a-f]+',\n {2}status: '.+',\n {2}epoch: undefined\n\}$/);
});

test('DISTINCT values that a collation holds equal are taken back as they were put in', async () => {
  const { session } = open();
  const visits = session.memoryStream('k INT, n INT, c STRING COLLATE UTF8_LCASE');
  session.withTable('visits', visits.toDF());
  const now = new Map<string, number>();
  const sql = "SELECT listagg(DISTINCT c, ',' COLLATE UTF8_LCASE) WITHIN GROUP (ORDER BY c) AS names, size(collect_list(DISTINCT c)) AS size FROM (SELECT k, min_by(c, -n) AS c FROM visits GROUP BY k)";
  const query = await session.sql(sql).writeStream.outputMode('changelog').foreachBatch(async (batch) => {
    for (const { names, size, op } of await batch.collect() as { names: string | null; size: number; op: string }[]) {
      const row = `${names?.toLowerCase()} ${size}`;
      now.set(row, (now.get(row) ?? 0) + (op === 'insert' ? 1 : -1));
    }
  }).start();
  const after = async (...rows: { k: number; n: number; c: string }[]): Promise<readonly string[]> => { visits.add(...rows as never[]); await query.processAllAvailable(); return [...now].filter(([, n]) => n !== 0).map(([row]) => row); };
  expect(await after({ k: 1, n: 1, c: 'A' }, { k: 2, n: 1, c: 'a' })).toEqual(['a 1']);
  // The first of the two that are equal goes, then the other.
  expect(await after({ k: 1, n: 2, c: 'b' })).toEqual(['a,b 2']);
  expect(await after({ k: 2, n: 2, c: 'B' })).toEqual(['b 1']);
});
