// The sources that come with the engine. A new one: its file, and a line here.

import type { SourceDefinition } from '../engine/plugin.js';
import { memorySource } from './memory.js';

export const sources: readonly SourceDefinition[] = [memorySource];
