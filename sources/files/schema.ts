// The schema of files without one. CSV: every column is STRING, named by the header, or `_c0`, `_c1` …; JSON: what all records fit.
// source: Spark CSVDataSource with inferSchema off, JsonDataSource.

import { blockOf, type ConnectContext, csvDecoder, csvOptions, JsonInference, jsonOptions, type OptionSet, raise, rows, type Schema, types } from '../../engine/plugin.js';
import type { FoundFile } from './listing.js';
import { FileReader } from './read.js';

const HEAD_BYTES = 1 << 20;

export async function csvHeaderSchema(found: readonly FoundFile[], options: OptionSet, context: Pick<ConnectContext, 'host' | 'timeZone'>): Promise<Schema> {
  if (options.boolean('inferSchema')) raise('NOT_SUPPORTED_YET', { feature: 'inferSchema' });
  const first = found.find((f) => f.sizeBytes > 0);
  if (!first) return raise('UNABLE_TO_INFER_SCHEMA', { format: 'CSV' });
  const get = (name: string): string | undefined => (name === 'header' || name === 'mode' ? undefined : options.all.get(name.toLowerCase()));
  const parsed = csvOptions(get, context.timeZone, 'read');
  const bytes = await context.host.files.readFile(first.path, 0, HEAD_BYTES);
  // Wide enough for any record: missing fields are NULL, so the last field of the first record tells how many there are.
  const wide: Schema = { fields: Array.from({ length: 2048 }, (_, i) => types.field(`_c${i}`, types.STRING)) };
  const batch = csvDecoder(wide, wide.fields.map((_, i) => i), { ...parsed, nullValue: '\u0000' }).decode(blockOf(bytes));
  const record = batch ? rows(batch)[0] : undefined;
  if (!record) return raise('UNABLE_TO_INFER_SCHEMA', { format: 'CSV' });
  const count = record.findLastIndex((v) => v !== null) + 1;
  const named = options.boolean('header');
  return { fields: Array.from({ length: count }, (_, i) => types.field(named && record[i] ? String(record[i]) : `_c${i}`, types.STRING)) };
}

/** Reads all records. @throws UNABLE_TO_INFER_SCHEMA if there is none */
export async function jsonRecordSchema(found: readonly FoundFile[], options: OptionSet, context: Pick<ConnectContext, 'host' | 'timeZone'>): Promise<Schema> {
  const inference = new JsonInference(jsonOptions((name) => options.all.get(name.toLowerCase()), context.timeZone), {
    primitivesAsString: options.boolean('primitivesAsString'), prefersDecimal: options.boolean('prefersDecimal') });
  const reader = new FileReader('json', options, { fields: [] }, [], context.timeZone, context.host.files);
  const { signal } = new AbortController();
  for (const file of found) {
    for await (const block of reader.blocks(file.path, signal)) {
      if (options.boolean('multiLine')) inference.addRecord(block.bytes, 0, block.length); else inference.addBlock(block);
    }
  }
  return inference.schema() ?? raise('UNABLE_TO_INFER_SCHEMA', { format: 'JSON' });
}
