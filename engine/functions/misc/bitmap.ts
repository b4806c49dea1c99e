// Where a number stands in a set of bitmaps of 32768 bits each, and how many bits a bitmap has. source: Spark BitmapExpressionUtils.

import { BINARY } from '../../../planner/types.js';
import { scalar, type ScalarFunction } from '../define.js';

const BITS = 32768n;
function countBits(bytes: Uint8Array): bigint {
  let n = 0;
  for (const byte of bytes) for (let rest = byte; rest !== 0; rest &= rest - 1) n++;
  return BigInt(n);
}
export const bitmaps: readonly ScalarFunction[] = [
  scalar('bitmap_bit_position(bigint) -> bigint', { doc: 'The bit of a number within its bitmap.', examples: ['bitmap_bit_position(2) = 1L'], row: (x: bigint) => x > 0n ? (x - 1n) % BITS : -x % BITS }),
  scalar('bitmap_bucket_number(bigint) -> bigint', { doc: 'The number of the bitmap that holds a number.', examples: ['bitmap_bucket_number(32769) = 2L'], row: (x: bigint) => x > 0n ? 1n + (x - 1n) / BITS : x / BITS }),
  scalar('bitmap_count(binary) -> bigint', { params: [{ name: 'bitmap', accepts: { kind: 'type', type: BINARY }, exact: 'typed' }], doc: 'The number of bits set in a bitmap.', examples: ["bitmap_count(X'FF01') = 9L"], row: countBits }),
];
