// One SQL value as the engine passes it between scalar functions: the representation of each type outside of columns.
//
//   boolean                      boolean            tinyint … int           number (integer)
//   bigint                       bigint             float, double           number (a float is kept rounded: Math.fround)
//   decimal(p, s)                bigint, unscaled   string                  string (well-formed or not; no NUL rules)
//   binary                       Uint8Array         date                    number, days since 1970-01-01
//   timestamp, timestamp_ntz     bigint, µs         time                    bigint, µs since midnight
//   year_month_interval          number, months     day_time_interval       bigint, µs
//   interval (calendar)          CalendarInterval   variant                 VariantValue
//   array                        readonly Value[]   struct                  readonly Value[] in field order
//   map                          readonly [key, value][] in insertion order
//
// SQL NULL is null in every type. The user's representation (Date, digits of a decimal, Map, objects) is made at the boundary only.

import type { DataType } from './types.js';

export interface CalendarInterval {
  readonly months: number;
  readonly days: number;
  readonly micros: bigint;
}
/** A VARIANT: a value together with the type that it carries. Objects keep their keys sorted by UTF-16 code unit. */
export type VariantValue =
  | { readonly kind: 'null' }
  | { readonly kind: 'scalar'; readonly type: DataType; readonly value: Scalar }
  | { readonly kind: 'array'; readonly elements: readonly VariantValue[] }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [string, VariantValue])[] };

export type Scalar = boolean | number | bigint | string | Uint8Array;
export type Value = null | Scalar | CalendarInterval | VariantValue | readonly Value[];
export type Row = readonly Value[];
