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

/** The lists by what they are about, as docs/functions.md prints them. A new function: its file and a line in the list of its folder; a new list: a line here. */
export const families: Readonly<Record<string, readonly EngineFunction[]>> = {
  Aggregates: aggregates,
  'Window functions': windowFunctions,
  Generators: [...generators, jsonTuple, ...variantGenerators],
  Operators: [...arithmetic, ...bits, ...comparison, ...logic],
  Mathematics: [...elementary, ...rounding, ...bases],
  Texts: [...strings, ...urls, ...collations],
  'Dates and times': [...datetimeOperators, ...datetimes],
  'Arrays, maps and structs': [...collections, ...access],
  'JSON and CSV': texts,
  Variants: variants,
  'Hashes and encryption': [...hashes, ...aes],
  'Sketches, bitmaps and vectors': [...sketchScalars, ...bitmaps, ...vectors],
  'Random values': random,
  'Session and others': misc,
};
export const functions: readonly EngineFunction[] = Object.values(families).flat();

const byName = new Map<string, EngineFunction>();
for (const fn of functions) for (const name of [fn.name, ...fn.aliases ?? []]) byName.set(name, fn);

/** Look-up by any name, in lower case. */
export const catalog: FunctionCatalog & { lookup(name: string): EngineFunction | undefined } = {
  lookup: (name) => byName.get(name),
  names: [...byName.keys()],
};
