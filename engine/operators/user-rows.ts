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
    const object = typeof made === 'object' && made !== null && !isPromise(made) ? made as Record<string, unknown> : undefined;
    if (columns.length === 1 && (object === undefined || !(columns[0]!.name in object))) return [read[0]!(made)];
    if (object === undefined) return refuseUserValue(where, made, `row of ${columns.map((c) => c.name).join(', ')}`);
    return columns.map((c, i) => read[i]!(object[c.name]));
  };
}

const isPromise = (value: unknown): boolean => typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
/** A value as a message shows it: a text in quotes, an object by its fields or its kind, at most 60 characters. */
export function shownValue(value: unknown): string {
  const kind = (): string => Object.prototype.toString.call(value).slice(8, -1);
  const text = typeof value === 'string' ? `'${value}'` : typeof value === 'bigint' ? `${value}n` : typeof value === 'function' ? 'a function'
    : typeof value !== 'object' || value === null ? String(value) : Object.getPrototypeOf(value) === Object.prototype && Object.keys(value).length > 0 ? `{ ${Object.keys(value).join(', ')} }` : kind();
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
/** @throws INVALID_USER_VALUE, for a promise with the hint that there is none to wait for */
export function refuseUserValue(where: string, value: unknown, type: string): never {
  return raise('INVALID_USER_VALUE', { where, value: shownValue(value), type },
    isPromise(value) ? { hint: 'Closures are synchronous. Fetch what they need before the query starts, or for each epoch in foreachBatch.' } : {});
}
