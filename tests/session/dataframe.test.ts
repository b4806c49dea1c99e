// The DataFrame API beyond what SQL statements and the other tests of sessions reach: each call gives what its SQL twin gives.

import { col, count, functions as F, lit, type Session, sum, Window } from '../../index.js';
import { cleanUp, open } from './support.js';

afterEach(cleanUp);
const json = (value: unknown): string => JSON.stringify(value, (_, v: unknown) => typeof v === 'bigint' ? Number(v) : v);
const sample = (session: Session) => session.createDataFrame([{ u: 'a', q: 1, n: 10.5 }, { u: 'a', q: 2, n: null }, { u: 'b', q: 1, n: 3 }], 'u STRING, q INT, n DOUBLE');

test('rollup, cube and pivot', async () => {
  const frame = sample(open().session);
  expect(json(await frame.rollup('u').agg(sum('q').as('s')).orderBy('u').collect())).toBe('[{"u":null,"s":4},{"u":"a","s":3},{"u":"b","s":1}]');
  expect(json(await frame.cube('u', 'q').count().filter('u IS NULL').orderBy(col('q').ascNullsLast()).collect())).toBe('[{"u":null,"q":1,"count":2},{"u":null,"q":2,"count":1},{"u":null,"q":null,"count":3}]');
  const pivoted = '[{"1":10.5,"2":null,"u":"a"},{"1":3,"2":null,"u":"b"}]';
  expect(json(await frame.groupBy('u').pivot('q', [1, 2]).sum('n').orderBy('u').collect())).toBe(pivoted);
  expect(json(await frame.groupBy('u').pivot('q').sum('n').orderBy('u').collect())).toBe(pivoted);
  expect(json(await frame.groupBy('u').pivot('n').agg(count().as('c')).columns())).toBe('["u","null","3.0","10.5"]');
  expect(() => frame.rollup('u').pivot('q')).toThrow(expect.objectContaining({ condition: 'INVALID_COLUMN_USE' }) as Error);
});

test('aggregates by names: of columns and functions', async () => {
  const frame = sample(open().session);
  expect(json(await frame.groupBy('u').agg({ n: 'max', '*': 'count' }).orderBy('u').collect())).toBe('[{"u":"a","max(n)":10.5,"count(1)":2},{"u":"b","max(n)":3,"count(1)":1}]');
  expect(json(await frame.agg({ q: 'sum' }).collect())).toBe('[{"sum(q)":4}]');
});

test('what is wrong with a frame names the call that asked for it, not the one that ran it', async () => {
  const frame = sample(open().session);
  const lineHere = (): number => Number(/:(\d+):\d+\)?$/.exec(new Error().stack!.split('\n')[2]!)![1]);
  const wrong = [frame.select(col('z' as 'q')), lineHere()] as const;
  const below = [frame.filter('z > 1').select('u').limit(1), lineHere()] as const;
  for (const [made, line] of [wrong, below]) {
    const above = made.distinct();
    await expect(above.collect()).rejects.toMatchObject({ condition: 'UNRESOLVED_COLUMN.WITH_SUGGESTION', call: expect.stringMatching(new RegExp(`dataframe.test.ts:${line}$`)) });
  }
});

test('a pivot without values on a stream, or with too many', async () => {
  const { session } = open();
  await expect(session.readStream.format('rate').load().groupBy().pivot('value').agg(count()).columns()).rejects.toMatchObject({ condition: '_LEGACY_ERROR_TEMP_3063' });
  session.conf.set('spark.sql.pivotMaxValues', 1);
  await expect(sample(session).groupBy('u').pivot('q').count().collect()).rejects.toMatchObject({ condition: '_LEGACY_ERROR_TEMP_1324', parameters: { pivotColumn: 'q', maxValues: '1' } });
});

test('missing values, names, unpivot, set operations', async () => {
  const frame = sample(open().session);
  expect(json(await frame.na.fill(0).select('n').collect())).toBe('[{"n":10.5},{"n":0},{"n":3}]');
  expect(json(await frame.na.fill('x').select('n').collect())).toBe('[{"n":10.5},{"n":null},{"n":3}]');
  expect(json(await frame.na.drop().select('q').collect())).toBe('[{"q":1},{"q":1}]');
  expect(await frame.na.drop('all').count()).toBe(3n);
  expect(await frame.toDF('x', 'y', 'z').columns()).toEqual(['x', 'y', 'z']);
  expect(await open().session.sql("SELECT 9007199254740993 AS big, 1.50BD AS d, NULL AS n, struct('x' AS s) AS o").toJSON().collect()).toEqual([{ value: '{"big":9007199254740993,"d":1.50,"o":{"s":"x"}}' }]);
  expect(await frame.dtypes()).toEqual([['u', 'string'], ['q', 'int'], ['n', 'double']]);
  expect(json(await frame.unpivot(['u'], ['q', 'n'], 'k', 'v').orderBy('u', 'k', 'v').collect()))
    .toBe('[{"u":"a","k":"n","v":null},{"u":"a","k":"n","v":10.5},{"u":"a","k":"q","v":1},{"u":"a","k":"q","v":2},{"u":"b","k":"n","v":3},{"u":"b","k":"q","v":1}]');
  const users = frame.select('u');
  expect(json(await users.exceptAll(users.limit(1)).collect())).toBe('[{"u":"a"},{"u":"b"}]');
  expect(await users.intersectAll(users).count()).toBe(3n);
  expect(json(await frame.drop('q', 'n').unionByName(users.as('o').select('u').toDF('w'), true).filter('w = "b"').collect())).toBe('[{"u":null,"w":"b"}]');
  expect(await frame.isEmpty()).toBe(false);
  expect(json(await frame.transform((f) => f.repartition(2, 'u').coalesce(1).hint('broadcast').sortWithinPartitions('q').select('q')).head(2))).toBe('[{"q":1},{"q":1}]');
  expect(await frame.sample(0.5, { seed: 7 }).collect()).toEqual(await frame.sample(0.5, { seed: 7 }).collect());
});

test('windows', async () => {
  const frame = sample(open().session);
  const byUser = Window.partitionBy('u').orderBy(col('q').desc());
  const rows = frame.select('u', 'q', sum('q').over(byUser.rowsBetween(Window.unboundedPreceding, Window.currentRow)).as('r'), F.lag('q', 1).over(byUser).as('p'), F.rowNumber().over(Window.orderBy('n')).as('k'), sum('q').over().as('t'));
  expect(json(await rows.orderBy('u', 'q').collect())).toBe('[{"u":"a","q":1,"r":3,"p":2,"k":3,"t":4},{"u":"a","q":2,"r":2,"p":null,"k":1,"t":4},{"u":"b","q":1,"r":1,"p":null,"k":2,"t":4}]');
  expect(json(await frame.select(sum('q').over(Window.orderBy('q').rangeBetween(-1, Window.currentRow)).as('r')).collect())).toBe('[{"r":2},{"r":2},{"r":4}]');
});

test('every function is a column function: texts where Spark takes texts, closures as lambdas, options as objects', async () => {
  const frame = sample(open().session).limit(1);
  expect(json(await frame.select(
    F.dateTrunc('hour', lit(new Date(3_661_000))).as('hour'), F.regexpReplace('u', 'a', 'z').as('text'), F.concatWs('-', 'u', F.upper('u')).as('joined'), F.round('n', 0).as('rounded'),
    F.fromJson(lit('{"x":1}'), 'x INT', { mode: 'FAILFAST' }).as('json'), F.transform(F.array('q', 5), (x) => F.transform(F.array(1), (y) => x.plus(y))).as('nested'),
    col('q').bitwiseAND(1).as('bit'), col('q').negate().as('minus'), col('u').ilike('A').as('like'), col('n').isNaN().as('nan'), col('u').tryCast('INT').as('cast'),
  ).collect())).toBe('[{"hour":"1970-01-01T01:00:00.000000Z","text":"z","joined":"a-A","rounded":11,"json":{"x":1},"nested":[[2],[6]],"bit":1,"minus":-1,"like":true,"nan":false,"cast":null}]');
  expect('dateTrunc' in F).toBe(true);
  expect(Object.keys(F).length).toBeGreaterThan(400);
  expect(() => (F as unknown as Record<string, () => void>)['dateTrunk']!()).toThrow(expect.objectContaining({ condition: 'UNRESOLVED_ROUTINE', hint: expect.stringContaining('dateTrunc') as string }) as Error);
  expect(() => (F as unknown as Record<string, () => void>)['row_number']!()).toThrow(expect.objectContaining({ hint: expect.stringContaining('rowNumber') as string }) as Error);
});

test('what is no function of the catalogue is one of `functions`, too: one import reaches all', async () => {
  const frame = sample(open().session);
  const totals = frame.rollup('u').agg(F.count('*').as('n'), F.countDistinct('q').as('d'), F.max(F.struct('q', 'u')).as('last'), F.grouping('u').as('g'), F.groupingId('u').as('id'));
  expect(json(await totals.orderBy(F.desc('u'), F.expr('1')).limit(2).collect())).toBe('[{"u":"b","n":1,"d":1,"last":{"q":1,"u":"b"},"g":0,"id":0},{"u":"a","n":2,"d":2,"last":{"q":2,"u":"a"},"g":0,"id":0}]');
  const joined = frame.as('l').join(F.broadcast(frame.as('r')), ['u', 'q']).select(F.when(F.not(F.col('q').gt(1)), 'low').otherwise('high').as('level'), F.udf((n: number) => n + 1, 'INT')(F.col('q')).as('next'));
  expect(json(await joined.orderBy(F.asc('next')).collect())).toBe('[{"level":"low","next":2},{"level":"low","next":2},{"level":"high","next":3}]');
  expect('struct' in F && Object.keys(F).includes('struct')).toBe(true);
});

test('printSchema prints the tree that Spark prints', async () => {
  const { session, printed } = open();
  await session.createDataFrame([], 'a INT, b ARRAY<STRUCT<x: BIGINT, y: STRING>>, m MAP<STRING, TINYINT>, d DECIMAL(10,2), i INTERVAL DAY TO SECOND').printSchema();
  expect(printed.join('')).toBe(`root
 |-- a: integer (nullable = true)
 |-- b: array (nullable = true)
 |    |-- element: struct (containsNull = true)
 |    |    |-- x: long (nullable = true)
 |    |    |-- y: string (nullable = true)
 |-- m: map (nullable = true)
 |    |-- key: string
 |    |-- value: byte (valueContainsNull = true)
 |-- d: decimal(10,2) (nullable = true)
 |-- i: interval day to second (nullable = true)

`);
});
