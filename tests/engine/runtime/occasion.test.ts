// Waiting for the end of a query, again and again.

import { simulatedHost } from '../../../engine/host/simulated.js';
import { Occasion } from '../../../engine/runtime/occasion.js';

test('who waits goes on when it happens or the time is up, and is forgotten', async () => {
  const { clock } = simulatedHost(1);
  const occasion = new Occasion();
  const heard: string[] = [];
  void occasion.wait(clock).then(() => heard.push('for ever'));
  void occasion.wait(clock, 1000).then(() => heard.push('1000 ms'));
  for (let i = 0; i < 50; i++) void occasion.wait(clock, 10);
  expect(occasion.waiting).toBe(52);
  clock.advance(10);
  await new Promise(setImmediate);
  expect([occasion.waiting, heard]).toEqual([2, []]);
  occasion.happen();
  await new Promise(setImmediate);
  expect([occasion.waiting, heard.sort()]).toEqual([0, ['1000 ms', 'for ever']]);
});
