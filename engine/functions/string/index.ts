// The string functions.

import type { ScalarFunction } from '../define.js';
import { basicStrings } from './basic.js';
import { codecs } from './codec.js';
import { formats } from './format.js';
import { numberFormats } from './number-format.js';
import { regularExpressions } from '../regexp/functions.js';
import { searchStrings } from './search.js';
import { wordStrings } from './words.js';

export const strings: readonly ScalarFunction[] = [...basicStrings, ...searchStrings, ...regularExpressions, ...codecs, ...wordStrings, ...formats, ...numberFormats];
