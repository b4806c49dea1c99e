import { type Checkpoint, forgetNewestCommit, openCheckpoint } from '../../../engine/checkpoint/checkpoint.js';
import { simulatedHost } from '../../../engine/host/simulated.js';

const offsets = (epoch: number) => ({ epoch, timestampMillis: 1000 + epoch, watermarkMillis: epoch * 10, sources: [{ after: epoch - 1, upTo: epoch }, { after: undefined, upTo: undefined }],
  conf: { policy: 'min' }, operators: [['0', 'dedupe']] as const });
const commit = (epoch: number) => ({ epoch, nextWatermarkMillis: epoch * 10 + 10, activeAt: {}, perNode: { w: 5 } });
async function run(checkpoint: Checkpoint, from: number, to: number): Promise<void> {
  for (let n = from; n <= to; n++) { await checkpoint.logOffsets(offsets(n)); await checkpoint.logCommit(commit(n)); }
}

test('a checkpoint comes back with its id, its last epoch and what was not committed', async () => {
  const host = simulatedHost(1);
  const first = await openCheckpoint(host, '/c');
  expect(first.recovery).toEqual({ committed: -1 });
  await run(first, 0, 2);
  await first.logOffsets(offsets(3));
  const second = await openCheckpoint(host, '/c');
  expect(second.queryId).toBe(first.queryId);
  expect(second.recovery).toEqual({ committed: 2, pending: offsets(3), offsets: offsets(2), commit: commit(2) });
  await second.logCommit(commit(3));
  await forgetNewestCommit(host, '/c');
  expect((await openCheckpoint(host, '/c')).recovery.pending?.epoch).toBe(3);
});

test.each([
  ['a hole in the offsets', ['offsets/1'], /CHECKPOINT_LOG_GAP.*offsets\/1 is missing/],
  ['a hole in the commits', ['commits/1'], /CHECKPOINT_LOG_GAP.*commits\/1 is missing/],
  ['two commits lost', ['commits/2', 'commits/1'], /CHECKPOINT_LOG_GAP.*commits\/1 is missing/],
  ['commits ahead of offsets', ['offsets/2'], /CHECKPOINT_LOG_GAP.*commits\/2 has no offsets\/2/],
  ['no metadata', ['metadata'], /CHECKPOINT_MISSING_METADATA.*\/c\/metadata/],
])('%s is refused by name', async (_, missing, message) => {
  const host = simulatedHost(1);
  await run(await openCheckpoint(host, '/c'), 0, 2);
  for (const name of missing) await host.files.unlink(`/c/${name}`);
  await expect(openCheckpoint(host, '/c')).rejects.toThrow(message);
});

test('a damaged entry, and one of another query or epoch, is refused by name', async () => {
  const host = simulatedHost(1);
  await run(await openCheckpoint(host, '/c'), 0, 1);
  await run(await openCheckpoint(host, '/d'), 0, 1);
  const good = await host.files.readFile('/c/offsets/1');
  const put = async (bytes: Uint8Array): Promise<void> => { const f = await host.files.open('/c/offsets/1', 'truncate'); await f.write([bytes]); };
  await put(await host.files.readFile('/d/offsets/1'));
  await expect(openCheckpoint(host, '/c')).rejects.toThrow(/CHECKPOINT_CORRUPT.*\/c\/offsets\/1.*another query/);
  await put(await host.files.readFile('/c/offsets/0'));
  await expect(openCheckpoint(host, '/c')).rejects.toThrow(/another epoch/);
  await put(good.slice(0, -1));
  await expect(openCheckpoint(host, '/c')).rejects.toThrow(/CHECKPOINT_CORRUPT.*\/c\/offsets\/1/);
  await put(good);
  await openCheckpoint(host, '/c');
});

test('two runs of one checkpoint: the second writer of an epoch loses', async () => {
  const host = simulatedHost(1);
  const one = await openCheckpoint(host, '/c');
  const two = await openCheckpoint(host, '/c');
  await one.logOffsets(offsets(0));
  await expect(two.logOffsets(offsets(0))).rejects.toThrow(/CONCURRENT_STREAM_LOG_UPDATE/);
});

test('power lost in the middle of a purge leaves holes among the oldest entries, which nobody needs', async () => {
  for (let seed = 0; seed < 20; seed++) {
    const host = simulatedHost(seed);
    const checkpoint = await openCheckpoint(host, '/c');
    await run(checkpoint, 0, 120);
    await checkpoint.purge(20);
    host.files.crash('power');
    const again = await openCheckpoint(host, '/c');
    expect(again.recovery.committed).toBe(120);
    await again.purge(20);
    expect((await host.files.readDirectory('/c/offsets')).length + (await host.files.readDirectory('/c/commits')).length).toBe(202);
  }
  const host = simulatedHost(1);
  await run(await openCheckpoint(host, '/c'), 0, 120);
  await host.files.unlink('/c/offsets/20');
  await expect(openCheckpoint(host, '/c')).rejects.toThrow(/CHECKPOINT_LOG_GAP.*offsets\/20 is missing/);
});
