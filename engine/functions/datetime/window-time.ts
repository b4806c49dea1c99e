// window_time(window): the event time of a window's rows for a further operator, the last microsecond that belongs to the window; and its end
// as the table functions give it. Both keep the watermark (planner/plan/properties.ts). source: Spark WindowTime; window_end of Flink's table functions.

import { raise } from '../../../planner/errors/index.js';
import { printExpr } from '../../../planner/expr/print.js';
import type { DataType } from '../../../planner/types.js';
import * as T from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';
import type { RowFunction, ScalarFunction } from '../define.js';

const isWindow = (t: DataType): boolean => t.kind === 'void' || (t.kind === 'struct' && t.fields.length === 2 && t.fields[0]!.name === 'start' && t.fields[1]!.name === 'end');
const endType = (window: DataType): DataType => (window.kind === 'struct' ? window.fields[1]?.type ?? T.TIMESTAMP : T.TIMESTAMP);

export const windowTime: ScalarFunction = {
  name: 'window_time', kind: 'scalar', doc: 'The event time of a window: its end less a microsecond.', examples: ["window_time(window(TIMESTAMP '2024-01-01 00:00:03', '5 seconds')) = TIMESTAMP '2024-01-01 00:00:04.999999'"], nulls: 'propagate',
  params: [{ name: 'window_column', accepts: { kind: 'class', class: 'struct' } }],
  check: (call) => { if (!isWindow(call.types[0]!)) raise('_LEGACY_ERROR_TEMP_3101', { windowTime: `window_time(${printExpr(call.args[0]!)})` }); },
  result: (call) => endType(call.types[0]!),
  bind: (): RowFunction => (window: readonly Value[]) => (typeof window[1] === 'bigint' ? window[1] - 1n : null),
};

export const windowEnd: ScalarFunction = {
  name: 'window_end', kind: 'scalar', doc: 'The end of a window. It keeps the watermark: a stream may be grouped by it in append mode.', examples: ["window_end(window(TIMESTAMP '2024-01-01 00:00:03', '5 seconds')) = TIMESTAMP '2024-01-01 00:00:05'"], nulls: 'propagate',
  params: [{ name: 'window_column', accepts: { kind: 'class', class: 'struct' } }],
  result: (call) => endType(call.types[0]!),
  bind: (): RowFunction => (window: readonly Value[]) => window[1] ?? null,
};
