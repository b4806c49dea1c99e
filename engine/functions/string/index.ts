// The string functions.

import type { ScalarFunction } from '../define.js';
import { basicStrings } from './basic.js';
import { regularExpressions } from './regexp.js';
import { searchStrings } from './search.js';

export const strings: readonly ScalarFunction[] = [...basicStrings, ...searchStrings, ...regularExpressions];
