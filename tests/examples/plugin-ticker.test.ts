// The example of docs/plugins.md: a source and a sink that are registered from outside, over a restart and a commit that was lost.

import { mkdtempSync, readdirSync, readFileSync, rmSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { journalSink, tickerSource } from '../../examples/plugin-ticker.js';
import { realHost } from '../../engine/host/real.js';
import { Session } from '../../index.js';

const directory = mkdtempSync(path.join(tmpdir(), 'millrace-ticker-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const START = 1_700_000_000_000;
let millis = START;
/** The real files and a clock that is set by hand. */
const host = { ...realHost, clock: { ...realHost.clock, now: () => millis } };

async function run(): Promise<void> {
  const session = new Session({ host });
  session.registerSource(tickerSource);
  session.registerSink(journalSink);
  await session.runScript(`
    CREATE STREAM prices USING ticker OPTIONS (symbols 'ABC, XYZ', every '1 second', maxTicksPerTrigger 2);
    START QUERY rows INTO journal OPTIONS (path '${directory}/out') TRIGGER AVAILABLE NOW CHECKPOINT '${directory}/chk' AS SELECT symbol, at, price FROM prices;
  `);
  await session.streams.awaitAnyTermination();
}
const output = (): Record<string, string> => Object.fromEntries(readdirSync(`${directory}/out`).sort().map((name) => [name, readFileSync(`${directory}/out/${name}`, 'utf8')]));

const epochs = (): Record<string, number> => Object.fromEntries(Object.entries(output()).map(([name, text]) => [name, text.split('\n').length - 1]));

test('every tick is in the journal once, over restarts', async () => {
  await run();
  expect(output()).toEqual({ '0.json': '{"symbol":"ABC","at":"2023-11-14T22:13:20.000Z","price":100.0}\n{"symbol":"XYZ","at":"2023-11-14T22:13:20.000Z","price":108.41}\n' });
  millis += 3_500;
  await run();
  expect(epochs()).toEqual({ '0.json': 2, '1.json': 4, '2.json': 2 });
});

test('an epoch whose commit was lost is replayed, not written again', async () => {
  const before = output();
  unlinkSync(`${directory}/chk/commits/2`);
  millis += 1_000;
  await run();
  expect(output()).toEqual({ ...before, '3.json': expect.stringContaining('22:13:24.000Z') });
  expect(epochs()).toEqual({ '0.json': 2, '1.json': 4, '2.json': 2, '3.json': 2 });
});
