// The whole engine where code generation from text is forbidden: a stateful stream, started anew from its checkpoint, says the same.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const dist = process.env['MILLRACE_DIST'] ?? path.join(__dirname, '../../dist');
const PROGRAM = `
const { Session } = require(process.argv[1]);
const fs = require('node:fs');
(async () => {
  const out = [];
  const session = new Session({ print: (text) => out.push(text) });
  for (const part of [[['2024-01-01T00:00:01Z', 'a', 1], ['2024-01-01T00:00:02Z', 'b', 4], ['2024-01-01T00:00:03Z', 'a', 7]], [['2024-01-01T00:01:05Z', 'a', 9], ['2024-01-01T00:00:09Z', 'c', 2]]]) {
    fs.mkdirSync('in', { recursive: true });
    fs.writeFileSync('in/' + fs.readdirSync('in').length + '.json', part.map(([at, k, n]) => JSON.stringify({ at, k, n }) + '\\n').join(''));
    await session.runScript("CREATE OR REPLACE STREAM s (at TIMESTAMP, k STRING, n INT, WATERMARK FOR at AS at - INTERVAL 10 SECONDS) USING json OPTIONS (path 'in');"
      + "START QUERY q INTO console OUTPUT MODE update TRIGGER AVAILABLE NOW CHECKPOINT 'chk' AS SELECT window.start, k, count(*), sum(n), avg(n), max(n), min_by(k, n), stddev(n) FROM s GROUP BY window(at, '1 minute'), k;");
    for (const query of session.streams.active) await query.awaitTermination();
  }
  process.stdout.write(out.join(''));
})().catch((error) => { console.error(error); process.exit(1); });
`;

test('a stateful query without generated code', () => {
  const outputs = [[], ['--disallow-code-generation-from-strings']].map((flags) => {
    const cwd = mkdtempSync(path.join(tmpdir(), 'millrace-plain-'));
    try {
      const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, '-e', PROGRAM, path.join(dist, 'index.js')], { cwd, encoding: 'utf8' });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      return stdout;
    } finally { rmSync(cwd, { recursive: true, force: true }); }
  });
  expect(outputs[1]).toBe(outputs[0]);
  expect(outputs[0]).toContain('Batch: 1');
  expect(outputs[0]!.match(/^\|2024/gm)).toHaveLength(4);
});
