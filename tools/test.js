// `npm test` after the build: every check of the project, one after another, each counted; closes with `N passed, N failed`.

'use strict';
const { spawnSync } = require('node:child_process');
const { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const root = path.join(__dirname, '..');
const scratch = mkdtempSync(path.join(os.tmpdir(), 'millrace-test-'));
const bin = (name, file) => path.join(root, 'node_modules', name, file);
/** What the compiler may spend on tests/types: a change that doubles it makes users' editors slow. */
const INSTANTIATIONS_MAX = 150_000;
let passed = 0;
let failed = 0;
/** The conditions that tests and cases raise write themselves down here (tests/support/raised.ts). */
const raised = path.join(scratch, 'raised');
writeFileSync(raised, '');
process.env.MILLRACE_RAISED = raised;

const say = (line) => process.stdout.write(`${line}\n`);
const node = (args, options = {}) => spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28, ...options });
/** One check that either holds or not. */
function check(name, run) {
  const { status, stdout, stderr, error } = run();
  const good = status === 0 && !error;
  if (good) passed++; else failed++;
  say(`${good ? 'ok  ' : 'FAIL'} ${name}`);
  if (!good) say(`${stdout ?? ''}${stderr ?? ''}${error ? String(error) : ''}`);
}

check('types of the whole project', () => node([bin('typescript', 'bin/tsc'), '-p', 'tsconfig.json']));
check('lint', () => node([bin('@biomejs/biome', 'bin/biome'), 'lint', '--error-on-warnings', '.']));
for (const [version, folder] of [['7', 'typescript'], ['6', 'typescript-6'], ['5.9', 'typescript-5']]) {
  check(`public types on TypeScript ${version}`, () => {
    const result = node([bin(folder, 'bin/tsc'), '-p', 'tests/types', '--extendedDiagnostics']);
    const instantiations = Number(/Instantiations:\s+(\d+)/.exec(result.stdout)?.[1]);
    return instantiations <= INSTANTIATIONS_MAX ? result : { ...result, status: 1, stderr: `${instantiations} type instantiations, more than the budget of ${INSTANTIATIONS_MAX}` };
  });
}

say('jest');
const report = path.join(scratch, 'jest.json');
node([bin('jest', 'bin/jest.js'), '--ci', '--silent', '--json', `--outputFile=${report}`], { stdio: ['ignore', 'ignore', 'inherit'] });
if (existsSync(report)) {
  const { numPassedTests, numFailedTests, numFailedTestSuites, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  const broken = testResults.filter((t) => t.status === 'failed' && t.assertionResults.every((a) => a.status !== 'failed')).length;
  passed += numPassedTests;
  failed += numFailedTests + broken;
  say(`     ${numPassedTests} passed, ${numFailedTests + broken} failed in ${testResults.length} files (${numFailedTestSuites} with failures)`);
} else { failed++; say('FAIL jest wrote no report'); }

// A case that is listed as failing and passes, or is not listed and fails, is a failure: the lists are exactly what differs.
conformance('conformance', 'failing.txt', ['tests/conformance/cases']);
conformance('conformance without compat', 'by-default.txt', ['--default-mode', 'tests/conformance/cases/streaming']);

check('every condition of docs/errors.md is raised', () => {
  const { CONDITIONS } = require('../dist/planner/errors/index.js');
  const { kafkaConditions } = require('../dist/planner/errors/kafka.js');
  const seen = new Set(readFileSync(raised, 'utf8').split('\n'));
  // With tests left out, so are the conditions that they raise.
  if (process.env.MILLRACE_TESTS_WITHOUT_KAFKA === '1') for (const name of Object.keys(kafkaConditions)) seen.add(name);
  const never = Object.keys(CONDITIONS).filter((name) => !seen.has(name));
  return { status: never.length, stdout: never.map((name) => `     no test raises ${name}\n`).join('') };
});

function conformance(name, listName, args) {
  say(name);
  const list = new Set(readFileSync(path.join(root, 'tests', 'conformance', listName), 'utf8').split('\n').filter((l) => l !== '' && !l.startsWith('# ')));
  const answers = path.join(scratch, `${listName}.json`);
  const run = node(['dist/tests/conformance/main.js', '--failures-only', '--json', answers, ...args]);
  if (!existsSync(answers)) { failed++; say(`FAIL the conformance runner wrote no results\n${run.stdout.slice(-2000)}${run.stderr.slice(-2000)}`); return; }
  const results = JSON.parse(readFileSync(answers, 'utf8'));
  const key = (r) => `${r.family} ${r.name}`;
  const wrong = results.filter((r) => (r.status === 'passed') === list.has(key(r)));
  const good = results.filter((r) => r.status === 'passed').length;
  passed += results.length - wrong.length;
  failed += wrong.length;
  for (const r of wrong.slice(0, 100)) say(r.status === 'passed' ? `FAIL ${key(r)} passes: take it off tests/conformance/${listName}` : `FAIL ${key(r)}\n     ${r.level}: ${r.reason}`);
  say(`     ${good} of ${results.length} cases give Spark's answer; ${results.length - good} do not, ${list.size} of them listed`);
}

rmSync(scratch, { recursive: true, force: true });
say(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
