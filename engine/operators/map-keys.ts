// Maps that are grouped by under millrace.compat=spark: Spark puts their entries in order and loses NULLs on the way, where values are of a type that
// Java has as a primitive: such a value is then zero, false, or 1970. By default a NULL in a map is a NULL.
// source: Spark InsertMapSortInGroupingExpressions, MapSort.

import { type DataType, holdsKind } from '../../planner/types.js';
import { allocateValues, type Column, isValid } from '../columnar/column.js';

const PRIMITIVE: ReadonlySet<DataType['kind']> = new Set<DataType['kind']>(['boolean', 'tinyint', 'smallint', 'int', 'bigint', 'float', 'double', 'date', 'timestamp', 'timestamp_ntz', 'time',
  'day_time_interval', 'year_month_interval']);

/** The column with what Spark makes of the maps in it. */
export function sortedMaps(column: Column): Column {
  if (!holdsKind(column.type, 'map')) return column;
  const { type, children } = column;
  if (type.kind !== 'map') return { ...column, children: children.map(sortedMaps) };
  const [keys, values] = children as readonly [Column, Column];
  return { ...column, children: [keys, PRIMITIVE.has(type.value.kind) ? withoutNulls(values) : sortedMaps(values)] };
}

function withoutNulls(column: Column): Column {
  const { validity, length, type } = column;
  if (validity === null) return column;
  const values = allocateValues(type, length);
  for (let i = 0; i < length; i++) if (isValid(validity, i)) values[i] = column.values[i]!;
  return { ...column, values, validity: null };
}
