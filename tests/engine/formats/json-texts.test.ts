// from_json over columns of texts against from_json text by text.

import fc from 'fast-check';
import { columnOf } from '../../../engine/columnar/build.js';
import { bytesColumn, type Column } from '../../../engine/columnar/column.js';
import { reader } from '../../../engine/columnar/read.js';
import { jsonOptions } from '../../../engine/formats/json-options.js';
import { jsonReader } from '../../../engine/formats/json-parser.js';
import { structsOfTexts } from '../../../engine/formats/json-texts.js';
import * as T from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';
import { document, NESTED } from './documents.js';

const OPTIONS = jsonOptions(() => undefined, 'UTC', true);
function careful(type: T.DataType): (bytes: Uint8Array, from: number, to: number) => Value {
  const read = jsonReader(type, OPTIONS);
  return (bytes, from, to) => read(bytes, from, to).value ?? null;
}
const oneByOne = (type: T.DataType, texts: readonly (string | null)[]): Value[] =>
  texts.map((text) => { const bytes = Buffer.from(text ?? ''); return text === null ? null : careful(type)(bytes, 0, bytes.length); });
const values = (column: Column, rows: readonly number[]): Value[] => rows.map(reader(column));
const sequence = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

test('a column of texts gives what its texts give one by one', () => {
  const type = T.struct(NESTED.map(([n, t]) => T.field(n, t)));
  const text = fc.constantFrom('', '', ' ').chain((blank) => fc.oneof({ weight: 20, arbitrary: document(type, blank) },
    { weight: 3, arbitrary: fc.constantFrom(null, '', ' ', 'null', '[1]', '5', '{"id":1} x', '{"id":1', '[{"id":1}]') }));
  fc.assert(fc.property(fc.array(fc.array(text, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 3 }), fc.subarray([...type.fields.keys()], { minLength: 1 }), (batches, kept) => {
    const of = T.struct(kept.map((i) => type.fields[i]!));
    const read = structsOfTexts(of.fields, OPTIONS, careful(of));
    for (const texts of batches) {
      const column = columnOf(T.STRING, texts);
      expect(values(read(column, null), sequence(texts.length))).toEqual(oneByOne(of, texts));
      const some = sequence(texts.length).filter((i) => i % 2 === 0);
      expect(values(read(column, Int32Array.from(some)), some)).toEqual(some.map((i) => oneByOne(of, texts)[i]));
    }
  }), { numRuns: 300 });
});

test('of two fields with one name the last has the value', () => {
  const type = T.struct([T.field('a', T.INT), T.field('a', T.INT), T.field('b', T.BIGINT)]);
  const texts = ['{"a":1,"b":2}', '{"a":3,"b":4}', '{"a":"x","b":5}'];
  expect(values(structsOfTexts(type.fields, OPTIONS, careful(type))(columnOf(T.STRING, texts), null), sequence(3))).toEqual(oneByOne(type, texts));
});

test('texts at the end of their buffer, out of order, and with bytes that are no UTF-8', () => {
  const type = T.struct([T.field('a', T.INT), T.field('b', T.STRING)]);
  const read = structsOfTexts(type.fields, OPTIONS, careful(type));
  const bytes = Buffer.concat([Buffer.from('{"a":12,"b":"x"}{"a":3,"b":"'), Buffer.from([0xff]), Buffer.from('"}{"a":4,"b":"open')]);
  const column = bytesColumn(T.STRING, 4, bytes, Int32Array.of(16, 0, 31, 0), Int32Array.of(31, 16, bytes.length, 16));
  expect(values(read(column, null), sequence(4))).toEqual([[3, '\ufffd'], [12, 'x'], [null, null], [12, 'x']]);
});
