// Leaves: literal rows and numbers counted up, which are there anew in every epoch, and rows that come from outside (sources, given relations).

import type { OutputColumn } from '../../planner/tree.js';
import { BIGINT } from '../../planner/types.js';
import type { Row } from '../../planner/values.js';
import { batchOf } from '../columnar/build.js';
import { delta, type RecordBatch } from '../columnar/column.js';
import { noCounts, type Operator } from './operator.js';
import { stateless } from './stateless.js';

/** Rows a batch: literal data may be long. */
const CHUNK = 8192;

export function valuesOperator(columns: readonly OutputColumn[], rows: readonly Row[]): Operator {
  const types = columns.map((c) => c.type);
  return leaf(function* () {
    for (let from = 0; from < rows.length; from += CHUNK) yield batchOf(types, rows.slice(from, from + CHUNK));
  });
}

/** `count` numbers from `start` on, `step` apart. */
export const rangeOperator = (start: bigint, step: bigint, count: bigint): Operator => leaf(function* () {
  for (let done = 0n; done < count; done += BigInt(CHUNK)) {
    const values = new BigInt64Array(Number(count - done < BigInt(CHUNK) ? count - done : BigInt(CHUNK)));
    let next = start + done * step;
    for (let i = 0; i < values.length; i++) { values[i] = next; next = BigInt.asIntN(64, next + step); }
    yield { length: values.length, selection: null, columns: [{ type: BIGINT, length: values.length, validity: null, values, start: null, end: null, children: [] }] };
  }
});

function leaf(batches: () => Generator<RecordBatch, void, undefined>): Operator {
  const counts = noCounts();
  return {
    counts,
    process() {},
    *finish(_context, emit) {
      for (const batch of batches()) {
        counts.out += batch.length;
        emit(delta(batch));
        yield;
      }
    },
  };
}

/** Passes on what it is fed. */
export const scanOperator = (): Operator => stateless((input, emit) => { emit(input); });
