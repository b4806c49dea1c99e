// Dates, times and intervals.

import type { ScalarFunction } from '../define.js';
import { dateArithmetic } from './arithmetic.js';
import { dateConversions } from './convert.js';
import { dateFields } from './fields.js';
import { intervalFunctions } from './intervals.js';
import { windowEnd, windowTime } from './window-time.js';

/** What fails here is told without its place, as in Spark; the lengths of intervals have theirs. */
const unplaced = (list: readonly ScalarFunction[]): readonly ScalarFunction[] => list.map((fn) => ({ ...fn, namesPosition: false }));
export const datetimes: readonly ScalarFunction[] = [...unplaced([...dateArithmetic, ...dateConversions, ...dateFields]), ...intervalFunctions, windowTime, windowEnd];
