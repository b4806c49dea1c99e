// Memory for the bytes of a column: what its offsets do not reach is refused, and nothing is asked of the platform.

import { byteBuffer, grownBytes } from '../../../engine/columnar/bytes.js';

test('more bytes than offsets reach are a typed error', () => {
  const error = expect.objectContaining({ condition: 'COLUMN_TOO_LARGE', parameters: { bytes: '2147483648', limit: '2147483647' } });
  expect(() => byteBuffer(2 ** 31)).toThrow(error);
  expect(() => grownBytes(new Uint8Array(8), 2 ** 31)).toThrow(error);
  expect(byteBuffer(5)).toEqual(new Uint8Array(5));
});

test('a buffer grows by doubling and keeps what it holds', () => {
  const bytes = Uint8Array.of(1, 2, 3);
  expect(grownBytes(bytes, 3)).toBe(bytes);
  expect([...grownBytes(bytes, 4)]).toEqual([1, 2, 3, 0, 0, 0]);
  expect(grownBytes(bytes, 9)).toHaveLength(9);
});
