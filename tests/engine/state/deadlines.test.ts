// Deadlines against a Map, and in the order in which they are hardest.

import * as fc from 'fast-check';
import { Deadlines } from '../../../engine/state/deadlines.js';

test('what is due is what is due, earliest first and then as it was set, however often deadlines are set anew', () => {
  const step = fc.oneof(
    fc.record({ set: fc.nat(20), millis: fc.integer({ min: -5000, max: 20_000 }) }),
    fc.record({ clear: fc.nat(20) }),
    fc.record({ due: fc.integer({ min: -5000, max: 20_000 }), remove: fc.boolean() }),
  );
  fc.assert(fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
    const deadlines = new Deadlines();
    deadlines.reserve(21);
    const model = new Map<number, number>();
    for (const s of steps) {
      if ('set' in s) { deadlines.set(s.set, s.millis); model.delete(s.set); model.set(s.set, s.millis); }
      else if ('clear' in s) { deadlines.clear(s.clear); model.delete(s.clear); }
      else {
        const due = [...model].filter(([, millis]) => millis <= s.due).sort(([, a], [, b]) => a - b).map(([slot]) => slot);
        expect([...deadlines.due(s.due)]).toEqual(due);
        if (s.remove) for (const slot of due) { deadlines.clear(slot); model.delete(slot); }
      }
      expect(deadlines.earliest()).toBe(model.size === 0 ? undefined : Math.min(...model.values()));
    }
  }), { numRuns: 500 });
});

test.each(['rising', 'falling', 'mixed'])('%s deadlines of 300,000 different seconds are set and found in time that grows with their number', (order) => {
  const n = 300_000;
  const deadlines = new Deadlines();
  deadlines.reserve(n);
  for (let i = 0; i < n; i++) deadlines.set(i, 1000 * (order === 'rising' ? i : order === 'falling' ? n - i : (i * 7919) % n));
  let count = 0;
  for (let from = 0; from <= 10; from++) for (const slot of deadlines.due(n * 100 * from)) { deadlines.clear(slot); count++; }
  expect(count).toBe(n);
  expect(deadlines.earliest()).toBeUndefined();
});
