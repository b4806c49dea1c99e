// The schema of files without one. CSV: columns are named by the header, or `_c0`, `_c1` …, and STRING, or with inferSchema what all
// records fit; JSON: what all records fit.
// source: Spark CSVDataSource, JsonDataSource.

import { type Block, type ConnectContext, CsvInference, csvOptions, JsonInference, jsonOptions, type OptionSet, raise, type Schema, type types } from '../../engine/plugin.js';
import type { FoundFile } from './listing.js';
import { type FileFormat, FileReader } from './read.js';

type Context = Pick<ConnectContext, 'host' | 'timeZone'>;

/** Reads the first record, or with inferSchema all of them. @throws UNABLE_TO_INFER_SCHEMA if there is none, COLUMN_ALREADY_EXISTS */
export async function csvRecordSchema(found: readonly FoundFile[], options: OptionSet, context: Context): Promise<Schema> {
  const get = (name: string): string | undefined => options.all.get(name.toLowerCase());
  const inference = new CsvInference(get, csvOptions(get, context.timeZone, 'read'));
  const types = options.boolean('inferSchema');
  await eachBlock('csv', found, options, context, () => { inference.startFile(); }, (block) => { inference.addBlock(block); return types || !inference.begun; });
  const schema = inference.schema(types) ?? raise('UNABLE_TO_INFER_SCHEMA', { format: 'CSV' });
  refuseDouble(schema.fields);
  return schema;
}
/** @throws COLUMN_ALREADY_EXISTS for two names that differ in case at most, also within structs */
function refuseDouble(fields: readonly types.Field[]): void {
  const names = new Set<string>();
  for (const { name } of fields) {
    if (names.has(name.toLowerCase())) raise('COLUMN_ALREADY_EXISTS', { columnName: `\`${name.toLowerCase()}\`` });
    names.add(name.toLowerCase());
  }
  for (let { type } of fields) {
    while (type.kind === 'array') type = type.element;
    if (type.kind === 'struct') refuseDouble(type.fields);
  }
}

/** Reads all records. @throws UNABLE_TO_INFER_SCHEMA if there is none, COLUMN_ALREADY_EXISTS */
export async function jsonRecordSchema(found: readonly FoundFile[], options: OptionSet, context: Context): Promise<Schema> {
  const inference = new JsonInference(jsonOptions((name) => options.all.get(name.toLowerCase()), context.timeZone), {
    primitivesAsString: options.boolean('primitivesAsString'), prefersDecimal: options.boolean('prefersDecimal'), inferTimestamp: options.boolean('inferTimestamp') });
  const whole = options.boolean('multiLine');
  await eachBlock('json', found, options, context, () => undefined, (block) => { if (whole) inference.addRecord(block.bytes, 0, block.length); else inference.addBlock(block); return true; });
  const schema = inference.schema() ?? raise('UNABLE_TO_INFER_SCHEMA', { format: 'JSON' });
  refuseDouble(schema.fields);
  return schema;
}

/** The files' blocks of whole records, until `add` has enough and says false. */
async function eachBlock(format: FileFormat, found: readonly FoundFile[], options: OptionSet, context: Context, start: () => void, add: (block: Block) => boolean): Promise<void> {
  const reader = new FileReader(format, options, { fields: [] }, [], context.timeZone, context.host.files);
  const { signal } = new AbortController();
  for (const file of found) {
    start();
    for await (const block of reader.blocks(file.path, signal)) if (!add(block)) return;
  }
}
