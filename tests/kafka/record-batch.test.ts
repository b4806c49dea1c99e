// Record batches into rows: those that Kafka's own Java producer wrote with each codec, transactions, gaps, headers; and batches with
// flipped bits and cut ends, which must be an error or what is left of whole batches, never other rows.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { rows as rowsOf } from '../../engine/columnar/read.js';
import type { AbortedTransaction, FetchedPartition, Isolation } from '../../kafka/client.js';
import { Arena } from '../../kafka/codecs/arena.js';
import { decompress, limitOf } from '../../kafka/codecs/decompress.js';
import { crc32c } from '../../kafka/crc32c.js';
import { batchHeads, decodeRecords, positionAfter, RecordError } from '../../kafka/record-batch.js';
import { RecordRows } from '../../kafka/record-rows.js';
import { encode, seal } from './batches.js';

const JAVA = JSON.parse(readFileSync(path.join(__dirname, 'fixtures', 'java-batches.json'), 'utf8')) as Readonly<Record<string, string>>;
/** What the Java producer was given. */
const two = (n: number): string => String(n).padStart(2, '0');
const LINES = Array.from({ length: 400 }, (_, i) => `{"n":${i},"user":"user-${i % 17}","page":"/products/${(i * 7919) % 1000}?ref=home","at":"2026-01-01T00:${two(Math.floor(i / 60) % 60)}:${two(i % 60)}Z"}`);

interface Decoded { readonly offset: number; readonly key: string | null; readonly value: string | null; readonly millis: number; readonly timeType: number; readonly headers: unknown }
function decode(records: Uint8Array, options: { readonly from?: number; readonly to?: number; readonly isolation?: Isolation; readonly aborted?: readonly AbortedTransaction[] } = {}): Decoded[] {
  const answer: FetchedPartition = { topic: 't', partition: 3, error: 0, highWatermark: 0, lastStableOffset: 0, logStartOffset: 0, aborted: options.aborted ?? [], records };
  const inPlace = new RecordRows(true);
  const unpacked = new RecordRows(true);
  const arena = new Arena(64);
  let bytes: Uint8Array = new Uint8Array(0);
  decodeRecords(answer, batchHeads(records), options.from ?? 0, options.to ?? Number.MAX_SAFE_INTEGER, { isolation: options.isolation ?? 1, checkCrc: true }, {
    inPlace: (whole) => { bytes = whole; return inPlace; }, unpacked: () => ({ rows: unpacked, arena }),
  });
  const string = (v: unknown): string | null => (v === null ? null : Buffer.from(v as Uint8Array).toString());
  return [[inPlace, bytes] as const, [unpacked, arena.bytes] as const].flatMap(([r, b]) =>
    rowsOf({ length: r.length, selection: null, columns: [r.offsetColumn(), r.keyColumn(b), r.valueColumn(b), r.timestampColumn(), r.timestampTypeColumn(), r.headersColumn(b), r.topicColumn(), r.partitionColumn()] })
      .map(([offset, key, value, time, type, headers, topic, partition]): Decoded => {
        expect([topic, partition]).toEqual(['t', 3]);
        return { offset: Number(offset), key: string(key), value: string(value), millis: Number((time as bigint) / 1000n), timeType: type as number, headers: (headers as [string, Uint8Array][] | null)?.map(([k, v]) => [k, string(v)]) ?? null };
      }));
}
const values = (records: Uint8Array, options?: Parameters<typeof decode>[1]): (string | null)[] => decode(records, options).map((r) => r.value);

test('the checksum is CRC-32C', () => {
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
  expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa);
  expect(crc32c(Buffer.alloc(32, 255))).toBe(0x62a8ab43);
  const data = Buffer.from(Array.from({ length: 100 }, (_, i) => (i * 37) & 255));
  for (let cut = 0; cut <= 100; cut++) expect(crc32c(data, cut, 100, crc32c(data, 0, cut))).toBe(crc32c(data));
});

test.each(Object.keys(JAVA))('what the Java producer wrote with %s', (codec) => {
  const records = Buffer.from(JAVA[codec]!, 'base64');
  const heads = batchHeads(records);
  expect(positionAfter(heads, 0)).toBe(400);
  const all = decode(records);
  expect(all.map((r) => r.value)).toEqual(LINES);
  expect(all.map((r) => r.offset)).toEqual(LINES.map((_, i) => i));
  expect(all.every((r) => r.key === null && r.headers === null && r.timeType === 0)).toBe(true);
  expect(values(records, { from: 100, to: 203 })).toEqual(LINES.slice(100, 203));
});

/** What the reference program of Zstandard was given, at several levels: random bytes, text, one byte for long, a pattern. */
function mixed(): Buffer {
  const noise = (seed: number, n: number): Buffer => { let x = seed; return Buffer.from(Array.from({ length: n }, () => { x = (Math.imul(x, 1103515245) + 12345) >>> 0; return (x >>> 16) & 255; })); };
  const lines = (n: number): Buffer => Buffer.from(Array.from({ length: n }, (_, i) => `{"n":${i},"user":"user-${i % 17}","page":"/products/${(i * 7919) % 1000}?ref=home"}`).join('\n'));
  return Buffer.concat([noise(1, 700), lines(200), Buffer.alloc(200_000, 65), noise(2, 40), lines(500), Buffer.from('ab'.repeat(4000))]);
}
const ZSTD = JSON.parse(readFileSync(path.join(__dirname, 'fixtures', 'zstd.json'), 'utf8')) as Readonly<Record<string, string>>;
test.each(Object.keys(ZSTD))('Zstandard at level %s, whole and cut off', (level) => {
  const packed = Buffer.from(ZSTD[level]!, 'base64');
  const out = new Arena();
  decompress(4, packed, 0, packed.length, out);
  expect(Buffer.from(out.bytes.subarray(0, out.used)).equals(mixed())).toBe(true);
  for (let cut = 1; cut < packed.length; cut += 7) expect(() => decompress(4, packed, 0, cut, new Arena())).toThrow('zstd: ');
});

test('keys, values, NULL and empty ones, headers, times', () => {
  const batch = encode({ base: 7, time: 1_700_000_000_000, records: [
    { delta: 0, key: 'k', value: 'v' }, { delta: 1, key: null, value: null, time: 5 }, { delta: 2, key: '', value: '', time: -3 },
    { delta: 3, key: 'x'.repeat(300), value: 'y'.repeat(20_000), time: 2 ** 40, headers: [['a', 'b'], ['a', null], ['', '']] },
  ] });
  expect(decode(batch)).toEqual([
    { offset: 7, key: 'k', value: 'v', millis: 1_700_000_000_000, timeType: 0, headers: null },
    { offset: 8, key: null, value: null, millis: 1_700_000_000_005, timeType: 0, headers: null },
    { offset: 9, key: '', value: '', millis: 1_699_999_999_997, timeType: 0, headers: null },
    { offset: 10, key: 'x'.repeat(300), value: 'y'.repeat(20_000), millis: 1_700_000_000_000 + 2 ** 40, timeType: 0, headers: [['a', 'b'], ['a', null], ['', '']] },
  ]);
  expect(decode(encode({ base: 0, attributes: 8, maxTime: 77, records: [{ delta: 0, value: 'v', time: 12 }] }))[0]).toMatchObject({ millis: 77, timeType: 1 });
});

test('large offsets and times are exact', () => {
  const base = 2 ** 52 + 1;
  expect(decode(encode({ base, time: 9_000_000_000_000, records: [{ delta: 0, value: 'v' }, { delta: 2, value: 'w' }] }))).toMatchObject([{ offset: base, millis: 9_000_000_000_000 }, { offset: base + 2 }]);
  expect(() => decode(encode({ base: 0, time: 1_700_000_000_000_000_000, records: [{ delta: 0, value: 'v' }] }))).toThrow(expect.objectContaining({ condition: 'DATETIME_OVERFLOW' }));
});

test('gaps of compaction, batches without records, a cut end', () => {
  const set = Buffer.concat([encode({ base: 2, last: 9, records: [{ delta: 1, value: 'a' }, { delta: 5, value: 'b' }] }), encode({ base: 12, last: 7, records: [] }), encode({ base: 20, records: [{ delta: 0, value: 'c' }] })]);
  expect(decode(set).map((r) => [r.offset, r.value])).toEqual([[3, 'a'], [7, 'b'], [20, 'c']]);
  expect(positionAfter(batchHeads(set), 0)).toBe(21);
  for (let cut = 1; cut < set.length; cut++) {
    const heads = batchHeads(set.subarray(0, cut));
    expect([0, 12, 20]).toContain(positionAfter(heads, 0));
    expect(['', 'a,b']).toContain(values(set.subarray(0, cut)).join());
  }
});

const COMMIT = '\u0000\u0000\u0000\u0001';
const ABORT = '\u0000\u0000\u0000\u0000';
test('records of aborted transactions and markers', () => {
  const marker = (base: number, producer: bigint, key: string): Buffer => encode({ base, attributes: 48, producer, records: [{ delta: 0, key, value: '\u0000\u0000\u0000\u0000\u0000\u0000' }] });
  const data = (base: number, producer: bigint, value: string): Buffer => encode({ base, attributes: 16, producer, records: [{ delta: 0, value }] });
  const set = Buffer.concat([
    data(0, 1n, 'taken back'), data(1, 2n, 'stays'), encode({ base: 2, records: [{ delta: 0, value: 'plain' }] }), marker(3, 1n, ABORT), data(4, 1n, 'of the next one'), marker(5, 2n, COMMIT), marker(6, 1n, COMMIT),
    data(7, 2n, 'taken back, too'), marker(8, 2n, ABORT),
  ]);
  const aborted = [{ producerId: 2n, firstOffset: 7 }, { producerId: 1n, firstOffset: 0 }];
  expect(values(set, { aborted })).toEqual(['stays', 'plain', 'of the next one']);
  expect(values(set, { aborted, from: 1 })).toEqual(['stays', 'plain', 'of the next one']);
  expect(values(set, { aborted, from: 4 })).toEqual(['of the next one']);
  expect(values(set, { aborted, isolation: 0 })).toEqual(['taken back', 'stays', 'plain', 'of the next one', 'taken back, too']);
});

/** Small deterministic numbers. */
function* numbers(seed: number): Generator<number, never, undefined> { for (let x = seed; ;) { x = (Math.imul(x, 1103515245) + 12345) >>> 0; yield x >>> 1; } }
/** Runs; anything but an error of this kind is not allowed. */
function attempt<T>(run: () => T): T | RecordError {
  try { return run(); } catch (error) { if (error instanceof RecordError) return error; throw error; }
}

test.each(['none', ...Object.keys(JAVA)])('flipped bits are found by the checksum: %s', (codec) => {
  const whole = codec === 'none' ? encode({ base: 0, records: LINES.slice(0, 50).map((value, delta) => ({ delta, value, key: `k${delta}` })) }) : Buffer.from(JAVA[codec]!, 'base64');
  const good = values(whole);
  const random = numbers(7);
  let found = 0;
  for (let i = 0; i < 1500; i++) {
    const bytes = Buffer.from(whole);
    const bit = random.next().value % (bytes.length * 8);
    // The base offset and the leader's epoch are not under the checksum.
    const head = batchHeads(whole).find((h) => (bit >> 3) < h.to)!;
    if ((bit >> 3) - head.at < 8) continue;
    bytes[bit >> 3]! ^= 1 << (bit & 7);
    const got = attempt(() => values(bytes));
    if (got instanceof RecordError) { found++; continue; }
    // A length that is too long, or an epoch: what is left are whole batches.
    expect(good.slice(0, got.length)).toEqual(got);
  }
  expect(found).toBeGreaterThan(1200);
});

test.each(['none', ...Object.keys(JAVA)])('damage under a right checksum is an error or rows, never a crash, a hang or a flood: %s', (codec) => {
  const whole = codec === 'none' ? encode({ base: 0, records: LINES.slice(0, 50).map((value, delta) => ({ delta, value, headers: [['h', value]] })) }) : Buffer.from(JAVA[codec]!, 'base64');
  const { at, to } = batchHeads(whole)[0]!;
  const random = numbers(11);
  for (let i = 0; i < 300; i++) {
    const bytes = Buffer.from(whole.subarray(at, to));
    for (let flips = 1 + (random.next().value % 4); flips > 0; flips--) bytes[21 + (random.next().value % (bytes.length - 21))] = random.next().value & 255;
    seal(bytes);
    try {
      const got = attempt(() => decode(bytes));
      if (!(got instanceof RecordError)) expect(got.length).toBeLessThanOrEqual(400);
    } catch (error) { expect(error).toMatchObject({ condition: 'DATETIME_OVERFLOW' }); }
  }
});

test('what would unpack to too much is refused before it does', () => {
  // A Zstandard frame of blocks that repeat one byte 128 KiB.
  const frame = (blocks: number): Buffer => Buffer.concat([Buffer.from('28b52ffd0058', 'hex'), ...Array.from({ length: blocks }, (_, i) => { const b = Buffer.alloc(4, 65); b.writeUIntLE((131072 << 3) | 2 | (i === blocks - 1 ? 1 : 0), 0, 3); return b; })]);
  const three = new Arena();
  decompress(4, frame(3), 0, frame(3).length, three);
  expect(three.used).toBe(3 * 131072);
  const bomb = frame(5000);
  expect(5000 * 131072).toBeGreaterThan(limitOf(bomb.length));
  expect(() => decompress(4, bomb, 0, bomb.length, new Arena())).toThrow('zstd: more than');
  const snappy = Buffer.concat([Buffer.of(255, 255, 255, 255, 15), Buffer.alloc(100)]);
  expect(() => decompress(2, snappy, 0, snappy.length, new Arena())).toThrow('snappy: more than');
  expect(() => decompress(5, snappy, 0, snappy.length, new Arena())).toThrow('the codec 5 is not known');
});

test('formats of before 0.11 are named', () => {
  const batch = encode({ base: 0, records: [{ delta: 0, value: 'v' }] });
  batch[16] = 1;
  expect(() => batchHeads(batch)).toThrow('they have the format 1, of Kafka before 0.11');
});
