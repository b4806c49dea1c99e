// The SQL data types: what they are, how they compare, and their three spellings. Values of each type are described in values.ts.
// source: Spark's type system (`org.apache.spark.sql.types`), as its error messages, `typeof` and schemas print it.

import { UTF8_BINARY } from './collations.js';

export interface Field {
  readonly name: string;
  readonly type: DataType;
  readonly nullable: boolean;
  readonly comment?: string;
}
export interface Schema {
  readonly fields: readonly Field[];
}

export type YearMonthField = 'year' | 'month';
export type DayTimeField = 'day' | 'hour' | 'minute' | 'second';

export type DataType =
  | { readonly kind: 'void' | 'boolean' | 'tinyint' | 'smallint' | 'int' | 'bigint' | 'float' | 'double' | 'binary'
      | 'date' | 'timestamp' | 'timestamp_ntz' | 'interval' | 'variant' }
  /** The canonical name of the collation (collations.ts). Absent: UTF8_BINARY, as where it is written, which names of types then say. */
  | { readonly kind: 'string'; readonly collation?: string }
  /** 1 ≤ precision ≤ 38, 0 ≤ scale ≤ precision. */
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'time'; readonly precision: number }
  | { readonly kind: 'year_month_interval'; readonly from: YearMonthField; readonly to: YearMonthField }
  | { readonly kind: 'day_time_interval'; readonly from: DayTimeField; readonly to: DayTimeField }
  | { readonly kind: 'array'; readonly element: DataType; readonly containsNull: boolean }
  | { readonly kind: 'map'; readonly key: DataType; readonly value: DataType; readonly valueContainsNull: boolean }
  | { readonly kind: 'struct'; readonly fields: readonly Field[] };

export type TypeKind = DataType['kind'];
export type TypeOf<K extends TypeKind> = Extract<DataType, { kind: K }>;

export const VOID: DataType = { kind: 'void' };
export const BOOLEAN: DataType = { kind: 'boolean' };
export const TINYINT: DataType = { kind: 'tinyint' };
export const SMALLINT: DataType = { kind: 'smallint' };
export const INT: DataType = { kind: 'int' };
export const BIGINT: DataType = { kind: 'bigint' };
export const FLOAT: DataType = { kind: 'float' };
export const DOUBLE: DataType = { kind: 'double' };
export const STRING: DataType = { kind: 'string' };
export const BINARY: DataType = { kind: 'binary' };
export const DATE: DataType = { kind: 'date' };
export const TIMESTAMP: DataType = { kind: 'timestamp' };
export const TIMESTAMP_NTZ: DataType = { kind: 'timestamp_ntz' };
/** The calendar interval: months, days and microseconds apart. */
export const CALENDAR_INTERVAL: DataType = { kind: 'interval' };
export const VARIANT: DataType = { kind: 'variant' };
export const TIME: DataType = { kind: 'time', precision: 6 };
export const YEAR_MONTH: DataType = { kind: 'year_month_interval', from: 'year', to: 'month' };
export const DAY_TIME: DataType = { kind: 'day_time_interval', from: 'day', to: 'second' };

export const decimal = (precision: number, scale: number): TypeOf<'decimal'> => ({ kind: 'decimal', precision, scale });
export const array = (element: DataType, containsNull = true): TypeOf<'array'> => ({ kind: 'array', element, containsNull });
export const map = (key: DataType, value: DataType, valueContainsNull = true): TypeOf<'map'> => ({ kind: 'map', key, value, valueContainsNull });
export const struct = (fields: readonly Field[]): TypeOf<'struct'> => ({ kind: 'struct', fields });
export const field = (name: string, type: DataType, nullable = true): Field => ({ name, type, nullable });

/** Kinds without parts: two types of one such kind are equal. */
export const isIntegral = (t: DataType): boolean => t.kind === 'tinyint' || t.kind === 'smallint' || t.kind === 'int' || t.kind === 'bigint';
export const isFractional = (t: DataType): boolean => t.kind === 'float' || t.kind === 'double';
export const isNumeric = (t: DataType): boolean => isIntegral(t) || isFractional(t) || t.kind === 'decimal';
export const isInterval = (t: DataType): boolean => t.kind === 'interval' || t.kind === 'year_month_interval' || t.kind === 'day_time_interval';
/** Whether the type is of one of these kinds, or an array or a struct of such. */
export const holdsKind = (t: DataType, ...kinds: readonly DataType['kind'][]): boolean =>
  kinds.includes(t.kind) || (t.kind === 'array' && holdsKind(t.element, ...kinds)) || (t.kind === 'struct' && t.fields.some((f) => holdsKind(f.type, ...kinds)));
/** A text whose collation is not that of its bytes. */
export const isCollated = (t: DataType): boolean => t.kind === 'string' && t.collation !== undefined && t.collation !== UTF8_BINARY;
/** Whether some text in values of the type passes the test. */
export function holdsText(t: DataType, test: (text: TypeOf<'string'>) => boolean = () => true): boolean {
  switch (t.kind) {
    case 'string': return test(t);
    case 'array': return holdsText(t.element, test);
    case 'map': return holdsText(t.key, test) || holdsText(t.value, test);
    case 'struct': return t.fields.some((f) => holdsText(f.type, test));
    default: return false;
  }
}
/** The type with other types for its texts. */
export function mapTexts(t: DataType, change: (text: TypeOf<'string'>) => DataType): DataType {
  switch (t.kind) {
    case 'string': return change(t);
    case 'array': return { ...t, element: mapTexts(t.element, change) };
    case 'map': return { ...t, key: mapTexts(t.key, change), value: mapTexts(t.value, change) };
    case 'struct': return { ...t, fields: t.fields.map((f) => ({ ...f, type: mapTexts(f.type, change) })) };
    default: return t;
  }
}
export const isAtomic = (t: DataType): boolean => t.kind !== 'array' && t.kind !== 'map' && t.kind !== 'struct' && t.kind !== 'void' && t.kind !== 'interval' && t.kind !== 'variant';

/** Same type; nullability of fields, elements and values does not count, names of struct fields do (case-insensitively unless `exact`). */
export function sameType(a: DataType, b: DataType, exact = false): boolean { return same(a, b, (x, y) => exact ? x === y : x.toLowerCase() === y.toLowerCase()); }
/** Alike but for the names of fields. */
export const sameShape = (a: DataType, b: DataType): boolean => same(a, b, () => true);
function same(a: DataType, b: DataType, names: (a: string, b: string) => boolean): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind) return false;
  switch (a.kind) {
    case 'string': return (a.collation ?? UTF8_BINARY) === ((b as TypeOf<'string'>).collation ?? UTF8_BINARY);
    case 'decimal': { const o = b as TypeOf<'decimal'>; return a.precision === o.precision && a.scale === o.scale; }
    case 'time': return a.precision === (b as TypeOf<'time'>).precision;
    case 'year_month_interval': { const o = b as TypeOf<'year_month_interval'>; return a.from === o.from && a.to === o.to; }
    case 'day_time_interval': { const o = b as TypeOf<'day_time_interval'>; return a.from === o.from && a.to === o.to; }
    case 'array': return same(a.element, (b as TypeOf<'array'>).element, names);
    case 'map': { const o = b as TypeOf<'map'>; return same(a.key, o.key, names) && same(a.value, o.value, names); }
    case 'struct': {
      const o = b as TypeOf<'struct'>;
      return a.fields.length === o.fields.length && a.fields.every((f, i) => {
        const g = o.fields[i]!;
        return names(f.name, g.name) && same(f.type, g.type, names);
      });
    }
    default: return true;
  }
}

const PLAIN_IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** `name` bare where it is a plain identifier, else in backquotes with inner ones doubled. */
export const quoteIfNeeded = (name: string): string => PLAIN_IDENTIFIER.test(name) ? name : `\`${name.replaceAll('`', '``')}\``;

function intervalName(t: DataType): string | undefined {
  if (t.kind !== 'year_month_interval' && t.kind !== 'day_time_interval') return undefined;
  return t.from === t.to ? `interval ${t.from}` : `interval ${t.from} to ${t.to}`;
}

/** The type as DDL and messages print it: `DECIMAL(10,2)`, `STRUCT<a: INT NOT NULL>` (`notNull`: print NOT NULL of fields). */
export function sqlName(t: DataType, notNull = true): string {
  switch (t.kind) {
    case 'string': return t.collation === undefined ? 'STRING' : `STRING COLLATE ${t.collation.toUpperCase()}`;
    case 'decimal': return `DECIMAL(${t.precision},${t.scale})`;
    case 'time': return `TIME(${t.precision})`;
    case 'year_month_interval': case 'day_time_interval': return intervalName(t)!.toUpperCase();
    case 'array': return `ARRAY<${sqlName(t.element, notNull)}>`;
    case 'map': return `MAP<${sqlName(t.key, notNull)}, ${sqlName(t.value, notNull)}>`;
    case 'struct': return `STRUCT<${t.fields.map((f) => `${quoteIfNeeded(f.name)}: ${sqlName(f.type, notNull)}${notNull && !f.nullable ? ' NOT NULL' : ''}`).join(', ')}>`;
    default: return t.kind.toUpperCase();
  }
}

/** The type as `typeof` and `DESCRIBE` print it: `bigint`, `array<struct<a:int>>`. */
export function simpleName(t: DataType): string {
  switch (t.kind) {
    case 'string': return t.collation === undefined ? 'string' : `string collate ${t.collation}`;
    case 'decimal': return `decimal(${t.precision},${t.scale})`;
    case 'time': return `time(${t.precision})`;
    case 'year_month_interval': case 'day_time_interval': return intervalName(t)!;
    case 'array': return `array<${simpleName(t.element)}>`;
    case 'map': return `map<${simpleName(t.key)},${simpleName(t.value)}>`;
    case 'struct': return `struct<${t.fields.map((f) => `${f.name}:${simpleName(f.type)}`).join(',')}>`;
    default: return t.kind;
  }
}

/** A schema as DDL: `a INT, b STRING NOT NULL`. */
export const schemaDdl = (fields: readonly Field[], notNull = true): string =>
  fields.map((f) => `${quoteIfNeeded(f.name)} ${sqlName(f.type, notNull)}${notNull && !f.nullable ? ' NOT NULL' : ''}`).join(', ');
