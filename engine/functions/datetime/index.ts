// Dates, times and intervals.

import type { ScalarFunction } from '../define.js';
import { dateArithmetic } from './arithmetic.js';
import { dateConversions } from './convert.js';
import { dateFields } from './fields.js';
import { intervalFunctions } from './intervals.js';
import { windowTime } from './window-time.js';

export const datetimes: readonly ScalarFunction[] = [...dateArithmetic, ...dateConversions, ...dateFields, ...intervalFunctions, windowTime];
