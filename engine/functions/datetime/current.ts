// The time of an epoch: current_date(), current_timestamp() and their kin are constant within it and read from its log entry.
// source: Spark, which takes them from the batch's logged timestamp.

import * as T from '../../../planner/types.js';
import { zoneOf } from '../../formats/datetime.js';
import { utcMicrosToLocal } from '../cast/index.js';
import { scalar, type ScalarFunction } from '../define.js';
import { DAY, floorDiv } from './shared.js';

const never = (): boolean => false;
export const currentTimes: readonly ScalarFunction[] = [
  scalar('current_timestamp() -> timestamp', { aliases: ['now'], doc: "The epoch's timestamp.", perEpoch: true, nullable: never, bind: (_, { epoch }) => { const t = BigInt(epoch.timestampMillis) * 1000n; return () => t; } }),
  scalar('current_date() -> date', { aliases: ['curdate'], doc: "The epoch's day in the session's zone.", perEpoch: true, nullable: never,
    bind: (call, { epoch }) => { const d = Number(floorDiv(utcMicrosToLocal(BigInt(epoch.timestampMillis) * 1000n, zoneOf(call.settings.timeZone)), DAY)); return () => d; } }),
  scalar('localtimestamp() -> timestamp_ntz', { doc: "The epoch's wall clock in the session's zone.", perEpoch: true, nullable: never,
    bind: (call, { epoch }) => { const t = utcMicrosToLocal(BigInt(epoch.timestampMillis) * 1000n, zoneOf(call.settings.timeZone)); return () => t; } }),
  scalar('current_time() -> time', { doc: "The epoch's time of day in the session's zone.", perEpoch: true, nullable: never, result: () => T.TIME,
    bind: (call, { epoch }) => { const t = utcMicrosToLocal(BigInt(epoch.timestampMillis) * 1000n, zoneOf(call.settings.timeZone)); const time = t - floorDiv(t, DAY) * DAY; return () => time; } }),
  scalar('current_timezone() -> string', { doc: "The session's zone.", nullable: never, bind: (call) => () => call.settings.timeZone }),
];
