// The base class of processors with arbitrary state. The class is part of the public types; running one is refused by groupByKey for now.

import { raise } from '../../planner/errors/index.js';
import type { StateHandle, TimerValues } from './api/dataframe.js';

/** Arbitrary state by key: extend it and give it to transformWithState. */
export abstract class StatefulProcessor<K, I, O> {
  /** States and timers; there once the processor runs. */
  protected get handle(): StateHandle { return raise('NOT_SUPPORTED_YET', { feature: 'transformWithState' }); }
  init(_outputMode: 'append' | 'update', _timeMode: 'none' | 'processing-time' | 'event-time'): void {}
  abstract handleInputRows(key: K, rows: Iterable<I>, timers: TimerValues): Iterable<O>;
  *handleExpiredTimer(_key: K, _timers: TimerValues, _expired: number): Iterable<O> {}
  close(): void {}
}
