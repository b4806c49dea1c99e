// Makes bundle/, which is what users load: the modules of the package in one file, as opening 300 files takes longer than running them.
// bundle/core.js has everything; index.js and plugin.js are its two faces, with their names written out for `import`; cli/main.js stands
// on index.js. White space goes and text is ASCII, as the engine's scan of the source is most of the import. Dependencies stay outside. dist/ has the same program file by file, for tests, benchmarks and declarations.

'use strict';
const { mkdirSync, rmSync, writeFileSync } = require('node:fs');
const path = require('node:path');
const { buildSync } = require('esbuild');

const root = path.join(__dirname, '..');
const out = path.join(root, 'bundle');
const common = { absWorkingDir: root, bundle: true, platform: 'node', target: 'node20', format: 'cjs', packages: 'external', charset: 'ascii', minifyWhitespace: true, lineLimit: 160, logLevel: 'warning' };

rmSync(out, { recursive: true, force: true });
buildSync({ ...common, stdin: { contents: "export * as index from './index.js'; export * as plugin from './engine/plugin.js';", resolveDir: root, loader: 'ts' }, outfile: path.join(out, 'core.js') });
buildSync({ ...common, entryPoints: ['cli/main.ts'], external: ['../index.js'], outfile: path.join(out, 'cli', 'main.js') });
mkdirSync(out, { recursive: true });
for (const face of ['index', 'plugin']) {
  const names = Object.keys(require(path.join(out, 'core.js'))[face]);
  // The assignment that never runs is how Node's scanner of CommonJS modules learns the names.
  writeFileSync(path.join(out, `${face}.js`), `'use strict';\nmodule.exports = require('./core.js').${face};\n0 && (module.exports = { ${names.join(', ')} });\n`);
}
