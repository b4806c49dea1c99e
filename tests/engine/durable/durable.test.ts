import { createFile, listDirectory, makeDurableDirectory, replaceFile } from '../../../engine/durable/atomic.js';
import { decodeSingle, encodeFrame } from '../../../engine/durable/frame.js';
import { EpochLog } from '../../../engine/durable/log.js';
import { directoryStore } from '../../../engine/durable/metadata-store.js';
import { simulatedHost } from '../../../engine/host/simulated.js';
import { EngineError } from '../../../planner/errors/index.js';

const join = (parts: readonly Uint8Array[]): Uint8Array => Buffer.concat(parts);
const conditionOf = async (run: () => Promise<unknown>): Promise<string> => {
  try { await run(); return 'none'; } catch (e) { return e instanceof EngineError ? e.condition : String(e); }
};

test('every bit flip and every truncation of a record is noticed', () => {
  const whole = join(encodeFrame('commit', Buffer.from('{"epoch":3,"next":17}')));
  expect(Buffer.from(decodeSingle('commit', whole, 'f')).toString()).toBe('{"epoch":3,"next":17}');
  for (let bit = 0; bit < whole.length * 8; bit++) {
    const bad = Buffer.from(whole);
    bad[bit >> 3]! ^= 1 << (bit & 7);
    expect(() => decodeSingle('commit', bad, 'f')).toThrow(/CHECKPOINT_/);
  }
  for (let n = 0; n < whole.length; n++) expect(() => decodeSingle('commit', whole.subarray(0, n), 'f')).toThrow(/\[CHECKPOINT_CORRUPT\].* f /);
  expect(() => decodeSingle('offsets', whole, 'f')).toThrow(/another kind/);
});

test('a record in pieces is the record of them together, empty ones too', () => {
  const pieces = ['a', '', 'bcd', ''].map((text) => new Uint8Array(Buffer.from(text)));
  expect(join(encodeFrame('state', ...pieces))).toEqual(join(encodeFrame('state', Buffer.from('abcd'))));
  expect(Buffer.from(decodeSingle('state', join(encodeFrame('state', ...pieces)), 'f')).toString()).toBe('abcd');
  expect(decodeSingle('state', join(encodeFrame('state', new Uint8Array(0))), 'f')).toHaveLength(0);
});

test('a second writer of an epoch is caught, and purge leaves the newer ones', async () => {
  const { files } = simulatedHost(1);
  const log = new EpochLog(files, '/c/offsets', 'offsets');
  for (let n = 0; n < 5; n++) await log.append(n, { n });
  expect(await conditionOf(() => new EpochLog(files, '/c/offsets', 'offsets').append(4, {}))).toBe('CONCURRENT_STREAM_LOG_UPDATE');
  await log.purge(3);
  expect(await log.epochs()).toEqual([3, 4]);
  expect(await log.read(4)).toEqual({ n: 4 });
  expect(await log.read(0)).toBeUndefined();
});

test('whatever effect power is lost at, a file is whole or not there, and stays once created', async () => {
  for (let seed = 0; seed < 40; seed++) {
    for (let at = 0; ; at++) {
      const { files } = simulatedHost(seed);
      let finished = 0;
      files.beforeEffect = (number) => { if (number === at) throw new Error('crash'); };
      try {
        await makeDurableDirectory(files, '/a/b');
        for (let n = 0; n < 2; n++) { await createFile(files, '/a/b', `f${n}`, encodeFrame('state', Buffer.from(`content ${n}`))); finished++; }
      } catch { /* the crash */ }
      files.beforeEffect = undefined;
      files.crash('power');
      const names = await listDirectory(files, '/a/b');
      expect(names.length).toBeGreaterThanOrEqual(finished);
      for (const name of names) decodeSingle('state', await files.readFile(`/a/b/${name}`), name);
      if (finished === 2) break;
    }
  }
});

test('a metadata store keeps what was put last', async () => {
  const { files } = simulatedHost(1);
  const store = directoryStore(files, '/c/sources/0');
  await store.put('start', Buffer.from('1'));
  await store.put('start', Buffer.from('2'));
  expect(Buffer.from((await store.get('start'))!).toString()).toBe('2');
  expect(await store.keys()).toEqual(['start']);
  expect(await conditionOf(() => store.put('../x', Buffer.from('1')))).toBe('INVALID_OPTION_VALUE');
});

test('two writers at once: one entry is there, as its writer wrote it, and the other hears of it', async () => {
  for (let at = 0; at < 12; at++) {
    for (const write of [createFile, replaceFile]) {
      const { files } = simulatedHost(1);
      await makeDurableDirectory(files, '/c');
      const content = (by: string) => encodeFrame('state', Buffer.from(`written by ${by}`.repeat(by === 'the other' ? 3 : 1)));
      let other: Promise<string> | undefined;
      files.beforeEffect = (number) => {
        if (number !== at) return;
        files.beforeEffect = undefined;
        other = conditionOf(() => write(files, '/c', '0', content('the other')));
      };
      const heard = [await conditionOf(() => write(files, '/c', '0', content('one'))), await other];
      files.beforeEffect = undefined;
      const text = Buffer.from(decodeSingle('state', await files.readFile('/c/0'), '0')).toString();
      expect({ at, heard: heard.filter((c) => c !== 'none' && c !== undefined && c !== 'CONCURRENT_STREAM_LOG_UPDATE'), left: await files.readDirectory('/c') }).toEqual({ at, heard: [], left: ['0'] });
      if (write !== createFile || other === undefined) continue;
      expect([...heard].sort()).toEqual(['CONCURRENT_STREAM_LOG_UPDATE', 'none']);
      expect(text).toContain(heard[0] === 'none' ? 'one' : 'the other');
    }
  }
});
