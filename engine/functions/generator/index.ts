// The generators: functions that make several rows of one.

import type { GeneratorFunction } from '../define.js';
import { collations } from './collations.js';
import { explodes } from './explode.js';
import { stack } from './stack.js';

export const generators: readonly GeneratorFunction[] = [...explodes, stack, collations];
