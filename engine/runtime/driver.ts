// Drives one epoch of a physical plan (engine/operators/flow.ts has the order of things): waits where the flow must wait, hands the
// result on as it is made and no faster than it is taken, and lets the event loop run between bounded pieces of work.

import type { Delta } from '../columnar/column.js';
import { selfChecks } from '../host/checks.js';
import type { Clock } from '../host/host.js';
import { flow, type FlowRun } from '../operators/flow.js';

export interface EpochRun extends FlowRun {
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

/** The event loop is kept waiting no longer than this, give or take one batch. */
const BREATHE_MILLIS = 15;

/** The deltas of the plan's root, in order. Leaving the loop early ends the epoch's reads. @throws what operators and sources raise, the signal's reason */
export async function* runEpoch(run: EpochRun): AsyncGenerator<Delta, void, undefined> {
  const { clock, signal } = run;
  const steps = flow({ ...run, checked: selfChecks() });
  let answer: unknown;
  let since = clock.monotonic();
  try {
    for (;;) {
      signal?.throwIfAborted();
      const { value, done } = steps.next(answer);
      answer = undefined;
      if (done) return;
      if (value instanceof Promise) answer = await value;
      else if (value !== undefined) yield value;
      else if (clock.monotonic() - since > BREATHE_MILLIS) { await clock.sleep(0, signal); since = clock.monotonic(); }
    }
  } finally {
    for (let left = steps.return(); !left.done; left = steps.next()) await left.value;
  }
}
