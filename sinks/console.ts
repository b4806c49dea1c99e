// The console sink: each epoch's rows as a table.
// source: Spark ConsoleSink; the text is Spark's, letter by letter.

import { type Delta, type OptionSet, rowCount, rows, type Schema, type SinkDefinition, tableText, type Value } from '../engine/plugin.js';

const LINE = '-'.repeat(43);

/** Width of cells: `truncate` is true (20), false (whole) or a number. */
function widthOf(options: OptionSet): number {
  const given = options.get('truncate')!.trim().toLowerCase();
  return given === 'true' ? 20 : given === 'false' ? 0 : Number(given);
}
/** The first `count` rows, and one more if there are more. */
async function take(changes: AsyncIterable<Delta>, count: number): Promise<Value[][]> {
  const found: Value[][] = [];
  for await (const change of changes) {
    const missing = count + 1 - found.length;
    if (missing <= 0) continue;
    for (const row of rowCount(change) <= missing ? rows(change) : rows({ ...change, selection: selectFirst(change, missing) })) found.push(row);
  }
  return found;
}
const selectFirst = (change: Delta, count: number): Int32Array => change.selection ? change.selection.subarray(0, count) : Int32Array.from({ length: count }, (_, i) => i);

const show = (schema: Schema, found: readonly Value[][], options: OptionSet, timeZone: string): string => `${tableText(schema, found, options.int('numRows')!, widthOf(options), timeZone)}\n`;

export const consoleSink: SinkDefinition = {
  format: 'console',
  options: [
    { name: 'numRows', type: 'int', default: '20', doc: 'most rows of an epoch' },
    { name: 'truncate', type: 'string', default: 'true', doc: 'cut long cells: true, false, or a width' },
  ],
  modes: ['append', 'update', 'complete'], temporaryCheckpoint: true,
  open: async ({ options, schema }, { print, timeZone }) => ({
    async addBatch({ epoch, changes }) {
      const found = await take(changes, options.int('numRows')!);
      print(`${LINE}\nBatch: ${epoch}\n${LINE}\n${show(schema, found, options, timeZone)}`);
    },
    async close() { /* nothing is open */ },
  }),
  async write({ options, schema }, batches, _save, { print, timeZone }) {
    const deltas = async function* (): AsyncGenerator<Delta> { for await (const batch of batches) yield { ...batch, weights: null }; };
    print(show(schema, await take(deltas(), options.int('numRows')!), options, timeZone));
  },
  describe: () => 'ConsoleTable',
};
