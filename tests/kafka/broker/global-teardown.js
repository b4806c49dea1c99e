// After the Kafka tests of a run: ends the shared broker, if any of them wanted it.

'use strict';
const { existsSync, readFileSync, rmSync } = require('node:fs');
const path = require('node:path');

module.exports = () => {
  const place = process.env.MILLRACE_KAFKA_SHARED;
  const started = path.join(place, 'started.json');
  if (existsSync(started)) {
    const { pid, watcher, directory } = JSON.parse(readFileSync(started, 'utf8'));
    for (const id of [watcher, pid]) if (id !== undefined) try { process.kill(id, 'SIGKILL'); } catch { /* gone already */ }
    if (directory !== undefined) rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
  rmSync(place, { recursive: true, force: true });
};
