// The stored rows of a side of a join that counts.

import { BIGINT, field } from '../../../planner/types.js';
import { batchOf } from '../../../engine/columnar/build.js';
import { CountedSide } from '../../../engine/operators/counting-join-state.js';
import { sequence } from '../../../engine/operators/stateless.js';
import { memoryStore } from '../../../engine/state/memory.js';

test('rows whose key is NULL leave nothing behind', async () => {
  const store = memoryStore();
  const types = [BIGINT, BIGINT];
  const side = new CountedSide({ name: 'left', fields: types.map((t, i) => field(`c${i}`, t)), keys: (batch) => [...batch.columns], keyTypes: types, nullSafe: [false, false], deadline: null }, store);
  const bytes: number[] = [];
  for (let epoch = 0; epoch < 8; epoch++) {
    const batch = batchOf(types, Array.from({ length: 5000 }, (_, i) => [null, BigInt(5000 * epoch + i)]));
    const { slots } = side.net(batch, sequence(5000), null);
    expect(slots.every((slot) => side.hasNullKey(slot))).toBe(true);
    side.end();
    side.remove(slots);
    await store.commit(epoch);
    bytes.push(side.memoryUsedBytes);
  }
  expect([side.size, side.nulls.size]).toEqual([0, 0]);
  expect(bytes.at(-1)).toBe(bytes[0]);
});
