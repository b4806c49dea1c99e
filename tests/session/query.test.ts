// The handle of a running query, what it tells, listeners, and how a query fails.

import type { QueryListener } from '../../index.js';
import { cleanUp, open, raised, server, temporary } from './support.js';

afterEach(cleanUp);

test('progress has the keys of Spark in its order', async () => {
  const { session } = open();
  const rows = session.memoryStream('n BIGINT, at TIMESTAMP');
  const query = await rows.toDF().withWatermark('at', '10 seconds').groupBy('at').count().writeStream.outputMode('update').toTable('counts');
  rows.add({ n: 1n, at: new Date(20_000) as never }, { n: 2n, at: new Date(40_000) as never });
  await query.processAllAvailable();
  const [first, second] = query.recentProgress;
  expect(Object.keys(first!).filter((k) => k !== 'inputRowsPerSecond' && k !== 'processedRowsPerSecond')).toEqual(
    ['id', 'runId', 'name', 'timestamp', 'batchId', 'batchDuration', 'numInputRows', 'durationMs', 'eventTime', 'stateOperators', 'sources', 'sink', 'operators']);
  expect(first).toMatchObject({ id: query.id, runId: query.runId, name: 'counts', batchId: 0, numInputRows: 2,
    eventTime: { min: '1970-01-01T00:00:20.000Z', max: '1970-01-01T00:00:40.000Z', avg: '1970-01-01T00:00:30.000Z', watermark: '1970-01-01T00:00:00.000Z' },
    stateOperators: [{ operatorName: 'stateStoreSave', numRowsTotal: 2, numRowsUpdated: 2, numRowsDroppedByWatermark: 0 }],
    sources: [{ description: 'MemoryStream', startOffset: null, endOffset: 1, numInputRows: 2 }], sink: { description: 'MemorySink', numOutputRows: 2 } });
  expect(second).toMatchObject({ batchId: 1, numInputRows: 0, eventTime: { watermark: '1970-01-01T00:00:30.000Z' }, stateOperators: [{ numRowsTotal: 1, numRowsRemoved: 1 }] });
  expect(query.lastProgress).toEqual(second);
  for (const value of [...Object.values(first!.durationMs), first!.batchDuration, first!.stateOperators[0]!.commitTimeMs]) expect(Number.isInteger(value)).toBe(true);
  expect(JSON.parse(JSON.stringify(first))).toEqual(first);
});

test('a handle waits, stops and explains', async () => {
  const { session } = open();
  const rows = session.memoryStream('n BIGINT');
  const query = await rows.toDF().where('n > 1').writeStream.format('noop').start();
  await query.processAllAvailable();
  expect(query).toMatchObject({ isActive: true, name: undefined, lastProgress: null, exception: undefined, status: { isTriggerActive: false } });
  expect(query.explain()).toMatch(/^filter predicate=.*\n {2}scan format=memory/);
  expect(await query.awaitTermination(5)).toBe(false);
  expect(session.streams.active.map((q) => q.id)).toEqual([query.id]);
  expect(session.streams.get(query.id)?.id).toBe(query.id);
  await query.stop();
  expect(await query.awaitTermination()).toBe(true);
  expect(query).toMatchObject({ isActive: false, status: { message: 'Stopped' } });
  expect(session.streams.active).toEqual([]);
  const once = await rows.toDF().writeStream.format('noop').trigger({ availableNow: true }).start();
  expect(await once.awaitTermination()).toBe(true);
});

test('a closure that throws names query, epoch and range; listeners hear of it', async () => {
  const { session, warned } = open();
  const rows = session.memoryStream('n BIGINT');
  const heard: string[] = [];
  const listener: QueryListener = {
    onQueryStarted: (e) => { heard.push(`started ${e.name}`); }, onQueryProgress: (e) => { heard.push(`epoch ${e.progress.batchId}`); throw new Error('deaf'); },
    onQueryTerminated: (e) => { heard.push(`ended ${e.exception?.condition}`); },
  };
  session.streams.addListener(listener);
  expect(session.streams.listListeners()).toEqual([listener]);
  session.udf.register('picky', (n: bigint) => { if (n === 3n) throw new Error('three'); return n; }, 'BIGINT');
  const query = await rows.toDF().selectExpr('picky(n) AS n').writeStream.toTable('picked');
  rows.add({ n: 1n }, { n: 2n });
  await query.processAllAvailable();
  rows.add({ n: 3n });
  const error = await raised(() => query.processAllAvailable());
  expect(error).toMatchObject({ condition: 'STREAM_FAILED', row: 'row 1 of MemoryStream in the epoch', cause: { condition: 'FAILED_EXECUTE_UDF', cause: { message: 'three' } } });
  expect(error.message).toMatch(/The query picked \(.+\) failed in epoch 1, reading MemoryStream \(1, 2\], at row 1 of MemoryStream in the epoch: .*`picky` \(bigint => bigint\) failed: three/);
  expect(await raised(() => query.awaitTermination())).toBe(error);
  expect(await raised(() => session.streams.awaitAnyTermination())).toBe(error);
  session.streams.resetTerminated();
  expect(await session.streams.awaitAnyTermination(1)).toBe(false);
  expect(query).toMatchObject({ isActive: false, exception: error });
  expect(heard).toEqual(['started picked', 'epoch 0', 'ended STREAM_FAILED']);
  expect(warned).toEqual(['a query listener failed: deaf']);
  session.streams.removeListener(listener);
  expect(session.streams.listListeners()).toEqual([]);
  expect(await session.sql('SELECT sum(n) AS total FROM picked').collect()).toEqual([{ total: 3n }]);
});

test('foreachBatch gets frames, foreach rows', async () => {
  const { session } = open();
  const directory = temporary();
  const rows = session.memoryStream('n BIGINT, word STRING');
  const seen: unknown[] = [];
  const query = await rows.toDF().writeStream.foreachBatch(async (batch, epoch) => {
    seen.push([epoch, await batch.where('n > 1').collect(), (await batch.toArrow()).numRows, await batch.count()]);
    await batch.write.mode('append').json(`${directory}/out`);
  }).start();
  const each: unknown[] = [];
  const other = await rows.toDF().select('word').writeStream.foreach({
    open: (partition, epoch) => { each.push(`open ${partition} ${epoch}`); return true; }, process: (row) => { each.push(row); }, close: (error) => { each.push(`close ${error}`); },
  }).start();
  rows.add({ n: 1n, word: 'a' }, { n: 2n, word: null });
  rows.add({ n: 3n, word: 'c' });
  await query.processAllAvailable();
  await other.processAllAvailable();
  expect(seen).toEqual([[0, [{ n: 2n, word: null }, { n: 3n, word: 'c' }], 3, 3n]]);
  expect(each).toEqual(['open 0 0', { word: 'a' }, { word: null }, { word: 'c' }, 'close undefined']);
  expect(await session.read.schema('n BIGINT, word STRING').json(`${directory}/out`).collect()).toEqual([{ n: 1n, word: 'a' }, { n: 2n, word: null }, { n: 3n, word: 'c' }]);
});

test('one checkpoint and one name belong to one query; a changed query does not take old state', async () => {
  const { session } = open();
  const checkpoint = `${temporary()}/chk`;
  const rows = session.memoryStream('n BIGINT, m BIGINT');
  const start = (key: 'n' | 'm', location = checkpoint) => rows.toDF().groupBy(key).count().writeStream.outputMode('update').format('noop').queryName(`by_${key}`).option('checkpointLocation', location).start();
  const query = await start('n');
  expect((await raised(() => start('m', `${checkpoint}/../chk/`))).condition).toBe('CONCURRENT_QUERY');
  expect((await raised(() => start('n', `${checkpoint}2`))).condition).toBe('CONCURRENT_QUERY');
  rows.add({ n: 1n, m: 2n });
  await query.processAllAvailable();
  await query.stop();
  rows.add({ n: 1n, m: 2n });
  const again = await start('n');
  await again.processAllAvailable();
  expect(again.id).toBe(query.id);
  expect(again.recentProgress.map((p) => p.batchId)).toEqual([1]);
  expect(again.lastProgress!.stateOperators[0]).toMatchObject({ numRowsTotal: 1, numRowsUpdated: 1 });
  await again.stop();
  rows.add({ n: 1n, m: 2n });
  const changed = await start('m');
  expect((await raised(() => changed.processAllAvailable())).cause).toMatchObject({ condition: 'STREAMING_STATEFUL_OPERATOR_NOT_MATCH_IN_STATE_METADATA', hint: expect.stringContaining('new checkpoint') });
});

test('a socket with a checkpoint says that it cannot replay', async () => {
  const { session, warned } = open();
  const { port } = await server();
  const query = await session.readStream.format('socket').option('host', '127.0.0.1').option('port', port).load().writeStream.format('noop').option('checkpointLocation', `${temporary()}/c`).start();
  await query.stop();
  expect(warned).toEqual([expect.stringMatching(/^the source TextSocketV2\[host: 127\.0\.0\.1, port: \d+\] cannot replay/)]);
});

test('a changelog says what each row does', async () => {
  const { session } = open({ 'spark.sql.streaming.unsupportedOperationCheck': 'false' });
  const input = session.memoryStream('k STRING');
  const query = await input.toDF().groupBy('k').count().writeStream.outputMode('changelog').toTable('changes');
  for (const keys of [['a', 'b', 'a'], ['a']]) {
    input.add(...keys.map((k) => ({ k })));
    await query.processAllAvailable();
  }
  await query.stop();
  const row = (k: string, count: bigint, op: string) => ({ k, count, op });
  expect(await session.sql('SELECT * FROM changes').collect()).toEqual([row('a', 2n, 'insert'), row('b', 1n, 'insert'), row('a', 2n, 'delete'), row('a', 3n, 'insert')]);
});

test('a query may be stopped by what it calls; waiting for it there would never end, and is refused', async () => {
  const { session } = open();
  const input = session.memoryStream('n INT');
  const conditions: string[] = [];
  let epochs = 0;
  const query = await input.toDF().writeStream.foreachBatch(async (_, epoch) => {
    epochs++;
    for (const wait of [() => query.processAllAvailable(), () => query.awaitTermination()]) conditions.push((await raised(wait)).condition);
    expect(await query.awaitTermination(1)).toBe(false);
    if (epoch === 1) { await query.stop(); await session.stop(); }
  }).start();
  for (const n of [1, 2, 3]) { input.add({ n }); await query.processAllAvailable(); }
  await query.awaitTermination();
  expect([epochs, query.isActive, query.exception]).toEqual([2, false, undefined]);
  expect(conditions).toEqual(new Array(4).fill('QUERY_WAITS_FOR_ITSELF'));
  // What is begun there and goes on by itself is not the call.
  const more = session.memoryStream('n INT');
  let later: Promise<void> | undefined;
  const other = await more.toDF().writeStream.foreachBatch(() => { later ??= new Promise<void>((resolve) => { setTimeout(resolve, 20); }).then(() => other.processAllAvailable()); }).start();
  more.add({ n: 1 });
  await other.processAllAvailable();
  await later;
  expect(other.isActive).toBe(true);
});
