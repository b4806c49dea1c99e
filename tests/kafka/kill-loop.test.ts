// Topic → rows and windows → topics, exactly once, as real processes that are killed 100 times, and the broker now and then: nothing is lost or
// doubled. The longer loop: npm run kill-loop -- kafka --kills N. It starts a broker of its own.

import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { install } from './broker/install.js';

const durability = path.join(__dirname, '..', 'durability');
const cli = process.env['MILLRACE_DIST'] === undefined ? [] : ['--cli', path.join(process.env['MILLRACE_DIST'], 'cli', 'main.js')];

beforeAll(() => { install('kafka'); });

test('100 kills lose and double nothing', () => {
  const { stdout, stderr } = spawnSync(process.execPath, [path.join(durability, 'kill-loop.js'), 'kafka', '--kills', '100', ...cli], { encoding: 'utf8' });
  if (!/^ok: 10\d kills, [1-9] of the broker, [1-9]\d* epochs cut in two/m.test(stdout)) throw new Error(stdout + stderr);
}, 1_800_000);

test('the judge sees a row that is lost, doubled or wrong', async () => {
  const { checkKafka } = require(path.join(durability, 'kafka-check.js')) as { checkKafka(name: string, read: (topic: string) => Promise<readonly object[]>): Promise<readonly { readonly lost: number; readonly doubled: number }[]> };
  const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
  const input = [{ id: 1, user: 'a', at: at(1) }, { id: 2, user: 'a', at: at(9) }, { id: 3, user: 'b', at: at(11) }, { id: 4, user: 'a', at: at(1000) }];
  const rows = input.map(({ id, user }) => ({ id, user }));
  const hits = [{ start: '00:00:00', user: 'a', n: 2, total: 3 }, { start: '00:00:10', user: 'b', n: 1, total: 3 }];
  const verdict = async (r: readonly object[], h: readonly object[]): Promise<unknown> =>
    (await checkKafka('x', async (topic) => ({ 'x-in': input, 'x-rows': r, 'x-hits': h })[topic]!)).map(({ lost, doubled }) => [lost, doubled]);
  expect(await verdict(rows, hits)).toEqual([[0, 0], [0, 0]]);
  expect(await verdict(rows.slice(1), hits)).toEqual([[1, 0], [0, 0]]);
  expect(await verdict([...rows, rows[0]!], [...hits, hits[0]!])).toEqual([[0, 1], [0, 1]]);
  expect(await verdict(rows, [{ ...hits[0], n: 3 }, hits[1]!])).toEqual([[0, 0], [1, 1]]);
});
