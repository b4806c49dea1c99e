// What date and time functions share: the parts of a local time, and the zones in which values are read.

import { raise } from '../../../planner/errors/index.js';
import type { Call } from '../../../planner/tree.js';
import type { DataType } from '../../../planner/types.js';
import { civilOfDays, daysOfCivil } from '../../formats/civil.js';
import { type LocalTime, localTime, UTC, type Zone, zoneOf } from '../../formats/zone.js';

export const { floor } = Math;
/** TIMESTAMP_NTZ and TIME have no zone. */
export const zoneOfType = (type: DataType | undefined, call: Call): Zone => type?.kind === 'timestamp' ? zoneOf(call.settings.timeZone) : UTC;
export const localOf = (call: Call, index = 0): ((micros: bigint) => LocalTime) => { const zone = zoneOfType(call.types[index], call); return (micros) => localTime(micros, zone); };

/** Monday is 0. */
export const weekdayOf = (days: number): number => (((days + 3) % 7) + 7) % 7;
export const yearOf = (days: number): number => civilOfDays(days)[0];
/** ISO week and the year it belongs to. */
export function isoWeek(days: number): { readonly week: number; readonly year: number } {
  const thursday = days - weekdayOf(days) + 3;
  const year = yearOf(thursday);
  return { week: floor((thursday - daysOfCivil(year, 1, 1)) / 7) + 1, year };
}
export const dayOfYear = (days: number): number => days - daysOfCivil(yearOf(days), 1, 1) + 1;

/** Nothing is computed of TIME where it is off: told before the types are looked at, where it is the `resolve` of a function. @throws UNSUPPORTED_TIME_TYPE */
export const needsTime = (call: Call): undefined => { if (call.settings.conf.get('spark.sql.timeType.enabled') !== 'true') raise('UNSUPPORTED_TIME_TYPE', {}, { nowhere: true }); };
