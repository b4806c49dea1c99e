// The generated pages of docs/, by file name.

import { errorsPage } from './errors.js';
import { functionsPage } from './functions.js';
import { optionsPage } from './options.js';

export const pages: Readonly<Record<string, () => string>> = { 'functions.md': functionsPage, 'errors.md': errorsPage, 'options.md': optionsPage };
