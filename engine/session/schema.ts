// Schemas as users give them: DDL text, an object, or what `df.schema()` resolved to.

import { raise } from '../../planner/errors/index.js';
import { parseDataType, parseSchema } from '../../planner/sql/index.js';
import * as T from '../../planner/types.js';
import { array, type DataType, type Field, field, type Schema, schemaDdl, sqlName, struct } from '../../planner/types.js';

/** @throws PARSE_SYNTAX_ERROR, INVALID_SCHEMA_OBJECT */
export function readSchema(schema: unknown): readonly Field[] {
  if (typeof schema === 'string') return parseSchema(schema);
  if (typeof schema !== 'object' || schema === null) return raise('INVALID_SCHEMA_OBJECT', { value: String(schema) });
  if ('fields' in schema && Array.isArray(schema.fields)) return (schema.fields as { name: string; type: string | DataType; nullable: boolean }[]).map((f) => field(f.name, typeof f.type === 'string' ? parseDataType(f.type) : f.type, f.nullable));
  return Object.entries(schema).map(([name, entry]) => objectField(name, entry));
}
function objectField(name: string, entry: unknown): Field {
  if (typeof entry === 'string') { const notNull = /\s+not\s+null\s*$/i; return field(name, parseDataType(entry.replace(notNull, '')), !notNull.test(entry)); }
  if (Array.isArray(entry) && typeof entry[0] === 'string') return field(name, array(parseDataType(entry[0])));
  if (typeof entry === 'object' && entry !== null) return field(name, struct(Object.entries(entry).map(([n, e]) => objectField(n, e))));
  return raise('INVALID_SCHEMA_OBJECT', { value: `${name}: ${String(entry)}` });
}

/** What `df.schema()` gives: names, types as text, nullability; prints as DDL. */
export const publicSchema = (schema: Schema): object => ({
  fields: schema.fields.map((f) => ({ name: f.name, type: sqlName(f.type), nullable: f.nullable })),
  toString: () => schemaDdl(schema.fields),
});

/** The schema of rows given without one: text is STRING, number DOUBLE, bigint BIGINT, Date TIMESTAMP, a bare value the column `value`.
 *  @throws INVALID_SCHEMA_OBJECT for a column that is NULL everywhere */
export function inferSchema(rows: readonly unknown[]): readonly Field[] {
  const objects = rows.map((row) => isRow(row) ? row : { value: row });
  const names = [...new Set(objects.flatMap((row) => Object.keys(row)))];
  return names.map((name) => field(name, inferType(objects.map((row) => (row as Record<string, unknown>)[name])) ?? raise('INVALID_SCHEMA_OBJECT', { value: `${name} is NULL in every row` })));
}
/** An object of columns, not a value. */
export const isRow = (value: unknown): value is object => typeof value === 'object' && value !== null && !(value instanceof Date) && !ArrayBuffer.isView(value) && !(value instanceof Map) && !Array.isArray(value);
function inferType(values: readonly unknown[]): DataType | undefined {
  const found = values.filter((v) => v !== null && v !== undefined);
  const [value] = found;
  switch (typeof value) {
    case 'string': return T.STRING;
    case 'number': return T.DOUBLE;
    case 'bigint': return T.BIGINT;
    case 'boolean': return T.BOOLEAN;
    case 'object': break;
    default: return undefined;
  }
  if (value instanceof Date) return T.TIMESTAMP;
  if (value instanceof Uint8Array) return T.BINARY;
  if (Array.isArray(value)) { const element = inferType((found as unknown[][]).flat()); return element && array(element); }
  if (value instanceof Map) {
    const entries = (found as Map<unknown, unknown>[]).flatMap((m) => [...m]);
    const key = inferType(entries.map(([k]) => k));
    const item = inferType(entries.map(([, v]) => v));
    return key && item && T.map(key, item);
  }
  return struct(inferSchema(found));
}
