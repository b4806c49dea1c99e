// Errors of streaming plans, output modes, watermarks, state and checkpoints.

import { conditions } from './define.js';

export const streamingConditions = conditions({
  CHECKPOINT_CORRUPT: { sqlState: 'XXKST', message: 'The checkpoint file <file> is damaged: <reason>.', hint: 'Restore it from a copy. Nothing was changed.' },
  CHECKPOINT_FORMAT_TOO_NEW: { sqlState: 'XXKST', message: 'The checkpoint file <file> has format <version>; this release reads up to <supported>.', hint: 'Run it with the release that wrote it, or a newer one.' },
  CHECKPOINT_LOCATION_REQUIRED: { sqlState: '42601', message: 'A query into <format> needs a checkpoint location.', hint: "Set the option checkpointLocation, or the setting spark.sql.streaming.checkpointLocation." },
  CHECKPOINT_LOG_GAP: { sqlState: 'XXKST', message: 'The checkpoint <directory> cannot be continued: <reason>.', hint: 'Restore the missing files from a copy, or start with a new checkpoint.' },
  CHECKPOINT_MISSING_METADATA: { sqlState: 'XXKST', message: 'The checkpoint has entries, but its file <file> is missing.', hint: 'Restore it from a copy, or start with a new checkpoint.' },
  CHECKPOINT_SOURCES_CHANGED: { sqlState: '42K03', message: 'The checkpoint <directory> was made with <stored> sources and the query has <current>.', hint: 'The number and order of the sources of a query may not change.' },
  CONCURRENT_QUERY: { sqlState: '0A000', message: 'The query <name> (<queryId>) is already running on this checkpoint or under this name.', hint: 'Stop it first.' },
  CONCURRENT_STREAM_LOG_UPDATE: { sqlState: '40000', message: 'Another writer has written <file> (epoch <batchId>): two runs of one query at the same time.', hint: 'Stop one of them; each run needs a checkpoint of its own.' },
  'INVALID_SUBQUERY_EXPRESSION.STREAMING_QUERY': { sqlState: '42823', message: 'A subquery expression cannot read a stream.', hint: 'Join the stream instead.' },
  MULTIPLE_EVENT_TIME_COLUMNS: { sqlState: '42K09', message: 'Several event time columns reach one operator: <eventTimeCols>.', hint: 'Leave out all but one of them below the operator.' },
  NON_TIME_WINDOW_NOT_SUPPORTED_IN_STREAMING: { sqlState: '42KDE', message: 'The window function <windowFunc> (column <columnName>) over <windowSpec> cannot run on a stream.', hint: 'Group by window(time, length) instead.' },
  STATE_STORE_KEY_SCHEMA_NOT_COMPATIBLE: { sqlState: 'XXKST', message: 'The stored state has the key <storedKeySchema>; the query needs <newKeySchema>.', hint: 'Start the changed query with a new checkpoint.' },
  STATE_STORE_VALUE_SCHEMA_NOT_COMPATIBLE: { sqlState: 'XXKST', message: 'The stored state has the values <storedValueSchema>; the query needs <newValueSchema>.', hint: 'Restart the query as it was, or with a new checkpoint.' },
  'STREAMING_OUTPUT_MODE.INVALID': { sqlState: '42KDE', message: 'There is no output mode <outputMode>.', hint: 'Modes are append, update and complete.' },
  'STREAMING_OUTPUT_MODE.UNSUPPORTED_DATASOURCE': { sqlState: '42KDE', message: 'The sink <className> does not take the output mode <outputMode>.', hint: 'It takes: <valid>.' },
  'STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION': { sqlState: '42KDE', message: 'The output mode <outputMode> does not go with <operation>.', hint: '<advice>' },
  STREAMING_STATEFUL_OPERATOR_MISSING_STATE_DIRECTORY: { sqlState: '42K03', message: 'The checkpoint holds no state of the operators (<OpsInCurBatchSeq>).', hint: 'Start the changed query with a new checkpoint.' },
  STREAMING_STATEFUL_OPERATOR_NOT_MATCH_IN_STATE_METADATA: { sqlState: '42K03', message: 'The checkpoint holds state of the operators (<OpsInMetadataSeq>), the query has (<OpsInCurBatchSeq>).', hint: 'Start the changed query with a new checkpoint.' },
  STREAM_FAILED: { sqlState: 'XXKST', message: 'The query <queryName> (<queryId>, run <runId>) failed in epoch <epoch>: <message>', hint: 'Sources: <sources>' },
  UNSUPPORTED_STREAMING_OPERATOR_WITHOUT_WATERMARK: { sqlState: '0A000', message: 'The output mode <outputMode> needs a watermark for <statefulOperator>.', hint: 'Call withWatermark on the event time, and group by it or by a window over it.' },
  WRITE_STREAM_NOT_ALLOWED: { sqlState: '42601', message: 'Only a query that reads a stream can be started.', hint: 'Read one of its inputs with readStream.' },
  _LEGACY_ERROR_TEMP_3068: { sqlState: '0A000', message: 'A session window needs a further grouping key on a stream.', hint: 'Group by the session window and a column.' },
  _LEGACY_ERROR_TEMP_3076: { sqlState: '0A000', message: 'The event time is defined a second time above the first definition (<config>).', hint: 'Keep one withWatermark on each path from a source.' },
  _LEGACY_ERROR_TEMP_3102: { sqlState: '0A000', message: '<msg>', hint: '<advice>' },
});
