// Membership of byte strings against a plain set: short ones, long ones, and members that have their ends in common.

import * as fc from 'fast-check';
import '../../support/seed.js';
import { bytesSet } from '../../../engine/kernels/bytes-set.js';

const text = fc.oneof(fc.string({ unit: fc.constantFrom('a', 'b', '\0'), maxLength: 6 }),
  fc.tuple(fc.constantFrom('x', 'y'), fc.constantFrom(0, 1, 3, 254, 255, 256, 257, 258), fc.constantFrom('', 'a', 'q')).map(([c, n, end]) => c.repeat(n) + end));

test('a string is a member exactly if it is among them', () => {
  fc.assert(fc.property(fc.array(text, { maxLength: 30 }), fc.array(text, { maxLength: 30 }), (members, others) => {
    const test = bytesSet(members);
    const all = new Set(members);
    for (const value of [...members, ...others]) {
      const bytes = new Uint8Array(Buffer.from(`<${value}>`));
      expect(test(bytes, 1, bytes.length - 1)).toBe(all.has(value));
    }
  }), { numRuns: 500 });
});

test('members with the same ends are told apart by all their bytes', () => {
  const members = Array.from({ length: 300 }, (_, i) => `https://example.org/${String(i).padStart(5, '0')}/index.html`);
  const test = bytesSet(members);
  for (let i = 0; i < 600; i++) {
    const bytes = new Uint8Array(Buffer.from(`https://example.org/${String(i).padStart(5, '0')}/index.html`));
    expect(test(bytes, 0, bytes.length)).toBe(i < 300);
  }
});
