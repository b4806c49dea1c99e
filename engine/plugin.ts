// All that the author of a source or sink imports: the contracts, columns, option parsing, errors. What is not exported here is not for
// connectors, ours included.

export { EngineError, raise } from '../planner/errors/index.js';
export type { OutputMode } from '../planner/tree.js';
export * as types from '../planner/types.js';
export type { DataType, Field, Schema } from '../planner/types.js';
export type { Row, Value } from '../planner/values.js';
export { batchOf, columnBuilder, columnOf } from './columnar/build.js';
export {
  bytesColumn, type Column, type Delta, delta, fixedColumn, isValid, listColumn, type Place, type RecordBatch, rowCount, structColumn, type Table,
} from './columnar/column.js';
export { grown } from './columnar/grow.js';
export { reader, rows } from './columnar/read.js';
export type {
  ConnectContext, Json, MetadataStore, Offset, OptionSpec, RejectedRecord, Sink, SinkBatch, SinkDefinition, SinkOpen, Source, SourceDefinition, SourceMetrics, SourceOpen,
} from './connect/contract.js';
export { MemoryStream } from './connect/memory-stream.js';
export { MemoryTable } from './connect/memory-table.js';
export { type OptionSet, parseDuration, parseOptions } from './connect/options.js';
export { createFile, listDirectory, makeDurableDirectory, replaceFile, settleDirectory } from './durable/atomic.js';
export { COMPACT_EVERY, entriesInForce, entryName, isCompaction, missingEntry } from './durable/compacted.js';
export { MANIFEST, manifestEntries, readManifest } from './durable/manifest.js';
export { type Block, type BlockDecoder, blockOf, blockOfTexts, type RecordIndex, SLACK, type Texts } from './formats/block.js';
export { BytesWriter } from './formats/bytes-writer.js';
export { csvColumn, csvDecoder, csvHeader, csvLines, csvOptions, csvValue } from './formats/csv.js';
export { jsonDecoder } from './formats/json-decoder.js';
export { CsvInference } from './formats/csv-infer.js';
export { JsonInference } from './formats/json-infer.js';
export { jsonOptions } from './formats/json-options.js';
export { jsonColumn, jsonLines } from './formats/json-writer.js';
export { partitionTextType, widerPartitionType } from './formats/partition-text.js';
export { tableCellText, tableText } from './formats/table-text.js';
export { TEXT_SCHEMA, textDecoder, textLines } from './formats/text.js';
/** Patterns in Java's syntax, as users of Spark write them. */
export { BudgetError, compilePattern, PatternError } from './functions/regexp/pattern.js';
export { errorCode } from './host/errors.js';
/** For tests of connectors: a seeded host with a manual clock and files that can crash. */
export { type SimulatedHost, simulatedHost } from './host/simulated.js';
export type { Clock, FileSystem, Host, ReadableFile, WritableFile } from './host/host.js';
