// Functions of JSON and CSV texts.

import type { ScalarFunction } from '../define.js';
import { csvFunctions } from './csv.js';
import { jsonFunctions } from './json.js';

export { jsonTuple } from './json.js';
export const texts: readonly ScalarFunction[] = [...jsonFunctions, ...csvFunctions];
