// Functions of arrays, maps and structs.

import type { ScalarFunction } from '../define.js';
import { arrays } from './arrays.js';
import { constructors } from './constructors.js';
import { higherOrder } from './higher-order.js';
import { maps } from './maps.js';
import { sequences } from './sequence.js';

export const collections: readonly ScalarFunction[] = [...constructors, ...arrays, ...higherOrder, ...maps, ...sequences];
