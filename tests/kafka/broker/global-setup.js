// Before the Kafka tests of a run: a place where the first test file that wants the shared broker starts it, for all of them (shared.ts).

'use strict';
const { mkdtempSync } = require('node:fs');
const os = require('node:os');
const path = require('node:path');

module.exports = () => {
  process.env.MILLRACE_KAFKA_SHARED = mkdtempSync(path.join(os.tmpdir(), 'millrace-kafka-shared-'));
  process.env.MILLRACE_KAFKA_OWNER = String(process.pid);
};
