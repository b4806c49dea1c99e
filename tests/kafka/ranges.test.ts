// Ranges of offsets from a cluster that is played: answers that are short, empty, refused or cut, leaders that move. Whatever the cluster
// does, a range gives its rows once and in order.

import { rows } from '../../engine/columnar/read.js';
import type { EngineError } from '../../engine/plugin.js';
import { simulatedHost } from '../../engine/host/simulated.js';
import type { FetchedPartition, FetchRequest, KafkaClient } from '../../kafka/client.js';
import { ConnectionFailure, mayRetry } from '../../kafka/errors.js';
import { type OffsetRange, RangeReader } from '../../sources/kafka/ranges.js';
import { encode } from './batches.js';

interface Log { readonly batches: readonly { readonly base: number; readonly last: number; readonly bytes: Buffer }[]; readonly start: number; end: number }
/** One record a batch of each of these offsets; the log ends at `end`. */
const logOf = (offsets: readonly number[], end: number, start = 0): Log => ({ start, end, batches: offsets.map((base) => ({ base, last: base, bytes: encode({ base, records: [{ delta: 0, value: `v${base}` }] }) })) });

type Fault = (request: FetchRequest, node: number) => 'network' | 'not-leader' | 'throttled' | 'behind' | undefined;
function play(logs: Readonly<Record<string, Log>>, faults: Fault = () => undefined, leaderOf: (partition: number) => number = () => 1): { readonly client: KafkaClient; readonly requests: FetchRequest[]; readonly pauses: () => number } {
  let pauses = 0;
  const requests: FetchRequest[] = [];
  const host = simulatedHost(1, 0);
  const client = {
    brokers: 'played:1', forgetLeaders() { /* leaders are always known */ },
    leader: async (_topic: string, partition: number) => leaderOf(partition),
    listOffsets: async (questions: readonly { readonly topic: string; readonly partition: number; readonly at: unknown }[]) =>
      questions.map((q) => ({ topic: q.topic, partition: q.partition, offset: logs[`${q.topic}-${q.partition}`]![q.at === 'earliest' ? 'start' : 'end'] })),
    async fetch(node: number, request: FetchRequest) {
      requests.push(request);
      const fault = faults(request, node);
      if (fault === 'network') throw new ConnectionFailure('network', 'played:1', 'reset');
      let room = request.maxBytes;
      const partitions = request.partitions.map((p, i): FetchedPartition => {
        const log = logs[`${p.topic}-${p.partition}`]!;
        const state = { topic: p.topic, partition: p.partition, highWatermark: log.end, lastStableOffset: log.end, logStartOffset: log.start, aborted: [] };
        if (fault === 'not-leader') return { ...state, error: 6, records: Buffer.alloc(0) };
        if (fault === 'behind' || p.offset < log.start || p.offset > log.end) return { ...state, error: 1, records: Buffer.alloc(0) };
        if (fault === 'throttled') return { ...state, error: 0, records: Buffer.alloc(0) };
        const all = Buffer.concat(log.batches.filter((b) => b.last >= p.offset).map((b) => b.bytes));
        const first = log.batches.find((b) => b.last >= p.offset)?.bytes.length ?? 0;
        // The first batch of the first partition comes whole, whatever the limits.
        const size = Math.min(all.length, Math.max(Math.min(room, p.maxBytes), i === 0 ? first : 0));
        room = Math.max(0, room - size);
        return { ...state, error: 0, records: Buffer.from(all.subarray(0, size)) };
      });
      return { throttleMillis: fault === 'throttled' ? 5 : 0, partitions };
    },
    async persist<T>(_what: string, work: (progress: () => void) => Promise<T>): Promise<T> {
      for (let tries = 0; ; tries++) {
        try { return await work(() => { tries = 0; }); } catch (error) { if (!mayRetry(error) || tries > 20) throw error; pauses++; await host.clock.sleep(0); }
      }
    },
  };
  return { client: client as unknown as KafkaClient, requests, pauses: () => pauses };
}
async function read(client: KafkaClient, ranges: readonly OffsetRange[], settings: { readonly maxBytes?: number; readonly maxPartitionBytes?: number } = {}, lost: string[] = []): Promise<string[]> {
  const reader = new RangeReader(client, { isolation: 1, maxBytes: 1 << 20, maxPartitionBytes: 1 << 16, minBytes: 1, maxWaitMillis: 1, checkCrc: true, rack: undefined, ...settings }, false,
    (p, from, to, earliest) => { lost.push(`${p.topic}-${p.partition} ${from}..${to} first ${earliest}`); });
  const out: string[] = [];
  for await (const { rows: r, bytes } of reader.read(ranges, new AbortController().signal)) {
    for (const [partition, value] of rows({ length: r.length, columns: [r.partitionColumn(), r.valueColumn(bytes)], selection: null })) out.push(`${String(partition)}:${Buffer.from(value as Uint8Array).toString()}`);
  }
  return out;
}
const range = (partition: number, from: number, to: number): OffsetRange => ({ topic: 't', partition, from, to });
const upTo = (n: number, from = 0): number[] => Array.from({ length: n - from }, (_, i) => from + i);
const three = { 't-0': logOf(upTo(30), 30), 't-1': logOf(upTo(20), 20), 't-2': logOf(upTo(10), 10) };
const expected = [...upTo(25, 3).map((n) => `0:v${n}`), ...upTo(20).map((n) => `1:v${n}`), ...upTo(9, 5).map((n) => `2:v${n}`)];
const ranges = [range(0, 3, 25), range(1, 0, 20), range(2, 5, 9)];

test.each([[1 << 20, 1 << 16], [1 << 20, 200], [500, 200], [100, 100], [1, 1]])('answers of at most %d bytes, %d a partition', async (maxBytes, maxPartitionBytes) => {
  const { client } = play(three);
  expect(await read(client, ranges, { maxBytes, maxPartitionBytes })).toEqual(expected);
});
test('partitions that fit are fetched together', async () => {
  const { client, requests } = play(three);
  await read(client, ranges);
  expect(requests).toHaveLength(1);
});
test('connections that break, leaders that move, brokers that throttle', async () => {
  for (const fault of ['network', 'not-leader', 'throttled'] as const) {
    let n = 0;
    const { client } = play(three, () => (n++ % 3 === 1 ? fault : undefined), (p) => (p + (n % 2)) % 3);
    expect(await read(client, ranges, { maxPartitionBytes: 300 })).toEqual(expected);
    expect(n).toBeGreaterThan(3);
  }
});
test('gaps within, before and behind: the position tells, not the count', async () => {
  const { client } = play({ 't-0': logOf([4, 9], 16), 't-1': logOf([], 8) });
  expect(await read(client, [range(0, 0, 16), range(1, 2, 8)])).toEqual(['0:v4', '0:v9']);
  expect(await read(client, [range(0, 5, 9)])).toEqual([]);
  expect(await read(client, [range(0, 10, 14)])).toEqual([]);
});
test('what is lost is told exactly', async () => {
  const lost: string[] = [];
  const { client } = play({ 't-0': logOf(upTo(30, 12), 30, 12), 't-1': logOf(upTo(5), 5) });
  expect(await read(client, [range(0, 3, 15), range(1, 7, 9), range(0, 2, 4)], {}, lost)).toEqual(['0:v12', '0:v13', '0:v14']);
  expect(lost.sort()).toEqual(['t-0 2..4 first 12', 't-0 3..12 first 12', 't-1 7..9 first 0']);
});
test('a node that is behind the leader that lists offsets is asked again, not at once', async () => {
  let behind = 5;
  const { client, requests, pauses } = play(three, () => (behind-- > 0 ? 'behind' : undefined));
  expect(await read(client, ranges)).toEqual(expected);
  expect(requests.length).toBeLessThan(15);
  expect(pauses()).toBeGreaterThanOrEqual(2);
});
test('a log that is shorter than the range: a little later it is not, or the rest is lost', async () => {
  const log = logOf(upTo(8), 8);
  let asked = 0;
  const growing = play({ 't-0': log }, () => { if (++asked === 4) log.end = 10; return undefined; });
  const lost: string[] = [];
  expect(await read(growing.client, [range(0, 0, 10)], {}, lost)).toEqual(upTo(8).map((n) => `0:v${n}`));
  expect(lost).toEqual([]);
  expect(await read(play({ 't-0': logOf(upTo(8), 8) }).client, [range(0, 0, 10)], {}, lost)).toEqual(upTo(8).map((n) => `0:v${n}`));
  expect(lost).toEqual(['t-0 8..10 first 0']);
});
test('damaged records end the read, with their place', async () => {
  const log = logOf(upTo(5), 5);
  log.batches[3]!.bytes[65]! ^= 1;
  const error = await read(play({ 't-0': log }).client, [range(0, 0, 5)]).then(() => undefined, (e: EngineError) => e);
  expect(error).toMatchObject({ condition: 'KAFKA_CORRUPT_RECORDS', parameters: { topic: 't', partition: '0', offset: '3', reason: 'the checksum of a batch is wrong' } });
});
