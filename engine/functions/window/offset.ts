// Functions that look at another row of the partition: lag, lead, nth_value.
// source: Spark Lag, Lead, NthValue. lag is lead with the offset turned round; the frame of both is that one row.

import { raise } from '../../../planner/errors/index.js';
import { sqlType } from '../../../planner/expr/print.js';
import { isFoldable } from '../../../planner/expr/walk.js';
import type { BoundExpr, Call, RawCall } from '../../../planner/tree.js';
import { isAtomic, isInterval, isNumeric, sameType } from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';
import { windowFunction, type WindowFunction, type WindowPartition } from '../define.js';
import { refuse } from '../collection/shared.js';
import { positive } from './positive.js';

const OFFSET = { ordered: true, frame: 'offset', ignoresNulls: 3 } as const;

function shifted(call: Call & { readonly ignoreNulls: boolean }, direction: 1 | -1): (partition: WindowPartition) => readonly Value[] {
  const written = call.constant(1);
  const offset = direction * Number(written ?? 1);
  const find = call.ignoreNulls ? nthNotNull : (_partition: WindowPartition, i: number): number => i + offset;
  return (partition) => Array.from({ length: partition.length }, (_, i) => {
    const at = find(partition, i, offset);
    return at >= 0 && at < partition.length ? partition.arg(0, at) : partition.arg(2, i);
  });
}

/** Spark turns the offset of lag round before it looks at its type. @throws FAILED_FUNCTION_CALL where there is no minus; DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE */
function checkOffset(call: RawCall, offset: BoundExpr): void {
  const { type } = offset;
  if (type.kind === 'int') return;
  if (call.name === 'lag' && isFoldable(offset) && !isNumeric(type) && !isInterval(type) && type.kind !== 'void') raise('FAILED_FUNCTION_CALL', { funcName: '`lag`' }, { span: call.span, focus: offset.span, hint: 'The offset is a whole number of rows: lag(x, 1).' });
  refuse(call, 1, '"INT"');
}

/** A default of another type is cast to that of the input. */
function resolve(call: RawCall): BoundExpr | undefined {
  const [input, offset, otherwise] = call.args;
  if (offset) checkOffset(call, offset);
  if (!input || !offset || !otherwise || otherwise.type.kind === 'void' || sameType(input.type, otherwise.type)) return undefined;
  const fits = isNumeric(input.type) ? isNumeric(otherwise.type) || otherwise.type.kind === 'string' : isAtomic(input.type) && isAtomic(otherwise.type) && (otherwise.type.kind === 'string' || input.type.kind === 'string');
  return fits ? call.apply(call.name, [input, offset, call.cast(otherwise, input.type)]) : refuse(call, 2, `(${sqlType(input.type)} or "VOID")`);
}

/** The |offset|-th row with a value from i on, in the offset's direction; outside of the partition if there are not as many. */
function nthNotNull(partition: WindowPartition, i: number, offset: number): number {
  if (offset === 0) return i;
  const step = Math.sign(offset);
  let left = Math.abs(offset);
  for (let at = i + step; at >= 0 && at < partition.length; at += step) if (partition.arg(0, at) !== null && --left === 0) return at;
  return -1;
}

export const offset: readonly WindowFunction[] = [
  windowFunction('lag(input: A = null, offset: const int = 1, default: A = null) -> A', {
    collation: { meets: true }, doc: 'Value of the row that many rows before, or the default where there is none.',
    examples: ['(SELECT collect_list(r) FROM (SELECT lag(a, 1, 0) OVER (ORDER BY a) AS r FROM VALUES (1), (2), (3) AS t(a))) = array(0, 1, 2)'], window: OFFSET, resolve,
    evaluate: (call) => shifted(call, -1),
  }),
  windowFunction('lead(input: A = null, offset: const int = 1, default: A = null) -> A', {
    collation: { meets: true }, doc: 'Value of the row that many rows after, or the default where there is none.',
    examples: ['(SELECT collect_list(r) FROM (SELECT lead(a, 1, 9) OVER (ORDER BY a) AS r FROM VALUES (1), (2), (3) AS t(a))) = array(2, 3, 9)'], window: OFFSET, resolve,
    evaluate: (call) => shifted(call, 1),
  }),
  windowFunction('nth_value(input: A, offset: const int) -> A', {
    doc: 'Value of the n-th row of the frame, counted from 1; NULL if the frame is shorter.',
    examples: ['(SELECT collect_list(r) FROM (SELECT nth_value(a, 2) OVER (ORDER BY a) AS r FROM VALUES (1), (2), (3) AS t(a))) = array(2, 2)'], window: { ordered: true, ignoresNulls: 2 }, nullable: () => true,
    check: (call) => { positive(call, 1, 'offset', '9223372036854775807'); },
    evaluate: (call) => {
      const n = Number(call.constant(1));
      return (partition) => Array.from({ length: partition.length }, (_, i) => {
        const [from, to] = partition.frame(i);
        if (!call.ignoreNulls) return from + n - 1 < to ? partition.arg(0, from + n - 1) : null;
        let left = n;
        for (let at = from; at < to; at++) if (partition.arg(0, at) !== null && --left === 0) return partition.arg(0, at);
        return null;
      });
    },
  }),
];
