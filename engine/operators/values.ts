// Leaves: literal rows, which are there anew in every epoch, and rows that come from outside (sources, given relations).

import type { OutputColumn } from '../../planner/tree.js';
import type { Row } from '../../planner/values.js';
import { batchOf } from '../columnar/build.js';
import { delta } from '../columnar/column.js';
import { noCounts, type Operator } from './operator.js';
import { stateless } from './stateless.js';

/** Rows a batch: literal data may be long. */
const CHUNK = 8192;

export function valuesOperator(columns: readonly OutputColumn[], rows: readonly Row[]): Operator {
  const types = columns.map((c) => c.type);
  const counts = noCounts();
  return {
    counts,
    process() {},
    *finish(_context, emit) {
      for (let from = 0; from < rows.length; from += CHUNK) {
        const batch = batchOf(types, rows.slice(from, from + CHUNK));
        counts.out += batch.length;
        emit(delta(batch));
        yield;
      }
    },
  };
}

/** Passes on what it is fed. */
export const scanOperator = (): Operator => stateless((input, emit) => { emit(input); });
