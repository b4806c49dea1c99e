// Late and rejected rows of a query, as frames and from SQL: what is kept, how many, when, and what the counts say.

import { mkdirSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { cleanUp, open, raised, temporary } from './support.js';

afterEach(cleanUp);
const at = (second: number): Date => new Date(second * 1000);

test('late rows can be read while the query runs and when it has ended', async () => {
  const { session } = open();
  const rows = session.memoryStream('at TIMESTAMP, k STRING, n INT');
  const counts = rows.toDF().withWatermark('at', '10 seconds').groupBy('k', 'at').count();
  const query = await counts.writeStream.outputMode('append').toTable('counts');
  expect(await query.lateRows().count()).toBe(0n);
  rows.add({ at: at(100), k: 'a', n: 1 });
  await query.processAllAvailable();
  rows.add({ at: at(5), k: 'b', n: 2 }, { at: at(101), k: 'a', n: 3 }, { at: at(90), k: 'c', n: 4 }, { at: at(91), k: 'd', n: 5 });
  await query.processAllAvailable();
  const late = await query.lateRows().collect();
  const { id } = query.ledger.operators.find((o) => o.operator === 'aggregate')!;
  expect(late).toEqual([
    { epoch: 2n, operator: id, watermark: at(90), event_time: at(5), row: { at: at(5), k: 'b' } },
    { epoch: 2n, operator: id, watermark: at(90), event_time: at(90), row: { at: at(90), k: 'c' } },
  ]);
  expect(query.ledger.total.late).toBe(2);
  await query.stop();
  expect(await query.lateRows().where('row:k::STRING = \'c\'').count()).toBe(1n);
  expect(await session.sql("SELECT operator, row:k::STRING AS k FROM late_rows('counts') ORDER BY k").collect()).toEqual([{ operator: id, k: 'b' }, { operator: id, k: 'c' }]);
  expect(await session.sql(`SELECT count(*) AS n FROM rejected_rows('${query.id}') AS r` as string).collect()).toEqual([{ n: 0n }]);
  expect((await raised(() => session.sql("SELECT * FROM late_rows('nobody')").collect())).condition).toBe('QUERY_NOT_FOUND');
  expect((await raised(() => session.sql('SELECT * FROM late_rows(1)').collect())).condition).toBe('INVALID_STATEMENT_OPTION');
});

test('the newest ones are kept, and the counts stay exact', async () => {
  const { session } = open({ 'millrace.keptRows': '3' });
  const rows = session.memoryStream('at TIMESTAMP, n INT');
  const query = await rows.toDF().withWatermark('at', '0 seconds').dropDuplicates('at', 'n').writeStream.toTable('once');
  rows.add({ at: at(1000), n: 0 });
  await query.processAllAvailable();
  for (const many of [[1, 2], [3, 4], [5, 6, 7, 8, 9]]) {
    rows.add(...many.map((n) => ({ at: at(n), n })));
    await query.processAllAvailable();
    // Of one epoch its first ones, of many the newest epochs'.
    expect((await session.streams.active[0]!.lateRows().collect()).map((r) => r.row['n'])).toEqual(many[0] === 1 ? [1, 2] : many[0] === 3 ? [2, 3, 4] : [5, 6, 7]);
  }
  expect(query.ledger.total).toMatchObject({ late: 9 });
  expect((await raised(() => { session.conf.set('millrace.keptRows', 'all'); return rows.toDF().writeStream.format('noop').start(); })).condition).toBe('INVALID_CONF_VALUE.REQUIREMENT');
});

test('durable ones are there after a restart, once, and are removed with their epochs', async () => {
  const { session } = open({ 'millrace.keptRows.durable': 'true', 'millrace.keptRows': '4' });
  const chk = `${temporary()}/chk`;
  const rows = session.memoryStream('at TIMESTAMP, n DECIMAL(9, 2), b BINARY');
  const start = () => rows.toDF().withWatermark('at', '0 seconds').dropDuplicates('at', 'n').writeStream.queryName('q').format('noop').option('checkpointLocation', chk).start();
  let query = await start();
  const late = async (...seconds: number[]): Promise<void> => {
    rows.add(...seconds.map((s) => ({ at: at(s), n: `${s}.50`, b: Uint8Array.of(s % 256) })));
    await query.processAllAvailable();
  };
  await late(1000);
  await late(1, 2);
  await late(3);
  const before = await query.lateRows().collect();
  expect(before.map((r) => r.row)).toEqual([1, 2, 3].map((n) => ({ at: at(n), n: `${n}.50`, b: Uint8Array.of(n) })));
  await query.stop();
  query = await start();
  expect(await query.lateRows().collect()).toEqual(before);
  expect(readdirSync(`${chk}/dropped`).sort()).toEqual(['2', '3']);
  await query.stop();
  // The newest epoch was not committed after all: it runs again.
  rmSync(`${chk}/commits/3`);
  query = await start();
  await query.processAllAvailable();
  expect(await query.lateRows().collect()).toEqual(before);
  await late(4, 5);
  await late(6);
  expect((await query.lateRows().collect()).map((r) => Number(r.epoch))).toEqual([3, 4, 4, 5]);
  expect(readdirSync(`${chk}/dropped`).sort()).toEqual(['3', '4', '5']);
  await query.stop();
  truncateSync(`${chk}/dropped/4`, 20);
  expect((await raised(start)).condition).toBe('CHECKPOINT_CORRUPT');
});

test('rows that are very long are few', async () => {
  const { session } = open();
  const rows = session.memoryStream('at TIMESTAMP, s STRING');
  const query = await rows.toDF().withWatermark('at', '0 seconds').dropDuplicates('at', 's').writeStream.format('noop').start();
  rows.add({ at: at(1000), s: '' });
  await query.processAllAvailable();
  const long = 'x'.repeat(1 << 20);
  for (let epoch = 0; epoch < 3; epoch++) {
    rows.add(...Array.from({ length: 6 }, (_, n) => ({ at: at(n), s: `${epoch} ${n} ${long}` })));
    await query.processAllAvailable();
  }
  expect(query.ledger.total.late).toBe(18);
  // 2 MB each, 16 MB of them.
  expect((await query.lateRows().selectExpr('substr(row:s::STRING, 1, 3) AS s').collect()).map((r) => r.s)).toEqual(['1 4', '1 5', '2 0', '2 1', '2 2', '2 3', '2 4', '2 5']);
});

test.each([
  ['json', 'n INT, s STRING', '{"n": 1, "s": "a"}\n{"n": "x"}\n\nnothing\n{"n": 2, "s": "b"}\n', [[19, 'a value does not fit its column', '{"n": "x"}'], [31, 'it is not a JSON document of the schema', 'nothing']]],
  ['json', 'n INT, s STRING', '{"n": "y"}\n[{"n": 1}, {"n": 2}]\n[{"n": 3}, 4]\n', [[0, 'a value does not fit its column', '{"n": "y"}'], [32, 'it is not a JSON document of the schema', '[{"n": 3}, 4]']]],
  ['csv', 'n INT, s STRING', '1,a\nx,b\n2,c\n3\n', [[4, 'its fields do not fit the columns', 'x,b'], [12, 'its fields do not fit the columns', '3']]],
] as const)('records of %s that are dropped are rejected rows', async (format, schema, text, expected) => {
  const { session } = open();
  const directory = temporary();
  mkdirSync(`${directory}/in`);
  writeFileSync(`${directory}/in/1`, text);
  const stream = session.readStream.format(format).schema(schema).option('mode', 'DROPMALFORMED').load(`${directory}/in`);
  const query = await stream.writeStream.trigger({ availableNow: true }).toTable('kept');
  await query.awaitTermination();
  expect(query.ledger.operators.find((o) => o.operator === 'scan')).toMatchObject({ in: 4, used: 2, rejected: 2, out: 2 });
  expect(query.lastProgress).toMatchObject({ numInputRows: 2, sources: [{ metrics: { malformedRows: 2 } }] });
  expect((await query.rejectedRows().collect()).map((r) => [r.epoch, r.source, r.position, r.reason, r.raw, r.row])).toEqual(
    expected.map(([byte, reason, raw]) => [0n, expect.stringContaining('FileStreamSource'), `${directory}/in/1, byte ${byte}`, reason, raw, null]));
  expect(await session.sql("SELECT count(*) AS n FROM rejected_rows('kept')").collect()).toEqual([{ n: 2n }]);
});
