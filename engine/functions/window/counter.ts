// counter_diff: from a counter that only grows to what it grew by. The counter is known to have begun anew where it is smaller than before, or
// where its start time is later. source: Spark CounterDiff.

import { raise } from '../../../planner/errors/index.js';
import { literalText } from '../../../planner/expr/literals.js';
import type { Accepts } from '../../../planner/tree.js';
import { type DataType, DOUBLE, TIMESTAMP, TIMESTAMP_NTZ } from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';
import { valueComparator } from '../../columnar/compare.js';
import { windowFunction, type WindowFunction, type WindowPartition } from '../define.js';

const FUNCTION = '`counter_diff`';
const TIME: Accepts = { kind: 'one_of', options: [{ kind: 'type', type: TIMESTAMP }, { kind: 'type', type: TIMESTAMP_NTZ }] };

const difference = (type: DataType): (a: Value, b: Value) => Value => {
  if (type.kind === 'float') return (a, b) => Math.fround((a as number) - (b as number));
  if (type.kind === 'bigint' || type.kind === 'decimal') return (a, b) => (a as bigint) - (b as bigint);
  return (a, b) => (a as number) - (b as number);
};
const clock = (value: Value, type: DataType): string => literalText(value, type).replace(/^[A-Z_]+ '|'$/g, '');

/** One pass over the partition: `times` says whether there is a second argument. A NULL counter has no difference and changes nothing. */
function differences(type: DataType, time: DataType | undefined): (partition: WindowPartition) => readonly Value[] {
  const compare = valueComparator(type);
  const minus = difference(type);
  const zero: Value = type.kind === 'bigint' || type.kind === 'decimal' ? 0n : 0;
  return (partition) => {
    let last: Value = null;
    let started: Value = null;
    return Array.from({ length: partition.length }, (_, i): Value => {
      const value = partition.arg(0, i);
      if (value === null) return null;
      if (compare(value, zero) < 0) raise('COUNTER_DIFF_NEGATIVE_COUNTER_VALUE', { function: FUNCTION, value: literalText(value, type) }, { nowhere: true });
      const start = time ? partition.arg(1, i) : null;
      let anew = last === null || compare(value, last) < 0;
      if (time && start !== null) {
        if (started !== null && (start as bigint) < (started as bigint)) {
          raise('COUNTER_DIFF_START_TIME_DECREASED', { function: FUNCTION, previousStartTime: clock(started, time), currentStartTime: clock(start, time) }, { nowhere: true });
        }
        anew ||= started !== null && (start as bigint) > (started as bigint);
        started = start;
      }
      const result = anew ? null : minus(value, last);
      last = value;
      return result;
    });
  };
}

export const counters: readonly WindowFunction[] = [
  windowFunction('counter_diff(value: numeric, start_time: timestamp?) -> A', {
    doc: 'What a growing counter grew by since the row before; NULL where it begins: at the first row, below the last value, at a later start time.',
    examples: ['(SELECT collect_list(r) FROM (SELECT counter_diff(a) OVER (ORDER BY i) AS r FROM VALUES (1, 5), (2, 8), (3, 2) AS t(i, a))) = array(3)'],
    params: [{ name: 'value', accepts: { kind: 'class', class: 'numeric' }, exact: true }, { name: 'start_time', accepts: TIME, requires: '("TIMESTAMP" or "TIMESTAMP_NTZ")', optional: true, exact: true }],
    result: (call) => call.types[0]?.kind === 'void' ? DOUBLE : call.types[0]!,
    window: { ordered: true, frame: 'rows_to_current' }, byName: true,
    evaluate: (call) => differences(call.types[0]!, call.types[1]),
  }),
];
