// Round trips to Apache Arrow and back: in memory and through IPC bytes, for every type; and foreign layouts that only come in.

import * as Arrow from 'apache-arrow';
import * as fc from 'fast-check';
import { arrowType, fromArrowBatch, fromArrowTable, fromIpc, schemaOfArrow, toArrowBatch, toIpc } from '../../../engine/columnar/arrow.js';
import { batchOf, columnOf } from '../../../engine/columnar/build.js';
import { gather } from '../../../engine/columnar/gather.js';
import { rows } from '../../../engine/columnar/read.js';
import * as T from '../../../planner/types.js';
import { samples } from './arbitrary.js';

describe('Arrow', () => {
  test('every type goes there and back', () => {
    fc.assert(fc.property(samples, fc.boolean(), ({ type, values }, shuffled) => {
      const column = columnOf(type, values);
      const order = Int32Array.from(values.keys()).reverse();
      const batch = { length: values.length, columns: [shuffled ? gather(column, order) : column], selection: shuffled && values.length > 2 ? Int32Array.of(0, 2) : null };
      const schema = { fields: [T.field('c', type)] };
      const there = toArrowBatch(batch, schema);
      expect(there.numRows).toBe(rows(batch).length);
      expect(rows(fromArrowBatch(there))).toEqual(rows(batch));
      const table = fromIpc(toIpc({ schema, batches: [batch] }));
      expect(table.schema).toEqual(schema);
      expect(table.batches.flatMap(rows)).toEqual(rows(batch));
    }), { numRuns: 500 });
  });

  test('Arrow reads the values that we wrote', () => {
    const types = [T.STRING, T.BOOLEAN, T.TIMESTAMP, T.decimal(5, 2), T.array(T.INT), T.map(T.STRING, T.INT), T.struct([T.field('a', T.INT)])];
    const schema = { fields: types.map((t, i) => T.field(`c${i}`, t)) };
    const batch = batchOf(types, [['é', true, 1_000_001n, -12345n, [1, null], [['k', 7]], [5]], Array(7).fill(null)]);
    const read = new Arrow.Table(toArrowBatch(batch, schema));
    expect(read.schema.fields.map((f) => String(f.type))).toEqual(['Utf8', 'Bool', 'Timestamp<MICROSECOND, UTC>', 'Decimal[5e+2]', 'List<Int32>', 'Map<{key:Utf8, value:Int32}>', 'Struct<{a:Int32}>']);
    const row = read.get(0)!.toJSON() as Record<string, { toJSON(): unknown }>;
    expect(JSON.parse(JSON.stringify({ ...row, c3: String(row['c3']) }))).toEqual({ c0: 'é', c1: true, c2: 1000.001, c3: '-12345', c4: [1, null], c5: { k: 7 }, c6: { a: 5 } });
    expect(Object.values(read.get(1)!.toJSON())).toEqual(Array(7).fill(null));
  });

  test('slices, dictionaries, other widths and units come in', () => {
    const table = new Arrow.Table({
      words: Arrow.vectorFromArray(['a', null, 'b', 'a']), flags: Arrow.vectorFromArray([true, false, null, true]), small: Arrow.vectorFromArray([1, 2, 3, 255], new Arrow.Uint8()),
      large: Arrow.vectorFromArray([1n, 2n, 3n, 2n ** 64n - 1n], new Arrow.Uint64()), nanos: Arrow.makeVector(Arrow.makeData({ type: new Arrow.TimestampNanosecond(), data: BigInt64Array.of(1500n, -1500n, 0n, 999n) })),
      day: Arrow.vectorFromArray([new Date(86_400_000), new Date(-1), null, new Date(0)], new Arrow.DateMillisecond()), view: Arrow.vectorFromArray(['x', 'a longer text than twelve', null, ''], new Arrow.Utf8View()),
    });
    const own = fromArrowTable(table);
    expect(own.schema.fields.map((f) => T.simpleName(f.type))).toEqual(['string', 'boolean', 'smallint', 'decimal(20,0)', 'timestamp_ntz', 'date', 'string']);
    const expected = [['a', true, 1, 1n, 1n, 1, 'x'], [null, false, 2, 2n, -2n, -1, 'a longer text than twelve'], ['b', null, 3, 3n, 0n, null, null], ['a', true, 255, 2n ** 64n - 1n, 0n, 0, '']];
    expect(own.batches.flatMap(rows)).toEqual(expected);
    expect(fromArrowTable(table.slice(1, 4)).batches.flatMap(rows)).toEqual(expected.slice(1));
    expect(schemaOfArrow(new Arrow.Schema([Arrow.Field.new('x', arrowType(T.YEAR_MONTH))])).fields[0]!.type).toEqual(T.YEAR_MONTH);
  });
});
