import fs, { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFile } from '../../../engine/durable/atomic.js';
import { realHost } from '../../../engine/host/real.js';
import { simulatedHost } from '../../../engine/host/simulated.js';

const hosts = { real: () => ({ host: realHost, root: mkdtempSync(join(tmpdir(), 'host-')) }), simulated: () => ({ host: simulatedHost(1), root: '/r' }) };

test.each(Object.entries(hosts))('files of the %s host behave alike', async (_, make) => {
  const { host: { files }, root } = make();
  if (root === '/r') await files.makeDirectory(root);
  await expect(files.makeDirectory(`${root}/d/e`)).rejects.toMatchObject({ code: 'ENOENT' });
  for (const path of ['d', 'd/e', 'd']) await files.makeDirectory(`${root}/${path}`);
  await createFile(files, `${root}/d`, 'x', [Buffer.from('ab'), Buffer.from('cde')]);
  expect(Buffer.from(await files.readFile(`${root}/d/x`)).toString()).toBe('abcde');
  const open = await files.openRead(`${root}/d/x`);
  const part = new Uint8Array(3);
  expect([open.sizeBytes, await open.read(part, 1), Buffer.from(part).toString()]).toEqual([5, 3, 'bcd']);
  expect([await open.read(part, 4), Buffer.from(part).toString(), await open.read(part, 5)]).toEqual([1, 'ecd', 0]);
  await open.close();
  expect(await files.readDirectory(`${root}/d`)).toEqual(['e', 'x']);
  await expect(files.link(`${root}/d/x`, `${root}/d/e`)).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(files.readFile(`${root}/d/none`)).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(files.openRead(`${root}/d/none`)).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(files.open(`${root}/d/x`, 'create')).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(files.makeDirectory(`${root}/d/x`)).rejects.toMatchObject({ code: 'EEXIST' });
  const more = await files.open(`${root}/d/x`, 'append');
  await more.write([Buffer.from('f')]);
  await more.close();
  await files.rename(`${root}/d/x`, `${root}/d/y`);
  expect(await files.stat(`${root}/d/x`)).toBeUndefined();
  expect(await files.stat(`${root}/d/y`)).toMatchObject({ sizeBytes: 6, isDirectory: false });
  await files.removeDirectory(`${root}/d`);
  expect(await files.stat(`${root}/d`)).toBeUndefined();
});

test('a seed gives one sequence, and sleepers wake in the order of their times', async () => {
  const run = async (): Promise<string> => {
    const host = simulatedHost(7, 1000);
    const woken: string[] = [];
    const all = [host.clock.sleep(20).then(() => woken.push('b')), host.clock.sleep(10).then(() => woken.push('a'))];
    host.clock.advance(30);
    await Promise.all(all);
    return [...woken, host.uuid(), host.random(), host.clock.now()].join();
  };
  expect(await run()).toBe(await run());
  expect(await run()).toMatch(/^a,b,[0-9a-f-]{36},/);
});

test('what fails says of which file, and holds nothing open', async () => {
  const { files } = realHost;
  const full = await files.open('/dev/full', 'append');
  for (const size of [1, 1 << 20]) await expect(full.write([new Uint8Array(size)])).rejects.toMatchObject({ code: 'ENOSPC', path: '/dev/full', message: expect.stringMatching(/^ENOSPC: no space left on device, writev? '\/dev\/full'$/) });
  await full.close();
  await expect(files.readFile(tmpdir())).rejects.toMatchObject({ code: 'EISDIR', path: tmpdir() });
  // Node's own recursion never ends there.
  await expect(files.makeDirectory('/proc/nope')).rejects.toMatchObject({ code: 'ENOENT', path: '/proc/nope' });

  const stat = jest.spyOn(fs, 'fstatSync').mockImplementation(() => { throw Object.assign(new Error('EIO'), { code: 'EIO' }); });
  const open = (): number => fs.readdirSync('/proc/self/fd').length;
  const before = open();
  await expect(files.openRead(__filename)).rejects.toMatchObject({ code: 'EIO' });
  stat.mockRestore();
  expect(open()).toBe(before);
});
