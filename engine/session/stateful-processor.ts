// The base class of processors with arbitrary state, and how the engine gets at the handle of one.

import { raise } from '../../planner/errors/index.js';
import { ProcessorHandle } from '../operators/group-handle.js';
import type { ProcessorFace } from '../operators/group-processor.js';
import type { StateHandle, TimerValues } from './api/dataframe.js';

const handles = new WeakMap<object, ProcessorHandle>();

/** Arbitrary state by key: extend it and give it to transformWithState. States are declared in field initialisers,
 *  `total = this.handle.getValueState<number>('total')`, or in `init`. */
export abstract class StatefulProcessor<K, I, O> {
  /** Declares states; in a handler, sets timers of the key at hand. */
  protected readonly handle: StateHandle;
  constructor() {
    const handle = new ProcessorHandle();
    handles.set(this, handle);
    // The untyped engine behind typed states.
    this.handle = handle as unknown as StateHandle;
  }
  /** Called when a query starts. */
  init(_outputMode: 'append' | 'update', _timeMode: 'none' | 'processing-time' | 'event-time'): void {}
  /** The rows of one key in one epoch. */
  abstract handleInputRows(key: K, rows: Iterable<I>, timers: TimerValues): Iterable<O>;
  /** A timer of the key is due. */
  *handleExpiredTimer(_key: K, _timers: TimerValues, _expired: number): Iterable<O> {}
  /** Called when a query has ended. */
  close(): void {}
}

/** A processor whose keys may begin with something: the option `initialState` of transformWithState. */
export abstract class StatefulProcessorWithInitialState<K, I, O, S> extends StatefulProcessor<K, I, O> {
  /** A row of the initial states, in the first epoch, before the rows of any key; a key with several is several calls. */
  abstract handleInitialState(key: K, initialState: S, timers: TimerValues): void;
}

/** The processor as the operator sees it. @throws INVALID_USER_VALUE */
export function processorFace(processor: object): ProcessorFace {
  const handle = handles.get(processor) ?? raise('INVALID_USER_VALUE', { where: 'transformWithState', value: 'object', type: 'StatefulProcessor' }, { hint: 'Extend the class StatefulProcessor.' });
  const user = processor as StatefulProcessor<unknown, unknown, unknown>;
  return {
    handle,
    init: (mode, time) => { user.init(mode, time); },
    handleInputRows: (key, rows, times) => user.handleInputRows(key, rows, times),
    handleExpiredTimer: (key, times, expired) => user.handleExpiredTimer(key, times, expired),
    ...(user instanceof StatefulProcessorWithInitialState && { handleInitialState: (key: unknown, state: unknown, times: TimerValues) => { user.handleInitialState(key, state, times); } }),
    close: () => { user.close(); },
  };
}
