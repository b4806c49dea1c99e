// Answers of brokers that are cut off or damaged: a WireError or an answer, never a crash, a hang or a flood.

import { fetchAnswer, listOffsetsAnswer, metadataAnswer, produceAnswer } from '../../kafka/requests.js';
import { WireError, WireReader, WireWriter } from '../../kafka/wire.js';

const fetched = new WireWriter().int32(0).int16(0).int32(0).array(['t', 'u'], () => undefined).finish();
function fetchBytes(): Buffer {
  const out = new WireWriter();
  out.int32(7).int16(0).int32(0).array([0, 1], (t) => {
    out.string(`topic-${t}`).array([0, 1], (p) => {
      out.int32(p).int16(0).int64(100 + p).int64(90 + p).int64(10).array([5n], (id) => { out.int64(id).int64(12); }).int32(-1).int32(4).raw(Buffer.from('abcd'));
    });
  });
  return out.finish();
}
function metadataBytes(): Buffer {
  const out = new WireWriter();
  out.int32(0).compactArray([1, 2], (n) => { out.int32(n).compactString(`host-${n}`).int32(9092).compactString(null).tags(); }).compactString('cluster').int32(1);
  out.compactArray(['a', 'b'], (t) => {
    out.int16(0).compactString(t).raw(Buffer.alloc(16, t)).boolean(false).compactArray([0, 1], (p) => {
      out.int16(0).int32(p).int32(1).int32(3);
      for (let list = 0; list < 3; list++) out.compactArray([1, 2], (n) => { out.int32(n); });
      out.tags();
    }).int32(0).tags();
  });
  return out.tags().finish();
}
const offsetBytes = (): Buffer => { const out = new WireWriter(); return out.int32(0).array(['t'], (t) => { out.string(t).array([0, 1], (p) => { out.int32(p).int16(0).int64(-1).int64(p * 10); }); }).finish(); };
const produceBytes = (): Buffer => { const out = new WireWriter(); return out.array(['t'], (t) => { out.string(t).array([0], (p) => { out.int32(p).int16(0).int64(3).int64(-1).int64(0); }); }).int32(0).finish(); };

const ANSWERS: readonly (readonly [string, Buffer, (bytes: Uint8Array) => unknown])[] = [
  ['fetch', fetchBytes(), (b) => fetchAnswer(11, b)], ['metadata', metadataBytes(), (b) => metadataAnswer(12, b)], ['offsets', offsetBytes(), listOffsetsAnswer], ['produce', produceBytes(), (b) => produceAnswer(7, b)],
];

test('what is written is read', () => {
  const answer = fetchAnswer(11, fetchBytes());
  expect(answer.throttleMillis).toBe(7);
  expect(answer.partitions.map((p) => [p.topic, p.partition, p.highWatermark, p.lastStableOffset, p.aborted, Buffer.from(p.records).toString()])).toEqual(
    [0, 1].flatMap((t) => [0, 1].map((p) => [`topic-${t}`, p, 100 + p, 90 + p, [{ producerId: 5n, firstOffset: 12 }], 'abcd'])));
  expect(metadataAnswer(12, metadataBytes())).toEqual({
    nodes: [1, 2].map((node) => ({ node, host: `host-${node}`, port: 9092 })),
    topics: ['a', 'b'].map((topic) => ({ error: 0, topic, id: Buffer.alloc(16, topic).toString('hex'), internal: false, partitions: [0, 1].map((partition) => ({ error: 0, partition, leader: 1 })) })),
  });
  expect(() => fetchAnswer(11, fetched)).toThrow(WireError);
});
test.each(ANSWERS)('cut off at any byte: %s', (_, bytes, read) => {
  for (let cut = 0; cut < bytes.length - 4; cut++) expect(() => read(bytes.subarray(0, cut))).toThrow(WireError);
});
test.each(ANSWERS)('flipped bits: %s', (_, bytes, read) => {
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const damaged = Buffer.from(bytes);
    damaged[bit >> 3]! ^= 1 << (bit & 7);
    try { read(damaged); } catch (error) { expect(error).toBeInstanceOf(WireError); }
  }
});
test('numbers beyond what is exact are refused', () => {
  expect(new WireReader(new WireWriter().int64(2n ** 53n - 1n).finish()).int64()).toBe(2 ** 53 - 1);
  expect(() => new WireReader(new WireWriter().int64(2n ** 53n).finish()).int64()).toThrow(WireError);
  expect(new WireReader(new WireWriter().int64(-2n).finish()).int64()).toBe(-2);
});
