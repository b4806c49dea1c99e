// What we compress unpacks to itself, by our own decoders (by Kafka's: sink.test.ts); repetition makes it small, noise hardly larger.

import fc from 'fast-check';
import { Arena } from '../../kafka/codecs/arena.js';
import { batchCodec } from '../../kafka/codecs/compress.js';
import { decompress } from '../../kafka/codecs/decompress.js';

const unpack = (codec: number, packed: Uint8Array): Buffer => {
  const arena = new Arena();
  decompress(codec, packed, 0, packed.length, arena);
  return Buffer.from(arena.bytes.subarray(0, arena.used));
};
/** Bytes with what matters to a search for repetitions: runs, near and far repeats, noise, block borders. */
const data = fc.array(fc.oneof(
  fc.uint8Array({ maxLength: 400 }), fc.record({ byte: fc.nat(255), length: fc.nat(70_000) }).map(({ byte, length }) => new Uint8Array(length).fill(byte)),
  fc.record({ text: fc.string({ maxLength: 30 }), times: fc.nat(500) }).map(({ text, times }) => Buffer.from(text.repeat(times))),
), { maxLength: 12 }).map((parts) => Buffer.concat(parts));

describe.each(['gzip', 'snappy', 'lz4'])('%s', (name) => {
  const codec = batchCodec(name)!;
  test('unpacks to what was packed', () => {
    fc.assert(fc.property(data, (bytes) => { expect(unpack(codec.id, codec.compress(bytes)).equals(bytes)).toBe(true); }), { numRuns: 150 });
  });
  test.each([[0], [1], [4], [12], [13], [65_535], [65_536], [65_537], [200_000]])('%d bytes of text, of one byte, of noise', (length) => {
    const text = Buffer.from('{"id":1234,"name":"somebody","at":"2024-01-01T00:00:00Z"},'.repeat(4000)).subarray(0, length);
    let state = 1;
    const noise = Buffer.from(Array.from({ length }, () => { state = (Math.imul(state, 1103515245) + 12345) >>> 0; return state >>> 24; }));
    for (const bytes of [text, Buffer.alloc(length, 7), noise]) expect(unpack(codec.id, codec.compress(bytes)).equals(bytes)).toBe(true);
    if (length > 60_000) expect(codec.compress(text).length).toBeLessThan(length / 20);
    expect(codec.compress(noise).length).toBeLessThan(length * 1.01 + 100);
  });
});
