// The sources that come with the engine. A new one: its file, and a line here.

import type { SourceDefinition } from '../engine/plugin.js';
import { eventsSource } from './events.js';
import { csvSource, jsonSource, textSource } from './files/source.js';
import { kafkaSource } from './kafka/source.js';
import { memorySource } from './memory.js';
import { rateMicroBatchSource } from './rate-micro-batch.js';
import { rateSource } from './rate.js';
import { socketSource } from './socket.js';

export const sources: readonly SourceDefinition[] = [memorySource, rateSource, rateMicroBatchSource, socketSource, eventsSource, textSource, csvSource, jsonSource, kafkaSource];
