// The watermark node: passes rows on and observes their event times, from which the epoch's next watermark is made. NULL counts as 0, as
// Spark's accumulator reads it; a window counts by its end.
//
// source: Spark EventTimeWatermarkExec, EventTimeStats.

import { type Column, type Delta, isValid, rowCount } from '../columnar/column.js';
import { type Millis, noCounts, type WatermarkOperator } from './operator.js';

export function watermarkOperator(ordinal: number): WatermarkOperator {
  const counts = noCounts();
  let max = 0n;
  let min = 0n;
  let sum = 0;
  let count = 0;
  let epoch = -1;

  function observe(input: Delta, column: Column): void {
    const values = column.values as BigInt64Array;
    const n = rowCount(input);
    const { selection } = input;
    let [high, low, total, nulls] = [-(1n << 63n), (1n << 63n) - 1n, 0n, 0];
    for (let k = 0; k < n; k++) {
      const i = selection === null ? k : selection[k]!;
      if (column.validity !== null && !isValid(column.validity, i)) { nulls++; continue; }
      const t = values[i]!;
      if (t > high) high = t;
      if (t < low) low = t;
      total = BigInt.asIntN(64, total + BigInt.asIntN(64, t / 1000n));
    }
    if (nulls > 0) { if (high < 0n) high = 0n; if (low > 0n) low = 0n; }
    max = count === 0 || high > max ? high : max;
    min = count === 0 || low < min ? low : min;
    sum += Number(total);
    count += n;
  }

  return {
    counts,
    process(input, _port, context, emit) {
      if (context.epoch !== epoch) { epoch = context.epoch; count = 0; sum = 0; }
      const column = input.columns[ordinal]!;
      observe(input, column.type.kind === 'struct' ? windowEnd(column) : column);
      const n = rowCount(input);
      counts.in += n; counts.used += n; counts.out += n;
      emit(input);
    },
    finish(context) {
      if (context.epoch !== epoch) { epoch = context.epoch; count = 0; sum = 0; }
      return undefined;
    },
    observed() { return count === 0 ? undefined : { max: floorMillis(max), min: floorMillis(min), sum, count }; },
  };
}

/** The end of a window struct; NULL where the struct is. */
const windowEnd = (column: Column): Column => {
  const end = column.children[1]!;
  return { ...end, validity: column.validity ?? end.validity };
};

export const floorMillis = (micros: bigint): Millis => Number(micros >= 0n ? micros / 1000n : (micros - 999n) / 1000n);
