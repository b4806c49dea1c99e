// The built-in functions: one explicit list, and the catalogue that the analyzer is given.

import type { FunctionCatalog } from '../../planner/tree.js';
import { aggregates } from './aggregate/index.js';
import { sketchScalars } from './aggregate/sketch.js';
import { collections } from './collection/index.js';
import type { EngineFunction } from './define.js';
import { datetimes } from './datetime/index.js';
import { generators } from './generator/index.js';
import { jsonTuple, texts } from './json/index.js';
import { arithmetic } from './operators/arithmetic.js';
import { bits } from './operators/bits.js';
import { comparison } from './operators/comparison.js';
import { datetimeOperators } from './operators/datetime.js';
import { logic } from './operators/logic.js';
import { strings } from './string/index.js';
import { windowFunctions } from './window/index.js';
import { access } from './operators/access.js';
import { bases } from './math/bases.js';
import { elementary } from './math/elementary.js';
import { rounding } from './math/rounding.js';
import { hashes } from './misc/hash.js';
import { misc } from './misc/misc.js';
import { urls } from './misc/url.js';
import { aes } from './misc/aes.js';
import { bitmaps } from './misc/bitmap.js';
import { collations } from './misc/collate.js';
import { random } from './misc/random.js';
import { variantGenerators, variants } from './variant/variant.js';
import { vectors } from './vector.js';

export const functions: readonly EngineFunction[] = [
  ...aggregates, ...sketchScalars, ...generators, jsonTuple, ...variantGenerators, ...windowFunctions,
  ...access, ...bases, ...elementary, ...hashes, ...misc, ...random, ...rounding, ...urls, ...aes, ...bitmaps, ...collations,
  ...arithmetic, ...bits, ...comparison, ...datetimeOperators, ...collections, ...logic, ...strings, ...texts, ...variants, ...vectors, ...datetimes,
];

const byName = new Map<string, EngineFunction>();
for (const fn of functions) for (const name of [fn.name, ...fn.aliases ?? []]) byName.set(name, fn);

/** Look-up by any name, in lower case. */
export const catalog: FunctionCatalog & { lookup(name: string): EngineFunction | undefined } = {
  lookup: (name) => byName.get(name),
  names: [...byName.keys()],
};
