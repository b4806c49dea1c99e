// Record batches as kafkajs's own decoder reads them, sums as Kafka computes them, partitions as Java's client chooses them.

import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { type Cell, HEAD_BYTES, recordBytesMax, RecordBatchWriter, type SealedBatch } from '../../kafka/encode.js';
import { murmur2, partitionOf, StickyPartitions } from '../../kafka/partition.js';
import { batchCodec } from '../../kafka/codecs/compress.js';

type Reader = new (bytes: Buffer) => object;
const KafkajsReader = require('kafkajs/src/protocol/decoder') as Reader;
interface Decoded { readonly records: readonly { readonly offset: string; readonly timestamp: string; readonly key: Buffer | null; readonly value: Buffer | null; readonly headers: Readonly<Record<string, unknown>> }[]; readonly producerId: string; readonly producerEpoch: number; readonly inTransaction: boolean; readonly maxTimestamp: string }
const decodeBatch = require('kafkajs/src/protocol/recordBatch/v0/decoder') as (reader: object) => Promise<Decoded>;

const cell = (bytes: Uint8Array | null): Cell => bytes === null ? { bytes: new Uint8Array(0), from: -1, to: 0 } : { bytes: Buffer.concat([Buffer.from('??'), bytes]), from: 2, to: 2 + bytes.length };
interface Written { readonly key: Uint8Array | null; readonly value: Uint8Array | null; readonly headers: readonly (readonly [string, Uint8Array | null])[] }
function batchOf(records: readonly Written[], codec = 'none'): SealedBatch {
  const writer = new RecordBatchWriter(64);
  for (const { key, value, headers } of records) {
    const before = writer.length;
    const cells = { cells: headers.flatMap(([k, v]) => [cell(Buffer.from(k)), cell(v)]), count: headers.length * 2 };
    writer.append(cell(key), cell(value), cells);
    expect(writer.length - before).toBeLessThanOrEqual(recordBytesMax(cell(key), cell(value), cells));
  }
  return writer.seal(batchCodec(codec), 1_700_000_000_123);
}
const OWNER = { producerId: 9007199254740993n, producerEpoch: 7, baseSequence: 12, transactional: true };
const read = async (batch: SealedBatch): Promise<Decoded> => decodeBatch(new KafkajsReader(Buffer.from(batch.bytes(OWNER))));
/** Slow and plain: one bit at a time. */
function plainCrc(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const b of bytes) { crc ^= b; for (let i = 0; i < 8; i++) crc = (crc & 1) !== 0 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1; }
  return ~crc >>> 0;
}
const bytes = (maxLength: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength });
const records = fc.array(fc.record({ key: fc.option(bytes(80)), value: fc.option(bytes(300)), headers: fc.array(fc.tuple(fc.constantFrom('a', 'bb', 'ü'), bytes(20)), { maxLength: 2 }).map((h) => [...new Map(h)]) }), { minLength: 1, maxLength: 200 });

test('what is written is what kafkajs reads, with owner, times and sum', async () => {
  await fc.assert(fc.asyncProperty(records, async (list) => {
    const batch = batchOf(list);
    const whole = Buffer.from(batch.bytes(OWNER));
    expect(whole.readUInt32BE(17)).toBe(plainCrc(whole.subarray(21)));
    expect(whole.readInt32BE(8)).toBe(whole.length - 12);
    expect(whole.readInt32BE(53)).toBe(12);
    const decoded = await read(batch);
    expect(decoded).toMatchObject({ producerId: '9007199254740993', producerEpoch: 7, inTransaction: true, maxTimestamp: '1700000000123' });
    expect(decoded.records.map((r) => [r.offset, r.timestamp, r.key, r.value, r.headers])).toEqual(list.map((r, i) => [
      String(i), '1700000000123', r.key && Buffer.from(r.key), r.value && Buffer.from(r.value), Object.fromEntries(r.headers.map(([k, v]) => [k, v && Buffer.from(v)])),
    ]));
  }), { numRuns: 60 });
});

test('the halves of a batch hold its records in order', async () => {
  await fc.assert(fc.asyncProperty(records.filter((l) => l.length > 1), async (list) => {
    const batch = batchOf(list);
    const whole = (await read(batch)).records.map((r) => [r.key, r.value]);
    const parts = RecordBatchWriter.halves(batch, undefined);
    expect(parts[0].count + parts[1].count).toBe(list.length);
    const halves = [...(await read(parts[0])).records, ...(await read(parts[1])).records].map((r) => [r.key, r.value]);
    expect(halves).toEqual(whole);
  }), { numRuns: 30 });
});

test('a gzip batch has its codec in the attributes and its records packed', async () => {
  const batch = batchOf(Array.from({ length: 100 }, (_, i) => ({ key: null, value: Buffer.from(`{"id":${i},"name":"a name"}`), headers: [] })), 'gzip');
  const whole = Buffer.from(batch.bytes({ ...OWNER, transactional: false }));
  expect(whole.readInt16BE(21)).toBe(1);
  expect(gunzipSync(whole.subarray(HEAD_BYTES))).toEqual(Buffer.from(batch.records));
  expect((await read(batch)).records).toHaveLength(100);
});

test('a codec that is not there is refused', () => {
  expect(() => batchCodec('brotli')).toThrow(expect.objectContaining({ condition: 'INVALID_OPTION_VALUE' }) as Error);
});

// Values of org.apache.kafka.common.utils.Utils.murmur2, from Kafka's own UtilsTest.
test.each([['21', -973932308], ['foobar', -790332482], ['a-little-bit-long-string', -985981536], ['a-little-bit-longer-string', -1486304829], ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971], ['abc', 479470107]])('murmur2 of %s', (text, expected) => {
  expect(murmur2(Buffer.from(text))).toBe(expected);
  const padded = Buffer.from(`..${text}..`);
  expect(partitionOf(padded, 2, padded.length - 2, 7)).toBe((expected & 0x7fffffff) % 7);
});

test('records without a key go to one partition for a while, then to the next, to each as many', () => {
  const sticky = new StickyPartitions(() => 0.5, 1000);
  const given = Array.from({ length: 400 }, () => sticky.next(4, 100));
  expect(given.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 2));
  expect([0, 1, 2, 3].map((p) => given.filter((g) => g === p).length)).toEqual([100, 100, 100, 100]);
});
