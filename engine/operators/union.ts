// UNION ALL by position: the ports' rows one after the other.

import type { Operator } from './operator.js';
import { stateless } from './stateless.js';

export const unionOperator = (): Operator => stateless((input, emit) => { emit(input); });
