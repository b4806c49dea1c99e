// The console sink: each epoch's rows as a table.
// source: Spark ConsoleSink; the text is Spark's, letter by letter.

import { type ConnectContext, type Delta, type OptionSet, raise, rowCount, rows, type Schema, type SinkDefinition, tableText, type Value } from '../engine/plugin.js';

const LINE = '-'.repeat(43);

/** Width of cells: `truncate` is true (20), false (whole) or a number. */
function widthOf(options: OptionSet): number {
  const given = options.get('truncate')!.trim().toLowerCase();
  if (given === 'true' || given === 'false') return given === 'true' ? 20 : 0;
  return /^\d{1,9}$/.test(given) ? Number(given) : raise('INVALID_OPTION_VALUE', { format: 'console', option: 'truncate', value: given, expected: 'true, false, or a number of characters' });
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

/** Reads the rows that are shown, and prints them below a heading. */
function printer(options: OptionSet, schema: Schema, { print, timeZone }: Pick<ConnectContext, 'print' | 'timeZone'>): (heading: string, changes: AsyncIterable<Delta>) => Promise<void> {
  const most = options.int('numRows')!;
  const width = widthOf(options);
  return async (heading, changes) => { print(`${heading}${tableText(schema, await take(changes, most), most, width, timeZone)}\n`); };
}

export const consoleSink: SinkDefinition = {
  format: 'console',
  options: [
    { name: 'numRows', type: 'int', least: 0, default: '20', doc: 'most rows of an epoch' },
    { name: 'truncate', type: 'string', default: 'true', doc: 'cut long cells: true, false, or a width' },
  ],
  modes: ['append', 'update', 'complete'], temporaryCheckpoint: true,
  open: async ({ options, schema }, context) => {
    const print = printer(options, schema, context);
    return {
      addBatch: ({ epoch, changes }) => print(`${LINE}\nBatch: ${epoch}\n${LINE}\n`, changes),
      async close() { /* nothing is open */ },
    };
  },
  async write({ options, schema }, batches, _save, context) {
    const deltas = async function* (): AsyncGenerator<Delta> { for await (const batch of batches) yield { ...batch, weights: null }; };
    await printer(options, schema, context)('', deltas());
  },
  describe: () => 'ConsoleTable',
};
