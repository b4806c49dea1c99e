/** Tests run from the TypeScript sources; only those of the command line, the package and the kill loops need the build in dist/.
 *  Two projects: the tests with Kafka share a broker (tests/kafka/broker), which is started when the first of them asks for it. */
'use strict';
const { readdirSync, readFileSync } = require('node:fs');
const path = require('node:path');

const common = {
  testEnvironment: 'node',
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/bundle'],
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } }] },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  setupFiles: ['<rootDir>/tests/support/seed.ts', '<rootDir>/tests/support/raised.ts'],
};
/** Test files of tests/kafka that start a broker: those that import the harness. */
function withBroker() {
  const directory = path.join(__dirname, 'tests', 'kafka');
  return readdirSync(directory).filter((name) => name.endsWith('.test.ts') && readFileSync(path.join(directory, name), 'utf8').includes("from './broker/"));
}
const leftOut = process.env.MILLRACE_TESTS_WITHOUT_KAFKA === '1' ? withBroker() : [];
if (leftOut.length > 0) process.stderr.write(`LEFT OUT, as MILLRACE_TESTS_WITHOUT_KAFKA is 1: ${leftOut.length} test files that need a broker (${leftOut.join(', ')})\n`);

module.exports = {
  // Against hangs only: a busy machine is no failure.
  testTimeout: 600_000,
  projects: [
    { ...common, displayName: 'engine', testMatch: ['<rootDir>/tests/**/*.test.ts'], testPathIgnorePatterns: ['/node_modules/', '/tests/types/', '/tests/kafka/'] },
    {
      ...common, displayName: 'kafka', testMatch: ['<rootDir>/tests/kafka/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', ...leftOut.map((name) => `/tests/kafka/${name.replaceAll('.', '\\.')}$`)],
      globalSetup: '<rootDir>/tests/kafka/broker/global-setup.js', globalTeardown: '<rootDir>/tests/kafka/broker/global-teardown.js',
    },
  ],
};
