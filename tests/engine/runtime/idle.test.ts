// The watermark tracker with idle nodes.

import { type WatermarkPolicy, WatermarkTracker } from '../../../engine/runtime/watermarks.js';

const NONE = { perNode: {}, activeAt: {} };
const tracker = (policy: WatermarkPolicy, idle: readonly (number | undefined)[], memory = NONE, global = 0): WatermarkTracker =>
  new WatermarkTracker(policy, idle.map((idleMillis, i) => ({ nodeId: `w${i}`, delayMillis: 0, idleMillis })), global, memory);
/** The global watermark after each epoch: its timestamp, what each node saw. */
const after = (t: WatermarkTracker, ...epochs: readonly (readonly [at: number, ...seen: (number | undefined)[]])[]): readonly number[] =>
  epochs.map(([at, ...seen]) => { t.update(seen, at); return t.global; });

test('an idle node holds nothing back, one without a rule for it always does', () => {
  expect(after(tracker('min', [30, 30]), [0, 10, 5], [29, 20, undefined], [30, 21, undefined], [31, undefined, 7], [32, 40, 25])).toEqual([5, 5, 21, 21, 25]);
  expect(after(tracker('min', [30, undefined]), [0, 10, 5], [100, 20, undefined], [200, 30, undefined])).toEqual([5, 5, 5]);
  expect(after(tracker('max', [30, 30]), [0, 10, 5], [100, undefined, 8])).toEqual([10, 10]);
});
test('a node that has never been heard is idle so long after the first epoch', () => {
  expect(after(tracker('min', [30, 30]), [1000, 10, undefined], [1029, 20, undefined], [1030, 21, undefined])).toEqual([0, 0, 21]);
});
test('of nodes that are all idle the greatest counts, in whatever order they fell silent', () => {
  expect(after(tracker('min', [30, 30]), [0, 10, 5], [30, undefined, undefined])).toEqual([5, 10]);
  expect(after(tracker('min', [10, 30]), [0, 10, 5], [10, undefined, undefined], [30, undefined, undefined])).toEqual([5, 5, 10]);
  expect(after(tracker('min', [30, 10]), [0, 10, 5], [10, undefined, undefined], [30, undefined, undefined])).toEqual([5, 10, 10]);
});
test('what was found out goes on over a restart; when something would change is known before', () => {
  const first = tracker('min', [30, 50]);
  first.update([10, 5], 0);
  first.update([20, undefined], 20);
  expect(first.memory).toEqual({ perNode: { w0: 20, w1: 5 }, activeAt: { w0: 20, w1: 0 } });
  expect(first.idleTimes(20)).toEqual([50]);
  const again = tracker('min', [30, 50], first.memory, first.global);
  expect([again.at(49), again.at(50)]).toEqual([5, 20]);
  again.update([25, undefined], 50);
  expect(again.global).toBe(25);
  expect(again.states(50)).toEqual([{ nodeId: 'w0', watermark: 25, idle: false, activeAt: 50 }, { nodeId: 'w1', watermark: 5, idle: true, activeAt: 0 }]);
});
