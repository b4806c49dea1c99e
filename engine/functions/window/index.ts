// The functions that only exist with OVER.

import type { WindowFunction } from '../define.js';
import { counters } from './counter.js';
import { offset } from './offset.js';
import { ranking } from './ranking.js';

export const windowFunctions: readonly WindowFunction[] = [...ranking, ...offset, ...counters];
