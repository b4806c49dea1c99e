// What `npm run docs` writes: the generated pages of docs/, and one file of types; by their place in the repository.

import { builtinFunctions } from './builtin-functions.js';
import { errorsPage } from './errors.js';
import { functionsPage } from './functions.js';
import { optionsPage } from './options.js';

export const pages: Readonly<Record<string, () => string>> = {
  'docs/functions.md': functionsPage, 'docs/errors.md': errorsPage, 'docs/options.md': optionsPage, 'engine/session/api/builtin-functions.ts': builtinFunctions,
};
