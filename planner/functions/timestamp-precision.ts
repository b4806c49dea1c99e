// How many digits of a second a timestamp may ask for, as a type or of the clock. source: Spark's types of nanoseconds, which are off.

import { EngineError } from '../errors/index.js';
import type { DataType } from '../types.js';

/** What is wrong with that many digits of a second. Timestamps have six. */
export function precisionFault(precision: number, { kind }: DataType): EngineError | undefined {
  if (precision === 6) return undefined;
  return precision >= 7 && precision <= 9 ? new EngineError('FEATURE_NOT_ENABLED', { featureName: 'Nanosecond-precision timestamp types', configKey: 'spark.sql.timestampNanosTypes.enabled', configValue: 'true' }, { nowhere: true })
    : new EngineError('INVALID_TIMESTAMP_PRECISION', { precision: String(precision), type: kind === 'timestamp' ? 'TIMESTAMP_LTZ' : 'TIMESTAMP_NTZ' }, { nowhere: true });
}
