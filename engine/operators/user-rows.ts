// Rows as closures see and make them: an object by column name, or the bare value of a single column. The conversion of values is injected,
// as the session owns it.

import { raise } from '../../planner/errors/index.js';
import type { OutputColumn } from '../../planner/tree.js';
import { sqlName } from '../../planner/types.js';
import type { Row, Value } from '../../planner/values.js';
import type { RecordBatch } from '../columnar/column.js';
import { reader } from '../columnar/read.js';
import type { UserConverter } from '../kernels/compiler.js';

/** Reads row i of a batch. */
export function userRows(columns: readonly OutputColumn[], bare: boolean, convert: UserConverter): (batch: RecordBatch) => (i: number) => unknown {
  const names = columns.map((c) => c.name);
  const toUser = columns.map((c) => convert.toUser(c.type));
  return (batch) => {
    const readers = batch.columns.map(reader);
    if (bare) return (i) => toUser[0]!(readers[0]!(i));
    return (i) => Object.fromEntries(names.map((name, c) => [name, toUser[c]!(readers[c]!(i))]));
  };
}

/** What a closure returned as a row. @throws INVALID_USER_VALUE */
export function rowReader(columns: readonly OutputColumn[], convert: UserConverter, where: string): (made: unknown) => Row {
  const read = columns.map((c): ((value: unknown) => Value) => {
    const place = `${where}, column ${c.name}`;
    const fromUser = convert.fromUser(c.type, place);
    if (c.nullable) return fromUser;
    return (value) => fromUser(value) ?? raise('INVALID_USER_VALUE', { where: place, value: 'null', type: `${sqlName(c.type)} NOT NULL` });
  });
  return (made) => {
    const named = typeof made === 'object' && made !== null && columns.every((c) => c.name in made);
    if (!named && columns.length === 1) return [read[0]!(made)];
    return columns.map((c, i) => read[i]!((made as Record<string, unknown> | null)?.[c.name]));
  };
}
