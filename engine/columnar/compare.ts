// Order and equality of values and of rows in columns: one order for sorting, grouping, joining, min and max.
//
// source: Spark's ordering of its types: strings by their collation, without one by UTF-8 bytes (which is by code point), NaN above every number and equal to itself,
// -0.0 equal to 0.0, binary by unsigned bytes, arrays and structs part by part with NULL lowest. A calendar interval has no order, but
// equality. Maps are equal with equal entries, in whatever order.

import { invariant } from '../../planner/errors/index.js';
import { type DataType, isCollated } from '../../planner/types.js';
import type { CalendarInterval, Value } from '../../planner/values.js';
import { collationOf, collator } from './collation.js';
import { type Column, isBytes, isWideDecimal } from './column.js';
import { validReader } from './read.js';
import { encodeVariant } from './variant.js';

/** Same bytes in [s1, e1) of b1 and [s2, e2) of b2. */
export function equalBytes(b1: Uint8Array, s1: number, e1: number, b2: Uint8Array, s2: number, e2: number): boolean {
  const length = e1 - s1;
  if (length !== e2 - s2) return false;
  for (let i = 0; i < length; i++) if (b1[s1 + i] !== b2[s2 + i]) return false;
  return true;
}

/** Unsigned bytes, the shorter first: below zero, zero or above. For UTF-8 this is the order of code points. */
export function compareBytes(b1: Uint8Array, s1: number, e1: number, b2: Uint8Array, s2: number, e2: number): number {
  const l1 = e1 - s1;
  const l2 = e2 - s2;
  const n = Math.min(l1, l2);
  for (let i = 0; i < n; i++) {
    const d = b1[s1 + i]! - b2[s2 + i]!;
    if (d !== 0) return d;
  }
  return l1 - l2;
}

/** Doubles and floats: NaN highest, zeros alike. */
export function compareDoubles(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a === b) return 0;
  return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
}
const compareNumbers = (a: number, b: number): number => a - b;
const compareBigints = (a: bigint, b: bigint): number => a < b ? -1 : a > b ? 1 : 0;

export type Comparator = (a: Value, b: Value) => number;

/** NULL lowest. */
function nullsLowest(compare: Comparator): Comparator {
  return (a, b) => a === null ? (b === null ? 0 : -1) : b === null ? 1 : compare(a, b);
}

/** Compares two values that are not NULL (inside of arrays and structs NULL is lowest). Types without order: see `valueEquals`. */
export function valueComparator(type: DataType): Comparator {
  switch (type.kind) {
    case 'boolean': return (a, b) => Number(a) - Number(b);
    case 'tinyint': case 'smallint': case 'int': case 'date': case 'year_month_interval': return compareNumbers as Comparator;
    case 'float': case 'double': return compareDoubles as Comparator;
    case 'bigint': case 'decimal': case 'timestamp': case 'timestamp_ntz': case 'time': case 'day_time_interval': return compareBigints as Comparator;
    case 'string': return collator(collationOf(type)) as Comparator;
    case 'binary': return ((a: Uint8Array, b: Uint8Array) => compareBytes(a, 0, a.length, b, 0, b.length)) as Comparator;
    case 'variant': return ((a, b) => { const x = encodeVariant(a as never), y = encodeVariant(b as never); return compareBytes(x, 0, x.length, y, 0, y.length); });
    case 'array': return listComparator(nullsLowest(valueComparator(type.element)));
    case 'map': {
      const key = valueComparator(type.key);
      const entries = listComparator(tupleComparator([type.key, type.value]));
      const sorted = (v: Value): Value => [...v as readonly (readonly Value[])[]].sort((x, y) => key(x[0]!, y[0]!));
      return (a, b) => entries(sorted(a), sorted(b));
    }
    case 'struct': return tupleComparator(type.fields.map((f) => f.type));
    case 'interval': return ((a: CalendarInterval, b: CalendarInterval) =>
      a.months - b.months || a.days - b.days || compareBigints(a.micros, b.micros)) as Comparator;
    case 'void': return () => 0;
  }
}
function listComparator(element: Comparator): Comparator {
  return (a, b) => {
    const x = a as readonly Value[];
    const y = b as readonly Value[];
    const n = Math.min(x.length, y.length);
    for (let i = 0; i < n; i++) { const c = element(x[i]!, y[i]!); if (c !== 0) return c; }
    return x.length - y.length;
  };
}
function tupleComparator(types: readonly DataType[]): Comparator {
  const parts = types.map((t) => nullsLowest(valueComparator(t)));
  return (a, b) => {
    for (let i = 0; i < parts.length; i++) { const c = parts[i]!((a as readonly Value[])[i]!, (b as readonly Value[])[i]!); if (c !== 0) return c; }
    return 0;
  };
}

/** Equality of two values that are not NULL; inside of arrays, maps and structs NULL equals NULL. */
export function valueEquals(type: DataType): (a: Value, b: Value) => boolean {
  if (type.kind === 'string' && !isCollated(type)) return (a, b) => a === b;
  switch (type.kind) {
    case 'float': case 'double': return (a, b) => a === b || (Number.isNaN(a) && Number.isNaN(b));
    case 'string': case 'binary': case 'variant': case 'array': case 'map': case 'struct': case 'interval': {
      const compare = valueComparator(type);
      return (a, b) => compare(a, b) === 0;
    }
    default: return (a, b) => a === b;
  }
}

// ── Rows of columns ─────────────────────────────────────────────────────────────────────────────

type RowComparator = (i: number, j: number) => number;

/** Rows i of `a` and j of `b` (of one type), both valid. */
function slotComparator(a: Column, b: Column): RowComparator {
  const { type } = a;
  if (isCollated(type)) {
    const compare = valueComparator(type), readA = validReader(a), readB = validReader(b);
    return (i, j) => compare(readA(i), readB(j));
  }
  if (isBytes(type)) {
    const x = a.values as Uint8Array, y = b.values as Uint8Array;
    const s1 = a.start!, e1 = a.end!, s2 = b.start!, e2 = b.end!;
    return (i, j) => compareBytes(x, s1[i]!, e1[i]!, y, s2[j]!, e2[j]!);
  }
  switch (type.kind) {
    case 'boolean': case 'tinyint': case 'smallint': case 'int': case 'date': case 'year_month_interval': {
      const x = a.values as Int32Array, y = b.values as Int32Array;
      return (i, j) => x[i]! - y[j]!;
    }
    case 'float': case 'double': { const x = a.values as Float64Array, y = b.values as Float64Array; return (i, j) => compareDoubles(x[i]!, y[j]!); }
    case 'void': return () => 0;
    case 'array': case 'struct': case 'interval': return nestedComparator(a, b);
    case 'map': { const compare = valueComparator(type), readA = validReader(a), readB = validReader(b); return (i, j) => compare(readA(i), readB(j)); }
    default: {
      const x = a.values as BigInt64Array, y = b.values as BigInt64Array;
      if (!isWideDecimal(type)) return (i, j) => x[i]! < y[j]! ? -1 : x[i]! > y[j]! ? 1 : 0;
      const readA = validReader(a), readB = validReader(b);
      return (i, j) => compareBigints(readA(i) as bigint, readB(j) as bigint);
    }
  }
}

function nestedComparator(a: Column, b: Column): RowComparator {
  const parts = a.children.map((child, k) => cellComparator(child, b.children[k]!, true, true));
  const tuple: RowComparator = (i, j) => {
    for (const part of parts) { const c = part(i, j); if (c !== 0) return c; }
    return 0;
  };
  if (a.start === null) return tuple;
  const s1 = a.start, e1 = a.end!, s2 = b.start!, e2 = b.end!;
  return (i, j) => {
    const l1 = e1[i]! - s1[i]!, l2 = e2[j]! - s2[j]!;
    for (let k = 0; k < l1 && k < l2; k++) { const c = tuple(s1[i]! + k, s2[j]! + k); if (c !== 0) return c; }
    return l1 - l2;
  };
}

function cellComparator(a: Column, b: Column, ascending: boolean, nullsFirst: boolean): RowComparator {
  if (a.type.kind === 'void') return () => 0;
  const slot = slotComparator(a, b);
  const directed: RowComparator = ascending ? slot : (i, j) => -slot(i, j);
  const va = a.validity, vb = b.validity;
  if (va === null && vb === null) return directed;
  const low = nullsFirst ? -1 : 1;
  return (i, j) => {
    const x = va === null || ((va[i >> 3]! >> (i & 7)) & 1) === 1;
    const y = vb === null || ((vb[j >> 3]! >> (j & 7)) & 1) === 1;
    return x ? (y ? directed(i, j) : -low) : y ? low : 0;
  };
}

export interface SortDirection { readonly ascending: boolean; readonly nullsFirst: boolean }

/** Compares rows i and j of the columns, in ORDER BY terms. Reads the buffers; nothing is decoded. A column that is given as a function is
 *  made when rows first tie in those before it. */
export function columnComparator(columns: readonly (Column | (() => Column))[], order: readonly SortDirection[]): (i: number, j: number) => number {
  invariant(columns.length === order.length, 'a direction for each column');
  const parts: RowComparator[] = [];
  const make = (k: number): RowComparator => {
    const given = columns[k]!;
    const column = typeof given === 'function' ? given() : given;
    parts.push(cellComparator(column, column, order[k]!.ascending, order[k]!.nullsFirst));
    return parts[k]!;
  };
  if (columns.length === 1) return make(0);
  return (i, j) => {
    for (let k = 0; k < columns.length; k++) { const c = (k < parts.length ? parts[k]! : make(k))(i, j); if (c !== 0) return c; }
    return 0;
  };
}

/** Row i of the left columns equals row j of the right ones; NULL equals NULL. */
export function columnsEqual(left: readonly Column[], right: readonly Column[]): (i: number, j: number) => boolean {
  invariant(left.length === right.length, 'as many columns on either side');
  const parts = left.map((c, k) => cellEquality(c, right[k]!));
  if (parts.length === 1) return parts[0]!;
  return (i, j) => {
    for (let k = 0; k < parts.length; k++) if (!parts[k]!(i, j)) return false;
    return true;
  };
}
function cellEquality(a: Column, b: Column): (i: number, j: number) => boolean {
  if (isBytes(a.type) && !isCollated(a.type) && a.validity === null && b.validity === null) {
    const x = a.values as Uint8Array, y = b.values as Uint8Array;
    const s1 = a.start!, e1 = a.end!, s2 = b.start!, e2 = b.end!;
    return (i, j) => equalBytes(x, s1[i]!, e1[i]!, y, s2[j]!, e2[j]!);
  }
  const compare = cellComparator(a, b, true, true);
  return (i, j) => compare(i, j) === 0;
}
