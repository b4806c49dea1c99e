// Sources that make their rows: the same rows for the same offsets, whatever the clock says and after a restart. And the socket.

import net from 'node:net';
import { memoryStore } from '../../engine/durable/metadata-store.js';
import { realHost } from '../../engine/host/real.js';
import { eventsSource } from '../../sources/events.js';
import { rateMicroBatchSource } from '../../sources/rate-micro-batch.js';
import { rateSource, valueAtSecond } from '../../sources/rate.js';
import { socketSource } from '../../sources/socket.js';
import { bench, never, openSource, readAll, simulatedBench } from '../support/connect.js';

test('rate: rows by the second, and the same after a restart', async () => {
  const b = simulatedBench();
  const metadata = memoryStore();
  const open = () => openSource(rateSource, { rowsPerSecond: '3' }, undefined, bench(b.host, metadata));
  const source = await open();
  expect(await source.latestOffset(undefined, false)).toBeUndefined();
  b.host.clock.advance(2500);
  expect(await source.latestOffset(undefined, false)).toBe(2);
  const start = 1_700_000_000_000n;
  const expected = [0, 333, 667, 1000, 1333, 1667].map((ms, i) => [(start + BigInt(ms)) * 1000n, BigInt(i)]);
  expect(await readAll(source.getBatch(undefined, 2, never))).toEqual(expected);
  b.host.clock.advance(60_000);
  expect(await readAll((await open()).getBatch(1, 2, never))).toEqual(expected.slice(3));
  b.host.clock.advance(-61_000);
  const setBack = await open();
  expect([await setBack.latestOffset(2, false), await setBack.latestOffset(undefined, false)]).toEqual([2, 1]);
});
test('rate ramps up', () => {
  expect([0, 1, 2, 3, 4, 5, 6].map((s) => valueAtSecond(s, 10, 4))).toEqual([0, 2, 6, 12, 20, 30, 40]);
});
test('rate-micro-batch: one batch an epoch', async () => {
  const source = await openSource(rateMicroBatchSource, { rowsPerBatch: '2', startTimestamp: '1000', advanceMillisPerBatch: '10' }, undefined, simulatedBench());
  const first = await source.latestOffset(undefined, false);
  const second = await source.latestOffset(first, false);
  expect([first, second]).toEqual([{ offset: 2, timestamp: 1010 }, { offset: 4, timestamp: 1020 }]);
  expect(await readAll(source.getBatch(undefined, second!, never))).toEqual([[1_000_000n, 0n], [1_000_000n, 1n], [1_010_000n, 2n], [1_010_000n, 3n]]);
  await source.freeze!();
  const third = await source.latestOffset(second, false);
  expect(await source.latestOffset(third, false)).toEqual(third);
});
test('events: disorder and late rows, by seed and offset', async () => {
  const given = { rows: '5000', startTimestamp: '0', rowsPerSecond: '100', disorder: '2 seconds', latePercent: '2', lateBy: '30 seconds' };
  const source = await openSource(eventsSource, given, undefined, simulatedBench());
  expect(await source.latestOffset(undefined, false)).toBe(5000);
  const all = await readAll(source.getBatch(undefined, 5000, never));
  const again = await openSource(eventsSource, given, undefined, simulatedBench());
  expect(await readAll(again.getBatch(1234, 1300, never))).toEqual(all.slice(1234, 1300));
  let newest = 0n;
  let late = 0;
  let disordered = 0;
  for (const row of all) { const at = row[0] as bigint; if (at < newest - 10_000_000n) late++; else if (at < newest) disordered++; if (at > newest) newest = at; }
  expect(late).toBeGreaterThan(50);
  expect(late).toBeLessThan(200);
  expect(disordered).toBeGreaterThan(1000);
  const other = await openSource(eventsSource, { ...given, seed: '2' }, undefined, simulatedBench());
  expect(await readAll(other.getBatch(undefined, 10, never))).not.toEqual(all.slice(0, 10));
});

test('socket: lines, their end, and nothing twice', async () => {
  const server = net.createServer((c) => { c.write('one\r\ntwo\nüb'); setTimeout(() => c.end('er\nlast'), 20); });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const { port } = server.address() as net.AddressInfo;
  const b = bench(realHost);
  const source = await openSource(socketSource, { host: '127.0.0.1', port: String(port) }, undefined, b);
  const seen: unknown[] = [];
  let after: number | undefined;
  while (seen.length < 4) {
    const offset = await source.latestOffset(after, false) as number | undefined;
    if (offset === undefined || offset === after) { await source.changed!(AbortSignal.timeout(2000)); continue; }
    seen.push(...(await readAll(source.getBatch(after, offset, never))).flat());
    await source.commit(offset);
    after = offset;
  }
  expect(seen).toEqual(['one', 'two', 'über', 'last']);
  await expect(readAll(source.getBatch(undefined, 1, never))).rejects.toMatchObject({ condition: 'OFFSETS_NOT_AVAILABLE' });
  await source.close();
  server.close();
});
test('socket: a refused connection says where', async () => {
  const server = net.createServer();
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => { server.close(resolve); });
  await expect(openSource(socketSource, { host: '127.0.0.1', port: String(port) }, undefined, bench(realHost))).rejects.toMatchObject({ condition: 'SOCKET_FAILED', parameters: { port: String(port) } });
});
