// The built-in functions: one explicit list, and the catalogue that the analyzer is given.

import type { FunctionCatalog } from '../../planner/tree.js';
import type { EngineFunction } from './define.js';
import { generators } from './generator/index.js';
import { arithmetic } from './operators/arithmetic.js';
import { bits } from './operators/bits.js';
import { comparison } from './operators/comparison.js';
import { datetimeOperators } from './operators/datetime.js';
import { logic } from './operators/logic.js';
import { windowFunctions } from './window/index.js';

export const functions: readonly EngineFunction[] = [
  ...generators, ...windowFunctions,
  ...arithmetic, ...bits, ...comparison, ...datetimeOperators, ...logic,
];

const byName = new Map<string, EngineFunction>();
for (const fn of functions) for (const name of [fn.name, ...fn.aliases ?? []]) byName.set(name, fn);

/** Look-up by any name, in lower case. */
export const catalog: FunctionCatalog & { lookup(name: string): EngineFunction | undefined } = {
  lookup: (name) => byName.get(name),
  names: [...byName.keys()],
};
