// count and count_if: rows, rows without NULL, rows that are TRUE.

import * as T from '../../../planner/types.js';
import { fixedColumn } from '../../columnar/column.js';
import { aggregate, type AggregateFunction, type Accumulator } from '../define.js';
import { gather, longState, typedAccumulator } from './typed.js';

function counter(id: string, reads: number, test: string, read: 'none' | 'value'): Accumulator {
  return typedAccumulator({
    id, states: [longState], reads: Array.from({ length: reads }, () => read),
    add: (weighted) => `${test}S0[s] = BigInt.asIntN(64, S0[s] + ${weighted ? 'BigInt(w)' : '1n'});`,
    merge: 'S0[s] = BigInt.asIntN(64, S0[s] + x0);',
    result: (slots, [counts]) => fixedColumn(T.BIGINT, slots.length, gather(counts!, slots)),
  });
}

export const count: AggregateFunction = aggregate('count(any...) -> bigint', {
  doc: 'Number of rows for which no argument is NULL; `count(*)`: of all rows.',
  examples: ['(SELECT count(*) FROM VALUES (1), (NULL) AS t(a)) = 2', '(SELECT count(a) FROM VALUES (1), (NULL) AS t(a)) = 1', '(SELECT count(DISTINCT a) FROM VALUES (1), (1), (2) AS t(a)) = 2'],
  variadic: { min: 1 },
  nullable: () => false,
  emptyResult: 0n,
  retract: 'invertible',
  exactParts: () => true,
  accumulator: (call) => {
    const asked = call.args.filter((a) => a.kind !== 'const' || a.value === null).length;
    return counter(`count${asked === 0 ? 0 : call.args.length}`, asked === 0 ? 0 : call.args.length, '', 'none');
  },
});

export const countIf: AggregateFunction = aggregate('count_if(boolean) -> bigint', {
  doc: 'Number of rows for which the argument is TRUE.',
  examples: ['(SELECT count_if(a > 1) FROM VALUES (1), (2), (3) AS t(a)) = 2'],
  nullable: () => false,
  emptyResult: 0n,
  retract: 'invertible',
  exactParts: () => true,
  accumulator: () => counter('count_if', 1, 'if (x0 === 0) continue; ', 'value'),
});
