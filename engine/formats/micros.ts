// Times in microseconds: units, and what rounds down.

import type { DayTimeField } from '../../planner/types.js';

export const SECOND = 1_000_000n;
export const HOUR = 3600n * SECOND;
export const DAY = 24n * HOUR;
export const FIELD_MICROS: Readonly<Record<DayTimeField, bigint>> = { day: DAY, hour: HOUR, minute: 60n * SECOND, second: SECOND };

/** The quotient of a positive divisor, rounded down. */
export const floorDiv = (a: bigint, b: bigint): bigint => { const q = a / b; return q * b > a ? q - 1n : q; };
/** The second that a time is in, in seconds. */
export const floorSeconds = (micros: bigint): bigint => floorDiv(micros, SECOND);
/** The day that a time is in, in days. */
export const floorDays = (micros: bigint): number => Number(floorDiv(micros, DAY));
/** The time of the day. */
export const timeOfDay = (micros: bigint): bigint => micros - floorDiv(micros, DAY) * DAY;
/** Midnight UTC of a date in days. */
export const dateToMicros = (days: number): bigint => BigInt(days) * DAY;
