// The error of decimals that do not fit their type; the arithmetic is in engine/formats/decimal.ts.

import { raise } from '../../../planner/errors/index.js';
import type { TypeOf } from '../../../planner/types.js';
import { decimalText } from '../../formats/number-text.js';

const ANSI = '"spark.sql.ansi.enabled"';
export function outOfRange(value: bigint, scale: number, type: TypeOf<'decimal'>): never {
  return raise('NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION',
    { value: decimalText(value, scale), precision: String(type.precision), scale: String(type.scale), config: ANSI });
}
