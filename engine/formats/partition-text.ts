// The types of values in the names of partition directories (`date=2024-01-01`): of each column the narrowest that all of them fit.
// source: Spark PartitioningUtils.inferPartitionColumnValue, findWiderTypeForPartitionColumn.

import { BIGINT, type DataType, DATE, decimal, DOUBLE, INT, STRING, TIMESTAMP } from '../../planner/types.js';
import { parseDateText, parseTimestampText } from './datetime.js';
import { UTC } from './zone.js';
import { parseDigits, pow10 } from './decimal.js';
import { parseIntegerText, parseJavaDouble } from './number-text.js';

/** The type of one value. */
export function partitionTextType(text: string): DataType {
  if (parseIntegerText(text, 32) !== undefined) return INT;
  if (parseIntegerText(text, 64) !== undefined) return BIGINT;
  const digits = parseDigits(text);
  if (digits !== undefined && digits.scale <= 0 && digits.scale > -38) {
    const precision = (digits.unscaled * pow10(-digits.scale)).toString().replace('-', '').length;
    if (precision <= 38) return decimal(precision, 0);
  }
  if (parseJavaDouble(text) !== undefined) return DOUBLE;
  if (/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d)?$/.test(text) && parseTimestampText(text, { zone: UTC }) !== undefined) return TIMESTAMP;
  return /^\d{4}-\d\d-\d\d$/.test(text) && parseDateText(text) !== undefined ? DATE : STRING;
}

const precisionOf = (type: DataType): number => type.kind === 'decimal' ? type.precision : type.kind === 'bigint' ? 20 : 10;
/** The type of a column that has values of both. Whole numbers beyond INT are not mixed with fractions: both stay texts. */
export function widerPartitionType(a: DataType, b: DataType): DataType {
  if (a.kind === b.kind && a.kind !== 'decimal') return a;
  const kinds = [a.kind, b.kind];
  const both = (...allowed: readonly DataType['kind'][]): boolean => kinds.every((k) => allowed.includes(k));
  if (both('int', 'bigint')) return BIGINT;
  if (both('int', 'double')) return DOUBLE;
  if (both('date', 'timestamp')) return TIMESTAMP;
  return both('int', 'bigint', 'decimal') ? decimal(Math.max(precisionOf(a), precisionOf(b)), 0) : STRING;
}
