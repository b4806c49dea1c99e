// `npm run docs`: writes what is generated into the repository, or into the directory given.

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { pages } from './pages.js';

const directory = process.argv[2] ?? path.join(__dirname, '..', '..', '..');
for (const [name, make] of Object.entries(pages)) writeFileSync(path.join(directory, name), make());
