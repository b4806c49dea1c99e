// Makes a checkout ready: installs the packages of the lock file if they are not there, then builds. Plain JavaScript without
// dependencies, as it runs before anything is installed.

'use strict';
const { spawnSync } = require('node:child_process');
const { existsSync, readFileSync, rmSync, statSync } = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 15)) {
  process.stderr.write(`millrace needs Node.js 20.15 or newer; this is ${process.version}.\n`);
  process.exit(1);
}

/** Runs a command; where it fails, it has said why. */
function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], shell: process.platform === 'win32' });
  if (error) process.stderr.write(`${command}: ${error.message}\n`);
  if (status !== 0) process.exit(status ?? 1);
}
const installed = path.join(root, 'node_modules', '.package-lock.json');
const upToDate = existsSync(installed) && statSync(installed).mtimeMs >= statSync(path.join(root, 'package-lock.json')).mtimeMs;
if (!upToDate) run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);

// What is published has nothing left over from sources that are gone.
if (process.argv.includes('--clean')) rmSync(path.join(root, 'dist'), { recursive: true, force: true });
const { bin } = JSON.parse(readFileSync(path.join(root, 'node_modules', 'typescript', 'package.json'), 'utf8'));
run(process.execPath, [path.join(root, 'node_modules', 'typescript', bin.tsc), '-p', 'tsconfig.build.json']);
run(process.execPath, [path.join(root, 'tools', 'bundle.js')]);
