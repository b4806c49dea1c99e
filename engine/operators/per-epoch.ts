// The static part of a streaming plan is computed anew in every epoch, as Spark does: its operators are those of a static query, made again
// for each epoch, over throw-away state, and the epoch is final to them.

import { noCounts, type EpochContext, type Operator, type RowCounts } from './operator.js';

export function perEpoch(make: () => Operator): Operator {
  const before = noCounts();
  let epoch: number | undefined;
  let inner = make();
  /** What the inner operator sees of the epoch. */
  let final: EpochContext | undefined;
  const enter = (context: EpochContext): EpochContext => {
    if (context.epoch !== epoch || final === undefined) {
      if (epoch !== undefined) {
        for (const key of Object.keys(before) as (keyof RowCounts)[]) before[key] += inner.counts[key];
        inner = make();
      }
      epoch = context.epoch;
      final = { ...context, lateWatermark: 0, evictWatermark: 0, final: true };
    }
    return final;
  };
  return {
    get counts() {
      const sum = noCounts();
      for (const key of Object.keys(sum) as (keyof RowCounts)[]) sum[key] = before[key] + inner.counts[key];
      return sum;
    },
    process(input, port, context, emit) { const seen = enter(context); inner.process(input, port, seen, emit); },
    more(context, emit) { const seen = enter(context); return inner.more?.(seen, emit) ?? false; },
    finishPort(port, context, emit) { const seen = enter(context); inner.finishPort?.(port, seen, emit); },
    finish(context, emit) { const seen = enter(context); return inner.finish?.(seen, emit); },
  };
}
