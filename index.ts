// The public API of millrace: an explicit list of exports, and the one place that ties all layers together.

import { FormatRegistry } from './engine/connect/registry.js';
import type { SessionOptions, Tables, TypedSession } from './engine/session/api/index.js';
import { SessionCore } from './engine/session/session.js';
import { sinks } from './sinks/index.js';
import { sources } from './sources/index.js';

export type * from './engine/session/api/index.js';
export type { ConditionName } from './planner/errors/index.js';
export { EngineError } from './planner/errors/index.js';
export {
  abs, array, asc, avg, broadcast, callFunction, coalesce, col, collectList, collectSet, concat, count, countDistinct, currentTimestamp, desc, explode, expr, first, fromJson, functions, last, length, lit,
  lower, max, min, not, sessionWindow, split, struct, sum, toJson, toTimestamp, trim, udf, upper, when, window, windowTime,
} from './engine/session/functions.js';
export { Window } from './engine/session/window-spec.js';
export { StatefulProcessor, StatefulProcessorWithInitialState } from './engine/session/stateful-processor.js';

/** Where queries are written, started and kept. TypedSession is public as well: the name that declaration files of users write. */
export type Session<T = Tables> = TypedSession<T>;
/** A session with the built-in sources and sinks. The untyped engine is cast to its typed face here, once. */
export const Session = class extends SessionCore {
  constructor(options?: SessionOptions) { super(new FormatRegistry(sources, sinks), options); }
} as unknown as new <T = Tables>(options?: SessionOptions) => TypedSession<T>;
