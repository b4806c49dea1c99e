// The session settings that steer a running query, read once at its start. Those in PINNED are fixed by the first epoch of a checkpoint.

import { raise } from '../../planner/errors/index.js';
import type { Settings } from '../../planner/tree.js';
import { parseDuration } from '../connect/options.js';
import type { WatermarkPolicy } from './watermarks.js';

export interface QuerySettings {
  readonly noDataEpochs: boolean;
  readonly allowMultiple: boolean;
  readonly policy: WatermarkPolicy;
  readonly compatSpark: boolean;
  readonly pollingMillis: number;
  readonly idleEventMillis: number;
  readonly recentProgress: number;
  /** 0: as long as the epoch takes. */
  readonly stopTimeoutMillis: number;
  /** Late and rejected rows that are kept to be looked at, of each kind. */
  readonly keptRows: number;
  /** Whether they are kept in the checkpoint. */
  readonly keptRowsDurable: boolean;
  /** What the offset log keeps of them. */
  readonly pinned: Readonly<Record<string, string>>;
}

const STREAMING = 'spark.sql.streaming.';
const POLICY = `${STREAMING}multipleWatermarkPolicy`;
const KEPT_ROWS = 'millrace.keptRows';
const DURABLE = 'millrace.keptRows.durable';
const PINNED: Readonly<Record<string, string>> = { [POLICY]: 'min', 'spark.sql.shuffle.partitions': '1' };

/** @throws INVALID_CONF_VALUE.REQUIREMENT */
export function readSettings(settings: Settings, pinned: Readonly<Record<string, string>> | undefined): QuerySettings {
  const text = (name: string, fallback: string): string => pinned?.[name] ?? settings.conf.get(name) ?? fallback;
  const invalid = (name: string, value: string, need: string): never => raise('INVALID_CONF_VALUE.REQUIREMENT', { confName: name, confValue: value, confRequirement: need });
  const boolean = (name: string, fallback: boolean): boolean => {
    const value = text(STREAMING + name, String(fallback)).toLowerCase();
    return value === 'true' ? true : value === 'false' ? false : invalid(STREAMING + name, value, 'true or false');
  };
  const millis = (name: string, fallback: number): number => {
    const value = text(STREAMING + name, String(fallback));
    const plain = Number(value);
    return Number.isInteger(plain) && plain >= 0 ? plain : parseDuration(value) ?? invalid(STREAMING + name, value, 'milliseconds or a duration');
  };
  const keptRows = Number(settings.conf.get(KEPT_ROWS) ?? 1000);
  if (!Number.isSafeInteger(keptRows) || keptRows < 0) invalid(KEPT_ROWS, settings.conf.get(KEPT_ROWS)!, 'a number of rows');
  const durable = (settings.conf.get(DURABLE) ?? 'false').toLowerCase();
  if (durable !== 'true' && durable !== 'false') invalid(DURABLE, durable, 'true or false');
  const policy = text(POLICY, 'min').toLowerCase();
  return {
    noDataEpochs: boolean('noDataMicroBatches.enabled', true), allowMultiple: boolean('statefulOperator.allowMultiple', true),
    policy: policy === 'min' || policy === 'max' ? policy : invalid(POLICY, policy, "'min' or 'max'"),
    compatSpark: settings.compatSpark, pollingMillis: millis('pollingDelay', 10), idleEventMillis: millis('noDataProgressEventInterval', 10_000),
    recentProgress: millis('numRecentProgressUpdates', 100), stopTimeoutMillis: millis('stopTimeout', 0), keptRows, keptRowsDurable: durable === 'true',
    pinned: Object.fromEntries(Object.entries(PINNED).map(([name, fallback]) => [name, text(name, fallback)])),
  };
}
