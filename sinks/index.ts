// The sinks that come with the engine. A new one: its file, and a line here.

import type { SinkDefinition } from '../engine/plugin.js';
import { consoleSink } from './console.js';
import { csvSink, jsonSink, textSink } from './files/sink.js';
import { foreachBatchSink, foreachSink } from './foreach.js';
import { kafkaSink } from './kafka/sink.js';
import { memorySink } from './memory.js';
import { noopSink } from './noop.js';

export const sinks: readonly SinkDefinition[] = [consoleSink, memorySink, noopSink, foreachSink, foreachBatchSink, jsonSink, csvSink, textSink, kafkaSink];
