// What the sink gets of an epoch: the rows that it puts in.

import { type Delta, delta, rowCount } from '../columnar/column.js';

/** The deltas of an epoch as the sink gets them. The sink may stop reading; the epoch is computed to its end all the same. */
export class EpochChanges implements AsyncIterable<Delta> {
  rows = 0;
  private readonly run: AsyncGenerator<Delta, void, undefined>;
  private ended = false;

  constructor(run: AsyncGenerator<Delta, void, undefined>) { this.run = run; }

  [Symbol.asyncIterator](): AsyncIterator<Delta> {
    return {
      next: async () => {
        for (;;) {
          const result = await this.run.next();
          if (result.done) { this.ended = true; return { done: true, value: undefined }; }
          const value = additions(result.value);
          if (rowCount(value) === 0) continue;
          this.rows += rowCount(value);
          return { done: false, value };
        }
      },
    };
  }
  async drain(): Promise<void> { while (!this.ended) this.ended = (await this.run.next()).done === true; }
}

/** The rows that a change puts in, each as often as it counts. Rows that it takes out are the old values of what comes with it. */
function additions(change: Delta): Delta {
  const { weights } = change;
  if (weights === null) return change;
  const picked: number[] = [];
  const n = rowCount(change);
  for (let k = 0; k < n; k++) {
    const i = change.selection === null ? k : change.selection[k]!;
    for (let w = weights[i]!; w > 0; w--) picked.push(i);
  }
  return delta({ length: change.length, columns: change.columns, selection: Int32Array.from(picked) });
}
