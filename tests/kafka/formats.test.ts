// Values as columns, wherever they lie: near each other, far apart, in any order, with anything between them.

import fc from 'fast-check';
import { rows } from '../../engine/columnar/read.js';
import * as T from '../../planner/types.js';
import { recordFormat } from '../../sources/kafka/formats.js';
import { schemaOf } from '../support/connect.js';

const text = fc.record({ a: fc.integer(), s: fc.string({ maxLength: 90 }), gap: fc.uint8Array({ maxLength: 70 }), kind: fc.constantFrom('json', 'json', 'json', 'empty', 'broken') });

test('a row is what its own text says', () => {
  const schema = schemaOf(['a', T.BIGINT], ['s', T.STRING]);
  fc.assert(fc.property(fc.array(text, { maxLength: 40 }), fc.boolean(), (texts, backwards) => {
    const pieces: Buffer[] = [];
    const places: (readonly [number, number])[] = [];
    let at = 0;
    for (const { a, s, gap, kind } of texts) {
      const value = Buffer.from(kind === 'empty' ? '' : kind === 'broken' ? '{"a":' : JSON.stringify({ a, s }));
      pieces.push(Buffer.from(gap), value);
      places.push([at + gap.length, at + gap.length + value.length]);
      at += gap.length + value.length;
    }
    if (backwards) places.reverse();
    const expected = texts.map(({ a, s, kind }) => (kind === 'json' ? [BigInt(a), s] : [null, null]));
    if (backwards) expected.reverse();
    const decoder = recordFormat('json').open(schema, [0, 1], () => undefined, 'UTC');
    const { columns, selection } = decoder.decode({ bytes: Buffer.concat(pieces), start: Int32Array.from(places, ([from]) => from), end: Int32Array.from(places, ([, to]) => to), length: texts.length, validity: null });
    expect(texts.length === 0 ? [] : rows({ length: texts.length, columns, selection })).toEqual(expected);
  }), { numRuns: 300 });
});
